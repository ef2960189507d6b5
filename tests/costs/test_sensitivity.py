from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from dieval.costs.assumptions import CostAssumptions
from dieval.costs.sensitivity import (
    CostModel,
    Range,
    cost_model,
    one_way,
    points_of,
    ranges_of_pair,
    sensitivity,
)

COLUMNS = [
    *("year", "reference", "alternative", "parameter", "low", "base", "high"),
    *("outcome_low", "outcome_base", "outcome_high", "span", "switch_value", "range_source"),
]
POINT_COLUMNS = ["year", "reference", "alternative", "parameter", "point", "value", "outcome"]


def a_range(outcome: Callable, low=1.0, base=2.0, high=5.0, **values: object) -> Range:
    usual: dict = dict(parameter="x", lowest=0.0, highest=100.0, range_source="invented")
    return Range(low=low, base=base, high=high, outcome=outcome, **{**usual, **values})


def only(table: pd.DataFrame) -> pd.Series:
    assert len(table) == 1
    return table.iloc[0]


def switch(outcome: Callable, lowest: float = 0.0, highest: float = 100.0) -> float:
    return only(one_way([a_range(outcome, lowest=lowest, highest=highest)]))["switch_value"]


# ---------------------------------------------------------------------------------------- one_way


def test_one_way_worked_example():
    row = only(one_way([a_range(lambda x: 30 - 4 * x)]))
    assert row.to_dict() == {
        "parameter": "x",
        "low": 1.0,
        "base": 2.0,
        "high": 5.0,
        "outcome_low": 30 - 4,
        "outcome_base": 30 - 8,
        "outcome_high": 30 - 20,
        "span": 4 * (5 - 1),
        "switch_value": pytest.approx(30 / 4, rel=1e-12),
        "range_source": "invented",
    }


def test_one_way_dear_end_is_seen_from_the_outcomes():
    falling = only(one_way([a_range(lambda x: 30 - 4 * x)]))
    rising = only(one_way([a_range(lambda x: 4 * x - 30)]))
    assert falling["outcome_low"] > falling["outcome_high"]
    assert rising["outcome_low"] < rising["outcome_high"]
    assert falling["span"] == rising["span"] == 16


def test_one_way_widest_span_stands_first_and_equal_ones_as_given():
    slopes = {"narrow": 1.0, "first": -3.0, "second": 3.0, "wide": 8.0, "third": 3.0, "none": 0.0}
    table = one_way(
        [
            a_range(lambda x, slope=slope: slope * x, parameter=name)
            for name, slope in slopes.items()
        ]
    )
    assert table["parameter"].to_list() == ["wide", "first", "second", "third", "narrow", "none"]
    assert table["span"].to_list() == [32, 12, 12, 12, 4, 0]
    assert table.index.to_list() == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(("base", "low", "high"), [(0.5, 0.5, 5.0), (9.0, 1.0, 9.0)])
def test_one_way_base_outside_its_range_widens_it(base, low, high):
    row = only(one_way([a_range(lambda x: 10 * x, base=base)]))
    assert (row["low"], row["base"], row["high"]) == (low, base, high)
    assert (row["outcome_low"], row["outcome_high"]) == (10 * low, 10 * high)


def test_one_way_of_no_ranges_is_an_empty_table_with_its_columns():
    table = one_way([])
    assert table.empty
    assert table.columns.to_list() == COLUMNS[3:]


def test_one_way_two_state_model_has_the_low_probability_as_its_dear_end():
    def cost(p12: np.ndarray, p21: np.ndarray) -> np.ndarray:
        first, second, total = 100.0, 0.0, 0.0
        for _ in range(10):
            first, second = first * (1 - p12) + second * p21, first * p12 + second * (1 - p21)
            total = total + 543 * first + 432 * second
        return total

    table = one_way(
        [
            a_range(lambda x: cost(np.full(x.shape, 0.5), x), 0.1, 0.2, 0.3, parameter="p21"),
            a_range(lambda x: cost(x, np.full(x.shape, 0.2)), 0.1, 0.5, 0.9, parameter="p12"),
        ]
    )
    assert table["parameter"].to_list() == ["p12", "p21"]
    assert table["outcome_base"].round().to_list() == [467_112, 467_112]
    assert table["outcome_low"].round().to_list() == [514_389, 456_666]
    assert table["outcome_high"].round().to_list() == [451_356, 475_359]
    assert table["span"].round().to_list() == [63_033, 18_693]


