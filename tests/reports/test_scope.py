from __future__ import annotations

import json
from dataclasses import replace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import dieval
from dieval.errors import DataError, ParameterError
from dieval.inputs.read import read_package
from dieval.reports.declared import declared_parameters, nearest, typed_parameters
from dieval.reports.results import results_json
from dieval.reports.scope import check_cost_comparison

DEFAULTS = {
    "region": "kurzeme",
    "first_year": 2014,
    "last_year": 2022,
    "price_year": 2022,
    "discount_rate": 0.04,
    "reference": "institution",
    "draws": 10_000,
    "seed": 20260101,
    "edition": "public",
}


@pytest.fixture
def write(tmp_path):
    """Write a notebook from cells of code; those given with True are tagged `parameters`."""

    def notebook(*cells: tuple[str, bool]):
        made = [
            new_code_cell(source, metadata={"tags": ["parameters"] if tagged else []})
            for source, tagged in cells
        ]
        path = tmp_path / "report.ipynb"
        nbformat.write(new_notebook(cells=[new_markdown_cell("# Title"), *made]), path)
        return path

    return notebook


@pytest.fixture(scope="module")
def package(root):
    return read_package(root / "data" / "latvia")


# --- Declared parameters -------------------------------------------------------------------------


def test_declared_parameters_are_names_and_defaults_in_order(write):
    source = 'region: str = "riga"  # code\nyear: int = 2020\nrate: float = -0.5\nall: bool = True'
    declared = declared_parameters(write(("import dieval", False), (source, True)))
    assert list(declared.items()) == [
        ("region", "riga"), ("year", 2020), ("rate", -0.5), ("all", True),
    ]  # fmt: skip


def test_declared_parameters_of_the_cost_comparison_are_those_it_checks(root):
    assert declared_parameters(root / "notebooks" / "cost_comparison.ipynb") == DEFAULTS


@pytest.mark.parametrize("tagged", [0, 2])
def test_notebook_without_exactly_one_parameter_cell_is_refused(write, tagged):
    with pytest.raises(ParameterError, match=r"report\.ipynb: expected one cell tagged"):
        declared_parameters(write(*[("a: int = 1", True)] * tagged, ("b = 2", False)))


@pytest.mark.parametrize(
    "line",
    [
        "b = 2",
        "b: int",
        "print(1)",
        "x.b: int = 2",
        "import os",
        "b: int = int(2)",
        "b: int = 1 + a",
        "b: int = (",
        'b: str = __import__("os").getcwd()',
    ],
)
def test_parameter_line_of_another_form_is_refused_with_its_line(write, line):
    with pytest.raises(ParameterError, match=r"report\.ipynb, parameters, line 2"):
        declared_parameters(write((f"a: int = 1\n{line}", True)))


def test_parameter_whose_default_is_not_of_its_type_is_refused(write):
    with pytest.raises(ParameterError, match="rate"):
        declared_parameters(write(("rate: float = 'four'", True)))


# --- Parameters given as text --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("default", "text", "value"),
    [
        ("x", "riga", "riga"),
        ("x", "1", "1"),
        ("x", "a=b", "a=b"),
        (1, "2020", 2020),
        (1, "-5", -5),
        (0.5, "0.25", 0.25),
        (0.5, "1", 1.0),
        (True, "true", True),
        (True, "false", False),
        (False, "False", False),
    ],
)
def test_parameter_given_as_text_gets_the_declared_type(default, text, value):
    typed = typed_parameters({"name": text}, {"name": default}, "report")
    assert typed == {"name": value}
    assert type(typed["name"]) is type(default)


@pytest.mark.parametrize(
    ("default", "text"),
    [
        (1, "abc"),
        (1, "1.5"),
        (1, ""),
        (1, "2e3"),
        (0.5, "a"),
        (0.5, ""),
        (0.5, "0,04"),
        (True, "x"),
    ],
)
def test_parameter_of_a_wrong_type_is_refused_with_type_and_text(default, text):
    kind = type(default).__name__
    with pytest.raises(ParameterError, match=f"parameter name: expected {kind}, got “{text}”"):
        typed_parameters({"name": text}, {"name": default}, "report")


def test_parameter_that_is_a_list_is_not_cut_into_letters():
    try:
        typed = typed_parameters({"years": "2020"}, {"years": [2014]}, "report")
    except ParameterError as error:
        assert "years" in str(error)
    else:
        assert typed == {"years": [2020]}


def test_parameters_all_faults_are_named_at_once():
    texts = {"yaer": "2020", "year": "x", "rate": "y"}
    with pytest.raises(ParameterError) as refused:
        typed_parameters(texts, {"year": 1, "rate": 0.5}, "report")
    lines = str(refused.value).splitlines()
    assert len(lines) == 3
    assert "report has no parameter yaer: did you mean year? Valid: year, rate." in lines


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("kurzme", ": did you mean kurzeme? "),
        ("Kurzeme", ": did you mean kurzeme? "),
        ("RIGA", ": did you mean riga? "),
        ("xxxxxxxx", ". "),
        ("", ". "),
    ],
)
def test_nearest_names_the_likely_one_and_lists_all(name, hint):
    assert nearest(name, ["kurzeme", "riga"]) == f"{hint}Valid: kurzeme, riga."


# --- Parameters of the cost comparison -----------------------------------------------------------


