"""Annex A: how each main figure is computed, in plain sentences."""

from __future__ import annotations

from dataclasses import dataclass

from dieval.present.blocks import Block, Cell, Column, table_block, text_block
from dieval.present.language import N_, listing, said
from dieval.present.report import Report
from dieval.vocabulary import NOT_APPLICABLE

LEDGERS = ("costs", "assets", "activity")
FAMILIES = ("households", "statutory_rates", "costs")
ALL_COSTS = ("costs", "assets", "activity", "households", "statutory_rates")


@dataclass(frozen=True)
class Definition:
    """How a figure is computed.

    Parameters
    ----------
    figure, text : str
        Texts for the catalogue.
    inputs : tuple of str
        Input tables that it is computed from.
    result : str
        Result table that holds it; without a row of it the definition is left out.
    """

    figure: str
    text: str
    inputs: tuple[str, ...]
    result: str


UNIT_COST = Definition(
    N_("Cost per child-month"),
    N_(
        "All costs of a year in a care arrangement divided by its child-months [EUR per "
        "child-month]. A child-month is a twelfth of the days of the year, spent by one child in "
        "care. Of a region: the sum of all costs divided by the sum of all child-months, not the "
        "mean of its providers."
    ),
    ALL_COSTS,
    "unit_costs",
)
OF_INSTITUTIONS = Definition(
    N_("Cost of institutions and family-like services"),
    N_(
        "Ledger costs of the year, plus each asset spread over its useful life in equal yearly "
        "amounts at the discount rate, paid at year end [EUR]."
    ),
    LEDGERS,
    "unit_costs",
)
OF_FAMILIES = Definition(
    N_("Cost of foster families and guardians"),
    N_(
        "Statutory payments, month by month at the rates in force for the households recorded, "
        "plus "
        "support, administration and other ledger costs [EUR]. Allowances in ledgers are left out, "
        "because the statutory payments stand for them."
    ),
    FAMILIES,
    "statutory_packages",
)
CONSTANT_PRICES = Definition(
    N_("Constant prices"),
    N_("Amount of a year × price index of the price year / price index of that year."),
    ("price_index",),
    "unit_costs",
)
COMPARISON = Definition(
    N_("Difference, ratio and switch point"),
    N_(
        "Difference: cost of the reference − cost of the alternative [EUR per child-month]. Ratio: "
        "cost of the reference / cost of the alternative. Switch point: the support at which both "
        "cost the same, that is cost of the reference − cost of the alternative without its "
        "support."
    ),
    ALL_COSTS,
    "comparison",
)
PAYERS = Definition(
    N_("Change for a payer when one child moves"),
    N_(
        "In full: what the payer pays in the alternative − what it pays in the reference. At "
        "first: "
        "only the part of the cost of the reference that follows the number of children is saved "
        "[EUR per child-month]."
    ),
    ALL_COSTS,
    "payer_shift",
)
CASE_MIX = Definition(
    N_("Adjustment for age and need"),
    N_(
        "Where both sides record costs and children by age or need, the difference is split in "
        "two: "
        "rate effect (other costs of the same groups) and mix effect (other groups of children). "
        "Both together are the difference."
    ),
    ALL_COSTS,
    "case_mix",
)
OCCUPANCY = Definition(
    N_("Occupancy"),
    N_(
        "Child-days / place-days. Cost at another occupancy: the fixed part of the cost changes in "
        "inverse proportion to it, the part that follows the number of children stays."
    ),
    LEDGERS,
    "occupancy_curve",
)
RATIO_INTERVAL = Definition(
    N_("Interval of the ratio"),
    N_(
        "Each kind of evidence has an error, published figures none; the errors of cost and "
        "child-days of both sides give the interval in which the ratio lies with a probability of "
        "95 % (method of Fieller)."
    ),
    ALL_COSTS,
    "comparison",
)
SENSITIVITY = Definition(
    N_("One value at a time"),
    N_(
        "The difference when one value takes the ends of its range and all others stay; the switch "
        "value is the one at which the difference is gone."
    ),
    ALL_COSTS,
    "sensitivity",
)
SIMULATION = Definition(
    N_("Simulation"),
    N_(
        "In every draw amounts, child-days, the mix of households and the discount rate vary at "
        "once, each by the error of its evidence or its range. Probability: share of draws in "
        "which the alternative is cheaper."
    ),
    ALL_COSTS,
    "simulation",
)
NOT_KNOWN = Definition(
    N_("What is not known"),
    N_(
        "Where a rate, a ledger or child-days are lacking, the cost is not known; it is never "
        "taken "
        "as nothing, and no missing value is filled. A conclusion that it could overturn is "
        "inconclusive."
    ),
    ALL_COSTS,
    "unit_costs",
)

