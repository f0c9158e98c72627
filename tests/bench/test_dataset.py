"""The data that is measured: how much there is of what, and that it is the same each time."""

from __future__ import annotations

import hashlib
from collections import Counter
from uuid import UUID

import asyncpg
import pytest

from bench.dataset import BUSY_EVERY, NAMESAKES, Table, row_id, searched, tables
from clientgraph.config import Settings
from clientgraph.words import grams_wanted

ORGANISATION = UUID(int=7)
CLIENTS = 1_000


def made() -> dict[str, Table]:
    return {table.name: table for table in tables(ORGANISATION, CLIENTS)}


def test_the_shapes_are_those_of_the_report() -> None:
    """Of each client there are 2.5 contacts, 2 addresses, 5 events and 3 values on average."""
    counts = {name: sum(1 for _ in table.rows()) for name, table in made().items()}
    assert counts == {
        "custom_field_definition": 3,
        "client": CLIENTS,
        "contact": CLIENTS * 5 // 2,
        "address": CLIENTS * 2,
        "client_custom_value": CLIENTS * 3,
        "event": CLIENTS * 5,
    }


def test_the_data_is_the_same_each_time() -> None:
    """Two makings have the same rows, to the last byte."""
    first, second = (
        hashlib.sha256(repr([list(each.rows()) for each in made().values()]).encode()).hexdigest()
        for _ in range(2)
    )
    assert first == second


def test_ids_are_unique_and_in_their_order() -> None:
    """Ids of a table are UUIDs version 7 that ascend with the rows."""
    for table in made().values():
        ids = [row[0] for row in table.rows()]
        assert ids == sorted(set(ids))
        assert {each.version for each in ids} == {7}


def test_busy_clients_have_more_events_than_are_asked_for() -> None:
    """Every client that the first operation asks for has more than ten events."""
    events = made()["event"]
    place = events.columns.index("client_id")
    counts = Counter(row[place] for row in events.rows())
    busy = [row_id("client", number) for number in range(0, CLIENTS, BUSY_EVERY)]
    assert min(counts[each] for each in busy) > 10


@pytest.mark.parametrize("number", [0, 1, 499, 999])
def test_a_search_finds_the_namesakes(number: int) -> None:
    """What is searched for is long enough for an index, and in as many names as are shown."""
    word, client = searched(number, CLIENTS), made()["client"]
    place = client.columns.index("sort_name")
    found = [row[place] for row in client.rows() if word in row[place]]
    assert len(found) >= NAMESAKES
    assert grams_wanted(word)
    assert not any(name.startswith(word) for name in found[:NAMESAKES])


async def test_the_tables_take_the_rows(dialect: str, settings: Settings) -> None:
    """The columns are there and no rule of the tables is broken."""
    if dialect != "postgres":
        pytest.skip("The rows go to PostgreSQL first; SQLite has a copy of what is there.")
    owner = await asyncpg.connect(settings.owner_url)
    try:
        async with owner.transaction():
            await owner.execute(f"SET LOCAL clientgraph.organisation = '{ORGANISATION}'")
            await owner.execute(
                "INSERT INTO organisation (id, version, created_at, updated_at, slug, name,"
                " country, locale, currency, payment_days, payment_end_of_month, requirements,"
                " next_reference) VALUES ($1, 1, now(), now(), 'bench', 'Bench', 'FR', 'fr-FR',"
                " 'EUR', 30, false, 'lenient', 1)",
                ORGANISATION,
            )
            for table in tables(ORGANISATION, 20):
                marks = ", ".join(f"${place}" for place in range(1, len(table.columns) + 1))
                await owner.executemany(
                    f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({marks})",  # noqa: S608
                    table.rows(),
                )
            counted = await owner.fetchval("SELECT count(*) FROM event")
            assert counted == 100
            await owner.execute("DELETE FROM organisation WHERE id = $1", ORGANISATION)
    finally:
        await owner.close()
