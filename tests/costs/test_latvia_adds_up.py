"""The same laws as in test_properties, on the data package of Latvia as the reader gives it."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dieval.inputs.read import read_package

PACKAGE = Path(__file__).resolve().parents[2] / "data" / "latvia"
REGIONS = ("kurzeme", "latgale", "riga", "vidzeme", "zemgale")
UNIT = ["year", "care_arrangement"]
PERIOD = dict(first_year=2014, last_year=2022, price_year=2022, discount_rate=0.04)
MONEY = {
    "costs": "amount_eur",
    "ledger_codes": "amount_eur",
    "assets": "cost_eur",
    "statutory_rates": "amount_eur_month",
}


def written(folder: Path, change) -> Path:
    """Write every table of the package anew; `change` gives the files of a table by name."""
    folder.mkdir()
    for path in sorted(PACKAGE.glob("*.csv")):
        header, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
        for name, some in change(path.stem, header, rows).items():
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows([header, *some])
    return folder


@pytest.fixture(scope="module")
def assess(evaluate):
    def make(folder: Path, region: str | None):
        return evaluate(read_package(folder).tables, region=region, **PERIOD)

    return make


@pytest.fixture(scope="module")
def country(assess):
    return assess(PACKAGE, None)


@pytest.fixture(scope="module")
def regions(evaluate):
    tables = read_package(PACKAGE).tables
    return {region: evaluate(tables, region=region, **PERIOD) for region in REGIONS}


@pytest.fixture(scope="module")
def units_of_regions(regions):
    return pd.concat({region: made.tables["unit_costs"] for region, made in regions.items()})


def assert_same(one, other) -> None:
    """Bit for bit the same."""
    for name, expected in one.tables.items():
        pd.testing.assert_frame_equal(other.tables[name], expected, check_exact=True, obj=name)
    pd.testing.assert_series_equal(other.evidence, one.evidence, check_exact=True)
    pd.testing.assert_frame_equal(other.missing_costs, one.missing_costs)
    assert other.recorded_allowance_eur == one.recorded_allowance_eur


def close(one: pd.Series, other: pd.Series) -> None:
    pd.testing.assert_series_equal(one, other, rtol=1e-12, atol=1e-6, check_names=False)


@pytest.mark.parametrize("column", ["total_eur", "child_days", "child_months", "place_days"])
def test_regions_of_latvia_add_up_to_the_country(column, country, units_of_regions):
    added = units_of_regions.groupby(UNIT)[column].sum(skipna=False)
    expected = country.tables["unit_costs"].set_index(UNIT)[column].sort_index()
    assert len(expected) > 40
    close(added, expected)


def test_payers_of_the_regions_of_latvia_add_up_to_the_country(country, regions):
    split = pd.concat(made.tables["payer_split"] for made in regions.values())
    key = [*UNIT, "payer"]
    close(
        split.groupby(key)["amount_eur"].sum(),
        country.tables["payer_split"].set_index(key)["amount_eur"].sort_index(),
    )


def test_cost_per_child_of_latvia_lies_between_its_regions(country, units_of_regions):
    pooled = country.tables["unit_costs"].set_index(UNIT)["cost_per_child_month_eur"].dropna()
    each = units_of_regions.groupby(UNIT)["cost_per_child_month_eur"]
    assert len(pooled) > 40
    assert (pooled >= each.min().reindex(pooled.index) * (1 - 1e-12)).all()
    assert (pooled <= each.max().reindex(pooled.index) * (1 + 1e-12)).all()


@pytest.mark.parametrize("region", REGIONS)
def test_parts_and_payers_add_up_to_the_total(region, regions):
    tables = regions[region].tables
    totals = tables["unit_costs"].set_index(UNIT)["total_eur"].sort_index()
    close(tables["unit_cost_parts"].groupby(UNIT)["amount_eur"].sum(skipna=False), totals)
    payers = tables["payer_split"].groupby(UNIT)
    close(payers["amount_eur"].sum(), totals.dropna())
    assert np.allclose(payers["share"].sum(), 1, rtol=0, atol=1e-12)
    cents = (payers["amount_eur"].sum() - totals.dropna()).abs()
    assert (cents < 0.005).all()


@pytest.mark.parametrize("region", REGIONS)
def test_providers_of_a_region_add_up_to_its_homes(region, regions):
    tables = regions[region].tables
    homes = tables["provider_unit_costs"].groupby(UNIT)
    units = tables["unit_costs"].set_index(UNIT).loc[sorted(homes.groups)]
    close(homes["total_eur"].sum(skipna=False), units["total_eur"])
    close(homes["child_days"].sum(), units["child_days"])
    cost = homes["cost_per_child_month_eur"]
    known = units["cost_per_child_month_eur"].dropna()
    assert (known >= cost.min().reindex(known.index) * (1 - 1e-12)).all()
    assert (known <= cost.max().reindex(known.index) * (1 + 1e-12)).all()


def test_every_home_with_children_has_a_ledger(regions):
    """The demonstration data is complete: what is unknown is a rate of the law, no ledger."""
    for region, made in regions.items():
        providers = made.tables["provider_unit_costs"]
        assert providers["total_eur"].notna().all(), region
        assert set(made.missing_costs["care_arrangement"]) <= {"foster_family"}
        assert set(made.missing_costs["year"]) <= {2014, 2015, 2016}


def test_no_number_of_latvia_is_infinite(regions, country):
    for made in [*regions.values(), country]:
        for name, table in made.tables.items():
            assert not np.isinf(table.select_dtypes("number").to_numpy(dtype=float)).any(), name


# ------------------------------------------------------------- the same package, written otherwise


@pytest.mark.parametrize("region", ["kurzeme", None])
def test_rows_of_latvia_in_another_order_give_the_same_bits(region, assess, tmp_path):
    shuffler = random.Random(2022)

    def shuffle(name, header, rows):
        shuffler.shuffle(rows)
        return {name: rows}

    folder = written(tmp_path / "shuffled", shuffle)
    assert (folder / "costs.csv").read_bytes() != (PACKAGE / "costs.csv").read_bytes()
    assert_same(assess(PACKAGE, region), assess(folder, region))


def test_tables_of_latvia_split_over_several_files_give_the_same_bits(assess, country, tmp_path):
    def split(name, header, rows):
        if len(rows) < 3:
            return {name: rows}
        return {f"{name}-{part}": rows[part::3] for part in (2, 0, 1)}

    folder = written(tmp_path / "split", split)
    assert len(list(folder.glob("costs-*.csv"))) == 3
    assert_same(country, assess(folder, None))


def test_doubled_money_of_latvia_doubles_every_cost_exactly(assess, regions, tmp_path, is_money):
    def double(name, header, rows):
        if name in MONEY:
            place = header.index(MONEY[name])
            for row in rows:
                row[place] = repr(2 * float(row[place]))
        return {name: rows}

    once = regions["kurzeme"]
    twice = assess(written(tmp_path / "doubled", double), "kurzeme")
    for name, expected in once.tables.items():
        if name.startswith("sensitivity"):
            outcomes = list(expected.filter(like="outcome"))
            pd.testing.assert_frame_equal(
                twice.tables[name][outcomes], expected[outcomes] * 2, rtol=1e-12
            )
            continue
        money = [column for column in expected if is_money(column)]
        rest = [column for column in expected if column not in money]
        table = twice.tables[name]
        pd.testing.assert_frame_equal(table[money], expected[money] * 2, check_exact=True)
        pd.testing.assert_frame_equal(table[rest], expected[rest], check_exact=True)
    assert twice.recorded_allowance_eur == pytest.approx(2 * once.recorded_allowance_eur)
    pd.testing.assert_series_equal(twice.evidence, once.evidence, check_exact=True)
