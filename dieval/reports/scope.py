"""The scope of a cost comparison: its parameters, checked at once, and what it is made from."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from dieval.costs.assumptions import CostAssumptions
from dieval.costs.evaluation import REQUIRED_TABLES, CostEvaluation, evaluate_costs
from dieval.errors import NoDataError, ParameterError
from dieval.inputs.part import part_of
from dieval.inputs.read import DataPackage, read_package
from dieval.parameters import ParameterValue
from dieval.present.cost_comparison import REPORT as COST_COMPARISON
from dieval.present.cost_comparison import CostComparison
from dieval.release.disclosure import shown_costs
from dieval.release.earlier import Earlier
from dieval.reports.declared import (
    DISCLOSURE_PARAMETERS,
    DatedValues,
    common_fields,
    dated_values,
    disclosure_rules,
    nearest,
    region_names,
    region_problems,
    require_tables,
    validated,
)
from dieval.reports.private import as_given
from dieval.reports.project import Project, find_project
from dieval.reports.releases import earlier_of
from dieval.vocabulary import CARE_ARRANGEMENTS, EVIDENCE

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


class CostParameters(BaseModel):
    """Parameters of an evaluation of costs; types are exact, nothing is converted."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    first_year: int = Field(ge=1990, le=2100)
    last_year: int = Field(ge=1990, le=2100)
    price_year: int = Field(ge=1990, le=2100)
    discount_rate: float = Field(ge=0, lt=1)
    reference: str
    draws: int = Field(ge=1_000, le=1_000_000)
    seed: int = Field(ge=0)
    edition: Literal["public", "internal"]


class CostComparisonParameters(CostParameters):
    """Parameters of the notebook `cost_comparison`."""

    region: str


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
    parameters = validated(CostComparisonParameters, values, COST_COMPARISON)
    require_tables(package, REQUIRED_TABLES, COST_COMPARISON)
    unknown = region_problems(parameters.region, package)
    problems = [*(unknown or reference_problems(parameters)), *time_problems(parameters, package)]
    if problems:
        raise ParameterError("\n".join(problems))
    present = arrangements_with_children(parameters, parameters.region, package)
    if parameters.reference not in present:
        raise NoDataError(
            f"reference {parameters.reference} has no child-days in {parameters.region}, "
            f"{parameters.first_year}–{parameters.last_year}; arrangements that have: "
            f"{', '.join(present) or 'none'}."
        )
    return parameters


def reference_problems(parameters: CostParameters) -> list[str]:
    """Say that the reference is no care arrangement, and which one may be meant."""
    if parameters.reference in CARE_ARRANGEMENTS:
        return []
    known = nearest(parameters.reference, CARE_ARRANGEMENTS)
    return [f"reference {as_given(parameters.reference)} is unknown{known}"]


def arrangements_with_children(
    parameters: CostParameters, region: str, package: DataPackage
) -> list[str]:
    """List the arrangements of which a region records activity in the period."""
    activity = package.tables["activity"]
    ours = activity[
        (activity["region"] == region)
        & activity["year"].between(parameters.first_year, parameters.last_year)
    ]
    return [code for code in CARE_ARRANGEMENTS if code in set(ours["care_arrangement"])]


def time_problems(parameters: CostParameters, package: DataPackage) -> list[str]:
    """Say what is wrong with the period and the price year."""
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
    package = read_package(project.data, [region])
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
    parameters = check_cost_comparison(given, package)
    return compare_costs(parameters, part_of(package, parameters.region), project)


def compare_costs(
    parameters: CostComparisonParameters, package: DataPackage, project: Project
) -> CostComparison:
    """Evaluate the costs of a region from parameters and data that have been checked."""
    values, day = cost_values(parameters, project), last_day_of_costs(parameters)
    earlier = earlier_of(project, parameters.edition, parameters.region)
    return CostComparison(
        **common_fields(COST_COMPARISON, parameters, package, project, values, day, earlier),
        region_name=region_names(package)[parameters.region],
        evaluation=evaluate_region(
            parameters,
            parameters.region,
            package,
            values,
            earlier,
        ),
        providers=package.tables["providers"],
    )


def cost_values(parameters: CostParameters, project: Project) -> DatedValues:
    """Give the dated parameters of a cost comparison in force at the end of its period."""
    names = (*COST_PARAMETERS, *DISCLOSURE_PARAMETERS)
    return dated_values(project, names, last_day_of_costs(parameters))


def last_day_of_costs(parameters: CostParameters) -> datetime.date:
    """Give the last day of the period: that of the dated parameters."""
    return datetime.date(parameters.last_year, 12, 31)


def evaluate_region(
    parameters: CostParameters,
    region: str,
    package: DataPackage,
    values: DatedValues,
    earlier: Earlier,
) -> CostEvaluation:
    """Evaluate the costs of one region, as far as they may be shown."""
    evaluation = evaluate_costs(
        package.tables,
        region=region,
        first_year=parameters.first_year,
        last_year=parameters.last_year,
        price_year=parameters.price_year,
        discount_rate=parameters.discount_rate,
        reference=parameters.reference,
        draws=parameters.draws,
        seed=parameters.seed,
        assumptions=cost_assumptions({name: value for name, (_, value) in values.items()}),
    )
    rules = disclosure_rules(parameters.edition, values)
    return shown_costs(evaluation, package.tables, region, rules, earlier)


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
