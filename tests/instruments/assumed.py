"""What a recomputation assumes beside the data, as the package takes it."""

from __future__ import annotations

from typing import Any

from dieval.costs.assumptions import CostAssumptions

EVIDENCE = ("published", "administrative", "derived", "expert", "assumed", "synthetic")


def cost_assumptions(asked: dict[str, Any]) -> CostAssumptions:
    """Give the package the assumptions that SQL takes from its variables."""
    return CostAssumptions(
        discount_rate_low=asked["discount_low"],
        discount_rate_main=asked["discount_main"],
        discount_rate_high=asked["discount_high"],
        error_factors={kind: asked[f"error_factor_{kind}"] for kind in EVIDENCE},
        support_multiple_low=asked["support_low"],
        support_multiple_high=asked["support_high"],
        variable_share_child_parts=asked["variable_share_child_parts"],
        variable_share_place_parts=asked["variable_share_place_parts"],
    )
