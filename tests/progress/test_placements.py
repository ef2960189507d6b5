from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from dieval.progress.placements import (
    FAMILY_ENVIRONMENT,
    MOVES,
    PLACEMENT_MIX,
    children_in_care,
    family_environment,
    family_environment_share,
    moves,
    placement_mix,
)
from dieval.vocabulary import CARE_ARRANGEMENTS

COLUMNS = ["region", "year", "care_arrangement", "counting_basis", "children"]
TODAY = pd.Timestamp("2023-12-31")
SOURCES = pd.DataFrame(
    [("ministry", "published", "2021"), ("study", "expert", "2022")],
    columns=["source", "evidence", "published"],
)


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


# ------------------------------------------------------------------------------- children_in_care


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


# ----------------------------------------------------------------------- family_environment_share


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


# ---------------------------------------------------------------------------------- placement_mix


def test_placement_mix_published_shares_of_2022():
    rows = placements(
        ("national", 2022, "guardian", "other", 3_795),
        ("national", 2022, "foster_family", "other", 1_476),
        ("national", 2022, "institution", "other", 527),
    )
    table = placement_mix(rows, "kurzeme", TODAY)
    assert table["care_arrangement"].to_list() == ["institution", "foster_family", "guardian"]
    assert table["share"].to_list() == [527 / 5_798, 1_476 / 5_798, 3_795 / 5_798]
    assert [round(100 * share, 3) for share in table["share"]] == [9.089, 25.457, 65.454]


def test_placement_mix_counting_bases_are_kept_apart():
    rows = placements(
        ("national", 2019, "institution", "vbtai", 641),
        ("national", 2019, "guardian", "vbtai", 4_276),
        ("national", 2019, "institution", "lm", 621),
    )
    table = placement_mix(rows, "kurzeme", TODAY)
    assert table["counting_basis"].to_list() == ["lm", "vbtai", "vbtai"]
    assert table["children"].to_list() == [621, 641, 4_276]
    assert math.isnan(table["share"][0])
    assert table["share"].to_list()[1:] == [641 / (641 + 4_276), 4_276 / (641 + 4_276)]


def test_placement_mix_of_families_alone_has_no_shares():
    rows = placements(
        ("national", 2021, "foster_family", "other", 1_413),
        ("national", 2021, "guardian", "other", 3_900),
    )
    assert placement_mix(rows, "kurzeme", TODAY)["share"].isna().all()


def test_placement_mix_family_like_services_are_a_side_like_institutions():
    rows = placements(
        ("kurzeme", 2021, "family_like", "other", 10), ("kurzeme", 2021, "guardian", "other", 30)
    )
    assert placement_mix(rows, "kurzeme", TODAY)["share"].to_list() == [10 / 40, 30 / 40]


def test_placement_mix_of_no_children_has_no_shares():
    rows = placements(
        ("kurzeme", 2021, "institution", "other", 0), ("kurzeme", 2021, "guardian", "other", 0)
    )
    table = placement_mix(rows, "kurzeme", TODAY)
    assert table["children"].to_list() == [0, 0]
    assert table["share"].isna().all()


def test_placement_mix_own_region_then_the_country_and_no_other():
    rows = placements(
        *(
            (region, 2021, arrangement, "other", 10)
            for region in ("national", "riga", "zemgale")
            for arrangement in ("guardian", "institution")
        )
    )
    table = placement_mix(rows, "zemgale", TODAY)
    assert table["region"].to_list() == ["zemgale", "zemgale", "national", "national"]
    assert len(placement_mix(rows, "national", TODAY)) == 2


def test_placement_mix_a_year_that_has_not_ended_is_not_known():
    rows = placements(
        *((("kurzeme", year, "guardian", "other", 10)) for year in (2019, 2020, 2021))
    )
    for day, years in (("2020-12-30", [2019]), ("2020-12-31", [2019, 2020])):
        assert placement_mix(rows, "kurzeme", pd.Timestamp(day))["year"].to_list() == years


# ----------------------------------------------------------------------------- family_environment


def observations(*rows: dict[str, Any]) -> pd.DataFrame:
    usual = {
        "indicator": "family_environment_share",
        "region": "national",
        "date": "2018-12-31",
        "counting_basis": None,
        "value": 87.7,
        "source": "ministry",
    }
    table = pd.DataFrame([usual | row for row in rows], columns=list(usual))
    return table.astype({"date": "datetime64[s]", "value": "float64"})


