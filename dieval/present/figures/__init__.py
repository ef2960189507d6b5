"""Pictures in the house style, drawn once a language, as SVG with the text as outlines.

`lines`, `bars` and `uncertainty` hold the pictures; `canvas` the sheet on which they are drawn,
`lettering` the measures of texts, `scales` limits and ticks.
"""

from dieval.present.figures.bars import (
    diverging_bars,
    effects_bars,
    payer_bars,
    stacked_bars,
    waterfall,
)
from dieval.present.figures.lines import crossing_lines, lines_by_year, occupancy_curve
from dieval.present.figures.uncertainty import intervals, tornado

__all__ = [
    "crossing_lines",
    "diverging_bars",
    "effects_bars",
    "intervals",
    "lines_by_year",
    "occupancy_curve",
    "payer_bars",
    "stacked_bars",
    "tornado",
    "waterfall",
]
