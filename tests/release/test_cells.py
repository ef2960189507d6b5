"""Cells of an evaluation: what adds up, what has to be hidden with it, and marked values."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from cells_seen import expected, hidden_in, losses_of, sums_of, values_of

from dieval.release.cells import (
    DETAIL,
    SUM,
    UNSEEN,
    WHOLE,
    Cells,
    Seen,
    cells_of,
    hidden_last,
    mask_all,
    masked,
)
from dieval.release.linked import CLOSE
from dieval.release.pattern import Sensitive
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


def test_amounts_below_one_stand_in_sums_as_they_are():
    cells = Cells(RULES, persons=False)
    for name, value in (("a", 0.5), ("b", 120.0), ("sum", 120.5)):
        cells.add((name,), value, DETAIL)
    cells.total(("sum",), [("a",), ("b",)])
    system = cells.system()
    assert np.allclose(system.sums @ system.values, 0)
    assert system.sums.toarray().tolist() in ([[1, 1, -1]], [[-1, -1, 1]])


def test_what_was_hidden_before_protects_at_no_loss():
    cells, seen = Cells(RULES), Seen(RULES)
    for name, value, loss in zip("abc", (3, 30, 40), (DETAIL, DETAIL, SUM), strict=True):
        cells.add((name,), value, loss)
    cells.add(("all",), 3 + 30 + 40, WHOLE)
    cells.total(("all",), [(name,) for name in "abc"])
    seen.add(("c",), HIDDEN_VALUE, SUM)
    cells.keep(seen)
    # Without the earlier edition the b would go, which loses less.
    assert cells.hidden(cells.few_persons(), SECONDS) == {("a",), ("c",)}


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


def test_masked_answers_and_whole_numbers_keep_the_others_as_they_are():
    answers = masked(pd.DataFrame({"inside": [True, False]}), {"inside": np.array([True, False])})
    assert is_hidden(answers["inside"][0])
    assert answers["inside"][1] is False
    whole = pd.DataFrame({"children": pd.Series([7, None, 30], dtype="Int64")})
    shown = masked(whole, {"children": np.array([True, True, False])})["children"].astype(object)
    assert [is_hidden(value) for value in shown] == [True, False, False]
    assert shown[2] == 30


@pytest.mark.parametrize("missing", [np.nan, None])
def test_columns_are_hidden_also_where_they_are_not_available_if_that_would_tell(missing):
    table = pd.DataFrame({"share": [missing, 0.5], "year": [missing, 2020]})
    every = dict.fromkeys(table, np.array([True, False]))
    shown = masked(table, every, ["share"]).astype(object)
    assert is_hidden(shown["share"][0])
    assert not is_hidden(shown["year"][0])
    assert [shown["share"][1], shown["year"][1]] == [0.5, 2020]
    tables = {"a": table, "b": table}
    rests = [(name, ("share",), lambda row: [("x",)]) for name in tables]
    mask_all(tables, rests, {("x",)}, {"b": ["share"]})
    assert not is_hidden(tables["a"]["share"].astype(object)[0])
    assert is_hidden(tables["b"]["share"].astype(object)[0])


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


# ------------------------------------------------------------------------------ cells one by one


def test_a_cell_is_added_once():
    cells = Cells(RULES)
    cells.add(("a",), 3, DETAIL)
    cells.add(("a",), 4, WHOLE)
    assert (values_of(cells), losses_of(cells)) == ({("a",): 3.0}, {("a",): DETAIL})


def test_rows_of_a_table_are_cells_by_their_key():
    table = pd.DataFrame({"n": [5, 6, None], "year": [2020, 2021, 2022], "code": ["x", "y", "z"]})
    cells = Cells(RULES)
    cells.add_all(table, "name", ["code", "year"], "n", SUM)
    assert values_of(cells) == {("name", "x", 2020): 5.0, ("name", "y", 2021): 6.0}
    assert set(losses_of(cells).values()) == {SUM}


def test_a_sum_that_no_table_gives_is_made_of_the_cells_that_are_there():
    cells = Cells(RULES)
    cells.add(("a",), 3, DETAIL)
    cells.add(("b",), 0, DETAIL)
    cells.add_sum(("sum",), [("a",), ("b",), ("not there",)], WHOLE)
    assert cells.value(("sum",)) == 3 + 0
    assert losses_of(cells)[("sum",)] == WHOLE
    assert cells.value(("not there",)) is None


def of_three(whole: float, rest: bool = False) -> Cells:
    cells = Cells(RULES)
    for name, value in (("a", 20.0), ("b", 30.0), ("sum", whole)):
        cells.add((name,), value, DETAIL)
    cells.total(("sum",), [("a",), ("b",), ("not there",)], rest)
    return cells


PARTS = frozenset({("a",), ("b",)})
REST = ("sum", "rest")


@pytest.mark.parametrize(
    ("whole", "rest", "sums"),
    [
        (50, False, {(("sum",), PARTS)}),
        (51, False, set()),
        (49, False, set()),
        # Amounts are computed: they add up to a millionth.
        (50 + 50 * CLOSE / 2, False, {(("sum",), PARTS)}),
        (50 + 50 * CLOSE / 2, True, {(("sum",), PARTS)}),
        (50 - 50 * CLOSE / 2, True, {(("sum",), PARTS)}),
        (50 + 50 * CLOSE * 2, False, set()),
        (50 - 50 * CLOSE * 2, True, set()),
        (51, True, {(("sum",), PARTS | {REST})}),
        (50.5, True, {(("sum",), PARTS | {REST})}),
        (49, True, set()),
    ],
)
def test_a_whole_is_the_sum_of_its_parts_or_has_a_rest(whole, rest, sums):
    cells = of_three(whole, rest)
    assert sums_of(cells) == sums
    assert (REST in cells.keys) == any(REST in parts for _, parts in sums)


def test_small_sums_may_differ_by_as_much_as_one():
    cells = Cells(RULES)
    cells.add(("a",), 0.01, DETAIL)
    cells.add(("sum",), 0.01 + CLOSE / 2, DETAIL)
    cells.total(("sum",), [("a",)])
    assert sums_of(cells) == {(("sum",), frozenset({("a",)}))}


def test_a_whole_without_parts_and_parts_without_a_whole_are_no_sum():
    cells = of_three(50)
    before = sums_of(cells)
    cells.total(("sum",), [("not there",)])
    cells.total(("sum",), [("not there",)], rest=True)
    cells.total(("no whole",), [("a",)])
    assert sums_of(cells) == before
    assert REST not in cells.keys


def hosts(registered: int, hosting: int, believed: bool = True) -> Cells:
    """Carers of two years: in the first, some more of the registered ones host; nobody left."""
    cells = Cells(RULES)
    for name, value in (
        ("registered", registered), ("hosting", hosting), ("came", 10), ("later", registered + 10),
        ("guardians", 40), ("who host", 50),
    ):  # fmt: skip
        cells.add((name,), value, DETAIL)
    cells.total(("registered",), [("hosting",)], rest=True, believed=believed)
    cells.total(("later",), [("registered",), ("came",)])
    cells.total(("guardians",), [("who host",)], rest=True, believed=believed)
    return cells


def test_numbers_that_contradict_a_hidden_one_are_hidden_with_all_that_adds_up_to_them():
    hidden = hosts(0, 5)
    # None registered: whoever believes it would take the five who host to be none.
    linked = {("registered",), ("hosting",), ("came",), ("later",)}
    assert hidden.hidden(hidden.few_persons(), SECONDS) == linked


def test_contradiction_that_nobody_believes_hides_nothing_else():
    cells = hosts(0, 5, believed=False)
    assert cells.hidden(cells.few_persons(), SECONDS) == {("hosting",)}


def test_contradiction_in_what_is_shown_hides_nothing():
    cells = hosts(20, 30)
    assert len(cells.contradicted) == 2
    assert cells.hidden(cells.few_persons(), SECONDS) == frozenset()


def test_what_nobody_sees_beside_a_contradiction_hides_nothing():
    cells = hosts(20, 30)
    cells.add(("alone",), 5, DETAIL)
    cells.add(("all",), 80, DETAIL)
    cells.total(("all",), [("hosting",)], rest=True)  # 80 − 30 = 50 more
    assert cells.hidden(cells.few_persons(), SECONDS) == {("alone",), ("all", "rest")}


@pytest.mark.parametrize("rest", [True, False])
def test_believed_sum_that_holds_is_no_contradiction(rest):
    cells = of_three(50)
    before = sums_of(cells)
    cells.total(("sum",), [("a",), ("b",)], rest, believed=True)
    assert cells.contradicted == []
    assert sums_of(cells) == before


@pytest.mark.parametrize(("change", "contradicted"), [(3, False), (0, False), (-3, True)])
def test_number_below_nobody_contradicts_who_believes_its_sum(change, contradicted):
    cells = Cells(RULES)
    for name, value in (("before", 20), ("since", change), ("so far", 20 + change)):
        cells.add((name,), value, DETAIL)
    cells.total(("so far",), [("before",), ("since",)], believed=True)
    assert bool(cells.contradicted) == contradicted
    assert sums_of(cells) == {(("so far",), frozenset({("before",), ("since",)}))}
    if contradicted:
        every = {("before",), ("since",), ("so far",)}
        assert cells.hidden(cells.few_persons(), SECONDS) == every


def test_amounts_stay_uncertain_by_the_percentage_whatever_their_sign():
    cells = Cells(RULES, persons=False)
    cells.add(("other",), 1.0, DETAIL)
    cells.add(("paid",), 300.0, DETAIL)
    cells.add(("refund",), -50.0, DETAIL)
    # 10 %
    assert cells.uncertain([("not there",), ("refund",), ("paid",)]) == [
        Sensitive(2, 5.0, 5.0),
        Sensitive(1, 30.0, 30.0),
    ]


def test_holders_of_what_is_no_cell_are_passed_over():
    cells = Cells(RULES, persons=False)
    cells.add(("a",), 100.0, DETAIL)
    held = {("not there",): {"one": 5.0}, ("a",): {"one": 100.0}}
    assert [one.cell for one in cells.few_holders(held)] == [0]


def test_a_zero_that_tells_of_a_whole_small_group_is_sensitive():
    cells = Cells(RULES)
    for name, value in (("a", 6), ("b", 0), ("all", 6)):
        cells.add((name,), value, DETAIL)
    cells.total(("all",), [("a",), ("b",)])
    assert {one.cell for one in cells.few_persons()} == {0, 1, 2}


def test_what_nobody_sees_is_hidden_though_nothing_is_sensitive():
    cells = Cells(RULES)
    assert cells.hidden([], SECONDS) == frozenset()
    cells.add(("seen",), 30.0, DETAIL)
    assert cells.hidden([], SECONDS) == frozenset()
    cells.add(("unseen",), 40.0, UNSEEN)
    assert cells.hidden([], SECONDS) == {("unseen",)}


def test_the_cheaper_of_two_cells_goes():
    for losses, goes in (((DETAIL, SUM), "b"), ((SUM, DETAIL), "c")):
        cells = Cells(RULES)
        cells.add(("a",), 3, DETAIL)
        for name, loss in zip("bc", losses, strict=True):
            cells.add((name,), 30, loss)
        cells.add(("all",), 63, WHOLE)
        cells.total(("all",), [(name,) for name in "abc"])
        assert cells.hidden(cells.few_persons(), SECONDS) == {("a",), (goes,)}


# --------------------------------------------------------------------------------- masked values


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([True, False], "bool"),
        (["yes", "no"], "str"),
        ([1, 2], "Int64"),
        ([True, False], "boolean"),
    ],
)
def test_values_of_any_kind_are_marked(values, dtype):
    table = pd.DataFrame({"value": pd.Series(values, dtype=dtype, index=[7, 9])})
    shown = masked(table, {"value": np.array([False, True])})["value"]
    assert [is_hidden(value) for value in shown.astype(object)] == [False, True]
    assert shown.iloc[0] == values[0]
    assert list(shown.index) == [7, 9]


def test_columns_of_which_nothing_is_hidden_stay_as_they_are():
    table = pd.DataFrame({"a": [1, 2], "b": [1, 2], "c": [3.0, np.nan], "d": [1, 2]})
    nothing, last = np.array([False, False]), np.array([False, True])
    shown = masked(table, {"a": nothing, "c": last, "d": last})
    assert shown[["a", "b", "c"]].equals(table[["a", "b", "c"]])
    assert shown["a"].dtype == table["a"].dtype
    assert is_hidden(shown["d"][1])


def test_unknown_number_beside_a_hidden_one_stays_unknown():
    table = pd.DataFrame({"n": pd.Series([1, None, 3], dtype="Int64")})
    shown = masked(table, {"n": np.array([True, True, False])})["n"].astype(object)
    assert [is_hidden(value) for value in shown] == [True, False, False]
    assert pd.isna(shown[1])


def test_a_column_is_hidden_for_any_of_its_reasons():
    tables = {"t": pd.DataFrame({"k": [1, 2, 3], "x": [10, 20, 30], "y": [1, 2, 3]})}
    shown = [
        ("t", ("x",), lambda row: [("a", row["k"])]),
        ("t", ("x", "y"), lambda row: [("none",), ("b", row["k"])]),
        ("t", ("y",), lambda row: [("none",)]),
    ]
    before = dict(tables)
    mask_all(tables, shown, {("a", 1), ("b", 3)})
    assert hidden_in(before, tables) == expected(t={0: "x", 2: "x y"})


def test_a_table_of_which_nothing_is_hidden_is_the_same_table():
    table = pd.DataFrame({"k": [1]})
    tables = {"t": table, "empty": table.iloc[:0]}
    rests = [(name, ("k",), lambda row: [("a", row["k"])]) for name in tables]
    mask_all(tables, rests, {("a", 2)})
    assert tables["t"] is table


# ------------------------------------------------------------------------------ earlier editions


def test_an_earlier_edition_is_what_it_shows_and_what_it_hides():
    seen = Seen(RULES)
    seen.add(("shown",), 5.0, DETAIL)
    seen.add(("hidden",), HIDDEN_VALUE, DETAIL)
    seen.add(("unknown",), float("nan"), DETAIL)
    seen.add(("never seen",), 7.0, UNSEEN)
    seen.add_sum(("sum",), [("shown",)], WHOLE)
    seen.total(("shown",), [("shown",)])
    assert values_of(seen) == {("shown",): 5.0}
    assert seen.unseen == {("hidden",)}
    assert seen.sums == []
    assert (seen.rules, seen.persons) == (RULES, True)
    assert not Seen(RULES, persons=False).persons


def assuming(*sums: tuple[str, ...], **children: float) -> Cells:
    """Children of places, and sums of them that anybody may know from elsewhere."""
    cells = year(*children.values())
    cells.keys = {(name,): place for place, name in enumerate([*children, "all"])}
    for parts in sums:
        cells.know(("known", *parts), [(part,) for part in parts])
    return cells


def test_sum_that_anybody_knows_is_a_cell_that_is_never_hidden():
    cells = assuming(("a", "b"), a=5, b=20, c=30, d=40)
    place = cells.keys["known", "a", "b"]
    assert (cells.values[place], cells.losses[place], cells.assumed) == (25, WHOLE, {place})
    assert (("known", "a", "b"), frozenset({("a",), ("b",)})) in sums_of(cells)
    # With 30 or 40 in place of 20, the sum of a and b would tell the 5.
    assert cells.hidden(cells.few_persons(), SECONDS) == {("a",), ("b",)}


@pytest.mark.parametrize(("b", "known"), [(0, False), (2, False), (3, True)])
def test_sum_of_few_is_not_taken_as_known(b, known):
    assert bool(assuming(("a", "b"), a=5, b=b).assumed) == known
    assert not assuming(("a", "b"), a=0.5, b=0).assumed
    assert assuming(("a", "b"), a=0, b=0).assumed


def test_what_cannot_be_hidden_from_who_knows_a_sum_is_hidden_from_the_others():
    # Whoever knows a and b, and b and c, and sees c in an earlier edition, knows all of them.
    cells = assuming(("a", "b"), ("b", "c"), ("d", "e"), a=5, b=20, c=30, d=6, e=50)
    cells.known.add(cells.keys["c",])
    hidden = cells.hidden(cells.few_persons(), SECONDS)
    assert {("a",), ("d",), ("e",)} <= hidden
    assert len(hidden) == 4  # d and e stay safe from who knows their sum; a goes with b
    assert cells.assumed  # the cells themselves are as they were


def test_zero_that_sums_leave_no_choice_is_hidden_all_the_same():
    # Who stays in a year in which nobody moves is as many as before: then 0 of 5 have left.
    cells = Cells(RULES)
    for name, value in (("before", 5), ("stay", 5), ("left", 0)):
        cells.add((name,), value, DETAIL)
    cells.total(("before",), [("stay",), ("left",)])
    cells.total(("stay",), [("before",)])
    assert cells.hidden(cells.few_persons(), SECONDS) == {("before",), ("stay",), ("left",)}


def test_amounts_that_cancel_out_are_hidden_with_another():
    # 1,000 spent and 990 paid back are 10: it cannot be 100 less.
    cells = Cells(RULES, persons=False)
    for name, value in (("a", 10.0), ("b", 400.0), ("c", 500.0), ("all", 910.0)):
        cells.add((name,), value, WHOLE if name == "all" else DETAIL)
    cells.total(("all",), [("a",), ("b",), ("c",)])
    sensitive = cells.few_holders({("a",): {"one": 1000.0, "two": -990.0}})
    assert sensitive == [Sensitive(0, 10.0, 100.0)]
    hidden = cells.hidden(sensitive, SECONDS)
    assert ("a",) in hidden
    assert ("all",) not in hidden
    assert len(hidden) == 2


def test_every_assumption_goes_where_none_is_about_what_cannot_be_hidden():
    cells = assuming(("a", "b"), a=5, b=20)
    assert cells._assuming_less({cells.keys["a",]}).sums == cells.sums[:1]
    assert cells._assuming_less({cells.keys["all",]}).assumed == set()


def test_assumptions_about_others_stay():
    cells = assuming(("a", "b"), ("c", "d"), a=5, b=20, c=6, d=30)
    less = cells._assuming_less({cells.keys["a",]})
    assert less.assumed == {cells.keys["known", "c", "d"]}
    assert sums_of(less) == sums_of(cells) - {(("known", "a", "b"), frozenset({("a",), ("b",)}))}


def test_earlier_edition_shows_nothing_that_is_known_from_elsewhere():
    seen = Seen(RULES)
    seen.know(("known",), [("a",)])
    assert (seen.keys, seen.assumed) == ({}, set())


def kept(now: dict[str, float], before: dict[str, float], persons: bool = True) -> Cells:
    """Cells of now, whose sum is `all`, with an earlier edition taken into account."""
    cells, seen = Cells(RULES, persons), Seen(RULES, persons)
    for of, given in ((cells, now), (seen, before)):
        for name, value in given.items():
            of.add((name,), value, UNSEEN if name == "never" else DETAIL)
    cells.total(("all",), [(name,) for name in now if name != "all"])
    cells.keep(seen)
    return cells


def test_what_was_shown_with_the_same_value_is_known():
    cells = kept({"a": 20, "b": 30 + 30 * CLOSE / 2, "c": 0.0, "d": 50}, {"a": 20, "b": 30, "c": 0})
    assert cells.known == {0, 1, 2}
    assert (cells.always, cells.changed) == (set(), [])


def test_what_was_hidden_is_always_hidden():
    cells = kept({"a": 20, "b": 30}, {"a": HIDDEN_VALUE})
    assert (cells.always, cells.known) == ({0}, set())


def test_a_number_revised_by_few_is_sensitive_and_an_amount_is_not():
    # 31 − 30 = 1: from no change, 1 less, to 8 more than before, 7 more than now.
    cells = kept({"a": 20, "b": 31}, {"a": 20, "b": 30})
    assert cells.changed == [Sensitive(1, 1.0, 7.0)]
    assert cells.known == {0}
    assert kept({"b": 31}, {"b": 30}, persons=False).changed == []
    # A number below 1 is compared as one of 1 is.
    assert kept({"b": 0.5 + CLOSE / 2}, {"b": 0.5}).known == {0}


def test_what_nobody_sees_is_never_known():
    seen = Seen(RULES)
    seen.keys, seen.values = {("never",): 0}, [20.0]
    cells = Cells(RULES)
    cells.add(("never",), 20.0, UNSEEN)
    cells.keep(seen)
    assert cells.known == set()


def sums_before(cells: Cells) -> dict:
    """The sums that only the earlier edition tells: whole, parts, and the value of each."""
    known = {key: cells.value(key) for key in cells.keys if key[0] == "before"}
    return {
        tuple(sorted(str(key[0]) for key in (whole, *parts))): list(known.values())
        for whole, parts in sums_of(cells)
        if known.keys() & {whole, *parts}
    }


def test_hidden_parts_of_an_earlier_sum_add_up_to_what_was_left():
    # Before: all 50, c 20; so a + b = 30, while c is now 30 and all 60.
    cells = kept(
        {"a": 12, "b": 18, "c": 30, "all": 60},
        {"a": HIDDEN_VALUE, "b": HIDDEN_VALUE, "c": 20, "all": 50},
    )
    assert sums_before(cells) == {("a", "b", "before"): [50 - 20]}
    place = next(place for key, place in cells.keys.items() if key[0] == "before")
    assert place in cells.known
    assert cells.losses[place] == WHOLE


def test_an_earlier_sum_may_have_shown_nobody():
    cells = kept(
        {"a": 12, "b": 18, "c": 10, "all": 40},
        {"a": HIDDEN_VALUE, "b": HIDDEN_VALUE, "c": 0, "all": 30},
    )
    assert sums_before(cells) == {("a", "b", "before"): [30 - 0]}


def test_hidden_whole_of_an_earlier_sum_is_what_was_shown_and_the_hidden_part():
    # Before: all and a hidden, b 30. Now b is 40, a 10 less: all is what it was.
    cells = kept({"a": 20, "b": 40, "all": 60}, {"a": HIDDEN_VALUE, "b": 30, "all": HIDDEN_VALUE})
    assert sums_before(cells) == {}  # 20 + 30 is not 60: a or all was revised
    cells = kept(
        {"a": 20, "b": 40, "c": 20, "all": 80},
        {"a": HIDDEN_VALUE, "b": 30, "c": 30, "all": HIDDEN_VALUE},
    )
    assert sums_before(cells) == {("a", "all", "before"): [30 + 30]}


@pytest.mark.parametrize(
    "before",
    [
        {"a": 12, "b": 18, "c": 20, "all": 50},  # nothing was hidden
        {"a": HIDDEN_VALUE, "b": HIDDEN_VALUE, "c": 30, "all": 60},  # nothing was revised
        {"a": HIDDEN_VALUE, "b": HIDDEN_VALUE, "c": 20},  # the whole was not there
    ],
)
def test_an_earlier_sum_that_tells_nothing_new_is_not_repeated(before):
    assert sums_before(kept({"a": 12, "b": 18, "c": 30, "all": 60}, before)) == {}


def test_tables_of_an_earlier_edition_may_lack_columns_and_rows():
    tables = {"t": pd.DataFrame({"k": [1, 2], "n": [20, 30]}), "u": pd.DataFrame({"n": [5]})}

    def add(cells, of):
        assert list(of) == ["t", "u"]
        cells.add_all(of["t"], "t", ["k"], "n", DETAIL)
        cells.add_all(of["u"], "u", [], "n", DETAIL)

    before = pd.DataFrame({"n": [HIDDEN_VALUE, 40], "k": [1, 2], "more": 0})
    cells = cells_of(add, tables, [{"t": before}, {"t": before[["k"]]}], RULES)
    assert (cells.always, cells.known) == ({0}, set())
    assert cells.persons
    amounts = cells_of(add, tables, [{"t": before.assign(n=[20.0, 31.0])}], RULES, persons=False)
    assert (amounts.known, amounts.changed, amounts.persons) == ({0}, [], False)


# ------------------------------------------------------------------------------- order of rows


def order_of(table: pd.DataFrame) -> list[str]:
    return ["".join(map(str, row)) for row in table[["pair", "name", "of"]].to_numpy()]


def test_rows_of_hidden_values_stand_in_the_order_of_their_names():
    # Sorted by size within each pair: d and b of the first pair are hidden, a of the second.
    names = [("2", "e", "x"), ("2", "d", "x"), ("2", "c", "x"), ("2", "b", "y"), ("2", "b", "x"),
             ("1", "a", "x"), ("1", "b", "x")]  # fmt: skip
    table = pd.DataFrame(names, columns=["pair", "name", "of"]).assign(size=[9, 8, 7, 6, 5, 4, 3.0])
    hidden = np.array([False, True, False, True, True, True, False])
    shown = hidden_last(masked(table, {"size": hidden}), "size", ["name", "of"], ["pair"])
    assert order_of(shown) == ["2ex", "2cx", "2bx", "2by", "2dx", "1bx", "1ax"]
    assert (list(shown.index), list(shown)) == (list(range(7)), list(table))
    assert [is_hidden(size) for size in shown["size"]] == [False] * 2 + [True] * 3 + [False, True]
    assert hidden_last(table, "size", ["name"]) is table
    assert hidden_last(table, "span", ["name"]) is table


def test_rows_about_nothing_else_have_no_second_name():
    table = pd.DataFrame({"pair": "", "name": ["b", "a", "a"], "of": ["x", "x", None]})
    shown = hidden_last(table.assign(size=HIDDEN_VALUE), "size", ["name", "of"])
    assert order_of(shown.fillna({"of": ""})) == ["a", "ax", "bx"]
