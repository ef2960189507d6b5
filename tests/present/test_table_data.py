from __future__ import annotations

import base64
import csv
import io

import pytest

from dieval.present.blocks import Column, resolve, table_block
from dieval.present.language import said, same
from dieval.present.table_data import csv_data_uri, csv_text, shown_table_csv

COLUMNS = [
    Column(same("Name"), "text"),
    Column({"lv": "Aprūpes veids", "en": "Care arrangement"}, "word", words="care_arrangement"),
    Column({"lv": "Izmaksas", "en": "Cost"}, unit=same("EUR"), decimals=2),
    Column({"lv": "Gads", "en": "Year"}, "year"),
    Column({"lv": "Diena", "en": "Day"}, "date"),
]
ROWS = [
    ["Alfa", "guardian", 1234.5678, 2022.0, "2022-03-01"],
    ["=1+1", "institution", -0.25, 2021.0, {"symbol": ":"}],
]


def read(code):
    table = resolve(table_block("costs", same("Costs"), COLUMNS, ROWS), code)
    return list(csv.reader(io.StringIO(shown_table_csv(table, code))))


def test_csv_of_a_table_has_headings_with_units_and_words_of_its_language():
    assert read("lv")[0] == ["Name", "Aprūpes veids", "Izmaksas [EUR]", "Gads", "Diena"]
    assert [row[1] for row in read("lv")[1:]] == ["aizbildnis", "BSAC vai bērnu nams"]
    assert [row[1] for row in read("en")[1:]] == ["guardian", "institution"]


@pytest.mark.parametrize("code", ["lv", "en"])
def test_csv_of_a_table_has_numbers_unrounded_and_days_for_programs(code):
    assert [row[2:] for row in read(code)[1:]] == [
        ["1234.5678", "2022", "2022-03-01"],
        ["-0.25", "2021", ":"],
    ]


def test_csv_text_with_comma_quote_and_line_end_is_read_back():
    texts = ["a, b", 'say "x"', "one\ntwo"]
    assert next(csv.reader(io.StringIO(csv_text([texts]), newline=""))) == texts


def test_data_uri_starts_with_the_mark_of_the_encoding():
    table = resolve(table_block("costs", said("Cost"), COLUMNS, ROWS), "lv")
    head, _, content = csv_data_uri(table, "lv").partition(",")
    assert head == "data:text/csv;charset=utf-8;base64"
    assert base64.b64decode(content) == b"\xef\xbb\xbf" + shown_table_csv(table, "lv").encode()
