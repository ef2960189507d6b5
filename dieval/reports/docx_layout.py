"""What Word needs to know beyond the document: pages, widths, marks, links and pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import quote

from dieval.reports.document import Document, Node
from dieval.reports.docx_pictures import Picture, draw_pictures
from dieval.reports.table_layout import ROOM_OF_COLUMN, table_layout

# Pages and tables are measured in twentieths of a point.
MILLIMETRE = 1440 / 25.4
PAGE = (round(210 * MILLIMETRE), round(297 * MILLIMETRE))
MARGIN = round(20 * MILLIMETRE)
TEXT_WIDTH, TEXT_WIDTH_WIDE = (length - 2 * MARGIN for length in PAGE)
CELL_MARGIN = 75
# Styles of the text in tables by its size [points]: id and name.
TABLE_TEXTS = {9: ("TableText", "Table Text"), 8: ("TableTextSmall", "Table Text Small")}
# Part of the room of the PDF that is reckoned with: the font may be another, words are not divided.
USABLE = 0.95
# Headings are bold: wider than the digits that a width is reckoned in, their single words the more.
BOLD, BOLD_WORD = 1.08, 1.25
KEY_FIGURE_SHARE = 0.28  # of the width, for the values of key figures
# A table of so few rows stands on one page with its notes if no text in it is long [characters].
FEW_ROWS, LONG_TEXT = 12, 100
# A row that holds a longer text may be divided between pages [characters].
UNDIVIDED_TEXT = 600

# Numbers of lists: the first two are those of the styles.
FIRST_NUMBERING = 3
WEB_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?([/?#].*)?")
# Characters that an address may hold as they are; a space or a quote would break the file.
ADDRESS_CHARACTERS = "%/:=&?~#+!$,;@()*"


@dataclass(frozen=True)
class Section:
    """Nodes on pages of one kind, and the header of these pages."""

    nodes: list[Node]
    is_wide: bool
    header: str

    @property
    def footer(self) -> str:
        """Name of the footer of its pages."""
        return "footer_wide" if self.is_wide else "footer"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of its pages [twentieths of a point]."""
        width, height = PAGE
        return (height, width) if self.is_wide else PAGE


@dataclass(frozen=True)
class Layout:
    """A document as Word lays it out.

    Parameters
    ----------
    sections : list of Section
        The cover is the first.
    contents : list of dict
        Headings that the contents list names.
    logo : Picture or None
        Of the organisation.
    pictures : list of Picture
        All of them, the logo first.
    links : dict of dict
        By address as the prose writes it: `name` of the link, and the address as `target`.
    numbered_lists : list of int
        Numbers of the lists that begin at 1.
    """

    sections: list[Section]
    contents: list[Node]
    logo: Picture | None
    pictures: list[Picture]
    links: dict[str, dict[str, str]]
    numbered_lists: list[int]


def lay_out(document: Document) -> Layout:
    """Settle pages, widths, marks, links and pictures.

    Raises
    ------
    ReportError
        A picture could not be drawn.
    """
    nodes = [*document.cover, *document.body]
    drawings = [node["svg"] for node in nodes if node["kind"] == "figure"]
    pictures = draw_pictures(drawings, document.appearance)
    logo = pictures[0] if len(pictures) > len(drawings) else None
    drawn = iter(pictures[len(pictures) - len(drawings) :])
    ready = [_ready(node, place, drawn) for place, node in enumerate(nodes)]
    cover, body = ready[: len(document.cover)], ready[len(document.cover) :]
    return Layout(
        sections=[Section(cover, False, "header_cover"), *_sections(body)],
        contents=[node for node in body if node["kind"] == "heading" and node["level"] == 2],
        logo=logo,
        pictures=pictures,
        links=_links(nodes),
        numbered_lists=[node["numbering"] for node in ready if "numbering" in node],
    )


