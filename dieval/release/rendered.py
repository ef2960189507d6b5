"""What the files of a report show, read back from their bytes: tables, attachments and text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dieval.release import read_back
from dieval.release.published import PERSONS, persons_in, small_numbers
from dieval.release.read_back import Rows
from dieval.release.rules import Rules

HIDDEN = "c"
NOTEBOOK = "notebook.ipynb"
READERS: Mapping[str, Callable[[bytes], tuple[list[Rows], list[str]]]] = {
    "html": read_back.html_shown,
    "pdf": read_back.pdf_shown,
    "docx": read_back.docx_shown,
}
# Words of persons, and of where they live, in both languages.
_WHO = (
    "child person famil carer guardian adopter adult household "
    "bērn person ģimen audžuģimen aprūpētāj aizbild adoptētāj pilngadīg mājsaimniec jauniešu"
)
_WORD = rf"(?:{'|'.join(_WHO.split())})[^\W\d]*"
# “3 children”, “3 foster children”; “with guardians 3,”. Not “1–7 persons”, nor “children 3 years”.
_NUMBER = r"\d(?:[.,]\d{1,2})?"
_COUNTED = re.compile(
    rf"(?<![\w.,–-])(?<!\d\s)(?P<before>{_NUMBER})\s+(?:foster\s+)?(?P<counted>{_WORD})"
    rf"|\b(?P<who>{_WORD})\s(?:mājās\s)?(?P<after>{_NUMBER})(?=[;)]|,\s|\.?$|\s(?:and|un)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Leak:
    """Something that a published file tells and may not.

    Parameters
    ----------
    file : str
        Where it stands, from the folder that was audited.
    what : str
        small_number, contradiction, changed, recovered, product, bounded, not_hidden or unreadable.
    about : str
        Table, column and place; never the number.
    """

    file: str
    what: str
    about: str


def in_files(
    folder: str, files: Mapping[str, bytes], results: Mapping[str, Any], rules: Rules
) -> Iterator[Leak]:
    """Look for small numbers, and for numbers where a value is hidden, in a report's files.

    Parameters
    ----------
    folder : str
        Folder of the report.
    files : mapping of str to bytes
        Its files by name.
    results : mapping
        Content of its results.json.
    rules : Rules
        Thresholds of the public edition.

    Yields
    ------
    Leak
        Also for each file that cannot be read, or in which something is missing that could be
        looked into.
    """
    for about in (*small_numbers(results, rules.persons), *_small_beside(results, rules.persons)):
        yield Leak(f"{folder}/results.json", "small_number", about)
    tables: list[dict[str, Any]] = []
    try:
        blocks, carried = read_back.notebook_shown(files[NOTEBOOK])
        tables = [block for block in blocks if block["kind"] == "table"]
        for what, about in _shown_elsewhere(carried["tables"], results["tables"]):
            yield Leak(f"{folder}/{NOTEBOOK}", what, about)
    except read_back.UNREADABLE as error:
        # Without it, nothing says what the other files have to hide.
        yield Leak(f"{folder}/{NOTEBOOK}", "unreadable", type(error).__name__)
    for name, content in files.items():
        try:
            yield from _in_file(
                folder, name, content, tables, files["results.json"], results, rules
            )
        except read_back.UNREADABLE as error:
            yield Leak(f"{folder}/{name}", "unreadable", type(error).__name__)


def _small_beside(results: Mapping[str, Any], least: int) -> Iterator[str]:
    """Name the key figures and the values of findings that count few persons."""
    for figure in results.get("key_figures", ()):
        if figure["unit"] in PERSONS and _is_small(figure["value"], least):
            yield f"key figure {figure['figure']}"
    counting = persons_in(results)
    for finding in results.get("findings", ()):
        for name, value in finding["values"].items():
            if name in counting and _is_small(value, least):
                yield f"finding {finding['finding']}, {name}"


def _is_small(value: Any, least: int) -> bool:
    return isinstance(value, int | float) and 0 < value < least


def _in_file(
    folder: str,
    name: str,
    content: bytes,
    tables: list[dict[str, Any]],
    results: bytes,
    held: Mapping[str, Any],
    rules: Rules,
) -> Iterator[Leak]:
    """Look into one file of a report."""
    stem, _, kind = name.rpartition(".")
    if kind in READERS:
        mark = "," if stem == "report.lv" else "."
        found, texts = READERS[kind](content)
        for what, about in _in_tables(found, tables, rules, mark):
            yield Leak(f"{folder}/{name}", what, about)
        for text in texts:
            for about in few_in_text(text, rules.persons):
                yield Leak(f"{folder}/{name}", "small_number", f"text: {about}")
    if kind == "html":
        for what, about in _in_tables(read_back.html_data(content), tables, rules, "."):
            yield Leak(f"{folder}/{name}", what, f"{about} (CSV)")
    if kind == "pdf":
        for attached, inside in read_back.pdf_attachments(content).items():
            for what, about in _attached(attached, inside, results, held["tables"]):
                yield Leak(f"{folder}/{name}/{attached}", what, about)
    if kind == "xlsx":
        for what, about in _in_sheets(read_back.xlsx_tables(content), held["tables"]):
            yield Leak(f"{folder}/{name}", what, about)


def few_in_text(text: str, least: int) -> Iterator[str]:
    """Name the words of a text that stand beside a number of few persons.

    Parameters
    ----------
    text : str
        In Latvian or English.
    least : int
        Numbers from 1 to below it are few.

    Examples
    --------
    >>> list(few_in_text("With guardians 3 and 12 children; 5 bērni.", 8))
    ['guardians', 'bērni']
    >>> list(few_in_text("3 homes, 1 200 children, under 3 years, 1\u20137 persons", 8))
    []
    """
    for found in _COUNTED.finditer(text):
        number = found["before"] or found["after"]
        if 0 < float(number.replace(",", ".")) < least:
            yield found["counted"] or found["who"]


def _attached(
    name: str, content: bytes, results: bytes, tables: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """Look into a file that is attached to a PDF: the results, or one table of them."""
    stem, _, kind = name.rpartition("/")[2].rpartition(".")
    if kind == "json" and content != results:
        yield "not_hidden", "another results.json"
    if kind == "csv" and stem in tables:
        yield from _in_sheets({stem: read_back.csv_rows(content)}, {stem: tables[stem]})


def _in_tables(
    found: list[Rows], tables: list[dict[str, Any]], rules: Rules, mark: str
) -> Iterator[tuple[str, str]]:
    """Compare tables that were read back with those of the notebook, cell by cell."""
    if len(found) != len(tables):
        yield "unreadable", f"{len(found)} tables instead of {len(tables)}"
        return
    for rows, block in zip(found, tables, strict=True):
        counting = [
            number
            for number, column in enumerate(block["columns"])
            if column.get("measure") in PERSONS and column["kind"] == "number"
        ]
        body = rows[1:]
        if len(body) != len(block["rows"]):
            yield "unreadable", f"{block['name']}: {len(body)} rows instead of {len(block['rows'])}"
            continue
        for cells, expected in zip(body, block["rows"], strict=True):
            for number, cell in enumerate(expected):
                text = cells[number] if number < len(cells) else ""
                if cell == {"symbol": HIDDEN} and text != HIDDEN:
                    yield "not_hidden", f"{block['name']}, column {number + 1}"
                if number in counting and _small(text, rules.persons, mark):
                    yield "small_number", f"{block['name']}, column {number + 1}"


def _small(text: str, least: int, mark: str) -> bool:
    """Tell whether a text is a number above 0 and below the least; `mark` begins its decimals."""
    plain = text.lstrip("≈~>≥<≤−-")
    plain = plain.replace(",", ".") if mark == "," else plain.replace(",", "")
    try:
        return 0 < float(plain) < least
    except ValueError:
        return False


def _in_sheets(
    sheets: Mapping[str, Sequence[Sequence[object]]], tables: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """Name the columns of a workbook that show what results hide, and tables that it lacks."""
    for name, table in tables.items():
        rows, expected = sheets.get(name, []), table["rows"]
        if len(rows) < len(expected) or name not in sheets:
            yield "unreadable", f"{name}: {len(rows)} rows instead of {len(expected)}"
            continue
        body = rows[len(rows) - len(expected) :]
        for number, column in enumerate(table["columns"]):
            hidden = [row[number] == {"symbol": HIDDEN} for row in expected]
            if any(
                unseen and cells[number] != HIDDEN
                for unseen, cells in zip(hidden, body, strict=True)
            ):
                yield "not_hidden", f"{name}.{column['name']}"


def _shown_elsewhere(
    tables: Mapping[str, Any], expected: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """Name the tables of which another copy shows what results hide, or which it lacks."""
    for name, table in expected.items():
        other = tables.get(name, {"rows": []})
        if len(other["rows"]) != len(table["rows"]):
            wrong = f"{name}: {len(other['rows'])} rows instead of {len(table['rows'])}"
            yield "unreadable", wrong
        elif any(
            value == {"symbol": HIDDEN} and beside != value
            for row, copy in zip(table["rows"], other["rows"], strict=True)
            for value, beside in zip(row, copy, strict=True)
        ):
            yield "not_hidden", name
