"""The data package of Latvia: published facts as printed, demonstration rows in bounds."""

from __future__ import annotations

import calendar
import csv
import json
import shutil
import subprocess
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "data" / "latvia"
GENERATOR = ROOT / "data" / "make_demonstration.py"
TABLES = sorted(path.stem for path in PACKAGE.glob("*.csv"))
REGIONS = {"kurzeme", "latgale", "riga", "vidzeme", "zemgale"}
MAY_BE_NATIONAL = {
    *("placements", "carers", "targets", "observations", "reimbursement"),
    *("plan_events", "partners", "quality_checks"),
}
# Tables that nobody publishes and that must show every region at work.
EVERY_REGION = (
    *("providers", "costs", "activity", "households", "placements", "carers", "targets"),
    *("observations", "reimbursement", "infrastructure", "flows", "planned_places", "plan_events"),
)


def read(table: str) -> list[dict[str, str]]:
    with (PACKAGE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def days_of(year: str) -> int:
    return 366 if calendar.isleap(int(year)) else 365


@pytest.fixture(scope="module")
def evidence() -> dict[str, str]:
    return {row["source"]: row["evidence"] for row in read("sources")}


@pytest.fixture(scope="module")
def child_days() -> dict[tuple[str, str], int]:
    """Child-days by (provider, year)."""
    days: dict[tuple[str, str], int] = defaultdict(int)
    for row in read("activity"):
        days[row["provider"], row["year"]] += int(row["child_days"])
    return days


# ---------------------------------------------------------------- the package as a whole


@pytest.mark.parametrize("table", TABLES)
def test_source_of_every_row_is_in_sources(table, evidence):
    missing = {row["source"] for row in read(table)} - set(evidence)
    assert missing == set()


@pytest.mark.parametrize("table", TABLES)
def test_table_is_not_empty(table):
    assert len(read(table)) > 0


def test_tables_are_those_of_the_descriptor():
    descriptor = json.loads((PACKAGE / "datapackage.json").read_text(encoding="utf-8"))
    assert sorted(resource["name"] for resource in descriptor["resources"]) == TABLES


def test_columns_are_those_of_the_contract_in_its_order():
    descriptor = json.loads((PACKAGE / "datapackage.json").read_text(encoding="utf-8"))
    found, expected = {}, {}
    for resource in descriptor["resources"]:
        first_line = (PACKAGE / resource["path"]).read_text(encoding="utf-8").splitlines()[0]
        found[resource["name"]] = first_line.split(",")
        expected[resource["name"]] = [field["name"] for field in resource["schema"]["fields"]]
    assert found == expected


def test_every_source_is_used_by_some_row(evidence):
    used = {row["source"] for table in TABLES if table != "sources" for row in read(table)}
    assert set(evidence) - used == set()


@pytest.mark.parametrize("table", EVERY_REGION)
def test_table_covers_every_region(table):
    assert {row["region"] for row in read(table)} >= REGIONS


@pytest.mark.parametrize("table", [name for name in TABLES if name not in MAY_BE_NATIONAL])
def test_reserved_region_stands_in_no_other_table(table):
    assert "national" not in {row.get("region") for row in read(table)}


def test_check_of_the_package_finds_no_problem():
    from dieval.inputs.read import check_package

    assert [problem.text("en") for problem in check_package(PACKAGE)] == []


def test_generator_in_a_copy_gives_the_same_bytes(tmp_path):
    copy = tmp_path / "latvia"
    shutil.copytree(PACKAGE, copy)
    for path in copy.glob("*.csv"):
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join(line for line in lines if b"synthetic-" not in line))
    (copy / "datapackage.json").unlink()
    subprocess.run([sys.executable, str(GENERATOR), str(copy)], check=True, cwd=tmp_path)
    changed = [
        path.name
        for path in sorted(PACKAGE.iterdir())
        if path.read_bytes() != (copy / path.name).read_bytes()
    ]
    assert changed == []


def test_generator_with_another_published_figure_moves_only_synthetic_rows(tmp_path, evidence):
    copy = tmp_path / "latvia"
    shutil.copytree(PACKAGE, copy)
    placements = (copy / "placements.csv").read_text(encoding="utf-8")
    printed, other = "institution,vbtai,1216,", "institution,vbtai,1316,"
    assert printed in placements
    (copy / "placements.csv").write_text(placements.replace(printed, other), encoding="utf-8")
    subprocess.run([sys.executable, str(GENERATOR), str(copy)], check=True, cwd=tmp_path)
    assert other in (copy / "placements.csv").read_text(encoding="utf-8")
    assert (copy / "activity.csv").read_bytes() != (PACKAGE / "activity.csv").read_bytes()
    assert (copy / "statutory_rates.csv").read_bytes() == (
        PACKAGE / "statutory_rates.csv"
    ).read_bytes()


