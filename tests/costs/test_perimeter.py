from __future__ import annotations

import pandas as pd
import pytest

from dieval.costs.perimeter import coverage_changes, perimeter, with_common_difference


def parts_of(*rows: tuple[str, str, float]) -> pd.DataFrame:
    parts = pd.DataFrame(rows, columns=["care_arrangement", "part", "amount_eur"])
    return parts.assign(year=2021)


def included(table: pd.DataFrame, arrangement: str) -> list[str]:
    ours = table[(table["care_arrangement"] == arrangement) & (table["included"] == "yes")]
    return ours["element"].to_list()


def test_perimeter_lists_every_element_of_every_arrangement():
    parts = parts_of(("guardian", "maintenance", 5.0), ("institution", "staff", 5.0))
    table = perimeter(parts, 2021)
    assert table["care_arrangement"].to_list() == ["institution"] * 6 + ["guardian"] * 6
    assert table["element"].to_list() == 2 * [
        *("care", "upkeep", "support", "administration", "premises", "capital"),
    ]


def test_perimeter_family_lacks_premises_and_capital():
    parts = parts_of(
        ("foster_family", "remuneration", 5.0),
        ("foster_family", "maintenance", 5.0),
        ("foster_family", "support", 5.0),
    )
    assert included(perimeter(parts, 2021), "foster_family") == ["care", "upkeep", "support"]


@pytest.mark.parametrize(
    ("part", "elements"),
    [
        ("staff", ["care"]),
        ("remuneration", ["care"]),
        ("allowance", ["care", "upkeep"]),
        ("upkeep", ["upkeep"]),
        ("goods_services", ["upkeep"]),
        ("maintenance", ["upkeep"]),
        ("support", ["support"]),
        ("administration", ["administration"]),
        ("premises", ["premises"]),
        ("capital", ["capital"]),
        ("other", []),
    ],
)
def test_perimeter_part_covers_its_element(part, elements):
    assert included(perimeter(parts_of(("institution", part, 1.0)), 2021), "institution") == (
        elements
    )


def test_perimeter_amount_of_zero_covers_nothing():
    parts = parts_of(("institution", "staff", 1.0), ("institution", "premises", 0.0))
    assert included(perimeter(parts, 2021), "institution") == ["care"]


def test_perimeter_other_years_are_not_looked_at():
    parts = parts_of(("institution", "staff", 1.0))
    assert perimeter(parts, 2020).empty


def test_perimeter_says_no_where_an_element_is_not_covered():
    table = perimeter(parts_of(("institution", "staff", 1.0)), 2021)
    assert table["included"].to_list() == ["yes", "no", "no", "no", "no", "no"]


def test_evaluation_perimeter_is_that_of_the_last_year(small, evaluate):
    made = evaluate(small(), first_year=2020)
    table = made.tables["perimeter"]
    # Staff, upkeep and a building; maintenance and support.
    assert included(table, "institution") == ["care", "upkeep", "capital"]
    assert included(table, "foster_family") == ["upkeep", "support"]


# ------------------------------------------------------------------- changes of coverage


