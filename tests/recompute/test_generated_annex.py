"""Every table of the annex against SQL, and what must hold of every plan, on generated packages.

A package of these is small and has what a real one seldom has: years that nobody planned, children
who come and leave while the home empties, costs that nobody knows, refunds, buildings paid for
before the plan, one-off costs after it, an index that ends early, tables that are missing.
`DIEVAL_CAMPAIGN=1` tries 2,000 of them; the same packages come in every run.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import pandas as pd
import pytest
from assumed import EVIDENCE
from generated import CAMPAIGN, tried
from hypothesis import strategies as st

SHARDS, PACKAGES = (10, 200) if CAMPAIGN else (1, 32)
Row = dict[str, Any]
Rows = dict[str, list[Row]]

# ------------------------------------------------------------------------- generated packages

HOME, REGION = "home", "kurzeme"
# Years of which costs are recorded.
YEARS = (2019, 2020, 2021)
FAMILIES = ("foster_family", "guardian")
OF_PROVIDERS = ("institution", "family_like", "youth_house", "specialised_foster_family")
ELSEWHERE = (*OF_PROVIDERS, *FAMILIES)
ENDS = ("family", "adoption", "exit")
ITEMS = (
    *("staff", "goods_services", "upkeep", "premises", "administration"),
    *("support", "allowance", "other"),
)
KINDS = ("capital", "redundancy", "training", "dual_running", "disposal", "other")
AGES, SIZES = ("0-6", "7-17"), ("1", "2", "3+")
PAYERS = st.sampled_from(("state", "municipality", "eu_fund", "other"))
SOURCES = st.sampled_from(("s1", "s2", "s3", "s4"))
EUR = st.integers(1, 30_000_000).map(lambda cents: cents / 100)
OFTEN, SELDOM = st.sampled_from([True] * 6 + [False]), st.sampled_from([False] * 6 + [True])
HALF = st.booleans()
MUNICIPALITIES = ("adazi", "broceni", "cesis")


@st.composite
def ledger(draw, own: Row) -> list[Row]:
    """Draw the costs of one year, some of them paid back."""
    rows = []
    for item in draw(st.lists(st.sampled_from(ITEMS), min_size=1, max_size=3, unique=True)):
        row = own | dict(age_band="all", need_level="all", payer=draw(PAYERS))
        row |= dict(source=draw(SOURCES), cost_item=item, amount_eur=draw(EUR))
        rows.append(row)
        if item != "other" and draw(SELDOM):
            refund = -round(row["amount_eur"] * draw(st.sampled_from((0.5, 1.0))), 2)
            rows.append(row | dict(cost_item="other", payer=draw(PAYERS), amount_eur=refund))
    keys = ("cost_item", "payer", "source")
    return list({tuple(row[key] for key in keys): row for row in rows}.values())


@st.composite
def providers(draw, name: str, care_arrangement: str) -> Rows:
    """Draw a provider with what is recorded of it."""
    own = dict(region=REGION, provider=name, care_arrangement=care_arrangement)
    owner = draw(st.sampled_from(("state", "municipality", "ngo")))
    home = own | dict(municipality=draw(st.sampled_from(MUNICIPALITIES)), owner=owner)
    rows: Rows = {"providers": [home], "costs": [], "activity": [], "assets": []}
    for year in YEARS:
        if draw(OFTEN):
            groups = AGES if draw(SELDOM) else ("all",)
            for band in groups:
                days = 0 if draw(SELDOM) and draw(SELDOM) else draw(st.integers(200, 15_000))
                places = draw(st.integers(200, 15_000)) if draw(OFTEN) and band != "7-17" else None
                day = own | dict(year=year, age_band=band, need_level="all", child_days=days)
                rows["activity"].append(day | dict(place_days=places, source=draw(SOURCES)))
        if draw(OFTEN):
            rows["costs"] += draw(ledger(own | dict(year=year)))
    for number in range(draw(st.integers(0, 2))):
        asset = dict(provider=name, asset=f"asset-{number}", source=draw(SOURCES))
        asset |= dict(acquired_year=draw(st.integers(2005, 2023)), cost_eur=draw(EUR))
        rows["assets"].append(asset | dict(useful_life_years=draw(st.integers(1, 40))))
    return rows


@st.composite
def families(draw, care_arrangement: str) -> Rows:
    """Draw the region's foster families or guardians."""
    rows: Rows = {"activity": [], "households": [], "costs": []}
    for year in YEARS:
        own = dict(region=REGION, care_arrangement=care_arrangement, year=year)
        if draw(OFTEN):
            days = own | dict(age_band="all", need_level="all", source=draw(SOURCES))
            rows["activity"].append(days | dict(child_days=draw(st.integers(200, 20_000))))
        if draw(OFTEN):
            kinds = st.tuples(st.sampled_from(AGES), st.sampled_from(SIZES))
            for band, size in draw(st.lists(kinds, min_size=1, max_size=3, unique=True)):
                kind = own | dict(age_band=band, children_in_household=size, source=draw(SOURCES))
                months = draw(st.integers(1, 5_000)) / 10
                rows["households"].append(kind | dict(child_months=months))
        if draw(HALF):
            rows["costs"] += draw(ledger(own))
    return rows


