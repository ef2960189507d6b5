from __future__ import annotations

import itertools
import math
import os
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dieval.present.rounding import largest_remainder

CAMPAIGN = 50 if os.environ.get("DIEVAL_CAMPAIGN") else 1
TRIED = settings(max_examples=300 * CAMPAIGN, derandomize=True, database=None, deadline=None)


def test_largest_remainder_published_shares_of_2022():
    # Printed were 65.5 + 25.4 + 9.1; nearest rounding gives 65.5 + 25.5 + 9.1 = 100.1.
    shares = [100 * count / 5_798 for count in (3_795, 1_476, 527)]
    assert [round(share, 3) for share in shares] == [65.454, 25.457, 9.089]
    assert largest_remainder(shares, 1, 100.0) == [65.4, 25.5, 9.1]


def test_largest_remainder_missing_units_go_to_the_largest_remainders():
    # Rounded down 1 + 2 + 3 = 6; one is missing; 0.8 is the largest remainder.
    assert largest_remainder([1.1, 2.8, 3.1], 0, 7.0) == [1, 3, 3]


def test_largest_remainder_equal_remainders_favour_the_earlier_part():
    assert largest_remainder([100 / 3] * 3, 0, 100.0) == [34, 33, 33]
    assert largest_remainder([100 / 3] * 3, 1, 100.0) == [33.4, 33.3, 33.3]


def test_largest_remainder_parts_that_are_round_already_stay():
    assert largest_remainder([12.5, 37.5, 50.0], 1, 100.0) == [12.5, 37.5, 50.0]


def test_largest_remainder_zero_stays_zero_beside_equal_remainders():
    assert largest_remainder([0.0, 50.0, 50.0], 0, 100.0) == [0, 50, 50]


def test_largest_remainder_dust_of_floating_point_decides_nothing():
    # 1.005 × 100 is 100.49999999999999, yet its remainder is as large as that of 1.5.
    assert largest_remainder([1.005, 0.015], 2, 1.02) == [1.01, 0.01]
    assert largest_remainder([0.1 + 0.2, 0.7], 1, 1.0) == [0.3, 0.7]


def test_largest_remainder_one_part_is_the_total():
    assert largest_remainder([99.96], 1, 99.96) == [100.0]


def test_largest_remainder_money_closes_to_the_cent():
    assert largest_remainder([100 / 3] * 3, 2, 100.0) == [33.34, 33.33, 33.33]


def test_largest_remainder_of_nothing_is_nothing():
    assert largest_remainder([], 1, 0.0) == []


def test_largest_remainder_part_below_zero_is_within_one_unit():
    assert largest_remainder([-1.5, 11.5], 0, 10.0) == [-1, 11]


COUNTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any)


@TRIED
@given(counts=COUNTS, decimals=st.integers(0, 3))
def test_largest_remainder_shares_add_up_exactly_each_within_one_unit(counts, decimals):
    exact = [Fraction(100 * count, sum(counts)) for count in counts]
    unit = 10**decimals
    shown = largest_remainder([float(share) for share in exact], decimals, 100.0)
    units = [round(share * unit) for share in shown]
    assert all(share == count / unit for share, count in zip(shown, units, strict=True))
    assert sum(units) == 100 * unit
    for share, count in zip(exact, units, strict=True):
        assert abs(count - share * unit) < 1 + Fraction(1, 10**6)


@TRIED
@given(counts=COUNTS, decimals=st.integers(0, 2))
def test_largest_remainder_a_larger_part_is_never_shown_smaller(counts, decimals):
    shares = [100 * count / sum(counts) for count in counts]
    shown = largest_remainder(shares, decimals, 100.0)
    order = sorted(range(len(counts)), key=counts.__getitem__)
    for smaller, larger in itertools.pairwise(order):
        if counts[smaller] < counts[larger]:
            assert shown[smaller] <= shown[larger]


@TRIED
@given(
    parts=st.lists(st.integers(-(10**8), 10**8).map(lambda n: n / 1_000), min_size=1, max_size=9),
    decimals=st.integers(0, 2),
)
def test_largest_remainder_parts_add_up_to_their_sum_as_shown(parts, decimals):
    total = math.fsum(parts)
    unit = 10**decimals
    shown = largest_remainder(parts, decimals, total)
    assert sum(round(part * unit) for part in shown) == round(total * unit)


@pytest.mark.parametrize("decimals", [0, 1, 2])
def test_largest_remainder_nearest_rounding_would_not_add_up(decimals):
    """Why the rule is needed: the nearest values of three thirds miss the whole."""
    third = [100 / 3] * 3
    assert sum(round(part, decimals) for part in third) != pytest.approx(100, abs=1e-9)
    assert sum(largest_remainder(third, decimals, 100.0)) == pytest.approx(100, abs=1e-9)
