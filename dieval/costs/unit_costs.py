"""Cost per child: one list of cost lines, and the unit costs, parts and payers made from it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dieval.costs.activity import MONTHS_OF_YEAR, activity_totals, child_months
from dieval.costs.capital import capital_costs
from dieval.costs.tariffs import statutory_costs
from dieval.vocabulary import (
    CARE_ARRANGEMENTS,
    COST_ITEMS,
    COST_PARTS,
    NOT_DISTINGUISHED,
    PAYERS,
    STATUTORY_ARRANGEMENTS,
)

LINE_COLUMNS = [
    "region",
    "provider",
    "care_arrangement",
    "year",
    "age_band",
    "need_level",
    "part",
    "payer",
    "source",
    "amount_eur",
]
UNIT = ["region", "care_arrangement", "year"]


def is_recorded_allowance(costs: pd.DataFrame) -> pd.Series:
    """Tell which ledger rows record payments that the statutory rates already stand for."""
    return costs["care_arrangement"].isin(STATUTORY_ARRANGEMENTS) & (
        costs["cost_item"] == "allowance"
    )


def cost_lines(
    tables: Mapping[str, pd.DataFrame], years: list[int], discount_rate: float
) -> pd.DataFrame:
    """List every cost that a unit cost is made of.

    Ledger rows keep their cost item as part; statutory payments (`remuneration`, `maintenance`)
    and `capital` are computed. Recorded allowances of foster families and guardians are left out,
    because the statutory payments stand for them (`is_recorded_allowance`).

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables costs, activity, providers, assets, households, statutory_rates of the contract.
    years : list of int
        Years to cover.
    discount_rate : float
        Real rate [1/year], 0 or more.

    Returns
    -------
    DataFrame with region, provider, care_arrangement, year, age_band, need_level, part, payer,
    source, amount_eur
        [EUR/year]; age_band and need_level are `all` where a cost names no group. A cost that
        cannot be known — a statutory rate that is not recorded, care without any ledger or
        household row — is a line with a missing amount, so that every total which needs it is
        missing too.
    """
    costs = tables["costs"]
    ledger = costs[costs["year"].isin(years) & ~is_recorded_allowance(costs)]
    ledger = ledger.rename(columns={"cost_item": "part"})[LINE_COLUMNS]
    statutory = statutory_costs(tables["households"], tables["statutory_rates"], years)
    statutory = statutory.rename(columns={"payment": "part"}).assign(provider=pd.NA)
    capital = capital_costs(tables["assets"], tables["providers"], years, discount_rate)
    capital = capital.assign(part="capital")
    activity = tables["activity"]
    unknown = _unknown_costs(activity[activity["year"].isin(years)], ledger, statutory)
    lines = pd.concat(
        [
            part.reindex(columns=LINE_COLUMNS)
            for part in (ledger, statutory, capital, unknown)
            if len(part)
        ],
        ignore_index=True,
    )
    for group in ("age_band", "need_level"):
        lines[group] = lines[group].astype("object").fillna(NOT_DISTINGUISHED)
    lines["amount_eur"] = lines["amount_eur"].astype("float64")
    return lines.sort_values(LINE_COLUMNS, ignore_index=True)


def provider_lines(lines: pd.DataFrame, activity: pd.DataFrame) -> pd.DataFrame:
    """List the costs of single providers; a home without a ledger of its own is not known.

    Parameters
    ----------
    lines : DataFrame
        `cost_lines`.
    activity : DataFrame
        Table of the data contract, of the same years.

    Returns
    -------
    DataFrame
        Lines with a provider, and a line with a missing amount for each home with child-days whose
        ledger is not recorded, even where a ledger of the region stands for all homes.
    """
    ours = lines.dropna(subset="provider")
    own_ledger = ours[ours["part"].isin(COST_ITEMS)]
    cared = _units_with_children(activity).dropna(subset="provider")
    bottom_up = cared["care_arrangement"].isin(STATUTORY_ARRANGEMENTS)
    missing = _absent(cared[~bottom_up], own_ledger, [*UNIT, "provider"])
    return pd.concat([ours, _unknown(missing, "other")], ignore_index=True)


def _unknown_costs(
    activity: pd.DataFrame, ledger: pd.DataFrame, statutory: pd.DataFrame
) -> pd.DataFrame:
    """Give a line with a missing amount for care that has child-days but no recorded cost.

    A ledger of the region as a whole stands for all its homes, and the ledgers of homes stand for
    child-days of the region as a whole; otherwise each home with child-days needs a ledger.
    """
    cared = _units_with_children(activity)
    bottom_up = cared["care_arrangement"].isin(STATUTORY_ARRANGEMENTS)
    families, homes = cared[bottom_up], cared[~bottom_up]
    whole_region = homes["provider"].isna()
    ledger_of_region = ledger[ledger["provider"].isna()]
    without = pd.concat(
        [
            _absent(homes[whole_region], ledger, UNIT),
            _absent(
                _absent(homes[~whole_region], ledger_of_region, UNIT), ledger, [*UNIT, "provider"]
            ),
        ]
    )
    unpaid = _absent(families, statutory, UNIT).assign(provider=pd.NA).drop_duplicates()
    return pd.concat([_unknown(without, "other"), _unknown(unpaid, "maintenance")])


def _units_with_children(activity: pd.DataFrame) -> pd.DataFrame:
    return activity.loc[activity["child_days"] > 0, [*UNIT, "provider"]].drop_duplicates()


def _absent(rows: pd.DataFrame, known: pd.DataFrame, on: list[str]) -> pd.DataFrame:
    """Keep the rows whose key does not stand in another table."""
    joined = rows.merge(known[on].drop_duplicates(), on=on, how="left", indicator="stands_in")
    return joined.loc[joined["stands_in"] == "left_only", rows.columns]


def _unknown(units: pd.DataFrame, part: str) -> pd.DataFrame:
    groups = dict.fromkeys(("age_band", "need_level"), NOT_DISTINGUISHED)
    lines = units.assign(part=part, **groups, amount_eur=float("nan"))
    return lines.reindex(columns=LINE_COLUMNS)


def per_child(totals: pd.DataFrame, deflator: pd.Series) -> pd.DataFrame:
    """Divide totals by child-days and place-days, in every unit that a report shows.

    Parameters
    ----------
    totals : DataFrame with year, total_eur, child_days, place_days
        [EUR/year], [child-days], [place-days]
    deflator : Series of float, index year
        Factor to the price year (`prices.deflators`).

    Returns
    -------
    DataFrame
        `totals` with child_months, occupancy, cost_per_child_day_eur, cost_per_child_month_eur,
        cost_per_child_year_eur, cost_per_place_month_eur and real_cost_per_child_month_eur; NaN
        where the denominator is 0 or missing.
    """
    rates = totals.copy()
    days = rates["child_days"].where(rates["child_days"] > 0)
    places = rates["place_days"].where(rates["place_days"] > 0)
    rates["child_months"] = child_months(rates["child_days"], rates["year"])
    rates["occupancy"] = rates["child_days"] / places
    rates["cost_per_child_day_eur"] = rates["total_eur"] / days
    rates["cost_per_child_month_eur"] = rates["total_eur"] / child_months(days, rates["year"])
    rates["cost_per_child_year_eur"] = rates["cost_per_child_month_eur"] * MONTHS_OF_YEAR
    rates["cost_per_place_month_eur"] = rates["total_eur"] / child_months(places, rates["year"])
    rates["real_cost_per_child_month_eur"] = rates["cost_per_child_month_eur"] * rates["year"].map(
        deflator
    )
    return rates


def unit_costs(
    lines: pd.DataFrame, activity: pd.DataFrame, deflator: pd.Series, by: list[str]
) -> pd.DataFrame:
    """Give the cost per child of each group: total cost / child-days, never a mean of ratios.

    Methods, section 1.

    Parameters
    ----------
    lines : DataFrame
        `cost_lines`.
    activity : DataFrame
        Table of the data contract.
    deflator : Series of float, index year
        Factor to the price year.
    by : list of str
        Key of the result: year, care_arrangement, and region or provider where wanted.

    Returns
    -------
    DataFrame with the columns of `by`, total_eur, child_days, place_days and those of `per_child`
        One row per group that has costs or child-days, in the order of `CARE_ARRANGEMENTS`. Where a
        ledger or a payment has no child-days beside it, the child-days of the group are not known.
    """
    of_period = activity[activity["year"].isin(deflator.index)]
    total = lines.groupby(by, sort=True)["amount_eur"].sum(skipna=False).rename("total_eur")
    care = activity_totals(of_period, by).dropna(subset=by)
    totals = care.merge(total.reset_index(), on=by, how="outer")
    region_counts = "provider" not in by
    uncounted = pd.MultiIndex.from_frame(_without_child_days(lines, of_period, region_counts)[by])
    known = ~pd.MultiIndex.from_frame(totals[by]).isin(uncounted)
    totals["child_days"] = totals["child_days"].fillna(0.0).where(known)
    return in_order(per_child(totals, deflator), by)


def _without_child_days(
    lines: pd.DataFrame, activity: pd.DataFrame, region_counts: bool
) -> pd.DataFrame:
    """List the homes and arrangements that cost money in a year but have no child-days recorded.

    Capital alone does not count: the assets of a closed home outlive its care. Child-days of the
    region as a whole stand for those of its homes where `region_counts`.
    """
    spent = lines[(lines["part"] != "capital") & (lines["amount_eur"] != 0)]
    spent = spent.dropna(subset="amount_eur")[[*UNIT, "provider"]].drop_duplicates()
    whole_region = spent["provider"].isna()
    homes = spent[~whole_region]
    if region_counts:
        homes = _absent(homes, activity[activity["provider"].isna()], UNIT)
    return pd.concat(
        [
            _absent(homes, activity, [*UNIT, "provider"]),
            _absent(spent[whole_region], activity, UNIT),
        ]
    )


def unit_cost_parts(lines: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Split each cost per child-month into its parts; the parts add up to the whole.

    Parameters
    ----------
    lines : DataFrame
        `cost_lines`.
    units : DataFrame with year, care_arrangement, child_months
        `unit_costs` by year and care_arrangement.

    Returns
    -------
    DataFrame with year, care_arrangement, part, amount_eur, cost_per_child_month_eur
        [EUR/year], [EUR/child-month]
    """
    by = ["year", "care_arrangement"]
    parts = lines.groupby([*by, "part"])["amount_eur"].sum(skipna=False).reset_index()
    parts = parts.merge(units[[*by, "child_months"]], on=by, how="left")
    months = parts["child_months"].where(parts["child_months"] > 0)
    parts["cost_per_child_month_eur"] = parts["amount_eur"] / months
    return in_order(parts.drop(columns="child_months"), [*by, "part"])


