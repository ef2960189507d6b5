"""From the rows that count to where they stand: file, lines and sources.

A number of a report rests on rows of the data package. An evaluation keeps those rows, and the
functions here say which sources they name and where an editor or a spreadsheet shows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from dieval.inputs.schema import table_names
from dieval.vocabulary import CARE_ARRANGEMENTS, ENDS_OF_CARE, ENTRY, EVIDENCE

COLUMNS = ["table", "care_arrangement", "file", "rows", "n_rows", "sources"]
_GROUPS = ["table", "care_arrangement", "file"]
_ARRANGEMENT_RANK = {
    code: rank for rank, code in enumerate((*CARE_ARRANGEMENTS, *ENDS_OF_CARE, ENTRY))
}


def all_rows(*parts: pd.DataFrame) -> pd.DataFrame:
    """Put rows of one table together, each once, in the order of the table.

    Parameters
    ----------
    *parts : DataFrame
        Rows of the same table, with its index.
    """
    together = pd.concat(parts)
    return together[~together.index.duplicated()].sort_index()


def sources_of(counted: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Give the sources of the rows that count, by input table.

    Parameters
    ----------
    counted : mapping of str to DataFrame with source

    Returns
    -------
    Series of list of str, index table
        Keys of `sources`, sorted; an empty list where no row counts.
    """
    used = {name: sorted(rows["source"].unique()) for name, rows in counted.items()}
    return pd.Series(used, name="sources", dtype="object")


def rows_by_evidence(counted: Mapping[str, pd.DataFrame], sources: pd.DataFrame) -> pd.Series:
    """Give the share of the rows that count by the evidence of their source, strongest first.

    Parameters
    ----------
    counted : mapping of str to DataFrame with source
    sources : DataFrame
        Table of the data contract.

    Returns
    -------
    Series of float, index evidence
        Empty where no table counts.
    """
    kind = sources.set_index("source")["evidence"]
    every = [rows["source"].map(kind) for rows in counted.values()]
    if not every:
        return pd.Series(dtype="float64", name="evidence")
    shares = pd.concat(every).value_counts(normalize=True)
    return shares.reindex([code for code in EVIDENCE if code in shares.index]).rename("evidence")


def data_rows(
    counted: Mapping[str, pd.DataFrame], lines: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Say where the rows that count stand, and which sources they name.

    Parameters
    ----------
    counted : mapping of str to DataFrame
        Rows of the data contract's tables, with the index of the table that they are taken from.
    lines : mapping of str to DataFrame with file, row
        File and line of every row of each table, or how many rows it sums up, as
        `DataPackage.lines`; may lack a table.

    Returns
    -------
    DataFrame with table, care_arrangement, file, rows, n_rows, sources
        One row for each table, care arrangement (None where the table or row has none) and file,
        in the order of the data contract. `rows` are line numbers as `ranges` writes them, None
        where they are not known; `sources` are keys of `sources`, sorted, a comma between them.
    """
    parts = [_placed(name, rows, lines.get(name)) for name, rows in counted.items() if len(rows)]
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    found = []
    for (table, arrangement, file), rows in pd.concat(parts).groupby(
        _GROUPS, sort=False, dropna=False
    ):
        found.append(
            {
                "table": table,
                "care_arrangement": arrangement if isinstance(arrangement, str) else None,
                "file": file if isinstance(file, str) else None,
                "rows": ranges(rows["row"].dropna()) or None,
                "n_rows": int(rows["n_rows"].sum()),
                "sources": ", ".join(sorted(set(rows["source"]))),
            }
        )
    order = {name: rank for rank, name in enumerate(table_names())}
    return (
        pd.DataFrame(found, columns=COLUMNS, dtype=object)
        .astype({"n_rows": "int64"})
        .sort_values(
            _GROUPS,
            key=lambda column: (
                column.map(order)
                if column.name == "table"
                else column.map(_ARRANGEMENT_RANK)
                if column.name == "care_arrangement"
                else column
            ),
            kind="stable",
            ignore_index=True,
        )
    )


def _placed(name: str, rows: pd.DataFrame, lines: pd.DataFrame | None) -> pd.DataFrame:
    """Give arrangement, file, line and source of each row."""
    nowhere = pd.DataFrame(columns=["file", "row"])
    places = (nowhere if lines is None else lines).reindex(rows.index)
    arrangement = None
    if "care_arrangement" in rows:  # planned places have a service there where it is none
        arrangement = rows["care_arrangement"].where(
            rows["care_arrangement"].isin(_ARRANGEMENT_RANK)
        )
    return pd.DataFrame(
        {
            "table": name,
            "care_arrangement": arrangement,
            "file": places["file"],
            "row": places["row"],
            "n_rows": places.get("n_rows", 1),
            "source": rows["source"],
        },
        index=rows.index,
    ).astype({"care_arrangement": object, "file": object, "row": "float64"})


def ranges(numbers: Iterable[float]) -> str:
    """Write whole numbers as ranges.

    Examples
    --------
    >>> ranges([4, 2, 3, 101, 7, 8])
    '2–4, 7–8, 101'
    """
    runs: list[list[int]] = []
    for number in sorted({int(number) for number in numbers}):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs)
