"""Every picture, in both languages: no text outside it, over another text or over a bar."""

from __future__ import annotations

import math
import os
import re
from itertools import combinations, pairwise
from xml.etree import ElementTree

import matplotlib
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from dieval.present import figures, style
from dieval.present.figures import canvas
from dieval.present.language import language
from dieval.vocabulary import CARE_ARRANGEMENTS, COST_PARTS, LANGUAGES, PAYERS

CAMPAIGN = 50 if os.environ.get("DIEVAL_CAMPAIGN") else 1
TRIED = settings(max_examples=10 * CAMPAIGN, derandomize=True, database=None, deadline=None)
NAN = math.nan
LONG = (
    "Valsts sociālās aprūpes centra „Rīga” filiāle „Pļavnieki”",
    "Ģimeniskai videi pietuvināts pakalpojums „Grašu bērnu ciemats”",
    "Bērnu un jauniešu ārpusģimenes aprūpes un sociālās rehabilitācijas centrs",
)
PIXELS = 0.5  # by which boxes of texts may touch


def both(lv, en):
    return lambda say: {"lv": lv, "en": en}[say.code]


def arrangement(say, code):
    word = say.word("care_arrangement", code)
    return word[:1].upper() + word[1:]


def part(say, code):
    return say.word("part", code)


def payer(say, code):
    return say.word("payer", code)


def plain(say, code):
    return str(code)


MONTHLY = both("EUR uz vienu bērna mēnesi", "EUR per child-month")
DIFFERENCE = both("Starpība uz vienu bērna mēnesi, EUR", "Difference per child-month, EUR")
EVEN = both("nav starpības", "no difference")
BREAK = both(
    "no šī gada izmaksas ietver citus elementus nekā iepriekš",
    "from this year on the cost covers other elements than before",
)


def lines(values, breaks=None):
    return figures.lines_by_year(values, arrangement, MONTHLY, breaks, BREAK)


def stacked(values):
    return figures.stacked_bars(values, arrangement, part, MONTHLY)


def waterfall(first, changes, last, parts=part):
    return figures.waterfall(
        ("state_institution", first),
        changes,
        ("specialised_foster_family", last),
        arrangement,
        parts,
        MONTHLY,
    )


def crossing(table, reference=2350.0):
    return figures.crossing_lines(
        table,
        reference,
        both("Valsts sociālās aprūpes centra filiāle", "State institution"),
        arrangement,
        both("Specifiskais atbalsts, EUR uz vienu bērna mēnesi", "Specific support, EUR"),
        MONTHLY,
        both("pašreiz reģistrētais atbalsts", "support recorded today"),
        both("atbalsts, no kura alternatīva vairs nav lētāka", "switch point of support"),
    )


def tornado(rows, base):
    """Rows: name, outcomes at the low and high end, the parameter there."""
    table = pd.DataFrame(
        rows, columns=["parameter", "outcome_low", "outcome_high", "low_label", "high_label"]
    )
    for end in ("low_label", "high_label"):
        table[end] = [dict.fromkeys(LANGUAGES, text) for text in table[end]]
    ends = (both("mazākā vērtība", "low end"), both("lielākā vērtība", "high end"))
    return figures.tornado(table, base, plain, DIFFERENCE, EVEN, ends)


def intervals(table, zero=EVEN):
    return figures.intervals(table, arrangement, DIFFERENCE, zero)


def occupancy(curve, points, today):
    return figures.occupancy_curve(
        curve, points, today, both("Šodien", "Today"), both("Noslodze", "Occupancy"), MONTHLY
    )


def payers(values):
    return figures.payer_bars(
        values, arrangement, payer, both("Daļa no izmaksām", "Share of the cost")
    )


def diverging(values):
    variants = {
        "change": both("ja izmaksas pilnībā seko bērnam", "if costs follow the child in full"),
        "change_at_once": both(
            "uzreiz, kamēr pastāvīgās izmaksas paliek", "at once, while fixed costs stay"
        ),
    }
    return figures.diverging_bars(values, payer, lambda say, name: variants[name](say), DIFFERENCE)


def effects(table):
    names = {
        "place_cost_effect": both("vietas izmaksu ietekme", "effect of the cost of a place"),
        "occupancy_effect": both("noslodzes ietekme", "effect of occupancy"),
    }
    total = both("izmaiņa kopā", "total change")
    return figures.effects_bars(table, plain, lambda say, name: names[name](say), total, DIFFERENCE)


