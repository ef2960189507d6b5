"""Chapter “Comparison”: differences and ratios, what explains them, support and case mix."""

from __future__ import annotations

import pandas as pd

from dieval.costs.unit_costs import in_order
from dieval.present import figures
from dieval.present.blocks import Block, Section, figure_block, heading_block, text_block
from dieval.present.cost_comparison import (
    MONTHLY,
    UNIT_COST_INPUTS,
    CostComparison,
    arrangement_name,
    group_notes,
    how_difference,
    need_notes,
    no_comparison_block,
    no_data_block,
    perimeter_notes,
    series_notes,
    with_unknown_years,
)
from dieval.present.hidden import (
    any_hidden,
    hidden_in,
    hidden_picture,
    rows_left_out,
    zero_where_absent,
)
from dieval.present.language import (
    N_,
    Bilingual,
    in_both,
    joined,
    money,
    said,
    semicolons,
    signed_money,
    word,
    years_in_words,
)
from dieval.present.report import source_note
from dieval.present.tables import by_year, listed
from dieval.vocabulary import COST_PARTS, NOT_APPLICABLE, is_hidden


def show_comparison(report: CostComparison) -> Section:
    """Show differences, ratios and what explains them, the room for support, and the case mix."""
    table = report.evaluation.tables["comparison"]
    of_year = table[table["year"] == report.last_year]
    if table.empty:
        return report.section([no_data_block()])
    sources = source_note(report, UNIT_COST_INPUTS)
    reference = word("care_arrangement", report.reference)
    common = said(
        N_("Difference in what both cover: without the parts of the cost that the other side does "
           "not include, such as the home that a foster family provides itself.")
    )  # fmt: skip
    last = listed(
        "comparison_last_year",
        said(
            N_("Alternatives compared with the reference ({reference}), {year}"),
            reference=reference,
            year=str(report.last_year),
        ),
        of_year,
        [
            "alternative",
            "alternative_eur_per_child_month",
            "difference_eur_per_child_month",
            "common_difference_eur_per_child_month",
            "ratio",
        ],
        row_headers=1,
        notes=[how_difference(), common, *need_notes(report), *perimeter_notes(report), sources],
    )
    blocks = [
        no_comparison_block(report) if of_year.empty else last,
        *_waterfall(report, sources),
        by_year(
            "ratio_by_year",
            said(
                N_("Ratio by year: cost of the reference ({reference}) / cost of the alternative"),
                reference=reference,
            ),
            in_order(with_unknown_years(report, table, "alternative"), ["alternative", "year"]),
            ["alternative"],
            "ratio",
            report.years,
            notes=[*series_notes(report), *need_notes(report), sources],
            absent=NOT_APPLICABLE,
            on_amounts=True,
        ),
        *_plausibility(report, table),
        *_support(report, of_year, sources),
        *_case_mix(report, sources),
    ]
    return report.section(blocks)


def _waterfall(report: CostComparison, sources: Bilingual) -> list[Block]:
    """Draw which parts make the difference between the reference and one alternative."""
    alternative = report.main_alternative
    if alternative is None:
        return []
    parts = report.evaluation.tables["unit_cost_parts"]
    parts = parts[parts["year"] == report.last_year]
    wide = parts.pivot(index="care_arrangement", columns="part", values=MONTHLY)
    wide = zero_where_absent(wide)
    if any_hidden(wide.loc[[report.reference, alternative]]):
        return [hidden_picture()]
    first, last = wide.loc[report.reference], wide.loc[alternative]
    changes = (last - first).reindex([part for part in COST_PARTS if part in wide.columns])
    changes = changes[changes != 0]
    largest = changes.abs().idxmax() if len(changes) else None
    title = said(
        N_(
            "From {reference} to {alternative}: parts of the difference, EUR per child-month, "
            "{year}"
        ),
        reference=word("care_arrangement", report.reference),
        alternative=word("care_arrangement", alternative),
        year=str(report.last_year),
    )
    alt = said(
        N_("Waterfall from {first} ({reference}) to {last} ({alternative})."),
        first=money(first.sum()),
        reference=word("care_arrangement", report.reference),
        last=money(last.sum()),
        alternative=word("care_arrangement", alternative),
    )
    if largest is not None:
        step = said(
            N_("The largest step is {part}: {amount}."),
            part=word("part", str(largest)),
            amount=signed_money(float(changes[largest])),
        )
        alt = joined(alt, step)
    picture = figures.waterfall(
        (report.reference, float(first.sum())),
        changes.to_dict(),
        (alternative, float(last.sum())),
        arrangement_name,
        lambda say, part: say.word("part", part),
        lambda say: say.text(N_("EUR per child-month")),
    )
    return [figure_block("waterfall", title, alt, picture, [sources])]


