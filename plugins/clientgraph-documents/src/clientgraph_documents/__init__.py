"""Bank details, client sheets and address labels, as PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clientgraph import DocumentRenderer, DocumentTemplate, PluginSettings, hookimpl
from clientgraph_documents import address_labels, bank_details, client_sheet, letters
from clientgraph_documents.branding import SETTINGS
from clientgraph_documents.letters import Letters
from clientgraph_documents.rendering import Renderer
from clientgraph_documents.words import MESSAGES


@hookimpl
def document_templates() -> Sequence[DocumentTemplate]:
    """Three kinds of documents."""
    return [bank_details.TEMPLATE, client_sheet.TEMPLATE, address_labels.TEMPLATE]


@hookimpl
def document_renderers() -> Sequence[DocumentRenderer]:
    """What these and letters compose becomes PDF, in processes that end in bounded time."""
    renderer = Renderer()
    made = [
        ("HTML_PDF", "text/html", renderer.render),
        ("LABELS_PDF", address_labels.MEDIA_TYPE, renderer.render),
        ("LETTER_PDF", letters.MEDIA_TYPE, Letters(renderer).render),
    ]
    return [
        DocumentRenderer(
            key=key,
            source=source,
            target="application/pdf",
            ending=".pdf",
            render=render,
            seconds=30.0,
        )
        for key, source, render in made
    ]


@hookimpl
def messages() -> Mapping[str, Mapping[str, str]]:
    """Why a document cannot be made."""
    return MESSAGES


@hookimpl
def settings() -> PluginSettings:
    """How a workspace's documents look."""
    return SETTINGS
