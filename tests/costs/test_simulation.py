from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from dieval.costs.assumptions import CostAssumptions
from dieval.costs.reliability import amounts_by_evidence
from dieval.costs.simulation import (
    UncertainCosts,
    simulate,
    simulated_costs,
    simulation,
    uncertain_costs,
)

DRAWS = 40_000
SEED = 20_240_101
HOME = (2021, "institution")
FAMILY = (2021, "foster_family")


def index_of(*units: tuple[int, str]) -> pd.MultiIndex:
    return pd.MultiIndex.from_tuples(units, names=["year", "care_arrangement"])


def costs_of(**values: object) -> UncertainCosts:
    """Give one home with 1,200 EUR recorded in 12 child-months: 100 a month, nothing uncertain."""
    usual: dict = dict(
        units=index_of(HOME),
        child_months=[12.0],
        occupancy=[math.nan],
        days_error=[0.0],
        part_unit=[0],
        part_error=[0.0],
        recorded_eur=[1_200.0],
        statutory_eur=[0.0],
        asset_eur=np.empty((1, 0)),
        lives=[],
        mix_unit=[],
        mix_months=[],
        mix_payment_eur=[],
        discount_rate=0.04,
        discount_rate_error=0.0,
    )
    given = {**usual, **values}
    whole = {"part_unit", "mix_unit"}
    for name, value in given.items():
        if isinstance(value, list):
            given[name] = np.array(value, dtype=int if name in whole else float)
    return UncertainCosts(**given)


def drawn_of(**values: object) -> np.ndarray:
    """Draw the costs of the first unit, as a multiple of what is recorded."""
    return simulate(costs_of(**values), DRAWS, SEED)[0] / 100


def within_five_errors(drawn: np.ndarray, mean: float, deviation: float, excess: float = 0) -> None:
    """Compare mean and deviation with theory; excess is the kurtosis beyond the normal one's 3."""
    assert drawn.mean() == pytest.approx(mean, abs=5 * deviation / math.sqrt(len(drawn)))
    error = math.sqrt((2 + excess) / len(drawn)) / 2
    assert drawn.std() == pytest.approx(deviation, rel=5 * error)


def follows(drawn: np.ndarray, distribution) -> None:
    """No chance finding: the seed is fixed, and the draws are those of the distribution."""
    assert stats.kstest(drawn, distribution.cdf).pvalue > 0.001


# -------------------------------------------------------------------------------- shape and seeds


def test_simulate_has_a_row_of_draws_for_each_unit():
    costs = costs_of(
        units=index_of((2020, "guardian"), HOME, FAMILY),
        child_months=[12.0, 24.0, 60.0],
        occupancy=[math.nan] * 3,
        days_error=[0.0] * 3,
        part_unit=[0, 2],
        part_error=[0.0] * 2,
        recorded_eur=[1_200.0, 600.0],
        statutory_eur=[0.0, 300.0],
        asset_eur=np.empty((2, 0)),
    )
    drawn = simulate(costs, 1_500, SEED)
    assert drawn.shape == (3, 1_500)
    assert drawn[:, 0].tolist() == [1_200 / 12, 0, (600 + 300) / 60]
    assert (drawn == drawn[:, :1]).all()


UNCERTAIN: dict = dict(
    units=index_of(HOME, FAMILY),
    child_months=[12.0, 12.0],
    occupancy=[0.5, math.nan],
    days_error=[0.05, 0.02],
    part_unit=[0, 1, 1],
    part_error=[0.1, 0.2, 0.3],
    recorded_eur=[1_200.0, 300.0, 10.0],
    statutory_eur=[0.0, 0.0, 600.0],
    asset_eur=np.array([[500.0, 40.0], [0.0, 0.0], [0.0, 0.0]]),
    lives=[30.0, 5.0],
    mix_unit=[1, 1],
    mix_months=[30.0, 10.0],
    mix_payment_eur=[40.0, 80.0],
    discount_rate_error=0.1,
)


