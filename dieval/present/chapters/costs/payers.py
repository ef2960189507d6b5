"""Chapter “Who pays”: the split by payer, and what moves when one child moves."""

from __future__ import annotations

import pandas as pd

from dieval.costs.unit_costs import in_order
from dieval.present import figures
from dieval.present.blocks import (
    Block,
    Cell,
    Column,
    Section,
    cell_value,
    figure_block,
    heading_block,
    table_block,
)
from dieval.present.cost_comparison import (
    COST_INPUTS,
    UNIT_COST_INPUTS,
    CostComparison,
    arrangement_name,
    no_data_block,
    with_unknown_years,
)
from dieval.present.hidden import (
    any_hidden,
    hidden_in,
    hidden_picture,
    rows_left_out,
    total,
    without_hidden,
    zero_where_absent,
)
from dieval.present.language import (
    N_,
    Bilingual,
    joined,
    listing,
    percentage,
    said,
    semicolons,
    signed_money,
    word,
)
from dieval.present.report import source_note
from dieval.present.rounding import largest_remainder
from dieval.present.tables import by_year, listed, shown_column
from dieval.vocabulary import NOT_APPLICABLE, PAYERS

CHANGES = ("change_eur_per_child_month", "change_at_once_eur_per_child_month")


def show_payers(report: CostComparison) -> Section:
    """Show who pays for each arrangement; amounts and shares add up as shown."""
    every_year = _closing(report.evaluation.tables["payer_split"])
    split = every_year[every_year["year"] == report.last_year]
    if split.empty:
        return report.section([no_data_block()])
    note = said(
        N_(
            "The cost of capital is attributed to the owner of the institution. Rounded by "
            "largest remainders, so that the payers add up to the total."
        )
    )
    sources = source_note(report, COST_INPUTS)
    title = said(N_("Who pays for each arrangement, {year}"), year=str(report.last_year))
    columns = ["care_arrangement", "payer", "amount_eur", "share"]
    blocks = [
        *_bars(report),
        listed("payers", title, split, columns, row_headers=2, notes=[note, sources]),
        *_by_year(report, every_year, [note, sources]),
        *_shift(report),
    ]
    return report.section(blocks)


def _closing(split: pd.DataFrame) -> pd.DataFrame:
    """Round amounts to the cent and shares to a tenth so that they add up in every year."""
    closed = split.copy()
    whole = without_hidden(closed, ["amount_eur", "share"], ["care_arrangement", "year"])
    for _, rows in whole.dropna(subset="share").groupby(["care_arrangement", "year"]):
        amounts = rows["amount_eur"]
        closed.loc[rows.index, "amount_eur"] = largest_remainder(
            amounts.to_list(), 2, float(amounts.sum())
        )
        shares = largest_remainder((100 * rows["share"]).to_list(), 1, 100.0)
        closed.loc[rows.index, "share"] = [share / 100 for share in shares]
    return closed


def _by_year(report: CostComparison, split: pd.DataFrame, notes: list[Bilingual]) -> list[Block]:
    """Show amounts and shares of every year; a payer that paid nothing in a known year has 0."""
    key = ["care_arrangement", "payer"]
    known = split[["care_arrangement", "year"]].drop_duplicates()
    complete = split[key].drop_duplicates().merge(known, on="care_arrangement")
    complete = complete.merge(split, on=[*key, "year"], how="left")
    complete[["amount_eur", "share"]] = zero_where_absent(complete[["amount_eur", "share"]])
    unshared = split["share"].isna() & ~hidden_in(split["share"])
    refunds = split.loc[unshared, ["care_arrangement", "year"]].drop_duplicates()
    refunded = complete.merge(
        refunds, on=["care_arrangement", "year"], how="left", indicator="with_"
    )
    complete["share"] = complete["share"].where((refunded["with_"] == "left_only").to_numpy())
    complete = in_order(with_unknown_years(report, complete, "care_arrangement"), [*key, "year"])
    tables = {
        "payer_amounts_by_year": ("amount_eur", said(N_("What each payer pays by year, EUR"))),
        "payer_shares_by_year": ("share", said(N_("Share of each payer by year"))),
    }
    return [
        by_year(
            name,
            title,
            complete,
            key,
            value,
            report.years,
            notes=notes,
            decimals=0 if value == "amount_eur" else 1,
            absent=NOT_APPLICABLE,
            on_amounts=True,
        )
        for name, (value, title) in tables.items()
    ]


