"""The cells of an evaluation, the sums among them, and which cells each shown value rests on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from dieval.release.linked import CLOSE, Linked
from dieval.release.pattern import Sensitive, safe_pattern
from dieval.release.rules import Line, Rules, few_holders, few_persons, whole_groups
from dieval.vocabulary import HIDDEN_VALUE

Key = tuple[Hashable, ...]
Row = Mapping[str, object]
# What a shown value rests on: keys of cells; a key that is no cell hides nothing.
Rests = Callable[[Row], Iterable[Key]]

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
    """

    rules: Rules
    keys: dict[Key, int] = field(default_factory=dict)
    values: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    sums: list[tuple[int, list[int]]] = field(default_factory=list)
    always: set[int] = field(default_factory=set)

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

    def hide(self, key: Key) -> None:
        """Hide a cell whatever it costs."""
        if key in self.keys:
            self.always.add(self.keys[key])

    def value(self, key: Key) -> float | None:
        """Give the value of a cell; None where there is none."""
        return self.values[self.keys[key]] if key in self.keys else None

    def total(self, whole: Key, parts: Collection[Key], rest: bool = False) -> None:
        """Say that a cell is the sum of others.

        Where it is not in these data, nothing follows from it; with `rest`, what is left over is a
        part that nobody sees.
        """
        known = [part for part in parts if part in self.keys]
        if whole not in self.keys or not known:
            return
        of_parts = sum(self.values[self.keys[part]] for part in known)
        over = self.values[self.keys[whole]] - of_parts
        close = CLOSE * max(1.0, abs(of_parts))
        if rest and over > close:
            self.add((*whole, "rest"), over, UNSEEN)
            known.append((*whole, "rest"))
        elif abs(over) > close:
            return
        self.sums.append((self.keys[whole], [self.keys[part] for part in known]))

    def system(self) -> Linked:
        """Put cells and sums together; an amount below 0 stands with the other sign."""
        values = np.array(self.values, dtype=float)
        signs = np.where(values < 0, -1.0, 1.0)
        rows, columns, entries = [], [], []
        for number, (whole, parts) in enumerate(self.sums):
            rows += [number] * (len(parts) + 1)
            columns += [whole, *parts]
            entries += [-signs[whole], *signs[parts]]
        sums = csr_array((entries, (rows, columns)), shape=(len(self.sums), len(values)))
        return Linked(np.abs(values), sums, whole=False)

    @property
    def lines(self) -> list[Line]:
        """Sums and their parts, by position."""
        return list(self.sums)

    def few_persons(self) -> list[Sensitive]:
        """Find cells of too few persons, and zeros that give a whole small group away."""
        system = self.system()
        seen = list(range(len(self.values)))
        return [
            *few_persons(system, seen, self.lines, self.rules),
            *whole_groups(system, self.lines, self.rules),
        ]

    def few_holders(self, amounts: Mapping[Key, Mapping[str, float]]) -> list[Sensitive]:
        """Find amounts of few holders, or which one of them dominates."""
        placed = {self.keys[key]: held for key, held in amounts.items() if key in self.keys}
        return few_holders(placed, self.rules)

    def uncertain(self, keys: Iterable[Key]) -> list[Sensitive]:
        """Make cells sensitive for another reason: they stay uncertain by the rules' percentage."""
        found = []
        for key in keys:
            if key in self.keys:
                room = abs(self.values[self.keys[key]]) * self.rules.percent / 100
                found.append(Sensitive(self.keys[key], room, room))
        return found

    def hidden(self, sensitive: list[Sensitive], seconds: float) -> frozenset[Key]:
        """Give the keys of the cells that are not shown.

        Parameters
        ----------
        sensitive : list of Sensitive
        seconds : float
            Limit of the search; then more is hidden, never less.
        """
        if not self.values or not (sensitive or self.always):
            return frozenset()
        already = np.zeros(len(self.values), dtype=bool)
        already[sorted(self.always)] = True
        pattern = safe_pattern(self.system(), sensitive, np.array(self.losses), seconds, already)
        return frozenset(key for key, place in self.keys.items() if pattern.hidden[place])


def mask(
    table: pd.DataFrame, columns: Collection[str], rests: Rests, hidden: Collection[Key]
) -> pd.DataFrame:
    """Hide the values of a table that rest on a hidden cell.

    Parameters
    ----------
    table : DataFrame
    columns : collection of str
        Columns of the values; those that the table lacks are passed over.
    rests : callable
        Gives for a row the keys of the cells that each value of these columns rests on.
    hidden : collection of tuple
        Keys of the cells that are not shown.

    Returns
    -------
    DataFrame
        With `HIDDEN_VALUE` where a value is hidden; a value that is not known stays so.
    """
    ours = [column for column in columns if column in table]
    rows = table.to_dict("records")
    rested = np.array([any(key in hidden for key in rests(row)) for row in rows], dtype=bool)
    if not rested.any():
        return table
    return masked(table, dict.fromkeys(ours, rested))


def masked(table: pd.DataFrame, masks: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Hide values of columns where masks say so; what is not known stays not known."""
    made = table.copy()
    for column, mask_of in masks.items():
        places = mask_of & table[column].notna().to_numpy()
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
