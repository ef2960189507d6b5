"""The only way from result tables to a report: what each edition gets, by small tables."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from cells_seen import expected, hidden_in, rows

from dieval.costs.evaluation import CostEvaluation
from dieval.plans.evaluation import PlanEvaluation
from dieval.progress.evaluation import ProgressEvaluation
from dieval.release import disclosure
from dieval.release.cells import Cells
from dieval.release.disclosure import (
    holders_of,
    shown_costs,
    shown_needs,
    shown_plan,
    shown_progress,
    units_of,
)
from dieval.release.earlier import Earlier
from dieval.release.rules import Rules
from dieval.release.tables import ReleasedTables, without_values
from dieval.vocabulary import is_hidden

RULES = Rules(persons=8, holders=3, percent=10)
HOME = "institution"
UNIT = ["year", "care_arrangement"]
NOTHING = pd.DataFrame()


def test_who_runs_a_home_is_its_owner_or_who_is_named():
    providers = pd.DataFrame(
        [
            ("a", "state", "riga"),
            ("b", "municipality", "riga"),
            ("c", "municipality", "liepaja"),
            ("d", "ngo", "riga"),
            ("e", "ngo", "riga"),
            ("f", "municipality", "riga"),
        ],
        columns=["provider", "owner", "municipality"],
    )
    holders = pd.DataFrame({"provider": ["e", "f"], "holder": ["union", "union"]})
    usual = {
        "a": "state",
        "b": "municipality riga",
        "c": "municipality liepaja",
        "d": "provider d",
    }
    named = {"e": "holder union", "f": "holder union"}
    assert holders_of({"providers": providers, "holders": holders}) == {**usual, **named}
    own = {"e": "provider e", "f": "municipality riga"}
    assert holders_of({"providers": providers}) == {**usual, **own}


def test_indicators_have_units_where_the_package_has_indicators():
    indicators = pd.DataFrame({"indicator": ["a", "b"], "unit": ["children", None], "n": [1, 2]})
    assert units_of({"indicators": indicators})["a"] == "children"
    assert units_of({"indicators": indicators}).keys() == {"a", "b"}
    assert units_of({}) == {}


def test_rows_that_count_keep_where_they_stand_and_lose_their_numbers():
    given = pd.DataFrame(
        {
            "region": ["a"],
            "municipality": ["b"],
            "year": [2020],
            "children": [3],
            "source": ["x"],
            "needs_source": ["y"],
            "source_of": ["z"],
            "note": ["three"],
        }
    )
    assert list(without_values({"t": given})["t"]) == [
        *("region", "municipality", "year", "source", "needs_source"),
    ]
    assert without_values({}) == {}


# ----------------------------------------------------------------------------------------- needs


def needs(*regions: tuple[float, float]) -> pd.DataFrame:
    """Who needs and who receives a service in regions a, b, … and in the country."""
    table = pd.DataFrame(regions, columns=["needing", "receiving"])
    table.insert(0, "region", list("abcdef"[: len(regions)]))
    whole = table[["needing", "receiving"]].sum()
    table.loc[len(table)] = {**whole, "region": "national"}
    return table.assign(coverage=table["receiving"] / table["needing"])


def hidden_needs(*regions: tuple[float, float], earlier: Earlier | None = None) -> dict:
    table = needs(*regions)
    shown = shown_needs(table, RULES, earlier or Earlier())
    return hidden_in({"n": table}, {"n": shown}).get("n", {})


def test_needs_of_many_are_shown():
    assert hidden_needs((50, 30), (60, 40)) == {}


def test_who_receives_a_service_is_hidden_where_they_are_few():
    found = hidden_needs((50, 5), (60, 40), (70, 40))
    # 85 − 40 − 40 would be 5; coverage × 50 would be 5, too.
    assert found[0] == {"receiving", "coverage"}
    assert [row for row in (1, 2) if row in found] in ([1], [2])
    assert 3 not in found


def test_who_is_without_a_service_is_hidden_where_they_are_few():
    # 50 − 46 = 4 lack it: one of the two numbers goes, in a second region, too.
    found = hidden_needs((50, 46), (60, 40), (70, 40))
    assert len(found[0]) == 2
    assert "coverage" in found[0]


def test_needs_that_contradict_hidden_ones_are_all_hidden():
    # Who takes nobody to be served who does not need it would think that b's 66 are 4 at most.
    found = hidden_needs((50, 30), (4, 66), (70, 40))
    assert set(found) == set(range(4))
    assert all(columns == {"needing", "receiving", "coverage"} for columns in found.values())


def test_cells_of_needs_are_summed_over_regions_and_divided_by_receiving():
    cells = Cells(RULES)
    disclosure._add_needs(cells, {"needs_by_region": needs((50, 30), (60, 60))})
    assert {key: cells.values[place] for key, place in cells.keys.items()} == {
        ("needing", "a"): 50,
        ("needing", "b"): 60,
        ("needing", "national"): 110,
        ("receiving", "a"): 30,
        ("receiving", "b"): 60,
        ("receiving", "national"): 90,
        ("needing", "a", "rest"): 50 - 30,
        ("needing", "national", "rest"): 110 - 90,
    }
    losses = {key: cells.losses[place] for key, place in cells.keys.items()}
    assert (losses["needing", "a"], losses["receiving", "national"]) == (5.0, 25.0)
    assert (losses["receiving", "b"], losses["needing", "national"]) == (5.0, 25.0)
    assert len(cells.sums) == 2 + 3


@pytest.mark.parametrize(
    ("column", "row", "also"),
    [("needing", 0, {"needing", "coverage"}), ("receiving", 1, {"receiving", "coverage"})],
)
def test_needs_hidden_in_a_release_of_the_country_stay_hidden(column, row, also):
    table = needs((50, 30), (60, 40))
    held = {
        "columns": [{"name": name} for name in table],
        "rows": table.astype(object).to_numpy().tolist(),
    }
    held["rows"][row][list(table).index(column)] = {"symbol": "c"}
    release = {"national/x": {"unit": "national", "tables": {"needs_by_region": held}}}
    assert hidden_needs((50, 30), (60, 40), earlier=Earlier((release,)))[row] == also


def test_internal_edition_shows_all_needs():
    table = needs((50, 5))
    assert shown_needs(table, None) is table


# ------------------------------------------------------------------------------------ evaluations


def progress(**children: int) -> ProgressEvaluation:
    key = ["region", "year", "counting_basis"]
    where = ("kurzeme", 2020, "other")
    mix = pd.DataFrame(
        [(*where, code, n) for code, n in children.items()],
        columns=[*key, "care_arrangement", "children"],
    )
    country = mix.assign(region="national", counting_basis="lm", children=mix["children"] + 1000)
    sides = pd.DataFrame(
        [(*where, sum(children.values()), None)],
        columns=[*key, "children_in_care", "children_in_families"],
    )
    return ProgressEvaluation(
        tables={
            "placement_mix": pd.concat([mix, country], ignore_index=True),
            "family_environment": sides,
            "latest_values": rows(
                "indicator counting_basis date source",
                ("left", "lm", "2020-06-30", "x"),
                ("money", "lm", "2020-06-30", "x"),
            ).assign(value=5.0),
        },
        missing={},
        evidence=pd.Series({"published": 1.0}),
        counted={"needs": pd.DataFrame({"needing": [3], "source": ["x"]})},
        plan_date=pd.Timestamp("2020-12-31"),
        municipalities=(),
    )


TABLES = {
    "indicators": pd.DataFrame({"indicator": ["left", "money"], "unit": ["persons", "EUR"]}),
    "providers": pd.DataFrame(
        {"provider": ["a"], "owner": ["ngo"], "municipality": ["m"], "region": ["kurzeme"]}
    ),
    "sources": pd.DataFrame({"source": ["x"], "evidence": ["published"]}),
}


def test_public_progress_hides_few_persons_and_another_number_with_them():
    made = progress(institution=5, guardian=40, foster_family=60)
    shown = shown_progress(made, TABLES, "kurzeme", RULES)
    found = hidden_in(made.tables, shown.tables)
    assert found["latest_values"] == {0: {"value"}}  # 5 persons; 5 EUR tell of nobody
    # The country publishes foster families and guardians: all in care is hidden with the 5.
    assert found["placement_mix"] == {0: {"children"}}
    assert found["family_environment"] == {0: {"children_in_care"}}
    assert list(shown.counted["needs"]) == ["source"]


def release_of(unit: str, table: str, columns: list[str], *values: list) -> Earlier:
    held = {"columns": [{"name": name} for name in columns], "rows": list(values)}
    return Earlier(({f"{unit}/x": {"unit": unit, "tables": {table: held}}},))


MIX = ["region", "year", "counting_basis", "care_arrangement", "children"]


@pytest.mark.parametrize(("unit", "hidden"), [("kurzeme", True), ("riga", False)])
def test_public_progress_hides_what_a_release_of_its_region_hides(unit, hidden):
    before = release_of(
        unit, "placement_mix", MIX, ["kurzeme", 2020, "other", "guardian", {"symbol": "c"}]
    )
    made = progress(institution=50, guardian=40, foster_family=60)
    shown = shown_progress(made, TABLES, "kurzeme", RULES, before)
    found = hidden_in(made.tables, shown.tables)
    assert (1 in found.get("placement_mix", {})) == hidden


def test_internal_progress_is_whole():
    made = progress(institution=5)
    shown = shown_progress(made, TABLES, "kurzeme", None)
    assert isinstance(shown.tables, ReleasedTables)
    assert hidden_in(made.tables, shown.tables) == {}
    assert list(shown.counted["needs"]) == ["source"]


def costs(*homes: tuple[str, float]) -> CostEvaluation:
    """Homes in which as many children cost 100 EUR a month each."""
    of_homes = pd.DataFrame(
        [(2020, HOME, name, 12 * n, 1200 * n) for name, n in homes],
        columns=[*UNIT, "provider", "child_months", "total_eur"],
    ).astype({"child_months": float, "total_eur": float})
    whole = of_homes.groupby(UNIT)[["child_months", "total_eur"]].sum().reset_index()
    pair = "year reference alternative"
    tables = {
        "unit_costs": whole,
        "unit_cost_parts": whole.assign(part="staff", amount_eur=whole["total_eur"]),
        "payer_split": whole.assign(payer="state", amount_eur=whole["total_eur"]),
        "provider_unit_costs": of_homes,
        "group_costs": whole.assign(
            age_band="all", need_level="all", cost_per_child_month_eur=100.0
        ),
        "comparison": rows(pair),
        "provider_bootstrap": rows(
            f"{pair} caution bootstrap_ratio_low bootstrap_ratio_high"
        ),
    }  # fmt: skip
    return CostEvaluation(
        tables=tables,
        evidence=pd.Series({"published": 1.0}),
        counted={
            "activity": of_homes.assign(
                age_band="all", need_level="all", child_days=365, source="x"
            )
        },
        missing_costs=NOTHING,
        coverage_changes=NOTHING,
        not_by_group=NOTHING,
        recorded_allowance_eur=0.0,
        ledger_codes=NOTHING,
        lines=of_homes.rename(columns={"total_eur": "amount_eur"}).assign(
            part="staff", payer="state", source="x"
        ),
    )


HOMES = (("a", 20.0), ("b", 30.0), ("c", 40.0))


def providers(**owner: str) -> dict[str, pd.DataFrame]:
    table = pd.DataFrame(
        [(name, owner.get(name, "ngo"), "liepaja") for name in "abc"],
        columns=["provider", "owner", "municipality"],
    )
    return {**TABLES, "providers": table}


def test_public_costs_hide_single_homes_and_whole_regions_of_one_body():
    made = costs(*HOMES)
    of_many = shown_costs(made, providers(), "kurzeme", RULES)
    assert hidden_in(made.tables, of_many.tables) == expected(
        provider_unit_costs=dict.fromkeys((0, 1, 2), "total_eur")
    )
    assert of_many.lines.empty
    assert of_many.evidence.to_dict() == {"published": 1.0}
    town = providers(a="municipality", b="municipality", c="municipality")
    of_one = shown_costs(made, town, "kurzeme", RULES)
    assert hidden_in(made.tables, of_one.tables)["unit_costs"] == {0: {"total_eur"}}


@pytest.mark.parametrize(("unit", "hidden"), [("kurzeme", True), ("riga", False)])
def test_public_costs_hide_what_a_release_of_their_region_hides(unit, hidden):
    before = release_of(unit, "unit_costs", [*UNIT, "child_months"], [2020, HOME, {"symbol": "c"}])
    made = costs(*HOMES)
    shown = shown_costs(made, providers(), "kurzeme", RULES, before)
    assert ("unit_costs" in hidden_in(made.tables, shown.tables)) == hidden


def test_internal_costs_are_whole_but_for_the_lines():
    made = costs(("a", 5.0))
    shown = shown_costs(made, providers(), "kurzeme", None)
    assert hidden_in(made.tables, shown.tables) == {}
    assert shown.lines.empty
    assert list(shown.lines) == list(made.lines)
    assert list(shown.counted["activity"]) == ["year", "care_arrangement", "source"]


@dataclasses.dataclass
class Care:
    """What a plan keeps of its region's costs, as tables that are made already."""

    lines: pd.DataFrame
    activity: pd.DataFrame
    of: CostEvaluation


