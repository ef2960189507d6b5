"""The nbconvert exporters of reports: `jupyter nbconvert --to dieval-html report.ipynb`.

A module of its own: a run has no use for nbconvert.
"""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import Unicode

from dieval.reports.document import Document, read_document, read_results
from dieval.reports.export_docx import docx_report
from dieval.reports.export_html import html_report
from dieval.reports.export_pdf import pdf_report
from dieval.reports.project import find_project
from dieval.reports.results import results_json
from dieval.vocabulary import LANGUAGES


class ReportExporter(Exporter):
    """An exporter of one format, which says how it lays a document out."""

    language = Unicode(LANGUAGES[0], help="Language of the report: lv or en.").tag(config=True)

    def laid_out(self, document: Document, notebook: NotebookNode) -> str | bytes:
        """Lay out a document that was read from an executed notebook."""
        raise NotImplementedError

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[str | bytes, dict[str, Any]]:
        """Export an executed notebook, in the look of the project's organisation."""
        _, resources = super().from_notebook_node(nb, resources, **kwargs)
        document = read_document(nb, self.language, find_project().appearance)
        return self.laid_out(document, nb), resources


class HTMLReportExporter(ReportExporter):
    """nbconvert exporter `dieval-html`.

    `jupyter nbconvert --to dieval-html --HTMLReportExporter.language=en report.ipynb`
    """

    export_from_notebook = "dieval report (HTML)"
    output_mimetype = "text/html"
    file_extension = ".html"

    def laid_out(self, document: Document, notebook: NotebookNode) -> str:
        """Lay a document out as HTML."""
        return html_report(document)


class PDFReportExporter(ReportExporter):
    """nbconvert exporter `dieval-pdf`.

    `jupyter nbconvert --to dieval-pdf --PDFReportExporter.language=en report.ipynb`
    """

    export_from_notebook = "dieval report (PDF)"
    output_mimetype = "application/pdf"
    file_extension = ".pdf"

    def laid_out(self, document: Document, notebook: NotebookNode) -> bytes:
        """Lay a document out as PDF, with its results attached."""
        return pdf_report(document, results_json(read_results(notebook)))


class DOCXReportExporter(ReportExporter):
    """nbconvert exporter `dieval-docx`.

    `jupyter nbconvert --to dieval-docx --DOCXReportExporter.language=en report.ipynb`
    """

    export_from_notebook = "dieval report (Word)"
    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    file_extension = ".docx"

    def laid_out(self, document: Document, notebook: NotebookNode) -> bytes:
        """Lay a document out as a Word document."""
        return docx_report(document)
