"""Chapter “Indicators”: every version of each target, and where sources differ."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from dieval.present import figures
from dieval.present.blocks import Block, Section, figure_block, heading_block
from dieval.present.findings.progress import IN_FORCE
from dieval.present.implementation_progress import (
    ImplementationProgress,
    missing_block,
    nothing_block,
    sources_of,
)
from dieval.present.language import (
    N_,
    Bilingual,
    Language,
    in_both,
    joined,
    percentage,
    said,
    same,
    semicolons,
)
from dieval.present.tables import listed, records
from dieval.vocabulary import NATIONAL

PROGRESS = "indicator_progress"
TARGETS = [
    "indicator",
    "version_role",
    "valid_from",
    "baseline_value",
    "baseline_date",
    "target_value",
    "target_date",
    "target_source",
]
SHOWN = [
    "indicator",
    "version_role",
    "value",
    "value_date",
    "source",
    "expected_on_value_date",
    "standing",
    "achievement",
    "expected_achievement",
    "rating",
]
# Columns in the unit of the indicator.
IN_UNIT = ("baseline_value", "target_value", "value", "expected_on_value_date")


def show_indicators(report: ImplementationProgress) -> Section:
    """Show indicators against their targets, other stated values, and conflicts of sources."""
    blocks: list[Block] = []
    table = report.tables.get("indicator_progress")
    if table is not None:
        ours = table[table["region"] == report.region]
        blocks += [] if len(ours) else [nothing_block()]
        blocks += _tables(report, table)
    blocks += _stated(report)
    blocks += _conflicts(report)
    return report.section(
        [*blocks, *missing_block(report, ("indicator_progress", "source_conflicts"))]
    )


def value_in_words(
    report: ImplementationProgress, indicator: str, row: Mapping[str, Any]
) -> Bilingual:
    """Write the value of an indicator with its unit where that is not a count."""
    return number_in_words(report.names, indicator, float(row["value"]), row.get("qualifier"))


def number_in_words(
    names: Mapping[str, Mapping[str, Bilingual]],
    indicator: str,
    value: float,
    qualifier: object = None,
) -> Bilingual:
    """Write a number of an indicator with its unit where that is not a count."""
    unit = names["unit"].get(indicator, same(""))["en"]
    decimals = 0 if value.is_integer() or abs(value) >= 1000 else 1

    def write(say: Language) -> str:
        if unit == "EUR":
            text = say.money(value)
        elif unit == "%":
            text = say.percent(value / 100)
        elif unit == "year":
            text = str(int(value))
        else:
            text = say.number(value, decimals)
        if isinstance(qualifier, str):
            return f"{say.word('qualifier', qualifier)} {text}"
        return text

    return in_both(write)


def way_to_the_targets(report: ImplementationProgress) -> list[Block]:
    """Draw how far each indicator of the region is on its way to the current target."""
    if "indicator_progress" not in report.tables:
        return []
    table = report.tables["indicator_progress"]
    table = table[table["region"] == report.region]
    first = table[table["version_role"] == "first"].set_index(["indicator", "counting_basis"])
    current = table[table["version_role"].isin(IN_FORCE)]
    current = _achievements_to_show(current).astype(object)
    if current.empty:
        return []
    rows, of = {}, {}
    for row in records(current):
        key: Hashable = (row["indicator"], row["counting_basis"])
        way = row["target_value"] - row["baseline_value"]
        earlier = first["target_value"].get(key, math.nan)
        code = "|".join(str(part) for part in (row["indicator"], row["counting_basis"]))
        rows[code] = {
            "achievement": row["achievement"],
            "expected": row["expected_achievement"],
            "first_target": (earlier - row["baseline_value"]) / way if way else math.nan,
        }
        of[code] = row

    def name(say: Language, code: str) -> str:
        return report.called("indicator", str(of[code]["indicator"]))[say.code]

    def detail(say: Language, code: str) -> str:
        row = of[code]
        target = number_in_words(report.names, row["indicator"], float(row["target_value"]))
        values = {
            "target": target[say.code],
            "year": str(row["target_date"].year),
            "baseline": number_in_words(
                report.names, row["indicator"], float(row["baseline_value"])
            )[say.code],
        }
        if pd.isna(row["value"]):
            return say.text(N_("target {target} by {year}"), **values)
        values["value"] = value_in_words(report, row["indicator"], row)[say.code]
        values["date"] = say.short_date(row["value_date"].date())
        return say.text(
            N_("{value} on {date}; baseline {baseline}, target {target} by {year}"), **values
        )

    frame = pd.DataFrame.from_dict(rows, orient="index").astype("float64")
    known = frame["achievement"].dropna()
    alt = said(N_("How far indicators have come from baseline to target."))
    if len(known):
        said_of = [
            said(
                N_("{indicator}: {share} of the way, {expected} expected"),
                indicator=report.called("indicator", str(of[str(code)]["indicator"])),
                share=percentage(float(value), 0),
                expected=percentage(float(frame.loc[code, "expected"]), 0),
            )
            for code, value in known.items()
        ]
        alt = joined(alt, semicolons(said_of))
    picture = figures.bullet_chart(
        frame,
        name,
        detail,
        lambda say, code: say.text(N_("no observation")),
        lambda say: say.text(N_("Share of the way from baseline to current target")),
        lambda say: say.text(N_("baseline")),
        lambda say: say.text(N_("target")),
        lambda say: say.text(N_("expected on the day")),
        lambda say: say.text(N_("first target")),
    )
    title = said(N_("How far the indicators have come"))
    return [figure_block("indicators", title, alt, picture, sources_of(report, rows=table))]


def _tables(report: ImplementationProgress, table: pd.DataFrame) -> list[Block]:
    """List every version of the region's targets and how far they are, then the country's."""
    how = said(
        N_(
            "Achievement = (value − baseline) / (target − baseline); : where nothing later than "
            "the baseline is observed, or the baseline already meets the target. Expected: what a "
            "straight line from baseline to target would have reached on the day of the report. "
            "Rating: growth since the baseline / growth that the target requires."
        )
    )
    dates = said(
        N_("Valid from: the day from which a version is known to hold; it may have been adopted "
           "earlier.")
    )  # fmt: skip
    blocks: list[Block] = []
    for region in (report.region, NATIONAL):
        rows = table[table["region"] == region]
        if rows.empty:
            continue
        ours = region == report.region
        called = report.region_called(region)
        versions = rows.drop_duplicates(["indicator", "version"])
        blocks.append(
            _in_units(
                report,
                "targets" if ours else "targets_national",
                said(N_("Targets and their versions: {region}"), region=called),
                versions,
                TARGETS,
                [dates, *sources_of(report, rows=versions[["target_source"]])],
            )
        )
        blocks.append(
            _in_units(
                report,
                PROGRESS if ours else "indicators_national",
                said(N_("How far the indicators have come: {region}"), region=called),
                _achievements_to_show(rows),
                SHOWN,
                [how, *sources_of(report, rows=rows[["source"]])],
            )
        )
    return blocks


def _achievements_to_show(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out shares of a way that nobody has set out on, or that is no way."""
    way = rows["target_value"] - rows["baseline_value"]
    # Met on the near side: a ceiling or a floor that nobody had to move to.
    no_way = (rows["standing"] == "met") & ((rows["value"] - rows["target_value"]) * way < 0)
    not_yet = ~(rows["value_date"] > rows["baseline_date"])
    shown = rows.copy()
    shown["achievement"] = rows["achievement"].mask(not_yet | no_way)
    shown["expected_achievement"] = rows["expected_achievement"].mask(no_way)
    return shown


