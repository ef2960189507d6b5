"""Key figures are taken from the tables as they are; what is not known is left out."""

from __future__ import annotations

import pandas as pd
import pytest

from dieval.present.findings import Finding
from dieval.present.findings.key import (
    cost_key_figures,
    overview_key_figures,
    plan_key_figures,
    progress_key_figures,
)

NAN = float("nan")
COSTS = {
    "unit_costs": pd.DataFrame(
        {
            "year": [2021, 2022, 2022, 2022],
            "care_arrangement": ["institution", "institution", "foster_family", "guardian"],
            "cost_per_child_month_eur": [900.0, 1000.0, 250.0, NAN],
        }
    ),
    "comparison": pd.DataFrame(
        {
            "year": [2022],
            "alternative": ["foster_family"],
            "ratio": [1000 / 250],
            "switch_point_support_eur_per_child_month": [800.0],
        }
    ),
    "simulation": pd.DataFrame(
        {"year": [2022], "alternative": ["foster_family"], "probability_cheaper": [0.93]}
    ),
}
PAIR = {"reference": "institution", "alternative": "foster_family"}


def as_tuples(figures):
    return [(figure.figure, figure.value, figure.as_of, dict(figure.of)) for figure in figures]


def test_costs_of_the_year_and_how_they_compare():
    found = cost_key_figures(COSTS, "institution", "foster_family", 2022)
    assert as_tuples(found) == [
        ("cost_per_child_month", 1000.0, 2022, {"arrangement_in": "institution"}),
        ("cost_per_child_month", 250.0, 2022, {"arrangement_in": "foster_family"}),
        ("cost_ratio", 4.0, 2022, PAIR),
        ("switch_point", 800.0, 2022, {"alternative": "foster_family"}),
        ("probability_cheaper", 0.93, 2022, {"alternative": "foster_family"}),
    ]


def test_costs_without_an_alternative_compare_nothing():
    found = cost_key_figures(COSTS, "institution", None, 2022)
    assert [figure.figure for figure in found] == ["cost_per_child_month"] * 2


def test_reference_that_is_a_family_stands_once():
    found = cost_key_figures(COSTS, "foster_family", None, 2022)
    assert [figure.of["arrangement_in"] for figure in found] == ["foster_family"]


PROGRESS = {
    "latest_values": pd.DataFrame(
        {
            "region": ["kurzeme", "kurzeme", "latgale"],
            "indicator": ["children_in_institutions"] * 3,
            "date": pd.to_datetime(["2022-12-31", "2021-12-31", "2022-12-31"]),
            "value": [76.0, 90.0, 99.0],
        }
    ),
    "family_environment": pd.DataFrame(
        {"region": ["kurzeme", "national"], "year": [2022, 2022], "share": [0.9, 0.8]}
    ),
    "reimbursement": pd.DataFrame(
        {
            "date": pd.to_datetime(["2020-05-19"] * 2),
            "target_group": ["grt_adults", "total"],
            "persons": [67, 330],
        }
    ),
    "indicator_progress": pd.DataFrame(
        {
            "region": ["kurzeme"] * 5 + ["national"],
            "indicator": ["a", "b", "b", "c", "d", "e"],
            "version_role": ["current", "current", "first", "only", "current", "only"],
            "standing": ["met", "ahead", "met", "behind", "not_known_at_target", "met"],
        }
    ),
    "service_coverage": pd.DataFrame({"needing": [10, 30, NAN], "receiving": [10, 20, 5]}),
    "absorption": pd.DataFrame({"places": [136], "places_open": [112]}),
}


def test_progress_of_the_region_alone_with_what_is_not_known():
    assert as_tuples(progress_key_figures(PROGRESS, "kurzeme")) == [
        ("children_in_institutions", 76.0, "2022-12-31", {}),
        ("children_in_families", 0.9, 2022, {}),
        ("persons_reimbursed", 330, "2020-05-19", {}),
        # Of a, b, c and d in force, a is met and b ahead; of d nothing is known.
        ("indicators_on_the_way", 2, "", {"known": 3, "all": 4}),
        # (10 + 20) / (10 + 30), where both are known
        ("needs_met", 30 / 40, "", {"needing": 40, "receiving": 30}),
        ("places_open", 112 / 136, "", {"open": 112, "all": 136}),
    ]


