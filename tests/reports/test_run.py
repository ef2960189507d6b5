from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from made_reports import FOLDERS
from run_folder import contents, run_record

from dieval.reports.run import Task

REPORT_FILES = {
    "manifest.json",
    "notebook.ipynb",
    "report.en.docx",
    "report.en.html",
    "report.en.pdf",
    "report.lv.docx",
    "report.lv.html",
    "report.lv.pdf",
    "results.json",
    "ro-crate-metadata.json",
    "tables.xlsx",
}
OF_THE_RUN = {"index.html", "index.en.html", "run.json", "SHA256SUMS"}


# --- What a run writes ---------------------------------------------------------------------------


def test_out_folder_after_a_run_holds_reports_index_and_run_record_alone(reports):
    expected = {f"{folder}/{name}" for folder in FOLDERS for name in REPORT_FILES}
    assert set(contents(reports)) == expected | OF_THE_RUN


def test_files_of_a_report_are_of_the_kind_that_their_names_say(reports):
    folder = reports / "kurzeme" / "cost_comparison"
    starts = {
        "report.lv.pdf": b"%PDF-",
        "report.en.pdf": b"%PDF-",
        "report.lv.docx": b"PK\x03\x04",
        "report.en.docx": b"PK\x03\x04",
        "tables.xlsx": b"PK\x03\x04",
        "report.lv.html": b"<!DOCTYPE html>",
        "report.en.html": b"<!DOCTYPE html>",
    }
    for name, start in starts.items():
        assert (folder / name).read_bytes().lstrip().startswith(start), name
    for name in ("results.json", "manifest.json", "notebook.ipynb"):
        assert json.loads((folder / name).read_text(encoding="utf-8")), name


def test_run_record_names_every_report_with_status_time_and_files(reports):
    record = run_record(reports)
    assert list(record) == ["kurzeme", "latgale"]
    for entry in record.values():
        assert (entry["report"], entry["status"], entry["message"]) == (
            "cost_comparison",
            "made",
            "",
        )
        assert set(entry["files"]) == REPORT_FILES
        assert entry["seconds"] > 0


def test_results_of_a_report_are_those_of_its_own_region(reports):
    by_unit = {
        unit: json.loads((reports / unit / "cost_comparison" / "results.json").read_text("utf-8"))
        for unit in ("kurzeme", "latgale")
    }
    for unit, results in by_unit.items():
        assert (results["unit"], results["parameters"]["region"]) == (unit, unit)
    assert by_unit["kurzeme"]["tables"] != by_unit["latgale"]["tables"]


def test_executed_notebook_ran_from_top_to_bottom_without_traces_of_the_machine(reports):
    text = (reports / "kurzeme" / "cost_comparison" / "notebook.ipynb").read_text("utf-8")
    cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    for trace in (str(reports), "papermill", "execution_time", sys.prefix):
        assert trace not in text, trace
    assert re.findall(r"\d{4}-\d\d-\d\dT\d\d:\d\d", text) == []


def test_two_runs_with_other_engine_folder_zone_locale_seed_and_jobs_give_the_same_bytes(
    reports, reports_elsewhere
):
    first, second = contents(reports), contents(reports_elsewhere)
    assert first.keys() == second.keys()
    assert len(first) == len(FOLDERS) * len(REPORT_FILES) + len(OF_THE_RUN)
    different = {name for name in first if first[name] != second[name]}
    assert different <= {"run.json"}


def test_run_records_of_two_runs_differ_in_time_alone(reports, reports_elsewhere):
    records = []
    for out in (reports, reports_elsewhere):
        record = run_record(out)
        for entry in record.values():
            entry["seconds"] = 0
        records.append(record)
    assert records[0] == records[1]


def test_folder_of_a_task_is_unit_then_report():
    assert Task("cost_comparison", "riga", {}, ("lv",), ("html",)).folder == "riga/cost_comparison"


# --- A report that fails -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def said(broken_run):
    return json.loads((broken_run / "said.json").read_text(encoding="utf-8"))


def test_exit_status_one_report_failed_is_1(said):
    assert said["exit"] == 1
    assert "1 of 5 reports made" in said["stdout"]
    assert "Traceback" not in said["stdout"] + said["stderr"]


