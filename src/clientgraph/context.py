"""What a request carries: who asks, from which workspace, through which session."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader

from clientgraph.contract.records import PluginContext, RecordChange
from clientgraph.errors import BadUserInput, Forbidden, Unauthenticated, UserError
from clientgraph.permissions import INVITED, PERMISSIONS, Permission, Role
from clientgraph.storage.cleanup import heeded
from clientgraph.storage.scope import Scope
from clientgraph.storage.session import Session

if TYPE_CHECKING:
    from clientgraph.bus import Bus
    from clientgraph.messages import Messages
    from clientgraph.observers import Observers
    from clientgraph.plugins import Plugins
    from clientgraph.runtime import Runtime
    from clientgraph.signing import Signer
    from clientgraph.storage.database import Database

K = TypeVar("K")
# Answers what there is for each of many keys, in as few statements as for one.
Batch = Callable[["Context", Sequence[Any]], Awaitable[Mapping[Any, Any]]]

# What an invited client is told who asks for what is not good now: of its file, or else.
_INVITED: Final = {
    True: "The link of an invitation opens no file: 'invitationOpen' answers a session that does.",
    False: "The session of an invitation serves to look after the file; the link has been opened.",
}


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A token that was presented, and the member behind it, if any.

    With ``client_id`` it is of an invitation, and good for the file of that client alone: it may
    what is ``granted``, whatever its role.
    """

    organisation_id: UUID
    token_id: UUID
    name: str
    role: Role
    member_id: UUID | None = None
    expires_at: datetime | None = None
    client_id: UUID | None = None
    granted: frozenset[Permission] = frozenset()

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the role carries, or else the invitation."""
        return PERMISSIONS[self.role] if self.client_id is None else self.granted


@dataclass(frozen=True)
class Later:
    """An event of a subscription that is worked out in the session that its answer is read in.

    ``tell`` answers the event, or None where it is none for this subscriber.
    """

    tell: Callable[[], Awaitable[Any]]


class Visit(Protocol):
    """What plugins do for an operation, in threads and loops of their own."""

    async def close(self) -> None:
        """End what is still under way."""


class Files(Protocol):
    """Where the bytes of files are; their rows are elsewhere."""

    async def copy_to(self, workspace: UUID, file_id: UUID, path: Path) -> bool:
        """Bring a file to a place on this host; whether there is one."""

    async def put(self, workspace: UUID, file_id: UUID, path: Path) -> Any:
        """Keep what is at a place on this host under an id: its length and fingerprint."""


@dataclass(kw_only=True)
class Context:
    """One operation. Services receive it; it holds the current session and nothing global.

    ``columns`` are those that are read of the rows of a list, by the list's path, where a plan
    knows them: all others are. ``planned`` says that a plan is being run.
    ``attachment_megabytes`` are those that a workspace may keep in attachments.
    ``joined`` is the session of another operation, in which a plugin asks this one: it is read
    through, and no other is opened.
    """

    actor: Actor | None
    language: str
    plugins: Plugins
    messages: Messages
    signer: Signer
    database: Database
    files: Files
    bus: Bus
    observers: Observers
    runtime: Runtime
    before_commit: Sequence[Callable[[Context], Awaitable[None]]] = ()
    attachment_megabytes: int = 10_240
    changes: list[RecordChange] = field(default_factory=list)
    warnings: list[UserError] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    rolled_back: bool = False
    answers: dict[str, Any] = field(default_factory=dict)
    joined: Session | None = None
    visits: dict[Any, Visit] = field(default_factory=dict)
    _session: Session | None = None
    columns: Mapping[Any, Sequence[str]] = field(default_factory=dict)
    planned: bool = False
    _loaders: dict[Any, DataLoader[Any, Any]] = field(default_factory=dict)
    _found: dict[Any, dict[Any, Any]] = field(default_factory=dict)
    _loading: set[asyncio.Task[Any]] = field(default_factory=set)

    @property
    def session(self) -> Session:
        """The transaction that is open now."""
        if self._session is None:
            raise RuntimeError("no session is open")
        return self._session

    @property
    def has_session(self) -> bool:
        """Whether a transaction is open now."""
        return self._session is not None

    def enter(self, session: Session | None) -> None:
        """Work through another transaction from here on; what was loaded is forgotten."""
        self._session = session
        self._loaders.clear()
        self._found.clear()
        self.columns = {}
        self.planned = False

    @asynccontextmanager
    async def reading(self, *, once: bool = False) -> AsyncIterator[Session]:
        """A snapshot of the caller's workspace to read from; ``once`` as of `Database.read`."""
        await self.know_plugins()
        async with self._opened(once=once) as session:
            self.enter(session)
            try:
                yield session
            finally:
                await self._leave()

    def _opened(self, *, once: bool) -> AbstractAsyncContextManager[Session]:
        if self.joined is None:
            return self.database.read(self._scope(), once=once)
        self.database.bind()
        return nullcontext(self.joined)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Session]:
        """A transaction in the caller's workspace; what follows from its changes is done last."""
        await self.know_plugins()
        async with self.database.write(self._scope()) as session:
            self.enter(session)
            try:
                yield session
                for work in self.before_commit:
                    await work(self)
            finally:
                await self._leave()

    @asynccontextmanager
    async def committing(self) -> AsyncIterator[Session]:
        """The same, for a block at whose end the changes that it noted are told to everybody."""
        async with self.writing() as session:
            yield session
            changes = list(self.changes)
            await self.bus.announce(session, changes)
        self.bus.committed(changes)
        self.observers.tell(changes, self.language)

    async def _leave(self) -> None:
        """Work in no transaction any more, after nothing goes on that is done for it.

        Loads go on when whoever waited for them has been given up, because of a mistake beside it.
        """
        for visit in self.visits.values():
            await visit.close()
        for task in self._loading:
            task.cancel()
        await asyncio.gather(*self._loading, return_exceptions=True)
        self.enter(None)

    def answer(self, key: str) -> Any:
        """What was asked ahead for the root field of this response key; raises what that raised."""
        if key not in self.answers:
            raise BadUserInput(
                f"'{key}' asks others, which cannot be done while a session is open."
            )
        found = self.answers[key]
        if isinstance(found, BaseException):
            raise found
        return found

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
            if self.actor.client_id is not None:
                raise Forbidden(_INVITED[permission in INVITED])
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
        # Others may wait for the same value: whoever stops waiting does not end it for them.
        loading = asyncio.ensure_future(loader.load(key))
        loading.add_done_callback(heeded)
        return await asyncio.shield(loading)

    async def load_all(self, batch: Batch, keys: Iterable[Any]) -> Mapping[Any, Any]:
        """The values for many keys, of which those that are known already are not read again.

        None where the batch has none for one.
        """
        found = self._found.setdefault(batch, {})
        missing = [key for key in dict.fromkeys(keys) if key not in found]
        if missing:
            answer = await batch(self, missing)
            found.update((key, answer.get(key)) for key in missing)
        return found

    async def load_together(self, batch: Batch, keys: Iterable[Any]) -> Mapping[Any, Any]:
        """The same in a task of its own, which is ended along with the session."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("loads are made in tasks")
        self._loading.add(task)
        try:
            return await self.load_all(batch, keys)
        finally:
            self._loading.discard(task)

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

    def forget(self) -> None:
        """Nothing was done after all: no change is told, no warning holds."""
        self.changes.clear()
        self.warnings.clear()

    async def know_plugins(self) -> None:
        """Learn what the workspace says of plugins, where that is not known; before a session."""
        if self.joined is None:
            await self.runtime.know(self.organisation_id)

    def is_active(self, plugin: str) -> bool:
        """Whether a plugin takes part in the caller's workspace."""
        return self.runtime.is_active(plugin, self.organisation_id)

    def for_plugin(self, name: str) -> PluginContext:
        """What a plugin is handed with a call for this operation."""
        return self.runtime.workspace(
            name, self._scope(), self.language, self._session, may_ask=self.joined is None
        )

    def for_active(self, name: str) -> PluginContext | None:
        """The same for a plugin that takes part in the workspace; None for any other."""
        return self.for_plugin(name) if self.is_active(name) else None

    def for_keeper(self, name: str) -> PluginContext | None:
        """The same for a plugin whose data counts, even where the workspace switched it off."""
        counts = not self.runtime.is_given_up(name, self.organisation_id)
        return self.for_plugin(name) if counts and not self.is_absent(name) else None

    def is_absent(self, plugin: str) -> bool:
        """Whether a plugin cannot be asked, be it wanted or not: it is not loaded, for example."""
        wanted = not self.runtime.is_switched_off(plugin, self.organisation_id)
        return plugin not in self.plugins.declared or (wanted and not self.is_active(plugin))

    def absences(self, plugins: Iterable[str]) -> dict[str, Mapping[str, str]]:
        """Language → sentence, for each of these plugins that cannot be asked: who can mend it."""
        return {
            name: self.messages.sentences(
                "PLUGIN_UNAVAILABLE.settings"
                if name in self.plugins.declared
                else "PLUGIN_UNAVAILABLE.left_out",
                plugin=name,
            )
            for name in plugins
        }


async def _in_order(
    context: Context,
    batch: Callable[[Context, Sequence[Any]], Awaitable[Mapping[Any, Any]]],
    keys: Sequence[Any],
) -> list[Any]:
    found = await context.load_together(batch, keys)
    return [found[key] for key in keys]
