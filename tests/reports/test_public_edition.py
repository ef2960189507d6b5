"""The public edition: what the internal one shows of few stands in no file of it."""

from __future__ import annotations

import base64
import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from made_reports import FOLDERS
from pdf_reading import text_of

from dieval.release.audit import audit
from dieval.release.rules import Rules
from dieval.reports.gate import leaks_together, published_files, withheld
from dieval.reports.intact import look
from dieval.reports.project import read_project

RULES = Rules(persons=8, holders=3, percent=10)
HIDDEN = {"symbol": "c"}
# A number with so many digits is hardly another one by chance.
DIGITS = 6


@pytest.fixture(scope="module")
def published(public_reports, root) -> dict[str, dict[str, bytes]]:
    return published_files(look(public_reports), read_project(root))


def hidden_values(public: Path, internal: Path) -> Iterator[tuple[str, float]]:
    """The numbers that the internal edition shows where the public one hides them."""
    shown, whole = (
        json.loads((folder / "results.json").read_text(encoding="utf-8"))
        for folder in (public, internal)
    )
    for name, table in shown["tables"].items():
        if name == "quality_checks":  # a public report has one check more
            continue
        keys = [place for place, column in enumerate(table["columns"]) if column["unit"] is None]
        for row, full in paired(name, table["rows"], whole["tables"][name]["rows"], keys):
            for value, behind in zip(row, full, strict=True):
                if value == HIDDEN:
                    assert behind != HIDDEN
                    if isinstance(behind, int | float):
                        yield name, behind
                elif name != "service_coverage" and not isinstance(value, dict):
                    assert value == behind  # ranks of needs are given anew


# Tables that leave rows out: bounds of hidden numbers, and services that hidden persons lack.
LEFT_OUT = ("plan_problems", "unmet_needs")


def paired(
    name: str, rows: list[Any], whole: list[Any], keys: list[int]
) -> Iterator[tuple[Any, Any]]:
    """Find for each row the one on the same; only the country, and bounds, may be left out."""
    left = list(whole)
    for row in rows:
        about = [place for place in keys if row[place] != HIDDEN]
        full = next(each for each in left if all(row[place] == each[place] for place in about))
        left.remove(full)
        yield row, full
    assert all("national" in full for full in left) or name in LEFT_OUT


