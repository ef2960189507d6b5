"""Many reports: executed in parallel, exported, and published one whole folder at a time."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dieval.errors import ReportError
from dieval.reports.project import Project

if TYPE_CHECKING:
    from nbformat import NotebookNode

FORMATS = ("html", "pdf", "docx", "xlsx")


@dataclass(frozen=True)
class Task:
    """One report to make.

    Parameters
    ----------
    report, unit : str
        Name of the report and code of the region or institution.
    parameters : dict
        Parameters given to the notebook; the others keep its defaults.
    languages, formats : tuple of str
        What to export.
    """

    report: str
    unit: str
    parameters: dict[str, Any]
    languages: tuple[str, ...]
    formats: tuple[str, ...]

    @property
    def folder(self) -> str:
        """Folder of the report below the output folder."""
        return f"{self.unit}/{self.report}"


@dataclass(frozen=True)
class Outcome:
    """What became of a task: made, or failed with its message."""

    report: str
    unit: str
    status: str
    seconds: float
    message: str = ""
    files: list[str] = field(default_factory=list)


def make_report(task: Task, project: Project) -> dict[str, bytes]:
    """Execute a report's notebook once and export it in every language and format.

    Returns
    -------
    dict of bytes
        Files of the report's folder by name; nothing has been written yet.

    Raises
    ------
    ReportError
        The notebook failed, or an export did.
    """
    from dieval.reports.engine import execute

    return exported(execute(project.notebook(task.report), task.parameters, project), task, project)


def exported(notebook: NotebookNode, task: Task, project: Project) -> dict[str, bytes]:
    """Export an executed notebook in every language and format of a task.

    Returns
    -------
    dict of bytes
        Files of the report's folder by name, the manifest among them.

    Raises
    ------
    ReportError
        An export failed.
    """
    import nbformat

    from dieval.reports.document import read_document, read_inputs, read_results
    from dieval.reports.export_docx import docx_report
    from dieval.reports.export_html import html_report
    from dieval.reports.export_pdf import pdf_report
    from dieval.reports.export_xlsx import xlsx_tables
    from dieval.reports.manifest import manifest, manifest_json
    from dieval.reports.results import results_json

    results = read_results(notebook)
    as_json = results_json(results)
    files = {
        "results.json": as_json.encode("utf-8"),
        "notebook.ipynb": nbformat.writes(notebook).encode("utf-8"),
    }
    for code in task.languages:
        document = read_document(notebook, code, project.appearance)
        if "html" in task.formats:
            files[f"report.{code}.html"] = html_report(document).encode("utf-8")
        if "pdf" in task.formats:
            files[f"report.{code}.pdf"] = pdf_report(document, as_json)
        if "docx" in task.formats:
            files[f"report.{code}.docx"] = docx_report(document)
    if "xlsx" in task.formats:
        files["tables.xlsx"] = xlsx_tables(results, notebook)
    made_from = manifest(
        results,
        read_inputs(notebook),
        project,
        project.notebook(task.report),
        files,
        list(task.languages),
        list(task.formats),
    )
    files["manifest.json"] = manifest_json(made_from).encode("utf-8")
    return files


def publish(files: dict[str, bytes], target: Path) -> None:
    """Put a report's folder in place as a whole; the earlier one stays until the new is complete.

    Raises
    ------
    ReportError
        The folder cannot be written, for example because the disk is full; the earlier report is
        still there.
    """
    building, earlier = _beside(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _clear_leftovers(target)
        building.mkdir()
        for name, content in files.items():
            with (building / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        if target.exists() and not _exchange(building, target):
            target.rename(earlier)
        if not target.exists():
            building.rename(target)
    except OSError as error:
        _clear_leftovers(target)
        raise ReportError(
            f"{target.parent.name}/{target.name} cannot be written: {error.strerror}. "
            "The earlier report is unchanged."
        ) from error
    _clear_leftovers(target)


def _beside(target: Path) -> tuple[Path, Path]:
    """Give where a report's folder is built, and where the earlier one waits meanwhile."""
    return target.with_name(f".{target.name}.new"), target.with_name(f".{target.name}.old")


