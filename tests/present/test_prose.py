from __future__ import annotations

import pytest

from dieval.errors import ReportError
from dieval.present.prose import plain_text, prose_nodes


def text(words: str) -> dict[str, object]:
    return {"kind": "text", "text": words}


def test_prose_heading_has_its_level_and_text():
    (node,) = prose_nodes("### Kas *maksā*")
    assert (node["kind"], node["level"]) == ("heading", 3)
    assert plain_text(node["inlines"]) == "Kas maksā"


def test_prose_paragraph_holds_strong_emphasis_code_and_link():
    (node,) = prose_nodes("a **b** *c* `d` [e](https://example.org)")
    assert node["kind"] == "paragraph"
    assert node["inlines"] == [
        text("a "),
        {"kind": "strong", "inlines": [text("b")]},
        text(" "),
        {"kind": "em", "inlines": [text("c")]},
        text(" "),
        {"kind": "code", "text": "d"},
        text(" "),
        {"kind": "link", "href": "https://example.org", "inlines": [text("e")]},
    ]


@pytest.mark.parametrize(("source", "ordered"), [("- a\n- **b**", False), ("1. a\n2. **b**", True)])
def test_prose_list_keeps_its_items(source, ordered):
    (node,) = prose_nodes(source)
    assert (node["kind"], node["ordered"]) == ("prose_list", ordered)
    assert [plain_text(item) for item in node["items"]] == ["a", "b"]


def test_prose_line_break_within_a_paragraph_is_a_space():
    (node,) = prose_nodes("one\ntwo")
    assert plain_text(node["inlines"]) == "one two"


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "a <b>bold</b> c",
        "<img src=x onerror=alert(1)>",
        "{{7*7}} #import $x$ ]_ $(id) @ref",
    ],
)
def test_prose_raw_html_and_markup_of_others_stay_text(source):
    nodes = prose_nodes(source)
    assert {node["kind"] for node in nodes} == {"paragraph"}
    assert " ".join(plain_text(node["inlines"]) for node in nodes) == source


@pytest.mark.parametrize("target", ["javascript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_prose_link_that_would_run_something_stays_text(target):
    (node,) = prose_nodes(f"[x]({target})")
    assert [part["kind"] for part in node["inlines"]] == ["text"]


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("![picture](x.png)", "image"),
        ("> quoted", "blockquote"),
        ("```\ncode\n```", "fence"),
        ("    code", "code_block"),
        ("a\n\n---\n\nb", "hr"),
    ],
)
def test_prose_that_reports_do_not_show_is_refused_by_name(source, what):
    with pytest.raises(ReportError, match=f"“{what}”"):
        prose_nodes(source)


@pytest.mark.parametrize(
    "source", ["- a\n\n  second paragraph", "- a\n  - nested", "1. a\n   - nested"]
)
def test_prose_list_item_loses_nothing_silently(source):
    try:
        nodes = prose_nodes(source)
    except ReportError:
        return
    found = str(nodes)
    assert "nested" in found or "second paragraph" in found


def test_prose_empty_is_nothing():
    assert prose_nodes("") == []


def test_plain_text_leaves_out_the_marks_of_nested_inlines():
    (node,) = prose_nodes("**a *b* [c](https://example.org)**")
    assert plain_text(node["inlines"]) == "a b c"
