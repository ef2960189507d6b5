"""The report “reorganisation annex”: what it holds, its first page, its findings."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from dieval import __version__
from dieval.plans.evaluation import PlanEvaluation
from dieval.present.blocks import Block, Section, facts_block, text_block, title_block
from dieval.present.cost_comparison import INPUT_TABLES as COST_TABLES
from dieval.present.findings import Finding
from dieval.present.findings.key import plan_key_figures
from dieval.present.findings.plans import plan_findings
from dieval.present.hidden import zero_where_absent
from dieval.present.implementation_progress import INPUT_TABLES as PROGRESS_TABLES
from dieval.present.key_figures import KeyFigure
from dieval.present.language import (
    N_,
    Bilingual,
    Language,
    in_both,
    listing,
    money,
    number,
    said,
    same,
    semicolons,
    signed_money,
    word,
)
from dieval.present.report import EvaluatedReport, cited, evidence_in_words, notices, state_fact
from dieval.vocabulary import CARE_ARRANGEMENTS, ENDS_OF_CARE

REPORT = "reorganisation_annex"
# Columns for years that a page has room for.
MOST_YEARS = 12

# The input tables of the report, as its readers call them.
INPUT_TABLES = {
    **COST_TABLES,
    "cost_structure": N_("cost structure of the institution"),
    "destinations": N_("planned placement of the children"),
    "transition_costs": N_("one-off costs of the plan"),
    **{name: PROGRESS_TABLES[name] for name in ("placements", "flows", "planned_places", "needs")},
}


@dataclass(frozen=True)
class ReorganisationAnnex(EvaluatedReport):
    """The annex to one home's reorganisation plan.

    Made by `dieval.reorganisation_annex`; every later call of the notebook takes it.

    Parameters
    ----------
    evaluation : PlanEvaluation
        Result tables, unrounded.
    names : dict of str to dict of str to Bilingual
        Names by kind and code, as `ImplementationProgress.names`.
    provider_name : dict of str
        Name of the home.
    home : Series
        Row of the home in `providers`.
    """

    evaluation: PlanEvaluation
    names: dict[str, dict[str, Bilingual]]
    provider_name: Bilingual
    home: pd.Series

    name = REPORT
    input_tables = INPUT_TABLES

    @property
    def unit(self) -> str:
        """Code of the home."""
        return str(self.parameters["provider"])

    @property
    def years(self) -> range:
        """Years of the plan."""
        return self.evaluation.years

    @property
    def last_day(self) -> datetime.date:
        """Last day before the plan."""
        return datetime.date(self.years[0] - 1, 12, 31)

    @property
    def price_year(self) -> str:
        """Year whose money is used."""
        return str(self.parameters["price_year"])

    @functools.cached_property
    def findings(self) -> list[Finding]:
        """Conclusions tested on the results."""
        return plan_findings(
            self.tables,
            last_year=self.years[-1],
            emptying_multiple=self.parameter_values["emptying_cost_multiple"][1].value,
        )

    @property
    def key_figures(self) -> list[KeyFigure]:
        """Children and cost today, and what the plan comes to."""
        return plan_key_figures(self.tables)

    @property
    def summary(self) -> list[Bilingual]:
        """The plan in a few sentences."""
        return _summary(self)

    @property
    def finding_notes(self) -> list[Bilingual]:
        """What the amounts are compared with, and that they are not adjusted for need."""
        if not self.evaluation.has_plan:  # no amounts to explain
            return []
        return [
            said(
                N_(
                    "Savings are what the plan costs less than keeping the institution for the "
                    "same children, in prices of {year}, discounted to {first} at {rate} a year."
                ),
                year=self.price_year,
                first=str(self.years[0]),
                rate=in_both(lambda say: say.percent(self.parameters["discount_rate"])),
            ),
            said(
                N_(
                    "The children of the plan are taken to stay in care where its last year puts "
                    "them, also those who would come of age; shorter periods stand in the sums so "
                    "far."
                )
            ),
            need_note(),
        ]

    @property
    def quality_blocks(self) -> list[Block]:
        """Rows of the plan that do not fit other data."""
        from dieval.present.chapters.annex.destinations import problem_blocks

        return problem_blocks(self)

    def cover(self) -> Section:
        """Show what the report covers and rests on: the first page."""
        return _cover(self)

    def sources_of(self, *inputs: str) -> list[Bilingual]:
        """Name the sources of some input tables, if any of their rows count."""
        used = self.sources_used
        keys = {key for table in inputs for key in used.get(table, [])}
        return [cited(self, keys)] if keys else []


def constant_prices(report: ReorganisationAnnex) -> Bilingual:
    """Say in which year's money amounts are."""
    return said(N_("Constant prices: money of {year}."), year=report.price_year)


