"""Read and write a data package so that rows of other origin stay as they are, byte for byte."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from demonstration.assumptions import MADE_ON, SEED
from dieval.inputs.schema import datapackage_schema

Row = tuple[str, ...]

COLUMNS = {
    "sources": "source title publisher published locator url licence language evidence",
    "regions": "region name_lv name_en source",
    "municipalities": "municipality name_lv valid_from valid_to successor source",
    "region_membership": "municipality region valid_from valid_to source",
    "providers": "provider name_lv care_arrangement municipality region owner opened closed source",
    "costs": "region provider care_arrangement year age_band need_level cost_item payer"
    " amount_eur source",
    "ledger_codes": "provider year payer code name_lv cost_item amount_eur mapping"
    " mapping_evidence source",
    "assets": "provider asset acquired_year cost_eur useful_life_years source",
    "activity": "region provider care_arrangement year age_band need_level child_days place_days"
    " source",
    "households": "region care_arrangement year children_in_household age_band child_months source",
    "statutory_rates": "rate care_arrangement payment payer per age_band children_in_household"
    " amount_eur_month valid_from valid_to legal_basis source",
    "price_index": "year value source",
    "cost_structure": "provider year fixed_eur variable_eur_per_child step_eur step_children "
    "source",
    "placements": "region year care_arrangement counting_basis children source",
    "carers": "region municipality year carer_type status count entries exits source",
    "services": "provider_name site municipality service_type target_group opened closed source",
    "availability": "municipality service_type target_group date rating source",
    "needs": "municipality service_type target_group date assessed needing receiving source",
    "reimbursement": "region date target_group persons_cumulative amount_eur_cumulative source",
    "indicators": "indicator name_lv name_en unit level direction kind source",
    "targets": "indicator region version valid_from baseline_date baseline_value target_date"
    " target_value source",
    "observations": "indicator region date counting_basis value qualifier source",
    "infrastructure": "project name_lv municipality region fund planned_eur contracted_eur"
    " certified_eur places source",
    "milestones": "project milestone planned actual source",
    "destinations": "provider year age_band need_level care_arrangement children under_3"
    " siblings_apart source",
    "transition_costs": "provider year kind payer amount_eur source",
    "flows": "region year age_band from_arrangement to_arrangement children child_years source",
    "planned_places": "region municipality care_arrangement year places source",
    "partners": "partner name_lv kind region agreed_on source",
    "plan_events": "region plan date event number source",
    "plan_deadlines": "region plan event due source",
    "tiles": "municipality tile_column tile_row source",
    "quality_checks": "check region provider report result checked_by checked_on evidence"
    " checked_sha256 source",
}


def generator(stream: str) -> np.random.Generator:
    """Give the random numbers of one subject, so that a change of one leaves the others alone."""
    return np.random.default_rng([SEED, *stream.encode()])


def source_row(source: str, subject: str) -> Row:
    """Describe a synthetic source: what it is, who made it, how to make it again."""
    title = (
        f"dieval demonstration data, made by data/make_demonstration.py (seed {SEED}): {subject}"
    )
    return (
        source,
        title,
        "dieval",
        MADE_ON,
        "invented, not observed",
        "",
        "CC0-1.0",
        "en",
        "synthetic",
    )


def read_table(folder: Path, table: str) -> list[Row]:
    """Read the rows of a table as text; no file, no rows."""
    path = folder / f"{table}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [tuple(row) for row in list(csv.reader(file))[1:]]


def read_kept(folder: Path) -> dict[str, list[Row]]:
    """Read every row whose source is not synthetic, table by table, in its order."""
    sources = read_table(folder, "sources")
    kept = {"sources": [row for row in sources if row[-1] != "synthetic"]}
    real = {row[0] for row in kept["sources"]}
    for table in COLUMNS:
        if table != "sources":
            kept[table] = [row for row in read_table(folder, table) if row[-1] in real]
    return kept


def _write_if_changed(path: Path, text: str) -> None:
    content = text.encode("utf-8")
    if not path.exists() or path.read_bytes() != content:
        path.write_bytes(content)


def write_table(folder: Path, table: str, rows: Iterable[Row]) -> None:
    """Write a table with the columns of the data contract, or leave an equal file untouched."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS[table].split())
    writer.writerows(rows)
    _write_if_changed(folder / f"{table}.csv", text.getvalue())


def write_descriptor(folder: Path) -> None:
    """Write datapackage.json with the schema of each table, as the data contract has it now."""
    resources = []
    for table in COLUMNS:
        resource = {
            "name": table,
            "path": f"{table}.csv",
            "type": "table",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "schema": datapackage_schema(table),
        }
        resources.append(resource)
    descriptor = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "latvia",
        "title": "Children in out-of-family care in Latvia: published facts and demonstration rows",
        "title_lv": "Bērni ārpusģimenes aprūpē Latvijā: publicēti fakti un demonstrācijas rindas",
        "description": (
            "Published figures, each with its source, and synthetic demonstration rows where "
            "nobody publishes. Column source of every table leads to the table sources, whose "
            "column evidence says what a row rests on. Rows with evidence synthetic are invented: "
            "they describe no real institution, municipality or child."
        ),
        "description_lv": (
            "Publicēti skaitļi, katrs ar savu avotu, un sintētiskas demonstrācijas rindas tur, kur "
            "publicētu datu nav. Katras tabulas kolonna „source” norāda uz tabulu „sources”, kuras "
            "kolonna „evidence” parāda, uz ko rinda balstās. Rindas ar vērtību „synthetic” ir "
            "izdomātas: tās neapraksta nevienu īstu institūciju, pašvaldību vai bērnu."
        ),
        "created": f"{MADE_ON}T00:00:00Z",
        "licenses": [
            {
                "name": "CC0-1.0",
                "path": "https://creativecommons.org/publicdomain/zero/1.0/",
                "title": "CC0 1.0 for the synthetic rows and the arrangement of the tables; "
                "published figures as stated in the table sources",
            }
        ],
        "contributors": [{"title": "The dieval developers", "roles": ["author", "maintainer"]}],
        "keywords": ["deinstitutionalisation", "child care", "unit cost", "Latvia"],
        "resources": resources,
    }
    _write_if_changed(
        folder / "datapackage.json", json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n"
    )
