"""Folders of Parquet files: their sums are the table, and a report reads only its region."""

from __future__ import annotations

import gc
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from row_by_row import LATVIA, SUMS, latvia_in_rows

from dieval.errors import DataError
from dieval.inputs import read, row_level
from dieval.inputs.origin import data_rows
from dieval.inputs.part import UnitData, checksums, part_of, read_from
from dieval.inputs.read import (
    HANDED_OVER,
    DataPackage,
    check_package,
    packed,
    read_package,
)
from dieval.inputs.schema import table_names, table_schema
from dieval.inputs.states import FileStates, state_of


@pytest.fixture(scope="module")
def in_rows(tmp_path_factory) -> Path:
    return latvia_in_rows(tmp_path_factory.mktemp("rows") / "latvia", ["region"])


def with_rows(
    path: Path, rows: list[dict[str, Any]], table: str = "costs", file: str = "part.parquet"
) -> Path:
    """Put a folder of Parquet files in the place of a table of the small package."""
    (path / f"{table}.csv").unlink(missing_ok=True)
    (path / table / file).parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows), path / table / file)
    return path


def cost(amount: object = 100.0, **cells: object) -> dict[str, object]:
    return {
        "region": "kurzeme", "provider": "p1", "care_arrangement": "institution", "year": 2020,
        "cost_item": "staff", "payer": "municipality", "amount_eur": amount, "source": "ledger",
        **cells,
    }  # fmt: skip


def errors(path: Path) -> list[tuple[str, str, str, tuple[int, ...]]]:
    return [(p.file, p.sheet, p.rule, p.rows) for p in check_package(path) if p.severity != "note"]


# --- Sums ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "how"),
    [
        (["region"], {}),
        (["region", "year"], {"seed": 1}),
        (["year"], {"files": 2, "number_type": "float"}),
        ([], {"files": 7, "seed": 2}),
    ],
)
def test_sums_of_rows_are_the_table_however_they_are_cut_into_files(tmp_path, by, how):
    summed, whole = (
        read_package(latvia_in_rows(tmp_path / "latvia", by, **how)),
        read_package(LATVIA),
    )
    assert summed.summed
    assert not whole.summed
    assert list(summed.tables) == list(whole.tables)
    for name, table in whole.tables.items():
        pd.testing.assert_frame_equal(summed.tables[name], table, check_exact=True)
    for name in SUMS:
        lines = summed.lines[name]
        assert lines["n_rows"].eq(3).all()  # each row was cut into three
        assert lines["row"].isna().all()
        assert set(lines["file"]) == {
            f"{name}/region={region}" for region in whole.tables[name]["region"]
        }


def test_checksums_are_the_same_however_rows_are_cut_into_files(tmp_path, in_rows):
    other = latvia_in_rows(tmp_path / "latvia", ["region", "year"], seed=3, files=2)
    ours, theirs = (checksums(part_of(read_package(path), "riga")) for path in (in_rows, other))
    assert {name for name in ours if ours[name] != theirs[name]} <= {"package"}  # notes name files


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    cents=st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=40), seed=st.integers(0, 9)
)
def test_any_amounts_are_summed_to_the_cent(tmp_path_factory, tables, cents, seed):
    folder = tmp_path_factory.mktemp("cents")
    for name in ("sources", "regions", "municipalities", "region_membership", "providers"):
        pd.DataFrame(tables[name]).to_csv(folder / f"{name}.csv", index=False)
    rows = [cost(amount / 100, cost_item="other") for amount in cents]
    np.random.default_rng(seed).shuffle(rows)
    package = read_package(with_rows(folder, rows))
    assert package.tables["costs"]["amount_eur"].tolist() == [
        pytest.approx(sum(cents) / 100, abs=0.004)
    ]
    assert package.lines["costs"]["n_rows"].tolist() == [len(cents)]


def test_days_and_places_that_are_not_there_are_no_zeros(write_csv, tables):
    days = {"care_arrangement": "institution", "year": 2020, "age_band": "all",
            "need_level": "all", "source": "ledger"}  # fmt: skip
    rows = [
        {**days, "region": "kurzeme", "provider": "p1", "child_days": 366, "place_days": 400},
        {**days, "region": "kurzeme", "provider": "p1", "child_days": 34, "place_days": None},
        {**days, "region": "kurzeme", "provider": None, "child_days": 10, "place_days": None},
    ]
    activity = read_package(with_rows(write_csv(tables), rows, "activity")).tables["activity"]
    assert activity["child_days"].tolist() == [366 + 34, 10]
    assert activity["place_days"].iloc[0] == 400
    assert np.isnan(activity["place_days"].iloc[1])


