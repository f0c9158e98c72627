"""From a request to a document that is fit to be executed, each text parsed and checked once."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Generic, Literal, TypeVar

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    Token,
    TokenKind,
    get_operation_ast,
    validate,
)

from clientgraph.errors import Refusal
from clientgraph.operations.limits import Limits, Prices, parse_document
from clientgraph.operations.request import Request
from clientgraph.operations.texts import check_literals, check_variables
from clientgraph.reads.plan import Plans

V = TypeVar("V")
TrustedMode = Literal["off", "prefer", "only"]
MOST_ERRORS: Final = 5
# Bytes; a token of a parsed document, with its place and its node, takes some 560 of them.
REMEMBERED_TEXTS: Final = 16_000_000
REMEMBERED_DOCUMENTS: Final = 64_000_000
TOKEN_BYTES: Final = 600


class BadRequest(Refusal):
    """A request that does not say what to run."""

    code = "BAD_REQUEST"


class PersistedQueryNotFound(Refusal):
    """A hash that stands for nothing here; clients then send the text along."""

    code = "PERSISTED_QUERY_NOT_FOUND"
    text = "PersistedQueryNotFound"


class ResolutionFailure(Refusal):
    """A document without the operation that was asked for."""

    code = "OPERATION_RESOLUTION_FAILURE"


@dataclass
class Document:
    """A parsed text; ``errors`` of validation are filled in when it is first executed."""

    node: DocumentNode
    prices: Prices
    errors: list[GraphQLError] | None = None

    @cached_property
    def plans(self) -> Plans:
        """How its queries are read."""
        return Plans(self.node)

    @cached_property
    def names(self) -> frozenset[str]:
        """All names in it: of fields, arguments, types, variables."""
        return frozenset(
            token.value
            for token in _tokens(self.node)
            if token.kind is TokenKind.NAME and token.value is not None
        )

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation to run; raises `ResolutionFailure` when the name does not settle it."""
        found = get_operation_ast(self.node, name)
        if found is not None:
            return found
        if name:
            raise ResolutionFailure(f"The document has no operation of the name '{name[:100]}'.")
        if any(isinstance(part, OperationDefinitionNode) for part in self.node.definitions):
            raise ResolutionFailure(
                "The document has several operations. Say which by 'operationName'."
            )
        raise ResolutionFailure("The document has no operation, only definitions.")


class _Remembered(Generic[V]):
    """The most recently used values, as many as come to so much in size."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._values: OrderedDict[str, tuple[V, int]] = OrderedDict()

    def get(self, key: str) -> V | None:
        if key in self._values:
            self._values.move_to_end(key)
            return self._values[key][0]
        return None

    def put(self, key: str, value: V, size: int) -> None:
        self._drop(self._values.pop(key, None))
        self._values[key] = (value, size)
        self._size += size
        while self._size > self._most:
            self._drop(self._values.popitem(last=False)[1])

    def _drop(self, entry: tuple[V, int] | None) -> None:
        if entry is not None:
            self._size -= entry[1]


class Documents:
    """Finds the text of a request, parses and validates it, and remembers that.

    ``trusted`` maps ids (or sha256 hashes) to texts. ``prefer``: those are known besides what
    callers send; ``only``: nothing else is run.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        limits: Limits,
        trusted: Mapping[str, str] | None = None,
        mode: TrustedMode = "off",
    ) -> None:
        self._schema = schema
        self._limits = limits
        self._trusted = trusted or {}
        self._mode = mode
        self._texts: _Remembered[str] = _Remembered(REMEMBERED_TEXTS)
        self._documents: _Remembered[Document] = _Remembered(REMEMBERED_DOCUMENTS)

    def document(self, request: Request) -> Document:
        """The parsed document of a request; raises `Refusal`, `LimitExceeded` or a syntax error."""
        check_variables(request.variables)
        text = self._text(request)
        known = self._documents.get(text)
        if known is None:
            node = parse_document(text, self._limits)
            check_literals(node)
            known = Document(node, Prices(node, self._schema, self._limits))
            self._documents.put(text, known, _weight(text, known.node))
        return known

    def validated(self, document: Document) -> list[GraphQLError]:
        """The first few validation errors."""
        if document.errors is None:
            found = validate(
                self._schema, document.node, max_errors=MOST_ERRORS, hide_suggestions=True
            )
            document.errors = found
        return document.errors

    def _text(self, request: Request) -> str:
        if request.document_id is not None:
            return self._trusted_text(request.document_id)
        persisted = request.extensions.get("persistedQuery")
        if isinstance(persisted, Mapping):
            return self._persisted(request.query, persisted)
        if request.query is None:
            raise BadRequest("The request has no 'query'.")
        if self._mode == "only":
            raise BadRequest("Only known documents are run here: send 'documentId'.")
        return request.query

    def _trusted_text(self, key: str) -> str:
        text = self._trusted.get(key) if self._mode != "off" else None
        if text is None:
            raise PersistedQueryNotFound
        return text

    def _persisted(self, text: str | None, persisted: Mapping[str, Any]) -> str:
        """Apollo's automatic persisted queries: a hash, and the text when asked for it."""
        key = persisted.get("sha256Hash")
        if persisted.get("version") != 1 or not isinstance(key, str):
            raise BadRequest("'extensions.persistedQuery' needs version 1 and a sha256Hash.")
        if self._mode != "off" and key in self._trusted:
            return self._trusted[key]
        if self._mode == "only":
            raise PersistedQueryNotFound
        if text is None:
            remembered = self._texts.get(key)
            if remembered is None:
                raise PersistedQueryNotFound
            return remembered
        if hashlib.sha256(text.encode()).hexdigest() != key:
            raise BadRequest("'sha256Hash' is not the SHA-256 of the query.")
        self._texts.put(key, text, len(text))
        return text


def _weight(text: str, node: DocumentNode) -> int:
    """About how many bytes a parsed document takes, its text included."""
    return len(text) + sum(1 for _ in _tokens(node)) * TOKEN_BYTES


def _tokens(node: DocumentNode) -> Iterator[Token]:
    token = node.loc.start_token if node.loc else None
    while token is not None:
        yield token
        token = token.next
