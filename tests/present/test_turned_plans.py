"""The annex of the demonstration's homes, and of plans that are turned around.

Every case makes all chapters of the report and reads them in both languages. The table of a chapter
and the sentences beside it must say the same.
"""

from __future__ import annotations

import dataclasses
import math
import os
import re
from collections.abc import Callable, Iterator
from itertools import accumulate, pairwise
from typing import Any

import pandas as pd
import pytest

import dieval
from dieval.plans.evaluation import REQUIRED_TABLES
from dieval.present.blocks import resolve
from dieval.present.chapters.annex import destinations
from dieval.present.language import language
from dieval.present.reorganisation_annex import (
    INPUT_TABLES,
    MOST_YEARS,
    ReorganisationAnnex,
    few_years,
)
from dieval.release.cells import masked
from dieval.release.tables import ReleasedTables
from dieval.reports.project import read_project, shipped_root
from dieval.reports.scope_annex import annex, check_reorganisation_annex
from dieval.vocabulary import CARE_ARRANGEMENTS, FAMILY_BASED, LANGUAGES

Tables = dict[str, pd.DataFrame]
Turn = Callable[[Tables], Tables]
Make = Callable[..., ReorganisationAnnex]
CHAPTERS = (
    "show_findings",
    "show_situation",
    "show_destinations",
    "show_transition",
    "show_scenarios",
    "show_demand",
    "show_recommendations",
    "show_annexes",
    "run_record",
)
HOME, FIRST, LAST = "kurzeme-paraugs-1", 2018, 2027
PARAMETERS: dict[str, Any] = dict(
    provider=HOME,
    start_year=0,
    horizon_years=10,
    price_year=2022,
    discount_rate=0.04,
    draws=1000,
    seed=1,
    edition="internal",
)
CAMPAIGN = bool(os.environ.get("DIEVAL_CAMPAIGN"))


# ---------------------------------------------------------------------------- turning the data


def as_it_is(tables: Tables) -> Tables:
    return tables


def _ours(table: pd.DataFrame) -> pd.Series:
    return table["provider"] == HOME


def _without_ours(tables: Tables, *names: str) -> Tables:
    return tables | {name: tables[name][~_ours(tables[name])] for name in names}


def _planned(tables: Tables, *rows: tuple[int, str, int], **groups: object) -> Tables:
    """Put a plan of year, code and children in the place of that of the home."""
    plan = pd.DataFrame(rows, columns=["year", "care_arrangement", "children"])
    plan = plan.assign(provider=HOME, source="synthetic-plans", age_band="all", need_level="all")
    others = tables["destinations"][~_ours(tables["destinations"])]
    counts = dict.fromkeys(("under_3", "siblings_apart"), "Int64")
    both = pd.concat([others.astype(counts), plan.assign(**groups)], ignore_index=True)
    return tables | {"destinations": both.astype(others.dtypes.to_dict() | counts)}


def _moved(tables: Tables, years: int) -> Tables:
    """Put the plan of the home some years later."""
    plan, costs = tables["destinations"].copy(), tables["transition_costs"].copy()
    for table in (plan, costs):
        table.loc[_ours(table), "year"] += years
    return tables | {"destinations": plan, "transition_costs": costs}


def _open_for_ever(tables: Tables) -> Tables:
    homes = tables["providers"].copy()
    homes.loc[_ours(homes), "closed"] = pd.NaT
    return tables | {"providers": homes}


def dear_change(tables: Tables) -> Tables:
    """One-off costs are fifty times as high: the plan never pays."""
    costs = tables["transition_costs"]
    return tables | {"transition_costs": costs.assign(amount_eur=costs["amount_eur"] * 50)}


def dear_support(tables: Tables) -> Tables:
    """Support of families is fifty times as high: the plan loses money in every year."""
    costs = tables["costs"].copy()
    costs.loc[costs["cost_item"] == "support", "amount_eur"] *= 50
    return tables | {"costs": costs}


def one_dear_home(tables: Tables) -> Tables:
    """Nearly all of the cost is that of each child: the plan saves whatever else changes."""
    structure = tables["cost_structure"].copy()
    structure["fixed_eur"] /= 100
    structure["variable_eur_per_child"] *= 20
    return tables | {"cost_structure": structure}


def one_payer(tables: Tables) -> Tables:
    """The municipality pays for everything."""
    names = ("costs", "statutory_rates", "transition_costs")
    return tables | {name: tables[name].assign(payer="municipality") for name in names}


def youth_houses_without_cost(tables: Tables) -> Tables:
    """What youth houses of the region cost is not recorded in any year."""
    costs = tables["costs"]
    theirs = (costs["care_arrangement"] == "youth_house") & (costs["region"] == "kurzeme")
    activity = tables["activity"]
    days = (activity["care_arrangement"] == "youth_house") & (activity["region"] == "kurzeme")
    return tables | {"costs": costs[~theirs], "activity": activity[~days]}


def nothing_elsewhere_has_a_cost(tables: Tables) -> Tables:
    """Of the region only the institutions are recorded."""
    kept = ("institution", "state_institution")
    return tables | {
        name: tables[name][
            tables[name]["care_arrangement"].isin(kept) | (tables[name]["region"] != "kurzeme")
        ]
        for name in ("costs", "activity", "households")
    }


def no_ledger(tables: Tables) -> Tables:
    """Neither the ledger nor the children of the home are recorded; its cost structure is."""
    return _without_ours(tables, "costs", "activity", "assets")


def no_ledger_and_no_structure(tables: Tables) -> Tables:
    """How the cost of the home follows its children cannot be known."""
    return _without_ours(tables, "costs", "activity", "assets", "cost_structure")


def no_children_recorded(tables: Tables) -> Tables:
    """The home has a ledger, but no child-days."""
    return _without_ours(tables, "activity")


def no_structure(tables: Tables) -> Tables:
    """The cost structure is derived from the ledger."""
    return _without_ours(tables, "cost_structure")


def no_one_off(tables: Tables) -> Tables:
    return _without_ours(tables, "transition_costs")


def no_new_buildings(tables: Tables) -> Tables:
    """The plan pays for no buildings: annuitised capital counts elsewhere."""
    costs = tables["transition_costs"]
    return tables | {"transition_costs": costs[costs["kind"] != "capital"]}


