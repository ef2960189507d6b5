"""CHEERS for reports that compare the cost of care arrangements: of one region, or of all."""

from __future__ import annotations

import pandas as pd

from dieval.present.chapters.annexes.cheers.answers import (
    NOT_REPORTED,
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
from dieval.present.cost_comparison import CostComparison
from dieval.present.findings import UNTESTED
from dieval.present.language import (
    N_,
    Bilingual,
    in_both,
    joined,
    listing,
    number,
    percentage,
    said,
    semicolons,
    word,
)
from dieval.present.national_overview import NationalOverview
from dieval.present.report import evidence_in_words
from dieval.vocabulary import EVIDENCE

ACROSS = "family_based_is_cheapest_across_sensitivity"


def cost_answers(report: CostComparison) -> Answers:
    """Answer CHEERS for the cost comparison of a region."""
    return {**_of_costs(report), **_of_one_region(report)}


def overview_answers(report: NationalOverview) -> Answers:
    """Answer CHEERS for the overview: what only the reports of the regions show is partly there."""
    return {**_of_costs(report), **_of_all_regions(report)}


def of_last_year(report: CostComparison | NationalOverview, name: str) -> pd.DataFrame:
    """Give the rows of a result table in the last year of the period; none where it is missing."""
    if name not in report.tables:
        return pd.DataFrame()
    table = report.tables[name]
    return table[table["year"] == report.last_year] if "year" in table else table


def _of_costs(report: CostComparison | NationalOverview) -> Answers:
    """Answer what both reports answer from the same tables."""
    parameters = report.parameters
    parts, split = of_last_year(report, "unit_cost_parts"), of_last_year(report, "payer_split")
    capital = parts[parts["part"] == "capital"] if len(parts) else parts
    return {
        **shared(report),
        3: partly(
            N_(
                "The question is asked at the start: {chapter}. The reform itself is not described."
            ),
            chapter=chapters(report.name, "question"),
        ),
        7: _comparators(report),
        8: reported(
            N_(
                "Public payers and whoever else the ledgers name: {payers}, because the question "
                "is what care costs those who pay for it. What families spend themselves is "
                "not counted."
            ),
            payers=payers_in_words(split["payer"]),
        )
        if len(split)
        else not_reported(N_("No payer is known for the last year.")),
        9: reported(
            N_(
                "Costs of each year of the period ({period}), because the question is what a "
                "child-month costs. What care means for the later lives of the children is not "
                "counted."
            ),
            period=in_both(lambda say: say.period(parameters["first_year"], report.last_year)),
        ),
        10: reported(
            N_(
                "{rate} a year in real terms: it spreads the cost of buildings and equipment over "
                "their useful lives. Running costs are not discounted, because each year stands by "
                "itself."
            ),
            rate=percentage(parameters["discount_rate"]),
        )
        if len(capital) and (capital["amount_eur"] > 0).any()
        else not_applicable(
            N_("Nothing is discounted: no assets in use are recorded, and each year stands alone.")
        ),
        11: partly(
            N_(
                "One child-month in care is the unit. What an arrangement does for the health, "
                "education and attachment of a child is not measured."
            )
        ),
        12: partly(
            N_(
                "Child-days and households as the data package has them (annex E); their evidence: "
                "{evidence}. What care does for the children is not measured."
            ),
            evidence=_evidence_of_children(report),
        ),
        13: not_applicable(
            N_("Outcomes are not valued: costs are compared, not costs and benefits.")
        ),
        15: reported(
            N_(
                "EUR. Amounts in the money of their year; constant prices of {year} by one price "
                "index (annexes A and B)."
            ),
            year=str(parameters["price_year"]),
        ),
        16: not_applicable(
            N_(
                "No model of what happens to children later: costs are computed from records. Only "
                "their uncertainty is simulated."
            )
        ),
        17: reported(
            N_(
                "Formulas and conventions: annex A; assumed values: annex B. Nothing missing is "
                "filled."
            )
        ),
        26: partly(
            N_(
                "Verdicts on published conclusions: {chapter}. Limits of the data: annex D. Other "
                "studies and countries are not discussed."
            ),
            chapter=chapters(report.name, "findings"),
        ),
    }


def _evidence_of_children(report: CostComparison | NationalOverview) -> Bilingual:
    keys = {key for name in ("activity", "households") for key in report.sources_used.get(name, [])}
    kinds = {report.evidence_of(key) for key in keys}
    return listing([word("evidence", kind) for kind in EVIDENCE if kind in kinds])


def _comparators(report: CostComparison | NationalOverview) -> Answer:
    compared = of_last_year(report, "comparison")
    if compared.empty:
        return not_reported(
            N_("In {year} nothing can be compared with the reference: a cost is not known."),
            year=str(report.last_year),
        )
    names = [word("care_arrangement", code) for code in compared["alternative"].drop_duplicates()]
    return reported(
        N_(
            "Reference: {reference}, which the reform replaces or keeps. Compared with it in "
            "{year}, because their costs are known: {alternatives}."
        ),
        reference=word("care_arrangement", str(report.parameters["reference"])),
        year=str(report.last_year),
        alternatives=listing(names),
    )


def _of_one_region(report: CostComparison) -> Answers:
    name = report.name
    compared = report.compared
    return {
        1: reported(
            N_("The title names costs per child by care arrangement, the region and the period.")
        )
        if compared
        else partly(N_("The title names costs per child, but nothing could be compared.")),
        2: main_findings(report, chapters(name, "findings")),
        5: _population(report),
        6: reported(
            N_("Care arrangements of {region}; every provider with its costs: {chapter}."),
            region=report.region_name,
            chapter=chapters(name, "providers"),
        ),
        14: _costs_valued(report),
        18: _heterogeneity(report),
        19: partly(
            N_(
                "What every payer gains or loses if a child moves: {chapter}. How effects are "
                "distributed among groups of children and families is not compared."
            ),
            chapter=chapters(name, "payers"),
        )
        if len(of_last_year(report, "payer_shift"))
        else not_reported(N_("Nothing can be compared payer by payer in the last year.")),
        20: _uncertainty(report, REPORTED),
        23: reported(
            N_("Costs, differences, ratios and switch points: {chapters}."),
            chapters=chapters(name, "unit_costs", "comparison"),
        )
        if compared
        else partly(
            N_("Costs alone, because nothing can be compared in the last year: {chapter}."),
            chapter=chapters(name, "unit_costs"),
        ),
        24: _effect_of_uncertainty(report),
    }


def _population(report: CostComparison) -> Answer:
    where = chapters(report.name, "unit_costs")
    if len(of_last_year(report, "group_costs")):
        return reported(
            N_(
                "All children in care in {region}, by arrangement and year: {chapter}. Ages and "
                "levels of need where they are recorded: {comparison}."
            ),
            region=report.region_name,
            chapter=where,
            comparison=chapters(report.name, "comparison"),
        )
    return partly(
        N_(
            "All children in care in {region}, by arrangement and year: {chapter}. Their ages and "
            "needs are not recorded in a way that costs could be told apart."
        ),
        region=report.region_name,
        chapter=where,
    )


def _costs_valued(report: CostComparison) -> Answer:
    text = said(
        N_(
            "Ledgers, statutory payments at the rates in force, and annuitised capital: "
            "{chapter} and annex A. Cost by evidence: {evidence}."
        ),
        chapter=chapters(report.name, "parts"),
        evidence=evidence_in_words(report.evidence),
    )
    unknown = report.evaluation.missing_costs
    if unknown.empty:
        return Answer(REPORTED, text)
    names = [word("care_arrangement", c) for c in unknown["care_arrangement"].drop_duplicates()]
    lacking = said(
        N_("For some years the cost is not known: {arrangements}."), arrangements=listing(names)
    )
    return Answer(PARTLY, joined(text, lacking))


def _heterogeneity(report: CostComparison) -> Answer:
    adjusted = set(of_last_year(report, "case_mix").get("alternative", []))
    where = chapters(report.name, "comparison")
    between = chapters(report.name, "providers")
    if adjusted and adjusted >= set(report.compared):
        return reported(
            N_(
                "Every difference is adjusted for age or need: {chapter}. Single providers: "
                "{providers}."
            ),
            chapter=where,
            providers=between,
        )
    if adjusted:
        names = [word("care_arrangement", code) for code in report.compared if code in adjusted]
        return partly(
            N_(
                "Differences adjusted for age or need: only {alternatives} ({chapter}). The others "
                "are not adjusted. Single providers: {providers}."
            ),
            alternatives=listing(names),
            chapter=where,
            providers=between,
        )
    if has(report.tables, "provider_unit_costs"):
        return partly(
            N_(
                "No difference can be adjusted for age or need. Costs of single providers: "
                "{providers}."
            ),
            providers=between,
        )
    return not_reported(N_("Neither groups of children nor single providers are recorded."))


def _uncertainty(report: CostComparison | NationalOverview, whole: str) -> Answer:
    """Answer item 20 with what the run did; `whole` is the state where it did all."""
    simulated = len(of_last_year(report, "simulation")) > 0
    one_by_one = len(of_last_year(report, "sensitivity")) > 0
    done = [
        said(
            N_("simulation with {draws} draws"),
            draws=number(report.parameters["draws"]),
        )
        if simulated
        else {},
        said(N_("one value changed at a time over its range")) if one_by_one else {},
        said(N_("intervals of the cost ratios"))
        if len(of_last_year(report, "comparison").get("ratio_low", pd.Series()).dropna())
        else {},
    ]
    done = [part for part in done if part]
    if not done:
        return not_reported(N_("Nothing can be compared, so nothing was varied or simulated."))
    where = (
        said(N_("results in the workbook of tables, pictures in the reports of the regions"))
        if isinstance(report, NationalOverview)
        else chapters(report.name, "uncertainty")
    )
    text = said(N_("{done} ({where})."), done=_capital(semicolons(done)), where=where)
    return Answer(whole if simulated and one_by_one else PARTLY, text)


def _capital(text: Bilingual) -> Bilingual:
    return {code: part[:1].upper() + part[1:] for code, part in text.items()}


def _effect_of_uncertainty(report: CostComparison) -> Answer:
    found = [finding for finding in report.findings if finding.finding == ACROSS]
    if not len(of_last_year(report, "sensitivity")) or not found:
        return not_reported(N_("No value was varied, so no effect can be stated."))
    text = said(
        N_("“{statement}” – {verdict} ({chapters})."),
        statement=found[0].statement,
        verdict=word("verdict", found[0].verdict),
        chapters=chapters(report.name, "findings", "uncertainty"),
    )
    return Answer(PARTLY if found[0].verdict in UNTESTED else REPORTED, text)


def _of_all_regions(report: NationalOverview) -> Answers:
    name = report.name
    units = report.tables.get("unit_costs", pd.DataFrame())
    unknown = (
        units[units["cost_per_child_month_eur"].isna() & (units["child_days"] != 0)]
        if len(units)
        else units
    )
    compared = of_last_year(report, "comparison")
    some_unknown = len(unknown) > 0 or units.empty
    elsewhere = chapters("cost_comparison", "comparison")
    return {
        1: partly(
            N_(
                "The title names regions, cost per child and implementation progress; it does not "
                "say which arrangements are compared."
            )
        ),
        2: main_findings(report, chapters(name, "findings")),
        5: partly(
            N_(
                "Children in care in all regions. Their ages and needs stand in the reports of the "
                "regions ({chapter})."
            ),
            chapter=elsewhere,
        ),
        6: reported(
            N_("Care arrangements of these regions: {regions}."),
            regions=listing([report.regions[code] for code in report.costs]),
        )
        if report.costs
        else not_reported(N_("No region has recorded costs.")),
        14: _costs_of_regions_valued(report, some_unknown),
        18: partly(
            N_(
                "Regions stand side by side: {chapter}. Adjustment for age and need, where it is "
                "possible, stands in the reports of the regions."
            ),
            chapter=chapters(name, "unit_costs"),
        )
        if len(report.costs) > 1
        else not_reported(N_("Costs of one region alone are known.")),
        19: partly(
            N_(
                "What every payer gains or loses if a child moves stands in the workbook of tables "
                "and in the reports of the regions. Effects on groups of children and families are "
                "not compared."
            )
        )
        if len(of_last_year(report, "payer_shift"))
        else not_reported(N_("Nothing can be compared payer by payer in the last year.")),
        20: _uncertainty(report, PARTLY),
        23: reported(
            N_("Costs of all regions side by side, and ratios: {chapter}."),
            chapter=chapters(name, "unit_costs"),
        )
        if len(compared)
        else partly(
            N_("Costs alone, because nothing can be compared in the last year: {chapter}."),
            chapter=chapters(name, "unit_costs"),
        ),
        24: _verdicts_across(report),
    }


def _costs_of_regions_valued(report: NationalOverview, some_unknown: bool) -> Answer:
    text = said(
        N_("Ledgers, statutory payments at the rates in force, and annuitised capital (annex A).")
    )
    lacking = said(
        N_("Some costs of some regions and years are not known: {chapter}."),
        chapter=chapters(report.name, "unit_costs"),
    )
    return Answer(PARTLY, joined(text, lacking)) if some_unknown else Answer(REPORTED, text)


def _verdicts_across(report: NationalOverview) -> Answer:
    """Answer item 24: in how many regions the conclusion holds whatever one value is."""
    found = [
        finding
        for finding in report.by_conclusion.get(ACROSS, {}).values()
        if finding.verdict not in UNTESTED
    ]
    if not found or not len(of_last_year(report, "sensitivity")):
        return Answer(NOT_REPORTED, said(N_("No value was varied, so no effect can be stated.")))
    return partly(
        N_(
            "Whether families stay cheapest whatever one value is has a verdict for each region: "
            "{chapter}. The effect of each value stands in the reports of the regions."
        ),
        chapter=chapters(report.name, "findings"),
    )
