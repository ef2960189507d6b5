from __future__ import annotations

import pytest

from dieval.reports.table_layout import LAYOUTS, ROOM_OF_COLUMN, Layout, table_layout

UPRIGHT, UPRIGHT_SMALL, ACROSS, ACROSS_SMALL = LAYOUTS


def layout_of(
    columns: dict[str, list[str]], numeric: tuple[str, ...] = ()
) -> tuple[Layout, list[float]]:
    """The layout of a table that is given by its columns."""
    headings = [
        {"heading": heading, "unit": "", "numeric": heading in numeric} for heading in columns
    ]
    return table_layout(headings, [list(row) for row in zip(*columns.values(), strict=True)])


def years(count: int, value: str, rows: int) -> dict[str, list[str]]:
    return {str(2000 + number): [value] * rows for number in range(count)}


def test_columns_of_a_table_that_fits_are_as_wide_as_their_content():
    assert layout_of({"Year": ["2020"], "Share": ["79.4%"]}, ("Share",)) == (UPRIGHT, [0, 0])


def test_columns_of_a_full_table_share_the_page_by_the_length_of_their_texts():
    columns = {
        "No.": ["[1]", "[2]"],
        "Title of the source": ["word " * 40] * 2,
        "Publisher": ["Ministry of Welfare"] * 2,
        "In a family environment": ["1,213", "873"],
    }
    layout, widths = layout_of(columns, ("In a family environment",))
    numbered, title, publisher, count = (width - ROOM_OF_COLUMN for width in widths)
    assert numbered == 3
    assert count == len("environment")  # a number has room, its heading is broken
    assert title > 2 * publisher > 2 * len("Ministry")
    assert layout == UPRIGHT
    assert sum(widths) == pytest.approx(layout.room)


def test_no_column_of_a_full_table_is_wider_than_its_text_while_another_is_broken():
    columns = {"Place": ["the whole country"], "Plan": ["DI plan"], "Words": ["word " * 60]}
    place, plan, words = (width - ROOM_OF_COLUMN for width in layout_of(columns)[1])
    assert place <= len("the whole country")
    assert plan == pytest.approx(len("DI plan"))
    assert words > 70


def test_numbers_that_fit_in_smaller_text_stand_upright():
    # 9 columns of 8 letters and the distance of 10 take 72 + 22 = 94 characters. Of 104 they leave
    # 10 for names of 23 letters, three lines each; of 117 they leave 23.
    columns = {"Care": ["in family-like services"] * 9, **years(9, "1,234.50", 9)}
    assert layout_of(columns, tuple(years(9, "", 0)))[0] == UPRIGHT_SMALL


def test_numbers_that_no_upright_page_holds_stand_across():
    # 12 columns of numbers of 9 letters: 12 × (9 + 2.2) = 134 characters.
    columns = {"Care": ["guardian"], **years(12, "1,234,567", 1)}
    layout, widths = layout_of(columns, tuple(years(12, "", 0)))
    assert layout == ACROSS
    assert widths == [0] * 13


@pytest.mark.parametrize(("rows", "landscape"), [(3, False), (12, True)])
def test_long_texts_in_a_narrow_column_turn_the_page_if_they_are_many(rows, landscape):
    # Beside 9 columns of 8 letters, 23 characters are left for texts of 120: 6 lines each. For 3
    # of them, 18 lines, no page is turned; for 12, 72 lines, it is.
    columns = {"Indicator": ["word " * 24] * rows, **years(9, "1,234.50", rows)}
    assert layout_of(columns, tuple(years(9, "", 0)))[0].landscape == landscape


def test_table_that_no_page_holds_stands_across_in_small_text():
    columns = {"Care": ["guardian"], **years(40, "1,234,567", 1)}
    assert layout_of(columns, tuple(years(40, "", 0)))[0] == ACROSS_SMALL


def test_table_without_rows_has_a_layout():
    assert layout_of({"Year": [], "Share": []}) == (UPRIGHT, [0, 0])


def test_text_is_never_smaller_than_8_points():
    assert min(layout.size for layout in LAYOUTS) == 8
