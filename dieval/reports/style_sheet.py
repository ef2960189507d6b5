"""The one style sheet of all pages, with the hash by which their security policy admits it."""

from __future__ import annotations

import base64
import functools
import hashlib
from importlib import resources

from dieval.present.style import (
    WEB_FONT_FAMILY,
    WEB_FONTS,
    Appearance,
    font_folder,
    page_colours,
)


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
    style = f"{_font_faces()}:root{{{colours}}}\n{rules}"
    return {"style": style, "style_hash": policy_hash(style)}


def _font_faces() -> str:
    """Give the rules that hold the fonts themselves: a page loads nothing."""
    faces = []
    for weight, (name, _) in WEB_FONTS.items():
        content = base64.b64encode((font_folder() / name).read_bytes()).decode("ascii")
        faces.append(
            f'@font-face{{font-family:"{WEB_FONT_FAMILY}";font-weight:{weight};font-style:normal;'
            f'src:url(data:font/woff;base64,{content}) format("woff")}}\n'
        )
    return "".join(faces)


def policy_hash(content: str) -> str:
    """Give the hash by which a security policy admits a style sheet or a script."""
    return base64.b64encode(hashlib.sha256(content.encode("utf-8")).digest()).decode("ascii")
