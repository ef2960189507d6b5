"""The typed parameters of a run: checked all at once, before anything is computed."""

from __future__ import annotations

import ast
import datetime
import difflib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dieval.costs.assumptions import CostAssumptions
from dieval.costs.evaluation import REQUIRED_TABLES, evaluate_costs
from dieval.errors import NoDataError, ParameterError
from dieval.inputs.read import DataPackage, read_package
from dieval.parameters import ParameterValue, parameter, read_parameters
from dieval.present.cost_comparison import REPORT as COST_COMPARISON
from dieval.present.cost_comparison import CostComparison
from dieval.reports.project import Project, find_project
from dieval.vocabulary import CARE_ARRANGEMENTS, EVIDENCE

REPORTS = (COST_COMPARISON,)

# Dated parameters that the cost comparison prints with their sources.
COST_PARAMETERS = (
    "discount_rate",
    "price_year",
    "institution_to_foster_ratio",
    *(f"error_factor_{kind}" for kind in EVIDENCE),
    "support_multiple",
    "variable_share_child_parts",
    "variable_share_place_parts",
)


class CostComparisonParameters(BaseModel):
    """Parameters of the notebook `cost_comparison`; types are exact, nothing is converted."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    region: str
    first_year: int = Field(ge=1990, le=2100)
    last_year: int = Field(ge=1990, le=2100)
    price_year: int = Field(ge=1990, le=2100)
    discount_rate: float = Field(ge=0, lt=1)
    reference: str
    draws: int = Field(ge=1_000, le=1_000_000)
    seed: int = Field(ge=0)
    edition: Literal["public", "internal"]


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which known name is meant most likely, and list them all."""
    known = list(known)
    close = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.5)
    hint = f"did you mean {close[0]}? " if close else ""
    return f"{hint}Valid: {', '.join(known)}."


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
            problems.append(f"{report} has no parameter {name}: {nearest(name, declared)}")
            continue
        kind = type(declared[name])
        value = text if kind is str else _literal(text)
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            problems.append(f"{report}, parameter {name}: expected {kind.__name__}, got “{text}”.")
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


def check_cost_comparison(values: dict[str, Any], package: DataPackage) -> CostComparisonParameters:
    """Check the parameters of a cost comparison against their types and the data.

    Returns
    -------
    CostComparisonParameters

    Raises
    ------
    ParameterError
        All faults at once: type, range, region, reference, period, price year, missing tables.
    """
    try:
        parameters = CostComparisonParameters.model_validate(values)
    except ValidationError as error:
        faults = [
            f"{COST_COMPARISON}, parameter {fault['loc'][0]}: {fault['msg']}, "
            f"got {fault.get('input')!r}."
            for fault in error.errors()
        ]
        raise ParameterError("\n".join(faults)) from error
    missing = [table for table in REQUIRED_TABLES if table not in package.tables]
    if missing:
        raise ParameterError(
            f"{COST_COMPARISON} needs tables that the data package lacks: {', '.join(missing)}. "
            "Add a file for each; the data dictionary lists their columns."
        )
    problems = [*_place_problems(parameters, package), *_time_problems(parameters, package)]
    if problems:
        raise ParameterError("\n".join(problems))
    _check_reference_has_children(parameters, package)
    return parameters


def _place_problems(parameters: CostComparisonParameters, package: DataPackage) -> list[str]:
    regions = package.tables["regions"]["region"].to_list()
    if parameters.region not in regions:
        return [f"region {parameters.region} is unknown: {nearest(parameters.region, regions)}"]
    if parameters.reference not in CARE_ARRANGEMENTS:
        known = nearest(parameters.reference, CARE_ARRANGEMENTS)
        return [f"reference {parameters.reference} is unknown: {known}"]
    return []


def _check_reference_has_children(
    parameters: CostComparisonParameters, package: DataPackage
) -> None:
    activity = package.tables["activity"]
    ours = activity[
        (activity["region"] == parameters.region)
        & activity["year"].between(parameters.first_year, parameters.last_year)
    ]
    present = [code for code in CARE_ARRANGEMENTS if code in set(ours["care_arrangement"])]
    if parameters.reference not in present:
        raise NoDataError(
            f"reference {parameters.reference} has no child-days in {parameters.region}, "
            f"{parameters.first_year}–{parameters.last_year}; arrangements that have: "
            f"{', '.join(present) or 'none'}."
        )


