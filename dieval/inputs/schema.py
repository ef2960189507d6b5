"""The data contract: one Table Schema per table, in the files under `schemas/`.

The same files drive the checks, the workbook template and the data dictionary. They follow the
Frictionless Table Schema (Data Package v2); what the standard has no word for stands in
properties of our own: `title_lv`, `description_lv`, `unit`, `aliases`, `order` of the table, `or`
(values that a foreign key allows besides the referenced ones), `validity`, `ordered`,
`group_columns`, `negative_allowed`, `filled_by` and `sums`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, cast

FieldType = Literal["string", "integer", "number", "date", "year"]


@dataclass(frozen=True)
class Field:
    """One column: its type, its unit (`""` where it is not a quantity) and what it may hold.

    `minimum` and `maximum` are included values, numbers or ISO dates; `above` is excluded.
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

    Raises
    ------
    KeyError
        The contract has no such table.
    """
    return cast(dict[str, Any], json.loads(json.dumps(_documents()[name])))


def _limits(field: Field, language: str) -> str:
    lv = language == "lv"
    parts = []
    if not field.required:
        parts.append("drīkst būt tukšs" if lv else "may be empty")
    if field.enum:
        parts.append(" · ".join(f"`{value}`" for value in field.enum))
    elif field.pattern and "a-z" in field.pattern:
        parts.append("kods" if lv else "code")
    if field.type not in ("date", "year"):
        if field.above is not None:
            parts.append(f"> {field.above:g}")
        if field.minimum is not None:
            parts.append(f"≥ {field.minimum:g}")
        if field.maximum is not None:
            parts.append(f"≤ {field.maximum:g}")
    return "; ".join(parts)


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


def _folder_words(schema: TableSchema) -> list[str]:
    if not schema.sums:
        return []
    columns = ", ".join(f"`{column}`" for column in schema.sums)
    return [
        "",
        f"May be a folder of Parquet files; rows of one key are then summed: {columns}.  ",
        f"Var būt Parquet failu mape; tad vienas atslēgas rindas summē: {columns}.",
    ]


def _dictionary_of(schema: TableSchema) -> list[str]:
    lines = [
        f"## `{schema.name}`",
        "",
        f"**{schema.title}.** {schema.description}  ",
        f"**{schema.title_lv}.** {schema.description_lv}",
        "",
        f"Key · Atslēga: {', '.join(f'`{column}`' for column in schema.primary_key)}",
        *_folder_words(schema),
        "",
        (
            "| column · kolonna | meaning | nozīme | type · tips | unit · mērvienība "
            "| may hold | pieļaujamās vērtības |"
        ),
        "|---|---|---|---|---|---|---|",
    ]
    references = {key.field: key for key in schema.foreign_keys}
    for field in schema.fields:
        limits = {"en": _limits(field, "en"), "lv": _limits(field, "lv")}
        key = references.get(field.name)
        if key:
            target = f"→ `{key.table}.{key.column}`"
            target += "".join(f" / `{value}`" for value in key.besides)
            limits = {language: f"{words}; {target}" for language, words in limits.items()}
        types = f"{type_words(field, 'en')} · {type_words(field, 'lv')}"
        lines.append(
            f"| `{field.name}` | {field.title}. {field.description} "
            f"| {field.title_lv}. {field.description_lv} | {types} | {field.unit} "
            f"| {limits['en']} | {limits['lv']} |"
        )
    return [*lines, ""]


def data_dictionary() -> str:
    """Write the data dictionary in Markdown, English and Latvian side by side.

    The result is the text of `docs/data-dictionary.md`; a test keeps the two equal.
    """
    lines = [
        "# Data dictionary · Datu vārdnīca",
        "",
        "Made from the schemas in `dieval/inputs/schemas`; do not edit by hand.  ",
        "Izveidota no shēmām mapē `dieval/inputs/schemas`; nelabojiet to ar roku.",
        "",
        "Codes are lower-case ASCII. Money is EUR. Dates are YYYY-MM-DD. Empty is not zero.  ",
        "Kodi: mazie ASCII burti. Naudas summas: EUR. Datumi: GGGG-MM-DD. Tukšs nav nulle.",
        "",
    ]
    for name in table_names():
        lines += _dictionary_of(table_schema(name))
    return "\n".join(lines)
