"""`dieval diff`, as a user runs it: one ledger row, one rate and one parameter were changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

REPORT = (
    *("report", "cost_comparison", "--region", "kurzeme", "--format", "html", "--lang", "en"),
    *("--edition", "internal"),
)
PLACE = "kurzeme/cost_comparison"
DATA = ("--old-data", "old/data/latvia", "--new-data", "new/data/latvia")
# Administration of guardians in 2022, and foster maintenance of children of 7 to 17.
COST, CHANGED_COST = "94024.17", "94124.17"
RATE, CHANGED_RATE = "258.00", "268.00"


def change_cell(file: Path, starts: str, old: str, new: str) -> int:
    """Change a cell of the one row that begins so; give its line."""
    lines = file.read_text("utf-8").splitlines(keepends=True)
    (place,) = (place for place, line in enumerate(lines) if line.startswith(starts))
    assert lines[place].count(old) == 1
    lines[place] = lines[place].replace(old, new)
    file.write_text("".join(lines), "utf-8")
    return place + 1


def change_ledger(project: Path) -> int:
    row = "kurzeme,,guardian,2022,all,all,administration,municipality,"
    return change_cell(project / "data/latvia/costs.csv", row, COST, CHANGED_COST)


def change_rate(project: Path) -> int:
    row = "foster-maintenance-7-17-2018,"
    return change_cell(project / "data/latvia/statutory_rates.csv", row, RATE, CHANGED_RATE)


@pytest.fixture(scope="module")
def editions(once, dieval, project) -> Path:
    """A folder with the projects `old` and `new` and their reports, and the lines that differ."""

    def make(folder: Path) -> None:
        def report(name: str, *further: str) -> None:
            run = dieval(*REPORT, "--out", "reports", *further, cwd=folder / name)
            assert run.returncode == 0, run.stdout + run.stderr

        shutil.copytree(project, folder / "old")
        report("old")
        for name, change in (("ledger", change_ledger), ("rate", change_rate)):
            shutil.copytree(folder / "old", folder / name)
            change(folder / name)
            report(name)
        shutil.copytree(folder / "old", folder / "new")
        lines = {"costs": change_ledger(folder / "new"), "rates": change_rate(folder / "new")}
        report("new", "-p", "discount_rate=0.03")
        (folder / "lines.json").write_text(json.dumps(lines))
        run = dieval("report", *REPORT[1:], "-p", "discount_rate=0.03", "--out", "parameter",
                     cwd=folder / "old")  # fmt: skip
        assert run.returncode == 0, run.stdout + run.stderr
        done = dieval(
            *("diff", "old/reports", "new/reports", *DATA, "--json", "all.json"),
            *("--html", "all.html"),
            cwd=folder,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        (folder / "all.txt").write_text(done.stdout, "utf-8")

    return once("editions", make)


@pytest.fixture
def said(editions) -> dict[str, object]:
    (report,) = json.loads((editions / "all.json").read_text("utf-8"))["reports"]
    return report


@pytest.fixture
def compared(dieval, editions, tmp_path) -> Callable[..., dict[str, object]]:
    """What `diff` says of two folders, as JSON, and its lines."""

    def run(old: str, new: str, *further: str) -> dict[str, object]:
        file = tmp_path / "diff.json"
        done = dieval("diff", old, new, *further, "--json", file, cwd=editions)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(file.read_text("utf-8")) | {"lines": done.stdout.splitlines()}

    return run


def names(figures: list[dict[str, object]]) -> set[tuple[object, ...]]:
    return {
        (each["kind"], each["name"], json.dumps(each["key"], sort_keys=True), each["column"])
        for each in figures
    }


def test_diff_names_exactly_the_three_causes_with_row_and_values(said, editions):
    lines = json.loads((editions / "lines.json").read_text())
    assert [cause["text"] for cause in said["causes"]] == [
        "parameter discount_rate: 0.04 → 0.03",
        f"data, table costs: costs.csv row {lines['costs']}: amount_eur 94024.17 → 94124.17",
        f"data, table statutory_rates: statutory_rates.csv row {lines['rates']}: "
        "amount_eur_month 258.0 → 268.0",
    ]


@pytest.mark.parametrize(
    ("number", "alone"), [(1, "old/parameter"), (2, "ledger/reports"), (3, "rate/reports")]
)
def test_diff_puts_down_to_a_cause_what_it_moves_in_a_real_run_of_its_own(
    said, compared, number, alone
):
    (report,) = compared("old/reports", alone)["reports"]
    moved_alone = names(report["figures"])
    put_down = names([each for each in said["figures"] if number in each["causes"]])
    assert moved_alone
    # What two causes bring back to the old value together has not moved.
    assert moved_alone & names(said["figures"]) <= put_down


def test_diff_every_figure_that_moved_is_listed_with_old_new_and_cause(said, editions):
    old, new = (
        json.loads((editions / edition / "reports" / PLACE / "results.json").read_text("utf-8"))
        for edition in ("old", "new")
    )
    columns = [column["name"] for column in old["tables"]["unit_costs"]["columns"]]
    listed = {
        (each["key"]["year"], each["key"]["care_arrangement"], each["column"]): each
        for each in said["figures"]
        if each["name"] == "unit_costs"
    }
    count = 0
    rows = zip(
        old["tables"]["unit_costs"]["rows"], new["tables"]["unit_costs"]["rows"], strict=True
    )
    for one, other in rows:
        for column, before, after in zip(columns, one, other, strict=True):
            if before != after:
                each = listed[one[0], one[1], column]
                assert (each["old"], each["new"]) == (before, after)
                assert each["causes"]
                count += 1
    assert count == len(listed) > 10
    assert not [each for each in said["figures"] if not each["causes"]]


def test_diff_a_cost_of_one_arrangement_has_moved_by_its_own_cause_and_effect(said):
    def total(arrangement: str) -> dict[str, object]:
        (each,) = (
            each for each in said["figures"]
            if each["name"] == "unit_costs" and each["column"] == "total_eur"
            and each["key"] == {"year": 2022, "care_arrangement": arrangement}
        )  # fmt: skip
        return each

    guardian = total("guardian")
    assert guardian["causes"] == [2]
    # 94,124.17 − 94,024.17
    assert guardian["effects"]["2"] == pytest.approx(100)
    assert total("foster_family")["causes"] == [3]
    assert total("institution")["causes"] == [1]
    assert total("institution")["unit"] == "EUR"


def test_diff_text_names_causes_figures_and_counts(said, editions):
    text = (editions / "all.txt").read_text("utf-8")
    assert f"\n{PLACE}\n" in text
    assert "cause 1: parameter discount_rate: 0.04 → 0.03 – figures moved: " in text
    assert f"causes: 3; figures moved: {len(said['figures'])}, in 1 of 1 reports" in text
    assert str(editions) not in text


def test_diff_page_holds_the_same_and_loads_nothing(said, editions):
    page = BeautifulSoup((editions / "all.html").read_text("utf-8"), "lxml")
    assert len(page.select("ol li")) == 3
    assert len(page.select("tbody tr")) == len(said["figures"])
    assert "default-src 'none'" in page.find("meta", {"http-equiv": True})["content"]
    assert not page.select("script, [src], a[href]")


def test_diff_without_data_lists_tables_and_figures_side_by_side(compared):
    said = compared("old/reports", "new/reports")
    (report,) = said["reports"]
    assert [cause["text"] for cause in report["causes"]] == [
        "parameter discount_rate: 0.04 → 0.03",
        "data, table costs: costs.csv",
        "data, table statutory_rates: statutory_rates.csv",
    ]
    assert {tuple(each["causes"]) for each in report["figures"]} == {()}
    assert any("not put down to causes" in line for line in said["lines"])


def test_diff_one_cause_alone_has_moved_everything(compared):
    (report,) = compared(f"old/reports/{PLACE}", f"rate/reports/{PLACE}")["reports"]
    assert {tuple(each["causes"]) for each in report["figures"]} == {(1,)}


def test_diff_same_edition_has_nothing_to_say(compared):
    said = compared("old/reports", "old/reports")
    assert said["lines"][0] == "causes: 0; figures moved: 0, in 0 of 1 reports"


def test_diff_dated_parameter_and_notebook_are_causes_too(compared, editions, dieval, tmp_path):
    project = shutil.copytree(editions / "old", tmp_path / "dated")
    parameters = project / "data/parameters/costs.yml"
    text = parameters.read_text("utf-8")
    # The replacement cost of a place, or whatever stands first with a range: its low value.
    assert text.count("low: 0.03") == 1
    parameters.write_text(text.replace("low: 0.03", "low: 0.02"), "utf-8")
    notebook = project / "notebooks/cost_comparison.ipynb"
    notebook.write_text(notebook.read_text("utf-8").replace("10000", "9000"), "utf-8")
    run = dieval(*REPORT, "--out", "reports", cwd=project)
    assert run.returncode == 0, run.stdout + run.stderr
    said = compared(
        *("old/reports", f"{project}/reports", "--old-data", "old/data/latvia"),
        *("--new-data", f"{project}/data/latvia"),
    )
    (report,) = said["reports"]
    assert [cause["text"] for cause in report["causes"]] == [
        "parameter draws: 10000 → 9000",
        "dated parameter discount_rate: from 2014-01-01: low 0.03 → 0.02",
        "method, notebook cost_comparison.ipynb",
    ]
    by_cause = {
        number: {each["name"] for each in report["figures"] if number in each["causes"]}
        for number in (1, 2, 3)
    }
    assert "simulation" in by_cause[1]
    assert "sensitivity" in by_cause[2]
    assert "unit_costs" not in by_cause[2]


def test_diff_names_tables_of_data_with_two_keys_from_the_data_alone(
    compared, editions, dieval, tmp_path
):
    project = shutil.copytree(editions / "ledger", tmp_path / "keyed")
    key = project / "data/latvia/checksum.key"
    before = key.read_text("ascii")
    key.unlink()
    run = dieval(*REPORT, "--out", "reports", cwd=project)
    assert run.returncode == 0, run.stdout + run.stderr
    assert key.read_text("ascii") != before
    (report,) = compared("old/reports", f"{project}/reports")["reports"]
    assert [cause["text"] for cause in report["causes"]] == [
        "checksum.key is another one: checksums do not tell which tables differ"
    ]
    with_data = ("--old-data", "old/data/latvia", "--new-data", f"{project}/data/latvia")
    (report,) = compared("old/reports", f"{project}/reports", *with_data)["reports"]
    line = json.loads((editions / "lines.json").read_text())["costs"]
    assert [cause["text"] for cause in report["causes"]] == [
        f"data, table costs: costs.csv row {line}: amount_eur 94024.17 → 94124.17"
    ]
    key.write_text(before, "ascii")
    run = dieval("diff", "old/reports", f"{project}/reports", *with_data, cwd=editions)
    assert run.returncode == 2
    assert "was made with another key of the checksums; restore" in run.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("old/reports", "nowhere"), "holds no report"),
        (("old/reports", "new/reports", "--old-data", "old/data/latvia"), "give both, or none"),
        (
            ("old/reports", "new/reports", "--old-data", "new/data/latvia", "--new-data",
             "new/data/latvia"),
            f"--old-data new/data/latvia: {PLACE} was made from other data: costs, "
            "statutory_rates.",
        ),
        (("old/reports", "new/reports", "--old-data", "x", "--new-data", "y"), "is not there"),
        (("old/reports",), "NEW"),
    ],
)  # fmt: skip
def test_diff_wrong_usage_ends_with_2(dieval, editions, arguments, said):
    run = dieval("diff", *arguments, cwd=editions)
    assert run.returncode == 2
    assert said in run.stderr
    assert "Traceback" not in run.stderr
