"""Names as they are compared: without regard to case, diacritics and what stands between words."""

from __future__ import annotations

import re
import unicodedata

_GAP = re.compile(r"[^0-9a-zа-я]+")


def plain(name: str) -> str:
    """Give a name as it is compared: lower case, without diacritics, words apart by one blank.

    Letters of other alphabets that look like Latin ones stay what they are.

    Examples
    --------
    >>> plain("  Pašvaldība "), plain("PASVALDIBA"), plain("Care_arrangement")
    ('pasvaldiba', 'pasvaldiba', 'care arrangement')
    """
    parts = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(sign for sign in parts if not unicodedata.combining(sign))
    return _GAP.sub(" ", letters).strip()
