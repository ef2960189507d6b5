"""A figure written as SVG; a text that stands in several pictures is measured and shaped once.

Most of the time of a picture goes into its texts. matplotlib shapes a text anew wherever it stands;
years, names of care arrangements and numbers stand in many pictures of a report.
"""

from __future__ import annotations

import functools
import io
from typing import Any

from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath

POINTS_PER_INCH = 72
TEXTS_KEPT = 16_384


class _KeptTexts(TextToPath):
    """matplotlib's texts as paths, each measured and shaped once."""

    def __init__(self) -> None:
        super().__init__()
        self._paths: dict[str, Any] = {}
        measure = super().get_text_width_height_descent
        self._measured = functools.lru_cache(TEXTS_KEPT)(measure)
        self._shaped = functools.lru_cache(TEXTS_KEPT)(self._shape)

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: Any
    ) -> tuple[float, float, float]:
        """Give the size of a text [points]."""
        return self._measured(s, prop, ismath)

    def _shape(self, font: Any, text: str, language: str | None) -> tuple[Any, ...]:
        """Place the glyphs of a text, and keep their paths."""
        glyphs, self._paths, _ = super().get_glyphs_with_font(
            font, text, glyph_map=self._paths, language=language
        )
        return tuple(glyphs)

    def get_glyphs_with_font(
        self, font: Any, s: str, glyph_map: Any = None, return_new_glyphs_only: bool = False,
        *, features: Any = None, language: Any = None,
    ) -> Any:  # fmt: skip
        """Give the glyphs of a text, and the paths of those that `glyph_map` does not have."""
        if features is not None:
            return super().get_glyphs_with_font(
                font, s, glyph_map, return_new_glyphs_only, features=features, language=language
            )
        glyphs = self._shaped(font, s, language)
        known = {} if glyph_map is None else glyph_map
        names = dict.fromkeys(name for name, *_ in glyphs if name not in known)
        new = {name: self._paths[name] for name in names}
        return list(glyphs), new if return_new_glyphs_only else {**known, **new}, []


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
