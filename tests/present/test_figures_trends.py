"""Small multiples: what is drawn, in both languages, and room for every text."""

from __future__ import annotations

import math
import os

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from dieval.present import figures, style

CAMPAIGN = 50 if os.environ.get("DIEVAL_CAMPAIGN") else 1
TRIED = settings(max_examples=8 * CAMPAIGN, derandomize=True, database=None, deadline=None)
NAN = math.nan
LONG = (
    "Specializētās audžuģimenes bērniem ar funkcionāliem traucējumiem, kurās dzīvo bērni",
    "Aizbildņi",
    "Adoptētāji, kuri gaida, un vispārīgirunājotvisipārējiepotenciālieaprūpētāji",
)


def both(lv, en):
    return lambda say: {"lv": lv, "en": en}[say.code]


def plain(say, code):
    return code


def panels(values, note_of=None, first=2014):
    table = pd.DataFrame(values, dtype=float)
    table.index = range(first, first + len(table))
    return figures.small_multiples(
        table,
        plain,
        both("Aprūpētāji gada beigās", "Carers at year end"),
        both("nav zināms neviens gads", "no year is known"),
        note_of,
    )


CARERS = {
    LONG[0]: [84, 85, 86, 88, 93, 104, 110, 110, 111],
    LONG[1]: [553, 538, NAN, 508, NAN, NAN, 466, 451, NAN],
    LONG[2]: [NAN] * 9,
    "Audžuģimenes": [0] * 9,
    "Latvija": [NAN, NAN, NAN, NAN, 1234567, NAN, NAN, NAN, NAN],
}
PICTURES = {
    "panels": lambda: panels(CARERS),
    "panels with notes": lambda: panels(CARERS, lambda say, code: f"{code[:30]}: p = 0,09"),
    "panel of one": lambda: panels({LONG[0]: [1.0, 2.0]}),
    "panels of one year": lambda: panels({name: [5.0] for name in LONG}),
    "panels of two": lambda: panels({name: [5.0, 3.0] for name in LONG[:2]}),
    "panels of four": lambda: panels({f"{n} audžuģimenes": [5.0, 3.0] for n in range(4)}),
    "panels unknown": lambda: panels({name: [NAN, NAN] for name in LONG}),
    "panels of zero": lambda: panels({name: [0, 0, 0] for name in LONG}),
    "panels all equal": lambda: panels({name: [7, 7, 7] for name in LONG}),
    "panels huge and tiny": lambda: panels({"a": [1e9, 2e9], "b": [1e-9, 0.0], "c": [1, 2]}),
    "panels below zero": lambda: panels({"a": [-5.0, 3.0], "b": [-7.0, -8.0]}),
    "panels of many years": lambda: panels({name: [3.0] * 60 for name in LONG}, first=1990),
}


@pytest.mark.parametrize("kind", PICTURES)
def test_every_text_has_room_of_its_own(refuse_crowding, kind):
    refuse_crowding(PICTURES[kind])


COUNTS = st.one_of(st.sampled_from([NAN, NAN, 0.0, 1e7, -3.0]), st.integers(0, 900))


@given(st.integers(1, 7), st.integers(1, 12), st.data())
@TRIED
def test_small_multiples_any_values_have_room(refuse_crowding, count, years, data):
    values = {
        f"{LONG[order % 3]} {order}": data.draw(st.lists(COUNTS, min_size=years, max_size=years))
        for order in range(count)
    }
    refuse_crowding(lambda: panels(values))


@pytest.mark.parametrize("kind", ["panels", "panels unknown"])
def test_file_holds_outlines_alone_and_is_the_same_each_time(refuse_strange_files, kind):
    refuse_strange_files(PICTURES[kind])


# --- What is drawn -------------------------------------------------------------------------------


def drawn_lines(axes: Axes) -> list[Line2D]:
    """Lines that show values, not those of the grid."""
    return [line for line in axes.lines if line.get_color() != style.RULE]


def test_panels_share_their_years_and_start_at_zero(figures_of):
    axes = figures_of(lambda: panels({"a": [NAN, 5.0, 6.0], "b": [900.0, NAN, NAN]}))[0].axes
    assert axes[0].get_xlim() == axes[1].get_xlim()
    assert [panel.get_ylim()[0] for panel in axes] == [0.0, 0.0]
    assert axes[0].get_ylim()[1] < 10 < 900 < axes[1].get_ylim()[1]


def test_line_is_not_drawn_over_a_gap_and_a_lone_year_has_its_mark(figures_of):
    (axes,) = figures_of(lambda: panels({"a": [1.0, 2.0, NAN, 4.0, NAN, 6.0, 7.0]}))[0].axes
    line, marks, last = drawn_lines(axes)
    drawn = dict(zip(line.get_xdata(), line.get_ydata(), strict=True))
    assert [year for year, value in drawn.items() if math.isnan(value)] == [2016, 2018]
    assert list(marks.get_xdata()) + list(last.get_xdata()) == [2014, 2015, 2017, 2019, 2020]


def test_last_known_value_is_written(figures_of, words_of):
    words = words_of(figures_of(lambda: panels({"a": [10.0, 1234.0, NAN]}))[1])
    assert "1,234" in words
    assert "10" not in words


def test_panel_without_values_says_so(figures_of, words_of):
    figure = figures_of(lambda: panels({"a": [NAN, NAN], "b": [1.0, 2.0]}))[1]
    assert words_of(figure).count("no year is known") == 1
    assert len(figure.axes) == 1


def test_missing_year_leaves_a_gap(figures_of):
    table = pd.DataFrame({"a": [1.0, 2.0]}, index=[2014, 2017])
    (axes,) = figures_of(
        lambda: figures.small_multiples(table, plain, both("a", "b"), both("c", "d"))
    )[0].axes
    assert [math.isnan(value) for value in drawn_lines(axes)[0].get_ydata()] == [
        False,
        True,
        True,
        False,
    ]


def test_marks_have_contrast_on_paper():
    assert style.contrast(style.ACCENT, "#ffffff") >= 4.5


# --- What is refused -----------------------------------------------------------------------------


def test_table_without_years_or_columns_or_of_the_infinite_is_refused():
    with pytest.raises(ValueError, match="needs at least one row, got none"):
        panels({"a": []})
    with pytest.raises(ValueError, match="need at least one column, got none"):
        panels({})
    with pytest.raises(ValueError, match="small multiples needs finite values"):
        panels({"a": [math.inf]})
