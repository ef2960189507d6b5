"""Indicators beside their targets: how far, how far by now, and how fast.

Methods, section 4; methods of the implementation progress, “Indicators”.
"""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from dieval.progress.known import (
    DATE,
    DAYS_OF_YEAR,
    MONTH_DAYS,
    NUMBER,
    TEXT,
    in_order,
    known_on,
    of_region_and_country,
)
from dieval.progress.thresholds import ProgressThresholds
from dieval.vocabulary import EVIDENCE

# How an indicator is rated, and why it cannot be.
ACHIEVED, ON_TRACK, ACCELERATION_NEEDED, LIMITED_PROGRESS, DETERIORATION, UNABLE_TO_ASSESS = (
    "achieved",
    "on_track",
    "acceleration_needed",
    "limited_progress",
    "deterioration",
    "unable_to_assess",
)
NO_OBSERVATION, TARGET_IS_BASELINE, ONE_POINT, ZERO_BASELINE, SIGN_CHANGE = (
    "no_observation",
    "target_is_baseline",
    "one_point",
    "zero_baseline",
    "sign_change",
)

# How the last value stands to the target on the day.
MET, MISSED, NOT_KNOWN_AT_TARGET, OUTDATED, AHEAD, BEHIND = (
    "met",
    "missed",
    "not_known_at_target",
    "outdated",
    "ahead",
    "behind",
)

INDICATOR_PROGRESS = {
    "region": TEXT,
    "indicator": TEXT,
    "version": TEXT,
    "version_role": TEXT,
    "valid_from": DATE,
    "baseline_date": DATE,
    "baseline_value": NUMBER,
    "target_date": DATE,
    "target_value": NUMBER,
    "target_source": TEXT,
    "counting_basis": TEXT,
    "value": NUMBER,
    "value_date": DATE,
    "source": TEXT,
    "qualifier": TEXT,
    "achievement": NUMBER,
    "eu_ratio": NUMBER,
    "expected": NUMBER,
    "expected_achievement": NUMBER,
    "expected_on_value_date": NUMBER,
    "growth_observed": NUMBER,
    "growth_required": NUMBER,
    "growth_ratio": NUMBER,
    "rating": TEXT,
    "reason": TEXT,
    "standing": TEXT,
}


# Of a version adopted after the day only what has been reached is said.
LATER, NOT_IN_FORCE = "later", "not_in_force"
JUDGED = (
    "expected",
    "expected_achievement",
    "expected_on_value_date",
    "growth_observed",
    "growth_required",
    "growth_ratio",
)

LATEST_VALUES = {
    "region": TEXT,
    "indicator": TEXT,
    "counting_basis": TEXT,
    "date": DATE,
    "value": NUMBER,
    "qualifier": TEXT,
    "source": TEXT,
}


# --------------------------------------------------------------------------------------- formulas


def achievement(value: float, baseline: float, target: float) -> float:
    """Give the share of the way from baseline to target that a value stands for.

    Parameters
    ----------
    value, baseline, target : float
        [unit of the indicator]

    Returns
    -------
    float
        0 at the baseline, 1 at the target; NaN where the target equals the baseline.

    Examples
    --------
    >>> achievement(158.0, baseline=0.0, target=316.0)
    0.5
    >>> achievement(115.0, baseline=176.0, target=54.0)
    0.5
    """
    way = target - baseline
    # Adding 0 makes -0 a 0.
    return (value - baseline) / way + 0.0 if way else math.nan


def expected_value(
    day: pd.Timestamp,
    baseline_date: pd.Timestamp,
    baseline: float,
    target_date: pd.Timestamp,
    target: float,
) -> float:
    """Give the value of a day on the straight line from baseline to target.

    Parameters
    ----------
    day, baseline_date, target_date : Timestamp
    baseline, target : float
        [unit of the indicator]

    Returns
    -------
    float
        The target from its date on, the baseline before its date [unit of the indicator].

    Examples
    --------
    >>> first, last = pd.Timestamp("2016-01-01"), pd.Timestamp("2016-01-11")
    >>> expected_value(pd.Timestamp("2016-01-04"), first, 100.0, last, 50.0)
    85.0
    """
    if day >= target_date:
        return target
    if day <= baseline_date:
        return baseline
    passed = (day - baseline_date).days / (target_date - baseline_date).days
    return baseline + (target - baseline) * passed


def growth(first: float, last: float, years: float) -> float:
    """Give the growth in a year that leads from the first value to the last.

    Parameters
    ----------
    first, last : float
        [unit of the indicator]
    years : float
        [years]

    Returns
    -------
    float
        [1/year], above 0 where the value rises, also of values below 0; NaN where no time passes,
        a value is 0, the sign changes, or the growth is more than a number can hold.

    Examples
    --------
    >>> round(growth(1_216.0, 527.0, 6.0), 5)
    -0.13008
    >>> growth(-100.0, -25.0, 2.0)
    0.5
    """
    if not years > 0 or not first * last > 0:
        return math.nan
    try:
        rise: float = (last / first) ** (1 / years) - 1
    except OverflowError:
        return math.nan
    return math.copysign(1.0, first) * rise + 0.0 if math.isfinite(rise) else math.nan


