"""Columns that are looked at as a whole: the same as cell by cell, faults and row numbers too."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings

from dieval.inputs import columns
from dieval.inputs.columns import (
    NumberType,
    PlainNumbers,
    coded,
    joined,
    kept,
    missing,
    plain_numbers,
)
from dieval.inputs.read import check_package, examined
from dieval.inputs.typed import Kinds, Typed, alike, repeated, typed
from dieval.inputs.values import convert, converted, holds_personal_code

Tables = dict[str, list[dict[str, str]]]

NUMBERS = st.one_of(
    st.text("0123456789.-", max_size=8),
    st.from_regex(r"\A-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,25})?\Z"),
    st.decimals(allow_nan=False, allow_infinity=False).map(lambda number: f"{number:f}"),
    st.sampled_from(
        ["", "-0", "0.0", "-0.00", "1E5", "inf", "nan", "+1", " 1", "1\n", "1,5", "१", "#N/A",
         "123456-12345", "9" * 400, "0." + "0" * 400 + "1", "-0." + "0" * 400 + "1", "9" * 15,
         "9" * 16, "01", "1.", ".5", "1e-400"]
    ),
)  # fmt: skip
KINDS = ["number", "integer"]


def arrow(texts: list[str], chunks: int = 1) -> pa.ChunkedArray:
    size = max(1, math.ceil(len(texts) / chunks))
    pieces = [texts[start : start + size] for start in range(0, len(texts), size)]
    return pa.chunked_array(pieces, pa.string())


@pytest.mark.parametrize("kind", KINDS)
@given(texts=st.lists(NUMBERS, min_size=1, max_size=6), chunks=st.integers(1, 3))
@settings(max_examples=1000, deadline=None)
def test_plain_numbers_are_what_each_cell_says(
    texts: list[str], chunks: int, kind: NumberType
) -> None:
    values, faulty = convert(texts, kind)
    plain = plain_numbers(arrow(texts, chunks), kind)
    assert (plain is None) == faulty.any()
    if plain is not None:
        assert list(plain) == [text or None for text in texts]
        assert missing(plain).tolist() == [text == "" for text in texts]
        assert not holds_personal_code(plain).any()
        at_once, none = convert(plain, kind)
        pd.testing.assert_series_equal(at_once, values, check_exact=True)
        assert not none.any()


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
@settings(max_examples=500, deadline=None)
def test_plain_numbers_are_the_nearest_to_their_digits(numbers: list[float]) -> None:
    texts = [f"{abs(number):.25f}" for number in numbers]
    plain = plain_numbers(arrow(texts), "number")
    assert plain is not None
    assert plain.values.tolist() == [float(text) for text in texts]


def test_plain_numbers_are_the_same_in_several_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"{number}.{number % 100:02d}" for number in range(1000)]
    alone = plain_numbers(arrow(texts), "number")
    monkeypatch.setattr(columns, "MANY", 1)
    together = plain_numbers(arrow(texts, 7), "number")
    assert alone is not None and together is not None
    np.testing.assert_array_equal(alone.values, together.values)
    assert plain_numbers(arrow([*texts, "x"], 7), "number") is None


@given(
    parts=st.lists(st.lists(NUMBERS, min_size=1, max_size=4), min_size=1, max_size=3),
    kinds=st.lists(st.sampled_from(KINDS), min_size=3, max_size=3),
)
@settings(max_examples=300, deadline=None)
def test_joined_cells_are_those_of_their_parts(parts: list[list[str]], kinds: list[Any]) -> None:
    kept_parts = [
        plain_numbers(arrow(texts), kind) or coded(texts)
        for texts, kind in zip(parts, kinds, strict=False)
    ]
    together = joined(kept_parts)
    texts = [text for part in parts for text in part]
    assert list(together) == [text or None for text in texts]
    values, faulty = convert(together, "number")
    expected, expected_faulty = convert(texts, "number")
    pd.testing.assert_series_equal(values, expected, check_exact=True)
    assert faulty.tolist() == expected_faulty.tolist()


def test_plain_numbers_are_cells_like_others() -> None:
    plain = plain_numbers(arrow(["1", "", "2.5", "1"]), "number")
    assert isinstance(plain, PlainNumbers)
    assert kept(plain) is plain
    assert coded(plain).distinct == ["1", None, "2.5"]
    assert list(plain[1:3]) == [None, "2.5"]
    assert converted(plain, "integer")[1].tolist() == [False, False, True, False]


FRAMES = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", None]),
        st.sampled_from([1.0, 2.0, math.nan]),
        st.sampled_from(["x", "y"]),
    ),
    min_size=1,
    max_size=12,
).map(lambda rows: pd.DataFrame(rows, columns=["text", "number", "other"]))


def typed_columns(frame: pd.DataFrame) -> dict[str, Typed]:
    text = coded(frame["text"].tolist())
    return {
        "text": typed(pd.Series(text.distinct, dtype="str"), text.codes),
        "number": Typed(frame["number"]),
        "other": typed(pd.Series(["y", "unused", "x", "x"], dtype="str"),
                       frame["other"].map({"y": 0, "x": 3}).to_numpy()),
    }  # fmt: skip


@given(frame=FRAMES, most=st.sampled_from([0, 8]))
@settings(max_examples=300, deadline=None)
def test_rows_alike_are_those_that_pandas_groups(frame: pd.DataFrame, most: int) -> None:
    by_name = typed_columns(frame)
    for name, column in by_name.items():
        assert column.cells.astype(object).fillna("-").tolist() == (
            frame[name].astype(object).fillna("-").tolist()
        )
        assert set(column.used) == set(frame[name].dropna())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dieval.inputs.typed.MOST_NUMBERS", most)
        numbers, count = alike([*by_name.values()])
        again = repeated([*by_name.values()])
    assert numbers.max() < count
    groups = frame.groupby([*by_name], dropna=False, sort=False).ngroup()
    assert len(set(zip(numbers, groups, strict=True))) == groups.nunique() == len(set(numbers))
    assert again.tolist() == frame.duplicated(keep=False).tolist()


def test_rows_alike_of_many_columns_are_numbered_without_overflow() -> None:
    cells = np.arange(3000)
    column = Typed(pd.Series(cells), cells)
    numbers, _ = alike([column] * 8)
    assert len(set(numbers.tolist())) == 3000
    assert not repeated([column] * 8).any()


def test_kinds_stand_for_their_rows() -> None:
    kinds = Kinds(pd.DataFrame({"x": ["a", "b"]}), np.array([2, 0, 2]), np.array([0, 0, 1]))
    assert kinds.where(kinds.rows["x"] == "b").tolist() == [True, False, True]
    assert kinds.where(kinds.rows["x"] == "c").tolist() == [False, False, False]
    assert kinds.rows["x"].iloc[kinds.of(np.array([1, 2]))].tolist() == ["a", "b"]


COSTS = {
    "region": ["kurzeme", "riga", "", "Kurzeme", "nowhere"],
    "provider": ["p1", "p2", "", "p3"],
    "care_arrangement": ["institution", "youth_house", "foster_family", "", "home"],
    "year": ["2020", "2019", "20", "", "2020-01-01"],
    "age_band": ["all", "", "7-17", "18+", "7"],
    "need_level": ["all", "", "standard", "complex"],
    "cost_item": ["staff", "other", "allowance", "kopā", " "],
    "payer": ["state", "municipality", "other", ""],
    "amount_eur": ["1", "2.5", "3000.10", "0", "-1", "-0", "1e5", "", "x", "#N/A", "123456-12345"],
    "source": ["ledger", "act", "nobody", "123456-12345"],
}
USUAL = {name: cells[:2] for name, cells in COSTS.items()} | {"amount_eur": ["1", "2.5", "30.10"]}


def rows_of(cells: dict[str, list[str]]) -> st.SearchStrategy[list[str]]:
    return st.tuples(*(st.sampled_from(of_column) for of_column in cells.values())).map(list)


@given(
    usual=st.lists(rows_of(USUAL), min_size=1, max_size=8),
    others=st.lists(rows_of(COSTS) | st.just([""] * len(COSTS)), max_size=2),
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_file_read_at_once_has_the_faults_of_one_read_row_by_row(
    tables: Tables, write_csv: Callable[..., Path], usual: list[list[str]], others: list[list[str]]
) -> None:
    folder = write_csv(tables)
    found = []
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL):  # a file with quotes is read row by row
        text = io.StringIO()
        csv.writer(text, quoting=quoting, lineterminator="\n").writerows(
            [list(COSTS), *usual, *others]
        )
        (folder / "costs.csv").write_text(text.getvalue(), encoding="utf-8")
        seen = examined(folder)
        found.append((seen.problems, seen.aside, seen.account.to_csv()))
    assert found[0] == found[1]


def test_file_read_at_once_names_the_line_of_each_fault(
    tables: Tables, write_csv: Callable[..., Path]
) -> None:
    folder = write_csv(tables)
    assert not [each for each in check_package(folder) if each.severity != "note"]
    with (folder / "costs.csv").open("a", encoding="utf-8") as file:
        file.write("kurzeme,p1,institution,2020,,,upkeep,state,1000.50.5,ledger\n")
    faults = [each for each in check_package(folder) if each.severity != "note"]
    assert [(each.column, each.rows, each.rule) for each in faults] == [
        ("amount_eur", (7,), "type")
    ]
