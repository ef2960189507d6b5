"""What the pages say of hidden numbers, in the public edition of the demonstration."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import dieval
from dieval.present.blocks import resolve
from dieval.present.chapters.annexes.cheers import answers_of
from dieval.present.chapters.annexes.criteria import criteria_blocks
from dieval.present.reorganisation_annex import count_in_words, where_children_live
from dieval.present.report import Report
from dieval.vocabulary import HIDDEN_VALUE

SLEPTS = {"lv": "slēpts (c)", "en": "hidden (c)"}


@pytest.fixture(scope="module")
def public_annex(made) -> Report:
    return made("reorganisation_annex", edition="public")


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
