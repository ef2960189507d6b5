"""Lines to zero and over levels: what is drawn, in both languages, and room for every text."""

from __future__ import annotations

import math
import os

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dieval.present import figures, style

CAMPAIGN = 50 if os.environ.get("DIEVAL_CAMPAIGN") else 1
TRIED = settings(max_examples=8 * CAMPAIGN, derandomize=True, database=None, deadline=None)
NAN = math.nan
SCENARIOS = {
    "plan": ("iestādes reorganizācijas plāns", "the plan"),
    "later": ("plāns, kas sākas gadu vēlāk", "the plan a year later"),
    "dear": ("vienreizējās izmaksas par ceturtdaļu lielākas", "one-off costs a quarter higher"),
    "slow": ("bērni pāriet divreiz lēnāk", "children move half as fast"),
    "without_fund": ("bez Eiropas Savienības fondu līdzfinansējuma", "without EU funds"),
    "more_need": ("specializētās audžuģimenes vajadzīgas visiem bērniem", "more need"),
}


def both(lv, en):
    return lambda say: {"lv": lv, "en": en}[say.code]


def scenario(say, code):
    return SCENARIOS[code][say.code == "en"]


def to_zero(values, marks=None, first=2025):
    table = pd.DataFrame(values, dtype=float)
    table.index = range(first, first + len(table))
    return figures.lines_to_zero(
        table,
        scenario,
        both("Diskontētais ietaupījums kopā kopš 2025. gada, EUR", "Discounted saving in all, EUR"),
        both("gads, no kura plāns ir atmaksājies", "year from which the plan has paid off"),
        marks or {},
    )


def over_levels(values, levels, counts, first=2025):
    return figures.line_over_levels(
        pd.Series(values, index=range(first, first + len(values)), dtype=float),
        levels,
        pd.Series(counts, index=range(first, first + len(counts))),
        both("EUR par vienu bērnu gadā", "EUR per child-year"),
        both("Bērni iestādē gada beigās", "Children in the institution at year end"),
    )


def path(start, low, turn, gain, years=12):
    """Falls to a low until a year, and rises by the same amount each year after it."""
    return [
        start + (low - start) * n / turn if n <= turn else low + gain * (n - turn)
        for n in range(years)
    ]


