"""What an evaluation assumes beside its data: ranges, errors, and what follows the children."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from dieval.vocabulary import CHILD_PARTS, STATUTORY_PAYMENTS

# Standard normal quantile of 97.5 %, to the digits that the methods print.
Z_95 = 1.959964


@dataclass(frozen=True)
class CostAssumptions:
    """Dated parameters of the evaluation, each with its source in the parameter files.

    Parameters
    ----------
    discount_rate_low, discount_rate_main, discount_rate_high : float
        Real rates [1/year].
    error_factors : mapping of str to float
        Upper end of a 95 % interval / its middle, by kind of evidence; 1 or more.
    support_multiple_low, support_multiple_high : float
        Specific support as a multiple of what is recorded.
    variable_share_child_parts, variable_share_place_parts : float
        Share of the parts spent on each child, and of the other parts, that follows the number of
        children at once.
    """

    discount_rate_low: float
    discount_rate_main: float
    discount_rate_high: float
    error_factors: Mapping[str, float]
    support_multiple_low: float
    support_multiple_high: float
    variable_share_child_parts: float
    variable_share_place_parts: float

    @property
    def relative_errors(self) -> pd.Series:
        """Relative standard error by kind of evidence: ln(error factor) / 1.959964."""
        return pd.Series(
            {kind: math.log(factor) / Z_95 for kind, factor in self.error_factors.items()},
            dtype="float64",
        )

    def variable_share(self, part: pd.Series) -> pd.Series:
        """Give the share of each part that follows the number of children.

        Methods, “What follows the number of children”; statutory payments follow in full.
        """
        share = part.isin(CHILD_PARTS).map(
            {True: self.variable_share_child_parts, False: self.variable_share_place_parts}
        )
        return share.astype("float64").where(~part.isin(STATUTORY_PAYMENTS), 1.0)
