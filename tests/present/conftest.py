"""Pictures in tests: drawn without being saved, their texts measured, their files looked into."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from pandas import DataFrame

import dieval
from dieval.inputs.read import DataPackage, read_package
from dieval.present import style
from dieval.present.blocks import Section, resolve
from dieval.present.figures import canvas
from dieval.present.report import Report, results
from dieval.release.tables import ReleasedTables
from dieval.reports.project import read_project, shipped_root
from dieval.reports.results import results_json
from dieval.reports.scope import check_cost_comparison, compare_costs
from dieval.reports.scope_annex import annex, check_reorganisation_annex
from dieval.reports.scope_overview import check_national_overview, oversee
from dieval.reports.scope_progress import check_implementation_progress, report_progress
from dieval.vocabulary import LANGUAGES

Drawing = Callable[[], dict[str, str]]
PIXELS = 0.5  # by which boxes may touch
CONTRAST = 4.5


@pytest.fixture(scope="session")
def figures_of() -> Callable[[Drawing], list[Figure]]:
    """Gives the figures that a drawing makes, in the order of the languages; none is saved."""
    original = canvas.picture

    def figures(drawing: Drawing) -> list[Figure]:
        made: list[Figure] = []

        def picture(paint, say):
            made.append(original(paint, say))
            return made[-1]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(canvas, "picture", picture)
            patch.setattr(Figure, "savefig", lambda *_, **__: None)
            drawing()
        return made

    return figures


@pytest.fixture(scope="session")
def texts_of():
    """Gives the texts of a figure that are seen, with their boxes in pixels."""
    return _lettered


@pytest.fixture(scope="session")
def words_of():
    """Gives the texts of a figure, each as one line with plain spaces."""
    return lambda figure: [" ".join(text.split()) for text, _, _ in _lettered(figure)]


@pytest.fixture(scope="session")
def bars_of():
    """Gives the filled boxes of a figure: place in pixels, and colour."""
    return _bars


@pytest.fixture(scope="session")
def marks_of():
    """Gives the marks of a figure: place in pixels, shape, colour, and whether they are filled."""
    return _marks


@pytest.fixture(scope="session")
def refuse_crowding(figures_of):
    """Refuses a picture with a text outside, over another, over a mark or over an edge of a bar."""

    def check(drawing: Drawing) -> None:
        found = figures_of(drawing)
        assert len(found) == len(LANGUAGES)
        for figure in found:
            assert _faults(figure) == []

    return check


@pytest.fixture(scope="session")
def refuse_strange_files():
    """Refuses a file with letters, with what loads or runs, or that differs when drawn again."""

    def check(drawing: Drawing) -> None:
        files = drawing()
        assert set(files) == set(LANGUAGES)
        assert files["lv"] != files["en"]
        assert drawing() == files
        for text in files.values():
            parts = list(ElementTree.fromstring(text).iter())
            names = {part.tag.split("}")[-1] for part in parts}
            assert names.isdisjoint({"text", "tspan", "script", "image", "foreignObject", "a"})
            for part in parts:
                for name, value in part.attrib.items():
                    assert not name.endswith("href") or value.startswith("#")
            assert not re.search(r"\b(nan|inf|infinity)\b", text, re.IGNORECASE)

    return check


def _lettered(figure: Figure) -> list[tuple[str, Bbox, str]]:
    renderer = FigureCanvasAgg(figure).get_renderer()
    seen = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    return [
        (text.get_text(), text.get_window_extent(renderer), to_hex(text.get_color()))
        for text in seen
    ]


def _bars(figure: Figure) -> list[tuple[Bbox, str]]:
    return [
        (patch.get_window_extent(), to_hex(patch.get_facecolor()))
        for axes in figure.axes
        for patch in axes.patches
        if isinstance(patch, Rectangle) and patch.get_fill()
    ]


def _marks(figure: Figure) -> list[tuple[Bbox, str, str, bool]]:
    found = []
    parts = [part for whole in (figure, *figure.axes) for part in whole.get_children()]
    for line in parts:
        if not isinstance(line, Line2D) or line.get_marker() in ("None", None, ""):
            continue
        half = line.get_markersize() / 2 * figure.dpi / 72
        face, edge = to_hex(line.get_markerfacecolor()), to_hex(line.get_markeredgecolor())
        filled = edge == "#ffffff"
        for x, y in line.get_transform().transform(line.get_xydata()):
            box = Bbox([[x - half, y - half], [x + half, y + half]])
            found.append((box, str(line.get_marker()), face if filled else edge, filled))
    return found


def _over(ones: list[Bbox], others: list[Bbox]) -> np.ndarray:
    """Whether each of some boxes shares more than its edges with each of others."""
    one = np.array([box.extents for box in ones]).reshape(-1, 1, 4)
    other = np.array([box.extents for box in others]).reshape(1, -1, 4)
    shared = np.minimum(one[..., 2:], other[..., 2:]) - np.maximum(one[..., :2], other[..., :2])
    return (shared > PIXELS).all(axis=-1)


def _within(inner: Bbox, outer: Bbox) -> bool:
    return (
        inner.x0 > outer.x0 - PIXELS
        and inner.y0 > outer.y0 - PIXELS
        and inner.x1 < outer.x1 + PIXELS
        and inner.y1 < outer.y1 + PIXELS
    )


def _faults(figure: Figure) -> list[str]:
    """What is wrong with the texts, bars and marks of a picture."""
    texts, bars, marks = _lettered(figure), _bars(figure), _marks(figure)
    boxes, places = [box for _, box, _ in texts], [box for box, _ in bars]
    page = Bbox([[0, 0], [figure.bbox.width, figure.bbox.height]])
    faults = [f"{text!r} lies outside" for text, box, _ in texts if not _within(box, page)]
    faults += [f"a bar at {box} lies outside" for box in places if not _within(box, page)]
    faults += [f"a mark at {box} lies outside" for box, *_ in marks if not _within(box, page)]
    faults += [
        f"{texts[one][0]!r} lies over {texts[other][0]!r}"
        for one, other in np.argwhere(np.triu(_over(boxes, boxes), 1))
    ]
    faults += [
        f"{texts[one][0]!r} lies over a mark"
        for one, _ in np.argwhere(_over(boxes, [box for box, *_ in marks]))
    ]
    under: dict[int, str] = {}
    for one, bar in np.argwhere(_over(boxes, places)):
        under[one] = bars[bar][1]
        if not _within(boxes[one], places[bar]):
            faults.append(f"{texts[one][0]!r} lies over an edge")
    for order, (text, _, ink) in enumerate(texts):
        paper = under.get(order, "#ffffff")
        if style.contrast(ink, paper) < CONTRAST:
            faults.append(f"{text!r} has too little contrast, {ink} on {paper}")
    return faults


# ----------------------------------------------------------------------- whole reports, as shown

UNWRITTEN = re.compile(r"\b([nN]a[nN]|NaT|inf|Infinity|None|null|∞)\b|[{}]")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


@pytest.fixture(scope="session")
def package() -> DataPackage:
    """The data package of Latvia."""
    return read_package(read_project(shipped_root()).data)


@pytest.fixture(scope="session")
def said_in() -> Callable[[Section, str], str]:
    """Give every text of a section in a language."""
    return lambda section, code: " ".join(
        text for block in section.blocks for text in _texts(resolve(block, code))
    )


@pytest.fixture(scope="session")
def read_through() -> Callable[[Report, Sequence[str]], list[dict[str, Any]]]:
    """Make chapters of a report and read them in both languages; gives their blocks.

    Nothing may show NaN, infinity, a text not filled in, an empty picture or an empty table.
    """

    def read(report: Report, chapters: Sequence[str]) -> list[dict[str, Any]]:
        sections = [report.cover(), *(getattr(dieval, name)(report) for name in chapters)]
        blocks = [block for section in sections for block in section.blocks]
        for block in blocks:
            for code in LANGUAGES:
                written = resolve(block, code)
                svg = written.pop("svg", None)
                for text in _texts(written):
                    assert not UNWRITTEN.search(text), (block.get("name"), code, text)
                if svg is not None:
                    assert written["alt"]
                    paths = ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}path")
                    assert len(list(paths)) > 20, block["name"]
                    assert not re.search(r"[\s\"]-?(nan|inf)[\s\",]", svg), block["name"]
                if block["kind"] == "table":
                    assert written["rows"], block["name"]
        assert not re.search(r"\b(NaN|Infinity)\b", results_json(results(report)))
        return blocks

    return read


# ------------------------------------------------------------- reports of every kind, made once

COSTS: dict[str, Any] = dict(
    first_year=2014,
    last_year=2022,
    price_year=2022,
    discount_rate=0.04,
    reference="institution",
    draws=1000,
    seed=1,
)
PLAN: dict[str, Any] = dict(
    provider="kurzeme-paraugs-1",
    start_year=0,
    horizon_years=10,
    price_year=2022,
    discount_rate=0.04,
    draws=1000,
    seed=1,
)
DAY: dict[str, Any] = dict(as_of="2023-12-31")
KINDS_MADE: dict[str, tuple[dict[str, Any], Callable[..., Any], Callable[..., Report]]] = {
    "cost_comparison": (
        {**COSTS, "region": "kurzeme"},
        check_cost_comparison,
        compare_costs,
    ),
    "implementation_progress": (
        {**DAY, "region": "kurzeme"},
        check_implementation_progress,
        report_progress,
    ),
    "reorganisation_annex": (PLAN, check_reorganisation_annex, annex),
    "national_overview": ({**COSTS, **DAY}, check_national_overview, oversee),
}


@pytest.fixture(scope="session")
def made(package) -> Callable[..., Report]:
    """Give a report of a kind on the data of Latvia, with parameters or tables replaced.

    `without` names tables that are left out; `draws_nothing` leaves the simulation without a row.
    A report that nothing was replaced in is made once.
    """
    once: dict[Any, Report] = {}

    def make(
        kind: str,
        *,
        without: Sequence[str] = (),
        draws_nothing: bool = False,
        **replaced: Any,
    ) -> Report:
        tables = {name: part for name, part in replaced.items() if isinstance(part, DataFrame)}
        given = {name: part for name, part in replaced.items() if name not in tables}
        key = (kind, tuple(without), draws_nothing, tuple(sorted(given.items())))
        if tables or key not in once:
            report = _report(package, kind, given, tables, without)
            if draws_nothing:
                rows = report.evaluation.tables
                drawn = {**rows, "simulation": rows["simulation"].iloc[:0]}
                changed = dataclasses.replace(report.evaluation, tables=ReleasedTables(drawn))
                report = dataclasses.replace(report, evaluation=changed)
            if tables:
                return report
            once[key] = report
        return once[key]

    return make


def _report(
    package: DataPackage,
    kind: str,
    given: dict[str, Any],
    tables: dict[str, DataFrame],
    without: Sequence[str],
) -> Report:
    defaults, check, make = KINDS_MADE[kind]
    changed = {name: part for name, part in package.tables.items() if name not in without}
    lines = {name: rows for name, rows in package.lines.items() if name not in tables}
    data = dataclasses.replace(package, tables={**changed, **tables}, lines=lines)
    parameters = check({**defaults, "edition": "internal", **given}, data)
    return make(parameters, data, read_project(shipped_root()))
