from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from dieval.present.findings.plans import (
    emptying_home_is_dear,
    most_children_live_in_families,
    payer_gains,
    plan_findings,
    plan_saves_across_sensitivity,
    plan_saves_money,
    planned_places_exceed_demand,
)
from dieval.vocabulary import HIDDEN_VALUE

NOTHING: dict[str, pd.DataFrame] = {}
NAN = float("nan")
NO_DATA = {
    "en": "The data does not allow a test.",
    "lv": "Ar šiem datiem secinājumu pārbaudīt nevar.",
}


def said(found: Any, code: str) -> str:
    return found.sentence[code].replace("\u00a0", " ")


# ------------------------------------------------------------------------- children in families


def shares(own: float, environment: float, like: float, residential: float, year: int = 2022):
    steps = ("own_family", "family_environment", "family_like", "residential")
    values = (own, environment, like, residential)
    rows = [(year, step, share) for step, share in zip(steps, values, strict=True)]
    # The year before, nobody lives in a family.
    rows += [(year - 1, step, share) for step, share in zip(steps, (0, 0, 0, 1.0), strict=True)]
    return {"preference_shares": pd.DataFrame(rows, columns=["year", "step", "share"])}


@pytest.mark.parametrize(
    ("parts", "verdict"),
    [
        ((0.2, 0.4, 0.3, 0.1), "supported"),  # 20 % + 40 % > half
        ((0.1, 0.4, 0.3, 0.2), "not_supported"),  # 10 % + 40 % = half exactly
        ((0.0, 0.51, 0.49, 0.0), "supported"),
        ((0.0, 0.0, 0.0, 1.0), "not_supported"),
        ((NAN, NAN, NAN, NAN), "no_data"),
    ],
)
def test_most_children_in_families_is_more_than_half_in_the_last_year(parts, verdict):
    assert most_children_live_in_families(shares(*parts)).verdict == verdict


def test_most_children_in_families_says_the_four_shares_of_the_last_year():
    found = most_children_live_in_families(shares(0.2, 0.4, 0.3, 0.1))
    assert found.values == {
        "year": 2022,
        "own_family": 0.2,
        "family_environment": 0.4,
        "family_like": 0.3,
        "residential": 0.1,
    }
    assert said(found, "en") == (
        "At the end of 2022: 20.0% in their own family or adopted, 40.0% in a family environment, "
        "30.0% in family-like services, 10.0% in institutions."
    )
    assert said(found, "lv") == (
        "2022. gada beigās savā ģimenē vai adoptēti – 20,0 %, ģimenes vidē – 40,0 %, ģimeniskai "
        "videi pietuvinātos pakalpojumos – 30,0 %, institūcijās – 10,0 %."
    )


# ------------------------------------------------------------------------------ what a plan saves

SUMMARY = {
    "npv_eur": 120_000.0,
    "net_eur": 150_000.0,
    "break_even_year": 2024.0,
    "peak_funding_eur": 80_000.0,
    "peak_funding_year": 2020.0,
    "cost_per_child_before_eur": 16_000.0,
    "highest_cost_per_child_eur": 44_000.0,
    "highest_cost_per_child_year": 2020.0,
}


def summary(**changes: float) -> dict[str, pd.DataFrame]:
    return {"transition_summary": pd.DataFrame([SUMMARY | changes])}


@pytest.mark.parametrize(
    ("npv", "verdict"),
    [(0.01, "supported"), (0.0, "not_supported"), (-1.0, "not_supported"), (NAN, "no_data")],
)
def test_plan_saves_money_above_0_only(npv, verdict):
    assert plan_saves_money(summary(npv_eur=npv), 2027).verdict == verdict


def test_plan_saves_money_says_worth_break_even_and_funding():
    found = plan_saves_money(summary(), 2027)
    assert found.statement["en"].endswith("counted to the end of 2027.")
    assert found.values == {
        "npv_eur": 120_000,
        "net_eur": 150_000,
        "peak_funding_eur": 80_000,
        "break_even_year": 2024,
        "peak_funding_year": 2020,
    }
    assert said(found, "en") == (
        "Net present value +€120,000; without discounting +€150,000. It breaks even in 2024. The "
        "greatest funding need is €80,000 (in 2020)."
    )
    assert said(found, "lv") == (
        "Neto pašreizējā vērtība +120 000 €; bez diskontēšanas +150 000 €. Plāns atmaksājas "
        "2024. gadā. Lielākā finansējuma vajadzība ir 80 000 € (2020. gadā)."
    )


