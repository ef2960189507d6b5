"""Every table of the implementation progress against SQL, on generated data packages.

A package of these is small and has what a real one seldom has: sources that contradict each other,
counts that tie, everything that can happen on the very day of the report or the day after it,
municipalities that end, follow each other in a circle or belong nowhere, tables that are missing.
`DIEVAL_CAMPAIGN=1` tries 2,000 of them; the same packages come in every run.
"""

from __future__ import annotations

import datetime
from collections import Counter
from typing import Any

import pandas as pd
import pytest
from assumed import EVIDENCE
from generated import CAMPAIGN, tried
from hypothesis import strategies as st

from dieval.progress.evaluation import ProgressEvaluation, evaluate_progress
from dieval.progress.thresholds import ProgressThresholds

SHARDS, PACKAGES = (10, 200) if CAMPAIGN else (2, 20)
Row = dict[str, Any]
Rows = dict[str, list[Row]]

# ------------------------------------------------------------------------- generated packages

REGIONS = ("kurzeme", "riga", "national")
# What belongs to the report's own region is drawn most often.
REGION = st.sampled_from(("kurzeme", "kurzeme", "kurzeme", "national", "national", "riga"))
DAYS = [
    datetime.date(2018, 6, 30),
    datetime.date(2020, 12, 31),
    datetime.date(2021, 6, 30),
    datetime.date(2021, 7, 1),
    datetime.date(2022, 3, 15),
]
ONE = datetime.timedelta(days=1)
LAST_OLD, FIRST_NEW = datetime.date(2021, 6, 30), datetime.date(2021, 7, 1)
OFTEN, SELDOM = st.sampled_from([True] * 5 + [False]), st.sampled_from([False] * 5 + [True])
SOURCES = ("s1", "s2", "s3", "s4")
SOURCE = st.sampled_from(SOURCES)
PUBLISHED = st.sampled_from(("2017", "2018-05", "2018-05", "2018-05-02", "2020", "2021-07-01"))
BASIS = st.sampled_from((None, None, None, "lm", "vbtai", "other"))
FEW = st.integers(0, 6)
MUNICIPALITIES = ("adazi", "broceni", "cesis", "dundaga", "engure", "gulbene")
TYPES, GROUPS = ("atelpa", "dac", "gd"), ("ft_children", "grt_adults", "others")
MILESTONES = ("design", "permit", "procurement", "works", "commissioned", "first_client")


def dates_around(day: datetime.date) -> st.SearchStrategy[datetime.date]:
    """Dates of a package: most of them at an edge of what is known on the day."""
    edges = [day - ONE, day, day, day + ONE]
    years = [datetime.date(year, 12, 31) for year in (2016, 2018, 2019, 2020, 2021)]
    return st.sampled_from([*edges, *years, LAST_OLD, FIRST_NEW, datetime.date(2018, 2, 28)])


@st.composite
def municipalities(draw) -> Rows:
    """Draw municipalities that stay, change, end, begin, follow each other or belong nowhere."""
    rows: Rows = {"municipalities": [], "region_membership": []}

    def exists(name: str, start: str, end: str | None, successor: str | None) -> None:
        row = dict(municipality=name, valid_from=start, valid_to=end, successor=successor)
        rows["municipalities"].append(row | dict(source=draw(SOURCE)))

    def belongs(name: str, start: str, end: str | None) -> None:
        region = draw(st.sampled_from(("kurzeme", "kurzeme", "riga")))
        row = dict(municipality=name, region=region, valid_from=start, valid_to=end)
        rows["region_membership"].append(row | dict(source=draw(SOURCE)))

    some = st.sampled_from((None, *MUNICIPALITIES))
    kinds = ("stays", "stays", "changes", "ended", "ended", "long ended", "begins", "nowhere")
    for name in MUNICIPALITIES:
        kind = draw(st.sampled_from(kinds))
        if kind == "stays":
            exists(name, "2009-07-01", None, None)
            if draw(OFTEN):
                belongs(name, "2009-07-01", None)
            else:
                belongs(name, "2009-07-01", "2019-12-31")
                belongs(name, "2020-01-01", None)
        elif kind == "changes":
            exists(name, "2009-07-01", "2021-06-30", name)
            exists(name, "2021-07-01", None, None)
            belongs(name, "2009-07-01", "2021-06-30")
            belongs(name, "2021-07-01", None)
        elif kind == "ended":
            exists(name, "2009-07-01", "2021-06-30", draw(some))
            if draw(OFTEN):
                belongs(name, "2009-07-01", "2021-06-30")
        elif kind == "long ended":
            exists(name, "2009-07-01", "2014-12-31", draw(some))
            belongs(name, "2009-07-01", "2014-12-31")
        elif kind == "begins":
            exists(name, "2021-07-01", None, None)
            belongs(name, "2021-07-01", None)
        else:
            exists(name, "2009-07-01", None, None)
    return rows


