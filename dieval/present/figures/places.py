"""Pictures of municipalities: what each has of each service, and where they are."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

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
)
from dieval.present.figures.lettering import (
    GAP,
    Box,
    abbreviate,
    text_size,
    text_width,
    wrap,
    wrap_words,
)
from dieval.present.figures.scales import numbers
from dieval.present.language import Bilingual, Language
from dieval.vocabulary import HIDDEN, NOT_APPLICABLE, NOT_AVAILABLE

# Names beside the rows and over the columns of a table [inches].
ROW_NAME_WIDTH = 1.75
COLUMN_NAME_HEIGHT = 1.5
MOST_LINES = 6
WIDEST_CELL = 1.05
# Space over and under a text in a cell together, in a table of few and of many rows [inches].
CELL_GAPS = (0.036, 0.012)
FEW_ROWS = 25
# Free space at each side of a text in a cell [inches].
INSET = 0.035
SMALLEST_TEXT = 6.0
WIDEST_TILE = 0.84
TILE_GAP = 0.04

ABSENT_STYLES = {
    NOT_AVAILABLE: style.UNKNOWN_STYLE,
    NOT_APPLICABLE: style.NO_STYLE,
    HIDDEN: style.NO_STYLE,
}


def heat_map(
    table: pd.DataFrame,
    row_name: Callable[[Language, str], str],
    column_name: Callable[[Language, str], str],
    value_text: Callable[[Language, float], str],
    steps: Sequence[float],
    step_label: Callable[[Language, int], str],
    absent_label: Callable[[Language, str], str],
    absent: pd.DataFrame | None = None,
) -> Bilingual:
    """Draw a table whose cells are the darker the higher their number, which stands in them.

    Parameters
    ----------
    table : DataFrame, index municipality, one column per service (at most twelve)
        A share or a rating; NaN where there is none. The picture grows with the rows.
    row_name, column_name : callable
        Give the name of a row and of a column in a language.
    value_text : callable
        Writes a number in its cell.
    steps : sequence of float
        Ascending values at which the second and each further step of the scale begin, at most
        four: (1, 2, 3) makes four steps, the first of all that is below 1.
    step_label : callable
        Says in the key what a step (0, 1, …) holds.
    absent_label : callable
        Says in the key what a sign of a cell without number means.
    absent : DataFrame, optional
        Like the table, the sign of each cell without number: `:` not available (hatched), `z` not
        applicable, `c` hidden. Without it, or without a sign there, `:`.

    Raises
    ------
    ValueError
        There is no row or no column, a value is infinite, the steps do not rise or are too many,
        or a sign is none of these.
    """
    if not len(table.columns):
        raise ValueError("a heat map needs at least one column, got none")
    values = numbers(table, list(table.columns), "a heat map")
    rows, columns = [str(name) for name in values.index], [str(name) for name in values.columns]
    cells = values.to_numpy().tolist()
    colours = _scale(steps)
    signs = _signs(values, absent)
    used = [sign for sign in ABSENT_STYLES if any(sign in row for row in signs)]

    def paint(say: Language) -> Figure:
        names = [wrap(row_name(say, row), ROW_NAME_WIDTH, style.SMALL_TEXT_SIZE) for row in rows]
        left = EDGE + max(text_size(name, style.SMALL_TEXT_SIZE)[0] for name in names) + GAP
        room = (style.PICTURE_WIDTH_INCHES - EDGE - left) / len(columns)
        width = min(room, WIDEST_CELL)
        texts = [
            [sign or value_text(say, value) for value, sign in zip(row, found, strict=True)]
            for row, found in zip(cells, signs, strict=True)
        ]
        size = _largest(
            [text for row in texts for text in row], width - 2 * INSET, style.SMALL_TEXT_SIZE
        )
        texts = [[wrap(text, width - 2 * INSET, size) for text in row] for row in texts]
        gap = CELL_GAPS[len(rows) > FEW_ROWS]
        heights = [
            gap
            + max(
                text_size(name, style.SMALL_TEXT_SIZE)[1],
                *(text_size(text, size)[1] for text in row),
            )
            for name, row in zip(names, texts, strict=True)
        ]
        heads, turned = _heads([column_name(say, column) for column in columns], width)
        head_height = max(text_size(t, style.SMALL_TEXT_SIZE)[0 if turned else 1] for t in heads)
        entries = [
            *(
                KeyEntry(step_label(say, step), "bar", colour)
                for step, colour in enumerate(colours)
            ),
            *_absent_entries(say, used, absent_label),
        ]
        height = EDGE + sum(heights) + GAP + head_height + GAP + key_height(entries) + EDGE
        sheet = blank_sheet(height)
        draw_key(sheet.figure, entries, height - EDGE)
        top = EDGE + sum(heights)
        for order, head in enumerate(heads):
            sheet.write(
                left + (order + 0.5) * width, top + GAP, head, ha="center", va="bottom",
                multialignment="left" if turned else "center", rotation=90 if turned else 0,
                fontsize=style.SMALL_TEXT_SIZE,
            )  # fmt: skip
        for name, tall, row, written, found in zip(
            names, heights, cells, texts, signs, strict=True
        ):
            sheet.write(
                left - GAP, top - tall / 2, name, ha="right", multialignment="right",
                fontsize=style.SMALL_TEXT_SIZE,
            )  # fmt: skip
            for order, (value, text, sign) in enumerate(zip(row, written, found, strict=True)):
                box = Box(left + order * width, top - tall, left + (order + 1) * width, top)
                fill = ABSENT_STYLES[sign] if sign else (colours[_step(value, steps)], "")
                _cell(sheet, box, fill, text, size)
            top -= tall
        return sheet.figure

    return draw(paint)


def tile_map(
    tiles: pd.DataFrame,
    name_of: Callable[[Language, str], str],
    value_text: Callable[[Language, float], str],
    steps: Sequence[float],
    step_label: Callable[[Language, int], str],
    absent_label: Callable[[Language, str], str],
) -> Bilingual:
    """Draw each municipality as a square on a grid, the darker the higher its number.

    Squares are equal, so that a large and a small municipality can be seen alike. Names are
    abbreviated to about ten letters a line.

    Parameters
    ----------
    tiles : DataFrame, index municipality
        `column` and `row`, whole numbers, rows counted from the top; `value`, NaN where there is
        none; and, if there, `absent`: the sign of a tile without number, as in `heat_map`.
    name_of : callable
        Gives the name of a municipality in a language, in full.
    value_text : callable
        Writes a number in its tile.
    steps, step_label, absent_label
        As in `heat_map`.

    Raises
    ------
    ValueError
        There is no tile, a column is missing, a place is not known, not whole or taken twice, a
        value is infinite, or the steps or a sign are not as in `heat_map`.
    """
    values = numbers(tiles, ["column", "row", "value"], "a tile map")
    names = [str(name) for name in values.index]
    places = _places(values, names)
    cells = values["value"].tolist()
    colours = _scale(steps)
    absent = tiles[["absent"]].rename(columns={"absent": "value"}) if "absent" in tiles else None
    signs = [row[0] for row in _signs(values[["value"]], absent)]
    used = [sign for sign in ABSENT_STYLES if sign in signs]
    across, down = (max(place[axis] for place in places) + 1 for axis in (0, 1))

    def paint(say: Language) -> Figure:
        room = (style.PICTURE_WIDTH_INCHES - 2 * EDGE) / across
        width = min(room, WIDEST_TILE) - TILE_GAP
        short = [abbreviate(name_of(say, name)) for name in names]
        texts = [sign or value_text(say, value) for value, sign in zip(cells, signs, strict=True)]
        inside = width - 2 * INSET
        size = _largest([w for name in short for w in name.split()], inside, style.SMALL_TEXT_SIZE)
        number_size = _largest(texts, inside, style.TEXT_SIZE + 1)
        short = [wrap(name, inside, size) for name in short]
        texts = [wrap(text, inside, number_size) for text in texts]
        name_height = max(text_size(name, size)[1] for name in short)
        number_height = max(text_size(text, number_size)[1] for text in texts)
        tall = max(width, name_height + number_height + 3 * INSET)
        entries = [
            *(
                KeyEntry(step_label(say, step), "bar", colour)
                for step, colour in enumerate(colours)
            ),
            *_absent_entries(say, used, absent_label),
        ]
        height = EDGE + down * (tall + TILE_GAP) + GAP + key_height(entries) + EDGE
        sheet = blank_sheet(height)
        draw_key(sheet.figure, entries, height - EDGE)
        for (column, row), value, sign, name, number in zip(
            places, cells, signs, short, texts, strict=True
        ):
            left = EDGE + column * (width + TILE_GAP)
            bottom = EDGE + (down - row - 1) * (tall + TILE_GAP)
            box = Box(left, bottom, left + width, bottom + tall)
            fill = ABSENT_STYLES[sign] if sign else (colours[_step(value, steps)], "")
            block(sheet.axes, box, fill)
            lower = bottom + INSET + (tall - 2 * INSET - name_height) / 2
            for y, text, points, weight in (
                (box.top - INSET - name_height / 2, name, size, "normal"),
                (lower, number, number_size, "semibold"),
            ):
                _write_on(sheet, left + width / 2, y, text, points, fill, weight)
        return sheet.figure

    return draw(paint)


# --- Values --------------------------------------------------------------------------------------


def _scale(steps: Sequence[float]) -> list[str]:
    if list(steps) != sorted(set(steps)):
        raise ValueError(f"the steps of a scale must rise, got {list(steps)}")
    return style.scale(len(steps) + 1)


def _step(value: float, steps: Sequence[float]) -> int:
    """Give the step of a scale in which a value lies.

    Examples
    --------
    >>> [_step(value, (1.0, 2.0)) for value in (-5.0, 0.99, 1.0, 7.0)]
    [0, 0, 1, 2]
    """
    return sum(value >= start for start in steps)


def _signs(values: pd.DataFrame, absent: pd.DataFrame | None) -> list[list[str]]:
    """Give the sign of each cell without a number, and an empty text for each with one."""
    given = pd.DataFrame(index=values.index) if absent is None else absent
    given = given.reindex(index=values.index, columns=values.columns)
    found = []
    for row, marks in zip(values.to_numpy().tolist(), given.to_numpy().tolist(), strict=True):
        found.append([
            "" if not math.isnan(value) else sign if isinstance(sign, str) and sign
            else NOT_AVAILABLE
            for value, sign in zip(row, marks, strict=True)
        ])  # fmt: skip
    strange = {sign for row in found for sign in row} - {"", *ABSENT_STYLES}
    if strange:
        known = ", ".join(repr(sign) for sign in ABSENT_STYLES)
        raise ValueError(f"a cell without a number has one of the signs {known}, got {strange}")
    return found


def _places(values: pd.DataFrame, names: Sequence[str]) -> list[tuple[int, int]]:
    """Give column and row of each tile, counted from 0."""
    raw = list(zip(values["column"].tolist(), values["row"].tolist(), strict=True))
    taken: dict[tuple[float, float], str] = {}
    for name, place in zip(names, raw, strict=True):
        if not all(number.is_integer() for number in place):
            raise ValueError(f"tile {name} needs a whole column and row, got {place}")
        if place in taken:
            raise ValueError(f"tiles {taken[place]} and {name} stand on one place, {place}")
        taken[place] = name
    first = [min(place[axis] for place in raw) for axis in (0, 1)]
    return [(int(column - first[0]), int(row - first[1])) for column, row in raw]


def _absent_entries(
    say: Language, signs: Sequence[str], label: Callable[[Language, str], str]
) -> list[KeyEntry]:
    return [KeyEntry(label(say, sign), "bar", *ABSENT_STYLES[sign], sign=sign) for sign in signs]


# --- Texts in cells ------------------------------------------------------------------------------


def _largest(texts: Sequence[str], width: float, size: float) -> float:
    """Give the largest size of letters, down to a smallest, at which all texts fit a width."""
    while size > SMALLEST_TEXT and any(
        text_width(text, size, "semibold") > width for text in texts
    ):
        size -= 0.5
    return size


def _heads(names: Sequence[str], width: float) -> tuple[list[str], bool]:
    """Break the names of columns into lines; they are turned where they do not fit lying."""
    room = width - 2 * INSET
    lying = [wrap_words(name, room, style.SMALL_TEXT_SIZE) for name in names]
    if all(text is not None and text.count("\n") < MOST_LINES for text in lying):
        return [text for text in lying if text is not None], False
    line = text_size("0", style.SMALL_TEXT_SIZE)[1]
    height = COLUMN_NAME_HEIGHT
    while True:
        turned = [wrap(name, height, style.SMALL_TEXT_SIZE) for name in names]
        if all((text.count("\n") + 1) * line <= max(room, line) for text in turned):
            return turned, True
        height += 0.25


def _cell(sheet: Sheet, box: Box, fill: tuple[str, str], text: str, size: float) -> None:
    block(sheet.axes, box, fill)
    _write_on(sheet, (box.left + box.right) / 2, (box.bottom + box.top) / 2, text, size, fill)


def _write_on(
    sheet: Sheet,
    x: float,
    y: float,
    text: str,
    size: float,
    fill: tuple[str, str],
    weight: str = "normal",
) -> None:
    """Write a text in the middle of a cell; hatching keeps clear of it."""
    colour, hatch = fill
    paper = {"bbox": {"facecolor": colour, "edgecolor": "none", "pad": 0.6}} if hatch else {}
    sheet.write(
        x, y, text, ha="center", multialignment="center", fontsize=size, fontweight=weight,
        color=style.text_on(colour), **paper,
    )  # fmt: skip
