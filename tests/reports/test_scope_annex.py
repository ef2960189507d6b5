from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

import dieval
from dieval.errors import NoDataError, ParameterError
from dieval.inputs.read import DataPackage, read_package
from dieval.reports.declared import declared_parameters
from dieval.reports.scope_annex import check_reorganisation_annex

HOME = "kurzeme-paraugs-1"
DEFAULTS = {
    "provider": HOME,
    "start_year": 0,
    "horizon_years": 10,
    "price_year": 2022,
    "discount_rate": 0.04,
    "draws": 10_000,
    "seed": 20260101,
    "edition": "public",
}


@pytest.fixture(scope="module")
def package(root):
    return read_package(root / "data" / "latvia")


@pytest.fixture(scope="module")
def replanned(package) -> Callable[..., DataPackage]:
    """Give the package with the home's plan changed: children by year and code, further rows."""

    def change(
        cells: dict[tuple[int, str], int] | None = None,
        rows: tuple[tuple[int, str, int], ...] = (),
        **tables: pd.DataFrame,
    ) -> DataPackage:
        plan, lines = package.tables["destinations"].copy(), package.lines["destinations"]
        for (year, code), children in (cells or {}).items():
            ours = (plan["provider"] == HOME) & (plan["year"] == year)
            plan.loc[ours & (plan["care_arrangement"] == code), "children"] = children
        for year, code, children in rows:
            like = plan[plan["provider"] == HOME].iloc[[0]]
            values = dict(year=year, care_arrangement=code, children=children)
            plan = pd.concat([plan, like.assign(**values)], ignore_index=True)
            place = pd.DataFrame({"file": ["destinations.csv"], "row": [len(plan) + 1]})
            lines = pd.concat([lines, place], ignore_index=True)
        return replace(
            package,
            tables=package.tables | {"destinations": plan} | tables,
            lines=package.lines | {"destinations": lines},
        )

    return change


def lines_of(package: DataPackage, year: int, *codes: str) -> str:
    """Where the rows of the home's plan of a year stand: “rows 2, 3, 4”."""
    plan = package.tables["destinations"]
    ours = (plan["provider"] == HOME) & (plan["year"] == year)
    if codes:
        ours &= plan["care_arrangement"].isin(codes)
    found = package.lines["destinations"].loc[ours, "row"].astype(int).sort_values().tolist()
    shown = ", ".join(map(str, found[:5])) + (f" and {len(found) - 5} more" if found[5:] else "")
    return f"{'row' if len(found) == 1 else 'rows'} {shown}"


def test_annex_parameters_of_the_notebook_are_those_it_checks(root):
    assert declared_parameters(root / "notebooks" / "reorganisation_annex.ipynb") == DEFAULTS


# --- The first year ------------------------------------------------------------------------------


def first_year(package: DataPackage, **parameters: Any) -> int:
    return check_reorganisation_annex(DEFAULTS | parameters, package).start_year


def test_annex_first_year_is_the_first_planned_one(package):
    assert first_year(package) == 2018
    assert first_year(package, provider="kurzeme-paraugs-3") == 2022


def test_annex_first_year_given_is_kept(package):
    assert first_year(package, start_year=2020) == 2020
    assert first_year(package, start_year=2018) == 2018


def test_annex_first_year_without_a_plan_follows_the_last_recorded_one(package):
    assert first_year(package, provider="kurzeme-paraugs-2") == 2022 + 1
    assert first_year(package, provider="kurzeme-paraugs-2", start_year=2030) == 2030


def test_annex_of_a_region_of_which_nothing_is_recorded_is_refused(package):
    names = ("costs", "activity", "households")
    left = {name: package.tables[name] for name in names}
    left = {name: table[table["region"] != "kurzeme"] for name, table in left.items()}
    empty = replace(package, tables=package.tables | left)
    with pytest.raises(NoDataError, match="nothing is recorded of its region kurzeme"):
        first_year(empty, provider="kurzeme-paraugs-2")


# --- Plans that do not add up --------------------------------------------------------------------


def refused(package: DataPackage, **parameters: Any) -> list[str]:
    with pytest.raises(NoDataError) as error:
        check_reorganisation_annex(DEFAULTS | parameters, package)
    return str(error.value).splitlines()


def test_plan_that_counts_a_child_twice_is_refused_with_rows_and_remedy(replanned):
    # 2019: 18 + 6 + 4 + 5 + 3 + 1 = 37 as the year before; one more in foster families.
    twice = replanned({(2019, "foster_family"): 7})
    first, second = refused(twice)
    assert first == (
        f"destinations.csv, column children, {lines_of(twice, 2019)}: 38 children in care in 2019 "
        "and 0 who left, but 37 the year before and 0 who came: 1 counted twice. Mend the rows of "
        "the year, or add a row “entry”."
    )
    # The year after, that child is gone again.
    assert first != second
    assert "37 children in care in 2020 and 0 who left, but 38 the year before" in second


def test_plan_that_loses_a_child_is_refused_with_rows_and_remedy(replanned):
    lost = replanned({(year, "guardian"): 5 for year in range(2021, 2028)})
    (line,) = refused(lost)
    assert line == (
        f"destinations.csv, column children, {lines_of(lost, 2021)}: 35 children in care in 2021 "
        "and 0 who left, but 37 the year before and 0 who came: 2 lost. Add rows “family”, "
        "“adoption” or “exit” for those who left care, or mend the rows of the year."
    )


