"""The data contract: one Table Schema per table, in the files under `schemas/`.

The same files drive the checks, the workbook template and the data dictionary. They follow the
Frictionless Table Schema (Data Package v2); what the standard has no word for stands in
properties of our own: `title_lv`, `description_lv`, `unit`, `codes`, `aliases`, `order` of the
table, `or` (values that a foreign key allows besides the referenced ones), `validity`, `ordered`,
`group_columns`, `negative_allowed`, `filled_by` and `sums`. What codes and units mean stands in
`words`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, cast

from dieval.inputs.words import words_for_codes

FieldType = Literal["string", "integer", "number", "date", "year"]


@dataclass(frozen=True)
class Field:
    """One column: its type, its unit (`""` where it is not a quantity) and what it may hold.

    `minimum` and `maximum` are included values, numbers or ISO dates; `above` is excluded.
    `codes` are the kinds of codes (`words`) that it holds; without `enum`, there may be others.
    `aliases` are further names that people give the column.
    """

    name: str
    type: FieldType
    title: str
    title_lv: str
    description: str
    description_lv: str
    unit: str = ""
    required: bool = True
    enum: tuple[str | int, ...] = ()
    pattern: str = ""
    minimum: float | str | None = None
    maximum: float | str | None = None
    above: float | None = None
    aliases: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()

    def meanings(self, language: str) -> dict[str, str]:
        """Give the codes that the column may hold with their words in `lv` or `en`."""
        words = words_for_codes(*self.codes, language=language)
        return {str(code): words[str(code)] for code in self.enum} if self.enum else words

    def explained(self, language: str) -> str:
        """List the codes for a message, each with its word where that is another one.

        Examples
        --------
        >>> table_schema("providers").field("owner").explained("lv")
        'state – valsts; municipality – pašvaldība; ngo – nevalstiska organizācija'
        """
        return "; ".join(
            code if word == code.replace("_", " ") else f"{code} – {word}"
            for code, word in self.meanings(language).items()
        )


@dataclass(frozen=True)
class ForeignKey:
    """A column whose values stand in `column` of `table`, or are one of `besides`."""

    field: str
    table: str
    column: str
    besides: tuple[str, ...] = ()


@dataclass(frozen=True)
class Validity:
    """Columns of a period, both days included; periods of one `key` do not overlap."""

    start: str
    end: str
    key: tuple[str, ...] = ()


@dataclass(frozen=True)
class SignRule:
    """`column` is 0 or more unless `unless_column` holds one of `unless_values`."""

    column: str
    unless_column: str
    unless_values: tuple[str, ...]


@dataclass(frozen=True)
class TableSchema:
    """The contract of one table.

    `group_columns` are those in which `all` (or an empty cell) means "not distinguished";
    `ordered` are pairs of date columns, the first not after the second; `sums` are columns that are
    summed over the rows of a key where the table is a folder of Parquet files; `filled_by` are the
    senders that know its rows: region, municipality, institution.
    """

    name: str
    title: str
    title_lv: str
    description: str
    description_lv: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()
    validity: Validity | None = None
    ordered: tuple[tuple[str, str], ...] = ()
    group_columns: tuple[str, ...] = ()
    sign_rules: tuple[SignRule, ...] = ()
    sums: tuple[str, ...] = ()
    filled_by: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns in the order of the contract."""
        return tuple(field.name for field in self.fields)

    @property
    def required_columns(self) -> tuple[str, ...]:
        """Names of the columns that every file of the table must have."""
        return tuple(field.name for field in self.fields if field.required)

    @property
    def names(self) -> tuple[str, ...]:
        """Columns that hold what a row's thing is called, by language."""
        return tuple(name for name in self.columns if name.startswith("name_"))

    def field(self, name: str) -> Field:
        """Give the field of that name.

        Raises
        ------
        KeyError
            The table has no such column.
        """
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"table {self.name} has no column {name}")


