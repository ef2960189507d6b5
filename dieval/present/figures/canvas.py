"""The sheet of a picture: where its axes, texts and key stand, all measured before it is drawn.

Texts have a size that does not depend on the values, so a picture is laid out in inches: first the
texts are measured, then the limits of the axes are chosen so that every text has its room, then the
figure is made, as high as it needs to be.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from dieval.present import style
from dieval.present.figures.lettering import GAP, Box, in_column, text_size, text_width, wrap
from dieval.present.figures.scales import Reach, limits, ticks
from dieval.present.figures.svg import svg
from dieval.present.language import Bilingual, Language, language
from dieval.vocabulary import LANGUAGES

# Free space at the edges of a picture [inches].
EDGE = 0.06
RIGHT_EDGE = 0.12
# Widest name of a row [inches]; longer ones are broken into lines.
ROW_LABEL_WIDTH = 2.05
# Between the texts of two rows [inches].
ROW_GAP = 0.13
TICK_GAP = 0.16
# Widest name of a line across the rows, and how far such lines reach over them [inches].
HEAD_WIDTH = 2.2
HEAD_DROP = 0.04
# From the axes to the numbers under them [inches].
TICK_DROP = 0.1
# Paper behind a text, so that lines do not run through it.
PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 0.7}
# Samples of the key [inches].
SAMPLE_WIDTHS = {"bar": 0.26, "line": 0.26, "mark": 0.12, "break": 0.12, "tick": 0.12}
SAMPLE_HEIGHT = 0.14
KEY_GAP = 0.24

Dashes = Literal["-"] | tuple[float, tuple[float, ...]]


@dataclass(frozen=True)
class KeyEntry:
    """A line of the key: a text, and the bar, mark, line, break or upright tick it explains."""

    text: str
    kind: Literal["bar", "mark", "line", "break", "tick"]
    colour: str
    hatch: str = ""
    marker: str = "o"
    filled: bool = True
    dashes: Dashes = "-"
    sign: str = ""  # what stands in the bar


@dataclass(frozen=True)
class Level:
    """A value that a line across the rows marks, named at the head of the line."""

    value: float
    text: str = ""
    colour: str = style.INK
    dashes: Dashes = "-"


@dataclass(frozen=True)
class Sheet:
    """A figure with one pair of axes, whose place and limits are known.

    Parameters
    ----------
    figure, axes : Figure, Axes
        What is drawn on.
    frame : Box
        Where the axes stand [inches].
    x, y : tuple of float
        Limits of the axes [unit of the values].
    """

    figure: Figure
    axes: Axes
    frame: Box
    x: tuple[float, float]
    y: tuple[float, float]

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Give where a point of the axes stands on the sheet [inches]."""
        return (
            self.frame.left
            + (x - self.x[0]) / (self.x[1] - self.x[0]) * (self.frame.right - self.frame.left),
            self.frame.bottom
            + (y - self.y[0]) / (self.y[1] - self.y[0]) * (self.frame.top - self.frame.bottom),
        )

    def write(self, x: float, y: float, text: str, **settings: Any) -> Text:
        """Write a text at a place on the sheet [inches]."""
        return write(self.figure, x, y, text, **settings)

    def line(
        self, points: Sequence[tuple[float, float]], colour: str, width: float, **settings: Any
    ) -> None:
        """Draw a line on the sheet [inches], in front of the grid."""
        self.axes.add_artist(
            Line2D(
                [x for x, _ in points],
                [y for _, y in points],
                transform=self.figure.dpi_scale_trans,
                color=colour,
                linewidth=width,
                clip_on=False,
                **settings,
            )
        )

    def grid(self, along: Literal["x", "y"], values: Iterable[float]) -> None:
        """Draw light lines behind, at values of an axis; along y also one at the foot.

        Parameters
        ----------
        along : str
            The axis that has the values.
        values : iterable of float
            Those outside the limits are left out.
        """
        low, high = sorted(self.x if along == "x" else self.y)
        xs: list[float] = []
        ys: list[float] = []
        for value in values:
            if low <= value <= high:  # one line with gaps draws faster than many
                x, y = self.place(value, value)
                left, right = (x, x) if along == "x" else (self.frame.left, self.frame.right)
                bottom, top = (y, y) if along == "y" else (self.frame.bottom, self.frame.top)
                xs += [left, right, math.nan]
                ys += [bottom, top, math.nan]
        if xs:
            self.line(list(zip(xs, ys, strict=True)), style.RULE, 0.6, zorder=0.5)
        if along == "y":
            foot = self.frame.bottom
            ends = [(self.frame.left, foot), (self.frame.right, foot)]
            self.line(ends, style.RULE, 0.8, zorder=2.5)


