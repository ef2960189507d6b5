"""Time dieval beside what its users write today, as ratios in one run: `make bench`.

Cost comparison and progress report of every region, Latvian and English, HTML and PDF:

- a  the commands `papermill`, then `jupyter nbconvert` to HTML and to PDF (webpdf), in a loop;
- b  papermill and nbconvert called in one process;
- c  ploomber-engine and nbconvert called in one process;
- floor  dieval's cells and rendering alone in one warm process, as if two of them ran side by side
  without any loss.

The peers make a sample of the reports and are reckoned up; dieval makes them all, its start
included. Writes benchmarks/results.md.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import playwright
from timing import seconds, table

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
REGIONS = ("kurzeme", "latgale", "riga", "vidzeme", "zemgale")
REPORTS = ("cost_comparison", "implementation_progress")
ALL = [f"{report}/{region}" for report in REPORTS for region in REGIONS]
SAMPLE = ["cost_comparison/latgale", "implementation_progress/riga"]
WARM_UP = "cost_comparison/kurzeme"
LANGUAGES = {"lv": "en", "en": "lv"}
CORES = 2


def surroundings(folder: Path) -> dict[str, str]:
    """Give the peers the data, and Debian's browser where Playwright looks for its own."""
    listed = Path(playwright.__file__).parent / "driver" / "package" / "browsers.json"
    entries = json.loads(listed.read_text())["browsers"]
    browsers = {entry["name"]: entry["revision"] for entry in entries}
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("webpdf needs a Chromium on the PATH: make tools")
    places = {
        f"chromium-{browsers['chromium']}": "chrome",
        f"chromium_headless_shell-{browsers['chromium-headless-shell']}": "chrome-headless-shell",
    }
    for name, program in places.items():
        for inner in ("chrome-linux64", "chrome-linux", "chrome-headless-shell-linux64"):
            target = folder / name / inner
            target.mkdir(parents=True)
            for link in {program, "headless_shell"}:
                (target / link).symlink_to(chromium)
    # As for a user, who keeps what Python has compiled.
    kept = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {
        "DIEVAL_DATA": str(ROOT / "data" / "latvia"),
        "PLAYWRIGHT_BROWSERS_PATH": str(folder),
        "PLOOMBER_STATS_ENABLED": "false",
        "MPLBACKEND": "agg",
    }


