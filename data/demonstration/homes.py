"""Synthetic homes: who they are, whom they care for, what they cost and what they own."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

import numpy as np

from demonstration import assumptions as a
from demonstration.package import Row, generator
from demonstration.stocks import uneven_average, whole_parts, year_average

ACTIVITY_SOURCE = "synthetic-activity"


@dataclass
class Home:
    """A synthetic provider with the children it cares for and the places it keeps."""

    code: str
    name_lv: str
    arrangement: str
    municipality: str
    region: str
    owner: str
    weight: float
    opened: str
    closed: str
    dearness: float  # its cost as a multiple of the typical home

    children: dict[int, float]  # average while open, by year
    places: dict[int, int]

    def days_open(self, year: int) -> int:
        """Count the days of a year on which the home is open."""
        first = max(date.fromisoformat(self.opened), date(year, 1, 1))
        last = min(date.fromisoformat(self.closed or a.LAST_YEAR_END), date(year, 12, 31))
        return max((last - first).days + 1, 0)

    def children_at_end(self, year: int) -> int:
        """Give the children at the end of a year, near to its average."""
        random = generator(f"year end {self.code} {year}")
        children = round(self.children.get(year, 0.0) * float(random.uniform(*a.UNEVEN_END)))
        most = a.MOST_CHILDREN_IN_A_DWELLING
        return min(children, most) if self.arrangement == "family_like" else children

    def child_days(self, year: int) -> int:
        """Give the days that children spent in the home."""
        return round(self.children[year] * self.days_open(year))


def days_of_year(year: int) -> int:
    """Give the number of days of a year."""
    return 366 if calendar.isleap(year) else 365


def _divide(
    total: float, weights: list[float], lowest: list[float], highest: list[float]
) -> np.ndarray:
    """Divide children among homes by weight, none above its highest or below its lowest."""
    parts = np.zeros(len(weights))
    free = np.ones(len(weights), dtype=bool)
    while True:
        weight = np.where(free, weights, 0.0)
        parts[free] = (total - parts[~free].sum()) * weight[free] / weight.sum()
        over = free & ((parts > highest) | (parts < lowest))
        if not over.any():
            return parts
        parts = np.where(over, np.clip(parts, lowest, highest), parts)
        free &= ~over


def make_homes(stocks: dict[tuple[str, str], dict[int, int]]) -> list[Home]:
    """Make the homes and give each its children and places, year by year.

    The children of a region's institutions are divided by weight among those that are open; a
    home that will close empties in its last three years. Family-like services and youth houses
    stay near their size.
    """
    random = generator("homes")
    homes, numbers = [], dict.fromkeys(a.REGION_NAMES, 0)
    for region, arrangement, municipality, owner, weight, opened, closed in a.HOMES:
        letter = a.LETTERS[numbers[region]]
        numbers[region] += 1
        noun, word = a.HOME_WORDS[arrangement]
        name = f"{noun} „{letter}” ({word}, {a.REGION_NAMES[region]})"
        code = f"{region}-paraugs-{numbers[region]}"
        dearness = round(float(random.uniform(0.9, 1.1)), 3)
        home = Home(
            *(code, name, arrangement, municipality, region, owner, weight, opened, closed),
            *(dearness, {}, {}),
        )
        homes.append(home)
    for year in a.YEARS:
        for home in homes:
            home.weight *= float(random.uniform(0.94, 1.06))  # homes do not empty in step
        for (region, arrangement), stock in stocks.items():
            if arrangement in ("institution", "state_institution"):
                group = [h for h in homes if (h.region, h.arrangement) == (region, arrangement)]
                children = year_average(stock, year)
                if arrangement == "state_institution":
                    children = uneven_average(stocks, region, arrangement, year)
                _fill([home for home in group if home.days_open(year)], children, year)
        for home in homes:
            if home.arrangement in ("family_like", "youth_house") and home.days_open(year):
                size = home.weight
                if home.arrangement == "family_like":
                    size = min(size, a.MOST_CHILDREN_IN_A_DWELLING - 0.2)
                home.children[year] = float(size)
    for home in homes:
        _keep_places(home)
    return homes


def _fill(homes: list[Home], children: float, year: int) -> None:
    weights, lowest, highest = [], [], []
    for home in homes:
        left = int(home.closed[:4]) - year if home.closed else len(a.RUN_DOWN)
        part_of_year = home.days_open(year) / days_of_year(year)
        run_down = a.RUN_DOWN[left] if left < len(a.RUN_DOWN) else 1.0
        weights.append(home.weight * run_down * part_of_year)
        lowest.append(a.FEWEST_CHILDREN_IN_A_HOME * part_of_year)
        highest.append(a.MOST_CHILDREN_IN_A_HOME * part_of_year)
    parts = _divide(children, weights, lowest, highest)
    for home, part in zip(homes, parts, strict=True):
        home.children[year] = float(part * days_of_year(year) / home.days_open(year))


def _keep_places(home: Home) -> None:
    """Give places: enough for the children, reduced only when a quarter stands empty."""
    places = 0
    for year, children in home.children.items():
        if children > places or children < 0.75 * places:
            places = int(np.ceil(children / 0.93))
        if home.arrangement == "family_like":
            places = a.MOST_CHILDREN_IN_A_DWELLING
        home.places[year] = places


def provider_rows(homes: list[Home]) -> list[Row]:
    """Describe the homes as rows of `providers`."""
    return [
        (
            h.code,
            h.name_lv,
            h.arrangement,
            h.municipality,
            h.region,
            h.owner,
            h.opened,
            h.closed,
            "synthetic-providers",
        )
        for h in homes
    ]


def _groups(home: Home, year: int, random: np.random.Generator) -> list[tuple[str, str, float]]:
    """Give age band, level of need and share of the child-days, `all` where not distinguished."""
    if (
        home.arrangement != "institution"
        or home.region not in a.GROUP_REGIONS
        or year not in a.GROUP_YEARS
    ):
        return [("all", "all", 1.0)]
    return group_shares(home.arrangement, random)


def group_shares(arrangement: str, random: np.random.Generator) -> list[tuple[str, str, float]]:
    """Draw how the child-days of an arrangement divide by age band and level of need."""
    young, complex_need = np.asarray(a.GROUP_MIX[arrangement]) * random.uniform(0.92, 1.08, 2)
    age = {"0-6": young, "7-17": 1 - young}
    need = {"standard": 1 - complex_need, "complex": complex_need}
    return [(band, level, age[band] * need[level]) for band, level in a.GROUPS]


def group_weights(region: str, arrangement: str, year: int) -> dict[tuple[str, str], float]:
    """Draw what a child of each group costs, as a multiple of one of 7–17 with standard needs.

    No law by age and need holds of all regions and years: hidden groups would follow from it.
    """
    random = generator(f"groups {region} {arrangement} {year}")
    return {
        (band, level): a.GROUP_WEIGHT[band]
        * a.GROUP_WEIGHT[level]
        * float(random.uniform(*a.UNEVEN_GROUP))
        for band, level in a.GROUPS
    }


def cost_of_year(home: Home, year: int, price_index: dict[int, float]) -> tuple[float, ...]:
    """Give the home's cost function in a year's own prices.

    Returns
    -------
    tuple of float
        fixed [EUR/year], variable [EUR/child-year], step [EUR/year for each group begun],
        children in a group.
    """
    fixed, variable, step, group = a.COST_FUNCTION[home.arrangement]
    real = 1 + a.PAY_SHARE * ((1 + a.REAL_WAGE_GROWTH) ** (year - a.YEARS[0]) - 1)
    factor = 12 * real * home.dearness * price_index[year] / 100
    first_places = home.places[min(home.places)]
    return fixed * first_places * factor, variable * factor, step * group * factor, group


def activity_and_costs(
    homes: list[Home], price_index: dict[int, float]
) -> tuple[list[Row], list[Row]]:
    """Write each home's child-days, place-days and ledger, group by group where it has groups."""
    random = generator("ledgers")
    activity: list[Row] = []
    costs: list[Row] = []
    for home in homes:
        for year in home.children:
            shares = _groups(home, year, random)
            days = whole_parts(home.child_days(year), [share for *_, share in shares])
            places = whole_parts(home.places[year] * home.days_open(year), days)
            key = (home.region, home.code, home.arrangement, str(year))
            groups = [
                (band, level, day, place)
                for (band, level, _), day, place in zip(shares, days, places, strict=True)
                if day
            ]
            activity += [
                (*key, band, level, str(day), str(place), ACTIVITY_SOURCE)
                for band, level, day, place in groups
            ]
            weights = group_weights(home.region, home.arrangement, year)
            weight = [day * weights.get((band, level), 1) for band, level, day, _ in groups]
            fixed, variable, step, size = cost_of_year(home, year, price_index)
            children = home.children[year]
            total = fixed + variable * children + step * np.ceil(children / size)
            total *= home.days_open(year) / days_of_year(year) * random.uniform(0.985, 1.015)
            for item, payer, cents in _ledger(home, year, total, random):
                for (band, level, *_), part in zip(groups, whole_parts(cents, weight), strict=True):
                    amount = f"{part // 100}.{part % 100:02d}"
                    source = costs_source(home.region, year)
                    costs.append((*key, band, level, item, payer, amount, source))
    return activity, costs


