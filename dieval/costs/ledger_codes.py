"""What each code of the ledgers behind the costs was taken as."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from dieval.vocabulary import COST_ITEMS, EXCLUDED

WHAT = ["cost_item", "code", "name_lv", "mapping", "mapping_evidence"]


def ledger_codes(tables: Mapping[str, pd.DataFrame], years: Collection[int]) -> pd.DataFrame:
    """List the codes of the ledgers of some years, and what each was taken as.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        `providers`, and `ledger_codes` where ledgers were imported, of one region or of all.
    years : collection of int

    Returns
    -------
    DataFrame with cost_item, code, name_lv, mapping, mapping_evidence
        One row for each way in which a code was taken, in the order of the cost items; what is
        left out (`exclude`) stands last.
    """
    rows = tables.get("ledger_codes", pd.DataFrame(columns=["provider", "year", *WHAT]))
    ours = rows["provider"].isin(tables["providers"]["provider"]) & rows["year"].isin(years)
    order = {item: place for place, item in enumerate((*COST_ITEMS, EXCLUDED))}
    ways = rows.loc[ours, WHAT].drop_duplicates()
    ways = ways.assign(place=ways["cost_item"].map(order))
    ways = ways.sort_values(["place", *WHAT[1:]], kind="stable", ignore_index=True)
    return ways[WHAT]
