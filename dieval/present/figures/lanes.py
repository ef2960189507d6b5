"""Sheets of lanes: rows of different heights, each with its name, over one axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from matplotlib.figure import Figure

from dieval.present import style
from dieval.present.figures.canvas import (
    EDGE,
    HEAD_DROP,
    RIGHT_EDGE,
    ROW_LABEL_WIDTH,
    TICK_DROP,
    KeyEntry,
    Level,
    Sheet,
    draw_key,
    draw_levels,
    key_height,
    level_heads,
    make_sheet,
    small_line,
)
from dieval.present.figures.lettering import Box, text_size, wrap

# From a name to the axes, and between the names of two lanes [inches].
NAME_GAP = 0.1
BETWEEN = 0.1


class Names(NamedTuple):
    """The names beside the lanes, broken into lines and measured [inches]."""

    texts: list[str]
    heights: list[float]
    width: float

    def length(self, right: float = RIGHT_EDGE) -> float:
        """Give the length of the axis that the names and a right margin leave [inches]."""
        return style.PICTURE_WIDTH_INCHES - right - EDGE - self.width - NAME_GAP


def names_of(names: Sequence[str], width: float = ROW_LABEL_WIDTH) -> Names:
    """Break the names of lanes into lines no wider than a width [inches]."""
    texts = [wrap(name, width) for name in names]
    sizes = [text_size(text) for text in texts]
    return Names(texts, [height for _, height in sizes], max(wide for wide, _ in sizes))


def lane_sheet(
    names: Names,
    heights: Sequence[float],
    x: tuple[float, float],
    title: str,
    number: Callable[[Sheet, str], Sequence[float]],
    *,
    entries: Sequence[KeyEntry] = (),
    levels: Sequence[Level] = (),
    right: float = RIGHT_EDGE,
    foot: str = "",
) -> tuple[Sheet, list[Box]]:
    """Make a sheet of lanes; its vertical axis is in inches on the sheet.

    Parameters
    ----------
    names : Names
        Names of the lanes, from the top.
    heights : sequence of float
        What stands in each lane takes this much [inches]; a name may make a lane higher.
    x : tuple of float
        Limits of the horizontal axis, which is `names.length(right)` long.
    title : str
        Title of the horizontal axis.
    number : callable
        Writes the numbers of the horizontal axis and the title under them, and gives them.
    entries : sequence of KeyEntry
        Key, over the lanes.
    levels : sequence of Level
        Values marked by a line across all lanes.
    right : float
        Room to the right of the axes [inches].
    foot : str
        A text under everything else.

    Returns
    -------
    Sheet, list of Box
        The sheet, and the place of each lane on it.
    """
    heights = [max(n + BETWEEN, h) for n, h in zip(names.heights, heights, strict=True)]
    left = EDGE + names.width + NAME_GAP
    end = style.PICTURE_WIDTH_INCHES - right
    title = wrap(title, end - left)
    foot = wrap(foot, style.PICTURE_WIDTH_INCHES - 2 * EDGE, style.SMALL_TEXT_SIZE)
    foot_height = text_size(foot, style.SMALL_TEXT_SIZE)[1] + 0.08 if foot else 0.0
    title_height = text_size(title)[1] + 0.04 if title else 0.0
    bottom = EDGE + foot_height + title_height + small_line() + TICK_DROP
    heads = level_heads(levels, *x, left, end)
    heads_height = max((height for _, _, _, height in heads), default=0.0) + HEAD_DROP
    frame = Box(left, bottom, end, bottom + sum(heights))
    height = frame.top + heads_height + key_height(entries) + EDGE
    figure = Figure(figsize=(style.PICTURE_WIDTH_INCHES, height))
    sheet = make_sheet(figure, frame, x, (frame.bottom, frame.top))
    lanes = []
    top = frame.top
    for text, room in zip(names.texts, heights, strict=True):
        lanes.append(Box(left, top - room, end, top))
        top -= room
        sheet.write(left - NAME_GAP, top + room / 2, text, ha="right", multialignment="right")
    sheet.grid("x", number(sheet, title))
    draw_levels(sheet, levels, heads)
    draw_key(figure, entries, height - EDGE)
    if foot:
        sheet.write(
            EDGE, EDGE, foot, va="bottom", color=style.MUTED, fontsize=style.SMALL_TEXT_SIZE
        )
    return sheet, lanes


def rule_between(sheet: Sheet, lanes: Sequence[Box]) -> None:
    """Draw a thin line between the lanes."""
    for lane in lanes[1:]:
        sheet.line([(EDGE, lane.top), (lane.right, lane.top)], style.RULE, 0.6, zorder=0.5)