@pytest.mark.parametrize("draws", [1, 999, 1_000, 1_001, 2_500])
def test_simulate_draw_is_the_same_however_many_are_made(draws):
    costs = costs_of(**UNCERTAIN)
    most = simulate(costs, 3_000, SEED)
    made = simulate(costs, draws, SEED)
    assert made.shape == (2, draws)
    assert (made == most[:, :draws]).all()


@pytest.mark.parametrize("workers", [2, 4])
def test_simulate_draw_is_the_same_whoever_makes_it(workers):
    costs = costs_of(**UNCERTAIN)
    assert (simulate(costs, 4_500, SEED, workers) == simulate(costs, 4_500, SEED)).all()


def test_simulate_seed_decides_on_every_draw():
    costs = costs_of(**UNCERTAIN)
    assert (simulate(costs, 1_000, 1) == simulate(costs, 1_000, 1)).all()
    assert not (simulate(costs, 1_000, 1) == simulate(costs, 1_000, 2)).any()


def test_simulate_blocks_are_not_the_same_draws_again():
    drawn = simulate(costs_of(**UNCERTAIN), 3_000, SEED)[0]
    assert len(np.unique(drawn)) == 3_000


def test_simulate_nothing_uncertain_gives_the_same_cost_in_every_draw():
    drawn = drawn_of(asset_eur=np.array([[400.0]]), lives=[10.0], occupancy=[0.5])
    annuity = 400 / sum(1.04**-year for year in range(1, 11))
    assert np.ptp(drawn) == 0
    assert drawn[0] == pytest.approx((1_200 + annuity) / 1_200, rel=1e-15)


def test_simulate_no_unit_has_no_draws():
    of_units = ("child_months", "occupancy", "days_error", "part_unit", "part_error")
    none: dict = {name: [] for name in (*of_units, "recorded_eur", "statutory_eur")}
    costs = costs_of(units=index_of(HOME)[:0], asset_eur=np.empty((0, 0)), **none)
    assert simulate(costs, 1_000, SEED).shape == (0, 1_000)


def test_simulate_doubled_amounts_double_every_draw():
    doubled = dict(UNCERTAIN)
    for name in ("recorded_eur", "statutory_eur", "mix_payment_eur"):
        doubled[name] = [2 * value for value in UNCERTAIN[name]]
    doubled["asset_eur"] = 2 * UNCERTAIN["asset_eur"]
    once, twice = (simulate(costs_of(**values), 2_000, SEED) for values in (UNCERTAIN, doubled))
    assert twice == pytest.approx(2 * once, rel=1e-13)


# ---------------------------------------------------------------------------------------- amounts


@pytest.mark.parametrize("error", [0.02, 0.2, 0.6])
def test_amounts_are_multiplied_by_a_gamma_factor_of_mean_one(error):
    drawn = drawn_of(part_error=[error])
    # Shape k = 1/s²: its excess kurtosis is 6/k.
    within_five_errors(drawn, 1.0, error, excess=6 * error**2)
    follows(drawn, stats.gamma(1 / error**2, scale=error**2))


def test_amounts_of_one_kind_of_evidence_move_together_and_others_on_their_own():
    drawn = drawn_of(
        part_unit=[0, 0],
        part_error=[0.1, 0.3],
        recorded_eur=[900.0, 300.0],
        statutory_eur=[0.0, 0.0],
        asset_eur=np.empty((2, 0)),
    )
    within_five_errors(drawn, 1.0, math.hypot(0.75 * 0.1, 0.25 * 0.3))


def test_amounts_statutory_payments_have_the_same_factor_as_the_rest_of_their_evidence():
    drawn = drawn_of(part_error=[0.2], recorded_eur=[600.0], statutory_eur=[600.0])
    within_five_errors(drawn, 1.0, 0.2, excess=6 * 0.2**2)


def test_amounts_capital_has_the_same_factor_as_the_rest_of_its_evidence():
    drawn = drawn_of(
        part_error=[0.2],
        recorded_eur=[600.0],
        asset_eur=np.array([[6_000.0]]),
        lives=[10.0],
        discount_rate=0.0,
    )
    within_five_errors(drawn, 1.0, 0.2, excess=6 * 0.2**2)


