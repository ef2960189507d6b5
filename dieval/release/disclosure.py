"""The only way from result tables to what is shown: what may not be shown is marked as hidden.

Every evaluation passes here before a report takes it. The public edition hides numbers of few
persons and amounts of few holders, and so much else that nobody can work them out from what is
left; the internal edition hides nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection
from typing import Any, TypeVar

import pandas as pd

from dieval.costs.evaluation import CostEvaluation
from dieval.plans.evaluation import PlanEvaluation
from dieval.progress.evaluation import ProgressEvaluation
from dieval.release.cells import SUM, WHOLE, Cells, Key, Row, Shown, Tables, cells_of, mask_all
from dieval.release.costs import hidden_costs, release_costs
from dieval.release.earlier import Earlier
from dieval.release.plans import hidden_plan, release_plan, tables_of_region
from dieval.release.progress import hidden_progress, release_progress
from dieval.release.rules import Rules
from dieval.release.tables import ReleasedTables, without_values
from dieval.vocabulary import NATIONAL

Evaluated = TypeVar("Evaluated", CostEvaluation, ProgressEvaluation, PlanEvaluation)
# A search that takes longer hides more instead; a region takes a second. It is far off, so that the
# same data gives the same pattern on a slow machine, too.
SECONDS = 600.0
NEEDS = ("needing", "receiving")
NOTHING = Earlier()


def holders_of(tables: Tables) -> dict[str, str]:
    """Name who runs each provider: a municipality, the state or an association may run several.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of the data contract: providers, and holders where there are any.
    """
    named = (
        tables["holders"] if "holders" in tables else pd.DataFrame(columns=["provider", "holder"])
    )
    found = {}
    for row in tables["providers"].itertuples():
        if row.owner == "state":
            found[str(row.provider)] = "state"
        elif row.owner == "municipality":
            found[str(row.provider)] = f"municipality {row.municipality}"
        else:
            found[str(row.provider)] = f"provider {row.provider}"
    return found | {str(row.provider): f"holder {row.holder}" for row in named.itertuples()}


def shown_costs(
    evaluation: CostEvaluation,
    tables: Tables,
    region: str,
    rules: Rules | None,
    earlier: Earlier = NOTHING,
) -> CostEvaluation:
    """Give what of a region's costs may be shown.

    Parameters
    ----------
    evaluation : CostEvaluation
    tables : mapping of str to DataFrame
        Tables of the data contract: sources, providers, holders and households.
    region : str
        Code of the region.
    rules : Rules or None
        None for the internal edition, which hides nothing.
    earlier : Earlier
        What was released before: it is known, and what it hides stays hidden.
    """
    if rules is None:
        return _whole(evaluation, lines=evaluation.lines.iloc[:0])
    hidden = hidden_costs(
        evaluation.tables,
        evaluation.lines,
        evaluation.counted["activity"],
        holders_of(tables),
        rules,
        SECONDS,
        earlier.of(region),
        _households(tables, region),
        tables.get("destinations"),
    )
    return release_costs(evaluation, hidden, tables["sources"])


def shown_progress(
    evaluation: ProgressEvaluation,
    tables: Tables,
    region: str,
    rules: Rules | None,
    earlier: Earlier = NOTHING,
) -> ProgressEvaluation:
    """Give what of a region's progress may be shown; parameters as of `shown_costs`."""
    if rules is None:
        return _whole(evaluation)
    hidden = hidden_progress(
        evaluation, region, units_of(tables), rules, SECONDS, earlier.of(region)
    )
    return release_progress(evaluation, region, hidden)


def shown_plan(
    evaluation: PlanEvaluation,
    progress: ProgressEvaluation | None,
    tables: Tables,
    provider: str,
    region: str,
    rules: Rules | None,
    earlier: Earlier = NOTHING,
) -> PlanEvaluation:
    """Give what of a home's plan may be shown.

    Parameters
    ----------
    evaluation : PlanEvaluation
    progress : ProgressEvaluation or None
        Of the home's region: what its report hides is hidden here too.
    tables : mapping of str to DataFrame
        Tables of the data contract: indicators, providers, holders, households and sources.
    provider, region : str
        The home and its region.
    rules : Rules or None
        None for the internal edition.
    earlier : Earlier
        As of `shown_costs`.
    """
    if rules is None:
        return _whole(evaluation, care=None)
    if evaluation.care is None:
        raise ValueError("this plan has been released before")
    of_region = earlier.of(region)
    hidden = hidden_plan(evaluation, rules, SECONDS, earlier.of(provider)) | hidden_costs(
        tables_of_region(evaluation.care),
        evaluation.care.lines,
        evaluation.care.activity,
        holders_of(tables),
        rules,
        SECONDS,
        of_region,
        _households(tables, region),
        tables.get("destinations"),
    )
    if progress is not None:
        units = units_of(tables)
        hidden |= hidden_progress(progress, region, units, rules, SECONDS, of_region)
    return release_plan(evaluation, provider, region, hidden, rules, tables["sources"])


def shown_needs(
    needs: pd.DataFrame, rules: Rules | None, earlier: Earlier = NOTHING
) -> pd.DataFrame:
    """Give what of the needs of all regions may be shown: sums of whole regions and the country.

    Parameters
    ----------
    needs : DataFrame
        `needs_by_region`.
    rules : Rules or None
        None for the internal edition.
    earlier : Earlier
        As of `shown_costs`.
    """
    if rules is None:
        return needs
    tables = {"needs_by_region": needs}
    cells = cells_of(_add_needs, tables, earlier.of(NATIONAL), rules)
    hidden = cells.hidden(cells.few_persons(), SECONDS)
    rested = {**{name: (name,) for name in NEEDS}, "coverage": NEEDS}
    shown: list[Shown] = [
        ("needs_by_region", (column,), _of_regions(on)) for column, on in rested.items()
    ]
    mask_all(tables, shown, hidden)
    return tables["needs_by_region"]


def _add_needs(cells: Cells, tables: Tables) -> None:
    """Add who needs and who receives a service, by region and in the country."""
    needs = tables["needs_by_region"]
    for name in NEEDS:
        cells.add_all(needs[needs["region"] != NATIONAL], name, ["region"], name, SUM)
        cells.add_all(needs[needs["region"] == NATIONAL], name, ["region"], name, WHOLE)
        regions = [(name, code) for code in needs["region"] if code != NATIONAL]
        cells.total((name, NATIONAL), regions)
    for code in needs["region"]:
        cells.total(("needing", code), [("receiving", code)], rest=True, believed=True)


def _of_regions(names: Collection[str]) -> Callable[[Row], list[Key]]:
    return lambda row: [(name, row["region"]) for name in names]


def _households(tables: Tables, region: str) -> pd.DataFrame | None:
    """Give the households of a region; None where they are not recorded."""
    if "households" not in tables:
        return None
    households = tables["households"]
    return households[households["region"] == region]


def units_of(tables: Tables) -> dict[str, str]:
    """Give the unit of each indicator."""
    if "indicators" not in tables:
        return {}
    return tables["indicators"].set_index("indicator")["unit"].astype(str).to_dict()


def _whole(evaluation: Evaluated, **changes: Any) -> Evaluated:
    """Give an evaluation as it is: the internal edition hides nothing."""
    return dataclasses.replace(
        evaluation,
        tables=ReleasedTables(evaluation.tables),
        counted=without_values(evaluation.counted),
        **changes,
    )
