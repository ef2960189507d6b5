"""One notebook executed once with its parameters, by papermill."""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbformat import NotebookNode
from traitlets.config import Config

from dieval.errors import ReportError
from dieval.reports.children import SINGLE_THREADED, socket_folder
from dieval.reports.engine_names import ENGINES
from dieval.reports.private import told, told_of_cell
from dieval.reports.project import DATA_VARIABLE, RELEASES_VARIABLE, Project

START_SECONDS = 60  # a kernel that takes longer does not start

# papermill writes these types into the notebook as they are; of another one, a subclass of these
# too, it writes what the value says of itself: code.
PLAIN_TYPES = (str, int, float, bool, type(None))


def execute(
    notebook: Path,
    parameters: dict[str, Any],
    project: Project,
    engine: str = "warm",
    tell: Callable[[int], None] | None = None,
) -> NotebookNode:
    """Execute a notebook and give it back with nothing in it that changes from run to run.

    Parameters
    ----------
    notebook : Path
        Notebook with one cell tagged `parameters`.
    parameters : dict
        Values by name; exactly str, int, float, bool or None, or lists and dicts of these.
    project : Project
        Its data package is what the notebook reads.
    engine : str
        warm or nbclient: a forked process or a kernel of its own; the outputs are the same.
    tell : callable, optional
        Told the position of each cell as the warm engine starts it.

    Returns
    -------
    NotebookNode
        Executed notebook.

    Raises
    ------
    ReportError
        A parameter has another type, a cell failed, or the kernel died.
    """
    refuse_types(parameters)
    settings = {"tell": tell} if engine == "warm" else {}
    with _environment(project, None if engine == "warm" else socket_folder()) as profile:
        try:
            executed = papermill.execute_notebook(
                str(notebook),
                None,
                parameters=parameters,
                cwd=str(project.root),
                progress_bar=False,
                engine_name=ENGINES[engine],
                kernel_name="python3",
                start_timeout=START_SECONDS,
                coalesce_streams=True,  # how a stream is cut depends on time
                config=_private_transport(profile),
                **settings,
            )
        except papermill.PapermillExecutionError as error:
            raise ReportError(
                f"{notebook.name}, cell {error.exec_count}: "
                f"{told_of_cell(error.ename, error.evalue)}"
            ) from error
        except Exception as error:  # a dead kernel has many types
            raise ReportError(f"{notebook.name}: {told(error)}") from error
    return without_traces_of_the_run(executed)


def refuse_types(parameters: dict[str, Any]) -> None:
    """Refuse parameters of which papermill would make something else than their value.

    Raises
    ------
    ReportError
        A value, or one inside of it, is not exactly of a plain type, or no finite number; or a
        name is none.
    """
    for name, value in parameters.items():
        wrong = "name" if type(name) is not str or not name.isidentifier() else _not_plain(value)
        if wrong:
            raise ReportError(
                f"parameter {name}: a value of type {wrong} cannot be passed on, expected exactly "
                "str, int, float, bool or None, or lists and dicts of these."
            )


def _not_plain(value: object) -> str:
    """Name the type of the first part of a value that cannot be passed on."""
    if type(value) is list:
        return next(filter(None, map(_not_plain, value)), "")
    if type(value) is dict:
        keys = next((type(key).__name__ for key in value if type(key) is not str), "")
        return keys or next(filter(None, map(_not_plain, value.values())), "")
    if type(value) is float and not math.isfinite(value):
        return "float that is no finite number"
    return "" if type(value) in PLAIN_TYPES else type(value).__name__


@contextmanager
def _environment(project: Project, folder: str | None) -> Iterator[Path]:
    """Give the kernel the data package, and none of the user's IPython settings or history.

    `folder` is where the kernel's own folder is made; the usual place where it is None.
    """
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="dieval-", dir=folder) as profile:
        # The kernel logs its orderly end as an error; what fails in a cell is in the notebook.
        settings = Path(profile) / "profile_default" / "ipython_kernel_config.py"
        settings.parent.mkdir()
        settings.write_text("c.IPKernelApp.log_level = 50\n", encoding="utf-8")
        os.environ |= {
            DATA_VARIABLE: str(project.data.resolve()),
            "IPYTHONDIR": profile,
            "JUPYTER_PREFER_ENV_PATH": "1",
            "MPLBACKEND": "agg",
            **SINGLE_THREADED,
        }
        if project.only is not None:
            os.environ[RELEASES_VARIABLE] = ",".join(project.only)
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
