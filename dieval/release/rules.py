"""Which cells are sensitive by themselves: few persons, few or one large holder, whole groups."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dieval.release.linked import Linked
from dieval.release.pattern import Sensitive

Line = tuple[int, Collection[int]]  # a sum and its parts


@dataclass(frozen=True)
class Rules:
    """Thresholds of the public edition.

    Parameters
    ----------
    persons : int
        Numbers of persons from 1 up to below this are hidden.
    holders : int
        Amounts of fewer holders are hidden.
    percent : float
        Nobody may come closer than this to the amount of the largest holder [%].
    """

    persons: int
    holders: int
    percent: float


def few_persons(
    system: Linked, counts: Iterable[int], lines: Sequence[Line], rules: Rules
) -> list[Sensitive]:
    """Find numbers of persons that are too small to be shown.

    Such a number has to stay uncertain from nobody to as many as may be shown; from the side of a
    person who stands alone in another cell of one of its lines, too.

    Parameters
    ----------
    system : Linked
    counts : iterable of int
        Cells that are numbers of persons.
    lines : sequence of (int, collection of int)
        Sums and their parts.
    rules : Rules
    """
    values = system.values
    small = [cell for cell in counts if 0 < values[cell] < rules.persons]
    found = [_uncertain(cell, values, rules) for cell in small]
    beside: dict[int, set[int]] = {}
    for total, parts in lines:
        cells = {total, *parts}
        alone = {cell for cell in cells if values[cell] == 1}
        for cell in cells:
            beside.setdefault(cell, set()).update(alone - {cell})
    return found + [
        _uncertain(cell, values, rules, (other,))
        for cell in small
        for other in sorted(beside.get(cell, ()))
        if not _one_of_two(cell, other, lines, values)
    ]


def _uncertain(
    cell: int, values: np.ndarray, rules: Rules, known: tuple[int, ...] = ()
) -> Sensitive:
    value = float(values[cell])
    if known:  # somebody of the same line knows more than others: any doubt is enough
        return Sensitive(cell, min(value, 1.0), 1.0, known)
    return Sensitive(cell, value, rules.persons - value)


def _one_of_two(cell: int, other: int, lines: Sequence[Line], values: np.ndarray) -> bool:
    """Tell whether a person alone is counted in the very cell: it knows that much anyway."""
    for total, parts in lines:
        nonzero = {part for part in parts if values[part] > 0}
        if {cell, other} == {total, *nonzero}:
            return True
    return False


def whole_groups(system: Linked, lines: Sequence[Line], rules: Rules) -> list[Sensitive]:
    """Find zeros that say of everybody in a small group which part they are in (6 of 6).

    Parameters
    ----------
    system : Linked
    lines : sequence of (int, collection of int)
        Groups of persons and the parts that each divides into.
    rules : Rules
    """
    found = []
    for total, parts in lines:
        if not 0 < system.values[total] < rules.persons:
            continue
        empty = [part for part in parts if system.values[part] == 0]
        if len(empty) == len(list(parts)) - 1:
            found += [Sensitive(part, 0.0, 1.0) for part in empty]
    return list(dict.fromkeys(found))


def revised(cell: int, value: float, change: float, rules: Rules) -> list[Sensitive]:
    """Find a number of persons that differs by few from the one shown in an earlier edition.

    It has to stay uncertain from no change to one by as many as may be shown.

    Parameters
    ----------
    cell : int
    value, change : float
        The number now, and by how much more it is.
    rules : Rules
    """
    if not 0 < abs(change) < rules.persons:
        return []
    back, on = abs(change), rules.persons - abs(change)
    below, above = (back, on) if change > 0 else (on, back)
    return [Sensitive(cell, min(below, value), above)]


def few_holders(amounts: Mapping[int, Mapping[str, float]], rules: Rules) -> list[Sensitive]:
    """Find amounts of few holders, or from which one of them learns about the largest.

    The second largest knows its own amount; where what is left is less than `percent` of the
    largest, the sum gives the largest away (p %-rule).

    Parameters
    ----------
    amounts : mapping of int to mapping of str to float
        By cell, the amount of each holder in it [EUR]; who holds several institutions is one.
    rules : Rules

    Returns
    -------
    list of Sensitive
        Each has to stay uncertain by as much as the rule asks for beyond what is left.
    """
    found = []
    for cell, by_holder in amounts.items():
        held = sorted((abs(amount) for amount in by_holder.values() if amount), reverse=True)
        if not held:
            continue
        largest, second = held[0], held[1] if len(held) > 1 else 0.0
        share = rules.percent / 100 * largest
        lacking = share - (sum(held) - largest - second)
        if len(held) < rules.holders or lacking > 0:
            room = share if len(held) < rules.holders else lacking
            found.append(Sensitive(cell, min(room, sum(held)), room))
    return found
