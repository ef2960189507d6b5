"""What `dieval report` does before anything slow is imported."""

from __future__ import annotations

from dieval.reports.asked import Asked
from dieval.reports.children import no_forking_because, warm_up
from dieval.reports.project import project_with
from dieval.reports.publish import refuse_second_run
from dieval.reports.unchanged import finished_run


def begin(asked: Asked) -> int:
    """See whether there is anything to do, and let the warm parent import what will be needed.

    Returns
    -------
    int
        Number of reports, all unchanged since the latest run; 0 where there is something to do.

    Raises
    ------
    ParameterError
        Another run writes to the output folder, or dieval.toml cannot be read.
    """
    unchanged = 0 if asked.force else len(finished_run(asked))
    if not unchanged:
        refuse_second_run(asked.out)
        if asked.engine == "warm" and not (asked.cluster or no_forking_because()):
            warm_up(project_with(asked.data).data)
    return unchanged
