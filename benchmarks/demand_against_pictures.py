"""Time the projected demand beside the pictures of the same annex, as a ratio: `make bench`.

Both run in this process, one after the other: 1,000 simulations of ten years of all arrangements of
a region, and the notebook's pictures in two languages.
"""

from __future__ import annotations

import statistics

from timing import pictures, seconds

import dieval
from dieval.inputs.read import read_package
from dieval.plans.demand import move_rates, simulated_stocks
from dieval.plans.outlook import stocks
from dieval.reports.project import find_project

ROUNDS = 5
DRAWS, YEARS, REGION, LAST_YEAR = 1_000, 10, "kurzeme", 2022
CHAPTERS = ("show_destinations", "show_transition", "show_scenarios", "show_demand")


def main() -> None:
    """Alternate projection and pictures, and print the medians and their ratio."""
    tables = read_package(find_project().data).tables
    flows, placements = (
        tables[name][tables[name]["region"] == REGION] for name in ("flows", "placements")
    )
    rates = move_rates(flows, LAST_YEAR - 4, LAST_YEAR)
    start = stocks(placements, "other", LAST_YEAR, rates.states)
    report = dieval.reorganisation_annex(
        provider="kurzeme-paraugs-1",
        start_year=0,
        horizon_years=YEARS,
        price_year=2022,
        discount_rate=0.04,
        draws=DRAWS,
        seed=20260101,
        edition="public",
    )
    pictures(report, CHAPTERS)  # warm up: fonts, catalogues
    projections, drawings = [], []
    for _ in range(ROUNDS):
        projections.append(seconds(lambda: simulated_stocks(rates, start, YEARS, DRAWS, 1)))
        drawings.append(pictures(report, CHAPTERS))
    projected, drawn = statistics.median(projections), statistics.median(drawings)
    print(f"demand, {DRAWS} simulations of {YEARS} years, {len(rates.states)} arrangements: "
          f"{projected:.3f} s")  # fmt: skip
    print(f"the notebook's pictures, lv and en: {drawn:.3f} s")
    print(f"ratio demand / pictures: {projected / drawn:.3f} ({ROUNDS} rounds, alternating)")


if __name__ == "__main__":
    main()
