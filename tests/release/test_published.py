"""What published results count, and what adds up to what."""

from __future__ import annotations

import pytest
from small_files import HIDDEN, plain, results, table

from dieval.release.published import (
    days_of,
    pool,
    rows_of,
    small_numbers,
    together,
)

DAY = "2022-12-31"


def pooled(unit: str = "kurzeme", parameters: dict | None = None, **tables: dict):
    return pool({f"{unit}/r": results(unit, parameters or {}, **tables)})


def sums_of(made) -> set:
    """Wholes, their parts in any order, and whether these may be less."""
    return {(whole, frozenset(parts), less) for whole, parts, less in made.sums}


# A row of every table that counts persons: its cells, by column.
COUNTING = [
    (
        "placement_mix",
        "year counting_basis care_arrangement children",
        [2020, "lm", "guardian", 9],
        {"children": (2020, "lm", "guardian")},
    ),
    (
        "family_environment",
        "year counting_basis children_in_care children_in_families",
        [2020, "lm", 9, 9],
        dict.fromkeys(("children_in_care", "children_in_families"), (2020, "lm")),
    ),
    (
        "moves",
        "year from_group to_group children",
        [2020, "residential", "families", 9],
        {"children": (2020, "residential", "families")},
    ),
    (
        "carers_by_year",
        "carer_type status year count entries exits",
        ["adopter", "registered", 2020, 9, 9, 9],
        dict.fromkeys(("count", "entries", "exits"), ("adopter", "registered", 2020)),
    ),
    (
        "service_coverage",
        "municipality service_type target_group needs_date assessed needing receiving unmet",
        ["liepaja", "dac", "adults", DAY, 9, 9, 9, 9],
        dict.fromkeys(
            ("assessed", "needing", "receiving", "unmet"), ("liepaja", "dac", "adults", DAY)
        ),
    ),
    (
        "funnel",
        "service_type target_group assessed needing receiving",
        ["dac", "adults", 9, 9, 9],
        dict.fromkeys(("assessed", "needing", "receiving"), ("dac", "adults", DAY)),
    ),
    (
        "needs_by_region",
        "needing receiving",
        [9, 9],
        dict.fromkeys(("needing", "receiving"), (DAY,)),
    ),
    (
        "reimbursement",
        "date target_group persons persons_since",
        [DAY, "adults", 9, 9],
        dict.fromkeys(("persons", "persons_since"), (DAY, "adults")),
    ),
    (
        "latest_values",
        "indicator date counting_basis source value",
        ["children_in_care", DAY, "lm", "csp", 9],
        {"value": ("children_in_care", DAY, "lm", "csp")},
    ),
    (
        "unit_costs",
        "year care_arrangement child_days",
        [2020, "guardian", 9],
        {"child_days": (2020, "guardian")},
    ),
    (
        "provider_unit_costs",
        "year care_arrangement provider child_days",
        [2020, "institution", "p1", 9],
        {"child_days": (2020, "institution", "p1")},
    ),
    (
        "group_costs",
        "year care_arrangement age_band need_level child_months",
        [2020, "institution", "0-2", "high", 9],
        {"child_months": (2020, "institution", "0-2", "high")},
    ),
    (
        "destinations",
        "year care_arrangement children",
        [2020, "guardian", 9],
        {"children": (2020, "guardian")},
    ),
    (
        "children_balance",
        "year before entries in_care left_care",
        [2020, 9, 9, 9, 9],
        dict.fromkeys(("before", "entries", "in_care", "left_care"), (2020,)),
    ),
    (
        "preference_shares",
        "year step children",
        [2020, "own_family", 9],
        {"children": (2020, "own_family")},
    ),
    ("stranded", "year children_left", [2020, 9], {"children_left": (2020,)}),
]


@pytest.mark.parametrize(("name", "columns", "row", "cells"), COUNTING, ids=lambda of: str(of)[:20])
def test_every_number_of_persons_is_a_cell(name, columns, row, cells):
    made = pooled("kurzeme", {"as_of": DAY}, **{name: table(columns, row)})
    expected = {(name, column, "kurzeme", *about): 9.0 for column, about in cells.items()}
    assert (made.persons, made.money) == (expected, {})
    assert made.where == {place: f"kurzeme/r: {name}.{place[1]}" for place in expected}


# The same for amounts.
AMOUNTS = [
    ("unit_costs", "year care_arrangement total_eur", [2020, "guardian", 9.5]),
    ("unit_cost_parts", "year care_arrangement part amount_eur", [2020, "guardian", "food", 9.5]),
    ("payer_split", "year care_arrangement payer amount_eur", [2020, "guardian", "state", 9.5]),
    ("provider_unit_costs", "year care_arrangement provider total_eur", [2020, "home", "p", 9.5]),
]


