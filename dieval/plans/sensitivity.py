"""What single uncertain values do to the worth of a plan, and at which value it stops saving.

Methods of the annex, “One value at a time”.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from dieval.costs.capital import FloatArray
from dieval.costs.sensitivity import HIGHEST_RATE, Range, one_way, points_of
from dieval.plans.transition import DISPOSAL, Plan, transition

# A multiple of a cost is looked for from nothing to this many times the cost.
HIGHEST_MULTIPLE = 20.0
COLUMNS = [
    "parameter",
    "care_arrangement",
    "low",
    "base",
    "high",
    "outcome_low",
    "outcome_base",
    "outcome_high",
    "span",
    "switch_value",
    "range_source",
]
POINT_COLUMNS = ["parameter", "care_arrangement", "point", "value", "outcome"]
# Stands between the name of a parameter and the arrangement that it is about.
OF = " "


def npv_sensitivity(
    plan: Plan,
    *,
    rates: tuple[float, float],
    factors: Mapping[str, float],
    support: pd.DataFrame,
    support_multiples: tuple[float, float],
    found: Mapping[str, float],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Try every uncertain value of a plan alone.

    Parameters
    ----------
    plan : Plan
        All of its costs known; otherwise there is nothing to try.
    rates : tuple of float
        Lowest and highest discount rate [1/year].
    factors : mapping of str to float
        How far each cost may be off: upper end of its 95 % interval / the cost, 1 or more; by
        `home`, `one_off` and care arrangement.
    support : DataFrame of float, index year, one column per care arrangement
        Part of the cost of a child elsewhere that is specific support [EUR/child-year].
    support_multiples : tuple of float
        Lowest and highest support as a multiple of what is recorded.
    found : mapping of care arrangement to share
        Which part of the planned places in families is found at the low end.

    Returns
    -------
    tuple of DataFrame
        `npv_sensitivity` with parameter, care_arrangement and the columns of `one_way`, the widest
        span first, and `npv_sensitivity_points` with the outcome at five points of each range.
        Outcome: net present value [EUR].
    """
    table = transition(plan)
    if table["net_eur"].isna().any():
        return pd.DataFrame(columns=COLUMNS), pd.DataFrame(columns=POINT_COLUMNS)
    ranges = [
        _rate(plan, table["net_eur"].to_numpy(), rates),
        *_costs(plan, table, factors),
        *_support(plan, table, support, support_multiples),
        *_families(plan, found),
    ]
    widest_first = one_way(ranges)
    points = pd.concat([points_of(each) for each in ranges], ignore_index=True)
    return _named(widest_first)[COLUMNS], _named(points)[POINT_COLUMNS]


def _named(table: pd.DataFrame) -> pd.DataFrame:
    """Split the name of a parameter from the arrangement that it is about, if it is about one."""
    parts = table["parameter"].str.partition(OF)
    about = parts[2].astype("object").where(parts[2] != "", None)
    return table.assign(parameter=parts[0], care_arrangement=about)


def _rate(plan: Plan, net: FloatArray, rates: tuple[float, float]) -> Range:
    years = np.arange(len(net), dtype="float64")

    def outcome(rate: FloatArray) -> FloatArray:
        return np.asarray(((1 + rate[:, np.newaxis]) ** -years) @ net)

    return Range(
        "discount_rate",
        rates[0],
        plan.discount_rate,
        rates[1],
        outcome,
        0.0,
        HIGHEST_RATE,
        "parameter_file",
    )


def _multiple(
    name: str, worth: float, part: float, factor: float, range_source: str = "evidence"
) -> Range:
    """Let a part of the worth, such as the discounted cost of the home, be a multiple of itself."""

    def outcome(multiple: FloatArray) -> FloatArray:
        return np.asarray(worth + (multiple - 1) * part)

    return Range(name, 1 / factor, 1.0, factor, outcome, 0.0, HIGHEST_MULTIPLE, range_source)


