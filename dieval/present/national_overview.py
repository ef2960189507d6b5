"""The report “national overview”: all regions side by side, for both reports."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dieval import __version__
from dieval.costs.evaluation import CostEvaluation
from dieval.inputs.origin import all_rows
from dieval.present.blocks import Section, facts_block, title_block
from dieval.present.cost_comparison import INPUT_TABLES as COST_TABLES
from dieval.present.findings import Finding
from dieval.present.findings.costs import cost_findings
from dieval.present.findings.key import overview_key_figures
from dieval.present.findings.progress import progress_findings
from dieval.present.implementation_progress import INPUT_TABLES as PROGRESS_TABLES
from dieval.present.implementation_progress import day_in_words
from dieval.present.key_figures import KeyFigure
from dieval.present.language import (
    N_,
    Bilingual,
    in_both,
    joined,
    listing,
    percentage,
    said,
    same,
    word,
)
from dieval.present.report import (
    Evaluation,
    Report,
    evidence_in_words,
    notices,
    require_released,
    state_fact,
)
from dieval.progress.evaluation import ProgressEvaluation
from dieval.release.cells import masked
from dieval.vocabulary import EVIDENCE, NATIONAL, is_hidden

REPORT = "national_overview"


@dataclass(frozen=True)
class NationalOverview(Report):
    """All regions side by side.

    Made by `dieval.national_overview`; every later call of the notebook takes it.

    Parameters
    ----------
    regions : dict of str to Bilingual
        Names of the regions by code, in the order of the data package.
    costs : dict of str to CostEvaluation
        By region; a region without data on the reference is left out.
    progress : dict of str to ProgressEvaluation
        By region.
    needs : DataFrame or None
        `needs_by_region`, where any region has a table on them.
    names : dict of str to dict of str to Bilingual
        Names by kind and code, as `ImplementationProgress.names`.
    """

    regions: dict[str, Bilingual]
    costs: dict[str, CostEvaluation]
    progress: dict[str, ProgressEvaluation]
    needs: pd.DataFrame | None
    names: dict[str, dict[str, Bilingual]]

    name = REPORT
    input_tables = COST_TABLES | PROGRESS_TABLES

    def __post_init__(self) -> None:
        """Refuse results that did not pass the disclosure control."""
        require_released(*self.costs.values(), *self.progress.values())

    @functools.cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables of both reports, of all regions, each with the region first."""
        costs = {code: evaluation.tables for code, evaluation in self.costs.items()}
        progress = {code: evaluation.tables for code, evaluation in self.progress.items()}
        needs = {} if self.needs is None else {"needs_by_region": self.needs}
        return {**_side_by_side(costs), **_side_by_side(progress), **needs}

    @property
    def least_recorded(self) -> float:
        """Share of the municipalities from which needs of the country are added up."""
        return self.parameter_values["least_recorded_share"][1].value

    @functools.cached_property
    def counted(self) -> dict[str, pd.DataFrame]:
        """Rows of the data package that any region rests on, by input table, each once."""
        every: dict[str, list[pd.DataFrame]] = {}
        evaluations: list[Evaluation] = [*self.costs.values(), *self.progress.values()]
        for evaluation in evaluations:
            for name, rows in evaluation.counted.items():
                every.setdefault(name, []).append(rows)
        return {name: all_rows(*every[name]) for name in sorted(every)}

    @functools.cached_property
    def evidence(self) -> pd.Series:
        """Share of the rows on progress that count in any region, by evidence of their source."""
        # Rows of the country count in every region, but are the same rows.
        names = {name for evaluation in self.progress.values() for name in evaluation.counted}
        if not names:
            return pd.Series(dtype="float64")
        sources = pd.concat([self.counted[name]["source"] for name in sorted(names)])
        shares = sources.map(self.evidence_of).value_counts(normalize=True)
        return shares.reindex([code for code in EVIDENCE if code in shares.index])

    @property
    def cost_evidence(self) -> list[Bilingual]:
        """Share of the reported cost that is synthetic, region by region."""
        return [
            said(
                "{region} {share}",
                region=self.regions[code],
                share=percentage(float(evaluation.evidence.get("synthetic", 0.0))),
            )
            for code, evaluation in self.costs.items()
        ]

    @functools.cached_property
    def findings_of(self) -> dict[str, list[Finding]]:
        """Conclusions tested on each region, by region."""
        found: dict[str, list[Finding]] = {code: [] for code in self.regions}
        for code, evaluation in self.costs.items():
            reference = str(self.parameters["reference"])
            breaks = evaluation.breaks.get(reference, [])
            found[code] += cost_findings(evaluation.tables, reference, breaks)
        for code, progress in self.progress.items():
            found[code] += progress_findings(progress.tables, code, self.names)
        return found

    @functools.cached_property
    def by_conclusion(self) -> dict[str, dict[str, Finding]]:
        """Every conclusion with its findings by region, in the order in which they were tested."""
        found: dict[str, dict[str, Finding]] = {}
        for code, findings in self.findings_of.items():
            for finding in findings:
                found.setdefault(finding.finding, {})[code] = finding
        return found

    @property
    def findings(self) -> list[Finding]:
        """Conclusions of every region; the value `region` says whose."""
        return [
            Finding(
                finding.finding,
                finding.verdict,
                {"region": code, **finding.values},
                joined(said("{region}:", region=self.regions[code]), finding.statement),
                finding.sentence,
            )
            for code, findings in self.findings_of.items()
            for finding in findings
        ]

    @property
    def key_figures(self) -> list[KeyFigure]:
        """Where families cost least, the range of costs, and what the plans have reached."""
        return overview_key_figures(
            self.tables,
            self.findings,
            list(self.regions),
            str(self.parameters["reference"]),
            self.last_year,
            int(self.parameters["price_year"]),
        )

    @property
    def finding_notes(self) -> list[Bilingual]:
        """Where the numbers behind the verdicts stand."""
        return [said(N_("The numbers behind each verdict stand in the report of the region."))]

    @property
    def last_day(self) -> datetime.date:
        """Day of the report."""
        return datetime.date.fromisoformat(self.parameters["as_of"])

    @property
    def last_year(self) -> int:
        """Last year of the cost comparison."""
        return int(self.parameters["last_year"])

    def cover(self) -> Section:
        """Show what the report covers and rests on: the first page."""
        return _cover(self)


