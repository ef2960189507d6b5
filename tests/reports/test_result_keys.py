"""The keys of result tables, looked up in reports of all four kinds and both editions."""

from __future__ import annotations

import json

from dieval.reports.editions import Figure, reader_of
from dieval.reports.kinds import REPORTS
from dieval.reports.result_keys import KEYS, WITHOUT_KEY, key_of


def tables_of(folder):
    """Every result table of an output folder, with the kind of its report."""
    for file in sorted(folder.glob("*/*/results.json")):
        for name, table in json.loads(file.read_text("utf-8"))["tables"].items():
            yield file.parent.name, name, table


def test_key_every_result_table_has_one_that_no_two_rows_share(edition):
    kinds, met = set(), set()
    for kind, name, table in tables_of(edition):
        kinds.add(kind)
        met.add(name)
        columns = [column["name"] for column in table["columns"]]
        key = key_of(name, columns)
        if name in WITHOUT_KEY:
            assert key is None
            continue
        assert key is not None, name
        rows = [json.dumps([row[columns.index(column)] for column in key]) for row in table["rows"]]
        assert len(set(rows)) == len(rows), (kind, name)
    assert kinds == set(REPORTS)
    assert met == {*KEYS, *WITHOUT_KEY}


def test_key_no_row_of_a_report_is_told_by_its_place(edition):
    for file in sorted(edition.glob("*/*/results.json")):
        results = json.loads(file.read_text("utf-8"))
        named = reader_of(results, results)(results)
        whole = {each.name for each in named if each.kind == "cell" and each.column == "row"}
        assert whole <= set(WITHOUT_KEY)
        assert not [each for each in named if isinstance(each, Figure) and "repeated" in str(each)]


def test_key_without_a_column_of_it_is_none():
    assert key_of("unit_costs", ["year", "total_eur"]) is None
    assert key_of("of_others", ["year"]) is None
    assert key_of("absorption", ["region", "projects"]) == ("region",)
    assert all(WITHOUT_KEY.values())
    assert not set(KEYS) & set(WITHOUT_KEY)
