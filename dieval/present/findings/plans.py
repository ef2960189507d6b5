"""Conclusions about a home's plan, tested on its results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dieval.plans.destinations import PREFERENCE
from dieval.present.findings import (
    HIDDEN_VERDICT,
    INCONCLUSIVE,
    NO_DATA,
    NOT_SUPPORTED,
    SUPPORTED,
    Finding,
    no_data,
)
from dieval.present.hidden import any_hidden, hidden_amounts, hidden_numbers
from dieval.present.language import (
    N_,
    Bilingual,
    joined,
    money,
    number,
    percentage,
    said,
    signed_money,
    word,
)
from dieval.present.tables import records
from dieval.vocabulary import is_hidden

FAMILIES = ("own_family", "family_environment")


def plan_findings(
    tables: Mapping[str, pd.DataFrame], *, last_year: int, emptying_multiple: float
) -> list[Finding]:
    """Test what a plan promises, and what it costs meanwhile.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of a `PlanEvaluation`.
    last_year : int
        Last year that is looked at.
    emptying_multiple : float
        Cost per child of the emptying home, as a multiple of that before, that is called very high.

    Returns
    -------
    list of Finding
    """
    return [
        most_children_live_in_families(tables),
        plan_saves_money(tables, last_year),
        plan_saves_across_sensitivity(tables),
        *payer_gains(tables),
        emptying_home_is_dear(tables, emptying_multiple),
        *planned_places_exceed_demand(tables),
    ]


def _summary(tables: Mapping[str, pd.DataFrame]) -> pd.Series | None:
    """Give the one row of `transition_summary`; None where there is no plan."""
    return tables["transition_summary"].iloc[0] if "transition_summary" in tables else None


def most_children_live_in_families(tables: Mapping[str, pd.DataFrame]) -> Finding:
    """Test whether more than half of the children live in a family in the last planned year."""
    name = "most_children_live_in_families"
    statement = said(N_("Most children will live in their own family or in a family environment."))
    shares = tables.get("preference_shares", pd.DataFrame(columns=["year", "step", "share"]))
    last = shares[shares["year"] == shares["year"].max()].set_index("step")["share"]
    if last.empty or last.isna().any():
        if any_hidden(last):
            return Finding(name, HIDDEN_VERDICT, {}, statement, hidden_numbers())
        return Finding(name, NO_DATA, {}, statement, no_data())
    year = int(shares["year"].max())
    by_step = {step: float(last[step]) for step in PREFERENCE}
    in_families = sum(by_step[step] for step in FAMILIES)
    sentence = said(
        N_(
            "At the end of {year}: {own} in their own family or adopted, {environment} in a family "
            "environment, {like} in family-like services, {residential} in institutions."
        ),
        year=str(year),
        own=percentage(by_step["own_family"]),
        environment=percentage(by_step["family_environment"]),
        like=percentage(by_step["family_like"]),
        residential=percentage(by_step["residential"]),
    )
    verdict = SUPPORTED if in_families > 0.5 else NOT_SUPPORTED
    return Finding(name, verdict, {"year": year, **by_step}, statement, sentence)


def plan_saves_money(tables: Mapping[str, pd.DataFrame], last_year: int) -> Finding:
    """Test whether the discounted savings of the plan exceed what it costs."""
    name = "plan_saves_money"
    statement = said(
        N_(
            "The plan saves money compared with keeping the institution, counted to the end of "
            "{year}."
        ),
        year=str(last_year),
    )
    row = _summary(tables)
    if row is not None and is_hidden(row["npv_eur"]):
        return Finding(name, HIDDEN_VERDICT, {}, statement, hidden_amounts())
    if row is None or pd.isna(row["npv_eur"]):
        return Finding(name, NO_DATA, {}, statement, no_data())
    npv = float(row["npv_eur"])
    values: dict[str, float | int | str] = {
        "npv_eur": npv,
        "net_eur": float(row["net_eur"]),
        "peak_funding_eur": float(row["peak_funding_eur"]),
    }
    sentences = [
        said(
            N_("Net present value {npv}; without discounting {net}."),
            npv=signed_money(npv),
            net=signed_money(float(row["net_eur"])),
        )
    ]
    if pd.notna(row["break_even_year"]):
        values["break_even_year"] = int(row["break_even_year"])
        sentences.append(
            said(
                N_("It breaks even in {year}."),
                year=str(int(row["break_even_year"])),
            )
        )
    else:
        sentences.append(said(N_("It does not break even within these years.")))
    if pd.notna(row["peak_funding_year"]):
        values["peak_funding_year"] = int(row["peak_funding_year"])
        sentences.append(
            said(
                N_("The greatest funding need is {peak} (in {year})."),
                peak=money(float(row["peak_funding_eur"])),
                year=str(int(row["peak_funding_year"])),
            )
        )
    tried = tables.get("npv_sensitivity")
    if tried is not None and len(tried):
        ends = tried[["outcome_low", "outcome_high"]]
        values["lowest_npv_eur"] = float(ends.min(axis=None))
        values["highest_npv_eur"] = float(ends.max(axis=None))
        sentences.append(
            said(
                N_("With one value changed at a time it lies between {low} and {high}."),
                low=signed_money(float(values["lowest_npv_eur"])),
                high=signed_money(float(values["highest_npv_eur"])),
            )
        )
    verdict = SUPPORTED if npv > 0 else NOT_SUPPORTED
    return Finding(name, verdict, values, statement, joined(*sentences))


def plan_saves_across_sensitivity(tables: Mapping[str, pd.DataFrame]) -> Finding:
    """Test whether the plan saves money whatever one uncertain value is."""
    name = "plan_saves_across_sensitivity"
    statement = said(N_("The plan saves money at both ends of every range tried."))
    table = tables.get("npv_sensitivity")
    if table is None or table.empty:
        return Finding(name, NO_DATA, {}, statement, no_data())
    outcomes = table[["outcome_low", "outcome_base", "outcome_high"]]
    if any_hidden(outcomes):
        return Finding(name, HIDDEN_VERDICT, {}, statement, hidden_amounts())
    least = outcomes.min(axis=1)
    row = records(table.loc[[least.idxmin()]])[0]
    lowest, base = float(least.min()), float(table["outcome_base"].iloc[0])
    values: dict[str, float | int | str] = {
        "lowest_npv_eur": lowest,
        "at_parameter": str(row["parameter"]),
    }
    if row["care_arrangement"] is not None:
        values["at_care_arrangement"] = str(row["care_arrangement"])
    sentence = said(
        N_("The lowest net present value is {lowest} (changed value: {parameter})."),
        lowest=signed_money(lowest),
        parameter=parameter_in_words(row),
    )
    verdict = SUPPORTED if lowest > 0 else NOT_SUPPORTED if base <= 0 else INCONCLUSIVE
    return Finding(name, verdict, values, statement, sentence)


def parameter_in_words(row: Any) -> Bilingual:
    """Name an uncertain value, and the arrangement that it is about."""
    name = word("plan_parameter", str(row["parameter"]))
    if row["parameter"] == "elsewhere_cost" and row["care_arrangement"] is None:
        return said(N_("{parameter} (all arrangements together)"), parameter=name)
    if row["care_arrangement"] is None:
        return name
    return said(
        N_("{parameter} ({arrangement})"),
        parameter=name,
        arrangement=word("care_arrangement", str(row["care_arrangement"])),
    )


def payer_gains(tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Test for each payer with any amount whether the plan leaves it better off."""
    if "payer_summary" not in tables:
        return []
    streams = tables["budget_by_payer"].groupby("payer")[
        ["status_quo_eur", "institution_eur", "alternative_eur", "one_off_eur"]
    ]
    moved = streams.agg(lambda amounts: amounts.isna().any() or (amounts != 0).any()).any(axis=1)
    return [
        _payer(str(row["payer"]), row)
        for row in records(tables["payer_summary"])
        if moved[row["payer"]]
    ]