class Bench:
    """Runs each way in turn and keeps its times."""

    def __init__(self, folder: Path, rounds: int) -> None:
        self.folder, self.rounds = folder, rounds
        self.environment = surroundings(folder / "browsers")
        self.times: dict[str, list[float]] = {}

    def run(self, *command: object, fails: bool = False) -> str:
        done = subprocess.run(
            [str(part) for part in command], cwd=ROOT, env=self.environment, text=True,
            capture_output=True, check=False,
        )  # fmt: skip
        if bool(done.returncode) is not fails:
            sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def keep(self, name: str, taken: float) -> None:
        self.times.setdefault(name, []).append(taken)
        print(f"{name}: {taken:.2f} s", flush=True)

    def median(self, name: str) -> float:
        return statistics.median(self.times[name])

    def spread(self, name: str) -> str:
        times = self.times[name]
        return f"{self.median(name):.2f} ({min(times):.2f}–{max(times):.2f})"

    # --- The ways ---------------------------------------------------------------------------------

    def commands(self, name: str, formats: Sequence[str] = ("html", "webpdf")) -> float:
        """Time the papermill and nbconvert commands for one report."""
        report, region = name.split("/")
        notebook, executed = ROOT / "notebooks" / f"{report}.ipynb", self.folder / "executed.ipynb"

        def work() -> None:
            self.run(BIN / "papermill", notebook, executed, "-p", "region", region)
            for code, other in LANGUAGES.items():
                for kind in formats:
                    self.run(
                        BIN / "jupyter", "nbconvert", "--to", kind, executed,
                        "--TagRemovePreprocessor.enabled=True",
                        f"--TagRemovePreprocessor.remove_cell_tags={other}",
                        "--disable-chromium-sandbox" if kind == "webpdf" else "--log-level=30",
                        "--output", f"report.{code}",
                    )  # fmt: skip

        return seconds(work)

    def in_one_process(self, way: str) -> float:
        """Time a report in a process that has made one before, for a mean of the sample."""
        said = self.run(
            sys.executable, ROOT / "benchmarks" / "peer_in_one_process.py",
            way, self.folder / way, WARM_UP, *SAMPLE,
        )  # fmt: skip
        return statistics.mean(map(float, said.split()))

    def dieval(self, *options: object) -> float:
        """Time the command, which makes everything anew."""
        command = [BIN / "dieval", "report", *options]
        out = self.folder / "out"
        return seconds(lambda: self.run(*command, "--force", "--out", out))

    def throughput(self) -> None:
        """Alternate all ways, so that a busy machine disturbs them alike."""
        for _ in range(self.rounds):
            self.keep(OURS, self.dieval(*REPORTS, *EVERYTHING) / len(ALL))
            self.keep("a commands", statistics.mean(self.commands(name) for name in SAMPLE))
            for name, way in (("b", "papermill"), ("c", "ploomber"), ("floor", "floor")):
                self.keep(f"{name} {way}".replace("floor floor", "floor"), self.in_one_process(way))

    def single(self) -> None:
        """One report from the shell, help, a wrong parameter, and nothing changed."""
        one = ("cost_comparison", "--region", "kurzeme")
        wrong = [BIN / "dieval", "report", *one, "-p", "draws=x", "--out", self.folder / "out"]
        for _ in range(self.rounds):
            pair = self.pair()
            self.keep(PAIR, pair)
            self.keep("dieval, one page", self.dieval(*one, *ONE_PAGE))
            self.keep("dieval, one report", self.dieval(*one, *EVERYTHING))
            self.keep("dieval --help", seconds(lambda: self.run(BIN / "dieval", "--help")))
            self.keep("dieval, wrong parameter", seconds(lambda: self.run(*wrong, fails=True)))

    def pair(self) -> float:
        """Time one papermill and one nbconvert command."""
        notebook, executed = ROOT / "notebooks" / "cost_comparison.ipynb", self.folder / "one.ipynb"

        def work() -> None:
            self.run(BIN / "papermill", notebook, executed, "-p", "region", "kurzeme")
            self.run(BIN / "jupyter", "nbconvert", "--to", "html", executed)

        return seconds(work)

    # --- What it comes to -------------------------------------------------------------------------

    def results(self) -> str:
        """Write the tables of medians and ratios."""
        day = datetime.datetime.now(datetime.UTC).date().isoformat()
        commit = self.run("git", "rev-parse", "--short", "HEAD").strip()
        against = [
            (text, self.spread(name), f"{self.median(name) / cores / self.median(OURS):.2f}", least)
            for text, name, cores, least in AGAINST
        ]
        pair = self.median(PAIR)
        alone = [
            (text, self.spread(name), f"{self.median(name) / pair:.3f}", most)
            for text, name, most in ALONE
        ]
        return f"""# Benchmarks

`make bench`, {day}, commit {commit}, Python {platform.python_version()}, {os.cpu_count()} cores
({platform.machine()}); medians of {self.rounds} rounds (least–most). Seconds are of this machine:
compare the ratios.

## {len(ALL)} reports, Latvian and English, HTML and PDF

dieval: {self.spread(OURS)} s a report, its start included.

{table(("against", "seconds a report", "throughput of dieval, ratio", "wanted, at least"), against)}

The floor is the time of one process, halved: two cores without any loss.

## From the shell, against one papermill and one nbconvert command

The two commands, one page of HTML: {self.spread(PAIR)} s.

{table(("command", "seconds", "ratio", "wanted, at most"), alone)}

"""


OURS, PAIR = "dieval, all", "papermill and nbconvert, one page"
EVERYTHING = ("--format", "html", "--format", "pdf")
ONE_PAGE = ("--format", "html", "--lang", "en")
AGAINST = (
    ("a: papermill and nbconvert commands in a loop", "a commands", 1, "25"),
    ("b: papermill called in one process", "b papermill", 1, "8"),
    ("c: ploomber-engine in one process", "c ploomber", 1, "1"),
    ("floor: cells and rendering alone", "floor", CORES, "0.6"),
)
ALONE = (
    ("one report, cold, one page of HTML", "dieval, one page", "0.5"),
    ("one report, cold, HTML and PDF in two languages", "dieval, one report", ""),
    ("`dieval --help`", "dieval --help", "0.15"),
    ("a wrong parameter", "dieval, wrong parameter", "0.15"),
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=3)
    rounds = options.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="dieval-bench-") as name:
        bench = Bench(Path(name), rounds)
        bench.throughput()
        bench.single()
        text = bench.results()
    (ROOT / "benchmarks" / "results.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
