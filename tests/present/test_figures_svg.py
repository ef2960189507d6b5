"""Texts of pictures: HarfBuzz gives what matplotlib gives, to the last bit."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from importlib import resources

import matplotlib as mpl
import numpy as np
import pytest
from babel.messages.pofile import read_po
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath

from dieval.present import style
from dieval.present.figures.svg import svg, texts

NUMBERS = (
    "1 234,50 €", "−3,5 %", "10 000", "2014–2022", "0", "±", "AVATAR To Te", "fi ffi", "", " ",
)  # fmt: skip


def all_texts() -> list[str]:
    """List what reports say in both languages, line by line."""
    file = resources.files("dieval.present") / "locale" / "lv.po"
    messages = read_po(io.BytesIO(file.read_bytes()))
    said = []
    for message in messages:
        for text in (message.id, message.string):
            said += [text] if isinstance(text, str) else list(text)
    return [*NUMBERS, *(line for text in said for line in text.split("\n"))]


@pytest.mark.parametrize("weight", ["normal", "semibold"])
def test_every_text_is_measured_and_shaped_as_matplotlib_does_it(weight):
    theirs = TextToPath()
    with mpl.rc_context(style.picture_settings()):
        font = FontProperties(family=style.FONT_FAMILY, size=8.5, weight=weight)
        face = theirs._get_font(font)
        for text in all_texts():
            size = theirs.get_text_width_height_descent(text, font, False)
            assert texts.get_text_width_height_descent(text, font, False) == size, text
            placed, paths, _ = theirs.get_glyphs_with_font(face, text)
            ours, our_paths, _ = texts.get_glyphs_with_font(face, text)
            assert ours == placed, text
            assert our_paths.keys() == paths.keys()
            for name, (points, codes) in paths.items():
                np.testing.assert_array_equal(our_paths[name][0], points)
                np.testing.assert_array_equal(our_paths[name][1], codes)


def test_only_new_paths_are_given_where_some_are_known():
    with mpl.rc_context(style.picture_settings()):
        face = texts._get_font(FontProperties(family=style.FONT_FAMILY))
        placed, known, _ = texts.get_glyphs_with_font(face, "ab")
        _, new, _ = texts.get_glyphs_with_font(face, "abc", known, True)
        _, every, _ = texts.get_glyphs_with_font(face, "abc", known)
    assert len(placed) == len(known) == 2
    assert len(new) == 1
    assert every.keys() == known.keys() | new.keys()


def test_letter_that_the_font_lacks_is_one_that_it_has_and_draws_without_a_warning():
    with mpl.rc_context(style.picture_settings()):
        face = texts._get_font(FontProperties(family=style.FONT_FAMILY))
        shaped, expected = (texts.get_glyphs_with_font(face, text) for text in ("＝♞", "=□"))
    assert shaped[0] == expected[0]
    assert len(shaped[0]) == 2


def test_mathematics_is_left_to_matplotlib():
    with mpl.rc_context(style.picture_settings()):
        font = FontProperties(family=style.FONT_FAMILY, size=9)
        size = TextToPath().get_text_width_height_descent("$x^2$", font, True)
        assert texts.get_text_width_height_descent("$x^2$", font, True) == size


def test_figure_is_what_savefig_writes():
    with mpl.rc_context(style.picture_settings()):
        figure = Figure(figsize=(4, 2))
        axes = figure.add_axes((0.1, 0.2, 0.8, 0.7))
        axes.bar([1, 2], [3.5, 4], label="Ģimenes")
        axes.set_title("Izmaksas, €")
        axes.legend()
        stream = io.StringIO()
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": "dieval"})
        assert svg(figure) == stream.getvalue()


def test_language_of_the_machine_changes_no_picture():
    code = (
        "import matplotlib as mpl\n"
        "from matplotlib.font_manager import FontProperties\n"
        "from dieval.present import style\n"
        "from dieval.present.figures.svg import texts\n"
        "with mpl.rc_context(style.picture_settings()):\n"
        "    face = texts._get_font(FontProperties(family=style.FONT_FAMILY))\n"
        "    print(texts.get_glyphs_with_font(face, 'ĢĻŅŞţ ß fi 1234')[0])\n"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "LANG": name, "LC_ALL": name},
            capture_output=True, text=True, check=True,
        ).stdout
        for name in ("C", "C.UTF-8", "tr_TR.UTF-8")
    }  # fmt: skip
    assert len(said) == 1
