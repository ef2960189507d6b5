"""Picture of where children in care live: shares of the arrangements, a column for each year."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from dieval.present import style
from dieval.present.figures.canvas import (
    EDGE,
    KeyEntry,
    Sheet,
    blank_sheet,
    block,
    draw,
    draw_key,
    key_height,
    slashes,
    small_line,
)
from dieval.present.figures.lettering import (
    GAP,
    Box,
    in_column,
    share,
    text_size,
    text_width,
    wrap,
)
from dieval.present.figures.scales import numbers, present
from dieval.present.language import Bilingual, Language
from dieval.present.rounding import largest_remainder
from dieval.vocabulary import CARE_ARRANGEMENTS, FAMILY_BASED, NOT_AVAILABLE

HEIGHT = 3.0
WIDEST_COLUMN = 0.56
# Part of its room that a column takes.
COLUMN_SHARE = 0.84
# Between columns of different counting bases, and over years that are not there [inches].
BASIS_GAP = 0.34
YEAR_GAP = 0.2
BASIS_WIDTH = 1.3
NAME_WIDTH = 1.3
SWATCH = 0.15
LEADER = 0.22
BAND_GAP = 0.22
# Largest difference of the sum of a column's shares from 1.
ROUNDING = 1e-3


class _Column(NamedTuple):
    """A year on a counting basis."""

    year: int
    basis: str
    shares: dict[str, float]  # empty where a part is not counted
    families: float

    def pieces(self) -> list[tuple[str, float, float]]:
        """Give arrangement, lower and upper end of each piece, families at the bottom."""
        ends, low = [], 0.0
        for name in reversed(CARE_ARRANGEMENTS):
            if self.shares.get(name, 0.0) > 0:
                ends.append((name, low, low + self.shares[name]))
                low += self.shares[name]
        return ends


def mix_over_time(
    table: pd.DataFrame,
    families: pd.DataFrame,
    arrangement_name: Callable[[Language, str], str],
    basis_name: Callable[[Language, str], str],
    families_label: Callable[[Language], str],
    not_counted_label: Callable[[Language], str],
) -> Bilingual:
    """Draw a column of 100 % for each year, of the shares of the care arrangements.

    Columns of one counting basis stand together under its name; two strokes mark each change of
    basis, because shares on either side of it are not comparable. The share of children in a
    family environment stands over each column. A year in which a part is not counted has a
    hatched column without shares.

    Parameters
    ----------
    table : DataFrame
        `year`, `counting_basis`, `care_arrangement` and `share` of all children of that year and
        basis; bases stand in the order in which they come first. A NaN, or zeros alone, mean that
        the year and basis lacks a part.
    families : DataFrame
        `year`, `counting_basis` and `share`, of the children in a family environment; NaN, or no
        row, where it is not known.
    arrangement_name, basis_name : callable
        Give the name of an arrangement and of a counting basis in a language.
    families_label : callable
        Says what the share over the columns is.
    not_counted_label : callable
        Says in the key what a hatched column means.

    Raises
    ------
    ValueError
        There is no row, a column is missing, an arrangement is strange or comes twice in a year
        and basis, or shares of a year and basis are below 0 or do not add up to 1.
    """
    columns = _columns(table, families)

    def paint(say: Language) -> Figure:
        names = {
            name: wrap(arrangement_name(say, name), NAME_WIDTH, style.TEXT_SIZE, "semibold")
            for name in CARE_ARRANGEMENTS
            if any(name in column.shares for column in columns)
        }
        bases = {
            basis: wrap(basis_name(say, basis), BASIS_WIDTH, style.SMALL_TEXT_SIZE, "semibold")
            for basis in dict.fromkeys(column.basis for column in columns)
        }
        margin = LEADER + SWATCH + GAP + EDGE
        margin += max(
            (text_size(t, style.TEXT_SIZE, "semibold")[0] for t in names.values()), default=0
        )
        heads = [_head(say, column.families) for column in columns]
        least = max(
            text_width("2000", style.SMALL_TEXT_SIZE),
            *(text_width(head, style.TEXT_SIZE, "semibold") for head in heads),
        )
        room = style.PICTURE_WIDTH_INCHES - margin - EDGE
        pitch, bands = _bands(columns, bases, least + 0.07, room)
        title = wrap(families_label(say), style.PICTURE_WIDTH_INCHES - 2 * EDGE)
        entries = []
        if any(not column.shares for column in columns):
            entries.append(
                KeyEntry(not_counted_label(say), "bar", *style.UNKNOWN_STYLE, sign=NOT_AVAILABLE)
            )
        basis_height = max(
            text_size(text, style.SMALL_TEXT_SIZE, "semibold")[1] for text in bases.values()
        )
        line = text_size("0")[1]
        names_height = sum(
            text_size(text, style.TEXT_SIZE, "semibold")[1] + 0.05 for text in names.values()
        )
        tall = max(HEIGHT, names_height)
        band_height = line + 0.03 + tall + 0.05 + small_line() + 0.06 + basis_height
        height = key_height(entries) + text_size(title)[1] + 0.06 + 2 * EDGE
        height += len(bands) * (band_height + BAND_GAP) - BAND_GAP
        sheet = blank_sheet(height)
        draw_key(sheet.figure, entries, height - EDGE)
        top = height - EDGE - key_height(entries)
        sheet.write(EDGE, top, title, va="top", color=style.MUTED)
        top -= text_size(title)[1] + 0.06
        for order, band in enumerate(bands):
            frame = Box(EDGE, top - line - 0.03 - tall, EDGE + room, top - line - 0.03)
            for place in band:
                _draw_column(sheet, say, place, frame, pitch)
            _write_bases(sheet, band, bases, frame, pitch)
            if order == 0 and names:
                _write_names(sheet, band, names, frame, pitch)
            top -= band_height + BAND_GAP
        return sheet.figure

    return draw(paint)


# --- Columns and where they stand ----------------------------------------------------------------


class _Place(NamedTuple):
    """A column with its middle, and the ends of the room of its counting basis [inches]."""

    column: _Column
    middle: float
    room: tuple[float, float]


def _columns(table: pd.DataFrame, families: pd.DataFrame) -> list[_Column]:
    """Give the columns in the order of the picture: bases as they come, then years."""
    present(table, ["year", "counting_basis", "care_arrangement", "share"], "a mix over time")
    shares = numbers(table, ["share"], "a mix over time")["share"].tolist()
    found: dict[tuple[str, int], dict[str, float]] = {}
    keys = zip(table["counting_basis"], table["year"], table["care_arrangement"], strict=True)
    for (basis, year, arrangement), value in zip(keys, shares, strict=True):
        mix = found.setdefault((str(basis), int(year)), {})
        if arrangement in mix or arrangement not in CARE_ARRANGEMENTS:
            raise ValueError(
                f"shares of {year} ({basis}) need each arrangement once, got {arrangement}"
            )
        mix[str(arrangement)] = value
    in_families = {
        (str(basis), int(year)): float(value)
        for basis, year, value in zip(
            families["counting_basis"], families["year"], families["share"], strict=True
        )
        if not pd.isna(value)
    }
    bases = list(dict.fromkeys(basis for basis, _ in found))
    columns = []
    for basis, year in sorted(found, key=lambda key: (bases.index(key[0]), key[1])):
        mix = found[basis, year]
        counted = not any(math.isnan(value) for value in mix.values()) and any(mix.values())
        if counted and (min(mix.values()) < 0 or abs(sum(mix.values()) - 1) > ROUNDING):
            raise ValueError(f"shares of {year} ({basis}) must be parts of 1, got {mix}")
        share_in_families = in_families.get((basis, year), math.nan)
        columns.append(_Column(year, basis, mix if counted else {}, share_in_families))
    return columns


def _bands(
    columns: Sequence[_Column], bases: dict[str, str], least: float, room: float
) -> tuple[float, list[list[_Place]]]:
    """Set columns in one band, as wide as there is room, or in several where they are many."""
    pitch = max(WIDEST_COLUMN, least)
    while pitch >= least:
        band, width = _band(columns, bases, pitch)
        if width <= room:
            return pitch, [band]
        pitch -= 0.01
    bands: list[list[_Column]] = [[]]
    for column in columns:
        if bands[-1] and _band([*bands[-1], column], bases, least)[1] > room:
            bands.append([])
        bands[-1].append(column)
    return least, [_band(band, bases, least)[0] for band in bands]


def _band(
    columns: Sequence[_Column], bases: dict[str, str], pitch: float
) -> tuple[list[_Place], float]:
    """Set columns beside each other; give their places and the width of all."""
    places: list[_Place] = []
    left = EDGE
    for basis, group in groupby(columns, key=lambda column: column.basis):
        steps, last = [], None
        for column in group:
            skipped = last is not None and column.year > last + 1
            steps.append((column, (YEAR_GAP if skipped else 0.0) + pitch))
            last = column.year
        width = sum(step for _, step in steps)
        name_width = text_size(bases[basis], style.SMALL_TEXT_SIZE, "semibold")[0]
        room = (left, left + max(width, name_width))
        right = left + (room[1] - left - width) / 2
        for column, step in steps:
            right += step
            places.append(_Place(column, right - pitch / 2, room))
        left = room[1] + BASIS_GAP
    return places, left - BASIS_GAP - EDGE


# --- Drawing -------------------------------------------------------------------------------------


def _head(say: Language, families: float) -> str:
    return NOT_AVAILABLE if math.isnan(families) else share(say, families)


def _draw_column(sheet: Sheet, say: Language, place: _Place, frame: Box, pitch: float) -> None:
    """Draw a column with its pieces, the share over it and the year under it."""
    column, half = place.column, pitch * COLUMN_SHARE / 2
    left, right = place.middle - half, place.middle + half
    height = frame.top - frame.bottom
    sheet.write(
        place.middle, frame.top + 0.03, _head(say, column.families), ha="center", va="bottom",
        fontweight="semibold",
    )  # fmt: skip
    sheet.write(
        place.middle, frame.bottom - 0.05, str(column.year), ha="center", va="top",
        fontsize=style.SMALL_TEXT_SIZE,
    )  # fmt: skip
    if not column.shares:
        block(sheet.axes, Box(left, frame.bottom, right, frame.top), style.UNKNOWN_STYLE)
        return
    pieces = column.pieces()
    rounded = largest_remainder([(high - low) * 100 for _, low, high in pieces], 0, 100)
    for (name, low, high), part in zip(pieces, rounded, strict=True):
        colours = style.ARRANGEMENT_STYLES[name]
        box = Box(left, frame.bottom + low * height, right, frame.bottom + high * height)
        block(sheet.axes, box, colours)
        text = say.percent(part / 100, 0)
        size = text_size(text, style.SMALL_TEXT_SIZE)
        if size[0] + 0.04 < right - left and size[1] + 0.02 < box.top - box.bottom:
            sheet.write(
                place.middle, (box.bottom + box.top) / 2, text, ha="center",
                fontsize=style.SMALL_TEXT_SIZE, color=style.text_on(colours[0]),
                bbox={"facecolor": colours[0], "edgecolor": "none", "pad": 0.8},
            )  # fmt: skip
    level = frame.bottom + height * sum(column.shares.get(name, 0.0) for name in FAMILY_BASED)
    sheet.line([(left - 0.03, level), (right + 0.03, level)], style.INK, 2.0, zorder=3)


def _write_bases(
    sheet: Sheet, band: Sequence[_Place], bases: dict[str, str], frame: Box, pitch: float
) -> None:
    """Write each counting basis under its columns, and two strokes where it changes."""
    groups = [list(group) for _, group in groupby(band, key=lambda place: place.column.basis)]
    y = frame.bottom - 0.05 - small_line() - 0.04
    for order, group in enumerate(groups):
        first, last = group[0], group[-1]
        text = bases[first.column.basis]
        if text:
            ends = [(first.middle - pitch * 0.42, y), (last.middle + pitch * 0.42, y)]
            sheet.line(ends, style.MUTED, 0.9)
            middle = (first.room[0] + first.room[1]) / 2
            sheet.write(
                middle, y - 0.02, text, ha="center", va="top", multialignment="center",
                color=style.MUTED, fontsize=style.SMALL_TEXT_SIZE, fontweight="semibold",
            )  # fmt: skip
        if order:
            before = groups[order - 1][-1].room[1]
            for x in (frame.bottom, (frame.bottom + frame.top) / 2):
                for stroke in slashes((before + first.room[0]) / 2, x):
                    sheet.line(stroke, style.MUTED, 1.3)


def _write_names(
    sheet: Sheet, band: Sequence[_Place], names: dict[str, str], frame: Box, pitch: float
) -> None:
    """Write the names of the arrangements beside the last column, with a sample of each."""
    edge = band[-1].middle + pitch * COLUMN_SHARE / 2
    counted = [place.column for place in band if place.column.shares]
    shares = counted[-1].shares if counted else {}
    joined = bool(counted) and counted[-1] is band[-1].column
    order = [name for name in reversed(CARE_ARRANGEMENTS) if name in names]
    wanted, low = [], frame.bottom
    for name in order:
        part = shares.get(name, 0.0) * (frame.top - frame.bottom)
        wanted.append(low + part / 2)
        low += part
    sizes = [text_size(names[name], style.TEXT_SIZE, "semibold")[1] + 0.05 for name in order]
    for name, start, y in zip(
        order, wanted, in_column(wanted, sizes, frame.bottom, frame.top), strict=True
    ):
        left = edge + LEADER
        if joined and shares.get(name, 0.0) > 0:
            sheet.line([(edge + 0.02, start), (left - 0.03, y)], style.LEADER, 0.7)
        box = Box(left, y - SWATCH / 2, left + SWATCH, y + SWATCH / 2)
        block(sheet.axes, box, style.ARRANGEMENT_STYLES[name])
        sheet.write(
            left + SWATCH + GAP, y, names[name], fontweight="semibold",
            color=style.ARRANGEMENT_COLOURS[name],
        )  # fmt: skip
