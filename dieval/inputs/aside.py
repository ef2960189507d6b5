"""Rows with a fault of their own are set aside: nothing rests on them, and somebody has to agree.

A package of which rows are set aside is not used until that is acknowledged, in a file beside the
data that names the rows by the checksum of the file that they stand in. Whoever changes that file
has to acknowledge again.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dieval.errors import Problem
from dieval.inputs.account import SET_ASIDE
from dieval.inputs.check import check_tables
from dieval.inputs.sheets import refused
from dieval.inputs.states import acknowledgement_file
from dieval.inputs.table import Table


def settled(
    tables: Mapping[str, Table], found: Collection[Problem], broken: set[str]
) -> tuple[dict[str, Table], list[Problem]]:
    """Set the rows aside that have a fault of their own, and check what is left.

    Parameters
    ----------
    tables : mapping of Table
        By name.
    found : collection of Problem
        What was found before; faults of single cells among it set their rows aside.
    broken : set of str
        Tables of which a file could not be read.

    Returns
    -------
    tables : dict of Table
        Without the rows set aside, and without those that name one of them.
    problems : list of Problem
        `found`, the rows set aside, and the faults of what is left. A file of which every row is
        set aside is refused.
    """
    left = dict(tables)
    aside = {problem for problem in found if problem.severity == SET_ASIDE}
    errors: list[Problem] = []  # of rows that are set aside, too: all that is wrong is told at once
    while True:
        problems = check_tables(left, broken)
        aside |= {problem for problem in problems if problem.severity == SET_ASIDE}
        errors += [problem for problem in problems if problem.severity == "error"]
        marked = {name: table.marked(aside) for name, table in left.items()}
        if not any(rows.any() for rows in marked.values()):
            return left, [*found, *aside, *errors, *problems]
        before = left
        left = {name: table.without(marked[name], SET_ASIDE) for name, table in left.items()}
        emptied = [
            _nothing_left(*before[name].sheets[number])
            for name, table in left.items()
            for number in sorted(set(before[name].sheet) - set(table.sheet))
        ]
        if emptied:
            return left, [*found, *aside, *errors, *problems, *emptied]


def _nothing_left(file: str, sheet: str) -> Problem:
    return refused(
        file,
        "no_rows",
        (
            "visās rindās ir kļūdas; nevienu nevar izmantot.",
            "every row has a fault; none can be used.",
        ),
        (
            "Pārbaudiet, vai tas ir īstais fails un vai dati ir paredzētajās kolonnās.",
            "Check that it is the right file, and that the data is in the columns meant for it.",
        ),
        sheet=sheet,
    )


@dataclass(frozen=True)
class Acknowledgement:
    """Rows of a file that somebody has agreed to leave out, and why.

    `sha256` is the checksum of the file that the rows stand in, `date` an ISO day.
    """

    file: str
    sheet: str
    column: str
    rule: str
    rows: tuple[int, ...]
    sha256: str
    reason: str
    date: str


def acknowledgements(path: Path) -> tuple[list[Acknowledgement], list[Problem]]:
    """Read what was acknowledged of a data package.

    Parameters
    ----------
    path : Path
        Of the package.

    Returns
    -------
    acknowledged : list of Acknowledgement
    problems : list of Problem
        The file cannot be read as one.
    """
    try:
        file = acknowledgement_file(path)
        if not file.exists():
            return [], []
    except (OSError, ValueError):  # no path at all, which is told elsewhere
        return [], []
    try:
        content = json.loads(file.read_bytes())
        return [_acknowledgement(each) for each in content["acknowledged"]], []
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return [], [
            refused(
                file.name,
                "acknowledged",
                ("failu nevar nolasīt kā apstiprinājumu sarakstu.",
                 "the file is not a readable list of acknowledgements."),
                ("Izdzēsiet failu un apstipriniet vēlreiz ar dieval check --acknowledge.",
                 "Delete the file, and acknowledge again with dieval check --acknowledge."),
            )
        ]  # fmt: skip


def _acknowledgement(given: Mapping[str, Any]) -> Acknowledgement:
    texts = {name: given[name] for name in Acknowledgement.__annotations__ if name != "rows"}
    if not all(isinstance(text, str) for text in texts.values()):
        raise TypeError
    return Acknowledgement(**texts, rows=tuple(map(int, given["rows"])))


def _key(
    each: Problem | Acknowledgement, sha256: str
) -> tuple[str, str, str, str, tuple[int, ...], str]:
    return each.file, each.sheet, each.column, each.rule, each.rows, sha256


def with_acknowledgements(
    problems: Iterable[Problem], given: Iterable[Acknowledgement], files: Mapping[str, str]
) -> list[Problem]:
    """Make notes of the rows set aside that were acknowledged.

    Parameters
    ----------
    problems : iterable of Problem
    given : iterable of Acknowledgement
    files : mapping of str
        Checksum of each file.
    """
    reasons = {_key(each, each.sha256): each.reason for each in given}
    found = []
    for problem in problems:
        reason = reasons.get(_key(problem, files.get(problem.file, "")))
        if problem.severity == SET_ASIDE and reason is not None:
            problem = replace(
                problem,
                severity="note",
                message_lv=f"{problem.message_lv} Nav izmantots; apstiprinājums: {reason}.",
                message_en=f"{problem.message_en} Not used; acknowledged: {reason}.",
                remedy_lv="Nekas nav jādara.",
                remedy_en="Nothing to do.",
            )
        found.append(problem)
    return found


def acknowledged_now(
    problems: Iterable[Problem],
    before: Sequence[Acknowledgement],
    files: Mapping[str, str],
    reason: str,
    day: dt.date,
) -> str:
    """Write the file that acknowledges all rows set aside; what was acknowledged keeps its reason.

    Parameters
    ----------
    problems : iterable of Problem
        Before any of them was made a note of.
    before : sequence of Acknowledgement
    files : mapping of str
        Checksum of each file.
    reason : str
    day : date

    Returns
    -------
    str
        JSON.
    """
    known = {_key(each, each.sha256): each for each in before}
    rows = []
    for problem in sorted(set(problems)):
        if problem.severity != SET_ASIDE:
            continue
        sha256 = files[problem.file]
        own = known.get(_key(problem, sha256))
        rows.append(
            {
                "file": problem.file,
                "sheet": problem.sheet,
                "column": problem.column,
                "rule": problem.rule,
                "rows": list(problem.rows),
                "sha256": sha256,
                "reason": own.reason if own else reason,
                "date": own.date if own else day.isoformat(),
            }
        )
    return json.dumps({"acknowledged": rows}, ensure_ascii=False, indent=2) + "\n"
