from __future__ import annotations

import math

import pandas as pd
import pytest

from dieval.costs.case_mix import (
    case_mix,
    distinguished,
    group_costs,
    grouped_lines,
    not_by_group,
)

GROUP_COLUMNS = [
    *("care_arrangement", "year", "age_band", "need_level"),
    *("child_days", "amount_eur", "names_age", "names_need"),
]
CASE_MIX_COLUMNS = [
    *("year", "reference", "alternative", "groups"),
    *("total_difference", "rate_effect", "mix_effect"),
    "standardised_reference_eur_per_child_month",
    "standardised_alternative_eur_per_child_month",
    "common_share",
]
YOUNG, OLD = dict(age_band="0-6"), dict(age_band="7-17")
STANDARD, COMPLEX = dict(need_level="standard"), dict(need_level="complex")
MONTH = 365 / 12  # child-days of a child-month of 2021


def lines_of(*rows: dict) -> pd.DataFrame:
    usual = dict(
        region="kurzeme",
        provider=None,
        care_arrangement="institution",
        year=2021,
        age_band="all",
        need_level="all",
        part="staff",
        payer="municipality",
        source="ledger",
    )
    columns = [*usual, "amount_eur"]
    return pd.DataFrame([{**usual, **row} for row in rows], columns=columns).astype(
        {"year": "int64", "amount_eur": "float64"}
    )


def units_of(*keys: tuple[int, str], cost: float = 1.0) -> pd.DataFrame:
    table = pd.DataFrame(keys, columns=["year", "care_arrangement"]).astype({"year": "int64"})
    return table.assign(cost_per_child_month_eur=cost)


INSTITUTION = units_of((2021, "institution"))


def amounts(groups: pd.DataFrame) -> dict[tuple[str, str], float]:
    return groups.set_index(["age_band", "need_level"])["amount_eur"].to_dict()


def side(arrangement: str, *rows: tuple, names: tuple[bool, bool] = (True, True), year=2021):
    """Groups of an arrangement: age band, level of need, child-months, EUR per child-month."""
    return pd.DataFrame(
        [
            (arrangement, year, age, need, months * MONTH, months * cost, *names)
            for age, need, months, cost in rows
        ],
        columns=GROUP_COLUMNS,
    )


def pairs_of(*pairs: tuple[int, str, str]) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["year", "reference", "alternative"])


PAIR = pairs_of((2021, "institution", "foster_family"))
# 10 young children at 500, 30 older ones at 900; 30 young ones at 300, 10 older ones at 400.
HOME = side("institution", ("0-6", "all", 10.0, 500.0), ("7-17", "all", 30.0, 900.0))
FAMILY = side("foster_family", ("0-6", "all", 30.0, 300.0), ("7-17", "all", 10.0, 400.0))


def only(table: pd.DataFrame) -> pd.Series:
    assert len(table) == 1
    return table.iloc[0]


def mixed(*sides: pd.DataFrame, comparison: pd.DataFrame = PAIR) -> pd.Series:
    return only(case_mix(pd.concat(sides, ignore_index=True), comparison))


# ---------------------------------------------------------------------------------- distinguished


def test_distinguished_every_row_names_its_group_both_ways(table):
    activity = table("activity", YOUNG | STANDARD | dict(child_days=1))
    named = distinguished(activity)
    assert named.to_dict("index") == {
        ("institution", 2021): {"age_band": True, "need_level": True},
    }
    assert named.index.names == ["care_arrangement", "year"]


@pytest.mark.parametrize("name", ["age_band", "need_level"])
@pytest.mark.parametrize("value", ["all", None])
def test_distinguished_one_row_without_its_group_spoils_that_column_alone(table, name, value):
    whole = YOUNG | STANDARD | dict(child_days=1)
    named = only(distinguished(table("activity", whole, whole | {name: value})))
    assert not named[name]
    assert named.sum() == 1


def test_distinguished_rows_without_child_days_are_not_looked_at(table):
    activity = table(
        "activity", YOUNG | dict(child_days=1), dict(child_days=0), dict(child_days=None)
    )
    assert only(distinguished(activity))["age_band"]


def test_distinguished_care_without_child_days_is_not_listed(table):
    assert distinguished(table("activity", YOUNG | dict(child_days=0))).empty


