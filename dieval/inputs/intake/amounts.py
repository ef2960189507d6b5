"""Amounts of a sheet in the unit of the contract, where the file has them in another one."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from dieval.errors import Problem
from dieval.inputs.columns import NUMBER, Coded, coded
from dieval.inputs.intake.spelling import plain
from dieval.inputs.intake.units import Unit, in_euro, last_year_of, unit_of
from dieval.inputs.schema import TableSchema
from dieval.inputs.sheets import NO_VALUE, Sheet
from dieval.inputs.values import convert

# A column that names the currency of each row.
CURRENCY_COLUMNS = ("currency", "valuta", "valutas kods", "currency code")
# Columns that say of what time a row is, in the order in which they are looked for.
TIMES = ("year", "acquired_year", "date", "valid_from")
MONTHS = 12


@dataclass
class _Converted:
    """Cells of a column after conversion, and the rows of which it is not known how."""

    cells: list[Any]
    too_late: list[int]
    unknown: list[int]


def in_contract_units(schema: TableSchema, sheet: Sheet) -> tuple[Sheet, list[Problem]]:
    """Convert amounts in lats, in thousands, of a month or of a day.

    Parameters
    ----------
    schema : TableSchema
    sheet : Sheet
        With the names, numbers and dates of the contract; units of its header or its descriptor.

    Returns
    -------
    sheet : Sheet
        Amounts in lats became euro to the cent; all others are exact.
    problems : list of Problem
        Notes say what was converted. Errors: a unit in the header that is not the declared one,
        amounts in a currency that was no longer used, currencies that are not known.
    """
    units, problems = _units(schema, sheet)
    currencies = _currencies(sheet)
    if currencies is not None:
        for field in schema.fields:
            if field.unit.startswith("EUR") and field.name in sheet.header:
                units.setdefault(field.name, Unit())
    if not units:
        return sheet, problems
    year_of = _years(schema, sheet)
    columns = list(sheet.columns)
    for name, unit in units.items():
        place = sheet.header.index(name)
        converted = _column(coded(columns[place]), unit, currencies, year_of)
        columns[place] = converted.cells
        if currencies is None and unit != Unit():
            problems.append(_note(sheet, name, unit))
        for rows, tell in ((converted.too_late, _too_late), (converted.unknown, _not_known)):
            if rows:
                problems.append(tell(sheet, name, rows))
    if currencies is not None:
        problems.append(_note(sheet, ", ".join(units), None))
    return replace(sheet, columns=columns), problems


def _units(schema: TableSchema, sheet: Sheet) -> tuple[dict[str, Unit], list[Problem]]:
    """Give the units of columns that are not those of the contract."""
    found: dict[str, Unit] = {}
    problems = []
    for source in (sheet.units, sheet.declared.units):
        for name, text in source.items():
            unit = unit_of(text, schema.field(name))
            if unit is None or name not in sheet.header:
                continue
            if found.setdefault(name, unit) != unit:
                problems.append(_two_units(sheet, name))
    return {name: unit for name, unit in found.items() if unit != Unit()}, problems


def _currencies(sheet: Sheet) -> Coded | None:
    for place, name in enumerate(sheet.header):
        if plain(name) in CURRENCY_COLUMNS:
            return coded(sheet.columns[place])
    return None


def _years(schema: TableSchema, sheet: Sheet) -> Callable[[int], int | None]:
    """Give the year that a row is of, by its position."""
    for name in TIMES:
        if name in sheet.header and name in schema.columns:
            kind = schema.field(name).type
            cells, _ = convert(sheet.columns[sheet.header.index(name)], kind)
            years = cells.dt.year if kind == "date" else cells
            listed = years.astype("Int64").tolist()
            return lambda row: (
                None if listed[row] is None or listed[row] != listed[row] else int(listed[row])
            )
    return lambda _: None


def _column(
    column: Coded, unit: Unit, currencies: Coded | None, year_of: Callable[[int], int | None]
) -> _Converted:
    found = _Converted(list(column), [], [])
    for row, cell in enumerate(found.cells):
        amount = _amount(cell)
        if amount is None:
            continue
        currency = unit.currency if currencies is None else _currency(currencies[row])
        year = year_of(row)
        last = last_year_of(currency) if currency else None
        if currency is None or (year is None and (last is not None or unit.per == "day")):
            found.unknown.append(row)
        elif last is not None and year is not None and year > last:
            found.too_late.append(row)
        else:
            whole = amount * unit.factor * _times(unit, year)
            found.cells[row] = f"{in_euro(whole, currency):f}"
            continue
        found.cells[row] = NO_VALUE
    return found


def _times(unit: Unit, year: int | None) -> int:
    if unit.per == "day" and year is not None:
        return 366 if calendar.isleap(year) else 365
    return MONTHS if unit.per == "month" else 1


def _amount(cell: Any) -> Decimal | None:
    """Give a number of the contract's grammar exactly; None for anything else."""
    if isinstance(cell, str):
        return Decimal(cell) if NUMBER.fullmatch(cell) else None
    if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
        return None
    try:
        amount = Decimal(repr(cell)) if isinstance(cell, float) else Decimal(cell)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _currency(cell: Any) -> str | None:
    words: Mapping[str, str] = {"eur": "EUR", "€": "EUR", "euro": "EUR", "eiro": "EUR",
                                "lvl": "LVL", "ls": "LVL", "lati": "LVL"}  # fmt: skip
    return words.get(cell.strip().rstrip(".").casefold()) if isinstance(cell, str) else None


