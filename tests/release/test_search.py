"""The search for a pattern, step by step: conditions, proposals, and what is too dear for good."""

from __future__ import annotations

import numpy as np
import pytest

from dieval.release.attack import Goal, Part
from dieval.release.linked import Linked, linked
from dieval.release.pattern import _Search


def row_of_four() -> Linked:
    """Give 3, 10, 20 and 40, whose sum of 73 is shown."""
    return linked([3, 10, 20, 40, 73], [(4, (0, 1, 2, 3))])


def search(goals: list[Goal], cost: list[float], must: tuple[int, ...] = (0,)) -> _Search:
    part = Part(row_of_four(), np.arange(4), goals)
    return _Search(part, np.array(cost), np.isin(np.arange(4), must))


def asked(found: _Search) -> list[list[float]]:
    """Give the conditions asked so far, over the four cells."""
    model = found.choice.solver.getLp()
    matrix, rows = model.a_matrix_, np.zeros((model.num_row_, 4))
    for row in range(model.num_row_):
        places = slice(matrix.start_[row], matrix.start_[row + 1])
        rows[row, matrix.index_[places]] = matrix.value_[places]
    assert list(model.row_lower_) == [1.0] * len(rows)
    return rows.tolist()


UP = np.array([0.0, 1, 1, 1])  # the 3 rises by as much as the others fall


def test_condition_counts_what_each_cell_adds_up_to_the_need() -> None:
    found = search([Goal(0, "upper", 16)], [1, 1, 1, 1])
    assert found.condition(0, UP)
    # The 10 is 10/16 of the need; the 20 and the 40 are more than enough.
    assert asked(found) == [[0, 10 / 16, 1, 1]]


def test_condition_takes_off_what_is_hidden_anyway() -> None:
    found = search([Goal(0, "upper", 16)], [1, 1, 1, 1], must=(0, 1))
    assert found.condition(0, UP)
    # 16 − 10 = 6 are lacking, and the 20 or the 40 has them.
    assert asked(found) == [[0, 0, 1, 1]]


def test_condition_leaves_out_what_is_known() -> None:
    found = search([Goal(0, "upper", 16, (2,))], [1, 1, 1, 1])
    assert found.condition(0, UP)
    assert asked(found) == [[0, 10 / 16, 0, 1]]


def test_condition_lets_cells_rise_without_limit() -> None:
    found = search([Goal(0, "lower", 3)], [1, 1, 1, 1])
    assert found.condition(0, -UP)
    assert asked(found) == [[0, 1, 1, 1]]


def test_condition_that_asks_nothing_new_is_none() -> None:
    found = search([Goal(0, "upper", 16), Goal(0, "upper", 8)], [1, 1, 1, 1], must=(0, 1))
    assert found.condition(0, UP) is True
    assert found.condition(0, UP) is False  # asked already
    assert found.condition(1, UP) is False  # the 10, which is hidden, gives way by 8
    assert len(asked(found)) == 1


def test_prices_within_the_doubt_of_the_solver_are_none() -> None:
    found = search([Goal(0, "upper", 16)], [1, 1, 1, 1])
    assert found.condition(0, UP + np.array([0, -1 + 1e-9, 0, -1 - 1e-9]))
    assert asked(found) == [[0, 0, 1, 0]]


def test_first_pattern_takes_the_cheapest_way() -> None:
    found = search([Goal(0, "upper", 8), Goal(0, "lower", 3)], [4, 11, 21, 41])
    assert found.begin() == set()
    assert found.best.tolist() == [True, True, False, False]
    assert found.least == 4
    assert not found.done


def test_cell_smaller_than_the_need_is_dearer() -> None:
    # The 10 gives way by 10 of 16 and takes another along: 11 × 16/10 + … is more than 17.
    found = search([Goal(0, "upper", 16), Goal(0, "lower", 3)], [4, 11, 17, 41])
    found.begin()
    assert found.best.tolist() == [True, False, True, False]


def test_first_pattern_names_cells_that_are_stuck() -> None:
    found = search([Goal(0, "upper", 71), Goal(0, "upper", 70), Goal(1, "lower", 11)], [1, 1, 1, 1])
    # The others are 10 + 20 + 40 = 70, and the 10 falls by 10 only.
    assert found.begin() == {0, 1}


def test_relaxed_proposals_prove_what_none_loses_less_than() -> None:
    found = search([Goal(0, "upper", 8), Goal(0, "lower", 3)], [4, 11, 21, 41])
    found.begin()
    found.relax(1_000, np.inf)
    assert found.least == pytest.approx(4 + 11)
    assert found.done


def test_relaxed_proposal_that_breaks_goals_has_their_prices() -> None:
    goals = [Goal(0, "upper", 8), Goal(0, "lower", 3), Goal(0, "upper", 5, (2, 3))]
    found = search(goals, [4, 11, 21, 41])
    chosen = np.array([1.0, 0.5, 0.25, 0])
    # Up by 8: half of the need beside a quarter of it are 6. Down by 3: three quarters of that.
    # Up by 5 without the 20 and the 40: half of it.
    broken = dict(found.broken(found.part.goals, chosen))
    assert sorted(broken) == [0, 1, 2]
    assert np.sign(broken[0]).tolist() == [0, 1, 1, 1]
    assert np.sign(broken[1]).tolist() == [0, -1, -1, -1]
    assert found.broken(found.part.goals, np.array([1.0, 1, 0, 0])) == []


def test_what_is_hidden_anyway_moves_freely_in_relaxed_proposals() -> None:
    found = search([Goal(0, "upper", 8), Goal(0, "lower", 3)], [4, 11, 21, 41], must=(0, 2))
    assert found.broken(found.part.goals, np.array([1.0, 0, 1, 0])) == []


def test_cells_too_dear_for_a_cheaper_pattern_are_shown_for_good() -> None:
    found = search([Goal(0, "upper", 8), Goal(0, "lower", 3)], [4, 11, 21, 41], must=(0,))
    found.best = np.array([True, False, True, False])  # 4 + 21
    found.by_lines()
    found.choice.solve()
    assert found.choice.product == pytest.approx(4 + 11)
    found.fix()
    # One more of the 40 instead of the 10 costs 41 − 11 = 30, above what could be saved, 10. The
    # 20 costs no more than that, and the 3 stays hidden.
    model = found.choice.solver.getLp()
    assert list(model.col_lower_) == [1, 0, 0, 0]
    assert list(model.col_upper_) == [1, 1, 1, 0]


def test_offer_is_taken_only_if_it_loses_less() -> None:
    found = search([Goal(0, "upper", 8), Goal(0, "lower", 3)], [4, 11, 21, 41])
    found.best = np.array([True, False, True, False])
    found.offer(np.array([True, False, False, True]), found.cost)
    assert found.best.tolist() == [True, False, True, False]
    found.offer(np.array([True, True, False, True]), found.cost)
    assert found.best.tolist() == [True, True, False, False]
