"""Time one report beside the usual commands, as a ratio: `make bench`.

The peer is `papermill` followed by `jupyter nbconvert --to html`, each as a command of its own, on
the same notebook with the same data; dieval makes HTML and PDF in two languages and the workbook.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from timing import seconds

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
ROUNDS = 3


def run(commands: list[list[str]], folder: Path) -> float:
    """Run commands one after the other and give the wall-clock time."""
    environment = os.environ | {"DIEVAL_DATA": str(ROOT / "data" / "latvia")}

    def work() -> None:
        for command in commands:
            subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)

    return seconds(work)


def main() -> None:
    """Alternate both ways, so that a busy machine disturbs both alike, and print the medians."""
    notebook = str(ROOT / "notebooks" / "cost_comparison.ipynb")
    ours, peer = [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            dieval = [str(BIN / "dieval"), "report", "cost_comparison", "--region", "kurzeme"]
            ours.append(run([[*dieval, "--jobs", "1", "--out", str(folder / "out")]], ROOT))
            executed = str(folder / "executed.ipynb")
            papermill = [str(BIN / "papermill"), notebook, executed, "-p", "region", "kurzeme"]
            nbconvert = [str(BIN / "jupyter"), "nbconvert", "--to", "html", executed]
            peer.append(run([papermill, nbconvert], folder))
    ratio = statistics.median(ours) / statistics.median(peer)
    print(f"dieval report (HTML and PDF, lv and en, XLSX): median {statistics.median(ours):.1f} s")
    print(f"papermill + nbconvert (HTML alone):            median {statistics.median(peer):.1f} s")
    print(f"ratio dieval / commands: {ratio:.2f} ({ROUNDS} rounds, alternating)")


if __name__ == "__main__":
    main()
