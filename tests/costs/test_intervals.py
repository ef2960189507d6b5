from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest

from dieval.costs.intervals import fieller, provider_bootstrap, with_ratio_intervals

Z = 1.959964
COLUMNS = [
    *("year", "reference", "alternative", "providers", "draws"),
    *("bootstrap_ratio_low", "bootstrap_ratio_high", "caution"),
]
LOW, HIGH, CAUTION = COLUMNS[5:]

# ---------------------------------------------------------------------------------------- fieller


def test_fieller_known_answer():
    low, high, g = fieller(1_200.0, 400.0, 60.0**2, 20.0**2)
    assert (round(low, 6), round(high, 6), round(g, 7)) == (2.610297, 3.447884, 0.0096036)


def test_fieller_denominator_that_may_be_zero_has_no_finite_interval():
    low, high, g = fieller(1_200.0, 400.0, 60.0**2, 220.0**2)
    assert round(g, 3) == 1.162
    assert math.isnan(low)
    assert math.isnan(high)


def test_fieller_g_of_exactly_one_has_no_finite_interval():
    low, high, g = fieller(5.0, Z, 1.0, 1.0)
    assert g == 1.0
    assert math.isnan(low)
    assert math.isnan(high)


def test_fieller_g_just_below_one_has_an_interval():
    low, high, g = fieller(5.0, Z, 1.0, 0.999)
    assert 0.99 < g < 1
    assert low < 5 / Z < high


@pytest.mark.parametrize(
    ("a", "b", "v_a", "v_b", "c"),
    [
        (1_200.0, 400.0, 60.0**2, 20.0**2, 0.0),
        (1_200.0, 400.0, 60.0**2, 20.0**2, 700.0),
        (1_200.0, 400.0, 60.0**2, 20.0**2, -700.0),
        (350.0, 1_000.0, 90.0**2, 300.0**2, 12_000.0),
        (-80.0, 40.0, 9.0, 16.0, 5.0),
        (80.0, -40.0, 9.0, 16.0, 5.0),
        (0.0, 40.0, 9.0, 16.0, 5.0),
        (80.0, 40.0, 9.0, 0.0, 0.0),
        (80.0, 40.0, 0.0, 16.0, 0.0),
    ],
)
def test_fieller_ends_solve_the_quadratic_of_ratios_within_z_standard_errors(a, b, v_a, v_b, c):
    # (a − R b)² = z² (v_a − 2 R c + R² v_b), solved for R.
    square, linear, constant = b**2 - Z**2 * v_b, -2 * (a * b - Z**2 * c), a**2 - Z**2 * v_a
    root = math.sqrt(linear**2 - 4 * square * constant)
    low, high, g = fieller(a, b, v_a, v_b, c)
    assert low == pytest.approx((-linear - root) / (2 * square), rel=1e-12)
    assert high == pytest.approx((-linear + root) / (2 * square), rel=1e-12)
    assert g == pytest.approx(Z**2 * v_b / b**2)
    assert low <= a / b <= high


def test_fieller_exact_quantities_have_no_width():
    assert fieller(1_200.0, 400.0, 0.0, 0.0) == (3.0, 3.0, 0.0)


def test_fieller_quantities_that_move_together_exactly_have_no_width():
    # Rounding leaves a square slightly below zero here.
    a, b, se_b = 7.0, 3.0, 1.1
    low, high, _ = fieller(a, b, (a / b * se_b) ** 2, se_b**2, a / b * se_b**2)
    assert (low, high) == pytest.approx((a / b, a / b), rel=1e-6)


def test_fieller_without_a_covariance_takes_none():
    assert fieller(7.0, 3.0, 1.0, 0.5) == fieller(7.0, 3.0, 1.0, 0.5, 0.0)


# --------------------------------------------------------------------------- with_ratio_intervals


def comparison_of(*rows: tuple[int, str, float, str, float]) -> pd.DataFrame:
    columns = [
        *("year", "reference", "reference_eur_per_child_month"),
        *("alternative", "alternative_eur_per_child_month"),
    ]
    table = pd.DataFrame(rows, columns=columns)
    cost = table["alternative_eur_per_child_month"]
    table["ratio"] = table["reference_eur_per_child_month"] / cost.where(cost > 0)
    return table