# ------------------------------------------------------------------------------- value of a switch


@pytest.mark.parametrize("root", [1e-6, 0.37, 2.0, 50.0, 99.99])
def test_switch_value_is_where_the_outcome_is_zero(root):
    for sign in (1, -1):
        value = switch(lambda x, sign=sign: sign * (x - root))
        assert value == pytest.approx(root, rel=1e-9)


def test_switch_value_outcome_of_one_sign_has_none():
    assert math.isnan(switch(lambda x: x + 1.0))
    assert math.isnan(switch(lambda x: -x - 1.0))


def test_switch_value_outcome_that_is_zero_everywhere_has_none():
    assert math.isnan(switch(lambda x: 0.0 * x))


@pytest.mark.parametrize("root", [-0.01, 100.01])
def test_switch_value_outside_where_it_is_looked_for_is_none(root):
    assert math.isnan(switch(lambda x: x - root))


@pytest.mark.parametrize("root", [3.0, 70.0])
def test_switch_value_at_either_end_is_found(root):
    assert switch(lambda x: x - root, lowest=3.0, highest=70.0) == root


def test_switch_value_is_looked_for_between_lowest_and_highest_not_low_and_high():
    row = only(one_way([a_range(lambda x: 60.0 - x, low=1.0, high=5.0)]))
    assert row["outcome_high"] == 55
    assert row["switch_value"] == pytest.approx(60)


@pytest.mark.parametrize("lower", [0.2, 0.5, 20.2])
def test_switch_value_of_two_is_the_lower_one(lower):
    # Positive between both, negative at both ends.
    assert switch(lambda x: (x - lower) * (33 - x)) == pytest.approx(lower, rel=1e-9)


def test_switch_value_outcome_that_only_touches_zero_at_a_step_is_found():
    assert switch(lambda x: (x - 50.0) ** 2) == 50.0


def test_switch_value_of_a_curved_outcome_leaves_nothing():
    def outcome(x):
        return 800 / x + 200 - 345.67

    assert outcome(switch(outcome, 1e-6, 1e6)) == pytest.approx(0, abs=1e-9)


# -------------------------------------------------------------------------------------- points_of


def test_points_are_five_at_equal_distances():
    points = points_of(a_range(lambda x: 2 * x, low=1.0, base=2.0, high=5.0))
    assert points.columns.to_list() == POINT_COLUMNS[3:]
    assert points.to_numpy().tolist() == [
        ["x", number, value, 2 * value] for number, value in enumerate((1, 2, 3, 4, 5), start=1)
    ]


@pytest.mark.parametrize(("base", "ends"), [(0.5, (0.5, 5.0)), (9.0, (1.0, 9.0))])
def test_points_base_outside_its_range_widens_it(base, ends):
    values = points_of(a_range(lambda x: x, base=base))["value"]
    assert (values.iloc[0], values.iloc[-1]) == ends


# ------------------------------------------------------------------------------------- cost model


def assumptions(**values: float) -> CostAssumptions:
    usual: dict = dict(
        discount_rate_low=0.03,
        discount_rate_main=0.04,
        discount_rate_high=0.05,
        error_factors={},
        support_multiple_low=0.5,
        support_multiple_high=2.0,
        variable_share_child_parts=1.0,
        variable_share_place_parts=0.0,
    )
    return CostAssumptions(**{**usual, **values})


def units_of(*rows: tuple) -> pd.DataFrame:
    columns = ["year", "care_arrangement", "child_months", "occupancy", "cost_per_child_month_eur"]
    return pd.DataFrame(rows, columns=columns)


