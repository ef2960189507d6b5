"""Dates and years as people write them: the day first, never the month."""

from __future__ import annotations

import calendar
import datetime as dt
import re

from dieval.inputs.intake.spelling import plain

_MONTHS = (
    ("janvaris", "janvari", "january"),
    ("februaris", "februari", "february"),
    ("marts", "marta", "march"),
    ("aprilis", "aprili", "april"),
    ("maijs", "maija", "may"),
    ("junijs", "junija", "june"),
    ("julijs", "julija", "july"),
    ("augusts", "augusta", "august"),
    ("septembris", "septembri", "september"),
    ("oktobris", "oktobri", "october"),
    ("novembris", "novembri", "november"),
    ("decembris", "decembri", "december"),
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names}
_WORD = r"(?P<month>[^\W\d_]+)"
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII)
_DAYS = (
    re.compile(r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})\.?", re.ASCII),
    re.compile(rf"(?P<year>\d{{4}})\.\s?(?:gada|g\.)\s(?P<day>\d{{1,2}})\.\s?{_WORD}"),
    re.compile(rf"(?P<day>\d{{1,2}})\s{_WORD}\s(?P<year>\d{{4}})"),
)
_WHOLE_MONTHS = (
    re.compile(r"(?P<year>\d{4})[-M](?P<month>\d{2})", re.ASCII),
    re.compile(r"(?P<month>\d{2})\.(?P<year>\d{4})\.?", re.ASCII),
    re.compile(rf"(?P<year>\d{{4}})\.\s?(?:gada|g\.)\s{_WORD}"),
    re.compile(rf"{_WORD}\s(?P<year>\d{{4}})\.?"),
)
_YEAR = re.compile(r"(?P<year>\d{4})\.?\s?(?:gads|gada|g\.|g)?", re.ASCII)


def day_of(text: str) -> dt.date | None:
    """Read a day; None where the text is none.

    Examples
    --------
    >>> day_of("03.04.2014").isoformat(), day_of("2014. gada 3. aprīlis").isoformat()
    ('2014-04-03', '2014-04-03')
    >>> day_of("31.04.2014"), day_of("03/04/2014")
    (None, None)
    """
    for pattern in (_ISO, *_DAYS):
        found = pattern.fullmatch(text.strip())
        if found:
            return _date(found["year"], found["month"], found["day"])
    return None


def month_of(text: str) -> tuple[dt.date, dt.date] | None:
    """Give the first and the last day of a month; None where the text is no month.

    Examples
    --------
    >>> [day.isoformat() for day in month_of("2014. gada aprīlis")]
    ['2014-04-01', '2014-04-30']
    >>> month_of("apr.14"), month_of("Q2")
    (None, None)
    """
    for pattern in _WHOLE_MONTHS:
        found = pattern.fullmatch(text.strip())
        first = _date(found["year"], found["month"], "1") if found else None
        if first:
            return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return None


def year_of(text: str) -> int | None:
    """Read a year; None where the text is none.

    Examples
    --------
    >>> year_of("2014. gads"), year_of("2014.g."), year_of("14")
    (2014, 2014, None)
    """
    found = _YEAR.fullmatch(text.strip())
    return int(found["year"]) if found else None


def is_iso(text: str) -> bool:
    """Tell whether a text is a date as the contract writes it."""
    return _ISO.fullmatch(text) is not None


def _date(year: str, month: str, day: str) -> dt.date | None:
    number = int(month) if month.isdigit() else _MONTH.get(plain(month), 0)
    try:
        return dt.date(int(year), number, int(day))
    except ValueError:
        return None
