"""What a home's reorganisation costs year by year, beside keeping the home as it is.

Methods of the annex, “Transition”. Money is in constant prices of one year throughout.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from dieval.costs.capital import FloatArray
from dieval.errors import ParameterError
from dieval.vocabulary import PAYERS

# Kind of one-off costs: what the buildings of the home fetch.
DISPOSAL = "disposal"
# Who pays for what in a year, by payer: columns of `budget_by_payer`.
STREAMS = ("status_quo_eur", "institution_eur", "alternative_eur", "one_off_eur")


@dataclass(frozen=True)
class CostFunction:
    """How the yearly cost of a home follows the number of its children.

    Every field is one number, or an array with one number for each year of a plan.

    Parameters
    ----------
    fixed_eur : float or array of float
        What keeping the home open costs [EUR/year].
    variable_eur_per_child : float or array of float
        What each child adds [EUR/child-year].
    step_eur : float or array of float
        What each started group of `step_children` adds, such as a shift of carers [EUR/year].
    step_children : int or array of int
        Size of such a group, at least 1.

    Raises
    ------
    ParameterError
        The size of a group is below 1.
    """

    fixed_eur: float | FloatArray
    variable_eur_per_child: float | FloatArray
    step_eur: float | FloatArray
    step_children: int | FloatArray

    def __post_init__(self) -> None:
        if not np.all(np.asarray(self.step_children) >= 1):
            raise ParameterError(f"step_children must be 1 or more, got {self.step_children}.")

    def cost(self, children: FloatArray) -> FloatArray:
        """Give the cost of a year with so many children; an empty home costs nothing.

        Methods, section 3: fixed·[children>0] + variable·children + step·⌈children/step size⌉.

        Parameters
        ----------
        children : array of float, shape (..., years)
            [children]

        Returns
        -------
        array of float, shape (..., years)
            [EUR/year]

        Examples
        --------
        >>> CostFunction(1_000.0, 10.0, 200.0, 4).cost(np.array([0, 1, 4, 5])).tolist()
        [0.0, 1210.0, 1240.0, 1450.0]
        """
        cost = (
            self.fixed_eur
            + self.variable_eur_per_child * children
            + self.step_eur * np.ceil(children / self.step_children)
        )
        # Nobody costs nothing, also where the cost of a child is not known.
        return np.where(children > 0, np.asarray(cost, dtype="float64"), 0.0)

    def a_year_later(self, years: int) -> CostFunction:
        """Give the function of a plan of so many years that starts a year later.

        The year of waiting costs what the first year does.
        """

        def shifted(values: float | FloatArray) -> FloatArray:
            each = np.broadcast_to(np.asarray(values), (years,))
            return np.concatenate([each[:1], each])

        return CostFunction(
            shifted(self.fixed_eur),
            shifted(self.variable_eur_per_child),
            shifted(self.step_eur),
            shifted(self.step_children),
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
        Of the home, for all years or for each [EUR of the price year].
    cost_per_child_year : DataFrame of float, index year, one column per care arrangement
        Cost of a child elsewhere, support included [EUR/child-year]; NaN where it is not known.
    one_off : DataFrame with year, kind, payer, amount_eur
        One-off costs, income negative; kind `disposal` is what the home's buildings fetch.
    home_payers : Series of float, index payer
        Shares of the home's cost, together 1; NaN where they are not known.
    payers : DataFrame of float, index year and care_arrangement, one column per payer
        Shares of the cost elsewhere, together 1 in every row.
    discount_rate : float
        Real rate [1/year].
    """

    home: str
    children: pd.DataFrame
    cost_function: CostFunction
    cost_per_child_year: pd.DataFrame
    one_off: pd.DataFrame
    home_payers: pd.Series
    payers: pd.DataFrame
    discount_rate: float

    @property
    def years(self) -> pd.Index:
        """Years of the plan."""
        return self.children.index

    @property
    def discount_factors(self) -> FloatArray:
        """What an amount of each year is worth in the first; shape (years,)."""
        return np.asarray((1 + self.discount_rate) ** -np.arange(len(self.years), dtype="float64"))

    @property
    def in_care(self) -> pd.Series:
        """Children of the plan who are in care, by year."""
        return self.children.sum(axis=1)

    @property
    def stay(self) -> pd.Series:
        """Children who live in the home, by year."""
        if self.home not in self.children:
            return pd.Series(0, index=self.years)
        return self.children[self.home]

    @property
    def elsewhere(self) -> pd.DataFrame:
        """Children who live elsewhere in care, by year and arrangement."""
        return self.children.drop(columns=self.home, errors="ignore")

    @property
    def cost_elsewhere(self) -> pd.DataFrame:
        """What the children elsewhere cost, by year and arrangement; nobody costs nothing."""
        elsewhere = self.elsewhere
        prices = self.cost_per_child_year.reindex(self.years, columns=elsewhere.columns)
        return (elsewhere * prices).where(elsewhere > 0, 0.0)

    @property
    def one_off_by_year(self) -> pd.Series:
        """One-off costs of each year of the plan, income negative."""
        totals = self.one_off.groupby("year")["amount_eur"].sum()
        return totals.reindex(self.years, fill_value=0.0).astype("float64")


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
    stay = plan.stay.to_numpy(dtype="float64")
    table = pd.DataFrame({"year": plan.years})
    table["status_quo_eur"] = plan.cost_function.cost(plan.in_care.to_numpy(dtype="float64"))
    table["institution_eur"] = plan.cost_function.cost(stay)
    table["alternative_eur"] = plan.cost_elsewhere.sum(axis=1, skipna=False).to_numpy()
    table["one_off_eur"] = plan.one_off_by_year.to_numpy()
    spent = table[["institution_eur", "alternative_eur", "one_off_eur"]].sum(axis=1, skipna=False)
    table["net_eur"] = table["status_quo_eur"] - spent
    table["discounted_net_eur"] = table["net_eur"] * plan.discount_factors
    table["cumulative_net_eur"] = table["net_eur"].cumsum(skipna=False)
    table["cumulative_discounted_eur"] = table["discounted_net_eur"].cumsum(skipna=False)
    with np.errstate(invalid="ignore"):
        table["cost_per_child_eur"] = table["institution_eur"] / np.where(stay > 0, stay, np.nan)
    return table


