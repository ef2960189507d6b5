"""The cells of an evaluation, the sums among them, and which cells each shown value rests on."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from dieval.release.linked import CLOSE, Linked, incidence
from dieval.release.pattern import STEPS, Sensitive, StuckError, safe_pattern
from dieval.release.rules import Rules, few_holders, few_persons, revised, whole_groups
from dieval.vocabulary import HIDDEN_VALUE, is_hidden

Key = tuple[Hashable, ...]
Row = Mapping[str, object]
Tables = Mapping[str, pd.DataFrame]
# What a shown value rests on: keys of cells; a key that is no cell hides nothing.
Rests = Callable[[Row], Iterable[Key]]
# A table, some of its columns, and what each of their values rests on.
Shown = tuple[str, tuple[str, ...], Rests]

# How much is lost with a cell [1]: a whole arrangement, a sum of its details, a detail.
WHOLE, SUM, DETAIL = 25.0, 5.0, 1.0
# Nobody sees the cell itself: it is hidden at no loss.
UNSEEN = 0.0


@dataclass
class Cells:
    """Quantities of one kind, the sums that hold between them, and who holds what in them.

    Parameters
    ----------
    rules : Rules
        Thresholds of the public edition.
    persons : bool
        Whether they are numbers of persons; otherwise they are amounts.
    """

    rules: Rules
    persons: bool = True
    keys: dict[Key, int] = field(default_factory=dict)
    values: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    sums: list[tuple[int, list[int]]] = field(default_factory=list)
    contradicted: list[tuple[int, list[int]]] = field(default_factory=list)
    always: set[int] = field(default_factory=set)
    known: set[int] = field(default_factory=set)
    assumed: set[int] = field(default_factory=set)
    changed: list[Sensitive] = field(default_factory=list)

    def add(self, key: Key, value: object, loss: float) -> None:
        """Add a cell once; one that is not known is none."""
        if key in self.keys or value is None or pd.isna(value):
            return
        self.keys[key] = len(self.values)
        self.values.append(float(value))  # type: ignore[arg-type]
        self.losses.append(loss)
        if loss == UNSEEN:
            self.always.add(self.keys[key])

    def add_all(
        self, table: pd.DataFrame, name: str, key: list[str], value: str, loss: float
    ) -> None:
        """Add a cell for each row of a table: its name, then the values of the key columns."""
        for row in table[[*key, value]].itertuples(index=False):
            self.add((name, *row[:-1]), row[-1], loss)

    def add_sum(self, key: Key, parts: Collection[Key], loss: float) -> None:
        """Add the sum of cells as a cell, where no table gives it."""
        self.add(key, self.of(parts), loss)

    def of(self, keys: Iterable[Key]) -> float:
        """Add up cells; those that are not there count nothing."""
        return sum(self.value(key) or 0.0 for key in keys)

    def value(self, key: Key) -> float | None:
        """Give the value of a cell; None where there is none."""
        return self.values[self.keys[key]] if key in self.keys else None

    def total(
        self, whole: Key, parts: Collection[Key], rest: bool = False, believed: bool = False
    ) -> None:
        """Say that a cell is the sum of others.

        Where it is not in these data, nothing follows from it; with `rest`, what is left over is a
        part that nobody sees. One that is `believed` is taken to hold by whoever reads of it: where
        it does not, or a number is below 0, what they work out is wrong, and `hidden` leaves them
        nothing to start from.
        """
        known = [part for part in parts if part in self.keys]
        if whole not in self.keys or not known:
            return
        places = [self.keys[part] for part in known]
        numbers = [self.values[place] for place in places]
        over = self.values[self.keys[whole]] - sum(numbers)
        close = CLOSE * max(1.0, abs(sum(numbers)))
        more = rest and over > close
        holds = more or abs(over) <= close
        if believed and not (holds and min(numbers) >= 0):
            self.contradicted.append((self.keys[whole], places))
        if more:
            self.add((*whole, "rest"), over, UNSEEN)
            places = [*places, self.keys[(*whole, "rest")]]
        if holds:
            self.sums.append((self.keys[whole], places))

    def keep(self, earlier: Seen) -> None:
        """Take an earlier edition into account: what it shows is known, what it hides stays hidden.

        Of a number of persons that was revised by few, the new one is not shown either: the two
        would tell of those few. The sums of the earlier edition hold among what it hides, too,
        wherever that may not have been revised since.
        """
        for key, place in self.keys.items():
            if key in earlier.unseen:
                self.always.add(place)
            elif key in earlier.keys and self.losses[place] != UNSEEN:
                change = self.values[place] - earlier.values[earlier.keys[key]]
                if abs(change) <= CLOSE * max(1.0, abs(self.values[place])):
                    self.known.add(place)
                elif self.persons:
                    self.changed += revised(place, self.values[place], change, self.rules)
        names = list(self.keys)
        unrevised = {names[place] for place in self.known}
        for total, parts in list(self.sums):
            self._as_before(names[total], [names[part] for part in parts], earlier, unrevised)

    def _as_before(self, whole: Key, parts: list[Key], earlier: Seen, unrevised: set[Key]) -> None:
        """Repeat a sum with what an earlier edition showed of it, if that still fits the rest."""
        shown = {key: earlier.value(key) or 0.0 for key in (whole, *parts) if key in earlier.keys}
        left = [key for key in parts if self._was_hidden(key, earlier)]
        if not left or shown.keys() <= unrevised:
            return
        before = ("before", len(self.values))
        of_parts = sum(shown.get(key, 0.0) for key in parts)
        if whole in shown:
            self._add_known(before, shown[whole] - of_parts)
            self.total(before, left)
        elif self._was_hidden(whole, earlier):
            self._add_known(before, of_parts)
            self.total(whole, [*left, before])

    def _add_known(self, key: Key, value: float) -> None:
        self.add(key, value, WHOLE)
        self.known.add(self.keys[key])

    def _was_hidden(self, key: Key, earlier: Seen) -> bool:
        return key in earlier.unseen or self.losses[self.keys[key]] == UNSEEN

    def know(self, key: Key, parts: Collection[Key]) -> None:
        """Assume that anybody knows a sum of cells from elsewhere.

        One of few persons would protect nobody then, and is not assumed to be known.
        """
        value = self.of(parts)
        if not 0 < value < self.rules.persons:
            self.add(key, value, WHOLE)
            self.assumed.add(self.keys[key])
            self.total(key, parts)

    def system(self) -> Linked:
        """Put cells and sums together; an amount below 0 stands with the other sign."""
        values = np.array(self.values, dtype=float)
        signs = np.where(values < 0, -1.0, 1.0)
        sums = csr_array(incidence(self.sums, len(values)) * signs)
        return Linked(np.abs(values), sums, whole=False)

    def _assuming_less(self, stuck: set[int]) -> Cells:
        """Give the same cells without what is assumed to be known of some, or else of any."""
        of_these = {whole for whole, parts in self.sums if not stuck.isdisjoint(parts)}
        gone = self.assumed & of_these or self.assumed
        sums = [(whole, parts) for whole, parts in self.sums if whole not in gone]
        return dataclasses.replace(self, sums=sums, assumed=self.assumed - gone, changed=[])

    def few_persons(self) -> list[Sensitive]:
        """Find cells of too few persons, and zeros that give a whole small group away."""
        system = self.system()
        return [
            *few_persons(system, self.keys.values(), self.sums, self.rules),
            *whole_groups(system, self.sums, self.rules),
        ]

    def few_holders(self, amounts: Mapping[Key, Mapping[str, float]]) -> list[Sensitive]:
        """Find amounts of few holders, or which one of them dominates."""
        placed = {self.keys[key]: held for key, held in amounts.items() if key in self.keys}
        # Of amounts that cancel out, less is left than each holder has: no less can be than 0.
        return [
            dataclasses.replace(one, below=min(one.below, abs(self.values[one.cell])))
            for one in few_holders(placed, self.rules)
        ]

    def uncertain(self, keys: Iterable[Key]) -> list[Sensitive]:
        """Make cells sensitive for another reason: they stay uncertain by the rules' percentage."""
        found = []
        for key in keys:
            if key in self.keys:
                room = abs(self.values[self.keys[key]]) * self.rules.percent / 100
                found.append(Sensitive(self.keys[key], room, room))
        return found

    def hidden(
        self, sensitive: list[Sensitive], seconds: float, steps: int = STEPS
    ) -> frozenset[Key]:
        """Give the keys of the cells that are not shown.

        Parameters
        ----------
        sensitive : list of Sensitive
        seconds : float
            Limit of the search; then more is hidden, never less.
        steps : int
            As of `safe_pattern`.
        """
        sensitive = [*sensitive, *self.changed]
        if not self.values or not (sensitive or self.always):
            return frozenset()
        system, losses = self.system(), np.array(self.losses)
        losses[sorted(self.known | self.assumed)] = np.inf  # nothing is gained by hiding it
        free = np.zeros(len(self.values), dtype=bool)
        free[sorted(self.always - self.known)] = True
        late = set(self.known)  # what anybody knows already
        while True:
            protected = [one for one in sensitive if one.cell not in late]
            try:
                found = safe_pattern(system, protected, losses, seconds, free, steps).hidden
            except StuckError as stuck:
                if self.assumed:  # better safe from what is shown here than from nothing
                    less = self._assuming_less(stuck.cells)
                    return less.hidden(sensitive, seconds, steps)
                if not self.known and np.isinf(self.losses).any():
                    raise
                # Earlier editions tell them, or sums alone: a 0 may have to be one.
                late |= stuck.cells
                free[sorted(late - self.known)] = True
            else:
                found[sorted(self.always | {one.cell for one in sensitive})] = True
                if self.contradicted:
                    found |= self._beside_contradicted(found)
                return frozenset(key for key, place in self.keys.items() if found[place])

    def _beside_contradicted(self, hidden: np.ndarray) -> np.ndarray:
        """Find all that sums link with a contradiction, where any of it is hidden."""
        every = abs(incidence([*self.sums, *self.contradicted], len(self.values)))
        _, group = connected_components(every.T @ every, directed=False)
        seen = hidden & (np.array(self.losses) != UNSEEN)
        groups = {group[whole] for whole, _ in self.contradicted} & set(group[seen])
        return np.isin(group, list(groups))