def curve(at_full=2000.0):
    return pd.Series({share / 100: at_full * 100 / share for share in range(20, 101, 5)})


def providers(count, cost=2000.0, occupancy=0.8, step=0.0):
    """Points with long names, one beside the other."""
    rows = [(occupancy + step * n / 50, cost * (1 + step * n), LONG[n % 3]) for n in range(count)]
    return pd.DataFrame(rows, columns=["occupancy", "cost", "label"])


def every(value, names, columns):
    """The same value everywhere."""
    return pd.DataFrame(value, index=list(names), columns=list(columns))


LINES = pd.DataFrame(
    {
        "institution": [1450, 1520, 1800, NAN, 2300, 2500, 2850],
        "state_institution": [1350, 1500, 1700, 1900, 2250, 2450, 2700],
        "family_like": [NAN, NAN, 1700, 1800, 1850, 2300, 2400],
        "youth_house": [900, 950, 1000, 1010, NAN, NAN, NAN],
        "foster_family": [430, 420, 700, 720, 715, 740, 730],
        "specialised_foster_family": [NAN, NAN, 1200, 1250, 1180, 1210, 1230],
        "guardian": [230, 225, 260, 330, 340, 335, 350],
    },
    index=range(2016, 2023),
    dtype=float,
)
STACKED = pd.DataFrame(
    {
        "remuneration": [NAN, NAN, NAN, 340, 170],
        "maintenance": [NAN, NAN, NAN, 260, 180],
        "capital": [210, 300, 100, NAN, NAN],
        "staff": [1500, 1250, 900, NAN, NAN],
        "goods_services": [300, 250, 200, NAN, NAN],
        "upkeep": [200, 210, 230, 30, NAN],
        "premises": [150, 250, -80, NAN, NAN],
        "administration": [90, 120, 60, 45, 20],
        "support": [50, 60, 40, 80, 10],
        "other": [20, -160, -30, NAN, NAN],
    },
    index=["institution", "state_institution", "family_like", "foster_family", "guardian"],
)
CHANGES = {
    "staff": -1250.0, "premises": -250.0, "goods_services": -300.0, "capital": -210.0,
    "remuneration": 340.0, "maintenance": 260.0, "administration": -45.0, "support": 35.0,
}  # fmt: skip
CROSSING = pd.DataFrame(
    {
        "cost_without_support": [1900.0, 2650, 690, 1030, 340],
        "support": [40.0, 60, 80, NAN, 10],
        "switch_point": [450.0, -300, 1660, 1320, 2010],
    },
    index=["family_like", "youth_house", "foster_family", "specialised_foster_family", "guardian"],
)
TORNADO = [
    ("Atsauces pakalpojuma izmaksas", -100.0, 1900.0, "1 450 €", "3 450 €"),
    ("Diskonta likme", 690.0, 760.0, "0,0 %", "5,0 %"),
    ("Personāla izmaksu daļa, kas mainās līdz ar bērnu skaitu", 900.0, 420.0, "50 %", "90 %"),
    ("Noslodze", 780.0, 950.0, "78,0 %", "100,0 %"),
    ("Bērnu skaits ģimenē", NAN, 1010.0, "", "3 un vairāk bērni vienā ģimenē"),
    ("Atbalsts", 720.0, 720.0, "0 €", "0 €"),
]
INTERVALS = pd.DataFrame(
    {
        "p05": [-120.0, 800, 1300, 1500],
        "p50": [310.0, 1200, 1700, 1510],
        "p95": [700.0, 1650, 2100, 1520],
    },
    index=["family_like", "specialised_foster_family", "foster_family", "guardian"],
)
POINTS = pd.DataFrame(
    {
        "occupancy": [0.6, 0.65, 0.8, 0.82, 0.83, 0.9, 0.95, 1.05, 0.7, 0.5],
        "cost": [2600.0, 2500, 1900, 2000, 1950, 2200, 1700, 2100, 3100, 2900],
        "label": [
            LONG[0], "Bērnu nams „Zvannieki”", "Ģimenes atbalsta centrs „Saulīte”",
            "Grašu bērnu ciemats", "Krīzes centrs „Zīļuks”", "Ārpusģimenes aprūpes centrs",
            "Jauniešu māja „Sala”", "Bērnunams „Imanta”", "Naujenes bērnu nams", "Priedīte",
        ],
    }
)  # fmt: skip
SHARES = pd.DataFrame(
    {
        "state": [0.05, 0.97, 0.6, 0.35, 0.9],
        "municipality": [0.9, 0.03, 0.2, 0.6, 0.1],
        "eu_fund": [0.04, 0, 0.15, 0.05, NAN],
        "other": [0.01, NAN, 0.05, NAN, NAN],
    },
    index=[
        "institution", "state_institution", "family_like", "specialised_foster_family", "guardian",
    ],
)  # fmt: skip
CHANGE = pd.DataFrame(
    {"change": [560.0, -2100, 12, 0], "change_at_once": [560.0, -900, 12, NAN]}, index=list(PAYERS)
)
EFFECTS = pd.DataFrame(
    {"place_cost_effect": [400.0, 350, -50, 700], "occupancy_effect": [300.0, -120, -90, -690]},
    index=[LONG[0], "Bērnu nams „Zvannieki”", "Grašu bērnu ciemats", "Imanta"],
)

