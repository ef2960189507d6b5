"""Pictures in the house style, drawn once a language, as SVG with the text as outlines.

`lines`, `bars` and `uncertainty` hold the pictures of costs; `progress`, `places`, `trends`, `mix`,
`gantt` and `timeline` those of a plan; `areas`, `columns`, `levels` and `fans` those of an
institution's reorganisation. `canvas`, `lanes` and `years` hold the sheets on which they are drawn,
`lettering` the measures of texts, `scales` and `dates` limits and ticks.
"""

from dieval.present.figures.areas import stacked_area
from dieval.present.figures.bars import (
    diverging_bars,
    effects_bars,
    payer_bars,
    stacked_bars,
    waterfall,
)
from dieval.present.figures.columns import columns_by_year
from dieval.present.figures.fans import demand_fans
from dieval.present.figures.gantt import gantt
from dieval.present.figures.levels import line_over_levels, lines_to_zero
from dieval.present.figures.lines import crossing_lines, lines_by_year, occupancy_curve
from dieval.present.figures.mix import mix_over_time
from dieval.present.figures.places import heat_map, tile_map
from dieval.present.figures.progress import bullet_chart, funnel
from dieval.present.figures.timeline import timeline
from dieval.present.figures.trends import small_multiples
from dieval.present.figures.uncertainty import intervals, tornado

__all__ = [
    "bullet_chart",
    "columns_by_year",
    "crossing_lines",
    "demand_fans",
    "diverging_bars",
    "effects_bars",
    "funnel",
    "gantt",
    "heat_map",
    "intervals",
    "line_over_levels",
    "lines_by_year",
    "lines_to_zero",
    "mix_over_time",
    "occupancy_curve",
    "payer_bars",
    "small_multiples",
    "stacked_area",
    "stacked_bars",
    "tile_map",
    "timeline",
    "tornado",
    "waterfall",
]
