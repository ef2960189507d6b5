from __future__ import annotations

import threading
import time

import pytest

from dieval.reports import local
from dieval.reports.local import FIRST_GUESS_BYTES, _Admission, memory_left


@pytest.mark.parametrize(
    ("left", "at_once"), [(0, 1), (FIRST_GUESS_BYTES - 1, 1), (FIRST_GUESS_BYTES, 4)]
)
def test_admission_lets_as_many_in_as_there_is_memory_for_and_one_always(
    monkeypatch, left, at_once
):
    monkeypatch.setattr(local, "memory_left", lambda: left)
    admission, inside, most = _Admission(), [], []

    def work() -> None:
        with admission.admitted():
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.05)
            inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert (len(most), max(most)) == (4, at_once)


def test_admission_learns_what_a_report_takes(monkeypatch):
    admission = _Admission()
    admission.learn(2 * FIRST_GUESS_BYTES)
    assert admission._need == 2 * FIRST_GUESS_BYTES  # a larger one counts at once
    admission.learn(FIRST_GUESS_BYTES)
    assert admission._need == 2 * FIRST_GUESS_BYTES * 3 // 4  # a smaller one by half


def test_memory_left_is_less_than_what_the_machine_has():
    assert 0 < memory_left() <= local.psutil.virtual_memory().total


def test_memory_left_in_a_limited_group_is_what_the_group_has_left(monkeypatch, tmp_path):
    (tmp_path / "memory.max").write_text("1000000\n")
    (tmp_path / "memory.current").write_text("700000\n")
    (tmp_path / "memory.stat").write_text("anon 600000\ninactive_file 100000\n")
    monkeypatch.setattr(local, "MEMORY_GROUP", tmp_path)
    assert memory_left() == 1_000_000 - 700_000 + 100_000
    (tmp_path / "memory.max").write_text("max\n")  # no limit
    assert memory_left() > 1_000_000
