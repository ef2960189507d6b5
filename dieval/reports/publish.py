"""A report's folder put in place as a whole, and one run at a time in an output folder."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dieval.errors import ParameterError, ReportError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


def publish(files: dict[str, bytes], target: Path) -> None:
    """Put a report's folder in place as a whole; the earlier one stays until the new is complete.

    Raises
    ------
    ReportError
        The folder cannot be written, for example because the disk is full; an earlier report is
        still there.
    """
    building, earlier = _beside(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _clear_leftovers(target)
        building.mkdir()
        for name, content in files.items():
            write_through(building / name, content)
        if target.exists() and not _exchange(building, target):
            target.rename(earlier)
        if not target.exists():
            building.rename(target)
    except OSError as error:
        _clear_leftovers(target)
        kept = " The earlier report is unchanged." if target.exists() else ""
        raise ReportError(
            f"{target.parent.name}/{target.name} cannot be written: {error.strerror}.{kept}"
        ) from error
    _clear_leftovers(target)


def write_through(path: Path, content: bytes) -> None:
    """Write a file through to the disk: it is whole also where the machine stops after it."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def replace_file(file: Path, text: str) -> None:
    """Write a text file as a whole; until it is there, the earlier one stays.

    Raises
    ------
    ReportError
        The file cannot be written, for example because the disk is full; nothing of it is left.
    """
    building = file.with_name(f".{file.name}.new")
    try:
        building.write_text(text, encoding="utf-8", newline="\n")
        building.replace(file)
    except OSError as error:
        with contextlib.suppress(OSError):
            building.unlink(missing_ok=True)
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        remedy = "Make room on the disk" if full else "See that its folder can be written to"
        raise ReportError(
            f"{file} cannot be written: {error.strerror}. {remedy}, and run the command again."
        ) from error


def _beside(target: Path) -> tuple[Path, Path]:
    """Give where a report's folder is built, and where the earlier one waits meanwhile."""
    return target.with_name(f".{target.name}.new"), target.with_name(f".{target.name}.old")


def _clear_leftovers(target: Path) -> None:
    """Take away what stands beside a report's folder, after putting a set-aside report back."""
    building, earlier = _beside(target)
    if earlier.exists() and not target.exists():
        earlier.rename(target)
    shutil.rmtree(building, ignore_errors=True)
    shutil.rmtree(earlier, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step, where the system can (Linux); say whether it did.

    Between two renames there is a moment without a report; a run killed then would leave none.
    """
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return bool(rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0)


def recover(out: Path) -> None:
    """Put back what a killed run left aside, and take away what it left unfinished."""
    for leftover in [*out.glob("*/.*.old"), *out.glob("*/.*.new")]:
        _clear_leftovers(leftover.with_name(leftover.stem.removeprefix(".")))


@contextmanager
def sole_run(out: Path) -> Iterator[None]:
    """Hold an output folder for one run; a lock goes with the process that holds it.

    Parameters
    ----------
    out : Path
        Output folder; one that is not there is not held.

    Raises
    ------
    ParameterError
        Another run holds it.
    """
    if fcntl is None or not out.is_dir():
        yield
        return
    held = os.open(out, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ParameterError(
                f"--out {out}: another run is writing there. Wait for its end, or name another "
                "folder."
            ) from error
        except OSError:  # a file system without locks, as some network drives are
            pass
        yield
    finally:
        os.close(held)


def refuse_second_run(out: Path) -> None:
    """Say at once that another run holds an output folder, before this one prepares itself.

    Raises
    ------
    ParameterError
        Another run holds it.
    """
    if not out.is_symlink():
        with sole_run(out):
            pass
