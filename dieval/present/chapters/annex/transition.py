"""Chapter “Proposals: the cost”: year by year against keeping the home, and who pays."""

from __future__ import annotations

import pandas as pd

from dieval.plans.care_costs import DERIVED, RECORDED
from dieval.present import figures, style
from dieval.present.blocks import Block, Section, figure_block, heading_block, text_block
from dieval.present.chapters.annex.payers import payer_blocks
from dieval.present.cost_comparison import UNIT_COST_INPUTS
from dieval.present.hidden import any_hidden, hidden_in, zero_where_absent
from dieval.present.language import (
    N_,
    Bilingual,
    in_both,
    money,
    said,
    word,
)
from dieval.present.reorganisation_annex import (
    ReorganisationAnnex,
    constant_prices,
    few_years,
    need_note,
    no_plan_here_block,
)
from dieval.present.tables import by_year, listed

PLAN_INPUTS = (
    "cost_structure",
    "destinations",
    "transition_costs",
    *UNIT_COST_INPUTS,
    "price_index",
)
PARTS = ("institution_eur", "alternative_eur", "one_off_eur")
PART_STYLES = dict(zip(PARTS, style.SERIES_STYLES, strict=False))


def show_transition(report: ReorganisationAnnex) -> Section:
    """Show what the plan costs and saves, and who pays."""
    if not report.evaluation.has_plan:
        return report.section([no_plan_here_block()])
    net = report.tables["transition"]["net_eur"]
    known = net.notna().all() or any_hidden(net)
    return report.section(
        [
            heading_block(3, said(N_("What care costs in each year"))),
            *_costs(report),
            heading_block(3, said(N_("The plan and keeping the institution"))),
            *([] if known else [_unknown(report)]),
            *_years(report),
            *_one_off(report),
            heading_block(3, said(N_("The institution as it empties"))),
            *_emptying(report),
            heading_block(3, said(N_("Who pays and who saves"))),
            *payer_blocks(report, how(report), report.sources_of(*PLAN_INPUTS)),
        ]
    )


def how(report: ReorganisationAnnex) -> Bilingual:
    """Say in which money amounts are, and when they fall."""
    return said(
        N_(
            "Prices of {year}. Amounts fall at the end of a year; {first} is not discounted, later "
            "years at {rate} a year."
        ),
        year=report.price_year,
        first=str(report.years[0]),
        rate=in_both(lambda say: say.percent(report.parameters["discount_rate"])),
    )


def _unknown(report: ReorganisationAnnex) -> Block:
    """Say why the plan has no total."""
    reasons = []
    if report.evaluation.function_basis not in (RECORDED, DERIVED):
        reasons.append(
            said(
                N_(
                    "How the cost of the institution follows its children is not known: add rows "
                    "to cost_structure, or its ledger and child-days of a year before the plan."
                )
            )
        )
    table = report.tables["costs_elsewhere"]
    cost = table["cost_per_child_year_eur"]
    missing = table[cost.isna() & ~hidden_in(cost)]["care_arrangement"].unique()
    reasons += [
        said(
            N_(
                "No cost per child is known for this arrangement: {arrangement}. Add its costs and "
                "child-days to the data package, or plan another one."
            ),
            arrangement=word("care_arrangement", str(code)),
        )
        for code in missing
    ]
    return text_block(said(N_("The cost of the plan cannot be calculated.")), *reasons)


