"""Faults of values that people send, each by its number in the catalogue of faults."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dieval.inputs.read import check_package, read_package

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
