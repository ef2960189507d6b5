"""What a cost evaluation may show: which columns go with a hidden cell, and which cells go."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from cells_seen import expected, hidden_in, losses_of, never_hidden, rows, sums_of, values_of

from dieval.costs.evaluation import CostEvaluation
from dieval.release import costs
from dieval.release.cells import DETAIL, SUM, UNSEEN, WHOLE, Cells, Seen, masked
from dieval.release.costs import hidden_costs, release_costs
from dieval.release.rules import Rules
from dieval.release.tables import ReleasedTables
from dieval.vocabulary import HIDDEN_VALUE, is_hidden

RULES = Rules(persons=8, holders=3, percent=10)
SECONDS = 60.0
HOME, FOSTER, GUARDIAN = "institution", "foster_family", "guardian"
BY_CHILD = (
    "cost_per_child_day_eur cost_per_child_month_eur cost_per_child_year_eur "
    "real_cost_per_child_month_eur"
)
CHILDREN = "child_days child_months occupancy"
PLACES = "place_days cost_per_place_month_eur"
AMOUNT = "total_eur cost_per_place_month_eur"
SIDES = "reference_eur_per_child_month alternative_eur_per_child_month"
RATIOS = "difference_eur_per_child_month ratio ratio_low ratio_high ratio_g"
COMMON = "common_difference_eur_per_child_month"
SUPPORT = (
    "support_eur_per_child_month switch_point_support_eur_per_child_month switch_point_multiple"
)
MIX = (
    "rate_effect mix_effect standardised_reference_eur_per_child_month "
    "standardised_alternative_eur_per_child_month common_share"
)
PAID_BEFORE = "reference_payer_eur_per_child_month"
PAID_AFTER = "alternative_payer_eur_per_child_month"
AT_ONCE = "change_at_once_eur_per_child_month"
CHANGE = f"change_eur_per_child_month {AT_ONCE}"
CAPITAL = "capital_eur_per_child_month cost_per_child_month_eur"
DIFFERENCE = "difference_eur_per_child_month"
PER_MONTH = "cost_per_child_month_eur"
OVER_YEARS = (
    "first_occupancy last_occupancy first_child_months last_child_months first_real_total_eur "
    "last_real_total_eur first_real_cost_per_child_month_eur last_real_cost_per_child_month_eur "
    "total_change place_cost_effect occupancy_effect"
)
ENDS = "bootstrap_ratio_low bootstrap_ratio_high"
SWITCH = "low base high outcome_low outcome_base outcome_high span switch_value"
POINTS = "value outcome"
DRAWN = "probability_cheaper p05 p50 p95"
QUANTILES = "p05 p50 p95"


def cost_tables() -> dict[str, pd.DataFrame]:
    """Every table that has hidden columns, with two to four rows each."""
    pair = "year reference alternative"
    return {
        "unit_costs": rows(
            "year care_arrangement",
            (2020, HOME),
            (2020, FOSTER),
            (2021, HOME),
            numbers=f"place_days {CHILDREN} {AMOUNT} {BY_CHILD}",
        ),
        "unit_cost_parts": rows(
            "year care_arrangement part",
            (2020, HOME, "staff"),
            (2020, HOME, "capital"),
            (2020, FOSTER, "support"),
            numbers=f"amount_eur {PER_MONTH}",
        ),
        "payer_split": rows(
            "year care_arrangement payer",
            (2020, HOME, "state"),
            (2020, HOME, "municipality"),
            (2020, FOSTER, "state"),
            numbers="amount_eur share",
        ),
        "provider_unit_costs": rows(
            "year care_arrangement provider",
            (2020, HOME, "a"),
            (2020, HOME, "b"),
            (2021, HOME, "a"),
            numbers=f"place_days {CHILDREN} {AMOUNT} {BY_CHILD}",
        ),
        "comparison": rows(
            pair,
            (2020, HOME, FOSTER),
            (2020, HOME, GUARDIAN),
            (2021, HOME, FOSTER),
            numbers=f"{SIDES} {RATIOS} {COMMON} {SUPPORT}",
        ),
        "group_costs": rows(
            "year care_arrangement age_band need_level",
            (2020, HOME, "0-6", "standard"),
            (2020, HOME, "7-17", "standard"),
            (2020, FOSTER, "0-6", "standard"),
            numbers=f"child_months {PER_MONTH}",
        ),
        "case_mix": rows(
            f"{pair} groups",
            (2020, HOME, FOSTER, "age"),
            (2021, HOME, FOSTER, "age"),
            numbers=f"total_difference {MIX}",
        ),
        "payer_shift": rows(
            f"{pair} payer",
            (2020, HOME, FOSTER, "state"),
            (2020, HOME, FOSTER, "municipality"),
            (2020, HOME, GUARDIAN, "state"),
            numbers=f"{PAID_BEFORE} {PAID_AFTER} {CHANGE}",
        ),
        "capital_scenarios": rows(
            "year care_arrangement valuation discount_rate",
            (2020, HOME, "recorded", 0.04),
            (2020, FOSTER, "recorded", 0.04),
            (2021, FOSTER, "recorded", 0.04),
            numbers=f"{CAPITAL} {DIFFERENCE}",
        ),
        "occupancy_curve": rows(
            "year care_arrangement occupancy", (2020, HOME, 0.5), (2021, HOME, 0.5),
            numbers=PER_MONTH,
        ),
        "occupancy_effects": rows(
            "care_arrangement provider first_year last_year",
            (HOME, None, 2020, 2021),
            (HOME, "a", 2020, 2021),
            (HOME, "a", 2018, 2020),
            (HOME, "a", 2018, 2019),
            numbers=OVER_YEARS,
        ),
        "provider_bootstrap": rows(
            f"{pair} caution", (2020, HOME, FOSTER, ""), (2021, HOME, FOSTER, ""),
            numbers=f"providers {ENDS}",
        ),
        "sensitivity": rows(
            f"{pair} parameter", (2020, HOME, FOSTER, "rate"), (2021, HOME, FOSTER, "rate"),
            numbers=SWITCH,
        ),
        "sensitivity_points": rows(
            f"{pair} parameter point", (2020, HOME, FOSTER, "rate", 1),
            (2021, HOME, FOSTER, "rate", 1), numbers=POINTS,
        ),
        "simulation": rows(
            f"{pair} draws", (2020, HOME, FOSTER, 9), (2021, HOME, FOSTER, 9), numbers=DRAWN
        ),
        "simulated_costs": rows(
            "year care_arrangement draws", (2020, HOME, 9), (2020, FOSTER, 9), numbers=QUANTILES
        ),
    }  # fmt: skip


LINES = pd.DataFrame(
    [
        (2020, HOME, 600.0, "ledger"),
        (2020, FOSTER, 300.0, "register"),
        (2021, HOME, 100.0, "estimate"),
    ],
    columns=["year", "care_arrangement", "amount_eur", "source"],
)
SOURCES = pd.DataFrame(
    {
        "source": ["ledger", "register", "estimate"],
        "evidence": ["published", "administrative", "expert"],
    }
)


def evaluation(tables: dict[str, pd.DataFrame]) -> CostEvaluation:
    nothing = pd.DataFrame()
    return CostEvaluation(
        tables=tables,
        evidence=pd.Series({"published": 1.0}),
        counted={"activity": pd.DataFrame({"year": [2020], "child_days": [365], "source": ["x"]})},
        missing_costs=nothing,
        coverage_changes=nothing,
        not_by_group=nothing,
        recorded_allowance_eur=120.0,
        ledger_codes=nothing,
        lines=LINES,
    )


def released(*hidden: tuple, tables: dict[str, pd.DataFrame] | None = None) -> CostEvaluation:
    made = evaluation(cost_tables() if tables is None else tables)
    return release_costs(made, frozenset(hidden), SOURCES)


# What rests on both the children and the cost of an arrangement, wherever it is compared.
COMPARED = dict(
    case_mix={0: f"total_difference {MIX}"},
    provider_bootstrap={0: ENDS},
    sensitivity={0: SWITCH},
    sensitivity_points={0: POINTS},
    simulation={0: DRAWN},
)
OF_HOME = dict(
    COMPARED,
    comparison=dict.fromkeys((0, 1), f"reference_eur_per_child_month {RATIOS} {COMMON} {SUPPORT}"),
    capital_scenarios={0: f"{CAPITAL} {DIFFERENCE}", 1: DIFFERENCE},
    occupancy_curve={0: PER_MONTH},
    occupancy_effects={0: OVER_YEARS},
    simulated_costs={0: QUANTILES},
)
OF_FOSTER = dict(
    COMPARED,
    comparison={0: f"alternative_eur_per_child_month {RATIOS} {COMMON} {SUPPORT}"},
    capital_scenarios={1: f"{CAPITAL} {DIFFERENCE}"},
    simulated_costs={1: QUANTILES},
)
PART_OF_PAIR = dict(
    payer_shift={0: AT_ONCE, 1: AT_ONCE},
    sensitivity={0: SWITCH},
    sensitivity_points={0: POINTS},
)
GROUP_OF_PAIR = dict(case_mix={0: MIX})

HIDES = {
    ("days", 2020, HOME): expected(
        **OF_HOME,
        unit_costs={0: f"{CHILDREN} {BY_CHILD}"},
        unit_cost_parts={0: PER_MONTH, 1: PER_MONTH},
        group_costs={0: PER_MONTH, 1: PER_MONTH},
        payer_shift=dict.fromkeys((0, 1), f"{PAID_BEFORE} {CHANGE}")
        | {2: f"{PAID_BEFORE} {CHANGE}"},
    ),
    ("total", 2020, HOME): expected(
        **OF_HOME,
        unit_costs={0: f"{AMOUNT} {BY_CHILD}"},
        payer_split={0: "share", 1: "share"},
        payer_shift=dict.fromkeys((0, 1, 2), AT_ONCE),
    ),
    ("few", 2020, HOME): expected(
        **OF_HOME,
        unit_costs={0: f"{AMOUNT} {BY_CHILD}"},
        unit_cost_parts=dict.fromkeys((0, 1), f"amount_eur {PER_MONTH}"),
        payer_split=dict.fromkeys((0, 1), "amount_eur share"),
        payer_shift=dict.fromkeys((0, 1, 2), f"{PAID_BEFORE} {CHANGE}"),
    ),
    ("days", 2020, FOSTER): expected(
        **OF_FOSTER,
        unit_costs={1: f"{CHILDREN} {BY_CHILD}"},
        unit_cost_parts={2: PER_MONTH},
        group_costs={2: PER_MONTH},
        payer_shift=dict.fromkeys((0, 1), f"{PAID_AFTER} {CHANGE}"),
    ),
    ("total", 2020, FOSTER): expected(
        **OF_FOSTER,
        unit_costs={1: f"{AMOUNT} {BY_CHILD}"},
        payer_split={2: "share"},
        payer_shift=dict.fromkeys((0, 1), AT_ONCE),
    ),
    ("few", 2020, FOSTER): expected(
        **OF_FOSTER,
        unit_costs={1: f"{AMOUNT} {BY_CHILD}"},
        unit_cost_parts={2: f"amount_eur {PER_MONTH}"},
        payer_split={2: "amount_eur share"},
        payer_shift=dict.fromkeys((0, 1), f"{PAID_AFTER} {CHANGE}"),
    ),
    ("part", 2020, HOME, "staff"): expected(
        **PART_OF_PAIR | {"payer_shift": dict.fromkeys((0, 1, 2), AT_ONCE)},
        unit_cost_parts={0: f"amount_eur {PER_MONTH}"},
        comparison={0: COMMON, 1: COMMON},
        occupancy_curve={0: PER_MONTH},
    ),
    ("part", 2020, HOME, "capital"): expected(
        **PART_OF_PAIR | {"payer_shift": dict.fromkeys((0, 1, 2), AT_ONCE)},
        unit_cost_parts={1: f"amount_eur {PER_MONTH}"},
        comparison={0: COMMON, 1: COMMON},
        occupancy_curve={0: PER_MONTH},
        capital_scenarios={0: f"{CAPITAL} {DIFFERENCE}", 1: DIFFERENCE},
    ),
    ("part", 2020, FOSTER, "support"): expected(
        **PART_OF_PAIR,
        unit_cost_parts={2: f"amount_eur {PER_MONTH}"},
        comparison={0: f"{COMMON} {SUPPORT}"},
    ),
    ("part", 2020, FOSTER, "capital"): expected(
        **PART_OF_PAIR,
        comparison={0: COMMON},
        capital_scenarios={1: f"{CAPITAL} {DIFFERENCE}"},
    ),
    ("payer", 2020, HOME, "state"): expected(
        payer_split={0: "amount_eur share"},
        payer_shift={0: f"{PAID_BEFORE} {CHANGE}", 2: f"{PAID_BEFORE} {CHANGE}"},
    ),
    ("payer", 2020, FOSTER, "state"): expected(
        payer_split={2: "amount_eur share"}, payer_shift={0: f"{PAID_AFTER} {CHANGE}"}
    ),
    ("home_days", 2020, HOME, "a"): expected(
        provider_unit_costs={0: f"{CHILDREN} {PLACES} {BY_CHILD}"},
        # The places of all homes, less those of b, are those of a.
        unit_costs={0: f"{PLACES} occupancy"},
        occupancy_curve={0: PER_MONTH},
        occupancy_effects=dict.fromkeys((0, 1, 2), OVER_YEARS),
    ),
    ("home_total", 2020, HOME, "a"): expected(
        provider_unit_costs={0: f"{AMOUNT} {BY_CHILD}"},
        occupancy_effects={1: OVER_YEARS, 2: OVER_YEARS},
    ),
    ("few", 2020, HOME, "a"): expected(
        provider_unit_costs={0: f"{AMOUNT} {BY_CHILD}"},
        occupancy_effects={1: OVER_YEARS, 2: OVER_YEARS},
    ),
    ("group_days", 2020, HOME, "0-6", "standard"): expected(
        **GROUP_OF_PAIR, group_costs={0: f"child_months {PER_MONTH}"}
    ),
    ("group_total", 2020, FOSTER, "0-6", "standard"): expected(
        **GROUP_OF_PAIR, group_costs={2: PER_MONTH}
    ),
    ("few", 2020, HOME, "0-6", "standard"): expected(group_costs={0: PER_MONTH}),
    ("band_days", 2020, FOSTER, "0-6"): expected(**GROUP_OF_PAIR),
    ("total", 2021, GUARDIAN): {},
}  # fmt: skip


@pytest.mark.parametrize("key", HIDES, ids=lambda key: "-".join(map(str, key)))
def test_a_hidden_cell_hides_what_rests_on_it_and_nothing_else(key):
    assert hidden_in(cost_tables(), released(key).tables) == HIDES[key]


def test_every_column_that_rests_on_cells_is_hidden_by_one_of_them():
    assert never_hidden(costs._RESTS, HIDES) == set()


def test_places_of_all_homes_are_shown_where_those_of_two_are_hidden():
    hidden = [("home_days", 2020, HOME, name) for name in "ab"]
    assert "unit_costs" not in hidden_in(cost_tables(), released(*hidden).tables)
    # Of b, nobody recorded places: those of all would be those of a.
    tables = cost_tables()
    tables["provider_unit_costs"].loc[1, "place_days"] = np.nan
    found = hidden_in(tables, released(*hidden, tables=tables).tables)
    assert found["unit_costs"] == {0: {*PLACES.split(), "occupancy"}}


@pytest.mark.parametrize(
    ("parameter", "hidden"),
    [("occupancy", HOME), ("alternative_occupancy", FOSTER), ("reference_error", None)],
)
def test_ranges_of_occupancy_rest_on_the_places_of_single_homes(parameter, hidden):
    pair = "year reference alternative parameter"
    tables = {
        **cost_tables(),
        "sensitivity": rows(pair, (2020, HOME, FOSTER, parameter), numbers=SWITCH),
        "sensitivity_points": rows(pair, (2020, HOME, FOSTER, parameter), numbers=POINTS),
    }
    tables["provider_unit_costs"]["care_arrangement"] = [HOME, FOSTER, FOSTER]
    for code in (HOME, FOSTER):
        place = ("home_days", 2020, code, "a" if code == HOME else "b")
        found = hidden_in(tables, released(place, tables=tables).tables)
        shown = {name: found.get(name) for name in ("sensitivity", "sensitivity_points")}
        expected_columns = expected(sensitivity={0: SWITCH}, sensitivity_points={0: POINTS})
        assert shown == (expected_columns if code == hidden else dict.fromkeys(shown))


@pytest.mark.parametrize(
    ("parameter", "side"),
    [("reference_cost", HOME), ("alternative_cost", FOSTER), ("reference_error", None)],
)
def test_ranges_from_the_cheapest_to_the_dearest_home_rest_on_every_home(parameter, side):
    pair = "year reference alternative parameter"
    ranges = rows(pair, (2020, HOME, FOSTER, parameter), (2021, HOME, FOSTER, parameter),
                  numbers=SWITCH)  # fmt: skip
    tables = {**cost_tables(), "sensitivity": ranges}
    tables["provider_unit_costs"]["care_arrangement"] = [HOME, FOSTER, FOSTER]
    for code in (HOME, FOSTER):
        home = ("home_total", 2020, code, "a" if code == HOME else "b")
        found = hidden_in(tables, released(home, tables=tables).tables)
        assert found.get("sensitivity") == (
            expected(sensitivity={0: SWITCH})["sensitivity"] if code == side else None
        )


@pytest.mark.parametrize("hidden", [("days", 2021, HOME), ("home_days", 2021, HOME, "a")])
def test_range_down_to_the_emptiest_year_rests_on_all_years(hidden):
    pair = "year reference alternative parameter"
    ranges = rows(
        pair, (2020, HOME, FOSTER, "occupancy"), (2020, HOME, FOSTER, "alternative_occupancy"),
        numbers=SWITCH,
    )  # fmt: skip
    tables = {**cost_tables(), "sensitivity": ranges}
    shown = released(hidden, tables=tables).tables["sensitivity"].set_index("parameter")["low"]
    assert list(shown.map(is_hidden)[["occupancy", "alternative_occupancy"]]) == [True, False]


def test_that_a_hidden_difference_never_switches_is_hidden():
    tables = cost_tables()
    tables["sensitivity"]["switch_value"] = np.nan
    found = hidden_in(tables, released(("total", 2020, HOME), tables=tables).tables)
    assert "switch_value" in found["sensitivity"][0]
    assert 1 not in found["sensitivity"]


def test_hidden_spans_are_not_in_the_order_of_their_size():
    pair = "year reference alternative"
    table = rows(
        f"{pair} parameter",
        (2020, HOME, FOSTER, "support"),
        (2020, HOME, FOSTER, "rate"),
        (2020, HOME, FOSTER, "occupancy"),
        numbers=SWITCH,
    )
    shown = released(("total", 2020, HOME), tables={**cost_tables(), "sensitivity": table}).tables
    assert list(shown["sensitivity"]["parameter"]) == ["occupancy", "rate", "support"]


def test_ratio_between_few_providers_shows_no_interval():
    tables = cost_tables()
    tables["provider_bootstrap"]["caution"] = ["few_providers", "one_sided"]
    found = hidden_in(tables, released(tables=tables).tables)
    assert found == expected(provider_bootstrap={0: ENDS})


def test_evidence_is_that_of_costs_that_are_shown():
    # 600 of the ledger, 300 of the register, 100 estimated: what is hidden tells no share.
    shares = released().evidence
    assert shares.to_dict() == {"published": 0.6, "administrative": 0.3, "expert": 0.1}
    assert released(("total", 2020, FOSTER)).evidence.to_dict() == pytest.approx(
        {"published": 600 / 700, "expert": 100 / 700}
    )
    assert released(("few", 2021, HOME)).evidence.to_dict() == pytest.approx(
        {"published": 600 / 900, "administrative": 300 / 900}
    )
    assert len(released(("days", 2020, FOSTER)).evidence) == 3


@pytest.mark.parametrize(
    ("hidden", "shown"),
    [
        (("few", 2020, FOSTER), 0.0),
        (("few", 2020, GUARDIAN), 0.0),
        (("few", 2020, HOME), 120.0),
        (("days", 2020, FOSTER), 120.0),
    ],
)
def test_allowances_of_few_children_are_not_shown(hidden, shown):
    assert released(hidden).recorded_allowance_eur == shown


def test_report_gets_neither_lines_nor_numbers_of_rows():
    shown = released()
    assert isinstance(shown.tables, ReleasedTables)
    assert len(shown.lines) == 0
    assert list(shown.lines) == list(LINES)
    assert list(shown.counted["activity"]) == ["year", "source"]


# ------------------------------------------------------------------------- cells and their sums

HOMES = pd.DataFrame(
    [
        (2020, HOME, "a", 120.0, 1000.0),
        (2020, HOME, "b", 240.0, 2000.0),
    ],
    columns=["year", "care_arrangement", "provider", "child_months", "total_eur"],
)


def region_tables(homes: pd.DataFrame = HOMES, whole_eur: float = 3500.0) -> dict:
    """Two homes in which 10 and 20 children live on average, and 500 EUR that no home spends."""
    return {
        "unit_costs": pd.DataFrame(
            [(2020, HOME, homes["child_months"].sum(), whole_eur)],
            columns=["year", "care_arrangement", "child_months", "total_eur"],
        ),
        "unit_cost_parts": pd.DataFrame(
            [(2020, HOME, "staff", whole_eur - 900.0), (2020, HOME, "capital", 900.0)],
            columns=["year", "care_arrangement", "part", "amount_eur"],
        ),
        "payer_split": pd.DataFrame(
            [(2020, HOME, "state", whole_eur - 700.0), (2020, HOME, "municipality", 700.0)],
            columns=["year", "care_arrangement", "payer", "amount_eur"],
        ),
        "provider_unit_costs": homes,
        "group_costs": pd.DataFrame(
            [
                (2020, HOME, "0-6", "all", 120.0, 15.0),
                (2020, HOME, "7-17", "all", homes["child_months"].sum() - 120.0, 8.5),
            ],
            columns=[
                *("year", "care_arrangement", "age_band", "need_level"),
                *("child_months", "cost_per_child_month_eur"),
            ],
        ),
        "others": pd.DataFrame(),
    }


def test_children_on_average_are_child_months_over_the_year():
    cells = Cells(RULES)
    costs._add_days(cells, region_tables())
    whole, a, b = ("days", 2020, HOME), *(("home_days", 2020, HOME, name) for name in "ab")
    young, old = (("group_days", 2020, HOME, band, "all") for band in ("0-6", "7-17"))
    assert values_of(cells) == {
        whole: 360 / 12, a: 120 / 12, b: 240 / 12, young: 120 / 12, old: 240 / 12,
    }  # fmt: skip
    assert losses_of(cells) == {whole: WHOLE, a: DETAIL, b: DETAIL, young: DETAIL, old: DETAIL}
    assert sums_of(cells) == {(whole, frozenset({a, b})), (whole, frozenset({young, old}))}


def test_children_of_no_home_are_a_part_that_nobody_sees():
    tables = region_tables()
    tables["unit_costs"]["child_months"] = 360.0 + 36.0
    cells = Cells(RULES)
    costs._add_days(cells, tables)
    assert cells.value(("days", 2020, HOME, "rest")) == 396 / 12 - 360 / 12
    # The groups do not add up to the whole: nothing follows from them.
    assert {len(parts) for _, parts in sums_of(cells)} == {3}


def test_amounts_add_up_by_part_by_payer_by_home_and_by_group():
    cells = Cells(RULES, persons=False)
    costs._add_amounts(cells, region_tables())
    whole, rest = ("total", 2020, HOME), ("total", 2020, HOME, "rest")
    parts = [("part", 2020, HOME, name) for name in ("staff", "capital")]
    payers = [("payer", 2020, HOME, name) for name in ("state", "municipality")]
    homes = [("home_total", 2020, HOME, name) for name in "ab"]
    groups = [("group_total", 2020, HOME, name, "all") for name in ("0-6", "7-17")]
    assert values_of(cells) == {
        whole: 3500.0,
        **dict(zip(parts, (2600.0, 900.0), strict=True)),
        **dict(zip(payers, (2800.0, 700.0), strict=True)),
        **dict(zip(homes, (1000.0, 2000.0), strict=True)),
        **dict(zip(groups, (120 * 15.0, 240 * 8.5), strict=True)),
        rest: 3500 - 1000 - 2000,
    }
    assert losses_of(cells) == {
        whole: WHOLE, rest: UNSEEN,
        **dict.fromkeys([*parts, *payers], SUM), **dict.fromkeys([*homes, *groups], DETAIL),
    }  # fmt: skip
    # 120 × 15 + 240 × 8.50 = 3,840, not 3,500: the groups tell nothing of the whole.
    assert sums_of(cells) == {
        (whole, frozenset(parts)),
        (whole, frozenset(payers)),
        (whole, frozenset({*homes, rest})),
    }


def test_amounts_of_groups_add_up_where_all_is_spread():
    cells = Cells(RULES, persons=False)
    costs._add_amounts(cells, region_tables(whole_eur=120 * 15.0 + 240 * 8.5))
    groups = frozenset(("group_total", 2020, HOME, name, "all") for name in ("0-6", "7-17"))
    assert (("total", 2020, HOME), groups) in sums_of(cells)


@pytest.mark.parametrize("column", ["child_months", "cost_per_child_month_eur"])
def test_amount_of_a_group_is_hidden_in_an_edition_that_hides_its_children_or_cost(column):
    tables = region_tables()
    tables["group_costs"] = masked(tables["group_costs"], {column: np.array([True, False])})
    seen = []

    class Noted(Cells):
        def add(self, key, value, loss):
            seen.append((key, value))
            super().add(key, value, loss)

    costs._add_amounts(Noted(RULES, persons=False), tables)
    amounts = dict(seen)
    assert is_hidden(amounts["group_total", 2020, HOME, "0-6", "all"])
    assert amounts["group_total", 2020, HOME, "7-17", "all"] == 240 * 8.5


def test_hidden_children_of_a_group_of_unknown_cost_are_hidden_not_unknown():
    tables = region_tables()
    unknown = tables["group_costs"].assign(cost_per_child_month_eur=[np.nan, 8.5])
    tables["group_costs"] = masked(unknown, {"child_months": np.array([True, False])})
    seen = Seen(RULES, persons=False)
    costs._add_amounts(seen, tables)
    assert seen.unseen == {("group_total", 2020, HOME, "0-6", "all")}


# The lists of what tables rest on are made when the module is read: these say what makes them.
def test_a_comparison_rests_on_both_sides_and_on_the_parts_of_both():
    row = {"year": 2020, "reference": HOME, "alternative": FOSTER}
    units = [(2020, HOME), (2020, FOSTER)]
    assert set(costs._pair_and("some_part")(row)) == {
        (name, *unit) for unit in units for name in ("total", "days", "few", "some_part")
    }
    of_one = {"year": 2020, "care_arrangement": HOME}
    assert set(costs._pair_and("some_group")(of_one)) == {
        (name, 2020, HOME) for name in ("total", "days", "few", "some_group")
    }


def test_a_detail_rests_on_itself_and_on_its_arrangement_having_many():
    row = {"year": 2020, "care_arrangement": HOME, "part": "staff", "payer": "state"}
    assert costs._detail("part", "part")(row) == [
        ("part", 2020, HOME, "staff"),
        ("few", 2020, HOME),
    ]
    assert costs._detail("x", "payer", "part")(row)[0] == ("x", 2020, HOME, "state", "staff")


COST_LINES = pd.DataFrame(
    [
        (2020, HOME, "a", "staff", "state", 700.0),
        (2020, HOME, "a", "capital", "municipality", 300.0),
        (2020, HOME, "b", "staff", "state", 2000.0),
        (2020, HOME, None, "staff", None, 500.0),
        (2020, HOME, "b", None, "state", None),
        (2020, FOSTER, None, "support", "state", 90.0),
    ],
    columns=["year", "care_arrangement", "provider", "part", "payer", "amount_eur"],
)


def test_amounts_are_held_by_who_runs_the_home_and_payments_to_families_by_nobody():
    held = costs._held(COST_LINES, {"a": "town", "b": "town"})
    assert held == {
        ("total", 2020, HOME): {"town": 700.0 + 300.0 + 2000.0, "region": 500.0},
        ("part", 2020, HOME, "staff"): {"town": 700.0 + 2000.0, "region": 500.0},
        ("part", 2020, HOME, "capital"): {"town": 300.0},
        ("payer", 2020, HOME, "state"): {"town": 700.0 + 2000.0},
        ("payer", 2020, HOME, "municipality"): {"town": 300.0},
        ("home_total", 2020, HOME, "a"): {"town": 700.0 + 300.0},
        ("home_total", 2020, HOME, "b"): {"town": 2000.0},
    }


ACTIVITY = pd.DataFrame(
    [
        (2020, HOME, "a", "0-6", "all", 365),
        (2020, HOME, "b", "7-17", "all", 365),
        (2020, HOME, "c", "7-17", "all", 365),
        (2020, HOME, "d", "7-17", "all", 365),
        (2020, HOME, "e", "0-6", "all", 0),
        (2020, HOME, "f", "18+", "complex", 1),
        (2020, HOME, None, "0-6", "all", 365),
        (2021, HOME, "b", "0-6", "all", 365),
        (2020, "youth_house", "c", "0-6", "all", 365),
    ],
    columns=["year", "care_arrangement", "provider", "age_band", "need_level", "child_days"],
)
NAMED = {name: f"body {name}" for name in "abcdef"}


@pytest.mark.parametrize(
    ("band", "need", "few"),
    [
        ("0-6", "all", True),  # a alone: e had no children, and the nameless is no home
        ("7-17", "all", False),  # b, c and d
        ("18+", "all", True),  # f
        ("18+", "complex", True),
        ("18+", "standard", False),  # nobody: no home is told of
        ("all", "all", False),  # five homes
    ],
)
def test_group_that_fewer_than_three_bodies_care_for_is_named(band, need, few):
    group = (2020, HOME, band, need)
    table = pd.DataFrame(
        [group], columns=["year", "care_arrangement", "age_band", "need_level"]
    )  # fmt: skip
    assert costs._groups_of_few(table, ACTIVITY, NAMED, RULES) == ([group] if few else [])


def test_homes_of_one_body_are_one_holder_of_a_group():
    table = pd.DataFrame(
        [(2020, HOME, "7-17", "all")],
        columns=["year", "care_arrangement", "age_band", "need_level"],
    )
    one = {**NAMED, "b": "body c"}
    assert len(costs._groups_of_few(table, ACTIVITY, one, RULES)) == 1


# ----------------------------------------------------------------------------------- what goes


def bodies(*children: float, held: str | None = None) -> tuple:
    """A region with as many homes; each child costs 100 EUR a month, all of it staff and state."""
    names = "abcdefgh"[: len(children)]
    homes = pd.DataFrame(
        [(2020, HOME, name, 12 * n, 1200 * n) for name, n in zip(names, children, strict=True)],
        columns=["year", "care_arrangement", "provider", "child_months", "total_eur"],
    ).astype({"child_months": float, "total_eur": float})
    unit = ["year", "care_arrangement"]
    tables = {
        "unit_costs": homes.groupby(unit)[["child_months", "total_eur"]].sum().reset_index(),
        "unit_cost_parts": pd.DataFrame(
            [(2020, HOME, "staff", 1200.0 * sum(children))], columns=[*unit, "part", "amount_eur"]
        ),
        "payer_split": pd.DataFrame(
            [(2020, HOME, "state", 1200.0 * sum(children))], columns=[*unit, "payer", "amount_eur"]
        ),
        "provider_unit_costs": homes,
        "group_costs": pd.DataFrame(
            [(2020, HOME, "all", "all", 12.0 * sum(children), 100.0)],
            columns=[*unit, "age_band", "need_level", "child_months", "cost_per_child_month_eur"],
        ),
    }
    lines = homes.rename(columns={"total_eur": "amount_eur"}).assign(part="staff", payer="state")
    activity = homes.assign(age_band="all", need_level="all", child_days=365)
    holders = {name: held or f"body {name}" for name in names}
    return tables, lines, activity, holders


def found(*children: float, held: str | None = None, earlier: tuple = ()) -> set:
    return set(hidden_costs(*bodies(*children, held=held), RULES, SECONDS, earlier))


def of(kind: str, keys: set) -> str:
    """The homes whose cells of a kind are hidden."""
    return "".join(sorted(str(key[3]) for key in keys if key[0] == kind and len(key) == 4))


def test_home_of_few_children_is_hidden_with_another_one_and_marked_as_few():
    keys = found(5, 20, 30)
    assert of("few", keys) == "a"
    assert len(of("home_days", keys)) == 2
    assert "a" in of("home_days", keys)
    assert ("days", 2020, HOME) not in keys


@pytest.mark.parametrize(("first", "beside"), [(2021, "c"), (2020, "c"), (2022, "b")])
def test_home_whose_annex_tells_its_children_protects_no_other(first, beside):
    # Its plan of 2021 begins with the 20 at the end of 2020: 55 − 20 − 30 would be a's 5.
    plans = pd.DataFrame({"provider": ["b", "b", "z"], "year": [first, first + 1, 2000]})
    keys = hidden_costs(*bodies(5, 20, 30), RULES, SECONDS, plans=plans)
    assert of("home_days", keys) == f"a{beside}"
    assert of("home_days", found(20, 5, 30)) == "ab"  # without plans, the first is as good


@pytest.mark.parametrize(("homes", "plans"), [(0, 2), (2, 0), (0, 0)])
def test_region_without_homes_or_plans_has_no_homes_with_plans(homes, plans):
    ours = bodies(5, 20)[0]["provider_unit_costs"].astype({"provider": "str"})
    of_plans = pd.DataFrame({"provider": ["a", "b"], "year": [2020, 2020]})
    of_plans = of_plans.astype({"provider": "str"})
    found = costs._planned(ours.head(homes), of_plans.head(plans))
    assert list(found) == list(ours)
    assert len(found) == 0
    assert len(costs._planned(ours, of_plans)) == 2


def test_home_whose_annex_tells_its_children_is_hidden_where_there_is_no_other():
    plans = pd.DataFrame({"provider": ["a", "b"], "year": [2020, 2020]})
    keys = hidden_costs(*bodies(5, 20), RULES, SECONDS, plans=plans)
    assert of("home_days", keys) == "ab"  # safe from who sees this report alone
    assert ("days", 2020, HOME) not in keys


@pytest.mark.parametrize(("children", "few"), [(7.9, "a"), (0.5, "a"), (8, ""), (0, "")])
def test_few_are_less_than_eight_on_average_and_not_nobody(children, few):
    assert of("few", found(children, 20, 30)) == few


def test_amounts_of_single_homes_are_hidden_and_their_sum_is_shown():
    keys = found(20, 25, 30)
    assert of("home_total", keys) == "abc"
    assert ("total", 2020, HOME) not in keys
    assert of("home_days", keys) == ""


def test_amounts_of_one_body_are_hidden_by_part_payer_and_group_too():
    keys = found(20, 25, 30, held="town")
    for kind in ("total", "part", "payer", "group_total"):
        assert any(key[0] == kind for key in keys), kind
    assert not {key for key in keys if key[0] in ("few", "days", "home_days", "group_days")}


def test_amount_of_one_body_does_not_follow_from_what_others_pay_for():
    # The EU pays for support alone, so no more than its 630: beside the 9,030 of the town, what the
    # association got from others would be between 13,630 − 9,030 − 630 and 13,630 − 9,030.
    tables, _, activity, holders = bodies(20, 25, 30)
    lines = pd.DataFrame(
        [
            *((2020, HOME, name, "staff", "municipality", 3000.0) for name in "abc"),
            (2020, HOME, "a", "staff", "other", 4000.0),
            *((2020, HOME, name, "support", "municipality", 10.0) for name in "abc"),
            *((2020, HOME, name, "support", "eu_fund", 200.0) for name in "abc"),
        ],
        columns=["year", "care_arrangement", "provider", "part", "payer", "amount_eur"],
    )
    unit = ["year", "care_arrangement"]
    for name, key, column in (
        ("unit_costs", unit, "total_eur"),
        ("unit_cost_parts", [*unit, "part"], "amount_eur"),
        ("payer_split", [*unit, "payer"], "amount_eur"),
        ("provider_unit_costs", [*unit, "provider"], "total_eur"),
    ):
        sums = lines.groupby(key)["amount_eur"].sum().rename(column).reset_index()
        kept = tables[name][[c for c in tables[name] if c in key or c == "child_months"]]
        tables[name] = sums.merge(kept.drop_duplicates(key), how="left")
    keys = hidden_costs(tables, lines, activity, holders, RULES, SECONDS)
    assert {("payer", 2020, HOME, name) for name in ("other", "municipality")} <= keys


def test_cost_of_a_group_that_one_body_cares_for_is_hidden():
    tables, lines, _, holders = bodies(20, 25, 30)
    group = ["year", "care_arrangement", "age_band", "need_level"]
    tables["group_costs"] = pd.DataFrame(
        [(2020, HOME, "0-6", "all", 240.0, 100.0), (2020, HOME, "7-17", "all", 660.0, 100.0)],
        columns=[*group, "child_months", "cost_per_child_month_eur"],
    )
    activity = pd.DataFrame(
        [(2020, HOME, name, "0-6" if name == "a" else "7-17", "all", 365) for name in "abc"],
        columns=["year", "care_arrangement", "provider", "age_band", "need_level", "child_days"],
    )
    keys = hidden_costs(tables, lines, activity, holders, RULES, SECONDS)
    # Only a cares for the youngest, b and c for the others.
    assert {key[3] for key in keys if key[0] == "group_total"} == {"0-6", "7-17"}
    assert not {key for key in keys if key[0] == "group_days"}


def test_home_where_nobody_lived_shares_no_group():
    tables, lines, activity, holders = bodies(20, 25, 30)
    activity = activity.assign(child_days=[365, 0, 0], source=None)
    keys = hidden_costs(tables, lines, activity, holders, RULES, SECONDS)
    assert {key[3:] for key in keys if key[0] == "group_total"} == {("all", "all")}
    every = hidden_costs(tables, lines, activity.assign(child_days=1), holders, RULES, SECONDS)
    assert not {key for key in every if key[0] == "group_total"}


def test_amount_that_was_revised_by_little_is_shown():
    tables = bodies(20, 25, 30)[0]
    before = tables["unit_costs"].assign(total_eur=tables["unit_costs"]["total_eur"] - 5)
    assert found(20, 25, 30, earlier=({**tables, "unit_costs": before},)) == found(20, 25, 30)


def test_what_an_earlier_edition_hides_stays_hidden():
    tables = bodies(20, 25, 30)[0]
    before = tables["unit_costs"].assign(child_months=HIDDEN_VALUE)
    keys = found(20, 25, 30, earlier=({**tables, "unit_costs": before},))
    assert ("days", 2020, HOME) in keys
    assert ("total", 2020, HOME) not in keys
    before = tables["unit_costs"].assign(total_eur=HIDDEN_VALUE)
    keys = found(20, 25, 30, earlier=iter([{**tables, "unit_costs": before}]))
    assert ("days", 2020, HOME) not in keys
    assert ("total", 2020, HOME) in keys


# ------------------------------------------------------- age bands that the maintenance tells of

# What the law pays for a child [EUR/month], and who pays it; support is no such payment.
MAINTENANCE = {"0-6": 215.0, "7-17": 258.0}
REMUNERATION, SUPPORT_EUR = 130.0, 60.0


def families(
    groups: dict[tuple[str, str], float],
    code: str = FOSTER,
    support: float = SUPPORT_EUR,
    grouped: bool = True,
) -> tuple:
    """Arguments of `hidden_costs`: children by age and need in an arrangement without homes."""
    unit, children = ["year", "care_arrangement"], sum(groups.values())
    lines = pd.DataFrame(
        [
            (2020, code, "maintenance", "municipality",
             12 * sum(MAINTENANCE[band] * n for (band, _), n in groups.items())),
            (2020, code, "remuneration", "state", 12 * REMUNERATION * children),
            (2020, code, "support", "municipality", 12 * support * children),
        ],
        columns=[*unit, "part", "payer", "amount_eur"],
    ).assign(provider=None)  # fmt: skip
    lines = lines[lines["amount_eur"] > 0]
    group = [*unit, "age_band", "need_level"]
    by_group = pd.DataFrame(
        [(2020, code, *about, 12.0 * n, 400.0) for about, n in groups.items()],
        columns=[*group, "child_months", "cost_per_child_month_eur"],
    )
    tables = {
        "unit_costs": pd.DataFrame(
            [(2020, code, 12.0 * children, lines["amount_eur"].sum())],
            columns=[*unit, "child_months", "total_eur"],
        ),
        "unit_cost_parts": lines.groupby([*unit, "part"])["amount_eur"].sum().reset_index(),
        "payer_split": lines.groupby([*unit, "payer"])["amount_eur"].sum().reset_index(),
        "provider_unit_costs": bodies(20)[0]["provider_unit_costs"].iloc[:0],
        "group_costs": by_group if grouped else by_group.iloc[:0],
    }
    activity = bodies(20)[2].iloc[:0]
    households = by_group.rename(columns={"need_level": "children_in_household"})
    return tables, lines, activity, {}, RULES, SECONDS, (), households


def few_young(children: float = 5.0) -> dict[tuple[str, str], float]:
    return {("0-6", "standard"): children, ("7-17", "standard"): 60.0}


COMPLEX = {
    ("0-6", "standard"): 40.0, ("0-6", "complex"): 5.0,
    ("7-17", "standard"): 80.0, ("7-17", "complex"): 7.0,
}  # fmt: skip


def hidden_kinds(*arguments: object) -> dict[str, set]:
    found: dict[str, set] = {}
    for key in hidden_costs(*arguments):
        if key[0] not in ("few", "part_payer"):  # they stand in no table
            found.setdefault(str(key[0]), set()).add(key[3:])
    return found


def test_groups_of_an_age_whose_children_follow_from_the_maintenance_are_hidden_in_pairs():
    # 12 · (215 · 45 + 258 · 87) EUR for 132 children tell 45 of 0–6: 45 − 40 would be 5.
    assert hidden_kinds(*families(COMPLEX)) == {"group_days": set(COMPLEX)}


def test_groups_of_an_arrangement_without_statutory_payments_have_no_such_sums():
    few = {about for about, children in COMPLEX.items() if children < 8}
    assert hidden_kinds(*families(COMPLEX, code=HOME)) == {"group_days": few}


def test_groups_have_no_such_sums_where_the_maintenance_is_not_known():
    arguments = families(COMPLEX)
    arguments[0]["unit_cost_parts"].loc[0, "amount_eur"] = np.nan
    few = {about for about, children in COMPLEX.items() if children < 8}
    assert hidden_kinds(*arguments)["group_days"] == few


@pytest.mark.parametrize("grouped", [True, False])
def test_maintenance_that_tells_of_few_children_of_an_age_is_hidden(grouped):
    # The state pays the remuneration alone: what is hidden beside the maintenance is the support.
    found = hidden_kinds(*families(few_young(), grouped=grouped))
    assert found.pop("band_days") == {("0-6",), ("7-17",)}
    assert found.pop("group_days", set()) == (set(few_young()) if grouped else set())
    assert found == {"part": {("maintenance",), ("support",)}}


def test_maintenance_does_not_follow_from_who_pays_it():
    found = hidden_kinds(*families(few_young(), support=0.0))
    assert found["part"] == {("maintenance",), ("remuneration",)}
    assert found["payer"] == {("municipality",), ("state",)}


@pytest.mark.parametrize("grouped", [True, False])
@pytest.mark.parametrize("children", [0.0, 8.0])
def test_maintenance_is_shown_where_no_age_has_few_children(children, grouped):
    assert hidden_kinds(*families(few_young(children), grouped=grouped)) == {}


def test_maintenance_of_few_children_in_all_is_hidden_with_their_arrangement():
    keys = hidden_costs(*families({("0-6", "standard"): 2.0, ("7-17", "standard"): 3.0}))
    assert ("few", 2020, FOSTER) in keys
    assert not {key for key in keys if key[0] in ("part", "payer", "total")}


def test_households_that_are_not_recorded_tell_nothing():
    *arguments, _ = families(few_young(), grouped=False)
    assert hidden_kinds(*arguments) == {}


@pytest.mark.parametrize("households", [True, False])
def test_children_of_an_age_are_those_of_the_groups_where_they_are_told_apart(households):
    *arguments, lived = families(few_young())
    # Households of another count say nothing beside groups.
    lived = lived.assign(child_months=12 * 30.0) if households else None
    found = hidden_kinds(*arguments, lived)
    assert found["band_days"] == {("0-6",), ("7-17",)}
    assert found["part"] == {("maintenance",), ("support",)}


@pytest.mark.parametrize("of", ["maintenance", "support"])
def test_maintenance_that_an_earlier_edition_shows_is_let_be(of):
    tables = families(few_young())[0]
    parts = tables["unit_cost_parts"]
    others = parts["part"].to_numpy() != of
    before = {"unit_cost_parts": parts.assign(amount_eur=parts["amount_eur"].where(~others))}
    earlier = (before, {"unit_costs": tables["unit_costs"]})
    *arguments, _, households = families(few_young())
    found = hidden_kinds(*arguments, earlier, households)
    assert (("maintenance",) in found.get("part", set())) == (of == "support")


def test_maintenance_of_nobody_is_no_secret():
    days, amounts = Cells(RULES), Cells(RULES, persons=False)
    amounts.add(("part", 2020, FOSTER, "maintenance"), 100.0, SUM)
    days.add(("days", 2020, FOSTER), 0.0, WHOLE)
    assert costs._maintenance(amounts, days, (2020, FOSTER), RULES) == []
    assert costs._maintenance(amounts, days, (2021, FOSTER), RULES) == []


def test_maintenance_stays_uncertain_by_what_few_children_get():
    tables, lines, *_, households = families(few_young())
    needed = {
        **tables,
        "bands": costs._bands(tables["unit_cost_parts"], tables["group_costs"], households),
        "part_payers": costs._part_payers(lines),
    }
    days, amounts = Cells(RULES), Cells(RULES, persons=False)
    costs._add_days(days, needed)
    costs._add_amounts(amounts, needed)
    assert days.value(("band_days", 2020, FOSTER, "0-6")) == 5
    paid = 12 * (215 * 5 + 258 * 60)
    (one,) = costs._maintenance(amounts, days, (2020, FOSTER), RULES)
    assert (one.below, one.above) == pytest.approx((paid / 65 * 8, paid / 65 * 8))
    cell = ("part_payer", 2020, FOSTER)
    upkeep, support = ((*cell, part, "municipality") for part in ("maintenance", "support"))
    assert {
        (("payer", 2020, FOSTER, "municipality"), frozenset({upkeep, support})),
        (("part", 2020, FOSTER, "maintenance"), frozenset({upkeep})),
    } <= sums_of(amounts)
    assert losses_of(amounts)[support] == UNSEEN
    assert losses_of(days)["band_days", 2020, FOSTER, "0-6"] == SUM
