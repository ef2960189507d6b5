from __future__ import annotations

import math

import pandas as pd
import pytest

from dieval.progress.process import deadlines, partners_count, process

DAY = pd.Timestamp("2020-05-19")


def events(*rows: tuple) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["region", "plan", "date", "event", "number"])
    return table.astype({"date": "datetime64[s]"}).assign(source="minutes")


def due(*rows: tuple) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["region", "plan", "event", "due"])
    return table.astype({"due": "datetime64[s]"}).assign(source="rules")


def partners(*rows: tuple) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["kind", "region", "agreed_on"])
    return table.astype({"agreed_on": "datetime64[s]"}).assign(source="list")


def observations(*rows: tuple) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["indicator", "region", "date", "value", "source"])
    return table.astype({"date": "datetime64[s]"}).assign(counting_basis=None)


SOURCES = pd.DataFrame(
    {
        "source": ["release", "register", "guess"],
        "evidence": ["published", "administrative", "assumed"],
        "published": ["2018", "2020", "2021"],
    }
)


def only(table: pd.DataFrame) -> pd.Series:
    assert len(table) == 1
    return table.iloc[0]


# ---------------------------------------------------------------------------------------- process


def test_process_lists_the_region_by_date_and_then_the_country():
    rows = events(
        ("national", "di_plan", "2015-07-15", "approved", None),
        ("vidzeme", "home", "2018-04-30", "amended", "2"),
        ("vidzeme", "di_plan", "2018-05-01", "submitted", None),
        ("vidzeme", "home", "2017-08-31", "drafted", None),
        ("vidzeme", "another", "2018-04-30", "approved", None),
        ("riga", "di_plan", "2018-07-31", "approved", None),
    )
    table = process(rows, "vidzeme", DAY)
    assert table.columns.to_list() == ["region", "plan", "date", "event", "number", "source"]
    assert table["region"].to_list() == ["vidzeme"] * 4 + ["national"]
    assert table["plan"].to_list() == ["home", "another", "home", "di_plan", "di_plan"]
    assert table["number"].to_list() == [None, None, "2", None, None]
    assert table.index.to_list() == [0, 1, 2, 3, 4]


def test_process_region_whose_code_comes_after_national_comes_first_all_the_same():
    rows = events(
        ("national", "di_plan", "2015-07-15", "approved", None),
        ("zemgale", "di_plan", "2018-07-31", "approved", None),
    )
    assert process(rows, "zemgale", DAY)["region"].to_list() == ["zemgale", "national"]
    assert process(rows, "national", DAY)["region"].to_list() == ["national"]


def test_process_events_after_the_day_are_not_known():
    rows = events(
        ("kurzeme", "di_plan", "2020-05-19", "evaluated", None),
        ("kurzeme", "di_plan", "2020-05-20", "amended", "8"),
    )
    assert process(rows, "kurzeme", DAY)["event"].to_list() == ["evaluated"]


def test_process_of_no_events_is_empty_with_its_columns():
    table = process(events(), "kurzeme", DAY)
    assert table.empty
    some = process(events(("kurzeme", "di_plan", "2020-05-19", "evaluated", "1")), "kurzeme", DAY)
    assert table.dtypes.equals(some.dtypes)


# -------------------------------------------------------------------------------------- deadlines


SUBMITTED = due(("kurzeme", "di_plan", "submitted", "2018-04-30"))


@pytest.mark.parametrize(
    ("submitted", "day", "state", "delay"),
    [
        ("2018-04-27", "2020-05-19", "reached", 27 - 30),
        ("2018-05-10", "2020-05-19", "reached", 10),
        ("2018-05-10", "2018-05-10", "reached", 10),
        ("2018-05-10", "2018-05-09", "overdue", 9),
        ("2018-05-10", "2018-04-30", "ahead", None),
    ],
)
def test_deadlines_reached_overdue_or_ahead(submitted, day, state, delay):
    rows = events(("kurzeme", "di_plan", submitted, "submitted", None))
    row = only(deadlines(SUBMITTED, rows, "kurzeme", pd.Timestamp(day)))
    assert row["state"] == state
    assert row["delay_days"] == delay if delay is not None else math.isnan(row["delay_days"])
    assert row["reached"] == (pd.Timestamp(submitted) if state == "reached" else pd.NaT) or (
        pd.isna(row["reached"]) and state != "reached"
    )
    assert (row["due"], row["source"]) == (pd.Timestamp("2018-04-30"), "rules")


