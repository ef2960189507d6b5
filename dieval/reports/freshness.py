"""Whether a report would still be made from the same: its manifest against what is there now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dieval.inputs.states import KEY
from dieval.reports.manifest import (
    appearance_hash,
    code_hash,
    environment,
    lock_hash,
    parameters_hash,
    sha256,
)
from dieval.reports.project import Project
from dieval.reports.releases import release_hashes

# What may have changed since a report was made, in the order in which it is said.
CAUSES = (
    "package",
    "data",
    "releases",
    "parameter_files",
    "notebook",
    "program",
    "lock",
    "environment",
    "appearance",
)
# Gives name and checksums of what a unit's reports read of the data, as manifests hold them.
DataOf = Callable[[str], Mapping[str, Any]]


@dataclass(frozen=True)
class Ingredients:
    """What a report of the project would be made from now; every file is hashed once.

    Parameters
    ----------
    data_of : callable
        Gives what the reports on a unit read of the data package.
    releases : mapping of str to str
        SHA-256 of each earlier release, by its name.
    parameter_files, notebooks : mapping of str to str
        SHA-256 of each file, by file name.
    program, appearance : str
        One hash of the package, one of the organisation's look.
    lock : str or None
        SHA-256 of the lock, where the project has one.
    environment : mapping of str to str
        Versions of Python and of libraries.
    """

    data_of: DataOf
    releases: Mapping[str, str]
    parameter_files: Mapping[str, str]
    notebooks: Mapping[str, str]
    program: str
    lock: str | None
    environment: Mapping[str, str]
    appearance: str


def ingredients(project: Project, data_of: DataOf) -> Ingredients:
    """Take stock of a project.

    Parameters
    ----------
    project : Project
        Where parameters, notebooks and lock stand.
    data_of : callable
        Gives name of the data package and checksums of the tables that the reports on a unit read.
    """
    notebooks = sorted(project.notebooks.glob("*.ipynb"))
    return Ingredients(
        data_of=data_of,
        releases=release_hashes(project),
        parameter_files=parameters_hash(project),
        notebooks={file.name: sha256(file.read_bytes()) for file in notebooks},
        program=code_hash(),
        lock=lock_hash(project),
        environment=environment(),
        appearance=appearance_hash(project.appearance),
    )


def changes(manifest: Mapping[str, Any], now: Ingredients) -> dict[str, list[str]]:
    """Say what has changed since a report was made.

    Returns
    -------
    dict of list of str
        By cause, in the order of `CAUSES`: the tables, files or libraries that were changed, added
        or taken away, or the name of the data package that the report was made from. Empty: the
        report is up to date.

    Raises
    ------
    KeyError, TypeError, AttributeError
        The manifest does not hold what a manifest holds.
    """
    data, notebook = manifest["data"], manifest["notebook"]
    present_data = now.data_of(str(manifest["unit"]))
    if data["package"] != present_data["package"]:
        found = {"package": [str(data["package"])]}
    elif data.get("key", "") != present_data["key"]:
        found = {"data": [KEY]}  # checksums with two keys tell nothing of the tables
    else:
        found = {"data": _differing(data["sha256"], present_data["sha256"])}
    if manifest["edition"] == "public":
        found["releases"] = _differing(manifest["releases"]["sha256"], now.releases)
    found["parameter_files"] = _differing(
        manifest["parameter_files"]["sha256"], now.parameter_files
    )
    kept = {notebook["name"]: now.notebooks.get(notebook["name"])}
    found["notebook"] = _differing({notebook["name"]: notebook["sha256"]}, kept)
    # The first manifests said nothing of the look.
    look = manifest.get("appearance", {"sha256": now.appearance})
    libraries = _differing(manifest["environment"], now.environment)
    whole = {
        "program": manifest["code"]["sha256"] != now.program,
        "lock": manifest["lock"]["sha256"] != now.lock,
        "environment": bool(libraries),
        "appearance": look["sha256"] != now.appearance,
    }
    named = {cause: files for cause, files in found.items() if files}
    said = {"environment": libraries}
    return named | {cause: said.get(cause, []) for cause, differs in whole.items() if differs}


def _differing(then: Mapping[str, str], now: Mapping[str, str | None]) -> list[str]:
    """Name what is not the same, or not there, on one of the two sides."""
    return sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name))