@st.composite
def statutory_rates(draw) -> Rows:
    """Draw what the law pays families; some payments start in the period, or change."""
    rates = []
    cents = st.integers(100, 80_000).map(lambda amount: amount / 100)
    for arrangement in FAMILIES:
        own = dict(care_arrangement=arrangement, payer=draw(PAYERS), source=draw(SOURCES))
        own |= dict(legal_basis="Act", valid_from="2010-01-01")
        carer = own | dict(payment="remuneration")
        carer |= dict(per="family" if arrangement == "foster_family" else "guardian")
        rates.append(carer | dict(amount_eur_month=draw(cents)))
        child = own | dict(payment="maintenance", per="child")
        for band in AGES if draw(HALF) else (None,):
            change = draw(st.sampled_from((None, None, "2020-06-30", "2019-12-31")))
            first = child | dict(age_band=band, valid_to=change, amount_eur_month=draw(cents))
            if change is None and draw(SELDOM):
                first |= dict(valid_from="2019-07-01")
            rates.append(first)
            if change and draw(OFTEN):
                start = "2020-07-01" if change == "2020-06-30" else "2020-01-01"
                later = child | dict(age_band=band, valid_from=start, payer=draw(PAYERS))
                rates.append(later | dict(amount_eur_month=draw(cents), source=draw(SOURCES)))
    return {"statutory_rates": [rate | dict(rate=f"rate-{n}") for n, rate in enumerate(rates)]}


@st.composite
def destinations(draw, care_arrangement: str, first_year: int) -> Rows:
    """Draw a plan in which nobody is counted twice or lost."""
    by_age = draw(SELDOM)
    where = draw(st.lists(st.sampled_from(ELSEWHERE), min_size=1, max_size=4, unique=True))
    where = [arrangement for arrangement in where if arrangement != care_arrangement]
    groups = {band: draw(st.integers(0, 14)) for band in (AGES if by_age else ("all",))}
    living: dict[tuple[str, str], int] = {}
    for band, children in groups.items():
        living[band, care_arrangement] = children
    planned = [first_year]
    for _ in range(draw(st.integers(0, 4))):
        planned.append(planned[-1] + (2 if draw(SELDOM) else 1))
    rows: list[Row] = []
    for year in planned:
        entries: Counter[str] = Counter()
        for band in groups:
            if draw(SELDOM):
                entries[band] = draw(st.integers(1, 3))
                living[band, care_arrangement] += entries[band]
            # Most of them leave the home; now and then somebody elsewhere moves on.
            for start in (care_arrangement, *where):
                for target in draw(st.lists(st.sampled_from((*where, *ENDS)), max_size=2)):
                    there = living.get((band, start), 0)
                    if start == care_arrangement or draw(SELDOM):
                        moved = draw(st.integers(0, there))
                        living[band, start] = there - moved
                        living[band, target] = living.get((band, target), 0) + moved
        for (band, arrangement), children in living.items():
            if children or arrangement == care_arrangement or draw(HALF):
                row: Row = dict(provider=HOME, year=year, age_band=band, need_level="all")
                row |= dict(care_arrangement=arrangement, children=children, source=draw(SOURCES))
                if arrangement not in ENDS and draw(SELDOM):
                    row |= dict(under_3=draw(st.integers(0, children)))
                if arrangement not in ENDS and draw(SELDOM):
                    row |= dict(siblings_apart=draw(st.integers(0, children)))
                rows.append(row)
        for band, children in entries.items():
            entry: Row = dict(provider=HOME, year=year, age_band=band, need_level="all")
            entry |= dict(care_arrangement="entry", children=children, source=draw(SOURCES))
            rows.append(entry)
    return {"destinations": rows}


