"""Periods: ends that precede starts, and periods of one key that overlap."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dieval.errors import Problem
from dieval.inputs.header import Words
from dieval.inputs.table import Table, got, numbers, usable


def check_order(table: Table, first: str, second: str, rule: str) -> list[Problem]:
    """Report rows in which the second date lies before the first."""
    start, end = numbers(table.frame[first]), numbers(table.frame[second])

    def message(here: np.ndarray) -> Words:
        lv, en = got(table.values(second, here))
        return f"{second} ir pirms {first}{lv}.", f"{second} is before {first}{en}."

    return table.problems(
        end < start,
        second,
        rule,
        message,
        ("Izlabojiet vienu no datumiem.", "Correct one of the dates."),
    )


def overlapping(key: pd.Series, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Find periods of one key that overlap.

    Parameters
    ----------
    key : Series, shape (periods,)
        Index = positions of the rows; a row may occur more than once.
    start, end : array of float, shape (periods,)
        First and last day as day numbers; a missing end is open, a missing start is left out.

    Returns
    -------
    array of int, shape (pairs, 2)
        Positions, smaller first: a row and the one before it of the same key that ends last, where
        the two share a day.
    """
    periods = pd.DataFrame({"key": key, "start": start, "end": end}).rename_axis("row")
    periods = periods[periods["start"].notna()].reset_index()
    periods["end"] = periods["end"].fillna(np.inf)
    periods = periods[periods["end"] >= periods["start"]]
    periods = periods.sort_values(["key", "start", "row"], ignore_index=True)
    latest = periods.groupby("key", sort=False)["end"].cummax()
    order = np.arange(len(periods))
    holder = np.maximum.accumulate(np.where(periods["end"] == latest, order, 0))
    before = np.roll(holder, 1)
    same = (periods["key"] == periods["key"].shift()).to_numpy()
    hit = same & (periods["start"].to_numpy() <= latest.shift().to_numpy())
    rows = periods["row"].to_numpy()
    pairs = np.column_stack([rows[before[hit]], rows[order[hit]]])
    return np.unique(np.sort(pairs, axis=1), axis=0)


def report_overlap(table: Table, pairs: np.ndarray, column: str, key: str) -> list[Problem]:
    """Report pairs of rows of one key whose periods overlap."""
    return table.pair_problems(
        pairs,
        column,
        "overlap",
        (
            f"vienas atslēgas ({key}) periodi pārklājas",
            f"periods of one key ({key}) overlap",
        ),
        (
            "Agrāko periodu beidziet dienu pirms nākamā perioda sākuma.",
            "End the earlier period on the day before the next one starts.",
        ),
    )


def check_validity(table: Table) -> list[Problem]:
    """Report periods that end before they start and periods of one key that overlap."""
    validity = table.schema.validity
    if validity is None:
        return []
    found = check_order(table, validity.start, validity.end, "validity")
    if not validity.key:
        return found
    cells = table.frame[usable(table, [*validity.key, validity.start, validity.end])]
    key = cells.groupby(list(validity.key), dropna=False, sort=False).ngroup()
    start, end = numbers(cells[validity.start]), numbers(cells[validity.end])
    pairs = overlapping(key, start, end)
    day = pd.Series(start, index=cells.index)
    pairs = pairs[day[pairs[:, 0]].to_numpy() != day[pairs[:, 1]].to_numpy()]
    return found + report_overlap(table, pairs, validity.start, ", ".join(validity.key))
