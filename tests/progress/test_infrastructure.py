from __future__ import annotations

import math

import pandas as pd
import pytest

from dieval.progress.infrastructure import absorption, infrastructure, milestones, timed
from dieval.vocabulary import MILESTONES

DAY = pd.Timestamp("2020-05-19")


def projects(*rows: tuple) -> pd.DataFrame:
    columns = ["project", "municipality", "region", "planned_eur", "contracted_eur"]
    table = pd.DataFrame(rows, columns=[*columns, "certified_eur", "places"])
    money = ["planned_eur", "contracted_eur", "certified_eur"]
    return table.astype(dict.fromkeys(money, "float64")).assign(fund="ERDF", source="register")


def steps(*rows: tuple) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["project", "milestone", "planned", "actual"])
    table = table.astype({"planned": "datetime64[s]", "actual": "datetime64[s]"})
    return table.assign(source="project file")


def planned_places(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["region", "municipality"]).assign(places=4, year=2020)


ONE = projects(("p", "liepaja", "kurzeme", 1_000, 900, 600, 16))


def only(table: pd.DataFrame) -> pd.Series:
    assert len(table) == 1
    return table.iloc[0]


# ----------------------------------------------------------------------------------- timed


@pytest.mark.parametrize(
    ("due", "reached", "state", "delay"),
    [
        ("2020-05-01", "2020-05-11", "reached", 11 - 1),
        ("2020-05-11", "2020-05-01", "reached", 1 - 11),
        ("2020-05-19", "2020-05-19", "reached", 0),
        ("2020-05-01", None, "overdue", 19 - 1),
        ("2020-05-18", None, "overdue", 1),
        ("2020-05-19", None, "ahead", None),
        ("2020-05-20", None, "ahead", None),
        ("2020-05-01", "2020-05-20", "overdue", 19 - 1),
        ("2020-06-01", "2020-05-20", "ahead", None),
    ],
)
def test_timed_reached_overdue_or_ahead(due, reached, state, delay):
    dates = pd.Series([pd.Timestamp(due)]), pd.Series([reached], dtype="datetime64[s]")
    row = only(timed(*dates, DAY))
    assert row["state"] == state
    assert row["delay_days"] == delay if delay is not None else math.isnan(row["delay_days"])
    assert pd.isna(row["reached"]) == (state != "reached")


# -------------------------------------------------------------------------------------- milestones


def test_milestones_stand_in_the_order_in_which_they_are_reached():
    rows = steps(*(("p", milestone, "2021-01-01", None) for milestone in sorted(MILESTONES)))
    table = milestones(rows, ONE, "kurzeme", DAY)
    assert table["milestone"].to_list() == [
        *("design", "permit", "procurement", "works", "commissioned", "first_client"),
    ]
    assert table.index.to_list() == [0, 1, 2, 3, 4, 5]


def test_milestones_of_a_project_with_delays():
    rows = steps(
        ("p", "works", "2020-12-31", None),
        ("p", "design", "2019-01-01", "2019-01-31"),
        ("p", "permit", "2020-05-09", "2020-06-30"),
    )
    table = milestones(rows, ONE, "kurzeme", DAY)
    assert table.columns.to_list() == [
        *("project", "milestone", "planned", "actual", "delay_days", "state", "source"),
    ]
    assert table["state"].to_list() == ["reached", "overdue", "ahead"]
    assert table["delay_days"].fillna(-1).to_list() == [31 - 1, 19 - 9, -1]
    assert table["actual"].to_list() == [pd.Timestamp("2019-01-31"), pd.NaT, pd.NaT]
    assert set(table["source"]) == {"project file"}


def test_milestones_of_another_region_are_left_out():
    two = projects(
        ("p", "liepaja", "kurzeme", 1, 1, 1, 1),
        ("a", "ventspils", "kurzeme", 1, 1, 1, 1),
        ("q", "riga", "riga", 1, 1, 1, 1),
    )
    rows = steps(*((project, "design", "2019-01-01", None) for project in "qpa"))
    assert milestones(rows, two, "kurzeme", DAY)["project"].to_list() == ["a", "p"]


