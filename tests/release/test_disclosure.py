"""What of Latvia's demonstration may be shown: region by region, and when data change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dieval.costs.evaluation import CostEvaluation, evaluate_costs
from dieval.inputs.part import part_of
from dieval.inputs.read import DataPackage, read_package
from dieval.progress.evaluation import ProgressEvaluation
from dieval.release import costs as of_costs
from dieval.release import progress as of_progress
from dieval.release.cells import Cells, Tables, cells_of, mask_all
from dieval.release.disclosure import holders_of, shown_costs, shown_needs, shown_progress
from dieval.release.pattern import Sensitive, left_open
from dieval.release.rules import Rules
from dieval.release.tables import ReleasedTables
from dieval.reports import scope, scope_progress
from dieval.reports.declared import DISCLOSURE_PARAMETERS, dated_values
from dieval.reports.project import read_project
from dieval.vocabulary import is_hidden

REGIONS = ("kurzeme", "latgale", "riga", "vidzeme", "zemgale")
RULES = Rules(persons=8, holders=3, percent=10)
SECONDS = 600.0


@pytest.fixture(scope="module")
def package(root) -> DataPackage:
    return read_package(Path(root) / "data/latvia")


@pytest.fixture(scope="module")
def evaluate(root, package) -> Callable[..., CostEvaluation]:
    """Evaluate the costs of a region, with tables changed."""
    values = dated_values(
        read_project(root), scope.COST_PARAMETERS, pd.Timestamp("2022-12-31").date()
    )

    def evaluated(region: str, **changed: pd.DataFrame) -> CostEvaluation:
        return evaluate_costs(
            {**part_of(package, region).tables, **changed},
            region=region,
            first_year=2019,
            last_year=2022,
            price_year=2022,
            discount_rate=0.04,
            reference="institution",
            draws=1000,
            seed=1,
            assumptions=scope.cost_assumptions({name: v for name, (_, v) in values.items()}),
        )

    return evaluated


@pytest.fixture(scope="module")
def progress(root, package) -> Callable[[str], ProgressEvaluation]:
    day = pd.Timestamp("2023-12-31").date()
    values = scope_progress.progress_values(day, read_project(root))
    return lambda region: scope_progress.evaluate_region(
        day, region, part_of(package, region), values
    )


def households_of(tables: Tables, region: str) -> pd.DataFrame:
    return tables["households"][tables["households"]["region"] == region]


def hidden_of(
    evaluation: CostEvaluation, tables: Tables, rules: Rules = RULES, region: str = "kurzeme"
):
    return of_costs.hidden_costs(
        evaluation.tables,
        evaluation.lines,
        evaluation.counted["activity"],
        holders_of(tables),
        rules,
        SECONDS,
        households=households_of(tables, region),
    )


def left(cells: Cells, sensitive: list[Sensitive], hidden) -> list:
    """What an attack with all sums still finds too narrow."""
    unseen = np.array([key in hidden for key in cells.keys])
    return left_open(cells.system(), unseen, sensitive)


@pytest.mark.parametrize("region", REGIONS)
def test_no_cell_of_costs_is_left_open(region, evaluate, package):
    evaluation = evaluate(region)
    hidden = hidden_of(evaluation, package.tables, region=region)
    parts, groups = (evaluation.tables[name] for name in ("unit_cost_parts", "group_costs"))
    bands = of_costs._bands(parts, groups, households_of(package.tables, region))
    days = cells_of(of_costs._add_days, {**evaluation.tables, "bands": bands}, (), RULES)
    assert len(bands) > 10
    assert left(days, days.few_persons(), hidden) == []
    amounts = cells_of(of_costs._add_amounts, evaluation.tables, (), RULES, persons=False)
    held = of_costs._held(evaluation.lines, holders_of(package.tables))
    sensitive = amounts.few_holders(held)
    assert len(sensitive) > 10
    assert left(amounts, sensitive, hidden) == []
    assert ("total", 2022, "foster_family") not in hidden


@pytest.mark.parametrize("region", REGIONS)
def test_no_cell_of_progress_is_left_open(region, progress, package):
    evaluation = progress(region)
    units = package.tables["indicators"].set_index("indicator")["unit"].to_dict()
    hidden = of_progress.hidden_progress(evaluation, region, units, RULES, SECONDS)
    persons = Cells(RULES)
    of_progress.add_persons(persons, evaluation.tables, region, units)
    sensitive = persons.few_persons()
    assert len(sensitive) > 5
    assert left(persons, sensitive, hidden) == []
    shown = shown_progress(evaluation, package.tables, region, RULES)
    for name, column in (("placement_mix", "children"), ("service_coverage", "needing")):
        numbers = shown.tables[name][column].dropna()
        assert not numbers.between(1, 7).any()
        assert (evaluation.tables[name][column].between(1, 7)).sum() <= sum(
            map(is_hidden, shown.tables[name][column].astype(object))
        )


def test_cost_of_one_home_is_hidden_and_that_of_the_region_shown(evaluate, package):
    evaluation = evaluate("kurzeme")
    shown = shown_costs(evaluation, package.tables, "kurzeme", RULES)
    assert isinstance(shown.tables, ReleasedTables)
    homes = shown.tables["provider_unit_costs"]
    assert all(map(is_hidden, homes["total_eur"].astype(object)))
    units = shown.tables["unit_costs"].set_index(["year", "care_arrangement"])["total_eur"]
    assert units[2022, "institution"] > 0
    # One state institution in the region: its arrangement is that home.
    assert is_hidden(units.astype(object)[2022, "state_institution"])
    assert shown.lines.empty
    assert "amount_eur" not in shown.counted["costs"]


def test_internal_edition_hides_nothing(evaluate, package):
    evaluation = evaluate("kurzeme")
    shown = shown_costs(evaluation, package.tables, "kurzeme", None)
    for name, table in evaluation.tables.items():
        pd.testing.assert_frame_equal(shown.tables[name], table)


def test_homes_of_one_municipality_are_one_holder(evaluate, package):
    providers = package.tables["providers"]
    ours = (providers["region"] == "kurzeme") & (providers["care_arrangement"] == "institution")
    one = providers.assign(
        municipality=providers["municipality"].mask(ours, "liepaja"),
        owner=providers["owner"].mask(ours, "municipality"),
    )
    evaluation = evaluate("kurzeme")
    assert ("total", 2022, "institution") not in hidden_of(evaluation, package.tables)
    assert ("total", 2022, "institution") in hidden_of(
        evaluation, {**package.tables, "providers": one}
    )


def test_homes_of_one_association_are_one_holder(evaluate, package):
    providers = package.tables["providers"]
    ours = (providers["region"] == "kurzeme") & (providers["care_arrangement"] == "institution")
    holders = providers.loc[ours, ["provider", "source"]].assign(holder="union")
    evaluation = evaluate("kurzeme")
    hidden = hidden_of(evaluation, {**package.tables, "holders": holders})
    assert ("total", 2022, "institution") in hidden


def test_stricter_rules_hide_more(evaluate, package):
    evaluation = evaluate("kurzeme")
    usual = hidden_of(evaluation, package.tables)
    strict = hidden_of(evaluation, package.tables, Rules(20, 9, 10))
    assert len(strict) > len(usual)
    assert ("total", 2022, "institution") in strict  # of three bodies


def test_order_of_rows_and_twice_the_costs_hide_the_same(evaluate, package):
    tables = part_of(package, "kurzeme").tables
    whole = hidden_of(evaluate("kurzeme"), package.tables)
    turned = {name: tables[name].iloc[::-1] for name in ("costs", "activity", "assets")}
    assert hidden_of(evaluate("kurzeme", **turned), package.tables) == whole
    twice = tables["costs"].assign(amount_eur=2 * tables["costs"]["amount_eur"])
    doubled = hidden_of(evaluate("kurzeme", costs=twice), package.tables)
    # Children are the same, and so is who holds what of a home.
    kinds = ("days", "home_days", "group_days", "few", "home_total")
    assert {key for key in doubled if key[0] in kinds} == {key for key in whole if key[0] in kinds}


@pytest.mark.parametrize("region", REGIONS)
def test_what_compares_a_hidden_cost_is_hidden_in_every_column(region, evaluate, package):
    table = shown_costs(evaluate(region), package.tables, region, RULES).tables["comparison"]
    unseen = table["difference_eur_per_child_month"].astype(object).map(is_hidden)
    assert unseen.any()
    for name in ("ratio", "ratio_low", "common_difference_eur_per_child_month"):
        assert table.loc[unseen, name].isna().all()


def test_ratio_between_few_providers_is_hidden(evaluate, package):
    shown = shown_costs(evaluate("kurzeme"), package.tables, "kurzeme", RULES)
    table = shown.tables["provider_bootstrap"]
    few = table["caution"] == "few_providers"
    assert few.any()
    assert all(map(is_hidden, table.loc[few, "bootstrap_ratio_low"].astype(object)))


@pytest.mark.parametrize(
    ("parameter", "home", "hidden"),
    [
        ("reference_cost", "institution", True),
        ("reference_cost", "youth_house", False),
        ("alternative_cost", "youth_house", True),
        ("alternative_cost", "institution", False),
        ("reference_error", "institution", False),
    ],
)
@pytest.mark.parametrize("kind", ["home_total", "home_days"])
def test_range_between_homes_is_hidden_where_a_home_is(kind, parameter, home, hidden):
    row = {"year": 2022, "reference": "institution", "alternative": "youth_house"}
    tables = {
        "sensitivity": pd.DataFrame([{**row, "parameter": parameter, "low": 1977.5}]),
        "sensitivity_points": pd.DataFrame([{**row, "parameter": parameter, "value": 1977.5}]),
    }
    keys = frozenset({(kind, 2022, home, "p1")})
    mask_all(tables, of_costs._RESTS, keys | of_costs._details_hidden(keys))
    assert is_hidden(tables["sensitivity"]["low"].iloc[0]) == hidden
    assert is_hidden(tables["sensitivity_points"]["value"].iloc[0]) == hidden


def test_needs_of_a_region_with_few_are_hidden_with_another_one():
    needs = pd.DataFrame(
        {
            "region": ["a", "b", "c", "national"],
            "needing": [5.0, 40.0, 60.0, 105.0],
            "receiving": [0.0, 20.0, 30.0, 50.0],
            "coverage": [0.0, 0.5, 0.5, 50 / 105],
        }
    )
    shown = shown_needs(needs, RULES).set_index("region")
    needing = shown["needing"].astype(object).map(is_hidden)
    assert needing["a"]
    assert needing.sum() >= 2
    assert shown["coverage"].astype(object).map(is_hidden)["a"]
    pd.testing.assert_frame_equal(shown_needs(needs, None), needs)


# Columns of numbers that tell of nobody: times, prices, places, settings and how many homes.
OPEN = {
    *("year", "first_year", "last_year", "acquired_year", "draws", "discount_rate", "place_days"),
    *("point", "providers", "package_eur_per_child_month", "children_in_household"),
}


@pytest.mark.parametrize("region", REGIONS)
def test_every_number_of_costs_rests_on_cells_or_tells_of_nobody(region, evaluate):
    tables = evaluate(region).tables
    rested = {(name, column) for name, columns, _ in of_costs._RESTS for column in columns}
    rested |= {("capital_scenarios", of_costs.DIFFERENCE), ("occupancy_curve", "occupancy")}
    numbers = {
        (name, column) for name, table in tables.items() for column in table.select_dtypes("number")
    }
    assert {place for place in numbers - rested if place[1] not in OPEN} == set()


def shown_numbers(tables: Mapping[str, pd.DataFrame]) -> dict[tuple[str, str, int], float]:
    return {
        (name, str(column), row): value
        for name, table in tables.items()
        for column in table.select_dtypes("number")
        for row, value in enumerate(table[column])
        if pd.notna(value)
    }


@pytest.mark.parametrize("region", REGIONS)
def test_no_shown_number_moves_with_the_costs_of_a_hidden_arrangement(region, evaluate, package):
    evaluation = evaluate(region)
    before = shown_costs(evaluation, package.tables, region, RULES).tables
    units = before["unit_costs"]
    hidden = units["total_eur"].astype(object).map(is_hidden)
    codes = {
        code
        for code, of_code in hidden.groupby(units["care_arrangement"])
        if of_code.all() and code != "institution"
    }
    assert codes  # in every region there is an arrangement of one home
    costs = package.tables["costs"]
    theirs = costs["care_arrangement"].isin(codes) & (costs["region"] == region)
    dearer = costs.assign(amount_eur=costs["amount_eur"].where(~theirs, costs["amount_eur"] * 1.07))
    after = shown_costs(evaluate(region, costs=dearer), package.tables, region, RULES).tables
    one, other = shown_numbers(before), shown_numbers(after)
    assert one.keys() == other.keys()
    moved = {key[:2] for key in one if not np.isclose(one[key], other[key], rtol=1e-9, atol=0)}
    assert moved == set()
    whole = evaluate(region, costs=dearer).tables["unit_costs"]["total_eur"]
    assert not np.allclose(whole, evaluation.tables["unit_costs"]["total_eur"])


def test_dated_thresholds_are_there(root):
    day = pd.Timestamp("2014-01-01").date()
    values = dated_values(read_project(root), DISCLOSURE_PARAMETERS, day)
    assert [dated.value for _, dated in values.values()] == [8, 3, 10]
