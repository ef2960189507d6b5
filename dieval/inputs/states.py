"""The state of files: what changes whenever one is written to, without reading it."""

from __future__ import annotations

from pathlib import Path

FileStates = list[tuple[str | int, ...]]
ACKNOWLEDGED = "acknowledged.json"
KEY = "checksum.key"


def acknowledgement_file(path: Path) -> Path:
    """Give the file in which rows of a data package are acknowledged (`aside`)."""
    return _beside(path, ACKNOWLEDGED)


def key_file(path: Path) -> Path:
    """Give the file that holds the key of a data package's checksums (`key`)."""
    return _beside(path, KEY)


def _beside(path: Path, name: str) -> Path:
    """Give a file of a folder, or beside a workbook."""
    return path / name if path.is_dir() else path.with_name(f"{path.name}.{name}")


def state_of_file(file: Path) -> tuple[int, int, int, int]:
    """Give number, size and times of a file as its file system keeps them."""
    state = file.stat()
    return state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns


def state_of(path: Path) -> FileStates:
    """Give path and state of a file and of what stands beside it, or of all below a folder."""
    path = path.resolve()
    beside = [path, acknowledgement_file(path), key_file(path)]
    files = sorted(path.rglob("*")) if path.is_dir() else beside
    return [(str(file), *state_of_file(file)) for file in files if file.exists()]
