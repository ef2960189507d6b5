"""The scope of an annex: its parameters, checked, and what it is made from."""

from __future__ import annotations

import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from dieval.errors import NoDataError, ParameterError
from dieval.inputs.part import part_of
from dieval.inputs.read import DataPackage, read_package
from dieval.plans.assumptions import PlanAssumptions
from dieval.plans.chain import observed_years
from dieval.plans.evaluation import REQUIRED_TABLES, evaluate_plan, rows_of_provider
from dieval.plans.problems import refusals
from dieval.present.language import same
from dieval.present.reorganisation_annex import REPORT as REORGANISATION_ANNEX
from dieval.present.reorganisation_annex import ReorganisationAnnex
from dieval.progress.evaluation import REQUIRED_TABLES as PROGRESS_TABLES
from dieval.progress.evaluation import ProgressEvaluation
from dieval.release.disclosure import shown_plan
from dieval.reports.declared import (
    DISCLOSURE_PARAMETERS,
    DatedValues,
    common_fields,
    dated_values,
    disclosure_rules,
    nearest,
    region_names,
    require_tables,
    validated,
)
from dieval.reports.private import as_given
from dieval.reports.project import Project, find_project
from dieval.reports.releases import earlier_of
from dieval.reports.scope import COST_PARAMETERS, cost_assumptions
from dieval.reports.scope_progress import evaluate_region, names_of, progress_values

# Dated parameters that the annex prints with their sources.
PLAN_PARAMETERS = (
    *(name for name in COST_PARAMETERS if name != "institution_to_foster_ratio"),
    "families_found_share",
    "emptying_cost_multiple",
    "demand_rate_years",
    "demand_held_back_years",
)