def _bars(report: CostComparison) -> list[Block]:
    """Draw the shares of the payers in the last year."""
    split = report.evaluation.tables["payer_split"]
    every = split[split["year"] == report.last_year]
    shares = without_hidden(every, ["share"], ["care_arrangement"]).dropna(subset="share")
    if shares.empty:
        return [hidden_picture()] if any_hidden(every["share"]) else []
    left_out = [
        word("care_arrangement", str(code))
        for code in every["care_arrangement"].drop_duplicates()
        if code not in set(shares["care_arrangement"])
        and any_hidden(every.loc[every["care_arrangement"] == code, "share"])
    ]
    wide = shares.pivot(index="care_arrangement", columns="payer", values="share")
    wide = wide.reindex(shares["care_arrangement"].drop_duplicates())
    wide = wide[[payer for payer in PAYERS if payer in wide.columns]]
    most = [
        said(
            N_("{arrangement}: {payer} {share}"),
            arrangement=word("care_arrangement", str(name)),
            payer=word("payer", str(row.idxmax())),
            share=percentage(float(row.max())),
        )
        for name, row in wide.iterrows()
    ]
    alt = said(
        N_("Bars of the payers’ shares. Who pays most: {items}."),
        items=semicolons(most),
    )
    title = said(N_("Who pays: share of the cost, {year}"), year=str(report.last_year))
    picture = figures.payer_bars(
        wide,
        arrangement_name,
        lambda say, payer: say.word("payer", payer),
        lambda say: say.text(N_("Share of the cost")),
    )
    notes = [*rows_left_out(left_out), source_note(report, COST_INPUTS)]
    return [figure_block("payer_bars", title, alt, picture, notes)]


def _shift(report: CostComparison) -> list[Block]:
    """Show what each payer pays more or less when one child moves."""
    table = report.evaluation.tables["payer_shift"]
    alternative = report.main_alternative
    if table.empty or alternative is None:
        return []
    year = str(report.last_year)
    how = said(
        N_(
            "Change = what the payer pays in the alternative − in the reference. In full: all "
            "costs of the reference are saved. At first: only what is spent on the child "
            "itself is saved there, because staff, premises and capital stay; see the parameters. "
            "The alternative counts at its full cost, as if a new place or family were needed. "
            "Amounts are rounded one by one."
        )
    )
    sources = source_note(report, UNIT_COST_INPUTS)
    ours = table[table["alternative"] == alternative].set_index("payer")
    names = {
        "reference": word("care_arrangement", report.reference),
        "alternative": word("care_arrangement", alternative),
    }
    steps = [
        said(
            N_("{payer} {change} in full and {at_once} at first"),
            payer=word("payer", str(payer)),
            change=signed_money(float(row[CHANGES[0]])),
            at_once=signed_money(float(row[CHANGES[1]])),
        )
        for payer, row in ours.iterrows()
    ]
    if any_hidden(ours[list(CHANGES)]):
        return [
            heading_block(3, said(N_("If one child moved"))),
            hidden_picture(),
            _shift_table(table, report, names["reference"], [how, sources]),
        ]
    title = said(
        N_("One child moves: {reference} → {alternative}, EUR per month by payer, {year}"),
        year=year,
        **names,
    )
    changes = ours[list(CHANGES)].sum()
    together = said(
        N_("All payers together: {change} in full, {at_once} at first."),
        change=signed_money(float(changes[CHANGES[0]])),
        at_once=signed_money(float(changes[CHANGES[1]])),
    )
    bars = said(N_("Bars of what changes for each payer per month: {items}."), items=listing(steps))
    alt = joined(bars, together)
    picture = figures.diverging_bars(
        ours[list(CHANGES)],
        lambda say, payer: word("payer", payer, sentence_start=True)[say.code],
        lambda say, change: say.word("change", change),
        lambda say: say.text(N_("Change, EUR per month")),
    )
    return [
        heading_block(3, said(N_("If one child moved"))),
        figure_block("payer_shift", title, alt, picture, [together, how, sources]),
        _shift_table(table, report, names["reference"], [how, sources]),
    ]


def _shift_table(
    table: pd.DataFrame, report: CostComparison, reference: Bilingual, notes: list[Bilingual]
) -> Block:
    """Show the changes of all payers, and what they are together."""
    columns = [
        "reference_payer_eur_per_child_month",
        "alternative_payer_eur_per_child_month",
        *CHANGES,
    ]
    rows: list[list[Cell]] = []
    for alternative, changes in table.groupby("alternative", sort=False):
        for row in changes.itertuples():
            amounts = [cell_value(getattr(row, column)) for column in columns]
            rows.append([str(alternative), word("payer", str(row.payer)), *amounts])
        sums = [cell_value(total(changes[column])) for column in columns]
        rows.append([str(alternative), said(N_("Total")), *sums])
    headings = [
        shown_column("alternative"),
        Column(said(N_("Payer")), kind="text"),
        *(shown_column(column) for column in columns),
    ]
    title = said(
        N_("What payers pay more or less per month if one child moved ({reference} → …), {year}"),
        reference=reference,
        year=str(report.last_year),
    )
    return table_block("payer_shift_table", title, headings, rows, row_headers=2, notes=notes)
