from __future__ import annotations

import math

import pandas as pd
import pytest

from dieval.costs.capital_scenarios import capital_scenarios, replacement_costs
from dieval.errors import ParameterError

COLUMNS = [
    *("year", "care_arrangement", "valuation", "discount_rate"),
    *("capital_eur_per_child_month", "cost_per_child_month_eur", "difference_eur_per_child_month"),
]
CAPITAL, COST, DIFFERENCE = COLUMNS[4:]
INDEX = pd.DataFrame({"year": [2015, 2016, 2020, 2021], "value": [80.0, 90.0, 96.0, 120.0]})


def assets_of(*rows: dict) -> pd.DataFrame:
    usual = dict(care_arrangement="institution", year=2021, acquired_year=2016)
    columns = [*usual, "cost_eur", "useful_life_years"]
    kinds = {"year": "int64", "acquired_year": "int64", "cost_eur": "float64"}
    table = pd.DataFrame([{**usual, **row} for row in rows], columns=columns)
    return table.astype(kinds | {"useful_life_years": "int64"})


def annuity(cost: float, life: int, rate: float) -> float:
    return cost / sum((1 + rate) ** -year for year in range(1, life + 1))


# ------------------------------------------------------------------------------ replacement_costs


@pytest.mark.parametrize(
    ("acquired", "year", "factor"),
    [
        (2016, 2021, 120 / 90),
        (2016, 2020, 96 / 90),
        (2021, 2021, 1.0),
        (2015, 2021, 120 / 80),
        (2014, 2021, 120 / 80),  # before the index starts: its first year stands for it
        (1950, 2020, 96 / 80),
    ],
)
def test_replacement_costs_follow_the_index_from_the_year_acquired(acquired, year, factor):
    assets = assets_of(
        dict(acquired_year=acquired, year=year, cost_eur=1_000, useful_life_years=99)
    )
    assert replacement_costs(assets, INDEX).to_list() == pytest.approx([1_000 * factor])


def test_replacement_costs_first_year_is_the_earliest_whatever_the_order_of_the_index():
    assets = assets_of(dict(acquired_year=2000, cost_eur=100, useful_life_years=99))
    assert replacement_costs(assets, INDEX[::-1]).to_list() == pytest.approx([100 * 120 / 80])


def test_replacement_costs_year_missing_in_the_index_is_unknown():
    assets = assets_of(dict(acquired_year=2018, cost_eur=100, useful_life_years=99))
    assert replacement_costs(assets, INDEX).isna().all()


def test_replacement_costs_of_no_assets_are_none():
    assert replacement_costs(assets_of(), INDEX).empty


def test_replacement_costs_of_whole_numbers_in_the_index_are_not_rounded():
    index = pd.DataFrame({"year": [2016, 2021], "value": [3, 4]})
    assets = assets_of(dict(cost_eur=1, useful_life_years=9))
    assert replacement_costs(assets, index).to_list() == [4 / 3]


# ------------------------------------------------------------------------------ capital_scenarios

# A home with 1,000 a month without capital, a building of 9,000 and a car of 900; foster families.
UNITS = pd.DataFrame(
    [
        (2021, "institution", 10_000.0 + 9_000 / 30 + 900 / 5, 10.0),
        (2021, "foster_family", 1_600.0, 4.0),
        (2021, "guardian", math.nan, 4.0),
        (2020, "institution", 77_777.0, 1.0),
    ],
    columns=["year", "care_arrangement", "total_eur", "child_months"],
)
UNITS["cost_per_child_month_eur"] = UNITS["total_eur"] / UNITS["child_months"]
PARTS = pd.DataFrame(
    [
        (2021, "institution", "staff", 10_000.0),
        (2021, "institution", "capital", 9_000 / 30 + 900 / 5),
        (2021, "foster_family", "maintenance", 1_600.0),
        (2020, "institution", "capital", 55_555.0),
    ],
    columns=["year", "care_arrangement", "part", "amount_eur"],
)
ASSETS = assets_of(
    dict(cost_eur=9_000, useful_life_years=30),
    dict(cost_eur=900, useful_life_years=5, acquired_year=2020),
    dict(cost_eur=4_444, useful_life_years=5, year=2020),
)


def scenarios(
    rates: tuple[float, ...] = (0.0,),
    reference: str = "institution",
    units: pd.DataFrame = UNITS,
    assets: pd.DataFrame = ASSETS,
) -> pd.DataFrame:
    return capital_scenarios(units, PARTS, assets, INDEX, 2021, rates, reference)


def home(table: pd.DataFrame, column: str) -> dict[tuple[str, float], float]:
    ours = table[table["care_arrangement"] == "institution"]
    return ours.set_index(["valuation", "discount_rate"])[column].to_dict()


