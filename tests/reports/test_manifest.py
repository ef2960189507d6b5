from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
from importlib import metadata
from pathlib import Path

import pytest

from dieval import __version__
from dieval.inputs.part import part_of, read_from
from dieval.inputs.read import read_package
from dieval.reports import manifest as module
from dieval.reports.declared import declared_parameters
from dieval.reports.manifest import code_hash, manifest_json, parameters_hash, sha256
from dieval.reports.project import read_project
from dieval.reports.sums import BESIDE

FOLDER = "kurzeme/cost_comparison"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def text(reports) -> str:
    return (reports / FOLDER / "manifest.json").read_text(encoding="utf-8")


@pytest.fixture
def manifest(text):
    return json.loads(text)


def test_manifest_names_report_unit_edition_and_parameters(manifest):
    assert (manifest["report"], manifest["unit"]) == ("cost_comparison", "kurzeme")
    assert manifest["edition"] == manifest["parameters"]["edition"] == "internal"
    assert manifest["parameters"] == {
        "region": "kurzeme",
        "first_year": 2014,
        "last_year": 2022,
        "price_year": 2022,
        "discount_rate": 0.04,
        "reference": "institution",
        "draws": 10_000,
        "seed": 20260101,
        "edition": "internal",
    }


def test_manifest_lists_every_other_file_of_the_folder_with_its_checksum(manifest, reports):
    others = [path for path in (reports / FOLDER).iterdir() if path.name not in BESIDE]
    assert manifest["files"] == {path.name: digest(path) for path in others}
    assert len(others) == 9


def test_manifest_has_the_checksum_of_every_table_that_the_region_reads(manifest, root):
    package = read_package(root / "data" / "latvia")
    assert manifest["data"] == read_from(part_of(package, "kurzeme"))
    assert manifest["data"]["package"] == "latvia"
    assert manifest["data"]["sha256"].keys() == {*package.tables, "package"}


def test_manifest_says_what_the_notebook_was_given_defaults_too(manifest, root):
    declared = declared_parameters(root / "notebooks" / "cost_comparison.ipynb")
    assert manifest["asked"] == {**declared, "region": "kurzeme", "edition": "internal"}
    assert manifest["given"] == ["region", "edition"]


def test_manifest_has_the_checksums_of_parameters_notebook_and_lock(manifest, root):
    folder = root / "data" / "parameters"
    expected = {path.name: digest(path) for path in folder.glob("*.yml")}
    assert manifest["parameter_files"]["sha256"] == expected
    notebook = root / "notebooks" / "cost_comparison.ipynb"
    assert manifest["notebook"] == {"name": notebook.name, "sha256": digest(notebook)}
    assert manifest["lock"]["sha256"] == digest(root / "requirements.lock")


def test_manifest_names_the_versions_that_made_the_report(manifest):
    assert manifest["code"]["dieval"] == __version__
    assert re.fullmatch(r"[0-9a-f]{64}", manifest["code"]["sha256"])
    environment = manifest["environment"]
    assert environment["python"] == ".".join(map(str, sys.version_info[:3]))
    for library in ("pandas", "numpy", "matplotlib", "typst", "xlsxwriter"):
        assert environment[library] == metadata.version(library)


def test_manifest_names_no_path_time_user_or_host(text, reports):
    for trace in (str(reports), str(Path(__file__).parents[2]), sys.prefix):
        assert trace not in text
    assert re.findall(r"\d\d:\d\d:\d\d|\"/", text) == []


def test_manifests_of_two_regions_differ_in_region_data_and_files_alone(manifest, reports):
    other = json.loads((reports / "latgale/cost_comparison/manifest.json").read_text("utf-8"))
    different = {key for key in manifest if manifest[key] != other[key]}
    assert different == {"unit", "parameters", "asked", "data", "evidence", "files"}


def test_manifest_json_same_content_gives_the_same_text(manifest, text):
    assert manifest_json(manifest) == text


def test_manifest_json_a_number_that_is_none_is_refused(manifest):
    with pytest.raises(ValueError, match="not JSON compliant"):
        manifest_json({**manifest, "evidence": {"synthetic": float("nan")}})


def test_sha256_of_nothing_is_the_known_one():
    assert sha256(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.fixture
def copied_code(root, tmp_path, monkeypatch):
    folder = tmp_path / "dieval"
    shutil.copytree(root / "dieval", folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(module.resources, "files", lambda name: folder)
    return folder


def test_code_hash_of_a_copy_is_the_same(copied_code, monkeypatch):
    copied = code_hash()
    monkeypatch.undo()
    assert code_hash() == copied


@pytest.mark.parametrize(
    "file",
    [
        "costs/prices.py",
        "inputs/schemas/costs.json",
        "present/locale/lv.po",
        "present/templates/blocks.html.j2",
        "reports/templates/report.css",
        "reports/templates/report.typ",
        "present/fonts/SourceSans3-Regular.ttf",
    ],
)
def test_code_hash_one_byte_more_is_another(copied_code, file):
    before = code_hash()
    with (copied_code / file).open("ab") as stream:
        stream.write(b" ")
    assert code_hash() != before


def test_code_hash_a_file_renamed_is_another(copied_code):
    before = code_hash()
    (copied_code / "costs" / "prices.py").rename(copied_code / "costs" / "price.py")
    assert code_hash() != before


def test_code_hash_of_data_that_a_wheel_carries_is_left_out(copied_code):
    before = code_hash()
    (copied_code / "project" / "data").mkdir(parents=True)
    (copied_code / "project" / "data" / "x.json").write_text("{}")
    (copied_code / "costs" / "__pycache__").mkdir()
    (copied_code / "costs" / "__pycache__" / "prices.pyc").write_bytes(b"x")
    assert code_hash() == before


def test_parameters_hash_a_value_changed_is_another(project, tmp_path):
    shutil.copytree(project, tmp_path / "project")
    changed = read_project(tmp_path / "project")
    before = parameters_hash(changed)
    with (changed.parameters / "costs.yml").open("a") as stream:
        stream.write("\n# a note\n")
    after = parameters_hash(changed)
    assert {name for name in before if before[name] != after[name]} == {"costs.yml"}
