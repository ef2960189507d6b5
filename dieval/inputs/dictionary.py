"""The data dictionary: what the schemas say, in Markdown."""

from __future__ import annotations

from dieval.inputs.schema import Field, TableSchema, table_names, table_schema, type_words
from dieval.inputs.words import unit_words


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


def _units(field: Field) -> str:
    """Name the unit of a column in English and Latvian."""
    if not field.unit:
        return ""
    return " · ".join(dict.fromkeys(unit_words(field.unit, language) for language in ("en", "lv")))


def _dictionary_of_codes() -> list[str]:
    """Say of every code what it means, and in which columns it stands."""
    places: dict[tuple[str, str, str], list[str]] = {}
    for name in table_names():
        for field in table_schema(name).fields:
            lv = field.meanings("lv")
            for code, en in field.meanings("en").items():
                places.setdefault((code, en, lv[code]), []).append(f"`{name}.{field.name}`")
    return [
        "## Codes · Kodi",
        "",
        "| code · kods | meaning | nozīme | columns · kolonnas |",
        "|---|---|---|---|",
        *(f"| `{code}` | {en} | {lv} | {', '.join(columns)} |"
          for (code, en, lv), columns in places.items()),
        "",
    ]  # fmt: skip


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
            f"| {field.title_lv}. {field.description_lv} | {types} | {_units(field)} "
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
    lines += _dictionary_of_codes()
    return "\n".join(lines)