@pytest.mark.parametrize(("name", "columns", "row"), AMOUNTS, ids=lambda of: str(of)[:20])
def test_every_amount_is_a_cell(name, columns, row):
    made = pooled(**{name: table(columns, row)})
    column = columns.split()[-1]
    assert made.money == {(name, column, "kurzeme", *row[:-1]): 9.5}
    assert made.persons == {}


def test_table_that_counts_nobody_has_no_cells():
    made = pooled(sites=table("municipality sites", ["liepaja", 3]))
    assert (made.persons, made.money, made.sums) == ({}, {}, [])


def test_row_of_a_region_is_of_that_region_and_not_of_the_report():
    moves = table("region year from_group to_group children", ["riga", 2020, "a", "b", 9])
    assert list(pooled("national", moves=moves).persons) == [
        ("moves", "children", "riga", 2020, "a", "b")
    ]


def test_home_is_of_the_region_whose_homes_list_it():
    homes = table("year care_arrangement provider child_days", [2020, "home", "p1", 900])
    needs = table(
        "municipality service_type target_group needs_date needing", ["a", "s", "t", "d", 9]
    )
    balance = table("year before", [2020, 9])
    made = pool(
        {
            "p1/annex": results("p1", service_coverage=needs, children_balance=balance),
            "kurzeme/costs": results("kurzeme", provider_unit_costs=homes),
        }
    )
    assert ("service_coverage", "needing", "kurzeme", "a", "s", "t", "d") in made.persons
    assert ("children_balance", "before", "p1", 2020) in made.persons


def test_home_is_of_the_region_that_its_row_names():
    homes = table("region year care_arrangement provider child_days", ["riga", 2020, "h", "p1", 9])
    needs = table(
        "municipality service_type target_group needs_date needing", ["a", "s", "t", "d", 9]
    )
    made = pool(
        {
            "national/o": results("national", provider_unit_costs=homes),
            "p1/annex": results("p1", service_coverage=needs),
        }
    )
    assert ("service_coverage", "needing", "riga", "a", "s", "t", "d") in made.persons


def test_codes_that_are_not_available_are_part_of_what_a_cell_is_about():
    values = table("indicator date counting_basis source value",
                   ["i", DAY, {"symbol": ":"}, "csp", 9])  # fmt: skip
    assert list(pooled(latest_values=values).persons) == [
        ("latest_values", "value", "kurzeme", "i", DAY, ":", "csp")
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(9, [9.0]), (0, [0.0]), (HIDDEN, [None]), ({"symbol": ":"}, []), (None, []), (True, []),
     ("9", [])],
    ids=plain,
)  # fmt: skip
def test_cell_is_a_number_or_hidden(value, expected):
    made = pooled(stranded=table("year children_left", [2020, value]))
    assert list(made.persons.values()) == expected


BALANCE = ("children_balance", "before", "p1", 2020)


def balances(*values: object):
    return pool(
        {
            f"p1/r{number}": results("p1", children_balance=table("year before", [2020, value]))
            for number, value in enumerate(values)
        }
    )


@pytest.mark.parametrize("values", [(9, HIDDEN), (HIDDEN, 9)], ids=plain)
def test_what_one_report_hides_and_another_shows_is_a_contradiction(values):
    made = balances(*values)
    assert (made.contradictions, made.persons) == ([BALANCE], {BALANCE: 9.0})
    assert made.where == {BALANCE: "p1/r0: children_balance.before"}


@pytest.mark.parametrize("values", [(9, 9), (HIDDEN, HIDDEN), (9, 8)], ids=plain)
def test_what_both_hide_or_both_show_is_none(values):
    assert balances(*values).contradictions == []


MIX = "year counting_basis care_arrangement children"
SIDES = "year counting_basis children_in_care children_in_families"


def mix(*codes: str, year: int = 2020, basis: str = "lm") -> list[tuple]:
    return [("placement_mix", "children", "kurzeme", year, basis, code) for code in codes]


def test_arrangements_add_up_to_all_care_and_to_families():
    families = ("foster_family", "specialised_foster_family", "guardian")
    made = pooled(
        placement_mix=table(
            MIX,
            *([2020, "lm", code, 10] for code in (*families, "institution")),
            *([2021, "lm", "guardian", 10], [2020, "vbtai", "guardian", 10]),  # no part of it
        ),
        family_environment=table(SIDES, [2020, "lm", 40, 30]),
    )
    care, ours = (
        ("family_environment", column, "kurzeme", 2020, "lm")
        for column in ("children_in_care", "children_in_families")
    )
    assert sums_of(made) == {
        (care, frozenset(mix(*families, "institution")), False),
        (ours, frozenset(mix(*families)), False),
        (care, frozenset([ours]), True),
    }


