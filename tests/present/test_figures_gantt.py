"""Gantt chart: what is drawn, in both languages, and room for every text."""

from __future__ import annotations

import datetime
import os

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dieval.present import figures, style
from dieval.present.figures.dates import ordinal
from dieval.present.figures.scales import date_ticks

CAMPAIGN = 50 if os.environ.get("DIEVAL_CAMPAIGN") else 1
TRIED = settings(max_examples=8 * CAMPAIGN, derandomize=True, database=None, deadline=None)
AS_OF = datetime.date(2021, 12, 31)
STEPS = ("design", "permit", "procurement", "works", "commissioned", "first_client")
LONG = (
    "Paraugprojekts Nr. 1 (izdomāts, Kurzeme), Dienvidkurzemes novads, bijusī skola",
    "Infrastruktūrasattīstībassabiedrībābalstītupakalpojumusniegšanai",
    "Talsi",
)


def both(lv, en):
    return lambda say: {"lv": lv, "en": en}[say.code]


def plain(say, code):
    return code


def gantt(rows, as_of=AS_OF, note_of=None, order=STEPS):
    table = pd.DataFrame(rows, columns=["project", "milestone", "planned", "actual"])
    for column in ("planned", "actual"):
        table[column] = pd.to_datetime(table[column])
    return figures.gantt(
        table,
        order,
        as_of,
        plain,
        lambda say, code: f"{code} ({say.code})",
        both("31.12.2021.", "31 December 2021"),
        both("plānots (augšā)", "planned (above)"),
        both("sasniegts (apakšā)", "reached (below)"),
        both("nokavēts", "overdue"),
        both("nav zināms neviens datums", "no date is known"),
        lambda say, count: f"+ {count}",
        note_of,
    )


def project(name, start="2019-06-01", months=4, late=6, reached=4):
    """Milestones some months apart, the first of them reached late."""
    planned = pd.date_range(start, periods=len(STEPS), freq=f"{months * 30}D")
    return [
        (name, step, day, day + pd.Timedelta(days=late * 30) if n < reached else pd.NaT)
        for n, (step, day) in enumerate(zip(STEPS, planned, strict=True))
    ]


def projects(count):
    return [row for n in range(count) for row in project(f"{LONG[n % 3]} {n}", late=n)]


NO_DATES = [(LONG[1], "design", pd.NaT, pd.NaT), ("Talsi", "works", pd.NaT, pd.NaT)]
PICTURES = {
    "projects": lambda: gantt([*projects(5), *NO_DATES]),
    "projects with notes": lambda: gantt(
        projects(4), note_of=lambda say, code: "9 mēnešus vēlāk, divi posmi nokavēti"
    ),
    "one project": lambda: gantt(project(LONG[0])),
    "one milestone": lambda: gantt([("Talsi", "works", "2020-01-01", "2020-03-01")]),
    "without dates": lambda: gantt(NO_DATES),
    "all on one day": lambda: gantt(
        [(name, step, "2021-12-31", "2021-12-31") for name in LONG for step in STEPS]
    ),
    "all overdue": lambda: gantt(project("Talsi", late=0, reached=0), datetime.date(2030, 1, 1)),
    "nothing due": lambda: gantt(project("Talsi", late=0, reached=0), datetime.date(2015, 1, 1)),
    "early": lambda: gantt(project("Talsi", late=-3)),
    "actual alone": lambda: gantt([("Talsi", "works", pd.NaT, "2020-03-01")]),
    "over centuries": lambda: gantt([*project("Talsi", "1920-01-01"), *project("x", "2150-01-01")]),
    "more than fit": lambda: gantt(projects(40)),
}


@pytest.mark.parametrize("kind", PICTURES)
def test_every_text_has_room_of_its_own(refuse_crowding, kind):
    refuse_crowding(PICTURES[kind])


DAYS = st.one_of(st.just(pd.NaT), st.dates(datetime.date(2010, 1, 1), datetime.date(2030, 12, 31)))


@given(
    st.lists(
        st.tuples(st.sampled_from(LONG), st.sampled_from(STEPS), DAYS, DAYS),
        min_size=1,
        max_size=18,
    ),
    st.dates(datetime.date(2012, 1, 1), datetime.date(2028, 1, 1)),
)
@TRIED
def test_gantt_any_dates_have_room(refuse_crowding, rows, as_of):
    refuse_crowding(lambda: gantt(rows, as_of))


@pytest.mark.parametrize("kind", ["projects", "without dates"])
def test_file_holds_outlines_alone_and_is_the_same_each_time(refuse_strange_files, kind):
    refuse_strange_files(PICTURES[kind])


