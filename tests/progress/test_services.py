from __future__ import annotations

import math

import pandas as pd
import pytest

from dieval.progress.services import (
    funnel,
    open_services,
    service_coverage,
    sites,
    target_group_coverage,
)

DAY = pd.Timestamp("2020-05-19")
LATER = pd.Timestamp("2023-12-31")
ADULTS, CHILDREN = "grt_adults", "ft_children"


def dated(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
    return table.astype(dict.fromkeys(columns, "datetime64[s]"))


def services(*rows: tuple) -> pd.DataFrame:
    columns = ["provider_name", "site", "municipality", "service_type", "target_group"]
    table = pd.DataFrame(rows, columns=[*columns, "opened", "closed"])
    return dated(table, "opened", "closed").assign(source="list")


def open_at(provider: str, site: str, municipality: str, kind: str, group: str) -> tuple:
    return (provider, site, municipality, kind, group, "2019-01-01", None)


def availability(*rows: tuple) -> pd.DataFrame:
    columns = ["municipality", "service_type", "target_group", "date", "rating"]
    return dated(pd.DataFrame(rows, columns=columns), "date").assign(source="group")


def needs(*rows: tuple) -> pd.DataFrame:
    columns = ["municipality", "service_type", "target_group", "date"]
    table = pd.DataFrame(rows, columns=[*columns, "assessed", "needing", "receiving"])
    return dated(table, "date").assign(source="assessment")


def municipalities(*rows: tuple) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["municipality", "valid_from", "valid_to", "successor"])
    return dated(table, "valid_from", "valid_to")


# Aizpute becomes part of Dienvidkurzeme in July 2021; Valka is in another region.
STANDING = municipalities(
    ("liepaja", "2009-07-01", None, None),
    ("aizpute", "2009-07-01", "2021-06-30", "dienvidkurzeme"),
    ("dienvidkurzeme", "2021-07-01", None, None),
    ("valka", "2009-07-01", None, None),
)
REGION_OF = pd.Series(
    {"aizpute": "kurzeme", "dienvidkurzeme": "kurzeme", "liepaja": "kurzeme", "valka": "vidzeme"}
)
NOBODY = (None, None, None)


def coverage(
    services: pd.DataFrame | None = None,
    availability: pd.DataFrame | None = None,
    needs: pd.DataFrame | None = None,
    day: pd.Timestamp = DAY,
    region: str = "kurzeme",
) -> pd.DataFrame:
    return service_coverage(services, availability, needs, STANDING, REGION_OF, region, day)


def only(table: pd.DataFrame) -> pd.Series:
    assert len(table) == 1
    return table.iloc[0]


# ---------------------------------------------------------------------------------- open_services


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        ("2019-08-31", False),
        ("2019-09-01", True),
        ("2020-03-31", True),
        ("2020-04-01", False),
    ],
)
def test_open_services_first_and_last_days_count(day, is_open):
    rows = services(("p", "s", "liepaja", "dac", ADULTS, "2019-09-01", "2020-03-31"))
    assert len(open_services(rows, pd.Timestamp(day))) == is_open


def test_open_services_that_never_closed_are_open():
    rows = services(("p", "s", "liepaja", "dac", ADULTS, "2019-09-01", None))
    assert len(open_services(rows, DAY)) == 1


# ------------------------------------------------------------------------------------------ sites


def counted(rows: pd.DataFrame, day: pd.Timestamp = DAY) -> list[tuple]:
    table = sites(rows, STANDING, REGION_OF, "kurzeme", day)
    assert table.columns.to_list() == ["municipality", "sites", "providers"]
    return list(table.itertuples(index=False, name=None))


def test_sites_are_different_addresses_and_providers_different_names():
    rows = services(
        open_at("Anna", "Iela 1", "liepaja", "dac", ADULTS),
        open_at("Anna", "Iela 1", "liepaja", "sd", ADULTS),
        open_at("Anna", "Iela 2", "liepaja", "dac", ADULTS),
        open_at("Berta", "Iela 2", "liepaja", "dac", CHILDREN),
    )
    assert counted(rows) == [("aizpute", 0, 0), ("liepaja", 2, 2), (None, 2, 2)]


