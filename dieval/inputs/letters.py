"""Letters that cannot be seen, or look like others: two names then look the same and are not."""

from __future__ import annotations

import re
import unicodedata

from dieval.errors import Problem
from dieval.inputs.table import Table

_WORD = re.compile(r"[^\W\d_]+")
# Alphabets with letters that look like Latin ones.
_LOOK_ALIKE = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")


def is_deceptive(text: str) -> bool:
    r"""Tell whether a text has invisible signs, or words of Latin and other letters together.

    Signs that steer a terminal or a printer are invisible too; tabs and line ends are not meant.

    Examples
    --------
    >>> is_deceptive("Rīga"), is_deceptive("Rī\u200bga"), is_deceptive("Rīg\u0430")
    (False, True, True)
    >>> is_deceptive("\x1b[31mRīga"), is_deceptive("Rīga\r\n")
    (True, False)
    >>> is_deceptive("Рига"), is_deceptive("Rīga / Рига")
    (False, False)
    """
    if text.isprintable() and text.isascii():
        return False
    if any(_is_invisible(sign) for sign in text):
        return True
    return any(len({_alphabet(letter) for letter in word}) > 1 for word in _WORD.findall(text))


def _is_invisible(sign: str) -> bool:
    """Tell whether a sign steers what shows a text, or is none that a text may have."""
    if sign in "\t\n\r":
        return False
    number = ord(sign)
    is_none = number & 0xFFFE == 0xFFFE or 0xFDD0 <= number <= 0xFDEF
    return is_none or unicodedata.category(sign) in ("Cc", "Cf", "Cs")


def _alphabet(letter: str) -> str:
    if letter.isascii():
        return ""
    name = unicodedata.name(letter, "")
    return next((each for each in _LOOK_ALIKE if name.startswith(each)), "")


def check_letters(table: Table) -> list[Problem]:
    """Set rows aside that have such a name or text in a column of the contract."""
    found: list[Problem] = []
    for field in table.schema.fields:
        if field.type != "string":
            continue
        column = table.columns[field.name]
        strange = [text for text in column.values.dropna() if is_deceptive(text)]
        if strange:
            found += table.problems(
                column.where(column.values.isin(strange)),
                field.name,
                "deceptive_letters",
                (
                    "tekstā ir neredzamas zīmes vai citu alfabētu burti, kas izskatās kā latīņu.",
                    "the text has invisible signs, or letters of other alphabets that look like "
                    "Latin ones.",
                ),
                ("Pārrakstiet tekstu ar tastatūru.", "Type the text anew."),
                "set_aside",
            )
    return found
