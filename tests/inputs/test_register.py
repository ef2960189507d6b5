"""A register of providers as services: every row is somewhere, or the register is refused."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from dieval.cli import main
from dieval.errors import DataError, ParameterError, Problem
from dieval.inputs.read import check_package, read_package
from dieval.inputs.register import ImportedServices, import_register, service_rows
from dieval.inputs.register_mapping import RegisterMapping, read_register_mapping

# Rēzekne is a city, Rēzeknes novads the municipality around it. Aizputes novads became a part of
# Dienvidkurzemes novads; Varakļānu novads went on and ended later.
MUNICIPALITIES = pd.DataFrame(
    [
        (
            "aizputes-novads",
            "Aizputes novads",
            "2009-07-01",
            "2021-06-30",
            "dienvidkurzemes-novads",
        ),
        ("dienvidkurzemes-novads", "Dienvidkurzemes novads", "2021-07-01", None, None),
        ("rezekne", "Rēzekne", "2009-07-01", "2021-06-30", "rezekne"),
        ("rezekne", "Rēzekne", "2021-07-01", None, None),
        ("rezeknes-novads", "Rēzeknes novads", "2009-07-01", "2021-06-30", "rezeknes-novads"),
        ("rezeknes-novads", "Rēzeknes novads", "2021-07-01", None, None),
        ("varaklanu-novads", "Varakļānu novads", "2009-07-01", "2025-06-30", None),
    ],
    columns=["municipality", "name_lv", "valid_from", "valid_to", "successor"],
).astype({"valid_from": "datetime64[s]", "valid_to": "datetime64[s]"})

MAPPING = RegisterMapping(
    services={
        "Dienas aprūpes centrs": "dac",
        "Grupu māja (dzīvoklis)": {"ar izmitināšanu": "gd", "bez izmitināšanas": "exclude"},
        "Pansionāts": "exclude",
    },
    target_groups={
        "Bērni ar funkcionāliem traucējumiem": "ft_children",
        "Pilngadīgas personas ar garīga rakstura traucējumiem": "grt_adults",
        "Pensijas vecuma personas": "exclude",
    },
    source="the planning region",
    status="expert",
)

HEADER = (
    "Pakalpojums;Izmitināšana;Mērķgrupa;Pakalpojumu sniedzējs;Reģ. Nr.;Adrese;Pašvaldība;"
    "Datums no;Datums līdz"
)
FT, GRT = (
    "bērni ar funkcionāliem traucējumiem",
    "pilngadīgas personas ar garīga rakstura traucējumiem",
)
DAC, HOME = "Dienas aprūpes centrs", "Grupu māja (dzīvoklis)"
WITH, WITHOUT = "ar izmitināšanu", "bez izmitināšanas"
SAULE = "Biedrība „Saule”;40008000001;Liela iela 1;Rēzekne"
NAMS = "Atbalsta nams;40008000002;Parka iela 2;Rēzeknes novads"
AIZPUTE = "Aizputes nams;90000000003;Skolas iela 5;Aizputes novads"
# Eight rows: four services, a house that is a group home only with accommodation, a nursing home,
# a day-care centre for pensioners, and one row twice.
REGISTER = f"""
{HEADER}
{DAC};{WITHOUT};{FT};{SAULE};2019-05-01;
{DAC};{WITHOUT};{GRT};{SAULE};2019-05-01;2022-04-30
{HOME};{WITH};{GRT};{NAMS};2020-01-01;
{HOME};{WITHOUT};{GRT};{NAMS};2020-01-01;
Pansionāts;{WITH};visi;{NAMS};2015-01-01;
{DAC};;pensijas vecuma personas;{NAMS};2020-01-01;
{DAC};{WITHOUT};{FT};{SAULE};2019-05-01;
{DAC};{WITHOUT};{FT};{AIZPUTE};2018-09-01;2021-06-30
""".strip()

# One service of one row, to be changed by the tests.
ONE = {
    "Pakalpojums": "Dienas aprūpes centrs",
    "Izmitināšana": "",
    "Mērķgrupa": FT,
    "Pakalpojumu sniedzējs": "Saule",
    "Reģ. Nr.": "40008000001",
    "Adrese": "Liela iela 1",
    "Pašvaldība": "Rēzekne",
    "Datums no": "2019-05-01",
    "Datums līdz": "",
}
KEYS = {
    "service": "Pakalpojums",
    "form": "Izmitināšana",
    "group": "Mērķgrupa",
    "provider": "Pakalpojumu sniedzējs",
    "number": "Reģ. Nr.",
    "site": "Adrese",
    "place": "Pašvaldība",
    "opened": "Datums no",
    "closed": "Datums līdz",
}


def one(**changes: str) -> dict[str, str]:
    return ONE | {KEYS[name]: value for name, value in changes.items()}


def listed(*rows: dict[str, str]) -> str:
    return "\n".join([";".join(rows[0]), *(";".join(row.values()) for row in rows)])


def sent(folder: Path, text: str = REGISTER, name: str = "register.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def imported(path: Path, mapping: RegisterMapping = MAPPING) -> ImportedServices:
    return import_register(path, mapping, MUNICIPALITIES)


def problems(path: Path, mapping: RegisterMapping = MAPPING) -> list[Problem]:
    """Everything that refuses a register; each says its place and what to do in both languages."""
    with pytest.raises(DataError) as refused:
        imported(path, mapping)
    found = [problem for problem in refused.value.problems if problem.severity != "note"]
    assert found
    for problem in found:
        assert problem.file == path.name
        assert problem.message_lv and problem.message_en and problem.remedy_lv and problem.remedy_en
    return found


def faults(
    path: Path, mapping: RegisterMapping = MAPPING
) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(each.rule, each.column, each.rows) for each in problems(path, mapping)]


def notes(made: ImportedServices) -> set[tuple[str, tuple[int, ...]]]:
    return {
        (note.rule, note.rows) for note in made.notes if note.rows and note.rule != "header_names"
    }


def cells(made: ImportedServices, *columns: str) -> list[list[str]]:
    rows = made.services[list(columns)].copy()
    for name in rows:
        if rows[name].dtype.kind == "M":
            rows[name] = rows[name].dt.strftime("%Y-%m-%d")
    return rows.fillna("").to_numpy().tolist()


# --- What becomes of the rows --------------------------------------------------------------------


def test_services_have_codes_dates_and_the_registration_number(tmp_path: Path) -> None:
    made = imported(sent(tmp_path))
    columns = ("provider_name", "site", "municipality", "service_type", "target_group", "opened",
               "closed", "registration_number")  # fmt: skip
    assert tuple(made.services.columns) == columns
    assert cells(made, *columns) == [
        ["Aizputes nams", "Skolas iela 5", "aizputes-novads", "dac", "ft_children", "2018-09-01",
         "2021-06-30", "90000000003"],
        ["Atbalsta nams", "Parka iela 2", "rezeknes-novads", "gd", "grt_adults", "2020-01-01", "",
         "40008000002"],
        ["Biedrība „Saule”", "Liela iela 1", "rezekne", "dac", "ft_children", "2019-05-01", "",
         "40008000001"],
        ["Biedrība „Saule”", "Liela iela 1", "rezekne", "dac", "grt_adults", "2019-05-01",
         "2022-04-30", "40008000001"],
    ]  # fmt: skip


def test_every_row_is_written_or_excluded_with_its_reason(tmp_path: Path) -> None:
    made = imported(sent(tmp_path))
    # Lines 2 to 9: the group home without accommodation and the nursing home by their service, the
    # centre for pensioners by its target group, line 8 because it repeats line 2.
    assert made.excluded.to_numpy().tolist() == [
        [5, "service"], [6, "service"], [7, "target_group"], [8, "repeated"],
    ]  # fmt: skip
    assert made.rows == 8 == len(made.services) + len(made.excluded)


def test_mapping_of_every_name_is_told_with_its_rows(tmp_path: Path) -> None:
    made = imported(sent(tmp_path))
    assert made.mapping[["name", "accommodation", "code", "rows"]].to_numpy().tolist() == [
        ["Dienas aprūpes centrs", "", "dac", 5],
        ["Grupu māja (dzīvoklis)", "ar izmitināšanu", "gd", 1],
        ["Grupu māja (dzīvoklis)", "bez izmitināšanas", "exclude", 1],
        ["Pansionāts", "", "exclude", 1],
        [FT, "", "ft_children", 3],
        ["pensijas vecuma personas", "", "exclude", 1],
        [GRT, "", "grt_adults", 2],
    ]
    by_column = made.mapping.groupby("column")["rows"].sum()
    # 8 rows have a service; the target group of the two excluded by it is not asked for.
    assert by_column.to_dict() == {"service": 8, "target_group": 8 - 2}


def test_workbook_gives_the_same(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Sociālo pakalpojumu sniedzēju reģistrs"])
    lines = REGISTER.splitlines()
    book.active.append(lines[0].split(";"))
    for line in lines[1:]:
        row = [cell or None for cell in line.split(";")]
        days = [None if day is None else dt.date.fromisoformat(day) for day in row[-2:]]
        book.active.append([*row[:4], int(row[4]), *row[5:7], *days])
    book.create_sheet("Noteikumi").sheet_state = "hidden"
    book.save(tmp_path / "register.xlsx")
    made, plain = imported(tmp_path / "register.xlsx"), imported(sent(tmp_path))
    pd.testing.assert_frame_equal(made.services, plain.services)
    pd.testing.assert_frame_equal(made.mapping, plain.mapping)
    # The title stands in line 1, so that every row stands one line lower.
    assert (made.excluded["row"] - 1).tolist() == plain.excluded["row"].tolist()


def test_workbook_with_two_sheets_or_without_rows_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(";"))
    book.save(tmp_path / "empty.xlsx")
    assert faults(tmp_path / "empty.xlsx") == [("no_rows", "", ())]
    book.create_sheet("x")
    book.save(tmp_path / "two.xlsx")
    assert faults(tmp_path / "two.xlsx") == [("sheets", "", ())]


def test_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"nowhere\.csv: cannot be read"):
        imported(tmp_path / "nowhere.csv")


@pytest.mark.parametrize(
    ("opened", "closed", "expected"),
    [
        ("2019-05-01", "2020-04-30", ["2019-05-01", "2020-04-30"]),
        ("01.05.2019", "30.04.2020.", ["2019-05-01", "2020-04-30"]),
        ("2019. gada 1. maijs", "2020. gada 30. aprīlis", ["2019-05-01", "2020-04-30"]),
        # A month: its first day where the service opens, its last where it closes.
        ("2019-05", "2020. gada aprīlis", ["2019-05-01", "2020-04-30"]),
    ],
)
def test_dates_are_read_with_the_day_before_the_month(
    tmp_path: Path, opened: str, closed: str, expected: list[str]
) -> None:
    made = imported(sent(tmp_path, listed(one(opened=opened, closed=closed))))
    assert cells(made, "opened", "closed") == [expected]


@pytest.mark.parametrize(
    ("opened", "closed", "rule", "column"),
    [
        ("31.04.2019", "", "type", "opened"),
        ("05/01/2019", "", "type", "opened"),
        ("1019-05-01", "", "minimum", "opened"),
        ("", "", "required", "opened"),
        ("2019-05-01", "2104-01-01", "maximum", "closed"),
        ("2019-05-01", "2019-04-30", "validity", "closed"),
    ],
)
def test_date_that_cannot_be_is_refused(
    tmp_path: Path, opened: str, closed: str, rule: str, column: str
) -> None:
    path = sent(tmp_path, listed(one(opened=opened, closed=closed)))
    assert faults(path) == [(rule, column, (2,))]


# --- Municipalities ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Rēzekne", "rezekne"),
        ("REZEKNE", "rezekne"),
        ("rezekne", "rezekne"),
        ("Rēzeknes novads", "rezeknes-novads"),
        ("rezeknes  NOVADS", "rezeknes-novads"),
        ("rezeknes-novads", "rezeknes-novads"),
        ("Varakļānu novads", "varaklanu-novads"),
    ],
)
def test_f71_city_and_municipality_around_it_are_told_apart(
    tmp_path: Path, name: str, code: str
) -> None:
    made = imported(sent(tmp_path, listed(one(place=name))))
    assert cells(made, "municipality") == [[code]]


@pytest.mark.parametrize("name", ["Rēzeknes", "Rēzeknes nov.", "Rēzekne novads", "Rēz"])
def test_f71_part_of_a_name_is_never_taken_for_one(tmp_path: Path, name: str) -> None:
    assert faults(sent(tmp_path, listed(one(place=name)))) == [
        ("unknown_municipality", "municipality", (2,))
    ]


def test_unknown_municipality_is_refused_with_the_nearest_names(tmp_path: Path) -> None:
    path = sent(
        tmp_path,
        listed(one(), one(site="B 1", place="Rezknes novads"), one(site="B 2", place="Anna Kalna")),
    )
    kalna, rezekne = sorted(problems(path), key=lambda each: each.rows, reverse=True)
    assert (rezekne.rows, kalna.rows) == ((3,), (4,))
    assert "Nearest: Rēzeknes novads" in rezekne.remedy_en
    assert "Tuvākie: Rēzeknes novads" in rezekne.remedy_lv
    # What stands in the cell may be anything, a person's name too.
    assert "Kalna" not in kalna.text("en") + kalna.text("lv")


@pytest.mark.parametrize(
    ("place", "opened", "hint"),
    [
        ("Aizputes novads", "2021-07-01", "In its place: Dienvidkurzemes novads."),
        ("Dienvidkurzemes novads", "2021-06-30", "In its place: Aizputes novads."),
        ("varaklanu-novads", "2025-07-01", "(names_as_of)."),
    ],
)
def test_municipality_that_was_not_there_is_refused_with_what_was(
    tmp_path: Path, place: str, opened: str, hint: str
) -> None:
    (problem,) = problems(sent(tmp_path, listed(one(place=place, opened=opened))))
    assert (problem.rule, problem.column, problem.rows) == (
        "municipality_not_in_force", "municipality", (2,),
    )  # fmt: skip
    assert problem.remedy_en.endswith(hint)


def test_municipality_that_ended_is_taken_for_services_opened_before(tmp_path: Path) -> None:
    made = imported(sent(tmp_path, listed(one(place="Aizputes novads", opened="2021-06-30"))))
    assert cells(made, "municipality") == [["aizputes-novads"]]


def test_register_with_the_names_of_one_day_is_read_as_of_it_and_told(tmp_path: Path) -> None:
    # Line 2 is called as it was then, line 3 as it was called later; nothing else may change.
    path = sent(tmp_path, listed(
        one(place="Aizputes novads", opened="2019-01-01"),
        one(place="Dienvidkurzemes novads", opened="2019-01-01", site="Cita iela 1"),
    ))  # fmt: skip
    made = imported(path, replace(MAPPING, names_as_of=dt.date(2023, 3, 1)))
    assert cells(made, "site", "municipality") == [
        ["Cita iela 1", "dienvidkurzemes-novads"], ["Liela iela 1", "aizputes-novads"],
    ]  # fmt: skip
    assert notes(made) == {("named_later", (3,))}
    assert faults(path, replace(MAPPING, names_as_of=dt.date(2020, 3, 1))) == [
        ("municipality_not_in_force", "municipality", (3,))
    ]


def test_service_older_than_the_table_of_municipalities_is_read_and_told(tmp_path: Path) -> None:
    made = imported(sent(tmp_path, listed(one(opened="2003-01-01"))))
    assert cells(made, "municipality", "opened") == [["rezekne", "2003-01-01"]]
    assert notes(made) == {("before_first", (2,))}


def test_other_spellings_of_municipalities_are_the_users(tmp_path: Path) -> None:
    spelt = replace(
        MAPPING, municipalities={"Rēzeknes valstspilsēta": "rezekne", "0021000": "rezekne"}
    )
    for name in ("REZEKNES VALSTSPILSĒTA", "0021000"):
        path = sent(tmp_path, listed(one(place=name)))
        assert cells(imported(path, spelt), "municipality") == [["rezekne"]]
        assert faults(path) == [("unknown_municipality", "municipality", (2,))]
    with pytest.raises(ParameterError, match="Rēzekne: rezekn: is not in table municipalities"):
        imported(path, replace(MAPPING, municipalities={"Rēzekne": "rezekn"}))


def test_municipalities_of_one_name_are_refused_unless_the_code_is_given(tmp_path: Path) -> None:
    other = MUNICIPALITIES.iloc[[2]].assign(municipality="rezekne-2")
    both = pd.concat([MUNICIPALITIES, other], ignore_index=True)
    path = sent(tmp_path, listed(one()))
    with pytest.raises(DataError, match="several municipalities are called so: rezekne, rezekne-2"):
        import_register(path, MAPPING, both)
    by_code = sent(tmp_path, listed(one(place="rezekne-2")))
    made = import_register(by_code, MAPPING, both)
    assert cells(made, "municipality") == [["rezekne-2"]]


# --- Names that are not mapped -------------------------------------------------------------------


def test_unknown_service_and_target_group_are_refused_with_the_nearest(tmp_path: Path) -> None:
    path = sent(tmp_path, listed(
        one(),
        one(service="Dienas aprūpes centri", site="B 1"),
        one(service="Naktspatversme", site="B 2"),
        one(group="bērni ar FT", site="B 3"),
        one(service=HOME, form="abi", site="B 4"),
    ))  # fmt: skip
    found = {problem.rows: problem for problem in problems(path)}
    assert {rows: problem.column for rows, problem in found.items()} == {
        (3,): "service", (4,): "service", (5,): "target_group", (6,): "accommodation",
    }  # fmt: skip
    assert {problem.rule for problem in found.values()} == {"not_mapped"}
    assert "“Dienas aprūpes centri”" in found[3,].message_en
    assert "„Dienas aprūpes centri”" in found[3,].message_lv
    assert "Nearest: Dienas aprūpes centrs." in found[3,].remedy_en
    assert "Nearest" not in found[4,].remedy_en
    assert "exclude" in found[4,].remedy_en


def test_rows_of_one_unknown_service_are_told_together(tmp_path: Path) -> None:
    rows = [one(service="Krīzes centrs", site=f"A {number}") for number in range(3)]
    assert faults(sent(tmp_path, listed(*rows))) == [("not_mapped", "service", (2, 3, 4))]


def test_many_unknown_services_are_told_in_few_problems(tmp_path: Path) -> None:
    rows = [one(service=f"Pakalpojums {number}", site=f"A {number}") for number in range(200)]
    found = problems(sent(tmp_path, listed(*rows)))
    # 50 one by one, the other 150 together.
    assert [len(each.rows) for each in sorted(found, key=lambda each: len(each.rows))] == [
        1
    ] * 50 + [150]


def test_name_that_may_be_a_persons_is_not_repeated(tmp_path: Path) -> None:
    path = sent(tmp_path, listed(one(service="Anna Kalniņa"), one(group="Jānis Kalniņš", site="B")))
    for problem in problems(path):
        assert "Kalni" not in problem.text("en") + problem.text("lv")


def test_names_of_providers_never_stand_in_a_message(tmp_path: Path) -> None:
    rows = [
        one(provider="Anna Kalniņa", number="", site="A", opened="x"),
        one(provider="Anna Kalniņa", number="", site="B", place="?"),
        one(provider="Anna Kalniņa", number="", site="C", service="?"),
        one(provider="Anna Kalniņa", number="", site="C", closed="2019-12-31"),
        one(provider="Anna Kalniņa", number="", site="C"),
    ]
    found = problems(sent(tmp_path, listed(*rows)))
    assert {"type", "unknown_municipality", "not_mapped", "same_name", "overlap"} == {
        problem.rule for problem in found
    }
    for problem in found:
        assert "Kalni" not in problem.text("en") + problem.text("lv")


def test_empty_target_group_has_the_empty_name(tmp_path: Path) -> None:
    path = sent(tmp_path, listed(one(group="")))
    (problem,) = problems(path)
    assert (problem.column, problem.rule) == ("target_group", "not_mapped")
    assert '""' in problem.remedy_en
    groups = {**MAPPING.target_groups, "": "care_children"}
    made = imported(path, replace(MAPPING, target_groups=groups))
    assert cells(made, "target_group") == [["care_children"]]
    # A register without the column says of no row for whom it is.
    rest = [{name: cell for name, cell in one().items() if name != "Mērķgrupa"}]
    path = sent(tmp_path, listed(*rest))
    assert faults(path) == [("not_mapped", "target_group", (2,))]
    assert cells(imported(path, replace(MAPPING, target_groups=groups)), "target_group") == [
        ["care_children"]
    ]


def test_what_the_mapping_excludes_needs_no_municipality_that_is_known(tmp_path: Path) -> None:
    rows = [one(), one(service="Pansionāts", place="Londona", number="", provider="Cits")]
    made = imported(sent(tmp_path, listed(*rows)))
    assert made.excluded.to_numpy().tolist() == [[3, "service"]]


# --- One service at an address -------------------------------------------------------------------


def test_f68_two_institutions_of_one_name_without_numbers_are_refused(tmp_path: Path) -> None:
    rows = [one(number=""), one(number="", site="Parka iela 2", place="Rēzeknes novads")]
    assert faults(sent(tmp_path, listed(*rows))) == [("same_name", "registration_number", (2, 3))]
    # The same street in two municipalities, and a name in other letters, are no less unclear.
    rows = [one(number=""), one(number="", provider="SAULE", place="Rēzeknes novads")]
    assert faults(sent(tmp_path, listed(*rows))) == [("same_name", "registration_number", (2, 3))]


def test_f68_row_without_a_number_beside_one_with_it_is_refused(tmp_path: Path) -> None:
    rows = [one(), one(number="", group=GRT)]
    assert faults(sent(tmp_path, listed(*rows))) == [("same_name", "registration_number", (3,))]


def test_f68_institutions_of_one_name_stay_apart_by_their_numbers(tmp_path: Path) -> None:
    # Both in one house, the same service from the same day on.
    rows = [one(), one(number="4000 8000 002"), one(provider="Cita", number="40008000003")]
    made = imported(sent(tmp_path, listed(*rows)))
    assert cells(made, "provider_name", "registration_number") == [
        ["Cita", "40008000003"],
        ["Saule (40008000001)", "40008000001"],
        ["Saule (40008000002)", "40008000002"],
    ]
    assert notes(made) == {("same_name", (2, 3))}


def test_f68_one_institution_without_a_number_at_one_address_is_taken(tmp_path: Path) -> None:
    made = imported(sent(tmp_path, listed(one(number=""), one(number="", group=GRT))))
    assert cells(made, "target_group", "registration_number") == [
        ["ft_children", ""], ["grt_adults", ""],
    ]  # fmt: skip


def test_one_institution_at_two_addresses_keeps_its_name(tmp_path: Path) -> None:
    made = imported(sent(tmp_path, listed(one(), one(site="Parka iela 2"))))
    assert cells(made, "provider_name") == [["Saule"], ["Saule"]]
    assert notes(made) == set()


@pytest.mark.parametrize(
    "again",
    [one(), one(opened="1.5.2019"), one(provider="SAULE", site="liela  iela 1", place="rezekne"),
     one(group=FT.upper()), one(number="4000 8000001")],
)  # fmt: skip
def test_row_that_says_the_same_is_taken_once_and_counted(
    tmp_path: Path, again: dict[str, str]
) -> None:
    made = imported(sent(tmp_path, listed(one(), again)))
    assert (len(made.services), made.rows) == (1, 2)
    assert made.excluded["reason"].tolist() == ["repeated"]
    (note,) = [each for each in made.notes if each.rule == "repeated"]
    assert "rows 2 and 3" in note.message_en or "rows 3 and 2" in note.message_en


@pytest.mark.parametrize(
    ("closed", "opened", "refused"),
    [
        ("", "2020-01-01", True),
        ("2020-01-01", "2020-01-01", True),
        ("2019-12-31", "2020-01-01", False),
        ("2019-12-31", "2019-05-01", True),
    ],
)
def test_one_service_with_other_dates_is_refused_where_they_overlap(
    tmp_path: Path, closed: str, opened: str, refused: bool
) -> None:
    path = sent(tmp_path, listed(one(closed=closed), one(opened=opened)))
    if refused:
        assert faults(path) == [("overlap", "opened", (2, 3))]
    else:
        assert len(imported(path).services) == 2


def test_two_names_of_one_service_type_at_an_address_are_one_service(tmp_path: Path) -> None:
    mapping = replace(MAPPING, services={**MAPPING.services, "Dienas centrs": "dac"})
    same = sent(tmp_path, listed(one(), one(service="Dienas centrs")))
    assert imported(same, mapping).excluded["reason"].tolist() == ["repeated"]
    other = sent(tmp_path, listed(one(), one(service="Dienas centrs", opened="2020-01-01")))
    assert faults(other, mapping) == [("overlap", "opened", (2, 3))]


# --- Personal codes, columns, everything at once -------------------------------------------------


@pytest.mark.parametrize("number", ["010190-12345", "01019012345", "32000012345"])
def test_f64_personal_code_as_registration_number_is_refused(tmp_path: Path, number: str) -> None:
    path = sent(tmp_path, listed(one(number=number)))
    (problem,) = problems(path)
    assert (problem.rule, problem.column, problem.rows) == (
        "personal_code", "registration_number", (2,),
    )  # fmt: skip
    assert "12345" not in problem.text("en") + problem.text("lv")


def test_f64_personal_code_in_a_column_that_is_not_taken_over_is_refused(tmp_path: Path) -> None:
    row = one() | {"Piezīmes": "kontakts 010190-12345"}
    assert [rule for rule, _, _ in faults(sent(tmp_path, listed(row)))] == ["personal_code"]


def test_columns_that_are_not_taken_over_are_told(tmp_path: Path) -> None:
    made = imported(sent(tmp_path, listed(one() | {"phone": "67000000"})))
    assert "phone" not in made.services.columns
    (note,) = [each for each in made.notes if each.rule == "extra_column"]
    assert "phone; they are not taken over" in note.message_en
    assert "phone; tās nepārņem" in note.message_lv


def test_columns_have_the_names_of_the_mapping(tmp_path: Path) -> None:
    names = {"Veids": "service", "Nosaukums": "site", "Kam": "target_group", "Kas": "provider_name"}
    mapping = replace(MAPPING, columns=names)
    text = f"Veids;Kam;Kas;Nosaukums;Novads;No\n{DAC};{FT};Saule;Liela 1;Rēzekne;2019-05-01"
    path = sent(tmp_path, text)
    assert cells(imported(path, mapping), "provider_name", "site") == [["Saule", "Liela 1"]]
    assert ("columns", "", (1,)) in faults(path)


def test_column_that_is_excluded_is_not_taken_for_another(tmp_path: Path) -> None:
    path = sent(tmp_path, listed(one() | {"Faktiskā adrese": "Parka iela 2"}))
    assert ("header_twice", "", (1,)) in faults(path)
    made = imported(path, replace(MAPPING, columns={"ADRESE": "exclude"}))
    assert cells(made, "site") == [["Parka iela 2"]]


def test_row_that_a_package_would_set_aside_is_an_error_here(tmp_path: Path) -> None:
    with pytest.raises(DataError) as refused:
        imported(sent(tmp_path, listed(one(closed="31.04.2020"))))
    assert ("type", "error") in {(each.rule, each.severity) for each in refused.value.problems}


def test_all_problems_of_a_register_are_told_at_once(tmp_path: Path) -> None:
    rows = [
        one(),
        one(service="Nezināms pakalpojums", opened="x", number="1"),
        one(place="Rezknes novads", number="2"),
        one(group="citi", closed="2018-01-01", number="3"),
        one(opened="2020-01-01"),
        one(provider="Nams", number="", site="A"),
        one(provider="Nams", number="", site="B"),
        one(provider="", number="5"),
    ]
    assert set(faults(sent(tmp_path, listed(*rows)))) == {
        ("not_mapped", "service", (3,)),
        ("type", "opened", (3,)),
        ("unknown_municipality", "municipality", (4,)),
        ("not_mapped", "target_group", (5,)),
        ("validity", "closed", (5,)),
        ("overlap", "opened", (2, 6)),
        ("same_name", "registration_number", (7, 8)),
        ("required", "provider_name", (9,)),
    }


# --- Properties ----------------------------------------------------------------------------------


@given(seed=st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_order_of_rows_is_irrelevant(
    tmp_path_factory: pytest.TempPathFactory, seed: random.Random
) -> None:
    folder = tmp_path_factory.mktemp("register")
    lines = REGISTER.splitlines()
    shuffled = lines[1:]
    seed.shuffle(shuffled)
    first = imported(sent(folder))
    made = imported(sent(folder, "\n".join([lines[0], *shuffled])))
    pd.testing.assert_frame_equal(made.services, first.services)
    pd.testing.assert_frame_equal(made.mapping, first.mapping)
    assert sorted(made.excluded["reason"]) == sorted(first.excluded["reason"])


ROWS = st.builds(
    one,
    service=st.sampled_from(["Dienas aprūpes centrs", "Pansionāts", "Grupu māja (dzīvoklis)"]),
    form=st.sampled_from(["ar izmitināšanu", "bez izmitināšanas"]),
    group=st.sampled_from([FT, GRT, "Pensijas vecuma personas"]),
    provider=st.sampled_from(["Saule", "Atbalsta nams", "SAULE"]),
    number=st.sampled_from(["40008000001", "40008000002"]),
    site=st.sampled_from(["Liela iela 1", "liela iela 1", "Parka iela 2"]),
    place=st.sampled_from(["Rēzekne", "Rēzeknes novads", "rezekne"]),
    opened=st.sampled_from(["2019-05-01", "1.5.2019", "2023-01-01"]),
    closed=st.sampled_from(["2020-12-31", "2022-12-31"]),
)


@given(rows=st.lists(ROWS, min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_rows_in_are_rows_written_and_excluded(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]]
) -> None:
    rows = [row | {"Datums līdz": ""} if row["Datums no"] == "2023-01-01" else row for row in rows]
    path = sent(tmp_path_factory.mktemp("register"), listed(*rows))
    try:
        made = imported(path)
    except DataError as error:
        # Only services with other dates can stand in the way.
        wrong = {each.rule for each in error.problems if each.severity != "note"}
        assert wrong == {"overlap"}
        return
    assert made.rows == len(rows) == len(made.services) + len(made.excluded)
    assert not made.excluded["row"].duplicated().any()
    key = ["provider_name", "site", "municipality", "service_type", "target_group", "opened"]
    assert not made.services.duplicated(key).any()


# --- In the data package -------------------------------------------------------------------------


def test_written_rows_keep_the_data_contract(
    tmp_path: Path, tables: dict[str, list[dict[str, str]]], write_csv: Callable[..., Path]
) -> None:
    names = ["Rēzekne", "Rēzeknes novads"]
    tables["municipalities"] += [
        {"municipality": code, "name_lv": name, "valid_from": "2009-07-01", "valid_to": "",
         "successor": "", "source": "act"}
        for code, name in zip(["rezekne", "rezeknes-novads"], names, strict=True)
    ]  # fmt: skip
    folder = write_csv(tables)
    more = listed(one(provider="Mājas", site="A 1"), one(provider="Mājas", number="7", site="A 1"))
    text = REGISTER + "\n" + "\n".join(more.splitlines()[1:])
    made = import_register(
        sent(tmp_path, text), MAPPING, read_package(folder).tables["municipalities"]
    )
    rows = service_rows(made, "ledger")
    rows.to_csv(folder / "services-register.csv", index=False, date_format="%Y-%m-%d")
    assert [each.text() for each in check_package(folder) if each.severity != "note"] == []
    services = read_package(folder).tables["services"]
    # 2 rows of the fixture, 4 of the register, 2 of the institutions that are called the same.
    assert len(services) == 2 + 4 + 2
    assert set(services["registration_number"].dropna()) == {
        "40008000001", "40008000002", "90000000003", "7",
    }  # fmt: skip


# --- The mapping ---------------------------------------------------------------------------------

WHOLE = """
source: the planning region
status: expert
services:
  Dienas aprūpes centrs: dac
  "Grupu māja (dzīvoklis)":
    ar izmitināšanu: gd
    bez izmitināšanas: exclude
