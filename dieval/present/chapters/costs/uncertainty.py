"""Chapter “How sure”: simulation, intervals of the ratio, and one value changed at a time."""

from __future__ import annotations

import pandas as pd

from dieval.costs.intervals import ENOUGH_PROVIDERS, FEW_PROVIDERS
from dieval.costs.unit_costs import in_order
from dieval.present import figures
from dieval.present.blocks import (
    Block,
    Cell,
    Section,
    cell_value,
    figure_block,
    heading_block,
    table_block,
)
from dieval.present.cost_comparison import (
    UNIT_COST_INPUTS,
    CostComparison,
    arrangement_name,
    break_notes,
    how_difference,
    need_notes,
    no_comparison_block,
    no_data_block,
    with_unknown_years,
)
from dieval.present.hidden import any_hidden, hidden_in, hidden_picture, rows_left_out
from dieval.present.language import (
    N_,
    Bilingual,
    in_both,
    listing,
    money,
    percentage,
    said,
    semicolons,
    word,
)
from dieval.present.report import source_note
from dieval.present.tables import by_year, listed, shown_column
from dieval.vocabulary import NOT_APPLICABLE

# How the values of each uncertain parameter are written.
IN_PERCENT = ("discount_rate", "occupancy", "alternative_occupancy")
MULTIPLES = ("support_multiple",)


def show_uncertainty(report: CostComparison) -> Section:
    """Show how sure the comparison is: all data at once, between providers, and one by one."""
    if not report.compared:
        return report.section([no_comparison_block(report)])
    sources = source_note(report, UNIT_COST_INPUTS)
    return report.section(
        [
            heading_block(3, said(N_("All uncertain data at once"))),
            *_simulation(report, sources),
            heading_block(3, said(N_("Intervals of the ratio"))),
            *_ratios(report, sources),
            heading_block(3, said(N_("One value at a time"))),
            *_sensitivity(report, sources),
        ]
    )


def _simulation(report: CostComparison, sources: Bilingual) -> list[Block]:
    every_year = report.evaluation.tables["simulation"]
    table = every_year[every_year["year"] == report.last_year]
    how = said(
        N_(
            "{draws} repetitions. Each takes costs, child-days, the mix of households and the "
            "discount rate at random; how widely they vary depends on the evidence of their "
            "sources (error factors in the list of parameters). 90 % of the results lie between "
            "the 5 % and the 95 % quantile."
        ),
        draws=lambda say: say.number(report.parameters["draws"]),
    )
    title = said(
        N_("Simulated difference to the reference ({reference}), EUR per child-month, {year}"),
        reference=word("care_arrangement", report.reference),
        year=str(report.last_year),
    )
    every = table.set_index("alternative")
    rows = every[~hidden_in(every[["p05", "p50", "p95"]]).any(axis=1)]
    left_out = [word("care_arrangement", str(code)) for code in every.index.difference(rows.index)]
    items = [
        said(
            N_("{alternative} {middle} ({low} to {high})"),
            alternative=word("care_arrangement", str(name)),
            middle=money(row["p50"]),
            low=money(row["p05"]),
            high=money(row["p95"]),
        )
        for name, row in rows.iterrows()
    ]
    alt = said(
        N_("Medians and 90 % intervals of the difference: {items}."),
        items=semicolons(items),
    )
    picture = (
        hidden_picture()
        if rows.empty
        else figure_block(
            "simulation_intervals",
            title,
            alt,
            figures.intervals(
                rows[["p05", "p50", "p95"]],
                arrangement_name,
                lambda say: say.text(N_("Reference − alternative, EUR per child-month")),
                lambda say: say.text(N_("no difference")),
            ),
            [how, *rows_left_out(left_out), sources],
        )
    )
    return [
        picture,
        listed(
            "simulation",
            said(
                N_("How likely it is that each alternative costs less, {year}"),
                year=str(report.last_year),
            ),
            table,
            ["alternative", "probability_cheaper", "p05", "p50", "p95"],
            row_headers=1,
            notes=[how_difference(), *need_notes(report), sources],
        ),
        by_year(
            "probability_by_year",
            said(N_("Probability of costing less than the reference, by year")),
            in_order(
                with_unknown_years(report, every_year, "alternative"), ["alternative", "year"]
            ),
            ["alternative"],
            "probability_cheaper",
            report.years,
            notes=[*break_notes(report), *need_notes(report), sources],
            absent=NOT_APPLICABLE,
            on_amounts=True,
        ),
    ]


