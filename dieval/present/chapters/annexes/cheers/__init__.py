"""Annex F: what the report says on each item of CHEERS 2022, from what the run holds."""

from __future__ import annotations

from dieval.present.blocks import Block, Cell, Column, table_block, text_block
from dieval.present.chapters.annexes.cheers.answers import Answers
from dieval.present.chapters.annexes.cheers.costs import cost_answers, overview_answers
from dieval.present.chapters.annexes.cheers.plans import plan_answers
from dieval.present.chapters.annexes.cheers.progress import progress_answers
from dieval.present.cost_comparison import CostComparison
from dieval.present.implementation_progress import ImplementationProgress
from dieval.present.language import N_, said
from dieval.present.national_overview import NationalOverview
from dieval.present.reorganisation_annex import ReorganisationAnnex
from dieval.present.report import Report

# Section and name of each item, in the order of their numbers, as the statement has them.
ITEMS = (
    ("title", N_("Title")),
    ("abstract", N_("Abstract")),
    ("introduction", N_("Background and objectives")),
    ("methods", N_("Health economic analysis plan")),
    ("methods", N_("Study population")),
    ("methods", N_("Setting and location")),
    ("methods", N_("Comparators")),
    ("methods", N_("Perspective")),
    ("methods", N_("Time horizon")),
    ("methods", N_("Discount rate")),
    ("methods", N_("Selection of outcomes")),
    ("methods", N_("Measurement of outcomes")),
    ("methods", N_("Valuation of outcomes")),
    ("methods", N_("Measurement and valuation of resources and costs")),
    ("methods", N_("Currency, price date, and conversion")),
    ("methods", N_("Rationale and description of model")),
    ("methods", N_("Analytics and assumptions")),
    ("methods", N_("Characterizing heterogeneity")),
    ("methods", N_("Characterizing distributional effects")),
    ("methods", N_("Characterizing uncertainty")),
    ("methods", N_("Approach to engagement with patients and others affected by the study")),
    ("results", N_("Study parameters")),
    ("results", N_("Summary of main results")),
    ("results", N_("Effect of uncertainty")),
    ("results", N_("Effect of engagement with patients and others affected by the study")),
    (
        "discussion",
        N_("Study findings, limitations, generalizability, and current knowledge"),
    ),
    ("other_information", N_("Source of funding")),
    ("other_information", N_("Conflicts of interest")),
)


def answers_of(report: Report) -> Answers:
    """Answer every item for a report, by its number."""
    if isinstance(report, CostComparison):
        return cost_answers(report)
    if isinstance(report, ReorganisationAnnex):
        return plan_answers(report)
    if isinstance(report, NationalOverview):
        return overview_answers(report)
    if isinstance(report, ImplementationProgress):
        return progress_answers(report)
    raise TypeError(f"no answers for {type(report).__name__}")


def cheers_blocks(report: Report) -> list[Block]:
    """List the items with what the report says on each."""
    answers = answers_of(report)
    rows: list[list[Cell]] = [
        [str(number), section, said(name), answers[number].state, answers[number].text]
        for number, (section, name) in enumerate(ITEMS, start=1)
    ]
    columns = [
        Column(said(N_("No.")), "text"),
        Column(said(N_("Section")), "word", words="cheers_section"),
        Column(said(N_("Item")), "text"),
        Column(said(N_("State")), "word", words="reporting_state"),
        Column(said(N_("Where in this report, or why not")), "text"),
    ]
    notes = [
        said(
            N_(
                "Sections and names of the items: Husereau and others, Consolidated Health "
                "Economic Evaluation Reporting Standards 2022 (CHEERS 2022) statement. The "
                "answers follow from what this run holds."
            )
        )
    ]
    title = said(N_("Items of CHEERS 2022 and where this report answers them"))
    return [
        text_block(
            said(N_("Partly means that a part of what the item asks for is not in the report."))
        )
        if isinstance(report, CostComparison | ReorganisationAnnex)
        else text_block(
            said(
                N_(
                    "CHEERS 2022 is made for economic evaluations, and this report is none or only "
                    "in part; the items show what it does hold."
                )
            )
        ),
        table_block("cheers", title, columns, rows, row_headers=3, notes=notes),
    ]
