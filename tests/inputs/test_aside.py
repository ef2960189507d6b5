"""Rows set aside: what is left is used once somebody agrees, and every row is accounted for."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from dieval.errors import DataError, Problem
from dieval.inputs.aside import acknowledged_now
from dieval.inputs.read import check_package, examined, read_package
from dieval.inputs.states import acknowledgement_file, state_of

Rows = list[dict[str, str]]
Tables = dict[str, Rows]
Write = Callable[[Tables], Path]
DAY = dt.date(2021, 5, 31)


def acknowledge(path: Path, reason: str = "remarks of the sender") -> None:
    looked = examined(path)
    content = acknowledged_now(looked.aside, looked.acknowledged, looked.files, reason, DAY)
    acknowledgement_file(path).write_text(content, encoding="utf-8")


def aside(path: Path) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(p.file, p.rule, p.rows) for p in check_package(path) if p.severity == "set_aside"]


def errors(path: Path) -> list[Problem]:
    return [p for p in check_package(path) if p.severity == "error"]


@pytest.fixture
def faulty(tables: Tables) -> Tables:
    """Let one amount of costs be no number and another be negative without being a correction."""
    tables["costs"][1]["amount_eur"] = "about 1000"
    tables["costs"][4]["amount_eur"] = "-3000"
    return tables


def test_rows_set_aside_stop_the_package_until_they_are_acknowledged(
    faulty: Tables, write_csv: Write
) -> None:
    folder = write_csv(faulty)
    assert aside(folder) == [("costs.csv", "type", (3,)), ("costs.csv", "minimum", (6,))]
    with pytest.raises(DataError, match=r"costs\.csv, column amount_eur, row 6"):
        read_package(folder)
    acknowledge(folder)
    package = read_package(folder)
    assert len(package.tables["costs"]) == 5 - 2
    assert not package.tables["costs"]["amount_eur"].isna().any()
    told = [note for note in package.notes if note.file == "costs.csv"]
    assert [note.rows for note in told] == [(3,), (6,)]
    assert all("acknowledged: remarks of the sender." in note.message_en for note in told)
    assert all("apstiprinājums: remarks of the sender." in note.message_lv for note in told)


def test_every_row_and_cent_is_used_set_aside_or_excluded(faulty: Tables, write_csv: Write) -> None:
    # The rows that can be read: 200000 + 120.25 + 5000 − 3000; the sum of all of them follows.
    faulty["costs"].append(dict.fromkeys(faulty["costs"][0], "") | {
        "region": "Kopā", "amount_eur": "202120.25"})  # fmt: skip
    looked = examined(write_csv(faulty))
    assert not [p for p in looked.problems if p.severity == "error"]
    account = looked.account.set_index("quantity")
    assert account["file"].unique().tolist() == ["costs.csv"]
    rows, money = account.loc["rows"], account.loc["amount_eur"]
    assert rows[["read", "used", "set_aside", "excluded"]].tolist() == [6, 3, 2, 1]
    assert money["used"] == 200_000 + 120.25 + 5_000
    assert money["set_aside"] == -3_000  # and one that is no number
    assert money["excluded"] == 202_120.25
    assert money["read"] == money["used"] + money["set_aside"] + money["excluded"]


def test_account_of_amounts_too_large_for_cents_is_made(tables: Tables, write_csv: Write) -> None:
    for row, amount in zip(
        tables["costs"], ["9" * 18, "-5", "333333333333333333.33"], strict=False
    ):
        row["amount_eur"] = amount
    account = examined(write_csv(tables)).account.set_index("quantity")
    assert account.loc["rows", "set_aside"] == 1
    assert account.loc["amount_eur", "set_aside"] == -5


def test_package_without_faults_has_no_account(tables: Tables, write_csv: Write) -> None:
    assert examined(write_csv(tables)).account.empty
    assert read_package(write_csv(tables)).account.empty


def test_changed_file_has_to_be_acknowledged_again(faulty: Tables, write_csv: Write) -> None:
    folder = write_csv(faulty)
    acknowledge(folder)
    assert not aside(folder)
    faulty["costs"][0]["amount_eur"] = "200001"
    write_csv(faulty)
    assert len(aside(folder)) == 2
    acknowledge(folder, "looked at again")
    assert not aside(folder)


def test_other_files_may_change(faulty: Tables, write_csv: Write) -> None:
    folder = write_csv(faulty)
    acknowledge(folder)
    faulty["price_index"][0]["value"] = "99"
    assert not aside(write_csv(faulty))


def test_reason_and_day_of_what_was_acknowledged_before_stay(
    faulty: Tables, write_csv: Write
) -> None:
    folder = write_csv(faulty)
    acknowledge(folder, "first")
    faulty["assets"][0]["cost_eur"] = "?"
    write_csv(faulty)
    acknowledge(folder, "second")
    content = json.loads((folder / "acknowledged.json").read_text("utf-8"))["acknowledged"]
    assert {each["file"]: each["reason"] for each in content} == {
        "assets.csv": "second",
        "costs.csv": "first",
    }


def test_workbook_is_acknowledged_in_a_file_beside_it(faulty: Tables, write_xlsx: Write) -> None:
    faulty["costs"][1]["amount_eur"] = "-1000"
    path = write_xlsx(faulty)
    state = state_of(path)
    acknowledge(path)
    assert path.with_name("package.xlsx.acknowledged.json").exists()
    assert state_of(path) != state  # reports made before are not up to date any more
    assert len(read_package(path).tables["costs"]) == 5 - 2


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"acknowledged": [{"file": 1}]}', "\0"])
def test_acknowledgements_that_cannot_be_read_are_an_error(
    tables: Tables, write_csv: Write, content: str
) -> None:
    folder = write_csv(tables)
    (folder / "acknowledged.json").write_text(content, encoding="utf-8")
    (problem,) = errors(folder)
    assert (problem.file, problem.rule) == ("acknowledged.json", "acknowledged")
    with pytest.raises(DataError, match=r"acknowledged\.json"):
        read_package(folder)


def test_rows_that_name_a_row_set_aside_follow_it(tables: Tables, write_csv: Write) -> None:
    tables["providers"][1]["name_lv"] = ""
    folder = write_csv(tables)
    assert not errors(folder)
    assert aside(folder) == [
        ("activity.csv", "follows", (3, 4)),
        ("costs.csv", "follows", (5,)),
        ("ledger_codes.csv", "follows", (2, 3)),
        ("providers.csv", "required", (3,)),
    ]
    acknowledge(folder)
    package = read_package(folder)
    assert set(package.tables["costs"]["provider"].dropna()) == {"p1"}
    assert package.tables["providers"]["provider"].tolist() == ["p1"]


def test_file_with_a_fault_in_every_row_is_refused(tables: Tables, write_csv: Write) -> None:
    for row in tables["costs"]:
        row["amount_eur"] = "x"
    (problem,) = errors(write_csv(tables))
    assert (problem.file, problem.rule) == ("costs.csv", "no_rows")


def test_order_of_rows_makes_no_difference(faulty: Tables, write_csv: Write) -> None:
    folder = write_csv(faulty)
    acknowledge(folder)
    before = read_package(folder)
    faulty["costs"].reverse()
    write_csv(faulty)
    acknowledge(folder)
    after = read_package(folder)
    pd.testing.assert_frame_equal(before.tables["costs"], after.tables["costs"])
    pd.testing.assert_frame_equal(before.account, after.account)
