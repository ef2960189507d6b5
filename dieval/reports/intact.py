"""Whether the files of a folder are those that a run wrote: names, places and checksums.

Nothing is recomputed here, and nothing slow imported. What fits its checksums may still have been
changed together with them: only recomputing tells.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dieval.errors import ParameterError
from dieval.reports.manifest import manifest_json
from dieval.reports.many import record_json
from dieval.reports.run import Outcome
from dieval.reports.sums import (
    BESIDE,
    PAGES,
    SIGNATURES,
    SUMS_FILE,
    files_below,
    holders,
    read_sums,
    sums_of_files,
)

MANIFEST, RECORD = "manifest.json", "run.json"
MANIFEST_SCHEMA = "dieval-manifest/1"
# By one of these a folder is known as that of a report, whose manifest may be gone.
OF_A_REPORT = (MANIFEST, "results.json", "notebook.ipynb")


@dataclass(frozen=True)
class Difference:
    """One file that is not what a run wrote.

    Parameters
    ----------
    file : str
        Its path in the folder that is looked at.
    what : str
        changed, missing, extra (no run wrote it), swapped (it holds what belongs elsewhere) or
        misplaced (the report of another folder).
    other : str
        Where the content belongs, of a swapped file or misplaced report.
    why : mapping of list of str
        Causes, as `freshness.changes` gives them, or `file`: it was changed after it was made.
    """

    file: str
    what: str
    other: str = ""
    why: Mapping[str, list[str]] = field(default_factory=lambda: {"file": []})


@dataclass
class Looked:
    """What a folder holds.

    Attributes
    ----------
    root : Path
        The folder.
    reports : list of str
        Folders of reports below it; `.` where it is one itself.
    manifests : dict
        By folder, those that can be read.
    listed : dict of str
        SHA-256 of every file as SHA256SUMS and manifests list it.
    there : dict of str
        SHA-256 of every file that is there.
    record : dict, optional
        Content of run.json, where it can be read.
    differences : dict of Difference
        By file.
    """

    root: Path
    reports: list[str]
    there: dict[str, str]
    manifests: dict[str, dict[str, Any]] = field(default_factory=dict)
    listed: dict[str, str] = field(default_factory=dict)
    record: dict[str, Any] | None = None
    differences: dict[str, Difference] = field(default_factory=dict)

    @property
    def is_report(self) -> bool:
        """Tell whether the folder is that of one report."""
        return self.reports == ["."]

    def place(self, folder: str) -> str:
        """Give `<unit>/<report>` of a report's folder, by its name on the disk."""
        if folder != ".":
            return folder
        whole = self.root.resolve()
        return f"{whole.parent.name}/{whole.name}"

    def add(self, file: str, what: str, other: str = "", **why: list[str]) -> None:
        """Note a difference; the first one of a file stays."""
        self.differences.setdefault(file, Difference(file, what, other, why or {"file": []}))


def look(root: Path) -> Looked:
    """Compare the files of a folder with the lists in it.

    Parameters
    ----------
    root : Path
        The folder of a report, or an output folder.

    Raises
    ------
    ParameterError
        There is no such folder, or it holds no report.
    """
    if not root.is_dir():
        raise ParameterError(f"{root}: expected the folder of a report, or an output folder.")
    names = files_below(root)
    is_report = any(name in OF_A_REPORT for name in names)
    folders = (
        {"."} if is_report else {"/".join(n.split("/")[:2]) for n in names if n.count("/") > 1}
    )
    if not is_report and not {SUMS_FILE, RECORD} & set(names):
        folders = {name for name in folders if f"{name}/{MANIFEST}" in names}
        if not folders:
            raise ParameterError(f"{root}: holds no report. Name a folder that dieval wrote.")
    found = Looked(root, sorted(folders), sums_of_files(root, names))
    if not is_report:
        _read_sums(found)
        _read_record(found)
    for folder in found.reports:
        _read_manifest(found, folder)
    _compare(found)
    return found


def _read_sums(found: Looked) -> None:
    try:
        text = (found.root / SUMS_FILE).read_bytes().decode("utf-8")
        found.listed |= read_sums(text)
    except FileNotFoundError:
        found.add(SUMS_FILE, "missing")
    except (OSError, ValueError):
        found.add(SUMS_FILE, "changed")