def test_amounts_of_units_are_drawn_independently():
    drawn = simulate(
        costs_of(
            units=index_of(HOME, FAMILY),
            child_months=[12.0, 12.0],
            occupancy=[math.nan] * 2,
            days_error=[0.0] * 2,
            part_unit=[0, 1],
            part_error=[0.2, 0.2],
            recorded_eur=[1_200.0, 1_200.0],
            statutory_eur=[0.0, 0.0],
            asset_eur=np.empty((2, 0)),
        ),
        DRAWS,
        SEED,
    )
    assert abs(np.corrcoef(drawn)[0, 1]) < 5 / math.sqrt(DRAWS)


# ---------------------------------------------------------------------------------- discount rate


def capital_drawn(**values: object) -> np.ndarray:
    return drawn_of(recorded_eur=[0.0], asset_eur=np.array([[1_200.0]]), lives=[1.0], **values)


def test_discount_rate_is_lognormal_around_that_of_the_run():
    # One year of life: 1,200 · (1 + r) a year, so the factor is 1 + r.
    rate = capital_drawn(discount_rate=0.04, discount_rate_error=0.3) - 1
    follows(rate, stats.lognorm(0.3, scale=0.04))
    assert np.median(rate) == pytest.approx(0.04, rel=5 * 0.3 * math.sqrt(math.pi / 2 / DRAWS))


def test_discount_rate_without_an_error_is_that_of_the_run():
    assert capital_drawn(discount_rate=0.04) == pytest.approx(np.full(DRAWS, 1.04))
    assert (capital_drawn(discount_rate=0.0, discount_rate_error=0.3) == 1).all()


def test_discount_rate_is_the_same_for_all_units_of_a_draw():
    drawn = simulate(
        costs_of(
            units=index_of(HOME, FAMILY),
            child_months=[12.0, 12.0],
            occupancy=[math.nan] * 2,
            days_error=[0.0] * 2,
            part_unit=[0, 1],
            part_error=[0.0, 0.0],
            recorded_eur=[0.0, 0.0],
            statutory_eur=[0.0, 0.0],
            asset_eur=np.array([[1_200.0], [2_400.0]]),
            lives=[1.0],
            discount_rate_error=0.3,
        ),
        1_000,
        SEED,
    )
    assert drawn[1] == pytest.approx(2 * drawn[0], rel=1e-14)


def test_discount_rate_annuitises_each_asset_over_its_own_life():
    drawn = drawn_of(recorded_eur=[0.0], asset_eur=np.array([[1_200.0, 2_400.0]]), lives=[1.0, 2.0])
    assert drawn == pytest.approx(np.full(DRAWS, 1.04 + 2 / (1 / 1.04 + 1 / 1.04**2)))


# ------------------------------------------------------------------------------------- child-days


def occupancy_drawn(occupancy: float, error: float) -> np.ndarray:
    """Draw occupancies: the cost per child is recorded cost / (drawn / recorded occupancy)."""
    return occupancy / drawn_of(occupancy=[occupancy], days_error=[error])


@pytest.mark.parametrize(("occupancy", "error"), [(0.5, 0.1), (0.9, 0.05), (0.1, 0.3)])
def test_child_days_occupancy_below_one_is_drawn_from_a_beta_distribution(occupancy, error):
    drawn = occupancy_drawn(occupancy, error)
    deviation = occupancy * error
    strength = occupancy * (1 - occupancy) / deviation**2 - 1
    beta = stats.beta(occupancy * strength, (1 - occupancy) * strength)
    assert (beta.mean(), beta.std()) == pytest.approx((occupancy, deviation))
    within_five_errors(drawn, occupancy, deviation, excess=max(beta.stats("k"), 0))
    follows(drawn, beta)
    assert drawn.min() > 0
    assert drawn.max() <= 1


