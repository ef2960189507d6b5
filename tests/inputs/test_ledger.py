"""Budget ledgers as costs: every cent of the ledger is somewhere, or the ledger is refused."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dieval.errors import DataError, ParameterError
from dieval.inputs.ledger import CodeMapping, Imported, code_rows, import_ledger, read_mapping
from dieval.inputs.schema import table_schema

MAPPING = CodeMapping(
    {
        "1000": "staff",
        "2000": "goods_services",
        "2360": "upkeep",
        "2224": "premises",
        "5000": "exclude",
    },
    "the accountant",
    "expert",
)
GIVEN = {"provider": "p1", "year": 2020, "payer": "municipality"}

# Wages 100,000.10 + contributions 24,000.00; services 5,000.50 of which heating 1,200.25; food
# 8,400.00; a bus 30,000.00.
LEDGER = """
Budžeta izpilde 2020. gadā;;
EKK;Nosaukums;Izpilde
1000;Atlīdzība;124 000,10
1100;Atalgojums;100 000,10
1200;Darba devēja VSAOI;24 000,00
2000;Preces un pakalpojumi;13 400,50
2200;Pakalpojumi;5 000,50
2224;Apkure;1 200,25
2279;Pārējie;3 800,25
2300;Krājumi;8 400,00
2363;Ēdināšana;8 400,00
5000;Pamatkapitāla veidošana;30 000,00
;Izdevumi kopā;167 400,60
""".strip()


def sent(folder: Path, text: str = LEDGER, name: str = "ledger.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode("cp1257"))
    return path


def costs(made: Imported) -> dict[str, float]:
    return dict(zip(made.costs["cost_item"], made.costs["amount_eur"], strict=True))


def faults(path: Path, mapping: CodeMapping = MAPPING) -> list[tuple[str, tuple[int, ...]]]:
    with pytest.raises(DataError) as refused:
        import_ledger(path, mapping, GIVEN)
    return [(p.rule, p.rows) for p in refused.value.problems if p.severity != "note"]


def test_finest_codes_become_items_and_sums_are_checked(tmp_path: Path) -> None:
    made = import_ledger(sent(tmp_path), MAPPING, GIVEN)
    assert costs(made) == {
        "staff": 100_000.10 + 24_000,
        "premises": 1_200.25,
        "goods_services": 3_800.25,
        "upkeep": 8_400,
    }
    assert made.excluded["amount_eur"].tolist() == [30_000]
    assert set(made.costs["provider"]) == {"p1"}
    assert set(made.costs["payer"]) == {"municipality"}
    assert made.mapping["code"].tolist() == ["1100", "1200", "2224", "2279", "2363", "5000"]
    total = made.costs["amount_eur"].sum() + made.excluded["amount_eur"].sum()
    assert round(total, 2) == 167_400.60


def test_codes_say_what_the_costs_are_made_of(tmp_path: Path) -> None:
    made = import_ledger(sent(tmp_path), MAPPING, GIVEN)
    rows = code_rows(made, MAPPING, "our-ledger")
    assert list(rows) == list(table_schema("ledger_codes").columns)
    assert rows[["code", "name_lv", "cost_item", "amount_eur"]].to_numpy().tolist() == [
        ["1100", "Atalgojums", "staff", 100_000.10],
        ["1200", "Darba devēja VSAOI", "staff", 24_000],
        ["2224", "Apkure", "premises", 1_200.25],
        ["2279", "Pārējie", "goods_services", 3_800.25],
        ["2363", "Ēdināšana", "upkeep", 8_400],
        ["5000", "Pamatkapitāla veidošana", "exclude", 30_000],
    ]
    for name, value in {"mapping": "the accountant", "mapping_evidence": "expert",
                        "source": "our-ledger"}.items():  # fmt: skip
        assert set(rows[name]) == {value}


def test_workbook_gives_the_same(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for line in LEDGER.splitlines():
        code, name, amount = line.split(";")
        number = amount.replace(" ", "").replace(",", ".")
        figures = number.replace(".", "").isdigit()
        book.active.append([int(code) if code.isdigit() else code or None, name or None,
                            float(number) if figures else amount or None])  # fmt: skip
    book.save(tmp_path / "ledger.xlsx")
    made = import_ledger(tmp_path / "ledger.xlsx", MAPPING, GIVEN)
    assert made.costs.equals(import_ledger(sent(tmp_path), MAPPING, GIVEN).costs)


def test_workbook_with_two_sheets_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("x")
    book.save(tmp_path / "ledger.xlsx")
    assert faults(tmp_path / "ledger.xlsx") == [("sheets", ())]


def test_codes_that_are_not_mapped_are_listed_with_their_amount(tmp_path: Path) -> None:
    path = sent(tmp_path)
    without = CodeMapping({"1000": "staff", "5000": "exclude"}, "s", "expert")
    assert faults(path, without) == [("not_mapped", (8, 9, 11))]
    with pytest.raises(DataError, match=r"2224, 2279, 2363 \(13400.50 EUR together\)"):
        import_ledger(path, without, GIVEN)


@pytest.mark.parametrize(
    ("old", "new", "rows"),
    [
        ("1000;Atlīdzība;124 000,10", "1000;Atlīdzība;124 000,11", (3,)),
        ("167 400,60", "167 400,61", (13,)),
        ("2363;Ēdināšana;8 400,00", "2363;Ēdināšana;8 399,99", (6, 10, 13)),
    ],
)
def test_sums_that_do_not_agree_to_the_cent_are_refused(
    tmp_path: Path, old: str, new: str, rows: tuple[int, ...]
) -> None:
    assert faults(sent(tmp_path, LEDGER.replace(old, new))) == [("ledger_sum", rows)]


def test_difference_is_named_with_its_sign(tmp_path: Path) -> None:
    path = sent(tmp_path, LEDGER.replace("167 400,60", "167 400,50"))
    with pytest.raises(DataError, match=r"off by -0.10 EUR"):
        import_ledger(path, MAPPING, GIVEN)


def test_several_ledgers_in_one_file(tmp_path: Path) -> None:
    text = "iestāde;gads;EKK;summa\np1;2020;1100;5,5\np2;2020;1100;7\np2;2021;1100;9\n;;Kopā;x"
    lines = text.splitlines()[:-1]
    path = sent(tmp_path, "\n".join(lines))
    made = import_ledger(path, MAPPING, {"payer": "state"})
    assert made.costs[["provider", "year", "amount_eur"]].to_numpy().tolist() == [
        ["p1", 2020, 5.5], ["p2", 2020, 7], ["p2", 2021, 9],
    ]  # fmt: skip


def test_total_over_several_ledgers(tmp_path: Path) -> None:
    text = "iestāde;gads;EKK;nosaukums;summa\np1;2020;1100;;5,5\np2;2021;1100;;7\n;;;Kopā;{}\n"
    assert (
        import_ledger(sent(tmp_path, text.format("12,50")), MAPPING, {"payer": "state"})
        .costs["amount_eur"]
        .sum()
        == 12.5
    )
    with pytest.raises(DataError, match=r"off by \+0.50 EUR"):
        import_ledger(sent(tmp_path, text.format("13")), MAPPING, {"payer": "state"})


def test_rows_that_do_not_say_whose_they_are(tmp_path: Path) -> None:
    path = sent(tmp_path, "EKK;summa\n1100;5\n")
    with pytest.raises(DataError, match="--provider") as refused:
        import_ledger(path, MAPPING, {"year": 2020})
    wrong = [p for p in refused.value.problems if p.severity != "note"]
    assert [(p.column, p.rows) for p in wrong] == [("payer", (2,)), ("provider", (2,))]


def test_amount_with_parts_of_a_cent_and_row_without_a_code(tmp_path: Path) -> None:
    assert faults(sent(tmp_path, "EKK;summa\n1100;5,001\n1200;5,5\n")) == [("cents", (2,))]
    assert faults(sent(tmp_path, "EKK;nosaukums;summa\n1100;x;5,5\n;y;1\n")) == [("required", (3,))]


@given(
    cents=st.dictionaries(st.from_regex(r"[12][0-9][0-9][1-9]", fullmatch=True),
                          st.integers(-(10**9), 10**9), min_size=1, max_size=20)
)  # fmt: skip
@settings(max_examples=30, deadline=None)
def test_every_cent_is_somewhere(
    tmp_path_factory: pytest.TempPathFactory, cents: dict[str, int]
) -> None:
    groups = {code[0] + "000" for code in cents}
    rows = cents | {
        group: sum(amount for code, amount in cents.items() if code[0] == group[0])
        for group in groups
    }
    text = "code,amount\n" + "".join(
        f"{code},{amount / 100:.2f}\n" for code, amount in rows.items()
    )
    path = sent(tmp_path_factory.mktemp("ledger"), text.replace(",-0.00", ",0.00"))
    made = import_ledger(path, MAPPING, GIVEN)
    assert round(made.costs["amount_eur"].sum() * 100) == sum(cents.values())


# --- The mapping ---------------------------------------------------------------------------------


def test_mapping_is_read_and_the_longest_beginning_counts(tmp_path: Path) -> None:
    path = tmp_path / "mapping.yml"
    path.write_text(
        "source: the accountant\nstatus: expert\nitems: {1000: staff, 2000: goods_services, "
        "2300: upkeep, 2363: exclude}\n",
        encoding="utf-8",
    )
    mapping = read_mapping(path)
    assert [mapping.item(code) for code in ("1147", "2111", "2341", "2363", "3000")] == [
        "staff", "goods_services", "upkeep", "exclude", None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "items: {1000: wages}\nsource: s\nstatus: expert\n",
        "items: {x: staff}\nsource: s\nstatus: expert\n",
        "items: {1000: staff}\nsource: s\nstatus: certain\n",
        "items: {1000: staff}\n",
        "- 1\n",
        "items: [\n",
    ],
)
def test_mapping_that_is_wrong_is_refused_with_its_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mapping.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ParameterError, match=r"mapping\.yml"):
        read_mapping(path)


def by_month(amounts: list[float], months: list[int] | None = None) -> str:
    rows = zip(months or range(1, 13), amounts, strict=True)
    return "\n".join(["EKK;Mēnesis;Summa", *(f"1100;{month};{amount}" for month, amount in rows)])


def test_months_of_a_year_are_added_up(tmp_path: Path) -> None:
    made = import_ledger(sent(tmp_path, by_month([100.5] * 12)), MAPPING, GIVEN)
    assert costs(made) == {"staff": 12 * 100.5}


def test_f72_year_that_lacks_months_is_not_made_up(tmp_path: Path) -> None:
    path = sent(tmp_path, by_month([100.0] * 9, [*range(1, 10)]))
    assert faults(path) == [("months", tuple(range(2, 11)))]
    with pytest.raises(DataError, match=r"9 of 12 months; missing: 10, 11, 12\."):
        import_ledger(path, MAPPING, GIVEN)


def test_f73_month_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = sent(tmp_path, by_month([100.0] * 13, [*range(1, 13), 5]))
    assert faults(path) == [("month_twice", (6, 14))]


def test_f73_amounts_from_january_on_are_refused(tmp_path: Path) -> None:
    path = sent(tmp_path, by_month([100.0 * month for month in range(1, 13)]))
    assert faults(path) == [("cumulative", tuple(range(2, 14)))]


def test_f73_amounts_that_grow_by_a_little_are_of_months(tmp_path: Path) -> None:
    path = sent(tmp_path, by_month([100.0 + month for month in range(1, 13)]))
    assert costs(import_ledger(path, MAPPING, GIVEN)) == {"staff": 1_200 + 78}
