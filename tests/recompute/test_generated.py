"""Every number of the cost comparison against SQL, on generated data packages.

A package of these is small and has what a real one seldom has: years with cost and no children,
homes without a ledger, refunds, rates that start in mid-period, groups that only some tell apart.
`DIEVAL_CAMPAIGN=1` tries 5,000 of them; the same packages come in every run.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pytest
from assumed import EVIDENCE, cost_assumptions
from generated import CAMPAIGN, tried
from hypothesis import assume
from hypothesis import strategies as st

from dieval.costs.evaluation import evaluate_costs
from dieval.errors import ParameterError

SHARDS, PACKAGES = (10, 500) if CAMPAIGN else (2, 30)
# Packages whose draws are checked too, and how many draws.
DRAWN, DRAWS = 30 if CAMPAIGN else 3, 4_000
TOLERANCE = 1e-9
Rows = dict[str, list[dict[str, Any]]]

# ------------------------------------------------------------------------- generated packages

YEARS = (2019, 2020, 2021)
RESIDENTIAL = ("institution", "state_institution", "family_like", "youth_house")
FAMILIES = ("foster_family", "guardian")
ARRANGEMENTS = (*RESIDENTIAL, *FAMILIES, "specialised_foster_family")
ITEMS = (
    *("staff", "goods_services", "upkeep", "premises", "administration"),
    *("support", "allowance", "other"),
)
AGES, NEEDS, SIZES = ("0-6", "7-17", "18+"), ("standard", "complex"), ("1", "2", "3+")
PAYERS = st.sampled_from(("state", "municipality", "eu_fund", "other"))
SOURCES = st.sampled_from(("s1", "s2", "s3", "s4"))
EUR = st.integers(1, 30_000_000).map(lambda cents: cents / 100)
DAYS = st.integers(200, 20_000)
OFTEN, SELDOM = st.sampled_from([True] * 6 + [False]), st.sampled_from([False] * 6 + [True])
# Which groups of children somebody tells apart: by age, by level of need.
GROUPING = st.sampled_from(((False, False), (True, False), (False, True), (True, True)))
Grouping = tuple[bool, bool]


@st.composite
def cared(draw, own: dict[str, Any], grouping: Grouping, places: bool) -> Rows:
    """Draw child-days of one year by the groups that are told apart, with places or without."""
    by_age, by_need = grouping
    some_ages = st.sampled_from((AGES, AGES[:2], AGES[:2], AGES[:2], AGES[1:2]))
    some_needs = st.sampled_from((NEEDS, NEEDS, NEEDS, NEEDS[:1]))
    bands = draw(some_ages) if by_age else ("all",)
    needs = draw(some_needs) if by_need else ("all",)
    if draw(SELDOM) and draw(SELDOM):
        bands = ("all", *bands)
    rows = []
    by_group = draw(st.booleans())
    for band in dict.fromkeys(bands):
        for need in needs:
            days = 0 if draw(SELDOM) else draw(DAYS)
            # Places stand on the row of each group, or once for all of them.
            open_days = draw(DAYS) if places and (not rows or by_group) else None
            row = own | dict(age_band=band, need_level=need, child_days=days, source=draw(SOURCES))
            rows.append(row | dict(place_days=open_days))
    return {"activity": rows}


@st.composite
def ledger(draw, own: dict[str, Any], grouping: Grouping) -> Rows:
    """Draw the costs of one year, some of them by group, some of them paid back."""
    by_age, by_need = grouping
    rows = []
    for item in draw(st.lists(st.sampled_from(ITEMS), min_size=1, max_size=3, unique=True)):
        # Now and then a cost names a group that has no child-days, or that nobody tells apart.
        odd = draw(SELDOM) and draw(SELDOM)
        some_ages = (None, "all", *(AGES if odd else AGES[:2]))
        band = draw(st.sampled_from(some_ages)) if by_age or odd else "all"
        need = draw(st.sampled_from((None, "all", *NEEDS))) if by_need or odd else "all"
        amount = 0.0 if draw(SELDOM) and draw(SELDOM) else draw(EUR)
        row = own | dict(age_band=band, need_level=need, payer=draw(PAYERS), source=draw(SOURCES))
        rows.append(row | dict(cost_item=item, amount_eur=amount))
        if item != "other" and draw(SELDOM):
            refund = -round(amount * draw(st.sampled_from((0.5, 0.5, 1.0, 1.5))), 2)
            rows.append(row | dict(cost_item="other", payer=draw(PAYERS), amount_eur=refund))
    return {"costs": rows}


@st.composite
def homes(draw, name: str, region: str, care_arrangement: str, grouping: Grouping) -> Rows:
    """Draw a provider with its ledger, assets and child-days."""
    own = dict(region=region, provider=name, care_arrangement=care_arrangement)
    owner = draw(st.sampled_from(("state", "municipality", "ngo")))
    drawn: list[Rows] = [{"providers": [own | dict(owner=owner)]}]
    places = care_arrangement in RESIDENTIAL and draw(OFTEN)
    for year in YEARS:
        this_year = own | dict(year=year)
        if draw(SELDOM):  # closed, but it may still pay for something
            if draw(SELDOM):
                drawn.append(draw(ledger(this_year, (False, False))))
            continue
        if draw(SELDOM) and draw(SELDOM):
            grouping = draw(GROUPING)
        drawn.append(draw(cared(this_year, grouping, places and draw(OFTEN))))
        if draw(OFTEN) or draw(OFTEN):
            drawn.append(draw(ledger(this_year, grouping)))
    for number in range(draw(st.integers(0, 2))):
        asset = dict(provider=name, asset=f"asset-{number}", source=draw(SOURCES))
        asset |= dict(acquired_year=draw(st.integers(2005, 2022)), cost_eur=draw(EUR))
        drawn.append({"assets": [asset | dict(useful_life_years=draw(st.integers(1, 40)))]})
    return together(drawn)


@st.composite
def families(draw, region: str, care_arrangement: str, grouping: Grouping) -> Rows:
    """Draw a region's foster families or guardians: child-days, households and support."""
    drawn: list[Rows] = []
    for year in YEARS:
        own = dict(region=region, care_arrangement=care_arrangement, year=year)
        if draw(OFTEN):
            drawn.append(draw(cared(own, grouping, places=False)))
        kinds = st.tuples(st.sampled_from(AGES[:2]), st.sampled_from(SIZES))
        lived = draw(st.lists(kinds, min_size=1, max_size=4, unique=True)) if draw(OFTEN) else []
        for band, size in lived:
            months = 0.0 if draw(SELDOM) else draw(st.integers(1, 5_000)) / 10
            row = own | dict(age_band=band, children_in_household=size, source=draw(SOURCES))
            drawn.append({"households": [row | dict(child_months=months)]})
        if draw(OFTEN):
            drawn.append(draw(ledger(own, grouping)))
    return together(drawn)


