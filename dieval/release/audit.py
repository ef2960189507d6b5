"""An attack on what is published: whatever can be read or worked out of the bytes of all reports.

It starts from the files alone, and shares no code with what decides what is hidden.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_array, hstack
from scipy.sparse.csgraph import connected_components

from dieval.release.published import Place, Row, pool, rows_of, together
from dieval.release.read_back import UNREADABLE
from dieval.release.rendered import Leak, in_files
from dieval.release.rules import Rules
from dieval.release.solver import IMPOSSIBLE, UNLIMITED, Program

CLOSE = 1e-6
DIFFERENCE = "difference_eur_per_child_month"
HIDDEN = "c"
# What is shown of a row gives the rest away: a product and its two factors, or a sum and its two
# parts, by table. A name after a point is that of the arrangement's row in the table before it.
PRODUCTS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "unit_costs": (
        ("total_eur", "cost_per_child_month_eur", "child_months"),
        ("total_eur", "cost_per_child_day_eur", "child_days"),
        ("child_days", "occupancy", "place_days"),
        ("total_eur", "cost_per_place_month_eur", "place_days"),
    ),
    "provider_unit_costs": (
        ("total_eur", "cost_per_child_month_eur", "child_months"),
        ("total_eur", "cost_per_child_day_eur", "child_days"),
        ("child_days", "occupancy", "place_days"),
        ("total_eur", "cost_per_place_month_eur", "place_days"),
    ),
    "service_coverage": (("receiving", "coverage", "needing"),),
    "family_environment": (("children_in_families", "share", "children_in_care"),),
    "hosting_share": (("hosting", "share", "registered"),),
    "comparison": (
        ("reference_eur_per_child_month", "ratio", "alternative_eur_per_child_month"),
        (
            "reference_eur_per_child_month",
            DIFFERENCE,
            "alternative_eur_per_child_month",
        ),
    ),
    "payer_shift": (
        (
            "alternative_payer_eur_per_child_month",
            "change_eur_per_child_month",
            "reference_payer_eur_per_child_month",
        ),
    ),
    "unit_cost_parts": (("amount_eur", "cost_per_child_month_eur", "unit_costs.child_months"),),
    "payer_split": (("amount_eur", "share", "unit_costs.total_eur"),),
    "capital_scenarios": (
        ("reference.cost_per_child_month_eur", DIFFERENCE, "cost_per_child_month_eur"),
    ),
}
# Columns that say the same of a row in other units, by table: one gives the others away.
_PER_CHILD = (
    "cost_per_child_day_eur",
    "cost_per_child_month_eur",
    "cost_per_child_year_eur",
    "real_cost_per_child_month_eur",
)
ALIKE: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "unit_costs": (("child_days", "child_months"), _PER_CHILD),
    "provider_unit_costs": (("child_days", "child_months"), _PER_CHILD),
    "situation": (("average_children", "child_days"), _PER_CHILD),
    "costs_elsewhere": (("cost_per_child_month_eur", "cost_per_child_year_eur"),),
}
# Ranges whose ends are the costs of single homes, and whose homes these are.
OF_HOMES = {"reference_cost": "reference", "alternative_cost": "alternative"}
ENDS = {
    "sensitivity": ("low", "high", "outcome_low", "outcome_high"),
    "sensitivity_points": ("value", "outcome"),
}
QUANTILES = ("p10", "p50", "p90", "utilisation_p50")
SCENARIO = ("region", "year", "valuation", "discount_rate")


def audit(
    published: Mapping[str, Mapping[str, bytes]],
    rules: Rules,
    earlier: Sequence[Mapping[str, Mapping[str, Any]]] = (),
) -> list[Leak]:
    """Attack all reports together, and together with earlier editions.

    Parameters
    ----------
    published : mapping of str to mapping of str to bytes
        Files of every report by name, by the name of its folder.
    rules : Rules
        Thresholds of the public edition.
    earlier : sequence of mapping of str to dict
        Contents of results.json of earlier editions, by the name of the report's folder.

    Returns
    -------
    list of Leak
        Empty where nothing that is hidden can be read or worked out.
    """
    found: list[Leak] = []
    results: dict[str, Mapping[str, Any]] = {}
    for folder, files in published.items():
        try:
            content = json.loads(files["results.json"])
            pool({folder: content})
        except UNREADABLE as error:
            found.append(Leak(f"{folder}/results.json", "unreadable", type(error).__name__))
        else:
            results[folder] = content
            found += in_files(folder, files, content, rules)
    return [*found, *attack([*earlier, results], rules)]


def attack(editions: Sequence[Mapping[str, Mapping[str, Any]]], rules: Rules) -> list[Leak]:
    """Work out what results give away, put together, and together with earlier editions.

    What an earlier edition shows is known for ever: it counts as shown in the later one. What
    earlier editions give away by themselves is not a leak of the latest.

    Parameters
    ----------
    editions : sequence of mapping of str to dict
        The latest last: contents of results.json by the folder of their report.
    rules : Rules
        Thresholds of the public edition.

    Returns
    -------
    list of Leak
        Each by a report of the latest edition.
    """
    *earlier, latest = editions
    if not latest:
        return []
    found = _attacked([latest], rules)
    if earlier:
        old = {(leak.what, leak.about) for leak in _attacked(earlier, rules)}
        found += [leak for leak in _attacked(editions, rules) if (leak.what, leak.about) not in old]
    return [
        Leak(folder, leak.what, leak.about)
        for leak in dict.fromkeys(found)
        for folder in _blamed(leak.file, list(latest))
    ]


def _blamed(folder: str, latest: Sequence[str]) -> Sequence[str]:
    """Give the reports of the latest edition that let something out, also of an earlier one."""
    of_unit = [one for one in latest if one.partition("/")[0] == folder.partition("/")[0]]
    return [folder] if folder in latest else of_unit or latest


def _attacked(editions: Sequence[Mapping[str, Mapping[str, Any]]], rules: Rules) -> list[Leak]:
    made = together(editions)

    def leak(place: Place, what: str) -> Leak:
        return Leak(made.where[place].partition(": ")[0], what, _name(place))

    found = [leak(place, "contradiction") for place in made.contradictions]
    before: dict[Place, list[float]] = {}
    for place, value in made.revised:
        before.setdefault(place, []).append(value)
        now = made.persons.get(place)
        if now is not None and abs(now - value) < rules.persons * _scale(place) - CLOSE:
            found.append(leak(place, "changed"))
    for place, low, high in bounds(made.persons, made.sums):
        if place in made.between:
            continue
        few = rules.persons * _scale(place) - CLOSE
        # That something hidden has not changed may be an error of taking all to be unrevised.
        changed = [old for old in before.get(place, []) if not low - CLOSE <= old <= high + CLOSE]
        if high < few or high - low < 1 - CLOSE:
            found.append(leak(place, "recovered"))
        elif any(max(high - old, old - low) < few for old in changed):
            found.append(leak(place, "changed"))
    alone = together(editions[-1:]) if before else made
    for place, low, high in bounds(alone.persons, alone.sums) if before else ():
        near = (max(high - old, old - low) for old in before.get(place, []))
        if any(far < rules.persons * _scale(place) - CLOSE for far in near):
            found.append(leak(place, "changed"))
    for place, low, high in bounds(made.money, made.sums):
        if high - low < rules.percent / 100 * abs(high) - CLOSE:
            found.append(leak(place, "recovered"))
    for folder, results in editions[-1].items():
        told = (_products(results), _alike(results), _single_homes(results), _bands(results))
        found += [Leak(folder, "product", about) for by in told for about in by]
        limits = (_places(results), _projections(results))
        found += [Leak(folder, "bounded", about) for by in limits for about in by]
    return found


def _scale(place: Place) -> float:
    """Give how much of a cell is one person."""
    return {"child_days": 365.0, "child_months": 12.0}.get(str(place[1]), 1.0)


def _name(place: Place) -> str:
    return " ".join(str(part) for part in place)


def bounds(
    cells: Mapping[Place, float | None], sums: Sequence[tuple[Place, list[Place], bool]]
) -> Iterator[tuple[Place, float, float]]:
    """Work out between which numbers each hidden cell must lie, where anything limits it.

    Parameters
    ----------
    cells : mapping of tuple to float or None
        Values by what a cell is about; None where it is hidden.
    sums : sequence of (tuple, list of tuple, bool)
        A whole, its parts, and whether they may be less. A sum that its numbers contradict is none.

    Yields
    ------
    tuple of tuple, float and float
        A hidden cell, its least and its largest number.
    """
    hidden = {place: number for number, place in enumerate(p for p in cells if cells[p] is None)}
    rows, columns, signs, right = [], [], [], []
    free = len(hidden)
    number = 0
    for whole, parts, less in sums:
        known = [part for part in parts if part in cells]
        if whole not in cells or not known or (len(known) < len(parts) and not less):
            continue
        unknown = [place for place in (whole, *known) if cells[place] is None]
        if not unknown:
            continue
        constant = sum((cells[part] or 0.0) for part in known) - (cells[whole] or 0.0)
        if cells[whole] is not None and constant > CLOSE * max(1.0, abs(cells[whole] or 0.0)):
            continue  # the parts that are shown are more than the whole: it is no sum of them
        for place in known:
            if cells[place] is None:
                rows.append(number)
                columns.append(hidden[place])
                signs.append(1.0)
        if cells[whole] is None:
            rows.append(number)
            columns.append(hidden[whole])
            signs.append(-1.0)
        if less:
            rows.append(number)
            columns.append(free)
            signs.append(1.0)
            free += 1
        right.append(-constant)
        number += 1
    if not number:
        return
    matrix = csr_array((signs, (rows, columns)), shape=(number, free))
    joined = (matrix.T @ matrix).astype(bool)
    _, group = connected_components(joined, directed=False)
    by_group: dict[int, list[int]] = {}
    for column, of in enumerate(group):
        by_group.setdefault(int(of), []).append(column)
    names = list(hidden)
    target = np.array(right)
    for members in by_group.values():
        ours = matrix[:, members]
        touched = np.unique(ours.nonzero()[0])
        if len(touched):
            ends = _ends(csr_array(ours[touched]), target[touched], len(names), members)
            for member, low, high in ends:
                yield names[member], low, high


def _ends(
    sums: csr_array, right: np.ndarray, cells: int, members: Sequence[int]
) -> Iterator[tuple[int, float, float]]:
    """Give the least and the largest value of each cell of a group that sums connect.

    A group whose sums contradict each other tells nothing: they are no sums of these numbers.
    """
    count = sums.shape[1]
    # What is shown stands in a column of its own that is always 1.
    rows = csr_array(hstack([sums, csr_array(-right.reshape(-1, 1))]))
    least = np.append(np.zeros(count), 1.0)
    most = np.append(np.full(count, np.inf), 1.0)
    program = Program(np.zeros(count + 1), rows, least, most)
    if program.solve(IMPOSSIBLE) == IMPOSSIBLE:
        return
    for position, member in enumerate(members):
        if member >= cells:
            continue
        ends = []
        for sign in (1.0, -1.0):
            program.aim(position, sign)
            limited = program.solve(UNLIMITED) != UNLIMITED
            ends.append(sign * program.product if limited else -sign * np.inf)
            program.aim(position, 0.0)
        yield member, float(ends[0]), float(ends[1])


def _products(results: Mapping[str, Any]) -> Iterator[str]:
    """Name the hidden values that a row's other values give away."""
    for table, products in PRODUCTS.items():
        rows = rows_of(results, table)
        beside = _beside(results, table)
        for names in products:
            for row in rows:
                whole = {**row, **beside(row)}
                values = [whole.get(name) for name in names]
                unseen = [value == {"symbol": HIDDEN} for value in values]
                shown = [isinstance(value, int | float) for value in values]
                if sum(unseen) == 1 and sum(shown) == 2:
                    yield f"{table}.{names[unseen.index(True)]}"
                    break


