from __future__ import annotations

import datetime
import io
import json
import re
import string

import pytest
from babel.messages.pofile import read_po
from babel.support import Translations

from dieval import vocabulary
from dieval.present.catalogue import CATALOGUE, catalogue, texts_in_code
from dieval.present.columns import RESULT_COLUMNS, UNIT_WORDS
from dieval.present.language import (
    WORDS,
    Language,
    _compiled,
    in_both,
    language,
    listing,
    money,
    said,
    same,
    unbroken,
    word,
    years_in_words,
)

NBSP = "\u00a0"
LV, EN = language("lv"), language("en")


def entries(found) -> dict[str, str]:
    return {message.id: message.string for message in found if message.id}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


# --- The catalogue -------------------------------------------------------------------------------


def test_catalogue_has_every_text_of_the_code_and_no_other():
    code, translated = set(entries(texts_in_code())), set(entries(catalogue()))
    assert len(code) > 100
    assert code - translated == set()
    assert translated - code == set()


def test_catalogue_every_text_is_translated():
    missing = [text for text, translation in entries(catalogue()).items() if not translation]
    assert missing == []


def test_catalogue_no_translation_is_in_doubt_or_put_aside():
    read = catalogue()
    assert [message.id for message in read if message.fuzzy and message.id] == []
    assert list(read.obsolete) == []


def test_catalogue_translations_fill_in_the_same_values():
    different = {
        text: translation
        for text, translation in entries(catalogue()).items()
        if placeholders(text) != placeholders(translation)
    }
    assert different == {}


def test_catalogue_translations_start_and_end_as_the_texts_do():
    for text, translation in entries(catalogue()).items():
        assert (text[-1] == ".") == (translation[-1] == "."), text
        assert translation == translation.strip(), text
        assert not set(translation) & set("ßæøå\ufffd"), text


def test_catalogue_only_words_that_read_alike_stay_as_they_are():
    alike = {text for text, translation in entries(catalogue()).items() if text == translation}
    worded = {text for text in alike if re.search(r"\w", re.sub(r"\{\w+\}", "", text))}
    assert worded <= {"CHEERS 2022", "EUR", "HTML", "PDF", "Word (DOCX)"}


def test_catalogue_written_again_stays_the_same(tmp_path, monkeypatch):
    from dieval.present import catalogue as module

    copy = tmp_path / "lv.po"
    copy.write_bytes(CATALOGUE.read_bytes())
    monkeypatch.setattr(module, "CATALOGUE", copy)
    module.update()
    assert copy.read_bytes() == CATALOGUE.read_bytes()


def test_catalogue_new_text_of_the_code_is_added_untranslated(tmp_path, monkeypatch):
    from dieval.present import catalogue as module

    package = tmp_path / "dieval"
    package.mkdir()
    (package / "x.py").write_text('from a import N_\nB = N_("A text that nobody has seen")\n')
    copy = tmp_path / "lv.po"
    copy.write_bytes(CATALOGUE.read_bytes())
    monkeypatch.setattr(module, "CATALOGUE", copy)
    monkeypatch.setattr(module, "PACKAGE", package)
    module.update()
    assert entries(catalogue()) == {"A text that nobody has seen": ""}


# --- Words for codes -----------------------------------------------------------------------------

CODES = {
    "care_arrangement": vocabulary.CARE_ARRANGEMENTS,
    "care_arrangement_in": vocabulary.CARE_ARRANGEMENTS,
    "part": vocabulary.COST_PARTS,
    "payer": vocabulary.PAYERS,
    "age_band": (*vocabulary.AGE_BANDS, vocabulary.NOT_DISTINGUISHED),
    "need_level": (*vocabulary.NEED_LEVELS, vocabulary.NOT_DISTINGUISHED),
    "children_in_household": tuple(vocabulary.HOUSEHOLD_SIZES),
    "evidence": vocabulary.EVIDENCE,
    "edition": vocabulary.EDITIONS,
}


