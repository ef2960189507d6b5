"""Chapter “Children and carers”: where children live, where they move, who cares for them."""

from __future__ import annotations

import functools

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
)
from dieval.present.hidden import (
    hidden_in,
    hidden_picture,
    rows_left_out,
    total,
    without_hidden,
    zero_where_absent,
)
from dieval.present.implementation_progress import (
    ImplementationProgress,
    missing_block,
    nothing_block,
    sources_of,
)
from dieval.present.language import (
    N_,
    Language,
    in_both,
    joined,
    percentage,
    said,
    same,
    semicolons,
    word,
)
from dieval.present.tables import listed, records
from dieval.vocabulary import NATIONAL, is_hidden

MOVES = ("families", "family_like", "residential", "exit")


def show_children(report: ImplementationProgress) -> Section:
    """Show children in care by arrangement, moves out of institutions, and carers."""
    blocks: list[Block] = []
    mix = report.tables.get("placement_mix")
    if mix is not None:
        for region in (report.region, NATIONAL):
            ours = mix[mix["region"] == region]
            blocks += _mix(report, region, ours) if len(ours) else []
        blocks += _family_environment(report) if len(mix) else [nothing_block()]
    blocks += _moves(report)
    blocks += _carers(report)
    tables = ("placement_mix", "moves", "carers_by_year")
    return report.section([*blocks, *missing_block(report, tables)])


def _mix(report: ImplementationProgress, region: str, mix: pd.DataFrame) -> list[Block]:
    """Draw the shares of the arrangements year by year, bases apart."""
    families = report.tables["family_environment"]
    families = families[families["region"] == region]
    title = said(
        N_("Where children in care live: {region}, share of all children in care"),
        region=report.region_called(region),
    )
    key = ["year", "counting_basis"]
    shown = without_hidden(mix, ["share"], key)
    left_out = [same(f"{year}") for year in sorted({*mix["year"]} - {*shown["year"]})]
    if shown.empty:
        return [hidden_picture()]
    families = families[~hidden_in(families["share"])]
    known = families.dropna(subset="share")
    alt = title
    if len(known):
        first, last = known.iloc[0], known.iloc[-1]
        alt = joined(
            title,
            said(
                N_("In a family environment: {first} in {first_year}, {last} in {last_year}."),
                first=percentage(float(first["share"])),
                first_year=str(first["year"]),
                last=percentage(float(last["share"])),
                last_year=str(last["year"]),
            ),
        )
    picture = figures.mix_over_time(
        shown[["year", "counting_basis", "care_arrangement", "share"]],
        families[["year", "counting_basis", "share"]],
        lambda say, code: word("care_arrangement", code, sentence_start=True)[say.code],
        lambda say, code: say.word("counting_basis", code),
        lambda say: say.text(N_("Share in a family environment")),
        lambda say: say.text(N_("not all arrangements counted")),
    )
    name = "placement_mix" if region == report.region else "placement_mix_national"
    rounding = said(
        N_("Shares of a year are rounded by largest remainders, so that they add up to 100 %.")
    )
    notes = [rounding, *rows_left_out(left_out), *sources_of(report, "placements", rows=mix)]
    return [figure_block(name, title, alt, picture, notes)]


def _family_environment(report: ImplementationProgress) -> list[Block]:
    """List how many children live with foster families and guardians, and what was published."""
    table = report.tables["family_environment"]
    how = said(
        N_(
            "Family environment: foster families, specialised foster families and guardians. "
            "Counting bases are never added; where only one side was counted, there is no share."
        )
    )
    return [
        listed(
            "family_environment",
            said(N_("Children in care and in a family environment, at year end")),
            table.assign(
                published_source=table["published_source"].map(
                    report.source_mark, na_action="ignore"
                )
            ),
            [
                "region",
                "year",
                "counting_basis",
                "children_in_care",
                "children_in_families",
                "share",
                "published_share",
                "published_source",
            ],
            row_headers=3,
            notes=[how, *sources_of(report, "placements", rows=table)],
            words={"region": report.places},
        )
    ]


