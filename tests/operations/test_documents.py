"""Which document a request stands for, and how much of what was sent is remembered."""

from __future__ import annotations

import hashlib

import pytest
from graphql import build_schema

from clientgraph.operations import documents
from clientgraph.operations.documents import Documents, PersistedQueryNotFound
from clientgraph.operations.limits import Limits
from clientgraph.operations.request import Request


def persisted(text: str, *, sent: bool) -> Request:
    """An automatic persisted query, with its text or without."""
    key = hashlib.sha256(text.encode()).hexdigest()
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": key}}
    return Request(query=text if sent else None, extensions=extensions)


def test_texts_are_remembered_by_their_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Long texts push out the oldest ones, however few they are."""
    monkeypatch.setattr(documents, "REMEMBERED_TEXTS", 250)
    found = Documents(build_schema("type Query { a: Int }"), Limits())
    texts = [f"query Q{n} {{ a }} #{'x' * 80}" for n in range(3)]
    for text in texts:
        found.document(persisted(text, sent=True))
    with pytest.raises(PersistedQueryNotFound):
        found.document(persisted(texts[0], sent=False))
    for text in texts[1:]:
        assert found.document(persisted(text, sent=False)) is found.document(Request(query=text))


def test_parsed_documents_are_remembered_by_their_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two that are sent in turn stay parsed; many others push both out."""
    monkeypatch.setattr(documents, "REMEMBERED_DOCUMENTS", 50_000)
    found = Documents(build_schema("type Query { a: Int }"), Limits())
    first, second = (Request(query=f"query {name} {{ a }}") for name in ("A", "B"))
    known = [found.document(first), found.document(second)]
    assert [found.document(first), found.document(second)] == known
    assert found.document(first) is known[0]
    found.document(Request(query=f"{{ {'a ' * 60}}}"))
    assert found.document(first) is known[0]
    found.document(Request(query=f"{{ {'a  ' * 75}}}"))
    assert found.document(second) is not known[1]