# ---------------------------------------------------------------- municipalities and regions


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2014-01-01", 119), ("2021-06-30", 119), ("2021-07-01", 43), ("2025-07-01", 42)],
)
@pytest.mark.parametrize("table", ["municipalities", "region_membership"])
def test_municipalities_on_a_day_are_as_many_as_the_law_says(table, day, expected):
    in_force = [
        row["municipality"]
        for row in read(table)
        if row["valid_from"] <= day and (not row["valid_to"] or row["valid_to"] >= day)
    ]
    assert len(in_force) == len(set(in_force)) == expected


@pytest.mark.parametrize(
    ("municipality", "before", "after"),
    [
        ("tukuma-novads", "riga", "kurzeme"),
        ("limbazu-novads", "riga", "vidzeme"),
        ("ogres-novads", "riga", "vidzeme"),
        ("kuldigas-novads", "kurzeme", "kurzeme"),
    ],
)
def test_region_at_the_reform_moves_with_the_law(municipality, before, after):
    rows = [row for row in read("region_membership") if row["municipality"] == municipality]
    assert [row["region"] for row in sorted(rows, key=lambda row: row["valid_from"])] == [
        before,
        after,
    ]


def test_successor_of_every_merged_municipality_exists_on_the_next_day():
    rows = read("municipalities")
    later = {row["municipality"] for row in rows if row["valid_from"] == "2021-07-01"}
    merged = [row for row in rows if row["valid_to"] == "2021-06-30"]
    assert {row["successor"] for row in merged} == later


@pytest.mark.parametrize("day", [date(2020, 5, 19), date(2022, 1, 1)])
def test_every_municipality_of_a_day_has_a_tile_of_its_own(day):
    standing = {
        row["municipality"]
        for row in read("municipalities")
        if date.fromisoformat(row["valid_from"])
        <= day
        <= date.fromisoformat(row["valid_to"] or "9999-12-31")
    }
    tiles = {
        row["municipality"]: (int(row["tile_column"]), int(row["tile_row"]))
        for row in read("tiles")
        if row["municipality"] in standing
    }
    assert set(tiles) == standing
    assert len(set(tiles.values())) == len(standing)


def test_unverified_municipalities_say_so(evidence):
    unverified = {
        row["municipality"]
        for row in read("municipalities")
        if row["source"] == "municipalities-unverified"
    }
    assert unverified == {
        *("baltinavas-novads", "rugaju-novads", "mersraga-novads", "varaklanu-novads")
    }
    assert evidence["municipalities-unverified"] == "assumed"


# ---------------------------------------------------------------- published facts


def package_on(arrangement: str, day: str, age: str, children: str) -> float:
    """Add up what the law pays on a day for one child of a household."""
    total = 0.0
    for row in read("statutory_rates"):
        if (
            row["care_arrangement"] == arrangement
            and row["valid_from"] <= day
            and (not row["valid_to"] or row["valid_to"] >= day)
            and row["age_band"] in ("", age)
            and row["children_in_household"] in ("", children)
        ):
            shared_by = 1 if row["per"] == "child" else int(children.rstrip("+"))
            total += float(row["amount_eur_month"]) / shared_by
    return total


@pytest.mark.parametrize(
    ("arrangement", "day", "age", "children", "expected"),
    [
        ("foster_family", "2017-06-01", "0-6", "1", 113.83 + 95.00),
        ("foster_family", "2017-06-01", "7-17", "1", 113.83 + 114.00),
        ("foster_family", "2019-06-01", "7-17", "1", 171.00 + 258.00),
        ("foster_family", "2019-06-01", "7-17", "2", 222.30 / 2 + 258.00),
        ("foster_family", "2019-06-01", "7-17", "3+", 273.60 / 3 + 258.00),
        ("foster_family", "2019-06-01", "0-6", "1", 171.00 + 215.00),
        ("foster_family", "2019-06-01", "0-6", "2", 222.30 / 2 + 215.00),
        ("foster_family", "2019-06-01", "0-6", "3+", 273.60 / 3 + 215.00),
        ("guardian", "2014-01-01", "0-6", "1", 54.07 + 45.53),
        ("guardian", "2017-12-31", "7-17", "1", 54.07 + 45.53),
        ("guardian", "2021-06-30", "7-17", "1", 54.07 + 129.00),
        ("guardian", "2021-06-30", "0-6", "1", 54.07 + 107.50),
        ("guardian", "2021-07-01", "7-17", "1", 54.07 + 258.00),
        ("guardian", "2021-07-01", "0-6", "1", 54.07 + 215.00),
    ],
)
def test_statutory_package_a6_is_the_published_one(arrangement, day, age, children, expected):
    assert package_on(arrangement, day, age, children) == pytest.approx(expected, abs=0.005)