def _clear_leftovers(target: Path) -> None:
    """Take away what stands beside a report's folder, after putting a set-aside report back."""
    building, earlier = _beside(target)
    if earlier.exists() and not target.exists():
        earlier.rename(target)
    shutil.rmtree(building, ignore_errors=True)
    shutil.rmtree(earlier, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step, where the system can (Linux); say whether it did.

    Between two renames there is a moment without a report; a run killed then would leave none.
    """
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return bool(rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0)


def recover(out: Path) -> None:
    """Put back what a killed run left aside, and take away what it left unfinished."""
    for leftover in [*out.glob("*/.*.old"), *out.glob("*/.*.new")]:
        _clear_leftovers(leftover.with_name(leftover.stem.removeprefix(".")))


def run_task(task: Task, project: Project, out: Path) -> Outcome:
    """Make and publish one report; a failure is an outcome, never an exception."""
    started = time.monotonic()
    try:
        files = make_report(task, project)
        publish(files, out / task.folder)
    except Exception as error:  # one report's failure must not stop the others
        text = str(error) if isinstance(error, ReportError) else f"{type(error).__name__}: {error}"
        message = without_paths(text, project)
        return Outcome(task.report, task.unit, "failed", _since(started), message)
    return Outcome(task.report, task.unit, "made", _since(started), files=sorted(files))


def _since(started: float) -> float:
    return round(time.monotonic() - started, 3)


def without_paths(text: str, project: Project) -> str:
    """Take the folders of this machine out of a message: run.json may be published."""
    folders = (
        project.root,
        project.data.resolve().parent,
        Path(tempfile.gettempdir()),
        Path.home(),
    )
    for folder in sorted({str(folder) for folder in folders}, key=len, reverse=True):
        if folder != "/":
            text = text.replace(f"{folder}/", "").replace(folder, "")
    return text


def _send_outcome(connection: Connection, task: Task, project: Project, out: Path) -> None:
    # An interrupt is for the parent, which then ends this process; ended, it cleans up behind it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    connection.send(run_task(task, project, out))
    connection.close()


class _Runner:
    """Runs each task in a process of its own, and can end them all.

    A process of its own, because papermill changes the working directory and kernels start
    threads, and because a process that dies then takes one report with it and no other.
    """

    def __init__(self, project: Project, out: Path) -> None:
        self._project, self._out = project, out
        self._context = get_context("spawn")
        self._running: set[BaseProcess] = set()
        self._stopped = False

    def run(self, task: Task) -> Outcome:
        """Run a task and wait for its outcome."""
        if self._stopped:
            return Outcome(task.report, task.unit, "failed", 0.0, "interrupted before it began")
        started = time.monotonic()
        receive, send = self._context.Pipe(duplex=False)
        process = self._context.Process(
            target=_send_outcome, args=(send, task, self._project, self._out)
        )
        self._running.add(process)
        process.start()
        send.close()
        try:
            outcome: Outcome = receive.recv()
        except EOFError:
            process.join()
            message = f"its process died ({process.exitcode}); the memory may not have sufficed"
            outcome = Outcome(task.report, task.unit, "failed", _since(started), message)
        process.join()
        self._running.discard(process)
        return outcome

    def stop(self) -> None:
        """End every process that runs; a report that is not published yet leaves nothing."""
        self._stopped = True
        for process in list(self._running):
            process.terminate()


def run_tasks(
    tasks: Sequence[Task],
    project: Project,
    out: Path,
    jobs: int,
    tell: Callable[[Outcome], None],
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
        Reports that are made at the same time.
    tell : callable
        Called with each outcome as it is known.

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
    runner = _Runner(project, out)
    outcomes: dict[str, Outcome] = {}
    with ThreadPoolExecutor(jobs) as threads:
        futures = {threads.submit(runner.run, task): task.folder for task in tasks}
        try:
            for future in as_completed(futures):
                outcomes[futures[future]] = future.result()
                tell(outcomes[futures[future]])
        except BaseException:
            runner.stop()
            raise
        finally:
            known = [outcomes[task.folder] for task in tasks if task.folder in outcomes]
            write_run_record(known, out)
    return known


def write_run_record(outcomes: Iterable[Outcome], out: Path) -> None:
    """Write run.json: what ran, how it ended and how long it took."""
    record = {"schema": "dieval-run/1", "reports": [asdict(outcome) for outcome in outcomes]}
    text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    building = out / ".run.json.new"
    building.write_text(text, encoding="utf-8")
    building.replace(out / "run.json")
