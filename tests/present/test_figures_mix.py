"""Mix over time: what is drawn, in both languages, and room for every text."""

from __future__ import annotations

import math
import os

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dieval.present import figures, style
from dieval.vocabulary import CARE_ARRANGEMENTS, FAMILY_BASED

CAMPAIGN = 50 if os.environ.get("DIEVAL_CAMPAIGN") else 1
TRIED = settings(max_examples=8 * CAMPAIGN, derandomize=True, database=None, deadline=None)
NAN = math.nan
BASES = ("vbtai", "lm", "other")
LONG_BASES = {
    "vbtai": "bāriņtiesu lēmumi pēc Valsts bērnu tiesību aizsardzības inspekcijas datiem",
    "lm": "Labklājības ministrijas pārskats",
    "other": "citi",
}


def both(lv, en):
    return lambda say: {"lv": lv, "en": en}[say.code]


def arrangement(say, code):
    return say.word("care_arrangement", code)


def basis_name(say, code):
    return LONG_BASES[code] if say.code == "lv" else code


def mix(columns, families=None):
    """Columns: shares by arrangement, by year and basis."""
    rows = [
        (year, basis, name, value)
        for (year, basis), shares in columns.items()
        for name, value in shares.items()
    ]
    table = pd.DataFrame(rows, columns=["year", "counting_basis", "care_arrangement", "share"])
    if families is None:
        families = {
            key: sum(shares.get(name, 0.0) for name in FAMILY_BASED)
            for key, shares in columns.items()
        }
    known = pd.DataFrame(
        [(*key, value) for key, value in families.items()],
        columns=["year", "counting_basis", "share"],
    )
    return figures.mix_over_time(
        table,
        known,
        arrangement,
        basis_name,
        both("Virs stabiņa: ģimeniskā vidē", "Over the column: in a family environment"),
        both("kāda daļa nav saskaitīta", "a part is not counted"),
    )


REGION = {
    (2014 + n, "other"): {
        "institution": 0.18 - 0.01 * n, "state_institution": 0.03, "youth_house": 0.01,
        "foster_family": 0.16, "guardian": 0.62 + 0.01 * n,
    }
    for n in range(9)
}  # fmt: skip
PART = {"institution": NAN, "foster_family": NAN}
NATIONAL = {
    (2012, "other"): {"institution": 0.23, "foster_family": 0.15, "guardian": 0.62},
    (2016, "other"): PART,
    (2016, "vbtai"): {"institution": 0.17, "foster_family": 0.18, "guardian": 0.65},
    (2017, "vbtai"): {"institution": 0.15, "foster_family": 0.18, "guardian": 0.67},
    (2019, "lm"): PART,
    (2020, "lm"): {"institution": 0.09, "foster_family": 0.23, "guardian": 0.68},
    (2022, "other"): {"institution": 0.09, "foster_family": 0.26, "guardian": 0.65},
}
EVEN = dict.fromkeys(CARE_ARRANGEMENTS, 1 / 7)
PICTURES = {
    "region": lambda: mix(REGION),
    "national": lambda: mix(NATIONAL),
    "one column": lambda: mix({(2020, "vbtai"): EVEN}),
    "unknown": lambda: mix({(2020, "vbtai"): PART, (2021, "lm"): PART}),
    "of zero": lambda: mix({(2020, "lm"): dict.fromkeys(CARE_ARRANGEMENTS, 0.0)}),
    "all equal": lambda: mix({(year, "lm"): EVEN for year in range(2015, 2020)}),
    "of one arrangement": lambda: mix({(2020, "lm"): {"institution": 1.0}}),
    "of tiny parts": lambda: mix({(2020, "lm"): {"institution": 1e-6, "guardian": 1 - 1e-6}}),
    "of many years": lambda: mix({(year, "lm"): EVEN for year in range(1990, 2023)}),
    "of many bases": lambda: mix(
        {(year, basis): EVEN for basis in BASES for year in range(2012, 2023, 2)}
    ),
    "families huge": lambda: mix(NATIONAL, {(2012, "other"): 1e6, (2016, "vbtai"): 0.5}),
    "families unknown": lambda: mix(NATIONAL, {}),
}


@pytest.mark.parametrize("kind", PICTURES)
def test_every_text_has_room_of_its_own(refuse_crowding, kind):
    refuse_crowding(PICTURES[kind])


WEIGHTS = st.dictionaries(st.sampled_from(CARE_ARRANGEMENTS), st.floats(0.001, 1), min_size=1)
PARTS = st.one_of(
    st.just(PART),
    WEIGHTS.map(lambda found: {name: part / sum(found.values()) for name, part in found.items()}),
)


@given(
    st.dictionaries(
        st.tuples(st.integers(2005, 2024), st.sampled_from(BASES)), PARTS, min_size=1, max_size=25
    )
)
@TRIED
def test_mix_over_time_any_shares_have_room(refuse_crowding, columns):
    refuse_crowding(lambda: mix(columns))


@pytest.mark.parametrize("kind", ["national", "unknown"])
def test_file_holds_outlines_alone_and_is_the_same_each_time(refuse_strange_files, kind):
    refuse_strange_files(PICTURES[kind])


# --- What is drawn -------------------------------------------------------------------------------


