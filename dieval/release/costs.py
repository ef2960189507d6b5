"""What a cost evaluation may show: children by arrangement and home, amounts by who holds them."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from dieval.costs.evaluation import CostEvaluation
from dieval.costs.unit_costs import evidence_shares
from dieval.release.cells import (
    DETAIL,
    SUM,
    UNSEEN,
    WHOLE,
    Cells,
    Key,
    Row,
    Shown,
    Tables,
    cells_of,
    hidden_last,
    mask_all,
    masked,
)
from dieval.release.pattern import Sensitive
from dieval.release.rules import Rules
from dieval.release.tables import ReleasedTables, without_values
from dieval.vocabulary import (
    HIDDEN_VALUE,
    NOT_DISTINGUISHED,
    STATUTORY_ARRANGEMENTS,
    is_hidden,
)

# Rests on few children or on few holders although no number of it stands anywhere.
FEW = "few"
# Any part, any group of children, or any home is hidden.
SOME_PART, SOME_GROUP, SOME_HOME = "some_part", "some_group", "some_home"
# The places of one home alone are hidden: what all homes have, less the others', would be its own.
ONE_HOME = "one_home"
# The children of any year are hidden: the emptiest year may be that one.
SOME_YEAR = "some_year"
# Parameters whose range goes from the cheapest to the dearest home, and whose homes these are.
OF_HOMES = {"reference_cost": "reference", "alternative_cost": "alternative"}
# Parameters that say how full the homes of a side are.
OCCUPIED = {"occupancy": "reference", "alternative_occupancy": "alternative"}
# Who holds the amounts that no home is named for.
OF_REGION = "region"
BY_CHILD = (
    "cost_per_child_day_eur",
    "cost_per_child_month_eur",
    "cost_per_child_year_eur",
    "real_cost_per_child_month_eur",
)
DIFFERENCE = "difference_eur_per_child_month"
UNIT = ["year", "care_arrangement"]
GROUP = ["age_band", "need_level"]
# Children of an age band, over all levels of need, and the payment that tells them.
BAND, MAINTENANCE = "band_days", "maintenance"
_BAND = [*UNIT, "age_band"]
_HOME = [*UNIT, "provider"]
# Tables whose rows are the cells.
_OF_CELLS = (
    "unit_costs",
    "unit_cost_parts",
    "payer_split",
    "provider_unit_costs",
    "group_costs",
)


def hidden_costs(
    tables: Tables,
    lines: pd.DataFrame,
    activity: pd.DataFrame,
    holders: Mapping[str, str],
    rules: Rules,
    seconds: float,
    earlier: Iterable[Tables] = (),
    households: pd.DataFrame | None = None,
    plans: pd.DataFrame | None = None,
) -> frozenset[Key]:
    """Find the cells of a region's costs that are not shown.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        `unit_costs`, `unit_cost_parts`, `payer_split`, `provider_unit_costs` and `group_costs`.
    lines : DataFrame
        `cost_lines` that they are made from.
    activity : DataFrame
        Rows of the data contract, of the same region and years.
    holders : mapping of str to str
        Who runs each provider: the same holder may run several.
    rules : Rules
    seconds : float
        Limit of each search.
    earlier : iterable of mapping of str to DataFrame
        Tables that earlier editions show of the region.
    households : DataFrame, optional
        Rows of the data contract, of the same region.
    plans : DataFrame, optional
        Rows of `destinations` of the data contract: annexes tell how many children a home with a
        plan has.

    Returns
    -------
    frozenset of tuple
        Keys of cells: `days`, `home_days`, `group_days`, `band_days` [children on average],
        `total`, `part`,
        `payer`, `home_total`, `group_total` [EUR], and `few` where an arrangement or group has too
        few children, or too few holders.
    """
    needed = {name: tables[name] for name in _OF_CELLS}
    needed["bands"] = _bands(tables["unit_cost_parts"], tables["group_costs"], households)
    needed["planned"] = _planned(tables["provider_unit_costs"], plans)
    earlier = list(earlier)
    days = cells_of(_add_days, needed, earlier, rules)
    hidden = days.hidden(days.few_persons(), seconds)
    few = {
        (FEW, *key[1:])
        for key, place in days.keys.items()
        if 0 < days.values[place] < rules.persons
    }
    # What a revision of an amount that was shown tells is known (docs/disclosure.md).
    let_be = {key[1:] for key in few} | _maintained(earlier)
    telling = sorted({key[1:3] for key in hidden if key[0] == BAND} - let_be)
    needed["part_payers"] = _part_payers(lines)
    amounts = cells_of(_add_amounts, needed, earlier, rules, persons=False)
    sensitive = amounts.few_holders(_held(lines, holders))
    sensitive += [one for unit in telling for one in _maintenance(amounts, days, unit, rules)]
    groups = _groups_of_few(tables["group_costs"], activity, holders, rules)
    sensitive += amounts.uncertain(("group_total", *key) for key in groups)
    return hidden | amounts.hidden(sensitive, seconds) | frozenset(few)


def _add_days(cells: Cells, tables: Tables) -> None:
    """Add the children on average: child-days over the days of the year."""
    homes = tables["provider_unit_costs"]
    for name, table, key, loss in (
        ("days", tables["unit_costs"], UNIT, WHOLE),
        # Others are rather hidden than homes with a plan, whose annex tells about as much.
        ("home_days", tables.get("planned", homes.iloc[:0]), _HOME, SUM),
        ("home_days", homes, _HOME, DETAIL),
        ("group_days", tables["group_costs"], [*UNIT, *GROUP], DETAIL),
    ):
        children = table.assign(children=table["child_months"] / 12)
        cells.add_all(children, name, key, "children", loss)
    _totals(cells, "days", ("home_days", "group_days"))
    if "bands" in tables:
        _add_bands(cells, tables["bands"], tables["group_costs"])


def _planned(homes: pd.DataFrame, plans: pd.DataFrame | None) -> pd.DataFrame:
    """Give the rows of homes in the years that a plan is about, and the year before its first."""
    if plans is None:
        return homes.iloc[:0]
    first = plans.groupby("provider")["year"].min().rename("first").reset_index()
    both = homes.merge(first, on="provider")
    return both.loc[both["year"] >= both["first"] - 1, homes.columns]


def _bands(
    parts: pd.DataFrame, groups: pd.DataFrame, households: pd.DataFrame | None
) -> pd.DataFrame:
    """List the age bands of arrangements and years whose maintenance is known, with their children.

    The law says what is paid for a child of each age: the maintenance of a year, and all
    child-months, tell the child-months of each band, though no table shows them. `child_months` are
    those of the groups that are shown, else of the households.
    """
    paid = parts[
        (parts["part"] == MAINTENANCE)
        & parts["care_arrangement"].isin(STATUTORY_ARRANGEMENTS)
        & parts["amount_eur"].notna()
    ]
    by_group = groups[groups["age_band"] != NOT_DISTINGUISHED]
    found = [by_group.groupby(_BAND)["child_months"].sum().reset_index()]
    if households is not None:
        lived = households.groupby(_BAND)["child_months"].sum().reset_index()
        shown = pd.MultiIndex.from_frame(by_group[UNIT])
        found.append(lived[~pd.MultiIndex.from_frame(lived[UNIT]).isin(shown)])
    return pd.concat(found, ignore_index=True).merge(paid[UNIT], on=UNIT)


def _add_bands(cells: Cells, bands: pd.DataFrame, groups: pd.DataFrame) -> None:
    """Add the children of each age band, and the groups that they divide into."""
    children = bands.assign(children=bands["child_months"] / 12)
    cells.add_all(children, BAND, _BAND, "children", SUM)
    for key in bands[_BAND].itertuples(index=False):
        ours = (groups[_BAND] == list(key)).all(axis="columns")
        of = groups.loc[ours, [*UNIT, *GROUP]].itertuples(index=False)
        cells.total((BAND, *key), [("group_days", *group) for group in of])
    _totals(cells, "days", (BAND,))


def _maintained(editions: Iterable[Tables]) -> set[Key]:
    """List the arrangements and years whose maintenance earlier editions show."""
    parts = [tables["unit_cost_parts"] for tables in editions if "unit_cost_parts" in tables]
    return {
        (row["year"], row["care_arrangement"])
        for table in parts
        for row in table[table["part"] == MAINTENANCE].to_dict("records")
        if pd.notna(row["amount_eur"])
    }


def _part_payers(lines: pd.DataFrame) -> pd.DataFrame:
    """Add up what each payer pays of each part: law and habit say who pays for what."""
    return lines.groupby([*UNIT, "part", "payer"])["amount_eur"].sum().reset_index()


def _maintenance(amounts: Cells, days: Cells, unit: Key, rules: Rules) -> list[Sensitive]:
    """Make the maintenance uncertain by what so many children get as may not be told of."""
    key = ("part", *unit, MAINTENANCE)
    amount, children = amounts.value(key), days.value(("days", *unit))
    if not amount or not children:
        return []
    room = amount / children * rules.persons
    return [Sensitive(amounts.keys[key], min(room, amount), room)]


def _add_amounts(cells: Cells, tables: Tables) -> None:
    """Add the amounts that the tables show, and those from which they follow."""
    groups = tables["group_costs"]
    rate, months = groups["cost_per_child_month_eur"], groups["child_months"]
    hidden = rate.map(is_hidden) | months.map(is_hidden)
    # Series.where would write a NaN that is not known to be hidden.
    of_groups = groups.assign(amount_eur=np.where(hidden, HIDDEN_VALUE, rate * months))
    for name, table, key, value, loss in (
        ("total", tables["unit_costs"], UNIT, "total_eur", WHOLE),
        ("part", tables["unit_cost_parts"], [*UNIT, "part"], "amount_eur", SUM),
        ("payer", tables["payer_split"], [*UNIT, "payer"], "amount_eur", SUM),
        ("home_total", tables["provider_unit_costs"], _HOME, "total_eur", DETAIL),
        ("group_total", of_groups, [*UNIT, *GROUP], "amount_eur", DETAIL),
    ):
        cells.add_all(table, name, key, value, loss)
    _totals(cells, "total", ("part", "payer", "home_total", "group_total"))
    if "part_payers" in tables:
        _add_part_payers(cells, tables["part_payers"])


def _add_part_payers(cells: Cells, paid: pd.DataFrame) -> None:
    """Add what each payer pays of each part: they add up both ways, and nobody sees them."""
    key = [*UNIT, "part", "payer"]
    cells.add_all(paid, "part_payer", key, "amount_eur", UNSEEN)
    by: dict[Key, list[Key]] = {}
    for *unit, part, payer in paid[key].itertuples(index=False):
        for whole in (("part", *unit, part), ("payer", *unit, payer)):
            by.setdefault(whole, []).append(("part_payer", *unit, part, payer))
    for whole, parts in by.items():
        cells.total(whole, parts)


def _totals(cells: Cells, whole: str, parts: Iterable[str]) -> None:
    """Say that each arrangement and year is the sum of its parts, of each kind."""
    by_unit: dict[tuple[str, Key], list[Key]] = {}
    for key in cells.keys:
        by_unit.setdefault((str(key[0]), key[1:3]), []).append(key)
    for name in parts:
        for (kind, unit), keys in by_unit.items():
            if kind == name:
                cells.total((whole, *unit), keys, rest=name.startswith("home"))


def _held(lines: pd.DataFrame, holders: Mapping[str, str]) -> dict[Key, dict[str, float]]:
    """Give what each holder has in each cell [EUR]; cells of which no home has any are left out.

    The payments to families, and what is spent on their support, belong to no home: nobody's
    business is told by them.
    """
    known = lines.dropna(subset="amount_eur")
    of_homes = known.groupby(UNIT)["provider"].transform(lambda homes: homes.notna().any())
    known = known[of_homes.astype(bool)]
    holder = known["provider"].map(holders).fillna(OF_REGION)
    found: dict[Key, dict[str, float]] = {}
    for name, key in (
        ("total", UNIT),
        ("part", [*UNIT, "part"]),
        ("payer", [*UNIT, "payer"]),
        ("home_total", _HOME),
    ):
        rows = known.dropna(subset=key)
        sums = rows.groupby([*key, holder.loc[rows.index].rename("holder")])["amount_eur"].sum()
        for place, amount in sums.items():
            found.setdefault((name, *place[:-1]), {})[str(place[-1])] = float(amount)
    return found


def _groups_of_few(
    groups: pd.DataFrame, activity: pd.DataFrame, holders: Mapping[str, str], rules: Rules
) -> list[Key]:
    """List the groups of children whom too few holders care for, where homes are named."""
    lived = activity[activity["child_days"] > 0].dropna(subset="provider")
    holder = lived["provider"].map(holders)
    found = []
    for key in groups[[*UNIT, *GROUP]].itertuples(index=False):
        ours = (lived["year"] == key[0]) & (lived["care_arrangement"] == key[1])
        for column, code in zip(GROUP, key[2:], strict=True):
            ours &= (lived[column] == code) | (code == "all")
        count = holder[ours].nunique()
        if 0 < count < rules.holders:
            found.append(tuple(key))
    return found


def release_costs(
    evaluation: CostEvaluation, hidden: frozenset[Key], sources: pd.DataFrame
) -> CostEvaluation:
    """Hide in the tables of a cost evaluation what rests on hidden cells.

    Parameters
    ----------
    evaluation : CostEvaluation
    hidden : frozenset of tuple
        `hidden_costs`.
    sources : DataFrame
        Table of the data contract.

    Returns
    -------
    CostEvaluation
        With tables that may be shown, and without the lines that they were made from.
    """
    tables = dict(evaluation.tables)
    references = list(dict.fromkeys(tables["comparison"]["reference"]))
    shown = [*_RESTS, ("capital_scenarios", (DIFFERENCE,), _scenario_of(references))]
    marks = _details_hidden(hidden) | _single_homes(tables["provider_unit_costs"], hidden)
    # Where a difference keeps its sign, there is no value at which it switches.
    mask_all(tables, shown, hidden | marks, {"sensitivity": ["switch_value"]})
    few = (tables["provider_bootstrap"]["caution"] == "few_providers").to_numpy()
    ends = ("bootstrap_ratio_low", "bootstrap_ratio_high")
    tables["provider_bootstrap"] = masked(tables["provider_bootstrap"], dict.fromkeys(ends, few))
    if "sensitivity" in tables:
        pair = ["year", "reference", "alternative"]
        tables["sensitivity"] = hidden_last(tables["sensitivity"], "span", ["parameter"], pair)
    lines = evaluation.lines
    known = [not _unit_hidden(row, hidden) for row in lines[UNIT].to_dict("records")]
    return dataclasses.replace(
        evaluation,
        tables=ReleasedTables(tables),
        evidence=evidence_shares(lines[known], sources),
        counted=without_values(evaluation.counted),
        recorded_allowance_eur=_allowance(evaluation, hidden),
        lines=lines.iloc[:0],
    )


def _allowance(evaluation: CostEvaluation, hidden: frozenset[Key]) -> float:
    """Give the allowances that are left out; nothing where they may be those of few children."""
    few = any(key[0] == FEW and key[2] in STATUTORY_ARRANGEMENTS for key in hidden)
    return 0.0 if few else evaluation.recorded_allowance_eur


def _unit_hidden(row: Row, hidden: frozenset[Key]) -> bool:
    unit = (row["year"], row["care_arrangement"])
    return ("total", *unit) in hidden or (FEW, *unit) in hidden


def _details_hidden(hidden: frozenset[Key]) -> frozenset[Key]:
    """Mark the arrangements and years of which any part, group of children, or home is hidden.

    And the arrangements of which the children of any year are.
    """
    marks = {
        "part": SOME_PART,
        "group_days": SOME_GROUP,
        BAND: SOME_GROUP,
        "group_total": SOME_GROUP,
        "home_days": SOME_HOME,
        "home_total": SOME_HOME,
    }
    return frozenset(
        [(marks[str(key[0])], *key[1:3]) for key in hidden if key[0] in marks]
        + [(SOME_YEAR, key[2]) for key in hidden if key[0] == "days"]
    )


def _single_homes(homes: pd.DataFrame, hidden: frozenset[Key]) -> frozenset[Key]:
    """Mark the arrangements and years of which the places of one home alone are hidden.

    And the arrangements of which they are in any year.
    """
    unseen = Counter(
        (row["year"], row["care_arrangement"])
        for row in homes.to_dict("records")
        if pd.notna(row.get("place_days")) and not hidden.isdisjoint(_home_days(row))
    )
    single = [unit for unit, count in unseen.items() if count == 1]
    return frozenset(
        [(ONE_HOME, *unit) for unit in single] + [(SOME_YEAR, unit[1]) for unit in single]
    )


def _unit(row: Row) -> list[Key]:
    return _of_unit(row["year"], row["care_arrangement"])


def _of_unit(year: object, arrangement: object) -> list[Key]:
    unit = (year, arrangement)
    return [("total", *unit), ("days", *unit), (FEW, *unit)]


def _pair(row: Row) -> list[Key]:
    """Give what a comparison rests on; a table of one arrangement is compared with none."""
    sides = ("reference", "alternative", "care_arrangement")
    return [key for side in sides if side in row for key in _of_unit(row["year"], row[side])]


def _pair_and(mark: str) -> Callable[[Row], list[Key]]:
    """Make what a comparison rests on that would tell about single parts or groups."""

    def rests(row: Row) -> list[Key]:
        units = dict.fromkeys(key[1:] for key in _pair(row))
        return [*_pair(row), *((mark, *unit) for unit in units)]

    return rests


def _range(row: Row) -> list[Key]:
    """Give what a range rests on: its ends may be the costs of single homes."""
    side = OF_HOMES.get(str(row["parameter"]))
    homes = [(SOME_HOME, row["year"], row[side])] if side else []
    filled = OCCUPIED.get(str(row["parameter"]))
    places = [(ONE_HOME, row["year"], row[filled]), (SOME_YEAR, row[filled])] if filled else []
    return [*_pair_and(SOME_PART)(row), *homes, *places]


def _detail(name: str, *columns: str) -> Callable[[Row], list[Key]]:
    """Make what a detail of an arrangement rests on: itself, and its arrangement's children."""

    def rests(row: Row) -> list[Key]:
        unit = (row["year"], row["care_arrangement"])
        return [(name, *unit, *(row[column] for column in columns)), (FEW, *unit)]

    return rests


