"""Pictures of lines by year against levels: what a plan costs in all, and the cost per child."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import pandas as pd
from matplotlib.figure import Figure

from dieval.present import style
from dieval.present.figures.canvas import KeyEntry, Sheet, draw
from dieval.present.figures.lettering import (
    GAP,
    Box,
    cents,
    free_place,
    text_size,
)
from dieval.present.figures.lines import (
    draw_mark,
    edge_names,
    edge_room,
    from_zero,
    named_beside,
    write_names,
)
from dieval.present.figures.scales import Reach, finite, limits
from dieval.present.figures.years import Point, Row, value_scale, year_sheet, zero_line
from dieval.present.language import Bilingual, Language

HEIGHT = 3.4
# Marks on a line of a scenario, at most.
MOST_MARKS = 8
LINE_WIDTHS = (3.2, 1.6)
LINE_COLOUR = style.ACCENT


def lines_to_zero(
    values: pd.DataFrame,
    labels: Callable[[Language, str], str],
    y_label: Callable[[Language], str],
    crossing_label: Callable[[Language], str],
    marks: Mapping[str, float],
) -> Bilingual:
    """Draw what each scenario has cost or saved in all by each year, and when it breaks even.

    The first scenario is the thickest line. Names stand at the ends of the lines.

    Parameters
    ----------
    values : DataFrame, index year, one column per scenario (at most six)
        Cumulative amounts [EUR]; NaN leaves a gap, columns of NaN alone are left out.
    labels : callable
        Gives the name of a scenario in a language.
    y_label : callable
        Gives the title of the value axis.
    crossing_label : callable
        Says in the key what the open mark means.
    marks : mapping of str to float
        By scenario, the year in which it breaks even; NaN, or none, where it does not.

    Raises
    ------
    ValueError
        There is no value, an infinite one, a year comes twice, there are more than six scenarios,
        or one breaks even in a year that the values do not reach.
    """
    known = finite(values.to_numpy(dtype=float).ravel())
    if not values.index.is_unique:
        raise ValueError(f"lines to zero need each year once, got {list(values.index)}")
    values = values.astype(float).dropna(axis="columns", how="all").dropna(how="all").sort_index()
    first, last = int(values.index[0]), int(values.index[-1])
    values = values.reindex(range(first, last + 1))
    if len(values.columns) > len(style.SCENARIO_STYLES):
        raise ValueError(
            f"lines to zero have at most {len(style.SCENARIO_STYLES)} scenarios, "
            f"got {list(values.columns)}"
        )
    styles = dict(zip(map(str, values.columns), style.SCENARIO_STYLES, strict=False))
    crossings = {
        name: int(marks[name]) for name in styles if name in marks and not pd.isna(marks[name])
    }
    outside = {name: year for name, year in crossings.items() if not first <= year <= last}
    if outside:
        raise ValueError(f"lines to zero need crossings from {first} to {last}, got {outside}")

    def paint(say: Language) -> Figure:
        ends = {name: values[name].dropna() for name in styles}
        names = edge_names(
            [(float(end.iloc[-1]), labels(say, name), name) for name, end in ends.items()]
        )
        height = max(HEIGHT, sum(name.height for name in names))
        sheet, _ = year_sheet(
            (first, last),
            value_scale(from_zero([0.0, *known]), height, say.number),
            height,
            y_label(say),
            side=0.1,
            right=edge_room(names),
            entries=[KeyEntry(crossing_label(say), "mark", style.INK, filled=False)]
            if crossings
            else [],
        )
        zero_line(sheet, 1.4)
        taken: list[Box] = []
        strokes: list[tuple[Point, Point]] = []
        for order, name in reversed(list(enumerate(styles))):
            more_marks, more_strokes = _draw_scenario(sheet, values[name], order)
            taken += more_marks
            strokes += more_strokes
        colours = {name: colour for name, (colour, _, _) in styles.items()}
        for name, year in crossings.items():
            at = values.loc[year, name]
            height_at = 0.0 if math.isnan(at) else float(at)
            taken.append(draw_mark(sheet, year, height_at, colours[name], False, 9.0))
        for name, year in crossings.items():
            at = values.loc[year, name]
            point = sheet.place(year, 0.0 if math.isnan(at) else float(at))
            size = text_size(str(year), style.TEXT_SIZE, "semibold")
            box = free_place(point, size, taken, [], strokes, sheet.frame)
            if not any(box.overlap(other) > 0 for other in taken):
                named_beside(sheet, point, box, str(year), colours[name])
                taken.append(box)
        write_names(
            sheet, names, {name: float(end.index[-1]) for name, end in ends.items()}, colours,
            dashes=(0, (1, 1.5)),
        )  # fmt: skip
        return sheet.figure

    return draw(paint)


def line_over_levels(
    values: pd.Series,
    levels: Sequence[tuple[float, Callable[[Language], str]]],
    counts: pd.Series,
    y_label: Callable[[Language], str],
    count_label: Callable[[Language], str],
) -> Bilingual:
    """Draw what a child costs as a home empties, over levels such as today's cost.

    Parameters
    ----------
    values : Series, index year
        Cost per child [EUR]; NaN, and a year that is not there, leave a gap.
    levels : sequence of (float, callable)
        Values marked by a line across the years, and what gives the name of each; NaN is left
        out.
    counts : Series of int, index year
        Children, written under the years; NaN has no number.
    y_label : callable
        Gives the title of the value axis.
    count_label : callable
        Gives the title of the row of children.

    Raises
    ------
    ValueError
        There is no cost, an infinite value, or a year comes twice.
    """
    finite(values.astype(float))
    if not (values.index.is_unique and counts.index.is_unique):
        raise ValueError(f"a line over levels needs each year once, got {list(values.index)}")
    marked = [(float(value), name_of) for value, name_of in levels if not math.isnan(value)]
    known = finite([*values.astype(float), *(value for value, _ in marked)])
    counts = counts.astype(float)
    finite([0.0, *counts])
    first = int(min([*values.index, *counts.index]))
    last = int(max([*values.index, *counts.index]))
    values = values.astype(float).reindex(range(first, last + 1))
    decimals = cents(known)

    def paint(say: Language) -> Figure:
        names = edge_names(
            [(value, name_of(say), str(order)) for order, (value, name_of) in enumerate(marked)]
        )
        texts = {int(year): say.number(value, decimals) for year, value in values.dropna().items()}
        sizes = {year: text_size(text, style.SMALL_TEXT_SIZE) for year, text in texts.items()}
        height = max(HEIGHT, sum(name.height for name in names))
        room = text_size("0", style.SMALL_TEXT_SIZE)[1] + 0.14
        ends = limits([Reach(0.0), *(Reach(value, after=room) for value in known)], height)
        row = {int(year): say.number(count) for year, count in counts.dropna().items()}
        sheet, _ = year_sheet(
            (first, last),
            value_scale(ends, height, say.number),
            height,
            y_label(say),
            side=max(width for width, _ in sizes.values()) / 2 + 0.02,
            right=edge_room(names) if names else 0.2,
            row=Row(count_label(say), row),
        )
        if ends[0] < 0:
            zero_line(sheet)
        strokes = [
            (sheet.place(sheet.x[0], value), sheet.place(sheet.x[1], value)) for value, _ in marked
        ]
        for order, stroke in enumerate(strokes):
            dashes = style.LEVEL_DASHES[order % len(style.LEVEL_DASHES)]
            sheet.line(stroke, style.INK, 1.2, linestyle=dashes, zorder=2.05)
        strokes += _draw_line(sheet, values, LINE_COLOUR, 2.2)
        taken = [
            draw_mark(sheet, year, value, LINE_COLOUR, True, 6.5)
            for year, value in values.dropna().items()
        ]
        for year in sorted(texts, reverse=True):
            point = sheet.place(year, values[year])
            _write_value(sheet, point, texts[year], taken, strokes)
        write_names(
            sheet, names, {name.name: sheet.x[1] for name in names},
            {name.name: style.INK for name in names},
        )  # fmt: skip
        return sheet.figure

    return draw(paint)


def _draw_scenario(
    sheet: Sheet, series: pd.Series, order: int
) -> tuple[list[Box], list[tuple[Point, Point]]]:
    """Draw the line of a scenario with some marks; give the room of the marks, and its strokes."""
    colour, dashes, marker = style.SCENARIO_STYLES[order]
    width = LINE_WIDTHS[0 if order == 0 else 1]
    strokes = _draw_line(sheet, series, colour, width, dashes, 2.3 if order == 0 else 2.2)
    seen = series.dropna()
    every = math.ceil(len(seen) / MOST_MARKS)
    boxes = [
        draw_mark(sheet, year, value, colour, True, 7.5 if order == 0 else 6.0, marker)
        for year, value in seen.iloc[::-every].items()
    ]
    return boxes, strokes


def _draw_line(
    sheet: Sheet,
    series: pd.Series,
    colour: str,
    width: float,
    dashes: object = "-",
    order: float = 2.2,
) -> list[tuple[Point, Point]]:
    """Draw a line that stops at NaN; give its strokes [inches]."""
    sheet.axes.plot(
        series.index.to_list(), series.to_list(), color=colour, linewidth=width, zorder=order,
        linestyle=dashes, clip_on=False,
    )  # fmt: skip
    points = [sheet.place(float(year), float(value)) for year, value in series.items()]
    return [
        (one, other)
        for one, other in pairwise(points)
        if not (math.isnan(one[1]) or math.isnan(other[1]))
    ]


def _write_value(
    sheet: Sheet,
    point: Point,
    text: str,
    taken: list[Box],
    strokes: Sequence[tuple[Point, Point]],
) -> None:
    """Write a value near its point, where it covers no text, no mark and no line."""
    width, height = text_size(text, style.SMALL_TEXT_SIZE)
    for across, up in ((0, 1), (-1, 1), (0, -1), (1, -1), (1, 1), (-1, -1)):
        x = point[0] + across * (width / 2 + 0.02)
        y = point[1] + up * (GAP + 0.02 + height / 2)
        box = Box(x - width / 2 - 0.02, y - height / 2, x + width / 2 + 0.02, y + height / 2)
        if (
            box.left >= sheet.frame.left
            and box.right <= sheet.frame.right
            and box.bottom >= sheet.frame.bottom
            and box.top <= sheet.frame.top
            and not any(box.overlap(other) > 0 for other in taken)
            and not any(box.crossed(*stroke) for stroke in strokes)
        ):
            sheet.write(x, y, text, ha="center", fontsize=style.SMALL_TEXT_SIZE, color=LINE_COLOUR)
            taken.append(box)
            return
