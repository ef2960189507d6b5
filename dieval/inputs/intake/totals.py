"""Rows of a sheet that are no data: sums of the others, and remarks below or between them.

A sum is left out, and checked: it has to be that of the rows above it, of those since the last sum,
of those of the last year, of those up to the next sum, or of the whole sheet. A row with one filled
cell is set aside.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from dieval.errors import Problem
from dieval.inputs.columns import Coded, PlainNumbers, coded, kept, missing
from dieval.inputs.intake.spelling import plain
from dieval.inputs.schema import Field, TableSchema
from dieval.inputs.sheets import Sheet
from dieval.inputs.values import convert

# What the label of a sum begins with, as `plain` gives it.
_LABEL = re.compile(
    r"(kopa|pavisam|kopsumma|starpsumma|summa|t sk|tai skaita|total|subtotal|grand total|sum)\b"
)
_LONGEST_LABEL = 60  # characters
FEWEST_COLUMNS = 3  # of a narrower sheet, a row with one filled cell may be data
TOLERANCE = 0.005  # sums agree to the cent


@dataclass(frozen=True)
class Apart:
    """Rows of a sheet that are not data, by position, and what is to be told of them."""

    totals: np.ndarray
    remarks: np.ndarray
    problems: list[Problem]


def rows_apart(schema: TableSchema, sheet: Sheet) -> Apart:
    """Find the sums and remarks among the rows of a sheet, and check the sums.

    Parameters
    ----------
    schema : TableSchema
    sheet : Sheet
        With the names, numbers and dates of the contract.

    Returns
    -------
    Apart
        Problems: a sum that agrees with no rows is an error; remarks are set aside; sums that agree
        are noted.
    """
    columns = {
        name: kept(sheet.columns[place])
        for place, name in enumerate(sheet.header)
        if name in schema.columns
    }
    nobody = np.zeros(len(sheet.lines), dtype=bool)
    if len(columns) < FEWEST_COLUMNS:
        return Apart(nobody, nobody, [])
    filled = {name: ~missing(column) for name, column in columns.items()}
    totals = _totals(schema, columns, filled)
    remarks = _only_one([*filled.values()]) & ~totals
    problems = _remarks(sheet, remarks) if remarks.any() else []
    if totals.any():
        problems += _checked(schema, sheet, columns, totals, remarks)
    return Apart(totals, remarks, problems)


def _only_one(filled: list[np.ndarray]) -> np.ndarray:
    """Mark the rows that exactly one column fills."""
    if sum(rows.all() for rows in filled) > 1:
        return np.zeros(len(filled[0]), dtype=bool)
    some = several = np.array(False)
    for rows in filled:
        several, some = several | (some & rows), some | rows
    return some & ~several


def _totals(
    schema: TableSchema, columns: dict[str, Coded | PlainNumbers], filled: dict[str, np.ndarray]
) -> np.ndarray:
    """Mark the rows with the label of a sum that cannot be data.

    A required cell of them is empty, or the label stands where no text may.
    """
    required = [filled[name] for name in schema.required_columns if name in columns]
    found = np.zeros(len(next(iter(filled.values()))), dtype=bool)
    for name, column in columns.items():
        field = schema.field(name)
        if field.type in ("number", "integer"):
            continue
        labelled = coded(column).where(_is_label)
        if not labelled.any():
            continue
        lacking = ~np.all(required, axis=0)
        no_text = field.type != "string" or bool(field.enum) or bool(field.pattern)
        found |= labelled & (lacking | no_text)
    return found


def _is_label(cell: Any) -> bool:
    if not isinstance(cell, str) or len(cell) > _LONGEST_LABEL:
        return False
    return _LABEL.match(plain(cell)) is not None


def _is_additive(field: Field) -> bool:
    return field.type in ("number", "integer")


def _checked(
    schema: TableSchema,
    sheet: Sheet,
    columns: dict[str, Coded | PlainNumbers],
    totals: np.ndarray,
    remarks: np.ndarray,
) -> list[Problem]:
    """Compare each sum with the rows that it may be the sum of."""
    places = np.flatnonzero(totals)
    before = np.concatenate([[-1], places[:-1]])
    after = np.concatenate([places[1:], [len(totals)]])
    starts = _starts_of_years(columns, places, ~(totals | remarks))
    problems: list[Problem] = []
    right = np.ones((5, len(places)), dtype=bool)
    told: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for name, column in columns.items():
        if not _is_additive(schema.field(name)):
            continue
        values = convert(column, "number")[0].to_numpy()
        own = values[places]
        if np.isnan(own).all():
            continue
        rows = np.where(totals | remarks | np.isnan(values), 0.0, values)
        upto = np.concatenate([[0.0], np.cumsum(rows)])
        sums = np.array(
            [
                upto[places] - upto[before + 1],
                upto[places],
                upto[after] - upto[places + 1],
                np.full(len(places), upto[-1]),
                upto[places] - upto[starts],
            ]
        )
        right &= np.isnan(own) | (np.abs(sums - own) < TOLERANCE)
        told[name] = own, sums
    agree = right.any(axis=0) if told else np.ones(len(places), dtype=bool)
    mixed = ~agree  # each column is a sum, but of different rows
    for name, (own, sums) in told.items():
        apart = ~agree & ~np.isnan(own) & ~(np.abs(sums - own) < TOLERANCE).any(axis=0)
        if apart.any():
            problems.append(_disagrees(sheet, name, places[apart], own[apart], sums[1][apart]))
            mixed = mixed & ~apart
    if mixed.any():
        problems.append(_disagrees(sheet, "", places[mixed], None, None))
    if agree.any():
        problems.append(_agrees(sheet, places[agree]))
    return problems


def _starts_of_years(
    columns: dict[str, Coded | PlainNumbers], places: np.ndarray, data: np.ndarray
) -> np.ndarray:
    """Give where the year of the row above each sum begins: a sum may be of that year alone."""
    rows = np.flatnonzero(data)
    if "year" not in columns or not len(rows):
        return places
    years = coded(columns["year"]).codes[rows]
    begins = np.concatenate([[0], np.flatnonzero(years[1:] != years[:-1]) + 1])
    above = np.searchsorted(rows, places) - 1
    first = rows[begins[np.maximum(np.searchsorted(begins, above, side="right") - 1, 0)]]
    return np.where(above < 0, places, np.minimum(first, places))


def _lines(sheet: Sheet, places: np.ndarray) -> tuple[int, ...]:
    return tuple(int(sheet.lines[place]) for place in places)


def _disagrees(
    sheet: Sheet,
    column: str,
    places: np.ndarray,
    given: np.ndarray | None,
    rows: np.ndarray | None,
) -> Problem:
    lv = en = ""
    if given is not None and rows is not None:
        pairs = [f"{a:.2f} / {b:.2f}" for a, b in zip(given[:3], rows[:3], strict=True)]
        listed = "; ".join(pairs) + ("; …" if len(given) > len(pairs) else "")
        lv = f" (kopsumma / rindas virs tās: {listed})"
        en = f" (sum / rows above it: {listed})"
    return Problem(
        file=sheet.file,
        sheet=sheet.name,
        column=column,
        rows=_lines(sheet, places),
        rule="total",
        message_lv=f"kopsumma nesakrīt ar rindām{lv}.",
        message_en=f"the sum does not agree with the rows{en}.",
        remedy_lv="Pārbaudiet, vai netrūkst rindu un vai kopsumma ir pareiza.",
        remedy_en="Check that no row is missing and that the sum is right.",
    )


def _agrees(sheet: Sheet, places: np.ndarray) -> Problem:
    return Problem(
        file=sheet.file,
        sheet=sheet.name,
        rows=_lines(sheet, places),
        rule="total",
        message_lv="kopsummu rindas nav dati; tās izmantotas tikai pārbaudei un sakrīt ar rindām.",
        message_en="rows with sums are no data; they were used as a check only, and agree with "
        "the rows.",
        remedy_lv="Nekas nav jādara.",
        remedy_en="Nothing to do.",
        severity="note",
    )


def _remarks(sheet: Sheet, remarks: np.ndarray) -> list[Problem]:
    return [
        Problem(
            file=sheet.file,
            sheet=sheet.name,
            rows=_lines(sheet, np.flatnonzero(remarks)),
            rule="remark",
            message_lv="rindā ir aizpildīta tikai viena šūna.",
            message_en="only one cell of the row is filled.",
            remedy_lv="Ja tā ir piezīme, izdzēsiet rindu; ja tie ir dati, aizpildiet pārējās "
            "šūnas.",
            remedy_en="Delete the row if it is a remark; fill in the other cells if it is data.",
            severity="set_aside",
        )
    ]
