"""Who pays for a plan and who saves by it."""

from __future__ import annotations

import pandas as pd

from dieval.present import figures, style
from dieval.present.blocks import (
    Block,
    Cell,
    Column,
    cell_value,
    figure_block,
    table_block,
    text_block,
)
from dieval.present.hidden import any_hidden
from dieval.present.language import (
    N_,
    Bilingual,
    listing,
    said,
    signed_money,
    word,
)
from dieval.present.reorganisation_annex import ReorganisationAnnex
from dieval.present.tables import shown_column
from dieval.vocabulary import PAYERS


def payer_blocks(
    report: ReorganisationAnnex, how: Bilingual, sources: list[Bilingual]
) -> list[Block]:
    """Show what each payer gains or loses, year by year and in all.

    Parameters
    ----------
    report : ReorganisationAnnex
    how : dict of str
        In which money amounts are.
    sources : list of dict of str
        What they rest on.
    """
    budget = report.tables["budget_by_payer"]
    wide = budget.pivot(index="year", columns="payer", values="net_eur")
    wide = wide.reindex(columns=[payer for payer in PAYERS if payer in wide])
    moved = wide.columns[(wide.fillna(1.0) != 0).any()]
    hidden = any_hidden(wide)
    wide = wide[list(moved)]
    note = said(
        N_(
            "Above 0 the payer saves, compared with keeping the institution; below 0 it pays more. "
            "All municipalities count as one payer. Shares of the payers are those of the last "
            "recorded year, also where a fund’s programme ends earlier."
        )
    )
    blocks: list[Block] = []
    if wide.notna().any(axis=None):
        blocks.append(_picture(report, wide, [note, how, *sources]))
    if wide.isna().any(axis=None) and not hidden:
        blocks.append(
            text_block(
                said(
                    N_(
                        "Who pays is not known for all costs: the ledger of the institution before "
                        "the plan, or the payers of an arrangement, are not recorded."
                    )
                )
            )
        )
    return [*blocks, _table(report, wide, [note, how, *sources])]


def _picture(report: ReorganisationAnnex, wide: pd.DataFrame, notes: list[Bilingual]) -> Block:
    sums = report.tables["payer_summary"].set_index("payer")["net_eur"]
    items = [
        said("{payer} {net}", payer=word("payer", str(payer)), net=signed_money(float(sums[payer])))
        for payer in wide.columns
        if pd.notna(sums[payer])
    ]
    title = said(N_("What each payer saves (above 0) or pays more (below 0), by year"))
    alt = (
        said(
            N_("Columns of savings and further costs by year; over all years: {items}."),
            items=listing(items),
        )
        if items
        else said(N_("Columns of savings and further costs by year; part of them is not known."))
    )
    picture = figures.columns_by_year(
        wide,
        lambda say, payer: say.word("payer", payer),
        style.PAYER_STYLES,
        lambda say: say.text(N_("EUR a year")),
        net_label=lambda say: say.text(N_("all payers together")),
    )
    return figure_block("payers", title, alt, picture, notes)


def _table(report: ReorganisationAnnex, wide: pd.DataFrame, notes: list[Bilingual]) -> Block:
    """Show savings by payer and year, their sums and net present values."""
    summary = report.tables["payer_summary"].set_index("payer")
    whole = report.tables["transition"].set_index("year")["net_eur"]
    worth = report.tables["transition_summary"].iloc[0]
    payers = [str(payer) for payer in wide.columns]
    rows: list[list[Cell]] = [
        [
            str(year),
            *(cell_value(float(wide.loc[year, payer])) for payer in payers),
            cell_value(float(whole[year])),
        ]
        for year in wide.index
    ]
    for label, column in (
        (said(N_("Sum")), "net_eur"),
        (said(N_("Net present value")), "npv_eur"),
        (said(N_("Greatest funding need")), "peak_funding_eur"),
    ):
        amounts = [cell_value(float(summary.loc[payer, column])) for payer in payers]
        rows.append([label, *amounts, cell_value(float(worth[column]))])
    headings = [
        Column(shown_column("year").heading, kind="text"),
        *(
            Column(word("payer", payer, sentence_start=True), unit=said(N_("EUR")))
            for payer in payers
        ),
        Column(said(N_("All payers")), unit=said(N_("EUR"))),
    ]
    title = said(N_("Savings by payer and year"))
    return table_block("budget_by_payer", title, headings, rows, notes=notes)
