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
