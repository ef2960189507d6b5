"""A plan computed by hand from the tables of a data package to the cent; see conftest."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from dieval.errors import NoDataError
from dieval.plans.evaluation import TABLES, children_before

YEARS = [2021, 2022, 2023]
# Cost structure of 2020 in prices of 2021, × 110 / 100.
FIXED, CHILD, GROUP = 77_000, 2_200, 5_500
# A child-year elsewhere: 12 × 400 of 2021; 12 × 48,000 / 48 of 2020 × 1.1, without the building.
FOSTER, HOUSE = 4_800, 13_200
# Whose money: of the home 80 : 16; of foster families the state's remuneration 100 × 24 of 9,600.
HOME_MUNICIPALITY, HOME_STATE = 80 / 96, 16 / 96
FOSTER_STATE, HOUSE_STATE = 2_400 / 9_600, 12 / 48


def column(frame: pd.DataFrame, name: str) -> list[float]:
    return frame[name].to_list()


def cents(*amounts: float) -> object:
    return pytest.approx(list(amounts), abs=0.005, nan_ok=True)


def test_transition_from_the_data_every_year_and_column_to_the_cent(evaluate):
    found = evaluate().tables["transition"]
    assert column(found, "year") == YEARS
    # Eight children, then seven: two started groups of four either way.
    kept = [
        FIXED + 8 * CHILD + 2 * GROUP,
        FIXED + 7 * CHILD + 2 * GROUP,
        FIXED + 7 * CHILD + 2 * GROUP,
    ]
    assert kept == [105_600, 103_400, 103_400]
    emptying = [FIXED + 4 * CHILD + 1 * GROUP, 0, 0]
    elsewhere = [2 * FOSTER + 2 * HOUSE, 4 * FOSTER + 3 * HOUSE, 4 * FOSTER + 3 * HOUSE]
    assert elsewhere == [36_000, 58_800, 58_800]
    # Money of 2022 × 110 / 121; 2023 has the money of 2022, the last year of the index.
    one_off = [20_000 + 1_100, -12_100 * 110 / 121, 1_210 * 110 / 121]
    assert one_off == pytest.approx([21_100, -11_000, 1_100])
    net = [105_600 - 91_300 - 36_000 - 21_100, 103_400 - 58_800 + 11_000, 103_400 - 58_800 - 1_100]
    assert net == [-42_800, 55_600, 43_500]
    assert column(found, "status_quo_eur") == cents(*kept)
    assert column(found, "institution_eur") == cents(*emptying)
    assert column(found, "alternative_eur") == cents(*elsewhere)
    assert column(found, "one_off_eur") == cents(*one_off)
    assert column(found, "net_eur") == cents(*net)
    assert column(found, "discounted_net_eur") == cents(-42_800, 55_600 / 1.05, 43_500 / 1.05**2)
    assert column(found, "cumulative_net_eur") == cents(-42_800, 12_800, 56_300)
    assert column(found, "cumulative_discounted_eur") == cents(-42_800, 10_152.38, 49_608.16)
    assert column(found, "cost_per_child_eur") == cents(91_300 / 4, math.nan, math.nan)


def test_summary_from_the_data_to_the_cent(evaluate):
    row = evaluate().tables["transition_summary"].iloc[0]
    assert row["npv_eur"] == pytest.approx(-42_800 + 52_952.38 + 39_455.78, abs=0.005)
    assert row["net_eur"] == pytest.approx(-42_800 + 55_600 + 43_500)
    assert (row["break_even_year"], row["peak_funding_year"]) == (2022, 2021)
    assert row["peak_funding_eur"] == pytest.approx(42_800)
    assert row["children_before"] == 8
    assert row["cost_per_child_before_eur"] == pytest.approx(105_600 / 8)
    assert row["highest_cost_per_child_eur"] == pytest.approx(91_300 / 4)
    assert row["highest_cost_per_child_year"] == 2021


def test_budget_from_the_data_every_year_and_payer_to_the_cent(evaluate):
    found = evaluate().tables["budget_by_payer"].set_index(["year", "payer"])
    net = found["net_eur"].unstack()
    saved = {2021: 105_600 - 91_300, 2022: 103_400, 2023: 103_400}
    away = {2021: (2 * FOSTER, 2 * HOUSE), 2022: (4 * FOSTER, 3 * HOUSE)}
    away[2023] = away[2022]
    once = {
        2021: {"municipality": 1_100, "eu_fund": 20_000},
        2022: {"municipality": -11_000},
        2023: {"state": 1_100},
    }
    for year in YEARS:
        foster, house = away[year]
        state = HOME_STATE * saved[year] - FOSTER_STATE * foster - HOUSE_STATE * house
        municipality = (
            HOME_MUNICIPALITY * saved[year]
            - (1 - FOSTER_STATE) * foster
            - (1 - HOUSE_STATE) * house
        )
        expected = {"state": state, "municipality": municipality, "eu_fund": 0.0, "other": 0.0}
        for payer, amount in once[year].items():
            expected[payer] -= amount
        assert net.loc[year].to_dict() == pytest.approx(expected, abs=0.005)
    # 2021 once more, written out: the municipality saves 5/6 of 14,300 and pays 27,000 + 1,100.
    assert net.loc[2021, "municipality"] == pytest.approx(11_916.67 - 27_000 - 1_100, abs=0.005)
    assert net.loc[2021, "state"] == pytest.approx(2_383.33 - 2_400 - 6_600, abs=0.005)
    sums = evaluate().tables["payer_summary"].set_index("payer")
    # The municipality is 16,183.33 short at the end of 2021, and nothing after that.
    assert sums.loc["municipality", "peak_funding_eur"] == pytest.approx(16_183.33, abs=0.005)
    assert sums.loc["municipality", "peak_funding_year"] == 2021
    assert sums["net_eur"].sum() == pytest.approx(56_300, abs=0.005)
    assert sums["npv_eur"].sum() == pytest.approx(49_608.16, abs=0.005)
    assert sums.loc["eu_fund"].to_list() == cents(-20_000, -20_000, 20_000, 2021)
    assert sums.loc["other"].to_list() == cents(0, 0, 0, math.nan)


def test_stranded_cost_from_the_data_to_the_cent(evaluate):
    found = evaluate().tables["stranded"]
    assert column(found, "children_left") == [4, 8, 8]
    # Four of eight children left: half of 105,600 is promised, 14,300 is avoided.
    assert column(found, "naive_saving_eur") == cents(52_800, 105_600, 105_600)
    assert column(found, "avoidable_saving_eur") == cents(14_300, 105_600, 105_600)
    assert column(found, "stranded_eur") == cents(38_500, 0, 0)


def test_scenarios_from_the_data_to_the_cent(evaluate):
    tables = evaluate().tables
    found = tables["scenarios"].set_index("scenario")
    npv = 49_608.16
    assert found.loc["as_planned", "npv_eur"] == pytest.approx(npv, abs=0.005)
    assert found.loc["one_year_later", "npv_eur"] == pytest.approx(npv / 1.05, abs=0.01)
    # Up to 2023, the plan's last year, the later one has had a year less of saving.
    assert found.loc["one_year_later", "npv_to_common_end_eur"] == pytest.approx(
        -42_800 / 1.05 + 55_600 / 1.05**2, abs=0.005
    )
    assert found.loc["one_year_later", "break_even_year"] == 2023
    # Half of the foster families: one of two and two of four; the others keep the home open.
    stay, house = [5, 2, 2], [2, 3, 3]
    families = [1, 2, 2]
    cost = [
        FIXED + n * CHILD + math.ceil(n / 4) * GROUP + f * FOSTER + h * HOUSE
        for n, f, h in zip(stay, families, house, strict=True)
    ]
    # The home is not sold while two children live in it.
    net = [105_600 - 21_100 - cost[0], 103_400 - cost[1], 103_400 - 1_100 - cost[2]]
    assert found.loc["fewer_families", "net_eur"] == pytest.approx(sum(net), abs=0.005)
    assert found.loc["fewer_families", "children_in_home_at_end"] == 2
    # Instead, these children go to the house: nobody stays, and the home is sold.
    house = [2 + 1, 3 + 2, 3 + 2]
    cost = [
        91_300 + 1 * FOSTER + house[0] * HOUSE,
        2 * FOSTER + house[1] * HOUSE,
        2 * FOSTER + house[2] * HOUSE,
    ]
    net = [105_600 - 21_100 - cost[0], 103_400 + 11_000 - cost[1], 103_400 - 1_100 - cost[2]]
    assert found.loc["family_like_instead", "net_eur"] == pytest.approx(sum(net), abs=0.005)
    # Everybody lives for the whole year where they lived at its start: 8 at home, then 4, 2, 2.
    late = [
        0 - 21_100,
        FIXED + 8 * CHILD + 2 * GROUP - 91_300 - 36_000 + 11_000,
        103_400 - 58_800 - 1_100,
    ]
    assert found.loc["moved_at_the_end", "net_eur"] == pytest.approx(sum(late), abs=0.005)
    assert found.loc["keep_the_home", "npv_eur"] == 0
    assert math.isnan(found.loc["keep_the_home", "break_even_year"])
    assert found.loc["keep_the_home", "present_cost_eur"] == pytest.approx(
        105_600 + 103_400 / 1.05 + 103_400 / 1.05**2, abs=0.005
    )
    yearly = tables["scenario_years"]
    assert len(yearly) == 3 + 3 + 4 + 3 + 3 + 3


def test_sensitivity_switch_values_by_hand(evaluate):
    table = evaluate().tables["npv_sensitivity"].set_index(["parameter", "care_arrangement"])
    npv = 49_608.16
    home = (105_600 - 91_300) + 103_400 / 1.05 + 103_400 / 1.05**2
    row = table.loc[("home_cost", None)]
    # The ledger is administrative: 1.1 × at most. The worth is 0 where the home costs less by npv.
    assert (row["low"], row["high"]) == pytest.approx((1 / 1.1, 1.1))
    assert row["outcome_low"] == pytest.approx(npv + (1 / 1.1 - 1) * home, abs=0.01)
    assert row["switch_value"] == pytest.approx(1 - npv / home, abs=1e-6)
    house = 2 * HOUSE + 3 * HOUSE / 1.05 + 3 * HOUSE / 1.05**2
    assert table.loc[("elsewhere_cost", "family_like"), "switch_value"] == pytest.approx(
        1 + npv / house, abs=1e-6
    )
    # Support: 960 / 24 months = 40 a month, 480 a year, for two, four and four children.
    paid = 480 * (2 + 4 / 1.05 + 4 / 1.05**2)
    assert table.loc[("support_multiple", None), "outcome_high"] == pytest.approx(
        npv - paid, abs=0.01
    )
    # Foster families are published for the most part: their error is that of their support alone.
    assert (
        table.loc[("elsewhere_cost", None), "outcome_low"]
        > table.loc[("elsewhere_cost", "family_like"), "outcome_low"]
    )
    spans = evaluate().tables["npv_sensitivity"]["span"].to_list()
    assert spans == sorted(spans, reverse=True)
    assert (
        evaluate()
        .tables["npv_sensitivity_points"]
        .groupby(["parameter", "care_arrangement"], dropna=False)
        .size()
        .eq(5)
        .all()
    )


def test_present_situation_is_that_of_the_last_recorded_year_before(evaluate):
    found = evaluate()
    assert found.base_year == 2020
    row = found.tables["situation"].iloc[-1]
    assert (row["average_children"], row["places"]) == (8, 10)
    assert row["cost_per_child_month_eur"] == pytest.approx(96_000 / (8 * 12))
    assert row["real_cost_per_child_month_eur"] == pytest.approx(1_000 * 1.1)
    assert row["arrangement_real_cost_per_child_month_eur"] == pytest.approx(1_100)
    parts = found.tables["situation_parts"].set_index("part")
    assert parts["amount_eur"].to_dict() == {"staff": 80_000, "upkeep": 16_000}
    payers = found.tables["situation_payers"].set_index("payer")["share"]
    assert payers.to_dict() == pytest.approx({"state": 1 / 6, "municipality": 5 / 6})


# --------------------------------------------------------------------- what the data leaves open


def test_capital_counts_elsewhere_where_the_plan_pays_for_no_building(evaluate, home):
    without = home["transition_costs"].query("kind != 'capital'")
    found = evaluate({"transition_costs": without}, discount_rate=0.0)
    assert found.with_capital
    # At 0 %, 10,000 over ten years are 1,000 a year, for four children, × 1.1.
    assert column(found.tables["transition"], "alternative_eur") == cents(
        2 * FOSTER + 2 * (HOUSE + 275), *[4 * FOSTER + 3 * (HOUSE + 275)] * 2
    )
    assert not evaluate().with_capital


def test_cost_structure_without_one_follows_from_the_ledger(evaluate):
    found = evaluate({"cost_structure": None})
    assert found.function_basis == "derived"
    # Upkeep follows the children, 16,000 / 8 each; staff stays: no groups. Prices of 2021.
    assert column(found.tables["transition"], "status_quo_eur") == cents(
        88_000 + 8 * 2_200, *[88_000 + 7 * 2_200] * 2
    )
    factors = found.tables["npv_sensitivity"].set_index("parameter")["high"]
    assert factors["home_cost"] == pytest.approx(1.5)  # an assumption divides the ledger


def test_home_without_a_ledger_or_structure_leaves_the_plan_without_a_worth(evaluate, home):
    ledger = home["costs"].query("provider != 'home'")
    found = evaluate({"cost_structure": None, "costs": ledger})
    assert found.function_basis == "unknown"
    assert found.tables["transition"]["net_eur"].isna().all()
    assert found.tables["transition"]["alternative_eur"].notna().all()
    assert found.tables["npv_sensitivity"].empty
    assert found.tables["payer_summary"]["net_eur"].isna().any()


def test_arrangement_without_a_cost_is_named_and_leaves_the_total_unknown(evaluate, home):
    found = evaluate({"costs": home["costs"].query("provider != 'house'")})
    problems = found.tables["plan_problems"]
    assert problems["problem"].to_list() == ["no_unit_cost"] * 2
    assert problems["subject"].to_list() == ["2021 family_like", "2022 family_like"]
    assert found.tables["transition"]["net_eur"].isna().all()
    assert math.isnan(found.tables["transition_summary"]["npv_eur"].iloc[0])


def test_home_without_a_plan_has_its_situation_and_what_care_costs_elsewhere(evaluate):
    found = evaluate({"destinations": None, "transition_costs": None})
    assert not found.has_plan
    assert "transition" not in found.tables
    assert set(found.tables) >= {"situation", "costs_elsewhere", "home_cost_function"}
    assert found.evidence.sum() == pytest.approx(1)
    assert found.told_apart == {"under_3": False, "siblings_apart": False}


def test_region_without_any_record_is_refused(evaluate, home):
    empty = {name: home[name].iloc[:0] for name in ("costs", "activity", "households")}
    with pytest.raises(NoDataError, match="no costs and no children of its region"):
        evaluate(empty)


def test_start_in_the_middle_of_a_plan_counts_from_there(evaluate, home):
    found = evaluate(start_year=2022, horizon_years=2)
    table = found.tables["transition"]
    assert column(table, "year") == [2022, 2023]
    assert found.tables["transition_summary"]["children_before"].iloc[0] == 8
    assert column(table, "discounted_net_eur")[0] == pytest.approx(55_600)
    # The costs of 2021 lie before the start: they are shown, and do not count.
    problems = found.tables["plan_problems"]
    assert problems.loc[problems["problem"] == "one_off_outside_plan", "subject"].to_list() == [
        "2021 capital eu_fund",
        "2021 training municipality",
    ]
    assert children_before(home["destinations"], 2021) == 8
    assert children_before(home["destinations"], 2022) == 8
    assert children_before(home["destinations"], 2030) == 7


def test_evidence_is_the_share_of_the_cost_by_its_source(evaluate):
    # Statutory payments are published: 8,640 of 9,600 of foster care, 90 % of it.
    foster = (2 + 4 + 4) * FOSTER
    whole = (105_600 + 91_300 + 103_400 * 2) + foster + (2 + 3 + 3) * HOUSE
    whole += 20_000 + 1_100 + 11_000 + 1_100
    evidence = evaluate().evidence
    assert evidence.to_dict() == pytest.approx(
        {"published": 0.9 * foster / whole, "administrative": 1 - 0.9 * foster / whole}
    )


def test_sources_are_those_of_the_rows_that_count(evaluate, home):
    own = home["transition_costs"].assign(source="estimate")
    used = evaluate({"transition_costs": own}).sources_used
    assert used["transition_costs"] == ["estimate"]
    assert used["cost_structure"] == ["ledger"]
    assert used["statutory_rates"] == ["act"]
    assert "flows" not in used


def test_tables_stand_in_the_order_of_the_contract(evaluate):
    names = list(evaluate().tables)
    assert names == [name for name in TABLES if name in names]


def test_order_of_the_rows_changes_nothing(evaluate, home):
    turned = {name: rows.iloc[::-1].reset_index(drop=True) for name, rows in home.items()}
    for name, table in evaluate().tables.items():
        pd.testing.assert_frame_equal(evaluate(turned).tables[name], table, check_exact=False)


def test_doubled_costs_double_every_amount_of_the_transition(evaluate, home):
    twice = {
        "costs": home["costs"].assign(amount_eur=2 * home["costs"]["amount_eur"]),
        "assets": home["assets"].assign(cost_eur=2 * home["assets"]["cost_eur"]),
        "statutory_rates": home["statutory_rates"].assign(
            amount_eur_month=2 * home["statutory_rates"]["amount_eur_month"]
        ),
        "transition_costs": home["transition_costs"].assign(
            amount_eur=2 * home["transition_costs"]["amount_eur"]
        ),
        "cost_structure": home["cost_structure"].assign(
            **{
                name: 2 * home["cost_structure"][name]
                for name in ("fixed_eur", "variable_eur_per_child", "step_eur")
            }
        ),
    }
    once = evaluate().tables["transition"].set_index("year")
    double = evaluate(twice).tables["transition"].set_index("year")
    pd.testing.assert_frame_equal(double, 2 * once)


def test_cost_structure_is_checked_against_the_ledger_in_constant_prices(evaluate, home):
    found = evaluate().tables["home_cost_check"]
    # 70,000 + 8 × 2,000 + 2 × 5,000 is just the ledger of 2020; both × 1.1.
    assert found.to_dict("records") == [
        {
            "year": 2020,
            "average_children": 8.0,
            "ledger_eur": pytest.approx(105_600),
            "function_eur": pytest.approx(105_600),
            "deviation": pytest.approx(0),
        }
    ]
    assert evaluate({"cost_structure": None}).tables["home_cost_check"].empty


def test_one_off_costs_are_listed_by_year_kind_and_payer(evaluate):
    found = evaluate().tables["one_off"]
    assert found[["year", "kind", "payer"]].to_numpy().tolist() == [
        [2021, "capital", "eu_fund"],
        [2021, "training", "municipality"],
        [2022, "disposal", "municipality"],
        [2023, "other", "state"],
    ]
    assert column(found, "amount_eur") == cents(20_000, 1_100, -11_000, 1_100)


def test_evidence_of_a_home_without_a_plan_is_that_of_its_own_cost(evaluate):
    found = evaluate({"destinations": None, "transition_costs": None})
    assert found.evidence.to_dict() == {"administrative": 1.0}
    nothing = evaluate({"destinations": None}, provider="house", start_year=2020)
    assert nothing.base_year is None
    assert nothing.evidence["published"] > 0