TABLES = {
    "unit_costs": units_of(
        (2019, "institution", 5.0, 0.9, math.nan),
        (2020, "institution", 5.0, 0.4, 900.0),
        (2018, "institution", 0.0, 0.0, math.nan),
        (2021, "institution", 10.0, 0.5, 1_000.0),
        (2021, "foster_family", 20.0, math.nan, 350.0),
        (2021, "guardian", 20.0, math.nan, math.nan),
    ),
    "unit_cost_parts": pd.DataFrame(
        [
            (2021, "institution", "staff", 750.0),
            (2021, "institution", "upkeep", 150.0),
            (2021, "institution", "capital", 100.0),
            (2021, "foster_family", "maintenance", 250.0),
            (2021, "foster_family", "support", 100.0),
            (2021, "guardian", "maintenance", math.nan),
            (2020, "institution", "staff", 900.0),
        ],
        columns=["year", "care_arrangement", "part", "cost_per_child_month_eur"],
    ),
    "provider_unit_costs": pd.DataFrame(
        [
            (2021, "institution", 1_400.0),
            (2021, "institution", 600.0),
            (2021, "institution", math.nan),
            (2020, "institution", 5.0),
            (2021, "family_like", 7.0),
        ],
        columns=["year", "care_arrangement", "cost_per_child_month_eur"],
    ),
    "statutory_packages": pd.DataFrame(
        [
            (2021, "foster_family", 200.0),
            (2021, "foster_family", 430.0),
            (2021, "foster_family", math.nan),
            (2021, "guardian", 9_999.0),
            (2020, "foster_family", 1.0),
        ],
        columns=["year", "care_arrangement", "package_eur_per_child_month"],
    ),
}
IN_USE = pd.DataFrame(
    [
        ("institution", 2021, 6_000.0, 10),
        ("institution", 2021, 4_000.0, 10),
        ("institution", 2021, 0.0, 1),
        ("institution", 2020, 77.0, 1),
        ("family_like", 2021, 500.0, 2),
    ],
    columns=["care_arrangement", "year", "cost_eur", "useful_life_years"],
)


# Standard errors in 2021: institution 60, foster families 20.
VARIANCES = pd.Series(
    {(2020, "institution"): 4.0, (2021, "institution"): 3_600.0, (2021, "foster_family"): 400.0}
).rename_axis(["year", "care_arrangement"])


def model_of(**values: float) -> CostModel:
    return cost_model(TABLES, IN_USE, VARIANCES, 2021, assumptions(**values))


def test_cost_model_gathers_the_known_costs_of_the_year():
    model = model_of(variable_share_child_parts=0.5, variable_share_place_parts=0.2)
    assert model.cost.to_dict() == {"institution": 1_000, "foster_family": 350}
    assert model.child_months.to_dict() == {"institution": 10, "foster_family": 20}
    assert model.occupancy["institution"] == 0.5
    assert math.isnan(model.occupancy["foster_family"])
    assert model.parts.to_dict("index") == {
        "institution": dict(staff=750, upkeep=150, capital=100, maintenance=0, support=0),
        "foster_family": dict(staff=0, upkeep=0, capital=0, maintenance=250, support=100),
    }
    assert model.variable.to_dict() == {
        "institution": 0.2 * 850 + 0.5 * 150,
        "foster_family": 250 + 0.5 * 100,
    }
    assert model.capital["cost_eur"].to_list() == [6_000, 4_000, 500]
    assert model.provider_costs["institution"].to_list() == [1_400, 600]
    assert model.packages["foster_family"].to_list() == [200, 430]
    assert model.standard_error.to_dict() == {"institution": 60, "foster_family": 20}


@pytest.mark.parametrize("table", ["provider_unit_costs", "statutory_packages"])
def test_cost_model_rows_that_lack_something_else_count(table):
    more = {**TABLES, table: TABLES[table].assign(occupancy=float("nan"))}
    expected = model_of()
    found = cost_model(more, IN_USE, VARIANCES, 2021, assumptions())
    assert found.provider_costs.to_dict() == expected.provider_costs.to_dict() != {}
    assert found.packages.to_dict() == expected.packages.to_dict() != {}


def test_cost_model_lowest_occupancy_is_that_of_the_period_above_zero():
    assert model_of().lowest_occupancy.to_dict() == {"institution": 0.4}


def test_capital_at_annuitises_every_asset_of_the_arrangement_at_each_rate():
    capital = model_of().capital_at("institution", np.array([0.0, 0.05]))
    annuity = 10_000 / sum(1.05**-year for year in range(1, 11))
    assert capital.tolist() == pytest.approx([10_000 / 10 / 10, annuity / 10])
    assert model_of().capital_at("foster_family", np.array([0.0, 0.05])).tolist() == [0, 0]


# -------------------------------------------------------------------------------- ranges of a pair


