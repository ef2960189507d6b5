"""Chapter “What the cost is made of”: parts, what they cover, and capital valued otherwise."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dieval.present import figures
from dieval.present.blocks import (
    Block,
    Cell,
    Column,
    Section,
    cell_value,
    figure_block,
    heading_block,
    list_block,
    table_block,
    text_block,
)
from dieval.present.cost_comparison import (
    COST_INPUTS,
    MONTHLY,
    UNIT_COST_INPUTS,
    CostComparison,
    arrangement_name,
    how_difference,
    missing_notes,
    no_data_block,
)
from dieval.present.hidden import hidden_in, hidden_picture, rows_left_out
from dieval.present.language import N_, Bilingual, listing, money, percentage, said, word
from dieval.present.report import source_note
from dieval.present.rounding import largest_remainder
from dieval.present.tables import shown_column
from dieval.vocabulary import (
    COST_PARTS,
    FAMILY_BASED,
    HIDDEN,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    STATUTORY_ARRANGEMENTS,
    is_hidden,
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
    whole = known.set_index("care_arrangement")[MONTHLY]
    drawn = wide[~hidden_in(wide).any(axis=1)]
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
        for name, row in drawn.iterrows()
    ]
    of_year = units[units["year"] == report.last_year]
    unseen = of_year.loc[hidden_in(of_year[MONTHLY]), "care_arrangement"]
    left_out = [
        word("care_arrangement", str(name))
        for name in (*wide.index.difference(drawn.index), *unseen)
    ]
    picture = (
        hidden_picture()
        if drawn.empty
        else figure_block(
            "unit_cost_parts_last_year",
            title,
            said(
                N_("Stacked bars of the cost per child-month: {bars}."),
                bars=lambda say: "; ".join(bar[say.code] for bar in bars),
            ),
            figures.stacked_bars(
                drawn,
                arrangement_name,
                lambda say, part: say.word("part", part),
                lambda say: say.text(N_("EUR per child-month")),
            ),
            [*rows_left_out(left_out), sources],
        )
    )
    blocks = [
        picture,
        _parts_table(wide, whole, title, sources),
        *(text_block(note) for note in missing_notes(report, [report.last_year])),
        *_perimeter(report),
    ]
    allowance = report.evaluation.recorded_allowance_eur
    if allowance:
        note = said(
            N_(
                "Recorded allowances of {amount} to foster families and guardians are not added: "
                "the statutory payments already stand for them."
            ),
            amount=money(allowance, 2),
        )
        blocks.append(text_block(note))
    return report.section([*blocks, *_capital_scenarios(report)])


def _parts_table(
    wide: pd.DataFrame, whole: pd.Series, title: Bilingual, sources: Bilingual
) -> Block:
    """Show parts by arrangement, rounded so that each column adds up to its total.

    With a hidden part the others are rounded one by one, and the total is that of the arrangement.
    """
    partly = hidden_in(wide).any(axis=1)
    totals = {
        str(name): round(float(whole[name] if partly[name] else row.sum()), 2)
        for name, row in wide.iterrows()
    }
    rounded = pd.DataFrame(
        {
            name: wide.loc[name].round(2).to_list()
            if partly[name]
            else largest_remainder(wide.loc[name].fillna(0.0).to_list(), 2, total)
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
            else {"symbol": _why_no_part(name, part, wide.loc[name, part])}
            for name in totals
        ]
        rows.append([part, *shown])
    rows.append([said(N_("Total")), *totals.values()])
    note = said(N_("Rounded by largest remainders, so that the parts add up to the total."))
    return table_block(
        "unit_cost_parts_by_arrangement", title, columns, rows, notes=[note, sources]
    )


def _why_no_part(arrangement: str, part: str, amount: object) -> str:
    """Tell whether a part of cost is hidden, cannot be there, or only is not recorded."""
    if is_hidden(amount):
        return HIDDEN
    statutory = arrangement in STATUTORY_ARRANGEMENTS
    if part in ("remuneration", "maintenance"):
        return NOT_AVAILABLE if statutory else NOT_APPLICABLE
    if part == "allowance":
        return NOT_APPLICABLE if statutory else NOT_AVAILABLE
    if arrangement in FAMILY_BASED and part in ("staff", "capital"):
        return NOT_APPLICABLE
    return NOT_AVAILABLE


def _perimeter(report: CostComparison) -> list[Block]:
    """Show what each cost covers and what it lacks: a fair comparison covers the same."""
    perimeter = report.evaluation.tables["perimeter"]
    if perimeter.empty:
        return []
    wide = perimeter.pivot(index="care_arrangement", columns="element", values="included")
    wide = wide.reindex(perimeter["care_arrangement"].drop_duplicates())
    elements = list(perimeter["element"].drop_duplicates())
    columns = [
        shown_column("care_arrangement"),
        *(
            Column(word("element", element, sentence_start=True), kind="word", words="included")
            for element in elements
        ),
    ]
    rows = [[name, *(wide.loc[name, element] for element in elements)] for name in wide.index]
    lacking = perimeter[perimeter["included"] == "no"]
    items = [
        said(
            N_("{arrangement}: {elements}."),
            arrangement=word("care_arrangement", str(arrangement), sentence_start=True),
            elements=listing([word("element", element) for element in missing["element"]]),
        )
        for arrangement, missing in lacking.groupby("care_arrangement", sort=False)
    ]
    lists = [text_block(said(N_("Not included:"))), list_block(items)] if items else []
    same_cover = said(N_("Every arrangement covers the same elements of cost."))
    title = said(N_("What the cost of each arrangement covers, {year}"), year=str(report.last_year))
    return [
        heading_block(3, said(N_("What is included"))),
        table_block(
            "perimeter",
            title,
            columns,
            rows,
            notes=[source_note(report, COST_INPUTS)] if items else [same_cover],
        ),
        *lists,
    ]


def _capital_scenarios(report: CostComparison) -> list[Block]:
    """Show costs and differences with capital at other values and other discount rates."""
    table = report.evaluation.tables["capital_scenarios"]
    capital = table["capital_eur_per_child_month"]
    known = capital.mask(hidden_in(capital), 1.0)  # where it is hidden, there is some
    with_capital = known.groupby(table["care_arrangement"]).transform("max")
    costs = table[with_capital > 0]
    if costs.empty:
        return []
    differences = table[table["care_arrangement"] != report.reference]
    year, sources = str(report.last_year), source_note(report, [*UNIT_COST_INPUTS, "price_index"])
    how = said(
        N_(
            "Replacement cost = recorded cost × price index of the year / price index of the year "
            "of purchase. An asset bought before the index begins is revalued from the index’s "
            "first year on: a lower bound."
        )
    )
    blocks = [
        heading_block(3, said(N_("Capital valued in other ways"))),
        _by_rate(
            "capital_scenario_costs",
            said(N_("Cost per child-month by value of capital and discount rate, EUR, {year}"),
                 year=year),
            costs,
            MONTHLY,
            [how, sources],
        ),
    ]  # fmt: skip
    if differences["difference_eur_per_child_month"].notna().any():
        title = said(
            N_(
                "Difference to the reference ({reference}) by value of capital and discount rate, "
                "EUR per child-month, {year}"
            ),
            reference=word("care_arrangement", report.reference),
            year=year,
        )
        notes = [how_difference(), sources]
        name, value = "capital_scenario_differences", "difference_eur_per_child_month"
        blocks.append(_by_rate(name, title, differences, value, notes))
    return blocks


def _by_rate(
    name: str, title: Bilingual, table: pd.DataFrame, value: str, notes: list[Bilingual]
) -> Block:
    rates = sorted(table["discount_rate"].unique())
    key = ["care_arrangement", "valuation"]
    wide = table.pivot(index=key, columns="discount_rate", values=value)
    columns = [
        *(shown_column(column) for column in key),
        *(Column(percentage(rate), decimals=2) for rate in rates),
    ]
    rows: list[list[Cell]] = [
        [*head, *(cell_value(wide.loc[head, rate]) for rate in rates)]
        for head in table[key].drop_duplicates().itertuples(index=False, name=None)
    ]
    return table_block(name, title, columns, rows, row_headers=2, notes=notes, on_amounts=True)
