"""What a warm parent imports and compiles before it forks, so that no report has to.

Importing is all: threads, locks and open files do not survive a fork. DuckDB, Arrow and Typst are
imported here and first used in the child.
"""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd

from dieval.inputs.read import SMALL_TABLES

# Libraries that others import where they find them, slow, and of no use to a report: the grammar
# of internationalised addresses, and the debugger.
UNUSED = ("rfc3987_syntax", "debugpy")
USED = (
    "dieval.reports.run",
    "dieval.reports.engine",
    "dieval.reports.inprocess",
    "dieval.reports.warm_engine",
    "dieval.reports.document",
    "dieval.reports.export_docx",
    "dieval.reports.export_html",
    "dieval.reports.export_pdf",
    "dieval.reports.export_xlsx",
    "dieval.reports.manifest",
    "dieval.reports.results",
    "dieval.reports.crate",
    "rocrate.model.contextentity",
    "rocrate.rocrate",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "IPython.core.application",
    "IPython.core.completerlib",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.display",
    "ipykernel.debugger",
    "pandas.core.methods.to_dict",
    "pandas.core.reshape.reshape",
    "pandas.io.formats.csvs",
    "pyarrow.pandas_compat",
    "sqlite3",
)


@contextmanager
def absent(*names: str) -> Iterator[None]:
    """Let libraries that were not imported yet look as if they were not installed."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None means absent
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


def preload() -> None:
    """Import what reports use, and leave it to the children as it is."""
    with absent(*UNUSED):
        for name in USED:
            importlib.import_module(name)
        dieval = importlib.import_module("dieval")
        for name in dieval.__all__:
            getattr(dieval, name)
        _compile()
    pd.set_option(*SMALL_TABLES)
    gc.collect()
    gc.freeze()


def _compile() -> None:
    """Have what every child would compile: the catalogues, and the schema of notebooks."""
    import nbformat

    from dieval.present.language import language
    from dieval.vocabulary import LANGUAGES

    for code in LANGUAGES:
        language(code)
    nbformat.validate(nbformat.v4.new_notebook())


preload()
