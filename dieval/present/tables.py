"""Result tables as people see them: rows in words and numbers, and why a value is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from dieval.present.blocks import Block, Cell, Column, cell_value, table_block
from dieval.present.columns import result_column, unit_in_words
from dieval.present.language import Bilingual, said, same
from dieval.vocabulary import FAMILY_BASED, HIDDEN, NOT_APPLICABLE, NOT_AVAILABLE, is_hidden

# Columns that a place is needed for: family-based care has no places.
PLACE_COLUMNS = ("place_days", "occupancy", "cost_per_place_month_eur")
# Columns where no value means that there cannot be one: no switch point, no finite interval, no
# groups in common, the whole arrangement instead of a provider.
NOT_APPLICABLE_COLUMNS = (
    "switch_point_multiple",
    "switch_value",
    "standardised_reference_eur_per_child_month",
    "standardised_alternative_eur_per_child_month",
    "bootstrap_ratio_low",
    "bootstrap_ratio_high",
    "provider",
    "empty_from",
    "limit",
)
# Columns where no value means that there is nothing, as long as another column has a value.
NOTHING_THERE = {
    "cost_per_child_eur": "institution_eur",
    "break_even_year": "npv_eur",
    "peak_funding_year": "npv_eur",
}


def shown_column(name: str, of: str = "") -> Column:
    """Give a column of a result table (`of`) as a column of a shown table."""
    spec = result_column(name, of)
    unit = unit_in_words(name, of)
    return Column(
        heading=said(spec.heading),
        kind=spec.kind,
        unit=said(unit) if unit else {},
        decimals=spec.decimals,
        words=spec.words,
        measure=spec.unit or "",
    )


def symbol_of(column: str, row: Mapping[str, object]) -> str:
    """Tell why a value is missing: it does not apply to the arrangement, or is not available."""
    family_based = row.get("care_arrangement") in FAMILY_BASED
    no_place = column in PLACE_COLUMNS and family_based
    no_interval = column in ("ratio_low", "ratio_high") and float(row.get("ratio_g", 0)) >= 1  # type: ignore[arg-type]
    nothing_there = pd.notna(row.get(NOTHING_THERE.get(column, "")))
    not_checked = "check_state" in row
    no_arrangement = column == "care_arrangement" and ("parameter" in row or "n_rows" in row)
    if (
        no_place
        or no_interval
        or nothing_there
        or no_arrangement
        or not_checked
        or column in NOT_APPLICABLE_COLUMNS
    ):
        return NOT_APPLICABLE
    return NOT_AVAILABLE


def result_rows(table: pd.DataFrame) -> list[list[Cell]]:
    """Give the rows of a result table as JSON values."""
    columns = list(table.columns)
    return [[_cell(column, row) for column in columns] for row in records(table)]


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows of a table as plain values by column; what is hidden stays marked as such."""
    columns = [table[name].astype(object).tolist() for name in table]
    return [dict(zip(table.columns, row, strict=True)) for row in zip(*columns, strict=True)]


def _cell(column: str, row: Mapping[str, object]) -> Cell:
    """Give a value as JSON, or why there is none."""
    if is_hidden(row[column]):
        return {"symbol": HIDDEN}
    cell = cell_value(row[column])
    return {"symbol": symbol_of(column, row)} if isinstance(cell, dict) else cell


def listed(
    name: str,
    title: Bilingual,
    table: pd.DataFrame,
    columns: Sequence[str],
    *,
    row_headers: int,
    notes: Sequence[Bilingual] = (),
    words: Mapping[str, Mapping[str, Bilingual]] | None = None,
    of: str = "",
    on_amounts: bool = False,
) -> Block:
    """Show a result table row by row.

    `words` gives bilingual texts for the values of a text column, such as providers' names; a value
    without one stays as it is. `of` names the result table, where a column's meaning depends on it.
    """
    rows = []
    for row in records(table):
        cells = [_cell(column, row) for column in columns]
        for place, column in enumerate(columns):
            text = str(cells[place])
            if words and column in words and isinstance(cells[place], str):
                cells[place] = words[column].get(text, text)
        rows.append(cells)
    shown = [shown_column(column, of) for column in columns]
    return table_block(
        name, title, shown, rows, row_headers=row_headers, notes=notes, on_amounts=on_amounts
    )


def by_year(
    name: str,
    title: Bilingual,
    table: pd.DataFrame,
    row_columns: Sequence[str],
    value: str,
    years: Iterable[int],
    *,
    notes: Sequence[Bilingual] = (),
    decimals: int | None = None,
    absent: str = NOT_AVAILABLE,
    of: str = "",
    on_amounts: bool = False,
) -> Block:
    """Show one value of a result table with a column for each year.

    A year without a row shows the symbol `absent`; a missing value is not available.
    """
    years = list(years)
    key = list(row_columns)
    rows = []
    for head, of_row in table.groupby(key, sort=False):
        if of_row["year"].duplicated().any():
            raise ValueError(f"table {name}: {head} has duplicate years")
        by_years = of_row.set_index("year")[value].astype(object).to_dict()
        cells = [cell_value(by_years[y]) if y in by_years else {"symbol": absent} for y in years]
        rows.append([*head, *cells])
    spec = shown_column(value, of)
    year_columns = [
        Column(
            heading=same(year),
            kind=spec.kind,
            decimals=spec.decimals if decimals is None else decimals,
            measure=spec.measure,
        )
        for year in years
    ]
    columns = [*(shown_column(column, of) for column in key), *year_columns]
    return table_block(
        name, title, columns, rows, row_headers=len(key), notes=notes, on_amounts=on_amounts
    )
