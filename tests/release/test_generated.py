"""Generated tables with hierarchies, and sequences of editions: nothing hidden is worked out."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from dieval.release.audit import bounds as attacked
from dieval.release.cells import DETAIL, Cells, Tables, cells_of
from dieval.release.linked import Linked, bounds, lines_of, linked
from dieval.release.pattern import Sensitive, left_open, safe_pattern
from dieval.release.rules import Rules, few_persons, whole_groups
from dieval.vocabulary import HIDDEN_VALUE

RULES = Rules(persons=8, holders=3, percent=10)
CAMPAIGN = bool(os.environ.get("DIEVAL_CAMPAIGN"))
TABLES = 10_000 if CAMPAIGN else 10
SEQUENCES = 1_000 if CAMPAIGN else 2
LARGE = 20 if CAMPAIGN else 1
BATCHES = 2
SECONDS = 600  # no search takes so long: what ends it is the count of its steps
TINY = 1e-6
FULL_EVERY = 20  # the others are left at the first pattern, which is no less safe


def steps_of(number: int) -> int:
    return 2_000 if number % FULL_EVERY == 0 else 0


def structure(chance: np.random.Generator) -> tuple[pd.DataFrame, dict[str, dict[str, str]]]:
    """Draw 2 to 4 dimensions, some with a level between their codes and all of them."""
    parents: dict[str, dict[str, str]] = {}
    codes: dict[str, list[str]] = {}
    for number in range(int(chance.integers(2, 5))):
        name, count = f"d{number}", int(chance.integers(2, 5 if number < 2 else 3))
        leaves = [f"{number}{letter}" for letter in "abcd"[:count]]
        parent_of = dict.fromkeys(leaves, "all")
        if count > 2 and chance.random() < 0.5:  # two of them are a group
            parent_of |= {leaves[0]: "group", leaves[1]: "group", "group": "all"}
        parents[name] = parent_of
        codes[name] = [*parent_of, "all"]
    keys = pd.DataFrame(list(itertools.product(*codes.values())), columns=list(codes))
    return keys, parents


def filled(
    keys: pd.DataFrame, parents: dict[str, dict[str, str]], leaves: dict[tuple[str, ...], int]
) -> list[float]:
    """Add the numbers of the leaves up to every row."""
    above = {name: {} for name in parents}
    for name, parent_of in parents.items():
        for code in parent_of:
            chain = [code]
            while chain[-1] in parent_of:
                chain.append(parent_of[chain[-1]])
            above[name][code] = chain
    sums: dict[tuple[str, ...], int] = {}
    for leaf, number in leaves.items():
        chains = [above[name][code] for name, code in zip(parents, leaf, strict=True)]
        for row in itertools.product(*chains):
            sums[row] = sums.get(row, 0) + number
    return [float(sums.get(tuple(row), 0)) for row in keys.itertuples(index=False)]


def leaves_of(keys: pd.DataFrame) -> list[tuple[str, ...]]:
    is_leaf = keys.apply(lambda column: ~column.isin(["all", "group"])).all(axis=1)
    return [tuple(row) for row in keys[is_leaf].itertuples(index=False)]


def sensitive_of(
    system: Linked, cells: range, lines: list[tuple[int, list[int]]]
) -> list[Sensitive]:
    return [*few_persons(system, cells, lines, RULES), *whole_groups(system, lines, RULES)]


def recovered(system: Linked, hidden: np.ndarray) -> list[int]:
    """Give the hidden numbers of persons that the attack pins down, or shows to be small."""
    found = bounds(system, hidden)
    small = hidden & (system.values > 0) & (system.values < RULES.persons)
    return np.flatnonzero(small & (found[:, 1] < RULES.persons)).tolist()


@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_hidden_cell_of_a_generated_table_is_recovered(batch: int) -> None:
    for number in range(TABLES // BATCHES):
        chance = np.random.default_rng([batch, number])
        keys, parents = structure(chance)
        size = chance.gamma(0.8, 12)
        numbers = {leaf: int(chance.poisson(chance.gamma(0.8, size))) for leaf in leaves_of(keys)}
        values = filled(keys, parents, numbers)
        lines = lines_of(keys, values, parents)
        system = linked(values, lines)
        sensitive = sensitive_of(system, range(len(values)), lines)
        pattern = safe_pattern(
            system, sensitive, system.values + 1, SECONDS, steps=steps_of(number)
        )
        assert recovered(system, pattern.hidden) == [], (batch, number)
        assert left_open(system, pattern.hidden, sensitive) == [], (batch, number)


def frames(
    keys: pd.DataFrame, values: list[float], hidden: np.ndarray | None = None
) -> dict[str, pd.DataFrame]:
    """A table as an edition holds it, or as it shows it."""
    unseen = np.zeros(len(values), dtype=bool) if hidden is None else hidden
    return {"table": keys.assign(number=np.where(unseen, HIDDEN_VALUE, values))}


def adder(
    keys: pd.DataFrame, lines: list[tuple[int, list[int]]]
) -> Callable[[Cells, Tables], None]:
    """Make what fills cells from such a table."""
    every = [("n", *key) for key in keys.itertuples(index=False)]

    def add(cells: Cells, tables: Tables) -> None:
        cells.add_all(tables["table"], "n", list(keys.columns), "number", DETAIL)
        for total, parts in lines:
            cells.total(every[total], [every[part] for part in parts])

    return add


@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_released_edition_gives_away_what_a_later_one_revises(batch: int) -> None:
    """The way of reports: of the earlier edition, only what it showed is known."""
    for number in range(SEQUENCES // BATCHES):
        chance = np.random.default_rng([3000 + batch, number])
        keys, parents = structure(chance)
        values = {leaf: int(chance.poisson(chance.gamma(1, 15))) for leaf in leaves_of(keys)}
        shown: list[dict[str, pd.DataFrame]] = []
        editions_so_far: list[tuple[list[float], list[tuple[int, list[int]]]]] = []
        patterns: list[np.ndarray] = []
        for _ in range(3):
            now = filled(keys, parents, values)
            lines = lines_of(keys, now, parents)
            cells = cells_of(adder(keys, lines), frames(keys, now), shown, RULES)
            found = cells.hidden(cells.few_persons(), SECONDS, steps_of(number))
            hidden = np.array([("n", *key) in found for key in keys.itertuples(index=False)])
            shown.append(frames(keys, now, hidden))
            values = {leaf: revised(chance, count) for leaf, count in values.items()}
            assert not any((pattern & ~hidden).any() for pattern in patterns)  # it stays
            patterns.append(hidden)
            editions_so_far.append((now, lines))
            assert told(editions_so_far, patterns) == [], (batch, number)


def revised(chance: np.random.Generator, count: int) -> int:
    """Leave most numbers as they are; some change by few, some by many."""
    if chance.random() > 0.15:
        return count
    most = 4 if chance.random() < 0.5 else 40
    return max(0, count + int(chance.integers(-most, most + 1)))


def told(
    made: list[tuple[list[float], list[tuple[int, list[int]]]]], patterns: list[np.ndarray]
) -> list[tuple[str, int]]:
    """What whoever has all editions works out of the last: few persons, and changes by few.

    What two editions hide is taken to be the same, as long as that is possible.
    """
    last, pattern = made[-1][0], patterns[-1]
    cells: dict[tuple[object, ...], float | None] = {
        (cell,): None if pattern[cell] else last[cell] for cell in range(len(last))
    }
    sums, before = [], {}
    for number, ((values, lines), hidden) in enumerate(zip(made, patterns, strict=True)):
        names = {}
        for cell, value in enumerate(values):
            names[cell] = (cell,)
            if not hidden[cell] and (pattern[cell] or value != last[cell]):
                names[cell] = (cell, number)  # known for ever
                cells[names[cell]] = value
                before.setdefault((cell,), []).append(value)
        sums += [(names[total], [names[part] for part in parts], False) for total, parts in lines]
    found = [
        ("changed", place[0])
        for place, olds in before.items()
        for old in olds
        if not pattern[place[0]] and 0 < abs(last[place[0]] - old) < RULES.persons
    ]
    for place, low, high in attacked(cells, sums):
        value = last[place[0]]
        if not low - TINY <= value <= high + TINY:
            continue  # whoever takes all that is hidden to be unrevised believes what is not so
        if 0 < value < RULES.persons and high < RULES.persons - TINY:
            found.append(("few", place[0]))
        for old in before.get(place, []):
            if 0 < abs(value - old) < RULES.persons > max(high - old, old - low) + TINY:
                found.append(("changed", place[0]))
    return found


def large(chance: np.random.Generator, rows: int, regions: int) -> tuple[Linked, list[Sensitive]]:
    """Draw a table of municipalities, in regions or not, by eight columns, all with their sums."""
    above = {f"m{row}": f"r{row * regions // rows}" if regions else "all" for row in range(rows)}
    above |= dict.fromkeys((f"r{region}" for region in range(regions)), "all")
    parents = {"place": above, "column": {f"c{column}": "all" for column in range(8)}}
    keys = pd.DataFrame(
        list(itertools.product(*([*parent_of, "all"] for parent_of in parents.values()))),
        columns=list(parents),
    )
    mean = chance.choice([2, 8, 30, 100])
    of_row, of_column = chance.gamma(1, 1, rows), chance.gamma(1, 1, 8)
    leaves = {
        (f"m{row}", f"c{column}"): int(chance.poisson(mean * of_row[row] * of_column[column]))
        for row in range(rows)
        for column in range(8)
    }
    values = filled(keys, parents, leaves)
    lines = lines_of(keys, values, parents)
    system = linked(values, lines)
    return system, sensitive_of(system, range(len(values)), lines)


@pytest.mark.parametrize(("rows", "regions"), [(43, 5), (50, 0)])
@pytest.mark.parametrize("number", range(LARGE))
def test_large_table_loses_little_more_than_any_safe_pattern(
    rows: int, regions: int, number: int
) -> None:
    system, sensitive = large(np.random.default_rng([2000, number]), rows, regions)
    begin = time.process_time()
    pattern = safe_pattern(system, sensitive, system.values + 1, SECONDS)
    assert left_open(system, pattern.hidden, sensitive) == []
    if CAMPAIGN and regions:
        assert time.process_time() - begin <= 5
    assert pattern.loss <= 1.5 * pattern.least