def _alike(results: Mapping[str, Any]) -> Iterator[str]:
    """Name the hidden values that the same row tells in another unit."""
    for table, groups in ALIKE.items():
        rows = rows_of(results, table)
        for names in groups:
            found = {
                name
                for row in rows
                if any(isinstance(row.get(name), int | float) for name in names)
                for name in names
                if row.get(name) == {"symbol": HIDDEN}
            }
            yield from (f"{table}.{name}" for name in names if name in found)


def _unit(row: Row) -> tuple[Any, ...]:
    """Give the arrangement of a region in a year that a row is about."""
    return row.get("region"), row["year"], row["care_arrangement"]


def _single_homes(results: Mapping[str, Any]) -> Iterator[str]:
    """Name the ranges that show what the cheapest and the dearest of some hidden homes cost."""
    unseen = {
        _unit(row)
        for row in rows_of(results, "provider_unit_costs")
        if row.get("cost_per_child_month_eur") == {"symbol": HIDDEN}
    }
    for table, columns in ENDS.items():
        rows = [
            row
            for row in rows_of(results, table)
            if (row.get("region"), row["year"], row.get(OF_HOMES.get(row["parameter"], "")))
            in unseen
        ]
        for column in columns:
            if any(isinstance(row.get(column), int | float) for row in rows):
                yield f"{table}.{column}"


