"""Notes on rows about the implementation that contradict each other; the reports show them too."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dieval.errors import Problem
from dieval.inputs.contradictions import (
    PERSONS_NOT_ABOVE,
    balance_of_children,
    before_predecessor,
    closes_too_early,
    falls,
    more_than,
    outlives_municipality,
)
from dieval.inputs.header import Words
from dieval.inputs.table import Message, Table
from dieval.inputs.values import shown

# What happens as long as the rows stay as they are.
SHOWN = (
    "pārskatā tas būs norādīts kā datu kļūda.",
    "the report will show this as a fault of the data.",
)
PLAN_REFUSED = (
    "līdz tam šā plāna pielikums netiek sagatavots.",
    "until then no annex is made for this plan.",
)
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
        before the one that precedes them, services in a municipality that has ended, plans that
        count children twice, lose some, or close the home before the last one leaves.
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
    if destinations := tables.get("destinations"):
        found += _plans(destinations, tables.get("providers"))
    services, municipalities = tables.get("services"), tables.get("municipalities")
    if services and municipalities and municipalities.complete:
        found += _ended(services, municipalities)
    return found


def _plans(destinations: Table, providers: Table | None) -> list[Problem]:
    """Note the rows of plans that do not add up; the annex of such a plan is refused."""
    rows = destinations.frame.dropna(subset=["provider", "year", "care_arrangement", "children"])
    twice = pd.Series(False, index=destinations.frame.index)
    lost = twice.copy()
    for _, plan in rows.groupby("provider"):
        balance = balance_of_children(plan, None).set_index("year")["difference"]
        difference = plan["year"].map(balance)
        more, fewer = (difference > 0).fillna(False), (difference < 0).fillna(False)
        twice |= more.astype(bool).reindex(twice.index, fill_value=False)
        lost |= fewer.astype(bool).reindex(twice.index, fill_value=False)
    found = _notes(
        destinations,
        twice,
        "children",
        "plan_counts_twice",
        (
            "pēc plāna bērnu ir vairāk nekā gadu iepriekš kopā ar tiem, kas iestājušies: kāds ir "
            "ieskaitīts divreiz.",
            "the plan has more children than the year before and those who came: somebody is "
            "counted twice.",
        ),
        (
            "Izlabojiet gada rindas vai pievienojiet rindu „entry”",
            "Mend the rows of the year, or add a row “entry”",
        ),
        PLAN_REFUSED,
    )
    found += _notes(
        destinations,
        lost,
        "children",
        "plan_loses",
        (
            "pēc plāna bērnu ir mazāk nekā gadu iepriekš, un nav norādīts, kur palikuši pārējie.",
            "the plan has fewer children than the year before, and does not say where the others "
            "went.",
        ),
        (
            "Pievienojiet rindas „family”, „adoption” vai „exit” vai izlabojiet gada rindas",
            "Add rows “family”, “adoption” or “exit”, or mend the rows of the year",
        ),
        PLAN_REFUSED,
    )
    if providers is not None and providers.complete:
        found += _notes(
            destinations,
            closes_too_early(destinations.frame, providers.frame),
            "children",
            "plan_closes_early",
            (
                "bērni dzīvo iestādē pēc tās slēgšanas dienas tabulā providers.",
                "children live in the home after the day on which table providers closes it.",
            ),
            (
                "Izlabojiet slēgšanas dienu vai plāna rindas",
                "Mend the closing day or the rows of the plan",
            ),
            PLAN_REFUSED,
        )
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
    table: Table,
    rows: pd.Series,
    column: str,
    rule: str,
    message: Message,
    remedy: Words,
    otherwise: Words = SHOWN,
) -> list[Problem]:
    """Report the marked rows as notes; the remedy ends with what happens otherwise."""
    also = (f"{remedy[0]}; {otherwise[0]}", f"{remedy[1]}; {otherwise[1]}")
    return table.problems(rows, column, rule, message, also, "note")
