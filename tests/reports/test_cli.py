from __future__ import annotations

import csv
import json
import re
import shutil
import signal
import zipfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from dieval import __version__
from dieval.cli import main
from dieval.inputs.read import read_package
from dieval.reports import order, selftest, start
from dieval.reports.order import Plan
from dieval.reports.selftest import KnownAnswer
from dieval.reports.sums import BESIDE


@pytest.fixture
def say(root, monkeypatch):
    """Run the command in this process, in the source tree; an exception that escapes fails."""
    monkeypatch.chdir(root)

    def run(*arguments: object) -> Result:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise AssertionError("a traceback reached the user") from result.exception
        return result

    return run


# --- Help ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", sorted(main.commands))
def test_help_of_every_command_has_an_example(say, command):
    result = say(command, "--help")
    assert result.exit_code == 0
    assert f"Example: dieval {command}" in " ".join(result.output.split())


def test_help_lists_every_command_with_its_first_sentence(say):
    text = say("--help").output
    assert "Example: dieval report" in text
    for name in main.commands:
        assert re.search(rf"^  {name} +[A-Z]\w+ \w+", text, re.MULTILINE), name


def test_commands_are_the_documented_ones(say):
    assert {"report", "check", "template", "import", "selftest", "init", "lab"} <= set(
        main.commands
    )


