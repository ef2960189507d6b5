"""Check a package against the data contract: the rules that the schemas state, table by table.

Every check returns problems and never raises; cells that could not be converted are left out, so
that one fault is reported once.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from dieval.errors import Problem
from dieval.inputs.cells import check_cells, nearest
from dieval.inputs.letters import check_letters
from dieval.inputs.periods import check_order, check_validity
from dieval.inputs.rules import check_domain
from dieval.inputs.schema import ForeignKey
from dieval.inputs.table import Table, got, usable
from dieval.inputs.typed import alike, repeated
from dieval.vocabulary import NOT_DISTINGUISHED


def _check_key(table: Table) -> list[Problem]:
    if table.behind is not None:  # its rows are summed by key
        return []
    key = list(table.schema.primary_key)
    again = repeated([table.columns[name] for name in key]) & usable(table, key)
    if not again.any():
        return []
    cells = table.cells(key, np.flatnonzero(again))
    twice = cells[cells.duplicated(keep=False)]  # not of those alike with a cell that is faulty
    if twice.empty:
        return []
    group = twice.groupby(key, dropna=False, sort=False).ngroup()
    first = pd.Series(twice.index, index=twice.index).groupby(group).transform("min").to_numpy()
    later = twice.index.to_numpy() != first
    pairs = np.column_stack([first[later], twice.index.to_numpy()[later]])
    names = ", ".join(key)
    whole = table.cells(table.schema.columns, twice.index.to_numpy())
    same = np.zeros(len(again), dtype=bool)
    same[twice.index[whole.duplicated()]] = True
    differing = pairs[~same[pairs[:, 1]]]
    found: list[Problem] = []
    if same.any():
        found += table.pair_problems(
            pairs[same[pairs[:, 1]]],
            names,
            "repeated",
            ("rindas pilnībā atkārtojas", "rows repeat each other as a whole"),
            ("Izdzēsiet lieko rindu.", "Delete the row that is too many."),
            "set_aside",
        )
    if not len(differing):
        return found
    return found + table.pair_problems(
        differing,
        names,
        "key",
        (
            f"atslēga ({names}) atkārtojas ar citām vērtībām",
            f"the key ({names}) stands twice, with different values",
        ),
        ("Atstājiet vienu no rindām.", "Keep one of the rows."),
    )


def _check_foreign_key(
    table: Table, key: ForeignKey, tables: dict[str, Table], broken: set[str]
) -> list[Problem]:
    column = table.columns[key.field]
    named = set(column.values.dropna().tolist()) - set(key.besides)
    if key.table in broken or (key.table in tables and not tables[key.table].whole):
        return []
    aside = tables[key.table].values_aside(key.column) if key.table in tables else set()
    if key.table not in tables:
        return table.problems(
            column.where(column.values.isin(named)),
            key.field,
            "foreign_key",
            (
                f"trūkst tabulas {key.table}, kurā jābūt šīs kolonnas vērtībām.",
                f"table {key.table}, in which the values of the column must stand, is missing.",
            ),
            (f"Pievienojiet tabulu {key.table}.", f"Add the table {key.table}."),
        )
    known = set(tables[key.table].columns[key.column].used.tolist())
    if named <= known:
        return []
    follows = column.where(column.values.isin((named & aside) - known))
    found = table.problems(
        follows,
        key.field,
        "follows",
        lambda here: (
            (
                f"rinda tabulā {key.table}, uz kuru šī norāda, ir atlikta"
                f"{got(table.values(key.field, here))[0]}."
            ),
            (
                f"the row of table {key.table} that this one names is set aside"
                f"{got(table.values(key.field, here))[1]}."
            ),
        ),
        (f"Izlabojiet rindu tabulā {key.table}.", f"Mend the row of table {key.table}."),
        "set_aside",
    )
    wrong = column.where(column.values.isin(named - known - aside))
    if not wrong.any():
        return found
    positions = np.flatnonzero(wrong)
    near = nearest(table.values(key.field, positions), sorted([*known, *key.besides]))
    return found + table.problems(
        wrong,
        key.field,
        "foreign_key",
        lambda here: (
            (
                f"vērtība nav atrodama tabulas {key.table} kolonnā {key.column}"
                f"{got(table.values(key.field, here))[0]}."
            ),
            (
                f"the value does not stand in column {key.column} of table {key.table}"
                f"{got(table.values(key.field, here))[1]}."
            ),
        ),
        (
            f"Izlabojiet kodu vai pievienojiet rindu tabulai {key.table}.{near[0]}",
            f"Correct the code or add a row to table {key.table}.{near[1]}",
        ),
    )


def _mixed(table: Table, key: list[str], some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Mark the rows of either kind whose key a row of the other kind has, too."""
    if not (some.any() and others.any()):
        return np.zeros(len(some), dtype=bool)
    numbers, count = alike([table.columns[name] for name in key])
    of_some, of_others = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    of_some[numbers[some]] = True
    of_others[numbers[others]] = True
    return (of_some & of_others)[numbers] & (some | others)


def _check_groups(table: Table) -> list[Problem]:
    groups = table.schema.group_columns
    base = [column for column in table.schema.primary_key if column not in groups]
    found: list[Problem] = []
    for column in groups:
        values, whole = table.columns[column].values, usable(table, [*base, column])
        of_all = table.columns[column].where(values.isna() | (values == NOT_DISTINGUISHED))
        rows = _mixed(table, base, of_all & whole, ~of_all & whole)
        names = ", ".join(base)
        found += table.problems(
            rows,
            column,
            "group",
            (
                (
                    f"vienai atslēgai ({names}) ir gan rindas ar „all” (vai tukšu šūnu), gan "
                    "rindas pa grupām; bērni tiktu saskaitīti divreiz."
                ),
                (
                    f'rows with "all" (or empty) and rows by group stand together for one key '
                    f"({names}); children would be counted twice."
                ),
            ),
            (
                "Atstājiet tikai kopējo rindu vai tikai rindas pa grupām.",
                "Keep either the row for all or the rows by group.",
            ),
        )
    return found


def _check_table(table: Table, tables: dict[str, Table], broken: set[str]) -> list[Problem]:
    found = check_cells(table) + check_letters(table) + _check_key(table)
    for key in table.schema.foreign_keys:
        found += _check_foreign_key(table, key, tables, broken)
    found += check_validity(table)
    for first, second in table.schema.ordered:
        found += check_order(table, first, second, "order")
    return found + _check_groups(table)


def check_tables(tables: dict[str, Table], broken: set[str]) -> list[Problem]:
    """Check every table of a package against the data contract.

    Parameters
    ----------
    tables : dict of Table
        By name.
    broken : set of str
        Tables of which a file could not be read: nothing is said about references to them.

    Returns
    -------
    list of Problem
        Errors and notes, in no particular order.
    """
    found: list[Problem] = []
    for table in tables.values():
        found += _check_table(table, tables, broken)
    # A table without rows, which is an error of its own, has nothing to say of the others.
    saying = {
        name: table
        for name, table in tables.items()
        if table.behind is not None or not table.frame.empty
    }
    return found + check_domain(saying)