class ReorganisationAnnexParameters(BaseModel):
    """Parameters of the notebook `reorganisation_annex`; types are exact."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    provider: str
    start_year: int = Field(ge=0, le=2100)
    horizon_years: int = Field(ge=1, le=60)
    price_year: int = Field(ge=1990, le=2100)
    discount_rate: float = Field(ge=0, lt=1)
    draws: int = Field(ge=1_000, le=1_000_000)
    seed: int = Field(ge=0)
    edition: Literal["public", "internal"]


def check_reorganisation_annex(
    values: dict[str, Any], package: DataPackage
) -> ReorganisationAnnexParameters:
    """Check the parameters of an annex against their types and the data.

    Returns
    -------
    ReorganisationAnnexParameters
        start_year is a year: the first planned one where 0 was given; without a plan, the year
        after the last recorded one.

    Raises
    ------
    ParameterError
        All faults at once: type, range, provider, price year, missing tables.
    NoDataError
        The home's plan does not add up, begins later, or nothing is recorded of its region.
    """
    parameters = validated(ReorganisationAnnexParameters, values, REORGANISATION_ANNEX)
    require_tables(package, REQUIRED_TABLES, REORGANISATION_ANNEX)
    known = [str(code) for code in package.tables["providers"]["provider"]]
    problems = []
    if parameters.provider not in known:
        problems.append(
            f"provider {as_given(parameters.provider)} is unknown"
            f"{nearest(parameters.provider, known)}"
        )
    years = package.tables["price_index"]["year"]
    if parameters.price_year not in set(years):
        problems.append(
            f"price_index has no value for {parameters.price_year}: it covers "
            f"{years.min()}–{years.max()}."
        )
    if 0 < parameters.start_year < 1990:
        problems.append(
            f"start_year {parameters.start_year}: expected a year from 1990, or 0 for the first "
            "planned year."
        )
    if problems:
        raise ParameterError("\n".join(problems))
    return parameters.model_copy(update={"start_year": _start_year(parameters, package)})


def _start_year(parameters: ReorganisationAnnexParameters, package: DataPackage) -> int:
    """Check the plan of the home, and give the first year of the annex."""
    tables = package.tables
    planned = rows_of_provider(tables, package.lines, "destinations", parameters.provider)
    refused = refusals(planned, tables["providers"]) if len(planned) else []
    if refused:
        raise NoDataError("\n".join(problem.text() for problem in refused))
    if len(planned):
        first = int(planned["year"].min())
        if 0 < parameters.start_year < first:
            raise NoDataError(
                f"provider {parameters.provider}: its plan begins in {first}, start_year "
                f"{parameters.start_year} is before that. Choose {first} or later, or add rows of "
                "earlier years to destinations."
            )
        return parameters.start_year or first
    if parameters.start_year:
        return parameters.start_year
    homes = tables["providers"].set_index("provider")
    region = homes.loc[parameters.provider, "region"]
    ours = {
        name: tables[name][tables[name]["region"] == region]
        for name in ("costs", "activity", "households")
    }
    years = observed_years({**ours, "price_index": tables["price_index"]}, 2100)
    if not years:
        raise NoDataError(
            f"provider {parameters.provider}: nothing is recorded of its region {region}. Add rows "
            "to costs and activity."
        )
    return years[-1] + 1


def reorganisation_annex(
    *,
    provider: str,
    start_year: int,
    horizon_years: int,
    price_year: int,
    discount_rate: float,
    draws: int,
    seed: int,
    edition: str,
) -> ReorganisationAnnex:
    """Check all parameters, read the data package and evaluate a home's plan.

    The notebook's scope check: what it returns is what every later cell takes, and shows the first
    page of the report.

    Parameters
    ----------
    provider : str
        Code of a home of the data package.
    start_year : int
        First year of the plan; 0 takes the first planned year.
    horizon_years : int
        Years to look at, the first included.
    price_year : int
        Year whose money is used throughout.
    discount_rate : float
        Real rate [1/year].
    draws, seed : int
        Number of draws of the simulated demand, and what its random numbers start from.
    edition : str
        public or internal.

    Raises
    ------
    ParameterError
        Any parameter is wrong, or the plan does not add up; all faults at once.
    DataError
        The data package breaks the data contract; all faults at once.
    """
    project = find_project()
    package = read_package(project.data, [provider])
    given = dict(
        provider=provider,
        start_year=start_year,
        horizon_years=horizon_years,
        price_year=price_year,
        discount_rate=discount_rate,
        draws=draws,
        seed=seed,
        edition=edition,
    )
    parameters = check_reorganisation_annex(given, package)
    homes = package.tables["providers"].set_index("provider")
    region = str(homes.loc[parameters.provider, "region"])
    return annex(parameters, part_of(package, region), project)


def annex(
    parameters: ReorganisationAnnexParameters, package: DataPackage, project: Project
) -> ReorganisationAnnex:
    """Evaluate a home's plan from parameters and data that have been checked."""
    day = datetime.date(parameters.start_year, 1, 1)
    values = dated_values(project, (*PLAN_PARAMETERS, *DISCLOSURE_PARAMETERS), day)
    rules = disclosure_rules(parameters.edition, values)
    homes = package.tables["providers"].set_index("provider")
    home = homes.loc[parameters.provider]
    region = str(home["region"])
    evaluation = evaluate_plan(
        package.tables,
        package.lines,
        provider=parameters.provider,
        start_year=parameters.start_year,
        horizon_years=parameters.horizon_years,
        price_year=parameters.price_year,
        discount_rate=parameters.discount_rate,
        draws=parameters.draws,
        seed=parameters.seed,
        assumptions=plan_assumptions(values),
    )
    earlier = earlier_of(project, parameters.edition, parameters.provider, region)
    progress = None if rules is None else progress_of_region(region, package, project)
    return ReorganisationAnnex(
        **common_fields(REORGANISATION_ANNEX, parameters, package, project, values, day, earlier),
        region_name=region_names(package)[region],
        evaluation=shown_plan(
            evaluation, progress, package.tables, parameters.provider, region, rules, earlier
        ),
        names=names_of(package),
        provider_name=same(home["name_lv"]),
        home=home,
    )


def progress_of_region(
    region: str, package: DataPackage, project: Project
) -> ProgressEvaluation | None:
    """Evaluate the progress of a region with all its data: what its reports hide, an annex hides.

    None where the package has none of the tables.
    """
    if any(table not in package.tables for table in PROGRESS_TABLES):
        return None
    day = datetime.date.max.replace(year=2100)
    return evaluate_region(day, region, package, progress_values(day, project))


def plan_assumptions(values: DatedValues) -> PlanAssumptions:
    """Take what the evaluation of a plan assumes from dated parameters."""
    in_force = {name: value for name, (_, value) in values.items()}
    return PlanAssumptions(
        costs=cost_assumptions(in_force),
        families_found_share=in_force["families_found_share"].value,
        emptying_cost_multiple=in_force["emptying_cost_multiple"].value,
        demand_rate_years=int(in_force["demand_rate_years"].value),
        demand_held_back_years=int(in_force["demand_held_back_years"].value),
    )
