"""Numbers as people write them: signs, spaces between thousands, a decimal comma or point.

Whether a comma or a point is the decimal sign is a matter of the whole file, never of one cell:
`1.234` alone may be either, and is then refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Decimals = Literal[".", ","]
DECIMAL_SIGNS: tuple[Decimals, Decimals] = (".", ",")

_SPACES = " \u00a0\u2009\u202f"  # blank, no-break, thin and narrow no-break
_APOSTROPHES = "'’"
_MINUS = {"\u2212": "-", "\u2013": "-"}
_CURRENCIES = {"eur": "EUR", "€": "EUR", "ls": "LVL", "lvl": "LVL"}
_SIGNED = re.compile(r"(?P<open>\()?(?P<before>[-+])?(?P<digits>.+?)(?P<after>-)?(?P<close>\))?")
_WITH_CURRENCY = re.compile(
    rf"(?:(?P<before>[A-Za-z€]+)\.?[{_SPACES}]?)?(?P<number>[^A-Za-z€]+?)"
    rf"(?:[{_SPACES}]?(?P<after>[A-Za-z€]+)\.?)?"
)
_GROUP = {
    decimal: re.compile(
        rf"(?P<whole>\d{{1,3}}(?P<group>[{_SPACES}{_APOSTROPHES}{other}])\d{{3}}(?:(?P=group)\d{{3}})*|\d+)"
        rf"(?:\{decimal}(?P<part>\d+))?",
        re.ASCII,
    )
    for decimal, other in ((".", ","), (",", "."))
}
LONGEST = 40  # a number has fewer characters


@dataclass(frozen=True)
class Number:
    """A number that was written as a text, and the currency that stands with it, if one does."""

    value: Decimal
    currency: str = ""


def number_of(text: str, decimal: Decimals) -> Number | None:
    """Read a number; None where the text is none.

    Parameters
    ----------
    text : str
    decimal : str
        The decimal sign: a point or a comma.

    Examples
    --------
    >>> number_of("1 234,56", ",").value, number_of("(5,00)", ",").value
    (Decimal('1234.56'), Decimal('-5.00'))
    >>> number_of("1.234", "."), number_of("1.234", ",").value
    (Number(value=Decimal('1.234'), currency=''), Decimal('1234'))
    >>> number_of("12,5", "."), number_of("1E5", "."), number_of("-", ",")
    (None, None, None)
    """
    if len(text) > LONGEST:
        return None
    written = "".join(_MINUS.get(sign, sign) for sign in text.strip())
    currency = ""
    around = _WITH_CURRENCY.fullmatch(written)
    if around is None:
        return None
    for mark in (around["before"], around["after"]):
        if mark is None:
            continue
        if currency or mark.casefold() not in _CURRENCIES:
            return None
        currency = _CURRENCIES[mark.casefold()]
    signed = _SIGNED.fullmatch(around["number"].strip())
    if signed is None or bool(signed["open"]) is not bool(signed["close"]):
        return None
    signs = [sign for sign in (signed["open"], signed["before"], signed["after"]) if sign]
    if len(signs) > 1:
        return None
    digits = _GROUP[decimal].fullmatch(signed["digits"].strip())
    if digits is None:
        return None
    whole = re.sub(r"\D", "", digits["whole"])
    if len(whole) > 1 and whole.startswith("0"):  # a code, not a number
        return None
    value = Decimal(f"{whole}.{digits['part']}" if digits["part"] else whole)
    negative = bool(signs) and signs[0] != "+"
    if negative and not value:  # what is less than nothing was not meant to be nothing
        return None
    return Number(-value if negative else value, currency)


@dataclass(frozen=True)
class DecimalSign:
    """The decimal sign of a file, and the texts that leave it open or contradict it.

    `sign` is None where the file does not tell.
    """

    sign: Decimals | None
    open: frozenset[str]
    contradicting: frozenset[str]


def decimal_sign(texts: Iterable[str], declared: Decimals | None = None) -> DecimalSign:
    """Find the decimal sign of a file from its numbers.

    Parameters
    ----------
    texts : iterable of str
        Different texts of all columns of numbers.
    declared : str, optional
        The sign that was declared; texts that do not fit are then no numbers.

    Returns
    -------
    DecimalSign
        With a sign where it was declared, where every number is the same with either, or where
        some numbers can be read with one sign alone: the one that more of them need. `open` are
        those that each sign reads differently, where nothing tells which is meant;
        `contradicting` those that only the rarer sign reads, or one of two that are as rare.

    Examples
    --------
    >>> decimal_sign(["1.234", "5"]).open, decimal_sign(["1.234", "5,5"]).sign
    (frozenset({'1.234'}), ',')
    """
    if declared is not None:
        return DecimalSign(declared, frozenset(), frozenset())
    only: dict[Decimals, set[str]] = {".": set(), ",": set()}
    either = set()
    for text in texts:
        if "." not in text and "," not in text:
            continue
        read = {sign: number_of(text, sign) for sign in DECIMAL_SIGNS}
        fitting = [sign for sign in DECIMAL_SIGNS if read[sign] is not None]
        if len(fitting) == 1:
            only[fitting[0]].add(text)
        elif fitting and read["."] != read[","]:
            either.add(text)
    if only["."] and only[","]:
        more: Decimals = "." if len(only["."]) >= len(only[","]) else ","
        same = len(only["."]) == len(only[","])
        wrong = only["."] | only[","] if same else only["," if more == "." else "."]
        return DecimalSign(more, frozenset(either), frozenset(wrong))
    for sign in DECIMAL_SIGNS:
        if only[sign]:
            return DecimalSign(sign, frozenset(), frozenset())
    return DecimalSign(None if either else ".", frozenset(either), frozenset())
