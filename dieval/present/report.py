"""What every report has: parameters, sources, its first page, its findings and its results."""

from __future__ import annotations

import abc
import datetime
import decimal
import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import pandas as pd

from dieval.errors import Problem
from dieval.inputs.origin import data_rows, sources_of
from dieval.parameters import Parameter, ParameterValue
from dieval.present.blocks import (
    INPUTS_MIME,
    RESULTS_MIME,
    Block,
    Section,
    facts_block,
    notice_block,
)
from dieval.present.columns import result_column
from dieval.present.findings import Finding
from dieval.present.key_figures import KeyFigure
from dieval.present.language import (
    N_,
    Bilingual,
    Language,
    in_both,
    listing,
    number,
    said,
    same,
    word,
)
from dieval.present.rounding import largest_remainder
from dieval.present.tables import result_rows
from dieval.release.quality import DRAFT, QualityLog
from dieval.release.tables import ReleasedTables
from dieval.vocabulary import EVIDENCE, NATIONAL

INTERNAL_EDITION = N_(
    "Internal edition: not for publication. Numbers of few persons and amounts of single "
    "institutions are shown."
)


@dataclass(frozen=True)
class Report(abc.ABC):
    """One report of one unit: parameters, results and what they rest on.

    Every call of a notebook takes it. A kind of report adds its own results.

    Parameters
    ----------
    parameters : dict
        Parameters of the run, by name.
    region_name, package_title : dict of str
        In both languages.
    sources : DataFrame
        Table of the data contract.
    lines : dict of str to DataFrame
        File and line of every row of the data package, as `DataPackage.lines`.
    notes : tuple of Problem
        Doubts about the data that the reader must know.
    account : DataFrame with table, file, quantity, read, used, set_aside, excluded
        What became of the rows and the money of files of which something does not count, as
        `DataPackage.account`.
    data_read : dict
        Name of the data package and the checksum of each of its files.
    parameter_values : dict
        Dated parameters in force, by name.
    language : str
        Language in which JupyterLab shows the report; exports have both.
    quality : QualityLog
        Checks of the report, and whether it is a draft.
    """

    parameters: dict[str, Any]
    region_name: Bilingual
    package_title: Bilingual
    sources: pd.DataFrame
    lines: dict[str, pd.DataFrame]
    notes: tuple[Problem, ...]
    account: pd.DataFrame
    data_read: dict[str, Any]
    parameter_values: dict[str, tuple[Parameter, ParameterValue]]
    language: str
    quality: QualityLog

    # Name of the report, and its input tables as its readers call them.
    name: ClassVar[str]
    input_tables: ClassVar[dict[str, str]]

    @property
    @abc.abstractmethod
    def tables(self) -> dict[str, pd.DataFrame]:
        """Result tables by name, unrounded."""

    @property
    @abc.abstractmethod
    def counted(self) -> Mapping[str, pd.DataFrame]:
        """Rows of the data package that the report rests on, by input table."""

    @property
    @abc.abstractmethod
    def evidence(self) -> pd.Series:
        """Share of what the report rests on, by evidence of its source."""

    @property
    @abc.abstractmethod
    def findings(self) -> list[Finding]:
        """Conclusions tested on the results."""

    @property
    @abc.abstractmethod
    def key_figures(self) -> list[KeyFigure]:
        """The few numbers that the report comes to, three to six where the data allows."""

    @property
    @abc.abstractmethod
    def finding_notes(self) -> list[Bilingual]:
        """What a reader of the findings must know."""

    @property
    @abc.abstractmethod
    def last_day(self) -> datetime.date:
        """Last day that the report covers."""

    @property
    def unit(self) -> str:
        """Code of the region or institution, or national."""
        return str(self.parameters.get("region", NATIONAL))

    @property
    def summary(self) -> list[Bilingual]:
        """What the results say in a few sentences; nothing where the findings say it."""
        return []

    @property
    def quality_blocks(self) -> list[Block]:
        """What the report says about the quality of its data, beside notes on the package."""
        return []

    @abc.abstractmethod
    def cover(self) -> Section:
        """Show what the report covers and rests on: the first page."""

    def section(self, blocks: Sequence[Block], carried: dict[str, Any] | None = None) -> Section:
        """Make what a cell shows, in the report's language."""
        return Section(blocks, carried, self.language)

    @functools.cached_property
    def sources_used(self) -> pd.Series:
        """Keys of `sources` that the report rests on, by input table."""
        return sources_of(self.counted)

    @functools.cached_property
    def data_rows(self) -> pd.DataFrame:
        """Where the rows that the report rests on stand, and the sources that they name."""
        return data_rows(self.counted, self.lines)

    @functools.cached_property
    def used_sources(self) -> list[str]:
        """Keys of the sources that the report rests on, in the order of their numbers."""
        return sorted({key for keys in self.sources_used for key in keys})

    @functools.cached_property
    def source_numbers(self) -> dict[str, int]:
        """Number of each source in the list of sources, by key."""
        return {key: number for number, key in enumerate(self.used_sources, start=1)}

    def source_mark(self, key: str) -> str:
        """Write the number of a source as tables do, [3]; one that is not listed, by its key."""
        return f"[{self.source_numbers[key]}]" if key in self.source_numbers else key

    @functools.cached_property
    def _evidence_of_source(self) -> pd.Series:
        return self.sources.set_index("source")["evidence"]

    def evidence_of(self, source: str) -> str:
        """Give the evidence of a source."""
        return str(self._evidence_of_source[source])

    @functools.cached_property
    def synthetic_inputs(self) -> list[str]:
        """Input tables that have synthetic rows."""
        return [
            str(table)
            for table, keys in self.sources_used.items()
            if (self._evidence_of_source.reindex(keys) == "synthetic").any()
        ]

    @property
    def data_date(self) -> datetime.date:
        """Date of the newest source that is not synthetic; else the last day of the report.

        It dates the report: the same data gives the same report, whenever it is made.
        """
        observed = [
            key for key in self.used_sources if self._evidence_of_source[key] != "synthetic"
        ]
        published = self.sources.set_index("source")["published"].reindex(observed)
        dates = [_date(str(text)) for text in published.dropna()]
        known = [date for date in dates if date is not None]
        return max(known) if known else self.last_day

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return self.cover()._repr_mimebundle_(include, exclude)