def test_plan_that_never_pays_says_so_and_names_no_year_before_it():
    losing = summary(npv_eur=-5_000.0, net_eur=-6_000.0, break_even_year=NAN)
    found = plan_saves_money(losing, 2027)
    assert "break_even_year" not in found.values
    assert said(found, "en") == (
        "Net present value −€5,000; without discounting −€6,000. It does not break even within "
        "these years. The greatest funding need is €80,000 (in 2020)."
    )
    assert "Šajos gados plāns neatmaksājas." in said(found, "lv")


def test_plan_that_always_saves_needs_no_funding():
    found = plan_saves_money(summary(peak_funding_eur=0.0, peak_funding_year=NAN), 2027)
    assert "peak_funding_year" not in found.values
    assert found.values["peak_funding_eur"] == 0
    assert said(found, "en").endswith("It breaks even in 2024.")


def test_plan_saves_money_says_how_far_one_changed_value_moves_it():
    tried = ranges(
        ("home_cost", None, -900.0, 120_000.0, 400_000.0),
        ("discount_rate", None, 500_000.0, 120_000.0, -1_000.0),  # the low end is the better one
    )
    found = plan_saves_money(summary() | tried, 2027)
    assert (found.values["lowest_npv_eur"], found.values["highest_npv_eur"]) == (-1_000, 500_000)
    assert said(found, "en").endswith(
        "(in 2020). With one value changed at a time it lies between −€1,000 and +€500,000."
    )
    assert said(found, "lv").endswith(
        "Mainot pa vienai vērtībai, tā ir no −1 000 € līdz +500 000 €."
    )
    assert found.verdict == "supported"  # it is tested on the values as they are


def test_plan_saves_money_nothing_tried_names_no_interval():
    found = plan_saves_money(summary() | ranges(), 2027)
    assert not {"lowest_npv_eur", "highest_npv_eur"} & set(found.values)


# ---------------------------------------------------------------------------- other circumstances


def ranges(*rows: tuple[str, str | None, float, float, float]) -> dict[str, pd.DataFrame]:
    columns = ["parameter", "care_arrangement", "outcome_low", "outcome_base", "outcome_high"]
    return {"npv_sensitivity": pd.DataFrame(rows, columns=columns, dtype="object")}


@pytest.mark.parametrize(
    ("low", "base", "high", "verdict"),
    [
        (1.0, 5.0, 9.0, "supported"),
        (0.0, 5.0, 9.0, "inconclusive"),  # 0 at one end is no saving
        (-1.0, 5.0, 9.0, "inconclusive"),
        (9.0, 5.0, -1.0, "inconclusive"),
        (-9.0, 0.0, 9.0, "not_supported"),  # saves nothing as it is
        (-9.0, -5.0, -1.0, "not_supported"),
    ],
)
def test_plan_saves_across_ranges_at_both_ends_of_each(low, base, high, verdict):
    table = ranges(("one_off_cost", None, 4.0, base, 6.0), ("home_cost", None, low, base, high))
    assert plan_saves_across_sensitivity(table).verdict == verdict


def test_plan_saves_across_ranges_names_the_lowest_worth_and_what_was_changed():
    table = ranges(
        ("discount_rate", None, 7_000.0, 5_000.0, 4_000.0),
        ("elsewhere_cost", "youth_house", 9_000.0, 5_000.0, -2_000.0),
    )
    found = plan_saves_across_sensitivity(table)
    assert found.values == {
        "lowest_npv_eur": -2_000,
        "at_parameter": "elsewhere_cost",
        "at_care_arrangement": "youth_house",
    }
    assert said(found, "en") == (
        "The lowest net present value is −€2,000 (changed value: cost of care elsewhere (youth "
        "house))."
    )
    assert said(found, "lv").startswith("Mazākā neto pašreizējā vērtība ir −2 000 €")
    assert "jauniešu māja" in said(found, "lv")
    alone = plan_saves_across_sensitivity(ranges(("discount_rate", None, 1.0, 2.0, 3.0)))
    assert "at_care_arrangement" not in alone.values


def test_plan_saves_across_ranges_names_care_elsewhere_together_as_such():
    table = ranges(
        ("elsewhere_cost", None, 9_000.0, 5_000.0, -2_000.0),
        ("elsewhere_cost", "guardian", 6_000.0, 5_000.0, 4_000.0),
    )
    found = plan_saves_across_sensitivity(table)
    assert found.values == {"lowest_npv_eur": -2_000, "at_parameter": "elsewhere_cost"}
    assert said(found, "en").endswith("cost of care elsewhere (all arrangements together)).")
    assert said(found, "lv").endswith("aprūpes izmaksas citur (visi aprūpes veidi kopā)).")