def _ready(node: Node, place: int, drawn: Iterator[Picture]) -> Node:
    """Give a node with what its layout asks for; `place` is its own in the document."""
    ready = dict(node)
    if "anchor" in node:
        ready |= {"mark": place, "bookmark": node["anchor"].replace("-", "_")}
    if "label" in node:
        # “Table 3” and “3. tabula”: the number becomes a field, of the series that the words name.
        ready["label_parts"] = re.split(r"(\d+)", node["label"], maxsplit=1)
        ready["series"] = "".join(letter for letter in node["label"] if letter.isalpha())
    if node["kind"] == "figure":
        ready["picture"] = next(drawn)
    elif node["kind"] == "table":
        ready |= _table(node)
    elif node["kind"] == "key_figures":
        value = round(KEY_FIGURE_SHARE * TEXT_WIDTH)
        ready["widths"] = [TEXT_WIDTH - value, value]
    elif node["kind"] == "prose_list" and node["ordered"]:
        ready["numbering"] = FIRST_NUMBERING + place
    return ready


def _table(node: Node) -> dict[str, Any]:
    """Settle the widths of a table, the size of its text and where it may be divided."""
    layout, weights = table_layout(node["columns"], node["rows"], USABLE)
    width = TEXT_WIDTH_WIDE if layout.landscape else TEXT_WIDTH
    is_full = any(weights)
    if is_full:
        weights = [max(pair) for pair in zip(weights, _heading_words(node), strict=True)]
        share = width / sum(weights)
    else:
        weights = _natural(node)
        share = min(width / (USABLE * layout.room), width / sum(weights))
    text_style, _ = TABLE_TEXTS[round(layout.size)]
    longest = [max(map(len, row), default=0) for row in node["rows"]]
    return {
        "widths": [round(share * weight) for weight in weights],
        "is_full": is_full,
        "is_wide": layout.landscape,
        "text_style": text_style,
        "whole": [length <= UNDIVIDED_TEXT for length in longest],
        "keep": _kept(longest, bool(node["notes"])),
    }


def _heading_words(node: Node) -> Iterator[float]:
    """Give the width that the longest word of each heading needs [characters]."""
    for column in node["columns"]:
        words = column["heading"].replace("-", "- ").split()
        yield BOLD_WORD * max(map(len, words), default=0) + ROOM_OF_COLUMN


def _natural(node: Node) -> list[float]:
    """Give the width of columns that need not be narrower than their texts [characters]."""
    widths: list[float] = []
    for place, column in enumerate(node["columns"]):
        texts = [len(row[place]) for row in node["rows"]]
        heading = BOLD * len(column["heading"])
        widths.append(max([heading, len(column["unit"] or ""), *texts]) + ROOM_OF_COLUMN)
    return widths


def _kept(longest: Sequence[int], has_notes: bool) -> list[bool]:
    """Tell for every row whether it stays on the page of what follows it.

    The rows of a short table stay together, of a longer one the first two and the last two; the
    last stays with the notes.
    """
    last = len(longest) - 1
    is_short = len(longest) <= FEW_ROWS and max(longest, default=0) <= LONG_TEXT
    ends = (0, last - 1)
    return [has_notes if row == last else is_short or row in ends for row in range(len(longest))]


def _sections(nodes: Sequence[Node]) -> Iterator[Section]:
    """Divide nodes by the kind of page that they need; headings go with what they head."""
    is_wide = [node.get("is_wide", False) for node in nodes]
    for place in reversed(range(len(nodes) - 1)):
        if nodes[place]["kind"] == "heading":
            is_wide[place] = is_wide[place + 1]
    for wide, group in groupby(zip(is_wide, nodes, strict=True), key=lambda pair: pair[0]):
        yield Section([node for _, node in group], wide, "header")


def _links(nodes: Sequence[Node]) -> dict[str, dict[str, str]]:
    """Name the links of the prose; an address that Word could not follow is none."""
    addresses = dict.fromkeys(href for node in nodes for href in _addresses(node))
    targets = {href: quote(href, safe=ADDRESS_CHARACTERS) for href in addresses}
    followed = {href: target for href, target in targets.items() if _is_followed(target)}
    return {
        href: {"name": f"link{number}", "target": target}
        for number, (href, target) in enumerate(followed.items(), start=1)
    }


def _addresses(node: Node) -> Iterator[str]:
    if node["kind"] == "link":
        yield node["href"]
    parts = node.get("inlines", [])
    if node["kind"] == "prose_list":
        parts = [part for item in node["items"] for part in item]
    for part in parts:
        yield from _addresses(part)


def _is_followed(target: str) -> bool:
    """Whether an address is one of the web or of a mailbox."""
    return target.startswith("mailto:") or WEB_ADDRESS.fullmatch(target) is not None