SAVINGS = {
    "plan": path(-45_000, -690_000, 3, 240_000),
    "later": [0.0, *path(-45_000, -700_000, 3, 240_000, 11)],
    "dear": path(-60_000, -900_000, 3, 200_000),
    "slow": path(-45_000, -820_000, 5, 150_000),
}
BREAKS_EVEN = {"plan": 2031, "later": 2032, "dear": 2033.0, "slow": NAN}
TODAY = both("šodienas izmaksas par vienu bērnu", "today's cost per child")
TWICE = both("divreiz vairāk nekā šodien", "twice today's cost")
LEVELS = [(28_000.0, TODAY), (56_000.0, TWICE)]
PICTURES = {
    "to zero": lambda: to_zero(SAVINGS, BREAKS_EVEN),
    "to zero of six": lambda: to_zero(
        {name: path(-1e4 * n, -2e5, 2 + n // 2, 6e4) for n, name in enumerate(SCENARIOS)},
        dict.fromkeys(SCENARIOS, 2031),
    ),
    "to zero with gaps": lambda: to_zero(
        {"plan": [-10.0, NAN, 20.0, 30.0, NAN], "dear": [NAN, -5.0, -4.0, NAN, NAN]},
        {"plan": 2026, "dear": NAN},
    ),
    "to zero of one year": lambda: to_zero({"plan": [5.0], "dear": [-5.0]}, {"plan": 2025}),
    "to zero of thirty years": lambda: to_zero(
        {name: path(-1e4, -2e6, 4 + n, 1e5, 30) for n, name in enumerate(SCENARIOS)},
        {"plan": 2050, "later": 2051},
    ),
    "to zero never": lambda: to_zero({"plan": [-1e6, -2e6, -3e6]}),
    "to zero from the start": lambda: to_zero({"plan": [1e6, 2e6, 3e6]}, {"plan": 2025}),
    "to zero of zero": lambda: to_zero(dict.fromkeys(SCENARIOS, [0.0] * 5), {"plan": 2025}),
    "to zero huge": lambda: to_zero({"plan": [-1e12, 2e12], "dear": [1.0, 2.0]}, {"plan": 2026}),
    "to zero tiny": lambda: to_zero({"plan": [-1e-9, 2e-9]}, {"plan": 2026}),
    "over levels": lambda: over_levels(
        [28_000, 31_400, 39_900, 58_300, 112_000, NAN], LEVELS, [42, 36, 24, 11, 4, 0]
    ),
    "over levels with gaps": lambda: over_levels(
        [NAN, 31_400, NAN, 58_300, NAN], LEVELS, [0, 36, 0, 11, 0]
    ),
    "over levels of one year": lambda: over_levels([28_000], LEVELS, [42]),
    "over levels of thirty years": lambda: over_levels(
        [28_000 + 1_000 * n for n in range(30)], LEVELS, [1_000 - 30 * n for n in range(30)]
    ),
    "over levels alike": lambda: over_levels([5.0] * 6, [(5.0, TODAY), (5.0, TWICE)], [1] * 6),
    "over no levels": lambda: over_levels([5.0, 6.0], [(NAN, TODAY)], [1, 1]),
    "over levels huge": lambda: over_levels([1e12, 2e12], LEVELS, [10**9, 1]),
    "over levels tiny": lambda: over_levels([1e-9, 2e-9], [(1e-9, TODAY)], [1, 1]),
    "over levels negative": lambda: over_levels([-50.0, 70.0], [(-20.0, TODAY)], [3, 1]),
    "over levels with more counts": lambda: over_levels([10.0], LEVELS[:1], [5, 4, 3, 0, 0]),
}


@pytest.mark.parametrize("kind", PICTURES)
def test_every_text_has_room_of_its_own(refuse_crowding, kind):
    refuse_crowding(PICTURES[kind])


AMOUNTS = st.one_of(st.sampled_from([NAN, 0.0, 1e-9, 1e9, -1e9]), st.floats(-2e6, 2e6))


@given(st.integers(1, 30), st.integers(1, 6), st.data())
@TRIED
def test_lines_to_zero_any_values_have_room(refuse_crowding, years, count, data):
    rows = st.lists(AMOUNTS, min_size=years, max_size=years)
    values = {name: data.draw(rows) for name in list(SCENARIOS)[:count]}
    values["plan"][0] = 1.0  # at least one value is known
    marks = {
        name: data.draw(st.one_of(st.just(NAN), st.integers(2025, 2024 + _reach(values))))
        for name in values
    }
    refuse_crowding(lambda: to_zero(values, marks))


def _reach(values):
    """Years up to the last in which a value is known."""
    return max(
        place + 1
        for row in values.values()
        for place, value in enumerate(row)
        if not math.isnan(value)
    )


@given(st.integers(1, 30), st.data())
@TRIED
def test_line_over_levels_any_values_have_room(refuse_crowding, years, data):
    values = data.draw(st.lists(AMOUNTS, min_size=years, max_size=years))
    values[-1] = 30_000.0
    counts = data.draw(st.lists(st.integers(0, 5_000), min_size=1, max_size=years))
    levels = [(data.draw(AMOUNTS), name_of) for name_of in (TODAY, TWICE)]
    refuse_crowding(lambda: over_levels(values, levels, counts))


@pytest.mark.parametrize("kind", ["to zero", "over levels"])
def test_file_holds_outlines_alone_and_is_the_same_each_time(refuse_strange_files, kind):
    refuse_strange_files(PICTURES[kind])


# --- Lines to zero -------------------------------------------------------------------------------


def lines_of(figure):
    """Lines of the axes that are not marks and not the line at zero: points, colour and width."""
    return [
        line for line in figure.axes[0].lines
        if line.get_marker() == "None" and line.get_transform() == figure.axes[0].transData
    ]  # fmt: skip


def test_scenarios_differ_by_colour_dashes_and_marker_and_the_first_is_thickest(figures_of):
    figure = figures_of(PICTURES["to zero"])[0]
    drawn = {line.get_color(): line for line in lines_of(figure)}
    assert set(drawn) == {colour for colour, _, _ in style.SCENARIO_STYLES[:4]}
    first, *others = [drawn[colour] for colour, _, _ in style.SCENARIO_STYLES[:4]]
    assert all(first.get_linewidth() > other.get_linewidth() + 1 for other in others)
    markers = {
        line.get_marker() for line in figure.axes[0].lines
        if line.get_marker() != "None" and line.get_markeredgecolor() == "white"
    }  # fmt: skip
    assert markers == {"o", "s", "^", "D"}


def test_styles_of_scenarios_are_told_apart_and_read_on_paper():
    for parts in zip(*style.SCENARIO_STYLES, strict=True):
        assert len(set(parts)) == len(style.SCENARIO_STYLES)
    for colour, _, _ in style.SCENARIO_STYLES:
        assert style.contrast(colour, "#ffffff") >= 4.5


def test_year_of_breaking_even_has_an_open_mark_on_its_line_and_is_written(
    figures_of, marks_of, words_of
):
    figure = figures_of(lambda: to_zero({"plan": [-50.0, -10.0, 40.0, 90.0]}, {"plan": 2027}))[1]
    (open_mark,) = [line for line in figure.axes[0].lines if line.get_markerfacecolor() == "white"]
    assert open_mark.get_xydata().tolist() == [[2027, 40.0]]
    assert words_of(figure).count("2027") == 2  # under the axes and beside the mark
    assert "year from which the plan has paid off" in words_of(figure)


@pytest.mark.parametrize("marks", [{}, {"plan": NAN}, {"strange": 2027}])
def test_scenario_that_never_breaks_even_has_no_mark_and_no_key(figures_of, words_of, marks):
    figure = figures_of(lambda: to_zero({"plan": [-50.0, -10.0, -5.0]}, marks))[1]
    assert not [line for line in figure.axes[0].lines if line.get_markerfacecolor() == "white"]
    assert "year from which the plan has paid off" not in words_of(figure)


def test_value_that_is_not_known_leaves_a_gap_and_its_mark_stands_at_zero(figures_of):
    figure = figures_of(PICTURES["to zero with gaps"])[0]
    plan = next(
        line for line in lines_of(figure) if line.get_color() == style.SCENARIO_STYLES[0][0]
    )
    known = [not math.isnan(value) for value in plan.get_ydata()]
    assert known == [True, False, True, True]  # no value is known in 2029
    (open_mark,) = [line for line in figure.axes[0].lines if line.get_markerfacecolor() == "white"]
    assert open_mark.get_xydata().tolist() == [[2026, 0.0]]


@pytest.mark.parametrize("kind", ["to zero", "to zero never", "to zero from the start"])
def test_zero_lies_within_the_axes_and_is_a_strong_line(figures_of, kind):
    axes = figures_of(PICTURES[kind])[0].axes[0]
    low, high = axes.get_ylim()
    assert low <= 0 <= high
    (zero,) = [line for line in axes.lines if list(line.get_ydata()) == [0, 0]]
    assert zero.get_linewidth() > 1


def test_names_stand_at_the_ends_in_the_order_of_the_last_values(figures_of, texts_of):
    figure = figures_of(PICTURES["to zero"])[1]
    boxes = {" ".join(text.split()): box for text, box, _ in texts_of(figure)}
    order = [SCENARIOS[name][1] for name in ("slow", "dear", "later", "plan")]
    heights = [boxes[name].y0 for name in order]
    assert heights == sorted(heights)
    assert min(boxes[name].x0 for name in order) > figure.axes[0].bbox.x1


# --- Line over levels ----------------------------------------------------------------------------


def test_cost_of_each_year_is_written_where_it_has_room(figures_of, words_of):
    words = words_of(figures_of(PICTURES["over levels"])[1])
    assert {"28,000", "31,400", "39,900", "58,300", "112,000"} <= set(words)
    many = figures_of(PICTURES["over levels of thirty years"])[1]
    costs = [word for word in words_of(many) if word.endswith(",000")]
    assert 8 < len(costs) < 30


def test_costs_are_not_written_over_the_line_or_over_a_level(figures_of, texts_of):
    for kind in ("over levels", "over levels of thirty years", "over levels alike"):
        for figure in figures_of(PICTURES[kind]):
            lines = [
                line
                for line in figure.axes[0].lines
                if line.get_marker() == "None" and line.get_color() != style.RULE
            ]
            paths = [line.get_transform().transform_path(line.get_path()) for line in lines]
            for text, box, ink in texts_of(figure):
                if ink == style.ACCENT:
                    inner = box.padded(-1)
                    assert not any(p.intersects_bbox(inner, filled=False) for p in paths), text


def test_empty_home_leaves_a_gap_and_its_children_are_written(figures_of, words_of):
    figure = figures_of(PICTURES["over levels with gaps"])[1]
    (line,) = lines_of(figure)
    assert [math.isnan(value) for value in line.get_ydata()] == [True, False, True, False, True]
    words = words_of(figure)
    assert words.count("36") == words.count("11") == 1
    assert words.count("0") == 4  # three years and the axis


def test_children_stand_under_their_years_and_under_their_title(figures_of, texts_of):
    figure = figures_of(PICTURES["over levels"])[1]
    boxes = {text: box for text, box, _ in texts_of(figure)}
    for year, count in (("2025", "42"), ("2026", "36"), ("2029", "4")):
        middles = [(boxes[text].x0 + boxes[text].x1) / 2 for text in (year, count)]
        assert middles[0] == pytest.approx(middles[1], abs=1)
    title = boxes["Children in the institution at year end"]
    assert boxes["2025"].y0 > title.y1 - 1 > boxes["42"].y1


def test_each_level_is_named_and_drawn_across_the_years_with_dashes_of_its_own(
    figures_of, words_of
):
    figure = figures_of(PICTURES["over levels"])[1]
    assert {"today's cost per child", "twice today's cost"} <= set(words_of(figure))
    levels = [line for line in figure.axes[0].lines if line.get_linewidth() == 1.2]
    back = figure.axes[0].transData.inverted()
    heights = [
        back.transform(line.get_transform().transform(line.get_xydata()))[:, 1] for line in levels
    ]
    assert [height.round(3).tolist() for height in heights] == [[28_000.0] * 2, [56_000.0] * 2]
    assert len({str(line._dash_pattern) for line in levels}) == 2


def test_level_that_is_not_known_is_left_out(figures_of, words_of):
    assert "today's cost per child" not in words_of(figures_of(PICTURES["over no levels"])[1])


# --- What is refused -----------------------------------------------------------------------------


def test_lines_without_a_value_or_with_an_infinite_one_are_refused():
    for values in ({}, {"plan": []}, {"plan": [NAN, NAN]}):
        with pytest.raises(ValueError, match="at least one value that is not NaN, got none"):
            to_zero(values)
    with pytest.raises(ValueError, match="finite values, got"):
        to_zero({"plan": [1.0, -math.inf]})


def test_more_than_six_scenarios_are_refused():
    with pytest.raises(ValueError, match="at most 6 scenarios, got"):
        to_zero({f"scenario {n}": [1.0] for n in range(7)})


def test_year_of_breaking_even_that_the_values_do_not_reach_is_refused():
    with pytest.raises(ValueError, match=r"from 2025 to 2026, got \{'plan': 2030\}"):
        to_zero({"plan": [1.0, 2.0]}, {"plan": 2030})


def test_year_that_comes_twice_is_refused():
    table = pd.DataFrame({"plan": [1.0, 2.0]}, index=[2025, 2025])
    with pytest.raises(ValueError, match=r"each year once, got \[2025, 2025\]"):
        figures.lines_to_zero(table, scenario, TODAY, TODAY, {})
    with pytest.raises(ValueError, match=r"each year once, got \[2025, 2025\]"):
        figures.line_over_levels(table["plan"], [], table["plan"], TODAY, TODAY)


def test_home_without_a_cost_or_with_an_infinite_one_is_refused():
    with pytest.raises(ValueError, match="at least one value that is not NaN, got none"):
        over_levels([NAN], LEVELS, [0])
    for values, levels, counts in (
        ([math.inf], LEVELS, [1]),
        ([1.0], [(math.inf, TODAY)], [1]),
        ([1.0], LEVELS, [math.inf]),
    ):
        with pytest.raises(ValueError, match="finite values, got"):
            over_levels(values, levels, counts)
