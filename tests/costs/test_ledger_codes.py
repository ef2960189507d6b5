"""What the codes of ledgers were taken as."""

from __future__ import annotations

import pandas as pd
import pytest

from dieval.costs.ledger_codes import ledger_codes

COLUMNS = ["provider", "year", "code", "name_lv", "cost_item", "amount_eur", "mapping",
           "mapping_evidence"]  # fmt: skip
ROWS = [
    ("p1", 2019, "1100", "Atalgojums", "staff", 100.10, "us", "expert"),
    ("p1", 2020, "1100", "Atalgojums", "staff", 200.20, "us", "expert"),
    ("p2", 2020, "1100", "Atalgojums", "staff", 0.05, "us", "expert"),
    ("p2", 2020, "1100", "Atalgojums", "support", 7.0, "them", "assumed"),
    ("p1", 2020, "5200", None, "exclude", 9.0, "us", "expert"),
    ("p1", 2020, "1200", None, "staff", 5.0, "us", "expert"),
    ("p1", 2021, "1100", "Atalgojums", "staff", 1.0, "us", "expert"),
    ("p9", 2020, "1100", "Atalgojums", "staff", 1.0, "us", "expert"),
]


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    return {
        "providers": pd.DataFrame({"provider": ["p1", "p2"]}),
        "ledger_codes": pd.DataFrame(ROWS, columns=COLUMNS),
    }


def test_codes_of_the_homes_and_years_stand_in_the_order_of_the_items(
    tables: dict[str, pd.DataFrame],
) -> None:
    found = ledger_codes(tables, [2019, 2020])
    assert list(found) == ["cost_item", "code", "name_lv", "mapping", "mapping_evidence"]
    shown = found.astype(object).where(found.notna(), None)
    assert shown.to_numpy().tolist() == [
        ["staff", "1100", "Atalgojums", "us", "expert"],
        ["staff", "1200", None, "us", "expert"],
        ["support", "1100", "Atalgojums", "them", "assumed"],
        ["exclude", "5200", None, "us", "expert"],
    ]


def test_order_of_rows_is_irrelevant(tables: dict[str, pd.DataFrame]) -> None:
    turned = tables | {"ledger_codes": tables["ledger_codes"].iloc[::-1]}
    assert ledger_codes(turned, [2019, 2020]).equals(ledger_codes(tables, [2019, 2020]))


def test_without_imported_ledgers_there_is_nothing_to_show(
    tables: dict[str, pd.DataFrame],
) -> None:
    assert ledger_codes(tables, [1999]).empty
    assert ledger_codes(tables, []).empty
    alone = ledger_codes({"providers": tables["providers"]}, [2020])
    assert alone.empty
    assert list(alone) == list(ledger_codes(tables, [2020]))