# --- Drawing -------------------------------------------------------------------------------------


def draw(paint: Callable[[Language], Figure]) -> Bilingual:
    """Draw a picture in every language.

    Parameters
    ----------
    paint : callable
        Gets the language and gives the picture; called once a language.

    Returns
    -------
    dict of str
        SVG by language; the same bytes for the same input.
    """
    pictures = {}
    with rc_context(rc=style.picture_settings()):
        for code in LANGUAGES:
            pictures[code] = svg(picture(paint, language(code)))
    return pictures


def picture(paint: Callable[[Language], Figure], say: Language) -> Figure:
    """Paint a picture in one language."""
    return paint(say)


def write(figure: Figure, x: float, y: float, text: str, **settings: Any) -> Text:
    """Write a text at a place [inches from the lower left corner]."""
    settings = {"va": "center", "ha": "left", "multialignment": "left"} | settings
    return figure.text(x, y, text, transform=figure.dpi_scale_trans, **settings)


def bar(
    axes: Axes, ends: tuple[float, float], y: float, height: float, colours: tuple[str, str]
) -> None:
    """Draw a piece of a horizontal bar; one without width is left out.

    Parameters
    ----------
    axes : Axes
        What it is drawn on.
    ends : tuple of float
        Where it starts and ends, in either order.
    y, height : float
        Its middle and height, in rows.
    colours : tuple of str
        Colour and hatch.
    """
    start, end = sorted(ends)
    if start == end:
        return
    block(axes, Box(start, y - height / 2, end, y + height / 2), colours)


def block(axes: Axes, box: Box, colours: tuple[str, str]) -> None:
    """Fill a rectangle with a colour and a hatch, and draw its edge.

    Parameters
    ----------
    axes : Axes
        What it is drawn on.
    box : Box
        Its ends, in the units of the axes.
    colours : tuple of str
        Colour and hatch.
    """
    colour, hatch = colours
    edge = style.hatch_on(colour)
    place, width, height = (box.left, box.bottom), box.right - box.left, box.top - box.bottom
    axes.add_artist(
        Rectangle(place, width, height, facecolor=colour, edgecolor=edge, hatch=hatch, linewidth=0)
    )
    axes.add_artist(Rectangle(place, width, height, fill=False, edgecolor=edge, linewidth=0.6))


# --- Key -----------------------------------------------------------------------------------------


def key_lines(entries: Sequence[KeyEntry]) -> list[list[tuple[float, KeyEntry, str]]]:
    """Set the entries of a key in lines: where each starts [inches], and its text broken."""
    room = style.PICTURE_WIDTH_INCHES - 2 * EDGE
    lines: list[list[tuple[float, KeyEntry, str]]] = []
    end = room + 1
    for entry in entries:
        sample = SAMPLE_WIDTHS[entry.kind] + GAP
        text = wrap(entry.text, room - sample, style.SMALL_TEXT_SIZE)
        width = sample + text_size(text, style.SMALL_TEXT_SIZE)[0]
        if end + width > room:
            lines.append([])
            end = 0.0
        lines[-1].append((EDGE + end, entry, text))
        end += width + KEY_GAP
    return lines


def key_height(entries: Sequence[KeyEntry]) -> float:
    """Give the height of a key [inches], with the space under it."""
    heights = [_line_height(line) for line in key_lines(entries)]
    return sum(heights) + (0.1 if heights else 0.0)


def _line_height(line: list[tuple[float, KeyEntry, str]]) -> float:
    return max(text_size(text, style.SMALL_TEXT_SIZE)[1] for _, _, text in line) + 0.05


