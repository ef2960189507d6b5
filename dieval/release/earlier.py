"""Earlier editions: what was published of a region or a home before, as tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dieval.vocabulary import HIDDEN, HIDDEN_VALUE, NATIONAL

# The content of results.json by the folder of its report, `unit/report`.
Release = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Earlier:
    """All that was released before.

    Parameters
    ----------
    releases : tuple of mapping of str to dict
        The oldest first: contents of results.json, by the folder of the report.
    """

    releases: tuple[Release, ...] = ()

    def of(self, unit: str) -> list[dict[str, pd.DataFrame]]:
        """Give the tables that each report showed of a region, a home or the country.

        A region's rows in reports on the country are among them.

        Parameters
        ----------
        unit : str
            Code of a region or home, or `national`.

        Returns
        -------
        list of dict of str to DataFrame
            One for each report, by the name of the table.
        """
        found = []
        for release in self.releases:
            for results in release.values():
                if results["unit"] == unit:
                    found.append(shown_tables(results))
                elif results["unit"] == NATIONAL:
                    found.append(_of_region(shown_tables(results), unit))
        return [tables for tables in found if tables]


def shown_tables(results: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """Turn the tables of results.json back into tables: hidden values are marked as such.

    Examples
    --------
    >>> held = {"columns": [{"name": "children"}], "rows": [[12], [{"symbol": "c"}]]}
    >>> list(shown_tables({"tables": {"moves": held}})["moves"]["children"])
    [12.0, nan]
    """
    return {
        name: pd.DataFrame(
            [[_value(value) for value in row] for row in table["rows"]],
            columns=[column["name"] for column in table["columns"]],
        )
        for name, table in results["tables"].items()
    }


def _value(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return HIDDEN_VALUE if value.get("symbol") == HIDDEN else None


def _of_region(tables: Mapping[str, pd.DataFrame], region: str) -> dict[str, pd.DataFrame]:
    """Keep the rows of a region."""
    ours = {
        name: table[table["region"] == region]
        for name, table in tables.items()
        if "region" in table
    }
    return {name: rows for name, rows in ours.items() if len(rows)}
