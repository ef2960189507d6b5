"""Earlier editions: what they show is known, what they hide stays hidden, few changes are none."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pandas as pd
import pytest

from dieval.release.audit import attack
from dieval.release.cells import DETAIL, WHOLE, Cells, cells_of, masked
from dieval.release.earlier import Earlier, shown_tables
from dieval.release.pattern import StuckError
from dieval.release.rules import Rules
from dieval.vocabulary import HIDDEN_VALUE, is_hidden

RULES = Rules(persons=8, holders=3, percent=10)
SECONDS = 60.0


def add(cells: Cells, tables: Mapping[str, pd.DataFrame]) -> None:
    """A region's children by arrangement, and all of them."""
    table = tables["children"]
    cells.add_all(table[table["code"] != "all"], "n", ["code"], "children", DETAIL)
    cells.add_all(table[table["code"] == "all"], "n", ["code"], "children", WHOLE)
    cells.total(("n", "all"), [("n", code) for code in table["code"] if code != "all"])


def edition(**children: float) -> dict[str, pd.DataFrame]:
    return {"children": pd.DataFrame({"code": list(children), "children": [*children.values()]})}


def hidden(
    now: dict[str, pd.DataFrame], *earlier: dict[str, pd.DataFrame], persons: bool = True
) -> str:
    """The codes that are hidden now, one letter each."""
    cells = cells_of(add, now, earlier, RULES, persons)
    found = cells.hidden(cells.few_persons() if persons else [], SECONDS)
    return "".join(sorted(str(key[1]) for key in found if key[0] == "n"))


def published(now: dict[str, pd.DataFrame], *earlier: dict[str, pd.DataFrame]) -> dict:
    """The edition as it is shown."""
    table = now["children"]
    unseen = table["code"].isin(list(hidden(now, *earlier)))
    return {"children": masked(table, {"children": unseen.to_numpy()})}


def test_without_earlier_editions_the_cheapest_pattern_is_taken():
    # 3 has to stay between 0 and 8: any other part with it, and all parts cost the same.
    assert hidden(edition(a=3, b=20, c=15, all=38)) in ("ab", "ac")


@pytest.mark.parametrize("beside", ["b", "c"])
def test_what_was_hidden_stays_hidden_and_what_was_shown_is_shown_again(beside):
    now = edition(a=3, b=20, c=15, all=38)
    shown = {**{"a": HIDDEN_VALUE, "b": 20, "c": 15, "all": 38}, beside: HIDDEN_VALUE}
    assert hidden(now, edition(**shown)) == f"a{beside}"


def test_the_same_edition_again_hides_the_same():
    now = edition(a=3, b=20, c=15, d=30, all=68)
    first = published(now)
    assert published(now, first)["children"].equals(first["children"])
    assert published(now, first, first)["children"].equals(first["children"])


def test_a21_vi_one_child_more_than_in_the_earlier_edition_is_not_shown():
    before = published(edition(a=61, b=40, all=101))
    assert not before["children"]["children"].map(is_hidden).any()
    # 62 − 61 = 1 child. With b as it was, all − b would give 62: all is hidden, too.
    assert hidden(edition(a=62, b=40, all=102), before) == "aall"


@pytest.mark.parametrize(("now", "expected"), [(69, ""), (68, "aall"), (53, ""), (54, "aall")])
def test_a_change_by_as_many_as_may_be_shown_is_shown(now, expected):
    # 69 − 61 = 8 = 61 − 53 are shown; 68 − 61 = 7 = 61 − 54 are not.
    before = edition(a=61, b=40, all=101)
    assert hidden(edition(a=now, b=40, all=now + 40), before) == expected


def test_sums_of_the_earlier_edition_hold_among_what_it_hides():
    # Before: 52 = a + b + 20 + 12, so a + b = 20. Now c is 10 more and d 3 more, all 65: where c
    # and all were shown, d = 65 − 30 − 20 = 15 would follow, and with the earlier 12 the 3.
    before = edition(a=HIDDEN_VALUE, b=HIDDEN_VALUE, c=20, d=12, all=52)
    now = edition(a=5, b=15, c=30, d=15, all=65)
    assert hidden(now, before) in ("abcd", "aballd")
    # Where the hidden ones may have been revised, it holds for them no more: 6 + 15 is not 20.
    assert hidden(edition(a=6, b=15, c=30, d=15, all=66), before) == "abd"


def test_what_was_shown_protects_nothing():
    # b and all are known from before: a follows from them, whatever is hidden now, and it is not
    # this edition that gives it away. It is hidden all the same: there are 3.
    before = edition(b=20, all=23)
    assert hidden(edition(a=3, b=20, all=23), before) == "a"
    with pytest.raises(StuckError, match=r"cells \[0\] follow"):
        cells = Cells(RULES)
        for name, value in (("a", 3), ("b", 20), ("all", 23)):
            cells.add(("n", name), value, float("inf") if name != "a" else DETAIL)
        cells.total(("n", "all"), [("n", "a"), ("n", "b")])
        cells.hidden(cells.few_persons(), SECONDS)


def test_a_number_that_is_too_small_by_todays_rules_is_hidden_though_it_was_shown():
    before = edition(a=6, b=20, c=15, all=41)
    assert hidden(edition(a=6, b=20, c=15, all=41), before) == "a"


def test_revised_amounts_are_shown():
    assert (
        hidden(edition(a=61.5, b=40, all=101.5), edition(a=61, b=40, all=101), persons=False) == ""
    )


def test_an_edition_without_the_table_says_nothing():
    now = edition(a=3, b=20, c=15, all=38)
    assert hidden(now, {}) == hidden(now)
    assert hidden(now, {"children": pd.DataFrame({"code": ["a"]})}) == hidden(now)