def transition_summary(table: pd.DataFrame) -> dict[str, float]:
    """Sum up a transition.

    Parameters
    ----------
    table : DataFrame
        `transition`.

    Returns
    -------
    dict
        npv_eur and net_eur (discounted and plain sum), break_even_year (the first year in which the
        discounted sum so far is 0 or more, counted from the first year in which the plan costs or
        saves anything; NaN if none is), peak_funding_eur (the deepest deficit
        of the plain sum so far, 0 if there is none) and peak_funding_year (NaN without one).
    """
    net = table["net_eur"]
    if net.isna().any():
        return dict.fromkeys(
            ("npv_eur", "net_eur", "break_even_year", "peak_funding_eur", "peak_funding_year"),
            float("nan"),
        )
    begun = (net != 0).cummax()
    reached = table.loc[begun & (table["cumulative_discounted_eur"] >= 0), "year"]
    peak, peak_year = peak_funding(table.set_index("year")["cumulative_net_eur"])
    return {
        "npv_eur": float(table["discounted_net_eur"].sum()),
        "net_eur": float(net.sum()),
        "break_even_year": float(reached.iloc[0]) if len(reached) else float("nan"),
        "peak_funding_eur": peak,
        "peak_funding_year": peak_year,
    }


def peak_funding(so_far: pd.Series) -> tuple[float, float]:
    """Give the deepest deficit of a sum so far (index year) and its year.

    0 and NaN where there is no deficit, NaN where a year is not known.
    """
    if so_far.isna().any():
        return float("nan"), float("nan")
    deepest = float(so_far.min())
    return (-deepest, float(so_far.idxmin())) if deepest < 0 else (0.0, float("nan"))


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
    payers = pd.Index(PAYERS, name="payer")
    home = plan.home_payers.reindex(payers, fill_value=0.0)
    if plan.home_payers.isna().any() or plan.home_payers.empty:
        home[:] = float("nan")
    away = plan.cost_elsewhere.stack().rename_axis(["year", "care_arrangement"])
    shares = plan.payers.reindex(index=away.index, columns=payers)
    known = plan.payers.reindex(away.index).notna().any(axis=1)
    shares.loc[known] = shares.loc[known].fillna(0.0)
    # Nobody costs nothing, whoever would pay.
    paid = shares.mul(away, axis=0).where(away != 0, 0.0, axis=0)
    one_off = plan.one_off.pivot_table(
        index="year", columns="payer", values="amount_eur", aggfunc="sum"
    )
    streams = {
        "status_quo_eur": _by_payer(whole["status_quo_eur"], home),
        "institution_eur": _by_payer(whole["institution_eur"], home),
        "alternative_eur": _known_sums(paid, plan),
        "one_off_eur": one_off.reindex(index=plan.years, columns=payers).fillna(0.0),
    }
    table = pd.DataFrame(
        {
            name: stream.reindex(plan.years, columns=payers).stack()
            for name, stream in streams.items()
        }
    )
    table["net_eur"] = table["status_quo_eur"] - table[list(STREAMS[1:])].sum(axis=1, skipna=False)
    return table.reset_index()