@pytest.mark.parametrize(
    ("command", "where", "holds"),
    [
        (("report", "--out", "{out}"), "dieval.reports.begin.begin", "finished reports are in"),
        (("audit", "{out}"), "dieval.reports.project.find_project", "nothing is known about the"),
        (
            ("release", "{out}", "--name", "a"),
            "dieval.reports.gate.release",
            "the command did not finish",
        ),
        (("verify", "{out}"), "dieval.reports.verify.verify", "nothing is known about the folder"),
        (("diff", "{out}", "{out}"), "dieval.reports.diff.diff", "the command did not finish"),
        (("check", "data/latvia"), "dieval.inputs.read.examined", "the command did not finish"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_interrupted_command_ends_with_130_and_one_sentence(
    say, monkeypatch, tmp_path, command, where, holds
):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(where, interrupted)
    result = say(*(part.format(out=tmp_path) for part in command))
    assert result.exit_code == 130
    assert re.fullmatch(rf"interrupted: {holds}[a-z, ]*\n", result.stderr)
    assert result.stdout == ""


def test_version_is_that_of_the_package(say):
    result = say("--version")
    assert (result.exit_code, result.output) == (0, f"dieval {__version__}\n")


# --- report: wrong usage -------------------------------------------------------------------------

WRONG = {
    "report": (["cost_comparisn"], ["cost_comparisn", "did you mean cost_comparison?"]),
    "region": (["--region", "kurzme"], ["kurzme", "did you mean kurzeme?", "zemgale"]),
    "region in capitals": (["--region", "KURZEME"], ["did you mean kurzeme?"]),
    "language": (["--lang", "lt"], ["language lt", "did you mean lv?"]),
    "format": (["--format", "pfd"], ["format pfd", "did you mean pdf?", "xlsx"]),
    "edition": (["--edition", "publik"], ["publik", "did you mean public?", "internal"]),
    "parameter": (["-p", "discont_rate=0.1"], ["discont_rate", "did you mean discount_rate?"]),
    "text for a year": (["-p", "price_year=abc"], ["price_year", "expected int", "abc"]),
    "fraction for a year": (["-p", "price_year=2021.5"], ["price_year", "expected int"]),
    "empty value": (["-p", "price_year="], ["price_year", "expected int"]),
    "rate above 1": (["-p", "discount_rate=5"], ["discount_rate", "less than 1", "5"]),
    "rate below 0": (["-p", "discount_rate=-0.1"], ["discount_rate", "greater than or equal to 0"]),
    "rate nan": (["-p", "discount_rate=nan"], ["discount_rate", "nan"]),
    "rate infinite": (["-p", "discount_rate=inf"], ["discount_rate", "inf"]),
    "reference": (["-p", "reference=instituton"], ["did you mean institution?", "guardian"]),
    "year without prices": (["-p", "price_year=1999"], ["price_index", "1999"]),
    "period backwards": (["-p", "first_year=2022", "-p", "last_year=2020"], ["2022", "2020"]),
    "no value": (["-p", "discount_rate"], ["discount_rate", "expected NAME=VALUE"]),
    "region as a parameter": (["-p", "region=riga"], ["use --region"]),
    "institution": (
        ["reorganisation_annex", "--institution", "kurzeme-paraugs-l"],
        ["institution kurzeme-paraugs-l is unknown: did you mean kurzeme-paraugs-", "zemgale-para"],
    ),
    "nothing near": (
        ["reorganisation_annex", "--institution", "nope"],
        ["institution nope is unknown. Valid: kurzeme-paraugs-1, kurzeme-paraugs-3, latgale-para"],
    ),
    "institution as a parameter": (
        ["reorganisation_annex", "-p", "provider=kurzeme-paraugs-1"],
        ["-p provider=kurzeme-paraugs-1: use --institution instead."],
    ),
    "years before the plan": (
        ["reorganisation_annex", "--institution", "kurzeme-paraugs-1", "-p", "start_year=2017"],
        ["kurzeme-paraugs-1: its plan begins in 2018, start_year 2017", "Choose 2018 or later"],
    ),
    "years beyond the horizon": (
        ["reorganisation_annex", "--institution", "riga-paraugs-2", "-p", "horizon_years=61"],
        ["horizon_years", "less than or equal to 60", "61"],
    ),
    "edition as a parameter": (["-p", "edition=internal"], ["use --edition"]),
    "data that is not there": (["--data", "nowhere"], ["nowhere", "no such folder"]),
    "no jobs": (["--jobs", "0"], ["--jobs", "0"]),
    "unknown option": (["--reigon", "riga"], ["--reigon", "--region"]),
}


@pytest.mark.parametrize("case", WRONG)
def test_report_wrong_usage_is_refused_and_writes_nothing(say, tmp_path, case):
    arguments, words = WRONG[case]
    result = say("report", *arguments, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "made" not in result.stdout
    for part in words:
        assert part in result.stderr, part
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("out", ["data", ".", "releases/a"])
def test_report_into_a_folder_of_the_project_is_refused(say, root, out):
    result = say("report", "cost_comparison", "--region", "kurzeme", "--out", out)
    assert result.exit_code == 2
    assert f"error: --out {out}: is, holds or lies in the folder of " in result.stderr
    assert not list(root.glob("data/*/*/manifest.json"))


def test_report_institution_without_a_plan_is_not_suggested(say, tmp_path):
    result = say("report", "reorganisation_annex", "--institution", "nope", "--out", tmp_path)
    assert "kurzeme-paraugs-2" not in result.stderr


def test_report_unknown_edition_says_nothing_of_the_folder(say, tmp_path, put_report):
    put_report(tmp_path / "out", "riga/cost_comparison")
    result = say("report", "cost_comparison", "--edition", "secret", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "error: edition secret is unknown. Valid: public, internal." in result.stderr
    assert "folder of its own" not in result.stderr


def test_audit_of_no_folder_names_it_as_it_was_typed(say):
    result = say("audit", "no/where")
    assert result.exit_code == 2
    assert result.stderr == (
        "error: no/where: expected the folder of a report, or an output folder.\n"
    )


def test_diff_help_says_how_it_ends(say):
    text = " ".join(say("diff", "--help").output.split())
    assert "Ends with 0 where the editions were compared" in text
    assert "and with 2 where they cannot be" in text


def test_report_several_faults_are_named_at_once(say, tmp_path):
    arguments = ["--lang", "fr", "--format", "doc", "--edition", "secret", "nope", "-p", "x"]
    result = say("report", *arguments, "--out", tmp_path / "out")
    assert result.exit_code == 2
    for word in ("language fr", "format doc", "edition secret", "report nope", "-p x"):
        assert word in result.stderr, word


def test_report_faults_of_several_parameters_are_named_at_once(say, tmp_path):
    wrong = ["-p", "discont_rate=1", "-p", "price_year=abc", "-p", "last_year=x"]
    result = say("report", *wrong, "--out", tmp_path / "out")
    assert result.exit_code == 2
    for word in ("discont_rate", "price_year", "last_year"):
        assert word in result.stderr, word


def test_report_faults_of_region_parameter_and_language_are_named_at_once(say, tmp_path):
    wrong = ["--region", "kurzme", "-p", "discont_rate=1", "-p", "price_year=abc", "--lang", "fr"]
    result = say("report", *wrong, "--out", tmp_path / "out")
    assert result.exit_code == 2
    for word in ("kurzme", "discont_rate", "price_year", "language fr"):
        assert word in result.stderr, word


def test_report_parameter_given_twice_is_refused(planned, tmp_path):
    twice = ["-p", "discount_rate=0.03", "-p", "discount_rate=0.04"]
    result, plan = planned("report", *twice, "--out", tmp_path / "out")
    assert plan is None
    assert result.exit_code == 2
    assert "discount_rate" in result.stderr


# --- report: what is planned ---------------------------------------------------------------------


@pytest.fixture
def planned(say, monkeypatch):
    """Run the command up to the plan: what it said, and the plan that it would carry out."""

    def run(*arguments: object) -> tuple[Result, Plan | None]:
        plans = []
        monkeypatch.setattr(order, "carry_out", lambda plan, *_: plans.append(plan) or 0)
        before = signal.getsignal(signal.SIGTERM)
        try:
            result = say(*arguments)
        finally:
            signal.signal(signal.SIGTERM, before)
        return result, plans[0] if plans else None

    return run


def test_plan_without_names_is_every_report_for_every_region(planned):
    _, plan = planned("report")
    regions = ("kurzeme", "latgale", "riga", "vidzeme", "zemgale")
    expected = [f"{region}/cost_comparison" for region in regions]
    assert [task.folder for task in plan.tasks if task.report == "cost_comparison"] == expected
    assert plan.asked.out == Path("reports")


def test_plan_without_options_is_both_languages_and_all_formats(planned):
    _, plan = planned("report", "cost_comparison", "--region", "riga")
    (task,) = plan.tasks
    assert (task.languages, task.formats) == (("lv", "en"), ("html", "pdf", "docx", "xlsx"))
    assert task.parameters == {"region": "riga", "edition": "public"}


def test_plan_things_named_twice_are_made_once(planned):
    twice = ["--region", "riga", "--lang", "en", "--format", "pdf"] * 2
    _, plan = planned("report", "cost_comparison", "cost_comparison", *twice)
    assert [(task.unit, task.languages, task.formats) for task in plan.tasks] == [
        ("riga", ("en",), ("pdf",))
    ]


def test_plan_of_institutions_is_the_homes_that_have_a_plan(planned):
    _, plan = planned("report", "reorganisation_annex")
    regions = ("kurzeme", "latgale", "riga", "vidzeme", "zemgale")
    expected = [f"{region}-paraugs-{number}" for region in regions for number in (1, 3)]
    assert sorted(task.folder for task in plan.tasks) == [
        f"{home}/reorganisation_annex" for home in expected
    ]
    assert {*plan.known.units} >= {*expected, *regions}


def test_plan_of_institutions_in_a_region_is_its_homes_that_have_a_plan(planned):
    _, plan = planned("report", "reorganisation_annex", "--region", "riga")
    assert [task.unit for task in plan.tasks] == ["riga-paraugs-1", "riga-paraugs-3"]


def test_plan_of_an_institution_without_a_plan_is_made_when_it_is_named(planned):
    named = ["--institution", "riga-paraugs-2", "--institution", "riga-paraugs-2"]
    _, plan = planned("report", "reorganisation_annex", *named)
    (task,) = plan.tasks
    assert task.parameters == {"provider": "riga-paraugs-2", "edition": "public"}


def test_plan_without_names_makes_no_annex(planned):
    _, plan = planned("report", "--institution", "riga-paraugs-1")
    assert not [task for task in plan.tasks if task.report == "reorganisation_annex"]


def test_plan_parameters_have_the_types_that_the_notebook_declares(planned):
    given = ["-p", "price_year=2020", "-p", "discount_rate=0", "-p", "reference=guardian"]
    _, plan = planned("report", "cost_comparison", "--region", "riga", *given)
    (task,) = plan.tasks
    chosen = {name: task.parameters[name] for name in ("price_year", "discount_rate", "reference")}
    assert chosen == {"price_year": 2020, "discount_rate": 0.0, "reference": "guardian"}
    assert (type(chosen["price_year"]), type(chosen["discount_rate"])) == (int, float)


def test_plan_with_data_takes_the_other_package(planned, root, tmp_path):
    shutil.copytree(root / "data" / "latvia", tmp_path / "mine")
    file = tmp_path / "mine" / "regions.csv"
    file.write_text(file.read_text("utf-8").replace("Rīga", "Rīgas reģions"), encoding="utf-8")
    _, plan = planned("report", "--data", tmp_path / "mine")
    assert plan.project.data == tmp_path / "mine"
    assert plan.known.units["riga"] == {"lv": "Rīgas reģions", "en": "Riga"}


# --- report: plans of homes that do not add up ---------------------------------------------------

GOOD, BAD = "kurzeme-paraugs-3", "kurzeme-paraugs-1"


@pytest.fixture
def replanned(root, tmp_path):
    """Write the package with the plans of two homes, one spoilt: in cells, or by a closing day."""

    def write(cells: dict[tuple[str, str], str], closed: str = "2021-08-31") -> Path:
        folder = tmp_path / "mine"
        shutil.copytree(root / "data" / "latvia", folder)
        header, *lines = (folder / "destinations.csv").read_text("utf-8").splitlines()
        kept = []
        for line in lines:
            home, year, age, need, code, children, *rest = line.split(",")
            if home == BAD:
                children = cells.get((year, code), children)
            if home in (GOOD, BAD):
                kept.append(",".join([home, year, age, need, code, children, *rest]))
        (folder / "destinations.csv").write_text("\n".join([header, *kept]) + "\n", "utf-8")
        homes = folder / "providers.csv"
        text = homes.read_text("utf-8")
        homes.write_text(text.replace(",2021-08-31,", f",{closed},"), "utf-8")
        return folder

    return write


SPOILT = {
    "counts a child twice": (
        dict(cells={("2027", "guardian"): "8"}),
        ["rows 56, 57, 58, 59, 60 and 1 more: 38 children in care in 2027", "1 counted twice",
         "add a row “entry”"],
    ),
    "loses a child": (
        dict(cells={("2027", "guardian"): "6"}),
        ["rows 56, 57, 58, 59, 60 and 1 more: 36 children in care in 2027", "1 lost",
         "Add rows “family”, “adoption” or “exit”"],
    ),
    "closes early": (
        dict(cells={}, closed="2020-08-31"),
        ["row 14: children live in the home at the end of the year (2020)",
         "Mend the closing day or the rows of the plan"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SPOILT)
def test_report_on_a_plan_that_does_not_add_up_is_refused_before_anything_runs(
    planned, replanned, tmp_path, case
):
    how, words = SPOILT[case]
    named = ("--institution", BAD, "--institution", GOOD, "--data", replanned(**how))
    result, plan = planned("report", "reorganisation_annex", *named, "--out", tmp_path / "out")
    assert (result.exit_code, plan, result.stdout) == (2, None, "")
    assert result.stderr.startswith("error: destinations.csv, column children, row")
    for part in words:
        assert part in result.stderr, part
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("case", SPOILT)
def test_check_notes_a_plan_that_does_not_add_up(say, replanned, case):
    result = say("check", replanned(**SPOILT[case][0]), "--lang", "lv")
    assert result.exit_code == 0
    notes = [line for line in result.output.splitlines() if line.startswith("piezīme: ")]
    assert len(notes) == 1
    assert "destinations.csv" in notes[0]
    assert "līdz tam šā plāna pielikums netiek sagatavots" in notes[0]


def test_report_on_all_institutions_makes_the_others_and_ends_with_1(dieval, replanned, tmp_path):
    package = replanned({("2027", "guardian"): "8"})
    run = dieval(
        *("report", "reorganisation_annex", "--data", package, "--out", tmp_path / "out"),
        *("--lang", "en", "--format", "html", "-p", "draws=1000"),
    )
    assert run.returncode == 1, run.stdout + run.stderr
    assert "1 of 2 reports made" in run.stdout
    assert f"made   {GOOD}/reorganisation_annex" in run.stdout
    (failed,) = [line for line in run.stdout.splitlines() if line.startswith("failed")]
    assert failed.startswith(f"failed {BAD}/reorganisation_annex")
    assert "1 counted twice" in failed
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        *(GOOD, "index.html", "index.en.html", "run.json", "SHA256SUMS"),
    }


# --- report: projects that are not in order ------------------------------------------------------


def test_report_in_a_project_notebook_missing_is_refused(say, project, tmp_path, monkeypatch):
    shutil.copytree(project, tmp_path / "project")
    (tmp_path / "project" / "notebooks" / "cost_comparison.ipynb").unlink()
    monkeypatch.chdir(tmp_path / "project")
    result = say("report", "--region", "riga")
    assert result.exit_code == 2
    assert "cost_comparison.ipynb" in result.stderr


@pytest.mark.parametrize("content", ["", "{}", "not a notebook", '{"cells": 3}'])
def test_report_in_a_project_notebook_broken_is_refused(
    say, project, tmp_path, monkeypatch, content
):
    shutil.copytree(project, tmp_path / "project")
    notebook = tmp_path / "project" / "notebooks" / "cost_comparison.ipynb"
    notebook.write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "project")
    result = say("report", "--region", "riga")
    assert result.exit_code == 2
    assert "cost_comparison.ipynb" in result.stderr


def test_report_parameter_file_broken_is_refused_before_anything_runs(
    planned, project, tmp_path, monkeypatch
):
    shutil.copytree(project, tmp_path / "project")
    (tmp_path / "project" / "data" / "parameters" / "costs.yml").write_text("discount_rate: 4 %")
    monkeypatch.chdir(tmp_path / "project")
    result, plan = planned("report", "--region", "riga")
    assert plan is None
    assert result.exit_code == 2
    assert "costs.yml" in result.stderr


# --- check ---------------------------------------------------------------------------------------


def test_check_good_package_ends_with_0(say):
    result = say("check", "data/latvia")
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "latvia: 0 errors, 0 notes")


def test_check_good_package_as_json_is_a_list(say):
    result = say("check", "data/latvia", "--json")
    assert (result.exit_code, json.loads(result.output)) == (0, [])


def test_check_writes_checksums_as_the_quality_log_of_the_demonstration_has_them(say, root):
    result = say("check", "data/latvia", "--checksums")
    written = dict(line.split(": ") for line in result.output.splitlines()[1:])
    with (root / "data/latvia/quality_checks.csv").open(encoding="utf-8", newline="") as file:
        logged = {
            row["region"]: row["checked_sha256"]
            for row in csv.DictReader(file)
            if (row["check"], row["result"]) == ("data_complete", "passed")
        }
    assert (result.exit_code, written) == (0, logged)


@pytest.fixture
def bad_package(root, tmp_path):
    folder = tmp_path / "bad"
    shutil.copytree(root / "data" / "latvia", folder)
    index = folder / "price_index.csv"
    header, first, *rest = index.read_text("utf-8").splitlines()
    year, _, source = first.split(",")
    index.write_text("\n".join([header, f"{year},many,{source}", *rest]) + "\n", "utf-8")
    regions = folder / "regions.csv"
    regions.write_text(regions.read_text("utf-8") + "riga,Rīga,Riga,nowhere\n", "utf-8")
    return folder


def test_check_bad_package_ends_with_1_and_names_place_and_remedy(say, bad_package):
    result = say("check", bad_package)
    assert result.exit_code == 1
    line, account = [line for line in result.output.splitlines() if "price_index" in line]
    assert line.startswith("row set aside: price_index.csv")
    assert "column value, row 2" in line
    assert account == (
        "price_index.csv: rows: 13 read = 12 used + 1 set aside + 0 sums and repetitions"
    )
    assert any("regions.csv" in line for line in result.output.splitlines())


@pytest.mark.parametrize("emptied", ["destinations", "municipalities", "providers", "*"])
def test_check_tables_with_a_header_alone_are_named(say, root, tmp_path, emptied):
    package = shutil.copytree(root / "data" / "latvia", tmp_path / "package")
    files = sorted(package.glob(f"{emptied}.csv"))
    for file in files:
        with file.open(encoding="utf-8") as rows:
            header = next(rows)
        file.write_text(header, encoding="utf-8")
    result = say("check", package)
    assert result.exit_code == 1
    assert "foresaw" not in result.stderr
    for file in files:
        assert f"error: {file.name}: the table has no rows of data. Fill in rows" in result.stdout


def test_check_bad_package_in_latvian_says_the_same_in_latvian(say, bad_package):
    result = say("check", bad_package, "--lang", "lv")
    assert result.exit_code == 1
    assert "atlikta rinda: price_index.csv, kolonna value, rinda 2" in result.output
    assert "kļūda: regions.csv" in result.output


def test_check_bad_package_as_json_has_place_rule_and_remedy(say, bad_package):
    result = say("check", bad_package, "--json")
    assert result.exit_code == 1
    problems = json.loads(result.output)
    found = next(problem for problem in problems if problem["column"] == "value")
    assert (found["file"], found["rows"], found["severity"]) == (
        "price_index.csv",
        [2],
        "set_aside",
    )
    for part in ("rule", "message_lv", "message_en", "remedy_lv", "remedy_en"):
        assert found[part], part
    assert found["message_lv"] != found["message_en"]


def test_check_bad_package_is_answered_with_a_marked_workbook(say, bad_package, tmp_path):
    answer = tmp_path / "answer.xlsx"
    result = say("check", bad_package, "--annotate", answer, "--lang", "lv")
    assert result.exit_code == 1
    assert openpyxl.load_workbook(answer).sheetnames[0] == "Problēmas"
    again = say("check", bad_package, "--annotate", answer)
    assert again.exit_code == 2
    assert "exists already" in again.output
    assert say("check", bad_package, "--annotate", tmp_path / "a.csv").exit_code == 2


def test_report_bad_package_is_refused_with_every_fault(say, bad_package, tmp_path):
    result = say("report", "--data", bad_package, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "price_index.csv" in result.stderr
    assert "regions.csv" in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.fixture
def no_packages(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.txt").write_text("not a package", encoding="utf-8")
    (tmp_path / "text.xlsx").write_text("not a workbook", encoding="utf-8")
    (tmp_path / "nothing.xlsx").write_bytes(b"")
    with zipfile.ZipFile(tmp_path / "random.xlsx", "w") as archive:
        archive.writestr("readme.txt", "not a workbook")
    with zipfile.ZipFile(tmp_path / "random.zip", "w") as archive:
        archive.writestr("readme.txt", "not a workbook")
    (tmp_path / "bytes").mkdir()
    (tmp_path / "bytes" / "regions.csv").write_bytes(bytes(range(256)))
    (tmp_path / "json").mkdir()
    (tmp_path / "json" / "datapackage.json").write_text("[1, 2", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "name",
    [
        *("missing", "empty", "text.txt", "text.xlsx", "nothing.xlsx"),
        *("random.xlsx", "random.zip", "bytes", "json"),
    ],
)
def test_check_something_else_than_a_package_is_an_error_without_traceback(say, no_packages, name):
    result = say("check", no_packages / name)
    assert result.exit_code == 1
    assert any(line.startswith("error: ") for line in result.output.splitlines())
    as_json = say("check", no_packages / name, "--json")
    assert as_json.exit_code == 1
    assert any(problem["severity"] == "error" for problem in json.loads(as_json.output))


# --- template ------------------------------------------------------------------------------------


def test_template_with_the_rows_of_a_home_keeps_the_contract(say, tmp_path):
    file = tmp_path / "home.xlsx"
    asked = ("template", file, "--for", "institution", "--code", "strazdes-bernu-nams")
    result = say(*asked)
    assert (result.exit_code, "is ready" in result.output) == (0, True)
    codes = [cell.value for cell in openpyxl.load_workbook(file)["providers"]["A"]]
    assert codes[codes.index("provider") + 1 :] == ["strazdes-bernu-nams"]
    again = say(*asked)
    assert again.exit_code == 2
    assert "exists already" in again.output


def filled(file: Path, rows: dict[str, tuple]) -> openpyxl.Workbook:
    """Write a row below the others of some sheets, as a sender does."""
    book = openpyxl.load_workbook(file)
    for name, row in rows.items():
        first = max(cell.row for cell in book[name]["A"] if cell.value is not None) + 1
        for column, value in enumerate(row, start=1):
            book[name].cell(first, column).value = value
    book.save(file)
    return book


def test_template_of_a_home_without_a_code_is_checked_by_itself(say, tmp_path):
    file = tmp_path / "home.xlsx"
    assert say("template", file, "--for", "institution").exit_code == 0
    source = ("ledger", "Ledger", "The new home", "2023-01-31", *[None] * 4, "administrative")
    home = ("new-home", "Jauns nams", "institution", "talsu-novads", "kurzeme", "municipality")
    cost = ("kurzeme", "new-home", "institution", 2022, None, None, "staff", "municipality")
    days = ("kurzeme", "new-home", "institution", 2022, "all", "all", 3650, 7300)
    rows = {
        "sources": source,
        "providers": (*home, None, None, "ledger"),
        "costs": (*cost, 1000, "ledger"),
        "activity": (*days, "ledger"),
    }
    book = filled(file, rows)
    assert book["regions"].protection.sheet and book["municipalities"].protection.sheet
    result = say("check", file)
    assert (result.exit_code, "0 errors" in result.output) == (0, True), result.output


def test_template_of_a_region_is_checked_by_itself(say, tmp_path):
    file = tmp_path / "region.xlsx"
    assert say("template", file, "--for", "region").exit_code == 0
    stock = ("kurzeme", 2020, "institution", "lm", 12, "atvk-2021")
    filled(file, {"placements": stock})
    result = say("check", file)
    assert (result.exit_code, "0 errors" in result.output) == (0, True), result.output


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("t.xls",), "ends in .xlsx"),
        (("t.xlsx", "--code", "ogre"), "--for municipality or"),
        (("t.xlsx", "--for", "region", "--code", "riga"), "--for municipality or"),
        (("t.xlsx", "--for", "institution", "--code", "strazdes"), "is unknown"),
        (("no/where/t.xlsx",), "cannot be written"),
        (("t.xlsx", "--for", "ministry"), "ministry"),
    ],
)
def test_template_wrong_usage_is_refused_and_writes_nothing(say, tmp_path, asked, said):
    name, *options = asked
    result = say("template", tmp_path / name, *options)
    assert result.exit_code == 2
    assert said in result.output
    assert list(tmp_path.iterdir()) == []


# --- import ledger -------------------------------------------------------------------------------


@pytest.fixture
def ledger(root, tmp_path):
    """A package of one's own, a ledger of one of its homes and a mapping."""
    shutil.copytree(root / "data" / "latvia", tmp_path / "data")
    (tmp_path / "data" / "datapackage.json").unlink()
    (tmp_path / "ledger.csv").write_text(
        "EKK;Nosaukums;Summa\n1100;Atalgojums;1 000,50\n2363;Ēdināšana;200,25\n"
        "5200;Pamatlīdzekļi;9 000\n;Kopā;10 200,75\n", "utf-8",
    )  # fmt: skip
    (tmp_path / "mapping.yml").write_text(
        "items: {1000: staff, 2360: upkeep, 5000: exclude}\nsource: us\nstatus: expert\n", "utf-8"
    )
    return tmp_path


def imported(say, folder, *options):
    return say(
        "import", "ledger", folder / "ledger.csv", "--mapping", folder / "mapping.yml",
        "--source", "synthetic-costs", "--data", folder / "data", "--year", 2013,
        "--payer", "municipality", "--out", folder / "data" / "costs-2013.csv", *options,
    )  # fmt: skip


def test_ledger_becomes_a_part_of_the_costs(say, ledger, root):
    home = "strazdes-bernu-nams"
    result = imported(say, ledger, "--provider", home)
    assert result.exit_code == 0, result.output
    assert "10200.75 EUR in the ledger = 1200.75 in" in result.output
    assert "2363  upkeep  Ēdināšana" in result.output
    costs = read_package(ledger / "data").tables["costs"]
    ours = costs[costs["year"] == 2013]
    assert ours[["region", "provider", "cost_item", "amount_eur"]].to_numpy().tolist() == [
        ["kurzeme", home, "staff", 1000.5],
        ["kurzeme", home, "upkeep", 200.25],
    ]
    assert len(costs) == len(read_package(root / "data" / "latvia").tables["costs"]) + 2
    codes = read_package(ledger / "data").tables["ledger_codes"]
    ours = codes[codes["year"] == 2013]
    assert ours[["code", "cost_item", "amount_eur", "mapping"]].to_numpy().tolist() == [
        ["1100", "staff", 1000.5, "us"],
        ["2363", "upkeep", 200.25, "us"],
        ["5200", "exclude", 9000.0, "us"],
    ]
    again = imported(say, ledger, "--provider", home)
    assert again.exit_code == 2
    assert "exists already" in again.output


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "--provider"),
        (("--provider", "strazdes"), "is not in table providers"),
        (("--provider", "strazdes-bernu-nams", "--payer", "us"), "expected one of state"),
        (("--provider", "strazdes-bernu-nams", "--source", "nobody"), "not in table sources"),
        (("--provider", "strazdes-bernu-nams", "--mapping", "no.yml"), "cannot be read"),
    ],
)
def test_ledger_that_is_refused_writes_nothing(say, ledger, options, said):
    result = imported(say, ledger, *options)
    assert result.exit_code == 2
    assert said in result.output
    assert not (ledger / "data" / "costs-2013.csv").exists()


