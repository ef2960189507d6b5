"""Many reports at once: as many as there are cores and memory for, each in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import psutil

from dieval.reports.children import Child, Method, no_forking_because
from dieval.reports.project import Project
from dieval.reports.publish import recover
from dieval.reports.run import Outcome, Task, run_task

# A report that has not said how much memory it takes is taken to need this [bytes].
FIRST_GUESS_BYTES = 500_000_000
RECORD_SECONDS = 1.0  # how often run.json follows a run


def memory_left() -> int:
    """Give the memory that is left here, or to the group that this process belongs to [bytes]."""
    left = int(psutil.virtual_memory().available)
    group = Path("/sys/fs/cgroup")
    try:
        most = int((group / "memory.max").read_text())
        used = int((group / "memory.current").read_text())
        statistics = dict(line.split() for line in (group / "memory.stat").open())
        return min(left, most - used + int(statistics["inactive_file"]))
    except (OSError, ValueError, KeyError):  # no such group, or without a limit
        return left


class _Admission:
    """Lets a further report begin when there is memory for it; one may always run."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._running = 0
        self._need = FIRST_GUESS_BYTES

    @contextmanager
    def admitted(self) -> Iterator[None]:
        """Wait until a report may begin, and let the next one in afterwards."""
        with self._changed:
            while self._running and memory_left() < self._need:
                self._changed.wait(0.2)
            self._running += 1
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify()

    def learn(self, peak: int) -> None:
        """Take the memory that a report took [bytes] as what the next one needs."""
        with self._changed:
            self._need = max(self._need, peak) if peak > self._need else (self._need + peak) // 2


class _Runner:
    """Runs each task in a process of its own, and can end them all."""

    def __init__(self, project: Project, out: Path, engine: str, seconds: float) -> None:
        self._project, self._out, self._engine, self._seconds = project, out, engine, seconds
        self._method: Method = "fork" if engine == "warm" else "spawn"
        self._scratch = Path(tempfile.mkdtemp(prefix="dieval-run-"))
        self._environment = {**os.environ, "TMPDIR": str(self._scratch)}
        self._admission = _Admission()
        self._running: set[Child] = set()
        self._stopped = False

    def run(self, task: Task) -> Outcome:
        """Run a task and wait for its outcome."""
        with self._admission.admitted():
            started = time.monotonic()
            if self._stopped:
                return Outcome(task.report, task.unit, "failed", 0.0, "interrupted before it began")
            child = Child(
                run_task, task, self._project, self._out, self._engine,
                folder=Path.cwd(), environment=self._environment, method=self._method,
            )  # fmt: skip
            self._running.add(child)
            try:
                return self._followed(child, task, started)
            finally:
                child.end()
                self._running.discard(child)

    def _followed(self, child: Child, task: Task, started: float) -> Outcome:
        """Follow a child until it has an outcome, dies or takes too long."""
        cell = -1

        def failed(why: str) -> Outcome:
            where = f"cell {cell}: " if cell >= 0 else ""
            taken = round(time.monotonic() - started, 3)
            return Outcome(
                task.report, task.unit, "failed", taken, f"{task.report}.ipynb, {where}{why}"
            )

        while True:
            news = child.next(max(0.0, started + self._seconds - time.monotonic()))
            if news is None:
                return failed(
                    f"took longer than {self._seconds:g} s and was ended. Mend the cell, or give "
                    "more time with --time-limit."
                )
            kind, value = news
            if kind == "told":
                cell = value
            elif kind == "returned":
                outcome, peak = value
                self._admission.learn(peak)
                return outcome
            elif kind == "died":
                memory = "; the memory may not have sufficed" if value in (-9, 137) else ""
                return failed(f"the kernel died (exit status {value}){memory}.")
            else:
                return failed(f"{type(value).__name__}: {value}")

    def stop(self) -> None:
        """End every process that runs; a report that is not published yet leaves nothing."""
        self._stopped = True
        for child in list(self._running):
            child.kill()

    def close(self) -> None:
        """Take away what the children left in the folder for temporary files."""
        shutil.rmtree(self._scratch, ignore_errors=True)


def chosen_engine(engine: str) -> tuple[str, str]:
    """Give the engine that a run can use here, and why it is not the one asked for."""
    reason = no_forking_because() if engine == "warm" else ""
    return ("nbclient", reason) if reason else (engine, "")


def run_tasks(
    tasks: Sequence[Task],
    project: Project,
    out: Path,
    jobs: int,
    tell: Callable[[Outcome], None],
    *,
    engine: str,
    seconds: float,
    kept: Sequence[Outcome] = (),
    key: str = "",
) -> list[Outcome]:
    """Make many reports at once and record how it went.

    Parameters
    ----------
    tasks : sequence of Task
        Reports to make.
    project : Project
        Data, parameters and notebooks.
    out : Path
        Output folder; gets run.json beside the reports' folders.
    jobs : int
        Reports that are made at the same time, at most.
    tell : callable
        Called with each outcome as it is known.
    engine : str
        warm or nbclient.
    seconds : float
        Time limit of a report [s].
    kept : sequence of Outcome
        Reports that are there and unchanged; run.json lists them too.
    key : str
        What `unchanged.run_key` gave; run.json keeps it.

    Returns
    -------
    list of Outcome
        In the order of the tasks.

    Raises
    ------
    KeyboardInterrupt
        The run was interrupted; finished reports stay, run.json says which.
    """
    recover(out)
    record = RunRecord(out, tasks, kept, key)
    runner = _Runner(project, out, engine, seconds)
    try:
        with ThreadPoolExecutor(jobs) as threads:
            futures = [threads.submit(runner.run, task) for task in tasks]
            try:
                for future in as_completed(futures):
                    record.add(future.result())
                    tell(future.result())
            except BaseException:
                runner.stop()
                raise
    finally:
        runner.close()
        recover(out)
        record.write()
    return [future.result() for future in futures]


class RunRecord:
    """run.json: every report of the run, how it ended and how long it took.

    Parameters
    ----------
    out : Path
        Output folder.
    tasks : sequence of Task
        Reports to make; unfinished until their outcome is added.
    kept : sequence of Outcome
        Reports that need not be made.
    key : str
        What `unchanged.run_key` gave.
    """

    def __init__(self, out: Path, tasks: Sequence[Task], kept: Sequence[Outcome], key: str) -> None:
        self._out, self._key = out, key
        self._outcomes = {f"{outcome.unit}/{outcome.report}": outcome for outcome in kept}
        for task in tasks:  # what a killed run leaves says so
            self._outcomes[task.folder] = Outcome(task.report, task.unit, "unfinished", 0.0)
        self._written = 0.0
        self.write()

    def add(self, outcome: Outcome) -> None:
        """Take an outcome; the file follows within a second, or at the end."""
        self._outcomes[f"{outcome.unit}/{outcome.report}"] = outcome
        if time.monotonic() - self._written > RECORD_SECONDS:
            self.write()

    def write(self) -> None:
        """Write the file as a whole."""
        self._written = time.monotonic()
        reports = [asdict(outcome) for _, outcome in sorted(self._outcomes.items())]
        content = {"schema": "dieval-run/1", "key": self._key, "reports": reports}
        text = json.dumps(content, ensure_ascii=False, indent=1)
        building = self._out / ".run.json.new"
        building.write_text(text + "\n", encoding="utf-8")
        building.replace(self._out / "run.json")
