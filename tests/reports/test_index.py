from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from dieval.inputs.part import UnitData
from dieval.present.language import language
from dieval.present.style import Appearance
from dieval.reports.index import Known, page_name, write_index
from dieval.reports.project import Project, read_project
from dieval.reports.run import Outcome

HOSTILE = "<script>alert(1)</script>\"' onload=x {{7*7}}"
UNITS = {
    "national": {"lv": "Visi reģioni", "en": "All regions"},
    "riga": {"lv": "Rīga", "en": "Riga"},
    "kurzeme": {"lv": "Kurzeme", "en": "Kurzeme"},
    "zemgale": {"lv": HOSTILE, "en": HOSTILE},
    "home-a": {"lv": "Zvaigzne", "en": "Zvaigzne"},
    "home-b": {"lv": "Ābele", "en": "Ābele"},
}
FILES = ("report.en.html", "report.lv.pdf", "report.en.pdf", "report.lv.docx", "report.en.docx",
         "tables.xlsx", "notebook.ipynb")  # fmt: skip
EVERY_FILE = {"report.lv.html", "results.json", "manifest.json", *FILES}
COSTS = "cost_comparison"
ANNEX = "reorganisation_annex"


@pytest.fixture
def known(data_read) -> Known:
    return Known(
        units=UNITS,
        regions=("kurzeme", "riga", "zemgale"),
        region_of={"home-a": "riga", "home-b": "riga"},
        indicators={},
        data_of=lambda unit: data_read,
    )


@pytest.fixture
def out(tmp_path, put_report) -> Path:
    """An output folder with reports of Riga (synthetic) and Kurzeme (published data)."""
    folder = tmp_path / "out"
    for unit, evidence in {"riga": {"synthetic": 0.1}, "kurzeme": {"published": 1.0}}.items():
        put_report(folder, f"{unit}/{COSTS}", FILES, evidence=evidence)
    return folder


@pytest.fixture
def index(out, tiny_project, known):
    """Write the index after a run that ended as told, and read its page in one language."""

    def page(*outcomes: Outcome, code: str = "en", project: Project = tiny_project):
        write_index(out, outcomes, project, known)
        text = (out / page_name(code, project.languages)).read_text(encoding="utf-8")
        return BeautifulSoup(text, "html.parser")

    return page


def made(unit: str) -> Outcome:
    return Outcome(COSTS, unit, "made", 1.0)


def failed(unit: str, message: str = "the reason") -> Outcome:
    return Outcome(COSTS, unit, "failed", 1.0, message)


def titles(page: Tag) -> list[str]:
    return [article.find(re.compile("^h[34]$")).get_text() for article in page.find_all("article")]


def states(page: Tag) -> dict[str, str]:
    """State and badges of each report, by the name of its unit."""
    return {
        title.partition(":")[0]: ", ".join(
            mark.get_text() for mark in article.find_all(class_=["state", "badge"])
        )
        for title, article in zip(titles(page), page.find_all("article"), strict=True)
    }


def of_unit(page: Tag, name: str) -> Tag:
    (article,) = [
        article
        for title, article in zip(titles(page), page.find_all("article"), strict=True)
        if title.startswith(name)
    ]
    return article


# --- States --------------------------------------------------------------------------------------


def test_index_says_made_and_whether_the_data_is_synthetic(index):
    assert states(index(made("riga"), made("kurzeme"))) == {
        "Kurzeme": "made",
        "Riga": "made, synthetic data",
    }


@pytest.mark.parametrize(("state", "said"), [("draft", "made, draft"), ("final", "made")])
def test_index_says_that_a_report_is_a_draft(index, out, put_report, state, said):
    put_report(out, f"zemgale/{COSTS}", state=state)
    assert states(index())[HOSTILE] == said


def test_index_says_that_an_edition_is_internal(index, out, put_report):
    put_report(out, f"zemgale/{COSTS}", edition="internal")
    assert states(index())[HOSTILE] == "made, internal edition"


