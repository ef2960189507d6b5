"""Chapter “Services”: where there are any, who needs them and who receives them."""

from __future__ import annotations

import math

import pandas as pd

from dieval.present import figures
from dieval.present.blocks import (
    Block,
    Section,
    figure_block,
    heading_block,
    text_block,
)
from dieval.present.chapters.progress.indicators import value_in_words
from dieval.present.hidden import hidden_in, total
from dieval.present.implementation_progress import (
    ImplementationProgress,
    missing_block,
    nothing_block,
    short_day,
    sources_of,
)
from dieval.present.language import (
    N_,
    Bilingual,
    Language,
    joined,
    listing,
    percentage,
    said,
    same,
    semicolons,
    word,
)
from dieval.present.tables import listed, records
from dieval.progress.services import with_needs
from dieval.vocabulary import HIDDEN, NOT_APPLICABLE, NOT_AVAILABLE, is_hidden

# Steps of the shares that pictures show, and of ratings.
SHARE_STEPS: tuple[float, ...] = (0.25, 0.5, 0.75, 1.0)
RATING_STEPS: tuple[float, ...] = (1.0, 2.0, 3.0)
# Gaps shown; the others stand in the result table.
GAPS = 15
STATED = ("service_providers", "service_sites")
INPUTS = ("services", "availability", "needs")


def show_services(report: ImplementationProgress) -> Section:
    """Show sites, needs and gaps by municipality, service and target group."""
    blocks: list[Block] = []
    coverage = report.tables.get("service_coverage")
    if coverage is not None:
        known = coverage["needing"].notna() | hidden_in(coverage["needing"])
        measured = coverage[known]
        blocks += [
            *_map(report, measured),
            *_heat_map(report, coverage),
            *_gaps(report, measured),
        ]
        if coverage.empty:
            blocks.append(nothing_block())
    blocks += _funnel(report)
    blocks += _sites(report)
    tables = ("service_coverage", "sites", "funnel")
    return report.section([*blocks, *missing_block(report, tables)])


def share_step(say: Language, step: int) -> str:
    """Name a step of the scale of shares."""
    ends = [0.0, *SHARE_STEPS]
    low = say.percent(ends[step], 0)
    if step == len(SHARE_STEPS):
        return say.text(N_("{low} and more"), low=low)
    return say.text(N_("{low} to under {high}"), low=low, high=say.percent(ends[step + 1], 0))


def _rating_step(say: Language, step: int) -> str:
    return say.word("availability_rating", str(step))


def _absent(say: Language, sign: str) -> str:
    if sign == NOT_APPLICABLE:
        return say.text(N_("nobody needs it"))
    if sign == HIDDEN:
        return say.text(N_("hidden"))
    return say.text(N_("not available"))


def _signs(needing: pd.Series) -> pd.Series:
    """Tell why a coverage has no number: nobody needs the service, it is hidden or not known."""

    def sign(persons: float) -> str:
        if is_hidden(persons):
            return HIDDEN
        return NOT_APPLICABLE if persons == 0 else NOT_AVAILABLE

    return needing.astype(object).map(sign)


def _map(report: ImplementationProgress, measured: pd.DataFrame) -> list[Block]:
    """Draw on a map of squares which share of the need each municipality meets."""
    tiles = report.tiles
    if measured.empty or tiles is None:
        return []
    totals = measured.groupby("municipality")[["needing", "receiving"]].agg(total)
    places = tiles[tiles["municipality"].isin(report.municipalities)]
    places = places.set_index("municipality")[["tile_column", "tile_row"]]
    places.columns = ["column", "row"]
    if places.empty or not set(totals.index) <= set(places.index):
        return []
    for axis in places.columns:  # no empty columns and rows
        order = {place: number for number, place in enumerate(sorted(places[axis].unique()))}
        places[axis] = places[axis].map(order)
    share = (totals["receiving"] / totals["needing"].where(totals["needing"] > 0)).reindex(
        places.index
    )
    drawn = places.assign(value=share, absent=_signs(totals["needing"].reindex(places.index)))
    title = said(N_("Share of those needing a service who receive it, by municipality"))
    known = share.dropna()
    alt = said(
        N_("Map of squares: of {count} municipalities, {low} has the lowest share ({lowest}) and "
           "{high} the highest ({highest})."),
        count=str(len(known)),
        low=report.called("municipality", str(known.idxmin())),
        lowest=percentage(float(known.min()), 0),
        high=report.called("municipality", str(known.idxmax())),
        highest=percentage(float(known.max()), 0),
    ) if len(known) else title  # fmt: skip
    picture = figures.tile_map(
        drawn,
        lambda say, code: report.called("municipality", code)[say.code],
        lambda say, value: say.percent(value, 0),
        SHARE_STEPS,
        share_step,
        _absent,
    )
    note = said(
        N_(
            "Persons are counted once for each service that they need; each square is one "
            "municipality, whatever its size."
        )
    )
    return [figure_block("coverage_map", title, alt, picture, [note, *sources_of(report, "needs")])]


