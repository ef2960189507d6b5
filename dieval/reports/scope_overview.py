"""The scope of the national overview: the parameters of both reports, without a region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dieval.costs.evaluation import REQUIRED_TABLES
from dieval.errors import ParameterError
from dieval.inputs.read import DataPackage, read_package
from dieval.present.national_overview import REPORT as NATIONAL_OVERVIEW
from dieval.present.national_overview import NationalOverview
from dieval.progress.evaluation import ProgressEvaluation
from dieval.progress.services import needs_by_region
from dieval.release.disclosure import shown_needs, shown_progress
from dieval.reports import scope, scope_progress
from dieval.reports.declared import (
    DayParameters,
    common_fields,
    dated_values,
    day_problems,
    disclosure_rules,
    region_names,
    require_tables,
    validated,
)
from dieval.reports.project import Project, find_project
from dieval.reports.releases import earlier_of
from dieval.reports.scope import (
    CostParameters,
    arrangements_with_children,
    cost_values,
    reference_problems,
    time_problems,
)
from dieval.reports.scope_progress import names_of, progress_values

# Dated parameters beside those of both reports.
OVERVIEW_PARAMETERS = ("least_recorded_share",)


class NationalOverviewParameters(CostParameters, DayParameters):
    """Parameters of the notebook `national_overview`: those of both reports without a region."""


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
    problems = [
        *day_problems(parameters.as_of),
        *reference_problems(parameters),
        *time_problems(parameters, package),
    ]
    if problems:
        raise ParameterError("\n".join(problems))
    if not regions_with_costs(parameters, package):
        raise ParameterError(
            f"reference {parameters.reference} has no child-days in any region, "
            f"{parameters.first_year}–{parameters.last_year}."
        )
    return parameters


def regions_with_costs(parameters: NationalOverviewParameters, package: DataPackage) -> list[str]:
    """List the regions that have children in the reference arrangement in the period."""
    return [
        region
        for region in region_names(package)
        if parameters.reference in arrangements_with_children(parameters, region, package)
    ]


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
    regions = region_names(package)
    of_costs = cost_values(parameters, project)
    of_progress = progress_values(parameters.day, project)
    of_country = dated_values(project, OVERVIEW_PARAMETERS, parameters.day)
    rules = disclosure_rules(parameters.edition, of_progress)
    earlier = earlier_of(project, parameters.edition, *regions)
    progress = {
        region: scope_progress.evaluate_region(parameters.day, region, package, of_progress)
        for region in regions
    }
    needs = needs_of(progress, of_country["least_recorded_share"][1].value)
    values = {**of_costs, **of_progress, **of_country}
    return NationalOverview(
        **common_fields(
            NATIONAL_OVERVIEW, parameters, package, project, values, parameters.day, earlier
        ),
        region_name={"lv": "Latvija", "en": "Latvia"},
        regions=regions,
        costs={
            region: scope.evaluate_region(parameters, region, package, of_costs, earlier)
            for region in regions_with_costs(parameters, package)
        },
        progress={
            region: shown_progress(evaluation, package.tables, region, rules, earlier)
            for region, evaluation in progress.items()
        },
        needs=None if needs is None else shown_needs(needs, rules, earlier),
        names=names_of(package),
    )


def needs_of(
    progress: Mapping[str, ProgressEvaluation], least_recorded: float
) -> pd.DataFrame | None:
    """Add up the needs of the regions and the country; None where no region has a table on them."""
    coverages = {
        code: evaluation.tables["service_coverage"]
        for code, evaluation in progress.items()
        if "service_coverage" in evaluation.tables
    }
    if not coverages:
        return None
    municipalities = {code: progress[code].municipalities for code in coverages}
    return needs_by_region(coverages, municipalities, least_recorded)
