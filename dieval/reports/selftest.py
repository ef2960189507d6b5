"""`dieval selftest`: published figures recomputed by the functions that the reports use."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd

from dieval.costs.activity import activity_totals
from dieval.costs.capital import (
    FloatArray,
    annuitise,
    annuity_factor,
    discount_factors,
    net_present_value,
)
from dieval.costs.comparison import ratio
from dieval.costs.intervals import fieller
from dieval.costs.prices import deflators, lats_to_euro
from dieval.costs.sensitivity import Range, one_way
from dieval.costs.tariffs import statutory_packages
from dieval.costs.unit_costs import payer_split, per_child, unit_cost_parts
from dieval.inputs.read import read_package
from dieval.parameters import read_parameters
from dieval.plans.cohort import (
    cohort_trace,
    counted_transitions,
    over_steps,
    steady_stock,
    with_relative_effect,
)
from dieval.present.rounding import largest_remainder
from dieval.progress.carers import mann_kendall, sens_slope
from dieval.progress.indicators import growth, growth_ratio, rating
from dieval.progress.placements import children_in_care, family_environment_share
from dieval.progress.reimbursement import persons_reimbursed
from dieval.progress.thresholds import ProgressThresholds
from dieval.reports.project import Project, read_project, shipped_root
from dieval.reports.scope_progress import PROGRESS_PARAMETERS


@dataclass(frozen=True)
class KnownAnswer:
    """A published or constructed figure beside ours.

    Parameters
    ----------
    answer : str
        Number of the known answer.
    what : str
        What is computed, with its unit.
    published, ours : float
        The printed value and the one that dieval computes.
    tolerance : float
        Half a unit of the last printed digit.
    source : str
        Where the value is printed.
    wrong_in_print : str
        Why the printed value is known to be wrong.
    right : float, optional
        The right value where print is wrong.
    """

    answer: str
    what: str
    published: float
    ours: float
    tolerance: float
    source: str
    wrong_in_print: str = ""
    right: float | None = None

    @property
    def agrees(self) -> bool:
        """Whether ours confirms the printed value, or the right one where print is wrong."""
        if self.right is None:
            return self._confirms(self.published)
        return self._confirms(self.right) and not self._confirms(self.published)

    def _confirms(self, value: float) -> bool:
        return abs(self.ours - value) <= self.tolerance + 1e-9


def known_answers() -> list[KnownAnswer]:
    """Recompute every known answer with the functions and the data that reports use."""
    project = read_project(shipped_root())
    return [
        *_annuities(),
        *_constant_prices(),
        *_parts(),
        *_denominators(),
        *_statutory_packages(project),
        *_shares(),
        *_placements(),
        *_trends(),
        *_ratings(project),
        *_present_values(),
        *_cofinancing(),
        *_ratio_intervals(),
        *_capital(),
        *_child_days(),
        *_two_states(),
        *_step_lengths(),
        *_cohort(),
        *_releases(),
        *_lats(project),
    ]


def _annuities() -> Iterator[KnownAnswer]:
    """A1, A2: yearly cost of 100 spread over n years; a discount rate that falls over time."""
    table = "Published table of annuities, 100·r/(1 − (1 + r)^−n)"
    printed = {
        3: {0.05: 36.7, 0.08: 38.8, 0.15: 43.8},
        5: {0.05: 23.1, 0.10: 26.4},
        8: {0.0: 12.5},
        10: {0.05: 13.0, 0.06: 13.6, 0.12: 17.7},
        15: {0.10: 13.1},
        20: {0.05: 8.0, 0.08: 10.2, 0.15: 16.0},
    }
    for life, by_rate in printed.items():
        for rate, value in by_rate.items():
            ours = 100 / annuity_factor(life, rate)
            yield KnownAnswer("A1", f"{life} years at {rate:.0%}", value, ours, 0.05, table)
    schedule = {1: 0.035, 31: 0.03, 76: 0.025, 126: 0.02, 201: 0.015, 301: 0.01}
    factors = discount_factors(schedule, 200)
    guidance = "Economic appraisal guidance, discount rate falling from 3.5 to 1.0 %"
    for year, value in (
        (1, 0.9662),
        (10, 0.7089),
        (30, 0.3563),
        (40, 0.2651),
        (75, 0.0942),
        (125, 0.0274),
        (200, 0.0062),
    ):
        yield KnownAnswer(
            "A2", f"discount factor, year {year}", value, factors[year], 5e-5, guidance
        )
    guidance = "Economic appraisal guidance, annuity factors at 3.5 %"
    for life, value, right in ((20, 14.2339, 14.2124), (15, 11.5281, 11.5174)):
        ours = annuity_factor(life, 0.035)
        what, error = f"annuity factor, {life} years at 3.5 %", f"misprint; right is {right}"
        yield KnownAnswer("A2", what, value, ours, 0.00005, guidance, error, right)


def _constant_prices() -> Iterator[KnownAnswer]:
    """A3: cash figures in the prices of 1995–96.

    The index itself is not printed. Each value below is the only one, to two decimals of a range of
    at most 0.05, that reproduces both printed series of its year.
    """
    index = pd.DataFrame({"year": [1993, 1994, 1995, 1996], "value": [93.11, 95.85, 97.34, 100.0]})
    factor = deflators(index, [1993, 1994, 1995, 1996], 1996)
    series = {
        "children's home": ((919, 987), (1023, 1067), (1061, 1090), (1100, 1100)),
        "foster care": ((136, 146), (151, 158), (150, 154), (159, 159)),
    }
    source = "UK Parliament, Health Committee 1998–99, table 5.3.1 (index implied by both series)"
    for name, pairs in series.items():
        for year, (cash, real) in zip(factor.index, pairs, strict=True):
            what = f"{name} {year - 1}–{year % 100}, {cash} in prices of 1995–96, GBP/week"
            yield KnownAnswer("A3", what, real, cash * factor[year], 0.5, source)


def _parts() -> Iterator[KnownAnswer]:
    """A4: parts add up to the unit cost, and the ratio of two unit costs."""
    parts = {"foster_family": (286, 155, 3_966), "institution": (1_231, 697, 11_684)}
    names = ("administration", "support", "other")
    lines = pd.DataFrame(
        [
            {"year": 2020, "care_arrangement": arrangement, "part": part, "amount_eur": amount}
            for arrangement, amounts in parts.items()
            for part, amount in zip(names, amounts, strict=True)
        ]
    )
    units = pd.DataFrame(
        {"year": 2020, "care_arrangement": list(parts), "child_months": [1.0, 1.0]}
    )
    split = unit_cost_parts(lines, units)
    totals = split.groupby("care_arrangement")["cost_per_child_month_eur"].sum()
    source = "Published component sums"
    for arrangement, printed in (("foster_family", 4_407), ("institution", 13_612)):
        what = f"sum of parts, {arrangement}"
        yield KnownAnswer("A4", what, printed, totals[arrangement], 0.5, source)
    ours = ratio(totals["institution"], totals["foster_family"])
    yield KnownAnswer("A4", "ratio institution / foster", 3.089, ours, 0.0005, source)


def _denominators() -> Iterator[KnownAnswer]:
    """A5: cost per child, and the trap of dividing by places."""

    def per_year(total: float, children: float, places: float = 0.0) -> pd.Series:
        one_year = pd.DataFrame(
            {
                "year": [2019],
                "total_eur": [total],
                "child_days": [children * 365],
                "place_days": [places * 365],
            }
        )
        return per_child(one_year, pd.Series({2019: 1.0})).iloc[0]

    source = "Published totals and counts"
    residential = per_year(18_350_000, 316)["cost_per_child_year_eur"]
    family = per_year(100_600_000, 5_616)["cost_per_child_year_eur"]
    yield KnownAnswer("A5", "18.35 m / 316 children", 58_069.62, residential, 0.005, source)
    yield KnownAnswer("A5", "100.6 m / 5,616 children", 17_913.11, family, 0.005, source)
    yield KnownAnswer("A5", "ratio", 3.2417, ratio(residential, family), 0.00005, source)
    trap = per_year(3_100_000_000, 16_150, 9_736)
    per_place = trap["cost_per_place_month_eur"] * 12
    what = "3.1 bn / 16,150 children"
    yield KnownAnswer("A5", what, 191_950, trap["cost_per_child_year_eur"], 5, source)
    yield KnownAnswer("A5", "3.1 bn / 9,736 places", 318_400, per_place, 50, source)


def _statutory_packages(project: Project) -> Iterator[KnownAnswer]:
    """A6: what the law pays per child-month, from the rates of the data package."""
    rates = read_package(project.data).tables["statutory_rates"]
    packages = statutory_packages(rates, list(range(2017, 2023)))
    key = ["care_arrangement", "year", "age_band", "children_in_household"]
    ours = packages.set_index(key)["package_eur_per_child_month"]
    printed: dict[tuple[str, int, str, str], float] = {
        ("foster_family", 2017, "0-6", "1"): 208.83,
        ("foster_family", 2017, "7-17", "1"): 227.83,
        ("guardian", 2017, "0-6", "1"): 99.60,
        ("guardian", 2017, "7-17", "1"): 99.60,
        ("guardian", 2021, "0-6", "1"): 215.32,
        ("guardian", 2022, "0-6", "1"): 269.07,
        ("guardian", 2022, "7-17", "1"): 312.07,
    }
    for year in (2018, 2019, 2020):
        for size, older, younger in (
            ("1", 429.00, 386.00),
            ("2", 369.15, 326.15),
            ("3+", 349.20, 306.20),
        ):
            printed["foster_family", year, "7-17", size] = older
            printed["foster_family", year, "0-6", size] = younger
        printed["guardian", year, "0-6", "1"] = 161.57
        printed["guardian", year, "7-17", "1"] = 183.07
    source = "MK 1549, MK 1036 and MK 354; State Social Allowances Law (statutory_rates)"
    for place, value in printed.items():
        arrangement, year, age, size = place
        what = f"{arrangement} {year}, age {age}, {size} in household, EUR/child-month"
        yield KnownAnswer("A6", what, value, ours[place], 0.005, source)


def _shares() -> Iterator[KnownAnswer]:
    """A7: shares that add up, and a change in percent, not in percentage points."""
    children = {"guardian": 3_795, "foster family": 1_476, "institution": 527}
    total = sum(children.values())
    source = "bernulabklajiba.lv 2024, children in care 2022"
    exact = [100 * count / total for count in children.values()]
    rounded = largest_remainder(exact, 1, 100.0)
    right = (65.4, 25.5, 9.1)
    error = "rounded so that 65.5 + 25.4 + 9.1 = 100.0; largest remainders give 65.4, 25.5, 9.1"
    what = "share {} 2022, %"
    for name, printed, fair, ours in zip(children, (65.5, 25.4, 9.1), right, rounded, strict=True):
        if printed == fair:
            yield KnownAnswer("A7", what.format(name), printed, ours, 0.01, source)
        else:
            yield KnownAnswer("A7", what.format(name), printed, ours, 0.01, source, error, fair)
    for name, value, ours in zip(children, (65.454, 25.457, 9.089), exact, strict=True):
        yield KnownAnswer("A7", f"share {name} 2022 unrounded, %", value, ours, 0.0005, source)
    change = 100 * (ratio(1_037, 1_216) - 1)
    source = "Counts: Baltic Times 07.04.2018; the fall of 3 points in share is often quoted as 3 %"
    yield KnownAnswer("A7", "1,216 → 1,037, %", -14.72, change, 0.005, source)


def _placements() -> Iterator[KnownAnswer]:
    """A8: children in care, and the share in a family environment."""
    placements = pd.DataFrame(
        [
            ("national", 2017, "guardian", "vbtai", 4_459),
            ("national", 2017, "foster_family", "vbtai", 1_173),
            ("national", 2017, "institution", "vbtai", 1_037),
            ("national", 2018, "guardian", "vbtai", 6_438 - 794),
            ("national", 2018, "institution", "vbtai", 794),
        ],
        columns=["region", "year", "care_arrangement", "counting_basis", "children"],
    )
    total = children_in_care(placements)["national", 2017, "vbtai"]
    share = 100 * family_environment_share(placements)["national", 2018, "vbtai"]
    source = "Baltic Times 07.04.2018, citing VBTAI"
    yield KnownAnswer("A8", "children in care, Latvia 2017", 6_669, total, 0.5, source)
    source = "smiltene.lv, citing VBTAI; fm.gov.lv prints 87.7 %"
    yield KnownAnswer("A8", "in a family environment, Latvia 2018, %", 87.67, share, 0.005, source)


def _present_values() -> Iterator[KnownAnswer]:
    """A11: the same amounts at the end and in the middle of their years."""
    amounts = (-10_000.0, 5_000.0, 5_000.0, 5_000.0)
    source = "Constructed case; −10,000 now, then 5,000 in each of three years, at 5 %"
    at_end = net_present_value(amounts, 0.05)
    yield KnownAnswer("A11", "net present value, end of year, EUR", 3_616.24, at_end, 0.005, source)
    # −10,000 + 5,000 · (1.05^−0.5 + 1.05^−1.5 + 1.05^−2.5)
    mid_year = net_present_value(amounts, 0.05, mid_year=True)
    what = "net present value, middle of the year, EUR"
    yield KnownAnswer("A11", what, 3_952.49, mid_year, 0.005, source)
    times = ratio(mid_year - amounts[0], at_end - amounts[0])
    what = "benefits, middle / end of the year = 1.05^½"
    yield KnownAnswer("A11", what, 1.02470, times, 0.000005, source)


def _cofinancing() -> Iterator[KnownAnswer]:
    """A12: the share that the EU fund pays, and what it is of a cost."""
    latgale = 8_596_069.00
    lines = pd.DataFrame(
        [
            (2015, "institution", "eu_fund", 85.0),
            (2015, "institution", "municipality", 15.0),
            (2021, "institution", "eu_fund", 7_398_389.50),
            (2021, "institution", "municipality", latgale - 7_398_389.50),
        ],
        columns=["year", "care_arrangement", "payer", "amount_eur"],
    )
    share = payer_split(lines).set_index(["payer", "year"])["share"]["eu_fund"]
    source = "Arithmetic of a co-financing rate of 85 %"
    what = "85 % of EUR 2,630,900.00, EUR"
    yield KnownAnswer("A12", what, 2_236_265.00, share[2015] * 2_630_900.00, 0.005, source)
    source = "rezeknesnovads.lv, project of Latgale; prints 86 %"
    what = "7,398,389.50 of 8,596,069.00, %"
    yield KnownAnswer("A12", what, 86.067, 100 * share[2021], 0.0005, source)


def _ratio_intervals() -> Iterator[KnownAnswer]:
    """A13: interval of a ratio, and a denominator too uncertain for any."""
    source = "Constructed case; 1,200 (error 60) / 400 (error 20)"
    low, high, g = fieller(1_200.0, 400.0, 60.0**2, 20.0**2)
    yield KnownAnswer("A13", "ratio, low end", 2.610297, low, 5e-7, source)
    yield KnownAnswer("A13", "ratio, high end", 3.447884, high, 5e-7, source)
    yield KnownAnswer("A13", "g", 0.0096036, g, 5e-8, source)
    source = "Constructed case; 1,200 (error 60) / 400 (error 220)"
    low, high, g = fieller(1_200.0, 400.0, 60.0**2, 220.0**2)
    yield KnownAnswer("A13", "g of 1 or more", 1.162, g, 0.0005, source)
    finite = sum(math.isfinite(end) for end in (low, high))
    yield KnownAnswer("A13", "finite ends where g is 1 or more", 0, finite, 0, source)


def _capital() -> Iterator[KnownAnswer]:
    """A14: capital cost as an equivalent annual cost."""
    source = "Constructed case"
    for cost, life, rate, value in (
        (1_500_000, 60, 0.03, 54_199.44),
        (1_500_000, 60, 0.04, 66_302.77),
        (40_000, 8, 0.03, 5_698.26),
    ):
        what = f"EUR {cost:,} over {life} years at {rate:.0%}, EUR/year"
        yield KnownAnswer("A14", what, value, annuitise(cost, life, rate), 0.005, source)


def _child_days() -> Iterator[KnownAnswer]:
    """A15: per child-day and per place-day."""
    activity = pd.DataFrame(
        {
            "region": ["kurzeme"],
            "provider": ["home"],
            "care_arrangement": ["institution"],
            "year": [2019],
            "child_days": [0.85 * 40 * 365],
            "place_days": [40 * 365],
        }
    )
    totals = activity_totals(activity, ["year"]).assign(total_eur=620_000.0)
    unit = per_child(totals, pd.Series({2019: 1.0})).iloc[0]
    source = "Constructed case"
    per_place_day = unit["cost_per_place_month_eur"] * 12 / 365
    yield KnownAnswer("A15", "child-days", 12_410, unit["child_days"], 1e-6, source)
    yield KnownAnswer(
        "A15", "EUR/child-day", 49.9597, unit["cost_per_child_day_eur"], 0.00005, source
    )
    yield KnownAnswer("A15", "EUR/place-day", 42.4658, per_place_day, 0.00005, source)


def _two_states() -> Iterator[KnownAnswer]:
    """A16: which of two probabilities matters more, and which end of it is the dear one."""

    def cost(p12: FloatArray, p21: FloatArray) -> FloatArray:
        """Cost of ten cycles, from the counts at the end of each."""
        first, second, total = np.array([100.0]), np.array([0.0]), np.array([0.0])
        for _ in range(10):
            moved, back = first * p12, second * p21
            first, second = first - moved + back, second + moved - back
            total = total + 543 * first + 432 * second
        return total

    p12, p21 = np.array([0.5]), np.array([0.2])
    table = one_way(
        [
            Range("p21", 0.1, 0.2, 0.3, lambda x: cost(p12, x), 0.0, 1.0, "constructed"),
            Range("p12", 0.1, 0.5, 0.9, lambda x: cost(x, p21), 0.0, 1.0, "constructed"),
        ]
    )
    ours = table.set_index("parameter")
    source = "Constructed case; two states, 100 in the first, 10 cycles, cost 543 and 432"
    printed = {
        ("p12", "outcome_base"): 467_112,
        ("p12", "outcome_low"): 514_389,
        ("p12", "outcome_high"): 451_356,
        ("p21", "outcome_low"): 456_666,
        ("p21", "outcome_high"): 475_359,
        ("p12", "span"): 63_033,
        ("p21", "span"): 18_693,
    }
    for (parameter, column), value in printed.items():
        what = f"{parameter}, {column.replace('_', ' ')}"
        yield KnownAnswer("A16", what, value, ours.loc[parameter, column], 0.5, source)
    place = float(table.index[table["parameter"] == "p12"][0]) + 1
    yield KnownAnswer("A16", "place of p12 among the widest spans", 1, place, 0, source)
    ends = table.loc[table["parameter"] == "p12", ["low", "high"]].iloc[0]
    dear = ends.iloc[int(ours.loc["p12", "outcome_high"] > ours.loc["p12", "outcome_low"])]
    yield KnownAnswer("A16", "dear end of p12", 0.1, dear, 0, source)


def _step_lengths() -> Iterator[KnownAnswer]:
    """A17: ten daily steps are a matrix power; a stock in balance is entries × stay."""
    source = "Constructed case; daily probabilities 0.01 (A to B) and 0.02 (B to A)"
    day = np.array([[0.99, 0.01], [0.02, 0.98]])
    ours = float(over_steps(day, 10)[0, 1])
    yield KnownAnswer("A17", "A to B over 10 days", 0.0875253, ours, 5e-8, source)
    yield KnownAnswer(
        "A17", "A to B over 10 days, cell by cell", 0.0956179, ours, 5e-8, source,
        "cells of a matrix cannot be raised to a power one by one", 0.0875253,
    )  # fmt: skip
    stock = steady_stock(entries_per_year=10 * 12, years_of_stay=24 / 12)
    yield KnownAnswer("A17", "10 a month × 24 months", 240, stock, 1e-9, "Little's law")


def _cohort() -> Iterator[KnownAnswer]:
    """A18: a cohort of a published decision-model exercise, with and without the effect."""
    counts = [[1251, 350, 116, 17], [0, 731, 512, 15], [0, 0, 1312, 437], [0, 0, 0, 0]]
    yearly = counted_transitions(np.array(counts, dtype="float64"))
    start = np.array([1.0, 0.0, 0.0, 0.0])
    without = cohort_trace(start, [yearly, yearly])
    with_effect = cohort_trace(start, [with_relative_effect(yearly, 0.509)])
    source = "Published decision-model exercise, transitions counted"
    for what, trace, values in (
        ("cycle 1 with the effect", with_effect[1], (0.858220, 0.102739, 0.034051, 0.004990)),
        ("cycle 1", without[1], (0.721453, 0.201845, 0.066897, 0.009804)),
        ("cycle 2", without[2], (0.520495, 0.262911, 0.180596, 0.035999)),
    ):
        for state, value, ours in zip("ABCD", values, trace, strict=True):
            yield KnownAnswer("A18", f"{what}, state {state}", value, float(ours), 5e-7, source)


def _trends() -> Iterator[KnownAnswer]:
    """A9: Mann–Kendall and Sen's slope, a published example and Latvia's institutions."""
    source = "Published example of the Mann–Kendall test, 14 values"
    example = [12.9, 14.8, 13.2, 15.7, 13.8, 15.6, 12.9, 11.0, 17.3, 15.9, 19.0, 18.3, 20.1, 21.7]
    test = mann_kendall(example)
    yield KnownAnswer("A9", "S of the example", 54, test.s, 0, source)
    yield KnownAnswer("A9", "variance of S", 332.6667, test.variance, 0.00005, source)
    yield KnownAnswer("A9", "Z", 2.9058, test.z, 0.00005, source)
    slope = sens_slope(range(len(example)), example)
    yield KnownAnswer("A9", "Sen's slope", 0.566667, slope, 5e-7, source)
    source = "Children in institutions, Latvia 2016–2022, published counts"
    years, children = (2016, 2017, 2018, 2019, 2020, 2022), (1216, 1037, 794, 621, 568, 527)
    test = mann_kendall(children)
    yield KnownAnswer("A9", "S, institutions in Latvia", -15, test.s, 0, source)
    yield KnownAnswer("A9", "exact two-sided p", 2 / 720, test.p, 1e-12, source)
    slope = sens_slope(years, children)
    yield KnownAnswer("A9", "Sen's slope, children a year", -156.333, slope, 0.0005, source)


def _ratings(project: Project) -> Iterator[KnownAnswer]:
    """A10: the rating of Latvia's institutions by growth observed and required."""
    source = "Children in institutions, Latvia: 1,216 (2016), 527 (2022), target 300 (2023)"
    observed, required = growth(1216, 527, 6), growth(1216, 300, 7)
    yield KnownAnswer("A10", "growth observed, % a year", -13.008, 100 * observed, 0.0005, source)
    yield KnownAnswer("A10", "growth required, % a year", -18.122, 100 * required, 0.0005, source)
    times = growth_ratio(observed, required, -1)
    yield KnownAnswer("A10", "growth observed / required", 0.7178, times, 0.00005, source)
    dated = read_parameters(project.parameters)
    limits = {name: max(dated[name].values.items())[1].value for name in PROGRESS_PARAMETERS}
    found = rating(times, ProgressThresholds(**limits)) == "acceleration_needed"
    yield KnownAnswer("A10", "acceleration needed (1 = yes)", 1, float(found), 0, source)