def test_texts_may_be_coded_and_columns_that_may_be_empty_left_out(write_csv, tables):
    path = with_rows(write_csv(tables), [cost(), cost(50)])
    table = pa.Table.from_pylist([cost(25)]).drop_columns(["provider"])
    coded = table.set_column(0, "region", table["region"].dictionary_encode())
    pq.write_table(coded, path / "costs" / "other.parquet")
    costs = read_package(path).tables["costs"]
    assert costs["amount_eur"].tolist() == [100 + 50, 25]
    assert costs["provider"].tolist()[0] == "p1"
    assert costs["provider"].isna().tolist() == [False, True]


def test_parts_of_the_rows_that_count_name_the_region_and_how_many_they_are(in_rows):
    package = part_of(read_package(in_rows), "kurzeme")
    listed = data_rows({"costs": package.tables["costs"]}, package.lines)
    assert set(listed["file"]) == {"costs/region=kurzeme"}
    assert listed["rows"].isna().all()
    assert listed["n_rows"].sum() == 3 * len(package.tables["costs"])


# --- A report reads only its region --------------------------------------------------------------


def test_part_of_a_region_is_the_same_whether_others_were_read_or_not(in_rows):
    alone = part_of(read_package(in_rows, ["kurzeme"]), "kurzeme")
    of_all = part_of(read_package(in_rows), "kurzeme")
    assert checksums(alone) == checksums(of_all)
    assert alone.notes == of_all.notes
    assert {note.sheet for note in alone.notes} <= {"", "region=kurzeme"}


def test_other_regions_are_not_read(tmp_path, in_rows):
    path = shutil.copytree(in_rows, tmp_path / "latvia")
    broken = path / "costs" / "region=riga" / "part-0.parquet"
    broken.write_bytes(b"PAR1 no more")
    package = read_package(path, ["kurzeme"])
    assert set(package.tables["costs"]["region"]) == {"kurzeme"}
    assert set(package.tables["activity"]["region"]) == {"kurzeme"}
    with pytest.raises(DataError, match=r"costs/region=riga/part-0.parquet"):
        read_package(path)


def test_region_without_rows_has_none_and_an_unknown_one_is_no_fault_of_the_data(in_rows):
    package = read_package(in_rows, ["atlantis"])
    whole = read_package(in_rows)
    for name in SUMS:
        assert package.tables[name].empty
        assert list(package.tables[name]) == list(whole.tables[name])
        assert package.tables[name].dtypes.equals(whole.tables[name].dtypes)


def test_home_reads_its_region_and_the_country_everything(in_rows):
    home = read_package(in_rows).tables["providers"].iloc[0]
    package = read_package(in_rows, [home["provider"]])
    assert package.regions == {home["region"]}
    assert package.holds([home["provider"], home["region"]])
    assert not package.holds(["riga" if home["region"] != "riga" else "kurzeme"])
    assert not package.holds(None)
    assert read_package(in_rows, ["national"]).regions is None


def test_costs_in_a_file_are_compared_with_days_of_the_same_regions(tmp_path, in_rows):
    path = shutil.copytree(in_rows, tmp_path / "latvia")
    shutil.rmtree(path / "costs")
    shutil.copy(LATVIA / "costs.csv", path)
    (path / "datapackage.json").unlink()
    package = read_package(path, ["kurzeme"])
    assert "no_activity" not in {note.rule for note in package.notes}
    assert set(package.tables["costs"]["region"]) == {"kurzeme"}


def test_notes_on_rows_of_another_region_are_not_of_this_one(write_csv, tables):
    rows = [cost(), cost(7, region="riga", provider="p2", care_arrangement="youth_house")]
    rows[1]["cost_item"] = "allowance"
    rows.append(cost(9, region="riga", provider=None, care_arrangement="guardian"))
    rows[2]["cost_item"] = "allowance"
    package = read_package(with_rows(write_csv(tables), rows))
    of_riga = [note for note in package.notes if note.sheet == "region=riga"]
    assert [note.rule for note in of_riga] == ["no_activity", "recorded_allowance"]
    assert [note.file for note in of_riga] == ["costs/part.parquet"] * 2
    assert "costs/part.parquet, region=riga" in of_riga[0].text()
    assert not [note for note in part_of(package, "kurzeme").notes if note in of_riga]
    assert [note for note in part_of(package, "riga").notes if note in of_riga] == of_riga


