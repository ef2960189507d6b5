"""What `dieval report` was asked for: checked as a whole, then carried out."""

from __future__ import annotations

import itertools
import json
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from tqdm import tqdm

from dieval.errors import NoDataError, ParameterError, Problem
from dieval.inputs.key import keep_key, refuse_known_key
from dieval.inputs.part import UnitData
from dieval.inputs.read import SMALL_TABLES, DataPackage
from dieval.parameters import read_parameters
from dieval.present.language import N_, said, same
from dieval.reports.asked import Asked
from dieval.reports.children import no_forking_because
from dieval.reports.declared import (
    declared_parameters,
    nearest,
    region_names,
    typed_parameters,
)
from dieval.reports.engine_names import ENGINES
from dieval.reports.freshness import ingredients
from dieval.reports.index import Known, write_index
from dieval.reports.kinds import INSTITUTION_REPORTS, NATIONAL_REPORTS, REPORTS
from dieval.reports.local import Runner, cores
from dieval.reports.manifest import manifests_below
from dieval.reports.many import MakesReports, run_tasks
from dieval.reports.private import as_given, refuse_text
from dieval.reports.project import Project, project_with
from dieval.reports.publish import sole_run
from dieval.reports.releases import known_to, released
from dieval.reports.run import FORMATS, Outcome, Task, attempt_and_publish
from dieval.reports.scope_progress import names_of
from dieval.reports.sums import write_sums
from dieval.reports.unchanged import kept
from dieval.vocabulary import EDITIONS, LANGUAGES, NATIONAL

# Parameters that have an option of their own.
OWN_OPTION = {"region": "--region", "provider": "--institution", "edition": "--edition"}


@dataclass(frozen=True)
class Plan:
    """Reports to make, where from and where to, and those that need not be made."""

    tasks: list[Task]
    project: Project
    asked: Asked
    known: Known
    kept: list[Outcome]
    key: str
    data: UnitData


def plan_reports(asked: Asked, key: str) -> Plan:
    """Check everything that was asked for, before anything runs.

    Parameters
    ----------
    asked : Asked
        What was asked for.
    key : str
        What `unchanged.run_key` gave; run.json keeps it.

    Returns
    -------
    Plan

    Raises
    ------
    ParameterError
        Every unknown name, wrong type or value, with the nearest valid one.
    DataError
        The data package breaks the data contract.
    """
    project = project_with(asked.data)
    problems = [
        *_unknown("report", asked.names, list(REPORTS)),
        *_unknown("language", asked.languages, LANGUAGES),
        *_unknown("format", asked.formats, FORMATS),
        *_unknown("edition", [asked.edition], EDITIONS),
        *_unknown("engine", [asked.engine], list(ENGINES)),
    ]
    texts, wrong = _assignments(asked.given)
    problems += wrong + (_own_folder_problems(asked.out, project) or _output_problems(asked.out))
    problems += _edition_problems(asked)
    problems += _parameter_problems(project) + _release_problems(asked, project)
    chosen, wrong = _chosen([name for name in asked.names if name in REPORTS], texts, project)
    problems += wrong
    data = _data(project.data, _units_named(asked, list(chosen)))
    known = _Units(data.package, asked.regions, asked.institutions)
    problems = [*known.problems, *problems]
    tasks: list[Task] = []
    for report, (declared, own) in chosen.items():
        for unit in known.of(report):
            parameters = {**own, **known.parameter(report, unit), "edition": asked.edition}
            try:
                REPORTS[report]({**declared, **parameters}, data.part(unit))
            except NoDataError as error:
                # Asked for all of them, one without data fails alone, and the others are made.
                problems += str(error).splitlines() if known.named(report) else []
            except ParameterError as error:
                problems += str(error).splitlines()
            tasks.append(
                Task(
                    report=report,
                    unit=unit,
                    parameters=parameters,
                    languages=tuple(dict.fromkeys(asked.languages)) or project.languages,
                    formats=tuple(dict.fromkeys(asked.formats)) or FORMATS,
                    asked={**declared, **parameters},
                )
            )
    if problems:
        raise ParameterError("\n".join(dict.fromkeys(problems)))
    about = known_of(data)
    same = [] if asked.force else kept(tasks, asked.out, ingredients(project, about.data_of))
    folders = {f"{outcome.unit}/{outcome.report}" for outcome in same}
    return Plan(
        tasks=[task for task in tasks if task.folder not in folders],
        project=project,
        asked=asked,
        known=about,
        kept=same,
        key=key,
        data=data,
    )