def ranges(
    reference="institution", alternative="foster_family", model: CostModel | None = None, **values
) -> dict[str, Range]:
    made = ranges_of_pair(
        model or model_of(**values), reference, alternative, 0.0, assumptions(**values)
    )
    return {each.parameter: each for each in made}


def at(each: Range, *values: float) -> list[float]:
    return each.outcome(np.array(values)).tolist()


def limits(each: Range) -> tuple[float, float, float]:
    return each.low, each.base, each.high


def test_ranges_stand_in_the_order_of_the_methods():
    found = ranges()
    assert list(found) == [
        *("discount_rate", "reference_cost", "statutory_package", "support_multiple"),
        *("reference_error", "alternative_error", "occupancy"),
    ]
    assert [each.range_source for each in found.values()] == [
        *("parameter_file", "providers", "statutory_rates", "parameter_file"),
        *("evidence", "evidence", "activity"),
    ]


def test_ranges_outcome_at_the_base_is_the_difference():
    for each in ranges().values():
        assert at(each, each.base) == pytest.approx([1_000 - 350], rel=1e-14)


def test_ranges_outcome_at_the_value_of_the_switch_is_zero():
    for each in ranges().values():
        value = only(one_way([each]))["switch_value"]
        if not math.isnan(value):
            assert at(each, value) == pytest.approx([0], abs=1e-9)


def test_range_of_the_discount_rate_exchanges_the_capital_of_both_sides():
    each = ranges(discount_rate_low=0.02, discount_rate_high=0.07)["discount_rate"]
    assert limits(each) == (0.02, 0.0, 0.07)
    annuity = 10_000 / sum(1.05**-year for year in range(1, 11))
    assert at(each, 0.0, 0.05) == pytest.approx([650, 1_000 - 100 + annuity / 10 - 350])
    assert (each.lowest, each.highest) == (0.0, 1.0)


def test_range_of_the_discount_rate_capital_of_the_alternative_makes_it_dearer():
    each = ranges(reference="foster_family", alternative="institution")["discount_rate"]
    annuity = 10_000 / sum(1.05**-year for year in range(1, 11))
    assert at(each, 0.05) == pytest.approx([350 - (1_000 - 100 + annuity / 10)])


def test_range_of_the_discount_rate_is_measured_from_that_of_the_run():
    annuity = {
        rate: 10_000 / sum((1 + rate) ** -year for year in range(1, 11)) for rate in (0.05, 0.1)
    }
    (each, *_) = ranges_of_pair(model_of(), "institution", "foster_family", 0.1, assumptions())
    assert each.base == 0.1
    expected = 650 + (annuity[0.05] - annuity[0.1]) / 10
    assert at(each, 0.1, 0.05) == pytest.approx([650, expected])


def test_range_of_the_discount_rate_needs_capital_that_cost_something():
    none = IN_USE[(IN_USE["cost_eur"] == 0) | (IN_USE["care_arrangement"] == "family_like")]
    model = cost_model(TABLES, none, VARIANCES, 2021, assumptions())
    assert "discount_rate" not in ranges(model=model)


def test_range_of_the_reference_cost_runs_from_the_cheapest_to_the_dearest_home():
    each = ranges()["reference_cost"]
    assert limits(each) == (600, 1_000, 1_400)
    assert at(each, 600, 1_400) == [600 - 350, 1_400 - 350]
    assert each.lowest == 0
    assert only(one_way([each]))["switch_value"] == pytest.approx(350)


def test_range_of_the_alternative_cost_runs_from_the_cheapest_to_the_dearest_home():
    found = ranges(reference="foster_family", alternative="institution")
    assert "reference_cost" not in found
    each = found["alternative_cost"]
    assert limits(each) == (600, 1_000, 1_400)
    assert at(each, 600, 1_400) == [350 - 600, 350 - 1_400]
    assert each.range_source == "providers"
    assert only(one_way([each]))["switch_value"] == pytest.approx(350)


def test_range_of_a_cost_needs_two_homes_whose_cost_is_known():
    tables = TABLES | {"provider_unit_costs": TABLES["provider_unit_costs"].drop(index=1)}
    model = cost_model(tables, IN_USE, VARIANCES, 2021, assumptions())
    assert "reference_cost" not in ranges(model=model)


