"""The drawings of a report as pictures of pixels, which every program that opens DOCX can show."""

from __future__ import annotations

import json
import struct
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import typst

from dieval.errors import ReportError
from dieval.present.style import Appearance

PIXELS_PER_INCH = 200
UNITS_PER_INCH = 914_400  # in which drawings of Word are measured
# Where the header of a PNG file, which comes first, holds width and height [bytes].
WIDTH_PLACE, HEIGHT_PLACE = 16, 20


@dataclass(frozen=True)
class Picture:
    """A picture, as large as it stands in the text.

    Parameters
    ----------
    number : int
        1 … n, in the order of the document.
    png : bytes
        Content of its file.
    """

    number: int
    png: bytes

    @property
    def name(self) -> str:
        """Name of its file, without the ending."""
        return f"picture{self.number}"

    @property
    def width(self) -> int:
        """Width [1/914 400 inch]."""
        return self._length(WIDTH_PLACE)

    @property
    def height(self) -> int:
        """Height [1/914 400 inch]."""
        return self._length(HEIGHT_PLACE)

    def _length(self, place: int) -> int:
        (pixels,) = struct.unpack_from(">I", self.png, place)
        return int(pixels) * UNITS_PER_INCH // PIXELS_PER_INCH


def draw_pictures(drawings: Sequence[str], appearance: Appearance) -> list[Picture]:
    """Draw a report's pictures, and the organisation's logo before them if there is one.

    Parameters
    ----------
    drawings : sequence of str
        As SVG.
    appearance : Appearance
        Of the organisation.

    Returns
    -------
    list of Picture

    Raises
    ------
    ReportError
        A drawing cannot be read.
    """
    files = {f"{place}.svg": drawing.encode("utf-8") for place, drawing in enumerate(drawings)}
    if appearance.logo is not None:
        files = {f"logo.{appearance.logo_type}": appearance.logo, **files}
    if not files:
        return []
    template = resources.files("dieval.reports") / "templates/docx/pictures.typ"
    with tempfile.TemporaryDirectory(prefix="dieval-docx-") as name:
        folder = Path(name)
        for file, content in files.items():
            (folder / file).write_bytes(content)
        (folder / "pictures.json").write_text(json.dumps(list(files)), encoding="utf-8")
        main = folder / "pictures.typ"
        main.write_text(template.read_text(encoding="utf-8"), encoding="utf-8")
        try:
            # All at once: starting the compiler takes longer than a picture.
            made = typst.compile(
                str(main),
                root=str(folder),
                ignore_system_fonts=True,
                format="png",
                ppi=PIXELS_PER_INCH,
            )
        except typst.TypstError as error:
            raise ReportError(
                f"the pictures of the Word document could not be drawn: {error.message}"
            ) from error
    pages = made if isinstance(made, list) else [made]
    return [Picture(number, bytes(page)) for number, page in enumerate(pages, start=1)]
