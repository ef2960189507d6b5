"""`dieval diff`: what changed between two editions, figure by figure, and why.

A figure is put down to a cause when it moves as this cause alone is applied to the old edition, or
taken back from the new one. That takes the data of both editions; without it, causes and figures
are listed side by side.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tqdm import tqdm

from dieval.errors import ParameterError
from dieval.present.html import environment as templates
from dieval.present.style import HOUSE
from dieval.reports.causes import (
    PROGRAM,
    Cause,
    Inputs,
    causes_between,
    read_inputs_of,
)
from dieval.reports.children import no_forking_because, warm_up
from dieval.reports.counterfactual import Mixture, results_of_mixtures
from dieval.reports.editions import (
    ABSENT,
    Edition,
    Figure,
    Figures,
    moved,
    read_editions,
    reader_of,
    tables_with_hidden,
    units_of,
    written,
)
from dieval.reports.manifest import code_hash, environment
from dieval.reports.publish import replace_file
from dieval.reports.style_sheet import style_sheet

SCHEMA = "dieval-diff/1"
ONE_CAUSE = "one cause alone: every figure is put down to it"
NO_DATA = (
    "not put down to causes: give the data packages of both editions with --old-data and --new-data"
)
OTHER_PROGRAM = (
    "not put down to causes: the new edition was made by another version of dieval or its libraries"
)


@dataclass(frozen=True)
class Move:
    """A figure that moved.

    Parameters
    ----------
    figure : Figure
    old, new : any
        As results.json holds them; a symbol stays one.
    unit : str
        Empty where it has none.
    causes : tuple of int
        Numbers of the causes that moved it, from 1; empty where they are not known.
    effects : mapping of int to float
        What each cause alone adds to the old number, where nothing in the table is hidden.
    """

    figure: Figure
    old: Any
    new: Any
    unit: str = ""
    causes: tuple[int, ...] = ()
    effects: Mapping[int, float] = field(default_factory=dict)

    def text(self) -> str:
        """Write it in one line."""
        by = f" ({', '.join(map(str, self.causes))})" if self.causes else ""
        unit = f" [{self.unit}]" if self.unit else ""
        return f"{self.figure.text()} {written(self.old)} → {written(self.new)}{unit}{by}"


@dataclass(frozen=True)
class Compared:
    """A report in two editions.

    Parameters
    ----------
    place : str
        `<unit>/<report>`.
    causes : list of Cause
    moves : list of Move
    how : str
        How figures were put down to causes, or why they were not.
    """

    place: str
    causes: list[Cause]
    moves: list[Move]
    how: str = ""


@dataclass(frozen=True)
class Diff:
    """Two editions.

    Parameters
    ----------
    reports : list of Compared
        Those that both have.
    gone, added : list of str
        Those that only the old or the new edition has.
    """

    reports: list[Compared]
    gone: list[str]
    added: list[str]

    def lines(self) -> list[str]:
        """Write it as text."""
        lines = [f"only in the old edition: {place}" for place in self.gone]
        lines += [f"only in the new edition: {place}" for place in self.added]
        for report in self.reports:
            if not report.causes and not report.moves:
                continue
            lines += ["", report.place]
            for number, cause in enumerate(report.causes, 1):
                count = sum(number in move.causes for move in report.moves)
                known = f" – figures moved: {count}" if _is_known(report) else ""
                lines.append(f"  cause {number}: {cause.text()}{known}")
            if report.how:
                lines.append(f"  {report.how}")
            lines += [f"  {move.text()}" for move in report.moves]
        return [*lines, *([""] if lines else []), self.summary()]

    def summary(self) -> str:
        """Count causes and figures."""
        moves = sum(len(report.moves) for report in self.reports)
        touched = sum(bool(report.moves) for report in self.reports)
        causes = {cause.text() for report in self.reports for cause in report.causes}
        return (
            f"causes: {len(causes)}; figures moved: {moves}, in {touched} of {len(self.reports)} "
            "reports"
        )

    def json(self) -> str:
        """Write it as JSON."""
        reports = [
            {
                "report": report.place,
                "how": report.how,
                "causes": [
                    {"number": number, **asdict(cause), "text": cause.text()}
                    for number, cause in enumerate(report.causes, 1)
                ],
                "figures": [
                    {
                        "kind": move.figure.kind,
                        "name": move.figure.name,
                        "key": dict(move.figure.key),
                        "column": move.figure.column,
                        "unit": move.unit or None,
                        "old": move.old,
                        "new": move.new,
                        "causes": list(move.causes),
                        "effects": dict(move.effects),
                    }
                    for move in report.moves
                ],
            }
            for report in self.reports
        ]
        content = {"schema": SCHEMA, "gone": self.gone, "added": self.added, "reports": reports}
        return json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n"

    def html(self) -> str:
        """Write it as a page that loads nothing."""
        page = templates().get_template("diff.html.j2")
        text: str = page.render(
            diff=self, written=written, known=_is_known, **style_sheet(HOUSE, "index.css")
        )
        return text


def _is_known(report: Compared) -> bool:
    return report.how not in (NO_DATA, OTHER_PROGRAM)


def diff(
    old: Path,
    new: Path,
    old_data: Path | None = None,
    new_data: Path | None = None,
    jobs: int | None = None,
) -> Diff:
    """Compare two editions.

    Parameters
    ----------
    old, new : Path
        Output folders, or folders of one report.
    old_data, new_data : Path, optional
        Data packages that they were made from; both or none.
    jobs : int, optional
        Runs at once.

    Raises
    ------
    ParameterError
        A folder holds no report, the editions have none in common, or a data package is another one
        than that of its edition.
    DataError
        A data package breaks the data contract.
    """
    before, after = read_editions(old), read_editions(new)
    both = [place for place in after if place in before]
    if not both:
        raise ParameterError(f"{old} and {new} have no report in common.")
    if (old_data is None) != (new_data is None):
        raise ParameterError("--old-data and --new-data: give both, or none.")
    pairs = {place: (before[place], after[place]) for place in both}
    inputs = None
    if old_data is not None and new_data is not None:
        if not no_forking_because():
            warm_up()
        inputs = (
            read_inputs_of("--old-data", old_data, {place: before[place] for place in both}),
            read_inputs_of("--new-data", new_data, {place: after[place] for place in both}),
        )
    return Diff(
        reports=_compared(pairs, inputs, jobs),
        gone=[place for place in before if place not in after],
        added=[place for place in after if place not in before],
    )


def _compared(
    pairs: Mapping[str, tuple[Edition, Edition]],
    inputs: tuple[Inputs, Inputs] | None,
    jobs: int | None,
) -> list[Compared]:
    causes = {place: causes_between(*pair, inputs) for place, pair in pairs.items()}
    readers = {
        place: reader_of(one.results, other.results) for place, (one, other) in pairs.items()
    }
    figures = {
        place: (readers[place](one.results), readers[place](other.results))
        for place, (one, other) in pairs.items()
    }
    wanted: list[Mixture] = []
    how: dict[str, str] = {}
    here = (code_hash(), environment())
    for place, (one, other) in figures.items():
        known = causes[place]
        made_by = pairs[place][1].manifest
        if not moved(one, other) or not known:
            how[place] = ""
        elif len(known) == 1:
            how[place] = ONE_CAUSE
        elif inputs is None:
            how[place] = NO_DATA
        elif (made_by["code"]["sha256"], made_by["environment"]) != here:
            how[place] = OTHER_PROGRAM
        else:
            how[place] = "each cause applied alone to the old edition, and taken back from the new"
            wanted += [(place, mixture) for mixture in _mixtures(known)]
    results: dict[Mixture, dict[str, Any] | None] = {}
    if wanted and inputs is not None:
        with tqdm(total=len(wanted), unit="run", disable=None, leave=False) as bar:
            results = results_of_mixtures(wanted, pairs, causes, inputs, jobs, bar.update)
    found = []
    for place, pair in pairs.items():
        read = readers[place]
        runs = {
            mixture: read(result)
            for (of, mixture), result in results.items()
            if of == place and result is not None
        }
        if len(runs) < sum(of == place for of, _ in results):
            how[place] += "; some of these runs failed, and what they would have shown is missing"
        moves = _moves(pair, figures[place], causes[place], runs)
        found.append(Compared(place, causes[place], moves, how[place]))
    return found


def _mixtures(causes: Sequence[Cause]) -> list[frozenset[Cause]]:
    """List the runs that are needed, each once: none, one, all but one as in the new edition.

    The program is always the new one. Where it has not changed, the old edition itself is the run
    with nothing new, and the new edition the one with everything.
    """
    free = [cause for cause in causes if cause.kind != PROGRAM]
    runs = [frozenset([cause]) for cause in free]
    runs += [frozenset(free) - {cause} for cause in free]
    if len(free) < len(causes):
        runs.append(frozenset())
    everything = frozenset(free)
    return [
        run for run in dict.fromkeys(runs) if run != everything and (run or len(free) < len(causes))
    ]


def _moves(
    pair: tuple[Edition, Edition],
    figures: tuple[Figures, Figures],
    causes: Sequence[Cause],
    runs: Mapping[frozenset[Cause], Figures],
) -> list[Move]:
    old, new = figures
    units = units_of(pair[0].results) | units_of(pair[1].results)
    hidden = tables_with_hidden(pair[0].results, pair[1].results)
    free = [cause for cause in causes if cause.kind != PROGRAM]
    program = [number for number, cause in enumerate(causes, 1) if cause.kind == PROGRAM]
    base = runs.get(frozenset(), old) if program else old
    everything = {frozenset[Cause](): base, frozenset(free): new, **runs}
    moves = []
    for figure in moved(old, new):
        by: list[int] = []
        effects: dict[int, float] = {}
        if len(causes) == 1:
            by = [1]
        elif program and base is not old and _differs(old, base, figure):
            by += program
        for number, cause in enumerate(causes, 1):
            if len(causes) == 1 or cause.kind == PROGRAM:
                continue
            alone = everything.get(frozenset([cause]))
            without = everything.get(frozenset(free) - {cause})
            if (alone is not None and runs and _differs(base, alone, figure)) or (
                without is not None and runs and _differs(without, new, figure)
            ):
                by.append(number)
            if alone is not None and number in by and figure.name not in hidden:
                effect = _effect(base.get(figure), alone.get(figure))
                effects |= {} if effect is None else {number: effect}
        unit = units.get((figure.name, figure.column), "") if figure.kind == "cell" else ""
        moves.append(
            Move(
                figure,
                old.get(figure, ABSENT),
                new.get(figure, ABSENT),
                unit,
                tuple(sorted(by)),
                effects if figure.kind == "cell" else {},
            )
        )
    return moves


def _differs(one: Figures, other: Figures, figure: Figure) -> bool:
    return bool(one.get(figure, ABSENT) != other.get(figure, ABSENT))


def _effect(before: Any, after: Any) -> float | None:
    numbers = [isinstance(value, (int, float)) for value in (before, after)]
    return float(after - before) if all(numbers) and before != after else None


def write_diff(found: Diff, html: Path | None, as_json: Path | None) -> Iterable[str]:
    """Write a comparison to files, as far as they are asked for, and give their names.

    Raises
    ------
    ReportError
        A file cannot be written.
    """
    for file, text in ((html, found.html), (as_json, found.json)):
        if file is not None:
            replace_file(file, text())
            yield str(file)
