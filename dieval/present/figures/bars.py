"""Pictures of bars, a row for each: costs and their parts, differences, payers and effects."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import pandas as pd
from matplotlib.figure import Figure

from dieval.present import style
from dieval.present.figures.canvas import (
    PAPER,
    KeyEntry,
    Level,
    Sheet,
    bar,
    draw,
    mark,
    row_sheet,
)
from dieval.present.figures.lettering import (
    GAP,
    cents,
    signed_money,
    text_width,
)
from dieval.present.figures.scales import Reach, finite
from dieval.present.language import Bilingual, Language
from dieval.present.rounding import largest_remainder

BAR_HEIGHT = 0.64
# Half of a mark [inches].
MARK_ROOM = 0.07
# Largest difference between a whole and the sum of its parts [EUR], for each part.
ROUNDING = 0.01

Style = tuple[str, str]
ZERO = Level(0.0)


def stacked_bars(
    values: pd.DataFrame,
    bar_labels: Callable[[Language, str], str],
    part_labels: Callable[[Language, str], str],
    x_label: Callable[[Language], str],
) -> Bilingual:
    """Draw a horizontal bar for each row, stacked from its parts, with the total at its end.

    Negative parts, such as refunds, stand to the left of zero; the total is net of them.

    Parameters
    ----------
    values : DataFrame, index care arrangement, one column per part
        NaN counts as no such part; rows of NaN alone are left out.
    bar_labels, part_labels : callable
        Give the name of a row and of a column in a language.
    x_label : callable
        Gives the title of the value axis.

    Raises
    ------
    ValueError
        There is no value, or an infinite one.
    """
    values, stacks, totals = _stacks(values)
    decimals = cents(totals)
    styles = [style.PART_STYLES[str(part)] for part in values.columns]

    def paint(say: Language) -> Figure:
        written = [say.money(total, decimals) for total in totals]
        sheet = row_sheet(
            [bar_labels(say, str(name)) for name in values.index],
            _reaches(stacks, written),
            x_label(say),
            say.number,
            entries=_key([part_labels(say, str(part)) for part in values.columns], styles),
            levels=[ZERO],
        )
        _draw_stacks(sheet, stacks, styles)
        for order, (stack, text) in enumerate(zip(stacks, written, strict=True)):
            _write_after(sheet, highest(stack), -order, text)
        return sheet.figure

    return draw(paint)


def waterfall(
    first: tuple[str, float],
    changes: Mapping[str, float],
    last: tuple[str, float],
    bar_labels: Callable[[Language, str], str],
    part_labels: Callable[[Language, str], str],
    x_label: Callable[[Language], str],
) -> Bilingual:
    """Draw how differences of parts lead from one cost to another, a row for each step.

    Parameters
    ----------
    first, last : tuple of str and float
        Code and cost of the arrangement from which it starts and at which it ends.
    changes : mapping of str to float
        By part, what it adds (above 0) or takes away; NaN is left out.
    bar_labels, part_labels : callable
        Give the names of the arrangements and of the parts in a language.
    x_label : callable
        Gives the title of the value axis.

    Raises
    ------
    ValueError
        A cost is NaN, a value is infinite, or the changes do not lead from first to last.
    """
    changes = {part: float(change) for part, change in changes.items() if not math.isnan(change)}
    start, end = float(first[1]), float(last[1])
    if math.isnan(start) or math.isnan(end):
        raise ValueError(f"a waterfall needs both costs, got {first} and {last}")
    finite([start, end, *changes.values()])
    gap = start + sum(changes.values()) - end
    if abs(gap) > ROUNDING * (len(changes) + 1) + 1e-9 * abs(end):
        raise ValueError(
            f"the changes must lead from {first} to {last}, got {changes}, {gap:+.2f} too much"
        )
    levels = [start]
    for change in changes.values():
        levels.append(levels[-1] + change)
    decimals = cents([start, end, *changes.values()])
    spans = [
        (0.0, start),
        *pairwise(levels),
        (0.0, end),
    ]

    def paint(say: Language) -> Figure:
        written = [
            say.money(start, decimals),
            *(signed_money(say, change, decimals) for change in changes.values()),
            say.money(end, decimals),
        ]
        weights = ["bold", *["normal"] * len(changes), "bold"]
        reaches = [
            Reach(max(span), after=_room(text, weight))
            for span, text, weight in zip(spans, written, weights, strict=True)
        ]
        sheet = row_sheet(
            [
                bar_labels(say, first[0]),
                *(part_labels(say, part) for part in changes),
                bar_labels(say, last[0]),
            ],
            [*reaches, *(Reach(min(span), before=0.03) for span in spans if min(span) < 0)],
            x_label(say),
            say.number,
            levels=[ZERO],
            row_height=0.36,
        )
        styles = [
            style.TOTAL_STYLE,
            *(style.RISE_STYLE if change > 0 else style.FALL_STYLE for change in changes.values()),
            style.TOTAL_STYLE,
        ]
        for order, (span, colours) in enumerate(zip(spans, styles, strict=True)):
            bar(sheet.axes, span, -order, BAR_HEIGHT, colours)
        for order, level in enumerate(levels):
            sheet.axes.plot(
                [level, level],
                [-order + BAR_HEIGHT / 2, -order - 1 - BAR_HEIGHT / 2],
                color=style.MUTED,
                linewidth=0.8,
                zorder=2.5,
            )
        for order, (span, text, weight) in enumerate(zip(spans, written, weights, strict=True)):
            _write_after(sheet, max(span), -order, text, weight)
        return sheet.figure

    return draw(paint)


def payer_bars(
    values: pd.DataFrame,
    bar_labels: Callable[[Language, str], str],
    payer_labels: Callable[[Language, str], str],
    x_label: Callable[[Language], str],
) -> Bilingual:
    """Draw who pays which share of each cost, with the share in each piece that has room for it.

    Shares are rounded by largest remainders, so that those of a row add up.

    Parameters
    ----------
    values : DataFrame, index care arrangement, one column per payer
        Shares of the cost; NaN counts as none, rows without any share are left out.
    bar_labels, payer_labels : callable
        Give the name of a row and of a column in a language.
    x_label : callable
        Gives the title of the share axis.

    Raises
    ------
    ValueError
        There is no share other than 0, or an infinite one.
    """
    finite(values.to_numpy(dtype=float).ravel())
    values = values.fillna(0.0)
    values = values[(values != 0).any(axis="columns")].loc[:, lambda v: (v != 0).any()]
    if values.empty:
        raise ValueError("a picture of payers needs at least one share other than 0, got none")
    rows = values.to_numpy(dtype=float).tolist()
    stacks = [stack_of(row) for row in rows]
    rounded = [largest_remainder([s * 100 for s in row], 0, round(sum(row) * 100)) for row in rows]
    payers = [str(payer) for payer in values.columns]
    styles = [style.PAYER_STYLES[payer] for payer in payers]

    def paint(say: Language) -> Figure:
        sheet = row_sheet(
            [bar_labels(say, str(name)) for name in values.index],
            [Reach(0.0), Reach(1.0, after=0.1), *_reaches(stacks, [""] * len(stacks))],
            x_label(say),
            lambda share, places: say.percent(share, max(places - 2, 0)),
            entries=_key([payer_labels(say, payer) for payer in payers], styles),
            levels=[ZERO],
        )
        _draw_stacks(sheet, stacks, styles)
        for order, (stack, shares) in enumerate(zip(stacks, rounded, strict=True)):
            for (start, end), share, (colour, _) in zip(stack, shares, styles, strict=True):
                text = say.percent(share / 100, 0)
                (x0, y), (x1, _) = sheet.place(start, -order), sheet.place(end, -order)
                if abs(x1 - x0) > text_width(text, style.TEXT_SIZE, "semibold") + 0.1:
                    sheet.write(
                        (x0 + x1) / 2, y, text, ha="center", color=style.text_on(colour),
                        fontweight="semibold",
                        bbox={"facecolor": colour, "edgecolor": "none", "pad": 1.2},
                    )  # fmt: skip
        return sheet.figure

    return draw(paint)


def diverging_bars(
    values: pd.DataFrame,
    row_labels: Callable[[Language, str], str],
    variant_labels: Callable[[Language, str], str],
    x_label: Callable[[Language], str],
) -> Bilingual:
    """Draw what each row gains and loses, a thin bar for each variant, with signed amounts.

    Parameters
    ----------
    values : DataFrame, index payer, one column per variant (at most four)
        Change of what it pays [EUR]; NaN has no bar, rows of NaN alone are left out.
    row_labels, variant_labels : callable
        Give the name of a row and of a variant in a language.
    x_label : callable
        Gives the title of the value axis.

    Raises
    ------
    ValueError
        There is no value, or an infinite one.
    """
    known = finite(values.to_numpy(dtype=float).ravel())
    values = values.dropna(how="all").dropna(axis="columns", how="all")
    variants = [str(name) for name in values.columns]
    styles = list(style.SERIES_STYLES[: len(variants)])
    decimals = cents(known)
    thickness = 0.78 / len(variants)

    def paint(say: Language) -> Figure:
        bars = [
            (value, -order + 0.39 - thickness * (place + 0.5), colours)
            for order, row in enumerate(values.to_numpy(dtype=float).tolist())
            for place, (value, colours) in enumerate(zip(row, styles, strict=True))
            if not math.isnan(value)
        ]
        written = [signed_money(say, value, decimals) for value, _, _ in bars]
        rooms = [_room(text, "normal") for text in written]
        sheet = row_sheet(
            [row_labels(say, str(name)) for name in values.index],
            [Reach(0.0), *(_outside(v, room) for (v, _, _), room in zip(bars, rooms, strict=True))],
            x_label(say),
            say.number,
            entries=_key([variant_labels(say, name) for name in variants], styles)
            if len(variants) > 1
            else (),
            levels=[ZERO],
            row_height=0.12 + 0.22 * len(variants) + 0.06,
        )
        for (value, y, colours), text in zip(bars, written, strict=True):
            bar(sheet.axes, (0.0, value), y, thickness * 0.9, colours)
            _write_outside(sheet, value, y, text)
        return sheet.figure

    return draw(paint)


def effects_bars(
    table: pd.DataFrame,
    labels: Callable[[Language, str], str],
    effect_labels: Callable[[Language, str], str],
    total_label: Callable[[Language], str],
    x_label: Callable[[Language], str],
) -> Bilingual:
    """Draw a change as the sum of signed effects, with a mark and an amount at their sum.

    Parameters
    ----------
    table : DataFrame, index provider or arrangement, one column per effect (at most four)
        For example `place_cost_effect` and `occupancy_effect` [EUR per child-month]; NaN counts as
        no such effect, rows of NaN alone are left out.
    labels, effect_labels : callable
        Give the name of a row and of an effect in a language.
    total_label : callable
        Says in the key what the mark means.
    x_label : callable
        Gives the title of the value axis.

    Raises
    ------
    ValueError
        There is no value, or an infinite one.
    """
    table, stacks, totals = _stacks(table)
    effects = [str(name) for name in table.columns]
    styles = list(style.SERIES_STYLES[: len(effects)])
    decimals = cents(totals)
    # The amount stands on the side to which the total points.
    ends = [
        lowest(stack) if total < 0 else highest(stack)
        for stack, total in zip(stacks, totals, strict=True)
    ]

    def paint(say: Language) -> Figure:
        written = [signed_money(say, total, decimals) for total in totals]
        sheet = row_sheet(
            [labels(say, str(name)) for name in table.index],
            [
                *_reaches(stacks, [""] * len(stacks)),
                *(
                    _outside(end, MARK_ROOM + _room(text, "semibold"))
                    for end, text in zip(ends, written, strict=True)
                ),
            ],
            x_label(say),
            say.number,
            entries=[
                *_key([effect_labels(say, name) for name in effects], styles),
                KeyEntry(total_label(say), "mark", style.INK, marker="D", filled=False),
            ],
            levels=[ZERO],
        )
        _draw_stacks(sheet, stacks, styles)
        for order, (end, total, text) in enumerate(zip(ends, totals, written, strict=True)):
            sheet.axes.plot(
                [total], [-order], clip_on=False, zorder=4, **mark(style.INK, "D", False)
            )
            _write_outside(sheet, end, -order, text, MARK_ROOM + GAP, "semibold")
        return sheet.figure

    return draw(paint)


def _write_outside(
    sheet: Sheet, value: float, y: float, text: str, gap: float = GAP, weight: str = "normal"
) -> None:
    """Write a text past the end of a bar that starts at zero, on the side to which it points."""
    x, height = sheet.place(value, y)
    side, shift = ("right", -gap) if value < 0 else ("left", gap)
    sheet.write(x + shift, height, text, ha=side, bbox=PAPER, fontweight=weight)


def stack_of(row: Sequence[float]) -> list[tuple[float, float]]:
    """Stack the parts of a bar: those above 0 on one side of it, those below on the other.

    Examples
    --------
    >>> stack_of([3.0, -1.0, 2.0])
    [(0.0, 3.0), (0.0, -1.0), (3.0, 5.0)]
    """
    right = left = 0.0
    stack = []
    for value in row:
        if value < 0:
            stack.append((left, left + value))
            left += value
        else:
            stack.append((right, right + value))
            right += value
    return stack


def _stacks(
    table: pd.DataFrame,
) -> tuple[pd.DataFrame, list[list[tuple[float, float]]], list[float]]:
    """Give the rows of a table that have a value, each as a stack, and their totals."""
    finite(table.to_numpy(dtype=float).ravel())
    table = table.dropna(how="all").fillna(0.0)
    stacks = [stack_of(row) for row in table.to_numpy(dtype=float).tolist()]
    return table, stacks, [float(total) for total in table.sum(axis="columns")]


def highest(stack: Sequence[tuple[float, float]]) -> float:
    """Give the end of a stack above 0, or 0."""
    return max([0.0, *(end for _, end in stack)])


def lowest(stack: Sequence[tuple[float, float]]) -> float:
    """Give the end of a stack below 0, or 0."""
    return min([0.0, *(end for _, end in stack)])


def _reaches(
    stacks: Sequence[Sequence[tuple[float, float]]], written: Sequence[str]
) -> list[Reach]:
    """Give the ends of stacked bars, with room for the text after each."""
    ends = [
        Reach(highest(stack), after=_room(text, "semibold"))
        for stack, text in zip(stacks, written, strict=True)
    ]
    low = min(lowest(stack) for stack in stacks)
    return [*ends, Reach(0.0), Reach(low, before=0.08 if low < 0 else 0.0)]


def _outside(value: float, room: float) -> Reach:
    return Reach(value, before=room) if value < 0 else Reach(value, after=room)


def _room(text: str, weight: str) -> float:
    return text_width(text, style.TEXT_SIZE, weight) + 2 * GAP if text else 0.0


def _draw_stacks(
    sheet: Sheet, stacks: Sequence[Sequence[tuple[float, float]]], styles: Sequence[Style]
) -> None:
    for order, stack in enumerate(stacks):
        for ends, colours in zip(stack, styles, strict=True):
            bar(sheet.axes, ends, -order, BAR_HEIGHT, colours)


def _write_after(
    sheet: Sheet, value: float, row: float, text: str, weight: str = "semibold"
) -> None:
    x, y = sheet.place(value, row)
    sheet.write(x + GAP, y, text, fontweight=weight, bbox=PAPER)


def _key(texts: Sequence[str], styles: Sequence[Style]) -> list[KeyEntry]:
    return [
        KeyEntry(text, "bar", colour, hatch)
        for text, (colour, hatch) in zip(texts, styles, strict=True)
    ]
