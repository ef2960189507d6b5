"""Every PDF against two independent rule sets: page-validation and veraPDF."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from matplotlib.figure import Figure
from pdf_reading import REPORTS, attribute, elements, failures, missing_for_verapdf, verapdf

HOSTILE = [f"kurzeme/cost_comparison/report.{code}" for code in ("lv", "en")]
SPOILT = "kurzeme-paraugs-1/reorganisation_annex/report.en"


def without_language(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.Lang


def without_alternative_text(pdf: pikepdf.Pdf) -> None:
    for element in elements(pdf, "/Figure"):
        del element.Alt


def without_structure(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.StructTreeRoot


def without_title(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.ViewerPreferences


def without_scopes(pdf: pikepdf.Pdf) -> None:
    for element in elements(pdf, "/TH"):
        if attribute(element, "/Scope"):
            del element.A


def with_an_attachment_of_no_relationship(pdf: pikepdf.Pdf) -> None:
    for file in pdf.Root.AF:
        del file.AFRelationship


# What is done to a report, and the standard that it then breaks.
SPOILS: dict[Callable[[pikepdf.Pdf], None], str] = {
    without_language: "ua1",
    without_alternative_text: "ua1",
    without_structure: "ua1",
    without_title: "ua1",
    without_scopes: "ua1",
    with_an_attachment_of_no_relationship: "3a",
}


def spoilt(spoil: Callable[[pikepdf.Pdf], None], report: Path) -> bytes:
    stream = io.BytesIO()
    with pikepdf.open(report) as pdf:
        spoil(pdf)
        pdf.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("profile", ["ua1", "3a"])
@pytest.mark.parametrize("report", REPORTS)
def test_page_validation_report_keeps_every_rule(reports, report, profile):
    assert failures((reports / f"{report}.pdf").read_bytes(), profile) == []


@pytest.mark.parametrize("profile", ["ua1", "3a"])
@pytest.mark.parametrize("report", HOSTILE)
def test_page_validation_hostile_report_keeps_every_rule(hostile_reports, report, profile):
    assert failures((hostile_reports / f"{report}.pdf").read_bytes(), profile) == []


@pytest.mark.parametrize("profile", ["ua1", "3a"])
def test_page_validation_ordinary_pdf_is_found_wanting(profile):
    stream = io.BytesIO()
    figure = Figure()
    figure.add_subplot().plot([1, 2])
    figure.savefig(stream, format="pdf")
    assert len(failures(stream.getvalue(), profile)) > 2


@pytest.mark.parametrize("spoil", SPOILS)
def test_page_validation_spoilt_report_is_found_wanting(reports, spoil):
    assert failures(spoilt(spoil, reports / f"{SPOILT}.pdf"), SPOILS[spoil]) != []


@pytest.fixture(scope="session")
def judged(once, reports, hostile_reports) -> Callable[[Path | str], dict[str, list[str]]]:
    """What veraPDF finds wrong with a file, by standard; all files in one start of Java."""
    if missing := missing_for_verapdf():
        pytest.skip(f"veraPDF's rules need {missing}: .ci/tools installs what is missing")

    def make(folder: Path) -> None:
        files = [reports / f"{report}.pdf" for report in REPORTS]
        files += [hostile_reports / f"{report}.pdf" for report in HOSTILE]
        for spoil in SPOILS:
            files.append(folder / f"{spoil.__name__}.pdf")
            files[-1].write_bytes(spoilt(spoil, reports / f"{SPOILT}.pdf"))
        found = [[*of, broken] for of, broken in verapdf(files).items()]
        (folder / "found.json").write_text(json.dumps(found), encoding="utf-8")

    folder = once("verapdf", make)
    found = json.loads((folder / "found.json").read_text(encoding="utf-8"))

    def of(file: Path | str) -> dict[str, list[str]]:
        path = str(folder / file)
        return {standard: broken for name, standard, broken in found if name == path}

    return of


@pytest.mark.parametrize("report", REPORTS)
def test_verapdf_report_keeps_every_rule(judged, reports, report):
    assert judged(reports / f"{report}.pdf") == {"ua1": [], "3a": []}


@pytest.mark.parametrize("report", HOSTILE)
def test_verapdf_hostile_report_keeps_every_rule(judged, hostile_reports, report):
    assert judged(hostile_reports / f"{report}.pdf") == {"ua1": [], "3a": []}


@pytest.mark.parametrize("spoil", SPOILS)
def test_verapdf_spoilt_report_is_found_wanting(judged, spoil):
    assert judged(f"{spoil.__name__}.pdf")[SPOILS[spoil]] != []
