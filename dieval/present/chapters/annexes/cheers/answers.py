"""What an item of CHEERS can be answered with, and the answers that every kind of report shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dieval.present.findings import HIDDEN_VERDICT, UNTESTED
from dieval.present.language import N_, Bilingual, listing, said, word
from dieval.present.report import Report

REPORTED, PARTLY, NOT_APPLICABLE, NOT_REPORTED = (
    "reported",
    "partly",
    "not_applicable",
    "not_reported",
)


@dataclass(frozen=True)
class Answer:
    """How far a report answers an item, and where or why not.

    Parameters
    ----------
    state : str
        reported, partly, not_applicable or not_reported.
    text : dict of str
        Where in the report, what this run says, or the reason, in both languages.
    """

    state: str
    text: Bilingual


Answers = dict[int, Answer]


def reported(text: str, **values: Any) -> Answer:
    """Answer an item in full."""
    return Answer(REPORTED, said(text, **values))


def partly(text: str, **values: Any) -> Answer:
    """Answer a part of an item."""
    return Answer(PARTLY, said(text, **values))


def not_applicable(text: str, **values: Any) -> Answer:
    """Say why an item does not concern the report."""
    return Answer(NOT_APPLICABLE, said(text, **values))


def not_reported(text: str, **values: Any) -> Answer:
    """Say why the report leaves an item open."""
    return Answer(NOT_REPORTED, said(text, **values))


def has(tables: Mapping[str, pd.DataFrame], name: str) -> bool:
    """Whether a result table is there and has a row."""
    return name in tables and not tables[name].empty


def payers_in_words(payers: pd.Series) -> Bilingual:
    """Name the payers of a column of codes, each once."""
    return listing([word("payer", str(code)) for code in payers.dropna().drop_duplicates()])


def main_findings(report: Report, chapter: Bilingual) -> Answer:
    """Answer item 2: verdicts are a summary where any conclusion could be tested."""
    if any(finding.verdict not in UNTESTED for finding in report.findings):
        return partly(
            N_(
                "Key figures and tested conclusions with their verdicts: {chapter}. Context and "
                "methods have no summary of their own."
            ),
            chapter=chapter,
        )
    if any(finding.verdict == HIDDEN_VERDICT for finding in report.findings):
        return partly(
            N_("The summary stands here, but its verdicts are hidden in this edition: {chapter}."),
            chapter=chapter,
        )
    return partly(
        N_("The summary stands here, but the data allowed no conclusion to be tested: {chapter}."),
        chapter=chapter,
    )


def study_parameters(report: Report) -> Answer:
    """Answer item 22: dated parameters with their ranges and sources."""
    if not report.parameter_values:
        return not_reported(N_("No dated parameter is in force."))
    return reported(
        N_("Every parameter with its value, range and source: annex B. Rows of the data: annex E.")
    )


def shared(report: Report) -> Answers:
    """Answer what every report answers alike: plan, engagement, parameters, funding, interests."""
    return {
        4: not_reported(
            N_(
                "The data package has no place for a plan of the analysis. The methods are those "
                "of dieval; its version stands on the first page."
            )
        ),
        21: not_reported(
            N_(
                "The data package does not record whether children, families or carers were "
                "involved."
            )
        ),
        22: study_parameters(report),
        25: not_applicable(N_("No involvement is recorded that could have had an effect.")),
        27: not_reported(N_("The data package does not record who funded the evaluation.")),
        28: not_reported(N_("The data package does not record conflicts of interest.")),
    }
