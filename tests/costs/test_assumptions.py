from __future__ import annotations

import math

import pandas as pd
import pytest

from dieval.costs.assumptions import Z_95, CostAssumptions


def assumptions(**values: object) -> CostAssumptions:
    usual: dict = dict(
        discount_rate_low=0.03,
        discount_rate_main=0.04,
        discount_rate_high=0.05,
        error_factors={"published": 1.0, "derived": 1.1, "assumed": 1.5},
        support_multiple_low=0.5,
        support_multiple_high=2.0,
        variable_share_child_parts=0.75,
        variable_share_place_parts=0.25,
    )
    return CostAssumptions(**{**usual, **values})


# -------------------------------------------------------------------------------- relative errors


def test_relative_errors_are_the_logarithm_of_the_factor_by_1_959964():
    errors = assumptions().relative_errors
    assert errors.to_dict() == {
        "published": 0.0,
        "derived": math.log(1.1) / 1.959964,
        "assumed": math.log(1.5) / 1.959964,
    }
    assert errors.dtype == "float64"


def test_relative_errors_give_back_the_upper_end_of_the_interval():
    errors = assumptions().relative_errors
    assert math.exp(Z_95 * errors["assumed"]) == pytest.approx(1.5, rel=1e-15)


def test_relative_errors_of_no_kind_of_evidence_are_none():
    errors = assumptions(error_factors={}).relative_errors
    assert errors.empty
    assert errors.dtype == "float64"


# --------------------------------------------------------------------- what follows the children


@pytest.mark.parametrize(
    ("part", "share"),
    [
        ("remuneration", 1.0),
        ("maintenance", 1.0),
        ("upkeep", 0.75),
        ("goods_services", 0.75),
        ("support", 0.75),
        ("allowance", 0.75),
        ("staff", 0.25),
        ("premises", 0.25),
        ("administration", 0.25),
        ("capital", 0.25),
        ("other", 0.25),
    ],
)
def test_variable_share_each_part_follows_the_children_as_the_methods_say(part, share):
    assert assumptions().variable_share(pd.Series([part])).to_list() == [share]


def test_variable_share_keeps_the_rows_where_they_are():
    parts = pd.Series(["staff", "support", "maintenance"], index=[7, 3, 5])
    share = assumptions().variable_share(parts)
    pd.testing.assert_series_equal(share, pd.Series([0.25, 0.75, 1.0], index=[7, 3, 5]))


def test_variable_share_of_no_parts_is_empty():
    share = assumptions().variable_share(pd.Series([], dtype="str"))
    assert share.empty
    assert share.dtype == "float64"


def test_variable_share_of_statutory_payments_is_no_parameter():
    none = assumptions(variable_share_child_parts=0.0, variable_share_place_parts=0.0)
    parts = pd.Series(["maintenance", "remuneration", "support", "staff"])
    assert none.variable_share(parts).to_list() == [1.0, 1.0, 0.0, 0.0]
