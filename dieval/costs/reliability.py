"""How far the recorded data may be from the truth, from the kind of evidence of its sources."""

from __future__ import annotations

import pandas as pd

from dieval.costs.activity import MONTHS_OF_YEAR
from dieval.costs.tariffs import PACKAGE_KEY
from dieval.vocabulary import STATUTORY_PAYMENTS

UNIT = ["year", "care_arrangement"]


def amounts_by_evidence(lines: pd.DataFrame, evidence: pd.Series) -> pd.DataFrame:
    """Add up the costs of each arrangement and year by the evidence of their sources.

    Parameters
    ----------
    lines : DataFrame
        `cost_lines` whose amounts are all known.
    evidence : Series of str, index source
        Kind of evidence of each source.

    Returns
    -------
    DataFrame with year, care_arrangement, evidence, statutory_eur, capital_eur, recorded_eur
        Statutory payments, capital, and all other costs [EUR/year].
    """
    kind = pd.Series("recorded_eur", index=lines.index)
    kind = kind.mask(lines["part"] == "capital", "capital_eur")
    kind = kind.mask(lines["part"].isin(STATUTORY_PAYMENTS), "statutory_eur")
    amounts = lines["amount_eur"].groupby(
        [lines["year"], lines["care_arrangement"], lines["source"].map(evidence), kind]
    )
    table = amounts.sum().rename_axis([*UNIT, "evidence", "kind"]).unstack("kind", fill_value=0.0)
    columns = ["statutory_eur", "capital_eur", "recorded_eur"]
    return table.reindex(columns=columns, fill_value=0.0).reset_index()


def child_days_error(
    activity: pd.DataFrame, evidence: pd.Series, relative_errors: pd.Series
) -> pd.Series:
    """Give the relative standard error of the child-days of each arrangement and year.

    Parameters
    ----------
    activity : DataFrame
        Table of the data contract.
    evidence : Series of str, index source
        Kind of evidence of each source.
    relative_errors : Series of float, index evidence
        `CostAssumptions.relative_errors`.

    Returns
    -------
    Series of float, index year and care_arrangement
        Mean of the errors, weighted by child-days: they are taken to move together.
    """
    # In a fixed order: random numbers are drawn around these sums, to their last bit.
    lived = activity[activity["child_days"] > 0].sort_values([*UNIT, "source", "child_days"])
    relative = lived["source"].map(evidence).map(relative_errors).astype("float64")
    error = lived["child_days"] * relative
    key = [lived[column] for column in UNIT]
    return error.groupby(key).sum() / lived["child_days"].groupby(key).sum()


def household_mix(households: pd.DataFrame, payments: pd.DataFrame) -> pd.DataFrame:
    """List the kinds of households that children live in, with what the law pays in each.

    Parameters
    ----------
    households : DataFrame
        Table of the data contract.
    payments : DataFrame
        `tariffs.yearly_payments` of the years to cover.

    Returns
    -------
    DataFrame with year, care_arrangement, child_months, payment_eur_month
        One row per row of `households` with child-months; statutory payments per child-month
        [EUR/child-month].
    """
    paid = payments.groupby(PACKAGE_KEY)["amount_eur_month"].sum(skipna=False)
    lived = households[households["child_months"] > 0]
    mix = lived.merge(paid.rename("payment_eur_month").reset_index(), on=PACKAGE_KEY)
    columns = [*UNIT, "child_months", "payment_eur_month"]
    return mix[columns].sort_values(columns, ignore_index=True)


def mix_variance(mix: pd.DataFrame) -> pd.Series:
    """Give the relative variance of statutory payments per child from the mix of households.

    Variance of a Dirichlet mix with the child-years of each kind of household, relative to the
    square of its mean. Methods, “How sure”.

    Parameters
    ----------
    mix : DataFrame
        `household_mix`.

    Returns
    -------
    Series of float, index year and care_arrangement
    """
    key = [mix[column] for column in UNIT]
    months = mix["child_months"].groupby(key).transform("sum")
    share = mix["child_months"] / months
    mean = (share * mix["payment_eur_month"]).groupby(key).transform("sum")
    spread = share * (mix["payment_eur_month"] - mean) ** 2
    child_years = months / MONTHS_OF_YEAR
    return (spread / (child_years + 1) / mean.where(mean > 0) ** 2).groupby(key).sum()


def cost_variances(
    units: pd.DataFrame,
    amounts: pd.DataFrame,
    days_error: pd.Series,
    variance_of_mix: pd.Series,
    relative_errors: pd.Series,
) -> pd.Series:
    """Give the variance of each cost per child-month that follows from the errors of its data.

    Parameters
    ----------
    units : DataFrame with year, care_arrangement, child_months, cost_per_child_month_eur
        `unit_costs` by year and care_arrangement.
    amounts : DataFrame
        `amounts_by_evidence`.
    days_error, variance_of_mix : Series of float, index year and care_arrangement
        `child_days_error` and `mix_variance`.
    relative_errors : Series of float, index evidence
        `CostAssumptions.relative_errors`.

    Returns
    -------
    Series of float, index year and care_arrangement
        [(EUR/child-month)²], only where the cost is known.
    """
    known = units.dropna(subset="cost_per_child_month_eur").set_index(UNIT)
    own = amounts[["recorded_eur", "capital_eur"]].sum(axis=1)
    relative = amounts["evidence"].map(relative_errors).astype("float64")
    error = (own + amounts["statutory_eur"]) * relative
    key = [amounts[column] for column in UNIT]

    def of_known(series: pd.Series) -> pd.Series:
        return series.reindex(known.index).fillna(0.0)

    of_amounts = of_known((error**2).groupby(key).sum())
    of_days = (of_known(own.groupby(key).sum()) * of_known(days_error)) ** 2
    statutory = of_known(amounts["statutory_eur"].groupby(key).sum())
    of_mix = statutory**2 * of_known(variance_of_mix)
    return (of_amounts + of_days + of_mix) / known["child_months"] ** 2