class Seen(Cells):
    """What an earlier edition shows of the same cells, and which of them it hides.

    It is filled as `Cells` are, with the tables that the edition shows; what it does not say by
    itself is not worked out here.
    """

    def __init__(self, rules: Rules, persons: bool = True) -> None:
        super().__init__(rules, persons)
        self.unseen: set[Key] = set()

    def add(self, key: Key, value: object, loss: float) -> None:
        """Note a value, or that it is hidden; a key once, and none that nobody sees."""
        if is_hidden(value):
            self.unseen.add(key)
        elif loss != UNSEEN:
            super().add(key, value, loss)

    def add_sum(self, key: Key, parts: Collection[Key], loss: float) -> None:
        """Leave out what no table gives."""

    def know(self, key: Key, parts: Collection[Key]) -> None:
        """Leave what others publish to the edition that is made now."""

    def total(
        self, whole: Key, parts: Collection[Key], rest: bool = False, believed: bool = False
    ) -> None:
        """Leave the sums to the edition that is made now."""


def cells_of(
    add: Callable[[Cells, Tables], None],
    tables: Tables,
    earlier: Iterable[Tables],
    rules: Rules,
    persons: bool = True,
) -> Cells:
    """Fill cells from the tables of an evaluation, and take earlier editions into account.

    Parameters
    ----------
    add : callable
        Adds the cells of tables and the sums among them.
    tables : mapping of str to DataFrame
    earlier : iterable of mapping of str to DataFrame
        What earlier editions show of tables of the same names; they may lack tables and columns.
    rules : Rules
    persons : bool
        Whether they are numbers of persons; otherwise they are amounts.
    """
    cells = Cells(rules, persons)
    add(cells, tables)
    for edition in earlier:
        seen = Seen(rules, persons)
        alike = {
            name: edition.get(name, table.iloc[:0]).reindex(columns=table.columns)
            for name, table in tables.items()
        }
        add(seen, alike)
        cells.keep(seen)
    return cells


