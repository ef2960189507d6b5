"""An executed notebook as one self-contained HTML file: no code, no script, no request."""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import Unicode

from dieval import __version__
from dieval.present.html import environment
from dieval.reports.document import Document, read_document
from dieval.reports.project import find_project
from dieval.reports.style_sheet import style_sheet
from dieval.vocabulary import LANGUAGES


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


class HTMLReportExporter(Exporter):
    """nbconvert exporter `dieval-html`.

    `jupyter nbconvert --to dieval-html --HTMLReportExporter.language=en report.ipynb`
    """

    export_from_notebook = "dieval report (HTML)"
    output_mimetype = "text/html"
    language = Unicode(LANGUAGES[0], help="Language of the report: lv or en.").tag(config=True)

    file_extension = ".html"

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[str, dict[str, Any]]:
        """Export an executed notebook."""
        _, resources = super().from_notebook_node(nb, resources, **kwargs)
        return html_report(read_document(nb, self.language, find_project().appearance)), resources
