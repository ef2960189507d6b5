"""Find the files of a data package and read their sheets."""

from __future__ import annotations

import hashlib
import json
import re
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from dieval.errors import Problem, Severity
from dieval.inputs.called import called
from dieval.inputs.declared import NOTHING, Declared, declared_of
from dieval.inputs.header import Words
from dieval.inputs.intake.csv_file import LARGE, read_csv
from dieval.inputs.intake.names import table_named
from dieval.inputs.letters import is_deceptive
from dieval.inputs.personal import HIDDEN, has_personal_code
from dieval.inputs.row_files import link
from dieval.inputs.row_level import FOLDERS
from dieval.inputs.schema import table_names, table_schema
from dieval.inputs.sheets import Sheet, read_parquet
from dieval.inputs.values import personal_code_words, shown
from dieval.inputs.workbook import read_sheet, read_workbook

DESCRIPTOR = "datapackage.json"
# Read as workbooks; of these, only the first two can be read, the others are told why not.
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb")
MOST_BYTES = 1_000_000_000  # of a file that is read as a whole
# Texts that may lie beside tables, and how much of them is looked at for personal codes [bytes].
TEXTS = (".csv", ".txt", ".md", ".json", ".tsv")
MOST_OF_A_TEXT = 10_000_000
SUFFIXES = (".csv", ".parquet", ".xlsx", ".xlsm")


@dataclass
class Found:
    """What reading has found so far."""

    name: str = ""
    title: dict[str, str] = field(default_factory=dict)
    sheets: dict[str, list[Sheet]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)  # tables of which a file could not be read
    problems: list[Problem] = field(default_factory=list)
    digests: dict[str, Future[str]] = field(default_factory=dict)
    folders: dict[str, tuple[str, Path]] = field(default_factory=dict)  # by table: name and place

    @property
    def files(self) -> dict[str, str]:
        """SHA-256 of each file that was read."""
        return {file: digest.result() for file, digest in self.digests.items()}

    def report(
        self,
        file: str,
        rule: str,
        message: Words,
        remedy: Words,
        severity: Severity = "error",
    ) -> None:
        """Note a problem of a whole file."""
        self.problems.append(
            Problem(
                file=file,
                rule=rule,
                message_lv=message[0],
                message_en=message[1],
                remedy_lv=remedy[0],
                remedy_en=remedy[1],
                severity=severity,
            )
        )


def _bytes(found: Found, file: str, path: Path) -> bytes | None:
    try:
        if path.stat().st_size > MOST_BYTES:
            found.report(
                file,
                "too_large",
                (f"failā ir vairāk nekā {MOST_BYTES} baitu.",
                 f"the file has more than {MOST_BYTES} bytes."),
                ("Pārbaudiet, vai tas ir īstais fails; ļoti daudz rindu glabājiet Parquet mapē.",
                 "Check that it is the right file; keep very many rows in a folder of Parquet "
                 "files."),
            )  # fmt: skip
            return None
        data = path.read_bytes()
    except OSError:
        found.report(
            file,
            "unreadable",
            ("failu nevar nolasīt.", "the file cannot be read."),
            ("Pārbaudiet, vai tas ir fails un vai ir tiesības to lasīt.",
             "Check that it is a file and that you may read it."),
        )  # fmt: skip
        return None
    found.digests[file] = _digest(data)
    return data


def _digest(data: bytes) -> Future[str]:
    """Give the SHA-256 of a file; of a large one while others go on with it."""

    def digest() -> str:
        return hashlib.sha256(data).hexdigest()

    if len(data) < LARGE:
        found: Future[str] = Future()
        found.set_result(digest())
        return found
    beside = ThreadPoolExecutor(1)
    found = beside.submit(digest)
    beside.shutdown(wait=False)
    return found


def _read_file(
    found: Found, table: str, file: str, path: Path, declared: Declared = NOTHING
) -> None:
    data = _bytes(found, file, path)
    sheet = None
    if data is not None:
        schema, suffix = table_schema(table), path.suffix.lower()
        if suffix == ".csv":
            sheet, problems = read_csv(schema, file, data, declared)
        elif suffix in WORKBOOKS:
            sheet, problems = read_sheet(file, data, schema, declared.sheet)
        else:
            sheet, problems = read_parquet(file, data)
        found.problems += problems
    if sheet is None:
        found.broken.add(table)
    else:
        found.sheets.setdefault(table, []).append(replace(sheet, declared=declared))


def _inside(folder: Path, given: Any) -> Path | None:
    """Give the file that a resource names, or None if it could lie outside the folder."""
    if not isinstance(given, str) or not given or "\\" in given or ":" in given or "\0" in given:
        return None
    parts = PurePosixPath(given)
    if parts.is_absolute() or ".." in parts.parts:
        return None
    try:
        path = (folder / given).resolve()
    except (OSError, RuntimeError):
        return None
    return path if path.is_relative_to(folder.resolve()) else None


