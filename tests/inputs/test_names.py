"""Names of regions, municipalities and homes where a code is expected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dieval.inputs.read import check_package, read_package

Rows = list[dict[str, str]]
Tables = dict[str, Rows]
Write = Callable[[Tables], Path]


def found(path: Path, rule: str) -> list[tuple[str, str, tuple[int, ...], str]]:
    return [(p.file, p.column, p.rows, p.severity) for p in check_package(path) if p.rule == rule]


@pytest.mark.parametrize("write", ["write_csv", "write_xlsx"])
def test_names_mean_the_same_as_their_codes(
    tables: Tables, write: str, request: pytest.FixtureRequest
) -> None:
    written: Write = request.getfixturevalue(write)
    expected = read_package(written(tables)).tables
    tables["costs"][0] |= {"region": "KURZEME", "provider": "Pirmais bernu nams"}
    tables["costs"][3] |= {"region": "Riga"}
    tables["carers"][2] |= {"municipality": " Aizputes  Novads "}
    tables["municipalities"][0] |= {"successor": "Dienvidkurzemes novads"}
    tables["observations"][0] |= {"indicator": "Children with FT"}
    package = read_package(written(tables))
    assert list(package.tables) == list(expected)
    for name, rows in expected.items():
        assert package.tables[name].equals(rows), name
    read = {(note.column, len(note.rows)) for note in package.notes if note.rule == "name"}
    assert read == {
        ("region", 2),
        ("provider", 1),
        ("municipality", 1),
        ("successor", 1),
        ("indicator", 1),
    }


def test_name_is_read_exactly(tables: Tables, write_csv: Write) -> None:
    tables["carers"][2] |= {"municipality": "Aizputes"}  # neither the town nor the district
    assert found(write_csv(tables), "foreign_key") == [
        ("carers.csv", "municipality", (4,), "error")
    ]


def test_name_of_two_homes_is_neither(tables: Tables, write_csv: Write) -> None:
    tables["providers"][1]["name_lv"] = tables["providers"][0]["name_lv"]
    tables["assets"][0]["provider"] = "Pirmais bērnu nams"
    folder = write_csv(tables)
    assert found(folder, "foreign_key") == [("assets.csv", "provider", (2,), "error")]
    assert found(folder, "name") == []


@pytest.mark.parametrize(
    ("year", "code"), [("2020", "saldus-rajons"), ("2021", "saldus-novads"), ("2008", None)]
)
def test_name_of_several_is_that_of_its_time(
    tables: Tables, write_csv: Write, year: str, code: str | None
) -> None:
    new = {"name_lv": "Saldus", "successor": "", "source": "act"}
    tables["municipalities"] += [
        {**new, "municipality": "saldus-rajons", "valid_from": "2009-07-01",
         "valid_to": "2021-06-30"},
        {**new, "municipality": "saldus-novads", "valid_from": "2021-07-01", "valid_to": ""},
    ]  # fmt: skip
    tables["carers"] = [{**tables["carers"][2], "municipality": "Saldus", "year": year}]
    folder = write_csv(tables)
    if code is None:
        assert found(folder, "foreign_key") == [("carers.csv", "municipality", (2,), "error")]
        return
    assert read_package(folder).tables["carers"]["municipality"].tolist() == [code]
    assert found(folder, "name") == [("carers.csv", "municipality", (2,), "note")]


def test_name_of_a_municipality_that_had_ended_is_set_aside(
    tables: Tables, write_csv: Write
) -> None:
    tables["carers"] += [{**tables["carers"][2], "municipality": "Aizputes novads", "year": "2021"}]
    assert found(write_csv(tables), "ended_municipality") == [
        ("carers.csv", "municipality", (5,), "set_aside")
    ]


def test_messages_repeat_no_name(tables: Tables, write_csv: Write) -> None:
    tables["providers"][0]["name_lv"] = "Jānis Kalniņš"
    tables["costs"][0]["provider"] = "Jānis Kalniņš"
    texts = [str(problem) for problem in check_package(write_csv(tables))]
    assert not any("Kalni" in text for text in texts)