# --- Hundreds of regions are not read at once ----------------------------------------------------


@pytest.fixture(params=[1, 2])
def few_at_once(request, monkeypatch) -> int:
    """Read so many regions at once."""
    monkeypatch.setattr(read, "REGIONS_AT_ONCE", request.param)
    return int(request.param)


@pytest.mark.parametrize(
    ("by", "few_at_once"), [(["region"], 1), ([], 2)], indirect=["few_at_once"]
)
def test_parts_are_the_same_however_many_regions_are_read_at_once(
    tmp_path, in_rows, few_at_once, by
):
    path = in_rows if by else latvia_in_rows(tmp_path / "latvia", by, files=2)
    whole = read_package(path)
    regions = whole.tables["regions"]["region"]
    packages = list(read.read_in_parts(path))
    assert [len(package.regions or ()) for package in packages][:-1] == [few_at_once] * (
        -(-len(regions) // few_at_once) - 1
    )
    assert sorted(region for each in packages for region in each.regions or ()) == sorted(regions)
    data = UnitData(path)
    for region in regions:
        part = data.part(region)
        assert checksums(part) == checksums(part_of(whole, region))
        assert data.read(region) == read_from(part)
        for name, rows in part_of(whole, region).tables.items():
            pd.testing.assert_frame_equal(part.tables[name], rows)
    home = whole.tables["providers"].iloc[0]
    assert checksums(data.part(home["provider"])) == checksums(part_of(whole, home["region"]))
    assert checksums(data.part("national")) == checksums(whole)


def test_only_regions_with_reports_are_read_in_parts(in_rows, few_at_once):
    named = ["kurzeme", "latgale", "zemgale"]
    packages = list(read.read_in_parts(in_rows, named))
    assert sorted(region for each in packages for region in each.regions or ()) == named
    assert len(packages) == -(-3 // few_at_once)


def test_parts_that_were_put_aside_are_taken_away(in_rows, few_at_once, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    data = UnitData(in_rows)
    (folder,) = tmp_path.glob("dieval-parts-*")
    assert len(list(folder.iterdir())) == 5
    del data
    gc.collect()
    assert not folder.exists()


def test_faults_of_all_regions_are_told_together(tmp_path, in_rows, few_at_once):
    path = shutil.copytree(in_rows, tmp_path / "latvia")
    expected = []
    for region in ("kurzeme", "riga", "zemgale"):
        file = next((path / f"costs/region={region}").glob("*.parquet"))
        rows = pq.ParquetFile(file).read()
        place = rows.column_names.index("payer")
        payers = pa.array(["nobody", *rows["payer"].to_pylist()[1:]])
        pq.write_table(rows.set_column(place, "payer", payers), file)
        expected.append((f"costs/region={region}/{file.name}", f"region={region}", "enum", (2,)))
    assert errors(path) == expected
    with pytest.raises(DataError) as refused:
        UnitData(path)
    assert [p.sheet for p in refused.value.problems if p.severity != "note"] == [
        sheet for _, sheet, _, _ in expected
    ]


@pytest.mark.parametrize(("region", "rule"), [("atlantis", "foreign_key"), (None, "required")])
def test_rows_of_no_known_region_are_found(write_csv, tables, few_at_once, region, rule):
    home = dict(tables["regions"][0])
    tables["regions"] += [{**home, "region": code} for code in ("aa", "zz")]
    path = with_rows(write_csv(tables), [cost(), cost(1, region=region)])
    assert [(name, rows) for _, _, name, rows in errors(path) if name == rule] == [(rule, (3,))]


def test_folder_without_rows_is_a_fault_and_a_region_without_any_is_none(
    write_csv, tables, few_at_once
):
    home = dict(tables["regions"][0])
    tables["regions"] += [{**home, "region": code} for code in ("aa", "zz")]
    path = with_rows(write_csv(tables), [cost()])
    assert errors(path) == []
    none = pa.Table.from_pylist([cost()]).slice(1)
    pq.write_table(none, path / "costs" / "part.parquet")
    assert errors(path) == [("costs", "", "no_rows", ())]


# --- Handing over --------------------------------------------------------------------------------


@pytest.fixture
def hand_over(monkeypatch, tmp_path):
    """Hand a package over to this process."""

    def over(package: DataPackage, path: Path, state: FileStates | None) -> None:
        file = tmp_path / f"{len(list(tmp_path.iterdir()))}.handed"
        file.write_bytes(packed(package, path, state))
        monkeypatch.setenv(HANDED_OVER, str(file))

    return over


def test_package_handed_over_is_not_read_again_until_a_file_is_touched(
    write_csv, tables, hand_over
):
    path = with_rows(write_csv(tables), [cost()])
    package = read_package(path, ["kurzeme"])
    hand_over(package, path, state_of(path))
    taken = read_package(path, ["kurzeme"])
    assert taken is read_package(path, ["p1"])
    assert checksums(taken) == checksums(package)
    assert read_package(path) is not taken  # all regions were not read
    with_rows(path, [cost(), cost(1)])
    assert read_package(path, ["kurzeme"]).tables["costs"]["amount_eur"].tolist() == [101]


def test_part_handed_over_is_used_for_its_region_alone(in_rows, hand_over):
    part = part_of(read_package(in_rows), "kurzeme")
    hand_over(part, in_rows, state_of(in_rows))
    taken = read_package(in_rows, ["kurzeme"])
    assert checksums(taken) == checksums(part)
    assert part_of(taken, "kurzeme") is taken
    assert set(read_package(in_rows, ["riga"]).tables["costs"]["region"]) == {"riga"}
    assert set(read_package(LATVIA, ["riga"]).tables["costs"]["region"]) > {"riga"}


def test_package_handed_over_to_another_machine_needs_no_files(
    tmp_path, write_csv, tables, hand_over
):
    package = read_package(with_rows(write_csv(tables), [cost()]))
    hand_over(package, tmp_path / "data" / "small", None)
    assert checksums(read_package(tmp_path / "data" / "small")) == checksums(package)


# --- Bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "rule", "column"),
    [
        (cost(-1), "minimum", "amount_eur"),
        (cost(None), "required", "amount_eur"),
        (cost(float("nan")), "required", "amount_eur"),
        (cost(float("inf")), "type", "amount_eur"),
        (cost(care_arrangement="castle"), "enum", "care_arrangement"),
        (cost(year=1066), "minimum", "year"),
        (cost(source="nowhere"), "foreign_key", "source"),
        (cost(region=None), "required", "region"),
        (cost(region="riga"), "provider", "region"),
        (cost(source="010101-12345"), "personal_code", "source"),
    ],
)
def test_cell_that_does_not_fit_is_found_among_good_ones(write_csv, tables, bad, rule, column):
    path = with_rows(write_csv(tables), [cost(), cost(10**6), bad, bad, cost()])
    found = [problem for problem in check_package(path) if problem.severity != "note"]
    assert (rule, column) in {(problem.rule, problem.column) for problem in found}
    for problem in found:
        assert problem.file == "costs/part.parquet"
        assert problem.rows == (4,)  # the first of the two; the header counts as 1
        assert "010101" not in problem.text()
    with pytest.raises(DataError):
        read_package(path)


def test_refund_is_taken_off_and_a_negative_amount_elsewhere_is_not(write_csv, tables):
    refund = [cost(100, cost_item="other"), cost(-30, cost_item="other")]
    costs = read_package(with_rows(write_csv(tables), refund)).tables["costs"]
    assert costs["amount_eur"].tolist() == [100 - 30]


def test_row_is_found_in_its_file(write_csv, tables):
    path = with_rows(write_csv(tables), [cost()] * 3, file="region=kurzeme/a.parquet")
    with_rows(path, [cost(), cost(payer="nobody")], file="region=kurzeme/b.parquet")
    for file in (path / "costs").rglob("*.parquet"):
        pq.write_table(pq.ParquetFile(file).read().drop_columns(["region"]), file)
    assert errors(path) == [("costs/region=kurzeme/b.parquet", "region=kurzeme", "enum", (3,))]


def test_personal_code_is_found_in_a_column_that_nothing_reads(write_csv, tables):
    path = with_rows(write_csv(tables), [cost(child="k1"), cost(child="nr. 010101-12345")])
    assert "no columns child; they are not read." in "".join(map(str, check_package(path)))
    assert errors(path) == [("costs/part.parquet", "", "personal_code", (3,))]
    other = with_rows(path, [cost(child="k1"), cost(child="1010101-12345")])
    assert errors(other) == []  # seven digits are none


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda table: table.drop_columns(["payer"]), "columns"),
        (lambda table: table.set_column(6, "amount_eur", [["1,5"] * len(table)]), "type"),
    ],
)
def test_files_with_other_columns_or_types_are_refused_by_name(write_csv, tables, change, rule):
    path = with_rows(write_csv(tables), [cost(), cost()])
    other = path / "costs" / "other.parquet"
    pq.write_table(change(pa.Table.from_pylist([cost(), cost()])), other)
    assert {(file, found) for file, _, found, _ in errors(path)} == {("costs/other.parquet", rule)}


