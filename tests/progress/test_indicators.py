from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from dieval.progress.indicators import (
    INDICATOR_PROGRESS,
    achievement,
    chosen,
    expected_value,
    growth,
    growth_ratio,
    indicator_progress,
    latest_values,
    rating,
)
from dieval.progress.thresholds import ProgressThresholds

THRESHOLDS = ProgressThresholds(
    rating_on_track=0.95,
    rating_acceleration=0.60,
    trend_significance=0.05,
    value_age_limit_months=12,
)
TODAY = pd.Timestamp("2022-12-31")
YEAR = 365.25  # days

SOURCES = pd.DataFrame(
    [
        ("register", "administrative", "2021"),
        ("release", "published", "2020-05-19"),
        ("later-release", "published", "2020-06"),
        ("same-day-release", "published", "2020-05-19"),
        ("study", "expert", "2022"),
    ],
    columns=["source", "evidence", "published"],
)


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


def indicators_of(direction: int = -1, kind: str = "stock") -> pd.DataFrame:
    return pd.DataFrame(
        [("places", "result", direction, kind), ("others", "result", 1, "stock")],
        columns=["indicator", "level", "direction", "kind"],
    )


def targets_of(*rows: dict[str, Any]) -> pd.DataFrame:
    usual = {
        "indicator": "places",
        "region": "kurzeme",
        "version": "1",
        "valid_from": "2016-12-31",
        "baseline_date": "2016-12-31",
        "baseline_value": 1_216.0,
        "target_date": "2023-12-31",
        "target_value": 300.0,
        "source": "release",
    }
    table = pd.DataFrame([usual | row for row in rows], columns=list(usual))
    dates = ["valid_from", "baseline_date", "target_date"]
    return table.astype(dict.fromkeys(dates, "datetime64[s]"))


def observations_of(*rows: dict[str, Any]) -> pd.DataFrame:
    usual = {
        "indicator": "places",
        "region": "kurzeme",
        "date": "2022-12-31",
        "counting_basis": None,
        "value": 527.0,
        "qualifier": None,
        "source": "release",
    }
    table = pd.DataFrame([usual | row for row in rows], columns=list(usual))
    texts = dict.fromkeys(["counting_basis", "qualifier"], "str")
    return table.astype({"date": "datetime64[s]", "value": "float64"} | texts)


def progress(
    targets: pd.DataFrame,
    observations: pd.DataFrame,
    as_of: pd.Timestamp = TODAY,
    direction: int = -1,
    kind: str = "stock",
    thresholds: ProgressThresholds = THRESHOLDS,
) -> pd.DataFrame:
    return indicator_progress(
        indicators_of(direction, kind), targets, observations, SOURCES, "kurzeme", as_of, thresholds
    )


def only(table: pd.DataFrame) -> pd.Series:
    assert len(table) == 1
    return table.iloc[0]


def rated(table: pd.DataFrame) -> tuple[str, str | None]:
    row = only(table)
    return row["rating"], row["reason"]


# --------------------------------------------------------------------------------------- formulas


def test_achievement_is_the_share_of_the_way():
    assert achievement(158.0, 0.0, 288.0) == 158 / 288
    assert achievement(1_037.0, 1_216.0, 300.0) == (1_216 - 1_037) / (1_216 - 300)


def test_achievement_away_from_the_target_is_below_zero_and_beyond_it_above_one():
    assert achievement(110.0, 100.0, 50.0) == -10 / 50
    assert achievement(40.0, 100.0, 50.0) == 60 / 50


def test_achievement_at_the_baseline_is_a_plain_zero():
    assert str(achievement(100.0, 100.0, 50.0)) == "0.0"


def test_achievement_target_is_baseline_is_unknown():
    assert math.isnan(achievement(5.0, 100.0, 100.0))


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2015-12-31", 100.0),  # before the baseline's date
        ("2016-01-01", 100.0),
        ("2016-01-04", 100 - 50 * 3 / 10),
        ("2016-01-11", 50.0),
        ("2016-01-12", 50.0),  # after the target's date
    ],
)
def test_expected_value_goes_straight_between_the_two_dates(at, expected):
    line = (day("2016-01-01"), 100.0, day("2016-01-11"), 50.0)
    assert expected_value(day(at), *line) == expected


