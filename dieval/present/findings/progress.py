"""Conclusions about the progress of a region, tested on its results."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from dieval.present.findings import (
    HIDDEN_VERDICT,
    INCONCLUSIVE,
    NO_DATA,
    NOT_SUPPORTED,
    SUPPORTED,
    Finding,
    no_data,
)
from dieval.present.hidden import any_hidden, hidden_in, hidden_numbers
from dieval.present.language import (
    N_,
    Bilingual,
    Language,
    in_both,
    joined,
    percentage,
    said,
    same,
    word,
)
from dieval.present.tables import records
from dieval.vocabulary import is_hidden

Names = Mapping[str, Mapping[str, Bilingual]]

# Versions of a target that are in force on the day.
IN_FORCE = ("only", "current")
# What the standing of an indicator says by itself about the conclusion that it is on track.
VERDICT_OF_STANDING = {
    "no_observation": NO_DATA,
    "met": SUPPORTED,
    "missed": NOT_SUPPORTED,
    "not_known_at_target": INCONCLUSIVE,
    "outdated": INCONCLUSIVE,
}
# Beyond this multiple of the growth required the figure says nothing more.
MOST_GROWTH = 10.0
VERDICT_OF_TREND = {
    "growing": SUPPORTED,
    "falling": NOT_SUPPORTED,
    "stagnating": NOT_SUPPORTED,
    "not_decidable": INCONCLUSIVE,
}


def progress_findings(
    tables: Mapping[str, pd.DataFrame], region: str, names: Names
) -> list[Finding]:
    """Test the conclusions that the tables of a region's progress allow.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of a `ProgressEvaluation`.
    region : str
        Code of the region; findings on the country stand in the national overview.
    names : mapping
        Names by kind and code, as `ImplementationProgress.names`.

    Returns
    -------
    list of Finding
        A conclusion whose tables are missing is left out.
    """
    found: list[Finding] = []
    if "indicator_progress" in tables:
        table = tables["indicator_progress"]
        current = table[(table["region"] == region) & table["version_role"].isin(IN_FORCE)]
        found += [
            indicator_is_on_track(rows, names["indicator"].get(str(code), same(code)))
            for code, rows in current.groupby("indicator", sort=False)
        ]
    if "carers_trend" in tables:
        trends = tables["carers_trend"]
        found += [carers_grow(row) for row in records(trends[trends["region"] == region])]
    if "sites" in tables:
        found.append(one_municipality_has_most_sites(tables["sites"], names["municipality"]))
    if "target_group_coverage" in tables and "sites" in tables:
        found.append(every_group_is_served_everywhere(tables["target_group_coverage"]))
    if "moves" in tables:
        moves = tables["moves"]
        found.append(children_leave_institutions_for_families(moves[moves["region"] == region]))
    return found


def indicator_is_on_track(rows: pd.DataFrame, called: Bilingual) -> Finding:
    """Test whether an indicator is on track to its current target, on every basis that it has.

    Supported where the target is met, the rating by growth is on track, or an indicator that starts
    at 0, which no growth rate can rate, has reached the straight line from baseline to target.
    Inconclusive where bases or rules disagree, nothing can be rated, the last value is out of date,
    or the target date has come and no value of that day is known.
    """
    rows = rows.astype(object)
    name = f"{rows['indicator'].iloc[0]}_is_on_track"
    statement = said(N_("{indicator}: on track to the current target."), indicator=called)
    hidden = hidden_in(rows[["value", "standing"]]).any(axis=1)
    rows = rows[~hidden]
    verdicts = {_verdict(row) for row in records(rows)}
    known = rows[rows["value"].notna()]
    if known.empty and hidden.any():
        return Finding(name, HIDDEN_VERDICT, {}, statement, hidden_numbers())
    if known.empty:
        return Finding(name, NO_DATA, {}, statement, no_data())
    row = records(known)[0]
    values: dict[str, float | int | str] = {
        "value": float(row["value"]),
        "value_date": row["value_date"].date().isoformat(),
        "target_value": float(row["target_value"]),
        "target_date": row["target_date"].date().isoformat(),
        "on_the_line_then": float(row["expected_on_value_date"]),
        "rating": str(row["rating"]),
        "standing": str(row["standing"]),
    }
    sentence = joined(
        said(
            N_("{value} on {value_date}; target {target} by {target_date}."),
            value=_number(row["value"], row["qualifier"]),
            value_date=in_both(lambda say: say.date(row["value_date"].date())),
            target=_number(row["target_value"]),
            target_date=in_both(lambda say: say.date(row["target_date"].date())),
        ),
        *_how_it_stands(row),
    )
    return Finding(
        name, verdicts.pop() if len(verdicts) == 1 else INCONCLUSIVE, values, statement, sentence
    )


def _verdict(row: Mapping[str, Any]) -> str:
    standing = str(row["standing"])
    if standing in VERDICT_OF_STANDING:
        return VERDICT_OF_STANDING[standing]
    if row["reason"] == "zero_baseline":
        return SUPPORTED if standing == "ahead" else NOT_SUPPORTED
    if isinstance(row["reason"], str):
        return INCONCLUSIVE
    if row["rating"] == "on_track":
        return SUPPORTED
    return INCONCLUSIVE if standing == "ahead" else NOT_SUPPORTED


def _how_it_stands(row: Mapping[str, Any]) -> list[Bilingual]:
    """Say how the value stands to the target, then how its growth is rated."""
    line = _number(row["expected_on_value_date"])
    said_of = {
        "met": said(N_("The target is met.")),
        "missed": said(N_("The target was missed.")),
        "not_known_at_target": said(
            N_("The target date has passed, and no value of that day is known.")
        ),
        "outdated": said(N_("A value of that age does not say how it stands on the day.")),
        "ahead": said(N_("The straight line to the target had reached {line}: ahead."), line=line),
        "behind": said(
            N_("The straight line to the target had reached {line}: behind."), line=line
        ),
    }
    standing = str(row["standing"])
    found = [said_of[standing]]
    if standing not in ("ahead", "behind"):
        return found
    if isinstance(row["reason"], str):
        reason = word("reason", row["reason"])
        return [*found, said(N_("Growth cannot be rated: {reason}."), reason=reason)]
    rated = said(
        N_("Growth is {share} of what the target requires: {rating}."),
        share=in_both(lambda say: _share_of_growth(say, float(row["growth_ratio"]))),
        rating=word("rating", str(row["rating"])),
    )
    return [*found, rated]


def _share_of_growth(say: Language, ratio: float) -> str:
    """Write a share of the growth required; of a multiple beyond ten only that it is."""
    if abs(ratio) <= MOST_GROWTH:
        return say.percent(ratio, 0)
    return f"{'>' if ratio > 0 else '<'}\u00a0{say.percent(math.copysign(MOST_GROWTH, ratio), 0)}"


def _number(value: float, qualifier: object = None) -> Bilingual:
    """Write a value with as many decimals as it needs, at most one."""
    decimals = 0 if float(value).is_integer() or abs(value) >= 100 else 1
    number = in_both(lambda say: say.number(value, decimals))
    if not isinstance(qualifier, str):
        return number
    return said("{qualifier} {number}", qualifier=word("qualifier", qualifier), number=number)


def carers_grow(row: Mapping[str, Any]) -> Finding:
    """Test whether the number of one kind of carers grows (Mann–Kendall, `carers_trend`)."""
    name = f"{row['carer_type']}_{row['status']}_grow"
    who = {
        "carers": word("carer_type", row["carer_type"]),
        "status": word("carer_status", row["status"]),
    }
    statement = said(N_("The number of carers is growing: {carers}, {status}."), **who)
    if any(is_hidden(row[name_of]) for name_of in ("first_count", "last_count", "verdict")):
        return Finding(name, HIDDEN_VERDICT, {}, statement, hidden_numbers())
    values: dict[str, float | int | str] = {
        "first_year": int(row["first_year"]),
        "last_year": int(row["last_year"]),
        "first_count": float(row["first_count"]),
        "last_count": float(row["last_count"]),
        "p_exact": float(row["p_exact"]),
        "trend": str(row["verdict"]),
    }
    change = said(
        N_("From {first} in {first_year} to {last} in {last_year}; trend: {trend} ({p})."),
        first=_number(row["first_count"]),
        last=_number(row["last_count"]),
        first_year=str(row["first_year"]),
        last_year=str(row["last_year"]),
        trend=word("trend", row["verdict"]),
        p=in_both(lambda say: _p(say, row["p_exact"])),
    )
    if row["verdict"] == "not_decidable":
        count, least = str(row["n_years"]), in_both(lambda say: _p(say, row["smallest_p"]))
        # Equal numbers leave fewer orders in which the others can stand.
        all_differ = float(row["smallest_p"]) <= 2 / math.factorial(int(row["n_years"])) * (
            1 + 1e-9
        )
        honest = (
            said(
                N_(
                    "Years with data: {count}. They cannot show a trend: even the steadiest change "
                    "would have {least}."
                ),
                count=count,
                least=least,
            )
            if all_differ
            else said(
                N_(
                    "Years with data: {count}, some with equal numbers. They cannot show a trend: "
                    "even the steadiest change would have {least}."
                ),
                count=count,
                least=least,
            )
        )
        change = joined(change, honest)
    return Finding(name, VERDICT_OF_TREND[str(row["verdict"])], values, statement, change)


def _p(say: Language, probability: float) -> str:
    """Write “p = 0.333”, or “p < 0.001”."""
    written = say.p_value(probability)
    return f"p\u00a0{written}" if written.startswith("<") else f"p\u00a0=\u00a0{written}"


def one_municipality_has_most_sites(
    sites: pd.DataFrame, called: Mapping[str, Bilingual]
) -> Finding:
    """Test whether one municipality has more sites than any other; inconclusive in a tie."""
    name = "one_municipality_has_most_sites"
    statement = said(N_("One municipality has more sites of services than any other."))
    ours = sites.dropna(subset="municipality")
    most = ours["sites"].max() if len(ours) else 0
    if not most > 0:
        return Finding(name, NO_DATA, {}, statement, no_data())
    first = ours[ours["sites"] == most]["municipality"].to_list()
    values: dict[str, float | int | str] = {"sites": int(most), "municipalities": ", ".join(first)}
    sentence = said(
        N_("Most sites: {municipalities} ({sites})."),
        municipalities=in_both(
            lambda say: say.listing([called.get(code, same(code))[say.code] for code in first])
        ),
        sites=str(int(most)),
    )
    return Finding(
        name, SUPPORTED if len(first) == 1 else INCONCLUSIVE, values, statement, sentence
    )


def every_group_is_served_everywhere(coverage: pd.DataFrame) -> Finding:
    """Test whether every municipality has an open service for every target group."""
    name = "every_group_is_served_everywhere"
    statement = said(N_("Every municipality has a service for every target group."))
    if coverage.empty:
        return Finding(name, NO_DATA, {}, statement, no_data())
    complete = (coverage["services"] > 0).groupby(coverage["municipality"]).all()
    values: dict[str, float | int | str] = {
        "municipalities": len(complete),
        "municipalities_with_every_group": int(complete.sum()),
        "target_groups": int(coverage["target_group"].nunique()),
    }
    sentence = said(
        N_("{complete} of {all} municipalities have one for each of {groups} target groups."),
        complete=str(int(complete.sum())),
        all=str(len(complete)),
        groups=str(values["target_groups"]),
    )
    return Finding(
        name, SUPPORTED if complete.all() else NOT_SUPPORTED, values, statement, sentence
    )


def children_leave_institutions_for_families(moves: pd.DataFrame) -> Finding:
    """Test whether more children left institutions for families than for other residential care.

    Children who left care otherwise count on neither side; inconclusive where both are equal.
    """
    name = "children_leave_institutions_for_families"
    statement = said(
        N_(
            "More children left institutions for families than for other institutions or "
            "family-like services."
        )
    )
    if any_hidden(moves["children"]):
        return Finding(name, HIDDEN_VERDICT, {}, statement, hidden_numbers())
    by_group = moves.groupby("to_group")["children"].sum()
    families = int(by_group.get("families", 0))
    others = int(by_group.get("residential", 0) + by_group.get("family_like", 0))
    otherwise = int(by_group.get("exit", 0))
    if families + others == 0:
        return Finding(name, NO_DATA, {}, statement, no_data())
    first_year, last_year = int(moves["year"].min()), int(moves["year"].max())
    values: dict[str, float | int | str] = {
        "first_year": first_year,
        "last_year": last_year,
        "to_families": families,
        "to_other_care": others,
        "left_otherwise": otherwise,
    }
    verdict = SUPPORTED if families > others else NOT_SUPPORTED
    everybody = families + others + otherwise
    sentence = said(
        N_(
            "{period}: of {all} children who left, {families} ({share}) went to families, {others} "
            "to other care, and {otherwise} left care in another way."
        ),
        period=in_both(lambda say: say.period(first_year, last_year)),
        all=str(everybody),
        families=str(families),
        share=percentage(families / everybody),
        others=str(others),
        otherwise=str(otherwise),
    )
    return Finding(
        name, INCONCLUSIVE if families == others else verdict, values, statement, sentence
    )
