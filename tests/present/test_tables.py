from __future__ import annotations

import pandas as pd
import pytest

from dieval.present.blocks import resolve
from dieval.present.columns import RESULT_COLUMNS
from dieval.present.tables import (
    PLACE_COLUMNS,
    by_year,
    listed,
    result_rows,
    shown_column,
    symbol_of,
)

MONTHLY = "cost_per_child_month_eur"
NONE = {"symbol": ":"}
TITLE = {"lv": "Tabula", "en": "Table"}


def long(*rows: tuple[object, ...], columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns)


# --- by_year -------------------------------------------------------------------------------------


def test_by_year_one_row_column_puts_each_value_under_its_year():
    table = long(
        ("institution", 2021, 30.0),
        ("institution", 2019, 10.0),
        ("guardian", 2020, 5.0),
        columns=["care_arrangement", "year", MONTHLY],
    )
    block = by_year("t", TITLE, table, ["care_arrangement"], MONTHLY, [2019, 2020, 2021])
    assert block["rows"] == [
        ["institution", 10.0, NONE, 30.0],
        ["guardian", NONE, 5.0, NONE],
    ]
    assert block["row_headers"] == 1
    headings = [column["heading"]["lv"] for column in block["columns"][1:]]
    assert headings == ["2019", "2020", "2021"]


def test_by_year_several_row_columns_put_each_value_under_its_year():
    table = long(
        ("guardian", "0-6", 2020, 1.0),
        ("guardian", "7-17", 2021, 4.0),
        ("guardian", "0-6", 2021, 3.0),
        ("foster_family", "0-6", 2021, 7.0),
        columns=["care_arrangement", "age_band", "year", MONTHLY],
    )
    key = ["care_arrangement", "age_band"]
    block = by_year("t", TITLE, table, key, MONTHLY, [2020, 2021])
    assert block["rows"] == [
        ["guardian", "0-6", 1.0, 3.0],
        ["guardian", "7-17", NONE, 4.0],
        ["foster_family", "0-6", NONE, 7.0],
    ]
    assert block["row_headers"] == 2


def test_by_year_rows_stand_in_the_order_of_the_table():
    rows = [(name, 2020, 1.0) for name in ("youth_house", "guardian", "institution")]
    table = long(*rows, columns=["care_arrangement", "year", MONTHLY])
    block = by_year("t", TITLE, table, ["care_arrangement"], MONTHLY, [2020])
    assert [row[0] for row in block["rows"]] == ["youth_house", "guardian", "institution"]


def test_by_year_zero_stays_zero_and_nan_is_not_available():
    table = long(
        ("guardian", 2020, 0.0),
        ("guardian", 2021, float("nan")),
        columns=["care_arrangement", "year", MONTHLY],
    )
    block = by_year("t", TITLE, table, ["care_arrangement"], MONTHLY, [2020, 2021])
    assert block["rows"] == [["guardian", 0.0, NONE]]
    assert any(note["en"].startswith(": ") for note in block["notes"])


def test_by_year_values_outside_the_period_are_left_out():
    table = long(
        ("guardian", 2019, 9.0),
        ("guardian", 2020, 1.0),
        columns=["care_arrangement", "year", MONTHLY],
    )
    block = by_year("t", TITLE, table, ["care_arrangement"], MONTHLY, [2020])
    assert block["rows"] == [["guardian", 1.0]]


def test_by_year_two_values_for_one_year_are_refused():
    rows = [("guardian", 2020, 1.0), ("guardian", 2020, 2.0)]
    table = long(*rows, columns=["care_arrangement", "year", MONTHLY])
    with pytest.raises(ValueError, match="duplicate"):
        by_year("t", TITLE, table, ["care_arrangement"], MONTHLY, [2020])


@pytest.mark.parametrize(("decimals", "shown"), [(None, "1.50"), (0, "2"), (3, "1.500")])
def test_by_year_decimals_are_those_of_the_column_unless_given(decimals, shown):
    table = long(("guardian", 2020, 1.5), columns=["care_arrangement", "year", MONTHLY])
    block = by_year("t", TITLE, table, ["care_arrangement"], MONTHLY, [2020], decimals=decimals)
    assert resolve(block, "en")["rows"] == [["guardian", shown]]