def _descriptor(found: Found, folder: Path) -> dict[str, Any] | None:
    data = _bytes(found, DESCRIPTOR, folder / DESCRIPTOR)
    if data is None:
        return None
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        document = None
    if has_personal_code(data.decode("utf-8", "replace")):
        found.report(DESCRIPTOR, "personal_code", *_personal_code_inside())
        return None
    resources = document.get("resources") if isinstance(document, dict) else None
    if isinstance(document, dict) and isinstance(resources, list) and resources:
        return document
    found.report(
        DESCRIPTOR,
        "descriptor",
        (
            "fails nav datu pakotnes apraksts: JSON objekts ar sarakstu „resources”.",
            "the file is not a data package descriptor: a JSON object with a list of resources.",
        ),
        (
            "Izlabojiet JSON vai izdzēsiet failu; tad tabulas atpazīs pēc failu nosaukumiem.",
            "Mend the JSON, or delete the file: tables are then known by the names of the files.",
        ),
    )
    return None


def _personal_code_inside() -> tuple[Words, Words]:
    _, remedy = personal_code_words()
    return ("failā ir personas kods.", "the file holds a personal code."), remedy


def _deceptive(key: str) -> tuple[Words, Words]:
    return (
        (
            f"laukā {key} ir neredzamas zīmes vai citu alfabētu burti, kas izskatās kā latīņu.",
            f"{key} has invisible signs, or letters of other alphabets that look like Latin ones.",
        ),
        ("Pārrakstiet tekstu ar tastatūru.", "Type the text anew."),
    )


def _refuse_name(found: Found) -> None:
    _, remedy = personal_code_words()
    words = "faila nosaukumā ir personas kods.", "the name of a file holds a personal code."
    found.report(HIDDEN, "personal_code", words, remedy)


def _refuse_personal_codes(found: Found, folder: Path) -> None:
    """Look for personal codes in names of files, and in texts that are no tables."""
    for path in sorted(folder.iterdir()):
        if has_personal_code(path.name):
            _refuse_name(found)
        elif path.suffix.lower() in TEXTS and path.is_file() and path.name not in found.digests:
            with path.open("rb") as stream:
                text = stream.read(MOST_OF_A_TEXT).decode("utf-8", "replace")
            if has_personal_code(text):
                found.report(path.name, "personal_code", *_personal_code_inside())


def _read_resource(found: Found, folder: Path, resource: Any, read: set[tuple[Path, str]]) -> None:
    name = resource.get("name") if isinstance(resource, dict) else None
    if not isinstance(name, str) or "path" not in resource:
        found.report(
            DESCRIPTOR,
            "descriptor",
            ("resursam nav lauka name vai path.", "a resource has no name or no path."),
            ("Norādiet abus laukus.", "Give both."),
        )
        return
    if name not in table_names():
        found.report(
            DESCRIPTOR,
            "unknown_table",
            (
                f"datu specifikācijā nav tabulas {shown([name])}; resurss nav nolasīts.",
                f"the data contract has no table {shown([name])}; the resource was not read.",
            ),
            (
                "Ja tajā ir dati, piešķiriet resursam tabulas nosaukumu.",
                "If it holds data, give the resource the name of a table.",
            ),
            "note",
        )
        return
    declared, wrong = declared_of(table_schema(name), resource)
    if wrong:
        found.broken.add(name)
        found.report(
            DESCRIPTOR,
            "declared",
            (
                f"resursa {name} īpašību nevar saprast: {', '.join(wrong)}.",
                f"properties of resource {name} cannot be understood: {', '.join(wrong)}.",
            ),
            (
                "Izlabojiet tās vai izdzēsiet; kā tās raksta, teikts docs/data-in.md.",
                "Correct them, or take them out; docs/data-in.md says how they are written.",
            ),
        )
    given = resource["path"]
    paths = given if isinstance(given, list) and given else [given]
    for entry in paths:
        path = _inside(folder, entry)
        if has_personal_code(entry):
            found.broken.add(name)
            _refuse_name(found)
            continue
        if path is not None and path.is_dir() and name in FOLDERS:
            _take_folder(found, name, PurePosixPath(entry).as_posix(), path)
            continue
        if path is None or not path.is_file() or path.suffix.lower() not in SUFFIXES:
            inside = path is not None
            found.broken.add(name)
            found.report(
                DESCRIPTOR,
                "path",
                (
                    f"resursa {name} ceļš "
                    + (
                        "nenorāda uz esošu CSV, XLSX vai Parquet failu."
                        if inside
                        else "ved ārpus pakotnes mapes."
                    ),
                    f"the path of resource {name} "
                    + (
                        "does not lead to a CSV, XLSX or Parquet file that is there."
                        if inside
                        else "leads outside the folder of the package."
                    ),
                ),
                (
                    "Norādiet faila ceļu attiecībā pret mapi, bez „..” un tīmekļa adresēm.",
                    "Give the path of a file relative to the folder, without .. and addresses.",
                ),
            )
        elif (path, declared.sheet) in read:
            found.report(
                DESCRIPTOR,
                "path",
                (
                    f"resursa {name} fails ir minēts divreiz.",
                    f"a file of {name} is named twice.",
                ),
                ("Katru failu miniet vienreiz.", "Name each file once."),
            )
        else:
            read.add((path, declared.sheet))
            _read_file(found, name, PurePosixPath(entry).as_posix(), path, declared)