@st.composite
def costs_of_plan(draw, start_year: int, horizon: int) -> Rows:
    """Draw how the home's cost follows its children, and one-off costs of any payer."""
    amounts = st.integers(0, 40_000_000).map(lambda cents: cents / 100)
    structure = []
    if draw(OFTEN):
        for year in draw(st.lists(st.integers(2018, 2025), min_size=1, max_size=4, unique=True)):
            row = dict(provider=HOME, year=year, fixed_eur=draw(amounts), source=draw(SOURCES))
            row |= dict(variable_eur_per_child=draw(amounts) / 50, step_eur=draw(amounts) / 20)
            structure.append(row | dict(step_children=draw(st.integers(1, 9))))
    once = {}
    for _ in range(draw(st.integers(0, 5))):
        year = start_year + draw(st.integers(-1, horizon))
        row = dict(provider=HOME, year=year, kind=draw(st.sampled_from(KINDS)))
        row |= dict(payer=draw(PAYERS), source=draw(SOURCES))
        income = row["kind"] == "disposal" or draw(SELDOM)
        amount = draw(EUR) * (-1 if income else 1)
        once[tuple(row.values())] = row | dict(amount_eur=amount)
    return {"cost_structure": structure, "transition_costs": list(once.values())}


@st.composite
def demand(draw) -> Rows:
    """Draw counts of children, their moves, and the places that are planned."""
    counted = draw(st.lists(st.sampled_from(ELSEWHERE), min_size=1, max_size=5, unique=True))
    rows: Rows = {"placements": [], "flows": [], "planned_places": []}
    few = st.integers(0, 40)
    for year in range(2017, draw(st.sampled_from((2021, 2022, 2022, 2023)))):
        own = dict(region=REGION, year=year, source=draw(SOURCES))
        for basis in ("other", "lm")[: draw(st.sampled_from((1, 1, 1, 2)))]:
            for arrangement in counted:
                if draw(OFTEN) or draw(OFTEN):
                    count = own | dict(care_arrangement=arrangement, counting_basis=basis)
                    rows["placements"].append(count | dict(children=draw(few)))
        if draw(OFTEN):
            for start in (*counted[:3], "entry"):
                time = 0.0 if start == "entry" else draw(st.integers(5, 400)) / 10
                targets = st.sampled_from(counted if start == "entry" else (*counted, *ENDS))
                for target in draw(st.lists(targets, min_size=1, max_size=2, unique=True)):
                    if target != start:
                        move = own | dict(age_band="all", from_arrangement=start)
                        move |= dict(to_arrangement=target, children=draw(st.integers(0, 6)))
                        rows["flows"].append(move | dict(child_years=time))
    places = {}
    for _ in range(draw(st.integers(0, 6))):
        plan = dict(region=draw(st.sampled_from((REGION, REGION, REGION, "riga", "national"))))
        plan |= dict(municipality=draw(st.sampled_from((None, *MUNICIPALITIES))))
        plan |= dict(care_arrangement=draw(st.sampled_from((*ELSEWHERE, "dac"))))
        plan |= dict(year=draw(st.integers(2019, 2026)))
        places[tuple(plan.values())] = plan | dict(places=draw(few), source=draw(SOURCES))
    rows["planned_places"] = list(places.values())
    return rows


