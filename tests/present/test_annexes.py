"""The annexes of every kind of report: order, method, data quality, rows of the data."""

from __future__ import annotations

import csv
import dataclasses
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest

import dieval
from dieval.errors import Problem
from dieval.present.blocks import resolve
from dieval.present.chapters.annexes import ANNEXES
from dieval.present.chapters.annexes.cheers.chapters import CHAPTERS
from dieval.present.chapters.annexes.method import DEFINITIONS, FULL_TEXT
from dieval.present.language import language
from dieval.present.prose import plain_text, prose_nodes
from dieval.present.report import Report, results
from dieval.reports.kinds import REPORTS
from dieval.vocabulary import LANGUAGES

ROOT = Path(__file__).parents[2]
KINDS = ("cost_comparison", "implementation_progress", "reorganisation_annex", "national_overview")
Make = Callable[..., Report]


def named(report: Report, name: str) -> dict[str, Any]:
    (block,) = [b for b in dieval.show_annexes(report).blocks if b.get("name") == name]
    return block


def lines_in(rows: str) -> Iterator[int]:
    """Every line that ranges name: “2–4, 7” names 2, 3, 4 and 7."""
    for part in rows.split(", "):
        first, _, last = part.partition("–")
        yield from range(int(first), int(last or first) + 1)


def file_rows(name: str) -> dict[int, dict[str, str]]:
    """The rows of a file of the data package by their line, without the package's reader."""
    path = ROOT / "data" / "latvia" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return dict(enumerate(csv.DictReader(file), start=2))


# --------------------------------------------------------------------------------- the chapter


@pytest.mark.parametrize("kind", KINDS)
def test_annexes_stand_in_their_order_from_a_to_g(kind, made):
    blocks = dieval.show_annexes(made(kind)).blocks
    third = [b["text"]["en"] for b in blocks if b["kind"] == "heading" and b["level"] == 3]
    assert third == [
        "A. Method",
        "B. Parameters with sources",
        "C. Sources",
        "D. Data quality",
        "E. Rows of the data",
        "F. CHEERS 2022",
        "G. EU evaluation criteria",
    ]
    tables = [block["name"] for block in blocks if block["kind"] == "table"]
    assert [name for name in tables if not name.endswith("_problems")] == [
        "method",
        "parameters",
        "sources",
        "quality_checks",
        "data_quality",
        *(["ledger_codes"] if kind == "cost_comparison" else []),
        "data_rows",
        "cheers",
        "eu_criteria",
    ]


def test_every_annex_has_a_title_in_latvian_of_its_own():
    titles = [(language("lv").text(title), title) for _, title, _ in ANNEXES]
    assert [lv for lv, en in titles if lv == en] == ["CHEERS 2022"]


@pytest.mark.parametrize("kind", REPORTS)
@pytest.mark.parametrize("code", LANGUAGES)
def test_chapters_that_annexes_name_are_headings_of_the_notebook(kind, code):
    notebook = nbformat.read(ROOT / "notebooks" / f"{kind}.ipynb", as_version=4)
    headings = {
        plain_text(node["inlines"]) if "inlines" in node else node["text"]
        for cell in notebook.cells
        if cell.metadata.get("tags") == [code]
        for node in prose_nodes(cell.source)
        if node["kind"] == "heading"
    }
    named_chapters = {language(code).text(title) for title in CHAPTERS[kind].values()}
    assert named_chapters <= headings


# --------------------------------------------------------------------------------- A: method


@pytest.mark.parametrize("kind", KINDS)
def test_method_has_five_to_twelve_definitions_and_names_its_full_text(kind, made):
    report = made(kind)
    assert 5 <= len(named(report, "method")["rows"]) <= 12
    text = dieval.show_annexes(report).blocks[1]["paragraphs"][0]["en"]
    for file in FULL_TEXT[kind]:
        assert file in text
        assert (ROOT / file).is_file()


@pytest.mark.parametrize("kind", KINDS)
def test_method_names_results_and_inputs_that_the_report_has(kind, made):
    report = made(kind)
    for definition in DEFINITIONS[kind]:
        assert definition.result in report.tables, definition.figure
        assert set(definition.inputs) <= set(report.input_tables), definition.figure


def test_method_leaves_out_what_the_run_does_not_hold(made):
    report = made("cost_comparison", draws_nothing=True)
    figures = [row[0]["en"] for row in named(report, "method")["rows"]]
    assert "Simulation" not in figures
    assert "Cost per child-month" in figures


# ---------------------------------------------------------------------- B and C: what it rests on


@pytest.mark.parametrize("kind", KINDS)
def test_parameters_have_evidence_and_source(kind, made):
    rows = named(made(kind), "parameters")["rows"]
    assert len(rows) >= 4
    for _, _, _, evidence, source in rows:
        assert evidence in ("published", "administrative", "derived", "expert", "assumed")
        assert source


