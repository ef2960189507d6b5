"""The same run on a Dask cluster: workers get code and data by hash and return whole folders."""

from __future__ import annotations

import io
import json
import pickle
import time
import zipfile
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

from dieval.errors import ParameterError
from dieval.inputs.read import DataPackage
from dieval.present.style import HOUSE
from dieval.reports import on_worker
from dieval.reports.local import cores
from dieval.reports.manifest import environment, sha256
from dieval.reports.private import told
from dieval.reports.project import SETTINGS_FILE, Project
from dieval.reports.run import Attempt, Task, failed, published
from dieval.reports.station import Request

LOCAL = "local"
CONNECT_SECONDS = 15
LOST_WORKERS = 5  # a report goes to another worker this often
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same files give the same bundle


class ClusterRunner:
    """Makes reports on the workers of a Dask cluster and publishes them here.

    Parameters
    ----------
    address : str
        Address of a scheduler (tcp://…), or `local` for one of this process's own.
    project : Project
        Parameters and notebooks, which the workers get.
    part : callable
        Gives what a unit's reports read of the data package; it goes along with a report.
    out : Path
        Output folder.
    engine : str
        warm or nbclient.
    seconds : float
        Time limit of a report [s].
    jobs : int, optional
        Workers of a local cluster; as many as there are cores.

    Raises
    ------
    ParameterError
        Dask is not installed, or nobody answers at the address.
    """

    def __init__(
        self, address: str, project: Project, part: Callable[[str], DataPackage], out: Path,
        engine: str, seconds: float, jobs: int | None = None,
    ) -> None:  # fmt: skip
        try:
            import cloudpickle
            import distributed
        except ImportError as error:
            raise ParameterError("--cluster needs Dask: pip install 'dieval[cluster]'.") from error
        self._project, self._part, self._out = project, part, out
        self._engine, self._seconds = engine, seconds
        self._cluster: Any = None
        if address == LOCAL:
            self._cluster = distributed.LocalCluster(
                n_workers=jobs or cores(), threads_per_worker=1, dashboard_address=None
            )
            address = self._cluster.scheduler_address
        try:
            self._client = distributed.Client(
                address, timeout=CONNECT_SECONDS, set_as_default=False
            )
        except (OSError, TimeoutError, ValueError) as error:
            raise ParameterError(
                f"--cluster {address}: no scheduler answers: {told(error)}."
            ) from error
        cloudpickle.register_pickle_by_value(on_worker)
        content = bundle(project)
        self._key, self._environment = sha256(content), environment()
        self._bundle = self._client.scatter(content, hash=True, broadcast=True)

    @property
    def width(self) -> int:
        """Reports that the workers can make at the same time."""
        return max(1, sum(self._client.nthreads().values()))

    def run(self, task: Task) -> Attempt:
        """Have a report made by a worker, and publish it."""
        started = time.monotonic()
        data = pickle.dumps(self._part(task.unit))
        request = Request(task, self._engine, self._seconds, self._environment)
        future = self._client.submit(
            on_worker.on_worker, self._bundle, self._key, pickle.dumps(request), data, pure=False,
            retries=LOST_WORKERS,
        )  # fmt: skip
        try:
            made: Attempt = pickle.loads(future.result())
        except Exception as error:  # of a worker, or of the cluster
            return Attempt(failed(task, started, f"the cluster: {told(error)}"))
        return published(made, task, self._project, self._out, started)

    def stop(self) -> None:
        """Give up what is under way."""
        self.close()

    def close(self) -> None:
        """Leave the cluster; one of our own ends."""
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()


def bundle(project: Project) -> bytes:
    """Pack code and project for the workers, without the data.

    Returns
    -------
    bytes
        ZIP with `code` and `project`; the same for the same files.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:

        def add(path: Path, name: str) -> None:
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), path.read_bytes())

        code = Path(str(resources.files("dieval")))
        for file in _files(code):
            add(file, f"code/dieval/{file.relative_to(code).as_posix()}")
        folders = {"parameters": project.parameters, "notebooks": project.notebooks}
        places = {"data": f"data/{project.data.name}"}
        for name, folder in folders.items():
            places[name] = f"{name}/{folder.name}"
            for file in _files(folder):
                inside = file.relative_to(folder.parent).as_posix()
                add(file, f"project/{name}/{inside}")
        for file in _files(project.releases):
            add(file, f"project/{project.releases.name}/{file.relative_to(project.releases)}")
        if project.lock.is_file():
            add(project.lock, f"project/{project.lock.name}")
        lines = [f"{name} = {place!r}" for name, place in places.items()]
        lines.append(f"languages = {list(project.languages)!r}")
        look = project.appearance
        if look.logo is not None:
            archive.writestr(zipfile.ZipInfo(f"project/logo.{look.logo_type}", _EPOCH), look.logo)
        settings = "\n".join([*lines, *_organisation(project)]) + "\n"
        archive.writestr(zipfile.ZipInfo(f"project/{SETTINGS_FILE}", _EPOCH), settings)
    return stream.getvalue()


def _files(folder: Path) -> list[Path]:
    unwanted = {"__pycache__", ".ipynb_checkpoints", "project"}
    return sorted(
        file
        for file in folder.rglob("*")
        if file.is_file() and unwanted.isdisjoint(file.relative_to(folder).parts)
    )


def _organisation(project: Project) -> list[str]:
    """Write the look of the organisation as dieval.toml has it."""
    look = project.appearance
    if look == HOUSE:
        return []
    lines = ["[organisation]", f"name = {json.dumps(look.name, ensure_ascii=False)}"]
    if look.accent != HOUSE.accent:
        lines.append(f"accent = {json.dumps(look.accent)}")
    if look.logo is not None:
        lines.append(f'logo = "logo.{look.logo_type}"')
    return lines
