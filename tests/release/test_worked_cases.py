"""Small tables by hand: what must be hidden, and between which values it lies then.

Each test writes the arithmetic that whoever reads the table could do.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd
import pytest
from joint import editions

from dieval.release.disclosure import shown_needs
from dieval.release.linked import Linked, bounds, grid, lines_of, linked
from dieval.release.pattern import Sensitive, left_open, safe_pattern
from dieval.release.rules import Rules, few_holders, few_persons, whole_groups

RULES = Rules(persons=8, holders=3, percent=10)
SECONDS = 60
Lines = Sequence[tuple[int, Collection[int]]]


def between(system: Linked, *cells: int) -> list[list[float]]:
    """Attack a table in which these cells are hidden."""
    return bounds(system, marked(system, cells))[list(cells)].tolist()


def marked(system: Linked, cells: Collection[int]) -> np.ndarray:
    return np.isin(np.arange(len(system.values)), list(cells))


def persons(system: Linked, lines: Lines, cells: Collection[int] | None = None) -> list[Sensitive]:
    counts = range(len(system.values)) if cells is None else cells
    return [*few_persons(system, counts, lines, RULES), *whole_groups(system, lines, RULES)]


def protected(
    system: Linked, sensitive: Sequence[Sensitive], shown: Collection[int] = ()
) -> list[int]:
    """Hide cells for the least sum of what they count; some have to be shown."""
    losses = system.values + 1
    losses[list(shown)] = np.inf
    found = safe_pattern(system, sensitive, losses, SECONDS)
    assert left_open(system, found.hidden, sensitive) == []
    assert found.loss == pytest.approx(found.least)
    return np.flatnonzero(found.hidden).tolist()


def test_one_hidden_cell_of_a_row_follows_from_the_others() -> None:
    lines = [(3, (0, 1, 2))]
    system = linked([3, 10, 20, 33], lines)
    assert between(system, 0) == [[33 - 10 - 20, 33 - 10 - 20]]
    # Beside the 3 the 10 is the cheapest that takes up what it may be more or less.
    assert protected(system, persons(system, lines)) == [0, 1]
    assert between(system, 0, 1) == [[0, 33 - 20], [0, 33 - 20]]


def test_two_cells_and_their_sum_hide_each_other() -> None:
    lines = [(2, (0, 1))]
    system = linked([3, 12, 15], lines)
    assert protected(system, persons(system, lines), shown=[2]) == [0, 1]
    assert between(system, 0, 1) == [[0, 15], [0, 15]]


def test_rectangle_with_the_least_loss_protects_an_inner_cell() -> None:
    system = grid([[5, 20, 30, 55], [25, 40, 50, 115], [35, 60, 70, 165], [65, 120, 150, 335]])
    # Rectangles with the 5: 20 + 25 + 40 = 85, 30 + 25 + 50 = 105, 20 + 35 + 60 = 115, …
    sums = [3, 7, 11, 12, 13, 14, 15]
    assert protected(system, persons(system, []), shown=sums) == [0, 1, 4, 5]
    # The 5 rises until the 20 beside it is used up: 5 + 20.
    assert between(system, 0, 1, 4, 5) == [[0, 25], [0, 25], [5, 30], [35, 60]]


def test_rectangle_with_a_small_corner_is_no_protection() -> None:
    system = grid([[5, 2, 7], [30, 40, 70], [35, 42, 77]])
    # Hidden 5, 2, 30, 40: the 5 is at most the sum of its row, 5 + 2 = 7, and 7 is small.
    assert between(system, 0, 1, 3, 4)[0] == [0, 5 + 2]
    assert left_open(system, marked(system, [0, 1, 3, 4]), [Sensitive(0, 5, 3)]) != []


def test_two_hidden_in_a_line_with_a_small_sum_are_not_enough() -> None:
    lines = [(3, (0, 1, 2))]
    system = linked([1, 2, 30, 33], lines)
    assert between(system, 0, 1) == [[0, 33 - 30], [0, 33 - 30]]
    # The 30 or the 33 has to go too; the 30 loses less.
    assert protected(system, [Sensitive(0, 1, 7), Sensitive(1, 2, 6)]) == [0, 1, 2]
    assert between(system, 0, 1, 2) == [[0, 33], [0, 33], [0, 33]]


def cube() -> Linked:
    """Two by two by two cells, 0 to 7; cell i + 2 j + 4 k. All sums along one dimension follow."""
    values = [3.0, 10, 20, 30, 40, 50, 60, 70]
    sums = []
    for step in (1, 2, 4):
        for cell in range(8):
            if not cell & step:
                values.append(values[cell] + values[cell | step])
                sums.append((len(values) - 1, (cell, cell | step)))
    return linked(values, sums)


def test_face_of_a_cube_is_given_away_through_the_third_dimension() -> None:
    # 3 + 40 = 43 is shown, and so is the 40.
    assert between(cube(), 0, 1, 2, 3)[0] == [43 - 40, 43 - 40]


def test_whole_cube_protects_its_corner() -> None:
    system = cube()
    # If the 3 rises by one, 10, 20 and 40 fall, 30, 50 and 60 rise, 70 falls: by 10 at most.
    assert between(system, *range(8))[0] == [0, 3 + 10]
    assert protected(system, [Sensitive(0, 3, 5)], shown=range(8, 20)) == list(range(8))


REGIONS = [(2, (0, 1)), (5, (3, 4)), (6, (2, 5))]  # two municipalities, two regions, the country


def test_municipality_behind_its_region_is_given_away_by_the_country() -> None:
    system = linked([4, 30, 34, 25, 40, 65, 99], REGIONS)
    # The region is the country less the other region, and the 4 the region less the 30.
    assert between(system, 0, 2) == [[99 - 65 - 30] * 2, [99 - 65] * 2]


def test_municipality_is_protected_by_its_neighbour() -> None:
    system = linked([4, 30, 34, 25, 40, 65, 99], REGIONS)
    # 30 beside it costs 31; its region and the country would cost 35 + 100.
    assert protected(system, persons(system, REGIONS)) == [0, 1]
    assert between(system, 0, 1) == [[0, 34], [0, 34]]


def test_region_of_one_municipality_is_hidden_with_it() -> None:
    lines = [(1, (0,)), (4, (2, 3)), (5, (1, 4))]
    system = linked([4, 4, 20, 30, 50, 54], lines)
    # Region 4 = its only municipality; the other region, 50, or the country has to help.
    assert protected(system, persons(system, lines), shown=[5]) == [0, 1, 2, 4]
    assert between(system, 0, 1, 2, 4) == [[0, 24], [0, 24], [0, 24], [30, 54]]


def test_sum_of_two_tables_is_given_away_by_the_other() -> None:
    # 23 children by age, 3 + 20, and by sex, 11 + 12.
    system = linked([23, 3, 20, 11, 12], [(0, (1, 2)), (0, (3, 4))])
    assert between(system, 0, 1) == [[11 + 12] * 2, [11 + 12 - 20] * 2]
    assert protected(system, [Sensitive(1, 3, 5)]) == [1, 2]


def test_sum_of_two_tables_is_protected_in_both() -> None:
    system = linked([23, 3, 20, 11, 12], [(0, (1, 2)), (0, (3, 4))])
    # The 20 is known from elsewhere: the sum has to go, and with it the cheaper of 11 and 12.
    assert protected(system, [Sensitive(1, 3, 5)], shown=[2]) == [0, 1, 3]
    assert between(system, 0, 1, 3) == [[20, np.inf], [0, np.inf], [8, np.inf]]


def test_singleton_knows_its_own_cell_and_so_the_other() -> None:
    lines = [(3, (0, 1, 2))]
    system = linked([1, 7, 20, 28], lines)
    # Everybody knows that the two are 28 − 20 = 8 together; the one child's family, that they are
    # 1 and 7.
    assert between(system, 0, 1) == [[0, 8], [0, 8]]
    everybody = [Sensitive(0, 1, 7), Sensitive(1, 7, 1)]
    assert protected(system, everybody) == [0, 1]
    assert persons(system, lines) == [*everybody, Sensitive(1, 1, 1, known=(0,))]
    assert protected(system, persons(system, lines)) == [0, 1, 2]


def test_two_singletons_of_a_line_know_each_other() -> None:
    lines = [(3, (0, 1, 2))]
    system = linked([1, 1, 20, 22], lines)
    # With 1 and 1 hidden, each learns 22 − 20 − 1 = 1 of the other.
    known = [one for one in persons(system, lines) if one.known]
    assert known == [Sensitive(0, 1, 1, known=(1,)), Sensitive(1, 1, 1, known=(0,))]
    found = left_open(system, marked(system, [0, 1]), known)
    assert [(each.side, each.reach) for each in found] == [("lower", 0), ("upper", 0)] * 2
    assert protected(system, persons(system, lines)) == [0, 1, 2]


def by_holder(amounts: Sequence[tuple[str, str, float]]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for _, holder, amount in amounts:
        sums[holder] = sums.get(holder, 0.0) + amount
    return sums


def test_holder_of_two_institutions_counts_once() -> None:
    ledger = [("north", "a", 60.0), ("south", "a", 40.0), ("east", "b", 50.0)]
    # By institution there would be three, with 150 − 60 − 50 = 40 beside the two largest.
    assert few_holders({0: {place: amount for place, _, amount in ledger}}, RULES) == []
    # Two holders: 100 and 50. Nobody may come closer to the 100 than by 10 % of it.
    assert few_holders({0: by_holder(ledger)}, RULES) == [Sensitive(0, 10, 10)]


@pytest.mark.parametrize(("rest", "lacking"), [(20.0, []), (19.75, [0.25]), (20.25, [])])
def test_what_the_second_holder_learns_of_the_first_at_the_threshold(
    rest: float, lacking: list[float]
) -> None:
    # 10 % of 200 are 20: so much has to be left when the two largest are taken off.
    found = few_holders({7: {"a": 200, "b": 30, "c": rest - 5, "d": 5}}, RULES)
    assert [(one.cell, one.above) for one in found] == [(7, amount) for amount in lacking]


def test_dominant_holder_is_hidden_among_many() -> None:
    # 950 of 1,000: 20 are left beside the two largest, 95 are asked for.
    found = few_holders({0: {"a": 950, "b": 30, "c": 10, "d": 10}}, RULES)
    assert found == [Sensitive(0, 95 - 20, 95 - 20)]


def test_amounts_with_cents_keep_their_distance() -> None:
    lines = [(2, (0, 1))]
    system = linked([1234.56, 4321.09, 5555.65], lines, whole=False)
    sensitive = few_holders({0: {"a": 1234.56}}, RULES)
    assert protected(system, sensitive, shown=[2]) == [0, 1]
    low, high = between(system, 0, 1)[0]
    assert low == 0
    assert high == pytest.approx(5555.65)
    assert sensitive[0].above == pytest.approx(123.456)


def test_amount_is_not_protected_by_one_that_is_too_small() -> None:
    lines = [(3, (0, 1, 2))]
    system = linked([1000.0, 60.5, 700.0, 1760.5], lines, whole=False)
    sensitive = few_holders({0: {"a": 1000.0}}, RULES)
    # 100 are needed; the 60.50 give way by 60.50 only.
    assert between(system, 0, 1) == [[0, 1000 + 60.5]] * 2
    assert [each.reach for each in left_open(system, marked(system, [0, 1]), sensitive)] == [60.5]
    assert protected(system, sensitive, shown=[3]) == [0, 2]


def test_six_of_six_in_one_part_hide_the_zero() -> None:
    lines = [(2, (0, 1)), (5, (3, 4)), (6, (0, 3)), (7, (1, 4)), (8, (2, 5)), (8, (6, 7))]
    system = linked([6, 0, 6, 20, 30, 50, 26, 30, 56], lines)
    assert whole_groups(system, lines, RULES) == [Sensitive(1, 0, 1)]
    hidden = protected(system, persons(system, lines))
    # Of the six, everybody would be known to be in the first part, were the 0 shown.
    assert {0, 1, 2} <= set(hidden)
    assert between(system, *hidden)[1][1] >= 1


@pytest.mark.parametrize("size", [8, 9, 50])
def test_zero_of_a_large_group_stays(size: int) -> None:
    lines = [(2, (0, 1))]
    assert persons(linked([size, 0, size], lines), lines) == []


def test_zero_of_a_group_in_two_parts_stays() -> None:
    lines = [(3, (0, 1, 2))]
    # Six, 4 and 2: nobody's part follows from the 0.
    assert whole_groups(linked([4, 2, 0, 6], lines), lines, RULES) == []


@pytest.mark.parametrize(
    ("above", "below", "shown"),
    [(0, 7, False), (7, 7, False), (0, 8, True), (8, 8, True), (3, 20, False), (9, 20, True)],
)
def test_rate_of_few_is_hidden(above: int, below: int, shown: bool) -> None:
    # 7 of 7 and 0 of 7 tell of everybody; 15 % of 20 are 3.
    rows = [("a", below, above), ("b", 90, 40), ("c", 80, 30)]
    rows.append(("national", below + 90 + 80, above + 40 + 30))
    table = pd.DataFrame(rows, columns=["region", "needing", "receiving"])
    table["coverage"] = table["receiving"] / table["needing"]
    found = shown_needs(table, RULES).set_index("region")["coverage"]
    assert found.notna()["a"] == shown
    assert found.notna()["national"]


def test_months_of_a_cumulative_count_are_its_differences() -> None:
    # 20 by the end of March, 23 by the end of April: 3 in April.
    lines = [(1, (0, 2)), (3, (1, 4))]
    system = linked([20, 23, 3, 35, 12], lines)
    assert between(system, 2) == [[23 - 20] * 2]
    # Without the 23 it follows from May: 35 − 12 = 23.
    assert between(system, 1, 2) == [[35 - 12] * 2, [35 - 12 - 20] * 2]
    assert protected(system, persons(system, lines), shown=[0]) == [1, 2, 4]
    assert between(system, 1, 2, 4) == [[20, 35], [0, 15], [0, 15]]


def test_families_without_a_child_are_registered_less_hosting() -> None:
    lines = [(0, (1, 2))]
    system = linked([40, 38, 2], lines)
    assert between(system, 2) == [[40 - 38] * 2]
    assert protected(system, persons(system, lines)) == [1, 2]
    assert between(system, 1, 2) == [[0, 40], [0, 40]]


def test_months_hide_each_other_under_the_year() -> None:
    lines = [(3, (0, 1, 2))]
    system = linked([4, 9, 20, 33], lines)
    assert protected(system, persons(system, lines), shown=[3]) == [0, 1]
    assert between(system, 0, 1) == [[0, 33 - 20], [0, 33 - 20]]


def test_months_quarters_and_year_are_one_hierarchy() -> None:
    quarters = {"01": "Q1", "02": "Q1", "04": "Q2", "05": "Q2", "Q1": "year", "Q2": "year"}
    keys = pd.DataFrame({"period": [*quarters, "year"]})
    values = [4, 9, 11, 12, 4 + 9, 11 + 12, 4 + 9 + 11 + 12]
    lines = lines_of(keys, values, {"period": quarters})
    assert lines == [(4, [0, 1]), (5, [2, 3]), (6, [4, 5])]
    assert protected(linked(values, lines), persons(linked(values, lines), lines)) == [0, 1]


def test_sum_is_hidden_where_all_else_is_known() -> None:
    lines = [(2, (0, 1))]
    system = linked([3, 10, 13], lines)
    assert protected(system, persons(system, lines), shown=[1]) == [0, 2]
    # Nothing limits how many they are together.
    assert between(system, 0, 2) == [[0, np.inf], [10, np.inf]]


def test_growth_from_seven_to_nine_follows_from_sums() -> None:
    lines = [(2, (0, 1))]
    earlier, later = linked([7, 30, 37], lines), linked([9, 30, 39], lines)
    both, changes = editions(earlier, later, [(0, 0), (1, 1), (2, 2)])
    sensitive = few_persons(both, [0], lines, RULES) + few_persons(both, changes, [], RULES)
    # The first edition hid 7 and 30. With the second shown whole, 39 − 37 = 2 came.
    shown_whole = marked(both, [0, 1, *changes])
    assert bounds(both, shown_whole)[changes[2]].tolist() == [39 - 37] * 2
    already = marked(both, [0, 1, 3, 4, *changes])
    losses = np.concatenate([np.full(3, np.inf), later.values + 1, np.zeros(3)])
    found = safe_pattern(both, sensitive, losses, SECONDS, already)
    # The sum of the second edition has to go: 7 and 9 stay hidden, as in the first.
    assert np.flatnonzero(found.hidden[:6]).tolist() == [0, 1, 3, 4, 5]
    assert left_open(both, found.hidden, sensitive) == []


def test_merged_municipality_gives_its_parts_away() -> None:
    # a 5, b 40, c 60 of 105: a and c were hidden. After the merger of a and b, 45 stands alone.
    merged = [(3, (0, 1, 2)), (4, (0, 1)), (3, (4, 2))]
    system = linked([5, 40, 60, 105, 45], merged)
    assert between(system, 0, 2) == [[45 - 40] * 2, [105 - 45] * 2]
    losses = np.array([np.inf, np.inf, np.inf, np.inf, 46])
    found = safe_pattern(system, [Sensitive(0, 5, 3)], losses, SECONDS, marked(system, [0, 2]))
    assert found.hidden.tolist() == [True, False, True, False, True]
    assert bounds(system, found.hidden)[0].tolist() == [0, 105 - 40]


def test_merged_municipality_may_be_shown_where_its_parts_hide_each_other() -> None:
    merged = [(3, (0, 1, 2)), (4, (0, 1)), (3, (4, 2))]
    system = linked([5, 40, 60, 105, 45], merged)
    # 45 = 105 − 60 was known before.
    assert between(system, 0, 1) == [[0, 105 - 60], [0, 105 - 60]]
    assert left_open(system, marked(system, [0, 1]), [Sensitive(0, 5, 3)]) == []


def test_published_table_of_investment_has_the_published_bounds() -> None:
    # Figures: M. Fischetti and J. J. Salazar, investment of enterprises by activity and region.
    system = grid([[20, 50, 10, 80], [8, 19, 22, 49], [17, 32, 12, 61], [45, 101, 44, 190]])
    # Hidden 8, 22, 17, 12: 8 + 22 = 30, 17 + 12 = 29, 8 + 17 = 25, 22 + 12 = 34.
    assert between(system, 4, 6, 8, 10) == [
        [0, 25], [30 - 25, 30], [0, 25], [29 - 25, 34 - (30 - 25)],
    ]  # fmt: skip


def test_hidden_zero_rises_but_does_not_fall() -> None:
    system = grid([[0, 12, 12], [9, 4, 13], [9, 16, 25]])
    # If the 0 rises, so does the 4, until the 9 is used up; neither falls: 4 at least is sure.
    assert between(system, 0, 1, 3, 4) == [[0, 9], [12 - 9, 12], [0, 9], [4, 4 + 9]]
    assert [each.side for each in left_open(system, marked(system, [0, 1, 3, 4]),
                                            [Sensitive(4, 4, 4)])] == ["lower"]  # fmt: skip


def test_pattern_of_an_earlier_edition_stays_though_a_cheaper_one_is_safe() -> None:
    lines = [(3, (0, 1, 2))]
    system = linked([3, 10, 20, 33], lines)
    found = safe_pattern(
        system, persons(system, lines), system.values + 1, SECONDS, marked(system, [0, 2])
    )
    # The 20 was hidden before and protects the 3; the 10, cheaper now, may be shown.
    assert np.flatnonzero(found.hidden).tolist() == [0, 2]
    assert found.loss == found.least == (3 + 1) + (20 + 1)
