"""One workbook on its way: written, filled in, answered, corrected, taken over and reported.

These are the steps of docs/walk-through.md, for its test and for its pictures. The home and its
figures are invented.
"""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import openpyxl

HOME, REGION, ARRANGEMENT, YEAR = "kurzeme-paraugs-2", "kurzeme", "institution", 2022
TABLES = ("costs", "activity")  # what the home tells of the year

# Ledger of the year by item and level of need [EUR]; all children are 7–17 years old.
AMOUNTS = {
    ("staff", "standard"): 176_204.10,
    ("staff", "complex"): 155_276.50,
    ("goods_services", "standard"): 21_930.35,
    ("goods_services", "complex"): 19_287.00,
    ("upkeep", "standard"): 27_080.18,
    ("upkeep", "complex"): 23_822.00,
    ("premises", "standard"): 27_845.00,
    ("premises", "complex"): 24_495.27,
    ("administration", "standard"): 15_244.50,
    ("administration", "complex"): 13_410.75,
}
DAYS = {"standard": (4_912, 5_318), "complex": (2_842, 3_077)}  # child-days, place-days
# What the home writes instead of a code and of an amount, and what is no row of data.
WRONG_CODE, NO_NUMBER = "Atalgojums", "apmēram 19 300"
TOTAL, REMARK = "Kopā", "Dati precizēti 2023. gada 15. martā pēc revīzijas."
REASON = "piezīme zem tabulas, nav dati"

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
XLSX = "xlsx:Calc MS Excel 2007 XML"
SECONDS = 180