def test_milestones_of_nothing_are_empty_with_their_columns():
    table = milestones(steps(), ONE, "kurzeme", DAY)
    assert table.empty
    some = milestones(steps(("p", "design", "2019-01-01", None)), ONE, "kurzeme", DAY)
    assert table.dtypes.equals(some.dtypes)


# ---------------------------------------------------------------------------------- infrastructure


def test_infrastructure_rates_are_shares_of_planned_money():
    row = only(infrastructure(ONE, None, None, "kurzeme", DAY))
    assert (row["project"], row["municipality"], row["fund"]) == ("p", "liepaja", "ERDF")
    assert (row["planned_eur"], row["contracted_eur"], row["certified_eur"]) == (1_000, 900, 600)
    assert row["contracted_rate"] == 900 / 1_000
    assert row["certified_rate"] == 600 / 1_000
    assert (row["places"], row["source"]) == (16, "register")


def test_infrastructure_rates_published_co_financing():
    rows = projects(("p", "riga", "riga", 2_630_900.00, 2_236_265.00, 0.0, 16))
    row = only(infrastructure(rows, None, None, "riga", DAY))
    assert round(row["contracted_rate"], 12) == 0.85
    rows = projects(("p", "riga", "riga", 8_596_069.00, 7_398_389.50, 0.0, 16))
    row = only(infrastructure(rows, None, None, "riga", DAY))
    assert round(100 * row["contracted_rate"], 3) == 86.067


@pytest.mark.parametrize(("planned", "contracted"), [(0, 0), (0, 5), (1_000, None)])
def test_infrastructure_rate_of_no_plan_or_of_an_unknown_amount_is_missing(planned, contracted):
    rows = projects(("p", "liepaja", "kurzeme", planned, contracted, 500, None))
    row = only(infrastructure(rows, None, None, "kurzeme", DAY))
    assert math.isnan(row["contracted_rate"])
    assert math.isnan(row["certified_rate"]) == (planned == 0)
    assert math.isnan(row["places"])


def test_infrastructure_rate_of_less_than_one_euro_planned_is_known():
    rows = projects(("p", "liepaja", "kurzeme", 0.5, 0.25, 0.1, 1))
    row = only(infrastructure(rows, None, None, "kurzeme", DAY))
    assert (row["contracted_rate"], row["certified_rate"]) == (0.25 / 0.5, 0.1 / 0.5)


def test_infrastructure_last_milestone_is_the_latest_in_their_order_not_by_date():
    rows = steps(
        ("p", "permit", "2019-03-01", "2019-03-11"),
        ("p", "design", "2019-01-01", "2019-12-31"),
        ("p", "procurement", "2020-05-09", None),
        ("p", "works", "2020-05-14", "2020-05-20"),
        ("p", "commissioned", "2021-01-01", None),
    )
    row = only(infrastructure(ONE, rows, None, "kurzeme", DAY))
    assert row["last_milestone"] == "permit"
    assert row["delay_days"] == 11 - 1
    assert row["overdue_days"] == max(19 - 9, 19 - 14)


def test_infrastructure_nothing_overdue_is_zero_and_nothing_reached_is_missing():
    rows = steps(("p", "design", "2020-05-19", None))
    row = only(infrastructure(ONE, rows, None, "kurzeme", DAY))
    assert row["last_milestone"] is None
    assert math.isnan(row["delay_days"])
    assert row["overdue_days"] == 0


def test_infrastructure_a_delay_of_what_is_reached_is_not_overdue():
    rows = steps(("p", "design", "2019-01-01", "2019-12-31"))
    row = only(infrastructure(ONE, rows, None, "kurzeme", DAY))
    assert (row["delay_days"], row["overdue_days"]) == (364, 0)


