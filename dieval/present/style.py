"""The house style in one place: font, colours and sizes of every picture and page.

Colours follow the Okabe–Ito set, told apart with every common kind of colour blindness; those of
lines are dark enough for their labels on white (contrast 4.5 : 1 at least). Lines and bars carry a
label, a dash or a hatch as well, so that a grey print stays readable. A style of bars is a colour
and a hatch; a light colour is hatched and edged in a darker shade of it, a dark one in white.
"""

from __future__ import annotations

from dataclasses import dataclass
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

# The same font as pages carry it, by weight: file, and the file that it is made from.
WEB_FONT_FAMILY = "Dieval Sans"
WEB_FONTS = {
    400: ("DievalSans-Regular.woff", "SourceSans3-Regular.ttf"),
    600: ("DievalSans-Semibold.woff", "SourceSans3-Semibold.ttf"),
}

INK = "#1b1b1b"
MUTED = "#595959"
RULE = "#c4c4c4"
LEADER = "#8c8c8c"
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
ARRANGEMENT_DASHES = {
    "institution": "-",
    "state_institution": (0, (1, 1)),
    "family_like": (0, (5, 1.5)),
    "youth_house": (0, (5, 1.5, 1, 1.5)),
    "foster_family": (0, (8, 2)),
    "specialised_foster_family": (0, (3, 1.5)),
    "guardian": (0, (8, 1.5, 1, 1.5, 1, 1.5)),
}
PART_STYLES = {
    "remuneration": ("#d55e00", "\\\\"),
    "maintenance": ("#f0a868", "//"),
    "staff": ("#0072b2", ""),
    "upkeep": ("#7fc4ea", ".."),
    "goods_services": ("#b5d9ee", "\\\\"),
    "premises": ("#007a5a", "//"),
    "administration": ("#8fcdb6", "xx"),
    "support": ("#e6c229", ""),
    "capital": ("#4a4a4a", ""),
    "allowance": ("#f6cba4", "++"),
    "other": ("#bdbdbd", "--"),
}

PAYER_STYLES = {
    "state": ("#00507a", ""),
    "municipality": ("#f0a868", "//"),
    "eu_fund": ("#7fc4ea", ".."),
    "other": ("#bdbdbd", "xx"),
}
# Pieces of a column that stand on one another: the colours of the lines, told apart by hatch where
# they are equally dark.
ARRANGEMENT_STYLES = {
    "institution": (ARRANGEMENT_COLOURS["institution"], "\\\\"),
    "state_institution": (ARRANGEMENT_COLOURS["state_institution"], ""),
    "family_like": (ARRANGEMENT_COLOURS["family_like"], "xx"),
    "youth_house": (ARRANGEMENT_COLOURS["youth_house"], ".."),
    "foster_family": (ARRANGEMENT_COLOURS["foster_family"], "//"),
    "specialised_foster_family": (ARRANGEMENT_COLOURS["specialised_foster_family"], "--"),
    "guardian": (ARRANGEMENT_COLOURS["guardian"], ""),
}
# Children who are no longer in care, under the arrangements of those who are.
END_STYLES = {
    "family": ("#5b4fb0", "++"),
    "adoption": ("#8f2f3f", "||"),
    "exit": ("#6e6e6e", "oo"),
}
# A whole, and what is added to it or taken from it.
TOTAL_STYLE = ("#4a4a4a", "")
RISE_STYLE = ("#d55e00", "//")
FALL_STYLE = ("#0072b2", "\\\\")
# The ends of a range.
LOW_STYLE = ("#7fc4ea", "..")
HIGH_STYLE = ("#b84f00", "")
# Series that stand side by side or on one another, in their order.
SERIES_STYLES = (("#00507a", ""), ("#f0a868", "//"), ("#8fcdb6", "xx"), ("#bdbdbd", ".."))
# Lines of scenarios, in their order: colour, dashes and marker, told apart by each of them.
SCENARIO_STYLES: tuple[tuple[str, Any, str], ...] = (
    ("#00507a", "-", "o"),
    ("#b84f00", (0, (6, 2)), "s"),
    ("#007a5a", (0, (2, 1.5)), "^"),
    ("#9b3a7a", (0, (6, 2, 1, 2)), "D"),
    ("#4a4a4a", (0, (1, 1)), "v"),
    ("#946100", (0, (8, 2, 2, 2, 2, 2)), "X"),
)
# Dashes of values that lines are held against, in their order.
LEVEL_DASHES: tuple[Any, ...] = ((0, (7, 2)), (0, (2, 1.5)), (0, (7, 2, 1, 2)))
# A range of what may come, and its middle; what is planned for it, and when that is too much.
RANGE = "#a3cde8"
PLANNED = "#a84600"
PLANNED_DASHES = (0, (4, 1.5))

