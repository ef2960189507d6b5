"""What can go wrong, said so that the reader can act on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

# error: nothing of the package is used · set_aside: the rows are not used, and no report is made
# until somebody has acknowledged that · note: used, and told.
Severity = Literal["error", "set_aside", "note"]

KINDS: dict[Severity, tuple[str, str]] = {
    "error": ("kļūda", "error"),
    "set_aside": ("atlikta rinda", "row set aside"),
    "note": ("piezīme", "note"),
}
ROWS_SHOWN = 5  # a message shows this many row numbers, then the count


class DievalError(Exception):
    """Base of every error that dieval raises on purpose."""


class ParameterError(DievalError):
    """A parameter of a run or of a function is unknown, of the wrong type or out of range."""


class NoDataError(ParameterError):
    """The parameters are right, but the data of the unit has nothing to report on."""


class ReportError(DievalError):
    """A report could not be executed, exported or published."""


@dataclass(frozen=True)
class Problem:
    """One fault of a data package: where it is, which rule it breaks and what to do.

    Problems are sorted by what has to be done, errors first and notes last, then by file, sheet and
    row.

    `sheet` is a sheet of a workbook, or `column=value` for the rows of a table that has that value.
    `rows` are 1-based line numbers as an editor or a spreadsheet shows them (the header is
    line 1). `message` and `remedy` are in Latvian and English; neither repeats the raw value of a
    field about a person.
    """

    file: str
    sheet: str = ""
    column: str = ""
    rows: tuple[int, ...] = ()
    rule: str = ""
    message_lv: str = ""
    message_en: str = ""
    remedy_lv: str = ""
    remedy_en: str = ""
    severity: Severity = "error"

    def __lt__(self, other: Problem) -> bool:
        """Tell whether it stands before another one in a list."""
        return self._place_in_list() < other._place_in_list()

    def _place_in_list(self) -> tuple[object, ...]:
        fields = (self.column, self.rule, self.message_lv, self.message_en)
        last = (self.remedy_lv, self.remedy_en)
        place = (self.file, self.sheet, self.rows)
        return (list(KINDS).index(self.severity), *place, *fields, *last)

    def kind(self, language: str = "en") -> str:
        """Say what kind of problem it is."""
        return KINDS[self.severity][0 if language == "lv" else 1]

    def place(self, language: str = "en") -> str:
        """Say where the problem is: file, sheet, column and rows."""
        lv = language == "lv"
        parts = [self.file]
        if "=" in self.sheet:  # rows with that value
            parts.append(self.sheet)
        elif self.sheet:
            parts.append(f"{'lapa' if lv else 'sheet'} {self.sheet}")
        if self.column:
            parts.append(f"{'kolonna' if lv else 'column'} {self.column}")
        if self.rows:
            shown = ", ".join(str(row) for row in self.rows[:ROWS_SHOWN])
            if lv:
                word = "rinda" if len(self.rows) == 1 else "rindas"
            else:
                word = "row" if len(self.rows) == 1 else "rows"
            rest = len(self.rows) - ROWS_SHOWN
            more = (f" un vēl {rest}" if lv else f" and {rest} more") if rest > 0 else ""
            parts.append(f"{word} {shown}{more}")
        return ", ".join(parts)

    def text(self, language: str = "en") -> str:
        """Say the whole problem in one line."""
        if language == "lv":
            return f"{self.place('lv')}: {self.message_lv} {self.remedy_lv}"
        return f"{self.place('en')}: {self.message_en} {self.remedy_en}"


class DataError(DievalError):
    """A data package breaks the data contract; `problems` holds every fault that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(problem.text("en") for problem in self.problems))