def test_sites_of_the_region_add_up_but_its_providers_do_not():
    rows = services(
        open_at("Anna", "Iela 1", "liepaja", "dac", ADULTS),
        open_at("Anna", "Iela 1", "aizpute", "dac", ADULTS),
        open_at("Anna", "Iela 1", "valka", "dac", ADULTS),
    )
    assert counted(rows) == [("aizpute", 1, 1), ("liepaja", 1, 1), (None, 1 + 1, 1)]


def test_sites_closed_or_opened_later_are_not_counted():
    rows = services(
        ("Anna", "Iela 1", "liepaja", "dac", ADULTS, "2015-01-01", "2020-05-18"),
        ("Anna", "Iela 2", "liepaja", "dac", ADULTS, "2020-05-20", None),
    )
    assert counted(rows) == [("aizpute", 0, 0), ("liepaja", 0, 0), (None, 0, 0)]


def test_sites_name_municipalities_that_stand_on_the_day_and_those_with_an_open_service():
    rows = services(open_at("Anna", "Iela 1", "aizpute", "dac", ADULTS))
    names = [name for name, _, _ in counted(rows, LATER)]
    assert names == ["aizpute", "dienvidkurzeme", "liepaja", None]
    names = [name for name, _, _ in counted(services(), LATER)]
    assert names == ["dienvidkurzeme", "liepaja", None]


def test_sites_of_a_region_without_municipalities_are_no_rows():
    table = sites(services(), STANDING, REGION_OF, "latgale", DAY)
    assert table.empty
    assert table.columns.to_list() == ["municipality", "sites", "providers"]


# ------------------------------------------------------------------------------- service_coverage


def test_service_coverage_puts_rating_sites_and_needs_beside_each_other():
    row = only(
        coverage(
            services(open_at("Anna", "Iela 1", "liepaja", "dac", ADULTS)),
            availability(("liepaja", "dac", ADULTS, "2017-08-08", 2)),
            needs(("liepaja", "dac", ADULTS, "2020-05-01", 70, 40, 30)),
        )
    )
    assert row.to_dict() == {
        "municipality": "liepaja",
        "service_type": "dac",
        "target_group": ADULTS,
        "rating": 2,
        "rating_date": pd.Timestamp("2017-08-08"),
        "rating_source": "group",
        "sites": 1,
        "assessed": 70,
        "needing": 40,
        "receiving": 30,
        "needs_date": pd.Timestamp("2020-05-01"),
        "needs_source": "assessment",
        "coverage": 30 / 40,
        "unmet": 40 - 30,
        "rank": 1,
    }


def test_service_coverage_has_a_row_for_what_any_table_has():
    table = coverage(
        services(open_at("Anna", "Iela 1", "liepaja", "sd", ADULTS)),
        availability(("liepaja", "dac", ADULTS, "2017-08-08", 2)),
        needs(("aizpute", "dac", ADULTS, "2020-05-01", 9, 4, 3)),
    )
    assert list(table[["municipality", "service_type"]].itertuples(index=False, name=None)) == [
        ("aizpute", "dac"),
        ("liepaja", "dac"),
        ("liepaja", "sd"),
    ]
    assert table["rating"].fillna(-1).to_list() == [-1, 2, -1]
    assert table["rating_date"].isna().to_list() == [True, False, True]
    assert table["rating_source"].to_list() == [None, "group", None]
    assert table["sites"].to_list() == [0, 0, 1]
    assert table["needing"].fillna(-1).to_list() == [4, -1, -1]
    assert table["needs_source"].to_list() == ["assessment", None, None]


def test_service_coverage_target_groups_and_service_types_are_kept_apart():
    table = coverage(
        needs=needs(
            ("liepaja", "dac", ADULTS, "2020-05-01", 10, 4, 3),
            ("liepaja", "dac", CHILDREN, "2020-05-01", 10, 5, 3),
            ("liepaja", "sd", ADULTS, "2020-05-01", 10, 6, 3),
        )
    )
    assert table["needing"].to_list() == [5, 4, 6]


