"""Heat map and tile map: what is drawn, in both languages, and room for every text."""

from __future__ import annotations

import math
import os

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dieval.present import figures, style
from dieval.present.figures.lettering import abbreviate, wrap_words
from dieval.vocabulary import HIDDEN, NOT_APPLICABLE, NOT_AVAILABLE

CAMPAIGN = 50 if os.environ.get("DIEVAL_CAMPAIGN") else 1
TRIED = settings(max_examples=6 * CAMPAIGN, derandomize=True, database=None, deadline=None)
NAN = math.nan
STEPS = (0.25, 0.5, 0.75, 1.0)
NAMES = (
    "Liepāja",
    "Ventspils",
    "Ventspils novads",
    "Dienvidkurzemes novads",
    "Augšdaugavas novads",
    "Jaunpiebalgas novads",
    "Rīgas valstspilsēta ar ļoti garu nosaukumu",
    "Deinstitucionalizācijaspašvaldība",
)
SERVICES = (
    "Atelpas brīdis",
    "Dienas aprūpes centrs pilngadīgām personām ar garīga rakstura traucējumiem",
    "Grupu dzīvoklis",
    "Specializētās darbnīcas",
    "Sociālā aprūpe bērniem ar funkcionāliem traucējumiem",
    "Sociālās rehabilitācijas pakalpojumi",
)


def both(lv, en):
    return lambda say: {"lv": lv, "en": en}[say.code]


def plain(say, code):
    return code


def percent(say, value):
    return say.percent(value, 0)


def step_label(say, step):
    return f"{step}. pakāpe" if say.code == "lv" else f"step {step}"


def absent_label(say, sign):
    words = {NOT_AVAILABLE: "nav datu", NOT_APPLICABLE: "nevienam nevajag", HIDDEN: "slēpts"}
    return words[sign] if say.code == "lv" else f"absent {sign}"


def heat(values, rows=NAMES, columns=SERVICES, absent=None, steps=STEPS, text=percent):
    table = pd.DataFrame(values, index=list(rows), columns=list(columns), dtype=float)
    signs = None if absent is None else pd.DataFrame(absent, index=rows, columns=columns)
    return figures.heat_map(table, plain, plain, text, steps, step_label, absent_label, signs)


def tiles(rows, steps=STEPS, text=percent):
    table = pd.DataFrame(rows, columns=["name", "column", "row", "value", "absent"])
    return figures.tile_map(table.set_index("name"), plain, text, steps, step_label, absent_label)


def grid(across, down, value=0.6):
    """Tiles that fill a grid."""
    return [
        (f"{NAMES[(row + column) % 8]}", column, row, value, None)
        for row in range(down)
        for column in range(across)
    ]


VALUES = [
    [0.0, 0.1, 0.25, 0.5, 0.75, 1.0],
    [NAN, 1.2, 0.3, NAN, 0.99, 0.2],
    *[[0.1 * n, NAN, 0.5, 0.6, 0.2 * n, 1.5] for n in range(6)],
]
SIGNS = [[None] * 6, [NOT_APPLICABLE, None, None, HIDDEN, None, None], *[[None] * 6] * 6]
TILES = [
    ("Ventspils", 0, 1, 0.57, None),
    ("Ventspils novads", 1, 1, 1.2, None),
    ("Dienvidkurzemes novads", 1, 2, NAN, None),
    ("Liepāja", 0, 3, NAN, NOT_APPLICABLE),
    ("Jaunpiebalgas novads", 5, 0, 0.1, None),
]
PICTURES = {
    "heat map": lambda: heat(VALUES, absent=SIGNS),
    "heat map of one cell": lambda: heat([[0.4]], NAMES[:1], SERVICES[1:2]),
    "heat map unknown": lambda: heat(NAN),
    "heat map of zero": lambda: heat(0.0),
    "heat map huge": lambda: heat(123456.0),
    "heat map of ratings": lambda: heat(
        2.0, steps=(1, 2, 3), text=lambda say, value: say.number(value)
    ),
    "heat map of many": lambda: heat(
        [[(row + column) % 5 / 4 for column in range(12)] for row in range(45)],
        [f"{NAMES[row % 8]} {row}" for row in range(45)],
        [f"{SERVICES[column % 6]} {column}" for column in range(12)],
    ),
    "heat map of many huge": lambda: heat(
        123456.0, NAMES[:2], [f"{SERVICES[column % 6]} {column}" for column in range(12)]
    ),
    "tiles": lambda: tiles(TILES),
    "tile alone": lambda: tiles(TILES[:1]),
    "tiles unknown": lambda: tiles(TILES[2:4]),
    "tiles of zero": lambda: tiles(grid(3, 2, 0.0)),
    "tiles huge": lambda: tiles(grid(12, 2, 1e6)),
    "tiles of a country": lambda: tiles(grid(12, 7)),
    "tiles many": lambda: tiles(grid(22, 3)),
}


