"""The part of a data package that a report on one region reads, and the checksums of a package.

A report gets its part and nothing else: what other regions record cannot change it, and need not be
looked at to tell whether it would still be the same.
"""

from __future__ import annotations

import functools
import json
import pickle
import shutil
import tempfile
import weakref
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dieval.errors import Problem
from dieval.inputs.key import fingerprint, keyed_sha256
from dieval.inputs.read import DataPackage, read_in_parts, read_package
from dieval.inputs.states import state_of
from dieval.vocabulary import NATIONAL

# Tables that hold for all regions alike.
SHARED = (
    "regions",
    "municipalities",
    "region_membership",
    "indicators",
    "statutory_rates",
    "price_index",
    "tiles",
)


# Tables whose rows on the whole country are on the reports of the whole country only.
OWN_ROWS_ONLY = ("quality_checks",)
# Tables that say something of the data, and are none of it.
ABOUT_THE_DATA = ("quality_checks",)

# Tables may belong to regions through a code: its column, and the table that has both.
HOMES = {
    "provider": "providers",
    "project": "infrastructure",
    "municipality": "region_membership",
}


class Parts:
    """The parts of a data package, one for each region; its tables are looked through once.

    Parameters
    ----------
    package : DataPackage
    """

    def __init__(self, package: DataPackage) -> None:
        self._package = package
        tables = package.tables
        homes = {
            key: tables[home][[key, "region"]].drop_duplicates()
            for key, home in HOMES.items()
            if home in tables
        }
        self._rows = {name: _rows_by_region(name, table, homes) for name, table in tables.items()}

    def of(self, region: str) -> DataPackage:
        """Take the rows that a report on a region may read.

        Parameters
        ----------
        region : str
            Code of a region, or `national` for the whole package.

        Returns
        -------
        DataPackage
            Tables that hold for all regions; of the others the rows of the region and of the whole
            country, of the region's providers, projects and municipalities (those that ever
            belonged to it); and the sources that these rows name. No table is left out, some may
            have no rows.
        """
        package = self._package
        if region in (NATIONAL, package.part):
            return package
        rows = {name: self._of_region(name, region) for name in package.tables}
        tables = {name: _taken(table, rows[name]) for name, table in package.tables.items()}
        if "sources" in tables:
            named = {
                source
                for name, table in tables.items()
                if name != "sources" and "source" in table
                for source in table["source"].unique()
            }
            rows["sources"] = np.flatnonzero(tables["sources"]["source"].isin(named))
            tables["sources"] = _taken(package.tables["sources"], rows["sources"])
        return replace(
            package,
            notes=tuple(note for note in package.notes if _concerns(note, region)),
            tables=tables,
            lines={name: _taken(lines, rows[name]) for name, lines in package.lines.items()},
            regions=frozenset([region]),
            part=region,
        )

    def _of_region(self, name: str, region: str) -> np.ndarray | None:
        """Give the positions of the rows of a table; None for all of them."""
        by_region = self._rows[name]
        if by_region is None:
            return None
        nothing = np.array([], dtype=np.intp)
        own = by_region.get(region, nothing)
        if name in OWN_ROWS_ONLY:
            return own
        return np.union1d(own, by_region.get(NATIONAL, nothing))


