"""The house style in one place: font, colours and sizes of every picture and page.

Colours follow the Okabe–Ito set, told apart with every common kind of colour blindness; those of
lines are dark enough for their labels on white (contrast 4.5 : 1 at least). Lines and bars carry a
label or a hatch as well, so that a grey print stays readable.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

FONT_FAMILY = "Source Sans 3"
FONT_FILES = (
    "SourceSans3-Regular.ttf",
    "SourceSans3-It.ttf",
    "SourceSans3-Semibold.ttf",
    "SourceSans3-Bold.ttf",
)

INK = "#1b1b1b"
MUTED = "#595959"
RULE = "#c4c4c4"
ACCENT = "#00507a"
WARNING_PAPER = "#fff4d6"
WARNING_INK = "#5c3d00"

ARRANGEMENT_COLOURS = {
    "institution": "#0072b2",
    "state_institution": "#4a4a4a",
    "family_like": "#9b3a7a",
    "youth_house": "#946100",
    "foster_family": "#b84f00",
    "specialised_foster_family": "#7a2e00",
    "guardian": "#007a5a",
}
ARRANGEMENT_MARKERS = {
    "institution": "o",
    "state_institution": "s",
    "family_like": "^",
    "youth_house": "v",
    "foster_family": "D",
    "specialised_foster_family": "P",
    "guardian": "X",
}
PART_STYLES = {
    "remuneration": ("#d55e00", ""),
    "maintenance": ("#f0a868", "//"),
    "staff": ("#0072b2", ""),
    "upkeep": ("#7fc4ea", ".."),
    "goods_services": ("#b5d9ee", "\\\\"),
    "premises": ("#007a5a", ""),
    "administration": ("#8fcdb6", "xx"),
    "support": ("#e6c229", ""),
    "capital": ("#4a4a4a", ""),
    "allowance": ("#f6cba4", "++"),
    "other": ("#bdbdbd", "--"),
}

PICTURE_WIDTH_INCHES = 7.2


def font_folder() -> Path:
    """Give the folder of the shipped fonts (SIL Open Font License)."""
    return Path(str(resources.files("dieval.present") / "fonts"))


def picture_settings() -> Any:
    """Give matplotlib's settings for every picture, after making the font known to it."""
    from matplotlib import font_manager

    known = {Path(font.fname).name for font in font_manager.fontManager.ttflist}
    for name in FONT_FILES:
        if name not in known:
            font_manager.fontManager.addfont(str(font_folder() / name))
    return {
        "font.family": FONT_FAMILY,
        "font.size": 10,
        "axes.edgecolor": RULE,
        "axes.labelcolor": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlesize": 10,
        "figure.facecolor": "white",
        "hatch.linewidth": 0.5,
        "lines.linewidth": 2,
        "svg.fonttype": "path",
        "svg.hashsalt": "dieval",
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "ytick.major.size": 0,
    }
