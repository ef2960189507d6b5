"""Programs are changed and solved again; what cannot be solved is told."""

from __future__ import annotations

import highspy
import numpy as np
import pytest
from scipy.sparse import csr_array

from dieval.release.solver import FOUND, IMPOSSIBLE, UNLIMITED, Program


def pair(row: list[float] | None = None, least: float = 0.0) -> Program:
    """Make a program of two columns from 0 to 1, each of which costs 1."""
    program = Program(np.ones(2), csr_array((0, 2)), np.zeros(2), np.ones(2))
    if row is not None:
        program.add(np.array(row), least)
    return program


def test_program_takes_the_least_that_its_rows_ask_for() -> None:
    program = pair([2, 2], 3)
    assert program.solve() == FOUND
    assert program.product == pytest.approx(3 / 2)
    assert 2 * program.best.sum() == pytest.approx(3)
    assert program.steps > 0


def test_equal_sums_hold() -> None:
    # x + y = z; z is worth 1, x costs nothing and y 3.
    program = Program(
        np.array([0.0, 3.0, -1.0]), csr_array([[1.0, 1, -1]]), np.zeros(3), np.array([4.0, 5, 9])
    )
    program.solve()
    assert program.best.tolist() == [4, 0, 4]
    assert program.prices.tolist() == [-1, 3 - 1, 0]


def test_changed_aims_and_limits_count_from_then_on() -> None:
    program = pair([1, 1], 1)
    program.aim(0, 5.0)
    program.solve()
    assert program.best.tolist() == [0, 1]
    program.aims(np.array([1.0, 7.0]))
    program.solve()
    assert program.best.tolist() == [1, 0]
    program.limit(np.zeros(2), np.array([0.25, 1.0]))
    program.solve()
    assert program.best.tolist() == [0.25, 0.75]


def test_program_without_solution_is_told_where_that_is_not_expected() -> None:
    program = pair([1, 1], 3)
    assert program.solve(IMPOSSIBLE) == IMPOSSIBLE
    with pytest.raises(ArithmeticError, match=r"^a linear program was not solved: Infeasible$"):
        program.solve()


def test_program_without_limit_is_told_where_that_is_not_expected() -> None:
    program = Program(np.array([-1.0]), csr_array((0, 1)), np.zeros(1), np.array([np.inf]))
    assert program.solve(UNLIMITED) == UNLIMITED
    with pytest.raises(ArithmeticError, match="Unbounded"):
        program.solve(IMPOSSIBLE)


def test_whole_columns_cost_what_whole_columns_cost() -> None:
    program = pair([2, 2], 3)
    found, least = program.whole(100)
    assert found is not None
    assert found.tolist() == [1, 1]
    assert least == pytest.approx(2)
    # Afterwards parts of columns are allowed again.
    program.solve()
    assert program.product == pytest.approx(3 / 2)


def test_whole_columns_that_cannot_be_are_none() -> None:
    assert pair([1, 1], 3).whole(100) == (None, np.inf)


def test_search_for_whole_columns_ends_after_so_many_nodes() -> None:
    # Two sums of 24 numbers have to be half of them exactly: hard to find, quick to relax.
    chance = np.random.default_rng(1)
    numbers = chance.integers(1, 10_000, (2, 24)).astype(float)
    program = Program(np.ones(24), csr_array((0, 24)), np.zeros(24), np.ones(24))
    for row in numbers:
        program.add(row, np.floor(row.sum() / 2))
        program.add(-row, -np.floor(row.sum() / 2))
    found, least = program.whole(1)
    assert found is None
    assert 0 < least < 24
    assert program.solver.getInfo().mip_node_count <= 1
    program.solve()
    assert program.product <= least + 1e-6


def test_option_that_the_solver_does_not_know_is_told() -> None:
    with pytest.raises(ArithmeticError, match=r"^the solver takes no option pace = 3$"):
        pair()._set({"pace": 3})


def test_solver_takes_the_same_steps_on_every_machine() -> None:
    program = pair([2, 2], 3)

    def option(name: str) -> object:
        return program.solver.getOptionValue(name)[1]

    program.whole(7)
    assert [option(name) for name in ("threads", "parallel", "random_seed")] == [1, "off", 0]
    assert option("time_limit") == highspy.kHighsInf
    assert option("presolve") == "off"
    assert option("mip_max_nodes") == 7
    assert option("mip_rel_gap") == 1e-6


def test_solver_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    program = pair([2, 2], 3)
    program.solve()
    program.whole(100)
    assert capfd.readouterr() == ("", "")
