"""Chapter “Providers”: each beside its arrangement, empty places and shrinking homes."""

from __future__ import annotations

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
    table_block,
    text_block,
)
from dieval.present.cost_comparison import (
    MONTHLY,
    CostComparison,
    arrangement_name,
    break_notes,
)
from dieval.present.hidden import any_hidden, hidden_in, hidden_picture, rows_left_out
from dieval.present.language import (
    N_,
    Bilingual,
    listing,
    money,
    percentage,
    said,
    same,
    signed_money,
    word,
)
from dieval.present.report import source_note
from dieval.present.tables import listed, shown_column

EFFECTS = ("place_cost_effect", "occupancy_effect")
PROVIDER_INPUTS = ("costs", "assets", "activity")
# Pictures have room for so many providers; the tables have all of them.
MOST_POINTS, MOST_BARS = 12, 20
# The curve is drawn from half occupancy, or from below the emptiest provider.
CURVE_STARTS, BELOW_EMPTIEST = 0.5, 0.1


def show_providers(report: CostComparison) -> Section:
    """Show each provider's cost beside its arrangement's and its occupancy, and why it differs."""
    table = report.evaluation.tables["provider_unit_costs"]
    table = table[table["year"] == report.last_year]
    units = report.evaluation.tables["unit_costs"]
    of_arrangement = units[units["year"] == report.last_year].set_index("care_arrangement")[MONTHLY]
    shown = table.assign(
        arrangement_eur_per_child_month=table["care_arrangement"].map(of_arrangement)
    )
    sources = source_note(report, PROVIDER_INPUTS)
    if shown.empty:
        return report.section([text_block(said(N_("No single provider is recorded here.")))])
    blocks = [
        listed(
            "providers",
            said(N_("Occupancy and cost of each provider, {year}"), year=str(report.last_year)),
            shown,
            [
                "provider",
                "care_arrangement",
                "child_months",
                "occupancy",
                MONTHLY,
                "arrangement_eur_per_child_month",
                "cost_per_place_month_eur",
            ],
            row_headers=1,
            notes=[sources],
            words={"provider": _names(report)},
        ),
        *_curve(report, sources),
        *_effects(report),
    ]
    return report.section(blocks)


def _names(report: CostComparison) -> dict[str, Bilingual]:
    names = report.providers.set_index("provider")["name_lv"]
    return {str(key): same(name) for key, name in names.items()}


def _curve(report: CostComparison, sources: Bilingual) -> list[Block]:
    """Draw how the cost of the reference falls as its places fill."""
    table = report.evaluation.tables["occupancy_curve"]
    curve = table[table["care_arrangement"] == report.reference].set_index("occupancy")[MONTHLY]
    if curve.empty:
        return []
    units = report.evaluation.tables["unit_costs"]
    ours = units[
        (units["year"] == report.last_year) & (units["care_arrangement"] == report.reference)
    ].iloc[0]
    providers = report.evaluation.tables["provider_unit_costs"]
    providers = providers[
        (providers["year"] == report.last_year)
        & (providers["care_arrangement"] == report.reference)
    ]
    names = report.providers.set_index("provider")["name_lv"]
    points = pd.DataFrame(
        {
            "occupancy": providers["occupancy"],
            "cost": providers[MONTHLY],
            "label": providers["provider"].map(names),
        }
    )
    known = points.dropna()
    points = known.head(MOST_POINTS)
    emptiest = min([float(ours["occupancy"]), *points["occupancy"]])
    shown = curve[curve.index >= min(CURVE_STARTS, emptiest - BELOW_EMPTIEST) - 1e-9]
    title = said(
        N_("Cost per child-month and occupancy: {reference}, {year}"),
        reference=word("care_arrangement", report.reference),
        year=str(report.last_year),
    )
    if any_hidden(curve) or any_hidden(ours[["occupancy", MONTHLY]]):
        return [heading_block(3, said(N_("Empty places"))), hidden_picture()]
    half = float(curve.loc[0.5])
    alt = said(
        N_(
            "The cost per child-month falls as places fill: at {occupancy} occupancy it is {cost}, "
            "at half occupancy it would be {half}."
        ),
        occupancy=percentage(float(ours["occupancy"]), 0),
        cost=money(float(ours[MONTHLY])),
        half=money(half),
    )
    how = said(
        N_(
            "The curve is calculated from the costs of the year: staff, premises, administration "
            "and capital stay when a place is empty, upkeep and support follow the child; see the "
            "parameters. Points off the curve are providers whose costs differ for other reasons."
        )
    )
    picture = figures.occupancy_curve(
        shown,
        points,
        (float(ours["occupancy"]), float(ours[MONTHLY])),
        lambda say: arrangement_name(say, report.reference),
        lambda say: say.text(N_("Occupancy")),
        lambda say: say.text(N_("Cost, EUR per child-month")),
    )
    return [
        heading_block(3, said(N_("Empty places"))),
        figure_block(
            "occupancy_curve",
            title,
            alt,
            picture,
            [how, *_left_out(len(known), MOST_POINTS), sources],
        ),
    ]


