"""Time of `dieval verify` against that of making the same reports, in turns: `make bench`.

The reports of the regions, two languages, every format. Writes a section of benchmarks/results.md.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from timing import seconds, table, write_section

ROOT = Path(__file__).resolve().parents[1]
DIEVAL = Path(sys.executable).parent / "dieval"
REPORTS = ("cost_comparison", "implementation_progress")


def run(*arguments: object) -> None:
    done = subprocess.run(
        [DIEVAL, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    print((done.stdout.splitlines() or [""])[-1], flush=True)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=3)
    rounds = options.parse_args().rounds
    making, verifying, looking = [], [], []
    with tempfile.TemporaryDirectory(prefix="dieval-verify-") as name:
        out = Path(name) / "reports"
        for _ in range(rounds):
            making.append(seconds(lambda: run("report", *REPORTS, "--out", out, "--force")))
            verifying.append(seconds(lambda: run("verify", out)))
            looking.append(seconds(lambda: look_at(out)))
    made = statistics.median(making)
    rows = [
        [what, f"{statistics.median(times):.2f} ({min(times):.2f}–{max(times):.2f})",
         f"{statistics.median(times) / made:.3f}"]
        for what, times in (
            ("dieval report --force", making),
            ("dieval verify", verifying),
            ("names, places and checksums alone", looking),
        )
    ]  # fmt: skip
    said = f"Ten reports, two languages, every format, {os.cpu_count()} cores, medians of {rounds}."
    write_section("Verify", f"{said}\n\n{table(['', 'seconds', 'ratio'], rows)}")
    print(rows)


def look_at(out: Path) -> None:
    from dieval.reports.intact import look

    if look(out).differences:
        sys.exit("the reports are not as they were made")


if __name__ == "__main__":
    main()
