"""Ways in which sensitive cells move, and what else they show."""

from __future__ import annotations

import numpy as np
import pytest

from dieval.release.attack import Goal, Part
from dieval.release.linked import Linked, grid, linked

# 5 and 3, 20 and 30 in two columns; sums shown. The four move together, by the same amount.
TABLE = [[5, 3, 8], [20, 30, 50], [25, 33, 58]]
INNER = np.array([0, 1, 3, 4])


def part_of(goals: list[Goal], system: Linked | None = None) -> Part:
    return Part(system or grid(TABLE), INNER, goals)


def everything(part: Part) -> tuple[np.ndarray, np.ndarray]:
    return part.limits(np.ones(len(part.cells), dtype=bool))


def test_part_counts_its_cells_and_goals_by_itself() -> None:
    part = part_of([Goal(8, "upper", 1), Goal(3, "lower", 4, (0, 8)), Goal(1, "upper", 2)])
    assert part.numbers == [1, 2]
    assert part.goals.tolist() == [0, 1]
    assert part.own.tolist() == [2, 1]
    assert part.upward.tolist() == [False, True]
    assert part.need.tolist() == [4, 2]
    assert part.known == [[0], []]
    assert part.values.tolist() == [5, 3, 20, 30]


def test_limits_are_the_values_and_nothing() -> None:
    down, up = part_of([]).limits(np.array([True, False, True, True]))
    assert down.tolist() == [5, 0, 20, 30]
    assert up.tolist() == [np.inf, 0, np.inf, np.inf]


@pytest.mark.parametrize(
    ("goal", "way"),
    [
        (Goal(0, "upper", 2), [2, -2, -2, 2]),
        (Goal(0, "lower", 4), [-4, 4, 4, -4]),
        (Goal(0, "upper", 9), [3, -3, -3, 3]),  # until the 3 beside it is used up
        (Goal(0, "lower", 9), [-5, 5, 5, -5]),
        (Goal(0, "upper", 2, (4,)), [0, 0, 0, 0]),  # somebody knows the 30
    ],
)
def test_cell_moves_as_far_as_it_needs_or_can(goal: Goal, way: list[float]) -> None:
    part = part_of([goal])
    move = part.furthest(0, *everything(part))
    assert move.way == pytest.approx(np.array(way))
    assert move.reach == pytest.approx(abs(way[0]))


def test_attack_tells_what_is_short_and_by_how_much() -> None:
    goals = [Goal(0, "upper", 2), Goal(1, "lower", 3), Goal(1, "lower", 3.5), Goal(4, "upper", 4)]
    part = part_of(goals)
    short = part.attack(*everything(part), part.goals)
    assert {goal: move.reach for goal, move in short.items()} == pytest.approx({2: 3, 3: 3})
    assert list(part.attack(*everything(part), part.goals, all_of_them=False)) == [2]
    assert list(part.attack(*everything(part), np.array([0, 1]))) == []
    assert list(part.attack(*everything(part), np.array([3]))) == [3]


def test_one_way_serves_others_further_and_backwards() -> None:
    goals = [
        Goal(0, "upper", 1),
        Goal(4, "upper", 3),  # three times as far
        Goal(4, "upper", 4),  # too far: the 3 would be below 0
        Goal(0, "lower", 5),  # backwards, until the 5 is used up
        Goal(0, "lower", 6),
        Goal(1, "upper", 2),
        Goal(1, "upper", 2, (0,)),  # the 5 moves along, and is known
    ]
    part = part_of(goals)
    way = np.array([1.0, -1, -1, 1])
    served = part.served(way, part.goals, *everything(part))
    assert served.tolist() == [True, True, False, True, False, True, False]
    assert part.ways[1].tolist() == [3, -3, -3, 3]
    assert part.ways[3].tolist() == [-5, 5, 5, -5]
    assert part.ways[5].tolist() == [-2, 2, 2, -2]
    assert not part.ways[[2, 4, 6]].any()


def test_way_serves_no_cell_that_stands_still() -> None:
    system = linked([9, 4, 5, 7], [(0, (1, 2))])
    part = Part(system, np.arange(4), [Goal(3, "upper", 1), Goal(2, "lower", 1)])
    way = np.array([0.0, 1, -1, 0])
    assert part.served(way, part.goals, *everything(part)).tolist() == [False, True]
    assert part.served(np.zeros(4), part.goals, *everything(part)).tolist() == [False, False]


def test_way_without_limit_serves_any_need() -> None:
    system = linked([9, 4, 5], [(0, (1, 2))])
    part = Part(system, np.arange(3), [Goal(1, "upper", 1e6), Goal(1, "lower", 5)])
    served = part.served(np.array([1.0, 1, 0]), part.goals, *everything(part))
    assert served.tolist() == [True, False]  # back, the 4 ends at 0
    assert part.ways[0].tolist() == [1e6, 1e6, 0]


def test_way_is_kept_while_what_moves_is_hidden() -> None:
    part = part_of([Goal(0, "upper", 2), Goal(1, "lower", 2), Goal(3, "upper", 1)])
    part.keep(0, np.array([2.0, -2, -2, 2]))
    part.keep(1, np.array([2.0, -2, -2, 2 + 1e-9]))
    assert part.kept(part.goals, *everything(part)).tolist() == [True, True, False]
    for cell in range(4):
        hidden = np.arange(4) != cell
        assert not part.kept(part.goals, *part.limits(hidden)).any()
    down, up = everything(part)
    down[1] = 1.5
    assert not part.kept(part.goals, down, up).any()
    up[0] = 1.5
    assert not part.kept(part.goals, *everything(part)[:1], up).any()


def test_dust_of_the_solver_is_no_move() -> None:
    part = part_of([Goal(0, "upper", 2)])
    part.keep(0, np.array([2.0, -2, -1e-9, 1e-9]))
    assert part.ways[0].tolist() == [2, -2, 0, 0]


def test_goal_is_reached_within_the_doubt_of_the_solver() -> None:
    part = part_of([Goal(0, "upper", 3 + 2e-6), Goal(0, "upper", 3 + 4e-6)])
    # A millionth of the need is forgiven: 3.000002, not 3.000004.
    assert list(part.attack(*everything(part), part.goals)) == [1]


def test_cell_alone_in_a_sum_holds_others_with_it() -> None:
    # 0 = 1 + 2, 2 = 3 + 4: with 3 shown, 4 moves only with 2, and 2 only with 0 or 1.
    system = linked([9, 4, 5, 2, 3], [(0, (1, 2)), (2, (3, 4))])
    part = Part(system, np.arange(5), [])
    assert part.loose(np.array([True, False, True, False, True])).tolist() == [
        True, False, True, False, True,
    ]  # fmt: skip
    assert not part.loose(np.array([False, False, True, False, True])).any()
    assert not part.loose(np.array([False, True, False, False, True])).any()
    assert part.loose(np.ones(5, dtype=bool)).all()