@pytest.mark.parametrize(
    ("occupancy", "error"),
    [
        (math.nan, 0.2),  # no places
        (1.0, 0.2),
        (1.3, 0.2),
        (0.0, 0.2),
        (0.5, 0.8),  # ½ · strength below 1
        (0.99, 0.05),  # (1 − 0.99) · strength below 1
        (0.02, 1.0),  # 0.02 · strength below 1
    ],
)
def test_child_days_otherwise_are_drawn_from_a_lognormal_factor_of_mean_one(occupancy, error):
    factor = 1 / drawn_of(occupancy=[occupancy], days_error=[error])
    sigma = math.sqrt(math.log1p(error**2))
    lognormal = stats.lognorm(sigma, scale=math.exp(-(sigma**2) / 2))
    assert (lognormal.mean(), lognormal.std()) == pytest.approx((1, error))
    follows(factor, lognormal)
    assert factor.mean() == pytest.approx(1, abs=5 * error / math.sqrt(DRAWS))


@pytest.mark.parametrize("occupancy", [0.25, 0.75])
@pytest.mark.parametrize("shape", [0.999, 1.001])
def test_child_days_beta_needs_both_shape_parameters_of_one_or_more(occupancy, shape):
    # The smaller shape parameter is ¼ · strength.
    strength = shape / 0.25
    error = math.sqrt((1 - occupancy) / occupancy / (strength + 1))
    drawn = occupancy_drawn(occupancy, error)
    # A lognormal factor goes beyond full occupancy, a beta distribution does not.
    assert (drawn.max() <= 1) == (shape > 1)


def test_child_days_of_even_occupancy_are_uniform_at_the_border():
    # Both shape parameters are exactly 1.
    drawn = occupancy_drawn(0.5, math.sqrt(1 / 3))
    assert drawn.max() <= 1
    follows(drawn, stats.uniform())


def test_child_days_without_error_are_those_recorded():
    assert (drawn_of(occupancy=[0.5]) == 1).all()
    assert (drawn_of() == 1).all()


def test_child_days_divide_what_is_recorded_and_capital_not_statutory_payments():
    days = drawn_of(days_error=[0.2])
    mixed = drawn_of(
        days_error=[0.2],
        recorded_eur=[300.0],
        asset_eur=np.array([[3_000.0]]),
        lives=[10.0],
        discount_rate=0.0,
        statutory_eur=[600.0],
    )
    assert mixed == pytest.approx(0.5 * days + 0.5, rel=1e-13)


# -------------------------------------------------------------------------------------- households

HOUSEHOLDS: dict = dict(
    mix_unit=[0, 0],
    mix_months=[36.0, 12.0],
    mix_payment_eur=[80.0, 160.0],  # 100 on average
    recorded_eur=[0.0],
    statutory_eur=[1_200.0],
)


def test_mix_of_two_kinds_is_a_beta_share_of_child_years():
    drawn = drawn_of(**HOUSEHOLDS)
    share = (drawn * 100 - 80) / (160 - 80)  # of the second kind: 1 of 4 child-years
    follows(share, stats.beta(1, 3))
    deviation = math.sqrt(0.25 * 0.75 / (4 + 1))
    within_five_errors(share, 0.25, deviation, excess=float(stats.beta(1, 3).stats("k")))


def test_mix_of_three_kinds_has_the_variance_of_a_dirichlet_mix():
    payments, shares = np.array([60.0, 100.0, 180.0]), np.array([0.5, 0.25, 0.25])
    drawn = drawn_of(
        **HOUSEHOLDS
        | dict(mix_unit=[0] * 3, mix_months=[120.0, 60.0, 60.0], mix_payment_eur=[60, 100, 180.0])
    )
    mean = (shares * payments).sum()
    assert mean == 100
    variance = (shares * (payments - mean) ** 2).sum() / (20 + 1)
    within_five_errors(drawn, 1.0, math.sqrt(variance) / mean, excess=0.5)


def test_mix_moves_statutory_payments_alone():
    mix = drawn_of(**HOUSEHOLDS)
    half = drawn_of(**HOUSEHOLDS | dict(recorded_eur=[600.0], statutory_eur=[600.0]))
    assert half == pytest.approx(0.5 + 0.5 * mix, rel=1e-13)


