"""What published results count and how it adds up, as whoever attacks them would put it together.

Written apart from what decides what is hidden: the audit shares no list of cells with it.
"""

from __future__ import annotations

import calendar
import itertools
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]
Place = tuple[Hashable, ...]
NATIONAL = "national"
FAMILIES = ("foster_family", "specialised_foster_family", "guardian")
# Units of columns that count somebody.
PERSONS = ("children", "persons", "carers", "families", "households")
# They say how large a group may be, not how many there are.
CAPACITIES = ("step_children",)
# In which arrangements the children of each step of a plan are.
STEPS = {
    "own_family": ("family", "adoption"),
    "family_environment": FAMILIES,
    "family_like": ("family_like", "youth_house"),
    "residential": ("institution", "state_institution"),
}
# Tables that add up the latest needs known on the day of the report.
OF_THE_DAY = ("funnel", "needs_by_region")
# Tables that hold the country beside its regions.
COUNTRYWIDE = ("placement_mix", "family_environment", "carers_by_year")
# What a number of the country counts in the tables of its regions, which may count otherwise.
OF_COUNTRY = {
    "institution": ("institution", "state_institution"),
    "foster_family": ("foster_family", "specialised_foster_family"),
    "guardian": ("guardian",),
}
HIDDEN = "c"


@dataclass
class Pool:
    """All cells of some published results: their values, hidden ones as None, and their sums.

    Parameters
    ----------
    persons, money : dict of tuple to float or None
        By what a cell is about; None where it is hidden.
    sums : list of (tuple, list of tuple, bool)
        A whole, its parts, and whether the parts may be less than the whole.
    where : dict of tuple to str
        File, table and column of a cell.
    contradictions : list of tuple
        Cells that one file hides and another shows.
    revised : list of (tuple, float)
        Cells of another value, or hidden, that an earlier edition shows, and the value there.
    between : set of tuple
        Cells that stand in no table: they say that two sums are the same.
    """

    persons: dict[Place, float | None] = field(default_factory=dict)
    money: dict[Place, float | None] = field(default_factory=dict)
    sums: list[tuple[Place, list[Place], bool]] = field(default_factory=list)
    where: dict[Place, str] = field(default_factory=dict)
    contradictions: list[Place] = field(default_factory=list)
    revised: list[tuple[Place, float]] = field(default_factory=list)
    between: set[Place] = field(default_factory=set)

    def put(self, cells: dict[Place, float | None], place: Place, value: Any, where: str) -> None:
        """Note a cell of a file; what is not available is none."""
        hidden = isinstance(value, dict) and value.get("symbol") == HIDDEN
        if not hidden and (isinstance(value, bool) or not isinstance(value, int | float)):
            return
        known = None if hidden else float(value)
        if place in cells and (cells[place] is None) != (known is None):
            self.contradictions.append(place)
            known = cells[place] if known is None else known
        cells[place] = known
        self.where.setdefault(place, where)


def pool(published: Mapping[str, Mapping[str, Any]]) -> Pool:
    """Put the results of all reports together.

    Parameters
    ----------
    published : mapping of str to dict
        Contents of results.json by the name of their folder.

    Returns
    -------
    Pool
    """
    made = Pool()
    region_of = _regions_of_homes(published)
    for folder, results in published.items():
        unit = str(results["unit"])
        home = region_of.get(unit, unit)
        day = str(results.get("parameters", {}).get("as_of", ""))
        needs: list[Place] = []
        for table, rows in _tables(results):
            for row in rows:
                region = str(row.get("region") or home)
                for cells, place, column in _cells(made, table, row, region, unit):
                    about = (*place, day) if table in OF_THE_DAY else place
                    made.put(cells, about, row.get(column), f"{folder}: {table}.{column}")
                    needs += [about] if table in (*OF_THE_DAY, "service_coverage") else []
        _services(made, needs)
    _add_up(made)
    return made


