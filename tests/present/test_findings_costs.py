"""Every conclusion can come out in each way that its rule allows."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from dieval.present.findings.costs import (
    cost_findings,
    cost_rose_because_places_stand_empty,
    family_based_is_cheapest,
    family_based_is_cheapest_across_sensitivity,
    reference_became_dearer,
)

NO_SUPPORT: dict[str, float] = {}
SUPPORT = {"foster_family": 0.0, "guardian": 0.0}  # recorded, and none was given


def units_of(costs: dict[str, float], year: int = 2021) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "year": year,
            "care_arrangement": list(costs),
            "child_days": 365.0,
            "amount_eur": 1.0,
            "cost_per_child_month_eur": list(costs.values()),
            "real_cost_per_child_month_eur": list(costs.values()),
        }
    )


def parts_of(support: dict[str, float], year: int = 2021) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "year": year,
            "care_arrangement": list(support),
            "part": "support",
            "amount_eur": 1.0,
            "cost_per_child_month_eur": list(support.values()),
        }
    ).astype({"cost_per_child_month_eur": "float64"})


def families(foster: float, guardian: float, **others: float) -> pd.DataFrame:
    return units_of({"foster_family": foster, "guardian": guardian, **others})


def cheapest(units: pd.DataFrame, support: dict[str, float], with_support: bool):
    return family_based_is_cheapest(units, parts_of(support), with_support)


def ranges_of(*rows: tuple[str, float, float], base: float | None = None) -> pd.DataFrame:
    """One uncertain value for each row: alternative, difference at its low and high end."""
    return pd.DataFrame(
        {
            "year": 2021,
            "reference": "institution",
            "alternative": [row[0] for row in rows],
            "parameter": [f"value-{place}" for place in range(len(rows))],
            "outcome_low": [row[1] for row in rows],
            "outcome_base": [(row[1] + row[2]) / 2 if base is None else base for row in rows],
            "outcome_high": [row[2] for row in rows],
        }
    )


def effects_of(change: float, occupancy: float) -> pd.DataFrame:
    """The effects of institutions as a whole, beside those of one home."""
    whole = {
        "care_arrangement": "institution",
        "provider": None,
        "first_year": 2019,
        "last_year": 2021,
        "first_child_months": 200.0,
        "last_child_months": 150.0,
        "first_real_total_eur": 1_000.0,
        "last_real_total_eur": 900.0,
        "first_occupancy": 0.9,
        "last_occupancy": 0.8,
        "total_change": change,
        "place_cost_effect": change - occupancy,
        "occupancy_effect": occupancy,
    }
    home = whole | {"provider": "home", "total_change": 1.0, "occupancy_effect": 9.0}
    return pd.DataFrame([home, whole, whole | {"care_arrangement": "youth_house"}])


# ---------------------------------------------------------------------- families are the cheapest


@pytest.mark.parametrize("with_support", [False, True])
@pytest.mark.parametrize(
    ("foster", "guardian", "verdict"),
    [
        (900.0, 300.0, "supported"),
        (1_100.0, 300.0, "inconclusive"),
        (300.0, 1_100.0, "inconclusive"),
        (1_100.0, 1_200.0, "not_supported"),
        (1_000.0, 1_000.0, "not_supported"),  # the same cost is not less
        (999.99, 1_000.0, "inconclusive"),
    ],
)
def test_family_based_beside_an_institution_of_1000(foster, guardian, verdict, with_support):
    found = cheapest(families(foster, guardian, institution=1_000.0), SUPPORT, with_support)
    assert found.verdict == verdict
    assert found.values["foster_family_eur_per_child_month"] == foster
    assert found.values["guardian_eur_per_child_month"] == guardian
    assert found.values["cheapest_other"] == "institution"


def test_family_based_support_decides_between_before_and_with():
    # 900 + 200 of support: cheaper than 1,000 before support, dearer with it.
    units = families(1_100.0, 1_150.0, institution=1_000.0)
    support = {"foster_family": 200.0, "guardian": 160.0}
    before, including = cheapest(units, support, False), cheapest(units, support, True)
    assert (before.finding, before.verdict) == ("family_based_is_cheapest", "supported")
    assert before.values["foster_family_eur_per_child_month"] == 1_100 - 200
    assert before.values["guardian_eur_per_child_month"] == 1_150 - 160
    assert (including.finding, including.verdict) == (
        *("family_based_is_cheapest_with_support", "not_supported"),
    )
    assert including.values["foster_family_eur_per_child_month"] == 1_100


def test_family_based_support_of_one_side_is_taken_off_that_side_alone():
    units = families(1_100.0, 300.0, institution=1_000.0)
    found = cheapest(units, {"foster_family": 200.0, "institution": 500.0}, False)
    assert found.values["guardian_eur_per_child_month"] == 300
    assert found.values["cheapest_other_eur_per_child_month"] == 1_000
    assert found.verdict == "supported"


def test_family_based_is_compared_with_the_cheapest_other_care():
    units = families(500.0, 300.0, institution=1_000.0, family_like=450.0, youth_house=800.0)
    found = cheapest(units, NO_SUPPORT, True)
    assert found.values["cheapest_other"] == "family_like"
    assert found.values["cheapest_other_eur_per_child_month"] == 450
    assert found.verdict == "inconclusive"


def test_family_based_specialised_foster_family_is_not_the_other_side():
    units = families(500.0, 300.0, institution=1_000.0, specialised_foster_family=100.0)
    found = cheapest(units, SUPPORT, True)
    assert (found.verdict, found.values["cheapest_other"]) == ("supported", "institution")


@pytest.mark.parametrize(
    ("support", "verdict", "missing"),
    [
        ({"foster_family": 9.0, "guardian": 0.0}, "supported", None),
        ({"foster_family": 9.0}, "inconclusive", "guardian"),
        ({"guardian": 9.0}, "inconclusive", "foster_family"),
        ({}, "inconclusive", "foster_family, guardian"),
    ],
)
def test_family_based_support_that_is_not_recorded_leaves_it_open(support, verdict, missing):
    units = families(400.0, 300.0, institution=1_000.0)
    found = cheapest(units, support, True)
    assert (found.verdict, found.values.get("support_not_recorded")) == (verdict, missing)
    before = cheapest(units, support, False)
    assert (before.verdict, before.values.get("support_not_recorded")) == ("supported", None)
    assert ("No support is recorded for" in found.sentence["en"]) == (missing is not None)


def test_family_based_dearer_without_recorded_support_is_not_supported():
    found = cheapest(families(1_400.0, 1_300.0, institution=1_000.0), NO_SUPPORT, True)
    assert found.verdict == "not_supported"


@pytest.mark.parametrize(
    "costs",
    [
        {"foster_family": 400.0, "institution": 1_000.0},
        {"guardian": 400.0, "institution": 1_000.0},
        {"foster_family": math.nan, "guardian": 300.0, "institution": 1_000.0},
        {"foster_family": 400.0, "guardian": 300.0},
        {"foster_family": 400.0, "guardian": 300.0, "institution": math.nan},
    ],
)
@pytest.mark.parametrize("with_support", [False, True])
def test_family_based_with_a_side_unknown_has_no_data(costs, with_support):
    found = cheapest(units_of(costs), NO_SUPPORT, with_support)
    assert (found.verdict, found.values) == ("no_data", {})
    assert found.sentence["en"] == "The data does not allow a test."


def test_family_based_last_year_with_both_sides_is_tested():
    units = pd.concat(
        [
            families(400.0, 300.0, institution=1_000.0).assign(year=2019),
            families(2_000.0, 2_000.0, institution=1_000.0).assign(year=2020),
            families(400.0, math.nan, institution=1_000.0),
        ],
        ignore_index=True,
    )
    found = cheapest(units, NO_SUPPORT, True)
    assert (found.values["year"], found.verdict) == (2020, "not_supported")


def test_family_based_sentence_states_the_numbers_in_both_languages():
    found = cheapest(families(410.589, 308.05, youth_house=1_174.88), NO_SUPPORT, True)
    for text, numbers in (
        (found.sentence["en"], ("2021", "411", "308", "1,175")),
        (found.sentence["lv"], ("2021", "411", "308", "1", "175")),
    ):
        assert all(number in text for number in numbers), text
    assert found.statement["lv"] != found.statement["en"]


# --------------------------------------------------------------------- the reference became dearer


def over_years(*costs: float, first: int = 2018) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "year": range(first, first + len(costs)),
            "care_arrangement": "institution",
            "real_cost_per_child_month_eur": costs,
        }
    )


@pytest.mark.parametrize(
    ("costs", "verdict", "change"),
    [
        ((1_000.0, 1_250.0), "supported", 0.25),
        ((1_000.0, 5_000.0, 1_010.0), "supported", 0.01),  # only first and last count
        ((1_000.0, 900.0), "not_supported", -0.10),
        ((1_000.0, 1_000.0), "not_supported", 0.0),
    ],
)
def test_reference_became_dearer_compares_the_last_with_the_first_year(costs, verdict, change):
    found = reference_became_dearer(over_years(*costs), "institution")
    assert found.verdict == verdict
    assert found.values["change"] == pytest.approx(change)
    assert found.values["first_eur_per_child_month"] == costs[0]
    assert found.values["last_eur_per_child_month"] == costs[-1]


def test_reference_became_dearer_unknown_years_at_the_ends_are_passed_over():
    found = reference_became_dearer(over_years(math.nan, 10.0, 20.0, math.nan), "institution")
    assert (found.values["first_year"], found.values["last_year"]) == (2019, 2020)
    assert found.verdict == "supported"


@pytest.mark.parametrize("costs", [(), (1_000.0,), (math.nan, 1_000.0), (math.nan, math.nan)])
def test_reference_became_dearer_of_fewer_than_two_years_has_no_data(costs):
    found = reference_became_dearer(over_years(*costs), "institution")
    assert (found.verdict, found.values) == ("no_data", {})


def test_reference_became_dearer_other_arrangements_are_not_looked_at():
    found = reference_became_dearer(over_years(1.0, 2.0), "youth_house")
    assert found.verdict == "no_data"


def test_reference_became_dearer_names_the_reference_in_both_languages():
    found = reference_became_dearer(over_years(1.0, 2.0), "institution")
    other = reference_became_dearer(over_years(1.0, 2.0), "youth_house")
    for language in ("lv", "en"):
        assert found.statement[language] != other.statement[language]
    assert "institution" in found.statement["en"]
    assert "youth house" in other.statement["en"]
    assert "2018" in found.sentence["en"]
    assert "2019" in found.sentence["lv"]


def test_reference_became_dearer_from_a_cost_of_zero_has_no_change():
    found = reference_became_dearer(over_years(0.0, 10.0), "institution")
    assert found.verdict in ("supported", "no_data")
    assert "change" not in found.values or not math.isinf(found.values["change"])


# ---------------------------------------------------------------------------------- all of them


def test_cost_findings_are_the_five_conclusions_without_language():
    units = families(400.0, 300.0, institution=1_000.0)
    tables = {
        "unit_costs": units,
        "unit_cost_parts": parts_of(SUPPORT),
        "sensitivity": ranges_of(("foster_family", 500.0, 600.0), ("guardian", 600.0, 700.0)),
        "occupancy_effects": effects_of(change=100.0, occupancy=60.0),
    }
    found = cost_findings(tables, "institution", [])
    results = [finding.as_result() for finding in found]
    assert [(result["finding"], result["verdict"]) for result in results] == [
        ("family_based_is_cheapest", "supported"),
        ("family_based_is_cheapest_with_support", "supported"),
        ("family_based_is_cheapest_across_sensitivity", "supported"),
        ("reference_became_dearer_in_constant_prices", "no_data"),
        ("cost_rose_because_places_stand_empty", "supported"),
    ]
    assert all(result.keys() == {"finding", "verdict", "values"} for result in results)


def test_family_based_other_care_of_unknown_cost_leaves_it_open():
    units = families(400.0, 300.0, institution=1_000.0, youth_house=float("nan"))
    found = cheapest(units, NO_SUPPORT, False)
    assert (found.verdict, found.values["unknown_other"]) == ("inconclusive", "youth_house")
    assert found.sentence["en"].endswith("Not known is the cost of: youth house.")


def test_dearer_across_a_break_in_the_series_is_inconclusive():
    units = pd.concat(
        units_of({"institution": cost}, year) for cost, year in ((1.0, 2017), (9.0, 2019))
    )
    assert reference_became_dearer(units, "institution").verdict == "supported"
    assert reference_became_dearer(units, "institution", [2017, 2020]).verdict == "supported"
    found = reference_became_dearer(units, "institution", [2018])
    assert (found.verdict, found.values["series_break"]) == ("inconclusive", 2018)


# ----------------------------------------------------------- cheapest across the sensitivity range


@pytest.mark.parametrize(
    ("rows", "verdict", "lowest", "alternative", "parameter"),
    [
        (
            [("foster_family", 5.0, 9.0), ("guardian", 6.0, 7.0)],
            "supported",
            5.0,
            "foster_family",
            0,
        ),
        ([("foster_family", 9.0, 5.0), ("guardian", 4.0, 7.0)], "supported", 4.0, "guardian", 1),
        # At one end of one range guardians cost the same: no longer less.
        ([("foster_family", 5.0, 9.0), ("guardian", 0.0, 7.0)], "inconclusive", 0.0, "guardian", 1),
        (
            [("foster_family", 5.0, 9.0), ("guardian", -9.0, -1.0)],
            "inconclusive",
            -9.0,
            "guardian",
            1,
        ),
        # As it is, both are dearer; one range reaches further.
        (
            [("foster_family", -5.0, 4.0), ("guardian", -2.0, -1.0)],
            "not_supported",
            -5.0,
            "foster_family",
            0,
        ),
        # Equal: the first in the order of the arrangements is named.
        (
            [("foster_family", 3.0, 9.0), ("guardian", 3.0, 7.0)],
            "supported",
            3.0,
            "foster_family",
            0,
        ),
    ],
)
def test_across_sensitivity_takes_the_smallest_difference(
    rows, verdict, lowest, alternative, parameter
):
    found = family_based_is_cheapest_across_sensitivity(ranges_of(*rows), "institution")
    assert found.verdict == verdict
    assert found.values == {
        "year": 2021,
        "lowest_difference_eur_per_child_month": lowest,
        "at_alternative": alternative,
        "at_parameter": f"value-{parameter}",
    }


def test_across_sensitivity_dearer_as_it_is_on_both_sides_is_not_supported():
    rows = [("foster_family", -5.0, 5.0), ("guardian", -5.0, 5.0)]
    table = ranges_of(*rows, base=0.0)
    found = family_based_is_cheapest_across_sensitivity(table, "institution")
    assert found.verdict == "not_supported"


@pytest.mark.parametrize(
    ("rows", "reference"),
    [
        ([("foster_family", 5.0, 9.0), ("guardian", 5.0, 9.0)], "guardian"),
        ([("foster_family", 5.0, 9.0), ("guardian", 5.0, 9.0)], "specialised_foster_family"),
        ([("foster_family", 5.0, 9.0)], "institution"),
        ([("guardian", 5.0, 9.0), ("youth_house", 5.0, 9.0)], "institution"),
        ([], "institution"),
    ],
)
def test_across_sensitivity_without_both_sides_has_no_data(rows, reference):
    found = family_based_is_cheapest_across_sensitivity(ranges_of(*rows), reference)
    assert (found.verdict, found.values) == ("no_data", {})


# ------------------------------------------------------------------------------- empty places


@pytest.mark.parametrize(
    ("change", "occupancy", "verdict"),
    [
        (100.0, 51.0, "supported"),
        (100.0, 120.0, "supported"),  # places became cheaper, and emptier still
        (100.0, 50.0, "not_supported"),  # half of the rise is not more than half
        (100.0, 1.0, "not_supported"),
        (100.0, 0.0, "not_supported"),
        (100.0, -10.0, "not_supported"),
        (0.0, 10.0, "not_supported"),
        (-20.0, 10.0, "not_supported"),
    ],
)
def test_empty_places_explain_more_than_half_of_the_rise_or_do_not(change, occupancy, verdict):
    found = cost_rose_because_places_stand_empty(effects_of(change, occupancy), "institution")
    assert found.verdict == verdict
    assert found.values["total_change"] == change
    assert found.values["occupancy_effect"] == occupancy
    assert found.values["place_cost_effect"] == change - occupancy
    assert found.values["change_of_child_months"] == pytest.approx(150 / 200 - 1)
    assert found.values["change_of_real_total"] == pytest.approx(900 / 1_000 - 1)


@pytest.mark.parametrize(
    ("breaks", "verdict"),
    [
        ([2019], "supported"),
        ([2020], "inconclusive"),
        ([2021], "inconclusive"),
        ([2022], "supported"),
    ],
)
def test_empty_places_across_a_break_are_inconclusive(breaks, verdict):
    effects = effects_of(100.0, 80.0)
    found = cost_rose_because_places_stand_empty(effects, "institution", breaks)
    assert found.verdict == verdict
    assert ("series_break" in found.values) == (verdict == "inconclusive")


def test_empty_places_of_an_arrangement_without_places_have_no_data():
    found = cost_rose_because_places_stand_empty(effects_of(100.0, 80.0), "guardian")
    assert (found.verdict, found.values) == ("no_data", {})


def test_empty_places_sentence_has_the_numbers_in_both_languages():
    found = cost_rose_because_places_stand_empty(effects_of(100.0, 60.0), "institution")
    assert found.sentence["en"] == (
        "From 2019 to 2021 occupancy went from 90.0% to 80.0%. In constant prices the cost of a "
        "child-month changed by +€100: +€60 by occupancy and +€40 by the cost of a place. "
        "Child-months changed by −25.0%, the whole cost by −10.0%."
    )
    assert found.sentence["lv"].startswith("No 2019. līdz 2021.\u00a0gadam noslodze mainījās")
    assert "+60\u00a0€" in found.sentence["lv"]
