"""The first wall: every query and every write of a service goes through here, in its scope."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.expressions import F, Q
from tortoise.queryset import QuerySet

from clientgraph.storage.bulk import insert_rows, update_rows
from clientgraph.storage.conditions import Condition, all_of, any_of, compare, joined
from clientgraph.storage.models import Record, new_row
from clientgraph.storage.session import Session

R = TypeVar("R", bound=Record)
MOST_NAMED: Final = 200

# What the database raises when another transaction wrote the same unique value first.
Conflict = IntegrityError


class StaleVersion(Exception):
    """The row is not at the version that the caller saw."""


def organisation_of(session: Session) -> UUID:
    """The workspace of a session; a session without one may not touch records."""
    if session.scope.organisation is None:
        raise RuntimeError("records need a session with a workspace")
    return session.scope.organisation


def own(session: Session, condition: Condition) -> Condition:
    """The workspace's rows that meet a condition."""
    return all_of([compare("organisation_id", "=", organisation_of(session)), condition])


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
    return next(iter(await lock_all(session, model, [row_id])), None)


async def lock_all(session: Session, model: type[R], ids: Sequence[UUID]) -> list[R]:
    """Those of the rows that there are, held until the transaction ends, in the order of ids."""
    return await locked(session, rows(session, model).filter(id__in=list(ids)))


async def locked(session: Session, query: QuerySet[R]) -> list[R]:
    """The rows of a query (from `rows`), held until the transaction ends, in the order of ids."""
    query = query.order_by("id")
    if session.dialect == "postgres":
        # Rows that refer to these may still be written: two clients that each become the
        # other's parent would otherwise wait for each other for ever.
        query = query.select_for_update(no_key=True)
    return await query


async def one_at_a_time(session: Session, *what: str) -> None:
    """Let the workspace's writers pass here one by one, each until its transaction ends.

    Of several things each is waited for in order, so that no two writers wait for each other.

    For rules about several rows, which two writers could each keep and together break. Call it
    before reading what the rule is about (SQLite: its one writer is alone anyway).
    """
    if session.dialect == "postgres":
        await session.select(
            "SELECT pg_advisory_xact_lock(hashtextextended(each, 0)) FROM unnest(?::text[]) each",
            [[f"{each}:{organisation_of(session)}" for each in sorted(what)]],
        )


async def one_by_one(session: Session, group: str, names: Collection[str]) -> None:
    """The same for writers that want the same names of a group; of many names, for all of it.

    The server's table of locks, which all workspaces share, could not hold a lock for each.
    """
    if len(names) > MOST_NAMED:
        await one_at_a_time(session, group)
    elif names and session.dialect == "postgres":
        organisation = organisation_of(session)
        await session.select(
            "SELECT pg_advisory_xact_lock_shared(hashtextextended(?, 0)), (SELECT count("
            "pg_advisory_xact_lock(hashtextextended(each, 0))::text) FROM unnest(?::text[]) each)",
            [
                f"{group}:{organisation}",
                [f"{group}:{each}:{organisation}" for each in sorted(names)],
            ],
        )


async def not_during(session: Session, what: str) -> None:
    """Let any number of writers pass here, but none beside one that is there `one_at_a_time`.

    For those who rely on what that one changes, until their transaction ends.
    """
    if session.dialect == "postgres":
        await session.select(
            "SELECT pg_advisory_xact_lock_shared(hashtextextended(?, 0))",
            [f"{what}:{organisation_of(session)}"],
        )


async def insert(session: Session, model: type[R], **values: Any) -> R:
    """A new row."""
    return (await insert_many(session, model, [values]))[0]


async def insert_many(session: Session, model: type[R], many: Sequence[dict[str, Any]]) -> list[R]:
    """New rows in one statement, or some where they are very many; in the order given."""
    made = new_rows(session, model, many)
    await insert_rows(session, (model, made))
    return made


def new_rows(session: Session, model: type[R], many: Sequence[dict[str, Any]]) -> list[R]:
    """Rows of the workspace that are still to be stored: see `insert_rows`."""
    now = datetime.now(UTC)
    common = {"organisation_id": organisation_of(session), "created_at": now, "updated_at": now}
    return [new_row(model, {**values, **common}) for values in many]


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


async def update_many(session: Session, changes: Sequence[tuple[R, Mapping[str, Any]]]) -> None:
    """Change rows of one model and count their versions, all in one statement.

    Raises `StaleVersion` when one of them moved on meanwhile.
    """
    if not changes:
        return
    now = datetime.now(UTC)
    model = type(changes[0][0])
    columns = sorted({name for _, values in changes for name in values})
    given = [
        [row.id, row.version, *(values.get(name, getattr(row, name)) for name in columns)]
        for row, values in changes
    ]
    seen = {"organisation_id": organisation_of(session)}
    touched = await update_rows(session, model, columns, seen, given, {"updated_at": now})
    if touched < len(changes):
        raise StaleVersion
    for row, values in changes:
        row.update_from_dict({**values, "updated_at": now, "version": row.version + 1})


async def update_where(query: QuerySet[R], **values: Any) -> int:
    """Change the rows of a query (from `rows`) alike, each a version further; how many."""
    return await query.update(**values, updated_at=datetime.now(UTC), version=F("version") + 1)


async def delete_where(query: QuerySet[R]) -> int:
    """Remove the rows of a query (from `rows`); how many there were."""
    return await query.delete()


async def delete_pairs(
    session: Session, model: type[R], columns: tuple[str, str], pairs: Sequence[tuple[UUID, UUID]]
) -> None:
    """Remove the rows in which two columns have one of these pairs of values."""
    if not pairs:
        return
    first, second = columns
    both = any_of(session.dialect, joined(first, second), [f"{a}{b}" for a, b in pairs])
    # The pairs alone are no condition for an index.
    bounds = any_of(session.dialect, first, sorted({a for a, _ in pairs}))
    gone = own(session, all_of([bounds, both]))
    await session.execute(f"DELETE FROM {model._meta.db_table} WHERE {gone.sql}", gone.values)


async def delete(session: Session, model: type[R], ids: Iterable[UUID]) -> int:
    """Remove rows by id; how many there were."""
    chosen = list(ids)
    return await rows(session, model).filter(id__in=chosen).delete() if chosen else 0
