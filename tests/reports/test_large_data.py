"""Reports from folders of Parquet files: the same numbers, and nothing read or made in vain."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from row_by_row import latvia_in_rows
from run_folder import contents, run_record, without_times

from dieval.cli import main
from dieval.inputs import read

HTML = ("--format", "html", "--lang", "en")
TWO = ("--region", "kurzeme", "--region", "riga")


@pytest.fixture(scope="module")
def made(once, dieval, project) -> Path:
    """A project with one row for each child, and the costs of two regions from it."""

    def make(folder: Path) -> None:
        shutil.copytree(project, folder / "project")
        shutil.rmtree(folder / "project" / "data" / "latvia")
        latvia_in_rows(folder / "project" / "data" / "latvia", ["region"])
        run = dieval("report", "cost_comparison", *TWO, *HTML, cwd=folder / "project")
        assert run.returncode == 0, run.stdout + run.stderr

    return once("large_data", make) / "project"


@pytest.fixture
def mine(made, tmp_path) -> Path:
    """A copy of that project, to be changed."""
    return shutil.copytree(made, tmp_path / "mine", copy_function=shutil.copy2)


def results(out: Path, region: str) -> dict[str, object]:
    return json.loads((out / region / "cost_comparison" / "results.json").read_text("utf-8"))


def statuses(out: Path) -> dict[str, object]:
    return {unit: entry["status"] for unit, entry in run_record(out).items()}


def test_report_has_the_same_numbers_as_from_the_tables_of_sums(made, dieval, project, tmp_path):
    run = dieval("report", "cost_comparison", "--region", "riga", *HTML, "--out", tmp_path / "out",
                 cwd=project)  # fmt: skip
    assert run.returncode == 0, run.stderr
    summed, whole = results(made / "reports", "riga"), results(tmp_path / "out", "riga")
    rows = [found["tables"].pop("data_rows") for found in (summed, whole)]
    assert summed["tables"] == whole["tables"]
    assert summed["key_figures"] == whole["key_figures"]
    assert {row[2] for row in rows[0]["rows"] if row[0] == "costs"} == {"costs/region=riga"}
    counted = [sum(row[4] for row in found["rows"] if row[0] == "costs") for found in rows]
    assert counted[0] == 3 * counted[1]
    assert "folder of Parquet files" in (
        made / "reports/riga/cost_comparison/report.en.html"
    ).read_text("utf-8")


def test_nothing_changed_nothing_is_made_also_where_the_files_were_written_again(mine, dieval):
    asked = ("report", "cost_comparison", *TWO, *HTML)
    for file in (mine / "data").rglob("*.parquet"):
        pq.write_table(pq.read_table(file, partitioning=None), file)
    run = dieval(*asked, cwd=mine)
    assert "0 of 2 reports made, 2 unchanged." in run.stdout
    again = dieval(*asked, cwd=mine)
    assert again.stdout == run.stdout


def test_row_of_one_region_changed_only_its_report_is_made(mine, dieval):
    file = next((mine / "data/latvia/costs/region=riga").glob("*.parquet"))
    pq.write_table(pq.ParquetFile(file).read().slice(1), file)  # one row less
    run = dieval("report", "cost_comparison", *TWO, *HTML, cwd=mine)
    assert run.returncode == 0, run.stderr
    assert statuses(mine / "reports") == {"kurzeme": "kept", "riga": "made"}


def test_index_tells_of_a_region_that_was_not_asked_for_whether_its_data_changed(mine, dieval):
    asked = ("report", "cost_comparison", "--region", "kurzeme", *HTML, "--force")
    index = mine / "reports" / "index.en.html"
    assert dieval(*asked, cwd=mine).returncode == 0
    assert "Out of date" not in index.read_text("utf-8")
    file = next((mine / "data/latvia/costs/region=riga").glob("*.parquet"))
    pq.write_table(pq.ParquetFile(file).read().slice(1), file)  # one row less
    assert dieval(*asked, cwd=mine).returncode == 0
    assert "Out of date: 1" in index.read_text("utf-8")


@pytest.mark.parametrize("how", [("--cluster", "local", "--jobs", 1), ("--engine", "nbclient")])
def test_same_bytes_from_a_cluster_that_has_no_files_and_from_kernels(made, dieval, tmp_path, how):
    if "--cluster" in how:
        pytest.importorskip("distributed")
    out = tmp_path / "out"
    run = dieval("report", "cost_comparison", *TWO, *HTML, *how, "--out", out, cwd=made)
    assert run.returncode == 0, run.stdout + run.stderr
    assert without_times(out) == without_times(made / "reports")
    assert contents(out / "riga") == contents(made / "reports" / "riga")


def test_same_bytes_where_regions_are_read_one_after_the_other(made, tmp_path, monkeypatch):
    monkeypatch.setattr(read, "REGIONS_AT_ONCE", 1)
    monkeypatch.chdir(made)
    asked = ["report", "cost_comparison", *TWO, *HTML, "--out", str(tmp_path / "out")]
    with pytest.raises(SystemExit, match=r"^0$"):
        main(asked)
    assert without_times(tmp_path / "out") == without_times(made / "reports")
    assert contents(tmp_path / "out" / "riga") == contents(made / "reports" / "riga")


def test_unknown_region_is_told_with_the_nearest_one(made, dieval):
    run = dieval("report", "cost_comparison", "--region", "kurzem", *HTML, cwd=made)
    assert run.returncode == 2
    assert "region kurzem is unknown" in run.stderr
    assert "kurzeme" in run.stderr


def test_bad_row_is_told_before_anything_runs_and_the_reports_stay(mine, dieval):
    before = contents(mine / "reports")
    file = next((mine / "data/latvia/activity/region=riga").glob("*.parquet"))
    table = pq.ParquetFile(file).read()
    place = table.column_names.index("care_arrangement")
    castle = pa.array(["castle", *table["care_arrangement"].to_pylist()[1:]])
    pq.write_table(table.set_column(place, "care_arrangement", castle), file)
    run = dieval("report", "cost_comparison", *TWO, *HTML, cwd=mine)
    assert run.returncode == 2
    assert "activity/region=riga/part-0.parquet, region=riga, column care_arrangement, row 2" in (
        run.stderr
    )
    assert "Traceback" not in run.stderr
    assert contents(mine / "reports") == before
