"""Words for codes and units: one of each, in both languages, and none that nothing needs."""

from __future__ import annotations

import json
from pathlib import Path

import dieval
from dieval.inputs.schema import table_names, table_schema
from dieval.inputs.words import latvian_by_english, unit_behind, unit_words

WORDS = json.loads((Path(dieval.__file__).parent / "inputs/words.json").read_text("utf-8"))
FIELDS = [field for name in table_names() for field in table_schema(name).fields]


def test_kinds_are_those_that_columns_name() -> None:
    assert set(WORDS["codes"]) == {kind for field in FIELDS for kind in field.codes}


def test_one_english_word_has_one_latvian_word() -> None:
    latvian = latvian_by_english()
    for codes in WORDS["codes"].values():
        for word in codes.values():
            assert latvian[word["en"]] == word["lv"]
            assert word["en"] != word["lv"]


def test_units_are_those_that_columns_name() -> None:
    assert set(WORDS["units"]) == {field.unit for field in FIELDS if field.unit}
    assert all(unit == "EUR" or unit != word for unit, word in WORDS["units"].items())


def test_unit_of_a_column_in_both_languages() -> None:
    assert unit_words("child-days", "lv") == "bērndienas"
    assert unit_behind("EUR/year", "lv") == " [EUR gadā]"
    assert unit_behind("EUR/year", "en") == " [EUR/year]"
    assert unit_behind("", "lv") == ""
