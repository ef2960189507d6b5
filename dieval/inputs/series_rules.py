"""Figures that are off by a ratio that has a cause: another unit, another currency, other things.

A series is compared with itself: a year that is a thousand times, twelve times or 30.4 times the
others, or its part, was written in another unit. The ratios and how close they have to be stand in
`units.json`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dieval.errors import Problem
from dieval.inputs.intake.units import units
from dieval.inputs.table import Table
from dieval.inputs.typed import Kinds

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
        series = _series(costs, "amount_eur", SERIES)
        found += _slips(costs, "amount_eur", series) + _lats(costs, series) + _corrections(costs)
    if activity is not None:
        found += _slips(activity, "child_days", _series(activity, "child_days", CARE))
        found += _more_than_places(activity)
        if placements := tables.get("placements"):
            found += _children_for_days(activity, placements)
    if costs is not None and activity is not None and costs.behind is None:
        found += _nobody(costs, activity) + _nothing_spent(costs, activity)
    return found


@dataclass(frozen=True)
class Series:
    """Sums of a column by series and year.

    Parameters
    ----------
    places : array of int, shape (rows,)
        Position of each row of the table in `wide`, counted row by row; rows without a year stand
        behind its end.
    wide : array of float, shape (series, years)
        NaN where there is no sum above nothing.
    years : array of int, shape (years,)
        In their order.
    """

    places: np.ndarray
    wide: np.ndarray
    years: np.ndarray

    def rows(self, off: np.ndarray) -> np.ndarray:
        """Mark the rows of the table that are of marked series and years."""
        return np.append(off.ravel(), False)[self.places]


def _series(table: Table, column: str, key: list[str]) -> Series:
    kinds, year = table.kinds(key), table.columns["year"]
    known = year.values.notna().to_numpy(dtype=bool)
    years, ranks = np.unique(year.values[known].to_numpy(dtype=np.int64), return_inverse=True)
    count = len(kinds.rows)
    rank = np.full(len(known), -1, dtype=np.int64)
    rank[known] = ranks
    if year.codes is not None:
        rank = rank[year.codes]
    places = kinds.of(slice(None)) * np.int64(len(years)) + rank
    places[rank < 0] = count * len(years)
    values = table.columns[column].cells.fillna(0).to_numpy(dtype="float64")
    sums = np.bincount(places, weights=values, minlength=count * len(years) + 1)
    wide = sums[:-1].reshape(count, len(years))
    return Series(places, np.where(wide > 0, wide, np.nan), years)


def _sums(kinds: Kinds, values: pd.Series) -> np.ndarray:
    """Add up the values of the rows of each kind."""
    numbers = values.to_numpy(dtype="float64", na_value=np.nan)
    return np.bincount(kinds.of(slice(None)), weights=numbers, minlength=len(kinds.rows))


def _slips(table: Table, column: str, series: Series) -> list[Problem]:
    apart = np.flatnonzero(_one_apart(series.wide))
    if not len(apart):
        return []
    values = series.wide[apart]
    known = units()["slips"]
    tolerance = float(known["tolerance"])
    found: list[Problem] = []
    others, spread = _of_other_years(values)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = values / others
    for text, word in known["factors"].items():
        factor = float(text)
        close = np.zeros(ratio.shape, dtype=bool)
        for expected in (factor, 1 / factor):
            close |= np.abs(ratio / expected - 1) < tolerance
        close &= spread < MOST_SPREAD
        if not close.any():
            continue
        off = np.zeros(series.wide.shape, dtype=bool)
        off[apart] = close
        lv = {"thousands": "tūkstošos", "months": "mēnesī", "days": "dienā"}[word]
        found += table.problems(
            series.rows(off),
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


def _of_other_years(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the median of the other years of each series, and their largest by their least."""
    others = np.full(values.shape, np.nan)
    spread = np.full(values.shape, np.nan)
    for place in range(values.shape[1]):
        rest = np.sort(np.delete(values, place, axis=1), axis=1)  # what is missing comes last
        count = np.isfinite(rest).sum(axis=1)
        rows = np.flatnonzero(count >= FEWEST_YEARS - 1)
        count = count[rows]
        middle = rest[rows, (count - 1) // 2] + rest[rows, count // 2]
        others[rows, place] = middle / 2
        spread[rows, place] = rest[rows, count - 1] / rest[rows, 0]
    return others, spread


def _one_apart(values: np.ndarray) -> np.ndarray:
    """Say of which series with enough years all but the least or the largest are alike."""
    apart = np.isfinite(values).sum(axis=1) >= FEWEST_YEARS
    ordered = np.sort(values[apart], axis=1)  # what is missing comes last
    last = np.isfinite(ordered).sum(axis=1) - 1
    rows = np.arange(len(ordered))
    if len(ordered):
        without_least = ordered[rows, last] / ordered[:, 1]
        without_largest = ordered[rows, last - 1] / ordered[:, 0]
        apart[apart] = (without_least < MOST_SPREAD) | (without_largest < MOST_SPREAD)
    return apart


def _lats(costs: Table, series: Series) -> list[Problem]:
    """Find series that change by the rate of the lats from one year to the next."""
    currency = units()["currencies"]["LVL"]
    rate, last = float(currency["per_eur"]), int(currency["last_day"][:4])
    tolerance = float(units()["slips"]["currency_tolerance"])
    wide = pd.DataFrame(series.wide, columns=series.years)
    early = [year for year in wide.columns if year <= last]
    if not early or wide.shape[1] < FEWEST_YEARS:
        return []
    ratio = wide / wide.shift(-1, axis=1)
    jump = ((ratio / rate - 1).abs() < tolerance) & (ratio.columns <= last)
    if not jump.to_numpy().any():
        return []
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
            series.rows(rows.to_numpy()),
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
    amount, marks = costs.columns[sign.column], costs.columns[sign.unless_column]
    marked = marks.where(marks.values.isin(sign.unless_values))
    return costs.problems(
        amount.where(amount.values < 0) & marked,
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


def _by_place(table: Table, column: str) -> tuple[Kinds, pd.Series]:
    """Add up a column by place and year; what is not known is not nothing."""
    kinds = table.kinds([*CARE, "year"])
    sums = _sums(kinds, table.columns[column].cells.astype("float64").fillna(np.inf))
    return kinds, pd.Series(sums, index=pd.MultiIndex.from_frame(kinds.rows))


def _nobody(costs: Table, activity: Table) -> list[Problem]:
    """Find costs of a year in which the same place says that it had no children."""
    _, days = _by_place(activity, "child_days")
    kinds, spent = _by_place(costs, "amount_eur")
    amount = costs.columns["amount_eur"]
    rows = amount.where(amount.values > 0) & kinds.where(spent.index.isin(days[days == 0].index))
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
    kinds, spent = _by_place(costs, "amount_eur")
    _, days = _by_place(activity, "child_days")
    nothing = ((spent == 0) & spent.index.isin(days[days > 0].index)).to_numpy(dtype=bool)
    return costs.problems(
        kinds.where(nothing),
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
