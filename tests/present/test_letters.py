"""Texts as the font can show them; a name from data may hold any letter."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from dieval.present.letters import displayable


@pytest.mark.parametrize("text", ["Rīga", "1 234,50 €", "−3,5 %", "Рига", "a\tb\nc\rd", "ā", ""])
def test_text_that_the_font_has_stays(text):
    assert displayable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("＝cmd", "=cmd"),
        ("ｋ㎡", "km2"),
        ("日本", "□□"),
        ("a\x07b", "a□b"),
        ("\ufeffRīga", "Rīga"),
        ("Rīga 😀", "Rīga □"),
    ],
)
def test_letter_that_the_font_lacks_is_replaced(text, shown):
    assert displayable(text) == shown


def test_any_letter_at_all_becomes_one_that_can_be_shown():
    every = {displayable(chr(code)) for code in range(sys.maxunicode + 1)}
    assert every == {displayable(shown) for shown in every}
    assert not [shown for shown in every if len(shown) == 1 and unicodedata.category(shown) == "Cs"]
