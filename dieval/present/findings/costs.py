"""The published conclusions about cost, tested on the results of one region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from dieval.present.findings import (
    HIDDEN_VERDICT,
    INCONCLUSIVE,
    NO_DATA,
    NOT_SUPPORTED,
    SUPPORTED,
    Finding,
    no_data,
)
from dieval.present.hidden import any_hidden, hidden_costs, hidden_in, zero_where_absent
from dieval.present.language import (
    N_,
    Bilingual,
    joined,
    listing,
    money,
    percentage,
    said,
    signed_money,
    word,
)
from dieval.vocabulary import (
    FAMILY_BASED,
    FAMILY_LIKE,
    RESIDENTIAL,
    STATUTORY_ARRANGEMENTS,
    is_hidden,
)


def cost_findings(
    tables: Mapping[str, pd.DataFrame], reference: str, breaks: Sequence[int]
) -> list[Finding]:
    """Test the published conclusions about cost on the results of one report.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of a `CostEvaluation`.
    reference : str
        Arrangement whose trend is tested, and with which families are compared.
    breaks : sequence of int
        Years from which the cost of the reference covers other elements, ascending.

    Returns
    -------
    list of Finding
    """
    return [
        family_based_is_cheapest(tables["unit_costs"], tables["unit_cost_parts"], False),
        family_based_is_cheapest(tables["unit_costs"], tables["unit_cost_parts"], True),
        family_based_is_cheapest_across_sensitivity(tables["sensitivity"], reference),
        reference_became_dearer(tables["unit_costs"], reference, breaks),
        cost_rose_because_places_stand_empty(tables["occupancy_effects"], reference, breaks),
    ]


def family_based_is_cheapest(
    units: pd.DataFrame, parts: pd.DataFrame, with_support: bool
) -> Finding:
    """Test whether foster families and guardians cost less per child than all other care.

    Supported where the dearer of the two family-based arrangements costs less than the cheapest
    other arrangement, with or without specific support on the family-based side; not supported
    where neither does; inconclusive where only one does, where support is asked about and not
    recorded for both, or where another arrangement that cares for children has no known cost, or a
    hidden one, and might be cheaper. Tested in the last year in which both sides
    are known. Specialised foster families stand on neither side.
    """
    costs = units.pivot(index="year", columns="care_arrangement", values="cost_per_child_month_eur")
    support = parts[parts["part"] == "support"].pivot(
        index="year", columns="care_arrangement", values="cost_per_child_month_eur"
    )
    if not with_support:
        ours = costs.columns.intersection(STATUTORY_ARRANGEMENTS)
        costs[ours] = costs[ours] - zero_where_absent(support.reindex_like(costs[ours]))
    family = costs.reindex(columns=list(STATUTORY_ARRANGEMENTS))
    other = costs.reindex(columns=[*RESIDENTIAL, *FAMILY_LIKE])
    name = "family_based_is_cheapest" + ("_with_support" if with_support else "")
    statement = said(
        N_("Foster families and guardians cost least, specific support included.")
        if with_support
        else N_("Foster families and guardians cost least, before specific support.")
    )
    known = family.notna().all(axis=1) & other.notna().any(axis=1)
    if not known.any():
        return Finding(name, NO_DATA, {}, statement, no_data())
    year = int(known[known].index.max())
    foster, guardian = family.loc[year, "foster_family"], family.loc[year, "guardian"]
    cheapest_other = str(other.loc[year].idxmin())
    least = float(other.loc[year].min())
    cheaper = [cost < least for cost in (foster, guardian)]
    verdict = SUPPORTED if all(cheaper) else INCONCLUSIVE if any(cheaper) else NOT_SUPPORTED
    of_year = units[(units["year"] == year) & (units["child_days"] != 0)]
    no_cost = of_year[of_year["cost_per_child_month_eur"].isna()].set_index("care_arrangement")
    no_cost = no_cost.loc[no_cost.index.isin(other.columns), "cost_per_child_month_eur"]
    hidden = [str(code) for code in no_cost.index[hidden_in(no_cost)]]
    unknown = [str(code) for code in no_cost.index if code not in hidden]
    recorded = support.reindex(index=[year], columns=list(STATUTORY_ARRANGEMENTS)).notna().loc[year]
    unsupported = [code for code in STATUTORY_ARRANGEMENTS if with_support and not recorded[code]]
    if (hidden or unknown or unsupported) and verdict == SUPPORTED:
        verdict = INCONCLUSIVE
    values: dict[str, float | int | str] = {
        "year": year,
        "foster_family_eur_per_child_month": float(foster),
        "guardian_eur_per_child_month": float(guardian),
        "cheapest_other": cheapest_other,
        "cheapest_other_eur_per_child_month": least,
    }
    sentence = said(
        N_(
            "In {year}, a child-month cost {foster} in foster families and {guardian} with "
            "guardians; the cheapest other care was {other}: {least}."
        ),
        year=str(year),
        foster=money(foster),
        guardian=money(guardian),
        other=word("care_arrangement_in", cheapest_other),
        least=money(least),
    )
    for name_of, codes, text in (
        ("hidden_other", hidden, N_("Hidden (c) is the cost of: {codes}.")),
        ("unknown_other", unknown, N_("Not known is the cost of: {codes}.")),
        ("support_not_recorded", unsupported, N_("No support is recorded for: {codes}.")),
    ):
        if codes:
            values[name_of] = ", ".join(codes)
            named = listing([word("care_arrangement", code) for code in codes])
            sentence = joined(sentence, said(text, codes=named))
    return Finding(name, verdict, values, statement, sentence)


def reference_became_dearer(
    units: pd.DataFrame, reference: str, breaks: Sequence[int] = ()
) -> Finding:
    """Test whether the reference arrangement became dearer per child in constant prices.

    Inconclusive where the cost covers other elements from a year in `breaks` on. Otherwise
    supported where the last year with a known cost is dearer than the first, not supported where
    it is not; one year alone, or a first year without cost, gives no data.
    """
    name = "reference_became_dearer_in_constant_prices"
    every = units[units["care_arrangement"] == reference]
    real = every.set_index("year")["real_cost_per_child_month_eur"].dropna()
    statement = said(
        N_("Care {reference} has become dearer per child in constant prices."),
        reference=word("care_arrangement_in", reference),
    )
    if len(real) < 2 or real.iloc[0] == 0:
        hidden = any_hidden(every["real_cost_per_child_month_eur"])
        if hidden:
            return Finding(name, HIDDEN_VERDICT, {}, statement, hidden_costs())
        return Finding(name, NO_DATA, {}, statement, no_data())
    first_year, last_year = int(real.index[0]), int(real.index[-1])
    first, last = float(real.iloc[0]), float(real.iloc[-1])
    values: dict[str, float | int | str] = {
        "first_year": first_year,
        "last_year": last_year,
        "first_eur_per_child_month": first,
        "last_eur_per_child_month": last,
        "change": last / first - 1,
    }
    sentence = said(
        N_(
            "In constant prices a child-month cost {first} in {first_year} and {last} in "
            "{last_year}, a change of {change}."
        ),
        first=money(first),
        first_year=str(first_year),
        last=money(last),
        last_year=str(last_year),
        change=lambda say: say.signed_percent(last / first - 1),
    )
    verdict = SUPPORTED if last > first else NOT_SUPPORTED
    within = [year for year in breaks if first_year < year <= last_year]
    if within:
        verdict = INCONCLUSIVE
        values["series_break"] = within[0]
        sentence = joined(sentence, _break_sentence(within[0]))
    return Finding(name, verdict, values, statement, sentence)


def family_based_is_cheapest_across_sensitivity(
    sensitivity: pd.DataFrame, reference: str
) -> Finding:
    """Test whether both kinds of families cost less than the reference whatever one value is.

    Supported where the smallest difference of foster families and guardians, at either end of every
    range, is above 0; not supported where both are dearer even as it is; inconclusive otherwise. No
    data where the reference is itself family-based or either side has no range.
    """
    name = "family_based_is_cheapest_across_sensitivity"
    statement = said(
        N_(
            "Foster families and guardians cost less than care {reference}, at both ends of every "
            "range tried."
        ),
        reference=word("care_arrangement_in", reference),
    )
    ours = sensitivity[sensitivity["alternative"].isin(STATUTORY_ARRANGEMENTS)]
    outcome = ["outcome_low", "outcome_base", "outcome_high"]
    if any_hidden(ours[outcome]):
        return Finding(name, HIDDEN_VERDICT, {}, statement, hidden_costs())
    if reference in FAMILY_BASED or ours["alternative"].nunique() < len(STATUTORY_ARRANGEMENTS):
        return Finding(name, NO_DATA, {}, statement, no_data())
    outcomes = ours.set_index(["alternative", "parameter"])[outcome]
    least = outcomes.min(axis=1)
    alternative, parameter = least.idxmin()
    lowest = float(least.min())
    as_it_is = outcomes["outcome_base"].groupby("alternative").first()
    verdict = SUPPORTED if lowest > 0 else NOT_SUPPORTED if (as_it_is <= 0).all() else INCONCLUSIVE
    values: dict[str, float | int | str] = {
        "year": int(ours["year"].iloc[0]),
        "lowest_difference_eur_per_child_month": lowest,
        "at_alternative": str(alternative),
        "at_parameter": str(parameter),
    }
    sentence = said(
        N_(
            "In {year}, the smallest difference is {lowest} per child-month ({alternative}; "
            "changed value: {parameter})."
        ),
        year=str(values["year"]),
        lowest=money(lowest),
        alternative=word("care_arrangement", str(alternative)),
        parameter=word("parameter", str(parameter)),
    )
    return Finding(name, verdict, values, statement, sentence)


def cost_rose_because_places_stand_empty(
    effects: pd.DataFrame, reference: str, breaks: Sequence[int] = ()
) -> Finding:
    """Test whether the reference became dearer in constant prices because its places are emptier.

    Inconclusive where the cost covers other elements from a year in `breaks` on. Otherwise
    supported where the cost rose and emptier places explain more than half of the rise.
    """
    name = "cost_rose_because_places_stand_empty"
    statement = said(
        N_("The cost of care {reference} rose because places stand empty."),
        reference=word("care_arrangement_in", reference),
    )
    ours = effects[(effects["care_arrangement"] == reference) & effects["provider"].isna()]
    if ours.empty:
        return Finding(name, NO_DATA, {}, statement, no_data())
    row = ours.iloc[0]
    if is_hidden(row["total_change"]):
        return Finding(name, HIDDEN_VERDICT, {}, statement, hidden_costs())
    first_year, last_year = int(row["first_year"]), int(row["last_year"])
    change, by_occupancy = float(row["total_change"]), float(row["occupancy_effect"])
    children = float(row["last_child_months"] / row["first_child_months"] - 1)
    total = float(row["last_real_total_eur"] / row["first_real_total_eur"] - 1)
    values: dict[str, float | int | str] = {
        "first_year": first_year,
        "last_year": last_year,
        "first_occupancy": float(row["first_occupancy"]),
        "last_occupancy": float(row["last_occupancy"]),
        "total_change": change,
        "place_cost_effect": float(row["place_cost_effect"]),
        "occupancy_effect": by_occupancy,
        "change_of_child_months": children,
        "change_of_real_total": total,
    }
    verdict = SUPPORTED if change > 0 and by_occupancy > change / 2 else NOT_SUPPORTED
    sentence = said(
        N_(
            "From {first_year} to {last_year} occupancy went from {first} to {last}. In constant "
            "prices the cost of a child-month changed by {change}: {by_occupancy} by occupancy and "
            "{by_cost} by the cost of a place. Child-months changed by {children}, the whole cost "
            "by {total}."
        ),
        first_year=str(first_year),
        last_year=str(last_year),
        first=percentage(float(row["first_occupancy"])),
        last=percentage(float(row["last_occupancy"])),
        change=signed_money(change),
        by_occupancy=signed_money(by_occupancy),
        by_cost=signed_money(float(row["place_cost_effect"])),
        children=lambda say: say.signed_percent(children),
        total=lambda say: say.signed_percent(total),
    )
    within = [year for year in breaks if first_year < year <= last_year]
    if within:
        verdict = INCONCLUSIVE
        values["series_break"] = within[0]
        sentence = joined(sentence, _break_sentence(within[0]))
    return Finding(name, verdict, values, statement, sentence)


def _break_sentence(year: int) -> Bilingual:
    return said(
        N_("From {year} on the cost covers other elements: a break in the series."), year=str(year)
    )
