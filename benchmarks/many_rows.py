"""A region's report from more and more rows in Parquet files: `make bench`.

Costs and activity of the demonstration are cut into as many rows as asked for, each, one folder of
files a region. The report is one page of HTML on Kurzeme, from the shell; memory is that of all its
processes at the same time, at most. Writes a section of benchmarks/results.md.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import psutil
from timing import table, write_section

ROOT = Path(__file__).resolve().parents[1]
DIEVAL = Path(sys.executable).parent / "dieval"
REPORT = (
    "report", "cost_comparison", "--region", "kurzeme", "--format", "html", "--lang", "en",
    "--force",
)  # fmt: skip
SUMS = {"costs": ("amount_eur",), "activity": ("child_days", "place_days")}
SECONDS_BETWEEN = 0.05  # two looks at the memory


def package_of(count: int, folder: Path) -> tuple[Path, dict[str, int]]:
    """Write a data package with about so many rows of costs, and as many of activity."""
    shutil.copytree(ROOT / "data" / "latvia", folder)
    (folder / "datapackage.json").unlink()  # tables are known by their names
    rows = {}
    with duckdb.connect() as connection:
        for name, sums in SUMS.items():
            connection.execute(
                f"CREATE OR REPLACE TABLE whole AS FROM read_csv('{folder}/{name}.csv', "
                "all_varchar = true)"
            )
            (groups,) = connection.execute("SELECT count(*) FROM whole").fetchone() or (0,)
            each = max(1, count // groups)
            parts = ", ".join(f"round({column}::DOUBLE / {each}, 2) AS {column}" for column in sums)
            (folder / f"{name}.csv").unlink()
            connection.execute(
                f"COPY (SELECT * REPLACE (year::INTEGER AS year, {parts}), number AS child "
                f"FROM range({each}) AS children (number), whole) TO '{folder}/{name}' "
                "(FORMAT parquet, COMPRESSION zstd, PARTITION_BY region)"
            )
            rows[name] = each * groups
    return folder, rows


def run(data: Path, out: Path) -> tuple[float, float]:
    """Make the report; give the time it takes [s] and the memory that its processes take [GB]."""
    started = time.perf_counter()
    command = subprocess.Popen(
        [DIEVAL, *REPORT, "--data", data, "--out", out], cwd=ROOT, stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
    )  # fmt: skip
    most = 0
    while command.poll() is None:
        most = max(most, _memory(command.pid))
        time.sleep(SECONDS_BETWEEN)
    if command.returncode:
        sys.exit("the report could not be made")
    return time.perf_counter() - started, most / 1e9


def _memory(number: int) -> int:
    """Give the memory of a process and all that it started; what they share counts once [bytes]."""
    found = 0
    try:
        first = psutil.Process(number)
        for process in [first, *first.children(recursive=True)]:
            found += process.memory_full_info().pss
    except psutil.Error:  # one has just ended
        pass
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=float, nargs="+", default=[1e5, 1e6, 1e7, 1e8])
    options.add_argument("--rounds", type=int, default=3)
    asked = options.parse_args()
    shown, first = [], 0.0
    for count in map(int, asked.rows):
        with tempfile.TemporaryDirectory(prefix="dieval-rows-") as name:
            data, rows = package_of(count, Path(name) / "data")
            runs = [run(data, Path(name) / "out") for _ in range(asked.rounds)]
        times = [seconds for seconds, _ in runs]
        middle = statistics.median(times)
        first = first or middle
        memory = max(memory for _, memory in runs)
        shown.append(
            [f"{rows['costs']:,}", f"{rows['activity']:,}",
             f"{middle:.2f} ({min(times):.2f}–{max(times):.2f})", f"{middle / first:.2f}",
             f"{memory:.2f}"]
        )  # fmt: skip
        print(shown[-1], flush=True)
    heads = ("rows of costs", "rows of activity", "a region's report, s",
             "ratio (wanted: at most 1.5)",
             "memory of all processes, GB (wanted: below 1)")  # fmt: skip
    write_section(
        "Many rows",
        "Costs and activity in partitioned Parquet, one page of HTML on one region, cold, from the "
        f"shell.\n\n{table(heads, shown)}",
    )


if __name__ == "__main__":
    main()
