from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest
import yaml

from dieval.costs.prices import deflators
from dieval.errors import ParameterError
from dieval.inputs.read import read_package
from dieval.parameters import Parameter, parameter, read_parameters
from dieval.reports.declared import declared_parameters
from dieval.reports.scope import COST_PARAMETERS
from dieval.reports.scope_progress import PROGRESS_PARAMETERS

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "data" / "parameters"
NOTEBOOK = ROOT / "notebooks" / "cost_comparison.ipynb"
FILES = sorted(FOLDER.glob("*.yml"))

VALID = """
rate:
  title: Rate
  title_lv: Likme
  values:
    2014-01-01: {value: 0.05, unit: 1/year, source: First act, status: published}
    2021-07-01: {value: 0.04, low: 0.03, high: 0.05, unit: 1/year, source: Second act,
                 status: assumed}
"""


@pytest.fixture
def read(tmp_path):
    """Read parameter files given as text."""

    def make(text: str, **others: str) -> dict[str, Parameter]:
        for name, content in {"rates": text, **others}.items():
            (tmp_path / f"{name}.yml").write_text(content, encoding="utf-8")
        return read_parameters(tmp_path)

    return make


# ----------------------------------------------------------------------------------- dated values


@pytest.mark.parametrize(
    ("date", "value"),
    [
        ((2014, 1, 1), 0.05),
        ((2021, 6, 30), 0.05),
        ((2021, 7, 1), 0.04),
        ((2099, 12, 31), 0.04),
    ],
)
def test_parameter_value_in_force_is_the_latest_that_has_started(read, date, value):
    assert parameter(read(VALID), "rate", datetime.date(*date)).value == value


def test_parameter_values_written_in_any_order_are_found_by_date(read):
    lines = VALID.splitlines()
    turned = "\n".join([*lines[:5], *lines[6:], lines[5]])
    rate = read(turned)["rate"]
    assert rate.on(datetime.date(2020, 1, 1)).value == 0.05
    assert rate.on(datetime.date(2022, 1, 1)).value == 0.04


def test_parameter_before_its_first_value_is_refused(read):
    with pytest.raises(
        ParameterError,
        match=r"“Rate” has no value on 2013-12-31: its first value starts on 2014-01-01",
    ):
        parameter(read(VALID), "rate", datetime.date(2013, 12, 31))


def test_parameter_unknown_name_is_refused(read):
    with pytest.raises(ParameterError, match=r"parameter rates is not in data/parameters"):
        parameter(read(VALID), "rates", datetime.date(2020, 1, 1))


def test_parameters_of_all_files_are_read_in_alphabetical_order(read):
    other = VALID.replace("rate:", "age:", 1)
    assert list(read(VALID, more=other)) == ["age", "rate"]


# ------------------------------------------------------------------------------------- faulty files


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("unit: 1/year, source: First", "source: First", r"unit: Field required"),
        ("source: First act, ", "", r"source: Field required"),
        ("source: First act", "source: ''", r"source: String should have at least 1"),
        ("unit: 1/year, source: First", "unit: '', source: First", r"unit: String should have"),
        ("status: published", "status: guessed", r"status: Input should be 'published'"),
        ("value: 0.05, unit", "value: much, unit", r"value: Input should be a valid number"),
        ("low: 0.03", "low: 0.045", r"value 0\.04 lies outside low 0\.045 to high 0\.05"),
        ("high: 0.05", "high: 0.035", r"value 0\.04 lies outside low 0\.03 to high 0\.035"),
        ("  title_lv: Likme\n", "", r"title_lv: Field required"),
        ("  title: Rate\n", "", r"title: Field required"),
        ("2021-07-01:", "summer:", r"values\.summer"),
        ("status: assumed", "status: assumed, note: x", r"note: Extra inputs are not permitted"),
    ],
)
def test_parameters_faulty_entry_is_refused_with_file_name_and_fault(read, before, after, message):
    assert before in VALID
    with pytest.raises(ParameterError, match=rf"rates\.yml: parameter rate: .*{message}"):
        read(VALID.replace(before, after, 1))