def _in_units(
    report: ImplementationProgress,
    name: str,
    title: Bilingual,
    rows: pd.DataFrame,
    columns: list[str],
    notes: list[Bilingual],
    *,
    row_headers: int = 2,
    of: str = PROGRESS,
) -> Block:
    """List rows of indicators, every number in its unit and every source by its number."""
    sources = {
        column: rows[column].map(report.source_mark, na_action="ignore")
        for column in ("source", "target_source")
        if column in columns
    }
    block = listed(
        name,
        title,
        rows.assign(**sources),
        columns,
        row_headers=row_headers,
        notes=notes,
        words={"indicator": report.names["indicator"]},
        of=of,
    )
    numbers = [column for column in IN_UNIT if column in columns]
    for cells, row in zip(block["rows"], records(rows), strict=True):
        for column in numbers:
            if pd.notna(row[column]):
                qualifier = row.get("qualifier") if column == "value" else None
                cells[columns.index(column)] = number_in_words(
                    report.names, str(row["indicator"]), float(row[column]), qualifier
                )
    return block


def _stated(report: ImplementationProgress) -> list[Block]:
    """List the latest value of the region's indicators that have no target."""
    table = report.tables.get("latest_values")
    if table is None:
        return []
    targets = report.tables.get("indicator_progress")
    rated = set() if targets is None else {*targets["indicator"]}
    rows = table[(table["region"] == report.region) & ~table["indicator"].isin(rated)]
    if rows.empty:
        return []
    return [
        _in_units(
            report,
            "latest_values",
            said(N_("Other values stated for the region")),
            rows,
            ["indicator", "value", "date", "source"],
            sources_of(report, rows=rows),
            row_headers=1,
            of="source_conflicts",
        )
    ]


def _conflicts(report: ImplementationProgress) -> list[Block]:
    """List the values on which sources differ, and which of them the report uses."""
    table = report.tables.get("source_conflicts")
    if table is None or table.empty:
        return []
    how = said(
        N_(
            "Sources that differ stand beside each other; they are never averaged. The report uses "
            "the value with the strongest evidence, then the newest source; of what is planned or "
            "given, the latest date. Values on different counting bases are kept apart."
        )
    )
    title = said(N_("Where sources differ"))
    block = _in_units(
        report,
        "source_conflicts",
        title,
        table,
        ["indicator", "kind", "date", "counting_basis", "value", "source", "used"],
        [how, *sources_of(report, rows=table)],
        row_headers=1,
        of="source_conflicts",
    )
    return [heading_block(3, title), block]
