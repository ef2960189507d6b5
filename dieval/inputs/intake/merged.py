"""Cells that were merged: only the first of them has the value that a reader sees in all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from dieval.errors import Problem
from dieval.inputs.columns import coded
from dieval.inputs.schema import TableSchema
from dieval.inputs.sheets import NO_VALUE, Sheet, refused

MOST_COVERED = 1_000_000  # cells; areas do not overlap, so a sheet has no more


def unmerged(schema: TableSchema, sheet: Sheet) -> tuple[Sheet, list[Problem]]:
    """Fill merged cells where that was declared; elsewhere set the rows without a value aside.

    Parameters
    ----------
    schema : TableSchema
    sheet : Sheet
        With the names of the contract in its header; what is declared of it says in which columns
        the value of a merged cell is that of every row that it covers.

    Returns
    -------
    sheet : Sheet
    problems : list of Problem
    """
    if not sheet.merged:
        return sheet, []
    lines = np.asarray(sheet.lines, dtype=np.int64)
    columns = list(sheet.columns)
    without: dict[int, list[int]] = {}
    covered = 0
    for top, bottom, left, right in sheet.merged:
        first, end = np.searchsorted(lines, [top, bottom + 1])
        places = range(left, min(right + 1, len(sheet.header)))
        covered += (end - first) * len(places)
        if covered > MOST_COVERED:
            return sheet, [_too_many(sheet)]
        for place in places:
            if sheet.header[place] not in schema.columns:
                continue
            rows = range(first + 1 if place == left else first, end)
            if place == left and left == right and sheet.header[place] in sheet.declared.fill_down:
                own = columns[place][first] if first < len(lines) else None
                columns[place] = _with(columns[place], rows, own)
            elif len(rows):
                without.setdefault(place, []).extend(rows)
    problems = []
    for place, rows_without in sorted(without.items()):
        columns[place] = _with(columns[place], rows_without, NO_VALUE)
        problems.append(_merged(sheet, place, rows_without))
    return replace(sheet, columns=columns), problems


def _with(column: object, rows: Collection[int], cell: object) -> list[object]:
    cells = list(coded(column))  # type: ignore[arg-type]
    for row in rows:
        cells[row] = cell
    return cells


def _merged(sheet: Sheet, place: int, rows: Collection[int]) -> Problem:
    return Problem(
        file=sheet.file,
        sheet=sheet.name,
        column=sheet.header[place],
        rows=tuple(sorted({int(sheet.lines[row]) for row in rows})),
        rule="merged",
        message_lv="šūnas ir sapludinātas; šajās rindās vērtības nav.",
        message_en="cells are merged; these rows have no value.",
        remedy_lv="Atceliet sapludināšanu un ierakstiet vērtību katrā rindā, vai norādiet kolonnu "
        "aprakstā datapackage.json (fillDown).",
        remedy_en="Unmerge the cells and write the value into each row, or declare the column in "
        "datapackage.json (fillDown).",
        severity="set_aside",
    )


def _too_many(sheet: Sheet) -> Problem:
    return refused(
        sheet.file,
        "too_large",
        ("sapludinātās šūnas pārklājas.", "merged cells overlap."),
        ("Izveidojiet failu no jauna izklājlapu programmā.",
         "Make the file anew in a spreadsheet program."),
        sheet=sheet.name,
    )  # fmt: skip
