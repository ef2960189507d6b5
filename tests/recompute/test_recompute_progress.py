"""Every table of the implementation progress against SQL, from the CSV files themselves.

The SQL was written from docs/methods-progress.md and shares nothing with the package: not its
reader, not its functions, not its tables. Tables are compared as they are shown, so that another
order of rows, another column or another table is a difference too.
"""

from __future__ import annotations

import copy
import csv
import math
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dieval.inputs.read import DataPackage, read_package
from dieval.progress.evaluation import evaluate_progress
from dieval.progress.thresholds import ProgressThresholds

REGIONS = ("kurzeme", "latgale", "riga", "vidzeme", "zemgale")
DAYS = ("2018-06-30", "2020-05-19", "2021-07-01", "2023-12-31")
THRESHOLDS = dict(
    rating_on_track=0.95,
    rating_acceleration=0.60,
    trend_significance=0.05,
    value_age_limit_months=12,
)
Cells = tuple[list[str], list[list[Any]]]


def asked(region: str, day: str) -> dict[str, Any]:
    """Say what a report is asked for."""
    return dict(region=region, as_of=day, **THRESHOLDS)


def evaluated(data: DataPackage, region: str, day: str) -> dict[str, pd.DataFrame]:
    """Give the tables as the package works them out."""
    made = evaluate_progress(
        data.tables,
        region=region,
        day=pd.Timestamp(day),
        thresholds=ProgressThresholds(**THRESHOLDS),
        lines=data.lines,
    )
    return made.tables


@pytest.fixture(scope="module")
def data(package) -> DataPackage:
    return read_package(package)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("region", REGIONS)
def test_tables_beside_sql_from_the_csv_files_are_the_same(
    region, day, package, data, recompute_progress, progress_differences, with_findings
):
    made = with_findings(evaluated(data, region, day), region)
    recomputed = recompute_progress(package, asked(region, day))
    assert progress_differences(made, recomputed) == []
    cells = [cell for _, rows in recomputed.values() for row in rows for cell in row]
    assert len([cell for cell in cells if isinstance(cell, (int, float))]) > 500
    assert len(recomputed) == 23


# ------------------------------------------------------------------- the SQL knows the answers

TARGET = dict(
    indicator="children",
    region="kurzeme",
    version="1",
    valid_from="2017-01-01",
    baseline_date="2016-12-31",
    baseline_value=1216,
    target_date="2023-12-31",
    target_value=300,
)
SEEN = dict(indicator="children", region="kurzeme", date="2022-12-31", value=527, source="s")


def of(recomputed: dict[str, Cells], table: str, **where: Any) -> list[dict[str, Any]]:
    """Give the rows of a table that fit."""
    columns, rows = recomputed[table]
    named = [dict(zip(columns, row, strict=True)) for row in rows]
    return [row for row in named if where.items() <= row.items()]


@pytest.fixture(scope="module")
def worked(recompute_progress) -> dict[str, Cells]:
    """Series and an indicator whose answers stand in the methods, through SQL alone."""
    series = {
        "guardian": dict(zip((2016, 2017, 2018, 2019, 2020, 2022), INSTITUTIONS, strict=True)),
        "adopter": dict(zip(range(2005, 2019), LONG, strict=True)),
    }
    rows = {
        "sources": [dict(source="s", published="2023", evidence="published")],
        "indicators": [
            dict(indicator="children", level="result", direction=-1, kind="stock", source="s")
        ],
        "targets": [TARGET],
        "observations": [SEEN],
        "carers": [
            dict(region="kurzeme", year=year, carer_type=kind, status="hosting", count=count)
            for kind, counts in series.items()
            for year, count in counts.items()
        ],
    }
    return recompute_progress(rows, asked("kurzeme", "2022-12-31"))


INSTITUTIONS = (1216, 1037, 794, 621, 568, 527)
LONG = (129, 148, 132, 157, 138, 156, 129, 110, 173, 159, 190, 183, 201, 217)


