"""The quality log: which entry of a check counts, and when a report is final."""

from __future__ import annotations

import pandas as pd
import pytest

from dieval.inputs.schema import table_schema
from dieval.release.quality import CHECKED_BY_READING, COLUMNS, QualityLog, checks_of, quality_log

DATA, REPORT, OTHER = "d" * 64, "e" * 64, "0" * 64
PERSONAL = [check for check in checks_of("public") if check != CHECKED_BY_READING]


def entry(check: str, day: str | None = "2023-05-02", **cells: object) -> dict[str, object]:
    of = checks_of("public")[check]
    return {
        "check": check,
        "region": "kurzeme",
        "provider": None,
        "report": None if of == "data" else "cost_comparison",
        "result": "passed",
        "checked_by": "auditor",
        "checked_on": pd.Timestamp(day) if day else pd.NaT,
        "evidence": "minutes 4",
        "checked_sha256": DATA if of == "data" else REPORT,
        "source": "office",
    } | cells


def log_of(*entries: dict[str, object], **given: object) -> QualityLog:
    of = {
        "report": "cost_comparison",
        "region": "kurzeme",
        "provider": None,
        "edition": "public",
        "critical": list(checks_of("public")),
        "sha256": {"data": DATA, "report": REPORT},
        "made_with": "dieval 1",
    } | given
    columns = list(table_schema("quality_checks").columns)
    return quality_log(pd.DataFrame(entries, columns=columns), **of)


def states(log: QualityLog, check: str) -> list[str]:
    return log.checks.loc[log.checks["check"] == check, "check_state"].tolist()


def test_report_with_every_critical_check_passed_is_final():
    log = log_of(*map(entry, PERSONAL))
    assert (log.state, log.open_checks) == ("final", [])
    assert list(log.checks) == COLUMNS
    assert set(log.checks["check_state"]) == {"passed"}


@pytest.mark.parametrize("check", PERSONAL)
def test_report_without_one_critical_check_is_a_draft(check):
    log = log_of(*(entry(other) for other in PERSONAL if other != check))
    assert (log.state, log.open_checks) == ("draft", [check])


def test_report_without_a_log_is_a_draft_and_lists_every_check_as_open():
    log = quality_log(
        None, report="national_overview", region="national", provider=None, edition="public",
        critical=["recomputed"], sha256={"data": DATA, "report": REPORT}, made_with="dieval 1",
    )  # fmt: skip
    assert (log.state, log.open_checks) == ("draft", ["recomputed"])
    assert log.checks["check"].tolist() == list(checks_of("public"))
    assert set(log.checks["check_state"][1:]) == {"open"}


def test_reading_the_data_package_is_the_only_check_that_the_program_enters():
    (row,) = log_of().checks.query("check_state == 'passed'").to_dict("records")
    assert (row["check"], row["checked_by"]) == (CHECKED_BY_READING, "dieval 1")
    assert row["check_evidence"] == "dieval check"
    assert row["checked_on"] is None


def test_check_that_is_not_critical_leaves_a_report_final():
    passed = [entry(check) for check in PERSONAL if check != "stakeholders_heard"]
    critical = [check for check in checks_of("public") if check != "stakeholders_heard"]
    assert log_of(*passed, critical=critical).state == "final"
    failed = entry("stakeholders_heard", result="failed")
    assert log_of(*passed, failed, critical=critical).state == "final"


def test_report_of_which_no_check_is_critical_is_a_draft():
    log = log_of(*map(entry, PERSONAL), critical=[])
    assert (log.state, log.open_checks) == ("draft", [])


@pytest.mark.parametrize("result", ["passed", "failed"])
@pytest.mark.parametrize("check", ["data_complete", "recomputed"])
def test_check_of_another_state_is_open_again(check, result):
    log = log_of(entry(check, result=result, checked_sha256=OTHER))
    assert states(log, check) == ["reopened"]
    assert check in log.open_checks


def test_checksum_of_the_data_does_not_close_a_check_of_the_report():
    assert states(log_of(entry("recomputed", checked_sha256=DATA)), "recomputed") == ["reopened"]


