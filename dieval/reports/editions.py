"""Two editions of reports side by side: which figures moved, without a word on why."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dieval.errors import ParameterError
from dieval.reports.result_keys import WITHOUT_KEY, key_of

# Stands where one of the two editions has no such row, finding or key figure.
ABSENT = {"absent": True}
HIDDEN = "c"
# A row that nothing but all of it names is one figure: it is there, or it is not.
ROW, THERE = "row", "there"


@dataclass(frozen=True)
class Edition:
    """A report as it was published.

    Parameters
    ----------
    results, manifest : mapping
        Content of results.json and manifest.json.
    """

    results: Mapping[str, Any]
    manifest: Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """Names one figure of a report in both editions.

    Parameters
    ----------
    kind : str
        cell, key_figure, finding or evidence.
    name : str
        Of the result table, key figure, finding or kind of evidence.
    key : tuple of pairs
        Columns and values by which its row is found.
    column : str
        Column of a table, or part of a key figure or finding.
    """

    kind: str
    name: str
    key: tuple[tuple[str, Any], ...] = ()
    column: str = "value"

    def text(self) -> str:
        """Write it in one line."""
        key = ", ".join(f"{column} {value}" for column, value in self.key)
        return f"{self.name}{f' ({key})' if key else ''}: {self.column}"


Figures = dict[Figure, Any]


def read_editions(folder: Path) -> dict[str, Edition]:
    """Read every report of an output folder, or the one of a report's folder.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    dict of Edition
        By `<unit>/<report>`.

    Raises
    ------
    ParameterError
        There is no report, or one cannot be read.
    """
    alone = (folder / "manifest.json").is_file()
    pattern = "manifest.json" if alone else "[!.]*/[!.]*/manifest.json"
    found = {}
    for file in sorted(folder.glob(pattern)):
        try:
            manifest = json.loads(file.read_bytes())
            results = json.loads(file.with_name("results.json").read_bytes())
            if manifest["schema"] != "dieval-manifest/1" or results["schema"] != "dieval-results/1":
                raise ValueError("of another version")
            found[f"{manifest['unit']}/{manifest['report']}"] = Edition(results, manifest)
        except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
            name = file.parent.relative_to(folder).as_posix()
            raise ParameterError(
                f"{folder}: the report in {name} cannot be read; dieval verify says what is wrong."
            ) from error
    if not found:
        raise ParameterError(f"{folder}: holds no report. Name a folder that dieval wrote.")
    return found


def reader_of(
    old: Mapping[str, Any], new: Mapping[str, Any]
) -> Callable[[Mapping[str, Any]], Figures]:
    """Give a function that reads the figures of results so that the same ones have the same name.

    Parameters
    ----------
    old, new : mapping
        Content of results.json of both editions. A row of a table is named by its key
        (`result_keys`); in a table of others by its first columns that are no quantities, as many
        as tell all rows of both apart. What names two rows of an edition names none: such a row is
        the same only where all of it is the same.
    """
    both = [old["tables"], new["tables"]]
    names = {
        name: _naming([tables[name] for tables in both if name in tables], name)
        for name in {name for tables in both for name in tables}
    }
    return lambda results: _figures(results, names)


def moved(one: Figures, other: Figures) -> list[Figure]:
    """List the figures that are not the same in both, in the order of the second, then the first.

    Numbers are compared at full precision, symbols as symbols.
    """
    everything = [*other, *(figure for figure in one if figure not in other)]
    return [figure for figure in everything if one.get(figure, ABSENT) != other.get(figure, ABSENT)]


def symbol_of(value: Any) -> str:
    """Give the symbol that stands in place of a number; empty for a number or a text."""
    return str(value.get("symbol", "")) if isinstance(value, dict) else ""


def written(value: Any) -> str:
    """Write a value as it stands in the results.

    Examples
    --------
    >>> [written(value) for value in (1.5, {"symbol": "c"}, "supported", ABSENT, None)]
    ['1.5', 'c', 'supported', 'not there', 'none']
    """
    if value == ABSENT:
        return "not there"
    if isinstance(value, dict):
        return symbol_of(value) or json.dumps(value, ensure_ascii=False)
    return "none" if value is None else str(value)


@dataclass(frozen=True)
class _Naming:
    """How the rows of a table are named: columns of the key, and what in them names two rows."""

    key: tuple[str, ...] = ()
    ambiguous: frozenset[tuple[tuple[str, Any], ...]] = frozenset()
    whole: bool = False

    def of(self, row: Mapping[str, Any]) -> tuple[tuple[str, Any], ...] | None:
        """Give the name of a row; None where it has none but all of it."""
        key = _row_key(row, self.key)
        return None if self.whole or key in self.ambiguous else key


def _naming(tables: Sequence[Mapping[str, Any]], name: str) -> _Naming:
    """Choose what names the rows of a table in both editions."""
    if name in WITHOUT_KEY:
        return _Naming(whole=True)
    columns = [{column["name"] for column in table["columns"]} for table in tables]
    known = key_of(name, [c["name"] for c in tables[0]["columns"]])
    key = tuple(_key(tables)) if known is None else known
    if not all(set(key) <= has for has in columns):
        return _Naming(whole=True)
    counts = [Counter(_row_key(row, key) for row in _rows(table)) for table in tables]
    twice = {row for count in counts for row, times in count.items() if times > 1}
    return _Naming(key, frozenset(twice))


def _key(tables: Sequence[Mapping[str, Any]]) -> list[str]:
    """Choose the first columns that tell the rows of each table apart."""
    eligible = [
        column["name"]
        for place, column in enumerate(tables[0]["columns"])
        if column["unit"] is None
        and all(not isinstance(row[place], (float, list)) for row in tables[0]["rows"])
    ]
    for length in range(1, len(eligible) + 1):
        if all(_tells_apart(table, eligible[:length]) for table in tables):
            return eligible[:length]
    return eligible


def _tells_apart(table: Mapping[str, Any], key: Sequence[str]) -> bool:
    rows = [_row_key(row, key) for row in _rows(table)]
    return len(set(rows)) == len(rows)


def _rows(table: Mapping[str, Any]) -> list[dict[str, Any]]:
    names = [column["name"] for column in table["columns"]]
    return [dict(zip(names, row, strict=True)) for row in table["rows"]]


def _row_key(row: Mapping[str, Any], key: Sequence[str]) -> tuple[tuple[str, Any], ...]:
    return tuple((name, _plain(row.get(name))) for name in key)


def _plain(value: Any) -> Any:
    return written(value) if isinstance(value, (dict, list)) else value


def _figures(results: Mapping[str, Any], names: Mapping[str, _Naming]) -> Figures:
    found: Figures = {}
    for place, entry in enumerate(results.get("key_figures", ())):
        before = sum(other["figure"] == entry["figure"] for other in results["key_figures"][:place])
        of = tuple((name, _plain(value)) for name, value in entry["of"].items())
        key = of if all(isinstance(value, str) for _, value in of) else (("place", before),)
        for part in ("value", "as_of"):
            found[Figure("key_figure", entry["figure"], key, part)] = entry[part]
    for entry in results["findings"]:
        found[Figure("finding", entry["finding"], column="verdict")] = entry["verdict"]
        for part, value in entry["values"].items():
            found[Figure("finding", entry["finding"], column=part)] = value
    for code, share in results["evidence"].items():
        found[Figure("evidence", code, column="share")] = share
    for name, table in results["tables"].items():
        naming = names.get(name, _Naming())
        seen: Counter[tuple[tuple[str, Any], ...]] = Counter()
        for row in _rows(table):
            its_key = naming.of(row)
            if its_key is None:
                everything = _row_key(row, list(row))
                seen[everything] += 1
                again = (("repeated", seen[everything]),) if seen[everything] > 1 else ()
                found[Figure("cell", name, (*everything, *again), ROW)] = THERE
                continue
            for column, value in row.items():
                if column not in naming.key:
                    found[Figure("cell", name, its_key, column)] = value
    return found


def units_of(results: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """Give the unit of every column that has one, by table and column."""
    return {
        (name, column["name"]): column["unit"]
        for name, table in results["tables"].items()
        for column in table["columns"]
        if column["unit"] is not None
    }


def tables_with_hidden(*editions: Mapping[str, Any]) -> set[str]:
    """Name the tables in which a value is hidden."""
    return {
        name
        for results in editions
        for name, table in results["tables"].items()
        for row in table["rows"]
        if any(symbol_of(value) == HIDDEN for value in row)
    }
