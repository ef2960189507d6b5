"""Read a data package: a folder of CSV or Parquet files, or one XLSX workbook.

A package is used only when every table keeps the data contract (`schema`, `check`); otherwise all
faults are reported together and nothing of it is used.
"""

from __future__ import annotations

import functools
import math
import os
import pickle
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd

from dieval.errors import DataError, Problem
from dieval.inputs.check import check_tables
from dieval.inputs.locate import Found, find
from dieval.inputs.row_level import FOLDERS, read_folder
from dieval.inputs.schema import table_names, table_schema
from dieval.inputs.states import FileStates, state_of
from dieval.inputs.table import Table, assemble
from dieval.vocabulary import NATIONAL

# Environment variable that names the file in which another process has left what it has read. It is
# unpickled, so it stands in a folder that nobody else can write to.
HANDED_OVER = "DIEVAL_PACKAGE_READ"


@dataclass(frozen=True)
class DataPackage:
    """A data package that keeps the data contract.

    `title` is by language (`lv`, `en`). `tables` hold only the tables that are there, in the order
    of the contract, each with the columns of the contract first (a column that the files leave out
    is all missing) and rows sorted by all of them, so that the order of rows and files never
    changes a result. `lines` say for each of these rows which line of which file it was (columns
    file, row; the header is line 1); of a table that was summed, how many rows of which region lie
    behind it (n_rows; no row). `notes` are doubts that are no errors. `files` are SHA-256 sums by
    file name, without those that were summed. `regions` are those whose rows are there; None where
    nothing was left out. `part` names the region that this is the part of (`part.Parts`).
    """

    name: str
    title: dict[str, str]
    tables: dict[str, pd.DataFrame]
    notes: tuple[Problem, ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    lines: dict[str, pd.DataFrame] = field(default_factory=dict)
    regions: frozenset[str] | None = None
    part: str = ""

    @property
    def summed(self) -> bool:
        """Tell whether the rows of a table were summed where they lie."""
        return any("n_rows" in lines for lines in self.lines.values())

    def holds(self, units: Collection[str] | None) -> bool:
        """Tell whether all rows were read that reports on some units need; None means all units."""
        if self.regions is None or units is None:
            return self.regions is None
        return all(self.region_of.get(unit, unit) in self.regions for unit in units)

    @functools.cached_property
    def region_of(self) -> dict[str, str]:
        """Region of each provider."""
        homes = self.tables.get("providers", pd.DataFrame(columns=["provider", "region"]))
        return dict(zip(homes["provider"], homes["region"], strict=True))


def _assembled(
    found: Found, regions: Collection[str] | None = None, thorough: bool = False
) -> dict[str, Table]:
    """Put the tables together and check them; of tables that are summed, some regions only."""
    tables = {}
    for name in table_names():
        if name in found.folders and name not in found.broken:
            sums, problems = read_folder(
                table_schema(name), *found.folders[name], regions, thorough
            )
            found.problems += problems
            if sums:
                found.sheets[name] = sums
            else:
                found.broken.add(name)
        if name in found.sheets:
            parts = sorted(found.sheets.pop(name), key=lambda sheet: (sheet.file, sheet.name))
            table, problems = assemble(table_schema(name), parts)
            found.problems += problems
            # What is compared with sums of some regions has to be of the same ones.
            if regions is not None and name in FOLDERS:
                table = table.of({*regions, NATIONAL})
            tables[name] = table
    found.problems += check_tables(tables, found.broken)
    return tables


def _regions_of(found: Found, units: Collection[str] | None) -> frozenset[str] | None:
    """Give the regions of units whose rows must be read; None for all rows."""
    if units is None or NATIONAL in units or not found.folders:
        return None
    region_of: dict[str, str] = {}
    for sheet in found.sheets.get("providers", []):
        if {"provider", "region"} <= set(sheet.header):
            codes, regions = (sheet.columns[sheet.header.index(name)]
                              for name in ("provider", "region"))  # fmt: skip
            region_of |= dict(zip(codes, regions, strict=True))
    return frozenset(str(region_of.get(unit, unit)) for unit in units)


def _exact_sum(cells: pd.Series) -> float:
    """Add up numbers as they are written; NaN where there is none."""
    known = [Decimal(repr(float(cell))) for cell in cells if not math.isnan(cell)]
    return float(sum(known)) if known else math.nan


def _summed(table: Table, folder: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add up what was kept apart for the checks; give the rows, and how many lie behind each."""
    sums = list(table.schema.sums)
    keys = [name for name in table.schema.columns if name not in sums]
    rows = table.frame.assign(behind=table.behind).groupby(keys, dropna=False, sort=True)
    values = rows[sums].agg(_exact_sum).reset_index()[list(table.schema.columns)]
    lines = pd.DataFrame(
        {
            "file": f"{folder}/region=" + values["region"],
            "row": np.nan,
            "n_rows": rows["behind"].sum().to_numpy(),
        }
    )
    return values, lines


def _sorted(table: Table, folder: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sort the rows by all columns; give them, and the lines that they came from."""
    if table.behind is not None:
        return _summed(table, folder)
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
    _assembled(found, thorough=True)
    return sorted(set(found.problems))


def packed(package: DataPackage, path: Path, state: FileStates | None) -> bytes:
    """Write what was read as bytes, for a process that is going to read it.

    Parameters
    ----------
    package : DataPackage
        All of it, or the part of a region.
    path : Path
        Where the process would read it from.
    state : list of tuple, optional
        State of its files before they were read: when one was written to since, they are read
        again. None where the process does not have them.
    """
    return pickle.dumps((path.resolve(), state, package))


# pandas' setting that keeps the texts of tables as Python's. The tables of a report are small, and
# Arrow's way costs more than it saves; it makes no difference to what they hold.
SMALL_TABLES = ("mode.string_storage", "python")


@functools.cache
def _handed_over(file: str) -> tuple[Path, FileStates | None, DataPackage]:
    """Take what another process has handed over: see `packed`."""
    path, state, package = pickle.loads(Path(file).read_bytes())
    return path, state, package


def read_package(path: str | Path, units: Collection[str] | None = None) -> DataPackage:
    """Read a data package that keeps the data contract.

    Parameters
    ----------
    path : path
        Folder of CSV or Parquet files, with or without `datapackage.json`, or an XLSX workbook.
    units : collection of str, optional
        Regions and providers that reports will be on: of tables that are folders of Parquet files,
        other regions' rows may then be left out. Everything is read where it is not given.

    Returns
    -------
    DataPackage
        Columns of type `str`, int64 (Int64 where values are missing), float64, datetime64[s].

    Raises
    ------
    DataError
        The package breaks the contract; holds every fault, notes too.
    """
    if Path(os.environ.get(HANDED_OVER, "")).is_file():
        of, state, package = _handed_over(os.environ[HANDED_OVER])
        fresh = of == Path(path).resolve() and state in (None, state_of(of))
        if fresh and package.holds(units):
            return package
    found = find(Path(path))
    regions = _regions_of(found, units)
    tables = _assembled(found, regions)
    problems: Sequence[Problem] = sorted(set(found.problems))
    if any(problem.severity == "error" for problem in problems):
        raise DataError(problems)
    sorted_tables = {  # one after the other, so that none is there twice for long
        name: _sorted(tables.pop(name), found.folders.get(name, ("",))[0]) for name in [*tables]
    }
    title = found.title or {"en": found.name}
    fallback = title.get("en") or title["lv"]
    return DataPackage(
        name=found.name,
        title={language: title.get(language, fallback) for language in ("lv", "en")},
        tables={name: frame for name, (frame, _) in sorted_tables.items()},
        notes=tuple(problems),
        files=dict(sorted(found.files.items())),
        lines={name: lines for name, (_, lines) in sorted_tables.items()},
        regions=regions,
    )
