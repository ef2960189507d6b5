"""Columns by year: what is drawn, in both languages, and room for every text."""

from __future__ import annotations

import math
import os

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from dieval.present import figures, style

CAMPAIGN = 50 if os.environ.get("DIEVAL_CAMPAIGN") else 1
TRIED = settings(max_examples=8 * CAMPAIGN, derandomize=True, database=None, deadline=None)
NAN = math.nan
PARTS = {
    "institution": ("iestādes uzturēšana", "the institution"),
    "alternative": (
        "ģimeniskai videi pietuvināts pakalpojums, specializētā audžuģimene un aizbildnis",
        "the arrangements to which children move",
    ),
    "one_off": ("vienreizējās izmaksas un ieņēmumi", "one-off costs and income"),
    "state": ("valsts", "state"),
    "municipality": ("pašvaldība", "municipality"),
    "eu_fund": ("Eiropas Savienības fondi", "European Union funds"),
}
STYLES = {
    "institution": style.ARRANGEMENT_STYLES["institution"],
    "alternative": ("#f0a868", "//"),
    "one_off": ("#bdbdbd", ".."),
    **style.PAYER_STYLES,
}


def both(lv, en):
    return lambda say: {"lv": lv, "en": en}[say.code]


def part(say, code):
    return PARTS[code][say.code == "en"]


def columns(values, line=None, net=True, first=2025):
    table = pd.DataFrame(values, dtype=float)
    table.index = range(first, first + len(table))
    if line is not None:
        line = pd.Series(line, index=range(first, first + len(line)), dtype=float)
    return figures.columns_by_year(
        table,
        part,
        STYLES,
        both("EUR gadā, 2024. gada cenās", "EUR per year, prices of 2024"),
        line,
        both("iestādes uzturēšana kā līdz šim", "keeping the institution as it is"),
        both("visi kopā", "all together") if net else None,
    )


COST = {
    "institution": [1_180_000, 1_050_000, 820_000, 510_000, 230_000, 0],
    "alternative": [0, 120_000, 310_000, 520_000, 690_000, 760_000],
    "one_off": [45_000, 260_000, 180_000, 60_000, NAN, -400_000],
}
STATUS_QUO = [1_180_000] * 6
PAYERS = {
    "state": [12_000, 80_500, 210_000, 160_000, 90_000, 60_000, 60_000, 60_000, 60_000, 60_000],
    "municipality": [-3_000, -50_000, -310_000, -480_000, -520_000, -700_000, -700_000, -700_000,
                     -700_000, -700_000],
    "eu_fund": [NAN, 140_000, 110_000, 40_000, NAN, NAN, NAN, NAN, NAN, NAN],
}  # fmt: skip
PICTURES = {
    "cost": lambda: columns(COST, STATUS_QUO, net=False),
    "cost with sums": lambda: columns(COST, STATUS_QUO),
    "payers": lambda: columns(PAYERS),
    "of one year": lambda: columns({name: values[:1] for name, values in COST.items()}, [9e5]),
    "of one part": lambda: columns({"state": [5.0, 7.5, 3.25]}, [4.0, NAN, 4.0]),
    "of thirty years": lambda: columns({name: v[:5] * 6 for name, v in COST.items()}, [1e6] * 30),
    "negative": lambda: columns({"state": [-5e5, -4e5], "eu_fund": [-1e5, -2e5]}),
    "of zero": lambda: columns({"state": [0.0, 0.0]}),
    "huge": lambda: columns({"state": [1e12, -2e12], "eu_fund": [3e12, 1.0]}, [1e12, 1e12]),
    "tiny": lambda: columns({"state": [1e-9, 2e-9]}),
    "small": lambda: columns({"state": [1.25, 2.5], "eu_fund": [0.5, -1.0]}),
    "that cancels": lambda: columns({"state": [1e6] * 4, "municipality": [-1e6] * 4}),
    "under a line far above": lambda: columns({"state": [1.0, 2.0]}, [1e6, 2e6]),
    "under a longer line": lambda: columns({"state": [100.0, 200.0]}, [150.0] * 6),
    "line below zero": lambda: columns({"state": [100.0, 200.0]}, [-150.0] * 2),
    "with gaps": lambda: columns({"state": [100.0, NAN, 200.0], "eu_fund": [NAN, NAN, 50.0]}),
}