def _known_sums(paid: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Add up what is paid elsewhere by year; a sum of which a part is not known is not known."""
    if paid.empty:
        return pd.DataFrame(0.0, index=plan.years, columns=paid.columns)
    return paid.groupby("year").sum(min_count=plan.elsewhere.shape[1])


def _by_payer(amounts: pd.Series, shares: pd.Series) -> pd.DataFrame:
    """Split an amount of each year; nothing is nothing, whoever would pay it."""
    split = pd.DataFrame({payer: amounts * share for payer, share in shares.items()})
    return split.where(amounts != 0, 0.0, axis=0)


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
    before = plan.cost_function.cost(np.full(len(plan.years), float(children_before)))
    stay = plan.stay.to_numpy(dtype="float64")
    left = children_before - stay
    table = pd.DataFrame({"year": plan.years, "children_left": left})
    table["naive_saving_eur"] = left * before / children_before
    table["avoidable_saving_eur"] = before - plan.cost_function.cost(stay)
    table["stranded_eur"] = table["naive_saving_eur"] - table["avoidable_saving_eur"]
    return table


def scenarios(plan: Plan, found: Mapping[str, float], instead: str) -> dict[str, Plan]:
    """Give the plan as it stands and others beside it.

    Parameters
    ----------
    plan : Plan
    found : mapping of care arrangement to share
        Which part of the planned places in families is found where fewer are.
    instead : str
        Care arrangement to which the other children go in `family_like_instead`.

    Returns
    -------
    dict of Plan
        as_planned; one_year_later (the same a year later, so it ends a year later: in its first
        year all children are still in the home); fewer_families (the children for whom no family is
        found stay in the home, which is not sold if more live there at the end than planned);
        family_like_instead (they go to `instead`); keep_the_home.
    """
    in_care = plan.in_care.rename(plan.home)
    return {
        "as_planned": plan,
        "one_year_later": _a_year_later(plan),
        "fewer_families": _unsold(_fewer_families(plan, found, plan.home), plan),
        "family_like_instead": _unsold(_fewer_families(plan, found, instead), plan),
        "keep_the_home": replace(plan, children=in_care.to_frame(), one_off=plan.one_off.iloc[:0]),
    }


def _fewer_families(plan: Plan, found: Mapping[str, float], instead: str) -> Plan:
    """Let only a share of each year's places in families be found, rounded down."""
    children = plan.children.copy()
    if instead not in children:
        children[instead] = 0
    for arrangement in plan.elsewhere.columns.intersection(list(found)):
        placed = np.floor(plan.children[arrangement] * found[arrangement]).astype("int64")
        children[instead] += plan.children[arrangement] - placed
        children[arrangement] = placed
    return replace(plan, children=children)


def _unsold(other: Plan, plan: Plan) -> Plan:
    """Leave out what the buildings fetch if more children live there at the end than planned."""
    if not other.stay.iloc[-1] > plan.stay.iloc[-1]:
        return other
    return replace(other, one_off=other.one_off[other.one_off["kind"] != DISPOSAL])


def moved_at_the_end(plan: Plan, children_before: int) -> Plan:
    """Let everybody live for the whole year where they lived at its start.

    Parameters
    ----------
    plan : Plan
    children_before : int
        Children in the home before the first year.
    """
    children = plan.children.shift().fillna(0)
    if plan.home not in children:
        children[plan.home] = 0
    children.loc[plan.years[0], plan.home] = children_before
    return replace(plan, children=children.astype("int64"))


def _a_year_later(plan: Plan) -> Plan:
    """Shift a plan, with its costs, by a year in which all children are still in the home."""
    first = plan.years[0]
    waiting = pd.DataFrame(0, index=[first], columns=plan.children.columns)
    waiting[plan.home] = plan.in_care[first]
    later = plan.children.set_axis(plan.years + 1)
    prices = plan.cost_per_child_year.reindex(plan.years)
    payers = plan.payers.rename(lambda year: year + 1, level="year")
    return replace(
        plan,
        children=pd.concat([waiting, later]).fillna(0).astype("int64").rename_axis("year"),
        cost_function=plan.cost_function.a_year_later(len(plan.years)),
        cost_per_child_year=pd.concat([prices.iloc[:1], prices.set_axis(plan.years + 1)]),
        one_off=plan.one_off.assign(year=plan.one_off["year"] + 1),
        payers=payers,
    )