def test_family_environment_published_beside_computed_for_2018(latvia):
    table = family_environment(latvia, observations({}), SOURCES, "kurzeme", TODAY)
    assert table["year"].to_list() == [2017, 2018]
    of_2018 = table.loc[1]
    assert of_2018["children_in_care"] == 6_438
    assert of_2018["children_in_families"] == 6_438 - 794
    assert of_2018["share"] == (6_438 - 794) / 6_438
    assert of_2018["published_share"] == 87.7 / 100
    assert math.isnan(table["published_share"][0])


def test_family_environment_published_share_stands_beside_every_basis():
    rows = placements(
        *(
            ("national", 2018, arrangement, basis, 10)
            for arrangement in ("institution", "guardian")
            for basis in ("vbtai", "lm")
        )
    )
    table = family_environment(rows, observations({}), SOURCES, "kurzeme", TODAY)
    assert table["counting_basis"].to_list() == ["lm", "vbtai"]
    assert table["published_share"].to_list() == [87.7 / 100] * 2


def test_family_environment_of_several_published_the_strongest_source_is_used(latvia):
    published = observations({"value": 80.0, "source": "study"}, {})
    table = family_environment(latvia, published, SOURCES, "kurzeme", TODAY)
    assert table["published_share"].to_list()[1] == 87.7 / 100


@pytest.mark.parametrize(
    "other",
    [
        {"date": "2018-06-18"},
        {"date": "2018-12-30"},
        {"date": "2018-11-30"},
        {"date": "2019-12-31"},
        {"region": "kurzeme"},
        {"indicator": "care_share_of_minors"},
    ],
)
def test_family_environment_published_for_another_day_region_or_thing(latvia, other):
    table = family_environment(latvia, observations(other), SOURCES, "kurzeme", TODAY)
    assert table["published_share"].isna().all()


def test_family_environment_without_a_table_of_observations(latvia):
    table = family_environment(latvia, None, SOURCES, "kurzeme", TODAY)
    assert table["share"].notna().all()
    assert table["published_share"].isna().all()


@pytest.mark.parametrize("arrangement", ["institution", "guardian"])
def test_family_environment_of_one_side_alone_knows_no_total(arrangement):
    # 621 children in institutions are not all children in care, 1,413 in foster families neither.
    rows = placements(("national", 2019, arrangement, "lm", 621))
    table = family_environment(rows, None, SOURCES, "kurzeme", TODAY)
    assert len(table) == 1
    assert table[["children_in_care", "children_in_families", "share"]].isna().all(axis=None)


def test_family_environment_of_no_children_is_known_but_has_no_share():
    rows = placements(
        ("kurzeme", 2020, "guardian", "other", 0), ("kurzeme", 2020, "institution", "other", 0)
    )
    row = family_environment(rows, None, SOURCES, "kurzeme", TODAY).loc[0]
    assert (row["children_in_care"], row["children_in_families"]) == (0, 0)
    assert math.isnan(row["share"])


def test_family_environment_a_year_that_has_not_ended_is_not_known(latvia):
    table = family_environment(
        latvia, observations({}), SOURCES, "kurzeme", pd.Timestamp("2018-12-30")
    )
    assert table["year"].to_list() == [2017]


# ------------------------------------------------------------------------------------------ moves


def flows(*rows: tuple) -> pd.DataFrame:
    columns = ["region", "year", "age_band", "from_arrangement", "to_arrangement", "children"]
    return pd.DataFrame(rows, columns=columns)


def moved_to(*destinations: str) -> list[str]:
    rows = (("kurzeme", 2020, "all", "institution", code, 1) for code in destinations)
    return moves(flows(*rows), "kurzeme", TODAY)["to_group"].to_list()


def test_moves_where_children_went():
    for code in ("foster_family", "specialised_foster_family", "guardian", "family", "adoption"):
        assert moved_to(code) == ["families"]
    for code in ("institution", "state_institution"):
        assert moved_to(code) == ["residential"]
    for code in ("family_like", "youth_house"):
        assert moved_to(code) == ["family_like"]
    assert moved_to("exit") == ["exit"]


def test_moves_age_bands_and_kinds_of_institution_are_added():
    rows = flows(
        ("kurzeme", 2020, "0-6", "institution", "adoption", 3),
        ("kurzeme", 2020, "7-17", "institution", "guardian", 5),
        ("kurzeme", 2020, "7-17", "state_institution", "guardian", 7),
        ("kurzeme", 2020, "7-17", "institution", "exit", 11),
    )
    table = moves(rows, "kurzeme", TODAY)
    assert table.to_numpy().tolist() == [
        ["kurzeme", 2020, "residential", "exit", 11],
        ["kurzeme", 2020, "residential", "families", 3 + 5 + 7],
    ]


