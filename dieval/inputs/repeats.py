"""Descriptions that stand in several files: every sender's workbook has the same regions."""

from __future__ import annotations

import numpy as np

from dieval.errors import Problem
from dieval.inputs.account import EXCLUDED
from dieval.inputs.schema import TableSchema
from dieval.inputs.table import Table
from dieval.inputs.typed import alike


def only_describes(schema: TableSchema) -> bool:
    """Tell whether rows of a table count and measure nothing: a second one adds nothing."""
    return not any(field.type in ("number", "integer") for field in schema.fields)


def described_once(table: Table) -> tuple[Table, list[Problem]]:
    """Leave out descriptions that stand in another file already, with all their cells.

    Parameters
    ----------
    table : Table

    Returns
    -------
    table : Table
        Of each such row the first one; whole as it is where rows count or measure something, and
        in one file, where a repetition is a slip.
    problems : list of Problem
        Notes of the rows that were left out.
    """
    # What a workbook repeats stands in the files of the package.
    order = sorted(table.sheets, key=lambda place: (place[1] != "", place))
    files = {file: number for number, file in enumerate(dict.fromkeys(file for file, _ in order))}
    if len(files) < 2 or not only_describes(table.schema):
        return table, []
    numbers, count = alike([table.columns[name] for name in table.schema.columns])
    file = np.array([files[name] for name, _ in table.sheets])[table.sheet]
    first = np.full(count, len(files))
    np.minimum.at(first, numbers, file)
    faulty = np.any([table.faulty[name] for name in table.schema.columns], axis=0)
    again = (file != first[numbers]) & ~faulty
    notes = table.problems(
        again,
        "",
        "described_again",
        (
            "rindas ir arī citā failā; tās ieskaitītas vienreiz.",
            "the rows stand in another file, too; they count once.",
        ),
        ("Nekas nav jādara.", "Nothing to do."),
        "note",
    )
    return table.without(again, EXCLUDED), notes