def test_file_that_is_damaged_inside_is_named(write_csv, tables):
    path = with_rows(write_csv(tables), [cost(float(n), source="ledger") for n in range(5000)])
    with_rows(path, [cost()], file="whole.parquet")
    file = path / "costs" / "part.parquet"
    content = bytearray(file.read_bytes())
    content[100:-2000] = bytes(len(content[100:-2000]))
    file.write_bytes(bytes(content))
    assert errors(path) == [("costs/part.parquet", "", "format", ())]


def test_columns_that_name_children_are_refused_before_they_fill_the_memory(
    write_csv, tables, monkeypatch
):
    monkeypatch.setattr(row_level, "MOST_KEYS", 3)
    path = with_rows(write_csv(tables), [cost(provider=f"child-{n}") for n in range(5)])
    assert errors(path) == [("costs", "", "too_many_keys", ())]


def test_table_in_a_file_and_in_a_folder_is_refused(write_csv, tables):
    path = with_rows(write_csv(tables), [cost()])
    pd.DataFrame(tables["costs"]).to_csv(path / "costs.csv", index=False)
    assert errors(path) == [("costs", "", "file_and_folder", ())]


def test_folder_without_files_has_no_rows_and_what_programs_leave_is_passed_over(write_csv, tables):
    path = with_rows(write_csv(tables), [cost()], file="_temporary/part.parquet")
    (path / "costs" / "_SUCCESS").touch()
    assert errors(path) == [("costs", "", "no_rows", ())]


