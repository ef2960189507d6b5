"""Reproducible evaluation reports on moving children out of institutions into families.

The names below are what a notebook may call; they are loaded when first used.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "cost_comparison": "dieval.reports.scope",
    "show_findings": "dieval.present.cost_comparison",
    "show_unit_costs": "dieval.present.chapters.unit_costs",
    "show_parts": "dieval.present.chapters.parts",
    "show_comparison": "dieval.present.chapters.comparison",
    "show_payers": "dieval.present.chapters.payers",
    "show_providers": "dieval.present.chapters.providers",
    "show_uncertainty": "dieval.present.chapters.uncertainty",
    "show_sources": "dieval.present.provenance",
    "run_record": "dieval.present.cost_comparison",
}
__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'dieval' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
