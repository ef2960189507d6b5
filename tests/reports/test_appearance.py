from __future__ import annotations

import base64

import pytest

from dieval.errors import ParameterError
from dieval.present.style import HOUSE, contrast
from dieval.reports.appearance import MOST_LOGO_BYTES, read_appearance
from dieval.reports.style_sheet import policy_hash, style_sheet

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 1"><rect width="4" height="1"/></svg>'
)
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)


def read(tmp_path, **given):
    return read_appearance(given, tmp_path, "dieval.toml, [organisation]")


def test_nothing_given_is_the_house_style(tmp_path):
    assert read(tmp_path) == HOUSE
    assert contrast(HOUSE.accent, "#ffffff") > 8


def test_name_colour_and_logo_are_read(tmp_path):
    (tmp_path / "logo.svg").write_bytes(SVG)
    look = read(
        tmp_path, name=" Kurzemes \n plānošanas reģions ", accent="#7A2E00", logo="logo.svg"
    )
    assert (look.name, look.accent) == ("Kurzemes plānošanas reģions", "#7a2e00")
    assert (look.logo, look.logo_type) == (SVG, "svg")


def test_png_logo_is_read(tmp_path):
    (tmp_path / "logo.PNG").write_bytes(PNG)
    assert read(tmp_path, logo="logo.PNG").logo_type == "png"


def test_colour_reaches_the_style_sheet_and_its_hash(tmp_path):
    ours, house = style_sheet(read(tmp_path, accent="#7a2e00")), style_sheet(HOUSE)
    assert "--accent:#7a2e00;" in ours["style"]
    assert "--accent:#00507a;" in house["style"]
    assert ours["style_hash"] == policy_hash(ours["style"]) != house["style_hash"]


# Grey #777777 on white: 4.48 : 1, just below the 4.5 : 1 of WCAG 2.1, 1.4.3.
@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"accent": "#777777"}, r"accent: #777777 on white has a contrast of 4\.48 : 1.*darker"),
        ({"accent": "blue"}, "accent: expected a colour such as"),
        ({"accent": "#00507a; background: url(x)"}, "accent: expected a colour such as"),
        ({"name": 3}, "name: expected a text"),
        ({"colour": "#000000"}, "expected none but accent, logo, name"),
        ({"logo": "missing.svg"}, "missing.svg cannot be read"),
        ({"logo": "logo.gif"}, "logo.gif must be an SVG or a PNG file"),
    ],
)
def test_setting_that_cannot_be_used_is_refused_with_the_reason(tmp_path, given, message):
    with pytest.raises(ParameterError, match=message):
        read(tmp_path, **given)


def test_settings_that_are_no_table_are_refused(tmp_path):
    with pytest.raises(ParameterError, match="expected none but"):
        read_appearance("Kurzeme", tmp_path, "dieval.toml, [organisation]")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<svg", "is not an SVG picture"),
        (b"<html><body/></html>", "is not a plain SVG picture"),
        (b"<!DOCTYPE svg [<!ENTITY a 'b'>]>" + SVG, "no DOCTYPE"),
        (SVG.replace(b"<rect", b"<script>alert(1)</script><rect"), "script or a link"),
        (SVG.replace(b"<rect", b"<rect onload='alert(1)'"), "script or a link"),
        (
            SVG.replace(b"<rect", b"<image href='https://example.org/x.png'/><rect"),
            "script or a link",
        ),
        (SVG + b" " * MOST_LOGO_BYTES, "every report carries it"),
    ],
)
def test_logo_that_is_not_a_picture_of_its_own_is_refused(tmp_path, content, message):
    (tmp_path / "logo.svg").write_bytes(content)
    with pytest.raises(ParameterError, match=message):
        read(tmp_path, logo="logo.svg")


def test_logo_that_only_has_the_name_of_a_png_is_refused(tmp_path):
    (tmp_path / "logo.png").write_bytes(SVG)
    with pytest.raises(ParameterError, match="is not a PNG picture"):
        read(tmp_path, logo="logo.png")
