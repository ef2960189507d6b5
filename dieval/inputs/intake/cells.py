"""Numbers and dates of a sheet in the grammar of the contract, however people wrote them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from dieval.errors import Problem
from dieval.inputs.columns import NUMBER, Coded, PlainNumbers, coded
from dieval.inputs.intake.days import day_of, is_iso, month_of, year_of
from dieval.inputs.intake.numerals import Decimals, DecimalSign, decimal_sign, number_of
from dieval.inputs.schema import TableSchema
from dieval.inputs.sheets import NO_VALUE, Sheet


def numbers_in_contract_grammar(schema: TableSchema, sheet: Sheet) -> tuple[Sheet, list[Problem]]:
    """Write the numbers of a sheet as the contract has them.

    Texts that are no number stay as they are. Where nothing tells what a comma or a point means,
    the numbers that depend on it are taken out and reported.

    Parameters
    ----------
    schema : TableSchema
    sheet : Sheet
        With the names of the contract in its header.

    Returns
    -------
    sheet : Sheet
    problems : list of Problem
        A note where the decimal sign is the comma.
    """
    places = [
        place
        for place, name in enumerate(sheet.header)
        if name in schema.columns and schema.field(name).type in ("number", "integer")
    ]
    declared = sheet.declared.decimals
    plain = all(isinstance(sheet.columns[place], PlainNumbers) for place in places)
    if plain and (declared == "." or (declared is None and sheet.separator == ",")):
        return sheet, []
    columns = {place: coded(sheet.columns[place]) for place in places}
    texts = {
        cell for column in columns.values() for cell in column.distinct if isinstance(cell, str)
    }
    unusual = {text for text in texts if not NUMBER.fullmatch(text)}
    usual = sheet.separator == "," and not any("," in text for text in unusual)
    if usual and not unusual and declared != ",":
        return sheet, []
    found = decimal_sign(texts, declared or ("." if usual else None))
    sign, unclear = found.sign, found.open | found.contradicting
    written: dict[str, Any] = {}
    if sign is not None:
        written = {text: _written(text, sign) for text in texts}
    written |= dict.fromkeys(unclear, NO_VALUE)
    problems = [
        _unclear(sheet, place, rows, found)
        for place, column in columns.items()
        if len(rows := np.flatnonzero(column.where(unclear.__contains__)))
    ]
    for place, column in columns.items():
        problems += _mixed(sheet, place, column, sign)
    if sign == "," and declared is None:
        problems.append(_comma(sheet))
    changed = list(sheet.columns)
    for place, column in columns.items():
        changed[place] = column.replaced(written)
    return replace(sheet, columns=changed), problems


def dates_in_contract_grammar(schema: TableSchema, sheet: Sheet) -> tuple[Sheet, list[Problem]]:
    """Write the dates and years of a sheet as the contract has them.

    A month alone is the first day of a period or its last, where the column is the start or the
    end of one. Texts that are no date stay as they are.

    Parameters
    ----------
    schema : TableSchema
    sheet : Sheet
        With the names of the contract in its header.

    Returns
    -------
    sheet : Sheet
    problems : list of Problem
        A note for each column with dates that were written otherwise, or in two ways.
    """
    problems: list[Problem] = []
    changed = list(sheet.columns)
    for place, name in enumerate(sheet.header):
        kind = schema.field(name).type if name in schema.columns else ""
        if kind not in ("date", "year"):
            continue
        column = coded(sheet.columns[place])
        texts = [cell for cell in column.distinct if isinstance(cell, str)]
        written = {
            text: date
            for text in texts
            if not (is_iso(text) or text.isdigit())
            and (date := _date_written(schema, name, text)) is not None
        }
        if not written:
            continue
        if kind == "date":
            problems.append(_dates_read(sheet, name, any(is_iso(text) for text in texts)))
        changed[place] = column.replaced(written)
    return replace(sheet, columns=changed), problems


def _date_written(schema: TableSchema, name: str, text: str) -> str | None:
    """Write a date or year as the contract has it; None where the text is none."""
    if schema.field(name).type == "year":
        year = year_of(text)
        return None if year is None else str(year)
    day, month, period = day_of(text), month_of(text), schema.validity
    if day is None and month and period and name in (period.start, period.end):
        day = month[0] if name == period.start else month[1]
    return None if day is None else day.isoformat()


def _dates_read(sheet: Sheet, column: str, both: bool) -> Problem:
    lv = " Kolonnā ir abi pieraksti: GGGG-MM-DD un diena pirms mēneša." if both else ""
    en = " The column has both ways: YYYY-MM-DD and the day before the month." if both else ""
    return Problem(
        file=sheet.file,
        sheet=sheet.name,
        column=column,
        rule="dates",
        message_lv=f"datumi nolasīti tā, ka diena ir pirms mēneša (DD.MM.GGGG).{lv}",
        message_en=f"dates are read with the day before the month (DD.MM.YYYY).{en}",
        remedy_lv="Ja tā ir, nekas nav jādara.",
        remedy_en="Nothing to do if that is right.",
        severity="note",
    )


def _written(text: str, sign: Decimals) -> str:
    """Write a number as the contract has it; anything else stays."""
    if sign == "." and NUMBER.fullmatch(text):
        return text
    number = number_of(text, sign)
    return text if number is None or number.currency == "LVL" else f"{number.value:f}"


def _mixed(sheet: Sheet, place: int, column: Coded, sign: Decimals | None) -> list[Problem]:
    """Refuse a column with percentages, or with amounts in two currencies."""
    texts = [cell for cell in column.distinct if isinstance(cell, str)]
    percent = {text for text in texts if text.rstrip().endswith("%")}
    numbers = {text: number_of(text, sign or ".") for text in texts if text not in percent}
    currencies = {text: number.currency for text, number in numbers.items() if number}
    lats = {text for text, currency in currencies.items() if currency == "LVL"}
    problems = []
    if percent:
        problems.append(_refused(sheet, place, column, percent, "percent", _PERCENT))
    if lats and "EUR" in currencies.values():
        problems.append(_refused(sheet, place, column, lats, "currency", _TWO_CURRENCIES))
    return problems


_PERCENT = (
    "kolonnā ir procenti; nav skaidrs, vai pārējie skaitļi ir procenti vai daļas.",
    "the column has percentages; it is not clear whether the other numbers are percentages or "
    "shares.",
    "Rakstiet visus skaitļus kolonnas vienībā, bez „%”.",
    "Write all numbers in the unit of the column, without %.",
)
_TWO_CURRENCIES = (
    "kolonnā ir summas latos un eiro.",
    "the column has amounts in lats and in euro.",
    "Pievienojiet kolonnu „currency” (EUR vai LVL) un rakstiet summas bez valūtas.",
    "Add a column currency (EUR or LVL), and write the amounts without one.",
)


def _refused(
    sheet: Sheet,
    place: int,
    column: Coded,
    texts: set[str],
    rule: str,
    words: tuple[str, str, str, str],
) -> Problem:
    rows = np.flatnonzero(column.where(texts.__contains__))
    return Problem(
        file=sheet.file,
        sheet=sheet.name,
        column=sheet.header[place],
        rows=tuple(sheet.lines[int(row)] for row in rows),
        rule=rule,
        message_lv=words[0],
        message_en=words[1],
        remedy_lv=words[2],
        remedy_en=words[3],
    )


def _unclear(sheet: Sheet, place: int, rows: np.ndarray, found: DecimalSign) -> Problem:
    """Say that the cells of a column may mean one number or another."""
    if found.contradicting:
        lv = "failā ir gan skaitļi ar decimālkomatu, gan skaitļi ar decimālpunktu."
        en = "the file has numbers with a decimal comma and numbers with a decimal point."
    else:
        lv = "nav skaidrs, vai komats vai punkts šeit atdala tūkstošus vai decimāldaļu."
        en = "it is not clear whether the comma or point here separates thousands or decimals."
    return Problem(
        file=sheet.file,
        sheet=sheet.name,
        column=sheet.header[place],
        rows=tuple(sheet.lines[row] for row in rows),
        rule="decimal_sign",
        message_lv=lv,
        message_en=en,
        remedy_lv="Rakstiet skaitļus bez tūkstošu atdalītāja, visus ar vienu decimālzīmi.",
        remedy_en="Write the numbers without a sign between thousands, all with one decimal sign.",
    )


def _comma(sheet: Sheet) -> Problem:
    return Problem(
        file=sheet.file,
        sheet=sheet.name,
        rule="decimal_sign",
        message_lv="decimālzīme skaitļos ir komats.",
        message_en="the decimal sign of the numbers is a comma.",
        remedy_lv="Ja tā ir, nekas nav jādara.",
        remedy_en="Nothing to do if it is.",
        severity="note",
    )
