"""The one style sheet of all pages, with the hash by which their security policy admits it."""

from __future__ import annotations

import base64
import functools
import hashlib
from importlib import resources

from dieval.present.style import Appearance, page_colours


@functools.cache
def style_sheet(appearance: Appearance, *more: str) -> dict[str, str]:
    """Give what a page's template needs: `style` and `style_hash` (SHA-256, base64).

    Parameters
    ----------
    appearance : Appearance
        How the pages of the organisation look.
    *more : str
        Files with rules of one page, which follow those of all pages.
    """
    templates = resources.files("dieval.reports") / "templates"
    rules = "".join((templates / name).read_text("utf-8") for name in ("report.css", *more))
    colours = "".join(f"--{name}:{value};" for name, value in page_colours(appearance).items())
    style = f":root{{{colours}}}\n{rules}"
    return {"style": style, "style_hash": policy_hash(style)}


def policy_hash(content: str) -> str:
    """Give the hash by which a security policy admits a style sheet or a script."""
    return base64.b64encode(hashlib.sha256(content.encode("utf-8")).digest()).decode("ascii")