# --- selftest ------------------------------------------------------------------------------------


def test_selftest_all_known_answers_agree_ends_with_0(say):
    result = say("selftest")
    assert result.exit_code == 0
    assert "DIFFERS" not in result.output
    for answer in ("A1", "A4", "A6", "A14", "A20"):
        assert f"\n{answer} " in "\n" + result.output, answer


def test_selftest_an_answer_differs_ends_with_1(say, monkeypatch):
    wrong = KnownAnswer("A0", "invented", 1.0, 2.0, 0.1, "nowhere")
    monkeypatch.setattr(selftest, "known_answers", lambda: [wrong])
    result = say("selftest")
    assert result.exit_code == 1
    assert "DIFFERS" in result.output


# --- init ----------------------------------------------------------------------------------------


def test_init_writes_notebooks_data_parameters_settings_and_readme(project, root):
    names = {path.name for path in project.iterdir()}
    assert names >= {"notebooks", "data", "dieval.toml", "README.md"}
    for part in ("notebooks/cost_comparison.ipynb", "data/latvia/costs.csv", "dieval.toml"):
        assert (project / part).read_bytes() == (root / part).read_bytes()
    assert not [path for path in project.rglob("*") if path.name == "__pycache__"]


def test_init_project_makes_a_report(project, dieval, tmp_path):
    run = dieval(
        *("report", "cost_comparison", "--region", "vidzeme", "--lang", "en", "--format", "html"),
        *("--out", tmp_path / "out"),
        cwd=project / "data",
    )
    assert run.returncode == 0, run.stderr
    made = {path.name for path in (tmp_path / "out/vidzeme/cost_comparison").iterdir()}
    assert made == {"report.en.html", "results.json", "notebook.ipynb", *BESIDE}
    assert "Vidzeme" in (tmp_path / "out/vidzeme/cost_comparison/report.en.html").read_text("utf-8")


