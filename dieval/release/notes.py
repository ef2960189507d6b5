"""Notes on the data as the public edition shows them: where and what, without the numbers."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pandas as pd

from dieval.errors import Problem
from dieval.vocabulary import HIDDEN

# A number that stands by itself, with its decimals and thousands; codes such as `home-1` do not.
_NUMBER = re.compile(
    r"(?<![\w-])[-−+]?\d+(?:[\s\u00a0\u202f.,]\d+)*(?:[-–]\d+(?:[\s\u00a0\u202f.,-]\d+)*)?(?![\w-])"
)
# Years and dates say when, not how many; an amount of as many euros does not.
_TIME = re.compile(r"(?:19|20|21)\d{2}(?:[-–](?:\d{2}|(?:19|20|21)\d{2})(?:-\d{2})?)?")
_AMOUNT = re.compile(r"\s?(?:EUR|€|%)")


def without_numbers(note: Problem) -> Problem:
    """Write `c` for every number of a note that is no year or date; its rows stay named.

    Examples
    --------
    >>> note = Problem("costs.csv", message_en="2021: 3 children cost 12,450.00 EUR.")
    >>> without_numbers(note).message_en
    '2021: c children cost c EUR.'
    """
    texts: dict[str, Any] = {
        name: _NUMBER.sub(_hidden, getattr(note, name))
        for name in ("message_lv", "message_en", "remedy_lv", "remedy_en")
    }
    return dataclasses.replace(note, **texts)


def _hidden(found: re.Match[str]) -> str:
    says_when = _TIME.fullmatch(found.group()) and not _AMOUNT.match(found.string, found.end())
    return found.group() if says_when else HIDDEN


def rows_only(account: pd.DataFrame) -> pd.DataFrame:
    """Keep of an account of the data what became of rows; the money of whole files is not shown."""
    return account[account["quantity"] == "rows"]
