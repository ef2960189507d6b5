from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dieval.errors import ParameterError
from dieval.plans.cohort import (
    cohort_trace,
    counted_transitions,
    over_steps,
    steady_stock,
    step_probabilities,
    with_relative_effect,
)

RATE = st.one_of(st.just(0.0), st.floats(1e-6, 5))
RATES = st.lists(RATE, min_size=1, max_size=6).map(np.array)
# A18: moves of a year between four states, the last of which nobody leaves.
COUNTS = np.array([[1251, 350, 116, 17], [0, 731, 512, 15], [0, 0, 1312, 437], [0, 0, 0, 0]])
START = np.array([1.0, 0.0, 0.0, 0.0])


def test_ten_daily_steps_known_answer_a17_are_a_matrix_power():
    day = np.array([[0.99, 0.01], [0.02, 0.98]])
    assert over_steps(day, 10)[0, 1] == pytest.approx(0.0875253, abs=5e-8)
    wrong = 1 - (1 - 0.01) ** 10  # the cell alone, as if nobody came back
    assert wrong == pytest.approx(0.0956179, abs=5e-8)


def test_steady_stock_known_answer_a17_is_littles_law():
    assert steady_stock(entries_per_year=10 * 12, years_of_stay=24 / 12) == 240


def test_cohort_known_answer_a18_without_the_effect():
    yearly = counted_transitions(COUNTS)
    trace = cohort_trace(START, [yearly, yearly])
    assert trace[1].round(6).tolist() == [0.721453, 0.201845, 0.066897, 0.009804]
    assert trace[2].round(6).tolist() == [0.520495, 0.262911, 0.180596, 0.035999]


def test_cohort_known_answer_a18_with_the_effect():
    yearly = with_relative_effect(counted_transitions(COUNTS), 0.509)
    trace = cohort_trace(START, [yearly])
    assert trace[1].round(6).tolist() == [0.858220, 0.102739, 0.034051, 0.004990]


def test_effect_of_one_changes_nothing_and_of_zero_keeps_everybody():
    yearly = counted_transitions(COUNTS)
    assert with_relative_effect(yearly, 1.0) == pytest.approx(yearly)
    assert (with_relative_effect(yearly, 0.0) == np.eye(4)).all()


@pytest.mark.parametrize("effect", [-0.1, 4.0])
def test_effect_that_moves_more_than_everybody_is_refused(effect):
    with pytest.raises(ParameterError, match="let no child move more than once"):
        with_relative_effect(counted_transitions(COUNTS), effect)


def test_competing_moves_share_who_leaves_by_their_rates():
    chances = step_probabilities(np.array([0.3, 0.1]))
    assert chances.sum() == pytest.approx(1 - np.exp(-0.4))
    assert chances[0] == pytest.approx(3 * chances[1])


@given(RATES, st.floats(0.01, 10))
def test_chances_of_a_step_are_chances(rates, years):
    chances = step_probabilities(rates, years)
    assert (chances >= 0).all()
    assert chances.sum() <= 1 + 1e-12
    assert ((chances == 0) == (rates == 0)).all()


@given(RATES)
def test_two_half_steps_leave_as_many_as_a_whole_one(rates):
    half, whole = (step_probabilities(rates, years).sum() for years in (0.5, 1.0))
    assert (1 - half) ** 2 == pytest.approx(1 - whole, abs=1e-12)


@given(st.integers(0, 20), st.integers(0, 2**32 - 1))
def test_trace_agrees_with_matrix_power_and_loses_nobody(steps, seed):
    yearly = counted_transitions(np.random.default_rng(seed).integers(0, 9, (4, 4)))
    start = np.array([40.0, 10.0, 0.0, 3.0])
    trace = cohort_trace(start, [yearly] * steps)
    assert trace[-1] == pytest.approx(start @ over_steps(yearly, steps), abs=1e-9)
    assert trace.sum(axis=1) == pytest.approx(np.full(steps + 1, 53.0))
