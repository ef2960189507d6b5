"""What happens while a run is under way: deaths, hangs, full disks, interrupts, second runs."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from mishaps import with_mishap
from processes import is_running, soon
from run_folder import contents, run_record, without_times

from dieval.reports.sums import BESIDE

LINUX = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no /proc on this system")
HTML = ("--format", "html", "--lang", "en")
TEMPORARY = "folder-for-temporary-files-whose-path-is-too-long-for-that-of-a-socket"
TIME_LIMIT = {"warm": 15, "nbclient": 45}  # [s], several times what a report takes here
MISHAPS = {
    "kurzeme": "os.kill(os.getpid(), signal.SIGKILL)",
    "latgale": "os._exit(0)",
    "riga": (
        "sleeper = subprocess.Popen(['sleep', '600'])\n"
        "    pathlib.Path(os.environ['SLEEPER']).write_text(str(sleeper.pid))\n"
        "    while True:\n        try:\n            time.sleep(60)\n"
        "        except BaseException:\n            pass"
    ),
    "vidzeme": (
        "resource.setrlimit(resource.RLIMIT_AS, (3 * 10**9, 3 * 10**9))\n"
        "    big = bytearray(10**10)"
    ),
}


def with_mishaps(project: Path, mishaps: dict[str, str]) -> None:
    """Let the cost comparison of some regions do something else, right after its parameters."""
    imports = "import os, pathlib, resource, signal, subprocess, sys, time\n\n"
    with_mishap(
        project,
        imports
        + "\n".join(f'if region == "{region}":\n    {code}' for region, code in mishaps.items()),
    )


# --- Reports that die, hang or run out of memory -------------------------------------------------


@pytest.fixture(scope="module", params=["warm", "nbclient"])
def mishaps(request, once, dieval, project) -> Path:
    """A run in which every region but Zemgale has a mishap of its own."""

    def make(folder: Path) -> None:
        shutil.copytree(project, folder / "project")
        with_mishaps(folder / "project", MISHAPS)
        run = dieval(
            *("report", "cost_comparison", *HTML, "--time-limit", TIME_LIMIT[request.param]),
            *("--engine", request.param, "--jobs", 5, "--out", folder / "out"),
            cwd=folder / "project",
            env={"SLEEPER": str(folder / "sleeper")},
        )
        said = {"exit": run.returncode, "stdout": run.stdout, "stderr": run.stderr}
        (folder / "said.json").write_text(json.dumps(said), encoding="utf-8")

    return once(f"mishaps_{request.param}", make)


@LINUX
@pytest.mark.parametrize(
    ("unit", "why"),
    [
        pytest.param("kurzeme", "kernel died", id="r01"),
        pytest.param("latgale", "kernel died", id="r02"),
        pytest.param("riga", " s and was ended", id="r05"),
        pytest.param("vidzeme", "memory", id="r07"),
    ],
)
def test_report_that_dies_hangs_or_bursts_has_failed_and_leaves_nothing(mishaps, unit, why):
    entry = run_record(mishaps / "out")[unit]
    assert entry["status"] == "failed"
    assert why.lower() in entry["message"].lower()
    assert not (mishaps / "out" / unit).exists()


@LINUX
def test_report_beside_the_mishaps_is_made_and_the_status_says_that_some_failed(mishaps):
    said = json.loads((mishaps / "said.json").read_text(encoding="utf-8"))
    assert said["exit"] == 1, said
    assert "1 of 5 reports made." in said["stdout"]
    assert "Traceback" not in said["stdout"] + said["stderr"]
    assert run_record(mishaps / "out")["zemgale"]["status"] == "made"
    index = (mishaps / "out" / "index.en.html").read_text(encoding="utf-8")
    assert "Reports made: 1" in index
    assert "Failed in the latest run: 4" in index


@LINUX
def test_r05_what_a_cell_that_hangs_has_started_is_ended_too(mishaps):
    sleeper = int((mishaps / "sleeper").read_text())
    if "nbclient" not in mishaps.name:  # a kernel of its own has no say over its children
        assert soon(lambda: not is_running(sleeper), 5)
    elif is_running(sleeper):
        os.kill(sleeper, signal.SIGKILL)


# --- Runs that are killed or interrupted ---------------------------------------------------------


@pytest.fixture(scope="module")
def undisturbed(once, dieval, project) -> Path:
    """The cost comparisons of all regions, made in one go."""

    def make(folder: Path) -> None:
        run = dieval("report", "cost_comparison", *HTML, "--out", folder / "out", cwd=project)
        assert run.returncode == 0, run.stdout + run.stderr

    return once("undisturbed", make) / "out"


def test_reports_of_one_run_show_each_its_own_region(undisturbed):
    pictures: list[str] = []
    tables = {}
    for folder in undisturbed.glob("*/cost_comparison"):
        unit = folder.parent.name
        results = json.loads((folder / "results.json").read_text("utf-8"))
        assert (results["unit"], results["parameters"]["region"]) == (unit, unit)
        tables[unit] = json.dumps(results["tables"])
        page = (folder / "report.en.html").read_text("utf-8")
        found = re.findall(r'src="data:image/svg\+xml[^"]*"', page)
        assert len(found) > 2  # as many as the public edition has numbers for
        pictures += found
    assert len(set(tables.values())) == 5
    assert len(set(pictures)) == len(pictures)


@pytest.fixture
def started(project, tmp_path) -> Iterator[subprocess.Popen[str]]:
    """The same run under way: one report at a time, the first is there."""
    (tmp_path / TEMPORARY).mkdir()
    command = [Path(sys.executable).with_name("dieval"), "report", "cost_comparison", *HTML]
    # Tests that run in the background ignore SIGINT, and so would what they start.
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)
    run = subprocess.Popen(
        [*command, "--jobs", "1", "--out", tmp_path / "out"], cwd=project, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(tmp_path / TEMPORARY)},
    )  # fmt: skip
    signal.signal(signal.SIGINT, ours)
    assert soon(lambda: len(list(tmp_path.glob("out/*/*/manifest.json"))) == 1)
    yield run
    run.kill()
    run.communicate()


def children_of(number: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == number:
            found += [int(folder.name), *children_of(int(folder.name))]
    return found


@LINUX
def test_r08_killed_run_ends_its_children_and_the_next_one_makes_the_rest(
    started, dieval, project, tmp_path, undisturbed
):
    children = children_of(started.pid)
    assert children
    started.kill()
    started.wait()
    assert soon(lambda: not any(map(is_running, children)), 5)
    out = tmp_path / "out"
    statuses = {entry["status"] for entry in run_record(out).values()}
    assert "unfinished" in statuses
    whole = {path.parent.parent.name for path in out.glob("*/*/manifest.json")}
    made = {unit for unit, entry in run_record(out).items() if entry["status"] == "made"}
    assert made <= whole
    run = dieval("report", "cost_comparison", *HTML, "--out", out, cwd=project)
    assert f"{5 - len(whole)} of 5 reports made, {len(whole)} unchanged." in run.stdout
    assert without_times(out) == without_times(undisturbed)


@LINUX
@pytest.mark.parametrize(("how", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_r09_interrupted_run_says_so_and_leaves_no_half_report(started, tmp_path, how, status):
    children = children_of(started.pid)
    started.send_signal(how)
    _, errors = started.communicate(timeout=30)
    assert started.returncode == status, errors
    assert soon(lambda: not any(map(is_running, children)), 5)
    assert "Traceback" not in errors
    out = tmp_path / "out"
    assert not [path for path in out.rglob("*") if path.name.startswith(".")]
    for folder in out.glob("*/*"):
        files = json.loads((folder / "manifest.json").read_text("utf-8"))["files"]
        assert {path.name for path in folder.iterdir()} == {*files, *BESIDE}
    assert "unfinished" in {entry["status"] for entry in run_record(out).values()}
    assert not list((tmp_path / TEMPORARY).glob("dieval*"))


@LINUX
def test_r09_run_interrupted_while_it_prepares_itself_says_so_once(project, tmp_path):
    program = Path(sys.executable).with_name("dieval")
    command = [program, "report", "cost_comparison", *HTML, "--out", tmp_path / "out"]
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)
    run = subprocess.Popen(
        command, cwd=project, text=True, stderr=subprocess.PIPE, start_new_session=True
    )
    signal.signal(signal.SIGINT, ours)
    assert soon(lambda: len(children_of(run.pid)) > 0)
    time.sleep(0.5)  # the warm parent is importing
    os.killpg(run.pid, signal.SIGINT)  # as a terminal sends it, to all of them
    _, errors = run.communicate(timeout=30)
    assert run.returncode == 130, errors
    assert errors == "interrupted: finished reports are in place, the others unchanged\n"


@LINUX
def test_r13_second_run_in_the_same_folder_is_refused_and_the_first_goes_on(
    started, dieval, project, tmp_path
):
    begun = time.monotonic()
    again = ("report", "cost_comparison", *HTML, "--force", "--out", tmp_path / "out")
    run = dieval(*again, cwd=project)
    assert time.monotonic() - begun < 3  # nothing slow has been imported
    assert run.returncode == 2
    assert "another run is writing there" in run.stderr
    said, _ = started.communicate(timeout=120)
    assert started.returncode == 0
    assert "5 of 5 reports made." in said


@LINUX
def test_r13_lock_of_a_run_that_died_holds_nobody(started, dieval, project, tmp_path):
    started.kill()
    started.wait()
    run = dieval(
        *("report", "cost_comparison", "--region", "riga", *HTML),
        *("--out", tmp_path / "out"),
        cwd=project,
    )
    assert run.returncode == 0, run.stderr


# --- Disks ---------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """A file system of 6 MB, where this user may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(disk: Path, free: int) -> None:
    (disk / "filler").write_bytes(b"x" * (shutil.disk_usage(disk).free - free))


