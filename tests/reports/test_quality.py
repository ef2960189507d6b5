"""The quality log in a report: what closes a check, and what opens it again."""

from __future__ import annotations

import csv
import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from dieval.inputs.part import data_checksum, part_of
from dieval.inputs.read import read_package
from dieval.inputs.schema import datapackage_schema
from dieval.present.language import language
from dieval.present.report import results
from dieval.reports.project import Project, read_project, shipped_root
from dieval.reports.scope_progress import check_implementation_progress, report_progress

SUBJECTS = datapackage_schema("quality_checks")["subjects"]
COLUMNS = [field["name"] for field in datapackage_schema("quality_checks")["fields"]]
ASKED = {"region": "kurzeme", "as_of": "2022-12-31", "edition": "public"}


@pytest.fixture
def project(tmp_path) -> Project:
    """A project with notebooks, parameters and data of its own, which tests change."""
    shipped = read_project(shipped_root())
    folders = {}
    for name in ("data", "parameters", "notebooks"):
        folders[name] = tmp_path / name
        shutil.copytree(getattr(shipped, name), folders[name])
    return dataclasses.replace(shipped, **folders)


def made(project: Project, **asked: Any) -> dict[str, Any]:
    """results.json, and as `shown` what the first page says."""
    package = read_package(project.data)
    parameters = check_implementation_progress(ASKED | asked, package)
    report = report_progress(parameters, part_of(package, "kurzeme"), project)
    return results(report) | {"shown": report.cover().blocks}


def log(project: Project, checksums: dict[str, str], **cells: str) -> None:
    """Enter every check as passed, and say something else of some of them."""
    rows = []
    for subject, checks in SUBJECTS.items():
        for check in checks:
            row = dict.fromkeys(COLUMNS, "") | {
                "check": check,
                "region": "kurzeme",
                "report": "" if subject == "data" else "implementation_progress",
                "result": "passed",
                "checked_by": "auditor",
                "checked_on": "2023-05-02",
                "evidence": "minutes 4",
                "checked_sha256": checksums[subject],
                "source": "synthetic-quality",
            }
            rows.append(row)
    write(project.data / "quality_checks.csv", [row | cells for row in rows])


