"""Patterns are safe, lose the least, and hide more rather than less when time runs out."""

from __future__ import annotations

import numpy as np
import pytest

from dieval.release.linked import Linked, bounds, grid, linked
from dieval.release.pattern import Sensitive, left_open, safe_pattern

LEAST = 8  # a hidden number of persons might as well be nobody, or so many


def sensitive_of(system: Linked) -> list[Sensitive]:
    small = np.flatnonzero((system.values > 0) & (system.values < LEAST))
    return [
        Sensitive(int(cell), system.values[cell], LEAST - system.values[cell]) for cell in small
    ]


def with_sums(inner: np.ndarray) -> np.ndarray:
    whole = np.hstack([inner, inner.sum(1, keepdims=True)])
    return np.vstack([whole, whole.sum(0)])


def inner_only(system: Linked, shape: tuple[int, int]) -> np.ndarray:
    """Losses of a table whose sums have to be shown."""
    losses = system.values.reshape(shape).copy()
    losses[-1] = losses[:, -1] = np.inf
    return losses.ravel()


def test_a21_iii_cheapest_safe_pattern() -> None:
    system = grid([[40, 25, 65], [3, 20, 23], [18, 30, 48], [61, 75, 136]])
    found = safe_pattern(system, sensitive_of(system), inner_only(system, (4, 3)), 10)
    assert system.values[found.hidden].tolist() == [3, 20, 18, 30]
    assert found.loss == found.least == 3 + 20 + 18 + 30


def test_a21_iv_zeros_are_no_complement() -> None:
    system = grid([[0, 3, 20, 23], [15, 0, 30, 45], [10, 12, 40, 62], [25, 15, 90, 130]])
    found = safe_pattern(system, sensitive_of(system), inner_only(system, (4, 4)), 10)
    assert system.values[found.hidden].tolist() == [3, 20, 12, 40]
    assert bounds(system, found.hidden)[1].tolist() == [0, 15]


def test_a21_i_sum_is_hidden_where_it_gives_its_part_away() -> None:
    system = linked([13, 3, 10], [(0, (1, 2))])
    found = safe_pattern(system, sensitive_of(system), system.values + 1, 10)
    # Hiding 3 and 10 loses 4 + 11 and leaves 0 to 13; hiding the sum instead loses 4 + 14.
    assert system.values[found.hidden].tolist() == [3, 10]


def test_what_somebody_knows_of_himself_protects_nobody() -> None:
    values = [[1, 7, 20, 28], [30, 25, 40, 95], [31, 32, 60, 123]]
    system = grid(values)
    losses = inner_only(system, (3, 4))
    plain = [Sensitive(0, 1, 7), Sensitive(1, 7, 1)]
    # Hidden are 1 and 7 of the first row and what stands below them: the one person of the first
    # cell knows that cell, and then the sum of the row gives the 7 away.
    loose = safe_pattern(system, plain, losses, 10)
    assert system.values[loose.hidden].tolist() == [1, 7, 30, 25]
    knowing = [*plain, Sensitive(1, 7, 1, known=(0,))]
    assert [each.sensitive.known for each in left_open(system, loose.hidden, knowing)] == [(0,)] * 2
    safe = safe_pattern(system, knowing, losses, 10)
    assert not left_open(system, safe.hidden, knowing)
    assert system.values[safe.hidden].tolist() == [1, 7, 20, 30, 25, 40]


def test_cell_that_follows_whatever_is_hidden_is_told() -> None:
    system = linked([13, 3, 10], [(0, (1, 2))])
    with pytest.raises(ValueError, match=r"cells \[1\] follow"):
        safe_pattern(system, sensitive_of(system), np.array([np.inf, 4, np.inf]), 10)


def test_nothing_sensitive_hides_nothing() -> None:
    system = grid([[10, 20, 30], [8, 0, 8], [18, 20, 38]])
    found = safe_pattern(system, sensitive_of(system), system.values, 10)
    assert not found.hidden.any()


def test_without_time_more_is_hidden_and_it_is_safe() -> None:
    random = np.random.default_rng(7)
    system = grid(with_sums(random.poisson(random.gamma(1.2, 15, (12, 6)))).tolist())
    sensitive = sensitive_of(system)
    best = safe_pattern(system, sensitive, system.values + 1, 30)
    quick = safe_pattern(system, sensitive, system.values + 1, 0)
    assert not left_open(system, quick.hidden, sensitive)
    assert not left_open(system, best.hidden, sensitive)
    assert best.least == pytest.approx(best.loss)
    assert quick.loss >= best.loss
    assert quick.least <= best.loss


def cube(leaves: list[list[list[int]]]) -> Linked:
    """Put a table of three dimensions together with all its sums."""
    cells = np.array(leaves, dtype=float)
    for axis in range(3):
        cells = np.concatenate([cells, cells.sum(axis=axis, keepdims=True)], axis=axis)
    places = np.arange(cells.size).reshape(cells.shape)
    lines = [
        line
        for axis in range(3)
        for line in np.moveaxis(places, axis, -1).reshape(-1, cells.shape[axis]).tolist()
    ]
    return linked(cells.ravel().tolist(), [(line[-1], line[:-1]) for line in lines])


