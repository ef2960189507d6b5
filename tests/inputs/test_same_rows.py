"""The same rows, written in the ways that people have, are the same tables."""

from __future__ import annotations

import csv
import io
import itertools
import json
import os
import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dieval.inputs.read import DataPackage, check_package, read_package
from dieval.inputs.schema import TableSchema, table_schema
from dieval.vocabulary import COST_ITEMS, PAYERS

Rows = list[dict[str, str]]
Tables = dict[str, Rows]
EXAMPLES = 1_000 if os.environ.get("DIEVAL_CAMPAIGN") else 15


@dataclass(frozen=True)
class Way:
    """A way of writing a package."""

    seed: int  # order of rows and columns, and how rows are cut into files
    files: int
    encoding: str
    separator: str
    told: bool
    names: str
    decimals: str
    gap: str
    day_first: bool
    above: int
    workbook: bool


WAYS = st.builds(
    Way,
    seed=st.integers(0, 10**6),
    files=st.integers(1, 3),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1257", "utf-16"]),
    separator=st.sampled_from([",", ";", "\t", "|"]),
    told=st.booleans(),
    names=st.sampled_from(["code", "lv", "en", "plain"]),
    decimals=st.sampled_from([".", ","]),
    gap=st.sampled_from(["", "\u00a0", " ", "'"]),
    day_first=st.booleans(),
    above=st.integers(0, 3),
    workbook=st.booleans(),
)


def named(schema: TableSchema, column: str, how: str) -> str:
    field = schema.field(column)
    if how == "lv":
        return field.title_lv
    if how == "en":
        return field.title.upper()
    if how == "plain":
        parts = unicodedata.normalize("NFKD", field.title_lv)
        return "".join(sign for sign in parts if not unicodedata.combining(sign))
    return column


def number(text: str, way: Way) -> str:
    whole, point, part = text.partition(".")
    if way.gap and whole.lstrip("-").isdigit():
        whole = f"{int(whole):,}".replace(",", way.gap)
    return whole + (way.decimals + part if point else "")


def cell(schema: TableSchema, column: str, text: str, way: Way) -> str:
    kind = schema.field(column).type
    if kind in ("number", "integer") and text:
        return number(text, way)
    if kind == "date" and text and way.day_first:
        year, month, day = text.split("-")
        return f"{day}.{month}.{year}"
    return text


def lines(schema: TableSchema, rows: Rows, way: Way) -> list[list[str]]:
    """Write the rows of a file as they would stand in it."""
    order = list(rows[0])
    random.Random(way.seed).shuffle(order)
    title = [["Aizpildīja"] + [""] * (len(order) - 1), ["2020. gads"] + [""] * (len(order) - 1)]
    return [
        *(title * 2)[: way.above],
        [named(schema, column, way.names) for column in order],
        *([cell(schema, column, row[column], way) for column in order] for row in rows),
    ]


def written(tables: Tables, folder: Path, way: Way) -> Path:
    folder.mkdir()
    book = openpyxl.Workbook()
    for name, rows in tables.items():
        schema, shuffled = table_schema(name), list(rows)
        random.Random(way.seed).shuffle(shuffled)
        if way.workbook:
            sheet = book.create_sheet(name if way.names == "code" else schema.title_lv[:31])
            for line in lines(schema, shuffled, way):
                sheet.append([text or None for text in line])
            continue
        for part in range(min(way.files, len(rows))):
            out = io.StringIO()
            if way.told:
                out.write(f"sep={way.separator}\n")
            writer = csv.writer(out, delimiter=way.separator, lineterminator="\r\n")
            writer.writerows(lines(schema, shuffled[part :: way.files], way))
            (folder / f"{name}-{part}.csv").write_bytes(out.getvalue().encode(way.encoding))
    if way.workbook:
        path = folder / "package.xlsx"
        book.save(path)
        return path
    return folder


@pytest.fixture(scope="module")
def meant(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Tables], DataPackage]:
    known: list[DataPackage] = []

    def read(tables: Tables) -> DataPackage:
        if not known:
            folder = tmp_path_factory.mktemp("meant") / "package"
            usual = Way(0, 1, "utf-8", ",", False, "code", ".", "", False, 0, False)
            known.append(read_package(written(tables, folder, usual)))
        return known[0]

    return read


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(way=WAYS)
def test_same_tables_however_they_are_written(
    tables: Tables,
    meant: Callable[[Tables], DataPackage],
    tmp_path_factory: pytest.TempPathFactory,
    way: Way,
) -> None:
    path = written(tables, tmp_path_factory.mktemp("way") / "package", way)
    assert [p.text() for p in check_package(path) if p.severity != "note"] == []
    read = read_package(path)
    expected = meant(tables)
    assert list(read.tables) == list(expected.tables)
    for name, rows in expected.tables.items():
        pd.testing.assert_frame_equal(read.tables[name], rows)


KINDS = list(itertools.product(COST_ITEMS, PAYERS))  # each amount is of a kind of its own


def costs_of(tables: Tables, amounts: list[str]) -> Rows:
    return [
        {**tables["costs"][0], "provider": "", "year": str(2010 + number % 4), "cost_item": item,
         "payer": payer, "amount_eur": amount}
        for number, ((item, payer), amount) in enumerate(zip(KINDS, amounts, strict=False))
    ]  # fmt: skip


def package_of(tables: Tables, folder: Path, costs: Rows, heading: str, units: str) -> Path:
    folder.mkdir()
    for name in ("sources", "regions"):
        frame = pd.DataFrame(tables[name])
        frame.to_csv(folder / f"{name}.csv", index=False)
    frame = pd.DataFrame(costs).rename(columns={"amount_eur": heading})
    frame.to_csv(folder / "costs.csv", index=False)
    declared = {"units": {"amount_eur": units}} if units else {}
    resources = [{"name": name, "path": f"{name}.csv"} | (declared if name == "costs" else {})
                 for name in ("sources", "regions", "costs")]  # fmt: skip
    (folder / "datapackage.json").write_text(json.dumps({"resources": resources}), "utf-8")
    return folder


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    santims=st.lists(st.integers(1, 10**9), min_size=1, max_size=len(KINDS)),
    how=st.sampled_from(["heading", "descriptor", "column"]),
)
def test_same_amounts_in_lats_and_in_euro(
    tables: Tables, tmp_path_factory: pytest.TempPathFactory, santims: list[int], how: str
) -> None:
    # Cents = santims ÷ 0.702804, half up, in whole numbers.
    cents = [(2 * count * 1_000_000 + 702_804) // (2 * 702_804) for count in santims]
    lats, euro = ([f"{n // 100}.{n % 100:02}" for n in each] for each in (santims, cents))
    rows = costs_of(tables, lats)
    if how == "column":
        rows = [{**row, "Valūta": "Ls"} for row in rows]
    folder = tmp_path_factory.mktemp("lats")
    heading = "Summa (Ls)" if how == "heading" else "amount_eur"
    units = "LVL" if how == "descriptor" else ""
    sent = package_of(tables, folder / "lats", rows, heading, units)
    meant = package_of(tables, folder / "euro", costs_of(tables, euro), "amount_eur", "")
    assert [p.text() for p in check_package(sent) if p.severity != "note"] == []
    columns = list(table_schema("costs").columns)
    pd.testing.assert_frame_equal(
        read_package(sent).tables["costs"][columns], read_package(meant).tables["costs"]
    )
