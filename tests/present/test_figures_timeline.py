"""Timeline: what is drawn, in both languages, and room for every text."""

from __future__ import annotations

import datetime
import os
from itertools import combinations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dieval.present import figures, style

CAMPAIGN = 50 if os.environ.get("DIEVAL_CAMPAIGN") else 1
TRIED = settings(max_examples=8 * CAMPAIGN, derandomize=True, database=None, deadline=None)
AS_OF = datetime.date(2021, 9, 30)
LANES = (
    "Deinstitucionalizācijas plāns",
    "Bērnu un jauniešu ārpusģimenes aprūpes un sociālās rehabilitācijas centra reorganizācija",
    "Reorganizācijasplānsbērnusociālāsaprūpescentram",
)
TEXTS = (
    "apstiprināts, 15.07.2015.",
    "iesniegts Sociālo pakalpojumu attīstības padomes apstiprināšanai, 27.04.2018.",
    "deinstitucionalizācijaspasākumuplānagrozījumi",
    "x",
)


def both(lv, en):
    return lambda say: {"lv": lv, "en": en}[say.code]


def timeline(rows, as_of=AS_OF):
    """Rows: lane, date, kind, text."""
    table = pd.DataFrame(rows, columns=["lane", "date", "kind", "text"])
    table.index = [f"event {order}" for order in range(len(table))]
    table["date"] = pd.to_datetime(table["date"])
    return figures.timeline(
        table,
        as_of,
        lambda say, lane: lane,
        lambda say, event: table.loc[event, "text"],
        both("30.09.2021.", "30 September 2021"),
        lambda say, kind: f"{kind} ({say.code})",
        lambda say, texts: f"{both('Bez datuma', 'Without a date')(say)}: {texts}",
    )


EVENTS = [
    (LANES[0], "2015-07-15", "event", TEXTS[0]),
    (LANES[0], "2016-03-22", "event", "grozīts"),
    (LANES[0], "2018-04-27", "event", TEXTS[1]),
    (LANES[1], "2017-06-30", "reached", "termiņš: izstrādāts"),
    (LANES[1], "2017-07-31", "event", "izstrādāts"),
    (LANES[1], "2017-12-31", "overdue", "termiņš: apstiprināts"),
    (LANES[1], "2022-12-31", "ahead", "termiņš: slēgts"),
    (LANES[2], pd.NaT, "event", "līgums noslēgts"),
]
PICTURES = {
    "timeline": lambda: timeline(EVENTS),
    "one event": lambda: timeline(EVENTS[:1]),
    "all on one day": lambda: timeline(
        [(lane, "2020-05-19", "event", text) for lane in LANES for text in TEXTS * 2]
    ),
    "without dates": lambda: timeline(
        [(LANES[n % 3], pd.NaT, "ahead", TEXTS[n % 4]) for n in range(12)]
    ),
    "over centuries": lambda: timeline(
        [(LANES[0], f"{year}-01-01", "event", TEXTS[1]) for year in range(1900, 2200, 60)]
    ),
    "day by day": lambda: timeline(
        [(LANES[1], f"2021-09-{day:02d}", "event", TEXTS[day % 4]) for day in range(1, 25)]
    ),
    "overdue alone": lambda: timeline([(LANES[2], "2010-01-01", "overdue", TEXTS[2])]),
    "many lanes": lambda: timeline(
        [(f"{LANES[n % 3]} {n}", *EVENTS[n % 7][1:]) for n in range(20)]
    ),
}


@pytest.mark.parametrize("kind", PICTURES)
def test_every_text_has_room_of_its_own(refuse_crowding, kind):
    refuse_crowding(PICTURES[kind])


DAYS = st.one_of(st.just(pd.NaT), st.dates(datetime.date(2013, 1, 1), datetime.date(2026, 12, 31)))
KINDS = st.sampled_from(["event", "reached", "ahead", "overdue"])


@given(
    st.lists(
        st.tuples(st.sampled_from(LANES), DAYS, KINDS, st.sampled_from(TEXTS)),
        min_size=1,
        max_size=16,
    ),
    st.dates(datetime.date(2012, 1, 1), datetime.date(2028, 1, 1)),
)
@TRIED
def test_timeline_any_dates_have_room(refuse_crowding, rows, as_of):
    refuse_crowding(lambda: timeline(rows, as_of))