def costs_source(region: str, year: int) -> str:
    """Name the source of a ledger; the region with the series break has one before and after."""
    if region != a.BREAK_REGION:
        return "synthetic-costs"
    return f"synthetic-costs-{region}-{'to' if year < a.BREAK_YEAR else 'from'}-break"


def _ledger(
    home: Home, year: int, total: float, random: np.random.Generator
) -> list[tuple[str, str, int]]:
    """Split a year's cost by item and payer, in cents."""
    shares = np.asarray(a.ITEM_SHARES[home.arrangement]) * random.uniform(0.97, 1.03, len(a.ITEMS))
    amounts = dict(zip(a.ITEMS, shares * total, strict=True))
    amounts["other"] = total * max(1 - shares.sum(), 0.002)
    if home.region == a.BREAK_REGION and year < a.BREAK_YEAR:
        del amounts["administration"]
    rows = []
    for item, amount in amounts.items():
        payers = {"state" if home.owner == "state" else "municipality": 1.0}
        if home.owner == "ngo":
            payers = {"municipality": 1 - a.DONATED_SHARE_OF_NGO, "other": a.DONATED_SHARE_OF_NGO}
        if year >= 2018 and item == "support":
            part = float(generator(f"support {home.code} {year}").uniform(*a.EU_SHARE_OF_SUPPORT))
            payers = {**_scaled(payers, 1 - part), "eu_fund": part}
        if year >= 2018 and item == "staff" and home.arrangement == "family_like":
            part = a.EU_SHARE_OF_FAMILY_LIKE
            payers = {**_scaled(payers, 1 - part), "eu_fund": part}
        cents = whole_parts(round(amount * 100), list(payers.values()))
        rows += [(item, payer, part) for payer, part in zip(payers, cents, strict=True)]
    return rows