def _heat_map(report: ImplementationProgress, coverage: pd.DataFrame) -> list[Block]:
    """Draw the coverage of every service in every municipality, or else its rating."""
    measured = coverage[coverage["needing"].notna() | hidden_in(coverage["needing"])]
    value, steps, label = ("coverage", SHARE_STEPS, share_step)
    title = said(N_("Receiving / needing, by municipality and service"))
    if measured.empty:
        measured = coverage.dropna(subset="rating")
        value, steps, label = ("rating", RATING_STEPS, _rating_step)
        title = said(N_("Availability as judged by the working groups"))
    if measured.empty:
        return []
    table = measured.pivot_table(
        index="municipality", columns="service_type", values=value, aggfunc="first", dropna=False
    )
    named = sorted(
        {*table.index, *report.evaluation.municipalities},
        key=lambda code: report.called("municipality", code)["lv"],
    )
    table = table.reindex(named).astype("float64")
    absent = None
    if value == "coverage":
        first = measured.drop_duplicates(["municipality", "service_type"])
        needing, covered = (
            first.pivot(index="municipality", columns="service_type", values=name).reindex(
                index=table.index, columns=table.columns
            )
            for name in ("needing", "coverage")
        )
        absent = needing.apply(_signs).mask(hidden_in(covered), HIDDEN)
    low = table.stack().idxmin() if table.notna().any(axis=None) else None
    alt = title
    if low is not None:
        lowest = float(table.loc[low[0], low[1]])
        alt = joined(
            title,
            said(
                N_("Lowest: {municipality}, {service} ({value})."),
                municipality=report.called("municipality", str(low[0])),
                service=word("service_type", str(low[1])),
                value=percentage(lowest, 0)
                if value == "coverage"
                else word("availability_rating", str(int(lowest))),
            ),
        )
    picture = figures.heat_map(
        table,
        lambda say, code: report.called("municipality", code)[say.code],
        service_name,
        lambda say, number: say.percent(number, 0) if value == "coverage" else str(int(number)),
        steps,
        label,
        _absent,
        absent,
    )
    inputs = ["needs"] if value == "coverage" else ["availability"]
    notes = _recorded(report, coverage) if value == "coverage" else []
    notes += sources_of(report, *inputs)
    return [figure_block("coverage", title, alt, picture, notes)]


def _recorded(report: ImplementationProgress, coverage: pd.DataFrame) -> list[Bilingual]:
    """Say how many of the region's municipalities have recorded needs."""
    everyone = report.evaluation.municipalities
    if not everyone:
        return []
    recorded = len(with_needs(coverage, everyone))
    return [
        said(
            N_("Municipalities that have recorded needs: {recorded} of {all} ({share})."),
            recorded=str(recorded),
            all=str(len(everyone)),
            share=percentage(recorded / len(everyone), 0),
        )
    ]


def service_name(say: Language, code: str) -> str:
    """Name a kind of service at the start of a label."""
    return word("service_type", code, sentence_start=True)[say.code]


