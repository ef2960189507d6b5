"""What a region's progress may show: children, carers, needs, persons reimbursed, indicators."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Collection, Iterable, Mapping

import pandas as pd

from dieval.progress.conflicts import INDICATOR_OF_GROUP
from dieval.progress.evaluation import ProgressEvaluation
from dieval.release.cells import (
    DETAIL,
    SUM,
    UNSEEN,
    WHOLE,
    Cells,
    Key,
    Row,
    Shown,
    Tables,
    cells_of,
    mask_all,
    masked,
)
from dieval.release.rules import Rules
from dieval.release.tables import ReleasedTables, without_values
from dieval.vocabulary import CARE_GROUPS, FAMILY_BASED, NATIONAL, RESIDENTIAL, is_hidden

# Units of indicators that count somebody; the others count plans, places or money.
PERSONS = ("children", "persons", "families", "carers", "households", "guardians", "adults")
NEEDS = ("assessed", "needing", "receiving", "unmet")
SERVICE = ["municipality", "service_type", "target_group"]
COUNTED = ["region", "year", "counting_basis"]
BASES = ("vbtai", "lm", "other")
# Tables that hold the country beside the region, and what a row is about: the country's number,
# less those of the other regions, is the region's.
COUNTRYWIDE: Mapping[str, list[str]] = {
    "placement_mix": ["year", "counting_basis"],
    "family_environment": ["year", "counting_basis"],
    "moves": ["year"],
    "carers_by_year": ["carer_type", "status", "year"],
    "carers_trend": ["carer_type", "status"],
    "hosting_share": ["carer_type", "year"],
}
# Indicators that count what other tables count at the end of a year, or by target group.
STOCKS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "children_in_institutions": (RESIDENTIAL, RESIDENTIAL[:1]),
    "children_in_foster_families": (
        ("foster_family", "specialised_foster_family"),
        ("foster_family",),
    ),
    "children_under_guardianship": (("guardian",),),
}
# Indicators that are shares or rates of numbers in other tables.
DIVIDED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "family_environment_share": (("care",), ("families",)),
    "care_share_of_minors": (("care",),),
    "residential_care_rate": tuple(("stock", code) for code in RESIDENTIAL),
}
# Columns that are not available where a number that they are made from is 0.
_NONE_OF_NOBODY: Mapping[str, tuple[str, ...]] = {
    "service_coverage": ("coverage",),
    "carers_trend": ("change",),
    "hosting_share": ("share",),
}
# What is published of countries at the end of each year, however it is counted: less the numbers of
# the other regions, it is a region's.
OF_COUNTRY = tuple(codes[0] for codes in STOCKS.values())
GROUP_OF_INDICATOR = {indicator: group for group, indicator in INDICATOR_OF_GROUP.items()}
WHERE = {  # where the groups of moves are counted
    "families": FAMILY_BASED,
    **{
        group: tuple(code for code, of in CARE_GROUPS.items() if of == group)
        for group in ("residential", "family_like")
    },
}


def hidden_progress(
    evaluation: ProgressEvaluation,
    region: str,
    units: Mapping[str, str],
    rules: Rules,
    seconds: float,
    earlier: Iterable[Tables] = (),
) -> frozenset[Key]:
    """Find the cells of a region's progress that are not shown.

    Parameters
    ----------
    evaluation : ProgressEvaluation
    region : str
        Code of the region.
    units : mapping of str to str
        Unit of each indicator.
    rules : Rules
    seconds : float
        Limit of each search.
    earlier : iterable of mapping of str to DataFrame
        Tables that earlier editions show of the region.

    Returns
    -------
    frozenset of tuple
        Keys of cells; `few` is put before those whose money is hidden with them.
    """
    tables, earlier = evaluation.tables, list(earlier)

    def add(cells: Cells, of: Tables) -> None:
        add_persons(cells, of, region, units)

    persons = cells_of(add, tables, earlier, rules)
    money = cells_of(
        lambda cells, of: _add_money(cells, of, region), tables, earlier, rules, persons=False
    )
    hidden = persons.hidden(persons.few_persons(), seconds)
    of_few = [
        (f"{key[0]}_eur", *key[1:])
        for key, place in persons.keys.items()
        if key[0] in ("reimbursed", "since") and 0 < persons.values[place] < rules.persons
    ]
    return hidden | money.hidden(money.uncertain(of_few), seconds)


def add_persons(cells: Cells, tables: Tables, region: str, units: Mapping[str, str]) -> None:
    """Add all numbers of persons of a region's tables, and the sums among them."""
    if "placement_mix" in tables:
        _stocks(cells, tables["placement_mix"], tables["family_environment"])
    if "moves" in tables:
        _moves(cells, tables["moves"])
    if "carers_by_year" in tables:
        _carers(cells, tables["carers_by_year"])
    if "service_coverage" in tables:
        add_needs(cells, tables["service_coverage"], tables.get("funnel"), region)
    if "reimbursement" in tables:
        _reimbursed(cells, tables["reimbursement"], region)
    for name in ("indicator_progress", "latest_values", "source_conflicts"):
        if name in tables:
            _observed(cells, tables[name], units, region)