def test_expected_value_target_due_on_the_day_of_the_baseline_is_the_target():
    same = day("2016-01-01")
    assert expected_value(day("2015-12-31"), same, 1.0, same, 2.0) == 1
    assert expected_value(same, same, 1.0, same, 2.0) == 2


def test_growth_published_counts_of_institutions():
    # Known answer A10, in whole years.
    assert growth(1_216.0, 527.0, 6.0) == (527 / 1_216) ** (1 / 6) - 1
    assert round(100 * growth(1_216.0, 527.0, 6.0), 3) == -13.008
    assert round(100 * growth(1_216.0, 300.0, 7.0), 3) == -18.122


def test_growth_of_nothing_is_a_plain_zero():
    assert str(growth(80.0, 80.0, 3.0)) == str(growth(-80.0, -80.0, 3.0)) == "0.0"


def test_growth_of_values_below_zero_is_above_zero_where_they_rise():
    # From -100 to -25 in two years the distance to 0 halves each year.
    assert growth(-100.0, -25.0, 2.0) == -(((-25) / (-100)) ** (1 / 2) - 1) == 0.5
    assert growth(-25.0, -100.0, 2.0) == -1.0


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        (0.0, 5.0, 1.0),
        (5.0, 0.0, 1.0),
        (5.0, -5.0, 1.0),
        (5.0, 6.0, 0.0),
        (5.0, math.nan, 1.0),
        (5.0, 6.0, math.nan),
    ],
)
def test_growth_without_a_meaning_is_unknown(first, last, years):
    assert math.isnan(growth(first, last, years))


def test_growth_too_fast_for_a_number_is_unknown():
    # A thousandfold in one day is 1000^365 in a year.
    assert math.isnan(growth(1.0, 1_000.0, 1 / YEAR))


def test_growth_ratio_published_counts_of_institutions():
    # Known answer A10.
    ratio = growth_ratio(growth(1_216.0, 527.0, 6.0), growth(1_216.0, 300.0, 7.0), -1)
    assert round(ratio, 4) == 0.7178
    assert rating(ratio, THRESHOLDS) == "acceleration_needed"


def test_growth_ratio_is_below_zero_where_the_indicator_gets_worse():
    assert growth_ratio(0.02, 0.04, 1) == 0.5
    assert growth_ratio(0.02, -0.04, -1) == -0.5
    assert growth_ratio(-0.02, 0.04, 1) == -0.5


def test_growth_ratio_standing_still_is_a_plain_zero():
    assert str(growth_ratio(0.0, -0.04, -1)) == "0.0"


def test_growth_ratio_nothing_required_is_unknown():
    assert math.isnan(growth_ratio(0.02, 0.0, 1))


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [
        (1.2, "on_track"),
        (0.95, "on_track"),
        (math.nextafter(0.95, 0), "acceleration_needed"),
        (0.60, "acceleration_needed"),
        (math.nextafter(0.60, 0), "limited_progress"),
        (0.0, "limited_progress"),
        (math.nextafter(0, -1), "deterioration"),
        (-3.0, "deterioration"),
    ],
)
def test_rating_at_a_boundary_is_the_better_one(ratio, expected):
    assert rating(ratio, THRESHOLDS) == expected


def test_rating_follows_the_thresholds():
    strict = ProgressThresholds(
        rating_on_track=0.99,
        rating_acceleration=0.80,
        trend_significance=0.05,
        value_age_limit_months=12,
    )
    assert rating(0.96, strict) == "acceleration_needed"
    assert rating(0.79, strict) == "limited_progress"


# ----------------------------------------------------------------------------------------- chosen


KEY = ["indicator", "region", "date", "counting_basis"]


