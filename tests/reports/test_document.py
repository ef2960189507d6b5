from __future__ import annotations

import datetime

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from dieval.errors import ReportError
from dieval.present.blocks import (
    BLOCKS_MIME,
    RESULTS_MIME,
    Column,
    facts_block,
    figure_block,
    heading_block,
    notice_block,
    table_block,
    title_block,
)
from dieval.reports.document import read_document, read_results

RESULTS = {"schema": "dieval-results/1", "tables": {}}
TITLE = title_block(
    {"lv": "Virsraksts", "en": "Title"},
    {"lv": "Kurzeme", "en": "Kurzeme"},
    datetime.date(2022, 12, 31),
)
NOTICE = notice_block({"lv": "Uzmanību", "en": "Beware"}, {"lv": "Īsi", "en": "Short"})


def both(lv: str, en: str) -> dict[str, str]:
    return {"lv": lv, "en": en}


def prose(text: str, *tags: str) -> NotebookNode:
    return new_markdown_cell(text, metadata={"tags": list(tags)})


def shows(*blocks, count: int = 1, **carried) -> NotebookNode:
    data = {BLOCKS_MIME: {"schema": "dieval-blocks/1", "blocks": list(blocks)}, **carried}
    output = new_output("execute_result", data=data, execution_count=count)
    return new_code_cell("dieval.secret_call()", execution_count=count, outputs=[output])


def prints(text: str) -> NotebookNode:
    output = new_output("stream", name="stdout", text=text)
    return new_code_cell("print()", execution_count=1, outputs=[output])


def notebook(*cells: NotebookNode) -> NotebookNode:
    return new_notebook(cells=list(cells))


def table(name: str = "t"):
    column = Column(both("Gads", "Year"), kind="year")
    return table_block(name, both("Tabula", "Table"), [column], [[2020]])


def figure():
    return figure_block("f", both("Attēls", "Figure"), both("lv", "en"), both("<svg/>", "<svg/>"))


# --- read_document -------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "words"), [("lv", "Teksts"), ("en", "Text")])
def test_prose_of_a_language_stands_in_that_language_alone(code, words):
    read = notebook(shows(TITLE), prose("## Teksts", "lv"), prose("## Text", "en"))
    assert [node["text"] for node in read_document(read, code).body] == [words]


def test_prose_with_both_tags_stands_in_both_languages():
    read = notebook(shows(TITLE), prose("*x*", "lv", "en"))
    assert len(read_document(read, "lv").body) == len(read_document(read, "en").body) == 1


@pytest.mark.parametrize("tags", [(), ("de",), ("parameters",)])
def test_prose_without_a_language_is_refused_with_its_cell(tags):
    with pytest.raises(ReportError, match="cell 2: prose without the tag lv or en"):
        read_document(notebook(shows(TITLE), prose("text", *tags)), "lv")


def test_prose_title_of_the_notebook_is_left_out():
    read = notebook(shows(TITLE), prose("# Notebook\n\n## Chapter", "en"))
    assert [node["level"] for node in read_document(read, "en").body] == [2]


def test_first_page_is_what_stands_with_the_title():
    facts = facts_block([(both("Reģions", "Region"), both("Kurzeme", "Kurzeme"))])
    document = read_document(notebook(shows(TITLE, NOTICE, facts), shows(table())), "en")
    assert (document.title, document.subject, document.date) == ("Title", "Kurzeme", "2022-12-31")
    assert [node["kind"] for node in document.cover] == ["notice", "facts"]
    assert [node["kind"] for node in document.body] == ["table"]
    assert document.running == "Short"


def test_several_notices_all_run_along():
    assert read_document(notebook(shows(TITLE, NOTICE, NOTICE)), "lv").running == "Īsi · Īsi"


def test_without_a_notice_nothing_runs_along():
    assert read_document(notebook(shows(TITLE)), "lv").running == ""


@pytest.mark.parametrize("cells", [[], [shows(table())], [shows(TITLE), shows(TITLE)]])
def test_notebook_without_exactly_one_first_page_is_refused(cells):
    with pytest.raises(ReportError, match="no first page"):
        read_document(notebook(*cells), "lv")


