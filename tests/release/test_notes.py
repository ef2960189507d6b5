"""Notes on the data without their numbers: years, days and rows stay."""

from __future__ import annotations

import pandas as pd
import pytest

from dieval.errors import Problem
from dieval.release.notes import rows_only, without_numbers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021: 3 children", "2021: c children"),
        ("12,450.00 EUR in 2014–2016", "c EUR in 2014–2016"),
        ("on 2021-12-31 there are 1 234 places", "on 2021-12-31 there are c places"),
        ("home kurzeme-paraugs-1 has 5", "home kurzeme-paraugs-1 has c"),
        ("12,5 % no 40", "c % no c"),
        ("nothing to count", "nothing to count"),
    ],
)
def test_note_keeps_years_and_codes_and_loses_its_numbers(text, expected):
    note = Problem("costs.csv", rows=(3, 14), message_en=text, message_lv=text, remedy_en=text)
    shown = without_numbers(note)
    assert (shown.message_en, shown.message_lv, shown.remedy_en) == (expected,) * 3
    assert shown.place() == "costs.csv, rows 3, 14"


def test_account_keeps_rows_and_loses_money():
    account = pd.DataFrame({"quantity": ["rows", "amount_eur"], "read": [10, 5000.0]})
    assert rows_only(account)["read"].to_list() == [10]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1899, 1900, 2100 and 2200", "c, 1900, 2100 and c"),
        ("2021-12 and 2021-12-31", "2021-12 and 2021-12-31"),
        ("2014-2016 and 2014–2016", "2014-2016 and 2014–2016"),
        ("-5, −5 and +5", "c, c and c"),
        ("1\u00a0234\u202f567,80", "c"),
        ("12.5.", "c."),
        ("3a and a3 and -a-3", "3a and a3 and -a-3"),
        ("20211 children", "c children"),
        ("0", "c"),
        ("3-4 or 3–4 of 1,5–2,5", "c or c of c"),
        ("2000 EUR, 1950\u00a0€, 1990% and 2000 in 2001.", "c EUR, c\u00a0€, c% and 2000 in 2001."),
    ],
)
def test_numbers_are_told_from_times_and_codes(text, expected):
    note = Problem("costs.csv", message_en=text)
    assert without_numbers(note).message_en == expected


def test_each_text_of_a_note_keeps_its_place_and_language():
    texts = {
        name: f"{name.replace('_', ' ')} 3"
        for name in ("message_lv", "message_en", "remedy_lv", "remedy_en")
    }
    shown = without_numbers(Problem("costs.csv", rows=(3,), **texts))
    for name in texts:
        assert getattr(shown, name) == f"{name.replace('_', ' ')} c"
    assert shown.rows == (3,)
    assert shown.file == "costs.csv"


def test_account_keeps_every_row_count_as_it_was():
    account = pd.DataFrame(
        {"quantity": ["amount_eur", "rows", "rows"], "read": [5000.0, 10, 3], "kept": [1, 2, 3]}
    )
    shown = rows_only(account)
    assert shown["kept"].to_list() == [2, 3]
    assert list(shown) == list(account)