@pytest.mark.parametrize("kind", KINDS)
def test_every_source_of_the_rows_is_in_the_list_of_sources(kind, made):
    report = made(kind)
    listed = [row[0] for row in named(report, "sources")["rows"]]
    assert listed == [f"[{number}]" for number in range(1, len(listed) + 1)]
    marks = {m for row in named(report, "data_rows")["rows"] for m in row[-1]["en"].split(" ")}
    assert marks == set(listed)


# ------------------------------------------------------------------------------- D: data quality


@pytest.mark.parametrize("kind", KINDS)
def test_data_quality_counts_every_row_once(kind, made):
    report = made(kind)
    counts = Counter()
    for _, row in report.data_rows.iterrows():
        counts[report.input_tables[row["table"]]] += row["n_rows"]
    shown = {row[0]["en"]: row[1] for row in named(report, "data_quality")["rows"]}
    assert shown == counts


def test_data_quality_names_inputs_without_a_row_that_counts(made, said_in):
    report = made("implementation_progress", without=("flows", "carers"))
    text = said_in(dieval.show_annexes(report), "en")
    assert "No row of these inputs counts here: moves of children and carers." in text


def test_data_quality_names_costs_and_conclusions_that_are_not_known(made, said_in):
    text = said_in(dieval.show_annexes(made("cost_comparison")), "en").replace("\u00a0", " ")
    assert "Foster family, 2014, 2015 and 2016: no cost per child is given" in text
    progress = said_in(dieval.show_annexes(made("implementation_progress")), "en")
    assert "Cannot be tested: “Adults with mental disorders who moved" in progress
    assert "Cannot be tested" not in text


def test_data_quality_shows_notes_on_the_package(made, said_in):
    report = made("cost_comparison")
    quiet = "The check of the data package left nothing to note."
    assert quiet in said_in(dieval.show_annexes(report), "en")
    note = Problem(file="costs.csv", message_en="odd.", message_lv="dīvaini.", remedy_en="Look.")
    doubtful = dataclasses.replace(report, notes=(note,))
    text = said_in(dieval.show_annexes(doubtful), "en")
    assert "costs.csv: odd. Look." in text
    assert quiet not in text


def test_data_quality_shows_what_the_codes_of_ledgers_were_taken_as(made, said_in):
    report = made("cost_comparison")
    rows = [
        ("staff", "1100", "Atalgojums", "the accountant", "expert"),
        ("upkeep", "2363", None, "the accountant", "expert"),
        ("exclude", "5200", "Pamatlīdzekļi", "the accountant", "expert"),
    ]
    columns = ["cost_item", "code", "name_lv", "mapping", "mapping_evidence"]
    evaluation = dataclasses.replace(
        report.evaluation, ledger_codes=pd.DataFrame(rows, columns=columns)
    )
    own = dataclasses.replace(report, evaluation=evaluation)
    shown = named(own, "ledger_codes")["rows"]
    assert [code for code, *_ in shown] == ["1100", "2363", "5200"]
    assert [taken["lv"] for _, _, taken, _ in shown] == [
        "personāls", "bērnu uzturēšana", "nav ieskaitīts",
    ]  # fmt: skip
    assert shown[1][1] == {"symbol": ":"}
    assert shown[0][3]["en"] == "the accountant (expert judgement)"
    nothing = dataclasses.replace(evaluation, ledger_codes=pd.DataFrame(columns=columns))
    without = said_in(dieval.show_annexes(dataclasses.replace(report, evaluation=nothing)), "en")
    assert "imported ledgers" not in without


def test_data_quality_accounts_for_rows_that_do_not_count(made, said_in):
    report = made("cost_comparison")
    assert "do not count" not in said_in(dieval.show_annexes(report), "en")
    account = pd.DataFrame(
        [
            ("costs", "costs.csv", "rows", 10.0, 7.0, 2.0, 1.0),
            ("costs", "costs.csv", "amount_eur", 1000.1, 400.05, 100.0, 500.05),
        ],
        columns=["table", "file", "quantity", "read", "used", "set_aside", "excluded"],
    )
    short = dataclasses.replace(report, account=account)
    assert named(short, "rows_left_out")["rows"] == [["costs.csv", 10, 7, 2, 1]]
    assert named(short, "amounts_left_out")["rows"] == [
        ["costs.csv", "amount_eur", 1000.1, 400.05, 100.0, 500.05]
    ]
    text = said_in(dieval.show_annexes(short), "lv")
    assert "Nolasīts = izmantots + atlikts + kopsummas un atkārtojumi" in text


# --------------------------------------------------------------------------- E: rows of the data

OURS = {
    "costs": lambda row: row["region"] == "kurzeme" and "2014" <= row["year"] <= "2022",
    "activity": lambda row: row["region"] == "kurzeme" and "2014" <= row["year"] <= "2022",
    "households": lambda row: row["region"] == "kurzeme" and "2014" <= row["year"] <= "2022",
    "statutory_rates": lambda row: (
        row["valid_from"] <= "2022-12-31" and (row["valid_to"] or "9999") >= "2014-01-01"
    ),
}


