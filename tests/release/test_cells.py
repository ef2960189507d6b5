"""Cells of an evaluation: what adds up, what has to be hidden with it, and marked values."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dieval.release.cells import DETAIL, UNSEEN, WHOLE, Cells, mask_all, masked
from dieval.release.rules import Rules
from dieval.vocabulary import HIDDEN_VALUE, is_hidden

RULES = Rules(persons=8, holders=3, percent=10)
SECONDS = 60.0


def year(home: float, *others: float) -> Cells:
    """The children of a home and others, and their sum."""
    cells = Cells(RULES)
    children = {"home": home} | {f"other {n}": value for n, value in enumerate(others)}
    for name, value in children.items():
        cells.add((name,), value, DETAIL)
    cells.add(("all",), sum(children.values()), WHOLE)
    cells.total(("all",), [(name,) for name in children])
    return cells


def test_a_small_number_takes_another_one_with_it_and_leaves_the_sum():
    cells = year(5, 20, 30)
    hidden = cells.hidden(cells.few_persons(), SECONDS)
    assert ("home",) in hidden
    assert ("all",) not in hidden
    assert len(hidden) == 2  # 55 − 30 − 20 would be 5


def test_nothing_is_hidden_where_every_number_is_large():
    cells = year(8, 20, 30)
    assert cells.hidden(cells.few_persons(), SECONDS) == frozenset()


def test_a_value_that_is_not_known_is_no_cell():
    cells = Cells(RULES)
    cells.add(("unknown",), float("nan"), DETAIL)
    cells.add(("nothing",), None, DETAIL)
    assert cells.keys == {}


def test_a_sum_that_does_not_hold_is_none():
    cells = Cells(RULES)
    for name, value in (("a", 2.0), ("b", 30.0), ("sum", 40.0)):
        cells.add((name,), value, DETAIL)
    cells.total(("sum",), [("a",), ("b",)])
    assert cells.sums == []
    assert cells.hidden(cells.few_persons(), SECONDS) == {("a",)}


def test_what_is_left_over_of_a_whole_is_a_part_that_nobody_sees():
    cells = Cells(RULES)
    cells.add(("registered",), 20.0, DETAIL)
    cells.add(("hosting",), 17.0, DETAIL)
    cells.total(("registered",), [("hosting",)], rest=True)
    assert cells.value(("registered", "rest")) == 20 - 17
    hidden = cells.hidden(cells.few_persons(), SECONDS)
    # Three who do not host are told by both numbers: one of them goes.
    assert len(hidden & {("registered",), ("hosting",)}) == 1


def test_a_cell_that_nobody_sees_costs_nothing_to_hide():
    cells = Cells(RULES)
    for name, value, loss in (("a", 3.0, DETAIL), ("b", 30.0, UNSEEN), ("all", 33.0, WHOLE)):
        cells.add((name,), value, loss)
    cells.total(("all",), [("a",), ("b",)])
    assert cells.hidden(cells.few_persons(), SECONDS) == {("a",), ("b",)}


def test_refunds_stand_in_sums_with_the_other_sign():
    cells = Cells(RULES)
    for name, value in (("paid", 120.0), ("refund", -20.0), ("sum", 100.0)):
        cells.add((name,), value, DETAIL)
    cells.total(("sum",), [("paid",), ("refund",)])
    system = cells.system()
    assert system.values.tolist() == [120, 20, 100]
    assert np.allclose(system.sums @ system.values, 0)


def test_amount_of_two_holders_is_hidden_and_another_one_with_it():
    cells = Cells(RULES)
    for name, value in (("a", 100.0), ("b", 90.0), ("c", 95.0), ("all", 285.0)):
        cells.add((name,), value, WHOLE if name == "all" else DETAIL)
    cells.total(("all",), [("a",), ("b",), ("c",)])
    held = {("a",): {"one": 60.0, "two": 40.0}, ("all",): {"one": 100, "two": 90, "three": 95}}
    hidden = cells.hidden(cells.few_holders(held), SECONDS)
    assert ("a",) in hidden
    assert ("all",) not in hidden
    assert len(hidden) == 2


@pytest.mark.parametrize("dtype", ["int64", "float64", "object"])
def test_masked_values_are_marked_and_what_is_not_known_stays_so(dtype):
    table = pd.DataFrame({"value": pd.Series([1, 2, 3], dtype=dtype)})
    shown = masked(table, {"value": np.array([True, False, True])})
    assert [is_hidden(value) for value in shown["value"].astype(object)] == [True, False, True]
    assert table["value"].to_list() == [1, 2, 3]
    unknown = masked(pd.DataFrame({"value": [np.nan]}), {"value": np.array([True])})
    assert not is_hidden(unknown["value"].astype(object)[0])


def test_mask_hides_what_rests_on_a_hidden_cell():
    table = pd.DataFrame({"year": [2020, 2021], "total": [10.0, 20.0], "share": [0.1, 0.2]})
    tables = {"shares": table}
    rests = ("shares", ("share", "not there"), lambda row: [("total", row["year"])])
    mask_all(tables, [rests, ("no table", ("share",), lambda row: [])], {("total", 2021)})
    shown = tables["shares"]
    assert shown["total"].to_list() == [10, 20]
    assert [is_hidden(value) for value in shown["share"].astype(object)] == [False, True]


def test_hidden_value_survives_joining_turning_and_adding():
    table = pd.DataFrame({"key": ["a", "b"], "year": [1, 2], "value": [HIDDEN_VALUE, 2.0]})
    turned = table.pivot(index="key", columns="year", values="value")
    joined = table.merge(table, on="key")["value_x"]
    assert is_hidden(float(turned.loc["a", 1]))
    assert not is_hidden(float(turned.loc["b", 1]))
    assert [is_hidden(value) for value in joined.astype(object)] == [True, False]
    assert is_hidden(float((table["value"] * 2).iloc[0]))