@st.composite
def surroundings(draw) -> Rows:
    """Draw municipalities, one of which may have taken over another, and needs of services."""
    change, after = "2021-06-30", "2021-07-01"
    followers = draw(st.sampled_from(({}, {"adazi": "broceni"}, {"adazi": "cesis"})))
    municipalities, memberships, needs = [], [], {}
    for name in MUNICIPALITIES:
        own = dict(municipality=name, name_lv=name, source="s1", valid_from="2009-07-01")
        ended = dict(valid_to=change, successor=followers[name]) if name in followers else {}
        municipalities.append(own | ended)
        memberships.append(
            own | dict(region=REGION) | {k: v for k, v in ended.items() if k == "valid_to"}
        )
        if not ended and draw(SELDOM):
            municipalities[-1] |= dict(valid_to=change, successor=name)
            municipalities.append(own | dict(valid_from=after))
    for _ in range(draw(st.integers(0, 6))):
        need = dict(municipality=draw(st.sampled_from(MUNICIPALITIES)))
        need |= dict(service_type=draw(st.sampled_from(("dac", "gd"))), target_group="all")
        need |= dict(
            date=draw(st.sampled_from(("2019-12-31", "2021-06-30", "2021-12-31", "2022-01-01")))
        )
        persons = sorted(draw(st.lists(st.integers(0, 50), min_size=3, max_size=3)))
        counts = dict(zip(("receiving", "needing", "assessed"), persons, strict=True))
        needs[tuple(need.values())] = need | counts | dict(source=draw(SOURCES))
    return {
        "municipalities": municipalities,
        "region_membership": [
            {key: value for key, value in row.items() if key != "name_lv"} for row in memberships
        ],
        "needs": list(needs.values()),
    }


@st.composite
def packages(draw) -> tuple[Rows, dict[str, Any]]:
    """Draw a whole small package, and what an annex of it is asked for."""
    own = draw(st.sampled_from(("institution", "institution", "state_institution", "family_like")))
    start_year = draw(st.sampled_from((2020, 2021, 2022, 2022, 2023)))
    horizon = draw(st.integers(1, 8))
    first_planned = start_year - draw(st.sampled_from((0, 0, 0, 0, 1, 2)))
    index_ends = draw(st.integers(2021, 2026))
    drawn = [
        draw(providers(HOME, own)),
        *(draw(providers(f"other-{name}", name)) for name in OF_PROVIDERS if draw(OFTEN)),
        *(draw(families(name)) for name in FAMILIES),
        draw(statutory_rates()),
        draw(destinations(own, first_planned)),
        draw(costs_of_plan(start_year, horizon)),
        draw(demand()),
        draw(surroundings()),
    ]
    kinds = draw(st.lists(st.sampled_from(EVIDENCE), min_size=4, max_size=4))
    prices = st.integers(8_000, 15_000).map(lambda value: value / 100)
    drawn += [
        {"regions": [dict(region=name, source="s1") for name in (REGION, "riga")]},
        {"sources": [dict(source=f"s{n}", evidence=kind) for n, kind in enumerate(kinds, 1)]},
        {"price_index": [dict(year=y, value=draw(prices)) for y in range(2015, index_ends + 1)]},
    ]
    rows: Rows = {}
    for some in drawn:
        for name, new in some.items():
            rows.setdefault(name, []).extend({"source": "s1", **row} for row in new)
    for name in ("cost_structure", "transition_costs", "planned_places", "needs", "flows"):
        if draw(SELDOM) and draw(SELDOM):
            del rows[name]
    for name, some in rows.items():
        for line, row in enumerate(some, 2):
            row |= dict(file=f"{name}.csv", line=line)
    rates = sorted(draw(st.lists(st.integers(1, 100), min_size=3, max_size=3, unique=True)))
    low, main, high = (rate / 1000 for rate in rates)
    shares = st.sampled_from((0.0, 0.25, 0.7, 1.0))
    asked = dict(
        provider=HOME,
        start_year=start_year,
        horizon_years=horizon,
        price_year=draw(st.integers(2015, index_ends)),
        discount_rate=draw(st.sampled_from((0.0, 0.0, 0.2, low, main, main, high))),
        draws=20,
        seed=draw(st.integers(0, 2**32)),
        discount_low=low,
        discount_main=main,
        discount_high=high,
        support_low=draw(st.sampled_from((0.0, 0.5, 1.2))),
        support_high=draw(st.sampled_from((0.9, 2.0, 3.0))),
        variable_share_child_parts=draw(shares),
        variable_share_place_parts=draw(shares),
        **{f"error_factor_{of}": draw(st.sampled_from((1.0, 1.05, 1.3, 2.0))) for of in EVIDENCE},
        families_found_share=draw(st.sampled_from((0.0, 0.3, 0.5, 0.75, 0.9))),
        emptying_cost_multiple=draw(st.sampled_from((1.0, 2.0, 3.0))),
        demand_rate_years=draw(st.integers(1, 4)),
        demand_held_back_years=draw(st.integers(1, 3)),
    )
    return rows, asked


# ------------------------------------------------------------------------------------ adding up

