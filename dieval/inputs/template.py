"""The workbook that municipalities and institutions fill in, made of the schemas.

A sheet is a table. What is filled in reads back as the same rows: the words above the header are
passed over, codes are texts and dates are dates, and nothing in a cell is a formula.
"""

from __future__ import annotations

import datetime as dt
import io
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import xlsxwriter

from dieval.inputs.header import expected
from dieval.inputs.schema import Field, TableSchema, table_names, table_schema
from dieval.inputs.senders import SENDERS, tables_of
from dieval.inputs.sheets import CODES, COVER, EXAMPLES

NOBODY = ("nav jāaizpilda", "not to be filled in")
# Rows of a sheet, counted from 0; data stands below the header.
TITLE, WORDS, FORMS, NAMES_LV, NAMES_EN, HEADER, FIRST = range(7)
ROWS_TO_FILL = 1_000
MADE = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)  # the same workbook whenever it is made
LONGEST_LIST = 255  # characters of a drop-down list that stands in the validation itself
LONGEST_MESSAGE = 255
COVER_WIDTH, CODES_WIDTH = 50, 42  # characters
ROOM = 0.92  # of the width of a column: other programs have other fonts
WIDEST = 28.0  # column of codes [characters]
LINE_HEIGHT = 15.0  # points
LONGEST_TEXT = 2_000


@dataclass(frozen=True)
class _Looks:
    """Formats of a workbook."""

    title: Any
    words: Any
    names: Any
    forms: Any
    header: Any
    cells: Mapping[str, Any]
    given: Mapping[str, Any]
    shown: Any


def template_workbook(
    sender: str | None = None,
    rows: Mapping[str, pd.DataFrame] | None = None,
    names: Sequence[str] = (),
) -> bytes:
    """Make a workbook to fill in.

    Parameters
    ----------
    sender : str, optional
        region, municipality or institution: only the tables whose rows it knows; all tables where
        it is not given.
    rows : mapping of DataFrame, optional
        Rows that stand in the sheets already, by table, with columns of the contract. Tables that
        the sender does not fill in follow its own, locked: codes that its rows name.
    names : sequence of str
        Only these tables.

    Returns
    -------
    bytes
        XLSX; the same for the same input.

    Raises
    ------
    ParameterError
        No such sender or table.
    """
    own = tables_of(sender, names)
    chosen = [table_schema(name) for name in own]
    given = [table_schema(name) for name in table_names() if name in (rows or {}).keys() - {*own}]
    stream = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"title": "dieval", "created": MADE})
        looks = _looks(book)
        _write_cover(book, looks, chosen, given, sender)
        codes = _write_codes(book, looks, [*chosen, *given])
        for schema in chosen:
            there = (rows or {}).get(schema.name)
            _write_sheet(book, looks, schema, [*chosen, *given], there, codes)
        for schema in given:
            _write_given(book, looks, schema, (rows or {})[schema.name], codes)
        _write_examples(book, looks, chosen)
    return stream.getvalue()


def _looks(book: xlsxwriter.Workbook) -> _Looks:
    def look(**settings: Any) -> Any:
        return book.add_format({"valign": "top", **settings})

    forms = {
        "string": "@",
        "integer": "0",
        "year": "0",
        "number": "General",
        "money": "#,##0.00",
        "date": "yyyy-mm-dd",
    }
    return _Looks(
        title=look(bold=True, font_size=14),
        words=look(text_wrap=True, font_color="#595959"),
        names=look(bold=True, text_wrap=True, bg_color="#E8EEF4"),
        forms=look(text_wrap=True, font_color="#595959", bg_color="#E8EEF4"),
        header=look(font_name="Consolas", font_size=9, bottom=2, bg_color="#E8EEF4"),
        cells={name: look(locked=False, num_format=form) for name, form in forms.items()},
        given={name: look(num_format=form) for name, form in forms.items()},
        shown=look(text_wrap=True),
    )


def _add_sheet(book: xlsxwriter.Workbook, name: str) -> Any:
    """Add a sheet that prints across, one page wide."""
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    return sheet


def _height(text: str, width: float = COVER_WIDTH) -> float:
    """Give the height of a row in which a text stands that is wrapped at a width [characters]."""
    lines = textwrap.wrap(text, int(ROOM * width), break_long_words=False)
    return LINE_HEIGHT * max(1, len(lines))