@pytest.mark.parametrize("rows", [None, steps(), steps(("other", "design", "2019-01-01", None))])
def test_infrastructure_without_milestones_does_not_know_what_is_overdue(rows):
    row = only(infrastructure(ONE, rows, None, "kurzeme", DAY))
    assert row["last_milestone"] is None
    assert math.isnan(row["overdue_days"])


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ([("kurzeme", "liepaja"), ("kurzeme", "saldus")], "yes"),
        ([("kurzeme", "saldus")], "no"),
        ([("kurzeme", "saldus"), ("riga", "liepaja")], "no"),
        ([("riga", "liepaja")], None),
        ([("kurzeme", None), ("riga", "riga")], None),
        ([], None),
    ],
)
def test_infrastructure_named_in_plan(named, expected):
    row = only(infrastructure(ONE, None, planned_places(*named), "kurzeme", DAY))
    assert row["named_in_plan"] == expected


def test_infrastructure_without_planned_places_does_not_know_what_the_plan_names():
    assert only(infrastructure(ONE, None, None, "kurzeme", DAY))["named_in_plan"] is None


def test_infrastructure_projects_are_kept_apart_and_sorted():
    rows = projects(
        ("q", "saldus", "kurzeme", 100, 50, 10, 1),
        ("p", "liepaja", "kurzeme", 100, 80, 20, 2),
        ("r", "riga", "riga", 100, 80, 20, 2),
    )
    times = steps(("q", "design", "2019-01-01", "2019-01-02"), ("p", "permit", "2020-05-01", None))
    table = infrastructure(rows, times, planned_places(("kurzeme", "saldus")), "kurzeme", DAY)
    assert table["project"].to_list() == ["p", "q"]
    assert table["contracted_rate"].to_list() == [80 / 100, 50 / 100]
    assert table["last_milestone"].to_list() == [None, "design"]
    assert table["delay_days"].fillna(-1).to_list() == [-1, 2 - 1]
    assert table["overdue_days"].to_list() == [19 - 1, 0]
    assert table["named_in_plan"].to_list() == ["no", "yes"]


def test_infrastructure_of_nothing_is_empty_with_its_columns():
    full = infrastructure(
        ONE, steps(("p", "design", "2019-01-01", None)), planned_places(), "kurzeme", DAY
    )
    for table in (
        infrastructure(projects(), None, None, "kurzeme", DAY),
        infrastructure(ONE, steps(), planned_places(), "riga", DAY),
    ):
        assert table.empty
        assert table.dtypes.equals(full.dtypes)


# ------------------------------------------------------------------------------------- absorption


TWO = projects(
    ("p", "liepaja", "kurzeme", 1_000, 900, 600, 16),
    ("q", "saldus", "kurzeme", 3_000, 2_000, 500, 8),
    ("r", "riga", "riga", 9_000, 9_000, 9_000, 90),
)


def absorbed(rows: pd.DataFrame = TWO, times: pd.DataFrame | None = None) -> pd.Series:
    return only(absorption(rows, times, "kurzeme", DAY))


def test_absorption_rates_are_ratios_of_sums():
    row = absorbed()
    assert row["projects"] == 2
    assert row["planned_eur"] == 1_000 + 3_000
    assert row["contracted_eur"] == 900 + 2_000
    assert row["certified_eur"] == 600 + 500
    assert row["contracted_rate"] == (900 + 2_000) / 4_000
    assert row["certified_rate"] == (600 + 500) / 4_000
    assert row["places"] == 16 + 8


def test_absorption_published_seven_million_for_ten_municipalities():
    ten = projects(*((f"p{n}", f"m{n}", "kurzeme", 730_000, 0, 0, 8) for n in range(10)))
    row = absorbed(ten)
    assert row["planned_eur"] == 7_300_000
    assert row["planned_eur"] / row["projects"] == 7.3e6 / 10 == 730_000


