"""Rules of the field that no schema can state: what rows of several tables say together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dieval.errors import Problem
from dieval.inputs.header import Words
from dieval.inputs.implementation_rules import check_implementation
from dieval.inputs.ledger_rules import check_ledger_codes
from dieval.inputs.periods import overlapping, report_overlap
from dieval.inputs.quality_rules import check_quality_log
from dieval.inputs.schema import datapackage_schema
from dieval.inputs.series_rules import check_series
from dieval.inputs.table import Table, numbers, usable
from dieval.inputs.time_rules import check_times
from dieval.inputs.values import shown
from dieval.vocabulary import (
    AGE_BANDS,
    HOUSEHOLD_SIZES,
    NOT_DISTINGUISHED,
    STATUTORY_ARRANGEMENTS,
)

YEAR_KEY = ["region", "care_arrangement", "year"]


def _provider_rows(table: Table, providers: Table) -> list[Problem]:
    own = providers.frame.dropna(subset=["provider"]).drop_duplicates("provider")
    own = own.set_index("provider")
    found: list[Problem] = []
    kinds = table.kinds(["provider", "region", "care_arrangement"])
    for column, word_lv in (
        ("region", "reģions"),
        ("care_arrangement", "aprūpes veids"),
    ):
        theirs, here = kinds.rows["provider"].map(own[column]), kinds.rows[column]
        wrong = (theirs.notna() & here.notna() & (theirs != here)).to_numpy(dtype=bool)

        def message(
            rows: np.ndarray,
            theirs: pd.Series = theirs,
            column: str = column,
            word_lv: str = word_lv,
        ) -> Words:
            own_value, value = shown(theirs.iloc[kinds.of(rows)]), table.values(column, rows)
            return (
                f"{word_lv} neatbilst tabulai providers ({own_value}); ir {value}.",
                f"not the {column} of the provider in table providers ({own_value}); got {value}.",
            )

        found += table.problems(
            kinds.where(wrong),
            column,
            "provider",
            message,
            (
                "Ierakstiet to pašu, kas ir tabulā providers, vai izlabojiet tabulu providers.",
                "Write the same as in table providers, or correct it there.",
            ),
        )
    return found


def _whole_months(rates: Table) -> list[Problem]:
    start, end = rates.frame["valid_from"], rates.frame["valid_to"]
    remedy = (
        "Likmi maksā par pilnu mēnesi: periods sākas mēneša pirmajā un beidzas pēdējā dienā.",
        "A rate is paid for whole months: start on the first day of a month, end on the last.",
    )
    found: list[Problem] = []
    for column, wrong, lv, en in (
        ("valid_from", start.notna() & (start.dt.day != 1), "pirmajai", "first"),
        ("valid_to", end.notna() & ~end.dt.is_month_end, "pēdējai", "last"),
    ):

        def message(rows: np.ndarray, column: str = column, lv: str = lv, en: str = en) -> Words:
            value = rates.values(column, rows)
            return (
                f"jābūt mēneša {lv} dienai; ir {value}.",
                f"must be the {en} day of a month; got {value}.",
            )

        found += rates.problems(wrong, column, "whole_month", message, remedy)
    return found


def _each(cells: pd.Series, values: tuple[str, ...]) -> pd.Series:
    """Give for every cell the list of values that it means (empty and `all`: every one)."""
    every = list(values)
    known = {value: [value] for value in values} | {NOT_DISTINGUISHED: every}
    return pd.Series([known.get(cell, every) for cell in cells], index=cells.index)


def _overlapping_rates(rates: Table) -> list[Problem]:
    """Find rates that would both be paid: an empty group counts as every group.

    Two payers may share a payment, each with a rate of its own.
    """
    kind = ["care_arrangement", "payment", "payer", "per"]
    groups = ["age_band", "children_in_household"]
    cells = rates.frame[usable(rates, [*kind, *groups, "valid_from", "valid_to"])]
    periods = cells[kind].assign(
        age_band=_each(cells["age_band"], AGE_BANDS),
        children_in_household=_each(cells["children_in_household"], tuple(HOUSEHOLD_SIZES)),
        start=numbers(cells["valid_from"]),
        end=numbers(cells["valid_to"]),
        rate=cells["rate"],
    )
    for column in groups:
        periods = periods.explode(column)
    key = periods.groupby([*kind, *groups], dropna=False, sort=False).ngroup()
    pairs = overlapping(key, periods["start"].to_numpy(), periods["end"].to_numpy())
    code = rates.frame["rate"]
    same = code.iloc[pairs[:, 0]].to_numpy() == code.iloc[pairs[:, 1]].to_numpy()
    return report_overlap(rates, pairs[~same], "valid_from", ", ".join([*kind, *groups]))


def _keys_shown(rows: pd.DataFrame) -> str:
    keys = rows[YEAR_KEY].dropna().drop_duplicates().sort_values(YEAR_KEY)
    return shown("/".join(map(str, key)) for key in keys.itertuples(index=False))


def _costs_without_care(costs: Table, activity: Table) -> list[Problem]:
    cared = activity.frame.loc[activity.frame["child_days"] > 0, YEAR_KEY].drop_duplicates()
    cared["cared"] = True
    kinds = costs.kinds(YEAR_KEY)
    joined = kinds.rows.merge(cared, how="left", on=YEAR_KEY)
    without = (joined["cared"].isna() & joined[YEAR_KEY].notna().all(axis=1)).to_numpy(dtype=bool)
    amount = costs.columns["amount_eur"]
    without = kinds.where(without) & amount.where(amount.values > 0)
    return costs.problems(
        without,
        "amount_eur",
        "no_activity",
        lambda rows: (
            (
                "ir izmaksas, bet tabulā activity tam pašam reģionam, aprūpes veidam un gadam "
                f"nav bērndienu: {_keys_shown(kinds.rows.iloc[kinds.of(rows)])}."
            ),
            (
                "there are costs but table activity has no child-days of the same region, "
                f"arrangement and year: {_keys_shown(kinds.rows.iloc[kinds.of(rows)])}."
            ),
        ),
        (
            "Pievienojiet bērndienas; bez tām nevar aprēķināt izmaksas uz vienu bērnu.",
            "Add the child-days; without them there is no cost per child.",
        ),
        "note",
    )


def _allowances(costs: Table) -> list[Problem]:
    item, arrangement = costs.columns["cost_item"], costs.columns["care_arrangement"]
    rows = item.where(item.values == "allowance") & arrangement.where(
        arrangement.values.isin(STATUTORY_ARRANGEMENTS)
    )
    return costs.problems(
        rows,
        "cost_item",
        "recorded_allowance",
        (
            (
                "grāmatvedībā uzskaitītos pabalstus rāda blakus normatīvajos aktos noteiktajiem "
                "maksājumiem, nevis pieskaita tiem."
            ),
            "recorded allowances are shown beside, not added to, the statutory payments.",
        ),
        (
            "Nekas nav jādara, ja tie ir tie paši normatīvajos aktos noteiktie maksājumi.",
            "Nothing to do if the amount is those same statutory payments.",
        ),
        "note",
    )


def _child_months(households: Table, activity: Table) -> list[Problem]:
    """Compare child-months of households with child-days of activity, by year."""
    months = households.frame.groupby(YEAR_KEY)["child_months"].sum()
    days = activity.frame.groupby(YEAR_KEY)["child_days"].sum().rename("child_days")
    both = pd.concat([months, days], axis=1, join="inner").reset_index()
    year = both["year"].astype("int64")
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    both["expected"] = both["child_days"] / (np.where(leap, 366, 365) / 12)
    gap = (both["child_months"] - both["expected"]).abs()
    # Share by which the two tables may differ without a note; it stands in the contract.
    tolerance = float(datapackage_schema("households")["childMonthsTolerance"])
    apart = both[gap > tolerance * both["expected"]].set_index(YEAR_KEY)
    rows = pd.MultiIndex.from_frame(households.frame[YEAR_KEY]).isin(apart.index)

    def message(here: np.ndarray) -> Words:
        keys = households.frame.iloc[here][YEAR_KEY].drop_duplicates().sort_values(YEAR_KEY)
        listed = []
        for key in list(keys.itertuples(index=False, name=None))[:3]:
            one = apart.loc[key]
            place = shown(["/".join(map(str, key))])
            listed.append(f"{place} {one['child_months']:.1f} / {one['expected']:.1f}")
        values = "; ".join(listed) + ("; …" if len(keys) > len(listed) else "")
        return (
            (
                f"bērnmēneši par vairāk nekā {100 * tolerance:.0f} % atšķiras no tabulas "
                f"activity bērndienām (households / activity): {values}."
            ),
            (
                f"child-months differ by more than {tolerance:.0%} from the child-days of "
                f"table activity (households / activity): {values}."
            ),
        )

    return households.problems(
        rows,
        "child_months",
        "child_months",
        message,
        (
            "Pārbaudiet, vai abās tabulās ir tie paši bērni un visi mēneši.",
            "Check that both tables hold the same children and every month.",
        ),
        "note",
    )


def check_domain(tables: dict[str, Table]) -> list[Problem]:
    """Check the rules of the field on the tables that are there.

    Parameters
    ----------
    tables : dict of Table
        By name.

    Returns
    -------
    list of Problem
        Errors: a provider's row with another region or arrangement, rates of part months or paid
        twice. Notes: costs without care, recorded allowances, child-months and codes of ledgers
        that do not agree; what `check_quality_log`, `check_series`, `check_times` and
        `check_implementation` find.
    """
    costs, activity = tables.get("costs"), tables.get("activity")
    providers, households = tables.get("providers"), tables.get("households")
    rates = tables.get("statutory_rates")
    found: list[Problem] = []
    for table in (costs, activity):
        if table and providers:
            found += _provider_rows(table, providers)
    if rates:
        found += _whole_months(rates) + _overlapping_rates(rates)
    if costs:
        found += _allowances(costs)
    if costs and activity and activity.complete:
        found += _costs_without_care(costs, activity)
    if households and activity and households.complete and activity.complete:
        found += _child_months(households, activity)
    found += check_ledger_codes(tables) + check_quality_log(tables)
    return found + check_series(tables) + check_times(tables) + check_implementation(tables)
