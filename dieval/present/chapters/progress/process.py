"""Chapter “Process”: partners, plans and their deadlines."""

from __future__ import annotations

import pandas as pd

from dieval.present import figures
from dieval.present.blocks import Block, Section, figure_block
from dieval.present.implementation_progress import (
    ImplementationProgress,
    missing_block,
    nothing_block,
    sources_of,
)
from dieval.present.language import N_, Language, joined, said
from dieval.present.tables import listed
from dieval.vocabulary import NATIONAL


def show_process(report: ImplementationProgress) -> Section:
    """Show what happened to the plans and when, against deadlines, and who takes part."""
    blocks: list[Block] = [*_timeline(report), *_deadlines(report), *_partners(report)]
    if not blocks and "process" in report.tables:
        blocks.append(nothing_block())
    tables = ("process", "deadlines", "partners_count")
    return report.section([*blocks, *missing_block(report, tables)])


def _timeline(report: ImplementationProgress) -> list[Block]:
    """Draw events and deadlines of every plan of the region, and list the events."""
    events = report.tables.get("process")
    if events is None or events.empty:
        return []
    deadlines = report.tables.get("deadlines", pd.DataFrame(columns=["state"]))
    deadlines = deadlines.dropna(subset="state")  # whether the others were met is not known
    happened = events.assign(mark="event")[["region", "plan", "event", "number", "date", "mark"]]
    marks = [happened]
    if len(deadlines):
        due = deadlines.assign(number=None, date=deadlines["due"], mark=deadlines["state"])
        marks.append(due[["region", "plan", "event", "number", "date", "mark"]])
    drawn = pd.concat(marks, ignore_index=True)
    drawn["lane"] = drawn["region"].where(drawn["region"] == NATIONAL, "") + "|" + drawn["plan"]
    drawn.index = [str(place) for place in range(len(drawn))]
    rows = drawn.to_dict("index")

    def lane(say: Language, code: str) -> str:
        region, plan = code.split("|")
        name = report.called("plan", plan)[say.code]
        return say.text(N_("{plan}, whole country"), plan=name) if region else name

    def text(say: Language, code: str) -> str:
        row = rows[code]
        number = f" {row['number']}" if isinstance(row["number"], str) else ""
        day = say.short_date(row["date"].date())
        event = f"{say.word('event', row['event'])}{number}, {day}"
        return event if row["mark"] == "event" else say.text(N_("deadline: {event}"), event=event)

    def mark(say: Language, kind: str) -> str:
        texts = {
            "event": N_("event"),
            "reached": N_("deadline, event has happened"),
            "overdue": N_("deadline missed, event has not happened"),
            "ahead": N_("deadline ahead"),
        }
        return say.text(texts[kind])

    title = said(N_("What happened to the plans"))
    alt = joined(
        title,
        said(
            N_("{count} events, the last on {day}."),
            count=str(len(events)),
            day=lambda say: say.date(events["date"].max().date()),
        ),
    )
    picture = figures.timeline(
        drawn[["lane", "date", "mark"]].rename(columns={"mark": "kind"}),
        report.day,
        lane,
        text,
        lambda say: say.text(N_("as of {day}"), day=say.short_date(report.day)),
        mark,
        lambda say, texts: say.text(N_("Without a date: {events}"), events=texts),
    )
    return [
        figure_block(
            "plan_events", title, alt, picture, sources_of(report, "plan_deadlines", rows=events)
        ),
        listed(
            "process",
            said(N_("Events of the plans")),
            events,
            ["region", "plan", "date", "event", "number"],
            row_headers=2,
            notes=sources_of(report, rows=events),
            words={"region": report.places, "plan": report.names["plan"]},
        ),
    ]


def _deadlines(report: ImplementationProgress) -> list[Block]:
    table = report.tables.get("deadlines")
    if table is None or table.empty:
        return []
    note = said(
        N_("Delay in days: of the event after its deadline, or of the day if it has not happened.")
    )
    return [
        listed(
            "deadlines",
            said(N_("Deadlines of the plans")),
            table,
            ["region", "plan", "event", "due", "reached", "delay_days", "state"],
            row_headers=3,
            notes=[note, *sources_of(report, "plan_events", rows=table)],
            words={"region": report.places, "plan": report.names["plan"]},
        )
    ]


def _partners(report: ImplementationProgress) -> list[Block]:
    table = report.tables.get("partners_count")
    if table is None or table.empty:
        return []
    return [
        listed(
            "partners_count",
            said(N_("Partners of the region’s project")),
            table,
            ["kind", "partners", "stated", "stated_date"],
            row_headers=1,
            notes=sources_of(report, "partners", rows=table),
            of="partners_count",
        )
    ]
