"""Whether a report is final: what was checked, and whether that is still what the report shows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from dieval.inputs.schema import datapackage_schema, table_schema

DRAFT, FINAL = "draft", "final"
# Reading a data package checks it, and no report is made of one with an error.
CHECKED_BY_READING = "data_checked"
SHOWN_BY_READING = "dieval check"
# A report that is not for publication gives nothing away to the public.
PUBLIC_ONLY = ("disclosure_audited",)
# What became of a check: passed, failed or open, open again because what was checked has changed,
# or no longer counting because a later entry stands for it.
PASSED, FAILED, OPEN, REOPENED, EARLIER = "passed", "failed", "open", "reopened", "earlier"

COLUMNS = [
    *("check", "check_of", "critical", "check_state"),
    *("checked_by", "checked_on", "check_evidence", "source"),
]


@dataclass(frozen=True)
class QualityLog:
    """The checks of one report, and what they have to be of.

    Parameters
    ----------
    checks : DataFrame with the columns `COLUMNS`
        In the order of the data contract, those of one check by day; one without any entry is open.
    data_sha256, report_sha256 : str
        Checksums of the data of the region and of what the report is made from, as they are.
    """

    checks: pd.DataFrame
    data_sha256: str
    report_sha256: str

    @property
    def open_checks(self) -> list[str]:
        """Codes of the critical checks that have not been passed."""
        counting = self.checks[self.checks["check_state"] != EARLIER]
        left = counting[(counting["critical"] == "yes") & (counting["check_state"] != PASSED)]
        return list(left["check"])

    @property
    def state(self) -> str:
        """The report's state; one of which nothing critical has been checked is a draft, too."""
        nothing = not (self.checks["critical"] == "yes").any()
        return DRAFT if nothing or self.open_checks else FINAL


def checks_of(edition: str) -> dict[str, str]:
    """Give the checks of a report of an edition, with what each is of: data or report.

    Examples
    --------
    >>> checks_of("internal")["recomputed"], "disclosure_audited" in checks_of("internal")
    ('report', False)
    """
    subjects: dict[str, list[str]] = datapackage_schema("quality_checks")["subjects"]
    of = {check: subject for subject, checks in subjects.items() for check in checks}
    every = {CHECKED_BY_READING: "data", **of}
    return {
        check: subject
        for check, subject in every.items()
        if edition == "public" or check not in PUBLIC_ONLY
    }


def quality_log(
    entries: pd.DataFrame | None,
    *,
    report: str,
    region: str,
    provider: str | None,
    edition: str,
    critical: Collection[str],
    sha256: Mapping[str, str],
    made_with: str,
) -> QualityLog:
    """Say of every check of a report how it stands.

    The last entry of a check counts: the one with the latest day, or one without a day. Passed or
    failed, it counts only where its checksum is the one of what is there now.

    Parameters
    ----------
    entries : DataFrame, optional
        The table `quality_checks` of the data contract.
    report : str
        Name of the report.
    region : str
        Code of its region, or national.
    provider : str, optional
        Institution that the report is on.
    edition : str
        public or internal.
    critical : collection of str
        Codes of the checks without which a report is a draft.
    sha256 : mapping of str
        Checksums of `data` and `report` as they are.
    made_with : str
        Program that has read the data package, and thereby checked it.

    Returns
    -------
    QualityLog
    """
    checks = checks_of(edition)
    own = _entries_of(entries, report, region, provider)
    rows: list[dict[str, object]] = []
    for check, subject in checks.items():
        row: dict[str, object] = dict.fromkeys(COLUMNS)
        row |= {"check": check, "check_of": subject, "check_state": OPEN}
        row["critical"] = "yes" if check in critical else "no"
        if check == CHECKED_BY_READING:
            read = {"checked_by": made_with, "check_evidence": SHOWN_BY_READING}
            rows.append(row | {"check_state": PASSED} | read)
            continue
        logged = own[own["check"] == check].sort_values("checked_on", kind="stable")
        if logged.empty:
            rows.append(row)
        for place, entry in enumerate(logged.to_dict("records"), start=1):
            counts = place == len(logged)
            state = _state(entry, sha256[subject]) if counts else EARLIER
            rows.append(
                row
                | {
                    "check_state": state,
                    "checked_by": _text(entry["checked_by"]),
                    "checked_on": None if pd.isna(entry["checked_on"]) else entry["checked_on"],
                    "check_evidence": _text(entry["evidence"]),
                    "source": entry["source"],
                }
            )
    table = pd.DataFrame(rows, columns=COLUMNS, dtype=object)
    return QualityLog(table, sha256["data"], sha256["report"])


def _entries_of(
    entries: pd.DataFrame | None, report: str, region: str, provider: str | None
) -> pd.DataFrame:
    """Take the entries on one report, and on the data of its region."""
    if entries is None:
        return pd.DataFrame(columns=table_schema("quality_checks").columns)
    ours = entries["provider"].isna() if provider is None else entries["provider"] == provider
    of_report = ours & (entries["report"] == report)
    return entries[(entries["region"] == region) & (entries["report"].isna() | of_report)]


def _state(entry: Mapping[object, object], now: str) -> str:
    if entry["result"] == OPEN:
        return OPEN
    return str(entry["result"]) if entry["checked_sha256"] == now else REOPENED


def _text(cell: object) -> str | None:
    return None if pd.isna(cell) else str(cell)
