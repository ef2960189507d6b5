"""The command as a user runs it, and reports that are made once for all tests."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from mishaps import with_mishap

ROOT = Path(__file__).resolve().parents[1]
COMMAND_SECONDS = 300
ONCE_SECONDS = 400

REGIONS = ("kurzeme", "latgale")
INTERNAL = ("--edition", "internal")  # shows every number
PROGRESS = ("report", "implementation_progress", "--region", "kurzeme", "-p", "as_of=2020-05-19")
ANNEX = ("report", "reorganisation_annex", "--institution", "kurzeme-paraugs-1")
OVERVIEW = ("report", "national_overview")

# What a notebook does in each region of `broken_run`, right after its parameters.
MISHAP = """
import os, sys

1 / 0 if region == "latgale" else None
sys.exit(0) if region == "riga" else None
os._exit(0) if region == "vidzeme" else None
print("left in by mistake") if region == "zemgale" else None
""".strip()


@pytest.fixture(scope="session")
def root() -> Path:
    """The source tree."""
    return ROOT


@pytest.fixture(scope="session")
def dieval() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command `dieval` in a process of its own."""

    def run(
        *arguments: object, cwd: Path = ROOT, env: dict[str, str] | None = None, **settings: object
    ) -> subprocess.CompletedProcess[str]:
        surroundings = {**os.environ, **(env or {})}
        surroundings.pop("PYTEST_CURRENT_TEST", None)
        return subprocess.run(
            [Path(sys.executable).with_name("dieval"), *map(str, arguments)],
            cwd=cwd,
            env=surroundings,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=COMMAND_SECONDS,
            check=False,
            **settings,
        )

    return run


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Make a folder once for the whole run; the other workers of xdist wait until it is there."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent

    def folder(name: str, make: Callable[[Path], None]) -> Path:
        made, failed = shared / f"{name}.made", shared / f"{name}.failed"
        try:
            os.close(os.open(shared / f"{name}.lock", os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            end = time.monotonic() + ONCE_SECONDS
            while not made.exists():
                if failed.exists() or time.monotonic() > end:
                    pytest.fail(f"{name} could not be made; the first test that needs it says why")
                time.sleep(0.1)
        else:
            (shared / name).mkdir()
            try:
                make(shared / name)
            except BaseException:
                failed.touch()
                raise
            made.touch()
        return shared / name

    return folder


@pytest.fixture(scope="session")
def reports(once, dieval) -> Path:
    """Output folder of a run over two regions, two at a time, in the source tree.

    It holds the progress of Kurzeme too, on the day of its published evaluation, the annex of
    a home and the overview, from runs before.
    """

    def make(folder: Path) -> None:
        for command in (PROGRESS, ANNEX, OVERVIEW):
            run = dieval(*command, *INTERNAL, "--out", folder / "out")
            assert run.returncode == 0, run.stdout + run.stderr
        regions = [part for region in REGIONS for part in ("--region", region)]
        costs = ("report", "cost_comparison", *regions, "--jobs", 2)
        run = dieval(*costs, *INTERNAL, "--out", folder / "out")
        assert run.returncode == 0, run.stdout + run.stderr
        (folder / "stdout").write_text(run.stdout, encoding="utf-8")

    return once("reports", make) / "out"


@pytest.fixture(scope="session")
def public_reports(once, dieval) -> Path:
    """The public edition of the reports of the fixture `reports`."""

    def make(folder: Path) -> None:
        regions = [part for region in REGIONS for part in ("--region", region)]
        for command in (PROGRESS, ANNEX, OVERVIEW, ("report", "cost_comparison", *regions)):
            run = dieval(*command, "--out", folder / "out")
            assert run.returncode == 0, run.stdout + run.stderr

    return once("public_reports", make) / "out"


@pytest.fixture(params=["reports", "public_reports"], ids=["internal", "public"])
def edition(request) -> Path:
    """Reports of an edition: the public one has symbols where the other has numbers."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def reports_elsewhere(once, dieval) -> Path:
    """The same run in kernels, four at a time, from another folder, time zone, locale and seed."""

    def make(folder: Path) -> None:
        regions = [part for region in REGIONS for part in ("--region", region)]
        (folder / "cwd").mkdir()
        costs = ("report", "cost_comparison", *regions, "--jobs", 4)
        for command in (PROGRESS, ANNEX, OVERVIEW, costs):
            run = dieval(
                *(*command, *INTERNAL, "--out", "out", "--engine", "nbclient"),
                cwd=folder / "cwd",
                env={"TZ": "Pacific/Auckland", "LANG": "C", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
            )
            assert run.returncode == 0, run.stdout + run.stderr

    return once("reports_elsewhere", make) / "cwd" / "out"


@pytest.fixture(scope="session")
def project(once, dieval) -> Path:
    """A project as `dieval init` writes it; tests that change it take a copy."""

    def make(folder: Path) -> None:
        run = dieval("init", folder / "project")
        assert run.returncode == 0, run.stderr

    return once("project", make) / "project"


@pytest.fixture(scope="session")
def broken_run(once, dieval, project, reports) -> Path:
    """A run over all regions in which every region but Kurzeme fails in a way of its own.

    The folder holds `project`, its output folder `out` (with earlier reports of Kurzeme and
    Latgale), `earlier` (a copy of those) and what the command said.
    """

    def make(folder: Path) -> None:
        shutil.copytree(project, folder / "project")
        for name in ("out", "earlier"):
            shutil.copytree(reports, folder / name)
        with_mishap(folder / "project", MISHAP)
        run = dieval(
            *(
                "report",
                "cost_comparison",
                "-p",
                "last_year=2021",
                "--format",
                "html",
                "--lang",
                "en",
            ),
            *("--jobs", 2, *INTERNAL, "--out", folder / "out"),
            cwd=folder / "project",
        )
        said = {"exit": run.returncode, "stdout": run.stdout, "stderr": run.stderr}
        (folder / "said.json").write_text(json.dumps(said), encoding="utf-8")

    return once("broken_run", make)
