"""An executed notebook read as a document in one language, whatever it is exported to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from dieval.errors import ReportError
from dieval.present.blocks import BLOCKS_MIME, INPUTS_MIME, RESULTS_MIME, resolve
from dieval.present.language import N_, language
from dieval.present.prose import plain_text, prose_nodes
from dieval.present.style import HOUSE, Appearance
from dieval.reports.results import canonical
from dieval.vocabulary import LANGUAGES

Node = dict[str, Any]

TABLE_LABEL = N_("Table {number}")
FIGURE_LABEL = N_("Figure {number}")
DATA_LABEL = N_("Data of table {number} (CSV)")


@dataclass(frozen=True)
class Document:
    """A report in one language, ready to be laid out.

    Parameters
    ----------
    language : str
        `lv` or `en`.
    title, subject : str
        Title of the report, and the region or institution that it is about.
    date : str
        Date of the newest source, YYYY-MM-DD.
    cover : list of dict
        Nodes of the first page: notices and facts.
    body : list of dict
        Nodes of the rest: headings, paragraphs, lists, tables and figures, the last two numbered.
    running : str
        What every page repeats, such as the notice about synthetic data; may be empty.
    words : dict of str
        The few words that a layout needs, such as the heading of the contents list.
    appearance : Appearance
        Name, colour and logo of the organisation that publishes the report.
    """

    language: str
    title: str
    subject: str
    date: str
    cover: list[Node]
    body: list[Node]
    running: str
    words: dict[str, str]
    appearance: Appearance = HOUSE

    @property
    def contents(self) -> list[Node]:
        """Headings of the second level, in order."""
        return [node for node in self.body if node["kind"] == "heading" and node["level"] == 2]


LAYOUT_WORDS = {
    "contents": N_("Contents"),
    "skip": N_("Skip to the content"),
    "notice": N_("Notice"),
    "logo": N_("Logo of the publisher"),
    "description": N_("Evaluation report made by dieval"),
    "subject": N_("deinstitutionalisation"),
    "attached": N_("Results as data (results.json)"),
    "attached_table": N_("Result table as data"),
}


def read_document(notebook: NotebookNode, code: str, appearance: Appearance = HOUSE) -> Document:
    """Read an executed notebook in one language.

    Prose cells carry the tag `lv` or `en`; outputs hold both languages. Code is never shown.

    Parameters
    ----------
    notebook : NotebookNode
        Executed notebook.
    code : str
        Language.
    appearance : Appearance
        How the reports of the organisation look.

    Returns
    -------
    Document

    Raises
    ------
    ReportError
        A prose cell has no language, an output is of a type that reports do not show, or the
        notebook has no first page.
    """
    say = language(code)
    cover: list[Node] = []
    body: list[Node] = []
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "markdown":
            tags = set(cell.metadata.get("tags", [])) & set(LANGUAGES)
            if not tags:
                raise ReportError(
                    f"notebook cell {number}: prose without the tag {' or '.join(LANGUAGES)}."
                )
            if code in tags:
                body += [node for node in _prose(cell.source) if node.get("level") != 1]
        elif cell.cell_type == "code":
            blocks = [resolve(block, code) for block in shown_blocks(cell, number)]
            is_cover = any(block["kind"] == "title" for block in blocks)
            (cover if is_cover else body).extend(blocks)
    titles = [node for node in cover if node["kind"] == "title"]
    if len(titles) != 1:
        raise ReportError("the notebook has no first page: no cell shows the report's title.")
    _number(body, code)
    return Document(
        language=code,
        title=titles[0]["text"],
        subject=titles[0]["subject"],
        date=titles[0]["date"],
        cover=[node for node in cover if node["kind"] != "title"],
        body=body,
        running=" · ".join(node["running"] for node in cover if node["kind"] == "notice"),
        words={name: say.text(msgid) for name, msgid in LAYOUT_WORDS.items()},
        appearance=appearance,
    )


def read_results(notebook: NotebookNode) -> dict[str, Any]:
    """Give the content of results.json that the last code cell of a notebook carries."""
    return dict(canonical(_carried(notebook, RESULTS_MIME)))


def read_inputs(notebook: NotebookNode) -> dict[str, Any]:
    """Give the name of the data package that a notebook read, with its files' checksums."""
    return _carried(notebook, INPUTS_MIME)


def _carried(notebook: NotebookNode, mime: str) -> dict[str, Any]:
    """Give what the last code cell carries; that it is there shows that the notebook ran whole.

    Raises
    ------
    ReportError
        The notebook did not run to its end, or its last cell shows no results.
    """
    code_cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if not code_cells:
        raise ReportError("the notebook has no code cells: nothing was computed.")
    counts = [cell.execution_count for cell in code_cells]
    if counts != list(range(1, len(code_cells) + 1)):
        raise ReportError("the notebook did not run from top to bottom: a cell was not executed.")
    for output in code_cells[-1].outputs:
        if mime in output.get("data", {}):
            return dict(output["data"][mime])
    raise ReportError("the notebook's last cell shows no results: end it with dieval.run_record.")


def _prose(markdown: str) -> list[Node]:
    nodes = prose_nodes(markdown)
    for node in nodes:
        if node["kind"] == "heading":
            node["text"] = plain_text(node["inlines"])
    return nodes


def shown_blocks(cell: NotebookNode, number: int) -> list[Node]:
    """Give the blocks that a code cell shows, in both languages; `number` names it in an error."""
    blocks: list[Node] = []
    for output in cell.outputs:
        data = output.get("data", {})
        if BLOCKS_MIME in data:
            blocks += data[BLOCKS_MIME]["blocks"]
        elif output.output_type == "error":
            raise ReportError(f"notebook cell {number} ended with an error: {output.ename}.")
        else:
            raise ReportError(
                f"notebook cell {number} shows an output ({output.output_type}) that a report "
                "does not carry: show the result of a dieval function."
            )
    return blocks


def _number(nodes: list[Node], code: str) -> None:
    """Number tables, figures and headings in their order; tell where key figures stand."""
    say = language(code)
    labels = {"table": TABLE_LABEL, "figure": FIGURE_LABEL}
    counts = dict.fromkeys([*labels, "heading"], 0)
    for node in nodes:
        kind = node["kind"]
        if kind in counts:
            counts[kind] += 1
            node["anchor"] = f"{kind}-{counts[kind]}"
        if kind in labels:
            node["label"] = say.text(labels[kind], number=str(counts[kind]))
        if kind == "table":
            node["data_label"] = say.text(DATA_LABEL, number=str(counts[kind]))
    named = {node["name"]: node for node in nodes if node["kind"] in labels}
    for node in nodes:
        for figure in node["figures"] if node["kind"] == "key_figures" else []:
            place = next((named[name] for name in figure["stands_in"] if name in named), None)
            figure["place"] = place and {"label": place["label"], "anchor": place["anchor"]}
