"""What leaves: persons, sums that lack somebody, names that would be code or paths.

Cases F64, F65, F75 and F77 to F79. The bytes of the files that a run writes are looked at, not
what the functions behind them return.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import math
import re
import shutil
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import docx
import nbformat
import openpyxl
import pandas as pd
import pikepdf
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from pdf_reading import text_of
from persons import layers
from run_folder import contents

import dieval
from dieval.cli import main
from dieval.inputs.read import check_package
from dieval.present import figures
from dieval.present.table_data import csv_text
from dieval.progress.services import needs_by_region
from dieval.release.read_back import run_together
from dieval.reports.export_xlsx import HEADER_ROWS, xlsx_tables
from dieval.reports.project import DATA_VARIABLE
from dieval.reports.table_csv import result_table_csv

REPORTS = ("cost_comparison", "implementation_progress")
INVENTED_PERSONAL_CODE = "000000-00000"
# What a spreadsheet would run, or follow.
ACTIVE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"]
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?")


@pytest.fixture(params=REPORTS)
def report(request) -> str:
    return request.param


@pytest.fixture(params=["lv", "en"])
def code(request) -> str:
    return request.param


@pytest.fixture
def folder(hostile_reports, report) -> Path:
    return hostile_reports / "kurzeme" / report


def parsed(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "html.parser")


def page(file: Path) -> BeautifulSoup:
    return parsed(file.read_text(encoding="utf-8"))


def views(folder: Path) -> list[BeautifulSoup]:
    """What the notebook shows of each of its outputs."""
    notebook = nbformat.read(folder / "notebook.ipynb", as_version=4)
    return [
        parsed(output["data"]["text/html"])
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "text/html" in output.get("data", {})
    ]


def cells(folder: Path) -> list[openpyxl.cell.Cell]:
    workbook = openpyxl.load_workbook(folder / "tables.xlsx")
    return [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]


def csv_files(folder: Path) -> Iterator[str]:
    """Every CSV file that the pages and the PDFs of a report carry."""
    for file in folder.glob("*.html"):
        for link in page(file).find_all("a", download=True):
            yield base64.b64decode(link["href"].partition(",")[2]).decode("utf-8-sig")
    for file in folder.glob("*.pdf"):
        with pikepdf.open(file) as pdf:
            for name, attached in pdf.attachments.items():
                if name.endswith(".csv"):
                    yield attached.get_file().read_bytes().decode("utf-8")


def words_of(kind: str, folder: Path, code: str) -> str:
    """The text that a file shows, without what breaks it into lines."""
    file = folder / f"report.{code}.{kind}"
    if kind == "html":
        text = page(file).get_text()
    elif kind == "pdf":
        text = text_of(file.read_bytes())
    elif kind == "docx":
        document = docx.Document(file)
        places = document.element.body.iter(docx.oxml.ns.qn("w:p"))
        text = "\n".join("".join(part.itertext()) for part in places)
    elif kind == "notebook":
        text = "\n".join(view.get_text() for view in views(folder))
    else:
        text = "\n".join(str(cell.value) for cell in cells(folder) if cell.value is not None)
    return run_together(text)


# ----------------------------------------------------------------------------- F64: personal codes


TABLES = {
    "sources": "source,title,publisher,published,locator,url,licence,evidence\n"
    "s,Invented,Nobody,2020,,,,synthetic\n",
    "regions": "region,name_lv,name_en,source\nkurzeme,Kurzeme,Kurzeme,s\n",
    "price_index": "year,value,source\n2020,100,s\n",
}


@pytest.fixture
def package(tmp_path) -> Path:
    """A small package that holds nothing about anybody."""
    folder = tmp_path / "package"
    folder.mkdir()
    for table, text in TABLES.items():
        (folder / f"{table}.csv").write_text(text, encoding="utf-8")
    return folder


def replaced(table: str, before: str, after: str) -> Callable[[Path], None]:
    def change(package: Path) -> None:
        file = package / f"{table}.csv"
        text = file.read_text(encoding="utf-8")
        assert before in text
        file.write_text(text.replace(before, after), encoding="utf-8")

    return change


def in_a_part(package: Path) -> None:
    text = TABLES["price_index"].replace("2020,100", f"2021,{INVENTED_PERSONAL_CODE}")
    (package / "price_index-2.csv").write_text(text, encoding="utf-8")


def in_parquet(package: Path) -> None:
    (package / "regions.csv").unlink()
    names = {"region": "kurzeme", "name_lv": "Kurzeme", "name_en": "Kurzeme", "source": "s"}
    row = {**names, "remark": f"child {INVENTED_PERSONAL_CODE}"}
    pq.write_table(pa.Table.from_pylist([row]), package / "regions.parquet")


def titled(package: Path) -> None:
    resources = [{"name": name, "path": f"{name}.csv"} for name in TABLES]
    title = f"Children: {INVENTED_PERSONAL_CODE}"
    descriptor = {"name": "invented", "title": title, "resources": resources}
    (package / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")


def in_another_file(package: Path) -> None:
    (package / "children.csv").write_text(f"a,b\n1,{INVENTED_PERSONAL_CODE}\n", encoding="utf-8")


def in_a_file_name(package: Path) -> None:
    text = TABLES["price_index"].replace("2020", "2021")
    (package / f"price_index-{INVENTED_PERSONAL_CODE}.csv").write_text(text, encoding="utf-8")


WITH_PERSONAL_CODE = {
    "text": replaced("regions", "kurzeme,Kurzeme", f"kurzeme,Anna {INVENTED_PERSONAL_CODE}"),
    "number": replaced("price_index", ",100,", f",{INVENTED_PERSONAL_CODE},"),
    "code": replaced("regions", "\nkurzeme,", f"\n{INVENTED_PERSONAL_CODE},"),
    "address": replaced("sources", "2020,,,", f"2020,,https://a.lv/{INVENTED_PERSONAL_CODE},"),
    "header": replaced("regions", "name_en,source", f"name_en,source,{INVENTED_PERSONAL_CODE}"),
    "part": in_a_part,
    "parquet": in_parquet,
}


@pytest.fixture
def checked() -> Callable[[Path], set[str]]:
    """Check a package that was good before; give the rules that it breaks."""

    def rules(package: Path) -> set[str]:
        return {found.rule for found in check_package(package) if found.severity != "note"}

    return rules


@pytest.fixture
def left(tmp_path, monkeypatch) -> Callable[[], str]:
    """Give what a command leaves: in its folder, at home or among temporary files."""
    places = {name: tmp_path / name for name in ("TMPDIR", "HOME", "XDG_CACHE_HOME", "cwd")}
    for name, place in places.items():
        place.mkdir()
        monkeypatch.setenv(name, str(place))
    monkeypatch.chdir(places["cwd"])
    monkeypatch.setattr(tempfile, "tempdir", str(places["TMPDIR"]))

    def read() -> str:
        files = [item for place in places.values() for item in contents(place).items()]
        return "".join(name + content.decode("latin-1") for name, content in files)

    return read


@pytest.mark.parametrize("where", WITH_PERSONAL_CODE)
def test_f64_personal_code_is_refused_and_neither_said_nor_left_anywhere(
    package, left, tmp_path, where
):
    WITH_PERSONAL_CODE[where](package)
    said = ""
    for status, *command in (
        (2, "report", "cost_comparison", "--data", str(package), "--out", str(tmp_path / "out")),
        (1, "check", str(package), "--json"),
        (1, "check", str(package), "--lang", "lv"),
    ):
        result = CliRunner().invoke(main, command)
        assert result.exit_code == status, result.output
        said += result.output
    assert "personal code" in said
    assert "personas kod" in said
    assert not (tmp_path / "out").exists()
    assert INVENTED_PERSONAL_CODE not in said + left()
    assert "Anna" not in said + left()


def test_f64_personal_code_of_another_region_stops_the_command_and_is_not_left(
    dieval, root, left, tmp_path
):
    shutil.copytree(root / "data" / "latvia", tmp_path / "package")
    file = tmp_path / "package" / "providers.csv"
    text = file.read_text(encoding="utf-8")
    before = '\nlatgale-paraugs-1,"'
    assert before in text
    file.write_text(text.replace(before, f"{before}{INVENTED_PERSONAL_CODE} "), encoding="utf-8")
    out = tmp_path / "out"
    run = dieval(
        *("report", "--region", "kurzeme", "--data", file.parent, "--out", out),
        cwd=tmp_path / "cwd",
    )
    assert run.returncode == 2
    assert "personal code" in run.stderr
    assert not out.exists()
    assert INVENTED_PERSONAL_CODE not in run.stdout + run.stderr + left()


OTHER_SPELLINGS = {
    "dash": replaced("regions", "kurzeme,Kurzeme", "kurzeme,Anna 000000–00000"),
    "hyphen that does not break": replaced("regions", "kurzeme,Kurzeme", "kurzeme,000000‑00000"),
    "minus sign": replaced("regions", "kurzeme,Kurzeme", "kurzeme,000000−00000"),
    "blanks": replaced("regions", "kurzeme,Kurzeme", "kurzeme,000000 - 00000"),
    "title of the package": titled,
    "file that is no table": in_another_file,
    "name of a file": in_a_file_name,
}


@pytest.mark.parametrize("where", OTHER_SPELLINGS)
def test_f64_personal_code_in_another_spelling_or_place_is_refused(package, checked, where):
    OTHER_SPELLINGS[where](package)
    assert "personal_code" in checked(package)


PERSONS = [
    *("vārds", "Uzvārds", "Vārds, uzvārds", "bērna vārds", "vards", "dzimšanas datums"),
    *("dzim. dat.", "personas kods", "bērna personas kods", "first name", "Surname", "last_name"),
    *("full name", "child's name", "date of birth", "birth_date", "DOB", "personal code"),
]


@pytest.mark.parametrize("header", PERSONS)
def test_f64_column_of_names_or_births_is_refused_by_its_header(package, checked, header):
    quoted = f'"{header}"'
    replaced("regions", "name_en,source", f"name_en,source,{quoted}")(package)
    replaced("regions", ",s\n", ",s,Anna Liepa 2010-02-03\n")(package)
    assert [rule for rule in checked(package) if rule != "extra_column"]


# ------------------------------------------------------------------------- F65: a child’s own story


@pytest.fixture(scope="module")
def readable(hostile_reports) -> dict[str, list[str]]:
    """All texts in every file that the run has left, without what breaks them into lines."""
    return {
        name: [run_together(layer.decode("utf-8", "replace")) for layer in layers(name, content)]
        for name, content in contents(hostile_reports).items()
    }


def where_is(text: str, readable: dict[str, list[str]]) -> list[str]:
    wanted = run_together(text)
    return [name for name, layers in readable.items() if any(wanted in text for text in layers)]


def test_f65_story_in_a_column_of_its_own_is_in_no_file(readable):
    assert len(readable) == 4 + 2 * 11  # the index in two languages, run, checksums; each report
    assert where_is("escaped to her grandmother", readable) == []
    assert where_is("Annija (7)", readable) == []
    # What a file does hold is found: the page in its markup, the workbook in its parts.
    found = {Path(name).suffix for name in where_is("#set text(white)", readable)}
    assert found == {".html", ".pdf", ".docx", ".xlsx", ".ipynb"}


def test_f79_header_that_is_a_formula_is_in_no_file(readable):
    assert where_is("=note", readable) == []


# -------------------------------------------------------------- F75: municipalities that are absent


@pytest.fixture(scope="module")
def less(root) -> Callable[[Path, tuple[str, ...]], Path]:
    """Copy the data package of Latvia to a folder, without the needs of some municipalities."""

    def copy(folder: Path, absent: tuple[str, ...]) -> Path:
        shutil.copytree(root / "data" / "latvia", folder)
        file = folder / "needs.csv"
        lines = file.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if line.partition(",")[0] not in absent]
        assert len(lines) - len(kept) >= 6 * len(absent)
        file.write_text("\n".join(kept) + "\n", encoding="utf-8")
        return folder

    return copy


@pytest.fixture(scope="module")
def overview(less, dieval, tmp_path_factory) -> dict[str, Any]:
    """Needs in results.json of the overview by region, where two municipalities more are absent."""
    folder = tmp_path_factory.mktemp("f75")
    run = dieval(
        *("report", "national_overview", "-p", "draws=1000", "--lang", "en", "--format", "html"),
        *("--data", less(folder / "data", ("bauskas-novads", "jelgava")), "--out", folder / "out"),
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return of_regions(folder / "out")


def of_regions(out: Path) -> dict[str, Any]:
    folder = out / "national" / "national_overview"
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    table = results["tables"]["needs_by_region"]
    names = [column["name"] for column in table["columns"]]
    found: dict[str, Any] = {
        row[0]: dict(zip(names[1:], row[1:], strict=True)) for row in table["rows"]
    }
    tables = page(folder / "report.en.html").find_all("table")
    (shown,) = [part for part in tables if "recorded them" in part.caption.get_text()]
    found["shown"] = [cell.get_text() for cell in shown.find_all("tr")[-1].find_all(["th", "td"])]
    return found


def test_f75_country_is_added_up_where_four_of_five_municipalities_are_there(reports):
    found = of_regions(reports)
    shown, whole = found.pop("shown"), found.pop("national")
    # Of 43 municipalities 7 are absent: 36 / 43 = 83.7 %.
    assert (whole["municipalities"], whole["recorded"]) == (43, 43 - 7)
    assert whole["recorded_share"] == 36 / 43
    for name in ("municipalities", "recorded", "needing", "receiving"):
        assert whole[name] == sum(region[name] for region in found.values())
    assert whole["coverage"] == whole["receiving"] / whole["needing"]
    assert shown[:4] == ["Latvia, whole country", "43", "36", "83.7%"]


def test_f75_country_is_not_known_where_fewer_are_there(overview):
    found = dict(overview)
    shown, whole = found.pop("shown"), found.pop("national")
    # Two more are absent: 34 / 43 = 79.1 %.
    assert (whole["municipalities"], whole["recorded"]) == (43, 34)
    assert {str(whole[name]) for name in ("needing", "receiving", "coverage")} == {
        str({"symbol": ":"})
    }
    assert shown == ["Latvia, whole country", "43", "34", "79.1%", ":", ":", ":"]
    # A region has a figure, and says of how many.
    assert found["zemgale"]["recorded"] == found["zemgale"]["municipalities"] - 2
    assert found["zemgale"]["needing"] > 0


@pytest.mark.parametrize(("absent", "known"), [(0, 100), (1, 80), (2, None), (5, None)])
def test_f75_share_from_which_the_country_is_added_up_is_a_parameter(absent, known):
    there = ["a", "b", "c", "d", "e"]
    rows = [{"municipality": code, "needing": 25.0, "receiving": 20.0} for code in there[absent:]]
    table = needs_by_region(
        {"x": pd.DataFrame(rows, columns=["municipality", "needing", "receiving"])},
        {"x": there},
        least_recorded_share=0.8,
    ).set_index("region")
    assert table.loc["national", "recorded_share"] == (5 - absent) / 5
    receiving = table.loc["national", "receiving"]
    # 20 persons in each municipality
    assert receiving == known if known else math.isnan(receiving)


def test_f75_region_of_which_nothing_is_known_counts_as_absent():
    nothing = pd.DataFrame(columns=["municipality", "needing", "receiving"], dtype="float64")
    one = pd.DataFrame([{"municipality": "a", "needing": 10.0, "receiving": 5.0}])
    there = {"x": ["a"], "y": ["b"]}
    table = needs_by_region({"x": one, "y": nothing}, there, 0.8).set_index("region")
    assert table["recorded"].to_dict() == {"x": 1, "y": 0, "national": 1}
    assert table["needing"].fillna(-1).to_dict() == {"x": 10.0, "y": -1.0, "national": -1.0}


def test_f75_absent_municipality_stands_in_the_picture_and_is_counted_below(
    less, tmp_path, monkeypatch
):
    drawn = {}

    def draw(table: pd.DataFrame, *others: object) -> dict[str, str]:
        drawn.update(table=table, absent=others[-1])
        return {"lv": "<svg/>", "en": "<svg/>"}

    monkeypatch.setattr(figures, "heat_map", draw)
    monkeypatch.setenv(DATA_VARIABLE, str(less(tmp_path / "data", ("bauskas-novads",))))
    made = dieval.implementation_progress(region="zemgale", as_of="2023-12-31", edition="internal")
    (block,) = [
        part for part in dieval.show_services(made).blocks if part.get("name") == "coverage"
    ]
    table, absent = drawn["table"], drawn["absent"]
    assert len(table) == len(made.evaluation.municipalities) == 6
    assert table.loc["bauskas-novads"].isna().all()
    assert set(absent.loc["bauskas-novads"]) == {":"}
    assert "needs: 5 of 6 (83%)" in block["notes"][0]["en"]
    assert "vajadzības: 5 no 6 (83" in block["notes"][0]["lv"]


# ------------------------------------------------------------------------------ F77: codes as paths

LONGEST = 60  # letters

NO_CODES = {
    "parent": "../../x",
    "folder": "a/b",
    "backslash": "a\\b",
    "dots": "..",
    "hidden": ".x",
    "NUL": "a\0b",
    "colon": "c:x",
    "capitals": "CON",
    "differs only in case": "Kurzeme",
    "NFC": unicodedata.normalize("NFC", "Rīga"),
    "NFD": unicodedata.normalize("NFD", "Rīga"),
    "blank": "kurzeme ",
    "zero-width": "kurzeme\u200b",
    "full-width": "ｋurzeme",
}
DEVICES = ["con", "prn", "aux", "nul", *(f"{p}{n}" for p in ("com", "lpt") for n in range(1, 10))]
# To be done where packages are checked.
NOT_YET = {
    **{name: name for name in DEVICES},
    "300 letters": "x" * 300,
    "one letter too many": "x" * (LONGEST + 1),
    "line end": "riga\n",
    "the whole country": "national",
}


@pytest.fixture
def attempted(root, monkeypatch, tmp_path, package) -> Callable[[str], tuple[int, str]]:
    """Ask for the reports of a package that has a region more; give exit status and errors."""
    monkeypatch.chdir(root)

    def run(region: str) -> tuple[int, str]:
        with (package / "regions.csv").open("a", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerow([region, "Name", "Name", "s"])
        out = tmp_path / "a" / "b" / "out"
        before = contents(tmp_path)
        asked = ["report", "--data", str(package), "--out", str(out)]
        result = CliRunner().invoke(main, asked)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert contents(tmp_path) == before
        return result.exit_code, result.stderr

    return run


@pytest.mark.parametrize("name", NO_CODES)
def test_f77_region_code_that_is_no_safe_name_is_refused(attempted, name):
    status, errors = attempted(NO_CODES[name])
    assert status == 2
    assert "regions.csv" in errors
    assert "row 3" in errors


@pytest.mark.parametrize("name", NOT_YET)
def test_f77_region_code_that_a_system_reserves_or_cannot_hold_is_refused(attempted, name):
    status, errors = attempted(NOT_YET[name])
    assert status == 2
    assert "regions.csv" in errors
    assert "row 3" in errors


def test_f77_names_of_regions_name_no_file(hostile_reports):
    """The region's name has a slash, quotes and brackets; its folder is its code."""
    names = [name for file in contents(hostile_reports) for name in file.split("/")]
    plain = re.compile(r"[a-z0-9_-]{1,60}(\.[a-z]+)*|SHA256SUMS")
    assert [name for name in names if not plain.fullmatch(name)] == []
    assert {name.split("/")[0] for name in contents(hostile_reports)} == {
        *("kurzeme", "index.html", "index.en.html", "run.json", "SHA256SUMS")
    }


