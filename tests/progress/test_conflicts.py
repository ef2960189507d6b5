from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from dieval.progress.conflicts import SOURCE_CONFLICTS, source_conflicts

TODAY = pd.Timestamp("2023-12-31")
MAY = "2020-05-19"

INDICATORS = pd.DataFrame(
    [
        ("ft_children_served", "output"),
        ("ft_parents_served", "output"),
        ("grt_adults_served", "output"),
        ("children_in_institutions", "result"),
        ("project_end_year", "input"),
    ],
    columns=["indicator", "level"],
)
SOURCES = pd.DataFrame(
    [
        ("plan", "published", "2018-04-27"),
        ("release", "published", "2020-05-19"),
        ("study", "expert", "2022"),
        ("register", "administrative", "2021"),
    ],
    columns=["source", "evidence", "published"],
)


def observations_of(*rows: dict[str, Any]) -> pd.DataFrame:
    usual = {
        "indicator": "children_in_institutions",
        "region": "kurzeme",
        "date": "2019-12-31",
        "counting_basis": None,
        "value": 100.0,
        "source": "release",
    }
    table = pd.DataFrame([usual | row for row in rows], columns=list(usual))
    return table.astype({"date": "datetime64[s]", "value": "float64", "counting_basis": "str"})


def reimbursement_of(*rows: dict[str, Any]) -> pd.DataFrame:
    usual = {
        "region": "kurzeme",
        "date": MAY,
        "target_group": "ft_children",
        "persons_cumulative": 158,
        "source": "register",
    }
    table = pd.DataFrame([usual | row for row in rows], columns=list(usual))
    return table.astype({"date": "datetime64[s]", "persons_cumulative": "int64"})


def conflicts(
    observations: pd.DataFrame,
    reimbursement: pd.DataFrame | None = None,
    as_of: pd.Timestamp = TODAY,
    region: str = "kurzeme",
) -> pd.DataFrame:
    return source_conflicts(INDICATORS, observations, reimbursement, SOURCES, region, as_of)


def rows_of(table: pd.DataFrame, *columns: str) -> list[tuple]:
    return list(table[list(columns)].itertuples(index=False, name=None))


# -------------------------------------------------------------------------------------- same_date


def test_same_date_sources_that_differ_stand_beside_each_other():
    table = conflicts(
        observations_of(
            {"value": 641.0, "source": "study"},
            {"value": 621.0, "source": "release"},
            {"value": 641.0, "source": "register"},
        )
    )
    assert rows_of(table, "kind", "value", "source", "used") == [
        ("same_date", 621.0, "release", "yes"),
        ("same_date", 641.0, "register", "no"),
        ("same_date", 641.0, "study", "no"),
    ]


def test_same_date_sources_that_agree_are_no_conflict():
    assert conflicts(observations_of({}, {"source": "study"})).empty


def test_same_date_values_of_other_dates_are_no_conflict():
    assert conflicts(observations_of({}, {"date": "2020-12-31", "value": 90.0})).empty


def test_same_date_each_region_and_indicator_is_for_itself():
    assert conflicts(
        observations_of(
            {"value": 1.0},
            {"value": 2.0, "region": "national", "source": "study"},
            {"value": 3.0, "indicator": "ft_children_served", "source": "study"},
        )
    ).empty


def test_same_date_basis_of_one_of_them_is_another_kind():
    table = conflicts(
        observations_of({"counting_basis": "lm"}, {"source": "study", "value": 101.0})
    )
    assert set(table["kind"]) == {"counting_basis"}


def test_same_date_later_observations_are_not_known():
    observations = observations_of({}, {"value": 101.0, "source": "study"})
    assert len(conflicts(observations, as_of=pd.Timestamp("2019-12-31"))) == 2
    assert conflicts(observations, as_of=pd.Timestamp("2019-12-30")).empty


def test_same_date_the_country_stands_after_the_region_and_others_are_left_out():
    pairs = [
        {"region": region, "value": value, "source": source}
        for region in ("national", "riga", "kurzeme")
        for value, source in ((1.0, "study"), (2.0, "release"))
    ]
    table = conflicts(observations_of(*pairs))
    assert table["region"].to_list() == ["kurzeme", "kurzeme", "national", "national"]


