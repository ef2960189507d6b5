"""What must hold for every data package, tried on many small generated ones.

`DIEVAL_CAMPAIGN=1` tries fifty times as many. The same packages come in every run.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dieval.costs.capital import annuitise, annuity_factor
from dieval.costs.evaluation import CostEvaluation
from dieval.errors import ParameterError

YEARS = [2019, 2020, 2021]
PERIOD = dict(first_year=2019, last_year=2021, price_year=2020, discount_rate=0.04)
CAMPAIGN = 50 if os.environ.get("DIEVAL_CAMPAIGN") else 1
UNIT = ["year", "care_arrangement"]
Rows = dict[str, list[dict[str, Any]]]


def tried(examples: int) -> Callable[..., Any]:
    return settings(
        max_examples=examples * CAMPAIGN,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


# ------------------------------------------------------------------------- generated packages

CENTS = st.integers(1, 50_000_000).map(lambda cents: cents / 100)
PAYERS = st.sampled_from(["state", "municipality", "eu_fund", "other"])
SOURCES = st.sampled_from(["ledger", "act", "guess"])
HOMES = st.sampled_from(["institution", "state_institution", "family_like", "youth_house"])
ITEMS = ["staff", "goods_services", "upkeep", "premises", "administration", "support"]


@st.composite
def homes(draw, name: str, region: str) -> Rows:
    """Draw a provider with its ledger, assets and child-days."""
    own = dict(region=region, provider=name, care_arrangement=draw(HOMES))
    provider = own | dict(
        owner=draw(st.sampled_from(["state", "municipality", "ngo"])),
        opened=draw(st.sampled_from([None, "2015-05-01", "2020-02-01"])),
        closed=draw(st.sampled_from([None, "2020-06-30", "2030-01-01"])),
    )
    rows: Rows = {"providers": [provider], "costs": [], "assets": [], "activity": []}
    records_places = draw(st.booleans())
    for year in draw(st.sets(st.sampled_from(YEARS), min_size=1).map(sorted)):
        for item in draw(st.sets(st.sampled_from(ITEMS), min_size=1, max_size=3).map(sorted)):
            amount, payer, source = draw(CENTS), draw(PAYERS), draw(SOURCES)
            row = own | dict(year=year, payer=payer, source=source)
            rows["costs"].append(row | dict(cost_item=item, amount_eur=amount))
            if draw(st.booleans()):  # a refund of a half
                refund = dict(cost_item="other", amount_eur=-round(amount / 2, 2))
                rows["costs"].append(row | refund | dict(payer=draw(PAYERS)))
        days = draw(st.integers(0, 20_000))
        places = draw(st.integers(0, 20_000)) if records_places else None
        rows["activity"].append(own | dict(year=year, child_days=days, place_days=places))
    for number in range(draw(st.integers(0, 2))):
        rows["assets"].append(
            dict(
                provider=name,
                asset=f"asset-{number}",
                acquired_year=draw(st.integers(2000, 2022)),
                cost_eur=draw(CENTS),
                useful_life_years=draw(st.integers(1, 50)),
                source=draw(SOURCES),
            )
        )
    return rows


@st.composite
def families(draw, region: str, care_arrangement: str) -> Rows:
    """Draw a region's foster families or guardians: child-days, households and support."""
    own = dict(region=region, care_arrangement=care_arrangement)
    rows: Rows = {"activity": [], "households": [], "costs": []}
    for year in YEARS:
        days = draw(st.integers(0, 50_000))
        rows["activity"].append(own | dict(year=year, child_days=days))
        for age in ("0-6", "7-17"):
            months = draw(st.integers(0, 5_000)) / 10
            size = draw(st.sampled_from(["1", "2", "3+"]))
            rows["households"].append(
                own | dict(year=year, age_band=age, children_in_household=size, child_months=months)
            )
        if draw(st.booleans()):
            support = dict(cost_item="support", amount_eur=draw(CENTS), payer=draw(PAYERS))
            rows["costs"].append(own | support | dict(year=year, source=draw(SOURCES)))
    return rows


