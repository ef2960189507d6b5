"""Annex C: the sources that the report rests on, with their numbers."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dieval.present.blocks import Block, Cell, Column, table_block
from dieval.present.language import N_, listing, said
from dieval.present.report import Report


def source_blocks(report: Report) -> list[Block]:
    """List the sources by their numbers, with their evidence and what they are used for."""
    used = report.sources_used
    sources = report.sources.set_index("source").fillna("")
    columns = [
        Column(said(N_("No.")), "text"),
        Column(said(N_("Source")), "text"),
        Column(said(N_("Publisher")), "text"),
        Column(said(N_("Published")), "text"),
        Column(said(N_("Evidence")), "word", words="evidence"),
        Column(said(N_("Used for")), "text"),
    ]
    rows: list[list[Any]] = []
    for key in report.used_sources:
        source = sources.loc[key]
        tables = [said(report.input_tables[table]) for table, keys in used.items() if key in keys]
        named = (source["title"], source["locator"], source["url"])
        title = "; ".join(str(part) for part in named if part)
        rows.append(
            [
                report.source_mark(key),
                _in_its_language(title, source),
                _in_its_language(str(source["publisher"]), source),
                str(source["published"])[:10],
                str(source["evidence"]),
                listing(tables),
            ]
        )
    return [table_block("sources", said(N_("Sources")), columns, rows)]


def _in_its_language(text: str, source: pd.Series) -> Cell:
    """Give a text of a source with its language, where the data package says which it is."""
    language = str(source.get("language", ""))
    return {"text": text, "language": language} if language and text else text
