"""Key figures: the few numbers that a report comes to, for its summary and the index page."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dieval.present.blocks import cell_value
from dieval.present.language import N_, Language


@dataclass(frozen=True)
class _Spec:
    """How a key figure is named and written, and which tables or pictures it is taken from.

    `kind` is as of the columns of tables, or `money`; `stands_in` names blocks of the reports.
    """

    label: str
    kind: str
    unit: str | None = None
    decimals: int = 0
    stands_in: tuple[str, ...] = ()


KEY_FIGURES = {
    "cost_per_child_month": _Spec(
        N_("Cost per child-month {arrangement_in}"),
        "money",
        "EUR/child-month",
        stands_in=("unit_costs_last_year",),
    ),
    "cost_ratio": _Spec(
        N_("Cost ratio: {reference} / {alternative}"),
        "number",
        "1",
        1,
        stands_in=("comparison_last_year",),
    ),
    "switch_point": _Spec(
        N_("Support per child-month at which the cost is the same: {alternative}"),
        "money",
        "EUR/child-month",
        stands_in=("support",),
    ),
    "probability_cheaper": _Spec(
        N_("Probability of costing less: {alternative}"),
        "probability",
        "1",
        stands_in=("simulation",),
    ),
    "children_in_institutions": _Spec(
        N_("Children in institutions"),
        "number",
        "children",
        stands_in=("indicator_progress", "latest_values"),
    ),
    "children_in_families": _Spec(
        N_("Children in care who live in a family environment"),
        "percent",
        "1",
        1,
        stands_in=("family_environment", "family_environment_ranked"),
    ),
    "persons_reimbursed": _Spec(
        N_("Persons whose services were reimbursed"),
        "number",
        "persons",
        stands_in=("reimbursement",),
    ),
    "indicators_on_the_way": _Spec(
        N_(
            "Indicators whose target is met or that are ahead of the line: of {known} that are "
            "known ({all} in all)"
        ),
        "number",
        "indicators",
        stands_in=("indicator_progress", "achievement"),
    ),
    "needs_met": _Spec(
        N_("Needs for services that are met: {receiving} of {needing}"),
        "percent",
        "1",
        1,
        stands_in=("funnel",),
    ),
    "places_open": _Spec(
        N_("Open places of infrastructure projects: {open} of {all}"),
        "percent",
        "1",
        1,
        stands_in=("infrastructure", "absorption_by_region"),
    ),
    "average_children": _Spec(
        N_("Children in the institution, on average"),
        "number",
        "children",
        1,
        stands_in=("situation",),
    ),
    "cost_per_child_month_here": _Spec(
        N_("Cost per child-month in the institution"),
        "money",
        "EUR/child-month",
        stands_in=("situation_costs",),
    ),
    "plan_npv": _Spec(
        N_("Net present value of the plan"), "signed_money", "EUR", stands_in=("scenarios",)
    ),
    "break_even_year": _Spec(
        N_("Year in which the plan has paid for itself"), "year", stands_in=("scenarios",)
    ),
    "peak_funding": _Spec(
        N_("Most money needed before savings repay it"), "money", "EUR", stands_in=("scenarios",)
    ),
    "planned_in_families": _Spec(
        N_("Children in a family environment when the plan ends"),
        "percent",
        "1",
        1,
        stands_in=("preference_shares",),
    ),
    "regions_families_cheapest": _Spec(
        N_("Regions where foster families and guardians cost least, of {all}"),
        "number",
        "regions",
        stands_in=("verdicts",),
    ),
    "lowest_cost_per_child_month": _Spec(
        N_("Lowest cost per child-month of a region {arrangement_in}, prices of {price_year}"),
        "money",
        "EUR/child-month",
        stands_in=("cost_by_region",),
    ),
    "highest_cost_per_child_month": _Spec(
        N_("Highest cost per child-month of a region {arrangement_in}, prices of {price_year}"),
        "money",
        "EUR/child-month",
        stands_in=("cost_by_region",),
    ),
}
# Kind of code of what a label names; what is not listed is a count, or a year.
_CODES = {
    "arrangement_in": "care_arrangement_in",
    "reference": "care_arrangement",
    "alternative": "care_arrangement",
}


@dataclass(frozen=True)
class KeyFigure:
    """One of the few numbers that a report comes to.

    Parameters
    ----------
    figure : str
        Name, a key of `KEY_FIGURES`.
    value : float or int
        Unrounded.
    as_of : int or str
        Year, or day as YYYY-MM-DD; empty where the figure is of no time.
    of : dict of str or int
        Codes and counts that its label names.
    """

    figure: str
    value: float | int
    as_of: int | str = ""
    of: Mapping[str, str | int] = field(default_factory=dict)

    def as_result(self) -> dict[str, Any]:
        """Give the figure as results.json holds it: no language."""
        return {
            "figure": self.figure,
            "value": cell_value(self.value),
            "unit": KEY_FIGURES[self.figure].unit,
            "as_of": cell_value(self.as_of),
            "of": dict(self.of),
        }


def written_key_figure(result: Mapping[str, Any], say: Language) -> dict[str, str]:
    """Write a key figure of results.json: its `label`, `value` and `note`.

    Raises
    ------
    KeyError
        The figure is unknown: the results are of another version.
    """
    spec = KEY_FIGURES[result["figure"]]
    named = {name: _named(name, code, say) for name, code in result["of"].items()}
    return {
        "label": say.text(spec.label, **named),
        "value": _value(result["value"], spec, say),
        "note": _time(result["as_of"], say),
    }


def _named(name: str, code: str | int, say: Language) -> str:
    if name in _CODES:
        return say.word(_CODES[name], str(code))
    return str(code) if name.endswith("year") else say.number(int(code))


def _value(value: float, spec: _Spec, say: Language) -> str:
    if spec.kind == "year":
        return str(int(value))
    if spec.kind == "probability":
        return say.probability(value)
    write = {
        "money": say.money,
        "signed_money": say.signed_money,
        "percent": say.percent,
        "number": say.number,
    }
    return write[spec.kind](value, spec.decimals)


def _time(as_of: int | str, say: Language) -> str:
    if isinstance(as_of, int):
        return say.years([as_of])
    return say.date(datetime.date.fromisoformat(as_of)) if as_of else ""


def stands_in(result: Mapping[str, Any]) -> list[str]:
    """Name the tables and pictures of reports that a key figure is taken from."""
    return list(KEY_FIGURES[result["figure"]].stands_in)
