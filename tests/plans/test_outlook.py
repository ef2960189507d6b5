from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dieval.plans.outlook import (
    Outlook,
    counting_basis,
    movements,
    observed_stocks,
    outlook,
    places_planned,
    stocks,
    unmet_needs,
)

NO_PLANS = pd.DataFrame(columns=["provider", "year", "care_arrangement", "children"])


def counts(*rows: tuple) -> pd.DataFrame:
    """Year, arrangement, basis, children."""
    columns = ["year", "care_arrangement", "counting_basis", "children"]
    return pd.DataFrame(rows, columns=columns).assign(source="drawn")


def planned(*rows: tuple) -> pd.DataFrame:
    """Municipality, arrangement, year, places."""
    columns = ["municipality", "care_arrangement", "year", "places"]
    return pd.DataFrame(rows, columns=columns).assign(source="drawn")


def test_basis_is_the_one_that_counts_most_arrangements():
    rows = counts(
        (2020, "institution", "lm", 5),
        (2020, "institution", "other", 6),
        (2020, "youth_house", "other", 2),
        (2021, "institution", "vbtai", 5),
        (2021, "institution", "lm", 5),
    )
    assert counting_basis(rows, 2020) == "other"
    assert counting_basis(rows, 2021) == "lm"  # of equals the first in the alphabet
    assert counting_basis(rows, 2022) is None
    seen = observed_stocks(rows).to_numpy().tolist()
    assert seen == [[2020, "institution", 6], [2020, "youth_house", 2], [2021, "institution", 5]]
    assert observed_stocks(None).empty


def test_stocks_never_counted_are_nobody_and_not_counted_that_year_are_unknown():
    rows = counts((2020, "institution", "lm", 5), (2019, "youth_house", "lm", 3))
    states = ("institution", "guardian")
    assert stocks(rows, "lm", 2020, states).tolist() == [5, 0]
    assert stocks(rows, "lm", 2020, (*states, "youth_house")) is None
    assert stocks(rows, "other", 2020, ("institution",)).tolist() == [0]


def test_places_hold_until_a_later_row_and_municipalities_are_added():
    rows = planned(
        ("a", "family_like", 2021, 8),
        ("a", "family_like", 2023, 6),
        ("b", "family_like", 2022, 8),
        (None, "youth_house", 2023, 12),
        ("a", "gd", 2020, 16),
    )
    found = places_planned(rows, [2020, 2021, 2022, 2023, 2024])
    wide = found.pivot(index="year", columns="care_arrangement", values="places")
    assert wide["family_like"].dropna().to_dict() == {2021: 8, 2022: 16, 2023: 14, 2024: 14}
    assert wide["youth_house"].dropna().to_dict() == {2023: 12, 2024: 12}
    assert places_planned(None, [2020]).empty
    assert places_planned(rows[rows["care_arrangement"] == "gd"], [2020]).empty


YEARS = range(2015, 2021)
FLOWS = pd.DataFrame(
    [
        (year, "7-17", *move, 40.0 if move[0] != "entry" else 0.0)
        for year in YEARS
        for move in (
            ("entry", "institution", 6),
            ("institution", "family_like", 4),
            ("family_like", "exit", 4),
        )
    ],
    columns=["year", "age_band", "from_arrangement", "to_arrangement", "children", "child_years"],
).assign(source="drawn")
COUNTS = counts(
    *(
        (year, arrangement, "other", children)
        for year in YEARS
        for arrangement, children in (("institution", 40), ("family_like", 38))
    )
)
PLANNED = planned(("a", "family_like", 2021, 60))


def foresee(**given) -> Outlook | None:
    asked = dict(
        flows=FLOWS,
        placements=COUNTS,
        planned=PLANNED,
        last_year=2024,
        rate_years=5,
        held_back_years=2,
        destinations=NO_PLANS,
        homes={"a-home": "institution", "b-home": "institution"},
        draws=1_000,
        seed=3,
    )
    return outlook(**asked | given)


def test_outlook_starts_after_the_last_counted_year():
    found = foresee()
    assert (found.first_year, found.base_year, found.counting_basis) == (2016, 2020, "other")
    table = found.tables["demand"]
    assert sorted(set(table["year"])) == [2021, 2022, 2023, 2024]
    ours = table[table["care_arrangement"] == "family_like"]
    assert (ours["p10"] <= ours["p50"]).all()
    assert (ours["p50"] <= ours["p90"]).all()
    assert ours["utilisation_p50"].to_list() == pytest.approx((ours["p50"] / 60).to_list())
    assert table.loc[table["care_arrangement"] == "institution", "planned_places"].isna().all()
    last = found.tables["places_outlook"].iloc[0]
    assert (last["care_arrangement"], last["year"], last["empty_from"]) == (
        "family_like",
        2024,
        2021,
    )
    assert len(found.tables["demand_observed"]) == len(COUNTS)


def plan(provider: str, *rows: tuple) -> pd.DataFrame:
    """Year, code, children of a home's plan."""
    found = pd.DataFrame(rows, columns=["year", "care_arrangement", "children"])
    return found.assign(provider=provider)


