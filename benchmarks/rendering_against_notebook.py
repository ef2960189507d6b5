"""Time the rendering of a report beside its own notebook, as a ratio: `make bench`.

Both run in this process, one after the other: the notebook in a kernel of its own, as a run does
it, then HTML, PDF and DOCX in two languages, the workbook, results.json and the manifest.
"""

from __future__ import annotations

import statistics
from typing import Any

from timing import seconds

from dieval.reports.engine import execute
from dieval.reports.project import find_project
from dieval.reports.run import FORMATS, Task, exported
from dieval.vocabulary import LANGUAGES

ROUNDS = 5
REPORTS = {
    "cost_comparison": ("kurzeme", {"region": "kurzeme"}),
    "implementation_progress": ("kurzeme", {"region": "kurzeme"}),
    "reorganisation_annex": ("kurzeme-paraugs-1", {"provider": "kurzeme-paraugs-1"}),
    "national_overview": ("national", {}),
}


def times(task: Task) -> tuple[float, float]:
    """Give the time of the notebook and that of its rendering."""
    project = find_project()
    made: list[Any] = []
    ran = seconds(
        lambda: made.append(execute(project.notebook(task.report), task.parameters, project))
    )
    return ran, seconds(lambda: exported(made[0], task, project))


def main() -> None:
    """Alternate notebook and rendering, kind by kind, and print the medians and their ratio."""
    for report, (unit, parameters) in REPORTS.items():
        task = Task(report, unit, parameters, LANGUAGES, FORMATS)
        times(task)  # warm up: imports, fonts, catalogues
        ran, rendered = (
            statistics.median(values)
            for values in zip(*(times(task) for _ in range(ROUNDS)), strict=True)
        )
        print(f"{report}: notebook {ran:.2f} s, rendering in {', '.join(FORMATS)}, "
              f"{' and '.join(LANGUAGES)}: {rendered:.2f} s, "
              f"ratio rendering / notebook: {rendered / ran:.2f} ({ROUNDS} rounds)")  # fmt: skip


if __name__ == "__main__":
    main()
