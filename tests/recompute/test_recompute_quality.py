"""The quality log of reports beside SQL that reads the same CSV file in its own way."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dieval import __version__
from dieval.present.report import results
from dieval.reports.project import DATA_VARIABLE
from dieval.reports.results import results_json
from dieval.reports.scope_annex import reorganisation_annex
from dieval.reports.scope_progress import implementation_progress

SQL = Path(__file__).with_name("quality_checks.sql").read_text(encoding="utf-8")
HOME = "kurzeme-paraugs-1"


def progress(edition: str) -> dict[str, Any]:
    return results(implementation_progress(region="kurzeme", as_of="2022-12-31", edition=edition))


def annex(edition: str) -> dict[str, Any]:
    return results(
        reorganisation_annex(
            provider=HOME, start_year=2021, horizon_years=10, price_year=2022, discount_rate=0.04,
            draws=1000, seed=1, edition=edition,
        )
    )  # fmt: skip


REPORTS = {
    ("implementation_progress", None): progress,
    ("reorganisation_annex", HOME): annex,
}


@pytest.fixture
def data(package, tmp_path, monkeypatch) -> Path:
    """A copy of the data package, which the reports read."""
    copy = tmp_path / "data"
    shutil.copytree(package, copy)
    monkeypatch.setenv(DATA_VARIABLE, str(copy))
    return copy


def by_sql(data: Path, report: str, provider: str | None, made: dict[str, Any]) -> list[list[Any]]:
    """Rows of the log as SQL gives them, with the symbol of what does not apply."""
    variables = {
        "data": data.as_posix(),
        "report": report,
        "region": "kurzeme",
        "provider": provider,
        "edition": made["edition"],
        "data_sha256": made["checksums"]["data"],
        "report_sha256": made["checksums"]["report"],
        "version": __version__,
    }
    with duckdb.connect() as database:
        for name, value in variables.items():
            database.execute(f"SET VARIABLE {name} = ?", [value])
        rows = database.execute(SQL).execute("FROM result_quality_checks").fetchall()
    return [[{"symbol": "z"} if cell is None else cell for cell in row] for row in rows]


def entries(data: Path) -> list[dict[str, str]]:
    with (data / "quality_checks.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(data: Path, rows: list[dict[str, str]]) -> None:
    with (data / "quality_checks.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize("edition", ["public", "internal"])
@pytest.mark.parametrize(("report", "provider"), list(REPORTS))
def test_log_beside_sql_is_the_same_row_by_row(data, report, provider, edition):
    first = json.loads(results_json(REPORTS[report, provider](edition)))
    of_region = {"region": "kurzeme", "provider": provider or "", "report": report}
    proof = {
        "checked_by": "auditor",
        "checked_on": "2023-05-02",
        "evidence": "minutes",
        "checked_sha256": first["checksums"]["report"],
    }
    row = entries(data)[0] | of_region | proof
    # Some passed, one passed and opened later, one failed, one of another state.
    more = [
        row | {"check": "recomputed", "result": "passed", "checked_on": "2023-06-01"},
        row | {"check": "text_read_en", "result": "passed"},
        row | {"check": "text_read_en", "result": "open"} | dict.fromkeys(proof, ""),
        row | {"check": "conclusions_reviewed", "result": "failed"},
        row | {"check": "stakeholders_heard", "result": "passed", "checked_sha256": "0" * 64},
    ]
    mine = [old for old in entries(data) if old["check"] != "recomputed"]
    write(data, [*mine, *more])
    made = json.loads(results_json(REPORTS[report, provider](edition)))
    assert made["checksums"] == first["checksums"]
    table = made["tables"]["quality_checks"]
    assert table["rows"] == by_sql(data, report, provider, made)
    states = {row[3] for row in table["rows"]}
    assert states >= {"passed", "failed", "open", "reopened", "earlier"}
    counting = [row for row in table["rows"] if row[2] == "yes" and row[3] != "earlier"]
    assert made["state"] == ("final" if {row[3] for row in counting} == {"passed"} else "draft")