def test_distinguished_years_and_arrangements_are_told_apart(table):
    activity = table(
        "activity",
        YOUNG | dict(child_days=1),
        dict(child_days=1, year=2020),
        OLD | dict(child_days=1, care_arrangement="guardian"),
    )
    assert distinguished(activity)["age_band"].to_dict() == {
        ("institution", 2021): True,
        ("institution", 2020): False,
        ("guardian", 2021): True,
    }


# ---------------------------------------------------------------------------------- grouped_lines


def test_grouped_lines_cost_of_a_provider_goes_by_its_own_child_days(table):
    activity = table(
        "activity",
        YOUNG | dict(provider="a", child_days=100),
        OLD | dict(provider="a", child_days=300),
        YOUNG | dict(provider="b", child_days=500),
    )
    lines = lines_of(dict(provider="a", amount_eur=800), dict(provider="b", amount_eur=70))
    groups = grouped_lines(lines, activity, INSTITUTION)
    assert amounts(groups) == {("0-6", "all"): 800 * 100 / 400 + 70, ("7-17", "all"): 800 * 3 / 4}
    assert groups["child_days"].to_list() == [100 + 500, 300]
    assert groups.columns.to_list() == GROUP_COLUMNS
    assert groups[["care_arrangement", "year"]].drop_duplicates().to_numpy().tolist() == [
        ["institution", 2021]
    ]


@pytest.mark.parametrize("provider", ["elsewhere", None])
def test_grouped_lines_cost_of_no_home_with_children_goes_by_the_arrangement(table, provider):
    activity = table(
        "activity",
        YOUNG | dict(provider="a", child_days=100),
        OLD | dict(provider="a", child_days=300),
        YOUNG | dict(child_days=600),  # of no single home
    )
    lines = lines_of(dict(provider=provider, amount_eur=1_000))
    assert amounts(grouped_lines(lines, activity, INSTITUTION)) == {
        ("0-6", "all"): 1_000 * 700 / 1_000,
        ("7-17", "all"): 1_000 * 300 / 1_000,
    }


def test_grouped_lines_provider_with_children_in_another_year_goes_by_the_arrangement(table):
    activity = table(
        "activity",
        YOUNG | dict(provider="a", child_days=100, year=2020),
        YOUNG | dict(provider="b", child_days=300),
        OLD | dict(provider="b", child_days=100),
    )
    units = units_of((2020, "institution"), (2021, "institution"))
    groups = grouped_lines(lines_of(dict(provider="a", amount_eur=40)), activity, units)
    assert groups.set_index(["year", "age_band"])["amount_eur"].to_dict() == {
        (2020, "0-6"): 0.0,
        (2021, "0-6"): 30.0,
        (2021, "7-17"): 10.0,
    }


def test_grouped_lines_provider_with_children_in_another_arrangement_keeps_them_apart(table):
    activity = table(
        "activity",
        YOUNG | dict(provider="a", child_days=100, care_arrangement="family_like"),
        OLD | dict(provider="b", child_days=100),
    )
    units = units_of((2021, "institution"), (2021, "family_like"))
    groups = grouped_lines(lines_of(dict(provider="a", amount_eur=40)), activity, units)
    assert groups.set_index(["care_arrangement", "age_band"])["amount_eur"].to_dict() == {
        ("family_like", "0-6"): 0.0,
        ("institution", "7-17"): 40.0,
    }


def test_grouped_lines_cost_that_names_a_group_belongs_to_it_alone(table):
    activity = table(
        "activity",
        YOUNG | STANDARD | dict(child_days=10),
        YOUNG | COMPLEX | dict(child_days=30),
        OLD | STANDARD | dict(child_days=40),
        OLD | COMPLEX | dict(child_days=20),
    )
    lines = lines_of(
        YOUNG | dict(amount_eur=400),
        COMPLEX | dict(amount_eur=5_000),
        OLD | STANDARD | dict(amount_eur=7),
        dict(amount_eur=100_000),
    )
    assert amounts(grouped_lines(lines, activity, INSTITUTION)) == pytest.approx(
        {
            ("0-6", "standard"): 400 * 10 / 40 + 100_000 * 0.10,
            ("0-6", "complex"): 400 * 30 / 40 + 5_000 * 30 / 50 + 100_000 * 0.30,
            ("7-17", "standard"): 7 + 100_000 * 0.40,
            ("7-17", "complex"): 5_000 * 20 / 50 + 100_000 * 0.20,
        }
    )