@st.composite
def statutory_rates(draw) -> Rows:
    """Draw what the law pays: two payments each, some of them changed or stopped in the period."""
    rates = []
    cents = st.integers(1, 80_000).map(lambda amount: amount / 100)
    for arrangement in FAMILIES:
        own = dict(care_arrangement=arrangement, payer=draw(PAYERS), source=draw(SOURCES))
        carer = own | dict(payment="remuneration")
        carer |= dict(per="family" if arrangement == "foster_family" else "guardian")
        for size in SIZES if draw(st.booleans()) else (None,):
            carer |= dict(children_in_household=size)
            rates.append(carer | dict(amount_eur_month=draw(cents)))
        for band in AGES[: draw(st.sampled_from((2, 3)))] if draw(OFTEN) else (None,):
            change = draw(st.sampled_from((None, None, "2020-06-30", "2020-12-31", "2019-12-31")))
            child = own | dict(payment="maintenance", per="child", age_band=band)
            rates.append(child | dict(amount_eur_month=draw(cents), valid_to=change))
            if change and draw(OFTEN):
                start = str(np.datetime64(change) + 1)
                child |= dict(valid_from=start, payer=draw(PAYERS), source=draw(SOURCES))
                rates.append(child | dict(amount_eur_month=draw(cents)))
            elif draw(SELDOM):  # a second payer shares the payment
                shared = child | dict(payer="eu_fund" if own["payer"] != "eu_fund" else "other")
                rates.append(shared | dict(amount_eur_month=draw(cents)))
    if draw(SELDOM):
        rates[0] |= dict(valid_from="2019-07-01")
    return {"statutory_rates": [rate | dict(rate=f"rate-{n}") for n, rate in enumerate(rates)]}


