"""Conclusions as rules: each can come out either way and carries the numbers behind it."""

from __future__ import annotations

from dataclasses import dataclass

from dieval.present.language import N_, Bilingual, said

SUPPORTED, NOT_SUPPORTED, INCONCLUSIVE, NO_DATA = (
    "supported",
    "not_supported",
    "inconclusive",
    "no_data",
)


@dataclass(frozen=True)
class Finding:
    """A tested conclusion.

    Parameters
    ----------
    finding : str
        Name of the rule.
    verdict : str
        supported, not_supported, inconclusive or no_data.
    values : dict
        Numbers and codes that the verdict rests on, unrounded.
    statement, sentence : dict of str
        The conclusion that was tested, and what the numbers say, in both languages.
    """

    finding: str
    verdict: str
    values: dict[str, float | int | str]
    statement: Bilingual
    sentence: Bilingual

    def as_result(self) -> dict[str, object]:
        """Give the finding as results.json holds it: no language."""
        return {"finding": self.finding, "verdict": self.verdict, "values": self.values}


def no_data() -> Bilingual:
    """Say that a conclusion cannot be tested."""
    return said(N_("The data does not allow a test."))