@pytest.fixture
def region_as_given(monkeypatch):
    monkeypatch.setattr(disclosure, "tables_of_region", lambda care: care.of.tables)


def plan(children: int = 20, homes: tuple = HOMES) -> PlanEvaluation:
    made = costs(*homes)
    return PlanEvaluation(
        tables={
            "destinations": rows("year care_arrangement", (2024, HOME), (2024, "guardian"),
                                 (2024, "exit")).assign(children=[children, 30, 40]),
            "children_balance": rows(
                "year", (2024,)
            ).assign(before=children + 70, entries=0, in_care=children + 30, left_care=40,
                     difference=0),
            "preference_shares": rows("year step", (2024, "residential")).assign(
                children=children, share=0.5
            ),
            "costs_elsewhere": rows(
                "year care_arrangement cost_year", (2024, HOME, 2020),
                numbers="cost_per_child_month_eur",
            ),
            "unmet_needs": rows(
                "municipality service_type target_group", ("liepaja", "dac", "adults"),
            ).assign(needing=5, receiving=0, unmet=5),
        },
        evidence=pd.Series({"published": 1.0}),
        counted={"destinations": pd.DataFrame({"children": [3], "source": ["x"]})},
        home=HOME,
        years=range(2024, 2025),
        base_year=None,
        has_plan=True,
        starts_the_plan=True,
        with_capital=True,
        function_basis="recorded",
        outlook=None,
        told_apart={},
        care=Care(made.lines, made.counted["activity"], made),  # type: ignore[arg-type]
    )  # fmt: skip


