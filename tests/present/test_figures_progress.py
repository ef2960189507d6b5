"""Bullet chart and funnel: what is drawn, in both languages, and room for every text."""

from __future__ import annotations

import math
import os

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dieval.present import figures, style
from dieval.present.figures.lettering import share
from dieval.present.language import language

CAMPAIGN = 50 if os.environ.get("DIEVAL_CAMPAIGN") else 1
TRIED = settings(max_examples=8 * CAMPAIGN, derandomize=True, database=None, deadline=None)
NAN = math.nan
LONG = (
    "Pilngadīgas personas ar garīga rakstura traucējumiem, kuras pārgājušas no valsts sociālās "
    "aprūpes centra uz dzīvi sabiedrībā",
    "Bērnu ar funkcionāliem traucējumiem vecāki un likumiskie pārstāvji, kuri saņēmuši atbalstu",
    "Deinstitucionalizācijaspasākumuīstenošanasuzraudzība",
)


def both(lv, en):
    return lambda say: {"lv": lv, "en": en}[say.code]


def plain(say, code):
    return code


def detail(say, code):
    return both("158 no 350 bērniem; pirmais mērķis 288", "158 of 350; first target 288")(say)


def no_observation(say, code):
    return both("nav novērojumu kopš bāzes datuma", "no observation since the baseline")(say)


def bullet(rows, detail_of=detail):
    table = pd.DataFrame(rows, columns=["name", "achievement", "expected", "first_target"])
    return figures.bullet_chart(
        table.set_index("name"),
        plain,
        detail_of,
        no_observation,
        both("Ceļš no bāzes vērtības līdz mērķim", "Way from baseline to target"),
        both("bāzes vērtība", "baseline"),
        both("pašreizējais mērķis", "current target"),
        both("gaidāms pārskata dienā", "expected on the day"),
        both("pirmā mērķa versija", "first version of the target"),
    )


def stage(say, code, part):
    words = {"assessed": "izvērtēti", "needing": "pakalpojums vajadzīgs", "receiving": "saņem"}
    after = "" if math.isnan(part) else f" ({say.percent(part, 0)} no iepriekšējiem)"
    return (words[code] if say.code == "lv" else code) + after


def funnel(rows, stage_text=stage):
    table = pd.DataFrame(rows, columns=["name", "assessed", "needing", "receiving"])
    return figures.funnel(
        table.set_index("name"),
        plain,
        stage_text,
        both("nav zināms", "not known"),
        both("Personas", "Persons"),
    )


BULLETS = [
    (LONG[0], 0.45, 0.55, 0.82),
    (LONG[1], 1.12, 1.0, 1.0),
    (LONG[2], -0.15, 0.5, NAN),
    ("Vietas", NAN, 0.4, 0.9),
    ("Audžuģimenes", 0.0, NAN, NAN),
]
FUNNELS = [(LONG[0], 439, 224, 144), ("Atelpas brīdis", 68, 44, NAN), ("Darbnīcas", 50, 0, 0)]
PICTURES = {
    "bullets": lambda: bullet(BULLETS),
    "bullet of one": lambda: bullet(BULLETS[:1]),
    "bullets unknown": lambda: bullet([(name, NAN, NAN, NAN) for name in LONG]),
    "bullets of zero": lambda: bullet([(name, 0.0, 0.0, 0.0) for name in LONG]),
    "bullets all equal": lambda: bullet([(name, 1.0, 1.0, 1.0) for name in LONG]),
    "bullets huge": lambda: bullet([(LONG[0], 1e6, 0.5, 3.0), ("Vietas", 0.5, 0.5, NAN)]),
    "bullets far below": lambda: bullet([(LONG[0], -250.0, 0.5, -3.0), ("Vietas", NAN, 1, 1)]),
    "bullets of long texts": lambda: bullet(BULLETS, lambda say, code: f"{code}. " * 3),
    "bullets without texts": lambda: bullet(BULLETS, lambda say, code: ""),
    "funnels": lambda: funnel(FUNNELS),
    "funnel of one": lambda: funnel(FUNNELS[1:2]),
    "funnels unknown": lambda: funnel([(name, NAN, NAN, NAN) for name in LONG]),
    "funnels of zero": lambda: funnel([(name, 0, 0, 0) for name in LONG]),
    "funnels all equal": lambda: funnel([(name, 7, 7, 7) for name in LONG]),
    "funnels huge": lambda: funnel([(LONG[0], 5e9, 3, 9e8), ("Darbnīcas", 2, 1, 0)]),
    "funnels below zero": lambda: funnel([(LONG[0], -5, 3, -900)]),
    "funnels of long texts": lambda: funnel(FUNNELS, lambda say, code, part: LONG[0]),
}


@pytest.mark.parametrize("kind", PICTURES)
def test_every_text_has_room_of_its_own(refuse_crowding, kind):
    refuse_crowding(PICTURES[kind])


SHARES = st.one_of(st.sampled_from([NAN, 0.0, 1.0, -0.004, 40.0, 1e4]), st.floats(-2, 3))
COUNTS = st.one_of(st.sampled_from([NAN, 0.0, 1e7]), st.integers(0, 900))
NAMES = st.sampled_from([*LONG, "Vietas", "Dienas aprūpes centrs"])


