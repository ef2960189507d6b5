"""Result tables that may be shown: only this room makes them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

# What a report needs of the rows of the data package beside their sources: what they are about,
# and when.
SHOWN_OF_ROWS = (
    "care_arrangement",
    "region",
    "municipality",
    "counting_basis",
    "year",
    "acquired_year",
    "date",
    "opened",
    "valid_from",
    "valid_to",
    "agreed_on",
    "planned",
    "due",
)


class ReleasedTables(dict[str, pd.DataFrame]):
    """Result tables by name, with a marked value wherever one may not be shown.

    A report takes no others.
    """


def without_values(counted: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Keep of the rows that count what says where they stand: codes and sources, no numbers."""
    return {
        name: rows[
            [
                column
                for column in rows
                if column in SHOWN_OF_ROWS or column == "source" or str(column).endswith("_source")
            ]
        ]
        for name, rows in counted.items()
    }
