"""What plugins are handed, and what hooks that concern records answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from clientgraph.contract.outbound import HttpClient
from clientgraph.permissions import Permission


class ApiErrors(Exception):
    """What the API answered a plugin that asked it: ``errors`` as in the response, codes and all.

    Mistakes in the input of a mutation are no such errors: select the payload's ``userErrors``.
    """

    def __init__(self, errors: Sequence[Mapping[str, Any]]) -> None:
        super().__init__("; ".join(str(error.get("message", "")) for error in errors))
        self.errors = errors


@dataclass(frozen=True, kw_only=True)
class InstanceContext:
    """What a plugin is handed with a call that concerns no workspace.

    ``plugin``    its name.
    ``settings``  the settings of the instance, checked by the plugin's schema, with its defaults.
    ``folder``    a folder for files of its own, beside the database; made when it is first used.
    ``http``      key of a declared `OutboundService` → the client that speaks to it.
    """

    plugin: str
    settings: Mapping[str, Any]
    folder: Path
    http: Callable[[str], HttpClient]


@dataclass(frozen=True, kw_only=True)
class PluginContext(InstanceContext):
    """What a plugin is handed with a call that concerns a workspace.

    Its functions work until the call is over, and raise `RuntimeError` afterwards.

    ``settings``         those of the instance and of the workspace, secrets in clear: they are
                         kept in memory, so reading them costs nothing.
    ``organisation_id``  the workspace.
    ``language``         the caller's language (en, fr, nl, de).
    ``select``           (sql, params) → rows as dicts. Reads tables of its own, with ``?``
                         placeholders, through the session of the call: rows of other workspaces do
                         not exist there. `PermissionError` for any other table: ``graphql`` has
                         the service's records. Where
                         no session is open (registries, verifiers, documents), one is opened for
                         each statement. A statement that fails is undone alone; one that writes
                         is refused by the database (`PermissionError`).
    ``execute``          (sql, params) → how many rows. Writes rows of tables of its own, in the
                         session of the call: with the mutation that is under way or not at all.
                         Where no session is open, each statement is a transaction of its own.
    ``graphql``          (document, variables) → data. Asks the service's own API in this
                         workspace with the rights of an administrator, as one more caller. Raises
                         `ApiErrors` where the answer has any. Where a session is open, queries
                         alone are answered, through that session: as of the same moment, with
                         what the mutation under way has written, and without being charged. It is
                         then `RuntimeError` to ask for a mutation, which would wait for itself,
                         and to ask from a call that such a question led to.
    ``document``         (id) → bytes. The file of a document that ``documentRender`` made in this
                         workspace. Raises `LookupError` where it is no longer kept.
    """

    organisation_id: UUID
    language: str
    select: Callable[[str, Sequence[Any]], Awaitable[list[dict[str, Any]]]]
    execute: Callable[[str, Sequence[Any]], Awaitable[int]]
    graphql: Callable[[str, Mapping[str, Any]], Awaitable[dict[str, Any]]]
    document: Callable[[str], Awaitable[bytes]]


@dataclass(frozen=True, kw_only=True)
class DeletionBlocker:
    """A reason why a client cannot be deleted.

    ``code`` upper snake case; ``count`` how many things stand in the way (≥ 1); ``message``
    language → sentence for the user, ``en`` required. ``source`` is filled in by the service: the
    name of the plugin that answered.
    """

    code: str
    count: int
    message: Mapping[str, str]
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class RecordDraft:
    """A change that is about to be written.

    ``type``       the GraphQL type name: ``Client``, ``Contact`` or ``Address``.
    ``action``     ``CREATED``, ``UPDATED`` or ``DELETED``.
    ``id``         the record; None for one that is being created.
    ``client_id``  the client that it belongs to; the record itself for a client.
    ``before``     its columns as they are, by Python name; None for one that is being created.
    ``values``     the columns that change, as they will be; empty for a deletion.
    """

    type: str
    action: str
    id: UUID | None
    client_id: UUID | None
    before: Mapping[str, Any] | None
    values: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Objection:
    """What a plugin has against a change.

    ``path``     the field of the input, as Python names: ``("currency",)``.
    ``code``     upper snake case; its sentence comes from core's messages or from the plugin's.
    ``params``   fill the sentence.
    ``refuses``  True: the write is refused with a user error. False: it is done, and the payload
                 warns of this.
    ``draft``    the place among the drafts of the one that it is about: in a call of many records
                 it then concerns that record alone. None: all of them.
    """

    path: tuple[str, ...]
    code: str
    params: Mapping[str, Any]
    refuses: bool = True
    draft: int | None = None


@dataclass(frozen=True, kw_only=True)
class RecordChange:
    """One committed change: which record of which type, in which workspace.

    ``type`` is the GraphQL type name (``Client``, ``Member``…), ``action`` one of ``CREATED``,
    ``UPDATED``, ``DELETED``; ``client_id`` is the client that the record is a part of.
    ``audience`` are the members who may know of it, None for the whole workspace: hand nothing
    about a private record to others.
    """

    organisation_id: UUID
    type: str
    id: UUID
    action: str
    version: int
    client_id: UUID | None = None
    audience: frozenset[UUID] | None = None


@dataclass(frozen=True, kw_only=True)
class BatchField:
    """A field that a plugin adds to a type of the API, loaded for many records at once.

    ``type_name`` the GraphQL type (``Client``); ``name`` the Python name of the field;
    ``result`` its Python type, always nullable in the API; ``load`` receives the context and all
    ids on the page, up to 100 at a time, and returns id → value (missing ids become null). Plain
    or ``async``. One that raises, takes five seconds or answers something else makes its own field
    null, with the error ``PLUGIN_FAILED``; everything else is answered.
    """

    type_name: str
    name: str
    description: str
    result: Any
    load: Callable[[PluginContext, Sequence[UUID]], Any]


@dataclass(frozen=True, kw_only=True)
class NodeType:
    """A type of a plugin's own records, which ``node`` and ``nodes`` find by their global ids.

    ``type``        made by ``clientgraph.record``, inherits `RecordNode`.
    ``permission``  what the caller's token must carry; without it the records do not exist.
    ``load_many``   receives the context and all ids that are asked for, up to 100 at a time, and
                    answers id → row; ids that are missing become null. Plain or ``async``; of
                    `OwnRows` it is ``by_id``. One that raises, takes five seconds or answers
                    something else makes its own records null, with the error ``PLUGIN_FAILED``.
    """

    type: type
    permission: Permission
    load_many: Callable[[PluginContext, Sequence[UUID]], Any]