def _stocks(cells: Cells, mix: pd.DataFrame, sides: pd.DataFrame) -> None:
    """Add children by arrangement, in families and in all care."""
    cells.add_all(mix, "stock", [*COUNTED, "care_arrangement"], "children", DETAIL)
    cells.add_all(sides, "care", COUNTED, "children_in_care", WHOLE)
    cells.add_all(sides, "families", COUNTED, "children_in_families", SUM)
    for unit, rows in mix.groupby(COUNTED):
        key = tuple(unit)
        of = {code: ("stock", *key, code) for code in rows["care_arrangement"]}
        cells.add_sum(("care", *key), list(of.values()), WHOLE)
        cells.total(("care", *key), list(of.values()))
        cells.total(("families", *key), [of[code] for code in FAMILY_BASED if code in of])
        for group, codes in WHERE.items():
            ours = [of[code] for code in codes if code in of]
            if ours:
                cells.add_sum(("group", *key, group), ours, UNSEEN)
                cells.total(("group", *key, group), ours)
        for codes in OF_COUNTRY:
            ours = [of[code] for code in codes if code in of]
            if ours and unit[0] != NATIONAL:
                cells.know(("country", *key, codes[0]), ours)


def _moves(cells: Cells, moves: pd.DataFrame) -> None:
    """Add the moves, and how they change the children of each group where that holds."""
    key = ["region", "year", "from_group", "to_group"]
    cells.add_all(moves, "move", key, "children", DETAIL)
    bases = {place[3] for place in cells.keys if place[0] == "group"}
    for (region, year), rows in moves.groupby(["region", "year"]):
        every = [("move", *row) for row in rows[key].itertuples(index=False)]
        for basis in sorted(map(str, bases)):
            for group in WHERE:
                came = [move for move in every if move[4] == group and move[3] != group]
                left = [move for move in every if move[3] == group and move[4] != group]
                now, before = (
                    ("group", region, moment, basis, group) for moment in (year, year - 1)
                )
                _balance(cells, [now, *left], [before, *came])


def _balance(cells: Cells, one: list[Key], other: list[Key]) -> None:
    """Say that two sums are the same, where they are."""
    if any(key not in cells.keys for key in (one[0], other[0])):
        return
    if abs(cells.of(one) - cells.of(other)) < 0.5:
        both = ("same", *one[0], *other[0])
        cells.add_sum(both, one, UNSEEN)
        cells.total(both, one)
        cells.total(both, other)


def _carers(cells: Cells, carers: pd.DataFrame) -> None:
    """Add carers, who came and who left; those who host are some of those registered."""
    key = ["region", "carer_type", "status", "year"]
    for name, column in (("carers", "count"), ("entries", "entries"), ("exits", "exits")):
        cells.add_all(carers, name, key, column, DETAIL)
    for row in carers[key].itertuples(index=False):
        place = tuple(row)
        before = (*place[:3], place[3] - 1)
        _balance(
            cells,
            [("carers", *place), ("exits", *place)],
            [("carers", *before), ("entries", *place)],
        )
        if place[2] == "registered":
            hosting = ("carers", *place[:2], "hosting", place[3])
            cells.total(("carers", *place), [hosting], rest=True, believed=True)