def test_range_of_the_statutory_package_runs_over_what_the_law_pays():
    each = ranges()["statutory_package"]
    assert limits(each) == (200, 250, 430)
    assert at(each, 200, 430) == [650 + 50, 650 - 180]
    assert each.lowest == 0
    assert only(one_way([each]))["switch_value"] == pytest.approx(650 + 250)


def test_range_of_the_statutory_package_is_one_of_the_alternative_alone():
    found = ranges(reference="foster_family", alternative="institution")
    assert "statutory_package" not in found
    assert "support_multiple" not in found


def test_range_of_the_statutory_package_needs_a_package_that_is_known():
    packages = TABLES["statutory_packages"]
    tables = TABLES | {"statutory_packages": packages[packages["year"] == 2020]}
    assert "statutory_package" not in ranges(
        model=cost_model(tables, IN_USE, VARIANCES, 2021, assumptions())
    )


def test_range_of_the_statutory_package_refund_that_hides_a_high_base_still_switches():
    # The law pays 5,000, a refund takes 4,650 of them back: 650 more would close the gap.
    parts = TABLES["unit_cost_parts"].replace({"support": "other", 250.0: 5_000.0, 100.0: -4_650.0})
    model = cost_model(TABLES | {"unit_cost_parts": parts}, IN_USE, VARIANCES, 2021, assumptions())
    each = ranges(model=model)["statutory_package"]
    assert only(one_way([each]))["switch_value"] == pytest.approx(5_650)


def test_range_of_support_is_a_multiple_of_what_is_recorded():
    each = ranges(support_multiple_low=0.25, support_multiple_high=3.0)["support_multiple"]
    assert limits(each) == (0.25, 1.0, 3.0)
    assert at(each, 0.25, 3.0) == [650 + 75, 650 - 200]
    assert each.lowest == 0
    assert only(one_way([each]))["switch_value"] == pytest.approx(1 + 650 / 100)


@pytest.mark.parametrize(("support", "expected"), [(0.0, False), (-5.0, False), (0.5, True)])
def test_range_of_support_needs_recorded_support(support, expected):
    parts = TABLES["unit_cost_parts"].replace({100.0: support})
    model = cost_model(TABLES | {"unit_cost_parts": parts}, IN_USE, VARIANCES, 2021, assumptions())
    assert ("support_multiple" in ranges(model=model)) == expected


def test_range_of_support_tiny_support_still_switches():
    parts = TABLES["unit_cost_parts"].replace({100.0: 0.1})
    model = cost_model(TABLES | {"unit_cost_parts": parts}, IN_USE, VARIANCES, 2021, assumptions())
    row = only(one_way([ranges(model=model)["support_multiple"]]))
    assert row["switch_value"] == pytest.approx(1 + 650 / 0.1)


def test_range_of_support_nobody_records_support_has_none():
    parts = TABLES["unit_cost_parts"].replace({"support": "other"})
    model = cost_model(TABLES | {"unit_cost_parts": parts}, IN_USE, VARIANCES, 2021, assumptions())
    assert "support_multiple" not in ranges(model=model)


def test_range_of_the_errors_of_the_data_is_their_95_percent_interval():
    found = ranges()
    each = found["reference_error"]
    assert limits(each) == pytest.approx((1_000 - 1.959964 * 60, 1_000, 1_000 + 1.959964 * 60))
    assert at(each, 900, 1_100) == [900 - 350, 1_100 - 350]
    assert each.lowest == 0
    assert each.range_source == "evidence"
    assert only(one_way([each]))["switch_value"] == pytest.approx(350)
    each = found["alternative_error"]
    assert limits(each) == pytest.approx((350 - 1.959964 * 20, 350, 350 + 1.959964 * 20))
    assert at(each, 300, 400) == [1_000 - 300, 1_000 - 400]
    assert only(one_way([each]))["switch_value"] == pytest.approx(1_000)


def test_range_of_the_errors_is_cut_at_nothing():
    model = cost_model(TABLES, IN_USE, VARIANCES * 100, 2021, assumptions())
    assert limits(ranges(model=model)["reference_error"])[0] == 0  # 1,000 − 1.96 × 600 is below 0


