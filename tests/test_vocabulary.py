from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dieval import vocabulary
from dieval.present.language import language
from dieval.vocabulary import (
    AGE_BANDS,
    CARE_ARRANGEMENTS,
    CARE_GROUPS,
    COST_ITEMS,
    COST_PARTS,
    EVIDENCE,
    FAMILY_BASED,
    FAMILY_LIKE,
    HOUSEHOLD_SIZES,
    LANGUAGES,
    NEED_LEVELS,
    NOT_DISTINGUISHED,
    OWNER_PAYER,
    PAYERS,
    RESIDENTIAL,
    STATUTORY_ARRANGEMENTS,
    STATUTORY_PAYMENTS,
)

PACKAGE = Path(__file__).resolve().parents[1] / "data" / "latvia" / "datapackage.json"


@pytest.fixture(scope="module")
def contract() -> dict[tuple[str, str], list]:
    """Codes that the data contract allows, by table and column."""
    document = json.loads(PACKAGE.read_text(encoding="utf-8"))
    return {
        (resource["name"], field["name"]): field["constraints"]["enum"]
        for resource in document["resources"]
        for field in resource["schema"]["fields"]
        if "enum" in field.get("constraints", {})
    }


@pytest.mark.parametrize(
    ("place", "codes"),
    [
        (("providers", "care_arrangement"), CARE_ARRANGEMENTS),
        (("costs", "care_arrangement"), CARE_ARRANGEMENTS),
        (("costs", "cost_item"), COST_ITEMS),
        (("costs", "payer"), PAYERS),
        (("activity", "age_band"), (*AGE_BANDS, NOT_DISTINGUISHED)),
        (("activity", "need_level"), (*NEED_LEVELS, NOT_DISTINGUISHED)),
        (("households", "care_arrangement"), STATUTORY_ARRANGEMENTS),
        (("households", "children_in_household"), tuple(HOUSEHOLD_SIZES)),
        (("statutory_rates", "payment"), STATUTORY_PAYMENTS),
        (("statutory_rates", "payer"), PAYERS),
        (("providers", "owner"), tuple(OWNER_PAYER)),
        (("sources", "evidence"), EVIDENCE),
    ],
)
def test_vocabulary_has_the_codes_of_the_data_contract(place, codes, contract):
    assert sorted(contract[place]) == sorted(codes)


def test_care_groups_put_every_arrangement_into_one_group():
    assert tuple(CARE_GROUPS) == CARE_ARRANGEMENTS
    assert len(set(CARE_ARRANGEMENTS)) == len(RESIDENTIAL) + len(FAMILY_LIKE) + len(FAMILY_BASED)
    assert {code for code, group in CARE_GROUPS.items() if group == "family_based"} == {
        *("foster_family", "specialised_foster_family", "guardian"),
    }
    assert CARE_GROUPS["youth_house"] == "family_like"
    assert CARE_GROUPS["state_institution"] == "residential"


def test_statutory_arrangements_are_family_based():
    assert set(STATUTORY_ARRANGEMENTS) < set(FAMILY_BASED)


def test_cost_parts_name_no_part_twice():
    assert len(COST_PARTS) == len(set(COST_PARTS))
    assert not set(STATUTORY_PAYMENTS) & set(COST_ITEMS)


def test_household_sizes_divide_by_the_children_that_they_name():
    assert HOUSEHOLD_SIZES == {"1": 1, "2": 2, "3+": 3}


def test_owner_pays_as_a_payer_of_the_vocabulary():
    assert set(OWNER_PAYER.values()) <= set(PAYERS)
    assert OWNER_PAYER["ngo"] == "other"


def test_codes_are_lower_case_ascii():
    codes = [
        code
        for name in ("CARE_ARRANGEMENTS", "COST_PARTS", "PAYERS", "NEED_LEVELS", "EVIDENCE")
        for code in getattr(vocabulary, name)
    ]
    assert len(codes) > 20
    assert [code for code in codes if not re.fullmatch(r"[a-z_]+", code)] == []


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("care_arrangement", CARE_ARRANGEMENTS),
        ("care_arrangement_in", CARE_ARRANGEMENTS),
        ("part", COST_PARTS),
        ("payer", PAYERS),
        ("evidence", EVIDENCE),
    ],
)
def test_every_code_has_a_word_of_its_own_in_both_languages(kind, codes, code):
    words = [language(code).word(kind, entry) for entry in codes]
    assert all(word.strip() for word in words)
    assert len(set(words)) == len(codes)
    assert not {word for word in words if "_" in word}
