"""Reports made from a package whose texts try to become code, markup or formulas."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest
from bs4 import BeautifulSoup
from pdf_reading import REPORTS

from dieval.present.style import HOUSE
from dieval.reports.manifest import manifest, manifest_json
from dieval.reports.project import Project
from dieval.reports.results import results_json

# --- Every PDF, and the page of the same report ---------------------------------------------------


@pytest.fixture(params=REPORTS)
def report(request, reports) -> Path:
    """The PDF of every report in every language, one after the other."""
    return reports / f"{request.param}.pdf"


@pytest.fixture
def opened(report) -> Iterator[pikepdf.Pdf]:
    """The PDF, open."""
    with pikepdf.open(report) as pdf:
        yield pdf


@pytest.fixture
def html(report) -> BeautifulSoup:
    """The page of the same report."""
    return BeautifulSoup(report.with_suffix(".html").read_text(encoding="utf-8"), "lxml")


REPORTS_OF_A_REGION = ("cost_comparison", "implementation_progress")

# --- Hostile texts -------------------------------------------------------------------------------

# Names of providers of Kurzeme that the last year's tables show.
HOSTILE_PROVIDERS = {
    "kurzeme-paraugs-2": "<script>alert(1)</script>",
    "kurzeme-paraugs-3": "<img src=x onerror=alert(1)>",
    "kurzeme-paraugs-4": "{{7*7}} {region.__class__} {0}",
    "kurzeme-paraugs-5": "=cmd|' /C calc'!A0",
    "kurzeme-paraugs-6": '#import "x"; #panic("y") $(id) \\input{z}',
    "kurzeme-paraugs-7": "javascript:alert(1) [x](javascript:alert(1)) &lt;b&gt;",
}
# Names of its municipalities: each begins as a formula does.
HOSTILE_MUNICIPALITIES = {
    "dienvidkurzemes-novads": "=1+1",
    "kuldigas-novads": "+1",
    "liepaja": "-1",
    "saldus-novads": "@SUM(A1)",
    "talsu-novads": "\t=TAB",
    "ventspils": "\r=CR",
    "ventspils-novads": "＝1",
}
HOSTILE_INDICATORS = {
    "ft_children_served": '"; import os #',
    "children_in_institutions": "<b onclick=alert(1)>$x_1$</b> {{7*7}}",
}
HOSTILE_PROJECTS = {
    "kurzeme-projekts-1": "<a href='javascript:alert(1)'>{region.__class__}</a>",
    "kurzeme-projekts-2": "http://example.org/link",
}
HOSTILE_TITLE = "=1+1 ]*_$ #set text(white) <b>bold</b> \\ `raw` @ref"
HOSTILE_PUBLISHER = "https://example.org/link"
HOSTILE_PACKAGE = "<svg onload=alert(1)> {region} #pagebreak()"
HOSTILE_REGION = 'Kurzeme "<i>&{0}</i>"'
# Stands in columns that the data contract does not have.
STORY = "Annija (7) escaped to her grandmother and sleeps there since March"


def rewrite(file: Path, change: Callable[[dict[str, str]], None]) -> None:
    """Change the rows of a CSV file."""
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        change(row)
    with file.open("w", encoding="utf-8", newline="") as stream:
        # A text with the line end in it stands in quotes.
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)


def _named(key: str, names: dict[str, str], *columns: str) -> Callable[[dict[str, str]], None]:
    """Give rows other names by their code, and a story about a child in a column of its own."""

    def change(row: dict[str, str]) -> None:
        if row[key] in names:
            row.update(dict.fromkeys(columns, names[row[key]]))
        row["=note"] = STORY

    return change


def _source(row: dict[str, str]) -> None:
    if row["source"] == "cpi-world-bank":
        row.update(title=HOSTILE_TITLE, locator="", publisher=HOSTILE_PUBLISHER)


def _service(row: dict[str, str]) -> None:
    row.update(
        provider_name=f"=1+1 <script>{row['provider_name']}", site=f"{{{{7*7}}}} {row['site']}"
    )
    row["piezime"] = STORY


def _told(row: dict[str, str]) -> None:
    row["piezime"] = STORY


@pytest.fixture(scope="session")
def hostile() -> dict[str, list[str]]:
    """The hostile texts that each report shows."""
    everywhere = [HOSTILE_PACKAGE, HOSTILE_REGION]
    return {
        "cost_comparison": [
            *(*HOSTILE_PROVIDERS.values(), HOSTILE_TITLE, HOSTILE_PUBLISHER, *everywhere)
        ],
        "implementation_progress": [
            *(*HOSTILE_MUNICIPALITIES.values(), *HOSTILE_INDICATORS.values()),
            *(*HOSTILE_PROJECTS.values(), *everywhere),
        ],
    }


@pytest.fixture(scope="session")
def hostile_reports(once, dieval, root) -> Path:
    """Output folder of reports for Kurzeme whose data has hostile names, titles and columns."""

    def make(folder: Path) -> None:
        package = folder / "hostile"
        shutil.copytree(root / "data" / "latvia", package)
        region = {"kurzeme": HOSTILE_REGION}
        changes = {
            "providers": _named("provider", HOSTILE_PROVIDERS, "name_lv"),
            "municipalities": _named("municipality", HOSTILE_MUNICIPALITIES, "name_lv"),
            "indicators": _named("indicator", HOSTILE_INDICATORS, "name_lv", "name_en"),
            "infrastructure": _named("project", HOSTILE_PROJECTS, "name_lv"),
            "regions": _named("region", region, "name_lv", "name_en"),
            "sources": _source,
            "services": _service,
            **dict.fromkeys(("activity", "costs", "needs", "observations"), _told),
        }
        for table, change in changes.items():
            rewrite(package / f"{table}.csv", change)
        descriptor = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))
        descriptor.update(name="hostile", title=HOSTILE_PACKAGE, title_lv=HOSTILE_PACKAGE)
        (package / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
        run = dieval("report", "--region", "kurzeme", "--data", package, "--out", folder / "out")
        assert run.returncode == 0, run.stdout + run.stderr
        for report in REPORTS_OF_A_REGION:
            manifest = json.loads((folder / "out/kurzeme" / report / "manifest.json").read_text())
            assert manifest["data"]["package"] == "hostile"

    return once("hostile_reports", make) / "out"


# --- Reports that nothing was executed for -------------------------------------------------------


@pytest.fixture
def tiny_project(tmp_path) -> Project:
    """A project of two notebooks and a parameter file."""
    root = tmp_path / "tiny"
    for name in ("data", "parameters", "notebooks"):
        (root / name).mkdir(parents=True)
    for report in ("cost_comparison", "reorganisation_annex"):
        (root / "notebooks" / f"{report}.ipynb").write_text("{}")
    (root / "parameters" / "costs.yml").write_text("")
    folders = {name: root / name for name in ("data", "parameters", "notebooks")}
    return Project(root=root, languages=("lv", "en"), appearance=HOUSE, **folders)


@pytest.fixture
def data_read() -> dict[str, object]:
    """Name and checksums of the data package of the tiny project."""
    return {"package": "tiny", "key": "", "sha256": {"costs": "0" * 64}}


@pytest.fixture
def put_report(tiny_project, data_read) -> Callable[..., None]:
    """Put a report with given results into an output folder, its manifest as a run writes it."""

    def put(out: Path, folder: str, files: tuple[str, ...] = (), **given: object) -> None:
        unit, report = folder.split("/")
        empty = {"findings": [], "parameters": {}, "evidence": {}, "tables": {}}
        head = {"schema": "dieval-results/1", "report": report, "unit": unit, "edition": "public"}
        results = {**head, **empty, **given}
        content = dict.fromkeys(("report.lv.html", *files), b"x")
        content["results.json"] = results_json(results).encode("utf-8")
        notebook = tiny_project.notebook(report)
        made = manifest(
            results, data_read, tiny_project, notebook, content, {}, [], ["lv"], ["html"], {}
        )
        content["manifest.json"] = manifest_json(made).encode("utf-8")
        (out / folder).mkdir(parents=True)
        for name, text in content.items():
            (out / folder / name).write_bytes(text)

    return put
