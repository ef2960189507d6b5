"""How a text is marked for the catalogue."""

from __future__ import annotations


def N_(msgid: str) -> str:  # noqa: N802 - the name that message extraction knows
    """Mark a text for the catalogue where it is written down, not where it is shown."""
    return msgid
