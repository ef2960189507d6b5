"""What a report says and what the files say, each worked out in its own way."""

from __future__ import annotations

import csv
import datetime
import itertools
import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
import yaml
from assumed import EVIDENCE, cost_assumptions

from dieval.plans.assumptions import PlanAssumptions
from dieval.plans.evaluation import evaluate_plan
from dieval.present.findings.plans import plan_findings
from dieval.present.findings.progress import progress_findings
from dieval.present.report import results
from dieval.reports.project import DATA_VARIABLE
from dieval.reports.results import results_json
from dieval.reports.scope import cost_comparison

ROOT = Path(__file__).resolve().parents[2]
FILES_SQL = Path(__file__).with_name("read_csv.sql").read_text(encoding="utf-8")
DATA_ROWS_SQL = Path(__file__).with_name("data_rows.sql").read_text(encoding="utf-8")
UNIT_COSTS_SQL = Path(__file__).with_name("unit_costs.sql").read_text(encoding="utf-8")
SQL = UNIT_COSTS_SQL + Path(__file__).with_name("cost_comparison.sql").read_text(encoding="utf-8")

Results = dict[str, Any]
Recomputed = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="session")
def package() -> Path:
    """The data package of Latvia."""
    return ROOT / "data" / "latvia"


@pytest.fixture(scope="session")
def report() -> Callable[[Path, dict[str, Any]], Results]:
    """Give results.json of a region as the notebook's calls make it."""

    def make(data: Path, parameters: dict[str, Any]) -> Results:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(DATA_VARIABLE, str(data))
            made = results(cost_comparison(**parameters, edition="internal"))
        return json.loads(results_json(made))

    return make


def dated_values(last_year: int) -> dict[str, dict[str, Any]]:
    """Read the parameter files: of every parameter the latest value of the period."""
    end = datetime.date(last_year, 12, 31)
    dated: dict[str, dict[str, Any]] = {}
    for file in sorted((ROOT / "data" / "parameters").glob("*.yml")):
        for name, content in yaml.safe_load(file.read_text(encoding="utf-8")).items():
            start = max(day for day in content["values"] if day <= end)
            dated[name] = content["values"][start]
    return dated


def in_force(last_year: int) -> dict[str, float]:
    """Give the values of the comparison in force at the end of the period, low and high."""
    dated = dated_values(last_year)
    rate, support = dated["discount_rate"], dated["support_multiple"]
    single = [f"error_factor_{kind}" for kind in EVIDENCE]
    single += ["variable_share_child_parts", "variable_share_place_parts"]
    return {
        "discount_low": rate["low"],
        "discount_main": rate["value"],
        "discount_high": rate["high"],
        "support_low": support["low"],
        "support_high": support["high"],
        **{name: dated[name]["value"] for name in single},
    }


