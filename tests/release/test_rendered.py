"""Files of a report: what a table, an attachment or a sentence shows where results hide it."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
import small_files as small
from small_files import HIDDEN, plain, results, table

from dieval.release.audit import audit
from dieval.release.rendered import few_in_text
from dieval.release.rules import Rules

RULES = Rules(persons=8, holders=3, percent=10)
FOLDER = "kurzeme/r"

# Files. A report of one table: children of a year, hidden in 2021, and a few numbers beside it.
BODY = [["2020", "12", "1,234"], ["2021", "c", "7"]]
HEAD = ["year", "children", "eur"]
SHOWN = small.shown(
    "moves", "text: number:children number:money", ["2020", 12, 1234], ["2021", HIDDEN, 7]
)
HELD = results(moves=table("year children:children eur:EUR", [2020, 12, 1234], [2021, HIDDEN, 7]))
BYTES = json.dumps(HELD).encode()
SHEET = [["Moves"], ["year", "children", "eur"], [2020, 12, 1234], [2021, "c", 7]]
CSV = "year,children,eur\n2020,12,1234\n2021,c,7\n"


def body(**changes: str) -> list[list[str]]:
    """The heading and rows with cells changed: `r1c2` is the second cell of the first row."""
    rows = [list(HEAD), *map(list, BODY)]
    for place, text in changes.items():
        row, column = place[1:].split("c")
        rows[int(row)][int(column) - 1] = text
    return rows


def report(**files: bytes) -> dict[str, bytes]:
    whole = {
        "results.json": BYTES,
        "notebook.ipynb": small.notebook(SHOWN, {"kind": "text"}, held=HELD),
        "report.lv.html": small.html(body(r1c3="1 234"), csv=[CSV]),
        "report.en.html": small.html(body(), csv=[CSV]),
        "report.en.docx": small.docx(body()),
        "report.en.pdf": small.pdf(
            body(), attached={"results.json": BYTES, "t/moves.csv": CSV.encode()}
        ),
        "tables.xlsx": small.xlsx(moves=SHEET),
        "manifest.json": b"{}",
    }
    return whole | {name.replace("__", "."): content for name, content in files.items()}


def whole(held: Mapping) -> dict[str, bytes]:
    """Results, and the notebook that carries them."""
    return {"results.json": json.dumps(held).encode(), "notebook.ipynb": small.notebook(held=held)}


def found(files: Mapping[str, bytes]) -> list[tuple[str, str, str]]:
    return [(leak.file.removeprefix(f"{FOLDER}/"), leak.what, leak.about)
            for leak in audit({FOLDER: files}, RULES)]  # fmt: skip


def test_report_that_hides_the_same_everywhere_gives_nothing_away():
    assert found(report()) == []


MADE = {"html": small.html, "docx": small.docx, "pdf": small.pdf}


@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"r2c2": "12"}, [("not_hidden", "moves, column 2")]),
        ({"r2c2": ""}, [("not_hidden", "moves, column 2")]),
        ({"r2c2": "5"}, [("not_hidden", "moves, column 2"), ("small_number", "moves, column 2")]),
        ({"r1c2": "5"}, [("small_number", "moves, column 2")]),
        ({"r1c2": "8"}, []),
        ({"r1c3": "5"}, []),  # money
        ({"r1c1": "5"}, []),  # a text
        ({"r0c2": "5"}, []),  # the heading
    ],
    ids=plain,
)
def test_number_in_a_table_is_found(kind, changes, what):
    name = f"report.en.{kind}"
    files = report(**{name.replace(".", "__"): MADE[kind](body(**changes))})
    if kind == "html":
        files[name] = small.html(body(**changes), csv=[CSV])
    assert found(files) == [(name, *one) for one in what]


@pytest.mark.parametrize("name", ["report.lv.html", "report.lv.docx", "report.lv.pdf"])
def test_numbers_in_latvian_have_a_comma_before_decimals(name):
    made = MADE[name.rpartition(".")[2]]
    assert (
        found({**report(), name: made(body(r1c2="7,5"))})
        == [
            *[(name, "unreadable", "0 tables instead of 1 (CSV)")] * name.endswith("html"),
            (name, "small_number", "moves, column 2"),
        ][::-1]
    )


@pytest.mark.parametrize(
    ("text", "small_in"),
    [("7.5", "en lv"), ("7,5", "lv"), ("0,005", "en lv"), ("1,234", "lv"), ("8", ""),
     ("0", ""), ("c", ""), ("", ""), ("\u22127", "en lv"),
     ("≈7", "en lv"), ("~7", "en lv"), (">7", "en lv"), ("<7", "en lv"),
     ("≥7", "en lv"), ("≤7", "en lv"), ("7x", ""), ("0.5", "en lv"), ("1.234", "en lv")],
    ids=plain,
)  # fmt: skip
def test_number_is_small_in_the_language_of_its_report(text, small_in):
    for language in ("en", "lv"):
        name = f"report.{language}.docx"
        expected = [(name, "small_number", "moves, column 2")] * (language in small_in)
        assert found({**report(), name: small.docx(body(r1c2=text))}) == expected


def test_number_that_results_show_of_few_is_found():
    held = {**HELD, "tables": {"moves": table("year children:children", [2020, 5])}}
    assert found(whole(held)) == [("results.json", "small_number", "moves.children")]
    assert found(whole(HELD)) == []


@pytest.mark.parametrize(
    ("unit", "value", "named"),
    [("children", 7, True), ("persons", 1, True), ("children", 8, False), ("children", 0, False),
     ("1", 0.5, False), ("children", None, False), ("children", HIDDEN, False)],
    ids=plain,
)  # fmt: skip
def test_key_figure_of_few_is_found(unit, value, named):
    figures = [{"figure": "before", "unit": unit, "value": value}]
    expected = [("results.json", "small_number", "key figure before")]
    assert found(whole({**HELD, "key_figures": figures})) == expected * named


@pytest.mark.parametrize(
    ("values", "named"),
    [({"children": 5}, True), ({"children": 8}, False), ({"eur": 5}, False),
     ({"municipalities": 5}, False), ({"children": HIDDEN}, False), ({}, False)],
    ids=plain,
)  # fmt: skip
def test_finding_on_few_is_found(values, named):
    held = {**HELD, "findings": [{"finding": "grow", "verdict": "supported", "values": values}]}
    expected = [("results.json", "small_number", "finding grow, children")]
    assert found(whole(held)) == expected * named


FEW = "In care: 12 children; with guardians 3 and in homes 9."
IN_TEXT = {
    "html": lambda text: small.html(body(), csv=[CSV], text=f"<p>{text}</p>"),
    "docx": lambda text: small.docx(body(), text=f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"),
    "pdf": lambda text: small.pdf(body(), texts=[text]),
}


@pytest.mark.parametrize("kind", IN_TEXT)
def test_number_of_few_in_a_sentence_is_found(kind):
    name = f"report.en.{kind}"
    expected = [(name, "small_number", "text: guardians")]
    assert found({**report(), name: IN_TEXT[kind](FEW)}) == expected
    assert found({**report(), name: IN_TEXT[kind](FEW.replace(" 3", " 30"))}) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3 children", ["children"]),
        ("7.5 children", ["children"]),
        ("7,5 bērni", ["bērni"]),
        ("5 foster families", ["families"]),
        ("audžuģimenēs 4, pie aizbildņiem 6", ["audžuģimenēs", "aizbildņiem"]),
        ("jauniešu mājās 2 un", ["jauniešu"]),
        ("children 0", []),
        ("8 children", []),
        ("13 children", []),
        ("1 003 children", []),
        ("1,003 children", []),
        ("1–7 persons", []),
        ("1-7 persons", []),
        ("children of 3 years", []),
        ("children 3 years", []),
        ("Table 3. Children", []),
        ("in 3 municipalities", []),
        ("children 4%", []),
        ("children 0.4", ["children"]),
    ],
    ids=plain,
)
def test_numbers_of_few_in_a_text_stand_beside_who_they_are(text, words):
    assert list(few_in_text(text, 8)) == words


@pytest.mark.parametrize("kind", MADE)
def test_table_with_rows_or_columns_missing_is_found(kind):
    name = f"report.en.{kind}"

    def of(*tables: list) -> list[tuple[str, str]]:
        made = MADE[kind](*tables, csv=[CSV]) if kind == "html" else MADE[kind](*tables)
        return found({**report(), name: made})

    count = [(name, "unreadable", "2 tables instead of 1")]
    assert of(body(), body()) == count
    assert of() == [(name, "unreadable", "0 tables instead of 1")]
    assert of(body()[:2]) == [(name, "unreadable", "moves: 1 rows instead of 2")]
    assert of([row[:1] for row in body()]) == [(name, "not_hidden", "moves, column 2")]


def test_tables_after_one_with_rows_missing_are_looked_into():
    two = {
        "results.json": BYTES,
        "notebook.ipynb": small.notebook(SHOWN, {**SHOWN, "name": "other"}, held=HELD),
        "report.en.docx": small.docx(body()[:2], body(r2c2="12")),
    }
    assert found(two) == [
        ("report.en.docx", "unreadable", "moves: 1 rows instead of 2"),
        ("report.en.docx", "not_hidden", "other, column 2"),
    ]


def test_report_without_its_notebook_is_found():
    files = {"results.json": BYTES, "report.en.docx": small.docx(body(r2c2="12"))}
    assert found(files) == [
        ("notebook.ipynb", "unreadable", "KeyError"),
        ("report.en.docx", "unreadable", "1 tables instead of 0"),
    ]


@pytest.mark.parametrize("name", ["report.lv.html", "report.en.html"])
@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (",c,", ",12,", [("not_hidden", "moves, column 2 (CSV)")]),
        (",12,", ",7.5,", [("small_number", "moves, column 2 (CSV)")]),
        ("2021,c,7\n", "", [("unreadable", "moves: 1 rows instead of 2 (CSV)")]),
        (",12,", ",13,", []),
    ],
    ids=plain,
)
def test_number_in_the_data_of_a_page_is_found(name, old, new, what):
    # Data have a point before decimals in both languages.
    shown = body(r1c3="1 234") if "lv" in name else body()
    page = small.html(shown, csv=[CSV.replace(old, new)])
    assert found({**report(), name: page}) == [(name, *one) for one in what]


ATTACHED = {"results.json": BYTES, "t/moves.csv": CSV.encode()}


@pytest.mark.parametrize(
    ("name", "content", "about"),
    [
        ("results.json", BYTES + b" ", "another results.json"),
        ("t/moves.csv", CSV.replace("c", "12", 2).encode(), "moves.children"),
        ("old.results.json", b"{}", "another results.json"),
        ("moves.csv", CSV.replace(",c,", ",12,").encode(), "moves.children"),
        ("t/other.csv", b"2021,12,7", None),  # no table of the results
        ("t/moves.txt", b"2021,12,7", None),
        ("t/moves.csv", b"\xef\xbb\xbf" + CSV.encode(), None),
    ],
    ids=plain,
)
def test_file_that_is_attached_to_a_pdf_is_looked_into(name, content, about):
    made = small.pdf(body(), attached={**ATTACHED, name: content})
    expected = [(f"report.en.pdf/{name}", "not_hidden", about)] if about else []
    assert found({**report(), "report.en.pdf": made}) == expected


@pytest.mark.parametrize(
    ("rows", "about"),
    [
        ([SHEET[2], [2021, 12, 7]], "moves.children"),
        ([[2020, "c", 1234], [2021, 12, 7]], "moves.children"),
        ([SHEET[2], [2021, None, 7]], "moves.children"),
        ([SHEET[2], [2021, "c", 8]], None),
    ],
    ids=plain,
)
def test_number_in_a_workbook_is_found(rows, about):
    made = small.xlsx(other=[["12"]], moves=[*SHEET[:2], *rows])
    expected = [("tables.xlsx", "not_hidden", about)] if about else []
    assert found({**report(), "tables.xlsx": made}) == expected


def test_every_column_of_a_workbook_that_shows_a_number_is_named():
    held = results(
        empty=table("a"),
        moves=table("a b", [HIDDEN, 1], [1, HIDDEN]),
        last=table("a b", [HIDDEN, HIDDEN]),
    )
    book = small.xlsx(empty=[["a"], [5]], moves=[["a", "b"], [5, 1], [1, 5]], last=[[5, 5]])
    files = {**whole(held), "tables.xlsx": book}
    assert [about for *_, about in found(files)] == ["moves.a", "moves.b", "last.a", "last.b"]


@pytest.mark.parametrize(
    ("sheets", "rows"), [({"other": [[12]]}, 0), ({"moves": SHEET[-1:]}, 1)], ids=plain
)
def test_workbook_without_a_table_or_its_rows_is_found(sheets, rows):
    about = f"moves: {rows} rows instead of 2"
    made = {**report(), "tables.xlsx": small.xlsx(**sheets)}
    assert found(made) == [("tables.xlsx", "unreadable", about)]


def test_workbook_without_an_empty_table_is_found():
    files = {**whole(results(empty=table("a"))), "tables.xlsx": small.xlsx(other=[[12]])}
    assert found(files) == [("tables.xlsx", "unreadable", "empty: 0 rows instead of 0")]


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ([[2020, 12, 1234], [2021, 12, 7]], True),
        ([[2020, 12, 1234], [2021, {"symbol": ":"}, 7]], True),
        ([[2020, 12, 1234], [2021, HIDDEN, 8]], False),
    ],
    ids=plain,
)
def test_number_in_the_results_that_a_notebook_carries_is_found(rows, named):
    held = results(moves=table("year children eur", *rows))
    files = report(notebook__ipynb=small.notebook(SHOWN, held=held))
    assert found(files) == [("notebook.ipynb", "not_hidden", "moves")] * named


def test_every_table_that_a_notebook_shows_more_of_is_named_once():
    held = results(
        a=table("x", [HIDDEN], [HIDDEN]), other=table("x", [HIDDEN]), b=table("x", [1], [HIDDEN])
    )
    carried = results(a=table("x", [5], [5]), other=table("x", [HIDDEN]), b=table("x", [1], [5]))
    files = {
        "results.json": json.dumps(held).encode(),
        "notebook.ipynb": small.notebook(held=carried),
    }
    assert [about for *_, about in found(files)] == ["a", "b"]


@pytest.mark.parametrize(
    ("carried", "about"),
    [
        (None, "KeyError"),
        (results(), "moves: 0 rows instead of 2"),
        (results(moves=table("year", [2020])), "moves: 1 rows instead of 2"),
        (results(moves=table("year", [2020], [2021])), "ValueError"),
    ],
    ids=plain,
)
def test_notebook_that_does_not_carry_the_results_is_found(carried, about):
    files = report(notebook__ipynb=small.notebook(SHOWN, held=carried))
    assert found(files) == [("notebook.ipynb", "unreadable", about)]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("report.en.html", "ParserError"),
        ("report.en.docx", "BadZipFile"),
        ("report.en.pdf", "PdfError"),
        ("tables.xlsx", "BadZipFile"),
        ("notebook.ipynb", "JSONDecodeError"),
    ],
)
def test_file_that_is_broken_is_found(name, error):
    expected = (name, "unreadable", error)
    assert expected in found({**report(), name: b""})
    if name != "notebook.ipynb":  # without which nothing can be compared
        assert found({**report(), name: b""}) == [expected]


@pytest.mark.parametrize("name", ["report.en.docx", "report.en.pdf", "tables.xlsx"])
def test_file_that_was_cut_or_damaged_is_found(name):
    content = report()[name]
    for broken in (
        content[:-100],
        content[: len(content) // 2],
        *(content[:at] + b"\xff" * 40 + content[at + 40 :] for at in range(40, len(content), 97)),
    ):
        assert {leak[0].partition("/")[0] for leak in found({**report(), name: broken})} <= {name}


def test_other_files_are_looked_into_beside_a_broken_one():
    files = {**report(), "report.en.pdf": b"", "report.en.docx": small.docx(body(r2c2="12"))}
    assert set(found(files)) == {
        ("report.en.pdf", "unreadable", "PdfError"),
        ("report.en.docx", "not_hidden", "moves, column 2"),
    }
