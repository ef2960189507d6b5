"""The public edition of generated packages: it can be made, and its attack finds nothing.

They have what real ones seldom have: amounts that cancel out, plans that end early, numbers that
contradict each other.
"""

from __future__ import annotations

import importlib.util
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from generated import CAMPAIGN, tried

from dieval.costs.evaluation import evaluate_costs
from dieval.errors import ParameterError
from dieval.plans.assumptions import PlanAssumptions
from dieval.plans.evaluation import evaluate_plan
from dieval.release.audit import attack
from dieval.release.disclosure import shown_costs, shown_plan, shown_progress
from dieval.release.rendered import Leak
from dieval.release.rules import Rules
from dieval.vocabulary import HIDDEN, is_hidden

RULES = Rules(persons=8, holders=3, percent=10)
PACKAGES = 200 if CAMPAIGN else 8
REGION = "kurzeme"


def beside(name: str) -> Any:
    """Load another module of this folder."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None and spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ANNEX, COSTS, PROGRESS = map(
    beside, ("test_generated_annex", "test_generated", "test_generated_progress")
)
FIXTURES = beside("conftest")


def plain(value: Any) -> Any:
    """A value as results.json holds it."""
    if is_hidden(value):
        return {"symbol": HIDDEN}
    if value is None or value is pd.NA or value is pd.NaT:
        return {"symbol": ":"}
    if isinstance(value, float) and math.isnan(value):
        return {"symbol": ":"}
    if hasattr(value, "item"):
        value = value.item()
    return value if isinstance(value, int | float | str | bool) else str(value)[:10]


def leaks(unit: str, tables: Mapping[str, pd.DataFrame]) -> list[Leak]:
    held = {
        name: {
            "columns": [{"name": str(column), "unit": None} for column in table],
            "rows": [[plain(value) for value in row] for row in table.astype(object).to_numpy()],
        }
        for name, table in tables.items()
    }
    results = {"unit": unit, "parameters": {"as_of": "2022-12-31"}, "tables": held}
    return attack([{f"{unit}/report": results}], RULES)


def test_annex(annex_frames):
    @tried(ANNEX.packages(), 1, PACKAGES)
    def compare(package):
        rows, asked = package
        tables, lines = annex_frames(rows)
        names = ("provider", "start_year", "horizon_years", "price_year", "discount_rate")
        made = evaluate_plan(
            tables,
            lines,
            **{name: asked[name] for name in (*names, "draws", "seed")},
            assumptions=PlanAssumptions(
                costs=FIXTURES.cost_assumptions(asked),
                **{name: asked[name] for name in FIXTURES.PLAN_PARAMETERS},
            ),
        )
        shown = shown_plan(made, None, tables, asked["provider"], REGION, RULES)
        assert leaks(asked["provider"], shown.tables) == []

    compare()


def test_costs():
    @tried(COSTS.packages(), 1, PACKAGES)
    def compare(package):
        rows, asked = package
        tables = COSTS.data_frames(rows)
        owners = ["state", "municipality", "ngo"] * len(tables["providers"])
        tables["providers"] = tables["providers"].assign(
            owner=owners[: len(tables["providers"])], municipality="m"
        )
        names = ("first_year", "last_year", "price_year", "discount_rate", "reference")
        try:
            made = evaluate_costs(
                tables,
                region=REGION,
                **{name: asked[name] for name in (*names, "draws", "seed")},
                assumptions=COSTS.cost_assumptions(asked),
            )
        except ParameterError:
            return
        assert leaks(REGION, shown_costs(made, tables, REGION, RULES).tables) == []

    compare()


def test_progress(progress_columns):
    @tried(PROGRESS.packages(), 1, PACKAGES)
    def compare(package):
        rows, asked = package
        tables, _ = PROGRESS.frames(rows, progress_columns)
        made = PROGRESS.evaluated(rows, asked, progress_columns)
        assert leaks(REGION, shown_progress(made, tables, REGION, RULES).tables) == []

    compare()
