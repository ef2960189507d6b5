"""What a notebook cell shows: blocks that hold both languages and belong to no output format.

A block is plain JSON: a cover, a table, a figure, a notice or a list of facts, with texts in
Latvian and English and with numbers unformatted. `resolve` writes a block in one language; the
templates of HTML and PDF then only lay it out, so every format says the same.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from dieval.present.language import N_, Bilingual, Language, language, said
from dieval.vocabulary import (
    FAMILY_BASED,
    HIDDEN,
    LANGUAGES,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    is_hidden,
)

BLOCKS_MIME = "application/vnd.dieval.blocks+json"
RESULTS_MIME = "application/vnd.dieval.results+json"
INPUTS_MIME = "application/vnd.dieval.inputs+json"

# A column of longer texts needs room to be read on a phone [characters].
LONG_TEXT = 20

# Why numbers are hidden: they tell of few persons, or are amounts of few bodies that run homes.
PERSONS, AMOUNTS = "persons", "amounts"
HIDDEN_MEANINGS = {
    (PERSONS,): N_("hidden to protect individuals"),
    (AMOUNTS,): N_("hidden, as amounts of one or few bodies that run homes are not published"),
    (PERSONS, AMOUNTS): N_(
        "hidden to protect individuals, or as amounts of one or few bodies that run homes are not "
        "published"
    ),
}
SYMBOL_MEANINGS = {
    NOT_AVAILABLE: N_("not available"),
    NOT_APPLICABLE: N_("not applicable"),
}

Block = dict[str, Any]
# A number, a code or text, a symbol such as {"symbol": ":"}, a text in both languages, or a text in
# a language of its own such as {"text": "…", "language": "en"}.
Cell = float | int | str | dict[str, str]


@dataclass(frozen=True)
class Column:
    """How a column of a shown table is headed and written.

    Parameters
    ----------
    heading : dict of str
        In both languages.
    kind : str
        `number`, `percent`, `probability` (of a simulation), `p_value` (of a test), `year`, `date`
        (as YYYY-MM-DD), `text`, or `word` for a code with a word.
    unit : dict of str
        In both languages; empty where the heading says it all.
    decimals : int
        Shown decimals of number and percent.
    words : str
        Kind of code, for `word`.
    measure : str
        Unit for programs, as of result tables: says where persons are counted.
    """

    heading: Bilingual
    kind: str = "number"
    unit: Bilingual = field(default_factory=dict)
    decimals: int = 0
    words: str = ""
    measure: str = ""

    def as_json(self) -> dict[str, Any]:
        """Give the column as JSON."""
        return {
            "heading": self.heading,
            "kind": self.kind,
            "unit": self.unit,
            "decimals": self.decimals,
            "words": self.words,
            "measure": self.measure,
        }


def cell_value(value: object, symbol: str = NOT_AVAILABLE) -> Cell:
    """Give a value of a result table as JSON: NaN becomes a symbol, numpy types plain ones."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return {"symbol": HIDDEN if is_hidden(value) else symbol}
    if hasattr(value, "item"):
        return cell_value(value.item(), symbol)
    if isinstance(value, (bool, int, float, str)):
        return value
    if value is pd.NaT:
        return {"symbol": symbol}
    if isinstance(value, datetime.date):  # a Timestamp is one too
        return value.isoformat()[:10]
    raise TypeError(f"a result holds {type(value).__name__}, expected a number or a text")


def table_block(
    name: str,
    title: Bilingual,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    *,
    row_headers: int = 1,
    notes: Sequence[Bilingual] = (),
    on_amounts: bool = False,
) -> Block:
    """Make a table; its first `row_headers` columns head the rows.

    `on_amounts` says that numbers without a unit of money are computed from amounts.
    """
    symbols = {
        cell["symbol"]
        for row in rows
        for cell in row
        if isinstance(cell, dict) and "symbol" in cell
    }
    legend = [
        symbol_in_words(symbol, meaning)
        for symbol, meaning in SYMBOL_MEANINGS.items()
        if symbol in symbols
    ]
    if HIDDEN in symbols:
        why = _why_hidden(columns, rows, on_amounts)
        legend.insert(0, symbol_in_words(HIDDEN, hidden_meaning(why)))
    return {
        "kind": "table",
        "name": name,
        "title": title,
        "columns": [column.as_json() for column in columns],
        "rows": [list(row) for row in rows],
        "row_headers": row_headers,
        "notes": [*notes, *legend],
    }


def symbol_in_words(symbol: str, meaning: str) -> Bilingual:
    """Say what a symbol means."""
    return said("{symbol} – {meaning}", symbol=symbol, meaning=said(meaning))


def hidden_meaning(reasons: Collection[str]) -> str:
    """Say why numbers are hidden; without a reason, that of persons."""
    return HIDDEN_MEANINGS[tuple(why for why in (PERSONS, AMOUNTS) if why in reasons) or (PERSONS,)]


def is_money(unit: str | None) -> bool:
    """Tell whether a unit for programs is one of money.

    >>> [is_money(unit) for unit in ("EUR", "EUR/child-month", "children", "1", None)]
    [True, True, False, False, False]
    """
    return (unit or "").startswith("EUR")


def _why_hidden(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], on_amounts: bool
) -> set[str]:
    """Collect why values of a table are hidden.

    Amounts are those of homes; but what is paid to families belongs to no home, nor does what is
    paid for the persons that a table counts. Shares, ratios and years are hidden with the numbers
    beside them, unless they are computed from amounts.
    """
    for_persons = any(column.measure == "persons" for column in columns)
    found = set()
    for row in rows:
        of_families = any(
            column.words == "care_arrangement" and cell in FAMILY_BASED
            for column, cell in zip(columns, row, strict=True)
        )
        for column, cell in zip(columns, row, strict=True):
            of_none = column.measure in ("", "1") and not column.unit
            if cell != {"symbol": HIDDEN} or (of_none and not on_amounts):
                continue
            money = of_none or is_money(column.measure) or is_money(column.unit.get("en"))
            found.add(AMOUNTS if money and not of_families and not for_persons else PERSONS)
    return found


