"""Generated packages: others in every shard, the same in every run of the same code."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

CAMPAIGN = bool(os.environ.get("DIEVAL_CAMPAIGN"))


def tried(packages: SearchStrategy[Any], shard: int, examples: int) -> Callable[..., Any]:
    """Try so many packages on a test that takes one as `package`."""

    def decorate(test: Callable[..., None]) -> Callable[[], None]:
        chosen = settings(
            max_examples=examples,
            database=None,
            deadline=None,
            # To look for the smallest package takes minutes.
            phases=(Phase.generate, Phase.shrink) if CAMPAIGN else (Phase.generate,),
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        )
        return seed(shard)(chosen(given(package=packages)(test)))

    return decorate
