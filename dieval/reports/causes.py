"""Why figures moved between two editions: what the one was made from and the other was not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from dieval.errors import ParameterError
from dieval.inputs.part import UnitData, checksums, read_from
from dieval.inputs.read import DataPackage
from dieval.inputs.schema import table_schema
from dieval.inputs.states import KEY, key_file
from dieval.parameters import LOADER, Parameter, read_parameters
from dieval.reports.editions import Edition
from dieval.reports.manifest import parameters_hash, sha256
from dieval.reports.project import Project, find_project
from dieval.reports.releases import release_hashes

# Quantities that are not about persons. They are shown where everybody may read the source, or the
# reports are internal; a count of persons or a text never is.
SHOWN_UNITS = ("EUR", "EUR/child-year", "EUR/month", "EUR/year", "index", "years")
OPEN_EVIDENCE = ("published", "synthetic")
ROWS_NAMED = 5  # on a line; JSON has all
RELEASES = "releases"
ANOTHER_KEY = "key"
PROGRAM = "program"  # the kind of cause that no run of this program can undo
NO_SUCH = object()


@dataclass(frozen=True)
class Row:
    """A row of the data that was changed, added or removed.

    Parameters
    ----------
    what : str
        changed, added or removed.
    file, row : str and int, optional
        Where it stands: in the new data, or in the old where it was removed.
    columns : tuple of str
        What was changed in it.
    values : mapping of str to pair
        Old and new value of those columns whose values may be shown.
    """

    what: str
    file: str
    row: int | None
    columns: tuple[str, ...] = ()
    values: Mapping[str, tuple[Any, Any]] = field(default_factory=dict, hash=False)

    def text(self) -> str:
        """Write it in a few words."""
        place = f"{self.file} row {self.row}" if self.row is not None else self.file
        if self.what != "changed":
            return f"{place} {self.what}"
        parts = [
            f"{name} {self.values[name][0]} → {self.values[name][1]}"
            if name in self.values
            else f"{name} changed"
            for name in self.columns
        ]
        return f"{place}: {', '.join(parts)}"


@dataclass(frozen=True)
class Cause:
    """One thing that the two editions were not made alike from.

    Parameters
    ----------
    kind : str
        data, key (of its checksums), parameter (of the run), dated_parameter, parameter_file,
        releases (that were known), notebook or program.
    name : str
        Table, parameter, file or notebook.
    detail : str
        What was changed of it.
    rows : tuple of Row
        Of a table, where both data packages are at hand.
    """

    kind: str
    name: str
    detail: str = ""
    rows: tuple[Row, ...] = ()

    def text(self) -> str:
        """Write it in one line."""
        words = {
            "data": f"data, table {self.name}",
            "parameter": f"parameter {self.name}",
            "dated_parameter": f"dated parameter {self.name}",
            "parameter_file": f"parameter file {self.name}",
            ANOTHER_KEY: f"{self.name} is another one",
            RELEASES: f"earlier releases, {self.name}",
            "notebook": f"method, notebook {self.name}",
            PROGRAM: f"method, {self.name}",
        }
        return f"{words[self.kind]}{': ' if self.detail else ''}{self.detail}"


@dataclass(frozen=True)
class Inputs:
    """What an edition was made from, where it is at hand.

    Parameters
    ----------
    project : Project
        Its parameters and notebooks; the data package is the one that was named.
    data : UnitData
    parameters : dict of Parameter
        By name.
    file_of : dict of str
        File of each parameter.
    """

    project: Project
    data: UnitData
    parameters: dict[str, Parameter]
    file_of: dict[str, str]


def read_inputs_of(option: str, path: Path, reports: Mapping[str, Edition]) -> Inputs:
    """Read the data package of an edition, and parameters and notebooks of the project around it.

    Parameters
    ----------
    option : str
        Option that named it, for messages.
    path : Path
        Data package; its project is the folder above it that holds dieval.toml.
    reports : mapping of Edition
        What is said to be made from it.

    Raises
    ------
    ParameterError
        The reports were made from something else.
    DataError
        The package breaks the data contract.
    """
    if not path.exists():
        raise ParameterError(f"{option} {path}: is not there.")
    project = find_project(path)
    data = UnitData(path)
    now, kept = parameters_hash(project), release_hashes(project)
    problems = []
    for place, report in reports.items():
        made = report.manifest
        now_read = read_from(data.part(made["unit"]))
        wrong = _differing(made["data"]["sha256"], now_read["sha256"])
        if made["data"].get("key", "") != now_read["key"]:
            problems.append(
                f"{option} {path}: {place} was made with another key of the checksums; restore "
                f"{key_file(path)}."
            )
        elif wrong:
            problems.append(f"{option} {path}: {place} was made from other data: {_list(wrong)}.")
        wrong = _differing(made["parameter_files"]["sha256"], now)
        if wrong:
            problems.append(
                f"{option} {path}: {place} was made with other parameter files than those of the "
                f"project around this data: {_list(wrong)}."
            )
        known = releases_of(made)
        wrong = _differing(known, {name: kept.get(name) for name in known})
        if wrong:
            problems.append(
                f"{option} {path}: {place} was made with releases that the project around this "
                f"data does not have: {_list(wrong)}."
            )
        notebook = project.notebooks / made["notebook"]["name"]
        if not notebook.is_file() or sha256(notebook.read_bytes()) != made["notebook"]["sha256"]:
            problems.append(
                f"{option} {path}: {place} was made with another notebook than that of the project "
                "around this data."
            )
    if problems:
        raise ParameterError("\n".join(problems))
    return Inputs(project, data, read_parameters(project.parameters), _files(project.parameters))


def _files(folder: Path) -> dict[str, str]:
    return {
        name: file.name
        for file in sorted(folder.glob("*.yml"))
        for name in yaml.load(file.read_text(encoding="utf-8"), LOADER)
    }


def causes_between(
    old: Edition, new: Edition, inputs: tuple[Inputs, Inputs] | None = None
) -> list[Cause]:
    """List what the two editions of a report were not made alike from.

    Parameters
    ----------
    old, new : Edition
    inputs : pair of Inputs, optional
        What they were made from; without it, tables and files are named, but not rows and values.
    """
    one, other = old.manifest, new.manifest
    return [
        *_parameters_of_the_run(one["asked"], other["asked"]),
        *_data(old, new, inputs),
        *_dated_parameters(one, other, inputs),
        *_releases(one, other),
        *(
            [Cause("notebook", other["notebook"]["name"])]
            if one["notebook"]["sha256"] != other["notebook"]["sha256"]
            else []
        ),
        *_program(one, other),
    ]


def _parameters_of_the_run(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Cause]:
    return [
        Cause("parameter", name, f"{old.get(name, 'not there')} → {new.get(name, 'not there')}")
        for name in _differing(old, new)
    ]


def releases_of(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Give the releases that a report took into account; the first manifests name none."""
    return dict(manifest.get("releases", {"sha256": {}})["sha256"])


