"""Statutory payments to families, month by month, from dated rates."""

from __future__ import annotations

import pandas as pd

from dieval.costs.activity import MONTHS_OF_YEAR
from dieval.vocabulary import AGE_BANDS, HOUSEHOLD_SIZES, NOT_DISTINGUISHED

PACKAGE_KEY = ["care_arrangement", "year", "age_band", "children_in_household"]


def monthly_payments(statutory_rates: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """List what is paid per child in every month, age band and household size.

    A rate counts in each month that its validity covers. A payment per family or guardian is
    shared by the children of the household; the band `3+` divides by 3. Methods, section 1,
    “Family-based (bottom-up)”.

    Parameters
    ----------
    statutory_rates : DataFrame
        Table of the data contract; an empty or `all` age_band means any age, an empty
        children_in_household any number.
    years : list of int
        Years to cover.

    Returns
    -------
    DataFrame with care_arrangement, year, month, age_band, children_in_household, payment, payer,
    source, amount_eur_month
        Amount per child [EUR/child-month].
    """
    months = pd.DataFrame(
        {"month_start": pd.date_range(f"{min(years)}-01-01", f"{max(years)}-12-01", freq="MS")}
    )
    months = months[months["month_start"].dt.year.isin(years)]
    rates = statutory_rates.merge(months, how="cross")
    in_force = (rates["valid_from"] <= rates["month_start"]) & (
        rates["valid_to"].isna() | (rates["valid_to"] >= rates["month_start"])
    )
    rates = rates[in_force]
    groups = pd.MultiIndex.from_product(
        [AGE_BANDS, HOUSEHOLD_SIZES], names=["group_age_band", "group_size"]
    ).to_frame(index=False)
    rates = rates.merge(groups, how="cross")
    any_age = rates["age_band"].isna() | (rates["age_band"] == NOT_DISTINGUISHED)
    any_size = rates["children_in_household"].isna() | (
        rates["children_in_household"] == NOT_DISTINGUISHED
    )
    applies = (any_age | (rates["age_band"] == rates["group_age_band"])) & (
        any_size | (rates["children_in_household"] == rates["group_size"])
    )
    rates = rates[applies].copy()
    children = rates["group_size"].map(HOUSEHOLD_SIZES).astype("float64")
    shared_by = children.where(rates["per"] != "child", 1.0)
    rates["amount_eur_month"] = rates["amount_eur_month"] / shared_by
    rates["year"] = rates["month_start"].dt.year
    rates["month"] = rates["month_start"].dt.month
    rates["age_band"] = rates["group_age_band"]
    rates["children_in_household"] = rates["group_size"]
    columns = [*PACKAGE_KEY, "month", "payment", "payer", "source", "amount_eur_month"]
    return rates[columns].sort_values(columns[:-1], ignore_index=True)


def yearly_payments(statutory_rates: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """Average each payment over the months of a year, with the months that have no rate counted.

    Parameters
    ----------
    statutory_rates, years :
        As in `monthly_payments`.

    Returns
    -------
    DataFrame with care_arrangement, year, age_band, children_in_household, payment, payer, source,
    amount_eur_month
        Amount per child, averaged over twelve months [EUR/child-month]. A payment which the
        arrangement has at some time, but not in all twelve months of a year, has one row with
        payer, source and amount missing: nothing is filled in.
    """
    monthly = monthly_payments(statutory_rates, years)
    group = [*PACKAGE_KEY, "payment"]
    averaged = monthly.groupby([*group, "payer", "source"])["amount_eur_month"].sum()
    averaged = (averaged / MONTHS_OF_YEAR).reset_index()
    months_with_rate = monthly.groupby(group)["month"].nunique().rename("months")
    payments = statutory_rates[["care_arrangement", "payment"]].drop_duplicates()
    expected = payments.merge(
        pd.MultiIndex.from_product(
            [years, AGE_BANDS, HOUSEHOLD_SIZES],
            names=["year", "age_band", "children_in_household"],
        ).to_frame(index=False),
        how="cross",
    ).merge(months_with_rate.reset_index(), on=group, how="left")
    complete = expected.loc[expected["months"] == MONTHS_OF_YEAR, group]
    missing = expected.loc[expected["months"] != MONTHS_OF_YEAR, group]
    result = pd.concat([averaged.merge(complete, on=group), missing], ignore_index=True)
    columns = [*group, "payer", "source", "amount_eur_month"]
    return result[columns].sort_values(columns[:-1], ignore_index=True)


def statutory_packages(statutory_rates: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """Give what the law pays per child-month, by arrangement, year, age band and household size.

    Parameters
    ----------
    statutory_rates, years :
        As in `monthly_payments`.

    Returns
    -------
    DataFrame with care_arrangement, year, age_band, children_in_household,
    package_eur_per_child_month
        Sum of all payments [EUR/child-month], NaN where a payment has no rate for the whole year.
        Age bands are those that the rates of the arrangement name; all if they name none.

    Notes
    -----
    Known answer A6: foster family 2019, age 7–17, one child: 171.00 + 258.00 = 429.00.
    """
    payments = yearly_payments(statutory_rates, years)
    packages = payments.groupby(PACKAGE_KEY)["amount_eur_month"].sum(skipna=False)
    packages = packages.rename("package_eur_per_child_month").reset_index()
    named = statutory_rates.loc[
        statutory_rates["age_band"].isin(AGE_BANDS), ["care_arrangement", "age_band"]
    ].drop_duplicates()
    names_none = ~packages["care_arrangement"].isin(named["care_arrangement"])
    of_named = packages.merge(named, on=["care_arrangement", "age_band"])
    return pd.concat([of_named, packages[names_none]], ignore_index=True)


def statutory_costs(
    households: pd.DataFrame, statutory_rates: pd.DataFrame, years: list[int]
) -> pd.DataFrame:
    """Give what statutory payments cost: rates × the child-months of each kind of household.

    The child-months of a year are spread evenly over its months. Methods, section 1.

    Parameters
    ----------
    households, statutory_rates : DataFrame
        Tables of the data contract.
    years : list of int
        Years to cover.

    Returns
    -------
    DataFrame with region, care_arrangement, year, age_band, payment, payer, source, amount_eur
        [EUR/year]; source is that of the rate. Where a rate is missing, payer, source and amount
        are missing.
    """
    lived = households[households["year"].isin(years) & (households["child_months"] > 0)]
    lived = lived.drop(columns="source")
    payments = yearly_payments(statutory_rates, years)
    paid = lived.merge(payments, on=PACKAGE_KEY, how="left")
    paid["amount_eur"] = paid["child_months"] * paid["amount_eur_month"]
    key = ["region", "care_arrangement", "year", "age_band", "payment", "payer", "source"]
    summed = paid.groupby(key, dropna=False, sort=True)["amount_eur"].sum(skipna=False)
    return summed.reset_index()
