"""What a region's progress comes to, in a few sentences made from the result tables."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dieval.present.findings.progress import IN_FORCE
from dieval.present.hidden import any_hidden
from dieval.present.language import (
    N_,
    Bilingual,
    in_both,
    listing,
    percentage,
    said,
    same,
    semicolons,
    word,
)
from dieval.present.tables import records
from dieval.progress.known import TOTAL

GAPS_NAMED = 3
# How an indicator stands, where that is known.
KNOWN_STANDINGS = ("met", "ahead", "behind", "missed")


def progress_summary(
    tables: Mapping[str, pd.DataFrame],
    region: str,
    names: Mapping[str, Mapping[str, Bilingual]],
) -> list[Bilingual]:
    """Say how far the plan is: persons reached, indicators, needs, gaps, places, family care.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of a `ProgressEvaluation`; what is not there is not said.
    region : str
        Code of the region.
    names : mapping
        Names by kind and code, as `ImplementationProgress.names`.
    """
    found: list[Bilingual] = []
    for name, sentences in (
        ("reimbursement", persons_reached),
        ("indicator_progress", lambda table: _indicators(table[table["region"] == region])),
        ("service_coverage", lambda table: [*_needs(table), *_gaps(table, names)]),
        ("absorption", _places),
        ("family_environment", lambda table: _families(table[table["region"] == region])),
    ):
        if name in tables:
            found += sentences(tables[name])
    return found


def persons_reached(reimbursement: pd.DataFrame) -> list[Bilingual]:
    """Write the latest total of persons as the sum of its target groups."""
    totals = reimbursement[reimbursement["target_group"] == TOTAL]
    if totals.empty:
        return []
    last = totals.iloc[-1]
    of_day = reimbursement["date"] == last["date"]
    groups = reimbursement[of_day & (reimbursement["target_group"] != TOTAL)]
    if any_hidden(reimbursement.loc[of_day, "persons"]):
        return []
    items = [
        said(
            "{persons} {group}",
            persons=same(int(row["persons"])),
            group=word("target_group", str(row["target_group"])),
        )
        for row in records(groups)
    ]
    return [
        said(
            N_("Services reimbursed by {date}, persons: {total} ({items})."),
            total=same(int(last["persons"])),
            date=lambda say: say.date(last["date"].date()),
            items=listing(items),
        )
    ]


def indicator_standings(table: pd.DataFrame) -> pd.Series:
    """Count the indicators with a target in force by how they stand; one with two bases once."""
    current = table[table["version_role"].isin(IN_FORCE)].drop_duplicates("indicator")
    return current["standing"].value_counts(dropna=False)


def _indicators(table: pd.DataFrame) -> list[Bilingual]:
    count = indicator_standings(table)
    if count.empty:
        return []
    return [
        said(
            N_(
                "Indicators with a target in force: {all}; target met: {met}, ahead of the "
                "straight line: {ahead}, behind it: {behind}, target missed: {missed}, not known "
                "on the day: {unknown}."
            ),
            all=str(int(count.sum())),
            **{standing: str(int(count.get(standing, 0))) for standing in KNOWN_STANDINGS},
            unknown=str(int(count.sum() - count.reindex(list(KNOWN_STANDINGS)).sum())),
        )
    ]


def needs_in_all(coverage: pd.DataFrame) -> tuple[int, int]:
    """Sum the persons who need a service and those who receive it, where both are known.

    Nobody where any number is hidden: the sum would lack it.
    """
    if any_hidden(coverage[["needing", "receiving"]]):
        return 0, 0
    measured = coverage.dropna(subset=["needing", "receiving"])
    return int(measured["needing"].sum()), int(measured["receiving"].sum())


def _needs(coverage: pd.DataFrame) -> list[Bilingual]:
    needing, receiving = needs_in_all(coverage)
    if not needing:
        return []
    return [
        said(
            N_("Needs for services: {needing}, met: {receiving} ({share})."),
            needing=in_both(lambda say: say.number(needing)),
            receiving=in_both(lambda say: say.number(receiving)),
            share=percentage(receiving / needing),
        )
    ]


def _gaps(coverage: pd.DataFrame, names: Mapping[str, Mapping[str, Bilingual]]) -> list[Bilingual]:
    largest = coverage.dropna(subset="rank").sort_values("rank", kind="stable").head(GAPS_NAMED)
    if largest.empty:
        return []
    gaps = [
        said(
            "{municipality}, {service} ({unmet})",
            municipality=names["municipality"].get(
                str(row["municipality"]), same(row["municipality"])
            ),
            service=word("service_type", str(row["service_type"])),
            unmet=same(int(row["unmet"])),
        )
        for row in records(largest)
    ]
    return [said(N_("Largest gaps, persons: {gaps}."), gaps=semicolons(gaps))]


def _places(absorption: pd.DataFrame) -> list[Bilingual]:
    row = absorption.iloc[0]
    if pd.isna(row["places"]) or pd.isna(row["places_open"]) or not row["places"] > 0:
        return []
    return [
        said(
            N_("Places planned in infrastructure projects: {places}, open: {open} ({share})."),
            places=same(int(row["places"])),
            open=same(int(row["places_open"])),
            share=percentage(float(row["places_open"] / row["places"])),
        )
    ]


def _families(table: pd.DataFrame) -> list[Bilingual]:
    known = table.dropna(subset="share")
    if known.empty:
        return []
    last = known.iloc[-1]
    return [
        said(
            N_("In a family environment, of the region’s children in care: {share} ({year})."),
            share=percentage(float(last["share"])),
            year=in_both(lambda say: say.years([int(last["year"])])),
        )
    ]
