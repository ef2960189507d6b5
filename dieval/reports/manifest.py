"""What made a report: parameters, and the hashes of data, notebook, code and lock."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterator
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from dieval import __version__
from dieval.present.style import Appearance
from dieval.reports.project import Project

# Libraries whose version can change a byte of what a run writes.
LIBRARIES = (
    "babel",
    "duckdb",
    "ipykernel",
    "ipython",
    "jinja2",
    "lxml",
    "markdown-it-py",
    "matplotlib",
    "nbclient",
    "nbconvert",
    "nbformat",
    "numpy",
    "pandas",
    "papermill",
    "pikepdf",
    "rocrate",
    "typst",
    "uharfbuzz",
    "xlsxwriter",
)
CODE_SUFFIXES = (".py", ".json", ".po", ".j2", ".css", ".typ", ".ttf", ".woff")


def sha256(content: bytes) -> str:
    """Give the SHA-256 of some bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def code_hash() -> str:
    """Give one hash of everything in the package that can change a report."""
    root = Path(str(resources.files("dieval")))
    digest = hashlib.sha256()
    for file in sorted(root.rglob("*")):
        if file.suffix in CODE_SUFFIXES and "project" not in file.relative_to(root).parts:
            digest.update(file.relative_to(root).as_posix().encode("utf-8"))
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def parameters_hash(project: Project) -> dict[str, str]:
    """Give the hash of every parameter file."""
    return {
        file.name: sha256(file.read_bytes()) for file in sorted(project.parameters.glob("*.yml"))
    }


def appearance_hash(appearance: Appearance) -> str:
    """Give one hash of the look of the organisation."""
    parts = (appearance.name, appearance.accent, appearance.logo_type)
    logo = appearance.logo or b""
    return sha256("\n".join(parts).encode("utf-8") + b"\n" + logo)


def lock_hash(project: Project) -> str | None:
    """Give the hash of the lock, where the project has one."""
    return sha256(project.lock.read_bytes()) if project.lock.is_file() else None


def environment() -> dict[str, str]:
    """Give the versions of Python and of the libraries that can change a report."""
    return {
        "python": platform.python_version(),
        **{library: metadata.version(library) for library in LIBRARIES},
    }


def manifest(
    results: dict[str, Any],
    data_read: dict[str, Any],
    project: Project,
    notebook: Path,
    files: dict[str, bytes],
    asked: dict[str, Any],
    given: list[str],
    languages: list[str],
    formats: list[str],
    releases: dict[str, str],
) -> dict[str, Any]:
    """List what made a report and what it consists of.

    Parameters
    ----------
    results : dict
        Content of results.json.
    data_read : dict
        Name of the data package and checksums of the tables that the notebook read of it.
    project : Project
        Where parameters and lock stand.
    notebook : Path
        Notebook that was executed.
    files : dict of bytes
        Every other file of the report's folder, by name.
    asked : dict
        Parameters that the notebook was given, with its defaults for the others.
    given : list of str
        Names of those that it was given, in their order; the notebook shows them.
    languages, formats : list of str
        What was exported.
    releases : dict of str
        SHA-256 of each earlier release that was taken into account, by its name.

    Returns
    -------
    dict
        Without time, path, user or host: the same inputs give the same manifest.
    """
    return {
        "schema": "dieval-manifest/1",
        "report": results["report"],
        "unit": results["unit"],
        "edition": results["edition"],
        "parameters": results["parameters"],
        "asked": dict(sorted(asked.items())),
        "given": given,
        "evidence": results["evidence"],
        "languages": languages,
        "formats": formats,
        "data": data_read,
        "releases": {"sha256": releases if results["edition"] == "public" else {}},
        "parameter_files": {"sha256": parameters_hash(project)},
        "notebook": {"name": notebook.name, "sha256": sha256(notebook.read_bytes())},
        "code": {"dieval": __version__, "sha256": code_hash()},
        "appearance": {"sha256": appearance_hash(project.appearance)},
        "lock": {"sha256": lock_hash(project)},
        "environment": environment(),
        "files": {name: sha256(content) for name, content in sorted(files.items())},
    }


def manifests_below(out: Path) -> Iterator[dict[str, Any]]:
    """Give the manifests of the reports of an output folder; what cannot be read is passed over."""
    for file in out.glob("*/*/manifest.json"):
        try:
            content = json.loads(file.read_bytes())
        except (OSError, ValueError, RecursionError):
            continue
        if isinstance(content, dict):
            yield content


def manifest_json(content: dict[str, Any]) -> str:
    """Write a manifest as JSON; the same manifest gives the same text."""
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
