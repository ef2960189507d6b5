"""Files changed at random: a table or a clear refusal, and never another exception."""

from __future__ import annotations

import io
import os
import random
import resource
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from dieval.errors import DataError
from dieval.inputs.read import check_package, read_package

Rows = list[dict[str, str]]
Tables = dict[str, Rows]
Write = Callable[[Tables], Path]
CHANGED = 10_000 if os.environ.get("DIEVAL_CAMPAIGN") else 60
BATCHES = 20
MOST_SECONDS = 2
MOST_MEMORY_MB = 512
# What files of other programs, and of people with intentions, hold.
PIECES = (
    b"", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b";", b",", b"\t", b"\r", b"\n", b"\r\n", b"=",
    b"-0", b"1e999", b"1.234", b"1,234", b"\xe2\x80\xae", b"\xc4\x81", b"\xe2", b"NaN", b"#REF!",
    b"000000-00000", b"9" * 400, b"../../x", b"<script>", b"sep=;", b"Kop\xc4\x81", b" " * 50,
)  # fmt: skip
XML_PIECES = (
    b"<c/>", b'<c r="XFD1"><v>1</v></c>', b'<c r="A0"/>', b"<row/>", b"</row>", b"&lt;", b"&#0;",
    b'<!DOCTYPE x>', b'<f>1+1</f>', b't="s"', b't="e"', b"<v>99999</v>", b"<v>-1</v>", b"<v/>",
    b"<is><t>x</t></is>", b't="inlineStr"', b't="d"', b"1E400", b'r="1048576"', b"<mergeCells/>",
    b"<dimension ref='A1:XFD1048576'/>", b'<mergeCell ref="A1:XFD1048576"/>', b' hidden="1"',
    b'<mergeCell ref="B2:B4"/>', b'<mergeCell ref=""/>',
)  # fmt: skip


def mutated(data: bytes, chance: random.Random, pieces: tuple[bytes, ...]) -> bytes:
    """Change a few places of some bytes."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(changed) + 1)
        length = chance.choice((0, 0, 1, 1, 5, 40, 400))
        kind = chance.randrange(3)
        if kind == 0:
            piece = chance.choice(pieces)
        elif kind == 1:
            piece = chance.randbytes(chance.choice((1, 2, 8)))
        else:  # a part of the file again, somewhere else
            start = chance.randrange(len(changed) + 1)
            piece = bytes(changed[start : start + chance.choice((1, 10, 200))])
        changed[place : place + length] = piece
    return bytes(changed)


def judged(path: Path) -> None:
    """Check and read a package: only clear refusals are allowed, within the limits."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    problems = check_package(path)
    assert time.process_time() - started < MOST_SECONDS
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < MOST_MEMORY_MB
    for problem in problems:
        assert problem.message_lv
        assert problem.message_en
        assert problem.remedy_lv
        assert problem.remedy_en
        assert "000000-00000" not in str(problem)
    errors = [problem for problem in problems if problem.severity != "note"]
    try:
        read_package(path)
    except DataError:
        assert errors
    else:
        assert not errors


@pytest.fixture
def small(tables: Tables) -> Tables:
    return {name: tables[name] for name in ("sources", "regions", "providers", "costs",
                                            "municipalities", "price_index")}  # fmt: skip


@pytest.mark.parametrize("batch", range(BATCHES))
def test_changed_csv_files(small: Tables, write_csv: Write, batch: int) -> None:
    folder = write_csv(small)
    good = {path: path.read_bytes() for path in sorted(folder.glob("*.csv"))}
    for number in range(CHANGED // BATCHES):
        chance = random.Random(f"csv {batch} {number}")
        path = chance.choice(list(good))
        encoding = chance.choice(("utf-8", "utf-8", "cp1257", "utf-16"))
        path.write_bytes(mutated(good[path].decode().encode(encoding), chance, PIECES))
        judged(folder)
        path.write_bytes(good[path])


@pytest.mark.parametrize("batch", range(BATCHES))
def test_changed_workbooks(small: Tables, write_xlsx: Write, batch: int) -> None:
    book = write_xlsx(small)
    good = book.read_bytes()
    for number in range(CHANGED // BATCHES):
        chance = random.Random(f"xlsx {batch} {number}")
        if chance.random() < 0.2:
            book.write_bytes(mutated(good, chance, PIECES))
        else:  # in a part of it, in an archive that is whole
            out = io.BytesIO()
            with (
                zipfile.ZipFile(io.BytesIO(good)) as archive,
                zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
            ):
                names = archive.namelist()
                sheets = [name for name in names if "worksheets" in name]
                wrong = chance.choice(sheets if chance.random() < 0.7 else names)
                for name in names:
                    content = archive.read(name)
                    pieces = (*XML_PIECES, *PIECES)
                    new.writestr(
                        name, mutated(content, chance, pieces) if name == wrong else content
                    )
            book.write_bytes(out.getvalue())
        judged(book)
