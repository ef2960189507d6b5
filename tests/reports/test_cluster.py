"""The same run on a Dask cluster: same bytes, and a lost worker's reports go to others."""

from __future__ import annotations

import ast
import io
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from run_folder import contents, run_record, without_times

from dieval.errors import ParameterError
from dieval.inputs.part import part_of
from dieval.inputs.read import DataPackage, read_package
from dieval.reports import on_worker
from dieval.reports.cluster import ClusterRunner, bundle
from dieval.reports.manifest import environment
from dieval.reports.project import find_project, read_project
from dieval.reports.run import Task
from dieval.reports.station import Request, _made

pytest.importorskip("distributed")

REGIONS = ("kurzeme", "latgale", "riga", "vidzeme")
REPORT = ("report", "cost_comparison", "--format", "html", "--lang", "en")
ASKED = (*REPORT, *(part for region in REGIONS for part in ("--region", region)))
TASK = Task("cost_comparison", "riga", {"region": "riga"}, ("en",), ("html",))


@pytest.fixture(scope="module")
def here(once, dieval, project) -> Path:
    """The reports as processes of this machine make them."""

    def make(folder: Path) -> None:
        run = dieval(*ASKED, "--out", folder / "out", cwd=project)
        assert run.returncode == 0, run.stdout + run.stderr

    return once("without_cluster", make) / "out"


# --- What goes to the workers --------------------------------------------------------------------


def latvia(unit: str) -> DataPackage:
    return part_of(read_package(find_project().data), unit)


def test_bundle_is_the_same_for_the_same_files_and_is_a_project(project, tmp_path):
    copied = shutil.copytree(project, tmp_path / "copy")
    content = bundle(read_project(project))
    assert content == bundle(read_project(copied))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path / "unpacked")
    there = read_project(tmp_path / "unpacked" / "project")
    ours = read_project(project)
    assert (there.languages, there.appearance) == (ours.languages, ours.appearance)
    for folder in ("parameters", "notebooks"):
        assert contents(getattr(there, folder)) == contents(getattr(ours, folder))
    assert there.lock.read_bytes() == ours.lock.read_bytes()
    assert not there.data.exists()  # the data goes along with each report
    assert (tmp_path / "unpacked/code/dieval/reports/station.py").is_file()


def test_bundle_carries_the_look_of_the_organisation(project, tmp_path):
    copied = shutil.copytree(project, tmp_path / "copy")
    (copied / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>')
    look = '[organisation]\nname = "Rīgas „Ķīsis” \\\\ 1"\naccent = "#7a2e00"\nlogo = "logo.svg"\n'
    with (copied / "dieval.toml").open("a", encoding="utf-8") as settings:
        settings.write(look)
    ours = read_project(copied)
    with zipfile.ZipFile(io.BytesIO(bundle(ours))) as archive:
        archive.extractall(tmp_path / "unpacked")
    assert read_project(tmp_path / "unpacked" / "project").appearance == ours.appearance


def test_what_a_worker_gets_by_value_imports_nothing_of_dieval():
    tree = ast.parse(Path(on_worker.__file__).read_text(encoding="utf-8"))
    names = {
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert names
    assert not [name for name in names if name.startswith("dieval")]


def test_station_with_other_libraries_refuses_and_names_them():
    other = {**environment(), "pandas": "0.1"}
    made = _made(Request(TASK, "warm", 60, other), latvia("riga"), find_project())
    assert made.outcome.status == "failed"
    assert made.outcome.message == ("a worker has other versions of pandas; install the same lock.")
    assert made.files == {}


# --- Addresses -----------------------------------------------------------------------------------


def test_cluster_where_nobody_answers_is_refused_with_its_address(tmp_path, monkeypatch):
    monkeypatch.setattr("dieval.reports.cluster.CONNECT_SECONDS", 1)
    with pytest.raises(ParameterError, match=r"--cluster tcp://127.0.0.1:9: no scheduler answers"):
        ClusterRunner("tcp://127.0.0.1:9", find_project(), latvia, tmp_path, "warm", 60)


def test_cluster_without_dask_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ParameterError, match=r"pip install 'dieval\[cluster\]'"):
        ClusterRunner("local", find_project(), latvia, tmp_path, "warm", 60)


# --- Runs ----------------------------------------------------------------------------------------


def test_local_cluster_gives_the_same_bytes(dieval, project, tmp_path, here):
    run = dieval(*ASKED, "--cluster", "local", "--jobs", 2, "--out", tmp_path / "out", cwd=project)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "4 of 4 reports made." in run.stdout
    assert without_times(tmp_path / "out") == without_times(here)


@pytest.fixture
def dask(tmp_path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start processes of Dask; they are ended afterwards."""
    processes = []

    def start(*command: object) -> subprocess.Popen[bytes]:
        program = Path(sys.executable).with_name("dask")
        process = subprocess.Popen(
            [program, *map(str, command)], cwd=tmp_path, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        processes.append(process)
        return process

    yield start
    for process in processes:
        if process.poll() is None:
            os.killpg(process.pid, 9)
        process.wait()


@pytest.mark.skipif(os.name != "posix", reason="kills by signal")
def test_worker_killed_in_the_middle_its_reports_go_to_the_other(
    dask, dieval, project, tmp_path, here
):
    dask("scheduler", "--scheduler-file", "scheduler.json", "--no-dashboard", "--port", 0)
    settings = ("--scheduler-file", "scheduler.json", "--nthreads", 1, "--no-dashboard")
    while not (tmp_path / "scheduler.json").exists():
        time.sleep(0.1)
    workers = [dask("worker", *settings) for _ in range(2)]
    address = json.loads((tmp_path / "scheduler.json").read_text())["address"]
    out = tmp_path / "out"
    run = subprocess.Popen(
        [Path(sys.executable).with_name("dieval"), *ASKED, "--cluster", address, "--out", out],
        cwd=project, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    while run.poll() is None and not list(out.glob("*/*/manifest.json")):
        time.sleep(0.02)
    os.killpg(workers[0].pid, 9)
    said, errors = run.communicate(timeout=200)
    assert run.returncode == 0, said + errors
    assert {entry["status"] for entry in run_record(out).values()} == {"made"}
    assert without_times(out) == without_times(here)
