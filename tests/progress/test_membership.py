from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dieval.progress.membership import (
    followers,
    plan_date,
    region_of_plan,
    without_superseded,
)
from dieval.progress.services import funnel

PLAN, DAY = pd.Timestamp("2015-07-15"), pd.Timestamp("2023-12-31")
EVENTS = ["region", "plan", "date", "event"]
LAST_DAY, REFORM = "2021-06-30", "2021-07-01"


def events(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=EVENTS).astype({"date": "datetime64[s]"})


def municipalities(*rows: tuple) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["municipality", "valid_from", "valid_to", "successor"])
    return table.astype({"valid_from": "datetime64[s]", "valid_to": "datetime64[s]"})


def membership(*rows: tuple) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["municipality", "region", "valid_from", "valid_to"])
    return table.astype({"valid_from": "datetime64[s]", "valid_to": "datetime64[s]"})


# The reform of 1 July 2021 took Tukums with Kandava from the region of Rīga to Kurzeme, and made
# Dienvidkurzeme of Aizpute and others.
REFORMED = municipalities(
    ("tukums", "2009-07-01", LAST_DAY, "tukums"),
    ("tukums", REFORM, None, None),
    ("kandava", "2009-07-01", LAST_DAY, "tukums"),
    ("aizpute", "2009-07-01", LAST_DAY, "dienvidkurzeme"),
    ("dienvidkurzeme", REFORM, None, None),
)
REGIONS = membership(
    ("tukums", "riga", "2009-07-01", LAST_DAY),
    ("tukums", "kurzeme", REFORM, None),
    ("kandava", "kurzeme", "2009-07-01", LAST_DAY),
    ("aizpute", "kurzeme", "2009-07-01", LAST_DAY),
    ("dienvidkurzeme", "kurzeme", REFORM, None),
)


# -------------------------------------------------------------------------------------- plan_date


def test_plan_date_is_the_latest_national_approval_known_on_the_day():
    rows = events(
        ("national", "di_plan", "2015-07-15", "approved"),
        ("national", "di_plan", "2019-03-01", "approved"),
        ("national", "di_plan", "2024-01-01", "approved"),
    )
    assert plan_date(rows, DAY) == pd.Timestamp("2019-03-01")
    assert plan_date(rows, pd.Timestamp("2019-03-01")) == pd.Timestamp("2019-03-01")
    assert plan_date(rows, pd.Timestamp("2019-02-28")) == pd.Timestamp("2015-07-15")


def test_plan_date_other_events_and_plans_of_the_country_are_no_approval():
    rows = events(
        ("national", "di_plan", "2015-07-15", "approved"),
        ("national", "di_plan", "2016-03-22", "amended"),
        ("national", "other_plan", "2017-01-01", "approved"),
        ("riga", "di_plan", "2018-07-31", "approved"),
    )
    assert plan_date(rows, DAY) == pd.Timestamp("2015-07-15")


def test_plan_date_without_an_approval_is_the_earliest_event_of_any_di_plan():
    rows = events(
        ("riga", "di_plan", "2018-07-31", "approved"),
        ("kurzeme", "di_plan", "2018-04-27", "submitted"),
        ("kurzeme", "home", "2017-07-31", "drafted"),
    )
    assert plan_date(rows, DAY) == pd.Timestamp("2018-04-27")
    assert plan_date(rows, pd.Timestamp("2018-04-27")) == pd.Timestamp("2018-04-27")


@pytest.mark.parametrize(
    "rows", [None, events(), events(("riga", "home", "2018-07-31", "drafted"))]
)
def test_plan_date_without_a_di_plan_is_the_day(rows):
    assert plan_date(rows, DAY) == DAY


def test_plan_date_of_a_plan_that_comes_later_is_the_day():
    rows = events(("national", "di_plan", "2024-01-01", "approved"))
    assert plan_date(rows, DAY) == DAY


# --------------------------------------------------------------------------------- region_of_plan


@pytest.mark.parametrize(
    ("date", "region"),
    [
        ("2015-07-15", "riga"),
        (LAST_DAY, "riga"),
        (REFORM, "kurzeme"),
        ("2023-12-31", "kurzeme"),
    ],
)
def test_region_of_plan_of_tukums_moves_with_the_reform(date, region):
    assert region_of_plan(REFORMED, REGIONS, pd.Timestamp(date))["tukums"] == region


def test_region_of_plan_has_every_municipality_once_sorted():
    placed = region_of_plan(REFORMED, REGIONS, PLAN)
    assert placed.index.to_list() == ["aizpute", "dienvidkurzeme", "kandava", "tukums"]
    assert placed.index.name == "municipality"


