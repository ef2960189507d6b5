"""Texts in pictures: their size in inches, their lines, and places where they do not overlap."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise, product
from typing import NamedTuple

from matplotlib.font_manager import FontProperties

from dieval.present import style
from dieval.present.figures.svg import POINTS_PER_INCH, texts
from dieval.present.language import Language

# Height of a line of text, as a multiple of the size of its letters.
LINE_HEIGHT = 1.33
# Free space that a text keeps to what it names, and to other texts [inches].
GAP = 0.07
# Largest amount of a picture that is written with cents [EUR].
SMALL_AMOUNT = 10.0
KINDS_OF_MUNICIPALITY = {
    "novads": "nov.",
    "pilsēta": "pils.",
    "valstspilsēta": "vpils.",
    "pagasts": "pag.",
    "municipality": "mun.",
}


class Box(NamedTuple):
    """A rectangle in inches from the lower left corner of the picture."""

    left: float
    bottom: float
    right: float
    top: float

    def overlap(self, other: Box) -> float:
        """Give the area that two boxes share [square inches].

        Examples
        --------
        >>> Box(0, 0, 2, 1).overlap(Box(1, 0, 3, 1)), Box(0, 0, 1, 1).overlap(Box(1, 0, 2, 1))
        (1, 0)
        """
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.top, other.top) - max(self.bottom, other.bottom)
        return max(width, 0) * max(height, 0)

    def crossed(self, start: tuple[float, float], end: tuple[float, float]) -> bool:
        """Tell whether the straight line between two points passes through the box.

        Examples
        --------
        >>> Box(0, 0, 2, 2).crossed((-1, 1), (3, 1)), Box(0, 0, 2, 2).crossed((-1, 1), (1, 4))
        (True, False)
        """
        first, last = 0.0, 1.0
        for low, high, at, to in (
            (self.left, self.right, start[0], end[0]),
            (self.bottom, self.top, start[1], end[1]),
        ):
            if at == to:
                if not low < at < high:
                    return False
                continue
            enter, leave = sorted(((low - at) / (to - at), (high - at) / (to - at)))
            first, last = max(first, enter), min(last, leave)
        return first < last


@functools.lru_cache(maxsize=4096)
def text_width(text: str, size: float = style.TEXT_SIZE, weight: str = "normal") -> float:
    """Measure a line of text in the house font [inches]; the font must be known to matplotlib."""
    font = FontProperties(family=style.FONT_FAMILY, size=size, weight=weight)
    width, _, _ = texts.get_text_width_height_descent(text, font, False)
    return float(width) / POINTS_PER_INCH


def text_size(
    text: str, size: float = style.TEXT_SIZE, weight: str = "normal"
) -> tuple[float, float]:
    """Measure a text of one or more lines: width and height [inches]."""
    lines = text.split("\n")
    width = max(text_width(line, size, weight) for line in lines)
    return width, len(lines) * size * LINE_HEIGHT / POINTS_PER_INCH


def wrap(text: str, width: float, size: float = style.TEXT_SIZE, weight: str = "normal") -> str:
    """Break a text into lines no wider than a width [inches].

    Lines end between words, and within a word only where it is wider than a line. A non-breaking
    space never ends a line.
    """
    lines: list[str] = []
    for word in re.split(r"[ \t\r\n]+", text.strip()):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(joined, size, weight) <= width:
            lines[-1] = joined
            continue
        rest = word
        while text_width(rest, size, weight) > width and len(rest) > 1:
            fits = next(
                (n for n in range(len(rest) - 1, 1, -1) if _fits(rest[:n], width, size, weight)), 1
            )
            lines.append(rest[:fits])
            rest = rest[fits:]
        lines.append(rest)
    return "\n".join(lines)


def wrap_words(
    text: str, width: float, size: float = style.TEXT_SIZE, weight: str = "normal"
) -> str | None:
    """Break a text into lines no wider than a width [inches], or give None if a word is wider."""
    if any(
        text_width(word, size, weight) > width for word in re.split(r"[ \t\r\n]+", text.strip())
    ):
        return None
    return wrap(text, width, size, weight)


def abbreviate(name: str, letters: int = 10) -> str:
    """Shorten each word of a name to a number of letters; a cut word ends in a consonant and a dot.

    Words for a kind of municipality are always short.

    Examples
    --------
    >>> abbreviate("Dienvidkurzemes novads"), abbreviate("Liepāja")
    ('Dienvidk. nov.', 'Liepāja')
    """
    words = []
    for word in name.split():
        if word in KINDS_OF_MUNICIPALITY:
            words.append(KINDS_OF_MUNICIPALITY[word])
        elif len(word) > letters:
            cut = word[: letters - 1]
            stem = cut.rstrip("aāeēiīoōuūyAĀEĒIĪOŌUŪY-")
            words.append((stem if len(stem) > letters // 2 else cut) + ".")
        else:
            words.append(word)
    return " ".join(words)


def _fits(text: str, width: float, size: float, weight: str) -> bool:
    return text_width(text, size, weight) <= width


def signed_money(say: Language, value: float, decimals: int = 0) -> str:
    """Write an amount in euro with its sign; what rounds to nothing has none."""
    amount = say.money(value, decimals)
    rises = value > 0 and any(digit in amount for digit in "123456789")
    return f"+{amount}" if rises else amount


def cents(values: Iterable[float]) -> int:
    """Give the decimals with which a picture writes its amounts: cents where all are small.

    Examples
    --------
    >>> cents([0.0, -4.2]), cents([4.2, 1234.5]), cents([0.0])
    (2, 0, 0)
    """
    largest = max((abs(value) for value in values), default=0.0)
    return 2 if 0 < largest < SMALL_AMOUNT else 0


def share(say: Language, value: float) -> str:
    """Write a share as a whole percentage, with decimals where it would round to 0 or 100 %.

    Examples
    --------
    >>> from dieval.present.language import language
    >>> [share(language("en"), value) for value in (0.452, 1.0, 0.997, 0.0)]
    ['45%', '100%', '99.7%', '0%']
    """
    decimals = next(
        n
        for n in (0, 1, 2, 3)
        if n == 3 or value in (0.0, 1.0) or round(value, n + 2) not in (0, 1)
    )
    return say.percent(value, decimals)


def spread(
    positions: Sequence[float], distance: float | Sequence[float], highest: float | None = None
) -> list[float]:
    """Move ascending positions apart, as little as needed, to keep a distance.

    Parameters
    ----------
    positions : sequence of float
        Ascending.
    distance : float or sequence of float
        Smallest distance, the same everywhere or one from each position to the next.
    highest : float, optional
        Positions stay between 0 and it, as long as there is room for all.

    Examples
    --------
    >>> spread([1.0, 1.0, 5.0], 1.0, 10.0)
    [0.5, 1.5, 5.0]
    >>> spread([9.0, 9.0, 9.0], 1.0, 9.0)
    [7.0, 8.0, 9.0]
    >>> spread([1.0, 1.0, 5.0], [2.0, 1.0])
    [0.0, 2.0, 5.0]
    """
    steps = [distance] * (len(positions) - 1) if isinstance(distance, float) else list(distance)
    offsets = [0.0]
    for step in steps:
        offsets.append(offsets[-1] + step)
    # Less their offsets, positions need only not fall: neighbours that do share their mean.
    groups: list[tuple[float, int]] = []
    for position, offset in zip(positions, offsets, strict=False):
        total, count = position - offset, 1
        while groups and groups[-1][0] / groups[-1][1] > total / count:
            before, members = groups.pop()
            total, count = total + before, count + members
        groups.append((total, count))
    levels = [total / count for total, count in groups for _ in range(count)]
    if highest is not None:
        levels = [max(min(level, highest - offsets[-1]), 0.0) for level in levels]
    return [level + offset for level, offset in zip(levels, offsets, strict=False)]


def in_column(
    wanted: Sequence[float], sizes: Sequence[float], low: float, high: float
) -> list[float]:
    """Give the middles of labels in a column or line, near where they are wanted.

    Parameters
    ----------
    wanted : sequence of float
        Where the middle of each would stand [inches], ascending.
    sizes : sequence of float
        Room that each takes along the column [inches].
    low, high : float
        Ends of the column [inches].

    Examples
    --------
    >>> in_column([1.0, 1.0], [0.5, 0.5], 0.0, 3.0)
    [0.75, 1.25]
    """
    if not wanted:
        return []
    steps = [(one + other) / 2 for one, other in pairwise(sizes)]
    start = low + sizes[0] / 2
    room = high - sizes[-1] / 2 - start
    return [start + place for place in spread([w - start for w in wanted], steps, room)]


def free_place(
    point: tuple[float, float],
    size: tuple[float, float],
    taken: Sequence[Box],
    crowded: Sequence[Box],
    lines: Sequence[tuple[tuple[float, float], tuple[float, float]]],
    bounds: Box,
) -> Box:
    """Find a place for a label near a point, over no other text and over few lines.

    Places around the point are tried at growing distances. A place over another text loses to
    every other; among the rest, lines and marks underneath and the distance count against it.

    Parameters
    ----------
    point : tuple of float
        What is to be named [inches].
    size : tuple of float
        Width and height of the label [inches].
    taken, crowded : sequence of Box
        Texts, which the label must not touch, and marks, which it should not cover.
    lines : sequence of pairs of points
        Straight lines that it should not cover [inches].
    bounds : Box
        Where it may stand.
    """
    width, height = size
    found: list[tuple[float, Box]] = []
    for (across, up), ring in product(_AROUND, range(1, 14)):
        reach = GAP + height * (ring - 1) * 0.7
        left = point[0] + across * (reach + width / 2) - width / 2
        low = point[1] + up * (reach + height / 2) - height / 2
        left = min(max(left, bounds.left), bounds.right - width)
        low = min(max(low, bounds.bottom), bounds.top - height)
        box = Box(left, low, left + width, low + height)
        cost = (
            1000 * sum(box.overlap(other) > 0 for other in taken)
            + 10 * sum(box.overlap(other) > 0 for other in crowded)
            + 8 * sum(box.crossed(start, end) for start, end in lines)
            + ring
        )
        found.append((cost, box))
    return min(found, key=lambda place: place[0])[1]


# Directions from a point to its label, the first the most wanted.
_AROUND = ((-1, 1), (1, -1), (1, 1), (-1, -1), (0, 1), (0, -1), (1, 0), (-1, 0))
