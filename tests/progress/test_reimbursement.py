from __future__ import annotations

import math

import pandas as pd
import pytest

from dieval.progress.reimbursement import (
    persons_reimbursed,
    reimbursement_pace,
)
from dieval.progress.reimbursement import reimbursement as reimbursement_of

MAY, LATER = pd.Timestamp("2020-05-19"), pd.Timestamp("2020-12-31")
MONTH = 365.25 / 12


def reimbursement(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["region", "date", "target_group", "persons_cumulative"])


def test_persons_reimbursed_target_groups_are_added():
    rows = reimbursement(
        ("kurzeme", MAY, "grt_adults", 67),
        ("kurzeme", MAY, "ft_children", 158),
        ("kurzeme", MAY, "ft_parents", 105),
    )
    assert persons_reimbursed(rows).to_dict() == {("kurzeme", MAY): 67 + 158 + 105}
    assert persons_reimbursed(rows).iloc[0] == 330


def test_persons_reimbursed_dates_are_cumulative_and_never_added():
    rows = reimbursement(
        ("kurzeme", MAY, "ft_children", 158), ("kurzeme", LATER, "ft_children", 170)
    )
    assert persons_reimbursed(rows).to_dict() == {("kurzeme", MAY): 158, ("kurzeme", LATER): 170}


def test_persons_reimbursed_regions_are_kept_apart():
    rows = reimbursement(("kurzeme", MAY, "ft_children", 158), ("riga", MAY, "ft_children", 9))
    assert persons_reimbursed(rows).to_dict() == {("kurzeme", MAY): 158, ("riga", MAY): 9}


def test_persons_reimbursed_of_an_empty_table_is_empty():
    assert persons_reimbursed(reimbursement()).empty


# ---------------------------------------------------------------------------------- reimbursement


def recorded(*rows: tuple) -> pd.DataFrame:
    columns = ["region", "date", "target_group", "persons_cumulative", "amount_eur_cumulative"]
    table = pd.DataFrame(rows, columns=columns).assign(source="release")
    return table.astype({"date": "datetime64[s]", "amount_eur_cumulative": "float64"})


KURZEME = recorded(
    ("kurzeme", "2020-05-19", "grt_adults", 67, None),
    ("kurzeme", "2020-05-19", "ft_children", 158, None),
    ("kurzeme", "2020-05-19", "ft_parents", 105, None),
)
TWO_YEARS = recorded(
    ("riga", "2019-12-31", "ft_children", 254, 329_800.0),
    ("riga", "2018-12-31", "ft_children", 129, 135_100.0),
    ("riga", "2019-12-31", "grt_adults", 181, 495_700.0),
    ("riga", "2018-12-31", "grt_adults", 90, 198_900.0),
)


def totals(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["target_group"] == "total"].reset_index(drop=True)


def test_reimbursement_published_for_kurzeme_adds_up_to_330():
    table = reimbursement_of(KURZEME, "kurzeme", MAY)
    assert table["target_group"].to_list() == ["ft_children", "ft_parents", "grt_adults", "total"]
    assert table["persons"].to_list() == [158, 105, 67, 67 + 158 + 105]
    assert table["persons"].iloc[-1] == 330
    assert table["amount_eur"].isna().all()
    assert table["source"].to_list() == ["release"] * 3 + [None]


def test_reimbursement_since_the_date_before_of_the_group_and_of_the_total():
    table = reimbursement_of(TWO_YEARS, "riga", MAY)
    assert table["date"].dt.year.to_list() == [2018] * 3 + [2019] * 3
    assert table["target_group"].to_list() == ["ft_children", "grt_adults", "total"] * 2
    first, then = table[:3], table[3:]
    assert first[["persons_since", "amount_eur_since"]].isna().all(axis=None)
    assert then["persons_since"].to_list() == [254 - 129, 181 - 90, 254 + 181 - (129 + 90)]
    assert then["amount_eur_since"].to_list() == [
        329_800 - 135_100,
        495_700 - 198_900,
        329_800 + 495_700 - (135_100 + 198_900),
    ]


def test_reimbursement_later_dates_and_other_regions_are_not_known():
    on_the_day = reimbursement_of(TWO_YEARS, "riga", pd.Timestamp("2018-12-31"))
    assert on_the_day["persons"].to_list() == [129, 90, 129 + 90]
    assert reimbursement_of(TWO_YEARS, "riga", pd.Timestamp("2018-12-30")).empty
    assert reimbursement_of(TWO_YEARS, "kurzeme", MAY).empty