def test_mix_of_one_kind_or_of_equal_payments_moves_nothing():
    one = dict(mix_unit=[0], mix_months=[36.0], mix_payment_eur=[80.0])
    assert drawn_of(**HOUSEHOLDS | one) == pytest.approx(np.ones(DRAWS), rel=1e-15)
    equal = dict(mix_payment_eur=[80.0, 80.0])
    assert drawn_of(**HOUSEHOLDS | equal) == pytest.approx(np.ones(DRAWS), rel=1e-14)


def test_mix_of_payments_of_zero_moves_nothing():
    drawn = drawn_of(**HOUSEHOLDS | dict(mix_payment_eur=[0.0, 0.0], recorded_eur=[1_200.0]))
    assert (drawn == 2).all()


def test_mix_of_payments_below_a_euro_moves():
    drawn = drawn_of(**HOUSEHOLDS | dict(mix_payment_eur=[0.1, 0.2]))
    follows((drawn * 0.125 - 0.1) / 0.1, stats.beta(1, 3))


def test_mix_of_hardly_any_children_is_never_unknown():
    drawn = drawn_of(**HOUSEHOLDS | dict(mix_months=[0.003, 0.001]))
    # Mostly too few are drawn for a computer to tell from none: then the real mix stays.
    assert ((drawn >= 0.8 - 1e-12) & (drawn <= 1.6 + 1e-12)).all()
    assert (drawn == 1.0).mean() > 0.5
    assert (drawn != 1.0).mean() > 0.05


def test_mix_of_each_unit_is_its_own():
    values: dict = dict(
        units=index_of((2021, "foster_family"), (2021, "guardian"), (2021, "institution")),
        child_months=[12.0] * 3,
        occupancy=[math.nan] * 3,
        days_error=[0.0] * 3,
        part_unit=[0, 1, 2],
        part_error=[0.0] * 3,
        recorded_eur=[0.0] * 3,
        statutory_eur=[1_200.0, 600.0, 300.0],
        asset_eur=np.empty((3, 0)),
        mix_unit=[0, 0, 2, 2, 2],
        mix_months=[36.0, 12.0, 24.0, 24.0, 48.0],
        mix_payment_eur=[80.0, 160.0, 10.0, 20.0, 45.0],
    )
    first, second, third = simulate(costs_of(**values), DRAWS, SEED)
    follows((first - 80) / 80, stats.beta(1, 3))
    assert (second == 50).all()  # no households: nothing is drawn
    variance = (0.25 * 20**2 + 0.25 * 10**2 + 0.5 * 15**2) / (8 + 1)
    within_five_errors(third / 25, 1.0, math.sqrt(variance) / 30, excess=0.5)
    assert abs(np.corrcoef(first, third)[0, 1]) < 5 / math.sqrt(DRAWS)


# -------------------------------------------------------------------------------- uncertain_costs


def assumptions(**values: object) -> CostAssumptions:
    usual: dict = dict(
        discount_rate_low=0.03,
        discount_rate_main=0.04,
        discount_rate_high=0.05,
        error_factors={"administrative": 1.05, "published": 1.0, "assumed": 1.5},
        support_multiple_low=0.5,
        support_multiple_high=2.0,
        variable_share_child_parts=1.0,
        variable_share_place_parts=0.0,
    )
    return CostAssumptions(**{**usual, **values})


