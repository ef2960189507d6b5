"""No personal code, name of a person, path, user or host comes out, also where a run fails.

Two hundred invented ones are planted in everything that a run reads or is told, and looked for in
everything that it says and writes: messages, pages, workbooks, documents, notebooks, records.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import openpyxl
import pytest
from click.testing import CliRunner
from mishaps import with_mishap
from openpyxl.comments import Comment
from persons import FOLDER, HOST, PATHS, USER, codes, digits_of, leaks, names, planted
from run_folder import contents, run_record

from dieval.cli import SHOW_TRACEBACK, main
from dieval.inputs.personal import has_personal_code, without_personal_codes

CODES, NAMES, ALL = codes(170), names(26), planted()
QUICK = ("--format", "html", "--lang", "en", "-p", "draws=1000")
TABLES = {
    "regions": "region,name_lv,name_en,source\nkurzeme,Kurzeme,Kurzeme,s\n",
    "price_index": "year,value,source\n2020,100,s\n",
}
SOURCES = "source,title,publisher,published,locator,url,licence,evidence,piezīme\n"


def test_two_hundred_are_planted_and_every_code_is_known():
    assert len(ALL) >= 200
    assert [code for code in CODES if not has_personal_code(code)] == []
    assert [code for code in CODES if not has_personal_code(f"Bērns ({code}).")] == []
    assert [code for code in CODES if without_personal_codes(f"a {code} b") != "a (…) b"] == []


@pytest.mark.parametrize(
    "text",
    [
        "40003000000", "90000000000", "2020-2021", "371 29000000", "LV40003000000", "1234567890",
        "0.01010000000123", "01010000007", "sha256 a01010000000b", "12.3456-78.9012", "2014.–2022.",
    ],
)  # fmt: skip
def test_other_number_is_not_taken_for_a_personal_code(text):
    assert not has_personal_code(text)


# --- Codes in the data stop at intake ------------------------------------------------------------


@pytest.fixture
def package(tmp_path) -> Path:
    """A small package with a source for every code, in a folder with a name of its own."""
    folder = tmp_path / FOLDER / "package"
    folder.mkdir(parents=True)
    for table, text in TABLES.items():
        (folder / f"{table}.csv").write_text(text, encoding="utf-8")
    return folder


def with_sources(package: Path, column: int) -> None:
    """Write a source for every code, which stands in one of its columns."""
    with (package / "sources.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(SOURCES)
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["s", "Invented", "Nobody", "2020", "", "", "", "synthetic", ""])
        for number, code in enumerate(CODES):
            row = [f"s{number}", "Invented", "Nobody", "2020", "", "", "", "synthetic", ""]
            row[column] = f"{NAMES[number % len(NAMES)]} {code}" if column != 3 else code
            writer.writerow(row)


@pytest.fixture
def said(tmp_path, monkeypatch) -> Callable[..., tuple[list[int], str]]:
    """Check and report; give the exit statuses and all that was said."""
    monkeypatch.chdir(tmp_path)

    def run(package: Path) -> tuple[list[int], str]:
        statuses, text = [], ""
        for command in (
            ("check", str(package), "--json"),
            ("check", str(package), "--lang", "lv"),
            ("report", "cost_comparison", "--data", str(package), "--out", "out"),
        ):
            result = CliRunner().invoke(main, command)
            statuses.append(result.exit_code)
            text += result.output
        assert not Path("out").exists()
        return statuses, text

    return run


COLUMNS = {"source": 0, "title": 1, "publisher": 2, "published": 3, "locator": 4, "url": 5,
           "licence": 6, "evidence": 7, "piezīme": 8}  # fmt: skip


@pytest.mark.parametrize("column", COLUMNS)
def test_every_personal_code_of_a_column_is_refused_by_its_row_and_not_repeated(
    package, said, column
):
    with_sources(package, COLUMNS[column])
    statuses, text = said(package)
    assert statuses == [1, 1, 2]
    problems = json.loads(text[: text.index("\n]") + 2])
    rows = [row for each in problems if each["rule"] == "personal_code" for row in each["rows"]]
    assert sorted(rows) == list(range(3, len(CODES) + 3))
    assert leaks(text, {}, [*ALL, *map(digits_of, CODES)]) == []


@pytest.mark.parametrize("number", range(0, len(CODES), 17))
def test_personal_code_in_names_of_columns_files_and_sheets_is_refused_and_not_repeated(
    package, said, number
):
    code = CODES[number]
    with_sources(package, 4)
    (package / "sources.csv").write_text(f"{SOURCES}s,I,N,2020,,,,synthetic,\n", encoding="utf-8")
    for place in ("header", "file", "other file", "sheet", "title"):
        copy = Path(shutil.copytree(package, package.parent / f"copy of {place}"))
        if place == "header":
            text = TABLES["regions"].replace("source\n", f'source,"{code}"\n')
            (copy / "regions.csv").write_text(text.replace(",s\n", ",s,\n"), encoding="utf-8")
        elif place == "file":
            (copy / f"price_index-{code}.csv").write_text("year\nx\n", encoding="utf-8")
        elif place == "other file":
            (copy / f"{code}.txt").write_text("nothing", encoding="utf-8")
        elif place == "title":
            resources = [{"name": name, "path": f"{name}.csv"} for name in (*TABLES, "sources")]
            content = {"name": "a", "title": f"A {code}", "resources": resources}
            (copy / "datapackage.json").write_text(json.dumps(content, ensure_ascii=False))
        else:
            book = openpyxl.Workbook()
            book.active.title = code
            book.save(copy / "more.xlsx")
        statuses, text = said(copy)
        assert statuses == [1, 1, 2], place
        assert "personas kod" in text, place
        assert leaks(text, {}, [*ALL, digits_of(code)]) == [], place


def test_answer_to_a_sender_holds_no_personal_code_and_not_who_worked_in_it(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "sources"
    sheet.append(SOURCES.strip().split(","))
    for code in CODES[:40]:
        sheet.append(["s", f"A {code}", "Nobody", 2020, None, None, None, "synthetic", code])
        sheet.cell(sheet.max_row, 2).comment = Comment(f"see {code}", NAMES[0])
    notes = book.create_sheet("Piezīmes")
    notes.append([CODES[41]])
    book.properties.creator = book.properties.lastModifiedBy = NAMES[1]
    book.save(tmp_path / "sent.xlsx")
    answer = tmp_path / "answer.xlsx"
    result = CliRunner().invoke(
        main, ["check", str(tmp_path / "sent.xlsx"), "--annotate", str(answer)]
    )
    assert result.exit_code == 1
    assert leaks(result.output, {"answer.xlsx": answer.read_bytes()}, ALL) == []


# --- What nobody reads comes out nowhere ---------------------------------------------------------

SURROUNDINGS = {
    "USER": USER, "LOGNAME": USER, "USERNAME": USER, "HOSTNAME": HOST, "COMPUTERNAME": HOST,
}  # fmt: skip
TRACES = [USER, HOST, "zqmapes"]


@pytest.fixture(scope="session")
def place(once, project) -> Path:
    """A project in a folder with a name of its own, full of names that no report may show."""

    def make(folder: Path) -> None:
        home = folder / USER / FOLDER
        home.mkdir(parents=True)
        copy = Path(shutil.copytree(project, home / "project"))
        package = copy / "data" / "latvia"
        for number, file in enumerate(sorted(package.glob("*.csv"))):
            _with_columns(file, number)
        _as_workbook(package)
        (package / f"{NAMES[2]} {FOLDER}.md").write_text(NAMES[3], encoding="utf-8")

    return once("nothing_leaks", make) / USER / FOLDER / "project"


def _with_columns(file: Path, number: int) -> None:
    """Add columns that the contract does not have: names and paths in cells and as header."""
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    for place, row in enumerate(rows):
        name, path = NAMES[(number + place) % len(NAMES)], PATHS[place % len(PATHS)]
        row += [f"{name} {USER}", path]
    rows[0][-2:] = [NAMES[number % len(NAMES)], PATHS[number % len(PATHS)]]
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


def _as_workbook(package: Path) -> None:
    """Let the prices stand in a workbook that is called, titled and remarked on by persons."""
    with (package / "price_index.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = NAMES[0]
    for row in rows:
        sheet.append([float(cell) if cell.replace(".", "").isdigit() else cell for cell in row])
    sheet["A2"].comment = Comment(f"{NAMES[4]} {CODES[0]}", NAMES[5])
    book.create_sheet(NAMES[6]).append([NAMES[7]])
    book.properties.creator, book.properties.lastModifiedBy = NAMES[8], NAMES[9]
    book.properties.description = PATHS[0]
    book.save(package / f"{NAMES[0]}.xlsx")
    (package / "price_index.csv").unlink()
    descriptor = package / "datapackage.json"
    content = json.loads(descriptor.read_text(encoding="utf-8"))
    content["contributors"] = [{"title": name, "path": PATHS[0]} for name in NAMES]
    for resource in content["resources"]:
        if resource["name"] == "price_index":
            resource |= {"path": f"{NAMES[0]}.xlsx", "sheet": NAMES[0]}
    descriptor.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


@pytest.fixture(scope="session")
def surroundings(tmp_path_factory) -> dict[str, str]:
    """User, host, home and folder for temporary files with names of their own."""
    home = tmp_path_factory.mktemp("home") / USER
    (home / "tmp").mkdir(parents=True)
    return {**SURROUNDINGS, "HOME": str(home), "TMPDIR": str(home / "tmp")}


def test_report_on_data_with_names_and_paths_in_what_it_does_not_read_has_none_of_them(
    place, dieval, surroundings
):
    run = dieval(
        *("report", "cost_comparison", "implementation_progress", "--region", "kurzeme"),
        *("-p", "draws=1000", "--out", "out"),
        cwd=place, env=surroundings,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    files = contents(place / "out")
    assert len(files) == 4 + 2 * 11
    machine = [str(place), surroundings["HOME"], sys.prefix, "Traceback", "site-packages"]
    assert leaks(run.stdout + run.stderr, files, [*ALL, *TRACES, *machine]) == []
    # The file with a person's name is named by digits instead, so that rows can be traced to it.
    assert leaks("", files, ["file-"]) != []


# --- Runs that fail ------------------------------------------------------------------------------

MISHAP = f"""
import os, signal, sys, warnings