def walk(data: Path, folder: Path) -> None:
    """Go the whole way on a copy of a data package.

    Parameters
    ----------
    data : Path
        The demonstration.
    folder : Path
        Empty. Afterwards it holds `template.xlsx`, `filled.xlsx`, `sent/beta.xlsx`, `answer.xlsx`,
        `corrected.xlsx`, `back/beta.xlsx` and its answer `second.xlsx`; the data package `data`;
        the reports `before` and `after`; what each command said in `said.json`; and in `cells.json`
        the cells of sheet `costs` with the faults.
    """
    said = {}

    def run(step: str, *arguments: object) -> None:
        ended = subprocess.run(
            [Path(sys.executable).with_name("dieval"), *map(str, arguments)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
        said[step] = [ended.returncode, ended.stdout + ended.stderr]

    def report(step: str) -> None:
        asked = ("report", "cost_comparison", "--region", REGION, "-p", f"last_year={YEAR}")
        where = ("--data", package, "--out", folder / step)
        run(step, *asked, "--format", "html", *where)

    package = folder / "data"
    shutil.copytree(data, package)
    keep_rows(package, lambda row: (row["provider"], row["year"]) != (HOME, str(YEAR)))
    with ThreadPoolExecutor(1) as beside:
        before = beside.submit(report, "before")
        cells = _by_hand(package, folder, run)
        before.result()
    take_over(folder / "back" / "beta.xlsx", package)
    run("taken", "check", package)
    run("acknowledged", "check", package, "--acknowledge", REASON)
    report("after")
    for name, content in (("said", said), ("cells", cells)):
        text = json.dumps(content, ensure_ascii=False, indent=2)
        (folder / f"{name}.json").write_text(text, encoding="utf-8")


def _by_hand(package: Path, folder: Path, run: Callable[..., None]) -> dict[str, str]:
    """Send the workbook to the home, back, to the home again, and back."""
    template, answer = folder / "template.xlsx", folder / "answer.xlsx"
    sender = ("--for", "institution", "--code", HOME)
    run("template", "template", template, *sender, "--data", package)
    cells = fill_in(template, folder / "filled.xlsx")
    sent = saved_anew(folder / "filled.xlsx", folder / "sent" / "beta.xlsx")
    run("sent", "check", sent, "--annotate", answer, "--lang", "lv")
    correct(answer, folder / "corrected.xlsx", cells)
    back = by_spreadsheet_program(folder / "corrected.xlsx", XLSX, folder / "back")
    back = back.rename(back.with_name("beta.xlsx"))
    run("back", "check", back, "--annotate", folder / "second.xlsx", "--lang", "lv")
    return cells


def by_spreadsheet_program(path: Path, form: str, out: Path) -> Path:
    """Open a file in LibreOffice, and save it from there in a form: ods, pdf or `XLSX`."""
    assert OFFICE is not None
    profile = out.parent / "profile"
    subprocess.run(
        [OFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless",
         "--convert-to", form, "--outdir", out, path],
        check=True, capture_output=True, timeout=SECONDS,
    )  # fmt: skip
    return out / path.with_suffix("." + form.partition(":")[0]).name


def saved_anew(path: Path, target: Path) -> Path:
    """Save a workbook as ODS and that as a workbook, as a sender with LibreOffice may do."""
    spread = by_spreadsheet_program(path, "ods", target.parent)
    return by_spreadsheet_program(spread, XLSX, target.parent).rename(target)


def keep_rows(package: Path, wanted: Callable[[dict[str, str]], bool]) -> None:
    """Leave only some rows of what the home fills in, and of the codes of its ledgers."""
    for table in (*TABLES, "ledger_codes"):
        file = package / f"{table}.csv"
        with file.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            rows = [row for row in reader if wanted(row)]
        with file.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(reader.fieldnames or ()), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def header_row(sheet: Any) -> int:
    """Give the row with the names of the columns."""
    return next(cell.row for cell in sheet["A"] if cell.value == "region")


def _append(sheet: Any, row: int, values: Iterable[Any]) -> None:
    for column, value in enumerate(values, start=1):
        if value is not None:
            sheet.cell(row, column).value = value


def _first_empty(sheet: Any) -> int:
    return max(cell.row for cell in sheet["A"] if cell.value is not None) + 1


def fill_in(template: Path, filled: Path) -> dict[str, str]:
    """Write the year of the home below its earlier rows, with faults that people make.

    Returns
    -------
    dict of str
        Cells of sheet `costs`: code, number, total, remark.
    """
    book = openpyxl.load_workbook(template)
    sheet = book["costs"]
    first, row = header_row(sheet) + 1, _first_empty(sheet)
    home = (REGION, HOME, ARRANGEMENT, YEAR, "7-17")
    cells = {}
    for (item, need), amount in AMOUNTS.items():
        code: str = item
        written: object = amount
        if (item, need) == ("staff", "standard"):
            code, cells["code"] = WRONG_CODE, f"G{row}"
        if (item, need) == ("goods_services", "complex"):
            written, cells["number"] = NO_NUMBER, f"I{row}"
        _append(sheet, row, (*home, need, code, "municipality", written, "synthetic-costs"))
        row += 1
    _append(sheet, row, (TOTAL, *[None] * 7, f"=SUM(I{first}:I{row - 1})"))
    _append(sheet, row + 2, (REMARK,))
    cells |= {"total": f"I{row}", "remark": f"A{row + 2}"}
    sheet = book["activity"]
    for need, days in DAYS.items():
        _append(sheet, _first_empty(sheet), (*home, need, *days, "synthetic-activity"))
    book.save(filled)
    return cells


def correct(answer: Path, corrected: Path, cells: dict[str, str]) -> None:
    """Correct the two faulty cells in a copy of the answer; its list and its marks stay."""
    book = openpyxl.load_workbook(answer)
    book["costs"][cells["code"]] = "staff"
    book["costs"][cells["number"]] = AMOUNTS["goods_services", "complex"]
    book.save(corrected)


def take_over(workbook: Path, package: Path) -> None:
    """Let the rows that a data package has of the home be those of its workbook.

    Its earlier rows stand there, too, and are taken out of the CSV files.
    """
    keep_rows(package, lambda row: row["provider"] != HOME)
    file = package / "datapackage.json"
    described = json.loads(file.read_text(encoding="utf-8"))
    shutil.copy(workbook, package)
    described["resources"] += [
        {"name": table, "path": workbook.name, "sheet": table} for table in TABLES
    ]
    text = json.dumps(described, ensure_ascii=False, indent=2) + "\n"
    file.write_text(text, encoding="utf-8")


def results_of(out: Path, table: str) -> list[dict[str, Any]]:
    """Give a table of the report's results, unrounded."""
    file = out / REGION / "cost_comparison" / "results.json"
    found = json.loads(file.read_text(encoding="utf-8"))["tables"][table]
    names = [column["name"] for column in found["columns"]]
    return [dict(zip(names, row, strict=True)) for row in found["rows"]]