def draw_key(figure: Figure, entries: Sequence[KeyEntry], top: float) -> None:
    """Draw a key under a height [inches]."""
    for line in key_lines(entries):
        height = _line_height(line)
        for left, entry, text in line:
            _draw_sample(figure, entry, left, top - height / 2)
            write(
                figure,
                left + SAMPLE_WIDTHS[entry.kind] + GAP,
                top - height / 2,
                text,
                fontsize=style.SMALL_TEXT_SIZE,
            )
        top -= height


def _draw_sample(figure: Figure, entry: KeyEntry, left: float, y: float) -> None:
    """Draw what an entry of the key explains."""
    inches: dict[str, Any] = {"transform": figure.dpi_scale_trans}
    width = SAMPLE_WIDTHS[entry.kind]
    if entry.kind == "bar":
        place = (left, y - SAMPLE_HEIGHT / 2)
        edge = style.hatch_on(entry.colour)
        size = (width, SAMPLE_HEIGHT)
        figure.add_artist(
            Rectangle(
                place,
                *size,
                facecolor=entry.colour,
                edgecolor=edge,
                hatch=entry.hatch,
                linewidth=0,
                **inches,
            )
        )
        figure.add_artist(
            Rectangle(
                place,
                *size,
                fill=False,
                edgecolor=edge,
                linewidth=0.6,
                zorder=4 if entry.sign else 1,
                **inches,
            )
        )
        if entry.sign:
            paper = {"facecolor": entry.colour, "edgecolor": "none", "pad": 0.2}
            write(
                figure, left + width / 2, y, entry.sign, ha="center", bbox=paper,
                fontsize=style.SMALL_TEXT_SIZE - 1, color=style.text_on(entry.colour),
            )  # fmt: skip
    elif entry.kind == "break":
        middle = left + width / 2
        for points in slashes(middle, y):
            xs, ys = zip(*points, strict=True)
            figure.add_artist(Line2D(xs, ys, color=entry.colour, linewidth=1.2, **inches))
    elif entry.kind == "tick":
        middle, half = left + width / 2, SAMPLE_HEIGHT / 2 + 0.02
        figure.add_artist(
            Line2D(
                [middle, middle], [y - half, y + half], color=entry.colour, linewidth=2.4, **inches
            )
        )
    elif entry.kind == "line":
        figure.add_artist(
            Line2D(
                [left, left + width],
                [y, y],
                color=entry.colour,
                linestyle=entry.dashes,
                linewidth=1.8,
                **inches,
            )
        )
    else:
        figure.add_artist(
            Line2D(
                [left + width / 2],
                [y],
                **inches,
                **mark(entry.colour, entry.marker, entry.filled),
            )
        )


def mark(colour: str, marker: str = "o", filled: bool = True, size: float = 7.0) -> dict[str, Any]:
    """Give the settings of a mark: filled with its colour, or open."""
    return {
        "linestyle": "none",
        "marker": marker,
        "markersize": size,
        "markerfacecolor": colour if filled else "white",
        "markeredgecolor": "white" if filled else colour,
        "markeredgewidth": 0.8 if filled else 1.6,
    }


def slashes(x: float, y: float) -> list[list[tuple[float, float]]]:
    """Give the two strokes of a break in a line, around a place [inches]."""
    return [
        [(x + shift - 0.025, y - 0.075), (x + shift + 0.025, y + 0.075)] for shift in (-0.03, 0.03)
    ]


# --- Sheets --------------------------------------------------------------------------------------


