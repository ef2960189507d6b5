"""Municipalities and regions change with time."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from dieval.errors import DataError, ParameterError
from dieval.inputs.regions import membership_on, municipalities_on, successor_on

Frame = Callable[..., pd.DataFrame]


@pytest.fixture
def municipalities(frame: Frame) -> pd.DataFrame:
    return frame(
        "municipality,valid_from,valid_to,successor",
        [
            "tukuma-novads,2021-07-01,,",
            "tukuma-novads,2009-07-01,2021-06-30,tukuma-novads",
            "aizputes-novads,2009-07-01,2021-06-30,dienvidkurzemes-novads",
            "aizputes-rajons,1990-01-01,2009-06-30,aizputes-novads",
            "dienvidkurzemes-novads,2021-07-01,,",
            "lost-novads,2009-07-01,2021-06-30,",
            "here-novads,2009-07-01,2021-06-30,there-novads",
            "there-novads,2009-07-01,2021-06-30,here-novads",
        ],
    )


@pytest.fixture
def membership(frame: Frame) -> pd.DataFrame:
    return frame(
        "municipality,region,valid_from,valid_to",
        [
            "tukuma-novads,kurzeme,2021-07-01,",
            "tukuma-novads,riga,2009-07-01,2021-06-30",
            "aizputes-novads,kurzeme,2009-07-01,2021-06-30",
        ],
    )


def test_municipalities_on_last_day_are_the_old_ones(municipalities: pd.DataFrame) -> None:
    found = municipalities_on(municipalities, "2021-06-30")["municipality"]
    assert list(found) == [
        *("aizputes-novads", "here-novads", "lost-novads", "there-novads", "tukuma-novads")
    ]


def test_municipalities_on_first_day_are_the_new_ones(municipalities: pd.DataFrame) -> None:
    found = municipalities_on(municipalities, "2021-07-01")["municipality"]
    assert list(found) == ["dienvidkurzemes-novads", "tukuma-novads"]


def test_membership_on_changes_with_the_reform(membership: pd.DataFrame) -> None:
    before = membership_on(membership, "2021-06-30")
    after = membership_on(membership, "2021-07-01")
    assert before.to_dict() == {"aizputes-novads": "kurzeme", "tukuma-novads": "riga"}
    assert after.to_dict() == {"tukuma-novads": "kurzeme"}


def test_membership_on_day_before_all_periods_is_empty(membership: pd.DataFrame) -> None:
    assert membership_on(membership, "1999-01-01").empty


@pytest.mark.parametrize(
    ("municipality", "date", "expected"),
    [
        ("aizputes-novads", "2021-06-30", "aizputes-novads"),
        ("aizputes-novads", "2021-07-01", "dienvidkurzemes-novads"),
        ("aizputes-rajons", "2015-01-01", "aizputes-novads"),
        ("aizputes-rajons", "2022-01-01", "dienvidkurzemes-novads"),
        ("tukuma-novads", "2022-01-01", "tukuma-novads"),
    ],
)
def test_successor_on_follows_the_chain(
    municipalities: pd.DataFrame, municipality: str, date: str, expected: str
) -> None:
    assert successor_on(municipalities, municipality, date) == expected


def test_successor_on_unknown_municipality_is_refused(municipalities: pd.DataFrame) -> None:
    with pytest.raises(ParameterError, match="nowhere does not stand in table municipalities"):
        successor_on(municipalities, "nowhere", "2020-01-01")


def test_successor_on_day_before_the_first_is_refused(municipalities: pd.DataFrame) -> None:
    with pytest.raises(ParameterError, match="did not exist yet on 2020-01-01"):
        successor_on(municipalities, "dienvidkurzemes-novads", "2020-01-01")


def test_successor_on_without_successor_is_a_data_error(municipalities: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="lost-novads has ended and names no successor"):
        successor_on(municipalities, "lost-novads", "2022-01-01")


def test_successor_on_circle_is_a_data_error(municipalities: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="lead in a circle"):
        successor_on(municipalities, "here-novads", "2022-01-01")


def test_functions_leave_their_arguments_alone(
    municipalities: pd.DataFrame, membership: pd.DataFrame
) -> None:
    copies = municipalities.copy(), membership.copy()
    municipalities_on(municipalities, "2021-07-01")
    membership_on(membership, "2021-07-01")
    successor_on(municipalities, "aizputes-novads", "2022-01-01")
    pd.testing.assert_frame_equal(municipalities, copies[0])
    pd.testing.assert_frame_equal(membership, copies[1])
