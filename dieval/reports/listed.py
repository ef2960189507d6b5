"""What the output folder holds: every report with its state, read once, without a language."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dieval.reports.freshness import Ingredients, changes
from dieval.reports.index_pictures import PICTURE_TABLES
from dieval.reports.manifest import sha256
from dieval.reports.private import FOLDERS
from dieval.reports.run import Outcome

RESULTS_SCHEMA = "dieval-results/1"
# In the order in which several states of one report are said.
STATES = ("failed", "failed_earlier", "incomplete", "damaged", "outdated", "made")
MESSAGE_LENGTH = 220  # characters


@dataclass(frozen=True)
class Listed:
    """One report of the output folder, or one that failed and is not there.

    Parameters
    ----------
    unit, report : str
        Code of the unit and name of the report: its folder.
    states : tuple of str
        Some of `STATES`; a report that failed and whose earlier one is out of date has two.
    files : frozenset of str
        Names of the files of its folder.
    message : str
        Why it failed.
    faults : tuple of str
        Files that make it a damaged one.
    changed : mapping
        What changed since it was made, as `changes` gives it.
    parameters, evidence : mapping
        As results.json has them.
    edition : str
        `public`, `internal`, or empty where it is not known.
    release : str
        `draft`, `final`, or empty where it is not known.
    key_figures : sequence of dict
        As results.json has them.
    tables : mapping of list of dict
        Rows of the tables that its small picture shows, by column name.
    """

    unit: str
    report: str
    states: tuple[str, ...]
    files: frozenset[str] = frozenset()
    message: str = ""
    faults: tuple[str, ...] = ()
    changed: Mapping[str, list[str]] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    evidence: Mapping[str, float] = field(default_factory=dict)
    edition: str = ""
    release: str = ""
    key_figures: Sequence[Mapping[str, Any]] = ()
    tables: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """Folder of the report below the output folder."""
        return f"{self.unit}/{self.report}"

    @property
    def is_there(self) -> bool:
        """Tell whether there is a report that can be read."""
        return "made" in self.states or "outdated" in self.states

    @property
    def failed(self) -> bool:
        """Tell whether the latest run failed to make it."""
        return not {"failed", "failed_earlier", "incomplete"}.isdisjoint(self.states)


def listed_reports(out: Path, outcomes: Sequence[Outcome], now: Ingredients) -> list[Listed]:
    """List every report below an output folder and every one that failed.

    Parameters
    ----------
    out : Path
        Output folder.
    outcomes : sequence of Outcome
        How the latest run ended.
    now : Ingredients
        What the reports would be made from now.
    """
    found = {
        f"{path.parent.parent.name}/{path.parent.name}"
        for name in ("results.json", "manifest.json")
        for path in out.glob(f"*/*/{name}")
    }
    latest = {f"{outcome.unit}/{outcome.report}": outcome for outcome in outcomes}
    failures = {folder for folder, outcome in latest.items() if outcome.status == "failed"}
    visible = [folder for folder in found | failures if not re.search(r"(^|/)\.", folder)]
    return [_listed(out, folder, latest.get(folder), now) for folder in sorted(visible)]


def _listed(out: Path, folder: str, latest: Outcome | None, now: Ingredients) -> Listed:
    """Look at one report, and at how the latest run ended for it."""
    failure = latest if latest is not None and latest.status == "failed" else None
    unit, report = folder.split("/")
    files = frozenset(path.name for path in (out / folder).glob("*"))
    message = "" if failure is None else shortened(failure.message)
    if not files:
        return Listed(unit, report, ("failed",), message=message)
    states = []
    if failure is not None:  # one that has files was made, but not all of it
        states.append("incomplete" if failure.files else "failed_earlier")
    faults: list[str] = []
    results, content = _object(out / folder / "results.json")
    manifest, as_written = _object(out / folder / "manifest.json")
    # What the latest run made or kept is made from what is there now.
    is_new = latest is not None and latest.manifest == sha256(as_written)
    try:
        faults = _faults(unit, report, results, content, manifest, files)
        changed = {} if faults or is_new else changes(manifest, now)
        carried = {} if faults else _carried(report, results)
    except (ValueError, LookupError, TypeError, AttributeError):
        faults, changed, carried = ["manifest.json"], {}, {}
    states.append("damaged" if faults else "outdated" if changed else "made")
    return Listed(
        unit,
        report,
        tuple(states),
        files=files,
        message=message,
        faults=tuple(faults),
        changed=changed,
        **carried,
    )


def _object(file: Path) -> tuple[dict[str, Any], bytes]:
    """Read a JSON object and the bytes of its file; what is none is an empty one."""
    try:
        content = file.read_bytes()
        value = json.loads(content)
    except (OSError, ValueError, RecursionError):
        return {}, b""
    return (value, content) if isinstance(value, dict) else ({}, b"")


def _faults(
    unit: str,
    report: str,
    results: dict[str, Any],
    content: bytes,
    manifest: dict[str, Any],
    files: frozenset[str],
) -> list[str]:
    """Name the files that are missing, or are not what the manifest says of them."""
    wrong = {
        name
        for name, value in {"results.json": results, "manifest.json": manifest}.items()
        if (value.get("unit"), value.get("report")) != (unit, report)
    }
    if "manifest.json" in wrong:
        return sorted(wrong)
    if manifest["files"]["results.json"] != sha256(content):
        wrong.add("results.json")
    return sorted(wrong | (manifest["files"].keys() - files))


def _carried(report: str, results: dict[str, Any]) -> dict[str, Any]:
    """Take out of results what the index shows; of another schema nothing but the evidence."""
    evidence = {str(of): float(share) for of, share in results["evidence"].items()}
    if results.get("schema") != RESULTS_SCHEMA:
        return {"evidence": evidence}
    tables = results["tables"]
    return {
        "evidence": evidence,
        "edition": str(results["edition"]),
        "release": str(results.get("state", "")),
        "parameters": dict(results["parameters"]),
        "key_figures": list(results.get("key_figures", ())),
        "tables": {
            name: _rows(tables[name]) for name in PICTURE_TABLES.get(report, ()) if name in tables
        },
    }


def _rows(table: dict[str, Any]) -> list[dict[str, Any]]:
    names = [column["name"] for column in table["columns"]]
    return [dict(zip(names, row, strict=True)) for row in table["rows"]]


def shortened(message: str) -> str:
    r"""Put a message on one line without folders, and cut it where it gets long.

    Examples
    --------
    >>> shortened("cost.ipynb, cell 3: KeyError:\n   '/data/me/costs.csv' in EUR/month")
    "cost.ipynb, cell 3: KeyError: 'costs.csv' in EUR/month"
    """
    line = " ".join(FOLDERS.sub("", message).split())
    return line if len(line) <= MESSAGE_LENGTH else line[: MESSAGE_LENGTH - 1].rstrip() + "…"