def test_reimbursement_total_only_where_every_group_of_the_region_is_recorded():
    rows = pd.concat(
        [
            recorded(("kurzeme", "2019-01-01", "ft_children", 100, None)),
            recorded(("kurzeme", "2020-12-31", "ft_children", 200, None)),
            KURZEME,
            recorded(("riga", "2019-01-01", "ft_children", 900, None)),
        ],
        ignore_index=True,
    )
    table = totals(reimbursement_of(rows, "kurzeme", LATER))
    assert table["date"].to_list() == [MAY]
    # Until another group is recorded, the children are all there is.
    early = totals(reimbursement_of(rows, "kurzeme", pd.Timestamp("2019-12-31")))
    assert early["persons"].to_list() == [100]


def test_reimbursement_total_since_is_counted_from_the_total_before():
    rows = pd.concat(
        [TWO_YEARS, recorded(("riga", "2019-06-30", "grt_adults", 150, 300_000.0))],
        ignore_index=True,
    )
    table = reimbursement_of(rows, "riga", MAY)
    assert totals(table)["persons_since"].iloc[-1] == 254 + 181 - (129 + 90)
    adults = table[table["target_group"] == "grt_adults"]
    assert adults["persons_since"].fillna(-1).to_list() == [-1, 150 - 90, 181 - 150]


def test_reimbursement_amount_of_one_group_unknown_leaves_the_total_unknown():
    rows = TWO_YEARS.assign(amount_eur_cumulative=[1.0, None, 1.0, 1.0])
    table = totals(reimbursement_of(rows, "riga", MAY))
    assert table["persons"].to_list() == [219, 435]
    assert math.isnan(table["amount_eur"][0])
    assert table["amount_eur"][1] == 1 + 1
    assert math.isnan(table["amount_eur_since"][1])


def test_reimbursement_fewer_persons_than_before_is_shown_as_it_is():
    rows = recorded(
        ("riga", "2018-12-31", "ft_children", 20, None),
        ("riga", "2019-12-31", "ft_children", 15, None),
    )
    assert reimbursement_of(rows, "riga", MAY)["persons_since"].to_list()[2:] == [15 - 20] * 2


def test_reimbursement_of_nothing_is_empty_with_its_columns():
    table = reimbursement_of(recorded(), "riga", MAY)
    assert table.empty
    assert table.dtypes.equals(reimbursement_of(KURZEME, "kurzeme", MAY).dtypes)


# ----------------------------------------------------------------------------- reimbursement_pace


def targets(*rows: tuple) -> pd.DataFrame:
    columns = ["indicator", "region", "version", "valid_from", "baseline_date", "target_date"]
    table = pd.DataFrame(rows, columns=[*columns, "target_value"]).assign(source="plan")
    dates = ["valid_from", "baseline_date", "target_date"]
    return table.assign(baseline_value=0.0).astype(dict.fromkeys(dates, "datetime64[s]"))


def target(**changed: object) -> pd.DataFrame:
    row = dict(
        indicator="ft_children_served",
        region="kurzeme",
        version="1",
        valid_from="2018-04-27",
        baseline_date="2015-07-01",
        target_date="2020-12-31",
        target_value=288.0,
    )
    return targets(tuple((row | changed).values()))


def pace(targets: pd.DataFrame, day: pd.Timestamp = MAY) -> pd.DataFrame:
    return reimbursement_pace(KURZEME, targets, "kurzeme", day)


def only(table: pd.DataFrame) -> pd.Series:
    assert len(table) == 1
    return table.iloc[0]


def test_reimbursement_pace_published_for_the_children_of_kurzeme():
    row = only(pace(target()))
    passed = (MAY - pd.Timestamp("2015-07-01")).days / MONTH
    left = (LATER - MAY).days / MONTH
    assert (row["target_group"], row["version"], row["date"]) == ("ft_children", "1", MAY)
    assert (row["persons"], row["target_value"], row["target_date"]) == (158, 288, LATER)
    assert row["per_month_so_far"] == pytest.approx(158 / passed, rel=1e-15)
    assert row["per_month_needed"] == pytest.approx((288 - 158) / left, rel=1e-15)
    assert (row["source"], row["target_source"]) == ("release", "plan")


