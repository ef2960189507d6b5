"""Chapter “Proposals: the children”: where they will live, and whether the plan adds up."""

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
from dieval.present.hidden import any_hidden, hidden_picture, zero_where_absent
from dieval.present.language import (
    N_,
    Bilingual,
    listing,
    said,
    same,
    word,
)
from dieval.present.reorganisation_annex import (
    ReorganisationAnnex,
    children_by_code,
    count_in_words,
    destination_name,
    few_years,
    no_plan_block,
    where_children_live,
)
from dieval.present.tables import by_year, listed, records, shown_column
from dieval.vocabulary import CARE_ARRANGEMENTS, ENDS_OF_CARE, NOT_APPLICABLE

LIVING = (*CARE_ARRANGEMENTS, *ENDS_OF_CARE)


def show_destinations(report: ReorganisationAnnex) -> Section:
    """Show where the children will live, year by year."""
    if not report.evaluation.has_plan:
        return report.section([no_plan_block()])
    return report.section(
        [*_children(report), *_preference(report), *_groups(report), *_adds_up(report)]
    )


def planned_years(report: ReorganisationAnnex) -> tuple[list[int], list[Bilingual]]:
    """Give the years of the plan that the data names, as many as a table has columns for."""
    return few_years(sorted({int(year) for year in report.tables["destinations"]["year"]}))


def _children(report: ReorganisationAnnex) -> list[Block]:
    table = report.tables["destinations"]
    wide = children_by_code(table, LIVING)
    before = report.tables["transition_summary"]["children_before"].iloc[0]
    parts = [wide]
    if report.evaluation.starts_the_plan:  # until then all children are in the institution
        start = pd.DataFrame({report.evaluation.home: [before]}, index=[report.years[0] - 1])
        parts = [start, wide]
    columns = [code for code in LIVING if code in {*wide, report.evaluation.home}]
    drawn = zero_where_absent(pd.concat(parts).reindex(columns=columns))
    title = said(N_("Where the children of the institution live at the end of each year"))
    alt = said(
        N_(
            "Areas that stand on one another. Children in the institution before the plan: "
            "{before}; at the end of {year}: {items}."
        ),
        before=count_in_words(before),
        year=str(wide.index[-1]),
        items=where_children_live(wide.iloc[-1]),
    )
    sources = report.sources_of("destinations")
    picture = (
        hidden_picture()
        if any_hidden(drawn)
        else figure_block(
            "children",
            title,
            alt,
            figures.stacked_area(
                drawn.astype(int),
                destination_name,
                lambda say: say.text(N_("Children at the end of the year")),
            ),
            sources,
        )
    )
    years, fewer = planned_years(report)
    stays = said(
        N_("After the last planned year everybody is taken to stay where that year puts them.")
    )
    return [
        picture,
        by_year(
            "destinations",
            title,
            with_nobody(table, ["care_arrangement"]),
            ["care_arrangement"],
            "children",
            years,
            notes=[stays, *fewer, *sources],
            of="destinations",
        ),
    ]