def needs_in_progress() -> ProgressEvaluation:
    table = rows("municipality service_type target_group", ("liepaja", "dac", "adults")).assign(
        assessed=50, needing=5, receiving=0, unmet=5
    )
    return dataclasses.replace(progress(), tables={"service_coverage": table})


def shown_of_plan(
    made: PlanEvaluation, *, of: dict | None = None, earlier: Earlier | None = None,
    region: ProgressEvaluation | None = None,
) -> dict:  # fmt: skip
    shown = shown_plan(
        made, region, of or providers(), "kurzeme-1", "kurzeme", RULES, earlier or Earlier()
    )
    assert shown.care is None
    return hidden_in(made.tables, shown.tables)


def test_public_plan_hides_few_children_with_others(region_as_given):
    found = shown_of_plan(plan(children=5))
    assert 0 in found["destinations"]
    assert len(found["destinations"]) + len(found.get("children_balance", {})) > 1
    assert "destinations" not in shown_of_plan(plan(children=20))


def test_public_plan_hides_the_few_children_of_its_own_home(region_as_given):
    homes = (("kurzeme-1", 5.0), ("b", 30.0), ("c", 40.0))
    made = plan(homes=homes)
    made.tables["situation"] = rows("year", (2020,), (2021,), numbers="average_children")
    assert shown_of_plan(made)["situation"] == {0: {"average_children"}}