def test_cost_comparison_defaults_are_accepted_as_they_are(package):
    assert check_cost_comparison(DEFAULTS, package).model_dump() == DEFAULTS


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"first_year": "2014"}, "parameter first_year"),
        ({"first_year": 2014.0}, "parameter first_year"),
        ({"first_year": True}, "parameter first_year"),
        ({"region": 5}, "parameter region"),
        ({"discount_rate": "0.04"}, "parameter discount_rate"),
        ({"discount_rate": 1.0}, "parameter discount_rate.*less than 1.*got 1.0"),
        ({"discount_rate": -0.01}, "parameter discount_rate.*got -0.01"),
        ({"discount_rate": float("nan")}, "parameter discount_rate"),
        ({"first_year": 1989}, "parameter first_year.*1990.*got 1989"),
        ({"last_year": 2101}, "parameter last_year.*2100.*got 2101"),
        ({"draws": 999}, "parameter draws"),
        ({"draws": 1_000_001}, "parameter draws"),
        ({"draws": 1e4}, "parameter draws"),
        ({"seed": -1}, "parameter seed"),
        ({"edition": "secret"}, "parameter edition.*'public' or 'internal'"),
        ({"draws": 10}, "parameter draws"),
        ({"region": "kurzme"}, "region kurzme is unknown: did you mean kurzeme?"),
        ({"reference": "instituton"}, "did you mean institution?"),
        ({"first_year": 2022, "last_year": 2014}, "first_year 2022 is after last_year 2014"),
        ({"price_year": 1999}, "price_index has no value for 1999"),
    ],
)
def test_cost_comparison_parameter_out_of_range_is_refused(package, change, words):
    with pytest.raises(ParameterError, match=words):
        check_cost_comparison({**DEFAULTS, **change}, package)


def test_cost_comparison_parameter_left_out_is_refused(package):
    values = {name: value for name, value in DEFAULTS.items() if name != "price_year"}
    with pytest.raises(ParameterError, match="parameter price_year"):
        check_cost_comparison(values, package)


def test_cost_comparison_faults_of_type_are_named_at_once(package):
    wrong = {"first_year": "x", "discount_rate": 2.0, "edition": "no"}
    with pytest.raises(ParameterError) as refused:
        check_cost_comparison({**DEFAULTS, **wrong}, package)
    for name in wrong:
        assert f"parameter {name}" in str(refused.value)


def test_cost_comparison_faults_of_place_and_time_are_named_at_once(package):
    wrong = {"region": "kurzme", "first_year": 2022, "last_year": 2014, "price_year": 1999}
    with pytest.raises(ParameterError) as refused:
        check_cost_comparison({**DEFAULTS, **wrong}, package)
    for words in ("kurzme", "2022 is after", "1999"):
        assert words in str(refused.value)


def test_cost_comparison_reference_without_children_names_those_that_have(package):
    wrong = {"reference": "family_like", "first_year": 2014, "last_year": 2014}
    with pytest.raises(ParameterError, match=r"no child-days in kurzeme.*have: institution"):
        check_cost_comparison({**DEFAULTS, **wrong}, package)


def test_cost_comparison_missing_tables_are_all_named(package):
    tables = {
        name: table for name, table in package.tables.items() if name not in ("costs", "households")
    }
    with pytest.raises(ParameterError, match=r"costs, households|households, costs"):
        check_cost_comparison(DEFAULTS, replace(package, tables=tables))


def test_cost_comparison_in_a_notebook_reads_the_package_that_the_run_names(
    root, tmp_path, monkeypatch
):
    monkeypatch.chdir(root)
    monkeypatch.setenv("DIEVAL_DATA", str(tmp_path))
    with pytest.raises(DataError, match=tmp_path.name):
        dieval.cost_comparison(**DEFAULTS)


# --- results.json --------------------------------------------------------------------------------

RESULTS = {
    "schema": "dieval-results/1",
    "findings": [],
    "tables": {
        "b": {"columns": [{"name": "year", "unit": None}], "rows": [[2020], [{"symbol": ":"}]]},
        "a": {"columns": [{"name": "name", "unit": None}], "rows": [["ā„“"], [0.1 + 0.2]]},
    },
}


def test_results_json_reads_back_as_it_was():
    assert json.loads(results_json(RESULTS)) == RESULTS


def test_results_json_one_row_stands_on_a_line_with_its_letters():
    lines = results_json(RESULTS).splitlines()
    assert '    ["ā„“"],' in lines
    assert "    [0.30000000000000004]]}," in lines


def test_results_json_does_not_depend_on_the_order_of_the_tables():
    turned = {**RESULTS, "tables": dict(reversed(RESULTS["tables"].items()))}
    turned = dict(reversed(turned.items()))
    assert results_json(turned) == results_json(RESULTS)


def test_results_json_whole_number_is_written_alike_as_float_and_as_int():
    # A notebook that JupyterLab has saved holds 396, where Python wrote 396.0.
    def one(value):
        table = {"columns": [{"name": "x", "unit": None}], "rows": [[value]]}
        return results_json({**RESULTS, "tables": {"t": table}})

    assert one(396.0) == one(396)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_results_json_a_number_that_is_none_is_refused(value):
    table = {"columns": [{"name": "x", "unit": None}], "rows": [[value]]}
    with pytest.raises(ValueError, match="not JSON compliant"):
        results_json({**RESULTS, "tables": {"t": table}})


def test_results_json_table_without_rows_is_valid():
    empty = {"columns": [{"name": "x", "unit": None}], "rows": []}
    written = results_json({**RESULTS, "tables": {"t": empty}})
    assert json.loads(written)["tables"]["t"] == empty
