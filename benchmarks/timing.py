"""What the benchmarks share: wall-clock time of a piece of work, and of a report's pictures."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import dieval
from dieval.present import figures


def seconds(work: Callable[[], object]) -> float:
    """Give the wall-clock time of a piece of work."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def pictures(report: Any, chapters: Sequence[str]) -> float:
    """Make chapters of a report, and give the time that drawing their pictures took."""
    times = []

    def timed(draw: Callable[..., Any]) -> Callable[..., Any]:
        def drawn(*arguments: Any, **named: Any) -> Any:
            made: list[Any] = []
            times.append(seconds(lambda: made.append(draw(*arguments, **named))))
            return made[0]

        return drawn

    drawing = {name: getattr(figures, name) for name in figures.__all__}
    for name, draw in drawing.items():
        setattr(figures, name, timed(draw))
    for chapter in chapters:
        getattr(dieval, chapter)(report)
    for name, draw in drawing.items():
        setattr(figures, name, draw)
    return sum(times)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table as Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write_section(heading: str, text: str) -> None:
    """Put a section into benchmarks/results.md, in place of the one with that heading, or last."""
    results = Path(__file__).with_name("results.md")
    content = results.read_text(encoding="utf-8") if results.exists() else ""
    before, _, rest = content.partition(f"## {heading}\n")
    after = rest[rest.find("\n## ") + 1 :] if "\n## " in rest else ""
    section = f"{before.rstrip()}\n\n## {heading}\n\n{text}\n"
    results.write_text(section + (f"\n{after}" if after else ""), encoding="utf-8")
