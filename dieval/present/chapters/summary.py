"""Chapter “Main findings” of every report: key figures, verdicts and one picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from dieval.present import figures
from dieval.present.blocks import (
    AMOUNTS,
    PERSONS,
    Block,
    Cell,
    Column,
    Section,
    figure_block,
    hidden_meaning,
    key_figures_block,
    list_block,
    symbol_in_words,
    table_block,
)
from dieval.present.chapters.annex.transition import PLAN_INPUTS
from dieval.present.chapters.progress.indicators import way_to_the_targets
from dieval.present.cost_comparison import UNIT_COST_INPUTS, CostComparison, arrangement_name
from dieval.present.findings import HIDDEN_VERDICT
from dieval.present.implementation_progress import ImplementationProgress
from dieval.present.key_figures import stands_in, written_key_figure
from dieval.present.language import (
    N_,
    Bilingual,
    Language,
    language,
    money,
    said,
    same,
    semicolons,
    signed_money,
    word,
)
from dieval.present.national_overview import NationalOverview
from dieval.present.reorganisation_annex import ReorganisationAnnex
from dieval.present.report import Report, source_note
from dieval.vocabulary import HIDDEN, LANGUAGES, NOT_APPLICABLE

KEY_FIGURE_PARTS = ("label", "value", "note")


def show_findings(report: Report) -> Section:
    """Show the key figures, the tested conclusions with their verdicts, and one picture."""
    summary = [list_block(report.summary)] if report.summary else []
    return report.section([*_key_figures(report), *summary, _verdicts(report), *_picture(report)])


def _key_figures(report: Report) -> list[Block]:
    results = [figure.as_result() for figure in report.key_figures]
    if not results:
        return []
    return [key_figures_block([_in_both_parts(result) for result in results])]


def _in_both_parts(result: dict[str, Any]) -> dict[str, Any]:
    """Write the parts of a key figure in every language."""
    written = {code: written_key_figure(result, language(code)) for code in LANGUAGES}
    parts = {part: {code: written[code][part] for code in LANGUAGES} for part in KEY_FIGURE_PARTS}
    return {**parts, "stands_in": stands_in(result)}


def _verdicts(report: Report) -> Block:
    """Set conclusion, verdict and numbers beside each other; regions beside regions."""
    if isinstance(report, NationalOverview):
        return _verdicts_by_region(report)
    columns = [
        Column(said(N_("Conclusion tested")), kind="text"),
        Column(said(N_("Verdict")), kind="word", words="verdict"),
        Column(said(N_("What the numbers say")), kind="text"),
    ]
    rows: list[list[Cell]] = [
        [found.statement, found.verdict, found.sentence] for found in report.findings
    ]
    title = said(N_("Conclusions and verdicts"))
    return table_block("findings", title, columns, rows, notes=report.finding_notes)


def _verdicts_by_region(report: NationalOverview) -> Block:
    columns = [
        Column(said(N_("Conclusion tested")), kind="text"),
        *(Column(name, kind="word", words="verdict") for name in report.regions.values()),
    ]
    rows: list[list[Cell]] = [
        [
            next(iter(by_region.values())).statement,
            *(
                by_region[region].verdict if region in by_region else {"symbol": NOT_APPLICABLE}
                for region in report.regions
            ),
        ]
        for by_region in report.by_conclusion.values()
    ]
    title = said(N_("Conclusions and verdicts, region by region"))
    unseen = any(finding.verdict == HIDDEN_VERDICT for finding in report.findings)
    legend = [symbol_in_words(HIDDEN, hidden_meaning((PERSONS, AMOUNTS)))] if unseen else []
    return table_block("verdicts", title, columns, rows, notes=[*report.finding_notes, *legend])


def _picture(report: Report) -> list[Block]:
    """Give the one picture that says most, where the results allow one."""
    if isinstance(report, CostComparison):
        return _costs(report)
    if isinstance(report, ImplementationProgress):
        return way_to_the_targets(report)
    if isinstance(report, ReorganisationAnnex):
        return _saving(report)
    return _regions(report) if isinstance(report, NationalOverview) else []


def _costs(report: CostComparison) -> list[Block]:
    """Draw the cost per child-month of every arrangement with its simulated interval."""
    units = report.tables["unit_costs"]
    known = units[units["year"] == report.last_year].set_index("care_arrangement")
    drawn = report.tables["simulated_costs"]
    intervals = drawn[drawn["year"] == report.last_year].set_index("care_arrangement")
    rows = intervals[["p05", "p95"]].reindex(known.index)
    rows["p50"] = known["cost_per_child_month_eur"]
    title = said(N_("Cost per child-month by care arrangement, {year}"), year=str(report.last_year))
    return _interval_picture(report, "unit_costs_intervals", title, rows, arrangement_name)


def _regions(report: NationalOverview) -> list[Block]:
    """Draw the cost per child-month of the reference in every region."""
    units, drawn = report.tables.get("unit_costs"), report.tables.get("simulated_costs")
    if units is None or drawn is None:
        return []
    reference = str(report.parameters["reference"])
    by_region = [
        table[
            (table["year"] == report.last_year) & (table["care_arrangement"] == reference)
        ].set_index("region")
        for table in (units, drawn)
    ]
    known = by_region[0]
    rows = by_region[1][["p05", "p95"]].reindex(known.index)
    rows["p50"] = known["cost_per_child_month_eur"]
    deflator = known["real_cost_per_child_month_eur"] / known["cost_per_child_month_eur"]
    title = said(
        N_("Cost per child-month {arrangement_in} by region, {year}, prices of {price_year}"),
        arrangement_in=word("care_arrangement_in", reference),
        year=str(report.last_year),
        price_year=str(report.parameters["price_year"]),
    )

    def name(say: Language, code: str) -> str:
        return report.regions[code][say.code]

    return _interval_picture(report, "reference_intervals", title, rows.mul(deflator, axis=0), name)


def _interval_picture(
    report: CostComparison | NationalOverview,
    block: str,
    title: Bilingual,
    rows: pd.DataFrame,
    name: Callable[[Language, str], str],
) -> list[Block]:
    rows = rows.dropna(subset="p50")
    if rows.empty:
        return []
    items = [
        said(
            "{name} {cost}",
            name={say: name(language(say), str(code)) for say in LANGUAGES},
            cost=money(float(row["p50"])),
        )
        for code, row in rows.iterrows()
    ]
    how = said(
        N_(
            "Dot: cost as calculated. Line: 90 % of the simulated costs, when all uncertain data "
            "vary at once."
        )
    )
    picture = figures.intervals(rows, name, lambda say: say.text(N_("EUR per child-month")))
    inputs = [table for table in UNIT_COST_INPUTS if table in report.sources_used.index]
    alt = said("{title}: {items}.", title=title, items=semicolons(items))
    return [figure_block(block, title, alt, picture, [how, source_note(report, inputs)])]


def _saving(report: ReorganisationAnnex) -> list[Block]:
    """Draw what the plan has saved so far, year by year, until it pays for itself."""
    if not report.evaluation.has_plan:
        return []
    yearly = report.tables["transition"].set_index("year")["cumulative_discounted_eur"]
    if yearly.isna().all():
        return []
    plan = report.tables["transition_summary"].iloc[0]
    title = said(N_("Saving so far by the plan, discounted"))
    alt = said(
        N_("Line of the discounted saving so far: {first} in {first_year}, {last} in {last_year}."),
        first=signed_money(float(yearly.iloc[0])),
        first_year=same(yearly.index[0]),
        last=signed_money(float(yearly.iloc[-1])),
        last_year=same(yearly.index[-1]),
    )
    picture = figures.lines_to_zero(
        yearly.to_frame("plan"),
        lambda say, code: say.text(N_("The plan")),
        lambda say: say.text(N_("EUR, discounted")),
        lambda say: say.text(N_("breaks even")),
        {"plan": float(plan["break_even_year"])},
    )
    return [figure_block("saving", title, alt, picture, report.sources_of(*PLAN_INPUTS))]