def test_arrangements_that_are_no_families_add_up_to_none():
    made = pooled(
        placement_mix=table(MIX, [2020, "lm", "institution", 10]),
        family_environment=table(SIDES, [2020, "lm", HIDDEN, 0]),
    )
    wholes = [whole[1] for whole, _, less in made.sums if not less]
    assert wholes == ["children_in_care"]


NEEDS = "municipality service_type target_group needs_date assessed needing receiving unmet"


def need(name: str, town: str = "liepaja") -> tuple:
    return ("service_coverage", name, "kurzeme", town, "dac", "adults", DAY)


def test_needs_of_a_municipality_divide_into_met_and_unmet():
    made = pooled(service_coverage=table(NEEDS, ["liepaja", "dac", "adults", DAY, 30, 20, 9, 11]))
    assert sums_of(made) == {
        (need("needing"), frozenset([need("receiving"), need("unmet")]), False),
        (need("assessed"), frozenset([need("needing")]), True),
    }


def test_needs_of_a_region_are_those_of_its_municipalities():
    made = pooled(
        parameters={"as_of": "2023-12-31"},
        service_coverage=table(
            "municipality service_type target_group needs_date needing",
            *(["liepaja", "dac", "adults", DAY, 20], ["talsu", "dac", "adults", DAY, 20]),
            *(["talsu", "gd", "adults", DAY, 20], ["talsu", "dac", "children", DAY, 20]),
        ),
        funnel=table("service_type target_group needing", ["dac", "adults", 40]),
    )
    whole = ("funnel", "needing", "kurzeme", "dac", "adults", "2023-12-31")
    parts = frozenset([need("needing"), need("needing", "talsu")])
    assert {one for one in sums_of(made) if one[0] == whole and not one[2]} == {
        (whole, parts, False)
    }


def test_needs_of_services_add_up_to_a_region_and_regions_to_the_country():
    made = pooled(
        "national",
        {"as_of": DAY},
        funnel=table(
            "region service_type target_group needing receiving",
            *(["kurzeme", "dac", "adults", 20, 9], ["kurzeme", "gd", "adults", 30, 9]),
            ["riga", "gd", "adults", 30, 9],
        ),
        needs_by_region=table(
            "region needing receiving", ["kurzeme", 50, 18], ["riga", 30, 9], ["national", 80, 27]
        ),
    )

    def service(region: str, code: str, name: str = "needing") -> tuple:
        return ("funnel", name, region, code, "adults", DAY)

    def region(code: str, name: str = "needing") -> tuple:
        return ("needs_by_region", name, code, DAY)

    found = sums_of(made)
    assert (region("kurzeme"), frozenset([service("kurzeme", "dac"), service("kurzeme", "gd")]),
            False) in found  # fmt: skip
    assert (region("riga", "receiving"), frozenset([service("riga", "gd", "receiving")]),
            False) in found  # fmt: skip
    assert (region("national"), frozenset([region("kurzeme"), region("riga")]), False) in found
    assert (service("riga", "gd"), frozenset([service("riga", "gd", "receiving")]), True) in found
    assert (region("riga"), frozenset([region("riga", "receiving")]), True) in found
    # In two columns: regions and the country, and receiving of needing in 3 services, 3 regions.
    assert len(found) == 2 * (2 + 1) + 3 + 3


def test_needs_of_reports_of_another_day_are_others():
    funnel = table("service_type target_group needing", ["dac", "adults", 40])
    day = {"as_of": "2023-12-31"}
    made = pool(
        {"kurzeme/a": results("kurzeme", day, funnel=funnel), "kurzeme/b": results(funnel=funnel)}
    )
    place = ("funnel", "needing", "kurzeme", "dac", "adults")
    assert list(made.persons) == [(*place, "2023-12-31"), (*place, "")]


def test_assessed_for_a_service_are_those_who_need_it_and_others():
    made = pooled(
        funnel=table("service_type target_group assessed needing", ["dac", "adults", 50, 40])
    )
    place = {
        name: ("funnel", name, "kurzeme", "dac", "adults", "") for name in ("assessed", "needing")
    }
    assert (place["assessed"], frozenset([place["needing"]]), True) in sums_of(made)


def carer(status: str, year: int = 2020, column: str = "count") -> tuple:
    return ("carers_by_year", column, "kurzeme", "adopter", status, year)


def test_carers_who_host_are_some_of_those_registered():
    made = pooled(
        carers_by_year=table(
            "carer_type status year count",
            *(["adopter", "registered", 2020, 40], ["adopter", "hosting", 2020, 30]),
        )
    )
    assert made.sums == [(carer("registered"), [carer("hosting")], True)]