class UnitData:
    """What the reports on each unit read of a data package.

    Of a package that is read a number of regions at a time, the part of each region is kept in a
    file until this object is gone. Rows of other regions that were not read, because no report is
    made on them, are read when they are asked for.

    Parameters
    ----------
    path : Path
        Where the package is.
    units : collection of str, optional
        Regions and providers that reports will be on; None for all.

    Attributes
    ----------
    package : DataPackage
        Its tables that are not summed are whole.
    state : list of tuple
        State of its files before they were read.

    Raises
    ------
    DataError
        The package breaks the contract; holds every fault, notes too.
    """

    def __init__(self, path: Path, units: Collection[str] | None = None) -> None:
        self.path, self.state = path, state_of(path)
        self._read: dict[str, dict[str, Any]] = {}
        self._aside: dict[str, Path] = {}
        packages = read_in_parts(path, units)
        self.package = next(packages)
        for package in packages:
            self._put_aside(package)
        if self._aside:
            self._put_aside(self.package)
        self._parts = Parts(self.package)

    def read(self, unit: str) -> Mapping[str, Any]:
        """Give name and checksums of what a unit's reports read, as manifests hold them."""
        region = self._region(unit)
        if region not in self._read:
            self._read[region] = read_from(self.part(unit), self._shared)
        return self._read[region]

    def part(self, unit: str) -> DataPackage:
        """Give what a unit's reports read."""
        region = self._region(unit)
        if region in self._aside:
            part: DataPackage = pickle.loads(self._aside[region].read_bytes())
            return part
        units = None if region == NATIONAL else [region]
        if self._aside or not self.package.holds(units):
            return part_of(read_package(self.path, units), region)
        return self._parts.of(region)

    def _put_aside(self, package: DataPackage) -> None:
        parts = Parts(package)
        for region in sorted(package.regions or ()):
            file = self._folder / str(len(self._aside))
            file.write_bytes(pickle.dumps(parts.of(region)))
            self._aside[region] = file

    def _region(self, unit: str) -> str:
        return str(self.package.region_of.get(unit, unit))

    @functools.cached_property
    def _folder(self) -> Path:
        folder = tempfile.mkdtemp(prefix="dieval-parts-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return Path(folder)

    @functools.cached_property
    def _shared(self) -> dict[str, str]:
        package = self.package
        return {name: _checksum(package, name) for name in SHARED if name in package.tables}


def _rows_by_region(
    name: str, table: pd.DataFrame, homes: dict[str, pd.DataFrame]
) -> dict[str, np.ndarray] | None:
    """Give the positions of a table's rows by region; None where all rows are for every region."""
    if name in SHARED:
        return None
    if "region" in table:
        regions = table["region"].reset_index(drop=True).to_frame()
        return dict(regions.groupby("region").indices)
    for key in HOMES:
        if key in table:
            if key not in homes:
                return {}
            cells = table[key].reset_index(drop=True).rename_axis("place").reset_index()
            found = cells.merge(homes[key], on=key)
            return {
                region: places.to_numpy() for region, places in found.groupby("region")["place"]
            }
    return None


def _taken(table: pd.DataFrame, rows: np.ndarray | None) -> pd.DataFrame:
    return table if rows is None else table.take(rows).reset_index(drop=True)


def _concerns(note: Problem, region: str) -> bool:
    """Tell whether a note is not about rows of another region alone."""
    about = note.sheet.partition("region=")[2]
    return about in ("", region, NATIONAL)


def part_of(package: DataPackage, region: str) -> DataPackage:
    """Take the rows that a report on a region may read, as `Parts.of` does."""
    return Parts(package).of(region)


def checksums(package: DataPackage, known: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give a checksum of every table of a package, and of what else reports show of it.

    HMAC-SHA-256 with the key of the package: published, it must not tell which guess is right.

    Parameters
    ----------
    package : DataPackage
    known : mapping of str, optional
        Those that are known already, by table.

    Returns
    -------
    dict of str
        By table: its rows with the file and line of each, as a report cites them. `package`: its
        title, the notes on its data and the account of its rows.
    """
    notes = [asdict(note) for note in package.notes]
    about = [package.title, notes, package.account.to_csv(index=False)]
    known = known or {}
    sums = {name: known.get(name) or _checksum(package, name) for name in sorted(package.tables)}
    text = json.dumps(about, ensure_ascii=False, sort_keys=True)
    return sums | {"package": keyed_sha256(package.key, text)}


def data_checksum(package: DataPackage) -> str:
    """Give one checksum of the rows of a package, wherever and in whatever order they stand.

    What is about the data does not count: the quality log, and sources that only it names.

    Parameters
    ----------
    package : DataPackage
        Or the part of a region.
    """
    tables = {
        name: rows
        for name, rows in package.tables.items()
        if name not in ABOUT_THE_DATA and len(rows)
    }
    if "sources" in tables:
        named = {
            source
            for name, rows in tables.items()
            if name != "sources" and "source" in rows
            for source in rows["source"].unique()
        }
        sources = tables["sources"]
        tables["sources"] = sources[sources["source"].isin(named)]
    sums = {
        name: keyed_sha256("", rows.to_csv(index=False, lineterminator="\n"))
        for name, rows in sorted(tables.items())
    }
    return keyed_sha256(package.key, json.dumps(sums))


def _checksum(package: DataPackage, name: str) -> str:
    rows = package.tables[name]
    if name in package.lines:
        rows = pd.concat([rows, package.lines[name].add_prefix("read from ")], axis=1)
    return keyed_sha256(package.key, rows.to_csv(index=False, lineterminator="\n"))


def read_from(package: DataPackage, known: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Give name, key and checksums of a data package, as manifests hold them; some may be known."""
    return {
        "package": package.name,
        "key": fingerprint(package.key),
        "sha256": checksums(package, known),
    }