target_groups:
  "": care_children
municipalities:
  "0021000": rezekne
columns:
  Veids: service
names_as_of: 2023-03-01
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "mapping.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_mapping_is_read(tmp_path: Path) -> None:
    assert read_register_mapping(written(tmp_path, WHOLE)) == RegisterMapping(
        services={
            "Dienas aprūpes centrs": "dac",
            "Grupu māja (dzīvoklis)": {"ar izmitināšanu": "gd", "bez izmitināšanas": "exclude"},
        },
        target_groups={"": "care_children"},
        source="the planning region",
        status="expert",
        municipalities={"0021000": "rezekne"},
        columns={"Veids": "service"},
        names_as_of=dt.date(2023, 3, 1),
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("source: the planning region\n", "", "expected exactly services"),
        ("status: expert", "status: certain", "status: expected one of published"),
        ("centrs: dac", "centrs: DAC", "services: Dienas aprūpes centrs: DAC: expected a code"),
        ("centrs: dac", "centrs: [dac]", "expected a code"),
        ("centrs: dac", "centrs: dac\n  DIENAS APRUPES CENTRS: dc", "are one name"),
        (
            "izmitināšanu: gd",
            "izmitināšanu: 5",
            "Grupu māja .*: ar izmitināšanu: 5: expected a code",
        ),
        ('"0021000": rezekne', "0021000: rezekne", "write names in quotes"),
        ("Veids: service", "Veids: kind", "expected one of service, accommodation"),
        ("names_as_of: 2023-03-01", "names_as_of: 2023", "names_as_of: 2023: expected a date"),
        (
            'target_groups:\n  "": care_children',
            "target_groups: 5",
            "target_groups: expected lines",
        ),
        ("names_as_of: 2023-03-01", "more: 1", "municipalities, columns, names_as_of may be there"),
        ("source:", "[", "cannot be read as YAML"),
    ],
)
def test_mapping_that_is_wrong_is_refused_with_its_file(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in WHOLE
    with pytest.raises(ParameterError, match=rf"mapping\.yml.*{said}"):
        read_register_mapping(written(tmp_path, WHOLE.replace(old, new)))


# --- The command ---------------------------------------------------------------------------------


@pytest.fixture
def package(
    tmp_path: Path, tables: dict[str, list[dict[str, str]]], write_csv: Callable[..., Path]
) -> Path:
    """A package of one's own with two municipalities, a register and a mapping beside it."""
    path = write_csv(tables)
    rows = [
        one(place="AIZPUTES NOVADS", opened="01.05.2019"),
        one(place="AIZPUTES NOVADS", opened="2019-05-01"),
        one(place="Tukuma novads", site="Parka iela 2", opened="2022-05-01"),
        one(service="Pansionāts"),
    ]
    sent(tmp_path, listed(*rows))
    written(
        tmp_path,
        "source: us\nstatus: expert\nservices: {Dienas aprūpes centrs: dac, Pansionāts: exclude}\n"
        "target_groups: {Bērni ar funkcionāliem traucējumiem: ft_children}\n",
    )
    return path


def said(package: Path, *options: object) -> Result:
    folder = package.parent
    arguments = [
        "import", "register", folder / "register.csv", "--mapping", folder / "mapping.yml",
        "--source", "ledger", "--data", package, "--out", package / "services-register.csv",
        *options,
    ]  # fmt: skip
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_register_becomes_a_part_of_the_services(package: Path) -> None:
    result = said(package)
    assert result.exit_code == 0, result.output
    assert (
        "4 rows in the register = 2 in services-register.csv + 2 excluded (1 whose service does "
        "not count, 1 that say the same as another)"
    ) in result.output
    assert "dac  Dienas aprūpes centrs  (rows: 3)" in result.output
    assert "exclude  Pansionāts  (rows: 1)" in result.output
    assert "note: register.csv, column service, rows 2, 3: rows say the same" in result.output
    assert (package / "services-register.csv").read_text("utf-8").splitlines() == [
        "provider_name,site,municipality,service_type,target_group,opened,closed,source,"
        "registration_number",
        "Saule,Liela iela 1,aizputes-novads,dac,ft_children,2019-05-01,,ledger,40008000001",
        "Saule,Parka iela 2,tukuma-novads,dac,ft_children,2022-05-01,,ledger,40008000001",
    ]
    assert len(read_package(package).tables["services"]) == 2 + 2
    again = said(package)
    assert again.exit_code == 2
    assert "exists already" in again.output


def test_code_that_nothing_else_has_is_told(package: Path) -> None:
    mapping = package.parent / "mapping.yml"
    assert "no words for this code" not in said(package).output
    (package / "services-register.csv").unlink()
    mapping.write_text(mapping.read_text("utf-8").replace("centrs: dac", "centrs: dca"), "utf-8")
    assert "mapping.yml: service_type dca: reports have no words" in said(package).output


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--source", "nobody"), "not in table sources"),
        (("--mapping", "no.yml"), "cannot be read"),
        (("--data", "nowhere"), "no such folder"),
    ],
)
def test_register_that_is_refused_writes_nothing(
    package: Path, options: tuple[str, ...], words: str
) -> None:
    result = said(package, *options)
    assert result.exit_code == 2
    assert words in result.output
    assert not (package / "services-register.csv").exists()


def test_register_with_problems_tells_them_all_and_writes_nothing(package: Path) -> None:
    sent(package.parent, listed(one(place="Tukma novads"), one(service="Nezināms pakalpojums")))
    result = said(package)
    assert result.exit_code == 2
    assert "register.csv, column municipality, row 2" in result.output
    assert "Nearest: Tukuma novads." in result.output
    assert "register.csv, column service, row 3" in result.output
    assert not (package / "services-register.csv").exists()


def test_register_of_which_nothing_counts_writes_nothing(package: Path) -> None:
    sent(package.parent, listed(one(service="Pansionāts")))
    result = said(package)
    assert result.exit_code == 2
    assert "excludes every row" in result.output
    assert not (package / "services-register.csv").exists()


def test_register_for_a_package_without_municipalities_is_refused(package: Path) -> None:
    for path in package.iterdir():
        if path.stem not in ("sources", "price_index"):
            path.unlink()
    result = said(package)
    assert result.exit_code == 2
    assert "has no table municipalities" in result.output
