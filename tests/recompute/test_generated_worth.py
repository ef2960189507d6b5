"""Generated plans: what each is worth, in the program and in separate SQL, to the cent.

`DIEVAL_CAMPAIGN=1` tries 2,000 of them; the first 400 are those of every run.
"""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from dieval.plans.transition import (
    CostFunction,
    Plan,
    budget_by_payer,
    scenarios,
    transition,
    transition_summary,
)
from dieval.vocabulary import PAYERS

PLANS = 2_000 if os.environ.get("DIEVAL_CAMPAIGN") else 400
SQL = Path(__file__).with_name("plan_worth.sql").read_text(encoding="utf-8")
HOME = "institution"
ELSEWHERE = ("family_like", "youth_house", "foster_family", "guardian")
CENT = 0.005


def a_plan(random: np.random.Generator) -> Plan:
    """Draw a plan: all children are in the home at first, and move, come and leave year by year."""
    years = pd.Index(range(2020, 2020 + int(random.integers(1, 12))), name="year")
    others = list(ELSEWHERE[: int(random.integers(0, 5))])
    live = np.zeros(1 + len(others), dtype="int64")
    live[0] = random.integers(0, 41)
    rows = []
    for _ in years:
        moving = random.binomial(live[0], random.choice([0.0, 0.3, 1.0]))
        live[0] += random.integers(0, 3) - moving  # some come, some move
        if others:
            live[1:] += random.multinomial(moving, np.full(len(others), 1 / len(others)))
        live -= random.binomial(live, 0.05)  # some leave care
        rows.append(live.copy())
    children = pd.DataFrame(rows, index=years, columns=[HOME, *others])

    def money(most: float, size: int | tuple[int, ...] | None = None) -> np.ndarray:
        return np.round(random.uniform(0, most, size), 2)

    def shares(number: int) -> np.ndarray:
        return random.dirichlet(np.full(len(PAYERS), 0.5), number)

    spent = [
        (int(random.choice(years)), str(random.choice(["capital", "disposal", "other"])),
         str(random.choice(PAYERS)), float(money(400_000.0)) - 80_000.0)
        for _ in range(int(random.integers(0, 6)))
    ]  # fmt: skip
    keys = pd.MultiIndex.from_product([years, others], names=["year", "care_arrangement"])
    return Plan(
        home=HOME,
        children=children,
        cost_function=CostFunction(
            money(400_000.0, len(years)),
            money(15_000.0, len(years)),
            money(30_000.0, len(years)),
            random.integers(1, 11, len(years)).astype("float64"),
        ),
        cost_per_child_year=pd.DataFrame(
            money(30_000.0, (len(years), len(others))), index=years, columns=others
        ),
        one_off=pd.DataFrame(spent, columns=["year", "kind", "payer", "amount_eur"]).astype(
            {"amount_eur": "float64"}
        ),
        home_payers=pd.Series(shares(1)[0], index=list(PAYERS)),
        payers=pd.DataFrame(shares(len(keys)), index=keys, columns=list(PAYERS)),
        discount_rate=float(random.choice([0.0, 0.03, 0.04, 0.125])),
    )


@pytest.fixture(scope="module")
def plans() -> list[Plan]:
    random = np.random.default_rng(20261128)
    return [a_plan(random) for _ in range(PLANS)]


