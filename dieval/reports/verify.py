"""`dieval verify`: whether what a folder holds is what its manifests give when they are recomputed.

First names, places and checksums (`intact`); then every report is made again in a clean process
(`recompute`) and compared byte for byte.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from tqdm import tqdm

from dieval.inputs.states import KEY
from dieval.reports.intact import MANIFEST, RECORD, Difference, Looked, files_of, look, same_bytes
from dieval.reports.project import project_with
from dieval.reports.recompute import Request, recomputed
from dieval.reports.releases import released
from dieval.reports.run import Outcome
from dieval.reports.scratch import scratch_folder
from dieval.reports.sums import BESIDE, PAGES, SUMS_FILE, sums_of, sums_text

SCHEMA = "dieval-verify/1"
UNFINISHED = "unfinished"  # as run.json calls it
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
# The index and SHA256SUMS need these of a recomputed report; the others are emptied once they are
# compared.
READ_LATER = ("results.json", *BESIDE)

WHAT = {
    "changed": "differs",
    "missing": "is missing",
    "extra": "was not written by dieval",
    "swapped": "holds what belongs to {other}",
    "misplaced": "is that of the report {other}",
    "not_recomputed": "could not be recomputed: {other}",
}
WHY = {
    "file": "the file itself was changed after it was made",
    "lists": "the file was changed after it was made, and the checksums with it",
    "manifest": "the manifest beside it is not the one that the report was made with",
    "reports": "it shows reports that differ",
    "package": "it was made from another data package: {names}",
    "data": "data has changed: {names}",
    "releases": "earlier releases have changed: {names}",
    "parameter_files": "parameter files have changed: {names}",
    "notebook": "the notebook has changed: {names}",
    "program": "the code of dieval has changed",
    "lock": "the lock of dependencies has changed: requirements.lock",
    "environment": "another environment: {names}",
    UNFINISHED: "a run ended early: run dieval report again",
    "appearance": "the look of the organisation has changed (dieval.toml)",
}


@dataclass(frozen=True)
class Verdict:
    """What became of a verification.

    Parameters
    ----------
    reports : list of str
        Folders of reports that are there.
    files : int
        Number of files that were looked at.
    differences : list of Difference
        Sorted by file; empty where everything is identical.
    """

    reports: list[str]
    files: int
    differences: list[Difference]

    @property
    def identical(self) -> bool:
        """Tell whether nothing differs."""
        return not self.differences

    def json(self) -> str:
        """Write it as JSON."""
        found = [
            {**asdict(difference), "text": _sentence(difference, difference.file)}
            for difference in self.differences
        ]
        content = {
            "schema": SCHEMA,
            "identical": self.identical,
            "reports": self.reports,
            "files": self.files,
            "differences": found,
        }
        return json.dumps(content, ensure_ascii=False, indent=1)

    def lines(self) -> list[str]:
        """Say what differs and why; files that differ for the same reason on one line."""
        groups: dict[tuple[str, str], list[str]] = {}
        for difference in self.differences:
            folder, _, name = difference.file.rpartition("/")
            said = _sentence(difference, "")
            groups.setdefault((folder, said), []).append(name)
        lines = [
            f"{folder}{': ' if folder else ''}{', '.join(names)} {said}"
            for (folder, said), names in groups.items()
        ]
        if self.identical:
            return [f"identical: {len(self.reports)} reports, {self.files} files"]
        return [*lines, f"differs: {len(self.differences)} files of {self.files}"]


def _sentence(difference: Difference, file: str) -> str:
    what = WHAT[difference.what].format(other=difference.other)
    said = f"{file} {what}".strip()
    reasons = [
        WHY.get(cause, f"{cause} has changed: {{names}}").format(names=", ".join(names))
        for cause, names in difference.why.items()
    ]
    in_words = difference.what not in ("missing", "extra", "swapped", "misplaced")
    in_words |= UNFINISHED in difference.why
    return f"{said}. Why: {'; '.join(reasons)}." if reasons and in_words else f"{said}."


@dataclass
class _Compared:
    """A report against what was recomputed: names of files that differ, by kind of difference."""

    changed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.changed or self.missing or self.extra)


def verify(
    folder: Path, data: Path | None, jobs: int | None, tell: Callable[[str], Any]
) -> Verdict:
    """Compare what a folder holds with what its manifests give.

    Parameters
    ----------
    folder : Path
        The folder of a report, or an output folder.
    data : Path, optional
        Data package; the project's where it is not given.
    jobs : int, optional
        Reports recomputed at once; as many as there are cores.
    tell : callable
        Told a line for each report.

    Raises
    ------
    ParameterError
        There is no report in the folder, or the project or a release of it cannot be read.
    ReportError
        The process that recomputes ended early.
    """
    project = project_with(data)
    found = look(folder)
    _pass_over_earlier_sums(found)
    manifests = _to_recompute(found)
    released(project)  # one that was changed would fail every report
    with scratch_folder("dieval-verify-") as scratch:
        out = scratch / "out"
        out.mkdir()
        request = Request(
            root=str(project.root.resolve()),
            data=str(project.data.resolve()),
            out=str(out),
            jobs=jobs,
            manifests=manifests,
            outcomes=_outcomes(found),
        )
        compared: dict[str, _Compared] = {}
        failures: dict[str, str] = {}
        last: dict[str, Any] = {"changes": {}, "files": {}, "environment": {}}
        with tqdm(total=len(manifests), unit="report", disable=None, leave=False) as bar:
            for said in recomputed(request) if manifests else ():
                if "changes" in said:
                    last = said
                    continue
                place = said["report"]
                if said["why"]:
                    failures[place] = said["why"]
                else:
                    compared[place] = _compare(found, place, out)
                bar.update()
                state = "failed" if said["why"] else "differs" if compared[place] else "identical"
                if bar.disable:
                    tell(f"{state:9} {place}  {said['seconds']:.1f} s")
        _settle(found, compared, failures, _named(last, manifests))
        if not found.is_report:
            _settle_pages(found, compared, out)
    _put_down_to_an_early_end(found)
    differences = [found.differences[name] for name in sorted(found.differences)]
    reports = [found.place(report) for report in found.reports]
    return Verdict(reports, len(found.there), differences)


def _to_recompute(found: Looked) -> dict[str, dict[str, Any]]:
    """Give the manifests by the place of their report; of two for one place, the one that is there.

    Two folders that have changed places are recomputed where they belong.
    """
    wanted: dict[str, dict[str, Any]] = {}
    for folder, manifest in found.manifests.items():
        unit, report = str(manifest["unit"]), str(manifest["report"])
        if _CODE.fullmatch(unit) and _CODE.fullmatch(report):
            place = f"{unit}/{report}"
            if place not in wanted or found.place(folder) == place:
                wanted[place] = manifest
    return wanted


def _outcomes(found: Looked) -> list[dict[str, Any]]:
    """Give what run.json says of each report, for the page that shows it."""
    names = {field.name for field in fields(Outcome)}
    if found.record is None or RECORD in found.differences:
        return []
    return [
        {name: value for name, value in entry.items() if name in names}
        for entry in found.record["reports"]
    ]


def _folder_of(found: Looked, place: str) -> str:
    return "." if found.is_report else place


def _compare(found: Looked, place: str, out: Path) -> _Compared:
    """Compare a report with the recomputed one, which is emptied."""
    folder = _folder_of(found, place)
    there, made = set(files_of(found, folder)), {path.name for path in (out / place).iterdir()}
    result = _Compared(missing=sorted(made - there), extra=sorted(there - made))
    for name in sorted(there & made):
        if not same_bytes(found.root / folder / name, out / place / name):
            result.changed.append(name)
    for name in made - set(READ_LATER):
        (out / place / name).write_bytes(b"")
    return result


def _named(
    last: Mapping[str, Any], manifests: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, list[str]]]:
    """Name what has changed: tables with their files, libraries with their versions."""
    named = {}
    now = last["environment"]
    for place, causes in last["changes"].items():
        then = manifests[place]["environment"]
        said = {cause: list(names) for cause, names in causes.items()}
        if "data" in said:
            # What a package says of itself counts its money, too: it follows the tables.
            tables = [name for name in said["data"] if name != "package"] or ["package"]
            said["data"] = [_table(name, last["files"]) for name in tables]
        if "environment" in said:
            said["environment"] = [
                f"{library} {then.get(library, 'not named')} then, {now.get(library, 'none')} now"
                for library in said["environment"]
            ]
        named[place] = said
    return named


def _table(name: str, files: Mapping[str, Sequence[str]]) -> str:
    if name == "package":
        return "what the package says of itself (datapackage.json, notes on rows)"
    if name == KEY:
        return f"key of the checksums ({KEY} beside the data: restore the one of these reports)"
    return f"table {name} ({', '.join(files.get(name) or ['not there now'])})"


def _settle(
    found: Looked,
    compared: Mapping[str, _Compared],
    failures: Mapping[str, str],
    changes: Mapping[str, Mapping[str, list[str]]],
) -> None:
    """Let what was recomputed decide about the files of each report, and say why they differ."""
    for place, why in failures.items():
        found.differences[place] = Difference(
            place, "not_recomputed", why.rstrip("."), changes.get(place, {})
        )
    for place, result in compared.items():
        folder = _folder_of(found, place)
        before = "" if folder == "." else f"{folder}/"
        noted = {
            name.removeprefix(before): found.differences.pop(name)
            for name in list(found.differences)
            if name.startswith(before) and "/" not in name.removeprefix(before)
        }
        causes = changes.get(place) or {}
        doubtful = MANIFEST in noted
        for name in result.missing:
            found.add(f"{before}{name}", "missing")
        for name in result.extra:
            found.add(f"{before}{name}", "extra")
        for name in result.changed:
            file = f"{before}{name}"
            if name in noted:
                found.differences[file] = noted[name]
            elif doubtful:
                found.differences[file] = Difference(file, "changed", why={"manifest": []})
            else:
                found.differences[file] = Difference(file, "changed", why=causes or {"lists": []})


def _settle_pages(found: Looked, compared: Mapping[str, _Compared], out: Path) -> None:
    """Compare the pages of the index and SHA256SUMS, where every report could be recomputed."""
    if set(compared) != set(found.reports):
        return
    causes: dict[str, list[str]] = {}
    for difference in found.differences.values():
        if "/" in difference.file:
            causes |= difference.why
    causes = {"reports": []} | {
        c: names for c, names in causes.items() if c not in ("file", "lists")
    }
    made = {path.name for path in out.iterdir() if PAGES.fullmatch(path.name)}
    for name in made | {name for name in found.there if PAGES.fullmatch(name)}:
        noted = found.differences.pop(name, None)
        if name not in found.there or name not in made:
            found.add(name, "missing" if name in made else "extra")
        elif not same_bytes(found.root / name, out / name):
            why: Mapping[str, list[str]] = causes if any(compared.values()) else {"lists": []}
            found.differences[name] = noted or Difference(name, "changed", why=why)
    noted = found.differences.pop(SUMS_FILE, None)
    if SUMS_FILE not in found.there:
        found.add(SUMS_FILE, "missing")
    elif (found.root / SUMS_FILE).read_bytes() != sums_text(sums_of(out)).encode("utf-8"):
        why = causes if any(compared.values()) else {"file": []}
        found.differences[SUMS_FILE] = noted or Difference(SUMS_FILE, "changed", why=why)
    for name in list(found.differences):
        # What only a wrong list named is not missing.
        listed_alone = name not in found.there and found.differences[name].what == "missing"
        if listed_alone and "/" not in name and name not in (*made, SUMS_FILE, RECORD):
            del found.differences[name]


def _unfinished(found: Looked) -> list[dict[str, Any]]:
    """Give what run.json says of every report, where a run was ended before all were made."""
    entries: list[dict[str, Any]] = (found.record or {}).get("reports", [])
    return entries if any(entry["status"] == UNFINISHED for entry in entries) else []


def _pass_over_earlier_sums(found: Looked) -> None:
    """Let no report differ from SHA256SUMS alone, which a run that ended early has not written.

    What fits its manifest, and that run.json where it knows it, is recomputed like any other.
    """
    for entry in _unfinished(found):
        folder = f"{entry['unit']}/{entry['report']}"
        made = found.there.get(f"{folder}/{MANIFEST}")
        if folder not in found.manifests or entry["manifest"] not in ("", made):
            continue
        listed = found.manifests[folder]["files"]
        for name in (*listed, *BESIDE):
            file = f"{folder}/{name}"
            if name in BESIDE or found.there.get(file) == listed[name]:
                found.differences.pop(file, None)


def _put_down_to_an_early_end(found: Looked) -> None:
    """Say of the files that are written last that a run was ended before it wrote them."""
    if not _unfinished(found):
        return
    for name, difference in list(found.differences.items()):
        last = name in (SUMS_FILE, RECORD) or PAGES.fullmatch(name) is not None
        if last and difference.what in ("changed", "missing"):
            found.differences[name] = Difference(name, difference.what, why={UNFINISHED: []})
