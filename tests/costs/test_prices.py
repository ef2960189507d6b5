from __future__ import annotations

from decimal import Decimal

import pytest

from dieval.costs.prices import deflators, lats_to_euro
from dieval.errors import ParameterError

LATS_PER_EURO = Decimal("0.702804")


@pytest.fixture
def index(table):
    return table(
        "price_index",
        {"year": 2019, "value": 108.0},
        {"year": 2020, "value": 110.0},
        {"year": 2021, "value": 121.0},
    )


def test_deflator_later_price_year_raises_earlier_money(index):
    factor = deflators(index, [2019, 2020, 2021], 2021)
    assert factor.to_dict() == {2019: 121 / 108, 2020: 121 / 110, 2021: 121 / 121}


def test_deflator_earlier_price_year_lowers_later_money(index):
    assert deflators(index, [2021], 2019).to_list() == [pytest.approx(108 / 121)]


def test_deflator_price_year_outside_the_period_is_allowed(index):
    assert deflators(index, [2019], 2021).to_dict() == {2019: 121 / 108}


def test_deflator_another_base_of_the_index_gives_the_same_factor(index):
    rebased = index.assign(value=index["value"] / 4)
    assert deflators(rebased, [2019, 2020], 2021).to_list() == pytest.approx(
        deflators(index, [2019, 2020], 2021).to_list(), rel=1e-15
    )


def test_deflator_rows_of_the_index_in_another_order_gives_the_same_factor(index):
    turned = index.iloc[::-1].reset_index(drop=True)
    assert deflators(turned, [2019, 2020], 2021).equals(deflators(index, [2019, 2020], 2021))


def test_deflator_years_missing_in_the_index_are_all_named(index):
    with pytest.raises(ParameterError, match=r"no value for 2018, 2023: it covers 2019–2021\."):
        deflators(index, [2018, 2019], 2023)


@pytest.mark.parametrize(
    ("lats", "euro"),
    [
        ("1.00", "1.42"),  # 1.00 / 0.702804 = 1.42287…
        ("100.00", "142.29"),  # 142.28718…
        ("12345.67", "17566.31"),  # 17,566.3058…
        ("0.00", "0.00"),
        ("32.00", "45.53"),  # the guardian's maintenance of 32 lats
        ("38.00", "54.07"),  # the guardian's remuneration of 38 lats
        ("80.00", "113.83"),  # the foster family's remuneration of 80 lats
    ],
)
def test_lats_to_euro_published_amounts_to_the_cent(lats, euro):
    assert lats_to_euro(Decimal(lats), LATS_PER_EURO) == Decimal(euro)


def test_lats_to_euro_half_a_cent_is_rounded_up():
    # 0.005 exactly, at a rate of 1: a half goes up, not to the even cent.
    assert lats_to_euro(Decimal("0.005"), Decimal("1")) == Decimal("0.01")
    assert lats_to_euro(Decimal("0.025"), Decimal("1")) == Decimal("0.03")


def test_lats_to_euro_rounded_rate_would_be_wrong():
    # With 0.70 instead of 0.702804 the same amount is 17,636.67: the rate is never rounded.
    assert lats_to_euro(Decimal("12345.67"), Decimal("0.70")) == Decimal("17636.67")
    assert lats_to_euro(Decimal("12345.67"), LATS_PER_EURO) != Decimal("17636.67")


def test_deflator_missing_year_says_what_to_do(index):
    with pytest.raises(
        ParameterError,
        match=r"Choose another price_year or period, or add the years to price_index with their "
        r"source\.$",
    ):
        deflators(index, [2018], 2019)
