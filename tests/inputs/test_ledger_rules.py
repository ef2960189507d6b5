"""Codes of ledgers beside the costs that were made of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dieval.inputs.read import check_package

Rows = list[dict[str, str]]
Tables = dict[str, Rows]
Write = Callable[[Tables], Path]

# What stands in the costs of p1 in 2020: 200,000 staff and 120.25 other of the municipality.
CODES = [
    ("municipality", "1100", "staff", "150000"),
    ("municipality", "1200", "staff", "50000"),
    ("municipality", "2279", "other", "120.25"),
    ("municipality", "5200", "exclude", "9000"),
    ("state", "1100", "staff", "1000.5"),
]


@pytest.fixture
def ledger(tables: Tables) -> Tables:
    one = tables["ledger_codes"][0]
    tables["ledger_codes"] = [
        {**one, "provider": "p1", "year": "2020", "payer": payer, "code": code,
         "cost_item": item, "amount_eur": amount}
        for payer, code, item, amount in CODES
    ]  # fmt: skip
    return tables


def faults(path: Path) -> list[tuple[str, tuple[int, ...], str]]:
    own = [p for p in check_package(path) if p.rule == "ledger_codes" or p.severity != "note"]
    assert all(p.severity == "note" for p in own if p.rule == "ledger_codes")
    return [(p.rule, p.rows, p.message_en) for p in own]


def test_codes_add_up_to_the_costs(ledger: Tables, write_csv: Write) -> None:
    assert faults(write_csv(ledger)) == []


@pytest.mark.parametrize(
    ("place", "amount", "rows", "said"),
    [
        (0, "150000.01", (2, 3, 4, 5), "p1/2020/municipality/staff: 200000.01 ≠ 200000.00 EUR"),
        (4, "1000.49", (6,), "p1/2020/state/staff: 1000.49 ≠ 1000.50 EUR"),
    ],
)
def test_a_cent_that_is_off_is_found(
    ledger: Tables, write_csv: Write, place: int, amount: str, rows: tuple[int, ...], said: str
) -> None:
    ledger["ledger_codes"][place]["amount_eur"] = amount
    assert faults(write_csv(ledger)) == [
        ("ledger_codes", rows, f"the codes do not add up to table costs: {said}.")
    ]


def test_cost_of_no_code_is_found(ledger: Tables, write_csv: Write) -> None:
    ledger["costs"].append({**ledger["costs"][0], "cost_item": "premises", "amount_eur": "7"})
    (found,) = faults(write_csv(ledger))
    assert found[:2] == ("ledger_codes", (2, 3, 4, 5))
    assert "p1/2020/municipality/premises: 0.00 ≠ 7.00 EUR" in found[2]


def test_code_of_no_cost_is_found(ledger: Tables, write_csv: Write) -> None:
    del ledger["costs"][2]
    (found,) = faults(write_csv(ledger))
    assert "p1/2020/municipality/other: 120.25 ≠ 0.00 EUR" in found[2]


def test_rows_set_aside_leave_nothing_to_compare(ledger: Tables, write_csv: Write) -> None:
    ledger["costs"][2]["amount_eur"] = "lots"
    assert [rule for rule, *_ in faults(write_csv(ledger))] == ["type"]


def test_what_is_excluded_and_costs_without_codes_are_no_fault(
    ledger: Tables, write_csv: Write
) -> None:
    ledger["ledger_codes"][3]["amount_eur"] = "1"
    ledger["costs"].append({**ledger["costs"][0], "year": "2019"})
    assert faults(write_csv(ledger)) == []


def test_costs_by_group_add_up_too(ledger: Tables, write_csv: Write) -> None:
    staff = ledger["costs"][0]
    ledger["costs"] += [{**staff, "age_band": "0-6", "amount_eur": "80000"}]
    staff |= {"age_band": "7-17", "amount_eur": "120000"}
    for row in ledger["costs"][1:3]:
        row["age_band"] = "7-17"
    assert faults(write_csv(ledger)) == []
