"""What a run was asked for: the options of `dieval report`, nothing of them checked yet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

# Where each edition is written to: what is internal never stands beside what is published.
FOLDERS = {"public": Path("reports"), "internal": Path("reports-internal")}
TIME_LIMIT = 600  # longest time of a report, where none is given [s]


@dataclass(frozen=True)
class Asked:
    """The options of `dieval report`.

    Parameters
    ----------
    names, regions, institutions : tuple of str
        Reports and their units; all where empty.
    given : tuple of str
        Parameters, as `NAME=VALUE`.
    languages, formats : tuple of str
        What to export; the project's languages and every format where empty.
    edition, engine : str
        public or internal; warm or nbclient.
    data : Path, optional
        Data package; the project's where it is not given.
    out : Path
        Output folder.
    force : bool
        Make also what would come out the same.
    jobs : int, optional
        Reports that are made at once, at most; as many as there are cores.
    time_limit : float
        Longest time of a report [s].
    cluster : str
        Address of a Dask scheduler, or `local`; empty for processes of this machine.
    """

    names: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    edition: str = "public"
    engine: str = "warm"
    data: Path | None = None
    out: Path = Path("reports")
    force: bool = False
    jobs: int | None = None
    time_limit: float = TIME_LIMIT
    cluster: str = ""