@st.composite
def packages(draw) -> tuple[Rows, dict[str, Any]]:
    """Draw a whole small package, and what a report of it is asked for."""
    drawn = [draw(statutory_rates())]
    reference = draw(st.sampled_from(("institution", "institution", *ARRANGEMENTS)))
    regions = ("kurzeme", "riga") if draw(SELDOM) else ("kurzeme",)
    usual = draw(GROUPING)
    for region in regions:
        others = draw(st.lists(st.sampled_from(ARRANGEMENTS), max_size=2, unique=True))
        of_homes = dict.fromkeys([*(r for r in [reference] if r not in FAMILIES), *others])
        for arrangement in of_homes:
            grouping = usual if draw(OFTEN) else draw(GROUPING)
            for number in range(draw(st.integers(1, 3))):
                name = f"{region}-{arrangement}-{number}"
                drawn.append(draw(homes(name, region, arrangement, grouping)))
            if draw(SELDOM):  # what no single home records
                own = dict(region=region, care_arrangement=arrangement, year=draw(a_year()))
                drawn.append(draw(ledger(own, grouping)))
                if draw(st.booleans()):
                    drawn.append(draw(cared(own, grouping, places=False)))
        for arrangement in FAMILIES:
            grouping = usual if draw(OFTEN) else draw(GROUPING)
            drawn.append(draw(families(region, arrangement, grouping)))
    prices = st.integers(8_000, 15_000).map(lambda value: value / 100)
    kinds = draw(st.lists(st.sampled_from(EVIDENCE), min_size=4, max_size=4))
    rows = together(
        [
            *drawn,
            {"regions": [dict(region=region) for region in ("kurzeme", "riga")]},
            {"sources": [dict(source=f"s{n}", evidence=kind) for n, kind in enumerate(kinds, 1)]},
            {"price_index": [dict(year=year, value=draw(prices)) for year in range(2015, 2023)]},
        ]
    )
    rates = sorted(draw(st.lists(st.integers(1, 100), min_size=3, max_size=3, unique=True)))
    low, main, high = (rate / 1000 for rate in rates)
    shares = st.sampled_from((0.0, 0.25, 0.7, 1.0))
    asked = dict(
        first_year=draw(st.sampled_from((2019, 2019, 2020))),
        last_year=draw(st.sampled_from((2020, 2021, 2021))),
        price_year=draw(st.sampled_from((2018, 2020, 2022))),
        discount_rate=draw(st.sampled_from((0.0, 0.2, low, main, main, high, 0.033))),
        reference=reference,
        draws=20,
        seed=draw(st.integers(0, 2**32)),
        discount_low=low,
        discount_main=main,
        discount_high=high,
        support_low=draw(st.sampled_from((0.0, 0.5, 1.2))),
        support_high=draw(st.sampled_from((0.9, 2.0, 3.0))),
        variable_share_child_parts=draw(shares),
        variable_share_place_parts=draw(shares),
        **{
            f"error_factor_{kind}": draw(st.sampled_from((1.0, 1.05, 1.3, 2.0)))
            for kind in EVIDENCE
        },
    )
    return rows, asked


def a_year() -> st.SearchStrategy[int]:
    return st.sampled_from(YEARS)


def together(drawn: list[Rows]) -> Rows:
    """Put rows of the same table together; of rows with the same key the first stays."""
    rows: Rows = {}
    for some in drawn:
        for name, new in some.items():
            rows.setdefault(name, []).extend(new)
    for name, key in KEYS_OF_DATA.items():
        first = {tuple(row.get(column) for column in key): row for row in rows.get(name, [])[::-1]}
        rows[name] = list(first.values())[::-1]
    return rows