EVIDENCE = pd.Series({"ledger": "administrative", "act": "published", "guess": "assumed"})
UNITS = pd.DataFrame(
    [
        (2021, "institution", 120.0, 0.5, 1_000.0),
        (2021, "foster_family", 60.0, math.nan, 350.0),
        (2020, "institution", 110.0, 0.45, 900.0),
        (2021, "guardian", 7.0, math.nan, math.nan),
    ],
    columns=["year", "care_arrangement", "child_months", "occupancy", "cost_per_child_month_eur"],
)
LINES = pd.DataFrame(
    [
        (2021, "institution", "staff", "ledger", 90_000.0),
        (2021, "institution", "staff", "guess", 500.0),
        (2021, "institution", "capital", "ledger", 1_000.0),
        (2021, "institution", "capital", "guess", 200.0),
        (2020, "institution", "staff", "ledger", 80_000.0),
        (2021, "foster_family", "maintenance", "act", 15_000.0),
        (2021, "foster_family", "support", "ledger", 6_000.0),
        (2021, "guardian", "maintenance", "act", 700.0),
    ],
    columns=["year", "care_arrangement", "part", "source", "amount_eur"],
)
MIX = pd.DataFrame(
    [
        (2021, "guardian", 7.0, 100.0),
        (2021, "foster_family", 20.0, 300.0),
        (2021, "foster_family", 40.0, 225.0),
    ],
    columns=["year", "care_arrangement", "child_months", "payment_eur_month"],
)
IN_USE = pd.DataFrame(
    [
        (2021, "institution", "ledger", 30_000.0, 50),
        (2021, "institution", "ledger", 4_000.0, 10),
        (2021, "institution", "ledger", 2_000.0, 10),
        (2021, "institution", "guess", 1_000.0, 5),
        (2020, "institution", "ledger", 77.0, 10),
        (2021, "guardian", "ledger", 99.0, 10),
    ],
    columns=["year", "care_arrangement", "source", "cost_eur", "useful_life_years"],
)
DAYS_ERROR = pd.Series(
    [0.03, 0.07, 0.01], index=index_of((2021, "institution"), (2020, "institution"), (2019, "x"))
)


def gathered(rate: float = 0.04, in_use: pd.DataFrame = IN_USE, **values: object) -> UncertainCosts:
    return uncertain_costs(
        UNITS,
        amounts_by_evidence(LINES, EVIDENCE),
        DAYS_ERROR,
        MIX,
        in_use,
        EVIDENCE,
        rate,
        assumptions(**values),
    )


def test_uncertain_costs_gather_every_known_unit_in_order():
    costs = gathered()
    assert costs.units.to_list() == [
        *((2020, "institution"), (2021, "foster_family"), (2021, "institution")),
    ]
    assert costs.child_months.tolist() == [110, 60, 120]
    assert costs.occupancy.tolist() == pytest.approx([0.45, math.nan, 0.5], nan_ok=True)
    assert costs.days_error.tolist() == [0.07, 0.0, 0.03]


def test_uncertain_costs_parts_are_amounts_by_evidence_capital_apart():
    costs = gathered()
    administrative, assumed = math.log(1.05) / 1.959964, math.log(1.5) / 1.959964
    assert costs.part_unit.tolist() == [0, 1, 1, 2, 2]
    assert costs.part_error.tolist() == [administrative, administrative, 0, administrative, assumed]
    assert costs.recorded_eur.tolist() == [80_000, 6_000, 0, 90_000, 500]
    assert costs.statutory_eur.tolist() == [0, 0, 15_000, 0, 0]
    assert costs.lives.tolist() == [5, 10, 50]
    assert costs.asset_eur.tolist() == [
        [0, 77, 0],
        [0, 0, 0],
        [0, 0, 0],
        [0, 4_000 + 2_000, 30_000],
        [1_000, 0, 0],
    ]


def test_uncertain_costs_households_of_known_units_stand_in_their_order():
    costs = gathered()
    assert costs.mix_unit.tolist() == [1, 1]
    assert costs.mix_months.tolist() == [20, 40]
    assert costs.mix_payment_eur.tolist() == [300, 225]


def test_uncertain_costs_discount_rate_error_is_that_of_its_range():
    costs = gathered(discount_rate_low=0.02, discount_rate_high=0.09)
    assert costs.discount_rate == 0.04
    assert costs.discount_rate_error == pytest.approx(
        (math.log(0.09) - math.log(0.02)) / (2 * 1.959964)
    )


@pytest.mark.parametrize(("rate", "low"), [(0.0, 0.03), (0.04, 0.0)])
def test_uncertain_costs_rate_of_zero_is_not_drawn(rate, low):
    costs = gathered(rate, discount_rate_low=low)
    assert costs.discount_rate == rate
    assert costs.discount_rate_error == 0


def test_uncertain_costs_without_assets_have_no_lives():
    costs = gathered(in_use=IN_USE[:0])
    assert costs.lives.shape == (0,)
    assert costs.asset_eur.shape == (5, 0)
    assert simulate(costs, 1_000, SEED).shape == (3, 1_000)


