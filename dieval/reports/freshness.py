"""Whether a report would still be made from the same: its manifest against what is there now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dieval.reports.manifest import appearance_hash, code_hash, parameters_hash, sha256
from dieval.reports.project import Project

# What may have changed since a report was made, in the order in which it is said.
CAUSES = ("package", "data", "parameter_files", "notebook", "program", "lock", "appearance")


@dataclass(frozen=True)
class Ingredients:
    """What a report of the project would be made from now; every file is hashed once.

    Parameters
    ----------
    package : str
        Name of the data package.
    data, parameter_files, notebooks : mapping of str to str
        SHA-256 of each file, by file name.
    program, appearance : str
        One hash of the package, one of the organisation's look.
    lock : str or None
        SHA-256 of the lock, where the project has one.
    """

    package: str
    data: Mapping[str, str]
    parameter_files: Mapping[str, str]
    notebooks: Mapping[str, str]
    program: str
    lock: str | None
    appearance: str


def ingredients(project: Project, data_read: Mapping[str, Any]) -> Ingredients:
    """Take stock of a project.

    Parameters
    ----------
    project : Project
        Where parameters, notebooks and lock stand.
    data_read : mapping
        Name of the data package and checksums of its files, as manifests hold them.
    """
    notebooks = sorted(project.notebooks.glob("*.ipynb"))
    return Ingredients(
        package=data_read["package"],
        data=data_read["sha256"],
        parameter_files=parameters_hash(project),
        notebooks={file.name: sha256(file.read_bytes()) for file in notebooks},
        program=code_hash(),
        lock=sha256(project.lock.read_bytes()) if project.lock.is_file() else None,
        appearance=appearance_hash(project.appearance),
    )


def changes(manifest: Mapping[str, Any], now: Ingredients) -> dict[str, list[str]]:
    """Say what has changed since a report was made.

    Returns
    -------
    dict of list of str
        By cause, in the order of `CAUSES`: the files that were changed, added or taken away, or the
        name of the data package that the report was made from. Empty: the report is up to date.

    Raises
    ------
    KeyError, TypeError, AttributeError
        The manifest does not hold what a manifest holds.
    """
    data, notebook = manifest["data"], manifest["notebook"]
    if data["package"] != now.package:
        found = {"package": [str(data["package"])]}
    else:
        found = {"data": _differing(data["sha256"], now.data)}
    found["parameter_files"] = _differing(
        manifest["parameter_files"]["sha256"], now.parameter_files
    )
    kept = {notebook["name"]: now.notebooks.get(notebook["name"])}
    found["notebook"] = _differing({notebook["name"]: notebook["sha256"]}, kept)
    # The first manifests said nothing of the look.
    look = manifest.get("appearance", {"sha256": now.appearance})
    whole = {
        "program": (manifest["code"]["sha256"], now.program),
        "lock": (manifest["lock"]["sha256"], now.lock),
        "appearance": (look["sha256"], now.appearance),
    }
    changed = [cause for cause, (then, present) in whole.items() if then != present]
    return {cause: files for cause, files in found.items() if files} | {
        cause: [] for cause in changed
    }


def _differing(then: Mapping[str, str], now: Mapping[str, str | None]) -> list[str]:
    """Name the files that are not the same, or not there, on one of the two sides."""
    return sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name))
