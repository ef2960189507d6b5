"""Fans of demand: what is drawn, in both languages, and room for every text."""

from __future__ import annotations

import math
import os

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.patches import Polygon

from dieval.present import figures, style
from dieval.vocabulary import CARE_ARRANGEMENTS

CAMPAIGN = 50 if os.environ.get("DIEVAL_CAMPAIGN") else 1
TRIED = settings(max_examples=8 * CAMPAIGN, derandomize=True, database=None, deadline=None)
NAN = math.nan
COLUMNS = ["year", "care_arrangement", "p10", "p50", "p90", "planned_places"]


def both(lv, en):
    return lambda say: {"lv": lv, "en": en}[say.code]


def arrangement(say, code):
    return say.word("care_arrangement", code)


def fans(rows, observed=(), empty_from=None):
    return figures.demand_fans(
        pd.DataFrame(rows, columns=COLUMNS),
        pd.DataFrame(observed, columns=["year", "care_arrangement", "children"]),
        arrangement,
        both("Bērni gada beigās", "Children at year end"),
        both("astoņos gadījumos no desmit", "in eight cases of ten"),
        both("mediāna", "median"),
        both("novērots", "observed"),
        both("plānotās vietas", "planned places"),
        both(
            "gads, no kura mediānā kāda plānotā vieta paliek tukša",
            "year from which a planned place stays empty in the median",
        ),
        empty_from or {},
    )


def fan(name, start, drift, places=NAN, years=10, first=2025):
    return [
        (first + n, name, max(start + drift * n - 1.5 * n, 0), max(start + drift * n, 0),
         max(start + drift * n + 1.5 * n, 0), places)
        for n in range(years)
    ]  # fmt: skip


def seen(name, *children, first=2018):
    return [(first + n, name, count) for n, count in enumerate(children)]


