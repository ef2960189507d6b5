"""Conclusions about the progress of a region, tested on its results."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dieval.present.findings import (
    INCONCLUSIVE,
    NO_DATA,
    NOT_SUPPORTED,
    SUPPORTED,
    Finding,
    no_data,
)
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
from dieval.progress.indicators import expected_value

Names = Mapping[str, Mapping[str, Bilingual]]

# Versions of a target that are in force on the day.
IN_FORCE = ("only", "current")
# What a rating says about the conclusion that an indicator is on track.
VERDICT_OF_RATING = {
    "achieved": SUPPORTED,
    "on_track": SUPPORTED,
    "acceleration_needed": NOT_SUPPORTED,
    "limited_progress": NOT_SUPPORTED,
    "deterioration": NOT_SUPPORTED,
}
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
        found += [
            carers_grow(row)
            for _, row in trends[trends["region"] == region].astype(object).iterrows()
        ]
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

    Supported where the rating is target met or on track. An indicator that starts at 0 has no
    growth rate: it is on track where its value has reached the straight line from baseline to
    target on the value's date. Inconclusive where bases disagree or nothing can be rated.
    """
    rows = rows.astype(object)
    name = f"{rows['indicator'].iloc[0]}_is_on_track"
    statement = said(N_("{indicator}: on track to the current target."), indicator=called)
    verdicts = [_verdict(row) for _, row in rows.iterrows()]
    known = rows[rows["value"].notna()]
    if known.empty:
        return Finding(name, NO_DATA, {}, statement, no_data())
    verdict = verdicts[0] if len(set(verdicts)) == 1 else INCONCLUSIVE
    row = known.iloc[0]
    values: dict[str, float | int | str] = {
        "value": float(row["value"]),
        "value_date": row["value_date"].date().isoformat(),
        "target_value": float(row["target_value"]),
        "target_date": row["target_date"].date().isoformat(),
        "on_the_line_then": _line(row),
        "rating": str(row["rating"]),
    }
    sentence = said(
        N_(
            "{value} on {value_date}; target {target} by {target_date}; on the straight line "
            "{line} would have been reached then. Rating: {rating}."
        ),
        value=_number(row["value"], row["qualifier"]),
        value_date=in_both(lambda say: say.date(row["value_date"].date())),
        target=_number(row["target_value"]),
        target_date=in_both(lambda say: say.date(row["target_date"].date())),
        line=_number(_line(row)),
        rating=_rating(row),
    )
    return Finding(name, verdict, values, statement, sentence)


def _line(row: pd.Series) -> float:
    """Give the value that the straight line reaches on the date of the observation."""
    return expected_value(
        row["value_date"],
        row["baseline_date"],
        float(row["baseline_value"]),
        row["target_date"],
        float(row["target_value"]),
    )


def _verdict(row: pd.Series) -> str:
    if row["reason"] == "no_observation":
        return NO_DATA
    if row["reason"] == "zero_baseline":
        rises = row["target_value"] > row["baseline_value"]
        ahead = row["value"] >= _line(row) if rises else row["value"] <= _line(row)
        return SUPPORTED if ahead else NOT_SUPPORTED
    return VERDICT_OF_RATING.get(str(row["rating"]), INCONCLUSIVE)


def _rating(row: pd.Series) -> Bilingual:
    rating = word("rating", str(row["rating"]))
    if not isinstance(row["reason"], str):
        return rating
    return said("{rating} ({reason})", rating=rating, reason=word("reason", row["reason"]))


def _number(value: float, qualifier: object = None) -> Bilingual:
    """Write a value with as many decimals as it needs, at most one."""
    decimals = 0 if float(value).is_integer() or abs(value) >= 100 else 1
    number = in_both(lambda say: say.number(value, decimals))
    if not isinstance(qualifier, str):
        return number
    return said("{qualifier} {number}", qualifier=word("qualifier", qualifier), number=number)


def carers_grow(row: pd.Series) -> Finding:
    """Test whether the number of one kind of carers grows (Mann–Kendall, `carers_trend`)."""
    name = f"{row['carer_type']}_{row['status']}_grow"
    who = {
        "carers": word("carer_type", row["carer_type"]),
        "status": word("carer_status", row["status"]),
    }
    statement = said(N_("The number of carers is growing: {carers}, {status}."), **who)
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
        honest = said(
            N_(
                "Years with data: {count}. They cannot show a trend: even the steadiest change "
                "would have {least}."
            ),
            count=str(row["n_years"]),
            least=in_both(lambda say: _p(say, row["smallest_p"])),
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
    by_group = moves.groupby("to_group")["children"].sum()
    families = int(by_group.get("families", 0))
    others = int(by_group.get("residential", 0) + by_group.get("family_like", 0))
    if families + others == 0:
        return Finding(name, NO_DATA, {}, statement, no_data())
    first_year, last_year = int(moves["year"].min()), int(moves["year"].max())
    values: dict[str, float | int | str] = {
        "first_year": first_year,
        "last_year": last_year,
        "to_families": families,
        "to_other_care": others,
    }
    verdict = SUPPORTED if families > others else NOT_SUPPORTED
    sentence = said(
        N_(
            "{period}: {families} to families, {others} to other care; {share} of them to families."
        ),
        period=in_both(lambda say: say.period(first_year, last_year)),
        families=str(families),
        others=str(others),
        share=percentage(families / (families + others)),
    )
    return Finding(
        name, INCONCLUSIVE if families == others else verdict, values, statement, sentence
    )