@pytest.mark.parametrize(
    ("code", "said"),
    [("en", "Internal edition: not for publication."), ("lv", "nav paredzēta publicēšanai")],
)
def test_index_of_internal_reports_is_itself_not_for_publication(
    index, out, put_report, code, said
):
    assert index(code=code).find(class_="notice") is None
    put_report(out, f"zemgale/{COSTS}", edition="internal")
    assert said in index(code=code).find("header").find(class_="notice", role="note").get_text()


def test_index_report_failed_says_so_and_whether_an_earlier_one_is_there(index):
    page = index(failed("riga"), failed("zemgale"))
    assert states(page)["Riga"] == "failed; the earlier report is shown, made, synthetic data"
    assert states(page)[HOSTILE] == "failed"
    assert of_unit(page, "Riga").find(lang="en").get_text() == "the reason"


def test_index_report_failed_without_an_earlier_one_links_to_nothing(index):
    article = of_unit(index(failed("zemgale")), HOSTILE)
    assert article.find_all(["a", "img"]) == []


def test_index_message_of_a_failed_report_names_no_folder(index):
    page = index(failed("riga", "cell 3:\n/data/me/costs.csv is missing"))
    assert "cell 3: costs.csv is missing" in of_unit(page, "Riga").get_text()


def test_index_counts_reports_by_state(index, out, put_report, tiny_project):
    assert [item.get_text() for item in index(failed("riga")).find(class_="counts")("li")] == [
        "Reports made: 2",
        "Failed in the latest run: 1",
    ]
    put_report(out, f"home-a/{ANNEX}")
    tiny_project.notebook(COSTS).write_text('{"cells": []}')
    (out / "riga" / COSTS / "manifest.json").unlink()
    # Of Kurzeme and the home there is a report, the one of Kurzeme from an earlier notebook.
    assert [item.get_text() for item in index().find(class_="counts")("li")] == [
        "Reports made: 2",
        "Out of date: 1",
        "Damaged: 1",
        "Failed in the latest run: 0",
    ]


def test_index_without_reports_says_so_and_has_no_form(tmp_path, tiny_project, known):
    write_index(tmp_path, [], tiny_project, known)
    page = BeautifulSoup((tmp_path / "index.en.html").read_text("utf-8"), "html.parser")
    assert page.main.get_text(strip=True) == (
        "No report has been made yet. Run “dieval report” to make them."
    )
    assert page.find_all(["form", "script", "article"]) == []


@pytest.mark.parametrize("name", ["results.json", "manifest.json", "report.en.pdf"])
def test_index_report_that_lacks_a_file_is_damaged_and_the_file_named(index, out, name):
    (out / "kurzeme" / COSTS / name).unlink()
    page = index()
    assert states(page)["Kurzeme"] == "damaged; make it anew"
    assert f"Missing or not what was written: {name}." in of_unit(page, "Kurzeme").get_text()
    assert states(page)["Riga"] == "made, synthetic data"


def altered(file: Path) -> None:
    """Alter an amount by a cent, or add an empty line to a file that holds none."""
    before = file.read_bytes()
    after = before.replace(b"317549.12", b"317549.13")
    file.write_bytes(after if after != before else before + b"\n")


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (None, ""),
        ("data/latvia/costs.csv", "data (costs, package)"),  # and a note on it
        ("data/parameters/costs.yml", "parameter files (costs.yml)"),
        ("notebooks/cost_comparison.ipynb", "notebook"),
        ("requirements.lock", "versions of libraries"),
    ],
)
def test_index_of_a_real_report_says_what_changed_since(reports, project, tmp_path, file, why):
    shutil.copytree(project, tmp_path / "project")
    shutil.copytree(reports / "kurzeme" / COSTS, tmp_path / "out" / "kurzeme" / COSTS)
    if file is not None:
        altered(tmp_path / "project" / file)
    copied = read_project(tmp_path / "project")
    known = Known(UNITS, ("kurzeme",), {}, {}, UnitData(copied.data).read)
    write_index(tmp_path / "out", [], copied, known)
    page = BeautifulSoup((tmp_path / "out" / "index.en.html").read_text("utf-8"), "html.parser")
    state = "out of date" if why else "made"
    assert states(page) == {"Kurzeme": f"{state}, draft, synthetic data, internal edition"}
    said = [text.get_text() for text in page.find_all(class_="why")]
    assert said == ([f"Changed since it was made: {why}."] if why else [])


