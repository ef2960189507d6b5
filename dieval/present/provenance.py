"""What a report rests on: sources, parameters and doubts about the data."""

from __future__ import annotations

from typing import Any

from dieval.parameters import ParameterValue
from dieval.present.blocks import Block, Column, Section, heading_block, list_block, table_block
from dieval.present.language import N_, Bilingual, Language, in_both, listing, said
from dieval.present.report import Report
from dieval.vocabulary import NOT_APPLICABLE


def show_sources(report: Report) -> Section:
    """List the sources with their evidence, the parameters with theirs, and notes on the data."""
    blocks = [*report.quality_blocks, _sources_table(report), _parameters_table(report)]
    if report.notes:
        notes = [{"lv": note.text("lv"), "en": note.text("en")} for note in report.notes]
        blocks += [heading_block(3, said(N_("Notes on the data"))), list_block(notes)]
    return report.section(blocks)


def _sources_table(report: Report) -> Block:
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
                title,
                str(source["publisher"]),
                str(source["published"])[:10],
                str(source["evidence"]),
                listing(tables),
            ]
        )
    return table_block("sources", said(N_("Sources")), columns, rows)


def _parameters_table(report: Report) -> Block:
    columns = [
        Column(said(N_("Parameter")), "text"),
        Column(said(N_("Value used")), "text"),
        Column(said(N_("Range in the sources")), "text"),
        Column(said(N_("Source")), "text"),
    ]
    rows: list[list[Any]] = []
    for name, (parameter, dated) in report.parameter_values.items():
        used = report.parameters.get(name)
        source: Bilingual | str = "; ".join(part for part in (dated.source, dated.locator) if part)
        if used is not None and used != dated.value:
            source = said(
                N_("Chosen for this run; {value} in: {source}"),
                value=written(dated.value, dated.unit),
                source=str(source),
            )
        value = written(dated.value if used is None else used, dated.unit)
        rows.append(
            [
                {"lv": parameter.title_lv, "en": parameter.title},
                value,
                _range(dated),
                source,
            ]
        )
    return table_block("parameters", said(N_("Parameters")), columns, rows)


def _range(dated: ParameterValue) -> Bilingual | dict[str, str]:
    if dated.low is None or dated.high is None:
        return {"symbol": NOT_APPLICABLE}
    low, high = written(dated.low, dated.unit), written(dated.high, dated.unit)
    return in_both(lambda say: f"{low[say.code]} – {high[say.code]}")


def written(value: float, unit: str) -> Bilingual:
    """Write a parameter's value in its unit, in every language."""

    def write(say: Language) -> str:
        if unit == "year":
            return str(int(value))
        if unit in ("1/year", "share"):
            return say.percent(value)
        return say.number(value, 2 if unit == "ratio" else 1)

    return in_both(write)