@pytest.mark.parametrize("table", [NOTHING, ranges()])
def test_plan_saves_across_ranges_nothing_tried_is_no_data(table):
    assert plan_saves_across_sensitivity(table).verdict == "no_data"


# ------------------------------------------------------------------------------------- each payer


def payers(**worth: float) -> dict[str, pd.DataFrame]:
    """Payers by net present value; each pays 100 for the home in one year, `other` nothing."""
    streams = ["institution_eur", "alternative_eur", "one_off_eur"]
    budget = pd.DataFrame({"payer": [*worth, "other"], "status_quo_eur": 100.0})
    budget = budget.assign(**dict.fromkeys(streams, 0.0))
    budget.loc[budget["payer"] == "other", "status_quo_eur"] = 0.0
    totals = pd.DataFrame({"payer": [*worth, "other"], "npv_eur": [*worth.values(), 0.0]})
    return {"budget_by_payer": budget, "payer_summary": totals.assign(net_eur=totals["npv_eur"])}


def test_payer_gains_above_0_only_and_a_payer_without_amounts_is_left_out():
    found = payer_gains(payers(state=-300.0, municipality=500.0, eu_fund=0.0))
    assert {finding.values["payer"]: finding.verdict for finding in found} == {
        "state": "not_supported",
        "municipality": "supported",
        "eu_fund": "not_supported",
    }
    (state, *_) = found
    assert state.values == {"payer": "state", "npv_eur": -300, "net_eur": -300}
    assert state.statement["en"] == (
        "The plan costs this payer less than keeping the institution: state."
    )
    assert state.statement["lv"] == (
        "Plāns šim maksātājam izmaksā mazāk nekā iestādes saglabāšana: valsts."
    )
    assert said(state, "en") == "Net present value −€300; without discounting −€300."
    assert said(state, "lv") == ("Neto pašreizējā vērtība −300 €; bez diskontēšanas −300 €.")


def test_payer_gains_amounts_that_are_not_known_are_no_data():
    tables = payers(state=NAN)
    tables["budget_by_payer"].loc[0, "alternative_eur"] = NAN
    (state,) = payer_gains(tables)
    assert (state.verdict, state.values) == ("no_data", {"payer": "state"})
    assert state.sentence == NO_DATA


def test_payer_gains_without_a_plan_is_no_finding():
    assert payer_gains(NOTHING) == []


# --------------------------------------------------------------------- the home as it empties


@pytest.mark.parametrize(
    ("highest", "verdict"),
    [
        (32_000.01, "supported"),
        (32_000.0, "not_supported"),  # 2 × 16,000 exactly
        (16_000.0, "not_supported"),
        (NAN, "no_data"),
    ],
)
def test_emptying_home_is_dear_above_the_multiple_only(highest, verdict):
    table = summary(highest_cost_per_child_eur=highest)
    assert emptying_home_is_dear(table, 2.0).verdict == verdict


@pytest.mark.parametrize("before", [0.0, NAN])
def test_emptying_home_without_a_cost_before_is_no_data(before):
    table = summary(cost_per_child_before_eur=before)
    assert emptying_home_is_dear(table, 2.0).verdict == "no_data"


def test_emptying_home_says_both_costs_their_ratio_and_the_multiple():
    found = emptying_home_is_dear(summary(), 2.5)
    assert found.values == {
        "cost_per_child_before_eur": 16_000,
        "highest_cost_per_child_eur": 44_000,
        "year": 2020,
    }
    # 44,000 / 16,000 = 2.75, which rounds to 2.8
    assert said(found, "en") == (
        "A child-year costs €16,000 before the plan and up to €44,000 in 2020 (2.8 ×)."
    )
    assert said(found, "lv") == (
        "Viena bērna aprūpe gadā pirms plāna izmaksā 16 000 €, bet 2020. gadā – 44 000 € (2,8 ×)."
    )
    assert "more than 2.5 times" in found.statement["en"]
    assert "more than 2 times" in emptying_home_is_dear(summary(), 2.0).statement["en"]


# -------------------------------------------------------------------------------------- the places

