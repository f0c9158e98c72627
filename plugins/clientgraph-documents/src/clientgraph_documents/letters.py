"""Letters of other plugins: they compose what is said, and the workspace's page is set around it.

Their content is HTML of a page's body. It may use the classes of the page: ``facts`` and ``grid``
for tables, ``quiet``, ``label``, ``strong`` and ``right`` for texts.
"""

from __future__ import annotations

from typing import Final

from clientgraph import Composed, PluginContext
from clientgraph_documents.branding import branding
from clientgraph_documents.page import framed
from clientgraph_documents.rendering import Renderer

MEDIA_TYPE: Final = "application/vnd.clientgraph.letter+html"


class Letters:
    """Renders letters as PDF, in the look of the workspace's other documents."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer

    def render(self, context: PluginContext, letter: Composed) -> bytes:
        """The PDF; raises `DocumentRefused` where the workspace's logo cannot be used."""
        return self._renderer.render(context, framed(letter, branding(context.settings)))
