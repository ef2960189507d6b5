"""Published files read back: small files made by hand, and what stands in them."""

from __future__ import annotations

import base64
import io

import pikepdf
import pytest
import small_files as small

from dieval.release import read_back

ROWS = [["year", "children"], ["2020", "12"], ["2021", "c"]]
OTHER = [["name"], ["a"]]


def pdf_tables(pdf: bytes) -> list[read_back.Rows]:
    return read_back.pdf_shown(pdf)[0]


@pytest.mark.parametrize(
    "text",
    [
        "1 234",
        "1\u00a0234",
        "1\n234",
        "1\u00ad234",
        "1\u200b234",
        "12-34",
        "12\u201034",
        "1\x02234",
    ],
)
def test_breaks_into_lines_do_not_hide_a_number(text):
    assert read_back.run_together(text) == "1234"


def test_minus_is_no_break():
    assert read_back.run_together("\u2212 12") == "\u221212"


@pytest.mark.parametrize(
    ("made", "read"),
    [
        (small.html, read_back.html_tables),
        (small.docx, read_back.docx_tables),
        (small.pdf, pdf_tables),
    ],
    ids=["html", "docx", "pdf"],
)
def test_tables_come_back_in_order_with_their_heading(made, read):
    assert read(made(ROWS, OTHER)) == [ROWS, OTHER]
    assert read(made()) == []


def test_page_gives_the_texts_of_cells_whatever_is_inside_them():
    page = "<table><tr><th>ā<b>b</b></th><td>1 <i>2</i></td></tr></table>".encode()
    assert read_back.html_tables(page) == [[["āb", "12"]]]


def test_page_gives_the_data_in_its_links():
    page = small.html(ROWS, csv=["year,children\n2020,ā\n", "a\n"])
    assert read_back.html_data(page) == [[["year", "children"], ["2020", "ā"]], [["a"]]]
    other = b'<a href="x.csv">data</a><a href="data:text/html;base64,AAAA">x</a>'
    assert read_back.html_data(other) == []


def test_page_in_latvian_is_read_as_utf8():
    assert read_back.html_data('<p>ē</p><a href="data:text/csv;base64,xI0=">x</a>'.encode()) == [
        [["č"]]
    ]


def test_word_document_gives_tables_that_head_their_columns_alone():
    assert read_back.docx_tables(small.docx(ROWS, heading=False)) == []


def test_word_cell_of_several_runs_is_one_text():
    assert read_back.docx_tables(small.docx([["a|b"], ["1|2 |3"]])) == [[["ab"], ["123"]]]


def test_word_table_without_rows_is_none():
    assert read_back.docx_tables(small.docx([], OTHER)) == [OTHER]


def test_word_run_without_text_is_empty():
    assert read_back.docx_tables(small.docx([[""], ["1"]])) == [[[""], ["1"]]]


def test_workbook_gives_the_values_of_every_sheet():
    book = small.xlsx(moves=[["year", "children"], [2020, 12.5]], other=[["c", None]])
    assert read_back.xlsx_tables(book) == {
        "moves": [["year", "children"], [2020, 12.5]],
        "other": [["c", None]],
    }


def test_workbook_gives_formulas_as_they_are_written():
    assert read_back.xlsx_tables(small.xlsx(a=[["=1+1"]])) == {"a": [["=1+1"]]}


def test_pdf_gives_what_is_attached():
    held = {"results.json": b"{}", "tables/moves.csv": b"a,b"}
    assert read_back.pdf_attachments(small.pdf(ROWS, attached=held)) == held
    assert read_back.pdf_attachments(small.pdf(ROWS)) == {}


def test_pdf_table_over_two_pages_is_one():
    # Marks begin anew on the second page: the page of a cell says which mark 0 is meant.
    assert pdf_tables(small.pdf(ROWS, rows_a_page=1)) == [ROWS]


