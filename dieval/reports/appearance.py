"""The look of the organisation that publishes the reports: `[organisation]` in dieval.toml."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

from lxml import etree

from dieval.errors import ParameterError
from dieval.present.style import HOUSE, LEAST_CONTRAST, Appearance, contrast
from dieval.reports.private import as_given, refuse_text

MOST_LOGO_BYTES = 200_000
SVG = "http://www.w3.org/2000/svg"


def read_appearance(given: Any, root: Path, where: str) -> Appearance:
    """Read the look of an organisation: `name`, `accent` and `logo`, each of them optional.

    Parameters
    ----------
    given : object
        Settings by name; anything else is refused.
    root : Path
        Folder that the file of the logo is named from.
    where : str
        What an error calls the place of the settings.

    Raises
    ------
    ParameterError
        A setting is unknown or no text, the colour is too light for text on white, or the logo
        cannot be read or is no picture that stands for itself.
    """
    known = {"name", "accent", "logo"}
    if not isinstance(given, dict) or not given.keys() <= known:
        raise ParameterError(f"{where}: expected none but {', '.join(sorted(known))}.")
    wrong = [name for name, value in given.items() if not isinstance(value, str)]
    if wrong:
        raise ParameterError(f"{where}, {wrong[0]}: expected a text in quotes.")
    accent = given.get("accent", HOUSE.accent).lower()
    if not re.fullmatch("#[0-9a-f]{6}", accent):
        raise ParameterError(
            f'{where}, accent: expected a colour such as "#00507a", got {as_given(accent)}.'
        )
    if contrast(accent, "#ffffff") < LEAST_CONTRAST:
        raise ParameterError(
            f"{where}, accent: {accent} on white has a contrast of "
            f"{contrast(accent, '#ffffff'):.2f} : 1, expected at least {LEAST_CONTRAST} : 1 "
            "(WCAG 2.1, 1.4.3). Take a darker shade."
        )
    name = " ".join(given.get("name", "").split())
    refuse_text(name, f"{where}, name")
    if "logo" not in given:
        return Appearance(name=name, accent=accent)
    logo, logo_type = _logo(root / given["logo"], f"{where}, logo")
    return Appearance(name=name, accent=accent, logo=logo, logo_type=logo_type)


def _logo(file: Path, where: str) -> tuple[bytes, str]:
    """Read a logo and make sure that it is a picture of its kind, alone in its file."""
    kind = file.suffix.lower().removeprefix(".")
    if kind not in ("svg", "png"):
        raise ParameterError(f"{where}: {file.name} must be an SVG or a PNG file.")
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ParameterError(f"{where}: {file.name} cannot be read: {error.strerror}.") from error
    if len(content) > MOST_LOGO_BYTES:
        raise ParameterError(
            f"{where}: {file.name} has {len(content)} bytes, expected at most {MOST_LOGO_BYTES}: "
            "every report carries it."
        )
    if kind == "png" and not content.startswith(b"\x89PNG\r\n\x1a\n"):
        raise ParameterError(f"{where}: {file.name} is not a PNG picture.")
    if kind == "svg":
        _check_svg(content, f"{where}: {file.name}")
    return content, kind


def _check_svg(content: bytes, where: str) -> None:
    """Refuse a drawing that is none, or that fetches something or holds a script."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        tree = etree.parse(io.BytesIO(content), parser)
    except etree.XMLSyntaxError as error:
        raise ParameterError(f"{where} is not an SVG picture: {error.msg}.") from error
    root = tree.getroot()
    if root.tag != f"{{{SVG}}}svg" or tree.docinfo.doctype:
        raise ParameterError(f"{where} is not a plain SVG picture (no DOCTYPE).")
    for element in root.iter(etree.Element):
        links = [
            value
            for name, value in element.attrib.items()
            if name.endswith("href") and not value.startswith(("#", "data:image/"))
        ]
        active = [name for name in element.attrib if name.lower().startswith("on")]
        if element.tag == f"{{{SVG}}}script" or active or links:
            raise ParameterError(f"{where} has a script or a link; save it as a plain SVG picture.")