def test_public_plan_hides_the_cost_of_a_region_of_one_body(region_as_given):
    town = providers(a="municipality", b="municipality", c="municipality")
    assert "costs_elsewhere" not in shown_of_plan(plan())
    assert shown_of_plan(plan(), of=town)["costs_elsewhere"] == {0: {"cost_per_child_month_eur"}}


def test_public_plan_hides_what_its_regions_progress_hides(region_as_given):
    # The 5 who lack the service are hidden there: here, where only what is lacking stands, nothing
    # is said of them.
    for progress, services in ((None, ["dac"]), (needs_in_progress(), [])):
        shown = shown_plan(plan(), progress, TABLES, "kurzeme-1", "kurzeme", RULES)
        assert list(shown.tables["unmet_needs"]["service_type"]) == services


def test_public_plan_hides_what_releases_of_home_and_region_hide(region_as_given):
    of_home = release_of(
        "kurzeme-1", "destinations", ["year", "care_arrangement", "children"],
        [2024, "guardian", {"symbol": "c"}],
    )  # fmt: skip
    assert 1 in shown_of_plan(plan(), earlier=of_home)["destinations"]
    of_region = release_of(
        "kurzeme", "unit_costs", [*UNIT, "child_months"], [2020, HOME, {"symbol": "c"}]
    )
    assert "costs_elsewhere" in shown_of_plan(plan(), earlier=of_region)
    of_needs = release_of(
        "kurzeme", "service_coverage",
        ["municipality", "service_type", "target_group", "needing"],
        ["liepaja", "dac", "adults", {"symbol": "c"}],
    )  # fmt: skip
    many = needs_in_progress()
    many.tables["service_coverage"] = many.tables["service_coverage"].assign(
        needing=30, receiving=15, unmet=15
    )
    assert "unmet_needs" not in shown_of_plan(plan(), region=many)
    assert "needing" in shown_of_plan(plan(), region=many, earlier=of_needs)["unmet_needs"][0]


