"""Annex G: the evaluation criteria of the EU, and which conclusions of the report bear on them."""

from __future__ import annotations

from dieval.present.blocks import Block, Cell, Column, facts_block, table_block
from dieval.present.findings import (
    HIDDEN_VERDICT,
    INCONCLUSIVE,
    NO_DATA,
    NOT_SUPPORTED,
    SUPPORTED,
    Finding,
)
from dieval.present.language import N_, Bilingual, listing, said, semicolons, word
from dieval.present.national_overview import NationalOverview
from dieval.present.report import Report

EFFECTIVENESS, EFFICIENCY, RELEVANCE, COHERENCE, EU_ADDED_VALUE = CRITERIA = (
    "effectiveness",
    "efficiency",
    "relevance",
    "coherence",
    "eu_added_value",
)
NOT_ASSESSED = "not_assessed"
VERDICTS = (SUPPORTED, NOT_SUPPORTED, INCONCLUSIVE, NO_DATA, HIDDEN_VERDICT)
QUESTIONS = {
    EFFECTIVENESS: N_("How far have the aims been reached, and through what was done?"),
    EFFICIENCY: N_("Are the costs in proportion to what is achieved, and who bears them?"),
    RELEVANCE: N_("Does what is done meet the needs of the people concerned?"),
    COHERENCE: N_("Does what is done fit together, and with other policies?"),
    EU_ADDED_VALUE: N_(
        "What has EU action achieved beyond what the country would have done alone?"
    ),
}
# Conclusions by name, with the criterion that they bear on.
CRITERION_OF = {
    "family_based_is_cheapest": EFFICIENCY,
    "family_based_is_cheapest_with_support": EFFICIENCY,
    "family_based_is_cheapest_across_sensitivity": EFFICIENCY,
    "reference_became_dearer_in_constant_prices": EFFICIENCY,
    "cost_rose_because_places_stand_empty": EFFICIENCY,
    "plan_saves_money": EFFICIENCY,
    "plan_saves_across_sensitivity": EFFICIENCY,
    "payer_gains": EFFICIENCY,
    "emptying_home_is_dear": EFFICIENCY,
    "most_children_live_in_families": EFFECTIVENESS,
    "children_leave_institutions_for_families": EFFECTIVENESS,
    "planned_places_exceed_demand": RELEVANCE,
    "one_municipality_has_most_sites": RELEVANCE,
    "every_group_is_served_everywhere": RELEVANCE,
}
# Endings of the names of conclusions on indicators and on carers.
CRITERION_OF_ENDING = {"_is_on_track": EFFECTIVENESS, "_grow": EFFECTIVENESS}

# Why a report has nothing on a criterion.
REASONS = {
    EFFECTIVENESS: N_("This report compares costs; what care achieves is not measured in it."),
    EFFICIENCY: N_(
        "This report sets no costs against results; the cost comparison of the region does."
    ),
    RELEVANCE: N_("This report does not set what is offered against what people need."),
    COHERENCE: N_("No conclusion is tested on how measures and policies fit together."),
    EU_ADDED_VALUE: N_(
        "The data says what EU funds pay for, not what would have been done without them."
    ),
}
NO_CONCLUSION = N_("The data of this run gave no conclusion to test on this.")
# Criteria on which each kind of report can have conclusions.
CAN_ASSESS = {
    "cost_comparison": (EFFICIENCY,),
    "implementation_progress": (EFFECTIVENESS, RELEVANCE),
    "national_overview": (EFFECTIVENESS, EFFICIENCY, RELEVANCE),
    "reorganisation_annex": (EFFECTIVENESS, EFFICIENCY, RELEVANCE),
}


def criterion_of(finding: str) -> str:
    """Give the criterion that a conclusion bears on.

    Raises
    ------
    KeyError
        No criterion is set down for it.
    """
    for ending, criterion in CRITERION_OF_ENDING.items():
        if finding.endswith(ending):
            return criterion
    return CRITERION_OF[finding]


def criteria_blocks(report: Report) -> list[Block]:
    """Set the criteria, their questions and the report's conclusions beside each other."""
    regions = isinstance(report, NationalOverview)
    by_criterion = (
        _by_region(report) if isinstance(report, NationalOverview) else _with_verdicts(report)
    )
    rows: list[list[Cell]] = []
    for criterion in CRITERIA:
        rows += [[criterion, *cells] for cells in by_criterion[criterion]]
        if not by_criterion[criterion]:
            reason = NO_CONCLUSION if criterion in CAN_ASSESS[report.name] else REASONS[criterion]
            not_assessed = word("criterion_verdict", NOT_ASSESSED) if regions else NOT_ASSESSED
            rows.append([criterion, said(reason), not_assessed])
    columns = [
        Column(said(N_("Criterion")), "word", words="criterion"),
        Column(said(N_("Conclusion tested, or why there is none")), "text"),
        Column(said(N_("Verdict")), "text")
        if regions
        else Column(said(N_("Verdict")), "word", words="criterion_verdict"),
    ]
    note = said(
        N_(
            "Criteria of the Better Regulation Guidelines of the European Commission. The verdicts "
            "are those of the main findings; none is a judgement on a criterion as a whole."
        )
    )
    questions = [
        (word("criterion", criterion, sentence_start=True), said(question))
        for criterion, question in QUESTIONS.items()
    ]
    title = said(N_("Conclusions of this report by evaluation criterion"))
    return [
        facts_block(questions),
        table_block("eu_criteria", title, columns, rows, notes=[note]),
    ]


def _with_verdicts(report: Report) -> dict[str, list[list[Cell]]]:
    """Give each conclusion with its verdict, by criterion."""
    found: dict[str, list[list[Cell]]] = {criterion: [] for criterion in CRITERIA}
    for finding in report.findings:
        found[criterion_of(finding.finding)].append([finding.statement, finding.verdict])
    return found


def _by_region(report: NationalOverview) -> dict[str, list[list[Cell]]]:
    """Give each conclusion once, with the regions of each verdict, by criterion."""
    found: dict[str, list[list[Cell]]] = {criterion: [] for criterion in CRITERIA}
    for name, by_region in report.by_conclusion.items():
        statement = next(iter(by_region.values())).statement
        found[criterion_of(name)].append([statement, _verdicts(report, by_region)])
    return found


def _verdicts(report: NationalOverview, by_region: dict[str, Finding]) -> Bilingual:
    """Name the regions of each verdict: “supported: Kurzeme and Latgale; no data: Riga”."""
    parts = []
    for verdict in VERDICTS:
        regions = [r for r, finding in by_region.items() if finding.verdict == verdict]
        if regions:
            names = listing([report.regions[region] for region in regions])
            of_verdict = word("criterion_verdict", verdict)
            parts.append(said("{verdict}: {regions}", verdict=of_verdict, regions=names))
    return semicolons(parts)
