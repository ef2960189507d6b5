"""Annex D: what was checked, what the data is like, what is missing and what is doubtful."""

from __future__ import annotations

import datetime

import pandas as pd

from dieval.inputs.account import ROWS
from dieval.present.blocks import (
    Block,
    Cell,
    Column,
    heading_block,
    list_block,
    table_block,
    text_block,
)
from dieval.present.cost_comparison import CostComparison, perimeter_notes, series_notes
from dieval.present.findings import HIDDEN_VERDICT, NO_DATA
from dieval.present.language import N_, Bilingual, in_both, listing, percentage, said
from dieval.present.report import Report, evidence_in_words
from dieval.present.tables import listed
from dieval.progress.evaluation import EXPLAINING
from dieval.release.quality import SHOWN_BY_READING
from dieval.vocabulary import EVIDENCE, NOT_APPLICABLE

# Columns by which input tables are dated, in the order in which they are looked for.
DATES = ("date", "opened", "valid_from", "agreed_on", "planned", "due")


_LEFT_OUT = N_(
    "Read = used + set aside + sums and repetitions. Rows with a fault of their own are set aside; "
    "the notes below say which, and why this was agreed. Sums of other rows were used as a check "
    "only; a description that stands in several files counts once."
)


def quality_blocks(report: Report) -> list[Block]:
    """Show what was checked, evidence and coverage of the data, what is missing and doubtful."""
    return [
        *_log(report),
        *_coverage(report),
        *_missing(report),
        *report.quality_blocks,
        *_left_out(report),
        *_notes(report),
        *_disclosure(report),
    ]


def _log(report: Report) -> list[Block]:
    """List the checks of the report, and what entries on them have to be of."""
    checks = report.quality.checks
    notes = [
        said(
            N_(
                "A report is a draft until every critical check has been passed. An entry counts "
                "only as long as the checksum of what was checked is the one at the end of this "
                "report."
            )
        )
    ]
    if any(report.evidence_of(key) == "synthetic" for key in checks["source"].dropna()):
        notes.append(said(N_("Entries are partly or wholly invented for the demonstration.")))
    columns = ["check", "check_of", "critical", "check_state"]
    columns += ["checked_by", "checked_on", "check_evidence"]
    words = {name: _as_written(report, name) for name in ("checked_by", "check_evidence")}
    words["check_evidence"][SHOWN_BY_READING] = said(N_("the data package has been read"))
    title = said(N_("Quality log"))
    return [
        listed("quality_checks", title, checks, columns, row_headers=1, notes=notes, words=words)
    ]


def _as_written(report: Report, column: str) -> dict[str, Bilingual]:
    """Give what people wrote in the log, in the language that its source says."""
    languages = report.sources.set_index("source")["language"]
    entries = report.quality.checks.dropna(subset=[column, "source"])
    return {
        text: {"text": text, "language": languages[source]}
        for text, source in zip(entries[column], entries["source"], strict=True)
        if isinstance(languages[source], str)
    }


def _coverage(report: Report) -> list[Block]:
    """List the input tables with the rows that count, their evidence and the time they cover."""
    counted = {name: rows for name, rows in report.counted.items() if len(rows)}
    if not counted:
        return [text_block(said(N_("No row of the data counts in this report.")))]
    rows: list[list[Cell]] = [
        [
            said(report.input_tables[name]),
            len(table),
            evidence_in_words(_evidence(report, table)),
            _period(table),
        ]
        for name, table in counted.items()
    ]
    columns = [
        Column(said(N_("Input data")), "text"),
        Column(said(N_("Number of rows"))),
        Column(said(N_("Rows by evidence")), "text"),
        Column(said(N_("Time covered")), "text"),
    ]
    title = said(N_("Data that counts in this report: evidence and time covered"))
    notes = [
        said(
            N_(
                "Published, administrative and derived rows rest on records; expert judgement, "
                "assumptions and synthetic rows do not."
            )
        )
    ]
    return [table_block("data_quality", title, columns, rows, notes=notes)]


def _evidence(report: Report, table: pd.DataFrame) -> pd.Series:
    shares = table["source"].map(report.evidence_of).value_counts(normalize=True)
    return shares.reindex([code for code in EVIDENCE if code in shares.index])


