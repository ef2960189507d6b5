from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import processes
import pytest
from processes import gone, is_running

from dieval.reports.children import NEVER_FORK, Child, is_forked, no_forking_because

LINUX = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no /proc on this system")


def ended(child: Child) -> tuple[str, object]:
    """What a child says last."""
    try:
        while True:
            kind, value = child.next(60) or ("silent", None)
            if kind != "told":
                return kind, value
    finally:
        child.end()


# --- What children do ----------------------------------------------------------------------------


def threads_of_parent(tell: object) -> list[str]:
    tasks = Path(f"/proc/{os.getppid()}/task")
    return [(task / "comm").read_text().strip() for task in tasks.iterdir()]


def loaded(tell: object) -> tuple[bool, bool]:
    return is_forked(), "dieval.present.cost_comparison" in sys.modules


def drawn(tell: object) -> tuple[float, float]:
    return random.random(), float(np.random.rand())


def place(tell: object) -> tuple[str, str]:
    return str(Path.cwd()), os.environ["WHERE"]


def told(tell: object) -> str:
    tell(1)
    tell("two")
    return "three"


def failing(tell: object) -> None:
    raise ValueError("why")


def dying(tell: object, how: int) -> None:
    os.kill(os.getpid(), how)
    time.sleep(60)


def with_sleeper(tell: object) -> None:
    tell(subprocess.Popen(["sleep", "600"]).pid)
    time.sleep(600)


def stubborn(tell: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    tell(os.getpid())
    while True:
        try:
            time.sleep(600)
        except BaseException:
            continue


@LINUX
def test_parent_has_one_thread():
    assert len(ended(Child(threads_of_parent, folder=Path.cwd()))[1]) == 1


def test_child_has_everything_imported():
    assert ended(Child(loaded, folder=Path.cwd())) == ("returned", (True, True))
    assert not is_forked()


def test_children_draw_different_numbers():
    draws = [ended(Child(drawn, folder=Path.cwd()))[1] for _ in range(3)]
    assert len({draw for pair in draws for draw in pair}) == 6


def test_child_stands_in_its_folder_with_its_environment(tmp_path):
    child = Child(place, folder=tmp_path, environment={**os.environ, "WHERE": "here"})
    assert ended(child) == ("returned", (str(tmp_path), "here"))


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_child_tells_and_returns_in_order(method):
    child = Child(told, folder=Path.cwd(), method=method)
    assert [child.next(60) for _ in range(3)] == [
        ("told", 1), ("told", "two"), ("returned", "three"),
    ]  # fmt: skip
    child.end()


def test_child_that_says_nothing_in_time_gives_none_and_goes_on():
    child = Child(stubborn, folder=Path.cwd())
    assert child.next(60)[0] == "told"
    assert child.next(0.1) is None
    child.end()


def test_exception_in_a_child_arrives():
    kind, error = ended(Child(failing, folder=Path.cwd()))
    assert (kind, type(error), str(error)) == ("raised", ValueError, "why")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV])
def test_child_that_dies_gives_its_status(how):
    assert ended(Child(dying, int(how), folder=Path.cwd())) == ("died", -how)


# --- How they end --------------------------------------------------------------------------------


@LINUX
def test_end_takes_along_what_the_child_started():
    child = Child(with_sleeper, folder=Path.cwd())
    _, sleeper = child.next(60)
    assert is_running(sleeper)
    child.end()
    assert gone(sleeper)


@LINUX
def test_end_takes_a_child_that_ignores_signals_and_exceptions():
    child = Child(stubborn, folder=Path.cwd())
    _, number = child.next(60)
    child.end()
    assert gone(number)


ASKING = """
import sys, time
from pathlib import Path
sys.path[:0] = sys.argv[1:]
from test_children import stubborn, with_sleeper
from dieval.reports.children import Child

if __name__ == "__main__":
    children = [Child(function, folder=Path.cwd()) for function in (stubborn, with_sleeper)]
    print(*(child.next(60)[1] for child in children), flush=True)
    time.sleep(600)
"""


@LINUX
def test_children_end_with_who_asked_for_them(tmp_path):
    (tmp_path / "asking.py").write_text(ASKING)
    places = (Path(__file__).parent, Path(processes.__file__).parent)
    asking = subprocess.Popen(
        [sys.executable, tmp_path / "asking.py", *places],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    numbers = [int(number) for number in asking.stdout.readline().split()]
    assert all(map(is_running, numbers))
    asking.kill()
    asking.wait()
    asking.stdout.close()
    assert all(map(gone, numbers))


# --- Where it is impossible ----------------------------------------------------------------------


def test_forking_is_possible_here_and_refused_with_a_reason(monkeypatch):
    assert no_forking_because() == ""
    monkeypatch.setenv(NEVER_FORK, "1")
    assert no_forking_because() == f"{NEVER_FORK} is set"
