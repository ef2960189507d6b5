"""What the pages say of hidden numbers, in the public edition of the demonstration."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import dieval
from dieval.present.blocks import Column, resolve, table_block
from dieval.present.chapters.annexes.cheers import answers_of
from dieval.present.chapters.annexes.criteria import criteria_blocks
from dieval.present.reorganisation_annex import count_in_words, where_children_live
from dieval.present.report import Report
from dieval.vocabulary import HIDDEN_VALUE

SLEPTS = {"lv": "slēpts (c)", "en": "hidden (c)"}


@pytest.fixture(scope="module")
def public_annex(made) -> Report:
    return made("reorganisation_annex", edition="public")


@pytest.fixture(scope="module")
def chapters(public_annex) -> list[dict[str, Any]]:
    return [
        block
        for show in (
            dieval.show_situation,
            dieval.show_destinations,
            dieval.show_transition,
            dieval.show_scenarios,
            dieval.show_demand,
        )
        for block in show(public_annex).blocks
    ]


def table_of(blocks: Any, name: str, code: str) -> dict[str, Any]:
    return next(resolve(block, code) for block in blocks if block.get("name") == name)


@pytest.mark.parametrize("code", ["lv", "en"])
def test_verdict_on_hidden_numbers_is_shown_as_hidden(code, public_annex):
    unseen = [finding for finding in public_annex.findings if finding.verdict == "hidden"]
    assert len(unseen) > 5
    for blocks, name, place in (
        (dieval.show_findings(public_annex).blocks, "findings", 1),
        (criteria_blocks(public_annex), "eu_criteria", 2),
    ):
        rows = table_of(blocks, name, code)["rows"]
        assert sum(row[place] == SLEPTS[code] for row in rows) == len(unseen)


def test_cheers_names_a_hidden_verdict_and_calls_its_effect_partly_reported(public_annex):
    found = answers_of(public_annex)[24]
    assert found.state == "partly"
    assert "hidden (c)" in found.text["en"]
    assert answers_of(public_annex)[2].text["en"].startswith("Key figures and tested conclusions")


def test_quality_annex_tells_hidden_verdicts_from_what_cannot_be_tested(public_annex, said_in):
    said = said_in(dieval.show_annexes(public_annex), "en")
    assert "Hidden in this edition is the verdict on: “The plan saves money" in said
    assert "Cannot be tested: “The plan saves money" not in said


HIDDEN_NUMBERS = {
    "family_like": HIDDEN_VALUE,
    "youth_house": HIDDEN_VALUE,
    "foster_family": 12.0,
    "guardian": 0.0,
    "adoption": HIDDEN_VALUE,
}


@pytest.mark.parametrize(
    ("codes", "lv", "en"),
    [
        (
            list(HIDDEN_NUMBERS),
            "audžuģimenēs 12; ģimeniskai videi pietuvinātos pakalpojumos, jauniešu mājās un "
            "adoptēti (skaitļi slēpti)",
            "in foster families 12; in family-like services, in youth houses and adopted "
            "(numbers hidden)",
        ),
        (
            ["youth_house", "foster_family"],
            "audžuģimenēs 12; jauniešu mājās (skaits slēpts)",
            "in foster families 12; in youth houses (number hidden)",
        ),
        (["youth_house"], "jauniešu mājās (skaits slēpts)", "in youth houses (number hidden)"),
        (["foster_family", "guardian"], "audžuģimenēs 12", "in foster families 12"),
        (["guardian"], "neviens", "nobody"),
    ],
)
def test_places_with_hidden_numbers_are_named_after_the_others(codes, lv, en):
    counts = pd.Series({code: HIDDEN_NUMBERS[code] for code in codes})
    assert where_children_live(counts) == {"lv": lv, "en": en}


def test_children_before_the_plan_that_are_hidden_are_a_number_that_is_hidden():
    assert count_in_words(HIDDEN_VALUE) == {"lv": "skaits slēpts", "en": "number hidden"}
    assert count_in_words(37.0) == {"lv": "37", "en": "37"}


PERSONS = "c – hidden to protect individuals"
AMOUNTS = "c – hidden, as amounts of one or few bodies that run homes are not published"
EITHER = (
    "c – hidden to protect individuals, or as amounts of one or few bodies that run homes are not "
    "published"
)
C: dict[str, str] = {"symbol": "c"}
ARRANGEMENT = Column({}, kind="word", words="care_arrangement")
EUR = Column({}, unit={"lv": "EUR", "en": "EUR"}, measure="EUR")
CHILDREN, SHARE, PERSONS_REIMBURSED = (
    Column({}, measure="children"),
    Column({}, kind="percent", measure="1"),
    Column({}, measure="persons"),
)


@pytest.mark.parametrize(
    ("columns", "rows", "on_amounts", "legend"),
    [
        ([EUR], [[C]], False, AMOUNTS),
        ([CHILDREN], [[C]], False, PERSONS),
        ([CHILDREN, EUR], [[C, C]], False, EITHER),
        ([CHILDREN, EUR], [[8, C]], False, AMOUNTS),
        ([EUR, SHARE], [[C, C]], False, AMOUNTS),
        ([SHARE], [[C]], False, PERSONS),
        ([SHARE], [[C]], True, AMOUNTS),
        ([ARRANGEMENT, EUR], [["institution", C]], False, AMOUNTS),
        ([ARRANGEMENT, EUR], [["foster_family", C]], False, PERSONS),  # belongs to no home
        ([ARRANGEMENT, EUR], [["foster_family", C], ["institution", C]], False, EITHER),
        ([PERSONS_REIMBURSED, EUR], [[C, C]], False, PERSONS),  # is paid for these persons
    ],
)
def test_legend_of_a_table_says_why_its_values_are_hidden(columns, rows, on_amounts, legend):
    block = table_block("t", {}, columns, rows, on_amounts=on_amounts)
    assert [note["en"] for note in block["notes"]] == [legend]


@pytest.mark.parametrize(
    ("name", "legend"),
    [
        ("situation_costs", AMOUNTS),
        ("situation_parts", AMOUNTS),
        ("situation_payers", AMOUNTS),
        ("destinations", PERSONS),
        ("preference_shares", PERSONS),
        ("home_cost_function", AMOUNTS),
        ("transition", AMOUNTS),
        ("one_off", AMOUNTS),
        ("stranded", AMOUNTS),
        ("budget_by_payer", AMOUNTS),
        ("places_outlook", PERSONS),
    ],
)
def test_tables_of_the_public_annex_say_which_numbers_are_hidden_why(name, legend, chapters):
    assert legend in table_of(chapters, name, "en")["notes"]


def test_conclusions_on_money_of_a_home_are_not_hidden_to_protect_individuals(public_annex):
    said = {
        finding.finding: finding.sentence["en"]
        for finding in public_annex.findings
        if finding.verdict == "hidden"
    }
    amounts = "Amounts of one or few bodies that run homes are not published."
    assert {name for name, sentence in said.items() if sentence == amounts} == {
        "plan_saves_money",
        "plan_saves_across_sensitivity",
        "payer_gains",
        "emptying_home_is_dear",
    }
    assert said["planned_places_exceed_demand"].endswith("to protect individuals.")


def test_verdicts_and_costs_of_regions_explain_what_is_hidden(made):
    overview = made("national_overview", edition="public")
    blocks = [*dieval.show_findings(overview).blocks, *dieval.show_costs_by_region(overview).blocks]
    verdicts = table_of(blocks, "verdicts", "en")
    assert any("hidden (c)" in row for row in verdicts["rows"])
    assert EITHER in verdicts["notes"]
    for name in ("cost_by_region", "ratio_by_region"):
        assert AMOUNTS in table_of(blocks, name, "en")["notes"]


WHAT_IS_HIDDEN = {
    "en": "This public edition shows no money of a single institution",
    "lv": "Šajā publiskajā versijā nav redzamas atsevišķas iestādes naudas summas",
}


@pytest.mark.parametrize("code", ["lv", "en"])
def test_first_page_of_the_public_annex_alone_says_what_it_hides(code, public_annex, made, said_in):
    assert WHAT_IS_HIDDEN[code] in said_in(public_annex.cover(), code)
    for other in (made("reorganisation_annex"), made("cost_comparison", edition="public")):
        assert WHAT_IS_HIDDEN[code] not in said_in(other.cover(), code)
