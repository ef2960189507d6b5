"""Where a project keeps its data, parameters and notebooks: the folder with dieval.toml."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

from dieval.errors import ParameterError
from dieval.present.style import HOUSE, Appearance
from dieval.vocabulary import LANGUAGES

SETTINGS_FILE = "dieval.toml"
# How a run tells its notebooks which data package to read; a path is never a parameter, because
# parameters are published.
DATA_VARIABLE = "DIEVAL_DATA"
# The releases that a report takes into account, where it is not all of them: names between commas.
RELEASES_VARIABLE = "DIEVAL_RELEASES"


@dataclass(frozen=True)
class Project:
    """A project folder and its settings.

    Parameters
    ----------
    root : Path
        Folder that holds dieval.toml.
    data, parameters, notebooks : Path
        Data package, folder of parameter files, folder of notebooks.
    languages : tuple of str
        Languages of the reports, the first one first.
    appearance : Appearance
        Name, colour and logo of the organisation, where `[organisation]` gives them.
    only : tuple of str, optional
        Names of the releases that count; all where it is not given.
    """

    root: Path
    data: Path
    parameters: Path
    notebooks: Path
    languages: tuple[str, ...]
    appearance: Appearance = HOUSE
    only: tuple[str, ...] | None = None

    @property
    def releases(self) -> Path:
        """Folder of the release ledger: what was published before."""
        return self.root / "releases"

    @property
    def lock(self) -> Path:
        """File that locks the versions of all dependencies."""
        return self.root / "requirements.lock"

    def notebook(self, report: str) -> Path:
        """Give the notebook of a report."""
        return self.notebooks / f"{report}.ipynb"


def shipped_root() -> Path:
    """Give the project that comes with the package: inside a wheel, or the source tree."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "project"
    return inside if inside.is_dir() else package.parent


def find_project(start: Path | None = None) -> Project:
    """Find the project of a folder: the nearest dieval.toml upwards, else the shipped one.

    Raises
    ------
    ParameterError
        dieval.toml cannot be read, or has an unknown or missing setting.
    """
    project = read_project(_root_around(start or Path.cwd()) or shipped_root())
    override, only = os.environ.get(DATA_VARIABLE), os.environ.get(RELEASES_VARIABLE)
    if only is not None:
        project = replace(project, only=tuple(only.split(",")))
    return project if not override else replace(project, data=Path(override))


def _root_around(start: Path) -> Path | None:
    """Give the nearest folder upwards that holds dieval.toml."""
    start = start.resolve()
    return next(
        (path for path in (start, *start.parents) if (path / SETTINGS_FILE).is_file()), None
    )


def project_of(out: Path, shipped: bool = True) -> Project:
    """Find the project of an output folder: around it, else around the working directory.

    Parameters
    ----------
    out : Path
        Output folder, or the folder of one report.
    shipped : bool
        Whether the shipped project will do where there is no other.

    Raises
    ------
    ParameterError
        As of `find_project`; or there is no project.
    """
    root = _root_around(out) or _root_around(Path.cwd())
    if root is None and not shipped:
        raise ParameterError(
            f"{out}: belongs to no project, there is no {SETTINGS_FILE} around it. Run this in the "
            "folder of the project whose reports they are."
        )
    return find_project(root)


def project_with(data: Path | None) -> Project:
    """Find the project of the working directory, with another data package where one is given."""
    project = find_project()
    return project if data is None else replace(project, data=data)


def read_project(root: Path) -> Project:
    """Read the settings of a project folder."""
    try:
        settings = tomllib.loads((root / SETTINGS_FILE).read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ParameterError(f"{SETTINGS_FILE} cannot be read: {reason}") from error
    known = {"data", "parameters", "notebooks", "languages"}
    organisation = settings.pop("organisation", None)
    if settings.keys() != known:
        wrong = sorted(settings.keys() ^ known)
        raise ParameterError(
            f"{SETTINGS_FILE}: unknown or missing settings {', '.join(wrong)}; expected "
            f"{', '.join(sorted(known))}."
        )
    given = settings["languages"]
    languages = tuple(str(code) for code in given) if isinstance(given, list) else ()
    if not languages or not set(languages) <= set(LANGUAGES):
        from dieval.reports.private import as_given  # which needs a Project

        got = ", ".join(
            as_given(str(code)) for code in (given if isinstance(given, list) else [given])
        )
        raise ParameterError(
            f"{SETTINGS_FILE}: languages must be a list of some of {', '.join(LANGUAGES)}, "
            f"got {got}."
        )
    folders = {name: root / str(settings[name]) for name in ("data", "parameters", "notebooks")}
    appearance = HOUSE
    if organisation is not None:
        from dieval.reports.appearance import read_appearance

        appearance = read_appearance(organisation, root, f"{SETTINGS_FILE}, [organisation]")
    return Project(
        root,
        folders["data"],
        folders["parameters"],
        folders["notebooks"],
        languages=languages,
        appearance=appearance,
    )