def used_source(*sources: str) -> str:
    observations = observations_of(*({"source": source} for source in sources))
    return only(chosen(observations, SOURCES, KEY))["source"]


def test_chosen_strongest_evidence_is_used_whenever_it_was_published():
    assert used_source("study", "release", "register") == "release"
    assert used_source("study", "register") == "register"


def test_chosen_of_equal_evidence_the_one_published_last_is_used():
    assert used_source("later-release", "release") == "later-release"
    assert used_source("release", "later-release") == "later-release"


def test_chosen_a_publication_of_a_month_counts_as_earlier_than_one_of_its_days():
    months = pd.DataFrame(
        [("of-month", "published", "2020-05"), ("of-day", "published", "2020-05-01")],
        columns=["source", "evidence", "published"],
    )
    observations = observations_of({"source": "of-month"}, {"source": "of-day"})
    assert only(chosen(observations, months, KEY))["source"] == "of-day"


def test_chosen_of_one_publication_day_the_first_source_by_code_is_used():
    assert used_source("same-day-release", "release") == "release"


def test_chosen_latest_date_goes_before_evidence_where_dates_are_not_told_apart():
    observations = observations_of(
        {"date": "2018-04-27", "source": "release"}, {"date": "2019-04-27", "source": "study"}
    )
    assert only(chosen(observations, SOURCES, ["indicator", "region"]))["source"] == "study"
    assert len(chosen(observations, SOURCES, KEY)) == 2


def test_chosen_bases_are_told_apart_a_missing_one_too():
    observations = observations_of(
        {"counting_basis": "lm"},
        {"counting_basis": "vbtai"},
        {"source": "study"},
        {"source": "release"},
    )
    rows = chosen(observations, SOURCES, KEY)
    assert rows["counting_basis"].isna().to_list() == [False, False, True]
    assert rows["source"].to_list() == ["release", "release", "release"]
    # Where bases are not told apart, the first by code.
    assert only(chosen(observations, SOURCES, ["indicator"]))["counting_basis"] == "lm"


def test_chosen_of_no_observations_is_nothing():
    assert chosen(observations_of(), SOURCES, KEY).empty


# ---------------------------------------------------------------------- indicator_progress: values


def test_indicator_progress_published_counts_of_institutions_need_acceleration():
    # Known answer A10; years are days / 365.25, so shares of a year differ a little from 6 and 7.
    row = only(progress(targets_of({}), observations_of({})))
    assert row["growth_observed"] == pytest.approx((527 / 1_216) ** (YEAR / 2_191) - 1, rel=1e-12)
    assert row["growth_required"] == pytest.approx((300 / 1_216) ** (YEAR / 2_556) - 1, rel=1e-12)
    assert row["growth_ratio"] == -row["growth_observed"] / -row["growth_required"]
    assert round(row["growth_ratio"], 4) == 0.7178
    assert (row["rating"], row["reason"]) == ("acceleration_needed", None)
    assert row["achievement"] == (1_216 - 527) / (1_216 - 300)
    assert math.isnan(row["eu_ratio"])  # of cumulative indicators only


def test_indicator_progress_expected_lies_on_the_line_of_the_day():
    target = {
        "baseline_date": "2016-01-01",
        "target_date": "2016-01-11",
        "valid_from": "2016-01-01",
    }
    line = targets_of(target | {"baseline_value": 100.0, "target_value": 50.0})
    table = progress(line, observations_of({}), day("2016-01-04"))
    row = only(table)
    assert row["expected"] == 100 - 50 * 3 / 10
    assert row["expected_achievement"] == 3 / 10
    assert row["rating"] == "unable_to_assess"  # nothing observed by then


def test_indicator_progress_before_the_baseline_nothing_is_expected_yet():
    early = targets_of({"valid_from": "2015-06-30"})
    row = only(progress(early, observations_of(), day("2015-12-31")))
    assert (row["expected"], row["expected_achievement"]) == (1_216, 0)


