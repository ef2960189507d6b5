"""Tables too large to be read row by row: folders of Parquet files, summed where they lie.

`costs` and `activity` may be folders of Parquet files with one row for each child, day or invoice,
and a hundred million of them. DuckDB sums the rows of each key; every check, and whatever reports
take from the rows, works on the sums. A cell that does not fit is kept apart from the sum of the
others, so that it is found and its row is named.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dieval.errors import Problem
from dieval.inputs.header import shown_name
from dieval.inputs.personal import personal_code_in_sql
from dieval.inputs.row_files import (
    EVERY_REGION,
    Regions,
    RowFile,
    alike,
    row_files,
    selection_of,
)
from dieval.inputs.schema import TableSchema, table_names, table_schema
from dieval.inputs.sheets import Sheet, no_rows, not_parquet, refused
from dieval.inputs.values import personal_code_words
from dieval.vocabulary import NATIONAL

if TYPE_CHECKING:
    import duckdb

MOST_KEYS = 1_000_000  # more of them are no sums; they would not fit into memory
MEMORY = "400MB"  # what DuckDB may take before it writes to disk
PLACE = "dieval_place"  # number of the file and of the row in it
_ROWS_OF_A_FILE = 2**32


# Tables that may be folders of Parquet files, with rows that are summed.
FOLDERS = tuple(name for name in table_names() if table_schema(name).sums)


def read_folder(
    schema: TableSchema, label: str, folder: Path, regions: Regions, thorough: bool
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
    regions : Regions
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
    files, problems = row_files(schema, label, folder, regions)
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
                return [], [*problems, _too_large(label, "memory", _no_memory_words())]
            except duckdb.Error:
                broken = _unreadable(connection, files)
                if not broken:
                    raise
                return [], [*problems, *broken]
    if len(rows) > MOST_KEYS:
        words = _too_many_keys_words(schema)
        return [], [*problems, _too_large(label, "too_many_keys", words)]
    if not rows:
        return _empty(schema, label, regions, problems)
    return list(_sheets(schema, files, rows)), problems


def _empty(
    schema: TableSchema, label: str, regions: Regions, problems: list[Problem]
) -> tuple[list[Sheet], list[Problem]]:
    """Some regions may have no rows; a table without any is a fault."""
    if regions == EVERY_REGION:
        return [], [*problems, no_rows(label)]
    header = list(schema.columns)
    return [Sheet(label, header=header, columns=[[] for _ in header], behind=[])], problems


def _too_large(label: str, rule: str, words: tuple[str, str]) -> Problem:
    return refused(
        label,
        rule,
        words,
        (
            "Pārbaudiet, vai kāda no atslēgas kolonnām neapzīmē bērnu vai rēķinu. Ja reģionu "
            "patiešām ir tik daudz, gatavojiet pārskatus pa daļām (--region).",
            "Check that no column of the key names a child or an invoice. Where there are indeed "
            "so many regions, make the reports of some at a time (--region).",
        ),
    )


def _too_many_keys_words(schema: TableSchema) -> tuple[str, str]:
    key = ", ".join(schema.primary_key)
    return (
        f"rindām ir vairāk nekā {MOST_KEYS} dažādu atslēgu ({key}), tāpēc tās nevar summēt.",
        f"the rows have more than {MOST_KEYS} different keys ({key}) and cannot be summed.",
    )


def _no_memory_words() -> tuple[str, str]:
    return (
        f"rindu summēšanai nepietiek ar {MEMORY} atmiņas.",
        f"{MEMORY} of memory are not enough to sum the rows.",
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _scan(
    files: Sequence[RowFile], columns: Sequence[str], as_text: Collection[str] = ()
) -> tuple[str, list[Any]]:
    """Write the SELECT that reads columns of files that are alike, with the place of each row.

    What the files do not have is NULL; numbers of columns `as_text` are written as text, whole ones
    without decimals.
    """
    partition = files[0].partition
    parameters: list[Any] = [[str(file.path) for file in files]]
    given = []
    for name in columns:
        quoted = _quoted(name)
        if name in partition:
            given.append(f"part.{quoted}")
        elif name not in files[0].schema.names:
            given.append(f"NULL AS {quoted}")
        elif name in as_text and pa.types.is_floating(files[0].schema.field(name).type):
            held = f"held.{quoted}"
            whole = f"isfinite({held}) AND {held} = floor({held})"
            text = f"if({whole}, {held}::BIGINT::VARCHAR, {held}::VARCHAR)"
            given.append(f"{text} AS {quoted}")
        else:
            given.append(f"held.{quoted}" + (f"::VARCHAR AS {quoted}" if name in as_text else ""))
    names = "".join(f", {_quoted(name)}" for name in partition)
    rows = ", ".join(f"({', '.join(['?'] * (2 + len(partition)))})" for _ in files)
    for order, file in enumerate(files):
        parameters += [order, file.number, *file.partition.values()]
    place = f"part.number::BIGINT * {_ROWS_OF_A_FILE} + held.file_row_number"
    return (
        f"SELECT {', '.join([*given, f'{place} AS {PLACE}'])} FROM (SELECT *, file_index, "
        "file_row_number FROM read_parquet(?, hive_partitioning = false)) AS held "
        f"JOIN (VALUES {rows}) AS part (place, number{names}) ON part.place = held.file_index"
    ), parameters


def _mixed(schema: TableSchema, files: Sequence[RowFile]) -> set[str]:
    """Name the columns that are numbers in some files, and something else in others."""
    kinds: dict[str, set[str]] = {}
    for group in alike(files):
        for name in group[0].partition:
            kinds.setdefault(name, set()).add("text")
        for field in group[0].schema:
            kinds.setdefault(field.name, set()).add(
                "decimals" if pa.types.is_floating(field.type) else str(field.type)
            )
    texts = {field.name for field in schema.fields if field.name not in schema.sums}
    return {name for name, found in kinds.items() if len(found) > 1 and name in texts}


def _sums(schema: TableSchema, files: Sequence[RowFile], regions: Regions) -> tuple[str, list[Any]]:
    """Write the query that sums the rows of each key.

    Rows are kept apart by whether their numbers are missing, none, too large for a sum to the cent,
    negative or neither; sums are decimal, so that no order of rows or files changes a cent.
    """
    scans, parameters = [], []
    mixed = _mixed(schema, files)
    for group in alike(files):
        text, given = _scan(group, schema.columns, mixed)
        scans.append(text)
        parameters += given
    keys = [_quoted(name) for name in schema.columns if name not in schema.sums]
    kinds, sums = [], []
    for name in map(_quoted, schema.sums):
        exact = f"try_cast({name} AS DECIMAL(18, 6))"
        kinds.append(
            f"CASE WHEN {exact} IS NOT NULL THEN if({name} < 0, 1, 0) WHEN {name} IS NULL THEN 2 "
            f"WHEN isnan({name}::DOUBLE) THEN 3 WHEN isinf({name}::DOUBLE) "
            f"THEN if({name} < 0, 4, 5) ELSE if({name} < 0, 6, 7) END"
        )
        sums.append(f"sum({exact}), sum({name}::DOUBLE)")
    where = ""
    if regions != EVERY_REGION:
        named = f"region IN ({', '.join(['?'] * (1 + len(regions.names)))})"
        parameters += [*sorted(regions.names), NATIONAL]
        where = f"WHERE {named}"
        if regions.but:  # where no region is named, IN is neither true nor false
            where = f"WHERE NOT coalesce({named}, false) OR region = '{NATIONAL}'"
    union = " UNION ALL ".join(scans)
    return (
        f"SELECT {', '.join([*keys, *sums])}, min({PLACE}), count(*) FROM ({union}) {where} "
        f"GROUP BY {', '.join([*keys, *kinds])} ORDER BY min({PLACE})"
    ), parameters


def _sheets(
    schema: TableSchema, files: Sequence[RowFile], rows: Sequence[tuple[Any, ...]]
) -> Iterator[Sheet]:
    """Make a sheet of the sums for each region and each file in which a key stands first."""
    keys = [name for name in schema.columns if name not in schema.sums]
    header = [*keys, *schema.sums]
    parts: dict[tuple[str, str], Sheet] = {}
    for row in rows:
        place, behind = row[-2:]
        file = files[place // _ROWS_OF_A_FILE]
        selection = selection_of(row[keys.index("region")])
        key = file.name, selection
        if key not in parts:
            parts[key] = Sheet(file.name, selection, header, [[] for _ in header], behind=[])
        sheet = parts[key]
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
    connection: duckdb.DuckDBPyConnection, schema: TableSchema, files: Sequence[RowFile]
) -> list[Problem]:
    """Look for personal codes in the columns that the contract does not have."""
    problems: list[Problem] = []
    for group in alike(files):
        others = [
            field.name
            for field in group[0].schema
            if field.name not in schema.columns and _may_hold_text(field.type)
        ]
        if not others:
            continue
        found = ", ".join(
            f"min({PLACE}) FILTER ({personal_code_in_sql(f'{_quoted(name)}::VARCHAR')})"
            for name in others
        )
        text, parameters = _scan(group, others)
        places = connection.execute(f"SELECT {found} FROM ({text})", parameters).fetchone()
        for name, place in zip(others, places or (), strict=True):
            if place is not None:
                file = files[place // _ROWS_OF_A_FILE]
                row = place % _ROWS_OF_A_FILE + 2
                where = {"sheet": file.selection(), "column": shown_name(name), "rows": (row,)}
                problems.append(
                    refused(file.name, "personal_code", *personal_code_words(), **where)
                )
    return problems


def _may_hold_text(kind: pa.DataType) -> bool:
    types = pa.types
    return not (
        types.is_null(kind) or types.is_boolean(kind) or types.is_temporal(kind)
        or types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind)
    )  # fmt: skip


def _unreadable(connection: duckdb.DuckDBPyConnection, files: Sequence[RowFile]) -> list[Problem]:
    """Name the files that cannot be read to their end."""
    import duckdb

    problems = []
    for file in files:
        try:
            text, parameters = _scan([file], file.schema.names)
            columns = ", ".join(f"bit_xor(hash({_quoted(name)}))" for name in file.schema.names)
            connection.execute(f"SELECT {columns} FROM ({text})", parameters).fetchall()
        except duckdb.Error:
            problems.append(not_parquet(file.name))
    return problems