def row_sheet(
    rows: Sequence[str],
    reaches: Sequence[Reach],
    value_label: str,
    write_number: Callable[[float, int], str],
    *,
    entries: Sequence[KeyEntry] = (),
    levels: Sequence[Level] = (),
    row_height: float = 0.4,
) -> Sheet:
    """Make a sheet with a named row for each bar; row *i* has its middle at −*i*.

    Parameters
    ----------
    rows : sequence of str
        Names of the rows, from the top.
    reaches : sequence of Reach
        Values on the axis, with the room of their labels.
    value_label : str
        Title of the value axis.
    write_number : callable
        Writes a number of the value axis with a number of decimals.
    entries : sequence of KeyEntry
        Key, over the rows.
    levels : sequence of Level
        Values marked by a line across all rows.
    row_height : float
        Smallest height of a row [inches]; names of many lines make all rows higher.
    """
    names = [wrap(row, ROW_LABEL_WIDTH) for row in rows]
    sizes = [text_size(name) for name in names]
    left = EDGE + max(width for width, _ in sizes) + 0.1
    right = style.PICTURE_WIDTH_INCHES - RIGHT_EDGE
    low, high = limits([*reaches, *(Reach(level.value) for level in levels)], right - left)
    row_height = max(row_height, *(height + ROW_GAP for _, height in sizes))
    title = wrap(value_label, right - left)
    ticks_height = small_line()
    bottom = EDGE + text_size(title)[1] + 0.04 + ticks_height + TICK_DROP
    heads = level_heads(levels, low, high, left, right)
    heads_height = max((height for _, _, _, height in heads), default=0.0) + HEAD_DROP
    height = bottom + row_height * len(rows) + heads_height + key_height(entries) + EDGE
    figure = Figure(figsize=(style.PICTURE_WIDTH_INCHES, height))
    frame = Box(left, bottom, right, bottom + row_height * len(rows))
    sheet = make_sheet(figure, frame, (low, high), (0.5 - len(rows), 0.5))
    for order, name in enumerate(names):
        _, y = sheet.place(low, -order)
        sheet.write(left - 0.1, y, name, ha="right", multialignment="right")
    sheet.grid("x", number_x_axis(sheet, write_number, title))
    draw_levels(sheet, levels, heads)
    draw_key(figure, entries, height - EDGE)
    return sheet


def level_heads(
    levels: Sequence[Level], low: float, high: float, left: float, right: float
) -> list[tuple[float, str, str, float]]:
    """Place the names of levels over the rows, moved apart where they would overlap.

    Returns
    -------
    list of (float, str, str, float)
        Middle of each name [inches], the name, its colour and its height [inches].
    """
    named = sorted((level for level in levels if level.text), key=lambda level: level.value)
    texts = [wrap(level.text, HEAD_WIDTH, style.SMALL_TEXT_SIZE, "semibold") for level in named]
    sizes = [text_size(text, style.SMALL_TEXT_SIZE, "semibold") for text in texts]
    wanted = [left + (level.value - low) / (high - low) * (right - left) for level in named]
    middles = in_column(
        wanted, [width + 2 * GAP for width, _ in sizes], 0.0, style.PICTURE_WIDTH_INCHES
    )
    return [
        (middle, text, level.colour, height)
        for middle, text, level, (_, height) in zip(middles, texts, named, sizes, strict=True)
    ]


def draw_levels(
    sheet: Sheet, levels: Sequence[Level], heads: Sequence[tuple[float, str, str, float]]
) -> None:
    """Draw the lines of levels across all rows, and their names over the rows."""
    top = sheet.frame.top + HEAD_DROP
    for level in levels:
        across, _ = sheet.place(level.value, 0.0)
        ends = [(across, sheet.frame.bottom), (across, top)]
        sheet.line(ends, level.colour, 1.0, linestyle=level.dashes, zorder=3)
    for middle, text, colour, _ in heads:
        sheet.write(
            middle, top, text, va="bottom", ha="center", multialignment="center", color=colour,
            fontweight="semibold", fontsize=style.SMALL_TEXT_SIZE,
        )  # fmt: skip


