"""reports/index.html: every report of the output folder with its state and its files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dieval.present.html import environment
from dieval.present.language import N_, Language, language
from dieval.present.style import HOUSE, Appearance
from dieval.reports.run import Outcome
from dieval.reports.style_sheet import style_sheet
from dieval.vocabulary import LANGUAGES

REPORT_TITLES = {
    "cost_comparison": N_("Cost per child by care arrangement"),
    "implementation_progress": N_("Implementation progress"),
    "national_overview": N_("Regions side by side"),
    "reorganisation_annex": N_("Annex to the reorganisation plan"),
}
FILE_TEXTS = (
    ("report.{code}.html", N_("HTML")),
    ("report.{code}.pdf", N_("PDF")),
)
DATA_FILES = (
    ("tables.xlsx", N_("tables (XLSX)")),
    ("results.json", N_("results (JSON)")),
    ("notebook.ipynb", N_("notebook")),
    ("manifest.json", N_("manifest")),
)


def write_index(
    out: Path,
    outcomes: Sequence[Outcome],
    names: dict[str, dict[str, str]],
    languages: Sequence[str],
    appearance: Appearance = HOUSE,
) -> None:
    """Write the list of reports in the first language of the project.

    Parameters
    ----------
    out : Path
        Output folder; every `<unit>/<report>/results.json` below it is listed.
    outcomes : sequence of Outcome
        How the latest run ended.
    names : dict
        Names of units in both languages, by code.
    languages : sequence of str
        Languages of the reports.
    appearance : Appearance
        How the pages of the organisation look.
    """
    say = language(languages[0])
    state = {f"{outcome.unit}/{outcome.report}": outcome for outcome in outcomes}
    found = {path.parent.relative_to(out).as_posix() for path in out.glob("*/*/results.json")}
    entries = [
        _entry(folder, out, state.get(folder), names, languages, say)
        for folder in sorted(found | state.keys())
    ]
    words = {
        "title": say.text(N_("Evaluation reports")),
        "caption": say.text(N_("Reports by region")),
        "headings": [say.text(N_("Report")), say.text(N_("State")), say.text(N_("Files"))],
    }
    page = (
        environment()
        .get_template("index.html.j2")
        .render(language=say.code, words=words, entries=entries, **style_sheet(appearance))
    )
    building = out / ".index.html.new"
    building.write_text(page, encoding="utf-8")
    building.replace(out / "index.html")


def _entry(
    folder: str,
    out: Path,
    outcome: Outcome | None,
    names: dict[str, dict[str, str]],
    languages: Sequence[str],
    say: Language,
) -> dict[str, Any]:
    unit, report = folder.split("/")
    present = {path.name for path in (out / folder).glob("*")}
    files = []
    for code in LANGUAGES:
        for pattern, text in FILE_TEXTS:
            name = pattern.format(code=code)
            if name in present:
                label = f"{say.text(text)} {code.upper()}"
                files.append({"href": f"{folder}/{name}", "text": label, "language": code})
    for name, text in DATA_FILES:
        if name in present:
            entry = {"href": f"{folder}/{name}", "text": say.text(text), "language": ""}
            files.append(entry)
    failed = outcome is not None and outcome.status == "failed"
    if failed and present:
        state = say.text(N_("failed; the earlier report is shown"))
    elif failed:
        state = say.text(N_("failed"))
    else:
        state = say.text(N_("made"))
        synthetic = _is_synthetic(out / folder)
        if synthetic is None:
            state = say.text(N_("damaged; make it anew"))
        elif synthetic:
            state += ", " + say.text(N_("synthetic data"))
    title = say.text(REPORT_TITLES.get(report, report))
    return {
        "title": f"{names.get(unit, {}).get(say.code, unit)}: {title}",
        "state": state,
        "files": files,
    }


def _is_synthetic(folder: Path) -> bool | None:
    """Tell whether a report rests on synthetic data; None if its results cannot be read."""
    try:
        results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
        return float(results["evidence"].get("synthetic", 0)) > 0
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