def test_capital_scenarios_worked_example():
    table = scenarios((0.0, 0.05))
    assert table.columns.to_list() == COLUMNS
    building, car = 9_000 * 120 / 90, 900 * 120 / 96
    capital = {
        ("recorded", 0.0): (9_000 / 30 + 900 / 5) / 10,
        ("recorded", 0.05): (annuity(9_000, 30, 0.05) + annuity(900, 5, 0.05)) / 10,
        ("replacement", 0.0): (building / 30 + car / 5) / 10,
        ("replacement", 0.05): (annuity(building, 30, 0.05) + annuity(car, 5, 0.05)) / 10,
    }
    assert home(table, CAPITAL) == pytest.approx(capital)
    assert home(table, COST) == pytest.approx({key: 1_000 + eur for key, eur in capital.items()})
    assert home(table, DIFFERENCE) == dict.fromkeys(capital, 0.0)
    families = table[table["care_arrangement"] == "foster_family"]
    assert families[CAPITAL].to_list() == [0.0] * 4
    assert families[COST].to_list() == [400.0] * 4
    assert families[DIFFERENCE].to_list() == pytest.approx(
        [1_000 + eur - 400 for eur in capital.values()]
    )


def test_capital_scenarios_are_ordered_and_show_each_rate_once():
    table = scenarios((0.05, 0.04, 0.05, 0.0))
    assert table.iloc[:, 1:4].to_numpy().tolist() == [
        [arrangement, valuation, rate]
        for arrangement in ("institution", "foster_family")
        for valuation in ("recorded", "replacement")
        for rate in (0.0, 0.04, 0.05)
    ]
    assert set(table["year"]) == {2021}
    assert table.index.to_list() == list(range(12))


def test_capital_scenarios_recorded_cost_at_the_rate_of_the_run_is_the_unit_cost():
    costs = home(scenarios(), COST)
    assert costs["recorded", 0.0] == pytest.approx(UNITS["cost_per_child_month_eur"][0], rel=1e-15)


def test_capital_scenarios_unknown_reference_leaves_the_differences_unknown():
    table = scenarios(reference="guardian")
    assert table[DIFFERENCE].isna().all()
    assert not table[COST].isna().any()
    assert set(table["care_arrangement"]) == {"institution", "foster_family"}


def test_capital_scenarios_asset_of_a_year_without_index_leaves_replacement_unknown():
    assets = assets_of(
        dict(cost_eur=9_000, useful_life_years=30),
        dict(cost_eur=900, useful_life_years=5, acquired_year=2018),
    )
    costs = home(scenarios(assets=assets), COST)
    assert not math.isnan(costs["recorded", 0.0])
    assert math.isnan(costs["replacement", 0.0])


def test_capital_scenarios_without_assets_are_the_cost_without_capital():
    table = scenarios((0.03,), assets=assets_of())
    assert home(table, CAPITAL) == {("recorded", 0.03): 0.0, ("replacement", 0.03): 0.0}
    assert home(table, COST)["recorded", 0.03] == pytest.approx(1_000)


def test_capital_scenarios_nothing_known_is_an_empty_table_with_its_columns():
    table = scenarios(units=UNITS[UNITS["year"] == 2019])
    assert table.empty
    assert table.columns.to_list() == COLUMNS


def test_capital_scenarios_negative_rate_is_refused():
    with pytest.raises(ParameterError, match="discount_rate must be 0 or more"):
        scenarios((-0.01,))


# ------------------------------------------------------------------------------ whole evaluations


def test_evaluation_scenario_of_the_run_is_the_comparison(small, evaluate):
    made = evaluate(small(), discount_rate=0.033).tables
    table = made["capital_scenarios"]
    ours = table[(table["valuation"] == "recorded") & (table["discount_rate"] == 0.033)]
    ours = ours.set_index("care_arrangement")
    row = made["comparison"].iloc[0]
    assert ours.loc["institution", COST] == pytest.approx(row["reference_eur_per_child_month"])
    assert ours.loc["foster_family", DIFFERENCE] == pytest.approx(
        row["difference_eur_per_child_month"], rel=1e-14
    )
    parts = made["unit_cost_parts"].set_index(["care_arrangement", "part"])
    capital = parts.loc[("institution", "capital"), "cost_per_child_month_eur"]
    assert ours.loc["institution", CAPITAL] == pytest.approx(capital, rel=1e-14)


def test_evaluation_scenarios_have_the_rates_of_the_parameters_and_of_the_run(small, evaluate):
    rates = evaluate(small(), discount_rate=0.2).tables["capital_scenarios"]["discount_rate"]
    assert rates.drop_duplicates().to_list() == [0.03, 0.04, 0.05, 0.2]
    rates = evaluate(small(), discount_rate=0.04).tables["capital_scenarios"]["discount_rate"]
    assert rates.drop_duplicates().to_list() == [0.03, 0.04, 0.05]


def test_evaluation_building_of_last_year_is_dearer_at_todays_prices(small, evaluate):
    assets = [dict(provider="home", acquired_year=2020, cost_eur=10_000)]
    table = evaluate(small(assets=assets)).tables["capital_scenarios"]
    costs = home(table, CAPITAL)
    assert costs["recorded", 0.0] == pytest.approx(10_000 / 10 / 120)
    assert costs["replacement", 0.0] == pytest.approx(10_000 * 104 / 100 / 10 / 120)


def test_evaluation_asset_of_the_last_year_alone_counts(small, evaluate):
    assets = [
        dict(provider="home", acquired_year=2020, useful_life_years=1, cost_eur=5_000),
        dict(provider="home", acquired_year=2021, useful_life_years=1, cost_eur=600),
    ]
    table = evaluate(small(assets=assets), first_year=2020).tables["capital_scenarios"]
    assert home(table, CAPITAL)["recorded", 0.0] == pytest.approx(600 / 120)