def test_range_of_the_errors_below_a_euro_is_tried_too():
    model = cost_model(TABLES, IN_USE, VARIANCES / 3_600 / 100, 2021, assumptions())
    each = ranges(model=model)["reference_error"]  # standard error 60 / 60 / 10 = 0.1 EUR
    assert limits(each) == pytest.approx((1_000 - 0.1959964, 1_000, 1_000 + 0.1959964))


@pytest.mark.parametrize("variances", [VARIANCES * 0, VARIANCES[:1]])
def test_range_of_the_errors_of_exact_data_is_left_out(variances):
    model = cost_model(TABLES, IN_USE, variances, 2021, assumptions())
    assert not {"reference_error", "alternative_error"} & ranges(model=model).keys()


def test_range_of_the_occupancy_of_the_alternative_makes_it_dearer_as_it_empties():
    found = ranges(reference="foster_family", alternative="institution")
    each = found["alternative_occupancy"]
    assert limits(each) == (0.4, 0.5, 1.0)
    assert at(each, 0.4, 1.0) == pytest.approx(
        [350 - (850 * 0.5 / 0.4 + 150), 350 - (850 * 0.5 + 150)]
    )
    assert each.range_source == "activity"


def test_range_of_occupancy_runs_from_the_lowest_of_the_period_to_full():
    each = ranges()["occupancy"]
    assert limits(each) == (0.4, 0.5, 1.0)
    assert at(each, 0.4, 0.5, 1.0) == pytest.approx(
        [850 * 0.5 / 0.4 + 150 - 350, 650, 850 * 0.5 + 150 - 350]
    )
    # 850 × 0.5 / (350 − 150) is above full occupancy: within it, no occupancy makes them equal.
    assert math.isnan(only(one_way([each]))["switch_value"])


def test_range_of_occupancy_uses_the_shares_that_follow_the_children():
    values = dict(variable_share_child_parts=0.5, variable_share_place_parts=0.2)
    variable = 0.2 * 850 + 0.5 * 150
    assert at(ranges(**values)["occupancy"], 1.0) == pytest.approx(
        [(1_000 - variable) * 0.5 + variable - 350]
    )


@pytest.mark.parametrize("cheap", [999.99, 600.0, 5_000.0])
def test_range_of_occupancy_is_looked_for_up_to_full(cheap):
    units = TABLES["unit_costs"].replace({350.0: cheap})
    model = cost_model(TABLES | {"unit_costs": units}, IN_USE, VARIANCES, 2021, assumptions())
    row = only(one_way([ranges(model=model)["occupancy"]]))
    assert row["switch_value"] == pytest.approx(850 * 0.5 / (cheap - 150))


@pytest.mark.parametrize(("root", "found"), [(1.1, True), (1.24, True), (1.26, False)])
def test_range_of_occupancy_of_an_overcrowded_home_is_looked_for_up_to_today(root, found):
    # Costs 850 · 1.25 / x + 150 at occupancy x.
    units = TABLES["unit_costs"].replace({0.5: 1.25, 350.0: 850 * 1.25 / root + 150})
    model = cost_model(TABLES | {"unit_costs": units}, IN_USE, VARIANCES, 2021, assumptions())
    value = only(one_way([ranges(model=model)["occupancy"]]))["switch_value"]
    assert value == pytest.approx(root if found else math.nan, nan_ok=True)


def test_range_of_occupancy_reference_without_places_has_none():
    assert "occupancy" not in ranges(reference="foster_family", alternative="institution")


@pytest.mark.parametrize(("occupancy", "expected"), [(0.0, False), (0.3, True)])
def test_range_of_occupancy_needs_children_in_places(occupancy, expected):
    units = TABLES["unit_costs"].replace({0.5: occupancy})
    model = cost_model(TABLES | {"unit_costs": units}, IN_USE, VARIANCES, 2021, assumptions())
    assert ("occupancy" in ranges(model=model)) == expected


def test_range_negative_costs_still_switch():
    # A refund makes the alternative cost less than nothing: no cost of the reference is as low.
    units = TABLES["unit_costs"].replace({350.0: -40.0})
    model = cost_model(TABLES | {"unit_costs": units}, IN_USE, VARIANCES, 2021, assumptions())
    found = ranges(model=model)
    assert math.isnan(only(one_way([found["reference_cost"]]))["switch_value"])
    row = only(one_way([found["support_multiple"]]))
    assert row["switch_value"] == pytest.approx(1 + 1_040 / 100)


