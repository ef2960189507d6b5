"""What `datapackage.json` declares of a file: how it is written, in which units, and of what time.

`encoding` and `dialect` are those of the Frictionless Data Package; `decimalChar` is its property
of a field, here of a whole file. `units`, `temporal`, `fillDown` and `sheet` are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dieval.inputs.intake.dialect import SEPARATORS
from dieval.inputs.intake.numerals import DECIMAL_SIGNS, Decimals
from dieval.inputs.intake.units import unit_of
from dieval.inputs.schema import TableSchema

# Names of encodings as they may be declared, and as Python calls them.
ENCODINGS = {
    "utf-8": "utf-8-sig",
    "utf8": "utf-8-sig",
    "utf-16": "utf-16",
    "windows-1257": "cp1257",
    "cp1257": "cp1257",
    "cp775": "cp775",
    "iso-8859-13": "iso8859_13",
}


@dataclass(frozen=True)
class Declared:
    """What is declared of a file; what is empty was not.

    `units` are by column, as written; `first_year` and `last_year` are those that its rows may be
    of; `fill_down` are columns whose merged cells hold for every row.
    """

    encoding: str = ""
    separator: str = ""
    decimals: Decimals | None = None
    sheet: str = ""
    units: Mapping[str, str] = field(default_factory=dict)
    first_year: int | None = None
    last_year: int | None = None
    fill_down: tuple[str, ...] = ()


NOTHING = Declared()


def declared_of(schema: TableSchema, resource: Mapping[str, Any]) -> tuple[Declared, list[str]]:
    """Read what a resource of the descriptor declares.

    Returns
    -------
    declared : Declared
    wrong : list of str
        Properties with a value that cannot be.
    """
    wrong: list[str] = []

    def take(name: str, value: Any, right: bool) -> Any:
        if value is not None and not right:
            wrong.append(name)
        return value if right else None

    encoding = resource.get("encoding")
    known = isinstance(encoding, str) and encoding.casefold() in ENCODINGS
    dialect = resource.get("dialect")
    dialect = take("dialect", dialect, isinstance(dialect, Mapping)) or {}
    delimiter = dialect.get("delimiter")
    decimals = resource.get("decimalChar")
    units = resource.get("units")
    units = take("units", units, isinstance(units, Mapping) and _are_units(schema, units)) or {}
    fill = resource.get("fillDown")
    listed = isinstance(fill, list) and all(name in schema.columns for name in fill)
    sheet = resource.get("sheet")
    first, last = _years(resource.get("temporal"))
    take("temporal", resource.get("temporal"), first is not None)
    found = Declared(
        encoding=ENCODINGS[encoding.casefold()] if known and isinstance(encoding, str) else "",
        separator=take("dialect.delimiter", delimiter, delimiter in SEPARATORS) or "",
        decimals=take("decimalChar", decimals, decimals in DECIMAL_SIGNS),
        sheet=take("sheet", sheet, isinstance(sheet, str)) or "",
        units=dict(units),
        first_year=first,
        last_year=last,
        fill_down=tuple(take("fillDown", fill, listed) or ()),
    )
    take("encoding", encoding, known)
    return found, wrong


def _are_units(schema: TableSchema, units: Mapping[Any, Any]) -> bool:
    return all(
        name in schema.columns
        and isinstance(unit, str)
        and unit_of(unit, schema.field(name)) is not None
        for name, unit in units.items()
    )


def _years(given: Any) -> tuple[int | None, int | None]:
    """Give the first and the last year of a period {start, end} of years or days."""
    if not isinstance(given, Mapping) or not given or not set(given) <= {"start", "end", "name"}:
        return None, None
    years = []
    for name in ("start", "end"):
        text = str(given.get(name, given.get("end", given.get("start"))))
        if not text[:4].isdigit() or len(text) not in (4, 7, 10):
            return None, None
        years.append(int(text[:4]))
    return years[0], years[1]
