"""The release ledger, as a user runs it: what was published once is known for ever."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from run_folder import contents

from dieval.reports.project import read_project
from dieval.reports.releases import release_hashes

MINE = "kurzeme/cost_comparison"
REPORT = ("report", "cost_comparison", "--region", "kurzeme", "--format", "html", "--lang", "en")
HIDDEN = {"symbol": "c"}


@pytest.fixture(scope="module")
def made(once, dieval, project) -> Path:
    """A project with a released report, which is a draft."""

    def make(folder: Path) -> None:
        shutil.copytree(project, folder / "project")
        for command in (REPORT, ("release", "reports", "--name", "2025-1", "--drafts")):
            run = dieval(*command, cwd=folder / "project")
            assert run.returncode == 0, run.stdout + run.stderr

    return once("releases", make) / "project"


@pytest.fixture
def mine(made, tmp_path) -> Path:
    """A copy of that project, to be changed."""
    return shutil.copytree(made, tmp_path / "mine")


@pytest.fixture
def say(dieval, mine) -> Callable[..., tuple[int, str]]:
    def run(*arguments: str) -> tuple[int, str]:
        done = dieval(*arguments, cwd=mine)
        said = done.stdout + done.stderr
        assert "Traceback" not in said
        assert str(mine) not in said
        return done.returncode, said

    return run


def revise(project: Path, table: str, column: str, by: int, **row: str) -> None:
    """Change one number of the data."""
    file = project / "data" / "latvia" / f"{table}.csv"
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
    (one,) = (each for each in rows if row.items() <= each.items())
    one[column] = str(int(one[column]) + by)
    with file.open("w", encoding="utf-8", newline="") as written:
        writer = csv.DictWriter(written, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def table_of(out: Path, name: str) -> list[dict[str, object]]:
    results = json.loads((out / MINE / "results.json").read_text(encoding="utf-8"))
    held = results["tables"][name]
    names = [column["name"] for column in held["columns"]]
    return [dict(zip(names, row, strict=True)) for row in held["rows"]]


def fostered(out: Path) -> dict[str, object]:
    return next(
        row
        for row in table_of(out, "unit_costs")
        if (row["year"], row["care_arrangement"]) == (2022, "foster_family")
    )


def checksum(out: Path) -> str:
    """What the checks of the report in the quality log are about."""
    results = json.loads((out / MINE / "results.json").read_text(encoding="utf-8"))
    return results["checksums"]["report"]


def test_release_keeps_results_and_manifest(made):
    kept = contents(made / "releases")
    assert set(kept) == {
        "2025-1/SHA256SUMS",
        *(f"2025-1/{MINE}/{name}" for name in ("results.json", "manifest.json")),
    }
    for name in ("results.json", "manifest.json"):
        assert kept[f"2025-1/{MINE}/{name}"] == (made / "reports" / MINE / name).read_bytes()


def test_what_was_released_is_verified_with_what_was_known_then(say):
    assert say("verify", "reports")[1].endswith("identical: 1 reports, 9 files\n")


def test_the_same_data_gives_the_same_results_after_a_release(say, mine):
    before = contents(mine / "reports")
    assert say(*REPORT)[0] == 0
    after = contents(mine / "reports")
    differing = {name.rpartition("/")[2] for name in before if before[name] != after[name]}
    assert differing == {"manifest.json", "ro-crate-metadata.json", "SHA256SUMS", "run.json"}
    manifest = json.loads(after[f"{MINE}/manifest.json"])
    assert list(manifest["releases"]["sha256"]) == ["2025-1"]
    assert "0 of 1 reports made, 1 unchanged" in say(*REPORT)[1]
    assert say("verify", "reports")[1].endswith("identical: 1 reports, 9 files\n")
    assert say("audit", "reports")[0] == 0


def test_a_revision_by_few_children_is_hidden(say, mine):
    shown = fostered(mine / "reports")
    assert shown["child_days"] != HIDDEN
    # 700 child-days are 1.9 children: of few, though foster families care for nearly 200.
    at = {"region": "kurzeme", "care_arrangement": "foster_family", "year": "2022"}
    group = {"age_band": "0-6", "need_level": "standard"}
    revise(mine, "activity", "child_days", 700, **at, **group)
    assert say(*REPORT)[0] == 0
    now = fostered(mine / "reports")
    assert (now["child_days"], now["cost_per_child_month_eur"]) == (HIDDEN, HIDDEN)
    assert isinstance(now["total_eur"], int | float)
    groups = [
        row
        for row in table_of(mine / "reports", "group_costs")
        if (row["year"], row["care_arrangement"]) == (2022, "foster_family")
    ]
    hidden = {(row["age_band"], row["need_level"]): row["child_months"] == HIDDEN for row in groups}
    assert hidden[("0-6", "standard")]
    assert say("audit", "reports")[0] == 0

    # Without the ledger, the edition would tell of the 700: the audit with the ledger says so.
    with_ledger = checksum(mine / "reports")
    shutil.move(mine / "releases", mine / "away")
    assert say(*REPORT, "--out", "other")[0] == 0
    assert fostered(mine / "other")["child_days"] == shown["child_days"] + 700
    assert say("audit", "other")[0] == 0
    # What a release hides is checked anew.
    assert checksum(mine / "other") != with_ledger
    shutil.move(mine / "away", mine / "releases")
    status, said = say("audit", "other")
    assert status == 1
    assert f"{MINE} differs by few persons from an earlier release" in said
    status, said = say("release", "other", "--name", "2026-1", "--drafts")
    assert status == 2
    assert "differs by few persons from an earlier release" in said
    assert not (mine / "releases" / "2026-1").exists()


def test_diff_tells_what_was_revised_from_what_the_release_hides(dieval, mine, tmp_path):
    old = shutil.copytree(mine, tmp_path / "old")
    at = {"region": "kurzeme", "care_arrangement": "foster_family", "year": "2022"}
    group = {"age_band": "0-6", "need_level": "standard"}
    revise(mine, "activity", "child_days", 700, **at, **group)
    assert dieval(*REPORT, cwd=mine).returncode == 0
    file = tmp_path / "diff.json"
    data = ("--old-data", old / "data/latvia", "--new-data", mine / "data/latvia")
    run = dieval("diff", old / "reports", mine / "reports", *data, "--json", file, cwd=tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    (report,) = json.loads(file.read_text(encoding="utf-8"))["reports"]
    kinds = [cause["kind"] for cause in report["causes"]]
    assert kinds == ["data", "releases"]
    assert report["causes"][1]["text"] == "earlier releases, 2025-1 is new"
    # With the rows of before, the release hides nothing more; with those of now, their change.
    shutil.rmtree(mine / "releases")
    run = dieval("diff", old / "reports", mine / "reports", *data, cwd=tmp_path)
    assert run.returncode == 2
    assert "was made with releases that the project around this data does not have" in run.stderr


def test_a_revision_by_many_children_is_shown(say, mine):
    before = fostered(mine / "reports")["child_days"]
    at = {"region": "kurzeme", "care_arrangement": "foster_family", "year": "2022"}
    revise(mine, "activity", "child_days", 8 * 366, **at, age_band="7-17", need_level="standard")
    assert say(*REPORT)[0] == 0
    assert fostered(mine / "reports")["child_days"] == before + 8 * 366
    assert say("release", "reports", "--name", "2026-1", "--drafts")[0] == 0
    assert say("verify", "reports")[0] == 0
    assert sorted(path.name for path in (mine / "releases").iterdir()) == ["2025-1", "2026-1"]


def test_a_release_that_was_changed_is_refused(say, mine):
    file = mine / "releases" / "2025-1" / MINE / "results.json"
    file.write_bytes(file.read_bytes().replace(b"2022", b"2021", 1))
    status, said = say("audit", "reports")
    assert status == 2
    assert f"releases/2025-1/{MINE}/results.json was changed since the release" in said
    file.unlink()
    status, said = say(*REPORT)
    assert status == 2
    assert f"releases/2025-1/{MINE}/results.json cannot be read" in said
    (mine / "releases" / "2025-1" / "SHA256SUMS").write_bytes(b"nothing")
    assert "releases/2025-1/SHA256SUMS is damaged" in say("audit", "reports")[1]
    (mine / "releases" / "2025-1" / "SHA256SUMS").unlink()
    assert "releases/2025-1/SHA256SUMS cannot be read" in say("audit", "reports")[1]
    status, said = say("verify", "reports")
    assert status == 2, said


def test_verify_says_that_a_release_is_gone(say, mine):
    assert say(*REPORT)[0] == 0  # with the release
    shutil.rmtree(mine / "releases")
    status, said = say("verify", "reports")
    assert status == 1
    assert "earlier releases have changed: 2025-1" in said


def test_a_second_release_names_the_first_and_comes_after_it(say, mine):
    assert say("release", "reports", "--name", "2025-0", "--drafts")[0] == 0
    listed = (mine / "releases/2025-0/SHA256SUMS").read_text(encoding="utf-8")
    assert "  ../2025-1/SHA256SUMS\n" in listed
    assert list(release_hashes(read_project(mine))) == ["2025-1", "2025-0"]
    # The reports were made with the first alone; made with both, they are the same.
    before = checksum(mine / "reports")
    assert say(*REPORT)[0] == 0
    assert checksum(mine / "reports") == before
    shutil.rmtree(mine / "releases/2025-1")
    for command in (("audit", "reports"), REPORT, ("verify", "reports")):
        status, said = say(*command)
        assert status == 2, command
        assert "releases/2025-1 is gone or was changed since releases/2025-0 was recorded" in said


def _lose_manifest(release: Path) -> None:
    (release / MINE / "manifest.json").unlink()


def _lose_line(release: Path) -> None:
    file = release / "SHA256SUMS"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if "results" not in line), encoding="utf-8")


def _rename(release: Path) -> None:
    release.rename(release.with_name("2025-1 (copy)"))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_lose_manifest, f"releases/2025-1/{MINE}/manifest.json cannot be read"),
        (_lose_line, f"releases/2025-1/{MINE}/results.json is not in its SHA256SUMS"),
        (_rename, "no name of a release"),
    ],
)
def test_a_ledger_that_lost_something_is_refused(say, mine, spoil, said):
    spoil(mine / "releases" / "2025-1")
    for command in (("audit", "reports"), REPORT, ("verify", "reports")):
        status, answer = say(*command)
        assert status == 2, command
        assert said in answer


@pytest.mark.parametrize("gone", ["renamed", "all"])
def test_reports_know_the_releases_that_they_were_made_with(say, mine, gone):
    assert say(*REPORT)[0] == 0
    ledger = mine / "releases"
    if gone == "all":
        shutil.rmtree(ledger)
    else:
        (ledger / "2025-1").rename(ledger / "2025-2")
    for command in (("audit", "reports"), REPORT, ("release", "reports", "--name", "2026-1")):
        status, answer = say(*command)
        assert status == 2, command
        assert f"releases/2025-1, with which {MINE} was made, is gone or was changed" in answer


def test_other_files_in_the_ledger_are_no_releases(say, mine):
    (mine / "releases" / "notes.txt").write_text("read me")
    assert say("audit", "reports")[0] == 0
    assert list(release_hashes(read_project(mine))) == ["2025-1"]


def test_a_release_goes_into_the_project_of_its_reports(dieval, mine, tmp_path):
    run = dieval("release", mine / "reports", "--name", "2026-1", "--drafts", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert run.stdout.endswith("1 report recorded as released: mine/releases/2026-1\n")
    assert (mine / "releases/2026-1").is_dir()
    out = shutil.copytree(mine / "reports", tmp_path / "out")
    run = dieval("release", out, "--name", "2026-2", "--drafts", cwd=tmp_path)
    assert run.returncode == 2
    assert "belongs to no project" in run.stderr


def test_drafts_are_released_only_where_it_is_said(say):
    status, said = say("release", "reports", "--name", "2026-1")
    assert status == 2
    assert f"1 of 1 reports are drafts ({MINE})" in said


def test_a_release_is_never_written_again(say):
    status, said = say("release", "reports", "--name", "2025-1", "--drafts")
    assert status == 2
    assert "there is such a release" in said


@pytest.mark.parametrize("name", ["../up", ".hidden", "Big", "a b", "", "x" * 61])
def test_a_name_stays_in_the_ledger(say, mine, name):
    status, said = say("release", "reports", "--name", name, "--drafts")
    assert status == 2
    assert "use small letters" in said
    assert [path.name for path in (mine / "releases").iterdir()] == ["2025-1"]


def test_changed_and_internal_reports_are_not_released(say, mine):
    page = mine / "reports" / MINE / "report.en.html"
    page.write_bytes(page.read_bytes() + b" ")
    status, said = say("release", "reports", "--name", "2026-1", "--drafts")
    assert status == 2
    assert f"not as dieval wrote it ({MINE}/report.en.html)" in said
    assert say(*REPORT, "--edition", "internal")[0] == 0
    status, said = say("release", "reports-internal", "--name", "2026-1", "--drafts")
    assert status == 2
    assert "of the internal edition, which shows every number and is never published" in said
    status, said = say("release", "data", "--name", "2026-1")
    assert status == 2


def test_the_internal_edition_does_not_ask_what_was_released(say, mine):
    shutil.rmtree(mine / "releases" / "2025-1" / "kurzeme")
    assert say(*REPORT, "--edition", "internal")[0] == 0
    manifest = (mine / "reports-internal" / MINE / "manifest.json").read_text(encoding="utf-8")
    assert json.loads(manifest)["releases"] == {"sha256": {}}
