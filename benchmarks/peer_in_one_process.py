"""What a user writes today: one process that executes notebooks and exports them, one by one.

`python peer_in_one_process.py papermill|ploomber|floor FOLDER REPORT/UNIT …` prints the seconds of
each report but the first, which pays for imports. `floor` is dieval's cells and rendering alone.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import nbformat

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = {"lv": "en", "en": "lv"}  # a page in one language leaves out the cells of the other


def executed_by_papermill(notebook: Path, parameters: dict[str, str]) -> Any:
    import papermill

    return papermill.execute_notebook(
        str(notebook), None, parameters, progress_bar=False, cwd=str(ROOT)
    )


def executed_by_ploomber(notebook: Path, parameters: dict[str, str]) -> Any:
    from ploomber_engine import execute_notebook

    return execute_notebook(
        str(notebook), None, parameters=parameters, progress_bar=False, cwd=str(ROOT),
        log_output=False, verbose=False,
    )  # fmt: skip


def exported(notebook: Any, folder: Path) -> None:
    """Export HTML and PDF in both languages, as nbconvert's documentation says."""
    from nbconvert import HTMLExporter, WebPDFExporter

    for code, other in LANGUAGES.items():
        settings = {"TagRemovePreprocessor": {"enabled": True, "remove_cell_tags": [other]}}
        from traitlets.config import Config

        html, _ = HTMLExporter(config=Config(settings)).from_notebook_node(notebook)
        (folder / f"report.{code}.html").write_text(html, encoding="utf-8")
        exporter = WebPDFExporter(config=Config(settings), disable_sandbox=True)
        pdf, _ = exporter.from_notebook_node(notebook)
        (folder / f"report.{code}.pdf").write_bytes(pdf)


def floor(report: str, parameters: dict[str, str], folder: Path) -> None:
    """Run the cells and render them: no kernel, no fork, no waiting."""
    from dieval.reports.engine import without_traces_of_the_run
    from dieval.reports.project import find_project
    from dieval.reports.run import Task
    from dieval.reports.run import exported as rendered

    project = find_project()
    notebook = nbformat.read(project.notebook(report), 4)
    names: dict[str, Any] = {}
    count = 0
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        count += 1
        shown = _value(cell.source, names)
        if "parameters" in cell.metadata.get("tags", []):
            names |= parameters
        cell.execution_count = count
        if hasattr(shown, "_repr_mimebundle_"):
            data, metadata = shown._repr_mimebundle_(), {}
            if isinstance(data, tuple):
                data, metadata = data
            output = nbformat.v4.new_output(
                "execute_result", data=data, metadata=metadata, execution_count=count
            )
            cell.outputs = [output]
    unit = next(iter(parameters.values()))
    task = Task(report, unit, parameters, ("lv", "en"), ("html", "pdf"))
    files, _ = rendered(without_traces_of_the_run(notebook), task, project)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _value(source: str, names: dict[str, Any]) -> Any:
    """Run a cell and give the value of its last line, as a notebook shows it."""
    import ast

    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "cell", "exec"), names)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names)


def main(way: str, folder: str, reports: list[str]) -> None:
    times = []
    for name in reports:
        report, unit = name.split("/")
        target = Path(folder) / report / unit
        target.mkdir(parents=True, exist_ok=True)
        parameters = {"region": unit}
        notebook = ROOT / "notebooks" / f"{report}.ipynb"
        started = time.perf_counter()
        if way == "floor":
            floor(report, parameters, target)
        else:
            execute = executed_by_papermill if way == "papermill" else executed_by_ploomber
            exported(execute(notebook, parameters), target)
        times.append(time.perf_counter() - started)
    print(" ".join(f"{seconds:.3f}" for seconds in times[1:]))


if __name__ == "__main__":
    os.environ.setdefault("PLOOMBER_STATS_ENABLED", "false")
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
