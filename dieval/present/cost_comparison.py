"""The report “cost comparison”: what it holds, its first page, its findings and its results."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from dieval import __version__
from dieval.costs.evaluation import CostEvaluation
from dieval.present.blocks import (
    Block,
    Cell,
    Column,
    Section,
    facts_block,
    table_block,
    text_block,
    title_block,
)
from dieval.present.findings import Finding
from dieval.present.findings.costs import cost_findings
from dieval.present.findings.key import cost_key_figures
from dieval.present.key_figures import KeyFigure
from dieval.present.language import (
    N_,
    Bilingual,
    Language,
    in_both,
    joined,
    listing,
    money,
    said,
    same,
    semicolons,
    word,
    years_in_words,
)
from dieval.present.report import EvaluatedReport, evidence_in_words, notices, state_fact
from dieval.vocabulary import EVIDENCE, NOT_AVAILABLE, STATUTORY_ARRANGEMENTS

REPORT = "cost_comparison"

# The input tables of the report, as its readers call them.
INPUT_TABLES = {
    "costs": N_("ledger costs"),
    "assets": N_("assets"),
    "activity": N_("child-days and place-days"),
    "households": N_("households"),
    "statutory_rates": N_("statutory rates"),
    "price_index": N_("price index"),
}
COST_INPUTS = ("costs", "assets", "households", "statutory_rates")
UNIT_COST_INPUTS = (*COST_INPUTS, "activity")

MONTHLY = "cost_per_child_month_eur"
REAL_MONTHLY = "real_cost_per_child_month_eur"


@dataclass(frozen=True)
class CostComparison(EvaluatedReport):
    """One region's cost comparison.

    Made by `dieval.cost_comparison`; every later call of the notebook takes it.

    Parameters
    ----------
    evaluation : CostEvaluation
        Result tables, unrounded.
    providers : DataFrame
        Table of the data contract.
    """

    evaluation: CostEvaluation
    providers: pd.DataFrame

    name = REPORT
    input_tables = INPUT_TABLES

    @property
    def finding_notes(self) -> list[Bilingual]:
        """Whether costs are adjusted for need, and what they leave out."""
        return [*need_notes(self), *perimeter_notes(self)]

    @property
    def last_day(self) -> datetime.date:
        """Last day of the period."""
        return datetime.date(self.last_year, 12, 31)

    @property
    def years(self) -> list[int]:
        """Years of the period."""
        return list(range(self.parameters["first_year"], self.parameters["last_year"] + 1))

    @property
    def last_year(self) -> int:
        """Last year of the period, which the detailed tables show."""
        return int(self.parameters["last_year"])

    @property
    def reference(self) -> str:
        """Arrangement that the others are compared with."""
        return str(self.parameters["reference"])

    @property
    def period(self) -> Bilingual:
        """The period in words."""
        years = self.years
        return in_both(lambda say: say.period(years[0], years[-1]))

    @functools.cached_property
    def findings(self) -> list[Finding]:
        """Conclusions tested on the results."""
        breaks = self.evaluation.breaks.get(self.reference, [])
        return cost_findings(self.evaluation.tables, self.reference, breaks)

    @property
    def key_figures(self) -> list[KeyFigure]:
        """Cost per child-month of the reference and of families, and how they compare."""
        return cost_key_figures(self.tables, self.reference, self.main_alternative, self.last_year)

    @functools.cached_property
    def compared(self) -> list[str]:
        """Alternatives that are compared with the reference in the last year."""
        table = self.evaluation.tables["comparison"]
        return list(table.loc[table["year"] == self.last_year, "alternative"])

    @property
    def main_alternative(self) -> str | None:
        """Alternative that the pictures of one pair show: families first."""
        families = [code for code in STATUTORY_ARRANGEMENTS if code in self.compared]
        return [*families, *self.compared, None][0]

    @property
    def quality_blocks(self) -> list[Block]:
        """What the codes of imported ledgers were taken as."""
        return _ledger_codes(self.evaluation.ledger_codes)

    def cover(self) -> Section:
        """Show what the report covers and rests on: the first page."""
        return _cover(self)


def _cover(report: CostComparison) -> Section:
    title = said(
        N_("Cost per child by care arrangement: {region}, {period}"),
        region=report.region_name,
        period=report.period,
    )
    rate = report.parameters["discount_rate"]
    facts = [
        (N_("Planning region"), report.region_name),
        (N_("Period"), report.period),
        (
            N_("Price year of constant prices"),
            same(report.parameters["price_year"]),
        ),
        (N_("Discount rate"), in_both(lambda say: say.percent(rate))),
        (N_("Reference of the comparison"), word("care_arrangement", report.reference)),
        state_fact(report),
        (N_("Edition"), word("edition", report.parameters["edition"])),
        (N_("Data package"), report.package_title),
        (
            N_("Cost by evidence of the amount or rate"),
            evidence_in_words(report.evaluation.evidence),
        ),
        (N_("Evidence of the numbers of children"), _evidence_of_children(report)),
        (N_("Newest source"), same(report.data_date.year)),
        (N_("Made with"), same(f"dieval {__version__}")),
    ]
    return report.section(
        [
            title_block(title, report.region_name, report.data_date),
            *notices(report),
            facts_block([(said(term), value) for term, value in facts]),
        ]
    )


def _evidence_of_children(report: CostComparison) -> Bilingual:
    """Name the evidence of child-days and households, by which rates and ledgers are divided."""
    used = report.sources_used
    keys = {key for table in ("activity", "households") for key in used[table]}
    kinds = {report.evidence_of(key) for key in keys}
    return listing([word("evidence", kind) for kind in EVIDENCE if kind in kinds])


def _ledger_codes(codes: pd.DataFrame) -> list[Block]:
    if codes.empty:
        return []
    columns = [
        Column(said(N_("Code")), "text"),
        Column(said(N_("Name in the ledger")), "text"),
        Column(said(N_("Taken as")), "text"),
        Column(said(N_("Where that comes from")), "text"),
    ]
    rows: list[list[Cell]] = [
        [
            row.code,
            {"symbol": NOT_AVAILABLE} if pd.isna(row.name_lv) else row.name_lv,
            word("taken_as", row.cost_item),
            said(
                N_("{mapping} ({evidence})"),
                mapping=row.mapping,
                evidence=word("evidence", row.mapping_evidence),
            ),
        ]
        for row in codes.itertuples()
    ]
    note = said(N_("What stands at each code is in table ledger_codes of the data package."))
    title = said(N_("What the codes of imported ledgers were taken as"))
    return [table_block("ledger_codes", title, columns, rows, notes=[note])]


def need_notes(report: CostComparison) -> list[Bilingual]:
    """Label costs that are compared as they are, and say where adjusted ones stand."""
    label = said(
        N_(
            "Not adjusted for need: the arrangements care for children of different ages and "
            "needs, and costs are compared as they are."
        )
    )
    table = report.evaluation.tables["case_mix"]
    adjusted = table[table["year"] == report.last_year]
    if adjusted.empty:
        return [label]
    names = [word("care_arrangement", code) for code in adjusted["alternative"]]
    where = said(
        N_("Differences adjusted for age or need ({alternatives}) stand in a table of their own."),
        alternatives=listing(names),
    )
    return [joined(label, where)]


_NOT_BY_GROUP = {
    "age_band": N_(
        "Costs are not told apart by age where some child-days are recorded without it: {items}."
    ),
    "need_level": N_(
        "Costs are not told apart by level of need where some child-days are recorded without it: "
        "{items}."
    ),
    "cost_group": N_(
        "Costs are not told apart by age or need where a cost names a group without children: "
        "{items}."
    ),
}


def group_notes(report: CostComparison) -> list[Bilingual]:
    """Say for which years costs are not told apart by age and need, and whose data are why."""
    table = report.evaluation.not_by_group
    names = report.providers.set_index("provider")["name_lv"]
    notes = []
    for lacking, text in _NOT_BY_GROUP.items():
        items = []
        rows = table[table["lacking"] == lacking]
        for arrangement, own in rows.groupby("care_arrangement", sort=False):
            homes = [names[code] for code in own["provider"].dropna().unique()]
            items.append(
                said(
                    N_("{arrangement}, {years} ({providers})")
                    if homes
                    else N_("{arrangement}, {years}"),
                    arrangement=word("care_arrangement", str(arrangement)),
                    years=years_in_words(sorted(set(own["year"]))),
                    providers=listing(homes),
                )
            )
        if items:
            notes.append(said(text, items=semicolons(items)))
    return notes


def perimeter_notes(report: CostComparison) -> list[Bilingual]:
    """Say in one sentence what the costs of arrangements do not include in the last year."""
    perimeter = report.evaluation.tables["perimeter"]
    lacking = perimeter[perimeter["included"] == "no"]
    items = [
        said(
            N_("{arrangement}: {elements}"),
            arrangement=word("care_arrangement", str(arrangement)),
            elements=listing([word("element", element) for element in missing["element"]]),
        )
        for arrangement, missing in lacking.groupby("care_arrangement", sort=False)
    ]
    if not items:
        return []
    return [said(N_("Not included in the cost: {items}."), items=semicolons(items))]


def with_unknown_years(report: CostComparison, table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Add rows without values for the years in which an arrangement has children but no result.

    A year in which the arrangement did not exist stays out of the table.
    """
    units = report.evaluation.tables["unit_costs"]
    cared = units.loc[units["child_days"] != 0, ["care_arrangement", "year"]]
    cared = cared.rename(columns={"care_arrangement": column})
    keys = [name for name in ("payer", column) if name in table]
    expected = table[keys].drop_duplicates().merge(cared, on=column)
    return expected.merge(table, on=[*keys, "year"], how="outer")


