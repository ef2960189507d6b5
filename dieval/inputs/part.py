"""The part of a data package that a report on one region reads, and the checksums of a package.

A report gets its part and nothing else: what other regions record cannot change it, and need not be
looked at to tell whether it would still be the same.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from typing import Any

import pandas as pd

from dieval.errors import Problem
from dieval.inputs.read import DataPackage
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


def part_of(package: DataPackage, region: str) -> DataPackage:
    """Take the rows that a report on a region may read.

    Parameters
    ----------
    package : DataPackage
    region : str
        Code of a region.

    Returns
    -------
    DataPackage
        Tables that hold for all regions; of the others the rows of the region and of the whole
        country, of the region's providers, projects and municipalities (those that ever belonged to
        it); and the sources that these rows name. No table is left out, some may have no rows.
    """
    tables = package.tables
    ours = {
        "provider": _codes(tables, "providers", "provider", region),
        "project": _codes(tables, "infrastructure", "project", region),
        "municipality": _codes(tables, "region_membership", "municipality", region),
    }
    kept = {name: _rows(name, table, region, ours) for name, table in tables.items()}
    if "sources" in tables:
        named = {
            key
            for name, table in tables.items()
            if name != "sources" and "source" in table
            for key in table.loc[kept[name], "source"].unique()
        }
        kept["sources"] = tables["sources"]["source"].isin(named)
    return replace(
        package,
        notes=tuple(note for note in package.notes if _concerns(note, region)),
        tables={name: table[kept[name]].reset_index(drop=True) for name, table in tables.items()},
        lines={
            name: lines[kept[name]].reset_index(drop=True) for name, lines in package.lines.items()
        },
    )


def _concerns(note: Problem, region: str) -> bool:
    """Tell whether a note is not about rows of another region alone."""
    about = note.sheet.partition("region=")[2]
    return about in ("", region, NATIONAL)


def _codes(tables: dict[str, pd.DataFrame], table: str, key: str, region: str) -> set[str]:
    """Give the codes of a table that belong to a region."""
    if table not in tables:
        return set()
    rows = tables[table]
    return set(rows.loc[rows["region"] == region, key])


def _rows(name: str, table: pd.DataFrame, region: str, ours: dict[str, set[str]]) -> pd.Series:
    """Mark the rows of a table that a report on a region may read."""
    if name not in SHARED:
        if "region" in table:
            return table["region"].isin((region, NATIONAL))
        for key, codes in ours.items():
            if key in table:
                return table[key].isin(codes)
    return pd.Series(True, index=table.index)


def checksums(package: DataPackage) -> dict[str, str]:
    """Give the SHA-256 of every table of a package, and of what else reports show of it.

    Returns
    -------
    dict of str
        By table: its rows with the file and line of each, as a report cites them. `package`: its
        title and the notes on its data.
    """
    about = [package.title, [asdict(note) for note in package.notes]]
    return {name: _checksum(package, name) for name in sorted(package.tables)} | {
        "package": _sha256(json.dumps(about, ensure_ascii=False, sort_keys=True))
    }


def _checksum(package: DataPackage, name: str) -> str:
    rows = package.tables[name]
    if name in package.lines:
        rows = pd.concat([rows, package.lines[name].add_prefix("read from ")], axis=1)
    return _sha256(rows.to_csv(index=False, lineterminator="\n"))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def read_from(package: DataPackage) -> dict[str, Any]:
    """Give name and checksums of a data package, as manifests hold them."""
    return {"package": package.name, "sha256": checksums(package)}
