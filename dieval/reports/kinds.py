"""The kinds of reports, in the order in which they are made and listed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from dieval.inputs.read import DataPackage
from dieval.reports.scope import check_cost_comparison
from dieval.reports.scope_annex import check_reorganisation_annex
from dieval.reports.scope_overview import check_national_overview
from dieval.reports.scope_progress import check_implementation_progress

# Checks the parameters of a kind of report against their types and the data.
Check = Callable[[dict[str, Any], DataPackage], BaseModel]

REPORTS: dict[str, Check] = {
    "cost_comparison": check_cost_comparison,
    "implementation_progress": check_implementation_progress,
    "national_overview": check_national_overview,
    "reorganisation_annex": check_reorganisation_annex,
}
# Reports on all regions together, and on one institution; without names, a run makes the others.
NATIONAL_REPORTS = ("national_overview",)
INSTITUTION_REPORTS = ("reorganisation_annex",)
