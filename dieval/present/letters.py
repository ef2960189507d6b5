"""Texts as the house font can show them: names from data may hold any letter there is."""

from __future__ import annotations

import functools
import unicodedata

import uharfbuzz

from dieval.present.style import FONT_FILES, font_folder

BOX = "□"
BYTE_ORDER_MARK = "\ufeff"  # in a font, but not allowed in a PDF
# White space, line ends and signs that steer a text need no glyph.
_SPACES = frozenset("\t\n\v\f\r\x85")
_NO_GLYPH = {"Cf", "Zl", "Zp", "Zs"}


@functools.cache
def _glyphs() -> frozenset[str]:
    """Give the letters that every shipped font has."""
    fonts = [
        uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(font_folder() / name)))
        for name in FONT_FILES
    ]
    return frozenset(map(chr, set.intersection(*(set(font.unicodes) for font in fonts))))


def displayable(text: str) -> str:
    """Replace the letters that the house font lacks: by one that means the same, or by a box.

    A PDF with such a letter cannot be made, and a picture with one warns.

    Examples
    --------
    >>> displayable("Rīga, 1 234,50 €"), displayable("＝1"), displayable("日本")
    ('Rīga, 1 234,50 €', '=1', '□□')
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_displayable, text))


@functools.lru_cache(4096)
def _displayable(letter: str) -> str:
    if letter == BYTE_ORDER_MARK:
        return ""
    if letter in _SPACES or letter in _glyphs() or unicodedata.category(letter) in _NO_GLYPH:
        return letter
    same = unicodedata.normalize("NFKC", letter)
    return same if _glyphs().issuperset(same) else BOX
