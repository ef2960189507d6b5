"""Texts that try to become code, markup, formulas, links or paths, and a project full of them.

Every text that people write into a data package, its parameters or its settings gets one of them,
followed by a mark of its own, so that it can be found again in what is published. Which columns
hold such texts is read from the schemas: a new one is taken in by itself.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from dieval.inputs.schema import table_names, table_schema
from dieval.parameters import ParameterValue

# What intake lets through: it is to be seen as the text that it is.
SHOWN = {
    # HTML
    "script": "<script>alert(1)</script>",
    "handler": "<img src=x onerror=alert(1)>",
    "svg": "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "attribute": '"><iframe src=javascript:alert(1)></iframe>',
    "other quote": "' onmouseover='alert(1)' style='position:fixed",
    "refresh": '<meta http-equiv=refresh content="0;url=http://example.org">',
    "style": "</style><style>*{display:none}</style>",
    "title": "</title></head><body onload=alert(1)>",
    "JSON-LD": '</script><script type="application/ld+json">{"@context":"x"}</script>',
    "comment": "--><!--[if IE]><script>alert(1)</script><![endif]-->",
    "form": "<form action=//example.org><button formaction=javascript:alert(1)>x</button>",
    "base": '<base href="//example.org/"><link rel=stylesheet href="//example.org/x.css">',
    "noscript": '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "entities": "&lt;script&gt;alert(1)&lt;/script&gt;&#x3c;b&#62;&amp;&nbsp;",
    "CSS": "expression(alert(1));background:url(//example.org/x.png)}*{display:none",
    # XML
    "CDATA": "]]><![CDATA[<b>x</b>]]>",
    "entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
    "instruction": '<?xml-stylesheet href="http://example.org/x.xsl"?>',
    # Templates
    "jinja": "{{7*7}}{{config}}{{ cycler.__init__ }}",
    "jinja statement": "{% for x in ().__class__.__base__.__subclasses__() %}x{% endfor %}",
    "jinja comment": "{# x #}{{ '<b>' | safe }}",
    "format": "{region.__class__.__init__.__globals__}{0}{}{symbol}",
    "percent": "%s%d%n%(region)s%%",
    "dollar": "$region ${region} $$ $(id) `id`",
    "braces": "}}{{ } { }} {{",
    "ERB": "<%= 7*7 %><?= 7*7 ?>",
    # Notebooks
    "magic": "%run -i /etc/passwd",
    "cell magic": "%%html <b>x</b>",
    "shell": "!touch x; ! touch x",
    "Python": '"; import os; os.abort() #',
    "triple quotes": "\"\"\" + str(__import__('os')) + ''' \\",
    # Spreadsheets
    "equals": "=1+1",
    "DDE": "=cmd|' /C calc'!A0",
    "plus": "+1+1",
    "minus": "-2+3+cmd|' /C calc'!A0",
    "at": "@SUM(1,2)",
    "tab": "\t=1+1",
    "carriage return": "\r=1+1",
    "full width": "＝1+1",
    "link formula": '=HYPERLINK("http://example.org","x")',
    "semicolon": "a;=1+1;b",
    "closing quote": '",=1+1,"',
    "second line": "a\n=1+1",
    # Addresses and paths
    "http": "http://example.org/x?a=1&b=2",
    "javascript": "javascript:alert(1)",
    "file": "file:///etc/passwd",
    "share": "\\\\example.org\\share\\x",
    "data": "data:text/html,<script>alert(1)</script>",
    "parent": "../../../../etc/passwd",
    "parent on Windows": "..\\..\\windows\\win.ini",
    "device": "CON",
    "device with ending": "nul.txt",
    # Markdown, formulas, Typst, PDF, Word
    "Markdown": "[x](javascript:alert(1)) ![x](http://example.org/x.png) **b** `c` <http://a.b>",
    "MathJax": "$\\href{javascript:alert(1)}{x}$ \\(x^2\\) $$\\unicode{41}$$",
    "block Markdown": "# x | a | b | --- > x * y",
    "Typst": '#panic("x") #import "x.typ": * #set text(white) $ #eval("1") $ @ref <l> \\ *b* _i_',
    "PDF": ") /S /JavaScript /JS (app.alert(1)) >> endobj (",
    "Word": '{ INCLUDETEXT "http://example.org/x" } { DDEAUTO c:\\\\cmd.exe "/k calc" }',
    # Letters
    "long word": "Garumzīme" * 30,
    "line separators": "a\u2028b\u2029c",
    "right to left": "שלום عربى",
    "not in the font": "日本語 😀",
}
# What intake refuses, with its place and what to do.
REFUSED = {
    "escape": "\x1b[2J\x1b[31mred",
    "bell": "a\x07\x08b",
    "C1": "a\x9b31mb",
    "override": "abc\u202egnp.exe",
    "isolate": "a\u2066b\u2069",
    "zero width": "Rī\u200bga",
    "byte order mark": "a\ufeffb",
    "soft hyphen": "a\u00adb",
    "no character": "a\uffffb",
    "homoglyph": "Rīg\u0430",
}
NUL = "a\0b"  # the whole file is refused


def text_columns() -> list[tuple[str, str]]:
    """Tables and columns of the contract that hold any text: no codes, no keys of other tables."""
    found = []
    for table in table_names():
        schema = table_schema(table)
        keys = {key.field for key in schema.foreign_keys}
        found += [
            (table, each.name)
            for each in schema.fields
            if each.type == "string" and not (each.enum or each.pattern or each.codes)
            if each.name not in keys
        ]
    return found


def parameter_texts() -> list[str]:
    """Texts of a dated value that say what it is, where from."""
    fields = ParameterValue.model_fields
    codes = ("unit", "status")
    return [name for name, of in fields.items() if of.annotation is str and name not in codes]


@dataclass(frozen=True)
class Planted:
    """A text in its place, and the mark by which it is known."""

    place: str
    payload: str
    mark: str

    @property
    def text(self) -> str:
        return f"{SHOWN[self.payload]} {self.mark}"


@dataclass
class Plan:
    """Which payload every text gets; another one in every package."""

    shift: int
    planted: list[Planted] = field(default_factory=list)
    _known: dict[tuple[str, str], str] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def text(self, place: str, before: str) -> str:
        """Give the text for a place; equal texts of one place stay equal."""
        if (place, before) not in self._known:
            count = self._counts[place] = self._counts.get(place, -1) + 1
            names = list(SHOWN)
            payload = names[(count + self.shift + 7 * len(self._counts)) % len(names)]
            mark = f"Mq{self.shift:02d}{len(self.planted):05d}z"
            self.planted.append(Planted(place, payload, mark))
            self._known[place, before] = self.planted[-1].text
        return self._known[place, before]


def plant(project: Path, shift: int) -> list[Planted]:
    """Give every text of a project a payload; say which stands where."""
    plan = Plan(shift)
    package = project / "data" / "latvia"
    columns: dict[str, list[str]] = {}
    for table, column in text_columns():
        columns.setdefault(table, []).append(column)
    for table, names in columns.items():
        file = package / f"{table}.csv"
        if file.exists():
            _rewrite(file, table, names, plan)
    descriptor = package / "datapackage.json"
    content = json.loads(descriptor.read_text(encoding="utf-8"))
    content |= {name: plan.text(f"package.{name}", "") for name in ("title", "title_lv")}
    descriptor.write_text(json.dumps(content), encoding="utf-8")
    for file in sorted((project / "data" / "parameters").glob("*.yml")):
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        file.write_text(yaml.safe_dump(_parameters(content, plan)), encoding="utf-8")
    with (project / "dieval.toml").open("a", encoding="utf-8") as settings:
        # TOML has no pairs of surrogates, and wants DEL escaped.
        name = json.dumps(plan.text("organisation.name", ""), ensure_ascii=False)
        name = name.replace("\x7f", "\\u007f")
        settings.write(f"\n[organisation]\nname = {name}\n")
    return plan.planted


def _rewrite(file: Path, table: str, names: list[str], plan: Plan) -> None:
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for place, row in enumerate(rows):
        for name in names:
            if name in row:
                row[name] = plan.text(f"{table}.{name}", row[name] or f"row {place}")
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)


def _parameters(content: dict[str, Any], plan: Plan) -> dict[str, Any]:
    for name, entry in content.items():
        for title in ("title", "title_lv"):
            entry[title] = plan.text(f"parameters.{title}", name)
        for start, value in entry["values"].items():
            for text in parameter_texts():
                value[text] = plan.text(f"parameters.{text}", f"{name} {start}")
    return content


def projects(project: Path, folder: Path, shift: int) -> tuple[Path, list[Planted]]:
    """Copy a project and plant payloads into the copy."""
    shutil.copytree(project, folder)
    return folder, plant(folder, shift)


def marks_in(text: str) -> Iterator[str]:
    """Find the marks that stand in a text."""
    start = text.find("Mq")
    while start >= 0:
        mark = text[start : start + 10]
        if mark.endswith("z") and mark[2:9].isdigit():
            yield mark
        start = text.find("Mq", start + 2)