# ------------------------------------------------------------------------------------- F78: markup


@pytest.mark.parametrize("kind", ["html", "pdf", "docx", "notebook"])
def test_f78_markup_in_a_name_is_shown_as_text(folder, report, code, kind, hostile):
    shown = words_of(kind, folder, code)
    # The font has no full-width sign; in a PDF the usual one stands in its place.
    wanted = [text.replace("＝", "=") if kind == "pdf" else text for text in hostile[report]]
    assert [text for text in wanted if run_together(text) not in shown] == []


def test_f78_markup_in_a_name_is_shown_as_text_in_the_workbook(hostile_reports, hostile):
    shown = words_of("xlsx", hostile_reports / "kurzeme" / "cost_comparison", "")
    title, publisher, package, region = hostile["cost_comparison"][-4:]
    assert [text for text in (title, publisher, package, region)
            if run_together(text) not in shown] == []  # fmt: skip


def test_f78_markup_in_a_name_becomes_no_element_of_the_page(folder, code, hostile_reports):
    pages = {name: page(hostile_reports / name) for name in ("index.html", "index.en.html")}
    pages["report"] = page(folder / f"report.{code}.html")
    for number, view in enumerate(views(folder)):
        pages[f"view {number}"] = view
    assert len(pages) > 8
    for name, found in pages.items():
        scripts = found.find_all("script")
        assert not scripts or name.startswith("index"), name
        assert "alert(1)" not in "".join(script.get_text() for script in scripts)
        assert found.find_all(["b", "i", "iframe", "object", "embed", "base", "svg"]) == []
        assert len(found.find_all("form")) == len(scripts)  # the search of the index
        for tag in found.find_all(True):
            assert [name for name in tag.attrs if name.startswith("on") or name == "style"] == []
        for image in found.find_all("img"):
            assert image["src"].startswith("data:image/svg+xml;base64,")
            assert set(image.attrs) <= {"src", "alt", "width", "height"}
        for link in found.find_all("a"):
            target = link.get("href", "").lower()
            assert not target.startswith(
                ("javascript", "http://example.org", "https://example.org")
            )


