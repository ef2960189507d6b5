from __future__ import annotations

import csv
import io

import pytest

from dieval.reports.table_csv import result_table_csv


def written(*cells: object) -> list[str]:
    """The only row of a table, as a program reads it back."""
    columns = [{"name": f"column_{number}", "unit": None} for number in range(len(cells))]
    text = result_table_csv({"columns": columns, "rows": [list(cells)]})
    return list(csv.reader(io.StringIO(text, newline="")))[1]


def test_numbers_keep_all_their_digits():
    assert written(0.1, 1234567.891, -5, 2 / 3) == ["0.1", "1234567.891", "-5", str(2 / 3)]


def test_symbols_and_dates_stand_as_they_are():
    assert written({"symbol": ":"}, {"symbol": "z"}, {"symbol": "c"}, "2020-05-19") == [
        ":", "z", "c", "2020-05-19"]  # fmt: skip


@pytest.mark.parametrize("text", ['a "b", c', "a\nb", "Paraugnams „Alfa”", ""])
def test_other_texts_are_read_back_as_they_were(text):
    assert written(text, "end") == [text, "end"]


def test_table_without_rows_has_its_line_of_names():
    columns = [{"name": "year"}, {"name": "cost_eur"}]
    assert result_table_csv({"columns": columns, "rows": []}) == "year,cost_eur\r\n"
