from __future__ import annotations

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from dieval.present.language import language
from dieval.reports.index import write_index
from dieval.reports.run import Outcome

NAMES = {
    "riga": {"lv": "Rīga", "en": "Riga"},
    "kurzeme": {"lv": "Kurzeme", "en": "Kurzeme"},
    "zemgale": {"lv": "<script>alert(1)</script>", "en": "{{7*7}}"},
}
FILES = ("report.lv.html", "report.en.html", "report.lv.pdf", "report.en.pdf", "tables.xlsx",
         "notebook.ipynb", "manifest.json")  # fmt: skip


@pytest.fixture
def out(tmp_path):
    """An output folder with reports of Riga (synthetic) and Kurzeme (published data)."""
    for unit, evidence in {"riga": {"synthetic": 0.1}, "kurzeme": {"published": 1.0}}.items():
        folder = tmp_path / unit / "cost_comparison"
        folder.mkdir(parents=True)
        for name in FILES:
            (folder / name).write_text("x")
        (folder / "results.json").write_text(json.dumps({"evidence": evidence}))
    return tmp_path


def made(unit: str) -> Outcome:
    return Outcome("cost_comparison", unit, "made", 1.0)


def failed(unit: str) -> Outcome:
    return Outcome("cost_comparison", unit, "failed", 1.0, "the reason")


def index(out: Path, *outcomes: Outcome, languages=("lv", "en")) -> BeautifulSoup:
    write_index(out, outcomes, NAMES, languages)
    return BeautifulSoup((out / "index.html").read_text(encoding="utf-8"), "html.parser")


def states(page: BeautifulSoup) -> dict[str, str]:
    return {row.th.get_text().split(":")[0]: row.td.get_text() for row in page.tbody.find_all("tr")}


def test_index_says_made_and_whether_the_data_is_synthetic(out):
    page = index(out, made("riga"), made("kurzeme"), languages=("en", "lv"))
    assert states(page) == {"Kurzeme": "made", "Riga": "made, synthetic data"}
    assert page.html["lang"] == "en"


def test_index_is_in_the_first_language_of_the_project(out):
    say = language("lv")
    page = index(out, made("riga"))
    assert page.html["lang"] == "lv"
    assert page.h1.get_text() == say.text("Evaluation reports") != "Evaluation reports"
    assert states(page)["Rīga"] == f"{say.text('made')}, {say.text('synthetic data')}"


def test_index_report_failed_says_so_and_whether_an_earlier_one_is_there(out):
    page = index(out, failed("riga"), failed("zemgale"), languages=("en",))
    assert states(page)["Riga"] == "failed; the earlier report is shown"
    assert states(page)["{{7*7}}"] == "failed"


def test_index_report_failed_without_an_earlier_one_links_to_nothing(out):
    page = index(out, failed("zemgale"), languages=("en",))
    (row,) = [row for row in page.tbody.find_all("tr") if "7*7" in row.th.get_text()]
    assert row.find_all("a") == []


def test_index_lists_reports_of_earlier_runs_too(out):
    assert set(states(index(out, made("riga"), languages=("en",)))) == {"Riga", "Kurzeme"}


def test_index_links_lead_to_every_file_of_every_report(out):
    page = index(out, made("riga"), made("kurzeme"))
    links = {link["href"] for link in page.find_all("a")}
    expected = {
        path.relative_to(out).as_posix() for path in out.rglob("*") if path.name != "index.html"
    } - {"riga", "kurzeme", "riga/cost_comparison", "kurzeme/cost_comparison"}
    assert links == expected
    assert len(links) == 2 * (len(FILES) + 1)


def test_index_after_a_run_in_one_language_still_links_to_the_other(out):
    links = {link["href"] for link in index(out, made("riga"), languages=("en",)).find_all("a")}
    assert "kurzeme/cost_comparison/report.lv.html" in links


def test_index_links_say_their_language(out):
    for link in index(out, made("riga")).find_all("a"):
        expected = {"lv", "en"} & set(link["href"].split("/")[-1].split("."))
        assert {link.get("hreflang", "")} - {""} == expected
        assert link.get_text(strip=True)


def test_index_hostile_name_stands_as_text(out):
    page = index(out, failed("zemgale"))
    assert page.find_all("script") == []
    assert any("<script>alert(1)</script>" in row.th.get_text() for row in page.find_all("tr")[1:])


def test_index_unknown_unit_stands_with_its_code(out):
    assert "liepaja" in states(index(out, failed("liepaja"), languages=("en",)))


def test_index_same_outcomes_give_the_same_bytes(out):
    index(out, made("riga"), failed("kurzeme"))
    first = (out / "index.html").read_bytes()
    index(out, failed("kurzeme"), made("riga"))
    assert (out / "index.html").read_bytes() == first


def test_index_leaves_nothing_half_done(out):
    index(out, made("riga"))
    assert {path.name for path in out.iterdir()} == {"riga", "kurzeme", "index.html"}


@pytest.mark.parametrize("content", ["", "{", "[]", '{"evidence": null}'])
def test_index_results_of_an_earlier_report_broken_are_no_reason_to_stop(out, content):
    (out / "kurzeme" / "cost_comparison" / "results.json").write_text(content)
    page = index(out, made("riga"), languages=("en",))
    assert states(page)["Riga"] == "made, synthetic data"
    assert states(page)["Kurzeme"] != "made"


def test_index_of_a_real_run_shows_every_region_with_all_files(reports):
    page = BeautifulSoup((reports / "index.html").read_text(encoding="utf-8"), "html.parser")
    assert {*states(page)} == {"Kurzeme", "Latgale", "Paraugnams „Alfa” (izdomāts, Kurzeme)"}
    for link in page.find_all("a"):
        assert (reports / link["href"]).is_file()
    assert len(page.find_all("a")) == 4 * 8  # the progress of Kurzeme and an annex too


def test_index_after_failures_marks_each_of_them(broken_run):
    page = BeautifulSoup((broken_run / "out/index.html").read_text(encoding="utf-8"), "html.parser")
    say = language(page.html["lang"])
    found = states(page)
    assert len(found) == 5 + 1  # and the annex, made before
    assert found["Kurzeme"].startswith(say.text("made"))
    assert found["Latgale"] == say.text("failed; the earlier report is shown")
    lost = [name for name, state in found.items() if state == say.text("failed")]
    assert len(lost) == 3