def test_link_to_a_file_outside_is_not_followed(write_csv, tables, tmp_path):
    path = with_rows(write_csv(tables), [cost()])
    shutil.move(path / "costs" / "part.parquet", tmp_path / "elsewhere.parquet")
    (path / "costs" / "part.parquet").symlink_to(tmp_path / "elsewhere.parquet")
    assert errors(path)[0] == ("costs/part.parquet", "", "path", ())


def test_name_that_would_mean_several_files_is_refused(write_csv, tables):
    path = with_rows(write_csv(tables), [cost()], file="part[1].parquet")
    assert errors(path)[0] == ("costs/part[1].parquet", "", "path", ())


def test_query_that_does_not_fit_into_memory_says_so(write_csv, tables, monkeypatch):
    path = with_rows(write_csv(tables), [cost()])

    def refuse(*_: object) -> Any:
        raise duckdb.OutOfMemoryException("out of memory")

    monkeypatch.setattr(row_level, "_sums", refuse)
    assert errors(path) == [("costs", "", "memory", ())]


def test_only_tables_that_can_be_summed_may_be_folders():
    assert row_level.FOLDERS == ("costs", "activity")
    for name in table_names():
        schema = table_schema(name)
        assert set(schema.sums) <= set(schema.columns)
        assert all(schema.field(column).type == "number" for column in schema.sums)


# --- Names, places and types that could be mistaken ----------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("Amount_EUR", 1.0, "header_twice"),
        ("file_index", 1, "header_reserved"),
        ("FILE_ROW_NUMBER", 1, "header_reserved"),
        ("dieval_place", 1, "header_reserved"),
    ],
)
def test_column_that_a_query_could_mistake_is_refused(write_csv, tables, column, value, rule):
    path = with_rows(write_csv(tables), [{column: value, **cost()}])
    assert errors(path) == [("costs/part.parquet", "", rule, ())]


def test_column_in_the_file_and_in_its_folder_is_refused(write_csv, tables):
    path = with_rows(write_csv(tables), [cost()], file="region=kurzeme/a.parquet")
    assert [found[2] for found in errors(path)] == ["header_twice"]