def test_grouped_lines_named_group_of_a_provider_is_its_own_group_not_the_region_s(table):
    activity = table(
        "activity",
        YOUNG | STANDARD | dict(provider="a", child_days=10),
        YOUNG | COMPLEX | dict(provider="a", child_days=10),
        YOUNG | STANDARD | dict(provider="b", child_days=980),
    )
    lines = lines_of(YOUNG | dict(provider="a", amount_eur=60))
    assert amounts(grouped_lines(lines, activity, INSTITUTION)) == {
        ("0-6", "standard"): 30.0,
        ("0-6", "complex"): 30.0,
    }


def test_grouped_lines_amounts_of_an_arrangement_add_up_to_its_cost(table):
    activity = table(
        "activity",
        *(
            age | need | dict(provider=home, child_days=days)
            for home, days in (("a", 7), ("b", 11))
            for age in (YOUNG, OLD)
            for need in (STANDARD, COMPLEX)
        ),
    )
    rows = [
        dict(provider="a", amount_eur=12.34),
        YOUNG | dict(provider="b", amount_eur=56.78),
        COMPLEX | dict(amount_eur=90.12),
        dict(provider="closed", amount_eur=3.45),
        OLD | COMPLEX | dict(provider="a", part="other", amount_eur=-6.78),
    ]
    total = sum(row["amount_eur"] for row in rows)
    made = grouped_lines(lines_of(*rows), activity, INSTITUTION)
    assert made["amount_eur"].sum() == pytest.approx(total, rel=1e-14)
    mirrored = grouped_lines(lines_of(*rows[::-1]), activity[::-1], INSTITUTION)
    pd.testing.assert_frame_equal(mirrored, made)


def test_grouped_lines_refund_lowers_the_cost_of_its_group(table):
    activity = table("activity", YOUNG | dict(child_days=1), OLD | dict(child_days=1))
    lines = lines_of(dict(amount_eur=100), YOUNG | dict(part="other", amount_eur=-20))
    assert amounts(grouped_lines(lines, activity, INSTITUTION)) == {
        ("0-6", "all"): 50 - 20,
        ("7-17", "all"): 50,
    }


def test_grouped_lines_dimension_that_children_are_not_told_apart_by_is_ignored_in_costs(table):
    activity = table("activity", YOUNG | dict(child_days=10), OLD | dict(child_days=30))
    lines = lines_of(
        COMPLEX | dict(amount_eur=40), YOUNG | COMPLEX | dict(amount_eur=5), dict(amount_eur=8)
    )
    groups = grouped_lines(lines, activity, INSTITUTION)
    assert amounts(groups) == {("0-6", "all"): 10 + 5 + 2, ("7-17", "all"): 30 + 6}
    assert groups["names_age"].all()
    assert not groups["names_need"].any()


def test_grouped_lines_cost_without_a_group_written_down_names_none(table):
    activity = table("activity", YOUNG | dict(child_days=10), OLD | dict(child_days=30))
    groups = grouped_lines(lines_of(dict(age_band=None, amount_eur=40)), activity, INSTITUTION)
    assert amounts(groups) == {("0-6", "all"): 10, ("7-17", "all"): 30}
    assert not groups["names_age"].any()


@pytest.mark.parametrize(
    ("group", "names"),
    [({}, (False, False)), (YOUNG, (True, False)), (COMPLEX, (False, True))],
)
def test_grouped_lines_say_whether_any_cost_names_age_or_need(table, group, names):
    activity = table(
        "activity",
        *(
            age | need | dict(child_days=1, care_arrangement=arrangement)
            for arrangement in ("institution", "guardian")
            for age in (YOUNG, OLD)
            for need in (STANDARD, COMPLEX)
        ),
    )
    lines = lines_of(
        group | dict(amount_eur=1),
        dict(amount_eur=1),
        dict(amount_eur=1, care_arrangement="guardian"),
        OLD | COMPLEX | dict(amount_eur=0, care_arrangement="guardian"),
    )
    units = units_of((2021, "institution"), (2021, "guardian"))
    groups = grouped_lines(lines, activity, units).set_index("care_arrangement")
    flags = groups[["names_age", "names_need"]]
    assert flags.loc["institution"].drop_duplicates().to_numpy().tolist() == [list(names)]
    # What names a group there, but costs nothing, does not count.
    assert not flags.loc["guardian"].to_numpy().any()