def _payer(payer: str, row: Mapping[str, Any]) -> Finding:
    name = "payer_gains"
    statement = said(
        N_("The plan costs this payer less than keeping the institution: {payer}."),
        payer=word("payer", payer),
    )
    values: dict[str, float | int | str] = {"payer": payer}
    if is_hidden(row["npv_eur"]):
        return Finding(name, HIDDEN_VERDICT, values, statement, hidden_amounts())
    if pd.isna(row["npv_eur"]):
        return Finding(name, NO_DATA, values, statement, no_data())
    npv, net = float(row["npv_eur"]), float(row["net_eur"])
    sentence = said(
        N_("Net present value {npv}; without discounting {net}."),
        npv=signed_money(npv),
        net=signed_money(net),
    )
    values |= {"npv_eur": npv, "net_eur": net}
    return Finding(name, SUPPORTED if npv > 0 else NOT_SUPPORTED, values, statement, sentence)


def emptying_home_is_dear(tables: Mapping[str, pd.DataFrame], multiple: float) -> Finding:
    """Test whether the cost per child of the emptying home exceeds a multiple of that before."""
    name = "emptying_home_is_dear"
    statement = said(
        N_("While it empties, the institution costs more than {multiple} times as much per child."),
        multiple=number(multiple, 1 if multiple % 1 else 0),
    )
    row = _summary(tables)
    known = ("cost_per_child_before_eur", "highest_cost_per_child_eur")
    if row is not None and any_hidden(row[list(known)]):
        return Finding(name, HIDDEN_VERDICT, {}, statement, hidden_amounts())
    if row is None or row[list(known)].isna().any() or not row[known[0]] > 0:
        return Finding(name, NO_DATA, {}, statement, no_data())
    before, highest = float(row[known[0]]), float(row[known[1]])
    year = int(row["highest_cost_per_child_year"])
    sentence = said(
        N_(
            "A child-year costs {before} before the plan and up to {highest} in {year} ({ratio} ×)."
        ),
        before=money(before),
        highest=money(highest),
        year=str(year),
        ratio=number(highest / before, 1),
    )
    values: dict[str, float | int | str] = {
        "cost_per_child_before_eur": before,
        "highest_cost_per_child_eur": highest,
        "year": year,
    }
    verdict = SUPPORTED if highest > multiple * before else NOT_SUPPORTED
    return Finding(name, verdict, values, statement, sentence)