# --- What is drawn -------------------------------------------------------------------------------


def days_of(figure):
    """Day, height (upper or lower), shape and colour of each mark in the axes."""
    found = []
    for line in figure.axes[0].lines:
        if line.get_marker() not in ("None", None, ""):
            (day,), (y,) = line.get_xdata(), line.get_ydata()
            filled = line.get_markerfacecolor() != "white"
            colour = line.get_markerfacecolor() if filled else line.get_markeredgecolor()
            date = datetime.date.fromordinal(int(day))
            found.append((date, y, line.get_marker(), colour, filled))
    return found


def test_planned_dates_stand_over_the_actual_ones(figures_of):
    figure = figures_of(lambda: gantt([("Talsi", "works", "2020-01-01", "2020-06-01")]))[0]
    planned, actual = days_of(figure)
    assert (planned[0], actual[0]) == (datetime.date(2020, 1, 1), datetime.date(2020, 6, 1))
    assert planned[1] > actual[1]
    assert planned[2] == actual[2]  # one shape a milestone
    assert (planned[4], actual[4]) == (False, True)


def test_milestone_past_its_date_is_overdue_and_one_ahead_is_not(figures_of, words_of):
    rows = [
        ("Talsi", "works", "2021-06-01", pd.NaT),
        ("Talsi", "first_client", "2022-02-01", pd.NaT),
    ]
    figure = figures_of(lambda: gantt(rows))[1]
    found = {mark[0]: mark[3] for mark in days_of(figure)}
    assert found[datetime.date(2021, 6, 1)] == style.OVERDUE
    assert found[datetime.date(2022, 2, 1)] != style.OVERDUE
    assert [mark[0] for mark in days_of(figure) if mark[2] == "X"] == [AS_OF]
    assert "overdue" in words_of(figure)
    assert "overdue" not in words_of(figures_of(lambda: gantt(rows[1:]))[1])
    dashed = [line for line in figure.axes[0].lines if line.is_dashed()]
    assert style.OVERDUE in {line.get_color() for line in dashed}


def test_day_of_the_report_is_on_time(figures_of, words_of):
    rows = [("Talsi", "works", AS_OF, pd.NaT)]
    assert "overdue" not in words_of(figures_of(lambda: gantt(rows))[1])


def test_key_names_the_milestones_that_occur_in_their_order(figures_of, words_of):
    rows = [("Talsi", "works", "2021-06-01", pd.NaT), ("Talsi", "design", "2020-02-01", pd.NaT)]
    words = words_of(figures_of(lambda: gantt(rows))[1])
    assert [word for word in words if word.endswith("(en)")] == ["design (en)", "works (en)"]


def test_projects_beyond_fifteen_are_counted(figures_of, words_of):
    words = words_of(figures_of(lambda: gantt(projects(40)))[1])
    assert "+ 25" in words
    assert len([word for word in words if word.split()[-1] in map(str, range(15))]) == 15
    assert not any(
        word.startswith("+") for word in words_of(figures_of(lambda: gantt(projects(15)))[1])
    )


def test_project_without_dates_says_so(figures_of, words_of):
    assert words_of(figures_of(PICTURES["projects"])[1]).count("no date is known") == 2


# --- Axes of dates -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "most", "texts"),
    [
        ("2019-06-01", "2022-06-01", 9, ["2020", "2021", "2022"]),
        ("2019-06-01", "2022-06-01", 1, ["2020"]),
        ("2020-02-01", "2020-05-20", 9, ["2020-02", "2020-03", "2020-04", "2020-05"]),
        ("2019-11-01", "2020-12-31", 5, ["2020-01", "2020-04", "2020-07", "2020-10"]),
        ("1900-06-01", "2100-06-01", 5, ["1950", "2000", "2050", "2100"]),
    ],
)
def test_ticks_are_starts_of_years_or_of_months_as_many_as_fit(first, last, most, texts):
    found = date_ticks(
        ordinal(pd.Timestamp(first)), ordinal(pd.Timestamp(last)),
        lambda chosen: len(chosen) <= most, lambda day: f"{day:%Y-%m}",
    )  # fmt: skip
    assert [text for _, text in found] == texts


# --- What is refused -----------------------------------------------------------------------------


def test_table_without_rows_is_refused():
    with pytest.raises(ValueError, match="a gantt chart needs at least one row, got none"):
        gantt([])


def test_strange_milestone_is_refused():
    with pytest.raises(ValueError, match=r"milestones of its order, at most 10, got \['roof'\]"):
        gantt([("Talsi", "roof", "2020-01-01", pd.NaT)])