INDICATORS = {
    "ft_children_served": ("output", 1, "cumulative"),
    "ft_parents_served": ("output", 1, "cumulative"),
    "grt_adults_served": ("output", 1, "cumulative"),
    "family_environment_share": ("result", 1, "stock"),
    "partner_municipalities": ("input", 1, "stock"),
    "partner_child_institutions": ("input", 1, "stock"),
    "a_result": ("result", -1, "stock"),
    "b_drawn": (None, None, None),
    "c_drawn": (None, None, None),
}
# Of these, persons are in the table reimbursement too.
SERVED = ("ft_children_served", "ft_parents_served", "grt_adults_served")
GROUP_OF_SERVED = dict(zip(SERVED, ("ft_children", "ft_parents", "grt_adults"), strict=True))
VALUES = st.sampled_from((0, 0, 5, 5, 6, 10, 10, 12.5, 37, 100, 250, -4, -10))


@st.composite
def indicators(draw, day: datetime.date) -> Rows:
    """Draw indicators with versions of their targets and observations, some of them at odds."""
    date = dates_around(day)
    rows: Rows = {name: [] for name in ("indicators", "targets", "observations")}
    for name, (level, direction, kind) in INDICATORS.items():
        row = dict(
            indicator=name,
            level=level or draw(st.sampled_from(("input", "output", "result"))),
            direction=direction or draw(st.sampled_from((1, -1))),
            kind=kind or draw(st.sampled_from(("stock", "cumulative"))),
        )
        rows["indicators"].append(row | dict(unit="persons", source=draw(SOURCE)))
        for region in REGIONS[:: draw(st.sampled_from((1, 1, 2)))]:
            versions = ("1", "2", "10", "v1")[: draw(st.sampled_from((0, 1, 1, 2, 3, 4)))]
            starts = draw(
                st.lists(date, min_size=len(versions), max_size=len(versions), unique=True)
            )
            for version, start in zip(versions, starts, strict=True):
                ends = draw(st.lists(date, min_size=2, max_size=2))
                target = dict(indicator=name, region=region, version=version, valid_from=start)
                target |= dict(baseline_date=min(ends), baseline_value=draw(VALUES))
                target |= dict(target_date=max(ends), target_value=draw(VALUES))
                rows["targets"].append(target | dict(source=draw(SOURCE)))
            for when in draw(st.lists(date, max_size=3, unique=True)):
                value = draw(VALUES)
                for _ in range(draw(st.sampled_from((1, 1, 2, 3)))):
                    seen = dict(indicator=name, region=region, date=when, source=draw(SOURCE))
                    seen |= dict(value=value if draw(st.booleans()) else draw(VALUES))
                    seen |= dict(counting_basis=draw(BASIS))
                    seen |= dict(
                        qualifier=draw(st.sampled_from((None, None, "more_than", "about")))
                    )
                    rows["observations"].append(seen)
    return rows


@st.composite
def reimbursements(draw, day: datetime.date, observations: list[Row]) -> Rows:
    """Draw persons and money, some of them beside what is observed of the same day."""
    rows = []
    amount = st.sampled_from((None, 0.0, 1000.5, 25000.0, 99999.99))
    for region in REGIONS:
        dates = st.lists(dates_around(day), max_size=4, unique=True)
        for when in draw(dates) if draw(OFTEN) else []:
            for group in GROUP_OF_SERVED.values():
                if draw(OFTEN):
                    row = dict(region=region, date=when, target_group=group)
                    row |= dict(persons_cumulative=draw(st.sampled_from((0, 5, 6, 10, 37, 100))))
                    rows.append(row | dict(amount_eur_cumulative=draw(amount), source=draw(SOURCE)))
    for seen in observations:
        if seen["indicator"] in SERVED and seen["value"] >= 0 and draw(st.booleans()):
            group = GROUP_OF_SERVED[seen["indicator"]]
            row = dict(region=seen["region"], date=seen["date"], target_group=group)
            persons = int(seen["value"]) + draw(st.sampled_from((0, 1)))
            row |= dict(persons_cumulative=persons, source=draw(SOURCE))
            rows.append(row | dict(amount_eur_cumulative=draw(amount)))
    return {"reimbursement": rows}


