"""The index of an output folder: every report with its state, key figures and files.

`index.html` is in the first language of the project; every other language has a page beside it.
"""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import quote

from dieval.present.html import environment
from dieval.present.key_figures import written_key_figure
from dieval.present.language import N_, Language, language
from dieval.present.report import INTERNAL_EDITION
from dieval.release.quality import DRAFT
from dieval.reports.freshness import DataOf, ingredients
from dieval.reports.index_pictures import SmallPicture, named, small_picture
from dieval.reports.listed import STATES, Listed, listed_reports
from dieval.reports.project import Project
from dieval.reports.publish import replace_file
from dieval.reports.run import Outcome
from dieval.reports.style_sheet import policy_hash, style_sheet
from dieval.vocabulary import LANGUAGES, NATIONAL

Names = Mapping[str, Mapping[str, str]]

REPORT_TITLES = {
    "national_overview": N_("Regions side by side"),
    "cost_comparison": N_("Cost per child by care arrangement"),
    "implementation_progress": N_("Implementation progress"),
    "reorganisation_annex": N_("Annex to the reorganisation plan"),
}
STATE_TEXTS = {
    "failed": N_("failed"),
    "failed_earlier": N_("failed; the earlier report is shown"),
    "incomplete": N_("incomplete: a part of it could not be made"),
    "damaged": N_("damaged; make it anew"),
    "outdated": N_("out of date"),
    "made": N_("made"),
}
COUNT_TEXTS = {
    "made": N_("Reports made: {count}"),
    "outdated": N_("Out of date: {count}"),
    "damaged": N_("Damaged: {count}"),
    "failed": N_("Failed in the latest run: {count}"),
}
CAUSE_TEXTS = {
    "package": N_("data package (then {files})"),
    "data": N_("data ({files})"),
    "releases": N_("earlier releases ({files})"),
    "parameter_files": N_("parameter files ({files})"),
    "notebook": N_("notebook"),
    "program": N_("program"),
    "lock": N_("versions of libraries"),
    "environment": N_("installed libraries ({files})"),
    "appearance": N_("look of the organisation"),
}
EVIDENCE_TEXTS = {
    "synthetic": N_("with synthetic data"),
    "observed": N_("without synthetic data"),
}
FILES_NAMED = 3  # of those that changed
KEY_FIGURES_SHOWN = 6
# A link to another language is in that language.
PAGE_IN = {"lv": "Šī lapa latviski", "en": "This page in English"}
FILES_IN = {"lv": N_("In Latvian"), "en": N_("In English")}
LANGUAGE_FILES = (
    ("report.{code}.html", N_("HTML")),
    ("report.{code}.pdf", N_("PDF")),
    ("report.{code}.docx", "Word"),
)
DATA_FILES = (
    ("tables.xlsx", N_("tables (XLSX)")),
    ("results.json", N_("results (JSON)")),
    ("notebook.ipynb", N_("notebook")),
    ("manifest.json", N_("manifest")),
)


@dataclass(frozen=True)
class Known:
    """What the data package says of itself, its units and indicators.

    Parameters
    ----------
    units : mapping
        Names of regions, institutions and the whole country in every language, by code.
    regions : tuple of str
        Codes of the regions.
    region_of : mapping of str
        Region of each institution.
    indicators : mapping
        Names of indicators in every language, by code.
    data_of : callable
        Gives what the reports on a unit read of the data package, as manifests hold it.
    """

    units: Names
    regions: Sequence[str]
    region_of: Mapping[str, str]
    indicators: Names
    data_of: DataOf

    def group_of(self, unit: str) -> str:
        """Give the region under which a unit is listed; empty for one that is not known."""
        if unit == NATIONAL or unit in self.regions:
            return unit
        region = self.region_of.get(unit, "")
        return region if region in self.regions else ""


def write_index(out: Path, outcomes: Sequence[Outcome], project: Project, known: Known) -> None:
    """Write the list of reports in every language of the project.

    Parameters
    ----------
    out : Path
        Output folder; every `<unit>/<report>` below it is listed.
    outcomes : sequence of Outcome
        How the latest run ended.
    project : Project
        What the reports would be made from now, and how its pages look.
    known : Known
        Names of units and indicators, and the files of the data package.
    """
    reports = listed_reports(out, outcomes, ingredients(project, known.data_of))
    pages = {page_name(code, project.languages): code for code in project.languages}
    for name, code in pages.items():
        replace_file(out / name, _page(reports, project, known, language(code)))
    for code in LANGUAGES:  # a page of a language that the project no longer has
        if f"index.{code}.html" not in pages:
            (out / f"index.{code}.html").unlink(missing_ok=True)


def page_name(code: str, languages: Sequence[str]) -> str:
    """Give the name of the index in a language of the project."""
    return "index.html" if code == languages[0] else f"index.{code}.html"


