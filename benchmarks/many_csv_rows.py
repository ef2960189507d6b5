"""A million rows of costs in a CSV file, checked beside pandas that only reads them: `make bench`.

Amounts are nearly all different, every row keeps the contract, and the seed is fixed. Each
measurement is a process of its own, which has done the same with a small file first; the two
alternate. pandas reads with its defaults, which since version 3 means in as many threads as there
are cores. Writes a section of benchmarks/results.md.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from timing import table, write_section

from dieval.vocabulary import AGE_BANDS

SEED = 1
ROWS, SMALL = 1_000_000, 1_000
YEARS = range(2000, 2021)
NEEDS = ("standard", "complex")
ITEMS = ("staff", "goods_services", "upkeep", "premises", "administration", "support", "allowance",
         "other")  # fmt: skip
PAYERS = ("state", "municipality", "eu_fund", "other")
OTHER_TABLES = {
    "regions": "region,name_lv,name_en,source\nkurzeme,Kurzeme,Kurzeme,s\n",
    "sources": "source,title,publisher,published,locator,url,licence,evidence\n"
    "s,Invented,Nobody,2021,,,,synthetic\n",
    "municipalities": "municipality,name_lv,valid_from,valid_to,successor,source\n"
    "x,X,2000-01-01,,,s\n",
    "region_membership": "municipality,region,valid_from,valid_to,source\n"
    "x,kurzeme,2000-01-01,,s\n",
}
# What each process does, with a small package and then, timed, with the large one.
WORK = {
    "pandas.read_csv": "import pandas\n"
    "work = lambda folder: pandas.read_csv(folder + '/costs.csv')",
    "dieval": "from dieval.inputs.read import check_package\n"
    "work = lambda folder: sys.exit('a fault') if any(\n"
    "    found.severity != 'note' for found in check_package(folder)) else None",
}
TIMED = """
import json, pathlib, re, sys, time
{work}
small, large = sys.argv[1:]
work(small)
started = time.perf_counter()
work(large)
seconds = time.perf_counter() - started
status = pathlib.Path("/proc/self/status").read_text()  # of this process alone, not its parent
print(json.dumps([seconds, int(re.search(r"VmHWM:\\s*(\\d+)", status)[1])]))
"""


def package_of(count: int, folder: Path) -> Path:
    """Write a data package with so many rows of costs."""
    folder.mkdir()
    kinds = list(itertools.product(YEARS, AGE_BANDS, NEEDS, ITEMS, PAYERS))
    providers = [f"p{number}" for number in range(-(-count // len(kinds)))]
    rows = itertools.islice(itertools.product(providers, kinds), count)
    costs = pd.DataFrame(
        [("kurzeme", provider, "institution", *kind) for provider, kind in rows],
        columns=["region", "provider", "care_arrangement", "year", "age_band", "need_level",
                 "cost_item", "payer"],
    )  # fmt: skip
    cents = np.random.default_rng(SEED).integers(100, 10_000_000, count)
    costs.assign(amount_eur=cents / 100, source="s").to_csv(folder / "costs.csv", index=False)
    pd.DataFrame(
        {"provider": providers, "name_lv": providers, "care_arrangement": "institution",
         "municipality": "x", "region": "kurzeme", "owner": "ngo", "opened": "", "closed": "",
         "source": "s"}
    ).to_csv(folder / "providers.csv", index=False)  # fmt: skip
    for name, text in OTHER_TABLES.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def run(work: str, small: Path, large: Path) -> tuple[float, float]:
    """Give the time that the work takes [s] and the memory of its process, at most [GB]."""
    done = subprocess.run(
        [sys.executable, "-c", TIMED.format(work=work), small, large],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    seconds, kilobytes = json.loads(done.stdout)
    return seconds, kilobytes * 1024 / 1e9


def main() -> None:
    """Measure both in turn, and print and write down the medians and their ratio."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=float, default=ROWS)
    options.add_argument("--rounds", type=int, default=5)
    asked = options.parse_args()
    count = int(asked.rows)
    with tempfile.TemporaryDirectory(prefix="dieval-csv-") as name:
        small = package_of(SMALL, Path(name) / "small")
        large = package_of(count, Path(name) / "large")
        size = (large / "costs.csv").stat().st_size / 1e6
        runs = [
            {name: run(work, small, large) for name, work in WORK.items()}
            for _ in range(asked.rounds)
        ]
    shown = []
    first = 0.0
    for name in WORK:
        times = [each[name][0] for each in runs]
        middle = statistics.median(times)
        first = first or middle
        shown.append(
            [name, f"{middle:.3f} ({min(times):.3f}–{max(times):.3f})", f"{middle / first:.2f}",
             f"{max(each[name][1] for each in runs):.2f}"]
        )  # fmt: skip
        print(shown[-1], flush=True)
    heads = ("", "seconds", "ratio (wanted: at most 3)", "memory of the process, GB")
    write_section(
        "Many CSV rows",
        f"{count:,} rows of costs in one file of {size:.0f} MB, {os.cpu_count()} cores, medians of "
        f"{asked.rounds} rounds (least–most); pandas {pd.__version__} reads with its defaults, in "
        f"several threads.\n\n{table(heads, shown)}",
    )


if __name__ == "__main__":
    main()
