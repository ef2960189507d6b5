"""The field's codes and groups, as the data contract spells them.

Words for people (Latvian, English) are in `dieval.inputs.words`.
"""

from __future__ import annotations

import struct

# Care arrangements, in the order in which every table and picture shows them.
RESIDENTIAL = ("institution", "state_institution")
FAMILY_LIKE = ("family_like", "youth_house")
FAMILY_BASED = ("foster_family", "specialised_foster_family", "guardian")
CARE_ARRANGEMENTS = (*RESIDENTIAL, *FAMILY_LIKE, *FAMILY_BASED)

CARE_GROUPS = {
    **dict.fromkeys(RESIDENTIAL, "residential"),
    **dict.fromkeys(FAMILY_LIKE, "family_like"),
    **dict.fromkeys(FAMILY_BASED, "family_based"),
}

# What a move or a plan may name beside an arrangement: children come into care, and leave it.
ENTRY = "entry"
ENDS_OF_CARE = ("exit", "adoption", "family")

# Arrangements whose cost is built bottom-up from statutory payments (methods, section 1).
STATUTORY_ARRANGEMENTS = ("foster_family", "guardian")

COST_ITEMS = (
    "staff",
    "goods_services",
    "upkeep",
    "premises",
    "administration",
    "support",
    "allowance",
    "other",
)
# What the mapping of an import says of that which does not count.
EXCLUDED = "exclude"
# Parts of a unit cost: what the ledger records, then what the method computes.
STATUTORY_PAYMENTS = ("remuneration", "maintenance")
COST_PARTS = (*STATUTORY_PAYMENTS, "capital", *COST_ITEMS)
# Parts that are spent on each child; the others, statutory payments aside, on keeping places open.
CHILD_PARTS = ("upkeep", "goods_services", "support", "allowance")

PAYERS = ("state", "municipality", "eu_fund", "other")
OWNER_PAYER = {"state": "state", "municipality": "municipality", "ngo": "other"}

AGE_BANDS = ("0-6", "7-17", "18+")
NEED_LEVELS = ("standard", "complex")
NOT_DISTINGUISHED = "all"

# Children in a household, with the number by which a payment per family or guardian is divided.
HOUSEHOLD_SIZES = {"1": 1, "2": 2, "3+": 3}

# Steps of an infrastructure project, in the order in which they are reached.
MILESTONES = ("design", "permit", "procurement", "works", "commissioned", "first_client")

# What a row rests on, strongest first; the last three are not observations.
EVIDENCE = ("published", "administrative", "derived", "expert", "assumed", "synthetic")

LANGUAGES = ("lv", "en")
# The whole country, where a region may stand.
NATIONAL = "national"

EDITIONS = ("public", "internal")

# How a value that is not a number is shown.
NOT_AVAILABLE = ":"
NOT_APPLICABLE = "z"
HIDDEN = "c"

# A hidden value in a table of numbers: a NaN that says so in its payload, as R tells NA from NaN.
# It is missing to every calculation, and stays what it is when tables are joined and turned.
_HIDDEN_BITS = 0x7FF8_0000_0000_0000 | ord(HIDDEN)
HIDDEN_VALUE: float = struct.unpack("<d", struct.pack("<Q", _HIDDEN_BITS))[0]


def is_hidden(value: object) -> bool:
    """Tell a value that is hidden from one that is not available."""
    return isinstance(value, float) and struct.pack("<d", value) == struct.pack("<Q", _HIDDEN_BITS)
