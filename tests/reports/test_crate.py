"""ro-crate-metadata.json beside every manifest: RO-Crate 1.1, profile Process Run Crate 0.5."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path

import pytest
from made_reports import FOLDERS, KINDS
from rocrate.rocrate import ROCrate

CRATE = "ro-crate-metadata.json"


@pytest.fixture(params=FOLDERS)
def folder(request, reports) -> Path:
    return reports / request.param


@pytest.fixture
def graph(folder) -> dict[str, dict[str, object]]:
    content = json.loads((folder / CRATE).read_text("utf-8"))
    entities = {entity["@id"]: entity for entity in content["@graph"]}
    assert len(entities) == len(content["@graph"])
    return entities


@pytest.fixture
def manifest(folder) -> dict[str, object]:
    return json.loads((folder / "manifest.json").read_text("utf-8"))


def references(value: object) -> list[str]:
    if isinstance(value, list):
        return [name for part in value for name in references(part)]
    if isinstance(value, dict):
        return [value["@id"]] if value.keys() == {"@id"} else []
    return []


def test_crate_has_the_context_and_the_entities_that_the_specification_requires(folder, graph):
    context = json.loads((folder / CRATE).read_text("utf-8"))["@context"]
    assert context[0] == "https://w3id.org/ro/crate/1.1/context"
    assert graph[CRATE]["about"] == {"@id": "./"}
    assert graph[CRATE]["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    root = graph["./"]
    assert root["@type"] == "Dataset"
    assert {"name", "description", "datePublished", "license"} <= root.keys()
    assert root["conformsTo"] == {"@id": "https://w3id.org/ro/wfrun/process/0.5"}


def test_crate_every_reference_leads_to_an_entity_of_it(graph):
    outside = "https://w3id.org/ro/crate/1.1"
    named = {
        name
        for entity in graph.values()
        for key, value in entity.items()
        if key != "@id"
        for name in references(value)
    }
    assert named - graph.keys() == {outside}


def test_crate_lists_every_file_with_its_size_and_checksum(folder, graph):
    there = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != CRATE}
    parts = {part["@id"] for part in graph["./"]["hasPart"]}
    assert parts == there.keys()
    for name, content in there.items():
        assert graph[name]["@type"] == "File"
        assert graph[name]["sha256"] == hashlib.sha256(content).hexdigest()
        assert graph[name]["contentSize"] == str(len(content))
        assert re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", graph[name]["encodingFormat"])
    assert graph["report.lv.pdf"]["inLanguage"] == "lv"


def test_crate_run_names_program_inputs_and_results(graph, manifest):
    run = graph["#run"]
    assert run["@type"] == "CreateAction"
    program = graph[run["instrument"]["@id"]]
    assert program["softwareVersion"] == manifest["code"]["dieval"]
    versions = {
        graph[name]["name"]: graph[name]["softwareVersion"]
        for name in references(program["softwareRequirements"])
    }
    assert versions == manifest["environment"]
    taken = {name: graph[name] for name in references(run["object"])}
    for table, checksum in manifest["data"]["sha256"].items():
        assert taken[f"#data/{table}"]["identifier"] == f"hmac-sha256:{checksum}"
        assert "sha256" not in taken[f"#data/{table}"]
    for file, checksum in manifest["parameter_files"]["sha256"].items():
        assert taken[f"#parameter_files/{file}"]["sha256"] == checksum
    assert taken["#notebook"]["sha256"] == manifest["notebook"]["sha256"]
    parameters = {
        entity["name"]: entity["value"]
        for entity in taken.values()
        if entity["@type"] == "PropertyValue"
    }
    assert parameters == manifest["asked"]
    assert set(references(run["result"])) == {*manifest["files"], "manifest.json"}


def test_crate_is_dated_by_its_data_and_names_no_time_path_or_random_id(folder, graph, reports):
    text = (folder / CRATE).read_text("utf-8")
    for trace in (str(reports), str(Path(__file__).parents[2]), sys.prefix):
        assert trace not in text
    assert re.findall(r"\d\d:\d\d:\d\d|[0-9a-f]{8}-[0-9a-f]{4}-", text) == []
    notebook = (folder / "notebook.ipynb").read_text("utf-8")
    assert f'"date": "{graph["./"]["datePublished"]}"' in notebook


@pytest.mark.parametrize("folder", KINDS[:2])
def test_crate_can_be_read_by_the_library_of_its_makers(reports, folder):
    crate = ROCrate(reports / folder)
    assert crate.root_dataset["datePublished"]
    assert len(crate.data_entities) == len(list((reports / folder).iterdir())) - 1
