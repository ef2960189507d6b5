"""A home with its region and its plan, small enough to be computed by hand.

Prices are those of 2021 throughout (index 100, 110, 121 in 2020, 2021 and 2022; none for 2023).

- The home, an institution with eight children in 2020: ledger 96,000 EUR, of which staff 80,000
  (municipality) and upkeep 16,000 (state). Cost structure of 2020: 70,000 fixed, 2,000 a child,
  5,000 for each started group of four: 70,000 + 8 × 2,000 + 2 × 5,000 = 96,000.
- A family-like house with four children in 2020: ledger 48,000, three quarters municipality, one
  quarter state; a building of 10,000 over ten years.
- Foster families, two children in 2021 (24 child-months): remuneration 100 a family (state) and
  maintenance 260 a child (municipality) a month, support 960 a year (municipality):
  (100 + 260) × 24 + 960 = 9,600, that is 400 a child-month.
- The plan: in 2021 four children stay, two go to foster families, two to the house; in 2022 nobody
  stays, four live in foster families, three in the house, and one has grown out of care.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import strategies as st

from dieval.costs.assumptions import CostAssumptions
from dieval.plans.assumptions import PlanAssumptions
from dieval.plans.evaluation import PlanEvaluation, evaluate_plan
from dieval.plans.transition import CostFunction, Plan
from dieval.vocabulary import PAYERS

Tables = dict[str, pd.DataFrame]

ASSUMPTIONS = PlanAssumptions(
    costs=CostAssumptions(
        discount_rate_low=0.03,
        discount_rate_main=0.05,
        discount_rate_high=0.07,
        error_factors={
            "published": 1.0,
            "administrative": 1.1,
            "derived": 1.2,
            "expert": 1.3,
            "assumed": 1.5,
            "synthetic": 2.0,
        },
        support_multiple_low=0.5,
        support_multiple_high=2.0,
        variable_share_child_parts=1.0,
        variable_share_place_parts=0.0,
    ),
    families_found_share=0.5,
    emptying_cost_multiple=2.0,
    demand_rate_years=5,
    demand_held_back_years=3,
)


def table(columns: str, *rows: tuple[Any, ...], **types: str) -> pd.DataFrame:
    """Make a table; its last column is the source, a ledger unless a row has one more cell."""
    names = columns.split()
    filled = [row if len(row) > len(names) else (*row, "ledger") for row in rows]
    return pd.DataFrame(filled, columns=[*names, "source"]).astype(types)


def home_tables() -> Tables:
    """Give the tables of the home, its region and its plan."""
    day = "datetime64[s]"
    return {
        "sources": pd.DataFrame(
            {
                "source": ["ledger", "act", "estimate"],
                "evidence": ["administrative", "published", "assumed"],
            }
        ),
        "regions": pd.DataFrame({"region": ["r"]}),
        "municipalities": table(
            "municipality name_lv valid_from valid_to successor",
            ("m", "M", "1990-01-01", None, None),
            valid_from=day,
            valid_to=day,
        ),
        "providers": table(
            "provider name_lv care_arrangement municipality region owner opened closed",
            ("home", "Home", "institution", "m", "r", "municipality", None, None),
            ("house", "House", "family_like", "m", "r", "municipality", None, None),
            opened=day,
            closed=day,
        ),
        "costs": table(
            "region provider care_arrangement year age_band need_level cost_item payer amount_eur",
            ("r", "home", "institution", 2020, "all", "all", "staff", "municipality", 80_000.0),
            ("r", "home", "institution", 2020, "all", "all", "upkeep", "state", 16_000.0),
            ("r", "house", "family_like", 2020, "all", "all", "staff", "municipality", 36_000.0),
            ("r", "house", "family_like", 2020, "all", "all", "staff", "state", 12_000.0),
            ("r", None, "foster_family", 2021, "all", "all", "support", "municipality", 960.0),
        ),
        "assets": table(
            "provider asset acquired_year cost_eur useful_life_years",
            ("house", "building", 2020, 10_000.0, 10),
        ),
        "activity": table(
            "region provider care_arrangement year age_band need_level child_days place_days",
            ("r", "home", "institution", 2020, "all", "all", 8.0 * 366, 10.0 * 366),
            ("r", "house", "family_like", 2020, "all", "all", 4.0 * 366, 8.0 * 366),
            ("r", None, "foster_family", 2021, "all", "all", 2.0 * 365, math.nan),
        ),
        "households": table(
            "region care_arrangement year children_in_household age_band child_months",
            ("r", "foster_family", 2021, "1", "7-17", 24.0),
        ),
        "statutory_rates": table(
            "rate care_arrangement payment payer per age_band children_in_household "
            "amount_eur_month valid_from valid_to legal_basis",
            (
                "a",
                "foster_family",
                "remuneration",
                "state",
                "family",
                None,
                "1",
                100.0,
                "2020-01-01",
                None,
                "Act",
                "act",
            ),
            (
                "b",
                "foster_family",
                "maintenance",
                "municipality",
                "child",
                None,
                None,
                260.0,
                "2020-01-01",
                None,
                "Act",
                "act",
            ),
            valid_from=day,
            valid_to=day,
        ),
        "price_index": table("year value", (2020, 100.0), (2021, 110.0), (2022, 121.0)),
        "cost_structure": table(
            "provider year fixed_eur variable_eur_per_child step_eur step_children",
            ("home", 2020, 70_000.0, 2_000.0, 5_000.0, 4),
        ),
        "destinations": table(
            "provider year age_band need_level care_arrangement children under_3 siblings_apart",
            ("home", 2021, "all", "all", "institution", 4, None, None),
            ("home", 2021, "all", "all", "foster_family", 2, None, None),
            ("home", 2021, "all", "all", "family_like", 2, None, None),
            ("home", 2022, "all", "all", "foster_family", 4, None, None),
            ("home", 2022, "all", "all", "family_like", 3, None, None),
            ("home", 2022, "all", "all", "exit", 1, None, None),
            under_3="Int64",
            siblings_apart="Int64",
        ),
        "transition_costs": table(
            "provider year kind payer amount_eur",
            ("home", 2021, "capital", "eu_fund", 20_000.0),
            ("home", 2021, "training", "municipality", 1_100.0),
            ("home", 2022, "disposal", "municipality", -12_100.0),
            ("home", 2023, "other", "state", 1_210.0),
        ),
    }


@pytest.fixture
def evaluate() -> Callable[..., PlanEvaluation]:
    """Evaluate the home's plan, with tables replaced or (None) left out and other parameters."""

    def make(tables: dict[str, pd.DataFrame | None] | None = None, **given: Any) -> PlanEvaluation:
        changed = {**home_tables(), **(tables or {})}
        asked = dict(
            provider="home",
            start_year=2021,
            horizon_years=3,
            price_year=2021,
            discount_rate=0.05,
            draws=1_000,
            seed=1,
            assumptions=ASSUMPTIONS,
        )
        return evaluate_plan(
            {name: rows for name, rows in changed.items() if rows is not None}, {}, **asked | given
        )

    return make


