"""Budget ledgers as rows of `costs`: by economic classification, mapped by a file of the user's.

A ledger lists an amount for each code of the classification, often with the sums of its groups and
totals between them. Only the finest codes are taken; every sum that the ledger gives has to agree
with what it is the sum of, to the cent. Nothing is left out in silence: what is not mapped is
refused, what the mapping excludes is counted.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dieval.errors import DataError, ParameterError, Problem
from dieval.inputs.cells import check_cells
from dieval.inputs.imports import column, read_file, read_mapping_file, refuse, section
from dieval.inputs.intake.spelling import plain
from dieval.inputs.ledger_months import check_months
from dieval.inputs.schema import TableSchema, table_schema
from dieval.inputs.table import Table, assemble
from dieval.vocabulary import COST_ITEMS, EXCLUDED, PAYERS

WHOSE = ("provider", "year", "payer")  # what the rows of one ledger have in common
# First words of a row that is a sum of others.
TOTALS = ("kopa", "pavisam", "izdevumi kopa", "total", "sum")


# The columns of a ledger; what a ledger leaves out is given for all of its rows.
LEDGER = TableSchema(
    name="ledger",
    title="Ledger",
    title_lv="Budžeta izpilde",
    description="Expenditure by economic classification.",
    description_lv="Izdevumi pēc ekonomiskās klasifikācijas.",
    fields=(
        column("provider", "string", "Pakalpojumu sniedzējs", "Provider", "Iestāde",
               required=False),
        column("year", "year", "Gads", "Year", required=False),
        column("month", "integer", "Mēnesis", "Month", required=False, minimum=1, maximum=12),
        column("payer", "string", "Maksātājs", "Payer", required=False, enum=PAYERS),
        column("code", "string", "Kods", "Code", "EKK", "EKK kods", "Klasifikācijas kods",
               required=False),
        column("name_lv", "string", "Nosaukums", "Name", "Izdevumu veids", required=False),
        column("amount_eur", "number", "Summa", "Amount", "Izpilde", "Izdevumi", "Kases izdevumi",
               unit="EUR"),
    ),
    primary_key=("provider", "year", "payer", "code"),
)  # fmt: skip


@dataclass(frozen=True)
class CodeMapping:
    """Which cost item a code of the classification is; the longest beginning of a code counts.

    Parameters
    ----------
    items : dict of str
        Item of `costs`, or `exclude`, by code; zeros at the end stand for any digits.
    source : str
        Where the mapping comes from.
    status : str
        What it rests on, one of the kinds of evidence.
    """

    items: dict[str, str]
    source: str
    status: str

    def item(self, code: str) -> str | None:
        """Give the item of a code; None where the mapping has none."""
        fitting = [known for known in self.items if _is_within(code, known)]
        return (
            self.items[max(fitting, key=lambda known: len(known.rstrip("0")))] if fitting else None
        )


def read_mapping(path: Path) -> CodeMapping:
    """Read a mapping: YAML with `items`, `source` and `status`.

    Raises
    ------
    ParameterError
        The file cannot be read, or names another item; names what is wrong.
    """
    content = read_mapping_file(path, ("items", "source", "status"))
    items = {str(code): item for code, item in section(path, content, "items").items()}
    allowed = (*COST_ITEMS, EXCLUDED)
    for code, item in items.items():
        if not code.isdigit() or item not in allowed:
            raise ParameterError(
                f"{path}: {code}: {item}: expected a code of digits and one of "
                f"{', '.join(allowed)}."
            )
    return CodeMapping(items, str(content["source"]), content["status"])


@dataclass(frozen=True)
class Imported:
    """What became of a ledger.

    Parameters
    ----------
    costs : DataFrame with provider, year, payer, cost_item, amount_eur
        One row for each item of a provider, year and payer.
    codes : DataFrame with provider, year, payer, code, name_lv, cost_item, amount_eur
        One row for each of the finest codes of a provider, year and payer; `cost_item` is
        `exclude` for what the mapping leaves out.
    """

    costs: pd.DataFrame
    codes: pd.DataFrame

    @property
    def excluded(self) -> pd.DataFrame:
        """The codes that the mapping leaves out."""
        return self.codes[self.codes["cost_item"] == EXCLUDED]

    @property
    def mapping(self) -> pd.DataFrame:
        """How each code that stands in the ledger was mapped: code, name_lv, cost_item."""
        once = self.codes.drop_duplicates("code").sort_values("code")
        return once[["code", "name_lv", "cost_item"]].reset_index(drop=True)


def import_ledger(path: Path, mapping: CodeMapping, given: Mapping[str, Any]) -> Imported:
    """Map the expenditure of a ledger to cost items.

    Parameters
    ----------
    path : Path
        CSV file, or workbook with one visible sheet.
    mapping : CodeMapping
    given : mapping
        provider, year and payer of rows that do not name them.

    Returns
    -------
    Imported
        Its amounts add up to those of the finest codes of the ledger.

    Raises
    ------
    DataError
        Codes that are not mapped, sums that do not agree, cells that do not fit; all at once.
    """
    sheet, problems = read_file(path, LEDGER)
    if sheet is None:
        raise DataError(problems)
    table, found = assemble(LEDGER, [sheet], sums=False)
    problems += found + check_cells(table)
    refuse(problems)
    rows = _rows(table, given)
    problems += _incomplete(table, rows)
    problems += check_months(table, rows, WHOSE)
    finest = _finest(rows)
    problems += _sums_that_disagree(table, rows, finest)
    items = {code: mapping.item(code) for code in rows.loc[finest, "code"].unique()}
    problems += _not_mapped(table, rows, finest, items)
    refuse(problems)
    taken = rows[finest].assign(cost_item=rows.loc[finest, "code"].map(items))
    out = taken["cost_item"] == EXCLUDED
    by = list(WHOSE)
    names = taken.drop_duplicates("code").set_index("code")["name_lv"]
    codes = _summed(taken, [*by, "code", "cost_item"])
    codes.insert(len(by) + 1, "name_lv", codes["code"].map(names))
    return Imported(costs=_summed(taken[~out], [*by, "cost_item"]), codes=codes)


def costs_rows(made: Imported, providers: pd.DataFrame, source: str) -> pd.DataFrame:
    """Write the items of a ledger as rows of the table `costs`.

    Parameters
    ----------
    made : Imported
    providers : DataFrame
        Table of the data contract: region and care arrangement of each provider.
    source : str
        Code of the ledger in the table `sources`.

    Returns
    -------
    DataFrame
        Columns of `costs`; ages and needs are not distinguished.

    Raises
    ------
    ParameterError
        The data package does not have a provider.
    """
    known = providers.set_index("provider")[["region", "care_arrangement"]]
    unknown = sorted(set(made.costs["provider"]) - set(known.index))
    if unknown:
        near = difflib.get_close_matches(unknown[0], list(known.index), n=1)
        hint = f" Is it meant to be {near[0]}?" if near else ""
        raise ParameterError(f"provider {unknown[0]} is not in table providers.{hint}")
    rows = made.costs.join(known, on="provider").assign(source=source)
    return rows.reindex(columns=list(table_schema("costs").columns))


def code_rows(made: Imported, mapping: CodeMapping, source: str) -> pd.DataFrame:
    """Write down what each code of a ledger was taken as, as rows of the table `ledger_codes`.

    Parameters
    ----------
    made : Imported
    mapping : CodeMapping
        That it was made with.
    source : str
        Code of the ledger in the table `sources`.

    Returns
    -------
    DataFrame
        Columns of `ledger_codes`.
    """
    rows = made.codes.assign(mapping=mapping.source, mapping_evidence=mapping.status, source=source)
    return rows[list(table_schema("ledger_codes").columns)]


def _rows(table: Table, given: Mapping[str, Any]) -> pd.DataFrame:
    """Fill in what is given for all rows; amounts become whole cents."""
    rows = table.frame[list(LEDGER.columns)].copy()
    for name, value in given.items():
        if value is not None:
            rows[name] = rows[name].fillna(value)
    rows["code"] = rows["code"].fillna("").str.strip()
    rows["total"] = rows["code"].eq("") & rows["name_lv"].fillna("").map(_is_total)
    exact = [Decimal(repr(float(amount))) * 100 for amount in rows["amount_eur"]]
    rows["cents"] = [int(amount.to_integral_value()) for amount in exact]
    rows["part_of_a_cent"] = [amount != amount.to_integral_value() for amount in exact]
    return rows


def _is_total(name: str) -> bool:
    return plain(name).startswith(TOTALS)


def _is_within(code: str, group: str) -> bool:
    """Tell whether a code is a group, or within it: 2363 is within 2360, 2300 and 2000."""
    return len(code) == len(group) and code.startswith(group.rstrip("0"))


def _finest(rows: pd.DataFrame) -> pd.Series:
    """Mark the rows of codes that no other code of the same ledger is within."""
    fine = pd.Series(False, index=rows.index)
    for _, ledger in rows[~rows["total"]].groupby(list(WHOSE), dropna=False):
        codes = set(ledger["code"])
        coarse = {
            group
            for group in codes
            if any(code != group and _is_within(code, group) for code in codes)
        }
        fine.loc[ledger.index] = ~ledger["code"].isin(coarse)
    return fine


def _summed(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    cents = rows.groupby(by, sort=True)["cents"].sum().reset_index()
    return cents.assign(amount_eur=cents["cents"] / 100).drop(columns="cents")


def _problem(
    table: Table, rows: pd.Series, column: str, rule: str, message: Any, remedy: tuple[str, str]
) -> list[Problem]:
    return table.problems(rows.to_numpy(bool), column, rule, message, remedy)


def _incomplete(table: Table, rows: pd.DataFrame) -> list[Problem]:
    """Find rows that do not say whose they are, or for what, and parts of a cent."""
    found: list[Problem] = []
    words = {
        "provider": ("pakalpojumu sniedzēja", "the provider", "--provider"),
        "year": ("gada", "the year", "--year"),
        "payer": ("maksātāja", "the payer", "--payer"),
    }
    for name, (lv, en, option) in words.items():
        found += _problem(
            table, rows[name].isna() & ~rows["total"], name, "required",
            (f"rindai nav {lv}.", f"the row does not name {en}."),
            (f"Ierakstiet to vai norādiet visām rindām ar {option}.",
             f"Write it, or give it for all rows with {option}."),
        )  # fmt: skip
    found += _problem(
        table, rows["code"].eq("") & ~rows["total"], "code", "required",
        ("rindai nav klasifikācijas koda.", "the row has no code of the classification."),
        ("Ierakstiet kodu; kopsummas rindu sāciet ar „Kopā”.",
         "Write the code; begin the row of a total with “Kopā” or “Total”."),
    )  # fmt: skip
    found += _problem(
        table, rows["part_of_a_cent"], "amount_eur", "cents",
        ("summā ir centa daļas.", "the amount has parts of a cent."),
        ("Noapaļojiet līdz centam.", "Round it to cents."),
    )  # fmt: skip
    return found


def _sums_that_disagree(table: Table, rows: pd.DataFrame, finest: pd.Series) -> list[Problem]:
    """Compare every sum that the ledger gives with what it is the sum of."""
    apart = _apart(rows, finest)
    wrong = rows.index.isin(list(apart))

    def message(positions: np.ndarray) -> tuple[str, str]:
        listed = "; ".join(f"{apart[int(place)] / 100:+.2f}" for place in positions[:5])
        return (
            f"summa neatbilst tās sastāvdaļām; starpība {listed} EUR.",
            f"the sum does not agree with its parts; it is off by {listed} EUR.",
        )

    return _problem(
        table, pd.Series(wrong), "amount_eur", "ledger_sum", message,
        ("Pārbaudiet, vai netrūkst rindu un vai summas ir pareizas.",
         "Check that no row is missing and that the sums are right."),
    )  # fmt: skip


def _apart(rows: pd.DataFrame, finest: pd.Series) -> dict[int, int]:
    """Give the difference of each sum that does not agree, by its row [cents]."""
    found: dict[int, int] = {}
    fine = rows[finest]
    for (*whose, code), sums in rows[~finest & ~rows["total"]].groupby([*WHOSE, "code"]):
        own = fine[(fine[list(WHOSE)] == pd.Series(whose, WHOSE)).all(axis=1)]
        parts = own.loc[[_is_within(each, code) for each in own["code"]], "cents"].sum()
        if sums["cents"].sum() != parts:
            found |= dict.fromkeys(sums.index, int(sums["cents"].sum() - parts))
    for place, total in rows[rows["total"]].iterrows():
        named = [name for name in (*WHOSE, "month") if not pd.isna(total[name])]
        parts = fine.loc[(fine[named] == total[named]).all(axis=1), "cents"].sum()
        if total["cents"] != parts:
            found[int(str(place))] = int(total["cents"] - parts)
    return found


def _not_mapped(
    table: Table, rows: pd.DataFrame, finest: pd.Series, items: Mapping[str, str | None]
) -> list[Problem]:
    unmapped = (
        finest & rows["code"].ne("") & rows["code"].map(lambda code: items.get(code, "") is None)
    )

    def message(positions: np.ndarray) -> tuple[str, str]:
        codes = ", ".join(sorted(set(rows["code"].iloc[positions])))
        amount = rows["cents"].iloc[positions].sum() / 100
        return (
            f"kartējumā nav šo kodu: {codes} (kopā {amount:.2f} EUR).",
            f"the mapping does not have these codes: {codes} ({amount:.2f} EUR together).",
        )

    return _problem(
        table, unmapped, "code", "not_mapped", message,
        (f"Pievienojiet tos kartējumam; ko neskaita, kartē kā {EXCLUDED}.",
         f"Add them to the mapping; what does not count is mapped to {EXCLUDED}."),
    )  # fmt: skip
