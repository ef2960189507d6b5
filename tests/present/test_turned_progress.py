"""The progress of the demonstration on other days and with other data: texts and verdicts follow.

Every case makes all chapters of the report and reads them in both languages.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import dieval
from dieval.inputs.read import DataPackage
from dieval.present.implementation_progress import INPUT_TABLES, ImplementationProgress
from dieval.reports.project import read_project, shipped_root
from dieval.reports.scope_progress import check_implementation_progress, report_progress

Tables = dict[str, pd.DataFrame]
CHAPTERS = (
    "show_findings",
    "show_indicators",
    "show_services",
    "show_children",
    "show_reimbursement",
    "show_infrastructure",
    "show_process",
    "show_annexes",
    "run_record",
)
EVALUATION_DAY = "2020-05-19"
Make = Callable[..., ImplementationProgress]


@pytest.fixture(scope="module")
def progress(package) -> Make:
    """Give the progress of a region, with tables replaced or (None) left out."""

    def make(
        as_of: str = EVALUATION_DAY, region: str = "kurzeme", **tables: pd.DataFrame | None
    ) -> ImplementationProgress:
        changed = {**package.tables, **tables}
        data: DataPackage = dataclasses.replace(
            package,
            tables={name: table for name, table in changed.items() if table is not None},
            lines={name: rows for name, rows in package.lines.items() if name not in tables},
        )
        given = dict(region=region, as_of=as_of, edition="internal")
        parameters = check_implementation_progress(given, data)
        return report_progress(parameters, data, read_project(shipped_root()))

    return make


def rows(report: ImplementationProgress, table: str) -> list[dict[str, Any]]:
    return report.tables[table].astype(object).to_dict("records")


def verdicts(report: ImplementationProgress) -> dict[str, str]:
    return {finding.finding: finding.verdict for finding in report.findings}


# ------------------------------------------------------------------------------- every day, table


@pytest.mark.parametrize(
    ("region", "as_of"),
    [
        ("kurzeme", "1995-01-01"),  # before everything
        ("kurzeme", "2016-06-30"),  # before the first target and most observations
        ("kurzeme", EVALUATION_DAY),  # between the first and the second version of targets
        ("kurzeme", "2023-12-31"),  # after the last
        ("riga", "2021-07-01"),  # the first day of the reform
        ("latgale", "2021-06-30"),
        ("vidzeme", "2023-12-31"),
        ("zemgale", "2030-01-01"),
    ],
)
def test_report_of_any_day_is_whole_and_readable(region, as_of, progress, read_through):
    assert len(read_through(progress(as_of, region), CHAPTERS)) > 10


@pytest.mark.parametrize("missing", INPUT_TABLES)
def test_report_without_an_optional_table_leaves_out_its_section_and_says_so(
    missing, progress, read_through, said_in
):
    report = progress(**{missing: None})
    read_through(report, CHAPTERS)
    whole = progress().tables.keys()
    left_out = whole - report.tables.keys()
    assert {name for name, lacks in report.evaluation.missing.items() if missing in lacks} == (
        left_out
    )
    if left_out:
        said = " ".join(
            said_in(getattr(dieval, chapter)(report), "en") for chapter in CHAPTERS[1:-2]
        )
        assert "Left out, because the data package has no rows on this" in said


# ------------------------------------------------------------------------- what was published


def test_kurzeme_2020_reimbursed_330_persons_67_158_105(progress):
    persons = {row["target_group"]: row["persons"] for row in rows(progress(), "reimbursement")}
    assert persons == {
        "grt_adults": 67,
        "ft_children": 158,
        "ft_parents": 105,
        "total": 67 + 158 + 105,
    }
    assert persons["total"] == 330


def test_kurzeme_2020_shows_more_than_43_providers_and_73_sites_as_published(progress, said_in):
    report = progress()
    assert "more than 43" in said_in(dieval.show_services(report), "en")
    assert "vairāk nekā 43" in said_in(dieval.show_services(report), "lv")
    stated = {row["indicator"]: row["value"] for row in rows(report, "latest_values")}
    assert stated["service_sites"] == 73
    assert stated["infrastructure_planned_eur"] == 7_300_000
    assert stated["infrastructure_municipalities"] == 10


def test_kurzeme_2020_lists_the_source_with_11_municipalities_as_a_conflict(progress):
    listed = [
        (row["value"], row["used"])
        for row in rows(progress(), "source_conflicts")
        if row["indicator"] == "infrastructure_municipalities"
    ]
    assert listed == [(11, "no"), (10, "yes")]


@pytest.mark.parametrize(
    ("as_of", "roles"),
    [
        ("2016-06-30", ["later", "later"]),
        (EVALUATION_DAY, ["only", "later"]),
        ("2023-12-31", ["first", "current"]),
    ],
)
def test_kurzeme_targets_are_versions(as_of, roles, progress):
    for indicator, targets in (
        ("ft_children_served", [288, 350]),
        ("grt_adults_served", [350, 375]),
    ):
        versions = [
            row for row in rows(progress(as_of), "indicator_progress")
            if row["indicator"] == indicator
        ]  # fmt: skip
        assert [row["target_value"] for row in versions] == targets
        assert [row["version_role"] for row in versions] == roles


def test_latvia_family_environment_share_is_87_7_in_2018_and_90_5_in_2020(progress):
    shares = {
        (row["year"], row["counting_basis"]): row
        for row in rows(progress("2023-12-31"), "family_environment")
        if row["region"] == "national"
    }
    for year, basis, institutions, everyone, published in (
        (2018, "vbtai", 794, 6438, 0.877),
        (2020, "lm", 568, 6004, 0.905),
    ):
        row = shares[year, basis]
        assert row["share"] == pytest.approx((everyone - institutions) / everyone)
        assert round(row["share"], 3) == row["published_share"] == published


def test_latvia_placements_rest_on_published_rows_named_on_the_page(progress):
    report = progress("2023-12-31")
    keys = report.evaluation.counted["placements"]
    national = keys[(keys["region"] == "national") & keys["year"].between(2016, 2022)]
    evidence = {report.evidence_of(key) for key in national["source"]}
    assert evidence <= {"published", "derived"}
    (figure,) = [
        block
        for block in dieval.show_children(report).blocks
        if block.get("name") == "placement_mix_national"
    ]
    numbers = {f"[{report.used_sources.index(key) + 1}]" for key in national["source"]}
    assert all(number in figure["notes"][-1]["en"] for number in numbers)


# --------------------------------------------------------------------------- the other way round


def test_findings_turn_with_the_data(package, progress):
    plain, targets, flows = progress(), package.tables["targets"], package.tables["flows"]
    eased = progress(
        targets=targets.assign(target_value=targets["target_value"].clip(upper=50)),
        flows=flows.assign(
            to_arrangement=flows["to_arrangement"].replace(
                {"foster_family": "state_institution", "guardian": "state_institution",
                 "family": "state_institution", "adoption": "state_institution"}
            )
        ),
    )  # fmt: skip
    name = "ft_children_served_is_on_track"
    assert (verdicts(plain)[name], verdicts(eased)[name]) == ("not_supported", "supported")
    name = "children_leave_institutions_for_families"
    assert (verdicts(plain)[name], verdicts(eased)[name]) == ("supported", "not_supported")


def test_three_years_of_carers_cannot_show_a_trend_and_the_report_says_so(package, progress):
    carers = package.tables["carers"]
    few = progress(carers=carers[carers["year"].between(2017, 2019)])
    (found,) = [f for f in few.findings if f.finding == "foster_family_registered_grow"]
    assert found.verdict == "inconclusive"
    assert found.values["p_exact"] == pytest.approx(1 / 3)
    assert "cannot show a trend" in found.sentence["en"]
    assert "tendenci nevar pierādīt" in found.sentence["lv"]


def test_services_everywhere_and_ties_turn_the_findings_on_services(package, progress):
    services = package.tables["services"]
    here = progress().municipalities
    everywhere = pd.DataFrame(
        [
            services.iloc[0].to_dict()
            | dict(municipality=code, target_group=group, site=f"{code} {group}")
            | dict(opened=pd.Timestamp("2018-01-01"), closed=pd.NaT)
            for code in here
            for group in ("ft_children", "grt_adults")
        ]
    ).astype(services.dtypes.to_dict())
    made = verdicts(progress(services=everywhere))
    assert made["every_group_is_served_everywhere"] == "supported"
    assert made["one_municipality_has_most_sites"] == "inconclusive"  # two sites in each
    none = verdicts(progress(services=services[:0]))
    assert none["one_municipality_has_most_sites"] == "no_data"


# ----------------------------------------------------------------------------------- data problems


def test_data_problems_are_shown_with_file_row_and_source(package, said_in):
    needs = package.tables["needs"].copy()
    place = needs.index[(needs["municipality"] == "liepaja") & (needs["date"] == "2020-05-01")][0]
    needs.loc[place, "receiving"] = needs.loc[place, "assessed"] + 1
    data = dataclasses.replace(package, tables={**package.tables, "needs": needs})
    given = dict(region="kurzeme", as_of=EVALUATION_DAY, edition="internal")
    parameters = check_implementation_progress(given, data)
    report = report_progress(parameters, data, read_project(shipped_root()))
    found = rows(report, "data_problems")
    line = int(package.lines["needs"].loc[place, "row"])
    assert {row["problem"] for row in found} == {
        "receiving_above_needing",
        "receiving_above_assessed",
    }
    assert {(row["file"], row["row"], row["source"]) for row in found} == {
        ("needs.csv", line, "synthetic-services")
    }
    text = said_in(dieval.show_annexes(report), "lv")
    assert "pakalpojumu saņem vairāk personu, nekā tas vajadzīgs" in text
    assert str(line) in text
