"""Processes of their own for reports: forked from a warm parent, or started anew.

A warm parent is a process with a single thread that has imported everything (multiprocessing's fork
server): forking a process that has threads can leave a lock locked for ever. A child has a session
of its own, so that it can be ended together with all that it started, and it ends with whoever
asked for it.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from multiprocessing import forkserver
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Literal

Method = Literal["fork", "spawn"]

# One thread for each child: as many children run as there are cores, and a library that starts
# threads in the parent could not be forked.
SINGLE_THREADED = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "PYTHONHASHSEED": "0",
}
PRELOADED = "dieval.reports.preloaded"
# The path of a socket has 107 bytes at most; multiprocessing and Jupyter add to that of the folder.
SOCKET_FOLDER_LENGTH = 50
SHORT_FOLDERS = ("/tmp", "/var/tmp")  # each gets a private folder inside
# Set where nothing may be forked; what a system without fork does can then be tried.
NEVER_FORK = "DIEVAL_NEVER_FORK"

_starting = threading.Lock()
_forked: list[int] = []  # the number of this process, where it was forked from a warm parent


def is_forked() -> bool:
    """Tell whether this process was forked from a warm parent."""
    return os.getpid() in _forked


def no_forking_because() -> str:
    """Say why no process can be forked here; empty where it can."""
    if os.environ.get(NEVER_FORK):
        return f"{NEVER_FORK} is set"
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return f"{sys.platform} has no fork"
    if multiprocessing.current_process().daemon:
        return "this process may not start others"
    return ""


def socket_folder() -> str:
    """Give the folder for temporary files, or one with a path that is short enough for sockets."""
    usual = tempfile.gettempdir()
    if len(usual) <= SOCKET_FOLDER_LENGTH or os.name != "posix":
        return usual
    return next((name for name in SHORT_FOLDERS if os.access(name, os.W_OK | os.X_OK)), usual)


def warm_up() -> None:
    """Start the warm parent, which imports everything while this process goes on."""
    multiprocessing.get_context("forkserver").set_forkserver_preload([PRELOADED])
    with _starting:
        before = dict(os.environ)
        os.environ.update(SINGLE_THREADED)
        usual, tempfile.tempdir = tempfile.tempdir, socket_folder()
        try:
            with _not_interrupted():
                forkserver.ensure_running()
        finally:
            tempfile.tempdir = usual
            os.environ.clear()
            os.environ.update(before)


@contextlib.contextmanager
def _not_interrupted() -> Iterator[None]:
    """Let what is started here take no notice of Ctrl-C: who starts it ends it, and says so once.

    Only the main thread can ask for that.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    usual = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)


def cool_down() -> None:
    """End the warm parent at once: nothing will be forked. It would end by itself, but later."""
    number = getattr(getattr(forkserver, "_forkserver", None), "_forkserver_pid", None)
    if number is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)


class Child:
    """A function that runs in a process of its own.

    Parameters
    ----------
    function : callable
        Of a module; gets a function to tell things with, then the arguments.
    *arguments : any
        What can be pickled.
    folder : Path
        Working directory.
    environment : mapping of str, optional
        Environment variables; those of this process where it is not given.
    method : str
        fork, from the warm parent, or spawn.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        *arguments: Any,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        method: Method = "fork",
    ) -> None:
        if method == "fork":
            warm_up()
        context: Any = multiprocessing.get_context("forkserver" if method == "fork" else method)
        self._receive, send = context.Pipe(duplex=False)
        surroundings = {**(os.environ if environment is None else environment), **SINGLE_THREADED}
        self._process = context.Process(
            target=_run,
            args=(send, function, arguments, str(folder), surroundings, method == "fork"),
        )
        self._process.start()
        send.close()

    def next(self, seconds: float | None = None) -> tuple[str, Any] | None:
        """Wait for what the child says next.

        Returns
        -------
        tuple of str and object, or None
            "told" with what was told, "returned" with the function's value, "raised" with its
            exception, "died" with the exit status; None where nothing came in time.
        """
        if not self._receive.poll(seconds):
            return None
        try:
            kind, value = self._receive.recv()
        except (EOFError, OSError):
            self._process.join()
            return "died", self._process.exitcode
        return str(kind), value

    def end(self) -> None:
        """End the child and everything that it started, and wait for its end."""
        self.kill()
        self._process.join()
        self._receive.close()

    def kill(self) -> None:
        """Kill the child and everything that it started; nothing to do where it has ended."""
        number = self._process.pid
        try:
            os.killpg(number, signal.SIGKILL)
        except (ProcessLookupError, PermissionError, AttributeError):
            # It has no session of its own yet, or the system has no groups.
            if self._process.is_alive():
                self._process.kill()


def _run(
    send: Connection,
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
    folder: str,
    environment: dict[str, str],
    forked: bool,
) -> None:
    """Run a function in a child, and end without waiting for threads that still run."""
    if hasattr(os, "setsid"):
        os.setsid()
    _end_with_who_asked()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if forked:
        _forked.append(os.getpid())
        sys.modules["numpy"].random.seed()  # else every child would draw the same
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    try:
        value = function(lambda told: send.send(("told", told)), *arguments)
        send.send(("returned", value))
    except BaseException as error:
        send.send(("raised", error))
    send.close()
    os._exit(0)


def _end_with_who_asked() -> None:
    """End this process and what it started as soon as the one that asked for it has ended."""
    asking = multiprocessing.parent_process()
    if asking is None:
        return

    def watch() -> None:
        wait([asking.sentinel])
        if hasattr(os, "killpg"):
            os.killpg(os.getpgid(0), signal.SIGKILL)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