@st.composite
def children(draw, day: datetime.date) -> Rows:
    """Draw children in care and their moves, of which a count may lack one side."""
    rows: Rows = {"placements": [], "flows": []}
    residential = ("institution", "state_institution", "family_like", "youth_house")
    families = ("foster_family", "specialised_foster_family", "guardian")
    here = st.lists(st.sampled_from((*residential, *families)), max_size=5, unique=True)
    for year in (day.year - 2, day.year - 1, day.year):
        for region in REGIONS:
            for basis in draw(st.lists(st.sampled_from(("lm", "vbtai", "other")), max_size=2)):
                for place in draw(here):
                    row = dict(region=region, year=year, care_arrangement=place)
                    row |= dict(counting_basis=basis, children=draw(FEW), source=draw(SOURCE))
                    rows["placements"].append(row)
            moves = st.tuples(
                st.sampled_from((*residential, *families, "entry")),
                st.sampled_from((*residential, *families, "exit", "adoption", "family")),
                st.sampled_from(("0-6", "7-17", "18+", "all")),
            )
            for start, end, age in (
                draw(st.lists(moves, max_size=4)) if region != "national" else ()
            ):
                row = dict(region=region, year=year, age_band=age, from_arrangement=start)
                row |= dict(to_arrangement=end, children=draw(FEW), child_years=1.5)
                rows["flows"].append(row | dict(source=draw(SOURCE)))
    return rows


@st.composite
def carers(draw, day: datetime.date) -> Rows:
    """Draw carers of regions, of their municipalities or both: short and long series, and ties."""
    rows = []
    perhaps = st.sampled_from((None, 0, 3, 7))
    for carer_type in ("guardian", "foster_family", "adopter"):
        for status in ("registered", "hosting"):
            for region in REGIONS:
                how = draw(st.sampled_from(("none", "none", "whole", "whole", "parts", "both")))
                if how == "none":
                    continue
                length = draw(st.sampled_from((1, 2, 3, 4, 5, 5, 6, 7, 9, 10, 12)))
                count = draw(st.sampled_from((st.integers(0, 3), st.integers(0, 900))))
                skipped = draw(st.integers(0, length + 1))
                years = [day.year - back for back in range(length + 1) if back != skipped]
                for year in years:
                    own = dict(region=region, year=year, carer_type=carer_type, status=status)
                    if how == "whole" or (how == "both" and draw(st.booleans())):
                        row = own | dict(count=draw(count), source=draw(SOURCE))
                        rows.append(row | dict(entries=draw(perhaps), exits=draw(perhaps)))
                    if how in ("parts", "both") and region != "national":
                        few = st.lists(st.sampled_from(MUNICIPALITIES), max_size=2, unique=True)
                        for name in draw(few):
                            row = own | dict(municipality=name, count=draw(count))
                            row |= dict(entries=draw(perhaps), exits=draw(perhaps))
                            rows.append(row | dict(source=draw(SOURCE)))
    return {"carers": rows}


@st.composite
def services(draw, day: datetime.date) -> Rows:
    """Draw services, needs and ratings of municipalities, whether these existed or not."""
    date = dates_around(day)
    rows: Rows = {"services": [], "needs": [], "availability": []}
    kinds = st.tuples(
        st.sampled_from(MUNICIPALITIES), st.sampled_from(TYPES), st.sampled_from(GROUPS)
    )
    for name, service, group in draw(st.lists(kinds, max_size=14)):
        own = dict(municipality=name, service_type=service, target_group=group)
        opened = draw(date)
        closed = draw(st.sampled_from((None, None, opened, day, day + ONE, day - ONE)))
        row = own | dict(provider_name=draw(st.sampled_from(("Aka", "Bērzs", "Čiekurs"))))
        row |= dict(site=draw(st.sampled_from(("Iela 1", "Iela 2"))), opened=opened)
        rows["services"].append(row | dict(closed=closed, source=draw(SOURCE)))
    for name, service, group in draw(st.lists(kinds, max_size=12)):
        own = dict(municipality=name, service_type=service, target_group=group)
        for when in draw(st.lists(date, min_size=1, max_size=2, unique=True)):
            row = own | dict(date=when, assessed=draw(FEW), needing=draw(FEW))
            rows["needs"].append(row | dict(receiving=draw(FEW), source=draw(SOURCE)))
    for name, service, group in draw(st.lists(kinds, max_size=8)):
        own = dict(municipality=name, service_type=service, target_group=group)
        for when in draw(st.lists(date, min_size=1, max_size=2, unique=True)):
            row = own | dict(date=when, rating=draw(st.integers(0, 3)))
            rows["availability"].append(row | dict(source=draw(SOURCE)))
    return rows


