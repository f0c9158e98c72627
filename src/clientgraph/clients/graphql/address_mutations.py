"""Mutations of addresses."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from clientgraph.addresses.graphql import Address, AddressFields
from clientgraph.clients import parts
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


@strawberry.input(description="One more address.")
class AddressCreateInput(AddressFields, ChannelInput, MutationInput):
    """The address's fields."""

    client_id: strawberry.ID = strawberry.field(description="The client that it is of.")


@strawberry.input(description="Changes of an address. Absent fields stay, null clears.")
class AddressUpdateInput(AddressFields, ChannelInput, ChangeInput):
    """The address's fields."""


@strawberry.input(description="Which address to delete.")
class AddressDeleteInput(ChangeInput):
    """One address."""


@strawberry.input(description="Which address quotes and invoices are to take.")
class AddressMakeDefaultForBillingInput(ChangeInput):
    """One address."""


@strawberry.type(description="The new address.")
class AddressCreatePayload(Payload):
    """The address, or what was wrong."""

    address: Address | None = column("The address.")


@strawberry.type(description="The address after a change.")
class AddressUpdatePayload(Payload):
    """The address, or what was wrong."""

    address: Address | None = column("The address as it is now.")


@strawberry.type(description="What was deleted.")
class AddressDeletePayload(Payload):
    """The id, or what stood in the way."""

    deleted_id: strawberry.ID | None = column("The id of the address that is gone.")
    address: Address | None = column("The address as it stands, when it was not deleted.")


@strawberry.type(description="The new default for billing.")
class AddressMakeDefaultForBillingPayload(Payload):
    """The address, or what was wrong."""

    address: Address | None = column("The address as it is now.")


@mutation(_WRITE, "Add an address to a client.")
async def address_create(
    info: Info, input: Annotated[AddressCreateInput, argument("The address.")]
) -> AddressCreatePayload | None:
    """The first one becomes the main address and the default for billing."""
    made = draft(input)
    client_id = row_id("Client", made.pop("client_id"))
    return await answer(
        info,
        AddressCreatePayload,
        "address",
        lambda: parts.create_address(info.context, client_id, made, channel_of(input)),
    )


async def _address_changed(
    info: Info, payload: Any, given: ChangeInput, made: Any, by: Channel = Channel.API
) -> Any:
    address_id = row_id("Address", given.id)
    return await answer(
        info,
        payload,
        "address",
        lambda: parts.update_address(info.context, address_id, made, expected(given), by),
    )


@mutation(_WRITE, "Change an address.")
async def address_update(
    info: Info, input: Annotated[AddressUpdateInput, argument("The changes.")]
) -> AddressUpdatePayload | None:
    """Absent fields stay."""
    made, by = draft(input), channel_of(input)
    return await _address_changed(info, AddressUpdatePayload, input, made, by)


@mutation(_WRITE, "Make this the address that quotes and invoices take.")
async def address_make_default_for_billing(
    info: Info, input: Annotated[AddressMakeDefaultForBillingInput, argument("Which address.")]
) -> AddressMakeDefaultForBillingPayload | None:
    """The former one can then be deleted."""
    made = {"is_default_for_billing": True}
    return await _address_changed(info, AddressMakeDefaultForBillingPayload, input, made)


@mutation(_DELETE, "Delete an address; the default for billing goes last.")
async def address_delete(
    info: Info, input: Annotated[AddressDeleteInput, argument("Which address.")]
) -> AddressDeletePayload | None:
    """Choose another default first."""
    address_id = row_id("Address", input.id)
    return await deleted(
        info,
        AddressDeletePayload,
        "address",
        input,
        lambda: parts.delete_address(info.context, address_id, expected(input)),
    )


ADDRESS_MUTATIONS = [
    address_create,
    address_update,
    address_make_default_for_billing,
    address_delete,
]
