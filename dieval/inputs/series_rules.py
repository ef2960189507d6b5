"""Figures that are off by a ratio that has a cause: another unit, another currency, other things.

A series is compared with itself: a year that is a thousand times, twelve times or 30.4 times the
others, or its part, was written in another unit. The ratios and how close they have to be stand in
`units.json`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from dieval.errors import Problem
from dieval.inputs.intake.units import units
from dieval.inputs.table import Table

SERIES = ["region", "provider", "care_arrangement", "cost_item", "payer"]
CARE = ["region", "provider", "care_arrangement"]
# Of a series with fewer years it is not known what is usual; of one that varies more, neither.
FEWEST_YEARS = 3
MOST_SPREAD = 2.0
STEADY = 0.15
DAYS_OF_A_YEAR = 365.25
FEWEST_CHILDREN = 5


def check_series(tables: dict[str, Table]) -> list[Problem]:
    """Look for figures in another unit than the contract's.

    Parameters
    ----------
    tables : dict of Table
        By name.

    Returns
    -------
    list of Problem
        Rows set aside: a year that is off by 1000, 12 or 30.4; lats in place of euro in the middle
        of a series; costs without children and children without costs; more child-days than
        place-days. An error: children in place of child-days. Notes: a series that changes by the
        rate of the lats when the euro came; corrections.
    """
    costs, activity = tables.get("costs"), tables.get("activity")
    found: list[Problem] = []
    if costs is not None:
        found += _slips(costs, "amount_eur", SERIES) + _lats(costs) + _corrections(costs)
    if activity is not None:
        found += _slips(activity, "child_days", CARE) + _more_than_places(activity)
        if placements := tables.get("placements"):
            found += _children_for_days(activity, placements)
    if costs is not None and activity is not None and costs.behind is None:
        found += _nobody(costs, activity) + _nothing_spent(costs, activity)
    return found


def _by_year(table: Table, column: str, key: list[str]) -> pd.DataFrame:
    """Add up a column by series and year: one row a series, one column a year."""
    rows = table.frame[[*key, "year", column]].dropna(subset=["year", column])
    if rows.empty:
        return pd.DataFrame()
    sums = rows.groupby([*key, "year"], dropna=False)[column].sum()
    return sums.unstack("year").sort_index(axis=1).where(lambda value: value > 0)


def _rows_of(table: Table, key: list[str], off: pd.DataFrame) -> np.ndarray:
    """Mark the rows of series and years."""
    marked = off.stack()
    marked = marked[marked].index.to_frame(index=False)
    if marked.empty:
        return np.zeros(len(table.frame), dtype=bool)
    joined = table.frame[[*key, "year"]].merge(
        marked.assign(off=True), how="left", on=[*key, "year"]
    )
    return joined["off"].notna().to_numpy(dtype=bool)


def _slips(table: Table, column: str, key: list[str]) -> list[Problem]:
    wide = _by_year(table, column, key)
    wide = wide[wide.notna().sum(axis=1) >= FEWEST_YEARS]
    if wide.empty:
        return []
    known = units()["slips"]
    tolerance = float(known["tolerance"])
    found: list[Problem] = []
    values = wide.to_numpy(dtype=float)
    others = np.full(values.shape, np.nan)
    spread = np.full(values.shape, np.nan)
    for place in range(values.shape[1]):
        rest = np.delete(values, place, axis=1)
        enough = np.isfinite(rest).sum(axis=1) >= FEWEST_YEARS - 1
        others[enough, place] = np.nanmedian(rest[enough], axis=1)
        spread[enough, place] = np.nanmax(rest[enough], axis=1) / np.nanmin(rest[enough], axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = values / others
    for text, word in known["factors"].items():
        factor = float(text)
        close = np.zeros(ratio.shape, dtype=bool)
        for expected in (factor, 1 / factor):
            close |= np.abs(ratio / expected - 1) < tolerance
        off = pd.DataFrame(close & (spread < MOST_SPREAD), wide.index, wide.columns)
        lv = {"thousands": "tūkstošos", "months": "mēnesī", "days": "dienā"}[word]
        found += table.problems(
            _rows_of(table, key, off),
            column,
            "unit_slip",
            (
                f"gads atšķiras no pārējiem {text} reizes; varbūt vērtība ir norādīta {lv}.",
                f"the year differs from the others by a factor of {text}; is the value in {word}?",
            ),
            (
                "Pārbaudiet mērvienību; ja tā ir cita, norādiet to virsrakstā vai aprakstā.",
                "Check the unit; if it is another one, say so in the header or the descriptor.",
            ),
            "set_aside",
        )
    return found


def _lats(costs: Table) -> list[Problem]:
    """Find series that change by the rate of the lats from one year to the next."""
    currency = units()["currencies"]["LVL"]
    rate, last = float(currency["per_eur"]), int(currency["last_day"][:4])
    tolerance = float(units()["slips"]["currency_tolerance"])
    wide = _by_year(costs, "amount_eur", SERIES)
    early = [year for year in wide.columns if year <= last]
    if not early or wide.shape[1] < FEWEST_YEARS:
        return []
    ratio = wide / wide.shift(-1, axis=1)
    jump = ((ratio / rate - 1).abs() < tolerance) & (ratio.columns <= last)
    steady = ((ratio - 1).abs() < STEADY) | ratio.isna()
    alone = (jump.sum(axis=1) == 1) & (steady | jump).all(axis=1)
    jump = (
        jump
        & alone.to_numpy()[:, None]
        & (wide.notna().sum(axis=1) >= FEWEST_YEARS).to_numpy()[:, None]
    )
    # All years up to the jump are in lats.
    up_to = jump.iloc[:, ::-1].cummax(axis=1).iloc[:, ::-1] & wide.notna()
    in_middle = jump.loc[:, jump.columns < last].any(axis=1).to_numpy()[:, None]
    found: list[Problem] = []
    for rows, severity in ((up_to & in_middle, "set_aside"), (up_to & ~in_middle, "note")):
        found += costs.problems(
            _rows_of(costs, SERIES, rows),
            "amount_eur",
            "lats",
            (
                f"līdz nākamajam gadam summas mainās kā lati pret eiro ({rate}).",
                f"up to the next year the amounts change as lats do to euro ({rate}).",
            ),
            (
                "Ja summas ir latos, norādiet vienību LVL virsrakstā vai aprakstā.",
                "If they are in lats, give the unit LVL in the header or the descriptor.",
            ),
            "set_aside" if severity == "set_aside" else "note",
        )
    return found


def _corrections(costs: Table) -> list[Problem]:
    if costs.behind is not None:  # of invoices that are summed, refunds are a matter of course
        return []
    sign = costs.schema.sign_rules[0]
    marked = costs.frame[sign.unless_column].isin(sign.unless_values)
    return costs.problems(
        ((costs.frame[sign.column] < 0) & marked).to_numpy(dtype=bool),
        sign.column,
        "correction",
        ("summa ir negatīva un atzīmēta kā korekcija; tā ir ieskaitīta.",
         "the amount is below nothing and marked as a correction; it counts."),
        ("Nekas nav jādara, ja tā ir atmaksa.", "Nothing to do if it is a refund."),
        "note",
    )  # fmt: skip


def _more_than_places(activity: Table) -> list[Problem]:
    rows = activity.frame
    more = (rows["child_days"] > rows["place_days"]).fillna(False).to_numpy(dtype=bool)
    if not more.any():
        return []

    def message(here: np.ndarray) -> tuple[str, str]:
        pairs = rows.iloc[here[:3]]
        listed = "; ".join(
            f"{days:.0f} > {places:.0f}"
            for days, places in zip(pairs["child_days"], pairs["place_days"], strict=True)
        )
        return (
            f"bērndienu ir vairāk nekā vietu dienu: {listed}.",
            f"there are more child-days than place-days: {listed}.",
        )

    return activity.problems(
        more,
        "child_days",
        "more_than_places",
        message,
        ("Pārbaudiet bērndienas un vietas.", "Check the child-days and the places."),
        "set_aside",
    )


def _children_for_days(activity: Table, placements: Table) -> list[Problem]:
    """Find child-days that are as many as there are children."""
    key = ["region", "care_arrangement", "year"]
    children = placements.frame.groupby(key)["children"].max().rename("children")
    days = activity.frame.groupby(key)["child_days"].sum().rename("days")
    both = pd.concat([days, children], axis=1, join="inner")
    ratio = both["days"] / both["children"]
    alike = both[(both["children"] >= FEWEST_CHILDREN) & (ratio > 0) & (ratio < np.sqrt(
        DAYS_OF_A_YEAR))]  # fmt: skip
    rows = pd.MultiIndex.from_frame(activity.frame[key]).isin(alike.index)
    return activity.problems(
        rows,
        "child_days",
        "children_for_days",
        (
            "bērndienu ir apmēram tikpat, cik bērnu gada beigās.",
            "there are about as many child-days as children at the end of the year.",
        ),
        (
            "Ierakstiet bērndienas: katra bērna katru aprūpes dienu.",
            "Write child-days: every day of care of every child.",
        ),
    )


def _sums(table: Table, column: str) -> pd.Series:
    """Add up a column by place and year; what is not known is not nothing."""
    values = table.frame[column].astype("float64").fillna(np.inf)
    return values.groupby([table.frame[name] for name in (*CARE, "year")], dropna=False).sum()


def _nobody(costs: Table, activity: Table) -> list[Problem]:
    """Find costs of a year in which the same place says that it had no children."""
    days = _sums(activity, "child_days")
    none = days[days == 0].index
    spent = (costs.frame["amount_eur"] > 0).to_numpy(dtype=bool)
    rows = spent & pd.MultiIndex.from_frame(costs.frame[[*CARE, "year"]]).isin(none)
    return costs.problems(
        rows,
        "amount_eur",
        "nobody",
        (
            "ir izmaksas, bet tajā gadā aprūpē nav neviena bērna; izmaksas uz bērnu nav "
            "aprēķināmas.",
            "there are costs, but nobody was in care in that year; there is no cost per child.",
        ),
        ("Pārbaudiet bērndienas un izmaksas.", "Check the child-days and the costs."),
        "set_aside",
    )


def _nothing_spent(costs: Table, activity: Table) -> list[Problem]:
    """Find costs of nothing for a year in which there were children."""
    spent, days = _sums(costs, "amount_eur"), _sums(activity, "child_days")
    nothing = spent[spent == 0].index.intersection(days[days > 0].index)
    rows = pd.MultiIndex.from_frame(costs.frame[[*CARE, "year"]]).isin(nothing)
    return costs.problems(
        rows,
        "amount_eur",
        "nothing_spent",
        (
            "aprūpē ir bērni, bet visas gada izmaksas ir 0.",
            "there were children in care, but all costs of the year are 0.",
        ),
        (
            "Ierakstiet izmaksas; ja tās nav zināmas, izdzēsiet rindu.",
            "Write the costs; if they are not known, leave the row out.",
        ),
        "set_aside",
    )