@cache
def _documents() -> dict[str, dict[str, Any]]:
    found = []
    for entry in files("dieval.inputs").joinpath("schemas").iterdir():
        if entry.name.endswith(".json"):
            found.append(json.loads(entry.read_text(encoding="utf-8")))
    found.sort(key=lambda document: cast(int, document["order"]))
    return {document["name"]: document for document in found}


def table_names() -> tuple[str, ...]:
    """Name every table of the data contract, in its order (`sources` first)."""
    return tuple(_documents())


def _field(document: dict[str, Any]) -> Field:
    rules = document["constraints"]
    return Field(
        name=document["name"],
        type=document["type"],
        title=document["title"],
        title_lv=document["title_lv"],
        description=document["description"],
        description_lv=document["description_lv"],
        unit=document.get("unit", ""),
        required=rules["required"],
        enum=tuple(rules.get("enum", ())),
        pattern=rules.get("pattern", ""),
        minimum=rules.get("minimum"),
        maximum=rules.get("maximum"),
        above=rules.get("exclusiveMinimum"),
        aliases=tuple(document.get("aliases", ())),
        codes=tuple(document.get("codes", ())),
    )


def _foreign_key(document: dict[str, Any], own_table: str) -> ForeignKey:
    reference = document["reference"]
    return ForeignKey(
        field=document["fields"][0],
        table=reference["resource"] or own_table,
        column=reference["fields"][0],
        besides=tuple(document.get("or", ())),
    )


@cache
def table_schema(name: str) -> TableSchema:
    """Give the contract of a table.

    Parameters
    ----------
    name : str
        One of `table_names()`.

    Raises
    ------
    KeyError
        The contract has no such table.
    """
    document = _documents()[name]
    period = document.get("validity")
    return TableSchema(
        name=name,
        title=document["title"],
        title_lv=document["title_lv"],
        description=document["description"],
        description_lv=document["description_lv"],
        fields=tuple(_field(field) for field in document["fields"]),
        primary_key=tuple(document["primaryKey"]),
        foreign_keys=tuple(_foreign_key(key, name) for key in document["foreignKeys"]),
        validity=Validity(period["from"], period["to"], tuple(period.get("key", ())))
        if period
        else None,
        ordered=tuple((first, second) for first, second in document.get("ordered", ())),
        group_columns=tuple(document.get("group_columns", ())),
        sign_rules=tuple(
            SignRule(column, rule["column"], tuple(rule["values"]))
            for column, rule in document.get("negative_allowed", {}).items()
        ),
        sums=tuple(document.get("sums", ())),
        filled_by=tuple(document["filled_by"]),
    )


def datapackage_schema(name: str) -> dict[str, Any]:
    """Give the Table Schema of a table as a plain dict, to embed in a `datapackage.json`.

    Codes stand there with their words, as `categories`.

    Raises
    ------
    KeyError
        The contract has no such table.
    """
    document = cast(dict[str, Any], json.loads(json.dumps(_documents()[name])))
    for field, of_schema in zip(document["fields"], table_schema(name).fields, strict=True):
        field.pop("codes", None)
        if of_schema.enum:
            en, lv = of_schema.meanings("en"), of_schema.meanings("lv")
            field["categories"] = [
                {"value": code, "label": en[str(code)], "label_lv": lv[str(code)]}
                for code in of_schema.enum
            ]
    return document


_TYPE_WORDS = {
    "string": ("text", "teksts"),
    "integer": ("whole number", "vesels skaitlis"),
    "number": ("number", "skaitlis"),
    "date": ("date YYYY-MM-DD", "datums GGGG-MM-DD"),
    "year": ("year YYYY", "gads GGGG"),
}


def type_words(field: Field, language: str) -> str:
    """Name the type of a column in `lv` or `en`, for people."""
    return _TYPE_WORDS[field.type][1 if language == "lv" else 0]
