"""What the quality log of a report has to be of: the data, and all that the report is made from."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel

from dieval import __version__
from dieval.inputs.part import data_checksum
from dieval.inputs.read import DataPackage
from dieval.parameters import parameter, read_parameters
from dieval.release.earlier import Earlier
from dieval.release.quality import QualityLog, checks_of, quality_log
from dieval.reports.manifest import code_hash, sha256
from dieval.reports.project import Project
from dieval.vocabulary import NATIONAL


def quality_of(
    report: str,
    parameters: BaseModel,
    package: DataPackage,
    project: Project,
    values: Mapping[str, object],
    day: datetime.date,
    earlier: Earlier,
) -> QualityLog:
    """Look up how the checks of a report stand.

    Parameters
    ----------
    report : str
        Name of the report.
    parameters : BaseModel
        Of the run.
    package : DataPackage
        What the report reads.
    project : Project
        Where notebooks and dated parameters stand.
    values : dict
        Values of dated parameters that the report uses, as JSON, by name.
    day : date
        On which the parameters hold that say which checks are critical.
    earlier : Earlier
        What the report takes into account of releases.
    """
    given = parameters.model_dump()
    provider = given.get("provider")
    region = str(package.region_of[provider] if provider else given.get("region", NATIONAL))
    data = data_checksum(package)
    dated = read_parameters(project.parameters)
    critical = [
        check
        for check in checks_of(given["edition"])
        if parameter(dated, f"critical_{check}", day).value > 0
    ]
    return quality_log(
        package.tables.get("quality_checks"),
        report=report,
        region=region,
        provider=provider,
        edition=given["edition"],
        critical=critical,
        sha256={
            "data": data,
            "report": _beside_releases(
                _made_from(report, given, data, project, values),
                f"{provider or region}/{report}",
                earlier,
            ),
        },
        made_with=f"dieval {__version__}",
    )


def _made_from(
    report: str,
    parameters: Mapping[str, object],
    data: str,
    project: Project,
    values: Mapping[str, object],
) -> str:
    """Give one checksum of all that a report is made from.

    Data, parameters, the notebook with its texts, and the program; not the look of the
    organisation, nor the quality log itself.
    """
    parts = {
        "report": report,
        "parameters": parameters,
        "data": data,
        "values": values,
        "notebook": _cells(project.notebooks / f"{report}.ipynb"),
        "program": code_hash(),
    }
    return sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode("utf-8"))


def _beside_releases(checksum: str, folder: str, earlier: Earlier) -> str:
    """Add to the checksum of a report the releases that may hide more of it.

    A release of the report itself, made from the same, does not.
    """
    for release in earlier.releases:
        itself = release.get(folder, {}).get("checksums", {}).get("report")
        if release and itself != checksum:
            parts = [checksum, {place: results["tables"] for place, results in release.items()}]
            checksum = sha256(json.dumps(parts, sort_keys=True).encode("utf-8"))
    return checksum


def _cells(notebook: Path) -> list[list[str]]:
    """Give kind and text of each cell: a notebook that was saved with its outputs is the same."""
    if not notebook.is_file():
        return []
    cells = json.loads(notebook.read_bytes())["cells"]
    return [[cell["cell_type"], "".join(cell["source"])] for cell in cells]
