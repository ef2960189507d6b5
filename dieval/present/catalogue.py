"""Keep the Latvian catalogue equal to the texts of the code: `make messages`."""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from dieval.inputs.words import latvian_by_english

PACKAGE = Path(__file__).resolve().parents[1]
CATALOGUE = PACKAGE / "present" / "locale" / "lv.po"


def texts_in_code() -> Catalog:
    """Collect every text that the code marks with `N_`, in the order of the files.

    Words for codes of the data contract are left out: `dieval.inputs.words` has their translations.
    """
    found, known = Catalog(locale="lv", charset="utf-8", fuzzy=False), latvian_by_english()
    for file, _, message, _, _ in extract_from_dir(
        PACKAGE, method_map=[("**.py", "python")], keywords={"N_": None}
    ):
        if message in known:
            continue
        found.add(message, locations=[(f"dieval/{Path(file).as_posix()}", 0)])
    return found


def catalogue() -> Catalog:
    """Read the Latvian catalogue."""
    return read_po(io.StringIO(CATALOGUE.read_text(encoding="utf-8")), locale="lv")


def update() -> None:
    """Add new texts to the catalogue, to be translated, and drop those no longer used."""
    written = catalogue()
    written.update(texts_in_code(), no_fuzzy_matching=True, update_header_comment=False)
    written.obsolete.clear()
    written.creation_date = written.revision_date  # the same texts give the same file
    with CATALOGUE.open("wb") as file:
        write_po(file, written, width=100, include_lineno=False, omit_header=False)


if __name__ == "__main__":
    update()
