"""What a report would say if only one thing had changed: results of runs that mix two editions."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from dieval.inputs.read import DataPackage
from dieval.parameters import LOADER
from dieval.reports.asked import TIME_LIMIT
from dieval.reports.causes import PROGRAM, RELEASES, Cause, Inputs, releases_of
from dieval.reports.children import no_forking_because
from dieval.reports.editions import Edition
from dieval.reports.local import Runner, cores
from dieval.reports.project import SETTINGS_FILE, Project, read_project
from dieval.reports.run import Task, attempt_results

# One report in a mixture: the causes that are as in the new edition, all others as in the old one.
Mixture = tuple[str, frozenset[Cause]]


def results_of_mixtures(
    mixtures: Sequence[Mixture],
    reports: Mapping[str, tuple[Edition, Edition]],
    causes: Mapping[str, Sequence[Cause]],
    inputs: tuple[Inputs, Inputs],
    jobs: int | None,
    tell: Callable[[], Any],
) -> dict[Mixture, dict[str, Any] | None]:
    """Compute the results of reports with some causes as in the new edition, others as in the old.

    Parameters
    ----------
    mixtures : sequence of Mixture
        Place of a report, and the causes that are as in the new edition.
    reports : mapping of pair of Edition
        Both editions, by place.
    causes : mapping of list of Cause
        All that differ, by place.
    inputs : pair of Inputs
        What the editions were made from.
    jobs : int, optional
        Runs at once; as many as there are cores.
    tell : callable
        Called as each is done.

    Returns
    -------
    dict
        Content of results.json by mixture; None where it could not be computed.
    """
    engine = "nbclient" if no_forking_because() else "warm"

    def result(mixture: Mixture) -> dict[str, Any] | None:
        place, new = mixture
        old = [cause for cause in causes[place] if cause not in new and cause.kind != PROGRAM]
        task = _task(reports[place], old)
        with tempfile.TemporaryDirectory(prefix="dieval-mixture-") as folder:
            before, after = reports[place]
            of = before if any(cause.kind == RELEASES for cause in old) else after
            project = _project(inputs, old, tuple(releases_of(of.manifest)), Path(folder))
            package = _package(inputs, old, task.unit)
            runner = Runner(project, engine, TIME_LIMIT, attempt_results, part=lambda unit: package)
            try:
                files = runner.run(task).files
            finally:
                runner.close()
        tell()
        return json.loads(files["results.json"]) if files else None

    with ThreadPoolExecutor(jobs or cores()) as threads:
        return dict(zip(mixtures, threads.map(result, mixtures), strict=True))


def _task(editions: tuple[Edition, Edition], old: Sequence[Cause]) -> Task:
    """Give the new edition's task, with the parameters that are as in the old one."""
    before, after = (edition.manifest for edition in editions)
    asked = dict(after["asked"])
    for cause in old:
        if cause.kind == "parameter" and cause.name in before["asked"]:
            asked[cause.name] = before["asked"][cause.name]
    return Task(after["report"], after["unit"], asked, (), (), asked)


def _package(inputs: tuple[Inputs, Inputs], old: Sequence[Cause], unit: str) -> DataPackage:
    """Give what the report reads: the new data, with the tables that are as in the old one."""
    before, package = (each.data.part(unit) for each in inputs)
    names = [cause.name for cause in old if cause.kind == "data"]
    tables, lines = dict(package.tables), dict(package.lines)
    for name in names:
        for mine, theirs in ((tables, before.tables), (lines, before.lines)):
            mine.pop(name, None)
            if name in theirs:
                mine[name] = theirs[name]
    about = before if "package" in names else package
    # In the order of the contract, as a package is read.
    order = [*before.tables, *package.tables]
    return replace(
        package,
        tables={name: tables[name] for name in dict.fromkeys(order) if name in tables},
        lines=lines,
        title=about.title,
        notes=about.notes,
        account=about.account,
    )


def _project(
    inputs: tuple[Inputs, Inputs], old: Sequence[Cause], known: tuple[str, ...], folder: Path
) -> Project:
    """Write a project whose parts are of the one or the other edition.

    These are parameters, notebook and the releases `known`.
    """
    before, after = inputs
    ledger = (before if any(c.kind == RELEASES for c in old) else after).project.releases
    for name in known:
        shutil.copytree(ledger / name, folder / "releases" / name)
    parameters = after.project.parameters
    names = [cause.name for cause in old if cause.kind == "dated_parameter"]
    if names:
        parameters = folder / "parameters"
        parameters.mkdir()
        for name, content in _mixed_files(before, after, names).items():
            (parameters / name).write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    notebooks = (before if any(c.kind == "notebook" for c in old) else after).project.notebooks
    settings = {
        "data": after.project.data,
        "parameters": parameters,
        "notebooks": notebooks,
    }
    lines = [f"{name} = {json.dumps(str(path.resolve()))}" for name, path in settings.items()]
    (folder / SETTINGS_FILE).write_text("\n".join([*lines, 'languages = ["en"]', ""]), "utf-8")
    return replace(read_project(folder), data=after.data.path, only=known)


def _mixed_files(before: Inputs, after: Inputs, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Give the content of the new parameter files with some parameters as in the old ones."""
    contents = [
        {
            file.name: yaml.load(file.read_text(encoding="utf-8"), LOADER)
            for file in sorted(each.project.parameters.glob("*.yml"))
        }
        for each in (before, after)
    ]
    mixed: dict[str, dict[str, Any]] = contents[1]
    for name in names:
        if name in after.file_of:
            mixed[after.file_of[name]].pop(name)
        if name in before.file_of:
            file = before.file_of[name]
            mixed.setdefault(file, {})[name] = contents[0][file][name]
    return {name: content for name, content in mixed.items() if content}