def ledger_code_rows(costs: list[Row]) -> list[Row]:
    """Divide the items of the ledgers of one region's homes among codes, cent by cent."""
    cents: dict[tuple[str, ...], int] = {}
    for region, provider, _, year, _, _, item, payer, amount, source in costs:
        if region == a.LEDGER_REGION and provider:
            key = (provider, year, payer, item, source)
            cents[key] = cents.get(key, 0) + round(float(amount) * 100)
    rows: list[Row] = []
    how = (a.LEDGER_MAPPING, "synthetic")
    for (provider, year, payer, item, source), total in cents.items():
        codes = [(code, name, part) for of, code, name, part in a.LEDGER_CODES if of == item]
        parts = whole_parts(total, [part for *_, part in codes])
        rows += [
            (provider, year, payer, code, name, item, f"{part / 100:.2f}", *how, source)
            for (code, name, _), part in zip(codes, parts, strict=True)
        ]
    year, code, name, amount = a.LEDGER_PURCHASE
    first = next(row for row in rows if row[1] == year)
    bought = (*first[:3], code, name, "exclude", f"{amount:.2f}", *how, first[-1])
    return [*rows, bought]


def _scaled(payers: dict[str, float], factor: float) -> dict[str, float]:
    return {payer: share * factor for payer, share in payers.items()}


def asset_rows(homes: list[Home]) -> list[Row]:
    """Give each home a building, equipment and vehicles that are replaced in time."""
    random = generator("assets")
    rows: list[Row] = []
    for home in homes:
        places = home.places[min(home.places)]
        opened = int(home.opened[:4])
        built = opened if opened > 2010 else int(random.integers(1986, 2004))
        per_place = 34_000 if home.arrangement == "family_like" else 11_500
        building = places * per_place * random.uniform(0.85, 1.15)
        items = [("building", built, building, 50)]
        if opened < 2010:
            renovated = int(random.integers(2008, 2014))
            items.append(("renovation", renovated, places * 2_600 * random.uniform(0.7, 1.3), 20))
        start = max(opened, int(random.integers(2008, 2014)))
        for number, year in enumerate(range(start, a.YEARS[-1] + 1, 8), 1):
            if home.closed and year > int(home.closed[:4]) - 2:
                break
            items.append((f"vehicle-{number}", year, 21_000 * random.uniform(0.8, 1.3), 8))
        for number, year in enumerate(range(start, a.YEARS[-1] + 1, 6), 1):
            if home.closed and year > int(home.closed[:4]) - 2:
                break
            cost = places * 420 * random.uniform(0.8, 1.2)
            items.append((f"equipment-{number}", year, cost, 6))
        rows += [
            (home.code, asset, str(year), f"{round(cost, -1):.2f}", str(life), "synthetic-assets")
            for asset, year, cost, life in items
        ]
    return rows
