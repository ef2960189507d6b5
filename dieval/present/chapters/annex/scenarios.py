"""Chapter “Proposals: other ways and doubts”: scenarios, and one value at a time."""

from __future__ import annotations

import pandas as pd

from dieval.present import figures
from dieval.present.blocks import (
    Block,
    Cell,
    Section,
    cell_value,
    figure_block,
    heading_block,
    table_block,
    text_block,
)
from dieval.present.chapters.annex.transition import PLAN_INPUTS, how
from dieval.present.findings.plans import parameter_in_words
from dieval.present.hidden import any_hidden, hidden_picture
from dieval.present.language import (
    N_,
    Bilingual,
    in_both,
    percentage,
    said,
    semicolons,
    signed_money,
    word,
)
from dieval.present.reorganisation_annex import ReorganisationAnnex, no_plan_here_block
from dieval.present.tables import listed, records, shown_column
from dieval.vocabulary import NOT_APPLICABLE

IN_PERCENT = ("discount_rate", "families_found")
# Share of families found that is as good as all of them.
ALMOST_ALL = 0.999
SENSITIVITY = ["parameter", "low", "base", "high", "outcome_low", "outcome_high", "switch_value"]


def show_scenarios(report: ReorganisationAnnex) -> Section:
    """Show what becomes of the plan in other circumstances."""
    if not report.evaluation.has_plan:
        return report.section([no_plan_here_block()])
    return report.section(
        [
            heading_block(3, said(N_("Scenarios"))),
            *_scenarios(report),
            heading_block(3, said(N_("One value at a time"))),
            *_sensitivity(report),
        ]
    )


def _scenarios(report: ReorganisationAnnex) -> list[Block]:
    table = report.tables["scenarios"]
    found = report.parameter_values["families_found_share"][1].value
    meaning = said(
        N_(
            "Children move at the end of each year: all live for the whole year where they lived "
            "at its start. One year later: the same plan with its costs, started and ended a year "
            "later. Fewer families found: {share} of the planned places in families are found, "
            "rounded down; the other children stay in the institution, which is never closed and "
            "not sold, or go to family-like services instead. The institution is kept: no child "
            "moves."
        ),
        share=percentage(found, 0),
    )
    notes = [meaning, how(report), *report.sources_of(*PLAN_INPUTS)]
    return [
        *_lines(report, notes),
        listed(
            "scenarios",
            said(N_("Scenarios side by side, EUR")),
            table,
            [
                "scenario",
                "npv_eur",
                "npv_to_common_end_eur",
                "break_even_year",
                "peak_funding_eur",
                "present_cost_eur",
                "children_in_home_at_end",
            ],
            row_headers=1,
            notes=notes,
        ),
    ]


def _lines(report: ReorganisationAnnex, notes: list[Bilingual]) -> list[Block]:
    yearly = report.tables["scenario_years"]
    wide = yearly.pivot(index="year", columns="scenario", values="cumulative_discounted_eur")
    if any_hidden(wide):
        return [hidden_picture()]
    if wide.isna().all(axis=None):
        return []
    order = [code for code in report.tables["scenarios"]["scenario"] if code in wide]
    table = report.tables["scenarios"].set_index("scenario")
    items = [
        said(
            "{scenario} {npv}",
            scenario=word("scenario", code),
            npv=signed_money(float(table.loc[code, "npv_eur"])),
        )
        for code in order
        if pd.notna(table.loc[code, "npv_eur"])
    ]
    title = said(N_("Saving so far by scenario, discounted"))
    alt = said(
        N_("Lines of the discounted saving so far; net present values: {items}."),
        items=semicolons(items),
    )
    picture = figures.lines_to_zero(
        wide[order],
        lambda say, code: word("scenario", code, sentence_start=True)[say.code],
        lambda say: say.text(N_("EUR, discounted")),
        lambda say: say.text(N_("breaks even")),
        {code: float(table.loc[code, "break_even_year"]) for code in order},
    )
    return [figure_block("scenario_lines", title, alt, picture, notes)]


