"""Who fills in which tables, and the rows that stand in a workbook for them already."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

import pandas as pd

from dieval.errors import ParameterError
from dieval.inputs.read import DataPackage
from dieval.inputs.schema import table_names, table_schema

SENDERS = {
    "region": ("plānošanas reģions", "planning region"),
    "municipality": ("pašvaldība", "municipality"),
    "institution": ("iestāde", "institution"),
}


def tables_of(sender: str | None, names: Sequence[str] = ()) -> list[str]:
    """Name the tables that a sender fills in, all where none is given; of these, perhaps some.

    Raises
    ------
    ParameterError
        No such sender or table.
    """
    wrong = [name for name in names if name not in table_names()]
    if wrong:
        raise ParameterError(f"table {wrong[0]} is unknown: Valid: {', '.join(table_names())}.")
    if sender is not None and sender not in SENDERS:
        raise ParameterError(f"sender {sender} is unknown: Valid: {', '.join(SENDERS)}.")
    return [
        name
        for name in table_names()
        if (not names or name in names)
        and (sender is None or sender in table_schema(name).filled_by)
    ]


def rows_of(package: DataPackage, sender: str, code: str) -> dict[str, pd.DataFrame]:
    """Take the rows of one municipality or institution, to be filled in already.

    Parameters
    ----------
    package : DataPackage
    sender : str
        municipality or institution.
    code : str
        Its code.

    Returns
    -------
    dict of DataFrame
        By table: rows that name it, or one of its providers or projects; and their sources.

    Raises
    ------
    ParameterError
        The package has no such municipality or institution.
    """
    tables = package.tables
    key, home = {
        "municipality": ("municipality", "municipalities"),
        "institution": ("provider", "providers"),
    }[sender]
    known = set(tables[home][key]) if home in tables else set()
    if code not in known:
        near = difflib.get_close_matches(code, sorted(known), n=1)
        hint = f" Is it meant to be {near[0]}?" if near else ""
        raise ParameterError(f"{sender} {code} is unknown in {package.name}.{hint}")
    own = {key: {code}}
    for part, table in (("provider", "providers"), ("project", "infrastructure")):
        if key == "municipality" and table in tables:
            rows = tables[table]
            own[part] = set(rows.loc[rows["municipality"] == code, part])
    taken = {}
    for name in tables_of(sender):
        rows = tables.get(name)
        column = next((column for column in own if rows is not None and column in rows), None)
        if rows is not None and column is not None:
            taken[name] = rows[rows[column].isin(own[column])]
    named = {source for rows in taken.values() if "source" in rows for source in rows["source"]}
    if "sources" in tables:
        taken["sources"] = tables["sources"][tables["sources"]["source"].isin(named)]
    return taken


def rows_to_name(package: DataPackage, sender: str) -> dict[str, pd.DataFrame]:
    """Take the rows that a sender's rows may name, of tables that only regions fill in.

    Parameters
    ----------
    package : DataPackage
    sender : str
        region, municipality or institution.

    Returns
    -------
    dict of DataFrame
        By table: regions and municipalities, for instance, and their sources.
    """
    named = {key.table for name in tables_of(sender) for key in table_schema(name).foreign_keys}
    there = [
        name
        for name in table_names()
        if name in named & set(package.tables) and table_schema(name).filled_by == ("region",)
    ]
    return with_named(package, {name: package.tables[name] for name in there})


def with_named(package: DataPackage, rows: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Add the rows that rows name, and those that these name: a workbook is checked by itself.

    Parameters
    ----------
    package : DataPackage
    rows : mapping of DataFrame
        Rows of it, by table.

    Returns
    -------
    dict of DataFrame
        By table, in the order of the contract.
    """
    tables = package.tables
    lines = {name: set(own.index) for name, own in rows.items()}
    waiting = list(lines)
    while waiting:
        name = waiting.pop()
        naming = tables[name].loc[sorted(lines[name])]
        for key in table_schema(name).foreign_keys:
            if key.table not in tables or key.field not in naming:
                continue
            other = tables[key.table]
            named = set(other.index[other[key.column].isin(naming[key.field].dropna())])
            if not named <= lines.get(key.table, set()):
                lines[key.table] = lines.get(key.table, set()) | named
                waiting.append(key.table)
    return {name: tables[name].loc[sorted(lines[name])] for name in table_names() if name in lines}
