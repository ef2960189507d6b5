"""The audit: leaks planted in small reports, and reports next to them that give nothing away."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
import small_files as small
from small_files import HIDDEN, plain, results, table

from dieval.release.audit import ALIKE, PRODUCTS, attack, audit, bounds
from dieval.release.rendered import Leak
from dieval.release.rules import Rules

RULES = Rules(persons=8, holders=3, percent=10)
FOLDER = "kurzeme/r"
INFINITE = float("inf")


def leaks(*editions: Mapping) -> list[tuple[str, str]]:
    """What the latest of some editions of one report gives away."""
    found = attack([{FOLDER: one} for one in editions], RULES)
    assert all(leak.file == FOLDER for leak in found)
    return [(leak.what, leak.about) for leak in found]


# Sums.
A, B, C, D, ALL = (("t", name) for name in "abcd*")


def ends(cells: Mapping, *sums: tuple) -> dict:
    return {place: pytest.approx((low, high)) for place, low, high in bounds(cells, sums)}


@pytest.mark.parametrize(
    ("cells", "sums", "expected"),
    [
        # 20 − 12 = 8 are a and b: each from 0 to 8.
        ({A: None, B: None, C: 12, ALL: 20}, [(ALL, [A, B, C], False)], {A: (0, 8), B: (0, 8)}),
        # 20 − 12 = 8 is a.
        ({A: None, C: 12, ALL: 20}, [(ALL, [A, C], False)], {A: (8, 8)}),
        # All are 8 + 12.
        ({A: 8, C: 12, ALL: None}, [(ALL, [A, C], False)], {ALL: (20, 20)}),
        # Parts that may be less: a from 0 to 20 − 12.
        ({A: None, C: 12, ALL: 20}, [(ALL, [A, C], True)], {A: (0, 8)}),
        # Parts that may be less: all are at least 8 + 12.
        ({A: 8, C: 12, ALL: None}, [(ALL, [A, C], True)], {ALL: (20, INFINITE)}),
        # a of 20, and b of a.
        (
            {A: None, B: None, ALL: 20},
            [(ALL, [A], True), (A, [B], True)],
            {A: (0, 20), B: (0, 20)},
        ),
        # b is 10 of a, a is all but 5.
        (
            {A: None, B: 10, C: None, D: 5, ALL: 20},
            [(ALL, [A, D], False), (A, [B, C], False)],
            {A: (15, 15), C: (5, 5)},
        ),
        # Two sums that share no cell.
        (
            {A: None, B: 9, C: None, D: 20},
            [(B, [A], True), (D, [C], False)],
            {A: (0, 9), C: (20, 20)},
        ),
        # A hidden whole that is in no other sum lets its parts be anything.
        (
            {A: None, B: 9, ALL: None},
            [(ALL, [A, B], False)],
            {A: (0, INFINITE), ALL: (9, INFINITE)},
        ),
    ],
    ids=range(9),
)
def test_hidden_cells_lie_between_what_sums_leave(cells, sums, expected):
    assert expected == ends(cells, *sums)


@pytest.mark.parametrize(
    ("cells", "sums"),
    [
        ({A: None}, []),
        ({A: None, B: 9}, [(ALL, [A, B], False)]),  # no whole
        ({A: None, ALL: 9}, [(ALL, [A, B], False)]),  # b is not known, not even that it is hidden
        ({C: None, ALL: 9}, [(ALL, [A, B], True)]),  # no part
        ({A: 4, B: 5, ALL: 9, C: None}, [(ALL, [A, B], False)]),  # nothing hidden
        ({A: None, B: 10, ALL: 9}, [(ALL, [A, B], False)]),  # 10 of 9
        ({A: None, B: 1e6 + 2, ALL: 1e6}, [(ALL, [A, B], False)]),  # more than rounding: 1e6 · 1e-6
    ],
    ids=range(7),
)
def test_what_is_no_sum_of_its_parts_tells_nothing(cells, sums):
    assert ends(cells, *sums) == {}


def test_parts_that_are_not_known_may_be_less():
    assert ends({A: None, ALL: 9}, (ALL, [A, B], True)) == {A: (0, 9)}


def test_parts_that_are_more_by_rounding_are_a_sum():
    # 1e-6 of 1 000 000 is 1: as much more is nothing, and so is a hundred times less of it.
    found = ends({A: None, B: None, C: 1e6 + 1e-8, ALL: 1e6}, (ALL, [A, B, C], False))
    assert found.keys() <= {A, B}
    assert ends({A: None, B: 0.0, ALL: 0.0}, (ALL, [A, B], False)) == {A: (0, 0)}


def test_sums_that_contradict_each_other_tell_nothing_but_others_do():
    cells = {A: None, B: 9, C: 12, D: None, ALL: 20}
    assert ends(cells, (B, [A], False), (C, [A], False), (ALL, [D], True)) == {D: (0, 20)}


def test_cell_that_no_sum_limits_is_not_named():
    assert ends({A: None, B: None, ALL: 9}, (ALL, [B], True)) == {B: (0, 9)}


# Numbers of persons and amounts that follow.
CARERS = "carer_type status year count:carers"


def carers(registered: object, hosting: object) -> dict:
    rows = [["adopter", "registered", 2020, registered], ["adopter", "hosting", 2020, hosting]]
    return results(carers_by_year=table(CARERS, *rows))


HOSTING = "carers_by_year count kurzeme adopter hosting 2020"
REGISTERED = "carers_by_year count kurzeme adopter registered 2020"


@pytest.mark.parametrize(("registered", "found"), [(7, ["recovered"]), (8, []), (20, [])])
def test_number_that_must_be_below_8_is_recovered(registered, found):
    # From 0 to as many as are registered.
    assert leaks(carers(registered, HIDDEN)) == [(what, HOSTING) for what in found]


def needs(receiving: object, unmet: object, needing: object = 20) -> dict:
    columns = "municipality service_type target_group needs_date needing receiving unmet"
    row = ["liepaja", "dac", "adults", "2022-12-31", needing, receiving, unmet]
    return results(service_coverage=table(columns, row))


def test_number_that_is_left_over_is_recovered():
    # 20 − 8 = 12 are not few, but they are hidden.
    assert leaks(needs(HIDDEN, 8)) == [
        ("recovered", "service_coverage receiving kurzeme liepaja dac adults 2022-12-31")
    ]
    assert leaks(needs(HIDDEN, HIDDEN)) == []


def days(total: object, *homes: object) -> dict:
    return results(
        unit_costs=table("year care_arrangement child_days", [2021, "home", total]),
        provider_unit_costs=table(
            "year care_arrangement provider child_days",
            *([2021, "home", f"p{number}", home] for number, home in enumerate(homes)),
        ),
    )


@pytest.mark.parametrize(
    ("left", "found"), [(8 * 365 - 1, 2), (8 * 365, 0)], ids=["7.99 children", "8 children"]
)
def test_days_of_fewer_than_8_children_are_recovered(left, found):
    # Of 40 children on average, the third home has 40 · 365 − left days: left are two others'.
    assert len(leaks(days(40 * 365, 40 * 365 - left, HIDDEN, HIDDEN))) == found


def costs(total: object, **parts: object) -> dict:
    return results(
        unit_costs=table("year care_arrangement total_eur", [2020, "home", total]),
        payer_split=table(
            "year care_arrangement payer amount_eur",
            *([2020, "home", payer, amount] for payer, amount in parts.items()),
        ),
    )


def payer(name: str) -> str:
    return f"payer_split amount_eur kurzeme 2020 home {name}"


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ({"state": HIDDEN, "town": 700.0}, ["state"]),  # 1000 − 700
        ({"state": HIDDEN, "town": HIDDEN, "eu": 0.0}, []),  # from 0 to 1000
        ({"state": 1000.0, "town": HIDDEN, "eu": 0.0}, []),  # 0 is no amount of anybody
    ],
    ids=plain,
)
def test_amount_that_follows_is_recovered(parts, found):
    assert leaks(costs(1000.0, **parts)) == [("recovered", payer(name)) for name in found]


@pytest.mark.parametrize(("most", "found"), [(99.0, ["town"]), (100.0, []), (300.0, [])])
def test_amount_that_is_known_closer_than_by_10_percent_is_recovered(most, found):
    # Before, the state paid `most` with the EU; now 1000 with the town, which has at least 1000 −
    # most of it: less than 10 % of 1000 are left to guess.
    before = costs(most, state=HIDDEN, eu=HIDDEN)
    assert leaks(before) == []
    now = costs(1000.0, state=HIDDEN, town=HIDDEN)
    assert leaks(before, now) == [("recovered", payer(name)) for name in found]


def test_two_reports_contradict_each_other():
    shown, unseen = carers(20, 9), carers(20, HIDDEN)
    found = attack([{"kurzeme/a": shown, "kurzeme/b": unseen}], RULES)
    assert found == [Leak("kurzeme/a", "contradiction", HOSTING)]
    assert attack([{"kurzeme/a": shown, "kurzeme/b": shown}], RULES) == []


def test_two_reports_give_away_together_what_each_hides():
    one = results(funnel=table("service_type target_group needing", ["dac", "adults", 40]))
    other = results(
        service_coverage=table(
            "municipality service_type target_group needs_date needing",
            *(["liepaja", "dac", "adults", "d", HIDDEN], ["talsu", "dac", "adults", "d", 30]),
        )
    )
    assert leaks(one) == leaks(other) == []
    both = results(**one["tables"], **other["tables"])
    assert leaks(both) == [("recovered", "service_coverage needing kurzeme liepaja dac adults d")]


# Editions.
@pytest.mark.parametrize(
    ("now", "found"),
    [(61, []), (62, ["changed"]), (68, ["changed"]), (69, []), (54, ["changed"]), (53, []),
     (HIDDEN, [])],
    ids=plain,
)  # fmt: skip
def test_revision_by_fewer_than_8_is_found(now, found):
    assert leaks(carers(61, 20), carers(now, 20)) == [(what, REGISTERED) for what in found]


@pytest.mark.parametrize(
    ("change", "found"), [(8 * 365 - 1, True), (8 * 365, False)], ids=["7.99", "8"]
)
def test_revision_of_days_is_one_of_children_on_average(change, found):
    about = "unit_costs child_days kurzeme 2021 home"
    assert leaks(days(40_000), days(40_000 + change)) == [("changed", about)] * found


@pytest.mark.parametrize(("change", "found"), [(8 * 12 - 1, True), (8 * 12, False)])
def test_revision_of_months_is_one_of_children_on_average(change, found):
    def group(months: object) -> dict:
        row = [2021, "home", "0-2", "high", months]
        columns = "year care_arrangement age_band need_level child_months"
        return results(group_costs=table(columns, row))

    about = "group_costs child_months kurzeme 2021 home 0-2 high"
    assert leaks(group(400), group(400 + change)) == [("changed", about)] * found


@pytest.mark.parametrize(
    ("before", "found"),
    [(61, True), (64, True), (52, False), (49, False), (65, False), (53, True), (58, True)],
)
def test_revised_number_is_bounded_by_what_is_shown_now(before, found):
    # 57 receive and 60 were assessed: from 57 to 60 need it. 8 from 52 = 60; 65 − 57 = 8.
    columns = "service_type target_group assessed needing receiving"

    def funnel(needing: object, assessed: object = 90, receiving: object = 20) -> dict:
        row = ["dac", "adults", assessed, needing, receiving]
        return results(funnel=table(columns, row))

    now = funnel(HIDDEN, 60, 57)
    about = "funnel needing kurzeme dac adults "
    assert leaks(funnel(before), now) == [("changed", about)] * found


@pytest.mark.parametrize(("assessed", "found"), [(57, True), (58, False)])
def test_number_that_may_be_one_of_two_is_not_recovered(assessed, found):
    # 57 receive it: of as many or one more who were assessed, 57 or 58 need it.
    columns = "service_type target_group assessed needing receiving"
    row = ["dac", "adults", assessed, HIDDEN, 57]
    about = "funnel needing kurzeme dac adults "
    assert leaks(results(funnel=table(columns, row))) == [("recovered", about)] * found


def test_what_earlier_editions_give_away_is_not_found_again():
    loose = carers(5, HIDDEN)
    assert leaks(loose) == [("recovered", HOSTING)]
    later = results(stranded=table("year children_left", [2020, 9]))
    assert leaks(loose, later) == []
    # Nor is what they contradict or change among each other.
    assert leaks(carers(61, 20), carers(62, 20), later) == []


def test_nothing_new_is_no_leak():
    assert attack([{FOLDER: carers(5, HIDDEN)}, {}], RULES) == []
    assert attack([{}], RULES) == []


@pytest.mark.parametrize(
    ("old", "blamed"),
    [
        ("kurzeme/new", ["kurzeme/new"]),  # the report is there again
        ("kurzeme/old", ["kurzeme/new", "kurzeme/other"]),  # those of its region
        ("national/old", ["kurzeme/new", "kurzeme/other", "riga/new"]),  # it may be any
    ],
)
def test_leak_of_an_earlier_edition_is_put_down_to_reports_of_its_unit(old, blamed):
    # 20 − 12 = 8 were unmet in the earlier edition, which the later one does not count.
    receiving = "municipality service_type target_group needs_date receiving"
    row = ["liepaja", "dac", "adults", "2022-12-31", 12]
    latest = {
        "kurzeme/new": results(service_coverage=table(receiving, row)),
        "kurzeme/other": results(),
        "riga/new": results("riga"),
    }
    found = attack([{old: needs(HIDDEN, HIDDEN)}, latest], RULES)
    assert [leak.file for leak in found if leak.what == "recovered"] == blamed


# Products. Numbers of one row: what it is, and the values of its columns.
PLACES = dict(child_days=800, place_days=1000, occupancy=0.8)
MONEY = dict(
    total_eur=8000.0, child_months=80, cost_per_child_month_eur=100.0,
    child_days=2000, cost_per_child_day_eur=4.0,
)  # fmt: skip
UNIT = dict(year=2020, care_arrangement="home")
RELATED = [
    ("unit_costs", ("total_eur", "cost_per_child_month_eur", "child_months")),
    ("unit_costs", ("total_eur", "cost_per_child_day_eur", "child_days")),
    ("unit_costs", ("child_days", "occupancy", "place_days")),
    ("unit_costs", ("total_eur", "cost_per_place_month_eur", "place_days")),
    ("provider_unit_costs", ("total_eur", "cost_per_child_month_eur", "child_months")),
    ("provider_unit_costs", ("total_eur", "cost_per_child_day_eur", "child_days")),
    ("provider_unit_costs", ("child_days", "occupancy", "place_days")),
    ("provider_unit_costs", ("total_eur", "cost_per_place_month_eur", "place_days")),
    ("service_coverage", ("receiving", "coverage", "needing")),
    ("family_environment", ("children_in_families", "share", "children_in_care")),
    ("hosting_share", ("hosting", "share", "registered")),
    (
        "comparison",
        ("reference_eur_per_child_month", "ratio", "alternative_eur_per_child_month"),
    ),
    (
        "comparison",
        (
            "reference_eur_per_child_month",
            "difference_eur_per_child_month",
            "alternative_eur_per_child_month",
        ),
    ),
    (
        "payer_shift",
        (
            "alternative_payer_eur_per_child_month",
            "change_eur_per_child_month",
            "reference_payer_eur_per_child_month",
        ),
    ),
    ("unit_cost_parts", ("amount_eur", "cost_per_child_month_eur", "unit_costs.child_months")),
    ("payer_split", ("amount_eur", "share", "unit_costs.total_eur")),
    (
        "capital_scenarios",
        (
            "reference.cost_per_child_month_eur",
            "difference_eur_per_child_month",
            "cost_per_child_month_eur",
        ),
    ),
]
TRIPLES = [(name, names, place) for name, names in RELATED for place in range(3)]


def related(name: str, names: tuple[str, ...], *values: object) -> dict:
    """Results of one row with these values, and one beside it where a name has a point."""
    if name == "capital_scenarios":
        # The reference stands in the same table, in the same scenario.
        rows = []
        scenario = [2020, "recorded", 0.04]
        rows.append([*scenario, "institution", {"symbol": ":"}, values[0]])
        rows.append([*scenario, "home", values[1], values[2]])
        columns = f"year valuation discount_rate care_arrangement {names[1]} {names[2]}"
        return results(
            parameters={"reference": "institution"}, capital_scenarios=table(columns, *rows)
        )
    tables: dict[str, tuple[list, list]] = {}
    for column, value in zip(names, values, strict=True):
        of, _, plain = column.rpartition(".")
        about = (["year", "care_arrangement", "provider"], [2020, "home", "p1"])
        header, row = tables.setdefault(of or name, about)
        header.append(plain)
        row.append(value)
    return results(**{of: table(" ".join(header), row) for of, (header, row) in tables.items()})


def products(held: dict) -> list[str]:
    return [about for what, about in leaks(held) if what == "product"]


def test_every_product_has_an_example():
    every = {(name, names) for name, products in PRODUCTS.items() for names in products}
    assert every == set(RELATED)


@pytest.mark.parametrize(("name", "names", "place"), TRIPLES, ids=plain)
def test_hidden_value_follows_from_the_two_beside_it(name, names, place):
    values: list[object] = [8000.0, 100.0, 80.0]
    assert products(related(name, names, *values)) == []
    values[place] = HIDDEN
    assert products(related(name, names, *values)) == [f"{name}.{names[place]}"]
    values[place] = {"symbol": ":"}  # not there: nothing to give away
    assert products(related(name, names, *values)) == []


@pytest.mark.parametrize(("name", "names", "place"), TRIPLES, ids=plain)
def test_hidden_value_does_not_follow_from_one(name, names, place):
    for other in {0, 1, 2} - {place}:
        values: list[object] = [8000, 100, 80]
        values[place], values[other] = HIDDEN, HIDDEN
        assert products(related(name, names, *values)) == []
        values[other] = {"symbol": ":"}
        assert products(related(name, names, *values)) == []


def test_product_is_found_in_any_row_and_named_once():
    held = table("receiving coverage needing", [8, 0.4, 20], [HIDDEN, HIDDEN, 20],
                 [HIDDEN, 0.4, 20], [HIDDEN, 0.5, 20])  # fmt: skip
    assert products(results(hosting_share=held)) == []
    assert products(results(service_coverage=held)) == ["service_coverage.receiving"]


@pytest.mark.parametrize(
    ("change", "found"),
    [({}, True), ({"region": "riga"}, False), ({"year": 2021}, False),
     ({"care_arrangement": "guardian"}, False)],
    ids=plain,
)  # fmt: skip
def test_part_is_compared_with_its_own_arrangement(change, found):
    beside = {"region": "kurzeme", "year": 2020, "care_arrangement": "home"} | change
    held = results(
        payer_split=table(
            "region year care_arrangement payer amount_eur share",
            *(
                ["kurzeme", 2020, "home", "eu", 1, 1],
                ["kurzeme", 2020, "home", "state", HIDDEN, 0.5],
            ),
        ),
        unit_costs=table(
            f"{' '.join(beside)} total_eur",
            *([*beside.values(), 1000.0], ["zemgale", 2014, "other", 9.0]),
        ),
    )
    assert products(held) == ["payer_split.amount_eur"] * found


@pytest.mark.parametrize(
    ("change", "found"),
    [({}, True), ({"region": "riga"}, False), ({"year": 2021}, False),
     ({"valuation": "other"}, False), ({"discount_rate": 0.03}, False),
     ({"care_arrangement": "guardian"}, False)],
    ids=plain,
)  # fmt: skip
def test_scenario_is_compared_with_the_reference_in_the_same_scenario(change, found):
    own = {"region": "kurzeme", "year": 2020, "valuation": "recorded", "discount_rate": 0.04,
           "care_arrangement": "home"}  # fmt: skip
    reference = own | {"care_arrangement": "institution"} | change
    columns = f"{' '.join(own)} difference_eur_per_child_month cost_per_child_month_eur"
    rows = [[*own.values(), 200.0, HIDDEN], [*reference.values(), {"symbol": ":"}, 1000.0]]
    parameters = {"reference": "institution"}
    held = results(parameters=parameters, capital_scenarios=table(columns, *rows))
    assert products(held) == ["capital_scenarios.cost_per_child_month_eur"] * found
    del held["parameters"]
    assert products(held) == []


# The same in other units.
PER_CHILD = (
    "cost_per_child_day_eur",
    "cost_per_child_month_eur",
    "cost_per_child_year_eur",
    "real_cost_per_child_month_eur",
)
SAME = [
    ("unit_costs", ("child_days", "child_months")),
    ("unit_costs", PER_CHILD),
    ("provider_unit_costs", ("child_days", "child_months")),
    ("provider_unit_costs", PER_CHILD),
    ("situation", ("average_children", "child_days")),
    ("situation", PER_CHILD),
    ("costs_elsewhere", ("cost_per_child_month_eur", "cost_per_child_year_eur")),
]
PAIRS = [
    (name, names, seen, unseen)
    for name, names in SAME
    for seen in names
    for unseen in names
    if seen != unseen
]


def test_columns_that_say_the_same_have_an_example():
    assert {(name, names) for name, groups in ALIKE.items() for names in groups} == set(SAME)


@pytest.mark.parametrize(("name", "names", "seen", "unseen"), PAIRS, ids=plain)
def test_value_hidden_in_one_unit_and_shown_in_another_is_found(name, names, seen, unseen):
    def of(first: object, second: object) -> list[str]:
        columns = f"year care_arrangement provider {seen} {unseen}"
        return products(results(**{name: table(columns, [2020, "home", "p1", first, second])}))

    assert of(8000.0, HIDDEN) == [f"{name}.{unseen}"]
    assert of(HIDDEN, HIDDEN) == of(8000.0, 8000.0) == of({"symbol": ":"}, HIDDEN) == []


def test_columns_in_other_units_are_named_once_and_in_their_order():
    columns = "year care_arrangement " + " ".join(PER_CHILD)
    row = [2020, "home", HIDDEN, HIDDEN, 9.0, HIDDEN]
    other = [2021, "home", HIDDEN, HIDDEN, HIDDEN, HIDDEN]
    found = products(results(unit_costs=table(columns, other, row, row)))
    assert found == [f"unit_costs.{PER_CHILD[place]}" for place in (0, 1, 3)]


# The law says what is paid for a child of each age.
def paid(
    *months: object,
    amount: object = 9000.0,
    part: str = "maintenance",
    days: object = 30_000,
    region: str = "riga",
) -> dict:
    groups = [("0-6", "standard"), ("0-6", "complex"), ("7-17", "standard"), ("7-17", "complex")]
    unit = ["riga", 2020, "foster_family"]
    return results(
        unit_costs=table("region year care_arrangement child_days child_months",
                         [region, *unit[1:], days, HIDDEN]),
        unit_cost_parts=table("region year care_arrangement part amount_eur", [*unit, part, amount],
                              [*unit, "support", 500.0]),
        group_costs=table("region year care_arrangement age_band need_level child_months",
                          *([*unit, *group, n] for group, n in zip(groups, months, strict=True))),
    )  # fmt: skip


def by_age(*months: object, **more: object) -> bool:
    return "group_costs.child_months" in products(paid(*months, **more))


def test_hidden_group_follows_from_the_maintenance_and_the_other_of_its_age():
    assert by_age(483, HIDDEN, 963, HIDDEN)
    assert by_age(HIDDEN, HIDDEN, HIDDEN, 963)
    assert not by_age(HIDDEN, HIDDEN, HIDDEN, HIDDEN)
    assert not by_age(483, 96, HIDDEN, HIDDEN)
    assert not by_age(483, 96, 963, 186)


@pytest.mark.parametrize(
    "change",
    [{"amount": HIDDEN}, {"amount": {"symbol": ":"}}, {"part": "remuneration"}, {"days": HIDDEN},
     {"region": "kurzeme"}],
    ids=plain,
)  # fmt: skip
def test_groups_follow_only_from_maintenance_and_all_children_that_are_shown(change):
    assert not by_age(483, HIDDEN, 963, HIDDEN, **change)


# A home has no more children than places.
def bounded(**tables: dict) -> list[str]:
    return [about for what, about in leaks(results(**tables)) if what == "bounded"]


@pytest.mark.parametrize(
    ("name", "column"),
    [("provider_unit_costs", "place_days"), ("situation", "place_days"), ("situation", "places")],
)
@pytest.mark.parametrize(
    ("days", "places", "found"),
    [(HIDDEN, 8, True), (HIDDEN, HIDDEN, False), (HIDDEN, {"symbol": ":"}, False), (9, 8, False)],
    ids=plain,
)
def test_places_bound_the_children_of_a_home(name, column, days, places, found):
    rows = [[2020, "home", "p1", HIDDEN, HIDDEN], [2021, "home", "p1", days, places]]
    held = table(f"year care_arrangement provider child_days {column}", *rows)
    assert bounded(**{name: held}) == ([f"{name}.{column}"] if found else [])


@pytest.mark.parametrize(
    ("places", "of_all", "found"),
    [((HIDDEN, 20), 28, True), ((HIDDEN, HIDDEN), 28, False), ((HIDDEN, 20), HIDDEN, False),
     ((8, 20), 28, False)],
    ids=plain,
)  # fmt: skip
def test_places_of_one_home_follow_from_those_of_all(places, of_all, found):
    homes = [
        ["riga", 2020, "home", code, number]
        for code, number in zip(("p1", "p2"), places, strict=True)
    ]
    held = dict(
        provider_unit_costs=table("region year care_arrangement provider place_days", *homes),
        unit_costs=table("region year care_arrangement place_days",
                         ["kurzeme", 2020, "home", 28], ["riga", 2020, "home", of_all]),
    )  # fmt: skip
    assert bounded(**held) == (["unit_costs.place_days"] if found else [])


# A projection is the sum of children of plans and of others, whom anybody can project.
@pytest.mark.parametrize("column", ["p10", "p50", "p90", "utilisation_p50"])
@pytest.mark.parametrize("name", ["demand", "places_outlook"])
@pytest.mark.parametrize(
    ("hiding", "of"), [("demand", "plan_children"), ("destinations", "children")]
)
@pytest.mark.parametrize(
    ("value", "about", "found"),
    [
        (40, (2024, "home"), True),
        (40.5, (2024, "home"), True),
        (HIDDEN, (2024, "home"), False),
        ({"symbol": "z"}, (2024, "home"), False),
        (40, (2025, "home"), False),
        (40, (2024, "guardian"), False),
    ],
    ids=plain,
)
def test_projection_beside_hidden_children_of_a_plan(name, column, hiding, of, value, about, found):
    shown = table(f"year care_arrangement {column}", [2024, "home", HIDDEN], [*about, value])
    hidden = table(f"year care_arrangement {of}", [2024, "home", HIDDEN], [2025, "home", 9])
    if name == hiding:
        columns = f"year care_arrangement {of} {column}"
        rows = [2024, "home", HIDDEN, HIDDEN], [*about, 9, value]
        held = {name: table(columns, *rows)}
    else:
        held = {name: shown, hiding: hidden}
    assert bounded(**held) == ([f"{name}.{column}"] if found else [])


# Ranges between homes.
def homes(cost: object, region: str | None = None, year: int = 2022, code: str = "home") -> dict:
    columns = "year care_arrangement provider cost_per_child_month_eur"
    row = [year, code, "p1", cost]
    if region:
        return table(f"region {columns}", [region, *row])
    return table(columns, row)


def ranges(parameter: str, column: str, value: object, region: str | None = None) -> dict:
    names, row = "year reference alternative parameter", [2022, "home", "family", parameter]
    if region:
        return table(f"region {names} {column}", [region, *row, value])
    return table(f"{names} {column}", [*row, value])


SIDES = [("reference_cost", "home"), ("alternative_cost", "family")]
ENDS = [
    *(("sensitivity", name) for name in ("low", "high", "outcome_low", "outcome_high")),
    *(("sensitivity_points", name) for name in ("value", "outcome")),
]


@pytest.mark.parametrize(("parameter", "code"), SIDES)
@pytest.mark.parametrize(("name", "column"), ENDS)
def test_range_from_the_cheapest_to_the_dearest_hidden_home_is_found(name, column, parameter, code):
    def of(cost: object, end: object, **others: object) -> list[str]:
        held = {name: ranges(parameter, column, end)}
        return products(
            results(provider_unit_costs=homes(cost, **({"code": code} | others)), **held)
        )

    assert of(HIDDEN, 1977.5) == [f"{name}.{column}"]
    assert of(HIDDEN, HIDDEN) == of(HIDDEN, {"symbol": ":"}) == of(1977.5, 1977.5) == []
    assert of(HIDDEN, 1977.5, year=2021) == of(HIDDEN, 1977.5, code="other") == []


def test_range_of_another_region_tells_nothing_of_a_home():
    def of(region: str) -> list[str]:
        held = {"sensitivity": ranges("reference_cost", "low", 1977.5, region)}
        return products(results("national", provider_unit_costs=homes(HIDDEN, "riga"), **held))

    assert of("riga") == ["sensitivity.low"]
    assert of("kurzeme") == []


def test_other_ranges_and_the_middle_of_a_range_tell_of_no_home():
    def of(parameter: str, column: str) -> list[str]:
        held = {"sensitivity": ranges(parameter, column, 1977.5)}
        return products(results(provider_unit_costs=homes(HIDDEN), **held))

    assert of("reference_error", "low") == of("discount_rate", "low") == []
    assert of("reference_cost", "base") == []


def test_range_is_looked_for_in_every_row():
    ends = (("discount_rate", 0.03), ("reference_cost", HIDDEN), ("reference_cost", 1977.5))
    rows = [[2022, "home", "family", *end] for end in ends]
    held = table("year reference alternative parameter low", *rows)
    assert products(results(provider_unit_costs=homes(HIDDEN), sensitivity=held)) == [
        "sensitivity.low"
    ]


def test_carers_of_one_region_follow_from_the_country_and_with_them_who_left():
    columns = "region carer_type status year count entries exits"

    def year(number: int, *regions: list, national: int) -> list[list]:
        rows = [
            [code, "adopter", "registered", number, *of]
            for code, of in zip("ab", regions, strict=True)
        ]
        return [
            *rows,
            ["national", "adopter", "registered", number, national, *[{"symbol": ":"}] * 2],
        ]

    before = year(2019, [64, 10, 9], [20, 9, 9], national=84)
    shown = year(2020, [65, 10, 9], [20, 9, 9], national=85)
    # 68 = 96 − 28 in a; 5 = 65 + 8 − 68 left: all from what b and the country show.
    hidden = year(2021, [HIDDEN, 8, HIDDEN], [28, 17, 9], national=96)
    rows = [*before, *shown, *hidden]
    held = results("national", carers_by_year=table(columns, *rows))
    assert [about for _, about in leaks(held)] == [
        "carers_by_year count a adopter registered 2021",
        "carers_by_year exits a adopter registered 2021",
    ]
    alone = results("a", carers_by_year=table(columns, *(row for row in rows if row[0] == "a")))
    assert leaks(alone) == []


def test_what_says_that_two_sums_are_the_same_is_no_cell_to_hide():
    columns = "carer_type status year count entries exits"
    rows = [["adopter", "registered", 2019 + n, 20, 8, 8] for n in range(2)]
    assert leaks(results(carers_by_year=table(columns, *rows))) == []


def test_cells_after_such_a_one_are_attacked():
    columns = "carer_type status year count entries exits"
    rows = [["adopter", "registered", 2019 + n, 20, 8, 8] for n in range(2)]
    rows.append(["adopter", "registered", 2021, 20, HIDDEN, HIDDEN])
    rows += [
        ["guest", status, 2019, n, 0, 0] for status, n in (("registered", 5), ("hosting", HIDDEN))
    ]
    assert leaks(results(carers_by_year=table(columns, *rows))) == [
        ("recovered", "carers_by_year count kurzeme guest hosting 2019")
    ]


# Whole reports: results, and the notebook that carries them.
def published(held: Mapping) -> dict[str, bytes]:
    return {"results.json": json.dumps(held).encode(), "notebook.ipynb": small.notebook(held=held)}


def test_report_without_results_is_found_and_others_are_attacked():
    leak = published(carers(5, HIDDEN))
    found = audit({"riga/r": {}, FOLDER: leak}, RULES)
    assert found[0] == Leak("riga/r/results.json", "unreadable", "KeyError")
    assert Leak(FOLDER, "recovered", HOSTING) in found


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"{", "JSONDecodeError"),
        (b"[]", "TypeError"),
        (b'{"unit": "kurzeme"}', "KeyError"),
        (b'{"tables": {}}', "KeyError"),
        (b"[" * 100_000, "RecursionError"),
    ],
    ids=plain,
)
def test_results_that_cannot_be_read_are_found(content, error):
    files = {**published(carers(62, 20)), "results.json": content}
    assert audit({FOLDER: files}, RULES) == [Leak(f"{FOLDER}/results.json", "unreadable", error)]


def test_audit_attacks_reports_with_earlier_editions():
    now = {FOLDER: published(carers(62, 20))}
    assert audit(now, RULES) == []
    earlier = {FOLDER: carers(61, 20)}
    assert audit(now, RULES, [earlier]) == [Leak(FOLDER, "changed", REGISTERED)]