def _releases() -> Iterator[KnownAnswer]:
    """A19: arithmetic of the Kurzeme media release."""
    reimbursed = pd.DataFrame(
        {
            "region": "kurzeme",
            "date": pd.Timestamp("2020-05-19"),
            "target_group": ["grt_adults", "ft_children", "ft_parents"],
            "persons_cumulative": [67, 158, 105],
        }
    )
    total = persons_reimbursed(reimbursed).iloc[0]
    source = "Kurzeme planning region, media release 2020-05-19"
    yield KnownAnswer("A19", "67 + 158 + 105 persons", 330, total, 0, source)
    each = ratio(7_300_000, 10)
    yield KnownAnswer("A19", "EUR 7.3 m / 10 municipalities", 730_000, each, 0.5, source)


def _lats(project: Project) -> Iterator[KnownAnswer]:
    """A20: lats into euro, the rate never rounded."""
    rate = read_parameters(project.parameters)["lats_per_euro"]
    lats_per_euro = Decimal(repr(max(rate.values.items())[1].value))
    source = "Council Regulation (EU) No 870/2013"
    for lats, euro in (("1.00", 1.42), ("100.00", 142.29), ("12345.67", 17_566.31)):
        ours = float(lats_to_euro(Decimal(lats), lats_per_euro))
        yield KnownAnswer("A20", f"LVL {lats} in EUR", euro, ours, 1e-9, source)


def known_answers_table(answers: list[KnownAnswer]) -> str:
    """Write the known answers as a table for a terminal."""
    lines = [f"{'':4} {'what':62} {'published':>14} {'ours':>14}  result"]
    for answer in answers:
        if answer.wrong_in_print:
            verdict = f"published wrong: {answer.wrong_in_print}" if answer.agrees else "DIFFERS"
        else:
            verdict = "agrees" if answer.agrees else "DIFFERS"
        numbers = f"{answer.published:>14,.4f} {answer.ours:>14,.4f}"
        lines.append(f"{answer.answer:4} {answer.what:62} {numbers}  {verdict}  [{answer.source}]")
    agreed = sum(answer.agrees for answer in answers)
    wrong = sum(bool(answer.wrong_in_print) for answer in answers)
    lines.append(
        f"{agreed} of {len(answers)} as expected; {wrong} of them known to be published wrong."
    )
    return "\n".join(lines)
