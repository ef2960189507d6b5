"""One report: its notebook executed, exported in every language and format, and published."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from dieval.errors import ReportError
from dieval.reports.manifest import sha256
from dieval.reports.private import refuse_traces, told, without_traces
from dieval.reports.project import Project
from dieval.reports.publish import publish

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from dieval.reports.document import Document

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
    asked : dict
        The parameters that are given, and the notebook's defaults for the others.
    """

    report: str
    unit: str
    parameters: dict[str, Any]
    languages: tuple[str, ...]
    formats: tuple[str, ...]
    asked: dict[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """Folder of the report below the output folder."""
        return f"{self.unit}/{self.report}"


@dataclass(frozen=True)
class Outcome:
    """What became of a task: made, kept because nothing changed, or failed with its message.

    In run.json, a task that a run has not come to or was killed in is unfinished.
    """

    report: str
    unit: str
    status: str
    seconds: float
    message: str = ""
    files: list[str] = field(default_factory=list)
    manifest: str = ""  # SHA-256 of its manifest.json


def make_report(
    task: Task, project: Project, engine: str = "warm", tell: Callable[[int], None] | None = None
) -> tuple[dict[str, bytes], str]:
    """Execute a report's notebook once and export it in every language and format.

    Returns
    -------
    tuple of dict of bytes and str
        As `exported` gives them; nothing has been written yet.

    Raises
    ------
    ReportError
        The notebook failed, or an export did.
    """
    from dieval.reports.engine import execute

    notebook = project.notebook(task.report)
    return exported(execute(notebook, task.parameters, project, engine, tell), task, project)


def exported(notebook: NotebookNode, task: Task, project: Project) -> tuple[dict[str, bytes], str]:
    """Export an executed notebook in every language and format of a task.

    Returns
    -------
    tuple of dict of bytes and str
        Files of the report's folder by name, the manifest among them; and why there is no PDF or
        Word document, where Typst or a font is missing. The manifest then does not name the format.

    Raises
    ------
    ReportError
        Another export failed.
    """
    import nbformat

    from dieval.reports.crate import CRATE_FILE, crate_json
    from dieval.reports.document import read_document, read_inputs, read_results
    from dieval.reports.export_html import html_report
    from dieval.reports.export_xlsx import xlsx_tables
    from dieval.reports.manifest import manifest, manifest_json
    from dieval.reports.releases import release_hashes
    from dieval.reports.results import results_json

    results = read_results(notebook)
    as_json = results_json(results)
    files = {
        "results.json": as_json.encode("utf-8"),
        "notebook.ipynb": nbformat.writes(notebook).encode("utf-8"),
    }
    refuse_traces(files, project)
    documents = {code: read_document(notebook, code, project.appearance) for code in task.languages}
    formats, missing = list(task.formats), ""
    for code, document in documents.items():
        if "html" in formats:
            files[f"report.{code}.html"] = html_report(document).encode("utf-8")
    for name in ("pdf", "docx"):
        if name in formats:
            try:
                files |= {
                    f"report.{code}.{name}": _laid_out(document, name, as_json)
                    for code, document in documents.items()
                }
            except (ImportError, ReportError) as error:
                formats.remove(name)
                missing = f"{told(error)} The other files are there."
    if "xlsx" in task.formats:
        files["tables.xlsx"] = xlsx_tables(results, notebook)
    made_from = manifest(
        results,
        read_inputs(notebook),
        project,
        project.notebook(task.report),
        files,
        task.asked,
        list(task.parameters),
        list(task.languages),
        formats,
        release_hashes(project),
    )
    files["manifest.json"] = manifest_json(made_from).encode("utf-8")
    first = documents[task.languages[0]]
    files[CRATE_FILE] = crate_json(
        made_from,
        files,
        {name: sha256(content) for name, content in files.items()},
        first.title,
        first.date,
        project.appearance.name,
    ).encode("utf-8")
    if results["edition"] == "public":
        from dieval.reports.gate import refuse_leaks

        refuse_leaks(task.folder, files, project)
    return files, missing


def _laid_out(document: Document, name: str, results: str) -> bytes:
    """Lay a document out by Typst, alone or for its pictures."""
    if name == "pdf":
        from dieval.reports.export_pdf import pdf_report

        return pdf_report(document, results)
    from dieval.reports.export_docx import docx_report

    return docx_report(document)


@dataclass(frozen=True)
class Attempt:
    """What became of a task, its files where nobody has published them, and the memory it took.

    Parameters
    ----------
    outcome : Outcome
    files : dict of bytes
        Files of the report's folder by name.
    memory : int
        Memory that the process took at its end [bytes].
    """

    outcome: Outcome
    files: dict[str, bytes] = field(default_factory=dict)
    memory: int = 0


def attempt(
    tell: Callable[[int], None] | None, task: Task, project: Project, engine: str
) -> Attempt:
    """Make one report; a failure is an outcome, never an exception."""
    started = time.monotonic()
    try:
        files, missing = make_report(task, project, engine, tell)
    except Exception as error:  # one report's failure must not stop the others
        return Attempt(failed(task, started, _in_words(error, project)), {}, _memory())
    made = Outcome(
        task.report,
        task.unit,
        "failed" if missing else "made",
        _since(started),
        without_traces(missing, project),
        files=sorted(files),
        manifest=sha256(files["manifest.json"]),
    )
    return Attempt(made, files, _memory())


def attempt_results(
    tell: Callable[[int], None] | None, task: Task, project: Project, engine: str
) -> Attempt:
    """Execute a report's notebook for its results alone: nothing is exported."""
    from dieval.reports.document import read_results
    from dieval.reports.engine import execute
    from dieval.reports.results import results_json

    started = time.monotonic()
    try:
        notebook = execute(project.notebook(task.report), task.parameters, project, engine, tell)
        results = results_json(read_results(notebook)).encode("utf-8")
    except Exception as error:  # as for a whole report
        return Attempt(failed(task, started, _in_words(error, project)), {}, _memory())
    made = Outcome(task.report, task.unit, "made", _since(started), files=["results.json"])
    return Attempt(made, {"results.json": results}, _memory())


def attempt_and_publish(
    tell: Callable[[int], None] | None, task: Task, project: Project, engine: str, out: Path
) -> Attempt:
    """Make one report and put it in its place."""
    started = time.monotonic()
    return published(attempt(tell, task, project, engine), task, project, out, started)


def published(made: Attempt, task: Task, project: Project, out: Path, started: float) -> Attempt:
    """Put the files of an attempt in their place; where they cannot be written, it has failed."""
    if not made.files:
        return made
    try:
        publish(made.files, out / task.folder)
    except ReportError as error:
        return Attempt(failed(task, started, _in_words(error, project)), {}, made.memory)
    return Attempt(replace(made.outcome, seconds=_since(started)), {}, made.memory)


def failed(task: Task, started: float, why: str) -> Outcome:
    """Give the outcome of a task that failed; `started` is on the monotonic clock."""
    return Outcome(task.report, task.unit, "failed", _since(started), why)


def _in_words(error: Exception, project: Project) -> str:
    return without_traces(told(error), project)


def _memory() -> int:
    return int(psutil.Process().memory_info().rss)


def _since(started: float) -> float:
    return round(time.monotonic() - started, 3)