def test_grouped_lines_group_without_any_cost_costs_nothing(table):
    activity = table("activity", YOUNG | dict(child_days=10), OLD | dict(child_days=30))
    groups = grouped_lines(lines_of(YOUNG | dict(amount_eur=40)), activity, INSTITUTION)
    assert amounts(groups) == {("0-6", "all"): 40.0, ("7-17", "all"): 0.0}


def two_arrangements(table) -> tuple[pd.DataFrame, pd.DataFrame]:
    activity = table(
        "activity",
        YOUNG | dict(child_days=10),
        YOUNG | dict(child_days=10, care_arrangement="guardian"),
    )
    return activity, units_of((2021, "institution"), (2021, "guardian"))


def test_grouped_lines_cost_for_a_group_nobody_lives_in_leaves_out_that_arrangement(table):
    activity, units = two_arrangements(table)
    lines = lines_of(
        OLD | dict(amount_eur=5),
        dict(amount_eur=1),
        dict(amount_eur=2, care_arrangement="guardian"),
    )
    groups = grouped_lines(lines, activity, units)
    assert groups["care_arrangement"].to_list() == ["guardian"]
    assert groups["amount_eur"].to_list() == [2]
    assert groups.index.to_list() == [0]


def test_grouped_lines_group_that_only_other_homes_care_for_leaves_out_the_arrangement(table):
    activity = table(
        "activity",
        YOUNG | dict(provider="a", child_days=10),
        OLD | dict(provider="b", child_days=10),
    )
    lines = lines_of(OLD | dict(provider="a", amount_eur=5))
    assert grouped_lines(lines, activity, INSTITUTION).empty


def test_grouped_lines_zero_for_a_group_nobody_lives_in_matters_to_nobody(table):
    activity, units = two_arrangements(table)
    lines = lines_of(OLD | dict(amount_eur=0), dict(amount_eur=1))
    assert len(grouped_lines(lines, activity, units)) == 2


def test_grouped_lines_unknown_amount_leaves_out_the_arrangement(table):
    activity, units = two_arrangements(table)
    groups = grouped_lines(lines_of(dict(amount_eur=math.nan)), activity, units)
    assert groups["care_arrangement"].to_list() == ["guardian"]


def test_grouped_lines_unknown_cost_per_child_leaves_out_the_arrangement(table):
    activity, units = two_arrangements(table)
    units.loc[1, "cost_per_child_month_eur"] = math.nan
    groups = grouped_lines(lines_of(dict(amount_eur=1)), activity, units)
    assert groups["care_arrangement"].to_list() == ["institution"]


def test_grouped_lines_arrangement_without_groups_is_left_out(table):
    activity = table("activity", dict(child_days=10), YOUNG | dict(child_days=1, year=2020))
    units = units_of((2020, "institution"), (2021, "institution"))
    lines = lines_of(dict(amount_eur=1), dict(amount_eur=2, year=2020))
    groups = grouped_lines(lines, activity, units)
    assert groups["year"].to_list() == [2020]
    assert groups["amount_eur"].to_list() == [2]


def test_grouped_lines_row_without_child_days_is_no_group(table):
    activity = table("activity", YOUNG | dict(child_days=10), OLD | dict(child_days=0))
    groups = grouped_lines(lines_of(dict(amount_eur=1)), activity, INSTITUTION)
    assert groups["age_band"].to_list() == ["0-6"]


@pytest.mark.parametrize("rows", [[], [dict(child_days=5)]])
def test_grouped_lines_no_groups_give_an_empty_table_with_its_columns(table, rows):
    groups = grouped_lines(lines_of(dict(amount_eur=1)), table("activity", *rows), INSTITUTION)
    assert groups.empty
    assert groups.columns.to_list() == GROUP_COLUMNS


# ------------------------------------------------------------------------------------ group_costs


def why_not(activity: pd.DataFrame, *lines: dict) -> list[list[object]]:
    units = units_of(*{(year, "institution") for year in activity["year"]})
    groups = grouped_lines(lines_of(*lines), activity, units)
    found = not_by_group(activity, units, groups)
    return found.astype({"provider": "object"}).fillna("").to_numpy().tolist()