@st.composite
def statutory_rates(draw) -> Rows:
    """Draw what the law pays; one of the payments may start or end within the period."""
    rates = []
    for arrangement in ("foster_family", "guardian"):
        own = dict(care_arrangement=arrangement)
        carer = own | dict(payment="remuneration", per="family", payer=draw(PAYERS))
        rates.append(carer | dict(amount_eur_month=draw(CENTS)))
        change = draw(st.sampled_from([None, "2020-06-30", "2020-12-31"]))
        for age in ("0-6", "7-17"):
            child = own | dict(age_band=age, payer=draw(PAYERS))
            rates.append(child | dict(amount_eur_month=draw(CENTS), valid_to=change))
            if change:
                start = str(np.datetime64(change) + 1)
                rates.append(child | dict(amount_eur_month=draw(CENTS), valid_from=start))
    gap = draw(st.sampled_from([None, None, "2020-02-29"]))
    if gap:
        rates[0]["valid_to"] = gap
    return {"statutory_rates": [row | dict(rate=f"rate-{n}") for n, row in enumerate(rates)]}


@st.composite
def packages(draw) -> Rows:
    """Draw a whole small package: one to three regions, each with homes and families."""
    rows: Rows = {
        **{name: [] for name in ("providers", "costs", "assets", "activity", "households")},
        "sources": [
            dict(source="ledger", evidence="administrative"),
            dict(source="act", evidence="published"),
            dict(source="guess", evidence="assumed"),
        ],
        "price_index": [
            dict(year=year, value=draw(st.integers(8_000, 15_000)) / 100)
            for year in range(2018, 2023)
        ],
    }
    regions = ["kurzeme", "riga", "zemgale"][: draw(st.integers(1, 3))]
    rows["regions"] = [dict(region=region) for region in regions]
    drawn = [draw(statutory_rates())]
    for region in regions:
        for number in range(draw(st.integers(1, 2))):
            drawn.append(draw(homes(f"{region}-{number}", region)))
        for arrangement in ("foster_family", "guardian"):
            drawn.append(draw(families(region, arrangement)))
    for some in drawn:
        for name, new in some.items():
            rows.setdefault(name, []).extend(new)
    return rows


# -------------------------------------------------------------------------------------- helpers


@pytest.fixture(scope="session")
def assess(table, evaluate) -> Callable[..., CostEvaluation]:
    """Evaluate tables or rows, in the order in which the reader sorts them."""

    def make(tables: dict[str, Any], canonical: bool = True, **parameters: Any) -> CostEvaluation:
        made = {
            name: table(name, *rows) if isinstance(rows, list) else rows
            for name, rows in tables.items()
        }
        if canonical:
            made = {
                name: rows.sort_values(list(rows.columns), kind="stable", ignore_index=True)
                for name, rows in made.items()
            }
        usual = dict(PERIOD, region=None, reference="foster_family")
        return evaluate(made, **(usual | parameters))

    return make


@pytest.fixture(scope="session")
def tables_of(table) -> Callable[[Rows], dict[str, pd.DataFrame]]:
    def make(rows: Rows) -> dict[str, pd.DataFrame]:
        return {name: table(name, *some) for name, some in rows.items()}

    return make


# Tables made from random numbers: a last bit in what they are drawn around changes the draws.
DRAWN = ("simulation", "simulated_costs")


def same(
    one: CostEvaluation, other: CostEvaluation, relative: float, but: Sequence[str] = ()
) -> None:
    """Two evaluations say the same, to a relative difference (0: bit for bit)."""
    exact = dict(check_exact=True) if relative == 0 else dict(rtol=relative, atol=1e-9)
    for name, expected in one.tables.items():
        if name in but:
            continue
        pd.testing.assert_frame_equal(other.tables[name], expected, obj=name, **exact)
    pd.testing.assert_series_equal(other.evidence, one.evidence, **exact)
    pd.testing.assert_frame_equal(other.missing_costs, one.missing_costs)


