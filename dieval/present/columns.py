"""The columns of result tables: unit for programs, heading and format for people."""

from __future__ import annotations

from dataclasses import dataclass

from dieval.present.messages import N_


@dataclass(frozen=True)
class ResultColumn:
    """A column of a result table: its unit for programs, its heading and format for people."""

    heading: str
    kind: str = "number"
    unit: str | None = None
    decimals: int = 0
    words: str = ""


_YEAR = ResultColumn(N_("Year"), kind="year")
_MONEY_A_MONTH = "EUR/child-month"

RESULT_COLUMNS: dict[str, ResultColumn] = {
    "year": _YEAR,
    "care_arrangement": ResultColumn(N_("Care arrangement"), kind="word", words="care_arrangement"),
    "reference": ResultColumn(N_("Reference"), kind="word", words="care_arrangement"),
    "alternative": ResultColumn(N_("Alternative"), kind="word", words="care_arrangement"),
    "provider": ResultColumn(N_("Provider"), kind="text"),
    "part": ResultColumn(N_("Part of the cost"), kind="word", words="part"),
    "payer": ResultColumn(N_("Payer"), kind="word", words="payer"),
    "element": ResultColumn(N_("Element"), kind="word", words="element"),
    "included": ResultColumn(N_("Covered"), kind="word", words="included"),
    "age_band": ResultColumn(N_("Age"), kind="word", words="age_band"),
    "children_in_household": ResultColumn(
        N_("Children in the household"), kind="word", words="children_in_household"
    ),
    "total_eur": ResultColumn(N_("Total cost"), unit="EUR", decimals=2),
    "amount_eur": ResultColumn(N_("Amount"), unit="EUR", decimals=2),
    "share": ResultColumn(N_("Share"), kind="percent", unit="1", decimals=1),
    "child_days": ResultColumn(N_("Child-days"), unit="child-days"),
    "child_months": ResultColumn(N_("Child-months"), unit="child-months", decimals=1),
    "place_days": ResultColumn(N_("Place-days"), unit="place-days"),
    "occupancy": ResultColumn(N_("Occupancy"), kind="percent", unit="1", decimals=1),
    "cost_per_child_day_eur": ResultColumn(
        N_("Cost per child-day"), unit="EUR/child-day", decimals=2
    ),
    "cost_per_child_month_eur": ResultColumn(
        N_("Cost per child-month"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "cost_per_child_year_eur": ResultColumn(
        N_("Cost per child-year"), unit="EUR/child-year", decimals=2
    ),
    "cost_per_place_month_eur": ResultColumn(
        N_("Cost per place-month"), unit="EUR/place-month", decimals=2
    ),
    "real_cost_per_child_month_eur": ResultColumn(
        N_("Cost per child-month, constant prices"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "reference_eur_per_child_month": ResultColumn(
        N_("Cost of the reference"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "alternative_eur_per_child_month": ResultColumn(
        N_("Cost of the alternative"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "difference_eur_per_child_month": ResultColumn(
        N_("Difference"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "common_difference_eur_per_child_month": ResultColumn(
        N_("Difference in what both cover"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "ratio": ResultColumn(N_("Ratio"), unit="1", decimals=2),
    "support_eur_per_child_month": ResultColumn(
        N_("Support recorded"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "switch_point_support_eur_per_child_month": ResultColumn(
        N_("Switch point of support"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "switch_point_multiple": ResultColumn(N_("Switch point / support"), unit="1", decimals=1),
    "package_eur_per_child_month": ResultColumn(
        N_("Statutory payments"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "ratio_low": ResultColumn(N_("Ratio, low end"), unit="1", decimals=2),
    "ratio_high": ResultColumn(N_("Ratio, high end"), unit="1", decimals=2),
    "ratio_g": ResultColumn(N_("Fieller’s g"), unit="1", decimals=3),
    "need_level": ResultColumn(N_("Level of need"), kind="word", words="need_level"),
    "groups": ResultColumn(N_("Groups compared"), kind="word", words="groups"),
    "total_difference": ResultColumn(N_("Difference"), unit=_MONEY_A_MONTH, decimals=2),
    "rate_effect": ResultColumn(N_("Rate effect"), unit=_MONEY_A_MONTH, decimals=2),
    "mix_effect": ResultColumn(N_("Mix effect"), unit=_MONEY_A_MONTH, decimals=2),
    "standardised_reference_eur_per_child_month": ResultColumn(
        N_("Standardised cost of the reference"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "standardised_alternative_eur_per_child_month": ResultColumn(
        N_("Standardised cost of the alternative"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "common_share": ResultColumn(
        N_("Children in common groups"), kind="percent", unit="1", decimals=1
    ),
    "reference_payer_eur_per_child_month": ResultColumn(
        N_("Pays in the reference"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "alternative_payer_eur_per_child_month": ResultColumn(
        N_("Pays in the alternative"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "change_eur_per_child_month": ResultColumn(
        N_("Change in full"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "change_at_once_eur_per_child_month": ResultColumn(
        N_("Change at first"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "first_year": ResultColumn(N_("First year"), kind="year"),
    "last_year": ResultColumn(N_("Last year"), kind="year"),
    "first_occupancy": ResultColumn(
        N_("Occupancy, first year"), kind="percent", unit="1", decimals=1
    ),
    "last_occupancy": ResultColumn(
        N_("Occupancy, last year"), kind="percent", unit="1", decimals=1
    ),
    "first_real_cost_per_child_month_eur": ResultColumn(
        N_("Cost, first year"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "last_real_cost_per_child_month_eur": ResultColumn(
        N_("Cost, last year"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "first_child_months": ResultColumn(
        N_("Child-months, first year"), unit="child-months", decimals=1
    ),
    "last_child_months": ResultColumn(
        N_("Child-months, last year"), unit="child-months", decimals=1
    ),
    "first_real_total_eur": ResultColumn(N_("Total cost, first year"), unit="EUR", decimals=0),
    "last_real_total_eur": ResultColumn(N_("Total cost, last year"), unit="EUR", decimals=0),
    "total_change": ResultColumn(N_("Change"), unit=_MONEY_A_MONTH, decimals=2),
    "place_cost_effect": ResultColumn(
        N_("Effect of the cost of a place"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "occupancy_effect": ResultColumn(N_("Effect of occupancy"), unit=_MONEY_A_MONTH, decimals=2),
    "valuation": ResultColumn(N_("Value of capital"), kind="word", words="valuation"),
    "discount_rate": ResultColumn(N_("Discount rate"), kind="percent", unit="1/year", decimals=1),
    "capital_eur_per_child_month": ResultColumn(N_("Capital"), unit=_MONEY_A_MONTH, decimals=2),
    "providers": ResultColumn(N_("Providers")),
    "draws": ResultColumn(N_("Draws")),
    "bootstrap_ratio_low": ResultColumn(N_("Between providers, low end"), unit="1", decimals=2),
    "bootstrap_ratio_high": ResultColumn(N_("Between providers, high end"), unit="1", decimals=2),
    "caution": ResultColumn(N_("Caution"), kind="word", words="caution"),
    "parameter": ResultColumn(N_("Uncertain value"), kind="word", words="parameter"),
    "low": ResultColumn(N_("Low"), decimals=4),
    "base": ResultColumn(N_("As it is"), decimals=4),
    "high": ResultColumn(N_("High"), decimals=4),
    "outcome_low": ResultColumn(N_("Difference at the low end"), unit=_MONEY_A_MONTH, decimals=2),
    "outcome_base": ResultColumn(N_("Difference as it is"), unit=_MONEY_A_MONTH, decimals=2),
    "outcome_high": ResultColumn(N_("Difference at the high end"), unit=_MONEY_A_MONTH, decimals=2),
    "span": ResultColumn(N_("Span"), unit=_MONEY_A_MONTH, decimals=2),
    "switch_value": ResultColumn(N_("Switch value"), decimals=4),
    "range_source": ResultColumn(N_("Source of the range"), kind="word", words="range_source"),
    "point": ResultColumn(N_("Point")),
    "value": ResultColumn(N_("Value"), decimals=4),
    "outcome": ResultColumn(N_("Difference"), unit=_MONEY_A_MONTH, decimals=2),
    "probability_cheaper": ResultColumn(
        N_("Probability of costing less"), kind="probability", unit="1", decimals=1
    ),
    "p05": ResultColumn(N_("5 % quantile"), unit=_MONEY_A_MONTH, decimals=0),
    "p50": ResultColumn(N_("Median"), unit=_MONEY_A_MONTH, decimals=0),
    "p95": ResultColumn(N_("95 % quantile"), unit=_MONEY_A_MONTH, decimals=0),
    "arrangement_eur_per_child_month": ResultColumn(
        N_("Cost of the arrangement"), unit=_MONEY_A_MONTH, decimals=2
    ),
    # The implementation progress.
    "region": ResultColumn(N_("Region"), kind="text"),
    "indicator": ResultColumn(N_("Indicator"), kind="text"),
    "version": ResultColumn(N_("Version"), kind="text"),
    "version_role": ResultColumn(N_("Role of the version"), kind="word", words="version_role"),
    "valid_from": ResultColumn(N_("Valid from"), kind="date"),
    "expected_on_value_date": ResultColumn(
        N_("Straight line on that date"), unit="indicator", decimals=1
    ),
    "standing": ResultColumn(N_("Standing"), kind="word", words="standing"),
    "published_source": ResultColumn(N_("Source of the published share"), kind="text"),
    "baseline_date": ResultColumn(N_("Baseline date"), kind="date"),
    "baseline_value": ResultColumn(N_("Baseline"), unit="indicator", decimals=1),
    "target_date": ResultColumn(N_("Target date"), kind="date"),
    "target_value": ResultColumn(N_("Target"), unit="indicator", decimals=1),
    "counting_basis": ResultColumn(N_("Counting basis"), kind="word", words="counting_basis"),
    "value_date": ResultColumn(N_("Date of the value"), kind="date"),
    "source": ResultColumn(N_("Source"), kind="text"),
    "qualifier": ResultColumn(N_("Qualifier"), kind="word", words="qualifier"),
    "achievement": ResultColumn(N_("Achievement"), kind="percent", unit="1", decimals=1),
    "eu_ratio": ResultColumn(N_("Value / target"), kind="percent", unit="1", decimals=1),
    "expected": ResultColumn(N_("Expected on the day"), unit="indicator", decimals=1),
    "expected_achievement": ResultColumn(
        N_("Expected on the day, share"), kind="percent", unit="1", decimals=1
    ),
    "growth_observed": ResultColumn(
        N_("Growth observed"), kind="percent", unit="1/year", decimals=1
    ),
    "growth_required": ResultColumn(
        N_("Growth required"), kind="percent", unit="1/year", decimals=1
    ),
    "growth_ratio": ResultColumn(N_("Growth observed / required"), unit="1", decimals=2),
    "rating": ResultColumn(N_("Rating"), kind="word", words="rating"),
    "reason": ResultColumn(N_("Reason"), kind="word", words="reason"),
    "kind": ResultColumn(N_("Conflict"), kind="word", words="conflict_kind"),
    "date": ResultColumn(N_("Date"), kind="date"),
    "used": ResultColumn(N_("Used"), kind="word", words="used"),
    "children": ResultColumn(N_("Children"), unit="children"),
    "children_in_care": ResultColumn(N_("Children in care"), unit="children"),
    "children_in_families": ResultColumn(N_("In a family environment"), unit="children"),
    "published_share": ResultColumn(N_("Published share"), kind="percent", unit="1", decimals=1),
    "from_group": ResultColumn(N_("From"), kind="word", words="move_from"),
    "to_group": ResultColumn(N_("To"), kind="word", words="move"),
    "carer_type": ResultColumn(N_("Carers"), kind="word", words="carer_type"),
    "status": ResultColumn(N_("Status"), kind="word", words="carer_status"),
    "count": ResultColumn(N_("Number"), unit="carers"),
    "entries": ResultColumn(N_("Entries"), unit="carers"),
    "exits": ResultColumn(N_("Exits"), unit="carers"),
    "n_years": ResultColumn(N_("Years with data"), unit="years"),
    "first_count": ResultColumn(N_("First number"), unit="carers"),
    "last_count": ResultColumn(N_("Last number"), unit="carers"),
    "change": ResultColumn(N_("Change in %"), kind="percent", unit="1", decimals=1),
    "s": ResultColumn(N_("Mann–Kendall S"), unit="1"),
    "p_exact": ResultColumn(N_("Probability p"), kind="p_value", unit="1"),
    "smallest_p": ResultColumn(N_("Smallest possible p"), kind="p_value", unit="1"),
    "sen_slope": ResultColumn(N_("Sen’s slope"), unit="carers/year", decimals=1),
    "verdict": ResultColumn(N_("Trend"), kind="word", words="trend"),
    "registered": ResultColumn(N_("Registered"), unit="carers"),
    "hosting": ResultColumn(N_("With children placed"), unit="carers"),
    "municipality": ResultColumn(N_("Municipality"), kind="text"),
    "sites": ResultColumn(N_("Sites"), unit="sites"),
    "service_type": ResultColumn(N_("Service"), kind="word", words="service_type"),
    "target_group": ResultColumn(N_("Target group"), kind="word", words="target_group"),
    "rating_date": ResultColumn(N_("Date of the rating"), kind="date"),
    "rating_source": ResultColumn(N_("Source of the rating"), kind="text"),
    "assessed": ResultColumn(N_("Assessed"), unit="persons"),
    "municipalities": ResultColumn(N_("Municipalities")),
    "recorded": ResultColumn(N_("With recorded needs")),
    "recorded_share": ResultColumn(
        N_("Share with recorded needs"), kind="percent", unit="1", decimals=1
    ),
    "needing": ResultColumn(N_("Needing"), unit="persons"),
    "receiving": ResultColumn(N_("Receiving"), unit="persons"),
    "needs_date": ResultColumn(N_("Date of the needs"), kind="date"),
    "needs_source": ResultColumn(N_("Source of the needs"), kind="text"),
    "coverage": ResultColumn(N_("Coverage"), kind="percent", unit="1", decimals=1),
    "unmet": ResultColumn(N_("Unmet need"), unit="persons"),
    "rank": ResultColumn(N_("Rank"), unit="1"),
    "services": ResultColumn(N_("Kinds of services"), unit="services"),
    "persons": ResultColumn(N_("Persons since the start"), unit="persons"),
    "persons_since": ResultColumn(N_("Persons since the date before"), unit="persons"),
    "amount_eur_since": ResultColumn(N_("Amount since the date before"), unit="EUR", decimals=2),
    "per_month_so_far": ResultColumn(N_("Per month so far"), unit="persons/month", decimals=1),
    "per_month_needed": ResultColumn(N_("Per month needed"), unit="persons/month", decimals=1),
    "target_source": ResultColumn(N_("Source of the target"), kind="text"),
    "project": ResultColumn(N_("Project"), kind="text"),
    "fund": ResultColumn(N_("Fund"), kind="text"),
    "planned_eur": ResultColumn(N_("Planned"), unit="EUR"),
    "contracted_eur": ResultColumn(N_("Contracted"), unit="EUR"),
    "certified_eur": ResultColumn(N_("Certified"), unit="EUR"),
    "contracted_rate": ResultColumn(
        N_("Contracted / planned"), kind="percent", unit="1", decimals=1
    ),
    "certified_rate": ResultColumn(N_("Certified / planned"), kind="percent", unit="1", decimals=1),
    "places": ResultColumn(N_("Places"), unit="places"),
    "last_milestone": ResultColumn(N_("Last milestone reached"), kind="word", words="milestone"),
    "delay_days": ResultColumn(N_("Delay"), unit="days"),
    "overdue_days": ResultColumn(N_("Overdue"), unit="days"),
    "named_in_plan": ResultColumn(
        N_("Municipality in the plan"), kind="word", words="named_in_plan"
    ),
    "projects": ResultColumn(N_("Projects"), unit="projects"),
    "places_open": ResultColumn(N_("Places open"), unit="places"),
    "places_open_rate": ResultColumn(
        N_("Places open / planned"), kind="percent", unit="1", decimals=1
    ),
    "milestone": ResultColumn(N_("Milestone"), kind="word", words="milestone"),
    "planned": ResultColumn(N_("Planned date"), kind="date"),
    "actual": ResultColumn(N_("Reached on"), kind="date"),
    "state": ResultColumn(N_("State"), kind="word", words="state_of_step"),
    "plan": ResultColumn(N_("Plan"), kind="text"),
    "event": ResultColumn(N_("Event"), kind="word", words="event"),
    "number": ResultColumn(N_("Decision or amendment No"), kind="text"),
    "due": ResultColumn(N_("Deadline"), kind="date"),
    "reached": ResultColumn(N_("Reached on"), kind="date"),
    "partners": ResultColumn(N_("Partners listed"), unit="partners"),
    "stated": ResultColumn(N_("Stated by the source"), unit="partners"),
    "stated_date": ResultColumn(N_("Stated on"), kind="date"),
    "stated_source": ResultColumn(N_("Source"), kind="text"),
    "problem": ResultColumn(N_("Problem"), kind="word", words="data_problem"),
    "table": ResultColumn(N_("Table"), kind="text"),
    "file": ResultColumn(N_("File"), kind="text"),
    "row": ResultColumn(N_("Row"), kind="year", unit="line"),
    "rows": ResultColumn(N_("Rows"), kind="text", unit="line"),
    "n_rows": ResultColumn(N_("Number of rows"), unit="rows"),
    "sources": ResultColumn(N_("Sources"), kind="text"),
    "subject": ResultColumn(N_("About"), kind="text"),
    # The annex to a reorganisation plan.
    "average_children": ResultColumn(N_("Children on average"), unit="children", decimals=1),
    "arrangement_real_cost_per_child_month_eur": ResultColumn(
        N_("Cost per child-month, institutions of this kind in the region, constant prices"),
        unit=_MONEY_A_MONTH,
        decimals=2,
    ),
    "before": ResultColumn(N_("In care the year before"), unit="children"),
    "in_care": ResultColumn(N_("In care at the end of the year"), unit="children"),
    "left_care": ResultColumn(N_("Left care in the year"), unit="children"),
    "difference": ResultColumn(N_("Unexplained"), unit="children"),
    "step": ResultColumn(N_("Order of preference"), kind="word", words="preference"),
    "cost_year": ResultColumn(N_("Cost of the year"), kind="year"),
    "basis": ResultColumn(N_("Basis"), kind="word", words="cost_basis"),
    "fixed_eur": ResultColumn(N_("Fixed cost"), unit="EUR/year"),
    "variable_eur_per_child": ResultColumn(N_("Cost of each child"), unit="EUR/child-year"),
    "step_eur": ResultColumn(N_("Cost of each group, even if not full"), unit="EUR/year"),
    "step_children": ResultColumn(N_("Children in a group"), unit="children"),
    "status_quo_eur": ResultColumn(N_("Keeping the institution"), unit="EUR"),
    "institution_eur": ResultColumn(N_("Institution as it empties"), unit="EUR"),
    "alternative_eur": ResultColumn(N_("Care elsewhere"), unit="EUR"),
    "one_off_eur": ResultColumn(N_("One-off costs"), unit="EUR"),
    "net_eur": ResultColumn(N_("Saving"), unit="EUR"),
    "discounted_net_eur": ResultColumn(N_("Saving, discounted"), unit="EUR"),
    "cumulative_net_eur": ResultColumn(N_("Saving so far"), unit="EUR"),
    "cumulative_discounted_eur": ResultColumn(N_("Saving so far, discounted"), unit="EUR"),
    "cost_per_child_eur": ResultColumn(
        N_("Cost of a child in the institution"), unit="EUR/child-year"
    ),
    "npv_eur": ResultColumn(N_("Net present value"), unit="EUR"),
    "break_even_year": ResultColumn(N_("Breaks even in"), kind="year"),
    "peak_funding_eur": ResultColumn(N_("Greatest funding need"), unit="EUR"),
    "peak_funding_year": ResultColumn(N_("Year of that need"), kind="year"),
    "children_before": ResultColumn(N_("Children before the plan"), unit="children"),
    "cost_per_child_before_eur": ResultColumn(
        N_("Cost of a child in the institution before"), unit="EUR/child-year"
    ),
    "highest_cost_per_child_eur": ResultColumn(
        N_("Highest cost of a child in the emptying institution"), unit="EUR/child-year"
    ),
    "highest_cost_per_child_year": ResultColumn(N_("Year of that cost"), kind="year"),
    "children_left": ResultColumn(N_("Children who have left the institution"), unit="children"),
    "naive_saving_eur": ResultColumn(N_("Saving by average cost"), unit="EUR"),
    "avoidable_saving_eur": ResultColumn(N_("Cost really avoided"), unit="EUR"),
    "stranded_eur": ResultColumn(N_("Stranded cost"), unit="EUR"),
    "scenario": ResultColumn(N_("Scenario"), kind="word", words="scenario"),
    "npv_to_common_end_eur": ResultColumn(
        N_("Net present value up to the plan’s last year"), unit="EUR"
    ),
    "present_cost_eur": ResultColumn(N_("Present value of all costs"), unit="EUR"),
    "children_in_home_at_end": ResultColumn(
        N_("Children in the institution at the end"), unit="children"
    ),
    "p10": ResultColumn(N_("10 % quantile"), unit="children"),
    "p90": ResultColumn(N_("90 % quantile"), unit="children"),
    "planned_places": ResultColumn(N_("Planned places"), unit="places"),
    "utilisation_p50": ResultColumn(N_("Median / places"), kind="percent", unit="1", decimals=0),
    "plan_children": ResultColumn(N_("Of these from homes’ plans"), unit="children"),
    "observed": ResultColumn(N_("Counted"), unit="children"),
    "inside": ResultColumn(N_("Within the interval"), kind="word", words="inside"),
    "empty_from": ResultColumn(N_("Places stand empty from"), kind="year"),
    "ledger_eur": ResultColumn(N_("Ledger without capital"), unit="EUR"),
    "function_eur": ResultColumn(N_("Cost structure"), unit="EUR"),
    "deviation": ResultColumn(N_("Deviation"), kind="percent", unit="1", decimals=1),
    "counted": ResultColumn(N_("In the plan")),
    "limit": ResultColumn(N_("Compared with"), decimals=1),
    # The quality log of every report.
    "check": ResultColumn(N_("Check"), kind="word", words="check"),
    "check_of": ResultColumn(N_("What is checked"), kind="word", words="check_of"),
    "critical": ResultColumn(N_("Critical"), kind="word", words="critical"),
    "check_state": ResultColumn(N_("How it stands"), kind="word", words="check_state"),
    "checked_by": ResultColumn(N_("Checked by"), kind="text"),
    "checked_on": ResultColumn(N_("Checked on"), kind="date"),
    "check_evidence": ResultColumn(N_("What shows it"), kind="text"),
}

# Columns that mean another thing in one table.
OF_TABLE: dict[tuple[str, str], ResultColumn] = {
    ("indicator_progress", "value"): ResultColumn(N_("Value"), unit="indicator", decimals=1),
    ("source_conflicts", "value"): ResultColumn(N_("Value"), unit="indicator", decimals=1),
    ("service_coverage", "rating"): ResultColumn(N_("Availability"), unit="0 to 3"),
    ("destinations", "care_arrangement"): ResultColumn(
        N_("Where the children live"), kind="word", words="destination"
    ),
    ("destinations_by_group", "care_arrangement"): ResultColumn(
        N_("Where the children live"), kind="word", words="destination"
    ),
    ("children_balance", "entries"): ResultColumn(N_("Came in the year"), unit="children"),
    ("preference_shares", "share"): ResultColumn(
        N_("Share of the children"), kind="percent", unit="1", decimals=1
    ),
    ("costs_elsewhere", "cost_per_child_month_eur"): ResultColumn(
        N_("Unit cost per child-month"), unit=_MONEY_A_MONTH, decimals=2
    ),
    ("costs_elsewhere", "capital_eur_per_child_month"): ResultColumn(
        N_("Capital in it"), unit=_MONEY_A_MONTH, decimals=2
    ),
    ("costs_elsewhere", "support_eur_per_child_month"): ResultColumn(
        N_("Support in it"), unit=_MONEY_A_MONTH, decimals=2
    ),
    ("costs_elsewhere", "cost_per_child_year_eur"): ResultColumn(
        N_("Counted per child-year"), unit="EUR/child-year", decimals=2
    ),
    ("npv_sensitivity", "parameter"): ResultColumn(
        N_("Uncertain value"), kind="word", words="plan_parameter"
    ),
    ("npv_sensitivity_points", "parameter"): ResultColumn(
        N_("Uncertain value"), kind="word", words="plan_parameter"
    ),
    ("npv_sensitivity", "care_arrangement"): ResultColumn(
        N_("Of the arrangement"), kind="word", words="care_arrangement"
    ),
    ("npv_sensitivity_points", "care_arrangement"): ResultColumn(
        N_("Of the arrangement"), kind="word", words="care_arrangement"
    ),
    ("npv_sensitivity", "outcome_low"): ResultColumn(
        N_("Net present value at the low end"), unit="EUR"
    ),
    ("npv_sensitivity", "outcome_base"): ResultColumn(
        N_("Net present value, base value"), unit="EUR"
    ),
    ("npv_sensitivity", "outcome_high"): ResultColumn(
        N_("Net present value at the high end"), unit="EUR"
    ),
    ("npv_sensitivity", "span"): ResultColumn(N_("Span"), unit="EUR"),
    ("npv_sensitivity", "switch_value"): ResultColumn(
        N_("Switch value (nothing is saved)"), decimals=4
    ),
    ("npv_sensitivity_points", "outcome"): ResultColumn(N_("Net present value"), unit="EUR"),
    ("demand", "p50"): ResultColumn(N_("Median"), unit="children"),
    ("places_outlook", "p50"): ResultColumn(N_("Median"), unit="children"),
    ("demand_backtest", "p05"): ResultColumn(N_("5 % quantile"), unit="children"),
    ("demand_backtest", "p50"): ResultColumn(N_("Median"), unit="children"),
    ("demand_backtest", "p95"): ResultColumn(N_("95 % quantile"), unit="children"),
    ("plan_problems", "problem"): ResultColumn(
        N_("What does not add up"), kind="word", words="plan_problem"
    ),
    ("one_off", "kind"): ResultColumn(N_("Kind"), kind="word", words="transition_kind"),
    ("data_rows", "table"): ResultColumn(N_("Input data"), kind="text"),
    ("data_rows", "care_arrangement"): ResultColumn(
        N_("Care arrangement"), kind="word", words="destination"
    ),
    ("partners_count", "kind"): ResultColumn(N_("Partners"), kind="word", words="partner_kind"),
}


def result_column(name: str, of: str = "") -> ResultColumn:
    """Give what a column of a result table (`of`) means."""
    return OF_TABLE.get((of, name)) or RESULT_COLUMNS[name]


# Units as people read them below a heading; one that the heading names already is left out.
UNIT_WORDS = {
    "EUR": N_("EUR"),
    "EUR/child-day": N_("EUR"),
    "EUR/child-month": N_("EUR per child-month"),
    "EUR/child-year": N_("EUR"),
    "EUR/place-month": N_("EUR"),
    "days": N_("days"),
    "carers/year": N_("a year"),
    "persons/month": N_("persons"),
    "EUR/year": N_("EUR a year"),
}
HEADING_NAMES_DENOMINATOR = ("cost_per_child_month_eur", "real_cost_per_child_month_eur")


def unit_in_words(name: str, of: str = "") -> str:
    """Give the unit of a result column as text for the catalogue; empty where none is needed."""
    if name in HEADING_NAMES_DENOMINATOR:
        return UNIT_WORDS["EUR"]
    return UNIT_WORDS.get(result_column(name, of).unit or "", "")
