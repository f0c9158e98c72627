"""What a transport hands over and what it gets back; no HTTP, no WebSocket in here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from clientgraph.context import Actor


@dataclass(frozen=True, kw_only=True)
class Request:
    """One GraphQL request, already checked for shape (types of the members), nothing else."""

    query: str | None = None
    operation_name: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    extensions: Mapping[str, Any] = field(default_factory=dict)
    document_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A GraphQL response as plain data: ``data`` (absent for request errors), ``errors``…

    ``body`` is ready for JSON; ``codes`` are the ``extensions.code`` of its errors, in order;
    ``executed`` is False when execution never began (then ``body`` has no ``data`` entry);
    ``retry_after`` is set with RATE_LIMITED, in whole seconds.
    """

    body: Mapping[str, Any]
    executed: bool
    codes: tuple[str, ...] = ()
    retry_after: int | None = None


class Service(Protocol):
    """What transports need from the application."""

    async def authenticate(self, token: str | None) -> Actor | None:
        """Who presents this bearer token; None when there is none or it is not good."""

    async def still_valid(self, actor: Actor) -> bool:
        """Whether the actor's token has not been revoked or expired since."""

    async def execute(
        self, request: Request, actor: Actor | None, *, language: str, mutations: bool
    ) -> Answer:
        """Run a query or, where ``mutations`` is True, a mutation.

        A subscription is answered with BAD_REQUEST, a mutation likewise where not allowed.
        """

    async def subscribe(
        self, request: Request, actor: Actor | None, *, language: str
    ) -> Answer | AsyncIterator[Answer]:
        """Begin a subscription: its events, or the Answer that says why there are none.

        A query or mutation given here is executed and answered as one `Answer`.
        """

    def operation_kind(self, request: Request, actor: Actor | None) -> str | None:
        """``query``, ``mutation`` or ``subscription``; None where the document does not tell.

        None for nobody, too: what is sent without a token need not even be read.
        """
