"""The key of the checksums: made once, kept with the data, and no help to whoever guesses."""

from __future__ import annotations

import hashlib
import hmac
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from dieval.errors import ParameterError
from dieval.inputs.key import (
    DEMONSTRATION,
    fingerprint,
    keep_key,
    keyed_sha256,
    read_key,
    refuse_known_key,
)
from dieval.inputs.part import Parts, checksums, data_checksum, read_from
from dieval.inputs.read import read_package
from dieval.inputs.states import state_of

KEY = "0f" * 32
LATVIA = Path(__file__).parents[2] / "data" / "latvia"


@pytest.mark.parametrize("workbook", [False, True])
def test_key_is_made_once_beside_the_data_and_read_by_its_owner_alone(workbook, tmp_path):
    path = tmp_path / ("data.xlsx" if workbook else "data")
    path.touch() if workbook else path.mkdir()
    assert read_key(path) == ""
    before = state_of(path)
    keep_key(path)
    file = tmp_path / "data.xlsx.checksum.key" if workbook else path / "checksum.key"
    key = read_key(path)
    assert file.read_text(encoding="ascii") == f"{key}\n"
    assert len(bytes.fromhex(key)) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert state_of(path) != before
    keep_key(path)
    assert read_key(path) == key


def test_two_keys_differ(tmp_path):
    folders = [tmp_path / name for name in "ab"]
    for folder in folders:
        folder.mkdir()
        keep_key(folder)
    assert read_key(folders[0]) != read_key(folders[1])


def test_nothing_is_made_where_no_data_is(tmp_path):
    keep_key(tmp_path / "nothing")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["", "0f" * 31, "0F" * 32, "key", "0f" * 32 + "\n" + "0f" * 32])
def test_file_that_holds_no_key_is_refused(content, tmp_path):
    (tmp_path / "checksum.key").write_text(content, encoding="ascii")
    with pytest.raises(ParameterError, match=r"checksum\.key: expected 64 digits from 0 to f"):
        read_key(tmp_path)


def test_file_that_cannot_be_read_is_refused(tmp_path):
    (tmp_path / "checksum.key").mkdir()
    with pytest.raises(ParameterError, match=r"checksum\.key: cannot be read"):
        read_key(tmp_path)


def test_checksum_is_the_hmac_with_the_key_and_plain_without():
    text = "rindas ā"
    content = text.encode("utf-8")
    expected = hmac.new(bytes.fromhex(KEY), content, hashlib.sha256).hexdigest()
    assert keyed_sha256(KEY, text) == expected
    assert keyed_sha256("", text) == hashlib.sha256(content).hexdigest()


def test_fingerprint_tells_keys_apart():
    assert fingerprint("") == ""
    assert len(fingerprint(KEY)) == 16
    assert fingerprint(KEY) != fingerprint("0e" * 32)


def test_every_published_checksum_of_a_package_rests_on_its_key(tables, write_csv):
    path = write_csv(tables)
    plain = read_package(path)
    (path / "checksum.key").write_text(f"{KEY}\n", encoding="ascii")
    package = read_package(path)
    assert package.key == KEY
    assert KEY not in repr(package)
    assert Parts(package).of("kurzeme").key == KEY
    with_key, without = checksums(package), checksums(plain)
    assert with_key.keys() == without.keys()
    assert not set(with_key.values()) & set(without.values())
    assert data_checksum(package) != data_checksum(plain)
    assert checksums(replace(package, key="")) == without
    assert read_from(package)["key"] == fingerprint(KEY)
    assert KEY not in str(read_from(package))


def test_a_guess_of_a_table_cannot_be_tried_without_the_key(tables, write_csv):
    # Whoever guesses all rows of a table, to the last, finds no checksum that says so.
    path = write_csv(tables)
    (path / "checksum.key").write_text(f"{KEY}\n", encoding="ascii")
    guessed = checksums(replace(read_package(path), key="0e" * 32))
    assert not set(guessed.values()) & set(checksums(read_package(path)).values())


def test_key_of_the_demonstration_is_for_what_is_published_or_invented():
    key = read_key(LATVIA)
    assert fingerprint(key) == DEMONSTRATION
    refuse_known_key(LATVIA, key, {"published", "synthetic", "derived", "assumed"})
    with pytest.raises(ParameterError, match="is the key of the demonstration"):
        refuse_known_key(LATVIA, key, {"published", "administrative"})
    refuse_known_key(LATVIA, KEY, {"administrative"})