@pytest.mark.parametrize("kind", PICTURES)
def test_every_text_has_room_of_its_own(refuse_crowding, kind):
    refuse_crowding(PICTURES[kind])


SHARES = st.one_of(st.sampled_from([NAN, 0.0, 1.0, -3.0, 1e5]), st.floats(0, 1.5))


@given(st.integers(1, 6), st.integers(1, 12), st.data())
@TRIED
def test_heat_map_any_values_have_room(refuse_crowding, down, across, data):
    row = st.lists(SHARES, min_size=across, max_size=across)
    values = data.draw(st.lists(row, min_size=down, max_size=down))
    rows = data.draw(st.lists(st.sampled_from(NAMES), min_size=down, max_size=down, unique=True))
    columns = [f"{SERVICES[place % 6]} {place}" for place in range(across)]
    refuse_crowding(lambda: heat(values, rows, columns))


@given(
    st.dictionaries(
        st.tuples(st.integers(-3, 12), st.integers(0, 8)),
        st.tuples(st.sampled_from(NAMES), SHARES),
        min_size=1,
        max_size=12,
    )
)
@TRIED
def test_tile_map_any_values_have_room(refuse_crowding, places):
    rows = [(name, *place, value, None) for place, (name, value) in places.items()]
    refuse_crowding(lambda: tiles(rows))


@pytest.mark.parametrize("kind", ["heat map", "tiles", "tiles unknown"])
def test_file_holds_outlines_alone_and_is_the_same_each_time(refuse_strange_files, kind):
    refuse_strange_files(PICTURES[kind])


# --- What is drawn -------------------------------------------------------------------------------


def colours_under(figure, texts_of, bars_of, wanted):
    """Colours of the cells in which a text stands."""
    return [
        colour
        for text, box, _ in texts_of(figure)
        if " ".join(text.split()) == wanted
        for place, colour in bars_of(figure)
        if place.x0 < (box.x0 + box.x1) / 2 < place.x1
        and place.y0 < (box.y0 + box.y1) / 2 < place.y1
    ]


@pytest.mark.parametrize(
    ("value", "text", "step"),
    [(0.0, "0%", 0), (0.2499, "25%", 0), (0.25, "25%", 1), (0.999, "100%", 3), (1.0, "100%", 4),
     (7.0, "700%", 4), (-1.0, "−100%", 0)],
)  # fmt: skip
def test_cell_holds_its_number_on_the_colour_of_its_step(figures_of, texts_of, bars_of, value, text,
                                                         step):  # fmt: skip
    for drawing in (
        lambda: heat([[value]], NAMES[:1], SERVICES[:1]),
        lambda: tiles([("Liepāja", 0, 0, value, None)]),
    ):
        figure = figures_of(drawing)[1]
        assert colours_under(figure, texts_of, bars_of, text) == [style.scale(5)[step]]


def test_cell_without_number_is_hatched_or_blank_by_its_sign(figures_of, words_of):
    figure = figures_of(
        lambda: heat([[NAN, NAN, NAN, 0.0]], NAMES[:1], SERVICES[:4], [[None, "z", "c", None]])
    )[1]
    hatches = [patch.get_hatch() for patch in figure.axes[0].patches if patch.get_fill()]
    assert [bool(hatch) for hatch in hatches] == [True, False, False, False]
    words = words_of(figure)
    for sign in (":", "z", "c"):
        assert words.count(sign) == 2  # in the cell and in the key
        assert f"absent {sign}" in words


def test_key_names_every_step_but_only_the_signs_that_occur(figures_of, words_of):
    words = words_of(figures_of(lambda: heat(0.3))[1])
    assert {f"step {step}" for step in range(5)} <= set(words)
    assert not any(word.startswith("absent") for word in words)