def strokes_of(figure):
    """Lines that columns are held against, as paths in pixels."""
    return [
        line.get_transform().transform_path(line.get_path())
        for line in figure.axes[0].lines
        if line.get_linewidth() == 2.0 and line.get_marker() == "None"
    ]


@pytest.fixture(scope="session")
def refuse_crossing(figures_of, texts_of):
    """Refuses a text that the line runs through."""

    def check(drawing):
        for figure in figures_of(drawing):
            for text, box, _ in texts_of(figure):
                for stroke in strokes_of(figure):
                    assert not stroke.intersects_bbox(box.padded(-1), filled=False), text

    return check


@pytest.mark.parametrize("kind", PICTURES)
def test_every_text_has_room_of_its_own(refuse_crowding, refuse_crossing, kind):
    refuse_crowding(PICTURES[kind])
    refuse_crossing(PICTURES[kind])


AMOUNTS = st.one_of(
    st.sampled_from([NAN, 0.0, 1e-9, 1e9, -1e9]), st.floats(-2e6, 2e6), st.floats(-9, 9)
)


@given(st.integers(1, 30), st.integers(1, 6), st.booleans(), st.booleans(), st.data())
@TRIED
def test_columns_by_year_any_amounts_have_room(
    refuse_crowding, refuse_crossing, years, count, lined, net, data
):
    rows = st.lists(AMOUNTS, min_size=years, max_size=years)
    values = {name: data.draw(rows) for name in list(PARTS)[:count]}
    values["state"] = [1.0] * years  # at least one amount is known
    line = data.draw(rows) if lined else None
    refuse_crowding(lambda: columns(values, line, net))
    refuse_crossing(lambda: columns(values, line, net))


@pytest.mark.parametrize("kind", ["cost", "payers"])
def test_file_holds_outlines_alone_and_is_the_same_each_time(refuse_strange_files, kind):
    refuse_strange_files(PICTURES[kind])


# --- What is drawn -------------------------------------------------------------------------------


def pieces_of(figure):
    """Pieces of the columns: year, lower and upper end, and colour."""
    return [
        (round(patch.get_x() + patch.get_width() / 2), patch.get_y(),
         patch.get_y() + patch.get_height(), to_hex(patch.get_facecolor()))
        for patch in figure.axes[0].patches
        if isinstance(patch, Rectangle) and patch.get_fill()
    ]  # fmt: skip


def test_parts_above_zero_are_stacked_upwards_and_those_below_downwards(figures_of):
    figure = figures_of(
        lambda: columns({"state": [5.0], "municipality": [-3.0], "eu_fund": [2.0], "one_off": [-1]})
    )[0]
    assert pieces_of(figure) == [
        (2025, 0.0, 5.0, style.PAYER_STYLES["state"][0]),
        (2025, -3.0, 0.0, style.PAYER_STYLES["municipality"][0]),
        (2025, 5.0, 7.0, style.PAYER_STYLES["eu_fund"][0]),
        (2025, -4.0, -3.0, STYLES["one_off"][0]),
    ]


def test_part_that_is_not_known_is_nothing_and_a_part_of_nothing_has_no_key(figures_of, words_of):
    figure = figures_of(lambda: columns({"state": [5.0, NAN, 1.0], "eu_fund": [NAN] * 3}))[1]
    assert [(year, high) for year, _, high, _ in pieces_of(figure)] == [(2025, 5.0), (2027, 1.0)]
    assert "state" in words_of(figure)
    assert "European Union funds" not in words_of(figure)


def test_mark_stands_at_the_sum_with_its_amount(figures_of, marks_of, words_of):
    figure = figures_of(
        lambda: columns({"state": [700_000.0, 50_000.0], "municipality": [-100_000, -450_000]})
    )[1]
    assert {"600,000", "−400,000", "all together"} <= set(words_of(figure))
    sums = [line.get_ydata()[0] for line in figure.axes[0].lines if line.get_marker() == "D"]
    assert sums == [600_000, -400_000]
    assert {shape for _, shape, _, filled in marks_of(figure) if not filled} == {"D"}