def test_trend_of_six_years_has_the_known_exact_p(worked):
    (row,) = of(worked, "carers_trend", carer_type="guardian")
    assert (row["s"], row["verdict"]) == (-15, "falling")
    assert row["p_exact"] == row["smallest_p"] == 2 / math.factorial(6)
    assert row["sen_slope"] == pytest.approx(-156.333, abs=5e-4)


def test_trend_of_fourteen_years_has_the_known_approximation(worked):
    (row,) = of(worked, "carers_trend", carer_type="adopter")
    assert (row["s"], row["verdict"]) == (54, "growing")
    assert row["p_exact"] == pytest.approx(math.erfc(2.9058 / math.sqrt(2)), rel=1e-3)
    assert row["sen_slope"] == pytest.approx(5.66667, abs=5e-6)


def test_growth_of_six_years_needs_the_known_acceleration(worked):
    (row,) = of(worked, "indicator_progress")
    assert row["growth_observed"] == pytest.approx(-0.13008, abs=5e-5)
    assert row["growth_required"] == pytest.approx(-0.18122, abs=5e-5)
    assert row["growth_ratio"] == pytest.approx(0.7178, abs=5e-4)
    assert row["rating"] == "acceleration_needed"


def test_family_environment_of_2018_is_the_known_share(package, recompute_progress):
    recomputed = recompute_progress(package, asked("riga", "2018-12-31"))
    (row,) = of(
        recomputed, "family_environment", region="national", year=2018, counting_basis="vbtai"
    )
    assert row["share"] == (6438 - 794) / 6438
    assert row["published_share"] == pytest.approx(0.877)


# ------------------------------------------------------------- the check itself can find a fault


def changed(made: dict[str, pd.DataFrame]) -> Iterator[tuple[str, dict[str, pd.DataFrame]]]:
    """Give the tables with one small fault each."""

    def edited(table: str, column: str, value: Any) -> dict[str, pd.DataFrame]:
        wrong = copy.copy(made)
        wrong[table] = made[table].astype({column: object})
        wrong[table].loc[0, column] = value
        return wrong

    nudged = made["placement_mix"].loc[0, "share"] * (1 + 1e-8)
    yield "nudged by a hundred-millionth", edited("placement_mix", "share", nudged)
    yield "number hidden", edited("placement_mix", "share", math.nan)
    yield "zero where nothing is known", edited("carers_by_year", "entries", 0)
    yield "another text", edited("indicator_progress", "rating", "on_track")
    yield "text hidden", edited("sites", "municipality", None)
    day = made["milestones"].loc[0, "planned"] + pd.Timedelta(days=1)
    yield "another verdict", edited("findings", "code", "inconclusive")
    yield "another day", edited("milestones", "planned", day)
    yield "another line", edited("data_problems", "row", made["data_problems"].loc[0, "row"] + 1)
    for table, frame in made.items():
        if len(frame):
            yield f"row missing: {table}", made | {table: frame.iloc[:-1]}
            yield f"row too many: {table}", made | {table: pd.concat([frame, frame.iloc[:1]])}
    yield "another order", made | {"sites": made["sites"].iloc[::-1]}
    yield "column more", made | {"sites": made["sites"].assign(workers=1)}
    yield "column less", made | {"sites": made["sites"].drop(columns="providers")}
    turned = made["sites"][["sites", "municipality", "providers"]]
    yield "columns in another order", made | {"sites": turned}
    yield "table more", made | {"visits": made["sites"]}
    yield "table less", {table: made[table] for table in made if table != "sites"}


def test_check_finds_every_planted_fault(
    contradictory, recompute_progress, progress_differences, with_findings
):
    tables = evaluated(read_package(contradictory), "kurzeme", "2023-12-31")
    made = with_findings(tables, "kurzeme")
    recomputed = recompute_progress(contradictory, asked("kurzeme", "2023-12-31"))
    before = progress_differences(made, recomputed)
    for fault, wrong in changed(made):
        assert progress_differences(wrong, recomputed) != before, f"not noticed: {fault}"


# -------------------------------------------------- changed data: both change, and change alike

INPUTS = (
    *("sources", "regions", "municipalities", "region_membership", "providers", "indicators"),
    *("targets", "observations", "placements", "flows", "carers", "services", "needs"),
    *("availability", "reimbursement", "infrastructure", "milestones", "planned_places"),
    *("partners", "plan_events", "plan_deadlines"),
)
FIRST_STEPS = dict(project="kurzeme-projekts-2", milestone="works")