@pytest.fixture(scope="module")
def recomputed(plans) -> duckdb.DuckDBPyConnection:
    """The database after the SQL has worked out what every plan is worth."""
    frames: dict[str, list[pd.DataFrame]] = {}
    for number, plan in enumerate(plans):
        function = plan.cost_function
        parts = {
            "plans": pd.DataFrame({"home": [plan.home], "discount_rate": plan.discount_rate}),
            "years": pd.DataFrame(
                {
                    "year": plan.children.index,
                    "fixed_eur": function.fixed_eur,
                    "variable_eur_per_child": function.variable_eur_per_child,
                    "step_eur": function.step_eur,
                    "step_children": function.step_children,
                }
            ),
            "children": plan.children.stack().rename("children").reset_index(),
            "prices": plan.cost_per_child_year.stack().rename("price").reset_index(),
            "one_off": plan.one_off.drop(columns="kind"),
            "home_payers": plan.home_payers.rename("share").reset_index(),
            "payers": plan.payers.stack().rename("share").reset_index(),
        }
        names = {
            "children": ["year", "care_arrangement", "children"],
            "prices": ["year", "care_arrangement", "cost_per_child_year_eur"],
            "home_payers": ["payer", "share"],
            "payers": ["year", "care_arrangement", "payer", "share"],
        }
        for name, part in parts.items():
            if len(part):
                part = part.set_axis(names[name], axis=1) if name in names else part
                frames.setdefault(name, []).append(part.assign(plan=number))
    database = duckdb.connect()
    for name, found in frames.items():
        rows = pd.concat(found, ignore_index=True)
        for column in rows.columns[rows.dtypes == "str"]:
            rows[column] = rows[column].astype("object")
        database.register("rows", rows)
        database.execute(f"CREATE TABLE {name} AS FROM rows")
        database.unregister("rows")
    database.execute(SQL)
    return database


def of(database: duckdb.DuckDBPyConnection, table: str) -> pd.DataFrame:
    return database.execute(f"FROM result_{table}").df()


def test_generated_plans_every_year_is_that_of_the_sql_to_the_cent(plans, recomputed):
    ours = pd.concat(
        [transition(plan).assign(plan=number) for number, plan in enumerate(plans)],
        ignore_index=True,
    )
    theirs = of(recomputed, "transition")
    assert len(ours) == len(theirs) > 3 * PLANS
    for column in (
        "status_quo_eur",
        "institution_eur",
        "alternative_eur",
        "one_off_eur",
        "net_eur",
    ):
        assert np.abs(ours[column].to_numpy() - theirs[column].to_numpy()).max() < CENT


def test_generated_plans_net_present_values_are_those_of_the_sql_to_the_cent(plans, recomputed):
    theirs = of(recomputed, "worth").set_index("plan")
    ours = pd.DataFrame([transition_summary(transition(plan)) for plan in plans])
    assert len(theirs) == PLANS
    assert np.abs(ours["npv_eur"] - theirs["npv_eur"]).max() < CENT
    without = [number for number, plan in enumerate(plans) if plan.discount_rate == 0]
    assert len(without) > PLANS / 5
    assert np.abs(ours["npv_eur"] - ours["net_eur"])[without].max() < CENT


def test_generated_plans_payers_are_those_of_the_sql_and_add_up(plans, recomputed):
    ours = pd.concat(
        [budget_by_payer(plan).assign(plan=number) for number, plan in enumerate(plans)]
    )
    net = ours.set_index(["plan", "year", "payer"])["net_eur"]
    theirs = of(recomputed, "payers").set_index(["plan", "year", "payer"])["net_eur"]
    assert np.abs(net - theirs.reindex(net.index)).max() < CENT
    whole = of(recomputed, "transition").set_index(["plan", "year"])["net_eur"]
    sums = net.groupby(["plan", "year"]).sum()
    assert np.abs(sums - whole.reindex(sums.index)).max() < CENT


def test_generated_plans_conserve_children_and_delay_never_raises_a_saving(plans):
    saving = 0
    for plan in plans:
        found = scenarios(plan, {"foster_family": 0.5, "guardian": 0.5}, "family_like")
        in_care = plan.in_care.to_list()
        for name in ("fewer_families", "family_like_instead", "keep_the_home"):
            assert found[name].in_care.to_list() == in_care
        assert found["one_year_later"].in_care.to_list() == [in_care[0], *in_care]
        now = transition_summary(transition(plan))["npv_eur"]
        if now >= 0:
            saving += 1
            later = transition_summary(transition(found["one_year_later"]))["npv_eur"]
            assert later <= now + CENT
    assert saving > PLANS / 5
