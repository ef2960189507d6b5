"""A table put together from its files: typed columns, and where every row came from."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from dieval.errors import Problem, Severity
from dieval.inputs.account import EXCLUDED, KIND, LINE, SET_ASIDE, SHEET, amounts
from dieval.inputs.columns import (
    NUMBER,
    Coded,
    PlainNumbers,
    coded,
    joined,
    kept,
    nothing,
)
from dieval.inputs.declared import Declared
from dieval.inputs.header import Words, check_header, check_types, expected, renamed, shown_name
from dieval.inputs.intake.amounts import in_contract_units
from dieval.inputs.intake.cells import dates_in_contract_grammar, numbers_in_contract_grammar
from dieval.inputs.intake.merged import unmerged
from dieval.inputs.intake.totals import rows_apart
from dieval.inputs.row_files import Regions
from dieval.inputs.schema import Field, TableSchema
from dieval.inputs.sheets import ERROR_VALUES, NO_VALUE, Sheet
from dieval.inputs.typed import Kinds, Typed, alike
from dieval.inputs.values import (
    LARGEST,
    as_text,
    converted,
    holds_personal_code,
    personal_code_words,
    shown,
)
from dieval.vocabulary import NATIONAL

Message = Words | Callable[[np.ndarray], Words]  # or made from the positions it is about

PAIRS_SHOWN = 5


@dataclass(frozen=True)
class Table:
    """Rows of a table in the order of reading, with their places.

    `columns` are those of the contract and what else the files have.
    `faulty` are cells that do not fit their type (missing in `columns`), by column of the
    contract.
    `whole` is False when rows or a required column could not be read. `behind` says of a table
    that was summed how many rows of its files each row is the sum of; a key then stands more than
    once, for its negative amounts for example. `left_out` are rows that were read and do not count,
    with their sheet, line and why: set aside because of a fault, or excluded as sums of others.
    `read` are the number of rows and the amounts of all rows that were read, as `amounts`, where
    some of them do not count. `declared` is what the descriptor says of each of the sheets.
    """

    schema: TableSchema
    columns: dict[str, Typed]
    faulty: dict[str, np.ndarray]
    sheets: tuple[tuple[str, str], ...]
    sheet: np.ndarray
    line: np.ndarray
    whole: bool
    behind: np.ndarray | None = None
    left_out: pd.DataFrame = field(default_factory=pd.DataFrame)
    read: pd.Series = field(default_factory=lambda: pd.Series(dtype=float))
    declared: tuple[Declared, ...] = ()

    @functools.cached_property
    def frame(self) -> pd.DataFrame:
        """The cells of every row; of a large table it is made only where something needs it."""
        return self.cells(self.columns)

    def cells(self, columns: Iterable[str], rows: np.ndarray | None = None) -> pd.DataFrame:
        """Give some columns, of all rows or of those at some positions, which are the index."""
        if rows is None:
            index, taken = pd.RangeIndex(len(self.line)), {n: self.columns[n] for n in columns}
        else:
            index, taken = pd.Index(rows), {n: self.columns[n].of(rows) for n in columns}
        frame = pd.DataFrame({name: column.cells for name, column in taken.items()})
        return frame.set_axis(index)

    def kinds(self, columns: Sequence[str]) -> Kinds:
        """Give the rows that differ in some columns, each once."""
        numbers, count = alike([self.columns[name] for name in columns])
        one = np.full(count, -1, dtype=np.int32)
        one[numbers] = np.arange(len(numbers), dtype=np.int32)
        stands = one >= 0
        places = np.cumsum(stands, dtype=np.int32) - 1
        return Kinds(self.cells(columns, one[stands]), numbers, places)

    @property
    def complete(self) -> bool:
        """Tell whether every row of data was read and counts."""
        return self.whole and not len(self._aside)

    @property
    def _aside(self) -> pd.DataFrame:
        if self.left_out.empty:
            return self.left_out
        return self.left_out[self.left_out[KIND] == SET_ASIDE]

    def values_aside(self, column: str) -> set[Any]:
        """Give the values of a column in the rows that are set aside."""
        aside = self._aside
        return set(aside[column].dropna().tolist()) if len(aside) else set()

    def marked(self, problems: Iterable[Problem]) -> np.ndarray:
        """Mark the rows that problems are about."""
        number_of = {place: number for number, place in enumerate(self.sheets)}
        marked = np.zeros(len(self.line), dtype=bool)
        for problem in problems:
            number = number_of.get((problem.file, problem.sheet))
            if number is not None:
                marked |= (self.sheet == number) & np.isin(self.line, problem.rows)
        return marked

    def without(self, rows: np.ndarray, kind: str) -> Table:
        """Leave out the marked rows, and keep them apart."""
        if not rows.any():
            return self
        out = self._rows(rows).frame.assign(
            **{SHEET: self.sheet[rows], LINE: self.line[rows], KIND: kind}
        )
        left_out, read = [out], self.read
        if len(self.left_out):
            left_out = [self.left_out, out]
        elif self.behind is None:
            read = amounts(self.schema, self.frame, self.sheet)
        return replace(
            self._rows(~rows), left_out=pd.concat(left_out, ignore_index=True), read=read
        )

    def of(self, regions: Regions) -> Table:
        """Keep the rows of some regions, and of the whole country."""
        region = self.columns["region"]
        named = region.values.isin(regions.names) != regions.but
        taken = self._rows(region.where(named | (region.values == NATIONAL)))
        if self.left_out.empty:
            return taken
        read = amounts(self.schema, taken.frame, taken.sheet)
        out = amounts(self.schema, self.left_out, self.left_out[SHEET].to_numpy())
        return replace(taken, read=read.add(out, fill_value=0.0))

    def _rows(self, rows: np.ndarray) -> Table:
        return replace(
            self,
            columns={name: column.of(rows) for name, column in self.columns.items()},
            faulty={name: faulty[rows] for name, faulty in self.faulty.items()},
            sheet=self.sheet[rows],
            line=self.line[rows],
            behind=None if self.behind is None else self.behind[rows],
        )

    def problems(
        self,
        rows: np.ndarray | pd.Series,
        column: str,
        rule: str,
        message: Message,
        remedy: Words,
        severity: Severity = "error",
    ) -> list[Problem]:
        """Report the marked rows, one Problem per file or sheet and message.

        Parameters
        ----------
        rows : array of bool, shape (rows,)
            True where the rule is broken.
        message : pair of str, or function of the positions of the rows
            What is wrong, in Latvian and English.
        remedy : pair of str
            What to do, in Latvian and English.
        severity : str
            Rows that were summed cannot be set aside: for them it is an error instead.
        """
        found: list[Problem] = []
        if severity == "set_aside" and self.behind is not None:
            severity = "error"
        positions = np.flatnonzero(np.asarray(rows, dtype=bool))
        for number in np.unique(self.sheet[positions]):
            here = positions[self.sheet[positions] == number]
            words = message(here) if callable(message) else message
            file, sheet = self.sheets[number]
            found.append(
                Problem(
                    file=file,
                    sheet=sheet,
                    column=column,
                    rows=tuple(sorted(int(line) for line in self.line[here])),
                    rule=rule,
                    message_lv=words[0],
                    message_en=words[1],
                    remedy_lv=remedy[0],
                    remedy_en=remedy[1],
                    severity=severity,
                )
            )
        return found

    def pair_problems(
        self,
        pairs: np.ndarray,
        column: str,
        rule: str,
        message: Words,
        remedy: Words,
        severity: Severity = "error",
    ) -> list[Problem]:
        """Report rows that contradict each other two by two; the message names both.

        Parameters
        ----------
        pairs : array of int, shape (pairs, 2)
            Positions of the rows; only the second of each is set aside.
        """
        rows = np.zeros(len(self.line), dtype=bool)
        rows[pairs[:, 1] if severity == "set_aside" else pairs.ravel()] = True

        def words(here: np.ndarray) -> Words:
            lv, en = _pair_words(self, pairs, here)
            return f"{message[0]}: rindas {lv}.", f"{message[1]}: rows {en}."

        return self.problems(rows, column, rule, words, remedy, severity)

    def values(self, column: str, positions: np.ndarray) -> str:
        """List values of a column for a message."""
        cells = self.columns[column].of(positions).cells
        if cells.dtype.kind == "M":
            return shown(cells.dt.strftime("%Y-%m-%d").dropna().unique())
        return shown(cells.dropna().unique().tolist())


def _pair_words(table: Table, pairs: np.ndarray, here: np.ndarray) -> Words:
    """Name both rows of at most five pairs that concern the rows `here`."""
    concerned = np.isin(pairs[:, 0], here) | np.isin(pairs[:, 1], here)
    sheet = table.sheet[here[0]]
    words: list[Words] = []
    for pair in pairs[concerned][:PAIRS_SHOWN]:
        sides: list[Words] = []
        for position in pair:
            line = str(table.line[position])
            if table.sheet[position] == sheet:
                sides.append((line, line))
            else:
                file = table.sheets[table.sheet[position]][0]
                sides.append((f"{line} failā {file}", f"{line} of {file}"))
        words.append((f"{sides[0][0]} un {sides[1][0]}", f"{sides[0][1]} and {sides[1][1]}"))
    more = "; …" if concerned.sum() > PAIRS_SHOWN else ""
    return "; ".join(word[0] for word in words) + more, "; ".join(word[1] for word in words) + more


def usable(table: Table, columns: Iterable[str]) -> np.ndarray:
    """Say which rows have cells that could be converted in all the columns."""
    whole = np.ones(len(table.line), dtype=bool)
    for column in columns:
        whole &= ~table.faulty[column]
    return whole


def numbers(cells: pd.Series) -> np.ndarray:
    """Give numbers as float, dates as day numbers; what is missing is NaN."""
    if cells.dtype.kind == "M":
        days = cells.to_numpy().astype("datetime64[D]")
        day_numbers = days.astype(np.int64).astype(float)
        day_numbers[np.isnat(days)] = np.nan
        return day_numbers
    return cells.to_numpy(dtype=float, na_value=np.nan)


def got(values: str) -> Words:
    """Word "got …" for the end of a message; nothing where no value may be shown."""
    return (f"; ir {values}", f"; got {values}") if values else ("", "")


_TYPE_REMEDY: dict[str, Words] = {
    "string": ("Ierakstiet to kā tekstu.", "Write it as text."),
    "integer": (
        "Rakstiet tikai ciparus, piemēram, 1234; ja vērtības nav, atstājiet šūnu tukšu.",
        "Write digits only, for example 1234; leave the cell empty if there is no value.",
    ),
    "number": (
        (
            "Rakstiet ciparus ar decimālpunktu, bez atstarpēm un mērvienībām, piemēram, 1234.56; "
            "ja vērtības nav, atstājiet šūnu tukšu."
        ),
        (
            "Write digits with a decimal point, without spaces and units, for example 1234.56; "
            "leave the cell empty if there is no value."
        ),
    ),
    "year": ("Rakstiet gadu ar četriem cipariem.", "Write the year with four digits."),
    "date": (
        "Rakstiet datumu kā 2020-05-31; ja datuma nav, atstājiet šūnu tukšu.",
        "Write the date as 2020-05-31; leave the cell empty if there is none.",
    ),
}


def _column(sheet: Sheet, name: str) -> Coded | PlainNumbers:
    if name in sheet.header:
        return kept(sheet.columns[sheet.header.index(name)])
    return nothing(len(sheet.lines))


def _is_error(cell: Any) -> bool:
    return isinstance(cell, str) and cell in ERROR_VALUES


def _report_values(
    table: Table, name: str, cells: Coded, given: np.ndarray, errors: np.ndarray
) -> list[Problem]:
    """Report cells of one column that do not fit their type or hold a personal code."""
    problems: list[Problem] = []
    personal = holds_personal_code(cells)
    if personal.any():
        problems += table.problems(
            personal,
            name if name in table.schema.columns else shown_name(name),
            "personal_code",
            *personal_code_words(),
        )
    if errors.any():
        problems += table.problems(
            errors,
            name if name in table.schema.columns else shown_name(name),
            "error_value",
            (
                "šūnā ir formulas kļūda (piemēram, #DIV/0!).",
                "the cell holds the error of a formula (for example #DIV/0!).",
            ),
            (
                "Izlabojiet formulu vai ierakstiet vērtību; ja tās nav, atstājiet šūnu tukšu.",
                "Mend the formula or type the value; leave the cell empty if there is none.",
            ),
            "set_aside",
        )
    if name not in table.schema.columns:
        return problems
    of_column = table.schema.field(name)

    def message(positions: np.ndarray) -> Words:
        lv, en = got(shown(cells[position] for position in positions))
        expected_lv, expected_en = expected(of_column, "lv"), expected(of_column, "en")
        return f"vajadzīgs {expected_lv}{lv}.", f"expected {expected_en}{en}."

    if not table.faulty[name].any():
        return problems
    wrong = table.faulty[name] & given & ~personal & ~errors
    other = wrong & cells.where(lambda cell: _is_of_another_kind(cell, of_column))
    severities: tuple[Severity, Severity] = ("error", "set_aside")
    for rows, severity in zip((other, wrong & ~other), severities, strict=True):
        if rows.any():
            remedy = _TYPE_REMEDY[of_column.type]
            problems += table.problems(rows, name, "type", message, remedy, severity)
    return problems


def _is_of_another_kind(cell: Any, of_column: Field) -> bool:
    """Tell whether a cell shows that its whole column is not what the contract means.

    Parts of a child are an average, not a count; codes that became numbers have lost digits.
    """
    if of_column.type == "integer":
        if isinstance(cell, str):
            return NUMBER.fullmatch(cell) is not None and "." in cell
        return isinstance(cell, float | Decimal) and math.isfinite(cell) and cell != int(cell)
    return of_column.type == "string" and isinstance(cell, int | float) and abs(cell) >= LARGEST


def assemble(
    schema: TableSchema, sheets: Sequence[Sheet], sums: bool = True
) -> tuple[Table, list[Problem]]:
    """Put a table together from its files or its sheet, and convert its cells.

    Parameters
    ----------
    schema : TableSchema
    sheets : sequence of Sheet
        At least one; rows are taken in this order.
    sums : bool
        Look for rows that are sums of others, check them and leave them out.

    Returns
    -------
    table : Table
    problems : list of Problem
        Faults of headers, of types and of cells; personal codes in any text.
    """
    problems: list[Problem] = []
    whole = all(sheet.whole for sheet in sheets)
    unusable: list[set[str]] = []
    taken = [_as_the_contract_has_it(schema, sheet) for sheet in sheets]
    sheets = [sheet for sheet, _ in taken]
    problems += [problem for _, found in taken for problem in found]
    apart = [rows_apart(schema, sheet) for sheet in sheets if sums and sheet.behind is None]
    problems += [problem for each in apart for problem in each.problems]
    no_data = np.concatenate([each.totals | each.remarks for each in apart] or [np.array([], bool)])
    totals = np.concatenate([each.totals for each in apart] or [np.array([], bool)])
    for sheet in sheets:
        problems += check_header(schema, sheet)
        found, columns = check_types(schema, sheet)
        problems += found
        lacking = {name for name in schema.required_columns if name not in sheet.header}
        unusable.append(columns | lacking)
        whole = whole and not unusable[-1]
    sizes = [len(sheet.lines) for sheet in sheets]
    number = np.repeat(np.arange(len(sheets)), sizes)
    lines = np.concatenate([_line_numbers(sheet) for sheet in sheets])
    extras = sorted(
        {name for sheet in sheets for name in sheet.header if name.strip()} - set(schema.columns)
    )
    table = Table(
        schema=schema,
        columns={},
        faulty={},
        sheets=tuple((sheet.file, sheet.name) for sheet in sheets),
        sheet=number,
        line=lines,
        whole=whole,
        behind=_behind(sheets),
        declared=tuple(sheet.declared for sheet in sheets),
    )
    data = ~no_data if len(no_data) else np.ones(len(lines), dtype=bool)
    for name in (*schema.columns, *extras):
        cells = joined(
            [
                nothing(len(sheet.lines)) if name in columns else _column(sheet, name)
                for sheet, columns in zip(sheets, unusable, strict=True)
            ]
        )
        kind = schema.field(name).type if name in schema.columns else None
        if isinstance(cells, PlainNumbers) and cells.kind == kind:  # nothing can be wrong
            table.columns[name], table.faulty[name] = converted(cells, kind)
            continue
        cells = coded(cells)
        bad = np.repeat([name in columns for columns in unusable], sizes)
        errors = cells.where(_is_error) & data
        if kind is not None:
            clean = cells.without(_is_error, NO_VALUE)
            table.columns[name], faulty = converted(clean, kind)
            table.faulty[name] = faulty | bad
        else:
            table.columns[name] = as_text(cells)
        valued = cells.where(lambda cell: cell is not NO_VALUE) & data
        problems += _report_values(table, name, cells, ~bad & valued, errors)
    if no_data.any():
        table = table.without(totals, EXCLUDED)
        table = table.without(no_data[~totals], SET_ASIDE)
    return table, problems


def _line_numbers(sheet: Sheet) -> np.ndarray:
    if isinstance(sheet.lines, range):
        return np.arange(sheet.lines.start, sheet.lines.stop)
    return np.asarray(sheet.lines, dtype=np.int64)


def _as_the_contract_has_it(schema: TableSchema, sheet: Sheet) -> tuple[Sheet, list[Problem]]:
    """Put the contract's names, numbers and dates in place of what people wrote, and tell of it.

    Files that a program wrote are taken as they are.
    """
    if sheet.types is not None or sheet.behind is not None:
        return sheet, []
    sheet, found = renamed(schema, sheet)
    for step in (
        unmerged,
        numbers_in_contract_grammar,
        dates_in_contract_grammar,
        in_contract_units,
    ):
        sheet, told = step(schema, sheet)
        found = found + told
    return sheet, found


def _behind(sheets: Sequence[Sheet]) -> np.ndarray | None:
    counts = [sheet.behind for sheet in sheets if sheet.behind is not None]
    if not counts:
        return None
    return np.array([count for part in counts for count in part], dtype=np.int64)
