"""The prose of a notebook: Markdown read into nodes that HTML and PDF lay out alike."""

from __future__ import annotations

from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from dieval.errors import ReportError

Node = dict[str, Any]

LINKED = ("https://", "http://", "mailto:", "#")

# Raw HTML is off: what stands in a notebook or comes from data stays text.
_PARSER = MarkdownIt("commonmark", {"html": False})
_INLINE = {"strong": "strong", "em": "em", "code_inline": "code"}


def prose_nodes(markdown: str) -> list[Node]:
    """Read Markdown into block nodes.

    Parameters
    ----------
    markdown : str
        Headings, paragraphs, lists, emphasis, inline code and links; nothing else.

    Returns
    -------
    list of dict
        Nodes `heading` (level, inlines), `paragraph` (inlines) and `list` (ordered, items), with
        inlines `text`, `strong`, `em`, `code` and `link`.

    Raises
    ------
    ReportError
        The text uses Markdown that the exports do not know, such as an image or a table.
    """
    return [_block(node) for node in SyntaxTreeNode(_PARSER.parse(markdown)).children]


def _block(node: SyntaxTreeNode) -> Node:
    if node.type == "heading":
        return {"kind": "heading", "level": int(node.tag[1]), "inlines": _inlines(node)}
    if node.type == "paragraph":
        return {"kind": "paragraph", "inlines": _inlines(node)}
    if node.type in ("bullet_list", "ordered_list"):
        items = [_item(item) for item in node.children]
        return {"kind": "prose_list", "ordered": node.type == "ordered_list", "items": items}
    raise ReportError(
        f"notebook prose uses Markdown “{node.type}”, which reports do not show. Use headings, "
        "paragraphs, lists, emphasis, inline code and links."
    )


def _item(node: SyntaxTreeNode) -> list[Node]:
    if [child.type for child in node.children] != ["paragraph"]:
        raise ReportError("notebook prose has a list item that is not one paragraph; split it.")
    return _inlines(node.children[0])


def _inlines(node: SyntaxTreeNode) -> list[Node]:
    nodes: list[Node] = []
    for child in node.children:
        nodes.extend(_inline(child))
    return nodes


def _inline(node: SyntaxTreeNode) -> list[Node]:
    if node.type == "inline":
        return _inlines(node)
    if node.type == "text":
        return [{"kind": "text", "text": node.content}]
    if node.type in ("softbreak", "hardbreak"):
        return [{"kind": "text", "text": " "}]
    if node.type == "code_inline":
        return [{"kind": "code", "text": node.content}]
    if node.type in _INLINE:
        return [{"kind": _INLINE[node.type], "inlines": _inlines(node)}]
    if node.type == "link":
        if not str(node.attrs["href"]).startswith(LINKED):
            raise ReportError(
                "notebook prose has a link that begins neither with "
                f"{' nor with '.join(LINKED)}; reports have no other ones."
            )
        return [{"kind": "link", "href": str(node.attrs["href"]), "inlines": _inlines(node)}]
    raise ReportError(f"notebook prose uses inline Markdown “{node.type}”; reports do not show it.")


def plain_text(inlines: list[Node]) -> str:
    """Give the text of inlines without their marks, for titles and metadata."""
    return "".join(
        inline["text"] if "text" in inline else plain_text(inline["inlines"]) for inline in inlines
    )
