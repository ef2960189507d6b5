"""Sheets over the years: room for texts beside each year, whole numbers, a row under the years."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from dieval.present import style
from dieval.present.figures.canvas import (
    EDGE,
    TICK_DROP,
    KeyEntry,
    Sheet,
    draw_key,
    key_height,
    make_sheet,
    small_line,
)
from dieval.present.figures.lettering import Box, text_size, text_width, wrap
from dieval.present.figures.lines import number_years
from dieval.present.figures.scales import Reach, limits, ticks

Point = tuple[float, float]

# From the years to the row under them, and from its title to it [inches].
ROW_GAP = 0.05
# From the numbers of the value axis to the axes [inches].
NUMBER_GAP = 0.08
# Half of a year, the width of a lone one.
LONE_YEAR = 0.5


class Row(NamedTuple):
    """A row of texts under the years, with its title over it."""

    title: str
    texts: Mapping[int, str]

    def widest(self) -> float:
        """Give the width of its widest text [inches]."""
        return max(
            (text_width(text, style.SMALL_TEXT_SIZE) for text in self.texts.values()), default=0.0
        )


class Scale(NamedTuple):
    """A value axis: its limits, and its numbers as they are written."""

    limits: tuple[float, float]
    numbers: list[tuple[float, str]]

    def width(self) -> float:
        """Give the room that the numbers need to the left of the axes [inches]."""
        widths = [text_width(text, style.SMALL_TEXT_SIZE) for _, text in self.numbers]
        return max(widths, default=0.0) + NUMBER_GAP

    def write(self, sheet: Sheet) -> None:
        """Write the numbers to the left of the axes, and draw their lines."""
        sheet.grid("y", [value for value, _ in self.numbers])
        for value, text in self.numbers:
            _, y = sheet.place(sheet.x[0], value)
            left = sheet.frame.left - NUMBER_GAP
            sheet.write(left, y, text, ha="right", fontsize=style.SMALL_TEXT_SIZE)


def value_scale(
    ends: tuple[float, float],
    height: float,
    write_number: Callable[[float, int], str],
    whole: bool = False,
) -> Scale:
    """Choose the numbers of a value axis, as many as fit.

    Parameters
    ----------
    ends : tuple of float
        Limits of the axis.
    height : float
        Height of the axis [inches].
    write_number : callable
        Writes a number with a number of decimals.
    whole : bool
        What is counted has no parts: whole numbers alone are written.
    """
    inches = height / (ends[1] - ends[0])

    def fits(chosen: Sequence[tuple[float, str]]) -> bool:
        if whole and not all(value.is_integer() for value, _ in chosen):
            return False
        return all((b[0] - a[0]) * inches > small_line() * 1.6 for a, b in pairwise(chosen))

    found = ticks(*ends, write_number, fits)
    return Scale(ends, [tick for tick in found if not whole or tick[0].is_integer()])


def year_sheet(
    years: tuple[int, int],
    scale: Scale,
    plot_height: float,
    y_label: str,
    *,
    half: float = 0.0,
    side: float = 0.0,
    right: float = EDGE,
    widest: float = 0.0,
    row: Row | None = None,
    entries: Sequence[KeyEntry] = (),
) -> tuple[Sheet, list[int]]:
    """Make a sheet over the years, with a title over the value axis.

    Parameters
    ----------
    years : tuple of int
        First and last year.
    scale : Scale
        The value axis.
    plot_height : float
        Height of the axes [inches].
    y_label : str
        Title of the value axis.
    half : float
        Half of what is drawn for a year [years].
    side : float
        Half of the widest text at a year [inches].
    right : float
        Room to the right of the axes [inches].
    widest : float
        Width of the widest text that stands at each numbered year [inches].
    row : Row, optional
        Texts under the numbered years.
    entries : sequence of KeyEntry
        Key, over the axes.

    Returns
    -------
    Sheet, list of int
        The sheet, and the years that are numbered.
    """
    first, last = years
    side = max(side, (row.widest() if row else 0.0) / 2)
    frame_left = EDGE + scale.width() + 0.02
    frame_right = style.PICTURE_WIDTH_INCHES - right
    title = wrap(y_label, style.PICTURE_WIDTH_INCHES - 2 * EDGE)
    row_title = wrap(
        row.title if row else "", style.PICTURE_WIDTH_INCHES - 2 * EDGE, style.SMALL_TEXT_SIZE
    )
    row_height = text_size(row_title, style.SMALL_TEXT_SIZE)[1] + small_line() + 2 * ROW_GAP
    bottom = EDGE + TICK_DROP + small_line() + (row_height if row else 0.0)
    top = bottom + plot_height
    height = top + text_size(title)[1] + 0.12 + key_height(entries) + EDGE
    half = max(half, LONE_YEAR if first == last else 0.0)
    ends = limits(
        [
            Reach(first, before=side),
            Reach(first - half),
            Reach(last, after=side),
            Reach(last + half),
        ],
        frame_right - frame_left,
    )
    figure = Figure(figsize=(style.PICTURE_WIDTH_INCHES, height))
    frame = Box(frame_left, bottom, frame_right, top)
    sheet = make_sheet(figure, frame, ends, scale.limits)
    scale.write(sheet)
    sheet.write(EDGE, top + 0.08, title, va="bottom", color=style.MUTED)
    draw_key(figure, entries, height - EDGE)
    numbered = number_years(sheet, first, last, max(widest, row.widest() if row else 0.0))
    if row:
        y = bottom - TICK_DROP - small_line() - ROW_GAP
        small: dict[str, Any] = {"fontsize": style.SMALL_TEXT_SIZE, "va": "top"}
        sheet.write(EDGE, y, row_title, color=style.MUTED, **small)
        y -= text_size(row_title, style.SMALL_TEXT_SIZE)[1] + ROW_GAP
        for year in numbered:
            if row.texts.get(year):
                sheet.write(sheet.place(year, 0)[0], y, row.texts[year], ha="center", **small)
    return sheet, numbered


def zero_line(sheet: Sheet, width: float = 0.8) -> None:
    """Draw the line at zero across the axes."""
    sheet.axes.axhline(0, color=style.INK, linewidth=width, zorder=2.05)


def steps(series: pd.Series) -> list[list[Point]]:
    """Give the strokes of a stepped line: level over each year, upright between two.

    Parameters
    ----------
    series : Series of float, index year
        NaN, and a year that is not there, leave a gap.

    Examples
    --------
    >>> steps(pd.Series({2025: 1.0, 2026: 2.0, 2028: 3.0}))
    [[(2024.5, 1.0), (2025.5, 1.0), (2025.5, 2.0), (2026.5, 2.0)], [(2027.5, 3.0), (2028.5, 3.0)]]
    """
    strokes: list[list[Point]] = []
    for year, value in series.dropna().sort_index().items():
        points = [(float(year) - 0.5, float(value)), (float(year) + 0.5, float(value))]
        if strokes and strokes[-1][-1][0] == points[0][0]:
            strokes[-1].extend(points)
        else:
            strokes.append(points)
    return strokes
