"""A plugin with a template and a renderer of plain text, which do what a test wants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from clientgraph import (
    Composed,
    DocumentRefused,
    DocumentRenderer,
    DocumentRequest,
    DocumentTemplate,
    PluginContext,
    hookimpl,
)

OPTIONS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"copies": {"type": "integer", "minimum": 1, "default": 1}},
}


def letter(_context: PluginContext, request: DocumentRequest) -> Composed:
    """The clients' names; one called Nobody is refused."""
    names = [client.name for client in request.clients]
    if "Nobody" in names:
        raise DocumentRefused("NO_LETTER", client="Nobody")
    text = f"{', '.join(names)} × {request.options['copies']} ({request.language}, {request.date})"
    return Composed(
        media_type="text/x-letter",
        content=text,
        title="Letter",
        filename=f"Letter to {names[0]}",
        date=request.date,
    )


def printed(_context: PluginContext, composed: Composed) -> bytes:
    """The text as it is."""
    return composed.content.encode()


@dataclass(frozen=True)
class Stationery:
    """Templates LETTER and FRAMED_LETTER; the second takes the feature INLINE_CLIENT_CREATE."""

    compose: Callable[..., Any] = letter
    render: Callable[..., Any] = printed
    target: str = "text/plain"
    seconds: float = 5.0

    @hookimpl
    def document_templates(self) -> Sequence[DocumentTemplate]:
        """Two letters."""
        common: dict[str, Any] = {"compose": self.compose, "formats": [self.target]}
        return [
            DocumentTemplate(
                key="LETTER",
                label={"en": "Letter", "fr": "Lettre"},
                options=OPTIONS,
                most=2,
                **common,
            ),
            DocumentTemplate(
                key="FRAMED_LETTER",
                label={"en": "Framed letter"},
                feature="INLINE_CLIENT_CREATE",
                **common,
            ),
        ]

    @hookimpl
    def document_renderers(self) -> Sequence[DocumentRenderer]:
        """One that prints letters."""
        return [
            DocumentRenderer(
                key="PRINTER",
                source="text/x-letter",
                target=self.target,
                ending=".txt",
                render=self.render,
                seconds=self.seconds,
            )
        ]

    @hookimpl
    def messages(self) -> dict[str, dict[str, str]]:
        """Why there is no letter."""
        return {"NO_LETTER": {"en": "{client} gets no letter.", "fr": "Pas pour {client}."}}