def _data(path: Path, units: list[str] | None) -> UnitData:
    """Read a data package, and make the key of its checksums when it has none."""
    with pd.option_context(*SMALL_TABLES):
        data = UnitData(path, units)
        if not data.package.key:
            keep_key(path)
            data = UnitData(path, units)
    sources = data.package.tables.get("sources", pd.DataFrame(columns=["evidence"]))
    refuse_known_key(path, data.package.key, set(sources["evidence"]))
    return data


def _units_named(asked: Asked, reports: Sequence[str]) -> list[str] | None:
    """Give the regions and institutions that all reports are on; None where some name none."""
    units: list[str] = []
    for report in reports:
        named = asked.institutions if report in INSTITUTION_REPORTS else asked.regions
        if report in NATIONAL_REPORTS or not named:
            return None
        units += named
    return units


def _chosen(
    names: Sequence[str], texts: dict[str, str], project: Project
) -> tuple[dict[str, tuple[dict[str, Any], dict[str, Any]]], list[str]]:
    """Give each report the parameters that it declares, and those given that are its own.

    Of several reports, each takes the parameters that it has; one that none has is a problem.
    """
    problems: list[str] = []
    declared = {}
    others = (*NATIONAL_REPORTS, *INSTITUTION_REPORTS)
    for report in dict.fromkeys(names or [report for report in REPORTS if report not in others]):
        try:
            declared[report] = declared_parameters(project.notebook(report))
        except ParameterError as error:
            problems += str(error).splitlines()
    chosen = {}
    for report, known in declared.items():
        elsewhere = {name for other in declared.values() for name in other} - known.keys()
        own = {name: text for name, text in texts.items() if name not in elsewhere}
        try:
            chosen[report] = known, typed_parameters(own, known, report)
        except ParameterError as error:
            problems += str(error).splitlines()
    return chosen, problems


def _parameter_problems(project: Project) -> list[str]:
    """Say what is wrong with the parameter files, before a notebook stumbles over it."""
    try:
        for name, found in read_parameters(project.parameters).items():
            values = [text for of in found.values.values() for text in of.model_dump().values()]
            for text in (found.title, found.title_lv, *values):
                if isinstance(text, str):
                    refuse_text(text, f"data/parameters, parameter {as_given(name)}")
    except ParameterError as error:
        return str(error).splitlines()
    return []


def _release_problems(asked: Asked, project: Project) -> list[str]:
    """Say that a release cannot be read or is gone, before every report stumbles over it."""
    try:
        if asked.edition == "public":
            released(project)
            known_to(project, manifests_below(asked.out))
    except ParameterError as error:
        return str(error).splitlines()
    return []


