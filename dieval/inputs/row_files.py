"""The Parquet files of a table that is a folder: which they are, and what is wrong with them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq

from dieval.errors import Problem
from dieval.inputs.header import check_header, check_types
from dieval.inputs.schema import TableSchema
from dieval.inputs.sheets import Sheet, not_parquet, refused
from dieval.inputs.values import holds_personal_code, personal_code_words, shown
from dieval.vocabulary import NATIONAL

SUFFIXES = (".parquet", ".parq", ".pq")
NO_VALUE = "__HIVE_DEFAULT_PARTITION__"  # how a folder of rows without a value is called
# Names that the queries need themselves; the first two are DuckDB's.
RESERVED = ("file_index", "file_row_number", "dieval_place")
_HIDDEN = "(…)"


@dataclass(frozen=True)
class Regions:
    """The regions whose rows are read, always with those of the whole country.

    Parameters
    ----------
    names : frozenset of str
    but : bool
        All regions but these; also rows that name an unknown region, or none.
    """

    names: frozenset[str]
    but: bool = False

    def take(self, region: str | None) -> bool:
        """Tell whether the rows of a region are read."""
        return region == NATIONAL or (region in self.names) is not self.but


EVERY_REGION = Regions(frozenset(), but=True)


@dataclass(frozen=True)
class RowFile:
    """A file of the folder.

    Parameters
    ----------
    number : int
        Its place among the files of the folder that are read.
    name : str
        Its name in messages.
    path : Path
    schema : pyarrow.Schema
    partition : dict
        Values of columns that the folders it stands in give (`column=value`).
    """

    number: int
    name: str
    path: Path
    schema: pa.Schema
    partition: dict[str, str | None]

    @property
    def alike(self) -> tuple[Any, ...]:
        """Give what is the same for files that can be read together."""
        return tuple(self.schema.names), tuple(map(str, self.schema.types)), tuple(self.partition)

    def selection(self) -> str:
        """Name the region that all rows of the file belong to, if that is known."""
        return selection_of(self.partition.get("region"))


def selection_of(region: str | None) -> str:
    """Name the rows of a region for a message, in place of a sheet; "" where it may not be."""
    return f"region={region}" if region and shown([region]) else ""


def alike(files: Sequence[RowFile]) -> list[list[RowFile]]:
    """Put files together that have the same columns and types."""
    groups: dict[tuple[Any, ...], list[RowFile]] = {}
    for file in files:
        groups.setdefault(file.alike, []).append(file)
    return list(groups.values())


def row_files(
    schema: TableSchema, label: str, folder: Path, regions: Regions
) -> tuple[list[RowFile], list[Problem]]:
    """List the files that may hold rows of some regions, and say what is wrong with files.

    Parameters
    ----------
    schema : TableSchema
    label : str
        Name of the folder in messages.
    folder : Path
    regions : Regions
        The folders of others are left out.

    Returns
    -------
    files : list of RowFile
        In the order of their paths.
    problems : list of Problem
        Links, files of another kind, and what cannot be read; wrong columns and types.
    """
    found: list[RowFile] = []
    problems: list[Problem] = []
    for path in _walk(folder, label, problems):
        parts = path.relative_to(folder).parts
        partition = {
            name: None if value == NO_VALUE else unquote(value)
            for name, equals, value in (part.partition("=") for part in parts[:-1])
            if equals
        }
        if "region" in partition and not regions.take(partition["region"]):
            continue
        name = _shown_path(label, parts)
        problem = _refused_path(name, path, parts)
        if problem is not None:
            problems.append(problem)
            continue
        try:
            file = RowFile(len(found), name, path, pq.read_schema(path), partition)
        except PermissionError:
            problems.append(_forbidden(name))
        except (pa.ArrowException, OSError, ValueError):
            problems.append(not_parquet(name))
        else:
            found.append(file)
    for group in alike(found):
        problems += _header_problems(schema, group)
    return found, problems


def _walk(folder: Path, label: str, problems: list[Problem]) -> list[Path]:
    """List every file below a folder in order; report folders that are links or closed to us."""

    def closed(error: OSError) -> None:
        parts = Path(str(error.filename)).relative_to(folder).parts
        problems.append(_forbidden(_shown_path(label, parts)))

    files: list[Path] = []
    for place, inner, names in os.walk(folder, onerror=closed):
        for name in (*inner, *names):
            path = Path(place, name)
            if name.startswith((".", "_")):  # what other programs leave behind
                continue
            if path.is_symlink() and name in inner:
                problems.append(link(_shown_path(label, path.relative_to(folder).parts)))
            elif name in names:
                files.append(path)
        inner[:] = [name for name in inner if not name.startswith((".", "_"))]
    return sorted(files)


def _shown_path(label: str, parts: Sequence[str]) -> str:
    """Name a file for a message, without a personal code that stands in its path."""
    hidden = holds_personal_code(list(parts)).tolist()
    shown_parts = [_HIDDEN if hide else part for part, hide in zip(parts, hidden, strict=True)]
    return "/".join((label, *shown_parts))


def _refused_path(name: str, path: Path, parts: Sequence[str]) -> Problem | None:
    """Say why a file is not read, judging by its path."""
    if holds_personal_code(list(parts)).any():
        return refused(name, "personal_code", *personal_code_words())
    if path.is_symlink():
        return link(name)
    if path.suffix.lower() not in SUFFIXES:
        return refused(
            name,
            "not_parquet",
            (
                "mapē ir fails, kas nav Parquet fails.",
                "the folder holds a file of another kind.",
            ),
            (
                "Saglabājiet to kā Parquet failu vai izņemiet no mapes.",
                "Write it as Parquet, or take it out of the folder.",
            ),
        )
    if any(sign in str(path) for sign in "*?["):
        return refused(
            name,
            "path",
            ("ceļā ir *, ? vai [.", "the path holds *, ? or [."),
            ("Pārdēvējiet failu vai mapi.", "Rename the file or the folder."),
        )
    return None


def link(name: str) -> Problem:
    """Say that a link was found where a file or a folder is to stand."""
    return refused(
        name,
        "path",
        ("tā ir saite; saitēm neseko.", "this is a link; links are not followed."),
        ("Ievietojiet pašu failu vai mapi.", "Put the file or the folder itself there."),
    )


def _forbidden(name: str) -> Problem:
    return refused(
        name,
        "unreadable",
        ("nav tiesību to lasīt.", "it may not be read."),
        ("Pārbaudiet tiesības.", "Check the permissions."),
    )


def _header_problems(schema: TableSchema, files: Sequence[RowFile]) -> list[Problem]:
    """Check the columns of files that are alike, each region's by its first file."""
    problems: list[Problem] = []
    seen: set[str] = set()
    for file in files:
        selection = file.selection()
        if selection in seen:
            continue
        seen.add(selection)
        unfit = list(_unfit_names(schema, file))
        problems += unfit
        if not unfit:
            names, types = [*file.schema.names, *file.partition], list(file.schema.types)
            sheet = Sheet(file.name, selection, header=names, types=types)
            wrong, _ = check_types(schema, sheet)
            problems += [*check_header(schema, sheet, kept=False), *wrong]
    return problems


