from __future__ import annotations

import ast
import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

import dieval
from dieval.present.prose import prose_nodes
from dieval.reports.declared import declared_parameters
from dieval.reports.kinds import REPORTS

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
PARAMETER = re.compile(
    r"(?P<name>[a-z_]+): (?P<type>str|int|float|bool|list\[(str|int|float)\]) = [^=#]+  # \S.{5,}"
)
TYPES = {"str": str, "int": int, "float": float, "bool": bool}


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request) -> Path:
    return request.param


@pytest.fixture
def notebook(path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tags(cell: NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def is_call_of_dieval(node: ast.AST) -> bool:
    """Whether a node is one call `dieval.name(…)` whose arguments are names alone."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "dieval"
        and all(isinstance(argument, ast.Name) for argument in node.args)
        and all(isinstance(keyword.value, ast.Name) for keyword in node.keywords)
    )


def is_one_call(source: str) -> bool:
    """Whether a cell is one call, alone or kept under a name that it then shows."""
    body = ast.parse(source).body
    if len(body) == 1 and isinstance(body[0], ast.Expr):
        return is_call_of_dieval(body[0].value)
    if len(body) != 2 or not isinstance(body[0], ast.Assign) or not isinstance(body[1], ast.Expr):
        return False
    kept, shown = body[0].targets, body[1].value
    return (
        is_call_of_dieval(body[0].value)
        and [type(target) for target in kept] == [ast.Name]
        and isinstance(shown, ast.Name)
        and shown.id == kept[0].id
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("dieval.show(report)", True),
        ("report = dieval.cost(region=region)\nreport", True),
        ("report = dieval.cost(region=region)", False),
        ("dieval.show(report + 1)", False),
        ("dieval.show('path/x.csv')", False),
        ("dieval.show(report)\ndieval.show(report)", False),
        ("for x in y:\n    dieval.show(x)", False),
        ("pandas.read_csv(name)", False),
        ("dieval.a(dieval.b(x))", False),
        ("def f():\n    pass", False),
        ("a = dieval.x(y)\nb", False),
    ],
)
def test_one_call_is_told_from_anything_else(source, expected):
    assert is_one_call(source) == expected


def test_every_report_has_its_notebook_and_every_notebook_its_report():
    assert {path.stem for path in NOTEBOOKS} == set(REPORTS)


def test_notebook_has_at_most_12_code_cells(notebook):
    assert 0 < len(code_cells(notebook)) <= 12


def test_notebook_first_code_cell_imports_dieval_alone(notebook):
    assert code_cells(notebook)[0].source == "import dieval"


def test_notebook_second_code_cell_is_the_only_one_tagged_parameters(notebook):
    cells = code_cells(notebook)
    assert [place for place, cell in enumerate(cells) if "parameters" in tags(cell)] == [1]
    assert not [cell for cell in notebook.cells if cell.cell_type != "code" and "parameters" in
                tags(cell)]  # fmt: skip


def test_notebook_every_other_code_cell_is_one_call_that_shows_its_result(notebook):
    cells = code_cells(notebook)[2:]
    assert len(cells) > 3
    assert [cell.source for cell in cells if not is_one_call(cell.source)] == []


def test_notebook_names_only_what_dieval_exports(notebook):
    called = [
        node.attr
        for cell in code_cells(notebook)
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Attribute)
    ]
    assert called
    assert set(called) <= set(dieval.__all__)


def test_notebook_scope_check_takes_every_parameter_once(notebook, path):
    scope = ast.parse(code_cells(notebook)[2].source).body[0].value
    names = [(keyword.arg, keyword.value.id) for keyword in scope.keywords]
    assert names == [(name, name) for name in declared_parameters(path)]


def test_notebook_parameters_stand_one_a_line_with_type_and_explanation(notebook):
    for line in code_cells(notebook)[1].source.splitlines():
        assert PARAMETER.fullmatch(line), line
        assert line.count("=") == 1, line


def test_notebook_parameters_have_the_type_that_they_declare(notebook, path):
    for line in code_cells(notebook)[1].source.splitlines():
        found = PARAMETER.fullmatch(line)
        value = declared_parameters(path)[found["name"]]
        assert type(value) is TYPES.get(found["type"], list), line


@pytest.mark.parametrize(
    "line",
    [
        "year: int = 2020",
        "year = 2020  # a year, YYYY",
        'name: str = "a=b"  # some text',
        'name: str = "a#b"  # some text',
        "year: int | None = None  # a year, YYYY",
        "when: datetime.date = x  # a date",
        "year: int = 2020 # a year, YYYY",
    ],
)
def test_parameter_line_of_another_form_is_noticed(line):
    assert not (PARAMETER.fullmatch(line) and line.count("=") == 1)


def test_notebook_is_committed_without_outputs_and_counts(notebook):
    assert [cell.source for cell in code_cells(notebook) if cell.outputs] == []
    assert {cell.execution_count for cell in code_cells(notebook)} == {None}


def test_notebook_is_valid_and_names_a_kernel_that_everybody_has(notebook):
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert "version" not in notebook.metadata.get("language_info", {})
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)


def test_notebook_every_prose_cell_is_in_one_language(notebook):
    prose = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    assert [cell.source for cell in prose if tags(cell) not in (["lv"], ["en"])] == []
    assert {cell.cell_type for cell in notebook.cells} == {"markdown", "code"}


def outline(notebook: NotebookNode, language: str) -> list[list[object]]:
    """What each prose cell of a language is made of, without its words."""
    return [
        [
            (node["kind"], node.get("level"), len(node.get("items", ())))
            for node in prose_nodes(cell.source)
        ]
        for cell in notebook.cells
        if tags(cell) == [language]
    ]


def test_notebook_both_languages_have_the_same_cells_and_headings(notebook):
    lv, en = outline(notebook, "lv"), outline(notebook, "en")
    assert lv == en
    assert len(lv) > 3


def test_notebook_both_languages_stand_side_by_side_in_one_order(notebook):
    kinds = [tags(cell)[0] if cell.cell_type == "markdown" else "code" for cell in notebook.cells]
    prose = [kind for kind in kinds if kind != "code"]
    assert prose == ["lv", "en"] * (len(prose) // 2)
    assert not re.search("lv code", " ".join(kinds))


def test_notebook_starts_with_title_and_question(notebook):
    first = outline(notebook, "lv")[0]
    assert [part[:2] for part in first[:2]] == [("heading", 1), ("heading", 2)]
    titles = [
        part for cell in outline(notebook, "lv") for part in cell if part[:2] == ("heading", 1)
    ]
    assert len(titles) == 1


def test_notebook_every_result_has_prose_before_it(notebook):
    cells = notebook.cells
    for before, cell in pairwise(cells):
        if cell.cell_type == "code" and "show_" in cell.source:
            assert before.cell_type == "markdown", cell.source


def test_notebook_last_cell_records_the_run(notebook):
    last = notebook.cells[-1]
    assert last.cell_type == "code"
    assert last.source.startswith("dieval.run_record(")


def test_notebook_prose_types_no_result(notebook):
    # A figure in a sentence comes from a function; years and day counts of the method may stand.
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            assert not re.search(r"€|\bEUR \d|\d\s?%|\d[.,]\d", cell.source), cell.source


@pytest.mark.parametrize("name", dieval.__all__)
def test_every_exported_name_is_there_and_documented(name):
    found = getattr(dieval, name)
    assert name == "__version__" or (callable(found) and found.__doc__)


def test_name_that_dieval_does_not_export_is_an_error():
    with pytest.raises(AttributeError, match="no attribute 'read_csv'"):
        _ = dieval.read_csv


def test_dir_of_dieval_is_what_it_exports():
    assert dir(dieval) == sorted(dieval.__all__)
