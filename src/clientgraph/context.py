"""What a request carries: who asks, from which workspace, through which session."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader

from clientgraph.errors import Forbidden, Unauthenticated
from clientgraph.hookspecs import PluginContext, RecordChange
from clientgraph.permissions import PERMISSIONS, Permission, Role
from clientgraph.storage.scope import Scope

if TYPE_CHECKING:
    from clientgraph.bus import Bus
    from clientgraph.messages import Messages
    from clientgraph.observers import Observers
    from clientgraph.plugins import Plugins
    from clientgraph.signing import Signer
    from clientgraph.storage.database import Database
    from clientgraph.storage.session import Session

K = TypeVar("K")


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A token that was presented, and the member behind it, if any."""

    organisation_id: UUID
    token_id: UUID
    name: str
    role: Role
    member_id: UUID | None = None
    expires_at: datetime | None = None

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the role carries."""
        return PERMISSIONS[self.role]


@dataclass(frozen=True)
class Later:
    """An event of a subscription that is worked out in the session that its answer is read in.

    ``tell`` answers the event, or None where it is none for this subscriber.
    """

    tell: Callable[[], Awaitable[Any]]


@dataclass(kw_only=True)
class Context:
    """One operation. Services receive it; it holds the current session and nothing global."""

    actor: Actor | None
    language: str
    plugins: Plugins
    messages: Messages
    signer: Signer
    database: Database
    bus: Bus
    observers: Observers
    changes: list[RecordChange] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    rolled_back: bool = False
    _session: Session | None = None
    _loaders: dict[Any, DataLoader[Any, Any]] = field(default_factory=dict)

    @property
    def session(self) -> Session:
        """The transaction that is open now."""
        if self._session is None:
            raise RuntimeError("no session is open")
        return self._session

    def enter(self, session: Session | None) -> None:
        """Work through another transaction from here on; what was loaded is forgotten."""
        self._session = session
        self._loaders.clear()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Session]:
        """A snapshot of the caller's workspace to read from."""
        async with self.database.read(self._scope()) as session:
            self.enter(session)
            try:
                yield session
            finally:
                self.enter(None)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Session]:
        """A transaction in the caller's workspace."""
        async with self.database.write(self._scope()) as session:
            self.enter(session)
            try:
                yield session
            finally:
                self.enter(None)

    def subscribe(self) -> AsyncIterator[RecordChange]:
        """The changes that the caller may know of as they are committed, from now on."""
        return self.bus.listen(self._scope())

    def _scope(self) -> Scope:
        """What the caller may touch."""
        actor = self.require(Permission.PUBLIC)
        return Scope(organisation=actor.organisation_id, member=actor.member_id)

    @property
    def organisation_id(self) -> UUID:
        """The caller's workspace."""
        return self.require(Permission.PUBLIC).organisation_id

    def require(self, permission: Permission) -> Actor:
        """The actor, if it may; raises `Unauthenticated` or `Forbidden`."""
        if self.actor is None:
            raise Unauthenticated
        if permission not in self.actor.permissions:
            raise Forbidden(
                f"Your role {self.actor.role.value} does not include '{permission.value}'."
            )
        return self.actor

    async def load(
        self, batch: Callable[[Context, Sequence[K]], Awaitable[Mapping[K, Any]]], key: K
    ) -> Any:
        """The value for one key, read together with all other keys that are asked for now.

        None where the batch has none for it. Any, because rows stand for GraphQL types.
        """
        loader = self._loaders.get(batch)
        if loader is None:
            loader = self._loaders[batch] = DataLoader(load_fn=partial(_in_order, self, batch))
        return await loader.load(key)

    def changed(
        self,
        action: str,
        kind: str,
        row: Any,
        *,
        client_id: UUID | None = None,
        audience: frozenset[UUID] | None = None,
    ) -> None:
        """Note a change of a row, to be told to subscribers and plugins after the commit.

        ``audience`` are the members who may know of it; None for the whole workspace.
        """
        self.changes.append(
            RecordChange(
                organisation_id=self.organisation_id,
                type=kind,
                id=row.id,
                action=action,
                version=row.version,
                client_id=client_id,
                audience=audience,
            )
        )

    def for_plugins(self) -> PluginContext:
        """What hooks are handed."""
        return PluginContext(
            organisation_id=self.organisation_id,
            language=self.language,
            select=self.session.select_apart,
        )


async def _in_order(
    context: Context,
    batch: Callable[[Context, Sequence[Any]], Awaitable[Mapping[Any, Any]]],
    keys: Sequence[Any],
) -> list[Any]:
    found = await batch(context, keys)
    return [found.get(key) for key in keys]
