"""Pictures of how far a plan has come: values on the way to targets, and from need to service."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import pandas as pd
from matplotlib.figure import Figure

from dieval.present import style
from dieval.present.figures.canvas import (
    PAPER,
    RIGHT_EDGE,
    KeyEntry,
    Level,
    Sheet,
    bar,
    draw,
    mark,
    number_x_axis,
)
from dieval.present.figures.lanes import lane_sheet, names_of
from dieval.present.figures.lettering import GAP, share, text_size, text_width, wrap
from dieval.present.figures.scales import Reach, limits, numbers
from dieval.present.language import Bilingual, Language

NAME_WIDTH = 2.45
BAR = 0.17
# The tick of what is expected reaches this far over and under the bar [inches].
TICK = 0.05
# Between the bar and the text under it, and between two lanes [inches].
DETAIL_GAP = 0.07
LANE_GAP = 0.2
MARK_SIZE = 6.5
# Narrowest room for the texts under the bars [inches].
LEAST_TEXT = 2.4
STAGES = ("assessed", "needing", "receiving")
STAGE_STYLES = dict(zip(STAGES, style.SERIES_STYLES, strict=False))
STAGE_PITCH = 0.21
# Longest text after a bar, as a share of the axis.
WORDS_SHARE = 0.65


def bullet_chart(
    rows: pd.DataFrame,
    name_of: Callable[[Language, str], str],
    detail_of: Callable[[Language, str], str],
    unknown_of: Callable[[Language, str], str],
    x_label: Callable[[Language], str],
    baseline_label: Callable[[Language], str],
    target_label: Callable[[Language], str],
    expected_label: Callable[[Language], str],
    first_label: Callable[[Language], str],
) -> Bilingual:
    """Draw how much of the way from baseline to target each indicator has gone.

    A bar starts at the baseline (0 %) and leads towards the current target (100 %); it may pass
    the target, and goes to the left where the value moved away from it. An upright tick stands at
    the point expected today, a mark at the first version of the target where that was another. The
    percentage stands at the right edge, the numbers behind it under the bar.

    Parameters
    ----------
    rows : DataFrame, index code of the row
        `achievement`, `expected` and `first_target`, all as shares of the way from baseline to the
        current target (0 is the baseline, 1 the target). NaN: unknown, no tick, and no other first
        target.
    name_of : callable
        Gives the name of a row in a language.
    detail_of : callable
        Gives the text under the bar, with the real value and targets.
    unknown_of : callable
        Says in words why a row has no achievement; asked for such rows alone.
    x_label : callable
        Gives the title of the axis.
    baseline_label, target_label : callable
        Name the lines at 0 % and at 100 %.
    expected_label, first_label : callable
        Say in the key what the tick and the mark mean.

    Raises
    ------
    ValueError
        There is no row, a column is missing or a value is infinite.
    """
    columns = ["achievement", "expected", "first_target"]
    table = numbers(rows, columns, "a bullet chart")
    names = [str(name) for name in table.index]
    shares = table.to_numpy().tolist()
    known = [value for row in shares for value in row if not math.isnan(value)]
    firsts = [row[2] for row in shares if not math.isnan(row[2]) and row[2] != 1]

    def paint(say: Language) -> Figure:
        beside = names_of([name_of(say, name) for name in names], NAME_WIDTH)
        percents = ["" if math.isnan(row[0]) else share(say, row[0]) for row in shares]
        widest = max(text_width(text, style.TEXT_SIZE, "semibold") for text in percents)
        right = RIGHT_EDGE + widest + (2 * GAP if widest else 0.0)
        length = beside.length(right)
        ends = [Reach(0.0, 0.08), Reach(1.0, after=0.16), *(Reach(v, 0.08, 0.08) for v in known)]
        low, high = limits(ends, length)
        # Texts stand to the right of 0 %, unless there is too little room.
        start = -low / (high - low) * length
        start = GAP + (start if length - start > LEAST_TEXT else 0.0)
        details = [
            wrap(detail_of(say, name), length - start, style.SMALL_TEXT_SIZE) for name in names
        ]
        insides = [
            wrap(unknown_of(say, name), length - start, style.SMALL_TEXT_SIZE)
            if not percent
            else ""
            for name, percent in zip(names, percents, strict=True)
        ]
        blocks = [
            (max(BAR, _height(inside)), _height(detail))
            for inside, detail in zip(insides, details, strict=True)
        ]
        entries = []
        if any(not math.isnan(row[1]) for row in shares):
            entries.append(KeyEntry(expected_label(say), "tick", style.INK))
        if firsts:
            entries.append(KeyEntry(first_label(say), "mark", style.INK, marker="D", filled=False))
        sheet, lanes = lane_sheet(
            beside,
            [head + (DETAIL_GAP + foot if foot else 0.0) + LANE_GAP for head, foot in blocks],
            (low, high),
            x_label(say),
            lambda sheet, title: number_x_axis(
                sheet, lambda value, places: say.percent(value, max(places - 2, 0)), title
            ),
            entries=entries,
            levels=[Level(0.0, baseline_label(say)), Level(1.0, target_label(say))],
            right=right,
        )
        for lane, row, percent, detail, inside, (head, foot) in zip(
            lanes, shares, percents, details, insides, blocks, strict=True
        ):
            tall = head + (DETAIL_GAP + foot if foot else 0.0)
            y = (lane.top + lane.bottom + tall - head) / 2
            if inside:
                _write_small(sheet, start, y, inside, style.INK, fontstyle="italic")
            else:
                _draw_way(sheet, y, row)
                sheet.write(
                    style.PICTURE_WIDTH_INCHES - RIGHT_EDGE, y, percent, ha="right",
                    fontweight="semibold",
                )  # fmt: skip
            if detail:
                y = (lane.top + lane.bottom - tall + foot) / 2
                _write_small(sheet, start, y, detail, style.MUTED)
        return sheet.figure

    return draw(paint)


def _height(text: str) -> float:
    return text_size(text, style.SMALL_TEXT_SIZE)[1] if text else 0.0


def _write_small(
    sheet: Sheet, start: float, y: float, text: str, colour: str, **settings: str
) -> None:
    sheet.write(
        sheet.frame.left + start, y, text, color=colour, fontsize=style.SMALL_TEXT_SIZE, bbox=PAPER,
        **settings,
    )  # fmt: skip


def _draw_way(sheet: Sheet, y: float, row: Sequence[float]) -> None:
    """Draw the way to the target, the bar on it, the tick and the mark."""
    achievement, expected, first = row
    bar(sheet.axes, (0.0, 1.0), y, BAR, (style.TRACK, ""))
    colours = style.RISE_STYLE if achievement < 0 else style.SERIES_STYLES[0]
    bar(sheet.axes, (0.0, achievement), y, BAR * 0.8, colours)
    if not math.isnan(expected):
        x, _ = sheet.place(expected, y)
        ends = [(x, y - BAR / 2 - TICK), (x, y + BAR / 2 + TICK)]
        sheet.line(ends, "white", 4.4, zorder=3.4)
        sheet.line(ends, style.INK, 2.4, zorder=3.5)
    if not math.isnan(first) and first != 1:
        sheet.axes.plot(
            [first], [y], clip_on=False, zorder=4, **mark(style.INK, "D", False, MARK_SIZE)
        )


def funnel(
    rows: pd.DataFrame,
    name_of: Callable[[Language, str], str],
    stage_text: Callable[[Language, str, float], str],
    unknown_label: Callable[[Language], str],
    x_label: Callable[[Language], str],
) -> Bilingual:
    """Draw how many were assessed, how many of them need a service and how many receive it.

    Parameters
    ----------
    rows : DataFrame, index target group or service
        `assessed`, `needing` and `receiving` [persons]; NaN where not known.
    name_of : callable
        Gives the name of a row in a language.
    stage_text : callable
        Says what the persons of a stage do, to stand after their number; gets the stage (the
        column) and the share of the persons of the stage before, NaN where there is none.
    unknown_label : callable
        Says that a number is not known.
    x_label : callable
        Gives the title of the axis.

    Raises
    ------
    ValueError
        There is no row, a column is missing or a value is infinite.
    """
    table = numbers(rows, STAGES, "a funnel")
    names = [str(name) for name in table.index]
    counts = table.to_numpy().tolist()
    shares = [
        [math.nan, *(part / whole if whole else math.nan for whole, part in pairwise(row))]
        for row in counts
    ]

    def paint(say: Language) -> Figure:
        beside = names_of([name_of(say, name) for name in names])
        length = beside.length()
        written = [
            [_said(say, *stage, stage_text, unknown_label, length) for stage in zip(
                STAGES, row, parts, strict=True
            )]
            for row, parts in zip(counts, shares, strict=True)
        ]  # fmt: skip
        pitches = [max(STAGE_PITCH, *(_height(text) + 0.04 for _, text in row)) for row in written]
        reaches = [Reach(0.0)]
        for row, texts in zip(counts, written, strict=True):
            for count, (number, words) in zip(row, texts, strict=True):
                room = _width(number) + text_size(words, style.SMALL_TEXT_SIZE)[0] + 2 * GAP
                value = 0.0 if math.isnan(count) else count
                reaches.append(Reach(max(value, 0.0), after=room))
                reaches.append(Reach(min(value, 0.0), before=0.04))
        sheet, lanes = lane_sheet(
            beside,
            [pitch * len(STAGES) + LANE_GAP * 0.7 for pitch in pitches],
            limits(reaches, length),
            x_label(say),
            lambda sheet, title: number_x_axis(sheet, say.number, title),
            levels=[Level(0.0)],
        )
        for lane, pitch, row, texts in zip(lanes, pitches, counts, written, strict=True):
            y = (lane.top + lane.bottom) / 2 + pitch
            for stage, count, (number, words) in zip(STAGES, row, texts, strict=True):
                value = 0.0 if math.isnan(count) else count
                bar(sheet.axes, (0.0, value), y, STAGE_PITCH * 0.8, STAGE_STYLES[stage])
                x = sheet.place(max(value, 0.0), y)[0] + GAP
                if number:
                    sheet.write(x, y, number, fontweight="semibold", bbox=PAPER)
                sheet.write(
                    x + _width(number), y, words, color=style.MUTED, bbox=PAPER,
                    fontsize=style.SMALL_TEXT_SIZE, fontstyle="normal" if number else "italic",
                )  # fmt: skip
                y -= pitch
        return sheet.figure

    return draw(paint)


def _said(
    say: Language,
    stage: str,
    count: float,
    part: float,
    stage_text: Callable[[Language, str, float], str],
    unknown_label: Callable[[Language], str],
    length: float,
) -> tuple[str, str]:
    """Write the number of a stage and the words after it, broken to a part of the axis [inches]."""
    number = "" if math.isnan(count) else say.number(count)
    words = stage_text(say, stage, part) if number else unknown_label(say)
    room = max(length * WORDS_SHARE - _width(number), 0.6)
    return number, wrap(words, room, style.SMALL_TEXT_SIZE)


def _width(number: str) -> float:
    return text_width(number, style.TEXT_SIZE, "semibold") + 0.05 if number else 0.0
