"""How root fields are run: a query in one snapshot, each mutation in a transaction of its own.

What a query asks of others than the database is asked before its snapshot is opened: a registry
that takes its time must not hold a connection meanwhile. So it is with what a mutation prepares,
such as a document: before its transaction is opened.

The payload of a mutation is completed inside its transaction, so that what it shows is what is
written; then the transaction is committed, or undone for ``validateOnly`` and for mistakes.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson
from graphql import (
    FragmentSpreadNode,
    GraphQLError,
    GraphQLObjectType,
    Node,
    VariableNode,
    Visitor,
    print_ast,
    visit,
)
from graphql.execution import get_argument_values
from graphql.execution.collect_fields import collect_fields
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from clientgraph.announced import CORE
from clientgraph.context import Context
from clientgraph.errors import BadUserInput, Refusal, TimedOut, UserErrors
from clientgraph.permissions import Permission
from clientgraph.storage.rows import organisation_of
from clientgraph.storage.session import Dialect, Session

KEPT: Final = timedelta(hours=48)
LONGEST_KEY: Final = 200
PURGED: Final = 100
_PURGE: Final[Mapping[Dialect, str]] = {
    "sqlite": "DELETE FROM idempotency WHERE organisation_id = ? AND (actor, key) IN"
    " (SELECT actor, key FROM idempotency WHERE organisation_id = ? AND created_at < ? LIMIT ?)",
    # Claims that others are removing or renewing just now are theirs: nobody waits for anybody.
    # As an array the choice is made once; a plan may run a bare subselect, limit and all, again.
    "postgres": "DELETE FROM idempotency WHERE organisation_id = ? AND ctid = ANY (ARRAY"
    " (SELECT ctid FROM idempotency WHERE organisation_id = ? AND created_at < ? LIMIT ?"
    " FOR UPDATE SKIP LOCKED))",
}
SECONDS: Final = 10.0
AHEAD_SECONDS: Final = 45.0


class Rollback(Exception):
    """Ends a transaction without keeping it; carries what was answered."""

    def __init__(self, completed: Any) -> None:
        super().__init__()
        self.completed = completed


def ahead_of(query: GraphQLObjectType | None) -> list[str]:
    """The fields of queries that ask others than the database, before anything is read."""
    fields = query.fields if query else {}
    return [
        name
        for name, field in fields.items()
        if (found := field.extensions.get("strawberry-definition")) and found.metadata.get("ahead")
    ]


class Executor(StrawberryGraphQLCoreExecutionContext):
    """graphql-core's executor, with a transaction around each root field of a mutation."""

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_details_list: Any,
        path: Any,
        position_context: Any,
    ) -> Any:
        """Run one field; mutations of the root in their own transaction."""
        run = super().execute_field
        if parent_type is not self.schema.mutation_type:
            return run(parent_type, source, field_details_list, path, position_context)
        arguments = (parent_type, source, field_details_list, path, position_context)
        return self._mutation(run, arguments)

    async def ask_ahead(self) -> None:
        """Ask what root fields of a query want of others, all at once; the context keeps it."""
        context: Context = self.context_value
        asked = dict(self._questions(context))
        answers = await asyncio.gather(*asked.values(), return_exceptions=True)
        context.answers = dict(zip(asked, answers, strict=True))

    def _questions(self, context: Context) -> Iterator[tuple[str, Awaitable[Any]]]:
        root = self.schema.query_type
        if root is None:
            return
        known = ahead_of(root)
        found = collect_fields(
            self.schema, self.fragments, self.variable_values, root, self.operation
        )
        for key, details in found.grouped_field_set.items():
            name = details[0].node.name.value
            if name not in known:
                continue
            field = root.fields[name]
            definition = field.extensions["strawberry-definition"]
            ahead = definition.metadata["ahead"]
            if not context.is_active(definition.metadata.get("plugin", CORE)):
                continue
            try:
                # What is wrong here is told again, at its place, when the field is run.
                context.require(definition.metadata["permission"])
                given = get_argument_values(field, details[0].node, self.variable_values)
            except (Refusal, GraphQLError):
                continue
            yield key, ahead(context, **given)

    async def _mutation(self, run: Any, arguments: tuple[Any, ...]) -> Any:
        parent_type, _, details, path, _ = arguments
        node = details[0].node
        field = self.schema.get_field(parent_type, node.name.value)
        definition = field.extensions.get("strawberry-definition") if field else None
        if field is None or definition is None:
            return run(*arguments)
        try:
            # Whoever may not do this opens no transaction, and sees no answer of the past.
            self.context_value.require(definition.metadata["permission"])
            if ahead := definition.metadata.get("ahead"):
                await self._prepare(ahead, arguments, field)
            async with asyncio.timeout(SECONDS):
                return await self._in_transaction(run, arguments, field)
        except Rollback as rollback:
            return rollback.completed
        except TimeoutError:
            self.handle_field_error(TimedOut(), field.type, details, path)
            return None
        except Exception as error:  # noqa: BLE001 - becomes the field's located error
            self.handle_field_error(error, field.type, details, path)
            return None

    async def _prepare(self, ahead: Any, arguments: tuple[Any, ...], field: Any) -> None:
        """What a mutation prepares before its transaction; its mistakes are told by the field."""
        context: Context = self.context_value
        _, _, details, path, _ = arguments
        given = get_argument_values(field, details[0].node, self.variable_values)
        answer: Any
        try:
            async with asyncio.timeout(AHEAD_SECONDS):
                await context.know_plugins()
                answer = await ahead(context, **given)
        except (Refusal, UserErrors) as error:
            answer = error
        context.answers[str(path.key)] = answer

    async def _in_transaction(self, run: Any, arguments: tuple[Any, ...], field: Any) -> Any:
        context: Context = self.context_value
        context.forget()
        context.secrets.clear()
        context.rolled_back = False
        details = arguments[2]
        given = get_argument_values(field, details[0].node, self.variable_values)
        switches = given.get("input", {})
        claim = self._claim(details, switches)
        async with context.committing() as session:
            if claim is not None:
                known = await claim.take(session)
                if known is not None:
                    raise Rollback(known)
            completed = run(*arguments)
            if self.is_awaitable(completed):
                completed = await completed
            if completed is None or context.rolled_back or switches.get("validateOnly"):
                raise Rollback(completed)
            if claim is not None:
                await claim.keep(session, completed, context.secrets)
        return completed

    def _claim(self, details: Any, switches: Mapping[str, Any]) -> _Claim | None:
        key = switches.get("idempotencyKey")
        if key is None or switches.get("validateOnly"):
            return None
        if not key.strip() or len(key) > LONGEST_KEY:
            raise BadUserInput(f"'idempotencyKey' must have 1 to {LONGEST_KEY} characters.")
        actor = self.context_value.require(Permission.PUBLIC)
        asked = _Asked(
            {name: found.definition for name, found in self.fragments.items()},
            self.variable_values.coerced,
        )
        for part in details:
            asked.add(part.node)
        parts = [details[0].node.name.value, asked.texts, asked.used, switches]
        text = orjson.dumps(parts, default=str, option=orjson.OPT_SORT_KEYS)
        who = str(actor.member_id or actor.token_id)
        return _Claim(who, key, hashlib.sha256(text).hexdigest())


