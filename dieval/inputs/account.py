"""What became of the rows of every file, and of the money in them: nothing is dropped in silence.

Rows and amounts that were read are those used, those set aside because of a fault, and those
excluded because they are sums of others or describe again what another file describes.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dieval.inputs.schema import TableSchema

if TYPE_CHECKING:
    from dieval.inputs.table import Table

# Columns of rows that were left out besides those of the table: number of the sheet, line, and why.
SHEET, LINE, KIND = "(sheet)", "(line)", "(kind)"
SET_ASIDE, EXCLUDED = "set_aside", "excluded"
ACCOUNT = ["table", "file", "quantity", "read", "used", "set_aside", "excluded"]
ROWS = "rows"


def account_of(tables: Mapping[str, Table]) -> pd.DataFrame:
    """Account for the rows and the money of the files of which something does not count.

    Parameters
    ----------
    tables : mapping of Table
        By name; rows that do not count have been left out.

    Returns
    -------
    DataFrame with table, file, quantity, read, used, set_aside, excluded
        For each file, or sheet of a workbook as file/sheet, one row of `quantity` rows, and one for
        each column of amounts [EUR, to the cent]. An amount that could not be read counts as
        nothing; its row is set aside.

    Raises
    ------
    ArithmeticError
        What was read is not the sum of the others: dieval has lost a row.
    """
    found = [_of_table(name, table) for name, table in tables.items() if len(table.left_out)]
    return joined_accounts(found)


def joined_accounts(
    accounts: Iterable[pd.DataFrame], in_parts: Collection[str] = ()
) -> pd.DataFrame:
    """Put accounts together; those of a table that was read in parts add, others are the same."""
    rows = [account for account in accounts if len(account)]
    if not rows:
        return pd.DataFrame(columns=ACCOUNT)
    whole = pd.concat(rows, ignore_index=True)
    parts = whole["table"].isin(list(in_parts))
    sums = whole[parts].groupby(["table", "file", "quantity"], sort=False).sum().reset_index()
    return pd.concat([whole[~parts].drop_duplicates(), sums], ignore_index=True)[ACCOUNT]


def _of_table(name: str, table: Table) -> pd.DataFrame:
    number = table.left_out[SHEET].to_numpy(np.int64)
    kinds = table.left_out[KIND]
    aside, excluded = (kinds == SET_ASIDE).to_numpy(), (kinds == EXCLUDED).to_numpy()
    parts = {
        "used": amounts(table.schema, table.frame, table.sheet),
        "set_aside": amounts(table.schema, table.left_out[aside], number[aside]),
        "excluded": amounts(table.schema, table.left_out[excluded], number[excluded]),
    }
    found = pd.DataFrame({"read": table.read, **parts}).fillna(0.0)
    found = found[found.index.get_level_values(0).isin(set(number.tolist()))]
    lost = found["read"] - found["used"] - found["set_aside"] - found["excluded"]
    # Less than a cent, or, of amounts so large that they have no cents, the last digits.
    allowed = np.maximum(0.005, 4 * np.spacing(found.abs().max(axis=1)))
    if (lost.abs() >= allowed).any():
        raise ArithmeticError(f"table {name}: rows or amounts were lost: {lost.to_dict()}")
    found = found.round(2).rename_axis(["sheet", "quantity"]).reset_index()
    places = [f"{file}/{sheet}" if sheet else file for file, sheet in table.sheets]
    return found.assign(table=name, file=[places[number] for number in found["sheet"]])[ACCOUNT]


def amounts(schema: TableSchema, frame: pd.DataFrame, sheet: np.ndarray) -> pd.Series:
    """Count the rows of each sheet, and add up its amounts exactly.

    Parameters
    ----------
    schema : TableSchema
    frame : DataFrame
    sheet : array of int, shape (rows,)
        Number of the sheet of each row.

    Returns
    -------
    Series of float
        By number of the sheet and quantity: `rows`, and the columns of amounts [EUR].
    """
    found: dict[tuple[int, str], float] = {}
    money = [field.name for field in schema.fields if field.name.endswith("_eur")]
    for number in np.unique(sheet).tolist():
        here = sheet == number
        found[number, ROWS] = float(here.sum())
        for name in money:
            values = frame[name].to_numpy(dtype=float)[here]
            found[number, name] = math.fsum(values[~np.isnan(values)])
    index = pd.MultiIndex.from_tuples(list(found), names=["sheet", "quantity"])
    return pd.Series(list(found.values()), index=index, dtype=float)
