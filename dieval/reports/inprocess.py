"""A notebook run in this process: ipykernel's kernel without sockets, driven by nbclient.

Everything that a cell does goes through the same code as in a kernel of its own: IPython's shell,
ipykernel's publishers and nbclient's collecting of outputs. Only the way between the two is short:
messages are kept in a list. What one notebook leaves behind stays in the process, so it is run in
a process that ends afterwards (`children`).
"""

from __future__ import annotations

import io
import logging
import os
import sys
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from types import SimpleNamespace
from typing import Any

from ipykernel.eventloops import enable_gui
from ipykernel.ipkernel import IPythonKernel
from jupyter_client.session import Session
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NotebookExecutionManager

Message = dict[str, Any]

# What pictures go to in a kernel where nobody says otherwise.
INLINE_BACKEND = "module://matplotlib_inline.backend_inline"


class _Kept(Session):
    """A kernel's session that keeps its messages, as they would arrive at the other end."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.messages: deque[Message] = deque()

    def send(  # of the many parameters, a kernel gives these
        self,
        stream: object,
        msg_or_type: Message | str,
        content: Any = None,
        parent: Any = None,
        ident: object = None,
        **named: Any,
    ) -> Message:
        """Keep a message; what happens to its content afterwards does not change it."""
        message = msg_or_type
        if isinstance(message, str):
            message = self.msg(message, content=content, parent=parent, **_of_message(named))
        there: Message = self.unpack(self.pack({**message, "buffers": []}))
        self.messages.append({**there, "buffers": named.get("buffers") or []})
        return message


def _of_message(named: dict[str, Any]) -> dict[str, Any]:
    return {name: named[name] for name in ("header", "metadata") if name in named}


class _Stream(io.TextIOBase):
    """Standard output or error of a cell; what the process writes past Python comes along."""

    def __init__(self, name: str, descriptor: int, kernel: IPythonKernel) -> None:
        self._name, self._descriptor, self._kernel = name, descriptor, kernel
        self._parts: list[str] = []
        self._past_python = tempfile.TemporaryFile()  # noqa: SIM115  # closed by restore
        self._read = 0
        self._original = os.dup(descriptor)
        os.dup2(self._past_python.fileno(), descriptor)

    encoding = "UTF-8"
    errors = "replace"

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        return self._original

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._parts.append(text)
        return len(text)

    def flush(self) -> None:
        """Send what has been written since the last time."""
        written = os.pread(self._past_python.fileno(), 1 << 30, self._read)
        self._read += len(written)
        text = "".join(self._parts) + written.decode("utf-8", "replace")
        self._parts.clear()
        if text:
            parent = self._kernel.get_parent("shell")
            content = {"name": self._name, "text": text}
            self._kernel.session.send(None, "stream", content, parent=parent)

    def restore(self) -> None:
        """Give the process its output back."""
        os.dup2(self._original, self._descriptor)
        os.close(self._original)
        self._past_python.close()


class _Here:
    """What nbclient talks to instead of a kernel's client; executing a cell is all it does."""

    def __init__(self) -> None:
        self.session = _Kept()
        self.kernel = IPythonKernel(session=self.session, log=logging.getLogger(__name__))
        shell = self.kernel.shell
        # Without a kernel's application, a shell does not find its kernel.
        shell.enable_gui = partial(enable_gui, kernel=self.kernel)
        backend = os.environ.setdefault("MPLBACKEND", INLINE_BACKEND)
        if "matplotlib" in sys.modules:
            sys.modules["matplotlib"].rcParams["backend"] = backend
        # A cell that is a coroutine asks which thread it is in.
        self.kernel.shell_channel_thread = SimpleNamespace(parent_thread=None)
        self.iopub_channel = SimpleNamespace(get_msg=self._next_message)
        self.shell_channel = SimpleNamespace(get_msg=self._reply)
        self._last_reply: Message = {}

    @contextmanager
    def streams(self) -> Iterator[None]:
        """Take the output of this process for the notebook's."""
        before = sys.stdout, sys.stderr
        for stream in before:
            stream.flush()
        ours = _Stream("stdout", 1, self.kernel), _Stream("stderr", 2, self.kernel)
        sys.stdout, sys.stderr = ours
        try:
            yield
        finally:
            sys.stdout, sys.stderr = before
            for stream in ours:
                stream.restore()

    async def execute(
        self, code: str, store_history: bool = True, stop_on_error: bool = True
    ) -> str:
        """Execute a cell to its end; give the number of the request."""
        request = self.session.msg("execute_request", {"code": code})
        self.session.messages.clear()
        self.kernel.set_parent([], request, channel="shell")
        if store_history:
            began = {"code": code, "execution_count": self.kernel.execution_count}
            self.session.send(None, "execute_input", began, parent=request)
        content = await self.kernel.do_execute(code, False, store_history, {}, False)
        sys.stdout.flush()
        sys.stderr.flush()
        if self.kernel.shell.exit_now:
            raise DeadKernelError("Kernel died")
        self.session.send(None, "status", {"execution_state": "idle"}, parent=request)
        self._last_reply = self.session.unpack(
            self.session.pack(self.session.msg("execute_reply", content, parent=request))
        )
        return str(request["header"]["msg_id"])

    async def _next_message(self, timeout: float | None = None) -> Message:
        return self.session.messages.popleft()

    async def _reply(self, timeout: float | None = None) -> Message:
        return self._last_reply

    async def is_alive(self) -> bool:
        return True


class NotebookHere(PapermillNotebookClient):
    """papermill's client for a kernel in this process.

    Parameters
    ----------
    nb_man : NotebookExecutionManager
        The notebook, and what is told of its cells.
    **settings
        As for nbclient. Time limits are for whoever can end this process.
    """

    def __init__(self, nb_man: NotebookExecutionManager, **settings: Any) -> None:
        super().__init__(nb_man, **{**settings, "timeout": None})
        self.updated: set[int] = set()  # cells whose outputs a later one may have updated

    def _update_display_id(self, display_id: str, msg: Message) -> None:
        self.updated |= self._display_id_map.get(display_id, {}).keys()
        super()._update_display_id(display_id, msg)

    def execute(self, **_: Any) -> NotebookNode:
        """Execute the notebook until a cell fails."""
        self.reset_execution_trackers()
        here = _Here()
        self.kc = here
        with here.streams():
            self.papermill_execute_cells()
        self.nb.metadata["language_info"] = dict(here.kernel.language_info)
        self.set_widgets_metadata()
        return self.nb