def test_r11_full_disk_keeps_the_earlier_reports_whole(dieval, project, small_disk):
    out = small_disk / "reports"
    one = ("report", "cost_comparison", "--region", "kurzeme", *HTML, "--out", out)
    run = dieval(*one, cwd=project)
    assert run.returncode == 0, run.stdout + run.stderr
    before = contents(out / "kurzeme")
    fill(small_disk, 200_000)
    run = dieval("report", "cost_comparison", *HTML, "--force", "--out", out, cwd=project)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "No space left on device" in run.stdout + run.stderr
    assert "Traceback" not in run.stdout + run.stderr
    assert contents(out / "kurzeme") == before
    assert not [path for path in out.rglob(".*") if path.is_dir()]
    (small_disk / "filler").unlink()
    assert dieval(*one, cwd=project).returncode == 0


@pytest.mark.parametrize(
    ("free", "said"),
    [
        (40_000, "index.html cannot be written: No space left on device. Make room on the disk, "),
        (300_000, "kurzeme/cost_comparison cannot be written: No space left on device.\n"),
    ],
)
def test_r11_full_disk_in_a_new_folder_names_the_file_and_leaves_no_half(
    dieval, project, small_disk, free, said
):
    fill(small_disk, free)
    out = small_disk / "reports"
    one = ("report", "cost_comparison", "--region", "kurzeme", *HTML, "--out", out)
    run = dieval(*one, cwd=project)
    assert run.returncode == 1, run.stdout + run.stderr
    assert said in run.stdout + run.stderr
    assert "foresaw" not in run.stderr
    assert not list(out.rglob(".*"))