def test_deadlines_are_reached_by_the_first_such_event():
    rows = events(
        ("kurzeme", "di_plan", "2019-01-01", "submitted", "2"),
        ("kurzeme", "di_plan", "2018-05-10", "submitted", "1"),
    )
    assert only(deadlines(SUBMITTED, rows, "kurzeme", DAY))["delay_days"] == 10


@pytest.mark.parametrize(
    "event",
    [
        ("riga", "di_plan", "2018-04-27", "submitted", None),
        ("national", "di_plan", "2018-04-27", "submitted", None),
        ("kurzeme", "home", "2018-04-27", "submitted", None),
        ("kurzeme", "di_plan", "2018-04-27", "drafted", None),
    ],
)
def test_deadlines_are_not_reached_by_another_plan_region_or_event(event):
    row = only(deadlines(SUBMITTED, events(event), "kurzeme", DAY))
    assert row["state"] == "overdue"
    assert row["delay_days"] == (DAY - pd.Timestamp("2018-04-30")).days


@pytest.mark.parametrize(
    ("event", "date", "state"),
    [
        ("drafted", "2018-12-27", "overdue"),
        ("approved", "2018-12-27", None),
        ("amended", "2018-04-30", None),
        ("amended", "2020-05-20", "overdue"),
    ],
)
def test_deadlines_of_a_plan_that_went_on_without_the_event_are_not_known(event, date, state):
    rows = events(
        ("kurzeme", "di_plan", date, event, None),
        ("kurzeme", "di_plan", "2017-01-01", "contracted", None),
        ("riga", "di_plan", "2017-01-01", "amended", None),
        ("kurzeme", "home", "2017-01-01", "amended", None),
    )
    row = only(deadlines(SUBMITTED, rows, "kurzeme", DAY))
    assert row["state"] == state
    assert math.isnan(row["delay_days"]) == (state is None)
    assert row["reached"] is pd.NaT


def test_deadlines_reached_stay_reached_when_the_plan_goes_on():
    rows = events(
        ("kurzeme", "di_plan", "2018-04-27", "submitted", None),
        ("kurzeme", "di_plan", "2019-04-27", "amended", None),
    )
    row = only(deadlines(SUBMITTED, rows, "kurzeme", DAY))
    assert (row["state"], row["delay_days"]) == ("reached", 27 - 30)


def test_deadlines_of_the_region_and_then_of_the_country():
    rows = due(
        ("national", "di_plan", "approved", "2015-06-30"),
        ("riga", "di_plan", "approved", "2018-12-31"),
        ("vidzeme", "home", "approved", "2018-12-31"),
        ("vidzeme", "di_plan", "submitted", "2018-12-31"),
    )
    approved = events(("national", "di_plan", "2015-07-15", "approved", None))
    table = deadlines(rows, approved, "vidzeme", DAY)
    assert table["region"].to_list() == ["vidzeme", "vidzeme", "national"]
    assert table["plan"].to_list() == ["di_plan", "home", "di_plan"]
    assert table["state"].to_list() == ["overdue", "overdue", "reached"]
    assert table["delay_days"].iloc[-1] == 15


def test_deadlines_without_events_does_not_know_what_is_reached():
    row = only(deadlines(SUBMITTED, None, "kurzeme", DAY))
    assert row["state"] is None
    assert math.isnan(row["delay_days"])
    assert row["reached"] is pd.NaT
    assert only(deadlines(SUBMITTED, events(), "kurzeme", DAY))["state"] == "overdue"


@pytest.mark.parametrize("known", [None, events()])
def test_deadlines_of_none_are_empty_with_their_columns(known):
    table = deadlines(due(), known, "kurzeme", DAY)
    assert table.empty
    assert table.dtypes.equals(deadlines(SUBMITTED, known, "kurzeme", DAY).dtypes)


# --------------------------------------------------------------------------------- partners_count


def counted(table: pd.DataFrame) -> list[tuple]:
    return list(table[["kind", "partners"]].fillna(-1).itertuples(index=False, name=None))


def test_partners_count_agreed_by_the_day_or_without_a_date():
    rows = partners(
        ("municipality", "kurzeme", "2016-05-01"),
        ("municipality", "kurzeme", "2020-05-19"),
        ("municipality", "kurzeme", "2020-05-20"),
        ("municipality", "kurzeme", None),
        ("state_centre", "kurzeme", None),
        ("state_centre", "riga", None),
        ("other", "national", None),
    )
    table = partners_count(rows, None, SOURCES, "kurzeme", DAY)
    assert counted(table) == [("municipality", 3), ("state_centre", 1)]
    assert table["stated"].isna().all()


