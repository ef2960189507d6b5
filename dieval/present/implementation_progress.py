"""The report “implementation progress”: what it holds, its first page and its findings."""

from __future__ import annotations

import datetime
import functools
from dataclasses import dataclass

import pandas as pd

from dieval import __version__
from dieval.present.blocks import (
    Block,
    Section,
    facts_block,
    heading_block,
    text_block,
    title_block,
)
from dieval.present.findings import Finding
from dieval.present.findings.key import progress_key_figures
from dieval.present.findings.progress import progress_findings
from dieval.present.findings.summary import progress_summary
from dieval.present.key_figures import KeyFigure
from dieval.present.language import (
    N_,
    Bilingual,
    in_both,
    listing,
    said,
    same,
    word,
)
from dieval.present.report import (
    EvaluatedReport,
    cited,
    evidence_in_words,
    notices,
    sources_in,
    state_fact,
)
from dieval.present.tables import listed
from dieval.progress.evaluation import ProgressEvaluation
from dieval.vocabulary import NATIONAL

REPORT = "implementation_progress"

# The input tables of the report, as its readers call them.
INPUT_TABLES = {
    "indicators": N_("indicators"),
    "targets": N_("targets"),
    "observations": N_("observations"),
    "placements": N_("numbers of children in care"),
    "flows": N_("moves of children"),
    "carers": N_("carers"),
    "services": N_("register of services"),
    "availability": N_("ratings of availability"),
    "needs": N_("needs"),
    "municipalities": N_("municipalities"),
    "region_membership": N_("regions of municipalities"),
    "reimbursement": N_("reimbursement"),
    "infrastructure": N_("infrastructure projects"),
    "milestones": N_("milestones"),
    "planned_places": N_("planned places"),
    "plan_events": N_("events of the plans"),
    "plan_deadlines": N_("deadlines of the plans"),
    "partners": N_("partners"),
}


@dataclass(frozen=True)
class ImplementationProgress(EvaluatedReport):
    """One region's progress as of a day.

    Made by `dieval.implementation_progress`; every later call of the notebook takes it.

    Parameters
    ----------
    evaluation : ProgressEvaluation
        Result tables, unrounded.
    names : dict of str to dict of str to Bilingual
        Names by kind (`indicator`, `municipality`, `project`, `plan`, `unit`) and code.
    tiles : DataFrame or None
        Table of the data contract: places of municipalities on the tile map, if there are any.
    """

    evaluation: ProgressEvaluation
    names: dict[str, dict[str, Bilingual]]
    tiles: pd.DataFrame | None

    name = REPORT
    input_tables = INPUT_TABLES

    @functools.cached_property
    def findings(self) -> list[Finding]:
        """Conclusions tested on the results."""
        return progress_findings(self.tables, self.region, self.names)

    @property
    def key_figures(self) -> list[KeyFigure]:
        """What the plan has reached."""
        return progress_key_figures(self.tables, self.region)

    @property
    def summary(self) -> list[Bilingual]:
        """What the results say in a few sentences."""
        return progress_summary(self.tables, self.region, self.names)

    @property
    def finding_notes(self) -> list[Bilingual]:
        """What a verdict on progress means."""
        return [
            said(
                N_(
                    "On track: the target is met, or the growth since the baseline is at least "
                    "{share} of what the target in force requires; an indicator that starts at 0 "
                    "is judged by the straight line from baseline to target. Inconclusive: the "
                    "value is ahead of the line but its growth is rated lower, the value is too "
                    "old, or the target date has passed without a value."
                ),
                share=in_both(
                    lambda say: say.percent(self.parameter_values["rating_on_track"][1].value, 0)
                ),
            )
        ]

    @property
    def region(self) -> str:
        """Code of the region."""
        return str(self.parameters["region"])

    @property
    def day(self) -> datetime.date:
        """Day of the report."""
        return datetime.date.fromisoformat(self.parameters["as_of"])

    @property
    def last_day(self) -> datetime.date:
        """Day of the report."""
        return self.day

    @property
    def municipalities(self) -> list[str]:
        """Municipalities of the region on the day."""
        table = self.tables.get("target_group_coverage")
        return [] if table is None else list(table["municipality"].drop_duplicates())

    def called(self, kind: str, code: str) -> Bilingual:
        """Name what a code of the data package stands for; an unknown code stays as it is."""
        return self.names[kind].get(code, same(code))

    @property
    def quality_blocks(self) -> list[Block]:
        """Rows of the data that contradict each other."""
        return _problems(self)

    def region_called(self, code: str) -> Bilingual:
        """Name the report's region or the country."""
        return said(N_("Latvia, whole country")) if code == NATIONAL else self.region_name

    @property
    def places(self) -> dict[str, Bilingual]:
        """Names of the report's region and of the country, by code."""
        return {code: self.region_called(code) for code in (self.region, NATIONAL)}

    def cover(self) -> Section:
        """Show what the report covers and rests on: the first page."""
        return _cover(self)