def add_needs(
    cells: Cells, coverage: pd.DataFrame, funnel: pd.DataFrame | None, region: str
) -> None:
    """Add who was assessed, needs, receives and lacks each service, and the sums of the region."""
    for name in NEEDS:
        cells.add_all(coverage, name, SERVICE, name, DETAIL)
    for row in coverage[SERVICE].itertuples(index=False):
        place = tuple(row)
        parts = [("receiving", *place), ("unmet", *place)]
        cells.total(("needing", *place), parts, believed=True)
        cells.total(("assessed", *place), [("needing", *place)], rest=True, believed=True)
    if funnel is None:
        return
    for name in NEEDS[:3]:
        summed = funnel.assign(region=region)
        cells.add_all(
            summed, f"all_{name}", ["region", "service_type", "target_group"], name, WHOLE
        )
        for service, group in funnel[["service_type", "target_group"]].itertuples(index=False):
            ours = (coverage["service_type"] == service) & (coverage["target_group"] == group)
            parts = [(name, place, service, group) for place in coverage.loc[ours, "municipality"]]
            cells.total((f"all_{name}", region, service, group), parts)
    for service, group in funnel[["service_type", "target_group"]].itertuples(index=False):
        place = (region, service, group)
        for whole, part in (("assessed", "needing"), ("needing", "receiving")):
            parts = [(f"all_{part}", *place)]
            cells.total((f"all_{whole}", *place), parts, rest=True, believed=True)


def _reimbursed(cells: Cells, table: pd.DataFrame, region: str) -> None:
    """Add persons reimbursed so far and since the date before, by target group and in all."""
    rows = table.assign(region=region, date=_days(table["date"]))
    key = ["region", "date", "target_group"]
    cells.add_all(rows, "reimbursed", key, "persons", SUM)
    cells.add_all(rows, "since", key, "persons_since", DETAIL)
    _cumulative(cells, rows, "reimbursed", "since")


def _cumulative(cells: Cells, rows: pd.DataFrame, so_far: str, since: str) -> None:
    """Say how dates and groups add up: persons only ever become more, amounts may be paid back."""
    for group, dates in rows.sort_values("date").groupby("target_group")["date"]:
        days = list(dict.fromkeys(dates))
        for before, day in itertools.pairwise(days):
            place = (rows["region"].iloc[0], day, group)
            earlier = (rows["region"].iloc[0], before, group)
            parts = [(so_far, *earlier), (since, *place)]
            cells.total((so_far, *place), parts, believed=cells.persons)
    for date, of_day in rows.groupby("date"):
        region = of_day["region"].iloc[0]
        groups = [group for group in of_day["target_group"] if group != "total"]
        for name in (so_far, since):
            whole = (name, region, date, "total")
            parts = [(name, region, date, group) for group in groups]
            cells.total(whole, parts, believed=cells.persons)


def _add_money(cells: Cells, tables: Tables, region: str) -> None:
    """Add the amounts reimbursed, and the sums among them."""
    if "reimbursement" in tables:
        table = tables["reimbursement"]
        rows = table.assign(region=region, date=_days(table["date"]))
        key = ["region", "date", "target_group"]
        cells.add_all(rows, "reimbursed_eur", key, "amount_eur", SUM)
        cells.add_all(rows, "since_eur", key, "amount_eur_since", DETAIL)
        _cumulative(cells, rows, "reimbursed_eur", "since_eur")


def _days(dates: pd.Series) -> pd.Series:
    return pd.to_datetime(dates).dt.strftime("%Y-%m-%d")


def _observed(cells: Cells, table: pd.DataFrame, units: Mapping[str, str], region: str) -> None:
    """Add the observed values and baselines of indicators that count somebody."""
    for row in table.to_dict("records"):
        if units.get(str(row["indicator"])) not in PERSONS:
            continue
        for key, value in _values_of(row, region):
            cells.add(key, value, SUM)
            date = row["baseline_date"] if key[0] == "baseline" else key[3]
            if key in cells.keys and pd.notna(date):
                _same_elsewhere(cells, key, pd.Timestamp(str(date)).strftime("%Y-%m-%d"))


