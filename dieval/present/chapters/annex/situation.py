"""Chapter “Present situation”: children, cost, what it is made of, who pays, and the region."""

from __future__ import annotations

from dieval.present.blocks import Block, Section, heading_block, text_block
from dieval.present.cost_comparison import UNIT_COST_INPUTS
from dieval.present.language import N_, Bilingual, said
from dieval.present.reorganisation_annex import ReorganisationAnnex, constant_prices, need_note
from dieval.present.tables import listed

HOME_INPUTS = ("costs", "assets", "activity")
YEARS_SHOWN = ["year", "average_children", "places", "occupancy", "total_eur"]
COSTS_SHOWN = [
    "year",
    "cost_per_child_month_eur",
    "real_cost_per_child_month_eur",
    "arrangement_real_cost_per_child_month_eur",
]


def show_situation(report: ReorganisationAnnex) -> Section:
    """Show the home before the plan, and what care costs in its region."""
    return report.section([*_home(report), *_elsewhere(report)])


def _home(report: ReorganisationAnnex) -> list[Block]:
    table = report.tables["situation"]
    if table.empty:
        return [
            text_block(
                said(
                    N_(
                        "Neither cost nor children of this institution are recorded before {year}. "
                        "Add its ledger to costs and its child-days to activity."
                    ),
                    year=str(report.years[0]),
                )
            )
        ]
    sources = report.sources_of(*HOME_INPUTS)
    whole = said(
        N_(
            "Children and places on average: child-days and place-days divided by the days of "
            "the year. Total cost: ledger and annuitised capital, in prices of the year."
        )
    )
    return [
        listed(
            "situation",
            said(N_("Children, places and cost of the institution")),
            table,
            YEARS_SHOWN,
            row_headers=1,
            notes=[whole, *sources],
        ),
        listed(
            "situation_costs",
            said(N_("Cost per child-month of the institution and of the region")),
            table,
            COSTS_SHOWN,
            row_headers=1,
            notes=[constant_prices(report), *report.sources_of(*HOME_INPUTS, "price_index")],
        ),
        *_of_base_year(report, sources),
    ]


def _of_base_year(report: ReorganisationAnnex, sources: list[Bilingual]) -> list[Block]:
    """Show what the cost of the last year before the plan is made of, and who pays."""
    year = str(report.evaluation.base_year)
    parts, payers = report.tables["situation_parts"], report.tables["situation_payers"]
    blocks = []
    if len(parts):
        blocks.append(
            listed(
                "situation_parts",
                said(N_("What the cost of the institution is made of, {year}"), year=year),
                parts,
                ["part", "amount_eur", "share", "cost_per_child_month_eur"],
                row_headers=1,
                notes=sources,
            )
        )
    if len(payers):
        blocks.append(
            listed(
                "situation_payers",
                said(N_("Who pays for the institution, {year}"), year=year),
                payers,
                ["payer", "amount_eur", "share"],
                row_headers=1,
                notes=sources,
            )
        )
    return blocks


def _elsewhere(report: ReorganisationAnnex) -> list[Block]:
    """Show what a child costs in every arrangement of the region, in the plan's first year."""
    table = report.tables["costs_elsewhere"]
    first = table[table["year"] == report.years[0]]
    if first.empty:
        return []
    columns = [
        "care_arrangement",
        "cost_year",
        "cost_per_child_month_eur",
        "support_eur_per_child_month",
        "capital_eur_per_child_month",
    ]
    title = said(
        N_("What a child costs in the region, by care arrangement, for {year}"),
        year=str(report.years[0]),
    )
    return [
        heading_block(3, said(N_("What care costs elsewhere"))),
        listed(
            "costs_in_region",
            title,
            first,
            columns,
            row_headers=1,
            notes=[
                constant_prices(report),
                said(
                    N_(
                        "Cost of the year named: of the year itself, or of the last one recorded "
                        "before it, or else of the first one after it; support included."
                    )
                ),
                need_note(),
                *report.sources_of(*UNIT_COST_INPUTS, "price_index"),
            ],
            of="costs_elsewhere",
        ),
    ]