def test_homes_are_a_part_of_their_arrangement():
    made = pooled(
        unit_costs=table("year care_arrangement child_days total_eur", [2020, "home", 900, 900.5]),
        provider_unit_costs=table(
            "year care_arrangement provider child_days total_eur",
            *([2020, "home", "p1", 400, 400.5], [2020, "home", "p2", 400, 400.5]),
            *([2021, "home", "p1", 400, 400.5], [2020, "institution", "p3", 400, 400.5]),
        ),
    )
    expected = {
        (
            ("unit_costs", column, "kurzeme", 2020, "home"),
            frozenset(
                ("provider_unit_costs", column, "kurzeme", 2020, "home", home)
                for home in ("p1", "p2")
            ),
            True,
        )
        for column in ("child_days", "total_eur")
    }
    assert sums_of(made) == expected


@pytest.mark.parametrize(
    ("name", "column", "codes"),
    [("unit_cost_parts", "part", ("food", "capital")), ("payer_split", "payer", ("state", "town"))],
)
def test_parts_and_payers_are_all_of_an_arrangement(name, column, codes):
    made = pooled(
        unit_costs=table("year care_arrangement total_eur", [2020, "home", 900.5]),
        **{
            name: table(
                f"year care_arrangement {column} amount_eur",
                *([2020, "home", code, 400.5] for code in codes),
            )
        },
    )
    parts = [(name, "amount_eur", "kurzeme", 2020, "home", code) for code in codes]
    assert made.sums == [(("unit_costs", "total_eur", "kurzeme", 2020, "home"), parts, False)]


def reimbursed(day: str, group: str = "adults", column: str = "persons", of: str = "kurzeme"):
    return ("reimbursement", column, of, day, group)


def test_reimbursed_by_a_date_are_those_by_the_date_before_and_since():
    rows = [["2021-06-30", "adults", 40, 12], ["2020-12-31", "adults", 28, 9],
            ["2022-06-30", "adults", 60, 20]]  # fmt: skip
    made = pooled(reimbursement=table("date target_group persons persons_since", *rows))
    first, second, third = "2020-12-31", "2021-06-30", "2022-06-30"
    assert sums_of(made) == {
        (reimbursed(second), frozenset([reimbursed(first),
         reimbursed(second, column="persons_since")]), False),
        (reimbursed(third), frozenset([reimbursed(second),
         reimbursed(third, column="persons_since")]), False),
    }  # fmt: skip


def test_reimbursed_of_all_groups_add_up_to_the_total_of_their_region():
    groups = ("adults", "children", "total")
    rows = [["kurzeme", DAY, group, 20] for group in groups] + [["riga", DAY, "young", 20]]
    made = pooled("national", reimbursement=table("region date target_group persons", *rows))
    assert sums_of(made) == {
        (reimbursed(DAY, "total"), frozenset(reimbursed(DAY, g) for g in groups[:2]), False)
    }


def planned(code: str, year: int = 2020) -> tuple:
    return ("destinations", "children", "p1", year, code)


def test_children_of_a_plan_are_in_care_unless_they_left():
    codes = ("institution", "guardian", "family", "adoption", "exit", "entry")
    made = pooled(
        "p1",
        destinations=table("year care_arrangement children", *([2020, code, 10] for code in codes)),
        children_balance=table("year in_care before", [2020, 20, 30], [2021, 20, 20]),
    )
    inside = frozenset([planned("institution"), planned("guardian")])
    assert {one for one in sums_of(made) if one[0][0] == "children_balance"} == {
        (("children_balance", "in_care", "p1", 2020), inside, False),
        (("children_balance", "before", "p1", 2021), inside, False),
    }


def numbers(unit: str | None, *values: object, name: str = "n") -> list[str]:
    held = {"columns": [{"name": name, "unit": unit}], "rows": [[value] for value in values]}
    return list(small_numbers({"tables": {"t": held}}, 8))


@pytest.mark.parametrize("unit", ["children", "persons", "carers", "families", "households"])
@pytest.mark.parametrize(
    ("value", "small"),
    [(0, False), (1, True), (7, True), (7.9, True), (8, False), (-7, True), (-8, False),
     (HIDDEN, False), (None, False), ("3", False)],
    ids=plain,
)  # fmt: skip
def test_small_number_of_persons_is_from_1_to_7(unit, value, small):
    assert numbers(unit, value) == ["t.n"] * small


def test_column_is_named_once():
    assert numbers("children", 20, 3, 4) == ["t.n"]


@pytest.mark.parametrize("unit", ["EUR", "places", "1", None, "child-days"])
def test_column_that_counts_nobody_may_be_small(unit):
    assert numbers(unit, 3) == []