def changed(pdf: bytes, change) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        change(opened.Root.StructTreeRoot, opened)
        made = io.BytesIO()
        opened.save(made)
    return made.getvalue()


def test_pdf_table_below_other_elements_is_found():
    def wrap(root, pdf):
        rows = pikepdf.Dictionary(S=pikepdf.Name.TBody, K=root.K[0].K)
        only = pikepdf.Dictionary(S=pikepdf.Name.Table, K=rows)  # one child, no list
        root.K = pikepdf.Dictionary(S=pikepdf.Name.Sect, K=pikepdf.Array([only]))

    assert pdf_tables(changed(small.pdf(ROWS), wrap)) == [ROWS]


def test_pdf_elements_that_are_no_tables_rows_or_cells_are_passed_over():
    def rename(root, pdf):
        root.K[0].K[1].K[0].S = pikepdf.Name.Caption
        root.K[0].K[2].S = pikepdf.Name.Caption
        root.K[1].S = pikepdf.Name.Figure

    expected = [[["year", "children"], ["12"]]]
    assert pdf_tables(changed(small.pdf(ROWS, OTHER), rename)) == expected


def test_pdf_cell_names_its_page_in_a_reference_or_inherits_it():
    def refer(root, pdf):
        first, second = root.K[0].K[1].K, root.K[0].K[2].K
        page = first[0].Pg
        mark = pikepdf.Dictionary(Type=pikepdf.Name.MCR, Pg=page, MCID=first[0].K)
        first[0] = pikepdf.Dictionary(S=pikepdf.Name.TD, K=mark)
        inside = pikepdf.Dictionary(
            S=pikepdf.Name.Span, K=pikepdf.Dictionary(Type=pikepdf.Name.MCR, MCID=second[0].K)
        )
        second[0] = pikepdf.Dictionary(S=pikepdf.Name.TD, Pg=page, K=pikepdf.Array([inside]))

    assert pdf_tables(changed(small.pdf(ROWS), refer)) == [ROWS]


def test_pdf_cell_that_names_no_page_or_no_mark_there_is_empty():
    def lose(root, pdf):
        first, second = root.K[0].K[1].K, root.K[0].K[2].K
        del first[0].Pg  # a mark of no page
        reference = pikepdf.Dictionary(Type=pikepdf.Name.MCR, MCID=first[1].K)
        first[1] = pikepdf.Dictionary(S=pikepdf.Name.TD, K=reference)
        second[0].K = 99
        second[1].K = pikepdf.Dictionary(Type=pikepdf.Name.MCR, MCID=99)

    assert pdf_tables(changed(small.pdf(ROWS), lose)) == [[ROWS[0], ["", ""], ["", ""]]]


def test_pdf_cell_of_several_marks_is_one_text():
    def merge(root, pdf):
        cells = root.K[0].K[1].K
        cells[0].K = pikepdf.Array([cells[0].K, cells[1].K])

    assert pdf_tables(changed(small.pdf(ROWS), merge))[0][1] == ["202012", "12"]


def test_pdf_cell_without_content_is_empty():
    def empty(root, pdf):
        del root.K[0].K[1].K[0].K

    assert pdf_tables(changed(small.pdf(ROWS), empty))[0][1] == ["", "12"]


def test_pdf_text_in_a_form_is_read():
    # A form inside a form inside a form: three levels below the page.
    def nest(root, pdf):
        page = pdf.pages[0].obj
        fonts = page.Resources
        content = bytes(page.Contents.read_bytes())
        for _ in range(3):
            form = pdf.make_stream(content)
            form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
            form.BBox, form.Resources = pikepdf.Array([0, 0, 900, 900]), fonts
            fonts = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=form))
            content = b"/X Do"
        page.Resources, page.Contents = fonts, pdf.make_stream(content)

    assert pdf_tables(changed(small.pdf(ROWS), nest)) == [ROWS]


