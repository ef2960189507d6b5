from __future__ import annotations

import pandas as pd
import pytest

from dieval.present.findings.progress import indicator_is_on_track

CALLED = {"lv": "Bērni institūcijās", "en": "Children in institutions"}
ROW = {
    "indicator": "children",
    "value": 527.0,
    "value_date": pd.Timestamp("2022-12-31"),
    "target_value": 300.0,
    "target_date": pd.Timestamp("2023-12-31"),
    "expected_on_value_date": 430.9,
    "qualifier": None,
    "rating": "acceleration_needed",
    "reason": None,
    "growth_ratio": 0.7178,
    "standing": "behind",
}


def found(**changes: object):
    return indicator_is_on_track(pd.DataFrame([{**ROW, **changes}]), CALLED)


@pytest.mark.parametrize(
    ("standing", "rating", "reason", "verdict"),
    [
        ("met", "achieved", None, "supported"),
        ("missed", "limited_progress", None, "not_supported"),
        ("not_known_at_target", "on_track", None, "inconclusive"),
        ("outdated", "on_track", None, "inconclusive"),
        ("ahead", "on_track", None, "supported"),
        ("behind", "on_track", None, "supported"),
        ("ahead", "acceleration_needed", None, "inconclusive"),
        ("behind", "acceleration_needed", None, "not_supported"),
        ("ahead", "unable_to_assess", "zero_baseline", "supported"),
        ("behind", "unable_to_assess", "zero_baseline", "not_supported"),
        ("ahead", "unable_to_assess", "sign_change", "inconclusive"),
    ],
)
def test_verdict_follows_the_standing_and_the_rating(standing, rating, reason, verdict):
    assert found(standing=standing, rating=rating, reason=reason).verdict == verdict


def test_verdict_of_bases_that_disagree_is_inconclusive():
    rows = pd.DataFrame([ROW, {**ROW, "standing": "met", "rating": "achieved"}])
    assert indicator_is_on_track(rows, CALLED).verdict == "inconclusive"


def test_sentence_names_value_target_line_and_growth():
    said = found().sentence["en"].replace("\u00a0", " ")
    assert said == (
        "527 on 31 December 2022; target 300 by 31 December 2023. The straight line to the target "
        "had reached 431: behind. Growth is 72% of what the target requires: acceleration needed."
    )


@pytest.mark.parametrize(
    ("ratio", "written"), [(10.0, "1,000%"), (10.1, "> 1,000%"), (1e30, "> 1,000%")]
)
def test_sentence_growth_beyond_ten_times_is_not_counted(ratio, written):
    said = found(growth_ratio=ratio, rating="on_track").sentence["en"].replace("\u00a0", " ")
    assert f"Growth is {written} of what" in said
