"""Chapter “Annexes” of every report: how it was made, from what, and how to judge it."""

from __future__ import annotations

from collections.abc import Callable

from dieval.present.blocks import Block, Section, heading_block
from dieval.present.chapters.annexes.cheers import cheers_blocks
from dieval.present.chapters.annexes.criteria import criteria_blocks
from dieval.present.chapters.annexes.method import method_blocks
from dieval.present.chapters.annexes.parameters import parameter_blocks
from dieval.present.chapters.annexes.quality import quality_blocks
from dieval.present.chapters.annexes.rows import rows_blocks
from dieval.present.chapters.annexes.sources import source_blocks
from dieval.present.language import N_, said
from dieval.present.report import Report

ANNEXES: tuple[tuple[str, str, Callable[[Report], list[Block]]], ...] = (
    ("A", N_("Method"), method_blocks),
    ("B", N_("Parameters with sources"), parameter_blocks),
    ("C", N_("Sources"), source_blocks),
    ("D", N_("Data quality"), quality_blocks),
    ("E", N_("Rows of the data"), rows_blocks),
    ("F", N_("CHEERS 2022"), cheers_blocks),
    ("G", N_("EU evaluation criteria"), criteria_blocks),
)


def show_annexes(report: Report) -> Section:
    """Show how the report was made and from what, and what reporting standards ask of it."""
    blocks: list[Block] = []
    for letter, title, made in ANNEXES:
        heading = said(N_("{letter}. {title}"), letter=letter, title=said(title))
        blocks += [heading_block(3, heading), *made(report)]
    return report.section(blocks)
