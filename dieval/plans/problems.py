"""Rows of a plan that do not add up: some are shown, some mean that no annex can be made.

Methods of the annex, “What does not add up”.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from dieval.errors import Problem
from dieval.inputs.contradictions import balance_of_children, children_by_year, closes_too_early
from dieval.plans.transition import DISPOSAL
from dieval.vocabulary import CARE_ARRANGEMENTS, RESIDENTIAL

# What makes a plan useless until it is mended.
COUNTED_TWICE, LOST, CLOSED_EARLY = (
    "children_counted_twice",
    "children_lost",
    "closed_before_last_child",
)
# What a reader of the annex must know.
PROBLEMS = (
    "children_differ_from_activity",
    "no_unit_cost",
    "above_places",
    "above_planned_places",
    "above_counted",
    "under_three_in_institution",
    "siblings_apart",
    "one_off_outside_plan",
    "sold_before_empty",
)
FORM = ["problem", "table", "file", "row", "subject", "counted", "limit", "source"]
Found = tuple[str, str, pd.DataFrame]


@dataclass(frozen=True)
class Limits:
    """What the data says about how many children there are and may be.

    Parameters
    ----------
    children_before : float
        Children in the home on the average of the last year before the plan; NaN where unknown.
    places : float
        Places of the home in that year; NaN where unknown.
    planned_places : DataFrame with year, care_arrangement, places
        Places that the region plans, in every year of the plan.
    counted : DataFrame with year, care_arrangement, children
        Children in care that the region has counted at the end of a year.
    priced : frozenset of str
        Arrangements whose cost is known.
    years : range
        Years of the plan.
    """

    children_before: float
    places: float
    planned_places: pd.DataFrame
    counted: pd.DataFrame
    priced: frozenset[str]
    years: range


def refusals(destinations: pd.DataFrame, providers: pd.DataFrame) -> list[Problem]:
    """Say why no annex can be made from a plan, with the rows and what to do.

    Parameters
    ----------
    destinations : DataFrame
        Rows of one provider, with file_of_row and line_of_row (`with_place`).
    providers : DataFrame
        Table of the data contract.

    Returns
    -------
    list of Problem
        One a year and fault; empty for a plan that adds up.
    """
    found = []
    for year in balance_of_children(destinations, None).itertuples():
        if not abs(year.difference) > 0:  # also where nothing is known of the year before
            continue
        rows = destinations[destinations["year"] == year.year]
        counts_lv = (
            f"{year.year}. gadā aprūpē {year.in_care}, aizgājuši {year.left_care}; gadu iepriekš "
            f"{year.before:g}, iestājušies {year.entries}"
        )
        counts_en = (
            f"{year.in_care} children in care in {year.year} and {year.left_care} who left, but "
            f"{year.before:g} the year before and {year.entries} who came"
        )
        if year.difference > 0:
            found.append(
                _refusal(
                    rows,
                    COUNTED_TWICE,
                    f"{counts_lv}: divreiz saskaitīti {year.difference:g}.",
                    f"{counts_en}: {year.difference:g} counted twice.",
                    "Izlabojiet gada rindas vai pievienojiet rindu „entry”.",
                    "Mend the rows of the year, or add a row “entry”.",
                )
            )
        else:
            found.append(
                _refusal(
                    rows,
                    LOST,
                    f"{counts_lv}: trūkst {-year.difference:g}.",
                    f"{counts_en}: {-year.difference:g} lost.",
                    "Pievienojiet rindas „family”, „adoption” vai „exit” par tiem, kas atstājuši "
                    "aprūpi, vai izlabojiet gada rindas.",
                    "Add rows “family”, “adoption” or “exit” for those who left care, or mend the "
                    "rows of the year.",
                )
            )
    early = destinations[closes_too_early(destinations, providers)]
    if len(early):
        years = ", ".join(map(str, sorted(early["year"].unique())))
        found.append(
            _refusal(
                early,
                CLOSED_EARLY,
                f"bērni dzīvo iestādē gada beigās ({years}), lai gan tabulā providers tā jau ir "
                "slēgta.",
                f"children live in the home at the end of the year ({years}), after the day on "
                "which table providers closes it.",
                "Izlabojiet slēgšanas dienu vai plāna rindas.",
                "Mend the closing day or the rows of the plan.",
            )
        )
    return found


def _refusal(
    rows: pd.DataFrame, rule: str, lv: str, en: str, remedy_lv: str, remedy_en: str
) -> Problem:
    file = rows["file_of_row"].iloc[0]
    return Problem(
        file="destinations" if pd.isna(file) else str(file),
        column="children",
        rows=tuple(sorted(int(line) for line in rows["line_of_row"].dropna())),
        rule=rule,
        message_lv=lv,
        message_en=en,
        remedy_lv=remedy_lv,
        remedy_en=remedy_en,
    )


def plan_problems(
    destinations: pd.DataFrame, one_off: pd.DataFrame, home: str, limits: Limits
) -> pd.DataFrame:
    """List the rows of a plan that a reader must know about.

    Parameters
    ----------
    destinations, one_off : DataFrame
        Rows of `destinations` and `transition_costs` of one provider, with file_of_row and
        line_of_row (`with_place`). Rows before the years of the plan say only who still lives in
        the home.
    home : str
        Care arrangement of the provider.
    limits : Limits
        What the rows are compared with.

    Returns
    -------
    DataFrame with problem, table, file, row, subject, counted, limit, source
        In the order of `PROBLEMS`, then by file and row. Counted is what the plan says and limit
        what it is compared with, NaN where there is no such number; row is NaN where it is unknown.
    """
    of_plan = destinations[destinations["year"].isin(limits.years)]
    found = [
        *_of_children(of_plan, limits),
        *_of_places(of_plan, home, limits),
        *_of_single_children(of_plan),
        (
            "one_off_outside_plan",
            "transition_costs",
            one_off.assign(counted=one_off["year"])[~one_off["year"].isin(limits.years)],
        ),
        (
            "sold_before_empty",
            "transition_costs",
            _sold_early(destinations, one_off, home, limits.years),
        ),
    ]
    subjects = {
        "destinations": ["year", "care_arrangement"],
        "transition_costs": ["year", "kind", "payer"],
    }
    order = {problem: rank for rank, problem in enumerate(PROBLEMS)}
    parts = []
    for problem, table, rows in found:
        if rows.empty:
            continue
        subject = rows[subjects[table]].astype("str").agg(" ".join, axis=1)
        part = rows.assign(problem=problem, table=table, subject=subject)
        part = part.rename(columns={"file_of_row": "file", "line_of_row": "row"})
        parts.append(part.reindex(columns=FORM).astype({"counted": float, "limit": float}))
    if not parts:
        return pd.DataFrame(columns=FORM)
    listed = pd.concat(parts, ignore_index=True)
    return listed.sort_values(
        ["problem", "file", "row"],
        key=lambda column: column.map(order) if column.name == "problem" else column,
        kind="stable",
        ignore_index=True,
    )


def _of_children(destinations: pd.DataFrame, limits: Limits) -> Iterator[Found]:
    first = destinations[destinations["year"] == destinations["year"].min()]
    if len(first):
        year = balance_of_children(destinations, 0).iloc[0]
        start = float(year["in_care"] + year["left_care"] - year["entries"])
        differs = abs(start - limits.children_before) >= 1
        yield (
            "children_differ_from_activity",
            "destinations",
            first.assign(counted=start, limit=limits.children_before) if differs else first[:0],
        )
    lived = destinations[destinations["children"] > 0]
    in_care = lived["care_arrangement"].isin(CARE_ARRANGEMENTS)
    unpriced = in_care & ~lived["care_arrangement"].isin(limits.priced)
    yield "no_unit_cost", "destinations", lived.assign(counted=lived["children"])[unpriced]


def _of_places(destinations: pd.DataFrame, home: str, limits: Limits) -> Iterator[Found]:
    if destinations.empty:
        return
    children = children_by_year(destinations).stack().rename("counted")
    rows = destinations.merge(children, left_on=["year", "care_arrangement"], right_index=True)
    stay = rows[rows["care_arrangement"] == home]
    above = stay["counted"] > limits.places
    yield "above_places", "destinations", stay[above].assign(limit=limits.places)
    others = rows[rows["care_arrangement"] != home]
    for problem, limit in (
        ("above_planned_places", limits.planned_places.rename(columns={"places": "limit"})),
        ("above_counted", limits.counted.rename(columns={"children": "limit"})),
    ):
        away = others.merge(limit, on=["year", "care_arrangement"])
        yield problem, "destinations", away[away["counted"] > away["limit"]]


def _sold_early(
    destinations: pd.DataFrame, one_off: pd.DataFrame, home: str, years: range
) -> pd.DataFrame:
    """Give the rows that sell the home in a year at whose end children live there."""
    if destinations.empty:
        return one_off.iloc[:0]
    wide = children_by_year(destinations)
    stay = wide[home] if home in wide else pd.Series(0, index=wide.index)
    stay = stay.reindex(sorted({*stay.index, *years})).ffill().reindex(list(years))
    left = one_off.assign(counted=one_off["year"].map(stay).astype("float64"), limit=0.0)
    return left[(left["kind"] == DISPOSAL) & (left["amount_eur"] < 0) & (left["counted"] > 0)]


def _of_single_children(destinations: pd.DataFrame) -> Iterator[Found]:
    young = destinations["care_arrangement"].isin(RESIDENTIAL)
    for problem, column, whose in (
        ("under_three_in_institution", "under_3", young),
        ("siblings_apart", "siblings_apart", pd.Series(True, index=destinations.index)),
    ):
        some = (whose & (destinations[column] > 0)).fillna(False).astype(bool)
        yield problem, "destinations", destinations.assign(counted=destinations[column])[some]


def counts_of_single_children(destinations: pd.DataFrame) -> Mapping[str, bool]:
    """Tell whether the plan says who is under three and who is apart from a sibling."""
    return {name: bool(destinations[name].notna().any()) for name in ("under_3", "siblings_apart")}
