"""What a report on progress takes as given beside its data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ProgressThresholds:
    """Dated parameters of the report, each with its source in the parameter files.

    Parameters
    ----------
    rating_on_track, rating_acceleration : float
        Growth observed / growth required from which an indicator is on track, and from which it
        needs acceleration; between 0 and the second it makes limited progress.
    trend_significance : float
        Largest two-sided probability that is called a trend.
    value_age_limit_months : float
        Age up to which the last value says how an indicator stands on the day [months].
    """

    rating_on_track: float
    rating_acceleration: float
    trend_significance: float
    value_age_limit_months: float
