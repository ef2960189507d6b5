"""The shipped font as pages carry it: fewer letters, compressed, under a name of its own.

The licence reserves the name of the font for its unchanged files, so what is made of it has another
one. `python -m dieval.present.web_fonts` writes the files anew.
"""

from __future__ import annotations

import io
from pathlib import Path

from dieval.present.style import WEB_FONT_FAMILY, WEB_FONTS, font_folder

# Letters of the Latin alphabets of Europe, typographic signs, spaces, arrows and comparisons.
LETTERS = (
    *range(0x20, 0x17F),
    *(
        0x2002,
        0x2009,
        0x202F,
        0x20AC,
        0x2116,
        0x2190,
        0x2192,
        0x2212,
        0x2248,
        0x2260,
        0x2264,
        0x2265,
    ),
    *range(0x2010, 0x2027),
)
NAMES_OF_FONT = (1, 3, 4, 6, 16)  # family, unique name, full name, PostScript name, family again


def web_font(file: Path) -> bytes:
    """Make the font of pages from a shipped font; the same file gives the same bytes."""
    from fontTools import subset
    from fontTools.ttLib.tables.otBase import USE_HARFBUZZ_REPACKER

    options = subset.Options(layout_features=["kern", "liga", "lnum", "tnum"])
    stream = io.BytesIO()
    with subset.load_font(str(file), options) as font:
        font.cfg[USE_HARFBUZZ_REPACKER] = False  # its bytes depend on its version
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=LETTERS)
        subsetter.subset(font)
        for record in font["name"].names:
            if record.nameID in NAMES_OF_FONT:
                in_one_word = record.nameID == 6
                record.string = WEB_FONT_FAMILY.replace(" ", "" if in_one_word else " ")
        font.flavor = "woff"
        font.save(stream)
    return stream.getvalue()


def write_web_fonts() -> None:
    """Write the fonts of pages beside the shipped fonts."""
    for name, of in WEB_FONTS.values():
        (font_folder() / name).write_bytes(web_font(font_folder() / of))


if __name__ == "__main__":
    write_web_fonts()