def _days_of(row: Row) -> list[Key]:
    return [("days", row["year"], row["care_arrangement"])]


def _places_of(row: Row) -> list[Key]:
    return [(ONE_HOME, row["year"], row["care_arrangement"])]


def _total_of(row: Row) -> list[Key]:
    unit = (row["year"], row["care_arrangement"])
    return [("total", *unit), (FEW, *unit)]


def _home_days(row: Row) -> list[Key]:
    return [("home_days", row["year"], row["care_arrangement"], row["provider"])]


def _home_total(row: Row) -> list[Key]:
    home = (row["year"], row["care_arrangement"], row["provider"])
    return [("home_total", *home), (FEW, *home)]


def _home_both(row: Row) -> list[Key]:
    return [*_home_days(row), *_home_total(row)]


def _group_days(row: Row) -> list[Key]:
    return [("group_days", *(row[column] for column in (*UNIT, *GROUP)))]


def _group_both(row: Row) -> list[Key]:
    """Give what a group's cost rests on; part of it is spread over all children."""
    group = tuple(row[column] for column in (*UNIT, *GROUP))
    return [*_group_days(row), ("group_total", *group), (FEW, *group), *_days_of(row)]


def _support(row: Row) -> list[Key]:
    """Give what the support of an alternative rests on, beside the pair."""
    return [*_pair(row), ("part", row["year"], row["alternative"], "support")]