def test_statutory_package_of_2021_is_half_of_each_rate():
    halves = [package_on("guardian", day, "0-6", "1") for day in ("2021-06-01", "2021-07-01")]
    assert sum(halves) / 2 == pytest.approx((161.57 + 269.07) / 2)  # 215.32


def test_foster_maintenance_before_2017_is_not_there():
    starts = [
        row["valid_from"]
        for row in read("statutory_rates")
        if (row["care_arrangement"], row["payment"]) == ("foster_family", "maintenance")
    ]
    assert min(starts) == "2017-01-01"


def test_placements_of_2017_add_up_to_the_published_total():
    children = [
        int(row["children"])
        for row in read("placements")
        if (row["region"], row["year"], row["counting_basis"]) == ("national", "2017", "vbtai")
    ]
    assert sum(children) == 4459 + 1173 + 1037 == 6669


def test_institutions_of_2019_stand_on_each_counting_basis():
    found = {
        row["counting_basis"]: int(row["children"])
        for row in read("placements")
        if (row["region"], row["year"], row["care_arrangement"])
        == ("national", "2019", "institution")
    }
    assert found == {"vbtai": 6252 - 4276 - 1335, "lm": 568 + 53, "other": 705}


@pytest.mark.parametrize(
    ("indicator", "first", "current"),
    [
        ("ft_children_served", 288, 350),
        ("grt_adults_served", 350, 375),
        ("grt_adults_left_vsac", 29, 35),
    ],
)
def test_targets_of_kurzeme_keep_both_versions(indicator, first, current):
    values = [
        int(row["target_value"])
        for row in sorted(read("targets"), key=lambda row: row["valid_from"])
        if (row["indicator"], row["region"]) == (indicator, "kurzeme")
    ]
    assert values == [first, current]


def test_persons_reimbursed_in_kurzeme_add_up_to_the_release():
    persons = [
        int(row["persons_cumulative"])
        for row in read("reimbursement")
        if (row["region"], row["date"]) == ("kurzeme", "2020-05-19")
    ]
    assert sum(persons) == 67 + 158 + 105 == 330


def test_conflicting_sources_stand_side_by_side():
    observations = read("observations")

    def values(indicator: str, region: str) -> set[str]:
        return {
            row["value"]
            for row in observations
            if (row["indicator"], row["region"]) == (indicator, region)
        }

    assert values("infrastructure_municipalities", "kurzeme") == {"11", "10"}
    assert values("project_end_year", "kurzeme") == {"2022", "2023"}
    assert values("ft_children_planned", "latgale") == {"3533", "353", "390"}


def test_partners_of_kurzeme_are_those_of_2016():
    kinds = [row["kind"] for row in read("partners") if row["region"] == "kurzeme"]
    counts = [kinds.count(kind) for kind in ("municipality", "children_institution")]
    assert [*counts, kinds.count("state_centre")] == [20, 4, 1]


# ---------------------------------------------------------------- real and invented apart


def test_real_provider_carries_no_figure(evidence):
    real = {row["provider"] for row in read("providers") if evidence[row["source"]] != "synthetic"}
    tables = ("costs", "activity", "assets", "cost_structure", "destinations", "transition_costs")
    carrying = {row["provider"] for table in tables for row in read(table)}
    assert len(real) == 11
    assert real & carrying == set()


def test_event_of_a_real_provider_is_not_invented(evidence):
    real = {row["provider"] for row in read("providers") if evidence[row["source"]] != "synthetic"}
    invented = {
        row["plan"] for row in read("plan_events") if evidence[row["source"]] == "synthetic"
    }
    assert real & invented == set()


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("providers", "name_lv"),
        ("services", "provider_name"),
        ("services", "site"),
        ("infrastructure", "name_lv"),
    ],
)
def test_name_of_an_invented_thing_says_so(table, column, evidence):
    names = [row[column] for row in read(table) if evidence[row["source"]] == "synthetic"]
    assert len(names) > 0
    assert [name for name in names if "izdomāt" not in name] == []