def how_difference() -> Bilingual:
    """Say which way differences and ratios are taken."""
    return said(
        N_(
            "Difference = cost of the reference − cost of the alternative; ratio = cost of the "
            "reference / cost of the alternative."
        )
    )


def arrangement_name(say: Language, code: str) -> str:
    """Name a care arrangement at the start of a label."""
    return word("care_arrangement", code, sentence_start=True)[say.code]


def no_data_block() -> Block:
    """Say that a table or picture has nothing to show."""
    return text_block(said(N_("No cost per child is known here.")))


def no_comparison_block(report: CostComparison) -> Block:
    """Say that nothing can be compared with the reference in the last year."""
    return text_block(
        said(
            N_("In {year} nothing can be compared with the reference: a cost is not known."),
            year=str(report.last_year),
        )
    )


def missing_notes(report: CostComparison, years: Sequence[int]) -> list[Bilingual]:
    """Say for which arrangements and which of the years the cost per child is not known."""
    missing = report.evaluation.missing_costs
    missing = missing[missing["year"].isin(years)]
    return [
        said(
            N_(
                "{arrangement}, {years}: no cost per child is given, because a statutory rate, a "
                "ledger or child-days of that time are not recorded."
            ),
            arrangement=word("care_arrangement", str(arrangement), sentence_start=True),
            years=years_in_words(unknown["year"].to_list()),
        )
        for arrangement, unknown in missing.groupby("care_arrangement", sort=False)
    ]


