"""Like with like: costs by age band and level of need, and what a difference in them explains."""

from __future__ import annotations

import pandas as pd

from dieval.costs.activity import child_months
from dieval.costs.unit_costs import in_order
from dieval.vocabulary import NOT_DISTINGUISHED

GROUP = ["age_band", "need_level"]
UNIT = ["care_arrangement", "year"]
# How a set of distinguished columns is called in the results.
GROUPS_CODE = {
    ("age_band", "need_level"): "age_and_need",
    ("age_band",): "age",
    ("need_level",): "need",
}


def distinguished(activity: pd.DataFrame) -> pd.DataFrame:
    """Tell which arrangements and years record the age and the need of all their children.

    Parameters
    ----------
    activity : DataFrame
        Table of the data contract.

    Returns
    -------
    DataFrame of bool, index care_arrangement and year, columns age_band and need_level
        Only arrangements and years with child-days.
    """
    lived = activity[activity["child_days"] > 0]
    named = lived[GROUP].notna() & (lived[GROUP] != NOT_DISTINGUISHED)
    return named.groupby([lived[column] for column in UNIT]).all()


def grouped_lines(lines: pd.DataFrame, activity: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Assign every cost to the groups of children that it names, by child-days.

    Methods, “Case mix”: a cost goes to the groups of its provider where that has child-days in the
    arrangement and year, otherwise to those of the arrangement.

    Parameters
    ----------
    lines : DataFrame
        `cost_lines`.
    activity : DataFrame
        Table of the data contract, of the same years.
    units : DataFrame
        `unit_costs` by year and care_arrangement.

    Returns
    -------
    DataFrame with care_arrangement, year, age_band, need_level, child_days, amount_eur, names_age,
    names_need
        One row per group of an arrangement and year that distinguishes groups, whose cost per child
        is known and whose costs all belong to children in care; whether a cost other than 0 names
        an age band or a level of need in that arrangement and year.
    """
    known = distinguished(activity)
    of_known_cost = units.dropna(subset="cost_per_child_month_eur")[UNIT]
    known = known[known.any(axis=1)].reset_index().merge(of_known_cost, on=UNIT)
    days = _collapsed(activity[activity["child_days"] > 0], known)
    costs = _collapsed(lines[lines["amount_eur"] != 0], known)
    by_provider = days.dropna(subset="provider").groupby([*UNIT, "provider", *GROUP])
    of_provider = by_provider["child_days"].sum().reset_index()
    of_arrangement = days.groupby([*UNIT, *GROUP])["child_days"].sum().reset_index()
    costs = costs.reset_index(drop=True).rename_axis("line").reset_index()
    with_days = of_provider[[*UNIT, "provider"]].drop_duplicates()
    own = costs.merge(with_days, on=[*UNIT, "provider"], how="inner")
    shared = costs[~costs["line"].isin(own["line"])].drop(columns="provider")
    spread = pd.concat(
        [
            _spread(own, of_provider, [*UNIT, "provider"]),
            _spread(shared, of_arrangement, UNIT),
        ]
    )
    lost = costs[~costs["line"].isin(spread["line"]) | costs["amount_eur"].isna()]
    names_age = (costs["age_band"] != NOT_DISTINGUISHED).groupby([costs[c] for c in UNIT]).any()
    names_need = (costs["need_level"] != NOT_DISTINGUISHED).groupby([costs[c] for c in UNIT]).any()
    amounts = spread.groupby([*UNIT, *GROUP])["amount_eur"].sum().reset_index()
    groups = of_arrangement.merge(amounts, on=[*UNIT, *GROUP], how="left")
    groups["amount_eur"] = groups["amount_eur"].fillna(0.0)
    unit = pd.MultiIndex.from_frame(groups[UNIT])
    groups["names_age"] = names_age.reindex(unit, fill_value=False).to_numpy()
    groups["names_need"] = names_need.reindex(unit, fill_value=False).to_numpy()
    usable = ~unit.isin(pd.MultiIndex.from_frame(lost[UNIT]))
    return groups[usable].reset_index(drop=True)


def not_by_group(activity: pd.DataFrame, units: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Say where costs are not told apart by group although that arrangement records groups.

    Parameters
    ----------
    activity : DataFrame
        Table of the data contract, of the same years.
    units : DataFrame
        `unit_costs` by year and care_arrangement.
    groups : DataFrame
        `grouped_lines`.

    Returns
    -------
    DataFrame with care_arrangement, year, lacking, provider
        Years from the first one on in which an arrangement names an age band (or a level of need)
        of any child: `lacking` is age_band or need_level where other child-days do not name it,
        one row for each provider of theirs (missing where all are of the arrangement), and
        cost_group where a cost names a group without child-days.
    """
    lived = activity[activity["child_days"] > 0]
    found = []
    for column in GROUP:
        named = lived[column].notna() & (lived[column] != NOT_DISTINGUISHED)
        began = lived[named].groupby("care_arrangement")["year"].min()
        # Without any group the mapped years would be texts.
        since = lived["year"] >= lived["care_arrangement"].map(began).astype("float64")
        found.append(lived.loc[since & ~named, [*UNIT, "provider"]].assign(lacking=column))
    known = distinguished(activity)
    of_known_cost = units.dropna(subset="cost_per_child_month_eur")[UNIT]
    expected = known[known.any(axis=1)].reset_index()[UNIT].merge(of_known_cost, on=UNIT)
    there = pd.MultiIndex.from_frame(expected).isin(pd.MultiIndex.from_frame(groups[UNIT]))
    found.append(expected[~there].assign(lacking="cost_group", provider=None))
    columns = ["care_arrangement", "year", "lacking", "provider"]
    together = pd.concat([part[columns].astype({"provider": "object"}) for part in found])
    return in_order(together.drop_duplicates(), columns)


def _collapsed(rows: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows of arrangements that distinguish groups, `all` where a column does not."""
    joined = rows.merge(known, on=UNIT, suffixes=("", "_known"))
    for column in GROUP:
        named = joined[f"{column}_known"] & joined[column].notna()
        joined[column] = joined[column].astype("object").where(named, NOT_DISTINGUISHED)
    return joined.drop(columns=[f"{column}_known" for column in GROUP])


def _spread(costs: pd.DataFrame, days: pd.DataFrame, on: list[str]) -> pd.DataFrame:
    """Share each cost among the groups that it names, by their child-days."""
    shares = costs.merge(days, on=on, suffixes=("", "_group"))
    for column in GROUP:
        named = shares[column] != NOT_DISTINGUISHED
        shares = shares[~named | (shares[column] == shares[f"{column}_group"])]
    total = shares.groupby("line")["child_days"].transform("sum")
    shares = shares.assign(amount_eur=shares["amount_eur"] * shares["child_days"] / total)
    for column in GROUP:
        shares[column] = shares[f"{column}_group"]
    return shares[["line", *UNIT, *GROUP, "amount_eur"]]


def group_costs(groups: pd.DataFrame) -> pd.DataFrame:
    """Give the cost per child-month of every group of children.

    Parameters
    ----------
    groups : DataFrame
        `grouped_lines`.

    Returns
    -------
    DataFrame with year, care_arrangement, age_band, need_level, child_months,
    cost_per_child_month_eur
        [child-months], [EUR/child-month]
    """
    table = groups[["year", "care_arrangement", *GROUP]].copy()
    table["child_months"] = child_months(groups["child_days"], groups["year"])
    table["cost_per_child_month_eur"] = groups["amount_eur"] / table["child_months"]
    return in_order(table, ["year", "care_arrangement", *GROUP])


def case_mix(groups: pd.DataFrame, comparison: pd.DataFrame) -> pd.DataFrame:
    """Split each difference into what groups cost and which children are cared for.

    Methods, “Case mix”: Kitagawa's rate and mix effects, which add up to the difference exactly,
    and both costs standardised to the children of both sides together.

    Parameters
    ----------
    groups : DataFrame
        `grouped_lines`.
    comparison : DataFrame with year, reference, alternative
        Pairs to adjust.

    Returns
    -------
    DataFrame with year, reference, alternative, groups, total_difference, rate_effect, mix_effect,
    standardised_reference_eur_per_child_month, standardised_alternative_eur_per_child_month,
    common_share
        One row per pair whose both sides distinguish the same groups; reference minus alternative
        [EUR/child-month].
    """
    columns = [
        "year",
        "reference",
        "alternative",
        "groups",
        "total_difference",
        "rate_effect",
        "mix_effect",
        "standardised_reference_eur_per_child_month",
        "standardised_alternative_eur_per_child_month",
        "common_share",
    ]
    of_unit = dict(list(groups.groupby(["year", "care_arrangement"])))
    rows = []
    for pair in comparison[["year", "reference", "alternative"]].itertuples(index=False):
        sides = [of_unit.get((pair.year, code)) for code in (pair.reference, pair.alternative)]
        if sides[0] is None or sides[1] is None:
            continue
        common = _common_groups(sides[0], sides[1])
        if common:
            effects = _effects(sides[0], sides[1], list(common))
            rows.append((*pair, GROUPS_CODE[common], *effects))
    return pd.DataFrame(rows, columns=columns)


def _common_groups(reference: pd.DataFrame, alternative: pd.DataFrame) -> tuple[str, ...]:
    """Give the columns by which both sides distinguish their children and some cost."""
    names = {"age_band": "names_age", "need_level": "names_need"}
    return tuple(
        column
        for column in GROUP
        if all(
            (side[column] != NOT_DISTINGUISHED).all() and side[names[column]].any()
            for side in (reference, alternative)
        )
    )


def _effects(
    reference: pd.DataFrame, alternative: pd.DataFrame, by: list[str]
) -> tuple[float, float, float, float, float, float]:
    sides = [
        side.groupby(by)[["child_days", "amount_eur"]].sum() for side in (reference, alternative)
    ]
    year = int(reference["year"].iloc[0])
    both = sides[0].add_suffix("_r").join(sides[1].add_suffix("_a"), how="outer").fillna(0.0)
    months = pd.DataFrame(
        {side: child_months(both[f"child_days_{side}"], pd.Series(year, index=both.index))
         for side in ("r", "a")}
    )  # fmt: skip
    cost = pd.DataFrame(
        {side: both[f"amount_eur_{side}"] / months[side].where(months[side] > 0)
         for side in ("r", "a")}
    )  # fmt: skip
    shared = cost.notna().all(axis=1)
    # Where one side has no such children, only the mix differs.
    filled = pd.DataFrame({"r": cost["r"].fillna(cost["a"]), "a": cost["a"].fillna(cost["r"])})
    share = months / months.sum()
    total = float((share["r"] * filled["r"]).sum() - (share["a"] * filled["a"]).sum())
    rate = float(((share["a"] + share["r"]) / 2 * (filled["r"] - filled["a"])).sum())
    mix = float(((filled["a"] + filled["r"]) / 2 * (share["r"] - share["a"])).sum())
    weight = months.sum(axis=1)
    common = weight[shared]
    standardised = [
        float((common * cost.loc[shared, side]).sum() / common.sum()) if shared.any() else
        float("nan")
        for side in ("r", "a")
    ]  # fmt: skip
    return total, rate, mix, standardised[0], standardised[1], float(common.sum() / weight.sum())