def test_indicator_progress_after_the_target_date_all_of_it_is_expected():
    row = only(progress(targets_of({}), observations_of({}), day("2025-01-01")))
    assert (row["expected"], row["expected_achievement"]) == (300, 1)


def test_indicator_progress_share_of_the_target_of_a_cumulative_indicator():
    target = targets_of({"baseline_value": 0.0, "target_value": 288.0})
    row = only(progress(target, observations_of({"value": 158.0}), direction=1, kind="cumulative"))
    assert row["eu_ratio"] == 158 / 288 == row["achievement"]
    assert (row["rating"], row["reason"]) == ("unable_to_assess", "zero_baseline")
    assert math.isnan(row["growth_observed"])
    assert math.isnan(row["growth_required"])


def test_indicator_progress_share_of_a_target_of_zero_is_unknown():
    row = only(progress(targets_of({"target_value": 0.0}), observations_of({}), kind="cumulative"))
    assert math.isnan(row["eu_ratio"])


def test_indicator_progress_latest_known_observation_is_used():
    observations = observations_of(
        {"date": "2018-12-31", "value": 794.0},
        {"date": "2020-12-31", "value": 568.0},
        {"date": "2022-12-31", "value": 527.0},
    )
    row = only(progress(targets_of({}), observations, day("2021-06-30")))
    assert (row["value"], row["value_date"]) == (568, day("2020-12-31"))
    row = only(progress(targets_of({}), observations, day("2022-12-31")))
    assert (row["value"], row["value_date"]) == (527, day("2022-12-31"))


def test_indicator_progress_of_sources_of_one_date_the_strongest_is_used():
    observations = observations_of(
        {"value": 530.0, "source": "study", "qualifier": "about"},
        {"value": 527.0, "source": "release", "qualifier": "almost"},
        {"value": 525.0, "source": "register"},
    )
    row = only(progress(targets_of({}), observations))
    assert (row["value"], row["source"], row["qualifier"]) == (527, "release", "almost")


def test_indicator_progress_observations_without_a_column_of_qualifiers():
    observations = observations_of({}).drop(columns="qualifier")
    row = only(progress(targets_of({}), observations))
    assert (row["value"], row["qualifier"]) == (527, None)


def test_indicator_progress_counting_bases_are_kept_apart():
    observations = observations_of(
        {"date": "2019-12-31", "counting_basis": "vbtai", "value": 641.0},
        {"date": "2019-12-31", "counting_basis": "lm", "value": 621.0},
        {"date": "2020-12-31", "counting_basis": "lm", "value": 568.0},
        {"date": "2020-01-03", "value": 705.0},
    )
    table = progress(targets_of({}), observations)
    rows = table[["counting_basis", "value", "value_date"]].to_numpy().tolist()
    assert rows == [
        ["lm", 568.0, day("2020-12-31")],
        ["vbtai", 641.0, day("2019-12-31")],
        [None, 705.0, day("2020-01-03")],
    ]


def test_indicator_progress_another_region_or_indicator_is_not_taken():
    observations = observations_of({"region": "riga"}, {"indicator": "others"})
    assert rated(progress(targets_of({}), observations)) == ("unable_to_assess", "no_observation")


def test_indicator_progress_the_country_has_its_own_observations_and_stands_last():
    targets = targets_of({"region": "national", "indicator": "others"}, {}, {"region": "riga"})
    observations = observations_of(
        {"region": "national", "indicator": "others", "value": 9.0}, {"region": "kurzeme"}
    )
    table = progress(targets, observations)
    assert table[["region", "indicator", "value"]].to_numpy().tolist() == [
        ["kurzeme", "places", 527.0],
        ["national", "others", 9.0],
    ]


def test_indicator_progress_of_the_country_itself_stands_once():
    table = indicator_progress(
        indicators_of(),
        targets_of({"region": "national"}),
        observations_of({"region": "national"}),
        *(SOURCES, "national", TODAY, THRESHOLDS),
    )
    assert only(table)["value"] == 527


