"""Scale and styles of pictures: told apart in grey, and readable with texts on them."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from dieval.present import style
from dieval.vocabulary import CARE_ARRANGEMENTS

DISTINCT_GREYS = 1.4  # contrast from which two greys without a hatch are told apart
# How the cones see a linear colour without one kind of them: Machado, Oliveira and Fernandes
# (2009), “A Physiologically-based Model for Simulation of Color Vision Deficiency”, severity 1.
SEEN = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
                   (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
                     (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
                   (0.004733, 0.691367, 0.303900)),
}  # fmt: skip


def seen(colour, kind):
    """A colour as it looks with a kind of colour blindness."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    mixed = [sum(a * b for a, b in zip(row, linear, strict=True)) for row in SEEN[kind]]
    bounded = [min(max(c, 0.0), 1.0) for c in mixed]
    written = [12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in bounded]
    return "#" + "".join(f"{round(c * 255):02x}" for c in written)


@pytest.mark.parametrize("steps", range(1, 6))
def test_scale_grows_darker_from_step_to_step(steps):
    colours = style.scale(steps)
    assert len(colours) == len(set(colours)) == steps
    for lighter, darker in pairwise(colours):
        assert style.luminance(lighter) > style.luminance(darker)
        assert style.contrast(lighter, darker) >= DISTINCT_GREYS


@pytest.mark.parametrize("kind", SEEN)
def test_scale_keeps_its_order_with_every_kind_of_colour_blindness(kind):
    found = [style.luminance(seen(colour, kind)) for colour in style.SCALE]
    assert found == sorted(found, reverse=True)
    for lighter, darker in pairwise(style.SCALE):
        assert style.contrast(seen(lighter, kind), seen(darker, kind)) >= 1.3


def test_texts_on_a_scale_and_on_arrangements_have_contrast():
    colours = [
        *style.SCALE,
        "#ffffff",
        *(colour for colour, _ in style.ARRANGEMENT_STYLES.values()),
    ]
    for colour in colours:
        assert style.contrast(style.text_on(colour), colour) >= 4.5, colour


@pytest.mark.parametrize("steps", [0, 6])
def test_scale_of_no_or_too_many_steps_is_refused(steps):
    with pytest.raises(ValueError, match=f"a scale has 1 to 5 steps, got {steps}"):
        style.scale(steps)


def test_arrangements_are_told_apart_in_grey_by_hatch_or_by_how_dark_they_are():
    assert set(style.ARRANGEMENT_STYLES) == set(CARE_ARRANGEMENTS)
    for (one, hatch), (other, second) in combinations(style.ARRANGEMENT_STYLES.values(), 2):
        if hatch == second:
            assert style.contrast(one, other) >= DISTINCT_GREYS, (one, other)


def test_arrangements_keep_the_colours_of_their_lines():
    for name, (colour, _) in style.ARRANGEMENT_STYLES.items():
        assert colour == style.ARRANGEMENT_COLOURS[name]


def test_what_is_not_known_is_hatched_and_what_is_past_its_day_has_contrast():
    assert style.UNKNOWN_STYLE[1]
    assert not style.NO_STYLE[1]
    assert style.contrast(style.OVERDUE, "#ffffff") >= 4.5
    for colour, _ in (style.UNKNOWN_STYLE, style.NO_STYLE):
        assert style.contrast(style.hatch_on(colour), "#ffffff") >= 3
    # A bar is seen on the way behind it.
    assert style.contrast(style.SERIES_STYLES[0][0], style.TRACK) >= 3