def test_index_many_changed_files_names_three_and_counts_the_others(index, out, known):
    file = out / "riga" / COSTS / "manifest.json"
    content = json.loads(file.read_text())
    content["data"]["sha256"] |= dict.fromkeys("abcd", "1")
    file.write_text(json.dumps(content))
    assert "data (a, b, c and 1 more)" in of_unit(index(), "Riga").get_text()


# --- Figures, pictures, parameters ---------------------------------------------------------------

KEY_FIGURES = [
    {
        "figure": "places_open",
        "value": 0.5,
        "unit": "1",
        "as_of": "2023-12-31",
        "of": {"open": 5, "all": 10},
    },
    {"figure": "of another version", "value": 1, "unit": "1", "as_of": "", "of": {}},
    {"figure": "needs_met", "value": {"symbol": ":"}, "unit": "1", "as_of": "", "of": {}},
    {"figure": "needs_met", "value": float("inf"), "unit": "1", "as_of": "", "of": {}},
    {"figure": "needs_met", "value": 1, "unit": "1", "as_of": "soon", "of": {}},
    "no figure",
]


def test_index_shows_the_key_figures_that_it_can_write(index, out, put_report):
    put_report(out, f"zemgale/{COSTS}", key_figures=[k for k in KEY_FIGURES if k != KEY_FIGURES[3]])
    figures = of_unit(index(), HOSTILE).dl
    assert [term.get_text() for term in figures("dt")] == [
        "Open places of infrastructure projects: 5 of 10"
    ]
    assert [value.get_text() for value in figures("dd")] == ["50.0% 31 December 2023"]


@pytest.mark.parametrize(
    ("report", "parameters", "text"),
    [
        (COSTS, {"first_year": 2014, "last_year": 2022}, "2014–2022"),
        (COSTS, {"first_year": 2014, "last_year": 2022, "as_of": "2023-12-31"},
         "2014–2022, as of 31 December 2023"),
        (ANNEX, {"start_year": 2018, "horizon_years": 10}, "2018–2027"),
        (COSTS, {"first_year": "2014", "last_year": True, "as_of": 5}, None),
        (COSTS, {"as_of": "31.12.2023"}, None),
    ],
)  # fmt: skip
def test_index_says_the_years_and_the_day_of_a_report(
    index, out, put_report, report, parameters, text
):
    put_report(out, f"zemgale/{report}", parameters=parameters)
    period = of_unit(index(), HOSTILE).find(class_="period")
    assert (period and period.get_text()) == text


@pytest.mark.parametrize("rows", [[[2022, "institution", 500]], [["x", None, 5], [2, {}, "y"]]])
def test_index_draws_what_results_allow_and_lists_the_report_anyhow(index, out, put_report, rows):
    names = ("year", "care_arrangement", "cost_per_child_month_eur")
    table = {"columns": [{"name": name} for name in names], "rows": rows}
    put_report(out, f"zemgale/{COSTS}", tables={"unit_costs": table})
    page = index()
    images = of_unit(page, HOSTILE).find_all("img")
    assert states(page)[HOSTILE] == "made"
    assert [image["alt"] for image in images] == (
        ["Cost per child-month by care arrangement, 2022, lowest first: institution €500."]
        if rows[0][1]
        else []
    )


# --- Order, links, languages ---------------------------------------------------------------------