def _read_record(found: Looked) -> None:
    """Read run.json; it must be written as a run writes it, and fit the reports that are there."""
    try:
        content = (found.root / RECORD).read_bytes()
        record = json.loads(content)
        rest = {name: value for name, value in record.items() if name != "sha256"}
        if record_json(rest).encode("utf-8") != content:
            raise ValueError("not as a run writes it")
        found.record = record
        for entry in record["reports"]:
            Outcome(**entry)
            folder = f"{entry['unit']}/{entry['report']}"
            if entry["files"]:
                found.listed.setdefault(f"{folder}/{MANIFEST}", entry["manifest"])
            if entry["files"] and found.listed[f"{folder}/{MANIFEST}"] != entry["manifest"]:
                found.add(RECORD, "changed")
    except FileNotFoundError:
        found.add(RECORD, "missing")
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        found.add(RECORD, "changed")


def _read_manifest(found: Looked, folder: str) -> None:
    """Read the manifest of a report, with the checksums that it lists.

    They are believed where SHA256SUMS and run.json know the manifest.
    """
    name = _path(folder, MANIFEST)
    if name not in found.there:
        found.add(name, "missing")
        return
    try:
        content = (found.root / name).read_bytes()
        manifest = json.loads(content)
        place = f"{manifest['unit']}/{manifest['report']}"
        sums = {str(file): str(value) for file, value in manifest["files"].items()}
        if (
            manifest["schema"] != MANIFEST_SCHEMA
            or manifest_json(manifest).encode("utf-8") != content
        ):
            raise ValueError("not as a run writes it")
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        found.add(name, "changed")
        return
    found.manifests[folder] = manifest
    if place != found.place(folder) and (folder != "." or _in_output_folder(found.root)):
        found.add(name, "misplaced", other=place)
    known = found.listed.setdefault(name, found.there[name]) == found.there[name]
    for file, value in sums.items():
        path = _path(folder, file)
        if found.listed.setdefault(path, value) != value and known:
            found.add(SUMS_FILE, "changed")
            found.listed[path] = value


def _in_output_folder(report: Path) -> bool:
    above = report.resolve().parents[1] if len(report.resolve().parents) > 1 else report
    return (above / SUMS_FILE).is_file() or (above / RECORD).is_file()


def _compare(found: Looked) -> None:
    """Compare every file with the checksum that is listed for it."""
    belongs = holders(found.listed)
    for name in sorted(found.listed.keys() - found.there.keys()):
        found.add(name, "missing")
    for name, value in found.there.items():
        if name not in found.listed:
            if not _is_free(found, name):
                found.add(name, "extra")
        elif value != found.listed[name]:
            other = belongs.get(value, "")
            found.add(name, "swapped" if other else "changed", other)


def _is_free(found: Looked, name: str) -> bool:
    """Tell whether no list has to name a file: the lists themselves, and signatures of them."""
    folder, _, file = name.rpartition("/")
    lists_are_gone = found.is_report or SUMS_FILE in found.differences
    if (folder or ".") in found.reports:
        return lists_are_gone and file in BESIDE
    of_a_run = file in (SUMS_FILE, RECORD, *SIGNATURES)
    return not folder and (of_a_run or (lists_are_gone and PAGES.fullmatch(file) is not None))


def _path(folder: str, file: str) -> str:
    return file if folder == "." else f"{folder}/{file}"


def files_of(found: Looked, folder: str) -> Iterator[str]:
    """Give the names of the files of a report's folder."""
    for name in found.there:
        before, _, file = name.rpartition("/")
        if (before or ".") == folder:
            yield file


def same_bytes(one: Path, other: Path) -> bool:
    """Tell whether two files are there and hold the same."""
    try:
        with one.open("rb") as first, other.open("rb") as second:
            return (
                hashlib.file_digest(first, "sha256").digest()
                == hashlib.file_digest(second, "sha256").digest()
                and one.stat().st_size == other.stat().st_size
            )
    except OSError:
        return False