def plot_sheet(
    x: tuple[float, float],
    y: tuple[float, float],
    y_label: str,
    write_number: Callable[[float, int], str],
    *,
    right: float,
    plot_height: float,
    x_label: str = "",
    entries: Sequence[KeyEntry] = (),
) -> Sheet:
    """Make a sheet for lines and points, with a title over the value axis.

    Parameters
    ----------
    x, y : tuple of float
        Limits of the axes.
    y_label, x_label : str
        Titles of the axes.
    write_number : callable
        Writes a number of the vertical axis with a number of decimals.
    right : float
        Room to the right of the axes [inches].
    plot_height : float
        Height of the axes [inches].
    entries : sequence of KeyEntry
        Key, over the axes.
    """
    line = small_line()

    def fits(chosen: list[tuple[float, str]]) -> bool:
        inches = plot_height / (y[1] - y[0])
        return all((b[0] - a[0]) * inches > line * 1.6 for a, b in pairwise(chosen))

    numbers = ticks(*y, write_number, fits)
    widest = max((text_width(text, style.SMALL_TEXT_SIZE) for _, text in numbers), default=0.0)
    left = EDGE + widest + 0.1
    x_title = wrap(x_label, style.PICTURE_WIDTH_INCHES - right - left)
    below = TICK_DROP + line + (0.04 + text_size(x_title)[1] if x_title else 0.0)
    bottom = EDGE + below
    y_title = wrap(y_label, style.PICTURE_WIDTH_INCHES - 2 * EDGE)
    title_height = text_size(y_title)[1] + 0.12
    height = bottom + plot_height + title_height + key_height(entries) + EDGE
    figure = Figure(figsize=(style.PICTURE_WIDTH_INCHES, height))
    frame = Box(left, bottom, style.PICTURE_WIDTH_INCHES - right, bottom + plot_height)
    sheet = make_sheet(figure, frame, x, y)
    for place, text in numbers:
        _, at = sheet.place(x[0], place)
        sheet.write(left - 0.08, at, text, ha="right", fontsize=style.SMALL_TEXT_SIZE)
    sheet.write(EDGE, frame.top + 0.08, y_title, va="bottom", color=style.MUTED)
    if x_title:
        sheet.write(left, EDGE, x_title, va="bottom", color=style.MUTED)
    draw_key(figure, entries, height - EDGE)
    sheet.grid("y", [place for place, _ in numbers])
    if y[0] < 0:
        sheet.axes.axhline(0, color=style.INK, linewidth=0.8, zorder=1.5)
    return sheet


def number_x_axis(
    sheet: Sheet, write_number: Callable[[float, int], str], title: str = ""
) -> list[float]:
    """Write the numbers under the axes, as many as fit, and the title under them; give them."""
    left, right = EDGE, style.PICTURE_WIDTH_INCHES - EDGE

    def spans(chosen: list[tuple[float, str]]) -> list[tuple[float, float]]:
        ends = []
        for value, text in chosen:
            middle, half = sheet.place(value, 0)[0], text_width(text, style.SMALL_TEXT_SIZE) / 2
            ends.append((middle - half, middle + half))
        return ends

    def fits(chosen: list[tuple[float, str]]) -> bool:
        return all(b[0] - a[1] > TICK_GAP for a, b in pairwise(spans(chosen)))

    numbers = ticks(*sheet.x, write_number, fits)
    top = sheet.frame.bottom - TICK_DROP
    for (_, text), (start, end) in zip(numbers, spans(numbers), strict=True):
        if start >= left and end <= right:
            sheet.write(
                (start + end) / 2, top, text, va="top", ha="center", fontsize=style.SMALL_TEXT_SIZE
            )
    if title:
        sheet.write(sheet.frame.left, top - small_line() - 0.04, title, va="top", color=style.MUTED)
    return [value for value, _ in numbers]


def blank_sheet(height: float) -> Sheet:
    """Make a sheet without axes to be seen, on which every place is given in inches."""
    frame = Box(0.0, 0.0, style.PICTURE_WIDTH_INCHES, height)
    figure = Figure(figsize=(frame.right, height))
    return make_sheet(figure, frame, (0.0, frame.right), (0.0, height))


def make_sheet(figure: Figure, frame: Box, x: tuple[float, float], y: tuple[float, float]) -> Sheet:
    """Put a pair of axes with these limits on a figure, at a place in inches."""
    width, height = figure.get_size_inches()
    axes = figure.add_axes(
        (
            frame.left / width,
            frame.bottom / height,
            (frame.right - frame.left) / width,
            (frame.top - frame.bottom) / height,
        )
    )
    axes.set_xlim(*x)
    axes.set_ylim(*y)
    axes.set_axis_off()  # numbers and lines are the sheet's: an axis would be laid out for nothing
    return Sheet(figure, axes, frame, x, y)


def small_line() -> float:
    """Give the height of a line of small text [inches]."""
    return text_size("0", style.SMALL_TEXT_SIZE)[1]
