"""Latvian and English: catalogues, words for codes, numbers, money, dates and lists."""

from __future__ import annotations

import datetime
import decimal
import functools
import io
import re
from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from types import MappingProxyType

from babel import Locale, dates, lists, numbers
from babel.messages import mofile, pofile
from babel.support import Translations

from dieval.inputs.words import latvian_by_english
from dieval.present.messages import N_ as N_
from dieval.present.words import WORDS
from dieval.vocabulary import LANGUAGES

LOCALES = {"lv": "lv", "en": "en_GB"}
MINUS = "−"
NUMBERS_KEPT = 65_536  # a number stands in a table, in a picture and in a finding
# A number, or the place of one, and after it a word that belongs to it: an ordinal's, a unit.
_NUMBER_AND_WORD = re.compile(
    r"(?<=[\d}]\.) (?=(?!un |vai |līdz )[a-zāčēģīķļņšūž])"
    r"|(?<=[\d}]) (?=[%€]|(?:bērn|gad|EUR|child|year))"
)

Bilingual = dict[str, str]


class Language:
    """Everything that differs between the languages of a report.

    Parameters
    ----------
    code : str
        `lv` or `en`.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        self.locale = Locale.parse(LOCALES[code])
        self._catalogue = _catalogue(code)

    def text(self, msgid: str, **values: str) -> str:
        """Translate a text and fill in its values, which are texts already."""
        return unbroken(self._catalogue.gettext(msgid)).format(**values) if msgid else ""

    def plural(self, singular: str, plural: str, count: int, **values: str) -> str:
        """Translate a text that counts; `{count}` in it is the number."""
        translated = self._catalogue.ngettext(singular, plural, count)
        return unbroken(translated).format(count=self.number(count), **values)

    def word(self, kind: str, code: str) -> str:
        """Give the word for a code of the data contract; an unknown code stays as it is."""
        msgid = WORDS[kind].get(code)
        return code if msgid is None else self.text(msgid)

    def number(self, value: float, decimals: int = 0) -> str:
        """Write a number with the language's separators and a true minus sign."""
        return _number(float(value), decimals, self.locale)

    def money(self, value: float, decimals: int = 0) -> str:
        """Write an amount in euro; the sign stands where the language puts it."""
        amount = self.number(value, decimals)
        if self.code == "lv":
            return f"{amount}\u00a0€"
        return f"{MINUS}€{amount[1:]}" if amount.startswith(MINUS) else f"€{amount}"

    def signed_money(self, value: float, decimals: int = 0) -> str:
        """Write a change in euro with its sign."""
        written = self.money(value, decimals)
        rises = value > 0 and any(digit in written for digit in "123456789")
        return ("+" if rises else "") + written

    def percent(self, share: float, decimals: int = 1) -> str:
        """Write a share as a percentage, 0.25 → 25.0 %."""
        space = "\u00a0" if self.code == "lv" else ""
        return f"{self.number(share * 100, decimals)}{space}%"

    def probability(self, share: float) -> str:
        """Write a simulated probability; none is ever certain."""
        if share > 0.999:
            return f">\u00a0{self.percent(0.999)}"
        return f"<\u00a0{self.percent(0.001)}" if share < 0.001 else self.percent(share)

    def p_value(self, probability: float) -> str:
        """Write the probability of a test; none is nothing."""
        least = 0.001
        if probability < least:
            return f"<\u00a0{self.number(least, 3)}"
        return self.number(probability, 3)

    def signed_percent(self, share: float, decimals: int = 1) -> str:
        """Write a change as a percentage with its sign, 0.25 → +25.0 %."""
        return ("+" if share > 0 else "") + self.percent(share, decimals)

    def date(self, value: datetime.date) -> str:
        """Write a date in full."""
        return unbroken(dates.format_date(value, format="long", locale=self.locale))

    def short_date(self, value: datetime.date) -> str:
        """Write a date for a table: day, month, year."""
        pattern = "dd.MM.yyyy." if self.code == "lv" else "d\u00a0MMM\u00a0yyyy"
        return dates.format_date(value, format=pattern, locale=self.locale)

    def listing(self, items: Sequence[str]) -> str:
        """Join items as the language does: a, b and c."""
        return lists.format_list(list(items), locale=self.locale)

    def period(self, first_year: int, last_year: int) -> str:
        """Write a period of years; a Latvian year is an ordinal."""
        if first_year == last_year:
            return self.years([first_year])
        if self.code == "lv":
            return unbroken(f"{first_year}.–{last_year}. gads")
        return f"{first_year}–{last_year}"

    def years(self, years: Sequence[int]) -> str:
        """Write a list of years; a Latvian year is an ordinal."""
        if self.code == "lv":
            return unbroken(self.listing([f"{year}." for year in years]) + " gads")
        return self.listing([str(year) for year in years])