def with_nobody(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Add a row with 0 children where a planned year has none of an arrangement.

    Parameters
    ----------
    table : DataFrame with year, children and the columns of `by`
    by : list of str
        What a row of the shown table is about.
    """
    every = table[by].drop_duplicates().merge(table[["year"]].drop_duplicates(), how="cross")
    filled = every.merge(table, on=[*by, "year"], how="left")
    return filled.assign(children=zero_where_absent(filled["children"]))


def _preference(report: ReorganisationAnnex) -> list[Block]:
    table = report.tables["preference_shares"]
    years, fewer = planned_years(report)
    note = said(
        N_(
            "Order of preference: own family, then a family environment (foster family, guardian), "
            "then a family-like service, last an institution. Shares of all children who have not "
            "left care in another way; rounded one by one."
        )
    )
    return [
        heading_block(3, said(N_("Order of preference"))),
        by_year(
            "preference_shares",
            said(N_("Children by the order of preference, shares")),
            table,
            ["step"],
            "share",
            years,
            notes=[note, *fewer, *report.sources_of("destinations")],
            decimals=1,
            of="preference_shares",
        ),
    ]


def _groups(report: ReorganisationAnnex) -> list[Block]:
    """Show children by age and need where the plan tells any apart."""
    table = report.tables.get("destinations_by_group")
    if table is None:
        return []
    years, fewer = planned_years(report)
    return [
        by_year(
            "destinations_by_group",
            said(N_("Children by age, need and where they live")),
            with_nobody(table, ["age_band", "need_level", "care_arrangement"]),
            ["age_band", "need_level", "care_arrangement"],
            "children",
            years,
            notes=[*fewer, *report.sources_of("destinations")],
            of="destinations_by_group",
        )
    ]


def _adds_up(report: ReorganisationAnnex) -> list[Block]:
    """Show the balance of the children, and where rows that do not fit are listed."""
    balance = report.tables["children_balance"]
    note = said(
        N_(
            "In care + left care = in care the year before + came: every child is counted exactly "
            "once."
        )
    )
    moved = (balance[["entries", "left_care"]] != 0).any(axis=None)
    blocks: list[Block] = [heading_block(3, said(N_("Whether the plan adds up")))]
    if moved:
        blocks.append(
            listed(
                "children_balance",
                said(N_("Balance of the children")),
                balance,
                ["year", "before", "entries", "in_care", "left_care"],
                row_headers=1,
                notes=[note, *report.sources_of("destinations")],
                of="children_balance",
            )
        )
    else:
        blocks.append(
            text_block(
                said(
                    N_(
                        "Every child is counted exactly once in every year; none comes into care "
                        "and none leaves it."
                    )
                )
            )
        )
    rows = len(report.tables["plan_problems"])
    if rows:
        blocks.append(
            text_block(
                said(
                    N_(
                        "Rows of the plan that do not fit other data, or need a second look: "
                        "{rows}. They are listed in annex D."
                    ),
                    rows=same(rows),
                )
            )
        )
    return blocks


def problem_blocks(report: ReorganisationAnnex) -> list[Block]:
    """List the rows of the plan that a reader must know about, with file and row."""
    if not report.evaluation.has_plan:
        return []
    table = report.tables["plan_problems"]
    blocks: list[Block] = [heading_block(4, said(N_("Rows of the plan to look at")))]
    if table.empty:
        blocks.append(text_block(said(N_("No rows of the plan contradict other data."))))
    else:
        columns = ["problem", "subject", "counted", "limit", "file", "row", "source"]
        rows: list[list[Cell]] = []
        for row in records(table):
            cells = [cell_value(row[column], NOT_APPLICABLE) for column in columns]
            cells[1] = _subject(str(row["table"]), str(row["subject"]))
            cells[-1] = report.source_mark(str(row["source"]))
            if row["problem"] == "one_off_outside_plan":
                cells[2] = {"symbol": NOT_APPLICABLE}
            rows.append(cells)
        headings = [shown_column(column, "plan_problems") for column in columns]
        headings[1] = Column(said(N_("About")), kind="text")
        note = said(
            N_(
                "They are shown, not corrected. Correct the rows named, or say in the plan why it "
                "is so."
            )
        )
        title = said(N_("Rows of the plan to look at, with file and row"))
        blocks.append(table_block("plan_problems", title, headings, rows, notes=[note]))
    unknown = [
        text
        for column, text in (
            ("under_3", said(N_("which children are under three"))),
            ("siblings_apart", said(N_("which children live apart from a brother or sister"))),
        )
        if not report.evaluation.told_apart[column]
    ]
    if unknown:
        blocks.append(
            text_block(said(N_("The plan does not say {items}."), items=listing(unknown)))
        )
    return blocks


def _subject(table: str, subject: str) -> Bilingual:
    """Write what a row is about: year and where, or year, kind and payer."""
    year, code, *payer = subject.split(" ")
    if table == "destinations":
        return said("{year}, {what}", year=year, what=word("destination", code))
    return said(
        "{year}, {what}, {payer}",
        year=year,
        what=word("transition_kind", code),
        payer=word("payer", payer[0]),
    )
