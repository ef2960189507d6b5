from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from dieval.costs.assumptions import CostAssumptions
from dieval.costs.occupancy import (
    cost_at_occupancy,
    occupancy_curve,
    occupancy_effects,
    variable_costs,
)

CURVE_COLUMNS = ["year", "care_arrangement", "occupancy", "cost_per_child_month_eur"]
EFFECT_COLUMNS = [
    *("care_arrangement", "provider", "first_year", "last_year"),
    *("first_occupancy", "last_occupancy"),
    *("first_child_months", "last_child_months"),
    *("first_real_total_eur", "last_real_total_eur"),
    *("first_real_cost_per_child_month_eur", "last_real_cost_per_child_month_eur"),
    *("total_change", "place_cost_effect", "occupancy_effect"),
]
EFFECTS = EFFECT_COLUMNS[-3:]


def assumptions(child_parts: float = 1.0, place_parts: float = 0.0) -> CostAssumptions:
    return CostAssumptions(
        discount_rate_low=0.03,
        discount_rate_main=0.04,
        discount_rate_high=0.05,
        error_factors={},
        support_multiple_low=0.5,
        support_multiple_high=2.0,
        variable_share_child_parts=child_parts,
        variable_share_place_parts=place_parts,
    )


def parts_of(*rows: tuple[int, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(
        rows, columns=["year", "care_arrangement", "part", "cost_per_child_month_eur"]
    )


def units_of(*rows: tuple[int, str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=CURVE_COLUMNS)


# --------------------------------------------------------------------------------- variable_costs


def test_variable_costs_add_up_what_follows_the_children_by_year_and_arrangement():
    parts = parts_of(
        (2021, "institution", "staff", 700.0),
        (2021, "institution", "upkeep", 200.0),
        (2021, "foster_family", "maintenance", 250.0),
        (2021, "foster_family", "support", 100.0),
        (2020, "institution", "staff", 40.0),
    )
    variable = variable_costs(parts, assumptions(child_parts=0.75, place_parts=0.5))
    assert variable.to_dict() == {
        (2020, "institution"): 0.5 * 40,
        (2021, "foster_family"): 250 + 0.75 * 100,
        (2021, "institution"): 0.5 * 700 + 0.75 * 200,
    }
    assert variable.index.names == ["year", "care_arrangement"]


def test_variable_costs_unknown_part_makes_them_unknown():
    parts = parts_of(
        (2021, "institution", "staff", math.nan), (2021, "institution", "upkeep", 200.0)
    )
    assert math.isnan(variable_costs(parts, assumptions())[2021, "institution"])


# ------------------------------------------------------------------------------ cost_at_occupancy


def test_cost_at_occupancy_half_the_children_pay_twice_for_what_stays():
    made = cost_at_occupancy(1_000.0, 200.0, 0.8, np.array([0.4, 0.8, 1.0, 1.6]))
    assert made.tolist() == [200 + 800 * 2, 1_000, 200 + 800 * 0.8, 200 + 800 / 2]


def test_cost_at_occupancy_nothing_fixed_costs_the_same_everywhere():
    assert cost_at_occupancy(300.0, 300.0, 0.5, np.array([0.2, 0.7])).tolist() == [300, 300]


# -------------------------------------------------------------------------------- occupancy_curve

HOME = units_of((2021, "institution", 0.5, 1_000.0))
HOME_PARTS = parts_of((2021, "institution", "staff", 800.0), (2021, "institution", "upkeep", 200.0))


def test_occupancy_curve_runs_from_a_fifth_to_full_in_steps_of_five_points():
    curve = occupancy_curve(HOME, HOME_PARTS, 2021, assumptions())
    assert curve.columns.to_list() == CURVE_COLUMNS
    assert curve["occupancy"].to_list() == [step / 100 for step in range(20, 101, 5)]
    assert set(curve["year"]) == {2021}
    assert set(curve["care_arrangement"]) == {"institution"}


def test_occupancy_curve_passes_through_todays_point_and_the_worked_ones():
    curve = occupancy_curve(HOME, HOME_PARTS, 2021, assumptions())
    costs = curve.set_index("occupancy")["cost_per_child_month_eur"]
    assert costs[0.5] == pytest.approx(1_000, rel=1e-15)
    assert costs[0.25] == pytest.approx(800 * 2 + 200)
    assert costs[1.0] == pytest.approx(800 / 2 + 200)


def test_occupancy_curve_uses_the_shares_that_follow_the_children():
    curve = occupancy_curve(HOME, HOME_PARTS, 2021, assumptions(child_parts=0.5, place_parts=0.25))
    variable = 0.25 * 800 + 0.5 * 200
    costs = curve.set_index("occupancy")["cost_per_child_month_eur"]
    assert costs[1.0] == pytest.approx((1_000 - variable) * 0.5 + variable)


@pytest.mark.parametrize(
    ("occupancy", "cost"),
    [(0.0, 1_000.0), (math.nan, 1_000.0), (0.5, 0.0), (0.5, -3.0), (0.5, math.nan)],
)
def test_occupancy_curve_unknown_or_zero_occupancy_or_cost_has_none(occupancy, cost):
    units = units_of((2021, "institution", occupancy, cost))
    curve = occupancy_curve(units, HOME_PARTS, 2021, assumptions())
    assert curve.empty
    assert curve.columns.to_list() == CURVE_COLUMNS


def test_occupancy_curve_small_numbers_above_zero_have_one():
    units = units_of((2021, "institution", 0.01, 0.5))
    assert len(occupancy_curve(units, HOME_PARTS, 2021, assumptions())) == 17


def test_occupancy_curve_takes_each_arrangement_of_the_year_alone():
    units = units_of(
        (2020, "institution", 0.9, 77.0),
        (2021, "institution", 0.5, 1_000.0),
        (2021, "family_like", 0.8, 600.0),
    )
    parts = pd.concat(
        [HOME_PARTS, parts_of((2021, "family_like", "upkeep", 600.0))], ignore_index=True
    )
    curve = occupancy_curve(units, parts, 2021, assumptions())
    assert curve.groupby("care_arrangement", sort=False).size().to_dict() == {
        "institution": 17,
        "family_like": 17,
    }
    like = curve[curve["care_arrangement"] == "family_like"]
    assert like["cost_per_child_month_eur"].to_list() == pytest.approx([600] * 17)
    assert curve.index.to_list() == list(range(34))


# ------------------------------------------------------------------------------ occupancy_effects


def real(*rows: tuple, provider: bool = False) -> pd.DataFrame:
    columns = ["year", "care_arrangement", *(["provider"] if provider else [])]
    table = pd.DataFrame(rows, columns=[*columns, "occupancy", "real_cost_per_child_month_eur"])
    return table.assign(child_months=table["occupancy"] * 100)


NO_PROVIDERS = real(provider=True).astype(
    {"year": "int64", "occupancy": "float64", "real_cost_per_child_month_eur": "float64"}
)
# A place cost 0.8 × 1,000 = 800 a month, then 0.5 × 1,700 = 850.
EMPTIER = real((2019, "institution", 0.8, 1_000.0), (2021, "institution", 0.5, 1_700.0))


def effects_of(units: pd.DataFrame, by_provider: pd.DataFrame = NO_PROVIDERS) -> pd.DataFrame:
    return occupancy_effects(units, by_provider)


def only(table: pd.DataFrame) -> pd.Series:
    assert len(table) == 1
    return table.iloc[0]


def test_occupancy_effects_worked_example():
    table = effects_of(EMPTIER)
    assert table.columns.to_list() == EFFECT_COLUMNS
    row = only(table)
    assert (row["care_arrangement"], row["provider"]) == ("institution", None)
    assert (row["first_year"], row["last_year"]) == (2019, 2021)
    assert (row["first_occupancy"], row["last_occupancy"]) == (0.8, 0.5)
    assert row["first_real_cost_per_child_month_eur"] == 1_000
    assert row["last_real_cost_per_child_month_eur"] == 1_700
    assert row["total_change"] == 700
    assert row["occupancy_effect"] == pytest.approx((800 + 850) / 2 * (1 / 0.5 - 1 / 0.8))
    assert row["place_cost_effect"] == pytest.approx((1 / 0.8 + 1 / 0.5) / 2 * (850 - 800))


def test_occupancy_effects_add_up_to_the_change():
    row = only(effects_of(EMPTIER))
    assert row["place_cost_effect"] + row["occupancy_effect"] == pytest.approx(700, rel=1e-14)


def test_occupancy_effects_same_places_same_cost_of_a_place_is_occupancy_alone():
    row = only(
        effects_of(real((2019, "institution", 1.0, 800.0), (2020, "institution", 0.5, 1_600.0)))
    )
    assert row[EFFECTS].to_list() == [800, 0, 800]


def test_occupancy_effects_same_occupancy_is_place_cost_alone():
    row = only(
        effects_of(real((2019, "institution", 0.5, 800.0), (2020, "institution", 0.5, 600.0)))
    )
    assert row[EFFECTS].to_list() == [-200, -200, 0]


def test_occupancy_effects_take_first_and_last_known_year_whatever_the_order():
    units = real(
        (2021, "institution", 0.5, 1_700.0),
        (2022, "institution", math.nan, 1_800.0),
        (2023, "institution", 0.4, math.nan),
        (2018, "institution", 0.0, 900.0),
        (2017, "institution", 0.9, 0.0),
        (2019, "institution", 0.8, 1_000.0),
        (2020, "institution", 0.1, 9_000.0),
    )
    pd.testing.assert_frame_equal(effects_of(units), effects_of(EMPTIER))


def test_occupancy_effects_one_known_year_has_none():
    table = effects_of(real((2019, "institution", 0.8, 1_000.0), (2020, "institution", 0.8, 0.0)))
    assert table.empty
    assert table.columns.to_list() == EFFECT_COLUMNS


def test_occupancy_effects_tiny_cost_and_occupancy_are_known():
    table = effects_of(real((2019, "institution", 0.01, 0.5), (2020, "institution", 0.02, 0.5)))
    assert len(table) == 1


def test_occupancy_effects_stand_for_the_arrangement_first_then_for_each_provider():
    units = real(
        (2019, "family_like", 0.9, 300.0),
        (2019, "institution", 0.8, 1_000.0),
        (2021, "family_like", 0.9, 330.0),
        (2021, "institution", 0.5, 1_700.0),
    )
    by_provider = real(
        (2019, "institution", "b", 0.5, 100.0),
        (2021, "institution", "b", 0.5, 110.0),
        (2019, "institution", "a", 0.5, 200.0),
        (2021, "institution", "a", 0.5, 240.0),
        (2021, "institution", "new", 0.5, 240.0),
        provider=True,
    )
    table = effects_of(units, by_provider)
    assert table["provider"].to_list() == [None, "a", "b", None]
    assert table["care_arrangement"].to_list() == ["institution"] * 3 + ["family_like"]
    assert table["total_change"].to_list() == pytest.approx([700, 40, 10, 30])
    assert table.index.to_list() == [0, 1, 2, 3]


def test_occupancy_effects_doubled_costs_double_every_effect():
    column = "real_cost_per_child_month_eur"
    doubled = only(effects_of(EMPTIER.assign(**{column: 2 * EMPTIER[column]})))
    assert doubled[EFFECTS].to_list() == [2 * value for value in only(effects_of(EMPTIER))[EFFECTS]]


# ------------------------------------------------------------------------------ whole evaluations


def test_evaluation_curve_of_the_home_passes_through_its_cost(small, evaluate):
    curve = evaluate(small()).tables["occupancy_curve"]
    assert set(curve["care_arrangement"]) == {"institution"}
    costs = curve.set_index("occupancy")["cost_per_child_month_eur"]
    assert costs[0.5] == pytest.approx(1_000, rel=1e-14)
    # The upkeep, 19,000 EUR of 120 child-months, follows the children.
    upkeep = 19_000 / 120
    assert costs[1.0] == pytest.approx((1_000 - upkeep) / 2 + upkeep)


def test_evaluation_effects_are_of_constant_prices(small, evaluate):
    tables = small(
        costs=[
            dict(provider="home", year=2020, amount_eur=100_000),
            dict(provider="home", year=2021, amount_eur=104_000),
        ],
        assets=[],
        activity=[
            dict(provider="home", year=2020, child_days=3_660, place_days=7_320),
            dict(provider="home", year=2021, child_days=3_650, place_days=7_300),
        ],
        households=[],
        statutory_rates=[],
    )
    effects = evaluate(tables, first_year=2020).tables["occupancy_effects"]
    assert effects["provider"].to_list() == [None, "home"]
    # Prices rose by 4 %, and so did the cost; nothing changed.
    assert effects["first_real_cost_per_child_month_eur"].to_list() == pytest.approx(
        [104_000 / 120] * 2
    )
    assert effects[EFFECTS].to_numpy() == pytest.approx(np.zeros((2, 3)), abs=1e-9)


def test_occupancy_effects_have_the_child_months_and_totals_of_both_years():
    units = real((2019, "institution", 0.9, 1_000.0), (2021, "institution", 0.6, 1_800.0))
    row = occupancy_effects(units, NO_PROVIDERS).iloc[0]
    assert (row["first_child_months"], row["last_child_months"]) == pytest.approx((90, 60))
    assert row["first_real_total_eur"] == pytest.approx(90 * 1_000)
    assert row["last_real_total_eur"] == pytest.approx(60 * 1_800)