def test_r11_no_room_for_temporary_files_is_the_reason_that_verify_gives(
    dieval, project, small_disk, undisturbed
):
    fill(small_disk, 400_000)
    one = undisturbed / "kurzeme" / "cost_comparison"
    run = dieval("verify", one, cwd=project, env={"TMPDIR": str(small_disk)})
    assert run.returncode == 1, run.stdout + run.stderr
    assert "could not be recomputed: No space left on device. See that there is room" in run.stdout
    assert not list(small_disk.glob("dieval*"))


# --- Without Typst -------------------------------------------------------------------------------

WITHOUT_TYPST = """
import sys
sys.modules["typst"] = None
from dieval.reports.project import find_project
from dieval.reports.run import Task, attempt_and_publish
from pathlib import Path
task = Task("cost_comparison", "riga", {"region": "riga", "draws": 1000, "edition": "public"},
            ("lv", "en"), ("html", "pdf"))
outcome = attempt_and_publish(None, task, find_project(), "nbclient", Path(sys.argv[1])).outcome
print(outcome.status, "|", outcome.message, "|", *outcome.files)
"""


def test_r18_without_typst_the_pages_are_there_and_the_pdf_has_failed(tmp_path):
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT_TYPST, tmp_path / "out"],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    status, message, files = run.stdout.strip().split(" | ")
    assert status == "failed"
    assert "typst" in message
    assert message.endswith("The other files are there.")
    expected = [
        "manifest.json",
        "notebook.ipynb",
        "report.en.html",
        "report.lv.html",
        "results.json",
        "ro-crate-metadata.json",
    ]
    assert files.split() == expected
    folder = tmp_path / "out" / "riga" / "cost_comparison"
    assert sorted(path.name for path in folder.iterdir()) == expected
    assert json.loads((folder / "manifest.json").read_text("utf-8"))["formats"] == ["html"]
