"""What codes and units of the data contract mean, in Latvian and English: `words.json`.

Reports take their words for these codes from here, too.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _words() -> dict[str, Any]:
    text = files("dieval.inputs").joinpath("words.json").read_text(encoding="utf-8")
    words: dict[str, Any] = json.loads(text)
    return words


def words_for_codes(*kinds: str, language: str = "en") -> dict[str, str]:
    """Give the word for every code of some kinds.

    Parameters
    ----------
    *kinds : str
        As columns name them (`Field.codes`): care_arrangement, payer.
    language : str
        lv or en.

    Examples
    --------
    >>> words_for_codes("per", language="lv")
    {'family': 'ģimene', 'guardian': 'aizbildnis', 'child': 'bērns'}
    """
    codes = _words()["codes"]
    return {code: each[language] for kind in kinds for code, each in codes[kind].items()}


def latvian_by_english() -> dict[str, str]:
    """Give the Latvian word for every English one, of all codes."""
    every = [each for kind in _words()["codes"].values() for each in kind.values()]
    return {each["en"]: each["lv"] for each in every}


def unit_words(unit: str, language: str) -> str:
    """Name a unit of the data contract in `lv` or `en`.

    Examples
    --------
    >>> unit_words("EUR/year", "lv"), unit_words("EUR/year", "en")
    ('EUR gadā', 'EUR/year')
    """
    return str(_words()["units"][unit]) if language == "lv" else unit


def unit_behind(unit: str, language: str) -> str:
    """Give a unit as it stands behind a text, in brackets; nothing where there is none."""
    return f" [{unit_words(unit, language)}]" if unit else ""
