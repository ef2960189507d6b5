from __future__ import annotations

import math

import pandas as pd
import pytest

from dieval.progress.problems import PROBLEMS, data_problems

DAY = pd.Timestamp("2020-05-19")
LATER = pd.Timestamp("2023-12-31")
REGION_OF = pd.Series(
    {"liepaja": "kurzeme", "aizpute": "kurzeme", "valka": "vidzeme", "lost": None}
)
COLUMNS = ["problem", "table", "file", "row", "subject", "source"]


def table_of(columns: str, *rows: tuple) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=columns.split()).assign(source="source")
    dates = {"date", "opened", "closed", "valid_from", "valid_to", "actual"} & set(table)
    return table.astype(dict.fromkeys(sorted(dates), "datetime64[s]"))


def needs(*rows: tuple) -> pd.DataFrame:
    """Municipality, date, assessed, needing, receiving."""
    table = table_of("municipality date assessed needing receiving", *rows)
    return table.assign(service_type="dac", target_group="grt_adults")


def availability(*rows: tuple) -> pd.DataFrame:
    table = table_of("municipality date", *rows)
    return table.assign(service_type="dac", target_group="grt_adults", rating=2)


def services(*rows: tuple) -> pd.DataFrame:
    table = table_of("municipality opened closed", *rows)
    return table.assign(provider_name="Anna", site="A 1", service_type="sd", target_group="all")


def reimbursement(*rows: tuple) -> pd.DataFrame:
    return table_of("region date target_group persons_cumulative", *rows)


def projects(*rows: tuple) -> pd.DataFrame:
    table = table_of("project municipality region contracted_eur certified_eur", *rows)
    money = {"contracted_eur": "float64", "certified_eur": "float64"}
    return table.astype(money).assign(planned_eur=1_000.0, fund="ERDF", places=8)


def steps(*rows: tuple) -> pd.DataFrame:
    return table_of("project milestone actual", *rows)


def municipalities() -> pd.DataFrame:
    return table_of(
        "municipality valid_from valid_to successor",
        ("liepaja", "2009-07-01", None, None),
        ("aizpute", "2009-07-01", "2021-06-30", "liepaja"),
        ("valka", "2009-07-01", None, None),
    )


def planned(*rows: tuple) -> pd.DataFrame:
    return table_of("region municipality", *rows)


def found(
    tables: dict[str, pd.DataFrame], day: pd.Timestamp = DAY, region: str = "kurzeme"
) -> list[tuple[str, str, str]]:
    table = data_problems(tables, {}, REGION_OF, region, day)
    return list(table[["problem", "table", "subject"]].itertuples(index=False, name=None))


PROJECT = projects(("p", "liepaja", "kurzeme", 900, 600))


# ------------------------------------------------------------------------------------------ needs


@pytest.mark.parametrize(
    ("assessed", "needing", "receiving", "problems"),
    [
        (10, 8, 6, []),
        (8, 8, 8, []),
        (10, 6, 8, ["receiving_above_needing"]),
        (6, 8, 8, ["receiving_above_assessed", "needing_above_assessed"]),
        (7, 8, 6, ["needing_above_assessed"]),
        (
            *(1, 2, 3),
            ["receiving_above_needing", "receiving_above_assessed", "needing_above_assessed"],
        ),
    ],
)
def test_data_problems_needs_that_contradict_themselves(assessed, needing, receiving, problems):
    rows = needs(("liepaja", "2020-05-01", assessed, needing, receiving))
    assert found({"needs": rows}) == [
        (problem, "needs", "liepaja dac grt_adults 2020-05-01") for problem in problems
    ]


def test_data_problems_needs_of_other_regions_and_of_later_days_are_not_looked_at():
    rows = needs(
        ("valka", "2020-05-01", 10, 6, 8),
        ("liepaja", "2020-05-20", 10, 6, 8),
        ("liepaja", "2020-05-19", 10, 6, 8),
        ("liepaja", "2017-05-19", 10, 6, 8),
    )
    assert [subject for _, _, subject in found({"needs": rows})] == [
        "liepaja dac grt_adults 2017-05-19",
        "liepaja dac grt_adults 2020-05-19",
    ]


# ---------------------------------------------------------------------------------- reimbursement


def test_data_problems_persons_fall_against_the_date_before_of_the_group():
    rows = reimbursement(
        ("kurzeme", "2020-01-01", "ft_children", 15),
        ("kurzeme", "2018-01-01", "ft_children", 10),
        ("kurzeme", "2019-01-01", "ft_children", 20),
        ("kurzeme", "2020-05-20", "ft_children", 1),
        ("kurzeme", "2019-06-01", "grt_adults", 5),
        ("kurzeme", "2020-02-01", "grt_adults", 5),
        ("riga", "2019-01-01", "ft_children", 9),
        ("riga", "2020-01-01", "ft_children", 8),
    )
    assert found({"reimbursement": rows}) == [
        ("persons_fall", "reimbursement", "ft_children 2020-01-01")
    ]