def _write_cover(
    book: xlsxwriter.Workbook,
    looks: _Looks,
    chosen: Sequence[TableSchema],
    given: Sequence[TableSchema],
    sender: str | None,
) -> None:
    """Say who fills in what, and how."""
    sheet = _add_sheet(book, COVER)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 2, COVER_WIDTH)
    sheet.set_column(3, 4, 30)
    sheet.write_string(0, 0, "dieval", looks.title)
    for row, (lv, en) in enumerate(_HOW, start=1):
        sheet.set_row(row, max(_height(lv), _height(en)))
        sheet.write_string(row, 1, lv, looks.shown)
        sheet.write_string(row, 2, en, looks.shown)
    top = len(_HOW) + 2
    heads = ("lapa · sheet", "kas tajā", "what it holds", "aizpilda", "filled in by")
    for column, head in enumerate(heads):
        sheet.write_string(top, column, head, looks.names)
    for row, schema in enumerate([*chosen, *given], start=top + 1):
        senders = [SENDERS[name] for name in schema.filled_by if sender in (None, name)]
        senders = senders or [NOBODY]
        lv = f"{schema.title_lv}. {schema.description_lv}"
        en = f"{schema.title}. {schema.description}"
        sheet.set_row(row, max(_height(lv), _height(en)))
        sheet.write_url(row, 0, f"internal:'{schema.name}'!A1", looks.shown, schema.name)
        sheet.write_string(row, 1, lv, looks.shown)
        sheet.write_string(row, 2, en, looks.shown)
        sheet.write_string(row, 3, ", ".join(lv for lv, _ in senders), looks.shown)
        sheet.write_string(row, 4, ", ".join(en for _, en in senders), looks.shown)
    sheet.protect()


_HOW = (
    (
        f"Katrā lapā ir viena tabula. Datus ieraksta zem virsraksta, no {FIRST + 1}. rindas.",
        f"Each sheet is one table. Fill in rows below the header, from row {FIRST + 1} on.",
    ),
    (
        "Obligātās kolonnas ir atzīmētas ar *. Ja vērtības nav, šūnu atstāj tukšu; tukšs nav "
        "nulle.",
        "Columns with * are required. Leave a cell empty where there is no value; empty is not "
        "zero.",
    ),
    (
        "Katra rinda nosauc avotu (kolonna source), avotus uzskaita lapā sources.",
        "Every row names its source (column source); sources are listed in sheet sources.",
    ),
    (
        "Nerakstiet personu vārdus, personas kodus un dzimšanas datumus.",
        "Do not write names of persons, personal codes or dates of birth.",
    ),
    (
        "Naudas summas ir eiro. Lapas, kas uz jums neattiecas, atstājiet tukšas.",
        "Money is in euro. Leave sheets empty that are not about you.",
    ),
    (
        f"Dažās kolonnās jāraksta kods. Ko kodi nozīmē, teikts lapā „{CODES}”; uz to ved saites "
        "virs virsraksta.",
        f"Some columns take a code. What codes mean is said in sheet “{CODES}”; links above the "
        "header lead there.",
    ),
)

# The codes of a column with their Latvian words, and the rows in which they stand in the sheet of
# codes, counted from 0.
_Codes = dict[tuple[tuple[str, str], ...], range]


def _codes_of(field: Field) -> tuple[tuple[str, str], ...]:
    return tuple(field.meanings("lv").items())


def _write_codes(book: xlsxwriter.Workbook, looks: _Looks, tables: Sequence[TableSchema]) -> _Codes:
    """Say what each code means, once for all columns with the same codes."""
    sheet = _add_sheet(book, CODES)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 1, CODES_WIDTH)
    sheet.set_column(2, 2, WIDEST)
    sheet.set_column(3, 4, COVER_WIDTH)
    heads = ("kolonna · column", "lapas · sheets", "kods · code", "nozīme", "meaning")
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, looks.names)
    places: dict[tuple[tuple[str, str], ...], list[tuple[Field, str]]] = {}
    for schema in tables:
        for field in schema.fields:
            if field.codes:
                places.setdefault(_codes_of(field), []).append((field, schema.name))
    row, rows = 1, {}
    for codes, columns in places.items():
        first = columns[0][0]
        names = ", ".join(dict.fromkeys(field.name for field, _ in columns))
        sheets = ", ".join(dict.fromkeys(name for _, name in columns))
        english = first.meanings("en")
        rows[codes] = range(row, row + len(codes))
        for code, word in codes:
            texts = (f"{first.title_lv} · {names}", sheets, code, word, english[code])
            sheet.set_row(row, max(_height(text, CODES_WIDTH) for text in texts[:2]))
            for column, text in enumerate(texts):
                sheet.write_string(row, column, text, looks.shown)
            row += 1
    sheet.protect()
    return rows


