"""Latvian and English: catalogues, words for codes, numbers, money, dates and lists."""

from __future__ import annotations

import datetime
import functools
import io
from collections.abc import Callable, Sequence
from importlib import resources

from babel import Locale, dates, lists, numbers
from babel.messages import mofile, pofile
from babel.support import Translations

from dieval.vocabulary import LANGUAGES

LOCALES = {"lv": "lv", "en": "en_GB"}
MINUS = "−"

Bilingual = dict[str, str]


def N_(msgid: str) -> str:  # noqa: N802 - the name that message extraction knows
    """Mark a text for the catalogue where it is written down, not where it is shown."""
    return msgid


# Words for the codes of the data contract, by kind of code.
WORDS: dict[str, dict[str, str]] = {
    "care_arrangement": {
        "institution": N_("institution"),
        "state_institution": N_("state institution"),
        "family_like": N_("family-like service"),
        "youth_house": N_("youth house"),
        "foster_family": N_("foster family"),
        "specialised_foster_family": N_("specialised foster family"),
        "guardian": N_("guardian"),
    },
    # Where the sentence needs "in …": Latvian has a case of its own for it.
    "care_arrangement_in": {
        "institution": N_("in institutions"),
        "state_institution": N_("in state institutions"),
        "family_like": N_("in family-like services"),
        "youth_house": N_("in youth houses"),
        "foster_family": N_("in foster families"),
        "specialised_foster_family": N_("in specialised foster families"),
        "guardian": N_("with guardians"),
    },
    "part": {
        "remuneration": N_("statutory remuneration"),
        "maintenance": N_("statutory maintenance"),
        "capital": N_("capital (annuitised)"),
        "staff": N_("staff"),
        "goods_services": N_("goods and services"),
        "upkeep": N_("upkeep of children"),
        "premises": N_("premises"),
        "administration": N_("administration"),
        "support": N_("specific support"),
        "allowance": N_("recorded allowances"),
        "other": N_("other costs"),
    },
    "element": {
        "care": N_("carers’ pay"),
        "upkeep": N_("upkeep of children"),
        "support": N_("specific support"),
        "administration": N_("administration"),
        "premises": N_("premises"),
        "capital": N_("capital"),
    },
    "payer": {
        "state": N_("state"),
        "municipality": N_("municipality"),
        "eu_fund": N_("EU fund"),
        "other": N_("other payer"),
    },
    "age_band": {
        "0-6": N_("0–6 years"),
        "7-17": N_("7–17 years"),
        "18+": N_("18 years and over"),
        "all": N_("not distinguished"),
    },
    "need_level": {
        "standard": N_("standard need"),
        "complex": N_("complex need"),
        "all": N_("not distinguished"),
    },
    "groups": {
        "age_and_need": N_("age and need"),
        "age": N_("age"),
        "need": N_("level of need"),
    },
    "valuation": {
        "recorded": N_("recorded cost"),
        "replacement": N_("replacement cost"),
    },
    "caution": {
        "none": N_("none"),
        "few_providers": N_("few providers"),
        "one_provider": N_("one provider"),
        "not_by_provider": N_("not recorded by provider"),
    },
    "parameter": {
        "discount_rate": N_("discount rate"),
        "reference_cost": N_("cost of the reference"),
        "alternative_cost": N_("cost of the alternative"),
        "statutory_package": N_("statutory payments"),
        "support_multiple": N_("support / recorded support"),
        "reference_error": N_("data of the reference"),
        "alternative_error": N_("data of the alternative"),
        "occupancy": N_("occupancy of the reference"),
        "alternative_occupancy": N_("occupancy of the alternative"),
    },
    "range_source": {
        "parameter_file": N_("parameter with its source"),
        "providers": N_("cheapest and dearest provider"),
        "statutory_rates": N_("lowest and highest statutory payments"),
        "evidence": N_("95 % interval from the evidence of the data"),
        "activity": N_("lowest occupancy of the period and full occupancy"),
    },
    "effect": {
        "place_cost_effect": N_("effect of the cost of a place"),
        "occupancy_effect": N_("effect of occupancy"),
    },
    "change": {
        "change_eur_per_child_month": N_("in full: all costs of the reference are saved"),
        "change_at_once_eur_per_child_month": N_("at first: fixed costs stay"),
    },
    "children_in_household": {"1": N_("1 child"), "2": N_("2 children"), "3+": N_("3 or more")},
    "evidence": {
        "published": N_("published"),
        "administrative": N_("administrative"),
        "derived": N_("derived"),
        "expert": N_("expert judgement"),
        "assumed": N_("assumed"),
        "synthetic": N_("synthetic"),
    },
    "edition": {"public": N_("public edition"), "internal": N_("internal edition")},
    "verdict": {
        "supported": N_("supported"),
        "not_supported": N_("not supported"),
        "inconclusive": N_("inconclusive"),
        "no_data": N_("no data"),
    },
    "included": {"yes": N_("included"), "no": N_("not included")},
}


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
        return self._catalogue.gettext(msgid).format(**values) if msgid else ""

    def plural(self, singular: str, plural: str, count: int, **values: str) -> str:
        """Translate a text that counts; `{count}` in it is the number."""
        translated = self._catalogue.ngettext(singular, plural, count)
        return translated.format(count=self.number(count), **values)

    def word(self, kind: str, code: str) -> str:
        """Give the word for a code of the data contract; an unknown code stays as it is."""
        msgid = WORDS[kind].get(code)
        return code if msgid is None else self.text(msgid)

    def number(self, value: float, decimals: int = 0) -> str:
        """Write a number with the language's separators and a true minus sign."""
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        written = numbers.format_decimal(
            numbers.decimal.Decimal(repr(float(value))), pattern, locale=self.locale
        )
        nothing = not any(digit in written for digit in "123456789")
        return written.replace("-", "" if nothing else MINUS)  # what rounds to 0 has no sign

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

    def signed_percent(self, share: float, decimals: int = 1) -> str:
        """Write a change as a percentage with its sign, 0.25 → +25.0 %."""
        return ("+" if share > 0 else "") + self.percent(share, decimals)

    def date(self, value: datetime.date) -> str:
        """Write a date in full."""
        return dates.format_date(value, format="long", locale=self.locale)

    def listing(self, items: Sequence[str]) -> str:
        """Join items as the language does: a, b and c."""
        return lists.format_list(list(items), locale=self.locale)

    def period(self, first_year: int, last_year: int) -> str:
        """Write a period of years; a Latvian year is an ordinal."""
        if first_year == last_year:
            return self.years([first_year])
        if self.code == "lv":
            return f"{first_year}.–{last_year}. gads"
        return f"{first_year}–{last_year}"

    def years(self, years: Sequence[int]) -> str:
        """Write a list of years; a Latvian year is an ordinal."""
        if self.code == "lv":
            return self.listing([f"{year}." for year in years]) + " gads"
        return self.listing([str(year) for year in years])


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
    return Translations(_compiled(file.read_text(encoding="utf-8"), code))


def _compiled(source: str, code: str) -> io.BytesIO:
    compiled = io.BytesIO()
    mofile.write_mo(compiled, pofile.read_po(io.StringIO(source), locale=code))
    compiled.seek(0)
    return compiled
