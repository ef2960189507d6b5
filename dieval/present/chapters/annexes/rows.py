"""Annex E: from the input tables to the rows of the data, and to their sources."""

from __future__ import annotations

from dieval.present.blocks import Block, Cell, cell_value, table_block, text_block
from dieval.present.language import N_, said, same
from dieval.present.reorganisation_annex import ReorganisationAnnex
from dieval.present.report import Report
from dieval.present.tables import records, shown_column
from dieval.vocabulary import NOT_APPLICABLE

COLUMNS = ("table", "care_arrangement", "file", "rows", "n_rows", "sources")


def rows_blocks(report: Report) -> list[Block]:
    """List the rows that count, by input table, care arrangement and file."""
    table = report.data_rows
    if table.empty:
        return [text_block(said(N_("No row of the data counts in this report.")))]
    rows: list[list[Cell]] = []
    for row in records(table):
        sources = [report.source_mark(key) for key in str(row["sources"]).split(", ")]
        rows.append(
            [
                said(report.input_tables[str(row["table"])]),
                cell_value(row["care_arrangement"], NOT_APPLICABLE),
                *(cell_value(row[column]) for column in ("file", "rows", "n_rows")),
                same(" ".join(sources)),
            ]
        )
    how = said(
        N_(
            "Annex A says from which input data a number is computed. Here these inputs have their "
            "files and rows, and every row names its source in the data package. In annex C the "
            "sources have the same numbers."
        )
    )
    notes = [
        said(
            N_(
                "Rows are numbered as an editor or a spreadsheet shows them: the header is the "
                "first. In a workbook they stand on the sheet that has the name of the table; in "
                "a Parquet file the first row of data counts as the second."
            )
        )
    ]
    if any("n_rows" in lines for lines in report.lines.values()):
        notes.append(
            said(
                N_(
                    "Where no rows are named, the table is a folder of Parquet files and the rows "
                    "of the region were summed."
                )
            )
        )
    if isinstance(report, ReorganisationAnnex) and report.evaluation.outlook is not None:
        notes.append(
            said(
                N_(
                    "The demand for places also takes in the planned placement of children of "
                    "other institutions of the region, which is not listed here."
                )
            )
        )
    title = said(N_("Rows of the data that count"))
    columns = [shown_column(column, "data_rows") for column in COLUMNS]
    return [
        text_block(how),
        table_block("data_rows", title, columns, rows, row_headers=3, notes=notes),
    ]
