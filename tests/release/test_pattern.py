"""Patterns are safe, lose the least, and hide more rather than less when time runs out."""

from __future__ import annotations

import itertools
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


def test_pattern_is_the_same_each_time() -> None:
    chance = np.random.default_rng(3)
    tables = [with_sums(chance.poisson(chance.gamma(1, 15, (8, 5)))).tolist() for _ in range(3)]
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


TABLES = st.lists(st.lists(st.integers(0, 25), min_size=3, max_size=3), min_size=3, max_size=3).map(
    lambda rows: with_sums(np.array(rows))
)


@settings(max_examples=8, deadline=None)
@given(TABLES)
def test_no_cheaper_pattern_is_safe(table: np.ndarray) -> None:
    system = grid(table.tolist())
    sensitive = [one for one in sensitive_of(system) if one.cell % 4 < 3 and one.cell < 12]
    losses = inner_only(system, (4, 4))
    inner = np.flatnonzero(np.isfinite(losses))
    must = {one.cell for one in sensitive}
    safe = [
        float(sum(losses[list(chosen)]))
        for count in range(len(must), len(inner) + 1)
        for chosen in itertools.combinations(inner.tolist(), count)
        if must <= set(chosen) and not left_open(system, np.isin(np.arange(16), chosen), sensitive)
    ]
    if not safe:
        with pytest.raises(ValueError, match="follow"):
            safe_pattern(system, sensitive, losses, 30)
        return
    found = safe_pattern(system, sensitive, losses, 30)
    assert not left_open(system, found.hidden, sensitive)
    assert found.loss == pytest.approx(min(safe), abs=1e-3)


@settings(max_examples=10, deadline=None)
@given(TABLES, st.randoms(use_true_random=False))
def test_order_of_cells_changes_no_loss(table: np.ndarray, random: Random) -> None:
    system = grid(table.tolist())
    order = list(range(len(system.values)))
    random.shuffle(order)
    turned = Linked(system.values[order], system.sums[:, order])
    first = safe_pattern(system, sensitive_of(system), system.values + 1, 600)
    other = safe_pattern(turned, sensitive_of(turned), turned.values + 1, 600)
    assert first.loss == pytest.approx(other.loss)
    assert left_open(system, other.hidden[np.argsort(order)], sensitive_of(system)) == []


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_amounts_twice_as_large_have_the_same_pattern(seed: int) -> None:
    chance = np.random.default_rng(seed)
    table = with_sums(chance.gamma(1, 1000, (4, 3)))
    cells = chance.choice(20, 3, replace=False).tolist()

    def hidden(times: float) -> list[bool]:
        system = grid((times * table).tolist(), whole=False)
        sensitive = [
            Sensitive(cell, 0.1 * system.values[cell], 0.1 * system.values[cell]) for cell in cells
        ]
        return safe_pattern(system, sensitive, system.values, 600).hidden.tolist()

    assert hidden(1) == hidden(2)


@settings(max_examples=10, deadline=None)
@given(TABLES)
def test_column_of_zeros_that_are_shown_changes_nothing(table: np.ndarray) -> None:
    system = grid(table.tolist())
    longer = grid(np.hstack([np.zeros((4, 1)), table]).tolist())
    losses = longer.values + 1
    losses[::5] = np.inf
    first = safe_pattern(system, sensitive_of(system), system.values + 1, 600)
    other = safe_pattern(longer, sensitive_of(longer), losses, 600)
    assert other.loss == pytest.approx(first.loss)
    assert not other.hidden[::5].any()


@settings(max_examples=20, deadline=None)
@given(TABLES, st.lists(st.booleans(), min_size=16, max_size=16))
def test_pattern_that_hides_more_is_safe_too(table: np.ndarray, more: list[bool]) -> None:
    system = grid(table.tolist())
    found = safe_pattern(system, sensitive_of(system), system.values + 1, 600, steps=0)
    assert left_open(system, found.hidden | np.array(more), sensitive_of(system)) == []
