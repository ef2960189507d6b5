"""Where children in care live: shares by arrangement and the share in a family environment."""

from __future__ import annotations

import pandas as pd

from dieval.vocabulary import FAMILY_BASED


def children_in_care(placements: pd.DataFrame) -> pd.Series:
    """Add up children over arrangements, for each region, year and counting basis.

    Parameters
    ----------
    placements : DataFrame with region, year, care_arrangement, counting_basis, children
        Year-end stock; counting bases are never added together.

    Returns
    -------
    Series of int, index region, year, counting_basis
        [children]
    """
    return placements.groupby(["region", "year", "counting_basis"])["children"].sum()


def family_environment_share(placements: pd.DataFrame) -> pd.Series:
    """Give the share of children in care who live with foster families or guardians.

    Methods, section 4; known answer A8.

    Parameters
    ----------
    placements : DataFrame
        As in `children_in_care`.

    Returns
    -------
    Series of float, index region, year, counting_basis
        Share of all children in care, 0 to 1; NaN where only one side was counted, or nobody.
    """
    in_families = placements["care_arrangement"].isin(FAMILY_BASED)
    families = children_in_care(placements[in_families])
    others = children_in_care(placements[~in_families])
    keys = children_in_care(placements).index
    total = (families + others).reindex(keys)
    return (families.reindex(keys) / total.where(total > 0)).rename("share")
