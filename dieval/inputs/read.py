"""Read a data package: a folder of CSV or Parquet files, or one XLSX workbook.

A package is used only when every table keeps the data contract (`schema`, `check`); otherwise all
faults are reported together and nothing of it is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from dieval.errors import DataError, Problem
from dieval.inputs.check import check_tables
from dieval.inputs.locate import Found, find
from dieval.inputs.schema import table_names, table_schema
from dieval.inputs.table import Table, assemble


@dataclass(frozen=True)
class DataPackage:
    """A data package that keeps the data contract.

    `title` is by language (`lv`, `en`). `tables` hold only the tables that are there, in the order
    of the contract, each with the columns of the contract first (a column that the files leave out
    is all missing) and rows sorted by all of them, so that the order of rows and files never
    changes a result. `lines` say for each of these rows which line of which file it was (columns
    file, row; the header is line 1). `notes` are doubts that are no errors. `files` are SHA-256
    sums by file name.
    """

    name: str
    title: dict[str, str]
    tables: dict[str, pd.DataFrame]
    notes: tuple[Problem, ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    lines: dict[str, pd.DataFrame] = field(default_factory=dict)


def _assembled(found: Found) -> dict[str, Table]:
    tables = {}
    for name in table_names():
        if name in found.sheets:
            parts = sorted(found.sheets[name], key=lambda sheet: (sheet.file, sheet.name))
            table, problems = assemble(table_schema(name), parts)
            found.problems += problems
            tables[name] = table
    found.problems += check_tables(tables, found.broken)
    return tables


def _sorted(table: Table) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sort the rows by all columns; give them, and the lines that they came from."""
    frame = table.frame.sort_values(list(table.frame.columns), kind="stable")
    files = np.array([file for file, _ in table.sheets], dtype=object)
    lines = pd.DataFrame({"file": files[table.sheet], "row": table.line}).loc[frame.index]
    return frame.reset_index(drop=True), lines.reset_index(drop=True)


def check_package(path: str | Path) -> list[Problem]:
    """Find every fault of a data package, whatever is at the path; never raises for its content.

    Parameters
    ----------
    path : path
        Folder of CSV or Parquet files, with or without `datapackage.json`, or an XLSX workbook.

    Returns
    -------
    list of Problem
        Errors and notes, sorted; no errors means that `read_package` will read it.
    """
    found = find(Path(path))
    _assembled(found)
    return sorted(set(found.problems))


def remember_package(path: Path) -> None:
    """Read a data package once for this process and those forked from it.

    `read_package` gives it for as long as no file of it has been touched.

    Raises
    ------
    DataError
        The package breaks the contract.
    """
    touched = _touched(path)
    _remembered[path.resolve()] = touched, read_package(path)


_remembered: dict[Path, tuple[list[tuple[str, ...]], DataPackage]] = {}


def _touched(path: Path) -> list[tuple[str, ...]]:
    """Say of every file of a package what changes when it is written to."""
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    states = [(file, file.stat()) for file in files]
    return [
        (str(file), *map(str, (state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)))
        for file, state in states
    ]


def read_package(path: str | Path) -> DataPackage:
    """Read a data package that keeps the data contract.

    Parameters
    ----------
    path : path
        Folder of CSV or Parquet files, with or without `datapackage.json`, or an XLSX workbook.

    Returns
    -------
    DataPackage
        Columns of type `str`, int64 (Int64 where values are missing), float64, datetime64[s].

    Raises
    ------
    DataError
        The package breaks the contract; holds every fault, notes too.
    """
    if _remembered:
        touched, package = _remembered.get(Path(path).resolve(), ([], None))
        if package is not None and touched == _touched(Path(path)):
            return package
    found = find(Path(path))
    tables = _assembled(found)
    problems: Sequence[Problem] = sorted(set(found.problems))
    if any(problem.severity == "error" for problem in problems):
        raise DataError(problems)
    sorted_tables = {name: _sorted(table) for name, table in tables.items()}
    title = found.title or {"en": found.name}
    fallback = title.get("en") or title["lv"]
    return DataPackage(
        name=found.name,
        title={language: title.get(language, fallback) for language in ("lv", "en")},
        tables={name: frame for name, (frame, _) in sorted_tables.items()},
        notes=tuple(problems),
        files=dict(sorted(found.files.items())),
        lines={name: lines for name, (_, lines) in sorted_tables.items()},
    )
