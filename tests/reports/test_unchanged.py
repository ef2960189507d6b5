"""What is kept and what is made again, by the command as a user runs it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

HTML = ("--format", "html", "--lang", "en")
MADE_FOR = ("kurzeme", "latgale")


def stamps(out: Path) -> dict[str, int]:
    return {str(path.relative_to(out)): path.stat().st_mtime_ns for path in out.glob("*/*/*")}


def statuses(out: Path) -> dict[str, str]:
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    return {f"{entry['unit']}/{entry['report']}": entry["status"] for entry in record["reports"]}


@pytest.fixture(scope="module")
def made(once, dieval, project) -> Path:
    """A project and its `reports`: costs of two regions and the overview, one page each."""

    def make(folder: Path) -> None:
        shutil.copytree(project, folder / "project")
        run = dieval(*asked(), cwd=folder / "project")
        assert run.returncode == 0, run.stdout + run.stderr

    return once("unchanged", make) / "project"


def asked(*further: str) -> tuple[str, ...]:
    regions = [part for region in MADE_FOR for part in ("--region", region)]
    return ("report", "cost_comparison", "national_overview", *regions, *HTML, *further)


@pytest.fixture
def mine(made, tmp_path) -> Path:
    """A copy of that project, to be changed."""
    return shutil.copytree(made, tmp_path / "mine", copy_function=shutil.copy2)


def changed_row(table: Path, region: str) -> None:
    """Take a cent off the last amount of a region."""
    rows = table.read_text(encoding="utf-8").splitlines()
    place = max(place for place, row in enumerate(rows) if row.startswith(f"{region},"))
    cells = rows[place].split(",")
    cells[8] = f"{float(cells[8]) - 0.01:.2f}"
    rows[place] = ",".join(cells)
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")


def test_nothing_changed_nothing_is_touched(dieval, mine):
    before = stamps(mine / "reports")
    run = dieval(*asked(), cwd=mine)
    assert run.stdout == "0 of 3 reports made, 3 unchanged. Open reports/index.html\n"
    assert (run.returncode, stamps(mine / "reports")) == (0, before)


def test_force_makes_them_again_with_the_same_bytes(dieval, mine, made):
    run = dieval(*asked("--force"), cwd=mine)
    assert "3 of 3 reports made." in run.stdout
    for path in (made / "reports").glob("*/*/*"):
        assert (mine / path.relative_to(made)).read_bytes() == path.read_bytes()


def test_one_region_changed_it_and_the_overview_are_made(dieval, mine):
    before = stamps(mine / "reports")
    changed_row(mine / "data/latvia/costs.csv", "kurzeme")
    run = dieval(*asked(), cwd=mine)
    assert "2 of 3 reports made, 1 unchanged." in run.stdout, run.stdout + run.stderr
    assert statuses(mine / "reports") == {
        "kurzeme/cost_comparison": "made",
        "latgale/cost_comparison": "kept",
        "national/national_overview": "made",
    }
    after = stamps(mine / "reports")
    kept = {name for name in before if before[name] == after[name]}
    assert {name.split("/")[0] for name in kept} == {"latgale"}
    page = (mine / "reports" / "index.en.html").read_text("utf-8")
    assert "out of date" not in page


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.write_bytes(file.read_bytes()[:-40]),  # truncated
        lambda file: file.write_bytes(b""),
        lambda file: file.unlink(),
        lambda file: file.write_text(file.read_text().replace("dieval-manifest/1", "manifest/2")),
        lambda file: file.write_text("[" * 100_000),
        lambda file: file.write_text('{"schema": null}'),
    ],
    ids=["truncated", "empty", "deleted", "newer", "nested", "other"],
)
def test_r15_manifest_that_cannot_be_believed_is_made_again(dieval, mine, damage):
    damage(mine / "reports/kurzeme/cost_comparison/manifest.json")
    assert "1 of 3 reports made, 2 unchanged." in dieval(*asked(), cwd=mine).stdout


@pytest.mark.parametrize("name", ["report.en.html", "results.json", "notebook.ipynb"])
def test_r15_report_that_lacks_a_file_is_made_again(dieval, mine, name):
    (mine / "reports/kurzeme/cost_comparison" / name).unlink()
    assert "1 of 3 reports made, 2 unchanged." in dieval(*asked(), cwd=mine).stdout


@pytest.mark.parametrize("content", ["", "{", "[]", '{"key": "x", "reports": [{}]}'])
def test_r15_run_record_that_cannot_be_read_does_not_say_all_done(dieval, mine, content):
    (mine / "reports/run.json").write_text(content)
    run = dieval(*asked(), cwd=mine)
    assert "0 of 3 reports made, 3 unchanged." in run.stdout
    assert set(statuses(mine / "reports").values()) == {"kept"}


def test_r20_another_version_of_a_library_makes_again(dieval, mine):
    manifest = mine / "reports/kurzeme/cost_comparison/manifest.json"
    content = json.loads(manifest.read_text("utf-8"))
    content["environment"]["ipykernel"] = "0.1"
    manifest.write_text(json.dumps(content))
    assert "1 of 3 reports made, 2 unchanged." in dieval(*asked(), cwd=mine).stdout


@pytest.mark.parametrize(
    ("option", "made_again"),
    [(("-p", "draws=2000"), 3), (("--lang", "lv"), 3), (("-p", "as_of=2019-12-31"), 1)],
    ids=["parameter", "language", "parameter of one"],
)
def test_other_wishes_make_again_what_they_concern(dieval, mine, option, made_again):
    run = dieval(*asked(*option), cwd=mine)
    assert f"{made_again} of 3 reports made" in run.stdout, run.stdout + run.stderr
