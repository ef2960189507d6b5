"""Many reports: executed in parallel, exported, and published one whole folder at a time."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from dieval.errors import ReportError
from dieval.reports.project import Project

FORMATS = ("html", "pdf", "xlsx")


@dataclass(frozen=True)
class Task:
    """One report to make.

    Parameters
    ----------
    report, unit : str
        Name of the report and code of the region or institution.
    parameters : dict
        Parameters that differ from the notebook's defaults.
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
    import nbformat

    from dieval.inputs.read import read_package
    from dieval.reports.document import read_document, read_results
    from dieval.reports.engine import execute
    from dieval.reports.export_html import html_report
    from dieval.reports.export_pdf import pdf_report
    from dieval.reports.export_xlsx import xlsx_tables
    from dieval.reports.manifest import manifest, manifest_json
    from dieval.reports.results import results_json

    source = project.notebook(task.report)
    notebook = execute(source, task.parameters, project)
    results = read_results(notebook)
    as_json = results_json(results)
    files = {
        "results.json": as_json.encode("utf-8"),
        "notebook.ipynb": nbformat.writes(notebook).encode("utf-8"),
    }
    for code in task.languages:
        document = read_document(notebook, code)
        if "html" in task.formats:
            files[f"report.{code}.html"] = html_report(document).encode("utf-8")
        if "pdf" in task.formats:
            files[f"report.{code}.pdf"] = pdf_report(document, as_json)
    if "xlsx" in task.formats:
        files["tables.xlsx"] = xlsx_tables(results, notebook)
    package = read_package(project.data)
    made_from = manifest(results, package, project, source, files)
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
    building = target.with_name(f".{target.name}.new")
    earlier = target.with_name(f".{target.name}.old")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # A run that was killed between the two renames below has left the earlier report aside.
        if earlier.exists() and not target.exists():
            earlier.rename(target)
        shutil.rmtree(building, ignore_errors=True)
        shutil.rmtree(earlier, ignore_errors=True)
        building.mkdir()
        for name, content in files.items():
            with (building / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        if target.exists():
            target.rename(earlier)
        building.rename(target)
    except OSError as error:
        shutil.rmtree(building, ignore_errors=True)
        if earlier.exists() and not target.exists():
            earlier.rename(target)
        raise ReportError(
            f"{target.parent.name}/{target.name} cannot be written: {error.strerror}. "
            "The earlier report is unchanged."
        ) from error
    shutil.rmtree(earlier, ignore_errors=True)


def run_task(task: Task, project: Project, out: Path) -> Outcome:
    """Make and publish one report; a failure is an outcome, never an exception."""
    started = time.monotonic()
    try:
        files = make_report(task, project)
        publish(files, out / task.folder)
    except Exception as error:  # one report's failure must not stop the others
        message = (
            str(error) if isinstance(error, ReportError) else f"{type(error).__name__}: {error}"
        )
        seconds = round(time.monotonic() - started, 3)
        return Outcome(task.report, task.unit, "failed", seconds, message)
    seconds = round(time.monotonic() - started, 3)
    return Outcome(task.report, task.unit, "made", seconds, files=sorted(files))


def run_tasks(
    tasks: Sequence[Task],
    project: Project,
    out: Path,
    jobs: int,
    tell: Callable[[Outcome], None],
) -> list[Outcome]:
    """Make many reports at once, each in a process of its own, and record how it went.

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
    """
    outcomes: dict[str, Outcome] = {}
    by_folder = {task.folder: task for task in tasks}
    # “spawn”: papermill changes the working directory and kernels start threads, so every report
    # gets a fresh process.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        futures = {pool.submit(run_task, task, project, out): task.folder for task in tasks}
        for future in as_completed(futures):
            task = by_folder[futures[future]]
            try:
                outcome = future.result()
            except Exception as error:  # the process itself died
                outcome = Outcome(task.report, task.unit, "failed", 0.0, f"{error}")
            outcomes[task.folder] = outcome
            tell(outcome)
    ordered = [outcomes[task.folder] for task in tasks]
    write_run_record(ordered, out)
    return ordered


def write_run_record(outcomes: Iterable[Outcome], out: Path) -> None:
    """Write run.json: what ran, how it ended and how long it took."""
    record = {"schema": "dieval-run/1", "reports": [asdict(outcome) for outcome in outcomes]}
    text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    building = out / ".run.json.new"
    building.write_text(text, encoding="utf-8")
    building.replace(out / "run.json")
