"""Faults of identity, time and coverage, each by its number in the catalogue of faults."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from dieval.inputs.read import check_package, examined, read_package
from dieval.inputs.regions import membership_on, municipalities_on, successor_on

Rows = list[dict[str, str]]
Tables = dict[str, Rows]
Write = Callable[[Tables], Path]


def found(path: Path, severity: str) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(p.file, p.rule, p.rows) for p in check_package(path) if p.severity == severity]


def aside(path: Path) -> list[tuple[str, str, tuple[int, ...]]]:
    assert found(path, "error") == []
    return found(path, "set_aside")


def test_f66_row_that_repeats_another_one_is_set_aside(tables: Tables, write_csv: Write) -> None:
    tables["costs"].append(dict(tables["costs"][0]))
    folder = write_csv(tables)
    assert aside(folder) == [("costs.csv", "repeated", (7,))]
    money = examined(folder).account.set_index("quantity").loc["amount_eur"]
    assert money["set_aside"] == 200_000


def test_f67_key_with_another_value_is_refused(tables: Tables, write_csv: Write) -> None:
    tables["costs"].append({**tables["costs"][0], "amount_eur": "1"})
    assert found(write_csv(tables), "error") == [("costs.csv", "key", (2, 7))]


def test_f68_homes_of_the_same_name_are_two_by_their_codes(
    tables: Tables, write_csv: Write
) -> None:
    tables["providers"][1]["name_lv"] = tables["providers"][0]["name_lv"]
    folder = write_csv(tables)
    assert aside(folder) == []
    costs = read_package(folder).tables["costs"].groupby("provider")["amount_eur"].sum()
    assert costs.to_dict() == {"p1": 200_000 + 1_000.5 + 120.25, "p2": 5_000}


def test_f70_municipality_that_was_merged_goes_on_in_its_successor(
    tables: Tables, write_csv: Write
) -> None:
    package = read_package(write_csv(tables)).tables
    municipalities = package["municipalities"]
    before, after = "2021-06-30", "2021-07-01"
    people = dict.fromkeys(municipalities_on(municipalities, before)["municipality"], 10)
    moved: dict[str, int] = {}
    for code, count in people.items():
        successor = successor_on(municipalities, code, after)
        moved[successor] = moved.get(successor, 0) + count
    assert moved == {"dienvidkurzemes-novads": 10, "tukuma-novads": 10}
    assert sum(moved.values()) == sum(people.values())
    assert set(moved) <= set(membership_on(package["region_membership"], after).index)


@pytest.mark.parametrize(
    ("table", "column", "time"),
    [("availability", "date", "2021-08-01"), ("needs", "date", "2021-07-01"),
     ("carers", "year", "2021")],
)  # fmt: skip
def test_f70_figure_of_a_municipality_that_had_ended_is_set_aside(
    tables: Tables, write_csv: Write, table: str, column: str, time: str
) -> None:
    row = next(row for row in tables[table] if row["municipality"] == "aizputes-novads")
    tables[table].append({**row, column: time, "source": "act"})
    line = len(tables[table]) + 1
    assert aside(write_csv(tables)) == [(f"{table}.csv", "ended_municipality", (line,))]


def test_f71_town_and_district_of_one_name_stay_apart(tables: Tables, write_csv: Write) -> None:
    tables["municipalities"] += [
        {**tables["municipalities"][1], "municipality": code, "name_lv": name, "successor": ""}
        for code, name in (("rezekne", "Rēzekne"), ("rezeknes-novads", "Rēzeknes novads"))
    ]
    tables["providers"][0]["municipality"] = "rezekne"
    tables["providers"][1]["municipality"] = "rezeknes-novads"
    homes = read_package(write_csv(tables)).tables["providers"]
    assert homes["municipality"].tolist() == ["rezekne", "rezeknes-novads"]
    tables["providers"][1]["municipality"] = "rezeknes"
    assert found(write_csv(tables), "error") == [("providers.csv", "foreign_key", (3,))]


@pytest.mark.parametrize("table", ["costs", "activity", "placements", "observations"])
def test_f74_year_after_the_source_was_published_is_set_aside(
    tables: Tables, write_csv: Write, table: str
) -> None:
    column = "date" if table == "observations" else "year"
    row = {**tables[table][1], column: "2031-12-31" if column == "date" else "2031"}
    tables[table].append(row)
    line = len(tables[table]) + 1
    assert (f"{table}.csv", "after_source", (line,)) in aside(write_csv(tables))


def described(folder: Path, first: int, last: int) -> Path:
    resources = [{"name": path.stem, "path": path.name} for path in sorted(folder.glob("*.csv"))]
    for resource in resources:
        if resource["name"] == "costs":
            resource["temporal"] = {"start": str(first), "end": str(last)}  # type: ignore[assignment]
    (folder / "datapackage.json").write_text(json.dumps({"resources": resources}), "utf-8")
    return folder


def test_f74_row_outside_the_period_of_its_file_is_set_aside(
    tables: Tables, write_csv: Write
) -> None:
    tables["costs"][4]["year"] = "2018"
    folder = described(write_csv(tables), 2019, 2020)
    assert aside(folder) == [("costs.csv", "period", (6,))]


def test_f80_file_of_another_year_is_refused(tables: Tables, write_csv: Write) -> None:
    folder = described(write_csv(tables), 2021, 2021)
    assert ("costs.csv", "period", (2, 3, 4, 5, 6)) in found(folder, "error")
    assert aside(described(folder, 2020, 2020)) == []
