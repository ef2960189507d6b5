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
from dieval.release.audit import attack, audit
from dieval.release.published import pool
from dieval.release.quality import DRAFT
from dieval.release.read_back import UNREADABLE
from dieval.release.rendered import Leak
from dieval.release.rules import Rules
from dieval.reports.declared import DISCLOSURE_PARAMETERS, dated_values, rules_in
from dieval.reports.intact import RECORD, Looked, files_of, look
from dieval.reports.project import Project
from dieval.reports.publish import sole_run
from dieval.reports.releases import known_to, record, released
from dieval.reports.run import Outcome
from dieval.reports.sums import SUMS_FILE

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
    "not_as_written": "is not as dieval wrote it",
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


def counted(number: int, what: str) -> str:
    """Give a number with the word for what it counts.

    Examples
    --------
    >>> counted(1, "leak"), counted(2, "leak")
    ('1 leak', '2 leaks')
    """
    return f"{number} {what}{'' if number == 1 else 's'}"


def in_words(leaks: Sequence[Leak]) -> str:
    """Say what leaks, the first few in full."""
    every = Counter(f"{leak.file} {WHAT[leak.what]} ({leak.about})" for leak in leaks)
    named = list(every)[:LEAKS_NAMED]
    more = len(every) - len(named)
    return "; ".join(named) + (f"; and {more} more" if more else "") + "."


def audited(out: Path, project: Project) -> tuple[int, list[Leak]]:
    """Attack the reports of a folder as they stand there, together and with earlier releases.

    Parameters
    ----------
    out : Path
        Output folder, or the folder of one report.
    project : Project
        Whose thresholds hold, and whose releases are known.

    Returns
    -------
    int
        How many reports there are.
    list of Leak
        Also of files that dieval did not write so: what they tell is not known.

    Raises
    ------
    ParameterError
        There is no report in the folder, or one of the internal edition; or releases that reports
        were made with are gone.
    """
    found = look(out)
    published = published_files(found, project)
    leaks = [
        Leak(one.file, "not_as_written", one.what)
        for one in found.differences.values()
        if one.file not in (RECORD, SUMS_FILE)
    ]
    return len(published), [
        *leaks,
        *audit(published, rules_of(project), released(project).releases),
    ]


def published_files(found: Looked, project: Project) -> dict[str, dict[str, bytes]]:
    """Read the files of the public reports of a folder, by the place of the report.

    Raises
    ------
    ParameterError
        A report is of the internal edition, or releases that it was made with are gone.
    """
    internal = [
        found.place(folder)
        for folder, manifest in found.manifests.items()
        if manifest.get("edition") != PUBLIC
    ]
    if internal:
        named = ", ".join(internal[:LEAKS_NAMED])
        raise ParameterError(
            f"{named}: of the internal edition, which shows every number and is never published."
        )
    known_to(project, found.manifests.values())
    return {
        found.place(folder): {
            name: (found.root / folder / name).read_bytes()
            for name in files_of(found, folder)
            # No link, and can be read.
            if found.there[(Path(folder) / name).as_posix()]
        }
        for folder in found.reports
    }


def leaks_together(out: Path, project: Project) -> list[Leak]:
    """Attack the results of all reports of an output folder together, and with earlier releases.

    Those that cannot be read are passed over.
    """
    results: dict[str, Mapping[str, Any]] = {}
    for file in sorted(out.glob("*/*/results.json")):
        folder = f"{file.parent.parent.name}/{file.parent.name}"
        try:
            content = json.loads(file.read_bytes())
            if content["edition"] == PUBLIC:
                pool({folder: content})
                results[folder] = content
        except UNREADABLE:  # `dieval audit` and `dieval verify` say so
            continue
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
            why = f"taken away, the audit of all reports together failed: {in_words(ours)}"
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
    with sole_run(out):
        return _release(out, name, project, drafts)


def _release(out: Path, name: str, project: Project, drafts: bool) -> Path:
    found = look(out)
    if found.differences:
        names = list(found.differences)[:LEAKS_NAMED]
        raise ParameterError(
            f"{out}: not as dieval wrote it ({', '.join(names)}). Say `dieval verify {out}` for "
            "all of it, and make the reports again."
        )
    published = published_files(found, project)
    results = {folder: json.loads(files["results.json"]) for folder, files in published.items()}
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