def _bands(results: Mapping[str, Any]) -> Iterator[str]:
    """Name the groups of children that follow from the maintenance of their arrangement.

    The law says what is paid for a child of each age: with all child-months, the maintenance tells
    those of each age, and what is left of them is the one group that is hidden.
    """
    maintained = {
        _unit(row)
        for row in rows_of(results, "unit_cost_parts")
        if row.get("part") == "maintenance" and isinstance(row.get("amount_eur"), int | float)
    }
    counted = {
        _unit(row)
        for row in rows_of(results, "unit_costs")
        if any(isinstance(row.get(name), int | float) for name in ("child_months", "child_days"))
    }
    unseen = Counter(
        (*_unit(row), row["age_band"])
        for row in rows_of(results, "group_costs")
        if row.get("child_months") == {"symbol": HIDDEN}
    )
    if any(count == 1 and of[:3] in maintained & counted for of, count in unseen.items()):
        yield "group_costs.child_months"


def _places(results: Mapping[str, Any]) -> Iterator[str]:
    """Name the places that are shown of a home whose children are hidden: it has no more of them.

    Those of all homes tell them where the places of one alone are hidden.
    """
    for table in ("provider_unit_costs", "situation"):
        few = [
            row for row in rows_of(results, table) if row.get("child_days") == {"symbol": HIDDEN}
        ]
        for column in ("places", "place_days"):
            if any(isinstance(row.get(column), int | float) for row in few):
                yield f"{table}.{column}"
    unseen = Counter(
        _unit(row)
        for row in rows_of(results, "provider_unit_costs")
        if row.get("place_days") == {"symbol": HIDDEN}
    )
    for row in rows_of(results, "unit_costs"):
        if unseen[_unit(row)] == 1 and isinstance(row.get("place_days"), int | float):
            yield "unit_costs.place_days"
            break


