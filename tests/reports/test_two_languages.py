"""Latvian pages are Latvian and English ones English, to the last word and the last decimal."""

from __future__ import annotations

import csv
import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pikepdf
import pytest
import yaml
from babel import Locale
from bs4 import BeautifulSoup
from made_reports import KINDS

import dieval
from dieval.inputs.words import latvian_by_english
from dieval.present import style
from dieval.present.catalogue import catalogue
from dieval.present.language import LOCALES
from dieval.present.words import WORDS
from dieval.reports.declared import declared_parameters

SVG = "{http://www.w3.org/2000/svg}"
PAGES = [f"{kind}/report" for kind in KINDS]
CODES = ("lv", "en")
OTHER = {"lv": "en", "en": "lv"}
FILE_NAME = re.compile(r"[\w/-]+\.(?:csv|md|json)\b")
WORD = re.compile(r"[^\W\d_]{3,}")
# What people wrote, in the language in which they wrote it.
NAME_COLUMNS = ("provider_name", "site", "project", "fund", "mapping")
# A decimal point in Latvian (days such as 31.12.2023. and versions have two points); a decimal
# comma in English, where three digits follow every comma.
WRONG_DECIMAL = {
    "lv": re.compile(r"(?<![\d.])\d+\.\d+(?![\d.])"),
    "en": re.compile(r"\d,(?!\d{3}(?!\d))\d"),
}


@functools.cache
def words_of_data(root: Path, code: str) -> frozenset[str]:
    """Words of names in the data package and the parameter files, which stand in no catalogue.

    Names of institutions, places and services are Latvian on English pages, too. Sources are
    described in the language that they say.
    """
    texts: list[str] = []
    for file in (root / "data/latvia").glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                ours = [f"name_{code}"] if "name_en" in row else ["name_lv"]
                texts += [row[name] for name in (*ours, *NAME_COLUMNS) if name in row]
                texts += row.values() if row.get("language") == code else []
    for file in (root / "data/parameters").glob("*.yml"):
        for parameter in yaml.safe_load(file.read_text(encoding="utf-8")).values():
            ending = "_lv" if code == "lv" else ""
            texts.append(parameter[f"title{ending}"])
            for value in parameter["values"].values():
                texts += [value[f"source{ending}"], value.get(f"locator{ending}", "")]
    descriptor = json.loads((root / "data/latvia/datapackage.json").read_text(encoding="utf-8"))
    texts.append(descriptor["title_lv" if code == "lv" else "title"])
    return frozenset(word.casefold() for text in texts for word in WORD.findall(text))


@functools.cache
def words_of_language(root: Path, code: str) -> frozenset[str]:
    """Words that a page in a language may have: of the catalogue, the notebooks, the calendar."""
    texts = [
        part
        for message in catalogue()
        for side in [message.string if code == "lv" else message.id]
        for part in (side if isinstance(side, tuple) else [side])
    ]
    words = latvian_by_english()
    texts += words.values() if code == "lv" else words
    for file in (root / "notebooks").glob("*.ipynb"):
        for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]:
            if code in cell["metadata"].get("tags", []):
                texts += cell["source"]
    locale = Locale.parse(LOCALES[code])
    texts += [*locale.months["format"]["wide"].values()]
    texts += [*locale.months["format"]["abbreviated"].values()]
    texts += ["gada", "un", "and", "dieval", "CSV", "EUR"]
    return frozenset(word.casefold() for text in texts for word in WORD.findall(text))


def page_of(reports: Path, name: str, code: str) -> BeautifulSoup:
    return BeautifulSoup((reports / f"{name}.{code}.html").read_text(encoding="utf-8"), "lxml")


def texts_of(page: BeautifulSoup) -> Iterator[str]:
    """Every text that a reader sees or hears, one element a text.

    Left out are titles of sources, which say that they are in another language, and names of files.
    """
    yield page.title.get_text()
    yield page.find("meta", attrs={"name": "description"})["content"]
    for tag in page.body.find_all(True):
        yield from (tag[name] for name in ("alt", "aria-label", "title") if tag.get(name))
        own = "".join(part for part in tag.find_all(string=True, recursive=False)).strip()
        if own and tag.get("lang", page.html["lang"]) == page.html["lang"]:
            yield FILE_NAME.sub("", own)


def names_of_program(page: BeautifulSoup) -> set[str]:
    """Words of code, of file names and of the parameters that the record of the run names."""
    code = " ".join(tag.get_text() for tag in page.find_all("code"))
    record = page.main.find_all("dl", class_="facts")[-1].get_text(" ")
    return {
        word.casefold() for word in WORD.findall(code.replace("_", " ") + record.replace("_", " "))
    }


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_word_that_is_not_of_its_language(root, edition, name, code):
    page = page_of(edition, name, code)
    known = words_of_language(root, code) | words_of_data(root, code) | names_of_program(page)
    strange = {
        word: text
        for text in texts_of(page)
        for word in WORD.findall(text)
        if word.casefold() not in known
    }
    assert strange == {}


