"""The task that a manifest stands for: nothing but what the notebook and dieval have."""

from __future__ import annotations

import json

import pytest

from dieval.errors import ParameterError
from dieval.reports.project import read_project
from dieval.reports.recompute import _said, task_of
from dieval.reports.run import Outcome
from dieval.reports.scratch import NO_ROOM

FOLDER = "kurzeme/cost_comparison"


@pytest.fixture
def manifest(reports) -> dict[str, object]:
    return json.loads((reports / FOLDER / "manifest.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def source(root):
    return read_project(root)


def test_task_of_manifest_gives_what_was_asked_and_given(manifest, source):
    task = task_of(manifest, source)
    assert task.folder == FOLDER
    assert task.parameters == {"region": "kurzeme", "edition": "internal"}
    assert task.asked == manifest["asked"]
    assert task.languages == ("lv", "en")
    assert task.formats == ("html", "pdf", "docx", "xlsx")


@pytest.mark.parametrize(
    "change",
    [
        {"report": "x"}, {"report": "../x"}, {"asked": {}}, {"given": ["import os"]},
        {"languages": ["../x"]}, {"formats": ["exe"]}, {"asked": {"__import__('os')": 1}},
    ],
)  # fmt: skip
def test_task_of_manifest_that_asks_for_something_else_is_refused(manifest, source, change):
    with pytest.raises(ParameterError):
        task_of({**manifest, **change}, source)


def test_task_of_parameter_of_another_type_is_refused(manifest, source):
    asked = {**manifest["asked"], "draws": "10000"}
    with pytest.raises(ParameterError, match="does not have"):
        task_of({**manifest, "asked": asked}, source)


@pytest.mark.parametrize("name", ["report", "unit", "asked", "given", "languages", "formats"])
def test_task_of_manifest_without_an_entry_is_no_manifest(manifest, source, name):
    del manifest[name]
    with pytest.raises(KeyError):
        task_of(manifest, source)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("a.ipynb, cell 3: DataError: Annija lives there.", "a.ipynb, cell 3: DataError."),
        ("its data cannot be written: File too large. Do.", f"File too large. {NO_ROOM}"),
        ("OSError: No space left on device", f"No space left on device. {NO_ROOM}"),
        ("ValueError: Annija lives there", "it failed."),
        ("OSError: Annija", "it failed."),
    ],
)
def test_said_of_a_failure_is_where_or_what_the_system_says(message, said):
    assert _said(Outcome("cost_comparison", "riga", "failed", 1.0, message)) == said
