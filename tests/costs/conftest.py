"""Tiny invented tables in the columns and types of the data contract."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from dieval.costs.assumptions import CostAssumptions
from dieval.costs.evaluation import CostEvaluation, evaluate_costs

# Column, its type as the reader gives it, and what stands there unless a test says otherwise.
COLUMNS: dict[str, dict[str, tuple[str, Any]]] = {
    "sources": {"source": ("str", None), "evidence": ("str", None)},
    "regions": {"region": ("str", None)},
    "providers": {
        "provider": ("str", None),
        "care_arrangement": ("str", "institution"),
        "region": ("str", "kurzeme"),
        "owner": ("str", "municipality"),
        "opened": ("datetime64[s]", None),
        "closed": ("datetime64[s]", None),
        "source": ("str", "ledger"),
    },
    "costs": {
        "region": ("str", "kurzeme"),
        "provider": ("str", None),
        "care_arrangement": ("str", "institution"),
        "year": ("int64", 2021),
        "age_band": ("str", "all"),
        "need_level": ("str", "all"),
        "cost_item": ("str", "staff"),
        "payer": ("str", "municipality"),
        "amount_eur": ("float64", None),
        "source": ("str", "ledger"),
    },
    "assets": {
        "provider": ("str", None),
        "asset": ("str", "building"),
        "acquired_year": ("int64", 2021),
        "cost_eur": ("float64", None),
        "useful_life_years": ("int64", 10),
        "source": ("str", "ledger"),
    },
    "activity": {
        "region": ("str", "kurzeme"),
        "provider": ("str", None),
        "care_arrangement": ("str", "institution"),
        "year": ("int64", 2021),
        "age_band": ("str", "all"),
        "need_level": ("str", "all"),
        "child_days": ("float64", None),
        "place_days": ("float64", None),
        "source": ("str", "ledger"),
    },
    "households": {
        "region": ("str", "kurzeme"),
        "care_arrangement": ("str", "foster_family"),
        "year": ("int64", 2021),
        "children_in_household": ("str", "1"),
        "age_band": ("str", "7-17"),
        "child_months": ("float64", None),
        "source": ("str", "ledger"),
    },
    "statutory_rates": {
        "rate": ("str", "a-rate"),
        "care_arrangement": ("str", "foster_family"),
        "payment": ("str", "maintenance"),
        "payer": ("str", "municipality"),
        "per": ("str", "child"),
        "age_band": ("str", None),
        "children_in_household": ("str", None),
        "amount_eur_month": ("float64", None),
        "valid_from": ("datetime64[s]", "2010-01-01"),
        "valid_to": ("datetime64[s]", None),
        "legal_basis": ("str", "Act"),
        "source": ("str", "act"),
    },
    "price_index": {
        "year": ("int64", None),
        "value": ("float64", None),
        "source": ("str", "index"),
    },
}

ASSUMPTIONS = CostAssumptions(
    discount_rate_low=0.03,
    discount_rate_main=0.04,
    discount_rate_high=0.05,
    error_factors={
        "published": 1.0,
        "administrative": 1.05,
        "derived": 1.1,
        "expert": 1.2,
        "assumed": 1.5,
        "synthetic": 1.5,
    },
    support_multiple_low=0.5,
    support_multiple_high=2.0,
    variable_share_child_parts=1.0,
    variable_share_place_parts=0.0,
)

Rows = list[dict[str, Any]]


def make_table(name: str, rows: Rows) -> pd.DataFrame:
    """Make a table of the contract; what a row leaves out has the usual value."""
    return pd.DataFrame(
        {
            column: pd.Series(
                [pd.to_datetime(v) if kind[0] == "d" else v for v in values], dtype=kind
            )
            for column, (kind, usual) in COLUMNS[name].items()
            for values in [[row.get(column, usual) for row in rows]]
        }
    )


@pytest.fixture(scope="session")
def table() -> Callable[..., pd.DataFrame]:
    """Give `table(name, *rows)`: a table of the contract from rows that say only what matters."""

    def make(name: str, *rows: dict[str, Any]) -> pd.DataFrame:
        unknown = {column for row in rows for column in row} - COLUMNS[name].keys()
        assert not unknown, f"{name} has no column {unknown}"
        return make_table(name, list(rows))

    return make


SMALL: dict[str, Rows] = {
    "sources": [
        {"source": "ledger", "evidence": "administrative"},
        {"source": "act", "evidence": "published"},
        {"source": "index", "evidence": "published"},
        {"source": "guess", "evidence": "assumed"},
    ],
    "regions": [{"region": "kurzeme"}, {"region": "riga"}],
    "providers": [{"provider": "home"}],
    # 3,650 child-days of 365 days = 10 children all year = 120 child-months.
    "costs": [
        {"provider": "home", "cost_item": "staff", "amount_eur": 100_000},
        {"provider": "home", "cost_item": "upkeep", "payer": "state", "amount_eur": 19_000},
        {
            "care_arrangement": "foster_family",
            "cost_item": "support",
            "payer": "eu_fund",
            "amount_eur": 6_000,
        },
    ],
    "assets": [{"provider": "home", "cost_eur": 10_000}],
    "activity": [
        {"provider": "home", "child_days": 3_650, "place_days": 7_300},
        {"care_arrangement": "foster_family", "child_days": 1_825},
    ],
    "households": [{"child_months": 60}],
    "statutory_rates": [{"rate": "maintenance", "amount_eur_month": 250}],
    "price_index": [{"year": 2020, "value": 100}, {"year": 2021, "value": 104}],
}


@pytest.fixture(scope="session")
def small() -> Callable[..., dict[str, pd.DataFrame]]:
    """Give `small(name=rows, …)`: a whole small package, some of its tables replaced.

    One home and foster families in Kurzeme in 2021, capital at a rate of 0:
    institution 100,000 + 19,000 + 10,000 / 10 = 120,000 EUR in 120 child-months;
    foster families 60 × 250 + 6,000 = 21,000 EUR in 60 child-months.
    """

    def make(**replaced: Rows) -> dict[str, pd.DataFrame]:
        return {name: make_table(name, rows) for name, rows in {**SMALL, **replaced}.items()}

    return make


@pytest.fixture(scope="session")
def evaluate() -> Callable[..., CostEvaluation]:
    """Evaluate Kurzeme in 2021, at a rate of 0, unless a test says otherwise."""

    def make(tables: dict[str, pd.DataFrame], **parameters: Any) -> CostEvaluation:
        usual = dict(
            region="kurzeme",
            first_year=2021,
            last_year=2021,
            price_year=2021,
            discount_rate=0.0,
            reference="institution",
            draws=1_000,
            seed=1,
            assumptions=ASSUMPTIONS,
        )
        return evaluate_costs(tables, **{**usual, **parameters})

    return make


# Columns in money whose names, from the contract or for short, do not say so.
MONEY_COLUMNS = {
    *("total_difference", "rate_effect", "mix_effect"),
    *("total_change", "place_cost_effect", "occupancy_effect"),
    *("p05", "p50", "p95"),
}


@pytest.fixture(scope="session")
def is_money() -> Callable[[str], bool]:
    """Tell whether a column of a result table holds money."""
    return lambda column: "_eur" in column or column in MONEY_COLUMNS


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run tests of whole evaluations last: a fault of one function is found within a second."""
    items.sort(key=lambda item: "evaluate" in getattr(item, "fixturenames", ()))
