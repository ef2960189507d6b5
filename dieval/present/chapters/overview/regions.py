"""Chapters of the overview: verdicts, costs and progress of all regions side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dieval.present import figures
from dieval.present.blocks import (
    Block,
    Cell,
    Column,
    Section,
    cell_value,
    figure_block,
    heading_block,
    table_block,
    text_block,
)
from dieval.present.chapters.progress.indicators import number_in_words
from dieval.present.chapters.progress.services import SHARE_STEPS, share_step
from dieval.present.findings.progress import IN_FORCE
from dieval.present.hidden import hidden_in
from dieval.present.implementation_progress import short_day
from dieval.present.language import (
    N_,
    Language,
    in_both,
    joined,
    listing,
    percentage,
    said,
    same,
    semicolons,
    word,
)
from dieval.present.national_overview import NationalOverview
from dieval.present.report import cited, source_note, sources_in
from dieval.present.tables import listed, records
from dieval.vocabulary import CARE_ARRANGEMENTS, HIDDEN, NATIONAL, NOT_APPLICABLE, NOT_AVAILABLE

REAL = "real_cost_per_child_month_eur"


def show_costs_by_region(report: NationalOverview) -> Section:
    """Set the cost per child-month of all regions side by side, and rank what can be compared."""
    units = report.tables.get("unit_costs")
    if units is None:
        return report.section([text_block(said(N_("No cost per child is known here.")))])
    year = str(report.last_year)
    of_year = units[units["year"] == report.last_year]
    price_year = str(report.parameters["price_year"])
    wide = of_year.pivot(index="care_arrangement", columns="region", values=REAL)
    wide = wide.reindex(of_year["care_arrangement"].drop_duplicates())
    wide = wide.reindex(columns=list(report.regions))
    perimeters = _perimeters(report)
    rows: list[list[Cell]] = []
    for arrangement, costs in wide.iterrows():
        ranked = _ranked(report, perimeters, str(arrangement), costs)
        rows.append([str(arrangement), *(cell_value(cost) for cost in costs), ranked])
    columns = [
        Column(said(N_("Care arrangement")), kind="word", words="care_arrangement"),
        *(Column(name, decimals=2) for name in report.regions.values()),
        Column(said(N_("From lowest to highest")), kind="text"),
    ]
    notes = [
        said(
            N_(
                "Constant prices of {price_year}. Regions are ranked only where the costs cover "
                "the same elements; ages and needs of the children may differ."
            ),
            price_year=price_year,
        ),
        source_note(report, _cost_inputs(report)),
    ]
    title = said(N_("Cost per child-month by region, EUR, {year}"), year=year)
    blocks: list[Block] = [
        table_block("cost_by_region", title, columns, rows, notes=notes, on_amounts=True),
        *_ratios(report),
    ]
    left_out = [name for code, name in report.regions.items() if code not in report.costs]
    if left_out:
        blocks.append(text_block(said(N_("Without costs: {regions}."), regions=listing(left_out))))
    return report.section(blocks)


def _cost_inputs(report: NationalOverview) -> list[str]:
    wanted = ("costs", "assets", "households", "statutory_rates", "activity")
    return [name for name in wanted if name in report.sources_used.index]


def _perimeters(report: NationalOverview) -> dict[tuple[str, str], frozenset[str]]:
    """Give the elements that a cost covers, by arrangement and region."""
    table = report.tables["perimeter"]
    covered = table[table["included"] == "yes"]
    return {
        (str(arrangement), str(region)): frozenset(rows["element"])
        for (arrangement, region), rows in covered.groupby(["care_arrangement", "region"])
    }


def _ranked(
    report: NationalOverview,
    perimeters: dict[tuple[str, str], frozenset[str]],
    arrangement: str,
    costs: pd.Series,
) -> Cell:
    """Rank the regions whose cost is known, or say that the costs cover different elements."""
    known = costs.dropna().sort_values(kind="stable")
    if len(known) < 2:
        return {"symbol": NOT_APPLICABLE}
    if len({perimeters.get((arrangement, str(region))) for region in known.index}) > 1:
        return said(N_("not ranked: the costs cover different elements"))
    return in_both(
        lambda say: " < ".join(report.regions[str(code)][say.code] for code in known.index)
    )


def _ratios(report: NationalOverview) -> list[Block]:
    """List how many times dearer the reference is than each alternative, region by region."""
    table = report.tables["comparison"]
    of_year = table[table["year"] == report.last_year]
    if of_year.empty:
        return []
    wide = of_year.pivot(index="region", columns="alternative", values="ratio")
    wide = wide.reindex(
        index=[code for code in report.regions if code in wide.index],
        columns=[code for code in CARE_ARRANGEMENTS if code in wide.columns],
    )
    columns = [
        Column(said(N_("Region")), kind="text"),
        *(
            Column(word("care_arrangement", str(code), sentence_start=True), decimals=2)
            for code in wide.columns
        ),
    ]
    rows: list[list[Cell]] = [
        [report.regions[str(region)], *(cell_value(value) for value in values)]
        for region, values in zip(wide.index, wide.to_numpy(), strict=True)
    ]
    title = said(
        N_("Cost of the reference ({reference}) / cost of the alternative, {year}"),
        reference=word("care_arrangement", str(report.parameters["reference"])),
        year=str(report.last_year),
    )
    note = said(N_("Not adjusted for need, unless the region’s report says otherwise."))
    notes = [note, source_note(report, _cost_inputs(report))]
    return [table_block("ratio_by_region", title, columns, rows, notes=notes, on_amounts=True)]


def show_progress_by_region(report: NationalOverview) -> Section:
    """Set indicators, family environment, infrastructure and services side by side."""
    blocks = [
        *_country(report),
        *_achievements(report),
        *_family_environment(report),
        *_absorption(report),
        *_sites(report),
        *_needs(report),
        *_conflicts(report),
    ]
    if not blocks:
        blocks = [text_block(said(N_("The data package has no rows on progress.")))]
    return report.section(blocks)


def _achievements(report: NationalOverview) -> list[Block]:
    """Draw how far every indicator has come in every region, to the target in force."""
    table = report.tables.get("indicator_progress")
    if table is None:
        return []
    current = table[table["version_role"].isin(IN_FORCE) & (table["region"] != NATIONAL)]
    current = current.drop_duplicates(["region", "indicator"])
    if current.empty:
        return []
    wide = current.pivot(index="indicator", columns="region", values="achievement")
    wide = wide.reindex(columns=[code for code in report.regions if code in wide.columns])
    target = current.pivot(index="indicator", columns="region", values="target_value")
    target = target.reindex(index=wide.index, columns=wide.columns)
    absent = target.map(lambda value: NOT_AVAILABLE if pd.notna(value) else NOT_APPLICABLE)
    absent = absent.mask(hidden_in(wide), HIDDEN)

    def sign(say: Language, found: str) -> str:
        if found == NOT_APPLICABLE:
            return say.text(N_("no target"))
        if found == HIDDEN:
            return say.text(N_("hidden"))
        return say.text(N_("not available"))

    title = said(N_("How far regions have come to the targets in force"))
    items = [
        said(
            N_("{indicator}: {best} first with {share}"),
            indicator=report.names["indicator"].get(str(code), same(code)),
            best=report.regions[str(values.idxmax())],
            share=percentage(float(values.max()), 0),
        )
        for code, values in wide.iterrows()
        if values.notna().sum() > 1
    ]
    picture = figures.heat_map(
        wide.astype("float64"),
        lambda say, code: report.names["indicator"].get(code, same(code))[say.code],
        lambda say, code: report.regions[code][say.code],
        lambda say, value: say.percent(value, 0),
        SHARE_STEPS,
        share_step,
        sign,
        absent,
    )
    alt = joined(title, semicolons(items)) if items else title
    note = said(
        N_(
            "Shares of the way from baseline to target. Targets were set by different plans and on "
            "different days; a share says how far a region is, not how ambitious its plan was."
        )
    )
    notes = [note, cited(report, sources_in(current))]
    return [
        figure_block("achievement", title, alt, picture, notes),
        _last_values(report, current, list(wide.index)),
    ]


def _value_and_date(report: NationalOverview, row: Mapping[str, Any]) -> Cell:
    """Write the last value with its date, which tells how old it is."""
    if pd.isna(row["value"]):
        return cell_value(row["value"])
    value = number_in_words(report.names, row["indicator"], float(row["value"]), row["qualifier"])
    day = short_day(row["value_date"].date())
    return said("{value} ({day})", value=value, day=day)


def _last_values(report: NationalOverview, current: pd.DataFrame, indicators: list[str]) -> Block:
    """List the last values behind the picture, each with its date: some are older than others."""
    rows_of = {(str(row["indicator"]), str(row["region"])): row for row in records(current)}
    rows: list[list[Cell]] = [
        [
            report.names["indicator"].get(code, same(code)),
            *(
                _value_and_date(report, rows_of[code, region])
                if (code, region) in rows_of
                else {"symbol": NOT_APPLICABLE}
                for region in report.regions
            ),
        ]
        for code in indicators
    ]
    columns = [
        Column(said(N_("Indicator")), kind="text"),
        *(Column(name, kind="text") for name in report.regions.values()),
    ]
    notes = [
        said(N_("z: the region has no such target.")),
        cited(report, current["source"].dropna()),
    ]
    title = said(N_("Last values and their dates"))
    return table_block("last_values", title, columns, rows, notes=notes)


def _country(report: NationalOverview) -> list[Block]:
    """List the indicators of the whole country with their targets in force."""
    table = report.tables.get("indicator_progress")
    if table is None:
        return []
    current = table[table["version_role"].isin(IN_FORCE) & (table["region"] == NATIONAL)]
    if current.empty:
        return []

    def number(row: Mapping[str, Any], column: str) -> Cell:
        return number_in_words(report.names, row["indicator"], float(row[column]))

    rows: list[list[Cell]] = [
        [
            report.names["indicator"].get(str(row["indicator"]), same(row["indicator"])),
            _value_and_date(report, row),
            same(report.source_mark(row["source"])) if isinstance(row["source"], str) else
            {"symbol": NOT_AVAILABLE},
            number(row, "target_value"),
            short_day(row["target_date"].date()),
            same(report.source_mark(row["target_source"])),
            cell_value(row["standing"]),
        ]
        for row in records(current)
    ]  # fmt: skip
    columns = [
        Column(said(N_("Indicator")), kind="text"),
        Column(said(N_("Last value")), kind="text"),
        Column(said(N_("Source")), kind="text"),
        Column(said(N_("Target")), kind="text"),
        Column(said(N_("Target date")), kind="text"),
        Column(said(N_("Source of the target")), kind="text"),
        Column(said(N_("Standing")), kind="word", words="standing"),
    ]
    title = said(N_("Indicators of the whole country"))
    return [
        table_block(
            "indicators_national", title, columns, rows, notes=[cited(report, sources_in(current))]
        )
    ]


def _family_environment(report: NationalOverview) -> list[Block]:
    """Rank the shares of children in a family environment on one basis and in one year."""
    table = report.tables.get("family_environment")
    if table is None:
        return []
    known = table[(table["region"] != NATIONAL)].dropna(subset="share")
    if known.empty:
        return []
    shared = known.groupby(["year", "counting_basis"])["region"].nunique()
    most = shared[shared == shared.max()].index.max()
    rows_of = known.set_index(["year", "counting_basis"]).loc[[most]]
    ranked = rows_of.sort_values("share", ascending=False, kind="stable")
    columns = [
        Column(said(N_("Region")), kind="text"),
        Column(said(N_("Children in care")), measure="children"),
        Column(said(N_("In a family environment")), measure="children"),
        Column(said(N_("Share")), kind="percent", decimals=1),
        Column(said(N_("Rank"))),
    ]
    ranks = ranked["share"].rank(ascending=False, method="min").astype(int)
    rows: list[list[Cell]] = [
        [
            report.regions[str(row.region)],
            float(row.children_in_care),
            float(row.children_in_families),
            float(row.share),
            int(rank),
        ]
        for row, rank in zip(ranked.itertuples(), ranks, strict=True)
    ]
    year, basis = most
    whole = table[
        (table["region"] == NATIONAL) & (table["year"] == year) & (table["counting_basis"] == basis)
    ].dropna(subset="share")
    for row in whole.itertuples():
        rows.append(
            [
                said(N_("Latvia, whole country")),
                float(row.children_in_care),
                float(row.children_in_families),
                float(row.share),
                {"symbol": NOT_APPLICABLE},
            ]
        )
    title = said(
        N_("Children in a family environment, {year}, {basis}"),
        year=str(year),
        basis=word("counting_basis", str(basis)),
    )
    note = said(N_("The latest year and counting basis that most regions have in common."))
    notes = [note]
    if len(whole):
        notes.append(
            said(
                N_(
                    "The whole country as the national data counts it; it may leave out kinds of "
                    "care that regions count, so regions need not add up to it."
                )
            )
        )
    placements = pd.concat(
        [report.progress[code].counted["placements"] for code in ranked["region"]]
    )
    shown = placements[
        (placements["year"] == year)
        & (placements["counting_basis"] == basis)
        & placements["region"].isin([*ranked["region"], *whole["region"]])
    ]
    notes.append(cited(report, shown["source"]))
    return [table_block("family_environment_ranked", title, columns, rows, notes=notes)]


def _absorption(report: NationalOverview) -> list[Block]:
    """Set results beside money in all regions."""
    table = report.tables.get("absorption")
    if table is None or table.empty:
        return []
    columns = [
        Column(said(N_("Region")), kind="text"),
        Column(said(N_("Projects"))),
        Column(said(N_("Planned")), unit=same("EUR")),
        Column(said(N_("Contracted / planned")), kind="percent", decimals=1),
        Column(said(N_("Certified / planned")), kind="percent", decimals=1),
        Column(said(N_("Places open / planned")), kind="percent", decimals=1),
    ]
    ranked = table.sort_values("places_open_rate", ascending=False, kind="stable")
    rows: list[list[Cell]] = [
        [
            report.regions.get(str(row["region"]), same(row["region"])),
            *(
                cell_value(row[name])
                for name in (
                    *("projects", "planned_eur", "contracted_rate", "certified_rate"),
                    "places_open_rate",
                )
            ),
        ]
        for row in records(ranked)
    ]
    note = said(N_("Sorted by places open: results before money."))
    title = said(N_("Infrastructure: results beside money"))
    notes = [note, source_note(report, ["infrastructure", "milestones"])]
    return [table_block("absorption_by_region", title, columns, rows, notes=notes)]


def _sites(report: NationalOverview) -> list[Block]:
    """List sites and providers of all regions; their sizes differ, so no rank."""
    table = report.tables.get("sites")
    if table is None:
        return []
    totals = table[table["municipality"].isna()].set_index("region")
    columns = [
        Column(said(N_("Region")), kind="text"),
        Column(said(N_("Sites"))),
        Column(said(N_("Providers"))),
    ]
    rows: list[list[Cell]] = [
        [name, int(totals.loc[code, "sites"]), int(totals.loc[code, "providers"])]
        for code, name in report.regions.items()
        if code in totals.index
    ]
    if not rows:
        return []
    note = said(N_("Regions differ in size, so sites are not ranked."))
    title = said(N_("Services: sites and providers"))
    notes = [note, source_note(report, ["services"])]
    return [
        heading_block(3, title),
        table_block("sites_by_region", title, columns, rows, notes=notes),
    ]


def _needs(report: NationalOverview) -> list[Block]:
    """List met needs of all regions, and of the country where enough municipalities tell them."""
    table = report.tables.get("needs_by_region")
    if table is None or not table["recorded"].any():
        return []
    title = said(N_("Services: met needs, and how many municipalities have recorded them"))
    notes = [
        said(N_("Coverage counts each person once for each service needed.")),
        said(
            N_(
                "The country is added up where at least {share} of the municipalities have "
                "recorded needs; what the others need is not known."
            ),
            share=percentage(report.least_recorded, 0),
        ),
        source_note(report, ["needs"]),
    ]
    names = {**report.regions, NATIONAL: said(N_("Latvia, whole country"))}
    return [
        heading_block(3, title),
        listed(
            "needs_by_region",
            title,
            table,
            list(table.columns),
            row_headers=1,
            notes=notes,
            words={"region": names},
            of="needs_by_region",
        ),
    ]


def _conflicts(report: NationalOverview) -> list[Block]:
    """List the values on which sources differ, of all regions and the country."""
    table = report.tables.get("source_conflicts")
    if table is None or table.empty:
        return []
    places = {**report.regions, NATIONAL: said(N_("Latvia, whole country"))}
    columns = [
        Column(said(N_("Region")), kind="text"),
        Column(said(N_("Indicator")), kind="text"),
        Column(said(N_("Date")), kind="date"),
        Column(said(N_("Value")), kind="text"),
        Column(said(N_("Source")), kind="text"),
        Column(said(N_("Used")), kind="word", words="used"),
    ]
    rows: list[list[Cell]] = [
        [
            places.get(str(row["region"]), same(row["region"])),
            report.names["indicator"].get(str(row["indicator"]), same(row["indicator"])),
            cell_value(row["date"]),
            cell_value(row["value"])
            if pd.isna(row["value"])
            else number_in_words(report.names, row["indicator"], float(row["value"])),
            report.source_mark(row["source"]),
            str(row["used"]),
        ]
        for row in records(table)
    ]
    title = said(N_("Where sources differ"))
    note = said(N_("Sources that differ stand beside each other; they are never averaged."))
    notes = [note, cited(report, sources_in(table))]
    return [
        heading_block(3, title),
        table_block("source_conflicts", title, columns, rows, row_headers=2, notes=notes),
    ]
