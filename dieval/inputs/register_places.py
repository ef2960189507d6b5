"""Names of municipalities in a register as codes: exactly, and as of the day of each row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dieval.errors import ParameterError, Problem
from dieval.inputs.header import Words
from dieval.inputs.imports import Fault, told
from dieval.inputs.intake.spelling import plain
from dieval.inputs.names import Period, in_force
from dieval.inputs.table import Table

SHOWN = 5  # municipalities that stood in the place of one

_RIGHT: Words = ("Ja tā ir pareizi, nekas nav jādara.", "Nothing to do if that is right.")


@dataclass(frozen=True)
class Places:
    """Municipalities as a register may name them.

    `by_name` is by the name as it is compared, with the spellings of the mapping; `by_code` by the
    code itself. `first` is the first day that the table knows of. `names_as_of` is the day of
    which a register names municipalities that were not there when a service opened.
    """

    by_name: dict[str, list[Period]]
    by_code: dict[str, list[Period]]
    first: pd.Timestamp
    names_as_of: pd.Timestamp | None


def places_of(
    municipalities: pd.DataFrame, spellings: Mapping[str, str], names_as_of: dt.date | None
) -> Places:
    """Arrange the table `municipalities` by name and code.

    Raises
    ------
    ParameterError
        A spelling is of a municipality that the table does not have.
    """
    by_name: dict[str, list[Period]] = {}
    by_code: dict[str, list[Period]] = {}
    for row in municipalities.sort_values(["municipality", "valid_from"]).itertuples():
        end = pd.Timestamp.max if pd.isna(row.valid_to) else row.valid_to
        successor = "" if pd.isna(row.successor) else row.successor
        period = Period(row.municipality, row.name_lv, row.valid_from, end, successor)
        by_name.setdefault(plain(period.name), []).append(period)
        by_code.setdefault(period.code, []).append(period)
    for name, code in spellings.items():
        if code not in by_code:
            raise ParameterError(
                f"mapping: municipalities: {name}: {code}: is not in table municipalities."
            )
        by_name[plain(name)] = by_code[code]
    as_of = None if names_as_of is None else pd.Timestamp(names_as_of)
    return Places(by_name, by_code, municipalities["valid_from"].min(), as_of)


def map_places(
    table: Table, names: pd.Series, days: pd.Series, places: Places
) -> tuple[pd.Series, list[Problem]]:
    """Give the code of the municipality of each row.

    Parameters
    ----------
    table : Table
    names : Series of str, shape (rows,)
        Name or code; rows with "" are passed over.
    days : Series of datetime, shape (rows,)
        When the service opened; rows without are passed over. Before the first day of the table,
        names are those of that day.
    places : Places

    Returns
    -------
    codes : Series of str, shape (rows,)
        "" where it is not known.
    problems : list of Problem
    """
    codes = pd.Series("", index=names.index)
    faults: dict[int, Fault] = {}
    early, renamed = np.zeros(len(names), dtype=bool), np.zeros(len(names), dtype=bool)
    for position, (name, day) in enumerate(zip(names, days, strict=True)):
        if not name or pd.isna(day):
            continue
        periods = places.by_code.get(name) or places.by_name.get(plain(name), [])
        found = in_force(periods, max(day, places.first))
        if periods and not found and places.names_as_of is not None:
            found = in_force(periods, places.names_as_of)
            renamed[position] = bool(found)
        if len(found) == 1:
            (codes.iloc[position],) = found
            early[position] = day < places.first
        else:
            faults[position] = _fault(name, day, sorted(found), periods, places)
    return codes, [*told(table, faults), *_notes(table, early, renamed, places)]


def _fault(
    name: str, day: pd.Timestamp, found: list[str], periods: list[Period], places: Places
) -> Fault:
    if found:
        listed = ", ".join(found)
        return Fault(
            "municipality",
            "several_municipalities",
            (f"tā sauc vairākas pašvaldības: {listed}",
             f"several municipalities are called so: {listed}"),
            ("Nosaukuma vietā ierakstiet kodu.", "Write the code in place of the name."),
        )  # fmt: skip
    if periods:
        return _not_then(day, periods, places)
    return Fault(
        "municipality",
        "unknown_municipality",
        ("tabulā municipalities nav ne šāda nosaukuma, ne koda",
         "table municipalities has neither this name nor this code"),
        ("Ierakstiet visu nosaukumu tā, kā tas ir tabulā, vai pievienojiet šo rakstību kartējuma "
         "daļai municipalities.",
         "Write the whole name as in the table, or add the spelling to municipalities of the "
         "mapping."),
        name,
        tuple(dict.fromkeys(each[-1].name for each in places.by_code.values())),
    )  # fmt: skip


def _not_then(day: pd.Timestamp, periods: list[Period], places: Places) -> Fault:
    """Say that a municipality had ended, or was not there yet, and what stood in its place."""
    code = periods[-1].code
    if day < periods[0].start:
        before = [
            period.name
            for each in places.by_code.values()
            for period in each
            if period.successor == code and period.start <= day <= period.end
        ]
        lv, en = "vēl nebija", "not there yet"
    else:
        following = places.by_code.get(periods[-1].successor, [])
        before = [following[-1].name] if following else []
        lv, en = "vairs nebija", "there no more"
    listed = ", ".join(sorted(before)[:SHOWN]) + (", …" if len(before) > SHOWN else "")
    hint = (f" Tās vietā: {listed}.", f" In its place: {listed}.") if listed else ("", "")
    return Fault(
        "municipality",
        "municipality_not_in_force",
        (f"dienā, kad pakalpojums atvērts, šīs pašvaldības {lv}",
         f"on the day on which the service opened, the municipality was {en}"),
        ("Ierakstiet tās dienas pašvaldību; ja reģistrā ir citas dienas nosaukumi, norādiet šo "
         f"dienu kartējumā (names_as_of).{hint[0]}",
         "Write the municipality of that day; if the register has the names of another day, give "
         f"that day in the mapping (names_as_of).{hint[1]}"),
    )  # fmt: skip


def _notes(table: Table, early: np.ndarray, renamed: np.ndarray, places: Places) -> list[Problem]:
    first = f"{places.first:%Y-%m-%d}"
    found = table.problems(
        early, "municipality", "before_first",
        (f"pakalpojums atvērts, pirms sākas tabula municipalities; nosaukums ņemts tāds, kāds tas "
         f"bija {first}.",
         "the service opened before table municipalities begins; the name is taken as it was on "
         f"{first}."),
        _RIGHT, "note",
    )  # fmt: skip
    if places.names_as_of is None:
        return found
    as_of = f"{places.names_as_of:%Y-%m-%d}"
    return found + table.problems(
        renamed, "municipality", "named_later",
        (f"kad pakalpojums atvērts, tādas pašvaldības nebija; ņemta tā, ko tā sauc {as_of}.",
         f"there was no such municipality when the service opened; the one called so on {as_of} "
         "is taken."),
        _RIGHT, "note",
    )  # fmt: skip