def test_not_by_group_names_the_home_that_gives_one_year_as_a_whole(table):
    a, b = dict(provider="a", child_days=10), dict(provider="b", child_days=10)
    activity = table(
        "activity",
        *(home | YOUNG | dict(year=year) for home in (a, b) for year in (2020, 2022)),
        *(a | dict(year=2021, age_band="all"), b | YOUNG | dict(year=2021)),
    )
    lines = [YOUNG | dict(year=year, amount_eur=1) for year in (2020, 2021, 2022)]
    assert why_not(activity, *lines) == [["institution", 2021, "age_band", "a"]]


def test_not_by_group_is_silent_before_the_first_year_with_groups_and_without_any(table):
    whole = [dict(year=year, child_days=10, age_band="all") for year in (2019, 2020)]
    lines = [dict(year=year, amount_eur=1) for year in (2019, 2020, 2021)]
    assert why_not(table("activity", *whole), *lines[:2]) == []
    by_age = table("activity", *whole, YOUNG | dict(year=2021, child_days=10))
    assert why_not(by_age, *lines) == []


def test_not_by_group_tells_of_a_cost_for_a_group_nobody_lives_in(table):
    activity = table("activity", YOUNG | dict(child_days=10))
    cost = OLD | dict(amount_eur=1)
    assert why_not(activity, cost) == [["institution", 2021, "cost_group", ""]]
    assert why_not(activity, YOUNG | dict(amount_eur=1)) == []


def test_group_costs_divide_by_the_child_months_of_the_group_and_year():
    groups = pd.concat(
        [
            side("guardian", ("7-17", "all", 1.0, 1.0)),
            side("institution", ("7-17", "all", 4.0, 50.0), ("0-6", "all", 2.0, 70.0)),
            side("institution", ("0-6", "all", 12.0, 3.0), year=2020),
        ],
        ignore_index=True,
    )
    table = group_costs(groups)
    months_2020 = 12 * MONTH / (366 / 12)
    assert table.columns.to_list() == [
        *("year", "care_arrangement", "age_band", "need_level"),
        *("child_months", "cost_per_child_month_eur"),
    ]
    assert table.iloc[:, :4].to_numpy().tolist() == [
        [2020, "institution", "0-6", "all"],
        [2021, "institution", "0-6", "all"],
        [2021, "institution", "7-17", "all"],
        [2021, "guardian", "7-17", "all"],
    ]
    assert table["child_months"].to_list() == pytest.approx([months_2020, 2, 4, 1])
    costs = table["cost_per_child_month_eur"].to_list()
    assert costs == pytest.approx([12 * 3 / months_2020, 70, 50, 1])


def test_group_costs_of_no_groups_are_an_empty_table_with_its_columns():
    table = group_costs(side("institution").astype({"year": "int64", "child_days": "float64"}))
    assert table.empty
    assert table.columns[-1] == "cost_per_child_month_eur"


# --------------------------------------------------------------------------------------- case_mix


def test_case_mix_worked_example():
    row = mixed(HOME, FAMILY)
    # Institution ¼·500 + ¾·900 = 800; foster families ¾·300 + ¼·400 = 325.
    assert row["total_difference"] == pytest.approx(800 - 325)
    # Half of both shares is ½ for either group.
    assert row["rate_effect"] == pytest.approx(0.5 * (500 - 300) + 0.5 * (900 - 400))
    # ½(500 + 300)·(¼ − ¾) + ½(900 + 400)·(¾ − ¼).
    assert row["mix_effect"] == pytest.approx(400 * -0.5 + 650 * 0.5)
    # 40 child-months of either group on both sides together.
    column = "standardised_{}_eur_per_child_month"
    assert row[column.format("reference")] == pytest.approx((500 * 40 + 900 * 40) / 80)
    assert row[column.format("alternative")] == pytest.approx((300 * 40 + 400 * 40) / 80)
    assert row["common_share"] == 1
    assert row["groups"] == "age"
    assert (row["year"], row["reference"], row["alternative"]) == (
        *(2021, "institution", "foster_family"),
    )