@st.composite
def projects(draw, day: datetime.date) -> Rows:
    """Draw infrastructure, its milestones and the places that plans name."""
    date = dates_around(day)
    rows: Rows = {"infrastructure": [], "milestones": [], "planned_places": []}
    eur = st.sampled_from((None, 0.0, 0.1, 1000.0, 1000.0, 250000.25))
    places = draw(st.sampled_from((st.integers(0, 9), st.sampled_from((None, 0, 4, 8)))))
    for number in range(draw(st.sampled_from((0, 2, 3, 3, 4)))):
        project = f"p-{number}"
        row = dict(project=project, municipality=draw(st.sampled_from(MUNICIPALITIES)))
        row |= dict(region=draw(REGION), fund=draw(st.sampled_from(("ERDF", "ESF"))))
        row |= dict(planned_eur=draw(eur) or 0.0, contracted_eur=draw(eur))
        row |= dict(certified_eur=draw(eur), places=draw(places), source=draw(SOURCE))
        rows["infrastructure"].append(row)
        for milestone in MILESTONES:
            if draw(OFTEN):
                step = dict(project=project, milestone=milestone, planned=draw(date))
                step |= dict(actual=draw(date) if draw(OFTEN) else None, source=draw(SOURCE))
                rows["milestones"].append(step)
    some = st.sampled_from((None, *MUNICIPALITIES))
    for name in draw(st.lists(some, max_size=3)):
        row = dict(
            region=draw(REGION), municipality=name, care_arrangement=draw(st.sampled_from(TYPES))
        )
        row |= dict(year=draw(st.sampled_from((2019, 2023))), places=draw(FEW))
        rows["planned_places"].append(row | dict(source=draw(SOURCE)))
    return rows


@st.composite
def process(draw, day: datetime.date) -> Rows:
    """Draw plans, what happened to them and what should have, and the partners."""
    date = dates_around(day)
    rows: Rows = {"plan_events": [], "plan_deadlines": [], "partners": []}
    plan = st.sampled_from(("di_plan", "di_plan", "home-1", "home-2"))
    event = st.sampled_from(
        ("contracted", "drafted", "submitted", "approved", "approved", "amended")
    )
    for _ in range(draw(st.integers(0, 8))):
        row = dict(region=draw(REGION), plan=draw(plan), date=draw(date), event=draw(event))
        number = draw(st.sampled_from((None, None, "8", "10")))
        rows["plan_events"].append(row | dict(number=number, source=draw(SOURCE)))
    for _ in range(draw(st.integers(0, 6))):
        row = dict(region=draw(REGION), plan=draw(plan), event=draw(event), due=draw(date))
        rows["plan_deadlines"].append(row | dict(source=draw(SOURCE)))
    kinds = st.sampled_from(("municipality", "children_institution", "state_centre", "other"))
    for number in range(draw(st.integers(0, 5))):
        row = dict(partner=f"partner-{number}", kind=draw(kinds), region=draw(REGION))
        row |= dict(agreed_on=draw(date) if draw(OFTEN) else None, source=draw(SOURCE))
        rows["partners"].append(row)
    return rows


@st.composite
def packages(draw) -> tuple[Rows, dict[str, Any]]:
    """Draw a whole small package, and what a report of it is asked for."""
    day = draw(st.sampled_from(DAYS))
    measured = draw(indicators(day))
    rows: Rows = {
        "sources": [
            dict(source=name, published=draw(PUBLISHED), evidence=draw(st.sampled_from(EVIDENCE)))
            for name in SOURCES
        ],
        "regions": [dict(region=region, source="s1") for region in ("kurzeme", "riga")],
        **draw(municipalities()),
        **measured,
        **draw(reimbursements(day, measured["observations"])),
        **draw(children(day)),
        **draw(carers(day)),
        **draw(services(day)),
        **draw(projects(day)),
        **draw(process(day)),
    }
    for name, key in KEYS_OF_DATA.items():
        first = {tuple(row.get(column) for column in key): row for row in rows[name][::-1]}
        rows[name] = list(first.values())[::-1]
    optional = [name for name in rows if name not in ("sources", "regions")]
    missing = draw(st.sampled_from((None, *optional)))
    if missing:
        del rows[missing]
    for name in draw(st.lists(st.sampled_from(optional), max_size=2)):
        for emptied in (name, *NOTHING_WITHOUT.get(name, ())):
            if emptied in rows:
                rows[emptied] = []
    # The lines of a package are not in the order of its rows, and may stand in several files.
    for name, listed in rows.items():
        turn = draw(st.integers(0, max(0, len(listed) - 1)))
        for number, row in enumerate(listed):
            row["file"] = f"{name}.csv" if number % 5 else f"{name}-2020.csv"
            row["line"] = 2 + (number + turn) % len(listed)
            for column, value in row.items():
                if isinstance(value, datetime.date):
                    row[column] = value.isoformat()
    asked = dict(
        as_of=day.isoformat(),
        rating_on_track=draw(st.sampled_from((0.95, 0.95, 1.0))),
        rating_acceleration=draw(st.sampled_from((0.6, 0.6, 0.5))),
        trend_significance=draw(st.sampled_from((0.05, 0.05, 0.1, 0.2))),
        value_age_limit_months=draw(st.sampled_from((12, 12, 6, 36))),
    )
    return rows, asked