said = {[*ALL[:60], *NAMES, *PATHS]!r}
warnings.warn(" ".join(said)) if region == "kurzeme" else None
print(said, file=sys.stderr) if region == "kurzeme" else None
(_ for _ in ()).throw(ValueError(f"could not convert {{said}}")) if region == "latgale" else None
{{}}[" ".join(said)] if region == "riga" else None
os.kill(os.getpid(), signal.SIGKILL) if region == "vidzeme" else None
open(os.path.expanduser("~/") + said[-1]) if region == "zemgale" else None
""".strip()


@pytest.mark.parametrize("engine", ["warm", "nbclient"])
def test_failing_run_neither_says_nor_writes_what_its_errors_quote(
    place, dieval, surroundings, tmp_path, engine
):
    copy = Path(shutil.copytree(place, tmp_path / FOLDER / "project"))
    with_mishap(copy, MISHAP)
    run = dieval(
        *("report", "cost_comparison", *QUICK, "--engine", engine, "--out", "out"),
        cwd=copy, env=surroundings,
    )  # fmt: skip
    assert run.returncode == 1
    record = run_record(copy / "out")
    assert {entry["status"] for entry in record.values()} == {"failed"}
    assert "ValueError" in str(record["latgale"]["message"])
    assert "KeyError" in str(record["riga"]["message"])
    machine = [str(copy), surroundings["HOME"], sys.prefix, "Traceback", "site-packages"]
    said = run.stdout + run.stderr
    assert leaks(said, contents(copy / "out"), [*ALL, *TRACES, *machine]) == []


@pytest.mark.parametrize("text", [CODES[0], CODES[10], CODES[12], f"/home/{USER}"])
def test_notebook_that_shows_a_personal_code_or_a_path_is_not_published(
    project, dieval, tmp_path, surroundings, text
):
    copy = Path(shutil.copytree(project, tmp_path / "project"))
    path = copy / "notebooks" / "cost_comparison.ipynb"
    notebook = nbformat.read(path, as_version=4)
    prose = next(cell for cell in notebook.cells if cell.cell_type == "markdown")
    text = text.replace(f"/home/{USER}", surroundings["HOME"])
    prose.source += f"\n\nAbout {text}/a.csv"
    nbformat.write(notebook, path)
    run = dieval("report", "cost_comparison", "--region", "kurzeme", *QUICK, "--out", "out",
                 cwd=copy, env=surroundings)  # fmt: skip
    assert run.returncode == 1
    assert "the report was not published" in run.stdout
    assert not (copy / "out" / "kurzeme").exists()
    assert leaks(run.stdout + run.stderr, contents(copy / "out"), [*ALL, *TRACES, text]) == []


@pytest.mark.skipif(os.name != "posix", reason="limits of a process")
def test_full_disk_is_told_without_paths(place, dieval, surroundings, tmp_path):
    import resource

    def no_large_file() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

    run = dieval(
        *("report", "cost_comparison", "--region", "kurzeme", *QUICK, "--out", "full"),
        cwd=place, env=surroundings, preexec_fn=no_large_file,
    )  # fmt: skip
    assert run.returncode in (1, 2)
    said = run.stdout + run.stderr
    machine = [str(place), surroundings["HOME"], sys.prefix, "Traceback", "site-packages"]
    files = contents(place / "full") if (place / "full").exists() else {}
    assert leaks(said, files, [*ALL, *TRACES, *machine]) == []


def wrong_commands() -> list[list[str]]:
    """Commands with something planted where another thing is expected."""
    found = []
    for number, text in enumerate([*CODES[:60:3], *NAMES, *PATHS]):
        places = [
            ["report", text], ["report", "--region", text], ["report", "--institution", text],
            ["report", "-p", text], ["report", "-p", f"first_year={text}"],
            ["report", "-p", f"reference={text}"], ["report", "-p", f"as_of={text}"],
            ["report", "-p", f"{text}=1"], ["report", "--lang", text], ["report", "--format", text],
            ["report", "--edition", text], ["report", "--engine", text], ["report", "--jobs", text],
            ["report", "--time-limit", text], [text], ["check", "a", text],
            ["template", "a.xlsx", "--for", text], ["template", "a.xlsx", "--code", text],
        ]  # fmt: skip
        found.append(places[number % len(places)])
        found.append(places[(number * 5 + 3) % len(places)])
    return found


def test_wrong_command_does_not_repeat_what_was_typed(monkeypatch, root, tmp_path):
    monkeypatch.chdir(root)
    monkeypatch.setattr("dieval.reports.begin.warm_up", lambda: None)
    out = str(tmp_path / "out")
    for command in wrong_commands():
        further = ["--out", out] if command[0] == "report" else []
        result = CliRunner().invoke(main, [*command, *further])
        assert result.exit_code in (1, 2), command
        assert not isinstance(result.exception, Exception), command
        assert leaks(result.output, {}, [*ALL, *PATHS]) == [], command
    assert not (tmp_path / "out").exists()


def test_error_that_nobody_foresaw_is_told_without_a_traceback(monkeypatch, tmp_path):
    def fail(path: Path) -> None:
        raise RuntimeError(f"{NAMES[0]} {CODES[0]} {PATHS[0]}")

    monkeypatch.setattr("dieval.inputs.read.examined", fail)
    result = CliRunner().invoke(main, ["check", str(tmp_path)])
    assert result.exit_code == 1
    assert "RuntimeError" in result.output
    assert SHOW_TRACEBACK in result.output
    assert leaks(result.output, {}, [*ALL, "Traceback", str(tmp_path)]) == []
    monkeypatch.setenv(SHOW_TRACEBACK, "1")
    with pytest.raises(RuntimeError):
        CliRunner().invoke(main, ["check", str(tmp_path)], catch_exceptions=False)