def test_case_mix_standardised_costs_weigh_with_the_children_of_both_sides():
    few = side("foster_family", ("0-6", "all", 6.0, 300.0), ("7-17", "all", 2.0, 400.0))
    row = mixed(HOME, few)
    assert row["standardised_reference_eur_per_child_month"] == pytest.approx(
        (500 * 16 + 900 * 32) / 48
    )
    assert row["standardised_alternative_eur_per_child_month"] == pytest.approx(
        (300 * 16 + 400 * 32) / 48
    )


def test_case_mix_effects_depend_on_shares_not_on_how_many_children_there_are():
    few = side("foster_family", ("0-6", "all", 3.0, 300.0), ("7-17", "all", 1.0, 400.0))
    one, other = mixed(HOME, FAMILY), mixed(HOME, few)
    for effect in ("total_difference", "rate_effect", "mix_effect"):
        assert other[effect] == pytest.approx(one[effect])


def test_case_mix_rate_and_mix_add_up_to_the_difference():
    home = side("institution", ("0-6", "all", 1.7, 511.13), ("7-17", "all", 31.9, 907.7))
    family = side("foster_family", ("0-6", "all", 29.3, 303.03), ("7-17", "all", 11.1, 412.9))
    row = mixed(home, family)
    difference = (1.7 * 511.13 + 31.9 * 907.7) / 33.6 - (29.3 * 303.03 + 11.1 * 412.9) / 40.4
    assert row["total_difference"] == pytest.approx(difference, rel=1e-13)
    assert row["rate_effect"] + row["mix_effect"] == pytest.approx(difference, rel=1e-13)


def test_case_mix_sides_exchanged_turn_every_sign():
    row = mixed(HOME, FAMILY)
    turned = mixed(HOME, FAMILY, comparison=pairs_of((2021, "foster_family", "institution")))
    for effect in ("total_difference", "rate_effect", "mix_effect"):
        assert turned[effect] == pytest.approx(-row[effect], rel=1e-14)
    column = "standardised_{}_eur_per_child_month"
    assert turned[column.format("reference")] == row[column.format("alternative")]
    assert turned[column.format("alternative")] == row[column.format("reference")]


def test_case_mix_same_costs_on_both_sides_are_mix_alone():
    family = side("foster_family", ("0-6", "all", 30.0, 500.0), ("7-17", "all", 10.0, 900.0))
    row = mixed(HOME, family)
    assert row["rate_effect"] == 0
    assert row["mix_effect"] == pytest.approx(800 - (0.75 * 500 + 0.25 * 900))


def test_case_mix_same_children_on_both_sides_are_rate_alone():
    family = side("foster_family", ("0-6", "all", 1.0, 300.0), ("7-17", "all", 3.0, 400.0))
    row = mixed(HOME, family)
    assert row["mix_effect"] == 0
    assert row["rate_effect"] == pytest.approx(800 - (0.25 * 300 + 0.75 * 400))


@pytest.mark.parametrize("lacking", ["institution", "foster_family"])
def test_case_mix_group_of_one_side_alone_is_mix_alone(lacking):
    grown = ("18+", "all", 40.0, 1_300.0)
    costs = {"institution": HOME, "foster_family": FAMILY}
    with_grown = next(name for name in costs if name != lacking)
    both = {**costs, with_grown: pd.concat([costs[with_grown], side(with_grown, grown)])}
    row = mixed(*both.values())
    # Half of that side's children are grown, so its other shares are halved.
    home = 0.5 * 800 + 0.5 * 1_300 if lacking == "foster_family" else 800
    family = 0.5 * 325 + 0.5 * 1_300 if lacking == "institution" else 325
    assert row["total_difference"] == pytest.approx(home - family)
    shares = {"institution": (0.25, 0.75), "foster_family": (0.75, 0.25)}
    shares[with_grown] = tuple(share / 2 for share in shares[with_grown])
    half = [(r + a) / 2 for r, a in zip(*shares.values(), strict=True)]
    assert row["rate_effect"] == pytest.approx(half[0] * 200 + half[1] * 500)
    assert row["mix_effect"] == pytest.approx(home - family - row["rate_effect"])
    # Standardised to the groups of both sides: 80 of 120 child-months.
    assert row["standardised_reference_eur_per_child_month"] == pytest.approx(700)
    assert row["standardised_alternative_eur_per_child_month"] == pytest.approx(350)
    assert row["common_share"] == pytest.approx(80 / 120)