@given(st.lists(st.tuples(NAMES, SHARES, SHARES, SHARES), min_size=1, max_size=8))
@TRIED
def test_bullet_chart_any_values_have_room(refuse_crowding, rows):
    refuse_crowding(lambda: bullet(rows))


@given(st.lists(st.tuples(NAMES, COUNTS, COUNTS, COUNTS), min_size=1, max_size=6))
@TRIED
def test_funnel_any_values_have_room(refuse_crowding, rows):
    refuse_crowding(lambda: funnel(rows))


@pytest.mark.parametrize("kind", ["bullets", "bullets unknown", "funnels", "funnels unknown"])
def test_file_holds_outlines_alone_and_is_the_same_each_time(refuse_strange_files, kind):
    refuse_strange_files(PICTURES[kind])


# --- What is drawn -------------------------------------------------------------------------------


def test_bullet_bars_start_at_the_baseline_and_pass_the_target(figures_of):
    (axes,) = figures_of(lambda: bullet(BULLETS))[0].axes
    bars = [(p.get_x(), p.get_x() + p.get_width()) for p in axes.patches if p.get_fill()]
    ways = [ends for ends in bars if ends == (0.0, 1.0)]
    assert len(ways) == 4  # of the rows that are known
    assert [ends for ends in bars if ends not in ways] == [
        pytest.approx((0.0, 0.45)), pytest.approx((0.0, 1.12)), pytest.approx((-0.15, 0.0)),
    ]  # fmt: skip
    low, high = axes.get_xlim()
    assert low < -0.15
    assert high > 1.12


def test_bullet_marks_the_first_target_only_where_it_was_another(figures_of, marks_of, words_of):
    figure = figures_of(lambda: bullet(BULLETS[:2]))[1]
    diamonds = [mark for mark in marks_of(figure) if mark[1] == "D"]
    assert len(diamonds) == 2  # one in the key
    assert "first version of the target" in words_of(figure)
    assert "first version of the target" not in words_of(
        figures_of(lambda: bullet(BULLETS[1:2]))[1]
    )


def test_bullet_says_in_words_what_is_not_known(figures_of, words_of, bars_of):
    figure = figures_of(lambda: bullet([("Vietas", NAN, 0.4, 0.9)]))[1]
    assert "no observation since the baseline" in words_of(figure)
    assert bars_of(figure) == []
    assert "no observation since the baseline" not in words_of(
        figures_of(lambda: bullet(BULLETS[:1]))[1]
    )


def test_bullet_writes_the_percentage_of_each_known_row(figures_of, words_of):
    lv, en = (words_of(figure) for figure in figures_of(lambda: bullet(BULLETS)))
    assert {"45 %", "112 %", "−15 %", "0 %"} <= set(lv)
    assert {"45%", "112%", "−15%", "0%"} <= set(en)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0%"), (1.0, "100%"), (0.999, "99.9%"), (1.001, "100.1%"), (0.0004, "0.04%"),
     (-0.0004, "−0.04%"), (0.5, "50%"), (12.0, "1,200%"), (1e-9, "0.000%")],
)  # fmt: skip
def test_share_rounds_to_0_or_100_only_where_it_is(value, text):
    assert share(language("en"), value) == text


def test_funnel_writes_the_number_of_each_stage_and_its_share(figures_of, words_of):
    words = words_of(figures_of(lambda: funnel([("Atelpas brīdis", 1200, 600, 150)]))[1])
    assert {"1,200", "600", "150"} <= set(words)
    assert {
        "assessed",
        "needing (50% no iepriekšējiem)",
        "receiving (25% no iepriekšējiem)",
    } <= set(words)


def test_funnel_tells_zero_from_unknown(figures_of, words_of):
    words = words_of(figures_of(lambda: funnel([("Darbnīcas", 5, 0, NAN)]))[1])
    assert words.count("not known") == 1
    assert "0" in words
    assert "receiving" not in " ".join(words)


def test_funnel_share_of_nobody_is_not_given(figures_of, words_of):
    words = words_of(figures_of(lambda: funnel([("Darbnīcas", 5, 0, 3)]))[1])
    assert "receiving" in words


# --- What is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize("draw", [bullet, funnel])
def test_picture_without_rows_is_refused(draw):
    with pytest.raises(ValueError, match=r"^a (bullet chart|funnel) needs at least one row"):
        draw([])


@pytest.mark.parametrize("value", [math.inf, -math.inf])
@pytest.mark.parametrize("draw", [bullet, funnel])
def test_infinite_value_is_refused(draw, value):
    with pytest.raises(ValueError, match=r"^a (bullet chart|funnel) needs finite values"):
        draw([("Vietas", 0.5, value, NAN)])


def test_missing_column_is_refused():
    with pytest.raises(ValueError, match=r"a funnel needs columns .* got none named needing, rec"):
        figures.funnel(pd.DataFrame({"assessed": [1]}), plain, stage, str, str)


def test_stages_are_told_apart_by_hatch():
    from dieval.present.figures.progress import STAGE_STYLES

    assert len({hatch for _, hatch in STAGE_STYLES.values()}) == len(STAGE_STYLES)
    assert all(colour in dict(style.SERIES_STYLES) for colour, _ in STAGE_STYLES.values())