def test_internal_plan_is_whole_but_for_the_regions_costs():
    made = plan(children=5)
    shown = shown_plan(made, None, TABLES, "kurzeme-1", "kurzeme", None)
    assert hidden_in(made.tables, shown.tables) == {}
    assert shown.care is None
    assert list(shown.counted["destinations"]) == ["source"]


def test_a_plan_is_released_once():
    made = dataclasses.replace(plan(), care=None)
    with pytest.raises(ValueError, match=r"^this plan has been released before$"):
        shown_plan(made, None, TABLES, "kurzeme-1", "kurzeme", RULES)


def test_every_search_has_the_same_time(monkeypatch, region_as_given):
    given = []
    monkeypatch.setattr(Cells, "hidden", lambda cells, found, seconds: given.append(seconds) or
                        frozenset())  # fmt: skip
    shown_costs(costs(*HOMES), providers(), "kurzeme", RULES)
    shown_progress(progress(guardian=5), TABLES, "kurzeme", RULES)
    shown_plan(plan(), progress(guardian=5), providers(), "kurzeme-1", "kurzeme", RULES)
    shown_needs(needs((50, 5)), RULES)
    # Children and amounts of costs, persons and money of progress; of a plan its own, too.
    assert given == [disclosure.SECONDS] * (2 + 2 + 5 + 1)


def test_hidden_values_of_an_edition_are_marked():
    made = progress(institution=5, guardian=40)
    shown = shown_progress(made, TABLES, "kurzeme", RULES)
    assert is_hidden(shown.tables["placement_mix"]["children"].astype(object)[0])
