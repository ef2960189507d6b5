"""Every changed, missing, extra or swapped file of an output folder is found by its lists alone."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest
from made_reports import FOLDERS
from run_folder import contents

from dieval.errors import ParameterError
from dieval.reports.intact import look

CHANGES = 1000 if os.environ.get("DIEVAL_CAMPAIGN") else 40
CHANCE = random.Random(20261129)
PAGE = "kurzeme/cost_comparison/report.lv.html"


@pytest.fixture
def out(reports, tmp_path) -> Path:
    return shutil.copytree(reports, tmp_path / "out")


def different(folder: Path) -> dict[str, str]:
    return {name: difference.what for name, difference in look(folder).differences.items()}


def test_look_untouched_folder_finds_nothing(reports):
    found = look(reports)
    assert found.differences == {}
    assert found.reports == sorted(FOLDERS)
    assert found.there.keys() == contents(reports).keys()


@pytest.mark.parametrize("folder", FOLDERS)
def test_look_untouched_report_alone_finds_nothing(reports, folder):
    found = look(reports / folder)
    assert (found.differences, found.reports) == ({}, ["."])
    assert found.place(".") == folder


def test_look_one_byte_changed_anywhere_is_found(out):
    names = sorted(contents(out))
    kinds: set[str] = set()
    for number in range(CHANGES):
        # Every file once, then any.
        name = names[number] if number < len(names) else CHANCE.choice(names)
        file = out / name
        before = file.read_bytes()
        place = CHANCE.randrange(len(before))
        other = bytes([before[place] ^ CHANCE.randrange(1, 256)])
        file.write_bytes(before[:place] + other + before[place + 1 :])
        found = different(out)
        # A checksum in the list that fits no file may be the fault of either.
        assert found.get(name) == "changed" or (found and name == "SHA256SUMS"), (name, place)
        file.write_bytes(before)
        kinds.add(file.name)
    assert different(out) == {}
    if len(names) < CHANGES:
        assert {"tables.xlsx", "report.lv.pdf", "manifest.json", "index.html", "run.json",
                "SHA256SUMS", "notebook.ipynb", "results.json"} <= kinds  # fmt: skip


def test_look_every_missing_file_is_found(out):
    for name in contents(out):
        before = (out / name).read_bytes()
        (out / name).unlink()
        assert different(out) == {name: "missing"}
        (out / name).write_bytes(before)


@pytest.mark.parametrize(
    "name",
    ["notes.txt", "kurzeme/notes.txt", "kurzeme/cost_comparison/report.de.html",
     "kurzeme/cost_comparison/.hidden", "riga/cost_comparison/manifest.json", "index.de.html",
     "kurzeme/cost_comparison/SHA256SUMS"],
)  # fmt: skip
def test_look_file_that_no_run_wrote_is_found(out, name):
    (out / name).parent.mkdir(parents=True, exist_ok=True)
    (out / name).write_text("{}")
    assert name in different(out)


def test_look_signature_of_the_list_is_no_extra_file(out):
    (out / "SHA256SUMS.sig").write_text("a signature")
    assert different(out) == {}


def test_look_two_files_swapped_both_name_the_other(out):
    other = "latgale/cost_comparison/report.lv.html"
    one, two = (out / PAGE).read_bytes(), (out / other).read_bytes()
    (out / PAGE).write_bytes(two)
    (out / other).write_bytes(one)
    found = look(out).differences
    assert {name: (each.what, each.other) for name, each in found.items()} == {
        PAGE: ("swapped", other), other: ("swapped", PAGE),
    }  # fmt: skip


def test_look_two_reports_swapped_are_misplaced(out):
    mine, other = out / "kurzeme/cost_comparison", out / "latgale/cost_comparison"
    mine.rename(out / "aside")
    other.rename(mine)
    (out / "aside").rename(other)
    found = look(out).differences
    manifest = found["kurzeme/cost_comparison/manifest.json"]
    assert (manifest.what, manifest.other) == ("misplaced", "latgale/cost_comparison")
    assert len(found) == 2 * len(list(mine.iterdir()))
    assert different(mine) == {"manifest.json": "misplaced"}


def test_look_file_replaced_by_a_link_to_its_copy_is_found(out):
    (out / PAGE).rename(out / "copy")
    (out / PAGE).symlink_to(out / "copy")
    assert different(out)[PAGE] == "changed"


@pytest.mark.parametrize("name", ["manifest.json", "../../run.json", "../../SHA256SUMS"])
@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", "[" * 100_000, '{"files": 1}', "\udcff"]
)
def test_look_list_that_cannot_be_read_is_told(out, name, content):
    file = (out / "kurzeme/cost_comparison" / name).resolve()
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    assert different(out)[file.relative_to(out).as_posix()] == "changed"


def test_look_report_without_its_manifest_says_so(out):
    (out / "kurzeme/cost_comparison/manifest.json").unlink()
    assert different(out / "kurzeme/cost_comparison")["manifest.json"] == "missing"


@pytest.mark.parametrize("name", ["nothing", "", "reports/kurzeme"])
def test_look_folder_without_reports_is_refused(tmp_path, name):
    (tmp_path / "reports" / "kurzeme").mkdir(parents=True)
    with pytest.raises(ParameterError, match=r"folder of a report|holds no report"):
        look(tmp_path / name)
