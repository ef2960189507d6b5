"""What the nbconvert exporters of reports share: the language, and the notebook as a document."""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import Unicode

from dieval.reports.document import Document, read_document
from dieval.reports.project import find_project
from dieval.vocabulary import LANGUAGES


class ReportExporter(Exporter):
    """An exporter of one format, which says how it lays a document out."""

    language = Unicode(LANGUAGES[0], help="Language of the report: lv or en.").tag(config=True)

    def laid_out(self, document: Document, notebook: NotebookNode) -> str | bytes:
        """Lay out a document that was read from an executed notebook."""
        raise NotImplementedError

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[str | bytes, dict[str, Any]]:
        """Export an executed notebook, in the look of the project's organisation."""
        _, resources = super().from_notebook_node(nb, resources, **kwargs)
        document = read_document(nb, self.language, find_project().appearance)
        return self.laid_out(document, nb), resources