PLACES = {
    "care_arrangement": "family_like",
    "year": 2027,
    "planned_places": 24.0,
    "p10": 7.0,
    "p50": 13.0,
    "p90": 20.0,
    "empty_from": 2023.0,
}


def places(**changes: object) -> dict[str, pd.DataFrame]:
    return {"places_outlook": pd.DataFrame([PLACES | changes])}


def test_planned_places_exceed_demand_where_a_year_is_known():
    (found,) = planned_places_exceed_demand(places())
    assert found.verdict == "supported"
    assert found.values == {
        "care_arrangement": "family_like",
        "year": 2027,
        "planned_places": 24,
        "p50": 13,
        "p90": 20,
        "empty_from": 2023,
    }
    assert said(found, "en") == (
        "In 2027: planned places 24, demand 13 (P10 7, P90 20). From 2023 on some of them need "
        "another use."
    )
    assert said(found, "lv") == (
        "2027. gadā: plānotās vietas – 24, pieprasījums – 13 (P10 7, P90 20). No 2023. gada daļai "
        "no tām vajadzīgs cits izmantojums."
    )


def test_planned_places_equal_to_high_demand_do_not_exceed_it():
    # Places of 20 are those that even a demand of P90 = 20 fills: no year after which they exceed.
    (found,) = planned_places_exceed_demand(places(planned_places=20.0, empty_from=NAN))
    assert found.verdict == "not_supported"
    assert "empty_from" not in found.values
    assert said(found, "en") == "In 2027: planned places 20, demand 13 (P10 7, P90 20)."


def test_planned_places_of_each_arrangement_are_tested_alone():
    rows = [PLACES, PLACES | {"care_arrangement": "youth_house", "empty_from": NAN}]
    found = planned_places_exceed_demand({"places_outlook": pd.DataFrame(rows)})
    assert [finding.verdict for finding in found] == ["supported", "not_supported"]
    assert found[1].statement["lv"].endswith("(P90): jauniešu māja.")


@pytest.mark.parametrize("tables", [NOTHING, {"places_outlook": pd.DataFrame([PLACES])[:0]}])
def test_planned_places_without_a_table_or_rows_are_no_data(tables):
    (found,) = planned_places_exceed_demand(tables)
    assert (found.verdict, found.values) == ("no_data", {})


# -------------------------------------------------------------------------------------- all at once


def test_findings_of_a_plan_stand_in_the_order_of_the_report():
    tables = (
        shares(0.2, 0.4, 0.3, 0.1)
        | summary()
        | ranges(("home_cost", None, 1.0, 2.0, 3.0))
        | payers(state=1.0, municipality=2.0)
        | places()
    )
    found = plan_findings(tables, last_year=2027, emptying_multiple=2.0)
    assert [finding.finding for finding in found] == [
        "most_children_live_in_families",
        "plan_saves_money",
        "plan_saves_across_sensitivity",
        *["payer_gains"] * 2,
        "emptying_home_is_dear",
        "planned_places_exceed_demand",
    ]
    assert {finding.verdict for finding in found} == {"supported"}


def test_findings_without_a_plan_are_no_data_in_both_languages():
    found = plan_findings(NOTHING, last_year=2027, emptying_multiple=2.0)
    assert len(found) == 5
    assert all(finding.verdict == "no_data" for finding in found)
    assert all(finding.sentence == NO_DATA for finding in found)
    assert all(finding.statement["lv"] != finding.statement["en"] for finding in found)


# ------------------------------------------------------------------------- verdicts that are hidden


def hidden_plan() -> dict[str, pd.DataFrame]:
    """Tables of a plan of which no number may be seen."""
    tables = summary(npv_eur=HIDDEN_VALUE, cost_per_child_before_eur=HIDDEN_VALUE)
    tables |= shares(*[HIDDEN_VALUE] * 4)
    return tables | ranges(("home_cost", None, *[HIDDEN_VALUE] * 3))


def test_findings_of_hidden_numbers_are_hidden_and_not_without_data():
    found = {
        finding.finding: finding
        for finding in plan_findings(hidden_plan(), last_year=2027, emptying_multiple=2.0)
    }
    unseen = {name for name, finding in found.items() if finding.verdict == "hidden"}
    assert unseen >= {
        "most_children_live_in_families",
        "plan_saves_money",
        "plan_saves_across_sensitivity",
        "emptying_home_is_dear",
    }
    assert all(found[name].as_result()["verdict"] == {"symbol": "c"} for name in unseen)
    assert found["planned_places_exceed_demand"].as_result()["verdict"] == "no_data"
