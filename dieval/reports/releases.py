"""The release ledger: what was published before, kept by name in the project's folder releases.

A release holds results and manifest of each report, and a list of their checksums and of those of
the releases before. It is never written again: what was published once is known for ever.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from dieval.errors import ParameterError, ReportError
from dieval.release.earlier import Earlier, Release
from dieval.reports.manifest import sha256
from dieval.reports.private import as_given
from dieval.reports.project import Project
from dieval.reports.publish import write_through
from dieval.reports.sums import SUMS_FILE, read_sums, sums_text
from dieval.vocabulary import NATIONAL

KEPT = ("results.json", "manifest.json")
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,59}")
_BEFORE = re.compile(rf"\.\./({_NAME.pattern})/{SUMS_FILE}")
_RESTORE = "Restore the folder releases: what was published must not be forgotten."


def release_hashes(project: Project) -> dict[str, str]:
    """Give the SHA-256 of the list of checksums of each release that counts, the oldest first.

    Each release lists those before it, so none of them can be changed or lost unnoticed.

    Raises
    ------
    ParameterError
        A release has no list of checksums, or lists one that is gone or was changed; or a folder's
        name is none of a release.
    """
    if not project.releases.is_dir():
        return {}
    folders = [path for path in project.releases.iterdir() if path.is_dir()]
    names = sorted(path.name for path in folders if not path.name.startswith("."))
    wrong = [name for name in names if not _NAME.fullmatch(name)]
    if wrong:
        raise ParameterError(
            f"releases/{as_given(wrong[0])}: no name of a release. Give it the name that it was "
            "recorded with, or move it elsewhere if it is none."
        )
    lists = {name: _list_of(project, name) for name in names}
    hashes = {name: sha256(content) for name, content in lists.items()}
    before = {name: _before(_sums(name, content)) for name, content in lists.items()}
    for name in names:
        for other, expected in before[name].items():
            if hashes.get(other) != expected:
                raise ParameterError(
                    f"releases/{other} is gone or was changed since releases/{name} was recorded. "
                    f"{_RESTORE}"
                )
    ordered = sorted(names, key=lambda name: (len(before[name]), name))
    counting = [name for name in ordered if project.only is None or name in project.only]
    return {name: hashes[name] for name in counting}


def known_to(project: Project, manifests: Iterable[Mapping[str, Any]]) -> None:
    """Refuse a ledger that lacks releases which reports were made with.

    Parameters
    ----------
    project : Project
    manifests : iterable of mapping
        Of the reports.

    Raises
    ------
    ParameterError
        Which release is gone or was changed; or as of `release_hashes`.
    """
    there = release_hashes(project)
    for manifest in manifests:
        report = f"{manifest.get('unit')}/{manifest.get('report')}"
        for name, expected in manifest.get("releases", {}).get("sha256", {}).items():
            if there.get(name) != expected:
                raise ParameterError(
                    f"releases/{name}, with which {report} was made, is gone or was changed. "
                    f"{_RESTORE}"
                )


def released(project: Project, units: Collection[str] | None = None) -> Earlier:
    """Read what was released.

    Parameters
    ----------
    project : Project
    units : collection of str, optional
        Only the reports on these regions and homes; all where it is not given.

    Raises
    ------
    ParameterError
        A file is not there, not in the list, or is no longer what was released; which one. Or as of
        `release_hashes`.
    """
    return Earlier(tuple(_read(project, name, units) for name in release_hashes(project)))


def earlier_of(project: Project, edition: str, *units: str) -> Earlier:
    """Give what an edition's report on some regions or homes has to take into account."""
    return released(project, {*units, NATIONAL}) if edition == "public" else Earlier()


def _list_of(project: Project, name: str) -> bytes:
    try:
        return (project.releases / name / SUMS_FILE).read_bytes()
    except OSError as error:
        raise ParameterError(f"releases/{name}/{SUMS_FILE} cannot be read. {_RESTORE}") from error


def _sums(name: str, content: bytes) -> dict[str, str]:
    try:
        return read_sums(content.decode("utf-8"))
    except ValueError as error:
        raise ParameterError(f"releases/{name}/{SUMS_FILE} is damaged. {_RESTORE}") from error


def _before(sums: Mapping[str, str]) -> dict[str, str]:
    """Give the checksums of the lists of the releases before one."""
    found = ((_BEFORE.fullmatch(file), value) for file, value in sums.items())
    return {match[1]: value for match, value in found if match is not None}


def _read(project: Project, name: str, units: Collection[str] | None) -> Release:
    place = f"releases/{name}"
    listed = _sums(name, _list_of(project, name))
    sums = {file: value for file, value in listed.items() if file.count("/") == 2}
    there = {
        path.relative_to(project.releases / name).as_posix()
        for path in (project.releases / name).glob("*/*/*")
    }
    for file in sorted(there - sums.keys()):
        raise ParameterError(f"{place}/{file} is not in its {SUMS_FILE}. {_RESTORE}")
    found: dict[str, Mapping[str, Any]] = {}
    for file, expected in sums.items():
        folder, _, kind = file.rpartition("/")
        if units is not None and folder.partition("/")[0] not in units:
            continue
        try:
            content = (project.releases / name / file).read_bytes()
        except OSError as error:
            raise ParameterError(f"{place}/{file} cannot be read. {_RESTORE}") from error
        if sha256(content) != expected:
            raise ParameterError(f"{place}/{file} was changed since the release. {_RESTORE}")
        if kind == KEPT[0]:
            found[folder] = json.loads(content)
    return found


def record(files: Mapping[str, Mapping[str, bytes]], name: str, project: Project) -> Path:
    """Write published reports into the ledger, as a whole or not at all.

    Parameters
    ----------
    files : mapping of str to mapping of str to bytes
        Files of every report by name, by the name of its folder.
    name : str
        Name of the release.
    project : Project

    Returns
    -------
    Path
        The release's folder.

    Raises
    ------
    ParameterError
        The name cannot be used, or there is such a release.
    ReportError
        The folder cannot be written.
    """
    if not _NAME.fullmatch(name):
        raise ParameterError(
            f"--name {as_given(name)}: use small letters, digits, points and hyphens, 60 at most."
        )
    target = project.releases / name
    if target.exists():
        raise ParameterError(
            f"--name {name}: there is such a release, and it is never written again. Give this one "
            "a name of its own."
        )
    kept = {f"{folder}/{kind}": content[kind] for folder, content in files.items() for kind in KEPT}
    sums = {file: sha256(content) for file, content in kept.items()}
    sums |= {f"../{other}/{SUMS_FILE}": value for other, value in release_hashes(project).items()}
    kept[SUMS_FILE] = sums_text(sums).encode()
    building = target.with_name(f".{name}.new")
    try:
        shutil.rmtree(building, ignore_errors=True)
        for file, content in kept.items():
            (building / file).parent.mkdir(parents=True, exist_ok=True)
            write_through(building / file, content)
        building.rename(target)
    except OSError as error:
        shutil.rmtree(building, ignore_errors=True)
        raise ReportError(
            f"releases/{name} cannot be written: {error.strerror}. Nothing was recorded."
        ) from error
    return target