def test_partners_count_none_agreed_yet_is_zero():
    rows = partners(("municipality", "kurzeme", "2020-05-20"))
    assert counted(partners_count(rows, None, SOURCES, "kurzeme", DAY)) == [("municipality", 0)]


def test_partners_count_stands_beside_what_sources_state():
    rows = partners(("municipality", "kurzeme", None), ("children_institution", "kurzeme", None))
    stated = observations(
        ("partner_municipalities", "kurzeme", "2016-05-01", 20.0, "release"),
        ("partner_child_institutions", "kurzeme", "2016-05-01", 4.0, "release"),
        ("partner_municipalities", "riga", "2018-07-31", 29.0, "release"),
        ("partner_municipalities", "national", "2018-07-31", 100.0, "release"),
        ("child_institutions", "kurzeme", "2018-07-31", 9.0, "release"),
    )
    table = partners_count(rows, stated, SOURCES, "kurzeme", DAY)
    assert counted(table) == [("children_institution", 1), ("municipality", 1)]
    assert table["stated"].to_list() == [4, 20]
    assert set(table["stated_date"]) == {pd.Timestamp("2016-05-01")}
    assert set(table["stated_source"]) == {"release"}


def test_partners_count_of_a_kind_that_the_list_does_not_have_is_unknown():
    stated = observations(("partner_municipalities", "riga", "2018-07-31", 29.0, "release"))
    rows = partners(("municipality", "kurzeme", None), ("other", "riga", None))
    table = partners_count(rows, stated, SOURCES, "riga", DAY)
    assert counted(table) == [("municipality", -1), ("other", 1)]
    assert table["stated"].fillna(-1).to_list() == [29, -1]
    assert table["stated_source"].to_list() == ["release", None]


def test_partners_count_stated_is_the_latest_known_on_the_day():
    stated = observations(
        ("partner_municipalities", "riga", "2018-07-31", 29.0, "release"),
        ("partner_municipalities", "riga", "2016-12-31", 30.0, "release"),
        ("partner_municipalities", "riga", "2020-05-20", 31.0, "release"),
    )
    row = only(partners_count(partners(), stated, SOURCES, "riga", DAY))
    assert (row["stated"], row["stated_date"]) == (29, pd.Timestamp("2018-07-31"))


def test_partners_count_of_one_date_the_strongest_evidence_is_stated():
    stated = observations(
        ("partner_municipalities", "riga", "2018-07-31", 28.0, "guess"),
        ("partner_municipalities", "riga", "2018-07-31", 29.0, "release"),
        ("partner_municipalities", "riga", "2018-07-31", 30.0, "register"),
    )
    row = only(partners_count(partners(), stated, SOURCES, "riga", DAY))
    assert (row["stated"], row["stated_source"]) == (29, "release")


@pytest.mark.parametrize("stated", [None, observations()])
def test_partners_count_of_none_is_empty_with_its_columns(stated):
    table = partners_count(partners(), stated, SOURCES, "kurzeme", DAY)
    assert table.empty
    some = partners_count(partners(("other", "kurzeme", None)), stated, SOURCES, "kurzeme", DAY)
    assert table.dtypes.equals(some.dtypes)


# --------------------------------------------------------------------------------- order of rows


def test_process_row_order_is_irrelevant():
    rows = events(
        ("vidzeme", "home", "2018-04-30", "amended", "2"),
        ("vidzeme", "another", "2018-04-30", "approved", None),
        ("national", "di_plan", "2015-07-15", "approved", None),
    )
    wanted = due(
        ("vidzeme", "home", "amended", "2018-12-31"),
        ("national", "di_plan", "drafted", "2018-12-31"),
    )
    members = partners(("municipality", "vidzeme", None), ("other", "vidzeme", "2016-05-01"))
    stated = observations(
        ("partner_municipalities", "vidzeme", "2018-07-31", 29.0, "release"),
        ("partner_municipalities", "vidzeme", "2016-12-31", 30.0, "register"),
    )
    place = ("vidzeme", DAY)
    pd.testing.assert_frame_equal(process(rows, *place), process(rows[::-1], *place))
    pd.testing.assert_frame_equal(
        deadlines(wanted, rows, *place), deadlines(wanted[::-1], rows[::-1], *place)
    )
    pd.testing.assert_frame_equal(
        partners_count(members, stated, SOURCES, *place),
        partners_count(members[::-1], stated[::-1], SOURCES[::-1], *place),
    )
