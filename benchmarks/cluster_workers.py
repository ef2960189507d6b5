"""A run on one Dask worker and on two, as a ratio: `make bench`. Appends to benchmarks/results.md.

The workers are started beforehand and have made a report each, so that what is timed is the run and
not Dask's start.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from timing import seconds, table, write_section

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
ROUNDS = 3
REPORT = (
    "report", "cost_comparison", "implementation_progress", "--format", "html", "--format", "pdf",
    "--force",
)  # fmt: skip
SURROUNDINGS = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}


@contextmanager
def cluster(workers: int, folder: Path) -> Iterator[str]:
    """Run a scheduler and so many workers of one thread each, and give its address."""
    file = folder / f"scheduler{workers}.json"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": SURROUNDINGS}
    dask = str(BIN / "dask")
    settings = ("--scheduler-file", str(file), "--no-dashboard")
    processes = [subprocess.Popen([dask, "scheduler", *settings, "--port", "0"], **quiet)]
    while not file.exists():
        time.sleep(0.1)
    for number in range(workers):
        place = ("--local-directory", str(folder / f"worker{workers}-{number}"), "--nthreads", "1")
        processes.append(subprocess.Popen([dask, "worker", *settings, *place], **quiet))
    try:
        yield json.loads(file.read_text(encoding="utf-8"))["address"]
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait()


def run(address: str, out: Path) -> float:
    command = [str(BIN / "dieval"), *REPORT, "--cluster", address, "--out", str(out)]

    def work() -> None:
        done = subprocess.run(
            command, cwd=ROOT, env=SURROUNDINGS, capture_output=True, text=True, check=False
        )
        if done.returncode:
            sys.exit(done.stdout + done.stderr)

    return seconds(work)


def main() -> None:
    times: dict[int, list[float]] = {1: [], 2: []}
    with tempfile.TemporaryDirectory(prefix="dieval-workers-") as name:
        folder = Path(name)
        with cluster(1, folder) as one, cluster(2, folder) as two:
            for workers, address in ((1, one), (2, two)):
                run(address, folder / f"warm{workers}")
            for _ in range(ROUNDS):
                for workers, address in ((1, one), (2, two)):
                    times[workers].append(run(address, folder / f"out{workers}"))
                    print(f"{workers} workers: {times[workers][-1]:.1f} s", flush=True)
    medians = {workers: statistics.median(taken) for workers, taken in times.items()}
    rows = [
        [str(workers), f"{medians[workers]:.1f} ({min(taken):.1f}–{max(taken):.1f})",
         f"{medians[1] / medians[workers]:.2f}"]
        for workers, taken in times.items()
    ]  # fmt: skip
    heads = ("workers", "whole run, s", "as fast as with one (wanted: 1.7)")
    write_section("Dask", f"Ten reports, HTML and PDF in both languages.\n\n{table(heads, rows)}")


if __name__ == "__main__":
    main()
