"""The schemas are complete, consistent and the same as the vocabulary."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dieval import vocabulary
from dieval.inputs.dictionary import data_dictionary
from dieval.inputs.schema import (
    datapackage_schema,
    table_names,
    table_schema,
)

ROOT = Path(__file__).parents[2]
ARRANGEMENTS = vocabulary.CARE_ARRANGEMENTS
ALL = vocabulary.NOT_DISTINGUISHED
CODE = re.compile("^[a-z0-9][a-z0-9_-]*$")

# The tables and columns of the data contract, `?` = may be empty; `source` follows last.
CONTRACT = """
sources: source title publisher published locator? url? licence? language? evidence
regions: region name_lv name_en
municipalities: municipality name_lv valid_from valid_to? successor?
region_membership: municipality region valid_from valid_to?
providers: provider name_lv care_arrangement municipality region owner opened? closed?
costs: region provider? care_arrangement year age_band? need_level? cost_item payer amount_eur
ledger_codes: provider year payer code name_lv? cost_item amount_eur mapping mapping_evidence
assets: provider asset acquired_year cost_eur useful_life_years
activity: region provider? care_arrangement year age_band need_level child_days place_days?
households: region care_arrangement year children_in_household age_band child_months
statutory_rates: rate care_arrangement payment payer per age_band? children_in_household? \
amount_eur_month valid_from valid_to? legal_basis
price_index: year value
cost_structure: provider year fixed_eur variable_eur_per_child step_eur step_children
placements: region year care_arrangement counting_basis children
carers: region municipality? year carer_type status count entries? exits?
services: provider_name site municipality service_type target_group opened closed?
availability: municipality service_type target_group date rating
needs: municipality service_type target_group date assessed needing receiving
reimbursement: region date target_group persons_cumulative amount_eur_cumulative?
indicators: indicator name_lv name_en unit level direction kind
targets: indicator region version valid_from baseline_date baseline_value target_date target_value
observations: indicator region date counting_basis? value qualifier?
infrastructure: project name_lv municipality region fund planned_eur contracted_eur? \
certified_eur? places?
milestones: project milestone planned actual?
destinations: provider year age_band need_level care_arrangement children under_3? siblings_apart?
transition_costs: provider year kind payer amount_eur
flows: region year age_band from_arrangement to_arrangement children child_years
planned_places: region municipality? care_arrangement year places
partners: partner name_lv kind region agreed_on?
plan_events: region plan date event number?
plan_deadlines: region plan event due
tiles: municipality tile_column tile_row
quality_checks: check region provider? report? result checked_by? checked_on? evidence? \
checked_sha256?
holders: provider holder
"""


def _contract() -> dict[str, list[str]]:
    tables = {}
    for line in CONTRACT.strip().splitlines():
        name, columns = line.split(": ")
        tables[name] = columns.split() + ([] if name == "sources" else ["source"])
    return tables


@pytest.mark.parametrize(("name", "columns"), _contract().items())
def test_columns_of_each_table_are_those_of_the_contract(name: str, columns: list[str]) -> None:
    schema = table_schema(name)
    assert [field.name + ("" if field.required else "?") for field in schema.fields] == columns


def test_table_names_are_those_of_the_contract_in_its_order() -> None:
    assert list(table_names()) == list(_contract())


@pytest.mark.parametrize(
    ("table", "column", "values"),
    [
        ("sources", "evidence", vocabulary.EVIDENCE),
        ("providers", "care_arrangement", ARRANGEMENTS),
        ("providers", "owner", tuple(vocabulary.OWNER_PAYER)),
        ("costs", "care_arrangement", ARRANGEMENTS),
        ("costs", "cost_item", vocabulary.COST_ITEMS),
        ("costs", "payer", vocabulary.PAYERS),
        ("costs", "age_band", (*vocabulary.AGE_BANDS, ALL)),
        ("costs", "need_level", (*vocabulary.NEED_LEVELS, ALL)),
        ("activity", "care_arrangement", ARRANGEMENTS),
        ("activity", "age_band", (*vocabulary.AGE_BANDS, ALL)),
        ("activity", "need_level", (*vocabulary.NEED_LEVELS, ALL)),
        ("households", "care_arrangement", vocabulary.STATUTORY_ARRANGEMENTS),
        ("households", "age_band", vocabulary.AGE_BANDS),
        ("households", "children_in_household", tuple(vocabulary.HOUSEHOLD_SIZES)),
        ("statutory_rates", "payer", vocabulary.PAYERS),
        ("statutory_rates", "age_band", (*vocabulary.AGE_BANDS, ALL)),
        ("statutory_rates", "children_in_household", (*vocabulary.HOUSEHOLD_SIZES, ALL)),
        ("placements", "care_arrangement", ARRANGEMENTS),
        (
            "destinations",
            "care_arrangement",
            (*ARRANGEMENTS, *vocabulary.ENDS_OF_CARE, vocabulary.ENTRY),
        ),
        ("transition_costs", "payer", vocabulary.PAYERS),
        ("flows", "from_arrangement", (*ARRANGEMENTS, vocabulary.ENTRY)),
        ("flows", "to_arrangement", (*ARRANGEMENTS, *vocabulary.ENDS_OF_CARE)),
    ],
)
def test_enum_equals_vocabulary(table: str, column: str, values: tuple[str, ...]) -> None:
    assert table_schema(table).field(column).enum == values


@pytest.mark.parametrize("name", table_names())
def test_words_stand_in_both_languages_for_every_column(name: str) -> None:
    document = datapackage_schema(name)
    for part in (document, *document["fields"]):
        for key in ("title", "title_lv", "description", "description_lv"):
            assert part[key].strip(), (name, part["name"], key)
            assert "“" not in part[key], "Latvian quotation marks are „ and ”"


@pytest.mark.parametrize("name", table_names())
def test_unit_stands_for_every_number_and_names_euro_for_money(name: str) -> None:
    schema = table_schema(name)
    for field in schema.fields:
        if field.type in ("integer", "number") and not field.enum:
            assert field.unit, (name, field.name)
        if "_eur" in field.name:
            assert field.unit.startswith("EUR"), (name, field.name)


@pytest.mark.parametrize("name", table_names())
def test_keys_point_to_columns_that_exist(name: str) -> None:
    schema = table_schema(name)
    assert set(schema.primary_key) <= set(schema.columns)
    assert set(schema.group_columns) <= set(schema.primary_key)
    for key in schema.foreign_keys:
        assert key.field in schema.columns
        assert key.column in table_schema(key.table).columns
    sources = [key.table for key in schema.foreign_keys if key.field == "source"]
    assert sources == ([] if name == "sources" else ["sources"])


def test_national_is_allowed_where_the_contract_says() -> None:
    allowed = {
        name
        for name in table_names()
        for key in table_schema(name).foreign_keys
        if key.table == "regions" and "national" in key.besides
    }
    assert allowed == {
        *("placements", "carers", "targets", "observations", "reimbursement"),
        *("plan_events", "plan_deadlines", "partners", "planned_places", "infrastructure"),
        "quality_checks",
    }


@pytest.mark.parametrize("name", table_names())
def test_codes_in_schemas_are_lower_case_ascii(name: str) -> None:
    for field in table_schema(name).fields:
        assert CODE.fullmatch(field.name)
        for value in field.enum:
            assert isinstance(value, int) or CODE.fullmatch(value.replace("+", ""))


@pytest.mark.parametrize("name", table_names())
def test_every_code_has_a_word_in_both_languages(name: str) -> None:
    for field in table_schema(name).fields:
        if field.enum:
            assert field.codes, field.name
        for language in ("lv", "en"):
            meanings = field.meanings(language)
            assert {*map(str, field.enum)} <= set(meanings)
            assert all(word.strip() for word in meanings.values())


def test_codes_stand_with_their_words_in_the_descriptor() -> None:
    fields = {field["name"]: field for field in datapackage_schema("indicators")["fields"]}
    assert fields["direction"]["categories"] == [
        {"value": 1, "label": "higher is better", "label_lv": "jo lielāka vērtība, jo labāk"},
        {"value": -1, "label": "lower is better", "label_lv": "jo mazāka vērtība, jo labāk"},
    ]
    assert not any("codes" in field for field in fields.values())


def test_datapackage_schema_changed_by_caller_leaves_the_contract_alone() -> None:
    datapackage_schema("costs")["fields"].clear()
    assert len(datapackage_schema("costs")["fields"]) == len(table_schema("costs").fields)
    assert json.loads(json.dumps(datapackage_schema("costs"))) == datapackage_schema("costs")


def test_table_schema_unknown_name_is_refused() -> None:
    with pytest.raises(KeyError, match="cost"):
        table_schema("cost")


def test_data_dictionary_in_docs_is_the_generated_one() -> None:
    written = (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert written == data_dictionary()


def test_data_dictionary_names_every_table_and_column() -> None:
    text = data_dictionary()
    for name in table_names():
        assert f"## `{name}`" in text
        for column in table_schema(name).columns:
            assert f"| `{column}` |" in text
