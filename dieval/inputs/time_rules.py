"""Rows of a time that they cannot be of: after their source, outside the period of their file."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dieval.errors import Problem
from dieval.inputs.contradictions import OPEN_END
from dieval.inputs.table import Table, got

# What was counted or paid; plans, targets and rates may be of a later time than their source.
MEASURED = (
    "costs", "activity", "households", "placements", "carers", "availability", "needs",
    "reimbursement", "observations", "flows",
)  # fmt: skip
# Tables with figures of a municipality on a day or at the end of a year.
OF_MUNICIPALITIES = ("carers", "availability", "needs")


def check_times(tables: dict[str, Table]) -> list[Problem]:
    """Check of what time rows are.

    Parameters
    ----------
    tables : dict of Table
        By name.

    Returns
    -------
    list of Problem
        Rows set aside: of a year after their source was published, of a municipality after
        its end, outside the period that the descriptor declares of the file. A file without any
        row of that period is refused: it is another one.
    """
    found: list[Problem] = []
    for table in tables.values():
        found += _outside(table)
    for name in MEASURED:
        if name in tables and "sources" in tables:
            found += _after_source(tables[name], tables["sources"])
    municipalities = tables.get("municipalities")
    for name in OF_MUNICIPALITIES:
        if name in tables and municipalities is not None and municipalities.complete:
            found += _after_end(tables[name], municipalities)
    return found


def time_column(table: Table) -> str | None:
    """Name the column that says of what time rows are; None where there is none."""
    return next((name for name in ("date", "year") if name in table.schema.columns), None)


def last_days(times: pd.Series) -> pd.Series:
    """Give the last day of years; of days, the days."""
    if times.dtype.kind == "M":
        return times
    years = times.to_numpy(dtype="float64", na_value=np.nan)
    known = ~np.isnan(years)
    days = np.full(len(years), np.datetime64("NaT", "s"))
    next_year = (years[known].astype("int64") - 1970 + 1).astype("datetime64[Y]")
    days[known] = next_year.astype("datetime64[D]") - np.timedelta64(1, "D")
    return pd.Series(days, index=times.index)


def _after_source(table: Table, sources: Table) -> list[Problem]:
    """Find rows of a later year than their source; a page may be added to within its year."""
    column = time_column(table)
    if column is None:
        return []
    own = sources.frame.dropna(subset=["source"]).drop_duplicates("source").set_index("source")
    year = own["published"].str.extract(r"^(\d{4})(?:-|$)", expand=False).astype("float64")
    kinds = table.kinds([column, "source"])
    published = kinds.rows["source"].map(year).astype("float64")
    late = last_days(kinds.rows[column]).dt.year.astype("float64") > published
    return table.problems(
        kinds.where(late),
        column,
        "after_source",
        lambda here: (
            f"rinda ir par laiku pēc avota publicēšanas{got(table.values(column, here))[0]}.",
            "the row is of a time after its source was published"
            f"{got(table.values(column, here))[1]}.",
        ),
        (
            "Izlabojiet laiku, avotu vai avota publicēšanas datumu.",
            "Correct the time, the source or its day of publication.",
        ),
        "set_aside",
    )


def _after_end(table: Table, municipalities: Table) -> list[Problem]:
    column = time_column(table)
    if column is None:
        return []
    ends = municipalities.frame["valid_to"].fillna(OPEN_END)
    last = ends.groupby(municipalities.frame["municipality"]).max()
    kinds = table.kinds([column, "municipality"])
    end = kinds.rows["municipality"].map(last).astype("datetime64[s]")
    return table.problems(
        kinds.where(last_days(kinds.rows[column]) > end),
        "municipality",
        "ended_municipality",
        lambda here: (
            "pašvaldība tajā laikā jau bija likvidēta"
            f"{got(table.values('municipality', here))[0]}.",
            f"the municipality had ended by then{got(table.values('municipality', here))[1]}.",
        ),
        (
            "Ierakstiet pašvaldību, kas to pārņēmusi.",
            "Write the municipality that took it over.",
        ),
        "set_aside",
    )


def _outside(table: Table) -> list[Problem]:
    """Find rows outside the years that the descriptor declares of their file."""
    column = time_column(table)
    found: list[Problem] = []
    for number, declared in enumerate(table.declared):
        if declared.first_year is None or declared.last_year is None or column is None:
            continue
        times = table.columns[column]
        here = table.sheet == number
        years = last_days(times.values).dt.year
        between = (years >= declared.first_year) & (years <= declared.last_year)
        outside = here & times.where(years.notna() & ~between)
        period = f"{declared.first_year}–{declared.last_year}"
        whole = here.any() and bool((outside == here).all())
        found += table.problems(
            outside,
            column,
            "period",
            (
                f"rinda nav par laiku, par kuru ir fails ({period}).",
                f"the row is not of the time that the file is of ({period}).",
            ),
            (
                "Pārbaudiet, vai tas ir īstais fails un vai periods aprakstā ir pareizs.",
                "Check that it is the right file, and the period in datapackage.json.",
            ),
            "error" if whole else "set_aside",
        )
    return found