def together(editions: Sequence[Mapping[str, Mapping[str, Any]]]) -> Pool:
    """Put several editions together, the latest last, as whoever has them all would do.

    A cell that an earlier edition shows with another value, or that is hidden since, is one of its
    own there; what both hide is taken to be the same.
    """
    *earlier, latest = [pool(edition) for edition in editions]
    for number, before in reversed(list(enumerate(earlier, 1))):
        names: dict[Place, Place] = {
            place: (*place, f"edition {number}") for place in before.between
        }
        latest.between |= set(names.values())
        for cells, older in ((latest.persons, before.persons), (latest.money, before.money)):
            for place, value in older.items():
                if place in cells and value is not None and not _same(cells[place], value):
                    latest.revised.append((place, value))
                    names[place] = (*place, f"edition {number}")
                    latest.where[names[place]] = before.where[place]
                elif place in cells and value is None and cells[place] is not None:
                    latest.contradictions.append(place)
                    continue
                cells[names.get(place, place)] = value
        latest.sums += [
            (names.get(whole, whole), [names.get(part, part) for part in parts], less)
            for whole, parts, less in before.sums
        ]
        latest.where = before.where | latest.where
    return latest


def _same(one: float | None, other: float) -> bool:
    return one is not None and abs(one - other) <= 1e-6 * max(1.0, abs(other))


def small_numbers(results: Mapping[str, Any], least: int) -> Iterator[str]:
    """Name the columns of results that show a number of 1 to less than `least` persons."""
    for table, held in results["tables"].items():
        for place, column in enumerate(held["columns"]):
            scale = _children_by(column["unit"], column["name"])
            if scale is None:
                continue
            names = [one["name"] for one in held["columns"]]
            for row in held["rows"]:
                value = row[place]
                if (
                    isinstance(value, int | float)
                    and 0 < scale(value, dict(zip(names, row, strict=True))) < least
                ):
                    yield f"{table}.{column['name']}"
                    break


def persons_in(results: Mapping[str, Any]) -> set[str]:
    """Name the columns of results that count somebody, in whichever table."""
    return {
        column["name"]
        for held in results["tables"].values()
        for column in held["columns"]
        if column["unit"] in PERSONS and column["name"] not in CAPACITIES
    }


def _children_by(unit: str | None, name: str) -> Callable[[float, Row], float] | None:
    """Give how a column's numbers become persons; None where it counts nobody."""
    if name in CAPACITIES:
        return None
    if unit in PERSONS:
        return lambda value, row: abs(value)
    if unit == "child-days" and name == "child_days":
        return lambda value, row: value / days_of(row.get("year"))
    if unit == "child-months":
        return lambda value, row: value / 12
    return None


def days_of(year: Any) -> int:
    """Give the days of a year."""
    return 366 if isinstance(year, int) and calendar.isleap(year) else 365


def _tables(results: Mapping[str, Any]) -> Iterator[tuple[str, list[Row]]]:
    for name in results["tables"]:
        yield name, rows_of(results, name)


def rows_of(results: Mapping[str, Any], table: str) -> list[Row]:
    """Give the rows of a table of results by column; none where there is no such table."""
    held = results["tables"].get(table, {"columns": [], "rows": []})
    columns = [column["name"] for column in held["columns"]]
    return [dict(zip(columns, row, strict=True)) for row in held["rows"]]


