"""The chapters of the cost comparison: tables, pictures and the notes under them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dieval.costs.unit_costs import in_order
from dieval.present import figures
from dieval.present.blocks import (
    Block,
    Column,
    Section,
    figure_block,
    heading_block,
    list_block,
    table_block,
    text_block,
)
from dieval.present.cost_comparison import (
    COST_INPUTS,
    UNIT_COST_INPUTS,
    CostComparison,
    missing_notes,
    not_adjusted,
    series_notes,
    source_note,
)
from dieval.present.language import N_, Bilingual, listing, money, said, same, word, years_in_words
from dieval.present.rounding import largest_remainder
from dieval.present.tables import by_year, listed, shown_column
from dieval.vocabulary import (
    COST_PARTS,
    FAMILY_BASED,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    STATUTORY_ARRANGEMENTS,
)

MONTHLY = "cost_per_child_month_eur"
REAL_MONTHLY = "real_cost_per_child_month_eur"


def no_data_block() -> Block:
    """Say that a table or picture has nothing to show."""
    return text_block(said(N_("No cost per child is known here.")))


def show_unit_costs(report: CostComparison) -> Section:
    """Show the cost per child of each arrangement: trend, every year, the last year in full."""
    units = report.evaluation.tables["unit_costs"]
    by_arrangement = in_order(units, ["care_arrangement", "year"])
    price_year = str(report.parameters["price_year"])
    sources = source_note(report, UNIT_COST_INPUTS)
    real_sources = source_note(report, [*UNIT_COST_INPUTS, "price_index"])
    return report.section(
        [
            _trend(units, price_year, real_sources),
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
                notes=[sources],
            ),
        ]
    )


def _trend(units: pd.DataFrame, price_year: str, sources: Bilingual) -> Block:
    real = units.pivot(index="year", columns="care_arrangement", values=REAL_MONTHLY)
    real = real[units["care_arrangement"].drop_duplicates()].dropna(axis="columns", how="all")
    if real.empty:
        return no_data_block()
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
    return figure_block(
        "unit_costs_trend",
        said(N_("Cost per child-month in constant prices of {year}"), year=price_year),
        said(
            N_("Lines of the cost per child-month by year: {lines}."),
            lines=lambda say: "; ".join(line[say.code] for line in lines),
        ),
        figures.lines_by_year(
            real,
            lambda say, name: word("care_arrangement", name, sentence_start=True)[say.code],
            lambda say: say.text(N_("EUR per child-month")),
        ),
        [sources],
    )


def show_parts(report: CostComparison) -> Section:
    """Show what each cost per child-month is made of, and what it does not cover."""
    parts = report.evaluation.tables["unit_cost_parts"]
    parts = parts[parts["year"] == report.last_year]
    units = report.evaluation.tables["unit_costs"]
    known = units[(units["year"] == report.last_year) & (units[MONTHLY] > 0)]
    parts = parts[parts["care_arrangement"].isin(known["care_arrangement"])]
    if parts.empty:
        return report.section([no_data_block()])
    wide = parts.pivot(index="care_arrangement", columns="part", values=MONTHLY)
    wide = wide.reindex(parts["care_arrangement"].drop_duplicates())
    wide = wide[[part for part in COST_PARTS if part in wide.columns]]
    title = said(N_("Parts of the cost per child-month, EUR, {year}"), year=str(report.last_year))
    sources = source_note(report, UNIT_COST_INPUTS)
    bars = [
        said(
            N_("{arrangement} {total}, the largest part {part} ({amount})"),
            arrangement=word("care_arrangement", str(name)),
            total=money(row.sum()),
            part=word("part", str(row.idxmax())),
            amount=money(row.max()),
        )
        for name, row in wide.iterrows()
    ]
    blocks = [
        figure_block(
            "unit_cost_parts_last_year",
            title,
            said(
                N_("Stacked bars of the cost per child-month: {bars}."),
                bars=lambda say: "; ".join(bar[say.code] for bar in bars),
            ),
            figures.stacked_bars(
                wide,
                lambda say, name: word("care_arrangement", name, sentence_start=True)[say.code],
                lambda say, part: say.word("part", part),
                lambda say: say.text(N_("EUR per child-month")),
            ),
            [sources],
        ),
        _parts_table(wide, title, sources),
        *(text_block(note) for note in missing_notes(report, [report.last_year])),
        *_not_included(report.evaluation.tables["perimeter"]),
    ]
    left_out = report.evaluation.recorded_allowance_eur
    if left_out:
        note = said(
            N_(
                "Recorded allowances of {amount} to foster families and guardians are not added: "
                "the statutory payments already stand for them."
            ),
            amount=money(left_out, 2),
        )
        blocks.append(text_block(note))
    return report.section(blocks)


def _parts_table(wide: pd.DataFrame, title: Bilingual, sources: Bilingual) -> Block:
    """Show parts by arrangement, rounded so that each column adds up to its total."""
    totals = {str(name): round(float(row.sum()), 2) for name, row in wide.iterrows()}
    rounded = pd.DataFrame(
        {
            name: largest_remainder(wide.loc[name].fillna(0.0).to_list(), 2, total)
            for name, total in totals.items()
        },
        index=wide.columns,
    )
    columns = [
        shown_column("part"),
        *(
            Column(word("care_arrangement", name, sentence_start=True), decimals=2)
            for name in totals
        ),
    ]
    rows: list[list[Any]] = []
    for part in wide.columns:
        shown = [
            float(rounded.loc[part, name])
            if pd.notna(wide.loc[name, part])
            else {"symbol": _why_no_part(name, part)}
            for name in totals
        ]
        rows.append([part, *shown])
    rows.append([said(N_("Total")), *totals.values()])
    note = said(N_("Rounded by largest remainders, so that the parts add up to the total."))
    return table_block(
        "unit_cost_parts_by_arrangement", title, columns, rows, notes=[note, sources]
    )


def _why_no_part(arrangement: str, part: str) -> str:
    """Tell whether an arrangement cannot have a part of cost, or only has none recorded."""
    statutory = arrangement in STATUTORY_ARRANGEMENTS
    if part in ("remuneration", "maintenance"):
        return NOT_AVAILABLE if statutory else NOT_APPLICABLE
    if part == "allowance":
        return NOT_APPLICABLE if statutory else NOT_AVAILABLE
    if arrangement in FAMILY_BASED and part in ("staff", "capital"):
        return NOT_APPLICABLE
    return NOT_AVAILABLE


def _not_included(perimeter: pd.DataFrame) -> list[Block]:
    lacking = perimeter[perimeter["included"] == "no"]
    items = [
        said(
            N_("{arrangement}: {elements}."),
            arrangement=word("care_arrangement", str(arrangement), sentence_start=True),
            elements=listing([word("element", element) for element in missing["element"]]),
        )
        for arrangement, missing in lacking.groupby("care_arrangement", sort=False)
    ]
    if not items:
        return [text_block(said(N_("Every arrangement covers the same elements of cost.")))]
    return [heading_block(3, said(N_("Not included in the cost"))), list_block(items)]


def show_comparison(report: CostComparison) -> Section:
    """Show differences, ratios and switch points against the reference, with the caveats."""
    table = report.evaluation.tables["comparison"]
    sources = source_note(report, UNIT_COST_INPUTS)
    reference = word("care_arrangement", report.reference)
    how = said(
        N_(
            "Difference = cost of the reference − cost of the alternative; ratio = cost of the "
            "reference / cost of the alternative. Switch point = support per child-month at which "
            "both cost the same."
        )
    )
    blocks = [
        listed(
            "comparison_last_year",
            said(
                N_("Alternatives compared with the reference ({reference}), {year}"),
                reference=reference,
                year=str(report.last_year),
            ),
            table[table["year"] == report.last_year],
            [
                "alternative",
                "alternative_eur_per_child_month",
                "difference_eur_per_child_month",
                "ratio",
                "support_eur_per_child_month",
                "switch_point_support_eur_per_child_month",
                "switch_point_multiple",
            ],
            row_headers=1,
            notes=[how, not_adjusted(), sources],
        ),
        by_year(
            "ratio_by_year",
            said(
                N_("Ratio by year: cost of the reference ({reference}) / cost of the alternative"),
                reference=reference,
            ),
            in_order(table, ["alternative", "year"]),
            ["alternative"],
            "ratio",
            report.years,
            notes=[*series_notes(report), not_adjusted(), sources],
        ),
    ]
    return report.section([*blocks, *_plausibility(report, table)])


def _plausibility(report: CostComparison, comparison: pd.DataFrame) -> list[Block]:
    """Note a ratio of institution to foster family outside the range that others published."""
    band = report.parameter_values["institution_to_foster_ratio"][1]
    pair = (comparison["reference"] == "institution") & (
        comparison["alternative"] == "foster_family"
    )
    outside = comparison[pair & ~comparison["ratio"].between(band.low, band.high)]
    outside = outside.dropna(subset="ratio")
    if outside.empty:
        return []
    note = said(
        N_(
            "The ratio of institution to foster family lies outside the range of {low} to {high} "
            "that other countries have published ({years}); check the data."
        ),
        years=years_in_words(outside["year"].to_list()),
        low=lambda say: say.number(float(band.low or 0), 1),
        high=lambda say: say.number(float(band.high or 0), 1),
    )
    return [text_block(note)]


def show_payers(report: CostComparison) -> Section:
    """Show who pays for each arrangement; amounts and shares add up as shown."""
    split = report.evaluation.tables["payer_split"]
    split = split[split["year"] == report.last_year].copy()
    for _, rows in split.dropna(subset="share").groupby("care_arrangement"):
        amounts = rows["amount_eur"]
        split.loc[rows.index, "amount_eur"] = largest_remainder(
            amounts.to_list(), 2, float(amounts.sum())
        )
        shares = largest_remainder((100 * rows["share"]).to_list(), 1, 100.0)
        split.loc[rows.index, "share"] = [share / 100 for share in shares]
    note = said(
        N_(
            "The cost of capital is attributed to the owner of the institution. Rounded by "
            "largest remainders, so that the payers add up to the total."
        )
    )
    title = said(N_("Who pays for each arrangement, {year}"), year=str(report.last_year))
    columns = ["care_arrangement", "payer", "amount_eur", "share"]
    notes = [note, source_note(report, COST_INPUTS)]
    return report.section([listed("payers", title, split, columns, row_headers=2, notes=notes)])


def show_providers(report: CostComparison) -> Section:
    """Show each provider's cost per child beside its occupancy in the last year."""
    table = report.evaluation.tables["provider_unit_costs"]
    table = table[table["year"] == report.last_year]
    names = report.providers.set_index("provider")["name_lv"]
    return report.section(
        [
            listed(
                "providers",
                said(N_("Occupancy and cost of each provider, {year}"), year=str(report.last_year)),
                table,
                [
                    "provider",
                    "care_arrangement",
                    "child_months",
                    "occupancy",
                    MONTHLY,
                    "cost_per_place_month_eur",
                ],
                row_headers=1,
                notes=[source_note(report, ["costs", "assets", "activity"])],
                words={"provider": {str(key): same(name) for key, name in names.items()}},
            )
        ]
    )


def show_statutory_packages(report: CostComparison) -> Section:
    """Show what the law pays per child-month, averaged over the months of each year."""
    note = said(
        N_(
            "Remuneration shared by the children of the household plus maintenance of the child; "
            "where a rate changed within a year, the average of its twelve months."
        )
    )
    return report.section(
        [
            by_year(
                "statutory_packages",
                said(N_("Statutory payments per child-month by year, EUR")),
                report.evaluation.tables["statutory_packages"],
                ["care_arrangement", "age_band", "children_in_household"],
                "package_eur_per_child_month",
                report.years,
                notes=[note, source_note(report, ["statutory_rates"])],
            )
        ]
    )
