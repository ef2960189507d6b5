"""What the check of a data package says at its end: rows left out, agreement, checksums."""

from __future__ import annotations

import datetime
from pathlib import Path

import pandas as pd

from dieval.errors import ParameterError
from dieval.inputs.account import ROWS
from dieval.inputs.aside import acknowledged_now
from dieval.inputs.key import keep_key
from dieval.inputs.part import UnitData, data_checksum
from dieval.inputs.read import Examined
from dieval.inputs.states import acknowledgement_file
from dieval.inputs.values import holds_personal_code
from dieval.vocabulary import NATIONAL

LONGEST_REASON = 200  # characters


def write_acknowledgement(path: Path, looked: Examined, reason: str) -> None:
    """Acknowledge the rows of a data package that are set aside.

    Parameters
    ----------
    path : Path
        Of the package.
    looked : Examined
    reason : str
        Why they may be left out, in one line; reports show it.

    Raises
    ------
    ParameterError
        There are none, something else is wrong with the package, the reason is none, or the file
        cannot be written.
    """
    reason = reason.strip().rstrip(".")
    if not reason or len(reason) > LONGEST_REASON or not reason.isprintable():
        raise ParameterError(
            f"--acknowledge: expected one line of at most {LONGEST_REASON} characters."
        )
    if holds_personal_code([reason]).any():
        raise ParameterError("--acknowledge: the reason holds a personal code.")
    if any(problem.severity == "error" for problem in looked.problems):
        raise ParameterError(f"{path}: has errors; mend these first (dieval check {path}).")
    if not looked.aside:
        raise ParameterError(f"{path}: no row is set aside; there is nothing to acknowledge.")
    file = acknowledgement_file(path)
    today = datetime.datetime.now(tz=datetime.UTC).date()
    content = acknowledged_now(looked.aside, looked.acknowledged, looked.files, reason, today)
    try:
        file.write_text(content, encoding="utf-8")
    except OSError as error:
        raise ParameterError(f"{file}: cannot be written: {error.strerror}.") from error


def checksum_lines(path: Path) -> list[str]:
    """Give the checksum of the data of every region and of the country, as the quality log has it.

    Parameters
    ----------
    path : Path
        Of a package without errors.
    """
    keep_key(path)  # with another one the checksums would not hold any more
    data = UnitData(path)
    regions = data.package.tables.get("regions", pd.DataFrame(columns=["region"]))["region"]
    return [f"{unit}: {data_checksum(data.part(unit))}" for unit in [*regions, NATIONAL]]


def account_lines(looked: Examined, name: str, language: str) -> list[str]:
    """Say how many problems there are, and what became of the rows and the money that were read.

    Parameters
    ----------
    looked : Examined
    name : str
        Of the package.
    language : str
        lv or en.
    """
    lv = language == "lv"
    errors, notes = (
        sum(problem.severity == kind for problem in looked.problems) for kind in ("error", "note")
    )
    lines = []
    for row in looked.account.itertuples():
        money = row.quantity != ROWS
        read, used, aside, excluded = (
            f"{number:.2f}" if money else f"{number:.0f}"
            for number in (row.read, row.used, row.set_aside, row.excluded)
        )
        what = (row.quantity if money else "rindas") if lv else row.quantity
        lines.append(
            f"{row.file}: {what}: nolasīts {read} = izmantots {used} + atlikts {aside} + "
            f"kopsummas un atkārtojumi {excluded}"
            if lv
            else f"{row.file}: {what}: {read} read = {used} used + {aside} set aside + "
            f"{excluded} sums and repetitions"
        )
    rows = {
        (problem.file, problem.sheet, row)
        for problem in looked.problems
        if problem.severity == "set_aside"
        for row in problem.rows
    }
    end = f"{name}: kļūdu skaits – {errors}, piezīmju skaits – {notes}"
    if not lv:
        end = f"{name}: {errors} errors, {notes} notes"
    if rows:
        end += f", atlikto rindu skaits – {len(rows)}" if lv else f", rows set aside: {len(rows)}"
    return [*lines, end]
