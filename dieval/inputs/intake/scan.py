"""Look at a workbook before anything reads it: what it is, how large, and what it brings along.

The readers of workbooks die of a cell in the last corner of a sheet, of archives that unpack to a
hundred times their size and of documents that define themselves. Nothing here builds a document:
members are unpacked and parsed piece by piece, and the look ends at the first limit.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

from dieval.errors import Problem
from dieval.inputs.sheets import refused

MOST_BYTES = 50_000_000  # of the file
MOST_MEMBERS = 2_000
MOST_UNPACKED = 200_000_000  # bytes of all members
MOST_RATIO = 200  # unpacked to packed, of a member that is worth it
SMALL_MEMBER = 100_000  # bytes; a smaller one does no harm however well it was packed
MOST_CELLS = 400_000  # of a sheet
MOST_COLUMNS = 1_000
MOST_EMPTY_ROWS = 20_000  # between rows with cells
PIECE = 65_536

OLE = bytes.fromhex("D0CF11E0A1B11AE1")  # how old workbooks and protected ones begin
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# Parts of a workbook that dieval neither runs nor follows: their path, and what they are.
LEFT_ALONE = (
    ("vbaproject", "makrosi", "macros"),
    ("xl/externallinks/", "saites uz citām darbgrāmatām", "links to other workbooks"),
    ("xl/embeddings/", "iegulti objekti", "embedded objects"),
    ("xl/activex/", "vadīklas", "controls"),
    ("xl/connections", "savienojumi ar datu avotiem", "connections to other data"),
    ("xl/querytables/", "vaicājumi", "queries"),
)


class _RefusedError(Exception):
    """Why a workbook is not read: rule, and words in Latvian and English."""

    def __init__(self, rule: str, lv: str, en: str) -> None:
        super().__init__(rule)
        self.rule, self.lv, self.en = rule, lv, en


_REMEDIES = {
    "format": (
        "Atveriet failu izklājlapu programmā un saglabājiet kā .xlsx.",
        "Open the file in a spreadsheet program and save it as .xlsx.",
    ),
    "password": (
        "Noņemiet paroli un saglabājiet failu vēlreiz.",
        "Take the password off and save the file again.",
    ),
    "too_large": (
        "Izdzēsiet liekās rindas un kolonnas aiz datiem vai saglabājiet lapu kā CSV.",
        "Delete the rows and columns behind the data, or save the sheet as CSV.",
    ),
    "dtd": (
        "Izveidojiet failu no jauna izklājlapu programmā.",
        "Make the file anew in a spreadsheet program.",
    ),
}


def scan_workbook(file: str, data: bytes) -> list[Problem]:
    """Say whether a workbook may be read, and what in it is left alone.

    Parameters
    ----------
    file : str
        Name of the file in messages.
    data : bytes
        Its content.

    Returns
    -------
    list of Problem
        One error where it must not be read; otherwise notes on macros, links and the like.
    """
    try:
        names = _scanned(data)
    except _RefusedError as refusal:
        return [_told(file, refusal)]
    return [
        Problem(
            file=file,
            rule="left_alone",
            message_lv=f"darbgrāmatā ir {lv}; tie netiek ne izpildīti, ne lasīti.",
            message_en=f"the workbook has {en}; they are neither run nor read.",
            remedy_lv="Ja tie nav vajadzīgi, saglabājiet darbgrāmatu bez tiem.",
            remedy_en="Save the workbook without them if they are not needed.",
            severity="note",
        )
        for part, lv, en in LEFT_ALONE
        if any(part in name.casefold() for name in names)
    ]


def broken_workbook(file: str) -> Problem:
    """Say that a workbook that passed the look cannot be read all the same."""
    return _told(file, _no_workbook("bojāts", "broken"))


def _told(file: str, refusal: _RefusedError) -> Problem:
    words = refusal.lv, refusal.en
    return refused(file, refusal.rule, words, _REMEDIES[refusal.rule])


def _scanned(data: bytes) -> list[str]:
    """Look at every part, and give their names."""
    if len(data) > MOST_BYTES:
        raise _too_large(f"failā ir vairāk nekā {MOST_BYTES} baitu.",
                         f"the file has more than {MOST_BYTES} bytes.")  # fmt: skip
    if data.startswith(OLE):
        if ENCRYPTED in data:
            raise _RefusedError(
                "password",
                "darbgrāmata ir aizsargāta ar paroli.",
                "the workbook is protected with a password.",
            )
        raise _no_workbook("vecā .xls formātā", "in the old .xls format")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _scanned_archive(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _no_workbook("bojāts vai citā formātā", "broken or of another format") from error
    except (OSError, ValueError, OverflowError, UnicodeError) as error:
        raise _no_workbook("bojāts", "broken") from error


def _no_workbook(lv: str, en: str) -> _RefusedError:
    return _RefusedError(
        "format",
        f"failu nevar nolasīt kā XLSX darbgrāmatu: tas ir {lv}.",
        f"the file is not a readable XLSX workbook: it is {en}.",
    )


def _too_large(lv: str, en: str) -> _RefusedError:
    return _RefusedError("too_large", lv, en)


def _scanned_archive(archive: zipfile.ZipFile) -> list[str]:
    members = archive.infolist()
    names = [member.filename for member in members]
    if len(members) > MOST_MEMBERS or sum(each.file_size for each in members) > MOST_UNPACKED:
        raise _too_large(
            f"izpakots fails pārsniedz {MOST_UNPACKED} baitus vai {MOST_MEMBERS} daļas.",
            f"unpacked, the file exceeds {MOST_UNPACKED} bytes or {MOST_MEMBERS} parts.",
        )
    if len(set(names)) < len(names):
        raise _no_workbook("ar daļām, kas atkārtojas", "made of parts that stand twice")
    for member in members:
        packed_well = member.file_size > MOST_RATIO * max(1, member.compress_size)
        if packed_well and member.file_size > SMALL_MEMBER:
            raise _too_large(
                f"faila daļa izpakota ir vairāk nekā {MOST_RATIO} reižu lielāka.",
                f"a part of the file is more than {MOST_RATIO} times as large when unpacked.",
            )
    if "xl/workbook.bin" in names:
        raise _no_workbook(".xlsb formātā", "in the .xlsb format")
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise _no_workbook("arhīvs bez darbgrāmatas", "an archive without a workbook")
    for member in members:
        if member.filename.casefold().endswith((".xml", ".rels", ".vml")):
            with archive.open(member) as stream:
                _scanned_part(iter(lambda: stream.read(PIECE), b""))
    return names


@dataclass
class _Cells:
    """What has been seen of the cells of a part, if it is a sheet."""

    root: str = ""
    cells: int = 0
    row: int = 0

    def element(self, name: str, attributes: dict[str, Any]) -> None:
        """Count a row or a cell; end the look at a limit."""
        kind = name.rpartition("}")[2]
        self.root = self.root or kind
        if self.root != "worksheet":
            return
        if kind == "c":
            self.cells += 1
            place = attributes.get("r", "")
            if self.cells > MOST_CELLS:
                raise _too_large(f"lapā ir vairāk nekā {MOST_CELLS} šūnu.",
                                 f"a sheet has more than {MOST_CELLS} cells.")  # fmt: skip
            if _column(place) > MOST_COLUMNS:
                raise _too_large(f"lapā ir šūna aiz {MOST_COLUMNS}. kolonnas.",
                                 f"a sheet has a cell beyond column {MOST_COLUMNS}.")  # fmt: skip
            self._reach(_number(place))
        elif kind == "row":
            self._reach(_number(str(attributes.get("r", ""))) or self.row + 1)

    def _reach(self, row: int) -> None:
        if row > self.row + MOST_EMPTY_ROWS:
            raise _too_large(
                f"lapā ir šūna vairāk nekā {MOST_EMPTY_ROWS} rindas zem pārējām.",
                f"a sheet has a cell more than {MOST_EMPTY_ROWS} rows below the others.",
            )
        self.row = max(self.row, row)


def _column(place: str) -> int:
    """Give the number of the column of a cell, `AB12`; 0 where there is none."""
    letters = place.rstrip("0123456789").upper()
    number = 0
    for letter in letters[:8]:
        number = 26 * number + ord(letter) - 64
    return number


def _number(place: str) -> int:
    digits = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0


def _scanned_part(pieces: Iterator[bytes]) -> None:
    """Parse a part piece by piece."""
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = _Cells().element
    parser.StartDoctypeDeclHandler = _dtd
    parser.EntityDeclHandler = _dtd
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise _no_workbook("bojāts (kļūda XML)", "broken (an error in its XML)") from error


def _dtd(*_: object) -> None:
    raise _RefusedError(
        "dtd",
        "failā ir DTD vai entītijas; darbgrāmatā tās ir aizliegtas.",
        "the file has a DTD or entities, which are forbidden in a workbook.",
    )
