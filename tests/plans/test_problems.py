from __future__ import annotations

import math

import pandas as pd
import pytest

from dieval.plans.problems import (
    CLOSED_EARLY,
    COUNTED_TWICE,
    LOST,
    Limits,
    counts_of_single_children,
    plan_problems,
    refusals,
)

HOMES = pd.DataFrame(
    {
        "provider": ["home"],
        "care_arrangement": ["institution"],
        "closed": pd.Series(["2022-06-30"], dtype="datetime64[s]"),
    }
)
NO_ROWS = pd.DataFrame(columns=["year", "care_arrangement", "places"])


def plan(*rows: tuple) -> pd.DataFrame:
    """Year, code, children, and how many of them are under three and apart from a sibling."""
    filled = [(*row, *[None] * (5 - len(row))) for row in rows]
    found = pd.DataFrame(
        filled, columns=["year", "care_arrangement", "children", "under_3", "siblings_apart"]
    ).astype({"under_3": "Int64", "siblings_apart": "Int64"})
    return found.assign(
        provider="home",
        source="drawn",
        file_of_row="destinations.csv",
        line_of_row=[float(row) for row in range(2, len(found) + 2)],
    )


def one_off(*rows: tuple) -> pd.DataFrame:
    """Year, kind, payer."""
    found = pd.DataFrame(rows, columns=["year", "kind", "payer"])
    return found.assign(
        amount_eur=1.0,
        source="drawn",
        file_of_row="transition_costs.csv",
        line_of_row=[float(row) for row in range(2, len(found) + 2)],
    )


def limits(**given) -> Limits:
    found = {
        "children_before": 8.0,
        "places": 10.0,
        "planned_places": NO_ROWS,
        "counted": NO_ROWS.rename(columns={"places": "children"}),
        "priced": frozenset({"institution", "foster_family", "family_like"}),
        "years": range(2021, 2024),
    }
    return Limits(**found | given)


SOUND = (
    (2021, "institution", 4),
    (2021, "foster_family", 4),
    (2022, "foster_family", 7),
    (2022, "exit", 1),
)


def found(rows: pd.DataFrame, spent: pd.DataFrame | None = None, **given) -> pd.DataFrame:
    return plan_problems(
        rows, one_off() if spent is None else spent, "institution", limits(**given)
    )


# ------------------------------------------------------------------------- no annex can be made


def test_plan_that_adds_up_is_not_refused():
    assert refusals(plan(*SOUND), HOMES) == []


@pytest.mark.parametrize(
    ("row", "rule", "words"),
    [
        ((2022, "guardian", 1), COUNTED_TWICE, "8 the year before and 0 who came: 1 counted twice"),
        (
            (2022, "exit", 0),
            LOST,
            "7 children in care in 2022 and 0 who left, but 8 the year before",
        ),
    ],
)
def test_plan_children_twice_or_lost_are_refused_with_rows_and_remedy(row, rule, words):
    rows = plan(*SOUND[:3], *([SOUND[3], row] if rule == COUNTED_TWICE else [row]))
    (problem,) = refusals(rows, HOMES)
    assert problem.rule == rule
    assert problem.rows == tuple(range(4, len(rows) + 2))
    assert problem.text().startswith("destinations.csv, column children, rows 4")
    assert words in problem.text()
    assert problem.text("lv").startswith("destinations.csv, kolonna children, rindas 4")
    assert ("entry" if rule == COUNTED_TWICE else "adoption") in problem.remedy_lv


def test_plan_entry_explains_a_child_more():
    assert refusals(plan(*SOUND, (2022, "guardian", 1), (2022, "entry", 1)), HOMES) == []


def test_plan_child_in_a_closed_home_is_refused():
    rows = plan((2021, "institution", 8), (2022, "institution", 1), (2022, "foster_family", 7))
    (problem,) = refusals(rows, HOMES)
    assert (problem.rule, problem.rows) == (CLOSED_EARLY, (3,))
    assert "2022" in problem.message_en
    open_end = HOMES.assign(closed=pd.Series([None], dtype="datetime64[s]"))
    assert refusals(rows, open_end) == []


# --------------------------------------------------------------------------- what is shown


def test_sound_plan_has_no_problem():
    assert found(plan(*SOUND)).empty


@pytest.mark.parametrize(("before", "differs"), [(8.9, False), (9.0, True), (7.0, True)])
def test_children_before_that_differ_by_one_or_more_are_named(before, differs):
    table = found(plan(*SOUND), children_before=before)
    assert (table["problem"] == "children_differ_from_activity").any() == differs
    if differs:
        assert table["counted"].to_list() == [8, 8]
        assert table["limit"].to_list() == [before, before]
        assert table["row"].to_list() == [2, 3]


def test_children_before_that_nobody_knows_are_not_compared():
    assert found(plan(*SOUND), children_before=math.nan).empty


def test_arrangement_without_a_cost_is_named_where_children_live_there():
    rows = plan(*SOUND[:2], (2022, "guardian", 7), (2022, "youth_house", 0), (2022, "exit", 1))
    table = found(rows)
    assert table[["problem", "subject", "counted"]].to_numpy().tolist() == [
        ["no_unit_cost", "2022 guardian", 7]
    ]


def test_more_children_than_places_of_the_home_groups_together():
    rows = plan((2021, "institution", 6), (2021, "institution", 5))
    table = found(rows, children_before=11.0)
    assert table["problem"].to_list() == ["above_places"] * 2
    assert table["counted"].to_list() == [11, 11]
    assert found(rows, children_before=11.0, places=11.0).empty
    assert found(rows, children_before=11.0, places=math.nan).empty


def test_more_children_than_planned_places_or_than_counted():
    places = pd.DataFrame(
        [(2021, "foster_family", 3), (2022, "foster_family", 7)],
        columns=["year", "care_arrangement", "places"],
    )
    table = found(plan(*SOUND), planned_places=places)
    assert table[["problem", "subject", "limit"]].to_numpy().tolist() == [
        ["above_planned_places", "2021 foster_family", 3]
    ]
    counted = places.rename(columns={"places": "children"})
    table = found(plan(*SOUND), counted=counted)
    assert table["problem"].to_list() == ["above_counted"]


def test_children_under_three_in_institutions_and_apart_from_siblings():
    rows = plan(
        (2021, "institution", 4, 1, 0),
        (2021, "foster_family", 4, 2, 3),
        (2022, "foster_family", 7),
        (2022, "exit", 1),
    )
    table = found(rows)
    assert table[["problem", "subject", "counted"]].to_numpy().tolist() == [
        ["under_three_in_institution", "2021 institution", 1],
        ["siblings_apart", "2021 foster_family", 3],
    ]
    assert counts_of_single_children(rows) == {"under_3": True, "siblings_apart": True}
    assert counts_of_single_children(plan(*SOUND)) == {"under_3": False, "siblings_apart": False}


def test_one_off_costs_outside_the_plan_are_named():
    spent = one_off(
        (2020, "training", "state"), (2021, "capital", "eu_fund"), (2024, "other", "state")
    )
    table = found(plan(*SOUND), spent)
    assert table["subject"].to_list() == ["2020 training state", "2024 other state"]
    assert table["file"].to_list() == ["transition_costs.csv"] * 2