def test_uncertain_costs_order_of_rows_is_irrelevant():
    turned = uncertain_costs(
        UNITS[::-1],
        amounts_by_evidence(LINES[::-1], EVIDENCE)[::-1],
        DAYS_ERROR[::-1],
        MIX,
        IN_USE[::-1],
        EVIDENCE[::-1],
        0.04,
        assumptions(),
    )
    assert (simulate(turned, 1_000, SEED) == simulate(gathered(), 1_000, SEED)).all()


# --------------------------------------------------------------- quantiles and who is the cheaper

THREE = costs_of(units=index_of((2020, "guardian"), (2021, "foster_family"), HOME))
TWENTY_ONE = np.arange(21.0)
DRAWN = np.array([TWENTY_ONE[::-1] + 100, np.full(21, 10.0), TWENTY_ONE])


def pairs_of(*rows: tuple[int, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["year", "reference", "alternative"])


def test_simulated_costs_give_quantiles_in_the_order_of_the_vocabulary():
    table = simulated_costs(THREE, DRAWN)
    assert table.columns.to_list() == ["year", "care_arrangement", "draws", "p05", "p50", "p95"]
    assert table.to_numpy().tolist() == [
        [2020, "guardian", 21, 101, 110, 119],
        [2021, "institution", 21, 1, 10, 19],
        [2021, "foster_family", 21, 10, 10, 10],
    ]


def test_simulated_costs_of_nothing_are_an_empty_table_with_its_columns():
    table = simulated_costs(costs_of(units=index_of(HOME)[:0]), np.empty((0, 1_000)))
    assert table.empty
    assert table.columns.to_list() == ["year", "care_arrangement", "draws", "p05", "p50", "p95"]
    assert set(table.dtypes[3:]) == {np.dtype("float64")}


SIMULATION_COLUMNS = [
    *("year", "reference", "alternative", "draws", "probability_cheaper", "p05", "p50", "p95"),
]


def test_simulation_gives_the_share_of_draws_above_zero_and_quantiles_of_the_difference():
    table = simulation(THREE, DRAWN, pairs_of((2021, "institution", "foster_family")))
    assert table.columns.to_list() == SIMULATION_COLUMNS
    # 0 … 20 minus 10: ten draws above 0, one of exactly 0.
    assert table.to_numpy().tolist() == [
        [2021, "institution", "foster_family", 21, 10 / 21, -9, 0, 9]
    ]


def test_simulation_sides_exchanged_turn_every_sign():
    drawn = DRAWN + np.array([[0], [0.5], [0]])  # no draw of exactly 0
    table, turned = (
        simulation(THREE, drawn, pairs_of((2021, *pair)))
        for pair in (("institution", "foster_family"), ("foster_family", "institution"))
    )
    assert turned["probability_cheaper"][0] == pytest.approx(1 - table["probability_cheaper"][0])
    assert turned[["p05", "p50", "p95"]].to_numpy() == pytest.approx(
        -table[["p95", "p50", "p05"]].to_numpy()
    )


def test_simulation_differences_below_a_euro_count():
    drawn = np.array([[0.0] * 4, [100.0] * 4, [100.0, 100.5, 100.001, 99.9]])
    table = simulation(THREE, drawn, pairs_of((2021, "institution", "foster_family")))
    assert table["probability_cheaper"].to_list() == [0.5]


def test_simulation_pairs_keep_their_order_whatever_their_labels():
    costs = costs_of(units=index_of((2020, "guardian"), (2020, "institution"), FAMILY, HOME))
    drawn = np.array([[1.0], [5.0], [7.0], [20.0]])
    pairs = pairs_of((2021, "institution", "foster_family"), (2020, "institution", "guardian"))
    pairs.index = [8, 3]
    table = simulation(costs, drawn, pairs.assign(other=1.0))
    assert table["p50"].to_list() == [20 - 7, 5 - 1]
    assert table["alternative"].to_list() == ["foster_family", "guardian"]
    assert table.index.to_list() == [0, 1]
    assert table.columns.to_list() == SIMULATION_COLUMNS


def test_simulation_of_no_comparison_is_an_empty_table_with_its_columns():
    table = simulation(THREE, DRAWN, pairs_of())
    assert table.empty
    assert table.columns.to_list() == SIMULATION_COLUMNS


# ------------------------------------------------------------------------------ whole evaluations


def test_evaluation_all_evidence_without_error_draws_the_cost_itself(small, evaluate):
    exact = assumptions(
        error_factors=dict.fromkeys(("administrative", "published", "assumed"), 1.0)
    )
    made = evaluate(small(), assumptions=exact).tables
    row = made["simulation"].iloc[0]
    assert row["probability_cheaper"] == 1
    assert row[["p05", "p50", "p95"]].to_list() == pytest.approx([650] * 3, rel=1e-13)
    turned = evaluate(small(), assumptions=exact, reference="foster_family").tables["simulation"]
    assert turned["probability_cheaper"].to_list() == [0]
    costs = made["simulated_costs"].set_index("care_arrangement")
    assert costs.loc["institution", ["p05", "p95"]].to_list() == pytest.approx([1_000] * 2)


def test_evaluation_draws_agree_with_the_variance_of_the_cost(small, evaluate):
    made = evaluate(small(), draws=20_000).tables["simulated_costs"].set_index("care_arrangement")
    error = math.log(1.05) / 1.959964
    home = made.loc["institution"]
    assert home["draws"] == 20_000
    # Amounts and child-days each err by 2.5 %: 90 % of the draws lie within 1.645 times both.
    width = 2 * 1.645 * 1_000 * math.sqrt(2) * error
    assert home["p95"] - home["p05"] == pytest.approx(width, rel=0.04)
    assert home["p50"] == pytest.approx(1_000, rel=0.003)


def test_evaluation_same_seed_gives_the_same_draws_and_another_seed_others(small, evaluate):
    once, again = (evaluate(small(), draws=1_000).tables["simulation"] for _ in range(2))
    pd.testing.assert_frame_equal(once, again)
    assert evaluate(small(), seed=2).tables["simulation"]["p50"][0] != once["p50"][0]


def test_evaluation_order_of_rows_is_irrelevant_for_the_draws(small, evaluate):
    tables = small(
        providers=[dict(provider="home"), dict(provider="second")],
        costs=[
            dict(provider="home", amount_eur=100_000.5),
            dict(provider="second", amount_eur=60_000.25, source="guess"),
            dict(provider="second", cost_item="upkeep", amount_eur=6_000.75),
            dict(care_arrangement="foster_family", cost_item="support", amount_eur=6_000),
        ],
        assets=[
            dict(provider="home", cost_eur=10_000.1),
            dict(provider="second", cost_eur=777.7, asset="car", useful_life_years=5),
            dict(provider="second", cost_eur=888.8, asset="roof"),
        ],
        activity=[
            dict(provider="home", child_days=3_650, place_days=7_300),
            dict(provider="second", child_days=1_001, place_days=2_000, source="guess"),
            dict(care_arrangement="foster_family", child_days=1_825),
        ],
        households=[
            dict(child_months=30, age_band="0-6"),
            dict(child_months=20),
            dict(child_months=10, children_in_household="2"),
        ],
        statutory_rates=[
            dict(rate="a", age_band="0-6", amount_eur_month=200),
            dict(rate="b", age_band="7-17", amount_eur_month=250),
            dict(rate="c", payment="remuneration", per="family", amount_eur_month=90),
        ],
    )
    turned = {name: rows[::-1].reset_index(drop=True) for name, rows in tables.items()}
    parameters = dict(discount_rate=0.04, draws=2_500)
    one, other = (evaluate(given, **parameters).tables for given in (tables, turned))
    for name in ("simulation", "simulated_costs"):
        pd.testing.assert_frame_equal(one[name], other[name], rtol=1e-12)


def test_evaluation_nothing_known_simulates_nothing(small, evaluate):
    made = evaluate(small(households=[], costs=[])).tables
    assert made["simulation"].empty
    assert made["simulation"].columns.to_list() == SIMULATION_COLUMNS
    assert made["simulated_costs"].empty