def day_in_words(day: datetime.date) -> Bilingual:
    """Write a day in full."""
    return in_both(lambda say: say.date(day))


def short_day(day: datetime.date) -> Bilingual:
    """Write a day for a list."""
    return in_both(lambda say: say.short_date(day))


def _cover(report: ImplementationProgress) -> Section:
    day = day_in_words(report.day)
    title = said(
        N_("Implementation progress: {region}, as of {day}"), region=report.region_name, day=day
    )
    plan_day = day_in_words(report.evaluation.plan_date.date())
    facts = [
        (N_("Planning region"), report.region_name),
        (N_("As of"), day),
        (
            N_("Municipalities"),
            said(N_("of the region as it was on {day}, the date of the plan"), day=plan_day),
        ),
        state_fact(report),
        (N_("Edition"), word("edition", report.parameters["edition"])),
        (N_("Data package"), report.package_title),
        (N_("Rows of data by evidence"), evidence_in_words(report.evidence)),
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


def missing_block(report: ImplementationProgress, tables: tuple[str, ...]) -> list[Block]:
    """Say which of the chapter's tables are left out, and which data they lack."""
    missing = report.evaluation.missing
    lacks = sorted({name for table in tables for name in missing.get(table, ())})
    if not lacks:
        return []
    return [
        text_block(
            said(
                N_("Left out, because the data package has no rows on this: {inputs}."),
                inputs=listing([said(INPUT_TABLES[name]) for name in lacks]),
            )
        )
    ]


def nothing_block() -> Block:
    """Say that the data holds nothing on a subject for the region and day."""
    return text_block(said(N_("Nothing is recorded on this for the region by this day.")))


def sources_of(
    report: ImplementationProgress, *inputs: str, rows: pd.DataFrame | None = None
) -> list[Bilingual]:
    """Name the sources that a table or picture rests on, if any.

    Parameters
    ----------
    report : ImplementationProgress
    *inputs : str
        Input tables; all their rows that count, or where `rows` has regions, those of the regions.
    rows : DataFrame, optional
        Rows of a result table; sources in its columns `source` and `…_source` are named too.
    """
    counted = report.evaluation.counted
    keys: set[str] = set()
    for name in inputs:
        table = counted.get(name)
        if table is None:
            continue
        if rows is not None and "region" in rows and "region" in table:
            table = table[table["region"].isin(rows["region"])]
        keys |= set(table["source"])
    if rows is not None:
        keys |= sources_in(rows)
    keys &= set(report.used_sources)
    return [cited(report, keys)] if keys else []


def _problems(report: ImplementationProgress) -> list[Block]:
    """List rows that contradict each other, with file, row and source."""
    heading = heading_block(4, said(N_("Rows that contradict each other")))
    table = report.tables["data_problems"]
    if table.empty:
        return [
            heading,
            text_block(
                said(
                    N_(
                        "No rows that count contradict each other under one key. Where sources "
                        "differ on an indicator stands with the indicators."
                    )
                )
            ),
        ]
    note = said(N_("They are shown, not mended; the report counts them as they stand."))
    return [
        heading,
        listed(
            "data_problems",
            said(N_("Data problems, with file, row and source")),
            table.assign(source=table["source"].map(report.source_mark)),
            ["problem", "subject", "file", "row", "source"],
            row_headers=1,
            notes=[note],
        ),
    ]
