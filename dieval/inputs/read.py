"""Read a data package: a folder of CSV or Parquet files, or one XLSX workbook.

A package is used only when every table keeps the data contract (`schema`, `check`); otherwise all
faults are reported together and nothing of it is used.
"""

from __future__ import annotations

import functools
import math
import os
import pickle
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd

from dieval.errors import DataError, Problem
from dieval.inputs.account import ACCOUNT, account_of, joined_accounts
from dieval.inputs.aside import (
    Acknowledgement,
    acknowledgements,
    settled,
    with_acknowledgements,
)
from dieval.inputs.called import called, renamed
from dieval.inputs.key import read_key
from dieval.inputs.locate import Found, find
from dieval.inputs.names import with_codes
from dieval.inputs.repeats import described_once
from dieval.inputs.row_files import EVERY_REGION, Regions
from dieval.inputs.row_level import FOLDERS, read_folder
from dieval.inputs.schema import table_names, table_schema
from dieval.inputs.sheets import no_rows
from dieval.inputs.states import FileStates, state_of
from dieval.inputs.table import Table, assemble
from dieval.vocabulary import NATIONAL

# Environment variable that names the file in which another process has left what it has read. It is
# unpickled, so it stands in a folder that nobody else can write to.
HANDED_OVER = "DIEVAL_PACKAGE_READ"
# Regions whose rows are summed together; what is kept of them has to fit into memory.
REGIONS_AT_ONCE = 200


@dataclass(frozen=True)
class DataPackage:
    """A data package that keeps the data contract.

    `title` is by language (`lv`, `en`). `tables` hold only the tables that are there, in the order
    of the contract, each with the columns of the contract first (a column that the files leave out
    is all missing) and rows sorted by all of them, so that the order of rows and files never
    changes a result. `lines` say for each of these rows which line of which file it was (columns
    file, row; the header is line 1); of a table that was summed, how many rows of which region lie
    behind it (n_rows; no row). `notes` are doubts that are no errors, and rows set aside that were
    acknowledged; `account` says how many rows of which files, and how much money in them, do not
    count (`account.account_of`). In all three, files have the names by which reports call them
    (`called`). `files` are SHA-256 sums by file name, without those that were summed. `regions` are
    those whose rows are there; None where nothing was left out. `part` names the region that this
    is the part of (`part.Parts`). `key` is that of its checksums (`key`), empty for none.
    """

    name: str
    title: dict[str, str]
    tables: dict[str, pd.DataFrame]
    notes: tuple[Problem, ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    lines: dict[str, pd.DataFrame] = field(default_factory=dict)
    regions: frozenset[str] | None = None
    part: str = ""
    account: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=ACCOUNT))
    key: str = field(default="", repr=False)

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


def _of_files(found: Found) -> dict[str, Table]:
    """Put the tables together that stand in files."""
    tables = {}
    for name in table_names():
        if name in found.sheets:
            parts = sorted(found.sheets.pop(name), key=lambda sheet: (sheet.file, sheet.name))
            tables[name], problems = assemble(table_schema(name), parts)
            found.problems += problems
    tables, notes = with_codes(tables)
    found.problems += notes
    for name, table in tables.items():
        tables[name], notes = described_once(table)
        found.problems += notes
    return tables


def _with_sums(
    found: Found, files: dict[str, Table], regions: Regions, thorough: bool
) -> tuple[dict[str, Table], list[Problem]]:
    """Add the tables that are summed, of some regions, check them all and set rows aside."""
    tables, found_problems, broken = dict(files), list(found.problems), set(found.broken)
    for name in FOLDERS:
        if name in found.folders and name not in found.broken:
            sums, problems = read_folder(
                table_schema(name), *found.folders[name], regions, thorough
            )
            found_problems += problems
            if sums:
                tables[name], problems = assemble(table_schema(name), sums)
                found_problems += problems
            else:
                broken.add(name)
        # What is compared with sums of some regions has to be of the same ones.
        if name in tables and regions != EVERY_REGION:
            tables[name] = tables[name].of(regions)
    tables, found_problems = settled(tables, found_problems, broken)
    return {name: tables[name] for name in table_names() if name in tables}, found_problems


@dataclass(frozen=True)
class _Checked:
    """Tables with the sums of some regions (None: of all), and everything that is wrong."""

    regions: frozenset[str] | None
    tables: dict[str, Table]
    problems: list[Problem]
    account: pd.DataFrame


def _in_parts(
    found: Found, units: Collection[str] | None, at_once: int, thorough: bool = False
) -> Iterator[_Checked]:
    """Read and check the tables, those that are summed for so many regions at a time."""
    files = _of_files(found)
    parts = _parts(found, files, units, at_once)
    empty = set(found.folders)
    for number, (regions, names) in enumerate(parts, start=1):
        tables, problems = _with_sums(found, files, regions, thorough)
        empty -= {name for name, table in tables.items() if len(table.line)}
        if number == len(parts):
            files.clear()  # large tables are not kept beside what is made of them
            if number > 1:
                problems += [no_rows(found.folders[name][0]) for name in sorted(empty)]
        yield _Checked(names, tables, sorted(set(problems)), account_of(tables))


