"""What a report says and what the files say, each worked out in its own way."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dieval.present.cost_comparison import results
from dieval.reports.project import DATA_VARIABLE
from dieval.reports.results import results_json
from dieval.reports.scope import cost_comparison

ROOT = Path(__file__).resolve().parents[2]
SQL = Path(__file__).with_name("cost_comparison.sql")

Results = dict[str, Any]
Recomputed = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="session")
def package() -> Path:
    """The data package of Latvia."""
    return ROOT / "data" / "latvia"


@pytest.fixture(scope="session")
def report() -> Callable[[Path, dict[str, Any]], Results]:
    """Give results.json of a region as the notebook's calls make it."""

    def make(data: Path, parameters: dict[str, Any]) -> Results:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(DATA_VARIABLE, str(data))
            made = results(cost_comparison(**parameters, edition="internal"))
        return json.loads(results_json(made))

    return make


@pytest.fixture(scope="session")
def recompute() -> Callable[[Path, dict[str, Any]], Recomputed]:
    """Give the rows of every result table as SQL works them out from the CSV files."""

    def make(data: Path, parameters: dict[str, Any]) -> Recomputed:
        with duckdb.connect() as database:
            database.execute("SET threads = 1")
            for name, value in {"data": data.as_posix(), **parameters}.items():
                database.execute(f"SET VARIABLE {name} = ?", [value])
            database.execute(SQL.read_text(encoding="utf-8"))
            tables = [
                name
                for (name,) in database.execute(
                    "SELECT table_name FROM information_schema.tables "
                    "WHERE table_name LIKE 'result\\_%' ESCAPE '\\' ORDER BY 1"
                ).fetchall()
            ]
            rows: Recomputed = {}
            for table in tables:
                cursor = database.execute(f"FROM {table}")
                columns = [column[0] for column in cursor.description]
                rows[table.removeprefix("result_")] = [
                    dict(zip(columns, row, strict=True)) for row in cursor.fetchall()
                ]
        return rows

    return make