def by_unit(rows: dict[tuple[int, str], float]) -> pd.Series:
    index = pd.MultiIndex.from_tuples(rows, names=["year", "care_arrangement"])
    return pd.Series(list(rows.values()), index=index, dtype="float64")


VARIANCES = by_unit(
    {
        (2020, "institution"): 100.0**2,
        (2021, "institution"): 60.0**2,
        (2021, "foster_family"): 20.0**2,
        (2021, "guardian"): 220.0**2,
        (2020, "foster_family"): 30.0**2,
        (2021, "family_like"): 1.0,
    }
)


def test_ratio_intervals_are_those_of_fieller_for_the_costs_of_each_row():
    comparison = comparison_of(
        (2020, "institution", 1_000.0, "foster_family", 500.0),
        (2021, "institution", 1_200.0, "foster_family", 400.0),
    )
    table = with_ratio_intervals(comparison, VARIANCES)
    expected = [
        fieller(1_000.0, 500.0, 100.0**2, 30.0**2),
        fieller(1_200.0, 400.0, 60.0**2, 20.0**2),
    ]
    added = ["ratio_low", "ratio_high", "ratio_g"]
    assert table[added].to_numpy().tolist() == [list(row) for row in expected]
    assert table.columns.to_list() == [*comparison.columns, *added]
    pd.testing.assert_frame_equal(table[comparison.columns], comparison)


def test_ratio_intervals_none_finite_keeps_g_and_no_ratio_keeps_nothing():
    comparison = comparison_of(
        (2021, "institution", 1_200.0, "guardian", 400.0),
        (2021, "institution", 1_200.0, "family_like", 0.0),
        (2021, "institution", 1_200.0, "foster_family", 400.0),
    )
    table = with_ratio_intervals(comparison, VARIANCES).set_index("alternative")
    assert table["ratio_g"].isna().to_dict() == {
        "guardian": False,
        "family_like": True,
        "foster_family": False,
    }
    assert table["ratio_low"].isna().to_list() == [True, True, False]
    assert table["ratio_high"].isna().to_list() == [True, True, False]


def test_ratio_intervals_stand_beside_their_own_row_whatever_its_label():
    comparison = comparison_of(
        (2020, "institution", 1_000.0, "foster_family", 500.0),
        (2021, "institution", 1_200.0, "foster_family", 400.0),
    )
    table = with_ratio_intervals(comparison[::-1], VARIANCES)
    assert table.index.to_list() == [1, 0]
    assert table["ratio_g"].to_list() == pytest.approx(
        [Z**2 * 20**2 / 400**2, Z**2 * 30**2 / 500**2]
    )


def test_ratio_intervals_of_no_comparison_have_their_columns():
    table = with_ratio_intervals(comparison_of(), VARIANCES)
    assert table.empty
    assert table.columns.to_list()[-3:] == ["ratio_low", "ratio_high", "ratio_g"]
    assert set(table.dtypes.iloc[-3:]) == {np.dtype("float64")}


# ----------------------------------------------------------------------------- provider_bootstrap

HOMES = [(900.0, 10.0), (400.0, 10.0), (800.0, 40.0), (300.0, 5.0), (100.0, 4.0)]
FAMILY_COST = 5.0  # EUR per child-day


def providers_of(homes: list[tuple[float, float]], arrangement="institution") -> pd.DataFrame:
    return pd.DataFrame(
        [
            (2021, arrangement, f"{arrangement}-{number}", total, days)
            for number, (total, days) in enumerate(homes)
        ],
        columns=["year", "care_arrangement", "provider", "total_eur", "child_days"],
    )


def lines_of(by_provider: pd.DataFrame, *more: dict) -> pd.DataFrame:
    lines = by_provider.rename(columns={"total_eur": "amount_eur"}).drop(columns="child_days")
    return pd.concat([lines, pd.DataFrame(more)], ignore_index=True)


