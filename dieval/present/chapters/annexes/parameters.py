"""Annex B: the values that the report assumes, with their sources."""

from __future__ import annotations

from typing import Any

from dieval.parameters import ParameterValue
from dieval.present.blocks import Block, Column, table_block
from dieval.present.language import N_, Bilingual, Language, in_both, said
from dieval.present.report import Report
from dieval.vocabulary import NOT_APPLICABLE


def parameter_blocks(report: Report) -> list[Block]:
    """List the dated parameters in force: value used, range, evidence and source."""
    columns = [
        Column(said(N_("Parameter")), "text"),
        Column(said(N_("Value used")), "text"),
        Column(said(N_("Range in the sources")), "text"),
        Column(said(N_("Evidence")), "word", words="evidence"),
        Column(said(N_("Source")), "text"),
    ]
    rows: list[list[Any]] = []
    for name, (parameter, dated) in report.parameter_values.items():
        used = report.parameters.get(name)
        source = _source(dated)
        if used is not None and used != dated.value:
            source = said(
                N_("Chosen for this run; {value} in: {source}"),
                value=written(dated.value, dated.unit),
                source=source,
            )
        value = written(dated.value if used is None else used, dated.unit)
        rows.append(
            [
                {"lv": parameter.title_lv, "en": parameter.title},
                value,
                _range(dated),
                dated.status,
                source,
            ]
        )
    return [table_block("parameters", said(N_("Parameters")), columns, rows)]


def _source(dated: ParameterValue) -> Bilingual:
    """Name the source and the place in it, in Latvian where the parameter file does."""
    parts = {
        "lv": (dated.source_lv or dated.source, dated.locator_lv or dated.locator),
        "en": (dated.source, dated.locator),
    }
    return {code: "; ".join(part for part in texts if part) for code, texts in parts.items()}


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
