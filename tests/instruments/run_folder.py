"""What a run leaves in its output folder."""

from __future__ import annotations

import json
from pathlib import Path


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def without_times(folder: Path) -> dict[str, bytes]:
    """Every file below an output folder but run.json, which has times."""
    return {name: content for name, content in contents(folder).items() if name != "run.json"}


def run_record(out: Path) -> dict[str, dict[str, object]]:
    """What run.json says of each report, by unit."""
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    return {entry["unit"]: entry for entry in record["reports"]}
