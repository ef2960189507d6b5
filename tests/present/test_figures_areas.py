"""Areas of children over the years: what is drawn, in both languages, and room for every text."""

from __future__ import annotations

import math
import os
from itertools import combinations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Text

from dieval.present import figures, style
from dieval.vocabulary import CARE_ARRANGEMENTS, ENDS_OF_CARE

CAMPAIGN = 50 if os.environ.get("DIEVAL_CAMPAIGN") else 1
TRIED = settings(max_examples=8 * CAMPAIGN, derandomize=True, database=None, deadline=None)
NAN = math.nan
EVERY = (*CARE_ARRANGEMENTS, *ENDS_OF_CARE)
NAMES = {
    "exit": {"lv": "ārpus aprūpes cita iemesla dēļ", "en": "left care otherwise"},
    "adoption": {"lv": "adopcija", "en": "adoption"},
    "family": {"lv": "atgriešanās vecāku ģimenē", "en": "return to the family"},
}


def both(lv, en):
    return lambda say: {"lv": lv, "en": en}[say.code]


def name_of(say, code):
    return NAMES[code][say.code] if code in NAMES else say.word("care_arrangement", code)


def area(columns, first=2025):
    table = pd.DataFrame(columns, dtype=float)
    table.index = range(first, first + len(table))
    return figures.stacked_area(table, name_of, both("Bērni gada beigās", "Children at year end"))


PLAN = {
    "institution": [42, 36, 24, 11, 4, 0],
    "family_like": [0, 4, 8, 8, 6, 6],
    "youth_house": [3, 3, 4, 5, 5, 4],
    "foster_family": [0, 2, 6, 12, 15, 15],
    "specialised_foster_family": [0, 0, 2, 3, 3, 3],
    "guardian": [0, 0, 2, 3, 3, 4],
    "family": [0, 1, 2, 4, 6, 7],
    "adoption": [0, 0, 1, 1, 2, 2],
    "exit": [0, 1, 1, 3, 6, 9],
}
PICTURES = {
    "plan": lambda: area(PLAN),
    "of one year": lambda: area({name: [counts[1]] for name, counts in PLAN.items()}),
    "of thirty years": lambda: area({name: counts * 5 for name, counts in PLAN.items()}),
    "of everything": lambda: area({name: [5, 4, 3] for name in EVERY}),
    "of one child": lambda: area({"institution": [1, 0], "guardian": [0, 1]}),
    "of zero": lambda: area({"institution": [0, 0], "guardian": [0, 0]}),
    "of a year of zero": lambda: area({"institution": [9, 0, 4], "guardian": [3, 0, 2]}),
    "of a column of zero": lambda: area({"institution": [9, 7], "guardian": [0, 0]}),
    "huge": lambda: area({"institution": [10**9, 1], "guardian": [1, 10**9]}),
    "huge over many years": lambda: area({"institution": [10**7] * 30, "guardian": [1] * 30}),
    "of a steep rise": lambda: area({"institution": [0, 500, 0, 500, 0] * 4}),
    "of names that end at one height": lambda: area(
        {name: [3, 1 if name == "guardian" else 0] for name in EVERY}
    ),
}


def areas_of(figure):
    """Filled areas by colour, from the bottom."""
    return {
        to_hex(patch.get_facecolor()): patch
        for patch in figure.axes[0].patches
        if isinstance(patch, Polygon) and patch.get_fill()
    }


def at(patch, year):
    """Lower and upper end of an area in a year that it has corners in."""
    heights = [y for x, y in patch.get_xy() if x == year]
    return min(heights), max(heights)


def written_in(figure, texts_of):
    """Numbers written in areas: text, box, and the colour on which they are read."""
    papers = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    found = []
    for text, box, _ in texts_of(figure):
        for paper in papers:
            around = paper.get_window_extent()
            if around.x0 < (box.x0 + box.x1) / 2 < around.x1 and (
                around.y0 < (box.y0 + box.y1) / 2 < around.y1
            ):
                found.append((text, around, to_hex(paper.get_facecolor())))
    return found


