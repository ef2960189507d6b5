"""Latvian personal codes, in every spelling that people use, so that none gets in or out.

A code is eleven digits: a day of birth (ddmmyy), a digit of the century and four more, or, since
2017, digits that begin with 32. The last one checks the others. With a hyphen after the sixth digit
it is taken for a code whatever its digits are; without one, numbers of registers and amounts look
alike, so the digits have to fit.
"""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import Decimal

# Any sign that looks like a hyphen, and blanks around it. With more digits beside it, it is another
# number, which a message had better not repeat.
LIKE_A_CODE = re.compile(r"[0-9]{6}\s*[-\u2010-\u2015\u2212_]+\s*[0-9]{5}")
_WITH_HYPHEN = rf"(?<![0-9]){LIKE_A_CODE.pattern}(?![0-9])"
_FIRST_SIX = r"(?:(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])[0-9]{2}|32[0-9]{4})"
# Letters up to f beside it: a checksum.
_WITHOUT_HYPHEN = rf"(?<![0-9a-f.,])({_FIRST_SIX})[\s.,:/]{{0,3}}([0-9]{{5}})(?![0-9a-f])"
_EITHER = re.compile(f"{_WITH_HYPHEN}|{_WITHOUT_HYPHEN}")
_BLANKS = r"\s\x{a0}\x{2009}\x{202f}"  # as RE2 writes them
_WEIGHTS = (10, 5, 8, 4, 2, 1, 6, 3, 7, 9)
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
HIDDEN = "(…)"  # what stands for something that is not repeated


def has_personal_code(value: object) -> bool:
    """Tell whether a personal code stands in a text, or a number is one.

    Examples
    --------
    >>> has_personal_code("000000 – 00000"), has_personal_code("００００００－00000")
    (True, True)
    >>> has_personal_code("01010000000"), has_personal_code("010100 00000"), has_personal_code(1.5)
    (True, True, False)
    >>> has_personal_code("40003000000"), has_personal_code("01010000007")
    (False, False)
    """
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        whole = math.isfinite(value) and value == int(value) and 10**9 <= value < 10**11
        value = f"{int(value):011}" if whole else ""
    return isinstance(value, str) and _found(value) is not None


def without_personal_codes(text: str) -> str:
    """Give a text with a sign in place of every personal code.

    Examples
    --------
    >>> without_personal_codes("Anna 000000-00000, row 3")
    'Anna (…), row 3'
    """
    if _found(text) is None:
        return text
    return _EITHER.sub(lambda found: HIDDEN if _is_code(found) else found.group(), _plain(text))


def _found(text: str) -> re.Match[str] | None:
    return next((found for found in _EITHER.finditer(_plain(text)) if _is_code(found)), None)


def _plain(text: str) -> str:
    """Write full-width digits and the like as plain ones, and leave out what cannot be seen."""
    if text.isascii():
        return text
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text))


def _is_code(found: re.Match[str]) -> bool:
    """Tell whether eleven digits without a hyphen fit: the last one checks the others."""
    if found.group(1) is None:
        return True
    digits = [int(digit) for digit in found.group(1) + found.group(2)]
    century_fits = digits[:2] == [3, 2] or digits[6] <= 2
    sum_of_others = sum(w * digit for w, digit in zip(_WEIGHTS, digits[:10], strict=True))
    return century_fits and (1 + sum_of_others) % 11 % 10 == digits[10]


def personal_code_in_sql(column: str) -> str:
    """Give a condition in DuckDB's SQL that a personal code stands in a column of texts.

    Parameters
    ----------
    column : str
        An expression; of several candidates in a cell without a hyphen, it looks at the first.
    """
    # RE2 cannot look around, and writes signs by number otherwise.
    with_hyphen, without = (
        re.sub(r"\\u([0-9a-f]{4})", r"\\x{\1}", pattern)
        .replace(r"[\s.,:/]", rf"[{_BLANKS}.,:/]")
        .replace(r"\s*", f"[{_BLANKS}]*")
        .replace("(?<![0-9])", "(?:^|[^0-9])")
        .replace("(?<![0-9a-f.,])", "(?:^|[^0-9a-f.,])")
        .replace("(?![0-9])", "(?:[^0-9]|$)")
        .replace("(?![0-9a-f])", "(?:[^0-9a-f]|$)")
        for pattern in (_WITH_HYPHEN, _WITHOUT_HYPHEN)
    )
    candidate = f"regexp_extract({column}, '{without}')"
    digits = f"regexp_replace({candidate}, '[^0-9]', '', 'g')"
    weighed = " + ".join(
        f"{weight} * try_cast(substr({digits}, {place}, 1) AS INTEGER)"
        for place, weight in enumerate(_WEIGHTS, start=1)
    )
    fits = f"(1 + {weighed}) % 11 % 10 = try_cast(substr({digits}, 11, 1) AS INTEGER)"
    century = f"({digits} LIKE '32%' OR substr({digits}, 7, 1) <= '2')"
    return f"(regexp_matches({column}, '{with_hyphen}') OR ({fits} AND {century}))"