def test_capacity_of_a_group_counts_nobody():
    assert numbers("children", 3, name="step_children") == []


@pytest.mark.parametrize(
    ("column", "year", "value", "small"),
    [
        ("child_days:child-days", 2021, 7 * 365, True),
        ("child_days:child-days", 2021, 8 * 365, False),
        ("child_days:child-days", 2020, 8 * 366 - 1, True),  # 2020 has 366 days
        ("child_days:child-days", 2020, 8 * 366, False),
        ("child_months:child-months", 2021, 8 * 12 - 1, True),
        ("child_months:child-months", 2021, 8 * 12, False),
        ("child_months:child-months", 2021, 0, False),
    ],
)
def test_days_and_months_are_children_on_average(column, year, value, small):
    held = table(f"year {column}", [year, value])
    found = list(small_numbers({"tables": {"t": held}}, 8))
    assert found == [f"t.{column.split(':')[0]}"] * small


def test_every_table_and_column_with_small_numbers_is_named():
    held = table("a:children b:EUR c:persons", [3, 3, 3], [3, 3, 3])
    found = list(small_numbers({"tables": {"t": held, "u": held}}, 8))
    assert found == ["t.a", "t.c", "u.a", "u.c"]


@pytest.mark.parametrize(
    ("year", "days"),
    [(2020, 366), (2021, 365), (2000, 366), (1900, 365), (None, 365), ("2020", 365)],
)
def test_leap_years_have_a_day_more(year, days):
    assert days_of(year) == days


def test_rows_come_by_column():
    held = results(moves=table("year children:children", [2020, 9], [2021, HIDDEN]))
    assert rows_of(held, "moves") == [
        {"year": 2020, "children": 9}, {"year": 2021, "children": HIDDEN}
    ]  # fmt: skip
    assert rows_of(held, "other") == []


def left(*values: object, year: int = 2020) -> dict:
    """Results of a home: how many have left it."""
    rows = [[year + number, value] for number, value in enumerate(values)]
    return {"p1/annex": results("p1", stranded=table("year children_left", *rows))}


LEFT = ("stranded", "children_left", "p1", 2020)


def test_editions_that_show_the_same_are_one():
    made = together([left(9), left(9)])
    assert (made.persons, made.revised, made.contradictions) == ({LEFT: 9.0}, [], [])


def test_edition_that_shows_another_number_is_revised():
    made = together([left(9), left(20)])
    assert made.persons == {LEFT: 20.0, (*LEFT, "edition 1"): 9.0}
    assert made.revised == [(LEFT, 9.0)]
    assert made.where == dict.fromkeys(made.persons, "p1/annex: stranded.children_left")


def test_numbers_that_differ_by_rounding_are_the_same():
    # 1e-6 of 3 000 000 is 3; of what is below 1, it is 1e-6.
    assert together([left(3_000_000), left(3_000_003)]).revised == []
    assert together([left(3_000_000), left(3_000_004)]).revised == [(LEFT, 3_000_000.0)]
    assert together([left(0.5), left(0.5000009)]).revised == []
    assert together([left(0.5), left(0.5000011)]).revised == [(LEFT, 0.5)]
    assert together([left(0.5), left(0.4999991)]).revised == []


def test_number_that_is_hidden_since_is_known():
    made = together([left(9), left(HIDDEN)])
    assert made.persons == {LEFT: None, (*LEFT, "edition 1"): 9.0}
    assert made.revised == [(LEFT, 9.0)]


def test_number_that_was_hidden_and_is_shown_is_a_contradiction():
    made = together([left(HIDDEN, 9), left(9, 9)])
    assert made.contradictions == [LEFT]
    assert made.persons[LEFT] == 9.0


def test_number_that_both_editions_hide_is_one():
    made = together([left(HIDDEN), left(HIDDEN)])
    assert (made.persons, made.contradictions, made.revised) == ({LEFT: None}, [], [])


def test_cells_of_an_earlier_edition_alone_are_known():
    made = together([left(9, 10), left(HIDDEN)])
    assert made.persons[("stranded", "children_left", "p1", 2021)] == 10.0
    assert made.where[("stranded", "children_left", "p1", 2021)].startswith("p1/annex: ")


def test_every_edition_is_one_of_its_own():
    made = together([left(9), left(30), left(20)])
    assert made.persons == {LEFT: 20.0, (*LEFT, "edition 1"): 9.0, (*LEFT, "edition 2"): 30.0}
    assert made.revised == [(LEFT, 30.0), (LEFT, 9.0)]


