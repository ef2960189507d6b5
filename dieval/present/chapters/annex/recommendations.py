"""Chapter “Recommendations”: what follows from the results, each with the number behind it."""

from __future__ import annotations

import pandas as pd

from dieval.present.blocks import Section, list_block, text_block
from dieval.present.hidden import any_hidden, hidden_in
from dieval.present.language import (
    N_,
    Bilingual,
    listing,
    money,
    number,
    said,
    same,
    semicolons,
    word,
)
from dieval.present.reorganisation_annex import (
    ReorganisationAnnex,
    children_by_code,
    no_plan_here_block,
)
from dieval.vocabulary import FAMILY_BASED


def show_recommendations(report: ReorganisationAnnex) -> Section:
    """Show what follows from the results; a recommendation stands only where its numbers do."""
    if not report.evaluation.has_plan:
        return report.section([no_plan_here_block()])
    items = [
        *_families(report),
        *_open_until_last(report),
        *_funding(report),
        *_payers(report),
        *_places(report),
        *_children_to_look_at(report),
    ]
    nothing = text_block(said(N_("No recommendation follows from these numbers.")))
    return report.section([list_block(items) if items else nothing])


def _families(report: ReorganisationAnnex) -> list[Bilingual]:
    """Say how many families are to be found by when."""
    wide = children_by_code(report.tables["destinations"], FAMILY_BASED)
    if wide.empty or not len(wide.columns):
        return []
    wide = wide.loc[:, ~hidden_in(wide).any()]
    if not len(wide.columns):
        return []
    most = wide.max()
    items = [
        said(
            N_("{where} {children} (by the end of {year})"),
            where=word("care_arrangement_in", str(code)),
            children=same(int(count)),
            year=same(int(wide[code].idxmax())),
        )
        for code, count in most.items()
    ]
    return [
        said(
            N_(
                "Find families for the children of the plan, prepare and support them; number of "
                "children: {items}."
            ),
            items=semicolons(items),
        )
    ]


def _open_until_last(report: ReorganisationAnnex) -> list[Bilingual]:
    """Say what a late family costs, where stranded costs are known."""
    table = report.tables.get("stranded")
    if table is None or table["stranded_eur"].isna().all():
        return []
    worst = table.loc[table["stranded_eur"].idxmax()]
    if not worst["stranded_eur"] > 0:
        return []
    return [
        said(
            N_(
                "Do not budget savings by average cost: in {year} {stranded} of them would not "
                "come true, because fixed costs stay until the institution closes."
            ),
            year=str(int(worst["year"])),
            stranded=money(float(worst["stranded_eur"])),
        )
    ]


def _funding(report: ReorganisationAnnex) -> list[Bilingual]:
    table = report.tables["payer_summary"].dropna(subset="peak_funding_year")
    if table.empty:
        return []
    items = [
        said(
            N_("{payer} {peak} (by the end of {year})"),
            payer=word("payer", str(row.payer)),
            peak=money(float(row.peak_funding_eur)),
            year=str(int(row.peak_funding_year)),
        )
        for row in table.itertuples()
    ]
    return [
        said(
            N_("Secure the funding of the change, greatest need of each payer: {items}."),
            items=semicolons(items),
        )
    ]


def _payers(report: ReorganisationAnnex) -> list[Bilingual]:
    """Say who gains and who loses, where both happen."""
    table = report.tables["payer_summary"].dropna(subset="npv_eur")
    sides = [
        [
            said(
                "{payer} {npv}",
                payer=word("payer", str(row.payer)),
                npv=money(abs(float(row.npv_eur))),
            )
            for row in table[side].itertuples()
        ]
        for side in (table["npv_eur"] > 0, table["npv_eur"] < 0)
    ]
    if not all(sides):
        return []
    return [
        said(
            N_(
                "Agree between the payers who pays for what, before the first child moves; in "
                "present value pay less: {gain}; pay more: {lose}."
            ),
            gain=listing(sides[0]),
            lose=listing(sides[1]),
        )
    ]


def _places(report: ReorganisationAnnex) -> list[Bilingual]:
    table = report.tables.get("places_outlook")
    empty = pd.DataFrame() if table is None else table.dropna(subset=["empty_from", "p50"])
    return [
        said(
            N_(
                "Plan another use for places that stand empty from {year} on: {arrangement}; at "
                "the end of {last} planned places {places}, children {p50} (median)."
            ),
            year=str(int(row.empty_from)),
            last=str(int(row.year)),
            arrangement=word("care_arrangement", str(row.care_arrangement)),
            places=number(row.planned_places),
            p50=number(row.p50),
        )
        for row in empty.itertuples()
    ]


def _children_to_look_at(report: ReorganisationAnnex) -> list[Bilingual]:
    """Ask for another look at children under three in institutions and at parted siblings."""
    table = report.tables["plan_problems"]
    found = []
    for problem, text in (
        (
            "under_three_in_institution",
            N_(
                "Find a family first for children under three; in institutions {children} (at the "
                "end of {year})."
            ),
        ),
        (
            "siblings_apart",
            N_(
                "Look again at placing brothers and sisters together; apart {children} (at the end "
                "of {year})."
            ),
        ),
    ):
        rows = table[table["problem"] == problem]
        if rows.empty or any_hidden(rows["counted"]):
            continue
        by_year = rows["counted"].groupby(rows["subject"].str.split(" ").str[0]).sum()
        year = by_year.idxmax()
        found.append(said(text, children=same(int(by_year[year])), year=str(year)))
    return found