def _values_of(row: Row, region: str) -> list[tuple[Key, object]]:
    """Give the cells of a row on an indicator: its value, and its baseline if it has one."""
    place = (row.get("region", region), row["indicator"])
    found: list[tuple[Key, object]] = []
    date = row.get("value_date", row.get("date"))
    if pd.notna(date):
        day = pd.Timestamp(str(date)).strftime("%Y-%m-%d")
        basis = str(row.get("counting_basis"))
        found.append((("observed", *place, day, basis, row["source"]), row["value"]))
    if "baseline_value" in row:
        found.append((("baseline", *place, row["version"]), row["baseline_value"]))
    return found


def _same_elsewhere(cells: Cells, key: Key, day: str) -> None:
    """Link an observed value or a baseline to the cells of other tables that count the same.

    Where they agree: nothing follows from the others.
    """
    region, indicator = key[1:3]
    year, last_day = int(day[:4]), day[4:]
    group = GROUP_OF_INDICATOR.get(str(indicator))
    if group is not None:
        cells.total(key, [("reimbursed", region, day, group)])
    if last_day != "-12-31":
        return
    bases = sorted({str(place[3]) for place in cells.keys if place[0] == "care"})
    for basis in bases:
        if indicator == "children_in_care":
            cells.total(key, [("care", region, year, basis)])
        for codes in STOCKS.get(str(indicator), ()):
            cells.total(key, [("stock", region, year, basis, code) for code in codes])


def release_progress(
    evaluation: ProgressEvaluation, region: str, hidden: frozenset[Key]
) -> ProgressEvaluation:
    """Hide in the tables of a region's progress what rests on hidden cells.

    Parameters
    ----------
    evaluation : ProgressEvaluation
    region : str
        Code of the region.
    hidden : frozenset of tuple
        `hidden_progress`.

    Returns
    -------
    ProgressEvaluation
        With tables that may be shown.
    """
    tables = dict(evaluation.tables)
    for name, key in COUNTRYWIDE.items():
        if name in tables:
            tables[name] = _without_sums(tables[name], key, region)
    mask_all(tables, _rests(region, hidden), hidden, _NONE_OF_NOBODY)
    if "service_coverage" in tables:
        tables["service_coverage"] = _ranked_anew(tables["service_coverage"])
    return dataclasses.replace(
        evaluation,
        tables=ReleasedTables(tables),
        counted=without_values(evaluation.counted),
    )


def _without_sums(table: pd.DataFrame, key: list[str], region: str) -> pd.DataFrame:
    """Leave out the country where the region has a row on the same.

    What other regions hide is not known here. A country whose regions are counted otherwise, or
    have no data, is no sum of them and stays.
    """
    about = pd.MultiIndex.from_frame(table[key])
    ours = about[(table["region"] == region).to_numpy()]
    sums = (table["region"] == NATIONAL).to_numpy() & about.isin(ours)
    return table[~sums]


def _ranked_anew(shown: pd.DataFrame) -> pd.DataFrame:
    """Rank the unmet needs that are shown: a gap among the ranks would place a hidden one."""
    hidden = shown["unmet"].map(is_hidden).to_numpy(bool)
    if not hidden.any():
        return shown
    unmet = shown["unmet"].astype("float64")
    ranks = unmet.where(unmet > 0).rank(method="min", ascending=False)
    return masked(shown.assign(rank=ranks), {"rank": hidden}, ["rank"])