def test_column_that_is_summed_is_no_name_of_a_folder(write_csv, tables):
    rows = [{name: cell for name, cell in cost().items() if name != "amount_eur"}]
    path = with_rows(write_csv(tables), rows, file="amount_eur=1,5/a.parquet")
    assert errors(path)[0][2] == "header_folder"


@pytest.mark.parametrize("name", ["place", "number", "part", "held", "filename"])
def test_columns_that_nothing_reads_may_have_any_other_name(write_csv, tables, name):
    rows = [{name: f"x{n}", **cost()} for n in range(3)]
    path = with_rows(write_csv(tables), rows, file="payer_group=a/p.parquet")
    assert errors(path) == []
    assert read_package(path).tables["costs"]["amount_eur"].tolist() == [3 * 100]
    coded = [{name: "010101-12345", **cost()}]
    assert errors(with_rows(path, coded, file="payer_group=a/p.parquet"))[0][2] == "personal_code"


def test_links_are_not_followed_and_none_is_passed_over(write_csv, tables, tmp_path):
    path = with_rows(write_csv(tables), [cost()])
    (tmp_path / "elsewhere").mkdir()
    (path / "costs" / "region=riga").symlink_to(tmp_path / "elsewhere")
    (path / "costs" / "latest.parquet").symlink_to(path / "costs" / "part.parquet")
    assert errors(path) == [
        ("costs/latest.parquet", "", "path", ()),
        ("costs/region=riga", "", "path", ()),
    ]
    shutil.move(path / "costs", tmp_path / "moved")
    (path / "costs").symlink_to(tmp_path / "moved")
    assert errors(path) == [("costs", "", "path", ())]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_folder_that_may_not_be_read_is_named(write_csv, tables):
    path = with_rows(write_csv(tables), [cost()], file="region=riga/a.parquet")
    (path / "costs" / "region=riga").chmod(0)
    try:
        assert ("costs/region=riga", "", "unreadable", ()) in errors(path)
    finally:
        (path / "costs" / "region=riga").chmod(0o700)


def test_file_of_another_kind_is_refused_and_suffixes_may_differ(write_csv, tables):
    path = with_rows(write_csv(tables), [cost()], file="a.PARQUET")
    with_rows(path, [cost(10)], file="b.parq")
    assert read_package(path).tables["costs"]["amount_eur"].tolist() == [100 + 10]
    (path / "costs" / "c.csv").write_text("region\n", encoding="utf-8")
    assert errors(path) == [("costs/c.csv", "", "not_parquet", ())]


def test_folder_may_have_the_name_that_programs_give_it(write_csv, tables):
    path = with_rows(write_csv(tables), [cost(7)])
    (path / "costs").rename(path / "costs.parquet")
    package = read_package(path)
    assert package.tables["costs"]["amount_eur"].tolist() == [7]
    assert package.lines["costs"]["file"].tolist() == ["costs.parquet/region=kurzeme"]
    (path / "costs.parquet").rename(path / "Costs")
    notes = {(note.file, note.rule) for note in check_package(path)}
    assert ("Costs", "unknown_table") in notes


def test_other_tables_are_no_folders_and_no_table_has_two(write_csv, tables):
    path = with_rows(write_csv(tables), [cost()])
    (path / "assets.csv").unlink()
    (path / "assets").mkdir()
    assert errors(path) == [("assets", "", "folder", ())]
    (path / "assets").rmdir()
    shutil.copytree(path / "costs", path / "more")
    names = ["sources", "regions", "municipalities", "region_membership", "providers", "activity"]
    resources = [{"name": name, "path": f"{name}.csv"} for name in names]
    resources += [{"name": "costs", "path": ["costs", "more"]}]
    (path / "datapackage.json").write_text(json.dumps({"resources": resources}), encoding="utf-8")
    assert errors(path) == [("more", "", "two_folders", ())]


@pytest.mark.parametrize("cell", [["010101-12345"], {"code": "010101-12345"}, b"nr. 010101-12345"])
def test_personal_code_is_found_in_whatever_may_hold_text(write_csv, tables, cell):
    path = with_rows(write_csv(tables), [cost(tags=type(cell)()), cost(tags=cell)])
    assert errors(path) == [("costs/part.parquet", "", "personal_code", (3,))]


