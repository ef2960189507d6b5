"""What each code of the ledgers behind the costs was taken as."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from dieval.vocabulary import COST_ITEMS, EXCLUDED

WHAT = ["cost_item", "code", "name_lv", "mapping", "mapping_evidence"]


def ledger_codes(tables: Mapping[str, pd.DataFrame], years: Collection[int]) -> pd.DataFrame:
    """Add up what stands at each code in the ledgers of some years.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        `providers`, and `ledger_codes` where ledgers were imported, of one region or of all.
    years : collection of int

    Returns
    -------
    DataFrame with cost_item, code, name_lv, mapping, mapping_evidence, amount_eur
        One row for each way in which a code was taken, in the order of the cost items; what is
        left out (`exclude`) stands last.
    """
    rows = tables.get("ledger_codes", pd.DataFrame(columns=["provider", "year", "amount_eur"]))
    ours = rows["provider"].isin(tables["providers"]["provider"]) & rows["year"].isin(years)
    if not ours.any():
        return pd.DataFrame(columns=[*WHAT, "amount_eur"])
    rows = rows[ours].assign(cents=(rows["amount_eur"] * 100).round())
    sums = rows.groupby(WHAT, dropna=False)["cents"].sum().reset_index()
    order = {item: place for place, item in enumerate((*COST_ITEMS, EXCLUDED))}
    place = sums["cost_item"].map(order)
    sums = sums.assign(amount_eur=sums["cents"] / 100, place=place)
    sums = sums.sort_values(["place", "code", "mapping"], kind="stable", ignore_index=True)
    return sums[[*WHAT, "amount_eur"]]