def test_failed_report_leaves_the_earlier_one_byte_for_byte(broken_run):
    assert contents(broken_run / "out" / "latgale") == contents(broken_run / "earlier" / "latgale")


def test_report_beside_a_failed_one_is_made_and_replaced_as_a_whole(broken_run):
    folder = broken_run / "out" / "kurzeme" / "cost_comparison"
    assert set(contents(folder)) == REPORT_FILES - {
        *(
            "report.lv.html",
            "report.lv.pdf",
            "report.lv.docx",
            "report.en.pdf",
            "report.en.docx",
            "tables.xlsx",
        )
    }
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert results["parameters"]["last_year"] == 2021


@pytest.mark.parametrize(
    ("unit", "why"),
    [
        ("latgale", "ZeroDivisionError"),
        ("riga", "did not run from top to bottom|SystemExit"),
        ("vidzeme", "[Kk]ernel"),
        ("zemgale", r"shows an output \(stream\) that a report does not carry"),
    ],
)
def test_run_record_of_a_failed_report_says_why(broken_run, said, unit, why):
    entry = run_record(broken_run / "out")[unit]
    assert entry["status"] == "failed"
    assert entry["files"] == []
    assert re.search(why, entry["message"]), entry["message"]
    assert re.search(rf"failed {unit}/cost_comparison .*({why})", said["stdout"])


def test_failed_report_without_an_earlier_one_leaves_no_folder(broken_run):
    left = {path.name for path in (broken_run / "out").iterdir()}
    reports = {"kurzeme", "kurzeme-paraugs-1", "latgale", "national"}
    assert left == reports | OF_THE_RUN


def test_message_of_a_failed_report_names_no_path_of_the_machine(broken_run):
    record = (broken_run / "out" / "run.json").read_text(encoding="utf-8")
    index = (broken_run / "out" / "index.html").read_text(encoding="utf-8")
    for trace in (str(broken_run), sys.prefix, "site-packages"):
        assert trace not in record + index, trace


def test_out_folder_after_failures_holds_nothing_half_done(broken_run):
    names = {path.name for path in (broken_run / "out").rglob("*")}
    assert not {name for name in names if name.startswith(".") or name.endswith((".new", ".old"))}


# --- Publishing ----------------------------------------------------------------------------------

# Publishes over an earlier report in a forked child and stops it at its n-th file operation, by
# death or by a full disk, for n = 1, 2, … until it ends by itself. Prints what a reader then finds.
AT_EVERY_STEP = """
import errno, json, os, shutil, sys
from pathlib import Path
from dieval.errors import ReportError
from dieval.reports.publish import publish

how, folder = sys.argv[1], Path(sys.argv[2])
OLD = {"a": b"old a", "gone": b"old"}
NEW = {"a": b"new a", "b": b"new b"}
OPERATIONS = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.link", "os.symlink"}

def found(target):
    if not target.is_dir():
        return "nothing"
    files = {path.name: path.read_bytes() for path in target.iterdir()}
    return "old" if files == OLD else "new" if files == NEW else "mixed"

states, step, ended = [], 0, False
while not ended:
    step += 1
    target = folder / str(step) / "unit" / "report"
    target.mkdir(parents=True)
    for name, content in OLD.items():
        (target / name).write_bytes(content)
    child = os.fork()
    if child == 0:
        seen = 0
        def stop(event, arguments):
            global seen
            if event in OPERATIONS and str(folder) in str(arguments[0]) or event in (
                "os.remove", "os.rmdir"
            ):
                seen += 1
                if seen == step:
                    if how == "killed":
                        os._exit(9)
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sys.addaudithook(stop)
        try:
            publish(NEW, target)
        except ReportError as error:
            os._exit(3 if "No space left on device" in str(error) else 4)
        os._exit(0 if seen < step else 5)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    ended = code == 0
    left = sorted(path.name for path in target.parent.iterdir() if path != target)
    before = found(target)
    publish(NEW, target)
    after = [found(target), sorted(path.name for path in target.parent.iterdir())]
    states.append({"step": step, "code": code, "found": before, "left": left, "after": after})
print(json.dumps(states))
"""


