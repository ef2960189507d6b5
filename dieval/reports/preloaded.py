"""What a warm parent imports and compiles before it forks, so that no report has to.

Importing is all: threads, locks and open files do not survive a fork. DuckDB, Arrow and Typst are
imported here and first used in the child.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dieval.reports.children import DATA_TO_READ

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
    """Import what reports use, read their data, and leave both to the children as they are."""
    with absent(*UNUSED):
        for name in USED:
            importlib.import_module(name)
        dieval = importlib.import_module("dieval")
        for name in dieval.__all__:
            getattr(dieval, name)
        _compile()
        _read_data()
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


def _read_data() -> None:
    """Read the data package that the reports will read; what is wrong with it, they will say.

    Texts are kept as Python's: the tables of a report are small, and Arrow's way costs more than it
    saves. It makes no difference to what they hold.
    """
    import pandas as pd

    from dieval.errors import DievalError
    from dieval.inputs.read import remember_package

    path = os.environ.pop(DATA_TO_READ, "")
    if path:
        pd.set_option("mode.string_storage", "python")
        with suppress(DievalError):
            remember_package(Path(path))


preload()
