"""papermill's engine `dieval`: `papermill --engine dieval in.ipynb out.ipynb`.

A process that has imported everything is forked, and the notebook runs in the child: no kernel to
start, nothing to import, and nothing is left behind. Where that is impossible, a kernel is used,
and a line says so.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.engines import Engine, NBClientEngine, NotebookExecutionManager

from dieval.reports.children import Child, is_forked, no_forking_because

logger = logging.getLogger("papermill")


class WarmEngine(Engine):
    """Runs a notebook in a process forked from a warm parent."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        log_output: bool = False,
        stdout_file: Any = None,
        stderr_file: Any = None,
        start_timeout: float = 60,
        execution_timeout: float | None = None,
        tell: Callable[[Any], None] | None = None,
        **settings: Any,
    ) -> None:
        """Execute a notebook; cells that ran before one failed keep their outputs.

        Parameters
        ----------
        nb_man : NotebookExecutionManager
            The notebook, and what is told of its cells.
        kernel_name : str
            Its kernel, which is used where no process can be forked.
        log_output, stdout_file, stderr_file, start_timeout, execution_timeout
            As for papermill's own engine; seconds.
        tell : callable, optional
            Told the position of each cell as it starts.
        **settings
            Further settings of nbclient.
        """
        outputs = dict(log_output=log_output, stdout_file=stdout_file, stderr_file=stderr_file)
        settings = {name: value for name, value in settings.items() if name not in NOT_FOR_CLIENTS}
        if is_forked():
            _run_here(nb_man, tell, {**settings, **outputs})
            return
        reason = no_forking_because() or _other_kernel(kernel_name)
        if reason:
            logger.warning("The notebook runs in a kernel of its own: %s.", reason)
            NBClientEngine.execute_managed_notebook(
                nb_man,
                kernel_name,
                start_timeout=start_timeout,
                execution_timeout=execution_timeout,
                **outputs,
                **settings,
            )
            return
        _run_forked(nb_man, settings, outputs, execution_timeout)


# papermill gives these to engines; nbclient does not know them.
NOT_FOR_CLIENTS = ("input_path", "timeout", "startup_timeout", "config")


def _run_here(
    nb_man: NotebookExecutionManager, tell: Callable[[Any], None] | None, settings: dict[str, Any]
) -> None:
    from dieval.reports.inprocess import NotebookHere

    if tell is not None:
        start = nb_man.cell_start

        def told(cell: NotebookNode, cell_index: int | None = None, **named: Any) -> None:
            tell(cell_index)
            start(cell, cell_index, **named)

        nb_man.cell_start = told
    NotebookHere(nb_man, log=logger, **settings).execute()


def _other_kernel(name: str) -> str:
    """Say that a kernel is not of this Python; empty where it is, or is not known."""
    try:
        language = KernelSpecManager().get_kernel_spec(name).language
    except NoSuchKernel:
        return ""
    return "" if language == "python" else f"kernel {name} speaks {language}"


def _run_forked(
    nb_man: NotebookExecutionManager,
    settings: dict[str, Any],
    outputs: dict[str, Any],
    seconds: float | None,
) -> None:
    """Run a notebook in a child and follow its cells."""
    from dieval.reports.inprocess import NotebookHere

    followed = NotebookHere(nb_man, log=logger, **outputs)  # writes outputs to log and files
    child = Child(_cells, nb_man.nb, settings, folder=Path.cwd())
    place, started = 0, time.monotonic()
    try:
        while True:
            left = None if seconds is None else max(0.0, started + seconds - time.monotonic())
            news = child.next(left)
            if news is None:
                raise CellTimeoutError.error_from_timeout_and_cell(
                    "Cell execution timed out", int(seconds or 0), nb_man.nb.cells[place]
                )
            kind, value = news
            if kind == "died":
                raise DeadKernelError(f"Kernel died in cell {place} (exit status {value})")
            if kind == "raised":
                raise value
            if kind == "returned":
                nb_man.nb.metadata["language_info"], updated = value
                for position, cell in updated.items():
                    _take_over(nb_man.nb.cells[position], cell)
                return
            happened, place, *rest = value
            if happened == "start":
                started = time.monotonic()
                nb_man.cell_start(nb_man.nb.cells[place], place)
                continue
            cell, failed = rest
            _take_over(nb_man.nb.cells[place], cell)
            for output in nb_man.nb.cells[place].get("outputs", ()):
                followed.log_output_message(output)
            if failed:
                nb_man.cell_exception(nb_man.nb.cells[place], cell_index=place)
            nb_man.cell_complete(nb_man.nb.cells[place], cell_index=place)
    finally:
        child.end()


def _take_over(cell: NotebookNode, ran: NotebookNode) -> None:
    """Give a cell what it showed where it ran."""
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = ran.outputs, ran.execution_count


def _cells(
    tell: Callable[[Any], None], notebook: NotebookNode, settings: dict[str, Any]
) -> tuple[dict[str, Any], dict[int, NotebookNode]]:
    """Run a notebook in a child and tell of every cell; give the cells that later ones updated."""
    from dieval.reports.inprocess import NotebookHere

    ran = NotebookHere(_Told(notebook, tell), log=logger, **settings)
    ran.execute()
    updated = {place: notebook.cells[place] for place in sorted(ran.updated)}
    return dict(notebook.metadata["language_info"]), updated


class _Told(NotebookExecutionManager):
    """Tells of every cell, instead of keeping times and files."""

    def __init__(self, notebook: NotebookNode, tell: Callable[[Any], None]) -> None:
        super().__init__(notebook, progress_bar=False)
        self._tell, self._failed = tell, False

    def cell_start(self, cell: NotebookNode, cell_index: int | None = None, **_: Any) -> None:
        """Tell that a cell starts."""
        self._tell(("start", cell_index))

    def cell_exception(self, cell: NotebookNode, cell_index: int | None = None, **_: Any) -> None:
        """Remember that the cell failed; papermill says so before it is complete."""
        self._failed = True

    def cell_complete(self, cell: NotebookNode, cell_index: int | None = None, **_: Any) -> None:
        """Tell what a cell showed."""
        self._tell(("complete", cell_index, cell, self._failed))

    def autosave_cell(self) -> None:
        """Save nothing: whoever follows does."""
