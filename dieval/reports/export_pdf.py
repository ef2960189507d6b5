"""An executed notebook as a tagged PDF (PDF/UA-1 and PDF/A-3a), laid out by Typst."""

from __future__ import annotations

import json
import math
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
from dieval.present.style import Appearance, font_folder, page_colours
from dieval.reports.document import Document, Node, read_document, read_results
from dieval.reports.pdf_structure import finished
from dieval.reports.project import find_project
from dieval.vocabulary import LANGUAGES

PDF_STANDARDS: list[Literal["ua-1", "a-3a"]] = ["ua-1", "a-3a"]
# Characters that a line of a table holds, from so many columns on: the text is smaller in tables of
# many columns. Each column keeps a distance.
ROOM_OF_LINE, ROOM_OF_COLUMN = {1: 104.0, 8: 117.0, 10: 127.0}, 2.2
# Shorter texts stay on one line where there is room; longer words, such as addresses, may be broken
# [characters].
SHORT_TEXT, LONGEST_WORD = 14, 18


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
        content["appearance"] = _look_for_typst(document.appearance, folder)
        content["colours"] = page_colours(document.appearance)
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


def _look_for_typst(appearance: Appearance, folder: Path) -> dict[str, str]:
    """Write the organisation's logo to its file."""
    if appearance.logo is None:
        return {"name": appearance.name, "logo": ""}
    name = f"logo.{appearance.logo_type}"
    (folder / name).write_bytes(appearance.logo)
    return {"name": appearance.name, "logo": name}


def _node_for_typst(node: Node, name: str, folder: Path) -> Node:
    """Write a drawing to its file and settle the layout of a table."""
    if node["kind"] == "figure":
        (folder / f"{name}.svg").write_text(node["svg"], encoding="utf-8")
        return {**node, "svg": "", "file": f"{name}.svg"}
    if node["kind"] == "table":
        columns = [
            {**column, "unit": column["unit"] or "", "weight": weight}
            for column, weight in zip(node["columns"], column_weights(node), strict=True)
        ]
        return {**node, "columns": columns}
    return node


def column_weights(node: Node, usable: float = 1.0) -> list[float]:
    """Give each column's share of the page width; 0 keeps a column as wide as its content.

    `usable` is the part of the line's room that the columns may take.

    Where a table is wider than the page, every column gets room for its longest word or number;
    what is left goes to columns of short texts, then to the others by their usual length (root
    mean square).
    """
    cells = [list(texts) for texts in zip(*node["rows"], strict=True)] or [[]] * len(
        node["columns"]
    )
    least: list[float] = []
    usual: list[float] = []
    whole: list[float] = []
    longest: list[float] = []
    for column, texts in zip(node["columns"], cells, strict=True):
        heading = [column["heading"], column["unit"] or ""]
        lengths = [len(text) for text in texts]
        # A heading may break after a hyphen, too.
        parts = [part for text in heading for part in text.replace("-", "- ").split(" ")]
        parts += [] if column["numeric"] else [part for text in texts for part in text.split(" ")]
        words = [len(part) for part in parts]
        unbroken = lengths if column["numeric"] else []
        least.append(min(max([*words, *unbroken]), LONGEST_WORD))
        longest.append(max(lengths, default=0))
        whole.append(max([*map(len, heading), *lengths]))
        wraps = bool(lengths) and not column["numeric"]
        usual.append(math.hypot(*lengths) / math.sqrt(len(lengths)) if wraps else 0.0)
    room = max(room for columns, room in ROOM_OF_LINE.items() if columns <= len(least))
    room = usable * room - ROOM_OF_COLUMN * len(least)
    if sum(whole) <= room:
        return [0.0] * len(least)
    short = [length if length <= SHORT_TEXT else 0.0 for length in longest]
    widths = least
    for wanted in (short, usual, whole):
        widths = _shared(room, list(zip(widths, wanted, strict=True)))
    return [width + ROOM_OF_COLUMN for width in widths]


def _shared(room: float, columns: list[tuple[float, float]]) -> list[float]:
    """Widen columns from one width towards another as far as there is room, each by its part."""
    missing = sum(max(0.0, wanted - width) for width, wanted in columns)
    left = room - sum(width for width, _ in columns)
    share = min(1.0, max(0.0, left) / missing) if missing else 0.0
    return [width + share * max(0.0, wanted - width) for width, wanted in columns]


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
        document = read_document(nb, self.language, find_project().appearance)
        return pdf_report(document, results_json(read_results(nb))), resources