# Steps of a scale from little to much: one hue that only grows darker, so that its order is the
# same with every kind of colour blindness and in grey. Each step has a contrast of 1.4 : 1 at least
# to the next, and every text on it one of 4.5 : 1.
SCALE = ("#e3eff7", "#a3cde8", "#4f9fd0", "#0f6ba3", "#002f4b")
# Where there is no number: hatched paper for what is not known, plain paper for the rest.
UNKNOWN_STYLE = ("#ffffff", "////")
NO_STYLE = ("#ffffff", "")
# The way to a target, behind the bar.
TRACK = "#e6e6e6"
# What is past its day; always with a cross or a dashed line as well.
OVERDUE = "#b02a00"

PICTURE_WIDTH_INCHES = 7.2
TEXT_SIZE = 10.0
SMALL_TEXT_SIZE = 9.0
# Shade of a light colour in which its hatch and edge are drawn, 0 black … 1 the colour itself.
HATCH_SHADE = 0.55


def luminance(colour: str) -> float:
    """Give the relative luminance of a colour, 0 black … 1 white.

    Examples
    --------
    >>> luminance("#ffffff"), luminance("#000000")
    (1.0, 0.0)

    Notes
    -----
    Source: Web Content Accessibility Guidelines 2.1, “relative luminance”.
    """
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours, 1 (none) … 21.

    Examples
    --------
    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def text_on(colour: str) -> str:
    """Give the colour of a text on a bar, the one of greater contrast.

    Examples
    --------
    >>> text_on("#00507a"), text_on("#f0a868")
    ('#ffffff', '#1b1b1b')
    """
    return max(("#ffffff", INK), key=lambda ink: contrast(ink, colour))


def hatch_on(colour: str) -> str:
    """Give the colour in which a bar is hatched and edged.

    Examples
    --------
    >>> hatch_on("#00507a"), hatch_on("#f0a868")
    ('#ffffff', '#845c39')
    """
    if contrast(colour, "#ffffff") >= 3:
        return "#ffffff"
    shaded = [round(int(colour[start : start + 2], 16) * HATCH_SHADE) for start in (1, 3, 5)]
    return "#" + "".join(f"{channel:02x}" for channel in shaded)


def scale(steps: int) -> list[str]:
    """Choose the colours of a scale of few steps, from little to much.

    Parameters
    ----------
    steps : int
        1 … 5.

    Examples
    --------
    >>> scale(2)
    ['#e3eff7', '#002f4b']

    Raises
    ------
    ValueError
        There are fewer steps than one or more than five.
    """
    if not 1 <= steps <= len(SCALE):
        raise ValueError(f"a scale has 1 to {len(SCALE)} steps, got {steps}")
    last = len(SCALE) - 1
    return [SCALE[round(step * last / max(steps - 1, 1))] for step in range(steps)]


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
        "font.size": TEXT_SIZE,
        "axes.edgecolor": RULE,
        "axes.labelcolor": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlesize": TEXT_SIZE,
        "figure.facecolor": "white",
        "hatch.linewidth": 0.5,
        "lines.linewidth": 2,
        "svg.fonttype": "path",
        "svg.hashsalt": "dieval",
        "text.color": INK,
        "text.parse_math": False,  # a dollar sign in a name is a dollar sign
        "xtick.color": INK,
        "ytick.color": INK,
        "ytick.major.size": 0,
    }


# What pages and printed reports share with the pictures.
PAGE_COLOURS = {
    "ink": INK,
    "muted": MUTED,
    "rule": RULE,
    "warning-paper": WARNING_PAPER,
    "warning-ink": WARNING_INK,
    "warning-rule": "#b07d00",
    "good-ink": "#1d6b3a",
    "bad-paper": "#fdeee9",
    "bad-ink": "#8f1d00",
    "form-paper": "#f2f5f7",
}
LEAST_CONTRAST = 4.5  # of text on white: WCAG 2.1, 1.4.3


@dataclass(frozen=True)
class Appearance:
    """How the reports of an organisation look.

    Parameters
    ----------
    name : str
        Organisation that publishes the reports; may be empty.
    accent : str
        Colour of headings, rules and links, #rrggbb; at least 4.5 : 1 on white.
    logo : bytes or None
        Content of its logo, a decoration beside the name.
    logo_type : str
        `svg` or `png`.
    """

    name: str = ""
    accent: str = ACCENT
    logo: bytes | None = None
    logo_type: str = "svg"


HOUSE = Appearance()


def page_colours(appearance: Appearance) -> dict[str, str]:
    """Give the colours of pages by name, the accent of the organisation among them."""
    return {**PAGE_COLOURS, "accent": appearance.accent}