# As they look in a report.
EXAMPLES = {
    "lines": lambda: lines(LINES, {"institution": [2021], "foster_family": [2018]}),
    "stacked": lambda: stacked(STACKED),
    "waterfall": lambda: waterfall(2450.0, CHANGES, 1030.0),
    "crossing": lambda: crossing(CROSSING),
    "tornado": lambda: tornado(TORNADO, 720.0),
    "intervals": lambda: intervals(INTERVALS),
    "occupancy": lambda: occupancy(curve(), POINTS, (0.78, 2000 / 0.78)),
    "payers": lambda: payers(SHARES),
    "diverging": lambda: diverging(CHANGE),
    "effects": lambda: effects(EFFECTS),
}
# At the edges: one row, equal, zero, negative, huge and tiny values, and what is not there.
EDGES = {
    "lines of one year": lambda: lines(LINES.loc[[2018]], {"institution": [2018]}),
    "lines all equal": lambda: lines(every(1000.0, [2021, 2022], CARE_ARRANGEMENTS)),
    "lines of zero": lambda: lines(every(0.0, [2021, 2022], CARE_ARRANGEMENTS)),
    "lines below zero": lambda: lines(-LINES),
    "lines huge and tiny": lambda: lines(LINES.assign(institution=1e6, guardian=0.001)),
    "lines tiny": lambda: lines(LINES * 1e-5),
    "lines of many years": lambda: lines(every(5.0, range(1990, 2051), ["guardian"])),
    "lines with one point": lambda: lines(LINES.where(LINES == 225)),
    "bars of every part": lambda: stacked(every(100.0, CARE_ARRANGEMENTS, COST_PARTS)),
    "bar of zero": lambda: stacked(every(0.0, ["family_like"], ["staff"])),
    "bars of refunds alone": lambda: stacked(-STACKED.abs()),
    "bars huge": lambda: stacked(STACKED * 1e4),
    "bars tiny": lambda: stacked(STACKED * 1e-6),
    "waterfall without changes": lambda: waterfall(500.0, {}, 500.0),
    "waterfall of zero": lambda: waterfall(0.0, {"staff": 0.0, "other": NAN}, 0.0),
    "waterfall through zero": lambda: waterfall(
        100.0, {"staff": -400.0, "capital": 250.0, LONG[2]: -1e6}, -1_000_050.0, plain
    ),
    "crossing at one point": lambda: crossing(
        pd.DataFrame(
            {"cost_without_support": 900.0, "support": 1450.0, "switch_point": 1450.0},
            index=list(CARE_ARRANGEMENTS[1:]),
        )
    ),
    "crossing nowhere": lambda: crossing(
        CROSSING.assign(switch_point=-1.0, support=NAN, cost_without_support=5000.0)
    ),
    "crossing all zero": lambda: crossing(CROSSING * 0, 0.0),
    "crossing far and near": lambda: crossing(
        CROSSING.assign(switch_point=[1e6, 10.0, 20.0, 30.0, NAN], support=NAN), 1e6
    ),
    "crossing below zero": lambda: crossing(
        CROSSING.assign(support=-200.0, cost_without_support=-500.0, switch_point=800.0), 300.0
    ),
    "tornado of one": lambda: tornado(TORNADO[:1], 720.0),
    "tornado without change": lambda: tornado(TORNADO[-1:] * 3, 720.0),
    "tornado of zero": lambda: tornado([("Atbalsts", 0.0, 0.0, LONG[0], LONG[1])], 0.0),
    "tornado to one side": lambda: tornado(
        [(LONG[n], 800.0 + n, 2e6, LONG[0], LONG[1]) for n in range(3)], 720.0
    ),
    "tornado around zero": lambda: tornado(
        [(LONG[n], -0.5 - n, 0.5 + n, LONG[0], LONG[1]) for n in range(3)], 0.01
    ),
    "tornado far from zero": lambda: tornado([("Noslodze", 1e6, 1e6 + 1, "1", "2")], 1e6 + 0.4),
    "tornado of ends that are not there": lambda: tornado(
        [("Noslodze", NAN, 50.0, "", "2"), ("Likme", 10.0, NAN, "1", ""), ("x", NAN, NAN, "", "")],
        20.0,
    ),
    "intervals of one": lambda: intervals(INTERVALS.iloc[:1]),
    "intervals of zero": lambda: intervals(INTERVALS * 0),
    "intervals all equal": lambda: intervals(INTERVALS * 0 + 1e6, None),
    "intervals far from zero": lambda: intervals(INTERVALS + 1e6, None),
    "intervals unknown": lambda: intervals(INTERVALS.assign(p05=NAN, p95=NAN)),
    "intervals tiny": lambda: intervals(INTERVALS * 1e-6),
    "occupancy without providers": lambda: occupancy(curve(), providers(0), (0.8, 2500.0)),
    "occupancy at one point": lambda: occupancy(curve(), providers(12), (0.8, 2000.0)),
    "occupancy of many": lambda: occupancy(curve(), providers(12, step=0.1), (0.2, 10000.0)),
    "occupancy huge": lambda: occupancy(curve(1e6), providers(3, 1e6, 1.4), (1.0, 1e6)),
    "occupancy of one point": lambda: occupancy(
        pd.Series({0.9: 100.0}), providers(1, NAN), (0.9, 100.0)
    ),
    "occupancy of zero": lambda: occupancy(curve(0.0), providers(2, 0.0, 0.0), (1.0, 0.0)),
    "payers alone": lambda: payers(every(1.0, ["family_like"], ["other"])),
    "payers with refunds": lambda: payers(SHARES.assign(state=1.3, eu_fund=-0.3)),
    "payers of little": lambda: payers(SHARES.assign(state=0.001, municipality=0.999, other=0.0)),
    "diverging alone": lambda: diverging(CHANGE.loc[["municipality"], ["change"]]),
    "diverging of zero": lambda: diverging(CHANGE * 0),
    "diverging down": lambda: diverging(-CHANGE.abs() * 1e4),
    "diverging tiny": lambda: diverging(CHANGE * 1e-6),
    "effects of zero": lambda: effects(EFFECTS * 0),
    "effects down": lambda: effects(-EFFECTS.abs()),
    "effects huge": lambda: effects(EFFECTS * 1e4),
    "effects of one": lambda: effects(EFFECTS.iloc[:1] * 1e-4),
}


