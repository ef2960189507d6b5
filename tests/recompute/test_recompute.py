"""Every number of results.json against a second computation in SQL, from the CSV files themselves.

The SQL was written from the methods and shares nothing with the package: not its reader, not its
functions, not its tables. Where both agree, a figure in a report follows from the data by the
published method; where they differ, one of the two is wrong and somebody must find out which.
"""

from __future__ import annotations

import copy
import csv
import math
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

RELATIVE, NEAR_ZERO = 1e-9, 1e-9
KEYS = {
    "unit_costs": ("year", "care_arrangement"),
    "unit_cost_parts": ("year", "care_arrangement", "part"),
    "payer_split": ("year", "care_arrangement", "payer"),
    "provider_unit_costs": ("year", "care_arrangement", "provider"),
    "comparison": ("year", "reference", "alternative"),
    "statutory_packages": ("care_arrangement", "year", "age_band", "children_in_household"),
    "perimeter": ("care_arrangement", "element"),
    "case_mix": ("year", "reference", "alternative"),
    "group_costs": ("year", "care_arrangement", "age_band", "need_level"),
    "payer_shift": ("year", "reference", "alternative", "payer"),
    "occupancy_curve": ("year", "care_arrangement", "occupancy"),
    "occupancy_effects": ("care_arrangement", "provider"),
    "capital_scenarios": ("year", "care_arrangement", "valuation", "discount_rate"),
    "sensitivity": ("year", "reference", "alternative", "parameter"),
    "sensitivity_points": ("year", "reference", "alternative", "parameter", "point"),
    "provider_bootstrap": ("year", "reference", "alternative"),
    "simulation": ("year", "reference", "alternative"),
    "simulated_costs": ("year", "care_arrangement"),
    "data_rows": ("table", "care_arrangement", "file"),
}
# Tables that are no numbers: test_recompute_quality has this one.
APART = {"quality_checks"}
# Columns that random numbers fill: SQL has none of them, see the tests of chance below.
BY_CHANCE = {
    "provider_bootstrap": {"bootstrap_ratio_low", "bootstrap_ratio_high"},
    "simulation": {"probability_cheaper", "p05", "p50", "p95"},
    "simulated_costs": {"p05", "p50", "p95"},
}
# Columns that mean nothing where nothing equalises two costs, in the row of all providers, or in
# rows of the data that are of no arrangement; and those that mean nothing where children live in a
# family: it has no places.
NOT_FOR_EACH = {"switch_point_multiple", "switch_value", "provider", "care_arrangement"}
OF_PLACES = {"place_days", "occupancy", "cost_per_place_month_eur"}
IN_FAMILIES = {"foster_family", "specialised_foster_family", "guardian"}

CHANCE = dict(draws=10_000, seed=20260101)
PERIOD = dict(
    first_year=2014,
    last_year=2022,
    price_year=2022,
    discount_rate=0.04,
    reference="institution",
    **CHANCE,
)
RUNS = {
    "kurzeme": dict(region="kurzeme", **PERIOD),
    "latgale": dict(region="latgale", **PERIOD),
    "riga": dict(region="riga", **PERIOD),
    "vidzeme": dict(region="vidzeme", **PERIOD),
    "zemgale": dict(region="zemgale", **PERIOD),
    # Other parameters, so that none of them is compared at its default alone.
    "kurzeme-2016-2021": dict(
        region="kurzeme",
        first_year=2016,
        last_year=2021,
        price_year=2015,
        discount_rate=0.0,
        reference="youth_house",
        **CHANCE,
    ),
    "zemgale-2018-2020": dict(
        region="zemgale",
        first_year=2018,
        last_year=2020,
        price_year=2024,
        discount_rate=0.055,
        reference="guardian",
        **CHANCE,
    ),
}


def missing_symbol(table: str, column: str, row: dict[str, Any]) -> dict[str, str]:
    """Say how an unknown value must be shown: `z` where there cannot be one, `:` elsewhere."""
    not_applicable = column in NOT_FOR_EACH or (
        column in OF_PLACES and row["care_arrangement"] in IN_FAMILIES
    )
    return {"symbol": "z" if not_applicable else ":"}


def key_of(table: str, row: dict[str, Any]) -> tuple[Any, ...]:
    """Give the key of a row; no provider stands for all of them, however that is written."""
    return tuple(
        None if isinstance(value, dict) else round(value, 9) if isinstance(value, float) else value
        for value in (row[column] for column in KEYS[table])
    )