def _side_by_side(
    by_region: Mapping[str, Mapping[str, pd.DataFrame]],
) -> dict[str, pd.DataFrame]:
    """Put the tables of all regions below each other, the region first; national rows once."""
    joined_tables: dict[str, pd.DataFrame] = {}
    names = dict.fromkeys(name for tables in by_region.values() for name in tables)
    for name in names:
        parts, national = [], list[pd.DataFrame]()
        for region, tables in by_region.items():
            if name not in tables:
                continue
            table = tables[name]
            if "region" in table:
                national.append(table[table["region"] == NATIONAL].reset_index(drop=True))
                parts.append(table[table["region"] == region])
            else:
                parts.append(table.assign(region=region))
        if national:
            parts.append(_hidden_in_any(national))
        filled = [part for part in parts if len(part)] or parts[:1]
        whole = pd.concat(filled, ignore_index=True)
        columns = ["region", *(column for column in whole if column != "region")]
        joined_tables[name] = whole[columns]
    return joined_tables


def _hidden_in_any(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Give rows that several reports show, without what any of them hides."""
    *others, whole = tables
    for other in others:
        if len(other) == len(whole):
            masks = {
                name: np.array([is_hidden(value) for value in other[name]], dtype=bool)
                for name in other
            }
            whole = masked(whole, masks)
    return whole


def _cover(report: NationalOverview) -> Section:
    parameters = report.parameters
    first, last = parameters["first_year"], parameters["last_year"]
    day = day_in_words(report.last_day)
    country = said(N_("All regions"))
    title = said(
        N_("Regions side by side: cost per child and implementation progress, {day}"), day=day
    )
    facts = [
        (N_("Regions"), in_both(
            lambda say: say.listing([name[say.code] for name in report.regions.values()])
        )),
        (N_("Period of the costs"), in_both(lambda say: say.period(first, last))),
        (N_("Price year of constant prices"), same(parameters["price_year"])),
        (N_("Discount rate"), in_both(lambda say: say.percent(parameters["discount_rate"]))),
        (N_("Reference of the comparison"), word("care_arrangement", parameters["reference"])),
        (N_("Progress as of"), day),
        state_fact(report),
        (N_("Edition"), word("edition", parameters["edition"])),
        (N_("Data package"), report.package_title),
        (N_("Rows of data on progress by evidence"), evidence_in_words(report.evidence)),
        (N_("Synthetic part of the reported cost"), listing(report.cost_evidence)),
        (N_("Made with"), same(f"dieval {__version__}")),
    ]  # fmt: skip
    return report.section(
        [
            title_block(title, country, report.data_date),
            *notices(report),
            facts_block([(said(term), value) for term, value in facts]),
        ]
    )
