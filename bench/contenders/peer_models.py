"""The tables as SQLAlchemy has them, and what Ariadne and Graphene read and write through it.

Parts are loaded with their clients by ``selectinload``, as SQLAlchemy's guide to asyncio says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import DateTime, ForeignKey, select, tuple_
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload

from bench.contenders.given import DATABASE_URL, ORGANISATION, POOL

_engine = create_async_engine(
    DATABASE_URL.replace("postgresql://", "postgresql+asyncpg://"), pool_size=POOL, max_overflow=6
)
session_of = async_sessionmaker(_engine, expire_on_commit=False)


def _now() -> datetime:
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """Every record."""

    type_annotation_map: ClassVar = {datetime: DateTime(timezone=True)}


class Record:
    """The columns that every record has."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organisation_id: Mapped[UUID] = mapped_column(default=ORGANISATION)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=_now)
    updated_at: Mapped[datetime] = mapped_column(default=_now)


class Client(Record, Base):
    """A client."""

    __tablename__ = "client"
    name: Mapped[str]
    sort_name: Mapped[str]
    trading_name: Mapped[str | None]
    kind: Mapped[str] = mapped_column(default="COMPANY")
    status: Mapped[str] = mapped_column(default="ACTIVE")
    reference: Mapped[str]
    country: Mapped[str]
    is_country_default: Mapped[bool] = mapped_column(default=False)
    email: Mapped[str | None]
    phone: Mapped[str | None]
    website: Mapped[str | None]
    vat_regime: Mapped[str] = mapped_column(default="TAXABLE")
    contacts: Mapped[list[Contact]] = relationship(order_by="Contact.sort_name, Contact.id")
    addresses: Mapped[list[Address]] = relationship(order_by="Address.id")
    values: Mapped[list[CustomValue]] = relationship()


class Contact(Record, Base):
    """A contact."""

    __tablename__ = "contact"
    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"))
    first_name: Mapped[str | None]
    last_name: Mapped[str | None]
    email: Mapped[str | None]
    email_key: Mapped[str | None]
    phone: Mapped[str | None]
    position: Mapped[str | None]
    is_main: Mapped[bool]
    is_invoice_recipient: Mapped[bool] = mapped_column(default=False)
    sort_name: Mapped[str]


class Address(Record, Base):
    """An address."""

    __tablename__ = "address"
    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"))
    kind: Mapped[str]
    line1: Mapped[str | None]
    postal_code: Mapped[str | None]
    city: Mapped[str | None]
    sort_city: Mapped[str]
    country: Mapped[str]
    is_default_for_billing: Mapped[bool] = mapped_column(default=False)


class Definition(Record, Base):
    """A custom field."""

    __tablename__ = "custom_field_definition"
    key: Mapped[str]
    type: Mapped[str]
    position: Mapped[int]


class CustomValue(Record, Base):
    """A client's value of a custom field."""

    __tablename__ = "client_custom_value"
    record_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"))
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("custom_field_definition.id"))
    ordinal: Mapped[int] = mapped_column(default=0)
    type: Mapped[str]
    stored: Mapped[str] = mapped_column("value")
    sort_key: Mapped[str | None] = mapped_column("key")
    is_exclusive: Mapped[bool] = mapped_column(default=False)
    definition: Mapped[Definition] = relationship(lazy="joined", innerjoin=True)


class Event(Record, Base):
    """An event."""

    __tablename__ = "event"
    client_id: Mapped[UUID]
    title: Mapped[str | None]
    body: Mapped[str | None]
    occurred_at: Mapped[datetime]


_PARTS = (Client.contacts, Client.addresses)
_OWN = Client.organisation_id == ORGANISATION
_ORDER = (Client.sort_name, Client.id)


async def client(id_: str) -> Client | None:
    """One client with its contacts and addresses."""
    query = select(Client).where(_OWN, Client.id == UUID(id_))
    async with session_of() as session:
        found: Client | None = await session.scalar(query.options(*map(selectinload, _PARTS)))
        return found


async def latest_events(client_id: UUID, first: int) -> Sequence[Event]:
    """A client's latest events."""
    query = (
        select(Event)
        .where(Event.organisation_id == ORGANISATION, Event.client_id == client_id)
        .order_by(Event.occurred_at.desc(), Event.id.desc())
        .limit(first)
    )
    async with session_of() as session:
        return (await session.scalars(query)).all()


async def clients(
    first: int, after: str | None, search: str | None, *, parts: bool
) -> tuple[Sequence[Client], bool]:
    """A page of clients, with their parts where they are asked for; whether there are more."""
    query = select(Client).where(_OWN).order_by(*_ORDER).limit(first + 1)
    if parts:
        query = query.options(*map(selectinload, (*_PARTS, Client.values)))
    if after:
        name, _, id_ = after.rpartition("|")
        query = query.where(tuple_(*_ORDER) > (name, UUID(id_)))
    if search:
        query = query.where(Client.sort_name.contains(search))
    async with session_of() as session:
        found = (await session.scalars(query)).all()
    return found[:first], len(found) > first


def cursor(row: Any) -> str:
    """Where the page behind a client begins."""
    return f"{row.sort_name}|{row.id}"


async def create(given: Mapping[str, Any]) -> Client:
    """Make a client with its parts."""
    async with session_of() as session, session.begin():
        keys = [each["key"] for each in given["customFields"]]
        chosen = select(Definition).where(
            Definition.organisation_id == ORGANISATION, Definition.key.in_(keys)
        )
        definitions = {each.key: each for each in await session.scalars(chosen)}
        made = _new(given)
        made.values = [
            CustomValue(
                definition_id=definitions[each["key"]].id,
                type=definitions[each["key"]].type,
                stored=json.dumps(each["value"]),
                sort_key=str(each["value"]),
            )
            for each in given["customFields"]
        ]
        session.add(made)
    return made


def _new(given: Mapping[str, Any]) -> Client:
    """A client with its contacts and addresses."""
    contacts = [
        Contact(
            first_name=each["firstName"],
            last_name=each["lastName"],
            email=each["email"],
            email_key=each["email"].lower(),
            sort_name=f"{each['lastName']} {each['firstName']}".lower(),
            is_main=True,
        )
        for each in given["contacts"]
    ]
    addresses = [
        Address(
            kind=each["kind"],
            line1=each["line1"],
            postal_code=each["postalCode"],
            city=each["city"],
            sort_city=each["city"].lower(),
            country=given["country"],
        )
        for each in given["addresses"]
    ]
    return Client(
        name=given["name"],
        sort_name=given["name"].lower(),
        reference=given["reference"],
        country=given["country"],
        contacts=contacts,
        addresses=addresses,
    )