def only_income(tables: Tables) -> Tables:
    costs = tables["transition_costs"]
    return tables | {"transition_costs": costs[costs["kind"] == "disposal"]}


def one_off_too_late(tables: Tables) -> Tables:
    """A one-off cost falls after the years that are looked at."""
    costs = tables["transition_costs"].copy()
    costs.loc[_ours(costs) & (costs["kind"] == "disposal"), "year"] = 2050
    return tables | {"transition_costs": costs}


def groups_told_apart(tables: Tables) -> Tables:
    """Children under seven and those with complex needs are told apart."""
    plan = tables["destinations"].copy()
    foster = plan["care_arrangement"] == "foster_family"
    plan.loc[_ours(plan) & foster, "age_band"] = "0-6"
    plan.loc[_ours(plan) & (plan["care_arrangement"] == "institution"), "need_level"] = "complex"
    return tables | {"destinations": plan}


def small_children_and_siblings(tables: Tables) -> Tables:
    """Some are under three and some live apart from a brother or sister."""
    plan = tables["destinations"].copy()
    first = _ours(plan) & (plan["year"] <= 2019)
    stay = first & (plan["care_arrangement"] == "institution")
    plan.loc[first, ["under_3", "siblings_apart"]] = 0
    plan.loc[stay, "under_3"] = 2
    plan.loc[first & (plan["care_arrangement"] == "foster_family"), "siblings_apart"] = 1
    return tables | {"destinations": plan}


def one_small_child(tables: Tables) -> Tables:
    """One child is under three, and nobody is parted."""
    plan = tables["destinations"].copy()
    stay = _ours(plan) & (plan["care_arrangement"] == "institution")
    plan.loc[_ours(plan), ["under_3", "siblings_apart"]] = 0
    plan.loc[stay & (plan["year"] == 2018), "under_3"] = 1
    return tables | {"destinations": plan}


def come_and_go(tables: Tables) -> Tables:
    """Two come, some go home, are adopted or grow out of care."""
    return _planned(
        tables,
        *((2018, "institution", 20), (2018, "foster_family", 8), (2018, "family", 6)),
        *((2018, "adoption", 3), (2018, "entry", 2)),
        *((2019, "foster_family", 21), (2019, "family", 9), (2019, "adoption", 4)),
        *((2019, "exit", 3), (2019, "entry", 0)),
    )


def everybody_goes_home(tables: Tables) -> Tables:
    """All children go home in the first year; nobody is left in care."""
    return _planned(tables, (2018, "institution", 0), (2018, "family", 36), (2018, "exit", 1))


def everybody_grows_up(tables: Tables) -> Tables:
    """All children grow out of care in the first year: nobody has a place of living."""
    return _planned(tables, (2018, "institution", 0), (2018, "exit", 37))


def nobody_at_first(tables: Tables) -> Tables:
    """Nobody is in care in the first year; four come in the second."""
    return _planned(
        tables,
        *((2018, "institution", 0), (2019, "entry", 4), (2019, "foster_family", 4)),
    )


def nobody_ever(tables: Tables) -> Tables:
    return _planned(tables, (2018, "institution", 0), (2019, "foster_family", 0))


def one_child(tables: Tables) -> Tables:
    return _planned(tables, (2018, "institution", 1), (2019, "guardian", 1))


def half_in_families(tables: Tables) -> Tables:
    """In the last year half of the children exactly live in families."""
    return _planned(
        tables,
        *((2018, "institution", 36), (2019, "foster_family", 10), (2019, "guardian", 8)),
        (2019, "family_like", 18),
    )


def never_empties(tables: Tables) -> Tables:
    """Some children stay in the home to the end."""
    return _planned(
        _open_for_ever(tables),
        *((2018, "institution", 30), (2018, "foster_family", 7)),
        *((2019, "institution", 12), (2019, "foster_family", 25)),
    )


def sold_too_early(tables: Tables) -> Tables:
    """Of the children eleven still live in the home at the end of the year in which it is sold."""
    return _planned(
        _open_for_ever(tables),
        *((2018, "institution", 37), (2021, "institution", 11), (2021, "foster_family", 26)),
        (2022, "foster_family", 37),
    )


def nobody_moves(tables: Tables) -> Tables:
    return _planned(tables, (2018, "institution", 37))


def to_the_state(tables: Tables) -> Tables:
    """All children move to an institution of the state, with more children than places."""
    return _planned(tables, (2018, "state_institution", 400))


def a_year_nobody_planned(tables: Tables) -> Tables:
    return _planned(
        tables,
        *((2018, "institution", 37), (2021, "foster_family", 36), (2021, "guardian", 1)),
    )


def a_later_plan(tables: Tables) -> Tables:
    """The plan begins after everything that is recorded."""
    return _open_for_ever(_moved(tables, 15))


def an_early_plan(tables: Tables) -> Tables:
    """The plan begins before a year of prices, ledgers and moves that is complete."""
    return _moved(tables, -3)


def refunds(tables: Tables) -> Tables:
    """A payer of the home gets more back than it pays."""
    costs = tables["costs"].copy()
    staff = _ours(costs) & (costs["cost_item"] == "staff")
    costs.loc[staff, "amount_eur"] = -1_000_000.0
    return tables | {"costs": costs}


def free_home(tables: Tables) -> Tables:
    """The home costs nothing."""
    structure = tables["cost_structure"]
    zero = dict(fixed_eur=0.0, variable_eur_per_child=0.0, step_eur=0.0)
    return tables | {"cost_structure": structure.assign(**zero)}


def more_places_than_children(tables: Tables) -> Tables:
    places = tables["planned_places"].assign(places=tables["planned_places"]["places"] * 40)
    family_like = places["care_arrangement"].replace({"gd": "family_like", "dc": "youth_house"})
    return tables | {"planned_places": places.assign(care_arrangement=family_like)}


def no_places_of_care(tables: Tables) -> Tables:
    """The region plans places of services only."""
    places = tables["planned_places"]
    return tables | {"planned_places": places[~places["care_arrangement"].isin(CARE_ARRANGEMENTS)]}


def needs_met(tables: Tables) -> Tables:
    needs = tables["needs"]
    return tables | {"needs": needs.assign(receiving=needs["needing"])}