def _scenario(row: Row) -> list[Key]:
    """Give what a cost with its capital valued otherwise rests on."""
    return [*_unit(row), ("part", row["year"], row["care_arrangement"], "capital")]


def _scenario_of(references: Sequence[str]) -> Callable[[Row], list[Key]]:
    """Make what the difference to the reference rests on: both costs, in the same scenario."""

    def rests(row: Row) -> list[Key]:
        sides = [row["care_arrangement"], *references]
        return [key for side in sides for key in _scenario({**row, "care_arrangement": side})]

    return rests


def _effect(row: Row) -> list[Key]:
    """Give what the change of a cost over the years rests on: its first and its last year."""
    found: list[Key] = []
    for year in (row["first_year"], row["last_year"]):
        at = {**row, "year": year}
        found += [*_unit(at), *_places_of(at)] if pd.isna(row["provider"]) else _home_both(at)
    return found


def _payers(row: Row, *sides: str) -> list[Key]:
    found: list[Key] = []
    for side in sides:
        unit = (row["year"], row[side])
        found += [("payer", *unit, row["payer"]), ("days", *unit), (FEW, *unit)]
    return found


# Tables, their columns, and what each value of these columns rests on.
_RESTS: tuple[Shown, ...] = (
    ("unit_costs", ("child_days", "child_months", "occupancy"), _days_of),
    ("unit_costs", ("total_eur", "cost_per_place_month_eur"), _total_of),
    # Each of them gives the places, beside children or amounts that are shown.
    ("unit_costs", ("place_days", "occupancy", "cost_per_place_month_eur"), _places_of),
    ("unit_costs", BY_CHILD, _unit),
    ("unit_cost_parts", ("amount_eur",), _detail("part", "part")),
    (
        "unit_cost_parts",
        ("cost_per_child_month_eur",),
        lambda row: [*_detail("part", "part")(row), *_days_of(row)],
    ),
    ("payer_split", ("amount_eur",), _detail("payer", "payer")),
    ("payer_split", ("share",), lambda row: [*_detail("payer", "payer")(row), *_total_of(row)]),
    # A home has no more children than places.
    (
        "provider_unit_costs",
        ("child_days", "child_months", "occupancy", "place_days", "cost_per_place_month_eur"),
        _home_days,
    ),
    ("provider_unit_costs", ("total_eur", "cost_per_place_month_eur"), _home_total),
    ("provider_unit_costs", BY_CHILD, _home_both),
    (
        "comparison",
        (
            "difference_eur_per_child_month",
            "ratio",
            "ratio_low",
            "ratio_high",
            "ratio_g",
        ),
        _pair,
    ),
    ("comparison", ("common_difference_eur_per_child_month",), _pair_and(SOME_PART)),
    (
        "comparison",
        ("reference_eur_per_child_month",),
        lambda row: _of_unit(row["year"], row["reference"]),
    ),
    (
        "comparison",
        ("alternative_eur_per_child_month",),
        lambda row: _of_unit(row["year"], row["alternative"]),
    ),
    (
        "comparison",
        (
            "support_eur_per_child_month",
            "switch_point_support_eur_per_child_month",
            "switch_point_multiple",
        ),
        _support,
    ),
    ("group_costs", ("child_months",), _group_days),
    ("group_costs", ("cost_per_child_month_eur",), _group_both),
    ("case_mix", ("total_difference",), _pair),
    (
        "case_mix",
        (
            "rate_effect",
            "mix_effect",
            "standardised_reference_eur_per_child_month",
            "standardised_alternative_eur_per_child_month",
            "common_share",
        ),
        _pair_and(SOME_GROUP),
    ),
    (
        "payer_shift",
        ("reference_payer_eur_per_child_month",),
        lambda row: _payers(row, "reference"),
    ),
    (
        "payer_shift",
        ("alternative_payer_eur_per_child_month",),
        lambda row: _payers(row, "alternative"),
    ),
    (
        "payer_shift",
        ("change_eur_per_child_month", "change_at_once_eur_per_child_month"),
        lambda row: _payers(row, "reference", "alternative"),
    ),
    ("payer_shift", ("change_at_once_eur_per_child_month",), _pair_and(SOME_PART)),
    (
        "capital_scenarios",
        ("capital_eur_per_child_month", "cost_per_child_month_eur"),
        _scenario,
    ),
    (
        "occupancy_curve",
        ("cost_per_child_month_eur",),
        lambda row: [*_pair_and(SOME_PART)(row), *_places_of(row)],
    ),
    (
        "occupancy_effects",
        (
            "first_occupancy",
            "last_occupancy",
            "first_child_months",
            "last_child_months",
            "first_real_total_eur",
            "last_real_total_eur",
            "first_real_cost_per_child_month_eur",
            "last_real_cost_per_child_month_eur",
            "total_change",
            "place_cost_effect",
            "occupancy_effect",
        ),
        _effect,
    ),
    ("provider_bootstrap", ("bootstrap_ratio_low", "bootstrap_ratio_high"), _pair),
    (
        "sensitivity",
        ("low", "base", "high", "outcome_low", "outcome_base", "outcome_high", "span",
         "switch_value"),
        _range,
    ),
    ("sensitivity_points", ("value", "outcome"), _range),
    ("simulation", ("probability_cheaper", "p05", "p50", "p95"), _pair),
    ("simulated_costs", ("p05", "p50", "p95"), _unit),
)  # fmt: skip
