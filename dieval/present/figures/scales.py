"""Scales of pictures: limits that leave room for labels, and ticks whose numbers do not overlap."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import pandas as pd
from matplotlib.ticker import MaxNLocator

# Narrower ranges are drawn as if all values were equal [unit of the values].
SMALLEST_RANGE = 1e-6
# Steps between ticks, times a power of ten.
STEPS = (1, 2, 2.5, 5, 10)
MOST_TICKS = 8
# Months between the ticks of dates: years where there are two, parts of a year otherwise.
YEAR_STEPS = tuple(12 * years for years in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000))
MONTH_STEPS = (1, 2, 3, 6)
MOST_DECIMALS = 9


class Reach(NamedTuple):
    """A value on an axis, with the room that its label takes before and after it [inches]."""

    value: float
    before: float = 0.0
    after: float = 0.0


def finite(values: Iterable[float]) -> list[float]:
    """Leave out NaN.

    Raises
    ------
    ValueError
        Nothing is left, or a value is infinite.
    """
    known = [float(value) for value in values if not math.isnan(value)]
    if not known:
        raise ValueError("a picture needs at least one value that is not NaN, got none")
    if any(math.isinf(value) for value in known):
        raise ValueError(f"a picture needs finite values, got {known}")
    return known


def numbers(table: pd.DataFrame, columns: Sequence[str], picture: str) -> pd.DataFrame:
    """Give the columns that a picture draws as numbers, unknown ones NaN.

    Raises
    ------
    ValueError
        There is no row, a column is missing or a number is infinite.
    """
    present(table, columns, picture)
    known = table[list(columns)].apply(pd.to_numeric).astype("float64")
    if known.isin([math.inf, -math.inf]).any(axis=None):
        raise ValueError(f"{picture} needs finite values, got {known.to_dict('list')}")
    return known


def present(table: pd.DataFrame, columns: Sequence[str], picture: str) -> None:
    """Refuse a table without rows, or without a column that a picture draws.

    Raises
    ------
    ValueError
        There is no row or a column is missing.
    """
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise ValueError(
            f"{picture} needs columns {', '.join(columns)}, got none named {', '.join(missing)}"
        )
    if table.empty:
        raise ValueError(f"{picture} needs at least one row, got none")


def limits(reaches: Sequence[Reach], length: float) -> tuple[float, float]:
    """Give the limits of an axis that holds values and their labels.

    Labels have a fixed size and values do not: the limits are widened until both fit. All labels
    on one side must be shorter than the axis less the longest on the other.

    Parameters
    ----------
    reaches : sequence of Reach
        Values with the room of their labels.
    length : float
        Length of the axis [inches].

    Examples
    --------
    >>> limits([Reach(0.0), Reach(30.0, after=1.0)], 4.0)
    (0.0, 40.0)
    """
    lowest = min(reach.value for reach in reaches)
    highest = max(reach.value for reach in reaches)
    if highest - lowest < SMALLEST_RANGE:
        margin = max(abs(highest) * 0.1, 1.0)
        lowest, highest = (0.0, margin) if lowest == 0 else (lowest - margin, highest + margin)
    low, high = lowest, highest
    for _ in range(200):
        inch = (high - low) / length
        wider = (
            min([lowest, *(reach.value - reach.before * inch for reach in reaches)]),
            max([highest, *(reach.value + reach.after * inch for reach in reaches)]),
        )
        if wider == (low, high):
            break
        low, high = wider
    return round_ends(low, high)


def round_ends(low: float, high: float) -> tuple[float, float]:
    """Take away what floating point adds to the ends of an axis.

    Examples
    --------
    >>> round_ends(-1e-17, 0.30000000000000004)
    (0.0, 0.3)
    """
    decimals = 12 - math.floor(math.log10(max(high - low, SMALLEST_RANGE)))
    return round(low, decimals) + 0.0, round(high, decimals) + 0.0


def ticks(
    low: float,
    high: float,
    write: Callable[[float, int], str],
    fits: Callable[[list[tuple[float, str]]], bool],
) -> list[tuple[float, str]]:
    """Choose the ticks of an axis and write their numbers, as many as fit.

    Parameters
    ----------
    low, high : float
        Limits of the axis.
    write : callable
        Writes a number with a number of decimals.
    fits : callable
        Tells whether ticks with these texts have room beside each other.

    Returns
    -------
    list of (float, str)
        Places and texts; all are written with the same decimals, and no two alike.
    """
    chosen: list[tuple[float, str]] = []
    for most in range(MOST_TICKS, 0, -1):
        places = MaxNLocator(nbins=most, steps=STEPS).tick_values(low, high)
        step = float(places[1] - places[0])
        places = [0.0 if abs(place) < step * 1e-6 else float(place) for place in places]
        inside = [p for p in places if low - step * 1e-6 <= p <= high + step * 1e-6]
        decimals = next(
            (n for n in range(MOST_DECIMALS) if all(_is_round(p, n, step) for p in inside)),
            MOST_DECIMALS,
        )
        chosen = [(place, write(place, decimals)) for place in inside]
        if len(chosen) > 1 and fits(chosen):
            return chosen
    return chosen[:1]


def date_ticks(
    low: float,
    high: float,
    fits: Callable[[list[tuple[float, str]]], bool],
    write_month: Callable[[datetime.date], str],
) -> list[tuple[float, str]]:
    """Choose the ticks of an axis of dates: starts of years, or of months where it is short.

    Parameters
    ----------
    low, high : float
        Limits of the axis, as ordinals of days.
    fits : callable
        Tells whether ticks with these texts have room beside each other.
    write_month : callable
        Writes the month of a day.

    Examples
    --------
    >>> first, last = (datetime.date(year, 6, 1).toordinal() for year in (2019, 2022))
    >>> [text for _, text in date_ticks(first, last, lambda found: len(found) < 9, str)]
    ['2020', '2021', '2022']
    """
    first = datetime.date.fromordinal(max(math.ceil(low), 1))
    last = datetime.date.fromordinal(min(math.floor(high), datetime.date.max.toordinal()))
    chosen: list[tuple[float, str]] = []
    for step in (*(YEAR_STEPS if last.year - first.year > 1 else ()), *MONTH_STEPS, *YEAR_STEPS):
        days = [
            datetime.date(month // 12, month % 12 + 1, 1)
            for month in range(-(-first.year * 12 // step) * step, last.year * 12 + 12, step)
        ]
        chosen = [
            (float(day.toordinal()), str(day.year) if step >= 12 else write_month(day))
            for day in days
            if first <= day <= last
        ]
        if chosen and fits(chosen):
            return chosen
    return chosen[:1]


def _is_round(value: float, decimals: int, step: float) -> bool:
    return abs(round(value, decimals) - value) < step * 1e-6