def by_unit(evaluation: CostEvaluation, table: str, column: str) -> pd.Series:
    return evaluation.tables[table].set_index(UNIT)[column]


def close(one: pd.Series, other: pd.Series) -> None:
    pd.testing.assert_series_equal(one, other, rtol=1e-12, atol=1e-7, check_names=False)


# ------------------------------------------------------------------------------- adding up


@tried(10)
@given(rows=packages())
def test_parts_payers_and_evidence_add_up_to_the_whole(rows, assess):
    made = assess(rows)
    totals = by_unit(made, "unit_costs", "total_eur").sort_index()
    parts = made.tables["unit_cost_parts"].groupby(UNIT)
    close(parts["amount_eur"].sum(skipna=False).reindex(totals.index), totals)
    per_month = by_unit(made, "unit_costs", "cost_per_child_month_eur").sort_index()
    of_parts = parts["cost_per_child_month_eur"].sum(skipna=False)
    close(of_parts.reindex(per_month.index), per_month)

    known = totals.dropna()
    payers = made.tables["payer_split"].groupby(UNIT)
    assert set(payers.groups) == set(known.index)
    close(payers["amount_eur"].sum(), known)
    refunded = payers["amount_eur"].min() < 0  # refunds above payments leave no share
    assert np.allclose(payers["share"].sum()[~refunded], 1, rtol=0, atol=1e-12)
    assert (payers["share"].count()[refunded] == 0).all()

    assert made.evidence.between(0, 1).all()
    assert math.isclose(made.evidence.sum(), 1, abs_tol=1e-12)


@tried(4)
@given(rows=packages())
def test_regions_add_up_to_the_country(rows, assess):
    country = assess(rows).tables["unit_costs"].set_index(UNIT)
    regions = [region["region"] for region in rows["regions"]]
    by_region = pd.concat(
        {
            region: assess(rows, region=region).tables["unit_costs"].set_index(UNIT)
            for region in regions
        },
        names=["region"],
    )
    each = by_region.droplevel("region").sort_index()
    for column in ("total_eur", "child_days"):
        added = each.groupby(level=UNIT)[column].sum(skipna=False)
        close(added, country[column].sort_index())
    # Where only assets of a closed home are left, a region has no places to add.
    of_region = ["region", *UNIT]
    recorded = pd.MultiIndex.from_tuples(
        [tuple(row[column] for column in of_region) for row in rows["activity"]], names=of_region
    )
    places = by_region.loc[by_region.index.isin(recorded), "place_days"]
    added = places.groupby(level=UNIT).sum(skipna=False)
    close(added.reindex(country.index), country["place_days"])
    cost = each["cost_per_child_month_eur"].groupby(level=UNIT)
    pooled = country["cost_per_child_month_eur"].dropna()
    # A region without child-days has a cost that belongs to no child: no ratio to lie between.
    complete = cost.count() == cost.size()
    pooled = pooled[complete.reindex(pooled.index)]
    slack = 1e-9 * pooled.abs()
    assert (pooled >= cost.min().reindex(pooled.index) - slack).all()
    assert (pooled <= cost.max().reindex(pooled.index) + slack).all()


@tried(4)
@given(rows=packages())
def test_providers_of_homes_add_up_to_the_region(rows, assess):
    made = assess(rows, region="kurzeme")
    providers = made.tables["provider_unit_costs"].groupby(UNIT)
    region = made.tables["unit_costs"].set_index(UNIT)
    homes_alone = region.loc[sorted(providers.groups)]
    close(providers["child_days"].sum(), homes_alone["child_days"])
    close(providers["total_eur"].sum(skipna=False), homes_alone["total_eur"])


