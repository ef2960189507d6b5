"""Small pictures of the index page: a few bars or a line, drawn from results, without text.

What a picture shows is said beside it and in its alternative text; every colour has a contrast of
3 : 1 at least to paper.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dieval.present.findings.progress import IN_FORCE
from dieval.present.language import N_, Language
from dieval.present.style import ACCENT, ARRANGEMENT_COLOURS, INK, LEADER
from dieval.vocabulary import CARE_ARRANGEMENTS

Row = Mapping[str, Any]
Names = Mapping[str, Mapping[str, str]]

COST, REAL_COST = "cost_per_child_month_eur", "real_cost_per_child_month_eur"
WIDTH, HEIGHT = 160, 80
GAP = 4
# Longest bar on the way to a target; the rest of it is not drawn.
MOST_OF_THE_WAY = 1.25

PICTURE_TABLES = {
    "cost_comparison": ("unit_costs",),
    "implementation_progress": ("indicator_progress",),
    "national_overview": ("unit_costs",),
    "reorganisation_annex": ("transition", "transition_summary"),
}


@dataclass(frozen=True)
class SmallPicture:
    """A drawing, what it shows, and what it says in words."""

    svg: str
    title: str
    alt: str


def small_picture(
    report: str,
    unit: str,
    parameters: Mapping[str, Any],
    tables: Mapping[str, list[dict[str, Any]]],
    names: Mapping[str, Names],
    say: Language,
) -> SmallPicture | None:
    """Draw the small picture of a report, where its results allow one.

    Parameters
    ----------
    report, unit : str
        Name of the report and code of its unit.
    parameters : mapping
        Parameters of the report.
    tables : mapping of list of dict
        Rows of the tables named in `PICTURE_TABLES`.
    names : mapping
        Names of `unit` and `indicator` in every language, by code.
    say : Language
        Language of title and alternative text.

    Raises
    ------
    KeyError, TypeError, ValueError
        The results are not what results of this version hold.
    """
    if report == "cost_comparison":
        return _costs(tables.get("unit_costs", []), say)
    if report == "implementation_progress":
        return _progress(tables.get("indicator_progress", []), unit, names["indicator"], say)
    if report == "reorganisation_annex":
        return _saving(tables.get("transition", []), tables.get("transition_summary", []), say)
    if report == "national_overview":
        return _regions(tables.get("unit_costs", []), parameters, names["unit"], say)
    return None


def _known(value: object) -> bool:
    """Tell whether a value is a number, and not hidden or missing."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _of_last_year(rows: Sequence[Row], column: str) -> list[Row]:
    """Give the rows of the last year that has a known cost, those with a known cost."""
    known = [row for row in rows if _known(row[column])]
    last = max((row["year"] for row in known), default=None)
    return [row for row in known if row["year"] == last]


def _costs(rows: Sequence[Row], say: Language) -> SmallPicture | None:
    """Draw what each arrangement costs per child-month."""
    costs = {row["care_arrangement"]: row for row in _of_last_year(rows, COST)}
    drawn = [code for code in CARE_ARRANGEMENTS if code in costs]
    if not drawn:
        return None
    title = say.text(
        N_("Cost per child-month by care arrangement, {year}"), year=str(costs[drawn[0]]["year"])
    )
    values = {code: costs[code][COST] for code in drawn}
    colours = [ARRANGEMENT_COLOURS[code] for code in drawn]
    return SmallPicture(
        _columns(list(values.values()), colours),
        title,
        _told_in_order(title, values, lambda code: say.word("care_arrangement", code), say),
    )


def _regions(
    rows: Sequence[Row], parameters: Mapping[str, Any], names: Names, say: Language
) -> SmallPicture | None:
    """Draw what the reference costs per child-month in each region, in the prices of one year."""
    reference = str(parameters["reference"])
    found = _of_last_year([row for row in rows if row["care_arrangement"] == reference], REAL_COST)
    if not found:
        return None
    title = say.text(
        N_("Cost per child-month {arrangement_in} by region, {year}, prices of {price_year}"),
        arrangement_in=say.word("care_arrangement_in", reference),
        year=str(found[0]["year"]),
        price_year=str(parameters["price_year"]),
    )
    values = {str(row["region"]): row[REAL_COST] for row in found}
    return SmallPicture(
        _columns(list(values.values()), [ARRANGEMENT_COLOURS[reference]] * len(values)),
        title,
        _told_in_order(title, values, lambda code: named(names, code, say), say),
    )


def _told_in_order(
    title: str, values: Mapping[str, float], name: Callable[[str], str], say: Language
) -> str:
    """Say costs from the lowest to the highest."""
    items = [
        f"{name(code)} {say.money(cost)}"
        for code, cost in sorted(values.items(), key=lambda item: item[1])
    ]
    return say.text(N_("{title}, lowest first: {items}."), title=title, items="; ".join(items))