def _gaps(report: ImplementationProgress, measured: pd.DataFrame) -> list[Block]:
    """List the largest gaps between those who need a service and those who receive it."""
    ranked = measured.dropna(subset="rank").sort_values("rank", kind="stable")
    if ranked.empty:
        return []
    shown = ranked.head(GAPS).astype(object).copy()
    ratings = [
        {"symbol": NOT_AVAILABLE}
        if pd.isna(rating)
        else word("availability_rating", str(int(rating)))
        for rating in shown["rating"]
    ]
    columns = ["rank", "municipality", "service_type", "needing", "receiving", "unmet", "coverage"]
    columns += ["sites", "rating"]
    notes = [
        said(
            N_("The {shown} largest of {all} gaps; all stand in tables.xlsx."),
            shown=str(len(shown)),
            all=str(len(ranked)),
        ),
        said(N_("Availability: judgement of the municipality’s working group.")),
        *sources_of(report, *INPUTS),
    ]
    block = listed(
        "service_gaps",
        said(N_("Largest gaps: unmet need by municipality and service")),
        shown.assign(rating=math.nan),
        columns,
        row_headers=3,
        notes=notes,
        words={"municipality": report.names["municipality"]},
        of="service_coverage",
    )
    block["columns"][-1]["kind"] = "text"
    for cells, rating in zip(block["rows"], ratings, strict=True):
        cells[-1] = rating
    return [heading_block(3, said(N_("Gaps"))), block]


def _funnel(report: ImplementationProgress) -> list[Block]:
    """Draw how many were assessed, need a service and receive it."""
    table = report.tables.get("funnel")
    if table is None or table.empty:
        return []
    rows = table.assign(code=table["target_group"] + "|" + table["service_type"]).set_index("code")

    def name(say: Language, code: str) -> str:
        group, service = code.split("|")
        return f"{service_name(say, service)} ({say.word('target_group', group)})"

    def stage(say: Language, stage: str, share: float) -> str:
        texts = {
            "assessed": N_("assessed"),
            "needing": N_("need it"),
            "receiving": N_("receive it"),
        }
        text = say.text(texts[stage])
        return text if math.isnan(share) else f"{text} ({say.percent(share, 0)})"

    counts = ["assessed", "needing", "receiving"]
    items = [
        said(
            N_("{service}: {receiving} of {needing} who need it"),
            service=word("service_type", str(row["service_type"]), sentence_start=True),
            receiving=same(int(row["receiving"])),
            needing=same(int(row["needing"])),
        )
        for row in records(rows.dropna(subset=counts))
    ]
    title = said(N_("From assessment to service"))
    alt = joined(title, semicolons(items)) if items else title
    picture = figures.funnel(
        rows[counts].astype("float64"),
        name,
        stage,
        lambda say: say.text(N_("not available")),
        lambda say: say.text(N_("Persons")),
    )
    notes = [
        said(N_("Percentages are shares of the stage before.")),
        said(
            N_(
                "Receiving: everybody who receives the service, whoever pays for it; persons whose "
                "services the project has reimbursed stand in their own chapter."
            )
        ),
        *sources_of(report, "needs"),
    ]
    return [figure_block("funnel", title, alt, picture, notes)]


def _sites(report: ImplementationProgress) -> list[Block]:
    """List sites and providers by municipality, and what sources say of the region."""
    table = report.tables.get("sites")
    if table is None:
        return []
    if table["sites"].sum() == 0:
        return [heading_block(3, said(N_("Sites and providers"))), *_published(report)]
    total = {"municipality": said(N_("Region"))}
    block = listed(
        "sites",
        said(N_("Sites and providers in the register, by municipality")),
        table,
        ["municipality", "sites", "providers"],
        row_headers=1,
        notes=[
            said(
                N_(
                    "A provider with sites in several municipalities counts once in the region, so "
                    "the region has fewer providers than the sum."
                )
            ),
            *sources_of(report, "services"),
        ],
        words={"municipality": report.names["municipality"]},
    )
    for cells in block["rows"]:
        if isinstance(cells[0], dict) and "symbol" in cells[0]:
            cells[0] = total["municipality"]
    return [heading_block(3, said(N_("Sites and providers"))), *_published(report), block]


def _published(report: ImplementationProgress) -> list[Block]:
    """Say what sources state about the region's providers and sites."""
    table = report.tables.get("latest_values")
    if table is None:
        return []
    ours = table[(table["region"] == report.region) & table["indicator"].isin(STATED)]
    ours = ours.dropna(subset="value")
    stated: list[Bilingual] = [
        said(
            N_("{indicator}: {value} ({date}, source {source})"),
            indicator=report.called("indicator", str(row["indicator"])),
            value=value_in_words(report, str(row["indicator"]), row),
            date=short_day(row["date"].date()),
            source=report.source_mark(str(row["source"])),
        )
        for row in records(ours)
    ]
    if not stated:
        return []
    return [text_block(said(N_("As published: {items}."), items=listing(stated)))]