def test_personal_code_and_name_in_a_path_or_a_region_are_not_repeated(write_csv, tables):
    path = with_rows(write_csv(tables), [cost()], file="child=010101-12345/x.parquet")
    assert errors(path) == [("costs/(…)/x.parquet", "", "personal_code", ())]
    shutil.rmtree(path / "costs")
    with_rows(path, [cost(region="Anna Liepa 2010 Talsi")])
    said = "".join(problem.text("lv") + problem.text("en") for problem in check_package(path))
    assert "pattern" in {rule for _, _, rule, _ in errors(path)}
    assert "Anna" not in said


def test_years_may_be_decimals_in_one_file_and_folders_for_another(write_csv, tables):
    path = with_rows(write_csv(tables), [cost(year=2020.0)])
    other = [{name: cell for name, cell in cost(5).items() if name != "year"}]
    with_rows(path, other, file="year=2020/a.parquet")
    with_rows(path, [cost(2)], file="b.parquet")
    assert read_package(path).tables["costs"]["amount_eur"].tolist() == [100 + 5 + 2]
    with_rows(path, [cost(year=2020.5)], file="c.parquet")
    assert errors(path) == [("costs/c.parquet", "region=kurzeme", "type", (2,))]


def test_refund_is_taken_off_to_the_cent(write_csv, tables):
    rows = [cost(0.30, cost_item="other"), cost(-0.10, cost_item="other")]
    assert read_package(with_rows(write_csv(tables), rows)).tables["costs"][
        "amount_eur"
    ].tolist() == [0.20]


def test_amounts_too_large_for_cents_keep_their_signs(write_csv, tables):
    path = with_rows(write_csv(tables), [cost(2e13), cost(-1e13)])
    assert errors(path) == [("costs/part.parquet", "region=kurzeme", "minimum", (3,))]


def test_infinite_amounts_are_no_missing_ones(write_csv, tables):
    rows = [cost(float("inf")), cost(float("-inf")), cost(float("nan"))]
    found = {(rule, lines) for _, _, rule, lines in errors(with_rows(write_csv(tables), rows))}
    assert found == {("type", (2, 3)), ("required", (4,))}


def test_notes_name_the_same_files_whether_other_regions_are_read_or_not(write_csv, tables):
    odd = {"extra": 1, **cost(7, cost_item="allowance", care_arrangement="guardian", provider=None)}
    path = with_rows(write_csv(tables), [odd], file="b.parquet")
    with_rows(path, [cost(9, cost_item="allowance")], file="c.parquet")
    with_rows(path, [{**odd, "extra": "x"}], file="a.parquet")
    other = cost(1, region="riga", provider="p2", care_arrangement="youth_house")
    with_rows(path, [other], file="0.parquet")
    alone, whole = (part_of(read_package(path, units), "kurzeme") for units in (["kurzeme"], None))
    assert alone.notes == whole.notes
    assert checksums(alone) == checksums(whole)


def test_package_handed_over_is_found_by_another_spelling_of_its_path(
    write_csv, tables, tmp_path, hand_over, monkeypatch
):
    path = with_rows(write_csv(tables), [cost()])
    (tmp_path / "link").symlink_to(path)
    monkeypatch.chdir(tmp_path)
    package = read_package(Path("link"))
    hand_over(package, Path("link"), state_of(Path("link")))
    assert read_package(path) is read_package(Path("link"))


def test_file_of_a_process_that_has_ended_is_not_missed(write_csv, tables, tmp_path, monkeypatch):
    monkeypatch.setenv(HANDED_OVER, str(tmp_path / "gone"))
    assert read_package(with_rows(write_csv(tables), [cost()])).summed


@pytest.mark.parametrize("count", [128, 300])
def test_coded_columns_of_a_single_file_may_have_any_number_of_codes(write_csv, tables, count):
    tables["sources"][0]["published"] = "2099"
    path = write_csv(tables)
    (path / "costs.csv").unlink()
    years = [cost(year=1901 + n % 199, payer=("state", "other")[n // 199]) for n in range(count)]
    table = pa.Table.from_pylist([{**row, "child": f"k{n}"} for n, row in enumerate(years)])
    kind = pa.dictionary(pa.int8() if count <= 128 else pa.int16(), pa.string())
    coded = table.set_column(8, "child", table["child"].cast(kind))
    nested = coded.append_column("tags", pa.array([["a"]] * count))
    pq.write_table(nested, path / "costs.parquet")
    assert len(read_package(path).tables["costs"]) == count