ROWS = [
    *fan("institution", 60, -6, 40),
    *fan("family_like", 24, 1, 32),
    *fan("youth_house", 8, 0.2, 8),
    *fan("foster_family", 110, 3),
    *fan("specialised_foster_family", 4, 0.8, 6),
]
STOCKS = [
    *seen("institution", 140, 130, 118, 100, 88, 71, 66),
    *seen("family_like", 12, 12, NAN, 18, 20, 24, 24),
    *seen("foster_family", 80, 84, 90, 96, 101, 104, 108),
    *seen("guardian", 500, 510, 520),
]
PICTURES = {
    "demand": lambda: fans(ROWS, STOCKS, {"institution": 2029, "youth_house": NAN}),
    "of one panel": lambda: fans(ROWS[:10], STOCKS, {"institution": 2029}),
    "of two panels": lambda: fans(ROWS[:20], STOCKS, {"institution": 2025, "family_like": 2034}),
    "of seven panels": lambda: fans(
        [row for name in CARE_ARRANGEMENTS for row in fan(name, 12, 1, 14)],
        [row for name in CARE_ARRANGEMENTS for row in seen(name, 9, 10, 11)],
        dict.fromkeys(CARE_ARRANGEMENTS, 2030),
    ),
    "of one year": lambda: fans(fan("institution", 10, 0, 8, 1), (), {"institution": 2025}),
    "of zero": lambda: fans(fan("institution", 0, -2, 0)),
    "with gaps": lambda: fans(
        [
            (2025, "institution", 1, 2, 3, NAN), (2026, "institution", NAN, NAN, NAN, 5),
            (2027, "institution", 2, 3, 4, 5), (2028, "institution", 2, 3, 4, NAN),
        ]
    ),
    "huge and tiny": lambda: fans(
        [*fan("institution", 1e9, 1e8, 5e8), *fan("guardian", 1e-9, 0)],
        seen("institution", 10**9),
    ),
    "of thirty years": lambda: fans(
        [row for name in CARE_ARRANGEMENTS[:3] for row in fan(name, 300, 5, 250, 30)],
        [row for name in CARE_ARRANGEMENTS[:3] for row in seen(name, *range(200, 300, 10))],
        {"institution": 2054},
    ),
    "of an unknown panel": lambda: fans(
        [*ROWS[:10], *((2025 + n, "guardian", NAN, NAN, NAN, NAN) for n in range(3))], STOCKS[:3]
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", PICTURES)
def test_every_text_has_room_of_its_own(refuse_crowding, kind):
    refuse_crowding(PICTURES[kind])


COUNTS = st.one_of(st.sampled_from([NAN, 0.0, 1e7, 1e-9]), st.floats(0, 900))


@given(
    st.lists(st.sampled_from(CARE_ARRANGEMENTS), min_size=1, max_size=7, unique=True),
    st.integers(1, 25),
    st.data(),
)
@TRIED
def test_demand_fans_any_values_have_room(refuse_crowding, names, years, data):
    rows = [
        (2025 + n, name, *sorted(data.draw(st.tuples(COUNTS, COUNTS, COUNTS))), data.draw(COUNTS))
        for name in names
        for n in range(years)
    ]
    rows[0] = (2025, names[0], 1.0, 2.0, 3.0, NAN)  # at least one number is known
    marked = st.one_of(st.just(NAN), st.integers(2025, 2024 + years))
    empty_from = {name: data.draw(marked) for name in names}
    stocks = seen(names[0], *data.draw(st.lists(COUNTS, max_size=7)))
    refuse_crowding(lambda: fans(rows, stocks, empty_from))


@pytest.mark.parametrize("kind", ["demand", "with gaps"])
def test_file_holds_outlines_alone_and_is_the_same_each_time(refuse_strange_files, kind):
    refuse_strange_files(PICTURES[kind])


# --- What is drawn -------------------------------------------------------------------------------

EXPLAINED = ("in eight cases of ten", "median", "observed", "planned places",
             "year from which a planned place stays empty in the median")  # fmt: skip


def bands_of(axes):
    """Corners of the ranges of a panel."""
    return [
        {(float(x), float(y)) for x, y in patch.get_xy()}
        for patch in axes.patches
        if isinstance(patch, Polygon)
    ]


def test_panel_for_each_arrangement_in_order_with_its_name(figures_of, words_of):
    figure = figures_of(PICTURES["demand"])[1]
    assert len(figure.axes) == 5
    words = words_of(figure)
    names = ["institution", "family-like service", "youth house", "foster family"]
    assert [word for word in words if word in names] == names


def test_panels_share_their_years_and_each_starts_at_zero(figures_of):
    axes = figures_of(PICTURES["demand"])[0].axes
    assert {panel.get_xlim() for panel in axes} == {(2017.5, 2034.5)}
    assert {panel.get_ylim()[0] for panel in axes} == {0.0}
    assert axes[0].get_ylim()[1] > 140 > 60 > axes[2].get_ylim()[1]


def test_range_reaches_from_the_low_to_the_high_quantile_with_the_median_in_it(figures_of):
    rows = [(2025, "guardian", 4, 5, 7, NAN), (2026, "guardian", 3, 6, 9, NAN)]
    (axes,) = figures_of(lambda: fans(rows))[0].axes
    assert bands_of(axes) == [{(2025, 4), (2026, 3), (2026, 9), (2025, 7)}]
    (median,) = [line for line in axes.lines if line.get_color() == style.ACCENT]
    assert median.get_xydata().tolist() == [[2025, 5], [2026, 6]]


def test_years_that_are_not_known_leave_a_gap_in_range_and_places(figures_of):
    (axes,) = figures_of(PICTURES["with gaps"])[0].axes
    lone, pair = bands_of(axes)
    assert {x for x, _ in lone} == {2024.7, 2025.3}  # wide enough to be seen
    assert {x for x, _ in pair} == {2027, 2028}
    (places,) = [line for line in axes.lines if line.get_color() == style.PLANNED]
    drawn = axes.transData.inverted().transform(
        places.get_transform().transform(places.get_xydata())
    )
    assert drawn.round(6).tolist() == [[2025.5, 5], [2026.5, 5], [2026.5, 5], [2027.5, 5]]


def test_observed_years_have_a_mark_each_and_gaps_stay_open(figures_of):
    axes = figures_of(PICTURES["demand"])[0].axes[1]
    line, marks = [found for found in axes.lines if style.INK in (found.get_color(),
                   found.get_markerfacecolor())]  # fmt: skip
    assert [math.isnan(value) for value in line.get_ydata()] == [False, False, True] + [False] * 4
    assert list(marks.get_xdata()) == [2018, 2019, 2021, 2022, 2023, 2024]


def test_year_of_empty_places_is_marked_and_written_over_its_panel(figures_of, texts_of):
    figure = figures_of(PICTURES["demand"])[1]
    written = [(text, box) for text, box, ink in texts_of(figure) if ink == style.OVERDUE]
    ((text, box),) = written
    assert text == "2029"
    assert box.y0 > figure.axes[0].bbox.y1
    uprights = [[line for line in axes.lines if line.get_color() == style.OVERDUE]
                for axes in figure.axes]  # fmt: skip
    assert [len(found) for found in uprights] == [1, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("kind", "count"), [("demand", 5), ("of one year", 4), ("of zero", 3), ("with gaps", 3)]
)
def test_key_explains_what_is_drawn_and_nothing_else(figures_of, words_of, kind, count):
    words = words_of(figures_of(PICTURES[kind])[1])
    absent = {"of one year": {"observed"}, "of zero": {EXPLAINED[2], EXPLAINED[4]},
              "with gaps": {EXPLAINED[2], EXPLAINED[4]}}.get(kind, set())  # fmt: skip
    assert {word for word in words if word in EXPLAINED} == set(EXPLAINED) - absent
    assert len([word for word in words if word in EXPLAINED]) == count


def test_children_are_counted_in_whole_numbers(figures_of, words_of):
    words = words_of(figures_of(lambda: fans(fan("guardian", 1, 0.1, 2, 3)))[1])
    assert {"0", "1", "2"} <= set(words)
    assert not any("." in word for word in words)


def test_colours_of_range_places_and_marks_are_told_apart():
    assert style.contrast(style.RANGE, style.ACCENT) >= 3
    assert style.contrast(style.RANGE, style.PLANNED) >= 3
    assert style.PLANNED_DASHES != "-"
    for colour in (style.PLANNED, style.OVERDUE, style.INK):
        assert style.contrast(colour, "#ffffff") >= 4.5


# --- What is refused -----------------------------------------------------------------------------


def test_table_without_rows_or_without_a_number_is_refused():
    with pytest.raises(ValueError, match="demand needs at least one row, got none"):
        fans([])
    with pytest.raises(ValueError, match="demand needs at least one number that is known"):
        fans([(2025, "guardian", NAN, NAN, NAN, 4)])


def test_infinite_number_is_refused():
    with pytest.raises(ValueError, match="demand needs finite values"):
        fans([(2025, "guardian", 1, 2, math.inf, 4)])
    with pytest.raises(ValueError, match="demand needs finite values"):
        fans(ROWS, [(2020, "guardian", math.inf)])


def test_year_that_comes_twice_is_refused():
    row = (2025, "guardian", 1, 2, 3, 4)
    with pytest.raises(ValueError, match=r"each year once .*\{'year': 2025, 'care_arr.*guardian"):
        fans([row, row])
    with pytest.raises(ValueError, match="each year once in an arrangement, got twice"):
        fans([row], [(2020, "guardian", 1), (2020, "guardian", 2)])


def test_year_of_empty_places_outside_the_panels_is_refused():
    with pytest.raises(ValueError, match=r"from 2025 to 2034, got \{'institution': 2050\}"):
        fans(ROWS[:10], (), {"institution": 2050})


def test_table_without_a_column_is_refused():
    table = pd.DataFrame({"year": [2025], "care_arrangement": ["guardian"], "p10": [1.0]})
    label = both("a", "b")
    with pytest.raises(ValueError, match="got none named p50, p90, planned_places"):
        figures.demand_fans(table, table[:0], arrangement, *[label] * 6, {})
