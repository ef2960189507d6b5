"""Synthetic reorganisation plans: cost functions, destinations, one-off costs, moves."""

from __future__ import annotations

import numpy as np

from demonstration import assumptions as a
from demonstration.homes import Home, cost_of_year
from demonstration.package import Row, generator
from demonstration.stocks import whole_parts, year_average

Stocks = dict[tuple[str, str], dict[int, int]]

# One-off costs [EUR per child who moves]: kind, payer, years after the first, amount per child.
ONE_OFF = (
    ("capital", "eu_fund", 0, 9_500.0),
    ("capital", "municipality", 0, 1_700.0),
    ("training", "eu_fund", 0, 420.0),
    ("dual_running", "municipality", 1, 2_300.0),
    ("dual_running", "municipality", 2, 1_400.0),
    ("redundancy", "municipality", 1, 900.0),
    ("redundancy", "municipality", 2, 1_500.0),
    ("other", "municipality", 0, 160.0),
    ("disposal", "municipality", 3, -2_400.0),
)
# Of the children who still live in the home, by year of the plan; of those in foster families.
UNDER_3 = {0: 2, 1: 1}
SIBLINGS_APART = {1: 2, 2: 2}
PLAN_STEPS = (("contracted", -1, "03-20"), ("drafted", -1, "07-31"), ("approved", -1, "11-15"))
PLAN_DEADLINES = (("drafted", -1, "06-30"), ("approved", -1, "12-31"))

# Moves a year per child-year: from, to, young (0–6), older (7–17); first year.
MOVES = (
    ("institution", "foster_family", 0.11, 0.05, 2014),
    ("institution", "guardian", 0.05, 0.025, 2014),
    ("institution", "family", 0.11, 0.07, 2014),
    ("institution", "adoption", 0.14, 0.02, 2014),
    ("institution", "youth_house", 0.0, 0.02, 2015),
    ("institution", "family_like", 0.02, 0.02, 2018),
    ("institution", "specialised_foster_family", 0.02, 0.01, 2018),
    ("institution", "exit", 0.0, 0.13, 2014),
    ("state_institution", "foster_family", 0.10, 0.04, 2014),
    ("state_institution", "adoption", 0.12, 0.01, 2014),
    ("state_institution", "family", 0.06, 0.03, 2014),
    ("state_institution", "exit", 0.0, 0.12, 2014),
    ("family_like", "foster_family", 0.08, 0.05, 2018),
    ("family_like", "family", 0.08, 0.05, 2018),
    ("family_like", "exit", 0.0, 0.12, 2018),
    ("youth_house", "exit", 0.0, 0.33, 2014),
    ("youth_house", "family", 0.0, 0.04, 2014),
    ("foster_family", "guardian", 0.03, 0.02, 2014),
    ("foster_family", "family", 0.07, 0.05, 2014),
    ("foster_family", "adoption", 0.11, 0.02, 2014),
    ("foster_family", "institution", 0.01, 0.015, 2014),
    ("foster_family", "exit", 0.0, 0.09, 2014),
    ("specialised_foster_family", "family", 0.15, 0.10, 2019),
    ("specialised_foster_family", "exit", 0.0, 0.08, 2019),
    ("guardian", "family", 0.03, 0.02, 2014),
    ("guardian", "adoption", 0.02, 0.003, 2014),
    ("guardian", "foster_family", 0.004, 0.004, 2014),
    ("guardian", "institution", 0.003, 0.004, 2014),
    ("guardian", "exit", 0.0, 0.12, 2014),
)
YOUNG_OF_STOCK = {
    "institution": 0.12,
    "state_institution": 0.30,
    "family_like": 0.15,
    "youth_house": 0.0,
    "foster_family": 387 / (387 + 811),
    "specialised_foster_family": 0.45,
    "guardian": 0.18,
}
YOUNG_OF_ENTRIES = 0.45


def planned_homes(homes: list[Home]) -> list[tuple[Home, int, tuple[float, ...]]]:
    """Name the homes that have a plan, with its first year and the share that stays, by year."""
    by_code = {home.code: home for home in homes}
    return [
        (by_code[f"{region}-paraugs-{number}"], first_year, staying)
        for region in a.REGION_NAMES
        for number, first_year, staying in a.PLANS
    ]


def plan_tables(
    homes: list[Home], stocks: Stocks, price_index: dict[int, float]
) -> dict[str, list[Row]]:
    """Make cost_structure, destinations, transition_costs, flows and events of the plans."""
    random = generator("plans")
    destinations: list[Row] = []
    one_off: list[Row] = []
    events: list[Row] = []
    deadlines: list[Row] = []
    for home, first_year, staying in planned_homes(homes):
        cohort = round(home.children[first_year - 1])
        destinations += _destinations(home, cohort, first_year, staying)
        one_off += _one_off(home, cohort, first_year, random)
        events += [
            (home.region, home.code, f"{first_year + shift}-{day}", event, "", "synthetic-plans")
            for event, shift, day in PLAN_STEPS
        ]
        deadlines += [
            (home.region, home.code, event, f"{first_year + shift}-{day}", "synthetic-plans")
            for event, shift, day in PLAN_DEADLINES
        ]
    return {
        "cost_structure": _cost_structure(homes, price_index),
        "destinations": destinations,
        "transition_costs": one_off,
        "plan_events": events,
        "plan_deadlines": deadlines,
        "flows": _flows(homes, stocks),
    }


