"""Result tables as people see them: headings, units and decimals of every column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from dieval.present.blocks import Block, Cell, Column, cell_value, table_block
from dieval.present.language import N_, Bilingual, said, same
from dieval.vocabulary import FAMILY_BASED, NOT_APPLICABLE, NOT_AVAILABLE


@dataclass(frozen=True)
class ResultColumn:
    """A column of a result table: its unit for programs, its heading and format for people."""

    heading: str
    kind: str = "number"
    unit: str | None = None
    decimals: int = 0
    words: str = ""


_YEAR = ResultColumn(N_("Year"), kind="year")
_MONEY_A_MONTH = "EUR/child-month"

RESULT_COLUMNS: dict[str, ResultColumn] = {
    "year": _YEAR,
    "care_arrangement": ResultColumn(N_("Care arrangement"), kind="word", words="care_arrangement"),
    "reference": ResultColumn(N_("Reference"), kind="word", words="care_arrangement"),
    "alternative": ResultColumn(N_("Alternative"), kind="word", words="care_arrangement"),
    "provider": ResultColumn(N_("Provider"), kind="text"),
    "part": ResultColumn(N_("Part of the cost"), kind="word", words="part"),
    "payer": ResultColumn(N_("Payer"), kind="word", words="payer"),
    "element": ResultColumn(N_("Element"), kind="word", words="element"),
    "included": ResultColumn(N_("Covered"), kind="word", words="included"),
    "age_band": ResultColumn(N_("Age"), kind="word", words="age_band"),
    "children_in_household": ResultColumn(
        N_("Children in the household"), kind="word", words="children_in_household"
    ),
    "total_eur": ResultColumn(N_("Total cost"), unit="EUR", decimals=2),
    "amount_eur": ResultColumn(N_("Amount"), unit="EUR", decimals=2),
    "share": ResultColumn(N_("Share"), kind="percent", unit="1", decimals=1),
    "child_days": ResultColumn(N_("Child-days"), unit="child-days"),
    "child_months": ResultColumn(N_("Child-months"), unit="child-months", decimals=1),
    "place_days": ResultColumn(N_("Place-days"), unit="place-days"),
    "occupancy": ResultColumn(N_("Occupancy"), kind="percent", unit="1", decimals=1),
    "cost_per_child_day_eur": ResultColumn(
        N_("Cost per child-day"), unit="EUR/child-day", decimals=2
    ),
    "cost_per_child_month_eur": ResultColumn(
        N_("Cost per child-month"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "cost_per_child_year_eur": ResultColumn(
        N_("Cost per child-year"), unit="EUR/child-year", decimals=2
    ),
    "cost_per_place_month_eur": ResultColumn(
        N_("Cost per place-month"), unit="EUR/place-month", decimals=2
    ),
    "real_cost_per_child_month_eur": ResultColumn(
        N_("Cost per child-month, constant prices"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "reference_eur_per_child_month": ResultColumn(
        N_("Cost of the reference"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "alternative_eur_per_child_month": ResultColumn(
        N_("Cost of the alternative"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "difference_eur_per_child_month": ResultColumn(
        N_("Difference"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "common_difference_eur_per_child_month": ResultColumn(
        N_("Difference in what both cover"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "ratio": ResultColumn(N_("Ratio"), unit="1", decimals=2),
    "support_eur_per_child_month": ResultColumn(
        N_("Support recorded"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "switch_point_support_eur_per_child_month": ResultColumn(
        N_("Switch point of support"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "switch_point_multiple": ResultColumn(N_("Switch point / support"), unit="1", decimals=1),
    "package_eur_per_child_month": ResultColumn(
        N_("Statutory payments"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "ratio_low": ResultColumn(N_("Ratio, low end"), unit="1", decimals=2),
    "ratio_high": ResultColumn(N_("Ratio, high end"), unit="1", decimals=2),
    "ratio_g": ResultColumn(N_("Fieller’s g"), unit="1", decimals=3),
    "need_level": ResultColumn(N_("Level of need"), kind="word", words="need_level"),
    "groups": ResultColumn(N_("Groups compared"), kind="word", words="groups"),
    "total_difference": ResultColumn(N_("Difference"), unit=_MONEY_A_MONTH, decimals=2),
    "rate_effect": ResultColumn(N_("Rate effect"), unit=_MONEY_A_MONTH, decimals=2),
    "mix_effect": ResultColumn(N_("Mix effect"), unit=_MONEY_A_MONTH, decimals=2),
    "standardised_reference_eur_per_child_month": ResultColumn(
        N_("Standardised cost of the reference"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "standardised_alternative_eur_per_child_month": ResultColumn(
        N_("Standardised cost of the alternative"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "common_share": ResultColumn(
        N_("Children in common groups"), kind="percent", unit="1", decimals=1
    ),
    "reference_payer_eur_per_child_month": ResultColumn(
        N_("Pays in the reference"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "alternative_payer_eur_per_child_month": ResultColumn(
        N_("Pays in the alternative"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "change_eur_per_child_month": ResultColumn(
        N_("Change in full"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "change_at_once_eur_per_child_month": ResultColumn(
        N_("Change at first"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "first_year": ResultColumn(N_("First year"), kind="year"),
    "last_year": ResultColumn(N_("Last year"), kind="year"),
    "first_occupancy": ResultColumn(
        N_("Occupancy, first year"), kind="percent", unit="1", decimals=1
    ),
    "last_occupancy": ResultColumn(
        N_("Occupancy, last year"), kind="percent", unit="1", decimals=1
    ),
    "first_real_cost_per_child_month_eur": ResultColumn(
        N_("Cost, first year"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "last_real_cost_per_child_month_eur": ResultColumn(
        N_("Cost, last year"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "first_child_months": ResultColumn(
        N_("Child-months, first year"), unit="child-months", decimals=1
    ),
    "last_child_months": ResultColumn(
        N_("Child-months, last year"), unit="child-months", decimals=1
    ),
    "first_real_total_eur": ResultColumn(N_("Total cost, first year"), unit="EUR", decimals=0),
    "last_real_total_eur": ResultColumn(N_("Total cost, last year"), unit="EUR", decimals=0),
    "total_change": ResultColumn(N_("Change"), unit=_MONEY_A_MONTH, decimals=2),
    "place_cost_effect": ResultColumn(
        N_("Effect of the cost of a place"), unit=_MONEY_A_MONTH, decimals=2
    ),
    "occupancy_effect": ResultColumn(N_("Effect of occupancy"), unit=_MONEY_A_MONTH, decimals=2),
    "valuation": ResultColumn(N_("Value of capital"), kind="word", words="valuation"),
    "discount_rate": ResultColumn(N_("Discount rate"), kind="percent", unit="1/year", decimals=1),
    "capital_eur_per_child_month": ResultColumn(N_("Capital"), unit=_MONEY_A_MONTH, decimals=2),
    "providers": ResultColumn(N_("Providers")),
    "draws": ResultColumn(N_("Draws")),
    "bootstrap_ratio_low": ResultColumn(N_("Between providers, low end"), unit="1", decimals=2),
    "bootstrap_ratio_high": ResultColumn(N_("Between providers, high end"), unit="1", decimals=2),
    "caution": ResultColumn(N_("Caution"), kind="word", words="caution"),
    "parameter": ResultColumn(N_("Uncertain value"), kind="word", words="parameter"),
    "low": ResultColumn(N_("Low"), decimals=4),
    "base": ResultColumn(N_("As it is"), decimals=4),
    "high": ResultColumn(N_("High"), decimals=4),
    "outcome_low": ResultColumn(N_("Difference at the low end"), unit=_MONEY_A_MONTH, decimals=2),
    "outcome_base": ResultColumn(N_("Difference as it is"), unit=_MONEY_A_MONTH, decimals=2),
    "outcome_high": ResultColumn(N_("Difference at the high end"), unit=_MONEY_A_MONTH, decimals=2),
    "span": ResultColumn(N_("Span"), unit=_MONEY_A_MONTH, decimals=2),
    "switch_value": ResultColumn(N_("Switch value"), decimals=4),
    "range_source": ResultColumn(N_("Source of the range"), kind="word", words="range_source"),
    "point": ResultColumn(N_("Point")),
    "value": ResultColumn(N_("Value"), decimals=4),
    "outcome": ResultColumn(N_("Difference"), unit=_MONEY_A_MONTH, decimals=2),
    "probability_cheaper": ResultColumn(
        N_("Probability of costing less"), kind="probability", unit="1", decimals=1
    ),
    "p05": ResultColumn(N_("5 % quantile"), unit=_MONEY_A_MONTH, decimals=0),
    "p50": ResultColumn(N_("Median"), unit=_MONEY_A_MONTH, decimals=0),
    "p95": ResultColumn(N_("95 % quantile"), unit=_MONEY_A_MONTH, decimals=0),
    "arrangement_eur_per_child_month": ResultColumn(
        N_("Cost of the arrangement"), unit=_MONEY_A_MONTH, decimals=2
    ),
}

# Units as people read them below a heading; one that the heading names already is left out.
UNIT_WORDS = {
    "EUR": N_("EUR"),
    "EUR/child-day": N_("EUR"),
    "EUR/child-month": N_("EUR per child-month"),
    "EUR/child-year": N_("EUR"),
    "EUR/place-month": N_("EUR"),
}
HEADING_NAMES_DENOMINATOR = ("cost_per_child_month_eur", "real_cost_per_child_month_eur")

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
)


def unit_in_words(name: str) -> str:
    """Give the unit of a result column as text for the catalogue; empty where none is needed."""
    if name in HEADING_NAMES_DENOMINATOR:
        return UNIT_WORDS["EUR"]
    return UNIT_WORDS.get(RESULT_COLUMNS[name].unit or "", "")


def shown_column(name: str) -> Column:
    """Give a result column as a column of a shown table."""
    spec = RESULT_COLUMNS[name]
    unit = unit_in_words(name)
    return Column(
        heading=said(spec.heading),
        kind=spec.kind,
        unit=said(unit) if unit else {},
        decimals=spec.decimals,
        words=spec.words,
    )


def symbol_of(column: str, row: pd.Series) -> str:
    """Tell why a value is missing: it does not apply to the arrangement, or is not available."""
    family_based = row.get("care_arrangement") in FAMILY_BASED
    no_place = column in PLACE_COLUMNS and family_based
    no_interval = column in ("ratio_low", "ratio_high") and row.get("ratio_g", 0) >= 1
    if no_place or no_interval or column in NOT_APPLICABLE_COLUMNS:
        return NOT_APPLICABLE
    return NOT_AVAILABLE


def result_rows(table: pd.DataFrame) -> list[list[Cell]]:
    """Give the rows of a result table as JSON values."""
    return [
        [cell_value(row[column], symbol_of(column, row)) for column in table.columns]
        for _, row in table.astype(object).iterrows()
    ]


def listed(
    name: str,
    title: Bilingual,
    table: pd.DataFrame,
    columns: Sequence[str],
    *,
    row_headers: int,
    notes: Sequence[Bilingual] = (),
    words: dict[str, dict[str, Bilingual]] | None = None,
) -> Block:
    """Show a result table row by row.

    `words` gives bilingual texts for the values of a text column, such as providers' names.
    """
    rows = []
    for _, row in table.astype(object).iterrows():
        cells = [cell_value(row[column], symbol_of(column, row)) for column in columns]
        for place, column in enumerate(columns):
            if words and column in words and isinstance(cells[place], str):
                cells[place] = words[column][str(cells[place])]
        rows.append(cells)
    shown = [shown_column(column) for column in columns]
    return table_block(name, title, shown, rows, row_headers=row_headers, notes=notes)


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
    spec = shown_column(value)
    year_columns = [
        Column(
            heading=same(year),
            kind=spec.kind,
            decimals=spec.decimals if decimals is None else decimals,
        )
        for year in years
    ]
    columns = [*(shown_column(column) for column in key), *year_columns]
    return table_block(name, title, columns, rows, row_headers=len(key), notes=notes)