# --- listed and result_rows ----------------------------------------------------------------------

UNITS = long(
    (2020, "institution", 100, 120.0, 0.5, float("nan")),
    (2020, "guardian", 50, float("nan"), float("nan"), 7.5),
    (2020, "youth_house", 50, float("nan"), float("nan"), float("nan")),
    columns=["year", "care_arrangement", "child_days", "place_days", "occupancy", MONTHLY],
)


def test_result_rows_family_based_places_do_not_apply_and_others_are_not_available():
    z = {"symbol": "z"}
    assert result_rows(UNITS) == [
        [2020, "institution", 100, 120.0, 0.5, NONE],
        [2020, "guardian", 50, z, z, 7.5],
        [2020, "youth_house", 50, NONE, NONE, NONE],
    ]


def test_result_rows_keep_whole_numbers_whole():
    first = result_rows(UNITS)[0]
    assert [type(value) for value in first[:3]] == [int, str, int]


@pytest.mark.parametrize("column", PLACE_COLUMNS)
@pytest.mark.parametrize(
    ("arrangement", "symbol"),
    [("guardian", "z"), ("foster_family", "z"), ("specialised_foster_family", "z"),
     ("institution", ":"), ("youth_house", ":"), ("family_like", ":")],
)  # fmt: skip
def test_symbol_of_a_place_column_depends_on_the_arrangement(column, arrangement, symbol):
    assert symbol_of(column, pd.Series({"care_arrangement": arrangement})) == symbol


def test_symbol_of_a_cost_of_family_based_care_is_not_available():
    assert symbol_of(MONTHLY, pd.Series({"care_arrangement": "guardian"})) == ":"


def test_listed_shows_the_columns_asked_for_in_their_order():
    block = listed("t", TITLE, UNITS, ["care_arrangement", MONTHLY, "occupancy"], row_headers=1)
    assert resolve(block, "en")["rows"] == [
        ["institution", ":", "50.0%"],
        ["guardian", "7.50", "z"],
        ["youth house", ":", ":"],
    ]
    assert [note[0] for note in resolve(block, "en")["notes"]] == [":", "z"]


def test_listed_words_replace_the_codes_of_a_column():
    table = long(("p1", 1.0), ("p2", 2.0), columns=["provider", "share"])
    words = {"provider": {"p1": {"lv": "Pirmais", "en": "First"}, "p2": {"lv": "O", "en": "S"}}}
    block = listed("t", TITLE, table, ["provider", "share"], row_headers=1, words=words)
    assert [row[0] for row in resolve(block, "lv")["rows"]] == ["Pirmais", "O"]
    assert [row[0] for row in resolve(block, "en")["rows"]] == ["First", "S"]


def test_listed_table_without_rows_is_an_empty_table():
    block = listed("t", TITLE, UNITS.iloc[:0], ["care_arrangement", MONTHLY], row_headers=1)
    assert resolve(block, "lv")["rows"] == []


# --- Columns -------------------------------------------------------------------------------------


def test_shown_column_of_money_says_per_what_and_in_which_unit():
    column = shown_column(MONTHLY)
    assert column.heading["lv"] != column.heading["en"]
    for code, words in {"lv": ("bērnu mēne", "EUR"), "en": ("child-month", "EUR")}.items():
        for word in words:
            assert word in f"{column.heading[code]} {column.unit[code]}"
    assert (column.kind, column.decimals) == ("number", 2)


def test_shown_column_of_a_pure_number_has_no_unit():
    assert shown_column("ratio").unit == {}


def test_shown_column_unknown_is_an_error():
    with pytest.raises(KeyError, match="nothing_known"):
        shown_column("nothing_known")


@pytest.mark.parametrize("name", RESULT_COLUMNS)
def test_shown_column_of_every_result_is_headed_in_both_languages(name):
    column = shown_column(name)
    assert set(column.heading) == {"lv", "en"}
    assert all(column.heading.values())
