"""What reports call files and sheets: a name that people gave one may be that of a person."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import replace
from pathlib import PurePosixPath

from dieval.errors import Problem
from dieval.inputs.intake.names import table_named

_PLAIN = re.compile(r"[a-z0-9][a-z0-9_.=-]*")
_ENDINGS = (".csv", ".xlsx", ".xlsm", ".parquet", ".parq", ".pq")


def called(name: str) -> str:
    """Give the name by which reports call a file, folder or sheet.

    Parameters
    ----------
    name : str
        A slash stands between a folder and its files, or a file and its sheets.

    Returns
    -------
    str
        Names of small letters, digits and the signs _ . = - and names of tables stay. Any other
        one becomes `file-` with the first digits of its SHA-256.

    Examples
    --------
    >>> called("costs-2020.csv"), called("costs/region=kurzeme"), called("beta.xlsx/Costs")
    ('costs-2020.csv', 'costs/region=kurzeme', 'beta.xlsx/Costs')
    >>> called("Anna Liepa.XLSX")
    'file-ebdc70ea.xlsx'
    """
    return "/".join(map(_called, name.split("/")))


def _called(part: str) -> str:
    if not part or _PLAIN.fullmatch(part) or table_named(part) is not None:
        return part
    ending = PurePosixPath(part).suffix.lower()
    digits = hashlib.sha256(part.encode("utf-8")).hexdigest()[:8]
    return f"file-{digits}{ending if ending in _ENDINGS else ''}"


def renamed(problem: Problem, files: Collection[str]) -> Problem:
    """Give a problem as reports show it: with the files and sheets as reports call them.

    Parameters
    ----------
    problem : Problem
    files : collection of str
        Files that its text may name.
    """
    texts = {
        name: getattr(problem, name)
        for name in ("message_lv", "message_en", "remedy_lv", "remedy_en")
    }
    for file in sorted(files, key=len, reverse=True):
        if called(file) != file:
            texts = {name: text.replace(file, called(file)) for name, text in texts.items()}
    sheet = problem.sheet if "=" in problem.sheet else called(problem.sheet)
    return replace(problem, file=called(problem.file), sheet=sheet, **texts)