def test_index_puts_the_whole_country_first_and_institutions_below_their_region(
    index, out, put_report, tiny_project
):
    shutil.copy(tiny_project.notebook(COSTS), tiny_project.notebook("national_overview"))
    put_report(out, "national/national_overview")
    for home in ("home-a", "home-b", "stranger"):
        put_report(out, f"{home}/{ANNEX}")
    page = index(failed("zemgale"), code="lv")
    assert [heading.get_text() for heading in page.find_all("h2")] == [
        *("Visi reģioni", HOSTILE, "Kurzeme", "Rīga", "Nav datu pakotnē"),
    ]
    (riga,) = [section for section in page.find_all("section") if section.h2.get_text() == "Rīga"]
    # Letters with marks stand where those without do.
    assert [title.partition(":")[0] for title in titles(riga)] == ["Rīga", "Ābele", "Zvaigzne"]
    assert [h.name for h in riga.find_all(re.compile("^h[1-6]$"))] == ["h2", "h3", "h3", "h4", "h4"]
    assert titles(page)[-1].startswith("stranger: ")


def test_index_lists_reports_of_earlier_runs_too(index):
    assert {*states(index(made("riga")))} == {"Riga", "Kurzeme"}


def test_index_links_lead_to_every_file_of_every_report(index, out):
    page = index(made("riga"), made("kurzeme"))
    links = {link["href"] for link in page.main.find_all("a")}
    assert links == {
        f"{unit}/{COSTS}/{name}" for unit in ("riga", "kurzeme") for name in EVERY_FILE
    }
    assert all((out / link).is_file() for link in links)


@pytest.mark.parametrize("code", ["lv", "en"])
def test_index_title_leads_to_the_report_in_the_language_of_the_page(index, out, code):
    (out / "kurzeme" / COSTS / "report.en.html").unlink()  # damaged, and its other page there
    links = {link["href"]: link["hreflang"] for link in index(code=code).select("h3 a")}
    assert links == {
        f"kurzeme/{COSTS}/report.lv.html": "lv",
        f"riga/{COSTS}/report.{code}.html": code,
    }


def test_index_links_say_their_language(index):
    for link in index().main.find_all("a"):
        expected = {"lv", "en"} & {*link["href"].split("/")[-1].split(".")}
        assert {link.get("hreflang", "")} - {""} == expected
        assert link.get_text(strip=True)


def test_index_link_to_a_unit_with_a_strange_code_is_quoted(index, out, put_report):
    put_report(out, f"a b#c?d/{COSTS}")
    assert of_unit(index(), "a b#c?d").a["href"] == f"a%20b%23c%3Fd/{COSTS}/report.lv.html"


def test_index_is_in_the_first_language_of_the_project_and_beside_it_in_the_other(index):
    say = language("lv")
    first, second = index(code="lv"), index(code="en")
    assert (first.html["lang"], second.html["lang"]) == ("lv", "en")
    assert first.h1.get_text() == say.text("Evaluation reports") != second.h1.get_text()
    assert states(first)["Rīga"] == f"{say.text('made')}, {say.text('synthetic data')}"
    to_second, to_first = first.header.nav.a, second.header.nav.a
    assert (to_second["href"], to_second["hreflang"], to_second["lang"]) == (
        *("index.en.html", "en", "en"),
    )
    assert (to_first["href"], to_first["hreflang"], to_first["lang"]) == ("index.html", "lv", "lv")


def test_index_of_a_project_in_one_language_is_one_page(index, out, tiny_project):
    index()
    project = Project(**{**vars(tiny_project), "languages": ("en",)})
    page = index(project=project)
    assert page.html["lang"] == "en"
    assert page.nav is None
    assert {path.name for path in out.glob("index*")} == {"index.html"}
    # What was made in another language before is still linked to.
    assert page.find("a", href=f"kurzeme/{COSTS}/report.lv.html")


def test_index_shows_name_and_logo_of_the_organisation(index, tiny_project):
    look = Appearance(name=HOSTILE, logo=b"<svg/>", logo_type="svg")
    page = index(project=Project(**{**vars(tiny_project), "appearance": look}))
    assert page.header.p.get_text(strip=True) == HOSTILE
    head, _, content = page.header.img["src"].partition(",")
    assert (head, base64.b64decode(content)) == ("data:image/svg+xml;base64", b"<svg/>")
    assert page.header.img["alt"] == ""


