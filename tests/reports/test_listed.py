from __future__ import annotations

import json
from pathlib import Path

import pytest

from dieval.reports.freshness import ingredients
from dieval.reports.listed import MESSAGE_LENGTH, Listed, listed_reports, shortened
from dieval.reports.manifest import sha256
from dieval.reports.run import Outcome

COSTS = {
    "columns": [
        {"name": name} for name in ("year", "care_arrangement", "cost_per_child_month_eur")
    ],
    "rows": [[2022, "institution", 2_000]],
}
FOLDER = "riga/cost_comparison"


@pytest.fixture
def out(tmp_path, put_report) -> Path:
    """An output folder with one report, whose manifest is written as a run writes it."""
    put_report(
        tmp_path / "out",
        FOLDER,
        edition="public",
        parameters={"first_year": 2014},
        evidence={"synthetic": 0.5},
        key_figures=[{"figure": "places_open"}],
        tables={"unit_costs": COSTS, "comparison": COSTS},
    )
    return tmp_path / "out"


@pytest.fixture
def listed(out, tiny_project, data_read):
    """List the folder after a run that ended as told."""

    def reports(*outcomes: Outcome) -> list[Listed]:
        return listed_reports(out, outcomes, ingredients(tiny_project, lambda unit: data_read))

    return reports


def failed(unit: str = "riga", message: str = "the reason") -> Outcome:
    return Outcome("cost_comparison", unit, "failed", 1.0, message)


def rewrite(file: Path, **changed: object) -> None:
    content = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**content, **changed}), encoding="utf-8")


def test_report_made_from_what_is_there_is_made(listed):
    (report,) = listed()
    assert (report.folder, report.states, report.is_there) == (FOLDER, ("made",), True)
    assert report.files == {"results.json", "manifest.json", "report.lv.html"}
    assert (report.edition, dict(report.evidence)) == ("public", {"synthetic": 0.5})
    assert report.key_figures == [{"figure": "places_open"}]


def test_report_keeps_the_rows_of_its_small_picture_alone(listed):
    (report,) = listed()
    row = {"year": 2022, "care_arrangement": "institution", "cost_per_child_month_eur": 2_000}
    assert report.tables == {"unit_costs": [row]}


def test_report_whose_notebook_changed_is_out_of_date(listed, tiny_project):
    tiny_project.notebook("cost_comparison").write_text('{"cells": []}')
    (report,) = listed()
    assert report.states == ("outdated",)
    assert report.changed == {"notebook": ["cost_comparison.ipynb"]}
    assert report.is_there


def test_report_that_failed_and_whose_earlier_one_is_out_of_date_is_both(listed, tiny_project):
    assert listed(failed())[0].states == ("failed_earlier", "made")
    tiny_project.notebook("cost_comparison").write_text('{"cells": []}')
    assert listed(failed())[0].states == ("failed_earlier", "outdated")


def test_report_that_failed_and_is_not_there_stands_with_its_reason(listed):
    report = listed(failed("latgale"))[0]
    assert (report.unit, report.states, report.message) == ("latgale", ("failed",), "the reason")
    assert report.failed
    assert not report.is_there


@pytest.mark.parametrize("name", ["results.json", "manifest.json", "report.lv.html"])
def test_report_without_one_of_its_files_is_damaged(listed, out, name):
    (out / FOLDER / name).unlink()
    (report,) = listed()
    assert (report.states, report.faults) == (("damaged",), (name,))


@pytest.mark.parametrize("name", ["results.json", "manifest.json"])
@pytest.mark.parametrize("content", ["", "{", "[]", "null", "{}", "\ud800", "[" * 100_000])
def test_report_whose_json_is_broken_is_damaged(listed, out, name, content):
    (out / FOLDER / name).write_bytes(content.encode("utf-8", "surrogatepass"))
    (report,) = listed()
    assert (report.states, report.faults) == (("damaged",), (name,))
    assert not report.tables


def test_report_whose_results_were_changed_by_hand_is_damaged_and_shows_no_figure(listed, out):
    file = out / FOLDER / "results.json"
    file.write_text(file.read_text("utf-8").replace("2000", "1000"), encoding="utf-8")
    (report,) = listed()
    assert (report.states, report.faults) == (("damaged",), ("results.json",))
    assert not report.key_figures


def test_report_in_the_folder_of_another_unit_is_damaged(listed, out):
    (out / "riga").rename(out / "kurzeme")
    (report,) = listed()
    assert report.faults == ("manifest.json", "results.json")


@pytest.mark.parametrize("files", [None, [], {}, {"results.json": None}])
def test_report_whose_manifest_lists_no_files_is_damaged(listed, out, files):
    rewrite(out / FOLDER / "manifest.json", files=files)
    assert listed()[0].states == ("damaged",)


def test_report_whose_manifest_lacks_a_part_is_damaged(listed, out):
    rewrite(out / FOLDER / "manifest.json", data=None)
    (report,) = listed()
    assert (report.states, report.faults) == (("damaged",), ("manifest.json",))


def resealed(out: Path, **changed: object) -> None:
    """Change results and write their new sum into the manifest, as another version would."""
    file = out / FOLDER / "results.json"
    rewrite(file, **changed)
    sums = json.loads((out / FOLDER / "manifest.json").read_text())["files"]
    rewrite(
        out / FOLDER / "manifest.json", files={**sums, "results.json": sha256(file.read_bytes())}
    )


def test_report_of_another_schema_is_listed_without_figures(listed, out):
    resealed(out, schema="dieval-results/9", tables="none")
    (report,) = listed()
    assert report.states == ("made",)
    assert not report.key_figures
    assert not report.tables
    assert report.evidence == {"synthetic": 0.5}


@pytest.mark.parametrize(
    "changed",
    [{"evidence": None}, {"evidence": {"synthetic": "much"}}, {"tables": None}, {"tables": {
        "unit_costs": {"columns": [{"name": "year"}], "rows": [[1, 2]]}}}],
)  # fmt: skip
def test_report_whose_results_are_no_results_is_damaged(listed, out, changed):
    resealed(out, **changed)
    assert listed()[0].states == ("damaged",)


def test_folders_that_a_killed_run_left_are_no_reports(listed, out):
    (out / FOLDER).rename(out / "riga" / ".cost_comparison.new")
    assert listed() == []


def test_message_keeps_the_name_of_a_file_and_loses_its_folders():
    assert shortened("no C:\\Users\\me\\a.csv, /data/me/b.csv, 5 EUR/child/month") == (
        "no a.csv, b.csv, 5 EUR/child/month"
    )


def test_message_that_is_long_is_cut():
    text = shortened("word " * 100)
    assert len(text) == MESSAGE_LENGTH
    assert text.endswith("word…")
