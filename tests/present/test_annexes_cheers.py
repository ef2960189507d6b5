"""CHEERS 2022: 28 items, and states that follow from what the run holds."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

import dieval
from dieval.present.blocks import resolve
from dieval.present.chapters.annexes.cheers import ITEMS, answers_of
from dieval.present.report import Report
from dieval.release.tables import ReleasedTables

KINDS = ("cost_comparison", "implementation_progress", "reorganisation_annex", "national_overview")
STATES = {"reported", "partly", "not_applicable", "not_reported"}


def block(report: Report, code: str) -> dict[str, Any]:
    (found,) = [b for b in dieval.show_annexes(report).blocks if b.get("name") == "cheers"]
    return resolve(found, code)


def states(report: Report) -> dict[int, str]:
    return {number: answer.state for number, answer in answers_of(report).items()}


def texts(report: Report) -> dict[int, str]:
    found = answers_of(report).items()
    return {number: answer.text["en"].replace("\u00a0", " ") for number, answer in found}


def without_tables(report: Report, *names: str) -> Report:
    """The same report whose run gave nothing in some result tables.

    Tables of costs are always there, without a row; the others are left out.
    """
    tables = dict(report.evaluation.tables)
    for name in names:
        if report.name == "cost_comparison":
            tables[name] = tables[name].iloc[:0]
        else:
            del tables[name]
    changed = dataclasses.replace(report.evaluation, tables=ReleasedTables(tables))
    return dataclasses.replace(report, evaluation=changed)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("code", ["lv", "en"])
def test_items_are_28_numbered_in_order_each_with_state_and_text(kind, code, made):
    rows = block(made(kind), code)["rows"]
    assert [row[0] for row in rows] == [str(number) for number in range(1, 29)]
    for _, section, item, state, text in rows:
        assert section and item and state
        assert len(text) >= 15
        assert text.endswith(".")


def test_items_stand_in_the_sections_of_the_statement():
    sections = [section for section, _ in ITEMS]
    counts = {section: sections.count(section) for section in dict.fromkeys(sections)}
    # Items 4 to 21 are methods, 22 to 25 results.
    assert counts == {
        "title": 1,
        "abstract": 1,
        "introduction": 1,
        "methods": 18,
        "results": 4,
        "discussion": 1,
        "other_information": 2,
    }


@pytest.mark.parametrize("kind", KINDS)
def test_answers_have_known_states_and_leave_no_item_out(kind, made):
    found = states(made(kind))
    assert sorted(found) == list(range(1, 29))
    assert set(found.values()) <= STATES


def test_what_no_data_package_records_is_never_reported(made):
    for kind in KINDS:
        found = states(made(kind))
        assert {found[number] for number in (21, 27, 28)} == {"not_reported"}
        assert found[25] == "not_applicable"


def test_progress_is_no_economic_evaluation_and_costs_are_one(made):
    progress = states(made("implementation_progress"))
    economic = (1, 4, 7, 8, 9, 10, 13, 14, 16)
    assert {progress[number] for number in economic} == {"not_applicable"}
    costs = states(made("cost_comparison"))
    assert {costs[number] for number in (1, 7, 8, 9, 10, 15, 20)} == {"reported"}
    plan = states(made("reorganisation_annex"))
    assert {plan[number] for number in (7, 8, 9, 10, 15, 16, 20)} == {"reported"}


def test_answers_say_what_this_run_used(made):
    said = texts(made("cost_comparison", discount_rate=0.055, price_year=2020))
    assert "5.5% a year" in said[10]
    assert "constant prices of 2020" in said[15]
    assert "2014–2022" in said[9]
    assert "1,000 draws" in said[20]
    assert "Reference: institution," in said[7]


# ------------------------------------------------------------------- what the run does not hold

# Result tables taken away, the item, and the state that it must have then.
TURNED = [
    ("cost_comparison", ("simulation",), 20, "partly"),
    ("cost_comparison", ("sensitivity",), 20, "partly"),
    ("cost_comparison", ("sensitivity", "simulation", "comparison"), 20, "not_reported"),
    ("cost_comparison", ("sensitivity",), 24, "not_reported"),
    ("cost_comparison", ("comparison",), 1, "partly"),
    ("cost_comparison", ("comparison",), 7, "not_reported"),
    ("cost_comparison", ("comparison",), 23, "partly"),
    ("cost_comparison", ("payer_split",), 8, "not_reported"),
    ("cost_comparison", ("payer_shift",), 19, "not_reported"),
    ("cost_comparison", ("group_costs",), 5, "partly"),
    ("cost_comparison", ("case_mix", "provider_unit_costs"), 18, "not_reported"),
    ("implementation_progress", ("indicator_progress",), 11, "not_reported"),
    ("implementation_progress", ("indicator_progress",), 23, "partly"),
    ("implementation_progress", ("latest_values",), 12, "not_reported"),
    ("implementation_progress", ("service_coverage",), 18, "not_reported"),
    ("implementation_progress", ("service_coverage",), 19, "not_reported"),
    ("implementation_progress", ("service_coverage",), 5, "partly"),
    ("implementation_progress", ("source_conflicts", "carers_trend"), 20, "not_reported"),
    ("implementation_progress", ("infrastructure", "reimbursement"), 15, "not_applicable"),
    ("reorganisation_annex", ("npv_sensitivity",), 20, "partly"),
    ("reorganisation_annex", ("npv_sensitivity",), 24, "not_reported"),
    ("reorganisation_annex", ("npv_sensitivity", "demand"), 20, "not_reported"),
    ("reorganisation_annex", ("demand",), 16, "not_applicable"),
    ("reorganisation_annex", ("transition",), 10, "not_applicable"),
    ("reorganisation_annex", ("payer_summary",), 19, "not_reported"),
    ("reorganisation_annex", ("transition_summary",), 23, "partly"),
    ("reorganisation_annex", ("transition_summary", "situation"), 23, "not_reported"),
]


@pytest.mark.parametrize(("kind", "gone", "number", "expected"), TURNED)
def test_state_follows_the_tables_of_the_run(kind, gone, number, expected, made):
    report = made(kind)
    assert states(report)[number] in ("reported", "partly")
    turned = without_tables(report, *gone)
    found = answers_of(turned)[number]
    assert found.state == expected
    assert found.text != answers_of(report)[number].text


def test_costs_that_are_all_known_are_reported_and_unknown_ones_partly(made):
    known = made("cost_comparison", first_year=2017)
    assert known.evaluation.missing_costs.empty
    assert states(known)[14] == "reported"
    unknown = made("cost_comparison")
    assert states(unknown)[14] == "partly"
    assert "not known: foster family" in texts(unknown)[14]


def test_costs_without_assets_have_nothing_to_discount(made, package):
    assets = package.tables["assets"]
    report = made("cost_comparison", assets=assets.iloc[:0])
    assert states(report)[10] == "not_applicable"


def test_costs_without_groups_are_adjusted_for_nobody(made):
    report = made("cost_comparison")
    assert "only foster family" in texts(report)[18]
    assert "No difference can be adjusted" in texts(without_tables(report, "case_mix"))[18]


def test_summary_of_a_run_that_tested_nothing_is_partly_there(made):
    report = made("implementation_progress", as_of="1990-01-01")
    assert all(finding.verdict == "no_data" for finding in report.findings)
    assert states(report)[2] == "partly"


def test_annex_without_a_plan_reports_no_evaluation_of_one(made, package):
    destinations = package.tables["destinations"]
    others = destinations[destinations["provider"] != "kurzeme-paraugs-1"]
    report = made("reorganisation_annex", destinations=others)
    found = states(report)
    assert {found[number] for number in (1, 7, 9, 11, 12, 24)} == {"not_reported"}
    assert found[10] == "not_applicable"
    assert found[23] == "partly"
    assert found[8] == "reported"
    assert states(without_tables(report, "situation_payers"))[8] == "not_reported"


def test_overview_reports_less_than_the_regions_do(made):
    found = states(made("national_overview"))
    assert {found[number] for number in (1, 5, 18, 19, 20, 24)} == {"partly"}
    assert {found[number] for number in (7, 8, 10, 15, 23)} == {"reported"}