# -------------------------------------------------------------------------------------- milestones


@pytest.mark.parametrize(
    ("design", "permit", "works", "problems"),
    [
        ("2019-01-01", "2019-06-01", "2020-01-01", []),
        ("2019-01-01", "2019-01-01", "2019-01-01", []),
        (None, None, None, []),
        ("2019-01-01", None, None, []),
        ("2019-06-01", "2019-05-31", None, ["permit"]),
        (None, "2019-06-01", None, ["permit"]),
        ("2020-05-20", "2020-05-19", None, ["permit"]),
        ("2020-05-21", "2020-05-20", None, []),
        ("2019-06-01", None, "2020-01-01", ["works"]),
        ("2019-06-01", "2019-01-01", "2019-02-01", ["permit"]),
        ("2019-06-01", "2019-05-01", "2019-04-01", ["permit", "works"]),
    ],
)
def test_data_problems_milestone_before_the_one_recorded_before_it(design, permit, works, problems):
    rows = steps(("p", "works", works), ("p", "design", design), ("p", "permit", permit))
    assert found({"milestones": rows, "infrastructure": PROJECT}) == [
        ("milestone_before_predecessor", "milestones", f"p {milestone}") for milestone in problems
    ]


def test_data_problems_milestones_of_projects_are_kept_apart():
    rows = steps(
        ("p", "design", "2019-06-01"), ("q", "permit", "2019-01-01"), ("r", "permit", "2019-01-01")
    )
    rows = pd.concat([rows, steps(("r", "design", "2019-06-01"))], ignore_index=True)
    both = projects(
        ("p", "liepaja", "kurzeme", 1, 1),
        ("q", "liepaja", "kurzeme", 1, 1),
        ("r", "valka", "vidzeme", 1, 1),
    )
    tables = {"milestones": rows, "infrastructure": both}
    assert found(tables) == []
    assert found(tables, region="vidzeme") == [
        ("milestone_before_predecessor", "milestones", "r permit")
    ]


def test_data_problems_milestones_need_infrastructure_to_have_a_region():
    assert found({"milestones": steps(("p", "design", None), ("p", "permit", "2019-01-01"))}) == []


# --------------------------------------------------------------------------------- municipalities


def test_data_problems_open_service_of_a_dissolved_municipality():
    rows = services(
        ("aizpute", "2019-01-01", None),
        ("aizpute", "2019-01-01", "2021-06-30"),
        ("liepaja", "2019-01-01", None),
    )
    tables = {"services": rows, "municipalities": municipalities()}
    assert found(tables, pd.Timestamp("2021-06-30")) == []
    assert found(tables, pd.Timestamp("2021-07-01")) == [
        ("dissolved_municipality", "services", "aizpute sd all")
    ]
    assert found(tables, LATER, region="vidzeme") == []


def test_data_problems_without_municipalities_nobody_knows_what_is_dissolved():
    assert found({"services": services(("aizpute", "2019-01-01", None))}, LATER) == []


def test_data_problems_municipality_of_no_region_stands_in_every_report():
    tables = {
        "services": services(("lost", "2019-01-01", None), ("lost", "2020-05-20", None)),
        "needs": needs(("lost", "2020-05-19", 1, 2, 3), ("lost", "2020-05-20", 1, 2, 3)),
        "availability": availability(("stranger", "2017-08-08"), ("lost", "2020-05-20")),
        "municipalities": municipalities(),
    }
    expected = [
        ("unplaced_municipality", "availability", "stranger dac grt_adults 2017-08-08"),
        ("unplaced_municipality", "needs", "lost dac grt_adults 2020-05-19"),
        ("unplaced_municipality", "services", "lost sd all"),
    ]
    for region in ("kurzeme", "vidzeme"):
        assert found(tables, region=region) == expected


def test_data_problems_without_regions_of_municipalities_the_rest_is_looked_at():
    tables = {
        "services": services(("lost", "2019-01-01", None)),
        "needs": needs(("liepaja", "2020-05-19", 1, 2, 3)),
        "reimbursement": reimbursement(
            ("kurzeme", "2018-01-01", "ft_children", 10),
            ("kurzeme", "2019-01-01", "ft_children", 9),
        ),
        "municipalities": municipalities(),
    }
    table = data_problems(tables, {}, None, "kurzeme", DAY)
    assert table["problem"].to_list() == ["persons_fall"]


# ---------------------------------------------------------------------------------- infrastructure


