"""Pictures of lines: costs by year, by specific support and by occupancy."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from dieval.present import style
from dieval.present.figures.canvas import (
    EDGE,
    PAPER,
    TICK_DROP,
    Dashes,
    KeyEntry,
    Sheet,
    draw,
    mark,
    number_x_axis,
    plot_sheet,
    slashes,
)
from dieval.present.figures.lettering import (
    GAP,
    Box,
    cents,
    free_place,
    in_column,
    text_size,
    text_width,
    wrap,
)
from dieval.present.figures.scales import Reach, finite, limits
from dieval.present.language import Bilingual, Language

# Widest name in the right margin [inches], and the room between it and the axes.
NAME_WIDTH = 1.55
LEADER = 0.24
PLOT_HEIGHT = 3.6


def lines_by_year(
    values: pd.DataFrame,
    labels: Callable[[Language, str], str],
    y_label: Callable[[Language], str],
    breaks: Mapping[str, Sequence[int]] | None = None,
    break_label: Callable[[Language], str] | None = None,
) -> Bilingual:
    """Draw a line for each arrangement over the years, named at its end instead of in a legend.

    Parameters
    ----------
    values : DataFrame, index year, one column per care arrangement
        NaN, and a year that is not there, leave a gap; a column of NaN alone is left out.
    labels : callable
        Gives the name of a column in a language.
    y_label : callable
        Gives the title of the value axis.
    breaks : mapping, optional
        By column, the years from which it means something else: the line is interrupted before
        each, and two strokes stand there.
    break_label : callable, optional
        Says in the key what the two strokes mean.

    Raises
    ------
    ValueError
        There is no value, or an infinite one.
    """
    known = finite(values.to_numpy(dtype=float).ravel())
    values = values.dropna(axis="columns", how="all").dropna(axis="index", how="all").sort_index()
    first, last = int(values.index[0]), int(values.index[-1])
    values = values.reindex(range(first, last + 1))
    broken = {
        str(name): [
            year
            for year in range(first + 1, last + 1)
            if year in (breaks or {}).get(name, ())
            and values.loc[year - 1 : year, name].notna().any()
        ]
        for name in values.columns
    }

    def paint(say: Language) -> Figure:
        ends = {str(name): values[name].dropna() for name in values.columns}
        names = edge_names(
            [(float(end.iloc[-1]), labels(say, name), name) for name, end in ends.items()]
        )
        entries = []
        if break_label is not None and any(broken.values()):
            entries = [KeyEntry(break_label(say), "break", style.INK)]
        sheet = plot_sheet(
            (first - 0.25, last + 0.015 * max(last - first, 1)),
            from_zero(known),
            y_label(say),
            say.number,
            right=edge_room(names),
            plot_height=max(PLOT_HEIGHT, sum(name.height for name in names)),
            entries=entries,
        )
        number_years(sheet, first, last)
        for name in ends:
            _line_with_gaps(sheet, values[name], broken[name], name)
        last_years = {name: float(end.index[-1]) for name, end in ends.items()}
        write_names(sheet, names, last_years, style.ARRANGEMENT_COLOURS, dashes=(0, (1, 1.5)))
        return sheet.figure

    return draw(paint)


def crossing_lines(
    lines: pd.DataFrame,
    reference_cost: float,
    reference_label: Callable[[Language], str],
    labels: Callable[[Language, str], str],
    x_label: Callable[[Language], str],
    y_label: Callable[[Language], str],
    support_label: Callable[[Language], str],
    crossing_label: Callable[[Language], str],
) -> Bilingual:
    """Draw how the cost of alternatives rises with support, and where it reaches the reference.

    Each alternative starts at its cost without support and rises by a euro for each euro of
    support. One that is dearer than the reference from the start crosses it nowhere.

    Parameters
    ----------
    lines : DataFrame, index care arrangement
        `cost_without_support`, `support` (today's, NaN where not recorded) and `switch_point`, all
        EUR per child-month; rows without a cost are left out.
    reference_cost : float
        Cost of the reference [EUR per child-month].
    reference_label : callable
        Gives the name of the reference's line.
    labels : callable
        Gives the name of an alternative in a language.
    x_label, y_label : callable
        Give the titles of the axes.
    support_label, crossing_label : callable
        Say in the key what the filled and the open marks mean.

    Raises
    ------
    ValueError
        There is no alternative with a cost, or a value is infinite.
    """
    amounts = lines[["cost_without_support", "support", "switch_point"]].astype(float)
    finite(amounts["cost_without_support"])
    amounts = amounts.dropna(subset=["cost_without_support"])
    alternatives = [
        _Alternative(str(name), *row)
        for name, row in zip(amounts.index, amounts.to_numpy().tolist(), strict=True)
    ]
    supported = [found for found in alternatives if not math.isnan(found.support)]
    crossing = sorted((a for a in alternatives if a.switch > 0), key=lambda a: a.switch)
    supports = finite([0.0, *(a.support for a in supported), *(a.switch for a in crossing)])
    first = min(supports)
    last = max(supports) * 1.15 or max(abs(reference_cost) * 0.25, 1.0)
    finite([reference_cost])
    colours = {"": style.INK, **style.ARRANGEMENT_COLOURS}

    def paint(say: Language) -> Figure:
        names = edge_names(
            [(reference_cost, reference_label(say), "")]
            + [(a.cost + last, labels(say, a.name), a.name) for a in alternatives]
        )
        entries = []
        if supported:
            entries.append(KeyEntry(support_label(say), "mark", style.INK))
        if crossing:
            entries.append(KeyEntry(crossing_label(say), "mark", style.INK, filled=False))
        sheet = plot_sheet(
            (first - 0.02 * (last - first), last),
            from_zero(
                [reference_cost, *(a.cost + end for a in alternatives for end in (first, last))]
            ),
            y_label(say),
            say.number,
            right=edge_room(names),
            plot_height=max(PLOT_HEIGHT, sum(name.height for name in names)),
            x_label=x_label(say),
            entries=entries,
        )
        number_x_axis(sheet, say.number)
        strokes = [(sheet.place(first, reference_cost), sheet.place(last, reference_cost))]
        sheet.line(strokes[0], style.INK, 2.2, zorder=2.1)
        for a in alternatives:
            stroke = sheet.place(first, a.cost + first), sheet.place(last, a.cost + last)
            dashes = style.ARRANGEMENT_DASHES[a.name]
            sheet.line(stroke, colours[a.name], 2.0, zorder=2.2, linestyle=dashes)
            strokes.append(stroke)
        marks = [
            draw_mark(sheet, a.support, a.cost + a.support, colours[a.name], True)
            for a in supported
        ]
        marks += [
            draw_mark(sheet, a.switch, reference_cost, colours[a.name], False) for a in crossing
        ]
        decimals = cents(a.switch for a in crossing)
        taken: list[Box] = []
        for a in crossing:
            point, text = sheet.place(a.switch, reference_cost), say.money(a.switch, decimals)
            size = text_size(text, style.TEXT_SIZE, "semibold")
            taken.append(free_place(point, size, taken, marks, strokes, sheet.frame))
            named_beside(sheet, point, taken[-1], text, colours[a.name])
        write_names(sheet, names, {name.name: last for name in names}, colours)
        return sheet.figure

    return draw(paint)


class _Alternative(NamedTuple):
    """A line of `crossing_lines`, EUR per child-month."""

    name: str
    cost: float
    support: float
    switch: float


def occupancy_curve(
    curve: pd.Series,
    points: pd.DataFrame,
    today: tuple[float, float],
    today_label: Callable[[Language], str],
    x_label: Callable[[Language], str],
    y_label: Callable[[Language], str],
) -> Bilingual:
    """Draw how the cost per child falls as places fill, with what is observed.

    Parameters
    ----------
    curve : Series, index occupancy (share)
        Cost per child-month [EUR].
    points : DataFrame
        A row for each provider: `occupancy` (share), `cost` [EUR per child-month] and `label`, a
        plain text; rows with NaN are left out.
    today : tuple of float
        Occupancy and cost of the arrangement as observed.
    today_label : callable
        Names that point; its numbers are written beside it.
    x_label, y_label : callable
        Give the titles of the axes.

    Raises
    ------
    ValueError
        The curve or today's point has no value, or a value is infinite.
    """
    curve = curve.astype(float).dropna().sort_index()
    points = points.astype({"occupancy": float, "cost": float}).dropna(subset=["occupancy", "cost"])
    finite(curve)
    if any(math.isnan(value) for value in today):
        raise ValueError(f"today's point needs an occupancy and a cost, got {today}")
    shares = finite([*curve.index, *points["occupancy"], today[0]])
    costs = finite([*curve, *points["cost"], today[1]])
    providers = [
        (float(cost), str(label), float(share))
        for cost, label, share in zip(
            points["cost"], points["label"], points["occupancy"], strict=True
        )
    ]
    decimals = cents(costs)
    colour = style.ACCENT

    def paint(say: Language) -> Figure:
        names = edge_names(
            [(cost, label, str(order)) for order, (cost, label, _) in enumerate(providers)],
            style.SMALL_TEXT_SIZE,
            "normal",
        )
        x_low, x_high = limits([Reach(share, 0.12, 0.12) for share in shares], 5.0)
        sheet = plot_sheet(
            (x_low, x_high),
            from_zero(costs),
            y_label(say),
            say.number,
            right=edge_room(names) if names else 0.25,
            plot_height=max(PLOT_HEIGHT, sum(name.height for name in names)),
            x_label=x_label(say),
        )
        number_x_axis(sheet, lambda share, places: say.percent(share, max(places - 2, 0)))
        path = [sheet.place(share, cost) for share, cost in curve.items()]
        sheet.line(path, colour, 2.2, zorder=2.1)
        shares_by_order = {str(order): share for order, (_, _, share) in enumerate(providers)}
        write_names(sheet, names, shares_by_order, dict.fromkeys(shares_by_order, style.INK))
        marks = [draw_mark(sheet, x, cost, style.MUTED, False, 5.5) for cost, _, x in providers]
        point = sheet.place(*today)
        marks.append(draw_mark(sheet, *today, colour, True, 9.0, "D"))
        numbers = f"{say.percent(today[0], 0)}, {say.money(today[1], decimals)}"
        text = "\n".join([*today_label(say).splitlines(), numbers])
        size = text_size(text, style.TEXT_SIZE, "semibold")
        box = free_place(point, size, [], marks, list(pairwise(path)), sheet.frame)
        named_beside(sheet, point, box, text, colour)
        return sheet.figure

    return draw(paint)


class EdgeName(NamedTuple):
    """A name in the right margin, with the value at which it would best stand."""

    value: float
    text: str
    name: str
    size: float
    weight: str
    height: float


def edge_names(
    names: Iterable[tuple[float, str, str]],
    size: float = style.TEXT_SIZE,
    weight: str = "semibold",
) -> list[EdgeName]:
    """Break names (value, text, code) into lines and measure them, in ascending order of value."""
    broken = [(value, wrap(text, NAME_WIDTH, size, weight), name) for value, text, name in names]
    return [
        EdgeName(*name, size, weight, text_size(name[1], size, weight)[1] + 0.03)
        for name in sorted(broken)
    ]


def edge_room(names: Sequence[EdgeName]) -> float:
    """Give the width of the right margin that holds names [inches]."""
    return LEADER + max(text_size(n.text, n.size, n.weight)[0] for n in names) + EDGE


def from_zero(values: Sequence[float]) -> tuple[float, float]:
    """Give limits from zero to a little over the highest value; below zero only where needed."""
    low, high = limits([Reach(0.0), *(Reach(value) for value in values)], 1.0)
    margin = (high - low) * 0.06
    return low - margin if low < 0 else low, high + margin if high > 0 else high


def number_years(sheet: Sheet, first: int, last: int, widest: float = 0.0) -> list[int]:
    """Write the years under the axes, each or every second, fifth, … where there are many.

    Parameters
    ----------
    widest : float
        Width of the widest text that stands over or under each numbered year [inches].

    Returns
    -------
    list of int
        The years that are numbered.
    """
    room = sheet.place(first + 1, 0)[0] - sheet.place(first, 0)[0]
    widest = max(text_width("2000", style.SMALL_TEXT_SIZE), widest) + 0.12
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 1000) if step * room > widest)
    years = [year for year in range(first, last + 1) if (last - year) % step == 0]
    for year in years:
        x, _ = sheet.place(year, 0)
        sheet.write(
            x, sheet.frame.bottom - TICK_DROP, str(year), va="top", ha="center",
            fontsize=style.SMALL_TEXT_SIZE,
        )  # fmt: skip
    return years


def _line_with_gaps(sheet: Sheet, series: pd.Series, breaks: Sequence[int], name: str) -> None:
    """Draw a line that stops at NaN and before each break, where two strokes stand."""
    colour = style.ARRANGEMENT_COLOURS[name]
    starts = [int(series.index[0]), *breaks, int(series.index[-1]) + 1]
    for start, end in pairwise(starts):
        piece = series.loc[start : end - 1]
        sheet.axes.plot(
            piece.index.to_list(),
            piece.to_list(),
            color=colour,
            clip_on=False,
            zorder=2.2,
        )
        seen = piece.dropna()
        sheet.axes.plot(
            seen.index.to_list(), seen.to_list(), clip_on=False, zorder=2.3,
            **mark(colour, style.ARRANGEMENT_MARKERS[name], size=6.5),
        )  # fmt: skip
    for year in breaks:
        beside = [value for value in (series[year - 1], series[year]) if not math.isnan(value)]
        if beside:
            x, y = sheet.place(year - 0.5, sum(beside) / len(beside))
            for stroke in slashes(x, y):
                sheet.line(stroke, colour, 1.4, zorder=2.3)


def write_names(
    sheet: Sheet,
    names: Sequence[EdgeName],
    ends: Mapping[str, float],
    colours: Mapping[str, str],
    dashes: Dashes = "-",
) -> None:
    """Write names in the right margin, each beside its point or led to from there.

    Parameters
    ----------
    ends : mapping of str to float
        Where the point of each name stands on the horizontal axis.
    dashes : str or tuple
        Line that leads to a name from a point inside the axes.
    """
    points = [sheet.place(ends[name.name], name.value) for name in names]
    places = in_column(
        [y for _, y in points],
        [name.height for name in names],
        sheet.frame.bottom,
        sheet.frame.top,
    )
    edge = sheet.frame.right
    for name, (across, up), y in zip(names, points, places, strict=True):
        inside = edge - across > 0.25
        if inside or abs(up - y) > 0.03:
            bend = max(edge, across) + 0.06
            sheet.line(
                [(across + 0.06, up), (bend, up), (edge + LEADER - 0.04, y)],
                style.LEADER,
                0.7,
                linestyle=dashes if inside else "-",
                zorder=1.2,
            )
        sheet.write(
            edge + LEADER, y, name.text, color=colours[name.name],
            fontsize=name.size, fontweight=name.weight,
        )  # fmt: skip


def draw_mark(
    sheet: Sheet,
    x: float,
    y: float,
    colour: str,
    filled: bool,
    size: float = 8.0,
    marker: str = "o",
) -> Box:
    """Draw a mark and give the room that it takes."""
    sheet.axes.plot([x], [y], clip_on=False, zorder=2.5, **mark(colour, marker, filled, size))
    across, up = sheet.place(x, y)
    half = size / 2 / 72 + 0.02
    return Box(across - half, up - half, across + half, up + half)


def named_beside(
    sheet: Sheet, point: tuple[float, float], box: Box, text: str, colour: str
) -> None:
    """Write a name in a box near its point, with a thin line between them where it is far."""
    near = (min(max(point[0], box.left), box.right), min(max(point[1], box.bottom), box.top))
    if math.dist(point, near) > 3 * GAP:
        sheet.line([point, near], colour, 0.6, zorder=2.05)
    sheet.write(
        box.left, (box.bottom + box.top) / 2, text, color=colour, fontweight="semibold", bbox=PAPER
    )
