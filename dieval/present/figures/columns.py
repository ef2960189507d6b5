"""Picture of amounts by year: columns stacked from their parts, gains over and losses under 0."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from dieval.present import style
from dieval.present.figures.bars import highest, lowest, stack_of
from dieval.present.figures.canvas import RIGHT_EDGE, KeyEntry, Sheet, block, draw, mark
from dieval.present.figures.lettering import Box, cents, text_size
from dieval.present.figures.scales import Reach, finite, limits
from dieval.present.figures.years import Point, steps, value_scale, year_sheet, zero_line
from dieval.present.language import Bilingual, Language

HEIGHT = 3.4
# Part of its year that a column takes, and its widest [inches].
COLUMN_SHARE = 0.74
WIDEST_COLUMN = 0.9
# Between a column, a mark or a line and the text over it [inches].
TEXT_GAP = 0.04
MARK_SIZE = 7.0

Style = tuple[str, str]


def columns_by_year(
    values: pd.DataFrame,
    part_labels: Callable[[Language, str], str],
    styles: Mapping[str, Style],
    y_label: Callable[[Language], str],
    line: pd.Series | None = None,
    line_label: Callable[[Language], str] | None = None,
    net_label: Callable[[Language], str] | None = None,
) -> Bilingual:
    """Draw a column for each year, stacked from its parts; those below 0 are stacked downwards.

    Amounts are written where they have room: of each part in its piece, and of each year over or
    under its column. Without `net_label`, years with parts below 0 have no amount of their own.

    Parameters
    ----------
    values : DataFrame, index year, one column per part
        Amounts [EUR]; NaN is nothing of it, and columns of NaN alone are left out. A year that is
        not there leaves a gap.
    part_labels : callable
        Gives the name of a column in a language.
    styles : mapping of str to tuple of str
        Colour and hatch of each part.
    y_label : callable
        Gives the title of the value axis.
    line : Series, index year, optional
        What each column is held against, a level line over its year; NaN leaves a gap.
    line_label : callable, optional
        Says in the key what the line means.
    net_label : callable, optional
        Says in the key what the marks at the sums of each year are; without it there are none.

    Raises
    ------
    ValueError
        There is no value, an infinite one, a year comes twice, or a part has no style.
    """
    known = finite(values.to_numpy(dtype=float).ravel())
    if not values.index.is_unique or (line is not None and not line.index.is_unique):
        raise ValueError(f"columns by year need each year once, got {list(values.index)}")
    values = values.astype(float).dropna(axis="columns", how="all")
    parts = [str(name) for name in values.columns]
    missing = [part for part in parts if part not in styles]
    if missing:
        raise ValueError(f"columns by year need a style for each part, got none for {missing}")
    against = pd.Series(dtype=float) if line is None else line.astype(float).dropna()
    known += finite(against) if len(against) else []
    columns = _columns(values, against)
    years = [column.year for column in columns]
    span = (min([*years, *against.index]), max([*years, *against.index]))
    decimals = cents([*known, *(column.net for column in columns)])

    def paint(say: Language) -> Figure:
        entries = [
            KeyEntry(part_labels(say, part), "bar", *styles[part]) for part in reversed(parts)
        ]
        if line_label is not None and len(against):
            entries.append(KeyEntry(line_label(say), "line", style.INK))
        if net_label is not None:
            entries.append(KeyEntry(net_label(say), "mark", style.INK, marker="D", filled=False))
        texts = {
            column.year: say.number(column.net, decimals)
            for column in columns
            if net_label is not None or column.bottom == 0
        }
        sizes = {
            year: text_size(text, style.SMALL_TEXT_SIZE, "semibold") for year, text in texts.items()
        }
        room = text_size("0", style.SMALL_TEXT_SIZE)[1] + 0.12
        ends = limits(
            [
                Reach(0.0),
                *(Reach(column.top, after=room) for column in columns),
                *(Reach(column.bottom, before=room) for column in columns if column.bottom < 0),
                *(Reach(value, room if value < 0 else 0.0, room) for value in against),
            ],
            HEIGHT,
        )
        sheet, _ = year_sheet(
            (int(span[0]), int(span[1])),
            value_scale(ends, HEIGHT, say.number),
            HEIGHT,
            y_label(say),
            half=0.5,
            right=RIGHT_EDGE,
            entries=entries,
        )
        taken = _draw(sheet, columns, [styles[part] for part in parts], against)
        if net_label is not None:
            taken.texts.extend(_draw_nets(sheet, columns))
        for column in reversed(columns):
            if column.year in texts:
                _write_net(sheet, column, texts[column.year], sizes[column.year], taken)
        for column in columns:
            _write_pieces(sheet, say, column, [styles[p][0] for p in parts], decimals, taken)
        zero_line(sheet)
        return sheet.figure

    return draw(paint)


class _Column(NamedTuple):
    """A year: its pieces, its sum and what it is held against [EUR]."""

    year: int
    stack: list[Point]
    net: float
    top: float
    bottom: float
    against: float


class _Taken(NamedTuple):
    """What texts keep away from [inches]: texts and marks, columns, and lines."""

    texts: list[Box]
    columns: list[Box]
    lines: list[tuple[Point, Point]]

    def free(self, box: Box, on_column: bool = False) -> bool:
        """Tell whether a text may stand in a box."""
        return not (
            any(box.overlap(other) > 0 for other in self.texts)
            or any(box.crossed(*ends) for ends in self.lines)
            or (not on_column and any(box.overlap(other) > 0 for other in self.columns))
        )


def _columns(values: pd.DataFrame, against: pd.Series) -> list[_Column]:
    """Stack each year that has a value."""
    rows = values.dropna(how="all").fillna(0.0).sort_index()
    found = []
    for year, row in zip(rows.index, rows.to_numpy().tolist(), strict=True):
        stack = stack_of(row)
        found.append(
            _Column(
                int(year), stack, math.fsum(row), highest(stack), lowest(stack),
                float(against.get(year, math.nan)),
            )
        )  # fmt: skip
    return found


def _half(sheet: Sheet) -> float:
    """Give half of the width of a column [years]."""
    inch = (sheet.x[1] - sheet.x[0]) / (sheet.frame.right - sheet.frame.left)
    return min(COLUMN_SHARE / 2, WIDEST_COLUMN / 2 * inch)


def _draw(
    sheet: Sheet, columns: Sequence[_Column], styles: Sequence[Style], against: pd.Series
) -> _Taken:
    """Draw the columns and the line over them; give the room that they take."""
    half = _half(sheet)
    taken = _Taken([], [], [])
    for column in columns:
        left, right = column.year - half, column.year + half
        for (start, end), colours in zip(column.stack, styles, strict=True):
            if start != end:
                low, high = sorted((start, end))
                block(sheet.axes, Box(left, low, right, high), colours)
        ends = sheet.place(left, column.bottom), sheet.place(right, column.top)
        taken.columns.append(Box(*ends[0], *ends[1]))
    for stroke in steps(against):
        points = [sheet.place(x, y) for x, y in stroke]
        sheet.line(points, "#ffffff", 4.2, zorder=2.4)
        sheet.line(points, style.INK, 2.0, zorder=2.5)
        taken.lines.extend(pairwise(points))
    return taken


def _draw_nets(sheet: Sheet, columns: Sequence[_Column]) -> list[Box]:
    """Draw a mark at the sum of each year; give the room of the marks."""
    pitch = sheet.place(1, 0)[0] - sheet.place(0, 0)[0]
    size = min(MARK_SIZE, 0.7 * pitch * 72)
    boxes = []
    for column in columns:
        sheet.axes.plot(
            [column.year], [column.net], clip_on=False, zorder=3,
            **mark(style.INK, "D", False, size),
        )  # fmt: skip
        x, y = sheet.place(column.year, column.net)
        half = size / 72 / 2 + 0.03
        boxes.append(Box(x - half, y - half, x + half, y + half))
    return boxes


def _write_net(
    sheet: Sheet, column: _Column, text: str, size: tuple[float, float], taken: _Taken
) -> None:
    """Write the sum of a year over its column, or under it where it is negative, if it fits."""
    width, height = size
    up = -1 if column.net < 0 else 1
    x, end = sheet.place(column.year, column.bottom if up < 0 else column.top)
    _, net = sheet.place(column.year, column.net)
    beyond = [max(up * end, up * net + MARK_SIZE / 72 / 2)]
    if not math.isnan(column.against):
        beyond.append(max(up * sheet.place(column.year, column.against)[1], beyond[0]) + 0.02)
    for start in beyond:
        y = up * (start + TEXT_GAP + height / 2)
        box = Box(x - width / 2 - 0.02, y - height / 2, x + width / 2 + 0.02, y + height / 2)
        inside = (
            box.left >= sheet.frame.left
            and box.right <= style.PICTURE_WIDTH_INCHES
            and box.bottom >= sheet.frame.bottom - 0.02
            and box.top <= sheet.frame.top + 0.02
        )
        if inside and taken.free(box):
            sheet.write(
                x, y, text, ha="center", fontsize=style.SMALL_TEXT_SIZE, fontweight="semibold"
            )
            taken.texts.append(box)
            return


def _write_pieces(
    sheet: Sheet,
    say: Language,
    column: _Column,
    colours: Sequence[str],
    decimals: int,
    taken: _Taken,
) -> None:
    """Write the amount of each part in its piece, where it fits."""
    half = _half(sheet)
    for (start, end), colour in zip(column.stack, colours, strict=True):
        text = say.number(end - start, decimals)
        width, height = text_size(text, style.SMALL_TEXT_SIZE)
        low, high = sorted((start, end))
        left, bottom = sheet.place(column.year - half, low)
        right, top = sheet.place(column.year + half, high)
        x, y = (left + right) / 2, (bottom + top) / 2
        box = Box(x - width / 2 - 0.02, y - height / 2, x + width / 2 + 0.02, y + height / 2)
        inside = box.left > left and box.right < right and top - bottom > height + 0.02
        if inside and taken.free(box, on_column=True):
            sheet.write(
                x, y, text, ha="center", fontsize=style.SMALL_TEXT_SIZE,
                color=style.text_on(colour),
                bbox={"facecolor": colour, "edgecolor": "none", "pad": 0.8},
            )  # fmt: skip
