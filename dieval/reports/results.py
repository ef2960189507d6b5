"""results.json: the one language-free set of results that every format shows."""

from __future__ import annotations

import json
from typing import Any


def results_json(results: dict[str, Any]) -> str:
    """Write results as JSON, one row of a table a line, at full precision.

    The same results give the same text, whatever order a saved notebook has put them in and whether
    it wrote a whole number with a decimal point or without.
    """
    results = canonical(results)
    tables = results["tables"]
    head = {key: value for key, value in results.items() if key != "tables"}
    lines = json.dumps(head, ensure_ascii=False, allow_nan=False, indent=1)[:-2]
    parts = []
    for name, table in tables.items():
        columns = json.dumps(table["columns"], ensure_ascii=False)
        rows = ",\n    ".join(
            json.dumps(row, ensure_ascii=False, allow_nan=False) for row in table["rows"]
        )
        parts.append(f'  {json.dumps(name)}: {{"columns": {columns},\n   "rows": [\n    {rows}]}}')
    return f'{lines},\n "tables": {{\n' + ",\n".join(parts) + "\n }\n}\n"


def canonical(value: Any) -> Any:
    """Sort the keys of objects, and write whole numbers without a decimal point."""
    if isinstance(value, dict):
        return {key: canonical(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [canonical(part) for part in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