def test_report_that_succeeds_says_nothing_of_errors(project, dieval, tmp_path):
    run = dieval(
        *("report", "cost_comparison", "--region", "zemgale", "--lang", "lv", "--format", "xlsx"),
        *("--out", tmp_path / "out"),
        cwd=project,
    )
    assert run.returncode == 0
    assert run.stderr == ""


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_init_target_in_use_is_refused_and_left_alone(say, tmp_path, kind):
    target = tmp_path / "target"
    if kind == "folder":
        target.mkdir()
    mine = target / "mine.txt" if kind == "folder" else target
    mine.write_text("mine")
    result = say("init", target)
    assert result.exit_code == 2
    assert "not an empty folder" in result.stderr
    assert mine.read_text() == "mine"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [mine]


def test_init_empty_folder_is_used(say, tmp_path):
    result = say("init", tmp_path)
    assert result.exit_code == 0
    assert (tmp_path / "dieval.toml").is_file()


# --- lab -----------------------------------------------------------------------------------------


def test_lab_starts_jupyterlab_in_the_project_with_further_arguments(say, project, monkeypatch):
    called = {}

    def call(command, cwd):
        called.update(command=command, cwd=cwd)
        return 7

    monkeypatch.setattr(start.subprocess, "call", call)
    monkeypatch.chdir(project / "notebooks")
    result = say("lab", "--no-browser", "--port=0")
    assert result.exit_code == 7
    assert called["command"][1:3] == ["-m", "jupyterlab"]
    assert called["command"][-2:] == ["--no-browser", "--port=0"]
    assert called["cwd"] == project


def test_lab_without_jupyterlab_says_what_to_install(say, monkeypatch):
    monkeypatch.setattr(start.importlib.util, "find_spec", lambda name: None)
    result = say("lab")
    assert result.exit_code == 2
    assert "pip install 'dieval[lab]'" in result.stderr