@functools.lru_cache(NUMBERS_KEPT)
def _number(value: float, decimals: int, locale: Locale) -> str:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    # The longest number has 309 digits before its decimals.
    with decimal.localcontext(prec=350):
        written = numbers.format_decimal(decimal.Decimal(repr(value)), pattern, locale=locale)
    nothing = not any(digit in written for digit in "123456789")
    return written.replace("-", "" if nothing else MINUS)  # what rounds to 0 has no sign


def unbroken(text: str) -> str:
    """Let no line end between a number and the word that belongs to it.

    Examples
    --------
    >>> [len(part) for part in unbroken("2014. un 2015. gads").split(" ")]
    [5, 2, 10]
    """
    return _NUMBER_AND_WORD.sub("\u00a0", text)


@functools.cache
def language(code: str) -> Language:
    """Give a language by its code."""
    return Language(code)


def in_both(say: Callable[[Language], str]) -> Bilingual:
    """Write one text in every language."""
    return {code: say(language(code)) for code in LANGUAGES}


def said(msgid: str, **values: str | Bilingual | Callable[[Language], str]) -> Bilingual:
    """Say one text in every language.

    Parameters
    ----------
    msgid : str
        Text in English, as the catalogue has it; `{name}` stands for a value.
    **values : str, dict of str or callable
        A plain text, a text in both languages, or what writes it in a language.
    """

    def fill(say: Language) -> str:
        filled = {}
        for name, value in values.items():
            if callable(value):
                filled[name] = value(say)
            else:
                filled[name] = value[say.code] if isinstance(value, dict) else value
        return say.text(msgid, **filled)

    return in_both(fill)


def same(text: object) -> Bilingual:
    """Write what reads alike in every language, such as a name or a code."""
    return dict.fromkeys(LANGUAGES, str(text))


def years_in_words(years: Sequence[int]) -> Bilingual:
    """Write a list of years in every language."""
    return in_both(lambda say: say.years(years))


def word(kind: str, code: str, sentence_start: bool = False) -> Bilingual:
    """Give the word for a code in every language, with a capital where it starts a sentence."""

    def written(say: Language) -> str:
        text = say.word(kind, code)
        return text[:1].upper() + text[1:] if sentence_start else text

    return in_both(written)


def money(value: float, decimals: int = 0) -> Bilingual:
    """Write an amount in every language."""
    return in_both(lambda say: say.money(value, decimals))


def signed_money(value: float) -> Bilingual:
    """Write a change of an amount in every language, with its sign."""
    return in_both(lambda say: say.signed_money(value))


def percentage(share: float, decimals: int = 1) -> Bilingual:
    """Write a share in every language."""
    return in_both(lambda say: say.percent(share, decimals))


def number(value: float, decimals: int = 0) -> Bilingual:
    """Write a number in every language."""
    return in_both(lambda say: say.number(value, decimals))


def semicolons(items: Sequence[Bilingual]) -> Bilingual:
    """Put items that hold commas themselves beside each other, in every language."""
    return in_both(lambda say: "; ".join(item[say.code] for item in items))


def joined(*sentences: Bilingual) -> Bilingual:
    """Put sentences one after the other, in every language."""
    return in_both(lambda say: " ".join(sentence[say.code] for sentence in sentences))


def listing(items: Sequence[Bilingual | str]) -> Bilingual:
    """Join items in every language: a, b and c."""
    return in_both(
        lambda say: say.listing([i if isinstance(i, str) else i[say.code] for i in items])
    )


@functools.cache
def _catalogue(code: str) -> Translations:
    """Compile a catalogue in memory; English is the language of the source texts."""
    file = resources.files("dieval.present") / "locale" / f"{code}.po"
    if not file.is_file():
        return Translations(_compiled("", code))
    return Translations(_compiled(file.read_text(encoding="utf-8"), code, latvian_by_english()))


def _compiled(
    source: str, code: str, words: Mapping[str, str] = MappingProxyType({})
) -> io.BytesIO:
    compiled = io.BytesIO()
    read = pofile.read_po(io.StringIO(source), locale=code)
    for text, translation in words.items():
        read.add(text, translation)
    mofile.write_mo(compiled, read)
    compiled.seek(0)
    return compiled
