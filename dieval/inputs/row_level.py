"""Tables too large to be read row by row: folders of Parquet files, summed where they lie.

`costs` and `activity` may be folders of Parquet files with one row for each child, day or invoice,
and a hundred million of them. DuckDB sums the rows of each key; every check, and whatever reports
take from the rows, works on the sums. A cell that does not fit is kept apart from the sum of the
others, so that it is found and its row is named.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq

from dieval.errors import Problem
from dieval.inputs.header import check_header, check_types, shown_name
from dieval.inputs.schema import TableSchema, table_names, table_schema
from dieval.inputs.sheets import Sheet, no_rows, refused
from dieval.inputs.values import PERSONAL_CODE, holds_personal_code, personal_code_words
from dieval.vocabulary import NATIONAL

if TYPE_CHECKING:
    import duckdb

MOST_KEYS = 1_000_000  # more of them are no sums; they would not fit into memory
MEMORY = "400MB"  # what DuckDB may take before it writes to disk
_NO_VALUE = "__HIVE_DEFAULT_PARTITION__"  # how a partition without a value is called
_ROWS_OF_A_FILE = 2**32
# RE2 cannot look around, as the pattern for cells does.
_PERSONAL_CODE = PERSONAL_CODE.pattern.replace("(?<![0-9])", "(^|[^0-9])").replace(
    "(?![0-9])", "([^0-9]|$)"
)


def can_be_folder(table: str) -> bool:
    """Tell whether a table may be a folder of Parquet files with rows that are summed."""
    return bool(table_schema(table).sums)


FOLDERS = tuple(name for name in table_names() if can_be_folder(name))


@dataclass(frozen=True)
class _File:
    """A file of the folder: its name in messages, its schema, and the values its place gives."""

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
        return selection_of(self.partition.get("region") or "")


def selection_of(region: str) -> str:
    """Name the rows of a region for a message, in place of a sheet; "" where it may not be."""
    return "" if not region or holds_personal_code([region]).any() else f"region={region}"


def read_folder(
    schema: TableSchema, label: str, folder: Path, regions: Collection[str] | None, thorough: bool
) -> tuple[list[Sheet], list[Problem]]:
    """Read a table from a folder of Parquet files, each key once with its sums.

    Parameters
    ----------
    schema : TableSchema
        One with `sums`.
    label : str
        Name of the folder in messages.
    folder : Path
        Files may stand in folders named `column=value`, which give the column's values.
    regions : collection of str, optional
        Reads the rows of these regions and of the whole country only; every row where it is None.
    thorough : bool
        Look for personal codes in columns that are never read, too.

    Returns
    -------
    sheets : list of Sheet
        Keys with their sums, by region and by the file in which a key stands first; `lines` say
        in which row that is, `behind` how many rows were summed. Empty where something is wrong
        with the files, and one without rows where the regions have none.
    problems : list of Problem
    """
    files, problems = _files(label, folder, regions)
    for alike in _alike(files):
        problems += _header_problems(schema, alike)
    if any(problem.severity == "error" for problem in problems):
        return [], problems
    if not files:
        return _empty(schema, label, regions, problems)
    import duckdb

    with tempfile.TemporaryDirectory(prefix="dieval-sums-") as spill:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": MEMORY,
            "temp_directory": spill,
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        with duckdb.connect(config=settings) as connection:
            try:
                if thorough:
                    problems += _unread_codes(connection, schema, files)
                connection.execute(*_sums(schema, files, regions))
                rows = connection.fetchmany(MOST_KEYS + 1)
            except duckdb.OutOfMemoryException:
                return [], [*problems, _too_many_keys(label, schema)]
            except duckdb.Error:
                broken = _unreadable(connection, files)
                if not broken:
                    raise
                return [], [*problems, *broken]
    if len(rows) > MOST_KEYS:
        return [], [*problems, _too_many_keys(label, schema)]
    if not rows:
        return _empty(schema, label, regions, problems)
    return list(_sheets(schema, files, rows)), problems


def _empty(
    schema: TableSchema, label: str, regions: Collection[str] | None, problems: list[Problem]
) -> tuple[list[Sheet], list[Problem]]:
    """Some regions may have no rows; a table without any is a fault."""
    if regions is None:
        return [], [*problems, no_rows(label)]
    header = list(schema.columns)
    return [Sheet(label, header=header, columns=[[] for _ in header], behind=[])], problems


def _files(
    label: str, folder: Path, regions: Collection[str] | None
) -> tuple[list[_File], list[Problem]]:
    """List the files that hold rows of the regions, and say which cannot be read."""
    found, problems = [], []
    inside = folder.resolve()
    for path in sorted(folder.rglob("*.parquet")):
        parts = path.relative_to(folder).parts
        if any(part.startswith((".", "_")) for part in parts):  # what other programs leave behind
            continue
        partition = {
            name: None if value == _NO_VALUE else unquote(value)
            for name, equals, value in (part.partition("=") for part in parts[:-1])
            if equals
        }
        if regions is not None and partition.get("region", NATIONAL) not in {*regions, NATIONAL}:
            continue
        name = "/".join((label, *parts))
        if any(sign in str(path) for sign in "*?["):
            problems.append(
                refused(
                    name,
                    "path",
                    ("ceļā ir *, ? vai [.", "the path holds *, ? or [."),
                    ("Pārdēvējiet failu vai mapi.", "Rename the file or the folder."),
                )
            )
        elif not path.resolve().is_relative_to(inside):
            problems.append(
                refused(
                    name,
                    "path",
                    ("saite ved ārpus pakotnes mapes.", "the link leads outside the folder."),
                    ("Ievietojiet mapē pašu failu.", "Put the file itself into the folder."),
                )
            )
        else:
            try:
                found.append(_File(name, path, pq.read_schema(path), partition))
            except (pa.ArrowException, OSError, ValueError):
                problems.append(_not_parquet(name))
    return found, problems


def _not_parquet(name: str) -> Problem:
    return refused(
        name,
        "format",
        ("failu nevar nolasīt kā Parquet failu.", "the file is not a readable Parquet file."),
        ("Izveidojiet failu no jauna.", "Write the file again."),
    )


def _too_many_keys(label: str, schema: TableSchema) -> Problem:
    key = ", ".join(schema.primary_key)
    return refused(
        label,
        "too_many_keys",
        (
            f"rindām ir vairāk nekā {MOST_KEYS} dažādu atslēgu ({key}), tāpēc tās nevar summēt.",
            f"the rows have more than {MOST_KEYS} different keys ({key}) and cannot be summed.",
        ),
        (
            "Pārbaudiet, vai kāda no šīm kolonnām neapzīmē bērnu vai rēķinu.",
            "Check that none of these columns names a child or an invoice.",
        ),
    )


def _alike(files: Sequence[_File]) -> list[list[_File]]:
    """Put files together that have the same columns and types, in the order of their names."""
    groups: dict[tuple[Any, ...], list[_File]] = {}
    for file in files:
        groups.setdefault(file.alike, []).append(file)
    return list(groups.values())


def _header_problems(schema: TableSchema, files: Sequence[_File]) -> list[Problem]:
    """Check the columns of files that are alike, each region's by its first file."""
    problems: list[Problem] = []
    seen: set[str] = set()
    for file in files:
        selection = file.selection()
        if selection in seen:
            continue
        seen.add(selection)
        given = [*file.schema.names, *file.partition]
        sheet = Sheet(file.name, selection, header=given, types=list(file.schema.types))
        wrong, _ = check_types(schema, sheet)
        problems += [*check_header(schema, sheet, kept=False), *wrong]
    return problems


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _scan(files: Sequence[_File], first: int, columns: Sequence[str]) -> tuple[str, list[Any]]:
    """Write the SELECT that reads columns of files that are alike, with the place of each row.

    What the files do not have is NULL; `first` is the number of the first of them.
    """
    partition = files[0].partition
    parameters: list[Any] = [[str(file.path) for file in files]]
    given = [
        f"part.{_quoted(name)}"
        if name in partition
        else f"held.{_quoted(name)}"
        if name in files[0].schema.names
        else f"NULL AS {_quoted(name)}"
        for name in columns
    ]
    place = f"(held.file_index::BIGINT + {first}) * {_ROWS_OF_A_FILE} + held.file_row_number"
    text = (
        f"SELECT {', '.join([*given, f'{place} AS place'])} FROM (SELECT *, file_index, "
        "file_row_number FROM read_parquet(?, hive_partitioning = false)) AS held"
    )
    if partition:
        names = ", ".join(map(_quoted, partition))
        rows = ", ".join(f"({', '.join(['?'] * (1 + len(partition)))})" for _ in files)
        text += f" JOIN (VALUES {rows}) AS part (number, {names}) ON part.number = held.file_index"
        for number, file in enumerate(files):
            parameters += [number, *file.partition.values()]
    return text, parameters


