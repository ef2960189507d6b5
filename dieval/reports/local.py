"""Reports on this machine: as many at once as there is memory for, each in a process of its own."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import psutil

from dieval.inputs.read import HANDED_OVER, DataPackage, packed
from dieval.inputs.states import FileStates
from dieval.reports.children import Child, Method
from dieval.reports.private import told
from dieval.reports.project import Project
from dieval.reports.run import Attempt, Task, failed
from dieval.reports.scratch import NO_ROOM

# A report that has not said how much memory it takes is taken to need this [bytes].
FIRST_GUESS_BYTES = 500_000_000
# Where Linux tells how much memory the group of this process may take, in a container for example.
MEMORY_GROUP = Path("/sys/fs/cgroup")


def cores() -> int:
    """Give the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory_left() -> int:
    """Give the memory that is left here, or to the group that this process belongs to [bytes]."""
    left = int(psutil.virtual_memory().available)
    try:
        most = int((MEMORY_GROUP / "memory.max").read_text())
        used = int((MEMORY_GROUP / "memory.current").read_text())
        statistics = dict(
            line.split() for line in (MEMORY_GROUP / "memory.stat").read_text().splitlines()
        )
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


class Runner:
    """Runs each task in a process of its own, and can end them all.

    Parameters
    ----------
    project : Project
        Data, parameters and notebooks.
    engine : str
        warm or nbclient.
    seconds : float
        Time limit of a report [s].
    work : callable
        What a process does with a task: `attempt` or `attempt_and_publish`.
    *arguments : any
        Given to `work` after task, project and engine.
    part : callable
        Gives what a unit's reports read of the data package, so that no process has to read it.
    state : list of tuple, optional
        State of the package's files before they were read; None where they are not here.
    """

    def __init__(
        self,
        project: Project,
        engine: str,
        seconds: float,
        work: Callable[..., Attempt],
        *arguments: Any,
        part: Callable[[str], DataPackage],
        state: FileStates | None = None,
    ) -> None:
        self._project, self._engine, self._seconds = project, engine, seconds
        self._work, self._arguments = work, arguments
        self._part, self._state = part, state
        self._method: Method = "fork" if engine == "warm" else "spawn"
        self._scratch = Path(tempfile.mkdtemp(prefix="dieval-run-"))
        self._environment = {**os.environ, "TMPDIR": str(self._scratch)}
        self._admission = _Admission()
        self._running: set[Child] = set()
        self._stopped = False

    def run(self, task: Task) -> Attempt:
        """Run a task and wait for what becomes of it."""
        with self._admission.admitted():
            if self._stopped:
                return Attempt(failed(task, time.monotonic(), "interrupted before it began"))
            started = time.monotonic()
            try:
                data = self._handed_over(task.unit)
            except OSError as error:
                why = f"its data cannot be written: {error.strerror}. {NO_ROOM}"
                return Attempt(failed(task, started, why))
            child = Child(
                self._work,
                task,
                self._project,
                self._engine,
                *self._arguments,
                folder=Path.cwd(),
                environment={**self._environment, HANDED_OVER: str(data)},
                method=self._method,
            )
            self._running.add(child)
            try:
                return self._followed(child, task, started)
            finally:
                child.end()
                self._running.discard(child)
                data.unlink(missing_ok=True)

    def _handed_over(self, unit: str) -> Path:
        """Write what a unit's reports read to a file of their process."""
        descriptor, name = tempfile.mkstemp(prefix="data-", dir=self._scratch)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(packed(self._part(unit), self._project.data, self._state))
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
        return Path(name)

    def _followed(self, child: Child, task: Task, started: float) -> Attempt:
        """Follow a child until it has an outcome, dies or takes too long."""
        where = ""
        while True:
            news = child.next(max(0.0, started + self._seconds - time.monotonic()))
            if news is None:
                why = (
                    f"took longer than {self._seconds:g} s and was ended. Mend the cell, or give "
                    "more time with --time-limit."
                )
                break
            kind, value = news
            if kind == "told":
                where = f"cell {value}: "
            elif kind == "returned":
                self._admission.learn(value.memory)
                return cast(Attempt, value)
            elif kind == "died":
                memory = "; the memory may not have sufficed" if value in (-9, 137) else ""
                why = f"the kernel died (exit status {value}){memory}."
                break
            else:
                why = told(value)
                break
        return Attempt(failed(task, started, f"{task.report}.ipynb, {where}{why}"))

    def stop(self) -> None:
        """End every process that runs; a report that is not published yet leaves nothing."""
        self._stopped = True
        for child in list(self._running):
            child.kill()

    def close(self) -> None:
        """Take away what the children left in the folder for temporary files."""
        shutil.rmtree(self._scratch, ignore_errors=True)