ACHIEVEMENT = Definition(
    N_("Achievement of a target"),
    N_(
        "(Value − baseline) / (target − baseline), for every version of the target. The value is "
        "the latest one known on the day; of several sources that with the strongest evidence, "
        "then the newest."
    ),
    ("indicators", "targets", "observations"),
    "indicator_progress",
)
RATING = Definition(
    N_("Rating of an indicator"),
    N_(
        "Yearly growth since the baseline / yearly growth that the target requires, compared with "
        "the thresholds of annex B. Beside it stands whether the value is ahead of or behind a "
        "straight line from baseline to target; an indicator that starts from nothing is judged by "
        "the line alone."
    ),
    ("targets", "observations"),
    "indicator_progress",
)
CONFLICTS = Definition(
    N_("Sources that differ"),
    N_(
        "All values that sources state for the same indicator, region, day and counting basis; it "
        "is said which one is used."
    ),
    ("observations", "reimbursement"),
    "source_conflicts",
)
IN_FAMILIES = Definition(
    N_("Children in a family environment"),
    N_(
        "Children in foster families, specialised foster families and with guardians / all "
        "children "
        "in care at the end of the year. Counting bases are never added."
    ),
    ("placements",),
    "family_environment",
)
TRENDS = Definition(
    N_("Trend of carers"),
    N_(
        "Mann–Kendall test: how probable a series that rises or falls so steadily is by chance; "
        "below the threshold of annex B it counts as a trend. Slope: median of the changes a year "
        "between all pairs of years [carers a year]."
    ),
    ("carers",),
    "carers_trend",
)
SITES = Definition(
    N_("Sites and providers"),
    N_("Different addresses, and different providers, of services that are open on the day."),
    ("services", "municipalities", "region_membership"),
    "sites",
)
NEEDS = Definition(
    N_("Needs that are met"),
    N_(
        "Persons who receive a service / persons who need it, by the latest count of each "
        "municipality. A municipality belongs to the region in which it was on the plan’s date."
    ),
    ("needs", "services", "availability", "municipalities", "region_membership"),
    "service_coverage",
)
PACE = Definition(
    N_("Pace of reimbursement"),
    N_(
        "So far: persons / months since the baseline. Needed: persons lacking to the target / "
        "months left to it [persons a month]."
    ),
    ("reimbursement", "targets"),
    "reimbursement_pace",
)
MONEY = Definition(
    N_("Money and delay of infrastructure"),
    N_(
        "Contracted and certified amounts / planned amount. Delay: day on which a milestone was "
        "reached, or else the day of the report, − planned day [days]."
    ),
    ("infrastructure", "milestones", "planned_places"),
    "infrastructure",
)
DEADLINES = Definition(
    N_("Deadlines"),
    N_(
        "Day of the first such event of the same plan − day when it was due [days]; overdue where "
        "it has not happened by the day."
    ),
    ("plan_deadlines", "plan_events"),
    "deadlines",
)

