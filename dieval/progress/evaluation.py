"""The whole evaluation of a region's progress as of one day, as result tables."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from dieval.inputs.origin import rows_by_evidence, sources_of
from dieval.inputs.regions import municipalities_on
from dieval.progress.carers import carers_by_year, carers_trend, hosting_share
from dieval.progress.conflicts import source_conflicts
from dieval.progress.indicators import indicator_progress, latest_values
from dieval.progress.infrastructure import absorption, infrastructure, milestones
from dieval.progress.known import known_on, years_ended
from dieval.progress.membership import plan_date, region_of_plan
from dieval.progress.placements import family_environment, moves, placement_mix
from dieval.progress.problems import data_problems
from dieval.progress.process import deadlines, partners_count, process
from dieval.progress.reimbursement import reimbursement, reimbursement_pace
from dieval.progress.services import funnel, of_region, open_services, service_coverage, sites
from dieval.progress.services import target_group_coverage as by_target_group
from dieval.progress.thresholds import ProgressThresholds
from dieval.vocabulary import NATIONAL

REQUIRED_TABLES = ("sources", "regions")
# Input tables that say what services there are and who needs them.
SERVICE_TABLES = ("services", "availability", "needs")
PLACES = ("municipalities", "region_membership")

# What each result table cannot do without; “services” stands for any of the service tables.
NEEDED = {
    "indicator_progress": ("indicators", "targets", "observations"),
    "latest_values": ("observations",),
    "source_conflicts": ("indicators", "observations"),
    "placement_mix": ("placements",),
    "family_environment": ("placements",),
    "moves": ("flows",),
    "carers_by_year": ("carers",),
    "carers_trend": ("carers",),
    "hosting_share": ("carers",),
    "sites": ("services", *PLACES),
    "service_coverage": PLACES,
    "target_group_coverage": PLACES,
    "funnel": ("needs", *PLACES),
    "reimbursement": ("reimbursement",),
    "reimbursement_pace": ("reimbursement", "targets"),
    "infrastructure": ("infrastructure",),
    "absorption": ("infrastructure",),
    "milestones": ("infrastructure", "milestones"),
    "process": ("plan_events",),
    "deadlines": ("plan_deadlines",),
    "partners_count": ("partners",),
    "data_problems": (),
}
# How rows of each input table are dated: a day on which they are known, or a year that has ended.
DATED = {
    "observations": "date",
    "reimbursement": "date",
    "needs": "date",
    "availability": "date",
    "plan_events": "date",
}
YEARLY = ("placements", "carers", "flows")
# Tables whose rows say what others mean: their sources are named, but they are not counted.
EXPLAINING = ("indicators", "municipalities", "region_membership")


@dataclass(frozen=True)
class ProgressEvaluation:
    """Result tables of a region's progress, and what they rest on.

    Parameters
    ----------
    tables : dict of str to DataFrame
        By name as in docs/methods-progress.md; those whose input tables are missing are left out.
    missing : dict of str to tuple of str
        Result tables that are left out, each with the input tables that it lacks.
    evidence : Series of float, index evidence
        Share of the rows that count, by evidence of their source.
    counted : dict of str to DataFrame
        Rows of the input tables that count.
    plan_date : Timestamp
        Day whose regions count.
    municipalities : tuple of str
        Those of the region that existed on the day, whether or not a row is about them.
    """

    tables: dict[str, pd.DataFrame]
    missing: dict[str, tuple[str, ...]]
    evidence: pd.Series
    counted: dict[str, pd.DataFrame]
    plan_date: pd.Timestamp
    municipalities: tuple[str, ...]

    @functools.cached_property
    def sources_used(self) -> pd.Series:
        """Keys of `sources` of the rows that count, by input table."""
        return sources_of(self.counted)


def evaluate_progress(
    tables: Mapping[str, pd.DataFrame],
    *,
    region: str,
    day: pd.Timestamp,
    thresholds: ProgressThresholds,
    lines: Mapping[str, pd.DataFrame],
) -> ProgressEvaluation:
    """Evaluate how far the plan of a region is implemented, as of a day.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of the data contract; `REQUIRED_TABLES` must be there.
    region : str
        Region to evaluate; rows of the country stand beside its own.
    day : Timestamp
        Day of the evaluation; what happened later does not count.
    thresholds : ProgressThresholds
        Dated parameters.
    lines : mapping of str to DataFrame
        File and row of every row of `tables`, as `DataPackage.lines`.

    Returns
    -------
    ProgressEvaluation
        Full precision, nothing rounded.
    """
    given = tables.get
    lacking = {name: _lacking(name, tables) for name in NEEDED}
    sources = tables["sources"]
    observations, plan_events = given("observations"), given("plan_events")
    date = plan_date(plan_events, day)
    region_of = None
    if all(name in tables for name in PLACES):
        region_of = region_of_plan(tables["municipalities"], tables["region_membership"], date)

    made: dict[str, pd.DataFrame] = {}
    if not lacking["indicator_progress"]:
        made["indicator_progress"] = indicator_progress(
            tables["indicators"],
            tables["targets"],
            tables["observations"],
            sources,
            region,
            day,
            thresholds,
        )
    if not lacking["latest_values"]:
        made["latest_values"] = latest_values(tables["observations"], sources, region, day)
    if not lacking["source_conflicts"]:
        made["source_conflicts"] = source_conflicts(
            tables["indicators"],
            tables["observations"],
            given("reimbursement"),
            sources,
            region,
            day,
        )
    if not lacking["placement_mix"]:
        placements = tables["placements"]
        made["placement_mix"] = placement_mix(placements, region, day)
        made["family_environment"] = family_environment(
            placements, observations, sources, region, day
        )
    if not lacking["moves"]:
        made["moves"] = moves(tables["flows"], region, day)
    if not lacking["carers_by_year"]:
        nowhere = pd.Series(dtype="object")
        by_year = carers_by_year(
            tables["carers"], region, day, nowhere if region_of is None else region_of
        )
        made["carers_by_year"] = by_year
        made["carers_trend"] = carers_trend(by_year, thresholds.trend_significance)
        made["hosting_share"] = hosting_share(by_year)
    if region_of is not None:
        made |= _services(tables, lacking, region_of, region, day)
    if not lacking["reimbursement"]:
        made["reimbursement"] = reimbursement(tables["reimbursement"], region, day)
    if not lacking["reimbursement_pace"]:
        made["reimbursement_pace"] = reimbursement_pace(
            tables["reimbursement"], tables["targets"], region, day
        )
    if not lacking["infrastructure"]:
        projects, stones = tables["infrastructure"], given("milestones")
        made["infrastructure"] = infrastructure(
            projects, stones, given("planned_places"), region, day
        )
        made["absorption"] = absorption(projects, stones, region, day)
    if not lacking["milestones"]:
        made["milestones"] = milestones(tables["milestones"], tables["infrastructure"], region, day)
    if not lacking["process"]:
        made["process"] = process(tables["plan_events"], region, day)
    if not lacking["deadlines"]:
        made["deadlines"] = deadlines(tables["plan_deadlines"], plan_events, region, day)
    if not lacking["partners_count"]:
        made["partners_count"] = partners_count(
            tables["partners"], observations, sources, region, day
        )
    made["data_problems"] = data_problems(tables, lines, region_of, region, day)
    counted = rows_that_count(tables, region_of, region, day)
    return ProgressEvaluation(
        tables={name: made[name] for name in NEEDED if name in made},
        missing={name: lacks for name, lacks in lacking.items() if lacks},
        evidence=rows_by_evidence(counted, sources),
        counted=counted,
        plan_date=date,
        municipalities=_municipalities(tables, region_of, region, day),
    )


def _municipalities(
    tables: Mapping[str, pd.DataFrame],
    region_of: pd.Series | None,
    region: str,
    day: pd.Timestamp,
) -> tuple[str, ...]:
    if region_of is None:
        return ()
    standing = of_region(municipalities_on(tables["municipalities"], day), region_of, region)
    return tuple(sorted(standing["municipality"]))


def _lacking(name: str, tables: Mapping[str, pd.DataFrame]) -> tuple[str, ...]:
    """Name the input tables that a result table lacks; none where it can be made."""
    lacks = tuple(table for table in NEEDED[name] if table not in tables)
    if name in ("service_coverage", "target_group_coverage") and not lacks:
        lacks = () if any(table in tables for table in SERVICE_TABLES) else SERVICE_TABLES
    return lacks


def _services(
    tables: Mapping[str, pd.DataFrame],
    lacking: Mapping[str, tuple[str, ...]],
    region_of: pd.Series,
    region: str,
    day: pd.Timestamp,
) -> dict[str, pd.DataFrame]:
    """Make the tables on services, those that can be made."""
    municipalities = tables["municipalities"]
    made = {}
    if not lacking["sites"]:
        made["sites"] = sites(tables["services"], municipalities, region_of, region, day)
    if not lacking["service_coverage"]:
        services, availability, needs = (tables.get(name) for name in SERVICE_TABLES)
        made["service_coverage"] = service_coverage(
            services, availability, needs, municipalities, region_of, region, day
        )
        made["target_group_coverage"] = by_target_group(
            services, availability, needs, municipalities, region_of, region, day
        )
    if not lacking["funnel"]:
        made["funnel"] = funnel(tables["needs"], municipalities, region_of, region, day)
    return made


def rows_that_count(
    tables: Mapping[str, pd.DataFrame],
    region_of: pd.Series | None,
    region: str,
    day: pd.Timestamp,
) -> dict[str, pd.DataFrame]:
    """Give the rows of each input table that a region's report of a day rests on.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of the data contract.
    region_of : Series of str, index municipality, or None
        `region_of_plan`.
    region : str
        Region of the report; rows of the country count too.
    day : Timestamp
        Day of the report.

    Returns
    -------
    dict of str to DataFrame
        Only tables with a row that counts; tables that explain others are left out.
    """
    inputs = {table for needed in NEEDED.values() for table in needed}
    inputs |= {*SERVICE_TABLES, "planned_places"}
    counted = {}
    for name in sorted((inputs & tables.keys()) - {*EXPLAINING}):
        rows = tables[name]
        if name in DATED:
            rows = known_on(rows, DATED[name], day)
        if name in YEARLY:
            rows = years_ended(rows, day)
        if name == "services":
            rows = open_services(rows, day)
        if "region" in rows:
            rows = rows[rows["region"].isin([region, NATIONAL])]
        elif "municipality" in rows:
            here = () if region_of is None else region_of[region_of == region].index
            rows = rows[rows["municipality"].isin(here)]
        elif name == "milestones" and "infrastructure" in tables:
            projects = tables["infrastructure"]
            ours = projects.loc[projects["region"] == region, "project"]
            rows = rows[rows["project"].isin(ours)]
        if len(rows):
            counted[name] = rows
    return counted