# ----------------------------------------------------------------------- nothing hidden or made up


@tried(5)
@given(rows=packages())
def test_no_number_is_infinite_and_no_unknown_total_has_a_unit_cost(rows, assess):
    made = assess(rows)
    for name, table in made.tables.items():
        numbers = table.select_dtypes("number").to_numpy(dtype=float)
        assert not np.isinf(numbers).any(), name
    units = made.tables["unit_costs"]
    unknown = units["total_eur"].isna() | (units["child_days"] == 0)
    assert (units["cost_per_child_month_eur"].isna() == unknown).all()
    unknown = units["cost_per_child_month_eur"].isna() & (units["child_days"] != 0)
    assert len(made.missing_costs) == unknown.sum()


@tried(4)
@given(rows=packages(), month=st.integers(1, 12))
def test_a_month_without_a_rate_makes_the_year_unknown_never_cheaper(
    rows, month, assess, tables_of
):
    tables = tables_of(rows)
    lived = tables["households"].query(
        "care_arrangement == 'foster_family' and year == 2021 and child_months > 0"
    )
    assume(len(lived))
    rates = tables["statutory_rates"]
    cut = rates["care_arrangement"].eq("foster_family") & rates["payment"].eq("remuneration")
    start, stop = pd.Timestamp(2021, month, 1), pd.Timestamp(2021, month, 28)
    before = rates[cut].assign(valid_to=start - pd.Timedelta(days=1))
    after = rates[cut].assign(valid_from=stop + pd.Timedelta(days=5))
    parts = [part.astype(rates.dtypes) for part in (rates[~cut], before, after)]
    holed = tables | {"statutory_rates": pd.concat(parts, ignore_index=True)}
    made = assess(holed)
    assert math.isnan(by_unit(made, "unit_costs", "total_eur")[2021, "foster_family"])
    payers = made.tables["payer_split"]
    assert payers.query("year == 2021 and care_arrangement == 'foster_family'").empty


# -------------------------------------------------------------------- what must not change anything


@tried(4)
@given(rows=packages(), seed=st.integers(0, 2**32 - 1))
def test_order_of_rows_is_irrelevant(rows, seed, assess, tables_of):
    tables = tables_of(rows)
    shuffled = {name: rows.sample(frac=1, random_state=seed) for name, rows in tables.items()}
    expected = assess(tables)
    same(expected, assess(shuffled), 0)
    unsorted = {name: rows.reset_index(drop=True) for name, rows in shuffled.items()}
    same(expected, assess(unsorted, canonical=False), 1e-12)


@tried(4)
@given(rows=packages(), share=st.floats(0.01, 0.99))
def test_ledger_row_split_in_two_changes_nothing(rows, share, assess, tables_of):
    tables = tables_of(rows)
    costs = tables["costs"]
    first, second = costs.copy(), costs.copy()
    first["amount_eur"] = costs["amount_eur"] * share
    second["amount_eur"] = costs["amount_eur"] - first["amount_eur"]
    split = tables | {"costs": pd.concat([first, second], ignore_index=True)}
    same(assess(tables), assess(split), 1e-9, but=DRAWN)


@tried(4)
@given(rows=packages(), share=st.floats(0.01, 0.99))
def test_distinguishing_groups_of_children_changes_nothing(rows, share, assess, tables_of):
    tables = tables_of(rows)
    activity = tables["activity"]
    young, old = activity.assign(age_band="0-6"), activity.assign(age_band="7-17")
    young["child_days"] = np.floor(activity["child_days"] * share)
    old["child_days"] = activity["child_days"] - young["child_days"]
    old["place_days"] = np.nan  # places stand on one of the rows of a provider
    split = tables | {"activity": pd.concat([young, old], ignore_index=True)}
    same(assess(tables), assess(split), 1e-12, but=(*DRAWN, "group_costs", "case_mix"))