def publish_at_every_step(how: str, folder: Path) -> list[dict[str, object]]:
    run = subprocess.run(
        [sys.executable, "-c", AT_EVERY_STEP, how, str(folder)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    states = json.loads(run.stdout)
    assert len(states) > 6  # make, two files, two renames, and the end
    assert states[-1]["found"] == "new"
    return states


def test_publish_killed_at_any_step_leaves_old_or_new(tmp_path):
    states = publish_at_every_step("killed", tmp_path)
    assert {state["code"] for state in states[:-1]} == {9}
    torn = {
        state["step"]: state["found"] for state in states if state["found"] not in ("old", "new")
    }
    assert torn == {}


def test_publish_after_a_kill_at_any_step_cleans_up(tmp_path):
    for state in publish_at_every_step("killed", tmp_path):
        assert state["after"] == ["new", ["report"]], state


def test_publish_full_disk_at_any_step_keeps_old_and_says_so(tmp_path):
    states = publish_at_every_step("full", tmp_path)
    refused = [state for state in states if state["code"] == 3]
    assert len(refused) >= 3  # the folder, and each of its two files
    for state in refused:
        assert (state["found"], state["left"]) == ("old", []), state
    for state in states:
        if state["code"] != 3:
            # Only tidying up after the new report was in place may fail unnoticed.
            assert (state["code"] in (0, 5), state["found"]) == (True, "new"), state


FILE_SIZE_LIMIT = """
import resource, sys
from pathlib import Path
from dieval.errors import ReportError
from dieval.reports.publish import publish

target = Path(sys.argv[1])
publish({"a": b"old"}, target)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    publish({"a": b"new", "b": b"x" * 5000}, target)
except ReportError as error:
    print(error)
"""


def test_publish_beyond_the_file_size_limit_keeps_old_and_says_so(tmp_path):
    target = tmp_path / "riga" / "cost_comparison"
    run = subprocess.run(
        [sys.executable, "-c", FILE_SIZE_LIMIT, str(target)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert run.stdout.strip() == (
        "riga/cost_comparison cannot be written: File too large. The earlier report is unchanged."
    )
    assert contents(tmp_path) == {"riga/cost_comparison/a": b"old"}


NEW_BEYOND_LIMIT = """
import resource, sys
from pathlib import Path
from dieval.errors import ReportError
from dieval.reports.publish import publish, replace_file

out = Path(sys.argv[1])
replace_file(out / "run.json", "old")
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
for write in (
    lambda: publish({"a": b"x" * 5000}, out / "riga" / "cost_comparison"),
    lambda: replace_file(out / "run.json", "x" * 5000),
    lambda: replace_file(out / "index.html", "x" * 5000),
):
    try:
        write()
    except ReportError as error:
        print(error)
"""


def test_files_beyond_the_file_size_limit_are_named_and_leave_no_half(tmp_path):
    run = subprocess.run(
        [sys.executable, "-c", NEW_BEYOND_LIMIT, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    remedy = "See that its folder can be written to, and run the command again."
    assert run.stdout.splitlines() == [
        # Nothing was there before.
        "riga/cost_comparison cannot be written: File too large.",
        f"{tmp_path}/run.json cannot be written: File too large. {remedy}",
        f"{tmp_path}/index.html cannot be written: File too large. {remedy}",
    ]
    assert contents(tmp_path) == {"run.json": b"old"}


# --- Output folders that cannot be used ----------------------------------------------------------


@pytest.fixture
def unusable(tmp_path):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("file", "is a file"),
        ("file/below", "cannot be written"),
        ("link", "symbolic link"),
        ("dangling", "symbolic link"),
    ],
)
def test_out_unusable_is_refused_before_anything_runs(dieval, unusable, name, why):
    run = dieval("report", "cost_comparison", "--region", "riga", "--out", unusable / name)
    assert run.returncode == 2
    assert run.stderr.startswith("error: --out")
    assert why in run.stderr
    assert run.stdout == ""
    assert contents(unusable) == {"file": b"mine"}


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc on this system")
def test_out_where_no_folder_can_be_made_is_refused_before_anything_runs(dieval):
    run = dieval("report", "cost_comparison", "--region", "riga", "--out", "/proc/reports")
    assert "Traceback" not in run.stderr
    assert run.returncode == 2
    assert run.stdout == ""