def units_of(**cost_per_child_day: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "year": 2021,
            "care_arrangement": list(cost_per_child_day),
            "cost_per_child_day_eur": list(cost_per_child_day.values()),
        }
    )


PAIR = pd.DataFrame(
    {"year": [2021], "reference": ["institution"], "alternative": ["foster_family"]}
)
FAMILIES = dict(year=2021, care_arrangement="foster_family", provider=None)


def bootstrap(
    homes: list[tuple[float, float]],
    others: list[tuple[float, float]] = (),
    lines: tuple[dict, ...] = (FAMILIES | dict(amount_eur=50.0),),
    activity: tuple[dict, ...] = (FAMILIES | dict(child_days=10.0),),
    cost: float = FAMILY_COST,
    draws: int = 2_000,
    seed: int = 1,
    alternative: str = "foster_family",
) -> pd.Series:
    by_provider = pd.concat([providers_of(homes), providers_of(others, alternative)])
    days = pd.concat([by_provider.drop(columns="total_eur"), pd.DataFrame(activity)])
    columns = ["year", "care_arrangement", "provider", "child_days", "amount_eur"]
    table = provider_bootstrap(
        PAIR.assign(alternative=alternative),
        units_of(**{"institution": 1.0, alternative: cost}),
        by_provider,
        lines_of(by_provider, *lines).reindex(columns=columns),
        days.reindex(columns=columns),
        draws,
        seed,
    )
    assert len(table) == 1
    return table.iloc[0]


def exact_quantile(homes, level: float, below=((FAMILY_COST, 1.0),)) -> float:
    """Quantile of the ratio over all draws with replacement from both sides."""

    def outcomes(providers):
        return [
            sum(providers[i][0] for i in chosen) / sum(providers[i][1] for i in chosen)
            for chosen in itertools.product(range(len(providers)), repeat=len(providers))
        ]

    ratios = [one / other for one in outcomes(homes) for other in outcomes(below)]
    return float(np.quantile(ratios, level, method="inverted_cdf"))


@pytest.mark.parametrize("number", [2, 3])
def test_bootstrap_few_homes_end_at_the_cheapest_and_the_dearest(number):
    # All draws of one home alone come once in 4 or in 27, more often than once in 40.
    row = bootstrap(HOMES[:number])
    each = [total / days / FAMILY_COST for total, days in HOMES[:number]]
    assert (row[LOW], row[HIGH]) == pytest.approx((min(each), max(each)))


@pytest.mark.parametrize("homes", [HOMES[:4], HOMES])
def test_bootstrap_agrees_with_all_draws_enumerated(homes):
    draws = 40_000
    row = bootstrap(homes, draws=draws)
    for column, level in ((LOW, 0.025), (HIGH, 0.975)):
        error = 5 * math.sqrt(0.025 * 0.975 / draws)
        assert exact_quantile(homes, level - error) <= row[column]
        assert row[column] <= exact_quantile(homes, level + error)


def test_bootstrap_alternative_recorded_by_provider_is_drawn_too():
    others = [(60.0, 10.0), (20.0, 10.0), (90.0, 20.0)]
    draws = 40_000
    row = bootstrap(HOMES[:3], others, (), (), draws=draws, alternative="family_like")
    for column, level in ((LOW, 0.025), (HIGH, 0.975)):
        error = 5 * math.sqrt(0.025 * 0.975 / draws)
        bounds = [exact_quantile(HOMES[:3], level + sign * error, below=others) for sign in (-1, 1)]
        assert bounds[0] <= row[column] <= bounds[1]
    assert row["providers"] == 3


def test_bootstrap_both_sides_are_drawn_independently():
    # With the same providers on both sides, the same draws would give a ratio of 1 every time.
    row = bootstrap(HOMES[:2], HOMES[:2], (), (), alternative="family_like")
    assert (row[LOW], row[HIGH]) == pytest.approx((40 / 90, 90 / 40))