def is_rate_that_equalises(row: dict[str, Any], column: str) -> bool:
    """Whether a cell has no closed form: it is checked by what it does."""
    return column == "switch_value" and row["parameter"] == "discount_rate"


def cells(reported: dict[str, Any]) -> dict[tuple[Any, ...], Any]:
    """List every cell of results.json by its address: table, key of the row, column."""
    found = {}
    for table, content in reported["tables"].items():
        if table in APART:
            continue
        columns = [column["name"] for column in content["columns"]]
        for row in content["rows"]:
            named = dict(zip(columns, row, strict=True))
            key = key_of(table, named)
            for column in columns:
                if column in BY_CHANCE.get(table, ()) or is_rate_that_equalises(named, column):
                    continue
                address = (table, key, column)
                assert address not in found, f"{address} stands twice"
                found[address] = named[column]
    for finding in reported["findings"]:
        found["findings", finding["finding"], "verdict"] = finding["verdict"]
        for name, value in finding["values"].items():
            found["findings", finding["finding"], name] = value
    for evidence, share in reported["evidence"].items():
        found["evidence", evidence] = share
    return found


def expected_cells(recomputed: dict[str, list[dict[str, Any]]]) -> dict[tuple[Any, ...], Any]:
    """List the same cells as SQL gives them, an unknown value as the symbol that must be shown."""
    found: dict[tuple[Any, ...], Any] = {}
    for table in KEYS:
        for row in recomputed[table]:
            key = key_of(table, row)
            for column, value in row.items():
                if is_rate_that_equalises(row, column):
                    continue
                shown = missing_symbol(table, column, row) if value is None else value
                found[table, key, column] = shown
    for row in recomputed["findings"]:
        found["findings", row["finding"], "verdict"] = row["verdict"]
        value = row["code"] if row["number"] is None else row["number"]
        found["findings", row["finding"], row["key"]] = value
    for row in recomputed["evidence"]:
        found["evidence", row["evidence"]] = row["share"]
    return found


def is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def differences(reported: dict[tuple[Any, ...], Any], expected: dict[tuple[Any, ...], Any]):
    """Give every cell on one side only, and every cell with two different values."""
    found = []
    for address in sorted(reported.keys() | expected.keys(), key=str):
        if address not in expected:
            found.append(f"{address}: only in the report: {reported[address]}")
        elif address not in reported:
            found.append(f"{address}: only in SQL: {expected[address]}")
        elif is_number(reported[address]) and is_number(expected[address]):
            if not math.isclose(
                reported[address], expected[address], rel_tol=RELATIVE, abs_tol=NEAR_ZERO
            ):
                found.append(f"{address}: report {reported[address]}, SQL {expected[address]}")
        elif reported[address] != expected[address]:
            found.append(f"{address}: report {reported[address]}, SQL {expected[address]}")
    return found


@pytest.fixture(scope="module", params=list(RUNS))
def both(request, package, report, recompute):
    parameters = RUNS[request.param]
    return report(package, parameters), recompute(package, parameters)


def test_report_beside_sql_from_the_csv_files_has_the_same_numbers(both):
    reported, recomputed = cells(both[0]), expected_cells(both[1])
    assert differences(reported, recomputed) == []
    numbers = [address for address, value in reported.items() if is_number(value)]
    assert len(numbers) > 1000
    symbols = [value for value in reported.values() if isinstance(value, dict)]
    assert {"symbol": "z"} in symbols


def test_report_beside_sql_has_the_same_tables_and_columns(both):
    reported, recomputed = both
    assert reported["tables"].keys() == KEYS.keys() | APART
    for table in KEYS:
        content = reported["tables"][table]
        if not recomputed[table]:
            assert not content["rows"]
            continue
        columns = [column["name"] for column in content["columns"]]
        assert set(columns) == set(recomputed[table][0]) | BY_CHANCE.get(table, set())


def test_discount_rate_at_the_switch_value_equalises_both_costs(both, wrong_rates):
    reported, recomputed = both
    content = reported["tables"]["sensitivity"]
    columns = [column["name"] for column in content["columns"]]
    rows = [dict(zip(columns, row, strict=True)) for row in content["rows"]]
    assert wrong_rates(rows, recomputed) == []


