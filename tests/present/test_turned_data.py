"""The demonstration turned around: verdicts, sentences and pictures must follow the data.

Every case changes the data of Latvia in one way, makes all chapters of the report and reads them
in both languages. No case may show NaN, infinity, an empty picture or a text not filled in.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import dieval
from dieval.present.cost_comparison import CostComparison
from dieval.reports.project import read_project, shipped_root
from dieval.reports.scope import check_cost_comparison, compare_costs

Tables = dict[str, pd.DataFrame]
CHAPTERS = (
    "show_findings",
    "show_unit_costs",
    "show_parts",
    "show_comparison",
    "show_payers",
    "show_providers",
    "show_uncertainty",
    "show_annexes",
    "run_record",
)
PARAMETERS: dict[str, Any] = dict(
    region="kurzeme",
    first_year=2017,
    last_year=2022,
    price_year=2022,
    discount_rate=0.04,
    reference="institution",
    draws=1000,
    seed=1,
    edition="internal",
)
FAMILIES = ("foster_family", "guardian")


# ---------------------------------------------------------------------------- turning the data


def as_it_is(tables: Tables) -> Tables:
    return tables


def _changed(table: pd.DataFrame, rows: pd.Series, **columns: Any) -> pd.DataFrame:
    changed = table.copy()
    for column, value in columns.items():
        changed.loc[rows, column] = value
    return changed


def _of_institutions(table: pd.DataFrame) -> pd.Series:
    return (table["care_arrangement"] == "institution") & (table["region"] == "kurzeme")


def families_are_dearer(tables: Tables) -> Tables:
    """The law pays families twelve times as much."""
    rates = tables["statutory_rates"]
    return tables | {
        "statutory_rates": rates.assign(amount_eur_month=rates["amount_eur_month"] * 12)
    }


def support_beyond_the_switch_point(tables: Tables) -> Tables:
    """Support of families is two hundred times as high; the families themselves stay cheap."""
    costs = tables["costs"]
    support = costs["care_arrangement"].isin(FAMILIES) & (costs["cost_item"] == "support")
    return tables | {"costs": _changed(costs, support, amount_eur=costs["amount_eur"] * 200)}


def support_not_recorded(tables: Tables) -> Tables:
    """Nobody records support of foster families."""
    costs = tables["costs"]
    ours = (costs["care_arrangement"] == "foster_family") & (costs["cost_item"] == "support")
    return tables | {"costs": costs[~ours]}


def one_provider(tables: Tables) -> Tables:
    """One institution is left in the region."""
    one = "kurzeme-paraugs-2"
    kept = {
        name: tables[name][~_of_institutions(tables[name]) | (tables[name]["provider"] == one)]
        for name in ("costs", "activity", "providers")
    }
    assets = tables["assets"]
    gone = set(tables["providers"]["provider"]) - set(kept["providers"]["provider"])
    return tables | kept | {"assets": assets[~assets["provider"].isin(gone)]}


def no_groups(tables: Tables) -> Tables:
    """Nobody records age or need."""
    groups = dict(age_band="all", need_level="all")
    key = ["region", "provider", "care_arrangement", "year", "age_band", "need_level"]
    activity = tables["activity"].assign(**groups)
    activity = activity.groupby([*key, "source"], dropna=False).sum(min_count=1).reset_index()
    return tables | {"activity": activity, "costs": tables["costs"].assign(**groups)}


def cost_without_children(tables: Tables) -> Tables:
    """In the last year institutions cost money and care for nobody."""
    activity = tables["activity"]
    last = _of_institutions(activity) & (activity["year"] == 2022)
    return tables | {"activity": _changed(activity, last, child_days=0.0)}


def one_year_of_data(tables: Tables) -> Tables:
    """Only the last year is recorded."""
    return tables | {
        name: tables[name][tables[name]["year"] == 2022]
        for name in ("costs", "activity", "households")
    }


def no_places(tables: Tables) -> Tables:
    return tables | {"activity": tables["activity"].assign(place_days=float("nan"))}


def half_empty(tables: Tables) -> Tables:
    """Since 2020 a third of the children of institutions is gone; ledgers stay."""
    activity = tables["activity"]
    late = _of_institutions(activity) & (activity["year"] >= 2020)
    return tables | {
        "activity": _changed(activity, late, child_days=(activity["child_days"] / 3).round())
    }


def everything_published(tables: Tables) -> Tables:
    """All sources are published figures, which count as exact."""
    return tables | {"sources": tables["sources"].assign(evidence="published")}


def refunds(tables: Tables) -> Tables:
    """Institutions get more back as `other` than they paid for it."""
    costs = tables["costs"]
    other = _of_institutions(costs) & (costs["cost_item"] == "other")
    return tables | {"costs": _changed(costs, other, amount_eur=-20_000.0)}


def cheaper_institutions(tables: Tables) -> Tables:
    """Ledgers of institutions fall to a hundredth in the last year."""
    costs = tables["costs"]
    last = _of_institutions(costs) & (costs["year"] == 2022)
    return tables | {
        "costs": _changed(costs, last, amount_eur=(costs["amount_eur"] / 100).round(2))
    }


def barely_dearer_institutions(tables: Tables) -> Tables:
    """Ledgers of institutions fall to a seventh in the last year."""
    costs = tables["costs"]
    last = _of_institutions(costs) & (costs["year"] == 2022)
    return tables | {"costs": _changed(costs, last, amount_eur=(costs["amount_eur"] / 7).round(2))}


def only_institutions(tables: Tables) -> Tables:
    """Nothing but institutions is recorded: there is nothing to compare."""
    chosen = {
        name: tables[name][tables[name]["care_arrangement"] == "institution"]
        for name in ("costs", "activity", "households")
    }
    return tables | chosen


TURNS: list[Callable[[Tables], Tables]] = [
    as_it_is,
    families_are_dearer,
    support_beyond_the_switch_point,
    support_not_recorded,
    one_provider,
    no_groups,
    cost_without_children,
    one_year_of_data,
    no_places,
    half_empty,
    everything_published,
    refunds,
    cheaper_institutions,
    barely_dearer_institutions,
    only_institutions,
]

Make = Callable[..., CostComparison]


@pytest.fixture(scope="module")
def turned(package) -> Make:
    """Give the report on the turned data; each is made once."""
    made: dict[Any, CostComparison] = {}

    def make(turn: Callable[[Tables], Tables], **parameters: Any) -> CostComparison:
        key = (turn, *sorted(parameters.items()))
        if key not in made:
            tables = {
                name: table.reset_index(drop=True)
                for name, table in turn(dict(package.tables)).items()
            }
            data = dataclasses.replace(package, tables=tables)
            checked = check_cost_comparison(PARAMETERS | parameters, data)
            made[key] = compare_costs(checked, data, read_project(shipped_root()))
        return made[key]

    return make


def verdicts(report: CostComparison) -> dict[str, str]:
    return {finding.finding: finding.verdict for finding in report.findings}


def sentence(report: CostComparison, name: str, code: str) -> str:
    (found,) = [finding for finding in report.findings if finding.finding == name]
    return found.sentence[code]


# ------------------------------------------------------------------------------ in every case


@pytest.mark.parametrize(
    ("turn", "reference"),
    [
        *((turn, "institution") for turn in TURNS),
        (families_are_dearer, "foster_family"),
        (one_year_of_data, "guardian"),
        (no_places, "youth_house"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_turned_data_leaves_no_unwritten_value_and_no_empty_picture(
    turn, reference, turned, read_through
):
    assert len(read_through(turned(turn, reference=reference), CHAPTERS)) > 20


# --------------------------------------------------------------------------------- each in turn

CHEAPEST = "family_based_is_cheapest"
WITH_SUPPORT = "family_based_is_cheapest_with_support"
ACROSS = "family_based_is_cheapest_across_sensitivity"
DEARER = "reference_became_dearer_in_constant_prices"
EMPTY = "cost_rose_because_places_stand_empty"
S, N, I, D = "supported", "not_supported", "inconclusive", "no_data"  # noqa: E741

VERDICTS = {
    as_it_is: {CHEAPEST: S, WITH_SUPPORT: S, ACROSS: S, DEARER: S, EMPTY: N},
    families_are_dearer: {CHEAPEST: N, WITH_SUPPORT: N, ACROSS: N, DEARER: S, EMPTY: N},
    support_beyond_the_switch_point: {CHEAPEST: S, WITH_SUPPORT: N, ACROSS: N, DEARER: S},
    support_not_recorded: {CHEAPEST: S, WITH_SUPPORT: I},
    cost_without_children: {CHEAPEST: S, ACROSS: D},
    one_year_of_data: {CHEAPEST: S, DEARER: D, EMPTY: D},
    no_places: {CHEAPEST: S, DEARER: S, EMPTY: D},
    half_empty: {DEARER: S, EMPTY: S},
    cheaper_institutions: {CHEAPEST: N, ACROSS: N, DEARER: N, EMPTY: N},
    barely_dearer_institutions: {CHEAPEST: S, ACROSS: I, DEARER: N},
    only_institutions: {CHEAPEST: D, WITH_SUPPORT: D, ACROSS: D, DEARER: S},
}


@pytest.mark.parametrize("turn", VERDICTS, ids=lambda turn: turn.__name__)
def test_verdicts_of_turned_data_follow_the_data(turn, turned):
    found = verdicts(turned(turn))
    assert {name: found[name] for name in VERDICTS[turn]} == VERDICTS[turn]


def test_every_finding_comes_out_in_more_than_one_way(turned):
    ways: dict[str, set[str]] = {}
    for turn in TURNS:
        for name, verdict in verdicts(turned(turn)).items():
            ways.setdefault(name, set()).add(verdict)
    assert {S, N} <= ways[CHEAPEST] & ways[WITH_SUPPORT] & ways[ACROSS]
    assert {S, N} <= ways[DEARER] & ways[EMPTY]


@pytest.mark.parametrize("name", [CHEAPEST, WITH_SUPPORT, ACROSS])
@pytest.mark.parametrize("code", ["lv", "en"])
def test_sentences_of_dearer_families_say_other_amounts(name, code, turned):
    before, after = turned(as_it_is), turned(families_are_dearer)
    assert sentence(before, name, code) != sentence(after, name, code)


@pytest.fixture(scope="module")
def note_texts(said_in) -> Callable[[CostComparison, str, str], str]:
    """Give all that a chapter says in a language."""
    return lambda report, chapter, code: said_in(getattr(dieval, chapter)(report), code)


def test_support_beyond_the_switch_point_has_no_room_left(turned):
    table = turned(support_beyond_the_switch_point).evaluation.tables["comparison"]
    ours = table[(table["year"] == 2022) & table["alternative"].isin(FAMILIES)]
    room = ours["switch_point_support_eur_per_child_month"]
    assert (room > 0).all()
    assert (ours["support_eur_per_child_month"] > room).all()
    assert (ours["difference_eur_per_child_month"] < 0).all()
    assert (ours["switch_point_multiple"] < 1).all()


def test_one_provider_has_no_interval_between_providers_and_says_so(turned, note_texts):
    report = turned(one_provider)
    table = report.evaluation.tables["provider_bootstrap"]
    of_year = table[table["year"] == 2022]
    assert set(of_year["caution"]) == {"one_provider"}
    assert of_year["bootstrap_ratio_low"].isna().all()
    assert "viens pakalpojumu sniedzējs" in note_texts(report, "show_uncertainty", "lv")
    assert "one provider" in note_texts(report, "show_uncertainty", "en")
    parameters = set(report.evaluation.tables["sensitivity"]["parameter"])
    assert "reference_cost" not in parameters


def test_few_providers_are_named_where_there_are_fewer_than_eight(turned, note_texts):
    assert "fewer than 8" in note_texts(turned(as_it_is), "show_uncertainty", "en")


def test_no_groups_label_every_comparison_as_not_adjusted(turned, note_texts):
    adjusted, plain = turned(as_it_is), turned(no_groups)
    assert plain.evaluation.tables["case_mix"].empty
    assert plain.evaluation.tables["group_costs"].empty
    english = "Not adjusted for need: the arrangements care for children of different ages"
    assert english in note_texts(plain, "show_comparison", "en")
    where = "adjusted for age or need (foster family) stand in a table of their own"
    assert where in note_texts(adjusted, "show_comparison", "en")
    assert where not in note_texts(plain, "show_comparison", "en")
    assert "Rate effect" in note_texts(adjusted, "show_comparison", "en")
    assert "Izmaksu ietekme" in note_texts(adjusted, "show_comparison", "lv")


def test_home_that_gives_one_year_as_a_whole_is_named_where_costs_go_by_group(
    made, package, said_in
):
    homes = package.tables["providers"].set_index("provider")["name_lv"]
    activity = package.tables["activity"]
    rows = (activity["provider"] == "kurzeme-paraugs-2") & (activity["year"] == 2022)
    whole = _changed(activity, rows, age_band="all", need_level="all")
    before = dieval.show_comparison(made("cost_comparison"))
    after = dieval.show_comparison(made("cost_comparison", activity=whole))
    home = homes["kurzeme-paraugs-2"]
    for code, text in (
        ("en", f"recorded without it: institution, 2022 ({home})."),
        ("lv", f"bez vecuma grupas: BSAC vai bērnu nams, 2022. gads ({home})."),
    ):
        assert text in said_in(after, code).replace("\u00a0", " ")
        assert text.partition(":")[0] not in said_in(before, code)


def test_cost_without_children_has_no_unit_cost_and_no_comparison(turned):
    report = turned(cost_without_children)
    units = report.evaluation.tables["unit_costs"].set_index(["year", "care_arrangement"])
    row = units.loc[(2022, "institution")]
    assert row["total_eur"] > 0
    assert row["child_days"] == 0
    assert pd.isna(row["cost_per_child_month_eur"])
    assert report.compared == []
    assert report.main_alternative is None


def test_exact_data_gives_certain_probabilities_and_no_error_of_ledgers(turned):
    table = turned(everything_published).evaluation.tables["simulation"]
    assert set(table["probability_cheaper"]) <= {0.0, 1.0}
    surely = turned(as_it_is).evaluation.tables["comparison"]
    exact = turned(everything_published).evaluation.tables["comparison"]
    width = exact["ratio_high"] - exact["ratio_low"]
    assert (width < surely["ratio_high"] - surely["ratio_low"]).all()


def test_half_empty_homes_cost_more_because_places_stand_empty(turned):
    for code, expected in (("en", "by occupancy"), ("lv", "noslodzes dēļ")):
        assert expected in sentence(turned(half_empty), EMPTY, code)