def test_region_of_plan_of_a_later_municipality_is_its_first_membership_after_the_date():
    moved_on = membership(
        ("dienvidkurzeme", "vidzeme", "2025-01-01", None),
        ("dienvidkurzeme", "kurzeme", REFORM, "2024-12-31"),
    )
    assert region_of_plan(REFORMED, moved_on, PLAN)["dienvidkurzeme"] == "kurzeme"
    assert region_of_plan(REFORMED, moved_on, pd.Timestamp("2025-01-01"))["dienvidkurzeme"] == (
        "vidzeme"
    )


def test_region_of_plan_of_a_dissolved_municipality_is_that_of_its_successor():
    placed = region_of_plan(REFORMED, REGIONS, pd.Timestamp(REFORM))
    assert placed.to_dict() == dict.fromkeys(
        ["aizpute", "dienvidkurzeme", "kandava", "tukums"], "kurzeme"
    )


def test_region_of_plan_goes_on_from_successor_to_successor():
    chain = municipalities(
        ("a", "2000-01-01", "2009-06-30", "b"),
        ("b", "2009-07-01", LAST_DAY, "c"),
        ("c", REFORM, None, None),
    )
    regions = membership(("c", "latgale", REFORM, None))
    assert region_of_plan(chain, regions, PLAN).to_dict() == dict.fromkeys("abc", "latgale")


def test_region_of_plan_takes_the_successor_of_the_last_row_that_names_one():
    twice = municipalities(
        ("a", "2010-01-01", "2012-12-31", "c"),
        ("a", "2000-01-01", "2004-12-31", "b"),
        ("b", "2000-01-01", None, None),
        ("c", "2000-01-01", None, None),
    )
    regions = membership(("b", "riga", "2000-01-01", None), ("c", "latgale", "2000-01-01", None))
    assert region_of_plan(twice, regions, PLAN)["a"] == "latgale"


def test_region_of_plan_that_nothing_places_is_none():
    lost = municipalities(
        ("ended", "2000-01-01", "2009-06-30", None),
        ("round", "2000-01-01", "2009-06-30", "about"),
        ("about", "2000-01-01", "2009-06-30", "round"),
        ("itself", "2000-01-01", "2009-06-30", "itself"),
        ("into_a_circle", "2000-01-01", "2009-06-30", "round"),
        ("stranger", "2000-01-01", "2009-06-30", "not_in_the_table"),
    )
    earlier = membership(("ended", "riga", "2000-01-01", "2009-06-30"))
    placed = region_of_plan(lost, earlier, PLAN)
    assert len(placed) == 6
    assert all(region is None for region in placed)


def test_region_of_plan_of_no_municipalities_is_empty():
    assert region_of_plan(municipalities(), membership(), PLAN).empty


def test_region_of_plan_row_order_is_irrelevant():
    for date in (PLAN, pd.Timestamp(REFORM)):
        other = region_of_plan(REFORMED[::-1], REGIONS[::-1], date)
        pd.testing.assert_series_equal(region_of_plan(REFORMED, REGIONS, date), other)


# -------------------------------------------------------------------------------------- followers


def test_followers_of_one_that_goes_on_alone_are_none():
    assert followers({"a": "a"}, "a") == []
    assert followers({}, "a") == []


def test_followers_stop_at_a_circle_that_does_not_contain_the_first():
    assert followers({"a": "b", "b": "c", "c": "b"}, "a") == ["b", "c"]


# ----------------------------------------------------------------------------- without_superseded


