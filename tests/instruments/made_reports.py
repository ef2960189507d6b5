"""The reports of the fixture `reports`, by their folders."""

# One of every kind.
KINDS = (
    "kurzeme/cost_comparison",
    "kurzeme/implementation_progress",
    "kurzeme-paraugs-1/reorganisation_annex",
    "national/national_overview",
)
FOLDERS = (*KINDS, "latgale/cost_comparison")
