"""The scope of an implementation report: its parameters, checked, and what it is made from."""

from __future__ import annotations

import datetime
from typing import Any, Literal

import pandas as pd

from dieval.errors import ParameterError
from dieval.inputs.part import part_of
from dieval.inputs.read import DataPackage, read_package
from dieval.inputs.regions import municipalities_on
from dieval.present.implementation_progress import REPORT as IMPLEMENTATION_PROGRESS
from dieval.present.implementation_progress import ImplementationProgress
from dieval.present.language import N_, Bilingual, said, same
from dieval.progress.evaluation import REQUIRED_TABLES, ProgressEvaluation, evaluate_progress
from dieval.progress.thresholds import ProgressThresholds
from dieval.release.disclosure import shown_progress
from dieval.reports.declared import (
    DISCLOSURE_PARAMETERS,
    DatedValues,
    DayParameters,
    common_fields,
    dated_values,
    day_problems,
    disclosure_rules,
    region_names,
    region_problems,
    require_tables,
    validated,
)
from dieval.reports.project import Project, find_project
from dieval.reports.releases import earlier_of

# Dated parameters that the report prints with their sources.
PROGRESS_PARAMETERS = (
    "rating_on_track",
    "rating_acceleration",
    "trend_significance",
    "value_age_limit_months",
)


class ImplementationProgressParameters(DayParameters):
    """Parameters of the notebook `implementation_progress`; types are exact."""

    region: str
    edition: Literal["public", "internal"]


def check_implementation_progress(
    values: dict[str, Any], package: DataPackage
) -> ImplementationProgressParameters:
    """Check the parameters of an implementation report against their types and the data.

    Raises
    ------
    ParameterError
        All faults at once: type, region, date, missing tables.
    """
    parameters = validated(ImplementationProgressParameters, values, IMPLEMENTATION_PROGRESS)
    require_tables(package, REQUIRED_TABLES, IMPLEMENTATION_PROGRESS)
    problems = region_problems(parameters.region, package) + day_problems(parameters.as_of)
    if problems:
        raise ParameterError("\n".join(problems))
    return parameters


def implementation_progress(*, region: str, as_of: str, edition: str) -> ImplementationProgress:
    """Check all parameters, read the data package and evaluate the progress of a region.

    The notebook's scope check: what it returns is what every later cell takes, and shows the first
    page of the report.

    Parameters
    ----------
    region : str
        Code of a region of the data package.
    as_of : str
        Day up to which the data counts, YYYY-MM-DD.
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
    package = read_package(project.data, [region])
    given = dict(region=region, as_of=as_of, edition=edition)
    parameters = check_implementation_progress(given, package)
    return report_progress(parameters, part_of(package, parameters.region), project)


def report_progress(
    parameters: ImplementationProgressParameters, package: DataPackage, project: Project
) -> ImplementationProgress:
    """Evaluate the progress of a region from parameters and data that have been checked."""
    values = progress_values(parameters.day, project)
    evaluation = evaluate_region(parameters.day, parameters.region, package, values)
    rules = disclosure_rules(parameters.edition, values)
    earlier = earlier_of(project, parameters.edition, parameters.region)
    return ImplementationProgress(
        **common_fields(
            IMPLEMENTATION_PROGRESS, parameters, package, project, values, parameters.day, earlier
        ),
        region_name=region_names(package)[parameters.region],
        evaluation=shown_progress(evaluation, package.tables, parameters.region, rules, earlier),
        names=names_of(package),
        tiles=tiles_on(package, parameters.day),
    )


def progress_values(day: datetime.date, project: Project) -> DatedValues:
    """Give the dated parameters of an implementation report in force on its day."""
    return dated_values(project, (*PROGRESS_PARAMETERS, *DISCLOSURE_PARAMETERS), day)


def evaluate_region(
    day: datetime.date, region: str, package: DataPackage, values: DatedValues
) -> ProgressEvaluation:
    """Evaluate the progress of one region, whether or not it may be shown."""
    limits = {name: values[name][1].value for name in PROGRESS_PARAMETERS}
    return evaluate_progress(
        package.tables,
        region=region,
        day=pd.Timestamp(day),
        thresholds=ProgressThresholds(**limits),
        lines=package.lines,
    )


def tiles_on(package: DataPackage, day: datetime.date) -> pd.DataFrame | None:
    """Give the tiles of the municipalities that exist on a day; None if there is no such table."""
    if not {"tiles", "municipalities"} <= package.tables.keys():
        return None
    tiles = package.tables["tiles"]
    existing = municipalities_on(package.tables["municipalities"], day)["municipality"]
    return tiles[tiles["municipality"].isin(existing)]


def names_of(package: DataPackage) -> dict[str, dict[str, Bilingual]]:
    """Give the names of what codes stand for, by kind; a table that is missing gives none."""
    indicators = package.tables.get("indicators", pd.DataFrame(columns=["indicator"]))
    plans = {"di_plan": said(N_("DI plan"))} | _named(package, "providers", "provider")
    return {
        "indicator": {
            str(row.indicator): {"lv": str(row.name_lv), "en": str(row.name_en)}
            for row in indicators.itertuples()
        },
        "unit": {str(row.indicator): same(row.unit) for row in indicators.itertuples()},
        "municipality": _named(package, "municipalities", "municipality"),
        "project": _named(package, "infrastructure", "project"),
        "plan": plans,
    }


def _named(package: DataPackage, table: str, key: str) -> dict[str, Bilingual]:
    """Give the Latvian names of a table by its key; in English they stand as they are."""
    if table not in package.tables:
        return {}
    rows = package.tables[table].drop_duplicates(key, keep="last")
    return {str(code): same(name) for code, name in zip(rows[key], rows["name_lv"], strict=True)}
