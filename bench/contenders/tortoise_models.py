"""The tables as Tortoise has them."""

from __future__ import annotations

import json
from typing import Any

from tortoise import fields
from tortoise.models import Model
from tortoise.transactions import in_transaction

from bench.contenders.given import ORGANISATION


class Record(Model):
    """The columns that every record has."""

    id = fields.UUIDField(primary_key=True)
    organisation_id = fields.UUIDField(default=ORGANISATION)
    version = fields.IntField(default=1)
    created_at = fields.DatetimeField(auto_now_add=True)
    updated_at = fields.DatetimeField(auto_now=True)

    class Meta:
        """No table of its own."""

        abstract = True


class Client(Record):
    """A client."""

    name = fields.TextField()
    sort_name = fields.TextField()
    trading_name = fields.TextField(null=True)
    kind = fields.TextField(default="COMPANY")
    status = fields.TextField(default="ACTIVE")
    reference = fields.TextField()
    country = fields.TextField()
    is_country_default = fields.BooleanField(default=False)
    email = fields.TextField(null=True)
    phone = fields.TextField(null=True)
    website = fields.TextField(null=True)
    vat_regime = fields.TextField(default="TAXABLE")

    class Meta:
        """Its table."""

        table = "client"


class Contact(Record):
    """A contact."""

    client: Any = fields.ForeignKeyField("bench.Client", related_name="contacts")
    first_name = fields.TextField(null=True)
    last_name = fields.TextField(null=True)
    email = fields.TextField(null=True)
    email_key = fields.TextField(null=True)
    phone = fields.TextField(null=True)
    position = fields.TextField(null=True)
    is_main = fields.BooleanField()
    is_invoice_recipient = fields.BooleanField(default=False)
    sort_name = fields.TextField()

    class Meta:
        """Its table."""

        table = "contact"


class Address(Record):
    """An address."""

    client: Any = fields.ForeignKeyField("bench.Client", related_name="addresses")
    kind = fields.TextField()
    line1 = fields.TextField(null=True)
    postal_code = fields.TextField(null=True)
    city = fields.TextField(null=True)
    sort_city = fields.TextField()
    country = fields.TextField()
    is_default_for_billing = fields.BooleanField(default=False)

    class Meta:
        """Its table."""

        table = "address"


class Definition(Record):
    """A custom field."""

    key = fields.TextField()
    type = fields.TextField()
    position = fields.IntField()

    class Meta:
        """Its table."""

        table = "custom_field_definition"


class CustomValue(Record):
    """A client's value of a custom field."""

    client: Any = fields.ForeignKeyField(
        "bench.Client", related_name="values", source_field="record_id"
    )
    definition: Any = fields.ForeignKeyField("bench.Definition", related_name=False)
    ordinal = fields.IntField(default=0)
    type = fields.TextField()
    value = fields.TextField()
    key = fields.TextField(null=True)
    is_exclusive = fields.BooleanField(default=False)

    class Meta:
        """Its table."""

        table = "client_custom_value"


class Event(Record):
    """An event."""

    client_id = fields.UUIDField()
    title = fields.TextField(null=True)
    body = fields.TextField(null=True)
    occurred_at = fields.DatetimeField()

    class Meta:
        """Its table."""

        table = "event"


async def create(given: Any) -> Client:
    """Make a client with its parts."""
    async with in_transaction():
        keys = [each.key for each in given.custom_fields]
        chosen = await Definition.filter(organisation_id=ORGANISATION, key__in=keys)
        definitions = {each.key: each for each in chosen}
        name, country = given.name, given.country
        client = await Client.create(
            name=name, sort_name=name.lower(), reference=given.reference, country=country
        )
        await Contact.bulk_create(_contact(client, each) for each in given.contacts)
        await Address.bulk_create(_address(client, each) for each in given.addresses)
        await CustomValue.bulk_create(
            CustomValue(
                client=client,
                definition=definitions[each.key],
                type=definitions[each.key].type,
                value=json.dumps(each.value),
                key=str(each.value),
            )
            for each in given.custom_fields
        )
    return client


def _contact(client: Client, given: Any) -> Contact:
    return Contact(
        client=client,
        first_name=given.first_name,
        last_name=given.last_name,
        email=given.email,
        email_key=given.email.lower(),
        sort_name=f"{given.last_name} {given.first_name}".lower(),
        is_main=True,
    )


def _address(client: Client, given: Any) -> Address:
    return Address(
        client=client,
        kind=given.kind,
        line1=given.line1,
        postal_code=given.postal_code,
        city=given.city,
        sort_city=given.city.lower(),
        country=client.country,
    )