CUBES = [
    ([[[6, 17], [7, 44], [7, 5]], [[16, 1], [0, 5], [3, 7]], [[0, 7], [22, 10], [4, 3]]], 259),
    ([[[18, 1], [9, 10], [5, 7]], [[1, 7], [19, 1], [6, 12]], [[0, 1], [6, 15], [0, 5]]], 273),
    ([[[3, 11], [8, 8], [14, 25]], [[10, 23], [25, 12], [26, 23]], [[4, 4], [3, 8], [17, 60]]],
     222),
    ([[[21, 5], [30, 15], [3, 31]], [[0, 3], [2, 9], [18, 6]], [[17, 6], [2, 39], [4, 16]]], 318),
]  # fmt: skip


@pytest.mark.parametrize(("leaves", "loss"), CUBES)
def test_three_dimensions_cheapest_safe_pattern(leaves: list[list[list[int]]], loss: float) -> None:
    # The losses are those of one large program with every way to every goal in it.
    system = cube(leaves)
    sensitive = sensitive_of(system)
    found = safe_pattern(system, sensitive, system.values + 1, 600)
    assert left_open(system, found.hidden, sensitive) == []
    assert found.loss == loss
    assert found.least == pytest.approx(loss)
    first = safe_pattern(system, sensitive, system.values + 1, 600, steps=0)
    assert first.loss <= 1.2 * loss
    assert left_open(system, first.hidden, sensitive) == []


@pytest.mark.parametrize("seconds", [0, 600])
def test_parts_that_no_sum_connects_add_up(seconds: float) -> None:
    # Two tables and a cell of its own, which is hidden: 3 and 10, 5 and 9, and 40.
    system = linked([13, 3, 10, 14, 5, 9, 40], [(0, (1, 2)), (3, (4, 5))])
    already = np.arange(7) == 6
    sensitive = [Sensitive(1, 3, 5), Sensitive(4, 5, 3)]
    losses = np.array([np.inf, 4, 11, np.inf, 6, 10, 41])
    found = safe_pattern(system, sensitive, losses, seconds, already)
    assert np.flatnonzero(found.hidden).tolist() == [1, 2, 4, 5, 6]
    assert found.loss == 4 + 11 + 6 + 10 + 41
    assert found.least <= found.loss
    if seconds:
        assert found.least == pytest.approx(found.loss)


def test_cells_that_cannot_be_protected_are_all_told() -> None:
    system = linked([13, 3, 10, 14, 5, 9], [(0, (1, 2)), (3, (4, 5))])
    losses = np.array([np.inf, 4, np.inf, np.inf, 6, np.inf])
    with pytest.raises(ValueError, match=r"^cells \[1, 4\] follow from others whatever is hidden$"):
        safe_pattern(system, [Sensitive(4, 5, 3), Sensitive(1, 3, 5)], losses, 600)


def test_cell_that_would_fall_below_zero_cannot_be_protected() -> None:
    system = linked([13, 3, 10], [(0, (1, 2))])
    with pytest.raises(ValueError, match=r"cells \[1\] follow"):
        safe_pattern(system, [Sensitive(1, 3.5, 0)], system.values + 1, 600)


def test_pattern_of_a_cell_that_costs_nothing_hides_no_other() -> None:
    system = linked([33, 3, 10, 20], [(0, (1, 2, 3))])
    found = safe_pattern(system, sensitive_of(system), np.array([34.0, 4, 11, 0]), 600)
    assert np.flatnonzero(found.hidden).tolist() == [1, 3]
    assert found.loss == pytest.approx(4)


def test_open_cells_are_told_in_order_with_their_reach() -> None:
    system = grid([[5, 3, 8], [20, 30, 50], [25, 33, 58]])
    hidden = np.isin(np.arange(9), [0, 1, 3, 4])
    sensitive = [
        Sensitive(8, 2, 2),  # shown
        Sensitive(4, 5, 3),  # falls by 5 at most, with the 5; rises by 3
        Sensitive(0, 5, 4),  # rises by 3
        Sensitive(0, 5, 4),
        Sensitive(3, 0, 6),
    ]
    found = left_open(system, hidden, sensitive)
    assert [(each.sensitive.cell, each.side, each.reach) for each in found] == [
        (8, "lower", 0), (8, "upper", 0), (0, "upper", 3), (3, "upper", 5),
    ]  # fmt: skip


def test_pattern_is_the_same_each_time() -> None:
    chance = np.random.default_rng(3)
    tables = [with_sums(chance.poisson(chance.gamma(1, 15, (6, 4)))).tolist() for _ in range(2)]
    asked = [(table, steps) for steps in (0, 40, 20_000) for table in tables]

    def found(table: list[list[float]], steps: int) -> tuple[list[bool], float]:
        system = grid(table)
        losses = system.values + 1
        pattern = safe_pattern(system, sensitive_of(system), losses, 600, steps=steps)
        return pattern.hidden.tolist(), pattern.least

    # What was looked for before, and in which order, changes nothing.
    forwards = [found(*each) for each in asked]
    assert forwards == [found(*each) for each in reversed(asked)][::-1]


def test_more_steps_lose_no_more_and_prove_more() -> None:
    chance = np.random.default_rng(11)
    system = grid(with_sums(chance.poisson(chance.gamma(1, 30, (9, 6)))).tolist())
    sensitive = sensitive_of(system)
    found = [
        safe_pattern(system, sensitive, system.values + 1, 600, steps=steps)
        for steps in (0, 1, 20_000)
    ]
    assert found[0].loss >= found[1].loss >= found[2].loss
    assert found[0].least <= found[1].least <= found[2].least
    assert found[0].least == sum(system.values[one.cell] + 1 for one in sensitive)
    assert found[2].least == pytest.approx(found[2].loss)
    assert all(left_open(system, each.hidden, sensitive) == [] for each in found)