# --- Texts have room -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def drawn():
    """Gives the figures that a drawing makes, in the order of the languages."""
    made = []
    original = canvas.picture
    with pytest.MonkeyPatch.context() as patch:

        def picture(paint, say):
            made.append(original(paint, say))
            return made[-1]

        patch.setattr(canvas, "picture", picture)

        def figures_of(drawing) -> list[Figure]:
            made.clear()
            drawing()
            return list(made)

        yield figures_of


def texts_of(figure):
    """Texts that are seen, with their boxes in pixels."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    seen = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    return [(text.get_text(), text.get_window_extent(renderer)) for text in seen]


def bars_of(figure):
    """Boxes of the bars in pixels."""
    return [
        patch.get_window_extent()
        for axes in figure.axes
        for patch in axes.patches
        if isinstance(patch, Rectangle) and patch.get_fill()
    ]


def shared(one, other) -> bool:
    """Whether two boxes share more than their edges."""
    return (
        min(one.x1, other.x1) - max(one.x0, other.x0) > PIXELS
        and min(one.y1, other.y1) - max(one.y0, other.y0) > PIXELS
    )


def faults_of(figure, over_bars=False) -> list[str]:
    """What is wrong with the texts of a picture."""
    texts = texts_of(figure)
    page = figure.bbox
    faults = [
        f"{text!r} lies outside"
        for text, box in texts
        if box.x0 < 0 or box.y0 < 0 or box.x1 > page.width or box.y1 > page.height
    ]
    faults += [
        f"{one!r} lies over {other!r}"
        for (one, box), (other, second) in combinations(texts, 2)
        if shared(box, second)
    ]
    if not over_bars:
        faults += [
            f"{text!r} lies over a bar"
            for text, box in texts
            for drawn_bar in bars_of(figure)
            if shared(box, drawn_bar)
        ]
    return faults


@pytest.fixture(scope="module")
def made(drawn):
    """Gives the figures and the files of a picture, which is drawn once for all tests."""
    kept = {}

    def picture(kind):
        if kind not in kept:
            files = []
            kept[kind] = drawn(lambda: files.append((EXAMPLES | EDGES)[kind]())), files
        found, (files,) = kept[kind]
        return found, files

    return picture


@pytest.mark.parametrize("kind", EXAMPLES | EDGES)
def test_every_text_has_room_of_its_own(made, kind):
    found, _ = made(kind)
    assert len(found) == len(LANGUAGES)
    for figure in found:
        assert len(texts_of(figure)) >= 4
        assert faults_of(figure, over_bars=kind.startswith("payers")) == []


AMOUNTS = st.one_of(
    st.just(NAN),
    st.sampled_from([0.0, 1e6, -1e6, 0.004, -0.004, 100.0, 100.0]),
    st.floats(-5000, 5000).map(lambda value: round(value, 2)),
)


def tables(names, columns, values=AMOUNTS, least=1):
    """Tables with some of the rows and columns, and at least one value."""

    def table(rows, chosen):
        return st.lists(
            st.lists(values, min_size=len(chosen), max_size=len(chosen)),
            min_size=len(rows),
            max_size=len(rows),
        ).map(lambda cells: pd.DataFrame(cells, index=rows, columns=chosen, dtype=float))

    some = (
        st.lists(st.sampled_from(list(n)), min_size=least, unique=True) for n in (names, columns)
    )
    pairs = st.tuples(*some).flatmap(lambda pair: table(*pair))
    return pairs.filter(lambda found: found.notna().any(axis=None))


@given(tables(range(2014, 2024), CARE_ARRANGEMENTS), st.integers(2014, 2024))
@TRIED
def test_lines_by_year_any_values_have_room(drawn, values, year):
    for figure in drawn(lambda: lines(values, {name: [year] for name in values.columns})):
        assert faults_of(figure) == []


@given(tables(CARE_ARRANGEMENTS, COST_PARTS))
@TRIED
def test_stacked_bars_any_values_have_room(drawn, values):
    for figure in drawn(lambda: stacked(values)):
        assert faults_of(figure) == []


@given(AMOUNTS.filter(lambda v: v == v), st.dictionaries(st.sampled_from(COST_PARTS), AMOUNTS))
@TRIED
def test_waterfall_any_values_have_room(drawn, first, changes):
    last = first + sum(change for change in changes.values() if change == change)
    for figure in drawn(lambda: waterfall(first, changes, last)):
        assert faults_of(figure) == []


@given(tables(CARE_ARRANGEMENTS, ["cost"]), st.lists(AMOUNTS, min_size=7, max_size=7),
       AMOUNTS.filter(lambda v: v == v))  # fmt: skip
@TRIED
def test_crossing_lines_any_values_have_room(drawn, costs, support, reference):
    table = pd.DataFrame(
        {
            "cost_without_support": costs["cost"],
            "support": support[: len(costs)],
            "switch_point": reference - costs["cost"],
        }
    )
    for figure in drawn(lambda: crossing(table, reference)):
        assert faults_of(figure) == []


@given(
    st.lists(st.tuples(st.sampled_from([*LONG, "Likme"]), AMOUNTS, AMOUNTS,
                       st.sampled_from([*LONG, "5 %"]), st.sampled_from([*LONG, "5 %"])),
             min_size=1, max_size=10).filter(lambda rows: any(r[1] == r[1] for r in rows)),
    AMOUNTS.filter(lambda v: v == v),
)  # fmt: skip
@TRIED
def test_tornado_any_values_have_room(drawn, rows, base):
    for figure in drawn(lambda: tornado(rows, base)):
        assert faults_of(figure) == []


@given(tables(CARE_ARRANGEMENTS, ["p05", "p50", "p95"], least=3), st.sampled_from([EVEN, None]))
@TRIED
def test_intervals_any_values_have_room(drawn, table, zero):
    table = pd.DataFrame(table, columns=["p05", "p50", "p95"])
    ordered = table.apply(lambda row: pd.Series(sorted(row), index=table.columns), axis=1)
    ordered.iloc[0] = [-5.0, 0.0, 7.0]
    for figure in drawn(lambda: intervals(ordered, zero)):
        assert faults_of(figure) == []


@given(
    st.lists(st.tuples(st.floats(0.05, 1.6), st.floats(-100, 9000), st.sampled_from(LONG)),
             max_size=12),
    st.floats(0.05, 1.6), st.floats(0, 9000),
)  # fmt: skip
@TRIED
def test_occupancy_curve_any_points_have_room(drawn, points, share, cost):
    table = pd.DataFrame(points, columns=["occupancy", "cost", "label"])
    for figure in drawn(lambda: occupancy(curve(), table, (share, cost))):
        assert faults_of(figure) == []


@given(tables(CARE_ARRANGEMENTS, PAYERS, st.one_of(st.just(NAN), st.floats(0, 1))))
@TRIED
def test_payer_bars_any_shares_have_room(drawn, values):
    values = values.assign(state=1.0)
    for figure in drawn(lambda: payers(values.div(values.sum(axis=1), axis=0))):
        assert faults_of(figure, over_bars=True) == []


@given(tables(PAYERS, ["change", "change_at_once"]))
@TRIED
def test_diverging_bars_any_values_have_room(drawn, values):
    for figure in drawn(lambda: diverging(values)):
        assert faults_of(figure) == []


@given(tables(LONG, ["place_cost_effect", "occupancy_effect"]))
@TRIED
def test_effects_bars_any_values_have_room(drawn, table):
    for figure in drawn(lambda: effects(table)):
        assert faults_of(figure) == []


# --- The file ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", EXAMPLES)
def test_picture_drawn_twice_is_the_same_bytes(made, kind):
    (_, first), second = made(kind), EXAMPLES[kind]()
    assert set(first) == set(LANGUAGES)
    assert first == second
    assert first["lv"] != first["en"]


@pytest.mark.parametrize("kind", EXAMPLES | EDGES)
def test_picture_holds_its_text_as_outlines_and_nothing_that_loads_or_runs(made, kind):
    for drawing in made(kind)[1].values():
        parts = list(ElementTree.fromstring(drawing).iter())
        names = {part.tag.split("}")[-1] for part in parts}
        assert names.isdisjoint({"text", "tspan", "script", "image", "foreignObject", "a"})
        targets = [value for part in parts for name, value in part.attrib.items()
                   if name.endswith("href")]  # fmt: skip
        assert targets
        assert all(target.startswith("#") for target in targets)
        assert not re.search(r"\b(nan|inf|infinity)\b", drawing, re.IGNORECASE)
        assert "<dc:date>" not in drawing
        assert "dieval" in drawing


def test_drawing_leaves_the_settings_of_matplotlib_as_they_were():
    before = dict(matplotlib.rcParams)
    EXAMPLES["intervals"]()
    assert dict(matplotlib.rcParams) == before


NOTHING = {
    "lines": lambda value: lines(every(value, [2021], ["guardian"])),
    "stacked": lambda value: stacked(every(value, ["guardian"], ["staff"])),
    "waterfall": lambda value: waterfall(value, {}, 5.0),
    "crossing": lambda value: crossing(CROSSING.assign(cost_without_support=value)),
    "tornado": lambda value: tornado([("x", value, value, "1", "2")], 5.0),
    "tornado base": lambda value: tornado(TORNADO, value),
    "intervals": lambda value: intervals(INTERVALS.assign(p50=value)),
    "occupancy": lambda value: occupancy(curve(value), POINTS, (1.0, 1.0)),
    "occupancy today": lambda value: occupancy(curve(), POINTS, (1.0, value)),
    "payers": lambda value: payers(every(value, ["guardian"], ["state"])),
    "diverging": lambda value: diverging(CHANGE * value),
    "effects": lambda value: effects(EFFECTS * value),
}


@pytest.mark.parametrize("value", [NAN, math.inf, -math.inf])
@pytest.mark.parametrize("kind", NOTHING)
def test_picture_of_nothing_or_of_the_infinite_is_refused(kind, value):
    with pytest.raises(
        ValueError, match=r"^a (picture|waterfall|tornado) needs|^today.s point needs"
    ):
        NOTHING[kind](value)


def test_payer_bars_of_zero_alone_are_refused():
    with pytest.raises(ValueError, match="at least one share other than 0, got none"):
        payers(every(0.0, ["guardian"], ["state"]))


def test_waterfall_that_does_not_close_is_refused():
    with pytest.raises(ValueError, match=r"must lead from .*1000.* to .*500.*\+100.00 too much"):
        waterfall(1000.0, {"staff": -400.0}, 500.0)


# --- What is drawn -------------------------------------------------------------------------------


def words_of(figure) -> list[str]:
    return [" ".join(text.split()) for text, _ in texts_of(figure)]


def test_names_and_amounts_are_written_in_each_language(drawn):
    for say, figure in zip(map(language, LANGUAGES), drawn(EXAMPLES["stacked"]), strict=True):
        words = words_of(figure)
        for name in STACKED.index:
            assert arrangement(say, name) in words
        for total in STACKED.sum(axis=1):
            assert " ".join(say.money(total).split()) in words


def test_stacked_bars_of_refunds_stand_left_of_zero_and_total_is_net(drawn):
    values = pd.DataFrame({"staff": [500.0], "other": [-200.0]}, index=["institution"])
    figure = drawn(lambda: stacked(values))[1]
    ends = [(p.get_x(), p.get_x() + p.get_width()) for p in figure.axes[0].patches if p.get_fill()]
    assert ends == [(0.0, 500.0), (-200.0, 0.0)]
    assert "€300" in words_of(figure)


def lines_of(figure, colour):
    """Points of the lines of a colour, in the values of the axes."""
    return [
        list(zip(line.get_xdata(), line.get_ydata(), strict=True))
        for line in figure.axes[0].lines
        if line.get_color() == colour and line.get_linestyle() != "None" and not line.is_dashed()
    ]


@pytest.mark.parametrize("missing", [NAN, None])
def test_line_has_a_gap_where_a_year_is_not_known(drawn, missing):
    values = pd.DataFrame({"guardian": [1.0, 2.0, NAN, 4.0, 5.0]}, index=range(2016, 2021))
    values = values.dropna() if missing is None else values
    (points,) = lines_of(drawn(lambda: lines(values))[0], style.ARRANGEMENT_COLOURS["guardian"])
    assert [year for year, value in points if not math.isnan(value)] == [2016, 2017, 2019, 2020]
    assert math.isnan(dict(points)[2018])


def test_line_is_interrupted_before_a_break_and_two_strokes_stand_there(drawn):
    values = pd.DataFrame({"guardian": [1.0, 2.0, 3.0, 4.0]}, index=range(2016, 2020))
    colour = style.ARRANGEMENT_COLOURS["guardian"]
    before, after, *strokes = sorted(
        lines_of(drawn(lambda: lines(values, {"guardian": [2018, 2016]}))[1], colour),
        key=lambda points: (max(x for x, _ in points) < 100, points),
    )
    assert [year for year, _ in before] == [2016, 2017]
    assert [year for year, _ in after] == [2018, 2019]
    assert len(strokes) == 2


def test_key_explains_breaks_only_where_there_is_one(drawn):
    text = BREAK(language("en"))
    assert text not in words_of(drawn(lambda: lines(LINES))[1])
    assert text not in words_of(drawn(lambda: lines(LINES, {"guardian": [2016, 1990]}))[1])
    assert text not in words_of(drawn(lambda: lines(LINES, {"youth_house": [2021]}))[1])
    assert text in words_of(drawn(lambda: lines(LINES, {"guardian": [2017]}))[1])


def test_crossing_is_marked_only_where_there_is_one(drawn):
    words = words_of(drawn(EXAMPLES["crossing"])[1])
    assert {"€450", "€1,320", "€1,660", "€2,010"} <= set(words)
    assert not any("300" in word for word in words)
    dearer = CROSSING.loc[["youth_house"]]
    assert "switch point of support" not in words_of(drawn(lambda: crossing(dearer))[1])


def test_waterfall_bars_lead_from_one_cost_to_the_other(drawn):
    figure = drawn(lambda: waterfall(900.0, {"staff": -500.0, "support": 100.0}, 500.0))[1]
    ends = [(p.get_x(), p.get_x() + p.get_width()) for p in figure.axes[0].patches if p.get_fill()]
    assert ends == [(0.0, 900.0), (400.0, 900.0), (400.0, 500.0), (0.0, 500.0)]
    assert {"€900", "−€500", "+€100", "€500"} <= set(words_of(figure))


def test_tornado_puts_the_widest_range_on_top_and_marks_zero_where_near(drawn):
    figure = drawn(EXAMPLES["tornado"])[0]
    heights = {text: box.y0 for text, box in texts_of(figure)}
    names = ["Atsauces pakalpojuma izmaksas", "Noslodze", "Diskonta likme", "Atbalsts"]
    assert all(heights[upper] > heights[lower] for upper, lower in pairwise(names))
    assert "nav starpības" in heights
    assert "nav starpības" not in words_of(drawn(EDGES["tornado far from zero"])[0])


def test_shares_in_a_row_of_payers_add_up(drawn):
    thirds = pd.DataFrame({p: [1 / 3] for p in PAYERS[:3]}, index=["guardian"])
    words = words_of(drawn(lambda: payers(thirds))[1])
    assert sorted(word for word in words if word.startswith("3")) == ["33%", "33%", "34%"]


def test_dollar_signs_in_a_name_stay(drawn):
    points = POINTS.assign(label="A $5 and $6 home_x")
    words = words_of(drawn(lambda: occupancy(curve(), points, (0.8, 2500.0)))[1])
    assert words.count("A $5 and $6 home_x") == len(points)


# --- Style ---------------------------------------------------------------------------------------

STACKS = {
    "parts": [style.PART_STYLES[name] for name in COST_PARTS],
    "payers": [style.PAYER_STYLES[name] for name in PAYERS],
    "steps": [style.TOTAL_STYLE, style.RISE_STYLE, style.FALL_STYLE],
    "ends": [style.LOW_STYLE, style.HIGH_STYLE],
    "series": list(style.SERIES_STYLES),
}
DISTINCT_GREYS = 1.4  # contrast from which two greys without a hatch are told apart


@pytest.mark.parametrize("kind", STACKS)
def test_bars_are_told_apart_in_grey(kind):
    """By hatch, or by how dark they are."""
    for (one, hatch), (other, second) in combinations(STACKS[kind], 2):
        if hatch == second:
            assert style.contrast(one, other) >= DISTINCT_GREYS, (one, other)


def test_every_code_has_a_style_of_its_own():
    for styles in (style.ARRANGEMENT_COLOURS, style.ARRANGEMENT_MARKERS, style.ARRANGEMENT_DASHES):
        assert set(styles) == set(CARE_ARRANGEMENTS)
        assert len(set(styles.values())) == len(CARE_ARRANGEMENTS)
    assert set(style.PART_STYLES) == set(COST_PARTS)
    assert set(style.PAYER_STYLES) == set(PAYERS)
    for kind, styles in STACKS.items():
        assert len(set(styles)) == len(styles), kind


def test_texts_have_contrast_on_paper_and_on_bars():
    for colour in (style.INK, style.MUTED, style.ACCENT, *style.ARRANGEMENT_COLOURS.values()):
        assert style.contrast(colour, "#ffffff") >= 4.5, colour
    for colour, _ in style.PAYER_STYLES.values():
        assert style.contrast(style.text_on(colour), colour) >= 4.5, colour


def test_bars_or_their_edges_have_contrast_on_paper():
    for colour, _ in [found for styles in STACKS.values() for found in styles]:
        edge = style.hatch_on(colour)
        assert max(style.contrast(c, "#ffffff") for c in (colour, edge)) >= 3, colour


def test_text_is_drawn_with_the_shipped_font():
    from matplotlib import font_manager

    with matplotlib.rc_context(rc=style.picture_settings()):
        for weight in ("normal", "semibold", "bold"):
            wanted = font_manager.FontProperties(family=style.FONT_FAMILY, weight=weight)
            found = font_manager.findfont(wanted, fallback_to_default=False)
            assert found.split("/")[-1].startswith("SourceSans3-")