def heads_of(figure):
    """Totals over the areas, from the left: text and box."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    heads = [
        (text.get_text(), text.get_window_extent(renderer))
        for text in figure.findobj(Text)
        if text.get_weight() == "semibold" and text.get_color() == style.INK
    ]
    return sorted(heads, key=lambda head: head[1].x0)


@pytest.mark.parametrize("kind", PICTURES)
def test_every_text_has_room_of_its_own(refuse_crowding, kind):
    refuse_crowding(PICTURES[kind])


COUNTS = st.one_of(st.just(0), st.integers(0, 12), st.integers(0, 900), st.just(10**7))


@given(st.sets(st.sampled_from(EVERY), min_size=1), st.integers(1, 30), st.data())
@TRIED
def test_stacked_area_any_counts_have_room(
    refuse_crowding, refuse_strange_places, names, years, data
):
    columns = {
        name: data.draw(st.lists(COUNTS, min_size=years, max_size=years)) for name in sorted(names)
    }
    refuse_crowding(lambda: area(columns))
    refuse_strange_places(lambda: area(columns))


@pytest.fixture(scope="session")
def refuse_strange_places(figures_of, texts_of):
    """Refuses a number outside its area, and a total over an area."""

    def check(drawing):
        for figure in figures_of(drawing):
            areas = areas_of(figure)
            shapes = {
                colour: patch.get_transform().transform_path(patch.get_path())
                for colour, patch in areas.items()
            }
            for text, box, colour in written_in(figure, texts_of):
                inner = box.padded(-1)  # a pixel at the edge may be lost to rounding
                corners = [(x, y) for x in (inner.x0, inner.x1) for y in (inner.y0, inner.y1)]
                assert shapes[colour].contains_points(corners).all(), text
            for text, box in heads_of(figure):
                for shape in shapes.values():
                    assert not shape.intersects_bbox(box.padded(-1)), text

    return check


@pytest.mark.parametrize("kind", PICTURES)
def test_numbers_stand_in_their_areas_and_totals_over_them(refuse_strange_places, kind):
    refuse_strange_places(PICTURES[kind])


@pytest.mark.parametrize("kind", ["plan", "of one year"])
def test_file_holds_outlines_alone_and_is_the_same_each_time(refuse_strange_files, kind):
    refuse_strange_files(PICTURES[kind])


# --- What is drawn -------------------------------------------------------------------------------


def test_areas_stand_on_one_another_families_at_the_bottom(figures_of):
    areas = areas_of(figures_of(PICTURES["plan"])[0])
    order = ("family", "adoption", "exit", "guardian", "specialised_foster_family",
             "foster_family", "youth_house", "family_like", "institution")  # fmt: skip
    styles = style.ARRANGEMENT_STYLES | style.END_STYLES
    assert list(areas) == [styles[name][0] for name in order]
    for place, year in enumerate(range(2025, 2031)):
        ends = [at(patch, year) for patch in areas.values()]
        assert ends[0][0] == 0
        assert [low for low, _ in ends[1:]] == [high for _, high in ends[:-1]]
        heights = [high - low for low, high in ends]
        assert heights == [PLAN[name][place] for name in order]


def test_total_of_each_year_is_written_over_it(figures_of):
    heads = heads_of(figures_of(PICTURES["plan"])[1])
    totals = [sum(counts[place] for counts in PLAN.values()) for place in range(6)]
    assert [text for text, _ in heads] == [str(total) for total in totals]


def test_totals_of_many_years_are_those_of_the_years_that_are_numbered(figures_of, words_of):
    figure = figures_of(PICTURES["of thirty years"])[1]
    years = [word for word in words_of(figure) if len(word) == 4]
    assert years == ["2029", "2034", "2039", "2044", "2049", "2054"]
    assert len(heads_of(figure)) == 6


def test_numbers_are_written_where_they_fit_and_left_out_where_not(figures_of, texts_of):
    found = written_in(figures_of(PICTURES["plan"])[1], texts_of)
    institution = style.ARRANGEMENT_COLOURS["institution"]
    # Four children at the end of 2029 have room; none in 2030 have no number.
    assert {text for text, _, colour in found if colour == institution} == {
        "42", "36", "24", "11", "4",
    }  # fmt: skip
    adoption = style.END_STYLES["adoption"][0]
    assert [text for text, _, colour in found if colour == adoption] == []


def test_names_stand_once_in_the_order_of_the_areas(figures_of, texts_of):
    for figure, code in zip(figures_of(PICTURES["plan"]), ("lv", "en"), strict=True):
        boxes = {" ".join(text.split()): box for text, box, _ in texts_of(figure)}
        names = [NAMES[name][code] for name in ("family", "adoption", "exit")]
        heights = [boxes[name].y0 for name in names]
        assert heights == sorted(heights)
    assert [" ".join(text.split()) for text, _, _ in texts_of(figure)].count("guardian") == 1


def test_column_of_zeros_alone_is_left_out(figures_of, words_of):
    figure = figures_of(PICTURES["of a column of zero"])[1]
    assert list(areas_of(figure)) == [style.ARRANGEMENT_COLOURS["institution"]]
    assert "guardian" not in words_of(figure)


def test_year_of_nobody_has_a_total_of_zero(figures_of):
    heads = heads_of(figures_of(PICTURES["of a year of zero"])[1])
    assert [text for text, _ in heads] == ["12", "0", "6"]


def test_lone_year_is_a_column_as_high_as_its_children(figures_of):
    areas = areas_of(figures_of(PICTURES["of one year"])[0])
    corners = areas[style.ARRANGEMENT_COLOURS["institution"]].get_xy()
    assert len({x for x, _ in corners}) == 2
    total = sum(counts[1] for counts in PLAN.values())
    assert {y for _, y in corners} == {total - 36, total}


def test_row_order_of_years_is_irrelevant():
    table = pd.DataFrame({"institution": [5.0, 3.0], "guardian": [1.0, 2.0]}, index=[2025, 2026])
    label = both("Bērni", "Children")
    assert figures.stacked_area(table, name_of, label) == figures.stacked_area(
        table.iloc[::-1], name_of, label
    )


def test_ends_of_care_are_told_apart_in_grey_and_from_arrangements():
    assert set(style.END_STYLES) == set(ENDS_OF_CARE)
    styles = style.ARRANGEMENT_STYLES | style.END_STYLES
    for (one, hatch), (other, second) in combinations(styles.values(), 2):
        if hatch == second:
            assert style.contrast(one, other) >= 1.4, (one, other)
    for colour, _ in style.END_STYLES.values():
        assert style.contrast(colour, "#ffffff") >= 4.5


# --- What is refused -----------------------------------------------------------------------------


def test_table_without_years_or_columns_is_refused():
    with pytest.raises(ValueError, match="areas needs at least one row, got none"):
        area({"institution": []})
    with pytest.raises(ValueError, match="areas needs at least one column, got none"):
        area({})


@pytest.mark.parametrize("count", [NAN, -1.0])
def test_count_that_is_not_known_or_below_zero_is_refused(count):
    with pytest.raises(ValueError, match="areas needs counts of 0 or more, got"):
        area({"institution": [1.0, count]})


def test_infinite_count_is_refused():
    with pytest.raises(ValueError, match="areas needs finite values, got"):
        area({"institution": [1.0, math.inf]})


def test_strange_column_or_year_that_comes_twice_is_refused():
    with pytest.raises(ValueError, match=r"care arrangements or ends of care, got \['tent'\]"):
        area({"tent": [1.0]})
    table = pd.DataFrame({"institution": [1.0, 2.0]}, index=[2025, 2025])
    with pytest.raises(ValueError, match=r"each year once, got \[2025\] twice"):
        figures.stacked_area(table, name_of, str)
