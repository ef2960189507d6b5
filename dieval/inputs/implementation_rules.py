"""Notes on rows about the implementation that contradict each other; the reports show them too."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dieval.errors import Problem
from dieval.inputs.contradictions import (
    PERSONS_NOT_ABOVE,
    before_predecessor,
    falls,
    more_than,
    outlives_municipality,
)
from dieval.inputs.header import Words
from dieval.inputs.table import Message, Table
from dieval.inputs.values import shown

MORE_THAN: dict[tuple[str, str], Words] = {
    ("receiving", "needing"): (
        "pakalpojumu saņem vairāk personu, nekā ir to, kurām tas ir vajadzīgs.",
        "more persons receive the service than need it.",
    ),
    ("receiving", "assessed"): (
        "pakalpojumu saņem vairāk personu, nekā ir izvērtēts.",
        "more persons receive the service than were assessed.",
    ),
    ("needing", "assessed"): (
        "pakalpojums ir vajadzīgs vairāk personām, nekā ir izvērtēts.",
        "more persons need the service than were assessed.",
    ),
}


def check_implementation(tables: dict[str, Table]) -> list[Problem]:
    """Note the rows about the implementation that contradict each other.

    Parameters
    ----------
    tables : dict of Table
        By name.

    Returns
    -------
    list of Problem
        Notes: more persons served than need it, counts from the start that fall, milestones reached
        before the one that precedes them, services in a municipality that has ended.
    """
    found: list[Problem] = []
    if needs := tables.get("needs"):
        for more, than in PERSONS_NOT_ABOVE:
            found += _notes(
                needs,
                more_than(needs.frame, more, than),
                more,
                "coverage",
                MORE_THAN[more, than],
                ("Pārbaudiet skaitļus", "Check the counts"),
            )
    if reimbursement := tables.get("reimbursement"):
        found += _notes(
            reimbursement,
            falls(reimbursement.frame),
            "persons_cumulative",
            "persons_fall",
            (
                "personas skaita no projekta sākuma, bet šeit to ir mazāk nekā iepriekšējā datumā.",
                "persons are counted from the start of the project, but are fewer than on the date "
                "before.",
            ),
            (
                "Ierakstiet skaitu no projekta sākuma, nevis par periodu",
                "Write the count from the start of the project, not of the period",
            ),
        )
    if milestones := tables.get("milestones"):
        found += _notes(
            milestones,
            before_predecessor(milestones.frame, milestones.frame["actual"]),
            "actual",
            "milestone_order",
            (
                "starpposms ir sasniegts pirms starpposma, kas ir pirms tā, vai bez tā.",
                "the milestone was reached before, or without, the one that precedes it.",
            ),
            ("Pārbaudiet abus datumus", "Check both dates"),
        )
    services, municipalities = tables.get("services"), tables.get("municipalities")
    if services and municipalities and municipalities.whole:
        found += _ended(services, municipalities)
    return found


def _ended(services: Table, municipalities: Table) -> list[Problem]:
    outlived = outlives_municipality(services.frame, municipalities.frame)

    def message(rows: np.ndarray) -> Words:
        ended = shown(services.frame["municipality"].iloc[rows])
        return (
            f"pakalpojums turpinās pēc tam, kad pašvaldība ir likvidēta: {ended}.",
            f"the service goes on after its municipality has ended: {ended}.",
        )

    return _notes(
        services,
        outlived,
        "municipality",
        "ended_municipality",
        message,
        (
            "Beidziet rindu ar pašvaldības pēdējo dienu un sāciet jaunu ar pārņēmēju",
            "End the row on the last day of the municipality and start a new one in its successor",
        ),
    )


def _notes(
    table: Table, rows: pd.Series, column: str, rule: str, message: Message, remedy: Words
) -> list[Problem]:
    """Report the marked rows as notes; the remedy says that the report will show them too."""
    also = (
        f"{remedy[0]}; pārskatā tas būs norādīts kā datu kļūda.",
        f"{remedy[1]}; the report will show this as a fault of the data.",
    )
    return table.problems(rows, column, rule, message, also, "note")