def _costs(report: ReorganisationAnnex) -> list[Block]:
    functions = report.tables["home_cost_function"]
    taken = functions["cost_year"].fillna(0)  # a cost that is not known is of no year
    changed = functions[taken.ne(taken.shift())]
    formula = said(
        N_(
            "Cost of the institution in a year = fixed cost while one child lives there + cost of "
            "each child × children + cost of a group × groups, also one that is not full. A year "
            "that is not listed costs as the one above it."
        )
    )
    capital = said(
        N_(
            "Annuitised capital counts neither in the institution, whose buildings are there "
            "either way, nor elsewhere, where the plan pays for buildings as one-off costs."
        )
        if not report.evaluation.with_capital
        else N_(
            "Annuitised capital counts elsewhere, because the plan pays for no buildings; that of "
            "the institution does not count, because its buildings are there either way."
        )
    )
    notes = [formula]
    if report.evaluation.function_basis == DERIVED:
        notes.append(
            said(
                N_(
                    "No cost structure is recorded: it is derived from the ledger and from which "
                    "costs follow the children; see the parameters."
                )
            )
        )
    constant = constant_prices(report)
    elsewhere = report.tables["costs_elsewhere"]
    planned = report.tables["destinations"]
    lived = set(planned.loc[planned["children"] != 0, "care_arrangement"])
    lived -= {report.evaluation.home}
    blocks = [
        listed(
            "home_cost_function",
            said(N_("How the cost of the institution follows its children")),
            changed.reset_index(drop=True),
            [
                "year",
                "cost_year",
                "basis",
                "fixed_eur",
                "variable_eur_per_child",
                "step_eur",
                "step_children",
            ],
            row_headers=1,
            notes=[*notes, constant, *report.sources_of("cost_structure", "costs", "price_index")],
        )
    ]
    blocks += _check(report, constant)
    ours = elsewhere[elsewhere["care_arrangement"].isin(lived)]
    years, fewer = few_years(report.years)
    if len(ours):
        blocks.append(
            by_year(
                "costs_elsewhere",
                said(N_("What a child elsewhere costs, EUR a year")),
                ours,
                ["care_arrangement"],
                "cost_per_child_year_eur",
                years,
                notes=[
                    constant,
                    capital,
                    need_note(),
                    *fewer,
                    *report.sources_of(*UNIT_COST_INPUTS, "price_index"),
                ],
                decimals=0,
                of="costs_elsewhere",
            )
        )
    return blocks


def _check(report: ReorganisationAnnex, constant: Bilingual) -> list[Block]:
    """Show how well the recorded cost structure gives the ledger of known years."""
    table = report.tables["home_cost_check"]
    if table.empty:
        return []
    note = said(
        N_(
            "Cost structure with the children on average, beside the ledger of the same year. In "
            "the year of closing the ledger covers a part of the year only."
        )
    )
    return [
        listed(
            "home_cost_check",
            said(N_("Cost structure beside the ledger, EUR")),
            table,
            ["year", "average_children", "ledger_eur", "function_eur", "deviation"],
            row_headers=1,
            notes=[note, constant, *report.sources_of("cost_structure", "costs", "activity")],
        )
    ]


def _one_off(report: ReorganisationAnnex) -> list[Block]:
    """List the one-off costs by year, kind and payer."""
    table = report.tables["one_off"]
    if table.empty:
        return [text_block(said(N_("No one-off costs are recorded for the plan.")))]
    note = said(
        N_(
            "Income has a minus. “Running both at once” is only what is neither in the cost of the "
            "institution nor in that of care elsewhere, which count side by side. No residual "
            "value of new buildings is counted."
        )
    )
    constant = constant_prices(report)
    return [
        listed(
            "one_off",
            said(N_("One-off costs by year, kind and payer, EUR")),
            table,
            ["year", "kind", "payer", "amount_eur"],
            row_headers=3,
            notes=[note, constant, *report.sources_of("transition_costs", "price_index")],
            of="one_off",
        )
    ]


def _years(report: ReorganisationAnnex) -> list[Block]:
    table = report.tables["transition"]
    sources = report.sources_of(*PLAN_INPUTS)
    timing = said(
        N_(
            "Children at the end of a year stand for the whole year, which favours a plan that "
            "empties an institution; the scenario in which children move at the end of each year "
            "is the other extreme."
        )
    )
    saving = said(
        N_(
            "Saving = keeping the institution − (institution as it empties + care elsewhere + "
            "one-off costs)."
        )
    )
    shown = table.drop(columns="cumulative_net_eur")
    blocks = [
        listed(
            "transition",
            said(N_("Cost of the plan and of keeping the institution, EUR")),
            shown,
            [name for name in shown if name != "cost_per_child_eur"],
            row_headers=1,
            notes=[how(report), saving, timing, *sources],
        )
    ]
    wide = table.set_index("year")
    if wide[list(PARTS)].notna().any(axis=None):
        title = said(N_("Yearly cost: the plan against keeping the institution"))
        dearest = wide[list(PARTS)].sum(axis=1, skipna=False)
        alt = _columns_alt(wide, dearest)
        picture = figures.columns_by_year(
            wide[list(PARTS)],
            lambda say, part: say.word("stream", part),
            PART_STYLES,
            lambda say: say.text(N_("EUR a year")),
            wide["status_quo_eur"],
            lambda say: say.text(N_("keeping the institution")),
            lambda say: say.text(N_("the plan in all")),
        )
        blocks.insert(0, figure_block("yearly_cost", title, alt, picture, [how(report), *sources]))
    return blocks


