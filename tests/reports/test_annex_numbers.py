"""The annex computed again from its own workbook, and read again in its PDF.

LibreOffice opens tables.xlsx and writes every sheet as CSV; what follows knows nothing but these
sheets.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
import shutil
import subprocess
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path
from typing import Any

import nbformat
import openpyxl
import pypdfium2
import pytest

from dieval.reports.export_xlsx import SHEET_TITLES, xlsx_tables

FOLDER = "kurzeme-paraugs-1/reorganisation_annex"
SOFFICE = shutil.which("soffice")
SECONDS = 120
# Separator, quotes, UTF-8, from line 1, values as they are (not as they are shown), every sheet.
EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
HEADER_ROWS = 4
# Said by LibreOffice on any machine without Java.
HARMLESS = "Warning: failed to launch javaldx - java may not function correctly"
CLOSE = 1e-9

needs_office = pytest.mark.skipif(SOFFICE is None, reason="no LibreOffice (soffice) on the path")


def convert(workbook: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Let LibreOffice write every sheet of a workbook, with a profile of its own."""
    return subprocess.run(
        [
            *(str(SOFFICE), f"-env:UserInstallation={(folder / 'profile').as_uri()}"),
            *("--headless", "--convert-to", EVERY_SHEET, "--outdir", str(folder / "csv")),
            str(workbook),
        ],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


@pytest.fixture(scope="session")
def opened(once, reports) -> Path:
    """The sheets of the annex as LibreOffice writes them, and what it said."""

    def make(folder: Path) -> None:
        run = convert(reports / FOLDER / "tables.xlsx", folder)
        assert run.returncode == 0, run.stderr
        (folder / "stdout").write_text(run.stdout, "utf-8")
        (folder / "stderr").write_text(run.stderr, "utf-8")

    return once("annex_sheets", make)


@pytest.fixture(scope="module")
def results(reports) -> dict[str, Any]:
    return json.loads((reports / FOLDER / "results.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def workbook(reports) -> openpyxl.Workbook:
    return openpyxl.load_workbook(reports / FOLDER / "tables.xlsx")


def lines(opened: Path, sheet: str) -> list[list[str]]:
    with (opened / "csv" / f"tables-{sheet}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def cell(text: str) -> float | str:
    """A number where the cell is one, a share from per cent; symbols and codes stay."""
    found = re.fullmatch(r"(-?\d+(?:\.\d+)?(?:E[+-]?\d+)?)(%?)", text)
    return float(found[1]) / (100 if found[2] else 1) if found else text


@pytest.fixture(scope="module")
def sheet(opened) -> Callable[[str], list[dict[str, Any]]]:
    """Give the rows of a sheet by the names in its first row."""

    def rows(name: str) -> list[dict[str, Any]]:
        names, *rest = lines(opened, name)
        return [dict(zip(names, map(cell, row), strict=True)) for row in rest[HEADER_ROWS - 1 :]]

    return rows


# ------------------------------------------------------------------------------------ LibreOffice


@needs_office
def test_office_opens_the_workbook_without_a_warning_or_a_repair(opened, workbook):
    said = [line for line in (opened / "stderr").read_text("utf-8").splitlines() if line]
    assert [line for line in said if line != HARMLESS] == []
    written = re.findall(r"^Writing sheet (\S+) ->", (opened / "stdout").read_text("utf-8"), re.M)
    assert written == workbook.sheetnames


@needs_office
def test_office_a_spoilt_workbook_is_noticed(reports, tmp_path):
    whole = (reports / FOLDER / "tables.xlsx").read_bytes()
    (tmp_path / "tables.xlsx").write_bytes(whole[: len(whole) // 2])
    run = convert(tmp_path / "tables.xlsx", tmp_path)
    assert not (tmp_path / "csv" / "tables-transition.csv").exists(), run.stdout


@needs_office
def test_office_reads_every_table_as_results_json_has_it(sheet, results):
    compared = 0
    for name, table in results["tables"].items():
        columns = [column["name"] for column in table["columns"]]
        for row, expected in zip(sheet(name), table["rows"], strict=True):
            assert list(row) == columns
            for column, value in zip(columns, expected, strict=True):
                if isinstance(value, dict):
                    assert row[column] == value["symbol"], (name, column)
                elif isinstance(value, str):
                    assert str(row[column]) == value, (name, column)
                else:
                    assert row[column] == pytest.approx(value, rel=CLOSE, abs=1e-9), (name, column)
                    compared += 1
    assert compared > 1000


# ------------------------------------------------------------------------------- computed again


@pytest.fixture(scope="module")
def rate(opened) -> float:
    """The discount rate, as the first sheet says it."""
    (said,) = [row[1] for row in lines(opened, "about") if row[1].startswith("Discount rate: ")]
    return float(said.removeprefix("Discount rate: ").removesuffix("%")) / 100


@pytest.fixture(scope="module")
def children(sheet) -> dict[int, dict[str, int]]:
    """Children by year and where they live."""
    found: dict[int, dict[str, int]] = {}
    for row in sheet("destinations"):
        found.setdefault(int(row["year"]), {})[row["care_arrangement"]] = int(row["children"])
    return found


@pytest.fixture(scope="module")
def home_cost(sheet) -> Callable[[int, float], float]:
    """What the home costs in a year with so many children."""
    by_year = {int(row["year"]): row for row in sheet("home_cost_function")}

    def cost(year: int, count: float) -> float:
        row = by_year[year]
        groups = math.ceil(count / row["step_children"])
        of_children = row["variable_eur_per_child"] * count + row["step_eur"] * groups
        return row["fixed_eur"] + of_children if count > 0 else 0.0

    return cost


@needs_office
def test_streams_follow_from_children_and_costs(sheet, children, home_cost):
    elsewhere = {
        (int(row["year"]), row["care_arrangement"]): row["cost_per_child_year_eur"]
        for row in sheet("costs_elsewhere")
    }
    for row in sheet("transition"):
        year = int(row["year"])
        stay = children[year]["institution"]
        away = {code: count for code, count in children[year].items() if code != "institution"}
        everybody = stay + sum(away.values())
        assert row["status_quo_eur"] == pytest.approx(home_cost(year, everybody), rel=CLOSE)
        assert row["institution_eur"] == pytest.approx(home_cost(year, stay), rel=CLOSE)
        paid = sum(count * elsewhere[year, code] for code, count in away.items() if count)
        assert row["alternative_eur"] == pytest.approx(paid, rel=CLOSE)


def years_again(rows: list[dict[str, Any]], rate: float) -> dict[str, list[float]]:
    net = [
        row["status_quo_eur"] - row["institution_eur"] - row["alternative_eur"] - row["one_off_eur"]
        for row in rows
    ]
    discounted = [saving / (1 + rate) ** number for number, saving in enumerate(net)]
    return {
        "net_eur": net,
        "discounted_net_eur": discounted,
        "cumulative_net_eur": list(accumulate(net)),
        "cumulative_discounted_eur": list(accumulate(discounted)),
    }


@needs_office
def test_savings_of_the_years_follow_from_the_streams(sheet, rate):
    rows = sheet("transition")
    assert len(rows) == 10
    for column, values in years_again(rows, rate).items():
        assert [row[column] for row in rows] == pytest.approx(values, rel=CLOSE), column


@pytest.fixture(scope="module")
def again(sheet, rate) -> dict[str, float]:
    """The plan in a few numbers, from the streams of its years alone."""
    rows = sheet("transition")
    years = [int(row["year"]) for row in rows]
    found = years_again(rows, rate)
    reached = [
        year
        for year, sum_so_far in zip(years, found["cumulative_discounted_eur"], strict=True)
        if sum_so_far >= 0
    ]
    deepest = min(found["cumulative_net_eur"])
    return {
        "npv_eur": sum(found["discounted_net_eur"]),
        "net_eur": sum(found["net_eur"]),
        "break_even_year": reached[0],
        "peak_funding_eur": -deepest,
        "peak_funding_year": years[found["cumulative_net_eur"].index(deepest)],
    }


@pytest.fixture(scope="module")
def changed(sheet) -> dict[str, float]:
    """The least and the most that the plan is worth when one value changes."""
    rows = sheet("npv_sensitivity")
    ends = [row[name] for row in rows for name in ("outcome_low", "outcome_high")]
    return {"lowest_npv_eur": min(ends), "highest_npv_eur": max(ends)}


@needs_office
def test_summary_follows_from_the_years(sheet, again, changed, results):
    (summary,) = sheet("transition_summary")
    for column, value in again.items():
        assert summary[column] == pytest.approx(value, rel=CLOSE), column
    (saves,) = [f for f in results["findings"] if f["finding"] == "plan_saves_money"]
    assert saves["values"] == pytest.approx(again | changed, rel=CLOSE)
    (planned,) = [row for row in sheet("scenarios") if row["scenario"] == "as_planned"]
    for column in ("npv_eur", "break_even_year", "peak_funding_eur"):
        assert planned[column] == pytest.approx(again[column], rel=CLOSE)


STREAMS = ("status_quo_eur", "institution_eur", "alternative_eur", "one_off_eur", "net_eur")


@needs_office
def test_payers_add_up_to_every_stream_of_every_year(sheet):
    budget = sheet("budget_by_payer")
    for row in sheet("transition"):
        ours = [part for part in budget if part["year"] == row["year"]]
        for stream in STREAMS:
            total = sum(part[stream] for part in ours)
            assert total == pytest.approx(row[stream], rel=CLOSE, abs=1e-6), (row["year"], stream)


@pytest.fixture(scope="module")
def payers_again(sheet, rate) -> dict[str, dict[str, float]]:
    """Plain and discounted sum of each payer and its greatest need, from its years."""
    nets: dict[str, dict[int, float]] = {}
    for row in sheet("budget_by_payer"):
        spent = row["institution_eur"] + row["alternative_eur"] + row["one_off_eur"]
        nets.setdefault(row["payer"], {})[int(row["year"])] = row["status_quo_eur"] - spent
    found = {}
    for payer, years in nets.items():
        first = min(years)
        so_far = dict(zip(years, accumulate(years.values()), strict=True))
        deepest = min(so_far, key=so_far.__getitem__)
        found[payer] = {
            "net_eur": sum(years.values()),
            "npv_eur": sum(net / (1 + rate) ** (year - first) for year, net in years.items()),
            "peak_funding_eur": max(-so_far[deepest], 0.0),
            "peak_funding_year": deepest,
        }
    return found


@needs_office
def test_sums_and_needs_of_payers_follow_from_their_years(sheet, payers_again, again):
    needy = 0
    for row in sheet("payer_summary"):
        expected = payers_again[row["payer"]]
        for column in ("net_eur", "npv_eur", "peak_funding_eur"):
            assert row[column] == pytest.approx(expected[column], rel=CLOSE, abs=1e-6), row["payer"]
        if expected["peak_funding_eur"] > 0:
            needy += 1
            assert row["peak_funding_year"] == expected["peak_funding_year"]
        else:
            assert row["peak_funding_year"] == "z"
    assert needy >= 2
    worth = sum(one["npv_eur"] for one in payers_again.values())
    assert worth == pytest.approx(again["npv_eur"], rel=CLOSE)


@needs_office
def test_one_off_costs_add_up_to_those_of_years_and_payers(sheet):
    rows = sheet("one_off")
    assert len({(row["year"], row["kind"], row["payer"]) for row in rows}) == len(rows) > 5
    assert [row["amount_eur"] < 0 for row in rows] == [row["kind"] == "disposal" for row in rows]
    for year in sheet("transition"):
        ours = [row for row in rows if row["year"] == year["year"]]
        total = sum(row["amount_eur"] for row in ours)
        assert total == pytest.approx(year["one_off_eur"], rel=CLOSE, abs=1e-6)
    for part in sheet("budget_by_payer"):
        ours = [row for row in rows if (row["year"], row["payer"]) == (part["year"], part["payer"])]
        total = sum(row["amount_eur"] for row in ours)
        assert total == pytest.approx(part["one_off_eur"], rel=CLOSE, abs=1e-6)


@needs_office
def test_cost_check_follows_from_the_cost_structure_and_the_ledger(sheet, home_cost):
    rows = {int(row["year"]): row for row in sheet("home_cost_check")}
    assert list(rows) == sorted(rows)
    for row in rows.values():
        expected = row["function_eur"] / row["ledger_eur"] - 1
        assert row["deviation"] == pytest.approx(expected, rel=CLOSE, abs=1e-9)
    in_plan = [year for year in rows if year >= 2018]
    assert len(in_plan) >= 3
    for year in in_plan:
        cost = home_cost(year, rows[year]["average_children"])
        assert rows[year]["function_eur"] == pytest.approx(cost, rel=CLOSE)
    # The ledger is what the present situation costs without capital, in constant prices.
    base = sheet("situation")[-1]
    (capital,) = [part for part in sheet("situation_parts") if part["part"] == "capital"]
    prices = base["real_cost_per_child_month_eur"] / base["cost_per_child_month_eur"]
    ledger = (base["total_eur"] - capital["amount_eur"]) * prices
    assert rows[int(base["year"])]["ledger_eur"] == pytest.approx(ledger, rel=CLOSE)
    assert rows[int(base["year"])]["average_children"] == pytest.approx(base["average_children"])


@pytest.fixture(scope="module")
def stranded_again(sheet, children, home_cost) -> dict[int, float]:
    """What average costs promise less what is avoided, by year."""
    before = sheet("children_balance")[0]["before"]
    return {
        year: (before - there["institution"]) * home_cost(year, before) / before
        - (home_cost(year, before) - home_cost(year, there["institution"]))
        for year, there in children.items()
    }


@needs_office
def test_stranded_cost_follows_from_children_and_the_cost_of_the_home(sheet, stranded_again):
    rows = sheet("stranded")
    assert {int(row["year"]) for row in rows} == stranded_again.keys()
    for row in rows:
        expected = stranded_again[int(row["year"])]
        assert row["stranded_eur"] == pytest.approx(expected, rel=1e-7, abs=1e-6)
        difference = row["naive_saving_eur"] - row["avoidable_saving_eur"]
        assert row["stranded_eur"] == pytest.approx(difference, rel=1e-7, abs=1e-6)


# ------------------------------------------------------------------------------------ in the PDF


def run_together(text: str) -> str:
    """A text without what breaking it into lines adds."""
    return re.sub(r"[\s\u00ad\ufffe\u2010-]", "", text)


@pytest.fixture(scope="module")
def printed(reports) -> dict[str, str]:
    """The text of the PDF in each language."""
    found = {}
    for code in ("lv", "en"):
        document = pypdfium2.PdfDocument(reports / FOLDER / f"report.{code}.pdf")
        texts = [sheet.get_textpage().get_text_range() for sheet in document]
        found[code] = run_together("\n".join(texts))
        document.close()
    return found


def euro(amount: float, code: str, signed: bool = False) -> str:
    sign = "\u2212" if round(amount) < 0 else "+" if signed and round(amount) > 0 else ""
    digits = f"{abs(amount):,.0f}"
    return f"{sign}€{digits}" if code == "en" else f"{sign}{digits.replace(',', ' ')} €"


@needs_office
@pytest.mark.parametrize("code", ["lv", "en"])
def test_pdf_says_the_worth_break_even_and_funding_computed_again(printed, again, changed, code):
    low, high = (
        euro(changed[f"{end}_npv_eur"], code, signed=True) for end in ("lowest", "highest")
    )
    npv, net = (euro(again[name], code, signed=True) for name in ("npv_eur", "net_eur"))
    peak = euro(again["peak_funding_eur"], code)
    even, deepest = again["break_even_year"], again["peak_funding_year"]
    sentence = {
        "en": f"Net present value {npv}; without discounting {net}. It breaks even in {even}. The "
        f"greatest funding need is {peak} (in {deepest}). With one value changed at a time it lies "
        f"between {low} and {high}.",
        "lv": f"Neto pašreizējā vērtība {npv}; bez diskontēšanas {net}. Plāns atmaksājas {even}. "
        f"gadā. Lielākā finansējuma vajadzība ir {peak} ({deepest}. gadā). Mainot pa vienai "
        f"vērtībai, tā ir no {low} līdz {high}.",
    }
    assert run_together(sentence[code]) in printed[code]


@needs_office
@pytest.mark.parametrize("code", ["lv", "en"])
def test_pdf_says_what_payers_gain_and_lose_as_computed_again(printed, payers_again, code):
    words = {"en": ("state", "municipality", "EU fund"), "lv": ("valsts", "pašvaldība", "ES fonds")}
    for payer, name in zip(("state", "municipality", "eu_fund"), words[code], strict=True):
        ours = payers_again[payer]
        assert run_together(f"{name} {euro(ours['npv_eur'], code, signed=True)}") in printed[code]


@needs_office
@pytest.mark.parametrize("code", ["lv", "en"])
def test_pdf_says_what_each_payer_must_find_and_by_when_as_computed_again(
    printed, payers_again, code
):
    said = {"en": "{} {} (by the end of {})", "lv": "{} – {} (līdz {}. gada beigām)"}[code]
    words = {"en": ("state", "municipality", "EU fund"), "lv": ("valsts", "pašvaldība", "ES fonds")}
    parts = []
    for payer, name in zip(("state", "municipality", "eu_fund"), words[code], strict=True):
        ours = payers_again[payer]
        need = euro(ours["peak_funding_eur"], code)
        parts.append(said.format(name, need, ours["peak_funding_year"]))
    assert run_together("; ".join(parts)) in printed[code]


@needs_office
@pytest.mark.parametrize("code", ["lv", "en"])
def test_pdf_says_the_worst_stranded_cost_as_computed_again(printed, stranded_again, code):
    year = max(stranded_again, key=stranded_again.__getitem__)
    amount = euro(stranded_again[year], code)
    words = {
        "en": f"in {year} {amount} of them",
        "lv": f"{year}. gadā {amount} no šāda ietaupījuma",
    }[code]
    assert run_together(words) in printed[code]


@needs_office
@pytest.mark.parametrize("code", ["lv", "en"])
def test_pdf_shows_every_year_as_computed_again(printed, sheet, rate, code):
    rows = sheet("transition")
    found = years_again(rows, rate)
    for place, row in enumerate(rows):
        amounts = [*(row[name] for name in STREAMS[:4])]
        amounts += [found[name][place] for name in ("net_eur", "discounted_net_eur")]
        shown = [euro(amount, code).replace("€", "") for amount in amounts]
        assert run_together(f"{int(row['year'])}{''.join(shown)}") in printed[code]


# --------------------------------------------------------------------------- the workbook itself


def test_workbook_has_one_sheet_a_table_with_heads_and_units(workbook, results):
    names = [name for name in SHEET_TITLES if name in results["tables"]]
    assert sorted(names) == sorted(results["tables"])
    assert {"one_off", "home_cost_check"} <= set(names)
    # As the annex: the plan in short, the present, the children, the cost, the places.
    order = ["transition_summary", "situation", "destinations", "transition", "scenarios", "demand"]
    assert [name for name in names if name in order] == order
    words = ["findings", "method", "parameters", "sources", "data_quality", "cheers", "eu_criteria"]
    assert workbook.sheetnames == ["about", *names, "codes", "key_figures", *words]
    units = 0
    for name in names:
        heads = list(workbook[name].iter_rows(max_row=HEADER_ROWS, values_only=True))
        columns = [column["name"] for column in results["tables"][name]["columns"]]
        assert list(heads[0]) == columns
        assert all(heads[1]) and all(heads[2])
        assert heads[1] != heads[2]
        for column, unit in zip(results["tables"][name]["columns"], heads[3], strict=True):
            units += bool(unit)
            in_euro = "EUR" in (column["unit"] or "")
            assert ("EUR" in (unit or "")) == in_euro >= ("_eur" in column["name"]), (name, column)
    assert units > 40


FORMATS = {
    ("transition", "year"): "0",
    ("transition_summary", "break_even_year"): "0",
    ("transition_summary", "peak_funding_year"): "0",
    ("scenarios", "break_even_year"): "0",
    ("costs_elsewhere", "cost_year"): "0",
    ("payer_summary", "peak_funding_year"): "0",
    ("home_cost_check", "year"): "0",
    ("one_off", "year"): "0",
    ("transition", "net_eur"): "#,##0",
    ("budget_by_payer", "one_off_eur"): "#,##0",
    ("transition_summary", "npv_eur"): "#,##0",
    ("situation", "total_eur"): "#,##0.00",
    ("situation_payers", "share"): "0.0%",
    ("preference_shares", "share"): "0.0%",
    ("situation", "occupancy"): "0.0%",
    ("home_cost_check", "deviation"): "0.0%",
    ("one_off", "amount_eur"): "#,##0.00",
    ("payer_summary", "peak_funding_eur"): "#,##0",
}


@pytest.mark.parametrize(("table", "column"), FORMATS)
def test_numbers_of_the_workbook_are_shown_in_their_kind(workbook, results, table, column):
    names = [found["name"] for found in results["tables"][table]["columns"]]
    place = names.index(column) + 1
    sheet = workbook[table]
    ours = [sheet.cell(row, place) for row in range(HEADER_ROWS + 1, sheet.max_row + 1)]
    numbers = [found for found in ours if found.data_type == "n"]
    assert numbers
    assert {found.number_format for found in numbers} == {FORMATS[table, column]}


def test_year_from_which_places_stand_empty_is_a_year_or_does_not_apply(workbook, results, reports):
    table = results["tables"]["places_outlook"]
    place = [column["name"] for column in table["columns"]].index("empty_from")
    found = [workbook["places_outlook"].cell(HEADER_ROWS + 1 + n, place + 1) for n in range(2)]
    assert [cell.value for cell in found] == ["z", "z"]  # of the demonstration all are needed
    notebook = nbformat.read(reports / FOLDER / "notebook.ipynb", as_version=4)
    rows = [[*row[:place], 2021, *row[place + 1 :]] for row in table["rows"]]
    told = results | {"tables": results["tables"] | {"places_outlook": table | {"rows": rows}}}
    again = openpyxl.load_workbook(io.BytesIO(xlsx_tables(told, notebook)))
    cell = again["places_outlook"].cell(HEADER_ROWS + 1, place + 1)
    assert (cell.value, cell.number_format) == (2021, "0")


def test_workbook_years_have_no_thousands_money_has_and_shares_are_per_cent(workbook, results):
    for name, table in results["tables"].items():
        for place, column in enumerate(table["columns"], start=1):
            for row in range(HEADER_ROWS + 1, HEADER_ROWS + 1 + len(table["rows"])):
                found = workbook[name].cell(row, place)
                if found.data_type != "n":
                    continue
                about = (name, column["name"], found.number_format)
                if column["name"].endswith("year") and column["unit"] is None:
                    assert found.number_format == "0", about
                if "_eur" in column["name"]:
                    assert found.number_format.startswith("#,##0"), about
                if column["name"] in ("share", "occupancy", "utilisation_p50"):
                    assert found.number_format.endswith("%"), about


def test_no_cell_of_the_workbook_is_a_formula_or_a_link(workbook):
    cells = [found for sheet in workbook for row in sheet.iter_rows() for found in row]
    assert len(cells) > 3000
    assert {found.data_type for found in cells} <= {"s", "n", "d"}
    assert not [found.coordinate for found in cells if found.hyperlink]


def test_sources_of_the_workbook_name_the_plan(workbook):
    rows = list(workbook["sources"].iter_rows(min_row=3, values_only=True))
    assert [row[0] for row in rows] == [f"[{number}]" for number in range(1, len(rows) + 1)]
    used = " ".join(str(row[5]) for row in rows)
    for words in ("planned placement of the children", "one-off costs of the plan",
                  "cost structure of the institution"):  # fmt: skip
        assert words in used
