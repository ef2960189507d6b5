"""What names a row of each result table: the columns that no two rows of it share.

Where a table has a region, that names its rows too: the overview shows all regions side by side.
"""

from __future__ import annotations

from collections.abc import Iterable

_PAIR = ("year", "reference", "alternative")
_COST = ("year", "care_arrangement")

KEYS: dict[str, tuple[str, ...]] = {
    "absorption": (),
    "budget_by_payer": ("year", "payer"),
    "capital_scenarios": (*_COST, "valuation", "discount_rate"),
    "carers_by_year": ("carer_type", "status", "year"),
    "carers_trend": ("carer_type", "status"),
    "case_mix": _PAIR,
    "children_balance": ("year",),
    "comparison": _PAIR,
    "costs_elsewhere": _COST,
    "data_rows": ("table", "care_arrangement", "file"),
    "deadlines": ("plan", "event", "due"),
    "demand": _COST,
    "demand_backtest": _COST,
    "demand_observed": _COST,
    "destinations": _COST,
    "family_environment": ("year", "counting_basis"),
    "funnel": ("target_group", "service_type"),
    "group_costs": (*_COST, "age_band", "need_level"),
    "home_cost_check": ("year",),
    "home_cost_function": ("year",),
    "hosting_share": ("carer_type", "year"),
    "indicator_progress": ("indicator", "version"),
    "infrastructure": ("project",),
    "latest_values": ("indicator", "counting_basis"),
    "milestones": ("project", "milestone"),
    "moves": ("year", "from_group", "to_group"),
    "needs_by_region": (),
    "npv_sensitivity": ("parameter", "care_arrangement"),
    "npv_sensitivity_points": ("parameter", "care_arrangement", "point"),
    "occupancy_curve": (*_COST, "occupancy"),
    "occupancy_effects": ("care_arrangement", "provider"),
    "one_off": ("year", "kind", "payer"),
    "partners_count": ("kind",),
    "payer_shift": (*_PAIR, "payer"),
    "payer_split": (*_COST, "payer"),
    "payer_summary": ("payer",),
    "perimeter": ("care_arrangement", "element"),
    "placement_mix": ("year", "counting_basis", "care_arrangement"),
    "places_outlook": ("care_arrangement",),
    "preference_shares": ("year", "step"),
    "process": ("plan", "date", "event", "number"),
    "provider_bootstrap": _PAIR,
    "provider_unit_costs": (*_COST, "provider"),
    "quality_checks": ("check", "checked_on"),
    "reimbursement": ("date", "target_group"),
    "reimbursement_pace": ("target_group", "version"),
    "scenario_years": ("scenario", "year"),
    "scenarios": ("scenario",),
    "sensitivity": (*_PAIR, "parameter"),
    "sensitivity_points": (*_PAIR, "parameter", "point"),
    "service_coverage": ("municipality", "service_type", "target_group"),
    "simulated_costs": _COST,
    "simulation": _PAIR,
    "sites": ("municipality",),
    "situation": ("year",),
    "situation_parts": ("part",),
    "situation_payers": ("payer",),
    "source_conflicts": ("indicator", "kind", "date", "counting_basis", "source"),
    "statutory_packages": ("care_arrangement", "year", "age_band", "children_in_household"),
    "stranded": ("year",),
    "target_group_coverage": ("municipality", "target_group"),
    "transition": ("year",),
    "transition_summary": (),
    "unit_cost_parts": (*_COST, "part"),
    "unit_costs": _COST,
    "unmet_needs": ("municipality", "service_type", "target_group"),
}

# Tables whose rows nothing names, and why: a row is there in both editions, or it is not.
WITHOUT_KEY: dict[str, str] = {
    "data_problems": "its rows name rows of the data by their place in a file, which others move",
    "plan_problems": "its rows name rows of the data by their place in a file, which others move",
}


def key_of(table: str, columns: Iterable[str]) -> tuple[str, ...] | None:
    """Give the columns that name a row of a result table, the region first.

    Parameters
    ----------
    table : str
        Name of the table.
    columns : iterable of str
        Those that it has.

    Returns
    -------
    tuple of str or None
        None where the table is not known, has no key or lacks a column of it.

    Examples
    --------
    >>> key_of("unit_costs", ["region", "year", "care_arrangement", "total_eur"])
    ('region', 'year', 'care_arrangement')
    """
    there = list(columns)
    key = KEYS.get(table)
    if key is None or not set(key) <= set(there):
        return None
    return ("region", *key) if "region" in there else key