@tried(4)
@given(rows=packages())
def test_other_regions_do_not_touch_a_region(rows, assess, tables_of):
    tables = tables_of(rows)
    alone = dict(tables)
    for name in ("costs", "activity", "households", "providers"):
        alone[name] = tables[name][tables[name]["region"] == "kurzeme"]
    alone["assets"] = tables["assets"][
        tables["assets"]["provider"].isin(alone["providers"]["provider"])
    ]
    same(assess(tables, region="kurzeme"), assess(alone, region="kurzeme"), 0)


# ------------------------------------------------------------------------ what must change, and how

MONEY = {"costs": "amount_eur", "assets": "cost_eur", "statutory_rates": "amount_eur_month"}
CHILDREN = {"activity": ["child_days", "place_days"], "households": ["child_months"]}


def multiplied(tables: dict[str, pd.DataFrame], factor: float, *what: dict) -> dict:
    """Multiply columns by a factor; a power of two is exact in binary numbers."""
    result = dict(tables)
    for columns in what:
        for name, column in columns.items():
            result[name] = result[name].copy()
            result[name][column] = result[name][column] * factor
    return result


@tried(4)
@given(rows=packages())
def test_doubled_money_doubles_every_cost_exactly_and_leaves_every_ratio(
    rows, assess, tables_of, is_money
):
    tables = tables_of(rows)
    once, twice = assess(tables), assess(multiplied(tables, 2, MONEY))
    for name, expected in once.tables.items():
        table = twice.tables[name]
        if name.startswith("sensitivity"):  # its values are money, rates or shares by parameter
            outcomes = list(expected.filter(like="outcome"))
            pd.testing.assert_frame_equal(table[outcomes], expected[outcomes] * 2, rtol=1e-12)
            continue
        money = [column for column in expected if is_money(column)]
        pd.testing.assert_frame_equal(table[money], expected[money] * 2, check_exact=True)
        rest = [column for column in expected if column not in money]
        pd.testing.assert_frame_equal(table[rest], expected[rest], check_exact=True)
    assert once.tables["unit_costs"].filter(like="_eur").shape[1] >= 5
    pd.testing.assert_series_equal(once.evidence, twice.evidence, check_exact=True)


@tried(4)
@given(rows=packages())
def test_doubled_children_places_and_ledger_leave_every_unit_cost_exactly(rows, assess, tables_of):
    tables = tables_of(rows)
    ledger = {name: MONEY[name] for name in ("costs", "assets")}
    once, twice = assess(tables), assess(multiplied(tables, 2, CHILDREN, ledger))
    grow = ("total_eur", "amount_eur", "child_days", "child_months", "place_days")
    # More children, a surer mix of households: intervals and the ranges of errors are narrower.
    surer = {"ratio_low", "ratio_high", "ratio_g"}
    for name, expected in once.tables.items():
        if name in DRAWN:
            continue
        larger = [column for column in expected if column.endswith(grow)]
        columns = [column for column in expected if column not in {*larger, *surer}]
        table = twice.tables[name]
        if name.startswith("sensitivity"):
            expected, table = (
                rows[~rows["parameter"].str.endswith("_error")].reset_index(drop=True)
                for rows in (expected, table)
            )
        pd.testing.assert_frame_equal(table[columns], expected[columns], check_exact=True)
        pd.testing.assert_frame_equal(table[larger], expected[larger] * 2, check_exact=True)


@tried(4)
@given(rows=packages(), factor=st.sampled_from([0.5, 2.0, 4.0]))
def test_scaled_child_days_divide_the_cost_per_child_and_leave_the_cost_per_place(
    rows, factor, assess, tables_of
):
    tables = tables_of(rows)
    before = assess(tables).tables["unit_costs"]
    after = assess(multiplied(tables, factor, {"activity": "child_days"})).tables["unit_costs"]
    for column in ("cost_per_child_day_eur", "cost_per_child_year_eur"):
        pd.testing.assert_series_equal(after[column], before[column] / factor, check_exact=True)
    for column in ("total_eur", "cost_per_place_month_eur"):
        pd.testing.assert_series_equal(after[column], before[column], check_exact=True)
    pd.testing.assert_series_equal(
        after["occupancy"], before["occupancy"] * factor, check_exact=True
    )