def test_code_stands_nowhere_in_the_document():
    read = notebook(shows(TITLE), new_code_cell("region = 1", execution_count=2), shows(table()))
    document = read_document(read, "lv")
    assert "secret_call" not in str(document)
    assert "region = 1" not in str(document)


def test_cell_that_shows_nothing_is_left_out():
    read = notebook(shows(TITLE), new_code_cell("import dieval", execution_count=2))
    assert read_document(read, "lv").body == []


def test_printed_output_is_refused_with_its_cell():
    with pytest.raises(ReportError, match=r"cell 2 shows an output \(stream\)"):
        read_document(notebook(shows(TITLE), prints("x")), "lv")


@pytest.mark.parametrize("mime", ["text/html", "text/plain", "image/png", "application/javascript"])
def test_output_that_dieval_did_not_make_is_refused(mime):
    output = new_output("display_data", data={mime: "<script>alert(1)</script>"})
    cell = new_code_cell("x", execution_count=2, outputs=[output])
    with pytest.raises(ReportError, match="does not carry: show the result of a dieval function"):
        read_document(notebook(shows(TITLE), cell), "lv")


def test_output_that_is_an_error_is_refused_without_its_message():
    output = new_output("error", ename="ValueError", evalue="010190-12345", traceback=[])
    cell = new_code_cell("x", execution_count=2, outputs=[output])
    with pytest.raises(ReportError, match="cell 2 ended with an error: ValueError") as refused:
        read_document(notebook(shows(TITLE), cell), "lv")
    assert "010190" not in str(refused.value)


def test_tables_figures_and_headings_are_numbered_each_by_itself():
    heading = heading_block(3, both("Virsraksts", "Heading"))
    read = notebook(shows(TITLE), shows(table(), heading, figure(), table()), prose("## H", "lv"))
    body = read_document(read, "lv").body
    assert [node["anchor"] for node in body] == [
        "table-1", "heading-1", "figure-1", "table-2", "heading-2",
    ]  # fmt: skip
    assert [node["label"] for node in body if "label" in node] == [
        "1.\u00a0tabula", "1.\u00a0attēls", "2.\u00a0tabula",
    ]  # fmt: skip


def test_reading_twice_gives_the_same_document():
    read = notebook(shows(TITLE), prose("## Text", "en"), shows(table(), figure()))
    assert read_document(read, "en") == read_document(read, "en")


def test_contents_are_the_headings_of_the_second_level():
    read = notebook(shows(TITLE), prose("## One\n\n### Below\n\n## Two", "en"))
    assert [node["text"] for node in read_document(read, "en").contents] == ["One", "Two"]


def test_words_of_the_layout_are_in_the_language_of_the_document():
    words = {code: read_document(notebook(shows(TITLE)), code).words for code in ("lv", "en")}
    assert words["lv"].keys() == words["en"].keys() >= {"contents", "skip"}
    for name in words["lv"]:
        assert words["lv"][name] != words["en"][name], name


# --- read_results --------------------------------------------------------------------------------


def test_results_are_what_the_last_code_cell_carries():
    first = shows(TITLE, count=1)
    last = shows(count=2, **{RESULTS_MIME: RESULTS})
    assert read_results(notebook(first, last, prose("after", "lv"))) == RESULTS


def test_notebook_whose_last_cell_carries_no_results_is_refused():
    carries = shows(count=1, **{RESULTS_MIME: RESULTS})
    with pytest.raises(ReportError, match=r"last cell shows no results.*dieval\.run_record"):
        read_results(notebook(carries, shows(TITLE, count=2)))


@pytest.mark.parametrize("counts", [(1, None), (None, None), (2, 1), (1, 3), (1, 1)])
def test_notebook_that_did_not_run_from_top_to_bottom_is_refused(counts):
    cells = [shows(TITLE), shows(**{RESULTS_MIME: RESULTS})]
    for cell, count in zip(cells, counts, strict=True):
        cell.execution_count = count
    with pytest.raises(ReportError, match="did not run from top to bottom"):
        read_results(notebook(*cells))


def test_notebook_without_code_is_refused():
    with pytest.raises(ReportError):
        read_results(notebook(prose("text", "lv")))