def planned_places_exceed_demand(tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Test for each arrangement with planned places whether they exceed even high demand."""
    table = tables.get("places_outlook")
    if table is None or table.empty:
        name = "planned_places_exceed_demand"
        statement = said(N_("The planned places exceed even high demand."))
        return [Finding(name, NO_DATA, {}, statement, no_data())]
    return [_places(row) for row in records(table)]


def _places(row: Mapping[str, Any]) -> Finding:
    arrangement = str(row["care_arrangement"])
    statement = said(
        N_("The planned places exceed even high demand (P90): {arrangement}."),
        arrangement=word("care_arrangement", arrangement),
    )
    if any(is_hidden(row[quantile]) for quantile in ("p10", "p50", "p90")):
        values_of: dict[str, float | int | str] = {"care_arrangement": arrangement}
        name = "planned_places_exceed_demand"
        return Finding(name, HIDDEN_VERDICT, values_of, statement, hidden_numbers())
    values: dict[str, float | int | str] = {
        "care_arrangement": arrangement,
        "year": int(row["year"]),
        "planned_places": float(row["planned_places"]),
        "p50": float(row["p50"]),
        "p90": float(row["p90"]),
    }
    sentence = said(
        N_("In {year}: planned places {places}, demand {p50} (P10 {p10}, P90 {p90})."),
        year=str(int(row["year"])),
        places=number(float(row["planned_places"])),
        p10=number(float(row["p10"])),
        p50=number(float(row["p50"])),
        p90=number(float(row["p90"])),
    )
    if pd.notna(row["empty_from"]):
        values["empty_from"] = int(row["empty_from"])
        sentence = joined(
            sentence,
            said(
                N_("From {year} on some of them need another use."),
                year=str(int(row["empty_from"])),
            ),
        )
    verdict = SUPPORTED if pd.notna(row["empty_from"]) else NOT_SUPPORTED
    return Finding("planned_places_exceed_demand", verdict, values, statement, sentence)