def _ratios(report: CostComparison, sources: Bilingual) -> list[Block]:
    key = ["year", "reference", "alternative"]
    table = report.evaluation.tables["comparison"].merge(
        report.evaluation.tables["provider_bootstrap"], on=key
    )
    table = table[table["year"] == report.last_year]
    notes = [
        said(
            N_(
                "Low and high end: 95 % interval of the ratio that follows from the errors of the "
                "data and from the mix of households (Fieller)."
            )
        )
    ]
    refused = table[table["ratio_g"] >= 1]
    if len(refused):
        notes.append(
            said(
                N_(
                    "No finite interval: the cost of the alternative is too uncertain to divide by "
                    "({alternatives})."
                ),
                alternatives=listing([word("care_arrangement", c) for c in refused["alternative"]]),
            )
        )
    notes.append(
        said(
            N_(
                "Between providers: 95 % of the ratios when the providers with children are drawn "
                "at random again and again. All providers are in the data, so this says how much "
                "providers differ; it is not a sampling error."
            )
        )
    )
    if (table["caution"] == FEW_PROVIDERS).any():
        notes.append(
            said(
                N_("Few providers: with fewer than {enough} the interval says little."),
                enough=str(ENOUGH_PROVIDERS),
            )
        )
    return [
        listed(
            "ratio_intervals",
            said(N_("Ratio with its intervals, {year}"), year=str(report.last_year)),
            table,
            [
                "alternative",
                "ratio",
                "ratio_low",
                "ratio_high",
                "providers",
                "bootstrap_ratio_low",
                "bootstrap_ratio_high",
                "caution",
            ],
            row_headers=1,
            notes=[*notes, *need_notes(report), sources],
            on_amounts=True,
        )
    ]


def value_in_words(parameter: str, value: float) -> Bilingual:
    """Write a value of an uncertain parameter in its unit."""
    if parameter in IN_PERCENT:
        return percentage(value)
    if parameter in MULTIPLES:
        return in_both(lambda say: f"{say.number(value, 1)}\u00a0×")
    return money(value)


def _sensitivity(report: CostComparison, sources: Bilingual) -> list[Block]:
    table = report.evaluation.tables["sensitivity"]
    if table.empty:
        return [no_data_block()]
    how = said(
        N_(
            "One value is changed at a time, all others stay. The switch value is the value "
            "at which both cost the same; z where there is none."
        )
    )
    ranges = said(
        N_("Sources of the ranges: {items}."),
        items=semicolons(
            [
                said(
                    N_("{parameter} – {source}"),
                    parameter=word("parameter", str(parameter)),
                    source=word("range_source", str(source)),
                )
                for parameter, source in table.drop_duplicates("parameter")[
                    ["parameter", "range_source"]
                ].itertuples(index=False)
            ]
        ),
    )
    columns = ["alternative", "parameter", "low", "base", "high"]
    columns += ["outcome_low", "outcome_high", "switch_value"]
    values = ("low", "base", "high", "switch_value")
    rows: list[list[Cell]] = []
    for row in table.itertuples():
        cells = [cell_value(getattr(row, column), NOT_APPLICABLE) for column in columns]
        for column in values:
            value = getattr(row, column)
            if pd.notna(value):
                cells[columns.index(column)] = value_in_words(row.parameter, float(value))
        rows.append(cells)
    shown = [shown_column(column) for column in columns]
    year = str(report.last_year)
    title = said(
        N_("Difference when one value changes (reference: {reference}), {year}"),
        reference=word("care_arrangement", report.reference),
        year=year,
    )
    block = table_block(
        "sensitivity", title, shown, rows, row_headers=2,
        notes=[how, ranges, how_difference(), *need_notes(report), sources],
    )  # fmt: skip
    return [*_tornado(report, table, sources), block]


def _tornado(report: CostComparison, table: pd.DataFrame, sources: Bilingual) -> list[Block]:
    """Draw which uncertain value moves the difference to one alternative most."""
    alternative = report.main_alternative
    ours = table[table["alternative"] == alternative]
    if alternative is None or ours.empty:
        return []
    if any_hidden(ours[["low", "high", "outcome_low", "outcome_base", "outcome_high"]]):
        return [hidden_picture()]
    bars = ours[["parameter", "outcome_low", "outcome_high"]].assign(
        low_label=[value_in_words(r.parameter, r.low) for r in ours.itertuples()],
        high_label=[value_in_words(r.parameter, r.high) for r in ours.itertuples()],
    )
    labels = {name: word("parameter", str(name), sentence_start=True) for name in ours["parameter"]}
    switches = {
        row.parameter: said(
            N_("(switch value {value})"),
            value=value_in_words(row.parameter, float(row.switch_value)),
        )
        if pd.notna(row.switch_value)
        else said(N_("(no switch value)"))
        for row in ours.itertuples()
    }
    base = float(ours["outcome_base"].iloc[0])
    widest = ours.iloc[0]
    names = {
        "reference": word("care_arrangement", report.reference),
        "alternative": word("care_arrangement", alternative),
    }
    title = said(
        N_("What moves the difference between {reference} and {alternative}, {year}"),
        year=str(report.last_year),
        **names,
    )
    alt = said(
        N_(
            "Tornado of the difference, {base} as it is. Widest: {parameter}, with differences "
            "from {low} to {high}."
        ),
        base=money(base),
        parameter=word("parameter", str(widest["parameter"])),
        low=money(min(widest["outcome_low"], widest["outcome_high"])),
        high=money(max(widest["outcome_low"], widest["outcome_high"])),
    )
    picture = figures.tornado(
        bars,
        base,
        lambda say, name: f"{labels[name][say.code]}\n{switches[name][say.code]}",
        lambda say: say.text(N_("Reference − alternative, EUR per child-month")),
        lambda say: say.text(N_("no difference")),
        (
            lambda say: say.text(N_("low end of the range")),
            lambda say: say.text(N_("high end of the range")),
        ),
    )
    return [figure_block("tornado", title, alt, picture, [sources])]