def test_without_marks_a_year_with_income_has_no_sum_and_the_others_have(figures_of, words_of):
    figure = figures_of(
        lambda: columns({"institution": [700_000.0, 600_000.0], "one_off": [50_000, -20_000]},
                        net=False)
    )[1]  # fmt: skip
    words = words_of(figure)
    assert "750,000" in words
    assert "580,000" not in words
    assert "all together" not in words


def test_amount_is_written_in_a_piece_only_where_it_fits(figures_of, texts_of):
    def within(values):
        ink = style.text_on(style.PAYER_STYLES["state"][0])
        return [text for text, _, colour in texts_of(figures_of(lambda: columns(values))[1])
                if colour == ink]  # fmt: skip

    assert within({"state": [900_001.0, 1.0]}) == ["900,001"]  # a low piece has no amount
    assert within({"state": [900_001.0] * 30}) == []  # nor has a narrow one


def test_line_is_level_over_each_year_and_stops_where_it_is_not_known(figures_of, words_of):
    figure = figures_of(lambda: columns({"state": [5.0, 6.0, 7.0]}, [4.0, NAN, 8.0]))[1]
    back = figure.axes[0].transData.inverted()
    found = [back.transform(stroke.vertices).round(6).tolist() for stroke in strokes_of(figure)]
    assert found == [[[2024.5, 4.0], [2025.5, 4.0]], [[2026.5, 8.0], [2027.5, 8.0]]]
    assert "keeping the institution as it is" in words_of(figure)


@pytest.mark.parametrize("kind", ["under a line far above", "line below zero", "huge", "cost"])
def test_line_and_columns_lie_within_the_axes(figures_of, kind):
    figure = figures_of(PICTURES[kind])[0]
    frame = figure.axes[0].bbox.padded(1)
    points = [point for stroke in strokes_of(figure) for point in stroke.vertices]
    assert points
    assert all(frame.contains(x, y) for x, y in points)
    low, high = figure.axes[0].get_ylim()
    assert all(low <= start <= end <= high for _, start, end, _ in pieces_of(figure))


def test_line_that_is_nowhere_known_is_not_explained(figures_of, words_of):
    figure = figures_of(lambda: columns({"state": [5.0]}, [NAN]))[1]
    assert strokes_of(figure) == []
    assert "keeping the institution as it is" not in words_of(figure)


def test_line_goes_on_where_columns_have_ended(figures_of, words_of):
    assert "2030" in words_of(figures_of(PICTURES["under a longer line"])[1])


def test_small_amounts_are_written_with_cents(figures_of, words_of):
    assert "2.50" in words_of(figures_of(PICTURES["small"])[1])
    assert "2,50" in words_of(figures_of(PICTURES["small"])[0])


def test_year_that_is_not_there_leaves_a_gap(figures_of, words_of):
    table = pd.DataFrame({"state": [5.0, 6.0]}, index=[2025, 2028])
    figure = figures_of(
        lambda: figures.columns_by_year(table, part, STYLES, both("EUR gadā", "EUR per year"))
    )[1]
    assert [year for year, *_ in pieces_of(figure)] == [2025, 2028]
    assert {"2026", "2027"} <= set(words_of(figure))


# --- What is refused -----------------------------------------------------------------------------


def test_table_without_a_value_is_refused():
    for values in ({}, {"state": []}, {"state": [NAN]}):
        with pytest.raises(ValueError, match="at least one value that is not NaN, got none"):
            columns(values)


def test_infinite_value_is_refused():
    with pytest.raises(ValueError, match="finite values, got"):
        columns({"state": [math.inf]})
    with pytest.raises(ValueError, match="finite values, got"):
        columns({"state": [1.0]}, [math.inf])


def test_part_without_a_style_or_year_that_comes_twice_is_refused():
    with pytest.raises(ValueError, match=r"a style for each part, got none for \['tent'\]"):
        columns({"tent": [1.0]})
    table = pd.DataFrame({"state": [1.0, 2.0]}, index=[2025, 2025])
    with pytest.raises(ValueError, match=r"each year once, got \[2025, 2025\]"):
        figures.columns_by_year(table, part, STYLES, both("a", "b"))
