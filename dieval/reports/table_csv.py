"""A table of results.json as CSV: for machines, with the columns' names and full precision."""

from __future__ import annotations

from typing import Any

from dieval.present.table_data import csv_text


def result_table_csv(table: dict[str, Any]) -> str:
    r"""Write a table of results.json as CSV (RFC 4180: commas, lines that end with CR LF).

    Numbers have the digits that they have in results.json, dates are YYYY-MM-DD, and a symbol
    stands for itself (`:` not available, `z` not applicable, `c` hidden). A text that a spreadsheet
    would run as a formula begins with an apostrophe.

    Parameters
    ----------
    table : dict
        `columns`, each with a name, and `rows`.

    Returns
    -------
    str
        With a first line of column names. To be written as UTF-8, its line ends as they are.

    Examples
    --------
    >>> columns = [{"name": "year"}, {"name": "provider"}, {"name": "cost_per_child_month_eur"}]
    >>> rows = [[2022, "=A1, B", 1234.5], [2023, "b", {"symbol": ":"}]]
    >>> result_table_csv({"columns": columns, "rows": rows}).split("\r\n")
    ['year,provider,cost_per_child_month_eur', '2022,"\'=A1, B",1234.5', '2023,b,:', '']
    """
    rows = [
        [str(cell["symbol"]) if isinstance(cell, dict) else cell for cell in row]
        for row in table["rows"]
    ]
    return csv_text([[column["name"] for column in table["columns"]], *rows])