def _period(table: pd.DataFrame) -> Cell:
    """Give the years or days that rows are of; rates of a law by the days on which they begin."""
    if "year" in table:
        first, last = int(table["year"].min()), int(table["year"].max())
        return in_both(lambda say: say.period(first, last))
    for column in DATES:
        if column in table and table[column].notna().any():
            return _between(table[column].min().date(), table[column].max().date())
    if "acquired_year" in table:
        first, last = int(table["acquired_year"].min()), int(table["acquired_year"].max())
        return in_both(lambda say: say.period(first, last))
    return {"symbol": NOT_APPLICABLE}


def _between(first: datetime.date, last: datetime.date) -> Bilingual:
    if first == last:
        return in_both(lambda say: say.short_date(first))
    return in_both(lambda say: f"{say.short_date(first)} – {say.short_date(last)}")


def _missing(report: Report) -> list[Block]:
    """Say which inputs have no row that counts, and what is not known because of it."""
    heading = heading_block(4, said(N_("What is missing")))
    lacking = [
        said(text)
        for name, text in report.input_tables.items()
        if name not in EXPLAINING and not len(report.counted.get(name, ()))
    ]
    found: list[Bilingual] = []
    if lacking:
        found.append(
            said(N_("No row of these inputs counts here: {inputs}."), inputs=listing(lacking))
        )
    if isinstance(report, CostComparison):
        found += [*series_notes(report), *perimeter_notes(report)]
    found += [
        said(N_("Cannot be tested: “{conclusion}”"), conclusion=finding.statement)
        for finding in report.findings
        if finding.verdict == NO_DATA
    ]
    found += [
        said(N_("Hidden in this edition is the verdict on: “{conclusion}”"), conclusion=text)
        for text in (f.statement for f in report.findings if f.verdict == HIDDEN_VERDICT)
    ]
    if not found:
        found.append(said(N_("Every input that this report can use has rows that count.")))
    return [heading, list_block(found)]


def _left_out(report: Report) -> list[Block]:
    """Account for the rows and the money of files of which something does not count."""
    money = report.account["quantity"] != ROWS
    parts = (
        ("rows_left_out", ~money, 0, said(N_("Rows that were read and do not count"))),
        ("amounts_left_out", money, 2, said(N_("Amounts that were read and do not count [EUR]"))),
    )
    blocks: list[Block] = []
    for name, mask, decimals, title in parts:
        account = report.account[mask]
        if account.empty:
            continue
        columns = [
            Column(said(N_("File")), "text"),
            *([Column(said(N_("Column")), "text")] if decimals else []),
            *(
                Column(said(heading), decimals=decimals)
                for heading in (N_("Read"), N_("Used"), N_("Set aside"), N_("Sums and repetitions"))
            ),
        ]
        rows: list[list[Cell]] = [
            [
                row.file,
                *([row.quantity] if decimals else []),
                *(round(number, 2) for number in (row.read, row.used, row.set_aside, row.excluded)),
            ]
            for row in account.itertuples()
        ]
        blocks.append(table_block(name, title, columns, rows, notes=[said(_LEFT_OUT)]))
    return blocks


def _disclosure(report: Report) -> list[Block]:
    """Say what the public edition hides, or that the internal one hides nothing."""
    heading = heading_block(4, said(N_("Disclosure control")))
    if report.parameters["edition"] != "public":
        return [heading, text_block(said(N_("This is the internal edition: nothing is hidden.")))]
    persons, holders, percent = (
        report.parameter_values[name][1].value
        for name in ("least_persons", "least_holders", "dominance_percent")
    )
    rule = said(
        N_(
            "Hidden (c) are numbers of persons from 1 to {most}, and amounts of fewer than "
            "{holders} bodies that run homes, or from which one of them could learn another’s "
            "amount more precisely than by {percent}; with them everything that is computed from "
            "them, and as many other numbers as it takes that nobody can work them out."
        ),
        most=str(int(persons) - 1),
        holders=str(int(holders)),
        percent=percentage(percent / 100, 0),
    )
    how = said(
        N_(
            "Numbers are hidden, never rounded or changed. In notes on the data, c stands for a "
            "number too."
        )
    )
    return [heading, text_block(rule, how)]


def _notes(report: Report) -> list[Block]:
    """List what reading the data package left in doubt."""
    heading = heading_block(4, said(N_("Notes on the data")))
    if not report.notes:
        return [
            heading,
            text_block(said(N_("The check of the data package left nothing to note."))),
        ]
    notes = [{"lv": note.text("lv"), "en": note.text("en")} for note in report.notes]
    return [heading, list_block(notes)]
