"""The state of files: what changes whenever one is written to, without reading it."""

from __future__ import annotations

from pathlib import Path

FileStates = list[tuple[str | int, ...]]
ACKNOWLEDGED = "acknowledged.json"


def acknowledgement_file(path: Path) -> Path:
    """Give the file in which rows of a data package are acknowledged (`aside`)."""
    if path.is_dir():
        return path / ACKNOWLEDGED
    return path.with_name(f"{path.name}.{ACKNOWLEDGED}")


def state_of_file(file: Path) -> tuple[int, int, int, int]:
    """Give number, size and times of a file as its file system keeps them."""
    state = file.stat()
    return state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns


def state_of(path: Path) -> FileStates:
    """Give path and state of a file and what is acknowledged of it, or of all below a folder."""
    path = path.resolve()
    files = sorted(path.rglob("*")) if path.is_dir() else [path, acknowledgement_file(path)]
    return [(str(file), *state_of_file(file)) for file in files if file.exists()]