def test_parameters_all_faults_of_an_entry_are_told_at_once(read):
    broken = VALID.replace("title: Rate", "titel: Rate").replace("unit: 1/year, ", "", 1)
    with pytest.raises(ParameterError) as refused:
        read(broken)
    for fault in ("titel", "title: Field required", "unit: Field required"):
        assert fault in str(refused.value)


def test_parameters_without_any_value_are_refused(read):
    with pytest.raises(ParameterError, match=r"values: Dictionary should have at least 1"):
        read("rate:\n  title: Rate\n  title_lv: Likme\n  values: {}\n")


def test_parameters_name_in_two_files_is_refused(read):
    with pytest.raises(
        ParameterError, match=r"rates\.yml: parameter rate stands in another file too"
    ):
        read(VALID, first=VALID)


@pytest.mark.parametrize("text", ["- a\n- b\n", "just a sentence\n", ""])
def test_parameters_file_that_is_no_mapping_is_refused(read, text):
    with pytest.raises(ParameterError, match=r"rates\.yml: expected names of parameters"):
        read(text)


def test_parameters_file_that_is_no_yaml_is_refused(read):
    with pytest.raises(ParameterError, match=r"rates\.yml: not a YAML file in UTF-8"):
        read("rate: [1, 2\n")


def test_parameters_file_in_another_encoding_is_refused(tmp_path):
    (tmp_path / "rates.yml").write_bytes("title_lv: Reālā".encode("windows-1257"))
    with pytest.raises(ParameterError, match=r"rates\.yml: not a YAML file in UTF-8"):
        read_parameters(tmp_path)


def test_parameters_folder_without_files_is_refused_by_name_not_by_path(tmp_path):
    with pytest.raises(ParameterError) as refused:
        read_parameters(tmp_path)
    assert f"no parameter files (*.yml) in the folder “{tmp_path.name}”" in str(refused.value)
    assert str(tmp_path.parent) not in str(refused.value)


# ------------------------------------------------------------------ the files that are shipped


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_shipped_parameters_have_unit_source_and_title_in_both_languages(file):
    entries = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert entries
    for name, entry in entries.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
        assert entry["title"].strip()
        assert entry["title_lv"].strip()
        assert entry["title"] != entry["title_lv"]
        assert entry["values"]
        for start, value in entry["values"].items():
            assert isinstance(start, datetime.date), f"{name}: {start}"
            assert value["unit"].strip()
            assert len(value["source"].strip()) > 10, f"{name}: a source names a document"
            if value["status"] == "published":
                assert value.get("locator"), f"{name}: where in the document"
                assert value["url"].startswith("https://")


def test_shipped_parameters_can_be_read_and_are_all_there():
    shipped = read_parameters(FOLDER)
    assert {*COST_PARAMETERS, *PROGRESS_PARAMETERS} <= shipped.keys()
    names = {name for file in FILES for name in yaml.safe_load(file.read_text(encoding="utf-8"))}
    assert shipped.keys() == names


@pytest.mark.parametrize("name", ["discount_rate", "price_year"])
def test_notebook_default_is_the_shipped_parameter(name):
    declared = declared_parameters(NOTEBOOK)
    end = datetime.date(declared["last_year"], 12, 31)
    assert declared[name] == parameter(read_parameters(FOLDER), name, end).value


def test_discount_rate_has_a_range_around_it_for_the_sensitivity():
    value = parameter(read_parameters(FOLDER), "discount_rate", datetime.date(2022, 12, 31))
    assert (value.low, value.value, value.high) == (0.03, 0.04, 0.05)
    assert value.unit == "1/year"


def test_price_year_is_in_the_price_index_of_the_shipped_data():
    index = read_package(ROOT / "data" / "latvia").tables["price_index"]
    year = int(parameter(read_parameters(FOLDER), "price_year", datetime.date(2022, 12, 31)).value)
    assert deflators(index, [year], year).to_list() == [1.0]


def test_lats_rate_is_the_irrevocable_one_and_never_rounded():
    rate = parameter(read_parameters(FOLDER), "lats_per_euro", datetime.date(2014, 1, 1))
    assert repr(rate.value) == "0.702804"
    assert rate.unit == "LVL/EUR"
