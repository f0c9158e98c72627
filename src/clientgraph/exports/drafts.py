"""Clients as drafts that would make the same clients again: what sheets are written of."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from clientgraph.addresses.models import Address
from clientgraph.clients.assignees import ASSIGNEES
from clientgraph.clients.categories import category_ids
from clientgraph.clients.models import Client
from clientgraph.contacts.models import Contact
from clientgraph.context import Context
from clientgraph.fields.definitions import definitions_by_kind
from clientgraph.fields.given import FIELD
from clientgraph.fields.models import CustomFieldDefinition, CustomValue, RecordKind
from clientgraph.fields.service import shown, values_by_record
from clientgraph.identifiers.models import Identifier
from clientgraph.integrations.service import integration_keys
from clientgraph.organisations.assignees import assignee_ids
from clientgraph.storage.conditions import any_of
from clientgraph.storage.models import Record
from clientgraph.storage.reading import select_rows

Drafts = dict[UUID, dict[str, Any]]
_CLIENT: Final = (
    "name",
    "trading_name",
    "kind",
    "reference",
    "external_reference",
    "country",
    "locale",
    "currency",
    "website",
    "email",
    "phone",
    "vat_regime",
    "accounting_code",
    "activity_code",
    "iban",
)
_SETTLED: Final = ("type_id", "template_id", "parent_id", "payment_days", "payment_end_of_month")
_IDENTIFIER: Final = ("id", "client_id", "kind", "value", "derived_from")
_CONTACT: Final = (
    "civility",
    "first_name",
    "last_name",
    "email",
    "phone",
    "mobile",
    "switchboard_phone",
    "position",
    "locale",
    "is_main",
    "is_invoice_recipient",
)
_ADDRESS: Final = (
    "label",
    "kind",
    "line1",
    "line2",
    "street_number",
    "box",
    "postal_code",
    "city",
    "region",
    "country",
    "is_default_for_billing",
)


async def drafts_of(context: Context, ids: Sequence[UUID]) -> Drafts:
    """By id; those that are gone meanwhile are absent. As many statements for many as for one."""
    session = context.session
    chosen = any_of(session.dialect, "id", list(ids))
    found = await select_rows(session, Client, chosen, "id", ("id", *_CLIENT, *_SETTLED))
    made = {row.id: _own(row) for row in found}
    await _add_links(context, made)
    await _add_custom(context, RecordKind.CLIENT, made)
    where = any_of(session.dialect, "client_id", list(made))
    for row in await select_rows(session, Identifier, where, "id", _IDENTIFIER):
        if row.derived_from is None:
            given = {"kind": row.kind, "value": row.value}
            made[row.client_id].setdefault("identifiers", []).append(given)
    people = await select_rows(
        session, Contact, where, "id", ("id", "client_id", "source_id", *_CONTACT)
    )
    sources = {row.id: {"source": row.source_id} for row in people if row.source_id is not None}
    contacts = {row.id: {**_given(row, _CONTACT), **sources.get(row.id, {})} for row in people}
    places = await select_rows(session, Address, where, "id", ("id", "client_id", *_ADDRESS))
    addresses = {row.id: _given(row, _ADDRESS) for row in places}
    await _add_custom(context, RecordKind.CONTACT, contacts)
    await _add_custom(context, RecordKind.ADDRESS, addresses)
    for person in people:
        made[person.client_id].setdefault("contacts", []).append(contacts[person.id])
    for place in places:
        made[place.client_id].setdefault("addresses", []).append(addresses[place.id])
    return made


def _own(row: Client) -> dict[str, Any]:
    draft = _given(row, _CLIENT)
    for name, value in (("type", row.type_id), ("template", row.template_id)):
        if value is not None:
            draft[name] = value
    if row.parent_id is not None:
        draft["parent_id"] = str(row.parent_id)
    if row.payment_days is not None:
        end = bool(row.payment_end_of_month)
        draft["payment_terms"] = {"days": row.payment_days, "end_of_month": end}
    return draft


def _given(row: Record, names: Sequence[str]) -> dict[str, Any]:
    return {name: value for name in names if (value := getattr(row, name)) is not None}


async def _add_links(context: Context, made: Drafts) -> None:
    categories = await category_ids(context, list(made))
    members = await assignee_ids(context, ASSIGNEES, list(made))
    keys = await integration_keys(context, list(made))
    every: Mapping[str, Mapping[UUID, Collection[Any]]] = {
        "categories": categories,
        "assignees": members,
        "integrations": keys,
    }
    for name, linked in every.items():
        for client_id, chosen in linked.items():
            if chosen:
                made[client_id][name] = sorted(chosen)


async def _add_custom(context: Context, kind: RecordKind, made: Drafts) -> None:
    """Values in their stored form, which their types take again."""
    if not made:
        return
    definitions: Sequence[CustomFieldDefinition] = (await definitions_by_kind(context, [kind])).get(
        kind, []
    )
    if not definitions:
        return
    found: Mapping[UUID, Sequence[CustomValue]] = await values_by_record(context, kind, list(made))
    for record_id, values in shown(context.plugins.field_types, definitions, found).items():
        if values:
            made[record_id][FIELD] = [
                {"key": each.definition.key, "value": each.value} for each in values
            ]
