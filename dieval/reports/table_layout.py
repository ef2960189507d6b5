"""How a table stands on a page: upright or across, at which size of text, in how wide columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Layout:
    """A way to set a table.

    Parameters
    ----------
    landscape : bool
        Whether the table stands on a page that is wider than high.
    size : float
        Size of the text [pt].
    room : float
        Characters that a line of the table holds.
    tolerated : float
        Lines of a narrow column of long texts that are still better than the next layout.
    """

    landscape: bool
    size: float
    room: float
    tolerated: float


# A table has the first of these that suits it. A page is not turned for a few lines.
LAYOUTS = (
    Layout(landscape=False, size=9.0, room=104.0, tolerated=0.0),
    Layout(landscape=False, size=8.0, room=117.0, tolerated=20.0),
    Layout(landscape=True, size=9.0, room=157.0, tolerated=0.0),
    Layout(landscape=True, size=8.0, room=177.0, tolerated=math.inf),
)
# Distance that each column keeps [characters].
ROOM_OF_COLUMN = 2.2
# Shorter texts stay on one line where there is room; longer words, such as addresses, may be broken
# [characters].
SHORT_TEXT, LONGEST_WORD = 14, 18
# Texts that take this many lines on average are hard to read in a column that is narrower than this
# [characters].
MANY_LINES, NARROW = 3.0, 30.0
# Words and numbers may be wider than the room by this part: most letters are narrower than a digit.
SLACK = 0.05


@dataclass(frozen=True)
class _Columns:
    """What the columns of a table hold, in characters.

    `least` is the longest word or number, `short` the longest text where it is a short one (or 0),
    `usual` the root mean square of the lengths of texts (0 for numbers), `whole` the longest text
    with the heading.
    """

    least: list[float]
    short: list[float]
    usual: list[float]
    whole: list[float]


def table_layout(
    columns: Sequence[dict[str, Any]], rows: Sequence[Sequence[str]], usable: float = 1.0
) -> tuple[Layout, list[float]]:
    """Choose the layout of a table and the widths of its columns.

    Parameters
    ----------
    columns : sequence of dict
        Each with `heading`, `unit` (or None) and `numeric`.
    rows : sequence of sequence of str
        Texts of the cells.
    usable : float
        Part of the room of a line that may be reckoned with, where the font may be another.

    Returns
    -------
    tuple of Layout and list of float
        The widths are shares of the table's width; a column with 0 is as wide as its content.
    """
    held = _held(columns, rows)
    texts = [
        [] if column["numeric"] else [len(row[place]) for row in rows]
        for place, column in enumerate(columns)
    ]
    for layout in LAYOUTS:
        room = usable * layout.room - ROOM_OF_COLUMN * len(columns)
        widths = _widths(held, room)
        fits = sum(held.least) <= room + SLACK * layout.room
        if layout is LAYOUTS[-1] or (fits and _cramped_lines(texts, widths) <= layout.tolerated):
            break
    if sum(held.whole) <= room:
        return layout, [0.0] * len(columns)
    return layout, [width + ROOM_OF_COLUMN for width in widths]


def lines_of_rows(rows: Sequence[Sequence[str]], widths: Sequence[float]) -> list[int]:
    """Estimate how many lines each row takes.

    Parameters
    ----------
    rows : sequence of sequence of str
        Texts of the cells.
    widths : sequence of float
        Widths of the columns, as `table_layout` gives them.
    """
    rooms = [width - ROOM_OF_COLUMN if width else math.inf for width in widths]
    return [
        max((math.ceil(len(text) / room) for text, room in zip(row, rooms, strict=True)), default=1)
        or 1
        for row in rows
    ]


def _held(columns: Sequence[dict[str, Any]], rows: Sequence[Sequence[str]]) -> _Columns:
    """Measure what the columns hold."""
    held = _Columns([], [], [], [])
    for place, column in enumerate(columns):
        heading = [column["heading"], column["unit"] or ""]
        texts = [row[place] for row in rows]
        lengths = [len(text) for text in texts]
        longest = max(lengths, default=0)
        # A heading may break after a hyphen, too.
        parts = [part for text in heading for part in text.replace("-", "- ").split(" ")]
        parts += texts if column["numeric"] else [part for text in texts for part in text.split()]
        held.least.append(min(max(map(len, parts)), LONGEST_WORD))
        held.short.append(longest if longest <= SHORT_TEXT else 0.0)
        wraps = bool(lengths) and not column["numeric"]
        held.usual.append(math.hypot(*lengths) / math.sqrt(len(lengths)) if wraps else 0.0)
        held.whole.append(max([*map(len, heading), *lengths]))
    return held


def _widths(held: _Columns, room: float) -> list[float]:
    """Give each column room for its longest word or number.

    What is left goes to columns of short texts, then to the others by their usual length.
    """
    widths = held.least
    for wanted in (held.short, held.usual, held.whole):
        widths = _shared(room, list(zip(widths, wanted, strict=True)))
    return widths


def _shared(room: float, columns: list[tuple[float, float]]) -> list[float]:
    """Widen columns from one width towards another as far as there is room, each by its part."""
    missing = sum(max(0.0, wanted - width) for width, wanted in columns)
    left = room - sum(width for width, _ in columns)
    share = min(1.0, max(0.0, left) / missing) if missing else 0.0
    return [width + share * max(0.0, wanted - width) for width, wanted in columns]


def _cramped_lines(texts: Sequence[Sequence[int]], widths: Sequence[float]) -> float:
    """Count the lines of the narrow column of long texts that has most; 0 if there is none."""
    most = 0
    for lengths, width in zip(texts, widths, strict=True):
        lines = sum(math.ceil(length / width) for length in lengths)
        if width < NARROW and lines >= MANY_LINES * max(1, len(lengths)):
            most = max(most, lines)
    return most
