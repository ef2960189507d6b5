"""A folder for what is needed once: it goes with the process, or with the next one that needs one.

A process that is killed leaves its folder. Each is locked by who uses it, and a lock ends with its
process, whatever ended that.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dieval.errors import ReportError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

NO_ROOM = "See that there is room in the folder for temporary files, or name another one in TMPDIR."
# A folder that was made a moment ago may not be locked yet [s].
YOUNG = 60


@contextmanager
def scratch_folder(prefix: str) -> Iterator[Path]:
    """Give an empty folder, and take it away at the end with those that killed processes left.

    Parameters
    ----------
    prefix : str
        Begins the names of the folders of this kind.

    Raises
    ------
    ReportError
        No folder can be made.
    """
    _clear_left_behind(prefix)
    try:
        made = tempfile.TemporaryDirectory(prefix=prefix)
    except OSError as error:
        raise ReportError(
            f"no folder for temporary files can be made: {error.strerror}. {NO_ROOM}"
        ) from error
    with made as folder:
        held = _lock(Path(folder))
        try:
            yield Path(folder)
        finally:
            if held is not None:
                os.close(held)


def _clear_left_behind(prefix: str) -> None:
    """Take away the folders that nobody holds any more."""
    with contextlib.suppress(OSError):
        for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
            with contextlib.suppress(OSError):
                if folder.is_symlink() or time.time() - folder.stat().st_mtime < YOUNG:
                    continue
                held = _lock(folder)
                if held is not None:
                    shutil.rmtree(folder, ignore_errors=True)
                    os.close(held)


def _lock(folder: Path) -> int | None:
    """Hold a folder; None where another process does, or where nothing can be held."""
    if fcntl is None:
        return None
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        return None
    return held