def _regions_of_homes(published: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Find out from the lists of homes which region a home is in."""
    found = {}
    for results in published.values():
        for name, rows in _tables(results):
            if name == "provider_unit_costs":
                for row in rows:
                    found[str(row["provider"])] = str(row.get("region") or results["unit"])
    return found


# Table, columns that say what a cell is about, and columns that count persons.
_COUNTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "placement_mix": (("year", "counting_basis", "care_arrangement"), ("children",)),
    "family_environment": (
        ("year", "counting_basis"),
        ("children_in_care", "children_in_families"),
    ),
    "moves": (("year", "from_group", "to_group"), ("children",)),
    "carers_by_year": (("carer_type", "status", "year"), ("count", "entries", "exits")),
    "service_coverage": (
        ("municipality", "service_type", "target_group", "needs_date"),
        ("assessed", "needing", "receiving", "unmet"),
    ),
    "funnel": (("service_type", "target_group"), ("assessed", "needing", "receiving")),
    "needs_by_region": ((), ("needing", "receiving")),
    "reimbursement": (("date", "target_group"), ("persons", "persons_since")),
    "latest_values": (("indicator", "date", "counting_basis", "source"), ("value",)),
    "unit_costs": (("year", "care_arrangement"), ("child_days",)),
    "provider_unit_costs": (("year", "care_arrangement", "provider"), ("child_days",)),
    "group_costs": (("year", "care_arrangement", "age_band", "need_level"), ("child_months",)),
}
_OF_HOME: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "destinations": (("year", "care_arrangement"), ("children",)),
    "children_balance": (("year",), ("before", "entries", "in_care", "left_care")),
    "preference_shares": (("year", "step"), ("children",)),
    "stranded": (("year",), ("children_left",)),
}
_MONEY: dict[str, tuple[tuple[str, ...], str]] = {
    "unit_costs": (("year", "care_arrangement"), "total_eur"),
    "unit_cost_parts": (("year", "care_arrangement", "part"), "amount_eur"),
    "payer_split": (("year", "care_arrangement", "payer"), "amount_eur"),
    "provider_unit_costs": (("year", "care_arrangement", "provider"), "total_eur"),
}
# Cells that stand in another table, too: table and column, those of the cell, and what it is about:
# columns, and codes after a colon.
_OF_CARERS = ("carers_by_year", "count")
_OF_NEEDS = ("municipality", "service_type", "target_group", "needs_date")
_AGAIN: tuple[tuple[str, str, tuple[str, str], tuple[str, ...]], ...] = (
    ("hosting_share", "registered", _OF_CARERS, ("carer_type", ":registered", "year")),
    ("hosting_share", "hosting", _OF_CARERS, ("carer_type", ":hosting", "year")),
    ("carers_trend", "first_count", _OF_CARERS, ("carer_type", "status", "first_year")),
    ("carers_trend", "last_count", _OF_CARERS, ("carer_type", "status", "last_year")),
    ("unmet_needs", "needing", ("service_coverage", "needing"), _OF_NEEDS),
    ("unmet_needs", "receiving", ("service_coverage", "receiving"), _OF_NEEDS),
    ("unmet_needs", "unmet", ("service_coverage", "unmet"), _OF_NEEDS),
    ("reimbursement_pace", "persons", ("reimbursement", "persons"), ("date", "target_group")),
)


def _cells(
    made: Pool, table: str, row: Row, region: str, unit: str
) -> Iterator[tuple[dict[Place, float | None], Place, str]]:
    """Give the cells of a row: where each belongs, what it is about, and its column."""
    for of_table, first in ((_COUNTS, region), (_OF_HOME, unit)):
        if table in of_table:
            key, columns = of_table[table]
            about = tuple(_plain(row.get(name)) for name in key)
            for column in columns:
                yield made.persons, (table, column, first, *about), column
    if table in _MONEY:
        key, column = _MONEY[table]
        about = tuple(_plain(row.get(name)) for name in key)
        yield made.money, (table, column, region, *about), column
    for again, column, cell, names in _AGAIN:
        if table == again:
            about = tuple(
                name[1:] if name.startswith(":") else _plain(row.get(name)) for name in names
            )
            yield made.persons, (*cell, region, *about), column


def _plain(value: Any) -> Hashable:
    return str(value.get("symbol")) if isinstance(value, dict) else value


def _add_up(made: Pool) -> None:
    """Say what adds up to what."""
    _care(made)
    for place in list(made.persons):
        table, column, *about = place
        if table == "service_coverage" and column == "needing":
            parts = [(table, name, *about) for name in ("receiving", "unmet")]
            made.sums.append((place, parts, False))
        elif table in ("service_coverage", "funnel") and column == "assessed":
            made.sums.append((place, [(table, "needing", *about)], True))
        elif table in ("funnel", "needs_by_region") and column == "needing":
            made.sums.append((place, [(table, "receiving", *about)], True))
        elif table == "carers_by_year" and column == "count":
            region, kind, status, year = about
            if status == "registered":
                made.sums.append((place, [(table, column, region, kind, "hosting", year)], True))
        elif table == "family_environment" and column == "children_in_care":
            made.sums.append((place, [(table, "children_in_families", *about)], True))
    _details(made, made.persons, "unit_costs", "child_days", "provider_unit_costs")
    for table in ("unit_cost_parts", "payer_split", "provider_unit_costs"):
        _details(made, made.money, "unit_costs", "total_eur", table)
    _dates(made)
    _years_of_homes(made)
    _regions(made)
    _other_bases(made)
    _years_of_carers(made)


def _regions(made: Pool) -> None:
    """Add the regions up to the country, in columns where they do so wherever all are shown."""
    by: dict[tuple[Place, Place], list[Place]] = {}
    for place in made.persons:
        if place[0] in COUNTRYWIDE and place[2] != NATIONAL:
            by.setdefault((place[:2], place[3:]), []).append(place)
    every: dict[Place, int] = {}
    for (of, _), parts in by.items():
        every[of] = max(every.get(of, 0), len(parts))
    sums: dict[Place, list[tuple[list[Place], list[Place]]]] = {}
    for (of, about), parts in by.items():
        whole = (*of, NATIONAL, *about)
        if whole in made.persons and len(parts) == every[of]:
            sums.setdefault(of, []).append(([whole], parts))
    _add_where_always(made, sums.values())


def _other_bases(made: Pool) -> None:
    """Add the regions' children up to the country's on another basis, where that holds."""
    mix = [place for place in made.persons if place[:2] == ("placement_mix", "children")]
    regions = {place[2] for place in mix} - {NATIONAL}
    bases = {place[4] for place in mix}
    by: dict[tuple[Hashable, ...], list[Place]] = {}
    for place in mix:
        by.setdefault(place[3:], []).append(place)
    sums: dict[Place, list[tuple[list[Place], list[Place]]]] = {}
    for whole in mix:
        _, _, region, year, counted, arrangement = whole
        if region != NATIONAL:
            continue
        for basis in sorted(bases - {counted}, key=str):
            parts = [
                part
                for code in OF_COUNTRY.get(str(arrangement), ())
                for part in by.get((year, basis, code), ())
                if part[2] != NATIONAL
            ]
            if {part[2] for part in parts} == regions:
                sums.setdefault((arrangement, counted, basis), []).append(([whole], parts))
    _add_where_always(made, sums.values())


def _years_of_carers(made: Pool) -> None:
    """Say that carers of a year and who left are those of the year before and who came."""
    sums = []
    for place in list(made.persons):
        table, column, *about, year = place
        if (table, column) == ("carers_by_year", "count"):
            before = (table, column, *about, int(str(year)) - 1)
            came, left = ((table, name, *about, year) for name in ("entries", "exits"))
            if all(cell in made.persons for cell in (before, came, left)):
                sums.append(([place, left], [before, came]))
    if not _always(made, sums):
        return
    for one, other in sums:
        both = ("both", *one[0])
        made.persons[both] = None
        made.between.add(both)
        made.sums += [(both, one, False), (both, other, False)]


def _add_where_always(
    made: Pool, of_columns: Iterable[Sequence[tuple[list[Place], list[Place]]]]
) -> None:
    """Add sums of the country, column by column, where they hold wherever all of them is shown."""
    for ours in of_columns:
        if _always(made, ours):
            made.sums += [(whole, parts, False) for (whole,), parts in ours]


def _always(made: Pool, sums: Sequence[tuple[list[Place], list[Place]]]) -> bool:
    """Tell whether two sums are the same wherever all of both is shown, and that is anywhere."""
    apart = []
    for one, other in sums:
        left, right = ([made.persons[place] for place in side] for side in (one, other))
        if None not in left + right:
            apart.append(sum(value or 0 for value in left) - sum(value or 0 for value in right))
    return bool(apart) and not any(apart)


def _care(made: Pool) -> None:
    """Add the arrangements of a region up: all care, and families."""
    by: dict[Place, list[Place]] = {}
    for place in made.persons:
        if place[:2] == ("placement_mix", "children"):
            by.setdefault(place[2:5], []).append(place)
    for about, parts in by.items():
        families = [part for part in parts if part[-1] in FAMILIES]
        for column, ours in (("children_in_care", parts), ("children_in_families", families)):
            whole = ("family_environment", column, *about)
            if whole in made.persons and ours:
                made.sums.append((whole, ours, False))


def _details(
    made: Pool, cells: dict[Place, float | None], whole: str, column: str, details: str
) -> None:
    """Say that the details of an arrangement and year add up to it, or to part of it."""
    by: dict[Place, list[Place]] = {}
    for place in cells:
        if place[0] == details:
            by.setdefault(place[2:5], []).append(place)
    for about, parts in by.items():
        total = (whole, column, *about)
        if total in cells:
            made.sums.append((total, parts, details == "provider_unit_costs"))


def _services(made: Pool, places: Sequence[Place]) -> None:
    """Add up the needs of one report: its municipalities by service, services, and regions."""
    by: dict[Place, list[Place]] = {}
    for place in dict.fromkeys(places):
        table, name, region, *about = place
        if table == "service_coverage":
            _, service, group, _ = about
            by.setdefault(("funnel", name, region, service, group), []).append(place)
        elif table == "funnel":
            by.setdefault(("needs_by_region", name, region), []).append(place)
        elif region != NATIONAL:
            by.setdefault(("needs_by_region", name, NATIONAL), []).append(place)
    for place in dict.fromkeys(places):
        parts = by.get(place[:-1])
        if place[0] in OF_THE_DAY and parts:
            made.sums.append((place, parts, False))


def _dates(made: Pool) -> None:
    """Say that who was reimbursed by a date was so by the date before, or since."""
    days: dict[Place, list[str]] = {}
    for place in made.persons:
        if place[:2] == ("reimbursement", "persons"):
            days.setdefault((place[2], place[4]), []).append(str(place[3]))
    for (region, group), dates in days.items():
        ordered = sorted(set(dates))
        for before, day in itertools.pairwise(ordered):
            parts: list[Place] = [
                ("reimbursement", "persons", region, before, group),
                ("reimbursement", "persons_since", region, day, group),
            ]
            made.sums.append((("reimbursement", "persons", region, day, group), parts, False))
        for day in ordered:
            if group == "total":
                groups: list[Place] = [
                    ("reimbursement", "persons", region, day, other)
                    for other in {place[1] for place in days if place[0] == region} - {"total"}
                ]
                made.sums.append((("reimbursement", "persons", region, day, group), groups, False))


def _years_of_homes(made: Pool) -> None:
    """Say how the children of a plan add up in a year."""
    by: dict[Place, list[Place]] = {}
    for place in made.persons:
        if place[0] == "destinations":
            by.setdefault(place[2:4], []).append(place)
    ends = ("family", "adoption", "exit", "entry")
    for (home, year), parts in by.items():
        inside = [part for part in parts if part[-1] not in ends]
        whole = ("children_balance", "in_care", home, year)
        if whole in made.persons:
            made.sums.append((whole, inside, False))
        later = ("children_balance", "before", home, int(str(year)) + 1)
        if later in made.persons:
            made.sums.append((later, inside, False))
        for step, codes in STEPS.items():
            ours = [part for part in parts if part[-1] in codes]
            in_step = ("preference_shares", "children", home, year, step)
            if in_step in made.persons and ours:
                made.sums.append((in_step, ours, False))
    for home in dict.fromkeys(home for home, _ in by):
        _stay(made, home, [part for (of, _), parts in by.items() if of == home for part in parts])


def _stay(made: Pool, home: Hashable, planned: Sequence[Place]) -> None:
    """Say that who has left a home and who stays there are those who were there before.

    Which arrangement is the home's own is found out where the numbers are shown.
    """
    first = min((place[3] for place in planned), key=str)
    before: Place = ("children_balance", "before", home, first)
    if before not in made.persons:
        return
    by: dict[Hashable, list[tuple[list[Place], list[Place]]]] = {}
    for place in planned:
        left = ("stranded", "children_left", *place[2:4])
        if left in made.persons:
            by.setdefault(place[-1], []).append(([left, place], [before]))
    own = [sums for sums in by.values() if _always(made, sums)]
    if len(own) == 1:
        made.sums += [(before, parts, False) for parts, _ in own[0]]
