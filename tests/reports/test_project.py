from __future__ import annotations

import pytest

from dieval.errors import ParameterError
from dieval.reports.project import DATA_VARIABLE, find_project, read_project, shipped_root

GOOD = """
data = "my data"
parameters = "values"
notebooks = "nb"
languages = ["en", "lv"]
"""


@pytest.fixture(autouse=True)
def _no_override(monkeypatch):
    monkeypatch.delenv(DATA_VARIABLE, raising=False)


@pytest.fixture
def write(tmp_path):
    def settings(text: str, encoding: str = "utf-8"):
        (tmp_path / "dieval.toml").write_text(text, encoding=encoding)
        return tmp_path

    return settings


def test_settings_are_folders_below_the_project_and_languages_in_order(write):
    root = write(GOOD)
    project = read_project(root)
    assert (project.root, project.data) == (root, root / "my data")
    assert (project.parameters, project.notebooks) == (root / "values", root / "nb")
    assert project.languages == ("en", "lv")
    assert project.notebook("cost_comparison") == root / "nb" / "cost_comparison.ipynb"
    assert project.lock == root / "requirements.lock"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD + 'dta = "x"\n', "dta"),
        (GOOD.replace("data =", "dat ="), "dat, data"),
        (GOOD.replace('notebooks = "nb"\n', ""), "notebooks"),
        ("", "data, languages, notebooks, parameters"),
        ("data = [", "cannot be read"),
        (GOOD + GOOD, "cannot be read"),
        (GOOD.replace('["en", "lv"]', '["de"]'), "lv, en.*de"),
        (GOOD.replace('["en", "lv"]', "[]"), "languages"),
        (GOOD.replace('["en", "lv"]', '"lv"'), "languages"),
        (GOOD.replace('["en", "lv"]', "5"), "languages"),
        (GOOD.replace('["en", "lv"]', '[["lv"]]'), "languages"),
    ],
)
def test_settings_that_are_wrong_are_refused_with_what_is_wrong(write, text, words):
    with pytest.raises(ParameterError, match=rf"dieval\.toml.*{words}"):
        read_project(write(text))


def test_settings_that_are_not_utf8_are_refused(write):
    with pytest.raises(ParameterError, match=r"dieval\.toml cannot be read"):
        read_project(write(GOOD.replace("my data", "mājās"), encoding="utf-16"))


def test_settings_that_are_not_there_are_refused(tmp_path):
    with pytest.raises(ParameterError, match=r"dieval\.toml cannot be read"):
        read_project(tmp_path)


def test_project_of_a_folder_is_the_nearest_one_upwards(write):
    root = write(GOOD)
    below = root / "a" / "b"
    below.mkdir(parents=True)
    assert find_project(below).root == root
    (root / "a" / "dieval.toml").write_text(GOOD)
    assert find_project(below).root == root / "a"


def test_project_of_a_folder_without_one_is_the_shipped_one(tmp_path, root):
    project = find_project(tmp_path)
    assert project.root == shipped_root() == root
    assert project.data == root / "data" / "latvia"


def test_project_without_a_start_is_that_of_the_working_directory(write, monkeypatch):
    root = write(GOOD)
    monkeypatch.chdir(root)
    assert find_project().root == root


def test_data_named_by_the_run_replaces_that_of_the_project_alone(write, tmp_path, monkeypatch):
    root = write(GOOD)
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "other"))
    project = find_project(root)
    assert project.data == tmp_path / "other"
    assert (project.root, project.notebooks) == (root, root / "nb")


def test_data_named_by_the_run_empty_changes_nothing(write, monkeypatch):
    root = write(GOOD)
    monkeypatch.setenv(DATA_VARIABLE, "")
    assert find_project(root).data == root / "my data"