def test_indicator_progress_without_targets_is_empty_with_its_columns():
    table = progress(targets_of(), observations_of({}))
    assert table.empty
    assert {column: str(kind) for column, kind in table.dtypes.items()} == INDICATOR_PROGRESS


def test_indicator_progress_without_observations_has_the_types_of_its_columns():
    table = progress(targets_of({}), observations_of())
    assert {column: str(kind) for column, kind in table.dtypes.items()} == INDICATOR_PROGRESS
    row = only(table)
    assert (row["source"], row["qualifier"], row["counting_basis"]) == (None, None, None)
    assert row["value_date"] is pd.NaT


# -------------------------------------------------------------------- indicator_progress: versions


def roles(as_of: str, *valid_from: str) -> dict[str, str]:
    targets = targets_of(
        *({"version": f"v{n}", "valid_from": date} for n, date in enumerate(valid_from, start=1))
    )
    table = progress(targets, observations_of({}), day(as_of))
    known = table[table["version_role"] != "later"]
    assert len(table) == len(valid_from)
    return dict(zip(known["version"], known["version_role"], strict=True))


def test_indicator_progress_version_adopted_later_has_what_was_reached_and_no_judgement():
    targets = targets_of({"valid_from": "2023-08-08", "baseline_value": 0.0, "target_value": 350.0})
    row = only(progress(targets, observations_of({"value": 70.0}), day("2022-12-31")))
    assert (row["version_role"], row["rating"], row["reason"]) == ("later", "not_in_force", None)
    assert row["achievement"] == 70 / 350
    judged = ["expected", "expected_achievement", "growth_observed", "growth_required"]
    assert row[[*judged, "growth_ratio"]].isna().all()


def test_latest_values_are_the_last_of_each_basis_of_the_region_and_the_country():
    table = latest_values(
        observations_of(
            {"date": "2019-12-31", "value": 1.0},
            {"date": "2020-12-31", "value": 2.0},
            {"date": "2024-12-31", "value": 3.0},
            {"date": "2019-12-31", "value": 4.0, "counting_basis": "lm"},
            {"region": "national", "value": 5.0},
            {"region": "riga", "value": 6.0},
        ),
        SOURCES,
        "kurzeme",
        day("2022-12-31"),
    )
    assert sorted(table["value"]) == [2, 4, 5]
    assert table["region"].to_list() == ["kurzeme", "kurzeme", "national"]


def test_indicator_progress_version_roles_are_those_of_the_day():
    dates = ("2018-04-27", "2020-01-01", "2021-01-01", "2023-08-08")
    assert roles("2018-04-26", *dates) == {}
    assert roles("2018-04-27", *dates) == {"v1": "only"}
    assert roles("2020-01-01", *dates) == {"v1": "first", "v2": "current"}
    assert roles("2022-12-31", *dates) == {"v1": "first", "v2": "between", "v3": "current"}
    assert roles("2023-08-08", *dates) == {
        "v1": "first",
        "v2": "between",
        "v3": "between",
        "v4": "current",
    }


def test_indicator_progress_version_roles_follow_dates_not_names():
    assert roles("2022-12-31", "2021-01-01", "2018-04-27") == {"v1": "current", "v2": "first"}


def test_indicator_progress_versions_of_one_day_are_told_apart_by_name():
    assert roles("2022-12-31", "2018-04-27", "2018-04-27") == {"v1": "first", "v2": "current"}


def test_indicator_progress_version_roles_are_of_one_indicator_and_region():
    targets = targets_of(
        {}, {"indicator": "others"}, {"region": "national"}, {"region": "riga", "version": "2"}
    )
    assert progress(targets, observations_of({}))["version_role"].to_list() == ["only"] * 3


def test_indicator_progress_every_version_is_rated_against_its_own_target():
    targets = targets_of(
        {"version": "1", "target_value": 600.0},
        {"version": "2", "target_value": 300.0, "valid_from": "2020-01-01"},
    )
    table = progress(targets, observations_of({}))
    assert table["rating"].to_list() == ["achieved", "acceleration_needed"]
    assert table["value"].to_list() == [527, 527]


