from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest

from dieval.inputs.origin import all_rows, data_rows, ranges, sources_of
from dieval.inputs.read import read_package

COSTS = pd.DataFrame(
    {
        "care_arrangement": ["guardian", "institution", "institution", "institution"],
        "source": ["act", "ledger", "ledger", "guess"],
    }
)
LINES = pd.DataFrame({"file": ["a.csv", "a.csv", "a.csv", "b.csv"], "row": [9, 3, 2, 7]})


def test_ranges_without_numbers_are_empty():
    assert ranges([]) == ""


def test_ranges_same_line_twice_stands_once():
    assert ranges([5, 5, 6]) == "5–6"


def test_data_rows_stand_by_arrangement_and_file_with_their_sources():
    table = data_rows({"costs": COSTS}, {"costs": LINES})
    # Institutions first: the order of the arrangements, not of the file.
    assert table.to_numpy().tolist() == [
        ["costs", "institution", "a.csv", "2–3", 2, "ledger"],
        ["costs", "institution", "b.csv", "7", 1, "guess"],
        ["costs", "guardian", "a.csv", "9", 1, "act"],
    ]


def test_data_rows_of_chosen_rows_keep_their_own_lines():
    chosen = COSTS[COSTS["source"] == "guess"]
    table = data_rows({"costs": chosen}, {"costs": LINES})
    assert table[["file", "rows", "n_rows"]].to_numpy().tolist() == [["b.csv", "7", 1]]


def test_data_rows_stand_in_the_order_of_the_data_contract():
    index = pd.DataFrame({"year": [2020], "source": ["act"]})
    table = data_rows({"price_index": index, "costs": COSTS}, {"costs": LINES})
    assert list(dict.fromkeys(table["table"])) == ["costs", "price_index"]


def test_data_rows_of_a_table_in_no_file_have_neither_file_nor_lines():
    (row,) = data_rows({"costs": COSTS.iloc[:1]}, {}).to_dict("records")
    assert row["file"] is None
    assert row["rows"] is None
    assert row["n_rows"] == 1


def test_data_rows_of_planned_services_have_no_arrangement():
    places = pd.DataFrame({"care_arrangement": ["youth_house", "dac"], "source": "plan"})
    table = data_rows({"planned_places": places}, {})
    assert table["care_arrangement"].to_list() == ["youth_house", None]


def test_data_rows_without_a_row_that_counts_are_an_empty_table():
    table = data_rows({"costs": COSTS.iloc[:0]}, {"costs": LINES})
    assert table.empty
    assert "n_rows" in table


def test_sources_of_tables_are_sorted_and_named_once():
    used = sources_of({"costs": COSTS, "assets": COSTS.iloc[:0]})
    assert used.to_dict() == {"costs": ["act", "guess", "ledger"], "assets": []}


def test_all_rows_of_two_choices_stand_once_in_the_order_of_the_table():
    together = all_rows(COSTS.loc[[3, 1]], COSTS.loc[[1, 0]])
    assert together.index.to_list() == [0, 1, 3]


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx"])
def test_lines_of_data_rows_are_those_of_the_file_in_every_form(form, tmp_path):
    """Three years of an index, the middle one chosen: line 3 in each form of the file."""
    text = "year,value,source\n2020,100.0,act\n2022,120.0,act\n2021,110.0,act\n"
    sources = "source,title,publisher,published,evidence\nact,An act,Publisher,2018,published\n"
    path: Path = tmp_path
    tables = {"price_index": text, "sources": sources}
    if form == "xlsx":
        path = tmp_path / "package.xlsx"
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, content in tables.items():
            sheet = book.create_sheet(name)
            for line in content.splitlines():
                sheet.append([float(c) if c[:1].isdigit() else c for c in line.split(",")])
        book["sources"]["D2"] = "2018"
        book.save(path)
    else:
        for name, content in tables.items():
            (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
        if form == "parquet":
            pq.write_table(
                pc.read_csv(tmp_path / "price_index.csv"), tmp_path / "price_index.parquet"
            )
            (tmp_path / "price_index.csv").unlink()
    package = read_package(path)
    index = package.tables["price_index"]
    (row,) = data_rows({"price_index": index[index["year"] == 2022]}, package.lines).to_dict(
        "records"
    )
    assert (row["rows"], row["n_rows"], row["sources"]) == ("3", 1, "act")
    assert row["file"] == ("package.xlsx" if form == "xlsx" else f"price_index.{form}")