def _time_problems(parameters: CostComparisonParameters, package: DataPackage) -> list[str]:
    problems = []
    first, last = parameters.first_year, parameters.last_year
    if first > last:
        problems.append(f"first_year {first} is after last_year {last}.")
    index_years = set(package.tables["price_index"]["year"])
    missing = sorted({parameters.price_year, *range(first, last + 1)} - index_years)
    if missing:
        problems.append(
            f"price_index has no value for {', '.join(map(str, missing))}: it covers "
            f"{min(index_years)}–{max(index_years)}."
        )
    return problems


def cost_comparison(
    *,
    region: str,
    first_year: int,
    last_year: int,
    price_year: int,
    discount_rate: float,
    reference: str,
    draws: int,
    seed: int,
    edition: str,
) -> CostComparison:
    """Check all parameters, read the data package and evaluate the costs of a region.

    The notebook's scope check: what it returns is what every later cell takes, and shows the first
    page of the report.

    Parameters
    ----------
    region : str
        Code of a region of the data package.
    first_year, last_year : int
        Period, both included.
    price_year : int
        Year whose money constant prices use.
    discount_rate : float
        Real rate that annuitises capital [1/year].
    reference : str
        Arrangement that the others are compared with.
    draws, seed : int
        Number of draws of the simulation, and what its random numbers start from.
    edition : str
        public or internal.

    Raises
    ------
    ParameterError
        Any parameter is wrong; all faults at once.
    DataError
        The data package breaks the data contract; all faults at once.
    """
    project = find_project()
    package = read_package(project.data)
    given = dict(
        region=region,
        first_year=first_year,
        last_year=last_year,
        price_year=price_year,
        discount_rate=discount_rate,
        reference=reference,
        draws=draws,
        seed=seed,
        edition=edition,
    )
    return compare_costs(check_cost_comparison(given, package), package, project)


def compare_costs(
    parameters: CostComparisonParameters, package: DataPackage, project: Project
) -> CostComparison:
    """Evaluate the costs of a region from parameters and data that have been checked."""
    tables = package.tables
    dated = read_parameters(project.parameters)
    end = datetime.date(parameters.last_year, 12, 31)
    in_force = {name: parameter(dated, name, end) for name in COST_PARAMETERS}
    evaluation = evaluate_costs(
        tables,
        region=parameters.region,
        first_year=parameters.first_year,
        last_year=parameters.last_year,
        price_year=parameters.price_year,
        discount_rate=parameters.discount_rate,
        reference=parameters.reference,
        draws=parameters.draws,
        seed=parameters.seed,
        assumptions=cost_assumptions(in_force),
    )
    region = tables["regions"].set_index("region").loc[parameters.region]
    return CostComparison(
        parameters=parameters.model_dump(),
        region_name={"lv": str(region["name_lv"]), "en": str(region["name_en"])},
        package_title=package.title,
        evaluation=evaluation,
        sources=tables["sources"],
        providers=tables["providers"],
        notes=package.notes,
        data_read={"package": package.name, "sha256": dict(sorted(package.files.items()))},
        parameter_values={name: (dated[name], value) for name, value in in_force.items()},
        language=project.languages[0],
    )


def cost_assumptions(in_force: Mapping[str, ParameterValue]) -> CostAssumptions:
    """Take what the evaluation assumes from dated parameters; without a range, the value alone."""

    def bounds(name: str) -> tuple[float, float]:
        value = in_force[name]
        low = value.value if value.low is None else value.low
        high = value.value if value.high is None else value.high
        return low, high

    rate, support = bounds("discount_rate"), bounds("support_multiple")
    return CostAssumptions(
        discount_rate_low=rate[0],
        discount_rate_main=in_force["discount_rate"].value,
        discount_rate_high=rate[1],
        error_factors={kind: in_force[f"error_factor_{kind}"].value for kind in EVIDENCE},
        support_multiple_low=support[0],
        support_multiple_high=support[1],
        variable_share_child_parts=in_force["variable_share_child_parts"].value,
        variable_share_place_parts=in_force["variable_share_place_parts"].value,
    )