def test_unknown_totals_of_the_years_without_a_rate_are_symbols_not_zero(package, report):
    """No foster maintenance rate is known before 2017: nobody may read a total of those years."""
    reported = cells(report(package, RUNS["kurzeme"]))
    for year in (2014, 2015, 2016):
        key = (year, "foster_family")
        assert reported["unit_costs", key, "total_eur"] == {"symbol": ":"}
        assert not any(
            address[:1] == ("payer_split",) and address[1][:2] == key for address in reported
        )
    assert reported["unit_costs", (2017, "foster_family"), "total_eur"] > 0


# ------------------------------------------------------------- the check itself can find a fault


def changed(reported: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the results with one small fault each."""
    nudged = copy.deepcopy(reported)
    nudged["tables"]["unit_costs"]["rows"][0][2] *= 1 + 1e-8
    yield "nudged by a hundred-millionth", nudged
    short = copy.deepcopy(reported)
    short["tables"]["payer_split"]["rows"].pop()
    yield "row missing", short
    longer = copy.deepcopy(reported)
    longer["tables"]["perimeter"]["rows"].append(["guardian", "garden", "yes"])
    yield "row too many", longer
    symbol = copy.deepcopy(reported)
    symbol["tables"]["unit_costs"]["rows"][0][2] = {"symbol": ":"}
    yield "number hidden", symbol
    wrong_symbol = copy.deepcopy(reported)
    for row in wrong_symbol["tables"]["unit_costs"]["rows"]:
        row[:] = [{"symbol": ":"} if cell == {"symbol": "z"} else cell for cell in row]
    yield "another symbol", wrong_symbol
    verdict = copy.deepcopy(reported)
    verdict["findings"][0]["verdict"] = "inconclusive"
    yield "another verdict", verdict
    effect = copy.deepcopy(reported)
    effect["tables"]["occupancy_effects"]["rows"][0][-1] += 1e-6
    yield "effect of occupancy", effect
    end = copy.deepcopy(reported)
    end["tables"]["sensitivity"]["rows"][0][4] *= 1 + 1e-8
    yield "end of a range", end
    caution = copy.deepcopy(reported)
    caution["tables"]["provider_bootstrap"]["rows"][0][-1] = "none"
    yield "another caution", caution
    line = copy.deepcopy(reported)
    rows = line["tables"]["data_rows"]["rows"][0]
    rows[3] = rows[3].replace("–", ", ", 1)
    yield "row of the data", line
    evidence = copy.deepcopy(reported)
    evidence["evidence"]["published"] += 1e-8
    yield "evidence", evidence


def test_check_finds_every_planted_fault(package, report, recompute):
    reported = report(package, RUNS["zemgale"])
    expected = expected_cells(recompute(package, RUNS["zemgale"]))
    for fault, wrong in changed(reported):
        assert differences(cells(wrong), expected), f"not noticed: {fault}"


# -------------------------------------------------- changed data: both change, and change alike

HOME_OF_2020 = "kurzeme-paraugs-2,institution,2020"

# Table, what identifies the row, the column, its new value; then a figure that must change.
MUTATIONS = {
    "ledger amount": (
        "costs",
        dict(provider="kurzeme-paraugs-2", year="2020", cost_item="staff", need_level="standard"),
        "amount_eur",
        "12345.67",
        ("unit_costs", (2020, "institution"), "total_eur"),
    ),
    "support of foster families falls": (
        "costs",
        dict(region="kurzeme", care_arrangement="foster_family", year="2022", cost_item="support"),
        "amount_eur",
        "1",
        ("comparison", (2022, "institution", "foster_family"), "switch_point_multiple"),
    ),
    "support of foster families makes them dearer than a home": (
        "costs",
        dict(region="kurzeme", care_arrangement="foster_family", year="2022", cost_item="support"),
        "amount_eur",
        "9000000",
        ("findings", "family_based_is_cheapest_across_sensitivity", "verdict"),
    ),
    "a home stands half empty": (
        "activity",
        dict(provider="kurzeme-paraugs-2", year="2022", age_band="7-17", need_level="standard"),
        "child_days",
        "10",
        ("findings", "cost_rose_because_places_stand_empty", "occupancy_effect"),
    ),
    "child-days of one group": (
        "activity",
        dict(provider="kurzeme-paraugs-3", year="2021", age_band="0-6", need_level="complex"),
        "child_days",
        "300",
        ("case_mix", (2021, "institution", "foster_family"), "mix_effect"),
    ),
    "child-days": (
        "activity",
        dict(provider="kurzeme-paraugs-5", year="2016"),
        "child_days",
        "4000",
        ("unit_costs", (2016, "state_institution"), "cost_per_child_day_eur"),
    ),
    "places not recorded": (
        "activity",
        dict(provider="kurzeme-paraugs-3", year="2015"),
        "place_days",
        "",
        ("unit_costs", (2015, "institution"), "occupancy"),
    ),
    "asset life": (
        "assets",
        dict(provider="kurzeme-paraugs-2", asset="building"),
        "useful_life_years",
        "26",
        ("unit_cost_parts", (2014, "institution", "capital"), "amount_eur"),
    ),
    "owner of a home": (
        "providers",
        dict(provider="kurzeme-paraugs-1"),
        "owner",
        "state",
        ("payer_split", (2021, "institution", "municipality"), "amount_eur"),
    ),
    "child-months of a household size": (
        "households",
        dict(region="kurzeme", care_arrangement="guardian", year="2019", age_band="0-6"),
        "child_months",
        "77.5",
        ("payer_split", (2019, "guardian", "state"), "amount_eur"),
    ),
    "rate rises in mid-year": (
        "statutory_rates",
        dict(rate="guardian-maintenance-0-6-2021"),
        "amount_eur_month",
        "300.00",
        ("statutory_packages", ("guardian", 2021, "0-6", "1"), "package_eur_per_child_month"),
    ),
    "rate starts later": (
        "statutory_rates",
        dict(rate="foster-maintenance-0-6-2018"),
        "valid_from",
        "2018-02-01",
        ("unit_costs", (2018, "foster_family"), "total_eur"),
    ),
    "price index": (
        "price_index",
        dict(year="2019"),
        "value",
        "109.99",
        ("unit_costs", (2019, "youth_house"), "real_cost_per_child_month_eur"),
    ),
    "evidence of a source": (
        "sources",
        dict(source="vsaa-guardian"),
        "evidence",
        "assumed",
        ("evidence", "published"),
    ),
}


def rewrite(file: Path, where: dict[str, str], column: str, value: str) -> str:
    """Change one cell of the first row that fits; give what stood there."""
    with file.open(encoding="utf-8", newline="") as opened:
        reader = csv.DictReader(opened)
        columns, rows = reader.fieldnames or [], list(reader)
    row = next(row for row in rows if where.items() <= row.items())
    before, row[column] = row[column], value
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return before


@pytest.fixture(scope="module")
def before(package, recompute) -> dict[tuple[Any, ...], Any]:
    return expected_cells(recompute(package, RUNS["kurzeme"]))


@pytest.mark.parametrize("mutation", list(MUTATIONS))
def test_changed_data_changes_the_figure_alike_in_both(
    mutation, package, report, recompute, before, tmp_path
):
    table, where, column, value, figure = MUTATIONS[mutation]
    copied = tmp_path / "package"
    shutil.copytree(package, copied)
    assert rewrite(copied / f"{table}.csv", where, column, value) != value
    reported = cells(report(copied, RUNS["kurzeme"]))
    expected = expected_cells(recompute(copied, RUNS["kurzeme"]))
    assert differences(reported, expected) == []
    assert differences({figure: reported[figure]}, {figure: before[figure]})


def test_element_missing_in_one_year_makes_both_trends_inconclusive_in_both(
    package, report, recompute, tmp_path
):
    copied = tmp_path / "package"
    shutil.copytree(package, copied)
    rewrite(
        copied / "costs.csv",
        dict(provider="kurzeme-paraugs-7", year="2018", cost_item="premises"),
        "amount_eur",
        "0",
    )
    parameters = {**RUNS["kurzeme"], "reference": "youth_house"}
    expected = expected_cells(recompute(copied, parameters))
    for finding in (
        "reference_became_dearer_in_constant_prices",
        "cost_rose_because_places_stand_empty",
    ):
        assert expected["findings", finding, "verdict"] == "inconclusive"
        assert expected["findings", finding, "series_break"] == 2018
    assert differences(cells(report(copied, parameters)), expected) == []


def test_home_without_ledger_among_others_is_unknown_in_both(package, report, recompute, tmp_path):
    copied = tmp_path / "package"
    shutil.copytree(package, copied)
    lines = (copied / "costs.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if ",".join(line.split(",")[1:4]) != HOME_OF_2020]
    assert len(kept) < len(lines)
    (copied / "costs.csv").write_text("".join(kept), encoding="utf-8")
    expected = expected_cells(recompute(copied, RUNS["kurzeme"]))
    assert expected["unit_costs", (2020, "institution"), "total_eur"] == {"symbol": ":"}
    assert differences(cells(report(copied, RUNS["kurzeme"])), expected) == []
