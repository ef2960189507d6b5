"""An executed notebook as one self-contained HTML file: no code, no script, no request."""

from __future__ import annotations

from dieval import __version__
from dieval.present.html import environment
from dieval.reports.document import Document
from dieval.reports.style_sheet import style_sheet


def html_report(document: Document) -> str:
    """Lay a document out as HTML.

    The Content-Security-Policy admits the one style sheet by its hash and pictures inside the
    file; everything else, scripts first of all, is refused by the browser.
    """
    template = environment().get_template("report.html.j2")
    return template.render(
        document=document,
        language=document.language,
        sources=_marks_of_sources(document),
        version=__version__,
        **style_sheet(document.appearance),
    )


def _marks_of_sources(document: Document) -> frozenset[str]:
    """Collect the marks of the list of sources, such as [3]."""
    return frozenset(
        row[0]
        for node in document.body
        if node["kind"] == "table" and node["name"] == "sources"
        for row in node["rows"]
    )
