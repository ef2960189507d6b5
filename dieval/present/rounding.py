"""Rounding that keeps parts and their whole together."""

from __future__ import annotations

import math
from collections.abc import Sequence


def largest_remainder(values: Sequence[float], decimals: int, total: float) -> list[float]:
    """Round parts so that they add up to their total as shown.

    Every part is rounded down; the units that are then missing go to the parts with the largest
    remainders, the earlier part first where remainders are equal. Methods, section 4, “Shares”.

    Parameters
    ----------
    values : sequence of float
        Parts, all in one unit.
    decimals : int
        Decimals to keep.
    total : float
        What the rounded parts must add up to; it is rounded to `decimals` itself.

    Returns
    -------
    list of float
        Rounded parts, in the order given.

    Examples
    --------
    >>> largest_remainder([65.454, 25.457, 9.089], 1, 100.0)
    [65.4, 25.5, 9.1]
    """
    unit = 10**decimals
    # Nine more decimals than shown: floating-point dust must not decide a remainder.
    scaled = [round(value * unit, 9) for value in values]
    floors = [math.floor(value) for value in scaled]
    missing = round(total * unit) - sum(floors)
    by_remainder = sorted(
        range(len(scaled)), key=lambda place: (floors[place] - scaled[place], place)
    )
    for place in by_remainder[: max(missing, 0)]:
        floors[place] += 1
    return [value / unit for value in floors]