def one_year_of_moves(tables: Tables) -> Tables:
    flows = tables["flows"]
    return tables | {"flows": flows[flows["year"] == flows["year"].max()]}


def nothing_follows(tables: Tables) -> Tables:
    """Nobody moves, nothing is paid and no places are planned: there is nothing to recommend."""
    return nobody_moves(no_places_of_care(no_one_off(tables)))


def everything_published(tables: Tables) -> Tables:
    return tables | {"sources": tables["sources"].assign(evidence="published")}


def another_municipality(tables: Tables) -> Tables:
    """The home stands in a municipality that ended in the reform of 2021."""
    homes = tables["providers"].copy()
    homes.loc[_ours(homes), "municipality"] = "skrundas-novads"
    return tables | {"providers": homes}


TURNS: list[Turn] = [
    as_it_is, dear_support, one_dear_home, one_payer, youth_houses_without_cost,
    nothing_elsewhere_has_a_cost, no_ledger, no_ledger_and_no_structure, no_structure, no_one_off,
    no_new_buildings, one_off_too_late, groups_told_apart, small_children_and_siblings,
    one_small_child, come_and_go, everybody_goes_home, everybody_grows_up, nobody_at_first,
    half_in_families, never_empties, nobody_moves, a_year_nobody_planned, a_later_plan, refunds,
    more_places_than_children, one_year_of_moves, nothing_follows, another_municipality,
]  # fmt: skip
# Much like one of the others; read in the campaign.
MORE_TURNS: list[Turn] = [
    dear_change, only_income, no_children_recorded, one_child, to_the_state, an_early_plan,
    free_home, no_places_of_care, needs_met, everything_published,
]  # fmt: skip
CHOSEN: list[tuple[Turn, dict[str, Any]]] = [
    (as_it_is, dict(horizon_years=1)),
    (as_it_is, dict(horizon_years=2)),
    (as_it_is, dict(horizon_years=60)),
    (as_it_is, dict(start_year=2020)),
    (as_it_is, dict(start_year=2021, horizon_years=3)),
    (as_it_is, dict(discount_rate=0.0)),
    (as_it_is, dict(discount_rate=0.999)),
    (as_it_is, dict(price_year=2014)),
]


@pytest.fixture(scope="module")
def turned(package) -> Make:
    """Give the annex on turned data; each is made once."""
    made: dict[Any, ReorganisationAnnex] = {}

    def make(turn: Turn = as_it_is, **parameters: Any) -> ReorganisationAnnex:
        key = (turn, *sorted(parameters.items()))
        if key not in made:
            made[key] = made_from(package, turn(dict(package.tables)), **parameters)
        return made[key]

    return make


def made_from(package: Any, tables: Tables, **parameters: Any) -> ReorganisationAnnex:
    lines = {name: rows for name, rows in package.lines.items()
             if tables.get(name) is package.tables[name]}  # fmt: skip
    tables = {name: table.reset_index(drop=True) for name, table in tables.items()}
    data = dataclasses.replace(package, tables=tables, lines=lines)
    checked = check_reorganisation_annex(PARAMETERS | parameters, data)
    return annex(checked, data, read_project(shipped_root()))


# --------------------------------------------------------------------------------- what reads well

# Words that no Latvian sentence has; names of tables and codes in quotes are no words.
ENGLISH = re.compile(
    r"\b(the|of|and|is|are|with|from|not|child|children|years?|home|plan|every|region)\b"
)
# Titles of foreign sources.
AS_PUBLISHED = ("sources", "parameters")
UNREADABLE = {
    "a year with decimals": re.compile(r"(?<![\d.,\u00a0])(19|20)\d\d[.,]0\b(?!\d)"),
    "a list of nothing": re.compile(r"[:;,–] ?\.|\(\)|: ?;|; ?;|, ?,"),
    "two stops or a space before one": re.compile(r"(?<!\.)\.\.(?!\.)| \.|  "),
    "a period of one year": re.compile(r"\b((19|20)\d\d)\.?–\1\b"),
    "minus nothing": re.compile(r"[−-]0\b(?![.,]\d)"),
    "one in the plural": re.compile(r"\b1 (children|places|years|persons)\b"),
}


READ = ("title", "alt", "notes", "paragraphs", "items", "facts", "rows", "columns", "text")
SPELLED = ("kind", "words", "measure")  # codes of the program, which nobody reads


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield plain(value)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from texts(part) if key not in SPELLED else ()
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)


def faults(blocks: list[dict[str, Any]]) -> list[str]:
    """What reads badly in blocks: an empty list, a year as a fraction, English in Latvian."""
    found = []
    for block in blocks:
        name = block.get("name", block["kind"])
        if block["kind"] in ("list", "text") and not block.get("items", block.get("paragraphs")):
            found.append(f"{name}: empty")
        for code in LANGUAGES:
            written = {key: part for key, part in resolve(block, code).items() if key in READ}
            said = list(texts(written))
            prose = [*written.get("items", []), *written.get("paragraphs", [])]
            found += [f"{name} ({code}): an empty text" for text in prose if not text.strip()]
            if name not in AS_PUBLISHED:
                for what, pattern in UNREADABLE.items():
                    found += [f"{name} ({code}): {what}: {t}" for t in said if pattern.search(t)]
                if code == "lv":
                    found += [f"{name}: English: {t}" for t in said if ENGLISH.search(t)]
    return found


@pytest.fixture(scope="module")
def blocks_of(read_through) -> Callable[[ReorganisationAnnex], list[dict[str, Any]]]:
    """Make all chapters of an annex and read them, once."""
    made: dict[int, tuple[ReorganisationAnnex, list[dict[str, Any]]]] = {}

    def blocks(report: ReorganisationAnnex) -> list[dict[str, Any]]:
        if id(report) not in made:
            made[id(report)] = report, read_through(report, CHAPTERS)
        return made[id(report)][1]

    return blocks


