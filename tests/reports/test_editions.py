"""Figures of two editions, matched by their keys: tiny invented results."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dieval.errors import ParameterError
from dieval.reports.diff import _moves
from dieval.reports.editions import (
    ABSENT,
    THERE,
    Edition,
    Figure,
    moved,
    read_editions,
    reader_of,
    tables_with_hidden,
    written,
)

HIDDEN, MISSING = {"symbol": "c"}, {"symbol": ":"}


def results(rows: list[list[object]], **given: object) -> dict[str, object]:
    columns = [
        {"name": "year", "unit": None},
        {"name": "care_arrangement", "unit": None},
        {"name": "total_eur", "unit": "EUR"},
    ]
    empty = {"key_figures": [], "findings": [], "evidence": {}}
    return {**empty, "tables": {"unit_costs": {"columns": columns, "rows": rows}}, **given}


def compared(old: dict[str, object], new: dict[str, object]) -> dict[str, tuple[object, object]]:
    read = reader_of(old, new)
    one, other = read(old), read(new)
    return {
        figure.text(): (one.get(figure, ABSENT), other.get(figure, ABSENT))
        for figure in moved(one, other)
    }


def test_moved_rows_in_another_order_match_by_their_key():
    old = results([[2021, "guardian", 100.5], [2021, "institution", 7]])
    new = results([[2021, "institution", 8], [2021, "guardian", 100.5]])
    assert compared(old, new) == {
        "unit_costs (year 2021, care_arrangement institution): total_eur": (7, 8)
    }


def test_moved_another_arrangement_in_its_place_is_another_row():
    old, new = results([[2021, "guardian", 1]]), results([[2021, "foster_family", 1]])
    assert compared(old, new) == {
        "unit_costs (year 2021, care_arrangement foster_family): total_eur": (ABSENT, 1),
        "unit_costs (year 2021, care_arrangement guardian): total_eur": (1, ABSENT),
    }


def test_moved_table_that_is_not_known_is_named_by_no_more_columns_than_it_needs():
    old, new = results([[2021, "guardian", 1]]), results([[2021, "foster_family", 1]])
    for edition in (old, new):
        edition["tables"] = {"of_others": edition["tables"]["unit_costs"]}
    assert compared(old, new) == {
        "of_others (year 2021): care_arrangement": ("guardian", "foster_family")
    }


def test_moved_row_that_one_edition_lacks_is_absent_there():
    old = results([[2020, "guardian", 1], [2021, "guardian", 2]])
    new = results([[2021, "guardian", 2]])
    assert compared(old, new) == {
        "unit_costs (year 2020, care_arrangement guardian): total_eur": (1, ABSENT),
    }


def test_moved_home_beside_the_sum_of_all_is_named_by_its_own_key():
    def effects(rows: list[list[object]]) -> dict[str, object]:
        names = (("care_arrangement", None), ("provider", None), ("first_occupancy", "1"))
        columns = [{"name": name, "unit": unit} for name, unit in names]
        return results([]) | {"tables": {"occupancy_effects": {"columns": columns, "rows": rows}}}

    everyone = ["institution", {"symbol": "z"}, 0.9]
    old, new = effects([everyone, ["institution", "home-1", HIDDEN]]), effects([everyone])
    assert compared(old, new) == {
        "occupancy_effects (care_arrangement institution, provider home-1): first_occupancy": (
            HIDDEN, ABSENT,
        ),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (HIDDEN, HIDDEN, []), (HIDDEN, MISSING, [("c", ":")]), (HIDDEN, 5, [("c", "5")]),
        (0, HIDDEN, [("0", "c")]), (0, MISSING, [("0", ":")]),
    ],
)  # fmt: skip
def test_moved_symbols_are_compared_as_symbols(old, new, expected):
    found = compared(results([[1, "a", old]]), results([[1, "a", new]]))
    assert [(written(one), written(other)) for one, other in found.values()] == expected


def test_moved_verdicts_key_figures_and_evidence_are_figures():
    def given(verdict: str, value: float, share: float) -> dict[str, object]:
        return results(
            [],
            findings=[{"finding": "cheapest", "verdict": verdict, "values": {"year": 2022}}],
            key_figures=[
                {"figure": "ratio", "of": {"alternative": "guardian"}, "value": value,
                 "as_of": 2022, "unit": "1"},
            ],
            evidence={"synthetic": share},
        )  # fmt: skip

    assert compared(given("supported", 2, 0.5), given("inconclusive", 3, 0.25)) == {
        "cheapest: verdict": ("supported", "inconclusive"),
        "ratio (alternative guardian): value": (2, 3),
        "synthetic: share": (0.5, 0.25),
    }


def test_moved_rows_with_one_key_are_the_same_only_where_all_of_them_is():
    old = results([[1, "a", 1], [1, "a", 2], [1, "a", 4], [1, "b", 5]])
    new = results([[1, "a", 4], [1, "a", 1], [1, "a", 3], [1, "b", 6]])
    row = "unit_costs (year 1, care_arrangement a, total_eur {}): row"
    assert compared(old, new) == {
        row.format(2): (THERE, ABSENT),
        row.format(3): (ABSENT, THERE),
        "unit_costs (year 1, care_arrangement b): total_eur": (5, 6),
    }


def test_moved_row_that_stands_once_more_is_one_figure():
    old, new = results([[1, "a", 1], [1, "a", 1]]), results([[1, "a", 1]])
    assert compared(old, new) == {
        "unit_costs (year 1, care_arrangement a, total_eur 1, repeated 2): row": (THERE, ABSENT)
    }


def test_tables_with_hidden_names_those_of_either_edition():
    assert tables_with_hidden(results([[1, "a", 1]]), results([[1, "a", HIDDEN]])) == {"unit_costs"}
    assert tables_with_hidden(results([[1, "a", MISSING]])) == set()


def test_effects_where_a_value_of_the_table_is_hidden_are_not_told():
    from dieval.reports.causes import Cause

    one, two = Cause("parameter", "a"), Cause("parameter", "b")

    def effects(neighbour: object) -> object:
        old = results([[1, "a", 10], [1, "b", neighbour]])
        new = results([[1, "a", 15], [1, "b", neighbour]])
        read = reader_of(old, new)
        # a adds 2, b adds 3.
        runs = {
            frozenset([one]): read(results([[1, "a", 12], [1, "b", 7]])),
            frozenset([two]): read(results([[1, "a", 13], [1, "b", 7]])),
        }
        pair = Edition(old, {}), Edition(new, {})
        (move,) = _moves(pair, (read(old), read(new)), [one, two], runs)
        assert move.causes == (1, 2)
        return move.effects

    assert effects(7) == {1: 2.0, 2: 3.0}
    assert effects(HIDDEN) == {}


def test_figure_text_names_table_key_and_column():
    figure = Figure("cell", "payer_split", (("year", 2021), ("payer", "state")), "share")
    assert figure.text() == "payer_split (year 2021, payer state): share"


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"schema": "dieval-manifest/2"}'])
def test_read_editions_report_that_cannot_be_read_is_refused(tmp_path: Path, content):
    folder = tmp_path / "riga" / "cost_comparison"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(content)
    (folder / "results.json").write_text(json.dumps({"schema": "dieval-results/1"}))
    with pytest.raises(ParameterError, match="riga/cost_comparison cannot be read"):
        read_editions(tmp_path)
