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
HOSTILE_TITLE = "=1+1 ]*_$ #set text(white) <b>bold</b> \\ `raw` @ref"
HOSTILE_PUBLISHER = "https://example.org/link"
HOSTILE_PACKAGE = "<svg onload=alert(1)> {region} #pagebreak()"
HOSTILE_REGION = 'Kurzeme "<i>&{0}</i>"'


def rewrite(file: Path, change: Callable[[dict[str, str]], None]) -> None:
    """Change the rows of a CSV file."""
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        change(row)
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="session")
def hostile() -> dict[str, str]:
    """The hostile texts by what they stand for."""
    return {
        **HOSTILE_PROVIDERS,
        "title": HOSTILE_TITLE,
        "publisher": HOSTILE_PUBLISHER,
        "package": HOSTILE_PACKAGE,
        "region": HOSTILE_REGION,
    }


@pytest.fixture(scope="session")
def hostile_reports(once, dieval, root) -> Path:
    """Output folder of a report for Kurzeme whose data has hostile names and titles."""

    def make(folder: Path) -> None:
        package = folder / "hostile"
        shutil.copytree(root / "data" / "latvia", package)

        def provider(row: dict[str, str]) -> None:
            row["name_lv"] = HOSTILE_PROVIDERS.get(row["provider"], row["name_lv"])

        def source(row: dict[str, str]) -> None:
            if row["source"] == "cpi-world-bank":
                row.update(title=HOSTILE_TITLE, locator="", publisher=HOSTILE_PUBLISHER)

        def region(row: dict[str, str]) -> None:
            if row["region"] == "kurzeme":
                row.update(name_lv=HOSTILE_REGION, name_en=HOSTILE_REGION)

        for table, change in {"providers": provider, "sources": source, "regions": region}.items():
            rewrite(package / f"{table}.csv", change)
        descriptor = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))
        descriptor.update(name="hostile", title=HOSTILE_PACKAGE, title_lv=HOSTILE_PACKAGE)
        (package / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
        run = dieval(
            *(
                "report",
                "cost_comparison",
                "--region",
                "kurzeme",
                "--data",
                package,
                "--out",
                folder / "out",
            )
        )
        assert run.returncode == 0, run.stdout + run.stderr
        manifest = json.loads((folder / "out/kurzeme/cost_comparison/manifest.json").read_text())
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
    return {"package": "tiny", "sha256": {"costs": "0" * 64}}


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
        made = manifest(results, data_read, tiny_project, notebook, content, {}, ["lv"], ["html"])
        content["manifest.json"] = manifest_json(made).encode("utf-8")
        (out / folder).mkdir(parents=True)
        for name, text in content.items():
            (out / folder / name).write_bytes(text)

    return put
