"""Blocks as accessible HTML: for a cell in JupyterLab and for the body of a report."""

from __future__ import annotations

import base64
import functools
from collections.abc import Sequence

import jinja2

from dieval.present.blocks import Block, resolve


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
    made.filters["data_uri"] = svg_data_uri
    return made


def svg_data_uri(svg: str) -> str:
    """Give a drawing as a data URI; an image can run no script."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode("utf-8")).decode("ascii")


def blocks_html(blocks: Sequence[Block], code: str) -> str:
    """Write blocks as an HTML fragment in one language."""
    template = environment().get_template("fragment.html.j2")
    return template.render(nodes=[resolve(block, code) for block in blocks], language=code)
