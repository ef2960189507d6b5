"""Which cells are sensitive by themselves."""

from __future__ import annotations

import pandas as pd
import pytest

from dieval.release import costs
from dieval.release.cells import mask_all
from dieval.release.linked import bounds, grid, linked
from dieval.release.pattern import Sensitive, safe_pattern
from dieval.release.rules import Rules, few_holders, few_persons, whole_groups
from dieval.vocabulary import is_hidden

RULES = Rules(persons=8, holders=3, percent=10)


def test_numbers_of_persons_from_one_to_seven_are_hidden() -> None:
    system = linked([0, 1, 7, 8, 16], [(4, (0, 1, 2, 3))])
    assert few_persons(system, range(5), [], RULES) == [Sensitive(1, 1, 7), Sensitive(2, 7, 1)]


def test_number_of_somebody_alone_hides_nothing_from_him() -> None:
    lines = [(3, (0, 1, 2))]
    system = linked([1, 5, 20, 26], lines)
    found = few_persons(system, range(4), lines, RULES)
    # The person of cell 0 must not learn the 5 of cell 1; nobody stands alone beside cell 0.
    assert found == [Sensitive(0, 1, 7), Sensitive(1, 5, 3), Sensitive(1, 1, 1, known=(0,))]


def test_sum_of_somebody_alone_is_no_news_to_him() -> None:
    lines = [(2, (0, 1))]
    assert few_persons(linked([1, 0, 1], lines), range(3), lines, RULES) == [
        Sensitive(0, 1, 7), Sensitive(2, 1, 7),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([6, 6, 0, 0], [2, 3]),  # six of six
        ([7, 6, 1, 0], []),  # not all in one part
        ([8, 8, 0, 0], []),  # a group that is large enough
        ([0, 0, 0, 0], []),  # nobody
    ],
)
def test_zeros_of_a_small_group_that_is_all_in_one_part(
    values: list[float], found: list[int]
) -> None:
    lines = [(0, (1, 2, 3))]
    sensitive = whole_groups(linked(values, lines), lines, RULES)
    assert sensitive == [Sensitive(cell, 0, 1) for cell in found]


def test_six_of_six_is_not_given_away() -> None:
    table = [[6, 0, 6], [20, 30, 50], [26, 30, 56]]
    system = grid(table)
    lines = [(2, (0, 1)), (5, (3, 4)), (8, (6, 7)), (6, (0, 3)), (7, (1, 4)), (8, (2, 5))]
    sensitive = [*few_persons(system, range(9), lines, RULES), *whole_groups(system, lines, RULES)]
    found = safe_pattern(system, sensitive, system.values + 1, 10)
    limits = bounds(system, found.hidden)
    assert found.hidden[[0, 1, 2]].all()
    assert limits[1, 1] >= 1
    assert limits[2, 1] >= 8


@pytest.mark.parametrize(
    ("by_holder", "found"),
    [
        ({"a": 100.0}, [(10.0, 10.0)]),  # one holder: 10 % of 100
        ({"a": 100.0, "b": 50.0}, [(10.0, 10.0)]),  # two
        # Three: 105 − 100 − 4 = 1 is less than 10: nine are lacking.
        ({"a": 100.0, "b": 4.0, "c": 1.0}, [(9.0, 9.0)]),
        ({"a": 100.0, "b": 40.0, "c": 10.0}, []),  # 150 − 100 − 40 = 10, which is enough
        ({"a": 100.0, "b": 40.0, "c": 9.99}, [(0.01, 0.01)]),
        ({"a": 0.0}, []),
        ({}, []),
    ],
)
def test_amounts_of_few_holders(
    by_holder: dict[str, float], found: list[tuple[float, float]]
) -> None:
    got = [(one.below, one.above) for one in few_holders({4: by_holder}, RULES)]
    assert got == [pytest.approx(pair) for pair in found]


@pytest.mark.parametrize("hidden", ["days", "total"])
def test_a21_v_mean_gives_the_hidden_number_away(hidden: str) -> None:
    # 12,345.00 / 4,115.00 = 3 children: with either of the two hidden, the mean is hidden, too.
    row = {"year": 2021, "care_arrangement": "institution", "child_days": 3 * 365}
    row |= {"total_eur": 12_345.0, "cost_per_child_year_eur": 4_115.0}
    tables = {"unit_costs": pd.DataFrame([row, row | {"year": 2022}])}
    mask_all(tables, costs._RESTS, {(hidden, 2021, "institution")})
    found = tables["unit_costs"].astype(object).map(is_hidden)
    expected = {"days": "child_days", "total": "total_eur"}[hidden]
    assert set(found.columns[found.loc[0]]) == {expected, "cost_per_child_year_eur"}
    assert not found.loc[1].any()


def test_each_small_group_is_looked_at() -> None:
    # 9 of 9 is large enough, 4 = 2 + 2 is in two parts, 6 of 6 and 1 of 1 are all in one.
    lines = [(0, (1, 2)), (3, (4, 5)), (6, (7, 8)), (9, (10, 11, 12))]
    system = linked([9, 9, 0, 4, 2, 2, 6, 0, 6, 1, 0, 1, 0], lines)
    assert whole_groups(system, lines, RULES) == [
        Sensitive(7, 0, 1), Sensitive(10, 0, 1), Sensitive(12, 0, 1),
    ]  # fmt: skip


def test_zero_of_two_groups_is_told_once() -> None:
    lines = [(0, (1, 2)), (3, (2, 4))]
    assert whole_groups(linked([6, 6, 0, 5, 5], lines), lines, RULES) == [Sensitive(2, 0, 1)]


def test_each_amount_is_looked_at() -> None:
    amounts = {1: {"a": 0.0}, 2: {"a": 80.0}, 3: {"a": 10.0, "b": 10.0, "c": 10.0}, 5: {"a": 30.0}}
    assert few_holders(amounts, RULES) == [Sensitive(2, 8, 8), Sensitive(5, 3, 3)]


@pytest.mark.parametrize(
    ("holders", "by_holder", "room"),
    [
        (5, {"a": 100.0, "b": 50.0, "c": 4.0}, 10.0),  # three of five: 10 % of 100
        (2, {"a": 100.0, "b": 50.0}, 10.0),  # two are enough, but nothing is left beside them
        (1, {"a": 100.0}, 10.0),  # one is enough, but nothing is left beside it
        (2, {"a": 100.0, "b": -50.0, "c": -6.0}, 4.0),  # paid back: 10 − 6
    ],
)
def test_rest_counts_only_among_enough_holders(
    holders: int, by_holder: dict[str, float], room: float
) -> None:
    rules = Rules(persons=8, holders=holders, percent=10)
    assert few_holders({0: by_holder}, rules) == [Sensitive(0, room, room)]


def test_amount_falls_by_no_more_than_it_is() -> None:
    found = few_holders({0: {"a": 100.0}}, Rules(persons=8, holders=3, percent=250))
    assert found == [Sensitive(0, 100, 250)]