# ------------------------------------------------------------------------------ stated_differently


def test_stated_differently_whatever_the_dates_the_latest_is_used():
    table = conflicts(
        observations_of(
            *(
                {"indicator": "project_end_year", "date": date, "value": value, "source": source}
                for date, value, source in (
                    ("2018-04-27", 2_022.0, "plan"),
                    ("2020-05-19", 2_023.0, "release"),
                    ("2022-12-31", 2_023.0, "study"),
                )
            )
        )
    )
    assert rows_of(table, "kind", "value", "source", "used") == [
        ("stated_differently", 2_022.0, "plan", "no"),
        ("stated_differently", 2_023.0, "release", "no"),
        ("stated_differently", 2_023.0, "study", "yes"),
    ]


def test_stated_differently_of_one_date_the_stronger_source_is_used():
    end = {"indicator": "project_end_year"}
    table = conflicts(
        observations_of(
            end | {"value": 2_022.0, "source": "study"}, end | {"value": 2_023.0, "source": "plan"}
        )
    )
    assert rows_of(table, "source", "used") == [("study", "no"), ("plan", "yes")]
    assert set(table["kind"]) == {"stated_differently"}


def test_stated_differently_one_source_that_changes_its_mind_is_no_conflict():
    end = {"indicator": "project_end_year"}
    assert conflicts(
        observations_of(end | {"value": 2_022.0}, end | {"value": 2_023.0, "date": "2020-12-31"})
    ).empty


# ---------------------------------------------------------------------------------- counting_basis


def test_counting_basis_every_basis_is_used_for_itself():
    table = conflicts(
        observations_of(
            {"counting_basis": "vbtai", "value": 641.0, "source": "release"},
            {"counting_basis": "lm", "value": 621.0, "source": "study"},
            {"value": 705.0, "source": "register"},
        )
    )
    assert rows_of(table, "kind", "counting_basis", "value", "used") == [
        ("counting_basis", "lm", 621.0, "yes"),
        ("counting_basis", "vbtai", 641.0, "yes"),
        ("counting_basis", None, 705.0, "yes"),
    ]


def test_counting_basis_two_bases_of_one_source_are_listed_too():
    table = conflicts(
        observations_of(
            {"counting_basis": "vbtai", "value": 641.0}, {"counting_basis": "lm", "value": 621.0}
        )
    )
    assert rows_of(table, "kind", "used") == [("counting_basis", "yes")] * 2


def test_counting_basis_bases_that_agree_are_no_conflict():
    assert conflicts(observations_of({"counting_basis": "vbtai"}, {"counting_basis": "lm"})).empty


def test_counting_basis_a_group_can_stand_under_two_kinds():
    table = conflicts(
        observations_of(
            {"counting_basis": "vbtai", "value": 641.0, "source": "release"},
            {"counting_basis": "vbtai", "value": 640.0, "source": "study"},
            {"counting_basis": "lm", "value": 621.0, "source": "release"},
        )
    )
    assert rows_of(table, "kind", "counting_basis", "value", "used") == [
        ("counting_basis", "lm", 621.0, "yes"),
        ("counting_basis", "vbtai", 640.0, "no"),
        ("counting_basis", "vbtai", 641.0, "yes"),
        ("same_date", "vbtai", 640.0, "no"),
        ("same_date", "vbtai", 641.0, "yes"),
    ]


# ----------------------------------------------------------------------------------- reimbursement


def test_reimbursement_persons_other_than_observed_both_say_yes():
    observed = {"indicator": "ft_children_served", "date": MAY, "value": 160.0}
    table = conflicts(observations_of(observed), reimbursement_of({}))
    assert rows_of(table, "indicator", "kind", "value", "source", "used") == [
        ("ft_children_served", "reimbursement", 158.0, "register", "yes"),
        ("ft_children_served", "reimbursement", 160.0, "release", "yes"),
    ]


