"""Pictures of what grows or falls over the years: a small panel for each series."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from dieval.present import style
from dieval.present.figures.canvas import (
    EDGE,
    RIGHT_EDGE,
    TICK_DROP,
    Sheet,
    draw,
    make_sheet,
    mark,
    small_line,
    write,
)
from dieval.present.figures.lettering import GAP, Box, text_size, text_width, wrap
from dieval.present.figures.lines import from_zero, number_years
from dieval.present.figures.scales import numbers, ticks
from dieval.present.language import Bilingual, Language

# Panels beside each other, their height, and the space between them [inches].
MOST_PANELS = 3
PANEL_HEIGHT = 1.1
PANEL_GAP = 0.25
BAND_GAP = 0.2
WIDEST_PANEL = 3.4
HEAD_GAP = 0.14


def small_multiples(
    series: pd.DataFrame,
    name_of: Callable[[Language, str], str],
    y_label: Callable[[Language], str],
    unknown_label: Callable[[Language], str],
    note_of: Callable[[Language, str], str] | None = None,
) -> Bilingual:
    """Draw a small panel for each series over the same years, each with its own scale from 0.

    The last known value stands beside its point. A line has a gap where a year is not known.

    Parameters
    ----------
    series : DataFrame, index year, one column per carer type and status
        [carers]; NaN, and a year that is not there, leave a gap.
    name_of : callable
        Gives the name of a column in a language.
    y_label : callable
        Says over the panels what is counted.
    unknown_label : callable
        Says in a panel that no year is known.
    note_of : callable, optional
        Gives a text under the name of a column, such as its trend; may be empty.

    Raises
    ------
    ValueError
        There is no year or no column, or a value is infinite.
    """
    if not len(series.columns):
        raise ValueError("small multiples need at least one column, got none")
    values = numbers(series, list(series.columns), "a picture of small multiples").sort_index()
    first, last = int(values.index[0]), int(values.index[-1])
    values = values.reindex(range(first, last + 1))
    across = min(len(values.columns), 2 if len(values.columns) == 4 else MOST_PANELS)
    width = (style.PICTURE_WIDTH_INCHES - EDGE - RIGHT_EDGE + PANEL_GAP) / across - PANEL_GAP
    width = min(width, WIDEST_PANEL)

    def paint(say: Language) -> Figure:
        panels = [
            _panel(
                say,
                values.iloc[:, order],
                wrap(name_of(say, str(name)), width, style.TEXT_SIZE, "semibold"),
                wrap(note_of(say, str(name)) if note_of else "", width, style.SMALL_TEXT_SIZE),
                wrap(unknown_label(say), width, style.SMALL_TEXT_SIZE),
            )
            for order, name in enumerate(values.columns)
        ]
        bands = [panels[start : start + across] for start in range(0, len(panels), across)]
        title = wrap(y_label(say), style.PICTURE_WIDTH_INCHES - 2 * EDGE)
        title_height = text_size(title)[1] + 0.12
        below = TICK_DROP + small_line()
        heads = [max(panel.head_height() for panel in band) for band in bands]
        height = 2 * EDGE + title_height + sum(heads) - BAND_GAP
        height += len(bands) * (PANEL_HEIGHT + below + BAND_GAP)
        figure = Figure(figsize=(style.PICTURE_WIDTH_INCHES, height))
        write(figure, EDGE, height - EDGE, title, va="top", color=style.MUTED)
        before = max(panel.number_width() for panel in panels) + 0.08
        after = max(panel.end_width() for panel in panels)
        top = height - EDGE - title_height
        for band, head in zip(bands, heads, strict=True):
            for place, panel in enumerate(band):
                left = EDGE + place * (width + PANEL_GAP)
                panel.write_head(figure, left, top)
                frame = Box(
                    left + before, top - head - PANEL_HEIGHT, left + width - after, top - head
                )
                panel.draw(figure, frame, left, (first, last))
            top -= head + PANEL_HEIGHT + below + BAND_GAP
        return figure

    return draw(paint)


class _Panel(NamedTuple):
    """A panel: its texts, its values and its scale."""

    name: str
    note: str
    unknown: str
    end: str
    series: pd.Series
    limits: tuple[float, float]
    numbers: list[tuple[float, str]]

    def head_height(self) -> float:
        """Give the height of name and note with the space under them [inches]."""
        return self._name_height() + self._note_height() + HEAD_GAP

    def _name_height(self) -> float:
        return text_size(self.name, style.TEXT_SIZE, "semibold")[1]

    def _note_height(self) -> float:
        return text_size(self.note, style.SMALL_TEXT_SIZE)[1] if self.note else 0.0

    def number_width(self) -> float:
        """Give the width of the numbers at the left [inches]."""
        return max((text_width(text, style.SMALL_TEXT_SIZE) for _, text in self.numbers), default=0)

    def end_width(self) -> float:
        """Give the room of the last value at the right [inches]."""
        return text_width(self.end, style.TEXT_SIZE, "bold") + GAP + 0.03

    def write_head(self, figure: Figure, left: float, top: float) -> None:
        """Write name and note under a height [inches]."""
        write(figure, left, top, self.name, va="top", fontweight="semibold")
        if self.note:
            write(
                figure, left, top - self._name_height(), self.note, va="top", color=style.MUTED,
                fontsize=style.SMALL_TEXT_SIZE,
            )  # fmt: skip

    def draw(self, figure: Figure, frame: Box, left: float, years: tuple[int, int]) -> None:
        """Draw the line with its marks and numbers, or say that nothing is known."""
        if not self.end:
            write(
                figure, left, (frame.bottom + frame.top) / 2, self.unknown, color=style.MUTED,
                fontsize=style.SMALL_TEXT_SIZE, fontstyle="italic",
            )  # fmt: skip
            return
        room = 0.5 if years[0] == years[1] else 0.02 * (years[1] - years[0])
        sheet = make_sheet(figure, frame, (years[0] - room, years[1] + room), self.limits)
        number_years(sheet, *years)
        self._number_values(sheet, left)
        sheet.grid("y", [value for value, _ in self.numbers])
        known = self.series.dropna()
        xs, ys = self.series.index.to_list(), self.series.to_list()
        sheet.axes.plot(xs, ys, color=style.ACCENT, clip_on=False, zorder=3)
        for points, size in ((known.iloc[:-1], 4.5), (known.iloc[-1:], 7.0)):
            sheet.axes.plot(
                points.index.to_list(), points.to_list(), clip_on=False, zorder=3.1,
                **mark(style.ACCENT, size=size),
            )  # fmt: skip
        x, y = sheet.place(float(known.index[-1]), float(known.iloc[-1]))
        sheet.write(x + GAP + 0.02, y, self.end, fontweight="bold", color=style.ACCENT)

    def _number_values(self, sheet: Sheet, left: float) -> None:
        for value, text in self.numbers:
            _, y = sheet.place(0.0, value)
            sheet.write(
                sheet.frame.left - 0.08, y, text, ha="right", fontsize=style.SMALL_TEXT_SIZE
            )


def _panel(say: Language, series: pd.Series, name: str, note: str, unknown: str) -> _Panel:
    known = series.dropna()
    if known.empty:
        return _Panel(name, note, unknown, "", series, (0.0, 1.0), [])
    limits = from_zero(known.to_list())

    def fits(chosen: Sequence[tuple[float, str]]) -> bool:
        inches = PANEL_HEIGHT / (limits[1] - limits[0])
        return all((b[0] - a[0]) * inches > 2 * small_line() for a, b in pairwise(chosen))

    found = ticks(*limits, say.number, fits)
    if all(float(value).is_integer() for value in known):
        found = [(value, say.number(value)) for value, _ in found if value.is_integer()]
    end = say.number(float(known.iloc[-1]))
    return _Panel(name, note, unknown, end, series, limits, found)