HALF_WAY = plan(
    "a-home",
    (2020, "institution", 7),
    (2020, "family_like", 2),
    (2022, "family_like", 9),
)


def test_movements_follow_the_children_who_are_still_in_their_home():
    found = movements(HALF_WAY, {"a-home": "institution"}, 2020, [2021, 2022, 2023])
    # Seven are in the home in 2020; two have moved before and are in the count of the others.
    assert found.in_homes["institution"] == 7
    assert found.later["institution"].to_list() == [7, 0, 0]
    assert found.later["family_like"].to_list() == [0, 7, 7]


def test_movements_of_several_homes_are_added_and_of_later_plans_wait():
    later = plan("b-home", (2022, "institution", 3), (2022, "guardian", 2))
    both = pd.concat([HALF_WAY, later])
    homes = {"a-home": "institution", "b-home": "institution"}
    found = movements(both, homes, 2020, [2021, 2022])
    assert found.in_homes["institution"] == 7 + 5
    assert found.later["institution"].to_list() == [7 + 5, 0 + 3]
    assert found.later["guardian"].to_list() == [0, 2]


def test_movements_of_a_home_that_is_empty_by_then_are_none():
    found = movements(HALF_WAY, {"a-home": "institution"}, 2022, [2023])
    assert found.in_homes.sum() == 0
    assert found.later.sum(axis=None) == 0


def test_outlook_counts_the_children_of_a_plan_once():
    still = FLOWS.assign(children=0)  # nobody else moves, comes or leaves
    found = foresee(flows=still, destinations=HALF_WAY)
    table = found.tables["demand"].set_index(["care_arrangement", "year"])
    # Of 40 in institutions the plan follows seven; the two others of the plan are among the 38.
    assert table.loc["institution", "p50"].to_list() == [40, 33, 33, 33]
    assert table.loc["family_like", "p50"].to_list() == [38, 45, 45, 45]
    assert table.loc["institution", "plan_children"].to_list() == [7, 0, 0, 0]
    assert table.loc["family_like", "plan_children"].to_list() == [0, 7, 7, 7]


def test_places_that_stand_empty_already_are_empty_from_the_year_they_came():
    early = planned(("a", "family_like", 2018, 60))
    found = foresee(planned=early)
    assert found.tables["places_outlook"]["empty_from"].to_list() == [2018]
    observed = found.tables["demand_observed"].set_index(["care_arrangement", "year"])
    assert observed.loc["family_like", "planned_places"].dropna().to_dict() == {
        2018: 60, 2019: 60, 2020: 60,
    }  # fmt: skip
    scarce = planned(("a", "family_like", 2018, 38))
    assert np.isnan(foresee(planned=scarce).tables["places_outlook"]["empty_from"].iloc[0])


def test_outlook_back_test_uses_the_years_before_alone():
    later = FLOWS.assign(children=FLOWS["children"].where(FLOWS["year"] < 2019, 0))
    tested = foresee().tables["demand_backtest"]
    assert sorted(set(tested["year"])) == [2019, 2020]
    assert tested["observed"].to_list() == [40, 40, 38, 38]
    assert foresee(flows=later).tables["demand_backtest"].equals(tested)
    inside = (tested["p05"] <= tested["observed"]) & (tested["observed"] <= tested["p95"])
    assert tested["inside"].to_list() == ["yes" if each else "no" for each in inside]


def test_outlook_without_moves_or_stocks_is_none():
    assert foresee(flows=None) is None
    assert foresee(placements=None) is None
    assert foresee(flows=FLOWS.iloc[:0]) is None
    assert foresee(placements=COUNTS[COUNTS["year"] < 2015]) is None


def test_outlook_ends_before_the_last_year_of_the_plan():
    found = foresee(last_year=2018)
    assert found.base_year == 2017
    assert set(found.tables["demand"]["year"]) == {2018}


def test_outlook_rests_on_the_rows_that_count():
    rows = foresee().counted(FLOWS, COUNTS, PLANNED)
    assert set(rows["flows"]["year"]) == set(range(2016, 2021))
    assert len(rows["placements"]) == len(COUNTS)
    assert len(rows["planned_places"]) == 1


def test_unmet_needs_are_those_of_the_municipality_greatest_first():
    columns = ["municipality", "service_type", "target_group", "needing", "receiving", "unmet"]
    rows = [
        ("a", "gd", "grt_adults", 9.0, 5.0, 4.0),
        ("a", "dac", "ft_children", 9.0, 1.0, 8.0),
        ("a", "am", "grt_adults", 9.0, 5.0, 4.0),
        ("b", "dac", "ft_children", 90.0, 1.0, 89.0),
        ("a", "sd", "grt_adults", 1.0, 5.0, 0.0),
        ("a", "isa", "grt_adults", np.nan, np.nan, np.nan),
    ]
    coverage = pd.DataFrame(rows, columns=columns).assign(needs_date=None, needs_source="s")
    assert unmet_needs(coverage, ["a"])["service_type"].to_list() == ["dac", "am", "gd"]