@pytest.mark.parametrize(
    ("others", "lines", "activity"),
    [
        ([(60.0, 10.0)], (), ()),  # one provider
        ([(60.0, 10.0), (20.0, 10.0)], (dict(amount_eur=9.0),), ()),
        ([(60.0, 10.0), (20.0, 10.0)], (dict(amount_eur=-9.0),), ()),
        ([(60.0, 10.0), (20.0, 10.0)], (), (dict(child_days=9.0),)),
        ([(60.0, 10.0), (20.0, math.nan)], (), ()),
        ([(60.0, 10.0), (math.nan, 10.0)], (), ()),
    ],
)
def test_bootstrap_alternative_not_all_by_two_providers_keeps_its_cost(others, lines, activity):
    own = FAMILIES | dict(care_arrangement="family_like")
    row = bootstrap(
        HOMES[:2],
        others,
        tuple(own | line for line in lines),
        tuple(own | line for line in activity),
        alternative="family_like",
    )
    assert (row[LOW], row[HIGH]) == pytest.approx((40 / FAMILY_COST, 90 / FAMILY_COST))


def test_bootstrap_zero_of_no_single_home_keeps_the_homes():
    nothing = FAMILIES | dict(care_arrangement="institution")
    row = bootstrap(
        HOMES[:2],
        lines=(nothing | dict(amount_eur=0.0),),
        activity=(nothing | dict(child_days=0.0),),
    )
    assert row[CAUTION] == "few_providers"


@pytest.mark.parametrize(
    ("number", "caution"),
    [
        (1, "one_provider"),
        (2, "few_providers"),
        (7, "few_providers"),
        (8, "none"),
        (9, "none"),
    ],
)
def test_bootstrap_caution_says_how_few_homes_there_are(number, caution):
    row = bootstrap([(100.0 + number, 10.0) for number in range(number)])
    assert row[CAUTION] == caution
    assert row["providers"] == number
    assert math.isnan(row[LOW]) == math.isnan(row[HIGH]) == (number == 1)


INSTITUTION = FAMILIES | dict(care_arrangement="institution")


@pytest.mark.parametrize(
    ("homes", "lines", "activity"),
    [
        (HOMES, (dict(amount_eur=9.0),), ()),
        (HOMES, (), (dict(child_days=1.0),)),
        ([*HOMES, (math.nan, 10.0)], (), ()),
        ([*HOMES, (10.0, math.nan)], (), ()),
        (HOMES[:1], (dict(amount_eur=9.0),), ()),
        ([], (), ()),
    ],
)
def test_bootstrap_reference_not_all_by_provider_has_no_interval(homes, lines, activity):
    row = bootstrap(
        homes,
        lines=tuple(INSTITUTION | line for line in lines),
        activity=tuple(INSTITUTION | line for line in activity),
    )
    assert row[CAUTION] == "not_by_provider"
    assert math.isnan(row[LOW])
    assert math.isnan(row[HIGH])


def test_bootstrap_closed_home_is_not_drawn():
    # Its capital is a cost of the region, but no child could be cared for there.
    row = bootstrap([(400.0, 10.0), (900.0, 10.0), (100.0, 0.0)])
    assert (row[LOW], row[HIGH]) == pytest.approx((40 / FAMILY_COST, 90 / FAMILY_COST))
    assert row["providers"] == 2


def test_bootstrap_fractions_of_a_child_day_are_divided_by():
    row = bootstrap([(4.0, 0.1), (9.0, 0.1)])
    assert (row[LOW], row[HIGH]) == pytest.approx((40 / FAMILY_COST, 90 / FAMILY_COST))


@pytest.mark.parametrize("cost", [0.0, -3.0])
def test_bootstrap_alternative_that_costs_nothing_has_no_ratio(cost):
    row = bootstrap(HOMES, cost=cost)
    assert row[CAUTION] == "few_providers"
    assert math.isnan(row[LOW])
    assert math.isnan(row[HIGH])


def test_bootstrap_alternative_below_a_euro_has_a_ratio():
    row = bootstrap(HOMES[:2], cost=0.5)
    assert (row[LOW], row[HIGH]) == pytest.approx((40 / 0.5, 90 / 0.5))


def test_bootstrap_same_seed_gives_the_same_interval_and_another_seed_another():
    homes = [(100.0 + 7 * number**2, 10.0) for number in range(12)]
    one = bootstrap(homes, seed=1)
    assert one.to_list() == bootstrap(homes, seed=1).to_list()
    assert one[LOW] != bootstrap(homes, seed=2)[LOW]