def test_progress_without_tables_has_no_figures():
    assert progress_key_figures({}, "kurzeme") == []


@pytest.mark.parametrize(
    ("table", "changed"),
    [
        ("latest_values", {"region": "riga"}),
        ("family_environment", {"share": NAN}),
        ("reimbursement", {"target_group": "grt_adults"}),
        ("indicator_progress", {"region": "riga"}),
        ("indicator_progress", {"standing": "outdated"}),
        ("service_coverage", {"needing": 0}),
        ("absorption", {"places": 0}),
    ],
)
def test_progress_that_is_not_known_is_left_out(table, changed):
    tables = {table: PROGRESS[table].assign(**changed)}
    assert progress_key_figures(tables, "kurzeme") == []


PLAN = {
    "situation": pd.DataFrame(
        {
            "year": [2016, 2017],
            "average_children": [40.0, 37.3],
            "cost_per_child_month_eur": [1.0, 1120.0],
        }
    ),
    "transition_summary": pd.DataFrame(
        {
            "npv_eur": [738822.5],
            "break_even_year": [2024.0],
            "peak_funding_eur": [839297.4],
            "peak_funding_year": [2020.0],
        }
    ),
    "preference_shares": pd.DataFrame(
        {
            "year": [2026, 2027, 2027, 2027],
            "step": ["own_family", "own_family", "family_environment", "residential"],
            "share": [0.0, 0.1, 0.5, 0.4],
        }
    ),
}


def test_plan_gives_today_and_what_it_comes_to():
    assert as_tuples(plan_key_figures(PLAN)) == [
        ("average_children", 37.3, 2017, {}),
        ("cost_per_child_month_here", 1120.0, 2017, {}),
        ("plan_npv", 738822.5, "", {}),
        ("break_even_year", 2024.0, "", {}),
        ("peak_funding", 839297.4, 2020, {}),
        ("planned_in_families", pytest.approx(0.1 + 0.5), 2027, {}),
    ]


def test_plan_that_never_pays_for_itself_has_no_such_year():
    summary = PLAN["transition_summary"].assign(break_even_year=NAN)
    names = [f.figure for f in plan_key_figures({**PLAN, "transition_summary": summary})]
    assert "break_even_year" not in names
    assert "plan_npv" in names


def test_institution_without_a_plan_or_a_past_has_what_is_known():
    assert len(plan_key_figures({"situation": PLAN["situation"]})) == 2
    assert plan_key_figures({"situation": PLAN["situation"].head(0)}) == []


def test_overview_counts_regions_and_gives_the_range_of_costs():
    name = "family_based_is_cheapest_with_support"
    verdicts = ("supported", "inconclusive", "supported")
    findings = [Finding(name, verdict, {}, {}, {}) for verdict in verdicts]
    units = pd.DataFrame(
        {
            "region": ["kurzeme", "latgale", "riga"],
            "year": [2022] * 3,
            "care_arrangement": ["institution"] * 3,
            "real_cost_per_child_month_eur": [2230.0, 2024.0, NAN],
        }
    )
    tables = {"unit_costs": units, **{name: PROGRESS[name] for name in (
        "family_environment", "indicator_progress")}}  # fmt: skip
    found = overview_key_figures(
        tables, findings, ["kurzeme", "latgale"], "institution", 2022, 2020
    )
    place = {"arrangement_in": "institution", "price_year": 2020}
    assert as_tuples(found) == [
        ("regions_families_cheapest", 2, 2022, {"all": 3}),
        ("lowest_cost_per_child_month", 2024.0, 2022, place),
        ("highest_cost_per_child_month", 2230.0, 2022, place),
        ("children_in_families", 0.8, 2022, {}),  # of the country
        ("indicators_on_the_way", 2, "", {"known": 3, "all": 4}),
    ]