def test_sums_of_an_earlier_edition_are_of_its_own_numbers():
    def carers(registered: object, hosting: object) -> dict:
        rows = [["adopter", "registered", 2020, registered], ["adopter", "hosting", 2020, hosting]]
        return {"kurzeme/r": results(carers_by_year=table("carer_type status year count", *rows))}

    made = together([carers(40, 30), carers(50, 30)])
    assert made.sums == [
        (carer("registered"), [carer("hosting")], True),
        ((*carer("registered"), "edition 1"), [carer("hosting")], True),
    ]
    made = together([carers(40, 30), carers(40, 20)])
    assert made.sums[1] == (carer("registered"), [(*carer("hosting"), "edition 1")], True)


def test_amounts_of_editions_are_put_together_as_well():
    def costs(value: object) -> dict:
        return {"kurzeme/r": results(unit_costs=table("year care_arrangement total_eur",
                                                      [2020, "home", value]))}  # fmt: skip

    place = ("unit_costs", "total_eur", "kurzeme", 2020, "home")
    assert together([costs(9.5), costs(8.5)]).money == {place: 8.5, (*place, "edition 1"): 9.5}
    assert together([costs(HIDDEN), costs(8.5)]).contradictions == [place]


# Cells that stand in two tables: the other table, its columns, its row, and the cells it gives.
NEED = ("liepaja", "dac", "adults", DAY)
AGAIN = [
    (
        "hosting_share",
        "carer_type year registered hosting",
        ["adopter", 2020, 40, 30],
        {carer("registered"): 40.0, carer("hosting"): 30.0},
    ),
    (
        "carers_trend",
        "carer_type status first_year last_year first_count last_count",
        ["adopter", "registered", 2019, 2021, 40, 30],
        {carer("registered", 2019): 40.0, carer("registered", 2021): 30.0},
    ),
    (
        "unmet_needs",
        "municipality service_type target_group needs_date needing receiving unmet",
        [*NEED, 30, 20, 10],
        {need("needing"): 30.0, need("receiving"): 20.0, need("unmet"): 10.0},
    ),
    (
        "reimbursement_pace",
        "date target_group persons",
        [DAY, "adults", 40],
        {reimbursed(DAY): 40.0},
    ),
]


@pytest.mark.parametrize(("name", "columns", "row", "cells"), AGAIN, ids=lambda of: str(of)[:20])
def test_number_that_stands_in_two_tables_is_one_cell(name, columns, row, cells):
    assert pooled(**{name: table(columns, row)}).persons == cells


CARERS = "region carer_type status year count entries exits"


def of_country(*counts: object, year: int = 2020, national: object) -> list[list]:
    """Rows of regions a, b, … and of the country."""
    rows = [
        [code, "adopter", "registered", year, n] for code, n in zip("abcd", counts, strict=False)
    ]
    return [*rows, ["national", "adopter", "registered", year, national]]


def country_sums(*rows: list) -> list[tuple]:
    """What sums of the country are about, and how many parts they have."""
    names = " ".join(CARERS.split()[: len(rows[0])])
    made = pooled("national", carers_by_year=table(names, *rows))
    return [(whole[1:], len(parts)) for whole, parts, less in made.sums if not less]


SHOWN = of_country(10, 20, year=2019, national=30)
ABOUT = ("count", "national", "adopter", "registered")


def test_regions_add_up_to_the_country_where_they_do_in_other_years():
    rows = [*SHOWN, *of_country(10, HIDDEN, national=31)]
    assert country_sums(*rows) == [((*ABOUT, 2019), 2), ((*ABOUT, 2020), 2)]


def test_regions_that_do_not_always_add_up_to_the_country_never_do():
    other = of_country(10, 20, year=2018, national=31)
    assert country_sums(*SHOWN, *other, *of_country(10, HIDDEN, national=31)) == []


def test_regions_are_not_added_up_where_no_year_shows_that_they_may():
    assert country_sums(*of_country(10, HIDDEN, national=31)) == []
    assert country_sums(*of_country(10, 20, national=HIDDEN)) == []


def test_regions_are_not_added_up_where_one_is_missing():
    rows = [*SHOWN, *of_country(HIDDEN, national=31)]
    assert country_sums(*rows) == [((*ABOUT, 2019), 2)]


def test_regions_are_not_added_up_to_a_country_that_is_not_there():
    assert country_sums(*SHOWN, *of_country(10, HIDDEN, national=31)[:2]) == [((*ABOUT, 2019), 2)]


def on_other_bases(*rows: list) -> list[tuple]:
    """What sums of the country on other bases are about, and their parts."""
    made = pooled("national", placement_mix=table(f"region {MIX}", *rows))
    mine = ("placement_mix", "children", "national")
    return [(whole[3:], {part[2:] for part in parts}) for whole, parts, less in made.sums
            if whole[:3] == mine and not less]  # fmt: skip


