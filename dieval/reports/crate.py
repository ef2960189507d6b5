"""ro-crate-metadata.json: what made a report, in the words that archives and registers read.

RO-Crate 1.1 with the profile Process Run Crate: the run of dieval, what it took and what it gave.
Made from the manifest alone: no time, no random name and no path of this machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

CRATE_FILE = "ro-crate-metadata.json"
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
TERMS = "https://w3id.org/ro/terms/workflow-run/context"  # defines sha256
MEDIA_TYPES = {
    "csv": "text/csv",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html",
    "ipynb": "application/x-ipynb+json",
    "json": "application/json",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
DESCRIPTIONS = {
    "manifest.json": "What made the report: checksums of data, parameters, notebook and code",
    "notebook.ipynb": "The notebook as it was executed",
    "results.json": "Every result table at full precision, without language",
    "tables.xlsx": "Every result table, unrounded, with units and sources",
}


def crate_json(
    manifest: Mapping[str, Any],
    files: Mapping[str, bytes],
    sums: Mapping[str, str],
    title: str,
    date: str,
    publisher: str,
) -> str:
    """Write the crate of a report.

    Parameters
    ----------
    manifest : mapping
        As `manifest.manifest` gives it.
    files : mapping of str to bytes
        Every file of the report's folder but the crate, by name.
    sums : mapping of str to str
        Their SHA-256.
    title : str
        Title of the report.
    date : str
        Date of the report's data, YYYY-MM-DD: never that of the run.
    publisher : str
        Name of the organisation; may be empty.

    Returns
    -------
    str
        The same report gives the same text.
    """
    from rocrate.model.contextentity import ContextEntity
    from rocrate.rocrate import ROCrate

    crate = ROCrate(version="1.1")
    crate.metadata.extra_contexts.append(TERMS)

    def entity(identifier: str, kind: str, /, **properties: Any) -> dict[str, str]:
        crate.add(ContextEntity(crate, identifier, properties={"@type": kind, **properties}))
        return {"@id": identifier}

    root = crate.root_dataset
    root["name"] = title
    root["description"] = (
        "Evaluation report on moving children out of institutions into families: "
        f"{manifest['report']}, {manifest['unit']}, {manifest['edition']} edition."
    )
    root["datePublished"] = date
    root["conformsTo"] = entity(PROFILE, "CreativeWork", name="Process Run Crate", version="0.5")
    root["license"] = entity(
        "#licence",
        "CreativeWork",
        name="Licence not stated",
        description="The publisher states no licence here. The sources of the data keep theirs; "
        "the annexes of the report name them.",
    )
    if publisher:
        root["publisher"] = entity("#publisher", "Organization", name=publisher)
    for name in sorted(files):
        crate.add_file(dest_path=name, properties=_file(name, files[name], sums[name]))
    action = entity(
        "#run",
        "CreateAction",
        name=f"dieval report {manifest['report']} on {manifest['unit']}",
        description="The notebook executed once, and exported in every language and format.",
        instrument=_program(manifest, entity),
        object=_taken(manifest, entity),
        result=[{"@id": name} for name in sorted(files)],
    )
    root["mentions"] = action
    return json.dumps(crate.metadata.generate(), ensure_ascii=False, indent=1) + "\n"


def _file(name: str, content: bytes, checksum: str) -> dict[str, Any]:
    """Describe a file of the report."""
    parts = name.split(".")
    properties = {
        "name": name,
        "encodingFormat": MEDIA_TYPES[parts[-1]],
        "contentSize": str(len(content)),
        "sha256": checksum,
    }
    if name in DESCRIPTIONS:
        properties["description"] = DESCRIPTIONS[name]
    if len(parts) > 2:  # report.lv.html
        properties["inLanguage"] = parts[1]
    return properties


def _program(manifest: Mapping[str, Any], entity: Any) -> dict[str, str]:
    """Describe dieval with the versions of what it needs."""
    needed = [
        entity(
            f"pkg:{'generic' if name == 'python' else 'pypi'}/{name}@{version}",
            "SoftwareApplication",
            name=name,
            softwareVersion=version,
        )
        for name, version in manifest["environment"].items()
    ]
    version = manifest["code"]["dieval"]
    program: dict[str, str] = entity(
        f"pkg:generic/dieval@{version}",
        "SoftwareApplication",
        name="dieval",
        softwareVersion=version,
        sha256=manifest["code"]["sha256"],
        softwareRequirements=needed,
    )
    return program


def _taken(manifest: Mapping[str, Any], entity: Any) -> list[dict[str, str]]:
    """Describe what the run took: notebook, parameters, tables and parameter files.

    Whatever the manifest lists with checksums by name is an input; none of it is in the folder.
    """
    notebook = manifest["notebook"]
    taken = [
        entity(
            "#notebook", "SoftwareSourceCode", name=notebook["name"], sha256=notebook["sha256"],
            programmingLanguage="Python",
        )
    ]  # fmt: skip
    for kind, content in manifest.items():
        sums = content.get("sha256") if isinstance(content, Mapping) else None
        for name, checksum in sums.items() if isinstance(sums, Mapping) else ():
            of = f" of the data package {content['package']}" if "package" in content else ""
            # With a key it is the checksum of nothing that anybody else can compute.
            keyed = bool(content.get("key"))
            known = {"identifier": f"hmac-sha256:{checksum}"} if keyed else {"sha256": checksum}
            taken.append(
                entity(
                    f"#{kind}/{name}", "CreativeWork", name=name, **known,
                    description=f"{kind.replace('_', ' ')}: {name}{of}",
                )
            )  # fmt: skip
    for name, value in manifest["asked"].items():
        taken.append(entity(f"#parameter/{name}", "PropertyValue", name=name, value=value))
    return taken
