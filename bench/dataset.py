"""The data: invented clients with their parts, the same each time, as rows of core's tables."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from clientgraph.fields.keys import number_key, text_key
from clientgraph.values import email_key, folded

CLIENTS: Final = 100_000
# Of each client: contacts 2 or 3, addresses 2, events 32 for every tenth and else 2, values 3.
BUSY_EVERY: Final = 10
EVENTS: Final = (32, 2)
# A name begins with a stem that so many clients share: what a search for its middle finds.
NAMESAKES: Final = 20

_BEGIN: Final = datetime(2024, 1, 1, tzinfo=UTC)
_NEVER: Final = datetime(9999, 12, 31, tzinfo=UTC)
_SYLLABLES: Final = tuple("".join(pair) for pair in itertools.product("bdfgklmnprstv", "aeiou"))
# No divisor of any number of stems, so that neighbours in time are none in the alphabet.
_STRIDE: Final = 7_919
_TRADES: Final = ("Bouw", "Conseil", "Design", "Energie", "Food", "Garden", "Health", "Logistics")
_CITIES: Final = (("75011", "Paris"), ("69003", "Lyon"), ("59000", "Lille"), ("33000", "Bordeaux"))
_FIRST_NAMES: Final = ("Anna", "Bram", "Chloe", "David", "Elise", "Farid", "Greta", "Hugo", "Ines")
_LAST_NAMES: Final = ("Martin", "Peeters", "Dubois", "Janssens", "Leroy", "Maes", "Moreau", "Roux")
_KINDS: Final = ("NOTE", "CALL", "EMAIL", "MEETING")

FIELDS: Final = (("segment", "TEXT"), ("employees", "NUMBER"), ("since", "DATE"))


@dataclass(frozen=True)
class Table:
    """Rows of one table, made one by one."""

    name: str
    columns: tuple[str, ...]
    rows: Callable[[], Iterator[tuple[Any, ...]]]


def row_id(table: str, number: int) -> UUID:
    """The id of a row: a UUID version 7 whose time and order are those of the number."""
    place = TABLES.index(table)
    milliseconds = 1_700_000_000_000 + number
    return UUID(int=milliseconds << 80 | 0x7 << 76 | place << 64 | 0b10 << 62 | number)


def stem(number: int, clients: int) -> str:
    """What the name of a client begins with; every `NAMESAKES` clients share one."""
    rest, made = number % max(clients // NAMESAKES, 1) * _STRIDE, ""
    for _ in range(4):
        rest, place = divmod(rest, len(_SYLLABLES))
        made += _SYLLABLES[place]
    return made


def searched(number: int, clients: int) -> str:
    """What is in the middle of the names of a client and its namesakes."""
    return stem(number, clients)[1:]


def tables(organisation: UUID, clients: int) -> list[Table]:
    """Everything, in an order in which no row comes before what it refers to."""
    made: Mapping[str, Callable[[int, int], Iterator[dict[str, Any]]]] = {
        "client": _client,
        "contact": _contacts,
        "address": _addresses,
        "client_custom_value": _values,
        "event": _events,
    }
    found = [_table("custom_field_definition", organisation, _definitions)]
    for name, rows in made.items():
        found.append(_table(name, organisation, _of_all(rows, clients)))
    return found


def _of_all(
    rows: Callable[[int, int], Iterator[dict[str, Any]]], clients: int
) -> Callable[[], Iterator[dict[str, Any]]]:
    return lambda: (row for number in range(clients) for row in rows(number, clients))


def _table(name: str, organisation: UUID, rows: Callable[[], Iterator[dict[str, Any]]]) -> Table:
    def whole() -> Iterator[tuple[Any, ...]]:
        for row in rows():
            made = _BEGIN + timedelta(seconds=row["number"])
            number, *values = row.values()
            yield (row_id(name, number), organisation, 1, made, made, *values)

    own = tuple(next(rows()))[1:]
    return Table(
        name, ("id", "organisation_id", "version", "created_at", "updated_at", *own), whole
    )


def _definitions() -> Iterator[dict[str, Any]]:
    for number, (key, kind) in enumerate(FIELDS):
        yield {
            "number": number,
            "on_kind": "CLIENT",
            "key": key,
            "type": kind,
            "labels": f'{{"en":"{key.capitalize()}"}}',
            "is_required": False,
            "is_unique": False,
            "options": "{}",
            "position": number,
        }


def _client(number: int, clients: int) -> Iterator[dict[str, Any]]:
    begins = stem(number, clients)
    name = f"{begins.capitalize()} {_TRADES[number % 8]} {number}"
    email = f"office{number}@{begins}.fr"
    yield {
        "number": number,
        "name": name,
        "sort_name": folded(name),
        "trading_name": f"{begins.capitalize()} Group" if number % 3 == 0 else None,
        "kind": "COMPANY",
        "status": "ACTIVE",
        "reference": f"C-{number:08}",
        "country": ("FR", "BE", "NL", "DE")[number % 4],
        "is_country_default": False,
        "email": email,
        "email_key": email_key(email),
        "phone": f"+331426{number % 100_000:05}",
        "website": f"https://{begins}.fr",
        "vat_regime": "TAXABLE",
    }


def _contacts(client: int, clients: int) -> Iterator[dict[str, Any]]:
    for place in range(2 + client % 2):
        number = client * 3 + place
        first, last = _FIRST_NAMES[number % 9], _LAST_NAMES[number // 9 % 8]
        email = f"{first}.{last}.{number}@{stem(client, clients)}.fr".lower()
        yield {
            "number": number,
            "client_id": row_id("client", client),
            "first_name": first,
            "last_name": last,
            "email": email,
            "email_key": email_key(email),
            "phone": f"+331534{number % 100_000:05}",
            "position": "Director" if place == 0 else "Buyer",
            "is_main": place == 0,
            "is_invoice_recipient": place == 1,
            "sort_name": folded(f"{last} {first}"),
        }


def _addresses(client: int, _clients: int) -> Iterator[dict[str, Any]]:
    for place, kind in enumerate(("MAIN", "DELIVERY")):
        number = client * 2 + place
        postal_code, city = _CITIES[number % 4]
        yield {
            "number": number,
            "client_id": row_id("client", client),
            "kind": kind,
            "line1": f"{number % 199 + 1} rue des Tilleuls",
            "postal_code": postal_code,
            "city": city,
            "sort_city": folded(city),
            "country": "FR",
            "is_default_for_billing": False,
        }


def _values(client: int, _clients: int) -> Iterator[dict[str, Any]]:
    segment, employees = f"segment {client % 50}", client % 900 + 1
    day = (_BEGIN - timedelta(days=client % 3_000)).date().isoformat()
    keys = (text_key(segment), number_key(Decimal(employees)), day)
    for place, value in enumerate((f'"{segment}"', str(employees), f'"{day}"')):
        yield {
            "number": client * 3 + place,
            "record_id": row_id("client", client),
            "definition_id": row_id("custom_field_definition", place),
            "ordinal": 0,
            "type": FIELDS[place][1],
            "value": value,
            "key": keys[place],
            "is_exclusive": False,
        }


def _events(client: int, _clients: int) -> Iterator[dict[str, Any]]:
    for place in range(EVENTS[client % BUSY_EVERY != 0]):
        title = f"Talk {place} about the offer"
        yield {
            "number": client * EVENTS[0] + place,
            "client_id": row_id("client", client),
            "kind": _KINDS[place % 4],
            "is_task": False,
            "title": title,
            "body": "They ask for a better price and will decide within a fortnight.",
            "search_text": folded(title),
            "occurred_at": _BEGIN + timedelta(days=client % 300, hours=place * 7),
            "sort_due": _NEVER,
            "visibility": "ORGANISATION",
            "granted_to": "",
        }


TABLES: Final = (
    "client",
    "contact",
    "address",
    "client_custom_value",
    "event",
    "custom_field_definition",
)