@pytest.fixture
def home() -> Tables:
    """Tables of the home, its region and its plan."""
    return home_tables()


# ------------------------------------------------------------- plans that are numbers already

# A home for 10 children: 60,000 EUR to keep it open, 2,000 for each child, 9,000 for each started
# group of 4. Half of it is paid by the municipality, half by the state.
HOME = CostFunction(60_000.0, 2_000.0, 9_000.0, 4)


YEARS = pd.Index([2021, 2022, 2023], name="year")


def same_costs(costs: dict[str, float], years: pd.Index = YEARS) -> pd.DataFrame:
    """Costs that are the same in every year."""
    return pd.DataFrame(costs, index=years)


def in_every_year(years: pd.Index, shares: pd.DataFrame) -> pd.DataFrame:
    """Payers that are the same in every year."""
    return pd.concat(dict.fromkeys(years, shares), names=["year", "care_arrangement"])


def make_plan(**changes: Any) -> Plan:
    """Ten children: in 2021 six stay, in 2022 two, in 2023 nobody; one leaves care in 2023."""
    plan = Plan(
        home="institution",
        children=pd.DataFrame(
            {
                "institution": [6, 2, 0],
                "foster_family": [3, 5, 6],
                "guardian": [1, 3, 3],
            },
            index=YEARS,
        ),
        cost_function=HOME,
        cost_per_child_year=same_costs({"foster_family": 6_000.0, "guardian": 3_600.0}),
        one_off=pd.DataFrame(
            [
                (2021, "capital", "eu_fund", 40_000.0),
                (2021, "training", "municipality", 5_000.0),
                (2023, "disposal", "municipality", -12_000.0),
            ],
            columns=["year", "kind", "payer", "amount_eur"],
        ),
        home_payers=pd.Series({"state": 0.5, "municipality": 0.5}),
        payers=in_every_year(
            YEARS,
            pd.DataFrame(
                {"state": [0.75, 1.0], "municipality": [0.25, 0.0]},
                index=["foster_family", "guardian"],
            ),
        ),
        discount_rate=0.05,
    )
    return replace(plan, **changes)


COUNTS = st.integers(0, 12)
EUR = st.integers(0, 20_000_000).map(lambda cents: cents / 100)
RATES = st.sampled_from((0.0, 0.03, 0.05, 0.5))


@st.composite
def any_plan(draw: Any) -> Plan:
    years = pd.Index(range(2020, 2020 + draw(st.integers(1, 8))), name="year")
    arrangements = ("institution", "foster_family", "guardian", "family_like")
    children = pd.DataFrame(
        {name: [draw(COUNTS) for _ in years] for name in arrangements}, index=years
    )
    split = draw(st.sampled_from((0.0, 0.3, 1.0)))
    rows = [
        (
            draw(st.sampled_from(list(years))),
            draw(st.sampled_from(("capital", "disposal", "other"))),
            draw(st.sampled_from(PAYERS)),
            draw(EUR) - 50_000,
        )
        for _ in range(draw(st.integers(0, 4)))
    ]
    return Plan(
        "institution",
        children,
        CostFunction(draw(EUR), draw(EUR), draw(EUR), draw(st.integers(1, 9))),
        same_costs({name: draw(EUR) for name in arrangements}, years),
        pd.DataFrame(rows, columns=["year", "kind", "payer", "amount_eur"]).astype(
            {"amount_eur": float}
        ),
        pd.Series({"municipality": 1 - split, "state": split}),
        in_every_year(
            years,
            pd.DataFrame(
                [[split, 1 - split]] * 4, index=arrangements, columns=["state", "municipality"]
            ),
        ),
        draw(RATES),
    )


@pytest.fixture(scope="session")
def a_plan() -> Callable[..., Plan]:
    """Make the plan of ten children, with changes."""
    return make_plan


@pytest.fixture(scope="session")
def every_year() -> Callable[..., pd.DataFrame]:
    """Make costs that are the same in every year."""
    return same_costs


@pytest.fixture(scope="session")
def plans() -> st.SearchStrategy[Plan]:
    """Plans of any size, all of whose costs are known."""
    return any_plan()


@pytest.fixture(scope="session")
def assumptions() -> PlanAssumptions:
    """What the home's evaluation assumes."""
    return ASSUMPTIONS
