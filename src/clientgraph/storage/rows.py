"""The first wall: every query and every write of a service goes through here, in its scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.expressions import F, Q
from tortoise.queryset import QuerySet

from clientgraph.storage.models import Record
from clientgraph.storage.session import Session

R = TypeVar("R", bound=Record)

# What the database raises when another transaction wrote the same unique value first.
Conflict = IntegrityError


class StaleVersion(Exception):
    """The row is not at the version that the caller saw."""


def organisation_of(session: Session) -> UUID:
    """The workspace of a session; a session without one may not touch records."""
    if session.scope.organisation is None:
        raise RuntimeError("records need a session with a workspace")
    return session.scope.organisation


def rows(session: Session, model: type[R]) -> QuerySet[R]:
    """The workspace's rows of a model, to be filtered further."""
    return model.filter(organisation_id=organisation_of(session)).using_db(session.client)


def having_any(query: QuerySet[R], wanted: Mapping[str, Any]) -> QuerySet[R]:
    """Those rows of a query in which at least one of these columns has its value."""
    return query.filter(Q(**wanted, join_type=Q.OR))


async def find(session: Session, model: type[R], row_id: UUID) -> R | None:
    """One row by id; None when the workspace has none such."""
    return await rows(session, model).filter(id=row_id).first()


async def lock(session: Session, model: type[R], row_id: UUID) -> R | None:
    """One row by id, held until the transaction ends (SQLite: its one writer holds all)."""
    query = rows(session, model).filter(id=row_id)
    if session.dialect == "postgres":
        # Rows that refer to this one may still be written: two clients that each become the
        # other's parent would otherwise wait for each other for ever.
        query = query.select_for_update(no_key=True)
    return await query.first()


async def one_at_a_time(session: Session, what: str) -> None:
    """Let the workspace's writers pass here one by one, each until its transaction ends.

    For rules about several rows, which two writers could each keep and together break. Call it
    before reading what the rule is about (SQLite: its one writer is alone anyway).
    """
    if session.dialect == "postgres":
        await session.select(
            "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))",
            [f"{what}:{organisation_of(session)}"],
        )


async def insert(session: Session, model: type[R], **values: Any) -> R:
    """A new row."""
    return (await insert_many(session, model, [values]))[0]


async def insert_many(session: Session, model: type[R], many: Sequence[dict[str, Any]]) -> list[R]:
    """New rows in one statement, in the order given."""
    if not many:
        return []
    now = datetime.now(UTC)
    organisation = organisation_of(session)
    made = [
        model(**values, organisation_id=organisation, created_at=now, updated_at=now)
        for values in many
    ]
    await model.bulk_create(made, using_db=session.client)
    return made


async def update(session: Session, row: R, values: dict[str, Any]) -> R:
    """Change a row and count its version; raises `StaleVersion` when it moved on meanwhile."""
    version = row.version
    values = {**values, "updated_at": datetime.now(UTC)}
    touched = await (
        rows(session, type(row))
        .filter(id=row.id, version=version)
        .update(**values, version=F("version") + 1)
    )
    if not touched:
        raise StaleVersion
    row.update_from_dict({**values, "version": version + 1})
    return row


async def update_where(query: QuerySet[R], **values: Any) -> int:
    """Change the rows of a query (from `rows`) alike, each a version further; how many."""
    return await query.update(**values, updated_at=datetime.now(UTC), version=F("version") + 1)


async def delete_where(query: QuerySet[R]) -> int:
    """Remove the rows of a query (from `rows`); how many there were."""
    return await query.delete()


async def delete(session: Session, model: type[R], ids: Iterable[UUID]) -> int:
    """Remove rows by id; how many there were."""
    chosen = list(ids)
    return await rows(session, model).filter(id__in=chosen).delete() if chosen else 0
