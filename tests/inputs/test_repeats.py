"""What every sender's workbook describes again counts once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from dieval.inputs.read import check_package, examined, read_package

Rows = list[dict[str, str]]
Tables = dict[str, Rows]
Write = Callable[[Tables], Path]

DESCRIBED = ("sources", "regions", "municipalities", "providers")


def with_workbook(tables: Tables, write_csv: Write, write_xlsx: Write) -> Path:
    """A folder, and in it the workbook of a home with its costs of 2019."""
    row = {**tables["costs"][0], "year": "2019", "amount_eur": "77.5"}
    book = write_xlsx({name: tables[name] for name in DESCRIBED} | {"costs": [row]})
    folder = write_csv(tables)
    shutil.move(book, folder / "home.xlsx")
    return folder


def test_workbook_beside_the_files_adds_its_rows(
    tables: Tables, write_csv: Write, write_xlsx: Write
) -> None:
    alone = read_package(write_csv(tables)).tables
    package = read_package(with_workbook(tables, write_csv, write_xlsx))
    for name in DESCRIBED:
        assert package.tables[name].equals(alone[name])
    assert package.tables["costs"]["amount_eur"].sum() == alone["costs"]["amount_eur"].sum() + 77.5
    notes = [(n.file, n.sheet, n.rows) for n in package.notes if n.rule == "described_again"]
    assert notes == [
        ("home.xlsx", name, tuple(range(2, 2 + len(tables[name])))) for name in sorted(DESCRIBED)
    ]


def test_repetitions_are_in_the_account(
    tables: Tables, write_csv: Write, write_xlsx: Write
) -> None:
    account = examined(with_workbook(tables, write_csv, write_xlsx)).account.set_index("file")
    for name in DESCRIBED:
        row = account.loc[f"home.xlsx/{name}"]
        count = len(tables[name])
        assert [row["read"], row["used"], row["set_aside"], row["excluded"]] == [count, 0, 0, count]


def test_description_that_differs_is_refused(
    tables: Tables, write_csv: Write, write_xlsx: Write
) -> None:
    folder = with_workbook(tables, write_csv, write_xlsx)
    tables["regions"][0]["name_en"] = "Courland"
    write_csv(tables)
    errors = [(p.rule, p.file) for p in check_package(folder) if p.severity == "error"]
    assert sorted(errors) == [("key", "home.xlsx"), ("key", "regions.csv")]


def test_repetition_within_a_file_is_a_slip(tables: Tables, write_csv: Write) -> None:
    tables["regions"].append(dict(tables["regions"][0]))
    found = [(p.rule, p.rows) for p in check_package(write_csv(tables)) if p.severity != "note"]
    assert found == [("repeated", (4,))]


def test_amounts_that_stand_in_another_file_are_set_aside(
    tables: Tables, write_csv: Write, write_xlsx: Write
) -> None:
    folder = with_workbook(tables, write_csv, write_xlsx)
    tables["costs"].append({**tables["costs"][0], "year": "2019", "amount_eur": "77.5"})
    write_csv(tables)
    found = [(p.rule, p.file, p.severity) for p in check_package(folder) if p.severity != "note"]
    assert ("repeated", "home.xlsx", "set_aside") in found