def test_title_of_a_synthetic_source_says_how_it_was_made():
    titles = [row["title"] for row in read("sources") if row["evidence"] == "synthetic"]
    assert all(
        title.startswith("dieval demonstration data, made by data/make_demonstration.py (seed ")
        for title in titles
    )


# ---------------------------------------------------------------- demonstration rows in bounds


def test_home_has_2_to_60_children_while_it_is_open(child_days):
    homes = {row["provider"]: row for row in read("providers")}
    outside = []
    for (provider, year), days in child_days.items():
        if provider:
            children = days / days_open(homes[provider], year)
            if not 1.99 <= children <= 60.01:
                outside.append((provider, year, children))
    assert outside == []


def days_open(home: dict[str, str], year: str) -> int:
    first = max(date.fromisoformat(home["opened"]), date(int(year), 1, 1))
    last = date(int(year), 12, 31)
    if home["closed"]:
        last = min(last, date.fromisoformat(home["closed"]))
    return (last - first).days + 1


def test_family_like_service_has_at_most_8_children(child_days):
    homes = {
        row["provider"]: row
        for row in read("providers")
        if row["care_arrangement"] == "family_like"
    }
    sizes = [
        days / days_open(homes[provider], year)
        for (provider, year), days in child_days.items()
        if provider in homes
    ]
    assert len(sizes) > 0
    assert max(sizes) <= 8


@pytest.mark.parametrize("table", ["costs", "activity"])
def test_closed_home_has_no_later_rows(table):
    closed = {row["provider"]: row["closed"][:4] for row in read("providers") if row["closed"]}
    late = [
        (row["provider"], row["year"])
        for row in read(table)
        if row["provider"] in closed and row["year"] > closed[row["provider"]]
    ]
    assert late == []


@pytest.mark.parametrize("table", ["costs", "activity"])
def test_region_and_arrangement_of_a_row_are_the_provider_s(table):
    of_provider = {
        row["provider"]: (row["region"], row["care_arrangement"]) for row in read("providers")
    }
    different = [
        row
        for row in read(table)
        if row["provider"]
        and (row["region"], row["care_arrangement"]) != of_provider[row["provider"]]
    ]
    assert different == []


@pytest.mark.parametrize("table", ["costs", "activity"])
def test_family_based_rows_have_no_provider_and_others_have_one(table):
    family_based = {"foster_family", "specialised_foster_family", "guardian"}
    wrong = [
        row
        for row in read(table)
        if bool(row["provider"]) == (row["care_arrangement"] in family_based)
    ]
    assert wrong == []


@pytest.mark.parametrize("table", ["costs", "activity"])
def test_all_and_distinguished_groups_are_not_mixed(table):
    kinds = defaultdict(set)
    for row in read(table):
        key = (row["region"], row["provider"], row["care_arrangement"], row["year"])
        kinds[key].add((row["age_band"] == "all", row["need_level"] == "all"))
    assert {frozenset(found) for found in kinds.values()} == {
        frozenset({(True, True)}),
        frozenset({(False, False)}),
    }


def test_costs_of_foster_families_and_guardians_are_support_and_administration():
    items = {
        row["cost_item"]
        for row in read("costs")
        if row["care_arrangement"] in ("foster_family", "guardian")
    }
    assert items == {"support", "administration"}


def test_home_that_halves_costs_more_per_child_day_in_real_terms(child_days):
    prices = {row["year"]: float(row["value"]) for row in read("price_index")}
    homes = {
        row["provider"]: row
        for row in read("providers")
        if row["care_arrangement"] == "institution" and row["source"] == "synthetic-providers"
    }
    spent: dict[tuple[str, str], float] = defaultdict(float)
    for row in read("costs"):
        spent[row["provider"], row["year"]] += float(row["amount_eur"]) / prices[row["year"]] * 100
    compared = []
    for provider, home in homes.items():
        years = sorted(year for of, year in child_days if of == provider)
        size = {year: child_days[provider, year] / days_open(home, year) for year in years}
        unit = {year: spent[provider, year] / child_days[provider, year] for year in years}
        first = years[0]
        compared += [
            (provider, year, unit[year] > unit[first])
            for year in years
            if size[year] <= size[first] / 2
        ]
    assert len({provider for provider, *_ in compared}) >= 20
    assert [case for case in compared if not case[2]] == []


