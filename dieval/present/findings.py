"""Conclusions as rules: each can come out either way and carries the numbers behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from dieval.present.language import N_, Bilingual, joined, listing, money, said, word
from dieval.vocabulary import FAMILY_LIKE, RESIDENTIAL, STATUTORY_ARRANGEMENTS

SUPPORTED, NOT_SUPPORTED, INCONCLUSIVE, NO_DATA = (
    "supported",
    "not_supported",
    "inconclusive",
    "no_data",
)


@dataclass(frozen=True)
class Finding:
    """A tested conclusion.

    Parameters
    ----------
    finding : str
        Name of the rule.
    verdict : str
        supported, not_supported, inconclusive or no_data.
    values : dict
        Numbers and codes that the verdict rests on, unrounded.
    statement, sentence : dict of str
        The conclusion that was tested, and what the numbers say, in both languages.
    """

    finding: str
    verdict: str
    values: dict[str, float | int | str]
    statement: Bilingual
    sentence: Bilingual

    def as_result(self) -> dict[str, object]:
        """Give the finding as results.json holds it: no language."""
        return {"finding": self.finding, "verdict": self.verdict, "values": self.values}


def cost_findings(
    tables: Mapping[str, pd.DataFrame], reference: str, breaks: Sequence[int]
) -> list[Finding]:
    """Test the published conclusions about cost on the results of one report.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of a `CostEvaluation`.
    reference : str
        Arrangement whose trend is tested.
    breaks : sequence of int
        Years from which the cost of the reference covers other elements, ascending.

    Returns
    -------
    list of Finding
    """
    return [
        family_based_is_cheapest(tables["unit_costs"], tables["unit_cost_parts"], False),
        family_based_is_cheapest(tables["unit_costs"], tables["unit_cost_parts"], True),
        reference_became_dearer(tables["unit_costs"], reference, breaks),
    ]


def family_based_is_cheapest(
    units: pd.DataFrame, parts: pd.DataFrame, with_support: bool
) -> Finding:
    """Test whether foster families and guardians cost less per child than all other care.

    Supported where the dearer of the two family-based arrangements costs less than the cheapest
    other arrangement, with or without specific support on the family-based side; not supported
    where neither does; inconclusive where only one does, or where another arrangement that cares
    for children has no known cost and might be cheaper. Tested in the last year in which both sides
    are known. Specialised foster families stand on neither side.
    """
    costs = units.pivot(index="year", columns="care_arrangement", values="cost_per_child_month_eur")
    if not with_support:
        support = parts[parts["part"] == "support"].pivot(
            index="year", columns="care_arrangement", values="cost_per_child_month_eur"
        )
        ours = costs.columns.intersection(STATUTORY_ARRANGEMENTS)
        costs[ours] = costs[ours] - support.reindex_like(costs[ours]).fillna(0.0)
    family = costs.reindex(columns=list(STATUTORY_ARRANGEMENTS))
    other = costs.reindex(columns=[*RESIDENTIAL, *FAMILY_LIKE])
    name = "family_based_is_cheapest" + ("_with_support" if with_support else "")
    statement = said(
        N_("Foster families and guardians cost least, specific support included.")
        if with_support
        else N_("Foster families and guardians cost least, before specific support.")
    )
    known = family.notna().all(axis=1) & other.notna().any(axis=1)
    if not known.any():
        return Finding(name, NO_DATA, {}, statement, _no_data())
    year = int(known[known].index.max())
    foster, guardian = family.loc[year, "foster_family"], family.loc[year, "guardian"]
    cheapest_other = str(other.loc[year].idxmin())
    least = float(other.loc[year].min())
    cheaper = [cost < least for cost in (foster, guardian)]
    verdict = SUPPORTED if all(cheaper) else INCONCLUSIVE if any(cheaper) else NOT_SUPPORTED
    of_year = units[(units["year"] == year) & (units["child_days"] != 0)]
    no_cost = of_year.loc[of_year["cost_per_child_month_eur"].isna(), "care_arrangement"]
    unknown = [str(code) for code in no_cost if code in other.columns]
    if unknown and verdict == SUPPORTED:
        verdict = INCONCLUSIVE
    values: dict[str, float | int | str] = {
        "year": year,
        "foster_family_eur_per_child_month": float(foster),
        "guardian_eur_per_child_month": float(guardian),
        "cheapest_other": cheapest_other,
        "cheapest_other_eur_per_child_month": least,
    }
    if unknown:
        values["unknown_other"] = ", ".join(unknown)
    sentence = said(
        N_(
            "In {year}, a child-month cost {foster} in foster families and {guardian} with "
            "guardians; the cheapest other care was {other}: {least}."
        ),
        year=str(year),
        foster=money(foster),
        guardian=money(guardian),
        other=word("care_arrangement_in", cheapest_other),
        least=money(least),
    )
    if unknown:
        sentence = joined(
            sentence,
            said(
                N_("Not known is the cost of: {unknown}."),
                unknown=listing([word("care_arrangement", code) for code in unknown]),
            ),
        )
    return Finding(name, verdict, values, statement, sentence)


def reference_became_dearer(
    units: pd.DataFrame, reference: str, breaks: Sequence[int] = ()
) -> Finding:
    """Test whether the reference arrangement became dearer per child in constant prices.

    Inconclusive where the cost covers other elements from a year in `breaks` on. Otherwise
    supported where the last year with a known cost is dearer than the first, not supported where
    it is not; one year alone, or a first year without cost, gives no data.
    """
    name = "reference_became_dearer_in_constant_prices"
    real = (
        units[units["care_arrangement"] == reference]
        .set_index("year")["real_cost_per_child_month_eur"]
        .dropna()
    )
    statement = said(
        N_("Care {reference} has become dearer per child in constant prices."),
        reference=word("care_arrangement_in", reference),
    )
    if len(real) < 2 or real.iloc[0] == 0:
        return Finding(name, NO_DATA, {}, statement, _no_data())
    first_year, last_year = int(real.index[0]), int(real.index[-1])
    first, last = float(real.iloc[0]), float(real.iloc[-1])
    values: dict[str, float | int | str] = {
        "first_year": first_year,
        "last_year": last_year,
        "first_eur_per_child_month": first,
        "last_eur_per_child_month": last,
        "change": last / first - 1,
    }
    sentence = said(
        N_(
            "In constant prices a child-month cost {first} in {first_year} and {last} in "
            "{last_year}, a change of {change}."
        ),
        first=money(first),
        first_year=str(first_year),
        last=money(last),
        last_year=str(last_year),
        change=lambda say: say.signed_percent(last / first - 1),
    )
    verdict = SUPPORTED if last > first else NOT_SUPPORTED
    within = [year for year in breaks if first_year < year <= last_year]
    if within:
        verdict = INCONCLUSIVE
        values["series_break"] = within[0]
        sentence = joined(
            sentence,
            said(
                N_("From {year} on the cost covers other elements: a break in the series."),
                year=str(within[0]),
            ),
        )
    return Finding(name, verdict, values, statement, sentence)


def _no_data() -> Bilingual:
    return said(N_("The data does not allow a test."))
