"""Reports made again from their manifests, in a process that takes nothing from its surroundings.

`python -I -m dieval.reports.recompute` reads a request from its standard input and tells what
became of each report on its standard output, a line of JSON each. No variable of the environment,
no package of the user and no setting of IPython reaches it.
"""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from dieval.errors import DataError, DievalError, ParameterError, ReportError
from dieval.reports.asked import TIME_LIMIT
from dieval.reports.children import NEVER_FORK, cool_down, no_forking_because, warm_up
from dieval.reports.declared import declared_parameters
from dieval.reports.private import told
from dieval.reports.project import Project, read_project
from dieval.reports.run import FORMATS, Outcome, Task
from dieval.reports.scratch import NO_ROOM
from dieval.vocabulary import LANGUAGES, NATIONAL

# What a process needs of its surroundings on the systems that dieval runs on.
NEEDED = ("PATH", "SYSTEMROOT", NEVER_FORK)
# The message of a failure may repeat what a cell holds; where it failed is told, and how.
_FAILURE = re.compile(r"[\w.-]+\.ipynb, cell \d+: [A-Za-z_.]+")
_OF_SYSTEM = re.compile(r"(?:cannot be written|Error): ([A-Z][\w /()-]+)")


@dataclass(frozen=True)
class Request:
    """What to recompute.

    Parameters
    ----------
    root, data, out : str
        Folder of the project, its data package, an empty output folder.
    jobs : int, optional
        Reports made at once.
    manifests : dict
        By folder below `out`.
    outcomes : list of dict
        How the run ended that wrote the index page.
    """

    root: str
    data: str
    out: str
    jobs: int | None
    manifests: dict[str, dict[str, Any]]
    outcomes: list[dict[str, Any]]


def recomputed(request: Request) -> Iterator[dict[str, Any]]:
    """Recompute in a clean process.

    Parameters
    ----------
    request : Request

    Yields
    ------
    dict
        `{"report": folder, "seconds": …, "why": …}` as each is made, or not: `why` then says where
        it failed; at last `{"changes": …, "files": …, "environment": …}`: what has changed since
        each was made, the files of each table of the data, versions of Python and libraries. The
        pages of the index are written then.

    Raises
    ------
    ParameterError, DataError
        The data package or the parameter files cannot be used.
    ReportError
        The process ended early.
    """
    home = Path(request.out).with_name("home")
    home.mkdir()
    kept = {name: os.environ[name] for name in NEEDED if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, "-I", "-m", "dieval.reports.recompute"],
        cwd=request.root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={**kept, "HOME": str(home), "TMPDIR": str(home), "LANG": "C.UTF-8"},
        encoding="utf-8",
    )  # fmt: skip
    assert process.stdin is not None and process.stdout is not None
    try:
        process.stdin.write(json.dumps(asdict(request)))
        process.stdin.close()
        for line in process.stdout:
            said = json.loads(line)
            if "refused" in said:
                raise ParameterError(said["refused"])
            yield said
            if "changes" in said:
                return
        raise ReportError("the reports could not be recomputed: the process ended early.")
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def task_of(manifest: Mapping[str, Any], project: Project) -> Task:
    """Give the task that made a report.

    Raises
    ------
    ParameterError
        The manifest names parameters, languages or formats that the notebook or dieval do not have.
    KeyError, TypeError, ValueError
        The manifest does not hold what a manifest holds.
    """
    report, unit = str(manifest["report"]), str(manifest["unit"])
    asked = dict(manifest["asked"])
    given = list(manifest["given"])
    declared = declared_parameters(project.notebook(report))
    if (
        declared.keys() != asked.keys()
        or not asked.keys() >= set(given)
        or any(type(asked[name]) is not type(declared[name]) for name in asked)
        or not set(manifest["languages"]) <= set(LANGUAGES)
        or not set(manifest["formats"]) <= set(FORMATS)
    ):
        raise ParameterError("the manifest asks for what the notebook does not have.")
    return Task(
        report=report,
        unit=unit,
        parameters={name: asked[name] for name in given},
        languages=tuple(manifest["languages"]),
        formats=tuple(manifest["formats"]),
        asked=asked,
    )


