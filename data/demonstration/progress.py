"""Synthetic progress: stocks, carers, persons served, and targets where none are published."""

from __future__ import annotations

import numpy as np

from demonstration import assumptions as a
from demonstration.homes import Home
from demonstration.package import Row, generator
from demonstration.plans import Stocks, regional_year_ends
from demonstration.services import service_tables
from demonstration.stocks import whole_parts

# Country-wide carers at the year's end; foster families of 2017–2021 are published.
COUNT_YEARS = (2014, 2015, 2016, 2017, 2018, 2019, 2020, 2021, 2022)
CARERS = {
    ("foster_family", "registered"): (577, 583, 588, 600, 636, 712, 752, 751, 757),
    ("foster_family", "hosting"): (470, 468, 467, 466, 500, 540, 569, 600, 610),
    ("guardian", "hosting"): (3790, 3690, 3580, 3480, 3390, 3290, 3190, 3090, 2990),
    ("adopter", "registered"): (168, 164, 160, 155, 151, 150, 149, 146, 143),
}
ENTRY_RATE = {"foster_family": 0.12, "guardian": 0.14, "adopter": 0.35}

TARGET_SHARE_OF_INSTITUTIONS = 0.35  # of the stock of 2016, by the end of 2023
# Persons served by the end of each year, as a share of the last; region: target group: total.
SERVED = {
    "riga": {"ft_children": 571, "ft_parents": 388, "grt_adults": 402},
    "zemgale": {"ft_children": 387, "ft_parents": 214, "grt_adults": 176},
}
SERVED_SHARES = {2018: 0.22, 2019: 0.45, 2020: 0.62, 2021: 0.81, 2022: 1.0}
EUR_PER_PERSON = {"ft_children": 1650.0, "ft_parents": 240.0, "grt_adults": 3480.0}
SERVED_INDICATORS = {group: f"{group}_served" for group in EUR_PER_PERSON}
RIGA_FT_TARGET = 820  # no target is published for the children of the Rīga region
SOURCE = "synthetic-progress"


def progress_tables(
    homes: list[Home], stocks: Stocks, kept: dict[str, list[Row]]
) -> dict[str, list[Row]]:
    """Make the tables of the progress report, apart from what is published."""
    placements, observations = _placements(homes, stocks)
    reimbursement, served = _served()
    known = {row[:3] for row in kept["observations"]}
    return {
        "placements": placements,
        "carers": _carers(),
        "reimbursement": reimbursement,
        "targets": _targets(stocks),
        "observations": [row for row in observations + served if row[:3] not in known],
        **service_tables(kept["municipalities"]),
    }


def _placements(homes: list[Home], stocks: Stocks) -> tuple[list[Row], list[Row]]:
    """Write regional year-end stocks, and children in institutions as an indicator."""
    placements: list[Row] = []
    observations: list[Row] = []
    for region in a.REGION_NAMES:
        year_ends = regional_year_ends(region, homes, stocks)
        for year in a.YEARS:
            placements += [
                (region, str(year), arrangement, "other", str(stock[year]), "synthetic-placements")
                for arrangement, stock in year_ends.items()
                if stock[year]
            ]
            residential = sum(
                year_ends[arrangement][year] for arrangement in ("institution", "state_institution")
            )
            observations.append(
                (
                    "children_in_institutions",
                    region,
                    f"{year}-12-31",
                    "other",
                    str(residential),
                    "",
                    SOURCE,
                )
            )
    return placements, observations


def _targets(stocks: Stocks) -> list[Row]:
    rows: list[Row] = []
    for region in a.REGION_NAMES:
        baseline = stocks[region, "institution"][2016] + stocks[region, "state_institution"][2016]
        target = round(baseline * TARGET_SHARE_OF_INSTITUTIONS)
        rows.append(
            (
                "children_in_institutions",
                region,
                "1",
                "2017-12-31",
                "2016-12-31",
                str(baseline),
                "2023-12-31",
                str(target),
                SOURCE,
            )
        )
    rows.append(
        (
            "ft_children_served",
            "riga",
            "1",
            "2018-12-31",
            "2015-07-01",
            "0",
            "2023-12-31",
            str(RIGA_FT_TARGET),
            SOURCE,
        )
    )
    return rows


def _carers() -> list[Row]:
    """Divide the country's carers among the regions; entries and exits lead from year to year."""
    random = generator("carers")
    rows: list[Row] = []
    weights = np.asarray(list(a.REGION_SHARES.values())) * random.uniform(0.9, 1.1, 5)
    for (carer, status), known in CARERS.items():
        counts = {
            year: whole_parts(total, list(weights))
            for year, total in zip(COUNT_YEARS, known, strict=True)
        }
        for place, region in enumerate(a.REGION_NAMES):
            before = None
            for year in COUNT_YEARS:
                count = counts[year][place]
                entries = exits = ""
                if before is not None and status != "hosting":
                    entered = int(random.poisson(ENTRY_RATE[carer] * before))
                    entered = max(entered, count - before)
                    entries, exits = str(entered), str(before + entered - count)
                rows.append(
                    (
                        region,
                        "",
                        str(year),
                        carer,
                        status,
                        str(count),
                        entries,
                        exits,
                        "synthetic-carers",
                    )
                )
                before = count
    return rows


def _served() -> tuple[list[Row], list[Row]]:
    """Write persons served and reimbursed by year's end, as reimbursement and as observations."""
    random = generator("served")
    reimbursement: list[Row] = []
    observations: list[Row] = []
    for region, groups in SERVED.items():
        for group, total in groups.items():
            before = 0
            for year, share in SERVED_SHARES.items():
                persons = total
                if share < 1:
                    persons = max(round(total * share * random.uniform(0.94, 1.06)), before)
                before = persons
                day = f"{year}-12-31"
                amount = round(persons * EUR_PER_PERSON[group] * share**0.3, -2)
                reimbursement.append((region, day, group, str(persons), f"{amount:.2f}", SOURCE))
                observations.append(
                    (SERVED_INDICATORS[group], region, day, "", str(persons), "", SOURCE)
                )
    return reimbursement, observations