# Table, what identifies the row, the column, its new value; then the figures that must change.
Figure = tuple[str, dict[str, Any], str]
MUTATIONS: dict[str, tuple[str, dict[str, str], str, str, Figure]] = {
    "children counted again": (
        "observations",
        dict(indicator="children_in_institutions", region="kurzeme", date="2022-12-31"),
        "value",
        "60",
        ("indicator_progress", dict(indicator="children_in_institutions"), "rating"),
    ),
    "two sources of one day": (
        "observations",
        dict(indicator="project_start_year", source="kpr-about"),
        "date",
        "2020-05-19",
        ("source_conflicts", dict(indicator="project_start_year"), "used"),
    ),
    "target adopted later": (
        "targets",
        dict(indicator="ft_children_served", region="kurzeme", version="2"),
        "valid_from",
        "2024-01-01",
        ("indicator_progress", dict(indicator="ft_children_served"), "rating"),
    ),
    "baseline of a target": (
        "targets",
        dict(indicator="children_in_institutions", region="kurzeme"),
        "baseline_value",
        "-1",
        ("indicator_progress", dict(indicator="children_in_institutions"), "reason"),
    ),
    "direction of an indicator": (
        "indicators",
        dict(indicator="children_in_institutions"),
        "direction",
        "1",
        ("indicator_progress", dict(indicator="children_in_institutions"), "rating"),
    ),
    "children in foster families": (
        "placements",
        dict(region="national", year="2018", care_arrangement="foster_family"),
        "children",
        "1267",
        ("family_environment", dict(region="national", year=2018), "share"),
    ),
    "one side of a count lacks": (
        "placements",
        dict(region="national", year="2018", care_arrangement="institution"),
        "counting_basis",
        "lm",
        ("placement_mix", dict(region="national", year=2018), "share"),
    ),
    "children who went home": (
        "flows",
        dict(region="kurzeme", year="2022", from_arrangement="institution", to_arrangement="exit"),
        "children",
        "77",
        ("moves", dict(year=2022), "children"),
    ),
    "carers of a year": (
        "carers",
        dict(region="kurzeme", year="2022", carer_type="guardian"),
        "count",
        "900",
        ("carers_trend", dict(region="kurzeme", carer_type="guardian"), "p_exact"),
    ),
    "carers of a municipality elsewhere": (
        "carers",
        dict(region="kurzeme", year="2022", carer_type="guardian"),
        "municipality",
        "jurmala",
        ("carers_trend", dict(region="kurzeme", carer_type="guardian"), "last_year"),
    ),
    "service closed the day before": (
        "services",
        dict(municipality="liepaja", opened="2019-11-24"),
        "closed",
        "2023-12-30",
        ("sites", dict(municipality="liepaja"), "sites"),
    ),
    "more receive than need": (
        "needs",
        dict(municipality="liepaja", date="2022-12-31"),
        "receiving",
        "999",
        ("data_problems", dict(problem="receiving_above_needing"), "subject"),
    ),
    "need of a service": (
        "needs",
        dict(municipality="liepaja", date="2022-12-31"),
        "needing",
        "400",
        ("service_coverage", dict(municipality="talsu-novads"), "rank"),
    ),
    "rating of a service": (
        "availability",
        dict(municipality="ventspils", service_type="sd", date="2022-12-31"),
        "rating",
        "3",
        ("service_coverage", dict(municipality="ventspils", service_type="sd"), "rating"),
    ),
    "persons reimbursed": (
        "reimbursement",
        dict(region="kurzeme", target_group="ft_children"),
        "persons_cumulative",
        "159",
        ("reimbursement_pace", dict(target_group="ft_children"), "per_month_so_far"),
    ),
    "milestone after the day": (
        "milestones",
        FIRST_STEPS,
        "actual",
        "2024-01-01",
        ("milestones", FIRST_STEPS, "state"),
    ),
    "milestone before another": (
        "milestones",
        FIRST_STEPS,
        "actual",
        "2020-01-01",
        ("data_problems", dict(problem="milestone_before_predecessor"), "subject"),
    ),
    "certified money": (
        "infrastructure",
        dict(project="kurzeme-projekts-2"),
        "certified_eur",
        "899999.99",
        ("absorption", {}, "certified_rate"),
    ),
    "project of another municipality": (
        "infrastructure",
        dict(project="kurzeme-projekts-2"),
        "municipality",
        "jurmala",
        ("infrastructure", dict(project="kurzeme-projekts-2"), "named_in_plan"),
    ),
    "partner agreed later": (
        "partners",
        dict(region="kurzeme", kind="municipality"),
        "agreed_on",
        "2024-02-01",
        ("partners_count", dict(kind="municipality"), "partners"),
    ),
    "plan approved after the reform": (
        "plan_events",
        dict(region="national", plan="di_plan", event="approved"),
        "date",
        "2022-01-01",
        ("process", dict(region="national", event="approved"), "date"),
    ),
    "plan late": (
        "plan_deadlines",
        dict(plan="kurzeme-paraugs-1", event="approved"),
        "due",
        "2017-09-30",
        ("deadlines", dict(plan="kurzeme-paraugs-1", event="approved"), "delay_days"),
    ),
    "municipality of another region": (
        "region_membership",
        dict(municipality="liepaja", valid_to="2021-06-30"),
        "region",
        "riga",
        ("sites", dict(municipality="liepaja"), "sites"),
    ),
    "service that outlives its municipality": (
        "services",
        dict(municipality="aizputes-novads", closed="2021-06-30"),
        "closed",
        "",
        ("data_problems", dict(problem="dissolved_municipality"), "subject"),
    ),
}