def test_indicator_progress_a_version_has_no_value_from_before_its_baseline():
    targets = targets_of(
        {"version": "1", "baseline_date": "2016-12-31"},
        {"version": "2", "baseline_date": "2021-01-01", "valid_from": "2020-01-01"},
    )
    table = progress(targets, observations_of({"date": "2020-12-31"}))
    assert table["value"].to_list()[0] == 527
    assert math.isnan(table["value"].to_list()[1])
    assert table["reason"].to_list() == [None, "no_observation"]


# --------------------------------------------------------------------- indicator_progress: ratings


def test_indicator_progress_no_observation_by_the_day():
    late = observations_of({"date": "2023-01-01"})
    row = only(progress(targets_of({}), late))
    assert (row["rating"], row["reason"]) == ("unable_to_assess", "no_observation")
    assert math.isnan(row["achievement"])
    assert row["expected_achievement"] > 0


def test_indicator_progress_bases_observed_before_the_baseline_only_have_a_row_each():
    observations = observations_of(
        {"date": "2012-12-31", "counting_basis": "other"},
        {"date": "2022-12-31", "counting_basis": "vbtai"},
    )
    table = progress(targets_of({}), observations)
    assert table[["counting_basis", "reason"]].to_numpy().tolist() == [
        ["other", "no_observation"],
        ["vbtai", None],
    ]


@pytest.mark.parametrize(("direction", "value"), [(-1, 300.0), (-1, 299.0), (-1, 0.0)])
def test_indicator_progress_target_met_is_achieved(direction, value):
    table = progress(targets_of({}), observations_of({"value": value}), direction=direction)
    assert rated(table) == ("achieved", None)


def test_indicator_progress_target_met_from_a_baseline_of_zero_is_achieved():
    target = targets_of({"baseline_value": 0.0, "target_value": 5.0})
    table = progress(target, observations_of({"value": 5.0}), direction=1, kind="cumulative")
    assert rated(table) == ("achieved", None)
    assert only(table)["eu_ratio"] == 1


def test_indicator_progress_target_met_on_the_baseline_date_is_achieved():
    same_day = observations_of({"date": "2016-12-31", "value": 290.0})
    assert rated(progress(targets_of({}), same_day)) == ("achieved", None)


def test_indicator_progress_target_is_baseline():
    target = targets_of({"target_value": 1_216.0})
    row = only(progress(target, observations_of({"value": 1_300.0})))
    assert (row["rating"], row["reason"]) == ("unable_to_assess", "target_is_baseline")
    assert math.isnan(row["achievement"])
    assert math.isnan(row["expected_achievement"])
    assert math.isnan(row["growth_ratio"])
    assert row["expected"] == 1_216
    assert rated(progress(target, observations_of({"value": 1_216.0}))) == ("achieved", None)


def test_indicator_progress_value_of_the_baseline_date_is_one_point():
    row = only(progress(targets_of({}), observations_of({"date": "2016-12-31", "value": 1_216.0})))
    assert (row["rating"], row["reason"]) == ("unable_to_assess", "one_point")
    assert row["achievement"] == 0
    assert math.isnan(row["growth_observed"])


def test_indicator_progress_one_point_is_said_before_a_baseline_of_zero():
    target = targets_of({"baseline_value": 0.0, "target_value": 5.0})
    table = progress(target, observations_of({"date": "2016-12-31", "value": 1.0}), direction=1)
    assert rated(table) == ("unable_to_assess", "one_point")


def test_indicator_progress_target_due_on_the_baseline_date_is_one_point():
    table = progress(targets_of({"target_date": "2016-12-31"}), observations_of({}))
    assert rated(table) == ("unable_to_assess", "one_point")