@pytest.mark.parametrize(
    ("contracted", "certified", "above"),
    [(900, 901, True), (900, 900, False), (None, 900, False), (900, None, False)],
)
def test_data_problems_certified_above_contracted(contracted, certified, above):
    rows = projects(
        ("p", "liepaja", "kurzeme", contracted, certified), ("q", "valka", "vidzeme", 1, 2)
    )
    expected = [("certified_above_contracted", "infrastructure", "p liepaja")]
    assert found({"infrastructure": rows}) == (expected if above else [])


@pytest.mark.parametrize(
    ("named", "problem"),
    [
        ([("kurzeme", "aizpute")], True),
        ([("kurzeme", "aizpute"), ("kurzeme", "liepaja")], False),
        ([("kurzeme", None)], False),
        ([("vidzeme", "liepaja")], False),
    ],
)
def test_data_problems_project_in_a_municipality_that_the_plan_does_not_name(named, problem):
    tables = {"infrastructure": PROJECT, "planned_places": planned(*named)}
    expected = [("not_named_in_plan", "infrastructure", "p liepaja")]
    assert found(tables) == (expected if problem else [])


# --------------------------------------------------------------------------- place, order and form


EVERYTHING = {
    "needs": needs(("liepaja", "2020-05-01", 1, 2, 3), ("lost", "2020-05-01", 1, 1, 1)),
    "reimbursement": reimbursement(
        ("kurzeme", "2018-01-01", "ft_children", 10), ("kurzeme", "2019-01-01", "ft_children", 9)
    ),
    "infrastructure": projects(("p", "liepaja", "kurzeme", 900, 901)),
    "milestones": steps(("p", "design", None), ("p", "permit", "2019-01-01")),
    "planned_places": planned(("kurzeme", "aizpute")),
    "services": services(("aizpute", "2019-01-01", None)),
    "availability": availability(("liepaja", "2017-08-08")),
    "municipalities": municipalities(),
    "costs": pd.DataFrame({"amount_eur": [1.0]}),
}


def test_data_problems_stand_in_the_order_of_their_list():
    table = data_problems(EVERYTHING, {}, REGION_OF, "kurzeme", LATER)
    assert table["problem"].to_list() == list(PROBLEMS)
    assert table.index.to_list() == list(range(len(PROBLEMS)))
    assert table.columns.to_list() == COLUMNS


def test_data_problems_name_the_line_by_the_position_of_the_row():
    rows = needs(
        ("liepaja", "2020-05-03", 9, 2, 3),
        ("valka", "2020-05-03", 9, 2, 3),
        ("liepaja", "2020-05-01", 9, 2, 3),
        ("liepaja", "2020-05-02", 9, 2, 3),
    )
    rows.index = [7, 7, 9, 8]
    lines = pd.DataFrame({"file": ["b.csv", "b.csv", "a.csv", "a.csv"], "row": [2, 3, 10, 9]})
    table = data_problems({"needs": rows}, {"needs": lines}, REGION_OF, "kurzeme", DAY)
    assert list(zip(table["file"], table["row"], table["subject"].str[-2:], strict=True)) == [
        *(("a.csv", 9, "02"), ("a.csv", 10, "01"), ("b.csv", 2, "03")),
    ]


def test_data_problems_without_lines_do_not_know_the_place():
    lines = {"costs": pd.DataFrame({"file": ["costs.csv"], "row": [2]})}
    table = data_problems(EVERYTHING, lines, REGION_OF, "kurzeme", LATER)
    assert all(file is None for file in table["file"])
    assert all(math.isnan(row) for row in table["row"])
    assert set(table["source"]) == {"source"}


@pytest.mark.parametrize("tables", [{}, {name: table[:0] for name, table in EVERYTHING.items()}])
def test_data_problems_of_nothing_are_empty_with_their_columns(tables):
    table = data_problems(tables, {}, REGION_OF, "kurzeme", LATER)
    assert table.empty
    full = data_problems(EVERYTHING, {}, REGION_OF, "kurzeme", LATER)
    assert table.dtypes.equals(full.dtypes)


@pytest.mark.parametrize("left_out", sorted(EVERYTHING))
def test_data_problems_any_table_may_be_missing(left_out):
    tables = {name: table for name, table in EVERYTHING.items() if name != left_out}
    whole = data_problems(EVERYTHING, {}, REGION_OF, "kurzeme", LATER)
    part = data_problems(tables, {}, REGION_OF, "kurzeme", LATER)
    assert set(part["problem"]) <= set(whole["problem"])
    assert left_out not in set(part["table"])


def test_data_problems_row_order_is_irrelevant():
    lines = {
        name: pd.DataFrame({"file": f"{name}.csv", "row": range(2, len(table) + 2)})
        for name, table in EVERYTHING.items()
    }
    turned = [{name: table[::-1] for name, table in both.items()} for both in (EVERYTHING, lines)]
    one = data_problems(EVERYTHING, lines, REGION_OF, "kurzeme", LATER)
    pd.testing.assert_frame_equal(one, data_problems(*turned, REGION_OF, "kurzeme", LATER))
