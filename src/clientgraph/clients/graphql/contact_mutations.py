"""Mutations of contacts."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from clientgraph.clients import parts
from clientgraph.contacts.graphql import Contact, ContactFields, stored
from clientgraph.graphql.fields import Info, argument, column, mutation
from clientgraph.graphql.mutations import (
    ChangeInput,
    MutationInput,
    Payload,
    answer,
    deleted,
    draft,
    expected,
)
from clientgraph.graphql.nodes import row_id
from clientgraph.permissions import Permission
from clientgraph.policies.graphql import ChannelInput, channel_of
from clientgraph.requirements import Channel

_WRITE, _DELETE = Permission.CLIENTS_WRITE, Permission.CLIENTS_DELETE


@strawberry.input(description="One more contact.")
class ContactCreateInput(ContactFields, ChannelInput, MutationInput):
    """The contact's fields."""

    client_id: strawberry.ID = strawberry.field(description="The client that it is at.")


@strawberry.input(description="Changes of a contact. Absent fields stay, null clears.")
class ContactUpdateInput(ContactFields, ChannelInput, ChangeInput):
    """The contact's fields."""


@strawberry.input(description="Which contact to delete.")
class ContactDeleteInput(ChangeInput):
    """One contact."""


@strawberry.input(description="Which contact to make the main one.")
class ContactMakeMainInput(ChangeInput):
    """One contact."""


@strawberry.input(description="Which contact is to get the invoices.")
class ContactMakeInvoiceRecipientInput(ChangeInput):
    """One contact."""


@strawberry.type(description="The new contact.")
class ContactCreatePayload(Payload):
    """The contact, or what was wrong."""

    contact: Contact | None = column("The contact.")


@strawberry.type(description="The contact after a change.")
class ContactUpdatePayload(Payload):
    """The contact, or what was wrong."""

    contact: Contact | None = column("The contact as it is now.")


@strawberry.type(description="What was deleted.")
class ContactDeletePayload(Payload):
    """The id, or what stood in the way."""

    deleted_id: strawberry.ID | None = column("The id of the contact that is gone.")
    contact: Contact | None = column("The contact as it stands, when it was not deleted.")


@strawberry.type(description="The new main contact.")
class ContactMakeMainPayload(Payload):
    """The contact, or what was wrong."""

    contact: Contact | None = column("The contact as it is now.")


@strawberry.type(description="The new recipient of invoices.")
class ContactMakeInvoiceRecipientPayload(Payload):
    """The contact, or what was wrong."""

    contact: Contact | None = column("The contact as it is now.")


@mutation(_WRITE, "Add a contact to a client.")
async def contact_create(
    info: Info, input: Annotated[ContactCreateInput, argument("The contact.")]
) -> ContactCreatePayload | None:
    """The first one becomes the main contact."""
    made = stored(draft(input))
    client_id = row_id("Client", made.pop("client_id"))
    return await answer(
        info,
        ContactCreatePayload,
        "contact",
        lambda: parts.create_contact(info.context, client_id, made, channel_of(input)),
    )


async def _contact_changed(
    info: Info, payload: Any, given: ChangeInput, made: Any, by: Channel = Channel.API
) -> Any:
    contact_id = row_id("Contact", given.id)
    return await answer(
        info,
        payload,
        "contact",
        lambda: parts.update_contact(info.context, contact_id, made, expected(given), by),
    )


@mutation(_WRITE, "Change a contact.")
async def contact_update(
    info: Info, input: Annotated[ContactUpdateInput, argument("The changes.")]
) -> ContactUpdatePayload | None:
    """Absent fields stay."""
    made, by = stored(draft(input)), channel_of(input)
    return await _contact_changed(info, ContactUpdatePayload, input, made, by)


@mutation(_WRITE, "Make this the client's main contact.")
async def contact_make_main(
    info: Info, input: Annotated[ContactMakeMainInput, argument("Which contact.")]
) -> ContactMakeMainPayload | None:
    """The former one is one of the others again."""
    made = {"is_main": True}
    return await _contact_changed(info, ContactMakeMainPayload, input, made)


@mutation(_WRITE, "Send the client's invoices to this contact.")
async def contact_make_invoice_recipient(
    info: Info, input: Annotated[ContactMakeInvoiceRecipientInput, argument("Which contact.")]
) -> ContactMakeInvoiceRecipientPayload | None:
    """In place of the former one."""
    made = {"is_invoice_recipient": True}
    return await _contact_changed(info, ContactMakeInvoiceRecipientPayload, input, made)


@mutation(_DELETE, "Delete a contact. The main one goes last.")
async def contact_delete(
    info: Info, input: Annotated[ContactDeleteInput, argument("Which contact.")]
) -> ContactDeletePayload | None:
    """Refused for the main contact while there are others."""
    contact_id = row_id("Contact", input.id)
    return await deleted(
        info,
        ContactDeletePayload,
        "contact",
        input,
        lambda: parts.delete_contact(info.context, contact_id, expected(input)),
    )


CONTACT_MUTATIONS = [
    contact_create,
    contact_update,
    contact_make_main,
    contact_make_invoice_recipient,
    contact_delete,
]