def test_names_of_columns_are_turned_only_where_they_do_not_fit_lying(figures_of):
    def turned(columns):
        figure = figures_of(lambda: heat([[0.5] * len(columns)], NAMES[:1], columns))[0]
        return {text.get_rotation() for text in figure.texts if text.get_text().strip()}

    assert turned(SERVICES) == {0.0}
    assert turned([f"{name} {order}" for order in (1, 2) for name in SERVICES]) == {0.0, 90.0}


def test_heat_map_grows_with_its_rows_and_stays_as_wide(figures_of):
    few, many = (
        figures_of(lambda n=n: heat(0.5, [f"{row}. novads" for row in range(n)]))[0]
        .get_size_inches().tolist() for n in (10, 45)
    )  # fmt: skip
    assert few[0] == many[0] == style.PICTURE_WIDTH_INCHES
    assert few[1] < many[1] < 11


def test_tiles_stand_where_they_are_placed_and_are_equal(figures_of, bars_of):
    figure = figures_of(lambda: tiles(TILES))[0]
    boxes = [box for box, _ in bars_of(figure)]
    assert len({(round(box.width), round(box.height)) for box in boxes}) == 1
    ventspils, county, south, liepaja, far = boxes
    assert ventspils.y0 == pytest.approx(county.y0)
    assert ventspils.x1 < county.x0
    assert county.x0 == pytest.approx(south.x0)
    assert county.y0 > south.y1
    assert liepaja.x0 == pytest.approx(ventspils.x0)
    assert far.x0 > south.x1
    assert far.y0 > ventspils.y1


def test_tiles_carry_short_names(figures_of, words_of):
    words = words_of(figures_of(lambda: tiles(TILES))[0])
    assert {"Ventspils", "Ventspils nov.", "Dienvidk. nov.", "Jaunpieb. nov."} <= set(words)


@pytest.mark.parametrize(
    ("name", "short"),
    [("Liepāja", "Liepāja"), ("Augšdaugavas novads", "Augšdaug. nov."),
     ("Rīgas valstspilsēta", "Rīgas vpils."), ("Vecpiebalgas novads", "Vecpiebal. nov."),
     ("aaaaaaaaaaaaaaaa", "aaaaaaaaa."), ("", "")],
)  # fmt: skip
def test_names_are_abbreviated_to_about_ten_letters_a_word(name, short):
    assert abbreviate(name) == short


def test_wrap_words_never_breaks_a_word():
    assert wrap_words("viens divi", 0.4) == "viens\ndivi"
    assert wrap_words("viens sociālrehabilitācija", 0.4) is None


# --- What is refused -----------------------------------------------------------------------------


def test_table_without_rows_or_columns_is_refused():
    with pytest.raises(ValueError, match="a heat map needs at least one row, got none"):
        heat([], [])
    with pytest.raises(ValueError, match="a heat map needs at least one column, got none"):
        heat(0.5, columns=[])
    with pytest.raises(ValueError, match="a tile map needs at least one row, got none"):
        tiles([])


def test_infinite_value_is_refused():
    with pytest.raises(ValueError, match="a heat map needs finite values"):
        heat(math.inf)
    with pytest.raises(ValueError, match="a tile map needs finite values"):
        tiles([("Liepāja", 0, 0, math.inf, None)])


@pytest.mark.parametrize("place", [(NAN, 1), (0.5, 1)])
def test_tile_without_a_whole_place_is_refused(place):
    with pytest.raises(ValueError, match="tile Liepāja needs a whole column and row"):
        tiles([("Liepāja", *place, 0.5, None)])


def test_two_tiles_on_one_place_are_refused():
    with pytest.raises(ValueError, match=r"tiles Liepāja and Ventspils stand on one place"):
        tiles([("Liepāja", 1, 1, 0.5, None), ("Ventspils", 1, 1, 0.5, None)])


@pytest.mark.parametrize("steps", [(0.5, 0.5), (1.0, 0.5)])
def test_steps_that_do_not_rise_are_refused(steps):
    with pytest.raises(ValueError, match="the steps of a scale must rise"):
        heat(0.5, steps=steps)


def test_more_steps_than_can_be_told_apart_are_refused():
    with pytest.raises(ValueError, match="a scale has 1 to 5 steps, got 6"):
        heat(0.5, steps=(1, 2, 3, 4, 5))


def test_strange_sign_is_refused():
    with pytest.raises(ValueError, match=r"one of the signs ':', 'z', 'c', got {'x'}"):
        heat([[NAN]], NAMES[:1], SERVICES[:1], [["x"]])