def test_indicator_progress_growth_too_fast_for_a_number_is_one_point():
    target = targets_of({"baseline_value": 1.0, "target_value": 5_000.0})
    next_day = observations_of({"date": "2017-01-01", "value": 1_000.0})
    assert rated(progress(target, next_day, direction=1)) == ("unable_to_assess", "one_point")


def test_indicator_progress_zero_baseline():
    target = targets_of({"baseline_value": 0.0, "target_value": 5.0})
    table = progress(target, observations_of({"value": 4.0}), direction=1)
    assert rated(table) == ("unable_to_assess", "zero_baseline")
    assert only(table)["achievement"] == 4 / 5


@pytest.mark.parametrize(
    ("baseline", "target", "value", "direction"),
    [
        (37.0, 0.0, 22.0, -1),  # a target of zero
        (37.0, 50.0, 0.0, 1),  # a value of zero
        (37.0, -5.0, 22.0, -1),
        (37.0, 50.0, -1.0, 1),
        (-37.0, 5.0, -22.0, 1),
    ],
)
def test_indicator_progress_sign_change(baseline, target, value, direction):
    targets = targets_of({"baseline_value": baseline, "target_value": target})
    table = progress(targets, observations_of({"value": value}), direction=direction)
    assert rated(table) == ("unable_to_assess", "sign_change")


def test_indicator_progress_as_at_the_baseline_is_limited_progress():
    row = only(progress(targets_of({}), observations_of({"value": 1_216.0})))
    assert row["growth_ratio"] == 0
    assert (row["rating"], row["reason"]) == ("limited_progress", None)


def test_indicator_progress_worse_than_at_the_baseline_is_deterioration():
    assert rated(progress(targets_of({}), observations_of({"value": 1_217.0}))) == (
        *("deterioration", None),
    )


def test_indicator_progress_growth_as_required_is_on_track_before_the_target_is_met():
    # To a fourth in 1,095 days is to a half in half of them: from 400 by way of 200 to 100.
    target = targets_of(
        {
            "baseline_date": "2016-01-01",
            "baseline_value": 400.0,
            "target_date": "2018-12-31",  # 1,095 days after the baseline
            "target_value": 100.0,
        }
    )
    halfway = observations_of({"date": "2017-07-02", "value": 200.0})  # 548 days after it
    row = only(progress(target, halfway))
    required = 1 - (1 / 4) ** (YEAR / 1_095)
    assert row["growth_ratio"] == pytest.approx((1 - (1 / 2) ** (YEAR / 548)) / required, rel=1e-12)
    assert row["rating"] == "on_track"


def test_indicator_progress_at_the_very_threshold_is_the_better_rating():
    ratio = only(progress(targets_of({}), observations_of({})))["growth_ratio"]

    def with_threshold(on_track: float) -> str:
        thresholds = ProgressThresholds(
            rating_on_track=on_track,
            rating_acceleration=0.1,
            trend_significance=0.05,
            value_age_limit_months=12,
        )
        return only(progress(targets_of({}), observations_of({}), thresholds=thresholds))["rating"]

    assert with_threshold(ratio) == "on_track"
    assert with_threshold(math.nextafter(ratio, 1)) == "acceleration_needed"


def test_indicator_progress_values_below_zero_that_rise_as_wished():
    target = targets_of({"baseline_value": -100.0, "target_value": -20.0})
    better = progress(target, observations_of({"value": -25.0}), direction=1)
    assert rated(better) == ("on_track", None)
    # A fourth of the way to 0 left after six years, where a fifth was asked for after seven.
    asked, seen = 1 - (1 / 5) ** (YEAR / 2_556), 1 - (1 / 4) ** (YEAR / 2_191)
    assert only(better)["growth_ratio"] == pytest.approx(seen / asked, rel=1e-12)
    worse = progress(target, observations_of({"value": -110.0}), direction=1)
    assert rated(worse) == ("deterioration", None)


# -------------------------------------------------------------------------------------- properties