def counts(*rows: tuple[str, str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["municipality", "date"])
    table = table.astype({"date": "datetime64[s]"})
    return table.assign(service_type="dac", target_group="grt_adults")


def standing(rows: pd.DataFrame, day: pd.Timestamp = DAY) -> list[str]:
    return without_superseded(rows, REFORMED, day)["municipality"].to_list()


def test_without_superseded_a_later_count_of_the_successor_contains_the_old_one():
    assert standing(counts(("aizpute", "2020-05-01"), ("dienvidkurzeme", "2022-12-31"))) == [
        "dienvidkurzeme"
    ]


def test_without_superseded_also_into_a_municipality_that_keeps_its_name():
    assert standing(counts(("kandava", "2020-05-01"), ("tukums", "2022-12-31"))) == ["tukums"]


@pytest.mark.parametrize(("date", "stand"), [(LAST_DAY, 2), (REFORM, 1)])
def test_without_superseded_a_count_of_the_old_borders_does_not_contain_it(date, stand):
    assert len(standing(counts(("kandava", "2020-05-01"), ("tukums", date)))) == stand


def test_without_superseded_any_later_count_of_the_successor_contains_it():
    rows = counts(("kandava", "2020-05-01"), ("tukums", "2020-05-01"), ("tukums", "2022-12-31"))
    assert standing(rows) == ["tukums", "tukums"]


def test_without_superseded_before_the_reform_everyone_stands():
    rows = counts(("kandava", "2020-05-01"), ("tukums", "2020-05-01"))
    assert standing(rows, pd.Timestamp(LAST_DAY)) == ["kandava", "tukums"]
    assert standing(rows, pd.Timestamp(REFORM)) == ["kandava", "tukums"]


@pytest.mark.parametrize("column", ["service_type", "target_group"])
def test_without_superseded_another_service_of_the_successor_does_not_contain_it(column):
    rows = counts(("aizpute", "2020-05-01"), ("dienvidkurzeme", "2022-12-31"))
    rows[column] = ["one", "other"]
    assert standing(rows) == ["aizpute", "dienvidkurzeme"]


def test_without_superseded_a_successor_between_two_reforms_contains_it():
    chain = municipalities(
        ("a", "2000-01-01", "2009-06-30", "b"),
        ("b", "2009-07-01", LAST_DAY, "c"),
        ("c", REFORM, None, None),
    )
    rows = counts(("a", "2008-01-01"), ("b", "2015-01-01"))
    assert without_superseded(rows, chain, DAY)["municipality"].to_list() == ["b"]
    rows = counts(("a", "2008-01-01"), ("c", "2022-01-01"))
    assert without_superseded(rows, chain, DAY)["municipality"].to_list() == ["c"]


def test_without_superseded_one_that_exists_again_stands():
    again = municipalities(
        ("a", "2000-01-01", "2009-06-30", "b"),
        ("a", "2015-01-01", None, None),
        ("b", "2009-07-01", None, None),
    )
    rows = counts(("a", "2016-01-01"), ("b", "2016-01-01"))
    assert len(without_superseded(rows, again, DAY)) == 2


def test_without_superseded_counts_from_the_last_end():
    twice = municipalities(
        ("a", "2000-01-01", "2009-06-30", "b"),
        ("a", "2015-01-01", "2019-12-31", "b"),
        ("b", "2000-01-01", None, None),
    )
    rows = counts(("a", "2016-01-01"), ("b", "2016-01-01"))
    assert len(without_superseded(rows, twice, DAY)) == 2


def test_without_superseded_of_no_rows_is_empty():
    assert without_superseded(counts(), REFORMED, DAY).empty


# ------------------------------------------------------------------ parts add up to the country

CODES = list("abcdef")
DAYS = st.sampled_from(["2009-07-01", "2015-01-01", "2018-01-01", "2021-07-01", "2022-06-01"])


@st.composite
def countries(draw):
    """Draw municipalities of which some have ended, their regions, and needs."""
    existed, belonged = [], []
    for code in CODES:
        start, end = sorted([draw(DAYS), draw(DAYS)])
        ended = draw(st.booleans())
        heir = draw(st.sampled_from([*CODES, None])) if ended else None
        existed.append((code, start, end if ended else None, heir))
        if draw(st.booleans()):
            belonged.append((code, draw(st.sampled_from(["riga", "kurzeme"])), start, None))
    needs = counts(*{(draw(st.sampled_from(CODES)), draw(DAYS)) for _ in range(8)})
    persons = [draw(st.integers(0, 50)) for _ in needs.index]
    needs = needs.assign(assessed=persons, needing=persons, receiving=0)
    return municipalities(*existed), membership(*belonged), needs


@settings(derandomize=True, database=None, deadline=None, max_examples=60)
@given(countries(), DAYS)
def test_regions_add_up_to_the_country_whatever_the_date_of_the_plan(country, date):
    existed, belonged, needs = country
    region_of = region_of_plan(existed, belonged, pd.Timestamp(date))
    assert region_of.index.to_list() == CODES
    anywhere = pd.Series("anywhere", index=region_of.index)
    regions = [*funnels(needs, existed, region_of), *funnels(needs, existed, unplaced(region_of))]
    whole = funnel(needs, existed, anywhere, "anywhere", DAY)
    assert sum(part["assessed"].sum() for part in regions) == whole["assessed"].sum()


def unplaced(region_of: pd.Series) -> pd.Series:
    return region_of.isna().map({True: "nowhere", False: None})


def funnels(needs: pd.DataFrame, existed: pd.DataFrame, region_of: pd.Series) -> list[pd.DataFrame]:
    regions = region_of.dropna().unique()
    return [funnel(needs, existed, region_of, region, DAY) for region in regions]


@settings(derandomize=True, database=None, deadline=None, max_examples=60)
@given(countries())
def test_without_superseded_never_depends_on_the_order_of_rows(country):
    existed, _, needs = country
    one = without_superseded(needs, existed, DAY)
    other = without_superseded(needs[::-1], existed[::-1], DAY)
    pd.testing.assert_frame_equal(one, other.sort_index())
