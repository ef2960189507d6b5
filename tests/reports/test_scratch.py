"""Folders of killed processes, which the next process takes away."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from dieval.reports.scratch import YOUNG, scratch_folder

PREFIX = "dieval-verify-"
LINUX = pytest.mark.skipif(os.name != "posix", reason="locks of folders")


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    """Where temporary folders are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def left(place: Path, name: str, age: float) -> Path:
    folder = place / name
    (folder / "out").mkdir(parents=True)
    made = folder.stat().st_mtime - age
    os.utime(folder, (made, made))
    return folder


@LINUX
def test_scratch_of_a_process_that_is_gone_is_taken_away(place):
    old = left(place, f"{PREFIX}old", YOUNG + 1)
    young = left(place, f"{PREFIX}young", YOUNG / 2)
    others = left(place, "others", YOUNG + 1)
    with scratch_folder(PREFIX) as folder:
        assert not old.exists()
        assert young.exists() and others.exists()
        assert list(folder.iterdir()) == []
    assert not folder.exists()


@LINUX
def test_scratch_of_a_process_that_is_running_is_left(place):
    code = (
        "import tempfile; from dieval.reports.scratch import scratch_folder\n"
        f"tempfile.tempdir = {str(place)!r}\n"
        f"with scratch_folder({PREFIX!r}) as folder: print(folder, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        theirs = Path(process.stdout.readline().strip())
        os.utime(theirs, (0, 0))
        with scratch_folder(PREFIX):
            assert theirs.exists()
        process.kill()
        process.wait()
        assert theirs.exists()
        with scratch_folder(PREFIX):
            assert not theirs.exists()


@LINUX
def test_scratch_link_is_not_followed(place, tmp_path_factory):
    elsewhere = left(tmp_path_factory.mktemp("elsewhere"), "kept", YOUNG + 1)
    (place / f"{PREFIX}link").symlink_to(elsewhere)
    with scratch_folder(PREFIX):
        assert (elsewhere / "out").exists()
