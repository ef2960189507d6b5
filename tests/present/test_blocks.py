from __future__ import annotations

import datetime
import json

import numpy as np
import pandas as pd
import pytest

from dieval.present.blocks import (
    BLOCKS_MIME,
    Column,
    Section,
    cell_value,
    facts_block,
    figure_block,
    heading_block,
    list_block,
    notice_block,
    resolve,
    table_block,
    text_block,
    title_block,
)
from dieval.present.html import blocks_html
from dieval.present.language import language, said

NBSP = "\u00a0"


def both(lv: str, en: str) -> dict[str, str]:
    return {"lv": lv, "en": en}


# --- Cells ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1.5, 1.5),
        (0, 0),
        (0.0, 0.0),
        ("riga", "riga"),
        ("", ""),
        (np.float64(2.5), 2.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (None, {"symbol": ":"}),
        (float("nan"), {"symbol": ":"}),
        (np.float64("nan"), {"symbol": ":"}),
        (pd.NA, {"symbol": ":"}),
    ],
)
def test_cell_value_is_a_plain_number_a_text_or_a_symbol(value, expected):
    found = cell_value(value)
    assert found == expected
    assert type(found) is type(expected)


def test_cell_value_missing_has_the_symbol_that_is_asked_for():
    assert cell_value(None, "z") == {"symbol": "z"}


@pytest.mark.parametrize("value", [datetime.date(2020, 1, 31), pd.Timestamp("2020-01-31")])
def test_cell_value_of_a_date_is_its_day(value):
    assert cell_value(value) == "2020-01-31"
    assert cell_value(pd.NaT, ":") == {"symbol": ":"}


@pytest.mark.parametrize(
    ("code", "written"), [("lv", "31.01.2020."), ("en", "31\u00a0Jan\u00a02020")]
)
def test_date_is_written_as_the_language_does(code, written):
    column = Column({"lv": "D", "en": "D"}, kind="date")
    block = table_block("t", {"lv": "T", "en": "T"}, [column], [["2020-01-31"]])
    assert resolve(block, code)["rows"] == [[written]]


@pytest.mark.parametrize("value", [[1], {"a": 1}, object(), datetime.time(12)])
def test_cell_value_of_another_type_is_refused(value):
    with pytest.raises(TypeError, match=type(value).__name__):
        cell_value(value)


@pytest.mark.parametrize(
    ("column", "cell", "lv", "en"),
    [
        (Column(both("", ""), decimals=2), 1234.5, f"1{NBSP}234,50", "1,234.50"),
        (Column(both("", "")), 0, "0", "0"),
        (Column(both("", ""), kind="percent", decimals=1), 0.251, f"25,1{NBSP}%", "25.1%"),
        (Column(both("", ""), kind="year"), 2022, "2022", "2022"),
        (Column(both("", ""), kind="text"), "=1+1", "=1+1", "=1+1"),
        (Column(both("", ""), kind="word", words="payer"), "state", "valsts", "state"),
        (Column(both("", ""), kind="word", words="payer"), "x", "x", "x"),
        (Column(both("", "")), {"symbol": ":"}, ":", ":"),
        (Column(both("", ""), kind="word", words="payer"), {"symbol": "z"}, "z", "z"),
        (Column(both("", "")), both("viens", "one"), "viens", "one"),
    ],
)
def test_table_cell_is_written_as_its_column_says(column, cell, lv, en):
    block = table_block("t", both("", ""), [column], [[cell]])
    assert resolve(block, "lv")["rows"] == [[lv]]
    assert resolve(block, "en")["rows"] == [[en]]


# --- Tables --------------------------------------------------------------------------------------


def test_table_explains_the_symbols_that_it_shows_and_no_other():
    columns = [Column(both("a", "a"))]
    note = both("piezīme", "note")
    shown = table_block("t", both("", ""), columns, [[{"symbol": "z"}], [1]], notes=[note])
    notes = resolve(shown, "en")["notes"]
    assert notes[0] == "note"
    assert len(notes) == 2
    assert notes[1].startswith("z ")
    assert notes[1].endswith("not applicable")
    assert resolve(table_block("t", both("", ""), columns, [[1]]), "en")["notes"] == []


def test_table_explains_symbols_always_in_the_same_order():
    columns = [Column(both("a", "a"))]
    orders = []
    for symbols in (":zc", "czz:"):
        rows = [[{"symbol": symbol}] for symbol in symbols]
        orders.append(resolve(table_block("t", both("", ""), columns, rows), "lv")["notes"])
    assert orders[0] == orders[1]
    assert [note[0] for note in orders[0]] == ["c", ":", "z"]


