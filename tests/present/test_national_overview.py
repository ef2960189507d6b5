"""The overview sets the regions' own reports side by side, and ranks only what can be compared."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import dieval
from dieval.errors import ParameterError
from dieval.inputs.read import DataPackage
from dieval.present.national_overview import NationalOverview, _side_by_side
from dieval.release.cells import masked
from dieval.reports.project import read_project, shipped_root
from dieval.reports.scope import check_cost_comparison, compare_costs
from dieval.reports.scope_overview import check_national_overview, oversee
from dieval.reports.scope_progress import check_implementation_progress, report_progress
from dieval.vocabulary import is_hidden

CHAPTERS = (
    "show_findings",
    "show_costs_by_region",
    "show_progress_by_region",
    "show_annexes",
    "run_record",
)
COSTS = dict(
    first_year=2020,
    last_year=2022,
    price_year=2022,
    discount_rate=0.04,
    reference="institution",
    draws=1000,
    seed=1,
    edition="internal",
)
DAY = "2023-12-31"
PROJECT = read_project(shipped_root())
Make = Callable[..., NationalOverview]


def test_row_of_the_country_lacks_what_any_region_hides():
    rows = pd.DataFrame({"region": ["a", "national", "national"], "children": [30.0, 90.0, 80.0]})
    hides = [rows, masked(rows, {"children": np.array([False, True, False])})]
    for one, other in (hides, hides[::-1]):
        table = _side_by_side({"a": {"t": one}, "b": {"t": other.replace("a", "b")}})["t"]
        assert table["region"].to_list() == ["a", "b", "national", "national"]
        assert table["children"].map(is_hidden).to_list() == [False, False, True, False]


@pytest.fixture(scope="module")
def overview(package) -> Make:
    """Give the overview, with tables replaced or (None) left out."""

    def make(**tables: pd.DataFrame | None) -> NationalOverview:
        changed = {**package.tables, **tables}
        data: DataPackage = dataclasses.replace(
            package,
            tables={name: table for name, table in changed.items() if table is not None},
            lines={name: rows for name, rows in package.lines.items() if name not in tables},
        )
        return oversee(check_national_overview({**COSTS, "as_of": DAY}, data), data, PROJECT)

    return make


@pytest.fixture(scope="module")
def whole(overview) -> NationalOverview:
    return overview()


def test_overview_is_readable_in_both_languages(whole, read_through):
    assert len(read_through(whole, CHAPTERS)) > 10


def test_overview_without_progress_data_is_readable(overview, package, read_through):
    optional = ("targets", "observations", "placements", "services", "infrastructure", "milestones",
                "availability", "needs", "carers", "flows", "plan_events")  # fmt: skip
    report = overview(**dict.fromkeys(optional))
    read_through(report, CHAPTERS)
    assert "indicator_progress" not in report.tables


@pytest.mark.parametrize("region", ["kurzeme", "zemgale"])
def test_tables_are_those_of_each_region_with_the_region_first(region, whole, package):
    costs = compare_costs(
        check_cost_comparison({**COSTS, "region": region}, package), package, PROJECT
    )
    given = dict(region=region, as_of=DAY, edition="internal")
    progress = report_progress(check_implementation_progress(given, package), package, PROJECT)
    assert whole.tables.keys() == costs.tables.keys() | progress.tables.keys() | {"needs_by_region"}
    for name, own in (costs.tables | progress.tables).items():
        table = whole.tables[name]
        assert table.columns[0] == "region"
        mine = own[own["region"] == region] if "region" in own else own
        theirs = table[table["region"] == region][list(mine.columns)].reset_index(drop=True)
        pd.testing.assert_frame_equal(
            theirs, mine.reset_index(drop=True), check_dtype=False, check_exact=True
        )


def test_national_rows_stand_once(whole):
    table = whole.tables["family_environment"]
    national = table[table["region"] == "national"]
    assert len(national) == len(national.drop_duplicates()) > 5


def test_findings_name_their_region(whole):
    regions = {finding.values["region"] for finding in whole.findings}
    assert regions == {"kurzeme", "latgale", "riga", "vidzeme", "zemgale"}


def ranking(report: NationalOverview, arrangement: str) -> object:
    (table,) = [
        block
        for block in dieval.show_costs_by_region(report).blocks
        if block.get("name") == "cost_by_region"
    ]
    return {cells[0]: cells[-1] for cells in table["rows"]}[arrangement]


def test_regions_are_ranked_only_where_costs_cover_the_same_elements(overview, whole, package):
    assert ranking(whole, "institution")["en"].count(" < ") == 4
    costs = package.tables["costs"]
    premises = (
        (costs["region"] == "kurzeme")
        & (costs["care_arrangement"] == "institution")
        & (costs["cost_item"] == "premises")
    )
    other = overview(costs=costs[~premises])
    assert "not ranked" in ranking(other, "institution")["en"]
    assert "nav sarindots" in ranking(other, "institution")["lv"]


def test_region_without_the_reference_is_named_and_left_out_of_the_costs(overview, package):
    activity = package.tables["activity"]
    gone = (activity["region"] == "riga") & (activity["care_arrangement"] == "institution")
    report = overview(activity=activity[~gone])
    assert "riga" not in report.costs
    texts = [block["paragraphs"][0]["en"] for block in dieval.show_costs_by_region(report).blocks
             if block["kind"] == "text"]  # fmt: skip
    assert texts == ["Without costs: Riga."]


def test_wrong_parameters_are_refused_all_at_once(package):
    wrong = {**COSTS, "as_of": "31.12.2023", "price_year": 1950 + 41}
    with pytest.raises(ParameterError, match=r"(?s)as_of.*price_index"):
        check_national_overview(wrong, package)
    with pytest.raises(ParameterError, match="no child-days in any region"):
        check_national_overview({**COSTS, "as_of": DAY, "reference": "guardian"} | {
            "first_year": 2012, "last_year": 2012}, package)  # fmt: skip