def _releases(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Cause]:
    """Name the releases that one of the two did not know: what they show and hide counts."""
    before, after = releases_of(old), releases_of(new)
    names = _differing(before, after)
    new_or_gone = {name: "is new" if name in after else "is gone" for name in names}
    said = [
        f"{name} {'differs' if name in before and name in after else new_or_gone[name]}"
        for name in names
    ]
    return [Cause(RELEASES, ", ".join(said))] if said else []


def _program(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Cause]:
    """Name code and libraries; a lock that was changed alone has moved nothing."""
    found = []
    if old["code"]["sha256"] != new["code"]["sha256"]:
        versions = f"{old['code']['dieval']} → {new['code']['dieval']}"
        same = old["code"]["dieval"] == new["code"]["dieval"]
        found.append(Cause(PROGRAM, "code of dieval", "" if same else versions))
    libraries = [
        f"{name} {old['environment'].get(name, 'none')} → {new['environment'].get(name, 'none')}"
        for name in _differing(old["environment"], new["environment"])
    ]
    if libraries:
        found.append(Cause(PROGRAM, "libraries", ", ".join(libraries)))
    if old["lock"]["sha256"] != new["lock"]["sha256"] and not libraries:
        found.append(Cause(PROGRAM, "lock of dependencies", "no library that counts has changed"))
    return found


def _data(old: Edition, new: Edition, inputs: tuple[Inputs, Inputs] | None) -> list[Cause]:
    one, other = old.manifest["data"], new.manifest["data"]
    names = _differing(one["sha256"], other["sha256"])
    another_key = one.get("key", "") != other.get("key", "")
    if another_key and inputs is None:
        return [Cause(ANOTHER_KEY, KEY, "checksums do not tell which tables differ")]
    if inputs is not None:
        parts = [each.data.part(str(new.manifest["unit"])) for each in inputs]
        if another_key:
            names = _differing(*(checksums(replace(part, key="")) for part in parts))
        if "package" in names and (len(names) == 1 or parts[0].title != parts[1].title):
            names = [*(name for name in names if name != "package"), "package"]
        else:
            names = [name for name in names if name != "package"]
        internal = {old.manifest["edition"], new.manifest["edition"]} == {"internal"}
        return [_table_cause(name, parts[0], parts[1], internal) for name in names]
    # What a package says of itself counts its money, too: it follows the tables.
    names = [name for name in names if name != "package"] or names
    files = _files_of_tables(new) | _files_of_tables(old)
    return [Cause("data", name, ", ".join(files.get(name, []))) for name in names]


