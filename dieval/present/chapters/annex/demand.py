"""Chapter “Proposals: the places”: whether the planned places will be needed, and what for else."""

from __future__ import annotations

import math

import pandas as pd

from dieval.present import figures
from dieval.present.blocks import (
    Block,
    Section,
    figure_block,
    heading_block,
    list_block,
    text_block,
)
from dieval.present.cost_comparison import arrangement_name
from dieval.present.hidden import hidden_in, hidden_picture
from dieval.present.language import (
    N_,
    Bilingual,
    in_both,
    number,
    said,
    same,
    semicolons,
    word,
)
from dieval.present.reorganisation_annex import ReorganisationAnnex, few_years
from dieval.present.tables import by_year, listed
from dieval.vocabulary import FAMILY_BASED

DEMAND_INPUTS = ("flows", "placements", "planned_places")
NEEDS_SHOWN = 6


def show_demand(report: ReorganisationAnnex) -> Section:
    """Show how many children will need a place, beside the places that are planned."""
    if report.evaluation.outlook is None:
        return report.section(
            [
                text_block(
                    said(
                        N_(
                            "The demand for places cannot be calculated: moves of children or "
                            "counts at the end of a year are not recorded for the region. Add rows "
                            "to the tables flows and placements."
                        )
                    )
                )
            ]
        )
    return report.section(
        [*_fans(report), *_places(report), *_back_test(report), *_other_use(report)]
    )


def _how(report: ReorganisationAnnex) -> Bilingual:
    outlook = report.evaluation.outlook
    if outlook is None:
        raise ValueError("there is no demand to explain")
    return said(
        N_(
            "Children of the region; moves per child-year of {period}, {draws} simulations. Eight "
            "of ten results lie between P10 and P90. Children of all recorded plans of the region "
            "who were still in their institution at the end of {year} are where their plan puts "
            "them."
        ),
        period=in_both(lambda say: _years(say.code, outlook.first_year, outlook.base_year)),
        draws=number(report.parameters["draws"]),
        year=str(outlook.base_year),
    )


def _years(code: str, first: int, last: int) -> str:
    """Write a period as a genitive in Latvian."""
    years = [first, last] if first != last else [last]
    if code == "lv":
        return "–".join(f"{year}." for year in years) + "\u00a0gada"
    return "–".join(map(str, years))


def _fans(report: ReorganisationAnnex) -> list[Block]:
    table, observed = report.tables["demand"], report.tables["demand_observed"]
    if hidden_in(table["p50"]).all():
        return [
            text_block(
                said(
                    N_(
                        "The projection is hidden to protect individuals: it holds the children of "
                        "plans, and anybody could project the others."
                    )
                )
            )
        ]
    planned = set(table.dropna(subset="planned_places")["care_arrangement"])
    shown = [code for code in dict.fromkeys(table["care_arrangement"]) if code in planned]
    shown = shown or [
        code for code in dict.fromkeys(table["care_arrangement"]) if code not in FAMILY_BASED
    ]
    ours = table[table["care_arrangement"].isin(shown)]
    years, fewer = few_years(sorted({int(year) for year in table["year"]}))
    notes = [_how(report), *report.sources_of(*DEMAND_INPUTS)]
    medians = by_year(
        "demand",
        said(N_("Children at the end of the year, median")),
        table,
        ["care_arrangement"],
        "p50",
        years,
        notes=[*notes, *fewer],
        of="demand",
    )
    if hidden_in(ours[["p10", "p50", "p90"]]).to_numpy().all():
        return [hidden_picture(), medians]
    last = ours[ours["year"] == ours["year"].max()]
    empty = report.tables["places_outlook"].set_index("care_arrangement")["empty_from"]
    items = [
        said(
            N_("{arrangement} {p50} ({p10} to {p90})"),
            arrangement=word("care_arrangement", str(row.care_arrangement)),
            p50=number(row.p50),
            p10=number(row.p10),
            p90=number(row.p90),
        )
        for row in last.dropna(subset=["p10", "p50", "p90"]).itertuples()
    ]
    title = said(N_("Children who will need a place, and planned places"))
    alt = title
    if items:
        alt = said(
            N_("Fans of the demand by arrangement; at the end of {year}: {items}."),
            year=str(int(ours["year"].max())),
            items=semicolons(items),
        )
    before = observed[observed["care_arrangement"].isin(shown)]
    before = before.drop(columns="children").assign(p10=math.nan, p50=math.nan, p90=math.nan)
    first = int(observed["year"].min()) if len(observed) else 0
    picture = figures.demand_fans(
        pd.concat([before, ours[before.columns]]).sort_values(
            ["care_arrangement", "year"],
            key=lambda c: c if c.name == "year" else c.map(shown.index),
        ),
        observed.drop(columns="planned_places"),
        arrangement_name,
        lambda say: say.text(N_("Children at the end of the year")),
        lambda say: say.text(N_("P10 to P90")),
        lambda say: say.text(N_("median")),
        lambda say: say.text(N_("counted")),
        lambda say: say.text(N_("planned places")),
        lambda say: say.text(N_("places stand empty from")),
        {str(code): max(float(year), first) for code, year in empty.items()},
    )
    return [figure_block("demand_fans", title, alt, picture, notes), medians]


