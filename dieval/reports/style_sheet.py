"""The one style sheet of all pages, with the hash by which their security policy admits it."""

from __future__ import annotations

import base64
import functools
import hashlib
from importlib import resources


@functools.cache
def style_sheet() -> dict[str, str]:
    """Give what a page's template needs: `style` and `style_hash` (SHA-256, base64)."""
    style = (resources.files("dieval.reports") / "templates/report.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    return {"style": style, "style_hash": digest}
