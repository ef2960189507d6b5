from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from dieval.inputs.part import part_of, read_from
from dieval.inputs.read import read_package
from dieval.present.style import Appearance
from dieval.reports.freshness import CAUSES, Ingredients, changes, ingredients
from dieval.reports.project import Project, read_project

REPORT = "kurzeme/cost_comparison"


@pytest.fixture
def manifest(reports) -> dict[str, object]:
    """The manifest of a real report."""
    return json.loads((reports / REPORT / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def read(root) -> dict[str, object]:
    """What a report on Kurzeme reads of the shipped data package."""
    return read_from(part_of(read_package(root / "data" / "latvia"), "kurzeme"))


def stock(project: Project, read: dict[str, object]) -> Ingredients:
    return ingredients(project, lambda unit: read)


@pytest.fixture
def copied(project, tmp_path) -> Project:
    """A project of one's own, equal to the one that the reports were made in."""
    shutil.copytree(project, tmp_path / "project")
    return read_project(tmp_path / "project")


def altered(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"\n")


def test_changes_same_files_in_another_folder_are_none(manifest, copied, read):
    assert changes(manifest, stock(copied, read)) == {}


def test_changes_tables_changed_are_named(manifest, copied):
    prices, descriptor = copied.data / "price_index.csv", copied.data / "datapackage.json"
    prices.write_text(prices.read_text("utf-8").rstrip("\n").rpartition("\n")[0], encoding="utf-8")
    content = json.loads(descriptor.read_text("utf-8"))
    descriptor.write_text(json.dumps({**content, "title": "Another"}), encoding="utf-8")
    read = read_from(part_of(read_package(copied.data), "kurzeme"))
    assert changes(manifest, stock(copied, read)) == {"data": ["package", "price_index"]}


def test_changes_rows_of_another_region_do_not_count(manifest, copied):
    costs = copied.data / "costs.csv"
    rows = costs.read_text("utf-8").splitlines()
    last = max(place for place, row in enumerate(rows) if row.startswith("zemgale"))
    del rows[last]
    costs.write_text("\n".join(rows) + "\n", encoding="utf-8")
    package = read_package(copied.data)
    assert changes(manifest, stock(copied, read_from(part_of(package, "kurzeme")))) == {}
    whole = read_from(package)
    assert changes({**manifest, "data": whole}, stock(copied, whole)) == {}


def test_changes_of_tables_are_not_known_where_the_key_is_another_one(manifest, copied):
    (copied.data / "checksum.key").write_text(f"{'0f' * 32}\n", encoding="ascii")
    read = read_from(part_of(read_package(copied.data), "kurzeme"))
    assert changes(manifest, stock(copied, read)) == {"data": ["checksum.key"]}


def test_changes_tables_added_and_taken_away_are_named(manifest, copied, read):
    sums = {**read["sha256"], "new": "0" * 64}
    del sums["tiles"]
    now = stock(copied, {**read, "sha256": sums})
    assert changes(manifest, now) == {"data": ["new", "tiles"]}


def test_changes_data_of_another_package_says_its_name_and_no_files(manifest, copied, read):
    now = stock(copied, {**read, "package": "mine"})
    assert changes(manifest, now) == {"package": ["latvia"]}


def test_changes_parameter_files_changed_added_and_taken_away_are_named(manifest, copied, read):
    altered(copied.parameters / "costs.yml")
    (copied.parameters / "new.yml").write_text("")
    (copied.parameters / "plans.yml").unlink()
    found = changes(manifest, stock(copied, read))
    assert found == {"parameter_files": ["costs.yml", "new.yml", "plans.yml"]}


@pytest.mark.parametrize("how", [altered, Path.unlink])
def test_changes_notebook_changed_or_gone_is_said_and_others_do_not_count(
    manifest, copied, read, how
):
    altered(copied.notebook("implementation_progress"))
    assert changes(manifest, stock(copied, read)) == {}
    how(copied.notebook("cost_comparison"))
    found = changes(manifest, stock(copied, read))
    assert found == {"notebook": ["cost_comparison.ipynb"]}


@pytest.mark.parametrize("how", [altered, Path.unlink])
def test_changes_lock_changed_or_gone_is_said(manifest, copied, read, how):
    how(copied.lock)
    assert changes(manifest, stock(copied, read)) == {"lock": []}


def test_changes_look_of_the_organisation_is_said(manifest, copied, read):
    other = Project(**{**vars(copied), "appearance": Appearance(name="Ministry")})
    assert changes(manifest, stock(other, read)) == {"appearance": []}


def test_changes_manifest_from_before_looks_says_nothing_of_them(manifest, copied, read):
    del manifest["appearance"]
    assert changes(manifest, stock(copied, read)) == {}


def test_changes_program_of_another_state_is_said(manifest, copied, read):
    manifest["code"]["sha256"] = "0" * 64
    assert changes(manifest, stock(copied, read)) == {"program": []}


def test_changes_of_every_kind_stand_in_one_order(manifest):
    none = {"package": "latvia", "key": manifest["data"]["key"], "sha256": {}}
    manifest |= {"edition": "public", "releases": {"sha256": {"2025-1": "0"}}}
    nothing = Ingredients(lambda unit: none, {}, {}, {}, "", None, {}, "")
    assert [*changes(manifest, nothing)] == [cause for cause in CAUSES if cause != "package"]


@pytest.mark.parametrize(("edition", "said"), [("public", {"releases": ["2025-1", "2026-1"]}),
                                               ("internal", {})])  # fmt: skip
def test_changes_releases_concern_the_public_edition(manifest, copied, read, edition, said):
    manifest |= {"edition": edition, "releases": {"sha256": {"2025-1": "0"}}}
    folder = copied.releases / "2026-1"
    folder.mkdir(parents=True)
    (folder / "SHA256SUMS").write_text(f"{0:064}  x\n", encoding="utf-8")
    assert changes(manifest, stock(copied, read)) == said


def test_changes_public_manifest_without_releases_is_refused(manifest, copied, read):
    del manifest["releases"]
    with pytest.raises(KeyError, match="releases"):
        changes(manifest | {"edition": "public"}, stock(copied, read))


def test_changes_library_of_another_version_is_named(manifest, copied, read):
    manifest["environment"]["ipykernel"] = "0.1"
    assert changes(manifest, stock(copied, read)) == {"environment": ["ipykernel"]}


@pytest.mark.parametrize(
    "missing", ["data", "environment", "parameter_files", "notebook", "code", "lock"]
)
def test_changes_manifest_without_a_part_is_refused(manifest, copied, read, missing):
    del manifest[missing]
    with pytest.raises(KeyError, match=missing):
        changes(manifest, stock(copied, read))
