"""What must not leave: folders, user and host of this machine, personal codes, contents of cells.

What a run says and writes is read by others. Errors of dieval are worded so that they name places
and not contents; what an error of anybody else says is not known, so it is left out.
"""

from __future__ import annotations

import functools
import getpass
import os
import re
import socket
import tempfile
from collections.abc import Mapping
from pathlib import Path

from dieval.errors import DievalError, ParameterError, ReportError
from dieval.inputs.personal import HIDDEN, has_personal_code, without_personal_codes
from dieval.reports.project import Project

# Folders before a file's name; a slash inside a word, as in EUR/month, is none.
FOLDERS = re.compile(r"(?<![\w.:/\\])(?:[A-Za-z]:)?[\\/](?:[^\s\\/:'\"]+[\\/])+")
_SHORTEST_NAME = 3  # letters; a shorter name of a user or host is part of other words
# Files of a report that hold every text of it.
_TEXTS = ("results.json", "notebook.ipynb")
# Names of errors whose texts dieval has worded.
_OWN = {"DataError", "ParameterError", "NoDataError", "ReportError"}
SEE = "Run the notebook in JupyterLab (dieval lab) to see what it says"


# Errors of the engines whose names say little.
_IN_WORDS = {"DeadKernelError": "the kernel died"}


def as_given(text: str) -> str:
    """Repeat what somebody has typed, where it is like a code, a number or a date."""
    from dieval.inputs.values import shown  # slow to import, and seldom needed

    return (shown([text]) or HIDDEN) if text else ""


def told(error: BaseException) -> str:
    """Say what went wrong without what an error that is not ours may quote."""
    if isinstance(error, DievalError):
        return str(error)
    name = type(error).__name__
    if name in _IN_WORDS:
        return _IN_WORDS[name]
    if isinstance(error, ImportError) and error.name:
        return f"the package {error.name} is not installed."
    reason = error.strerror if isinstance(error, OSError) else None
    return f"{name}: {reason}" if reason else name


def told_of_cell(name: str, text: str) -> str:
    """Say what went wrong in a cell, by the name and the text of its error."""
    return f"{name}: {text}" if name in _OWN else f"{name}. {SEE}."


def without_traces(text: str, project: Project) -> str:
    """Take this machine and personal codes out of a message: run.json may be published."""
    for folder in sorted(_folders(project), key=len, reverse=True):
        text = text.replace(f"{folder}/", "").replace(folder, "")
    text = FOLDERS.sub("", text)
    for name in _names():
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", HIDDEN, text)
    return without_personal_codes(text)


def refuse_traces(files: Mapping[str, bytes], project: Project) -> None:
    """Refuse to publish a report that holds a folder of this machine or a personal code.

    Parameters
    ----------
    files : mapping of bytes
        Of the report's folder, by name.
    project : Project
        Whose folders count.

    Raises
    ------
    ReportError
        Names the first file that does; nothing of it is repeated.
    """
    for name in _TEXTS:
        text = files[name].decode("utf-8")
        held = ""
        if has_personal_code(text):
            held = "a personal code"
        elif any(f"{folder}/" in text for folder in _folders(project) if folder.count("/") > 1):
            held = "a path of this machine"
        if held:
            raise ReportError(
                f"{name} would hold {held}; the report was not published. Take it out of the data, "
                "the notebook and its parameters."
            )


def refuse_text(text: str, where: str) -> None:
    """Refuse a text of the project that reports show and that must not be in them.

    Raises
    ------
    ParameterError
        It has a personal code, or signs that cannot be seen.
    """
    from dieval.inputs.letters import is_deceptive

    if has_personal_code(text):
        raise ParameterError(f"{where}: holds a personal code. Delete it.")
    if is_deceptive(text):
        raise ParameterError(
            f"{where}: has invisible signs, or letters of other alphabets that look like Latin "
            "ones. Type the text anew."
        )


def _folders(project: Project) -> set[str]:
    """Give the folders of this machine that a text could name."""
    folders = (
        project.root,
        project.data.resolve().parent,
        Path(tempfile.gettempdir()),
        Path.home(),
    )
    return {str(folder) for folder in folders} - {"/"}


@functools.cache
def _names() -> tuple[str, ...]:
    """Give the names of user and host, as far as they are known and no parts of other words."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # a user without a name
        user = ""
    variables = ("USER", "LOGNAME", "USERNAME", "HOSTNAME", "COMPUTERNAME")
    known = {user, socket.gethostname(), Path.home().name, *map(os.environ.get, variables)}
    return tuple(sorted(name for name in known if name and len(name) >= _SHORTEST_NAME))