def _moves(report: ImplementationProgress) -> list[Block]:
    """List where children went who left institutions, year by year."""
    table = report.tables.get("moves")
    if table is None or table.empty:
        return []
    groups = [code for code in MOVES if code in set(table["to_group"])]
    counts = table.groupby(["year", "to_group"])["children"].agg(total).unstack()
    wide = zero_where_absent(counts[groups])
    rows: list[list[Cell]] = [
        [int(str(year)), *(cell_value(count) for count in of_year), cell_value(total(of_year))]
        for year, of_year in wide.iterrows()
    ]
    columns = [Column(said(N_("Year")), kind="year")]
    columns += [
        Column(word("move", code, sentence_start=True), measure="children") for code in groups
    ]
    columns.append(Column(said(N_("All")), measure="children"))
    return [
        table_block(
            "moves",
            said(N_("Children who left institutions, by where they went")),
            columns,
            rows,
            notes=sources_of(report, "flows", rows=table),
        )
    ]


def _carers(report: ImplementationProgress) -> list[Block]:
    """Draw the numbers of carers and list their trends."""
    table = report.tables.get("carers_by_year")
    if table is None:
        return []
    ours = table[table["region"] == report.region]
    blocks: list[Block] = [heading_block(3, said(N_("Carers")))]
    if ours.empty:
        return [*blocks, nothing_block()]
    kind = ours["carer_type"] + "|" + ours["status"]
    series = ours.assign(kind=kind).pivot(index="year", columns="kind", values="count")
    trends = report.tables["carers_trend"]
    of_kind = {
        f"{row['carer_type']}|{row['status']}": row
        for row in records(trends[trends["region"] == report.region])
    }

    def name(say: Language, code: str) -> str:
        carer, status = code.split("|")
        who = word("carer_type", carer, sentence_start=True)[say.code]
        return f"{who}, {say.word('carer_status', status)}"

    def trend(say: Language, code: str) -> str:
        row = of_kind.get(code)
        if row is None or pd.isna(row["verdict"]):
            return ""
        return say.word("trend", str(row["verdict"]))

    items = [
        said(
            N_("{carers}: {first} to {last}, {trend}"),
            carers=in_both(functools.partial(name, code=code)),
            first=same(int(row["first_count"])),
            last=same(int(row["last_count"])),
            trend=word("trend", str(row["verdict"])),
        )
        for code, row in of_kind.items()
        if not any(is_hidden(row[name]) for name in ("first_count", "last_count", "verdict"))
    ]
    title = said(N_("Carers: numbers at year end"))
    picture = figures.small_multiples(
        series.astype("float64"),
        name,
        lambda say: say.text(N_("Carers, each panel with a scale of its own")),
        lambda say: say.text(N_("not available")),
        trend,
    )
    alt = joined(title, semicolons(items)) if items else title
    blocks.append(figure_block("carers", title, alt, picture, sources_of(report, rows=ours)))
    return [*blocks, *_trends(report), *_hosting(report)]


def _trends(report: ImplementationProgress) -> list[Block]:
    table = report.tables["carers_trend"]
    if table.empty:
        return []
    how = said(
        N_(
            "Trend: Mann–Kendall test of the yearly numbers; p is the probability of so steady a "
            "change by chance. Not decidable: with so few years, or so many equal numbers, no "
            "change at all could show a trend. Sen’s slope: median change a year."
        )
    )
    columns = ["region", "carer_type", "status", "first_year", "last_year", "first_count"]
    columns += ["last_count", "change", "p_exact", "sen_slope", "verdict"]
    return [
        listed(
            "carers_trend",
            said(N_("Trends of carers")),
            table,
            columns,
            row_headers=3,
            notes=[how, *sources_of(report, "carers", rows=table)],
            words={"region": report.places},
        )
    ]


def _hosting(report: ImplementationProgress) -> list[Block]:
    table = report.tables["hosting_share"]
    ours = table[table["region"] == report.region]
    if ours.empty:
        return []
    return [
        listed(
            "hosting_share",
            said(N_("Foster families with children placed, of those registered")),
            ours,
            ["carer_type", "year", "registered", "hosting", "share"],
            row_headers=2,
            notes=sources_of(report, "carers", rows=ours),
        )
    ]
