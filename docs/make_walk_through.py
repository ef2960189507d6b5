"""Make the pictures of docs/walk-through.md: the steps of its test, as programs show them.

.venv/bin/python docs/make_walk_through.py

It needs LibreOffice, a Chromium and the packages of the tests.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

import openpyxl
import pypdfium2
from openpyxl.worksheet.properties import PageSetupProperties
from PIL import Image, ImageChops
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "instruments"))

from browser import ARGUMENTS, CHROMIUM  # noqa: E402
from walk_through import (  # noqa: E402
    AMOUNTS,
    by_spreadsheet_program,
    header_row,
    walk,
)

PICTURES = ROOT / "docs" / "walk-through"
WIDTH = 1_400  # pixels
MARGIN = 16
COLOURS = 64
EARLIER_ROWS = 3  # of the year before, shown above those of the home
LAST_SHOWN = 18  # row of the template's picture
REPORT_WIDTH = 1_000
REPORT_PARTS = ("dl.key-figures", "#table-19")


def picture_of_sheet(book: Path, sheet: str, rows: range | None, folder: Path) -> Image.Image:
    """Show a sheet as LibreOffice prints it, with the names of rows and columns.

    Parameters
    ----------
    book : Path
    sheet : str
    rows : range, optional
        Data rows that are shown; all where it is not given.
    folder : Path
        For what is made on the way.
    """
    copy = openpyxl.load_workbook(book)
    for name in copy.sheetnames:
        if name != sheet:
            copy.remove(copy[name])
    shown = copy[sheet]
    if rows is not None:
        for row in range(header_row(shown) + 1, shown.max_row + 1):
            shown.row_dimensions[row].hidden = row not in rows
        shown.print_area = f"A1:J{rows[-1]}"
    shown.print_options.headings = True
    shown.print_options.gridLines = True
    shown.page_setup.orientation = "landscape"
    shown.page_setup.fitToHeight = 0
    shown.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    shown.oddHeader.center.text = shown.oddFooter.center.text = ""
    path = folder / f"{sheet}.xlsx"
    copy.save(path)
    printed = by_spreadsheet_program(path, "pdf", folder / "printed")
    page = pypdfium2.PdfDocument(printed)[0]
    return page.render(scale=2 * WIDTH / page.get_width()).to_pil().convert("RGB")


def picture_of_report(page_file: Path) -> Image.Image:
    """Show parts of a report as a browser does, one below the other."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(
            viewport={"width": REPORT_WIDTH, "height": 1_000},
            device_scale_factor=WIDTH / REPORT_WIDTH,
        )
        page = context.new_page()
        page.goto(page_file.as_uri())
        shots = [page.locator(part).first.screenshot() for part in REPORT_PARTS]
        browser.close()
    parts = [Image.open(io.BytesIO(shot)).convert("RGB") for shot in shots]
    height = sum(part.height + 2 * MARGIN for part in parts)
    stacked = Image.new("RGB", (max(part.width for part in parts), height), "white")
    top = 0
    for part in parts:
        stacked.paste(part, (0, top))
        top += part.height + 2 * MARGIN
    return stacked


def save(picture: Image.Image, name: str) -> None:
    """Cut the white border off, and save with few colours."""
    white = Image.new("RGB", picture.size, "white")
    left, top, right, bottom = ImageChops.difference(picture, white).getbbox()
    picture = picture.crop((left, top, right, bottom))
    width = WIDTH - 2 * MARGIN
    picture = picture.resize(
        (width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS
    )
    framed = Image.new("RGB", (WIDTH, picture.height + 2 * MARGIN), "white")
    framed.paste(picture, (MARGIN, MARGIN))
    file = PICTURES / f"{name}.png"
    few = framed.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(file, optimize=True)
    print(
        f"{file.relative_to(ROOT)}: {framed.width} × {framed.height}, {file.stat().st_size} bytes"
    )


def main() -> None:
    """Go the way, and show five stations of it."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        way, folder = Path(name) / "way", Path(name) / "pictures"
        way.mkdir()
        folder.mkdir()
        walk(ROOT / "data" / "latvia", way)
        make(way, folder)


def make(way: Path, folder: Path) -> None:
    """Make the pictures of a way that was gone."""
    sheet = openpyxl.load_workbook(way / "filled.xlsx")["costs"]
    last = max(cell.row for cell in sheet["A"] if cell.value is not None)
    own = range(last - len(AMOUNTS) - 2 - EARLIER_ROWS, last + 1)
    first = range(header_row(sheet) + 1, LAST_SHOWN + 1)
    save(picture_of_sheet(way / "template.xlsx", "costs", first, folder), "template")
    save(picture_of_sheet(way / "sent" / "beta.xlsx", "costs", own, folder), "filled")
    save(picture_of_sheet(way / "answer.xlsx", "Problēmas", None, folder), "problems")
    save(picture_of_sheet(way / "answer.xlsx", "costs", own, folder), "marked")
    report = way / "after" / "kurzeme" / "cost_comparison" / "report.en.html"
    save(picture_of_report(report), "report")


if __name__ == "__main__":
    main()