def _write_sheet(
    book: xlsxwriter.Workbook,
    looks: _Looks,
    schema: TableSchema,
    tables: Sequence[TableSchema],
    rows: pd.DataFrame | None,
    codes: _Codes,
) -> None:
    """Write the sheet of a table: names, help, header, drop-down lists and rows that are there."""
    sheet = _add_sheet(book, schema.name)
    _write_head(sheet, looks, schema, looks.cells, codes)
    last = FIRST + ROWS_TO_FILL - 1 + (0 if rows is None else len(rows))
    for column, field in enumerate(schema.fields):
        sheet.data_validation(
            FIRST, column, last, column, _validation(schema, field, tables, codes)
        )
    if rows is not None:
        _write_rows(sheet, schema, rows)
    sheet.protect(
        options={
            "format_columns": True,
            "format_rows": True,
            "insert_rows": True,
            "delete_rows": True,
            "sort": True,
            "autofilter": True,
        }
    )


def _write_given(
    book: xlsxwriter.Workbook,
    looks: _Looks,
    schema: TableSchema,
    rows: pd.DataFrame,
    codes: _Codes,
) -> None:
    """Write the sheet of a table that the sender does not fill in."""
    sheet = _add_sheet(book, schema.name)
    _write_head(sheet, looks, schema, looks.given, codes, f" ({NOBODY[0]} · {NOBODY[1]})")
    _write_rows(sheet, schema, rows)
    sheet.protect(options={"format_columns": True, "format_rows": True})


def _write_head(
    sheet: Any,
    looks: _Looks,
    schema: TableSchema,
    cells: Mapping[str, Any],
    codes: _Codes,
    remark: str = "",
) -> None:
    """Write what stands above the rows of a table."""
    sheet.freeze_panes(FIRST, 0)
    sheet.write_string(TITLE, 0, f"{schema.title_lv} · {schema.title}{remark}", looks.title)
    sheet.write_string(WORDS, 0, f"{schema.description_lv} · {schema.description}")
    for row, text_of in ((NAMES_LV, _name_lv), (NAMES_EN, _name_en), (FORMS, _form)):
        sheet.set_row(row, max(_height(text_of(field), _width(field)) for field in schema.fields))
    for column, field in enumerate(schema.fields):
        money = field.type == "number" and (field.unit or "").startswith("EUR")
        sheet.set_column(column, column, _width(field), cells["money" if money else field.type])
        sheet.write_string(NAMES_LV, column, _name_lv(field), looks.names)
        sheet.write_string(NAMES_EN, column, _name_en(field), looks.names)
        if field.codes:
            place = f"internal:'{CODES}'!A{codes[_codes_of(field)].start + 1}"
            sheet.write_url(FORMS, column, place, looks.forms, _form(field))
        else:
            sheet.write_string(FORMS, column, _form(field), looks.forms)
        sheet.write_string(HEADER, column, field.name, looks.header)


def _width(field: Field) -> float:
    """Give the width of a column [characters]."""
    if field.enum:
        texts = (field.name, _name_en(field), *map(str, field.enum))
        return min(max(map(len, texts)) + 3.0, WIDEST)
    return {"string": 24.0, "date": 14.0, "year": 12.0}.get(field.type, 16.0)


def _name_lv(field: Field) -> str:
    return field.title_lv + (" *" if field.required else "")


def _name_en(field: Field) -> str:
    return field.title + (" *" if field.required else "")


def _form(field: Field) -> str:
    """Say what a cell holds: its type and unit."""
    if field.codes:
        return "kods · code"
    return f"{expected(field, 'lv')} · {expected(field, 'en')}"


def _validation(
    schema: TableSchema, field: Field, chosen: Sequence[TableSchema], codes: _Codes
) -> dict[str, Any]:
    """Say which cells a spreadsheet program accepts, and what it says of the others."""
    help_text = f"{field.description_lv}\n{field.description}"
    explained = f"{field.description_lv}\n{field.explained('lv')}\n{field.description}"
    if field.codes and len(explained) <= LONGEST_MESSAGE:
        help_text = explained
    where = f" ({CODES})" if field.codes else ""
    error = f"Vajadzīgs: {_form(field)}{where}. {field.description_lv}"
    return {
        "ignore_blank": True,
        "input_title": field.title_lv[:32],
        "input_message": _cut(help_text),
        "error_title": field.name[:32],
        "error_message": _cut(error),
        **_accepted(schema, field, chosen, codes),
    }


