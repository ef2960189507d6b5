"""CHEERS for the implementation progress, which is no economic evaluation."""

from __future__ import annotations

from dieval.present.chapters.annexes.cheers.answers import (
    Answer,
    Answers,
    has,
    main_findings,
    not_applicable,
    not_reported,
    partly,
    reported,
    shared,
)
from dieval.present.chapters.annexes.cheers.chapters import chapters
from dieval.present.implementation_progress import ImplementationProgress, day_in_words
from dieval.present.language import N_, number

AMOUNTS = ("infrastructure", "reimbursement")


def progress_answers(report: ImplementationProgress) -> Answers:
    """Answer CHEERS for a report that compares values with targets, not costs with effects."""
    tables, name = report.tables, report.name
    no_evaluation = not_applicable(
        N_("Not an economic evaluation: no costs and effects are compared.")
    )
    return {
        **shared(report),
        1: not_applicable(
            N_("Not an economic evaluation; the title says so: implementation progress.")
        ),
        2: main_findings(report, chapters(name, "findings")),
        3: partly(
            N_(
                "The question is asked at the start: {chapter}. The reform itself is not described."
            ),
            chapter=chapters(name, "question"),
        ),
        4: not_applicable(
            N_("Not an economic evaluation, so there is no plan of an economic analysis.")
        ),
        5: _population(report),
        6: reported(
            N_("{region} as of {day}: first page."),
            region=report.region_name,
            day=day_in_words(report.day),
        ),
        7: not_applicable(N_("Values are compared with targets, not with other ways to act.")),
        8: no_evaluation,
        9: not_applicable(
            N_("Everything is as of {day}; nothing later is estimated."),
            day=day_in_words(report.day),
        ),
        10: not_applicable(N_("Nothing is discounted.")),
        11: reported(
            N_("Indicators of the plan with every version of their targets: {chapter}."),
            chapter=chapters(name, "indicators"),
        )
        if has(tables, "indicator_progress")
        else not_reported(N_("No indicator with a target is recorded for the region.")),
        12: reported(
            N_("Every value with its date, counting basis and source: {chapter} and annex C."),
            chapter=chapters(name, "indicators"),
        )
        if has(tables, "latest_values")
        else not_reported(N_("No observation is recorded by this day.")),
        13: not_applicable(N_("Outcomes are not valued.")),
        14: not_applicable(
            N_("Amounts of projects and reimbursements are shown as recorded; no cost is computed.")
        )
        if any(has(tables, table) for table in AMOUNTS)
        else no_evaluation,
        15: partly(
            N_("EUR as recorded; amounts are not converted to the money of one year: {chapter}."),
            chapter=chapters(name, "infrastructure"),
        )
        if any(has(tables, table) for table in AMOUNTS)
        else not_applicable(N_("No amount of money is recorded.")),
        16: not_applicable(N_("No model is used: what is recorded is counted.")),
        17: reported(N_("Rules of rating and counting: annex A; thresholds: annex B.")),
        18: reported(
            N_("By municipality, service and target group: {chapter}."),
            chapter=chapters(name, "services"),
        )
        if has(tables, "service_coverage")
        else not_reported(N_("Services by municipality are not recorded.")),
        19: partly(
            N_(
                "Unmet needs by municipality and target group: {chapter}. Effects on children and "
                "families are not measured."
            ),
            chapter=chapters(name, "services"),
        )
        if has(tables, "service_coverage") and tables["service_coverage"]["unmet"].notna().any()
        else not_reported(N_("Needs by municipality and target group are not recorded.")),
        20: _uncertainty(report),
        23: reported(
            N_("Values against targets: {chapters}."),
            chapters=chapters(name, "findings", "indicators"),
        )
        if has(tables, "indicator_progress")
        else partly(
            N_("What is recorded without targets: {chapter}."), chapter=chapters(name, "findings")
        ),
        24: _effect_of_uncertainty(report),
        26: partly(
            N_(
                "Verdicts: {chapter}. Limits of the data: annex D. Other studies are not discussed."
            ),
            chapter=chapters(name, "findings"),
        ),
    }


def _population(report: ImplementationProgress) -> Answer:
    if has(report.tables, "placement_mix") and has(report.tables, "service_coverage"):
        return reported(
            N_("Children in care, and services and needs by municipality: {chapters}."),
            chapters=chapters(report.name, "children", "services"),
        )
    for table, key in (("placement_mix", "children"), ("service_coverage", "services")):
        if has(report.tables, table):
            return partly(
                N_("A part of the persons concerned: {chapter}."),
                chapter=chapters(report.name, key),
            )
    return not_reported(N_("Neither children in care nor needs for services are recorded."))


def _uncertainty(report: ImplementationProgress) -> Answer:
    conflicts, trends = (has(report.tables, t) for t in ("source_conflicts", "carers_trend"))
    if conflicts and trends:
        return partly(
            N_(
                "Values on which sources differ stand side by side ({indicators}); trends of "
                "carers are tested for chance ({children})."
            ),
            indicators=chapters(report.name, "indicators"),
            children=chapters(report.name, "children"),
        )
    if conflicts:
        return partly(
            N_("Values on which sources differ stand side by side: {chapter}."),
            chapter=chapters(report.name, "indicators"),
        )
    if trends:
        return partly(
            N_("Trends of carers are tested for chance: {chapter}."),
            chapter=chapters(report.name, "children"),
        )
    return not_reported(N_("Neither sources that differ nor series to test are recorded."))


def _effect_of_uncertainty(report: ImplementationProgress) -> Answer:
    open_ones = [finding for finding in report.findings if finding.verdict == "inconclusive"]
    if not open_ones:
        return not_applicable(N_("No conclusion was left open for doubt about the data."))
    return partly(
        N_("Conclusions left open, because the data does not decide them: {count} ({chapter})."),
        count=number(len(open_ones)),
        chapter=chapters(report.name, "findings"),
    )
