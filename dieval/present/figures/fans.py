"""Picture of what care will be needed: a panel for each arrangement, with a range that widens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import NamedTuple

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from dieval.present import style
from dieval.present.figures.canvas import (
    EDGE,
    RIGHT_EDGE,
    TICK_DROP,
    KeyEntry,
    Sheet,
    draw,
    draw_key,
    key_height,
    make_sheet,
    mark,
    small_line,
    write,
)
from dieval.present.figures.lettering import Box, text_size, text_width, wrap
from dieval.present.figures.lines import from_zero, number_years
from dieval.present.figures.scales import numbers
from dieval.present.figures.years import Scale, steps, value_scale
from dieval.present.language import Bilingual, Language

# Panels beside each other, their height, and the space between them [inches].
MOST_PANELS = 3
PANEL_HEIGHT = 1.35
PANEL_GAP = 0.25
BAND_GAP = 0.2
WIDEST_PANEL = 4.6
HEAD_GAP = 0.04
# Half of the range of a lone year [years].
LONE_HALF = 0.3

QUANTILES = ("p10", "p50", "p90")
PICTURE = "a picture of demand"


def demand_fans(
    table: pd.DataFrame,
    observed: pd.DataFrame,
    names: Callable[[Language, str], str],
    y_label: Callable[[Language], str],
    band_label: Callable[[Language], str],
    median_label: Callable[[Language], str],
    observed_label: Callable[[Language], str],
    places_label: Callable[[Language], str],
    empty_label: Callable[[Language], str],
    empty_from: Mapping[str, float],
) -> Bilingual:
    """Draw how many children will need each arrangement, beside the places planned for them.

    Panels share their years; each has its own scale from 0. An upright mark with its year stands
    where places start to be empty.

    Parameters
    ----------
    table : DataFrame
        `year`, `care_arrangement`, `p10`, `p50` and `p90` [children], and `planned_places`; NaN
        leaves a gap. Panels stand in the order in which arrangements come first.
    observed : DataFrame
        `year`, `care_arrangement` and `children`, before the years of the table; arrangements
        that are not in the table are left out.
    names : callable
        Gives the name of an arrangement in a language.
    y_label : callable
        Says over the panels what is counted.
    band_label, median_label, observed_label, places_label, empty_label : callable
        Say in the key what the range, its middle, the observed line, the dashed line and the
        upright mark are; what no panel has is not explained.
    empty_from : mapping of str to float
        By arrangement, the year from which places stand empty; NaN, or none, where they do not.

    Raises
    ------
    ValueError
        There is no row, a column is missing, no number is known, one is infinite, a year comes
        twice in an arrangement, or places stand empty from a year that the panels do not reach.
    """
    panels = _panels(table, observed, empty_from)
    first = min(panel.years[0] for panel in panels)
    last = max(panel.years[1] for panel in panels)
    outside = {p.code: p.empty for p in panels if p.empty and not first <= p.empty <= last}
    if outside:
        raise ValueError(f"{PICTURE} needs empty places from {first} to {last}, got {outside}")
    across = min(len(panels), 2 if len(panels) <= 4 else MOST_PANELS)
    width = (style.PICTURE_WIDTH_INCHES - EDGE - RIGHT_EDGE + PANEL_GAP) / across - PANEL_GAP
    width = min(width, WIDEST_PANEL)

    def paint(say: Language) -> Figure:
        entries = _entries(
            panels,
            [label(say) for label in (band_label, median_label, observed_label, places_label)],
            empty_label(say),
        )
        heads = [
            wrap(names(say, panel.code), width, style.TEXT_SIZE, "semibold") for panel in panels
        ]
        scales = [
            value_scale(panel.limits, PANEL_HEIGHT, say.number, whole=True) for panel in panels
        ]
        before = max(scale.width() for scale in scales)
        title = wrap(y_label(say), style.PICTURE_WIDTH_INCHES - 2 * EDGE)
        title_height = text_size(title)[1] + 0.08
        rows = [range(start, min(start + across, len(panels)))
                for start in range(0, len(panels), across)]  # fmt: skip
        head_heights = [
            max(text_size(heads[place], style.TEXT_SIZE, "semibold")[1] for place in row)
            + small_line()
            + HEAD_GAP
            for row in rows
        ]
        below = TICK_DROP + small_line() + BAND_GAP
        height = 2 * EDGE + key_height(entries) + title_height - BAND_GAP
        height += sum(head_heights) + len(rows) * (PANEL_HEIGHT + below)
        figure = Figure(figsize=(style.PICTURE_WIDTH_INCHES, height))
        draw_key(figure, entries, height - EDGE)
        top = height - EDGE - key_height(entries)
        write(figure, EDGE, top, title, va="top", color=style.MUTED)
        top -= title_height
        for row, head_height in zip(rows, head_heights, strict=True):
            for place, order in enumerate(row):
                left = EDGE + place * (width + PANEL_GAP)
                write(figure, left, top, heads[order], va="top", fontweight="semibold")
                frame = Box(
                    left + before, top - head_height - PANEL_HEIGHT, left + width,
                    top - head_height,
                )  # fmt: skip
                panels[order].draw(figure, frame, scales[order], (first, last))
            top -= head_height + PANEL_HEIGHT + below
        return figure

    return draw(paint)


class _Panel(NamedTuple):
    """What a panel draws, by year: quantiles and places, observed stocks, and the marked year."""

    code: str
    fan: pd.DataFrame
    places: pd.Series
    stocks: pd.Series
    empty: int | None
    years: tuple[int, int]
    limits: tuple[float, float]

    def draw(self, figure: Figure, frame: Box, scale: Scale, years: tuple[int, int]) -> None:
        """Draw the panel in its frame."""
        sheet = make_sheet(figure, frame, (years[0] - 0.5, years[1] + 0.5), scale.limits)
        number_years(sheet, *years)
        scale.write(sheet)
        for run in _runs(self.fan):
            self._draw_run(sheet, run)
        for stroke in steps(self.places):
            points = [sheet.place(x, y) for x, y in stroke]
            sheet.line(points, style.PLANNED, 1.8, linestyle=style.PLANNED_DASHES, zorder=2.4)
        if len(self.stocks):
            self._draw_stocks(sheet)
        if self.empty is not None:
            self._mark_year(sheet, self.empty)

    def _draw_run(self, sheet: Sheet, run: pd.DataFrame) -> None:
        """Draw the range and its middle over years that follow one another."""
        years = [float(year) for year in run.index]
        low, middle, high = (run[name].to_list() for name in QUANTILES)
        if len(years) == 1:
            years = [years[0] - LONE_HALF, years[0] + LONE_HALF]
            low, middle, high = low * 2, middle * 2, high * 2
        points = [*zip(years, low, strict=True), *reversed(list(zip(years, high, strict=True)))]
        edge = style.hatch_on(style.RANGE)
        sheet.axes.add_artist(
            Polygon(points, facecolor=style.RANGE, edgecolor=edge, linewidth=0.6, zorder=1.6)
        )
        sheet.axes.plot(years, middle, color=style.ACCENT, linewidth=2.0, zorder=2.2)

    def _draw_stocks(self, sheet: Sheet) -> None:
        """Draw what is observed: a line with a mark for each year, and gaps."""
        years = range(int(self.stocks.index[0]), int(self.stocks.index[-1]) + 1)
        line = self.stocks.reindex(years)
        sheet.axes.plot(
            line.index.to_list(), line.to_list(), color=style.INK, linewidth=1.4, zorder=2.5
        )
        sheet.axes.plot(
            self.stocks.index.to_list(), self.stocks.to_list(), zorder=2.6, clip_on=False,
            **mark(style.INK, size=4.5),
        )  # fmt: skip

    def _mark_year(self, sheet: Sheet, year: int) -> None:
        """Draw an upright line at a year and write the year over it, within the panel."""
        x, top = sheet.place(year, self.limits[1])
        sheet.line([(x, sheet.frame.bottom), (x, top + 0.03)], style.OVERDUE, 1.4, zorder=2.3)
        half = text_width(str(year), style.SMALL_TEXT_SIZE, "semibold") / 2
        middle = min(max(x, sheet.frame.left + half), sheet.frame.right - half)
        sheet.write(
            middle, top + 0.03, str(year), ha="center", va="bottom", color=style.OVERDUE,
            fontsize=style.SMALL_TEXT_SIZE, fontweight="semibold",
        )  # fmt: skip


def _panels(
    table: pd.DataFrame, observed: pd.DataFrame, empty_from: Mapping[str, float]
) -> list[_Panel]:
    """Give a panel for each arrangement of the table."""
    fans = numbers(table, [*QUANTILES, "planned_places"], PICTURE)
    if fans[list(QUANTILES)].isna().all(axis=None):
        raise ValueError(f"{PICTURE} needs at least one number that is known, got none")
    stocks = pd.DataFrame({"children": pd.Series(dtype=float)})
    if len(observed):
        stocks = numbers(observed, ["children"], PICTURE)
    for found, keys in ((fans, table), (stocks, observed)):
        for key in ("year", "care_arrangement"):
            found[key] = keys[key]
        twice = found[found.duplicated(["year", "care_arrangement"])]
        if len(twice):
            raise ValueError(
                f"{PICTURE} needs each year once in an arrangement, got twice "
                f"{twice[['year', 'care_arrangement']].head(5).to_dict('records')}"
            )
    panels = []
    for code, rows in fans.groupby("care_arrangement", sort=False):
        fan = rows.set_index("year").sort_index()
        seen = stocks[stocks["care_arrangement"] == code].set_index("year")["children"]
        seen = seen.dropna().sort_index()
        year = empty_from.get(str(code))
        every = [*fan.index, *seen.index]
        values = pd.Series([*fan.drop(columns="care_arrangement").to_numpy().ravel(), *seen])
        panels.append(
            _Panel(
                str(code),
                fan[list(QUANTILES)],
                fan["planned_places"],
                seen,
                None if year is None or pd.isna(year) else int(year),
                (int(min(every)), int(max(every))),
                from_zero([1.0, *values.dropna()]),
            )
        )
    return panels


def _runs(fan: pd.DataFrame) -> list[pd.DataFrame]:
    """Cut a fan where a year is missing or not known."""
    known = fan.dropna()
    years = [int(year) for year in known.index]
    cuts = [place + 1 for place, (a, b) in enumerate(pairwise(years)) if b > a + 1]
    ends = [0, *cuts, len(years)]
    return [known.iloc[start:end] for start, end in pairwise(ends) if end > start]


def _entries(panels: list[_Panel], labels: list[str], empty_label: str) -> list[KeyEntry]:
    """Give the key of what at least one panel has."""
    band, median, seen, places = labels
    entries = [
        KeyEntry(band, "bar", style.RANGE),
        KeyEntry(median, "line", style.ACCENT),
    ]
    if any(len(panel.stocks) for panel in panels):
        entries.append(KeyEntry(seen, "mark", style.INK))
    if any(panel.places.notna().any() for panel in panels):
        entries.append(KeyEntry(places, "line", style.PLANNED, dashes=style.PLANNED_DASHES))
    if any(panel.empty is not None for panel in panels):
        entries.append(KeyEntry(empty_label, "tick", style.OVERDUE))
    return entries
