from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dieval.errors import ParameterError
from dieval.plans.cohort import over_steps
from dieval.plans.demand import (
    MoveRates,
    _transitions,
    covered_share,
    demand,
    expected_stocks,
    move_rates,
    places_stand_empty_from,
    simulated_stocks,
)

STATES = ("institution", "foster_family")
TARGETS = (*STATES, "exit", "adoption", "family")


def flows(*rows: tuple) -> pd.DataFrame:
    """Year, age band, from, to, children, child-years."""
    columns = ["year", "age_band", "from_arrangement", "to_arrangement", "children", "child_years"]
    return pd.DataFrame(rows, columns=columns)


FLOWS = flows(
    (2020, "0-6", "entry", "institution", 4, 0.0),
    (2021, "7-17", "entry", "institution", 6, 0.0),
    (2020, "0-6", "institution", "foster_family", 3, 10.0),
    (2020, "0-6", "institution", "adoption", 2, 10.0),
    (2020, "7-17", "institution", "exit", 1, 30.0),
    (2021, "7-17", "institution", "foster_family", 2, 20.0),
    (2021, "all", "foster_family", "family", 5, 50.0),
)


def a_rate(**changes) -> MoveRates:
    found = {
        "states": STATES,
        "targets": TARGETS,
        "events": np.array([[0.0, 30, 10, 5, 5], [10.0, 0, 30, 10, 10]]),
        "exposure": np.array([200.0, 400.0]),
        "entries": np.array([60.0, 20.0]),
        "years": 5,
    }
    return MoveRates(**{**found, **changes})


# --------------------------------------------------------------------------------- counted rates


def test_moves_are_counted_and_time_counts_once_a_year_and_age_band():
    rates = move_rates(FLOWS, 2020, 2021)
    assert rates.states == STATES
    assert rates.targets == TARGETS
    assert rates.events.tolist() == [[0, 3 + 2, 1, 2, 0], [0, 0, 0, 0, 5]]
    assert rates.exposure.tolist() == [10 + 30 + 20, 50]
    assert rates.entries.tolist() == [4 + 6, 0]
    assert rates.years == 2
    assert rates.rates[0].tolist() == [0, 5 / 60, 1 / 60, 2 / 60, 0]


def test_moves_of_other_years_do_not_count():
    rates = move_rates(FLOWS, 2021, 2021)
    assert rates.exposure.tolist() == [20, 50]
    assert rates.entries.tolist() == [6, 0]


def test_moves_period_without_rows_is_refused():
    with pytest.raises(ParameterError, match="no row from 1999 to 2000"):
        move_rates(FLOWS, 1999, 2000)


def test_moves_two_times_in_one_arrangement_are_refused():
    wrong = FLOWS.assign(child_years=FLOWS["child_years"] + FLOWS.index)
    with pytest.raises(ParameterError, match="two different child_years for institution/2020/0-6"):
        move_rates(wrong, 2020, 2021)


# ------------------------------------------------------------------------------------- projection


def test_expected_stocks_are_those_before_times_the_chances_and_the_entries():
    rates = a_rate(entries=np.array([50.0, 0.0]))
    (first,) = expected_stocks(rates, np.array([100.0, 0.0]), 1)
    # Of 100 children exp(-50/200) stay; of who leaves 30 of 50 go to foster families.
    leave = 1 - np.exp(-50 / 200)
    assert first == pytest.approx([100 * (1 - leave) + 50 / 5, 100 * leave * 30 / 50])


def test_expected_stocks_without_entries_agree_with_matrix_power():
    rates = a_rate(entries=np.zeros(2))
    closed = np.eye(5)
    closed[:2] = _transitions(rates.rates)
    start = np.array([100.0, 40.0, 0.0, 0.0, 0.0])
    for years in (1, 2, 7):
        expected = (start @ over_steps(closed, years))[:2]
        assert expected_stocks(rates, start[:2], years)[-1] == pytest.approx(expected)


@settings(max_examples=30)
@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 2**31))
def test_drawn_children_are_conserved_when_nobody_enters_or_leaves(first, second, seed):
    events = np.array([[0.0, 30, 0, 0, 0], [20.0, 0, 0, 0, 0]])
    rates = a_rate(events=events, entries=np.zeros(2))
    drawn = simulated_stocks(rates, np.array([first, second]), 5, 20, seed)
    assert (drawn >= 0).all()
    assert (drawn.sum(axis=2) == first + second).all()


def test_drawn_children_never_become_more_without_entries():
    drawn = simulated_stocks(a_rate(entries=np.zeros(2)), np.array([120, 80]), 8, 500, 1)
    totals = np.concatenate([np.full((500, 1), 200), drawn.sum(axis=2)], axis=1)
    assert (np.diff(totals, axis=1) <= 0).all()