def named(blocks: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """The one block of a name that is a table or a picture."""
    (block,) = [block for block in blocks if block.get("name") == name]
    return block


def heads(block: dict[str, Any], code: str, count: int = 1) -> list[list[str]]:
    """The first cells of the rows of a table, in words."""
    return [list(texts(row[:count])) for row in resolve(block, code)["rows"]]


@pytest.fixture
def read_well(blocks_of) -> Callable[[ReorganisationAnnex], list[dict[str, Any]]]:
    """Make all chapters of an annex and read them; nothing may read badly."""

    def read(report: ReorganisationAnnex) -> list[dict[str, Any]]:
        blocks = blocks_of(report)
        assert faults(blocks) == []
        return blocks

    return read


@pytest.fixture
def said_of(blocks_of) -> Callable[[ReorganisationAnnex, str], str]:
    """Give all that an annex says in a language, its sources aside."""

    def said(report: ReorganisationAnnex, code: str) -> str:
        shown = [block for block in blocks_of(report) if block.get("name") not in AS_PUBLISHED]
        return " ".join(text for block in shown for text in texts(resolve(block, code)))

    return said


@pytest.mark.parametrize(
    ("turn", "parameters"),
    [*((turn, {}) for turn in (*TURNS, *(MORE_TURNS if CAMPAIGN else ()))), *CHOSEN],
    ids=lambda value: getattr(value, "__name__", None) or " ".join(map(str, value.values())),
)
def test_turned_plan_leaves_nothing_unwritten_and_reads_well(turn, parameters, turned, read_well):
    blocks = read_well(turned(turn, **parameters))
    assert len(blocks) > 25


def test_plan_of_nobody_says_nobody_and_reads_well(turned, read_well, said_of):
    report = turned(nobody_ever)
    read_well(report)
    assert said_of(report, "en").count("at the end of 2019: nobody.") == 2  # summary and picture
    assert said_of(report, "lv").count("2019. gada beigās: neviens.") == 2


PLANNED_LAST = {"family_like": 10, "youth_house": 5, "foster_family": 12, "guardian": 7,
                "specialised_foster_family": 3}  # fmt: skip
IN_THE_HOME = {"institution": 37}
IN_FAMILIES = {"foster_family": 36, "guardian": 1}


@pytest.mark.parametrize(
    ("turn", "parameters", "first", "last"),
    [
        (as_it_is, dict(start_year=2030), PLANNED_LAST, PLANNED_LAST),
        (
            a_year_nobody_planned,
            dict(start_year=2019, horizon_years=2),
            IN_THE_HOME,
            IN_THE_HOME,
        ),
        (a_year_nobody_planned, dict(start_year=2019), IN_THE_HOME, IN_FAMILIES),
    ],
)
def test_plan_that_is_looked_at_in_years_nobody_planned_starts_with_the_last_planned_one(
    turn, parameters, first, last, turned, read_well
):
    report = turned(turn, **parameters)
    blocks = read_well(report)
    table = report.tables["destinations"].query("children > 0")
    assert table["year"].min() == report.years[0] == parameters["start_year"]
    for year, expected in ((table["year"].min(), first), (table["year"].max(), last)):
        ours = table[table["year"] == year].set_index("care_arrangement")["children"]
        assert ours.to_dict() == expected
    shown = named(blocks, "destinations")
    assert [column["heading"]["en"] for column in shown["columns"]][1] == str(report.years[0])


@pytest.mark.parametrize(("year", "starts"), [(0, 2017), (2020, 2020)])
def test_picture_of_the_children_begins_before_the_plan_or_in_its_middle(
    year, starts, turned, monkeypatch
):
    drawn = []

    def area(table: pd.DataFrame, *_: object) -> dict[str, str]:
        drawn.append(table)
        return dict.fromkeys(LANGUAGES, "")

    monkeypatch.setattr(destinations.figures, "stacked_area", area)
    report = turned(start_year=year)
    dieval.show_destinations(report)
    (table,) = drawn
    assert table.index[0] == starts
    assert set(table.sum(axis=1)) == {37}
    # Before the plan all are in the institution, in 2020 only nine.
    assert table["institution"].iloc[0] == (37 if year == 0 else 9)


def test_faults_are_noticed():
    both = {"lv": "The home 2024.0 .", "en": "1 places in : ;"}
    found = faults([{"kind": "text", "paragraphs": [both]}, {"kind": "list", "items": []}])
    assert len(found) == 6


# ------------------------------------------------------------------------------------- every home


def homes() -> list[str]:
    """Every home with a plan and some others; in the campaign, every home."""
    data = shipped_root() / "data" / "latvia"
    planned = set(pd.read_csv(data / "destinations.csv")["provider"])
    table = pd.read_csv(data / "providers.csv")
    without = table[~table["provider"].isin(planned)]
    # Of every kind and region one in turn, so that an own ledger, a closed home and a state
    # branch are among them.
    some = without.sort_values(["care_arrangement", "region"])["provider"].iloc[
        :: len(without) // 8
    ]
    return [str(home) for home in (table["provider"] if CAMPAIGN else [*sorted(planned), *some])]


@pytest.mark.parametrize("home", homes())
@pytest.mark.parametrize("code", LANGUAGES)
def test_annex_of_a_home_is_whole_and_reads_well(home, code, turned, read_well, said_of):
    report = turned(provider=home)
    read_well(report)
    title, instruction, short = {
        "lv": (
            "Reorganizācijas plāna pielikums: ",
            "Datu pakotnē nav norādīts, kur dzīvos šīs iestādes bērni. Pievienojiet rindas tabulai",
            "Šai iestādei plāns nav norādīts.",
        ),
        "en": (
            "Annex to the reorganisation plan: ",
            "The data package does not say where the children of this institution will live. Add",
            "No plan is recorded for this institution.",
        ),
    }[code]
    with_plan = report.evaluation.has_plan
    said = said_of(report, code)
    assert said.startswith(title) is with_plan
    assert said.count(instruction) == (0 if with_plan else 1)
    # The chapters on cost, scenarios and recommendations say it in a few words, and so do eight
    # items of CHEERS.
    assert said.count(short) == (0 if with_plan else 3 + 8)
    assert bool(report.finding_notes) is with_plan


def test_home_without_a_plan_has_a_title_of_its_own(turned):
    report = turned(provider="kurzeme-paraugs-2")
    (title,) = [block for block in report.cover().blocks if block["kind"] == "title"]
    assert plain(title["text"]["en"]) == (
        "Institution without a recorded reorganisation plan: Paraugnams „Beta” (izdomāts, "
        "Kurzeme), 2023–2032"
    )
    assert plain(title["text"]["lv"]) == (
        "Iestāde, kurai reorganizācijas plāns nav norādīts: Paraugnams „Beta” (izdomāts, "
        "Kurzeme), 2023.–2032. gads"
    )
    assert report.quality_blocks == []


def cover_facts(report: ReorganisationAnnex, code: str) -> dict[str, str]:
    (block,) = [block for block in report.cover().blocks if block["kind"] == "facts"]
    return {fact["term"][code]: plain(fact["value"][code]) for fact in block["facts"]}


def test_cover_says_owner_and_closing_day(turned):
    lv, en = (cover_facts(turned(), code) for code in ("lv", "en"))
    assert (en["Owner"], en["Closes on"]) == ("municipality", "31 August 2021")
    assert (lv["Īpašnieks"], lv["Slēgšanas diena"]) == ("pašvaldība", "2021. gada 31. augusts")


def test_cover_of_a_home_that_does_not_close_has_no_closing_day(turned):
    report = turned(never_empties)
    assert "Closes on" not in cover_facts(report, "en")
    assert "Slēgšanas diena" not in cover_facts(report, "lv")
    assert len(cover_facts(report, "en")) == len(cover_facts(turned(), "en")) - 1


# -------------------------------------------------------------------------------- missing tables

OPTIONAL = sorted({*INPUT_TABLES, "region_membership"} - set(REQUIRED_TABLES))
# What the annex says where a table is missing, and the result tables that it leaves out.
SAID_WITHOUT = {
    "cost_structure": ("No cost structure is recorded: it is derived from the ledger", set()),
    "destinations": (
        "There is no plan for this institution in the data package",
        {"destinations", "transition", "stranded"},
    ),
    "transition_costs": ("Annuitised capital counts elsewhere", set()),
    "flows": ("The demand for places cannot be calculated", {"demand", "places_outlook"}),
    "placements": ("The demand for places cannot be calculated", {"demand", "places_outlook"}),
    "planned_places": ("The region plans no places in these years", set()),
    "needs": ("should be built so that they can serve others", {"unmet_needs"}),
    "region_membership": ("should be built so that they can serve others", {"unmet_needs"}),
}


def test_optional_tables_are_all_tried():
    assert set(OPTIONAL) == set(SAID_WITHOUT)


@pytest.mark.parametrize("missing", OPTIONAL)
def test_annex_without_an_optional_table_says_so_and_reads_well(
    missing, package, turned, read_well, said_of
):
    tables = {name: table for name, table in package.tables.items() if name != missing}
    report = made_from(package, tables)
    read_well(report)
    words, left_out = SAID_WITHOUT[missing]
    assert words in said_of(report, "en")
    assert left_out <= set(turned().tables) - set(report.tables)


# ----------------------------------------------------------------------------- said and computed

AGREE = [as_it_is, dear_change, no_one_off, come_and_go, never_empties, one_payer, one_child,
         no_new_buildings]  # fmt: skip


@pytest.mark.parametrize("turn", AGREE)
def test_sentences_say_the_numbers_of_the_tables(turn, turned, said_of):
    report = turned(turn)
    tables, say = report.tables, language("en")
    table, summary = tables["transition"], tables["transition_summary"].iloc[0]
    said = said_of(report, "en")
    worth = table["discounted_net_eur"].sum()
    written = plain(say.signed_money(worth))
    assert report.years[-1] == LAST
    assert f"counted to the end of {LAST}." in said
    assert f"Net present value {written}; without discounting" in said
    assert f"net present values: as planned {written};" in said
    deepest = table.loc[table["cumulative_net_eur"].idxmin()]
    need = f"The greatest funding need is {plain(say.money(-deepest['cumulative_net_eur']))}"
    assert f"{need} (in {int(deepest['year'])})" in said
    even = table.loc[table["cumulative_discounted_eur"] >= 0, "year"]
    if len(even):
        assert f"It breaks even in {even.iloc[0]}." in said
    else:
        assert "It does not break even within these years." in said
    planned_as = tables["scenarios"].set_index("scenario").loc["as_planned"]
    assert planned_as["npv_eur"] == pytest.approx(worth)
    for one in (planned_as, summary):
        assert [one["break_even_year"]] == (
            list(even[:1]) or [pytest.approx(math.nan, nan_ok=True)]
        )
    payers = tables["payer_summary"]
    assert payers["npv_eur"].sum() == pytest.approx(summary["npv_eur"])
    for row in payers[payers["npv_eur"] != 0].itertuples():
        assert f"{say.word('payer', row.payer)} {plain(say.signed_money(row.npv_eur))}" in said
    budget = tables["budget_by_payer"].pivot(index="year", columns="payer", values="net_eur")
    so_far = budget.cumsum()
    needs = [
        f"{say.word('payer', payer)} {plain(say.money(-so_far[payer].min()))} (by the end of "
        f"{so_far[payer].idxmin()})"
        for payer in payers["payer"]
        if so_far[payer].min() < 0
    ]
    assert needs
    assert f"greatest need of each payer: {'; '.join(needs)}." in said
    planned = tables["destinations"]
    families = planned[planned["care_arrangement"].isin(FAMILY_BASED)]
    most = families.groupby("care_arrangement")["children"].max()
    for code, children in most[most > 0].items():
        ours = families[families["care_arrangement"] == code]
        when = ours.loc[ours["children"] == children, "year"].min()
        where = say.word("care_arrangement_in", code)
        assert f"{where} {children} (by the end of {when})" in said


def test_shown_sums_of_payers_are_those_of_the_years(turned, blocks_of):
    block = named(blocks_of(turned()), "budget_by_payer")
    *years, total, worth, need = block["rows"]
    labels = [row[0]["en"] for row in (total, worth, need)]
    assert labels == ["Sum", "Net present value", "Greatest funding need"]
    for place in range(1, len(block["columns"])):
        assert total[place] == pytest.approx(sum(year[place] for year in years))
        discounted = [year[place] / 1.04**rank for rank, year in enumerate(years)]
        assert worth[place] == pytest.approx(sum(discounted))
        deepest = min(accumulate(year[place] for year in years))
        assert need[place] == pytest.approx(max(-deepest, 0.0))
    for row in (*years, total, worth):
        assert row[-1] == pytest.approx(sum(row[1:-1]))  # the payers are together all payers
    # One payer’s savings do not pay for another.
    assert 0 < need[-1] < sum(need[1:-1])


# ------------------------------------------------------------------------------ each in its turn

SAVES, ACROSS = "plan_saves_money", "plan_saves_across_sensitivity"
FAMILIES, DEAR, PLACES = (
    "most_children_live_in_families",
    "emptying_home_is_dear",
    "planned_places_exceed_demand",
)
S, N, I, D = "supported", "not_supported", "inconclusive", "no_data"  # noqa: E741
VERDICTS: dict[Turn, dict[str, str]] = {
    as_it_is: {SAVES: S, ACROSS: I, FAMILIES: S, DEAR: S},
    dear_change: {SAVES: N, ACROSS: N},
    dear_support: {SAVES: N, ACROSS: N},
    youth_houses_without_cost: {SAVES: D, ACROSS: D, DEAR: S},
    no_ledger_and_no_structure: {SAVES: D, ACROSS: D, DEAR: D, FAMILIES: S},
    one_dear_home: {SAVES: S, ACROSS: S},
    everybody_goes_home: {SAVES: N, FAMILIES: S, DEAR: D},
    everybody_grows_up: {FAMILIES: D, DEAR: D},
    nobody_moves: {FAMILIES: N, DEAR: N, SAVES: N},
    to_the_state: {FAMILIES: N, DEAR: D},
    nothing_follows: {SAVES: N, PLACES: D},
    half_in_families: {FAMILIES: N},
    more_places_than_children: {PLACES: S},
}


@pytest.mark.parametrize("turn", VERDICTS, ids=lambda turn: turn.__name__)
def test_verdicts_of_turned_plans_follow_the_data(turn, turned):
    found = {finding.finding: finding.verdict for finding in turned(turn).findings}
    assert {name: found[name] for name in VERDICTS[turn]} == VERDICTS[turn]


def test_every_finding_comes_out_supported_and_not_supported(turned):
    ways: dict[str, set[str]] = {}
    for turn in VERDICTS:
        for found in turned(turn).findings:
            ways.setdefault(found.finding, set()).add(found.verdict)
    assert len(ways) == 6
    assert all({S, N} <= verdicts for verdicts in ways.values())


@pytest.mark.parametrize(
    ("turn", "lv", "en"),
    [
        (
            youth_houses_without_cost,
            "Šim aprūpes veidam nav zināmas izmaksas uz vienu bērnu: jauniešu māja.",
            "No cost per child is known for this arrangement: youth house.",
        ),
        (
            no_ledger,
            "Pirms 2018. gada nav uzskaitītas ne šīs iestādes izmaksas, ne bērni.",
            "Neither cost nor children of this institution are recorded before 2018.",
        ),
        (
            no_ledger_and_no_structure,
            "Plāna izmaksas nevar aprēķināt. Nav zināms, kā iestādes izmaksas mainās",
            "The cost of the plan cannot be calculated. How the cost of the institution follows",
        ),
        (
            nothing_follows,
            "No šiem skaitļiem ieteikumi neizriet.",
            "No recommendation follows from these numbers.",
        ),
        (
            small_children_and_siblings,
            "jaunākiem par trim gadiem: institūcijās tādi ir 2 (2018. gada beigās).",
            "Find a family first for children under three; in institutions 2 (at the end of 2018).",
        ),
        (
            one_small_child,
            "jaunākiem par trim gadiem: institūcijās tādi ir 1 (2018. gada beigās).",
            "Find a family first for children under three; in institutions 1 (at the end of 2018).",
        ),
        (
            come_and_go,
            "Plānā nav norādīts, kuri bērni ir jaunāki par trim gadiem un kuri bērni dzīvo šķirti",
            "The plan does not say which children are under three and which children live apart",
        ),
        (
            groups_told_apart,
            "Bērni pēc vecuma, vajadzībām un dzīvesvietas",
            "Children by age, need and where they live",
        ),
        (
            one_year_of_moves,
            "Reģiona bērni; 2022. gada bērnu kustības biežums uz vienu bērna aprūpes gadu, ",
            "moves per child-year of 2022, ",
        ),
        (
            one_off_too_late,
            "2050, iestādes ēkas pārdošana, pašvaldība",
            "2050, sale of the institution, municipality",
        ),
        (
            sold_too_early,
            "iestādi pārdod, kamēr tajā vēl dzīvo bērni",
            "the institution is sold while children live there",
        ),
        (
            no_one_off,
            "Plānam nav norādītas vienreizējās izmaksas.",
            "No one-off costs are recorded for the plan.",
        ),
        (needs_met, "jāveido tā, lai tos varētu izmantot citiem mērķiem", "so that they can serve"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_a_turned_plan_lacks_or_has_is_said(turn, lv, en, turned, said_of):
    assert lv in said_of(turned(turn), "lv")
    assert en in said_of(turned(turn), "en")


def test_an_unknown_cost_function_is_listed_once(turned, blocks_of):
    blocks = blocks_of(turned(no_ledger_and_no_structure))
    assert len(named(blocks, "home_cost_function")["rows"]) == 1


def test_rows_that_do_not_fit_name_file_and_row_of_the_data(turned, package):
    problems = turned().tables["plan_problems"]
    lines = package.lines["destinations"]
    planned = package.tables["destinations"].join(lines)
    keyed = planned[planned["provider"] == HOME].set_index(["file", "row"])
    assert len(problems) > 0
    for problem in problems.itertuples():
        row = keyed.loc[(problem.file, problem.row)]
        assert problem.subject == f"{row['year']} {row['care_arrangement']}"


# ------------------------------------------------------------------------------ tables and notes


def test_one_off_costs_are_listed_with_kind_and_payer_in_words(turned, package, blocks_of):
    report = turned()
    block = named(blocks_of(report), "one_off")
    costs = package.tables["transition_costs"]
    ours = costs[costs["provider"] == HOME].set_index(["year", "kind", "payer"])["amount_eur"]
    assert sorted(tuple(row[:3]) for row in block["rows"]) == sorted(ours.index)
    for year, kind, payer, amount in block["rows"]:
        # Prices of 2022 are higher than those of the years before, whatever the sign.
        assert amount / ours[year, kind, payer] > 1, (year, kind)
    assert heads(block, "en", 3)[0] == ["2018", "buildings and equipment", "municipality"]
    assert heads(block, "lv", 3)[0] == ["2018", "ēkas un aprīkojums", "pašvaldība"]
    assert heads(block, "lv", 3)[-1] == ["2021", "iestādes ēkas pārdošana", "pašvaldība"]
    assert "No residual value of new buildings is counted." in block["notes"][0]["en"]


def test_one_off_costs_outside_the_plan_are_not_in_the_list(turned, blocks_of):
    blocks = blocks_of(turned(one_off_too_late))
    assert "disposal" not in {row[1] for row in named(blocks, "one_off")["rows"]}
    assert "one_off" not in {block.get("name") for block in blocks_of(turned(no_one_off))}


def test_cost_structure_is_shown_beside_the_ledger(turned, blocks_of):
    report = turned()
    rows = named(blocks_of(report), "home_cost_check")["rows"]
    functions = report.tables["home_cost_function"].set_index("year")
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    compared = 0
    for year, children, ledger, cost, deviation in rows:
        assert deviation == pytest.approx(cost / ledger - 1)
        if year in functions.index:
            here = functions.loc[year]
            groups = math.ceil(children / here["step_children"])
            of_children = here["variable_eur_per_child"] * children + here["step_eur"] * groups
            assert cost == pytest.approx(here["fixed_eur"] + of_children)
            compared += 1
    assert compared >= 3
    # In the year of closing the ledger covers a part of the year only.
    assert max(rows, key=lambda row: row[-1])[0] == 2021


@pytest.mark.parametrize("turn", [no_structure, no_ledger, no_ledger_and_no_structure])
def test_cost_structure_without_a_ledger_to_compare_is_not_shown(turn, turned, blocks_of):
    report = turned(turn)
    assert report.tables["home_cost_check"].empty
    assert "home_cost_check" not in {block.get("name") for block in blocks_of(report)}


def test_destinations_show_0_where_nobody_lives(turned, blocks_of):
    block = named(blocks_of(turned(come_and_go)), "destinations")
    shown = {row[0]: row[1:] for row in block["rows"]}
    # In 2019 the plan has no row of the institution: nobody lives there.
    assert shown["institution"] == [20, 0]
    assert (shown["exit"], shown["entry"]) == ([0, 3], [2, 0])
    assert shown["family"] == [6, 9]


def test_destinations_by_group_show_0_where_nobody_lives(turned, blocks_of):
    block = named(blocks_of(turned(groups_told_apart)), "destinations_by_group")
    assert len(block["rows"]) > 4
    for row in block["rows"]:
        assert all(isinstance(cell, int) for cell in row[3:]), row


def test_steps_of_preference_are_said_in_words_and_in_order(turned, blocks_of):
    block = named(blocks_of(turned()), "preference_shares")
    assert heads(block, "en") == [
        ["own family or adoption"],
        ["family environment"],
        ["family-like services and youth houses"],
        ["institutions"],
    ]
    assert heads(block, "lv") == [
        ["sava ģimene vai adopcija"],
        ["ģimenes vide"],
        ["ģimeniskai videi pietuvināti pakalpojumi un jauniešu mājas"],
        ["institūcijas"],
    ]
    # 2021: of 37 children 12 + 3 + 7 in families, 10 + 5 in family-like services.
    shares = [row[4] for row in block["rows"]]
    assert shares == pytest.approx([0, 22 / 37, 15 / 37, 0])


def test_rows_to_look_at_are_listed_with_the_notes_on_the_data(turned, said_in):
    report = turned()
    names = [block.get("name") for block in report.quality_blocks]
    assert names.count("plan_problems") == 1
    shown = {
        name: [block.get("name") for block in getattr(dieval, name)(report).blocks]
        for name in CHAPTERS
    }
    assert [name for name in CHAPTERS if "plan_problems" in shown[name]] == ["show_annexes"]
    rows = named(report.quality_blocks, "plan_problems")["rows"]
    assert len(rows) == len(report.tables["plan_problems"])
    children = dieval.show_destinations(report)
    assert f"or need a second look: {len(rows)}. They are" in plain(said_in(children, "en"))
    assert f"vai ir vēlreiz jāpārbauda: {len(rows)}. Tās ir" in plain(said_in(children, "lv"))


def test_plan_without_rows_to_look_at_says_so(turned, said_of):
    report = turned(nothing_follows)
    assert report.tables["plan_problems"].empty
    assert "No rows of the plan contradict other data." in said_of(report, "en")
    assert "need a second look" not in said_of(report, "en")


@pytest.mark.parametrize(
    ("turn", "children"),
    [
        (sold_too_early, 11),
        (never_empties, 12),  # nobody planned 2021: all stay where 2019 puts them
    ],
)
def test_home_that_is_sold_before_it_is_empty_is_listed_with_the_children_in_it(
    turn, children, turned
):
    report = turned(turn)
    block = named(report.quality_blocks, "plan_problems")
    found = [row for row in block["rows"] if row[0] == "sold_before_empty"]
    assert [row[1]["en"] for row in found] == ["2021, sale of the institution, municipality"]
    assert [row[2:4] for row in found] == [[children, 0]]


def test_children_who_stay_keep_the_proceeds_of_a_sale_out_of_the_scenario(turned):
    scenarios = turned().tables["scenarios"]
    assert list(scenarios["scenario"]) == [
        "as_planned",
        "moved_at_the_end",
        "one_year_later",
        "fewer_families",
        "family_like_instead",
        "keep_the_home",
    ]
    worth = scenarios.set_index("scenario")["npv_eur"]
    # Later moves and fewer families cost; family-like services close the home all the same.
    assert worth["moved_at_the_end"] < worth["as_planned"]
    assert worth["fewer_families"] < worth["family_like_instead"] < worth["as_planned"]


def tables_changed(report: ReorganisationAnnex, **tables: pd.DataFrame) -> ReorganisationAnnex:
    evaluation = dataclasses.replace(
        report.evaluation, tables=ReleasedTables(report.tables | tables)
    )
    return dataclasses.replace(report, evaluation=evaluation)


@pytest.mark.parametrize(
    ("switch", "lv", "en"),
    [
        (0.9999, "< 100 %", "< 100%"),
        (0.9991, "< 100 %", "< 100%"),
        (0.999, "99,9 %", "99.9%"),
        (0.5, "50,0 %", "50.0%"),
        (float("nan"), "z", "z"),
    ],
)
def test_switch_value_of_families_just_below_all_of_them_is_not_rounded_to_all(
    switch, lv, en, turned
):
    report = turned()
    table = report.tables["npv_sensitivity"].copy()
    ours = table["parameter"] == "families_found"
    table.loc[ours, "switch_value"] = switch
    blocks = dieval.show_scenarios(tables_changed(report, npv_sensitivity=table)).blocks
    block = named(blocks, "npv_sensitivity")
    for code, expected in (("lv", lv), ("en", en)):
        rows = [list(texts(row)) for row in resolve(block, code)["rows"]]
        shown = dict(zip(table["parameter"], (row[-1] for row in rows), strict=True))
        assert shown["families_found"] == expected
    # A multiple of a cost just below 1 stays a multiple.
    table.loc[table["parameter"] == "home_cost", "switch_value"] = 0.9999
    blocks = dieval.show_scenarios(tables_changed(report, npv_sensitivity=table)).blocks
    rows = resolve(named(blocks, "npv_sensitivity"), "en")["rows"]
    (home,) = [row for row in rows if row[0] == "cost of the institution"]
    assert plain(home[-1]) == "1.00 ×"


def test_plan_of_the_demonstration_saves_only_if_all_families_are_found(turned, blocks_of):
    report = turned()
    table = report.tables["npv_sensitivity"].set_index("parameter")
    found = table.loc["families_found"]
    # All found, the plan saves; a little less is one child fewer, and it does not.
    assert 0.999 < found["switch_value"] <= found["high"] == 1
    assert found["outcome_high"] > 0
    block = named(blocks_of(report), "npv_sensitivity")
    assert "saves only if all are found" in " ".join(note["en"] for note in block["notes"])


@pytest.mark.parametrize("count", [0, 1, 2, 11, 12, 13, 14, 23, 24, 45, 60])
def test_few_years_keep_first_and_last_and_leave_out_evenly(count):
    years = list(range(2018, 2018 + count))
    chosen, notes = few_years(years)
    if count <= MOST_YEARS:
        assert (chosen, notes) == (years, [])
        return
    assert len(chosen) <= MOST_YEARS
    assert (chosen[0], chosen[-1]) == (years[0], years[-1])
    assert set(chosen) <= set(years)
    steps = {later - earlier for earlier, later in pairwise(chosen[:-1])}
    assert len(steps) == 1
    assert chosen[-1] - chosen[-2] <= max(steps)
    (note,) = notes
    assert note["en"].startswith("Not every year has a column")
    assert note["lv"].startswith("Ne katram gadam ir sava sleja")


def test_tables_of_a_long_plan_have_a_column_for_some_years_and_say_so(turned, blocks_of):
    blocks = blocks_of(turned(horizon_years=60))
    for name in ("costs_elsewhere", "demand"):
        block = named(blocks, name)
        years = [int(column["heading"]["en"]) for column in block["columns"][1:]]
        assert len(years) <= MOST_YEARS
        assert years[-1] == 2077
        assert any(note["en"].startswith("Not every year") for note in block["notes"])


# -------------------------------------------------------------------------------------- the places


def test_back_test_names_the_arrangements_outside_the_interval(turned, said_of):
    report = turned()
    table = report.tables["demand_backtest"]
    last = table[table["year"] == table["year"].max()]
    missed = last[last["inside"] == "no"]
    assert len(missed) > 0
    for code, before, between, after in (
        ("en", "Outside the interval: ", "{} {} (interval {} to {})", "."),
        ("lv", "Ārpus intervāla: ", "{} {} (intervāls no {} līdz {})", "."),
    ):
        say = language(code)
        items = [
            between.format(
                say.word("care_arrangement", row.care_arrangement),
                *map(say.number, (row.observed, row.p05, row.p95)),
            )
            for row in missed.itertuples()
        ]
        assert plain(before + "; ".join(items) + after) in said_of(report, code)
    for row in missed.itertuples():
        assert not row.p05 <= row.observed <= row.p95


MEDIANS = "Children at the end of the year, median"


@pytest.mark.parametrize(
    ("kept", "said", "left_out"),
    [
        ([], "The projection is hidden to protect individuals", MEDIANS),
        (["guardian"], "There is no picture here", "Fans of the demand"),
    ],
)
def test_projection_that_is_hidden_is_said_to_be(turned, said_in, kept, said, left_out):
    report = turned()
    demand = report.tables["demand"]
    unseen = ~demand["care_arrangement"].isin(kept).to_numpy()
    hidden = masked(demand, dict.fromkeys(("p10", "p50", "p90", "utilisation_p50"), unseen))
    shown = said_in(dieval.show_demand(tables_changed(report, demand=hidden)), "en")
    assert said in shown
    assert left_out not in shown
    assert (MEDIANS in shown) == bool(kept)


def test_back_test_that_holds_everywhere_names_nothing(turned, said_in):
    report = turned()
    table = report.tables["demand_backtest"].assign(inside="yes")
    said = said_in(dieval.show_demand(tables_changed(report, demand_backtest=table)), "en")
    assert "Outside the interval" not in said
    assert f"{len(table)} lie in the interval" in said


def test_places_that_stand_empty_already_are_said_with_the_counted_year(turned, said_of):
    report = turned(more_places_than_children)
    table, observed = report.tables["places_outlook"], report.tables["demand_observed"]
    assert len(table) > 0
    assert table["empty_from"].notna().all()
    assert set(table["empty_from"]) <= set(observed["year"])
    say = language("en")
    for row in table.itertuples():
        ours = observed[observed["care_arrangement"] == row.care_arrangement].set_index("year")
        later = ours.loc[int(row.empty_from) :]
        assert (later["planned_places"] > later["children"]).all()
        name = say.word("care_arrangement", row.care_arrangement)
        assert (
            f"Plan another use for places that stand empty from {int(row.empty_from)} on: {name}; "
            f"at the end of {LAST} planned places {plain(say.number(row.planned_places))}, "
            f"children {plain(say.number(row.p50))} (median)."
        ) in said_of(report, "en")
        assert f"From {int(row.empty_from)} on some of them need another use." in said_of(
            report, "en"
        )