def test_service_coverage_sites_are_addresses_whoever_gives_the_service_there():
    rows = services(
        open_at("Anna", "Iela 1", "liepaja", "dac", ADULTS),
        open_at("Berta", "Iela 1", "liepaja", "dac", ADULTS),
        open_at("Berta", "Iela 2", "liepaja", "dac", ADULTS),
        open_at("Berta", "Iela 3", "liepaja", "dac", CHILDREN),
    )
    assert coverage(rows)["sites"].to_list() == [1, 2]


def test_service_coverage_closed_service_alone_has_no_row():
    rows = services(("Anna", "Iela 1", "liepaja", "dac", ADULTS, "2015-01-01", "2019-12-31"))
    assert coverage(rows).empty


def test_service_coverage_takes_the_latest_known_on_the_day():
    ratings = availability(
        ("liepaja", "dac", ADULTS, "2020-05-19", 3),
        ("liepaja", "dac", ADULTS, "2020-05-20", 0),
        ("liepaja", "dac", ADULTS, "2017-08-08", 1),
    )
    counts = needs(
        ("liepaja", "dac", ADULTS, "2020-05-20", 3, 3, 3),
        ("liepaja", "dac", ADULTS, "2020-05-19", 2, 2, 2),
        ("liepaja", "dac", ADULTS, "2017-08-08", 1, 1, 1),
    )
    row = only(coverage(None, ratings, counts))
    assert (row["rating"], row["rating_date"]) == (3, DAY)
    assert (row["assessed"], row["needs_date"]) == (2, DAY)


def test_service_coverage_without_services_does_not_know_the_sites():
    row = only(coverage(needs=needs(("liepaja", "dac", ADULTS, "2020-05-01", 9, 4, 3))))
    assert math.isnan(row["sites"])
    row = only(coverage(services(), None, needs(("liepaja", "dac", ADULTS, "2020-05-01", 9, 4, 3))))
    assert row["sites"] == 0


@pytest.mark.parametrize(
    ("needing", "receiving", "share", "unmet"),
    [
        (40, 30, 30 / 40, 40 - 30),
        (40, 0, 0.0, 40),
        (1, 1, 1.0, 0),
        (10, 12, 12 / 10, 0),
        (0, 0, None, 0),
        (0, 2, None, 0),
    ],
)
def test_service_coverage_is_receiving_of_needing_and_unmet_is_never_negative(
    needing, receiving, share, unmet
):
    row = only(
        coverage(needs=needs(("liepaja", "dac", ADULTS, "2020-05-01", 70, needing, receiving)))
    )
    assert row["coverage"] == share if share is not None else math.isnan(row["coverage"])
    assert row["unmet"] == unmet
    assert row["rank"] == 1 if unmet else math.isnan(row["rank"])


def test_service_coverage_equal_unmet_needs_share_the_lowest_rank():
    table = coverage(
        needs=needs(
            ("aizpute", "a", ADULTS, "2020-05-01", 9, 9, 4),
            ("aizpute", "b", ADULTS, "2020-05-01", 9, 9, 2),
            ("liepaja", "c", ADULTS, "2020-05-01", 9, 6, 1),
            ("liepaja", "d", ADULTS, "2020-05-01", 9, 9, 8),
            ("liepaja", "e", ADULTS, "2020-05-01", 9, 9, 9),
            ("valka", "f", ADULTS, "2020-05-01", 99, 99, 0),
        )
    )
    assert table["unmet"].to_list() == [5, 7, 5, 1, 0]
    assert table["rank"].fillna(0).to_list() == [2, 1, 2, 4, 0]


def test_service_coverage_without_needs_has_no_rank():
    row = only(coverage(None, availability(("liepaja", "dac", ADULTS, "2017-08-08", 2)), None))
    for column in ("assessed", "needing", "receiving", "coverage", "unmet", "rank"):
        assert math.isnan(row[column])
    assert row["needs_date"] is pd.NaT


def test_service_coverage_after_the_reform_nobody_is_counted_twice():
    counts = needs(
        ("aizpute", "dac", ADULTS, "2020-05-01", 9, 4, 3),
        ("dienvidkurzeme", "dac", ADULTS, "2022-12-31", 20, 10, 8),
        ("aizpute", "sd", ADULTS, "2020-05-01", 5, 5, 5),
    )
    ratings = availability(
        ("aizpute", "dac", ADULTS, "2020-05-01", 1),
        ("dienvidkurzeme", "dac", ADULTS, "2022-12-31", 3),
    )
    table = coverage(None, ratings, counts, LATER)
    assert table["municipality"].to_list() == ["aizpute", "dienvidkurzeme"]
    assert table["service_type"].to_list() == ["sd", "dac"]
    assert table["rating"].fillna(-1).to_list() == [-1, 3]


