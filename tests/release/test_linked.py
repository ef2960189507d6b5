"""What follows from the cells that are shown: known answers and an attack by enumeration."""

from __future__ import annotations

import numpy as np
import pytest

from dieval.release.linked import Linked, apart, bounds, grid, linked

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
