"""What a Dask worker does, sent to it by value: it needs the libraries, but not dieval.

It unpacks code and data once, starts a station (`dieval.reports.station`) beside itself, because a
worker has threads and must not fork, and passes reports on to it.
"""

from __future__ import annotations

from typing import Any


def on_worker(bundle: bytes, key: str, request: bytes, data: bytes) -> bytes:
    """Have a report made on this worker.

    Parameters
    ----------
    bundle : bytes
        ZIP of code and project, without the data.
    key : str
        Its SHA-256.
    request : bytes
        The pickled request of a station.
    data : bytes
        What the report reads, pickled.

    Returns
    -------
    bytes
        The station's pickled reply.
    """
    from multiprocessing.connection import Client

    from distributed.worker import get_worker

    worker = get_worker()
    stations = worker.__dict__.setdefault("dieval_stations", {})
    with worker.__dict__.setdefault("dieval_lock", _lock()):
        if key not in stations or stations[key][0].poll() is not None:
            stations[key] = _start(bundle, key)
    _, address, secret = stations[key]
    with Client(address, authkey=secret) as connection:
        connection.send_bytes(request)
        connection.send_bytes(data)
        return connection.recv_bytes()


def _lock() -> Any:
    import threading

    return threading.Lock()


def _start(bundle: bytes, key: str) -> tuple[Any, str, bytes]:
    """Unpack the bundle where that has not been done yet, and start a station in it."""
    import io
    import os
    import secrets
    import subprocess
    import sys
    import tempfile
    import zipfile
    from pathlib import Path

    place = Path(tempfile.gettempdir()) / f"dieval-{os.getuid()}-{key[:16]}"
    if place.exists() and place.stat().st_uid != os.getuid():  # somebody else's: never run it
        raise RuntimeError(f"{place.name} in the folder for temporary files is another user's")
    if not place.exists():
        building = Path(tempfile.mkdtemp(prefix="dieval-"))
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
            archive.extractall(building)
        try:
            building.rename(place)
        except OSError:  # another worker of this machine was faster
            import shutil

            shutil.rmtree(building)
    secret = secrets.token_bytes(32)
    station = subprocess.Popen(
        [sys.executable, "-m", "dieval.reports.station"],
        cwd=place / "project", stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(place / "code"), "DIEVAL_SECRET": secret.hex()},
    )  # fmt: skip
    assert station.stdout is not None
    address = station.stdout.readline().decode().rstrip("\n")
    if not address:
        raise RuntimeError("dieval's station did not start on this worker")
    return station, address, secret
