"""Where children in care live, and where those went who left an institution."""

from __future__ import annotations

import pandas as pd

from dieval.progress.indicators import chosen
from dieval.progress.known import NUMBER, TEXT, WHOLE, in_order, of_region_and_country, years_ended
from dieval.vocabulary import CARE_GROUPS, FAMILY_BASED, RESIDENTIAL

COUNTED = ["region", "year", "counting_basis"]

PLACEMENT_MIX = {
    "region": TEXT,
    "year": WHOLE,
    "counting_basis": TEXT,
    "care_arrangement": TEXT,
    "children": WHOLE,
    "share": NUMBER,
}
FAMILY_ENVIRONMENT = {
    "region": TEXT,
    "year": WHOLE,
    "counting_basis": TEXT,
    "children_in_care": NUMBER,
    "children_in_families": NUMBER,
    "share": NUMBER,
    "published_share": NUMBER,
    "published_source": TEXT,
}
MOVES = {
    "region": TEXT,
    "year": WHOLE,
    "from_group": TEXT,
    "to_group": TEXT,
    "children": WHOLE,
}

# Where a child can go, in the words of the table `moves`.
_DESTINATIONS = {
    **CARE_GROUPS,
    **dict.fromkeys((*FAMILY_BASED, "family", "adoption"), "families"),
    "exit": "exit",
}
PER_CENT = 100


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
    return placements.groupby(COUNTED)["children"].sum()


def _sides(placements: pd.DataFrame) -> pd.DataFrame:
    """Give the children in families and in all care; NaN where one side was not counted."""
    in_families = placements["care_arrangement"].isin(FAMILY_BASED)
    keys = children_in_care(placements).index
    families = children_in_care(placements[in_families]).reindex(keys)
    in_care = families + children_in_care(placements[~in_families]).reindex(keys)
    return pd.DataFrame(
        {
            "children_in_care": in_care,
            "children_in_families": families.where(in_care.notna()),
            "share": families / in_care.where(in_care > 0),
        }
    )


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
    return _sides(placements)["share"]


def placement_mix(placements: pd.DataFrame, region: str, day: pd.Timestamp) -> pd.DataFrame:
    """Give the children in each care arrangement and their share of all children in care.

    Methods of the implementation progress, “Children in care”; known answer A7.

    Parameters
    ----------
    placements : DataFrame
        Table of the data contract.
    region : str
        Code of the report's region; the whole country is shown too.
    day : Timestamp
        Years that have not ended by then are not known.

    Returns
    -------
    DataFrame with region, year, counting_basis, care_arrangement, children, share
        Children at the end of the year; share is NaN where only one side was counted, or nobody.
    """
    known = years_ended(of_region_and_country(placements, region), day)
    in_care = _sides(known)["children_in_care"].rename("in_care").reset_index()
    mix = known.merge(in_care, on=COUNTED)
    mix["share"] = mix["children"] / mix["in_care"].where(mix["in_care"] > 0)
    return in_order(mix, PLACEMENT_MIX)


def family_environment(
    placements: pd.DataFrame,
    observations: pd.DataFrame | None,
    sources: pd.DataFrame,
    region: str,
    day: pd.Timestamp,
) -> pd.DataFrame:
    """Put the computed share of children in a family environment beside the published one.

    Methods of the implementation progress, “Children in care”.

    Parameters
    ----------
    placements : DataFrame
        Table of the data contract.
    observations : DataFrame or None
        Table of the data contract, if the package has it; its indicator family_environment_share
        is in per cent.
    sources : DataFrame
        Table of the data contract.
    region : str
        Code of the report's region; the whole country is shown too.
    day : Timestamp
        What is dated later is not known.

    Returns
    -------
    DataFrame with region, year, counting_basis, children_in_care, children_in_families, share,
    published_share, published_source
        Children at the end of the year and shares of 1; children and share are NaN where only one
        side was counted: a part of the children is then missing.
    """
    known = years_ended(of_region_and_country(placements, region), day)
    table = _sides(known).reset_index()
    table = table.assign(published_share=float("nan"), published_source=None)
    if observations is not None:
        published = observations[observations["indicator"] == "family_environment_share"]
        date = published["date"]
        published = published[(date.dt.month == 12) & (date.dt.day == 31)]
        published = chosen(published, sources, ["region", "date"])
        published = published.set_index(["region", published["date"].dt.year])
        published = published.reindex(pd.MultiIndex.from_frame(table[["region", "year"]]))
        table["published_share"] = (published["value"] / PER_CENT).to_numpy()
        table["published_source"] = published["source"].to_numpy()
    return in_order(table, FAMILY_ENVIRONMENT)


def moves(flows: pd.DataFrame, region: str, day: pd.Timestamp) -> pd.DataFrame:
    """Count the children who left an institution, by where they went.

    Methods of the implementation progress, “Children in care”.

    Parameters
    ----------
    flows : DataFrame
        Table of the data contract.
    region : str
        Code of the report's region.
    day : Timestamp
        Years that have not ended by then are not known.

    Returns
    -------
    DataFrame with region, year, from_group, to_group, children
        [children/year]
    """
    known = years_ended(flows[flows["region"] == region], day)
    left = known[known["from_arrangement"].isin(RESIDENTIAL)]
    left = left.assign(from_group="residential", to_group=left["to_arrangement"].map(_DESTINATIONS))
    key = ["region", "year", "from_group", "to_group"]
    return in_order(left.groupby(key)["children"].sum().reset_index(), MOVES)
