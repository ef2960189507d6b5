"""Picture of where children live over the years: areas that stand on one another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from dieval.present import style
from dieval.present.figures.canvas import EDGE, Sheet, draw
from dieval.present.figures.lettering import (
    GAP,
    in_column,
    text_size,
    text_width,
    wrap,
)
from dieval.present.figures.scales import Reach, limits, numbers
from dieval.present.figures.years import value_scale, year_sheet
from dieval.present.language import Bilingual, Language
from dieval.vocabulary import CARE_ARRANGEMENTS, ENDS_OF_CARE

HEIGHT = 3.2
# Widest name in the right margin, the room between it and the axes, and its sample [inches].
NAME_WIDTH = 1.45
LEADER = 0.24
SWATCH = 0.15
# Half of the column that a lone year is drawn as [years].
COLUMN_HALF = 0.12
# Between an area and the text in or over it [inches].
TEXT_GAP = 0.03

STYLES = style.ARRANGEMENT_STYLES | style.END_STYLES
# From the bottom: out of care, then in families, then in institutions.
ORDER = tuple(reversed((*CARE_ARRANGEMENTS, *ENDS_OF_CARE)))


def stacked_area(
    values: pd.DataFrame,
    labels: Callable[[Language, str], str],
    y_label: Callable[[Language], str],
) -> Bilingual:
    """Draw how many children live where over the years, families at the bottom.

    The total stands over each year, a number in each piece that has room for it, and the names
    beside the last year. A lone year is a column.

    Parameters
    ----------
    values : DataFrame, index year, one column per care arrangement or end of care
        Children at the end of the year, 0 or more; lines between years are straight. Columns of
        zeros alone are left out.
    labels : callable
        Gives the name of a column in a language.
    y_label : callable
        Gives the title of the value axis.

    Raises
    ------
    ValueError
        There is no year or no column, a column is strange, a year comes twice, or a value is NaN,
        infinite or below 0.
    """
    pieces = _pieces(values)
    highest = max(pieces.edges[-1])
    years = [int(year) for year in sorted(values.index)]

    def paint(say: Language) -> Figure:
        names = [
            wrap(labels(say, name), NAME_WIDTH, style.TEXT_SIZE, "semibold")
            for name in pieces.names
        ]
        sizes = [text_size(name, style.TEXT_SIZE, "semibold") for name in names]
        margin = LEADER + SWATCH + GAP + max((width for width, _ in sizes), default=0.0) + EDGE
        height = max(HEIGHT, sum(size[1] + 0.05 for size in sizes))
        heads = {year: say.number(pieces.at(year, -1)) for year in years}
        widest = max(text_width(head, style.TEXT_SIZE, "semibold") for head in heads.values())
        room = text_size("0")[1] + 2 * TEXT_GAP
        ends = limits([Reach(0.0), Reach(max(highest, 1.0), after=room)], height)
        sheet, numbered = year_sheet(
            (years[0], years[-1]),
            value_scale(ends, height, say.number, whole=True),
            height,
            y_label(say),
            half=COLUMN_HALF if len(years) == 1 else 0.0,
            side=widest / 2 + 0.02,
            right=margin if names else EDGE,
            widest=widest,
        )
        for order, name in enumerate(pieces.names):
            _draw_area(sheet, pieces, order, name)
        headed = [year for year in numbered if year in heads]
        for year in headed:
            _write_head(sheet, pieces, year, heads[year])
        for order, name in enumerate(pieces.names):
            _write_counts(sheet, say, pieces, order, headed, STYLES[name][0])
        _write_names(sheet, pieces, names)
        return sheet.figure

    return draw(paint)


class _Pieces(NamedTuple):
    """The areas from the bottom: names, and the edges under and over each at some years."""

    names: list[str]
    years: list[float]
    edges: list[list[float]]  # one more than there are names

    def at(self, year: float, edge: int) -> float:
        """Give the height of an edge in a year [children]."""
        return float(np.interp(year, self.years, self.edges[edge]))

    def reach(self, edge: int, start: float, end: float) -> tuple[float, float]:
        """Give the lowest and highest place of an edge between two years [children]."""
        bends = [year for year in self.years if start < year < end]
        heights = [self.at(year, edge) for year in (start, *bends, end)]
        return min(heights), max(heights)


def _pieces(values: pd.DataFrame) -> _Pieces:
    """Stack the columns that have children in the order of the picture."""
    picture = "a picture of areas"
    if not len(values.columns):
        raise ValueError(f"{picture} needs at least one column, got none")
    counts = numbers(values, list(values.columns), picture).sort_index()
    strange = [str(name) for name in counts.columns if name not in STYLES]
    if strange:
        raise ValueError(f"{picture} needs care arrangements or ends of care, got {strange}")
    twice = counts.index[counts.index.duplicated()].tolist()
    if twice:
        raise ValueError(f"{picture} needs each year once, got {twice} twice")
    if not (counts >= 0).all(axis=None):
        raise ValueError(f"{picture} needs counts of 0 or more, got {counts.to_dict('list')}")
    names = [name for name in ORDER if name in counts.columns and counts[name].any()]
    years = [float(year) for year in counts.index]
    below = np.zeros(len(years))
    edges = [below.tolist()]
    for name in names:
        below = below + counts[name].to_numpy()
        edges.append(below.tolist())
    if len(years) == 1:
        years = [years[0] - COLUMN_HALF, years[0] + COLUMN_HALF]
        edges = [edge * 2 for edge in edges]
    return _Pieces(names, years, edges)


def _draw_area(sheet: Sheet, pieces: _Pieces, order: int, name: str) -> None:
    """Fill an area with its colour and hatch, and draw its edge."""
    colour, hatch = STYLES[name]
    edge = style.hatch_on(colour)
    upper = list(zip(pieces.years, pieces.edges[order + 1], strict=True))
    lower = list(zip(pieces.years, pieces.edges[order], strict=True))
    points = [*lower, *reversed(upper)]
    sheet.axes.add_artist(
        Polygon(points, facecolor=colour, edgecolor=edge, hatch=hatch, linewidth=0)
    )
    sheet.axes.add_artist(Polygon(points, fill=False, edgecolor=edge, linewidth=0.6))


def _write_head(sheet: Sheet, pieces: _Pieces, year: int, text: str) -> None:
    """Write a total over the areas, as far up as they reach under the text."""
    width = text_width(text, style.TEXT_SIZE, "semibold")
    start, end = _years_under(sheet, sheet.place(year, 0)[0], width)
    x, y = sheet.place(year, pieces.reach(-1, start, end)[1])
    sheet.write(x, y + TEXT_GAP, text, ha="center", va="bottom", fontweight="semibold")


def _write_counts(
    sheet: Sheet, say: Language, pieces: _Pieces, order: int, years: Sequence[int], colour: str
) -> None:
    """Write the numbers of an area where it is high enough, from the last year backwards."""
    left, right = (sheet.place(year, 0)[0] for year in (pieces.years[0], pieces.years[-1]))
    before = right
    for year in reversed(years):
        text = say.number(pieces.at(year, order + 1) - pieces.at(year, order))
        width, height = text_size(text, style.SMALL_TEXT_SIZE)
        half = width / 2 + TEXT_GAP
        x = min(max(sheet.place(year, 0)[0], left + half), right - half)
        start, end = _years_under(sheet, x, 2 * half)
        low = sheet.place(year, pieces.reach(order, start, end)[1])[1]
        high = sheet.place(year, pieces.reach(order + 1, start, end)[0])[1]
        if high - low < height + TEXT_GAP or x - half < left or x + half > before + 1e-9:
            continue
        before = x - half
        y = (low + high) / 2
        sheet.axes.add_artist(
            Rectangle(
                (x - half, y - height / 2), 2 * half, height, facecolor=colour, linewidth=0,
                transform=sheet.figure.dpi_scale_trans, zorder=2,
            )
        )  # fmt: skip
        sheet.write(
            x, y, text, ha="center", fontsize=style.SMALL_TEXT_SIZE, color=style.text_on(colour)
        )


def _years_under(sheet: Sheet, middle: float, width: float) -> tuple[float, float]:
    """Give the years over which a text reaches."""
    year = (sheet.x[1] - sheet.x[0]) / (sheet.frame.right - sheet.frame.left)
    start = sheet.x[0] + (middle - width / 2 - sheet.frame.left) * year
    return start, start + width * year


def _write_names(sheet: Sheet, pieces: _Pieces, names: Sequence[str]) -> None:
    """Write the names beside the last year, with a sample of each and a line that leads there."""
    last = pieces.years[-1]
    ends = [edge[-1] for edge in pieces.edges]
    wanted = [sheet.place(last, (low + high) / 2)[1] for low, high in pairwise(ends)]
    heights = [text_size(name, style.TEXT_SIZE, "semibold")[1] + 0.05 for name in names]
    places = in_column(wanted, heights, sheet.frame.bottom, sheet.frame.top)
    start, left = sheet.place(last, 0)[0], sheet.frame.right + LEADER
    for order, (code, name, at, y) in enumerate(
        zip(pieces.names, names, wanted, places, strict=True)
    ):
        if ends[order + 1] > ends[order]:
            bend = max(sheet.frame.right, start + 0.04)
            points = [(start + 0.02, at), (bend, at), (left - 0.03, y)]
            sheet.line(points, style.LEADER, 0.7)
        colour, hatch = STYLES[code]
        sheet.figure.add_artist(
            Rectangle(
                (left, y - SWATCH / 2), SWATCH, SWATCH, facecolor=colour, hatch=hatch,
                edgecolor=style.hatch_on(colour), linewidth=0.6,
                transform=sheet.figure.dpi_scale_trans,
            )
        )  # fmt: skip
        sheet.write(left + SWATCH + GAP, y, name, fontweight="semibold", color=colour)
