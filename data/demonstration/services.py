"""Synthetic community-based services: sites, ratings, needs, planned places, building projects."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from demonstration import assumptions as a
from demonstration.package import Row, generator
from demonstration.stocks import whole_parts

SERVICES = (
    ("soc_rehab", "ft_children"),
    ("atelpa", "ft_children"),
    ("soc_aprupe_ft", "ft_children"),
    ("dac", "grt_adults"),
    ("gd", "grt_adults"),
    ("sd", "grt_adults"),
)
EARLY, MIDDLE, LATE = "2017-08-08", "2020-05-01", "2022-12-31"
REFORM = "2021-07-01"

# Municipalities by region: weight in services and needs. Those before the reform, then after it.
BEFORE_REFORM = {
    "kurzeme": "liepaja 6, ventspils 5, kuldigas-novads 5, saldus-novads 7, talsu-novads 5, "
    "skrundas-novads 2, aizputes-novads 2, dundagas-novads 1, priekules-novads 1, "
    "rucavas-novads 1, ventspils-novads 2",
    "latgale": "daugavpils 6, rezekne 4, rezeknes-novads 4, balvu-novads 3, ludzas-novads 3, "
    "preilu-novads 2, kraslavas-novads 3, livanu-novads 2",
    "riga": "riga 12, jurmala 4, siguldas-novads 2, marupes-novads 2, olaines-novads 2, "
    "salaspils-novads 2, kekavas-novads 2, ropazu-novads 1",
    "vidzeme": "valmiera 4, cesu-novads 4, gulbenes-novads 3, madonas-novads 4, "
    "aluksnes-novads 3, smiltenes-novads 3, valkas-novads 2",
    "zemgale": "jelgava 5, jelgavas-novads 3, bauskas-novads 3, dobeles-novads 3, jekabpils 3, "
    "jekabpils-novads 1, aizkraukles-novads 2",
}
AFTER_REFORM = {
    **BEFORE_REFORM,
    "kurzeme": "liepaja 6, ventspils 5, kuldigas-novads 7, saldus-novads 7, talsu-novads 6, "
    "dienvidkurzemes-novads 4, ventspils-novads 2",
    "vidzeme": "valmieras-novads 4, cesu-novads 4, gulbenes-novads 3, madonas-novads 4, "
    "aluksnes-novads 3, smiltenes-novads 3, valkas-novads 2",
    "zemgale": "jelgava 5, jelgavas-novads 3, bauskas-novads 3, dobeles-novads 3, "
    "jekabpils-novads 4, aizkraukles-novads 2",
}
# Providers and sites open on 19 May 2020; those of Kurzeme are the published numbers (more than
# 43 providers at 73 places), the rest is invented.
PROVIDERS_AND_SITES = {
    "kurzeme": (44, 73),
    "latgale": (38, 61),
    "riga": (57, 96),
    "vidzeme": (36, 58),
    "zemgale": (33, 55),
}
COUNTED_ON = "2020-05-19"
PERSONS_PER_WEIGHT = {"ft_children": 11.0, "grt_adults": 9.0}

# Building projects: planned money of a region [EUR]; that of Kurzeme is the published total.
INFRASTRUCTURE_EUR = {
    "kurzeme": 7_300_000,
    "latgale": 7_200_000,
    "riga": 9_100_000,
    "vidzeme": 6_400_000,
    "zemgale": 7_700_000,
}
MILESTONES = (
    ("design", 0),
    ("permit", 150),
    ("procurement", 270),
    ("works", 390),
    ("commissioned", 800),
    ("first_client", 860),
)
NOT_BUILT_IN_KURZEME = "rucavas-novads"  # 11 municipalities were named, 10 have a project
SOURCE = "synthetic-services"


def service_tables(municipalities: list[Row]) -> dict[str, list[Row]]:
    """Make services, availability, needs, planned places, infrastructure and milestones.

    Parameters
    ----------
    municipalities : list of rows
        Kept rows of the table: who took over which municipality, and when.
    """
    random = generator("services")
    services = _moved_to_successors(_services(random), municipalities)
    availability, needs = _ratings_and_needs(services, random)
    infrastructure, milestones, places = _building(generator("building"))
    return {
        "services": services,
        "availability": availability,
        "needs": needs,
        "infrastructure": infrastructure,
        "milestones": milestones,
        "planned_places": places,
    }


def _weights(region: str, day: str) -> dict[str, int]:
    """Give the municipalities that the demonstration uses on a day, with their weights."""
    listed = (AFTER_REFORM if day >= REFORM else BEFORE_REFORM)[region]
    pairs = (entry.split() for entry in listed.split(", "))
    return {municipality: int(weight) for municipality, weight in pairs}


def _day(random: np.random.Generator, first: str, last: str) -> str:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return (start + timedelta(days=int(random.integers(0, (end - start).days + 1)))).isoformat()


def _services(random: np.random.Generator) -> list[Row]:
    """Place the sites: those open on the counted day, some that closed before, some later ones."""
    rows: list[Row] = []
    for region, (providers, sites) in PROVIDERS_AND_SITES.items():
        weights = _weights(region, COUNTED_ON)
        names = list(weights)
        counts = whole_parts(sites, list(weights.values()))
        municipalities = [
            name for name, count in zip(names, counts, strict=True) for _ in range(count)
        ]
        for number in range(sites):
            provider = number if number < providers else int(random.integers(0, providers))
            municipality = municipalities[number]
            kind = SERVICES[int(random.integers(0, len(SERVICES)))]
            rows.append(
                (
                    *_site(region, provider, number, municipality, kind),
                    _day(random, "2014-01-01", COUNTED_ON),
                    "",
                    SOURCE,
                )
            )
        after = list(_weights(region, LATE))
        for number in range(sites, sites + 14):
            provider = int(random.integers(0, providers))
            kind = SERVICES[int(random.integers(0, len(SERVICES)))]
            if number < sites + 4:  # closed before the counted day
                place = names[number % len(names)]
                days = (_day(random, "2013-01-01", "2015-12-31"), _day(random, "2017-01-01", EARLY))
            else:
                place = after[number % len(after)]
                days = (_day(random, REFORM, LATE), "")
            rows.append((*_site(region, provider, number, place, kind), *days, SOURCE))
    return rows


def _moved_to_successors(services: list[Row], municipalities: list[Row]) -> list[Row]:
    """End the services of merged municipalities with them and go on in the successor."""
    merged = {
        municipality: (last_day, successor)
        for municipality, _, _, last_day, successor, _ in municipalities
        if successor not in ("", municipality)
    }
    rows: list[Row] = []
    for row in services:
        place, opened, closed = row[2], row[5], row[6]
        last_day, successor = merged.get(place, ("", ""))
        if not last_day or closed:
            rows.append(row)
            continue
        next_day = (date.fromisoformat(last_day) + timedelta(days=1)).isoformat()
        rows.append((*row[:5], opened, last_day, SOURCE))
        rows.append((*row[:2], successor, *row[3:5], next_day, "", SOURCE))
    return rows


def _site(region: str, provider: int, number: int, municipality: str, kind: tuple[str, str]) -> Row:
    name = f"Paraugsniedzējs Nr. {provider + 1} (izdomāts, {a.REGION_NAMES[region]})"
    return (name, f"Parauga iela {number + 1} (izdomāta adrese)", municipality, *kind)


def _ratings_and_needs(
    services: list[Row], random: np.random.Generator
) -> tuple[list[Row], list[Row]]:
    """Rate each service and count needs, higher where sites are open on the day."""
    availability: list[Row] = []
    needs: list[Row] = []
    for region in a.REGION_NAMES:
        for day in (EARLY, MIDDLE, LATE):
            weights = _weights(region, day)
            for municipality, weight in weights.items():
                for service, group in SERVICES:
                    sites = sum(
                        row[2:5] == (municipality, service, group)
                        and row[5] <= day
                        and (not row[6] or row[6] >= day)
                        for row in services
                    )
                    rating = min(3, min(sites, 2) + int(random.integers(0, 2)))
                    key = (municipality, service, group, day)
                    availability.append((*key, str(rating), SOURCE))
                    if day == EARLY:
                        continue
                    assessed = int(random.poisson(weight * PERSONS_PER_WEIGHT[group]))
                    needing = int(random.binomial(assessed, random.uniform(0.3, 0.7)))
                    share = min(0.9, 0.12 + 0.25 * rating) if rating or sites else 0.0
                    receiving = int(random.binomial(needing, share))
                    needs.append((*key, str(assessed), str(needing), str(receiving), SOURCE))
    return availability, needs


def _building(random: np.random.Generator) -> tuple[list[Row], list[Row], list[Row]]:
    """Name planned places and one project in each municipality that the plan names."""
    infrastructure: list[Row] = []
    milestones: list[Row] = []
    places: list[Row] = []
    source = "synthetic-infrastructure"
    for region, total in INFRASTRUCTURE_EUR.items():
        named = _weights(region, COUNTED_ON)
        built = {name: weight for name, weight in named.items() if name != NOT_BUILT_IN_KURZEME}
        money = whole_parts(total // 1000, list(built.values()))
        for number, (municipality, planned) in enumerate(zip(built, money, strict=True), 1):
            project = f"{region}-projekts-{number}"
            name = f"Paraugprojekts Nr. {number} (izdomāts, {a.REGION_NAMES[region]})"
            contracted = round(planned * 1000 * random.uniform(0.84, 1.0), 2)
            certified = round(contracted * random.uniform(0.35, 0.98), 2)
            size = 8 * max(1, round(planned / 450))
            start = date.fromisoformat(_day(random, "2019-03-01", "2019-12-31"))
            actual = start + timedelta(days=int(random.integers(20, 260)))
            infrastructure.append(
                (
                    project,
                    name,
                    municipality,
                    region,
                    "ERDF",
                    f"{planned * 1000}.00",
                    f"{contracted:.2f}",
                    f"{certified:.2f}",
                    str(size),
                    source,
                )
            )
            for milestone, shift in MILESTONES:
                planned_day = start + timedelta(days=shift)
                day = actual + timedelta(days=round(shift * 1.15))
                reached = day.isoformat() if day.isoformat() <= a.LAST_YEAR_END else ""
                milestones.append((project, milestone, planned_day.isoformat(), reached, source))
        for municipality, weight in named.items():
            # a published row stands for this municipality
            if municipality != "skrundas-novads":
                services = [service for service, _ in SERVICES[3:]]
                for service in services[: 1 + weight % 3]:
                    count = str(4 * int(random.integers(1, 4)))
                    places.append((region, municipality, service, "2020", count, source))
        for arrangement, size in (("family_like", 8), ("youth_house", 12)):
            for place, municipality in enumerate(list(named)[:3]):
                if arrangement == "family_like" or place == 0:
                    for year in ("2020", "2023"):
                        row = (region, municipality, arrangement, year, str(size), source)
                        places.append(row)
    return infrastructure, milestones, places
