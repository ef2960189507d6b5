"""The scope of the national overview: the parameters of both reports, without a region."""

from __future__ import annotations

import datetime
from typing import Any

import pandas as pd

from dieval.costs.evaluation import REQUIRED_TABLES, evaluate_costs
from dieval.errors import NoDataError, ParameterError
from dieval.inputs.read import DataPackage, read_package
from dieval.parameters import parameter, read_parameters
from dieval.present.national_overview import REPORT as NATIONAL_OVERVIEW
from dieval.present.national_overview import NationalOverview
from dieval.progress.evaluation import evaluate_progress
from dieval.progress.thresholds import ProgressThresholds
from dieval.reports.declared import require_tables, validated
from dieval.reports.project import Project, find_project
from dieval.reports.scope import (
    COST_PARAMETERS,
    CostParameters,
    check_cost_comparison,
    cost_assumptions,
)
from dieval.reports.scope_progress import PROGRESS_PARAMETERS, day_problems, names_of


class NationalOverviewParameters(CostParameters):
    """Parameters of the notebook `national_overview`: those of both reports without a region."""

    as_of: str

    @property
    def day(self) -> datetime.date:
        """The day of the progress."""
        return datetime.date.fromisoformat(self.as_of)


def check_national_overview(
    values: dict[str, Any], package: DataPackage
) -> NationalOverviewParameters:
    """Check the parameters of the overview against their types and the data.

    Raises
    ------
    ParameterError
        All faults at once; no region has data on the reference.
    """
    parameters = validated(NationalOverviewParameters, values, NATIONAL_OVERVIEW)
    require_tables(package, REQUIRED_TABLES, NATIONAL_OVERVIEW)
    problems = day_problems(parameters.as_of)
    try:
        if not regions_with_costs(parameters, package):
            problems.append(
                f"reference {parameters.reference} has no child-days in any region, "
                f"{parameters.first_year}–{parameters.last_year}."
            )
    except ParameterError as error:
        problems += str(error).splitlines()
    if problems:
        raise ParameterError("\n".join(dict.fromkeys(problems)))
    return parameters


def regions_with_costs(parameters: NationalOverviewParameters, package: DataPackage) -> list[str]:
    """List the regions that have children in the reference arrangement in the period.

    Raises
    ------
    ParameterError
        A parameter of the costs is wrong.
    """
    values = parameters.model_dump(exclude={"as_of"})
    with_costs = []
    for region in package.tables["regions"]["region"]:
        try:
            check_cost_comparison({**values, "region": str(region)}, package)
        except NoDataError:
            continue
        with_costs.append(str(region))
    return with_costs


def national_overview(
    *,
    first_year: int,
    last_year: int,
    price_year: int,
    discount_rate: float,
    reference: str,
    draws: int,
    seed: int,
    as_of: str,
    edition: str,
) -> NationalOverview:
    """Check all parameters, read the data package and evaluate every region.

    The notebook's scope check: what it returns is what every later cell takes, and shows the first
    page of the report.

    Parameters
    ----------
    first_year, last_year, price_year, discount_rate, reference, draws, seed
        As in `cost_comparison`.
    as_of : str
        As in `implementation_progress`.
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
        first_year=first_year,
        last_year=last_year,
        price_year=price_year,
        discount_rate=discount_rate,
        reference=reference,
        draws=draws,
        seed=seed,
        as_of=as_of,
        edition=edition,
    )
    return oversee(check_national_overview(given, package), package, project)


def oversee(
    parameters: NationalOverviewParameters, package: DataPackage, project: Project
) -> NationalOverview:
    """Evaluate all regions from parameters and data that have been checked."""
    tables = package.tables
    dated = read_parameters(project.parameters)
    end = datetime.date(parameters.last_year, 12, 31)
    cost_values = {name: parameter(dated, name, end) for name in COST_PARAMETERS}
    thresholds = {name: parameter(dated, name, parameters.day) for name in PROGRESS_PARAMETERS}
    costs = {
        region: evaluate_costs(
            tables,
            region=region,
            first_year=parameters.first_year,
            last_year=parameters.last_year,
            price_year=parameters.price_year,
            discount_rate=parameters.discount_rate,
            reference=parameters.reference,
            draws=parameters.draws,
            seed=parameters.seed,
            assumptions=cost_assumptions(cost_values),
        )
        for region in regions_with_costs(parameters, package)
    }
    regions = {
        str(row.region): {"lv": str(row.name_lv), "en": str(row.name_en)}
        for row in tables["regions"].itertuples()
    }
    limits = ProgressThresholds(**{name: value.value for name, value in thresholds.items()})
    progress = {
        region: evaluate_progress(
            tables,
            region=region,
            day=pd.Timestamp(parameters.day),
            thresholds=limits,
            lines=package.lines,
        )
        for region in regions
    }
    return NationalOverview(
        parameters=parameters.model_dump(),
        region_name={"lv": "Latvija", "en": "Latvia"},
        package_title=package.title,
        sources=tables["sources"],
        notes=package.notes,
        data_read={"package": package.name, "sha256": dict(sorted(package.files.items()))},
        parameter_values={
            name: (dated[name], value) for name, value in {**cost_values, **thresholds}.items()
        },
        language=project.languages[0],
        regions=regions,
        costs=costs,
        progress=progress,
        names=names_of(package),
    )