def _projections(results: Mapping[str, Any]) -> Iterator[str]:
    """Name the projections shown of an arrangement in a year of which a plan hides numbers.

    They are the sum of children whom anybody can project and of those who are where plans put them.
    """
    unseen = {
        (row["year"], row["care_arrangement"])
        for table, column in (("demand", "plan_children"), ("destinations", "children"))
        for row in rows_of(results, table)
        if row.get(column) == {"symbol": HIDDEN}
    }
    for table in ("demand", "places_outlook"):
        rows = [
            row
            for row in rows_of(results, table)
            if (row["year"], row["care_arrangement"]) in unseen
        ]
        for column in QUANTILES:
            if any(isinstance(row.get(column), int | float) for row in rows):
                yield f"{table}.{column}"


def _beside(results: Mapping[str, Any], table: str) -> Callable[[Row], dict[str, Any]]:
    """Give what another row says of the same: of the whole arrangement, or of the reference."""
    if table == "capital_scenarios":
        key: tuple[str, ...] = SCENARIO
        code = results.get("parameters", {}).get("reference")
        other = [row for row in rows_of(results, table) if row["care_arrangement"] == code]
        prefix = "reference"
    else:
        key, prefix = ("region", "year", "care_arrangement"), "unit_costs"
        other = rows_of(results, prefix)
    found = {tuple(row.get(name) for name in key): row for row in other}

    def beside(row: Row) -> dict[str, Any]:
        same = found.get(tuple(row.get(name) for name in key), {})
        return {f"{prefix}.{name}": value for name, value in same.items()}

    return beside