class Evaluation(Protocol):
    """Result tables of one evaluation, and what they rest on."""

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Result tables by name, unrounded."""

    @property
    def counted(self) -> Mapping[str, pd.DataFrame]:
        """Rows of the input tables that count."""

    @property
    def evidence(self) -> pd.Series:
        """Share of what is reported by evidence of its source."""


@dataclass(frozen=True)
class EvaluatedReport(Report):
    """A report of one evaluation.

    Parameters
    ----------
    evaluation : Evaluation
        Result tables, unrounded.
    """

    evaluation: Evaluation

    def __post_init__(self) -> None:
        """Refuse results that did not pass the disclosure control."""
        require_released(self.evaluation)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Result tables by name, unrounded."""
        return self.evaluation.tables

    @property
    def counted(self) -> Mapping[str, pd.DataFrame]:
        """Rows of the data package that the evaluation rests on, by input table."""
        return self.evaluation.counted

    @property
    def evidence(self) -> pd.Series:
        """Share of what is reported by evidence of its source."""
        return self.evaluation.evidence


def require_released(*evaluations: Evaluation) -> None:
    """Refuse results that did not pass the disclosure control.

    Raises
    ------
    TypeError
        Only `dieval.release.disclosure` makes tables that a report takes.
    """
    for evaluation in evaluations:
        if not isinstance(evaluation.tables, ReleasedTables):
            raise TypeError("a report shows only tables that release.disclosure has let through")


def _date(text: str) -> datetime.date | None:
    """Read a date of publication that may be a year or a month only."""
    parts = text.split("-")
    if not all(part.isdigit() for part in parts) or len(parts) > 3:
        return None
    try:
        return datetime.date(*[int(part) for part in [*parts, "1", "1"][:3]])
    except ValueError:
        return None


def evidence_in_words(evidence: pd.Series) -> Bilingual:
    """Write shares by evidence, rounded so that they add up to 100 %."""
    shares = evidence.reindex(EVIDENCE).dropna()
    shown = largest_remainder([100 * share for share in shares], 1, 100.0)

    def written(say: Language) -> str:
        return say.listing(
            [
                f"{say.word('evidence', str(kind))} {say.percent(share / 100)}"
                for kind, share in zip(shares.index, shown, strict=True)
            ]
        )

    return in_both(written)