def test_case_mix_no_group_in_common_has_no_standardised_cost():
    home = side("institution", ("0-6", "all", 10.0, 500.0))
    family = side("foster_family", ("7-17", "all", 10.0, 400.0))
    row = mixed(home, family)
    assert math.isnan(row["standardised_reference_eur_per_child_month"])
    assert math.isnan(row["standardised_alternative_eur_per_child_month"])
    assert row["common_share"] == 0
    assert row["rate_effect"] == 0
    assert row["mix_effect"] == pytest.approx(500 - 400)


def test_case_mix_groups_that_one_side_alone_tells_apart_are_put_together():
    home = side(
        "institution",
        ("0-6", "standard", 4.0, 400.0),
        ("0-6", "complex", 6.0, 600.0),
        ("7-17", "complex", 30.0, 900.0),
    )
    row = mixed(home, FAMILY)
    assert row["groups"] == "age"
    young = (4 * 400 + 6 * 600) / 10
    assert row["total_difference"] == pytest.approx((10 * young + 30 * 900) / 40 - 325)
    assert row["rate_effect"] == pytest.approx(0.5 * (young - 300) + 0.5 * (900 - 400))


@pytest.mark.parametrize(
    ("home", "family", "groups"),
    [
        (("0-6", "standard"), ("0-6", "standard"), "age_and_need"),
        (("0-6", "all"), ("0-6", "standard"), "age"),
        (("0-6", "standard"), ("all", "standard"), "need"),
        (("all", "complex"), ("all", "standard"), "need"),
    ],
)
def test_case_mix_groups_are_those_that_both_sides_tell_apart(home, family, groups):
    row = mixed(side("institution", (*home, 1.0, 9.0)), side("foster_family", (*family, 1.0, 4.0)))
    assert row["groups"] == groups
    assert row["total_difference"] == pytest.approx(9 - 4)


def test_case_mix_nothing_told_apart_on_both_sides_is_not_adjusted():
    home = side("institution", ("0-6", "all", 1.0, 9.0))
    family = side("foster_family", ("all", "standard", 1.0, 4.0))
    assert case_mix(pd.concat([home, family]), PAIR).empty


@pytest.mark.parametrize(
    ("home", "family", "adjusted"),
    [
        ((True, False), (True, False), True),
        ((False, True), (True, False), False),
        ((False, True), (False, True), True),
        ((False, False), (True, True), False),
        ((True, True), (False, False), False),
    ],
)
def test_case_mix_needs_a_cost_by_group_on_both_sides(home, family, adjusted):
    group = ("0-6", "standard", 1.0, 5.0)
    sides = [
        side("institution", group, names=home),
        side("foster_family", group, names=family),
    ]
    assert len(case_mix(pd.concat(sides), PAIR)) == adjusted


@pytest.mark.parametrize(
    ("home", "family", "groups"),
    [
        ((True, True), (True, True), "age_and_need"),
        ((True, True), (True, False), "age"),
        ((False, True), (True, True), "need"),
    ],
)
def test_case_mix_groups_are_those_that_costs_name_on_both_sides(home, family, groups):
    group = ("0-6", "standard", 1.0, 5.0)
    row = mixed(side("institution", group, names=home), side("foster_family", group, names=family))
    assert row["groups"] == groups


def test_case_mix_cost_by_a_dimension_that_is_not_compared_does_not_count():
    home = side("institution", ("0-6", "standard", 1.0, 5.0), names=(False, True))
    family = side("foster_family", ("0-6", "all", 1.0, 5.0), names=(True, False))
    assert case_mix(pd.concat([home, family]), PAIR).empty


def test_case_mix_every_pair_that_can_be_adjusted_has_a_row():
    comparison = pairs_of(
        (2020, "institution", "foster_family"),
        (2021, "institution", "family_like"),
        (2021, "institution", "foster_family"),
        (2021, "youth_house", "foster_family"),
        (2021, "institution", "guardian"),
    )
    guardian = side("guardian", ("0-6", "all", 1.0, 100.0))
    table = case_mix(pd.concat([HOME, FAMILY, guardian]), comparison)
    assert table["alternative"].to_list() == ["foster_family", "guardian"]
    assert table["year"].to_list() == [2021, 2021]
    assert table["total_difference"].to_list() == pytest.approx([800 - 325, 800 - 100])