class _Claim:
    """One idempotency key of one caller, for one mutation with one input and selection."""

    def __init__(self, actor: str, key: str, fingerprint: str) -> None:
        self._actor = actor
        self._key = key
        self._fingerprint = fingerprint

    async def take(self, session: Session) -> Any:
        """The first answer, if there was one; else the key is ours until the transaction ends.

        Raises `BadUserInput` when the key stood for something else.
        """
        organisation = organisation_of(session)
        now = datetime.now(UTC)
        made = await session.select(
            "INSERT INTO idempotency (organisation_id, actor, key, fingerprint, created_at)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT (organisation_id, actor, key) DO UPDATE"
            " SET fingerprint = excluded.fingerprint, response = NULL,"
            " created_at = excluded.created_at WHERE idempotency.created_at < ? RETURNING key",
            [organisation, self._actor, self._key, self._fingerprint, now, now - KEPT],
        )
        if made:
            await _purge(session, now - KEPT)
            return None
        known = await session.select(
            "SELECT fingerprint, response FROM idempotency"
            " WHERE organisation_id = ? AND actor = ? AND key = ?",
            [organisation, self._actor, self._key],
        )
        if known[0]["fingerprint"] != self._fingerprint:
            raise IdempotencyMismatch
        return orjson.loads(known[0]["response"])

    async def keep(self, session: Session, completed: Any, secrets: Sequence[str]) -> None:
        """Store the answer along with its effect; what may be shown only once is null in it."""
        response = orjson.dumps(completed)
        for secret in secrets:
            response = response.replace(orjson.dumps(secret), b"null")
        await session.execute(
            "UPDATE idempotency SET response = ?"
            " WHERE organisation_id = ? AND actor = ? AND key = ?",
            [response.decode(), organisation_of(session), self._actor, self._key],
        )


async def _purge(session: Session, before: datetime) -> None:
    """Remove some of the workspace's claims that are too old to count."""
    organisation = organisation_of(session)
    await session.execute(_PURGE[session.dialect], [organisation, organisation, before, PURGED])


class IdempotencyMismatch(BadUserInput):
    """A key that stood for something else."""

    code = "IDEMPOTENCY_MISMATCH"
    text = "This idempotency key was used with another input or selection. Take a new key."


class _Asked(Visitor):
    """What a selection comes to: its text, with the fragments and variables that it uses."""

    def __init__(self, fragments: Mapping[str, Any], variables: Mapping[str, Any]) -> None:
        super().__init__()
        self._fragments = fragments
        self._variables = variables
        self.texts: list[str] = []
        self.used: dict[str, Any] = {}
        self._known: set[str] = set()

    def add(self, node: Node) -> None:
        """Take a part of the selection in."""
        self.texts.append(print_ast(node))
        visit(node, self)

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
        """Each fragment once."""
        name = node.name.value
        if name not in self._known:
            self._known.add(name)
            self.add(self._fragments[name])

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        """With the value that it stands for; none where the caller left it out."""
        self.used[node.name.value] = self._variables.get(node.name.value)
