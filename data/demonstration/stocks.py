"""How many children live where: regional stocks that add up to the published national ones."""

from __future__ import annotations

import numpy as np

from demonstration.assumptions import (
    FEWEST_CHILDREN_IN_A_HOME,
    REGION_SHARES,
    SPECIALISED_STOCK,
    STATE_SHARE,
    UNEVEN_YEAR,
    YEARS,
)
from demonstration.package import Row, generator

BASES = ("vbtai", "lm", "other")  # which published stock is taken where several stand side by side


def whole_parts(total: int, weights: list[float]) -> list[int]:
    """Divide a whole number in proportion to weights, by largest remainder."""
    exact = np.asarray(weights, dtype=float) / sum(weights) * total
    parts = np.floor(exact).astype(int)
    for place in np.argsort(parts - exact, kind="stable")[: total - parts.sum()]:
        parts[place] += 1
    return [int(part) for part in parts]


def share_between(years: dict[int, float], year: int) -> float:
    """Interpolate a quantity that is known in some years, straight between them."""
    return float(np.interp(year, list(years), list(years.values())))


def national_stocks(placements: list[Row]) -> dict[str, dict[int, float]]:
    """Take the published national stock at each year's end, 2013 to the last year.

    Parameters
    ----------
    placements : list of rows
        Published rows of the table `placements`.

    Returns
    -------
    dict of institution, foster_family, guardian to dict of year to children
        Years that nobody published are interpolated.
    """
    published: dict[str, dict[int, float]] = {}
    for basis in BASES:
        for region, year, arrangement, row_basis, children, _ in placements:
            if region == "national" and row_basis == basis:
                published.setdefault(arrangement, {}).setdefault(int(year), float(children))
    return {
        arrangement: {
            year: share_between(dict(sorted(known.items())), year)
            for year in (YEARS[0] - 1, *YEARS)
        }
        for arrangement, known in published.items()
    }


def regional_stocks(placements: list[Row]) -> dict[tuple[str, str], dict[int, int]]:
    """Divide the national stocks among the regions, and the state's part from residential care.

    Children in specialised foster families are part of the published foster families.

    Returns
    -------
    dict of (region, arrangement) to dict of year to children
        Year-end stock of institution, state_institution, foster_family,
        specialised_foster_family and guardian.
    """
    national = national_stocks(placements)
    regions, shares = list(REGION_SHARES), list(REGION_SHARES.values())
    stocks: dict[tuple[str, str], dict[int, int]] = {}
    for year in (YEARS[0] - 1, *YEARS):
        totals = {name: round(years[year]) for name, years in national.items()}
        part_of_state = share_between(STATE_SHARE, year)
        specialised = whole_parts(SPECIALISED_STOCK.get(year, 0), shares)
        for name, total in totals.items():
            for place, (region, children) in enumerate(
                zip(regions, whole_parts(total, shares), strict=True)
            ):
                if name == "institution":
                    of_state = max(round(children * part_of_state), FEWEST_CHILDREN_IN_A_HOME)
                    stocks.setdefault((region, "state_institution"), {})[year] = of_state
                    children -= of_state
                if name == "foster_family":
                    special = specialised[place]
                    stocks.setdefault((region, "specialised_foster_family"), {})[year] = special
                    children -= special
                stocks.setdefault((region, name), {})[year] = children
    return stocks


def year_average(stock: dict[int, int], year: int) -> float:
    """Give the mean of the stocks at the beginning and the end of a year."""
    return (stock[year - 1] + stock[year]) / 2


def uneven_average(
    stocks: dict[tuple[str, str], dict[int, int]], region: str, arrangement: str, year: int
) -> float:
    """Give the children on average of a year in which they come and go unevenly.

    Published stocks do not tell it, as they would tell the mean of both ends. In the country as a
    whole, what regions are above that mean and below it cancels out.
    """
    random = generator(f"average {arrangement} {year}")
    drawn = dict(zip(REGION_SHARES, random.uniform(*UNEVEN_YEAR, len(REGION_SHARES)), strict=True))
    whole = sum(drawn[name] * share for name, share in REGION_SHARES.items())
    apart = drawn[region] / whole * sum(REGION_SHARES.values())
    return year_average(stocks[region, arrangement], year) * float(apart)
