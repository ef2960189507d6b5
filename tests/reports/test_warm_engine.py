"""The warm engine gives what a kernel gives: rich output, updates, streams, errors, and ends."""

# ruff: noqa: E501  # the source of a cell stands on one line

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import papermill
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.engines import NotebookExecutionManager
from processes import is_running

from dieval.reports.children import NEVER_FORK, Child
from dieval.reports.engine import execute
from dieval.reports.inprocess import NotebookHere
from dieval.reports.project import find_project

# Each stands in a cell of its own, one after the other in one notebook; some fail.
CELLS = {
    "value": "1 + 1",
    "previous value": "_ + 40",
    "nothing": "x = 3",
    "print": "print('a'); print('b', end='')",
    "both streams": "import sys\nprint('out'); print('err', file=sys.stderr); print('more')",
    "print then show then print": "print(1); display('shown'); print(2)",
    "print with flush": "print('a', flush=True); print('b', flush=True)",
    "past python": "import os\nos.write(1, b'raw\\n')\nos.system('echo from a shell')",
    "shell line": "!echo from a line",
    "shell cell": "%%bash\necho from a cell; echo bad >&2",
    "rich": (
        "class Rich:\n    def _repr_mimebundle_(self, **_):\n"
        "        return {'text/plain': 'plain', 'text/html': '<b>rich</b>', 'application/y+json': {'a': [1, 2.5]}}\n"
        "Rich()"
    ),
    "metadata": "display({'text/plain': 'x'}, raw=True, metadata={'m': 1})",
    "html and markdown": "from IPython.display import HTML, Markdown\ndisplay(HTML('<i>h</i>'))\nMarkdown('*m*')",
    "display id": "handle = display('first', display_id='one')",
    "update of an earlier cell": "handle.update('second')",
    "display and update in one cell": "h = display(1, display_id='two'); h.update(2); display(3)",
    "clear": "from IPython.display import clear_output\nprint('gone'); clear_output(); print('kept')",
    "clear and wait": "print('gone'); clear_output(wait=True); print('kept')",
    "frame": "import pandas as pd\npd.DataFrame({'a': [1, 2], 'č': ['x', None]})",
    "picture": (
        "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 3, 2])\nplt.show()\nprint('after')"
    ),
    "picture at the end of a cell": "fig, ax = plt.subplots(); ax.bar([1, 2], [3, 4]);",
    "bytes": "from IPython.display import Image\nImage(data=b'\\x89PNG\\r\\n\\x1a\\n' + b'0' * 16)",
    "unicode": "print('Rīga – ķīļģ', '\\x1b[31mred\\x1b[0m', '𝄞')",
    "carriage return": "print('10 %\\r20 %\\r100 %')",
    "progress bar": (
        "import tqdm\nfor _ in tqdm.tqdm(range(3), bar_format='{n_fmt}/{total_fmt}', mininterval=0): pass"
    ),
    "warning": "import warnings\nwarnings.simplefilter('ignore')\nwarnings.warn('quiet')",
    "thread": (
        "import threading\nt = threading.Thread(target=lambda: print('from a thread'))\nt.start(); t.join()"
    ),
    "exception in a thread": (
        "threading.excepthook = lambda args: print('thread died:', args.exc_value)\n"
        "t = threading.Thread(target=lambda: 1 / 0)\nt.start(); t.join()"
    ),
    "await": "import asyncio\nawait asyncio.sleep(0.01)\n'awaited'",
    "running loop": "asyncio.get_running_loop().is_running()",
    "task of an earlier cell": "async def later():\n    return 7\ntask = asyncio.ensure_future(later())",
    "its result": "await task",
    "logging": "import logging\nlogging.getLogger('x').warning('logged')",
    "question": "input('name? ')",
    "password": "import getpass\ngetpass.getpass()",
    "error": "def f():\n    return 1 / 0\nf()",
    "chained error": "try:\n    f()\nexcept ZeroDivisionError as e:\n    raise KeyError('č') from e",
    "no syntax": "for",
    "error while shown": "class Bad:\n    def __repr__(self):\n        raise ValueError('no')\nBad()",
    "print then error": "print('before'); undefined",
    "exit 0": "import sys\nsys.exit(0)",
    "exit with text": "raise SystemExit('done')",
    "interrupt": "raise KeyboardInterrupt",
    "magic": "%who_ls str",
    "unknown magic": "%no_such_magic",
    "help": "len?",
    "main module": "__name__, __import__('sys').modules['__main__'].x",
    "history": "In[1], Out[1]",
    "shell's name": "get_ipython().__class__.__name__",
    "suppressed": "5;",
    "environment": "import os\nsorted(k for k in os.environ if k.startswith('MPLBACKEND'))",
    "": "",
}
# What differs between any two kernels: paths of cells, addresses, times.
PASSING = [(r"ipykernel_\d+", "ipykernel"), (r"\b0x[0-9a-f]+", "0x"), (r"\d+\.py", "N.py")]