def payer_split(lines: pd.DataFrame) -> pd.DataFrame:
    """Split each total by who pays; the payers add up to the total.

    Parameters
    ----------
    lines : DataFrame
        `cost_lines`.

    Returns
    -------
    DataFrame with year, care_arrangement, payer, amount_eur, share
        [EUR/year], share of the arrangement's total in the year, NaN where that is 0 or a
        payer's refunds exceed its payments. An arrangement and year with an unknown cost is left
        out: its payers cannot be known.
    """
    by = ["year", "care_arrangement"]
    split = of_known_totals(lines).groupby([*by, "payer"])["amount_eur"].sum().reset_index()
    total = split.groupby(by)["amount_eur"].transform("sum")
    least = split.groupby(by)["amount_eur"].transform("min")
    split["share"] = split["amount_eur"] / total.where((total != 0) & (least >= 0))
    return in_order(split, [*by, "payer"])


def of_known_totals(lines: pd.DataFrame) -> pd.DataFrame:
    """Keep the lines of the arrangements and years whose total cost is known."""
    by = ["year", "care_arrangement"]
    total = lines.groupby(by)["amount_eur"].transform(lambda amount: amount.sum(skipna=False))
    return lines[total.notna()]


def evidence_shares(lines: pd.DataFrame, sources: pd.DataFrame) -> pd.Series:
    """Give the share of the reported cost by evidence of the source of its amount.

    A statutory payment counts with the evidence of its rate; the number of children that it is
    paid for has a source of its own, which the report names beside it.

    Returns
    -------
    Series of float, index evidence
        Shares of the sum of absolute amounts of all known totals; empty if there is none.
    """
    known = of_known_totals(lines)
    known = known[known["amount_eur"] != 0]
    evidence = known["source"].map(sources.set_index("source")["evidence"])
    amounts = known["amount_eur"].abs().groupby(evidence).sum()
    return (amounts / amounts.sum()).rename_axis("evidence").rename("share")


def in_order(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Sort a result by its key, codes in the order of the vocabulary, key columns first."""
    orders = {
        "care_arrangement": CARE_ARRANGEMENTS,
        "alternative": CARE_ARRANGEMENTS,
        "part": COST_PARTS,
        "payer": PAYERS,
    }

    def rank(column: pd.Series) -> pd.Series:
        order = orders.get(str(column.name))
        return column if order is None else column.map({code: i for i, code in enumerate(order)})

    ordered = table.sort_values(by, key=rank, kind="stable", ignore_index=True)
    return ordered[[*by, *(column for column in ordered.columns if column not in by)]]
