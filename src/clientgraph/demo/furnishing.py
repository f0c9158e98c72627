"""What the demo adds to its companies: categories, custom fields, and a history of events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

CATEGORIES: Final[Sequence[dict[str, Any]]] = (
    {
        "key": "WHOLESALERS",
        "name": "Grossistes",
        "translations": [
            {"language": "en", "name": "Wholesalers"},
            {"language": "nl", "name": "Groothandelaars"},
            {"language": "de", "name": "Großhändler"},
        ],
    },
    {
        "key": "RETAILERS",
        "name": "Détaillants",
        "translations": [
            {"language": "en", "name": "Retailers"},
            {"language": "nl", "name": "Detailhandelaars"},
            {"language": "de", "name": "Einzelhändler"},
        ],
    },
    {
        "key": "REGULARS",
        "name": "Clients réguliers",
        "translations": [
            {"language": "en", "name": "Regulars"},
            {"language": "nl", "name": "Vaste klanten"},
            {"language": "de", "name": "Stammkunden"},
        ],
    },
)
FIELDS: Final[Sequence[dict[str, Any]]] = (
    {
        "on": "CLIENT",
        "key": "tier",
        "type": "CHOICE",
        "section": "Sales",
        "labels": [{"language": "en", "text": "Tier"}, {"language": "fr", "text": "Niveau"}],
        "options": {
            "choices": [
                {"key": "gold", "labels": {"en": "Gold", "fr": "Or"}},
                {"key": "silver", "labels": {"en": "Silver", "fr": "Argent"}},
                {"key": "bronze", "labels": {"en": "Bronze", "fr": "Bronze"}},
            ]
        },
    },
    {
        "on": "CLIENT",
        "key": "budget",
        "type": "MONEY",
        "section": "Sales",
        "labels": [
            {"language": "en", "text": "Budget of the year"},
            {"language": "fr", "text": "Budget annuel"},
        ],
    },
    {
        "on": "CLIENT",
        "key": "customerSince",
        "type": "DATE",
        "labels": [
            {"language": "en", "text": "Customer since"},
            {"language": "fr", "text": "Client depuis"},
        ],
    },
)
_WITH_HISTORY: Final = 60
_TIERS: Final = ("gold", "silver", "bronze")


def furnished(place: int, given: dict[str, Any], categories: Sequence[str]) -> dict[str, Any]:
    """The input of the company at this place of the demo, with categories and custom values."""
    chosen = [categories[place % 3]]
    if place % 5 == 0:
        chosen.append(categories[(place + 1) % 3])
    values: list[dict[str, Any]] = [
        {"key": "tier", "value": _TIERS[place % 3]},
        {"key": "customerSince", "value": f"{2012 + place % 13}-{1 + place % 12:02}-01"},
    ]
    if place % 2 == 0:
        money = {"amount": f"{1_500 * (1 + place % 40)}.00", "currency": given["currency"]}
        values.append({"key": "budget", "value": money})
    return {**given, "categories": chosen, "customFields": values}


def history(place: int, client_id: str) -> list[dict[str, Any]]:
    """The events of the company at this place; the later companies have none yet."""
    if place >= _WITH_HISTORY:
        return []
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    events: list[dict[str, Any]] = [
        {
            "kind": "NOTE",
            "title": "Special agreement",
            "body": "Delivers only on Tuesdays; invoices go to the head office.",
            "occurredAt": _shown(now, -30 - place),
        },
        {
            "kind": "CALL",
            "title": "Asked for this year's price list",
            "occurredAt": _shown(now, -2 - place % 20),
        },
    ]
    if place % 3 == 0:
        # Some are overdue from the start.
        task = {"kind": "TASK", "title": "Send the offer", "dueAt": _shown(now, place % 15 - 4)}
        events.append(task)
    return [{**event, "clientId": client_id} for event in events]


def _shown(now: datetime, days: int) -> str:
    return (now + timedelta(days=days)).isoformat()
