"""A figure written as SVG, its texts measured and shaped by HarfBuzz itself, each once.

Most of the time of a picture goes into its texts. matplotlib has HarfBuzz load the outline of every
glyph anew, and shapes a text once to measure it and once to draw it, wherever it stands; years,
names of care arrangements and numbers stand in many pictures of a report.
"""

from __future__ import annotations

import functools
import io
from dataclasses import dataclass
from typing import Any

import uharfbuzz
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import LoadFlags
from matplotlib.textpath import TextToPath

from dieval.present.letters import displayable

POINTS_PER_INCH = 72
TEXTS_KEPT = 16_384
UNITS = 64  # FreeType's part of a point
LANGUAGE = "en"  # HarfBuzz would take that of the machine


@dataclass(frozen=True)
class _Glyph:
    """A glyph of a font at the size of `TextToPath`: name and path, lowest and highest point."""

    name: str
    path: Any
    low: int
    high: int


@dataclass(frozen=True)
class _Shape:
    """The glyphs of a text with their places, its size, and how far it goes below its line."""

    glyphs: tuple[tuple[_Glyph, float, float], ...]
    width: float
    height: float
    descent: float


class _KeptTexts(TextToPath):
    """matplotlib's texts as paths, in a tenth of the time and without its warnings."""

    def __init__(self) -> None:
        super().__init__()
        self._glyphs: dict[tuple[str, int], _Glyph] = {}
        self._shaped = functools.lru_cache(TEXTS_KEPT)(self._shape)

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: Any
    ) -> tuple[float, float, float]:
        """Give the size of a text [points]."""
        if ismath:
            size: tuple[float, float, float] = super().get_text_width_height_descent(
                s, prop, ismath
            )
            return size
        shape = self._shaped(self._get_font(prop), s, None)  # type: ignore[attr-defined]
        scale = prop.get_size_in_points() / self.FONT_SCALE
        return shape.width * scale, shape.height * scale, shape.descent * scale

    def get_glyphs_with_font(
        self, font: Any, s: str, glyph_map: Any = None, return_new_glyphs_only: bool = False,
        *, features: Any = None, language: Any = None,
    ) -> Any:  # fmt: skip
        """Give the glyphs of a text, and the paths of those that `glyph_map` does not have."""
        if features is not None:
            return super().get_glyphs_with_font(
                font, s, glyph_map, return_new_glyphs_only, features=features, language=language
            )
        shape = self._shaped(font, s, language)
        known = {} if glyph_map is None else glyph_map
        new = {glyph.name: glyph.path for glyph, _, _ in shape.glyphs if glyph.name not in known}
        placed = [(glyph.name, x, y, 1.0) for glyph, x, y in shape.glyphs]
        return placed, new if return_new_glyphs_only else {**known, **new}, []

    def _shape(self, font: Any, text: str, language: str | None) -> _Shape:
        """Place the glyphs of a text."""
        buffer = uharfbuzz.Buffer()
        buffer.add_str(displayable(text))
        buffer.guess_segment_properties()
        buffer.language = language or LANGUAGE
        uharfbuzz.shape(_shaper(font.fname, self.FONT_SCALE), buffer)
        placed, across = [], 0
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions or [], strict=True):
            glyph = self._glyph(font, info.codepoint)
            x, y = across + position.x_offset, position.y_offset
            placed.append((glyph, x / UNITS, y / UNITS))
            across += position.x_advance
        low = min((glyph.low / UNITS + y for glyph, _, y in placed), default=0.0)
        high = max((glyph.high / UNITS + y for glyph, _, y in placed), default=0.0)
        return _Shape(tuple(placed), across / UNITS, high - low, -low)

    def _glyph(self, font: Any, number: int) -> _Glyph:
        key = font.fname, number
        if key not in self._glyphs:
            box = font.load_glyph(number, flags=LoadFlags.NO_HINTING).bbox
            name = self._get_glyph_repr(font, number)  # type: ignore[attr-defined]
            self._glyphs[key] = _Glyph(name, font.get_path(), box[1], box[3])
        return self._glyphs[key]


@functools.cache
def _shaper(file: str, size: float) -> uharfbuzz.Font:
    """Open a font file for HarfBuzz, at a size [points]."""
    font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(file)))
    font.scale = (int(size * UNITS), int(size * UNITS))
    return font


texts = _KeptTexts()


class _Renderer(RendererSVG):
    """matplotlib's renderer, with the texts that are known already."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)  # type: ignore[no-untyped-call]
        self._text2path = texts


def svg(figure: Figure) -> str:
    """Write a figure as SVG.

    Parameters
    ----------
    figure : Figure
        Without images, so that nothing has to be turned into pixels.

    Returns
    -------
    str
        What `savefig` writes too; the same for the same figure.
    """
    stream = io.StringIO()
    figure.dpi = POINTS_PER_INCH
    width, height = figure.get_size_inches() * POINTS_PER_INCH
    renderer = _Renderer(
        width, height, stream, basename="", metadata={"Date": None, "Creator": "dieval"}
    )
    figure.draw(renderer)
    renderer.finalize()  # type: ignore[no-untyped-call]
    return stream.getvalue()
