"""Chapters “Reimbursement” and “Infrastructure”: persons, money and buildings."""

from __future__ import annotations

import datetime

import pandas as pd

from dieval.present import figures
from dieval.present.blocks import Block, Section, facts_block, figure_block, text_block
from dieval.present.findings.summary import persons_reached
from dieval.present.implementation_progress import (
    ImplementationProgress,
    missing_block,
    nothing_block,
    sources_of,
)
from dieval.present.language import (
    N_,
    Bilingual,
    Language,
    joined,
    money,
    percentage,
    said,
    same,
)
from dieval.present.tables import listed
from dieval.vocabulary import MILESTONES


def show_reimbursement(report: ImplementationProgress) -> Section:
    """Show persons whose services were reimbursed, by target group, and the pace."""
    blocks: list[Block] = []
    table = report.tables.get("reimbursement")
    if table is not None:
        blocks += [_persons(report, table)] if len(table) else [nothing_block()]
        blocks += [text_block(sentence) for sentence in persons_reached(table)]
    pace = report.tables.get("reimbursement_pace")
    if pace is not None and len(pace):
        how = said(
            N_(
                "Pace so far: persons / months since the baseline date of the target. Pace needed: "
                "persons still missing / months left to the target date; 0 where the target is "
                "met, : where its date has come."
            )
        )
        columns = ["target_group", "version", "date", "persons", "target_value", "target_date"]
        columns += ["per_month_so_far", "per_month_needed"]
        title = said(N_("Pace against the target"))
        notes = [how, *sources_of(report, rows=pace)]
        block = listed("reimbursement_pace", title, pace, columns, row_headers=2, notes=notes)
        block["columns"][columns.index("target_value")]["decimals"] = 0  # persons
        blocks.append(block)
    return report.section([*blocks, *missing_block(report, ("reimbursement",))])


def _persons(report: ImplementationProgress, table: pd.DataFrame) -> Block:
    columns = ["date", "target_group", "persons", "persons_since"]
    if table["amount_eur"].notna().any():
        columns.append("amount_eur")
    note = said(N_("Persons are counted since the project began: dates are not added together."))
    return listed(
        "reimbursement",
        said(N_("Persons whose services were reimbursed")),
        table,
        columns,
        row_headers=2,
        notes=[note, *sources_of(report, rows=table)],
    )


def show_infrastructure(report: ImplementationProgress) -> Section:
    """Show projects, money and milestones, and what has opened."""
    blocks: list[Block] = []
    projects = report.tables.get("infrastructure")
    if projects is not None and projects.empty:
        blocks.append(nothing_block())
    elif projects is not None:
        blocks += _absorption(report)
        blocks += _gantt(report)
        blocks += _projects(report, projects)
    tables = ("infrastructure", "milestones")
    return report.section([*blocks, *missing_block(report, tables)])


def _absorption(report: ImplementationProgress) -> list[Block]:
    """Set results beside money: places open beside what was contracted and certified."""
    row = report.tables["absorption"].iloc[0]

    def amount(column: str, rate: str) -> Bilingual:
        if pd.isna(row[column]):
            return said(N_("not available"))
        if pd.isna(row[rate]):
            return money(float(row[column]))
        return said(
            N_("{amount} ({share} of planned)"),
            amount=money(float(row[column])),
            share=percentage(float(row[rate])),
        )

    def count(column: str) -> Bilingual:
        return said(N_("not available")) if pd.isna(row[column]) else same(int(row[column]))

    planned = row["planned_eur"]
    facts = [
        (N_("Projects"), same(int(row["projects"]))),
        (N_("Planned"), said(N_("not available")) if pd.isna(planned) else money(float(planned))),
        (N_("Contracted"), amount("contracted_eur", "contracted_rate")),
        (N_("Certified"), amount("certified_eur", "certified_rate")),
        (N_("Places planned"), count("places")),
        (N_("Places open"), count("places_open")),
    ]
    note = said(
        N_(
            "Amounts contracted and certified have no date of their own: they are those of the "
            "data package, whatever the day of the report, and may be later than its milestones."
        )
    )
    return [text_block(note), facts_block([(said(term), value) for term, value in facts])]


def _gantt(report: ImplementationProgress) -> list[Block]:
    """Draw planned and actual dates of milestones, project by project."""
    table = report.tables.get("milestones")
    if table is None or table.empty:
        return []
    overdue = table[table["state"] == "overdue"]
    delayed = table[(table["state"] == "reached") & (table["delay_days"] > 0)]
    title = said(N_("Milestones: planned and reached"))
    alt = joined(
        title,
        said(
            N_("By the day {late} milestones were reached late and {overdue} are overdue."),
            late=str(len(delayed)),
            overdue=str(len(overdue)),
        ),
    )
    picture = figures.gantt(
        table[["project", "milestone", "planned", "actual"]],
        MILESTONES,
        report.day,
        lambda say, code: report.called("project", code)[say.code],
        lambda say, code: say.word("milestone", code),
        lambda say: _as_of(say, report.day),
        lambda say: say.text(N_("planned")),
        lambda say: say.text(N_("reached")),
        lambda say: say.text(N_("overdue")),
        lambda say: say.text(N_("no date")),
        lambda say, rest: say.text(N_("Further projects: {count}"), count=str(rest)),
    )
    return [figure_block("milestones", title, alt, picture, sources_of(report, rows=table))]


def _as_of(say: Language, day: datetime.date) -> str:
    return say.text(N_("as of {day}"), day=say.short_date(day))


def _projects(report: ImplementationProgress, projects: pd.DataFrame) -> list[Block]:
    columns = ["project", "municipality", "planned_eur", "contracted_rate", "certified_rate"]
    columns += ["places", "last_milestone", "delay_days", "overdue_days", "named_in_plan"]
    note = said(
        N_(
            "Delay: of the last milestone reached, in days; overdue: the longest that a milestone "
            "is past its date. Only municipalities that the plan names may have projects."
        )
    )
    names = {kind: report.names[kind] for kind in ("project", "municipality")}
    return [
        listed(
            "infrastructure",
            said(N_("Infrastructure projects")),
            projects,
            columns,
            row_headers=1,
            notes=[note, *sources_of(report, "milestones", "planned_places", rows=projects)],
            words=names,
        )
    ]