def _files_of_tables(edition: Edition) -> dict[str, list[str]]:
    """Give the files of each table that counts, as the report itself names them."""
    table = edition.results["tables"].get("data_rows", {"columns": [], "rows": []})
    names = [column["name"] for column in table["columns"]]
    found: dict[str, list[str]] = {}
    for row in table["rows"]:
        cells = dict(zip(names, row, strict=True))
        if isinstance(cells["file"], str) and cells["file"] not in found.get(cells["table"], []):
            found.setdefault(cells["table"], []).append(cells["file"])
    return found


def _table_cause(name: str, old: DataPackage, new: DataPackage, internal: bool) -> Cause:
    if name == "package":
        return Cause("data", name, "title or notes of the package")
    rows = tuple(changed_rows(name, old, new, internal))
    if not rows:
        return Cause("data", name, "rows stand in other places")
    said = "; ".join(row.text() for row in rows[:ROWS_NAMED])
    more = f"; and {len(rows) - ROWS_NAMED} rows more" if len(rows) > ROWS_NAMED else ""
    return Cause("data", name, f"{said}{more}", rows)


def changed_rows(name: str, old: DataPackage, new: DataPackage, internal: bool) -> Iterable[Row]:
    """List the rows of a table that are not alike, by the key of the data contract.

    Parameters
    ----------
    name : str
        Table.
    old, new : DataPackage
    internal : bool
        Whether both editions are internal ones; otherwise values are shown only where the source
        of both rows is published or synthetic.
    """
    schema = table_schema(name)
    shown = {each.name for each in schema.fields if each.unit in SHOWN_UNITS}
    before, after = (_by_key(name, package, schema.primary_key) for package in (old, new))
    for key in [*after, *(key for key in before if key not in after)]:
        if key not in after:
            yield Row("removed", *_place(old, name, before[key][0]))
        elif key not in before:
            yield Row("added", *_place(new, name, after[key][0]))
        else:
            (_, one), (place, other) = before[key], after[key]
            columns = tuple(_differing(one, other, schema.columns))
            if columns:
                open_ = internal or (_is_open(old, one) and _is_open(new, other))
                values = {c: (one[c], other[c]) for c in columns if open_ and c in shown}
                yield Row("changed", *_place(new, name, place), columns, values)


def _by_key(
    name: str, package: DataPackage, key: tuple[str, ...]
) -> dict[tuple[Any, ...], tuple[Any, dict[str, Any]]]:
    found: dict[tuple[Any, ...], tuple[Any, dict[str, Any]]] = {}
    if name in package.tables:
        table = package.tables[name]
        for place, row in zip(table.index, table.to_dict("records"), strict=True):
            plain = {column: None if pd.isna(value) else value for column, value in row.items()}
            found[tuple(plain.get(column) for column in key)] = (place, plain)
    return found


def _place(package: DataPackage, name: str, place: Any) -> tuple[str, int | None]:
    lines = package.lines.get(name)
    if lines is None or "row" not in lines or pd.isna(lines.loc[place, "row"]):
        return name, None
    return str(lines.loc[place, "file"]), int(lines.loc[place, "row"])


def _is_open(package: DataPackage, row: Mapping[str, Any]) -> bool:
    """Tell whether everybody may read the source of a row."""
    sources = package.tables.get("sources")
    if sources is None:
        return False
    evidence = dict(zip(sources["source"], sources["evidence"], strict=True))
    return evidence.get(row.get("source")) in OPEN_EVIDENCE


def _dated_parameters(
    old: Mapping[str, Any], new: Mapping[str, Any], inputs: tuple[Inputs, Inputs] | None
) -> list[Cause]:
    files = _differing(old["parameter_files"]["sha256"], new["parameter_files"]["sha256"])
    if not files or inputs is None:
        return [Cause("parameter_file", name) for name in files]
    before, after = (each.parameters for each in inputs)
    return [
        Cause("dated_parameter", name, _value_changes(before.get(name), after.get(name)))
        for name in _differing(before, after)
    ]


def _value_changes(old: Parameter | None, new: Parameter | None) -> str:
    """Say which values of a dated parameter were changed."""
    if old is None or new is None:
        return "is new" if old is None else "is gone"
    parts = []
    for start in sorted(old.values.keys() | new.values.keys()):
        one = old.values[start].model_dump() if start in old.values else {}
        other = new.values[start].model_dump() if start in new.values else {}
        if not one or not other:
            parts.append(f"value from {start} {'added' if other else 'removed'}")
            continue
        parts += [
            f"from {start}: {name} {one[name]} → {other[name]}" for name in _differing(one, other)
        ]
    return "; ".join(parts) or "title"


def _differing(
    old: Mapping[str, Any], new: Mapping[str, Any], order: Iterable[str] | None = None
) -> list[str]:
    """Name what is not alike, or not there, on one of the two sides."""
    names = sorted(old.keys() | new.keys()) if order is None else order
    return [name for name in names if old.get(name, NO_SUCH) != new.get(name, NO_SUCH)]


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)
