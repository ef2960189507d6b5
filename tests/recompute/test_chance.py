"""What random numbers fill, against other random numbers or against all that can be drawn."""

from __future__ import annotations

import copy
from typing import Any

import pytest

RUNS = {
    "kurzeme": dict(region="kurzeme", reference="institution", discount_rate=0.04),
    "zemgale": dict(region="zemgale", reference="youth_house", discount_rate=0.02),
    "latgale": dict(region="latgale", reference="institution", discount_rate=0.0),
}
PERIOD = dict(first_year=2017, last_year=2022, price_year=2022, draws=10_000, seed=20260101)


def rows_of(reported: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Give the rows of every table; a symbol is None."""
    found = {}
    for table, content in reported["tables"].items():
        columns = [column["name"] for column in content["columns"]]
        found[table] = [
            {
                column: None if isinstance(cell, dict) else cell
                for column, cell in zip(columns, row, strict=True)
            }
            for row in content["rows"]
        ]
    return found


@pytest.fixture(scope="module", params=list(RUNS))
def both(request, package, report, recompute):
    parameters = {**PERIOD, **RUNS[request.param]}
    return rows_of(report(package, parameters)), recompute(package, parameters)


def test_intervals_of_providers_beside_every_possible_draw_are_its_quantiles(both, wrong_intervals):
    assert wrong_intervals(*both) == []


def test_simulation_beside_other_random_numbers_has_the_same_quantiles(both, wrong_quantiles):
    assert wrong_quantiles(*both) == []


@pytest.mark.parametrize("both", ["kurzeme"], indirect=True)
def test_planted_faults_of_a_part_of_the_spread_are_found(both, wrong_intervals, wrong_quantiles):
    reported, recomputed = copy.deepcopy(both)
    row = next(row for row in reported["provider_bootstrap"] if row["bootstrap_ratio_low"])
    spread = row["bootstrap_ratio_high"] - row["bootstrap_ratio_low"]
    row["bootstrap_ratio_low"] += spread / 4
    assert len(wrong_intervals(reported, recomputed)) == 1
    row = reported["simulated_costs"][0]
    row["p50"] += (row["p95"] - row["p05"]) / 30
    reported["simulation"][0]["probability_cheaper"] = 0.5
    assert len(wrong_quantiles(reported, recomputed)) == 2