def test_table_resolved_names_headings_units_and_which_columns_are_numeric():
    columns = [
        Column(both("Veids", "Kind"), kind="word", words="payer"),
        Column(both("Summa", "Amount"), unit=both("eiro", "euro")),
        Column(both("Vārds", "Name"), kind="text"),
        Column(both("Gads", "Year"), kind="year"),
    ]
    block = table_block("t", both("Tabula", "Table"), columns, [], row_headers=2)
    resolved = resolve(block, "lv")
    assert (resolved["title"], resolved["row_headers"]) == ("Tabula", 2)
    assert [column["heading"] for column in resolved["columns"]] == [
        "Veids", "Summa", "Vārds", "Gads",
    ]  # fmt: skip
    assert resolved["columns"][1]["unit"] == "eiro"
    assert [column["numeric"] for column in resolved["columns"]] == [False, True, False, True]


def test_table_row_of_another_length_is_refused():
    block = table_block("t", both("", ""), [Column(both("", ""))], [[1, 2]])
    with pytest.raises(ValueError, match="zip"):
        resolve(block, "lv")


def test_resolving_leaves_the_block_as_it_was():
    block = table_block("t", both("a", "b"), [Column(both("c", "d"))], [[1.0]])
    before = json.dumps(block)
    resolve(block, "lv")
    assert json.dumps(block) == before


# --- Other blocks --------------------------------------------------------------------------------

BLOCKS = [
    title_block(both("Virsraksts", "Title"), both("Rīga", "Riga"), datetime.date(2022, 12, 31)),
    notice_block(both("Uzmanību", "Beware"), both("Īsi", "Short")),
    facts_block([(both("Reģions", "Region"), both("Rīga", "Riga"))]),
    heading_block(2, both("Nodaļa", "Chapter")),
    text_block(both("Teksts", "Text"), both("Vēl", "More")),
    list_block([both("Pirmais", "First")]),
    figure_block(
        "f", both("Attēls", "Figure"), both("Apraksts", "Description"), both("<svg/>", "<svg />")
    ),
]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block["kind"])
def test_block_resolved_has_texts_of_one_language_alone(block):
    def texts(value):
        if isinstance(value, dict):
            return {text for part in value.values() for text in texts(part)}
        if isinstance(value, list):
            return {text for part in value for text in texts(part)}
        return {value}

    lv, en = texts(resolve(block, "lv")), texts(resolve(block, "en"))
    assert lv != en
    assert not {"Virsraksts", "Uzmanību", "Reģions", "Nodaļa", "Teksts", "Pirmais"} & en
    assert not {"Title", "Beware", "Region", "Chapter", "Text", "First"} & lv


def test_title_block_has_the_date_in_iso_form():
    assert BLOCKS[0]["date"] == "2022-12-31"


@pytest.mark.parametrize("code", ["lv", "en"])
def test_every_block_is_shown_as_html_and_says_its_language(code):
    html = blocks_html(BLOCKS, code)
    assert f'lang="{code}"' in html
    for block in BLOCKS:
        resolved = resolve(block, code)
        for text in (resolved.get("text"), resolved.get("title"), *resolved.get("items", ())):
            assert text is None or text in html


def test_block_text_that_looks_like_markup_is_escaped_in_html():
    evil = said("{x}", x="<script>alert(1)</script> & \"'")
    blocks = [
        text_block(evil),
        list_block([evil]),
        heading_block(2, evil),
        notice_block(evil, evil),
        facts_block([(evil, evil)]),
        figure_block("f", evil, evil, both("<svg/>", "<svg/>")),
        table_block("t", evil, [Column(evil, unit=evil)], [[evil]], notes=[evil]),
    ]
    html = blocks_html(blocks, "lv")
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 11


# --- What a notebook cell shows ------------------------------------------------------------------


def test_section_shows_blocks_html_and_a_plain_text():
    bundle = Section(BLOCKS)._repr_mimebundle_()
    assert bundle[BLOCKS_MIME]["blocks"] == BLOCKS
    assert bundle["text/html"] == blocks_html(BLOCKS, "lv")
    assert str(len(BLOCKS)) in bundle["text/plain"]
    assert set(bundle) == {BLOCKS_MIME, "text/html", "text/plain"}


def test_section_bundle_is_plain_json():
    table = table_block("t", both("", ""), [Column(both("", ""))], [[cell_value(np.float64(1))]])
    bundle = Section([*BLOCKS, table])._repr_mimebundle_()
    assert json.loads(json.dumps(bundle, allow_nan=False)) == bundle


def test_language_is_made_once():
    assert language("lv") is language("lv")