def _costs(plan: Plan, table: pd.DataFrame, factors: Mapping[str, float]) -> list[Range]:
    """Let the cost of the home, of each arrangement and of the change be off by their evidence."""
    discount = plan.discount_factors
    worth = float(table["discounted_net_eur"].sum())
    kept = (table["status_quo_eur"] - table["institution_eur"]).to_numpy() @ discount
    parts = {"home": float(kept), "one_off": -float(table["one_off_eur"].to_numpy() @ discount)}
    names = {"home": "home_cost", "one_off": "one_off_cost"}
    for arrangement, cost in plan.cost_elsewhere.items():
        parts[str(arrangement)] = -float(cost.to_numpy() @ discount)
        names[str(arrangement)] = f"elsewhere_cost{OF}{arrangement}"
    elsewhere = {
        key: part for key, part in parts.items() if part != 0 and key not in ("home", "one_off")
    }
    whole = sum(elsewhere.values())
    if len(elsewhere) > 1 and whole != 0:
        # All arrangements off together, each as far as it may be.
        parts["together"], names["together"] = whole, "elsewhere_cost"
        shares = {key: part / whole for key, part in elsewhere.items()}
        together = sum(share * factors.get(key, 1.0) for key, share in shares.items())
        factors = {**factors, "together": together}
    return [
        _multiple(names[key], worth, part, factors[key])
        for key, part in parts.items()
        if part != 0 and factors.get(key, 1.0) > 1
    ]


def _support(
    plan: Plan, table: pd.DataFrame, support: pd.DataFrame, multiples: tuple[float, float]
) -> list[Range]:
    elsewhere = plan.elsewhere
    each = support.reindex(index=plan.years, columns=elsewhere.columns).fillna(0.0)
    paid = float((elsewhere * each).sum(axis=1).to_numpy() @ plan.discount_factors)
    if paid == 0:
        return []
    worth = float(table["discounted_net_eur"].sum())

    def outcome(multiple: FloatArray) -> FloatArray:
        return np.asarray(worth - (multiple - 1) * paid)

    return [
        Range(
            "support_multiple",
            multiples[0],
            1.0,
            multiples[1],
            outcome,
            0.0,
            HIGHEST_MULTIPLE,
            "parameter_file",
        )
    ]


def _families(plan: Plan, found: Mapping[str, float]) -> list[Range]:
    """Let fewer of the planned families be found; the children stay in the home."""
    ours = [name for name in plan.elsewhere.columns if name in found]
    if not (plan.elsewhere[ours].to_numpy() > 0).any():
        return []
    return [
        Range(
            "families_found",
            min(found[name] for name in ours),
            1.0,
            1.0,
            worth_by_families_found(plan, ours),
            0.0,
            1.0,
            "parameter_file",
        )
    ]


def worth_by_families_found(plan: Plan, ours: list[str]) -> Callable[[FloatArray], FloatArray]:
    """Give the net present value as a function of the share of planned families that is found.

    Places are rounded down to whole children, so the value moves in steps.

    Parameters
    ----------
    plan : Plan
    ours : list of str
        Care arrangements in families.
    """
    discount = plan.discount_factors
    wanted = plan.elsewhere[ours].to_numpy(dtype="float64")
    prices = plan.cost_per_child_year.reindex(plan.years, columns=ours).to_numpy(dtype="float64")
    prices = np.where(wanted > 0, prices, 0.0)
    sold = plan.one_off["kind"] == DISPOSAL
    sale = (
        plan.one_off[sold].groupby("year")["amount_eur"].sum().reindex(plan.years, fill_value=0.0)
    )
    stay = plan.stay.to_numpy(dtype="float64")
    others = plan.cost_elsewhere.drop(columns=ours).sum(axis=1).to_numpy(dtype="float64")
    status_quo = plan.cost_function.cost(plan.in_care.to_numpy(dtype="float64"))
    fixed = status_quo - others - plan.one_off_by_year.to_numpy()

    def outcome(shares: FloatArray) -> FloatArray:
        placed = np.floor(wanted * shares[:, np.newaxis, np.newaxis])
        at_home = stay + (wanted - placed).sum(axis=2)
        paid = (placed * prices).sum(axis=2)
        # The home is not sold if more children live there at the end than planned.
        unsold = np.where(at_home[:, -1:] > stay[-1], sale.to_numpy(dtype="float64"), 0.0)
        return np.asarray((fixed + unsold - paid - plan.cost_function.cost(at_home)) @ discount)

    return outcome