def test_households_agree_with_child_days_within_half_a_percent():
    days: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in read("activity"):
        days[row["region"], row["care_arrangement"], row["year"]] += int(row["child_days"])
    months: dict[tuple[str, str, str], float] = defaultdict(float)
    for row in read("households"):
        key = (row["region"], row["care_arrangement"], row["year"])
        months[key] += float(row["child_months"])
    assert len(months) == 5 * 2 * 9
    assert months == {
        key: pytest.approx(days[key] / (days_of(key[2]) / 12), rel=0.005) for key in months
    }


@pytest.mark.parametrize(
    ("arrangements", "year", "stock_before", "stock"),
    [
        (("institution", "state_institution"), "2017", 1216, 1037),
        (("institution", "state_institution"), "2018", 1037, 794),
        (("institution", "state_institution"), "2019", 794, 641),
        (("institution", "state_institution"), "2020", 641, 568),
        (("foster_family", "specialised_foster_family"), "2017", 1193, 1173),
        (("foster_family", "specialised_foster_family"), "2020", 1335, 1377),
        (("foster_family", "specialised_foster_family"), "2022", 1413, 1476),
        (("guardian",), "2017", 4548, 4459),
        (("guardian",), "2020", 4276, 4059),
    ],
)
def test_child_days_of_the_regions_add_up_to_the_published_stock(
    arrangements, year, stock_before, stock
):
    days = sum(
        int(row["child_days"])
        for row in read("activity")
        if row["care_arrangement"] in arrangements and row["year"] == year
    )
    assert days / days_of(year) == pytest.approx((stock_before + stock) / 2, rel=0.01)


def test_regional_stocks_add_up_to_the_published_national_one():
    stock = sum(
        int(row["children"])
        for row in read("placements")
        if row["region"] in REGIONS
        and row["year"] == "2017"
        and row["care_arrangement"] in ("institution", "state_institution")
    )
    assert stock == 1037


def test_moves_lead_from_one_year_end_to_the_next():
    stocks = {
        (row["region"], row["year"], row["care_arrangement"]): int(row["children"])
        for row in read("placements")
        if row["region"] in REGIONS
    }
    change: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in read("flows"):
        change[row["region"], row["year"], row["to_arrangement"]] += int(row["children"])
        change[row["region"], row["year"], row["from_arrangement"]] -= int(row["children"])
    for region in REGIONS:
        for year in range(2015, 2023):
            for arrangement in ("institution", "foster_family", "guardian"):
                before = stocks[region, str(year - 1), arrangement]
                after = stocks[region, str(year), arrangement]
                assert after - before == change[region, str(year), arrangement]


def test_project_stands_only_where_the_plan_names_places():
    named = {(row["region"], row["municipality"]) for row in read("planned_places")}
    projects = {(row["region"], row["municipality"]) for row in read("infrastructure")}
    assert projects - named == set()


def test_planned_money_of_kurzeme_is_the_published_total():
    planned = [
        float(row["planned_eur"]) for row in read("infrastructure") if row["region"] == "kurzeme"
    ]
    assert (len(planned), sum(planned)) == (10, 7_300_000)


def test_sites_of_kurzeme_are_as_many_as_the_release_says():
    kurzeme = {row["partner"] for row in read("partners") if row["region"] == "kurzeme"}
    sites = [
        row
        for row in read("services")
        if row["municipality"] in kurzeme
        and row["opened"] <= "2020-05-19"
        and (not row["closed"] or row["closed"] >= "2020-05-19")
    ]
    assert len(sites) == 73
    assert len({row["provider_name"] for row in sites}) == 43 + 1  # "more than 43"


def test_children_of_a_plan_are_the_same_every_year():
    totals: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in read("destinations"):
        totals[row["provider"]][row["year"]] += int(row["children"])
    assert len(totals) == 10
    assert {len(set(years.values())) for years in totals.values()} == {1}


def test_series_break_is_named_in_the_title_of_its_source():
    titles = {row["source"]: row["title"] for row in read("sources")}
    broken = {row["source"] for row in read("costs") if row["region"] == "zemgale"}
    assert len(broken) == 2
    assert all("SERIES BREAK" in titles[source] for source in broken)


def test_overheads_before_the_series_break_are_not_in_the_ledger():
    years = {
        row["year"]
        for row in read("costs")
        if row["region"] == "zemgale" and row["cost_item"] == "administration" and row["provider"]
    }
    assert min(years) == "2018"
