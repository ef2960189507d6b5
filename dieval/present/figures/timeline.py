"""Picture of what happened to plans: events and deadlines on a time axis."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from dieval.present import style
from dieval.present.figures.canvas import PAPER, KeyEntry, Level, Sheet, draw, mark
from dieval.present.figures.dates import date_limits, number_dates, ordinal
from dieval.present.figures.lanes import lane_sheet, names_of, rule_between
from dieval.present.figures.lettering import GAP, Box, text_size, wrap
from dieval.present.figures.scales import Reach, present
from dieval.present.language import Bilingual, Language

NAME_WIDTH = 1.7
TEXT_WIDTH = 1.6
# From the line of a lane to its lower edge, to the lowest text over it, and between texts [inches].
BASE = 0.13
FIRST_LEVEL = 0.1
LEVEL_GAP = 0.05
TOP_GAP = 0.06
# From a staff to its text [inches].
STAFF_GAP = 0.05
MARK_SIZE = 8.0
# Marker, colour and whether it is filled: of an event, and of a deadline by its state.
MARKS = {
    "event": ("o", style.ACCENT, True),
    "reached": ("D", style.ACCENT, True),
    "ahead": ("D", style.INK, False),
    "overdue": ("D", style.OVERDUE, True),
}


def timeline(
    events: pd.DataFrame,
    as_of: datetime.date,
    lane_name: Callable[[Language, str], str],
    event_text: Callable[[Language, str], str],
    today_label: Callable[[Language], str],
    mark_label: Callable[[Language, str], str],
    undated_label: Callable[[Language, str], str],
) -> Bilingual:
    """Draw events as points and deadlines as diamonds on a time axis, a lane for each plan.

    Every mark carries its text on a thin staff; where texts would overlap, the earlier one stands
    higher. A dashed line leads from an overdue deadline to today.

    Parameters
    ----------
    events : DataFrame, index code of the event
        `lane`, the plan; `date`, NaT where not known; `kind`, which is `event`, or of a deadline
        its state: `reached`, `overdue` or `ahead`. Lanes stand in the order in which they come.
    as_of : date
        Day of the report.
    lane_name, event_text : callable
        Give the name of a lane, and the text of an event with its date.
    today_label : callable
        Names the line at `as_of`.
    mark_label : callable
        Says in the key what the mark of a kind means.
    undated_label : callable
        Says under the picture that events have no date; gets their texts, joined.

    Raises
    ------
    ValueError
        There is no row, a column is missing, or a kind is none of these.
    """
    present(events, ["lane", "date", "kind"], "a timeline")
    strange = set(events["kind"]) - set(MARKS)
    if strange:
        raise ValueError(f"a kind of a timeline is one of {', '.join(MARKS)}, got {strange}")
    found = [
        _Event(str(name), str(lane), ordinal(day), str(kind))
        for name, lane, day, kind in zip(
            events.index, events["lane"], events["date"], events["kind"], strict=True
        )
    ]
    lanes = list(dict.fromkeys(event.lane for event in found))
    undated = [event for event in found if math.isnan(event.day)]
    dated = sorted((e for e in found if not math.isnan(e.day)), key=lambda event: event.day)
    today = float(as_of.toordinal())
    kinds = [kind for kind in MARKS if any(event.kind == kind for event in dated)]

    def paint(say: Language) -> Figure:
        beside = names_of([lane_name(say, lane) for lane in lanes], NAME_WIDTH)
        length = beside.length()
        flags = {
            lane: [_flag(say, e, event_text) for e in dated if e.lane == lane] for lane in lanes
        }
        x = date_limits(
            [*(event.day for event in dated), today],
            length,
            [
                Reach(flag.event.day, after=flag.width + GAP)
                for lane in lanes
                for flag in flags[lane]
            ],
        )
        inch = (x[1] - x[0]) / length
        raised = {lane: _raised(flags[lane], inch) for lane in lanes}
        texts = "; ".join(event_text(say, event.name) for event in undated)
        sheet, boxes = lane_sheet(
            beside,
            [BASE + max((flag.top() for flag in raised[lane]), default=0.2) + TOP_GAP
             for lane in lanes],
            x,
            "",
            lambda sheet, _: number_dates(sheet, say),
            entries=[_entry(mark_label(say, kind), kind) for kind in kinds],
            levels=[Level(today, today_label(say), style.INK, (0, (4, 2)))],
            foot=undated_label(say, texts) if undated else "",
        )  # fmt: skip
        rule_between(sheet, boxes)
        for lane, box in zip(lanes, boxes, strict=True):
            _draw_lane(sheet, raised[lane], box, today)
        return sheet.figure

    return draw(paint)


class _Event(NamedTuple):
    """An event or a deadline, its date as a number of days."""

    name: str
    lane: str
    day: float
    kind: str


class _Flag(NamedTuple):
    """The text of an event, and its place over the line of its lane [inches]."""

    event: _Event
    text: str
    width: float
    height: float
    low: float = 0.0

    def top(self) -> float:
        """Give the height of its upper edge over the line."""
        return self.low + self.height


def _flag(say: Language, event: _Event, event_text: Callable[[Language, str], str]) -> _Flag:
    text = wrap(event_text(say, event.name), TEXT_WIDTH, style.SMALL_TEXT_SIZE, _weight(event))
    width, height = text_size(text, style.SMALL_TEXT_SIZE, _weight(event))
    return _Flag(event, text, width + STAFF_GAP, height)


def _weight(event: _Event) -> str:
    return "semibold" if event.kind == "overdue" else "normal"


def _raised(flags: Sequence[_Flag], inch: float) -> list[_Flag]:
    """Raise flags over those to the right that they would overlap, so that no staff crosses a text.

    Parameters
    ----------
    flags : sequence of _Flag
        In the order of their dates.
    inch : float
        Days to an inch of the axis.
    """
    found: list[_Flag] = []
    for flag in reversed(flags):
        end = flag.event.day + (flag.width + GAP) * inch
        under = [other.top() + LEVEL_GAP for other in found if other.event.day < end]
        found.append(flag._replace(low=max([FIRST_LEVEL, *under])))
    return found[::-1]


def _draw_lane(sheet: Sheet, flags: Sequence[_Flag], box: Box, today: float) -> None:
    base = box.bottom + BASE
    sheet.line([(box.left, base), (box.right, base)], style.LEADER, 1.0, zorder=1.5)
    for flag in flags:
        event = flag.event
        x, _ = sheet.place(event.day, base)
        marker, colour, filled = MARKS[event.kind]
        sheet.line([(x, base), (x, base + flag.top())], style.LEADER, 0.8, zorder=1.6)
        if event.kind == "overdue":
            sheet.line(
                [(x, base), (sheet.place(today, base)[0], base)], colour, 1.8,
                linestyle=(0, (3, 1.5)), zorder=1.7,
            )  # fmt: skip
        sheet.axes.plot(
            [event.day],
            [base],
            clip_on=False,
            zorder=3.5,
            **mark(colour, marker, filled, MARK_SIZE),
        )
        sheet.write(
            x + STAFF_GAP, base + flag.low + flag.height / 2, flag.text,
            fontsize=style.SMALL_TEXT_SIZE, fontweight=_weight(event), bbox=PAPER,
            color=style.OVERDUE if event.kind == "overdue" else style.INK,
        )  # fmt: skip


def _entry(text: str, kind: str) -> KeyEntry:
    marker, colour, filled = MARKS[kind]
    return KeyEntry(text, "mark", colour, marker=marker, filled=filled)
