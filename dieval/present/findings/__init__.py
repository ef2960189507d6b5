"""Conclusions as rules: each can come out either way and carries the numbers behind it."""

from __future__ import annotations

from dataclasses import dataclass

from dieval.present.language import N_, Bilingual, said
from dieval.vocabulary import HIDDEN

SUPPORTED, NOT_SUPPORTED, INCONCLUSIVE, NO_DATA, HIDDEN_VERDICT = (
    "supported",
    "not_supported",
    "inconclusive",
    "no_data",
    "hidden",
)
# A conclusion without a verdict that a reader can use.
UNTESTED = (NO_DATA, HIDDEN_VERDICT)


@dataclass(frozen=True)
class Finding:
    """A tested conclusion.

    Parameters
    ----------
    finding : str
        Name of the rule.
    verdict : str
        supported, not_supported, inconclusive, no_data, or hidden with the numbers behind it.
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
        """Give the finding as results.json holds it: no language, what is hidden as its symbol."""
        verdict = {"symbol": HIDDEN} if self.verdict == HIDDEN_VERDICT else self.verdict
        return {"finding": self.finding, "verdict": verdict, "values": self.values}


def no_data() -> Bilingual:
    """Say that a conclusion cannot be tested."""
    return said(N_("The data does not allow a test."))