Tables = dict[str, pd.DataFrame]
# Every table of an annex, its evidence and its findings.
TABLES = 28
STREAMS = ["status_quo_eur", "institution_eur", "alternative_eur", "one_off_eur", "net_eur"]
CENT = 0.005


def lost_or_counted_twice(rows: Rows, made: Tables) -> list[str]:
    """Find years in which children are not where those before and those who came should be."""
    balance = made["children_balance"]
    found = []
    if (balance["difference"] != 0).any():
        found.append(f"{balance}")
    counted: Counter[tuple[int, str]] = Counter()
    for row in rows["destinations"]:
        counted[row["year"], row["care_arrangement"]] += row["children"]
    years = sorted({year for year, _ in counted})
    for row in balance.to_dict("records"):
        in_care = sum(counted[row["year"], name] for name in (*ELSEWHERE, "state_institution"))
        earlier = [year for year in years if year < row["year"]]
        left = sum(
            counted[row["year"], end] - (counted[earlier[-1], end] if earlier else 0)
            for end in ENDS
        )
        if (row["in_care"], row["left_care"]) != (in_care, left):
            found.append(f"{row}: {in_care} in care, {left} left")
    return found


def payers_that_fail(made: Tables) -> list[str]:
    """Find years in which the payers of a stream do not add up to it."""
    found = []
    by_year = made["budget_by_payer"].groupby("year")
    for row in made["transition"].to_dict("records"):
        payers = by_year.get_group(row["year"])
        for stream in STREAMS:
            if payers[stream].notna().all() and not pd.isna(row[stream]):
                whole = math.fsum(payers[stream])
                if abs(whole - row[stream]) > CENT:
                    found.append(f"{row['year']} {stream}: {whole}, not {row[stream]}")
    return found


def worths_that_fail(made: Tables, rate: float) -> list[str]:
    """Find what cannot be of a plan's worth, and of the same plan a year later."""
    found = []
    summary = made["transition_summary"].iloc[0]
    nets = made["transition"]["net_eur"].to_list()
    if pd.isna(summary["npv_eur"]):
        return [] if any(pd.isna(net) for net in nets) else ["nothing unknown, no worth"]
    worth = math.fsum(net / (1 + rate) ** years for years, net in enumerate(nets))
    if abs(worth - summary["npv_eur"]) > CENT:
        found.append(f"{summary['npv_eur']}, not {worth}")
    if rate == 0 and abs(summary["npv_eur"] - summary["net_eur"]) > CENT:
        found.append(f"not discounted, but {summary['npv_eur']} of {summary['net_eur']}")
    worths = made["scenarios"].set_index("scenario")["npv_eur"]
    if worths["as_planned"] >= 0 and worths["one_year_later"] > worths["as_planned"] + CENT:
        found.append(f"a year later {worths['one_year_later']}, not {worths['as_planned']}")
    if worths["keep_the_home"] != 0:
        found.append(f"keeping the home is worth {worths['keep_the_home']}")
    return found


# ---------------------------------------------------------------------------------------- tests


@pytest.mark.parametrize("shard", range(SHARDS))
def test_generated_plans_have_the_same_numbers_in_sql_and_add_up(
    shard,
    annex_frames,
    evaluated_annex,
    recompute_annex,
    annex_differences,
    wrong_plan_rates,
    wrong_demand,
):
    met: Counter[str] = Counter()

    @tried(packages(), shard, PACKAGES)
    def compare(package: tuple[Rows, dict[str, Any]]) -> None:
        rows, asked = package
        recomputed = recompute_annex(rows, asked)
        made = evaluated_annex(*annex_frames(rows), asked)
        assert annex_differences(made, recomputed) == []
        assert wrong_plan_rates(made, recomputed) == []
        assert wrong_demand(made) == []
        assert lost_or_counted_twice(rows, made) == []
        assert payers_that_fail(made) == []
        assert worths_that_fail(made, asked["discount_rate"]) == []
        met.update({name: len(table) for name, table in made.items()})
        met["worth"] += int(made["transition_summary"]["npv_eur"].notna().sum())

    compare()
    # Nothing is compared where nothing is generated. What is drawn depends on the modules that are
    # loaded: of few packages, a table that is rare may have no row.
    few = [name for name, count in met.items() if count < PACKAGES // 10]
    assert set(few) <= {"places_outlook"}, met
    assert not (few and CAMPAIGN), met
    assert len(met) == TABLES + 1, met
