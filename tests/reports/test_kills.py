"""A run killed at a random moment leaves every report old or new, and says of none that it is done
which is not; the run after the last kill gives what an undisturbed one gives."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from run_folder import without_times

from dieval.reports.sums import BESIDE

KILLS = 500 if os.environ.get("DIEVAL_CAMPAIGN") else 8
REGIONS = ("kurzeme", "latgale", "riga")
REPORT = ("report", "cost_comparison", "--format", "html", "--lang", "en", "--jobs", "2")
MOMENTS = random.Random(20261128)


def command(out: Path, *further: str) -> list[str]:
    regions = [part for region in REGIONS for part in ("--region", region)]
    program = str(Path(sys.executable).with_name("dieval"))
    return [program, *REPORT, *regions, "--out", str(out), *further]


def run(out: Path, project: Path, *further: str) -> float:
    started = time.monotonic()
    subprocess.run(command(out, *further), cwd=project, check=True, capture_output=True)
    return time.monotonic() - started


def torn(out: Path) -> list[str]:
    """Name the reports whose files are not those that their manifest lists.

    A hidden folder is none: a report is built in it, and the next run takes it away.
    """
    found = []
    for folder in out.glob("*/[!.]*"):
        try:
            manifest = json.loads((folder / "manifest.json").read_bytes())
            names = {path.name for path in folder.iterdir()} - set(BESIDE)
            sums = {
                name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names
            }
            whole = sums == manifest["files"]
        except (OSError, ValueError, KeyError):
            whole = False
        if not whole:
            found.append(str(folder.relative_to(out)))
    return found


def falsely_done(out: Path) -> list[str]:
    """Name the reports that run.json calls made without their being there as it says."""
    try:
        record = json.loads((out / "run.json").read_bytes())
    except FileNotFoundError:
        return []
    found = []
    for entry in record["reports"]:
        manifest = out / entry["unit"] / entry["report"] / "manifest.json"
        if entry["status"] in ("made", "kept"):
            content = manifest.read_bytes() if manifest.exists() else b""
            if hashlib.sha256(content).hexdigest() != entry["manifest"]:
                found.append(entry["unit"])
    return found


def stamps(out: Path) -> set[tuple[str, int]]:
    return {(str(path), path.stat().st_mtime_ns) for path in out.glob("*/[!.]*/manifest.json")}


@pytest.mark.skipif(os.name != "posix", reason="kills by signal")
def test_run_killed_at_random_moments_leaves_old_or_new_and_is_completed_by_the_next(
    project, tmp_path
):
    whole = run(tmp_path / "undisturbed", project)
    out = tmp_path / "out"
    made = set()
    for number in range(KILLS):
        before = stamps(out)
        process = subprocess.Popen(
            command(out, "--force"), cwd=project,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(MOMENTS.uniform(0, whole))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert torn(out) == [], number
        assert falsely_done(out) == [], number
        made.add(len(stamps(out) - before))
    run(out, project)
    assert without_times(out) == without_times(tmp_path / "undisturbed")
    assert not [path for path in out.rglob("*") if path.name.startswith(".")]
    if KILLS > 100:
        assert 0 in made  # kills fell before the first report, and between the first and last
        assert made & {1, 2}