def growth_ratio(observed: float, required: float, direction: int) -> float:
    """Give the growth observed as a multiple of the growth required.

    Parameters
    ----------
    observed, required : float
        `growth` [1/year].
    direction : int
        1 where higher is better, -1 where lower is.

    Returns
    -------
    float
        Below 0 where the indicator gets worse; NaN where nothing is required.

    Examples
    --------
    >>> growth_ratio(-0.05, -0.10, direction=-1)
    0.5
    """
    return direction * observed / abs(required) + 0.0 if required else math.nan


def rating(ratio: float, thresholds: ProgressThresholds) -> str:
    """Rate an indicator whose target is not met yet by its growth.

    Parameters
    ----------
    ratio : float
        `growth_ratio`, known.
    thresholds : ProgressThresholds

    Returns
    -------
    str

    Examples
    --------
    >>> rating(0.7178, ProgressThresholds(0.95, 0.60, 0.05, 12.0))
    'acceleration_needed'
    """
    if ratio >= thresholds.rating_on_track:
        return ON_TRACK
    if ratio >= thresholds.rating_acceleration:
        return ACCELERATION_NEEDED
    return LIMITED_PROGRESS if ratio >= 0 else DETERIORATION


# ----------------------------------------------------------------------------------------- tables


def chosen(observations: pd.DataFrame, sources: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Pick the observation that is used where several stand for the same thing.

    The latest, of one date the one with the strongest evidence, then the one published last (of
    publication dates of different precision the shorter counts as the earlier), then the first
    source by code, then the first counting basis by code.

    Parameters
    ----------
    observations : DataFrame with date, counting_basis, source and the columns of `key`
    sources : DataFrame
        Table of the data contract.
    key : list of str
        Columns within which one row is used.

    Returns
    -------
    DataFrame
        Rows of `observations`, one for each key, with their index and in their order.
    """
    strength = {kind: rank for rank, kind in enumerate(EVIDENCE)}
    source = sources.set_index("source")
    ranks = pd.DataFrame(
        {
            "date": observations["date"],
            "evidence": observations["source"].map(source["evidence"]).map(strength),
            "published": observations["source"].map(source["published"]),
            "source": observations["source"],
            "counting_basis": observations["counting_basis"],
        }
    )
    ranks = ranks.sort_values(list(ranks), ascending=[False, True, False, True, True])
    return observations.loc[ranks.index].drop_duplicates(key).sort_index()


def _with_roles(versions: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Say which of the versions of a target came first, which is in force and which came later."""
    later = versions[versions["valid_from"] > day].assign(version_role=LATER)
    ordered = known_on(versions, "valid_from", day).sort_values(["valid_from", "version"])
    of_target = ordered.groupby(["indicator", "region"])["version"]
    before, all_versions = of_target.cumcount(), of_target.transform("size")
    role = pd.Series("between", index=ordered.index, dtype="object")
    role = role.mask(before == 0, "first").mask(before == all_versions - 1, "current")
    return pd.concat([ordered.assign(version_role=role.mask(all_versions == 1, "only")), later])


def _assessment(row: dict[str, Any], thresholds: ProgressThresholds) -> dict[str, str | None]:
    """Rate a row, or say why it cannot be rated; the order of the questions matters."""
    baseline, target, value = row["baseline_value"], row["target_value"], row["value"]
    achieved = row["direction"] * (value - target) >= 0
    reason = None
    if pd.isna(value):
        reason = NO_OBSERVATION
    elif achieved:
        return {"rating": ACHIEVED, "reason": None}
    elif target == baseline:
        reason = TARGET_IS_BASELINE
    elif row["baseline_date"] in (row["value_date"], row["target_date"]):
        reason = ONE_POINT
    elif baseline == 0:
        reason = ZERO_BASELINE
    elif not (baseline * value > 0 and baseline * target > 0):
        reason = SIGN_CHANGE
    elif math.isnan(row["growth_ratio"]):
        reason = ONE_POINT  # so little time that no number holds the growth in a year
    if reason is not None:
        return {"rating": UNABLE_TO_ASSESS, "reason": reason}
    return {"rating": rating(row["growth_ratio"], thresholds), "reason": None}


def _standing(row: dict[str, Any], day: pd.Timestamp, value_age_limit_months: float) -> str:
    """Say how the last value stands to the target on the day; the order of questions matters."""
    value = row["value"]
    if pd.isna(value):
        return NO_OBSERVATION
    if row["direction"] * (value - row["target_value"]) >= 0:
        return MET
    if row["target_date"] <= day:
        return MISSED if row["value_date"] >= row["target_date"] else NOT_KNOWN_AT_TARGET
    if (day - row["value_date"]).days > value_age_limit_months * MONTH_DAYS:
        return OUTDATED
    ahead = row["direction"] * (value - row["expected_on_value_date"]) >= 0
    return AHEAD if ahead else BEHIND


def _progress(
    row: dict[str, Any], day: pd.Timestamp, thresholds: ProgressThresholds
) -> dict[str, Any]:
    """Compute one row of `indicator_progress`."""
    baseline_date, baseline = row["baseline_date"], row["baseline_value"]
    target_date, target, value = row["target_date"], row["target_value"], row["value"]
    expected = expected_value(day, baseline_date, baseline, target_date, target)
    years = (row["value_date"] - baseline_date).days / DAYS_OF_YEAR
    years_planned = (target_date - baseline_date).days / DAYS_OF_YEAR
    observed, required = growth(baseline, value, years), growth(baseline, target, years_planned)
    reached = row | {
        "achievement": achievement(value, baseline, target),
        "eu_ratio": value / target if row["kind"] == "cumulative" and target else math.nan,
    }
    if row["version_role"] == LATER:  # nobody could be late for it on the day
        unknown = dict.fromkeys(JUDGED, math.nan) | dict.fromkeys(("reason", "standing"))
        return reached | unknown | {"rating": NOT_IN_FORCE}
    line = math.nan
    if pd.notna(value):
        line = expected_value(row["value_date"], baseline_date, baseline, target_date, target)
    computed = reached | {
        "expected": expected,
        "expected_on_value_date": line,
        "expected_achievement": achievement(expected, baseline, target),
        "growth_observed": observed,
        "growth_required": required,
        "growth_ratio": growth_ratio(observed, required, row["direction"]),
    }
    standing = _standing(computed, day, thresholds.value_age_limit_months)
    return computed | _assessment(computed, thresholds) | {"standing": standing}


def indicator_progress(
    indicators: pd.DataFrame,
    targets: pd.DataFrame,
    observations: pd.DataFrame,
    sources: pd.DataFrame,
    region: str,
    day: pd.Timestamp,
    thresholds: ProgressThresholds,
) -> pd.DataFrame:
    """Put the latest value of every indicator beside every version of its target.

    Methods of the implementation progress, “Indicators”; known answer A10.

    Parameters
    ----------
    indicators, targets, observations, sources : DataFrame
        Tables of the data contract; observations may lack the column qualifier.
    region : str
        Code of the report's region; targets of the whole country are shown too.
    day : Timestamp
        What is dated later is not known.
    thresholds : ProgressThresholds

    Returns
    -------
    DataFrame with the columns of `INDICATOR_PROGRESS`
        A row for every version of a target, those adopted after the day too, and every counting
        basis of the indicator's observations; one row without a value where there are none.
        Counting bases are never mixed.
    """
    versions = _with_roles(of_region_and_country(targets, region), day)
    versions = versions.rename(columns={"source": "target_source"})
    versions = versions.merge(indicators[["indicator", "direction", "kind"]], on="indicator")
    if "qualifier" not in observations:
        observations = observations.assign(qualifier=None)
    known = known_on(of_region_and_country(observations, region), "date", day)
    counted = ["region", "indicator", "counting_basis"]
    version = ["region", "indicator", "version"]
    measured = versions[[*version, "baseline_date"]].merge(known, on=["region", "indicator"])
    measured = measured[measured["date"] >= measured["baseline_date"]]
    measured = chosen(measured, sources, [*version, "counting_basis"])
    measured = measured.drop(columns="baseline_date").rename(columns={"date": "value_date"})
    bases = known[counted].drop_duplicates()
    # Merging takes two missing counting bases for the same.
    rows = versions.merge(bases, on=["region", "indicator"], how="left")
    rows = rows.merge(measured, on=[*version, "counting_basis"], how="left")
    computed = [_progress(row, day, thresholds) for row in rows.to_dict("records")]
    return in_order(pd.DataFrame(computed), INDICATOR_PROGRESS)


def latest_values(
    observations: pd.DataFrame, sources: pd.DataFrame, region: str, day: pd.Timestamp
) -> pd.DataFrame:
    """Give the latest value of every indicator, on every counting basis.

    Parameters
    ----------
    observations, sources, region, day
        As in `indicator_progress`.

    Returns
    -------
    DataFrame with the columns of `LATEST_VALUES`
    """
    if "qualifier" not in observations:
        observations = observations.assign(qualifier=None)
    known = known_on(of_region_and_country(observations, region), "date", day)
    used = chosen(known, sources, ["region", "indicator", "counting_basis"])
    return in_order(used, LATEST_VALUES)
