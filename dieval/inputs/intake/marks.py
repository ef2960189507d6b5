"""What a spreadsheet shows differently from what it holds: hidden rows, and merged cells.

A merged cell has its value in the first cell of the area, and nothing in the others.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree  # the parts have been scanned: no DTD, no entities

from openpyxl.utils import range_boundaries

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_WORTH_PARSING = re.compile(rb"hidden=[\"'](?:1|true)|mergeCell ")


@dataclass(frozen=True)
class Marks:
    """Lines that are hidden, and areas of merged cells: lines, and 0-based columns, both ends."""

    hidden: tuple[int, ...] = ()
    merged: tuple[tuple[int, int, int, int], ...] = field(default=())


def marks_of(data: bytes, titles: Iterable[str]) -> dict[str, Marks]:
    """Find the hidden rows and the merged cells of sheets.

    Parameters
    ----------
    data : bytes
        A workbook that has passed `scan_workbook`.
    titles : iterable of str
        Of the sheets that are asked for.

    Returns
    -------
    dict of Marks
        By title; sheets without any are left out.
    """
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = dict(_parts(archive))
        for title in titles:
            content = archive.read(parts[title]) if title in parts else b""
            if _WORTH_PARSING.search(content):
                found[title] = _marks(content)
    return found


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Give title and part of each sheet."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {each.get("Id"): each.get("Target", "") for each in relations.iter(_RELATION)}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    for sheet in book.iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(_ID), "")
        yield sheet.get("name", ""), posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def _marks(content: bytes) -> Marks:
    hidden, merged, line = [], [], 0
    for _, element in ElementTree.iterparse(io.BytesIO(content)):
        if element.tag == f"{_MAIN}row":
            line = int(element.get("r", line + 1))
            if element.get("hidden") in ("1", "true") and len(element):
                hidden.append(line)
            element.clear()
        elif element.tag == f"{_MAIN}mergeCell":
            left, top, right, bottom = range_boundaries(element.get("ref", ""))
            merged.append((top, bottom, left - 1, right - 1))
    return Marks(tuple(hidden), tuple(merged))