@pytest.mark.parametrize("kind", ["timeline", "without dates"])
def test_file_holds_outlines_alone_and_is_the_same_each_time(refuse_strange_files, kind):
    refuse_strange_files(PICTURES[kind])


# --- What is drawn -------------------------------------------------------------------------------


def marks_in(figure):
    """Day, shape, colour and fill of each mark in the axes."""
    return [
        (
            datetime.date.fromordinal(int(line.get_xdata()[0])),
            line.get_marker(),
            line.get_markerfacecolor(),
        )
        for line in figure.axes[0].lines
        if line.get_marker() not in ("None", None, "")
    ]


def test_events_are_points_and_deadlines_diamonds(figures_of):
    marks = marks_in(figures_of(lambda: timeline(EVENTS))[0])
    assert sorted(marks) == sorted(
        [
            (datetime.date(2015, 7, 15), "o", style.ACCENT),
            (datetime.date(2016, 3, 22), "o", style.ACCENT),
            (datetime.date(2018, 4, 27), "o", style.ACCENT),
            (datetime.date(2017, 6, 30), "D", style.ACCENT),
            (datetime.date(2017, 7, 31), "o", style.ACCENT),
            (datetime.date(2017, 12, 31), "D", style.OVERDUE),
            (datetime.date(2022, 12, 31), "D", "white"),
        ]
    )


def test_overdue_deadline_is_led_to_today_by_a_dashed_line(figures_of):
    def dashed(rows):
        figure = figures_of(lambda: timeline(rows))[0]
        return [line for line in figure.axes[0].lines if line.is_dashed()
                if line.get_color() == style.OVERDUE]  # fmt: skip

    assert len(dashed(EVENTS)) == 1
    assert dashed(EVENTS[:3]) == []


def test_key_explains_only_the_marks_that_occur(figures_of, words_of):
    words = words_of(figures_of(lambda: timeline(EVENTS[:3]))[1])
    assert [word for word in words if word.endswith("(en)")] == ["event (en)"]


def test_events_without_a_date_are_listed_under_the_picture(figures_of, words_of):
    words = words_of(figures_of(lambda: timeline(EVENTS))[1])
    assert "Without a date: līgums noslēgts" in words
    assert not any(
        "Without" in word for word in words_of(figures_of(lambda: timeline(EVENTS[:3]))[1])
    )


def test_no_staff_runs_through_a_text(figures_of, texts_of):
    for kind in ("all on one day", "day by day"):
        figure = figures_of(PICTURES[kind])[0]
        boxes = [box for text, box, _ in texts_of(figure)]
        staffs = [
            [tuple(point) for point in line.get_transform().transform(line.get_xydata())]
            for line in figure.axes[0].lines
            if line.get_linewidth() == 0.8
        ]
        assert staffs
        for (x, low), (_, high) in staffs:
            for box in boxes:
                across = box.x0 + 0.5 < x < box.x1 - 0.5
                assert not (across and box.y0 < high - 0.5 and box.y1 > low + 0.5)


def test_later_events_stand_lower_where_their_texts_would_overlap(figures_of, texts_of):
    rows = [(LANES[0], f"2020-0{month}-01", "event", f"notikums {month}") for month in (1, 2, 3)]
    figure = figures_of(lambda: timeline(rows, datetime.date(2010, 1, 1)))[0]
    heights = {text: box.y0 for text, box, _ in texts_of(figure)}
    assert heights["notikums 1"] > heights["notikums 2"] > heights["notikums 3"]
    far = [(LANES[0], f"20{year}-01-01", "event", f"notikums {year}") for year in (11, 15, 20)]
    figure = figures_of(lambda: timeline(far, datetime.date(2010, 1, 1)))[0]
    heights = [box.y0 for text, box, _ in texts_of(figure) if text.startswith("notikums")]
    assert all(one == pytest.approx(other) for one, other in combinations(heights, 2))


# --- What is refused -----------------------------------------------------------------------------


def test_table_without_rows_is_refused():
    with pytest.raises(ValueError, match="a timeline needs at least one row, got none"):
        timeline([])


def test_strange_kind_is_refused():
    with pytest.raises(ValueError, match=r"one of event, reached, ahead, overdue, got {'party'}"):
        timeline([(LANES[0], "2020-01-01", "party", "x")])
