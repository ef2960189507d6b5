"""What cells hold, and what tables hide, in words that a test can compare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from dieval.release.cells import Cells, Key, Shown, Tables
from dieval.vocabulary import is_hidden


def rows(columns: str, *keys: tuple[object, ...], numbers: str = "") -> pd.DataFrame:
    """A table with these rows; columns of `numbers` hold 1001, 1002, …, no number twice."""
    made = pd.DataFrame(list(keys), columns=columns.split())
    for place, name in enumerate(numbers.split()):
        made[name] = [1001.0 + place * len(keys) + row for row in range(len(keys))]
    return made


def hidden_in(before: Tables, after: Tables) -> dict[str, dict[int, set[str]]]:
    """The columns that are hidden, by table and position of the row; nothing else may differ."""
    assert list(before) == list(after)
    found: dict[str, dict[int, set[str]]] = {}
    for name, table in after.items():
        assert list(table.columns) == list(before[name].columns)
        for column in table:
            given = before[name][column].astype(object).tolist()
            shown = table[column].astype(object).tolist()
            for row, (one, other) in enumerate(zip(given, shown, strict=True)):
                if is_hidden(other):
                    found.setdefault(name, {}).setdefault(row, set()).add(str(column))
                else:
                    assert one == other or (pd.isna(one) and pd.isna(other)), (name, column, row)
    return found


def expected(**tables: Mapping[int, str]) -> dict[str, dict[int, set[str]]]:
    """The same, as a test writes it: names of columns with spaces between."""
    return {
        name: {row: set(columns.split()) for row, columns in of_rows.items()}
        for name, of_rows in tables.items()
    }


def never_hidden(
    shown: Iterable[Shown], hides: Mapping[Key, dict[str, dict[int, set[str]]]]
) -> set[tuple[str, str]]:
    """Columns that rest on cells, of which none of these hidden keys hides any value."""
    met = {
        (table, column)
        for found in hides.values()
        for table, by_row in found.items()
        for columns in by_row.values()
        for column in columns
    }
    return {(table, column) for table, columns, _ in shown for column in columns} - met


def values_of(cells: Cells) -> dict[Key, float]:
    return {key: cells.values[place] for key, place in cells.keys.items()}


def losses_of(cells: Cells) -> dict[Key, float]:
    return {key: cells.losses[place] for key, place in cells.keys.items()}


def sums_of(cells: Cells) -> set[tuple[Key, frozenset[Key]]]:
    """Each sum: its whole and its parts."""
    names = list(cells.keys)
    return {(names[whole], frozenset(names[part] for part in parts)) for whole, parts in cells.sums}