def results(unit: str, rows: list[list[object]], *columns: str) -> dict:
    held = {"columns": [{"name": name, "unit": None} for name in columns], "rows": rows}
    return {"unit": unit, "tables": {"moves": held}}


def test_tables_come_back_as_they_were_shown():
    rows = [["kurzeme", 2020, 12.5], ["kurzeme", 2021, {"symbol": "c"}], ["riga", 2021, None]]
    text = json.dumps(results("kurzeme", rows, "region", "year", "children"))
    table = shown_tables(json.loads(text))["moves"]
    assert table["region"].to_list() == ["kurzeme", "kurzeme", "riga"]
    assert table["year"].to_list() == [2020, 2021, 2021]
    assert table["children"].map(is_hidden).to_list() == [False, True, False]
    other = shown_tables(results("kurzeme", [[{"symbol": "z"}]], "children"))["moves"]
    assert other["children"].isna().all() and not other["children"].map(is_hidden).any()


def test_a_region_has_its_own_reports_and_its_rows_of_the_country():
    release = {
        "kurzeme/x": results("kurzeme", [[1]], "n"),
        "riga/x": results("riga", [[2]], "n"),
        "national/y": results("national", [["riga", 3], ["kurzeme", 4]], "region", "n"),
    }
    found = [tables["moves"]["n"].to_list() for tables in Earlier((release, {})).of("kurzeme")]
    assert found == [[1], [4]]
    assert [t["moves"]["n"].to_list() for t in Earlier((release,)).of("national")] == [[3, 4]]
    assert Earlier((release,)).of("kurzeme-home-1") == []


def test_reports_come_in_the_order_of_their_releases_and_the_empty_ones_are_left_out():
    first = {
        "kurzeme/x": results("kurzeme", [[1]], "n"),
        "kurzeme/none": {**results("kurzeme", [])},
    }
    first["kurzeme/none"]["tables"] = {}
    second = {"kurzeme/x": results("kurzeme", [[2]], "n"), "kurzeme/y": results("kurzeme", [], "n")}
    found = Earlier((first, second)).of("kurzeme")
    assert [tables["moves"]["n"].to_list() for tables in found] == [[1], [2], []]
    assert Earlier().of("kurzeme") == []


def test_of_the_country_a_region_has_only_tables_with_rows_of_its_own():
    both = results("national", [["riga", 3], ["kurzeme", 4]], "region", "n")
    both["tables"] |= {
        "without": results("national", [[5]], "n")["tables"]["moves"],
        "others": results("national", [["riga", 6]], "region", "n")["tables"]["moves"],
    }
    (tables,) = Earlier(({"national/y": both},)).of("kurzeme")
    assert list(tables) == ["moves"]
    (whole,) = Earlier(({"national/y": both},)).of("national")
    assert list(whole) == ["moves", "without", "others"]


def carers(year: int, **shown: object) -> dict:
    """Results of a region with the foster families of a year: registered, and those who host."""
    rows = [["foster_family", status, year, value] for status, value in shown.items()]
    columns = [
        {"name": name, "unit": unit}
        for name, unit in (
            ("carer_type", None),
            ("status", None),
            ("year", None),
            ("count", "carers"),
        )
    ]
    return {
        "unit": "kurzeme",
        "edition": "public",
        "parameters": {},
        "tables": {"carers_by_year": {"columns": columns, "rows": rows}},
    }


UNSEEN = {"symbol": "c"}
PLACE = "carers_by_year count kurzeme foster_family registered 2020"


def leaks(*editions: dict) -> list[tuple[str, str]]:
    return [
        (leak.what, leak.about) for leak in attack([{"kurzeme/r": one} for one in editions], RULES)
    ]


def test_attack_finds_a_change_by_few_between_editions():
    assert leaks(carers(2020, registered=61), carers(2020, registered=62)) == [("changed", PLACE)]
    assert leaks(carers(2020, registered=61), carers(2020, registered=69)) == []
    assert leaks(carers(2020, registered=61), carers(2020, registered=61)) == []
    assert leaks(carers(2020, registered=61), carers(2020, registered=UNSEEN)) == []


def test_attack_finds_what_an_earlier_edition_hides():
    found = leaks(carers(2020, registered=UNSEEN), carers(2020, registered=40))
    assert ("contradiction", PLACE) in found


def funnel(**shown: object) -> dict:
    """Results of a region with those who need a service."""
    columns = [{"name": name, "unit": "persons"} for name in shown]
    table = {"columns": columns, "rows": [list(shown.values())]}
    return {**carers(2020), "tables": {"funnel": table}}


def test_attack_bounds_a_change_by_the_sums_of_the_latest_edition():
    # 57 receive a service and 62 were assessed: from 57 to 62 need it, and 61 needed it before.
    before = funnel(assessed=62, needing=61, receiving=57)
    now = funnel(assessed=62, needing=UNSEEN, receiving=57)
    assert [what for what, _ in leaks(before, now)] == ["changed"]
    assert leaks(funnel(assessed=62, needing=45, receiving=40), now) == []  # 57 − 45 is enough


def test_what_an_earlier_edition_gives_away_by_itself_is_no_leak_of_the_later():
    loose = carers(2020, registered=5, hosting=UNSEEN)  # at most 5 host
    assert [what for what, _ in leaks(loose)] == ["recovered"]
    later = carers(2021, registered=40, hosting=30)
    assert leaks(loose, later) == []


def test_a_leak_is_put_down_to_a_report_of_the_latest_edition():
    old = {"kurzeme/old": carers(2020, registered=61)}
    new = {"kurzeme/new": carers(2020, registered=62), "riga/new": {**carers(2020), "unit": "riga"}}
    assert [leak.file for leak in attack([old, new], RULES)] == ["kurzeme/new"]