def _sums(
    schema: TableSchema, files: Sequence[_File], regions: Collection[str] | None
) -> tuple[str, list[Any]]:
    """Write the query that sums the rows of each key.

    Rows are kept apart by whether their numbers are missing, unusable, negative or neither; sums
    are decimal, so that no order of rows or files changes a cent.
    """
    scans, parameters, first = [], [], 0
    for alike in _alike(files):
        text, given = _scan(alike, first, schema.columns)
        scans.append(text)
        parameters += given
        first += len(alike)
    keys = [_quoted(name) for name in schema.columns if name not in schema.sums]
    kinds, sums = [], []
    for name in map(_quoted, schema.sums):
        exact = f"try_cast({name} AS DECIMAL(18, 6))"
        kinds.append(
            f"CASE WHEN {name} IS NULL THEN 0 WHEN {exact} IS NULL THEN 1 WHEN {name} < 0 THEN 2 "
            "ELSE 3 END"
        )
        sums.append(f"sum({exact}), sum({name}::DOUBLE)")
    where = ""
    if regions is not None:
        where = f"WHERE region IN ({', '.join(['?'] * (1 + len(regions)))})"
        parameters += [*sorted(regions), NATIONAL]
    union = " UNION ALL ".join(scans)
    return (
        f"SELECT {', '.join([*keys, *sums])}, min(place), count(*) FROM ({union}) {where} "
        f"GROUP BY {', '.join([*keys, *kinds])} ORDER BY min(place)"
    ), parameters