def test_service_coverage_of_nothing_is_empty_with_its_columns():
    tables = (services(), availability(), needs())
    assert coverage(*tables).empty
    assert coverage(*NOBODY).empty
    assert coverage(*NOBODY).dtypes.equals(coverage(*tables).dtypes)
    assert coverage(*NOBODY).dtypes.equals(SOME_COVERAGE.dtypes)


SOME_COVERAGE = coverage(
    services(open_at("Anna", "Iela 1", "liepaja", "dac", ADULTS)),
    availability(("liepaja", "dac", ADULTS, "2017-08-08", 2)),
    needs(("liepaja", "sd", ADULTS, "2020-05-01", 70, 40, 30)),
)


# -------------------------------------------------------------------------- target_group_coverage


def groups(
    services: pd.DataFrame | None = None,
    availability: pd.DataFrame | None = None,
    needs: pd.DataFrame | None = None,
    day: pd.Timestamp = DAY,
) -> list[tuple]:
    table = target_group_coverage(
        services, availability, needs, STANDING, REGION_OF, "kurzeme", day
    )
    assert table.columns.to_list() == ["municipality", "target_group", "services", "sites"]
    return list(table.fillna(-1).itertuples(index=False, name=None))


def test_target_group_coverage_counts_service_types_and_addresses():
    rows = services(
        open_at("Anna", "Iela 1", "liepaja", "dac", ADULTS),
        open_at("Anna", "Iela 2", "liepaja", "dac", ADULTS),
        open_at("Berta", "Iela 2", "liepaja", "sd", ADULTS),
        open_at("Berta", "Iela 3", "valka", "sd", ADULTS),
    )
    assert groups(rows) == [("aizpute", ADULTS, 0, 0), ("liepaja", ADULTS, 2, 2)]


def test_target_group_coverage_has_every_group_of_the_region_in_every_municipality():
    rows = services(
        open_at("Anna", "Iela 1", "liepaja", "dac", ADULTS),
        open_at("Anna", "Iela 1", "valka", "dac", "of_another_region"),
        ("Anna", "Iela 1", "liepaja", "dac", "closed", "2015-01-01", "2019-12-31"),
    )
    ratings = availability(
        ("liepaja", "dac", "rated", "2017-08-08", 2), ("liepaja", "dac", "future", "2021-01-01", 2)
    )
    counts = needs(("aizpute", "dac", "counted", "2020-05-01", 9, 4, 3))
    assert groups(rows, ratings, counts) == [
        (municipality, group, found, found)
        for municipality, group, found in (
            *(("aizpute", "counted", 0), ("aizpute", ADULTS, 0), ("aizpute", "rated", 0)),
            *(("liepaja", "counted", 0), ("liepaja", ADULTS, 1), ("liepaja", "rated", 0)),
        )
    ]


def test_target_group_coverage_without_services_is_not_known():
    counts = needs(("liepaja", "dac", ADULTS, "2020-05-01", 9, 4, 3))
    assert groups(needs=counts) == [("aizpute", ADULTS, -1, -1), ("liepaja", ADULTS, -1, -1)]
    assert groups(services(), None, counts) == [
        ("aizpute", ADULTS, 0, 0),
        ("liepaja", ADULTS, 0, 0),
    ]


def test_target_group_coverage_names_a_dissolved_municipality_with_an_open_service():
    rows = services(open_at("Anna", "Iela 1", "aizpute", "dac", ADULTS))
    assert groups(rows, day=LATER) == [
        ("aizpute", ADULTS, 1, 1),
        ("dienvidkurzeme", ADULTS, 0, 0),
        ("liepaja", ADULTS, 0, 0),
    ]


@pytest.mark.parametrize("tables", [NOBODY, (services(), availability(), needs())])
def test_target_group_coverage_of_nothing_is_empty(tables):
    assert groups(*tables) == []


# ----------------------------------------------------------------------------------------- funnel