# --- The page itself -----------------------------------------------------------------------------


def test_index_hostile_name_stands_as_text_and_in_no_script(index, out, put_report):
    put_report(out, f"zemgale/{COSTS}")
    page = index(failed("zemgale", HOSTILE))
    (script,) = page.find_all("script")
    assert "alert(1)" not in script.string
    assert HOSTILE in of_unit(page, HOSTILE)["data-found-by"]
    assert of_unit(page, HOSTILE).find(class_="why").get_text() == HOSTILE
    for tag in page.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on")]


def test_index_script_and_style_sheet_are_the_ones_that_the_policy_admits(index):
    page = index()
    policy = page.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    for kind, tag in {"script": page.script, "style": page.style}.items():
        digest = hashlib.sha256(tag.string.encode("utf-8")).digest()
        assert f"{kind}-src 'sha256-{base64.b64encode(digest).decode()}';" in policy
    assert policy.startswith("default-src 'none'; img-src data:;")


@pytest.mark.parametrize("code", ["lv", "en"])
def test_index_offers_only_choices_that_occur(index, code):
    say = language(code)
    page = index(failed("riga"), code=code)
    offered = {
        select["name"]: [option["value"] for option in select("option")]
        for select in page.form("select")
    }
    assert offered == {
        "kind": ["", COSTS],
        "region": ["", "kurzeme", "riga"],
        "state": ["", "failed_earlier", "made"],
        "evidence": ["", "synthetic", "observed"],
    }
    assert {label["for"] for label in page.form("label")} == {
        tag["id"] for tag in page.form(["input", "select"])
    }
    assert page.form.button.get_text() == say.text("Show all")


def test_index_same_outcomes_give_the_same_bytes(index, out):
    index(made("riga"), failed("kurzeme"))
    first = {path.name: path.read_bytes() for path in out.glob("index*")}
    index(failed("kurzeme"), made("riga"))
    assert {path.name: path.read_bytes() for path in out.glob("index*")} == first
    assert len(first) == 2


def test_index_leaves_nothing_half_done(index, out):
    index(made("riga"))
    assert {path.name for path in out.iterdir()} == {
        *("riga", "kurzeme", "index.html", "index.en.html"),
    }


# --- After real runs -----------------------------------------------------------------------------


def parsed(file: Path) -> BeautifulSoup:
    return BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")


@pytest.mark.parametrize("name", ["index.html", "index.en.html"])
def test_index_of_a_real_run_shows_every_report_with_figures_picture_and_files(reports, name):
    page = parsed(reports / name)
    assert [title.partition(":")[0] for title in titles(page)] == [
        *(
            page.h2.get_text(),
            "Kurzeme",
            "Kurzeme",
            "Paraugnams „Alfa” (izdomāts, Kurzeme)",
            "Latgale",
        ),
    ]
    for article in page.find_all("article"):
        assert len(article.dl("dt")) in range(2, 7)
        assert len(article.img["alt"]) > 60
        links = {link["href"] for link in article("a")}
        assert {(reports / link).is_file() for link in links} == {True}
        folder = (reports / links.pop()).parent
        files = {file.name for file in folder.iterdir()} - {"ro-crate-metadata.json"}
        assert len(links) + 1 == len(files)


def test_index_after_failures_marks_each_of_them(broken_run):
    page = parsed(broken_run / "out" / "index.html")
    say = language(page.html["lang"])
    found = [
        [state.get_text() for state in article.find_all(class_="state")]
        for article in page.find_all("article")
    ]
    names = [title.partition(":")[0] for title in titles(page)]
    of = dict(zip(names[::-1], found[::-1], strict=True))  # of Kurzeme the first, its costs
    assert len(found) == 5 + 3  # and what was made before: overview, progress and annex
    assert of["Kurzeme"] == [say.text("made")]
    # The notebook that failed is not the one that the earlier report was made by.
    assert of["Latgale"] == [
        say.text("failed; the earlier report is shown"),
        say.text("out of date"),
    ]
    assert found.count([say.text("failed")]) == 3
