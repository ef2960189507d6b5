"""The gate of the public edition: nothing is published that gives away what is hidden.

What was published goes into the release ledger, and later editions are attacked with it.
"""

from __future__ import annotations

import datetime
import json
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dieval.errors import ParameterError, ReportError
from dieval.release.audit import Leak, attack, audit
from dieval.release.quality import DRAFT
from dieval.release.rules import Rules
from dieval.reports.declared import DISCLOSURE_PARAMETERS, dated_values, rules_in
from dieval.reports.intact import look
from dieval.reports.project import Project
from dieval.reports.releases import record, released
from dieval.reports.run import Outcome

PUBLIC = "public"
LEAKS_NAMED = 3
WHAT = {
    "small_number": "shows a number of few persons",
    "contradiction": "shows what another report hides",
    "changed": "differs by few persons from an earlier release",
    "recovered": "lets a hidden number be worked out",
    "product": "gives a hidden number away by its factors",
    "bounded": "bounds a hidden number of children",
    "not_hidden": "shows a number where the results hide it",
    "unreadable": "cannot be read back",
}


def rules_of(project: Project) -> Rules:
    """Give the thresholds of the public edition that are in force last.

    Raises
    ------
    ParameterError
        A parameter is not there.
    """
    return rules_in(dated_values(project, DISCLOSURE_PARAMETERS, datetime.date.max))


def refuse_leaks(folder: str, files: Mapping[str, bytes], project: Project) -> None:
    """Refuse a public report whose files give away what is hidden.

    Parameters
    ----------
    folder : str
        Its folder below the output folder.
    files : mapping of str to bytes
        All that would be published of it.
    project : Project

    Raises
    ------
    ReportError
        Says which file gives away what, never the number.
    """
    earlier = released(project, [folder.partition("/")[0]]).releases
    leaks = audit({folder: files}, rules_of(project), earlier)
    if leaks:
        raise ReportError(f"the audit of the public edition failed: {in_words(leaks)}")


def in_words(leaks: Sequence[Leak]) -> str:
    """Say what leaks, the first few in full."""
    every = Counter(f"{leak.file} {WHAT[leak.what]} ({leak.about})" for leak in leaks)
    named = list(every)[:LEAKS_NAMED]
    more = len(every) - len(named)
    return "; ".join(named) + (f"; and {more} more" if more else "") + "."


def published_files(out: Path) -> dict[str, dict[str, bytes]]:
    """Read the files of every report below an output folder, by the name of the report's folder."""
    found: dict[str, dict[str, bytes]] = {}
    for file in sorted(out.glob("*/*/results.json")):
        name = f"{file.parent.parent.name}/{file.parent.name}"
        if not name.startswith(".") and "/." not in name:
            found[name] = {
                each.name: each.read_bytes() for each in file.parent.iterdir() if each.is_file()
            }
    return found


def leaks_together(out: Path, project: Project) -> list[Leak]:
    """Attack the results of all reports of an output folder together, and with earlier releases."""
    results: dict[str, Mapping[str, Any]] = {}
    for file in sorted(out.glob("*/*/results.json")):
        try:
            content = json.loads(file.read_bytes())
        except (OSError, ValueError, RecursionError):
            continue
        if isinstance(content, dict) and content.get("edition") == PUBLIC:
            results[f"{file.parent.parent.name}/{file.parent.name}"] = content
    return attack([*released(project).releases, results], rules_of(project))


def withheld(out: Path, project: Project) -> list[Outcome]:
    """Take away the public reports that together give away what is hidden in one of them.

    Parameters
    ----------
    out : Path
        Output folder.
    project : Project

    Returns
    -------
    list of Outcome
        Reports that are no longer there, each failed with what it gave away.
    """
    outcomes: list[Outcome] = []
    while leaks := leaks_together(out, project):  # what is left may give something away, too
        by_folder: dict[str, list[Leak]] = {}
        for leak in leaks:
            by_folder.setdefault(leak.file, []).append(leak)
        for folder, ours in by_folder.items():
            shutil.rmtree(out / folder)
            unit, report = folder.split("/")
            why = f"the audit of all reports together failed: {in_words(ours)}"
            outcomes.append(Outcome(report, unit, "failed", 0.0, why))
    return outcomes


def release(out: Path, name: str, project: Project, drafts: bool = False) -> Path:
    """Record the public reports of an output folder as published.

    Parameters
    ----------
    out : Path
        Output folder.
    name : str
        Name of the release.
    project : Project
        Its ledger takes the release.
    drafts : bool
        Whether reports that are drafts may be among them.

    Returns
    -------
    Path
        The release's folder in the ledger.

    Raises
    ------
    ParameterError
        There are no reports, or not of the public edition, or drafts, or changed files, or the name
        cannot be used.
    ReportError
        The reports give away what is hidden, alone or with earlier releases; or the ledger cannot
        be written.
    """
    found = look(out)
    published = published_files(out)
    if not published:
        raise ParameterError(f"{out}: holds no report. Name the output folder of a run.")
    results = {folder: json.loads(files["results.json"]) for folder, files in published.items()}
    internal = [folder for folder, result in results.items() if result["edition"] != PUBLIC]
    if internal:
        raise ParameterError(f"{', '.join(internal)}: internal reports are never released.")
    if found.differences:
        names = list(found.differences)[:LEAKS_NAMED]
        raise ParameterError(
            f"{out}: not as dieval wrote it ({', '.join(names)}). Say `dieval verify {out}` for "
            "all of it, and make the reports again."
        )
    open_yet = [folder for folder, result in results.items() if result["state"] == DRAFT]
    if open_yet and not drafts:
        raise ParameterError(
            f"{len(open_yet)} of {len(results)} reports are drafts ({', '.join(open_yet)}). Close "
            "their checks, or say --drafts where they have been published as drafts."
        )
    leaks = audit(published, rules_of(project), released(project).releases)
    if leaks:
        raise ReportError(f"the audit of the public edition failed: {in_words(leaks)}")
    return record(published, name, project)