# Tables whose rows name rows of others.
NOTHING_WITHOUT = {
    "municipalities": ("region_membership", "services", "needs", "availability"),
    "indicators": ("targets", "observations"),
    "infrastructure": ("milestones",),
}
CASE = ("municipality", "service_type", "target_group")
KEYS_OF_DATA = {
    "observations": ("indicator", "region", "date", "counting_basis", "source"),
    "placements": ("region", "year", "care_arrangement", "counting_basis"),
    "flows": ("region", "year", "age_band", "from_arrangement", "to_arrangement"),
    "carers": ("region", "municipality", "year", "carer_type", "status"),
    "services": ("provider_name", "site", *CASE, "opened"),
    "needs": (*CASE, "date"),
    "availability": (*CASE, "date"),
    "reimbursement": ("region", "date", "target_group"),
    "planned_places": ("region", "municipality", "care_arrangement", "year"),
    "plan_events": ("region", "plan", "date", "event", "number"),
    "plan_deadlines": ("region", "plan", "event", "due"),
}

# Whole numbers that may be missing; the reader makes another kind of column of them.
MAY_BE_EMPTY = {("carers", "entries"), ("carers", "exits"), ("infrastructure", "places")}
DTYPES = {"VARCHAR": "str", "INTEGER": "int64", "DOUBLE": "float64", "DATE": "datetime64[s]"}


def frames(
    rows: Rows, columns: dict[str, dict[str, str]]
) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """Make the tables of a package and their lines, in the order in which the reader sorts them."""
    tables, lines = {}, {}
    for name, listed in rows.items():
        made = {}
        for column, kind in columns[name].items():
            values = [row.get(column) for row in listed]
            dtype = "Int64" if (name, column) in MAY_BE_EMPTY else DTYPES[kind]
            if kind == "DATE":
                values = [pd.to_datetime(value) for value in values]
            made[column] = pd.Series(values, dtype=dtype)
        frame = pd.DataFrame(made).sort_values(list(columns[name]), kind="stable")
        where = pd.DataFrame(
            {
                "file": pd.Series([row["file"] for row in listed], dtype="str"),
                "row": pd.Series([row["line"] for row in listed], dtype="int64"),
            }
        )
        lines[name] = where.loc[frame.index].reset_index(drop=True)
        tables[name] = frame.reset_index(drop=True)
    return tables, lines


# ---------------------------------------------------------------------------------------- tests


def evaluated(
    rows: Rows, asked: dict[str, Any], columns: dict[str, dict[str, str]]
) -> ProgressEvaluation:
    """Give the tables as the package works them out."""
    tables, lines = frames(rows, columns)
    return evaluate_progress(
        tables,
        region="kurzeme",
        day=pd.Timestamp(asked["as_of"]),
        thresholds=ProgressThresholds(
            rating_on_track=asked["rating_on_track"],
            rating_acceleration=asked["rating_acceleration"],
            trend_significance=asked["trend_significance"],
            value_age_limit_months=asked["value_age_limit_months"],
        ),
        lines=lines,
    )


@pytest.mark.parametrize("shard", range(SHARDS))
def test_generated_packages_have_the_same_tables_in_sql(
    shard, recompute_progress, progress_differences, progress_columns, with_findings
):
    rows_met: Counter[str] = Counter()

    @tried(packages(), shard, PACKAGES)
    def compare(package: tuple[Rows, dict[str, Any]]) -> None:
        rows, asked = package
        recomputed = recompute_progress(rows, {**asked, "region": "kurzeme"})
        made = with_findings(evaluated(rows, asked, progress_columns).tables, "kurzeme")
        assert progress_differences(made, recomputed) == []
        rows_met.update({name: len(found) for name, (_, found) in recomputed.items()})

    compare()
    # Nothing is compared where nothing is generated.
    assert len(rows_met) == 23, rows_met
    assert all(number >= PACKAGES // 10 for number in rows_met.values()), rows_met