# ------------------------------------------------------------------------------------ sensitivity


def comparison_of(*rows: tuple[int, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["year", "reference", "alternative"])


PAIR = comparison_of((2021, "institution", "foster_family"))


def tried(comparison: pd.DataFrame, model: CostModel | None = None, rate: float = 0.0):
    return sensitivity(model or model_of(), comparison, 2021, rate, assumptions())


def test_sensitivity_every_range_of_the_year_has_a_row_and_five_points():
    table, points = tried(pd.concat([PAIR, PAIR.assign(year=2020)]))
    assert table.columns.to_list() == COLUMNS
    assert points.columns.to_list() == POINT_COLUMNS
    assert table["parameter"].to_list() == [
        *("reference_cost", "occupancy", "reference_error", "statutory_package"),
        *("support_multiple", "alternative_error", "discount_rate"),
    ]
    assert table["span"].is_monotonic_decreasing
    assert table[COLUMNS[:3]].drop_duplicates().to_numpy().tolist() == [
        [2021, "institution", "foster_family"]
    ]
    assert points.groupby("parameter").size().to_dict() == dict.fromkeys(table["parameter"], 5)
    assert points.index.to_list() == list(range(7 * 5))
    assert points[COLUMNS[:3]].drop_duplicates().to_numpy().tolist() == [
        [2021, "institution", "foster_family"]
    ]


def test_sensitivity_first_and_last_points_are_the_ends_of_the_range():
    table, points = tried(PAIR)
    table = table.set_index("parameter")
    for parameter, of_range in points.groupby("parameter"):
        ends = of_range.iloc[[0, -1]]
        assert ends["value"].to_list() == table.loc[parameter, ["low", "high"]].to_list()
        outcomes = table.loc[parameter, ["outcome_low", "outcome_high"]]
        assert ends["outcome"].to_list() == outcomes.to_list()


def test_sensitivity_pairs_follow_each_other():
    units = pd.concat(
        [TABLES["unit_costs"], units_of((2021, "family_like", 4.0, 0.8, 800.0))], ignore_index=True
    )
    more = pd.DataFrame(
        [(2021, "family_like", "staff", 800.0)], columns=TABLES["unit_cost_parts"].columns
    )
    parts = pd.concat([TABLES["unit_cost_parts"], more], ignore_index=True)
    tables = TABLES | {"unit_costs": units, "unit_cost_parts": parts}
    model = cost_model(tables, IN_USE, VARIANCES, 2021, assumptions())
    pairs = comparison_of(
        (2021, "institution", "family_like"), (2021, "institution", "foster_family")
    )
    table, points = tried(pairs, model)
    assert table["alternative"].to_list() == ["family_like"] * 5 + ["foster_family"] * 7
    assert table.index.to_list() == list(range(12))
    assert points["alternative"].to_list() == ["family_like"] * 25 + ["foster_family"] * 35
    assert set(table[table["alternative"] == "family_like"]["outcome_base"].round(9)) == {200.0}
    # Both sides have capital: 10,000 over ten years for 10 child-months, 500 over two for 4.
    rate = table.set_index(["alternative", "parameter"]).loc[("family_like", "discount_rate")]
    homes = 10_000 / sum(1.05**-year for year in range(1, 11)) / 10 - 100
    like = 500 / sum(1.05**-year for year in (1, 2)) / 4 - 500 / 2 / 4
    assert rate["outcome_high"] == pytest.approx(200 + homes - like)


def test_sensitivity_pair_without_any_range_leaves_out_nothing_else():
    bare = cost_model(
        TABLES
        | {
            "unit_costs": units_of(
                (2021, "institution", 1.0, math.nan, 1_000.0),
                (2021, "youth_house", 1.0, math.nan, 400.0),
                (2021, "foster_family", 20.0, math.nan, 350.0),
            ),
            "unit_cost_parts": pd.concat(
                [
                    TABLES["unit_cost_parts"],
                    pd.DataFrame(
                        [(2021, "youth_house", "staff", 400.0)],
                        columns=TABLES["unit_cost_parts"].columns,
                    ),
                ]
            ),
            "provider_unit_costs": TABLES["provider_unit_costs"][:0],
        },
        IN_USE[:0],
        VARIANCES[:0],
        2021,
        assumptions(),
    )
    pairs = comparison_of(
        (2021, "institution", "youth_house"), (2021, "institution", "foster_family")
    )
    table, points = tried(pairs, bare)
    assert set(table["alternative"]) == set(points["alternative"]) == {"foster_family"}
    none, no_points = tried(pairs[:1], bare)
    assert none.empty
    assert none.columns.to_list() == COLUMNS
    assert no_points.columns.to_list() == POINT_COLUMNS


@pytest.mark.parametrize("comparison", [PAIR[:0], PAIR.assign(year=2020)])
def test_sensitivity_no_pair_of_the_year_is_two_empty_tables_with_their_columns(comparison):
    table, points = tried(comparison)
    assert table.empty
    assert points.empty
    assert table.columns.to_list() == COLUMNS
    assert points.columns.to_list() == POINT_COLUMNS


# ------------------------------------------------------------------------------ whole evaluations


def by_parameter(made, alternative="foster_family") -> pd.DataFrame:
    table = made.tables["sensitivity"]
    return table[table["alternative"] == alternative].set_index("parameter")


def test_evaluation_base_outcomes_are_the_difference(small, evaluate):
    made = evaluate(small(), discount_rate=0.04)
    difference = made.tables["comparison"]["difference_eur_per_child_month"].iloc[0]
    table = by_parameter(made)
    assert set(table.index) == {
        *("discount_rate", "occupancy", "statutory_package", "support_multiple"),
        *("reference_error", "alternative_error"),
    }
    assert table["outcome_base"].to_list() == pytest.approx([difference] * 6, rel=1e-13)
    assert table.loc["discount_rate", ["low", "base", "high"]].to_list() == [0.03, 0.04, 0.05]


def test_evaluation_rate_of_the_range_gives_what_a_run_at_that_rate_gives(small, evaluate):
    rate = by_parameter(evaluate(small(), discount_rate=0.04)).loc["discount_rate"]
    for end, value in (("outcome_low", 0.03), ("outcome_high", 0.05)):
        run = evaluate(small(), discount_rate=value).tables["comparison"]
        assert rate[end] == pytest.approx(run["difference_eur_per_child_month"][0], rel=1e-13)


def test_evaluation_rate_of_the_run_outside_the_range_widens_it(small, evaluate):
    row = by_parameter(evaluate(small(), discount_rate=0.2)).loc["discount_rate"]
    assert row[["low", "base", "high"]].to_list() == [0.03, 0.2, 0.2]


def test_evaluation_year_without_children_is_no_lowest_occupancy(small, evaluate):
    activity = [
        dict(provider="home", year=2019, child_days=0, place_days=7_300),
        dict(provider="home", year=2020, child_days=732, place_days=7_320),
        dict(provider="home", child_days=3_650, place_days=7_300),
        dict(care_arrangement="foster_family", child_days=1_825),
    ]
    index = [dict(year=year, value=100) for year in (2019, 2020, 2021)]
    made = evaluate(small(activity=activity, price_index=index), first_year=2019)
    row = by_parameter(made).loc["occupancy"]
    assert row[["low", "base", "high"]].to_list() == [0.1, 0.5, 1.0]


def test_evaluation_overcrowded_home_widens_the_range_beyond_full(small, evaluate):
    activity = [
        dict(provider="home", child_days=3_650, place_days=2_920),
        dict(care_arrangement="foster_family", child_days=1_825),
    ]
    row = by_parameter(evaluate(small(activity=activity))).loc["occupancy"]
    assert row[["low", "base", "high"]].to_list() == [1.25, 1.25, 1.25]
    assert row["span"] == 0


def test_evaluation_families_as_reference_have_no_occupancy(small, evaluate):
    made = evaluate(small(), reference="foster_family")
    table = by_parameter(made, "institution")
    assert "occupancy" not in table.index
    assert table.loc["alternative_occupancy", "base"] == 0.5


def test_evaluation_without_a_comparison_tries_nothing(small, evaluate):
    made = evaluate(small(households=[])).tables
    assert made["comparison"].empty
    assert made["sensitivity"].columns.to_list() == COLUMNS
    assert made["sensitivity_points"].columns.to_list() == POINT_COLUMNS
    assert made["sensitivity"].empty
    assert made["sensitivity_points"].empty
