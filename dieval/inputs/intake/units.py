"""Amounts in other units: lats, thousands, per month or per day.

Nothing is guessed: a unit stands in the header, in a column of currencies or in the descriptor.
Amounts become those of the contract in decimal arithmetic, to the cent where lats are converted.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from dieval.inputs.intake.spelling import plain
from dieval.inputs.schema import Field

Per = Literal["", "month", "day"]

_CURRENCY = {"eur": "EUR", "euro": "EUR", "eiro": "EUR", "€": "EUR", "lvl": "LVL", "ls": "LVL",
             "lati": "LVL", "latos": "LVL", "latu": "LVL"}  # fmt: skip
_FACTOR = {"tukst": 1_000, "tukstosi": 1_000, "tukstosos": 1_000, "thousand": 1_000,
           "thousands": 1_000, "k": 1_000, "milj": 1_000_000, "miljoni": 1_000_000,
           "million": 1_000_000, "millions": 1_000_000}  # fmt: skip
_PER: dict[str, Per] = {"year": "", "gada": "", "gads": "", "month": "month", "menesi": "month",
                        "menesis": "month", "day": "day", "diena": "day",
                        "dienu": "day"}  # fmt: skip
_SILENT = {"per", "in", "a", "par"}
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Unit:
    """A unit of amounts: currency, factor, and the time that an amount is for."""

    currency: str = "EUR"
    factor: int = 1
    per: Per = ""


def unit_of(text: str, field: Field) -> Unit | None:
    """Read the unit of a column of amounts; None where the text is none that it may have.

    Examples
    --------
    >>> from dieval.inputs.schema import table_schema
    >>> amount = table_schema("costs").field("amount_eur")
    >>> unit_of("tūkst. Ls", amount), unit_of("EUR/month", amount).per
    (Unit(currency='LVL', factor=1000, per=''), 'month')
    >>> unit_of("USD", amount) is None
    True
    """
    if not field.unit.startswith("EUR"):
        return None
    found: dict[str, Any] = {}
    for word in re.sub("€", " eur ", plain_with_euro(text)).split():
        for name, meanings in (("currency", _CURRENCY), ("factor", _FACTOR), ("per", _PER)):
            if word in meanings and name not in found:
                found[name] = meanings[word]
                break
        else:
            if word not in _SILENT:
                return None
    if not found or (found.get("per") and field.unit not in ("EUR", "EUR/year")):
        return None
    return Unit(**found)


def plain_with_euro(text: str) -> str:
    """Give a text as names are compared, with the sign of the euro kept."""
    return plain(text.replace("€", " eur "))


@cache
def units() -> dict[str, Any]:
    """Give the rates of currencies and the ratios of slips, with their sources (`units.json`)."""
    return dict(json.loads((files("dieval.inputs") / "units.json").read_text("utf-8")))


def last_year_of(currency: str) -> int | None:
    """Give the last year in which a currency was used; None for one that is in use."""
    known = units()["currencies"].get(currency)
    return int(known["last_day"][:4]) if known else None


def in_euro(amount: Decimal, currency: str) -> Decimal:
    """Convert an amount to euro, to the cent, half up; the rate is never rounded.

    Examples
    --------
    >>> [str(in_euro(Decimal(lats), "LVL")) for lats in ("1.00", "100.00", "12345.67")]
    ['1.42', '142.29', '17566.31']
    """
    if currency == "EUR":
        return amount
    rate = Decimal(units()["currencies"][currency]["per_eur"])
    return (amount / rate).quantize(CENT, ROUND_HALF_UP)