def _places(report: ReorganisationAnnex) -> list[Block]:
    table = report.tables["places_outlook"]
    if table.empty:
        return [
            text_block(
                said(
                    N_(
                        "The region plans no places in these years that could stand empty (table "
                        "planned_places)."
                    )
                )
            )
        ]
    note = said(
        N_(
            "Places stand empty from the first year from which they exceed the children counted "
            "and later even high demand (P90) to the end; z where they do not."
        )
    )
    return [
        listed(
            "places_outlook",
            said(
                N_("Planned places and demand at the end of {year}"),
                year=str(int(table["year"].max())),
            ),
            table,
            [
                "care_arrangement",
                "planned_places",
                "p10",
                "p50",
                "p90",
                "utilisation_p50",
                "empty_from",
            ],
            row_headers=1,
            notes=[note, _how(report), *report.sources_of(*DEMAND_INPUTS)],
            of="places_outlook",
        )
    ]


def _back_test(report: ReorganisationAnnex) -> list[Block]:
    table = report.tables["demand_backtest"]
    if table.empty:
        return []
    table = table[~hidden_in(table["inside"])]
    if table.empty:
        return [hidden_picture()]
    inside = int((table["inside"] == "yes").sum())
    first, last = int(table["year"].min()), int(table["year"].max())
    ours = table[table["year"] == last]
    note = said(
        N_(
            "The same projection from the years before {first} alone, beside what was counted in "
            "{last}. Of all {all} counts from {first} to {last}, {inside} lie in the interval from "
            "the 5 % to the 95 % quantile."
        ),
        first=str(first),
        last=str(last),
        all=str(len(table)),
        inside=str(inside),
    )
    notes = [note, *_outside(ours)]
    return [
        heading_block(3, said(N_("Test of the projection on known years"))),
        listed(
            "demand_backtest",
            said(N_("Projection and count, {year}"), year=str(last)),
            ours.reset_index(drop=True),
            ["care_arrangement", "observed", "p05", "p50", "p95", "inside"],
            row_headers=1,
            notes=[*notes, *report.sources_of("flows", "placements")],
            of="demand_backtest",
        ),
    ]


def _outside(rows: pd.DataFrame) -> list[Bilingual]:
    """Say of which arrangements the count lies outside the interval."""
    missed = rows[rows["inside"] == "no"]
    if missed.empty:
        return []
    items = [
        said(
            N_("{arrangement} {observed} (interval {low} to {high})"),
            arrangement=word("care_arrangement", str(row.care_arrangement)),
            observed=number(row.observed),
            low=number(row.p05),
            high=number(row.p95),
        )
        for row in missed.dropna(subset=["observed", "p05", "p95"]).itertuples()
    ]
    return [said(N_("Outside the interval: {items}."), items=semicolons(items))]


def _other_use(report: ReorganisationAnnex) -> list[Block]:
    """Say what places that stand empty could be used for."""
    heading = heading_block(3, said(N_("Another use of places")))
    convertible = said(
        N_(
            "Family-like services and youth houses should be built so that they can serve others "
            "when fewer children need them."
        )
    )
    unmet = report.tables.get("unmet_needs")
    if unmet is None or unmet.empty:
        return [heading, text_block(convertible)]
    where = str(unmet["municipality"].iloc[0])
    intro = said(
        N_("Services that are lacking in the municipality ({municipality}), persons:"),
        municipality=report.names["municipality"].get(where, same(where)),
    )
    items = [
        said(
            N_("{service}, {group}: {unmet}"),
            service=word("service_type", str(row.service_type)),
            group=word("target_group", str(row.target_group)),
            unmet=same(int(row.unmet)),
        )
        for row in unmet.dropna(subset="unmet").head(NEEDS_SHOWN).itertuples()
    ]
    if not items:
        return [heading, text_block(convertible)]
    return [heading, text_block(convertible, intro), list_block(items)]