@tried(4)
@given(rows=packages(), price_year=st.integers(2018, 2022))
def test_price_year_only_rescales_the_real_cost(rows, price_year, assess, is_money):
    base, other = assess(rows), assess(rows, price_year=price_year)
    value = {row["year"]: row["value"] for row in rows["price_index"]}
    real = "real_cost_per_child_month_eur"
    close(
        by_unit(other, "unit_costs", real),
        by_unit(base, "unit_costs", real) * value[price_year] / value[2020],
    )
    for evaluation in (base, other):
        units = evaluation.tables["unit_costs"]
        evaluation.tables["unit_costs"] = units.drop(columns=real)
        providers = evaluation.tables["provider_unit_costs"]
        evaluation.tables["provider_unit_costs"] = providers.drop(columns=real)
    same(base, other, 0, but=["occupancy_effects"])
    effects = other.tables["occupancy_effects"], base.tables["occupancy_effects"]
    for column in filter(is_money, effects[0]):
        close(effects[0][column], effects[1][column] * value[price_year] / value[2020])


@tried(4)
@given(rows=packages())
def test_comparison_is_antisymmetric_and_its_switch_point_equalises(rows, assess):
    one = assess(rows, reference="guardian").tables["comparison"].set_index(UNIT[:1])
    other = assess(rows, reference="foster_family").tables["comparison"].set_index(UNIT[:1])
    one = one[one["alternative"] == "foster_family"]
    other = other[other["alternative"] == "guardian"]
    close(one["difference_eur_per_child_month"], -other["difference_eur_per_child_month"])
    for table in (one, other):
        support = table["support_eur_per_child_month"].fillna(0.0)
        without = table["alternative_eur_per_child_month"] - support
        equal = without + table["switch_point_support_eur_per_child_month"]
        close(equal, table["reference_eur_per_child_month"])


# -------------------------------------------------------------------------------------- annuities

LIVES = st.integers(1, 100)
RATES = st.floats(0.0001, 0.5)


@tried(100)
@given(cost=st.floats(0.01, 1e9), life=LIVES, rate=RATES)
def test_annuity_payments_are_worth_the_cost_today(cost, life, rate):
    payment = annuitise(cost, life, rate)
    today = math.fsum(payment / (1 + rate) ** year for year in range(1, life + 1))
    assert math.isclose(today, cost, rel_tol=1e-10)


@tried(100)
@given(life=LIVES, rate=RATES)
def test_annuity_longer_life_costs_less_a_year_and_higher_rate_more(life, rate):
    # Very long lives at high rates differ by less than a number can hold.
    assert annuitise(1.0, life + 1, rate) <= annuitise(1.0, life, rate)
    assert annuitise(1.0, life + 1, rate) < annuitise(1.0, life, rate) or life * rate > 20
    assert annuitise(1.0, life, rate + 0.01) > annuitise(1.0, life, rate)
    assert annuitise(1.0, life, rate) > 1 / life


@tried(50)
@given(life=LIVES)
def test_annuity_tiny_rate_comes_close_to_a_rate_of_zero(life):
    assert math.isclose(annuity_factor(life, 1e-7), annuity_factor(life, 0.0), rel_tol=1e-4)


@tried(50)
@given(rate=st.floats(-1e6, -1e-12), life=LIVES)
def test_annuity_negative_rate_is_always_refused(rate, life):
    with pytest.raises(ParameterError, match="discount_rate must be 0 or more"):
        annuity_factor(life, rate)