@pytest.mark.parametrize("kind", CODES)
def test_words_every_code_of_the_vocabulary_has_one_and_no_other(kind):
    assert set(WORDS[kind]) == set(CODES[kind])


@pytest.mark.parametrize("kind", WORDS)
def test_words_of_a_kind_differ_between_codes_and_languages(kind):
    for say in (LV, EN):
        words = [say.word(kind, code) for code in WORDS[kind]]
        assert len(set(words)) == len(words)
        assert not set(words) & {code for code in WORDS[kind] if "_" in code}
    for code in WORDS[kind]:
        assert LV.word(kind, code) != EN.word(kind, code)


def test_word_of_an_unknown_code_is_the_code():
    assert LV.word("payer", "sponsor") == EN.word("payer", "sponsor") == "sponsor"


def test_word_at_the_start_of_a_sentence_has_a_capital():
    assert word("care_arrangement", "foster_family", sentence_start=True) == {
        "lv": "Audžuģimene",
        "en": "Foster family",
    }
    assert word("care_arrangement", "family_like", sentence_start=True)["lv"][0] == "Ģ"


def test_result_columns_have_headings_in_both_languages():
    for name, column in RESULT_COLUMNS.items():
        assert column.heading, name
        assert LV.text(column.heading) != column.heading, name


def test_result_columns_with_a_dimension_in_the_name_have_that_unit():
    ends = {
        "per_child_day_eur": "EUR/child-day",
        "per_child_month_eur": "EUR/child-month",
        "eur_per_child_month": "EUR/child-month",
        "per_child_year_eur": "EUR/child-year",
        "per_place_month_eur": "EUR/place-month",
        "child_days": "child-days",
        "child_months": "child-months",
        "place_days": "place-days",
        # Of the data contract.
        "cost_per_child_eur": "EUR/child-year",
        "cost_per_child_before_eur": "EUR/child-year",
        "fixed_eur": "EUR/year",
        "step_eur": "EUR/year",
    }
    checked = 0
    for name, column in RESULT_COLUMNS.items():
        units = [unit for end, unit in ends.items() if name.endswith(end)]
        if units:
            assert column.unit == units[0], name
            checked += 1
        elif name.endswith("_eur"):
            assert column.unit == "EUR", name
        assert (column.kind == "word") == bool(column.words), name
        assert not column.words or column.words in WORDS, name
    assert checked >= 12


def test_result_columns_unit_of_money_has_a_word_and_no_word_is_left_over():
    units = {column.unit for column in RESULT_COLUMNS.values()} - {None}
    assert {unit for unit in units if "EUR" in unit} <= set(UNIT_WORDS) <= units
    for text in UNIT_WORDS.values():
        assert text == "EUR" or LV.text(text) != text


def test_every_column_of_every_result_has_a_heading(reports):
    results = json.loads((reports / "kurzeme/cost_comparison/results.json").read_text("utf-8"))
    for table in results["tables"].values():
        for column in table["columns"]:
            assert RESULT_COLUMNS[column["name"]].unit == column["unit"]


# --- Numbers, money, dates -----------------------------------------------------------------------


@pytest.mark.parametrize("value", [1e30, -1e30, 1e308])
def test_number_however_large_is_written(value):
    written = EN.number(value, 1).replace(",", "").replace("\u2212", "-")
    assert float(written) == value


@pytest.mark.parametrize(
    ("probability", "en", "lv"),
    [
        (1 / 3, "0.333", "0,333"),
        (2 / 720, "0.003", "0,003"),
        (0.001, "0.001", "0,001"),
        (0.0009, "<\u00a00.001", "<\u00a00,001"),
        (1.0, "1.000", "1,000"),
    ],
)
def test_probability_of_a_test_is_never_written_as_nothing(probability, en, lv):
    assert (EN.p_value(probability), LV.p_value(probability)) == (en, lv)


