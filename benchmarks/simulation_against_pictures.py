"""Time the simulation beside the pictures of the same report, as a ratio: `make bench`.

Both run in this process, one after the other, so that a busy machine disturbs both alike: 10,000
draws for all arrangements and years of a region, and the notebook's pictures in two languages.
"""

from __future__ import annotations

import statistics
from typing import Any

import numpy as np
from timing import pictures, seconds

import dieval
from dieval.costs import evaluation
from dieval.costs.simulation import simulate

ROUNDS = 5
CHAPTERS = (
    "show_unit_costs",
    "show_parts",
    "show_comparison",
    "show_payers",
    "show_providers",
    "show_uncertainty",
)


def cost_comparison() -> tuple[Any, list[tuple[Any, ...]]]:
    """Make Kurzeme's report with its defaults; give it and what it asked the simulation for."""
    asked: list[tuple[Any, ...]] = []

    def remembered(*arguments: Any) -> Any:
        asked.append(arguments)
        return simulate(*arguments)

    evaluation.simulate = remembered
    report = dieval.cost_comparison(
        region="kurzeme",
        first_year=2014,
        last_year=2022,
        price_year=2022,
        discount_rate=0.04,
        reference="institution",
        draws=10_000,
        seed=20260101,
        edition="public",
    )
    evaluation.simulate = simulate
    return report, asked


def main() -> None:
    """Alternate simulation and pictures, and print the medians and their ratio."""
    report, asked = cost_comparison()
    pictures(report, CHAPTERS)  # warm up: fonts, catalogues
    simulations, drawings = [], []
    for _ in range(ROUNDS):
        simulations.append(seconds(lambda: simulate(*asked[0])))
        drawings.append(pictures(report, CHAPTERS))
    one, four = simulate(*asked[0], workers=1), simulate(*asked[0], workers=4)
    units, draws = one.shape
    ratio = statistics.median(simulations) / statistics.median(drawings)
    print(f"simulation, {draws} draws of {units} costs: {statistics.median(simulations):.3f} s")
    print(f"the notebook's pictures, lv and en: {statistics.median(drawings):.3f} s")
    print(f"ratio simulation / pictures: {ratio:.2f} ({ROUNDS} rounds, alternating)")
    print(f"same numbers with 1 and 4 workers: {bool(np.array_equal(one, four))}")


if __name__ == "__main__":
    main()
