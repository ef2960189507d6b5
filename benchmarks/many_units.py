"""Cost per report with more and more units, and a run in which nothing has changed: `make bench`.

The units are copies of Kurzeme under other names, one cost comparison each, one page of HTML.
Writes a section of benchmarks/results.md.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
from timing import table, write_section

ROOT = Path(__file__).resolve().parents[1]
DIEVAL = Path(sys.executable).parent / "dieval"
SHARED = ("sources", "municipalities", "statutory_rates", "price_index")
LARGE = ("costs", "activity")
OF_REGIONS = ("regions", "providers", "costs", "assets", "activity", "households")
HEADS = (
    "units", "whole run, s", "a report, s", "in its process, s", "nothing changed, s",
    "of the whole run", "memory of the command, GB",
)  # fmt: skip
SAID = {
    "CSV": "Every table in one CSV file.",
    "Parquet": "Costs and activity in folders of Parquet files, the other tables in CSV files.",
}


def package_of(units: int, folder: Path) -> Path:
    """Write a data package with so many regions."""
    latvia = ROOT / "data" / "latvia"
    folder.mkdir()
    for name in SHARED:
        (folder / f"{name}.csv").write_bytes((latvia / f"{name}.csv").read_bytes())
    for name in OF_REGIONS:
        with (latvia / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        home = head.index("provider") if "provider" in head else None
        ours = [
            row
            for row in rows
            if any(cell.startswith("kurzeme") for cell in row)
            and (home is None or row[home] == "" or row[home].startswith("kurzeme"))
        ]
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(head)
            for unit in range(units):
                code = f"r{unit:05d}"
                writer.writerows([re.sub("^kurzeme", code, cell) for cell in row] for row in ours)
    return folder


def in_parquet(folder: Path) -> Path:
    """Put folders of Parquet files, one folder a region, in the place of the large tables."""
    with duckdb.connect() as connection:
        for name in LARGE:
            file = folder / f"{name}.csv"
            connection.execute(
                f"COPY (FROM read_csv('{file}', types = {{'provider': 'VARCHAR'}})) "
                f"TO '{folder / name}' (FORMAT parquet, PARTITION_BY region)"
            )
            file.unlink()
    return folder


def run(data: Path, out: Path) -> tuple[float, float]:
    """Make the reports; give the time it takes [s] and the command's own memory at most [GB]."""
    command = [DIEVAL, "report", "cost_comparison", "--format", "html", "--lang", "en"]
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            [*command, "--data", data, "--out", out],
            cwd=ROOT, text=True, stdout=said, stderr=said,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
        )  # fmt: skip
        _, status, used = os.wait4(process.pid, 0)
        taken = time.perf_counter() - started
        said.seek(0)
        *_, last = said.read().splitlines() or [""]
    print(f"{last} {taken:.1f} s", flush=True)
    if os.waitstatus_to_exitcode(status):
        sys.exit("the reports could not be made")
    return taken, used.ru_maxrss * 1024 / 1e9


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--units", type=int, nargs="+", default=[5, 50, 500])
    options.add_argument("--rows-in", choices=list(SAID), default="CSV")
    asked = options.parse_args()
    rows = []
    with tempfile.TemporaryDirectory(prefix="dieval-units-") as name:
        for count in asked.units:
            data, out = package_of(count, Path(name) / f"data{count}"), Path(name) / f"out{count}"
            if asked.rows_in == "Parquet":
                in_parquet(data)
            full, memory = run(data, out)
            again, _ = run(data, out)
            record = json.loads((out / "run.json").read_text(encoding="utf-8"))
            made = [entry["seconds"] for entry in record["reports"]]
            each = sum(made) / len(made)
            numbers = (full, full / count, each, again, again / full, memory)
            rows.append([str(count), *(f"{number:.4g}" for number in numbers)])
            print(dict(zip(HEADS, rows[-1], strict=True)), flush=True)
    said = f"One page of HTML each, {os.cpu_count()} cores. {SAID[asked.rows_in]}"
    write_section(f"Many units, {asked.rows_in}", f"{said}\n\n{table(HEADS, rows)}")


if __name__ == "__main__":
    main()
