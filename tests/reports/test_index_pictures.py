from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from dieval.present.language import language
from dieval.present.style import ARRANGEMENT_COLOURS, contrast
from dieval.reports.index_pictures import HEIGHT, MOST_OF_THE_WAY, WIDTH, small_picture

SVG = "{http://www.w3.org/2000/svg}"
NAMES = {
    "unit": {"riga": {"lv": "Rīga", "en": "Riga"}},
    "indicator": {"children_in_institutions": {"lv": "Bērni iestādēs", "en": "In institutions"}},
}
HIDDEN = {"symbol": "c"}


def cost(arrangement: str, eur: object, year: int = 2022, **more: object) -> dict[str, object]:
    return {
        "year": year,
        "care_arrangement": arrangement,
        "cost_per_child_month_eur": eur,
        "real_cost_per_child_month_eur": eur,
        **more,
    }


def way(indicator: str, achievement: object, role: str = "current", region: str = "riga"):
    return {
        "region": region,
        "indicator": indicator,
        "version_role": role,
        "achievement": achievement,
    }


def saved(*by_year: object) -> list[dict[str, object]]:
    return [
        {"year": 2020 + place, "cumulative_discounted_eur": eur}
        for place, eur in enumerate(by_year)
    ]


COSTS = {
    "unit_costs": [
        cost("institution", 9_000.0, year=2021),
        cost("guardian", 300.4),
        cost("institution", 2_000.0),
        cost("youth_house", HIDDEN),
        cost("institution", HIDDEN, year=2023),
    ]
}
WAYS = {
    "indicator_progress": [
        way("children_in_institutions", 0.5, "only"),
        way("ft_children_served", 3.0),
        way("ft_children_served", 0.1, "first"),
        way("grt_adults_served", {"symbol": ":"}),
        way("support_centres", 1.0, region="national"),
    ]
}
SAVING = {
    "transition": saved(-100.0, -300.0, 200.0),
    "transition_summary": [{"break_even_year": 2022}],
}
REGIONS = {
    "unit_costs": [
        cost("institution", 2_000, region="riga", real_cost_per_child_month_eur=2_200),
        cost("institution", 1_500, region="<b>"),
        cost("guardian", 300, region="riga"),
    ]
}
EVERY = {
    "cost_comparison": COSTS,
    "implementation_progress": WAYS,
    "reorganisation_annex": SAVING,
    "national_overview": REGIONS,
}


def drawn(report: str, tables: object, code: str = "en"):
    parameters = {"reference": "institution", "price_year": 2020}
    return small_picture(report, "riga", parameters, tables, NAMES, language(code))


def shapes(picture, name: str) -> list[dict[str, str]]:
    return [shape.attrib for shape in ElementTree.fromstring(picture.svg).iter(f"{SVG}{name}")]


def test_picture_of_costs_shows_the_last_known_year_in_the_colours_of_the_house():
    picture = drawn("cost_comparison", COSTS)
    bars = shapes(picture, "rect")
    assert [bar["fill"] for bar in bars] == [
        ARRANGEMENT_COLOURS["institution"],
        ARRANGEMENT_COLOURS["guardian"],
    ]
    heights = [float(bar["height"]) for bar in bars]
    # 300.4 / 2000 of the highest, to a tenth of a unit.
    assert heights[1] == pytest.approx(heights[0] * 300.4 / 2_000, abs=0.1)
    assert picture.title == "Cost per child-month by care arrangement, 2022"


def test_picture_of_costs_says_them_from_the_lowest():
    assert drawn("cost_comparison", COSTS).alt == (
        "Cost per child-month by care arrangement, 2022, lowest first: "
        "guardian €300; institution €2,000."
    )


def test_picture_of_progress_shows_targets_in_force_of_the_region_alone():
    picture = drawn("implementation_progress", WAYS)
    tracks, ways = shapes(picture, "rect")[::2], shapes(picture, "rect")[1::2]
    whole = (WIDTH - 2) / MOST_OF_THE_WAY
    assert [float(bar["width"]) for bar in tracks] == pytest.approx([whole] * 2, abs=0.05)
    # Half of the way, and three times the way, cut where the picture ends.
    assert [float(bar["width"]) for bar in ways] == pytest.approx([whole / 2, WIDTH - 2], abs=0.05)
    assert picture.alt == (
        "How far the indicators have come on the way to their targets: In institutions 50%; "
        "ft_children_served 300%. Indicators not known: 1."
    )


@pytest.mark.parametrize("achievement", [-2.0, 0, 1.0])
def test_picture_of_progress_bar_stays_on_its_track(achievement):
    rows = [way("children_in_institutions", achievement)]
    (_, bar) = shapes(drawn("implementation_progress", {"indicator_progress": rows}), "rect")
    whole = (WIDTH - 2) / MOST_OF_THE_WAY
    assert float(bar["width"]) == pytest.approx(max(achievement, 0) * whole, abs=0.05)


def test_picture_of_a_plan_crosses_the_line_of_nothing_where_it_pays_for_itself():
    picture = drawn("reorganisation_annex", SAVING)
    (line,) = shapes(picture, "polyline")
    heights = [float(point.split(",")[1]) for point in line["points"].split()]
    # 200 stands at the top and −300 at the bottom, 5 from the edge; −100 two fifths above it.
    top, bottom = 5, HEIGHT - 5
    assert heights == pytest.approx([bottom - 2 / 5 * (bottom - top), bottom, top], abs=0.05)
    assert picture.alt == (
        "Saving so far by the plan, discounted: lowest in 2021, −€300; paid for itself in 2022; "
        "+€200 at the end of 2022."
    )


def test_picture_of_a_plan_that_never_pays_says_so():
    tables = {
        "transition": saved(-1.0, -2.0),
        "transition_summary": [{"break_even_year": {"symbol": "z"}}],
    }
    assert drawn("reorganisation_annex", tables).alt.endswith(
        "not paid for itself by the end of 2021, −€2."
    )


def test_picture_of_regions_shows_the_reference_in_each():
    picture = drawn("national_overview", REGIONS)
    assert {bar["fill"] for bar in shapes(picture, "rect")} == {ARRANGEMENT_COLOURS["institution"]}
    assert picture.alt.endswith(
        "by region, 2022, prices of 2020, lowest first: <b> €1,500; Riga €2,200."
    )
    assert "<b>" not in picture.svg


@pytest.mark.parametrize("report", EVERY)
def test_picture_says_its_message_in_latvian_too(report):
    picture = drawn(report, EVERY[report], "lv")
    assert picture.alt != drawn(report, EVERY[report]).alt
    assert picture.svg == drawn(report, EVERY[report]).svg
    assert len(picture.alt) > len(picture.title) + 10


@pytest.mark.parametrize("report", EVERY)
def test_picture_stands_out_from_paper_and_holds_no_text(report):
    picture = drawn(report, EVERY[report])
    colours = set(re.findall(r"#[0-9a-f]{3,6}\b", picture.svg)) - {"#fff"}
    assert colours
    assert min(contrast(colour, "#ffffff") for colour in colours) >= 3
    assert not shapes(picture, "text")


@pytest.mark.parametrize("report", [*EVERY, "another"])
@pytest.mark.parametrize("tables", [{}, {name: [] for of in EVERY.values() for name in of}])
def test_picture_without_rows_is_none(report, tables):
    assert drawn(report, tables) is None


def test_picture_of_a_plan_of_one_year_is_none():
    assert drawn("reorganisation_annex", {"transition": saved(1.0)}) is None
