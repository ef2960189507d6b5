"""CHEERS for the annex to a reorganisation plan."""

from __future__ import annotations

import pandas as pd

from dieval.plans.care_costs import DERIVED
from dieval.present.chapters.annexes.cheers.answers import (
    PARTLY,
    REPORTED,
    Answer,
    Answers,
    has,
    main_findings,
    not_applicable,
    not_reported,
    partly,
    payers_in_words,
    reported,
    shared,
)
from dieval.present.chapters.annexes.cheers.chapters import chapters
from dieval.present.findings import UNTESTED
from dieval.present.language import (
    N_,
    in_both,
    joined,
    number,
    percentage,
    said,
    semicolons,
    word,
)
from dieval.present.reorganisation_annex import ReorganisationAnnex
from dieval.present.report import evidence_in_words

ACROSS = "plan_saves_across_sensitivity"


def plan_answers(report: ReorganisationAnnex) -> Answers:
    """Answer CHEERS for an annex; without a plan, most of an evaluation is not there."""
    tables, name = report.tables, report.name
    planned = report.evaluation.has_plan
    return {
        **shared(report),
        1: partly(
            N_("The title names plan, institution and years; it does not say what is compared.")
        )
        if planned
        else not_reported(
            N_("The title says that no plan is recorded: there is nothing to evaluate.")
        ),
        2: main_findings(report, chapters(name, "findings")),
        3: reported(
            N_("Order of preference and question: {chapter}."), chapter=chapters(name, "question")
        ),
        5: _population(report),
        6: reported(
            N_("Institution with municipality and region: first page and {chapter}."),
            chapter=chapters(name, "situation"),
        ),
        7: reported(
            N_(
                "The plan, keeping the institution (what would be without the plan) and other "
                "scenarios: {chapters}."
            ),
            chapters=chapters(name, "money", "scenarios"),
        )
        if planned
        else _no_plan(),
        8: _perspective(report),
        9: reported(
            N_(
                "{years}, as chosen for this run. Children of the plan are taken to stay where its "
                "last year puts them; nothing is counted after that."
            ),
            years=in_both(lambda say: say.period(report.years[0], report.years[-1])),
        )
        if planned
        else _no_plan(),
        10: reported(
            N_("{rate} a year in real terms, discounted to {year}; it annuitises capital too."),
            rate=percentage(report.parameters["discount_rate"]),
            year=str(report.years[0]),
        )
        if has(tables, "transition")
        else not_applicable(N_("No plan is recorded, so no later year is discounted.")),
        11: partly(
            N_(
                "Where the children live, by the order of preference: {chapter}. What this does "
                "for their health, education and attachment is not measured."
            ),
            chapter=chapters(name, "children"),
        )
        if has(tables, "destinations")
        else _no_plan(),
        12: partly(
            N_(
                "Children at the end of each year, as the plan counts them (annex E); these are "
                "plans, not observations."
            )
        )
        if has(tables, "destinations")
        else _no_plan(),
        13: not_applicable(
            N_("Outcomes are not valued: costs are compared, not costs and benefits.")
        ),
        14: _costs_valued(report),
        15: reported(
            N_("EUR in constant prices of {year} by one price index (annexes A and B)."),
            year=report.price_year,
        ),
        16: reported(
            N_(
                "Demand for places follows from yearly moves of children between arrangements, "
                "with a test on years that are known: {chapter} and annex A."
            ),
            chapter=chapters(name, "places"),
        )
        if has(tables, "demand")
        else not_applicable(
            N_("No model: moves or numbers of children of the region are not recorded.")
        ),
        17: _analytics(report),
        18: partly(
            N_(
                "The children are told apart by age or need: {chapter}. Costs are averages of an "
                "arrangement, not adjusted for need."
            ),
            chapter=chapters(name, "children"),
        )
        if has(tables, "destinations_by_group")
        else not_reported(
            N_(
                "The plan does not tell children apart by age or need; costs are averages of an "
                "arrangement."
            )
        ),
        19: partly(
            N_(
                "What every payer gains or loses: {chapter}. Effects on groups of children and "
                "families are not compared."
            ),
            chapter=chapters(name, "money"),
        )
        if has(tables, "payer_summary") and tables["payer_summary"]["npv_eur"].notna().any()
        else not_reported(N_("What each payer gains or loses is not known.")),
        20: _uncertainty(report),
        23: _main_results(report),
        24: _effect_of_uncertainty(report),
        26: partly(
            N_(
                "Recommendations that follow from the numbers: {chapter}. Limits of the data: "
                "annex D. Other studies are not discussed."
            ),
            chapter=chapters(name, "recommendations"),
        ),
    }


def _no_plan() -> Answer:
    return not_reported(N_("No plan is recorded for this institution."))


