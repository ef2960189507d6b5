"""What a report says and draws where values are hidden: never a sum without them, never a zero."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, TypeVar

import pandas as pd

from dieval.present.blocks import Block, text_block
from dieval.present.language import N_, Bilingual, said, semicolons
from dieval.vocabulary import HIDDEN_VALUE, is_hidden

Pandas = TypeVar("Pandas", pd.Series, pd.DataFrame)


def hidden_in(values: Pandas) -> Pandas:
    """Tell for each value whether it is hidden."""
    return values.astype(object).map(is_hidden).astype(bool)


def any_hidden(values: pd.Series | pd.DataFrame) -> bool:
    """Tell whether any value is hidden."""
    every: Any = hidden_in(values).to_numpy()
    return bool(every.any())


def zero_where_absent(values: Pandas) -> Pandas:
    """Put 0 where nothing is recorded; what is hidden stays hidden."""
    return values.where(values.notna() | hidden_in(values), 0.0)


def total(values: pd.Series) -> float:
    """Add up what is recorded; with a hidden value the sum is hidden."""
    return HIDDEN_VALUE if any_hidden(values) else float(values.sum())


def without_hidden(table: pd.DataFrame, columns: Collection[str], by: list[str]) -> pd.DataFrame:
    """Leave out the groups of rows of which any value in some columns is hidden."""
    bad = hidden_in(table[list(columns)]).any(axis=1)
    return table[~bad.groupby([table[name] for name in by]).transform("any")]


def hidden_numbers() -> Bilingual:
    """Say that a conclusion rests on hidden numbers of persons."""
    return said(N_("The numbers are hidden to protect individuals."))


def hidden_amounts() -> Bilingual:
    """Say that a conclusion rests on hidden amounts of a home."""
    return said(N_("Amounts of one or few bodies that run homes are not published."))


def hidden_costs() -> Bilingual:
    """Say that a conclusion rests on hidden costs per child of homes."""
    return said(
        N_(
            "The numbers are hidden to protect individuals, or as amounts of one or few bodies "
            "that run homes are not published."
        )
    )


def hidden_picture() -> Block:
    """Say that a picture is left out: it would lack what is hidden."""
    return text_block(said(N_("There is no picture here: some of its numbers are hidden (c).")))


def rows_left_out(rows: Iterable[Bilingual]) -> list[Bilingual]:
    """Name what a picture leaves out."""
    names = list(rows)
    if not names:
        return []
    return [
        said(
            N_("Not in the picture, because numbers are hidden (c): {items}."),
            items=semicolons(names),
        )
    ]