def test_mean_of_the_draws_is_what_the_rates_expect():
    rates = a_rate()
    start = np.array([100, 200])
    mean = simulated_stocks(rates, start, 5, 20_000, 3).mean(axis=0)
    assert mean == pytest.approx(expected_stocks(rates, start, 5), rel=0.02)


def test_more_draws_leave_the_first_ones_as_they_are():
    few = simulated_stocks(a_rate(), np.array([50, 50]), 4, 300, 9)
    many = simulated_stocks(a_rate(), np.array([50, 50]), 4, 2_300, 9)
    assert (many[:300] == few).all()
    assert not (many[1_000:1_300] == few).all()


def test_arrangement_that_nobody_was_in_stays_as_it_is():
    rates = a_rate(exposure=np.array([200.0, 0.0]), events=a_rate().events * [[1.0], [0.0]])
    drawn = simulated_stocks(rates, np.array([0, 7]), 3, 100, 1)
    assert (drawn[:, 0, 1] >= 7).all()


TRUE_RATES = np.array([[0.0, 0.16, 0.05, 0.02, 0.04], [0.02, 0.0, 0.08, 0.03, 0.05]])


def history(
    random: np.random.Generator, stocks: np.ndarray, years: int
) -> tuple[np.ndarray, MoveRates]:
    """Live through some years with known rates; give the stocks and what was counted."""
    events, exposure, entered = np.zeros_like(TRUE_RATES), np.zeros(2), np.zeros(2)
    found = []
    chances = _transitions(TRUE_RATES)
    for _ in range(years):
        new = random.poisson([14.0, 6.0])
        after = new.copy()
        for state in range(2):
            went = random.multinomial(stocks[state], chances[state])
            after += went[:2]
            moved = went.copy()
            moved[state] = 0
            events[state] += moved
            # Who leaves does so in mid-year, on the average.
            exposure[state] += stocks[state] - moved.sum() / 2
        entered += new
        stocks = after
        found.append(stocks)
    return np.array(found), MoveRates(STATES, TARGETS, events, exposure, entered, years)


def test_back_test_nine_of_ten_held_back_stocks_lie_in_the_interval():
    random = np.random.default_rng(20200519)
    shares = []
    for number in range(200):
        seen, counted = history(random, np.array([80, 60]), 6)
        held_back, _ = history(random, seen[-1], 3)
        drawn = simulated_stocks(counted, seen[-1], 3, 1_000, number)
        shares.append(covered_share(drawn, held_back.astype("float64")))
    assert 0.85 <= np.mean(shares) <= 0.97


# ------------------------------------------------------------------------------- planned places


def test_demand_sets_quantiles_beside_the_places():
    drawn = np.arange(11).reshape(11, 1, 1) + np.zeros((11, 2, 1), dtype=int)
    table = demand(drawn, ("youth_house",), 2025, {"youth_house": pd.Series({2025: 4.0, 2026: 0})})
    assert table["year"].to_list() == [2025, 2026]
    assert table[["p10", "p50", "p90"]].iloc[0].to_list() == [1, 5, 9]
    assert table["planned_places"].to_list() == [4, 0]
    assert table["utilisation_p50"].iloc[0] == 5 / 4
    assert np.isnan(table["utilisation_p50"].iloc[1])


def test_demand_arrangement_without_plans_has_no_places():
    table = demand(np.ones((5, 1, 1), dtype=int), ("guardian",), 2025, {})
    assert table["planned_places"].isna().all()
    assert table["utilisation_p50"].isna().all()


@pytest.mark.parametrize(
    ("p90", "year"),
    [
        ([9, 7, 5], 2026),
        ([9, 9, 9], np.nan),
        ([5, 5, 5], 2025),
        ([5, 9, 5], 2027),
        ([8, 8, 8], np.nan),
    ],
)
def test_places_stand_empty_from_the_year_after_which_they_are_never_needed(p90, year):
    table = pd.DataFrame(
        {
            "year": [2025, 2026, 2027],
            "care_arrangement": "family_like",
            "p90": p90,
            "planned_places": 8.0,
        }
    )
    assert places_stand_empty_from(table).to_dict() == pytest.approx(
        {"family_like": year}, nan_ok=True
    )


def test_covered_share_leaves_out_what_is_not_known():
    drawn = np.tile(np.arange(101).reshape(101, 1, 1), (1, 2, 2))
    observed = np.array([[5.0, 96.0], [np.nan, 50.0]])
    assert covered_share(drawn, observed) == 2 / 3
