"""What all reports share: declared parameters, their checks, and what a report is made with."""

from __future__ import annotations

import ast
import datetime
import difflib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from dieval.errors import ParameterError
from dieval.inputs.part import read_from
from dieval.inputs.read import DataPackage
from dieval.parameters import Parameter, ParameterValue, parameter, read_parameters
from dieval.present.language import Bilingual
from dieval.release.earlier import Earlier
from dieval.release.notes import rows_only, without_numbers
from dieval.release.rules import Rules
from dieval.reports.private import as_given
from dieval.reports.project import Project
from dieval.reports.quality import quality_of

# Dated parameters of what may be shown, in the order of `Rules`.
DISCLOSURE_PARAMETERS = ("least_persons", "least_holders", "dominance_percent")
Parameters = TypeVar("Parameters", bound=BaseModel)
# Dated parameters and their values in force, by name.
DatedValues = dict[str, tuple[Parameter, ParameterValue]]


def nearest(name: str, known: Iterable[str]) -> str:
    """Go on after a name that is unknown: say which one is meant most likely, and list them all."""
    known = list(known)
    close = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.5)
    hint = f": did you mean {close[0]}?" if close else "."
    return f"{hint} Valid: {', '.join(known)}."


def declared_parameters(notebook: Path) -> dict[str, Any]:
    """Read the parameters that a notebook declares, with their defaults.

    Parameters
    ----------
    notebook : Path
        Notebook with exactly one code cell tagged `parameters`, one assignment a line.

    Returns
    -------
    dict of str
        Defaults by name, in the order of the cell.

    Raises
    ------
    ParameterError
        The notebook has no such cell, or a line of it is not `name: type = value`.
    """
    # Read as plain JSON: nbformat takes seconds to import, and a wrong parameter is told at once.
    try:
        content = json.loads(notebook.read_text(encoding="utf-8"))
        cells = [
            "".join(cell["source"])
            for cell in content["cells"]
            if "parameters" in cell["metadata"].get("tags", [])
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ParameterError(f"{notebook.name}: is missing or not a notebook.") from error
    if len(cells) != 1:
        raise ParameterError(f"{notebook.name}: expected one cell tagged “parameters”.")
    try:
        statements = ast.parse(cells[0]).body
    except SyntaxError as error:
        raise ParameterError(
            f"{notebook.name}, parameters, line {error.lineno}: no Python."
        ) from error
    return dict(_declaration(statement, notebook.name) for statement in statements)


def _declaration(statement: ast.stmt, name: str) -> tuple[str, Any]:
    """Read one line `name: type = value` of a parameters cell."""
    wrong = f"{name}, parameters, line {statement.lineno}: expected `name: type = value`."
    if not (
        isinstance(statement, ast.AnnAssign)
        and isinstance(statement.target, ast.Name)
        and statement.value is not None
    ):
        raise ParameterError(wrong)
    try:
        value = ast.literal_eval(statement.value)
    except ValueError as error:
        raise ParameterError(wrong) from error
    declared = ast.unparse(statement.annotation).partition("[")[0]
    if type(value).__name__ != declared:
        found = type(value).__name__
        raise ParameterError(f"{wrong} {statement.target.id} is a {found}, not a {declared}.")
    return statement.target.id, value


def typed_parameters(
    texts: dict[str, str], declared: dict[str, Any], report: str
) -> dict[str, Any]:
    """Read parameters given as text (`-p NAME=VALUE`) into the types that a notebook declares.

    Raises
    ------
    ParameterError
        Every unknown name and every value of a wrong type, all at once.
    """
    problems, typed = [], {}
    for name, text in texts.items():
        if name not in declared:
            problems.append(f"{report} has no parameter {as_given(name)}{nearest(name, declared)}")
            continue
        kind = type(declared[name])
        value = text if kind is str else _literal(text)
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            problems.append(
                f"{report}, parameter {name}: expected {kind.__name__}, got “{as_given(text)}”."
            )
        typed[name] = value
    if problems:
        raise ParameterError("\n".join(problems))
    return typed


def _literal(text: str) -> Any:
    """Read a value as Python writes it, `true` and `false` too; None if it is no such value."""
    if text in ("true", "false"):
        return text == "true"
    if "_" in text or text != text.strip():
        return None
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None


def validated(kind: type[Parameters], values: dict[str, Any], report: str) -> Parameters:
    """Check the types and ranges of a report's parameters.

    Raises
    ------
    ParameterError
        All faults at once.
    """
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        faults = [
            f"{report}, parameter {as_given(str(fault['loc'][0]))}: {fault['msg']}, "
            f"got {as_given(str(fault.get('input')))}."
            for fault in error.errors()
        ]
        raise ParameterError("\n".join(faults)) from error


def require_tables(package: DataPackage, needed: Iterable[str], report: str) -> None:
    """Refuse a data package that lacks tables which a report cannot do without.

    Raises
    ------
    ParameterError
        Names all of them.
    """
    missing = [table for table in needed if table not in package.tables]
    if missing:
        raise ParameterError(
            f"{report} needs tables that the data package lacks: {', '.join(missing)}. "
            "Add a file for each; the data dictionary lists their columns."
        )


def region_problems(region: str, package: DataPackage) -> list[str]:
    """Say that a region is not one of the data package, and which one may be meant."""
    regions = package.tables["regions"]["region"].to_list()
    if region in regions:
        return []
    return [f"region {as_given(region)} is unknown{nearest(region, regions)}"]


class DayParameters(BaseModel):
    """The parameter of reports as of a day."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    as_of: str

    @property
    def day(self) -> datetime.date:
        """The day of the report."""
        return datetime.date.fromisoformat(self.as_of)


def day_problems(as_of: str) -> list[str]:
    """Say that a text is not a day as YYYY-MM-DD between 1990 and 2100."""
    try:
        day = datetime.date.fromisoformat(as_of)
        if as_of == day.isoformat() and 1990 <= day.year <= 2100:
            return []
    except ValueError:
        pass
    return [f"as_of: expected a day as YYYY-MM-DD from 1990 to 2100, got “{as_given(as_of)}”."]


def dated_values(project: Project, names: Iterable[str], day: datetime.date) -> DatedValues:
    """Give dated parameters with their values in force on a day, by name."""
    dated = read_parameters(project.parameters)
    return {name: (dated[name], parameter(dated, name, day)) for name in names}


def disclosure_rules(edition: str, values: DatedValues) -> Rules | None:
    """Take the thresholds of the public edition from dated parameters; the internal has none."""
    return rules_in(values) if edition == "public" else None


def rules_in(values: DatedValues) -> Rules:
    """Give the thresholds among dated parameters."""
    persons, holders, percent = (values[name][1].value for name in DISCLOSURE_PARAMETERS)
    return Rules(persons=int(persons), holders=int(holders), percent=percent)


def region_names(package: DataPackage) -> dict[str, Bilingual]:
    """Give the names of the regions in both languages, by code."""
    return {
        str(row.region): {"lv": str(row.name_lv), "en": str(row.name_en)}
        for row in package.tables["regions"].itertuples()
    }


def common_fields(
    report: str,
    parameters: BaseModel,
    package: DataPackage,
    project: Project,
    values: DatedValues,
    day: datetime.date,
    earlier: Earlier,
) -> dict[str, Any]:
    """Give what every report is made with, by the names of `Report`, except the region's name.

    `day` is the one on which the dated parameters hold; `earlier` is what was released before.
    """
    used = {name: dated.model_dump() for name, (_, dated) in values.items()}
    notes, account = package.notes, package.account
    if getattr(parameters, "edition", None) == "public":
        notes, account = tuple(without_numbers(note) for note in notes), rows_only(account)
    return dict(
        quality=quality_of(report, parameters, package, project, used, day, earlier),
        parameters=parameters.model_dump(),
        package_title=package.title,
        sources=package.tables["sources"],
        lines=package.lines,
        notes=notes,
        account=account,
        data_read=read_from(package),
        parameter_values=values,
        language=project.languages[0],
    )
