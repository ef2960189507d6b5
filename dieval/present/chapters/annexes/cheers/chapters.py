"""Chapters of the notebooks that the answers refer to, as their headings call them."""

from __future__ import annotations

from dieval.present.language import N_, Bilingual, listing, said

CHAPTERS = {
    "cost_comparison": {
        "question": N_("Question"),
        "findings": N_("Main findings"),
        "unit_costs": N_("Cost per child"),
        "parts": N_("What the cost is made of"),
        "comparison": N_("Comparison"),
        "payers": N_("Who pays"),
        "providers": N_("Providers"),
        "uncertainty": N_("How sure the results are"),
    },
    "national_overview": {
        "question": N_("Question"),
        "findings": N_("Verdicts by region"),
        "unit_costs": N_("Cost per child"),
    },
    "implementation_progress": {
        "question": N_("Question"),
        "findings": N_("Main findings"),
        "indicators": N_("Indicators and targets"),
        "services": N_("Community-based services"),
        "children": N_("Children and carers"),
        "infrastructure": N_("Infrastructure"),
    },
    "reorganisation_annex": {
        "question": N_("Aim and justification"),
        "findings": N_("The plan in brief"),
        "situation": N_("Present situation"),
        "children": N_("Proposals: the children"),
        "money": N_("Proposals: cost and payers"),
        "scenarios": N_("Proposals: other ways and risks"),
        "places": N_("Proposals: the places"),
        "recommendations": N_("Recommendations"),
    },
}


def chapters(report: str, *keys: str) -> Bilingual:
    """Name chapters of a report.

    Parameters
    ----------
    report : str
        Name of the report.
    *keys : str
        Keys of its chapters in `CHAPTERS`.
    """
    titles = [said(N_("“{title}”"), title=said(CHAPTERS[report][key])) for key in keys]
    if len(titles) == 1:
        return said(N_("chapter {title}"), title=titles[0])
    return said(N_("chapters {titles}"), titles=listing(titles))
