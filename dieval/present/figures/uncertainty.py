"""Pictures of how sure a result is: what single parameters change, and intervals."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from dieval.present import style
from dieval.present.figures.canvas import PAPER, KeyEntry, Level, bar, draw, mark, row_sheet
from dieval.present.figures.lettering import GAP, cents, text_size, text_width, wrap
from dieval.present.figures.scales import Reach, finite
from dieval.present.language import Bilingual, Language

# Widest text at the end of a bar [inches].
END_WIDTH = 1.1
BAR_HEIGHT = 0.6
# Zero is marked where it lies no further from the range than this share of it.
NEAR_ZERO = 0.5


def tornado(
    table: pd.DataFrame,
    base: float,
    labels: Callable[[Language, str], str],
    x_label: Callable[[Language], str],
    zero_label: Callable[[Language], str],
    end_labels: tuple[Callable[[Language], str], Callable[[Language], str]],
) -> Bilingual:
    """Draw how far each parameter alone moves a result, the widest range on top.

    Parameters
    ----------
    table : DataFrame, a row for each parameter
        `parameter`; `outcome_low` and `outcome_high`, the result with the parameter at its low and
        high end [EUR]; `low_label` and `high_label`, the parameter there, in every language. A
        NaN outcome has no bar; rows with neither are left out.
    base : float
        The result with every parameter as it is; its amount stands over the line.
    labels : callable
        Gives the name of a parameter in a language.
    x_label : callable
        Gives the title of the value axis.
    zero_label : callable
        Names the line at zero, drawn where zero lies in or near the range.
    end_labels : tuple of callable
        Say in the key what the bars to the low and to the high end are.

    Raises
    ------
    ValueError
        There is no outcome, the base is NaN, or a value is infinite.
    """
    table = table.astype({"outcome_low": float, "outcome_high": float})
    known = finite([*table["outcome_low"], *table["outcome_high"]])
    if math.isnan(base):
        raise ValueError("a tornado needs the result at the base, got NaN")
    finite([base])
    table = table.dropna(subset=["outcome_low", "outcome_high"], how="all").reset_index(drop=True)
    outcomes = table[["outcome_low", "outcome_high"]].fillna(base)
    spans = (outcomes["outcome_high"] - outcomes["outcome_low"]).abs()
    widest_first = spans.sort_values(ascending=False, kind="stable").index
    rows = table.loc[widest_first].to_dict("records")
    lowest, highest = min(base, *known), max(base, *known)
    near = NEAR_ZERO * (highest - lowest)
    decimals = cents([base, *known])
    styles = (style.LOW_STYLE, style.HIGH_STYLE)

    def paint(say: Language) -> Figure:
        ends = [
            end
            for order, row in enumerate(rows)
            for end in _ends(row, base, -order, styles, say.code)
        ]
        levels = [Level(base, say.money(base, decimals))]
        if lowest - near <= 0 <= highest + near:
            levels.append(Level(0.0, zero_label(say), style.ACCENT, (0, (4, 2))))
        sheet = row_sheet(
            [labels(say, str(row["parameter"])) for row in rows],
            [Reach(base), *(end.reach() for end in ends)],
            x_label(say),
            say.number,
            entries=[
                KeyEntry(label(say), "bar", *colours)
                for label, colours in zip(end_labels, styles, strict=True)
            ],
            levels=levels,
            row_height=max(end.row_height() for end in ends),
        )
        for end in ends:
            bar(sheet.axes, (base, end.outcome), end.y, end.height, end.colours)
        for end in ends:
            x, y = sheet.place(end.outcome, end.y)
            sheet.write(
                x + end.side * GAP, y, end.text, ha="right" if end.side < 0 else "left",
                multialignment="right" if end.side < 0 else "left",
                fontsize=style.SMALL_TEXT_SIZE, bbox=PAPER,
            )  # fmt: skip
        return sheet.figure

    return draw(paint)


@dataclass(frozen=True)
class _End:
    """The bar from the base to one end of a parameter's range, and the text at its end."""

    outcome: float
    text: str
    colours: tuple[str, str]
    side: int
    y: float
    height: float

    def reach(self) -> Reach:
        """Give the end of the bar with room for its text."""
        room = text_size(self.text, style.SMALL_TEXT_SIZE)[0] + 2 * GAP
        return Reach(self.outcome, *((room, 0.0) if self.side < 0 else (0.0, room)))

    def row_height(self) -> float:
        """Give the height that a row needs for the text [inches]."""
        height = text_size(self.text, style.SMALL_TEXT_SIZE)[1]
        return 2 * (height + 0.05) + 0.08 if self.height < BAR_HEIGHT else height + 0.14


