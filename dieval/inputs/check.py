"""Check a package against the data contract: the rules that the schemas state, table by table.

Every check returns problems and never raises; cells that could not be converted are left out, so
that one fault is reported once.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from dieval.errors import Problem
from dieval.inputs.cells import check_cells, distinct, nearest
from dieval.inputs.letters import check_letters
from dieval.inputs.periods import check_order, check_validity
from dieval.inputs.rules import check_domain
from dieval.inputs.schema import ForeignKey
from dieval.inputs.table import Table, got, usable
from dieval.vocabulary import NOT_DISTINGUISHED


def _check_key(table: Table) -> list[Problem]:
    if table.behind is not None:  # its rows are summed by key
        return []
    key = list(table.schema.primary_key)
    cells = table.frame.loc[usable(table, key), key]
    twice = cells[cells.duplicated(keep=False)]
    if twice.empty:
        return []
    group = twice.groupby(key, dropna=False, sort=False).ngroup()
    first = pd.Series(twice.index, index=twice.index).groupby(group).transform("min").to_numpy()
    later = twice.index.to_numpy() != first
    pairs = np.column_stack([first[later], twice.index.to_numpy()[later]])
    names = ", ".join(key)
    whole = table.frame.loc[twice.index, list(table.schema.columns)]
    repeated = np.zeros(len(table.frame), dtype=bool)
    repeated[twice.index[whole.duplicated()]] = True
    differing = pairs[~repeated[pairs[:, 1]]]
    found: list[Problem] = []
    if repeated.any():
        found += table.pair_problems(
            pairs[repeated[pairs[:, 1]]],
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
    cells = table.frame[key.field]
    values = distinct(cells) - set(key.besides)
    if key.table in broken or (key.table in tables and not tables[key.table].whole):
        return []
    aside = tables[key.table].values_aside(key.column) if key.table in tables else set()
    if key.table not in tables:
        return table.problems(
            cells.isin(values),
            key.field,
            "foreign_key",
            (
                f"trūkst tabulas {key.table}, kurā jābūt šīs kolonnas vērtībām.",
                f"table {key.table}, in which the values of the column must stand, is missing.",
            ),
            (f"Pievienojiet tabulu {key.table}.", f"Add the table {key.table}."),
        )
    known = distinct(tables[key.table].frame[key.column])
    if values <= known:
        return []
    follows = cells.isin((values & aside) - known).to_numpy()
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
    wrong = cells.isin(values - known - aside).to_numpy()
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


def _check_groups(table: Table) -> list[Problem]:
    groups = table.schema.group_columns
    base = [column for column in table.schema.primary_key if column not in groups]
    found: list[Problem] = []
    for column in groups:
        cells = table.frame[usable(table, [*base, column])]
        undistinguished = cells[column].isna() | (cells[column] == NOT_DISTINGUISHED)
        kinds = undistinguished.groupby([cells[name] for name in base], dropna=False, sort=False)
        mixed = kinds.transform("min") != kinds.transform("max")
        rows = np.zeros(len(table.frame), dtype=bool)
        rows[mixed.index[mixed.to_numpy()]] = True
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
    return found + check_domain(tables)
