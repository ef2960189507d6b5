"""An executed notebook as a Word document of styles, fields and tables that Word can work with."""

from __future__ import annotations

import functools
import io
import re
import zipfile
from typing import Any

import jinja2

from dieval.present.html import environment
from dieval.present.style import ARRANGEMENT_COLOURS, FONT_FAMILY, page_colours
from dieval.reports.document import Document
from dieval.reports.docx_layout import (
    CELL_MARGIN,
    MARGIN,
    TABLE_TEXTS,
    TEXT_WIDTH,
    TEXT_WIDTH_WIDE,
    Layout,
    lay_out,
)

LANGUAGE_TAGS = {"lv": "lv-LV", "en": "en-GB"}
MAKER = "dieval"
THEME_SERIES = 5  # colours that a theme has beside the first
PARTS = {
    "[Content_Types].xml": "content_types.xml.j2",
    "_rels/.rels": "package.rels.j2",
    "docProps/core.xml": "core.xml.j2",
    "word/document.xml": "document.xml.j2",
    "word/_rels/document.xml.rels": "document.rels.j2",
    "word/styles.xml": "styles.xml.j2",
    "word/numbering.xml": "numbering.xml.j2",
    "word/settings.xml": "settings.xml.j2",
    "word/fontTable.xml": "fontTable.xml.j2",
    "word/theme.xml": "theme.xml.j2",
}
# A zip file holds a time of every file in it; the earliest that it can hold keeps equal ones equal.
PACKED = (1980, 1, 1, 0, 0, 0)
# What no XML 1.0 file can hold.
NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def docx_report(document: Document) -> bytes:
    """Lay a document out as a Word document (Office Open XML, transitional).

    Parameters
    ----------
    document : Document
        The report in one language.

    Returns
    -------
    bytes
        The same for the same input.

    Raises
    ------
    ReportError
        A picture could not be drawn.
    """
    layout = lay_out(document)
    page_parts = _page_parts(document, layout)
    kinds = {name: settings["kind"] for name, settings in page_parts.items()}
    content = {**_look(document), **vars(layout), "document": document, "page_parts": kinds}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, template in PARTS.items():
            _pack(package, name, _xml(template, content))
        for name, settings in page_parts.items():
            _pack(package, f"word/{name}.xml", _xml("page_part.xml.j2", settings))
        for picture in layout.pictures:
            _pack(package, f"word/media/{picture.name}.png", picture.png)
    return stream.getvalue()


def _look(document: Document) -> dict[str, Any]:
    """Give the language, maker, colours and measures of a document."""
    colours = page_colours(document.appearance)
    series = list(ARRANGEMENT_COLOURS.values())[:THEME_SERIES]
    return {
        "author": document.appearance.name or MAKER,
        "language": LANGUAGE_TAGS[document.language],
        "font": FONT_FAMILY,
        "colours": {name: colour.removeprefix("#") for name, colour in colours.items()},
        "series": [colour.removeprefix("#") for colour in series],
        "margin": MARGIN,
        "cell_margin": CELL_MARGIN,
        "text_width": TEXT_WIDTH,
        "table_texts": TABLE_TEXTS,
    }


def _page_parts(document: Document, layout: Layout) -> dict[str, dict[str, Any]]:
    """Give what the pages of the document repeat above and below the text, by name."""
    style = "RunningNotice" if document.running else "Header"
    header = {"kind": "header", "tag": "hdr", "style": style, "tab": 0}
    footer = {"kind": "footer", "tag": "ftr", "style": "Footer", "text": document.title}
    parts = {
        "header_cover": {**header, "text": document.running},
        "header": {**header, "text": document.running or document.title},
        "footer": {**footer, "tab": TEXT_WIDTH},
        "footer_wide": {**footer, "tab": TEXT_WIDTH_WIDE},
    }
    used = {name for section in layout.sections for name in (section.header, section.footer)}
    return {name: settings for name, settings in parts.items() if name in used}


@functools.cache
def _environment() -> jinja2.Environment:
    """Give the templates' environment, in which every text becomes one that XML can hold."""
    return environment().overlay(finalize=_for_xml)


def _for_xml(value: Any) -> Any:
    """Replace the characters that XML cannot hold; what is XML already stays as it is."""
    if type(value) is str:
        return NO_XML.sub("\ufffd", value)
    return value


def _xml(template: str, content: dict[str, Any]) -> bytes:
    return _environment().get_template(f"docx/{template}").render(content).encode("utf-8")


def _pack(package: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Add a file; pictures are compressed already."""
    info = zipfile.ZipInfo(name, PACKED)
    info.create_system = 0  # else it names the system that it was made on
    is_picture = name.endswith(".png")
    info.compress_type = zipfile.ZIP_STORED if is_picture else zipfile.ZIP_DEFLATED
    package.writestr(info, content)