def _progress(rows: Sequence[Row], region: str, names: Names, say: Language) -> SmallPicture | None:
    """Draw how far each indicator of the region has come on the way to its target in force."""
    current = {
        str(row["indicator"]): row["achievement"]
        for row in reversed(rows)
        if row["region"] == region and row["version_role"] in IN_FORCE
    }
    shares = dict(sorted((code, way) for code, way in current.items() if _known(way)))
    if not shares:
        return None
    title = say.text(N_("How far the indicators have come on the way to their targets"))
    items = [f"{named(names, code, say)} {say.percent(way, 0)}" for code, way in shares.items()]
    alt = say.text("{title}: {items}.", title=title, items="; ".join(items))
    unknown = len(current) - len(shares)
    if unknown:
        alt += " " + say.text(N_("Indicators not known: {count}."), count=say.number(unknown))
    return SmallPicture(_ways(list(shares.values())), title, alt)


def _saving(
    transition: Sequence[Row], summary: Sequence[Row], say: Language
) -> SmallPicture | None:
    """Draw what the plan has saved so far, year by year."""
    points = {
        int(row["year"]): row["cumulative_discounted_eur"]
        for row in transition
        if _known(row["cumulative_discounted_eur"])
    }
    if len(points) < 2:
        return None
    last = max(points)
    title = say.text(N_("Saving so far by the plan, discounted"))
    lowest = min(points, key=lambda year: points[year])
    shown = {
        "lowest": say.signed_money(points[lowest]),
        "lowest_year": str(lowest),
        "last": say.signed_money(points[last]),
        "last_year": str(last),
    }
    even = summary[0]["break_even_year"] if summary else None
    if even is not None and _known(even):
        alt = say.text(
            N_(
                "{title}: lowest in {lowest_year}, {lowest}; paid for itself in {even_year}; "
                "{last} at the end of {last_year}."
            ),
            title=title,
            even_year=str(int(even)),
            **shown,
        )
    else:
        alt = say.text(
            N_(
                "{title}: lowest in {lowest_year}, {lowest}; not paid for itself by the end of "
                "{last_year}, {last}."
            ),
            title=title,
            **shown,
        )
    return SmallPicture(_line(points), title, alt)


def named(names: Names, code: str, say: Language) -> str:
    """Give the name that belongs to a code; an unknown code stays as it is."""
    return names[code][say.code] if code in names else code


def _drawing(shapes: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        + "".join(shapes)
        + "</svg>"
    )


def _bar(x: float, y: float, width: float, height: float, style: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" {style}/>'


def _stroke(x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1.5) -> str:
    return (
        f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{colour}" stroke-width="{width}"/>'
    )


def _columns(values: Sequence[float], colours: Sequence[str]) -> str:
    """Draw columns from a common line; the highest fills the picture."""
    highest = max(*values, 0) or 1
    step = WIDTH / len(values)
    bottom = HEIGHT - 2
    shapes = [
        _bar(
            place * step + min(GAP, step / 4),
            bottom - max(value, 0) / highest * (bottom - GAP),
            step - 2 * min(GAP, step / 4),
            max(value, 0) / highest * (bottom - GAP),
            f'fill="{colour}"',
        )
        for place, (value, colour) in enumerate(zip(values, colours, strict=True))
    ]
    return _drawing([*shapes, _stroke(0, bottom, WIDTH, bottom, INK)])


def _ways(shares: Sequence[float]) -> str:
    """Draw bars on tracks, and the target as a line across all of them."""
    left, scale = 1, (WIDTH - 2) / MOST_OF_THE_WAY
    step = (HEIGHT - 2 * GAP) / len(shares)
    high = min(max(step - 3, step / 2), 14)
    shapes = []
    for place, share in enumerate(shares):
        y = GAP + place * step + (step - high) / 2
        shapes.append(_bar(left, y, scale, high, f'fill="#fff" stroke="{LEADER}"'))
        way = min(max(share, 0), MOST_OF_THE_WAY)
        shapes.append(_bar(left, y, way * scale, high, f'fill="{ACCENT}"'))
    target = left + scale
    return _drawing([*shapes, _stroke(target, 0, target, HEIGHT, INK, 2.5)])


def _line(points: Mapping[int, float]) -> str:
    """Draw a line over years, and the line of nothing that it comes from or crosses."""
    first, last = min(points), max(points)
    low, high = min(*points.values(), 0), max(*points.values(), 0)
    span = (high - low) or 1

    def place(year: int, value: float) -> tuple[float, float]:
        x = 5 + (year - first) / (last - first) * (WIDTH - 10)
        return x, 5 + (high - value) / span * (HEIGHT - 10)

    path = " ".join("{:.1f},{:.1f}".format(*place(year, points[year])) for year in sorted(points))
    x, y = place(last, points[last])
    _, nothing = place(first, 0)
    return _drawing(
        [
            _stroke(0, nothing, WIDTH, nothing, INK),
            f'<polyline points="{path}" fill="none" stroke="{ACCENT}" stroke-width="3"/>',
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{ACCENT}"/>',
        ]
    )
