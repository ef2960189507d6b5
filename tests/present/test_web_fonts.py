from __future__ import annotations

import io

import pytest
from fontTools.ttLib import TTFont

from dieval.present.style import WEB_FONT_FAMILY, WEB_FONTS, font_folder
from dieval.present.web_fonts import NAMES_OF_FONT, web_font

LETTERS = "āčēģīķļņšūžĀČĒĢĪĶĻŅŠŪŽ äöüßéñ €–—„“”−≤≥→ 0123456789"


@pytest.mark.parametrize("weight", WEB_FONTS)
def test_font_of_pages_is_made_from_the_shipped_one(weight):
    name, of = WEB_FONTS[weight]
    assert web_font(font_folder() / of) == (font_folder() / name).read_bytes()


@pytest.mark.parametrize("weight", WEB_FONTS)
def test_font_of_pages_has_every_letter_and_a_name_of_its_own(weight):
    content = (font_folder() / WEB_FONTS[weight][0]).read_bytes()
    assert content.startswith(b"wOFF")
    with TTFont(io.BytesIO(content)) as font:
        assert {ord(letter) for letter in LETTERS} <= set(font.getBestCmap())
        names = {str(record) for record in font["name"].names if record.nameID in NAMES_OF_FONT}
    assert names == {WEB_FONT_FAMILY, WEB_FONT_FAMILY.replace(" ", "")}
