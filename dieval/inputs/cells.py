"""Checks of single cells: that they are there, hold a code of the list, keep their limits."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd

from dieval.errors import Problem
from dieval.inputs.header import Words
from dieval.inputs.schema import Field
from dieval.inputs.table import Table, got, numbers
from dieval.inputs.words import unit_behind


def nearest(wrong: str, right: Iterable[object]) -> Words:
    """Suggest the nearest code for the first few wrong ones that may be shown."""
    known = [str(value) for value in right]
    lv, en = "", ""
    for value in wrong.replace(", …", "").split(", ") if wrong else []:
        match = difflib.get_close_matches(value.casefold(), known, n=1, cutoff=0.6)
        if match:
            lv += f" {value} – varbūt {match[0]}?"
            en += f" {value}: perhaps {match[0]}?"
    return lv, en


def _blank(value: Any) -> bool:
    return isinstance(value, str) and not value.strip()


def _each(holds: Callable[[Any], bool], values: pd.Series) -> np.ndarray:
    return np.fromiter(map(holds, values.tolist()), dtype=bool, count=len(values))


def _check_required(table: Table, field: Field) -> list[Problem]:
    column = table.columns[field.name]
    empty = column.values.isna().to_numpy()
    if field.type == "string":
        empty = empty | _each(_blank, column.values)
    missing = column.where(empty) & ~table.faulty[field.name]
    if not missing.any():
        return []
    lv, en = unit_behind(field.unit, "lv"), unit_behind(field.unit, "en")
    return table.problems(
        missing,
        field.name,
        "required",
        (f"obligātā šūna ir tukša{lv}.", f"a required cell is empty{en}."),
        (
            "Ierakstiet vērtību; ja tā nav zināma, izdzēsiet rindu.",
            "Fill in the value; if it is not known, leave the row out.",
        ),
        "set_aside",
    )


def _check_codes(table: Table, field: Field) -> list[Problem]:
    column = table.columns[field.name]
    pattern = re.compile(field.pattern)

    def strange(value: Any) -> bool:
        if pd.isna(value) or _blank(value):
            return False
        return value not in field.enum if field.enum else not pattern.fullmatch(value)

    wrong = column.where(_each(strange, column.values))
    if not wrong.any():
        return []
    if field.enum:
        near = nearest(table.values(field.name, np.flatnonzero(wrong)), field.enum)
        return table.problems(
            wrong,
            field.name,
            "enum",
            lambda here: (
                f"jābūt vienam no kolonnas kodiem{got(table.values(field.name, here))[0]}.",
                f"expected one of the codes of the column{got(table.values(field.name, here))[1]}.",
            ),
            (
                f"Lietojiet kādu no šiem kodiem: {field.explained('lv')}.{near[0]}",
                f"Use one of these codes: {field.explained('en')}.{near[1]}",
            ),
        )
    is_code = "a-z" in field.pattern
    form_lv = "kods no mazajiem burtiem a–z, cipariem, _ un -" if is_code else field.description_lv
    form_en = "a code of lower-case letters a–z, digits, _ and -" if is_code else field.description
    return table.problems(
        wrong,
        field.name,
        "pattern",
        lambda here: (
            f"pareizais pieraksts: {form_lv.rstrip('.')}{got(table.values(field.name, here))[0]}.",
            f"expected {form_en.rstrip('.')}{got(table.values(field.name, here))[1]}.",
        ),
        (
            "Rakstiet kodu šādi visās tabulās." if is_code else "Rakstiet vērtību šādi.",
            "Write the code in this form in every table." if is_code else "Write it in this form.",
        ),
    )


def _limit(value: float | str) -> float:
    return float(np.datetime64(value).astype(np.int64)) if isinstance(value, str) else value


def _check_limits(table: Table, field: Field) -> list[Problem]:
    column = table.columns[field.name]
    values = numbers(column.values)
    unit_lv, unit_en = unit_behind(field.unit, "lv"), unit_behind(field.unit, "en")
    found: list[Problem] = []
    for rule, limit, wrong, lv, en in (
        ("minimum", field.minimum, np.less, "jābūt vismaz {}", "must be {} or more"),
        ("maximum", field.maximum, np.greater, "jābūt ne vairāk kā {}", "must be {} or less"),
        ("minimum", field.above, np.less_equal, "jābūt vairāk par {}", "must be more than {}"),
    ):
        if limit is None:
            continue
        text = limit if isinstance(limit, str) else f"{limit:g}"
        words = (lv.format(text) + unit_lv, en.format(text) + unit_en)

        def message(here: np.ndarray, words: Words = words) -> Words:
            value_lv, value_en = got(table.values(field.name, here))
            return f"{words[0]}{value_lv}.", f"{words[1]}{value_en}."

        found += table.problems(
            column.where(wrong(values, _limit(limit))),
            field.name,
            rule,
            message,
            ("Izlabojiet vērtību.", "Correct the value."),
            "set_aside",
        )
    return found


def _check_signs(table: Table) -> list[Problem]:
    found: list[Problem] = []
    for rule in table.schema.sign_rules:
        amount, excuse = table.columns[rule.column], table.columns[rule.unless_column]
        negative = amount.where(numbers(amount.values) < 0)
        excused = excuse.where(excuse.values.isin(rule.unless_values))
        field = table.schema.field(rule.column)
        units = unit_behind(field.unit, "lv"), unit_behind(field.unit, "en")
        column, values = rule.unless_column, " / ".join(rule.unless_values)

        def message(here: np.ndarray, name: str = rule.column, units: Words = units) -> Words:
            lv, en = got(table.values(name, here))
            return f"jābūt vismaz 0{units[0]}{lv}.", f"must be 0 or more{units[1]}{en}."

        found += table.problems(
            negative & ~excused & ~table.faulty[column],
            rule.column,
            "minimum",
            message,
            (
                f"Atmaksas ierakstiet atsevišķā rindā ar {column} {values}.",
                f"Record refunds as a row of their own with {column} {values}.",
            ),
            "set_aside",
        )
    return found


def check_cells(table: Table) -> list[Problem]:
    """Check every column against its field: required, enum, pattern, limits and sign."""
    found: list[Problem] = []
    for field in table.schema.fields:
        if field.required:
            found += _check_required(table, field)
        if field.enum or field.pattern:
            found += _check_codes(table, field)
        if field.type != "string":
            found += _check_limits(table, field)
    return found + _check_signs(table)