def mask_all(
    tables: dict[str, pd.DataFrame],
    shown: Iterable[Shown],
    hidden: Collection[Key],
    empty: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> None:
    """Hide in tables what rests on a hidden cell.

    Parameters
    ----------
    tables : dict of str to DataFrame
        Changed in place: `HIDDEN_VALUE` where a value is hidden; one that is not known stays so.
    shown : iterable of (str, tuple of str, callable)
        Name of a table, columns, and what gives for a row the keys of the cells that each value of
        these columns rests on. Tables and columns that are not there are passed over.
    hidden : collection of tuple
        Keys of the cells that are not shown.
    empty : mapping of str to collection of str
        Columns of tables that are hidden also where they are not available, as of `masked`.
    """
    by_table: dict[str, list[Shown]] = {}
    for one in shown:
        by_table.setdefault(one[0], []).append(one)
    for name in by_table.keys() & tables.keys():
        table, rows = tables[name], tables[name].to_dict("records")
        masks: dict[str, np.ndarray] = {}
        for _, columns, rests in by_table[name]:
            rested = np.array(
                [any(key in hidden for key in rests(row)) for row in rows], dtype=bool
            )
            for column in columns:
                if column in table and rested.any():
                    masks[column] = masks.get(column, False) | rested
        if masks:
            tables[name] = masked(table, masks, empty.get(name, ()))


def masked(
    table: pd.DataFrame, masks: Mapping[str, np.ndarray], empty: Collection[str] = ()
) -> pd.DataFrame:
    """Hide values of columns where masks say so; what is not known stays not known.

    Parameters
    ----------
    table : DataFrame
    masks : mapping of str to array of bool
        By column, the rows in which it is hidden.
    empty : collection of str
        Columns that are hidden there also where they are not available: that they are not would
        tell of what they are made from, as a share of nobody is none.
    """
    made = table.copy()
    for column, mask_of in masks.items():
        places = mask_of & (table[column].notna().to_numpy() | (column in empty))
        if not places.any():
            continue
        values = made[column]
        if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            numbers = values.to_numpy(dtype="float64", na_value=np.nan).copy()
            numbers[places] = HIDDEN_VALUE
            made[column] = pd.Series(numbers, index=values.index)
        else:
            texts = values.astype(object).copy()
            texts[places] = HIDDEN_VALUE
            made[column] = texts
    return made


def hidden_last(
    table: pd.DataFrame, by: str, names: list[str], within: Collection[str] = ()
) -> pd.DataFrame:
    """Put rows of a hidden value after the others, in the order of their names.

    The order of a table that is sorted by its values would tell about those that are hidden.

    Parameters
    ----------
    table : DataFrame
        Sorted by the values of the column `by`, in blocks of the same values of `within`.
    by : str
        Passed over where the table has no such column.
    names : list of str
        Columns that say what a row is about.
    within : collection of str
    """
    hidden = table.get(by, pd.Series(dtype=object)).map(is_hidden).astype(bool)
    if not hidden.any():
        return table
    block = table.groupby(list(within), sort=False).ngroup() if within else 0
    about = table[names].fillna("").astype(str).where(hidden, "")
    order = about.assign(**{"block ": block, "hidden ": hidden})
    places = order.reset_index(drop=True).sort_values(["block ", "hidden ", *names])
    return table.iloc[places.index].reset_index(drop=True)
