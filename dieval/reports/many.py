"""Many reports: here or on a cluster, told one by one, and recorded in run.json."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

from dieval.reports.manifest import sha256
from dieval.reports.publish import recover, replace_file
from dieval.reports.run import Attempt, Outcome, Task

RECORD_SECONDS = 1.0  # how often run.json follows a run, at most
RECORD_SHARE = 0.02  # of the time of a run, what that may take


class MakesReports(Protocol):
    """What makes reports: processes of this machine, or the workers of a cluster."""

    def run(self, task: Task) -> Attempt:
        """Make and publish a report, and wait for it."""

    def stop(self) -> None:
        """End everything that is under way."""

    def close(self) -> None:
        """Tidy up."""


def run_tasks(
    tasks: Sequence[Task],
    runner: MakesReports,
    out: Path,
    jobs: int,
    tell: Callable[[Outcome], None],
    *,
    kept: Sequence[Outcome] = (),
    key: str = "",
    afterwards: Callable[[], Sequence[Outcome]] = tuple,
) -> list[Outcome]:
    """Make many reports at once and record how it went.

    Parameters
    ----------
    tasks : sequence of Task
        Reports to make.
    runner : MakesReports
        Makes them; is closed at the end.
    out : Path
        Output folder; gets run.json beside the reports' folders.
    jobs : int
        Reports that are made at the same time, at most.
    tell : callable
        Called with each outcome as it is known.
    kept : sequence of Outcome
        Reports that are there and unchanged; run.json lists them too.
    key : str
        What `unchanged.run_key` gave; run.json keeps it.
    afterwards : callable
        Called when all are made; gives the reports that cannot stay, as failed.

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
    try:
        with ThreadPoolExecutor(jobs) as threads:
            futures = [threads.submit(runner.run, task) for task in tasks]
            try:
                for future in as_completed(futures):
                    outcome = future.result().outcome
                    record.add(outcome)
                    tell(outcome)
            except BaseException:
                runner.stop()
                raise
        for outcome in afterwards():
            record.add(outcome)
            tell(outcome)
    finally:
        runner.close()
        recover(out)
        record.write()
    return [future.result().outcome for future in futures]


def record_json(content: dict[str, Any]) -> str:
    """Write the record of a run, with the checksum of all else that it says as its last line."""
    text = json.dumps(content, ensure_ascii=False, indent=1)
    summed = {**content, "sha256": sha256(text.encode("utf-8"))}
    return json.dumps(summed, ensure_ascii=False, indent=1) + "\n"


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
        self._next = 0.0
        self.write()

    def add(self, outcome: Outcome) -> None:
        """Take an outcome; the file follows in a second, of many reports later, or at the end."""
        self._outcomes[f"{outcome.unit}/{outcome.report}"] = outcome
        if time.monotonic() > self._next:
            self.write()

    def write(self) -> None:
        """Write the file as a whole."""
        begun = time.monotonic()
        reports = [asdict(outcome) for _, outcome in sorted(self._outcomes.items())]
        content = {"schema": "dieval-run/1", "key": self._key, "reports": reports}
        replace_file(self._out / "run.json", record_json(content))
        ended = time.monotonic()
        self._next = ended + max(RECORD_SECONDS, (ended - begun) / RECORD_SHARE)
