from __future__ import annotations

import math

import pandas as pd
import pytest

from dieval.progress.placements import children_in_care, family_environment_share

COLUMNS = ["region", "year", "care_arrangement", "counting_basis", "children"]


def placements(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS)


@pytest.fixture
def latvia():
    """Year-end counts that were published for Latvia."""
    return placements(
        ("national", 2017, "guardian", "vbtai", 4_459),
        ("national", 2017, "foster_family", "vbtai", 1_173),
        ("national", 2017, "institution", "vbtai", 1_037),
        ("national", 2018, "guardian", "vbtai", 6_438 - 794),
        ("national", 2018, "institution", "vbtai", 794),
    )


def test_children_in_care_arrangements_are_added(latvia):
    assert children_in_care(latvia)["national", 2017, "vbtai"] == 4_459 + 1_173 + 1_037 == 6_669


def test_children_in_care_counting_bases_are_never_added():
    both = placements(
        ("national", 2019, "institution", "vbtai", 641),
        ("national", 2019, "institution", "lm", 621),
    )
    assert children_in_care(both).to_dict() == {
        ("national", 2019, "lm"): 621,
        ("national", 2019, "vbtai"): 641,
    }


def test_children_in_care_years_and_regions_are_kept_apart():
    rows = placements(
        ("kurzeme", 2019, "guardian", "vbtai", 1),
        ("kurzeme", 2020, "guardian", "vbtai", 10),
        ("riga", 2020, "guardian", "vbtai", 100),
    )
    assert sorted(children_in_care(rows)) == [1, 10, 100]


def test_family_environment_share_published_for_2018(latvia):
    share = family_environment_share(latvia)["national", 2018, "vbtai"]
    assert share == (6_438 - 794) / 6_438
    assert round(100 * share, 2) == 87.67
    assert share > 0.85  # the target for 2020


def test_family_environment_share_counts_foster_families_and_guardians(latvia):
    share = family_environment_share(latvia)["national", 2017, "vbtai"]
    assert share == (4_459 + 1_173) / 6_669


@pytest.mark.parametrize(
    ("arrangement", "in_family"),
    [
        ("guardian", 1.0),
        ("foster_family", 1.0),
        ("specialised_foster_family", 1.0),
        ("institution", 0.0),
        ("state_institution", 0.0),
        ("family_like", 0.0),
        ("youth_house", 0.0),
    ],
)
def test_family_environment_share_a_family_like_service_is_no_family(arrangement, in_family):
    rows = placements(
        ("kurzeme", 2020, arrangement, "vbtai", 10),
        ("kurzeme", 2020, "guardian", "vbtai", 30),
        ("kurzeme", 2020, "institution", "vbtai", 40),
    )
    expected = (30 + 10 * in_family) / 80
    assert family_environment_share(rows)["kurzeme", 2020, "vbtai"] == expected


def test_family_environment_share_of_families_recorded_as_none_is_zero():
    rows = placements(
        ("kurzeme", 2020, "guardian", "vbtai", 0),
        ("kurzeme", 2020, "institution", "vbtai", 40),
    )
    assert family_environment_share(rows).to_dict() == {("kurzeme", 2020, "vbtai"): 0.0}


def test_family_environment_share_of_no_children_is_missing():
    rows = placements(
        ("kurzeme", 2020, "guardian", "vbtai", 0),
        ("kurzeme", 2020, "institution", "vbtai", 0),
    )
    assert math.isnan(family_environment_share(rows)["kurzeme", 2020, "vbtai"])


def test_family_environment_share_of_institutions_alone_is_missing():
    # LM counts children in institutions only: 621 in 2019. That is no share of 0 %.
    rows = placements(("national", 2019, "institution", "lm", 621))
    assert math.isnan(family_environment_share(rows)["national", 2019, "lm"])