def notices(report: Report) -> list[Block]:
    """Say what must not be missed: a draft, synthetic data, an internal edition."""
    blocks = []
    if report.quality.state == DRAFT:
        blocks.append(notice_block(_why_draft(report.quality), said(N_("Draft"))))
    if report.synthetic_inputs:
        text = said(
            N_(
                "Demonstration with synthetic data. These inputs are wholly or partly invented: "
                "{inputs}. No conclusion about real institutions, regions or children may be drawn "
                "from this report."
            ),
            inputs=listing([said(report.input_tables[table]) for table in report.synthetic_inputs]),
        )
        blocks.append(notice_block(text, said(N_("Demonstration with synthetic data"))))
    if report.parameters["edition"] == "internal":
        running = said(N_("Internal edition: not for publication"))
        blocks.append(notice_block(said(INTERNAL_EDITION), running))
    return blocks


def _why_draft(quality: QualityLog) -> Bilingual:
    """Say which critical checks keep a report a draft."""
    if not quality.open_checks:
        return said(N_("Draft – no check of this report is critical, so nothing makes it final."))
    checks = [word("check", check) for check in quality.open_checks]
    return said(N_("Draft – critical checks are open: {checks}."), checks=listing(checks))


def state_fact(report: Report) -> tuple[str, Bilingual]:
    """Give the state of the report as the facts of its first page do: the term, and the state."""
    return N_("State of the report"), word("report_state", report.quality.state)


def source_note(report: Report, inputs: Iterable[str]) -> Bilingual:
    """Name the sources of whole input tables by their numbers in the list of sources."""
    used = report.sources_used
    return cited(report, {key for table in inputs for key in used.get(table, [])})


def sources_in(rows: pd.DataFrame) -> set[str]:
    """Collect the sources that rows name in their columns `source` and `…_source`."""
    columns = [name for name in rows if name == "source" or str(name).endswith("_source")]
    return {key for name in columns for key in rows[name].dropna()}


def cited(report: Report, keys: Iterable[str]) -> Bilingual:
    """Name sources by their numbers in the list of sources."""
    in_order = sorted(set(keys), key=report.source_numbers.__getitem__)
    return said(
        N_("Calculated by dieval from the data of sources {numbers}."),
        numbers=listing([report.source_mark(key) for key in in_order]),
    )


def run_record(report: Report) -> Section:
    """Close the report: name what was run and what checks are of, and carry the results."""
    facts = [
        ("report", report.name),
        *sorted(report.parameters.items()),
        ("data_sha256", report.quality.data_sha256),
        ("report_sha256", report.quality.report_sha256),
    ]
    shown = [(same(name), _parameter_in_words(value)) for name, value in facts]
    carried = {RESULTS_MIME: results(report), INPUTS_MIME: report.data_read}
    return report.section([facts_block(shown)], carried)


def _parameter_in_words(value: object) -> Bilingual:
    """Write a parameter as it was given; one with decimals, with the mark of the language."""
    if not isinstance(value, float):
        return same(value)
    decimals = max(0, -int(decimal.Decimal(repr(value)).normalize().as_tuple().exponent))
    return number(value, decimals)


def results(report: Report) -> dict[str, Any]:
    """Give the content of results.json: no language, no formatting, full precision."""
    evidence = report.evidence
    return {
        "schema": "dieval-results/1",
        "report": report.name,
        "unit": report.unit,
        "edition": report.parameters["edition"],
        "state": report.quality.state,
        "checksums": {
            "data": report.quality.data_sha256,
            "report": report.quality.report_sha256,
        },
        "parameters": dict(sorted(report.parameters.items())),
        "tables": {
            name: {
                "columns": [
                    {"name": column, "unit": result_column(column, name).unit} for column in table
                ],
                "rows": result_rows(table),
            }
            for name, table in {
                **report.tables,
                "quality_checks": report.quality.checks,
                "data_rows": report.data_rows,
            }.items()
        },
        "findings": [finding.as_result() for finding in report.findings],
        "key_figures": [figure.as_result() for figure in report.key_figures],
        "evidence": {kind: float(evidence[kind]) for kind in EVIDENCE if kind in evidence.index},
    }
