"""The data on Latvia with costs and activity cut into rows of children, in Parquet files."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

LATVIA = Path(__file__).resolve().parents[2] / "data" / "latvia"
SUMS = {"costs": ["amount_eur"], "activity": ["child_days", "place_days"]}
CENT = Decimal("0.01")


def pieces(value: str, count: int) -> list[Decimal | None]:
    """Cut an amount into parts of whole cents that add up to it; the last takes the rest."""
    if not value:
        return [None] * count
    each = (Decimal(value) / count).quantize(CENT)
    return [each] * (count - 1) + [Decimal(value) - each * (count - 1)]


def row_by_row(table: str, rows: pd.DataFrame, count: int) -> pd.DataFrame:
    """Cut every row of a table of texts into rows of children."""
    parts = rows.loc[rows.index.repeat(count)].reset_index(drop=True)
    for column in SUMS[table]:
        cells = [piece for value in rows[column] for piece in pieces(value, count)]
        parts[column] = pd.Series(cells, dtype="object")
    parts["year"] = parts["year"].astype("int64")
    parts["child"] = [f"k{number}" for number in range(len(parts))]
    return parts.replace({"": None})


def write_parts(
    folder: Path, rows: pd.DataFrame, by: list[str], files: int = 1, number_type: str = "decimal"
) -> None:
    """Write rows into folders named by columns, each cut into files."""
    for values, part in rows.groupby(by) if by else [((), rows)]:
        inner = folder.joinpath(
            *(f"{name}={value}" for name, value in zip(by, values, strict=True))
        )
        inner.mkdir(parents=True)
        for number, positions in enumerate(np.array_split(np.arange(len(part)), files)):
            cells = part.iloc[positions].drop(columns=by)
            for column in cells.columns.intersection(["amount_eur", "child_days", "place_days"]):
                if number_type == "float":
                    cells[column] = cells[column].astype("float64")
            pq.write_table(pa.Table.from_pandas(cells), inner / f"part-{number}.parquet")


def latvia_in_rows(folder: Path, by: list[str], seed: int | None = None, **how: Any) -> Path:
    """Copy the data on Latvia with costs and activity cut into rows of children."""
    shutil.copytree(LATVIA, folder)
    for table in SUMS:
        whole = pd.read_csv(folder / f"{table}.csv", dtype="str", keep_default_na=False)
        rows = row_by_row(table, whole, 3)
        if seed is not None:
            rows = rows.sample(frac=1, random_state=seed)
        write_parts(folder / table, rows, by, **how)
        (folder / f"{table}.csv").unlink()
    descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
    for resource in descriptor["resources"]:
        if resource["name"] in SUMS:
            resource["path"] = resource["name"]
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    return folder