def _note(sheet: Sheet, column: str, unit: Unit | None) -> Problem:
    if unit is None:
        lv, en = "valūtām rindās", "the currencies of the rows"
    else:
        words_lv = [str(unit.factor) if unit.factor > 1 else "", unit.currency]
        lv = en = " ".join(word for word in words_lv if word)
        if unit.per:
            lv += " mēnesī" if unit.per == "month" else " dienā"
            en += f" per {unit.per}"
        lv = f"vienības {lv}"
    return Problem(
        file=sheet.file,
        sheet=sheet.name,
        column=column,
        rule="unit",
        message_lv=f"summas pārrēķinātas EUR datu specifikācijas vienībā no {lv}.",
        message_en=f"amounts were converted from {en} to euro in the unit of the data contract.",
        remedy_lv="Ja vienība ir pareiza, nekas nav jādara.",
        remedy_en="Nothing to do if the unit is right.",
        severity="note",
    )


def _problem(
    sheet: Sheet, column: str, rows: list[int], rule: str, words: tuple[str, str, str, str]
) -> Problem:
    return Problem(
        file=sheet.file,
        sheet=sheet.name,
        column=column,
        rows=tuple(sorted(int(sheet.lines[row]) for row in rows)),
        rule=rule,
        message_lv=words[0],
        message_en=words[1],
        remedy_lv=words[2],
        remedy_en=words[3],
    )


def _too_late(sheet: Sheet, column: str, rows: list[int]) -> Problem:
    return _problem(
        sheet, column, rows, "currency",
        ("valūta šajā laikā vairs nebija apgrozībā.",
         "the currency was no longer used at that time.",
         "Pievienojiet kolonnu „currency” (EUR vai LVL) vai sadaliet failu pa valūtām.",
         "Add a column currency (EUR or LVL), or split the file by currency."),
    )  # fmt: skip


def _not_known(sheet: Sheet, column: str, rows: list[int]) -> Problem:
    return _problem(
        sheet, column, rows, "currency",
        ("nav zināma summas valūta vai laiks, par kuru tā ir.",
         "the currency of the amount, or the time that it is for, is not known.",
         "Ierakstiet EUR vai LVL un gadu.",
         "Write EUR or LVL, and the year."),
    )  # fmt: skip


def _two_units(sheet: Sheet, column: str) -> Problem:
    return _problem(
        sheet, column, [], "unit",
        ("vienība virsrakstā nav tā, kas norādīta aprakstā datapackage.json.",
         "the unit in the header is not the one that datapackage.json declares.",
         "Atstājiet vienu no abām.",
         "Keep one of the two."),
    )  # fmt: skip
