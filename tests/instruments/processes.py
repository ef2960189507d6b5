"""Whether a process still runs, and waiting for what happens in another one."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path


def is_running(number: int) -> bool:
    """Tell whether a process is there and has not ended (Linux)."""
    state = Path(f"/proc/{number}/stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"


def soon(what: Callable[[], bool], seconds: float = 60) -> bool:
    """Wait until something is so, but not for ever; tell whether it is."""
    end = time.monotonic() + seconds
    while not what() and time.monotonic() < end:
        time.sleep(0.02)
    return what()


def gone(number: int) -> bool:
    """Wait a few seconds for the end of a process; tell whether it has ended."""
    return soon(lambda: not is_running(number), 5)