SITUATION = Definition(
    N_("Present situation"),
    N_(
        "Children on average: child-days / days of the year. Cost per child-month: ledger costs "
        "and "
        "assets spread over their useful lives, divided by child-months [EUR]."
    ),
    LEDGERS,
    "situation",
)
HOME_COST = Definition(
    N_("Cost of the institution as it empties"),
    N_(
        "Fixed cost as long as one child lives there, plus a variable cost for each child, plus "
        "steps where they are recorded [EUR a year]. Without a recorded structure, the ledger and "
        "the shares of annex B give fixed and variable cost."
    ),
    ("cost_structure", "costs", "activity", "price_index"),
    "home_cost_function",
)
ELSEWHERE = Definition(
    N_("Cost of a child elsewhere"),
    N_(
        "Average cost of the care arrangement in the region in the latest year that is known, in "
        "constant prices [EUR per child-year]; without the cost of buildings where the plan pays "
        "for buildings itself."
    ),
    (*ALL_COSTS, "price_index"),
    "costs_elsewhere",
)
NET = Definition(
    N_("Saving of a year"),
    N_(
        "Cost of keeping the institution for the same children − (cost of the institution as it "
        "empties + cost of the children elsewhere + one-off costs) [EUR, constant prices]."
    ),
    ("destinations", "transition_costs", *ALL_COSTS, "cost_structure"),
    "transition",
)
NPV = Definition(
    N_("Net present value"),
    N_(
        "Sum of the savings of all years, each divided by (1 + discount rate) once for each year "
        "after the first [EUR]. Break-even: first year in which the sum so far is not negative. "
        "Peak funding: deepest deficit of the sum so far, not discounted."
    ),
    ("destinations", "transition_costs", *ALL_COSTS, "cost_structure"),
    "transition_summary",
)
STRANDED = Definition(
    N_("Stranded cost"),
    N_(
        "Saving by average cost (children who left × average cost before) − saving that comes true "
        "(cost before − cost now) [EUR a year]."
    ),
    ("destinations", "cost_structure", "costs", "activity"),
    "stranded",
)
PLAN_PAYERS = Definition(
    N_("Cost by payer"),
    N_(
        "The institution by the payers of its ledger in the last year before the plan, care "
        "elsewhere by the payers of the arrangement, one-off costs by their own payers [EUR]."
    ),
    ("costs", "transition_costs", "households", "statutory_rates"),
    "budget_by_payer",
)
SCENARIOS = Definition(
    N_("Other ways"),
    N_(
        "The same computation with another course: children move at the end of the year, the plan "
        "starts a year later, fewer families are found, family-like services instead, the "
        "institution stays."
    ),
    ("destinations", "transition_costs", *ALL_COSTS, "cost_structure"),
    "scenarios",
)
PLAN_SENSITIVITY = Definition(
    N_("One value at a time"),
    N_(
        "Net present value when one value takes the ends of its range and all others stay; the "
        "switch value is the one at which nothing is saved."
    ),
    ("destinations", "transition_costs", *ALL_COSTS, "cost_structure"),
    "npv_sensitivity",
)
DEMAND = Definition(
    N_("Demand for places"),
    N_(
        "From the children counted last, moves between arrangements, entries and exits are drawn "
        "year by year at the rates of the last years; children of the region’s plans go where the "
        "plans put them. Shown are the median and the range of the draws [children]."
    ),
    ("flows", "placements", "planned_places", "destinations"),
    "demand",
)
SIDE_BY_SIDE = Definition(
    N_("Regions side by side"),
    N_(
        "Every figure is computed for each region as in its own report. Regions are ranked only "
        "where costs cover the same elements, in one year and in constant prices."
    ),
    ALL_COSTS,
    "unit_costs",
)

DEFINITIONS = {
    "cost_comparison": (
        UNIT_COST,
        OF_INSTITUTIONS,
        OF_FAMILIES,
        CONSTANT_PRICES,
        COMPARISON,
        PAYERS,
        CASE_MIX,
        OCCUPANCY,
        RATIO_INTERVAL,
        SENSITIVITY,
        SIMULATION,
        NOT_KNOWN,
    ),
    "implementation_progress": (
        ACHIEVEMENT,
        RATING,
        CONFLICTS,
        IN_FAMILIES,
        TRENDS,
        SITES,
        NEEDS,
        PACE,
        MONEY,
        DEADLINES,
    ),
    "national_overview": (
        SIDE_BY_SIDE,
        UNIT_COST,
        OF_INSTITUTIONS,
        OF_FAMILIES,
        CONSTANT_PRICES,
        COMPARISON,
        NOT_KNOWN,
        ACHIEVEMENT,
        RATING,
        IN_FAMILIES,
        TRENDS,
        NEEDS,
    ),
    "reorganisation_annex": (
        SITUATION,
        HOME_COST,
        ELSEWHERE,
        NET,
        NPV,
        STRANDED,
        PLAN_PAYERS,
        SCENARIOS,
        PLAN_SENSITIVITY,
        DEMAND,
    ),
}
# Files of the project that hold the methods in full.
FULL_TEXT = {
    "cost_comparison": ("docs/methods.md",),
    "implementation_progress": ("docs/methods-progress.md",),
    "national_overview": ("docs/methods.md", "docs/methods-progress.md"),
    "reorganisation_annex": ("docs/methods-plans.md", "docs/methods.md"),
}


def method_blocks(report: Report) -> list[Block]:
    """Say how the main figures that the report holds are computed, and where the full text is."""
    where = text_block(
        said(
            N_("All formulas and conventions stand in the project that made this report: {files}."),
            files=listing(list(FULL_TEXT[report.name])),
        )
    )
    rows: list[list[Cell]] = []
    for definition in DEFINITIONS[report.name]:
        if not len(report.tables.get(definition.result, ())):
            continue
        inputs = [name for name in definition.inputs if len(report.counted.get(name, ()))]
        names: Cell = (
            listing([said(report.input_tables[name]) for name in dict.fromkeys(inputs)])
            if inputs
            else {"symbol": NOT_APPLICABLE}
        )
        rows.append([said(definition.figure), said(definition.text), names])
    if not rows:
        return [where]
    columns = [
        Column(said(N_("Figure")), "text"),
        Column(said(N_("How it is computed")), "text"),
        Column(said(N_("Input data")), "text"),
    ]
    title = said(N_("How the main figures are computed"))
    return [where, table_block("method", title, columns, rows)]