YEAR_KEY = ("region", "provider", "care_arrangement", "year")
KEYS_OF_DATA = {
    "activity": (*YEAR_KEY, "age_band", "need_level"),
    "costs": (*YEAR_KEY, "age_band", "need_level", "cost_item", "payer", "source"),
    "households": ("region", "care_arrangement", "year", "children_in_household", "age_band"),
    "statutory_rates": ("rate",),
}

# Column, its type as the reader gives it, and what stands there unless a row says otherwise.
COLUMNS: dict[str, dict[str, tuple[str, Any]]] = {
    "sources": {"source": ("str", None), "evidence": ("str", None)},
    "regions": {"region": ("str", None)},
    "providers": {
        **dict.fromkeys(("provider", "care_arrangement", "region", "owner"), ("str", None)),
        **dict.fromkeys(("opened", "closed"), ("datetime64[s]", None)),
        "source": ("str", "s1"),
    },
    "costs": {
        **dict.fromkeys(("region", "provider", "care_arrangement"), ("str", None)),
        "year": ("int64", None),
        **dict.fromkeys(("age_band", "need_level", "cost_item", "payer"), ("str", None)),
        "amount_eur": ("float64", None),
        "source": ("str", None),
    },
    "assets": {
        **dict.fromkeys(("provider", "asset"), ("str", None)),
        "acquired_year": ("int64", None),
        "cost_eur": ("float64", None),
        "useful_life_years": ("int64", None),
        "source": ("str", None),
    },
    "activity": {
        **dict.fromkeys(("region", "provider", "care_arrangement"), ("str", None)),
        "year": ("int64", None),
        **dict.fromkeys(("age_band", "need_level"), ("str", None)),
        **dict.fromkeys(("child_days", "place_days"), ("float64", None)),
        "source": ("str", None),
    },
    "households": {
        **dict.fromkeys(("region", "care_arrangement"), ("str", None)),
        "year": ("int64", None),
        **dict.fromkeys(("children_in_household", "age_band"), ("str", None)),
        "child_months": ("float64", None),
        "source": ("str", None),
    },
    "statutory_rates": {
        **dict.fromkeys(("rate", "care_arrangement", "payment", "payer", "per"), ("str", None)),
        **dict.fromkeys(("age_band", "children_in_household"), ("str", None)),
        "amount_eur_month": ("float64", None),
        "valid_from": ("datetime64[s]", "2010-01-01"),
        "valid_to": ("datetime64[s]", None),
        "legal_basis": ("str", "Act"),
        "source": ("str", None),
    },
    "price_index": {
        "year": ("int64", None),
        "value": ("float64", None),
        "source": ("str", "s1"),
    },
}


def data_frames(rows: Rows) -> dict[str, pd.DataFrame]:
    """Make the tables of a package, in the order in which the reader sorts them."""
    frames = {}
    for name, columns in COLUMNS.items():
        given_rows = rows.get(name, [])
        frame = pd.DataFrame(
            {
                column: pd.Series(
                    [pd.to_datetime(value) if kind[0] == "d" else value for value in values],
                    dtype=kind,
                )
                for column, (kind, usual) in columns.items()
                for values in [[row.get(column, usual) for row in given_rows]]
            }
        )
        frames[name] = frame.sort_values(list(frame), kind="stable", ignore_index=True)
    return frames


# -------------------------------------------------------------------------------- comparing

