"""Faults of values that people send, each by its number in the catalogue of faults."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dieval.inputs.account import amounts as amounts_of
from dieval.inputs.read import check_package, read_package
from dieval.inputs.schema import table_schema

Rows = list[dict[str, str]]
Tables = dict[str, Rows]
Sent = Callable[..., Path]


@pytest.fixture
def sent(write_csv: Callable[[Tables], Path], tables: Tables) -> Sent:
    """Write the small package, with amounts of costs as somebody has written them."""

    def put(*amounts: str, separator: str = ";") -> Path:
        folder = write_csv({name: tables[name] for name in ("sources", "regions")})
        first = {**tables["costs"][0], "provider": ""}
        rows = [
            {**first, "amount_eur": amount, "cost_item": "other", "year": str(2010 + number)}
            for number, amount in enumerate(amounts)
        ]
        lines = [
            separator.join(f'"{cell}"' for cell in cells)
            for cells in ([*first], *([*row.values()] for row in rows))
        ]
        (folder / "costs.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return folder

    return put


def amounts(folder: Path) -> list[float]:
    return read_package(folder).tables["costs"].sort_values("year")["amount_eur"].tolist()


def faults(folder: Path, severity: str = "error") -> list[tuple[str, str, tuple[int, ...]]]:
    return [(p.rule, p.column, p.rows) for p in check_package(folder) if p.severity == severity]


def aside(folder: Path) -> list[tuple[str, str, tuple[int, ...]]]:
    """Give the rows that are set aside; nothing of the file is refused."""
    assert faults(folder) == []
    return faults(folder, "set_aside")


@pytest.mark.parametrize("written", ["1.234", "1,234", "12.345", "999,999"])
def test_f44_sign_that_may_stand_between_thousands_or_decimals(sent, written):
    folder = sent("5", written)
    assert faults(folder) == [("decimal_sign", "amount_eur", (3,))]
    (problem,) = [p for p in check_package(folder) if p.rule == "decimal_sign"]
    assert written not in problem.text("en") + problem.text("lv")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (("1.234", "5,5"), [1234, 5.5]),
        (("1,234", "5.5"), [1234, 5.5]),
        (("1.234", "1.234.567"), [1234, 1_234_567]),
        (("1234,5", "7"), [1234.5, 7]),
    ],
)
def test_f44_another_number_of_the_file_tells_which_sign_is_which(sent, written, meant):
    assert amounts(sent(*written)) == meant


def test_f44_numbers_with_a_point_and_numbers_with_a_comma_are_refused(sent):
    folder = sent("1,5", "2.5", "3,25", "4")
    assert faults(folder) == [("decimal_sign", "amount_eur", (3,))]


def test_f44_file_that_keeps_the_contract_has_decimal_points(sent):
    assert amounts(sent("1.234", "5", separator=",")) == [1.234, 5]


@pytest.mark.parametrize("gap", [" ", "\u00a0", "\u202f", "\u2009", "'", "’"])
def test_f45_spaces_and_apostrophes_between_thousands(sent, gap):
    folder = sent(f"1{gap}234,56", f"12{gap}345{gap}678", f"{gap}7")
    if gap in "'’":
        assert aside(folder) == [("type", "amount_eur", (4,))]
    else:
        assert amounts(folder) == [1234.56, 12_345_678, 7]


@pytest.mark.parametrize("wrong", ["1 23", "1 2345", "1 234'567", "12 34,5"])
def test_f45_other_gaps_are_no_number(sent, wrong):
    assert aside(sent("1,5", wrong)) == [("type", "amount_eur", (3,))]


@pytest.mark.parametrize("written", ["\u22125,25", "(5,25)", "5,25-", "-5,25", "\u20135,25"])
def test_f46_signs_of_negative_amounts(sent, written):
    assert amounts(sent(written)) == [-5.25]


@pytest.mark.parametrize("written", ["(5,25", "5,25)", "--5,25", "(-5,25)", "-5,25-", "- 5,25 -"])
def test_f46_signs_that_do_not_fit_are_no_number(sent, written):
    assert aside(sent(written, "1,5")) == [("type", "amount_eur", (2,))]


def test_f47_decimal_comma_is_never_taken_for_thousands(sent):
    assert amounts(sent("12,5")) == [12.5]
    assert amounts(sent("12,5", separator=",")) == [12.5]
    mixed = sent("12,5", "1.5", "2.5", separator=",")
    assert faults(mixed) == [("decimal_sign", "amount_eur", (2,))]


@pytest.mark.parametrize("written", ["1234.56 €", "1234.56 EUR", "EUR 1234.56", "€1234.56"])
def test_f38_currency_of_the_column_beside_a_number(sent, written):
    assert amounts(sent(written)) == [1234.56]


@pytest.mark.parametrize("written", ["Ls 5", "5 USD", "-", "apm. 5", "5 EUR EUR"])
def test_f38_other_words_beside_a_number_are_not_passed_over(sent, written):
    assert aside(sent("1,5", written)) == [("type", "amount_eur", (3,))]


@pytest.fixture
def dated(write_csv: Callable[[Tables], Path], tables: Tables) -> Callable[..., Path]:
    """Write the small package, with the start and the end of a municipality as somebody has."""

    def put(start: str, end: str = "", table: str = "municipalities") -> Path:
        small = {"sources": tables["sources"], table: [dict(row) for row in tables[table][1:3]]}
        small[table][0] |= {"valid_from": start, "valid_to": end, "successor": ""}
        small[table][1] |= {"successor": ""}
        return write_csv(small)

    return put


def period(folder: Path) -> tuple[str, str]:
    row = read_package(folder).tables["municipalities"].iloc[0]
    return str(row["valid_from"].date()), str(row["valid_to"].date())


@pytest.mark.parametrize(
    "written", ["2014-04-03", "03.04.2014", "3.4.2014.", "2014. gada 3. aprīlis", "3 April 2014"]
)
def test_f48_day_stands_before_the_month(dated, written):
    assert period(dated(written, "2014-12-31")) == ("2014-04-03", "2014-12-31")


def test_f48_two_ways_in_a_column_are_told(write_csv, tables):
    small = {"sources": tables["sources"], "municipalities": tables["municipalities"]}
    small["municipalities"][0]["valid_from"] = "01.07.2009"
    folder = write_csv(small)
    (told,) = [p for p in check_package(folder) if p.rule == "dates"]
    assert (told.column, told.severity) == ("valid_from", "note")
    assert "both ways" in told.message_en
    assert "abi pieraksti" in told.message_lv
    assert str(read_package(folder).tables["municipalities"]["valid_from"][0].date()) == (
        "2009-07-01"
    )


@pytest.mark.parametrize("written", ["04/13/2014", "03/04/2014", "13.2014", "4.13.2014", "3.4.14"])
def test_f48_month_before_the_day_is_no_date(dated, written):
    assert aside(dated(written)) == [("type", "valid_from", (2,))]


@pytest.mark.parametrize("written", ["2014. gada aprīlis", "2014M04", "aprīlis 2014", "04.2014"])
def test_f49_month_begins_on_its_first_day_and_ends_on_its_last(dated, written):
    assert period(dated(written, written)) == ("2014-04-01", "2014-04-30")


@pytest.mark.parametrize("written", ["apr.14", "Q2", "2014 Q2", "pavasaris 2014"])
def test_f49_other_words_are_no_date(dated, written):
    assert aside(dated(written)) == [("type", "valid_from", (2,))]


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("31.04.2014", "type"),
        ("29.02.2013", "type"),
        ("01.01.1014", "minimum"),
        ("2104-01-01", "maximum"),
    ],
)
def test_f50_days_that_there_are_not(dated, written, rule):
    assert aside(dated(written)) == [(rule, "valid_from", (2,))]


@pytest.mark.parametrize("name", ["NA", "None", "null", "n/a", "nan", "NaN"])
def test_f51_words_that_programs_take_for_nothing_are_text(write_csv, tables, name):
    tables["regions"][0]["name_lv"] = name
    assert name in set(read_package(write_csv(tables)).tables["regions"]["name_lv"])


def test_f52_zeros_before_a_code_stay(write_csv, tables):
    small = {"sources": tables["sources"], "municipalities": tables["municipalities"][1:2]}
    small["municipalities"][0] |= {"municipality": "0010000", "successor": ""}
    read = read_package(write_csv(small)).tables["municipalities"]
    assert read["municipality"].tolist() == ["0010000"]


def test_f53_code_that_looks_like_a_number_is_text(write_csv, tables):
    small = {"sources": tables["sources"], "municipalities": tables["municipalities"][1:2]}
    small["municipalities"][0] |= {"municipality": "1e5", "successor": ""}
    read = read_package(write_csv(small)).tables["municipalities"]
    assert read["municipality"].tolist() == ["1e5"]


@pytest.mark.parametrize("written", ["inf", "1e400", "-0", "NaN", "-0,0"])
def test_f54_infinite_and_negative_nothing_are_no_numbers(sent, written):
    assert aside(sent("1,5", written)) == [("type", "amount_eur", (3,))]


@pytest.mark.parametrize("written", [("25 %", "0,25", "25"), ("25%", "3")])
def test_f39_percentages_among_other_numbers_refuse_the_column(sent, written):
    assert faults(sent(*written)) == [("percent", "amount_eur", (2,))]


def test_f55_cents_of_a_million_rows_do_not_drift(tmp_path):
    frame = pd.DataFrame({"amount_eur": np.resize([0.1, 0.2, 0.07], 1_000_000)})
    sums = amounts_of(table_schema("costs"), frame, np.zeros(len(frame), dtype=np.int64))
    # 333 334 · 10 + 333 333 · 20 + 333 333 · 7 cents
    assert round(sums[0, "amount_eur"] * 100) == 333_334 * 10 + 333_333 * 27


# --- Units ---------------------------------------------------------------------------------------

Series = Callable[..., Path]


@pytest.fixture
def series(write_csv: Callable[[Tables], Path], tables: Tables) -> Series:
    """Write costs of one kind by year, and, where they are given, the child-days."""

    def put(amounts: dict[int, str], days: dict[int, str] | None = None, **other: str) -> Path:
        small = {name: tables[name] for name in ("sources", "regions")}
        small["costs"] = [
            {**tables["costs"][0], "provider": "", "year": str(year), "amount_eur": amount} | other
            for year, amount in amounts.items()
        ]
        if days:
            small["activity"] = [
                {**tables["activity"][0], "provider": "", "place_days": "", "year": str(year),
                 "child_days": count}
                for year, count in days.items()
            ]  # fmt: skip
        return write_csv(small)

    return put


def euro(folder: Path) -> list[float]:
    costs = read_package(folder).tables["costs"]
    return costs.sort_values("year")["amount_eur"].tolist()


def headed(folder: Path, heading: str) -> Path:
    """Give the column of amounts another heading."""
    path = folder / "costs.csv"
    path.write_text(path.read_text("utf-8").replace("amount_eur", heading, 1), "utf-8")
    return folder


@pytest.mark.parametrize(
    ("heading", "meant"),
    [
        ("Summa (LVL)", [1.42, 142.29, 17_566.31]),  # ÷ 0.702804, half up
        ("Summa (tūkst. EUR)", [1_000, 100_000, 12_345_670]),
        ("Amount (EUR per month)", [12, 1_200, 148_148.04]),
        ("Summa (EUR/diena)", [365, 36_500, 12_345.67 * 366]),
        ("Summa (EUR)", [1, 100, 12_345.67]),
        ("Summa (EUR gadā)", [1, 100, 12_345.67]),
    ],
)
def test_f58_unit_in_the_heading_is_converted(series, heading, meant):
    folder = headed(series({2010: "1.00", 2011: "100.00", 2012: "12345.67"}), f'"{heading}"')
    assert faults(folder) == aside(folder) == []
    assert euro(folder) == pytest.approx(meant, abs=0.0001)


def test_f58_unit_that_is_unknown_is_no_amount(series):
    folder = headed(series({2010: "1", 2011: "2"}), '"Summa (USD)"')
    assert [rule for rule, _, _ in faults(folder)] == ["columns"]


@pytest.mark.parametrize(
    ("factor", "slip"), [("1000", 1 / 1000), ("12", 1 / 12), ("30.4", 1 / 30.4), ("1000", 1000)]
)
def test_f58_year_in_another_unit_is_set_aside(series, factor, slip):
    usual = {year: str(200_000 + 1_000 * (year - 2010)) for year in range(2010, 2016)}
    folder = series(usual | {2013: f"{203_500 * slip:.2f}"})
    assert aside(folder) == [("unit_slip", "amount_eur", (5,))]
    (problem,) = [p for p in check_package(folder) if p.rule == "unit_slip"]
    assert f"factor of {factor};" in problem.message_en


def test_f58_true_changes_are_no_slips(series):
    folder = series({2010: "100", 2011: "350", 2012: "90", 2013: "1200", 2014: "45"})
    assert aside(folder) == []


def test_f56_lats_labelled_as_euro_before_the_changeover_are_told(series):
    amounts = {2012: "70280", 2013: "70280.40", 2014: "100000", 2015: "101000"}
    folder = series(amounts)
    assert aside(folder) == []
    (told,) = [p for p in check_package(folder) if p.rule == "lats"]
    assert (told.rows, told.severity) == ((2, 3), "note")


def test_f56_change_to_euro_in_the_middle_of_the_lats_is_set_aside(series):
    amounts = {2010: "70000", 2011: "70280", 2012: "100000", 2013: "101000", 2014: "100000"}
    assert aside(series(amounts)) == [("lats", "amount_eur", (2, 3))]


def test_f59_lats_of_both_years_need_a_column_of_currencies(series):
    folder = headed(series({2013: "702.80", 2014: "1000"}), '"Summa (LVL)"')
    assert faults(folder) == [("currency", "amount_eur", (3,))]


def test_f59_column_of_currencies_says_which_is_which(series):
    folder = series({2013: "702.80", 2014: "1000"}, currency="EUR")
    path = folder / "costs.csv"
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([*lines[:1], lines[1][:-3] + "LVL", lines[2]]) + "\n", "utf-8")
    assert faults(folder) == []
    assert euro(folder) == [999.99, 1_000]  # 702.80 ÷ 0.702804


def test_f59_marks_of_two_currencies_in_a_column_are_refused(sent):
    assert faults(sent("Ls 5", "5 EUR")) == [("currency", "amount_eur", (2,))]


def test_f60_negative_amount_is_set_aside_unless_it_is_a_correction(series):
    usual = {2010: "1000", 2011: "-20", 2012: "1100"}
    assert aside(series(usual)) == [("minimum", "amount_eur", (3,))]
    folder = series(usual, cost_item="other")
    assert aside(folder) == []
    (told,) = [p for p in check_package(folder) if p.rule == "correction"]
    assert (told.rows, told.severity) == ((3,), "note")
    assert euro(folder) == [1_000, -20, 1_100]


def test_f61_costs_without_children_are_set_aside(series):
    folder = series({2010: "1000", 2011: "1000"}, {2010: "365", 2011: "0"})
    assert aside(folder) == [("nobody", "amount_eur", (3,))]


def test_f61_children_without_costs_are_set_aside(series):
    folder = series({2010: "1000", 2011: "0"}, {2010: "365", 2011: "365"})
    assert aside(folder) == [("nothing_spent", "amount_eur", (3,))]


@pytest.mark.parametrize("table", ["placements", "destinations"])
def test_f62_parts_of_a_child_refuse_the_column(write_csv, tables, table):
    tables[table][1]["children"] = "12.5"
    assert faults(write_csv(tables)) == [("type", "children", (3,))]


def test_f62_children_in_place_of_child_days_are_refused(series, tables):
    folder = series({2020: "1000", 2019: "1000"}, {2020: "20", 2019: "21"})
    rows = [{**tables["placements"][0], "year": year} for year in ("2019", "2020")]
    (folder / "placements.csv").write_text(
        "\n".join(",".join(cells) for cells in ([*rows[0]], *(row.values() for row in rows))),
        encoding="utf-8",
    )
    assert faults(folder) == [("children_for_days", "child_days", (2, 3))]


def test_f63_more_days_than_places_are_set_aside_with_both_numbers(write_csv, tables):
    tables["activity"][0]["place_days"] = "7000"
    folder = write_csv(tables)
    assert ("more_than_places", "child_days", (2,)) in aside(folder)
    (problem,) = [p for p in check_package(folder) if p.rule == "more_than_places"]
    assert "7320 > 7000" in problem.message_en


def test_f63_total_beside_its_ages_is_refused(write_csv, tables):
    tables["activity"].append({**tables["activity"][0], "age_band": "0-6", "child_days": "100"})
    assert ("group", "age_band", (2, 6)) in faults(write_csv(tables))
