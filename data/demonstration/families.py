"""Synthetic family-based care: child-days, households, and support and administration around it."""

from __future__ import annotations

import numpy as np

from demonstration import assumptions as a
from demonstration.homes import (
    ACTIVITY_SOURCE,
    costs_source,
    days_of_year,
    group_shares,
    group_weights,
)
from demonstration.package import Row, generator
from demonstration.stocks import share_between, uneven_average, whole_parts

Stocks = dict[tuple[str, str], dict[int, int]]
SUPPORT_CENTRES_FROM = 2018  # the state pays the out-of-family care support centres


def _child_days(stocks: Stocks, region: str, arrangement: str, year: int) -> int:
    if arrangement == "specialised_foster_family" and str(year) == a.SPECIALISED_START[:4]:
        # from 1 July, growing from none
        return round(stocks[region, arrangement][year] / 2 * (days_of_year(year) - 181))
    return round(uneven_average(stocks, region, arrangement, year) * days_of_year(year))


def family_care(
    stocks: Stocks, price_index: dict[int, float]
) -> tuple[list[Row], list[Row], list[Row]]:
    """Write child-days, costs beside the statutory payments, and households of every region.

    Returns
    -------
    activity, costs, households : lists of rows
        The child-months of `households` are those of `activity`, divided by size of household
        and age band and rounded to a tenth.
    """
    random = generator("families")
    activity: list[Row] = []
    costs: list[Row] = []
    households: list[Row] = []
    for region in a.REGION_NAMES:
        level = float(random.uniform(0.92, 1.08))  # of costs, the region's own
        for arrangement in ("foster_family", "specialised_foster_family", "guardian"):
            for year in a.YEARS:
                days = _child_days(stocks, region, arrangement, year)
                if not days:
                    continue
                groups = _groups(region, arrangement, year, random)
                parts = whole_parts(days, [share for *_, share in groups])
                key = (region, "", arrangement, str(year))
                activity += [
                    (*key, band, need, str(part), "", ACTIVITY_SOURCE)
                    for (band, need, _), part in zip(groups, parts, strict=True)
                ]
                months = days / (days_of_year(year) / 12)
                factor = level * price_index[year] / 100 * random.uniform(0.97, 1.03)
                of_group = group_weights(region, arrangement, year)
                weights = [
                    part * of_group.get((band, need), 1)
                    for (band, need, _), part in zip(groups, parts, strict=True)
                ]
                for item, payer, cents in _ledger(arrangement, year, months * factor):
                    for (band, need, _), part in zip(
                        groups, whole_parts(cents, weights), strict=True
                    ):
                        amount = f"{part // 100}.{part % 100:02d}"
                        source = costs_source(region, year)
                        costs.append((*key, band, need, item, payer, amount, source))
                if arrangement in a.HOUSEHOLD_SHARES:
                    young = _young_days(groups, parts, arrangement, random) / days
                    households += _households(region, arrangement, year, months, young, random)
    return activity, costs, households


def _groups(
    region: str, arrangement: str, year: int, random: np.random.Generator
) -> list[tuple[str, str, float]]:
    if arrangement == "foster_family" and region in a.GROUP_REGIONS and year in a.GROUP_YEARS:
        return group_shares(arrangement, random)
    return [("all", "all", 1.0)]


def _young_days(
    groups: list[tuple[str, str, float]],
    parts: list[int],
    arrangement: str,
    random: np.random.Generator,
) -> float:
    if len(groups) > 1:
        return sum(part for (band, *_), part in zip(groups, parts, strict=True) if band == "0-6")
    return sum(parts) * a.YOUNG_SHARE[arrangement] * random.uniform(0.95, 1.05)


def _households(
    region: str,
    arrangement: str,
    year: int,
    months: float,
    young: float,
    random: np.random.Generator,
) -> list[Row]:
    sizes = np.asarray(a.HOUSEHOLD_SHARES[arrangement]) * random.uniform(0.96, 1.04, 3)
    weights = [size * part for size in sizes for part in (young, 1 - young)]
    tenths = iter(whole_parts(round(months * 10), weights))
    return [
        (
            region,
            arrangement,
            str(year),
            size,
            band,
            f"{next(tenths) / 10:.1f}",
            "synthetic-households",
        )
        for size in ("1", "2", "3+")
        for band in ("0-6", "7-17")
    ]


def _ledger(arrangement: str, year: int, scaled_months: float) -> list[tuple[str, str, int]]:
    """Cost what stands beside the statutory payments, by item and payer, in cents."""
    rows = []
    for (name, item), (first, last) in a.FAMILY_COSTS.items():
        if name != arrangement:
            continue
        rate = share_between({a.YEARS[0]: first, a.YEARS[-1]: last}, year)
        payers = {"municipality": 1.0}
        if item == "allowance":
            payers = {"state": 1.0}
        elif item == "support" and year >= SUPPORT_CENTRES_FROM:
            payers = {"municipality": 0.2, "state": 0.6, "eu_fund": 0.2}
        cents = whole_parts(round(rate * scaled_months * 100), list(payers.values()))
        rows += [(item, payer, part) for payer, part in zip(payers, cents, strict=True)]
    return rows
