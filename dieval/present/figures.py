"""Pictures in the house style, drawn once a language, as SVG with the text as outlines."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from textwrap import fill
from typing import Literal

import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from dieval.present import style
from dieval.present.language import Bilingual, Language, language
from dieval.vocabulary import LANGUAGES

# Labels at the ends of lines keep at least this distance, as a share of the axis.
LABEL_DISTANCE = 0.075
# Longer labels are broken into lines [characters].
LABEL_WIDTH = 24


def draw(
    paint: Callable[[Axes, Language], None], height_inches: float, right_margin: float = 0.97
) -> Bilingual:
    """Draw a picture in every language.

    Parameters
    ----------
    paint : callable
        Gets the axes and the language, and draws; called once a language.
    height_inches : float
        Height of the picture.
    right_margin : float
        Where the axes end, as a share of the width; labels may stand to the right of it.

    Returns
    -------
    dict of str
        SVG by language; the same bytes for the same input.
    """
    pictures = {}
    with rc_context(rc=style.picture_settings()):
        for code in LANGUAGES:
            picture = Figure(figsize=(style.PICTURE_WIDTH_INCHES, height_inches))
            axes = picture.add_axes((0.09, 0.1, right_margin - 0.09, 0.82))
            paint(axes, language(code))
            stream = io.StringIO()
            picture.savefig(stream, format="svg", metadata={"Date": None, "Creator": "dieval"})
            pictures[code] = stream.getvalue()
    return pictures


def lines_by_year(
    values: pd.DataFrame, labels: Callable[[Language, str], str], y_label: Callable[[Language], str]
) -> Bilingual:
    """Draw a line for each arrangement over the years, named at its end instead of in a legend.

    Parameters
    ----------
    values : DataFrame, index year, one column per care arrangement
        NaN leaves a gap.
    labels : callable
        Gives the name of a column in a language.
    y_label : callable
        Gives the title of the value axis.
    """

    def paint(axes: Axes, say: Language) -> None:
        top = float(values.max().max()) * 1.08
        ends = []
        for name in values.columns:
            series = values[name].dropna()
            colour = style.ARRANGEMENT_COLOURS[name]
            axes.plot(
                series.index,
                series.to_numpy(),
                color=colour,
                marker=style.ARRANGEMENT_MARKERS[name],
                markersize=5,
            )
            ends.append((float(series.iloc[-1]), name, colour))
        first, last = int(values.index.min()), int(values.index.max())
        heights = spread([end for end, _, _ in sorted(ends)], LABEL_DISTANCE * top, top)
        for (_, name, colour), height in zip(sorted(ends), heights, strict=True):
            axes.annotate(
                fill(labels(say, name), LABEL_WIDTH),
                (last, height),
                xytext=(8, 0),
                textcoords="offset points",
                va="center",
                color=colour,
                annotation_clip=False,
                fontweight="semibold",
            )
        axes.set_xlim(first - 0.2, last + 0.1)
        axes.set_ylim(0, top)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=10))
        finish(axes, say, y_label(say), grid="y")

    return draw(paint, 4.2, right_margin=0.76)


def stacked_bars(
    values: pd.DataFrame,
    bar_labels: Callable[[Language, str], str],
    part_labels: Callable[[Language, str], str],
    x_label: Callable[[Language], str],
) -> Bilingual:
    """Draw a horizontal bar for each row, stacked from its parts, with the total at its end.

    Parameters
    ----------
    values : DataFrame, index care arrangement, one column per part
        NaN counts as no such part.
    bar_labels, part_labels : callable
        Give the name of a row and of a column in a language.
    x_label : callable
        Gives the title of the value axis.
    """
    values = values.fillna(0.0)

    def paint(axes: Axes, say: Language) -> None:
        positions = range(len(values))[::-1]
        left = pd.Series(0.0, index=values.index)
        for part in values.columns:
            colour, hatch = style.PART_STYLES[part]
            axes.barh(
                list(positions),
                values[part],
                left=left,
                color=colour,
                hatch=hatch,
                edgecolor="white",
                linewidth=0.6,
                height=0.62,
                label=part_labels(say, part),
            )
            left = left + values[part]
        for position, total in zip(positions, left, strict=True):
            axes.annotate(
                say.money(total),
                (total, position),
                xytext=(5, 0),
                textcoords="offset points",
                va="center",
                fontweight="semibold",
            )
        axes.set_yticks(
            list(positions), [fill(bar_labels(say, name), LABEL_WIDTH) for name in values.index]
        )
        axes.set_xlim(0, float(left.max()) * 1.12)
        finish(axes, say, x_label(say), grid="x")
        axes.legend(
            loc="upper center",
            bbox_to_anchor=(0.38, -0.16),
            ncols=4,
            frameon=False,
            fontsize=9,
            handlelength=1.2,
            columnspacing=1.2,
        )
        axes.set_position((0.24, 0.34, 0.73, 0.63))

    return draw(paint, 1.7 + 0.42 * len(values))


def finish(axes: Axes, say: Language, value_label: str, grid: Literal["x", "y"]) -> None:
    """Give the value axis its title, numbers in the language and a quiet grid."""
    value_axis = axes.yaxis if grid == "y" else axes.xaxis
    value_axis.set_major_formatter(FuncFormatter(lambda value, _: say.number(value)))
    axes.grid(axis=grid, color=style.RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    if grid == "y":
        axes.set_title(value_label, loc="left", color=style.MUTED)
        axes.spines["left"].set_visible(False)
    else:
        axes.set_xlabel(value_label, color=style.MUTED)
        axes.spines["left"].set_color(style.INK)


def spread(positions: Sequence[float], distance: float, highest: float = math.inf) -> list[float]:
    """Move ascending positions apart, as little as needed, to keep a distance.

    Where `highest` is given, positions stay between 0 and it, as long as there is room for all.

    Examples
    --------
    >>> spread([1.0, 1.0, 5.0], 1.0, 10.0)
    [0.5, 1.5, 5.0]
    >>> spread([9.0, 9.0, 9.0], 1.0, 9.0)
    [7.0, 8.0, 9.0]
    """
    groups: list[list[float]] = []
    for position in positions:
        groups.append([position])
        while len(groups) > 1 and _overlap(groups[-2], groups[-1], distance):
            groups[-2:] = [groups[-2] + groups[-1]]
    places = [place for group in groups for place in _places(group, distance)]
    if math.isinf(highest):
        return places
    ceiling = highest
    for order in reversed(range(len(places))):
        places[order] = min(places[order], ceiling)
        ceiling = places[order] - distance
    floor = 0.0
    for order, place in enumerate(places):
        places[order] = max(place, floor)
        floor = places[order] + distance
    return places


def _places(group: list[float], distance: float) -> list[float]:
    """Set a group's members at equal distances around their mean."""
    middle = sum(group) / len(group)
    start = middle - distance * (len(group) - 1) / 2
    return [start + distance * order for order in range(len(group))]


def _overlap(lower: list[float], upper: list[float], distance: float) -> bool:
    return _places(upper, distance)[0] - _places(lower, distance)[-1] < distance