def test_plan_whose_missing_child_went_home_is_accepted(replanned):
    cells = {(year, "guardian"): 6 for year in range(2021, 2028)}
    rows = tuple((year, "family", 1) for year in range(2021, 2028))
    assert first_year(replanned(cells, rows)) == 2018


def test_plan_whose_further_child_came_is_accepted(replanned):
    cells = {(year, "guardian"): 8 for year in range(2021, 2028)}
    assert first_year(replanned(cells, ((2021, "entry", 1),))) == 2018


@pytest.mark.parametrize("closed", ["2020-01-01", "2020-12-31", "2019-06-30"])
def test_plan_that_closes_before_the_last_child_leaves_is_refused(package, replanned, closed):
    homes = package.tables["providers"].copy()
    homes.loc[homes["provider"] == HOME, "closed"] = pd.Timestamp(closed)
    early = replanned(providers=homes)
    years = [year for year in (2019, 2020) if year >= int(closed[:4])]
    (line,) = refused(early)
    rows = ", ".join(lines_of(early, year, "institution").split()[1] for year in years)
    assert line == (
        f"destinations.csv, column children, row{'s' * (len(years) > 1)} {rows}: children live in "
        f"the home at the end of the year ({', '.join(map(str, years))}), after the day on which "
        "table providers closes it. Mend the closing day or the rows of the plan."
    )


def test_plan_that_closes_in_the_year_in_which_the_last_child_leaves_is_accepted(package):
    homes = package.tables["providers"].set_index("provider")
    assert homes.loc[HOME, "closed"].year == 2021
    assert first_year(package) == 2018


@pytest.mark.parametrize("year", [2017, 1990])
def test_plan_that_begins_after_the_start_year_is_refused(package, year):
    assert refused(package, start_year=year) == [
        f"provider {HOME}: its plan begins in 2018, start_year {year} is before that. Choose 2018 "
        "or later, or add rows of earlier years to destinations."
    ]


def test_plan_with_several_faults_names_all_at_once(package, replanned):
    homes = package.tables["providers"].copy()
    homes.loc[homes["provider"] == HOME, "closed"] = pd.Timestamp("2019-01-01")
    found = refused(replanned({(2018, "guardian"): 1}, providers=homes))
    assert len(found) == 2
    assert "1 counted twice" in found[0]
    assert "closes it" in found[1]


def test_plan_of_another_home_that_does_not_add_up_does_not_matter(replanned):
    spoilt = replanned({(2019, "foster_family"): 7})
    assert first_year(spoilt, provider="kurzeme-paraugs-3") == 2022


# --- Other parameters ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"provider": "kurzeme-paraugs-11"},
            "provider kurzeme-paraugs-11 is unknown: did you mean ",
        ),
        ({"provider": 5}, "parameter provider"),
        ({"start_year": 2018.0}, "parameter start_year"),
        ({"start_year": -1}, "parameter start_year"),
        ({"start_year": 2101}, "parameter start_year.*2100.*got 2101"),
        ({"start_year": 1989}, "start_year 1989: expected a year from 1990, or 0 for the first"),
        ({"horizon_years": 0}, "parameter horizon_years.*got 0"),
        ({"horizon_years": 61}, "parameter horizon_years.*60.*got 61"),
        ({"horizon_years": True}, "parameter horizon_years"),
        ({"price_year": 1999}, "price_index has no value for 1999"),
        ({"discount_rate": 1.0}, "parameter discount_rate.*less than 1.*got 1.0"),
        ({"discount_rate": float("nan")}, "parameter discount_rate"),
        ({"draws": 999}, "parameter draws"),
        ({"seed": -1}, "parameter seed"),
        ({"edition": "secret"}, "parameter edition.*'public' or 'internal'"),
        ({"horizon": 3}, "horizon"),
    ],
)
def test_annex_parameter_out_of_range_is_refused(package, change, words):
    with pytest.raises(ParameterError, match=words):
        check_reorganisation_annex(DEFAULTS | change, package)


def test_annex_faults_of_place_and_time_are_named_at_once(package):
    wrong = {"provider": "nowhere", "price_year": 1999, "start_year": 5}
    with pytest.raises(ParameterError) as error:
        check_reorganisation_annex(DEFAULTS | wrong, package)
    for words in ("provider nowhere", "1999", "start_year 5"):
        assert words in str(error.value)


def test_annex_missing_tables_are_all_named(package):
    left = {
        name: table for name, table in package.tables.items() if name not in ("costs", "activity")
    }
    with pytest.raises(ParameterError, match=r"costs, activity|activity, costs"):
        check_reorganisation_annex(DEFAULTS, replace(package, tables=left))


def test_annex_in_a_notebook_shows_its_first_page(root, monkeypatch):
    monkeypatch.chdir(root)
    report = dieval.reorganisation_annex(**DEFAULTS | {"draws": 1000})
    assert (report.unit, list(report.years)) == (HOME, list(range(2018, 2028)))
    (title,) = [block for block in report.cover().blocks if block["kind"] == "title"]
    assert "Paraugnams" in title["text"]["lv"]
    assert title["text"]["en"].startswith("Annex to the reorganisation plan: ")