TRIED = settings(max_examples=40, derandomize=True, database=None, deadline=None)
DATES = st.sampled_from(["2015-12-31", "2016-12-31", "2017-01-01", "2019-06-30", "2022-12-31"])
VALUES = st.integers(-3, 1_500).map(float)


@st.composite
def cases(draw) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw targets in versions and observations of several sources and bases."""
    versions = draw(st.lists(st.tuples(DATES, DATES, VALUES, VALUES), min_size=1, max_size=4))
    targets = targets_of(
        *(
            {
                "version": str(number),
                "valid_from": valid_from,
                "baseline_date": baseline_date,
                "baseline_value": baseline,
                "target_value": target,
            }
            for number, (valid_from, baseline_date, baseline, target) in enumerate(versions)
        )
    )
    bases = st.sampled_from([None, "lm", "vbtai"])
    keys = st.tuples(DATES, bases, st.sampled_from(SOURCES["source"].to_list()))
    drawn = draw(st.dictionaries(keys, VALUES, max_size=12))
    observations = observations_of(
        *(
            {"date": date, "counting_basis": basis, "source": source, "value": value}
            for (date, basis, source), value in drawn.items()
        )
    )
    return targets, observations


@TRIED
@given(cases(), st.sampled_from([1, -1]), st.randoms(use_true_random=False))
def test_order_of_rows_is_irrelevant(case, direction, random):
    def shuffled(table: pd.DataFrame) -> pd.DataFrame:
        return table.iloc[random.sample(range(len(table)), len(table))]

    tables = [indicators_of(direction), *case, SOURCES]
    plain = indicator_progress(*tables, "kurzeme", TODAY, THRESHOLDS)
    mixed = indicator_progress(*map(shuffled, tables), "kurzeme", TODAY, THRESHOLDS)
    assert_frame_equal(mixed, plain)


@TRIED
@given(cases(), st.sampled_from([1, -1]))
def test_every_row_is_rated_or_says_why_not(case, direction):
    targets, observations = case
    table = progress(targets, observations, direction=direction)
    bases = max(observations["counting_basis"].nunique(dropna=False), 1)
    assert len(table) == bases * len(targets[targets["valid_from"] <= TODAY])
    unable = table["rating"] == "unable_to_assess"
    assert (table["reason"].notna() == unable).all()
    unmet = ~unable & (table["rating"] != "achieved")
    assert table.loc[unmet, "growth_ratio"].notna().all()
    valued = table[table["value"].notna()]
    assert (valued["value_date"] >= valued["baseline_date"]).all()


@TRIED
@given(cases(), st.sampled_from([1, -1]))
def test_another_unit_changes_no_share_and_no_rating(case, direction):
    targets, observations = case
    scaled = targets.assign(
        baseline_value=targets["baseline_value"] * 1_024,
        target_value=targets["target_value"] * 1_024,
    )
    plain = progress(targets, observations, direction=direction)
    other = progress(
        scaled, observations.assign(value=observations["value"] * 1_024), direction=direction
    )
    same = ["achievement", "expected_achievement", "growth_ratio", "rating", "reason"]
    assert_frame_equal(other[same], plain[same])


@TRIED
@given(cases(), st.sampled_from([1, -1]))
def test_the_mirrored_indicator_with_the_other_direction_has_the_same_rating(case, direction):
    targets, observations = case
    mirrored = targets.assign(
        baseline_value=-targets["baseline_value"], target_value=-targets["target_value"]
    )
    plain = progress(targets, observations, direction=direction)
    other = progress(
        mirrored, observations.assign(value=-observations["value"]), direction=-direction
    )
    same = ["achievement", "growth_ratio", "rating", "reason"]
    assert_frame_equal(other[same], plain[same])


@TRIED
@given(st.integers(1, 3_000), VALUES, VALUES)
def test_expected_value_lies_between_baseline_and_target(days, baseline, target):
    first, last = day("2016-01-01"), day("2020-01-01")
    expected = expected_value(first + pd.Timedelta(days=days), first, baseline, last, target)
    assert min(baseline, target) <= expected <= max(baseline, target)
