"""Letters of other plugins are set on the workspace's page."""

from __future__ import annotations

import io
from datetime import date

import pypdf
import pytest

from clientgraph import Composed, DocumentRefused
from clientgraph_documents.letters import MEDIA_TYPE, Letters
from clientgraph_documents.rendering import Renderer

from .requests import context

LETTER = Composed(
    media_type=MEDIA_TYPE,
    content="<h1>Bienvenue</h1><p>Io &amp; Europa</p>",
    title="Bienvenue",
    filename="bienvenue",
    date=date(2026, 11, 22),
    author="Observatoire <SAS>",
    locale="fr-BE",
)


def test_a_letter_bears_the_workspaces_head_and_foot() -> None:
    """In the letter's language, with its day; names are no markup; the same makes the same."""
    look = context(address="10 rue de la Paix", footer="Capital 1 000 €")
    made = {Letters(Renderer()).render(look, LETTER) for _ in range(2)}
    assert len(made) == 1
    found = pypdf.PdfReader(io.BytesIO(made.pop()))
    text = found.pages[0].extract_text()
    for part in (
        "Observatoire <SAS>",
        "10 rue de la Paix",
        "Bienvenue",
        "Io & Europa",
        "Capital 1 000 €",
        "22 novembre 2026",
        "1 / 1",
    ):
        assert part in text
    assert found.metadata is not None
    assert found.metadata.title == "Bienvenue"
    assert found.metadata.author == "Observatoire <SAS>"


def test_a_logo_that_is_none_is_refused() -> None:
    """As for the other documents, before anything is rendered."""
    with pytest.raises(DocumentRefused) as refused:
        Letters(Renderer()).render(context(logo="data:image/png;base64,AAAA"), LETTER)
    assert refused.value.code == "LOGO_NOT_USABLE"
