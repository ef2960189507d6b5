"""Chapter “Cost per child”: trend, every year, the last year in full, and what the law pays."""

from __future__ import annotations

import pandas as pd

from dieval.costs.unit_costs import in_order
from dieval.present import figures
from dieval.present.blocks import Block, Section, figure_block, heading_block
from dieval.present.cost_comparison import (
    MONTHLY,
    REAL_MONTHLY,
    UNIT_COST_INPUTS,
    CostComparison,
    arrangement_name,
    break_notes,
    idle_notes,
    no_data_block,
    series_notes,
)
from dieval.present.hidden import hidden_in, rows_left_out
from dieval.present.language import N_, Bilingual, joined, money, said, semicolons, word
from dieval.present.report import source_note
from dieval.present.tables import by_year, listed
from dieval.vocabulary import NOT_APPLICABLE


def show_unit_costs(report: CostComparison) -> Section:
    """Show the cost per child of each arrangement: trend, every year, the last year in full."""
    units = report.evaluation.tables["unit_costs"]
    by_arrangement = in_order(units, ["care_arrangement", "year"])
    price_year = str(report.parameters["price_year"])
    sources = source_note(report, UNIT_COST_INPUTS)
    real_sources = source_note(report, [*UNIT_COST_INPUTS, "price_index"])
    return report.section(
        [
            _trend(report, units, price_year, real_sources),
            by_year(
                "unit_costs_by_year",
                said(N_("Cost per child-month by year, EUR in the money of each year")),
                by_arrangement,
                ["care_arrangement"],
                MONTHLY,
                report.years,
                notes=[*series_notes(report), sources],
                absent=NOT_APPLICABLE,
            ),
            by_year(
                "real_unit_costs_by_year",
                said(
                    N_("Cost per child-month by year, EUR in constant prices of {year}"),
                    year=price_year,
                ),
                by_arrangement,
                ["care_arrangement"],
                REAL_MONTHLY,
                report.years,
                notes=[*series_notes(report), real_sources],
                absent=NOT_APPLICABLE,
            ),
            listed(
                "unit_costs_last_year",
                said(
                    N_("Children in care and cost per child and per place, {year}"),
                    year=str(report.last_year),
                ),
                units[units["year"] == report.last_year],
                [
                    "care_arrangement",
                    "child_days",
                    "occupancy",
                    "total_eur",
                    "cost_per_child_day_eur",
                    MONTHLY,
                    "cost_per_child_year_eur",
                    "cost_per_place_month_eur",
                ],
                row_headers=1,
                notes=[*idle_notes(report), sources],
            ),
            *_statutory_packages(report),
        ]
    )


def _trend(
    report: CostComparison, units: pd.DataFrame, price_year: str, sources: Bilingual
) -> Block:
    real = units.pivot(index="year", columns="care_arrangement", values=REAL_MONTHLY)
    real = real[units["care_arrangement"].drop_duplicates()].dropna(axis="columns", how="all")
    if real.empty:
        return no_data_block()
    codes = units.loc[hidden_in(units[REAL_MONTHLY]), "care_arrangement"].drop_duplicates()
    unseen = [word("care_arrangement", str(code)) for code in codes if code not in real]
    lines = []
    for name in real.columns:
        series = real[name].dropna()
        lines.append(
            said(
                N_("{arrangement} {first} in {first_year} and {last} in {last_year}"),
                arrangement=word("care_arrangement", str(name)),
                first=money(series.iloc[0]),
                first_year=str(series.index[0]),
                last=money(series.iloc[-1]),
                last_year=str(series.index[-1]),
            )
        )
    alt = said(N_("Lines of the cost per child-month by year: {lines}."), lines=semicolons(lines))
    return figure_block(
        "unit_costs_trend",
        said(N_("Cost per child-month in constant prices of {year}"), year=price_year),
        joined(alt, *break_notes(report)),
        figures.lines_by_year(
            real,
            arrangement_name,
            lambda say: say.text(N_("EUR per child-month")),
            report.evaluation.breaks,
            lambda say: say.text(N_("the cost covers other elements from here on")),
        ),
        [*rows_left_out(unseen), sources],
    )


def _statutory_packages(report: CostComparison) -> list[Block]:
    """Show what the law pays per child-month, averaged over the months of each year."""
    note = said(
        N_(
            "Remuneration shared by the children of the household plus maintenance of the child; "
            "where a rate changed within a year, the average of its twelve months."
        )
    )
    return [
        heading_block(3, said(N_("Statutory payments"))),
        by_year(
            "statutory_packages",
            said(N_("Statutory payments per child-month by year, EUR")),
            report.evaluation.tables["statutory_packages"],
            ["care_arrangement", "age_band", "children_in_household"],
            "package_eur_per_child_month",
            report.years,
            notes=[note, source_note(report, ["statutory_rates"])],
        ),
    ]
