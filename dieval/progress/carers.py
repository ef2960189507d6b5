"""Guardians, foster families and adopters by year, and what their numbers can tell.

Methods, section 4; methods of the implementation progress, “Carers”.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from dieval.progress.known import NUMBER, TEXT, WHOLE, in_order, of_region_and_country, years_ended

# Up to so many years every order of the counts is considered.
EXACT_YEARS = 10

NOT_DECIDABLE, GROWING, FALLING, STAGNATING = "not_decidable", "growing", "falling", "stagnating"

CARERS_BY_YEAR = {
    "region": TEXT,
    "carer_type": TEXT,
    "status": TEXT,
    "year": WHOLE,
    "count": WHOLE,
    "entries": NUMBER,
    "exits": NUMBER,
    "source": TEXT,
}
CARERS_TREND = {
    "region": TEXT,
    "carer_type": TEXT,
    "status": TEXT,
    "first_year": WHOLE,
    "last_year": WHOLE,
    "n_years": WHOLE,
    "first_count": WHOLE,
    "last_count": WHOLE,
    "change": NUMBER,
    "s": WHOLE,
    "p_exact": NUMBER,
    "smallest_p": NUMBER,
    "sen_slope": NUMBER,
    "verdict": TEXT,
}
HOSTING_SHARE = {
    "region": TEXT,
    "carer_type": TEXT,
    "year": WHOLE,
    "registered": WHOLE,
    "hosting": WHOLE,
    "share": NUMBER,
}
_SERIES = ["region", "carer_type", "status"]


def carers_by_year(
    carers: pd.DataFrame, region: str, day: pd.Timestamp, region_of: pd.Series
) -> pd.DataFrame:
    """List the carers of a region and of the whole country at the end of each year.

    Methods of the implementation progress, “Carers”.

    Parameters
    ----------
    carers : DataFrame
        Table of the data contract.
    region : str
        Code of the report's region; the whole country is shown too.
    day : Timestamp
        Years that have not ended by then are not known.
    region_of : Series of str, index municipality
        Region in which each municipality counts, missing where none places it; a municipality
        that the series does not have counts in the region of its row.

    Returns
    -------
    DataFrame with region, carer_type, status, year, count, entries, exits, source
        Count at the end of the year [carers], entries and exits [carers/year]. A row of the region
        counts; where there is none, the sum over its municipalities, of which entries and exits
        are known only where every row has them, and the source is the first by code.
    """
    key = [*_SERIES, "year"]
    known = years_ended(carers, day).astype({"entries": "float64", "exits": "float64"})
    as_a_whole = known["municipality"].isna()
    whole = of_region_and_country(known[as_a_whole], region)[list(CARERS_BY_YEAR)]
    parts = known[~as_a_whole]
    placed = parts["municipality"].map(region_of)
    own = parts["region"].where(~parts["municipality"].isin(region_of.index), placed)
    parts = of_region_and_country(parts.assign(region=own), region)
    grouped = parts.groupby(key)
    summed = grouped[["count", "entries", "exits"]].sum(skipna=False)
    summed["source"] = grouped["source"].min()
    summed = summed[~summed.index.isin(pd.MultiIndex.from_frame(whole[key]))]
    tables = [table for table in (whole, summed.reset_index()) if not table.empty]
    return in_order(pd.concat(tables) if tables else whole, CARERS_BY_YEAR)


# ----------------------------------------------------------------------------------------- trends


@dataclass(frozen=True)
class MannKendall:
    """Whether the numbers of successive years rise or fall more than their order by chance would.

    Parameters
    ----------
    s : int
        Pairs of years in which the number rose, less those in which it fell.
    variance : float
        Of s over the orders of these numbers, ties considered.
    z : float
        s, moved by 1 towards 0, in standard deviations; 0 where s is 0.
    p : float
        Two-sided probability of so large an s, or a larger one, if the order is chance.
    smallest_p : float
        Smallest p that these numbers could give in any order.
    exact : bool
        Whether p is counted over all orders, or follows from z.
    """

    s: int
    variance: float
    z: float
    p: float
    smallest_p: float
    exact: bool


@cache
def _gaussian_binomial(n: int, k: int) -> tuple[int, ...]:
    """Count the orders of n things of two kinds, k of one, by their number of inversions."""
    if k in (0, n):
        return (1,)
    orders = [0] * (k * (n - k) + 1)
    for inversions, number in enumerate(_gaussian_binomial(n - 1, k - 1)):
        orders[inversions] += number
    for inversions, number in enumerate(_gaussian_binomial(n - 1, k)):
        orders[inversions + k] += number
    return tuple(orders)


def _orders_by_inversions(ties: Sequence[int]) -> np.ndarray:
    """Count the orders of numbers, equal ones in groups of these sizes, by their inversions.

    The coefficients of a Gaussian multinomial are those of a product of Gaussian binomials.
    """
    orders, placed = np.ones(1, dtype="int64"), 0
    for tied in ties:
        placed += tied
        orders = np.convolve(orders, _gaussian_binomial(placed, tied))
    return orders


def mann_kendall(counts: Sequence[float]) -> MannKendall:
    """Test whether numbers of successive years have a trend.

    Methods, section 4; known answer A9. For up to ten years the probability is counted over all
    orders of the numbers, ties included; for more it follows from the normal distribution, with
    corrections for continuity and ties.

    Parameters
    ----------
    counts : sequence of float
        In the order of the years, all known.

    Returns
    -------
    MannKendall

    Examples
    --------
    >>> test = mann_kendall([1216, 1037, 794, 621, 568, 527])
    >>> test.s, test.p == 2 / 720
    (-15, True)
    """
    n = len(counts)
    values = np.asarray(counts, dtype="float64")
    earlier, later = np.triu_indices(n, k=1)
    s = int(np.sign(values[later] - values[earlier]).sum())
    ties = list(Counter(values.tolist()).values())
    variance = (
        n * (n - 1) * (2 * n + 5) - sum(tied * (tied - 1) * (2 * tied + 5) for tied in ties)
    ) / 18
    largest_s = math.comb(n, 2) - sum(math.comb(tied, 2) for tied in ties)

    def standardised(difference: int) -> float:
        nearer = max(abs(difference) - 1, 0)
        return math.copysign(nearer / math.sqrt(variance), difference) if nearer else 0.0

    exact = n <= EXACT_YEARS
    if exact:
        orders = _orders_by_inversions(ties)
        # An inversion turns a pair that rises into one that falls.
        of_orders = np.abs(largest_s - 2 * np.arange(len(orders)))

        def probability(difference: int) -> float:
            return int(orders[of_orders >= abs(difference)].sum()) / int(orders.sum())
    else:

        def probability(difference: int) -> float:
            return math.erfc(abs(standardised(difference)) / math.sqrt(2))

    return MannKendall(
        s, variance, standardised(s), probability(s), probability(largest_s), exact=exact
    )


def sens_slope(years: Sequence[int], counts: Sequence[float]) -> float:
    """Give the median of the slopes between all pairs of years.

    Methods, section 4; known answer A9.

    Parameters
    ----------
    years : sequence of int
        Two or more different years, not necessarily successive.
    counts : sequence of float
        Number of each year, all known.

    Returns
    -------
    float
        [1/year]

    Examples
    --------
    >>> sens_slope([2016, 2017, 2020], [100, 90, 80])
    -5.0
    """
    earlier, later = np.triu_indices(len(years), k=1)
    at, values = np.asarray(years), np.asarray(counts, dtype="float64")
    return float(np.median((values[later] - values[earlier]) / (at[later] - at[earlier])))


def _verdict(test: MannKendall, significance: float) -> str:
    if test.smallest_p > significance:
        return NOT_DECIDABLE
    if test.p > significance:
        return STAGNATING
    return GROWING if test.s > 0 else FALLING


def carers_trend(by_year: pd.DataFrame, significance: float) -> pd.DataFrame:
    """Say of every series of carers whether it grows, falls or cannot tell.

    Methods of the implementation progress, “Carers”.

    Parameters
    ----------
    by_year : DataFrame
        `carers_by_year`.
    significance : float
        Largest probability that is called a trend.

    Returns
    -------
    DataFrame with the columns of `CARERS_TREND`
        A row for each region, carer_type and status with two years or more; change is last / first
        - 1, NaN where the first is 0, sen_slope in [carers/year]. p_exact is
        `mann_kendall(…).p`.
    """
    rows = []
    for key, series in by_year.sort_values("year").groupby(_SERIES):
        years, counts = series["year"].to_list(), series["count"].to_list()
        if len(years) < 2:
            continue
        test = mann_kendall(counts)
        rows.append(
            dict(zip(_SERIES, key, strict=True))
            | {
                "first_year": years[0],
                "last_year": years[-1],
                "n_years": len(years),
                "first_count": counts[0],
                "last_count": counts[-1],
                "change": counts[-1] / counts[0] - 1 if counts[0] else math.nan,
                "s": test.s,
                "p_exact": test.p,
                "smallest_p": test.smallest_p,
                "sen_slope": sens_slope(years, counts),
                "verdict": _verdict(test, significance),
            }
        )
    return in_order(pd.DataFrame(rows), CARERS_TREND)


def hosting_share(by_year: pd.DataFrame) -> pd.DataFrame:
    """Give the share of registered foster families that host children.

    Methods of the implementation progress, “Carers”.

    Parameters
    ----------
    by_year : DataFrame
        `carers_by_year`.

    Returns
    -------
    DataFrame with region, carer_type, year, registered, hosting, share
        [foster families]; only years in which both are known. Share is NaN where none is
        registered.
    """
    families = by_year[by_year["carer_type"] == "foster_family"]
    key = ["region", "carer_type", "year"]
    counts = {
        status: families[families["status"] == status].set_index(key)["count"].rename(status)
        for status in ("registered", "hosting")
    }
    table = counts["registered"].to_frame().join(counts["hosting"], how="inner").reset_index()
    table["share"] = table["hosting"] / table["registered"].where(table["registered"] > 0)
    return in_order(table, HOSTING_SHARE)