def _rests(region: str, hidden: Collection[Key]) -> list[Shown]:
    """List the tables, their columns, and what each value of these columns rests on."""

    def stock(row: Row) -> list[Key]:
        return [("stock", *_of(row, [*COUNTED, "care_arrangement"]))]

    def care(row: Row) -> list[Key]:
        return [("care", *_of(row, COUNTED))]

    def families(row: Row) -> list[Key]:
        return [("families", *_of(row, COUNTED))]

    def carers(name: str, *statuses: str) -> Callable[[Row], list[Key]]:
        def rests(row: Row) -> list[Key]:
            return [
                (name, row["region"], row["carer_type"], status, row["year"])
                for status in statuses or (row["status"],)
            ]

        return rests

    def trend(*columns: str) -> Callable[[Row], list[Key]]:
        def rests(row: Row) -> list[Key]:
            place = (row["region"], row["carer_type"], row["status"])
            if not columns:  # the whole series
                return [key for key in hidden if key[0] == "carers" and key[1:4] == place]
            return [("carers", *place, row[column]) for column in columns]

        return rests

    def needs(*names: str) -> Callable[[Row], list[Key]]:
        return lambda row: [(name, *_of(row, SERVICE)) for name in names]

    def all_needs(name: str) -> Callable[[Row], list[Key]]:
        return lambda row: [(f"all_{name}", region, row["service_type"], row["target_group"])]

    def dated(*names: str) -> Callable[[Row], list[Key]]:
        def rests(row: Row) -> list[Key]:
            day = pd.Timestamp(str(row["date"])).strftime("%Y-%m-%d")
            return [(name, region, day, row["target_group"]) for name in names]

        return rests

    def observed(*kinds: str) -> Callable[[Row], list[Key]]:
        def rests(row: Row) -> list[Key]:
            found = [key for key, _ in _values_of(row, region) if key[0] in kinds]
            return [*found, *_divided(row, region, kinds)]

        return rests

    value, baseline = observed("observed"), observed("baseline")
    both = observed("observed", "baseline")
    return [
        ("placement_mix", ("children",), stock),
        ("placement_mix", ("share",), lambda row: [*stock(row), *care(row)]),
        ("family_environment", ("children_in_care",), care),
        ("family_environment", ("children_in_families",), families),
        (
            "family_environment",
            ("share", "published_share"),
            lambda row: [*care(row), *families(row)],
        ),
        ("moves", ("children",), lambda row: [
            ("move", *_of(row, ["region", "year", "from_group", "to_group"]))
        ]),
        ("carers_by_year", ("count",), carers("carers")),
        ("carers_by_year", ("entries",), carers("entries")),
        ("carers_by_year", ("exits",), carers("exits")),
        ("hosting_share", ("registered",), carers("carers", "registered")),
        ("hosting_share", ("hosting",), carers("carers", "hosting")),
        ("hosting_share", ("share",), carers("carers", "registered", "hosting")),
        ("carers_trend", ("first_count",), trend("first_year")),
        ("carers_trend", ("last_count",), trend("last_year")),
        ("carers_trend", ("change",), trend("first_year", "last_year")),
        ("carers_trend", ("s", "p_exact", "smallest_p", "sen_slope", "verdict"), trend()),
        *(("service_coverage", (name,), needs(name)) for name in NEEDS),
        ("service_coverage", ("coverage",), needs("needing", "receiving")),
        *(("funnel", (name,), all_needs(name)) for name in NEEDS[:3]),
        ("reimbursement", ("persons",), dated("reimbursed")),
        ("reimbursement", ("persons_since",), dated("since")),
        ("reimbursement", ("amount_eur",), dated("reimbursed", "reimbursed_eur")),
        ("reimbursement", ("amount_eur_since",), dated("since", "since_eur")),
        (
            "reimbursement_pace",
            ("persons", "per_month_so_far", "per_month_needed"),
            dated("reimbursed"),
        ),
        ("indicator_progress", ("value", "eu_ratio"), value),
        (
            "indicator_progress",
            (
                "baseline_value",
                "expected",
                "expected_achievement",
                "expected_on_value_date",
                "growth_required",
            ),
            baseline,
        ),
        (
            "indicator_progress",
            ("achievement", "growth_observed", "growth_ratio", "rating", "reason", "standing"),
            both,
        ),
        ("latest_values", ("value",), value),
        ("source_conflicts", ("value",), value),
    ]  # fmt: skip


def _divided(row: Row, region: str, kinds: Collection[str]) -> list[Key]:
    """Give the children that an indicator divides, or divides by, at the ends of its years."""
    cells = DIVIDED.get(str(row["indicator"]), ())
    dates = {
        "observed": row.get("value_date", row.get("date")),
        "baseline": row.get("baseline_date"),
    }
    return [
        (name, row.get("region", region), pd.Timestamp(str(date)).year, basis, *code)
        for kind, date in dates.items()
        if kind in kinds and pd.notna(date)
        for name, *code in cells
        for basis in BASES
    ]


def _of(row: Row, columns: list[str]) -> Key:
    return tuple(row[column] for column in columns)