def notebook_of(*sources: str) -> NotebookNode:
    cells = [nbformat.v4.new_code_cell(source, metadata={"papermill": {}}) for source in sources]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return nbformat.v4.new_notebook(cells=cells, metadata={**kernel, "papermill": {}})


def run_here(tell: object, notebook: NotebookNode) -> NotebookNode:
    manager = NotebookExecutionManager(notebook, progress_bar=False)
    return NotebookHere(manager, allow_errors=True, coalesce_streams=True).execute()


def in_child(function: object, *arguments: object) -> object:
    child = Child(function, *arguments, folder=Path.cwd())
    try:
        while True:
            kind, value = child.next(120)
            if kind != "told":
                assert kind == "returned", (kind, value)
                return value
    finally:
        child.end()


@pytest.fixture(scope="module")
def both() -> tuple[NotebookNode, NotebookNode]:
    """The notebook with all cells, run in a kernel and in a forked process."""
    kernel = notebook_of(*CELLS.values())
    os.environ.pop("PYTEST_CURRENT_TEST", None)  # under a test, a kernel leaves some outputs away
    NotebookClient(kernel, allow_errors=True, coalesce_streams=True).execute()
    return kernel, in_child(run_here, notebook_of(*CELLS.values()))


def shown(cell: NotebookNode) -> list[dict[str, object]]:
    """Outputs of a cell without what differs between any two kernels."""

    def same(value: object) -> object:
        if isinstance(value, dict):
            return {key: same(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [same(item) for item in value]
        if isinstance(value, str):
            for pattern, text in PASSING:
                value = re.sub(pattern, text, value)
        return value

    return [same(dict(output)) for output in cell.outputs]


@pytest.mark.parametrize("what", CELLS)
def test_cell_shows_what_it_shows_in_a_kernel(both, what):
    place = list(CELLS).index(what)
    kernel, forked = (notebook.cells[place] for notebook in both)
    assert shown(forked) == shown(kernel)
    assert forked.execution_count == kernel.execution_count


def test_every_kind_of_output_was_compared(both):
    kinds = {output.output_type for cell in both[0].cells for output in cell.outputs}
    assert kinds == {"stream", "display_data", "execute_result", "error"}
    assert sum(len(cell.outputs) for cell in both[0].cells) >= len(CELLS)


def test_language_of_the_kernel_is_said(both):
    assert both[1].metadata.language_info.version == sys.version.split()[0]


@pytest.mark.parametrize(
    ("report", "parameters"),
    [
        ("cost_comparison", {"region": "latgale", "draws": 1000}),
        ("implementation_progress", {"region": "zemgale"}),
        ("national_overview", {"draws": 1000}),
        ("reorganisation_annex", {"provider": "kurzeme-paraugs-1", "draws": 1000}),
    ],
)
def test_notebook_of_a_report_shows_what_it_shows_in_a_kernel(report, parameters):
    project = find_project()
    notebook = project.notebook(report)
    ran = [execute(notebook, parameters, project, engine) for engine in ("warm", "nbclient")]
    assert ran[0] == ran[1]


# --- With plain papermill ------------------------------------------------------------------------


def run_papermill(notebook: NotebookNode, folder: Path, **settings: object) -> NotebookNode:
    path = folder / "in.ipynb"
    nbformat.write(notebook, path)
    return papermill.execute_notebook(
        path, folder / "out.ipynb", engine_name="dieval", progress_bar=False, cwd=folder, **settings
    )


def test_papermill_gives_parameters_and_keeps_times_and_the_file(tmp_path):
    notebook = notebook_of("n = 1", "n + 1", "import os\nos.getcwd()")
    notebook.cells[0].metadata["tags"] = ["parameters"]
    ran = run_papermill(notebook, tmp_path, parameters={"n": 41})
    assert [cell.outputs[0].data["text/plain"] for cell in ran.cells[2:]] == [
        "42",
        repr(str(tmp_path)),
    ]
    assert all(cell.metadata.papermill.duration >= 0 for cell in ran.cells)
    assert nbformat.read(tmp_path / "out.ipynb", 4).cells[2].outputs == ran.cells[2].outputs


def test_papermill_update_of_an_earlier_cell_reaches_the_file(tmp_path):
    run_papermill(notebook_of("h = display(1, display_id='a')", "h.update(2)"), tmp_path)
    cells = nbformat.read(tmp_path / "out.ipynb", 4).cells
    assert [output.data["text/plain"] for output in cells[0].outputs] == ["2"]


def test_papermill_error_keeps_the_cells_before_it(tmp_path):
    with pytest.raises(papermill.PapermillExecutionError, match="division by zero"):
        run_papermill(notebook_of("1", "1 / 0", "2"), tmp_path)
    cells = [
        cell for cell in nbformat.read(tmp_path / "out.ipynb", 4).cells if cell.cell_type == "code"
    ]
    assert [cell.metadata.papermill.status for cell in cells] == ["completed", "failed", "pending"]
    assert cells[0].outputs[0].data["text/plain"] == "1"


@pytest.mark.parametrize(
    "source",
    ["import os\nos._exit(0)", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "exit()"],
)
def test_papermill_kernel_that_dies_is_an_error(tmp_path, source):
    with pytest.raises(DeadKernelError):
        run_papermill(notebook_of("1", source, "2"), tmp_path)


def test_papermill_cell_that_hangs_is_ended_with_what_it_started(tmp_path):
    hang = (
        "import subprocess, time\nchild = subprocess.Popen(['sleep', '600'])\n"
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(child.pid))\n"
        "while True:\n    try:\n        time.sleep(60)\n    except BaseException:\n        pass"
    )
    started = time.monotonic()
    with pytest.raises(CellTimeoutError):
        run_papermill(notebook_of(hang), tmp_path, execution_timeout=2)
    assert time.monotonic() - started < 30
    assert not is_running(int((tmp_path / "pid").read_text()))


def test_papermill_where_forking_is_impossible_uses_a_kernel_and_says_so(
    tmp_path, monkeypatch, caplog
):
    monkeypatch.setenv(NEVER_FORK, "1")
    with caplog.at_level(logging.WARNING, "papermill"):
        ran = run_papermill(notebook_of("6 * 7"), tmp_path)
    assert ran.cells[-1].outputs[0].data["text/plain"] == "42"
    assert f"The notebook runs in a kernel of its own: {NEVER_FORK} is set." in caplog.messages


def test_papermill_kernel_of_another_language_is_left_to_it(tmp_path, monkeypatch, caplog):
    spec = tmp_path / "jupyter" / "kernels" / "other"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text('{"argv": ["false"], "display_name": "O", "language": "o"}')
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    with caplog.at_level(logging.WARNING, "papermill"), pytest.raises(RuntimeError):
        run_papermill(notebook_of("1"), tmp_path, kernel_name="other", language="python")
    assert "kernel other speaks o." in caplog.text


def test_command_papermill_knows_the_engine(tmp_path):
    nbformat.write(notebook_of("2 + 3"), tmp_path / "in.ipynb")
    command = [
        Path(sys.executable).with_name("papermill"),
        "--engine",
        "dieval",
        "in.ipynb",
        "out.ipynb",
    ]
    run = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode == 0, run.stderr
    assert nbformat.read(tmp_path / "out.ipynb", 4).cells[0].outputs[0].data["text/plain"] == "5"