def _page(reports: Sequence[Listed], project: Project, known: Known, say: Language) -> str:
    script = (resources.files("dieval.reports") / "templates/index.js.j2").read_text("utf-8")
    entries = [_entry(report, known, say) for report in reports]
    return (
        environment()
        .get_template("index.html.j2")
        .render(
            language=say.code,
            words=_words(say, len(reports)),
            counts=_counts(reports, say),
            notice=_notice(reports, say),
            organisation=project.appearance,
            others=[
                {
                    "href": page_name(code, project.languages),
                    "text": PAGE_IN[code],
                    "language": code,
                }
                for code in project.languages
                if code != say.code
            ],
            filters=_filters(entries, known, say),
            groups=_groups(entries, known, say),
            script=script,
            script_hash=policy_hash(script),
            **style_sheet(project.appearance, "index.css"),
        )
    )


def _notice(reports: Sequence[Listed], say: Language) -> str:
    """Say that a folder of internal reports is not for publication, as each of them does."""
    internal = any(report.edition == "internal" for report in reports)
    return say.text(INTERNAL_EDITION) if internal else ""


def _words(say: Language, count: int) -> dict[str, str]:
    return {
        "title": say.text(N_("Evaluation reports")),
        "skip": say.text(N_("Go to the reports")),
        "languages": say.text(N_("Languages")),
        "logo": say.text(N_("Logo of the publisher")),
        "nothing": say.text(N_("No report has been made yet. Run “dieval report” to make them.")),
        "find": say.text(N_("Find reports")),
        "search": say.text(N_("Name of the region, institution or report")),
        "all": say.text(N_("all")),
        "show_all": say.text(N_("Show all")),
        # The script fills in the other number.
        "shown": say.text(
            N_("Reports shown: {shown} of {count}"), shown="{shown}", count=say.number(count)
        ),
        "none_fits": say.text(N_("No report fits the search. Change it, or show all.")),
        "institutions": say.text(N_("Institutions")),
        "files": say.text(N_("Files")),
    }


def _counts(reports: Sequence[Listed], say: Language) -> list[str]:
    """Count reports by state; that none is damaged or out of date need not be said."""
    counted = {
        "made": sum(report.is_there for report in reports),
        "outdated": sum("outdated" in report.states for report in reports),
        "damaged": sum("damaged" in report.states for report in reports),
        "failed": sum(report.failed for report in reports),
    }
    return [
        say.text(COUNT_TEXTS[state], count=say.number(count))
        for state, count in counted.items()
        if count or state in ("made", "failed")
    ]


# --- One report ----------------------------------------------------------------------------------


def _entry(report: Listed, known: Known, say: Language) -> dict[str, Any]:
    """Write what the page shows of a report, and what it is found by."""
    group = known.group_of(report.unit)
    kind = say.text(REPORT_TITLES[report.report]) if report.report in REPORT_TITLES else ""
    title = f"{named(known.units, report.unit, say)}: {kind or report.report}"
    evidence = ""
    if report.is_there:
        evidence = "synthetic" if report.evidence.get("synthetic", 0) > 0 else "observed"
    period = _period(report.parameters, say)
    found_by = [
        title,
        period,
        *(name for code in (report.unit, group) for name in known.units.get(code, {}).values()),
        report.unit,
    ]
    main = f"report.{say.code}.html"
    first = next((name for name in (main, *_pages()) if name in report.files), "")
    return {
        "unit": report.unit,
        "group": group,
        "kind": report.report,
        "title": title,
        "href": quote(f"{report.folder}/{first}") if first else "",
        "href_language": first.split(".")[1] if first else "",
        "states": [
            {"code": state, "text": say.text(STATE_TEXTS[state])} for state in report.states
        ],
        "badges": _badges(report, evidence, say),
        "evidence": evidence,
        "period": period,
        "why": _why(report, say),
        "message": report.message,
        "figures": _figures(report, say),
        "picture": _picture(report, known, say),
        "files": _files(report, say),
        "found_by": " ".join(dict.fromkeys(found_by)),
    }


def _pages() -> list[str]:
    return [f"report.{code}.html" for code in LANGUAGES]


def _badges(report: Listed, evidence: str, say: Language) -> list[str]:
    badges = [say.text(N_("draft"))] if report.release == DRAFT else []
    if evidence == "synthetic":
        badges.append(say.text(N_("synthetic data")))
    if report.edition == "internal":
        badges.append(say.word("edition", "internal"))
    return badges


def _period(parameters: Mapping[str, Any], say: Language) -> str:
    """Write the years and the day of a report, of its parameters what can be read of them."""
    first, last = parameters.get("first_year"), parameters.get("last_year")
    start, horizon = parameters.get("start_year"), parameters.get("horizon_years")
    if type(start) is int and type(horizon) is int:
        first, last = start, start + horizon - 1
    parts = [say.period(first, last)] if type(first) is int and type(last) is int else []
    try:
        day = datetime.date.fromisoformat(parameters["as_of"])
        parts.append(say.text(N_("as of {day}"), day=say.date(day)))
    except (KeyError, TypeError, ValueError):
        pass
    return ", ".join(parts)


