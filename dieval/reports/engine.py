"""One notebook executed once with its parameters, by papermill in a real kernel."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbformat import NotebookNode
from traitlets.config import Config

from dieval.errors import ReportError
from dieval.reports.project import DATA_VARIABLE, Project

CELL_SECONDS = 600  # a cell that takes longer has hung: the slowest of a report takes seconds

# papermill passes these types as they are; anything else it would write into the notebook as code.
PLAIN_TYPES = (str, int, float, bool)


def execute(notebook: Path, parameters: dict[str, Any], project: Project) -> NotebookNode:
    """Execute a notebook and give it back with nothing in it that changes from run to run.

    Parameters
    ----------
    notebook : Path
        Notebook with one cell tagged `parameters`.
    parameters : dict
        Values by name; exactly str, int, float or bool.
    project : Project
        Its data package is what the notebook reads.

    Returns
    -------
    NotebookNode
        Executed notebook.

    Raises
    ------
    ReportError
        A parameter has another type, a cell failed, or the kernel died.
    """
    for name, value in parameters.items():
        if type(value) not in PLAIN_TYPES:
            raise ReportError(f"parameter {name}: {type(value).__name__} cannot be passed on.")
    with _environment(project) as profile:
        try:
            executed = papermill.execute_notebook(
                str(notebook),
                None,
                parameters=parameters,
                cwd=str(project.root),
                progress_bar=False,
                kernel_name="python3",
                execution_timeout=CELL_SECONDS,
                start_timeout=60,
                config=_private_transport(profile),
            )
        except papermill.PapermillExecutionError as error:
            raise ReportError(
                f"{notebook.name}, cell {error.exec_count}: {error.ename}: {error.evalue}"
            ) from error
        except Exception as error:  # a dead kernel has many types
            raise ReportError(f"{notebook.name}: {type(error).__name__}: {error}") from error
    return without_traces_of_the_run(executed)


@contextmanager
def _environment(project: Project) -> Iterator[Path]:
    """Give the kernel the data package, and none of the user's IPython settings or history."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="dieval-") as profile:
        # The kernel logs its orderly end as an error; what fails in a cell is in the notebook.
        settings = Path(profile) / "profile_default" / "ipython_kernel_config.py"
        settings.parent.mkdir()
        settings.write_text("c.IPKernelApp.log_level = 50\n", encoding="utf-8")
        os.environ |= {
            DATA_VARIABLE: str(project.data.resolve()),
            "IPYTHONDIR": profile,
            "JUPYTER_PREFER_ENV_PATH": "1",
            "MPLBACKEND": "agg",
            "PYTHONHASHSEED": "0",
        }
        try:
            yield Path(profile)
        finally:
            os.environ.clear()
            os.environ.update(before)


def _private_transport(folder: Path) -> Config:
    """Talk to the kernel through sockets in a private folder: no port, nothing to overhear."""
    if os.name != "posix":
        return Config()
    return Config({"KernelManager": {"transport": "ipc", "ip": str(folder / "k")}})


def without_traces_of_the_run(notebook: NotebookNode) -> NotebookNode:
    """Take times, random ids and machine details out of an executed notebook.

    What is left depends on the notebook, its parameters, the data and the code alone.
    """
    clean = nbformat.from_dict(notebook)
    clean.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    for place, cell in enumerate(clean.cells):
        cell.id = f"cell-{place:02d}"
        tags = cell.metadata.get("tags", [])
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
    clean.nbformat, clean.nbformat_minor = 4, 5
    nbformat.validate(clean)
    return clean