@pytest.mark.parametrize(
    ("indicator", "group", "persons"),
    [
        ("ft_children_served", "ft_children", 158),
        ("ft_parents_served", "ft_parents", 105),
        ("grt_adults_served", "grt_adults", 67),
    ],
)
def test_reimbursement_pace_each_group_has_its_indicator(indicator, group, persons):
    row = only(pace(target(indicator=indicator)))
    assert (row["target_group"], row["persons"]) == (group, persons)


def test_reimbursement_pace_of_other_indicators_and_regions_is_not_asked():
    others = pd.concat([target(indicator="ft_children_assessed"), target(region="riga")])
    assert pace(others).empty


def test_reimbursement_pace_has_every_version_known_on_the_day():
    versions = pd.concat(
        [
            target(version="2", valid_from="2020-05-19", target_value=350.0),
            target(version="3", valid_from="2020-05-20", target_value=400.0),
            target(),
        ]
    )
    assert pace(versions)["version"].to_list() == ["1", "2"]
    assert pace(versions)["target_value"].to_list() == [288, 350]


def test_reimbursement_pace_takes_the_latest_date_of_each_group():
    rows = pd.concat([KURZEME, recorded(("kurzeme", "2020-06-30", "ft_children", 170, None))])
    both = pd.concat([target(), target(indicator="grt_adults_served")])
    table = reimbursement_pace(rows, both, "kurzeme", LATER)
    assert table["persons"].to_list() == [170, 67]
    assert table["date"].to_list() == [pd.Timestamp("2020-06-30"), MAY]
    assert reimbursement_pace(rows, both, "kurzeme", MAY)["persons"].to_list() == [158, 67]


@pytest.mark.parametrize("target_value", [158.0, 100.0])
@pytest.mark.parametrize("target_date", ["2020-12-31", "2019-12-31"])
def test_reimbursement_pace_of_a_target_that_is_met_needs_nobody_more(target_value, target_date):
    row = only(pace(target(target_value=target_value, target_date=target_date)))
    assert row["per_month_needed"] == 0


def test_reimbursement_pace_of_one_person_more_is_not_met():
    row = only(pace(target(target_value=159.0)))
    assert row["per_month_needed"] == pytest.approx(1 / ((LATER - MAY).days / MONTH), rel=1e-15)


@pytest.mark.parametrize(
    ("day", "known"), [("2020-12-30", True), ("2020-12-31", False), ("2021-01-01", False)]
)
def test_reimbursement_pace_of_a_target_date_that_has_come_is_unknown(day, known):
    row = only(pace(target(), pd.Timestamp(day)))
    assert math.isnan(row["per_month_needed"]) != known
    assert row["per_month_so_far"] > 0


def test_reimbursement_pace_on_the_target_date_itself_is_unknown():
    assert math.isnan(only(pace(target(target_date="2020-05-19")))["per_month_needed"])


@pytest.mark.parametrize("baseline_date", ["2020-05-19", "2020-05-20"])
def test_reimbursement_pace_from_a_baseline_that_is_not_before_the_date_is_unknown(baseline_date):
    row = only(pace(target(baseline_date=baseline_date)))
    assert math.isnan(row["per_month_so_far"])


def test_reimbursement_pace_of_one_day_is_persons_a_month_of_that_length():
    row = only(pace(target(baseline_date="2020-05-18", target_date="2020-05-20")))
    assert row["per_month_so_far"] == pytest.approx(158 * MONTH, rel=1e-15)
    assert row["per_month_needed"] == pytest.approx((288 - 158) * MONTH, rel=1e-15)


def test_reimbursement_pace_of_nothing_is_empty_with_its_columns():
    table = reimbursement_pace(recorded(), targets(), "kurzeme", MAY)
    assert table.empty
    assert table.dtypes.equals(pace(target()).dtypes)


def test_reimbursement_row_order_is_irrelevant():
    both = pd.concat([target(), target(version="2"), target(indicator="ft_parents_served")])
    pd.testing.assert_frame_equal(
        reimbursement_of(TWO_YEARS, "riga", MAY), reimbursement_of(TWO_YEARS[::-1], "riga", MAY)
    )
    pd.testing.assert_frame_equal(
        pace(both), reimbursement_pace(KURZEME[::-1], both[::-1], "kurzeme", MAY)
    )
