"""Rows of the data that contradict each other: shown, not mended.

Methods of the implementation progress, “Data problems”.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from dieval.inputs.contradictions import (
    PERSONS_NOT_ABOVE,
    before_predecessor,
    falls,
    more_than,
)
from dieval.inputs.regions import municipalities_on
from dieval.progress.infrastructure import infrastructure
from dieval.progress.known import NUMBER, TEXT, in_order, known_on
from dieval.progress.services import SERVICE, of_region, open_services

PROBLEMS = (
    *(f"{more}_above_{than}" for more, than in PERSONS_NOT_ABOVE),
    "persons_fall",
    "milestone_before_predecessor",
    "dissolved_municipality",
    "not_named_in_plan",
    "certified_above_contracted",
    "unplaced_municipality",
)
FORM = {
    "problem": TEXT,
    "table": TEXT,
    "file": TEXT,
    "row": NUMBER,
    "subject": TEXT,
    "source": TEXT,
}
# Columns whose codes say what a row is about.
SUBJECT = {
    "services": SERVICE,
    "needs": [*SERVICE, "date"],
    "availability": [*SERVICE, "date"],
    "reimbursement": ["target_group", "date"],
    "milestones": ["project", "milestone"],
    "infrastructure": ["project", "municipality"],
}
Found = tuple[str, str, pd.DataFrame]


def data_problems(
    tables: Mapping[str, pd.DataFrame],
    lines: Mapping[str, pd.DataFrame],
    region_of: pd.Series | None,
    region: str,
    day: pd.Timestamp,
) -> pd.DataFrame:
    """List the rows of a region that contradict others, or themselves.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of the data contract; what is not there is not looked at.
    lines : mapping of str to DataFrame with file, row
        Where the rows of each table stand, by position; may lack a table.
    region_of : Series of str, index municipality, or None
        `region_of_plan`; None where the package does not say which region a municipality is in:
        then rows with a municipality and no region are not looked at.
    region : str
    day : Timestamp

    Returns
    -------
    DataFrame with problem, table, file, row, subject, source
        In the order of `PROBLEMS`, then by file and row. Row is the line of the file, NaN where
        that is not known; subject are codes and dates, a space between them. Rows whose
        municipality no region has stand in the report of every region.
    """
    listed = {name: with_place(tables[name], lines.get(name)) for name in SUBJECT if name in tables}
    placed = {**tables, **listed}
    found = [
        *(_of_municipalities(placed, region_of, region, day) if region_of is not None else ()),
        *_of_reimbursement(placed, region, day),
        *_of_projects(placed, region, day),
    ]
    parts = [
        pd.DataFrame(
            {
                "problem": problem,
                "table": name,
                "file": rows["file_of_row"],
                "row": rows["line_of_row"],
                "subject": _subject(rows, SUBJECT[name]),
                "source": rows["source"],
            }
        )
        for problem, name, rows in found
    ]
    rows = pd.concat(parts) if parts else pd.DataFrame()
    order = {problem: rank for rank, problem in enumerate(PROBLEMS)}
    table = in_order(rows, FORM).sort_values(["file", "row"], kind="stable")
    return table.sort_values(
        "problem", key=lambda column: column.map(order), kind="stable", ignore_index=True
    )


def with_place(table: pd.DataFrame, lines: pd.DataFrame | None) -> pd.DataFrame:
    """Add to each row the file and the line in which it stands (file_of_row, line_of_row)."""
    if lines is None:
        return table.assign(file_of_row=None, line_of_row=float("nan"))
    return table.assign(
        file_of_row=lines["file"].to_numpy(), line_of_row=lines["row"].to_numpy(dtype="float64")
    )


def _subject(rows: pd.DataFrame, columns: list[str]) -> pd.Series:
    texts = [
        rows[column].dt.strftime("%Y-%m-%d") if column == "date" else rows[column]
        for column in columns
    ]
    return texts[0].str.cat(texts[1:], sep=" ")


def _of_municipalities(
    tables: Mapping[str, pd.DataFrame], region_of: pd.Series, region: str, day: pd.Timestamp
) -> Iterator[Found]:
    known = {
        name: known_on(tables[name], "date", day)
        for name in ("needs", "availability")
        if name in tables
    }
    if "services" in tables:
        known["services"] = open_services(tables["services"], day)
    if "needs" in known:
        needs = of_region(known["needs"], region_of, region)
        for more, than in PERSONS_NOT_ABOVE:
            yield f"{more}_above_{than}", "needs", needs[more_than(needs, more, than)]
    if "services" in known and "municipalities" in tables:
        services = of_region(known["services"], region_of, region)
        standing = municipalities_on(tables["municipalities"], day)["municipality"]
        yield (
            "dissolved_municipality",
            "services",
            services[~services["municipality"].isin(standing)],
        )
    for name, rows in known.items():
        placed = rows["municipality"].isin(region_of.dropna().index)
        yield "unplaced_municipality", name, rows[~placed]


def _of_reimbursement(
    tables: Mapping[str, pd.DataFrame], region: str, day: pd.Timestamp
) -> Iterator[Found]:
    if "reimbursement" not in tables:
        return
    rows = tables["reimbursement"]
    rows = known_on(rows[rows["region"] == region], "date", day)
    yield "persons_fall", "reimbursement", rows[falls(rows)]


def _of_projects(
    tables: Mapping[str, pd.DataFrame], region: str, day: pd.Timestamp
) -> Iterator[Found]:
    if "infrastructure" not in tables:
        return
    projects = tables["infrastructure"]
    ours = projects[projects["region"] == region]
    if "milestones" in tables:
        steps = tables["milestones"]
        steps = steps[steps["project"].isin(ours["project"])]
        reached = steps["actual"].where(steps["actual"] <= day)
        early = before_predecessor(steps, reached)
        yield "milestone_before_predecessor", "milestones", steps[early]
    if "planned_places" in tables:
        named = infrastructure(ours, None, tables["planned_places"], region, day)
        unnamed = named.loc[named["named_in_plan"] == "no", "project"]
        yield "not_named_in_plan", "infrastructure", ours[ours["project"].isin(unnamed)]
    above = ours["certified_eur"] > ours["contracted_eur"]
    yield "certified_above_contracted", "infrastructure", ours[above]
