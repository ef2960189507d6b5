"""Make the synthetic rows of the data package again; every other row stays as it is.

    python data/make_demonstration.py [FOLDER]

FOLDER is the data package, by default data/latvia beside this file. Running it twice changes
nothing. Run it again after a change of the data contract: datapackage.json holds its schemas.
"""

from __future__ import annotations

import sys
from pathlib import Path

from demonstration import families, homes, plans, progress, quality
from demonstration.package import (
    COLUMNS,
    Row,
    read_kept,
    source_row,
    write_descriptor,
    write_table,
)
from demonstration.stocks import regional_stocks

SOURCES = {
    "synthetic-providers": "invented homes",
    "synthetic-costs": "ledgers of invented homes and of family-based care",
    "synthetic-costs-zemgale-to-break": "ledgers, Zemgale to 2017; SERIES BREAK: overheads of "
    "homes are not included before 2018",
    "synthetic-costs-zemgale-from-break": "ledgers, Zemgale from 2018; SERIES BREAK: overheads of "
    "homes are included from 2018",
    "synthetic-activity": "child-days and place-days",
    "synthetic-assets": "buildings, vehicles and equipment of invented homes",
    "synthetic-households": "households of foster families and guardians",
    "synthetic-cost-structure": "cost functions of invented homes",
    "synthetic-plans": "destinations, transition costs and events of invented reorganisation plans",
    "synthetic-flows": "moves of children between arrangements",
    "synthetic-placements": "regional stocks that add up to the published national ones",
    "synthetic-carers": "guardians, foster families and adopters by region",
    "synthetic-services": "providers and sites of community-based services, their availability and "
    "the need for them",
    "synthetic-progress": "persons served and reimbursed, targets and observations where none are "
    "published",
    "synthetic-infrastructure": "planned places, infrastructure projects and their milestones",
    quality.SOURCE: "entries of the quality log; nobody has made these checks",
}


def demonstration_rows(kept: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """Make every synthetic row, table by table, from the rows that are kept.

    Parameters
    ----------
    kept : dict of table name to rows
        Published, derived and assumed rows; the national stocks and the price index are taken
        from them.
    """
    price_index = {int(year): float(value) for year, value, _ in kept["price_index"]}
    stocks = regional_stocks(kept["placements"])
    all_homes = homes.make_homes(stocks)
    activity, costs = homes.activity_and_costs(all_homes, price_index)
    more_activity, more_costs, households = families.family_care(stocks, price_index)
    return {
        "sources": [source_row(source, subject) for source, subject in SOURCES.items()],
        "providers": homes.provider_rows(all_homes),
        "activity": activity + more_activity,
        "costs": costs + more_costs,
        "ledger_codes": homes.ledger_code_rows(costs),
        "households": households,
        "assets": homes.asset_rows(all_homes),
        **plans.plan_tables(all_homes, stocks, price_index),
        **progress.progress_tables(all_homes, stocks, kept),
    }


def make_demonstration(folder: Path) -> None:
    """Rewrite the synthetic rows of a data package in place.

    Parameters
    ----------
    folder : Path
        A data package; rows whose source is not synthetic keep their order and come first.
    """
    kept = read_kept(folder)
    made = demonstration_rows(kept)
    for table in COLUMNS:
        if table != "quality_checks":
            write_table(folder, table, kept[table] + made.get(table, []))
    # Its entries hold checksums of the other tables.
    log = kept["quality_checks"] + quality.quality_rows(folder)
    write_table(folder, "quality_checks", log)
    write_descriptor(folder)


if __name__ == "__main__":
    beside = Path(__file__).resolve().parent / "latvia"
    make_demonstration(Path(sys.argv[1]) if len(sys.argv) > 1 else beside)