def fostered(year: int, national: object, *counts: object, second: object = None) -> list[list]:
    """Foster families of regions a, b, … counted as `other`, and of the country as `lm`."""
    rows = [
        [code, year, "other", "foster_family", n] for code, n in zip("ab", counts, strict=False)
    ]
    if second is not None:
        rows.append(["b", year, "other", "specialised_foster_family", second])
    return [*rows, ["national", year, "lm", "foster_family", national]]


def test_regions_add_up_to_a_country_that_counts_otherwise_where_they_do_in_other_years():
    rows = [*fostered(2019, 30, 10, 20), *fostered(2020, 31, 10, HIDDEN, second=HIDDEN)]
    assert on_other_bases(*rows) == [
        ((2019, "lm", "foster_family"), {
            ("a", 2019, "other", "foster_family"), ("b", 2019, "other", "foster_family"),
        }),
        ((2020, "lm", "foster_family"), {
            ("a", 2020, "other", "foster_family"), ("b", 2020, "other", "foster_family"),
            ("b", 2020, "other", "specialised_foster_family"),
        }),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "rows",
    [
        # Nowhere are all shown; elsewhere they do not add up; a region has no number.
        fostered(2020, 31, 10, HIDDEN),
        [*fostered(2019, 30, 10, 20), *fostered(2018, 31, 10, 20), *fostered(2020, 31, 10, HIDDEN)],
        [*fostered(2019, 30, 30), ["b", 2018, "other", "foster_family", 1]],
    ],
    ids=["not shown", "not always", "missing"],
)
def test_regions_do_not_add_up_to_a_country_that_may_count_others(rows):
    assert on_other_bases(*rows) == []


def test_family_like_care_is_no_part_of_any_number_of_the_country():
    like = [[code, 2019, "other", "family_like", 9] for code in "ab"]
    rows = [*fostered(2019, 30, 10, 20), *like, ["national", 2019, "lm", "family_like", 18]]
    assert [about for about, _ in on_other_bases(*rows)] == [(2019, "lm", "foster_family")]


def test_column_in_which_regions_add_up_says_nothing_of_another():
    rows = [
        ["a", "adopter", "registered", 2019, 10, 1],
        ["b", "adopter", "registered", 2019, 20, 1],
        ["national", "adopter", "registered", 2019, 30, 3],  # 10 + 20, but not 1 + 1
    ]
    assert country_sums(*rows) == [((*ABOUT, 2019), 2)]


@pytest.mark.parametrize(
    ("name", "columns", "row"),
    [
        (
            "placement_mix",
            "region year counting_basis care_arrangement children",
            [2020, "lm", "x"],
        ),
        ("family_environment", "region year counting_basis children_in_care", [2020, "lm"]),
    ],
)
def test_children_of_regions_add_up_to_the_country(name, columns, row):
    rows = [["a", *row, 10], ["b", *row, 20], ["national", *row, 30]]
    made = pooled("national", **{name: table(columns, *rows)})
    whole, *parts = ((name, columns.split()[-1], code, *row) for code in ("national", "a", "b"))
    assert (whole, frozenset(parts), False) in sums_of(made)


def test_moves_are_not_added_up_to_the_country():
    rows = [[code, 2020, "x", "y", n] for code, n in (("a", 10), ("national", 10))]
    made = pooled("national", moves=table("region year from_group to_group children", *rows))
    assert made.sums == []


def balanced(*years: tuple[object, object, object], first: int = 2019, kind: str = "adopter"):
    """Rows of carers of years that follow each other: how many, who came, who left."""
    return [[kind, "registered", first + number, *year] for number, year in enumerate(years)]


def carer_sums(*rows: list):
    columns = "carer_type status year count entries exits"
    made = pooled(carers_by_year=table(columns, *rows))
    assert made.between == {place for place in made.persons if place[0] == "both"}
    assert all(made.persons[place] is None for place in made.between)
    # Two sums with the same whole: these are the same.
    by: dict = {}
    for whole, parts, less in made.sums:
        if whole in made.between:
            assert not less
            by.setdefault(whole, []).append(set(parts))
    return list(by.values())


def test_carers_follow_from_those_of_the_year_before():
    # 40 + 10 = 45 + 5 in 2020; 45 + 9 = 50 + 4 in 2021, where 4 are hidden.
    rows = balanced((40, 9, 9), (45, 10, 5), (50, 9, HIDDEN))
    assert carer_sums(*rows) == [
        [
            {carer("registered", year), carer("registered", year, "exits")},
            {carer("registered", year - 1), carer("registered", year, "entries")},
        ]
        for year in (2020, 2021)
    ]


