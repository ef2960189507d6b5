"""Names of columns as people write them: in Latvian or English, with or without diacritics."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from dieval.inputs.intake.spelling import plain
from dieval.inputs.intake.units import unit_of
from dieval.inputs.schema import Field, TableSchema, table_names, table_schema
from dieval.inputs.words import unit_words
from dieval.vocabulary import LANGUAGES

# A unit may follow a name, in brackets or after a comma.
_WITH_UNIT = re.compile(
    r"(?P<name>.+?)\s*(?:\((?P<round>[^()]+)\)|\[(?P<square>[^\[\]]+)\]|,(?P<after>[^,]+))\s*"
)
_EURO = ("eur", "euro", "eiro", "€")


@dataclass(frozen=True)
class Header:
    """Names of the contract in place of those in a file.

    `names` are as many as the file has; a name that means no column of the contract stays.
    `renamed` are pairs of the name in the file and the one in its place. `units` are those that
    names of columns of amounts have and the contract does not, by column.
    """

    names: list[str]
    renamed: list[tuple[str, str]]
    units: dict[str, str]


@cache
def _meanings(schema: TableSchema) -> dict[str, str]:
    """Give the column that each name means; a name of two columns means neither."""
    found: dict[str, set[str]] = {}
    for field in schema.fields:
        for name in _names_of(field):
            found.setdefault(plain(name), set()).add(field.name)
    codes = {plain(name): name for name in schema.columns}
    return {name: next(iter(of)) for name, of in found.items() if len(of) == 1} | codes


def _names_of(field: Field) -> Iterable[str]:
    return field.name, field.title, field.title_lv, *field.aliases


def header_of(schema: TableSchema, names: Sequence[str]) -> Header:
    """Find which column of the contract each name of a header means.

    A name that is a code of the contract is one; no other name then means that column. A unit
    after the name has to be that of the column, or one that `in_contract_units` can convert.

    Parameters
    ----------
    schema : TableSchema
    names : sequence of str
        As they stand in the file.
    """
    exact = set(names) & set(schema.columns)
    found, renamed = [], []
    units: dict[str, str] = {}
    meanings = _meanings(schema)
    for name in names:
        meant, unit = _meaning(schema, meanings, name)
        if name in exact or meant is None or meant in exact:
            found.append(name)
            continue
        found.append(meant)
        renamed.append((name, meant))
        if unit:
            units[meant] = unit
    return Header(found, renamed, units)


def _meaning(schema: TableSchema, meanings: dict[str, str], name: str) -> tuple[str | None, str]:
    """Give the column that a name means, if it means one, and the unit if it is another one."""
    if plain(name) in meanings:
        return meanings[plain(name)], ""
    split = _WITH_UNIT.fullmatch(name.strip())
    meant = meanings.get(plain(split["name"])) if split else None
    if split is None or meant is None:
        return None, ""
    unit = (split["round"] or split["square"] or split["after"]).strip().casefold()
    own = schema.field(meant).unit
    said = unit in {unit_words(own, language).casefold() for language in LANGUAGES if own}
    if said or (unit in _EURO and own.partition("/")[0] == "EUR"):
        return meant, ""
    return (None, "") if unit_of(unit, schema.field(meant)) is None else (meant, unit)


@cache
def _titles() -> dict[str, str]:
    """Give the table of each title; the name of a sheet has 31 characters at most."""
    schemas = [table_schema(name) for name in table_names()]
    titles = [(each.name, title) for each in schemas for title in (each.title, each.title_lv)]
    names = {plain(title[:length]): name for name, title in titles for length in (31, None)}
    return names | {plain(each.name): each.name for each in schemas}


def table_named(name: str) -> str | None:
    """Give the table that the name of a sheet or file means: its code, or its title.

    Examples
    --------
    >>> table_named("costs"), table_named("IZMAKSAS"), table_named("Sheet1")
    ('costs', 'costs', None)
    """
    return _titles().get(plain(name))


ROWS_ABOVE = 20  # a header stands below so many rows at most


def header_place(schema: TableSchema, rows: Sequence[Sequence[object]]) -> tuple[int, int]:
    """Find which of the first rows is the header: the one with most names of the contract.

    Of rows with names that follow each other, as in the template, it is the last.

    Parameters
    ----------
    schema : TableSchema
    rows : sequence of sequences
        From the first row on, which is taken where none has a name that is known.

    Returns
    -------
    place : int
    passed_over : int
        Rows above it that are no part of a template.
    """
    known = [_known_names(schema, row) for row in rows[: ROWS_ABOVE + 1]]
    most = max(known, default=0)
    if not most:
        return 0, 0
    first = place = known.index(most)
    while known[place + 1 : place + 2] == [most]:
        place += 1
    return place, first if place == first else 0


def most_names(schema: TableSchema, rows: Iterable[Sequence[object]]) -> int:
    """Count the columns of the contract that one of the first rows names, at most."""
    return max((_known_names(schema, row) for row in islice(rows, ROWS_ABOVE + 1)), default=0)


def _known_names(schema: TableSchema, row: Sequence[object]) -> int:
    """Count the columns of the contract that the cells of a row name."""
    texts = [cell for cell in row if isinstance(cell, str)]
    return len(set(header_of(schema, texts).names) & set(schema.columns))
