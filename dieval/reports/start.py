"""A project of one's own, the workbooks that others fill in for it, and JupyterLab on it."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dieval.errors import ParameterError, Problem
from dieval.reports.project import SETTINGS_FILE, find_project, project_with, shipped_root

if TYPE_CHECKING:
    import pandas as pd

    from dieval.inputs.read import DataPackage

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
2. Replace the files of `data/latvia` by your own and name the folder in `dieval.toml`. Delete
   `checksum.key`: the first run makes one of your own. Keep it with the data, never with reports.
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
        Code of the municipality or institution whose rows stand in the sheets already; where it is
        not given, only the regions and municipalities that any of them may name.
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
    from dieval.inputs.senders import rows_of, rows_to_name, with_named
    from dieval.inputs.template import template_workbook

    _check_new_workbook(file)
    rows = None
    if code is not None:
        if sender not in ("municipality", "institution"):
            raise ParameterError("--code: give --for municipality or --for institution with it.")
        package = read_package(project_with(data).data)
        rows = with_named(package, rows_of(package, sender, code))
    elif sender is not None:
        rows = rows_to_name(read_package(project_with(data).data), sender)
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
    """Write a budget ledger as rows of `costs`, and beside them what each code was taken as.

    The second file is called like the first, with `ledger_codes` in place of `costs`.

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
    from dieval.inputs.ledger import code_rows, costs_rows, import_ledger, read_mapping
    from dieval.vocabulary import PAYERS

    if given["payer"] not in (None, *PAYERS):
        raise ParameterError(f"--payer {given['payer']}: expected one of {', '.join(PAYERS)}.")
    if not out.name.startswith("costs"):
        raise ParameterError(f"--out {out}: expected a name that starts with costs.")
    codes_out = out.with_name(out.name.replace("costs", "ledger_codes", 1))
    _check_new(codes_out)
    package = _package_for_import(out, source, "providers", data)
    meant = read_mapping(mapping)
    made = import_ledger(file, meant, given)
    rows = costs_rows(made, package.tables["providers"], source)
    _write_rows(codes_out, code_rows(made, meant, source))
    try:
        _write_rows(out, rows)
    except ParameterError:
        codes_out.unlink()
        raise
    taken, excluded = made.costs["amount_eur"].sum(), made.excluded["amount_eur"].sum()
    return [
        *(f"{row.code}  {row.cost_item}  {row.name_lv or ''}".rstrip()
          for row in made.mapping.fillna("").itertuples()),
        f"{taken + excluded:.2f} EUR in the ledger = {taken:.2f} in {out.name} + "
        f"{excluded:.2f} excluded",
        f"{codes_out.name} says what each code was taken as; reports show it",
    ]  # fmt: skip


def write_register_services(
    file: Path, mapping: Path, source: str, data: Path | None, out: Path
) -> list[str]:
    """Write a register of providers as rows of the table `services`.

    Returns
    -------
    list of str
        Doubts that are no errors, how names were mapped, what became of the rows.

    Raises
    ------
    ParameterError
        The output is there already, or a file cannot be read or written; an unknown source.
    DataError
        The register or the data package breaks its rules.
    """
    from dieval.inputs.register import import_register, service_rows
    from dieval.inputs.register_mapping import read_register_mapping
    from dieval.present.words import WORDS

    package = _package_for_import(out, source, "municipalities", data)
    made = import_register(file, read_register_mapping(mapping), package.tables["municipalities"])
    if made.services.empty:
        raise ParameterError(f"{file}: the mapping excludes every row; nothing is written.")
    _write_rows(out, service_rows(made, source))
    reasons = {
        "service": "whose service does not count",
        "target_group": "whose target group does not count",
        "repeated": "that say the same as another",
    }
    count = made.excluded["reason"].value_counts()
    listed = ", ".join(f"{count[each]} {words}" for each, words in reasons.items() if each in count)
    there = package.tables.get("services", made.services[:0])
    unusual = [
        f"note: {mapping}: {column} {code}: reports have no words for this code, and no row of the "
        "data package has it. Nothing to do if it is right."
        for column in ("service_type", "target_group")
        for code in sorted(set(made.services[column]) - set(WORDS[column]) - set(there[column]))
    ]
    return [
        *(f"note: {problem.text()}" for problem in made.notes),
        *unusual,
        *(f"{row.code}  {', '.join(filter(None, (row.name, row.accommodation))) or '(empty)'}  "
          f"(rows: {row.rows})" for row in made.mapping.itertuples()),
        f"{made.rows} rows in the register = {len(made.services)} in {out.name} + "
        f"{len(made.excluded)} excluded" + (f" ({listed})" if listed else ""),
    ]  # fmt: skip


def _package_for_import(out: Path, source: str, table: str, data: Path | None) -> DataPackage:
    """Read the data package that a file of another system is taken over for.

    Raises
    ------
    ParameterError
        The output is there already; the package lacks the table, or does not know the source.
    DataError
        The package breaks the data contract.
    """
    from dieval.inputs.read import read_package

    _check_new(out)
    package = read_package(project_with(data).data)
    if table not in package.tables:
        raise ParameterError(f"--data: the data package has no table {table}; add it first.")
    sources = package.tables.get("sources")
    if sources is None or source not in set(sources["source"]):
        raise ParameterError(f"--source {source}: is not in table sources; add it there first.")
    return package


def _write_rows(out: Path, rows: pd.DataFrame) -> None:
    try:
        with out.open("w", encoding="utf-8", newline="") as stream:
            rows.to_csv(
                stream,
                index=False,
                lineterminator="\n",
                float_format="%.2f",
                date_format="%Y-%m-%d",
            )
    except OSError as error:
        raise ParameterError(f"{out}: cannot be written: {error.strerror}.") from error


def _check_new_workbook(file: Path) -> None:
    if file.suffix.lower() != ".xlsx":
        raise ParameterError(f"{file}: expected a name that ends in .xlsx.")
    _check_new(file)


def _check_new(file: Path) -> None:
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
