"""Whether anything in a published file would run, load, link or lead elsewhere: by parsing it.

Each function gives what it finds wrong; nothing is the right answer. What may be there is listed,
so that what nobody thought of is found too.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import nbformat
import openpyxl
import pikepdf
from lxml import etree, html

ELEMENTS = {
    "a", "article", "aside", "body", "button", "caption", "code", "dd", "div", "dl", "dt", "em",
    "figcaption", "figure", "form", "h1", "h2", "h3", "h4", "head", "header", "html", "img",
    "input", "label", "li", "link", "main", "meta", "nav", "ol", "option", "p", "section",
    "select", "span", "strong", "style", "table", "tbody", "td", "th", "thead", "title", "tr",
    "ul",
}  # fmt: skip
ATTRIBUTES = {
    "alt", "aria-label", "aria-labelledby", "autocomplete", "charset", "class", "content",
    "data-evidence", "data-found-by", "data-kind", "data-region", "data-state", "data-text",
    "download", "for", "height", "hidden", "href", "hreflang", "http-equiv", "id", "lang", "name",
    "rel", "role", "scope", "src", "tabindex", "type", "value", "width",
}  # fmt: skip
META = {"charset", "Content-Security-Policy", "viewport", "color-scheme", "description"}
META |= {"generator"}
SVG_ELEMENTS = {
    "svg", "g", "path", "rect", "circle", "polyline", "line", "polygon", "ellipse", "use", "defs",
    "clipPath", "pattern", "style", "metadata", "RDF", "Work", "type", "format", "creator",
    "Agent", "title",
}  # fmt: skip
MIME_TYPES = {"text/html", "text/plain"} | {
    f"application/vnd.dieval.{kind}+json" for kind in ("blocks", "results", "inputs")
}
FIELDS = re.compile(r'(PAGE|NUMPAGES|SEQ \w+ \\\* ARABIC|TOC \\o "1-1" \\h \\z \\u)')
# Keys of PDF objects that make a viewer do something.
PDF_ACTIONS = {"/AA", "/JS", "/JavaScript", "/OpenAction", "/URI", "/Launch", "/XFA", "/AcroForm"}
PDF_ACTION_KINDS = {"/JavaScript", "/URI", "/Launch", "/GoToR", "/GoToE", "/SubmitForm", "/Named"}
PDF_ACTION_KINDS |= {"/ImportData", "/Rendition", "/Movie", "/Sound", "/RichMediaExecute"}
ACTIVE = re.compile(r"\s*[=+\-@＝＋－＠]")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?")


def live_in(out: Path) -> list[str]:
    """Look through every file of an output folder."""
    found = []
    checks = {
        ".html": lambda file: html_page(file.read_text(encoding="utf-8"), file),
        ".pdf": pdf,
        ".docx": docx,
        ".xlsx": xlsx,
        ".ipynb": notebook,
        ".json": lambda file: json_file(file.read_text(encoding="utf-8")),
    }
    for file in sorted(path for path in out.rglob("*") if path.is_file()):
        if file.name == "SHA256SUMS":
            lines = file.read_text(encoding="utf-8").splitlines()
            plain = all(re.fullmatch(r"[0-9a-f]{64}  [\w./-]+", line, re.A) for line in lines)
            found += [] if plain else ["SHA256SUMS: more than checksums and plain names"]
            continue
        check = checks.get(file.suffix)
        wrong = ["a file of another kind"] if check is None else check(file)
        if not re.fullmatch(r"[a-z0-9_.-]{1,60}", file.name):
            wrong = [*wrong, "its name"]
        found += [f"{file.relative_to(out)}: {each}" for each in wrong]
    return found


# --- HTML ----------------------------------------------------------------------------------------


def html_page(text: str, file: Path | None = None) -> list[str]:
    """Look through a page, or a fragment of one."""
    tree = html.document_fromstring(text)
    is_index = file is not None and file.name.startswith("index")
    parts = [
        (element.tag, dict(element.attrib), element.text or "")
        for element in tree.iter(etree.Element)
        if isinstance(element.tag, str)
    ]
    found = elements_found(parts, is_index)
    found += [f"comment {node.text[:40]}" for node in tree.iter(etree.Comment)]
    found += [f"instruction {node.target}" for node in tree.iter(etree.ProcessingInstruction)]
    for text_of_csv in csv_links(parts):
        found += csv_file(text_of_csv)
    return found


def elements_found(parts: list[Any], is_index: bool) -> list[str]:
    """Look through elements: name, attributes and text of each."""
    found = []
    scripts = 0
    for tag, attributes, text in parts:
        if tag == "script" and is_index and not attributes and "addEventListener" in text:
            scripts += 1
            continue
        if tag not in ELEMENTS:
            found.append(f"element {tag}")
        found += [f"attribute {name} of {tag}" for name in attributes if name not in ATTRIBUTES]
        if tag == "meta":
            what = attributes.get("http-equiv") or attributes.get("name") or "charset"
            found += [] if what in META else [f"meta {what}"]
        for name in ("href", "src"):
            if name in attributes:
                found += address(tag, name, attributes[name])
    if scripts > 1 or [tag for tag, _, _ in parts].count("style") > 1:
        found.append("a second script or style sheet")
    return found


def address(tag: str, name: str, value: str) -> list[str]:
    """Look at an address: to a part of the page, a file of the folder, or data of a known kind."""
    kinds = {"a": ("text/csv",), "img": ("image/svg+xml", "image/png"), "link": (",",)}
    if value.startswith("data:"):
        kind = re.split("[;]", value.removeprefix("data:"))[0]
        if kind not in kinds.get(tag, ()):
            return [f"{name} of {tag}: data {kind[:30]}"]
        if kind == "image/svg+xml":
            return svg(base64.b64decode(value.partition(",")[2]))
        return []
    inside = re.fullmatch(r"#[A-Za-z0-9-]+|[a-z0-9_.-]+(/[a-z0-9_.-]+)*", value)
    if tag != "img" and inside and ".." not in PurePosixPath(value).parts:
        return []
    return [f"{name} of {tag}: {value[:60]}"]


def svg(content: bytes) -> list[str]:
    """Look through a drawing."""
    found = []
    for element in etree.fromstring(content).iter():
        if not isinstance(element.tag, str):
            if not isinstance(element, etree._Comment):
                found.append("instruction in a drawing")
            continue
        name = etree.QName(element).localname
        found += [] if name in SVG_ELEMENTS else [f"drawing: element {name}"]
        for key, value in element.attrib.items():
            local = etree.QName(key).localname
            if local.startswith("on") or (local == "href" and not value.startswith("#")):
                found.append(f"drawing: {local} of {name}")
            if re.search(r"url\((?!#)|@import|expression", value):
                found.append(f"drawing: {local} of {name} loads")
        if name == "style" and re.search(r"url\(|@import", element.text or ""):
            found.append("drawing: a style sheet that loads")
    return found


def csv_links(parts: list[Any]) -> Iterator[str]:
    """Give the CSV files that links of a page carry."""
    for tag, attributes, _ in parts:
        if tag == "a" and attributes.get("href", "").startswith("data:text/csv"):
            yield base64.b64decode(attributes["href"].partition(",")[2]).decode("utf-8-sig")


# --- Data ----------------------------------------------------------------------------------------


def csv_file(text: str) -> list[str]:
    """Look through a CSV file, cut at commas or, as where commas are decimal, at semicolons."""
    found = []
    for separator in ",;":
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        found += [
            f"CSV cell {cell[:40]!r} between {separator}"
            for row in rows
            for cell in row
            if ACTIVE.match(cell) and not NUMBER.fullmatch(cell) and cell.strip()
        ]
    return found


def json_file(text: str) -> list[str]:
    """Look whether a JSON file can be read, and is nothing but JSON."""
    try:
        json.loads(text)
    except ValueError:
        return ["not JSON"]
    return ["a control character"] if re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", text) else []


def notebook(file: Path) -> list[str]:
    """Look through an executed notebook: its outputs, and what their HTML would do."""
    found = json_file(file.read_text(encoding="utf-8"))
    for cell in nbformat.read(file, as_version=4).cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            found += [] if output.output_type in ("display_data", "execute_result") else ["output"]
            found += [f"output {kind}" for kind in data if kind not in MIME_TYPES]
            if "text/html" in data:
                found += html_page(data["text/html"])
                # JupyterLab would typeset what stands between dollars.
                root = html.fragment_fromstring(data["text/html"].strip())
                if "mathjax_ignore" not in root.get("class", ""):
                    found.append("an output that MathJax would typeset")
    return found


def xlsx(file: Path) -> list[str]:
    """Look through a workbook: its cells, and the parts of the file."""
    found = []
    for sheet in openpyxl.load_workbook(file):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f" or cell.hyperlink or cell.comment:
                    found.append(f"{sheet.title}!{cell.coordinate}: formula, link or comment")
    for name, root in xml_parts(file):
        for element in root.iter(etree.Element):
            local = etree.QName(element).localname
            if local in ("f", "hyperlink", "ddeLink", "externalReference", "oleObject", "control"):
                found.append(f"{name}: {local}")
            if local == "Relationship" and element.get("TargetMode") == "External":
                found.append(f"{name}: external {element.get('Target')}")
        if re.search("external|vba|connection|custom|comment|drawing", name, re.IGNORECASE):
            found.append(f"part {name}")
    return found


def docx(file: Path) -> list[str]:
    """Look through a Word document: fields, links and parts."""
    found = []
    for name, root in xml_parts(file):
        for element in root.iter(etree.Element):
            local = etree.QName(element).localname
            if local == "instrText" and not FIELDS.fullmatch((element.text or "").strip()):
                found.append(f"{name}: field {(element.text or '')[:40]}")
            if local in (
                "fldSimple",
                "altChunk",
                "object",
                "attachedTemplate",
                "control",
                "subDoc",
            ):
                found.append(f"{name}: {local}")
            if local == "Relationship" and element.get("TargetMode") == "External":
                found.append(f"{name}: external {element.get('Target')}")
        if re.search("vba|custom|embed|activex|comment", name, re.IGNORECASE):
            found.append(f"part {name}")
    return found


def xml_parts(file: Path) -> Iterator[tuple[str, Any]]:
    """Give the XML parts of an office file; a DTD is refused."""
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False)
    with zipfile.ZipFile(file) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                root = etree.fromstring(package.read(name), parser)
                assert not root.getroottree().docinfo.doctype, name
                yield name, root
            elif not name.endswith(".png"):
                yield f"custom {name}", etree.Element("none")


def dictionaries(thing: Any) -> Iterator[Any]:
    """Give an object of a PDF, and those that stand in it and are no objects of their own."""
    held: list[Any] = []
    if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        yield thing
        held = [value for _, value in thing.items()]
    elif isinstance(thing, pikepdf.Array) and len(thing) < 1_000:
        held = list(thing)
    for value in held:
        if isinstance(value, pikepdf.Object) and not value.is_indirect:
            yield from dictionaries(value)


def pdf(file: Path) -> list[str]:
    """Look through every object of a PDF, and what is attached."""
    found = []
    with pikepdf.open(file) as opened:
        for thing in (inner for each in opened.objects for inner in dictionaries(each)):
            found += [f"key {key}" for key in thing.keys() if key in PDF_ACTIONS]  # noqa: SIM118
            kind = thing.get("/S")
            if isinstance(kind, pikepdf.Name) and str(kind) in PDF_ACTION_KINDS:
                found.append(f"action {kind}")
            if thing.get("/Type") == "/Annot" and thing.get("/Subtype") != "/Link":
                found.append(f"annotation {thing.get('/Subtype')}")
        for name, attached in opened.attachments.items():
            content = attached.get_file().read_bytes()
            if not re.fullmatch(r"results\.json|tables/[a-z0-9_]+\.csv", name):
                found.append(f"attachment {name[:40]}")
            elif name.endswith(".csv"):
                found += csv_file(content.decode("utf-8"))
            else:
                found += json_file(content.decode("utf-8"))
    return found
