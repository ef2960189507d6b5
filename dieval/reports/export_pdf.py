"""An executed notebook as a tagged PDF (PDF/UA-1 and PDF/A-3a), laid out by Typst."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import typst
from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import Unicode

from dieval.errors import ReportError
from dieval.present.style import font_folder
from dieval.reports.document import Document, Node, read_document, read_results
from dieval.reports.pdf_structure import finished
from dieval.vocabulary import LANGUAGES

PDF_STANDARDS: list[Literal["ua-1", "a-3a"]] = ["ua-1", "a-3a"]
# Text columns whose cells are longer than this share the width that is left [characters].
SHORT_TEXT, LONG_TEXT = 28, 70
# From so many numeric columns with headings longer than a number on, all columns share the width.
CROWDED, SHORT_HEADING = 4, 10


def pdf_report(document: Document, results_json: str) -> bytes:
    """Lay a document out as PDF, with the results attached.

    Parameters
    ----------
    document : Document
        The report in one language.
    results_json : str
        Content of results.json.

    Returns
    -------
    bytes
        The same for the same input.

    Raises
    ------
    ReportError
        Typst refused the document, or warned: an unknown font would only be a warning.
    """
    with tempfile.TemporaryDirectory(prefix="dieval-pdf-") as name:
        folder = Path(name)
        content = asdict(document)
        for part in ("cover", "body"):
            content[part] = [
                _node_for_typst(node, f"{part}-{place}", folder)
                for place, node in enumerate(content[part])
            ]
        (folder / "document.json").write_text(
            json.dumps(content, ensure_ascii=False), encoding="utf-8"
        )
        (folder / "results.json").write_text(results_json, encoding="utf-8")
        template = resources.files("dieval.reports") / "templates/report.typ"
        main = folder / "report.typ"
        main.write_text(template.read_text(encoding="utf-8"), encoding="utf-8")
        try:
            pdf, warnings = typst.compile_with_warnings(  # type: ignore[call-overload]  # unbound type variables
                str(main),
                root=str(folder),
                font_paths=[str(font_folder())],
                ignore_system_fonts=True,
                format="pdf",
                pdf_standards=PDF_STANDARDS,
            )
        except typst.TypstError as error:
            hints = " ".join(error.hints)
            raise ReportError(f"the PDF could not be made: {error.message} {hints}") from error
    if warnings:
        messages = "; ".join(warning.message for warning in warnings)
        raise ReportError(f"the PDF could not be made without warnings: {messages}")
    headers = [node["row_headers"] for node in document.body if node["kind"] == "table"]
    return finished(bytes(pdf), headers)


def _node_for_typst(node: Node, name: str, folder: Path) -> Node:
    """Write a drawing to its file and settle the layout of a table."""
    if node["kind"] == "figure":
        (folder / f"{name}.svg").write_text(node["svg"], encoding="utf-8")
        return {**node, "svg": "", "file": f"{name}.svg"}
    if node["kind"] == "table":
        columns = [
            {**column, "unit": column["unit"] or "", "weight": weight}
            for column, weight in zip(node["columns"], _weights(node), strict=True)
        ]
        return {**node, "columns": columns}
    return node


def _weights(node: Node) -> list[int]:
    """Give each column's share of the page width; 0 keeps a column as wide as its content."""
    columns = node["columns"]
    longest = [
        max((len(row[place]) for row in node["rows"]), default=0) for place in range(len(columns))
    ]
    texts = [
        not column["numeric"] and long > SHORT_TEXT
        for column, long in zip(columns, longest, strict=True)
    ]
    headed = [column["numeric"] and len(column["heading"]) > SHORT_HEADING for column in columns]
    if sum(headed) >= CROWDED:
        # Long headings of numbers would leave the texts no room: share the page between all.
        return [2 if column["numeric"] else 3 for column in columns]
    return [min(long, LONG_TEXT) if text else 0 for text, long in zip(texts, longest, strict=True)]


class PDFReportExporter(Exporter):
    """nbconvert exporter `dieval-pdf`.

    `jupyter nbconvert --to dieval-pdf --PDFReportExporter.language=en report.ipynb`
    """

    export_from_notebook = "dieval report (PDF)"
    output_mimetype = "application/pdf"
    language = Unicode(LANGUAGES[0], help="Language of the report: lv or en.").tag(config=True)

    file_extension = ".pdf"

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Export an executed notebook."""
        from dieval.reports.results import results_json

        _, resources = super().from_notebook_node(nb, resources, **kwargs)
        document = read_document(nb, self.language)
        return pdf_report(document, results_json(read_results(nb))), resources
