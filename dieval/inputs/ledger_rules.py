"""What the codes of ledgers were taken as, beside what stands in the costs, to the cent."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from dieval.errors import Problem
from dieval.inputs.table import Table
from dieval.vocabulary import EXCLUDED

LEDGER = ["provider", "year", "payer", "source"]
SHOWN = 3  # ledgers named in a message


def check_ledger_codes(tables: Mapping[str, Table]) -> list[Problem]:
    """Find ledgers whose codes do not add up to their costs, item by item.

    Parameters
    ----------
    tables : mapping of Table
        By name, without the rows that are set aside; where there are such, sums say nothing.

    Returns
    -------
    list of Problem
        Notes, one for each file of codes: what reports show of the mapping does not explain the
        costs.
    """
    codes, costs = tables.get("ledger_codes"), tables.get("costs")
    if codes is None or costs is None or not (codes.complete and costs.complete):
        return []
    if costs.behind is not None:  # perhaps of some regions only
        return []
    item = [*LEDGER, "cost_item"]
    rows = codes.frame.dropna(subset=[*item, "amount_eur"])
    counted = rows[rows["cost_item"] != EXCLUDED]
    ledgers = rows[LEDGER].drop_duplicates()
    spent = costs.frame.dropna(subset=["provider", "amount_eur"]).merge(ledgers, on=LEDGER)
    both = pd.concat(
        [counted.groupby(item)["amount_eur"].sum(), spent.groupby(item)["amount_eur"].sum()],
        axis=1,
        keys=["codes", "costs"],
    ).fillna(0.0)
    # Half a cent: sums of doubles differ in their last digits.
    apart = both[(both["codes"] - both["costs"]).abs() >= 0.005]
    if apart.empty:
        return []
    wrong = pd.MultiIndex.from_frame(codes.frame[LEDGER]).isin(
        list(apart.reset_index()[LEDGER].itertuples(index=False, name=None))
    )

    def message(here: np.ndarray) -> tuple[str, str]:
        keys = set(codes.frame.iloc[here][LEDGER].itertuples(index=False, name=None))
        of_file = [(key, row) for key, row in apart.iterrows() if key[:-1] in keys]
        listed = "; ".join(
            f"{key[0]}/{key[1]}/{key[2]}/{key[4]}: {row['codes']:.2f} ≠ {row['costs']:.2f} EUR"
            for key, row in of_file[:SHOWN]
        ) + ("; …" if len(of_file) > SHOWN else "")
        return (
            f"kodu summas nav tabulas costs summas: {listed}.",
            f"the codes do not add up to table costs: {listed}.",
        )

    return codes.problems(
        wrong,
        "amount_eur",
        "ledger_codes",
        message,
        (
            "Pārņemiet budžeta izpildi vēlreiz (dieval import ledger); ja izmaksas labotas citādi, "
            "kodi tās nepaskaidro.",
            "Import the ledger again (dieval import ledger); where the costs were corrected "
            "otherwise, the codes do not explain them.",
        ),
        "note",
    )