def main() -> None:
    """Do what a request on standard input says."""
    request = Request(**json.loads(sys.stdin.read()))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if not no_forking_because():
        warm_up()
    try:
        _recompute(request)
    except DataError as error:
        wrong = [problem.text() for problem in error.problems if problem.severity != "note"]
        _tell({"refused": "\n".join(wrong)})
    except DievalError as error:
        _tell({"refused": str(error)})
    except OSError as error:
        _tell({"refused": f"the reports could not be recomputed: {told(error)}. {NO_ROOM}"})
    finally:
        cool_down()


def _recompute(request: Request) -> None:
    from dieval.inputs.part import UnitData
    from dieval.reports.freshness import changes, ingredients
    from dieval.reports.index import write_index
    from dieval.reports.local import Runner, cores
    from dieval.reports.manifest import environment
    from dieval.reports.many import run_tasks
    from dieval.reports.order import known_of
    from dieval.reports.run import attempt_and_publish

    out = Path(request.out)
    project = replace(read_project(Path(request.root)), data=Path(request.data))
    tasks, wrong = [], (LookupError, TypeError, ValueError, AttributeError)
    for folder, manifest in request.manifests.items():
        try:
            tasks.append(task_of(manifest, project))
        except (ParameterError, *wrong) as error:
            _tell({"report": folder, "seconds": 0.0, "why": _about_manifest(error)})
    units = None if any(task.unit == NATIONAL for task in tasks) else [t.unit for t in tasks]
    data = UnitData(project.data, units)
    about = known_of(data)
    by_releases: dict[tuple[str, ...], list[Task]] = {}
    for task in tasks:
        try:
            known = tuple(request.manifests[task.folder]["releases"]["sha256"])
            by_releases.setdefault(known, []).append(task)
        except wrong as error:
            _tell({"report": task.folder, "seconds": 0.0, "why": _about_manifest(error)})
    engine = "nbclient" if no_forking_because() else "warm"
    changed = {}

    def tell_outcome(outcome: Outcome) -> None:
        folder = f"{outcome.unit}/{outcome.report}"
        _tell({"report": folder, "seconds": outcome.seconds, "why": _said(outcome)})

    for known, ours in by_releases.items():
        of_then = replace(project, only=known)  # what was released since was not known then
        now = ingredients(of_then, about.data_of)
        for task in list(ours):
            try:
                changed[task.folder] = changes(request.manifests[task.folder], now)
            except wrong as error:
                ours.remove(task)
                _tell({"report": task.folder, "seconds": 0.0, "why": _about_manifest(error)})
        runner = Runner(
            of_then, engine, TIME_LIMIT, attempt_and_publish, out, part=data.part, state=data.state
        )
        run_tasks(ours, runner, out, request.jobs or cores(), tell_outcome)
    write_index(out, [Outcome(**entry) for entry in request.outcomes], project, about)
    lines = data.package.lines
    files = {
        name: sorted(set(table["file"].dropna()))
        for name, table in lines.items()
        if "file" in table
    }
    _tell({"changes": changed, "files": files, "environment": environment()})


def _about_manifest(error: Exception) -> str:
    """Say why a manifest cannot be recomputed."""
    if isinstance(error, ParameterError):
        return str(error)
    return "its manifest does not hold what this version of dieval writes."


def _said(outcome: Outcome) -> str:
    """Say why a report failed without repeating what a cell or a row holds."""
    if outcome.status != "failed":
        return ""
    found = _FAILURE.match(outcome.message)
    if found is not None:
        return f"{found[0]}."
    reasons = {os.strerror(number) for number in errno.errorcode}
    said = [reason for reason in _OF_SYSTEM.findall(outcome.message) if reason in reasons]
    if not said:
        return "it failed."
    return f"{said[0]}. {NO_ROOM}"


def _tell(what: Mapping[str, Any]) -> None:
    print(json.dumps(what, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