def _unfit_names(schema: TableSchema, file: RowFile) -> Iterator[Problem]:
    """Find names of columns that a query could mistake."""
    held, given = file.schema.names, list(file.partition)
    both = sorted(set(held) & set(given))
    folded = [name.casefold() for name in [*held, *given]]
    alike_but_case = [n for n in [*held, *given] if folded.count(n.casefold()) > 1]
    reserved = [name for name in [*held, *given] if name.casefold() in RESERVED]
    summed = [name for name in given if name in schema.sums]
    for names, rule, message, remedy in (
        (
            both,
            "header_twice",
            ("kolonna ir gan failā, gan mapes nosaukumā",
             "a column stands in the file and in the name of its folder"),
            ("Atstājiet to vienā vietā.", "Keep it in one place."),
        ),
        (
            [] if both else alike_but_case,
            "header_twice",
            ("kolonnu nosaukumi atšķiras tikai ar lielajiem burtiem",
             "names of columns differ only in capital letters"),
            ("Pārdēvējiet vienu no tām.", "Rename one of them."),
        ),
        (
            reserved,
            "header_reserved",
            ("kolonnas nosaukumu izmanto pati nolasīšana",
             "the reading itself uses the name of a column"),
            ("Pārdēvējiet kolonnu.", "Rename the column."),
        ),
        (
            summed,
            "header_folder",
            ("summējamu kolonnu nevar norādīt mapes nosaukumā",
             "a column that is summed cannot stand in the name of a folder"),
            ("Ierakstiet to failos.", "Write it into the files."),
        ),
    ):  # fmt: skip
        if names:
            listed = shown(names) or _HIDDEN
            said = f"{message[0]}: {listed}.", f"{message[1]}: {listed}."
            yield refused(file.name, rule, said, remedy, sheet=file.selection())
