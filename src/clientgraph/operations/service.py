"""Runs operations: finds the document, prices it, checks it, executes it in its scope."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from graphql import ExecutionResult, GraphQLSchema, GraphQLSyntaxError, OperationDefinitionNode
from graphql.execution import create_source_event_stream
from prometheus_client import Counter, Histogram

from clientgraph.context import Actor, Context, Later
from clientgraph.errors import Refusal, TimedOut, Unauthenticated
from clientgraph.operations import failures
from clientgraph.operations.bucket import Buckets
from clientgraph.operations.documents import BadRequest, Document, Documents
from clientgraph.operations.executor import SECONDS, Executor, ahead_of
from clientgraph.operations.limits import LimitExceeded, Limits, describe
from clientgraph.operations.request import Answer, Request
from clientgraph.reads.plan import Plan
from clientgraph.storage.session import AskedAgain, Session
from clientgraph.turns import going_first

DURATION = Histogram(
    "clientgraph_operation_seconds", "Time of operations by kind and outcome.", ["kind", "outcome"]
)
COST = Counter("clientgraph_cost_points", "Points that operations cost.")
log = logging.getLogger(__name__)
READS = Counter(
    "clientgraph_reads", "Queries by how they were run: by a plan, or the ordinary way.", ["by"]
)
_BY_PLAN, _THE_ORDINARY_WAY = READS.labels("plan"), READS.labels("ordinary")


@dataclass(frozen=True, kw_only=True)
class _Ready:
    """An operation that may run."""

    document: Document
    operation: OperationDefinitionNode
    request: Request
    context: Context
    extensions: dict[str, Any]


class Executable(Protocol):
    """A schema that operations are run against."""

    core: GraphQLSchema


class Operations:
    """What transports call. See `clientgraph.operations.request.Service`."""

    def __init__(
        self,
        schema: Executable,
        documents: Documents,
        limits: Limits,
        buckets: Buckets,
        *,
        recognise: Callable[[str | None], Awaitable[Actor | None]],
        recheck: Callable[[Actor], Awaitable[bool]],
        new_context: Callable[[Actor, str], Context],
        planned: bool = True,
    ) -> None:
        self._schema = schema
        self._documents = documents
        self._limits = limits
        self._buckets = buckets
        self._recognise = recognise
        self._recheck = recheck
        self._new_context = new_context
        self._plans = planned
        # The fields of queries that ask others than the database first.
        self._ahead = frozenset(ahead_of(schema.core.query_type))

    async def authenticate(self, token: str | None) -> Actor | None:
        """Who presents this bearer token."""
        with going_first():
            return await self._recognise(token)

    async def still_valid(self, actor: Actor) -> bool:
        """Whether the token is as good as before."""
        return await self._recheck(actor)

    def charge(self, actor: Actor, points: float) -> float:
        """Take points from a token's budget; what is left. Raises `RateLimited`."""
        return self._buckets.take((actor.organisation_id, actor.token_id), points)

    def operation_kind(self, request: Request, actor: Actor | None) -> str | None:
        """``query``, ``mutation`` or ``subscription``; None where the document does not tell."""
        if actor is None:
            return None
        try:
            found = self._documents.document(request).operation(request.operation_name)
        except (Refusal, LimitExceeded, GraphQLSyntaxError):
            return None
        return found.operation.value

    async def execute(
        self,
        request: Request,
        actor: Actor | None,
        *,
        language: str,
        mutations: bool,
        session: Session | None = None,
    ) -> Answer:
        """Run a query or mutation to its end, in bounded time.

        A query that is asked inside another operation reads through the ``session`` of that one,
        which has been charged already.
        """
        started = time.perf_counter()
        kind = "none"
        prepared = self._prepare(request, actor, language, session)
        if isinstance(prepared, Answer):
            answer = prepared
        else:
            kind = prepared.operation.operation.value
            answer = await self._run(prepared, mutations=mutations)
        outcome = answer.codes[0] if answer.codes else "ok"
        DURATION.labels(kind, outcome).observe(time.perf_counter() - started)
        return answer

    async def subscribe(
        self, request: Request, actor: Actor | None, *, language: str
    ) -> Answer | AsyncIterator[Answer]:
        """Begin a subscription; a query or mutation is answered at once."""
        prepared = self._prepare(request, actor, language)
        if isinstance(prepared, Answer):
            return prepared
        if prepared.operation.operation.value != "subscription":
            return await self._run(prepared, mutations=True)
        executor = self._executor(prepared)
        if isinstance(executor, list):
            return failures.invalid(executor, "BAD_USER_INPUT")
        await prepared.context.know_plugins()
        source = create_source_event_stream(executor)
        if not hasattr(source, "__aiter__"):
            source = await source if hasattr(source, "__await__") else source
        if isinstance(source, ExecutionResult):
            return failures.refused(source.errors[0] if source.errors else Unauthenticated())
        return self._events(executor, source, prepared.context)

    async def _events(self, executor: Any, source: Any, context: Context) -> AsyncIterator[Answer]:
        try:
            async for event in source:
                result = await self._event(executor, event, context)
                if result is not None:
                    yield failures.executed(result.data, result.errors)
        except TimeoutError:
            yield failures.refused(TimedOut())
        except Exception as error:  # noqa: BLE001 - told by its code, or masked and logged
            yield failures.refused(error)
        finally:
            if hasattr(source, "aclose"):
                await source.aclose()

    async def _event(self, executor: Any, event: Any, context: Context) -> ExecutionResult | None:
        """The answer to one event; None where it is none for this subscriber."""
        async with asyncio.timeout(SECONDS), context.reading():
            told = await event.tell() if isinstance(event, Later) else event
            if told is None:
                return None
            each = executor.build_per_event_executor(told)
            return await _result(each, each.execute_operation(False))  # noqa: FBT003

    def _prepare(
        self, request: Request, actor: Actor | None, language: str, joined: Session | None = None
    ) -> _Ready | Answer:
        """Everything that can be said before execution; an answer where that ends it."""
        extensions: dict[str, Any] = {}
        try:
            if actor is None:
                raise Unauthenticated
            document = self._documents.document(request)
            operation = document.operation(request.operation_name)
            asked = document.prices.price(request.operation_name, request.variables)
            extensions["cost"] = describe(asked, self._limits)
            if errors := self._documents.validated(document):
                return failures.invalid(errors, "GRAPHQL_VALIDATION_FAILED", extensions)
            if joined is None:
                left = self.charge(actor, max(asked.cost, 1))
                extensions["cost"]["available"] = int(left)
            COST.inc(asked.cost)
        except (Refusal, LimitExceeded, GraphQLSyntaxError) as error:
            return failures.refused(error, extensions or None)
        context = self._new_context(actor, language)
        context.joined = joined
        return _Ready(
            document=document,
            operation=operation,
            request=request,
            context=context,
            extensions=extensions,
        )

    def _executor(self, ready: _Ready) -> Any:
        return Executor.build(
            self._schema.core,
            ready.document.node,
            context_value=ready.context,
            raw_variable_values=dict(ready.request.variables),
            operation_name=ready.request.operation_name,
            hide_suggestions=True,
        )

    async def _run(self, ready: _Ready, *, mutations: bool) -> Answer:
        kind = ready.operation.operation.value
        if kind == "subscription":
            return failures.refused(
                BadRequest("Subscriptions are sent over WebSocket or as an event stream.")
            )
        if kind == "mutation" and not mutations:
            return failures.refused(BadRequest("Mutations must be sent by POST."))
        executor = self._executor(ready)
        if isinstance(executor, list):
            return failures.invalid(executor, "BAD_USER_INPUT", ready.extensions)
        try:
            result = await self._executed(executor, ready, kind)
        except TimeoutError:
            return failures.refused(TimedOut(), ready.extensions)
        except Refusal as error:
            return failures.refused(error, ready.extensions)
        return failures.executed(result.data, result.errors, ready.extensions)

    async def _executed(self, executor: Any, ready: _Ready, kind: str) -> ExecutionResult:
        context = ready.context
        if kind == "mutation":
            # Each field has its own transaction and its own time: what was done stays told. What
            # writes may have to wait for work beside it, which must not wait for that.
            return await _result(executor, executor.execute_operation(serially=True))
        async with asyncio.timeout(SECONDS):
            await context.know_plugins()
            if context.joined is None and not self._ahead.isdisjoint(ready.document.names):
                await executor.ask_ahead()
            with going_first():
                data = await self._planned(executor, ready)
        if data is not None:
            _BY_PLAN.inc()
            return ExecutionResult(data, None)
        _THE_ORDINARY_WAY.inc()
        with going_first():
            async with asyncio.timeout(SECONDS), context.reading():
                return await _result(executor, executor.execute_operation(serially=False))

    async def _planned(self, executor: Any, ready: _Ready) -> dict[str, Any] | None:
        """The data as its plan reads it; None for what is run, and told, the ordinary way."""
        plan = ready.document.plans.plan(executor) if self._plans else None
        if plan is None:
            return None
        if plan.asks_once:
            with suppress(AskedAgain):
                async with ready.context.reading(once=True):
                    return await _tried(plan, executor)
        async with ready.context.reading() as session:
            data = await _tried(plan, executor)
            plan.asks_once = session.uses == 1
            return data


async def _tried(plan: Plan, executor: Any) -> dict[str, Any] | None:
    try:
        return await plan.run(executor)
    except AskedAgain:
        raise
    except Exception:
        log.debug("a plan gave way", exc_info=True)
        return None


async def _result(executor: Any, result: Any) -> ExecutionResult:
    found: ExecutionResult = await result if executor.is_awaitable(result) else result
    return found