def _read_described_folder(found: Found, folder: Path) -> None:
    document = _descriptor(found, folder)
    if document is None:
        return
    if isinstance(document.get("name"), str):
        found.name = document["name"]
    for language, key in (("lv", "title_lv"), ("en", "title")):
        if isinstance(document.get(key), str):
            found.title[language] = document[key]
            if is_deceptive(document[key]):
                found.report(DESCRIPTOR, "deceptive_letters", *_deceptive(key))
    read: set[tuple[Path, str]] = set()
    for resource in document["resources"]:
        _read_resource(found, folder, resource, read)
    used = {*(path for path, _ in read), *(there for _, there in found.folders.values())}
    there = [*_table_files(folder), *_table_folders(folder)]
    for path, table in there:
        listed = any(file.is_relative_to(path.resolve()) for file in used)
        if table in table_names() and not listed:
            found.report(
                path.name,
                "not_listed",
                (
                    f"fails nav minēts aprakstā {DESCRIPTOR} un nav nolasīts.",
                    f"the file is not listed in {DESCRIPTOR} and was not read.",
                ),
                (f"Ja tas vajadzīgs, pievienojiet to aprakstam {DESCRIPTOR}.",
                 f"Add it to {DESCRIPTOR} if it is needed."),
                "note",
            )  # fmt: skip


def _table_files(folder: Path) -> list[tuple[Path, str]]:
    """List the files of a folder with the table that each name means."""
    listed = []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in SUFFIXES and path.is_file() and not has_personal_code(path.name):
            name = re.sub(r"-.*", "", path.stem)
            listed.append((path, table_named(name) or name))
    return listed


def _take_folder(found: Found, table: str, name: str, path: Path) -> None:
    """Note the folder that is a table; it is read when it is known which regions are needed."""
    if table in found.folders:
        found.broken.add(table)
        found.report(
            name,
            "two_folders",
            (f"tabula {table} ir divās mapēs.", f"table {table} stands in two folders."),
            ("Ielieciet failus vienā mapē.", "Put the files into one folder."),
        )
    else:
        found.folders[table] = name, path


def _table_folders(folder: Path) -> list[tuple[Path, str]]:
    """List the folders inside a folder that have the name of a table (`costs`, `costs.parquet`)."""
    return [
        (path, path.name.removesuffix(".parquet"))
        for path in sorted(folder.iterdir())
        if path.is_dir() and path.name.removesuffix(".parquet") in table_names()
    ]


def _read_folders(found: Found, folder: Path) -> None:
    """Take the folders that are tables, and say which cannot be."""
    folders = _table_folders(folder)
    for path, table in folders:
        if table not in FOLDERS:
            found.broken.add(table)
            found.report(
                path.name,
                "folder",
                (
                    f"tabula {table} nevar būt mape; mape var būt tikai {' vai '.join(FOLDERS)}.",
                    f"table {table} cannot be a folder; only {' or '.join(FOLDERS)} can.",
                ),
                ("Saglabājiet tabulu vienā failā.", "Write the table into one file."),
            )
        elif path.is_symlink():
            found.broken.add(table)
            found.problems.append(link(path.name))
        else:
            _take_folder(found, table, path.name, path)
    known = {path for path, _ in folders}
    for path in sorted(folder.iterdir()):
        stem = re.split(r"[-._ ]", path.name.casefold())[0]
        if has_personal_code(path.name):  # said of every name
            continue
        if path.is_dir() and path not in known and stem in FOLDERS:
            found.report(
                path.name,
                "unknown_table",
                (
                    "mapes nosaukums līdzinās tabulas nosaukumam, bet nav tāds; mape nav nolasīta.",
                    "the name of the folder is like that of a table, but not the same; the folder "
                    "was not read.",
                ),
                (
                    f"Ja tajā ir dati, nosauciet mapi {stem}.",
                    f"If it holds data, name the folder {stem}.",
                ),
                "note",
            )


