"""Makes reports for a Dask worker beside it: `python -m dieval.reports.station`.

A station has a warm parent of its own. It tells the address of its socket on its standard output,
and ends when its standard input closes, with its worker.
"""

from __future__ import annotations

import os
import pickle
import shutil
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection, Listener
from pathlib import Path

from dieval.inputs.read import DataPackage
from dieval.reports.children import no_forking_because, socket_folder, warm_up
from dieval.reports.local import Runner
from dieval.reports.manifest import environment
from dieval.reports.project import Project, find_project
from dieval.reports.run import Attempt, Task, attempt, failed


@dataclass(frozen=True)
class Request:
    """A report to make, and the versions of libraries that it is to be made with."""

    task: Task
    engine: str
    seconds: float
    environment: dict[str, str]


def _serve(connection: Connection, project: Project) -> None:
    with connection:
        request: Request = pickle.loads(connection.recv_bytes())
        data: DataPackage = pickle.loads(connection.recv_bytes())
        connection.send_bytes(pickle.dumps(_made(request, data, project)))


def _made(request: Request, data: DataPackage, project: Project) -> Attempt:
    """Make a report, unless this machine has other libraries than the one that asks."""
    here, task = environment(), request.task
    other = sorted(name for name in here if here[name] != request.environment.get(name))
    if other:
        why = f"a worker has other versions of {', '.join(other)}; install the same lock."
        return Attempt(failed(task, time.monotonic(), why))
    runner = Runner(project, request.engine, request.seconds, attempt, part=lambda unit: data)
    try:
        return runner.run(task)
    finally:
        runner.close()


def main() -> None:
    """Serve until standard input closes."""
    secret = bytes.fromhex(os.environ.pop("DIEVAL_SECRET"))
    project = find_project(Path.cwd())
    if not no_forking_because():
        warm_up()

    place = tempfile.mkdtemp(prefix="dieval-", dir=socket_folder())

    def end_with_worker() -> None:
        sys.stdin.buffer.read()
        shutil.rmtree(place, ignore_errors=True)
        os._exit(0)

    threading.Thread(target=end_with_worker, daemon=True).start()
    with Listener(str(Path(place) / "station"), authkey=secret) as listener:
        print(listener.address, flush=True)
        while True:
            connection = listener.accept()
            threading.Thread(target=_serve, args=(connection, project), daemon=True).start()


if __name__ == "__main__":
    main()