def test_moves_of_nobody_are_a_true_zero():
    table = moves(flows(("kurzeme", 2020, "all", "institution", "exit", 0)), "kurzeme", TODAY)
    assert table["children"].to_list() == [0]


@pytest.mark.parametrize("start", ["entry", "family_like", "youth_house", "foster_family"])
def test_moves_from_elsewhere_are_left_out(start):
    rows = flows(("kurzeme", 2020, "all", start, "guardian", 5))
    assert moves(rows, "kurzeme", TODAY).empty


def test_moves_of_another_region_or_a_year_that_has_not_ended_are_left_out():
    rows = flows(
        ("kurzeme", 2019, "all", "institution", "guardian", 1),
        ("kurzeme", 2020, "all", "institution", "guardian", 2),
        ("riga", 2019, "all", "institution", "guardian", 4),
    )
    assert moves(rows, "kurzeme", pd.Timestamp("2020-12-30"))["children"].to_list() == [1]


# ------------------------------------------------------------------------------------------ empty


def test_tables_without_rows_have_their_columns_and_types():
    none = placements()
    empty = {
        "mix": (placement_mix(none, "kurzeme", TODAY), PLACEMENT_MIX),
        "environment": (
            family_environment(none, observations(), SOURCES, "kurzeme", TODAY),
            FAMILY_ENVIRONMENT,
        ),
        "unobserved": (
            family_environment(none, None, SOURCES, "kurzeme", TODAY),
            FAMILY_ENVIRONMENT,
        ),
        "moves": (moves(flows(), "kurzeme", TODAY), MOVES),
    }
    for table, form in empty.values():
        assert table.empty
        assert {column: str(kind) for column, kind in table.dtypes.items()} == form


# ------------------------------------------------------------------------------------- properties

TRIED = settings(max_examples=30, derandomize=True, database=None, deadline=None)
COUNTED = st.dictionaries(
    st.tuples(
        st.sampled_from(["kurzeme", "national", "riga"]),
        st.integers(2018, 2020),
        st.sampled_from(CARE_ARRANGEMENTS),
        st.sampled_from(["vbtai", "lm", "other"]),
    ),
    st.integers(0, 5_000),
    max_size=30,
).map(lambda counts: placements(*((*key, number) for key, number in counts.items())))


@TRIED
@given(COUNTED, st.randoms(use_true_random=False))
def test_order_of_rows_is_irrelevant(rows, random):
    mixed = rows.iloc[random.sample(range(len(rows)), len(rows))]
    assert_frame_equal(
        placement_mix(mixed, "kurzeme", TODAY), placement_mix(rows, "kurzeme", TODAY)
    )
    assert_frame_equal(
        family_environment(mixed, None, SOURCES, "kurzeme", TODAY),
        family_environment(rows, None, SOURCES, "kurzeme", TODAY),
    )


@TRIED
@given(COUNTED)
def test_shares_of_a_region_year_and_basis_add_up_to_one(rows):
    mix = placement_mix(rows, "kurzeme", TODAY)
    groups = mix.groupby(["region", "year", "counting_basis"])
    environment = family_environment(rows, None, SOURCES, "kurzeme", TODAY)
    assert len(environment) == groups.ngroups
    together = environment.set_index(["region", "year", "counting_basis"])
    for key, group in groups:
        assert group["share"].isna().all() or group["share"].sum() == pytest.approx(1)
        assert group["share"].isna().all() == math.isnan(together.loc[key, "share"])
        in_families = group["care_arrangement"].isin(CARE_ARRANGEMENTS[4:])
        if group["share"].notna().all():
            in_family = group.loc[in_families, "share"].sum()
            assert together.loc[key, "share"] == pytest.approx(in_family)


@TRIED
@given(COUNTED)
def test_doubled_counts_leave_the_shares(rows):
    doubled = rows.assign(children=2 * rows["children"])
    plain, twice = placement_mix(rows, "kurzeme", TODAY), placement_mix(doubled, "kurzeme", TODAY)
    assert_frame_equal(twice[["share"]], plain[["share"]])
    assert twice["children"].to_list() == [2 * n for n in plain["children"]]