KEYS = {
    "unit_costs": ("year", "care_arrangement"),
    "unit_cost_parts": ("year", "care_arrangement", "part"),
    "payer_split": ("year", "care_arrangement", "payer"),
    "provider_unit_costs": ("year", "care_arrangement", "provider"),
    "comparison": ("year", "reference", "alternative"),
    "statutory_packages": ("care_arrangement", "year", "age_band", "children_in_household"),
    "perimeter": ("care_arrangement", "element"),
    "case_mix": ("year", "reference", "alternative"),
    "group_costs": ("year", "care_arrangement", "age_band", "need_level"),
    "payer_shift": ("year", "reference", "alternative", "payer"),
    "occupancy_curve": ("year", "care_arrangement", "occupancy"),
    "occupancy_effects": ("care_arrangement", "provider"),
    "capital_scenarios": ("year", "care_arrangement", "valuation", "discount_rate"),
    "sensitivity": ("year", "reference", "alternative", "parameter"),
    "sensitivity_points": ("year", "reference", "alternative", "parameter", "point"),
    "provider_bootstrap": ("year", "reference", "alternative"),
    "simulation": ("year", "reference", "alternative"),
    "simulated_costs": ("year", "care_arrangement"),
}
# Columns that random numbers fill: SQL has none of them.
BY_CHANCE = {
    "provider_bootstrap": {"bootstrap_ratio_low", "bootstrap_ratio_high"},
    "simulation": {"probability_cheaper", "p05", "p50", "p95"},
    "simulated_costs": {"p05", "p50", "p95"},
}


def cells(table: str, rows: list[dict[str, Any]]) -> dict[tuple[Any, ...], Any]:
    """List the cells of a table by the key of their row; an unknown one is None."""
    found: dict[tuple[Any, ...], Any] = {}
    for row in rows:
        known = {name: None if unknown(value) else value for name, value in row.items()}
        key = tuple(
            round(value, 9) if isinstance(value, float) else value
            for value in (known[column] for column in KEYS[table])
        )
        for name, value in known.items():
            if name in BY_CHANCE.get(table, ()) or (
                # Its value is compared by what it does: see wrong_rates.
                table == "sensitivity" and name == "switch_value" and "discount_rate" in key
            ):
                continue
            assert (table, *key, name) not in found, f"{table} {key} stands twice"
            found[table, *key, name] = value
    return found


def unknown(value: object) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def agree(one: object, other: object) -> bool:
    if isinstance(one, str) or isinstance(other, str) or one is None or other is None:
        return one == other
    return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)  # type: ignore[arg-type]


def at_an_end(address: tuple[Any, ...], one: Any, other: Any, ours: dict[Any, Any]) -> bool:
    """Whether a root at the very end of where it is looked for was found on one side alone.

    Which side of the end such a root falls on is a matter of the last digit.
    """
    if address[-1] != "switch_value" or {one, other} == {None}:
        return False
    if not {one, other} & {None, 0.0}:
        return False
    root = (one or 0.0) + (other or 0.0)
    if abs(root) < 1e-6:
        return True
    of_places = {"occupancy", "alternative_occupancy"} & {*address}
    return bool(of_places) and math.isclose(root, ours[*address[:-1], "high"], rel_tol=1e-9)


def differences(made: dict[str, Any], recomputed: dict[str, Any]) -> list[str]:
    """Give every cell on one side only, and every cell with two different values."""
    found = []
    for table in KEYS:
        ours, theirs = cells(table, made[table]), cells(table, recomputed[table])
        for address in sorted(ours.keys() | theirs.keys(), key=str):
            one, other = (side.get(address, "no such cell") for side in (ours, theirs))
            if not agree(one, other) and not at_an_end(address, one, other, ours):
                found.append(f"{address}: package {one}, SQL {other}")
    return found


# ------------------------------------------------------------------------------------ adding up


def close(one: float, other: float, scale: float = 0.0) -> bool:
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=max(1e-9, 1e-12 * scale))