def test_case_mix_leap_year_leaves_shares_and_counts_its_days():
    sides = [frame.assign(year=2020) for frame in (HOME, FAMILY)]
    row = mixed(*sides, comparison=pairs_of((2020, "institution", "foster_family")))
    # The same child-days are 365/366 as many child-months, each so much dearer.
    assert row["total_difference"] == pytest.approx((800 - 325) * 366 / 365)
    assert row["common_share"] == 1


def test_case_mix_doubled_costs_double_every_amount_and_no_share():
    row = mixed(HOME, FAMILY)
    doubled = [frame.assign(amount_eur=2 * frame["amount_eur"]) for frame in (HOME, FAMILY)]
    twice = mixed(*doubled)
    amounts_ = CASE_MIX_COLUMNS[4:9]
    assert twice[amounts_].to_list() == [2 * value for value in row[amounts_]]
    assert twice["common_share"] == row["common_share"]


@pytest.mark.parametrize("groups", [HOME, HOME[:0]])
@pytest.mark.parametrize("pairs", [PAIR, PAIR[:0]])
def test_case_mix_nothing_to_adjust_is_an_empty_table_with_its_columns(groups, pairs):
    table = case_mix(groups, pairs)
    assert table.empty
    assert table.columns.to_list() == CASE_MIX_COLUMNS


# ------------------------------------------------------------------------------ whole evaluations

# Kurzeme by age: 4 young and 6 older children in the home, 3 and 2 in foster families.
BY_AGE = dict(
    activity=[
        YOUNG | dict(provider="home", child_days=4 * 365),
        OLD | dict(provider="home", child_days=6 * 365),
        YOUNG | dict(care_arrangement="foster_family", child_days=3 * 365),
        OLD | dict(care_arrangement="foster_family", child_days=2 * 365),
    ],
    costs=[
        dict(provider="home", amount_eur=100_000),
        OLD | dict(provider="home", cost_item="support", amount_eur=7_200),
        dict(care_arrangement="foster_family", cost_item="support", amount_eur=6_000),
    ],
    households=[YOUNG | dict(child_months=36), OLD | dict(child_months=24)],
    statutory_rates=[
        YOUNG | dict(rate="young", amount_eur_month=200),
        OLD | dict(rate="old", amount_eur_month=250),
    ],
)


def test_evaluation_by_age_splits_its_difference(small, evaluate):
    made = evaluate(small(**BY_AGE)).tables
    # Home: 100,000 + 1,000 of capital for 120 child-months, 7,200 for 72 of them.
    common, young, old = 101_000 / 120, 200 + 100, 250 + 100
    costs = made["group_costs"].set_index(["care_arrangement", "age_band"])
    assert costs["cost_per_child_month_eur"].to_dict() == pytest.approx(
        {
            ("institution", "0-6"): common,
            ("institution", "7-17"): common + 100,
            ("foster_family", "0-6"): young,
            ("foster_family", "7-17"): old,
        }
    )
    assert costs["child_months"].to_list() == pytest.approx([48, 72, 36, 24])
    row = only(made["case_mix"])
    assert row["groups"] == "age"
    assert row["rate_effect"] == pytest.approx(0.5 * (common - young) + 0.5 * (common + 100 - old))
    # 4 of 10 children are young in the home, 3 of 5 in families.
    mix = (common + young) / 2 * (0.4 - 0.6) + (common + 100 + old) / 2 * (0.6 - 0.4)
    assert row["mix_effect"] == pytest.approx(mix)
    difference = only(made["comparison"])["difference_eur_per_child_month"]
    assert row["total_difference"] == pytest.approx(difference, rel=1e-13)


def test_evaluation_without_groups_has_neither_group_costs_nor_case_mix(small, evaluate):
    made = evaluate(small()).tables
    assert made["group_costs"].empty
    assert made["case_mix"].empty
    assert made["case_mix"].columns.to_list() == CASE_MIX_COLUMNS


def test_evaluation_home_without_child_days_leaves_no_group_costs_of_homes(small, evaluate):
    # The second home costs money, but for how many children is not known.
    tables = small(**BY_AGE)
    more = small(costs=[dict(provider="second", amount_eur=500)])["costs"]
    tables["costs"] = pd.concat([tables["costs"], more], ignore_index=True)
    made = evaluate(tables).tables
    assert set(made["group_costs"]["care_arrangement"]) == {"foster_family"}
    assert made["case_mix"].empty