@pytest.mark.parametrize("code", CODES)
def test_word_of_the_other_language_is_noticed(root, code):
    ours, theirs = words_of_language(root, code), words_of_language(root, OTHER[code])
    data = words_of_data(root, code)
    alone = theirs - ours - data
    assert len(alone) > 500
    assert ({"children", "cheapest"} if code == "lv" else {"bērnu", "izmaksas"}) <= theirs


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_decimal_mark_of_the_other_language(edition, name, code):
    texts = list(texts_of(page_of(edition, name, code)))
    wrong = [text for text in texts if WRONG_DECIMAL[code].search(text)]
    assert [text for text in wrong if not text.startswith("dieval 0.")] == []
    numbers = [text for text in texts if re.search(r"\d[.,]\d", text)]
    assert len(numbers) > 20


@pytest.mark.parametrize(
    ("code", "text", "found"),
    [
        ("lv", "1234.5", True),
        ("lv", "1\u00a0234,5 no 31.12.2023.", False),
        ("en", "1,5", True),
        ("en", "12,34 %", True),
        ("en", "€1,234,567.89", False),
    ],
)
def test_decimal_mark_of_the_other_language_is_noticed(code, text, found):
    assert bool(WRONG_DECIMAL[code].search(text)) == found


@functools.cache
def letterings(notebook: Path) -> dict[str, list[str]]:
    """Every text in the pictures of a report, by language; drawn as text, not as outlines."""
    settings = style.picture_settings()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(style, "picture_settings", lambda: {**settings, "svg.fonttype": "none"})
        parameters = declared_parameters(notebook)
        report = getattr(dieval, notebook.stem)(
            **parameters
            | {"edition": "internal"}  # hides no picture
            | ({"draws": 1000} if "draws" in parameters else {})
        )
        source = notebook.read_text(encoding="utf-8")
        chapters = re.findall(r"dieval\.(show_\w+)\(report\)", source)
        drawn = [
            block["svg"]
            for chapter in chapters
            for block in getattr(dieval, chapter)(report).blocks
            if block["kind"] == "figure"
        ]
    assert len(drawn) > 1
    return {
        code: [
            "".join(text.itertext()).strip()
            for picture in drawn
            for text in ElementTree.fromstring(picture[code]).iter(f"{SVG}text")
        ]
        for code in CODES
    }


@pytest.fixture(params=KINDS)
def lettering(request, root, monkeypatch) -> dict[str, list[str]]:
    monkeypatch.chdir(root)
    return letterings(root / "notebooks" / f"{request.param.split('/')[1]}.ipynb")


@pytest.mark.parametrize("code", CODES)
def test_pictures_have_no_word_or_decimal_mark_of_the_other_language(root, lettering, code):
    known = words_of_language(root, code) | words_of_data(root, code)
    texts = lettering[code]
    assert len(texts) > 50
    strange = [
        (word, text)
        for text in texts
        for word in WORD.findall(text)
        if word.casefold() not in known
        # A name may be cut short, with a point.
        and not (f"{word}." in text and any(one.startswith(word.casefold()) for one in known))
    ]
    assert strange == []
    assert [text for text in texts if WRONG_DECIMAL[code].search(text)] == []


@pytest.mark.parametrize("name", PAGES)
def test_files_name_their_language_and_title_in_it(reports, name):
    titles = {}
    for code in CODES:
        page = page_of(reports, name, code)
        assert page.html["lang"] == code
        titles[code] = page.h1.get_text()
        assert page.title.get_text() == titles[code]
        with pikepdf.open(reports / f"{name}.{code}.pdf") as pdf:
            assert str(pdf.Root.Lang).split("-")[0] == code
            assert str(pdf.docinfo.Title) == titles[code]
    assert titles["lv"] != titles["en"]


@pytest.mark.parametrize("name", PAGES)
def test_both_pages_have_the_same_parts(edition, name):
    pages = [page_of(edition, name, code) for code in CODES]
    shapes = [
        [(tag.name, len(tag.find_all("tr"))) for tag in page.main.find_all(
            ["h2", "h3", "table", "figure", "ul", "dl", "img"])]
        for page in pages
    ]  # fmt: skip
    assert shapes[0] == shapes[1]
    assert len(shapes[0]) > 30


def test_every_word_of_the_vocabulary_has_a_translation():
    known = latvian_by_english()
    untranslated = [
        text
        for words in WORDS.values()
        for text in words.values()
        if text not in known and not catalogue()[text].string
    ]
    assert untranslated == []


def test_rows_of_data_are_read(root):
    with (root / "data/latvia/providers.csv").open(encoding="utf-8") as file:
        name = next(csv.DictReader(file))["name_lv"]
    assert {word.casefold() for word in WORD.findall(name)} <= words_of_data(root, "lv")
