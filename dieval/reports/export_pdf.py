"""An executed notebook as a tagged PDF (PDF/UA-1 and PDF/A-3a), laid out by Typst."""

from __future__ import annotations

import itertools
import json
import tempfile
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import typst

from dieval.errors import ReportError
from dieval.present.letters import displayable
from dieval.present.style import Appearance, font_folder, page_colours
from dieval.reports.document import Document, Node
from dieval.reports.pdf_structure import finished
from dieval.reports.table_csv import result_table_csv
from dieval.reports.table_layout import lines_of_rows, table_layout

PDF_STANDARDS: list[Literal["ua-1", "a-3a"]] = ["ua-1", "a-3a"]
# Nodes that introduce a table: they stand on its page.
INTRODUCTIONS = ("heading", "paragraph", "prose_list", "text", "list")


def pdf_report(document: Document, results_json: str) -> bytes:
    """Lay a document out as PDF, with the results and each of their tables attached.

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
        body = _nodes_for_typst(document.body, "body", folder)
        start, end = _summary(body)
        content = {
            "language": document.language,
            "title": document.title,
            "subject": document.subject,
            "date": document.date,
            "running": document.running,
            "words": document.words,
            "appearance": _look_for_typst(document.appearance, folder),
            "colours": page_colours(document.appearance),
            "cover": _nodes_for_typst(document.cover, "cover", folder),
            "question": body[:start],
            "summary": body[start:end],
            "body": _turned(body[end:]),
        }
        content = {
            **_displayable(content),
            "attachments": _attachments(results_json, document.words),
        }
        (folder / "document.json").write_text(
            json.dumps(content, ensure_ascii=False), encoding="utf-8"
        )
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
    cards = [len(node["figures"]) for node in document.body if node["kind"] == "key_figures"]
    return finished(bytes(pdf), headers, cards)


def _displayable(content: Any) -> Any:
    """Replace the letters that the font lacks, in every text of a JSON value."""
    if isinstance(content, str):
        return displayable(content)
    if isinstance(content, dict):
        return {name: _displayable(part) for name, part in content.items()}
    if isinstance(content, list | tuple):
        return [_displayable(part) for part in content]
    return content


def _attachments(results_json: str, words: dict[str, str]) -> list[dict[str, str]]:
    """Give the results as one JSON file and each result table as CSV."""
    tables = json.loads(results_json).get("tables", {})
    return [
        {
            "name": "results.json",
            "type": "application/json",
            "description": words["attached"],
            "text": results_json,
        },
        *(
            {
                "name": f"tables/{name}.csv",
                "type": "text/csv",
                "description": f"{words['attached_table']} ({name}.csv)",
                "text": result_table_csv(table),
            }
            for name, table in tables.items()
        ),
    ]


def _look_for_typst(appearance: Appearance, folder: Path) -> dict[str, str]:
    """Write the organisation's logo to its file."""
    if appearance.logo is None:
        return {"name": appearance.name, "logo": ""}
    name = f"logo.{appearance.logo_type}"
    (folder / name).write_bytes(appearance.logo)
    return {"name": appearance.name, "logo": name}


def _nodes_for_typst(nodes: Sequence[Node], part: str, folder: Path) -> list[Node]:
    return [_node_for_typst(node, f"{part}-{place}", folder) for place, node in enumerate(nodes)]


def _node_for_typst(node: Node, name: str, folder: Path) -> Node:
    """Write a drawing to its file and settle the layout of a table."""
    if node["kind"] == "figure":
        (folder / f"{name}.svg").write_text(node["svg"], encoding="utf-8")
        return {**node, "svg": "", "file": f"{name}.svg"}
    if node["kind"] == "table":
        layout, weights = table_layout(node["columns"], node["rows"])
        columns = [
            {**column, "unit": column["unit"] or "", "weight": weight}
            for column, weight in zip(node["columns"], weights, strict=True)
        ]
        shown = {
            **node,
            "columns": columns,
            "size": layout.size,
            "landscape": layout.landscape,
            "lines": lines_of_rows(node["rows"], weights),
        }
        shown.pop("data", None)
        foreign = {f"{row} {place}": code for (row, place), code in node.get("foreign", {}).items()}
        return {**shown, "foreign": foreign}
    return node


def _summary(nodes: Sequence[Node]) -> tuple[int, int]:
    """Give start and end of the chapter of the key figures; (0, 0) if none can stand on a page."""
    kinds = [node["kind"] for node in nodes]
    if "key_figures" not in kinds:
        return 0, 0
    place = kinds.index("key_figures")
    chapters = [number for number, node in enumerate(nodes) if node.get("level") == 2]
    start = max((number for number in chapters if number < place), default=0)
    end = min((number for number in chapters if number > place), default=len(nodes))
    wide = any(node.get("landscape", False) for node in nodes[:end])
    return (0, 0) if wide else (start, end)


def _turned(nodes: Sequence[Node]) -> list[dict[str, Any]]:
    """Group nodes by the way their pages are turned.

    A wide table takes along what introduces it, back to the heading, and a table between two wide
    ones. Tables that directly follow stand apart, as `spare`: they may fill its last page.
    """
    landscape = [node.get("landscape", False) for node in nodes]
    tables = [node["kind"] == "table" for node in nodes]
    for place in range(1, len(nodes) - 1):
        if tables[place] and landscape[place - 1] and nodes[place + 1].get("landscape", False):
            landscape[place] = True
    for place in range(len(nodes) - 1, 0, -1):
        if landscape[place] and _introduces(nodes[place - 1]["kind"], nodes[place]["kind"]):
            landscape[place - 1] = True
    parts: list[dict[str, Any]] = []
    for turned, pairs in itertools.groupby(
        zip(landscape, nodes, strict=True), key=lambda pair: pair[0]
    ):
        group = [node for _, node in pairs]
        if parts and not turned:
            spare = list(itertools.takewhile(lambda node: node["kind"] == "table", group))
            parts[-1]["spare"], group = spare, group[len(spare) :]
        parts.append({"landscape": turned, "nodes": group, "spare": []})
    return parts


def _introduces(kind: str, following: str) -> bool:
    return kind in INTRODUCTIONS and (following != "heading" or kind == "heading")
