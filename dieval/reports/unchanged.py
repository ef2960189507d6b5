"""What need not be made again: reports that would come out the same, and whole runs.

Imports nothing slow: a run in which nothing has changed is over before the data could be read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from dieval.inputs.states import state_of_file
from dieval.reports.asked import Asked
from dieval.reports.freshness import Ingredients, changes, ingredients
from dieval.reports.manifest import sha256
from dieval.reports.project import Project
from dieval.reports.run import Outcome, Task
from dieval.reports.sums import BESIDE, SUMS_FILE

DONE = ("made", "kept")
# Options that decide which reports a run makes and what is in them.
DECIDING = ("names", "regions", "institutions", "given", "languages", "formats", "edition")


def kept(tasks: Sequence[Task], out: Path, now: Ingredients) -> list[Outcome]:
    """Find the reports that are there, whole, and would come out the same.

    Parameters
    ----------
    tasks : sequence of Task
        Reports that are asked for.
    out : Path
        Output folder.
    now : Ingredients
        What they would be made from.

    Returns
    -------
    list of Outcome
        Of the tasks that need not be made, in their order.
    """
    found = []
    for task in tasks:
        files, manifest = _files_if_same(task, out / task.folder, now)
        if files:
            found.append(
                Outcome(task.report, task.unit, "kept", 0.0, files=files, manifest=manifest)
            )
    return found


def _files_if_same(task: Task, folder: Path, now: Ingredients) -> tuple[list[str], str]:
    """Give the files of a report that would come out the same and the hash of its manifest.

    No files where it would not, or where it is not whole.
    """
    try:
        content = (folder / "manifest.json").read_bytes()
        manifest = json.loads(content)
        same = (
            manifest["schema"] == "dieval-manifest/1"
            and (manifest["report"], manifest["unit"]) == (task.report, task.unit)
            and manifest["asked"] == task.asked
            and manifest["languages"] == list(task.languages)
            and manifest["formats"] == list(task.formats)
            and manifest["files"]["results.json"] == sha256((folder / "results.json").read_bytes())
            and not changes(manifest, now)
        )
        files = sorted([*manifest["files"], *BESIDE])
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return [], ""
    return (files, sha256(content)) if same and _are_there(folder, files) else ([], "")


def _are_there(folder: Path, files: Sequence[str]) -> bool:
    """Tell whether every file is there and not empty."""
    try:
        return all((folder / name).stat().st_size for name in files)
    except OSError:
        return False


def run_key(project: Project, asked: Asked) -> str:
    """Give one hash of all that decides which reports a run makes and what is in them.

    Taken before the data is read: what changes afterwards then makes another key.

    Parameters
    ----------
    project : Project
        Its data, parameters, notebooks, lock and look count.
    asked : Asked
        What was asked for; where it is written to and how it is made do not count.
    """
    stock = vars(ingredients(project, lambda unit: {})) | {"data_of": _files_hash(project.data)}
    parts = [[getattr(asked, name) for name in DECIDING], project.languages, stock]
    return sha256(json.dumps(parts, sort_keys=True).encode("utf-8"))


def _files_hash(path: Path) -> str:
    """Give one hash of the names and contents of a file, or of all below a folder.

    Files in folders of their own may be large: of them, it takes what writing to them changes.
    """
    digest = hashlib.sha256()
    for file in [path] if path.is_file() else sorted(path.rglob("*")):
        if file.is_file():
            sums: object = state_of_file(file)
            if path in (file, file.parent):
                with file.open("rb") as content:
                    sums = hashlib.file_digest(content, "sha256").hexdigest()
            digest.update(json.dumps([str(file.relative_to(path.parent)), sums]).encode("utf-8"))
    return digest.hexdigest()


def finished_run(out: Path, key: str) -> list[Outcome]:
    """Give the reports of the latest run, where it was the same one, ended well and is all there.

    Parameters
    ----------
    out : Path
        Output folder.
    key : str
        What `run_key` gives now.

    Returns
    -------
    list of Outcome
        Each kept; empty where something is to be done.
    """
    names = {field.name for field in fields(Outcome)}
    try:
        record = json.loads((out / "run.json").read_bytes())
        if record["key"] != key or not _are_there(out, ("index.html", SUMS_FILE)):
            return []
        found = []
        for entry in record["reports"]:
            folder = out / entry["unit"] / entry["report"]
            manifest = sha256((folder / "manifest.json").read_bytes())
            whole = entry["status"] in DONE and entry["manifest"] == manifest
            if not whole or not _are_there(folder, entry["files"]):
                return []
            outcome = {name: value for name, value in entry.items() if name in names}
            found.append(Outcome(**{**outcome, "status": "kept", "seconds": 0.0}))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return []
    return found