def _columns_alt(wide: pd.DataFrame, spent: pd.Series) -> Bilingual:
    first, last = wide.index[0], wide.index[-1]
    if spent[[first, last]].isna().any() or wide.loc[[first, last], "status_quo_eur"].isna().any():
        return said(N_("Columns of the cost of the plan by year; part of it is not known."))
    return said(
        N_(
            "Columns of the cost of the plan by year, beside the cost of keeping the institution: "
            "{first_cost} against {first_kept} in {first}, {last_cost} against {last_kept} in "
            "{last}."
        ),
        first_cost=money(float(spent[first])),
        first_kept=money(float(wide.loc[first, "status_quo_eur"])),
        first=str(first),
        last_cost=money(float(spent[last])),
        last_kept=money(float(wide.loc[last, "status_quo_eur"])),
        last=str(last),
    )


def _emptying(report: ReorganisationAnnex) -> list[Block]:
    table = report.tables["transition"].set_index("year")
    row = report.tables["transition_summary"].iloc[0]
    cost = table["cost_per_child_eur"]
    sources = report.sources_of(*PLAN_INPUTS)
    blocks: list[Block] = []
    multiple = report.parameter_values["emptying_cost_multiple"][1].value
    before = float(row["cost_per_child_before_eur"])
    stay = _stay(report)
    gone = stay == 0  # where it is hidden, somebody is there
    emptied = stay.index[gone.cumsum() <= 1]  # up to the first year without children
    if cost.notna().any() and pd.notna(before):
        year = int(row["highest_cost_per_child_year"])
        title = said(N_("Cost of a child in the institution as it empties, EUR a year"))
        alt = said(
            N_(
                "Line of the cost of a child who stays: {before} before the plan, {highest} in "
                "{year} (children then: {children})."
            ),
            before=money(before),
            highest=money(float(row["highest_cost_per_child_eur"])),
            year=str(year),
            children=str(int(stay[year])),
        )
        picture = figures.line_over_levels(
            cost.reindex(emptied),
            [
                (before, lambda say: say.text(N_("before the plan"))),
                (
                    multiple * before,
                    lambda say: say.text(
                        N_("{multiple} × before the plan"),
                        multiple=say.number(multiple, 1 if multiple % 1 else 0),
                    ),
                ),
            ],
            stay.reindex(emptied),
            lambda say: say.text(N_("EUR per child and year")),
            lambda say: say.text(N_("Children in the institution")),
        )
        blocks.append(figure_block("emptying", title, alt, picture, [how(report), *sources]))
    stranded = report.tables.get("stranded")
    if stranded is not None:
        note = said(
            N_(
                "Saving by average cost = children who have left × average cost of a child before "
                "the plan. Stranded cost is the part of it that nobody saves: fixed costs stay "
                "until the institution closes."
            )
        )
        blocks.append(
            listed(
                "stranded",
                said(N_("Stranded cost: what average costs promise and what is avoided, EUR")),
                stranded[stranded["year"].isin(emptied)].reset_index(drop=True),
                [
                    "year",
                    "children_left",
                    "naive_saving_eur",
                    "avoidable_saving_eur",
                    "stranded_eur",
                ],
                row_headers=1,
                notes=[note, *sources],
            )
        )
    return blocks


def _stay(report: ReorganisationAnnex) -> pd.Series:
    """Give the children in the home at the end of each year of the plan."""
    table = report.tables["destinations"]
    ours = table[table["care_arrangement"] == report.evaluation.home].set_index("year")["children"]
    planned = sorted(set(table["year"]))
    held = zero_where_absent(ours.reindex(planned))
    # What follows a hidden year is as hidden as that year.
    whole = held.reindex(list(report.years), fill_value=None)
    last: float = 0.0
    for year in whole.index:
        last = float(held[year]) if year in held.index else last
        whole[year] = last
    return whole