def _population(report: ReorganisationAnnex) -> Answer:
    where = chapters(report.name, "situation", "children")
    if has(report.tables, "destinations_by_group"):
        return reported(
            N_("The children of the institution, by age or need: {chapters}."), chapters=where
        )
    if has(report.tables, "destinations"):
        return partly(
            N_("The children of the institution; ages and needs are not told apart: {chapters}."),
            chapters=where,
        )
    if has(report.tables, "situation"):
        return partly(
            N_("The children on average in the years before: {chapter}."),
            chapter=chapters(report.name, "situation"),
        )
    return not_reported(N_("Neither children nor a plan of the institution are recorded."))


def _perspective(report: ReorganisationAnnex) -> Answer:
    for name in ("budget_by_payer", "situation_payers"):
        if has(report.tables, name):
            return reported(
                N_(
                    "Public payers and whoever else the ledgers name: {payers}, because the "
                    "question is what care costs those who pay for it. What families spend "
                    "themselves is not counted."
                ),
                payers=payers_in_words(report.tables[name]["payer"]),
            )
    return not_reported(N_("No payer of the institution is recorded."))


def _npv_is_known(report: ReorganisationAnnex) -> bool:
    summary = report.tables.get("transition_summary", pd.DataFrame(columns=["npv_eur"]))
    return bool(summary["npv_eur"].notna().any())


def _costs_valued(report: ReorganisationAnnex) -> Answer:
    text = said(
        N_(
            "Cost of the institution, of care elsewhere and of the transition: {chapters} and "
            "annex A. Cost by evidence: {evidence}."
        )
        if report.evaluation.cost_is_shown
        else N_(
            "Cost of the institution, of care elsewhere and of the transition: {chapters} and "
            "annex A. Rows of data by evidence: {evidence}."
        ),
        chapters=chapters(report.name, "situation", "money"),
        evidence=evidence_in_words(report.evidence),
    )
    if _npv_is_known(report):
        return Answer(REPORTED, text)
    if report.evaluation.has_plan:
        return Answer(PARTLY, joined(text, said(N_("Some costs of the plan are not known."))))
    if has(report.tables, "situation"):
        return partly(
            N_("The present cost of the institution alone: {chapter}."),
            chapter=chapters(report.name, "situation"),
        )
    return not_reported(N_("No cost of the institution is recorded."))


def _analytics(report: ReorganisationAnnex) -> Answer:
    if report.evaluation.function_basis == DERIVED:
        return reported(
            N_(
                "Formulas and conventions: annex A; assumed values: annex B. How the cost follows "
                "the children is derived from the ledger with assumed shares."
            )
        )
    if report.evaluation.function_basis == "recorded":
        return reported(
            N_(
                "Formulas and conventions: annex A; assumed values: annex B. How the cost follows "
                "the children is recorded."
            )
        )
    return partly(
        N_(
            "Formulas and conventions: annex A; assumed values: annex B. How the cost of the "
            "institution follows its children is not known."
        )
    )


def _uncertainty(report: ReorganisationAnnex) -> Answer:
    one_by_one, demand = (has(report.tables, name) for name in ("npv_sensitivity", "demand"))
    done = []
    if one_by_one:
        done.append(
            said(
                N_("one value changed at a time over its range ({chapter})"),
                chapter=chapters(report.name, "scenarios"),
            )
        )
    if demand:
        done.append(
            said(
                N_("simulation of the demand for places with {draws} draws ({chapter})"),
                draws=number(report.parameters["draws"]),
                chapter=chapters(report.name, "places"),
            )
        )
    if not done:
        return not_reported(
            N_("Nothing was varied or simulated: no plan and no moves are recorded.")
        )
    text = {code: part[:1].upper() + part[1:] + "." for code, part in semicolons(done).items()}
    return Answer(REPORTED if one_by_one and demand else PARTLY, text)


def _main_results(report: ReorganisationAnnex) -> Answer:
    if _npv_is_known(report):
        return reported(
            N_("Net present value, break-even and cost of every year: {chapters}."),
            chapters=chapters(report.name, "findings", "money"),
        )
    if has(report.tables, "situation"):
        return partly(
            N_("The present situation alone; the value of a plan is not known: {chapter}."),
            chapter=chapters(report.name, "situation"),
        )
    return not_reported(N_("Nothing is recorded of the institution."))


def _effect_of_uncertainty(report: ReorganisationAnnex) -> Answer:
    found = [finding for finding in report.findings if finding.finding == ACROSS]
    if not has(report.tables, "npv_sensitivity") or not found:
        return not_reported(N_("No value was varied, so no effect can be stated."))
    return Answer(
        PARTLY if found[0].verdict in UNTESTED else REPORTED,
        said(
            N_("“{statement}” – {verdict} ({chapters})."),
            statement=found[0].statement,
            verdict=word("verdict", found[0].verdict),
            chapters=chapters(report.name, "findings", "scenarios"),
        ),
    )
