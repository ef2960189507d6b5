"""SHA256SUMS, checked and signed by the programs that readers have."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from run_folder import contents

from dieval.reports.sums import read_sums, sums_of, sums_text, write_sums

PAGE = "kurzeme/cost_comparison/report.lv.html"
HOW_TO = Path(__file__).parents[2] / "docs" / "signing.md"


@pytest.fixture
def out(reports, tmp_path) -> Path:
    return shutil.copytree(reports, tmp_path / "reports")


def test_sums_list_every_file_but_themselves_and_the_record_of_the_run(reports):
    listed = read_sums((reports / "SHA256SUMS").read_text("utf-8"))
    assert listed.keys() == contents(reports).keys() - {"SHA256SUMS", "run.json"}


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum on this machine")
def test_sums_are_what_sha256sum_reads(out):
    def check() -> subprocess.CompletedProcess[str]:
        command = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
        return subprocess.run(command, cwd=out, capture_output=True, text=True, check=False)

    assert (check().returncode, check().stdout) == (0, "")
    (out / PAGE).write_bytes((out / PAGE).read_bytes() + b" ")
    assert check().returncode == 1
    assert f"{PAGE}: FAILED" in check().stdout


def test_write_sums_of_a_file_changed_since_keeps_the_checksum_of_what_was_made(out):
    before = (out / "SHA256SUMS").read_bytes()
    (out / PAGE).write_text("another page")
    write_sums(out)
    assert (out / "SHA256SUMS").read_bytes() == before


def test_sums_of_a_report_without_manifest_are_those_of_what_is_there(out):
    (out / "kurzeme/cost_comparison/manifest.json").write_text("{")
    (out / PAGE).write_bytes(b"")
    nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert sums_of(out)[PAGE] == nothing


@pytest.mark.parametrize(
    "text",
    ["", "x\n", f"{'0' * 64} a\n", f"{'0' * 64}  b\n{'0' * 64}  a\n", f"{'0' * 64}  a\r\n",
     f"{'0' * 64}  a", f"{'0' * 64}  a\n{'1' * 64}  a\n", f"{'0' * 64}  /a\n"],
)  # fmt: skip
def test_read_sums_text_that_no_run_wrote_is_refused(text):
    with pytest.raises(ValueError, match="no list"):
        read_sums(text)


def test_read_sums_reads_what_was_written():
    sums = {"a b": "0" * 64, "ā/č": "f" * 64}
    assert read_sums(sums_text(sums)) == sums


def test_run_record_holds_the_checksum_of_all_else_that_it_says(reports):
    text = (reports / "run.json").read_text("utf-8")
    assert re.search(r',\n "sha256": "[0-9a-f]{64}"\n}\n$', text)
    assert json.loads(text)["schema"] == "dieval-run/1"


def commands(tool: str) -> list[str]:
    """The commands of the how-to page that begin with a word."""
    return re.findall(rf"^{tool}\b.*$", HOW_TO.read_text("utf-8"), re.MULTILINE)


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="no ssh-keygen on this machine")
def test_signing_how_to_signs_and_checks_and_notices_a_change(out, tmp_path):
    def shell(command: str) -> int:
        return subprocess.run(
            command, shell=True, cwd=tmp_path, capture_output=True, check=False
        ).returncode

    make, sign, check = commands("ssh-keygen")
    (names,) = commands("echo")
    for command in (f"{make} -N ''", names, sign, check):
        assert shell(command) == 0, command
    (out / "SHA256SUMS").write_bytes((out / "SHA256SUMS").read_bytes() + b" ")
    assert shell(check) != 0