def open_database(variables: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    """Open an empty database with its variables."""
    database = duckdb.connect()
    database.execute("SET threads = 1")
    for name, value in variables.items():
        database.execute(f"SET VARIABLE {name} = ?", [value])
    return database


def computed(database: duckdb.DuckDBPyConnection) -> Recomputed:
    """Run the SQL on the tables that are there; give the rows of all that it works out."""
    database.execute(SQL)
    tables = database.execute(
        "SELECT table_name FROM information_schema.tables "
        "WHERE regexp_matches(table_name, '^(result|check|chance)_') ORDER BY 1"
    ).fetchall()
    rows: Recomputed = {}
    for (table,) in tables:
        cursor = database.execute(f"FROM {table}")
        columns = [column[0] for column in cursor.description]
        rows[table.removeprefix("result_")] = [
            dict(zip(columns, row, strict=True)) for row in cursor.fetchall()
        ]
    return rows


@pytest.fixture(scope="session")
def recompute() -> Callable[[Path, dict[str, Any]], Recomputed]:
    """Give the rows of every result table as SQL works them out from the CSV files."""

    def make(data: Path, parameters: dict[str, Any]) -> Recomputed:
        variables = {**parameters, **in_force(parameters["last_year"]), "data": data.as_posix()}
        with open_database(variables) as database:
            database.execute(FILES_SQL)
            database.execute(DATA_ROWS_SQL)
            return computed(database)

    return make


@pytest.fixture(scope="session")
def recompute_tables() -> Callable[[dict[str, pd.DataFrame], dict[str, Any]], Recomputed]:
    """Give the same from tables that stand in no file, and with every variable given."""

    def make(tables: dict[str, pd.DataFrame], variables: dict[str, Any]) -> Recomputed:
        with open_database(variables) as database:
            # For a few rows it takes longer to look for a faster way than to go any way.
            database.execute("PRAGMA disable_optimizer").fetchall()
            for name, frame in tables.items():
                types = [
                    f"{column}::{SQL_TYPES[kind.kind]} AS {column}"
                    for column, kind in frame.dtypes.items()
                ]
                database.register("frame", frame)
                database.execute(f"CREATE TABLE {name} AS SELECT {', '.join(types)} FROM frame")
                database.unregister("frame")
            return computed(database)

    return make


def outcome(entry: dict[str, Any], rate: float) -> float:
    """Work out the difference in cost with the capital of both sides annuitised at a rate."""
    return entry["without_capital"] + math.fsum(
        cost / math.fsum((1 + rate) ** -year for year in range(1, life + 1))
        for cost, life in zip(entry["recorded"], entry["life"], strict=True)
    )


@pytest.fixture(scope="session")
def wrong_rates() -> Callable[[list[dict[str, Any]], Recomputed], list[str]]:
    """Give the switch values of the discount rate at which both sides do not cost the same.

    A switch value that is missing is wrong where some rate from 0 to 1 does equalise. There may be
    several such rates; any of them is right.
    """

    def find(sensitivity: list[dict[str, Any]], recomputed: Recomputed) -> list[str]:
        found = []
        outcomes = {entry["alternative"]: entry for entry in recomputed["check_discount_rate"]}
        for row in sensitivity:
            if row["parameter"] != "discount_rate":
                continue
            entry, rate = outcomes[row["alternative"]], row["switch_value"]
            if isinstance(rate, (int, float)) and not math.isnan(rate):
                left = outcome(entry, rate)
                if abs(left) > 1e-7 or not 0 <= rate <= 1:
                    found.append(f"{row['alternative']}: {left} left at {rate}")
            elif len({outcome(entry, step / 200) > 0 for step in range(201)}) > 1:
                found.append(f"{row['alternative']}: a rate equalises, none is reported")
        return found

    return find


# ------------------------------------------------------------------------------- chance

QUANTILES = {"p05": 0.05, "p50": 0.5, "p95": 0.95}
# Of the check's own draws, so many that the error of the package's draws counts far more.
DRAWS = 200_000
# How many standard errors of both may lie between two counts of draws.
ALLOWED = 5.0

Rows = list[dict[str, Any]]


def is_quantile(
    value: float, probability: float, draws: int, sample: np.ndarray, weights: np.ndarray | None
) -> bool:
    """Whether a quantile of a number of draws can come from where a sample comes from.

    Weights are the probabilities of the sample's values, where these are all that there are.
    """
    slack = 1e-9 * max(1.0, abs(value))
    below, up_to = (
        np.average(sample < value - slack, weights=weights),
        np.average(sample <= value + slack, weights=weights),
    )
    own = 0.0 if weights is not None else 1 / len(sample)
    error = ALLOWED * math.sqrt(probability * (1 - probability) * (1 / draws + own)) + 1 / draws
    return below <= probability + error and up_to >= probability - error


def resamples(providers: Rows, year: int) -> tuple[np.ndarray, np.ndarray]:
    """List the costs per child-month of everything that can be drawn, with its probability."""
    leap = (year % 4 == 0 and year % 100 != 0) or year % 400 == 0
    count, month = len(providers), (366 if leap else 365) / 12
    costs, chances = [], []
    for drawn in itertools.combinations_with_replacement(range(count), count):
        days = math.fsum(providers[number]["child_days"] for number in drawn)
        if days > 0:
            total = math.fsum(providers[number]["total_eur"] for number in drawn)
            times = [math.factorial(drawn.count(number)) for number in range(count)]
            costs.append(total / (days / month))
            chances.append(math.factorial(count) / math.prod(times) / count**count)
    return np.array(costs), np.array(chances) / math.fsum(chances)


@pytest.fixture(scope="session")
def wrong_intervals() -> Callable[[dict[str, Rows], Recomputed], list[str]]:
    """Give the rows of provider_bootstrap that differ from everything that can be drawn."""

    def find(made: dict[str, Rows], recomputed: Recomputed) -> list[str]:
        found = []
        pairs = {(pair["year"], pair["alternative"]): pair for pair in recomputed["chance_pairs"]}
        providers: dict[tuple[int, str], Rows] = {}
        for row in recomputed["chance_providers"]:
            providers.setdefault((row["year"], row["care_arrangement"]), []).append(row)
        for row in made["provider_bootstrap"]:
            pair = pairs[row["year"], row["alternative"]]
            name = f"{row['year']} {row['alternative']}"
            ends = [row["bootstrap_ratio_low"], row["bootstrap_ratio_high"]]
            no_ratio = pair["alternative_eur_per_child_month"] <= 0
            if row["caution"] in ("one_provider", "not_by_provider") or no_ratio:
                if not all(pd.isna(end) for end in ends):
                    found.append(f"{name}: {ends} of what is not drawn")
                continue
            costs, weights = resamples(providers[row["year"], row["reference"]], row["year"])
            if pair["alternative_too"]:
                other, chances = resamples(providers[row["year"], row["alternative"]], row["year"])
                # Where the alternative costs nothing, or less, there is no ratio.
                other, chances = other[other > 0], chances[other > 0] / chances[other > 0].sum()
                costs = np.divide.outer(costs, other).ravel()
                weights = np.multiply.outer(weights, chances).ravel()
            else:
                costs = costs / pair["alternative_eur_per_child_month"]
            for end, probability in zip(ends, (0.025, 0.975), strict=True):
                if pd.isna(end) or not is_quantile(end, probability, row["draws"], costs, weights):
                    found.append(f"{name}: {end} is not the quantile of {probability}")
        return found

    return find


def gamma_factor(random: np.random.Generator, s: float) -> np.ndarray | float:
    """Draw factors of mean 1 and a standard deviation."""
    return random.gamma(1 / s**2, s**2, DRAWS) if s > 0 else 1.0


def count_factor(random: np.random.Generator, row: dict[str, Any]) -> np.ndarray | float:
    """Draw by what factor the true child-days differ from the recorded ones."""
    s, o = row["s_m"], row["occupancy"]
    if s == 0:
        return 1.0
    if o is not None and 0 < o < 1:
        size = o * (1 - o) / (o * s) ** 2 - 1
        if o * size >= 1 and (1 - o) * size >= 1:
            return random.beta(o * size, (1 - o) * size, DRAWS) / o
    sigma = math.sqrt(math.log(1 + s**2))
    return random.lognormal(-(sigma**2) / 2, sigma, DRAWS)


def mix_factor(random: np.random.Generator, households: Rows) -> np.ndarray:
    """Draw by what factor statutory payments differ where children live in other households."""
    months = {some["household"]: some["child_months"] for some in households}
    paid = dict.fromkeys(months, 0.0)
    for some in households:
        paid[some["household"]] += some["eur"] / some["child_months"]
    # Shares of a Dirichlet distribution are gamma numbers divided by their sum; by their
    # logarithms, because the gamma number of a small household may be too small to be held.
    logs = np.array(
        [
            np.log(random.gamma(number / 12 + 1, 1.0, DRAWS))
            + np.log(1 - random.random(DRAWS)) / (number / 12)
            for number in months.values()
        ]
    )
    gammas = np.exp(logs - logs.max(axis=0))
    shares = np.array(list(months.values())) / sum(months.values())
    each = np.array(list(paid.values()))
    return each @ (gammas / gammas.sum(axis=0)) / (each @ shares)


def simulated(recomputed: Recomputed, variables: dict[str, Any]) -> dict[tuple[int, str], Any]:
    """Draw costs per child-month of every arrangement and year as the methods say."""
    random = np.random.Generator(np.random.Philox(7))
    low, high = variables["discount_low"], variables["discount_high"]
    sigma = (math.log(high) - math.log(low)) / (2 * 1.959964)
    rate = variables["discount_rate"] * np.exp(sigma * random.standard_normal(DRAWS))
    lives = {row["life"] for row in recomputed["chance_assets"]}
    worth = {life: sum((1 + rate) ** -year for year in range(1, life + 1)) for life in lives}

    by_unit: dict[str, dict[tuple[int, str], Rows]] = {}
    for table in ("chance_ledger", "chance_assets", "chance_households"):
        for row in recomputed[table]:
            unit = (row["year"], row["care_arrangement"])
            by_unit.setdefault(table, {}).setdefault(unit, []).append(row)
    found = {}
    for row in recomputed["chance_counts"]:
        unit = (row["year"], row["care_arrangement"])
        ledger, assets, households = (
            by_unit.get(table, {}).get(unit, [])
            for table in ("chance_ledger", "chance_assets", "chance_households")
        )
        errors = {some["evidence"]: some["s"] for some in (*ledger, *assets, *households)}
        factors = {kind: gamma_factor(random, s) for kind, s in sorted(errors.items())}
        total = sum((some["eur"] * factors[some["evidence"]] for some in ledger), 0.0)
        for asset in assets:
            total = total + asset["cost_eur"] / worth[asset["life"]] * factors[asset["evidence"]]
        cost = np.zeros(DRAWS) + total / (row["months"] * count_factor(random, row))
        if households:
            cost = cost + mix_factor(random, households) * sum(
                some["eur"] / row["months"] * factors[some["evidence"]] for some in households
            )
        found[unit] = cost
    return found


@pytest.fixture(scope="session")
def wrong_quantiles() -> Callable[..., list[str]]:
    """Give the quantiles and probabilities of the simulation that other draws do not have."""

    def find(made: dict[str, Rows], recomputed: Recomputed) -> list[str]:
        found = []
        costs = simulated(recomputed, recomputed["check_variables"][0])
        samples = [
            (row, costs[row["year"], row["care_arrangement"]]) for row in made["simulated_costs"]
        ]
        for row in made["simulation"]:
            ours, other = (costs[row["year"], row[side]] for side in ("reference", "alternative"))
            samples.append((row, ours - other))
            share = np.mean(ours - other > 0)
            error = ALLOWED * math.sqrt(share * (1 - share) * (1 / row["draws"] + 1 / DRAWS))
            if abs(row["probability_cheaper"] - share) > error + 10 / row["draws"]:
                found.append(f"{row}: the share is {share}")
        for row, sample in samples:
            for column, probability in QUANTILES.items():
                if not is_quantile(row[column], probability, row["draws"], sample, None):
                    right = np.quantile(sample, probability)
                    found.append(f"{row}: {column} is {right}")
        return found

    return find


# Kinds of columns of a data frame. A missing number of a data frame is NaN, in SQL it is NULL.
SQL_TYPES = {"O": "VARCHAR", "i": "INTEGER", "f": "DOUBLE", "M": "DATE"}


# ------------------------------------------------------------------- implementation progress

PROGRESS_SQL = Path(__file__).with_name("implementation_progress.sql").read_text(encoding="utf-8")
TEXT, WHOLE, NUMBER, DATE = "VARCHAR", "INTEGER", "DOUBLE", "DATE"
# Every input table of the report with its columns, as they stand in its CSV file.
PROGRESS_COLUMNS = {
    "sources": {
        **dict.fromkeys(("source", "title", "publisher", "published", "locator", "url"), TEXT),
        **dict.fromkeys(("licence", "language", "evidence"), TEXT),
    },
    "regions": dict.fromkeys(("region", "name_lv", "name_en", "source"), TEXT),
    "municipalities": {
        **dict.fromkeys(("municipality", "name_lv"), TEXT),
        **dict.fromkeys(("valid_from", "valid_to"), DATE),
        **dict.fromkeys(("successor", "source"), TEXT),
    },
    "region_membership": {
        **dict.fromkeys(("municipality", "region"), TEXT),
        **dict.fromkeys(("valid_from", "valid_to"), DATE),
        "source": TEXT,
    },
    "indicators": {
        **dict.fromkeys(("indicator", "name_lv", "name_en", "unit", "level"), TEXT),
        "direction": WHOLE,
        **dict.fromkeys(("kind", "source"), TEXT),
    },
    "targets": {
        **dict.fromkeys(("indicator", "region", "version"), TEXT),
        **dict.fromkeys(("valid_from", "baseline_date"), DATE),
        "baseline_value": NUMBER,
        "target_date": DATE,
        "target_value": NUMBER,
        "source": TEXT,
    },
    "observations": {
        **dict.fromkeys(("indicator", "region"), TEXT),
        "date": DATE,
        "counting_basis": TEXT,
        "value": NUMBER,
        **dict.fromkeys(("qualifier", "source"), TEXT),
    },
    "placements": {
        "region": TEXT,
        "year": WHOLE,
        **dict.fromkeys(("care_arrangement", "counting_basis"), TEXT),
        "children": WHOLE,
        "source": TEXT,
    },
    "flows": {
        "region": TEXT,
        "year": WHOLE,
        **dict.fromkeys(("age_band", "from_arrangement", "to_arrangement"), TEXT),
        "children": WHOLE,
        "child_years": NUMBER,
        "source": TEXT,
    },
    "carers": {
        **dict.fromkeys(("region", "municipality"), TEXT),
        "year": WHOLE,
        **dict.fromkeys(("carer_type", "status"), TEXT),
        **dict.fromkeys(("count", "entries", "exits"), WHOLE),
        "source": TEXT,
    },
    "services": {
        **dict.fromkeys(("provider_name", "site", "municipality"), TEXT),
        **dict.fromkeys(("service_type", "target_group"), TEXT),
        **dict.fromkeys(("opened", "closed"), DATE),
        "source": TEXT,
    },
    "needs": {
        **dict.fromkeys(("municipality", "service_type", "target_group"), TEXT),
        "date": DATE,
        **dict.fromkeys(("assessed", "needing", "receiving"), WHOLE),
        "source": TEXT,
    },
    "availability": {
        **dict.fromkeys(("municipality", "service_type", "target_group"), TEXT),
        "date": DATE,
        "rating": WHOLE,
        "source": TEXT,
    },
    "reimbursement": {
        "region": TEXT,
        "date": DATE,
        "target_group": TEXT,
        "persons_cumulative": WHOLE,
        "amount_eur_cumulative": NUMBER,
        "source": TEXT,
    },
    "infrastructure": {
        **dict.fromkeys(("project", "name_lv", "municipality", "region", "fund"), TEXT),
        **dict.fromkeys(("planned_eur", "contracted_eur", "certified_eur"), NUMBER),
        "places": WHOLE,
        "source": TEXT,
    },
    "milestones": {
        **dict.fromkeys(("project", "milestone"), TEXT),
        **dict.fromkeys(("planned", "actual"), DATE),
        "source": TEXT,
    },
    "planned_places": {
        **dict.fromkeys(("region", "municipality", "care_arrangement"), TEXT),
        **dict.fromkeys(("year", "places"), WHOLE),
        "source": TEXT,
    },
    "partners": {
        **dict.fromkeys(("partner", "name_lv", "kind", "region"), TEXT),
        "agreed_on": DATE,
        "source": TEXT,
    },
    "plan_events": {
        **dict.fromkeys(("region", "plan"), TEXT),
        "date": DATE,
        **dict.fromkeys(("event", "number", "source"), TEXT),
    },
    "plan_deadlines": {
        **dict.fromkeys(("region", "plan", "event"), TEXT),
        "due": DATE,
        "source": TEXT,
    },
}

Cells = tuple[list[str], list[list[Any]]]


def fill_from_csv(database: duckdb.DuckDBPyConnection, data: Path) -> list[str]:
    """Read the files of a package, each row with its line; give the tables that are missing."""
    fill_from_rows(database, {})
    missing = []
    for name, columns in PROGRESS_COLUMNS.items():
        file = data / f"{name}.csv"
        if file.exists():
            database.execute(
                f"INSERT INTO {name} SELECT *, ?, row_number() OVER () + 1 "
                f"FROM read_csv(?, header = true, columns = {columns})",
                [file.name, file.as_posix()],
            )
        else:
            missing.append(name)
    return missing


def fill_from_rows(
    database: duckdb.DuckDBPyConnection, rows: dict[str, list[dict[str, Any]]]
) -> list[str]:
    """Fill the tables from rows that stand in no file; give the tables that are missing."""
    for name, columns in PROGRESS_COLUMNS.items():
        kinds = columns | {"file": TEXT, "line": WHOLE}
        cells = ", ".join(f'unnest(?::{kind}[]) AS "{column}"' for column, kind in kinds.items())
        values = [[row.get(column) for row in rows.get(name, [])] for column in kinds]
        database.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT {cells}", values)
    return [name for name in PROGRESS_COLUMNS if name not in rows]


@pytest.fixture(scope="session")
def recompute_progress() -> Callable[..., dict[str, Cells]]:
    """Give columns and rows of every result table as SQL works them out from files or rows."""

    def make(
        data: Path | dict[str, list[dict[str, Any]]], asked: dict[str, Any]
    ) -> dict[str, Cells]:
        with open_database(asked) as database:
            if isinstance(data, Path):
                missing = fill_from_csv(database, data)
            else:
                # For a few rows it takes longer to look for a faster way than to go any way.
                database.execute("PRAGMA disable_optimizer").fetchall()
                missing = fill_from_rows(database, data)
            database.execute("SET VARIABLE missing = ?::VARCHAR[]", [missing])
            database.execute(PROGRESS_SQL)
            made = database.execute(
                "SELECT table_name[8:] FROM information_schema.tables "
                "WHERE starts_with(table_name, 'result_') "
                "AND table_name[8:] NOT IN (FROM left_out)"
            ).fetchall()
            found = {}
            for (name,) in made:
                cursor = database.execute(f"FROM result_{name}")
                columns = [column[0] for column in cursor.description]
                found[name] = (columns, [list(row) for row in cursor.fetchall()])
            return found

    return make


def plain(value: Any) -> Any:
    """Give a cell of a data frame as SQL gives it: days as dates, what is unknown as None."""
    if value is None or pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        assert value == value.normalize(), f"{value} is no day"
        return value.date()
    return value.item() if isinstance(value, np.generic) else value


def same(one: Any, other: Any) -> bool:
    """Whether two cells agree: numbers within a billionth, texts and dates exactly."""
    if all(isinstance(side, (int, float)) for side in (one, other)):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return type(one) is type(other) and one == other


def table_differences(
    made: dict[str, pd.DataFrame],
    recomputed: dict[str, Cells],
    agree: Callable[[str, Any, Any, list[Any]], bool],
) -> list[str]:
    """Give every table, column, row and cell in which package and SQL differ, order included.

    `agree` says of a column whether its two cells are the same, given the row of SQL.
    """
    found = [
        f"{table}: {'no such table in SQL' if table in made else 'only in SQL'}"
        for table in sorted(made.keys() ^ recomputed.keys())
    ]
    for table in sorted(made.keys() & recomputed.keys()):
        columns, rows = recomputed[table]
        frame = made[table]
        if list(frame.columns) != columns:
            found.append(f"{table}: columns {list(frame.columns)}, SQL {columns}")
            continue
        ours = [[plain(value) for value in row] for row in frame.astype(object).to_numpy()]
        for number, (one, other) in enumerate(itertools.zip_longest(ours, rows)):
            if one is None or other is None:
                found.append(f"{table} {number}: {one}, SQL {other}")
                continue
            found += [
                f"{table} {number} {column}: {a!r}, SQL {b!r} in {other}"
                for column, a, b in zip(columns, one, other, strict=True)
                if not agree(column, a, b, other)
            ]
    return found


@pytest.fixture(scope="session")
def progress_differences() -> Callable[[dict[str, pd.DataFrame], dict[str, Cells]], list[str]]:
    """Give every table, column, row and cell in which a report and SQL differ, order included."""
    return lambda made, recomputed: table_differences(
        made, recomputed, lambda _, one, other, row: same(one, other)
    )


@pytest.fixture(scope="session")
def with_findings() -> Callable[[dict[str, pd.DataFrame], str], dict[str, pd.DataFrame]]:
    """Add to the tables of a region one of its findings, a row a value, as SQL has it."""

    def add(tables: dict[str, pd.DataFrame], region: str) -> dict[str, pd.DataFrame]:
        names: dict[str, dict[str, Any]] = {"indicator": {}, "municipality": {}}
        rows = [
            (finding.finding, key, *((None, value) if isinstance(value, str) else (value, None)))
            for finding in progress_findings(tables, region, names)
            for key, value in {"verdict": finding.verdict, **finding.values}.items()
        ]
        table = pd.DataFrame(rows, columns=["finding", "key", "number", "code"], dtype=object)
        return {**tables, "findings": table.sort_values(["finding", "key"], ignore_index=True)}

    return add


@pytest.fixture(scope="session")
def progress_columns() -> dict[str, dict[str, str]]:
    """Give the columns of every input table of the implementation progress."""
    return PROGRESS_COLUMNS


# ---------------------------------------------------------- annex to a reorganisation plan

PERIOD_SQL = Path(__file__).with_name("plan_period.sql").read_text(encoding="utf-8")
ANNEX_SQL = Path(__file__).with_name("reorganisation_annex.sql").read_text(encoding="utf-8")
DEMAND_SQL = Path(__file__).with_name("demand_quantiles.sql").read_text(encoding="utf-8")
# Every input table of the annex with its columns, as they stand in its CSV file.
ANNEX_COLUMNS = {
    **{
        name: PROGRESS_COLUMNS[name]
        for name in (
            *("sources", "regions", "municipalities", "region_membership"),
            *("placements", "flows", "planned_places", "needs"),
        )
    },
    "providers": {
        **dict.fromkeys(("provider", "name_lv", "care_arrangement", "municipality"), TEXT),
        **dict.fromkeys(("region", "owner"), TEXT),
        **dict.fromkeys(("opened", "closed"), DATE),
        "source": TEXT,
    },
    "costs": {
        **dict.fromkeys(("region", "provider", "care_arrangement"), TEXT),
        "year": WHOLE,
        **dict.fromkeys(("age_band", "need_level", "cost_item", "payer"), TEXT),
        "amount_eur": NUMBER,
        "source": TEXT,
    },
    "assets": {
        **dict.fromkeys(("provider", "asset"), TEXT),
        "acquired_year": WHOLE,
        "cost_eur": NUMBER,
        "useful_life_years": WHOLE,
        "source": TEXT,
    },
    "activity": {
        **dict.fromkeys(("region", "provider", "care_arrangement"), TEXT),
        "year": WHOLE,
        **dict.fromkeys(("age_band", "need_level"), TEXT),
        **dict.fromkeys(("child_days", "place_days"), NUMBER),
        "source": TEXT,
    },
    "households": {
        **dict.fromkeys(("region", "care_arrangement"), TEXT),
        "year": WHOLE,
        **dict.fromkeys(("children_in_household", "age_band"), TEXT),
        "child_months": NUMBER,
        "source": TEXT,
    },
    "statutory_rates": {
        **dict.fromkeys(("rate", "care_arrangement", "payment", "payer", "per"), TEXT),
        **dict.fromkeys(("age_band", "children_in_household"), TEXT),
        "amount_eur_month": NUMBER,
        **dict.fromkeys(("valid_from", "valid_to"), DATE),
        **dict.fromkeys(("legal_basis", "source"), TEXT),
    },
    "price_index": {"year": WHOLE, "value": NUMBER, "source": TEXT},
    "cost_structure": {
        "provider": TEXT,
        "year": WHOLE,
        **dict.fromkeys(("fixed_eur", "variable_eur_per_child", "step_eur"), NUMBER),
        "step_children": WHOLE,
        "source": TEXT,
    },
    "destinations": {
        "provider": TEXT,
        "year": WHOLE,
        **dict.fromkeys(("age_band", "need_level", "care_arrangement"), TEXT),
        **dict.fromkeys(("children", "under_3", "siblings_apart"), WHOLE),
        "source": TEXT,
    },
    "transition_costs": {
        "provider": TEXT,
        "year": WHOLE,
        **dict.fromkeys(("kind", "payer"), TEXT),
        "amount_eur": NUMBER,
        "source": TEXT,
    },
}
PLAN_PARAMETERS = (
    *("families_found_share", "emptying_cost_multiple"),
    *("demand_rate_years", "demand_held_back_years"),
)


@pytest.fixture(scope="session")
def assumed() -> Callable[[int], dict[str, float]]:
    """Give what a plan assumes beside the data, from the parameter files of a year."""

    def read(year: int) -> dict[str, float]:
        dated = dated_values(year)
        return in_force(year) | {name: dated[name]["value"] for name in PLAN_PARAMETERS}

    return read


def values_of(findings: Any) -> pd.DataFrame:
    """List what findings say, a row a value; a text stands in `code`, the rest in `number`."""
    columns = ["finding", "subject", "key", "number", "code"]
    rows = []
    for finding in findings:
        values = {"verdict": finding.verdict, **finding.values}
        subject = values.pop("payer", None) or values.pop("care_arrangement", None)
        rows += [
            (finding.finding, subject, key, *((None, of) if isinstance(of, str) else (of, None)))
            for key, of in values.items()
        ]
    return pd.DataFrame(rows, columns=columns, dtype=object)


@pytest.fixture(scope="session")
def evaluated_annex() -> Callable[..., dict[str, pd.DataFrame]]:
    """Give every table of the annex, its evidence and its findings as the package makes them."""

    def make(
        tables: dict[str, pd.DataFrame], lines: dict[str, pd.DataFrame], asked: dict[str, Any]
    ) -> dict[str, pd.DataFrame]:
        made = evaluate_plan(
            tables,
            lines,
            **{name: asked[name] for name in ("provider", "start_year", "horizon_years")},
            **{name: asked[name] for name in ("price_year", "discount_rate", "draws", "seed")},
            assumptions=PlanAssumptions(
                costs=cost_assumptions(asked),
                **{name: asked[name] for name in PLAN_PARAMETERS},
            ),
        )
        shares = made.evidence[made.evidence != 0].sort_index()
        findings = plan_findings(
            made.tables,
            last_year=asked["start_year"] + asked["horizon_years"] - 1,
            emptying_multiple=asked["emptying_cost_multiple"],
        )
        return {
            **made.tables,
            "evidence": pd.DataFrame({"evidence": shares.index.astype(object), "share": [*shares]}),
            "findings": values_of(findings),
        }

    return make


def fill_tables(database: duckdb.DuckDBPyConnection, rows: dict[str, list[dict[str, Any]]]) -> None:
    """Fill the tables of the annex from rows; each may say its `file` and `line`."""
    for name, columns in ANNEX_COLUMNS.items():
        kinds = columns | {"file": TEXT, "line": WHOLE}
        cells = ", ".join(f'unnest(?::{kind}[]) AS "{column}"' for column, kind in kinds.items())
        values = [[row.get(column) for row in rows.get(name, [])] for column in kinds]
        database.execute(f"CREATE TABLE {name} AS SELECT {cells}", values)


def rows_of_files(data: Path) -> dict[str, list[dict[str, Any]]]:
    """Read the files of the annex that a package has, each row with its line."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for name in ANNEX_COLUMNS:
        file = data / f"{name}.csv"
        if file.exists():
            with file.open(encoding="utf-8", newline="") as opened:
                rows[name] = [
                    {column: cell or None for column, cell in row.items()}
                    | {"file": file.name, "line": line}
                    for line, row in enumerate(csv.DictReader(opened), 2)
                ]
    return rows


FRAME_TYPES = {TEXT: "str", WHOLE: "int64", NUMBER: "float64", DATE: "datetime64[s]"}
# Whole numbers that may be missing.
PERHAPS = ("under_3", "siblings_apart")


@pytest.fixture(scope="session")
def annex_frames() -> Callable[..., tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]]:
    """Make tables as the reader gives them, and the file and row of each of their rows."""

    def make(
        rows: dict[str, list[dict[str, Any]]],
    ) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
        tables, lines = {}, {}
        for name, some in rows.items():
            columns = ANNEX_COLUMNS[name]
            frame = pd.DataFrame(
                {
                    column: pd.Series([row.get(column) for row in some], dtype=object).astype(
                        "Int64" if column in PERHAPS else FRAME_TYPES[kind]
                    )
                    for column, kind in columns.items()
                }
                | {
                    "file": pd.Series([f"{name}.csv"] * len(some), dtype="str"),
                    "row": [int(row.get("line", place)) for place, row in enumerate(some, 2)],
                }
            )
            frame = frame.sort_values(list(columns), kind="stable", ignore_index=True)
            tables[name], lines[name] = frame[list(columns)], frame[["file", "row"]]
        return tables, lines

    return make


@pytest.fixture(scope="session")
def annex_rows() -> Callable[[Path], dict[str, list[dict[str, Any]]]]:
    """Give the rows of every file of the annex that a package has, each with its line."""
    return rows_of_files


@pytest.fixture(scope="session")
def recompute_annex() -> Callable[..., dict[str, Cells]]:
    """Give columns and rows of every table of the annex as SQL works them out from files or rows.

    Tables with the prefix `check_` say what a value must do that has no closed form.
    """

    def make(
        data: Path | dict[str, list[dict[str, Any]]], asked: dict[str, Any]
    ) -> dict[str, Cells]:
        rows = rows_of_files(data) if isinstance(data, Path) else data
        with open_database(asked) as database:
            if not isinstance(data, Path):
                # For a few rows it takes longer to look for a faster way than to go any way.
                database.execute("PRAGMA disable_optimizer").fetchall()
            fill_tables(database, rows)
            missing = [name for name in ANNEX_COLUMNS if name not in rows]
            database.execute("SET VARIABLE missing = ?::VARCHAR[]", [missing])
            database.execute(PERIOD_SQL)
            database.execute(UNIT_COSTS_SQL)
            # Unit costs of the region are in no table of the annex as they are.
            database.execute("CREATE TABLE of_region AS SELECT table_name FROM duckdb_tables()")
            database.execute(ANNEX_SQL)
            made = database.execute(
                "SELECT table_name FROM duckdb_tables() ANTI JOIN of_region USING (table_name) "
                "WHERE regexp_matches(table_name, '^(result|check)_') "
                "AND table_name[8:] NOT IN (FROM left_out)"
            ).fetchall()
            found = {}
            for (name,) in made:
                cursor = database.execute(f"FROM {name}")
                columns = [column[0] for column in cursor.description]
                shown = name.removeprefix("result_")
                found[shown] = (columns, [list(row) for row in cursor.fetchall()])
            return found

    return make


# Columns that random numbers fill: see `wrong_demand`.
OF_CHANCE = {
    "demand": ["p10", "p50", "p90", "utilisation_p50"],
    "demand_backtest": ["p05", "p50", "p95", "inside"],
    "places_outlook": ["p10", "p50", "p90", "utilisation_p50", "empty_from"],
}
BY_CHANCE = "planned_places_exceed_demand"
# Money is compared to a millionth of a euro: sums over years may cancel out.
MONEY = re.compile("eur|outcome|span")


def alike(column: str, one: Any, other: Any, row: list[Any]) -> bool:
    """Whether two cells of a row agree, money to a millionth of a euro at least."""
    if column == "switch_value" and "discount_rate" in row:
        return True  # see `wrong_plan_rates`
    if MONEY.search(column) and all(isinstance(side, (int, float)) for side in (one, other)):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-6)
    if column == "switch_value" and None in (one, other):
        # Which side of 0 a value falls on that is 0 itself is a matter of the last digit.
        return abs(one or other or 0.0) < 1e-9
    return same(one, other)


@pytest.fixture(scope="session")
def annex_differences() -> Callable[[dict[str, pd.DataFrame], dict[str, Cells]], list[str]]:
    """Give every table, column, row and cell in which an annex and SQL differ, order included."""

    def find(made: dict[str, pd.DataFrame], recomputed: dict[str, Cells]) -> list[str]:
        theirs = {name: of for name, of in recomputed.items() if not name.startswith("check_")}
        ours = {name: frame.drop(columns=OF_CHANCE.get(name, [])) for name, frame in made.items()}
        if "findings" in ours:
            findings = ours["findings"]
            findings = findings[findings["finding"] != BY_CHANCE]
            ours["findings"] = findings.sort_values(list(findings)[:3], na_position="last")
        return table_differences(ours, theirs, alike)

    return find


@pytest.fixture(scope="session")
def wrong_plan_rates() -> Callable[[dict[str, pd.DataFrame], dict[str, Cells]], list[str]]:
    """Give the switch value of the discount rate if the plan is not worth 0 there, or 0 before.

    A missing one is wrong where some rate from 0 to 1 makes the plan worth 0.
    """

    def find(made: dict[str, pd.DataFrame], recomputed: dict[str, Cells]) -> list[str]:
        nets = recomputed.get("check_nets", ([], []))[1]
        if any(net is None for _, net in nets):
            return []
        tried = made.get("npv_sensitivity", pd.DataFrame({"parameter": []}))
        found = []
        for _, row in tried[tried["parameter"] == "discount_rate"].iterrows():
            size = math.fsum(abs(net) for _, net in nets)

            def worth(rate: float) -> float:
                return math.fsum(net / (1 + rate) ** years for years, net in nets)

            rate = row["switch_value"]
            known = not pd.isna(rate)
            if known and (not 0 <= rate <= 1 or abs(worth(rate)) > 1e-9 * size):
                found.append(f"{worth(rate)} left at {rate}")
            before = [step / 500 for step in range(501) if not known or step / 500 < rate - 1e-9]
            if size > 0 and len({worth(step) > 0 for step in before}) > 1:
                found.append(f"the plan is worth 0 before {rate}")
        return found

    return find


@pytest.fixture(scope="session")
def wrong_demand() -> Callable[[dict[str, pd.DataFrame]], list[tuple[Any, ...]]]:
    """Give what cannot hold of the simulated demand, whatever its draws are."""

    def find(made: dict[str, pd.DataFrame]) -> list[tuple[Any, ...]]:
        if "demand" not in made:
            return []
        texts = ("care_arrangement", "inside", "finding", "subject", "key", "code")
        with duckdb.connect() as database:
            for name in (*OF_CHANCE, "demand_observed", "findings"):
                kinds = {
                    column: TEXT if column in texts else NUMBER for column in made[name].columns
                }
                cells = ", ".join(f'unnest(?::{kind}[]) AS "{of}"' for of, kind in kinds.items())
                values = [[plain(cell) for cell in made[name][column]] for column in kinds]
                database.execute(f"CREATE TABLE {name} AS SELECT {cells}", values)
            return database.execute(DEMAND_SQL).fetchall()

    return find