def _why(report: Listed, say: Language) -> str:
    """Say why a report is damaged or out of date."""
    if report.faults:
        text = N_("Missing or not what was written: {files}.")
        return say.text(text, files=_some(report.faults, say))
    causes = [
        say.text(CAUSE_TEXTS[cause], files=_some(files, say))
        for cause, files in report.changed.items()
    ]
    if not causes:
        return ""
    return say.text(N_("Changed since it was made: {causes}."), causes="; ".join(causes))


def _some(files: Sequence[str], say: Language) -> str:
    """Name the first few files."""
    names = ", ".join(files[:FILES_NAMED])
    if len(files) <= FILES_NAMED:
        return names
    return say.text(
        N_("{names} and {count} more"), names=names, count=str(len(files) - FILES_NAMED)
    )


def _figures(report: Listed, say: Language) -> list[dict[str, str]]:
    """Write the key figures; those of another version are left out."""
    written = []
    for figure in report.key_figures[:KEY_FIGURES_SHOWN]:
        try:
            written.append(written_key_figure(figure, say))
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
            continue
    return written


def _picture(report: Listed, known: Known, say: Language) -> SmallPicture | None:
    names = {"unit": known.units, "indicator": known.indicators}
    try:
        return small_picture(
            report.report, report.unit, report.parameters, report.tables, names, say
        )
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
        return None  # results of another version: the report is listed without a picture


def _files(report: Listed, say: Language) -> list[dict[str, Any]]:
    """Group the files of a report: those in the language of the page first, data last."""
    groups = []
    for code in (say.code, *(other for other in LANGUAGES if other != say.code)):
        named = [(pattern.format(code=code), text) for pattern, text in LANGUAGE_FILES]
        groups.append((say.text(FILES_IN[code]), code, named))
    groups.append((say.text(N_("To check and reuse")), "", list(DATA_FILES)))
    return [
        {"text": text, "language": code, "links": links}
        for text, code, names in groups
        if (
            links := [
                {"href": quote(f"{report.folder}/{name}"), "text": say.text(label)}
                for name, label in names
                if name in report.files
            ]
        )
    ]


# --- All of them ---------------------------------------------------------------------------------


def folded(text: str) -> str:
    """Take marks and capitals off letters, to sort and compare by.

    Examples
    --------
    >>> folded("Rīgas Šķūnis")
    'rigas skunis'
    """
    parts = unicodedata.normalize("NFD", text)
    return "".join(part for part in parts if not unicodedata.combining(part)).casefold()


def _groups(entries: Iterable[dict[str, Any]], known: Known, say: Language) -> list[dict[str, Any]]:
    """Put the whole country first, then the regions by name, each with its institutions."""
    by_group: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        by_group.setdefault(entry["group"], []).append(entry)
    return [
        {
            "code": code,
            "name": _group_name(code, known, say),
            "reports": [entry for entry in within if entry["unit"] == code or not code],
            "institutions": [entry for entry in within if code and entry["unit"] != code],
        }
        for code, within in (
            (code, sorted(by_group[code], key=_place)) for code in _ordered(by_group, known, say)
        )
    ]


def _ordered(codes: Iterable[str], known: Known, say: Language) -> list[str]:
    """Order groups: the whole country, regions by name, what is not known."""

    def place(code: str) -> tuple[bool, bool, str, str]:
        return code == "", code != NATIONAL, folded(_group_name(code, known, say)), code

    return sorted(codes, key=place)


def _group_name(code: str, known: Known, say: Language) -> str:
    return named(known.units, code, say) if code else say.text(N_("Not in the data package"))


def _place(entry: dict[str, Any]) -> tuple[int, str, str]:
    kinds = list(REPORT_TITLES)
    kind = entry["kind"]
    return kinds.index(kind) if kind in kinds else len(kinds), folded(entry["title"]), kind


def _filters(
    entries: Sequence[dict[str, Any]], known: Known, say: Language
) -> list[dict[str, Any]]:
    """Give what the list can be narrowed down by: of each only what occurs."""
    kinds = {entry["kind"]: entry["title"].split(": ")[-1] for entry in entries}
    groups = _ordered({entry["group"] for entry in entries}, known, say)
    states = {state["code"] for entry in entries for state in entry["states"]}
    evidence = {entry["evidence"] for entry in entries}
    options = {
        "kind": [(kind, say.text(text)) for kind, text in REPORT_TITLES.items() if kind in kinds]
        + [(kind, kind) for kind in sorted(kinds.keys() - REPORT_TITLES.keys())],
        "region": [(code or "-", _group_name(code, known, say)) for code in groups],
        "state": [(state, say.text(STATE_TEXTS[state])) for state in STATES if state in states],
        "evidence": [
            (code, say.text(text)) for code, text in EVIDENCE_TEXTS.items() if code in evidence
        ],
    }
    labels = {
        "kind": say.text(N_("Kind of report")),
        "region": say.text(N_("Region")),
        "state": say.text(N_("State")),
        "evidence": say.text(N_("Data")),
    }
    return [{"name": name, "label": labels[name], "options": options[name]} for name in options]