@pytest.mark.parametrize("name", OURS)
def test_rows_of_costs_are_those_that_a_plain_filter_of_the_file_finds(name, made):
    rows = file_rows(name)
    expected: dict[str, set[int]] = {}
    for line, row in rows.items():
        if OURS[name](row):
            expected.setdefault(row["care_arrangement"], set()).add(line)
    table = made("cost_comparison").data_rows
    ours = table[table["table"] == name].set_index("care_arrangement")
    assert {code: set(lines_in(text)) for code, text in ours["rows"].items()} == expected
    assert ours["n_rows"].to_dict() == {code: len(lines) for code, lines in expected.items()}
    for code, lines in expected.items():
        assert ours.loc[code, "sources"] == ", ".join(sorted({rows[n]["source"] for n in lines}))


def test_rows_of_costs_take_assets_of_the_region_s_providers_and_prices_of_their_years(made):
    homes = {r["provider"] for r in file_rows("providers").values() if r["region"] == "kurzeme"}
    assets = {n for n, row in file_rows("assets").items() if row["provider"] in homes}
    # Assets are valued from the first year of the index on, 2012; nothing after 2022 counts.
    prices = {n for n, row in file_rows("price_index").items() if row["year"] <= "2022"}
    rows = made("cost_comparison").data_rows.set_index("table")["rows"]
    assert set(lines_in(rows["assets"])) == assets
    assert set(lines_in(rows["price_index"])) == prices


def test_rows_of_progress_are_those_of_the_region_and_the_country_by_the_day(made):
    table = made("implementation_progress").data_rows.set_index("table")["rows"]
    expected = {
        line
        for line, row in file_rows("observations").items()
        if row["region"] in ("kurzeme", "national") and row["date"] <= "2023-12-31"
    }
    assert set(lines_in(table["observations"])) == expected
    expected = {
        line
        for line, row in file_rows("reimbursement").items()
        if row["region"] in ("kurzeme", "national") and row["date"] <= "2023-12-31"
    }
    assert set(lines_in(table["reimbursement"])) == expected


def test_rows_of_progress_before_a_day_leave_out_what_came_later(made):
    early = made("implementation_progress", as_of="2018-12-31").data_rows.set_index("table")
    lines = set(lines_in(early.loc["observations", "rows"]))
    rows = file_rows("observations")
    assert lines
    assert max(rows[line]["date"] for line in lines) <= "2018-12-31"


def test_rows_of_an_annex_are_those_of_the_home_and_of_its_region(made):
    table = made("reorganisation_annex").data_rows
    for name in ("destinations", "cost_structure", "transition_costs"):
        expected = {
            line for line, row in file_rows(name).items() if row["provider"] == "kurzeme-paraugs-1"
        }
        ours = table.loc[table["table"] == name, "rows"]
        assert {line for text in ours for line in lines_in(text)} == expected, name


def test_rows_of_an_annex_leave_out_one_off_costs_outside_the_plan(made, package):
    costs = package.tables["transition_costs"]
    ours = costs["provider"] == "kurzeme-paraugs-1"
    late = costs.assign(year=costs["year"].where(~ours, 2055))
    report = made("reorganisation_annex", transition_costs=late)
    assert "transition_costs" not in set(report.data_rows["table"])


def test_rows_of_the_overview_stand_once_though_every_region_counts_them(made):
    table = made("national_overview").data_rows
    lines = [n for text in table.loc[table["table"] == "observations", "rows"]
             for n in lines_in(text)]  # fmt: skip
    assert len(lines) == len(set(lines)) == len(file_rows("observations"))
    assert table.loc[table["table"] == "costs", "n_rows"].sum() == len(
        [row for row in file_rows("costs").values() if "2014" <= row["year"] <= "2022"]
    )


@pytest.mark.parametrize("code", LANGUAGES)
def test_rows_are_shown_as_ranges_with_words_and_marks(code, made):
    block = resolve(named(made("cost_comparison"), "data_rows"), code)
    assert len(block["rows"]) == 20
    for _, arrangement, file, rows, count, marks in block["rows"]:
        assert arrangement
        assert file.endswith(".csv")
        assert re.fullmatch(r"\d+(–\d+)?(, \d+(–\d+)?)*", rows)
        assert len(list(lines_in(rows))) == int(re.sub(r"\D", "", count))
        assert re.fullmatch(r"\[\d+\]( \[\d+\])*", marks)


def test_rows_are_a_result_table_too(made):
    report = made("cost_comparison")
    content = results(report)["tables"]["data_rows"]
    assert [column["name"] for column in content["columns"]] == list(report.data_rows)
    assert len(content["rows"]) == len(report.data_rows)
    by_table = {row[0]: row for row in content["rows"]}
    assert by_table["price_index"][1] == {"symbol": "z"}


def test_report_without_a_row_that_counts_says_so(made, said_in):
    report = made("implementation_progress", as_of="1990-01-01", without=(
        "infrastructure", "milestones", "targets", "planned_places", "partners", "plan_deadlines",
        "services",
    ))  # fmt: skip
    assert report.data_rows.empty
    text = said_in(dieval.show_annexes(report), "en")
    assert "No row of the data counts in this report." in text
    assert isinstance(report.data_rows, pd.DataFrame)