def write(file: Path, rows: list[dict[str, str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def edited(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")


def states(content: dict[str, Any]) -> dict[str, str]:
    """State of each check by its code."""
    table = content["tables"]["quality_checks"]
    names = [column["name"] for column in table["columns"]]
    rows = [dict(zip(names, row, strict=True)) for row in table["rows"]]
    return {row["check"]: row["check_state"] for row in rows}


def notices(content: dict[str, Any], code: str) -> list[str]:
    return [block["text"][code] for block in content["shown"] if block["kind"] == "notice"]


@pytest.fixture
def final(project) -> dict[str, Any]:
    """A report all of whose checks were made on it as it is."""
    log(project, made(project)["checksums"])
    return made(project)


def test_report_read_and_logged_with_its_own_checksums_becomes_final(project, final):
    assert final["state"] == "final"
    assert set(states(final).values()) == {"passed"}
    assert not any("Draft" in text for text in notices(final, "en"))


def test_entering_the_log_changes_no_checksum(project):
    before = made(project)["checksums"]
    log(project, before)
    extra = "office,Quality checks,Office,2023-01-01,,,,,administrative\n"
    with (project.data / "sources.csv").open("a", encoding="utf-8") as file:
        file.write(extra)
    log(project, before, source="office")
    after = made(project)
    assert (after["checksums"], after["state"]) == (before, "final")


def test_other_row_of_the_data_opens_every_check_again(project, final):
    services = project.data / "services.csv"
    edited(services, "kuldigas-novads", "talsu-novads")
    after = made(project)
    assert after["state"] == "draft"
    by_people = {check for checks in SUBJECTS.values() for check in checks}
    assert {check for check, state in states(after).items() if state == "reopened"} == by_people


@pytest.mark.parametrize(
    ("folder", "file", "before", "after"),
    [
        ("notebooks", "implementation_progress.ipynb", "DI", "DI plan"),
        ("parameters", "progress.yml", "value: 0.95", "value: 0.96"),
    ],
)
def test_other_text_or_parameter_opens_the_checks_of_the_report_alone(
    project, final, folder, file, before, after
):
    edited(getattr(project, folder) / file, before, after)
    content = made(project)
    assert content["state"] == "draft"
    for subject, state in (("data", "passed"), ("report", "reopened")):
        assert {states(content)[check] for check in SUBJECTS[subject]} == {state}


def test_notebook_saved_with_its_outputs_opens_no_check(project, final):
    file = project.notebooks / "implementation_progress.ipynb"
    notebook = json.loads(file.read_text(encoding="utf-8"))
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"]["trusted"] = True
        cell["source"] = "".join(cell["source"])
        if cell["cell_type"] == "code":
            output = {"output_type": "stream", "name": "stdout", "text": "run by hand"}
            cell |= {"execution_count": number + 1, "outputs": [output]}
    file.write_text(json.dumps(notebook), encoding="utf-8")
    assert made(project)["state"] == "final"


def test_other_day_opens_the_checks_of_the_report(project, final):
    assert made(project, as_of="2022-12-30")["state"] == "draft"


def test_other_edition_opens_the_checks_of_the_report(project, final):
    assert made(project, edition="internal")["state"] == "draft"


def test_check_made_critical_keeps_a_report_a_draft(project):
    log(project, made(project)["checksums"])
    rows = (project.data / "quality_checks.csv").read_text(encoding="utf-8").splitlines()
    kept = [row for row in rows if not row.startswith("stakeholders_heard")]
    (project.data / "quality_checks.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    assert made(project)["state"] == "final"
    file = project.parameters / "quality.yml"
    _, _, tail = file.read_text(encoding="utf-8").partition("critical_stakeholders_heard:")
    edited(file, tail, tail.replace("value: 0", "value: 1", 1))
    assert made(project)["state"] == "draft"


def test_first_page_of_a_draft_says_which_critical_checks_are_open(project):
    content = made(project)
    assert content["state"] == "draft"
    opened = [
        check for check, state in states(content).items()
        if state not in ("passed", "earlier")
        and check not in ("accessibility_tried", "stakeholders_heard")
    ]  # fmt: skip
    for code, start in (("lv", "Melnraksts – "), ("en", "Draft – ")):
        (text,) = [text for text in notices(content, code) if text.startswith(start)]
        assert all(language(code).word("check", check) in text for check in opened)
    (running,) = [
        block["running"]
        for block in content["shown"]
        if block["kind"] == "notice" and block["text"]["en"].startswith("Draft")
    ]
    assert running == {"lv": "Melnraksts", "en": "Draft"}
    facts = next(block for block in content["shown"] if block["kind"] == "facts")["facts"]
    (state,) = [f["value"] for f in facts if f["term"]["en"] == "State of the report"]
    assert state == {"lv": "melnraksts", "en": "draft"}


def test_checksum_of_the_data_is_the_same_in_another_file_and_order(project, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(project.data, other)
    for table in ("services", "sources"):
        with (other / f"{table}.csv").open(encoding="utf-8", newline="") as text:
            rows = list(csv.DictReader(text))
        write(other / f"{table}.csv", rows[::-1])
    sums = [data_checksum(part_of(read_package(p), "kurzeme")) for p in (project.data, other)]
    assert sums[0] == sums[1]


def test_checksum_of_a_region_does_not_know_the_rows_of_another(project):
    before = data_checksum(part_of(read_package(project.data), "kurzeme"))
    country = data_checksum(read_package(project.data))
    with (project.data / "services.csv").open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    elsewhere = next(row for row in rows if row["municipality"] == "daugavpils")
    write(project.data / "services.csv", [row for row in rows if row is not elsewhere])
    package = read_package(project.data)
    assert data_checksum(part_of(package, "kurzeme")) == before
    assert data_checksum(package) != country
