"""Every rule of the data contract, each table broken in a way of its own."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from dieval.errors import DataError, Problem
from dieval.inputs.read import check_package, read_package
from dieval.inputs.schema import table_names

Rows = list[dict[str, str]]
Tables = dict[str, Rows]
Write = Callable[[Tables], Path]

INVENTED_PERSONAL_CODE = "000000-00000"


@dataclass(frozen=True)
class Wrong:
    """A change of a valid package and the one problem that must follow."""

    table: str
    cells: tuple[tuple[int, str, str], ...]  # line, column, new value; a new line copies the last
    rule: str
    column: str
    rows: tuple[int, ...]
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.table}-{self.rule}-{self.column.split(',')[0]}"


def one(table: str, line: int, column: str, value: str, rule: str, *said: str) -> Wrong:
    return Wrong(table, ((line, column, value),), rule, column, (line,), *said)


ERRORS = [
    one("sources", 3, "evidence", "guessed", "enum", "codes of the column; got guessed",
        "published; .*expert – expert judgement"),
    one("sources", 2, "published", "31.03.2021", "pattern", "YYYY-MM-DD; got 31.03.2021", "form"),
    one("regions", 2, "name_en", "", "required", "required cell is empty", "Fill in the value"),
    one("municipalities", 2, "valid_to", "2009-06-30", "validity", "before valid_from", "dates"),
    one("municipalities", 3, "successor", "dienvidkurzemes", "foreign_key", "does not stand",
        "perhaps dienvidkurzemes-novads"),
    Wrong("region_membership", ((5, "valid_from", "2021-06-30"),), "overlap", "valid_from",
          (4, 5), "rows 4 and 5", "End the earlier period"),
    one("providers", 3, "owner", "church", "enum", "got church",
        "codes: state; municipality; ngo – non-governmental organisation"),
    one("providers", 3, "closed", "2018-08-31", "validity", "before opened", "Correct one"),
    one("costs", 2, "amount_eur", "-120", "minimum", r"0 or more \[EUR/year\]; got -120",
        "refunds as a row of their own with cost_item other"),
    one("costs", 3, "region", "riga", "provider", r"region of the provider .*\(kurzeme\); got riga",
        "Write the same as in table providers"),
    Wrong("costs", ((3, "payer", "municipality"),), "key", "region, provider, care_arrangement, "
          "year, age_band, need_level, cost_item, payer, source", (2, 3), "rows 2 and 3",
          "Keep one"),
    Wrong("costs", ((3, "payer", "municipality"), (3, "age_band", "0-6")), "group", "age_band",
          (2, 3), "counted twice", "Keep either"),
    one("assets", 3, "useful_life_years", "0", "minimum", r"1 or more \[years\]; got 0", "Correct"),
    one("assets", 3, "acquired_year", "15", "type", r"year YYYY; got 15", "four digits"),
    one("activity", 2, "child_days", "7 32", "type", r"number \[child-days\]; got 7 32",
        "without spaces"),
    one("activity", 3, "care_arrangement", "institution", "provider",
        r"not the care_arrangement .*\(youth_house\)", "correct it there"),
    Wrong("activity", ((4, "need_level", "all"),), "group", "need_level", (3, 4), "counted twice",
          "Keep either"),
    one("households", 2, "children_in_household", "4", "enum", "got 4",
        r"1 – 1 child; 2 – 2 children; 3\+ – 3 or more\."),
    one("statutory_rates", 6, "amount_eur_month", "52,5", "decimal_sign",
        "decimal comma and numbers with a decimal point", "one decimal sign"),
    one("statutory_rates", 2, "valid_from", "2010-01-15", "whole_month",
        "first day of a month; got 2010-01-15", "whole months"),
    one("statutory_rates", 2, "valid_to", "2017-12-30", "whole_month",
        "last day of a month; got 2017-12-30", "whole months"),
    Wrong("statutory_rates", ((2, "valid_to", ""),), "overlap", "valid_from", (2, 3, 4),
          "rows 2 and 3; 2 and 4", "End the earlier"),
    Wrong("price_index", ((3, "year", "2019"),), "key", "year", (2, 3), r"\(year\).*rows 2 and 3",
          "Keep one"),
    one("price_index", 3, "value", "0", "minimum", r"more than 0 \[index\]; got 0", "Correct"),
    one("ledger_codes", 3, "cost_item", "food", "enum", "one of the codes.*got food", "exclude"),
    one("cost_structure", 2, "provider", "p9", "foreign_key", "provider of table providers; got p9",
        "add a row to table providers"),
    one("placements", 2, "children", "20.5", "type", r"whole number \[children\]; got 20.5",
        "digits only"),
    one("placements", 4, "region", "nationl", "foreign_key", "got nationl", "perhaps national"),
    one("carers", 4, "count", "-3", "minimum", r"0 or more \[carers\]; got -3", "Correct"),
    Wrong("services", ((3, "opened", "2020-12-31"),), "overlap", "opened", (2, 3), "rows 2 and 3",
          "End the earlier"),
    one("availability", 2, "rating", "4", "maximum", "must be 3 or less.*got 4", "Correct"),
    one("needs", 2, "date", "2020-02-30", "type", "date YYYY-MM-DD; got 2020-02-30", "2020-05-31"),
    one("reimbursement", 2, "target_group", "children", "enum", "got children",
        "ft_parents – parents of children with functional disorders.*perhaps ft_children"),
    one("indicators", 3, "direction", "2", "enum", "got 2",
        "1 – higher is better; -1 – lower is better"),
    one("indicators", 2, "indicator", "Children FT", "pattern", "lower-case", "every table"),
    one("targets", 2, "target_date", "2014-12-31", "order", "before baseline_date", "dates"),
    Wrong("observations", ((3, "source", "act"),), "key",
          "indicator, region, date, counting_basis, source", (2, 3), "rows 2 and 3", "Keep one"),
    one("infrastructure", 2, "places", "many", "type", r"whole number \[places\]", "digits only"),
    one("milestones", 3, "project", "i2", "foreign_key", "project of table infrastructure; got i2",
        "add a row to table infrastructure"),
    one("destinations", 2, "source", "memory", "foreign_key", "source of table sources", "sources"),
    one("transition_costs", 2, "kind", "party", "enum", "got party",
        "capital – buildings and equipment; redundancy; "),
    one("flows", 3, "to_arrangement", "entry", "enum", "got entry",
        "adoption – adopted; family – back in the own family"),
    one("planned_places", 2, "year", "2200", "maximum", "2100 or less.*got 2200", "Correct"),
    one("partners", 2, "agreed_on", "1016-01-15", "minimum", "1900-01-01 or more; got 1016-01-15",
        "Correct"),
    one("plan_events", 3, "plan", "p7", "foreign_key", "table providers; got p7", "add a row"),
    one("plan_deadlines", 3, "due", "in spring", "type", "expected date YYYY-MM-DD",
        "Write the date"),
    one("tiles", 3, "tile_row", "-1", "minimum", r"0 or more \[tiles\]; got -1", "Correct"),
    one("plan_events", 2, "number", f"5 / {INVENTED_PERSONAL_CODE}", "personal_code",
        "holds a personal code", "Delete the personal codes"),
    one("quality_checks", 2, "check", "data_compleet", "enum", "codes of the column; got data_com",
        "perhaps data_complete"),
    one("quality_checks", 2, "checked_sha256", "A1", "pattern", "got A1", "Write it in this form"),
    one("quality_checks", 4, "evidence", "", "unproven", "closed, but “What shows it” is empty",
        "or write open as the result"),
    one("quality_checks", 2, "checked_by", " ", "unproven", "“Checked by” is empty",
        "Role or organisation, never the name of a person"),
    one("quality_checks", 2, "checked_on", "", "unproven", "“Checked on” is empty", "Fill it in"),
    one("quality_checks", 4, "checked_sha256", "", "unproven", "“Checksum of what", "Fill it in"),
    one("quality_checks", 2, "checked_on", "2099-01-01", "future", "still to come; got 2099-01-01",
        "day on which the check ended"),
    one("quality_checks", 2, "report", "cost_comparison", "subject", "all the data of the region",
        "Leave the cell empty"),
    one("quality_checks", 2, "provider", "p1", "subject", "all the data of the region",
        "Leave the cell empty"),
    one("quality_checks", 3, "report", "", "subject", "does not say of which", "Write the code"),
    one("quality_checks", 3, "region", "riga", "provider", "in another region; got riga",
        "region of the institution"),
    one("quality_checks", 2, "checked_by", INVENTED_PERSONAL_CODE, "personal_code",
        "holds a personal code", "Delete the personal codes"),
    one("holders", 2, "provider", "p9", "foreign_key", "table providers; got p9", "add a row"),
]  # fmt: skip

NOTES = [
    Wrong("costs", ((6, "care_arrangement", "guardian"),), "no_activity", "amount_eur", (6,),
          "kurzeme/guardian/2020", "Add the child-days"),
    Wrong("costs", ((6, "cost_item", "allowance"),), "recorded_allowance", "cost_item", (6,),
          "shown beside, not added to", "Nothing to do"),
    Wrong("households", ((3, "child_months", "229"),), "child_months", "child_months", (2, 3),
          r"kurzeme/foster_family/2020 379.0 / 400.0", "same children"),
    Wrong("needs", ((2, "receiving", "21"),), "coverage", "receiving", (2,),
          "receive the service than need it", "Check the counts"),
    Wrong("needs", ((2, "assessed", "19"),), "coverage", "needing", (2,),
          "need the service than were assessed", "Check the counts"),
    Wrong("reimbursement", ((3, "target_group", "ft_children"), (3, "date", "2020-12-31")),
          "persons_fall", "persons_cumulative", (3,), "fewer than on the date before",
          "from the start of the project"),
    Wrong("milestones", ((3, "actual", "2018-09-14"),), "milestone_order", "actual", (3,),
          "before, or without, the one that precedes", "Check both dates"),
    Wrong("services", ((3, "closed", ""),), "ended_municipality", "municipality", (3,),
          r"has ended: aizputes-novads\.", "start a new one in its successor"),
    Wrong("destinations", ((3, "year", "2022"), (3, "children", "9")), "plan_counts_twice",
          "children", (3,), "more children than the year before.*counted twice",
          "add a row “entry”; until then no annex is made for this plan"),
    Wrong("destinations", ((3, "year", "2022"),), "plan_loses", "children", (3,),
          "fewer children than the year before.*where the others went",
          "Add rows “family”, “adoption” or “exit”, .*; until then no annex is made"),
    Wrong("destinations", ((3, "provider", "p2"), (3, "care_arrangement", "youth_house")),
          "plan_closes_early", "children", (3,), "after the day on which table providers closes it",
          "Mend the closing day or the rows of the plan; until then no annex is made"),
]  # fmt: skip


def changed(tables: Tables, wrong: Wrong) -> Tables:
    for line, column, value in wrong.cells:
        tables[wrong.table][line - 2][column] = value
    return tables


def same(problem: Problem, wrong: Wrong) -> bool:
    place = (problem.file, problem.column, problem.rows, problem.rule)
    return place == (f"{wrong.table}.csv", wrong.column, wrong.rows, wrong.rule)


def test_remedy_says_in_latvian_what_the_codes_mean(tables: Tables, write_csv: Write) -> None:
    tables["costs"][0]["care_arrangement"] = "orphanage"
    (problem,) = [p for p in check_package(write_csv(tables)) if p.rule == "enum"]
    assert problem.message_lv == "jābūt vienam no kolonnas kodiem; ir orphanage."
    assert "foster_family – audžuģimene; " in problem.remedy_lv
    assert "foster_family – " not in problem.remedy_en


def test_units_of_latvian_messages_are_latvian(tables: Tables, write_csv: Write) -> None:
    tables["costs"][0]["amount_eur"] = "x"
    tables["assets"][0]["useful_life_years"] = "0"
    tables["activity"][0]["child_days"] = ""
    tables["costs"][1]["amount_eur"] = "-1"
    said = {p.column + p.rule: p.message_lv for p in check_package(write_csv(tables))}
    assert said["amount_eurtype"] == "vajadzīgs skaitlis [EUR gadā]; ir x."
    assert said["amount_eurminimum"].startswith("jābūt vismaz 0 [EUR gadā]; ir -1")
    assert said["useful_life_yearsminimum"] == "jābūt vismaz 1 [gadi]; ir 0."
    assert said["child_daysrequired"] == "obligātā šūna ir tukša [bērndienas]."


def assert_said(problem: Problem, wrong: Wrong) -> None:
    assert re.search(wrong.message, problem.message_en), problem.message_en
    assert re.search(wrong.remedy, problem.remedy_en), problem.remedy_en
    assert problem.message_lv and problem.message_lv != problem.message_en
    assert problem.remedy_lv and problem.remedy_lv != problem.remedy_en


def errors_of(path: Path) -> list[Problem]:
    return [problem for problem in check_package(path) if problem.severity != "note"]


def test_errors_break_every_table() -> None:
    assert {wrong.table for wrong in ERRORS} == set(table_names())


def test_valid_package_has_no_problem_but_the_missing_descriptor(
    tables: Tables, write_csv: Write
) -> None:
    assert [problem.rule for problem in check_package(write_csv(tables))] == ["no_descriptor"]


# Where one fault makes others: a code that no longer stands in its table.
CASCADES = {"indicators-pattern-indicator", "municipalities-validity-valid_to"}


@pytest.mark.parametrize("wrong", ERRORS, ids=str)
def test_wrong_table_is_one_error_at_its_place(
    tables: Tables, write_csv: Write, wrong: Wrong
) -> None:
    with pytest.raises(DataError, match=re.escape(f"{wrong.table}.csv")) as raised:
        read_package(write_csv(changed(tables, wrong)))
    errors = [problem for problem in raised.value.problems if problem.severity != "note"]
    expected = [problem for problem in errors if same(problem, wrong)]
    assert len(expected) == 1, [problem.text() for problem in errors]
    assert_said(expected[0], wrong)
    # Where it was the only row of the file, and where others name it.
    others = [problem for problem in errors if problem.rule not in ("no_rows", "follows")]
    assert others == expected or str(wrong) in CASCADES


@pytest.mark.parametrize("table", table_names())
def test_table_of_nonsense_gives_errors_and_no_traceback(
    tables: Tables, write_csv: Write, table: str
) -> None:
    tables[table] = [dict.fromkeys(row, "?") for row in tables[table]]
    found = {problem.rule for problem in errors_of(write_csv(tables)) if table in problem.file}
    assert found & {"enum", "pattern", "type", "foreign_key"}


@pytest.mark.parametrize("wrong", NOTES, ids=str)
def test_doubtful_table_is_read_with_a_note(tables: Tables, write_csv: Write, wrong: Wrong) -> None:
    package = read_package(write_csv(changed(tables, wrong)))
    expected = [problem for problem in package.notes if same(problem, wrong)]
    assert len(expected) == 1, [problem.text() for problem in package.notes]
    assert expected[0].severity == "note"
    assert_said(expected[0], wrong)


def test_plan_that_loses_and_counts_twice_is_noted_in_latvian(
    tables: Tables, write_csv: Write
) -> None:
    row = tables["destinations"][0]
    years = {"2021": "6", "2022": "4", "2023": "5"}
    tables["destinations"] = [{**row, "year": y, "children": n} for y, n in years.items()]
    notes = [note.text("lv") for note in read_package(write_csv(tables)).notes if note.rows]
    assert notes == [
        "destinations.csv, kolonna children, rinda 3: pēc plāna bērnu ir mazāk nekā gadu iepriekš, "
        "un nav norādīts, kur palikuši pārējie. Pievienojiet rindas „family”, „adoption” vai "
        "„exit” vai izlabojiet gada rindas; līdz tam šā plāna pielikums netiek sagatavots.",
        "destinations.csv, kolonna children, rinda 4: pēc plāna bērnu ir vairāk nekā gadu iepriekš "
        "kopā ar tiem, kas iestājušies: kāds ir ieskaitīts divreiz. Izlabojiet gada rindas vai "
        "pievienojiet rindu „entry”; līdz tam šā plāna pielikums netiek sagatavots.",
    ]


def test_plan_whose_children_come_and_leave_has_no_note(tables: Tables, write_csv: Write) -> None:
    row = tables["destinations"][0]
    plan = [("2021", "foster_family", "6"), ("2022", "foster_family", "5"), ("2022", "family", "2"),
            ("2022", "entry", "1")]  # fmt: skip
    tables["destinations"] = [
        {**row, "year": year, "care_arrangement": code, "children": children}
        for year, code, children in plan
    ]
    assert [note for note in read_package(write_csv(tables)).notes if note.rows] == []


def test_needs_that_contradict_themselves_thrice_have_three_notes(
    tables: Tables, write_csv: Write
) -> None:
    tables["needs"][0].update(assessed="11", needing="12", receiving="13")
    notes = [note.message_en for note in read_package(write_csv(tables)).notes if note.rows]
    assert sorted(notes) == [
        "more persons need the service than were assessed.",
        "more persons receive the service than need it.",
        "more persons receive the service than were assessed.",
    ]


def test_many_faults_at_once_are_all_listed(tables: Tables, write_csv: Write) -> None:
    chosen = {wrong.table: wrong for wrong in ERRORS if str(wrong) not in CASCADES}
    for wrong in chosen.values():
        changed(tables, wrong)
    errors = errors_of(write_csv(tables))
    for wrong in chosen.values():
        assert any(same(problem, wrong) for problem in errors), str(wrong)
    with pytest.raises(DataError) as raised:
        read_package(write_csv(tables))
    assert set(errors) <= set(raised.value.problems)
    assert str(raised.value).count("\n") + 1 == len(raised.value.problems)


def test_one_rule_in_many_rows_is_one_problem_with_all_rows(
    tables: Tables, write_csv: Write
) -> None:
    row = tables["costs"][3]
    tables["costs"] += [{**row, "year": str(2000 + n), "payer": "fund"} for n in range(9)]
    problems = [problem for problem in errors_of(write_csv(tables)) if problem.rule == "enum"]
    assert len(problems) == 1
    assert problems[0].rows == tuple(range(7, 16))
    assert "rows 7, 8, 9, 10, 11 and 4 more" in problems[0].text()


def test_missing_table_that_keys_point_to_is_named(tables: Tables, write_csv: Write) -> None:
    del tables["providers"]
    errors = errors_of(write_csv(tables))
    assert {problem.file for problem in errors} == {
        *("costs.csv", "assets.csv", "activity.csv", "cost_structure.csv"),
        *("destinations.csv", "transition_costs.csv", "plan_events.csv", "ledger_codes.csv"),
        *("quality_checks.csv", "holders.csv"),
    }
    assert {problem.rule for problem in errors} == {"foreign_key"}
    assert all("table providers" in problem.message_en for problem in errors)
    assert all("trūkst tabulas providers" in problem.message_lv for problem in errors)


def test_table_that_nothing_points_to_may_be_absent(tables: Tables, write_csv: Write) -> None:
    del tables["flows"]
    assert "flows" not in read_package(write_csv(tables)).tables


def test_references_to_an_unreadable_table_are_not_errors_of_their_own(
    tables: Tables, write_csv: Write
) -> None:
    folder = write_csv(tables)
    (folder / "providers.csv").write_bytes(b"provider\xff")
    assert [(problem.file, problem.rule) for problem in errors_of(folder)] == [
        ("providers.csv", "encoding")
    ]


def test_key_twice_in_two_files_names_both(tables: Tables, write_csv: Write) -> None:
    folder = write_csv(tables)
    lines = (folder / "price_index.csv").read_text(encoding="utf-8").splitlines()
    (folder / "price_index-2.csv").write_text("\n".join([lines[0], lines[2]]), encoding="utf-8")
    errors = errors_of(folder)
    assert [(problem.file, problem.rows) for problem in errors] == [("price_index.csv", (3,))]
    assert "2 of price_index-2.csv" in errors[0].message_en
    (folder / "price_index-2.csv").write_text(
        "\n".join([lines[0], lines[2].replace("100.2", "100.3")]), encoding="utf-8"
    )
    errors = errors_of(folder)
    assert [(problem.file, problem.rows) for problem in errors] == [
        ("price_index-2.csv", (2,)),
        ("price_index.csv", (3,)),
    ]
    assert "3 of price_index.csv" in errors[0].message_en
    assert "2 of price_index-2.csv" in errors[1].message_en


@pytest.mark.parametrize("table", ["sources", "partners", "costs"])
def test_personal_code_is_never_shown(tables: Tables, write_csv: Write, table: str) -> None:
    column = {"sources": "title", "partners": "name_lv", "costs": "amount_eur"}[table]
    tables[table][0][column] = INVENTED_PERSONAL_CODE
    problems = check_package(write_csv(tables))
    found = [problem for problem in problems if problem.rule == "personal_code"]
    assert [(problem.file, problem.column, problem.rows) for problem in found] == [
        (f"{table}.csv", column, (2,))
    ]
    assert all(INVENTED_PERSONAL_CODE not in str(problem) for problem in problems)


def test_personal_code_in_an_extra_column_is_an_error(tables: Tables, write_csv: Write) -> None:
    for row in tables["partners"]:
        row["remark"] = f"child {INVENTED_PERSONAL_CODE}"
    errors = errors_of(write_csv(tables))
    assert [(problem.rule, problem.rows) for problem in errors] == [("personal_code", (2, 3))]


def test_words_in_a_code_column_are_not_repeated(tables: Tables, write_csv: Write) -> None:
    tables["partners"][0]["partner"] = "Anna Bērziņa, mother"
    problems = check_package(write_csv(tables))
    assert [problem.rule for problem in problems if problem.severity != "note"] == ["pattern"]
    assert "Anna" not in str(problems)


def test_two_sources_may_pay_the_same_item(tables: Tables, write_csv: Write) -> None:
    tables["costs"].append({**tables["costs"][0], "source": "act"})
    assert errors_of(write_csv(tables)) == []


def test_rates_of_the_same_months_for_other_groups_do_not_overlap(
    tables: Tables, write_csv: Write
) -> None:
    rate = tables["statutory_rates"][3]
    tables["statutory_rates"].append({**rate, "rate": "g-young", "age_band": "0-6"})
    assert errors_of(write_csv(tables)) == []


def test_rate_for_any_age_overlaps_one_for_an_age(tables: Tables, write_csv: Write) -> None:
    rate = tables["statutory_rates"][3]
    tables["statutory_rates"].append({**rate, "rate": "g-any", "age_band": ""})
    errors = errors_of(write_csv(tables))
    assert [(problem.rule, problem.rows) for problem in errors] == [("overlap", (5, 7))]


def test_check_of_a_hundred_thousand_cost_rows_takes_seconds(
    tables: Tables, write_csv: Write
) -> None:
    del tables["ledger_codes"]
    row = tables["costs"][0]
    tables["costs"] = [
        {**row, "amount_eur": str(n), "year": str(1950 + n % 100), "source": f"s{n // 100}"}
        for n in range(100_000)
    ]
    source = tables["sources"][0] | {"published": "2050"}
    tables["sources"] += [{**source, "source": f"s{n}"} for n in range(1000)]
    path = write_csv(tables)
    started = time.process_time()
    errors = errors_of(path)
    elapsed = time.process_time() - started
    assert errors == []
    assert elapsed < 6, f"{elapsed:.1f} s"  # about 1 s on the machine it was written on
