"""Axes of dates: their limits, and years or months under them."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from itertools import pairwise

import pandas as pd
from babel import dates

from dieval.present import style
from dieval.present.figures.canvas import EDGE, TICK_DROP, TICK_GAP, Sheet
from dieval.present.figures.lettering import text_width
from dieval.present.figures.scales import Reach, date_ticks, limits
from dieval.present.language import Language

# How far an axis reaches past its dates [days].
MARGIN = 45.0


def ordinal(day: pd.Timestamp | datetime.date | None) -> float:
    """Give a date as a number of days, NaN where there is none.

    Examples
    --------
    >>> ordinal(pd.Timestamp("2020-01-02")) - ordinal(datetime.date(2020, 1, 1)), ordinal(pd.NaT)
    (1.0, nan)
    """
    return math.nan if pd.isna(day) else float(pd.Timestamp(day).toordinal())


def date_limits(
    days: Sequence[float], length: float, labels: Sequence[Reach] = ()
) -> tuple[float, float]:
    """Give the limits of an axis of dates, with a margin at both ends.

    Parameters
    ----------
    days : sequence of float
        Dates as numbers of days, at least one.
    length : float
        Length of the axis [inches].
    labels : sequence of Reach
        Dates with the room of their labels.
    """
    return limits([Reach(min(days) - MARGIN), Reach(max(days) + MARGIN), *labels], length)


def number_dates(sheet: Sheet, say: Language) -> list[float]:
    """Write years under the axes, or months where they are short; give their days."""

    def spans(chosen: list[tuple[float, str]]) -> list[tuple[float, float]]:
        ends = []
        for day, text in chosen:
            middle, half = sheet.place(day, 0)[0], text_width(text, style.SMALL_TEXT_SIZE) / 2
            ends.append((middle - half, middle + half))
        return ends

    def fits(chosen: list[tuple[float, str]]) -> bool:
        found = spans(chosen)
        inside = found[0][0] > EDGE and found[-1][1] < right
        return inside and all(b[0] - a[1] > TICK_GAP for a, b in pairwise(found))

    # A last year whose number would stick out is left away; the others need not become fewer.
    right = style.PICTURE_WIDTH_INCHES - EDGE
    last = min(sheet.frame.right, right - text_width("2000", style.SMALL_TEXT_SIZE) / 2 - TICK_GAP)
    part = (last - sheet.frame.left) / (sheet.frame.right - sheet.frame.left)
    low, high = sheet.x
    found = date_ticks(
        low,
        low + part * (high - low),
        fits,
        lambda day: dates.format_skeleton("yMMM", day, locale=say.locale),
    )
    for (_, text), (start, end) in zip(found, spans(found), strict=True):
        sheet.write(
            (start + end) / 2, sheet.frame.bottom - TICK_DROP, text, va="top", ha="center",
            fontsize=style.SMALL_TEXT_SIZE,
        )  # fmt: skip
    return [day for day, _ in found]
