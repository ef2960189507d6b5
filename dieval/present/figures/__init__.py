"""Pictures in the house style, drawn once a language, as SVG with the text as outlines.

`lines`, `bars` and `uncertainty` hold the pictures of costs; `progress`, `places`, `trends`, `mix`,
`gantt` and `timeline` those of a plan; `canvas` and `lanes` the sheets on which they are drawn,
`lettering` the measures of texts, `scales` and `dates` limits and ticks.
"""

from dieval.present.figures.bars import (
    diverging_bars,
    effects_bars,
    payer_bars,
    stacked_bars,
    waterfall,
)
from dieval.present.figures.gantt import gantt
from dieval.present.figures.lines import crossing_lines, lines_by_year, occupancy_curve
from dieval.present.figures.mix import mix_over_time
from dieval.present.figures.places import heat_map, tile_map
from dieval.present.figures.progress import bullet_chart, funnel
from dieval.present.figures.timeline import timeline
from dieval.present.figures.trends import small_multiples
from dieval.present.figures.uncertainty import intervals, tornado

__all__ = [
    "bullet_chart",
    "crossing_lines",
    "diverging_bars",
    "effects_bars",
    "funnel",
    "gantt",
    "heat_map",
    "intervals",
    "lines_by_year",
    "mix_over_time",
    "occupancy_curve",
    "payer_bars",
    "small_multiples",
    "stacked_bars",
    "tile_map",
    "timeline",
    "tornado",
    "waterfall",
]