def test_f78_markup_in_a_name_stands_in_title_and_heading_as_text(folder, code, hostile):
    (region,) = [text for text in hostile["cost_comparison"] if text.startswith("Kurzeme")]
    found = page(folder / f"report.{code}.html")
    assert region in found.title.get_text()
    assert region in found.h1.get_text()


def test_f78_markup_in_a_name_stands_in_the_index_as_text(hostile_reports, hostile):
    (region,) = [text for text in hostile["cost_comparison"] if text.startswith("Kurzeme")]
    index = page(hostile_reports / "index.html")
    assert index.article.h3.get_text().startswith(f"{region}: ")


def test_f78_markup_in_a_name_becomes_no_action_of_the_pdf(folder, code):
    with pikepdf.open(folder / f"report.{code}.pdf") as pdf:
        things = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary)]
        actions = {str(thing.S) for thing in things if thing.get("/Type") == "/Action"}
        links = [str(thing.URI) for thing in things if "/URI" in thing]
    assert actions <= {"/URI", "/GoTo"}
    assert not [link for link in links if "javascript" in link or "example.org" in link]


# ----------------------------------------------------------------------------------- F79: formulas


def test_f79_formula_in_a_name_is_a_text_cell(folder):
    found = cells(folder)
    assert {cell.data_type for cell in found} <= {"s", "n", "d"}
    assert not [cell.coordinate for cell in found if cell.hyperlink]
    with zipfile.ZipFile(folder / "tables.xlsx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert not [name for name in parts if "external" in name.lower() or "vba" in name.lower()]
    assert not [name for name, part in parts.items() if re.search(rb"<(f|hyperlink)[ >]", part)]
    assert not [name for name, part in parts.items() if b'TargetMode="External"' in part]


def test_f79_negative_number_beside_such_names_stays_a_number(folder):
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    workbook = openpyxl.load_workbook(folder / "tables.xlsx")
    negative = 0
    for name, table in results["tables"].items():
        for row, values in enumerate(table["rows"], start=HEADER_ROWS + 1):
            for column, value in enumerate(values, start=1):
                if isinstance(value, int | float) and value < 0:
                    cell = workbook[name].cell(row, column)
                    assert (cell.data_type, cell.value) == ("n", pytest.approx(value, rel=1e-15))
                    negative += 1
    assert negative > 5


def test_f79_formula_in_a_name_is_marked_as_text_in_every_csv_file(folder, report, hostile):
    files = list(csv_files(folder))
    assert len(files) > 40
    found = [
        cell for text in files for row in csv.reader(io.StringIO(text, newline="")) for cell in row
    ]
    active = [cell for cell in found if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))]
    assert [cell for cell in active if not NUMBER.fullmatch(cell)] == []
    assert len([cell for cell in active if float(cell) < 0]) > 5
    marked = [text for text in hostile[report] if text.startswith(tuple("=+-@\t\r＝"))]
    assert len(marked) >= 2
    tables = {cell for cell in found if cell.startswith("'")}
    # A formula may begin after a tab or a line end, too.
    written = [text.replace("\t=", "\t'=").replace("\r=", "\r'=") for text in marked]
    assert [text for text in written if f"'{text}" not in tables and text[:4] != "=1+1"] == []