def _ends(
    row: Mapping[Any, Any],
    base: float,
    y: float,
    styles: Sequence[tuple[str, str]],
    code: str,
) -> list[_End]:
    """Give the bars of a parameter: in line, or one over the other where both go the same way."""
    found = [
        (float(row[f"outcome_{end}"]), wrap(row[f"{end}_label"][code], END_WIDTH,
                                            style.SMALL_TEXT_SIZE), colours)
        for end, colours in zip(("low", "high"), styles, strict=True)
        if not math.isnan(row[f"outcome_{end}"])
    ]  # fmt: skip
    sides = [(outcome > base) - (outcome < base) for outcome, _, _ in found]
    # An end that changes nothing is written on the side that the other leaves free.
    if not any(sides):
        sides = [-1, 1][: len(sides)]
    sides = [side or -sum(sides) for side in sides]
    if len(found) == 2 and sides[0] == sides[1]:
        places, height = [y + BAR_HEIGHT / 2.6, y - BAR_HEIGHT / 2.6], BAR_HEIGHT * 0.66
    else:
        places, height = [y] * len(found), BAR_HEIGHT
    return [
        _End(outcome, text, colours, side, place, height)
        for (outcome, text, colours), side, place in zip(found, sides, places, strict=True)
    ]


def intervals(
    table: pd.DataFrame,
    labels: Callable[[Language, str], str],
    x_label: Callable[[Language], str],
    zero_label: Callable[[Language], str] | None = None,
) -> Bilingual:
    """Draw a dot at the middle of each result and a line over its interval, with their numbers.

    Parameters
    ----------
    table : DataFrame, index code
        `p05`, `p50` and `p95` [EUR]; without p05 or p95 a row has its dot alone, without p50 it is
        left out.
    labels : callable
        Gives the name of a row in a language.
    x_label : callable
        Gives the title of the value axis.
    zero_label : callable, optional
        Names the line at zero; without it there is none.

    Raises
    ------
    ValueError
        There is no middle, or a value is infinite.
    """
    table = table[["p05", "p50", "p95"]].astype(float).dropna(subset=["p50"])
    known = finite(table.to_numpy().ravel())
    rows = table.to_numpy().tolist()
    decimals = cents(known)

    def paint(say: Language) -> Figure:
        reaches = []
        for low, middle, high in rows:
            half = text_width(say.money(middle, decimals), style.TEXT_SIZE, "bold") / 2 + GAP
            reaches.append(Reach(middle, half, half))
            if not (math.isnan(low) or math.isnan(high)):
                reaches.append(Reach(low, before=_room(say.money(low, decimals))))
                reaches.append(Reach(high, after=_room(say.money(high, decimals))))
        sheet = row_sheet(
            [labels(say, str(name)) for name in table.index],
            reaches,
            x_label(say),
            say.number,
            levels=[] if zero_label is None else [
                Level(0.0, zero_label(say), style.ACCENT, (0, (4, 2)))
            ],
            row_height=0.58,
        )  # fmt: skip
        for order, (low, middle, high) in enumerate(rows):
            x, y = sheet.place(middle, -order)
            if not (math.isnan(low) or math.isnan(high)):
                (left, _), (right, _) = sheet.place(low, 0), sheet.place(high, 0)
                sheet.line([(left, y), (right, y)], style.ACCENT, 3.0, zorder=3.1)
                for end in (left, right):
                    sheet.line([(end, y - 0.06), (end, y + 0.06)], style.ACCENT, 1.6, zorder=3.1)
                for end, value, side, shift in (
                    (left, low, "right", -GAP), (right, high, "left", GAP)
                ):  # fmt: skip
                    sheet.write(
                        end + shift, y, say.money(value, decimals), ha=side, bbox=PAPER,
                        fontsize=style.SMALL_TEXT_SIZE, color=style.MUTED,
                    )  # fmt: skip
            sheet.axes.plot(
                [middle], [-order], clip_on=False, zorder=3.3, **mark(style.ACCENT, size=9)
            )
            sheet.write(
                x, y + 0.095, say.money(middle, decimals), ha="center", va="bottom",
                fontweight="bold", bbox=PAPER,
            )  # fmt: skip
        return sheet.figure

    return draw(paint)


def _room(text: str) -> float:
    return text_width(text, style.SMALL_TEXT_SIZE) + 2 * GAP
