"""Rules of the quality log: what a check has to say before it can count as closed."""

from __future__ import annotations

import datetime

import numpy as np

from dieval.errors import Problem
from dieval.inputs.header import Words
from dieval.inputs.schema import datapackage_schema
from dieval.inputs.table import Table, got, numbers

CLOSED = ("passed", "failed")
# What an entry on a closed check has to hold.
PROOF = ("checked_by", "checked_on", "evidence", "checked_sha256")
# A day has begun somewhere so long before it begins at Greenwich [hours].
EARLIEST_DAY = 14


def check_quality_log(tables: dict[str, Table]) -> list[Problem]:
    """Check the entries of the quality log.

    Parameters
    ----------
    tables : dict of Table
        By name.

    Returns
    -------
    list of Problem
        Errors: a closed check that does not say who made it, when, on what, and what shows it; a
        check of the data that names a report or an institution, one of a report that names none;
        an institution of another region; a day that is still to come.
    """
    log = tables.get("quality_checks")
    if log is None:
        return []
    found = _unproven(log) + _subjects(log) + _still_to_come(log)
    if providers := tables.get("providers"):
        found += _regions(log, providers)
    return found


def _unproven(log: Table) -> list[Problem]:
    closed = log.frame["result"].isin(CLOSED)
    found: list[Problem] = []
    for column in PROOF:
        field = log.schema.field(column)
        cells = log.frame[column]
        empty = cells.isna() | (cells.astype(str).str.strip() == "")
        found += log.problems(
            closed & empty & ~log.faulty[column],
            column,
            "unproven",
            (
                f"pārbaude ir pabeigta, bet kolonna „{field.title_lv}” ir tukša.",
                f"the check is closed, but “{field.title}” is empty.",
            ),
            (
                f"Ierakstiet vērtību ({field.description_lv.rstrip('.')}) vai kā rezultātu – "
                "„open”.",
                f"Fill it in ({field.description.rstrip('.')}), or write open as the result.",
            ),
        )
    return found


def _subjects(log: Table) -> list[Problem]:
    subjects: dict[str, list[str]] = datapackage_schema(log.schema.name)["subjects"]
    check, report = log.frame["check"], log.frame["report"]
    found: list[Problem] = []
    for column in ("provider", "report"):
        found += log.problems(
            check.isin(subjects["data"]) & log.frame[column].notna(),
            column,
            "subject",
            (
                "šī pārbaude attiecas uz visiem reģiona datiem.",
                "this check is of all the data of the region.",
            ),
            ("Atstājiet šūnu tukšu.", "Leave the cell empty."),
        )
    return found + log.problems(
        check.isin(subjects["report"]) & report.isna() & ~log.faulty["report"],
        "report",
        "subject",
        (
            "šī pārbaude attiecas uz vienu pārskatu, bet nav norādīts, uz kuru.",
            "this check is of one report, but it does not say of which.",
        ),
        ("Ierakstiet pārskata kodu.", "Write the code of the report."),
    )


def _still_to_come(log: Table) -> list[Problem]:
    now = datetime.datetime.now(tz=datetime.UTC) + datetime.timedelta(hours=EARLIEST_DAY)
    last = float(np.datetime64(now.date()).astype(np.int64))

    def message(rows: np.ndarray) -> Words:
        lv, en = got(log.values("checked_on", rows))
        return f"šī diena vēl nav pienākusi{lv}.", f"this day is still to come{en}."

    return log.problems(
        numbers(log.frame["checked_on"]) > last,
        "checked_on",
        "future",
        message,
        (
            "Ierakstiet dienu, kad pārbaude pabeigta.",
            "Write the day on which the check ended.",
        ),
    )


def _regions(log: Table, providers: Table) -> list[Problem]:
    homes = providers.frame.dropna(subset=["provider"]).drop_duplicates("provider")
    theirs = log.frame["provider"].map(homes.set_index("provider")["region"])
    wrong = theirs.notna() & log.frame["region"].notna() & (theirs != log.frame["region"])

    def message(rows: np.ndarray) -> Words:
        lv, en = got(log.values("region", rows))
        return (
            f"iestāde tabulā providers ir citā reģionā{lv}.",
            f"in table providers, the institution is in another region{en}.",
        )

    return log.problems(
        wrong,
        "region",
        "provider",
        message,
        ("Ierakstiet iestādes reģionu.", "Write the region of the institution."),
    )