def need_note() -> Bilingual:
    """Label costs that are compared as they are."""
    return said(
        N_(
            "Not adjusted for need: a child elsewhere is taken to cost what children in that "
            "arrangement cost on average in the region."
        )
    )


def no_plan_here_block() -> Block:
    """Say that a chapter has nothing to show without a plan."""
    return text_block(said(N_("No plan is recorded for this institution.")))


def no_plan_block() -> Block:
    """Say that the data holds no plan, and what to add."""
    return text_block(
        said(
            N_(
                "The data package does not say where the children of this institution will live. "
                "Add rows to the table destinations, and one-off costs to transition_costs."
            )
        )
    )


def few_years(years: Sequence[int]) -> tuple[list[int], list[Bilingual]]:
    """Choose the years that a table has columns for, and say so where some are left out.

    Parameters
    ----------
    years : sequence of int
        In order.

    Returns
    -------
    tuple of list
        At most `MOST_YEARS` years, the first and the last among them; notes.
    """
    years = list(years)
    if len(years) <= MOST_YEARS:
        return years, []
    step = -(-(len(years) - 1) // (MOST_YEARS - 1))
    chosen = sorted({*years[::step], years[-1]})
    note = said(N_("Not every year has a column; all years stand in the workbook of tables."))
    return chosen, [note]


def destination_name(say: Language, code: str) -> str:
    """Name where a child lives at the start of a label."""
    return word("destination", code, sentence_start=True)[say.code]


def children_by_code(table: pd.DataFrame, codes: Iterable[str]) -> pd.DataFrame:
    """Give the children of `destinations` by year, a column for each code that has any.

    A code of which any number is hidden stands with what is hidden.
    """
    wide = table.pivot(index="year", columns="care_arrangement", values="children")
    wide = zero_where_absent(wide.astype("float64"))
    return wide[[code for code in codes if code in wide and (wide[code] != 0).any()]]


def count_in_words(count: float) -> Bilingual:
    """Write a number of children, or that it is hidden."""
    return said(N_("number hidden")) if pd.isna(count) else same(int(count))


def where_children_live(counts: pd.Series) -> Bilingual:
    """Say how many children live where; then where some live of whom the number is hidden."""
    shown = [
        said(
            "{where} {children}", where=word("destination_in", str(code)), children=str(int(count))
        )
        for code, count in counts.items()
        if pd.notna(count) and count
    ]
    unseen = [word("destination_in", str(code)) for code, count in counts.items() if pd.isna(count)]
    parts = [listing(shown)] if shown else []
    if unseen:
        text = N_("{where} (number hidden)") if len(unseen) == 1 else N_("{where} (numbers hidden)")
        parts.append(said(text, where=listing(unseen)))
    return semicolons(parts) if parts else said(N_("nobody"))


def _cover(report: ReorganisationAnnex) -> Section:
    years, parameters = report.years, report.parameters
    period = in_both(lambda say: say.period(years[0], years[-1]))
    title = said(
        N_("Annex to the reorganisation plan: {home}, {period}")
        if report.evaluation.has_plan
        else N_("Institution without a recorded reorganisation plan: {home}, {period}"),
        home=report.provider_name,
        period=period,
    )
    municipality = str(report.home["municipality"])
    base = report.evaluation.base_year
    facts = [
        (N_("Institution"), report.provider_name),
        (N_("Care arrangement"), word("care_arrangement", report.evaluation.home)),
        (N_("Municipality"), report.names["municipality"].get(municipality, same(municipality))),
        (N_("Planning region"), report.region_name),
        (N_("Owner"), word("owner", str(report.home["owner"]))),
        *_closing(report),
        (N_("Years looked at"), period),
        (
            N_("Present situation as of"),
            said(N_("not recorded")) if base is None else in_both(lambda say: say.years([base])),
        ),
        (N_("Price year of constant prices"), same(parameters["price_year"])),
        (N_("Discount rate"), in_both(lambda say: say.percent(parameters["discount_rate"]))),
        state_fact(report),
        (N_("Edition"), word("edition", parameters["edition"])),
        (N_("Data package"), report.package_title),
        (
            N_("Cost by evidence of the amount or rate")
            if report.evaluation.cost_is_shown
            else N_("Rows of data by evidence"),
            evidence_in_words(report.evidence),
        ),
        (N_("Newest source"), same(report.data_date.year)),
        (N_("Made with"), same(f"dieval {__version__}")),
    ]
    return report.section(
        [
            title_block(title, report.provider_name, report.data_date),
            *notices(report),
            *_what_is_hidden(report),
            facts_block([(said(term), value) for term, value in facts]),
        ]
    )


def _what_is_hidden(report: ReorganisationAnnex) -> list[Block]:
    """Say on the first page of a public annex what it cannot show of one home."""
    if report.parameters["edition"] != "public":
        return []
    return [
        text_block(
            said(
                N_(
                    "This public edition shows no money of a single institution and no small "
                    "numbers of children: c stands in their place, and the internal edition has "
                    "them."
                )
            )
        )
    ]


def _closing(report: ReorganisationAnnex) -> list[tuple[str, Bilingual]]:
    """Give the day on which the institution closes, if one is recorded."""
    closed = report.home["closed"]
    if pd.isna(closed):
        return []
    return [(N_("Closes on"), in_both(lambda say: say.date(closed.date())))]


def _summary(report: ReorganisationAnnex) -> list[Bilingual]:
    """Say what happens today, to whom, at what price, and who pays."""
    tables = report.tables
    found = [*_trend(report), *_today(report)]
    if not report.evaluation.has_plan:
        return [*found, said(N_("There is no plan for this institution in the data package."))]
    wide = children_by_code(tables["destinations"], (*CARE_ARRANGEMENTS, *ENDS_OF_CARE))
    found.append(
        said(
            N_("Children before the plan: {before}; at the end of {year}: {places}."),
            before=count_in_words(tables["transition_summary"]["children_before"].iloc[0]),
            year=str(wide.index[-1]),
            places=where_children_live(wide.iloc[-1]),
        )
    )

    gains = tables["payer_summary"].dropna(subset="npv_eur")
    gains = gains[gains["npv_eur"] != 0]
    if len(gains):
        found.append(
            said(
                N_("Net present value by payer: {payers}."),
                payers=listing(
                    [
                        said(
                            "{payer} {npv}",
                            payer=word("payer", str(row.payer)),
                            npv=signed_money(float(row.npv_eur)),
                        )
                        for row in gains.itertuples()
                    ]
                ),
            )
        )
    return found


def _trend(report: ReorganisationAnnex) -> list[Bilingual]:
    """Say how children and cost have changed up to the present."""
    table = report.tables["situation"].dropna(
        subset=["average_children", "real_cost_per_child_month_eur"]
    )
    if len(table) < 2 or not table["real_cost_per_child_month_eur"].iloc[0] > 0:
        return []
    first, last = table.iloc[0], table.iloc[-1]
    change = float(
        last["real_cost_per_child_month_eur"] / first["real_cost_per_child_month_eur"] - 1
    )
    return [
        said(
            N_(
                "From {first} to {last} the children on average went from {before} to {after}; the "
                "cost per child-month in constant prices changed by {change}."
            ),
            first=str(int(first["year"])),
            last=str(int(last["year"])),
            before=number(float(first["average_children"]), 1),
            after=number(float(last["average_children"]), 1),
            change=in_both(lambda say: say.signed_percent(change)),
        )
    ]


def _today(report: ReorganisationAnnex) -> list[Bilingual]:
    table = report.tables["situation"]
    if table.empty:
        return [
            said(
                N_("Neither cost nor children of this institution are recorded before {year}."),
                year=str(report.years[0]),
            )
        ]
    last = table.iloc[-1]
    if pd.isna(last["cost_per_child_month_eur"]):
        return []
    return [
        said(
            N_(
                "Present situation in {year}: children on average {children}, cost per "
                "child-month {cost} ({real} in prices of {price_year})."
            ),
            year=str(int(last["year"])),
            children=number(float(last["average_children"]), 1),
            cost=money(float(last["cost_per_child_month_eur"])),
            real=money(float(last["real_cost_per_child_month_eur"])),
            price_year=report.price_year,
        )
    ]