def value_in_words(parameter: str, value: float) -> Bilingual:
    """Write a value of an uncertain parameter in its unit."""
    if parameter in IN_PERCENT:
        return percentage(value)
    return in_both(lambda say: f"{say.number(value, 2)}\u00a0×")


def _sensitivity(report: ReorganisationAnnex) -> list[Block]:
    table = report.tables["npv_sensitivity"]
    if table.empty:
        return [text_block(said(N_("The cost of the plan cannot be calculated.")))]
    explained = said(
        N_(
            "One value is changed at a time, all others stay; costs are shown as multiples of the "
            "base value. The switch value is the one at which the plan saves nothing; z where "
            "there is none."
        )
    )
    stairs = said(
        N_(
            "Families found are counted in whole children: one child for whom no family is found "
            "keeps the institution open. A switch value just below 100 % means that the plan saves "
            "only if all are found."
        )
    )
    rows: list[list[Cell]] = []
    for row in records(table):
        cells = [cell_value(row[column], NOT_APPLICABLE) for column in SENSITIVITY]
        cells[0] = parameter_in_words(row)
        for column in ("low", "base", "high", "switch_value"):
            if pd.notna(row[column]):
                cells[SENSITIVITY.index(column)] = value_in_words(
                    str(row["parameter"]), float(row[column])
                )
        if row["parameter"] == "families_found" and row["switch_value"] > ALMOST_ALL:
            cells[-1] = in_both(lambda say: f"<\u00a0{say.percent(1.0, 0)}")
        rows.append(cells)
    headings = [shown_column(column, "npv_sensitivity") for column in SENSITIVITY]
    notes = [explained]
    if (table["parameter"] == "families_found").any():
        notes.append(stairs)
    notes += [how(report), *report.sources_of(*PLAN_INPUTS)]
    title = said(N_("Net present value when one value changes, EUR"))
    block = table_block("npv_sensitivity", title, headings, rows, notes=notes)
    if any_hidden(table[["outcome_low", "outcome_base", "outcome_high"]]):
        return [hidden_picture(), block]
    return [_tornado(report, table, [explained, *report.sources_of(*PLAN_INPUTS)]), block]


def _tornado(report: ReorganisationAnnex, table: pd.DataFrame, notes: list[Bilingual]) -> Block:
    keyed = table.assign(
        key=[f"{row.parameter}|{row.care_arrangement or ''}" for row in table.itertuples()]
    )
    names = {row["key"]: parameter_in_words(row) for row in records(keyed)}
    bars = pd.DataFrame(
        {
            "parameter": keyed["key"],
            "outcome_low": keyed["outcome_low"],
            "outcome_high": keyed["outcome_high"],
            "low_label": [value_in_words(r.parameter, r.low) for r in keyed.itertuples()],
            "high_label": [value_in_words(r.parameter, r.high) for r in keyed.itertuples()],
        }
    )
    base = float(keyed["outcome_base"].iloc[0])
    widest = records(keyed)[0]
    title = said(N_("What moves the net present value of the plan"))
    alt = said(
        N_(
            "Tornado of the net present value, base {base}. Widest: {parameter}, from {low} to "
            "{high}."
        ),
        base=signed_money(base),
        parameter=parameter_in_words(widest),
        low=signed_money(float(min(widest["outcome_low"], widest["outcome_high"]))),
        high=signed_money(float(max(widest["outcome_low"], widest["outcome_high"]))),
    )

    def name(say: object, key: str) -> str:
        text = names[key][say.code]  # type: ignore[attr-defined]
        return text[:1].upper() + text[1:]

    picture = figures.tornado(
        bars,
        base,
        name,
        lambda say: say.text(N_("Net present value, EUR")),
        lambda say: say.text(N_("saves nothing")),
        (
            lambda say: say.text(N_("low end of the range")),
            lambda say: say.text(N_("high end of the range")),
        ),
    )
    return figure_block("npv_tornado", title, alt, picture, notes)
