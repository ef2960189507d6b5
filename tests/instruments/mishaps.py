"""A project whose cost comparison does something else, as a user's notebook might."""

from __future__ import annotations

import json
from pathlib import Path


def with_mishap(project: Path, source: str) -> None:
    """Put a cell into the notebook of the cost comparison, right after its parameters."""
    path = project / "notebooks" / "cost_comparison.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    tags = [cell["metadata"].get("tags", []) for cell in notebook["cells"]]
    mishap = {"id": "mishap", "cell_type": "code", "metadata": {}, "execution_count": None}
    place = tags.index(["parameters"]) + 1
    notebook["cells"].insert(place, {**mishap, "outputs": [], "source": source})
    path.write_text(json.dumps(notebook), encoding="utf-8")