def idle_notes(report: CostComparison) -> list[Bilingual]:
    """Say which providers have costs but no children: they raise the cost of their arrangement."""
    table = report.evaluation.tables["provider_unit_costs"]
    idle = table[(table["total_eur"] > 0) & (table["child_days"] == 0)]
    units = report.evaluation.tables["unit_costs"].set_index(["care_arrangement", "year"])
    months = units["child_months"]
    names = report.providers.set_index("provider")["name_lv"]
    return [
        said(
            N_(
                "{provider}, {years}: costs are recorded, but no children; the costs are part of "
                "the arrangement's total ({cost} per child-month in {last_year})."
            ),
            provider=same(names[provider]),
            years=years_in_words(years["year"].to_list()),
            cost=money(_per_child_month(years.iloc[-1], months)),
            last_year=str(years["year"].iloc[-1]),
        )
        for provider, years in idle.groupby("provider", sort=False)
    ]


def _per_child_month(provider: pd.Series, months: pd.Series) -> float:
    """Give what the cost of a home adds to the cost per child-month of its arrangement."""
    of_arrangement = float(months[provider["care_arrangement"], provider["year"]])
    return float(provider["total_eur"]) / of_arrangement if of_arrangement > 0 else 0.0


def break_notes(report: CostComparison) -> list[Bilingual]:
    """Say where a series is broken: from a year on, a cost covers an element more or less."""
    changes = report.evaluation.coverage_changes
    return [
        said(
            N_(
                "{arrangement}, from {year}: the cost covers other elements ({elements}); earlier "
                "and later years cannot be compared."
            ),
            arrangement=word("care_arrangement", str(arrangement), sentence_start=True),
            year=str(year),
            elements=listing([word("element", element) for element in changed["element"]]),
        )
        for (arrangement, year), changed in changes.groupby(
            ["care_arrangement", "year"], sort=False
        )
    ]


def series_notes(report: CostComparison) -> list[Bilingual]:
    """Give all that a reader of a series of years must know."""
    return [*missing_notes(report, report.years), *break_notes(report), *idle_notes(report)]
