"""What the annex to a plan assumes beside its data."""

from __future__ import annotations

from dataclasses import dataclass

from dieval.costs.assumptions import CostAssumptions


@dataclass(frozen=True)
class PlanAssumptions:
    """Dated parameters of an annex, each with its source in the parameter files.

    Parameters
    ----------
    costs : CostAssumptions
        Those of the cost comparison.
    families_found_share : float
        Share of the planned families that is found in the scenario with fewer of them.
    emptying_cost_multiple : float
        Cost per child of the emptying home, as a multiple of that before, that is called very high.
    demand_rate_years, demand_held_back_years : int
        Years whose moves are counted, and years held back for the test of the projection.
    """

    costs: CostAssumptions
    families_found_share: float
    emptying_cost_multiple: float
    demand_rate_years: int
    demand_held_back_years: int
