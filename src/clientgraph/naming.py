"""Clients as documents and invoices name them: names, addresses, numbers, people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import phonenumbers

from clientgraph.addresses.formats import format_address
from clientgraph.addresses.models import Address
from clientgraph.addresses.service import addresses_by_client, billing_address, main_address
from clientgraph.clients.models import Client
from clientgraph.contacts.models import Contact
from clientgraph.contacts.service import full_name
from clientgraph.context import Context
from clientgraph.contract.documents import DocumentParty
from clientgraph.identifiers.kinds import Pair, printed
from clientgraph.identifiers.models import Identifier
from clientgraph.identifiers.service import identifiers_by_client
from clientgraph.organisations.service import current_organisation
from clientgraph.storage.rows import lock_all, rows


async def parties(
    context: Context, client_ids: Sequence[UUID], *, language: str | None = None, hold: bool = False
) -> dict[UUID, DocumentParty]:
    """Clients by id, as the open session knows them; those that there are not are missing.

    ``language`` is that of labels and country names, by default the caller's. With ``hold`` they
    are neither changed nor deleted by anybody else until the transaction ends.
    """
    ids = list(dict.fromkeys(client_ids))
    clients = (
        await lock_all(context.session, Client, ids)
        if hold
        else await rows(context.session, Client).filter(id__in=ids)
    )
    home = (await current_organisation(context.session)).country
    addresses = await addresses_by_client(context, ids)
    identifiers = await identifiers_by_client(context, ids)
    contacts = await _contacts(context, ids)
    stored = {(row.kind, row.value) for each in identifiers.values() for row in each}
    texts = await printed(context.plugins, context.organisation_id, stored)
    spoken = language or context.language
    return {
        client.id: _party(
            context,
            client,
            addresses[client.id],
            identifiers[client.id],
            texts,
            contacts[client.id],
            home,
            spoken,
        )
        for client in clients
    }


async def _contacts(context: Context, ids: Sequence[UUID]) -> dict[UUID, list[Contact]]:
    found = rows(context.session, Contact).filter(client_id__in=list(ids))
    grouped: dict[UUID, list[Contact]] = {each: [] for each in ids}
    for row in await found.order_by("-is_main", "id"):
        grouped[row.client_id].append(row)
    return grouped


def _party(
    context: Context,
    client: Client,
    addresses: Sequence[Address],
    identifiers: Sequence[Identifier],
    texts: Mapping[Pair, str],
    contacts: Sequence[Contact],
    home: str,
    language: str,
) -> DocumentParty:
    main, billed = main_address(addresses), billing_address(addresses)
    kinds = {row.kind: context.plugins.identifier_kind(row.kind) for row in identifiers}
    return DocumentParty(
        id=client.id,
        name=client.name,
        country=client.country,
        reference=client.reference,
        trading_name=client.trading_name,
        address=_printed(main, home, language) if main else (),
        billing_address=_printed(billed, home, language) if billed else (),
        identifiers={row.kind: texts[row.kind, row.value] for row in identifiers},
        labels={
            key: (kind.label.get(language) or kind.label["en"]) if kind else key
            for key, kind in kinds.items()
        },
        email=client.email,
        phone=_spoken(client.phone),
        website=client.website,
        contacts=[_person(contact) for contact in contacts],
    )


def _printed(address: Address, home: str, language: str) -> list[str]:
    return format_address(
        address.line1,
        address.line2,
        address.street_number,
        address.box,
        address.postal_code,
        address.city,
        address.region,
        address.country,
        language=language,
        with_country=address.country != home,
    )


def _person(contact: Contact) -> dict[str, str | None]:
    return {
        "name": full_name(contact),
        "job_title": contact.position,
        "email": contact.email,
        "phone": _spoken(contact.phone or contact.mobile),
    }


def _spoken(number: str | None) -> str | None:
    """A stored number (E.164) as it is printed."""
    if number is None:
        return None
    form = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(phonenumbers.parse(number), form))
