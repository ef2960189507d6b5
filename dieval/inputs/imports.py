"""What imports from other systems have in common: columns, the file, the mapping, its names."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from dieval.errors import DataError, ParameterError, Problem
from dieval.inputs.header import Words
from dieval.inputs.intake.csv_file import read_csv
from dieval.inputs.intake.spelling import plain
from dieval.inputs.schema import Field, TableSchema
from dieval.inputs.sheets import Read
from dieval.inputs.table import Table
from dieval.inputs.workbook import read_sheet
from dieval.vocabulary import EVIDENCE

MOST_APART = 50  # names that are wrong are told one by one up to so many
NEAREST = 3  # names that are like a wrong one
LONGEST_TERM = 80  # characters


def column(name: str, kind: Any, lv: str, en: str, *aliases: str, **rules: Any) -> Field:
    """Describe a column of a file of another system: its names, and what it may hold."""
    return Field(name, kind, en, lv, en, lv, aliases=aliases, **rules)


def read_file(path: Path, schema: TableSchema) -> Read:
    """Read a CSV file, or a workbook with one visible sheet.

    Raises
    ------
    ParameterError
        The file cannot be opened.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ParameterError(f"{path}: cannot be read: {error.strerror}.") from error
    if path.suffix.lower() == ".csv":
        return read_csv(schema, path.name, data)
    sheet, problems = read_sheet(path.name, data, schema)
    if sheet is None:  # what may be left out of a package is all that there is of an import
        problems = [
            replace(problem, severity="error") if problem.rule == "no_rows" else problem
            for problem in problems
        ]
    return sheet, problems


def read_mapping_file(
    path: Path, needed: Collection[str], besides: Collection[str] = ()
) -> dict[str, Any]:
    """Read a mapping of the user's: YAML with certain keys, among them `source` and `status`.

    Parameters
    ----------
    path : Path
    needed, besides : collections of str
        Keys that have to be there, and that may be.

    Raises
    ------
    ParameterError
        The file cannot be read, or lacks a key or has another one; the status is no kind of
        evidence.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ParameterError(f"{path}: cannot be read as YAML.") from error
    known = {*needed, *besides}
    if not isinstance(content, dict) or not set(needed) <= set(content) <= known:
        also = f"; {', '.join(besides)} may be there" if besides else ""
        raise ParameterError(f"{path}: expected exactly {', '.join(needed)}{also}.")
    if content["status"] not in EVIDENCE:
        raise ParameterError(f"{path}: status: expected one of {', '.join(EVIDENCE)}.")
    return content


def section(path: Path, content: dict[str, Any], name: str) -> dict[Any, Any]:
    """Give a part of a mapping that has keys and values of its own; empty where it is not there.

    Raises
    ------
    ParameterError
        It is something else.
    """
    part = content.get(name)
    if part is None:
        return {}
    if not isinstance(part, dict):
        raise ParameterError(f"{path}: {name}: expected lines of the form name: code.")
    return part


def refuse(problems: Iterable[Problem]) -> None:
    """Refuse a file with anything but notes: an import takes all rows over, or none.

    Raises
    ------
    DataError
        Holds every problem; what would set rows of a package aside is an error here.
    """
    listed = [
        problem if problem.severity == "note" else replace(problem, severity="error")
        for problem in problems
    ]
    if any(problem.severity == "error" for problem in listed):
        raise DataError(listed)


@dataclass(frozen=True)
class Fault:
    """What is wrong with the cells of some rows.

    Parameters
    ----------
    column, rule : str
    message : pair of str
        What is wrong, in Latvian and English, without the point at the end.
    remedy : pair of str
        What to do.
    name : str
        What stands in the cells; repeated only where it reads like a term.
    known : tuple of str
        Names of which the nearest ones are suggested.
    """

    column: str
    rule: str
    message: Words
    remedy: Words
    name: str = ""
    known: tuple[str, ...] = ()


def told(table: Table, faults: Mapping[int, Fault]) -> list[Problem]:
    """Report faults by the position of their rows, the rows of one fault together.

    Names are told apart up to a number of them; what is wrong with the others is told once.
    """
    together: dict[Fault, list[int]] = {}
    for position, fault in faults.items():
        if fault not in together and len(together) >= MOST_APART:
            fault = replace(fault, name="", known=())
        together.setdefault(fault, []).append(position)
    found: list[Problem] = []
    for fault, positions in together.items():
        rows = np.zeros(len(table.frame), dtype=bool)
        rows[positions] = True
        term, near = _term(fault.name), _nearest(fault.name, fault.known)
        said = (f": „{term}”", f": “{term}”") if term else ("", "")
        found += table.problems(
            rows,
            fault.column,
            fault.rule,
            (f"{fault.message[0]}{said[0]}.", f"{fault.message[1]}{said[1]}."),
            (fault.remedy[0] + near[0], fault.remedy[1] + near[1]),
        )
    return found


def _term(text: str) -> str:
    """Give a text for a message if it reads like a term; "" for what may be a name or a number.

    Examples
    --------
    >>> _term("Dienas aprūpes centrs"), _term("Anna Kalniņa"), _term("tālrunis 6712345")
    ('Dienas aprūpes centrs', '', '')
    """
    later = text.split()[1:]
    named = any(word[0].isupper() and not word.isupper() for word in later)
    number = re.search("[0-9]{3}", text)
    return "" if not later or named or number or len(text) > LONGEST_TERM else text


def _nearest(name: str, known: Iterable[str]) -> Words:
    spelt = {plain(each): each for each in known if each}
    short = plain(name[:LONGEST_TERM])
    close = difflib.get_close_matches(short, list(spelt), n=NEAREST, cutoff=0.6)
    listed = ", ".join(spelt[each] for each in close)
    return (f" Tuvākie: {listed}.", f" Nearest: {listed}.") if listed else ("", "")
