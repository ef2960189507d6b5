"""What a region's progress may show: which columns go with a hidden cell, and which cells go."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from cells_seen import expected, hidden_in, losses_of, never_hidden, rows, sums_of, values_of

from dieval.progress.evaluation import ProgressEvaluation
from dieval.release import progress
from dieval.release.cells import DETAIL, SUM, UNSEEN, WHOLE, Cells, masked
from dieval.release.progress import (
    COUNTRYWIDE,
    add_needs,
    add_persons,
    hidden_progress,
    release_progress,
)
from dieval.release.rules import Rules
from dieval.release.tables import ReleasedTables
from dieval.vocabulary import is_hidden

RULES = Rules(persons=8, holders=3, percent=10)
SECONDS = 60.0
REGION = "kurzeme"
DAY, EARLIER_DAY = "2020-12-31", "2019-12-31"
NEEDS = "assessed needing receiving unmet"
# The smallest p of a series tells how many of its counts are equal: 2 · Π ties! / years!.
TREND = "s p_exact smallest_p sen_slope verdict"
OF_BASELINE = "baseline_value expected expected_achievement expected_on_value_date growth_required"
OF_BOTH = "achievement growth_observed growth_ratio rating reason standing"
PACE = "persons per_month_so_far per_month_needed"
IN_CARE = "children_in_care"
SHARES = "share published_share"


def progress_tables() -> dict[str, pd.DataFrame]:
    """Every table that has hidden columns, with two to four rows each."""
    counted, carer = "region year counting_basis", "region carer_type"
    service = "municipality service_type target_group"
    return {
        "placement_mix": rows(
            f"{counted} care_arrangement",
            (REGION, 2020, "other", "institution"),
            (REGION, 2020, "other", "guardian"),
            ("national", 2020, "lm", "institution"),
            numbers="children share",
        ),
        "family_environment": rows(
            counted,
            (REGION, 2020, "other"),
            (REGION, 2020, "lm"),
            ("national", 2020, "vbtai"),
            numbers=f"children_in_care children_in_families {SHARES}",
        ),
        "moves": rows(
            "region year from_group to_group",
            (REGION, 2020, "residential", "families"),
            (REGION, 2020, "residential", "exit"),
            numbers="children",
        ),
        "carers_by_year": rows(
            f"{carer} status year",
            (REGION, "foster_family", "registered", 2020),
            (REGION, "foster_family", "hosting", 2020),
            (REGION, "foster_family", "registered", 2019),
            numbers="count entries exits",
        ),
        "carers_trend": rows(
            f"{carer} status first_year last_year",
            (REGION, "foster_family", "registered", 2018, 2020),
            (REGION, "foster_family", "hosting", 2018, 2020),
            (REGION, "adopter", "registered", 2018, 2020),
            numbers=f"n_years first_count last_count change {TREND}",
        ),
        "hosting_share": rows(
            f"{carer} year",
            (REGION, "foster_family", 2020),
            (REGION, "foster_family", 2019),
            numbers="registered hosting share",
        ),
        "service_coverage": rows(
            service,
            ("liepaja", "dac", "adults"),
            ("liepaja", "dac", "children"),
            ("saldus", "dac", "adults"),
            numbers=f"sites {NEEDS} coverage",
        ).assign(rank=[3, 2, 1]),
        "funnel": rows(
            "target_group service_type", ("adults", "dac"), ("children", "dac"),
            numbers="assessed needing receiving",
        ),
        "reimbursement": rows(
            "date target_group",
            (pd.Timestamp(DAY), "children"),
            (pd.Timestamp(DAY), "total"),
            (pd.Timestamp(EARLIER_DAY), "children"),
            numbers="persons amount_eur persons_since amount_eur_since",
        ),
        "reimbursement_pace": rows(
            "date target_group version",
            (pd.Timestamp(DAY), "children", 1),
            (pd.Timestamp(DAY), "children", 2),
            (pd.Timestamp(DAY), "parents", 1),
            numbers=f"target_value {PACE}",
        ),
        "indicator_progress": rows(
            "region indicator version baseline_date counting_basis value_date source",
            (REGION, "moved", 1, EARLIER_DAY, "lm", DAY, "x"),
            (REGION, "moved", 2, EARLIER_DAY, "lm", DAY, "x"),
            (REGION, "family_environment_share", 1, EARLIER_DAY, "lm", DAY, "x"),
            (REGION, "moved", 3, EARLIER_DAY, "lm", None, None),
            numbers=f"target_value value eu_ratio {OF_BASELINE} {OF_BOTH}",
        ),
        "latest_values": rows(
            "region indicator counting_basis date source",
            (REGION, "moved", "lm", DAY, "x"),
            ("national", "moved", "lm", DAY, "x"),
            (REGION, "residential_care_rate", "lm", DAY, "x"),
            (REGION, "care_share_of_minors", "lm", DAY, "x"),
            ("national", "care_share_of_minors", "lm", DAY, "x"),
            numbers="value",
        ),
        "source_conflicts": rows(
            "region indicator counting_basis date source",
            (REGION, "moved", "lm", DAY, "x"),
            (REGION, "moved", "lm", DAY, "y"),
            numbers="value",
        ),
    }  # fmt: skip


def evaluation(tables: dict[str, pd.DataFrame]) -> ProgressEvaluation:
    return ProgressEvaluation(
        tables=tables,
        missing={},
        evidence=pd.Series({"published": 1.0}),
        counted={"needs": pd.DataFrame({"municipality": ["a"], "needing": [3], "source": ["x"]})},
        plan_date=pd.Timestamp(DAY),
        municipalities=("liepaja", "saldus"),
    )


def released(
    *hidden: tuple, tables: dict[str, pd.DataFrame] | None = None, region: str = REGION
) -> ProgressEvaluation:
    made = evaluation(progress_tables() if tables is None else tables)
    return release_progress(made, region, frozenset(hidden))


SERVICE = ("liepaja", "dac", "adults")
FOSTER = (REGION, "foster_family")

HIDES = {
    ("stock", REGION, 2020, "other", "institution"): expected(
        placement_mix={0: "children share"}, latest_values={2: "value"}
    ),
    ("stock", REGION, 2020, "other", "state_institution"): expected(latest_values={2: "value"}),
    ("stock", REGION, 2020, "other", "guardian"): expected(placement_mix={1: "children share"}),
    ("stock", "national", 2020, "lm", "institution"): expected(
        placement_mix={2: "children share"}
    ),
    ("care", REGION, 2020, "other"): expected(
        placement_mix={0: "share", 1: "share"},
        family_environment={0: f"{IN_CARE} {SHARES}"},
        indicator_progress={2: f"value eu_ratio {OF_BOTH}"},
        latest_values={3: "value"},
    ),
    ("care", "national", 2020, "vbtai"): expected(
        family_environment={2: f"{IN_CARE} {SHARES}"},
        latest_values={4: "value"},
    ),
    ("families", REGION, 2020, "other"): expected(
        family_environment={0: f"children_in_families {SHARES}"},
        indicator_progress={2: f"value eu_ratio {OF_BOTH}"},
    ),
    ("families", REGION, 2019, "vbtai"): expected(
        indicator_progress={2: f"{OF_BASELINE} {OF_BOTH}"},
    ),
    ("move", REGION, 2020, "residential", "families"): expected(moves={0: "children"}),
    ("carers", *FOSTER, "registered", 2020): expected(
        carers_by_year={0: "count"},
        hosting_share={0: "registered share"},
        carers_trend={0: f"last_count change {TREND}"},
    ),
    ("carers", *FOSTER, "hosting", 2020): expected(
        carers_by_year={1: "count"},
        hosting_share={0: "hosting share"},
        carers_trend={1: f"last_count change {TREND}"},
    ),
    ("carers", *FOSTER, "registered", 2018): expected(
        carers_trend={0: f"first_count change {TREND}"}
    ),
    ("carers", *FOSTER, "registered", 2019): expected(
        carers_by_year={2: "count"}, hosting_share={1: "registered share"}, carers_trend={0: TREND}
    ),
    ("entries", *FOSTER, "registered", 2020): expected(carers_by_year={0: "entries"}),
    ("exits", *FOSTER, "registered", 2020): expected(carers_by_year={0: "exits"}),
    ("assessed", *SERVICE): expected(service_coverage={0: "assessed"}),
    ("needing", *SERVICE): expected(service_coverage={0: "needing coverage"}),
    ("receiving", *SERVICE): expected(service_coverage={0: "receiving coverage"}),
    ("unmet", *SERVICE): expected(service_coverage={0: "unmet rank"}),
    ("all_assessed", REGION, "dac", "adults"): expected(funnel={0: "assessed"}),
    ("all_needing", REGION, "dac", "adults"): expected(funnel={0: "needing"}),
    ("all_receiving", REGION, "dac", "children"): expected(funnel={1: "receiving"}),
    ("reimbursed", REGION, DAY, "children"): expected(
        reimbursement={0: "persons amount_eur"}, reimbursement_pace={0: PACE, 1: PACE}
    ),
    ("reimbursed_eur", REGION, DAY, "children"): expected(reimbursement={0: "amount_eur"}),
    ("since", REGION, DAY, "total"): expected(
        reimbursement={1: "persons_since amount_eur_since"}
    ),
    ("since_eur", REGION, EARLIER_DAY, "children"): expected(
        reimbursement={2: "amount_eur_since"}
    ),
    ("observed", REGION, "moved", DAY, "lm", "x"): expected(
        indicator_progress=dict.fromkeys((0, 1), f"value eu_ratio {OF_BOTH}"),
        latest_values={0: "value"},
        source_conflicts={0: "value"},
    ),
    ("observed", REGION, "moved", DAY, "lm", "y"): expected(source_conflicts={1: "value"}),
    ("observed", "national", "moved", DAY, "lm", "x"): expected(latest_values={1: "value"}),
    ("baseline", REGION, "moved", 1): expected(
        indicator_progress={0: f"{OF_BASELINE} {OF_BOTH}"}
    ),
    ("baseline", REGION, "moved", 3): expected(
        indicator_progress={3: f"{OF_BASELINE} {OF_BOTH}"}
    ),
    ("stock", "riga", 2020, "other", "institution"): {},
}  # fmt: skip


@pytest.mark.parametrize("key", HIDES, ids=lambda key: "-".join(map(str, key)))
def test_a_hidden_cell_hides_what_rests_on_it_and_nothing_else(key):
    assert hidden_in(progress_tables(), released(key).tables) == HIDES[key]


def test_every_column_that_rests_on_cells_is_hidden_by_one_of_them():
    assert never_hidden(progress._rests(REGION, ()), HIDES) == set()


def test_values_without_a_region_are_those_of_the_report():
    tables = {
        "latest_values": rows(
            "indicator counting_basis date source", ("moved", "lm", DAY, "x"), numbers="value"
        )
    }
    found = released(("observed", REGION, "moved", DAY, "lm", "x"), tables=tables)
    assert hidden_in(tables, found.tables) == expected(latest_values={0: "value"})


def coverage(*unmet: float) -> pd.DataFrame:
    """Municipalities a, b, … and who lacks a service there, ranked."""
    lacking = pd.Series(unmet)
    return pd.DataFrame(
        {
            "municipality": list("abcdef"[: len(unmet)]),
            "service_type": "dac",
            "target_group": "adults",
            "unmet": lacking,
            "rank": lacking.where(lacking > 0).rank(method="min", ascending=False),
        }
    )


@pytest.mark.parametrize(
    ("hidden", "expected_ranks"),
    [
        ("", [2, 1, 4, None, 2]),
        ("b", [1, "c", 3, None, 1]),  # 30 is the greatest that is shown, twice; then 10
        ("a", ["c", 1, 3, None, 2]),
        ("c", [2, 1, "c", None, 2]),
        ("d", [2, 1, 4, "c", 2]),  # that it had none says that nobody lacks the service
        ("bd", [1, "c", 3, "c", 1]),
    ],
)
def test_unmet_needs_are_ranked_among_those_shown(hidden, expected_ranks):
    tables = {"service_coverage": coverage(30, 50, 10, 0, 30)}
    keys = [("unmet", name, "dac", "adults") for name in hidden]
    shown = released(*keys, tables=tables).tables["service_coverage"]["rank"].astype(object)
    assert [
        "c" if is_hidden(rank) else None if pd.isna(rank) else rank for rank in shown
    ] == expected_ranks


def test_coverage_of_nobody_who_is_hidden_is_hidden_too():
    # "Not available" would say that nobody needs the service there.
    table = progress_tables()["service_coverage"]
    table.loc[[0, 1], ["needing", "receiving"]] = 0.0
    table.loc[[0, 1], "coverage"] = np.nan
    found = released(("needing", *SERVICE), tables={"service_coverage": table}).tables
    assert hidden_in({"service_coverage": table}, found) == expected(
        service_coverage={0: "needing coverage"}
    )


@pytest.mark.parametrize(
    ("name", "zero", "rate", "key"),
    [
        ("carers_trend", "first_count", "change", ("carers", *FOSTER, "registered", 2018)),
        ("hosting_share", "registered", "share", ("carers", *FOSTER, "registered", 2020)),
    ],
)
def test_rate_of_no_carers_that_are_hidden_is_hidden_too(name, zero, rate, key):
    table = progress_tables()[name]
    table.loc[0, [zero, rate]] = [0.0, np.nan]
    shown = hidden_in({name: table}, released(key, tables={name: table}).tables)
    assert {zero, rate} <= shown[name][0]


def test_region_without_needs_has_no_ranks():
    tables = {"moves": progress_tables()["moves"]}
    assert list(released(tables=tables).tables) == ["moves"]


@pytest.mark.parametrize("name", list(COUNTRYWIDE))
def test_country_is_not_shown_beside_a_region_on_the_same(name):
    # A region's 4 are hidden: the country's, less those of the other regions, would be 4.
    table = progress_tables()[name]
    ours = table[table["region"] == REGION]
    both = pd.concat([ours, ours.assign(region="national")], ignore_index=True)
    shown = released(tables={**progress_tables(), name: both}).tables[name]
    assert list(shown["region"].unique()) == [REGION]
    assert len(shown) == len(ours)


@pytest.mark.parametrize("name", list(COUNTRYWIDE))
def test_country_on_what_the_region_has_no_row_on_stays(name):
    table = progress_tables()[name]
    ours = table[table["region"] == REGION]
    years = {"year", "first_year"} & set(table)
    column = "carer_type" if name == "carers_trend" else years.pop()
    other = "guardian" if column == "carer_type" else 1999
    both = pd.concat([ours, ours.assign(region="national", **{column: other})], ignore_index=True)
    shown = released(tables={**progress_tables(), name: both}).tables[name]
    assert list(shown["region"]) == list(both["region"])


def test_report_gets_no_numbers_of_rows():
    shown = released()
    assert isinstance(shown.tables, ReleasedTables)
    assert list(shown.counted["needs"]) == ["municipality", "source"]


# ------------------------------------------------------------------------- cells and their sums


def cells_with(tables: dict[str, pd.DataFrame], units: dict[str, str] | None = None) -> Cells:
    cells = Cells(RULES)
    add_persons(cells, tables, REGION, units or {})
    return cells


PLACED = {
    "institution": 40, "family_like": 10, "foster_family": 50, "guardian": 30,
}  # fmt: skip


def placed(year: int = 2020, in_care: float | None = 130, **children: int) -> dict:
    where = (REGION, year, "other")
    key = ["region", "year", "counting_basis"]
    counts = PLACED | children
    mix = pd.DataFrame(
        [(*where, code, n) for code, n in counts.items()],
        columns=[*key, "care_arrangement", "children"],
    )
    sides = [] if in_care is None else [(*where, in_care, 80)]
    return {
        "placement_mix": mix,
        "family_environment": pd.DataFrame(
            sides, columns=[*key, "children_in_care", "children_in_families"]
        ),
    }


def test_children_add_up_to_all_in_care_to_families_and_to_groups():
    cells = cells_with(placed())
    where = (REGION, 2020, "other")
    stock = {code: ("stock", *where, code) for code in PLACED}
    group = {name: ("group", *where, name) for name in ("families", "residential", "family_like")}
    country = {code: ("country", *where, code) for code in PLACED if code != "family_like"}
    assert values_of(cells) == {
        **{key: PLACED[code] for code, key in stock.items()},
        ("care", *where): 130,
        ("families", *where): 80,
        group["families"]: 50 + 30,
        group["residential"]: 40,
        group["family_like"]: 10,
        **{country[code]: PLACED[code] for code in country},
    }
    assert losses_of(cells) == {
        **dict.fromkeys(stock.values(), DETAIL),
        **dict.fromkeys(country.values(), WHOLE),
        ("care", *where): WHOLE,
        ("families", *where): SUM,
        **dict.fromkeys(group.values(), UNSEEN),
    }
    families = frozenset({stock["foster_family"], stock["guardian"]})
    assert sums_of(cells) == {
        (("care", *where), frozenset(stock.values())),
        (("families", *where), families),
        (group["families"], families),
        (group["residential"], frozenset({stock["institution"]})),
        (group["family_like"], frozenset({stock["family_like"]})),
        *((country[code], frozenset({stock[code]})) for code in country),
    }


def assumed_of(cells: Cells) -> dict[tuple, float]:
    return {key: cells.values[place] for key, place in cells.keys.items() if place in cells.assumed}


@pytest.mark.parametrize(
    ("of", "code", "value"),
    [
        ("state_institution", "institution", 40 + 9),
        ("specialised_foster_family", "foster_family", 50 + 9),
    ],
)
def test_what_countries_publish_is_taken_as_known_of_a_region(of, code, value):
    # Less the other regions' numbers, the country's gives what both kinds are together.
    known = assumed_of(cells_with(placed(in_care=None, **{of: 9})))
    where = (REGION, 2020, "other")
    assert known.keys() == {
        ("country", *where, kind) for kind in ("institution", "foster_family", "guardian")
    }
    assert known["country", *where, code] == value


@pytest.mark.parametrize(("state", "assumed"), [(2, False), (5, True)])
def test_few_children_of_all_institutions_are_not_taken_as_known(state, assumed):
    # 3 + 2 = 5 are few, 3 + 5 = 8 are not.
    known = assumed_of(cells_with(placed(in_care=None, institution=3, state_institution=state)))
    assert (("country", REGION, 2020, "other", "institution") in known) == assumed
    assert ("country", REGION, 2020, "other", "guardian") in known


def test_nothing_is_taken_as_known_of_the_country_itself():
    tables = placed(in_care=None)
    mix = tables["placement_mix"].assign(region="national")
    assert assumed_of(cells_with({**tables, "placement_mix": mix})) == {}


@pytest.mark.parametrize(
    ("few", "beside"),
    [("state_institution", "institution"), ("specialised_foster_family", "foster_family")],
)
def test_few_are_hidden_with_what_the_country_counts_together_with_them(few, beside):
    # Beside the guardians, which the country publishes, the 5 would be known.
    keys = found(placed(in_care=None, **{few: 5}))
    assert {key[-1] for key in keys if key[0] == "stock"} == {few, beside}


def test_all_in_care_are_added_up_where_no_table_gives_them():
    cells = cells_with(placed(in_care=None))
    key = ("care", REGION, 2020, "other")
    assert cells.value(key) == 40 + 10 + 50 + 30
    assert losses_of(cells)[key] == WHOLE


def moved(*moves: tuple[str, str, int], year: int = 2020) -> pd.DataFrame:
    return pd.DataFrame(
        [(REGION, year, *move) for move in moves],
        columns=["region", "year", "from_group", "to_group", "children"],
    )


def years_of_care(now: dict[str, int]) -> dict[str, pd.DataFrame]:
    before, after = placed(2019), placed(2020, **now)
    return {name: pd.concat([before[name], after[name]]) for name in before}


def test_moves_link_the_children_of_a_group_to_those_of_the_year_before():
    # 40 in institutions, 9 leave for families and 2 for elsewhere, 5 come: 40 − 9 − 2 + 5 = 34.
    moves = moved(
        ("residential", "families", 9),
        ("residential", "exit", 2),
        ("entry", "residential", 5),
        ("residential", "residential", 3),
    )
    cells = cells_with({**years_of_care({"institution": 34}), "moves": moves})
    now, before = (("group", REGION, year, "other", "residential") for year in (2020, 2019))
    same = ("same", *now, *before)
    assert cells.value(same) == 34 + 9 + 2
    move = ("move", REGION, 2020)
    assert {(whole, parts) for whole, parts in sums_of(cells) if whole == same} == {
        (
            same,
            frozenset({now, (*move, "residential", "families"), (*move, "residential", "exit")}),
        ),
        (same, frozenset({before, (*move, "entry", "residential")})),
    }
    assert losses_of(cells)[(*move, "entry", "residential")] == DETAIL
    assert losses_of(cells)[same] == UNSEEN
    # Families would be 80 + 9 = 89, but are 80: nothing follows there.
    families = [key for key in cells.keys if key[0] == "same" and "families" in key]
    assert families == []


@pytest.mark.parametrize(("institution", "linked"), [(31, True), (32, False), (30, False)])
def test_moves_that_do_not_add_up_link_nothing(institution, linked):
    moves = moved(("residential", "exit", 9))
    cells = cells_with({**years_of_care({"institution": institution}), "moves": moves})
    key = ("group", REGION, 2020, "other", "residential")
    assert any(one[0] == "same" and one[1:6] == key for one in cells.keys) == linked


def test_moves_of_a_year_without_the_year_before_link_nothing():
    cells = cells_with({**placed(2020), "moves": moved(("residential", "exit", 9))})
    assert [key for key in cells.keys if key[0] == "same"] == []


CARERS = ["region", "carer_type", "status", "year", "count", "entries", "exits"]


def test_carers_are_those_of_the_year_before_with_who_came_and_left():
    table = pd.DataFrame(
        [
            (*FOSTER, "registered", 2019, 60, None, None),
            (*FOSTER, "registered", 2020, 63, 10, 7),
            (*FOSTER, "hosting", 2020, 50, None, None),
        ],
        columns=CARERS,
    )
    cells = cells_with({"carers_by_year": table})
    now, before = ((name, *FOSTER, "registered", year) for name, year in
                   (("carers", 2020), ("carers", 2019)))  # fmt: skip
    came, left = ((name, *FOSTER, "registered", 2020) for name in ("entries", "exits"))
    hosting = ("carers", *FOSTER, "hosting", 2020)
    same, rest = ("same", *now, *before), (*now, "rest")
    assert values_of(cells) == {
        before: 60, now: 63, came: 10, left: 7, hosting: 50, same: 63 + 7, rest: 63 - 50,
    }  # fmt: skip
    assert losses_of(cells) == {
        **dict.fromkeys((before, now, came, left, hosting), DETAIL), same: UNSEEN, rest: UNSEEN,
    }  # fmt: skip
    assert sums_of(cells) == {
        (same, frozenset({now, left})),
        (same, frozenset({before, came})),
        (now, frozenset({hosting, rest})),
    }


def test_carers_who_do_not_add_up_link_nothing():
    table = pd.DataFrame(
        [(*FOSTER, "registered", 2019, 60, None, None), (*FOSTER, "registered", 2020, 64, 10, 7)],
        columns=CARERS,
    )
    assert sums_of(cells_with({"carers_by_year": table})) == set()


def needs(**changed: int) -> pd.DataFrame:
    """Who was assessed in two municipalities, needs a service, receives it and lacks it."""
    one = {"assessed": 40, "needing": 30, "receiving": 18, "unmet": 12} | changed
    two = {"assessed": 50, "needing": 20, "receiving": 20, "unmet": 0}
    return pd.DataFrame(
        [
            {"municipality": "liepaja", "service_type": "dac", "target_group": "adults", **one},
            {"municipality": "saldus", "service_type": "dac", "target_group": "adults", **two},
        ]
    )


def test_needs_are_met_or_not_and_part_of_who_was_assessed():
    cells = cells_with({"service_coverage": needs().iloc[:1]})
    key = {name: (name, *SERVICE) for name in ("assessed", "needing", "receiving", "unmet")}
    rest = (*key["assessed"], "rest")
    assert values_of(cells) == {
        key["assessed"]: 40, key["needing"]: 30, key["receiving"]: 18, key["unmet"]: 12,
        rest: 40 - 30,
    }  # fmt: skip
    assert losses_of(cells) == {**dict.fromkeys(key.values(), DETAIL), rest: UNSEEN}
    assert sums_of(cells) == {
        (key["needing"], frozenset({key["receiving"], key["unmet"]})),
        (key["assessed"], frozenset({key["needing"], rest})),
    }


def test_needs_of_the_region_are_the_sum_of_its_municipalities():
    funnel = pd.DataFrame(
        [
            ("dac", "adults", 40 + 50, 30 + 20, 18 + 20),
            ("dac", "children", 70, 60, 50),
            ("care", "adults", 60, 45, 30),
        ],
        columns=["service_type", "target_group", "assessed", "needing", "receiving"],
    )
    cells = Cells(RULES)
    add_needs(cells, needs(), funnel, REGION)
    place = (REGION, "dac", "adults")
    for name, of_whole in (("assessed", 90), ("needing", 50), ("receiving", 38)):
        key = (f"all_{name}", *place)
        parts = {(name, town, "dac", "adults") for town in ("liepaja", "saldus")}
        assert cells.value(key) == of_whole
        assert losses_of(cells)[key] == WHOLE
        assert (key, frozenset(parts)) in sums_of(cells)
    # Assessed without a need, 90 − 50, and in need without a service, 50 − 38.
    for whole, part, left in (("assessed", "needing", 40), ("needing", "receiving", 12)):
        key, rest = (f"all_{whole}", *place), (f"all_{whole}", *place, "rest")
        assert cells.value(rest) == left
        assert (key, frozenset({(f"all_{part}", *place), rest})) in sums_of(cells)
    # No municipality is named for the other two: they are linked to themselves alone.
    assert len([one for one in sums_of(cells) if one[0][0].startswith("all_")]) == 3 + 2 * 3


@pytest.mark.parametrize(
    ("changed", "whole"),
    [
        ({"receiving": 31, "unmet": 0}, "needing"),
        ({"assessed": 29}, "assessed"),
    ],
)
def test_needs_that_contradict_each_other_are_known(changed, whole):
    cells = cells_with({"service_coverage": needs(**changed)})
    names = list(cells.keys)
    assert [names[place] for place, _ in cells.contradicted] == [(whole, *SERVICE)]


@pytest.mark.parametrize(
    ("summed", "whole"),
    [((90, 50, 38), []), ((40, 50, 38), ["all_assessed"]), ((90, 50, 60), ["all_needing"])],
)
def test_sums_of_needs_that_contradict_each_other_are_known(summed, whole):
    funnel = pd.DataFrame(
        [("care", "children", *summed)],
        columns=["service_type", "target_group", "assessed", "needing", "receiving"],
    )
    cells = cells_with({"service_coverage": needs(), "funnel": funnel})
    names = list(cells.keys)
    assert [names[place][0] for place, _ in cells.contradicted] == whole


def test_more_hosting_than_registered_is_known():
    table = pd.DataFrame(
        [
            (*FOSTER, "registered", 2020, 60, None, None),
            (*FOSTER, "hosting", 2020, 61, None, None),
            (*FOSTER, "registered", 2021, 62, None, None),
            (*FOSTER, "hosting", 2021, 62, None, None),
        ],
        columns=CARERS,
    )
    cells = cells_with({"carers_by_year": table})
    names = list(cells.keys)
    found = [names[place] for place, _ in cells.contradicted]
    assert found == [("carers", *FOSTER, "registered", 2020)]


def test_needs_without_a_funnel_have_no_sums_of_the_region():
    cells = cells_with({"service_coverage": needs()})
    assert [key for key in cells.keys if str(key[0]).startswith("all_")] == []
    funnel = pd.DataFrame(
        [("dac", "adults", 90, 50, 38)],
        columns=["service_type", "target_group", "assessed", "needing", "receiving"],
    )
    both = cells_with({"service_coverage": needs(), "funnel": funnel})
    assert both.value(("all_needing", REGION, "dac", "adults")) == 50


def repaid(*lines: tuple) -> pd.DataFrame:
    made = pd.DataFrame(
        lines,
        columns=[
            *("date", "target_group", "persons", "persons_since"),
            *("amount_eur", "amount_eur_since"),
        ],
    )
    return made.assign(date=pd.to_datetime(made["date"]))


# By March 20 children and 30 parents; by April 12 and 15 more.
REPAID = repaid(
    ("2020-04-30", "children", 32, 12, 3200.0, 1200.0),
    ("2020-04-30", "parents", 45, 15, 4500.0, 1500.0),
    ("2020-04-30", "total", 77, 27, 7700.0, 2700.0),
    ("2020-03-31", "children", 20, None, 2000.0, None),
    ("2020-03-31", "parents", 30, None, 3000.0, None),
    ("2020-03-31", "total", 50, None, 5000.0, None),
)
MARCH, APRIL = "2020-03-31", "2020-04-30"


def sums_of_reimbursement(so_far: str, since: str) -> set:
    def key(name: str, day: str, group: str) -> tuple:
        return (name, REGION, day, group)

    groups = ("children", "parents")
    return {
        *(
            (key(so_far, APRIL, group), frozenset({key(so_far, MARCH, group),
                                                   key(since, APRIL, group)}))
            for group in (*groups, "total")
        ),
        *(
            (key(name, day, "total"), frozenset(key(name, day, group) for group in groups))
            for name, day in ((so_far, MARCH), (so_far, APRIL), (since, APRIL))
        ),
    }  # fmt: skip


def test_persons_reimbursed_add_up_by_date_and_by_group():
    cells = cells_with({"reimbursement": REPAID})
    assert sums_of(cells) == sums_of_reimbursement("reimbursed", "since")
    assert cells.value(("reimbursed", REGION, APRIL, "children")) == 20 + 12
    assert cells.value(("since", REGION, APRIL, "total")) == 12 + 15
    assert {key[0]: loss for key, loss in losses_of(cells).items()} == {
        "reimbursed": SUM, "since": DETAIL,
    }  # fmt: skip


# Of the children one is counted no more, of the parents 15 more are.
FALLEN = repaid(
    ("2020-03-31", "children", 20, None, 2000.0, None),
    ("2020-03-31", "parents", 30, None, 3000.0, None),
    ("2020-03-31", "total", 50, None, 5000.0, None),
    ("2020-04-30", "children", 19, -1, 1900.0, -100.0),
    ("2020-04-30", "parents", 45, 15, 4500.0, 1500.0),
    ("2020-04-30", "total", 64, 14, 6400.0, 1400.0),
)


def test_persons_reimbursed_who_become_fewer_contradict_each_other_and_amounts_do_not():
    cells = cells_with({"reimbursement": FALLEN})
    names = list(cells.keys)
    assert {names[place] for place, _ in cells.contradicted} == {
        ("reimbursed", REGION, APRIL, "children"),
        ("since", REGION, APRIL, "total"),
    }
    money = Cells(RULES, persons=False)
    progress._add_money(money, {"reimbursement": FALLEN}, REGION)
    assert money.contradicted == []
    assert sums_of(money) == sums_of_reimbursement("reimbursed_eur", "since_eur")


def test_amounts_reimbursed_add_up_as_persons_do():
    cells = Cells(RULES, persons=False)
    progress._add_money(cells, {"reimbursement": REPAID}, REGION)
    assert sums_of(cells) == sums_of_reimbursement("reimbursed_eur", "since_eur")
    assert cells.value(("reimbursed_eur", REGION, APRIL, "parents")) == 3000 + 1500
    assert cells.value(("since_eur", REGION, APRIL, "parents")) == 1500
    assert {key[0]: loss for key, loss in losses_of(cells).items()} == {
        "reimbursed_eur": SUM, "since_eur": DETAIL,
    }  # fmt: skip


def observed(indicator: str, date: str | None, value: float | None, **more: object) -> pd.DataFrame:
    row = {
        "indicator": indicator, "date": date, "value": value,
        "counting_basis": "lm", "source": "x",
    }  # fmt: skip
    return pd.DataFrame([row | more])


UNITS = {
    "children_in_care": "children",
    "children_in_institutions": "children",
    "children_in_foster_families": "children",
    "children_under_guardianship": "children",
    "ft_children_served": "children",
    "homes": "families",
    "plans": "plans",
}


@pytest.mark.parametrize("table", ["indicator_progress", "latest_values", "source_conflicts"])
def test_indicators_that_count_somebody_are_cells(table):
    rows_of = pd.concat(
        [observed("homes", DAY, 30.0), observed("plans", DAY, 4.0), observed("other", DAY, 5.0)]
    )
    cells = cells_with({table: rows_of}, UNITS)
    key = ("observed", REGION, "homes", DAY, "lm", "x")
    assert values_of(cells) == {key: 30.0}
    assert losses_of(cells) == {key: SUM}


def test_indicator_of_another_region_is_its_own_cell():
    rows_of = observed("homes", DAY, 30.0, region="national")
    cells = cells_with({"latest_values": rows_of}, UNITS)
    assert list(cells.keys) == [("observed", "national", "homes", DAY, "lm", "x")]


def test_indicator_without_a_value_has_its_baseline():
    row = observed(
        "homes", None, None, baseline_value=61.0, baseline_date=pd.Timestamp(DAY), version=2
    ).drop(columns="date")
    cells = cells_with({"indicator_progress": row.assign(value_date=pd.NaT)}, UNITS)
    assert values_of(cells) == {("baseline", REGION, "homes", 2): 61.0}
    dated = cells_with({"indicator_progress": row.assign(value_date=DAY, value=70.0)}, UNITS)
    assert dated.value(("observed", REGION, "homes", DAY, "lm", "x")) == 70.0


@pytest.mark.parametrize(
    ("indicator", "value", "same"),
    [
        ("children_in_care", 130, ["care"]),
        ("children_in_institutions", 40, ["institution"]),
        ("children_in_institutions", 41, []),
        ("children_in_foster_families", 50, ["foster_family"]),
        ("children_under_guardianship", 30, ["guardian"]),
        ("ft_children_served", 32, []),
    ],
)
@pytest.mark.parametrize("kind", ["observed", "baseline"])
def test_what_an_indicator_counts_is_the_same_as_in_other_tables(kind, indicator, value, same):
    if kind == "observed":
        rows_of, key = (
            observed(indicator, DAY, value),
            ("observed", REGION, indicator, DAY, "lm", "x"),
        )
    else:
        rows_of = observed(
            indicator, None, None, version=1, baseline_value=value, baseline_date=pd.Timestamp(DAY)
        )
        key = ("baseline", REGION, indicator, 1)
    cells = cells_with({**placed(), "indicator_progress": rows_of}, UNITS)
    assert cells.value(key) == value
    linked = {part[-1] if part[0] == "stock" else part[0]
              for whole, parts in sums_of(cells) if whole == key for part in parts}  # fmt: skip
    assert linked == set(same)


def test_baseline_without_a_date_is_linked_to_nothing():
    rows_of = observed(
        "children_in_care", None, None, version=1, baseline_value=130, baseline_date=pd.NaT
    )
    cells = cells_with({**placed(), "indicator_progress": rows_of}, UNITS)
    key = ("baseline", REGION, "children_in_care", 1)
    assert cells.value(key) == 130
    assert key not in {whole for whole, _ in sums_of(cells)}


def test_both_kinds_of_institutions_and_of_foster_families_may_be_meant():
    tables = placed(in_care=None, state_institution=9, specialised_foster_family=8)
    for indicator, value, codes in (
        ("children_in_institutions", 40 + 9, {"institution", "state_institution"}),
        ("children_in_foster_families", 50 + 8, {"foster_family", "specialised_foster_family"}),
    ):
        cells = cells_with({**tables, "latest_values": observed(indicator, DAY, value)}, UNITS)
        key = ("observed", REGION, indicator, DAY, "lm", "x")
        parts = frozenset(("stock", REGION, 2020, "other", code) for code in codes)
        assert (key, parts) in sums_of(cells)


@pytest.mark.parametrize("day", ["2020-12-30", "2019-12-31"])
def test_indicator_of_another_day_is_linked_to_nothing(day):
    cells = cells_with({**placed(), "latest_values": observed("children_in_care", day, 130)}, UNITS)
    key = ("observed", REGION, "children_in_care", day, "lm", "x")
    assert key not in {whole for whole, _ in sums_of(cells)}


def test_persons_served_are_those_reimbursed_on_that_day():
    served = observed("ft_children_served", APRIL, 32)
    table = REPAID.replace({"target_group": {"children": "ft_children"}})
    cells = cells_with({"reimbursement": table, "latest_values": served}, UNITS)
    key = ("observed", REGION, "ft_children_served", APRIL, "lm", "x")
    assert (key, frozenset({("reimbursed", REGION, APRIL, "ft_children")})) in sums_of(cells)


# ----------------------------------------------------------------------------------- what goes


def found(tables: dict[str, pd.DataFrame], earlier: tuple = ()) -> frozenset:
    return hidden_progress(evaluation(tables), REGION, UNITS, RULES, SECONDS, earlier)


def test_a_baseline_does_not_give_a_small_arrangement_away():
    # 5 in state institutions, hidden with the 10 in family-like care as in the edition before,
    # which showed the 40 in institutions: as a baseline, 40 + 5 = 45 would tell the 5.
    tables = placed(in_care=135, state_institution=5)
    codes = tables["placement_mix"]["care_arrangement"]
    unseen = codes.isin(["state_institution", "family_like"]).to_numpy()
    before = {**tables, "placement_mix": masked(tables["placement_mix"], {"children": unseen})}
    baseline = pd.DataFrame(
        {
            "indicator": ["children_in_institutions"],
            "version": 1,
            "baseline_date": pd.Timestamp(DAY),
            "baseline_value": 45.0,
        }
    )
    keys = found({**tables, "indicator_progress": baseline}, (before,))
    assert {key for key in keys if key[0] != "group"} == {
        ("stock", REGION, 2020, "other", "state_institution"),
        ("stock", REGION, 2020, "other", "family_like"),
        ("baseline", REGION, "children_in_institutions", 1),
    }


@pytest.mark.parametrize(("persons", "hidden"), [(1, True), (7, True), (8, False), (0, False)])
def test_money_of_few_persons_is_hidden_with_them(persons, hidden):
    table = repaid(
        ("2020-03-31", "children", persons, None, 700.0, None),
        ("2020-03-31", "parents", 30, None, 3000.0, None),
        ("2020-03-31", "others", 30, None, 3000.0, None),
        ("2020-03-31", "total", persons + 60, None, 6700.0, None),
    )
    keys = found({"reimbursement": table})
    assert (("reimbursed", REGION, MARCH, "children") in keys) == hidden
    assert (("reimbursed_eur", REGION, MARCH, "children") in keys) == hidden
    # 6,700 − 3,000 − 3,000 would be 700: another amount goes with it.
    assert len([key for key in keys if key[0] == "reimbursed_eur"]) == (2 if hidden else 0)


def test_money_of_few_since_the_last_date_is_hidden():
    table = repaid(
        ("2020-03-31", "children", 20, None, 2000.0, None),
        ("2020-04-30", "children", 23, 3, 2300.0, 300.0),
    )
    keys = found({"reimbursement": table})
    assert ("since_eur", REGION, APRIL, "children") in keys
    assert {key[0] for key in keys} >= {"since", "since_eur"}


def test_what_an_earlier_edition_hides_stays_hidden():
    first = np.array([True, *[False] * 5])
    before = masked(REPAID, {"persons": first, "amount_eur": first})
    once = found({"reimbursement": REPAID}, ({"reimbursement": before},))
    one_by_one = found({"reimbursement": REPAID}, iter([{"reimbursement": before}]))
    assert once == one_by_one
    assert ("reimbursed", REGION, APRIL, "children") in once
    assert ("reimbursed_eur", REGION, APRIL, "children") in once
    assert found({"reimbursement": REPAID}) == frozenset()


def test_revised_money_is_shown_and_revised_persons_are_not():
    # 3,197 EUR before, 3,200 EUR now; 29 persons before, 32 now: 3 came.
    money = REPAID.assign(amount_eur=[3197.0, *REPAID["amount_eur"][1:]])
    assert found({"reimbursement": REPAID}, ({"reimbursement": money},)) == frozenset()
    persons = REPAID.assign(persons=[29.0, *REPAID["persons"][1:]])
    keys = found({"reimbursement": REPAID}, ({"reimbursement": persons},))
    assert ("reimbursed", REGION, APRIL, "children") in keys