def rewrite(file: Path, where: dict[str, str], column: str, value: str) -> str:
    """Change one cell of the first row that fits; give what stood there."""
    with file.open(encoding="utf-8", newline="") as opened:
        reader = csv.DictReader(opened)
        columns, rows = reader.fieldnames or [], list(reader)
    row = next(row for row in rows if where.items() <= row.items())
    before, row[column] = row[column], value
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return before


@pytest.fixture
def copied(package, tmp_path) -> Path:
    """The files of the report, and those that they name, where they can be changed."""
    folder = tmp_path / "package"
    folder.mkdir()
    for name in INPUTS:
        shutil.copy(package / f"{name}.csv", folder)
    return folder


@pytest.fixture
def contradictory(copied) -> Path:
    """The same with a service that goes on after its municipality has ended."""
    where = dict(municipality="aizputes-novads", closed="2021-06-30")
    rewrite(copied / "services.csv", where, "closed", "")
    return copied


@pytest.fixture(scope="module")
def before(package, recompute_progress) -> dict[str, Cells]:
    return recompute_progress(package, asked("kurzeme", "2023-12-31"))


@pytest.mark.parametrize("mutation", list(MUTATIONS))
def test_changed_data_changes_the_figure_alike_in_both(
    mutation, copied, before, recompute_progress, progress_differences, with_findings
):
    name, where, column, value, (table, rows, figure) = MUTATIONS[mutation]
    assert rewrite(copied / f"{name}.csv", where, column, value) != value
    made = with_findings(evaluated(read_package(copied), "kurzeme", "2023-12-31"), "kurzeme")
    recomputed = recompute_progress(copied, asked("kurzeme", "2023-12-31"))
    assert progress_differences(made, recomputed) == []
    now, then = ([row[figure] for row in of(some, table, **rows)] for some in (recomputed, before))
    assert now != then


def test_line_of_a_problem_is_the_line_of_the_file(contradictory, recompute_progress):
    """Whoever looks for a problem must find it where the report says."""
    recomputed = recompute_progress(contradictory, asked("kurzeme", "2023-12-31"))
    (problem,) = of(recomputed, "data_problems", problem="dissolved_municipality")
    services = (contradictory / "services.csv").read_text(encoding="utf-8").splitlines()
    cells = services[problem["row"] - 1].split(",")
    assert cells[-6] == "aizputes-novads"
    assert cells[-2] == ""
