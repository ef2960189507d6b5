"""What the home and care elsewhere cost in each year of a plan: the chain from unit costs.

Methods of the annex, “What care costs in each year”. A year of the plan takes the cost of that year
where the data has it, otherwise that of the last year before it, in constant prices.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from dieval.costs.activity import MONTHS_OF_YEAR, days_of_year
from dieval.costs.assumptions import CostAssumptions
from dieval.costs.prices import deflators
from dieval.plans.transition import CostFunction
from dieval.vocabulary import CARE_ARRANGEMENTS, PAYERS

CAPITAL = "capital"
RECORDED, DERIVED, UNKNOWN = "recorded", "derived", "unknown"
FUNCTION_MONEY = ["fixed_eur", "variable_eur_per_child", "step_eur"]
FUNCTION = ["year", "cost_year", "basis", *FUNCTION_MONEY, "step_children"]
CHECK = ["year", "average_children", "ledger_eur", "function_eur", "deviation"]
ELSEWHERE = [
    "year",
    "care_arrangement",
    "cost_year",
    "cost_per_child_month_eur",
    "capital_eur_per_child_month",
    "support_eur_per_child_month",
    "cost_per_child_year_eur",
]


def cost_year(known: Iterable[int], year: int) -> int | None:
    """Choose the year whose cost a year of the plan takes.

    Parameters
    ----------
    known : iterable of int
        Years whose cost is known.
    year : int
        Year of the plan.

    Returns
    -------
    int or None
        The year itself or the last known one before it; where only later years are known, the first
        of them; None where none is.

    Examples
    --------
    >>> cost_year([2019, 2021], 2020), cost_year([2019, 2021], 2018), cost_year([], 2018)
    (2019, 2019, None)
    """
    years = sorted(known)
    before = [each for each in years if each <= year]
    return before[-1] if before else years[0] if years else None


def held_deflators(price_index: pd.DataFrame, years: Sequence[int], price_year: int) -> pd.Series:
    """Give the factor that takes each year's money to the price year, for future years too.

    A year that the index does not know yet has the money of the index's last year.

    Parameters
    ----------
    price_index : DataFrame with year, value
    years : sequence of int
    price_year : int

    Returns
    -------
    Series of float, index year

    Raises
    ------
    ParameterError
        A year lies before the index or in a gap of it.
    """
    last = int(price_index["year"].max())
    factors = deflators(price_index, sorted({min(year, last) for year in years}), price_year)
    return pd.Series({year: float(factors[min(year, last)]) for year in years}, name="deflator")


def without_capital(lines: pd.DataFrame) -> pd.DataFrame:
    """Keep the costs of running care; annuitised capital is left out."""
    return lines[lines["part"] != CAPITAL]


def derived_function(
    lines: pd.DataFrame, child_days: pd.Series, assumptions: CostAssumptions
) -> pd.DataFrame:
    """Derive how a home's cost follows its children from its ledger, where nobody recorded it.

    Methods of the annex: the part of each cost that follows the number of children at once is
    variable, the rest is fixed; there are no steps.

    Parameters
    ----------
    lines : DataFrame
        `cost_lines` of one provider.
    child_days : Series of float, index year
        Of the provider.
    assumptions : CostAssumptions
        Which share of each part follows the number of children.

    Returns
    -------
    DataFrame with year, fixed_eur, variable_eur_per_child, step_eur, step_children
        In the money of each year; only years whose ledger and child-days are known.
    """
    running = without_capital(lines)
    variable = running["amount_eur"] * assumptions.variable_share(running["part"])
    total = running.groupby("year")["amount_eur"].sum(skipna=False)
    by_children = variable.groupby(running["year"]).sum(skipna=False)
    days = pd.Series({year: days_of_year(int(year)) for year in total.index}, dtype="float64")
    children = child_days.reindex(total.index) / days
    table = pd.DataFrame(
        {
            "fixed_eur": total - by_children,
            "variable_eur_per_child": by_children / children.where(children > 0),
            "step_eur": 0.0,
            "step_children": 1,
        }
    )
    return table.dropna().rename_axis("year").reset_index()


def home_cost_functions(
    recorded: pd.DataFrame, derived: pd.DataFrame, years: Sequence[int], deflator: pd.Series
) -> pd.DataFrame:
    """Give how the cost of the home follows its children in each year of the plan.

    Parameters
    ----------
    recorded : DataFrame
        Rows of `cost_structure` of the home.
    derived : DataFrame
        `derived_function` of years before the plan; used only where nothing is recorded.
    years : sequence of int
        Years of the plan.
    deflator : Series of float, index year
        `held_deflators` of all years with a function.

    Returns
    -------
    DataFrame with year, cost_year, basis, fixed_eur, variable_eur_per_child, step_eur,
    step_children
        Constant prices; basis is recorded, derived or unknown. NaN where nothing is known.
    """
    found, basis = (recorded, RECORDED) if len(recorded) else (derived, DERIVED)
    by_year = found.set_index("year")
    rows = []
    for year in years:
        taken = cost_year(by_year.index, year)
        if taken is None:
            rows.append((year, float("nan"), UNKNOWN, *[float("nan")] * 3, 1))
            continue
        money = by_year.loc[taken, FUNCTION_MONEY].astype("float64") * deflator[taken]
        rows.append((year, taken, basis, *money, int(by_year.loc[taken, "step_children"])))
    return pd.DataFrame(rows, columns=FUNCTION)


def function_of_years(functions: pd.DataFrame) -> CostFunction:
    """Put `home_cost_functions` into one cost function, a number for each year."""
    return CostFunction(
        **{name: functions[name].to_numpy("float64") for name in (*FUNCTION_MONEY, "step_children")}
    )


def cost_check(
    lines: pd.DataFrame,
    child_days: pd.Series,
    recorded: pd.DataFrame,
    price_index: pd.DataFrame,
    price_year: int,
) -> pd.DataFrame:
    """Set what the recorded cost structure gives beside the home's ledger, year by year.

    Parameters
    ----------
    lines : DataFrame
        `cost_lines` of the home.
    child_days : Series of float, index year
        Of the home.
    recorded : DataFrame
        Rows of `cost_structure` of the home.
    price_index : DataFrame with year, value
    price_year : int

    Returns
    -------
    DataFrame with year, average_children, ledger_eur, function_eur, deviation
        Years with a ledger and children; without capital, constant prices; children = child-days /
        days of the year; deviation = function / ledger − 1. Empty without a cost structure.
    """
    running = without_capital(lines)
    ledger = running.groupby("year")["amount_eur"].sum(skipna=False).dropna()
    days = child_days.reindex(ledger.index)
    ledger = ledger[(days > 0) & (ledger > 0)]
    if recorded.empty or ledger.empty:
        return pd.DataFrame(columns=CHECK)
    years = [int(year) for year in ledger.index]
    known = [int(year) for year in recorded["year"]]
    factors = held_deflators(price_index, sorted({*years, *known}), price_year)
    functions = home_cost_functions(recorded, recorded.iloc[:0], years, factors)
    children = (days[years] / [days_of_year(year) for year in years]).to_numpy("float64")
    cost = function_of_years(functions).cost(children)
    table = pd.DataFrame(
        {
            "year": years,
            "average_children": children,
            "ledger_eur": (ledger * factors[years]).to_numpy("float64"),
            "function_eur": cost,
        }
    )
    table["deviation"] = table["function_eur"] / table["ledger_eur"] - 1
    return table


def costs_elsewhere(
    units: pd.DataFrame,
    parts: pd.DataFrame,
    years: Sequence[int],
    deflator: pd.Series,
    *,
    planned: Iterable[str],
    with_capital: bool,
) -> pd.DataFrame:
    """Give what a child costs in every arrangement of the region, in each year of the plan.

    Parameters
    ----------
    units : DataFrame
        `unit_costs` of the region by year and care_arrangement.
    parts : DataFrame
        `unit_cost_parts` of the same.
    years : sequence of int
        Years of the plan.
    deflator : Series of float, index year
        Factor to the price year.
    planned : iterable of str
        Arrangements that the plan names; they stand in the table even where no cost is known.
    with_capital : bool
        Whether annuitised capital counts; False where the plan pays for its buildings itself.

    Returns
    -------
    DataFrame with year, care_arrangement, cost_year, cost_per_child_month_eur,
    capital_eur_per_child_month, support_eur_per_child_month, cost_per_child_year_eur
        Constant prices. cost_per_child_month_eur is the whole unit cost, support included;
        cost_per_child_year_eur what the plan counts [EUR/child-year]. NaN where no year is known.
    """
    known = units.dropna(subset="cost_per_child_month_eur")
    known = known.set_index(["care_arrangement", "year"])["cost_per_child_month_eur"]
    by_part = parts.set_index(["care_arrangement", "year", "part"])["cost_per_child_month_eur"]
    shown = {*known.index.get_level_values("care_arrangement"), *planned}
    rows = []
    for year in years:
        for arrangement in (code for code in CARE_ARRANGEMENTS if code in shown):
            of_arrangement = (
                known.loc[arrangement] if arrangement in known.index else known.iloc[:0]
            )
            taken = cost_year(of_arrangement.index, year) if len(of_arrangement) else None
            if taken is None:
                rows.append((year, arrangement, *[float("nan")] * 5))
                continue
            factor = float(deflator[taken])
            whole = float(of_arrangement[taken]) * factor
            capital, support = (
                float(by_part.get((arrangement, taken, part), 0.0)) * factor
                for part in (CAPITAL, "support")
            )
            counted = (whole if with_capital else whole - capital) * MONTHS_OF_YEAR
            rows.append((year, arrangement, taken, whole, capital, support, counted))
    return pd.DataFrame(rows, columns=ELSEWHERE)


def payer_shares(lines: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Give who pays which share of a cost.

    Parameters
    ----------
    lines : DataFrame
        `cost_lines`, all or without capital.
    by : sequence of str
        Key of the cost, such as year and care_arrangement.

    Returns
    -------
    DataFrame of float, index of the key, one column per payer
        Together 1 in every row; NaN where the cost is not known, is 0, or one payer's refunds
        exceed its payments.
    """
    key = [lines[column] for column in by]
    total = lines["amount_eur"].groupby(key).sum(skipna=False)
    paid = lines["amount_eur"].groupby([*key, lines["payer"]]).sum()
    paid = paid.unstack("payer").reindex(columns=list(PAYERS)).fillna(0.0)
    usable = (total > 0) & (paid >= 0).all(axis=1)
    return paid.div(total.where(usable), axis=0).where(usable, float("nan"), axis=0)


def payers_elsewhere(elsewhere: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """Give who pays care elsewhere in each year of the plan.

    Parameters
    ----------
    elsewhere : DataFrame
        `costs_elsewhere`.
    shares : DataFrame
        `payer_shares` by care_arrangement and year.

    Returns
    -------
    DataFrame of float, index year and care_arrangement, one column per payer
        Only where the cost is known.
    """
    known = elsewhere.dropna(subset="cost_year")
    taken = pd.MultiIndex.from_arrays(
        [known["care_arrangement"], known["cost_year"].astype("int64")]
    )
    index = pd.MultiIndex.from_frame(known[["year", "care_arrangement"]])
    return shares.reindex(taken).set_axis(index)
