"""What a home's reorganisation costs year by year, beside keeping the home as it is.

Methods of the annex, “Transition”. Money is in constant prices of one year throughout.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from dieval.costs.capital import FloatArray, net_present_value
from dieval.errors import ParameterError
from dieval.vocabulary import PAYERS

# Who pays for what in a year, by payer: columns of `budget_by_payer`.
STREAMS = ("status_quo_eur", "institution_eur", "alternative_eur", "one_off_eur")


@dataclass(frozen=True)
class CostFunction:
    """How the yearly cost of a home follows the number of its children.

    Parameters
    ----------
    fixed_eur : float
        What keeping the home open costs [EUR/year].
    variable_eur_per_child : float
        What each child adds [EUR/child-year].
    step_eur : float
        What each started group of `step_children` adds, such as a shift of carers [EUR/year].
    step_children : int
        Size of such a group, at least 1.

    Raises
    ------
    ParameterError
        The size of a group is below 1.
    """

    fixed_eur: float
    variable_eur_per_child: float
    step_eur: float
    step_children: int

    def __post_init__(self) -> None:
        if self.step_children < 1:
            raise ParameterError(f"step_children must be 1 or more, got {self.step_children}.")

    def cost(self, children: FloatArray) -> FloatArray:
        """Give the cost of a year with so many children; an empty home costs nothing.

        Methods, section 3: fixed·[children>0] + variable·children + step·⌈children/step size⌉.

        Parameters
        ----------
        children : array of float
            [children]

        Returns
        -------
        array of float
            [EUR/year]

        Examples
        --------
        >>> CostFunction(1_000.0, 10.0, 200.0, 4).cost(np.array([0, 1, 4, 5])).tolist()
        [0.0, 1210.0, 1240.0, 1450.0]
        """
        groups = np.ceil(children / self.step_children)
        open_ = children > 0
        return np.asarray(
            self.fixed_eur * open_
            + self.variable_eur_per_child * children
            + self.step_eur * groups,
            dtype="float64",
        )


@dataclass(frozen=True)
class Plan:
    """A home's plan in numbers, ready to be computed again with other numbers.

    Parameters
    ----------
    home : str
        Care arrangement of the home; children who stay in it are in this column of `children`.
    children : DataFrame of int, index year, one column per care arrangement
        Children of the plan in care, by where they live at the end of the year. The first year is
        year 0 of the discounting.
    cost_function : CostFunction
        Of the home [EUR of the price year].
    cost_per_child_year : Series of float, index care_arrangement
        Cost of a child elsewhere, support included [EUR/child-year]; NaN where it is not known.
    one_off : DataFrame with year, payer, amount_eur
        One-off costs, income negative.
    home_payers : Series of float, index payer
        Shares of the home's cost, together 1.
    payers : DataFrame of float, index care_arrangement, one column per payer
        Shares of the cost elsewhere, together 1 in every row.
    discount_rate : float
        Real rate [1/year].
    """

    home: str
    children: pd.DataFrame
    cost_function: CostFunction
    cost_per_child_year: pd.Series
    one_off: pd.DataFrame
    home_payers: pd.Series
    payers: pd.DataFrame
    discount_rate: float

    @property
    def stay(self) -> pd.Series:
        """Children who live in the home, by year."""
        if self.home not in self.children:
            return pd.Series(0, index=self.children.index)
        return self.children[self.home]

    @property
    def elsewhere(self) -> pd.DataFrame:
        """Children who live elsewhere in care, by year and arrangement."""
        return self.children.drop(columns=self.home, errors="ignore")


def transition(plan: Plan) -> pd.DataFrame:
    """Give the cost of the plan and of keeping the home, year by year.

    Whoever leaves care does so either way: keeping the home means that all children of the plan who
    are in care in a year live in it. Methods, section 3.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    DataFrame with year, status_quo_eur, institution_eur, alternative_eur, one_off_eur, net_eur,
    discounted_net_eur, cumulative_net_eur, cumulative_discounted_eur, cost_per_child_eur
        net = status quo − (institution + alternative + one-off); what is not known makes the year's
        net and everything after it NaN. cost_per_child_eur is that of a child who stays in the
        home [EUR/child-year], NaN when it is empty.
    """
    years = plan.children.index
    in_care = plan.children.sum(axis=1)
    stay = plan.stay.to_numpy(dtype="float64")
    table = pd.DataFrame({"year": years})
    table["status_quo_eur"] = plan.cost_function.cost(in_care.to_numpy(dtype="float64"))
    table["institution_eur"] = plan.cost_function.cost(stay)
    table["alternative_eur"] = _cost_elsewhere(plan).sum(axis=1, skipna=False).to_numpy()
    one_off = plan.one_off.groupby("year")["amount_eur"].sum().reindex(years, fill_value=0.0)
    table["one_off_eur"] = one_off.to_numpy(dtype="float64")
    spent = table[["institution_eur", "alternative_eur", "one_off_eur"]].sum(axis=1, skipna=False)
    table["net_eur"] = table["status_quo_eur"] - spent
    factors = (1 + plan.discount_rate) ** -np.arange(len(years), dtype="float64")
    table["discounted_net_eur"] = table["net_eur"] * factors
    table["cumulative_net_eur"] = table["net_eur"].cumsum(skipna=False)
    table["cumulative_discounted_eur"] = table["discounted_net_eur"].cumsum(skipna=False)
    with np.errstate(invalid="ignore"):
        table["cost_per_child_eur"] = table["institution_eur"] / np.where(stay > 0, stay, np.nan)
    return table


def _cost_elsewhere(plan: Plan) -> pd.DataFrame:
    """Give what the children elsewhere cost, by year and arrangement; nobody costs nothing."""
    elsewhere = plan.elsewhere
    prices = plan.cost_per_child_year.reindex(elsewhere.columns)
    return (elsewhere * prices).where(elsewhere > 0, 0.0)


def transition_summary(table: pd.DataFrame, discount_rate: float) -> dict[str, float]:
    """Sum up a transition.

    Parameters
    ----------
    table : DataFrame
        `transition`.
    discount_rate : float
        [1/year]

    Returns
    -------
    dict
        npv_eur and net_eur (discounted and plain sum), break_even_year (the first year in which the
        discounted sum so far is 0 or more, NaN if none is), peak_funding_eur (the deepest deficit
        of the plain sum so far, 0 if there is none) and peak_funding_year (NaN without one).
    """
    net = table["net_eur"]
    if net.isna().any():
        return dict.fromkeys(
            ("npv_eur", "net_eur", "break_even_year", "peak_funding_eur", "peak_funding_year"),
            float("nan"),
        )
    reached = table.loc[table["cumulative_discounted_eur"] >= 0, "year"]
    deepest = table["cumulative_net_eur"].min()
    in_deficit = deepest < 0
    return {
        "npv_eur": net_present_value(net.to_list(), discount_rate),
        "net_eur": float(net.sum()),
        "break_even_year": float(reached.iloc[0]) if len(reached) else float("nan"),
        "peak_funding_eur": -float(deepest) if in_deficit else 0.0,
        "peak_funding_year": (
            float(table.loc[table["cumulative_net_eur"].idxmin(), "year"])
            if in_deficit
            else float("nan")
        ),
    }


def budget_by_payer(plan: Plan) -> pd.DataFrame:
    """Split every stream of a transition by payer: who saves is rarely who pays.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    DataFrame with year, payer, status_quo_eur, institution_eur, alternative_eur, one_off_eur,
    net_eur
        Every payer in every year; the payers of a year add up to `transition`. Amounts of a cost
        that is not known, or whose payers are not, are NaN.
    """
    whole = transition(plan).set_index("year")
    elsewhere = _cost_elsewhere(plan)
    home = plan.home_payers.reindex(list(PAYERS), fill_value=0.0)
    if plan.home_payers.isna().any():
        home = pd.Series(float("nan"), index=list(PAYERS))
    shares = plan.payers.reindex(index=elsewhere.columns, columns=list(PAYERS))
    known = plan.payers.reindex(elsewhere.columns).notna().any(axis=1)
    shares.loc[known] = shares.loc[known].fillna(0.0)
    one_off = plan.one_off.groupby(["year", "payer"])["amount_eur"].sum()
    rows = []
    for year in whole.index:
        for payer in PAYERS:
            away = elsewhere.loc[year]
            paid = (away * shares[payer]).where(away != 0, 0.0).sum(skipna=False)
            streams = (
                whole.loc[year, "status_quo_eur"] * home[payer],
                whole.loc[year, "institution_eur"] * home[payer],
                paid,
                one_off.get((year, payer), 0.0),
            )
            rows.append((year, payer, *streams, streams[0] - sum(streams[1:])))
    return pd.DataFrame(rows, columns=["year", "payer", *STREAMS, "net_eur"])


def stranded_costs(plan: Plan, children_before: int) -> pd.DataFrame:
    """Compare what average costs promise when children leave with what is really avoided.

    Parameters
    ----------
    plan : Plan
    children_before : int
        Children in the home before the plan, above 0.

    Returns
    -------
    DataFrame with year, children_left, naive_saving_eur, avoidable_saving_eur, stranded_eur
        naive = children who left × average cost before; avoidable = cost before − cost now;
        stranded = naive − avoidable.

    Raises
    ------
    ParameterError
        There were no children before.
    """
    if not children_before > 0:
        raise ParameterError(f"children_before must be above 0, got {children_before}.")
    before = float(plan.cost_function.cost(np.array([children_before], dtype="float64"))[0])
    stay = plan.stay.to_numpy(dtype="float64")
    left = children_before - stay
    table = pd.DataFrame({"year": plan.children.index, "children_left": left})
    table["naive_saving_eur"] = left * before / children_before
    table["avoidable_saving_eur"] = before - plan.cost_function.cost(stay)
    table["stranded_eur"] = table["naive_saving_eur"] - table["avoidable_saving_eur"]
    return table


def scenarios(plan: Plan, found: Mapping[str, float]) -> dict[str, Plan]:
    """Give the plan as it stands and three others beside it.

    Parameters
    ----------
    plan : Plan
    found : mapping of care arrangement to share
        Which part of the planned places in families is found in the scenario `fewer_families`;
        the children for whom none is found stay in the home.

    Returns
    -------
    dict of Plan
        as_planned; one_year_later (the same a year later, so it ends a year later: in its first
        year all children are still in the home); fewer_families; keep_the_home.
    """
    children = plan.children
    in_care = children.sum(axis=1).rename(plan.home)
    first = children.index[:1]
    waiting = in_care.loc[first].to_frame().reindex(columns=children.columns, fill_value=0)
    waiting[plan.home] = in_care.loc[first]
    fewer, stay = children.copy(), plan.stay.copy()
    for arrangement in children.columns.intersection(list(found)):
        placed = np.floor(children[arrangement] * found[arrangement]).astype("int64")
        stay += children[arrangement] - placed
        fewer[arrangement] = placed
    fewer[plan.home] = stay
    return {
        "as_planned": plan,
        "one_year_later": replace(
            plan,
            children=pd.concat([waiting, children.set_axis(children.index + 1)]).fillna(0),
            one_off=plan.one_off.assign(year=plan.one_off["year"] + 1),
        ),
        "fewer_families": replace(plan, children=fewer),
        "keep_the_home": replace(plan, children=in_care.to_frame(), one_off=plan.one_off.iloc[:0]),
    }
