"""Word documents and workbooks by the schemas of Office Open XML: nothing to repair."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from made_reports import KINDS
from openxml_audit import OpenXmlValidator

FILES = [f"{kind}/report.lv.docx" for kind in KINDS]
FILES += [f"{KINDS[0]}/report.en.docx", f"{KINDS[0]}/tables.xlsx"]


def faults(file: Path) -> list[str]:
    return [
        f"{fault.part_uri}: {fault.description}"
        for fault in OpenXmlValidator().validate(file).errors
    ]


@pytest.mark.parametrize("name", FILES)
def test_file_keeps_the_schemas(reports, name):
    assert faults(reports / name) == []


def test_broken_file_is_noticed(reports, tmp_path):
    broken = tmp_path / "broken.docx"
    with zipfile.ZipFile(reports / FILES[0]) as whole, zipfile.ZipFile(broken, "w") as package:
        for name in whole.namelist():
            content = whole.read(name)
            if name == "word/document.xml":
                content = content.replace(b"<w:tblPr>", b"<w:tblGrid/><w:tblPr>", 1)
            package.writestr(name, content)
    assert faults(broken) != []
