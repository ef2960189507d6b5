"""Picture of projects: when each milestone was planned and when it was reached."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from dieval.present import style
from dieval.present.figures.canvas import PAPER, RIGHT_EDGE, KeyEntry, Level, Sheet, draw, mark
from dieval.present.figures.dates import date_limits, number_dates, ordinal
from dieval.present.figures.lanes import lane_sheet, names_of, rule_between
from dieval.present.figures.lettering import GAP, text_size, wrap
from dieval.present.figures.scales import present
from dieval.present.language import Bilingual, Language

MOST_PROJECTS = 15
# Shapes of the milestones, in their order.
SHAPES = ("o", "s", "^", "D", "P", "v", "p", "h", "<", ">")
MARK_SIZE = 6.5
EDGE_WIDTH = 1.2
NAME_WIDTH = 2.3
# From the middle of a lane to the planned and to the actual dates [inches].
APART = 0.1
LANE_HEIGHT = 0.42
NOTE_WIDTH = 1.25


def gantt(
    milestones: pd.DataFrame,
    order: Sequence[str],
    as_of: datetime.date,
    project_name: Callable[[Language, str], str],
    milestone_name: Callable[[Language, str], str],
    today_label: Callable[[Language], str],
    planned_label: Callable[[Language], str],
    reached_label: Callable[[Language], str],
    overdue_label: Callable[[Language], str],
    unknown_label: Callable[[Language], str],
    rest_label: Callable[[Language, int], str],
    note_of: Callable[[Language, str], str] | None = None,
) -> Bilingual:
    """Draw for each project when its milestones were planned and when they were reached.

    In the lane of a project the planned dates stand over the actual ones. A line leads from each
    planned date to the actual one: upright where on time, the flatter the later. From a milestone
    that is past its date and not reached, a dashed line leads to today.

    Parameters
    ----------
    milestones : DataFrame
        `project`, `milestone`, `planned` and `actual`, dates; NaT where not known or not reached.
        The first fifteen projects are drawn.
    order : sequence of str
        Codes of the milestones in their order; at most ten.
    as_of : date
        Day of the report.
    project_name, milestone_name : callable
        Give the name of a project and of a milestone in a language.
    today_label : callable
        Names the line at `as_of`.
    planned_label, reached_label, overdue_label : callable
        Say in the key what the open, the filled and the crossed marks mean.
    unknown_label : callable
        Says in a lane that no date is known.
    rest_label : callable
        Says under the picture how many further projects there are; asked for where there are any.
    note_of : callable, optional
        Gives a short text at the end of a project's lane, such as its delay; may be empty.

    Raises
    ------
    ValueError
        There is no row, a column is missing or a milestone is not in the order.
    """
    present(milestones, ["project", "milestone", "planned", "actual"], "a gantt chart")
    strange = set(milestones["milestone"]) - set(order)
    if strange or len(order) > len(SHAPES):
        raise ValueError(
            f"a gantt chart needs milestones of its order, at most {len(SHAPES)}, "
            f"got {sorted(strange) or list(order)}"
        )
    shapes = dict(zip(order, SHAPES, strict=False))
    today = float(as_of.toordinal())
    projects: dict[str, list[_Step]] = {}
    for row in milestones.to_dict("records"):
        step = _Step(str(row["milestone"]), ordinal(row["planned"]), ordinal(row["actual"]))
        projects.setdefault(str(row["project"]), []).append(step)
    rest = len(projects) - MOST_PROJECTS
    projects = dict(list(projects.items())[:MOST_PROJECTS])
    steps = [step for found in projects.values() for step in found]
    dated = {step.milestone for step in steps if step.dated()}
    used = [code for code in order if code in dated]
    known = [day for step in steps for day in step[1:] if not math.isnan(day)]

    def paint(say: Language) -> Figure:
        beside = names_of([project_name(say, project) for project in projects], NAME_WIDTH)
        notes = [
            wrap(note_of(say, project) if note_of else "", NOTE_WIDTH, style.SMALL_TEXT_SIZE)
            for project in projects
        ]
        sizes = [text_size(note, style.SMALL_TEXT_SIZE) for note in notes]
        widest = max(width for width, _ in sizes)
        right = RIGHT_EDGE + widest + (2 * GAP if widest else 0.0)
        length = beside.length(right)
        unknown = wrap(unknown_label(say), length - 2 * GAP, style.SMALL_TEXT_SIZE)
        entries = [
            KeyEntry(milestone_name(say, code), "mark", style.INK, marker=shapes[code])
            for code in used
        ]
        for label, colour, marker, filled, wanted in (
            (planned_label, style.MUTED, "o", False, known),
            (reached_label, style.ACCENT, "o", True, known),
            (overdue_label, style.OVERDUE, "X", True, any(step.late(today) for step in steps)),
        ):
            if wanted:
                entries.append(KeyEntry(label(say), "mark", colour, marker=marker, filled=filled))
        least = max(LANE_HEIGHT, text_size(unknown, style.SMALL_TEXT_SIZE)[1] + 0.1)
        sheet, lanes = lane_sheet(
            beside,
            [max(least, height + 0.08) for _, height in sizes],
            date_limits([*known, today], length),
            "",
            lambda sheet, _: number_dates(sheet, say),
            entries=entries,
            levels=[Level(today, today_label(say), style.INK, (0, (4, 2)))],
            right=right,
            foot=rest_label(say, rest) if rest > 0 else "",
        )
        rule_between(sheet, lanes)
        for lane, found, note in zip(lanes, projects.values(), notes, strict=True):
            middle = (lane.bottom + lane.top) / 2
            if any(step.dated() for step in found):
                _draw_steps(sheet, found, middle, today, shapes)
            else:
                sheet.write(
                    lane.left + GAP, middle, unknown, fontstyle="italic", color=style.MUTED,
                    fontsize=style.SMALL_TEXT_SIZE, bbox=PAPER,
                )  # fmt: skip
            if note:
                sheet.write(
                    lane.right + 2 * GAP, middle, note, fontsize=style.SMALL_TEXT_SIZE,
                )  # fmt: skip
        return sheet.figure

    return draw(paint)


class _Step(NamedTuple):
    """A milestone of a project, with its dates as ordinals of days."""

    milestone: str
    planned: float
    actual: float

    def dated(self) -> bool:
        """Tell whether one of its dates is known."""
        return not (math.isnan(self.planned) and math.isnan(self.actual))

    def late(self, today: float) -> bool:
        """Tell whether it is past its date and not reached."""
        return math.isnan(self.actual) and self.planned < today


def _draw_steps(
    sheet: Sheet, steps: Sequence[_Step], middle: float, today: float, shapes: Mapping[str, str]
) -> None:
    """Draw the planned dates over the actual ones, and lines from each to the other."""
    upper, lower = middle + APART, middle - APART
    for column, y, colour in (("planned", upper, style.LEADER), ("actual", lower, style.ACCENT)):
        days = sorted(day for step in steps if not math.isnan(day := getattr(step, column)))
        if len(days) > 1:
            sheet.line([sheet.place(days[0], y), sheet.place(days[-1], y)], colour, 1.2, zorder=1.5)
    for step in steps:
        late = step.late(today)
        end = today if late else step.actual
        if not (math.isnan(step.planned) or math.isnan(end)):
            sheet.line(
                [sheet.place(step.planned, upper), sheet.place(end, lower)],
                style.OVERDUE if late else style.ACCENT,
                0.9,
                linestyle=(0, (3, 1.5)) if late else "-",
                zorder=1.8,
            )
        shape = shapes[step.milestone]
        colour = style.OVERDUE if late else style.MUTED
        _point(sheet, step.planned, upper, colour, shape, False, MARK_SIZE)
        _point(sheet, step.actual, lower, style.ACCENT, shape, True, MARK_SIZE)
    if any(step.late(today) for step in steps):
        _point(sheet, today, lower, style.OVERDUE, "X", True, MARK_SIZE + 1)


def _point(
    sheet: Sheet, day: float, y: float, colour: str, marker: str, filled: bool, size: float
) -> None:
    if not math.isnan(day):
        settings = mark(colour, marker, filled, size)
        settings["markeredgewidth"] = min(settings["markeredgewidth"], EDGE_WIDTH)
        sheet.axes.plot([day], [y], clip_on=False, zorder=3, **settings)