def _effects(report: CostComparison) -> list[Block]:
    """Show how much of the change comes from occupancy, and how much from the cost of a place."""
    table = report.evaluation.tables["occupancy_effects"]
    if table.empty:
        return []
    names = _names(report)
    price_year = str(report.parameters["price_year"])
    sources = source_note(report, [*PROVIDER_INPUTS, "price_index"])
    how = said(
        N_(
            "Effect of occupancy: another share of the places is taken. Effect of the cost of a "
            "place: the place itself costs more or less – also where places were closed and what "
            "stays is shared by those that are left. Together they are the change between the "
            "first and the last year with known places and cost. Amounts are rounded one by one."
        )
    )
    notes = [how, *break_notes(report), sources]
    shown = _effects_table(table, names, price_year, notes)
    ours = table[table["care_arrangement"] == report.reference]
    if ours.empty:
        return [shown]

    def name_of(code: str) -> Bilingual:
        return names.get(code) or word("care_arrangement", code, sentence_start=True)

    labels = ours["provider"].where(ours["provider"].notna(), report.reference)
    bars = ours.set_index(pd.Index(labels))[list(EFFECTS)].head(MOST_BARS)
    unseen = hidden_in(bars).any(axis=1)
    left_out = [name_of(str(code)) for code in bars.index[unseen]]
    bars = bars[~unseen]
    if bars.empty:
        return [hidden_picture(), shown]

    items = [
        said(
            N_("{name} {change}, of which {empty} by occupancy"),
            name=name_of(str(code)),
            change=signed_money(float(row.sum())),
            empty=signed_money(float(row["occupancy_effect"])),
        )
        for code, row in bars.iterrows()
    ]
    alt = said(N_("Bars of the change of the cost: {items}."), items=listing(items))
    picture = figures.effects_bars(
        bars,
        lambda say, code: name_of(code)[say.code],
        lambda say, effect: say.word("effect", effect),
        lambda say: say.text(N_("change in all")),
        lambda say: say.text(N_("Change, EUR per child-month")),
    )
    of_reference = said(
        N_(
            "Effects of the cost of a place and of occupancy: {reference}, constant prices of "
            "{year}"
        ),
        reference=word("care_arrangement", report.reference),
        year=price_year,
    )
    notes = [*_left_out(len(ours) - 1, MOST_BARS - 1), *rows_left_out(left_out)]
    notes += [*break_notes(report), sources]
    return [figure_block("occupancy_effects_bars", of_reference, alt, picture, notes), shown]


def _effects_table(
    table: pd.DataFrame, names: dict[str, Bilingual], price_year: str, notes: list[Bilingual]
) -> Block:
    """List the effects of every arrangement as a whole and of each of its providers."""
    amounts = [
        *("first_child_months", "last_child_months", "first_occupancy", "last_occupancy"),
        *("total_change", *EFFECTS),
    ]
    columns = [
        Column(said(N_("Arrangement or provider")), kind="text"),
        Column(said(N_("Period")), kind="text"),
        *(shown_column(column) for column in amounts),
    ]
    rows: list[list[Cell]] = [
        [
            names.get(row.provider)
            or word("care_arrangement", row.care_arrangement, sentence_start=True),
            f"{row.first_year}–{row.last_year}",
            *(cell_value(getattr(row, column)) for column in amounts),
        ]
        for row in table.itertuples()
    ]
    title = said(
        N_("Change of the cost per child-month in constant prices of {year}, EUR"), year=price_year
    )
    return table_block("occupancy_effects", title, columns, rows, notes=notes)


def _left_out(providers: int, most: int) -> list[Bilingual]:
    """Say when a picture has no room for all providers."""
    if providers <= most:
        return []
    return [
        said(
            N_("The picture shows {shown} of {all} providers; the table has all of them."),
            shown=str(most),
            all=str(providers),
        )
    ]
