"""What `dieval report` does before anything slow is imported."""

from __future__ import annotations

from dieval.reports.asked import Asked
from dieval.reports.children import no_forking_because, warm_up
from dieval.reports.project import project_with
from dieval.reports.publish import refuse_second_run
from dieval.reports.unchanged import finished_run, run_key


def begin(asked: Asked) -> tuple[int, str]:
    """See whether there is anything to do, and let the warm parent import what will be needed.

    Returns
    -------
    tuple of int and str
        Number of reports, all unchanged since the latest run, or 0 where there is something to do;
        and what `run_key` gives.

    Raises
    ------
    ParameterError
        Another run writes to the output folder, or dieval.toml cannot be read.
    """
    project = project_with(asked.data)
    try:
        key = run_key(project, asked)
    except OSError:  # what cannot be read is told by who reads it
        key = ""
    unchanged = len(finished_run(asked.out, key)) if key and not asked.force else 0
    if not unchanged:
        refuse_second_run(asked.out)
        if asked.engine == "warm" and not (asked.cluster or no_forking_because()):
            warm_up()
    return unchanged, key
