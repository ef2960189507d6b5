"""Measures of texts, free places, limits and ticks, without a picture."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from matplotlib import rc_context

from dieval.present import style
from dieval.present.figures.lettering import (
    Box,
    cents,
    free_place,
    in_column,
    signed_money,
    spread,
    text_width,
    wrap,
)
from dieval.present.figures.scales import Reach, finite, limits, ticks
from dieval.present.language import language

# --- spread --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("positions", "expected"),
    [
        ([], []),
        ([3.0], [3.0]),
        ([1.0, 3.0], [1.0, 3.0]),
        ([1.0, 1.0], [0.5, 1.5]),
        ([1.0, 1.5, 5.0], [0.75, 1.75, 5.0]),
        ([1.0, 1.0, 1.0], [0.0, 1.0, 2.0]),
    ],
)
def test_spread_moves_apart_as_little_as_needed(positions, expected):
    assert spread(positions, 1.0) == expected


@pytest.mark.parametrize(
    "positions",
    [[0.0, 0.1, 0.2, 3.0, 3.05], [1.0] * 7, [0.0, 0.9, 1.8, 2.7], [5.0, 5.5, 6.6, 6.7, 20.0]],
)
def test_spread_keeps_distance_order_and_middle(positions):
    found = spread(positions, 1.0)
    gaps = [after - before for before, after in pairwise(found)]
    assert all(gap >= 1.0 - 1e-9 for gap in gaps)
    assert sum(found) == pytest.approx(sum(positions))


@pytest.mark.parametrize(
    ("positions", "highest", "expected"),
    [
        ([9.0, 9.0], 9.0, [8.0, 9.0]),
        ([0.0, 0.0], 9.0, [0.0, 1.0]),
        ([-5.0, 20.0], 9.0, [0.0, 9.0]),
        ([1.0, 1.0, 1.0], 1.0, [0.0, 1.0, 2.0]),  # no room: from the bottom up
    ],
)
def test_spread_stays_within_its_ends_as_long_as_there_is_room(positions, highest, expected):
    assert spread(positions, 1.0, highest) == expected


def test_labels_of_different_heights_stand_one_over_the_other():
    wanted, sizes = [1.0, 1.1, 1.2], [0.2, 0.6, 0.4]
    found = in_column(wanted, sizes, 0.0, 1.5)
    for (low, below), (high, above) in pairwise(zip(found, sizes, strict=True)):
        assert high - low >= (below + above) / 2 - 1e-9
    assert found[0] - 0.1 >= 0
    assert found[-1] + 0.2 <= 1.5 + 1e-9


# --- Texts ---------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def house_style():
    with rc_context(rc=style.picture_settings()):
        yield


@pytest.mark.parametrize(
    "text",
    [
        "Ģimeniskai videi pietuvināts pakalpojums",
        "Ļotigarsvārdsbezatstarpēmkasneietilpstrindā un vēl",
        "viens",
        "",
    ],
)
def test_wrap_keeps_lines_within_the_width_and_loses_nothing(text):
    lines = wrap(text, 1.2).split("\n")
    assert all(text_width(line) <= 1.2 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_wrap_breaks_between_words_but_not_at_a_space_that_must_not_break():
    assert wrap("viens divi", text_width("viens div")) == "viens\ndivi"
    assert wrap("no 1\u00a0000\u00a0€", text_width("no 1\u00a0000")) == "no\n1\u00a0000\u00a0€"
    assert wrap("  two\n words ", 9.0) == "two words"


@pytest.mark.parametrize(
    ("value", "decimals", "lv", "en"),
    [
        (120.0, 0, "+120 €", "+€120"),
        (-120.0, 0, "−120 €", "−€120"),
        (0.4, 0, "0 €", "€0"),
        (-0.4, 0, "0 €", "€0"),
        (0.4, 2, "+0,40 €", "+€0.40"),
    ],
)
def test_signed_money_has_a_sign_unless_it_rounds_to_nothing(value, decimals, lv, en):
    assert signed_money(language("lv"), value, decimals).replace("\u00a0", " ") == lv
    assert signed_money(language("en"), value, decimals) == en


def test_cents_are_written_only_where_every_amount_is_small():
    assert [cents(values) for values in ([9.99], [10.0], [0.0], [], [-3.0, 2.0])] == [2, 0, 0, 0, 2]


def test_free_place_avoids_texts_first_then_marks_and_lines():
    bounds, size = Box(0, 0, 4, 4), (0.6, 0.2)
    taken = []
    for _ in range(8):
        taken.append(free_place((2.0, 2.0), size, taken, [], [], bounds))
    assert all(one.overlap(other) == 0 for one, other in combinations(taken, 2))
    rising = ((0.0, 0.0), (4.0, 4.0))
    box = free_place((2.0, 2.0), size, [], [], [rising], bounds)
    assert not box.crossed(*rising)
    corner = free_place((0.0, 4.0), size, [], [], [], bounds)
    assert corner.left >= 0
    assert corner.top <= 4


@pytest.mark.parametrize(
    ("start", "end", "crossed"),
    [
        ((0.5, -1), (0.5, 2), True),
        ((-1, 0.5), (2, 0.5), True),
        ((0.2, 0.2), (0.4, 0.4), True),
        ((-1, 0), (2, 0), False),  # along its edge
        ((2, -1), (2, 2), False),
        ((-1, 0.5), (-0.5, 0.5), False),
    ],
)
def test_box_knows_whether_a_line_passes_through_it(start, end, crossed):
    assert Box(0, 0, 1, 1).crossed(start, end) is crossed


# --- Scales --------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e6])
def test_limits_leave_room_for_labels_on_both_sides(scale):
    reaches = [Reach(-2 * scale, before=0.8), Reach(5 * scale, after=1.1), Reach(0.0, 0.3, 0.3)]
    low, high = limits(reaches, 4.0)
    inch = (high - low) / 4.0
    for value, before, after in reaches:
        assert value - before * inch >= low - 1e-6 * scale
        assert value + after * inch <= high + 1e-6 * scale
    assert (low, high) == pytest.approx((-2 * scale - 0.8 * inch, 5 * scale + 1.1 * inch))


@pytest.mark.parametrize("value", [0.0, 1e6, -5.0, 1e-9])
def test_limits_of_one_value_have_a_width(value):
    low, high = limits([Reach(value)], 4.0)
    assert low <= value <= high
    assert high - low >= 1


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (0, 3000), (-7, 12), (0, 1e6), (1e6, 1e6 + 1), (-1e-3, 1e-3)]
)
@pytest.mark.parametrize("room", [1, 2, 5, 8])
def test_ticks_lie_within_the_axis_differ_and_fit(low, high, room):
    found = ticks(low, high, language("en").number, lambda chosen: len(chosen) <= room)
    assert 1 <= len(found) <= max(room, 1)
    texts = [text for _, text in found]
    assert len(set(texts)) == len(texts)
    for place, text in found:
        assert low <= place <= high
        assert float(text.replace(",", "").replace("−", "-")) == pytest.approx(place, abs=1e-9)


def test_values_that_are_not_numbers_are_left_out_and_infinite_ones_refused():
    assert finite([1.0, float("nan"), 2.0]) == [1.0, 2.0]
    with pytest.raises(ValueError, match="at least one value that is not NaN, got none"):
        finite([float("nan")])
    with pytest.raises(ValueError, match=r"finite values, got .*inf"):
        finite([1.0, float("inf")])
