"""The columns of a provider register, and what its names mean: a file of the user's."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from dieval.errors import ParameterError
from dieval.inputs.imports import column, read_mapping_file, section
from dieval.inputs.intake.spelling import plain
from dieval.inputs.schema import TableSchema, Validity, table_schema
from dieval.vocabulary import EXCLUDED

_CODE = re.compile(table_schema("services").field("service_type").pattern)
_OPENED = table_schema("services").field("opened")
_DAYS = {"minimum": _OPENED.minimum, "maximum": _OPENED.maximum}

# The names are everyday words for what a column holds; what a register calls it otherwise is given
# in the mapping.
REGISTER = TableSchema(
    name="register",
    title="Register of providers",
    title_lv="Pakalpojumu sniedzēju reģistrs",
    description="Services at addresses.",
    description_lv="Pakalpojumi adresēs.",
    fields=(
        column("service", "string", "Pakalpojums", "Service", "Pakalpojuma veids",
               "Pakalpojuma nosaukums", "Sociālais pakalpojums", "Sociālā pakalpojuma veids",
               "Service type"),
        column("accommodation", "string", "Izmitināšana", "Accommodation", "Ar izmitināšanu",
               "Ar vai bez izmitināšanas", "Pakalpojuma sniegšanas forma", "Pakalpojuma forma",
               "With or without accommodation", required=False),
        column("target_group", "string", "Mērķgrupa", "Target group", "Mērķa grupa",
               "Klientu grupa", "Klientu mērķgrupa", required=False),
        column("provider_name", "string", "Pakalpojumu sniedzējs", "Provider", "Nosaukums",
               "Pakalpojuma sniedzējs", "Pakalpojumu sniedzēja nosaukums",
               "Pakalpojuma sniedzēja nosaukums", "Sniedzējs", "Iestāde", "Name of the provider"),
        column("registration_number", "string", "Reģistrācijas numurs", "Registration number",
               "Reģistrācijas Nr.", "Reģ. numurs", "Reģ. Nr.", "Registration no.", required=False),
        column("site", "string", "Adrese", "Address", "Pakalpojuma sniegšanas adrese",
               "Pakalpojuma sniegšanas vieta", "Pakalpojuma sniegšanas vietas adrese",
               "Sniegšanas vieta", "Faktiskā adrese"),
        column("municipality", "string", "Pašvaldība", "Municipality", "Novads", "Pilsēta, novads"),
        column("opened", "date", "Atvērts", "Opened", "No", "Datums no", "Sākuma datums",
               "Reģistrēts", "Reģistrēts no", "Reģistrācijas datums", "From", "Date from", **_DAYS),
        column("closed", "date", "Slēgts", "Closed", "Līdz", "Datums līdz", "Beigu datums",
               "Reģistrēts līdz", "Izslēgts", "To", "Date to", required=False, **_DAYS),
    ),
    primary_key=("provider_name", "registration_number", "site", "service", "target_group",
                 "opened"),
    validity=Validity("opened", "closed"),
)  # fmt: skip


@dataclass(frozen=True)
class RegisterMapping:
    """What the names of a register mean; compared without regard to case, diacritics and signs.

    Parameters
    ----------
    services : dict of str, or of dict of str
        Code of `service_type`, or `exclude`, by name of the service; where the code depends on it,
        by what the register says of accommodation.
    target_groups : dict of str
        Code of `target_group`, or `exclude`, by name; `""` stands for empty cells.
    source : str
        Where the mapping comes from.
    status : str
        What it rests on, one of the kinds of evidence.
    municipalities : dict of str
        Code by a spelling that is not the name in table `municipalities`.
    columns : dict of str
        Column of `REGISTER`, or `exclude`, by the name that the register gives it.
    names_as_of : date, optional
        Day of which the register names municipalities that are not in force when a service opens.
    """

    services: dict[str, str | dict[str, str]]
    target_groups: dict[str, str]
    source: str
    status: str
    municipalities: dict[str, str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    names_as_of: dt.date | None = None


def read_register_mapping(path: Path) -> RegisterMapping:
    """Read a mapping: YAML with `services`, `target_groups`, `source` and `status`.

    Raises
    ------
    ParameterError
        The file cannot be read, or has something else where a code is expected; names what is
        wrong.
    """
    content = read_mapping_file(
        path,
        ("services", "target_groups", "source", "status"),
        ("municipalities", "columns", "names_as_of"),
    )
    services: dict[str, str | dict[str, str]] = {}
    for name, meant in _names(path, content, "services").items():
        if isinstance(meant, dict):
            services[name] = _codes(path, name, _names(path, {name: meant}, name))
        else:
            services |= _codes(path, "services", {name: meant})
    columns = _codes(path, "columns", _names(path, content, "columns"))
    allowed = (*REGISTER.columns, EXCLUDED)
    for name, meant in columns.items():
        if meant not in allowed:
            known = ", ".join(allowed)
            raise ParameterError(f"{path}: columns: {name}: {meant}: expected one of {known}.")
    day = content.get("names_as_of")
    if day is not None and type(day) is not dt.date:
        raise ParameterError(f"{path}: names_as_of: {day}: expected a date, YYYY-MM-DD.")
    return RegisterMapping(
        services=services,
        target_groups=_codes(path, "target_groups", _names(path, content, "target_groups")),
        source=str(content["source"]),
        status=content["status"],
        municipalities=_codes(path, "municipalities", _names(path, content, "municipalities")),
        columns=columns,
        names_as_of=day,
    )


def _names(path: Path, content: dict[str, object], part: str) -> dict[str, object]:
    """Give a part of the mapping by its names, which are texts and stand once."""
    spelt: dict[str, str] = {}
    for name in section(path, content, part):
        if not isinstance(name, str):
            raise ParameterError(f'{path}: {part}: {name}: write names in quotes: "…".')
        other = spelt.setdefault(plain(name), name)
        if other != name:
            raise ParameterError(f"{path}: {part}: {other} and {name} are one name; keep one.")
    return section(path, content, part)


def _codes(path: Path, part: str, names: Mapping[str, object]) -> dict[str, str]:
    codes: dict[str, str] = {}
    for name, code in names.items():
        if not isinstance(code, str) or not _CODE.search(code):
            raise ParameterError(
                f"{path}: {part}: {name}: {code}: expected a code of lower-case letters a–z, "
                f"digits, _ and -, or {EXCLUDED}."
            )
        codes[name] = code
    return codes


def register_schema(columns: Mapping[str, str]) -> TableSchema:
    """Give the columns of a register the names of a mapping; no other column then has them."""
    given = {plain(name) for name in columns}
    fields = []
    for each in REGISTER.fields:
        own = tuple(name for name, meant in columns.items() if meant == each.name)
        others = tuple(name for name in each.aliases if plain(name) not in given)
        title, title_lv = (
            each.name if plain(name) in given else name for name in (each.title, each.title_lv)
        )
        fields.append(replace(each, title=title, title_lv=title_lv, aliases=others + own))
    return replace(REGISTER, fields=tuple(fields))