def test_latest_entry_of_a_check_counts():
    first, last = entry("recomputed", "2023-05-02"), entry("recomputed", "2023-05-03")
    assert states(log_of(last, first | {"result": "failed"}), "recomputed") == ["earlier", "passed"]
    assert states(log_of(first, last | {"result": "failed"}), "recomputed") == ["earlier", "failed"]


def test_of_two_entries_of_one_day_the_one_below_counts():
    # Enough rows that an order that is not stable would show.
    passed, failed = entry("recomputed"), entry("recomputed", result="failed")
    log = log_of(*[failed] * 20, passed, *[failed] * 20, passed)
    assert states(log, "recomputed") == ["earlier"] * 41 + ["passed"]
    assert states(log_of(*[passed] * 41, failed), "recomputed")[-1] == "failed"


def row_of(log: QualityLog, check: str) -> dict[str, object]:
    (row,) = log.checks[log.checks["check"] == check].to_dict("records")
    return row


def test_entry_is_shown_as_it_was_made():
    of_report = row_of(log_of(entry("recomputed")), "recomputed")
    assert of_report == {
        "check": "recomputed",
        "check_of": "report",
        "critical": "yes",
        "check_state": "passed",
        "checked_by": "auditor",
        "checked_on": pd.Timestamp("2023-05-02"),
        "check_evidence": "minutes 4",
        "source": "office",
    }
    of_data = row_of(log_of(entry("data_complete"), critical=[]), "data_complete")
    assert (of_data["check_of"], of_data["critical"]) == ("data", "no")


def test_entry_that_leaves_cells_empty_shows_none():
    made = entry("recomputed", None, result="open", checked_by=None, evidence=float("nan"))
    row = row_of(log_of(made), "recomputed")
    assert (row["checked_by"], row["checked_on"], row["check_evidence"]) == (None, None, None)


def test_check_without_an_entry_has_none_of_its_cells():
    row = row_of(log_of(), "recomputed")
    assert [row[name] for name in COLUMNS[4:]] == [None] * 4


def test_cells_keep_what_they_hold():
    assert set(map(str, log_of(entry("recomputed")).checks.dtypes)) == {"object"}
    assert set(map(str, log_of().checks.dtypes)) == {"object"}


def test_log_names_the_checksums_that_its_checks_have_to_be_of():
    log = log_of()
    assert (log.data_sha256, log.report_sha256) == (DATA, REPORT)


def test_entry_without_a_day_opens_a_check_that_was_passed():
    log = log_of(entry("recomputed", None, result="open"), entry("recomputed"))
    assert states(log, "recomputed") == ["earlier", "open"]
    assert "recomputed" in log.open_checks


@pytest.mark.parametrize(
    "other",
    [{"region": "riga"}, {"provider": "p1"}, {"report": "implementation_progress"}],
    ids=str,
)
def test_entry_on_another_report_closes_nothing(other):
    assert states(log_of(entry("recomputed", **other)), "recomputed") == ["open"]


def test_entries_on_an_institution_are_those_that_name_it():
    own = entry("recomputed", provider="p1", report="reorganisation_annex")
    of = dict(report="reorganisation_annex", provider="p1")
    assert states(log_of(own, **of), "recomputed") == ["passed"]
    assert states(log_of(own, **of | {"provider": "p2"}), "recomputed") == ["open"]


def test_check_of_the_data_counts_for_the_reports_on_the_institutions_of_the_region():
    log = log_of(entry("data_complete"), report="reorganisation_annex", provider="p1")
    assert states(log, "data_complete") == ["passed"]


def test_internal_edition_is_not_checked_for_what_it_gives_away_to_the_public():
    assert set(checks_of("public")) - set(checks_of("internal")) == {"disclosure_audited"}
    log = log_of(edition="internal")
    assert "disclosure_audited" not in log.checks["check"].tolist()


def test_every_check_of_the_contract_is_of_data_or_of_a_report():
    of = checks_of("public")
    assert set(table_schema("quality_checks").field("check").enum) == of.keys() - {
        CHECKED_BY_READING
    }
    assert set(of.values()) == {"data", "report"}
