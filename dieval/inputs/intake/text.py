"""Bytes of a text file as text: which encoding it is in, without guessing.

A file is UTF-8, or UTF-16 where its first bytes say so, or Windows-1257 where every letter outside
ASCII is then one that the languages of the Baltic have. Any other encoding is refused.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from dieval.errors import Problem
from dieval.inputs.sheets import refused

MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
BALTIC = "cp1257"

_LATVIAN = "āčēģīķļņšūžŗōĀČĒĢĪĶĻŅŠŪŽŖŌ"
_NEIGHBOURS = "ąęėįųõäöüĄĘĖĮŲÕÄÖÜ"
_SIGNS = "„”“’‘–—…€§°«»·²³\xa0\xad"
_FITTING = frozenset(_LATVIAN + _NEIGHBOURS + _SIGNS)
# How text is spoilt: the encoding it was read in, and the one it was written in.
_MISREADINGS = (("latin-1", BALTIC), ("cp1252", BALTIC), ("cp1252", "utf-8"), (BALTIC, "utf-8"))


@dataclass(frozen=True)
class Text:
    """Text of a file in UTF-8, and the encoding that the file is in."""

    utf8: bytes
    encoding: str

    @property
    def text(self) -> str:
        """All of it."""
        return self.utf8.decode("utf-8")

    def start(self, count: int) -> str:
        """Give the first characters; a file may be too large to be made text of without need."""
        # A character has four bytes at most; the last one of the piece may be cut through.
        return self.utf8[: 4 * count].decode("utf-8", errors="ignore")[:count]


def text_of(file: str, data: bytes, declared: str = "") -> tuple[Text | None, list[Problem]]:
    """Decode a text file.

    Parameters
    ----------
    file : str
        Name of the file in messages.
    data : bytes
        Its content.
    declared : str
        Encoding that the descriptor declares; any that Python knows.

    Returns
    -------
    text : Text, or None where nothing of the file can be used
    problems : list of Problem
        A note where the file is in another encoding than UTF-8.
    """
    try:
        found = Text(*_decoded(data, declared))
    except UnicodeError as error:
        if declared or not isinstance(error, UnicodeDecodeError):
            return None, [_not_as_declared(file, declared)]
        return None, [_undecodable(file, data, error)]
    nul = found.utf8.find(b"\0")
    if nul >= 0:
        return None, [_nul(file, found.utf8.count(b"\n", 0, nul) + 1)]
    if declared:
        return found, []
    if found.encoding == BALTIC:
        strange = _strange_lines(found.text)
        if strange:
            return None, [_unknown_encoding(file, strange)]
    return found, [] if found.encoding == "utf-8" else [_read_as(file, found.encoding)]


def _decoded(data: bytes, declared: str) -> tuple[bytes, str]:
    """Give UTF-8 and encoding; where no encoding fits, the error tells where UTF-8 did not."""
    if declared:
        return data.decode(declared).encode("utf-8"), declared
    for mark, encoding in MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding).encode("utf-8"), encoding.removesuffix("-sig")
    try:
        if not data.isascii():  # it takes no time to tell, and is UTF-8
            data.decode("utf-8")
        return data, "utf-8"
    except UnicodeDecodeError as error:
        if _utf8_lines(data):
            raise
        try:
            return data.decode(BALTIC).encode("utf-8"), BALTIC
        except UnicodeDecodeError:
            raise error from None


def _utf8_lines(data: bytes) -> bool:
    """Tell whether a line holds letters outside ASCII in UTF-8: the file is then no other one."""
    for line in data.split(b"\n"):
        if not line.isascii():
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                continue
            return True
    return False


def _strange_lines(text: str) -> tuple[int, ...]:
    """Give the lines with letters that no language of the Baltic has."""
    strange = {sign for sign in set(text) if not sign.isascii() and sign not in _FITTING}
    if not strange:
        return ()
    return tuple(
        number
        for number, line in enumerate(text.split("\n"), start=1)
        if not strange.isdisjoint(line)
    )


def mended(text: str) -> str:
    """Give a text back as it was before it was read in a wrong encoding; "" where it never was.

    Examples
    --------
    >>> mended("Paðvaldîba"), mended("PaÅ¡valdÄ«ba"), mended("Pašvaldība"), mended("café")
    ('Pašvaldība', 'Pašvaldība', '', '')
    """
    for wrong, right in _MISREADINGS:
        try:
            before = text.encode(wrong).decode(right)
        except UnicodeError:
            continue
        letters = {sign for sign in before if not sign.isascii()}
        if before != text and letters and letters <= set(_LATVIAN + _SIGNS):
            return before
    return ""


def _lines_that_fail(data: bytes) -> tuple[int, ...]:
    """Give the lines that are not UTF-8."""
    found = []
    for number, line in enumerate(data.split(b"\n"), start=1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            found.append(number)
    return tuple(found)


_REMEDY = ("Saglabājiet failu kā „CSV UTF-8”.", 'Save the file as "CSV UTF-8".')


def _undecodable(file: str, data: bytes, error: UnicodeDecodeError) -> Problem:
    line = data.count(b"\n", 0, error.start) + 1
    place = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
    rows: tuple[int, ...]
    if _utf8_lines(data):
        rows = _lines_that_fail(data)
        lv = "failā ir vairāki kodējumi: dažas rindas ir UTF-8, šīs nav."
        en = "the file mixes encodings: some lines are UTF-8, these are not."
    else:
        rows = (line,)
        lv = (
            f"faila kodējums nav zināms; tas nav ne UTF-8, ne Windows-1257 (rindas {place}. baits)."
        )
        en = (
            "the encoding of the file is not known; it is neither UTF-8 nor Windows-1257 "
            f"(byte {place} of the line)."
        )
    return refused(file, "encoding", (lv, en), _REMEDY, rows=rows)


def _unknown_encoding(file: str, rows: tuple[int, ...]) -> Problem:
    return refused(
        file,
        "encoding",
        (
            "faila kodējums nav zināms: nolasot kā Windows-1257, rodas burti, kādu Baltijas "
            "valodās nav.",
            "the encoding of the file is not known: read as Windows-1257, it has letters that no "
            "language of the Baltic has.",
        ),
        _REMEDY,
        rows=rows,
    )


def _not_as_declared(file: str, encoding: str) -> Problem:
    return refused(
        file,
        "encoding",
        (
            f"fails nav {encoding} kodējumā, kā norādīts aprakstā datapackage.json.",
            f"the file is not {encoding}, as datapackage.json declares it.",
        ),
        (
            "Izlabojiet vai izdzēsiet „encoding” aprakstā.",
            "Correct encoding in datapackage.json, or take it out.",
        ),
    )


def _nul(file: str, line: int) -> Problem:
    return refused(
        file,
        "nul",
        (
            "failā ir NUL baits; teksta failā tāda nedrīkst būt.",
            "the file holds a NUL byte, which no text file has.",
        ),
        (
            "Eksportējiet failu no sākotnējās programmas vēlreiz.",
            "Export the file again from the program it came from.",
        ),
        rows=(line,),
    )


def _read_as(file: str, encoding: str) -> Problem:
    name = {"cp1257": "Windows-1257", "utf-16": "UTF-16"}[encoding]
    return Problem(
        file=file,
        rule="encoding",
        message_lv=f"fails nolasīts {name} kodējumā.",
        message_en=f"the file was read as {name}.",
        remedy_lv="Ja burti ir pareizi, nekas nav jādara.",
        remedy_en="Nothing to do if the letters are right.",
        severity="note",
    )