def figure_block(
    name: str, title: Bilingual, alt: Bilingual, svg: Bilingual, notes: Sequence[Bilingual] = ()
) -> Block:
    """Make a figure: one drawing a language, with an alternative text that states the message."""
    return {
        "kind": "figure",
        "name": name,
        "title": title,
        "alt": alt,
        "svg": svg,
        "notes": list(notes),
    }


def text_block(*paragraphs: Bilingual) -> Block:
    """Make paragraphs of text."""
    return {"kind": "text", "paragraphs": list(paragraphs)}


def heading_block(level: int, text: Bilingual) -> Block:
    """Make a heading below the notebook's own title (level 1)."""
    return {"kind": "heading", "level": level, "text": text}


def title_block(text: Bilingual, subject: Bilingual, date: datetime.date) -> Block:
    """Make the title of the report: its only level-1 heading, and its metadata."""
    return {"kind": "title", "text": text, "subject": subject, "date": date.isoformat()}


def notice_block(text: Bilingual, running: Bilingual) -> Block:
    """Make a notice that must not be missed; `running` repeats it briefly on every page."""
    return {"kind": "notice", "text": text, "running": running}


def list_block(items: Sequence[Bilingual]) -> Block:
    """Make a list of sentences."""
    return {"kind": "list", "items": list(items)}


def facts_block(facts: Sequence[tuple[Bilingual, Bilingual]]) -> Block:
    """Make a list of terms with their values."""
    return {"kind": "facts", "facts": [{"term": term, "value": value} for term, value in facts]}


def key_figures_block(figures: Sequence[dict[str, Any]]) -> Block:
    """Make the few numbers that a report comes to.

    Each has `label`, `value` and `note` in both languages, and in `stands_in` the names of the
    blocks that it is taken from.
    """
    return {"kind": "key_figures", "figures": list(figures)}


def write_cell(cell: Cell, column: dict[str, Any], say: Language) -> str:
    """Write a cell in a language."""
    if isinstance(cell, dict):
        return cell["symbol"] if "symbol" in cell else cell.get("text") or cell[say.code]
    kind = column["kind"]
    if kind == "word":
        return say.word(column["words"], str(cell))
    if kind == "date":
        return say.short_date(datetime.date.fromisoformat(str(cell)))
    if kind == "year" and isinstance(cell, float):
        return str(int(cell))
    if kind in ("text", "year") or isinstance(cell, str):
        return str(cell)
    if kind == "probability":
        return say.probability(cell)
    if kind == "p_value":
        return say.p_value(cell)
    if kind == "percent":
        return say.percent(cell, column["decimals"])
    return say.number(cell, column["decimals"])


def resolve(block: Block, code: str) -> Block:
    """Write a block in one language: every text a string, every cell formatted.

    A table keeps its unformatted cells as `data`, and as `foreign` the languages of cells that are
    in another one, by row and column.
    """
    if block["kind"] != "table":
        return _in_language(block, code)
    say = language(code)
    resolved = _in_language({**block, "rows": []}, code)
    resolved["data"] = [
        [cell[code] if isinstance(cell, dict) and code in cell else cell for cell in row]
        for row in block["rows"]
    ]
    resolved["rows"] = [
        [write_cell(cell, column, say) for cell, column in zip(row, block["columns"], strict=True)]
        for row in block["rows"]
    ]
    resolved["foreign"] = {
        (row, place): cell["language"]
        for row, cells in enumerate(block["rows"])
        for place, cell in enumerate(cells)
        if isinstance(cell, dict) and cell.get("language", code) != code
    }
    for column in resolved["columns"]:
        column["numeric"] = column["kind"] not in ("text", "word", "date")
    for place, column in enumerate(resolved["columns"]):
        texts = [row[place] for row in resolved["rows"]]
        column["long"] = not column["numeric"] and any(len(text) > LONG_TEXT for text in texts)
    return resolved


def _in_language(value: Any, code: str) -> Any:
    """Replace every bilingual text of a JSON value by its text in one language."""
    if isinstance(value, dict):
        if value.keys() == {"lv", "en"}:
            return value[code]
        return {key: _in_language(part, code) for key, part in value.items()}
    if isinstance(value, list):
        return [_in_language(part, code) for part in value]
    return value


class Section:
    """Blocks that a notebook cell shows, as HTML in JupyterLab and as JSON for the exports.

    Parameters
    ----------
    blocks : sequence of dict
        Made by the functions of this module.
    carried : dict, optional
        JSON that the last cell of a report carries beside what it shows, by MIME type: its results
        and the checksums of the data that it read.
    language : str
        Language in which JupyterLab shows the blocks.
    """

    def __init__(
        self,
        blocks: Sequence[Block],
        carried: dict[str, Any] | None = None,
        language: str = LANGUAGES[0],
    ) -> None:
        self.blocks = list(blocks)
        self.carried = carried or {}
        self.language = language

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        from dieval.present.html import blocks_html

        return {
            BLOCKS_MIME: {"schema": "dieval-blocks/1", "blocks": self.blocks},
            "text/html": blocks_html(self.blocks, self.language),
            "text/plain": f"<dieval section: {len(self.blocks)} blocks>",
            **self.carried,
        }
