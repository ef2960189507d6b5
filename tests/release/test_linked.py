"""What follows from the cells that are shown: known answers and an attack by enumeration."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from joint import editions
from scipy.sparse import csr_array

from dieval.release.linked import (
    Linked,
    Moves,
    apart,
    bounds,
    grid,
    independent,
    lines_of,
    linked,
)

Cells = list[tuple[int, int]]


def hiding(shape: tuple[int, int], cells: Cells) -> np.ndarray:
    hidden = np.zeros(shape, dtype=bool)
    for cell in cells:
        hidden[cell] = True
    return hidden.ravel()


def intervals(table: list[list[float]], cells: Cells) -> list[tuple[float, float]]:
    width = len(table[0])
    found = bounds(grid(table), hiding((len(table), width), cells))
    return [(found[row * width + column, 0], found[row * width + column, 1])
            for row, column in cells]  # fmt: skip


def test_a21_i_one_hidden_part_of_a_sum_is_given_away() -> None:
    system = linked([56_600, 998, 47_600, 8_002], [(0, (1, 2, 3))])
    found = bounds(system, np.array([False, True, False, False]))
    assert found[1].tolist() == [56_600 - 47_600 - 8_002] * 2


def test_a21_ii_bounds_of_four_hidden_cells() -> None:
    table = [[4, 3, 7], [2, 1, 3], [3, 3, 6], [9, 7, 16]]
    cells = [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert intervals(table, cells) == [(3, 6), (1, 4), (0, 3), (0, 3)]


A21_III = [[40, 25, 65], [3, 20, 23], [18, 30, 48], [61, 75, 136]]


@pytest.mark.parametrize("cells", [[(1, 0)], [(1, 0), (1, 1)]])
def test_a21_iii_too_few_hidden_cells_are_given_away(cells: Cells) -> None:
    assert intervals(A21_III, cells)[0] == (3, 3)


def test_a21_iii_four_hidden_cells_keep_their_uncertainty() -> None:
    found = intervals(A21_III, [(1, 0), (1, 1), (2, 0), (2, 1)])
    assert found == [(0, 21), (2, 23), (0, 21), (27, 48)]


A21_IV = [[0, 3, 20, 23], [15, 0, 30, 45], [10, 12, 40, 62], [25, 15, 90, 130]]


def test_a21_iv_zeros_hide_nothing() -> None:
    assert intervals(A21_IV, [(0, 1), (0, 0), (1, 0), (1, 1)])[0] == (0, 3)
    assert intervals(A21_IV, [(0, 1), (0, 2), (2, 1), (2, 2)])[0] == (0, 15)


def test_a21_vi_change_between_editions_is_a_sum() -> None:
    # 61 children in the first edition, 62 in the second: the second is the first and the change.
    system = linked([62, 61, 1], [(0, (1, 2))])
    assert bounds(system, np.array([False, False, True]))[2].tolist() == [62 - 61] * 2


def test_cell_that_no_sum_limits_may_be_anything() -> None:
    system = linked([5, 2, 3], [(0, (1, 2))])
    assert bounds(system, np.array([True, True, False])).tolist() == [
        [3, np.inf],
        [0, np.inf],
        [3, 3],
    ]


def test_amounts_are_not_rounded() -> None:
    system = linked([0.75, 0.5, 0.25], [(0, (1, 2))], whole=False)
    assert bounds(system, np.array([False, True, True]))[1].tolist() == [0, 0.75]


def test_groups_that_no_sum_connects_are_apart() -> None:
    system = linked([3, 1, 2, 7, 3, 4], [(0, (1, 2)), (3, (4, 5))])
    groups = apart(system, np.array([False, True, True, False, True, True]))
    assert sorted(group.tolist() for group in groups) == [[1, 2], [4, 5]]


@pytest.mark.parametrize(
    ("values", "sums"),
    [([3, 1, 1], [(0, (1, 2))]), ([0, -1, 1], [(0, (1, 2))]), ([np.nan, 1, 2], [(0, (1, 2))])],
)
def test_system_that_does_not_hold_is_refused(
    values: list[float], sums: list[tuple[int, tuple[int, ...]]]
) -> None:
    with pytest.raises(ValueError, match=r"sum|below"):
        linked(values, sums)
    with pytest.raises(ValueError, match="number of cells"):
        Linked(np.zeros(2), linked([3, 1, 2], [(0, (1, 2))]).sums)


def test_sums_are_found_along_each_dimension() -> None:
    keys = pd.DataFrame(
        [(place, year) for place in ("a", "b", "r", "all") for year in ("y1", "y2", "ever")],
        columns=["place", "year"],
    )
    parents = {"place": {"a": "r", "b": "r", "r": "all"}, "year": {"y1": "ever", "y2": "ever"}}
    values = [1, 2, 3, 4, 5, 9, 5, 7, 12, 5, 7, 12]
    assert lines_of(keys, values, parents) == [
        *((6, [0, 3]), (9, [6])),
        *((7, [1, 4]), (10, [7])),
        *((8, [2, 5]), (11, [8])),
        *((2, [0, 1]), (5, [3, 4]), (8, [6, 7]), (11, [9, 10])),
    ]


def test_sum_whose_parts_do_not_add_up_is_none() -> None:
    keys = pd.DataFrame({"place": ["a", "b", "all"]})
    parents = {"place": {"a": "all", "b": "all", "c": "all"}}
    assert lines_of(keys, [1, 2, 4], parents) == []  # c is missing
    assert lines_of(keys, [0.25, 0.25, 0.5000004], parents) == [(2, [0, 1])]
    assert lines_of(keys, [0.25, 0.25, 0.500002], parents) == []
    # A millionth of a large sum is what its rounding may be.
    assert lines_of(keys, [1e6, 1e6, 2e6 + 1.5], parents) == [(2, [0, 1])]
    assert lines_of(keys, [1e6, 1e6, 2e6 + 2.5], parents) == []
    assert lines_of(keys, [2, 3, 5], {"place": {}}) == []


def test_changes_are_cells_that_editions_differ_by() -> None:
    lines = [(2, (0, 1))]
    both, changes = editions(linked([7, 30, 37], lines), linked([9, 25, 34], lines),
                             [(0, 0), (1, 1), (2, 2)])  # fmt: skip
    assert changes.tolist() == [6, 7, 8]
    # 9 = 7 + 2, 30 = 25 + 5, 37 = 34 + 3
    assert both.values.tolist() == [7, 30, 37, 9, 25, 34, 2, 5, 3]
    assert both.sums.toarray().tolist() == [
        [1, 1, -1, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 1, 1, -1, 0, 0, 0],
        [1, 0, 0, -1, 0, 0, 1, 0, 0],
        [0, -1, 0, 0, 1, 0, 0, 1, 0],
        [0, 0, -1, 0, 0, 1, 0, 0, 1],
    ]
    assert both.whole


def test_editions_of_amounts_are_not_whole() -> None:
    whole, amounts = linked([3, 1, 2], [(0, (1, 2))]), linked([3, 1, 2], [(0, (1, 2))], whole=False)
    for pair in ((whole, amounts), (amounts, whole), (amounts, amounts)):
        both, changes = editions(*pair, [(1, 1)])
        assert not both.whole
        assert both.values[changes].tolist() == [0]


def test_grid_is_of_whole_numbers_unless_said() -> None:
    assert grid([[1, 2, 3], [4, 5, 9], [5, 7, 12]]).whole is True
    assert grid([[1, 2, 3], [4, 5, 9], [5, 7, 12]], whole=False).whole is False


def test_change_of_less_than_one_is_a_cell_too() -> None:
    lines = [(2, (0, 1))]
    earlier = linked([0.5, 0.25, 0.75], lines, whole=False)
    later = linked([0.75, 0.25, 1.0], lines, whole=False)
    both, changes = editions(earlier, later, [(0, 0), (1, 1)])
    assert both.values[changes].tolist() == [0.75 - 0.5, 0]


def test_sums_that_follow_from_others_are_left_out() -> None:
    sums = np.array([[1.0, 1, -1, 0], [0, 0, 0, 0], [0, 1, 1, -1], [1, 2, 0, -1], [2, 2, -2, 0]])
    assert independent(csr_array(sums)).toarray().tolist() == [
        [1, 1, -1, 0],
        [0, 1, 1, -1],
    ]


def test_move_is_priced_by_what_holds_it() -> None:
    moves = Moves(grid([[5, 3, 8], [20, 30, 50], [25, 33, 58]]).sums[:, [0, 1, 3, 4]])
    down, up = np.array([5.0, 3, 20, 30]), np.full(4, np.inf)
    found = moves.furthest(0, "upper", down, up)
    assert found.reach == pytest.approx(3)
    # The 3 beside it is what is used up: one more of it, and the 5 goes further by one.
    assert np.where(np.abs(found.prices) > 1e-9, found.prices, 0).tolist() == [0, 1, 0, 0]
    assert found.way == pytest.approx(np.array([3, -3, -3, 3]))
    lower = moves.furthest(0, "lower", down, up)
    assert lower.reach == pytest.approx(5)


def test_move_without_limit_is_told() -> None:
    moves = Moves(linked([9, 4, 5], [(0, (1, 2))]).sums)
    found = moves.furthest(1, "upper", np.array([9.0, 4, 5]), np.full(3, np.inf))
    assert found.reach == np.inf
    assert found.way.tolist() == found.prices.tolist() == [0, 0, 0]
    # The next question starts afresh.
    assert moves.furthest(1, "lower", np.array([9.0, 4, 5]), np.full(3, np.inf)).reach == 4
