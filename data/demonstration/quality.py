"""Invented entries of the quality log: some passed, some open, so that every report is a draft."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path

from demonstration.assumptions import CHECKED_FIRST, CHECKED_LAST, REGION_NAMES
from demonstration.package import Row
from dieval.inputs.part import Parts, data_checksum
from dieval.inputs.read import read_package
from dieval.vocabulary import NATIONAL

SOURCE = "synthetic-quality"
INVENTED = "invented entry"
BY = "demonstration"
# What is of an earlier state has a checksum that nothing has any more.
EARLIER = hashlib.sha256(b"an earlier state of the demonstration").hexdigest()
REPORTS = dict.fromkeys(REGION_NAMES, ("cost_comparison", "implementation_progress")) | {
    NATIONAL: ("national_overview",)
}


def quality_rows(folder: Path) -> list[Row]:
    """Make the log of the demonstration, of the data that stands in a folder.

    Parameters
    ----------
    folder : Path
        Data package; what it holds of the log is not looked at.

    Returns
    -------
    list of rows
        For every region and the country: the data is complete at last, but was not right when
        compared with its sources; reports were recomputed in an earlier state, their texts are
        being read. No report becomes final.
    """
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary) / "package"
        left_out = shutil.ignore_patterns("quality_checks.csv", "datapackage.json")
        shutil.copytree(folder, copy, ignore=left_out)
        parts = Parts(read_package(copy))
    rows: list[Row] = []
    for region, reports in REPORTS.items():
        now = data_checksum(parts.of(region))
        entries = [
            ("data_complete", "", "failed", CHECKED_FIRST, EARLIER),
            ("data_complete", "", "passed", CHECKED_LAST, now),
            ("sources_compared", "", "failed", CHECKED_LAST, now),
            *(("recomputed", report, "passed", CHECKED_FIRST, EARLIER) for report in reports),
            *(("text_read_lv", report, "open", "", "") for report in reports),
        ]
        for check, report, result, day, checksum in entries:
            proof = (BY, day, INVENTED, checksum) if day else ("", "", "", "")
            rows.append((check, region, "", report, result, *proof, SOURCE))
    return rows