def _sheets(
    schema: TableSchema, files: Sequence[_File], rows: Sequence[tuple[Any, ...]]
) -> Iterator[Sheet]:
    """Make a sheet of the sums for each region and each file in which a key stands first."""
    order = [file for alike in _alike(files) for file in alike]
    keys = [name for name in schema.columns if name not in schema.sums]
    header = [*keys, *schema.sums]
    parts: dict[tuple[str, str], Sheet] = {}
    for row in rows:
        place, behind = row[-2:]
        file = order[place // _ROWS_OF_A_FILE]
        selection = selection_of(str(row[keys.index("region")] or ""))
        sheet = parts.setdefault(
            (file.name, selection),
            Sheet(file.name, selection, header, [[] for _ in header], behind=[]),
        )
        numbers = row[len(keys) : -2]
        values = [
            any_ if exact is None else exact
            for exact, any_ in zip(numbers[::2], numbers[1::2], strict=True)
        ]
        for column, cell in zip(sheet.columns, [*row[: len(keys)], *values], strict=True):
            column.append(cell)  # type: ignore[attr-defined]
        sheet.lines.append(place % _ROWS_OF_A_FILE + 2)  # type: ignore[attr-defined]
        sheet.behind.append(behind)  # type: ignore[union-attr]
    return iter(parts.values())


def _unread_codes(
    connection: duckdb.DuckDBPyConnection, schema: TableSchema, files: Sequence[_File]
) -> list[Problem]:
    """Look for personal codes in the text columns that the contract does not have."""
    problems: list[Problem] = []
    for alike in _alike(files):
        texts = [
            field.name
            for field in alike[0].schema
            if field.name not in schema.columns and "string" in str(field.type)
        ]
        if not texts:
            continue
        found = ", ".join(
            f"min(place) FILTER (regexp_matches({_quoted(name)}, '{_PERSONAL_CODE}'))"
            for name in texts
        )
        text, parameters = _scan(alike, 0, texts)
        places = connection.execute(f"SELECT {found} FROM ({text})", parameters).fetchone()
        for name, place in zip(texts, places or (), strict=True):
            if place is not None:
                file = alike[place // _ROWS_OF_A_FILE]
                row = place % _ROWS_OF_A_FILE + 2
                message, remedy = personal_code_words()
                problem = refused(file.name, "personal_code", message, remedy)
                problems.append(
                    replace(problem, sheet=file.selection(), column=shown_name(name), rows=(row,))
                )
    return problems


def _unreadable(connection: duckdb.DuckDBPyConnection, files: Sequence[_File]) -> list[Problem]:
    """Name the files that cannot be read to their end."""
    import duckdb

    problems = []
    for file in files:
        try:
            text, parameters = _scan([file], 0, file.schema.names)
            columns = ", ".join(f"bit_xor(hash({_quoted(name)}))" for name in file.schema.names)
            connection.execute(f"SELECT {columns} FROM ({text})", parameters).fetchall()
        except duckdb.Error:
            problems.append(_not_parquet(file.name))
    return problems
