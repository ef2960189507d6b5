"""What Typst leaves open in a tagged PDF: parts of tables, lists of cards, and ends of streams."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

import pikepdf

from dieval.errors import ReportError


def finished(pdf: bytes, row_headers: Sequence[int], cards: Sequence[int] = ()) -> bytes:
    """Complete the structure of tables and key figures, and make the ends of streams clear.

    Parameters
    ----------
    pdf : bytes
        Tagged PDF.
    row_headers : sequence of int
        How many columns head the rows of each table, in reading order.
    cards : sequence of int
        How many cards each group of key figures has, in reading order.

    Returns
    -------
    bytes
        The same for the same input.

    Raises
    ------
    ReportError
        The PDF does not have as many tables or cards as the report.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        tables = list(_elements(document.Root.StructTreeRoot, "/Table"))
        if len(tables) != len(row_headers):
            raise ReportError(
                f"the PDF has {len(tables)} tables in its structure, the report {len(row_headers)}."
            )
        for table, count in zip(tables, row_headers, strict=True):
            _mark_row_headers(table, count)
        groups = _groups(document.Root.StructTreeRoot)
        _take_captions_in(groups)
        found = _join_cards(groups)
        if found != list(cards):
            raise ReportError(f"the PDF has {found} cards in its structure, the report {cards}.")
        _clear_stream_ends(document)
        stream = io.BytesIO()
        document.save(
            stream,
            compress_streams=False,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.preserve,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
        )
    return stream.getvalue()


def _elements(element: pikepdf.Object, kind: str) -> Iterator[pikepdf.Dictionary]:
    """Walk the structure tree in reading order and give the elements of a kind."""
    if isinstance(element, pikepdf.Array):
        for child in element:
            yield from _elements(child, kind)
    elif isinstance(element, pikepdf.Dictionary):
        if element.get("/S") == kind:
            yield element
        elif "/K" in element:
            yield from _elements(element.K, kind)


def _mark_row_headers(table: pikepdf.Dictionary, count: int) -> None:
    """Turn the first cells of each row of a table's body into headers of their row.

    Typst names the column header of each cell; a cell with named headers has no others, so the
    names are taken out, and the scopes of column and row headers tell both.
    """
    for body in _elements(table.K, "/TBody"):
        for row in _elements(body.K, "/TR"):
            for place, cell in enumerate(_children(row)):
                present = cell.get("/A", pikepdf.Array())
                attributes = list(present) if isinstance(present, pikepdf.Array) else [present]
                for attribute in attributes:
                    if "/Headers" in attribute:
                        del attribute["/Headers"]
                if place < count:
                    cell.S = pikepdf.Name.TH
                    scope = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name.Row)
                    attributes = [*attributes, scope]
                cell.A = pikepdf.Array(
                    [attribute for attribute in attributes if set(attribute.keys()) != {"/O"}]
                )


def _children(element: pikepdf.Object) -> list[Any]:
    children = element.get("/K", pikepdf.Array())
    return list(children) if isinstance(children, pikepdf.Array) else [children]


def _groups(root: pikepdf.Object) -> list[pikepdf.Dictionary]:
    """Give the elements directly in the document that only hold others together."""
    (document,) = _children(root)
    return [element for element in _children(document) if element.get("/S") == "/Div"]


def _take_captions_in(groups: Sequence[pikepdf.Dictionary]) -> None:
    """Put each caption that stands beside a table into it, as its first element.

    Typst leaves a caption outside where it sets a caption and its table in two blocks.
    """
    for group in groups:
        tables = list(_elements(group.K, "/Table"))
        captions = [each for each in _children(group) if each.get("/S") == "/Caption"]
        if len(tables) == len(captions) == 1:
            table, caption = tables[0], captions[0]
            caption.P = table
            table.K = pikepdf.Array([caption, *_children(table)])
            group.K = pikepdf.Array([each for each in _children(group) if each != caption])


def _join_cards(groups: Sequence[pikepdf.Dictionary]) -> list[int]:
    """Make one list of each grid of cards, whose cells hold a list of one item; count the items."""
    counts = []
    for grid in groups:
        lists = list(_elements(grid.K, "/L"))
        if not lists:
            continue
        items = [item for each in lists for item in _elements(each.K, "/LI")]
        for item in items:
            item.P = grid
        grid.S = pikepdf.Name.L
        grid.A = lists[0].A
        grid.K = pikepdf.Array(items)
        counts.append(len(items))
    return counts


def _clear_stream_ends(document: pikepdf.Pdf) -> None:
    """Store each compressed stream that ends with a carriage return without compression.

    Before the line feed and the word `endstream` that byte reads as part of the line end, and
    checkers find the stream shorter than its stated length. One compressed stream in 256 ends so by
    chance, whatever the level of compression: its last bytes are a checksum of the content.
    """
    for stream in document.objects:
        if isinstance(stream, pikepdf.Stream) and stream.read_raw_bytes().endswith(b"\r"):
            stream.write(stream.read_bytes())