def sums_that_fail(made: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Find effects, parts, payers and providers that do not add up to their whole."""
    found = []
    for row in made["case_mix"]:
        if not close(row["rate_effect"] + row["mix_effect"], row["total_difference"]):
            found.append(f"effects of {row}")
    for row in made["occupancy_effects"]:
        if not close(row["place_cost_effect"] + row["occupancy_effect"], row["total_change"]):
            found.append(f"effects of {row}")
    units = {(row["year"], row["care_arrangement"]): row for row in made["unit_costs"]}
    parts: dict[Any, list[float]] = {}
    payers: dict[Any, list[float]] = {}
    homes_: dict[Any, list[float]] = {}
    for table, by_unit in (
        ("unit_cost_parts", parts),
        ("payer_split", payers),
        ("provider_unit_costs", homes_),
    ):
        column = "total_eur" if table == "provider_unit_costs" else "amount_eur"
        for row in made[table]:
            by_unit.setdefault((row["year"], row["care_arrangement"]), []).append(row[column])
    recorded = {
        (row["year"], row["reference"]): row["caution"] != "not_by_provider"
        for row in made["provider_bootstrap"]
    }
    for unit, row in units.items():
        total = row["total_eur"]
        all_known = unit in parts and not any(unknown(part) for part in parts[unit])
        if unknown(total) == all_known or (all_known and not close(math.fsum(parts[unit]), total)):
            found.append(f"parts of {unit}: {parts.get(unit)}, total {total}")
        if unknown(total) == (unit in payers):
            found.append(f"payers of {unit}: {payers.get(unit)}, total {total}")
        elif unit in payers and not close(math.fsum(payers[unit]), total):
            found.append(f"payers of {unit}: {payers[unit]}, total {total}")
        if recorded.get(unit) and not close(math.fsum(homes_[unit]), total):
            found.append(f"providers of {unit}: {homes_[unit]}, total {total}")
    return found


# ---------------------------------------------------------------------------------------- tests


def evaluated(
    tables: dict[str, pd.DataFrame], asked: dict[str, Any]
) -> dict[str, list[dict[str, Any]]]:
    """Give the rows of every table as the package works them out."""
    made = evaluate_costs(
        tables,
        region="kurzeme",
        **{name: asked[name] for name in ("first_year", "last_year", "price_year")},
        **{name: asked[name] for name in ("discount_rate", "reference", "draws", "seed")},
        assumptions=cost_assumptions(asked),
    )
    return {name: frame.to_dict("records") for name, frame in made.tables.items()}


def lacks_reference(recomputed: dict[str, Any], asked: dict[str, Any]) -> bool:
    """Whether nothing at all is recorded of the arrangement that others are compared with."""
    found = {row["care_arrangement"] for row in recomputed["unit_costs"]}
    return asked["reference"] not in found


@pytest.mark.parametrize("shard", range(SHARDS))
def test_generated_packages_have_the_same_numbers_in_sql_and_add_up(
    shard, recompute_tables, wrong_rates
):
    rows_met: Counter[str] = Counter()

    @tried(packages(), shard, PACKAGES)
    def compare(package: tuple[Rows, dict[str, Any]]) -> None:
        rows, asked = package
        tables = data_frames(rows)
        recomputed = recompute_tables(tables, {**asked, "region": "kurzeme"})
        if lacks_reference(recomputed, asked):
            with pytest.raises(ParameterError, match="there is no"):
                evaluated(tables, asked)
            return
        made = evaluated(tables, asked)
        assert differences(made, recomputed) == []
        assert wrong_rates(made["sensitivity"], recomputed) == []
        assert sums_that_fail(made) == []
        rows_met.update({name: len(found) for name, found in made.items()})

    compare()
    # Nothing is compared where nothing is generated.
    assert all(rows_met[table] >= PACKAGES // 10 for table in KEYS), rows_met


@pytest.mark.parametrize("shard", range(SHARDS))
def test_generated_packages_have_the_draws_of_the_methods(
    shard, recompute_tables, wrong_intervals, wrong_quantiles
):
    @tried(packages(), 1_000 + shard, DRAWN)
    def compare(package: tuple[Rows, dict[str, Any]]) -> None:
        rows, asked = package
        asked = {**asked, "draws": DRAWS}
        tables = data_frames(rows)
        recomputed = recompute_tables(tables, {**asked, "region": "kurzeme"})
        assume(not lacks_reference(recomputed, asked))
        made = evaluated(tables, asked)
        assert wrong_intervals(made, recomputed) == []
        assert wrong_quantiles(made, recomputed) == []

    compare()
