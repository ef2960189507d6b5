"""A register of social-service providers as rows of `services`, mapped by a file of the user's.

A register lists each service at each address: what it is called there, who gives it, for whom, from
when to when. Names of services and target groups become codes by the mapping, names of
municipalities by the table `municipalities` of the data package, exactly and as of the day on which
the service opened. Nothing is left out in silence: what is not mapped is refused, what the mapping
excludes and what stands twice is counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from dieval.errors import DataError, Problem
from dieval.inputs.cells import check_cells
from dieval.inputs.header import Words
from dieval.inputs.imports import Fault, read_file, refuse, told
from dieval.inputs.intake.spelling import plain
from dieval.inputs.periods import check_validity, overlapping
from dieval.inputs.register_mapping import REGISTER, RegisterMapping, register_schema
from dieval.inputs.register_places import map_places, places_of
from dieval.inputs.schema import table_schema
from dieval.inputs.table import Table, assemble, numbers
from dieval.inputs.values import personal_code_words
from dieval.vocabulary import EXCLUDED

COLUMNS = (*(name for name in table_schema("services").columns if name != "source"),
           "registration_number")  # fmt: skip

# What makes one service at an address: rows with the same of these may not overlap in time. A
# register need not have registration numbers.
_INSTITUTION = ("name", "registration_number")
_SERVICE = ("address", "place", "service_type", "group")

# Eleven digits that begin like a day of birth, or with 32: the personal code, without its hyphen,
# of a provider who is a person.
_PERSON = re.compile(r"((0[1-9]|[12][0-9]|3[01])(0[1-9]|1[0-2])[0-9]{2}|32[0-9]{4})[0-9]{5}")

_RIGHT: Words = ("Ja tā ir pareizi, nekas nav jādara.", "Nothing to do if that is right.")


@dataclass(frozen=True)
class ImportedServices:
    """What became of a register.

    Parameters
    ----------
    rows : int
        Number of rows in the register.
    services : DataFrame
        Columns of `services` without source, and registration_number; one row for each service at
        an address, in an order that does not depend on that of the register.
    excluded : DataFrame with row, reason
        Line of each row that is not among the services; the reason is service or target_group
        (excluded by the mapping) or repeated (says the same as another row).
    mapping : DataFrame with column, name, accommodation, code, rows
        How each name of a service and of a target group was mapped, and in how many rows.
    notes : tuple of Problem
        Doubts that are no errors.
    """

    rows: int
    services: pd.DataFrame
    excluded: pd.DataFrame
    mapping: pd.DataFrame
    notes: tuple[Problem, ...]


def import_register(
    path: Path, mapping: RegisterMapping, municipalities: pd.DataFrame
) -> ImportedServices:
    """Map the services of a register to codes.

    Parameters
    ----------
    path : Path
        CSV file, or workbook with one visible sheet.
    mapping : RegisterMapping
    municipalities : DataFrame
        Table of the data contract.

    Returns
    -------
    ImportedServices
        Its services and what is excluded are together as many rows as the register has.

    Raises
    ------
    DataError
        Names that are not mapped, institutions that cannot be told apart, services that stand
        twice, cells that do not fit; all at once.
    ParameterError
        The mapping names a municipality that the table does not have.
    """
    places = places_of(municipalities, mapping.municipalities, mapping.names_as_of)
    schema = register_schema(mapping.columns)
    sheet, problems = read_file(path, schema)
    if sheet is None:
        raise DataError(problems)
    table, found = assemble(schema, [sheet])
    problems += found + check_cells(table) + check_validity(table)
    rows = _rows(table)
    problems += _personal_numbers(table, rows)
    problems += _map_services(table, rows, mapping)
    problems += _map_groups(table, rows, mapping)
    rows["taken"] = (rows["service_type"] != EXCLUDED) & (rows["group"] != EXCLUDED)
    named = rows["municipality"].where(rows["taken"], "")
    rows["place"], found = map_places(table, named, rows["opened"], places)
    problems += found + _same_names(table, rows)
    repeated, found = _stand_twice(table, rows)
    problems += found
    refuse(problems)
    taken, found = _told_apart(table, rows[rows["taken"] & ~repeated])
    return ImportedServices(
        rows=len(rows),
        services=_in_order(taken),
        excluded=_excluded(rows, repeated),
        mapping=_how_mapped(rows, mapping),
        notes=tuple(sorted(_not_taken_over(problem) for problem in [*problems, *found])),
    )


def service_rows(made: ImportedServices, source: str) -> pd.DataFrame:
    """Write the services of a register as rows of the table `services`.

    Parameters
    ----------
    made : ImportedServices
    source : str
        Code of the register in the table `sources`.

    Returns
    -------
    DataFrame
        Columns of `services`, then registration_number.
    """
    columns = [*table_schema("services").columns, "registration_number"]
    return made.services.assign(source=source)[columns]


def _rows(table: Table) -> pd.DataFrame:
    """Give texts with single blanks, and what rows are compared by."""
    rows = table.frame[list(REGISTER.columns)].copy()
    for each in REGISTER.fields:
        if each.type == "string":
            cells = rows[each.name].fillna("")
            rows[each.name] = [" ".join(cell.split()) for cell in cells]
    rows["registration_number"] = rows["registration_number"].str.replace(" ", "")
    rows["name"] = [plain(name) or name for name in rows["provider_name"]]
    rows["address"] = rows["site"].str.casefold()
    rows["line"] = table.line
    return rows


def _personal_numbers(table: Table, rows: pd.DataFrame) -> list[Problem]:
    """Find personal codes that the table does not take for such, because they have no hyphen."""
    personal = rows["registration_number"].str.fullmatch(_PERSON).to_numpy(bool)
    return table.problems(personal, "registration_number", "personal_code", *personal_code_words())


# --- Names to codes ------------------------------------------------------------------------------


def _codes(
    cells: Iterable[tuple[str, ...]], meaning: Callable[..., str | Fault]
) -> tuple[list[str], dict[int, Fault]]:
    """Give the code of every row, "" where it is not known, and the faults by position."""
    codes: list[str] = []
    faults: dict[int, Fault] = {}
    for position, names in enumerate(cells):
        meant = meaning(*names)
        if isinstance(meant, Fault):
            faults[position], meant = meant, ""
        codes.append(meant)
    return codes, faults


def _map_services(table: Table, rows: pd.DataFrame, mapping: RegisterMapping) -> list[Problem]:
    """Add the column service_type."""
    known = {plain(name): meant for name, meant in mapping.services.items()}

    def meaning(service: str, form: str) -> str | Fault:
        if not service:
            return ""
        meant = known.get(plain(service))
        if meant is None:
            return _not_mapped("service", "services", service, mapping.services)
        if isinstance(meant, str):
            return meant
        by_form = {plain(name): code for name, code in meant.items()}
        return by_form.get(plain(form)) or _not_mapped("accommodation", "services", form, meant)

    cells = zip(rows["service"], rows["accommodation"], strict=True)
    rows["service_type"], faults = _codes(cells, meaning)
    return told(table, faults)


def _map_groups(table: Table, rows: pd.DataFrame, mapping: RegisterMapping) -> list[Problem]:
    """Add the column group; "" for rows whose service is excluded."""
    known = {plain(name): code for name, code in mapping.target_groups.items()}

    def meaning(name: str, service_type: str, faulty: bool) -> str | Fault:
        if service_type == EXCLUDED or faulty:
            return ""
        code = known.get(plain(name))
        return code or _not_mapped("target_group", "target_groups", name, mapping.target_groups)

    faulty = table.faulty["target_group"]
    cells = zip(rows["target_group"], rows["service_type"], faulty, strict=True)
    rows["group"], faults = _codes(cells, meaning)
    return told(table, faults)


_WHAT: dict[str, Words] = {
    "service": ("šī pakalpojuma", "this service"),
    "accommodation": ("šīs pakalpojuma formas", "this form of the service"),
    "target_group": ("šīs mērķgrupas", "this target group"),
}


def _not_mapped(column: str, part: str, name: str, known: Iterable[str]) -> Fault:
    lv, en = _WHAT[column]
    also = ("", "")
    if not name:
        also = (' Tukšas šūnas nosaukums kartējumā ir "".', ' An empty cell is "" in the mapping.')
    return Fault(
        column,
        "not_mapped",
        (f"kartējumā nav {lv}", f"the mapping does not have {en}"),
        (f"Pievienojiet to kartējuma daļai {part}; ko neskaita, kartē kā {EXCLUDED}.{also[0]}",
         f"Add it to {part} of the mapping; what does not count is mapped to {EXCLUDED}.{also[1]}"),
        name,
        tuple(known),
    )  # fmt: skip


# --- One service at an address -------------------------------------------------------------------


def _same_names(table: Table, rows: pd.DataFrame) -> list[Problem]:
    """Find rows that may be of one institution or of several that are called the same."""
    known = rows[rows["taken"] & rows["name"].ne("") & rows["address"].ne("")]
    where = known["place"].where(known["place"].ne(""), known["municipality"].map(plain))
    key = known["registration_number"] + "\n" + known["address"] + "\n" + where
    several = key.groupby(known["name"]).transform("nunique") > 1
    unclear = known.index[several & known["registration_number"].eq("")]
    return table.problems(
        rows.index.isin(unclear), "registration_number", "same_name",
        ("šis sniedzēja nosaukums ir vairākās adresēs vai arī ar reģistrācijas numuru; bez numura "
         "nav zināms, vai tā ir viena iestāde.",
         "this name of a provider stands at several addresses, or with a registration number as "
         "well; without the number it is not known whether it is one institution."),
        ("Ierakstiet iestādes reģistrācijas numuru.",
         "Write the registration number of the institution."),
    )  # fmt: skip


def _stand_twice(table: Table, rows: pd.DataFrame) -> tuple[pd.Series, list[Problem]]:
    """Mark the rows that repeat another; report them, and those that contradict another."""
    known = rows["taken"] & rows["name"].ne("") & rows["opened"].notna() & ~table.faulty["closed"]
    known &= rows[list(_SERVICE)].ne("").all(axis=1)
    service, period = [*_INSTITUTION, *_SERVICE], ["opened", "closed"]
    complete = rows[known].sort_values([*service, *period, "provider_name", "site"])
    position = pd.Series(complete.index, index=complete.index)
    said = complete.groupby([*service, *period], dropna=False, sort=False).ngroup()
    first = position.groupby(said).transform("first")
    repeats = complete.index[first != position]
    found = table.pair_problems(
        np.column_stack([first[repeats], repeats]).astype(int), "service", "repeated",
        ("rindas saka vienu un to pašu; no tām ņemta viena",
         "rows say the same; one of them is taken"),
        _RIGHT,
    )  # fmt: skip
    found = [replace(problem, severity="note") for problem in found]
    once = complete.drop(repeats)
    key = once.groupby(service, sort=False).ngroup()
    pairs = overlapping(key, numbers(once["opened"]), numbers(once["closed"]))
    found += table.pair_problems(
        pairs, "opened", "overlap",
        ("viens pakalpojums vienā adresē ir divreiz, un laiki pārklājas",
         "one service at an address stands twice, and the times overlap"),
        ("Atstājiet vienu rindu vai agrāko beidziet dienu pirms nākamās sākuma.",
         "Keep one of the rows, or end the earlier one on the day before the next one starts."),
    )  # fmt: skip
    return pd.Series(rows.index.isin(repeats), index=rows.index), found


def _told_apart(table: Table, taken: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Write the registration number after a name that several institutions have.

    The table `services` knows institutions by their names.
    """
    several = taken.groupby("name")["registration_number"].transform("nunique") > 1
    numbered = taken["provider_name"] + " (" + taken["registration_number"] + ")"
    found = table.problems(
        table.frame.index.isin(taken.index[several]), "provider_name", "same_name",
        ("vienam nosaukumam ir vairāki reģistrācijas numuri: tās ir dažādas iestādes, un numurs "
         "rakstīts aiz nosaukuma.",
         "one name has several registration numbers: they are different institutions, and the "
         "number is written after the name."),
        ("Ja tā ir viena iestāde, visur ierakstiet vienu numuru.",
         "If it is one institution, write one number throughout."),
        "note",
    )  # fmt: skip
    return taken.assign(provider_name=taken["provider_name"].mask(several, numbered)), found