def parts_by_year(*rows: tuple[int, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["year", "care_arrangement", "part", "amount_eur"])


def test_coverage_changes_name_the_first_year_with_and_the_first_year_without_an_element():
    changes = coverage_changes(
        parts_by_year(
            (2019, "institution", "staff", 5.0),
            (2020, "institution", "staff", 5.0),
            (2020, "institution", "capital", 1.0),
            (2021, "institution", "staff", 5.0),
        )
    )
    assert changes.to_dict("list") == {
        "care_arrangement": ["institution", "institution"],
        "year": [2020, 2021],
        "element": ["capital", "capital"],
    }


def test_coverage_changes_another_part_of_the_same_element_is_no_change():
    changes = coverage_changes(
        parts_by_year((2020, "institution", "staff", 5.0), (2021, "institution", "allowance", 5.0))
    )
    assert changes["element"].to_list() == ["upkeep"]  # staff and allowance are both care


def test_coverage_changes_amount_of_zero_covers_nothing_and_one_euro_does():
    changes = coverage_changes(
        parts_by_year(
            *((year, "institution", "staff", 5.0) for year in (2020, 2021)),
            (2020, "institution", "premises", 0.0),
            (2021, "institution", "premises", 1.0),
        )
    )
    assert changes[["year", "element"]].to_numpy().tolist() == [[2021, "premises"]]


def test_coverage_changes_are_looked_for_between_the_years_that_have_a_cost():
    changes = coverage_changes(
        parts_by_year(
            (2018, "guardian", "maintenance", 5.0),
            (2021, "guardian", "maintenance", 5.0),
            (2021, "guardian", "support", 5.0),
        )
    )
    assert changes.to_numpy().tolist() == [["guardian", 2021, "support"]]


def test_coverage_changes_arrangements_keep_the_order_that_they_come_in():
    changes = coverage_changes(
        parts_by_year(
            *((2020, code, "staff", 5.0) for code in ("institution", "foster_family")),
            *((2021, code, "support", 5.0) for code in ("institution", "foster_family")),
        )
    )
    assert changes[["care_arrangement", "element"]].to_numpy().tolist() == [
        *(["institution", "care"], ["institution", "support"]),
        *(["foster_family", "care"], ["foster_family", "support"]),
    ]


def test_coverage_changes_none_is_an_empty_table_with_its_columns():
    changes = coverage_changes(parts_by_year((2020, "institution", "staff", 5.0)))
    assert changes.empty
    assert list(changes.columns) == ["care_arrangement", "year", "element"]


def test_evaluation_coverage_changes_are_those_of_its_parts(small, evaluate):
    rows = [
        dict(provider="home", year=2020, amount_eur=90_000),
        dict(provider="home", amount_eur=95_000),
        dict(provider="home", cost_item="premises", amount_eur=5_000),
    ]
    changes = evaluate(small(costs=rows, assets=[]), first_year=2020).coverage_changes
    assert changes.to_numpy().tolist() == [["institution", 2021, "premises"]]


# ------------------------------------------------------------------------------ common perimeter

DIFFERENCE = "common_difference_eur_per_child_month"


def difference_of(
    reference: dict[str, float], alternative: dict[str, float], months: float = 10.0
) -> float:
    """Give the common difference of two costs, each said by its parts per child-month."""
    rows = [
        (2021, arrangement, part, cost * months, cost)
        for arrangement, parts in (("institution", reference), ("foster_family", alternative))
        for part, cost in parts.items()
    ]
    # The year before and a third arrangement cover everything: neither may be looked at.
    rows += [
        (year, arrangement, part, 1.0, 1.0)
        for year, arrangement in (
            (2020, "foster_family"),
            (2020, "institution"),
            (2021, "guardian"),
        )
        for part in ("staff", "upkeep", "support", "administration", "premises", "capital")
    ]
    columns = ["year", "care_arrangement", "part", "amount_eur", "cost_per_child_month_eur"]
    pairs = pd.DataFrame(
        {
            "year": [2021],
            "reference": "institution",
            "alternative": "foster_family",
            "difference_eur_per_child_month": sum(reference.values()) - sum(alternative.values()),
            "ratio": 1.0,
        },
        index=[7],
    )
    table = with_common_difference(pairs, pd.DataFrame(rows, columns=columns))
    assert table.columns.to_list() == [*pairs.columns[:4], DIFFERENCE, "ratio"]
    assert table.index.to_list() == [7]
    return float(table[DIFFERENCE].iloc[0])


def test_common_difference_leaves_out_what_only_one_side_covers():
    home = dict(staff=700, premises=200, capital=50)
    family = dict(remuneration=150, maintenance=250, support=30)
    assert difference_of(home, family) == 700 - 150


def test_common_difference_with_the_same_perimeter_is_the_difference():
    home = dict(staff=700, upkeep=90, other=10)
    family = dict(remuneration=150, maintenance=250)
    assert difference_of(home, family) == (700 + 90 + 10) - (150 + 250)


def test_common_difference_part_that_covers_no_element_counts():
    assert difference_of(dict(other=10), dict(maintenance=250, other=4)) == 10 - 4


def test_common_difference_allowance_counts_where_either_of_its_elements_is_covered():
    assert difference_of(dict(allowance=70), dict(maintenance=250)) == 70 - 250
    assert difference_of(dict(allowance=70), dict(remuneration=40, support=1)) == 70 - 40
    assert difference_of(dict(allowance=70), dict(support=1)) == 0


def test_common_difference_amount_of_zero_covers_nothing():
    assert difference_of(dict(staff=700, premises=200), dict(remuneration=9, premises=0)) == 691


def test_common_difference_without_parts_is_nothing_against_nothing():
    assert difference_of({}, {}) == 0


def test_evaluation_common_difference_of_the_small_region(small, evaluate):
    row = evaluate(small()).tables["comparison"].iloc[0]
    # Home: staff 100,000, upkeep 19,000, capital 1,000 in 120 child-months; families: 250 of
    # maintenance and 100 of support. Both cover upkeep, and nothing else.
    assert row[DIFFERENCE] == pytest.approx(19_000 / 120 - 250)


def test_evaluation_nothing_to_compare_has_the_column(small, evaluate):
    table = evaluate(small(households=[])).tables["comparison"]
    assert table.empty
    assert table[DIFFERENCE].dtype == float