def test_bootstrap_year_draws_providers_of_its_own():
    homes = [(100.0 + 7 * number**2, 10.0) for number in range(12)]
    by_provider = providers_of(homes)
    earlier = by_provider.assign(year=2020)
    units = units_of(institution=1.0, foster_family=5.0)
    both = pd.concat([earlier, by_provider])
    lines = lines_of(both)
    table = provider_bootstrap(
        pd.concat([PAIR.assign(year=2020), PAIR]),
        pd.concat([units.assign(year=2020), units]),
        both,
        lines,
        both,
        2_000,
        1,
    )
    assert table.columns.to_list() == COLUMNS
    assert table.iloc[:, :5].to_numpy().tolist() == [
        [year, "institution", "foster_family", 12, 2_000] for year in (2020, 2021)
    ]
    assert table[LOW][0] != table[LOW][1]


def test_bootstrap_of_no_comparison_is_an_empty_table_with_its_columns():
    by_provider = providers_of(HOMES)
    lines = lines_of(by_provider)
    table = provider_bootstrap(PAIR[:0], units_of(), by_provider, lines, by_provider, 1_000, 1)
    assert table.empty
    assert table.columns.to_list() == COLUMNS


# ------------------------------------------------------------------------------ whole evaluations


def test_evaluation_two_homes_are_drawn(small, evaluate):
    tables = small(
        providers=[dict(provider="home"), dict(provider="second")],
        costs=[
            dict(provider="home", amount_eur=119_000),
            dict(provider="second", amount_eur=60_000),
            dict(care_arrangement="foster_family", cost_item="support", amount_eur=6_000),
        ],
        activity=[
            dict(provider="home", child_days=3_650),
            dict(provider="second", child_days=3_650),
            dict(care_arrangement="foster_family", child_days=1_825),
        ],
    )
    row = evaluate(tables).tables["provider_bootstrap"].iloc[0]
    assert row.to_list()[:5] == [2021, "institution", "foster_family", 2, 1_000]
    assert row[CAUTION] == "few_providers"
    # 120,000 and 60,000 EUR for 120 child-months each, families 350 a month.
    assert (row[LOW], row[HIGH]) == pytest.approx((500 / 350, 1_000 / 350))


def test_evaluation_families_as_reference_are_not_by_provider(small, evaluate):
    row = evaluate(small(), reference="foster_family").tables["provider_bootstrap"].iloc[0]
    assert row[CAUTION] == "not_by_provider"
    assert row["providers"] == 0


def test_evaluation_one_home_has_no_interval(small, evaluate):
    row = evaluate(small()).tables["provider_bootstrap"].iloc[0]
    assert row[CAUTION] == "one_provider"
    assert math.isnan(row[LOW])


def test_evaluation_region_s_ledger_of_zero_does_not_stand_for_a_home(small, evaluate):
    # The ledger of the second home is not recorded, a row of the region says 0.
    tables = small(
        providers=[dict(provider=name) for name in ("home", "second", "third")],
        assets=[],
        costs=[
            dict(provider="home", amount_eur=100_000),
            dict(provider="second", amount_eur=60_000),
            dict(cost_item="other", amount_eur=0),
            dict(care_arrangement="foster_family", cost_item="support", amount_eur=6_000),
        ],
        activity=[
            *(dict(provider=name, child_days=3_650) for name in ("home", "second", "third")),
            dict(care_arrangement="foster_family", child_days=1_825),
        ],
    )
    assert evaluate(tables).tables["provider_bootstrap"][CAUTION].to_list() == ["not_by_provider"]


def test_evaluation_home_of_another_year_is_not_drawn(small, evaluate):
    tables = small(
        activity=[
            dict(provider="home", child_days=3_650),
            dict(child_days=100, year=2019),
            dict(care_arrangement="foster_family", child_days=1_825),
        ]
    )
    row = evaluate(tables).tables["provider_bootstrap"].iloc[0]
    assert row[CAUTION] == "one_provider"
