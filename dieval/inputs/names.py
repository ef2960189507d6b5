"""Names in place of codes: a row may name a region, a municipality or a home as its table does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from dieval.errors import Problem
from dieval.inputs.intake.spelling import plain
from dieval.inputs.schema import ForeignKey
from dieval.inputs.table import Table, got
from dieval.inputs.time_rules import last_days, time_column
from dieval.inputs.typed import Typed, typed


class Period(NamedTuple):
    """What a thing was called, and when; open ends are the first and the last day there is."""

    code: str
    name: str
    start: pd.Timestamp
    end: pd.Timestamp
    successor: str = ""


def in_force(periods: Iterable[Period], day: pd.Timestamp) -> set[str]:
    """Give the codes of the periods that a day is in."""
    return {period.code for period in periods if period.start <= day <= period.end}


def with_codes(tables: Mapping[str, Table]) -> tuple[dict[str, Table], list[Problem]]:
    """Put the code in place of a name that a table of the package gives to just one thing.

    Names are compared without regard to case, diacritics and signs, and otherwise exactly:
    “Rēzekne” is not “Rēzeknes novads”. Where several things have had one name, that of the row's
    year or day is meant.

    Parameters
    ----------
    tables : mapping of Table
        By name.

    Returns
    -------
    tables : dict of Table
    problems : list of Problem
        Notes of the rows in which a name was read as a code. A name that is not understood stays,
        and is no known code.
    """
    changed, notes = dict(tables), list[Problem]()
    for name, table in tables.items():
        for key in table.schema.foreign_keys:
            if key.table in tables and table.behind is None:
                # The table that is referred to is changed before those that refer to it.
                changed[name], found = _with_codes_of(changed[name], key, changed[key.table])
                notes += found
    return changed, notes


def _with_codes_of(table: Table, key: ForeignKey, named: Table) -> tuple[Table, list[Problem]]:
    column = table.columns[key.field]
    known = {*named.columns[key.column].used, *key.besides}
    unknown = column.values.notna() & ~column.values.isin(known)
    if not unknown.any():
        return table, []
    by_name = _by_name(named, key.column)
    meant = {text: by_name.get(plain(text), []) for text in column.values[unknown]}
    one = {text: found[0].code for text, found in meant.items() if len(_codes(found)) == 1}
    several = {text: found for text, found in meant.items() if len(_codes(found)) > 1}
    rows = column.where(column.values.isin(one))
    values = column.values.map(lambda text: one.get(text, text), na_action="ignore")
    if column.codes is None:
        replaced = Typed(values.astype(column.values.dtype))
    else:
        replaced = typed(values.astype(column.values.dtype), column.codes)
    if several:
        replaced, by_day = _named_then(table, column, replaced, several)
        rows = rows | by_day
    if not rows.any():
        return table, []
    changed = replace(table, columns={**table.columns, key.field: replaced})
    return changed, _notes(changed, key, rows)


def _codes(found: list[Period]) -> set[str]:
    return {period.code for period in found}


def _by_name(named: Table, column: str) -> dict[str, list[Period]]:
    """Arrange the things of a table by their names as they are compared."""
    schema = named.schema
    texts = schema.names
    validity = schema.validity
    rows = named.cells([column, *texts, *((validity.start, validity.end) if validity else ())])
    open_ends = [pd.NaT] * len(rows)
    starts = rows[validity.start] if validity else open_ends
    ends = rows[validity.end] if validity else open_ends
    found: dict[str, list[Period]] = {}
    for text in texts:
        for code, name, start, end in zip(rows[column], rows[text], starts, ends, strict=True):
            if pd.isna(code) or pd.isna(name) or not plain(name):
                continue
            first = pd.Timestamp.min if pd.isna(start) else start
            last = pd.Timestamp.max if pd.isna(end) else end
            found.setdefault(plain(name), []).append(Period(code, name, first, last))
    return found


def _named_then(
    table: Table, column: Typed, replaced: Typed, several: Mapping[str, list[Period]]
) -> tuple[Typed, np.ndarray]:
    """Put in the code that had the name at the time of the row, where that is one."""
    time = time_column(table)
    here = np.flatnonzero(column.where(column.values.isin(several)))
    done = np.zeros(len(table.line), dtype=bool)
    if time is None:
        return replaced, done
    cells = replaced.cells.copy()
    days = last_days(table.columns[time].of(here).cells)
    for position, text, day in zip(here, column.of(here).cells, days, strict=True):
        codes = in_force(several[text], day)
        if len(codes) == 1:
            (cells.iloc[position],) = codes
            done[position] = True
    return Typed(cells), done


def _notes(table: Table, key: ForeignKey, rows: np.ndarray) -> list[Problem]:
    """Tell the codes; names stay in their rows, as a home may be called after a person."""
    return table.problems(
        rows,
        key.field,
        "name",
        lambda here: (
            f"nosaukums nolasīts kā kods no tabulas {key.table}"
            f"{got(table.values(key.field, here))[0]}.",
            f"a name was read as its code in table {key.table}"
            f"{got(table.values(key.field, here))[1]}.",
        ),
        ("Ja tas ir pareizi, nekas nav jādara.", "Nothing to do if that is right."),
        "note",
    )
