"""A project of one's own, the workbooks that others fill in for it, and JupyterLab on it."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dieval.errors import ParameterError, Problem
from dieval.reports.project import SETTINGS_FILE, find_project, project_with, shipped_root

CONTENT = ("notebooks", "data/latvia", "data/parameters", SETTINGS_FILE, "requirements.lock")
NOT_COPIED = ("__pycache__", ".ipynb_checkpoints", "*.pyc")

PROJECT_README = """# A dieval project

What does care cost per child in each care arrangement of a region? This folder answers for your
data.

| what | where |
|---|---|
| your data package, here the demonstration for Latvia | `data/latvia` |
| dated parameters with their sources | `data/parameters` |
| the notebooks that are the reports | `notebooks` |
| where these are, and the languages | `dieval.toml` |
| what a run writes | `reports` |

1. `dieval report` makes every report; open `reports/index.html`.
2. Replace the files of `data/latvia` by your own and name the folder in `dieval.toml`.
   `dieval check FOLDER` says what is wrong with them, where and what to do.
3. `dieval lab` opens the notebooks in JupyterLab.

The demonstration data is partly synthetic; every report that rests on it says so.
"""


def start_project(folder: Path) -> None:
    """Write a project that works at once: notebooks, demonstration data, parameters, README.

    Raises
    ------
    ParameterError
        The folder exists and is not empty, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ParameterError(f"{folder}: exists already and is not an empty folder.")
    source = shipped_root()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in CONTENT:
            if (source / name).is_dir():
                ignored = shutil.ignore_patterns(*NOT_COPIED)
                shutil.copytree(source / name, folder / name, ignore=ignored)
            else:
                shutil.copyfile(source / name, folder / name)
        (folder / "README.md").write_text(PROJECT_README, encoding="utf-8")
        (folder / ".gitignore").write_text("reports/\n.ipynb_checkpoints/\n", encoding="utf-8")
    except OSError as error:
        raise ParameterError(f"{folder}: cannot be written: {error.strerror}.") from error


def write_template(file: Path, sender: str | None, code: str | None, data: Path | None) -> None:
    """Write a workbook to fill in.

    Parameters
    ----------
    file : Path
        A new .xlsx file.
    sender : str, optional
        region, municipality or institution: only its tables.
    code : str, optional
        Code of the municipality or institution whose rows stand in the sheets already.
    data : Path, optional
        Data package that has them; the project's where it is not given.

    Raises
    ------
    ParameterError
        The file is there already, has another suffix or cannot be written; a code without sender,
        or one that the data does not know.
    DataError
        The data package breaks the data contract.
    """
    from dieval.inputs.read import read_package
    from dieval.inputs.template import rows_of, template_workbook

    _check_new_workbook(file)
    rows = None
    if code is not None:
        if sender not in ("municipality", "institution"):
            raise ParameterError("--code: give --for municipality or --for institution with it.")
        rows = rows_of(read_package(project_with(data).data), sender, code)
    _write_workbook(file, template_workbook(sender, rows))


def write_answer(file: Path, sent: Path, problems: Sequence[Problem], language: str) -> None:
    """Write back what somebody sent, with every problem marked in its cell.

    Raises
    ------
    ParameterError
        The file is there already, has another suffix or cannot be written.
    """
    from dieval.inputs.annotate import annotated_workbook

    _check_new_workbook(file)
    _write_workbook(file, annotated_workbook(sent, problems, language))


def write_ledger_costs(
    file: Path,
    mapping: Path,
    source: str,
    given: Mapping[str, Any],
    data: Path | None,
    out: Path,
) -> list[str]:
    """Write a budget ledger as rows of the table `costs`.

    Returns
    -------
    list of str
        What became of its money.

    Raises
    ------
    ParameterError
        The output is there already, or a file cannot be read or written; an unknown source,
        provider or payer.
    DataError
        The ledger or the data package breaks its rules.
    """
    from dieval.inputs.ledger import costs_rows, import_ledger, read_mapping
    from dieval.inputs.read import read_package
    from dieval.vocabulary import PAYERS

    if out.exists():
        raise ParameterError(f"{out}: exists already and is not written over.")
    if given["payer"] not in (None, *PAYERS):
        raise ParameterError(f"--payer {given['payer']}: expected one of {', '.join(PAYERS)}.")
    package = read_package(project_with(data).data)
    if source not in set(package.tables["sources"]["source"]):
        raise ParameterError(f"--source {source}: is not in table sources; add it there first.")
    made = import_ledger(file, read_mapping(mapping), given)
    rows = costs_rows(made, package.tables["providers"], source)
    try:
        with out.open("w", encoding="utf-8", newline="") as stream:
            rows.to_csv(stream, index=False, lineterminator="\n", float_format="%.2f")
    except OSError as error:
        raise ParameterError(f"{out}: cannot be written: {error.strerror}.") from error
    taken, excluded = made.costs["amount_eur"].sum(), made.excluded["amount_eur"].sum()
    return [
        *(f"{row.code}  {row.cost_item}  {row.name_lv or ''}".rstrip()
          for row in made.mapping.fillna("").itertuples()),
        f"{taken + excluded:.2f} EUR in the ledger = {taken:.2f} in {out.name} + "
        f"{excluded:.2f} excluded",
    ]  # fmt: skip


def _check_new_workbook(file: Path) -> None:
    if file.suffix.lower() != ".xlsx":
        raise ParameterError(f"{file}: expected a name that ends in .xlsx.")
    if file.exists():
        raise ParameterError(f"{file}: exists already and is not written over.")


def _write_workbook(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise ParameterError(f"{file}: cannot be written: {error.strerror}.") from error


def open_lab(arguments: Sequence[str]) -> int:
    """Start JupyterLab in the project's folder and wait until it ends.

    Returns
    -------
    int
        Its exit status.

    Raises
    ------
    ParameterError
        JupyterLab is not installed.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        raise ParameterError("JupyterLab is not installed: pip install 'dieval[lab]'.")
    project = find_project()
    notebooks = project.notebooks.relative_to(project.root)
    command = [sys.executable, "-m", "jupyterlab", f"--LabApp.default_url=/lab/tree/{notebooks}"]
    return subprocess.call([*command, *arguments], cwd=project.root)