def columns_of(figure, bars_of):
    """Boxes of each column, from the left, families at the bottom; samples of names left out."""
    found = {}
    for box, colour in bars_of(figure):
        if box.width > 20:
            found.setdefault(round(box.x0), []).append((box.y0, box.height, colour))
    return [sorted(found[left]) for left in sorted(found)]


def test_pieces_are_stacked_families_at_the_bottom_to_the_same_height(figures_of, bars_of):
    columns = columns_of(figures_of(lambda: mix(REGION))[0], bars_of)
    assert len(columns) == len(REGION)
    heights = [sum(height for _, height, _ in column) for column in columns]
    assert heights == [pytest.approx(heights[0])] * len(columns)
    first = columns[0]
    assert [colour for _, _, colour in first] == [
        style.ARRANGEMENT_COLOURS[name]
        for name in ("guardian", "foster_family", "youth_house", "state_institution", "institution")
    ]
    assert first[0][1] / heights[0] == pytest.approx(0.62)


def test_share_of_families_stands_over_each_column(figures_of, words_of):
    lv, en = (words_of(figure) for figure in figures_of(lambda: mix(NATIONAL)))
    assert {"77%", "83%", "85%", "91%"} <= set(en)
    assert {"77 %", "83 %"} <= set(lv)
    assert en.count(":") == 3  # two columns and the key


def test_column_of_which_a_part_is_not_counted_is_hatched_without_shares(figures_of, words_of):
    figure = figures_of(lambda: mix({(2020, "vbtai"): PART}))[1]
    (hatch,) = [patch.get_hatch() for patch in figure.axes[0].patches if patch.get_fill()]
    assert hatch
    words = words_of(figure)
    assert "a part is not counted" in words
    assert not any("%" in word for word in words)
    assert "a part is not counted" not in words_of(figures_of(lambda: mix(REGION))[1])


def test_bases_stand_apart_and_two_strokes_mark_their_change(figures_of, bars_of, words_of):
    def strokes(columns):
        figure = figures_of(lambda: mix(columns))[1]
        return len([line for line in figure.axes[0].lines if line.get_linewidth() == 1.3])

    assert strokes(REGION) == 0
    two = {(2016, "lm"): EVEN, (2017, "vbtai"): EVEN}
    assert strokes(two) == 4  # two strokes at the foot and at half height
    lefts = sorted({round(box.x0) for box, _ in bars_of(figures_of(lambda: mix(two))[1])
                    if box.width > 20})  # fmt: skip
    near = sorted(
        {
            round(box.x0)
            for box, _ in bars_of(
                figures_of(lambda: mix({(2016, "lm"): EVEN, (2017, "lm"): EVEN}))[1]
            )
            if box.width > 20
        }
    )
    assert lefts[1] - lefts[0] > near[1] - near[0] + 20
    assert {"lm", "vbtai"} <= set(words_of(figures_of(lambda: mix(two))[1]))


def test_shares_in_a_column_add_up_as_written(figures_of, words_of):
    thirds = {"institution": 1 / 3, "foster_family": 1 / 3, "guardian": 1 / 3}
    words = words_of(figures_of(lambda: mix({(2020, "lm"): thirds}, {}))[1])
    assert sorted(word for word in words if word.endswith("%")) == ["33%", "33%", "34%"]


def test_every_arrangement_is_named_once(figures_of, words_of):
    words = words_of(figures_of(lambda: mix(NATIONAL))[1])
    for name in ("institution", "foster family", "guardian"):
        assert words.count(name) == 1
    assert "youth house" not in words


def test_many_years_go_on_in_a_band_below(figures_of, bars_of):
    figure = figures_of(PICTURES["of many years"])[0]
    guardians = [box for box, colour in bars_of(figure) if box.width > 20
                 if colour == style.ARRANGEMENT_COLOURS["guardian"]]  # fmt: skip
    assert len(guardians) == 33
    assert len({round(box.y0) for box in guardians}) == 3


# --- What is refused -----------------------------------------------------------------------------


def test_table_without_rows_is_refused():
    with pytest.raises(ValueError, match="a mix over time needs at least one row, got none"):
        mix({})


@pytest.mark.parametrize(
    "shares", [{"institution": 0.5}, {"institution": 1.5, "guardian": -0.5}, {"guardian": 2.0}]
)
def test_shares_that_do_not_add_up_are_refused(shares):
    with pytest.raises(ValueError, match=r"shares of 2020 \(lm\) must be parts of 1, got"):
        mix({(2020, "lm"): shares})


def test_infinite_share_is_refused():
    with pytest.raises(ValueError, match="a mix over time needs finite values"):
        mix({(2020, "lm"): {"institution": math.inf}})


def test_arrangement_that_is_strange_or_comes_twice_is_refused():
    with pytest.raises(ValueError, match=r"2020 \(lm\) need each arrangement once, got tent"):
        mix({(2020, "lm"): {"tent": 1.0}})
    table = pd.DataFrame({"care_arrangement": ["guardian"] * 2, "year": 2020, "share": 0.5})
    table["counting_basis"] = "lm"
    with pytest.raises(ValueError, match="each arrangement once, got guardian"):
        figures.mix_over_time(table, table[:0], arrangement, basis_name, str, str)