def texts_of(folder: Path) -> Iterator[tuple[str, str]]:
    """All that can be read in the files of a report."""
    for file in sorted(folder.iterdir()):
        content = file.read_bytes()
        if file.suffix == ".pdf":
            yield file.name, text_of(content)
        elif file.suffix in (".docx", ".xlsx"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                parts = [archive.read(name) for name in archive.namelist() if name.endswith(".xml")]
            yield file.name, b" ".join(parts).decode("utf-8")
        else:
            yield file.name, content.decode("utf-8")


def written(value: float) -> set[str]:
    """How a hidden amount might stand in a file: unrounded, to the cent and to the unit."""
    forms = {repr(float(value)), f"{value:.2f}", f"{value:,.2f}", f"{value:.0f}", f"{value:,.0f}"}
    latvian = {form.replace(",", "\u00a0").replace(".", ",") for form in forms}
    return {form for form in forms | latvian if len(re.sub(r"\D", "", form)) >= DIGITS}


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_hidden_number_stands_in_any_file(folder, public_reports, reports):
    hidden = list(hidden_values(public_reports / folder, reports / folder))
    assert len(hidden) > 20
    shown = json.loads((public_reports / folder / "results.json").read_text(encoding="utf-8"))
    known = {
        form
        for table in shown["tables"].values()
        for row in table["rows"]
        for value in row
        if isinstance(value, int | float)
        for form in written(value)
    }
    numbers = np.array(
        [
            abs(value)
            for table in shown["tables"].values()
            for row in table["rows"]
            for value in row
            if isinstance(value, int | float)
        ]
    )
    # Two quantities may be the same number, such as a difference and that in what both cover.
    alone = [
        (name, value)
        for name, value in hidden
        if not np.isclose(numbers, abs(value), rtol=1e-9, atol=0).any()
    ]
    forms = {form: name for name, value in alone for form in written(value)}
    looked_for = {form: name for form, name in forms.items() if form not in known}
    assert len(looked_for) > 20
    digits = re.compile(r"[\d][\d.,\u00a0]*\d")
    for name, text in texts_of(public_reports / folder):
        found = {looked_for[form] for form in set(digits.findall(text)) if form in looked_for}
        assert found == set(), name


def test_key_of_the_checksums_stands_in_no_file(public_reports, root):
    key = (root / "data/latvia/checksum.key").read_text(encoding="ascii").strip()
    files = [file for file in public_reports.rglob("*") if file.is_file()]
    assert len(files) > 20
    assert [file for file in files if key in file.read_bytes().decode("latin-1")] == []


def test_public_reports_pass_the_audit(published):
    assert len(published) == len(FOLDERS)
    assert audit(published, RULES) == []


def test_internal_reports_do_not_pass_the_audit(reports):
    internal = {
        f"{file.parent.parent.name}/{file.parent.name}": {
            each.name: each.read_bytes() for each in file.parent.iterdir()
        }
        for file in reports.glob("*/*/results.json")
    }
    leaks = {leak.file.partition("/report")[0] for leak in audit(internal, RULES)}
    assert {leak.split("/results")[0] for leak in leaks} >= {"kurzeme/implementation_progress"}


def test_command_audits_a_folder(dieval, public_reports, reports):
    run = dieval("audit", public_reports)
    assert run.returncode == 0, run.stdout
    assert "nothing that is hidden" in run.stdout
    run = dieval("audit", reports)
    assert run.returncode == 2
    assert "of the internal edition, which shows every number and is never published" in run.stderr


def test_command_audits_one_report(dieval, public_reports):
    run = dieval("audit", public_reports / "kurzeme/cost_comparison")
    assert run.returncode == 0, run.stdout
    assert run.stdout.startswith("1 report: nothing that is hidden")


@pytest.mark.parametrize(
    ("of", "said"),
    [
        ("", "holds no report"),
        ("kurzeme", "holds no report"),
        ("nowhere", "expected the folder of a report, or an output folder"),
    ],
)
def test_command_refuses_a_folder_without_reports(dieval, tmp_path, of, said):
    (tmp_path / "kurzeme" / "empty").mkdir(parents=True)
    run = dieval("audit", tmp_path / of)
    assert run.returncode == 2
    assert said in run.stderr


KURZEME = "kurzeme/cost_comparison"


def _spoiled(out: Path, how: str) -> None:
    """Change a report as somebody might who does not ask dieval."""
    report = out / KURZEME
    page = report / "report.en.html"
    match how:
        case "paragraph":
            page.write_bytes(page.read_bytes().replace(b"</main>", b"<p>3 homes</p></main>"))
        case "extra":
            (report / "notes.txt").write_text("3")
        case "stray":
            (out / "kurzeme/leak.html").write_text("3")
        case "link":
            page.unlink()
            page.symlink_to("nowhere")
        case "notebook.ipynb" | "results.json" | "manifest.json":
            (report / how).unlink()


@pytest.mark.parametrize(
    ("how", "file"),
    [
        ("paragraph", f"{KURZEME}/report.en.html"),
        ("extra", f"{KURZEME}/notes.txt"),
        ("stray", "kurzeme/leak.html"),
        ("link", f"{KURZEME}/report.en.html"),
        *(
            (name, f"{KURZEME}/{name}")
            for name in ("notebook.ipynb", "results.json", "manifest.json")
        ),
    ],
)
def test_command_finds_what_dieval_did_not_write_so(dieval, public_reports, tmp_path, how, file):
    out = tmp_path / "out"
    shutil.copytree(public_reports / KURZEME, out / KURZEME)
    for name in ("SHA256SUMS", "run.json"):
        shutil.copy(public_reports / name, out)
    _spoiled(out, how)
    run = dieval("audit", out, "--json")
    assert run.returncode == 1, run.stdout + run.stderr
    assert {"file": file, "what": "not_as_written"}.items() <= {
        key: value
        for one in json.loads(run.stdout)
        if (one["file"], one["what"]) == (file, "not_as_written")
        for key, value in one.items()
    }.items()


@pytest.mark.parametrize("name", ["report.lv.html", "report.en.html"])
def test_audit_finds_a_number_where_a_page_should_hide_it(name, published):
    files = dict(published["kurzeme/cost_comparison"])
    page = files[name].decode("utf-8")
    assert page.count(">c</td>") > 10
    files[name] = page.replace(">c</td>", ">1234.56</td>", 1).encode("utf-8")
    leaks = audit({"kurzeme/cost_comparison": files}, RULES)
    assert [(leak.file, leak.what) for leak in leaks] == [
        (f"kurzeme/cost_comparison/{name}", "not_hidden")
    ]


def test_audit_finds_a_number_in_a_document_a_workbook_and_a_notebook(published):
    folder = "kurzeme/cost_comparison"
    for name, old, new in (
        ("report.lv.docx", b">c</w:t>", b">12</w:t>"),
        ("notebook.ipynb", b'"symbol": "c"', b'"symbol": ":"'),
    ):
        files = dict(published[folder])
        if name.endswith(".docx"):
            files[name] = _in_archive(files[name], "word/document.xml", old, new)
        else:
            files[name] = files[name].replace(old, new)
        assert {leak.file for leak in audit({folder: files}, RULES)} == {f"{folder}/{name}"}


def test_audit_finds_a_number_in_data_that_a_page_or_a_pdf_carries(published):
    folder = "kurzeme/cost_comparison"
    files = dict(published[folder])
    with pikepdf.open(io.BytesIO(files["report.en.pdf"])) as pdf:
        table = "tables/payer_split.csv"
        rows = pdf.attachments[table].get_file().read_bytes()
        assert b",c" in rows
        pdf.attachments[table] = pikepdf.AttachedFileSpec(pdf, rows.replace(b",c", b",1234.5"))
        made = io.BytesIO()
        pdf.save(made)
    found = audit({folder: {**files, "report.en.pdf": made.getvalue()}}, RULES)
    assert {(leak.file, leak.what) for leak in found} == {
        (f"{folder}/report.en.pdf/{table}", "not_hidden")
    }
    page = files["report.en.html"].decode("utf-8")
    for link in re.findall(r"data:text/csv;charset=utf-8;base64,([A-Za-z0-9+/=]+)", page):
        data = base64.b64decode(link)
        if b",c" in data:
            changed = base64.b64encode(data.replace(b",c", b",1234.5")).decode()
            page = page.replace(link, changed)
            break
    found = audit({folder: {**files, "report.en.html": page.encode("utf-8")}}, RULES)
    assert {(leak.file, leak.what) for leak in found} == {
        (f"{folder}/report.en.html", "not_hidden")
    }


def _in_archive(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(made, "w") as after:
        for name in before.namelist():
            held = before.read(name)
            if name == part:
                assert old in held
                held = held.replace(old, new, 1)
            after.writestr(name, held)
    return made.getvalue()


def test_reports_that_together_give_something_away_are_withheld(public_reports, root, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(public_reports, out)
    project = read_project(root)
    assert leaks_together(out, project) == []
    # The overview shows what the report of the region hides.
    file = out / "national/national_overview/results.json"
    results = json.loads(file.read_text(encoding="utf-8"))
    table = results["tables"]["payer_split"]
    names = [column["name"] for column in table["columns"]]
    region, amount = names.index("region"), names.index("amount_eur")
    row = next(row for row in table["rows"] if row[region] == "kurzeme" and row[amount] == HIDDEN)
    row[amount] = 1234.5
    file.write_text(json.dumps(results), encoding="utf-8")
    gone = withheld(out, project)
    assert {outcome.status for outcome in gone} == {"failed"}
    assert any("shows what another report hides" in outcome.message for outcome in gone)
    assert all(not (out / outcome.unit / outcome.report).exists() for outcome in gone)
    assert leaks_together(out, project) == []


def test_internal_edition_needs_a_folder_of_its_own(dieval, public_reports):
    run = dieval(
        *("report", "cost_comparison", "--region", "kurzeme", "--edition", "internal"),
        *("--out", public_reports),
    )
    assert run.returncode == 2
    assert "holds reports of the public edition" in run.stderr


def test_internal_edition_says_so_on_its_first_page(reports):
    page = (reports / "kurzeme/cost_comparison/report.en.html").read_text(encoding="utf-8")
    assert "Internal edition: not for publication." in page


def test_notes_of_the_public_edition_have_no_numbers(public_reports):
    for folder in FOLDERS:
        results = json.loads((public_reports / folder / "results.json").read_text("utf-8"))
        assert results["edition"] == "public"
