"""Reproducible evaluation reports on moving children out of institutions into families.

The names below are what a notebook may call; they are loaded when first used.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "cost_comparison": "dieval.reports.scope",
    "show_findings": "dieval.present.chapters.summary",
    "show_unit_costs": "dieval.present.chapters.costs.unit_costs",
    "show_parts": "dieval.present.chapters.costs.parts",
    "show_comparison": "dieval.present.chapters.costs.comparison",
    "show_payers": "dieval.present.chapters.costs.payers",
    "show_providers": "dieval.present.chapters.costs.providers",
    "show_uncertainty": "dieval.present.chapters.costs.uncertainty",
    "implementation_progress": "dieval.reports.scope_progress",
    "show_indicators": "dieval.present.chapters.progress.indicators",
    "show_services": "dieval.present.chapters.progress.services",
    "show_children": "dieval.present.chapters.progress.children",
    "show_reimbursement": "dieval.present.chapters.progress.money",
    "show_infrastructure": "dieval.present.chapters.progress.money",
    "show_process": "dieval.present.chapters.progress.process",
    "national_overview": "dieval.reports.scope_overview",
    "show_costs_by_region": "dieval.present.chapters.overview.regions",
    "show_progress_by_region": "dieval.present.chapters.overview.regions",
    "reorganisation_annex": "dieval.reports.scope_annex",
    "show_situation": "dieval.present.chapters.annex.situation",
    "show_destinations": "dieval.present.chapters.annex.destinations",
    "show_transition": "dieval.present.chapters.annex.transition",
    "show_scenarios": "dieval.present.chapters.annex.scenarios",
    "show_demand": "dieval.present.chapters.annex.demand",
    "show_recommendations": "dieval.present.chapters.annex.recommendations",
    "show_annexes": "dieval.present.chapters.annexes",
    "run_record": "dieval.present.report",
}
__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'dieval' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
