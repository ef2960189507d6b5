"""Checks of the header of a file and of the column types of a Parquet file."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import replace

import pyarrow as pa

from dieval.errors import Problem, Severity
from dieval.inputs.intake.names import header_of
from dieval.inputs.intake.spelling import plain
from dieval.inputs.intake.text import mended
from dieval.inputs.schema import Field, TableSchema, type_words
from dieval.inputs.sheets import Sheet
from dieval.inputs.values import holds_personal_code, shown
from dieval.inputs.words import unit_behind

Words = tuple[str, str]  # Latvian, English
# Names of columns that identify persons, as `plain` gives them.
PERSONS = frozenset(
    {
        *("vards", "uzvards", "vards uzvards", "vards un uzvards", "berna vards", "berna uzvards"),
        *("berna vards uzvards", "vecaka vards", "dzimsanas datums", "dzimsanas dati"),
        *("dzimsanas diena", "dzim dat", "dz dat", "personas kods", "berna personas kods"),
        *("pers kods", "p k", "first name", "forename", "given name", "last name", "surname"),
        *("family name", "full name", "child s name", "child name", "name of the child"),
        *("date of birth", "birth date", "birthday", "dob", "personal code"),
        *("personal identity number", "identity code", "national id"),
    }
)


def shown_name(text: str) -> str:
    """Give the name of a column for a message, or "(…)" where it may not be shown."""
    return shown([text]) or "(…)"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(shown_name(name) for name in names)


def renamed(schema: TableSchema, sheet: Sheet) -> tuple[Sheet, list[Problem]]:
    """Put the names of the contract in place of those in a file, and say which."""
    header = header_of(schema, sheet.header)
    if not header.renamed:
        return sheet, []
    # Spelt as it is compared: a known name, whatever else stood around it.
    pairs = ", ".join(f"{plain(name)} – {meant}" for name, meant in header.renamed)
    note = Problem(
        file=sheet.file,
        sheet=sheet.name,
        rows=(sheet.header_line,),
        rule="header_names",
        message_lv=f"kolonnas atpazītas pēc nosaukumiem: {pairs}.",
        message_en=f"columns are known by their names: {pairs}.",
        remedy_lv="Ja tās atpazītas pareizi, nekas nav jādara.",
        remedy_en="Nothing to do if they are the right ones.",
        severity="note",
    )
    return replace(sheet, header=header.names, units=header.units), [note]


def check_header(schema: TableSchema, sheet: Sheet, kept: bool = True) -> list[Problem]:
    """Check the names of the columns of one file; order does not matter.

    `kept` tells whether columns that the contract does not have are read all the same.
    """
    problems: list[Problem] = []

    def report(rule: str, message: Words, remedy: Words, severity: Severity = "error") -> None:
        problems.append(
            Problem(
                file=sheet.file,
                sheet=sheet.name,
                rows=(sheet.header_line,) if severity == "error" else (),
                rule=rule,
                message_lv=message[0],
                message_en=message[1],
                remedy_lv=remedy[0],
                remedy_en=remedy[1],
                severity=severity,
            )
        )

    names = sheet.header
    if holds_personal_code(names).any():
        report(
            "personal_code",
            ("kolonnas nosaukumā ir personas kods.", "the name of a column holds a personal code."),
            ("Izdzēsiet personas kodu.", "Delete the personal code."),
        )
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        report(
            "header_twice",
            (
                f"kolonna atkārtojas: {_listed(twice)}.",
                f"a column stands twice: {_listed(twice)}.",
            ),
            ("Atstājiet vienu no tām.", "Keep one of them."),
        )
    if any(not name.strip() for name in names):
        blank = next(number for number, name in enumerate(names, 1) if not name.strip())
        report(
            "header_empty",
            (
                f"{blank}. kolonnai nav nosaukuma.",
                f"column number {blank} has no name.",
            ),
            (
                "Ierakstiet kolonnas nosaukumu vai izdzēsiet kolonnu.",
                "Name the column or delete it.",
            ),
        )
    if any(mended(name) or "\ufffd" in name for name in names):
        meant = header_of(schema, [mended(name) for name in names]).names
        listed = ", ".join(name for name in meant if name in schema.columns)
        hint = (f" (varbūt {listed})", f" (perhaps {listed})") if listed else ("", "")
        report(
            "header_spoilt",
            (
                "kolonnu nosaukumi izskatās kā Windows-1257 vai UTF-8 teksts, kas nolasīts "
                f"nepareizā kodējumā, piemēram, latin-1{hint[0]}.",
                "names of columns look like Windows-1257 or UTF-8 that was read in a wrong "
                f"encoding, for example as latin-1{hint[1]}.",
            ),
            (
                "Eksportējiet failu no sākotnējās programmas vēlreiz kā „CSV UTF-8”.",
                'Export the file again from the program it came from, as "CSV UTF-8".',
            ),
        )
    missing = [name for name in schema.required_columns if name not in names]
    extra = [name for name in dict.fromkeys(names) if name.strip() and name not in schema.columns]
    absent = [name for name in schema.columns if name not in names]
    near_lv, near_en = "", ""
    renamed = set()
    for name in extra:
        match = difflib.get_close_matches(name.strip().casefold(), absent, n=1, cutoff=0.75)
        if match:
            renamed.add(name)
            near_lv += f" Varbūt {shown_name(name)} ir {match[0]}?"
            near_en += f" Is {shown_name(name)} meant to be {match[0]}?"
    if missing:
        report(
            "columns",
            (
                f"trūkst obligāto kolonnu: {', '.join(missing)}.",
                f"required columns are missing: {', '.join(missing)}.",
            ),
            (
                f"Pievienojiet kolonnas tieši ar šādiem nosaukumiem.{near_lv}",
                f"Add the columns, with exactly these names.{near_en}",
            ),
        )
    persons = [name for name in extra if plain(name) in PERSONS]
    if persons:
        report(
            "person",
            (
                f"kolonnās ir personu dati: {_listed(persons)}.",
                f"columns hold personal data: {_listed(persons)}.",
            ),
            (
                "Izdzēsiet šīs kolonnas; datu pakotne nedrīkst ļaut identificēt personas.",
                "Delete these columns; a data package must not identify persons.",
            ),
        )
    if extra:
        hint = ("", "") if missing else (near_lv, near_en)
        report(
            "extra_column",
            (
                f"datu specifikācijā nav kolonnu {_listed(extra)}; tās "
                + ("saglabā, bet neizmanto." if kept else "nenolasa."),
                f"the data contract has no columns {_listed(extra)}; they are "
                + ("kept and not used." if kept else "not read."),
            ),
            (
                f"Ja tas ir ar nolūku, nekas nav jādara.{hint[0]}",
                f"Nothing to do if that is intended.{hint[1]}",
            ),
            "note",
        )
    return problems


_FITTING: dict[str, Callable[[pa.DataType], bool]] = {
    "string": lambda t: pa.types.is_string(t) or pa.types.is_large_string(t),
    "integer": lambda t: pa.types.is_integer(t) or pa.types.is_floating(t),
    "year": lambda t: pa.types.is_integer(t) or pa.types.is_floating(t),
    "number": lambda t: pa.types.is_integer(t) or pa.types.is_floating(t) or pa.types.is_decimal(t),
    "date": lambda t: pa.types.is_date(t) or (pa.types.is_timestamp(t) and t.tz is None),
}


def expected(field: Field, language: str) -> str:
    """Name what a cell of the column must be, with its unit."""
    return type_words(field, language) + unit_behind(field.unit, language)


def check_types(schema: TableSchema, sheet: Sheet) -> tuple[list[Problem], set[str]]:
    """Check the column types of a Parquet file; give the columns that cannot be used."""
    problems, unusable = [], set()
    for name, kind in zip(sheet.header, sheet.types or [], strict=False):
        if name not in schema.columns or pa.types.is_null(kind):
            continue
        inner = kind.value_type if pa.types.is_dictionary(kind) else kind
        field = schema.field(name)
        if not _FITTING[field.type](inner):
            unusable.add(name)
            problems.append(
                Problem(
                    file=sheet.file,
                    column=name,
                    rule="type",
                    message_lv=f"vajadzīgs {expected(field, 'lv')}; Parquet tips ir {inner}.",
                    message_en=f"expected {expected(field, 'en')}; the Parquet type is {inner}.",
                    remedy_lv="Saglabājiet kolonnu ar atbilstošu tipu.",
                    remedy_en="Write the column with a type that fits.",
                )
            )
    return problems, unusable