def _cost_structure(homes: list[Home], price_index: dict[int, float]) -> list[Row]:
    """Give each planned home's cost function in every full year, in that year's prices."""
    rows: list[Row] = []
    for home, first_year, _ in planned_homes(homes):
        for year in home.children:
            if year < first_year - 2 or home.closed.startswith(str(year)):
                continue
            fixed, variable, step, size = cost_of_year(home, year, price_index)
            rows.append(
                (
                    home.code,
                    str(year),
                    f"{fixed:.2f}",
                    f"{variable:.2f}",
                    f"{step:.2f}",
                    str(size),
                    "synthetic-cost-structure",
                )
            )
    return rows


def _destinations(
    home: Home, cohort: int, first_year: int, staying: tuple[float, ...]
) -> list[Row]:
    """Follow the children of the home: where they live at the end of each planned year."""
    rows: list[Row] = []
    final = whole_parts(cohort, list(a.DESTINATION_SHARES.values()))
    for step in range(a.PLAN_YEARS):
        stay = round(cohort * staying[min(step, len(staying) - 1)])
        moved = whole_parts(cohort - stay, final)
        children = {home.arrangement: stay, **dict(zip(a.DESTINATION_SHARES, moved, strict=True))}
        rows += [
            (
                home.code,
                str(first_year + step),
                "all",
                "all",
                arrangement,
                str(count),
                str(min(count, UNDER_3.get(step, 0)) if arrangement == home.arrangement else 0),
                str(
                    min(count, SIBLINGS_APART.get(step, 0)) if arrangement == "foster_family" else 0
                ),
                "synthetic-plans",
            )
            for arrangement, count in children.items()
            if count or arrangement == home.arrangement
        ]
    return rows


def _one_off(home: Home, cohort: int, first_year: int, random: np.random.Generator) -> list[Row]:
    rows = []
    for kind, payer, shift, per_child in ONE_OFF:
        amount = round(cohort * per_child * random.uniform(0.85, 1.15), -2)
        rows.append(
            (home.code, str(first_year + shift), kind, payer, f"{amount:.2f}", "synthetic-plans")
        )
    return rows


def _flows(homes: list[Home], stocks: Stocks) -> list[Row]:
    """Draw the moves of each year; entries close the gap between moves and year-end stocks."""
    random = generator("flows")
    rows: list[Row] = []
    for region in a.REGION_NAMES:
        all_stocks = regional_year_ends(region, homes, stocks)
        for year in a.YEARS[1:]:
            exposure = {
                (arrangement, band): round(year_average(stock, year) * share, 1)
                for arrangement, stock in all_stocks.items()
                for band, share in (
                    ("0-6", YOUNG_OF_STOCK[arrangement]),
                    ("7-17", 1 - YOUNG_OF_STOCK[arrangement]),
                )
            }
            moves: dict[tuple[str, str, str], int] = {}
            for start, end, young, older, first in MOVES:
                for band, rate in (("0-6", young), ("7-17", older)):
                    if end in all_stocks and not all_stocks[end][year]:
                        continue  # nobody moves to what is not there yet
                    if rate and year >= first and exposure[start, band]:
                        count = int(random.poisson(rate * exposure[start, band]))
                        moves[band, start, end] = count
            _balance(moves, all_stocks, year)
            rows += [
                (
                    region,
                    str(year),
                    band,
                    start,
                    end,
                    str(count),
                    f"{exposure.get((start, band), 0.0):.1f}",
                    "synthetic-flows",
                )
                for (band, start, end), count in sorted(moves.items())
            ]
    return rows


def _balance(
    moves: dict[tuple[str, str, str], int], all_stocks: dict[str, dict[int, int]], year: int
) -> None:
    """Add entries, or further exits, so that the moves lead from one year's stock to the next."""
    for arrangement, stock in all_stocks.items():
        gained = sum(count for (_, _, end), count in moves.items() if end == arrangement)
        lost = sum(count for (_, start, _), count in moves.items() if start == arrangement)
        missing = stock[year] - stock[year - 1] - gained + lost
        if missing >= 0:
            share = 0.0 if arrangement == "youth_house" else YOUNG_OF_ENTRIES
            young, older = whole_parts(missing, [share, 1 - share])
            if young:
                moves["0-6", "entry", arrangement] = young
            moves["7-17", "entry", arrangement] = older
        else:
            key = ("7-17", arrangement, "exit")
            moves[key] = moves.get(key, 0) - missing


def regional_year_ends(region: str, homes: list[Home], stocks: Stocks) -> dict[str, dict[int, int]]:
    """Give the region's year-end stock of every arrangement, family-like homes included."""
    result = {name: stock for (of_region, name), stock in stocks.items() if of_region == region}
    for arrangement in ("family_like", "youth_house"):
        group = [h for h in homes if (h.region, h.arrangement) == (region, arrangement)]
        result[arrangement] = {
            year: sum(
                home.children_at_end(year)
                for home in group
                if not home.closed or home.closed > f"{year}-12-31"
            )
            for year in (a.YEARS[0] - 1, *a.YEARS)
        }
        # a house that is older than the demonstration holds its first size before it
        if any(home.opened < f"{a.YEARS[0]}-01-01" for home in group):
            result[arrangement][a.YEARS[0] - 1] = result[arrangement][a.YEARS[0]]
    return result
