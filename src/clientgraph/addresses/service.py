"""What can be done with addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, Final
from uuid import UUID

from clientgraph import values
from clientgraph.addresses.formats import address_problems, normalise_postal_code
from clientgraph.addresses.models import Address
from clientgraph.batches import RowsBy
from clientgraph.context import Context
from clientgraph.drafts import Checked, Cleaner, Draft, clean, present
from clientgraph.errors import UserError, UserErrors
from clientgraph.fields.given import Asked
from clientgraph.fields.models import RecordKind
from clientgraph.fields.service import check_values, store_values
from clientgraph.objections import ask_before_change, created, deleted, updated
from clientgraph.single import check_single, take_over
from clientgraph.storage.rows import (
    delete,
    insert,
    new_rows,
    rows,
    update,
)
from clientgraph.versions import check_version


class AddressKind(Enum):
    """What an address is for."""

    MAIN = "MAIN"
    BILLING = "BILLING"
    DELIVERY = "DELIVERY"
    OTHER = "OTHER"


def _short(value: str) -> str | None:
    return values.text(value, 40)


_CLEANERS: Mapping[str, Cleaner] = {
    "label": values.text,
    "kind": AddressKind,
    "line1": values.text,
    "line2": values.text,
    "street_number": _short,
    "box": _short,
    "postal_code": _short,
    "city": values.text,
    "region": values.text,
    "country": values.country,
    "is_default_for_billing": bool,
}
_PLACES = {
    "kind": (AddressKind.MAIN.value, AddressKind.OTHER.value),
    "is_default_for_billing": (True, False),
}
_PARTS = ("line1", "line2", "postal_code", "city", "region")


def check_address(draft: Draft, country: str, known: Address | None = None) -> Checked:
    """The fields of one address, checked by its country's rules; ``country`` where it has none.

    ``known`` is the address as it stands, when it is being changed.
    """
    checked = clean(draft if known else present(draft), _CLEANERS)
    checked.keep("kind", "country", "is_default_for_billing")
    if known is None:
        checked.values.setdefault("country", country)
    if checked.errors:
        return checked
    known_parts = {name: getattr(known, name) for name in (*_PARTS, "country")} if known else {}
    merged = {**dict.fromkeys(_PARTS), **known_parts, **checked.values}
    if all(merged[name] is None for name in _PARTS):
        checked.add(("line1",), "ADDRESS_WITHOUT_PLACE")
    if merged["postal_code"] is not None:
        normal = normalise_postal_code(merged["postal_code"], merged["country"])
        if normal is not None:
            merged["postal_code"] = checked.values["postal_code"] = normal
    for problem in address_problems(
        **{name: merged[name] for name in _PARTS}, country=merged["country"]
    ):
        # A form may hold part of an address; only what is there is held against the rules.
        if problem.code != "REQUIRED":
            checked.add((problem.field,), problem.code, country=merged["country"], **problem.params)
    if "city" in checked.values:
        checked.values["sort_city"] = values.folded(checked.values["city"] or "")
    if "kind" in checked.values:
        checked.values["kind"] = checked.values["kind"].value
    return checked


def settle(made: Sequence[dict[str, Any]], checked: Checked) -> None:
    """Give a new client's addresses one main and one billing default; two are a mistake.

    Without a choice the first address is the main one, and the billing default is the first
    billing address or else the main one (EN 16931 BG-8 needs one).
    """
    for column, (held, _) in _PLACES.items():
        check_single(made, column, held, checked)
    if not made:
        return
    kinds = [row.get("kind") for row in made]
    if AddressKind.MAIN.value not in kinds and None in kinds:
        made[kinds.index(None)]["kind"] = AddressKind.MAIN.value
    for row in made:
        row.setdefault("kind", AddressKind.OTHER.value)
    if not any(row.get("is_default_for_billing") for row in made):
        order = (AddressKind.BILLING.value, AddressKind.MAIN.value)
        ranked = [row for kind in order for row in made if row["kind"] == kind] or list(made)
        ranked[0]["is_default_for_billing"] = True


def new_addresses(
    context: Context, made: Iterable[tuple[UUID, Mapping[str, Any]]]
) -> list[Address]:
    """New addresses, each of a client, that are still to be stored."""
    many = [dict(row, client_id=client_id) for client_id, row in made]
    return new_rows(context.session, Address, many)


async def create_address(
    context: Context,
    client_id: UUID,
    country: str,
    draft: Draft,
    wanted: Sequence[str],
    *,
    in_use: bool,
) -> Address:
    """One more address; it takes over as main or default where it says so.

    ``wanted`` are the paths that the client must keep filled; ``in_use`` says whether required
    custom fields must be filled, too. The caller holds the client's lock.
    """
    checked = check_address(draft, country)
    existing = await rows(context.session, Address).filter(client_id=client_id)
    made = checked.values
    if not existing:
        settle([made], checked)
    made.setdefault("kind", AddressKind.OTHER.value)
    _check_main(checked, None, wanted)
    asked = Asked(draft=draft, country=country, required=in_use)
    custom = await check_values(context, RecordKind.ADDRESS, asked)
    custom.tell(checked)
    checked.raise_errors()
    await ask_before_change(context, *created("Address", [made], client_id))
    await take_over(context, Address, client_id, _PLACES, made, None)
    address = await insert(context.session, Address, **made, client_id=client_id)
    await store_values(context, RecordKind.ADDRESS, [(address.id, custom)])
    context.changed("CREATED", "Address", address, client_id=client_id)
    return address


async def update_address(
    context: Context,
    address: Address,
    draft: Draft,
    expected: int | None,
    wanted: Sequence[str],
    *,
    in_use: bool,
) -> Address:
    """Change an address.

    ``wanted`` are the paths that the client must keep filled; ``in_use`` says whether required
    custom fields must be filled, too. The caller holds the client's lock.
    """
    check_version(address, expected)
    if not draft:
        return address
    checked = check_address(draft, address.country, address)
    if address.is_default_for_billing and checked.values.get("is_default_for_billing") is False:
        checked.add(("is_default_for_billing",), "DEFAULT_ADDRESS")
    _check_main(checked, address, wanted)
    asked = Asked(draft=draft, country=address.country, known=address.id, required=in_use)
    custom = await check_values(context, RecordKind.ADDRESS, asked)
    custom.tell(checked)
    checked.raise_errors()
    client_id = address.client_id
    await ask_before_change(context, updated("Address", address, client_id, checked.values))
    await take_over(context, Address, client_id, _PLACES, checked.values, address.id)
    await update(context.session, address, checked.values)
    await store_values(context, RecordKind.ADDRESS, [(address.id, custom)])
    context.changed("UPDATED", "Address", address, client_id=client_id)
    return address


def _check_main(checked: Checked, known: Address | None, wanted: Sequence[str]) -> None:
    """The main address neither goes nor loses what is wanted; a new one has all of that."""
    was_main = known is not None and known.kind == AddressKind.MAIN.value
    kind = checked.values.get("kind", known.kind if known else None)
    if kind != AddressKind.MAIN.value:
        if was_main and "main_address" in wanted:
            checked.add(("kind",), "MAIN_ADDRESS")
        return
    asked = [path.partition(".") for path in wanted if path.startswith("main_address.")]
    for _, _, name in asked:
        touched = not was_main or name in checked.values
        value = checked.values.get(name, getattr(known, name, None))
        if touched and value is None:
            checked.require(name)


async def delete_address(
    context: Context, address: Address, expected: int | None, wanted: Sequence[str]
) -> None:
    """Remove an address, unless it is the main one and wanted, or others need another default."""
    check_version(address, expected)
    others = rows(context.session, Address).filter(client_id=address.client_id)
    if address.is_default_for_billing and await others.exclude(id=address.id).exists():
        raise UserErrors([UserError(("id",), "DEFAULT_ADDRESS")], address)
    if address.kind == AddressKind.MAIN.value and "main_address" in wanted:
        raise UserErrors([UserError(("id",), "MAIN_ADDRESS")], address)
    await ask_before_change(context, deleted("Address", address, address.client_id))
    await delete(context.session, Address, [address.id])
    context.changed("DELETED", "Address", address, client_id=address.client_id)


addresses_by_client: Final = RowsBy(Address, "client_id", "id")
"""The addresses of each client in the order they were added."""


def main_address(addresses: Sequence[Address]) -> Address | None:
    """The main one, if there is one."""
    return next((row for row in addresses if row.kind == AddressKind.MAIN.value), None)


def billing_address(addresses: Sequence[Address]) -> Address | None:
    """The default for billing, or else the main one (F35)."""
    chosen = next((row for row in addresses if row.is_default_for_billing), None)
    return chosen or main_address(addresses)


async def address_by_id(context: Context, ids: Sequence[UUID]) -> dict[UUID, Address]:
    """Addresses by id."""
    return {row.id: row for row in await rows(context.session, Address).filter(id__in=list(ids))}
