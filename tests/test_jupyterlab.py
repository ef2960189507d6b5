"""Each notebook in a real JupyterLab, run by hand as a researcher would."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from dieval.present.blocks import RESULTS_MIME
from dieval.reports.results import results_json

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the path"),
]

pytest.importorskip("jupyterlab", reason="JupyterLab is not installed (extra lab)")
playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]  # fmt: skip
TOKEN = "a-token-of-the-tests"
START_SECONDS, RUN_SECONDS, STEP_SECONDS = 90, 180, 60
# Reports by name, with the unit that the defaults of the notebook ask for.
REPORTS = {
    "cost_comparison": "kurzeme",
    "implementation_progress": "kurzeme",
    "national_overview": "national",
    "reorganisation_annex": "kurzeme-paraugs-1",
}


def wait_for(
    what: str,
    found: Callable[[], object],
    seconds: float,
    server: subprocess.Popen[bytes] | None = None,
) -> object:
    """Wait until a function gives something, for a bounded time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = found()
        if result:
            return result
        if server is not None and server.poll() is not None:
            pytest.fail(f"JupyterLab ended with {server.returncode} while waiting for {what}")
        time.sleep(0.3)
    pytest.fail(f"{what} did not come within {seconds} seconds")
    return None


@contextmanager
def jupyterlab(folder: Path) -> Iterator[str]:
    """The address of a JupyterLab that `dieval lab` started in a project."""
    home = folder / "home"
    home.mkdir()
    variables = {
        **os.environ,
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }
    with (folder / "lab.log").open("wb") as log:
        server = subprocess.Popen(
            [
                *(Path(sys.executable).with_name("dieval"), "lab", "--no-browser", "--allow-root"),
                *("--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"),
                f"--IdentityProvider.token={TOKEN}",
            ],
            cwd=folder / "project",
            env=variables,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:

        def address() -> str | None:
            files = list((home / "runtime").glob("jpserver-*.json"))
            return json.loads(files[0].read_text(encoding="utf-8"))["url"] if files else None

        yield wait_for("the address of JupyterLab", address, START_SECONDS, server)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait(20)


def run_all_cells(address: str, project: Path, name: str, picture: Path) -> None:
    """Open the notebook in a browser, choose “Run All Cells”, wait for the last one and save."""

    file = project / "notebooks" / f"{name}.ipynb"

    def has_run(page: playwright_api.Page) -> bool:
        page.keyboard.press("Control+s")
        page.wait_for_timeout(1000)
        try:
            notebook = json.loads(file.read_text(encoding="utf-8"))
        except ValueError:  # it is being written
            return False
        return all(cell["execution_count"] for cell in code_cells(notebook))

    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(STEP_SECONDS * 1000)
        page.goto(f"{address}lab/tree/notebooks/{name}.ipynb?token={TOKEN}&reset")
        page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
        # The kernel must be there before the menu is used: cells sent earlier are lost.
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
        page.locator(".lm-MenuBar-itemLabel", has_text="Run").first.click()
        page.locator(".lm-Menu-itemLabel", has_text="Run All Cells").first.click()
        try:
            wait_for("the count of the last cell", lambda: has_run(page), RUN_SECONDS)
        finally:
            page.screenshot(path=picture)
            browser.close()


@pytest.fixture(scope="session")
def worked_in(once, dieval) -> Path:
    """A project with its notebooks run by hand and saved, and in `batch` the same reports.

    `NAME.png` beside it shows the screen.
    """

    def make(folder: Path) -> None:
        assert dieval("init", folder / "project").returncode == 0
        run = dieval(
            *("report", *REPORTS, "--out", folder / "batch"),
            *("--region", "kurzeme", "--institution", "kurzeme-paraugs-1"),
            *("--lang", "en", "--format", "html"),
            cwd=folder / "project",
        )
        assert run.returncode == 0, run.stdout + run.stderr
        with jupyterlab(folder) as address:
            for name in REPORTS:
                run_all_cells(address, folder / "project", name, folder / f"{name}.png")

    return once("lab", make)


@pytest.fixture(params=REPORTS)
def name(request) -> str:
    return request.param


@pytest.fixture
def saved(worked_in, name) -> dict[str, object]:
    """The notebook after “Run All Cells” and saving."""
    file = worked_in / "project" / "notebooks" / f"{name}.ipynb"
    return json.loads(file.read_text(encoding="utf-8"))


@pytest.fixture
def batch(worked_in, name) -> Path:
    """The folder of the same report from a batch run."""
    return worked_in / "batch" / REPORTS[name] / name


def code_cells(notebook: dict[str, object]) -> list[dict[str, object]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def carried_results(notebook: dict[str, object]) -> dict[str, object]:
    (output,) = code_cells(notebook)[-1]["outputs"]
    return output["data"][RESULTS_MIME]


def test_notebook_in_jupyterlab_runs_from_top_to_bottom_without_error(saved):
    cells = code_cells(saved)
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    kinds = {output["output_type"] for cell in cells for output in cell["outputs"]}
    assert kinds == {"execute_result"}


def test_notebook_in_jupyterlab_shows_the_tables_and_pictures_of_the_report(saved, batch, name):
    views = "".join(
        "".join(output["data"]["text/html"]) for cell in code_cells(saved) for output in
        cell["outputs"]
    )  # fmt: skip
    report = BeautifulSoup((batch / "report.en.html").read_text("utf-8"), "html.parser")
    assert views.count("<table>") == len(report.find_all("table")) > 5
    pictures = report.select("figure img")
    assert views.count("<img ") == len(pictures)
    # The public annex of this home hides its projection, and with it its only picture.
    assert bool(pictures) == (name != "reorganisation_annex")


def test_notebook_in_jupyterlab_gives_the_numbers_of_the_batch_run(saved, batch):
    assert carried_results(saved) == json.loads((batch / "results.json").read_text("utf-8"))


def test_notebook_in_jupyterlab_gives_the_results_of_the_batch_run_byte_for_byte(saved, batch):
    results = (batch / "results.json").read_bytes()
    assert results_json(carried_results(saved)).encode("utf-8") == results