def _assignments(given: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Split `NAME=VALUE` into names and texts, and say what is wrong with the others."""
    texts, problems = {}, []
    for assignment in given:
        name, equals, value = assignment.partition("=")
        if not equals:
            problems.append(f"-p {as_given(assignment)}: expected NAME=VALUE.")
        elif name in texts:
            problems.append(f"-p {as_given(assignment)}: {as_given(name)} is given twice.")
        elif name in OWN_OPTION:
            problems.append(f"-p {name}={as_given(value)}: use {OWN_OPTION[name]} instead.")
        else:
            texts[name] = value
    return texts, problems


def _unknown(what: str, asked: Sequence[str], known: Sequence[str]) -> list[str]:
    return [
        f"{what} {as_given(name)} is unknown{nearest(name, known)}"
        for name in asked
        if name not in known
    ]


class _Units:
    """The regions and institutions that were asked for, or all of them."""

    def __init__(
        self, package: DataPackage, regions: Sequence[str], institutions: Sequence[str]
    ) -> None:
        if "regions" not in package.tables:
            raise ParameterError("the data package has no table regions: nothing to report on.")
        known = [str(code) for code in package.tables["regions"]["region"]]
        homes = package.tables.get("providers")
        by_home = (
            {} if homes is None else dict(zip(homes["provider"], homes["region"], strict=True))
        )
        planned = package.tables.get("destinations")
        with_plan = set() if planned is None else set(planned["provider"])
        homes_with_plan = [home for home in by_home if home in with_plan]
        self.problems = [
            *_unknown("region", regions, known),
            *_unknown(
                "institution",
                [home for home in institutions if home not in by_home],
                homes_with_plan or list(by_home),
            ),
        ]
        self._asked = {"region": regions, "institution": institutions}
        self._regions = [code for code in dict.fromkeys(regions or known) if code in known]
        everyone = [home for home in homes_with_plan if by_home[home] in self._regions]
        named = [home for home in dict.fromkeys(institutions) if home in by_home]
        self._institutions = named if institutions else everyone

    def of(self, report: str) -> Sequence[str]:
        """Give the units that a report is made for; without names, the homes that have a plan."""
        if report in NATIONAL_REPORTS:
            return (NATIONAL,)
        return self._institutions if report in INSTITUTION_REPORTS else self._regions

    def parameter(self, report: str, unit: str) -> dict[str, str]:
        """Give the parameter of the notebook that names the unit."""
        if report in NATIONAL_REPORTS:
            return {}
        return {"provider" if report in INSTITUTION_REPORTS else "region": unit}

    def named(self, report: str) -> bool:
        """Tell whether the units of a report were asked for by name."""
        return bool(self._asked["institution" if report in INSTITUTION_REPORTS else "region"])


def known_of(data: UnitData) -> Known:
    """Keep what the index page needs of a data package."""
    package = data.package
    homes = package.tables.get("providers", pd.DataFrame(columns=["provider", "name_lv"]))
    regions = region_names(package)
    return Known(
        units={
            NATIONAL: said(N_("All regions")),
            **{str(home.provider): same(home.name_lv) for home in homes.itertuples()},
            **regions,
        },
        regions=tuple(regions),
        region_of=package.region_of,
        indicators=names_of(package)["indicator"],
        data_of=data.read,
    )


def _output_problems(out: Path) -> list[str]:
    """Say why an output folder cannot be written, before anything runs."""
    if out.is_symlink():
        return [f"--out {out}: is a symbolic link; name the folder itself."]
    if out.exists() and not out.is_dir():
        return [f"--out {out}: is a file, expected a folder."]
    existing = out.resolve()
    while not existing.exists():
        existing = existing.parent
    refusal = [f"--out {out}: the folder cannot be written to."]
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        return refusal
    try:  # some file systems say so only when asked
        with tempfile.TemporaryDirectory(dir=existing, prefix=".dieval-"):
            return []
    except OSError:
        return refusal


def _own_folder_problems(out: Path, project: Project) -> list[str]:
    """Say that an output folder is one that the project reads, holds one or lies in one."""
    own = {
        project.root / "data": "data",
        project.data: "the data package",
        project.parameters: "the parameter files",
        project.notebooks: "the notebooks",
        project.releases: "the releases",
        Path(__file__).parents[1]: "the code of dieval",
    }
    place = out.resolve()
    for folder, what in own.items():
        there = folder.resolve()
        if place.is_relative_to(there) or there.is_relative_to(place):
            return [
                f"--out {out}: is, holds or lies in the folder of {what}; reports need a folder of "
                "their own, such as reports."
            ]
    return []


def _edition_problems(asked: Asked) -> list[str]:
    """Say that a folder holds reports of the other edition: they are never put together."""
    if asked.edition not in EDITIONS:
        return []
    other = next(code for code in EDITIONS if code != asked.edition)
    for manifest in itertools.islice(manifests_below(asked.out), 1):
        if manifest.get("edition") == other:
            return [
                f"--out {asked.out}: holds reports of the {other} edition; the {asked.edition} one "
                "needs a folder of its own."
            ]
    return []


def carry_out(plan: Plan, tell: Callable[[str], Any]) -> int:
    """Make the planned reports and tell how each went.

    Parameters
    ----------
    plan : Plan
        What to make.
    tell : callable
        Told each line.

    Returns
    -------
    int
        Number of reports that failed; the others are there.

    Raises
    ------
    ParameterError
        Another run writes to the same folder.
    ReportError
        The index, run.json or SHA256SUMS cannot be written.
    """
    plan.asked.out.mkdir(parents=True, exist_ok=True)
    with sole_run(plan.asked.out):
        return _carried_out(plan, tell)


def _carried_out(plan: Plan, tell: Callable[[str], Any]) -> int:
    asked = plan.asked
    runner, jobs = _runner(plan, tell)
    # By folder: a report that was made and cannot stay has another outcome at the end.
    outcomes = {(outcome.unit, outcome.report): outcome for outcome in plan.kept}
    with tqdm(total=len(plan.tasks), unit="report", disable=None, leave=False) as bar:

        def tell_outcome(outcome: Outcome) -> None:
            outcomes[outcome.unit, outcome.report] = outcome
            bar.update()
            line = f"{outcome.status:6} {outcome.unit}/{outcome.report}  {outcome.seconds:.1f} s"
            if outcome.message:
                line = f"{line}  {outcome.message}"
            if bar.disable:
                tell(line)
            elif outcome.status == "failed":  # on a terminal, the bar tells the rest
                bar.write(line)

        try:
            run_tasks(
                plan.tasks,
                runner,
                asked.out,
                jobs,
                tell_outcome,
                kept=plan.kept,
                key=plan.key,
                afterwards=_together(plan),
            )
        finally:
            write_index(asked.out, list(outcomes.values()), plan.project, plan.known)
            write_sums(asked.out)
    ended = Counter(outcome.status for outcome in outcomes.values())
    failed, kept = ended["failed"], ended["kept"]
    made = len(outcomes) - failed - kept
    unchanged = f", {kept} unchanged" if kept else ""
    tell(f"{made} of {len(outcomes)} reports made{unchanged}. Open {asked.out / 'index.html'}")
    return failed


def _together(plan: Plan) -> Callable[[], Sequence[Outcome]]:
    """Give what looks at all reports of a run together when they are made."""
    if plan.asked.edition != "public" or not plan.tasks:
        return tuple
    from dieval.reports.gate import withheld

    return lambda: withheld(plan.asked.out, plan.project)


def _runner(plan: Plan, tell: Callable[[str], Any]) -> tuple[MakesReports, int]:
    """Choose what makes the reports, and how many at once; say why the engine is another one."""
    asked = plan.asked
    if asked.cluster:
        from dieval.reports.cluster import ClusterRunner

        workers = ClusterRunner(
            asked.cluster, plan.project, plan.data.part, asked.out, asked.engine, asked.time_limit,
            asked.jobs,
        )  # fmt: skip
        return workers, 2 * workers.width  # the next report waits at the worker
    engine, reason = asked.engine, no_forking_because() if asked.engine == "warm" else ""
    if reason:
        engine = "nbclient"
        tell(f"Each report starts a kernel of its own, which takes longer: {reason}.")
    here = Runner(
        plan.project, engine, asked.time_limit, attempt_and_publish, asked.out,
        part=plan.data.part, state=plan.data.state,
    )  # fmt: skip
    return here, asked.jobs or cores()


def problems_json(problems: Sequence[Problem]) -> str:
    """Write the problems of a data package as JSON."""
    return json.dumps([asdict(problem) for problem in problems], ensure_ascii=False, indent=1)