def test_funnel_adds_the_latest_needs_of_the_municipalities():
    rows = needs(
        ("liepaja", "dac", ADULTS, "2017-05-01", 900, 900, 900),
        ("liepaja", "dac", ADULTS, "2020-05-01", 70, 40, 30),
        ("liepaja", "dac", ADULTS, "2021-05-01", 900, 900, 900),
        ("aizpute", "dac", ADULTS, "2019-05-01", 9, 4, 3),
        ("aizpute", "atelpa", CHILDREN, "2020-05-01", 5, 2, 1),
        ("valka", "dac", ADULTS, "2020-05-01", 900, 900, 900),
    )
    table = funnel(rows, STANDING, REGION_OF, "kurzeme", DAY)
    assert table.to_dict("records") == [
        dict(target_group=CHILDREN, service_type="atelpa", assessed=5, needing=2, receiving=1),
        dict(
            target_group=ADULTS,
            service_type="dac",
            assessed=70 + 9,
            needing=40 + 4,
            receiving=30 + 3,
        ),
    ]


def test_funnel_after_the_reform_nobody_is_counted_twice():
    rows = needs(
        ("aizpute", "dac", ADULTS, "2020-05-01", 9, 4, 3),
        ("dienvidkurzeme", "dac", ADULTS, "2022-12-31", 20, 10, 8),
    )
    day = pd.Timestamp("2022-12-30")
    assert only(funnel(rows, STANDING, REGION_OF, "kurzeme", day))["assessed"] == 9
    assert only(funnel(rows, STANDING, REGION_OF, "kurzeme", LATER))["assessed"] == 20


def test_funnel_a_follower_of_another_region_contains_the_old_count_too():
    rows = needs(
        ("aizpute", "dac", ADULTS, "2020-05-01", 9, 4, 3),
        ("dienvidkurzeme", "dac", ADULTS, "2022-12-31", 20, 10, 8),
    )
    moved = pd.Series({"aizpute": "kurzeme", "dienvidkurzeme": "zemgale"})
    assert funnel(rows, STANDING, moved, "kurzeme", LATER).empty
    assert only(funnel(rows, STANDING, moved, "zemgale", LATER))["assessed"] == 20


def test_funnel_of_unplaced_municipalities_is_left_out():
    rows = needs(("liepaja", "dac", ADULTS, "2020-05-01", 70, 40, 30))
    unplaced = pd.Series({"liepaja": None}, dtype="object")
    assert funnel(rows, STANDING, unplaced, "kurzeme", DAY).empty


def test_funnel_of_no_needs_is_empty_with_its_columns():
    table = funnel(needs(), STANDING, REGION_OF, "kurzeme", DAY)
    columns = ["target_group", "service_type", "assessed", "needing", "receiving"]
    assert table.empty
    assert table.columns.to_list() == columns


# --------------------------------------------------------------------------------- order of rows


def test_services_row_order_is_irrelevant():
    tables = (
        services(
            open_at("Anna", "Iela 1", "liepaja", "dac", ADULTS),
            open_at("Berta", "Iela 2", "liepaja", "dac", ADULTS),
            open_at("Berta", "Iela 3", "aizpute", "sd", CHILDREN),
        ),
        availability(
            ("liepaja", "dac", ADULTS, "2017-08-08", 2), ("liepaja", "dac", ADULTS, "2018-08-08", 1)
        ),
        needs(
            ("liepaja", "dac", ADULTS, "2020-05-01", 70, 40, 30),
            ("liepaja", "dac", ADULTS, "2019-05-01", 60, 40, 20),
            ("aizpute", "sd", CHILDREN, "2019-05-01", 60, 40, 20),
        ),
    )
    turned = [table[::-1] for table in tables]
    place = (STANDING, REGION_OF, "kurzeme", DAY)
    other = (STANDING[::-1], REGION_OF[::-1], "kurzeme", DAY)
    for function in (service_coverage, target_group_coverage):
        pd.testing.assert_frame_equal(function(*tables, *place), function(*turned, *other))
    pd.testing.assert_frame_equal(sites(tables[0], *place), sites(turned[0], *other))
    pd.testing.assert_frame_equal(funnel(tables[2], *place), funnel(turned[2], *other))