@pytest.mark.parametrize(
    ("value", "decimals", "lv", "en"),
    [
        (1234.5, 2, f"1{NBSP}234,50", "1,234.50"),
        (1234567.0, 0, f"1{NBSP}234{NBSP}567", "1,234,567"),
        (999.994, 2, "999,99", "999.99"),
        (0, 0, "0", "0"),
        (0.1 + 0.2, 1, "0,3", "0.3"),
        (-8.5, 1, "−8,5", "−8.5"),
        (1e15, 0, NBSP.join(["1", *["000"] * 5]), ",".join(["1", *["000"] * 5])),
        (12, 1, "12,0", "12.0"),
    ],
)
def test_number_is_written_as_the_language_does(value, decimals, lv, en):
    assert (LV.number(value, decimals), EN.number(value, decimals)) == (lv, en)


def test_number_that_rounds_to_zero_has_no_sign():
    assert (LV.number(-0.001, 2), EN.number(-0.001, 2)) == ("0,00", "0.00")


@pytest.mark.parametrize(
    ("value", "decimals", "lv", "en"),
    [
        (1234.5, 2, f"1{NBSP}234,50{NBSP}€", "€1,234.50"),
        (1234.4, 0, f"1{NBSP}234{NBSP}€", "€1,234"),
        (-5, 0, f"−5{NBSP}€", "−€5"),
        (0, 0, f"0{NBSP}€", "€0"),
    ],
)
def test_money_is_written_as_the_language_does(value, decimals, lv, en):
    assert money(value, decimals) == {"lv": lv, "en": en}


@pytest.mark.parametrize(
    ("share", "decimals", "lv", "en"),
    [
        (0.25, 1, f"25,0{NBSP}%", "25.0%"),
        (1, 0, f"100{NBSP}%", "100%"),
        (-0.0312, 1, f"−3,1{NBSP}%", "−3.1%"),
        (12.5, 0, f"1{NBSP}250{NBSP}%", "1,250%"),
    ],
)
def test_percent_is_written_as_the_language_does(share, decimals, lv, en):
    assert (LV.percent(share, decimals), EN.percent(share, decimals)) == (lv, en)


def test_signed_percent_shows_a_rise_and_a_fall():
    assert [EN.signed_percent(change) for change in (0.25, -0.25, 0.0)] == [
        "+25.0%", "−25.0%", "0.0%",
    ]  # fmt: skip
    assert LV.signed_percent(0.898) == f"+89,8{NBSP}%"


@pytest.mark.parametrize(
    ("first", "last", "lv", "en"),
    [(2014, 2022, f"2014.–2022.{NBSP}gads", "2014–2022"), (2022, 2022, f"2022.{NBSP}gads", "2022")],
)
def test_period_is_written_as_the_language_does(first, last, lv, en):
    assert (LV.period(first, last), EN.period(first, last)) == (lv, en)


@pytest.mark.parametrize(
    ("years", "lv", "en"),
    [
        ([2014], f"2014.{NBSP}gads", "2014"),
        ([2014, 2015], f"2014. un 2015.{NBSP}gads", "2014 and 2015"),
        ([2014, 2015, 2016], f"2014., 2015. un 2016.{NBSP}gads", "2014, 2015 and 2016"),
    ],
)
def test_years_are_listed_as_the_language_does(years, lv, en):
    assert years_in_words(years) == {"lv": lv, "en": en}


def test_date_is_written_in_full():
    day = datetime.date(2022, 8, 1)
    assert (LV.date(day), EN.date(day)) == (
        f"2022.{NBSP}gada 1.{NBSP}augusts",
        "1 August 2022",
    )


def test_listing_joins_plain_texts_and_texts_in_both_languages():
    assert listing(["a", {"lv": "b", "en": "c"}, "d"]) == {"lv": "a, b un d", "en": "a, c and d"}
    assert listing(["a"]) == {"lv": "a", "en": "a"}