# --- What became of the rows ---------------------------------------------------------------------


def _in_order(taken: pd.DataFrame) -> pd.DataFrame:
    rows = taken.assign(municipality=taken["place"], target_group=taken["group"])
    return rows[list(COLUMNS)].sort_values(list(COLUMNS), ignore_index=True)


def _excluded(rows: pd.DataFrame, repeated: pd.Series) -> pd.DataFrame:
    reason = pd.Series("", index=rows.index)
    reason[repeated] = "repeated"
    reason[rows["group"] == EXCLUDED] = "target_group"
    reason[rows["service_type"] == EXCLUDED] = "service"
    table = pd.DataFrame({"row": rows["line"], "reason": reason})
    return table[table["reason"] != ""].sort_values("row", ignore_index=True)


def _how_mapped(rows: pd.DataFrame, mapping: RegisterMapping) -> pd.DataFrame:
    forms = {plain(name) for name, meant in mapping.services.items() if isinstance(meant, dict)}
    services = pd.DataFrame(
        {
            "column": "service",
            "name": rows["service"],
            "accommodation": rows["accommodation"].where(
                rows["service"].map(plain).isin(forms), ""
            ),
            "code": rows["service_type"],
        }
    )
    groups = pd.DataFrame(
        {
            "column": "target_group",
            "name": rows["target_group"],
            "accommodation": "",
            "code": rows["group"],
        }
    )
    both = pd.concat([services, groups[groups["code"] != ""]])
    return both.groupby(list(both.columns)).size().reset_index(name="rows")


def _not_taken_over(problem: Problem) -> Problem:
    """Say of columns that a package would keep that an import leaves them."""
    if problem.rule != "extra_column":
        return problem
    return replace(
        problem,
        message_lv=problem.message_lv.replace("saglabā, bet neizmanto", "nepārņem"),
        message_en=problem.message_en.replace("kept and not used", "not taken over"),
    )
