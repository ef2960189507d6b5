from __future__ import annotations

import math
from itertools import pairwise
from xml.etree import ElementTree

import matplotlib
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from dieval.present import figures, style
from dieval.present.figures import draw, lines_by_year, spread, stacked_bars
from dieval.present.language import language
from dieval.vocabulary import CARE_ARRANGEMENTS, COST_PARTS

LINES = pd.DataFrame(
    {"institution": [1000.0, 1200.0, 2000.0], "guardian": [100.0, math.nan, 300.0]},
    index=pd.Index([2014, 2015, 2016], name="year"),
)
BARS = pd.DataFrame(
    {"staff": [700.0, 10.0], "support": [math.nan, 80.5]}, index=["institution", "foster_family"]
)


def lines(values=LINES):
    return lines_by_year(values, lambda say, name: say.word("care_arrangement", name),
                         lambda say: say.text("EUR per child-month"))  # fmt: skip


def bars(values=BARS):
    return stacked_bars(values, lambda say, name: say.word("care_arrangement", name),
                        lambda say, part: say.word("part", part),
                        lambda say: say.text("EUR per child-month"))  # fmt: skip


PICTURES = {"lines": lines, "bars": bars}


@pytest.mark.parametrize("kind", PICTURES)
def test_picture_drawn_twice_is_the_same_bytes(kind):
    assert PICTURES[kind]() == PICTURES[kind]()


@pytest.mark.parametrize("kind", PICTURES)
def test_picture_differs_between_the_languages(kind):
    pictures = PICTURES[kind]()
    assert set(pictures) == {"lv", "en"}
    assert pictures["lv"] != pictures["en"]


@pytest.mark.parametrize("kind", PICTURES)
def test_picture_holds_its_text_as_outlines_and_nothing_that_loads_or_runs(kind):
    for drawing in PICTURES[kind]().values():
        parts = list(ElementTree.fromstring(drawing).iter())
        names = {part.tag.split("}")[-1] for part in parts}
        assert names.isdisjoint({"text", "tspan", "script", "image", "foreignObject", "a"})
        targets = [value for part in parts for name, value in part.attrib.items()
                   if name.endswith("href")]  # fmt: skip
        assert targets
        assert all(target.startswith("#") for target in targets)


@pytest.mark.parametrize("kind", PICTURES)
def test_picture_has_no_date(kind):
    drawing = PICTURES[kind]()["en"]
    assert "<dc:date>" not in drawing
    assert "dieval" in drawing


@pytest.mark.parametrize("kind", PICTURES)
def test_picture_with_another_value_is_another(kind):
    changed = {"lines": LINES * 1.5, "bars": BARS.assign(staff=[701.0, 10.0])}[kind]
    assert PICTURES[kind](changed)["lv"] != PICTURES[kind]()["lv"]


def not_drawn(picture) -> set[Text]:
    """Labels of ticks beyond the ends of their axis."""
    labels = set()
    for axis in (axis for axes in picture.axes for axis in (axes.xaxis, axes.yaxis)):
        low, high = sorted(axis.get_view_interval())
        for tick in axis.get_major_ticks():
            if not low <= tick.get_loc() <= high:
                labels |= {tick.label1, tick.label2}
    return labels


@pytest.fixture
def written(monkeypatch):
    """The texts of a picture in both languages, each with whether it lies within the picture."""
    texts = []
    original = figures.Figure.savefig

    def savefig(picture, *arguments, **settings):
        FigureCanvasAgg(picture).draw()
        width, height = picture.bbox.width, picture.bbox.height
        left_out = not_drawn(picture)
        for text in picture.findobj(Text):
            if text.get_visible() and text.get_text() and text not in left_out:
                box = text.get_window_extent()
                fits = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height
                texts.append((" ".join(text.get_text().split()), fits))
        return original(picture, *arguments, **settings)

    monkeypatch.setattr(figures.Figure, "savefig", savefig)
    return texts


@pytest.mark.parametrize("kind", PICTURES)
def test_every_text_lies_within_the_picture(written, kind):
    PICTURES[kind]()
    assert len(written) > 10
    assert [text for text, fits in written if not fits] == []


def test_lines_are_named_at_their_ends_in_each_language(written):
    lines()
    words = [text for text, _ in written]
    for code in ("lv", "en"):
        for name in LINES.columns:
            assert language(code).word("care_arrangement", name) in words


def test_lines_that_end_at_one_height_are_all_named_within_the_picture(written):
    values = pd.DataFrame(
        {name: [1000.0, 1000.0] for name in CARE_ARRANGEMENTS}, index=[2021, 2022]
    )
    lines(values)
    assert len(written) > 2 * len(CARE_ARRANGEMENTS)
    assert [text for text, fits in written if not fits] == []


def test_bars_are_labelled_with_their_total_in_each_language(written):
    bars()
    words = [text for text, _ in written]
    for total in ("700 €", "90 €", "€700", "€90"):  # 10 + 80.5 = 90.5, half to even
        assert total in [word.replace("\u00a0", " ") for word in words], total


def test_bars_of_every_arrangement_and_part_stay_within_the_picture(written):
    values = pd.DataFrame(
        {part: [100.0] * len(CARE_ARRANGEMENTS) for part in COST_PARTS}, index=CARE_ARRANGEMENTS
    )
    bars(values)
    assert [text for text, fits in written if not fits] == []


def test_numbers_on_the_axis_are_written_as_the_language_does(written):
    lines()
    words = [text for text, _ in written]
    assert "1,000" in words or "2,000" in words
    assert any(word.replace("\u00a0", " ") in ("1 000", "2 000") for word in words)


def test_every_arrangement_and_part_has_a_style_of_its_own():
    colours = [style.ARRANGEMENT_COLOURS[name] for name in CARE_ARRANGEMENTS]
    markers = [style.ARRANGEMENT_MARKERS[name] for name in CARE_ARRANGEMENTS]
    assert len(set(colours)) == len(set(markers)) == len(CARE_ARRANGEMENTS)
    assert set(style.PART_STYLES) == set(COST_PARTS)
    assert len(set(style.PART_STYLES.values())) == len(COST_PARTS)


def test_text_is_drawn_with_the_shipped_font(monkeypatch):
    from matplotlib import font_manager

    with matplotlib.rc_context(rc=style.picture_settings()):
        for weight in ("normal", "semibold"):
            wanted = font_manager.FontProperties(family=style.FONT_FAMILY, weight=weight)
            found = font_manager.findfont(wanted, fallback_to_default=False)
            assert found.split("/")[-1].startswith("SourceSans3-")


def test_drawing_leaves_the_settings_of_matplotlib_as_they_were():
    before = dict(matplotlib.rcParams)
    draw(lambda axes, say: axes.plot([1, 2]), 2.0)
    assert dict(matplotlib.rcParams) == before


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