# --- Texts with values ---------------------------------------------------------------------------


def test_said_fills_in_plain_bilingual_and_computed_values():
    text = said("{a} {b} {c}", a="x", b={"lv": "l", "en": "e"}, c=lambda say: say.number(1.5, 1))
    assert text == {"lv": "x l 1,5", "en": "x e 1.5"}


def test_said_value_with_braces_stays_as_it_is():
    assert said("{name}", name="{0} {region.__class__} {{") == same("{0} {region.__class__} {{")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{year}. gadā", "{year}.~gadā"),
        ("No 2019. līdz 2021. gadam", "No 2019. līdz 2021.~gadam"),
        ("2014., 2015. un 2016. gads", "2014., 2015. un 2016.~gads"),
        ("{number}. tabula", "{number}.~tabula"),
        ("95 % intervāls", "95~% intervāls"),
        ("7–17 gadi", "7–17~gadi"),
        ("{count} bērni un {count} children", "{count}~bērni un {count}~children"),
        ("Tas bija 2014. Tad nāca 2015 un 12", "Tas bija 2014. Tad nāca 2015 un 12"),
        ("{items}. Katrs", "{items}. Katrs"),
    ],
)
def test_number_and_the_word_that_belongs_to_it_are_not_broken(text, expected):
    assert unbroken(text) == expected.replace("~", NBSP)


def test_every_year_of_the_catalogue_stays_with_its_word():
    years = [text for text in entries(catalogue()).values() if "year}. gad" in text]
    assert len(years) > 20
    for text in years:
        names = placeholders(text)
        said_text = LV.text(text, **dict.fromkeys(names, "2022"))
        assert "2022. gad" not in said_text
        assert f"2022.{NBSP}gad" in said_text


def test_said_value_keeps_its_own_spaces():
    assert said("{name}", name="2. bērnunams, 7 gadi") == same("2. bērnunams, 7 gadi")


def test_text_empty_stays_empty():
    # gettext answers an empty text with the catalogue's header.
    assert (LV.text(""), EN.text("")) == ("", "")


def test_in_both_asks_each_language():
    assert in_both(lambda say: say.code) == {"lv": "lv", "en": "en"}


def test_language_that_is_not_there_is_an_error():
    with pytest.raises(KeyError):
        Language("de")


# --- Plural forms --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "lv", "en"),
    [
        (0, f"0{NBSP}bērnu", f"0{NBSP}children"),
        (1, f"1{NBSP}bērns", f"1{NBSP}child"),
        (2, f"2{NBSP}bērni", f"2{NBSP}children"),
        (11, f"11{NBSP}bērni", f"11{NBSP}children"),
        (21, f"21{NBSP}bērns", f"21{NBSP}children"),
        (101, f"101{NBSP}bērns", f"101{NBSP}children"),
        (1111, f"1{NBSP}111{NBSP}bērni", f"1,111{NBSP}children"),
    ],
)
def test_plural_counts_as_the_language_does(count, lv, en, monkeypatch):
    header = CATALOGUE.read_text(encoding="utf-8").split("\n\n", 1)[0]
    entry = (
        'msgid "{count} child"\nmsgid_plural "{count} children"\n'
        'msgstr[0] "{count} bērns"\nmsgstr[1] "{count} bērni"\nmsgstr[2] "{count} bērnu"\n'
    )
    say = Language("lv")
    monkeypatch.setattr(say, "_catalogue", Translations(_compiled(f"{header}\n\n{entry}", "lv")))
    assert say.plural("{count} child", "{count} children", count) == lv
    assert EN.plural("{count} child", "{count} children", count) == en


def test_catalogue_has_the_plural_rule_of_latvian():
    read = read_po(io.StringIO(CATALOGUE.read_text(encoding="utf-8")))
    assert read.num_plurals == 3
    assert str(read.locale) == "lv"
