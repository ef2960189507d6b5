"""EU evaluation criteria: every conclusion stands at one of them, the others say why not."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

import pytest

import dieval
from dieval.present.chapters.annexes.criteria import CAN_ASSESS, CRITERIA, criterion_of
from dieval.present.report import Report
from dieval.release.tables import ReleasedTables

REGIONAL = ("cost_comparison", "implementation_progress", "reorganisation_annex")


def rows(report: Report) -> list[list[Any]]:
    (found,) = [b for b in dieval.show_annexes(report).blocks if b.get("name") == "eu_criteria"]
    return found["rows"]


@pytest.mark.parametrize("kind", REGIONAL)
def test_every_conclusion_stands_once_with_its_verdict(kind, made):
    report = made(kind)
    shown = Counter((row[1]["en"], row[2]) for row in rows(report) if row[2] != "not_assessed")
    assert shown == Counter((f.statement["en"], f.verdict) for f in report.findings)


@pytest.mark.parametrize("kind", [*REGIONAL, "national_overview"])
def test_criteria_stand_in_order_and_none_is_left_out(kind, made):
    assert list(dict.fromkeys(row[0] for row in rows(made(kind)))) == list(CRITERIA)


@pytest.mark.parametrize("kind", [*REGIONAL, "national_overview"])
def test_criterion_without_a_conclusion_is_not_assessed_and_says_why(kind, made):
    report = made(kind)
    assessed = {criterion_of(finding.finding) for finding in report.findings}
    assert assessed == set(CAN_ASSESS[kind])
    for criterion, reason, verdict in rows(report):
        if criterion not in assessed:
            said = verdict if isinstance(verdict, str) else verdict["en"]
            assert said.replace(" ", "_") == "not_assessed"
            assert len(reason["en"]) > 30
            assert reason["lv"] != reason["en"]


def test_verdicts_follow_the_findings_of_the_run(made):
    report = made("cost_comparison")
    before = {row[1]["en"]: row[2] for row in rows(report)}
    tables = {**report.evaluation.tables}
    tables["sensitivity"] = tables["sensitivity"].iloc[:0]
    turned = dataclasses.replace(
        report, evaluation=dataclasses.replace(report.evaluation, tables=ReleasedTables(tables))
    )
    after = {row[1]["en"]: row[2] for row in rows(turned)}
    changed = {statement for statement in before if before[statement] != after[statement]}
    assert len(changed) == 1
    assert {after[statement] for statement in changed} == {"no_data"}


def test_run_without_conclusions_says_that_its_data_gave_none(made):
    report = made("implementation_progress", without=("targets", "carers", "flows", "services"))
    assert report.findings == []
    reasons = {row[0]: row[1]["en"] for row in rows(report)}
    assert reasons["effectiveness"] == "The data of this run gave no conclusion to test on this."
    assert reasons["efficiency"].startswith("This report sets no costs against results")


def test_overview_names_the_regions_of_each_verdict(made):
    report = made("national_overview")
    shown = {row[1]["en"]: row[2]["en"] for row in rows(report)}
    for name in {f.finding for found in report.findings_of.values() for f in found}:
        by_region = {
            region: finding
            for region, found in report.findings_of.items()
            for finding in found
            if finding.finding == name
        }
        text = shown[next(iter(by_region.values())).statement["en"]]
        for region, finding in by_region.items():
            (part,) = [p for p in text.split("; ") if report.regions[region]["en"] in p]
            assert part.startswith(finding.verdict.replace("_", " ") + ": ")


def test_conclusion_without_a_criterion_is_an_error():
    with pytest.raises(KeyError):
        criterion_of("moon_is_made_of_cheese")
