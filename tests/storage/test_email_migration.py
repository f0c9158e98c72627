"""Addresses from before there was a policy are compared like new ones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest
from tests.writes.whole_database import operator

from clientgraph.app import MODELS, create_app
from clientgraph.config import Settings
from clientgraph.organisations.access import make_token
from clientgraph.permissions import Role
from clientgraph.signing import Signer
from clientgraph.storage.database import Database
from clientgraph.storage.ids import uuid7
from clientgraph.storage.migrations import CORE
from clientgraph.storage.migrator import migrate
from clientgraph.storage.scope import Scope
from clientgraph.testing import Api, fresh_database

pytestmark = pytest.mark.anyio

BEFORE = next(n for n, step in enumerate(CORE) if step.name == "0005_policies")


@pytest.fixture
async def older(dialect: str, tmp_path: Path) -> AsyncIterator[Settings]:
    """A database as it was before policies."""
    async with fresh_database(dialect, tmp_path, migrated=False) as (owner_url, app_url):
        await migrate(owner_url, CORE[:BEFORE], app_url)
        yield Settings(database_url=app_url, migration_url=owner_url, secret_key="k" * 40)


async def _fill(settings: Settings, dialect: str) -> UUID:
    """A workspace with a client and a contact, each with an address."""
    now: Any = datetime.now(UTC)
    ids: list[Any] = [uuid7() for _ in range(3)]
    made: UUID = ids[0]
    if dialect == "sqlite":
        now, ids = now.isoformat(), [str(each) for each in ids]
    own, client, contact = ids
    await operator(
        settings,
        "INSERT INTO organisation (id, version, created_at, updated_at, slug, name, country,"
        " locale, currency, payment_days, payment_end_of_month, requirements, next_reference)"
        " VALUES (?, 1, ?, ?, 'old', 'Old', 'FR', 'fr-FR', 'EUR', 30, false, 'lenient', 2)",
        *(own, now, now),
    )
    await operator(
        settings,
        "INSERT INTO client (id, organisation_id, version, created_at, updated_at, name, sort_name,"
        " search_text, kind, status, reference, country, is_country_default, vat_regime, email)"
        " VALUES (?, ?, 1, ?, ?, 'Io', 'io', 'io', 'COMPANY', 'ACTIVE', 'C00001', 'FR', true,"
        " 'TAXABLE', 'Info@io.example')",
        *(client, own, now, now),
    )
    await operator(
        settings,
        "INSERT INTO contact (id, organisation_id, version, created_at, updated_at, client_id,"
        " email, is_main, is_invoice_recipient, sort_name, search_text)"
        " VALUES (?, ?, 1, ?, ?, ?, 'Ada@io.example', true, false, '', 'ada')",
        *(contact, own, now, now, client),
    )
    return made


async def _token(settings: Settings, own: UUID) -> str:
    """A token of the workspace."""
    database = Database(settings.database_url, MODELS, pool=1)
    await database.open()
    async with database.write(Scope(organisation=own)) as session:
        given = {"name": "Old", "role": "OWNER"}
        signer = Signer(settings.secret())
        _, token = await make_token(session, signer, given, highest=Role.OWNER)
    await database.close()
    return token


async def test_addresses_from_before_are_taken_and_found(older: Settings, dialect: str) -> None:
    """Of clients and contacts of any workspace, in any case; the policies are the defaults."""
    own = await _fill(older, dialect)
    await migrate(older.owner_url, CORE, older.database_url)
    app = create_app(older)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app), base_url="http://test"
        ) as client,
    ):
        api = Api(client, await _token(older, own))
        given = {
            "name": "Leda",
            "email": "info@IO.example",
            "contacts": [{"email": "ADA@io.example"}],
        }
        payload = await api.do("clientCreate", given)
        assert [(error["path"][1], error["code"]) for error in payload["userErrors"]] == [
            ("email", "TAKEN"),
            ("contacts", "TAKEN"),
        ]
        found = await api(
            """{ clients(filter: {email: {eq: "ada@io.example"}}) { nodes { name } }
            organisation { draftPolicy emailUniqueness deletionPolicy features { isEnabled } } }"""
        )
        assert found["clients"]["nodes"] == [{"name": "Io"}]
        assert found["organisation"] == {
            "draftPolicy": "ON_REQUEST",
            "emailUniqueness": "STRICT",
            "deletionPolicy": "UNLESS_BLOCKED",
            "features": [{"isEnabled": True}] * 3,
        }