def _accepted(
    schema: TableSchema, field: Field, chosen: Sequence[TableSchema], codes: _Codes
) -> dict[str, Any]:
    allowed = ",".join(str(value) for value in field.enum)
    if allowed and len(allowed) <= LONGEST_LIST:
        return {"validate": "list", "source": [str(value) for value in field.enum]}
    if field.codes and field.type == "string":  # only a warning where there may be others
        rows = codes[_codes_of(field)]
        return {
            "validate": "list",
            "source": f"='{CODES}'!$C${rows.start + 1}:$C${rows.stop}",
            "error_type": "stop" if field.enum else "warning",
        }
    key = next((key for key in schema.foreign_keys if key.field == field.name), None)
    other = next((each for each in chosen if key and each.name == key.table), None)
    if key and other:
        # A warning only: the row referred to may be written later, and `national` stands nowhere.
        letter = xlsxwriter.utility.xl_col_to_name(other.columns.index(key.column))
        first, last = FIRST + 1, FIRST + ROWS_TO_FILL
        return {
            "validate": "list",
            "source": f"='{other.name}'!${letter}${first}:${letter}${last}",
            "error_type": "warning",
        }
    if field.type == "date":
        return {
            "validate": "date",
            "criteria": "between",
            "minimum": dt.date.fromisoformat(str(field.minimum)),
            "maximum": dt.date.fromisoformat(str(field.maximum)),
        }
    if field.type == "year":
        return {
            "validate": "integer",
            "criteria": "between",
            "minimum": int(field.minimum or 0),
            "maximum": int(field.maximum or 9999),
        }
    if field.type in ("number", "integer"):
        negative = any(rule.column == field.name for rule in schema.sign_rules)
        lowest = -1e15 if field.minimum is None or negative else float(field.minimum)
        return {
            "validate": "integer" if field.type == "integer" else "decimal",
            "criteria": "between",
            "minimum": lowest,
            "maximum": 1e15 if field.maximum is None else float(field.maximum),
        }
    return {"validate": "length", "criteria": "<=", "value": LONGEST_TEXT}


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_MESSAGE else text[: LONGEST_MESSAGE - 1] + "…"


def _write_rows(sheet: Any, schema: TableSchema, rows: pd.DataFrame) -> None:
    for column, field in enumerate(schema.fields):
        if field.name not in rows:
            continue
        for row, cell in enumerate(rows[field.name], start=FIRST):
            if pd.isna(cell):
                continue
            if field.type == "string":
                sheet.write_string(row, column, str(cell))
            elif field.type == "date":
                sheet.write_datetime(row, column, pd.Timestamp(cell).to_pydatetime())
            else:
                sheet.write_number(row, column, float(cell))


def _write_examples(
    book: xlsxwriter.Workbook, looks: _Looks, chosen: Sequence[TableSchema]
) -> None:
    """Show a row of each table; nothing reads this sheet."""
    sheet = _add_sheet(book, EXAMPLES)
    sheet.set_column(0, 20, 18)
    sheet.write_string(0, 0, "Izdomātas rindas · Invented rows", looks.title)
    row = 2
    for schema in chosen:
        sheet.write_string(row, 0, schema.name, looks.names)
        for column, field in enumerate(schema.fields):
            sheet.write_string(row + 1, column, field.name, looks.header)
            sheet.write_string(row + 2, column, example_of(field), looks.shown)
        row += 4
    sheet.protect()


_EXAMPLES = {"string": "…", "integer": "12", "number": "1234.56", "year": "2020",
             "date": "2020-05-31"}  # fmt: skip


def example_of(field: Field) -> str:
    """Give a cell that a column may hold; "" where it may be empty and most rows leave it so."""
    if field.enum:
        return str(field.enum[0])
    if field.type == "string" and field.pattern and "a-z" in field.pattern:
        return field.name.replace("_", "-") + "-1"
    if field.minimum is not None and field.type in ("integer", "number"):
        return f"{max(float(field.minimum), float(_EXAMPLES[field.type])):g}"
    return _EXAMPLES[field.type]