def test_pdf_texts_of_one_mark_follow_each_other():
    twice = small.pdf([["a"], ["1) Tj (2"]])  # two pieces of text within one mark
    assert pdf_tables(twice) == [[["a"], ["12"]]]


def test_csv_is_read_with_and_without_a_byte_order_mark():
    assert read_back.csv_rows(b'\xef\xbb\xbfyear,name\n2020,"a,b"\n') == [
        ["year", "name"],
        ["2020", "a,b"],
    ]
    assert read_back.csv_rows(b"year\n") == [["year"]]


def test_notebook_gives_all_that_its_cells_show_and_carry():
    one, two = {"kind": "table"}, {"kind": "text"}
    held = {"tables": {"moves": 1}}
    assert read_back.notebook_shown(small.notebook(one, two, held=held)) == ([one, two], held)
    assert read_back.notebook_shown(b'{"cells": [{"outputs": [{"text": "x"}]}]}') == ([], {})
    other = b'{"cells": [{"outputs": [{"data": {"text/plain": "x"}}]}]}'
    assert read_back.notebook_shown(other) == ([], {})


def test_notebook_gives_the_blocks_of_several_cells_in_order():
    cell = '{"outputs": [{"data": {"a.blocks+json": {"blocks": [%d]}}}]}'
    assert read_back.notebook_shown(f'{{"cells": [{cell % 1}, {cell % 2}]}}'.encode()) == (
        [1, 2],
        {},
    )


def test_text_of_a_page_is_given_line_by_line_without_tables():
    page = small.html(
        ROWS,
        csv=["a"],
        text="<h2>Children</h2><p>In care: <b>3</b>\n children</p><style>p{x:5}</style>tail"
        '<p>with <a href="x">guardians</a> 4<!-- no --></p><img alt="A picture" src="x">'
        '<svg aria-label="said" title="hint"></svg>',
    )
    _, lines = read_back.html_shown(page)
    assert lines == [
        *("A picture", "said", "hint"),
        *("Children", "In care: 3 children", "tail", "with guardians 4", "data"),
    ]


def test_text_of_the_pictures_of_a_page_is_read():
    drawn = "<svg><title>Care</title><g><!-- 3 children --><path d='M0'/></g><text>a 4</text></svg>"
    held = base64.b64encode(drawn.encode()).decode()
    page = small.html(text=f'<img src="data:image/svg+xml;base64,{held}"><img src="x.png">')
    assert read_back.html_prose(page) == ["Care", "3 children", "a 4"]


def test_text_of_a_word_document_is_that_of_paragraphs_outside_tables():
    drawing = '<w:p><w:r><w:drawing><d descr="A picture"/></w:drawing></w:r></w:p>'
    text = f"<w:p><w:r><w:t>In </w:t></w:r><w:r><w:t>care: 3</w:t></w:r></w:p>{drawing}"
    assert read_back.docx_shown(small.docx(ROWS, text=text))[1] == ["A picture", "In care: 3"]


def test_text_of_a_word_table_that_heads_no_columns_is_text():
    assert read_back.docx_shown(small.docx([["Places"], ["3"]], heading=False))[1] == [
        *("Places", "3"),
    ]


def test_text_of_a_pdf_is_that_of_paragraphs_and_pictures_outside_tables():
    made = small.pdf(ROWS, texts=["In care: 3 children", "and more"], alt="A picture")
    tables, lines = read_back.pdf_shown(made)
    assert tables == [ROWS]
    assert lines == ["A picture", "In care: 3 children", "and more"]


def test_caption_of_a_pdf_table_is_text():
    def rename(root, pdf):
        root.K[0].K[0].S = pikepdf.Name.Caption

    tables, lines = read_back.pdf_shown(changed(small.pdf(ROWS), rename))
    assert tables == [ROWS[1:]]
    assert lines == ["year children"]


def test_word_that_a_pdf_breaks_at_the_end_of_a_line_is_one():
    assert "chil\x02dren \u00adx".translate(read_back._BROKEN) == "children x"
