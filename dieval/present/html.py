"""Blocks as accessible HTML: for a cell in JupyterLab and for the body of a report."""

from __future__ import annotations

import base64
import functools
import re
from collections.abc import Collection, Sequence

import jinja2
from markupsafe import Markup, escape

from dieval.present.blocks import Block, resolve
from dieval.present.style import Appearance
from dieval.present.table_data import csv_data_uri

_MARK = re.compile(r"(\[\d+\])")


@functools.cache
def environment() -> jinja2.Environment:
    """Give the template environment: everything escaped, nothing undefined."""
    made = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [
                jinja2.PackageLoader("dieval.present", "templates"),
                jinja2.PackageLoader("dieval.reports", "templates"),
            ]
        ),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "data_uri": svg_data_uri,
        "csv_uri": csv_data_uri,
        "cited": with_links,
        "source_anchor": source_anchor,
        "logo_uri": logo_data_uri,
    }
    return made


def with_links(text: str, sources: Collection[str] = ()) -> Markup:
    """Link the marks of sources in a text, such as [3], to their rows in the list of sources.

    Parameters
    ----------
    text : str
        From anywhere; it is escaped.
    sources : collection of str
        Marks that the list of sources has.
    """
    parts = [
        Markup('<a href="#{}">{}</a>').format(source_anchor(part), part)
        if part in sources
        else escape(part)
        for part in _MARK.split(text)
    ]
    return Markup("").join(parts)


def source_anchor(mark: str) -> str:
    """Give the name of a source's row in the list of sources, by its mark."""
    return f"source-{mark.strip('[]')}"


def svg_data_uri(svg: str) -> str:
    """Give a drawing as a data URI; an image can run no script."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode("utf-8")).decode("ascii")


def logo_data_uri(appearance: Appearance) -> str:
    """Give the logo of an organisation that has one as a data URI."""
    kind = {"svg": "image/svg+xml", "png": "image/png"}[appearance.logo_type]
    content = base64.b64encode(appearance.logo or b"").decode("ascii")
    return f"data:{kind};base64,{content}"


def blocks_html(blocks: Sequence[Block], code: str) -> str:
    """Write blocks as an HTML fragment in one language."""
    template = environment().get_template("fragment.html.j2")
    nodes = [resolve(block, code) for block in blocks]
    return template.render(nodes=nodes, language=code, sources=())
