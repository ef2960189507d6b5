from __future__ import annotations

import pickle

import pytest

from dieval.errors import DataError, DievalError, ParameterError, Problem, ReportError


def problem(**fields) -> Problem:
    usual = dict(
        file="costs.csv",
        column="amount_eur",
        rows=(14, 15),
        message_lv="izmaksām jābūt 0 vai vairāk [EUR gadā].",
        message_en="a cost must be 0 or more [EUR/year].",
        remedy_lv="Atmaksas ierakstiet atsevišķā rindā.",
        remedy_en="Record refunds as a row of their own.",
    )
    return Problem(**{**usual, **fields})


def test_problem_text_says_where_what_and_what_to_do_in_both_languages():
    assert problem().text("en") == (
        "costs.csv, column amount_eur, rows 14, 15: a cost must be 0 or more [EUR/year]. "
        "Record refunds as a row of their own."
    )
    assert problem().text("lv") == (
        "costs.csv, kolonna amount_eur, rindas 14, 15: izmaksām jābūt 0 vai vairāk [EUR gadā]. "
        "Atmaksas ierakstiet atsevišķā rindā."
    )


def test_problem_text_is_in_english_unless_told_otherwise():
    assert problem().text() == problem().text("en")
    assert problem().place() == problem().place("en")


@pytest.mark.parametrize(
    ("rows", "en", "lv"),
    [
        ((), "costs.csv, column amount_eur", "costs.csv, kolonna amount_eur"),
        ((2,), "costs.csv, column amount_eur, row 2", "costs.csv, kolonna amount_eur, rinda 2"),
        (
            (2, 3, 4, 5, 6),
            "costs.csv, column amount_eur, rows 2, 3, 4, 5, 6",
            "costs.csv, kolonna amount_eur, rindas 2, 3, 4, 5, 6",
        ),
        (
            (2, 3, 4, 5, 6, 7),
            "costs.csv, column amount_eur, rows 2, 3, 4, 5, 6 and 1 more",
            "costs.csv, kolonna amount_eur, rindas 2, 3, 4, 5, 6 un vēl 1",
        ),
        (
            tuple(range(2, 1_002)),
            "costs.csv, column amount_eur, rows 2, 3, 4, 5, 6 and 995 more",
            "costs.csv, kolonna amount_eur, rindas 2, 3, 4, 5, 6 un vēl 995",
        ),
    ],
)
def test_problem_place_shows_five_rows_and_counts_the_rest(rows, en, lv):
    assert problem(rows=rows).place("en") == en
    assert problem(rows=rows).place("lv") == lv


def test_problem_place_of_a_workbook_names_the_sheet():
    found = problem(file="data.xlsx", sheet="costs", rows=(3,))
    assert found.place("en") == "data.xlsx, sheet costs, column amount_eur, row 3"
    assert found.place("lv") == "data.xlsx, lapa costs, kolonna amount_eur, rinda 3"


def test_problem_place_of_a_whole_file_is_its_name():
    assert problem(column="", rows=()).place() == "costs.csv"


def test_problems_are_sorted_by_what_has_to_be_done_then_by_their_place():
    ordered = [
        problem(severity=severity, file=file, sheet=sheet, rows=rows, column=column)
        for severity in ("error", "set_aside", "note")
        for file, sheet, rows, column in (
            ("a.xlsx", "costs", (), "year"),
            ("a.xlsx", "costs", (9,), "year"),
            ("a.xlsx", "costs", (10, 11), "amount_eur"),
            ("a.xlsx", "sources", (2,), "title"),
            ("b.xlsx", "", (), ""),
        )
    ]
    mixed = ordered[7:] + ordered[:7]
    assert sorted(mixed) == ordered


def test_problem_is_an_error_unless_it_is_a_note():
    assert problem().severity == "error"
    assert problem(severity="note").severity == "note"


def test_data_error_tells_every_problem_in_order_of_place():
    later = problem(file="zones.csv")
    sooner = problem(file="activity.csv", column="child_days")
    error = DataError([later, problem(rows=(9,)), sooner, problem(rows=(3,))])
    assert [found.file for found in error.problems] == [
        *("activity.csv", "costs.csv", "costs.csv", "zones.csv"),
    ]
    assert [found.rows for found in error.problems[1:3]] == [(3,), (9,)]
    assert str(error).splitlines() == [found.text("en") for found in error.problems]


def test_data_error_takes_problems_from_any_iterable_once():
    error = DataError(problem(rows=(row,)) for row in (2, 3))
    assert len(error.problems) == 2
    assert str(error).count("costs.csv") == 2


@pytest.mark.parametrize("kind", [ParameterError, ReportError])
def test_errors_on_purpose_share_a_base_and_keep_their_text(kind):
    with pytest.raises(DievalError, match="region kurzem is unknown"):
        raise kind("region kurzem is unknown")


def test_data_error_is_an_error_on_purpose():
    with pytest.raises(DievalError, match=r"costs\.csv, column amount_eur"):
        raise DataError([problem()])


def test_problem_travels_between_processes_unchanged():
    assert pickle.loads(pickle.dumps(problem())) == problem()