def _plausibility(report: CostComparison, comparison: pd.DataFrame) -> list[Block]:
    """Say whether the ratio of institution to foster family is one that others published too."""
    band = report.parameter_values["institution_to_foster_ratio"][1]
    pair = (comparison["reference"] == "institution") & (
        comparison["alternative"] == "foster_family"
    )
    ratios = comparison[pair].dropna(subset="ratio")
    if ratios.empty:
        return []
    outside = ratios[~ratios["ratio"].between(band.low, band.high)]
    limits = {
        "low": in_both(lambda say: say.number(float(band.low or 0), 1)),
        "high": in_both(lambda say: say.number(float(band.high or 0), 1)),
    }
    if outside.empty:
        note = said(
            N_(
                "The ratio of institution to foster family lies in every year within the range of "
                "{low} to {high} taken from what other countries have published (annex B)."
            ),
            **limits,
        )
    else:
        note = said(
            N_(
                "The ratio of institution to foster family lies outside the range of {low} to "
                "{high} taken from what other countries have published (annex B) in {years}; check "
                "the data."
            ),
            years=years_in_words(outside["year"].to_list()),
            **limits,
        )
    return [text_block(note)]


def _support(report: CostComparison, of_year: pd.DataFrame, sources: Bilingual) -> list[Block]:
    """Show how much specific support could be added before an alternative costs as much."""
    if of_year.empty:
        return []
    year = str(report.last_year)
    how = said(
        N_("Switch point = support per child-month at which both cost the same. It is not known "
           "how much support a child really needs: the switch point only says how much room "
           "there is.")
    )  # fmt: skip
    table = listed(
        "support",
        said(N_("Room for specific support, {year}"), year=year),
        of_year,
        [
            "alternative",
            "support_eur_per_child_month",
            "switch_point_support_eur_per_child_month",
            "switch_point_multiple",
        ],
        row_headers=1,
        notes=[how, *need_notes(report), sources],
    )
    costs = of_year.set_index("alternative")
    support = costs["support_eur_per_child_month"]
    lines = pd.DataFrame(
        {
            "cost_without_support": costs["alternative_eur_per_child_month"]
            - zero_where_absent(support),
            "support": support,
            "switch_point": costs["switch_point_support_eur_per_child_month"],
        }
    )
    reference_cost = float(costs["reference_eur_per_child_month"].iloc[0])
    unseen = hidden_in(
        costs[
            [
                "alternative_eur_per_child_month",
                "support_eur_per_child_month",
                "switch_point_support_eur_per_child_month",
            ]
        ]
    ).any(axis=1)
    left_out = [word("care_arrangement", str(code)) for code in lines.index[unseen]]
    lines = lines[~unseen]
    if is_hidden(reference_cost) or lines.empty:
        return [heading_block(3, said(N_("Specific support"))), hidden_picture(), table]
    crossings = [
        said(
            N_("{alternative} at {amount}"),
            alternative=word("care_arrangement", str(name)),
            amount=money(room),
        )
        for name, room in lines["switch_point"].items()
        if room > 0
    ]
    never = [
        word("care_arrangement", str(name))
        for name, room in lines["switch_point"].items()
        if room <= 0
    ]
    alt = said(
        N_("The cost of each alternative rises with support; {reference} stands at {cost}."),
        reference=word("care_arrangement", report.reference),
        cost=money(reference_cost),
    )
    for texts, message in (
        (crossings, N_("The lines cross: {items}.")),
        (never, N_("Dearer even without support: {items}.")),
    ):
        if texts:
            alt = joined(alt, said(message, items=semicolons(texts)))
    picture = figures.crossing_lines(
        lines,
        reference_cost,
        lambda say: arrangement_name(say, report.reference),
        arrangement_name,
        lambda say: say.text(N_("Specific support, EUR per child-month")),
        lambda say: say.text(N_("Cost, EUR per child-month")),
        lambda say: say.text(N_("support recorded today")),
        lambda say: say.text(N_("switch point")),
    )
    title = said(N_("Cost with rising specific support, {year}"), year=year)
    return [
        heading_block(3, said(N_("Specific support"))),
        figure_block("switch_points", title, alt, picture, [*rows_left_out(left_out), sources]),
        table,
    ]


def _case_mix(report: CostComparison, sources: Bilingual) -> list[Block]:
    """Show how much of a difference comes from which children are cared for."""
    table = report.evaluation.tables["case_mix"]
    heading = heading_block(3, said(N_("Children of different age and need")))
    if table.empty:
        notes = [*need_notes(report), *group_notes(report)]
        return [heading, *(text_block(note) for note in notes)]
    how = said(
        N_(
            "Rate effect: children of the same age and need cost more or less. Mix effect: one "
            "side cares for a larger share of children whose care costs much. Together they are "
            "the difference. Standardised costs take the children of both sides together."
        )
    )
    year = int(table["year"].max())
    groups = report.evaluation.tables["group_costs"]
    return [
        heading,
        listed(
            "case_mix",
            said(N_("Difference by rate and by mix, EUR per child-month")),
            table,
            [
                "year",
                "alternative",
                "groups",
                "total_difference",
                "rate_effect",
                "mix_effect",
                "standardised_reference_eur_per_child_month",
                "standardised_alternative_eur_per_child_month",
            ],
            row_headers=2,
            notes=[how, *need_notes(report), sources],
        ),
        listed(
            "group_costs",
            said(N_("Cost per child-month by age and need, {year}"), year=str(year)),
            groups[groups["year"] == year],
            ["care_arrangement", "age_band", "need_level", "child_months", MONTHLY],
            row_headers=3,
            notes=[*group_notes(report), sources],
        ),
    ]