@pytest.mark.parametrize(
    ("group", "indicator"),
    [
        ("ft_children", "ft_children_served"),
        ("ft_parents", "ft_parents_served"),
        ("grt_adults", "grt_adults_served"),
    ],
)
def test_reimbursement_every_target_group_has_its_indicator(group, indicator):
    observed = {"indicator": indicator, "date": MAY, "value": 160.0}
    table = conflicts(observations_of(observed), reimbursement_of({"target_group": group}))
    assert table["indicator"].to_list() == [indicator] * 2


def test_reimbursement_as_observed_is_no_conflict():
    observed = {"indicator": "ft_children_served", "date": MAY, "value": 158.0}
    assert conflicts(observations_of(observed), reimbursement_of({})).empty


def test_reimbursement_a_table_that_contradicts_its_own_source_is_a_conflict():
    observed = {"indicator": "ft_children_served", "date": MAY, "value": 160.0}
    table = conflicts(observations_of(observed), reimbursement_of({"source": "release"}))
    assert rows_of(table, "kind", "source") == [("reimbursement", "release")] * 2


def test_reimbursement_is_compared_with_the_observation_that_is_used():
    observed = {"indicator": "ft_children_served", "date": MAY}
    observations = observations_of(
        observed | {"value": 158.0, "source": "release"},
        observed | {"value": 999.0, "source": "study"},
    )
    assert set(conflicts(observations, reimbursement_of({}))["kind"]) == {"same_date"}


def test_reimbursement_of_another_date_region_or_later_than_the_day_is_no_conflict():
    observed = observations_of({"indicator": "ft_children_served", "date": MAY, "value": 160.0})
    for other in ({"date": "2020-05-20"}, {"region": "riga"}, {"region": "national"}):
        assert conflicts(observed, reimbursement_of(other)).empty
    assert conflicts(observed, reimbursement_of({}), as_of=pd.Timestamp("2020-05-18")).empty


# ------------------------------------------------------------------------------------------- empty


@pytest.mark.parametrize("reimbursement", [None, reimbursement_of(), reimbursement_of({})])
def test_source_conflicts_without_rows_has_its_columns_and_types(reimbursement):
    table = conflicts(observations_of(), reimbursement)
    assert table.empty
    assert {column: str(kind) for column, kind in table.dtypes.items()} == SOURCE_CONFLICTS


# -------------------------------------------------------------------------------------- properties

TRIED = settings(max_examples=30, derandomize=True, database=None, deadline=None)


@st.composite
def cases(draw) -> tuple[pd.DataFrame, pd.DataFrame]:
    keys = st.tuples(
        st.sampled_from(["children_in_institutions", "project_end_year", "ft_children_served"]),
        st.sampled_from(["kurzeme", "national"]),
        st.sampled_from(["2019-12-31", MAY]),
        st.sampled_from([None, "lm", "vbtai"]),
        st.sampled_from(SOURCES["source"].to_list()),
    )
    drawn = draw(st.dictionaries(keys, st.integers(1, 3), max_size=12))
    columns = ["indicator", "region", "date", "counting_basis", "source"]
    observations = observations_of(
        *(dict(zip(columns, key, strict=True)) | {"value": value} for key, value in drawn.items())
    )
    persons = draw(st.lists(st.integers(1, 3), max_size=1))
    return observations, reimbursement_of(*({"persons_cumulative": n} for n in persons))


@TRIED
@given(cases(), st.randoms(use_true_random=False))
def test_order_of_rows_is_irrelevant(case, random):
    def shuffled(table: pd.DataFrame) -> pd.DataFrame:
        return table.iloc[random.sample(range(len(table)), len(table))]

    assert_frame_equal(conflicts(*map(shuffled, case)), conflicts(*case))


@TRIED
@given(cases())
def test_every_group_states_two_values_and_one_that_is_used(case):
    table = conflicts(*case)
    groups = {
        "same_date": ["date", "counting_basis"],
        "stated_differently": [],
        "counting_basis": ["date"],
        "reimbursement": ["date"],
    }
    for kind, key in groups.items():
        of_kind = table[table["kind"] == kind]
        for _, group in of_kind.groupby(["region", "indicator", *key], dropna=False):
            assert group["value"].nunique() > 1
            used = (group["used"] == "yes").sum()
            assert used == 1 if kind in ("same_date", "stated_differently") else used > 1
