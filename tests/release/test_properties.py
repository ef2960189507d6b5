"""What holds for every table: bounds by enumeration, patterns by trial, what changes neither."""

from __future__ import annotations

import itertools
from random import Random

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dieval.release.linked import Linked, bounds, grid, linked
from dieval.release.pattern import Sensitive, left_open, safe_pattern

LEAST = 8
SECONDS = 600


def sensitive_of(system: Linked) -> list[Sensitive]:
    small = np.flatnonzero((system.values > 0) & (system.values < LEAST))
    return [
        Sensitive(int(cell), system.values[cell], LEAST - system.values[cell]) for cell in small
    ]


def with_sums(inner: np.ndarray) -> np.ndarray:
    whole = np.hstack([inner, inner.sum(1, keepdims=True)])
    return np.vstack([whole, whole.sum(0)])


def every_table(system: Linked, hidden: np.ndarray, most: int) -> np.ndarray:
    """Give all systems of whole numbers that agree with what is shown."""
    places = np.flatnonzero(hidden)
    tried = np.array(list(itertools.product(range(most + 1), repeat=len(places))), dtype=float)
    tables = np.tile(system.values, (len(tried), 1))
    tables[:, places] = tried
    return tables[(np.abs(system.sums @ tables.T) < 0.5).all(axis=0)]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=2, max_size=2),
    st.lists(st.booleans(), min_size=12, max_size=12).filter(lambda marks: sum(marks) <= 4),
)
def test_bounds_are_those_of_every_table_that_fits(
    rows: list[list[int]], marks: list[bool]
) -> None:
    system, hidden = grid(with_sums(np.array(rows)).tolist()), np.array(marks)
    found = bounds(system, hidden)
    assume(np.isfinite(found).all())
    tables = every_table(system, hidden, int(found.max()))
    assert (tables.min(axis=0) == found[:, 0]).all()
    assert (tables.max(axis=0) == found[:, 1]).all()


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.integers(0, 2), min_size=8, max_size=8),
    st.lists(st.booleans(), min_size=20, max_size=20).filter(lambda marks: sum(marks) <= 8),
)
def test_bounds_of_a_cube_are_those_of_every_cube_that_fits(
    corners: list[int], marks: list[bool]
) -> None:
    values, sums = [float(corner) for corner in corners], []
    for step in (1, 2, 4):
        for cell in range(8):
            if not cell & step:
                sums.append((len(values), (cell, cell | step)))
                values.append(values[cell] + values[cell | step])
    system = linked(values, sums)
    hidden = np.array(marks) & (np.arange(20) < 8)  # its sums are shown
    tables = every_table(system, hidden, 4)
    found = bounds(system, hidden)
    assert (tables.min(axis=0) == found[:, 0]).all()
    assert (tables.max(axis=0) == found[:, 1]).all()


def inner_only(system: Linked, shape: tuple[int, int]) -> np.ndarray:
    """Losses of a table whose sums have to be shown."""
    losses = system.values.reshape(shape).copy()
    losses[-1] = losses[:, -1] = np.inf
    return losses.ravel()


TABLES = st.lists(st.lists(st.integers(0, 25), min_size=3, max_size=3), min_size=3, max_size=3).map(
    lambda rows: with_sums(np.array(rows))
)


@settings(max_examples=5, deadline=None)
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
            safe_pattern(system, sensitive, losses, SECONDS)
        return
    found = safe_pattern(system, sensitive, losses, SECONDS)
    assert not left_open(system, found.hidden, sensitive)
    assert found.loss == pytest.approx(min(safe), abs=1e-3)


@settings(max_examples=10, deadline=None)
@given(TABLES, st.randoms(use_true_random=False))
def test_order_of_cells_changes_no_loss(table: np.ndarray, random: Random) -> None:
    system = grid(table.tolist())
    order = list(range(len(system.values)))
    random.shuffle(order)
    turned = Linked(system.values[order], system.sums[:, order])
    first = safe_pattern(system, sensitive_of(system), system.values + 1, SECONDS)
    other = safe_pattern(turned, sensitive_of(turned), turned.values + 1, SECONDS)
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
        return safe_pattern(system, sensitive, system.values, SECONDS).hidden.tolist()

    assert hidden(1) == hidden(2)


@settings(max_examples=10, deadline=None)
@given(TABLES)
def test_column_of_zeros_that_are_shown_changes_nothing(table: np.ndarray) -> None:
    system = grid(table.tolist())
    longer = grid(np.hstack([np.zeros((4, 1)), table]).tolist())
    losses = longer.values + 1
    losses[::5] = np.inf
    first = safe_pattern(system, sensitive_of(system), system.values + 1, SECONDS)
    other = safe_pattern(longer, sensitive_of(longer), losses, SECONDS)
    assert other.loss == pytest.approx(first.loss)
    assert not other.hidden[::5].any()


@settings(max_examples=20, deadline=None)
@given(TABLES, st.lists(st.booleans(), min_size=16, max_size=16))
def test_pattern_that_hides_more_is_safe_too(table: np.ndarray, more: list[bool]) -> None:
    system = grid(table.tolist())
    found = safe_pattern(system, sensitive_of(system), system.values + 1, SECONDS, steps=0)
    assert left_open(system, found.hidden | np.array(more), sensitive_of(system)) == []