@pytest.mark.parametrize(
    "rows",
    [
        # 40 + 10 is not 46 + 5, whatever the others are.
        balanced((40, 9, 9), (46, 10, 5)) + balanced((40, 9, 9), (45, 10, 5), kind="guest"),
        balanced((40, 9, 9), (45, 10, HIDDEN)),  # nothing shows that it holds
        balanced((40, 9, 9)),  # no year before
        balanced((40, 9, 9), (45, 10, {"symbol": ":"})),  # not known who left
        balanced((40, 9, 9), (45, {"symbol": ":"}, 5)),
        balanced((40, 9, 9)) + balanced((45, 10, 5), first=2021),  # a year is missing
    ],
    ids=range(6),
)
def test_carers_do_not_follow_where_years_do_not_fit(rows):
    assert carer_sums(*rows) == []


def test_balance_of_an_earlier_edition_is_of_its_own_numbers():
    def edition(*years: tuple) -> dict:
        columns = "carer_type status year count entries exits"
        return {"kurzeme/r": results(carers_by_year=table(columns, *balanced(*years)))}

    made = together([edition((40, 9, 9), (45, 10, 5)), edition((40, 9, 9), (60, 30, 10))])
    both = ("both", *carer("registered"))
    assert made.between == {both, (*both, "edition 1")}
    assert made.persons[both] is None and made.persons[*both, "edition 1"] is None
    wholes = [whole for whole, _, _ in made.sums if whole[0] == "both"]
    assert wholes == [both] * 2 + [(*both, "edition 1")] * 2


def step(code: str, year: int = 2020) -> tuple:
    return ("preference_shares", "children", "p1", year, code)


def test_steps_of_a_plan_are_sums_of_arrangements():
    codes = {
        "own_family": ("family", "adoption"),
        "family_environment": ("foster_family", "specialised_foster_family", "guardian"),
        "family_like": ("family_like", "youth_house"),
        "residential": ("institution", "state_institution"),
    }
    made = pooled(
        "p1",
        destinations=table(
            "year care_arrangement children",
            *([2020, code, 10] for step_codes in codes.values() for code in step_codes),
        ),
        preference_shares=table(
            "year step children",
            *([2020, code, 10 * len(of)] for code, of in codes.items()),
            [2021, "own_family", 10],  # a year without a plan
        ),
    )
    assert sums_of(made) == {
        (step(code), frozenset(map(planned, of)), False) for code, of in codes.items()
    }


def test_step_without_arrangements_is_no_sum():
    made = pooled(
        "p1",
        destinations=table("year care_arrangement children", [2020, "guardian", 10]),
        preference_shares=table("year step children", [2020, "residential", 0]),
    )
    assert made.sums == []


def stay(*rows: tuple[int, object, dict], before: object = 40) -> set:
    """Sums of a plan from years, who has left by then, and children by arrangement."""
    planned_rows = [[year, code, n] for year, _, of in rows for code, n in of.items()]
    made = pooled(
        "p1",
        destinations=table("year care_arrangement children", *planned_rows),
        stranded=table("year children_left", *([year, left] for year, left, _ in rows)),
        children_balance=table("year before", [rows[0][0], before]),
    )
    return {one for one in sums_of(made) if one[0] == ("children_balance", "before", "p1", 2020)}


def stayed(code: str, year: int) -> tuple:
    whole = ("children_balance", "before", "p1", 2020)
    return (
        whole,
        frozenset([("stranded", "children_left", "p1", year), planned(code, year)]),
        False,
    )


def test_who_left_a_home_and_who_stays_were_there_before():
    # 40 = 10 + 30 in 2020, so 40 − 22 = 18 stay in 2021; the guardians are none of them.
    years = [(2020, 10, {"home": 30, "guardian": 9}), (2021, 22, {"home": HIDDEN, "guardian": 12})]
    assert stay(*years) == {stayed("home", 2020), stayed("home", 2021)}


def test_arrangement_of_a_home_that_cannot_be_told_is_not_guessed():
    # 40 = 10 + 30 holds of two arrangements.
    assert stay((2020, 10, {"home": 30, "guardian": 30})) == set()
    assert stay((2020, 10, {"home": 29})) == set()
    assert stay((2020, 10, {"home": HIDDEN})) == set()
    assert stay((2020, 10, {"home": 30}), before={"symbol": ":"}) == set()


def test_homes_are_told_apart():
    def home(children: int) -> dict:
        return dict(
            destinations=table("year care_arrangement children", [2020, "home", children]),
            stranded=table("year children_left", [2020, 10]),
            children_balance=table("year before", [2020, children + 10]),
        )

    made = pool({"p1/a": results("p1", **home(30)), "p2/a": results("p2", **home(20))})
    assert [whole[2] for whole, _, _ in made.sums] == ["p1", "p2"]