def _parts(
    found: Found, files: dict[str, Table], units: Collection[str] | None, at_once: int
) -> list[tuple[Regions, frozenset[str] | None]]:
    """Divide the regions of units, or all regions, into parts that are read together."""
    everything: list[tuple[Regions, frozenset[str] | None]] = [(EVERY_REGION, None)]
    if not found.folders or (units is not None and NATIONAL in units):
        return everything
    if units is not None:
        region_of = _regions_by_home(files["providers"]) if "providers" in files else {}
        names = sorted({region_of.get(unit, unit) for unit in units})
    elif "regions" in files:
        names = sorted(set(files["regions"].frame["region"].dropna()))
    else:
        names = []
    if units is None and len(names) <= at_once:
        return everything
    starts = range(0, max(1, len(names)), at_once)
    parts = [frozenset(names[start : start + at_once]) for start in starts]
    chosen = [Regions(part) for part in parts]
    if units is None:  # the first one takes what names no known region, too, so that it is found
        chosen[0] = Regions(frozenset().union(*parts[1:]), but=True)
    return list(zip(chosen, parts, strict=True))


def _regions_by_home(providers: Table) -> dict[str, str]:
    frame = providers.frame[["provider", "region"]].dropna()
    return dict(zip(frame["provider"], frame["region"], strict=True))


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
            "file": f"{called(folder)}/region=" + values["region"],
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
    files = np.array([called(file) for file, _ in table.sheets], dtype=object)
    lines = pd.DataFrame({"file": files[table.sheet], "row": table.line}).loc[frame.index]
    return frame.reset_index(drop=True), lines.reset_index(drop=True)


@dataclass(frozen=True)
class Examined:
    """What there is to say of a data package.

    `problems` are sorted, with notes of the rows that were acknowledged; `aside` are all rows set
    aside, as they were found. `account` and `files` are as in a `DataPackage`.
    """

    problems: list[Problem]
    aside: list[Problem]
    account: pd.DataFrame
    acknowledged: list[Acknowledgement]
    files: dict[str, str]


def examined(path: Path) -> Examined:
    """Look at a data package, whatever is at the path; never raises for its content."""
    found = find(path)
    given, unreadable = acknowledgements(path)
    problems: set[Problem] = set()
    accounts = []
    for part in _in_parts(found, None, REGIONS_AT_ONCE, thorough=True):
        problems |= set(part.problems)
        accounts.append(part.account)
    return Examined(
        sorted({*with_acknowledgements(problems, given, found.files), *unreadable}),
        sorted(problem for problem in problems if problem.severity == "set_aside"),
        joined_accounts(accounts, FOLDERS),
        given,
        found.files,
    )


def check_package(path: str | Path) -> list[Problem]:
    """Find every fault of a data package, whatever is at the path; never raises for its content.

    Parameters
    ----------
    path : path
        Folder of CSV or Parquet files, with or without `datapackage.json`, or an XLSX workbook.

    Returns
    -------
    list of Problem
        Sorted; `read_package` will read it when all are notes.
    """
    return examined(Path(path)).problems


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
    ParameterError
        What stands where its key should be is none.
    """
    if Path(os.environ.get(HANDED_OVER, "")).is_file():
        of, state, package = _handed_over(os.environ[HANDED_OVER])
        fresh = of == Path(path).resolve() and state in (None, state_of(of))
        if fresh and package.holds(units):
            return package
    (package,) = _packages(Path(path), units, sys.maxsize)
    return package


def read_in_parts(path: str | Path, units: Collection[str] | None = None) -> Iterator[DataPackage]:
    """Read a data package, of tables that are folders a number of regions at a time.

    What was read of a package with hundreds of regions then need not be in memory together.

    Parameters
    ----------
    path : path
        As for `read_package`.
    units : collection of str, optional
        As for `read_package`.

    Returns
    -------
    iterator of DataPackage
        One or several, each with all rows of the other tables; every region is in one of them.

    Raises
    ------
    DataError
        The package breaks the contract; holds every fault of every part.
    """
    return _packages(Path(path), units, REGIONS_AT_ONCE)


def _packages(path: Path, units: Collection[str] | None, at_once: int) -> Iterator[DataPackage]:
    found, key = find(path), read_key(path)
    given, unreadable = acknowledgements(path)
    title = found.title or {"en": found.name}
    fallback = title.get("en") or title["lv"]
    faults: set[Problem] = set(unreadable)
    once: dict[str, tuple[pd.DataFrame, pd.DataFrame]] = {}
    for part in _in_parts(found, units, at_once):
        problems = with_acknowledgements(part.problems, given, found.files)
        if faults or any(problem.severity != "note" for problem in problems):
            faults |= set(problems)
            continue
        tables = {}
        for name in [*part.tables]:  # one after the other, so that none is there twice for long
            table = part.tables.pop(name)
            tables[name] = once.get(name) or _sorted(table, found.folders.get(name, ("",))[0])
            if name not in FOLDERS:
                once[name] = tables[name]
        yield DataPackage(
            name=found.name,
            title={language: title.get(language, fallback) for language in ("lv", "en")},
            tables={name: frame for name, (frame, _) in tables.items()},
            notes=tuple(renamed(problem, found.files) for problem in problems),
            files=dict(sorted(found.files.items())),
            lines={name: lines for name, (_, lines) in tables.items()},
            regions=part.regions,
            account=part.account.assign(file=part.account["file"].map(called)),
            key=key,
        )
    if faults:
        raise DataError(sorted(faults))