def _refuse_both(found: Found) -> None:
    """A table is summed or it is not: what stands in files beside its folder would be neither."""
    for table in sorted(found.folders.keys() & found.sheets.keys()):
        found.broken.add(table)
        found.report(
            found.folders[table][0],
            "file_and_folder",
            (
                f"tabula {table} ir gan failā, gan mapē.",
                f"table {table} stands in a file and in a folder.",
            ),
            ("Atstājiet vienu no abiem.", "Keep one of the two."),
        )


def _read_plain_folder(found: Found, folder: Path) -> None:
    files = _table_files(folder)
    _read_folders(found, folder)
    known = [
        path for path, table in files if table in table_names() or path.suffix.lower() in WORKBOOKS
    ]
    if not known and not found.folders and not found.broken:
        found.report(
            folder.name,
            "no_package",
            (
                f"mapē nav ne apraksta {DESCRIPTOR}, ne tabulu failu.",
                f"the folder holds neither {DESCRIPTOR} nor files of tables.",
            ),
            (
                "Norādiet datu pakotnes mapi vai .xlsx darbgrāmatu.",
                "Give the folder of a data package or an .xlsx workbook.",
            ),
        )
        return
    found.report(
        folder.name,
        "no_descriptor",
        (
            f"mapē nav apraksta {DESCRIPTOR}; tabulas atpazītas pēc failu nosaukumiem.",
            f"the folder has no {DESCRIPTOR}; tables are known by the names of the files.",
        ),
        (
            f"Pievienojiet aprakstu {DESCRIPTOR}, lai pakotnei būtu nosaukums un tabulu saraksts.",
            f"Add {DESCRIPTOR} to give the package a title and a list of tables.",
        ),
        "note",
    )
    for path, table in files:
        if table in table_names():
            _read_file(found, table, path.name, path)
        elif path.suffix.lower() in WORKBOOKS:
            _read_book(found, path)
        else:
            found.report(
                path.name,
                "unknown_table",
                (
                    "datu specifikācijā nav tabulas ar šādu nosaukumu; fails nav nolasīts.",
                    "no table of the data contract has the name of the file; it was not read.",
                ),
                (
                    "Ja tajā ir dati, piešķiriet failam tabulas nosaukumu, piemēram, costs.csv.",
                    "If it holds data, name it as a table, for example costs.csv.",
                ),
                "note",
            )


def _read_book(found: Found, path: Path) -> None:
    data = _bytes(found, path.name, path)
    if data is None:
        return
    sheets, problems = read_workbook(path.name, data)
    found.problems += problems
    hidden = [problem.sheet for problem in problems if problem.rule == "hidden_sheet"]
    found.broken |= {table for table in map(table_named, hidden) if table is not None}
    for name, sheet in sheets.items():
        found.sheets.setdefault(name, []).append(sheet)
    if not sheets and all(problem.severity == "note" for problem in problems):
        found.report(
            path.name,
            "no_package",
            (
                "darbgrāmatā nav nevienas lapas ar tabulas nosaukumu un datiem.",
                "no sheet of the workbook has the name of a table and rows of data.",
            ),
            (
                "Piešķiriet lapām tabulu nosaukumus, piemēram, costs.",
                "Name the sheets as tables, for example costs.",
            ),
        )


def find(path: Path) -> Found:
    """Find and read the files of the package at a path; never raises for what is there."""
    found = Found(name=called(path.stem if path.suffix.lower() in WORKBOOKS else path.name))
    try:
        if has_personal_code(path.name):
            found.name = ""
            _refuse_name(found)
        elif path.is_dir():
            path = path.resolve()
            found.name = called(path.name)
            described = (path / DESCRIPTOR).exists()
            (_read_described_folder if described else _read_plain_folder)(found, path)
            _refuse_both(found)
            _refuse_personal_codes(found, path)
        elif path.is_file() and path.suffix.lower() in WORKBOOKS:
            _read_book(found, path)
        else:
            there = path.exists()
            found.report(
                path.name,
                "no_package" if there else "no_file",
                (
                    "tā nav datu pakotne." if there else "šādas mapes vai faila nav.",
                    "this is not a data package." if there else "there is no such folder or file.",
                ),
                (
                    "Norādiet datu pakotnes mapi vai .xlsx darbgrāmatu.",
                    "Give the folder of a data package or an .xlsx workbook.",
                ),
            )
    except (OSError, ValueError):
        found.report(
            shown([path.name]) or "?",
            "unreadable",
            ("ceļu nevar nolasīt.", "the path cannot be read."),
            ("Pārbaudiet ceļu un tiesības.", "Check the path and the permissions."),
        )
    return found