@pytest.mark.parametrize("column", ["contracted_eur", "certified_eur", "places"])
def test_absorption_sum_is_unknown_where_a_project_is(column):
    rows = TWO.astype({"places": "float64"})
    rows.loc[0, column] = math.nan
    row = absorbed(rows, steps(*OPENED))
    unknown = {column, column.replace("_eur", "_rate")}
    unknown |= {"places_open", "places_open_rate"} if column == "places" else set()
    assert set(row.index[row.isna()]) == unknown


def test_absorption_an_unknown_amount_of_another_region_does_not_matter():
    rows = TWO.assign(certified_eur=[600, 500, math.nan])
    assert absorbed(rows)["certified_eur"] == 600 + 500


OPENED = [
    ("p", "works", "2019-01-01", "2019-01-01"),
    ("p", "commissioned", "2020-01-01", "2020-05-19"),
    ("q", "works", "2019-01-01", "2019-01-01"),
    ("q", "first_client", "2020-01-01", "2020-05-20"),
]


def test_absorption_places_are_open_once_commissioned_or_with_a_first_client():
    row = absorbed(times=steps(*OPENED))
    assert row["places_open"] == 16
    assert row["places_open_rate"] == 16 / (16 + 8)
    both = steps(*OPENED[:3], ("q", "first_client", "2020-01-01", "2020-05-01"))
    assert absorbed(times=both)["places_open"] == 16 + 8


def test_absorption_no_places_open_is_zero():
    row = absorbed(times=steps(OPENED[0], OPENED[2]))
    assert (row["places_open"], row["places_open_rate"]) == (0, 0)


@pytest.mark.parametrize("times", [None, steps(), steps(*OPENED[:2])])
def test_absorption_places_of_a_project_without_milestones_may_be_open_or_not(times):
    row = absorbed(times=times)
    assert math.isnan(row["places_open"])
    assert math.isnan(row["places_open_rate"])


def test_absorption_of_projects_that_create_no_places_has_no_rate():
    row = absorbed(TWO.assign(places=0), steps(*OPENED))
    assert (row["places"], row["places_open"]) == (0, 0)
    assert math.isnan(row["places_open_rate"])


def test_absorption_of_a_single_place_has_a_rate():
    row = absorbed(TWO.assign(places=[1, 0, 0]), steps(*OPENED))
    assert (row["places_open"], row["places_open_rate"]) == (1, 1)


def test_absorption_of_whole_places_with_gaps_as_the_package_reads_them():
    rows = TWO.assign(places=pd.array([16, None, 90], dtype="Int64"))
    assert math.isnan(absorbed(rows, steps(*OPENED))["places"])
    assert infrastructure(rows, None, None, "kurzeme", DAY)["places"].dtype == "float64"


def test_absorption_of_no_projects_is_empty_with_its_columns():
    table = absorption(TWO, steps(*OPENED), "latgale", DAY)
    assert table.empty
    assert table.dtypes.equals(absorption(TWO, steps(*OPENED), "kurzeme", DAY).dtypes)


# --------------------------------------------------------------------------------- order of rows


def test_infrastructure_row_order_is_irrelevant():
    places = planned_places(("kurzeme", "saldus"), ("kurzeme", "talsi"))
    one = (TWO, steps(*OPENED), places, "kurzeme", DAY)
    other = (TWO[::-1], steps(*OPENED)[::-1], places[::-1], "kurzeme", DAY)
    pd.testing.assert_frame_equal(infrastructure(*one), infrastructure(*other))
    pd.testing.assert_frame_equal(
        milestones(one[1], one[0], "kurzeme", DAY), milestones(other[1], other[0], "kurzeme", DAY)
    )
    pd.testing.assert_frame_equal(
        absorption(*one[:2], "kurzeme", DAY), absorption(*other[:2], "kurzeme", DAY)
    )
