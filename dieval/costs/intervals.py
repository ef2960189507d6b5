"""Intervals of a ratio of costs: from the errors of the data, and between providers."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from dieval.costs.assumptions import Z_95

# With fewer providers an interval between them says little.
ENOUGH_PROVIDERS = 8
ONE_PROVIDER, NOT_BY_PROVIDER, FEW_PROVIDERS, NO_CAUTION = (
    "one_provider",
    "not_by_provider",
    "few_providers",
    "none",
)
# Streams of random numbers of one seed: providers drawn here, data in `simulation`.
PROVIDER_STREAM = 2
QUANTILES = (0.025, 0.975)
UNIT = ["year", "care_arrangement"]


def fieller(
    numerator: float,
    denominator: float,
    numerator_variance: float,
    denominator_variance: float,
    covariance: float = 0.0,
) -> tuple[float, float, float]:
    """Give the 95 % interval of a ratio of two uncertain quantities.

    Methods, section 2, “Ratio interval”.

    Parameters
    ----------
    numerator, denominator : float
        Same unit; the denominator is not 0.
    numerator_variance, denominator_variance, covariance : float
        In the square of that unit.

    Returns
    -------
    tuple of float
        Low and high end, and g = z²·variance of the denominator / denominator². From g = 1 on there
        is no finite interval: both ends are NaN.

    Examples
    --------
    >>> low, high, g = fieller(1_200.0, 400.0, 60.0**2, 20.0**2)
    >>> round(low, 6), round(high, 6), round(g, 7)
    (2.610297, 3.447884, 0.0096036)
    """
    ratio = numerator / denominator
    g = Z_95**2 * denominator_variance / denominator**2
    if g >= 1:
        return math.nan, math.nan, g
    explained = covariance**2 / denominator_variance if denominator_variance else 0.0
    spread = (
        numerator_variance
        - 2 * ratio * covariance
        + ratio**2 * denominator_variance
        - g * (numerator_variance - explained)
    )
    shift = g * covariance / denominator_variance if denominator_variance else 0.0
    # Of two quantities that move together exactly, rounding may leave less than nothing.
    half = Z_95 / abs(denominator) * math.sqrt(max(spread, 0.0))
    return (ratio - shift - half) / (1 - g), (ratio - shift + half) / (1 - g), g


def with_ratio_intervals(comparison: pd.DataFrame, variances: pd.Series) -> pd.DataFrame:
    """Add the interval of each ratio that follows from the errors of the data.

    Parameters
    ----------
    comparison : DataFrame
        `compare`.
    variances : Series of float, index year and care_arrangement
        `reliability.cost_variances`.

    Returns
    -------
    DataFrame
        `comparison` with ratio_low, ratio_high and ratio_g; the ends are NaN where there is no
        ratio or no finite interval, ratio_g where there is no ratio.
    """
    intervals = [
        fieller(
            pair.reference_eur_per_child_month,
            pair.alternative_eur_per_child_month,
            variances[pair.year, pair.reference],
            variances[pair.year, pair.alternative],
        )
        if pd.notna(pair.ratio)
        else (math.nan, math.nan, math.nan)
        for pair in comparison.itertuples()
    ]
    columns = ["ratio_low", "ratio_high", "ratio_g"]
    return comparison.join(
        pd.DataFrame(intervals, columns=columns, index=comparison.index, dtype="float64")
    )


def provider_bootstrap(
    comparison: pd.DataFrame,
    units: pd.DataFrame,
    by_provider: pd.DataFrame,
    lines: pd.DataFrame,
    activity: pd.DataFrame,
    draws: int,
    seed: int,
) -> pd.DataFrame:
    """Say how much the ratio varies with the providers that it is made of.

    Methods, “Between providers”: providers are drawn with replacement, and the ratio of the ratios
    of sums is taken. The data holds all providers, so this is no sampling error. Homes without
    children are not drawn: nobody could be cared for there.

    Parameters
    ----------
    comparison, units, by_provider : DataFrame
        `compare`, and `unit_costs` by year and care_arrangement, and by provider too.
    lines, activity : DataFrame
        `cost_lines` and the table of the data contract, of the same years.
    draws, seed : int
        Number of draws, and what the random numbers start from.

    Returns
    -------
    DataFrame with year, reference, alternative, providers, draws, bootstrap_ratio_low,
    bootstrap_ratio_high, caution
        2.5 % and 97.5 % quantiles, NaN where caution is one_provider or not_by_provider.
    """
    whole = _not_by_provider(lines, activity, by_provider)
    known = by_provider[by_provider["total_eur"].notna() & (by_provider["child_days"] > 0)]
    of_unit = dict(list(known.groupby(UNIT)))
    costs = units.set_index(UNIT)["cost_per_child_day_eur"]
    rows = []
    for pair in comparison.itertuples():
        reference, alternative = (pair.year, pair.reference), (pair.year, pair.alternative)
        providers = len(of_unit.get(reference, ()))
        caution = _caution(providers, reference in whole)
        ends = (math.nan, math.nan)
        if caution in (FEW_PROVIDERS, NO_CAUTION):
            drawn = _resampled(of_unit[reference], reference, draws, seed)
            below: np.ndarray | float = costs[alternative]
            if alternative not in whole and len(of_unit.get(alternative, ())) > 1:
                below = _resampled(of_unit[alternative], alternative, draws, seed)
            ends = _quantiles(drawn, below)
        rows.append((*reference, pair.alternative, providers, draws, *ends, caution))
    columns = ["year", "reference", "alternative", "providers", "draws"]
    columns += ["bootstrap_ratio_low", "bootstrap_ratio_high", "caution"]
    return pd.DataFrame(rows, columns=columns)


def _not_by_provider(
    lines: pd.DataFrame, activity: pd.DataFrame, by_provider: pd.DataFrame
) -> set[tuple[int, str]]:
    """List the arrangements and years with a cost or child-days of no single known provider."""
    costs = lines[lines["provider"].isna() & (lines["amount_eur"] != 0)]
    days = activity[activity["provider"].isna() & (activity["child_days"] > 0)]
    unknown = by_provider[by_provider[["total_eur", "child_days"]].isna().any(axis=1)]
    return {
        (int(year), str(arrangement))
        for table in (costs, days, unknown)
        for year, arrangement in table[UNIT].itertuples(index=False)
    }


def _caution(providers: int, whole_region: bool) -> str:
    if whole_region or not providers:
        return NOT_BY_PROVIDER
    if providers == 1:
        return ONE_PROVIDER
    return FEW_PROVIDERS if providers < ENOUGH_PROVIDERS else NO_CAUTION


def _resampled(providers: pd.DataFrame, unit: tuple[int, str], draws: int, seed: int) -> np.ndarray:
    """Draw providers with replacement; give the cost per child-day of each draw, or NaN."""
    number = len(providers)
    stream = np.random.SeedSequence([seed, PROVIDER_STREAM, unit[0], *unit[1].encode()])
    generator = np.random.Generator(np.random.Philox(stream))
    times = generator.multinomial(number, np.full(number, 1 / number), size=draws)
    days = times @ providers["child_days"].to_numpy(float)
    total = times @ providers["total_eur"].to_numpy(float)
    return total / np.where(days > 0, days, np.nan)


def _quantiles(reference: np.ndarray, alternative: np.ndarray | float) -> tuple[float, float]:
    below = np.where(np.asarray(alternative) > 0, alternative, np.nan)
    ratios = reference / below
    ratios = ratios[~np.isnan(ratios)]
    if not ratios.size:
        return math.nan, math.nan
    low, high = np.quantile(ratios, QUANTILES)
    return float(low), float(high)
