"""Faults of CSV files that people send, each by its number in the catalogue of faults."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from dieval.errors import DataError, Problem
from dieval.inputs.read import DataPackage, check_package, examined, read_package

Rows = list[dict[str, str]]
Tables = dict[str, Rows]

HEADER = ["municipality", "name_lv", "valid_from", "valid_to", "successor", "source"]
TITLES = ["Pašvaldība", "Nosaukums latviski", "Spēkā no", "Spēkā līdz", "Pārņēmēja", "Avots"]
CELLS = [
    ["aizputes-novads", "Aizputes novads", "2009-07-01", "2021-06-30", "", "act"],
    ["dienvidkurzemes-novads", "Dienvidkurzemes novads", "2021-07-01", "", "", "act"],
    ["tukuma-novads", "Ķēķu, ģimeņu un žāvēšanas novads", "2009-07-01", "", "", "act"],
]
Folder = Callable[..., Path]


@pytest.fixture
def sent(write_csv: Callable[[Tables], Path], tables: Tables) -> Folder:
    """Put a file that somebody sent in the place of a table of the small package."""

    def put(content: bytes | str, table: str = "municipalities") -> Path:
        folder = write_csv({name: tables[name] for name in ("sources", "regions", table)})
        data = content.encode("utf-8") if isinstance(content, str) else content
        (folder / f"{table}.csv").write_bytes(data)
        return folder

    return put


def text(
    header: list[str] = HEADER,
    cells: list[list[str]] = CELLS,
    separator: str = ",",
    quoted: bool = True,
) -> str:
    """Write rows as CSV; a text with a comma stands in quotes."""

    def cell(value: str) -> str:
        return f'"{value}"' if quoted and (separator in value or '"' in value) else value

    return "".join(separator.join(map(cell, row)) + "\n" for row in (header, *cells))


def faults(folder: Path, severity: str = "error") -> list[tuple[str, tuple[int, ...]]]:
    """Give rule and rows of what is wrong with the file that was sent."""
    return [(p.rule, p.rows) for p in of_the_file(folder) if p.severity == severity]


def of_the_file(folder: Path) -> list[Problem]:
    return [p for p in check_package(folder) if p.file.endswith(".csv") and p.rule != "no_table"]


def read(folder: Path, table: str = "municipalities") -> pd.DataFrame:
    return read_package(folder).tables[table]


@pytest.fixture
def meant(sent: Folder) -> pd.DataFrame:
    """What is meant by every file that comes out right."""
    return read(sent(text()))


def refusal(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(DataError) as refused:
        read_package(folder)
    return refused.value.problems


ABOVE = ["Aizpildīja pašvaldība;;;;;", "2020. gads", "", ";;;;;"]


# --- Bytes and encodings -------------------------------------------------------------------------


def test_f01_utf8_with_a_mark_of_its_encoding(sent, meant):
    folder = sent(text().encode("utf-8-sig"))
    pd.testing.assert_frame_equal(read(folder), meant)
    assert faults(folder) == faults(folder, "note") == []


def test_f02_windows_1257(sent, meant):
    folder = sent(text().encode("cp1257"))
    pd.testing.assert_frame_equal(read(folder), meant)
    assert faults(folder, "note") == [("encoding", ())]
    (note,) = [p for p in of_the_file(folder) if p.rule == "encoding"]
    assert "Windows-1257" in note.message_en
    assert "Windows-1257" in note.message_lv


def test_f04_dos_encoding_is_refused(sent):
    folder = sent(text().encode("cp775"))
    assert faults(folder) == [("encoding", (4,))]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_f05_utf16_with_a_mark_of_its_encoding(sent, meant, encoding):
    folder = sent(("\ufeff" + text()).encode(encoding))
    pd.testing.assert_frame_equal(read(folder), meant)
    assert faults(folder) == []


@pytest.mark.parametrize(
    ("was", "read_as"), [("cp1257", "latin-1"), ("utf-8", "cp1252"), ("utf-8", "ascii")]
)
def test_f06_text_spoilt_before_it_was_written(sent, was, read_as):
    titles = [title.encode(was).decode(read_as, "replace") for title in TITLES]
    folder = sent(text(titles))
    assert ("header_spoilt", (1,)) in faults(folder)
    (spoilt,) = [p for p in refusal(folder) if p.rule == "header_spoilt"]
    assert "latin-1" in spoilt.message_en
    assert ("municipality" in spoilt.message_lv) is (read_as != "ascii")


def test_f07_two_encodings_in_one_file(sent):
    first, *rest = text().encode("utf-8").splitlines(keepends=True)
    other = "kuldigas-novads,Kuldīgas novads,2009-07-01,,,act\n".encode("cp1257")
    folder = sent(b"".join([first, *rest, other]))
    assert faults(folder) == [("encoding", (5,))]
    assert "mixes" in refusal(folder)[0].message_en


def test_f16_nul_byte(sent):
    assert faults(sent(text().replace("Aizputes n", "Aizputes\0n"))) == [("nul", (2,))]


# --- Separators ----------------------------------------------------------------------------------


@pytest.mark.parametrize("decimals", ["1234,56", "1 234,56", "1\u00a0234,56", "1.234,56"])
def test_f08_semicolons_and_a_decimal_comma(sent, tables, decimals):
    (first, *_) = tables["costs"]
    header = list(first)
    cells = [[{**first, "amount_eur": decimals, "provider": ""}[name] for name in header]]
    read_of = read(sent(text(header, cells, ";"), "costs"), "costs")
    assert read_of["amount_eur"].tolist() == [1234.56]


@pytest.mark.parametrize("separator", ["\t", "|", ";"])
def test_f09_another_separator(sent, meant, separator):
    folder = sent(text(separator=separator))
    pd.testing.assert_frame_equal(read(folder), meant)
    assert faults(folder, "note") == [("separator", ())]


def test_f09_two_separators_that_both_fit(sent):
    header = ["year;value", "source"]
    folder = sent(text(header, [["2020;1", "a"]], quoted=False), "price_index")
    assert faults(folder) == [("separator", (1,))]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_f10_first_line_names_the_separator(sent, meant, separator):
    folder = sent(f"sep={separator}\n" + text(separator=separator))
    pd.testing.assert_frame_equal(read(folder), meant)
    assert faults(folder) == faults(folder, "note") == []
    lines = read_package(folder).lines["municipalities"]
    assert sorted(lines["row"]) == [3, 4, 5]


# --- Rows ----------------------------------------------------------------------------------------


def test_f11_row_with_a_cell_too_many(sent):
    cells = [[*CELLS[0], "x"], *CELLS[1:]]
    assert faults(sent(text(cells=cells))) == [("row_length", (2,))]


def test_f14_quote_that_is_never_closed(sent):
    broken = text().replace('žāvēšanas novads"', "žāvēšanas novads")
    assert faults(sent(broken)) == [("quote", (4,))]


def test_f15_line_break_within_quotes(sent, meant):
    cells = [[*row] for row in CELLS]
    cells[0][1] = "Aizputes\nnovads"
    broken = [[*row] for row in cells]
    broken[2][2] = "2009-07-41"
    folder = sent(text(cells=cells).replace("Aizputes\nnovads", '"Aizputes\nnovads"'))
    assert "Aizputes\nnovads" in set(read(folder)["name_lv"])
    wrong = sent(text(cells=broken).replace("Aizputes\nnovads", '"Aizputes\nnovads"'))
    assert faults(wrong, "set_aside") == [("type", (5,))]


@pytest.mark.parametrize("content", ["", "\n\n", text(cells=[])])
def test_f18_no_rows(sent, content):
    assert faults(sent(content)) == [("no_rows", ())]


def test_f22_line_without_an_end(sent):
    assert faults(sent(text() + "x" * 2_000_000)) == [("too_large", ())]
    assert faults(sent("x" * 2_000_000 + text())) == [("too_large", ())]


def test_f22_ten_thousand_columns(sent):
    header = [*HEADER, *(f"x{number}" for number in range(10_000))]
    assert faults(sent(text(header, [[""] * len(header)]))) == [("too_large", ())]


def test_f22_ten_million_rows(sent):
    assert faults(sent(b"a,b\n" * 10_000_000)) == [("too_large", ())]


def test_f22_more_bytes_than_are_ever_read(sent):
    folder = sent(text())
    with (folder / "municipalities.csv").open("r+b") as file:
        file.truncate(2_000_000_000)  # takes no room on the disk
    assert faults(folder) == [("too_large", ())]


# --- Headers -------------------------------------------------------------------------------------


def test_f19_name_that_stands_twice(sent):
    header = [*HEADER[:-1], "name_lv"]
    assert ("header_twice", (1,)) in faults(sent(text(header)))


def test_f19_two_names_of_the_same_column(sent):
    folder = sent(text([*HEADER, "note"], [[*row, ""] for row in CELLS]))
    assert faults(folder) == []
    both = sent(text([*TITLES, "PASVALDIBA"], [[*row, "x"] for row in CELLS]))
    assert faults(both) == [("header_twice", (1,))]


@pytest.mark.parametrize(
    "change",
    [
        lambda name: name,
        str.upper,
        lambda name: f"  {name} ",
        lambda name: name.translate(str.maketrans("āčēģīķļņšūžĀČĒĢĪĶĻŅŠŪŽ",
                                                  "acegiklnsuzACEGIKLNSUZ")),
        lambda name: __import__("unicodedata").normalize("NFD", name),
    ],
    ids=["as it is", "capitals", "blanks", "without diacritics", "decomposed"],
)  # fmt: skip
def test_f20_names_as_people_write_them(sent, meant, change):
    folder = sent(text([change(title) for title in TITLES]))
    pd.testing.assert_frame_equal(read(folder), meant)
    assert faults(folder, "note") == [("header_names", (1,))]


def test_f20_unknown_name_is_refused_with_the_nearest(sent):
    folder = sent(text(["municipalty", *HEADER[1:]]))
    assert ("columns", (1,)) in faults(folder)
    (missing,) = [p for p in refusal(folder) if p.rule == "columns"]
    assert "municipalty meant to be municipality" in missing.remedy_en


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_f35_rows_above_the_header(sent, meant, separator):
    above = [row.replace(";", separator) for row in ABOVE]
    folder = sent("\n".join(above) + "\n" + text(TITLES, separator=separator))
    pd.testing.assert_frame_equal(read(folder), meant)
    (told,) = [p for p in of_the_file(folder) if p.rule == "rows_above"]
    assert "3" in told.message_en  # the empty line is none
    assert sorted(read_package(folder).lines["municipalities"]["row"]) == [6, 7, 8]
    broken = sent("\n".join(above) + "\n" + text(["x", *TITLES[1:]], separator=separator))
    assert faults(broken) == [("columns", (5,))]


def test_package_is_the_same_whatever_its_file_was_written_in(sent, meant):
    def made(content: bytes | str) -> DataPackage:
        return read_package(sent(content))

    for content in (
        text(TITLES, separator=";").encode("cp1257"),
        ("\ufeff" + text([title.upper() for title in TITLES], separator="\t")).encode("utf-16-be"),
        "sep=|\r\n" + text(separator="|").replace("\n", "\r\n"),
    ):
        pd.testing.assert_frame_equal(made(content).tables["municipalities"], meant)


# --- Declared in the descriptor, and rows set aside ----------------------------------------------


def declare(folder: Path, table: str = "municipalities", **properties: object) -> Path:
    """Describe the package, with properties of one of its files."""
    resources = [
        {"name": path.stem, "path": path.name, **(properties if path.stem == table else {})}
        for path in sorted(folder.glob("*.csv"))
    ]
    (folder / "datapackage.json").write_text(json.dumps({"resources": resources}), "utf-8")
    return folder


def test_f04_dos_baltic_is_refused_unless_it_is_declared(sent, meant):
    folder = sent(text().encode("cp775"))
    assert [rule for rule, _ in faults(folder)] == ["encoding"]
    pd.testing.assert_frame_equal(read(declare(folder, encoding="cp775")), meant)


def test_f04_declared_encoding_that_is_not_the_one_is_refused(sent):
    folder = declare(sent(text().encode("cp1257")), encoding="utf-8")
    assert faults(folder) == [("encoding", ())]


@pytest.mark.parametrize(
    ("properties", "wrong"),
    [
        ({"encoding": "klingon"}, "encoding"),
        ({"dialect": {"delimiter": "x"}}, "dialect.delimiter"),
        ({"decimalChar": ";"}, "decimalChar"),
        ({"units": {"municipality": "LVL"}}, "units"),
        ({"temporal": {"start": "spring"}}, "temporal"),
        ({"fillDown": ["nothing"]}, "fillDown"),
    ],
)
def test_declared_properties_that_cannot_be_understood_are_an_error(sent, properties, wrong):
    folder = declare(sent(text()), **properties)
    (problem,) = [p for p in check_package(folder) if p.rule == "declared"]
    assert problem.message_en.endswith(f"cannot be understood: {wrong}.")


def test_f09_declared_separator_is_taken(sent, meant):
    folder = declare(sent(text(separator=";")), dialect={"delimiter": ";"})
    pd.testing.assert_frame_equal(read(folder), meant)
    assert faults(folder, "note") == []


def test_f12_row_too_short_is_set_aside(sent):
    cells = [[*row] for row in CELLS]
    cells[1] = cells[1][:3]
    folder = sent(text(cells=cells))
    assert faults(folder) == []
    assert faults(folder, "set_aside") == [("row_length", (3,)), ("required", (3,))]
    account = examined(folder).account.set_index("quantity").loc["rows"]
    assert account[["read", "used", "set_aside"]].tolist() == [3, 2, 1]


@pytest.mark.parametrize(
    "name", ["Tukuma\u200b novads", "Tukum\u0430 novads", "\u202eTukuma novads", "Tuk\u00adums"]
)
def test_f21_letters_that_cannot_be_seen_or_look_like_others(sent, name):
    cells = [[*row] for row in CELLS]
    cells[1][1] = name
    folder = sent(text(cells=cells))
    assert faults(folder) == []
    assert faults(folder, "set_aside") == [("deceptive_letters", (3,))]
    (problem,) = [p for p in check_package(folder) if p.rule == "deceptive_letters"]
    assert name not in problem.text("en") + problem.text("lv")


def test_f21_names_in_another_alphabet_are_names(sent):
    cells = [[*row] for row in CELLS]
    cells[1][1] = "Тукумский край"
    assert faults(sent(text(cells=cells)), "set_aside") == []