@pytest.mark.parametrize("text", ACTIVE)
def test_f79_text_that_would_run_is_marked_in_csv(text):
    columns = [{"name": name, "unit": None} for name in ("provider", "change")]
    for written in (
        csv_text([["provider", "change"], [text, -1]]),
        result_table_csv({"columns": columns, "rows": [[text, -1]]}),
    ):
        rows = list(csv.reader(io.StringIO(written, newline="")))
        # A tab or a line end may begin a cell, too.
        assert rows[1] == [f"'{text}".replace("\t=", "\t'=").replace("\r=", "\r'="), "-1"]


def test_f79_text_that_would_run_is_text_in_a_workbook_and_a_number_a_number(
    hostile_reports, tmp_path
):
    folder = hostile_reports / "kurzeme" / "cost_comparison"
    notebook = nbformat.read(folder / "notebook.ipynb", as_version=4)
    columns = [{"name": "provider", "unit": None}, {"name": "total_eur", "unit": "EUR"}]
    texts = [*ACTIVE, "http://example.org", "mailto:a@example.org", "file:///etc/passwd", "12"]
    table = {"columns": columns, "rows": [[text, -8.5] for text in texts]}
    content = xlsx_tables({"tables": {"provider_unit_costs": table}, "key_figures": []}, notebook)
    (tmp_path / "hostile.xlsx").write_bytes(content)
    sheet = openpyxl.load_workbook(tmp_path / "hostile.xlsx")["provider_unit_costs"]
    rows = list(sheet.iter_rows(min_row=HEADER_ROWS + 1))
    assert [[cell.data_type for cell in row] for row in rows] == [["s", "n"]] * len(texts)
    assert not [cell for row in rows for cell in row if cell.hyperlink]
    # openpyxl gives the carriage return as it is written in the file.
    assert [row[0].value.replace("_x000D_", "\r") for row in rows] == texts
    assert {row[1].value for row in rows} == {-8.5}
