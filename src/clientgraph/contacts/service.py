"""What can be done with contacts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final
from uuid import UUID

from clientgraph import values
from clientgraph.contacts.choices import Choices, choices, held_by
from clientgraph.contacts.emails import CONTACT, Claim, Claimant, check_emails
from clientgraph.contacts.models import Contact
from clientgraph.context import Context
from clientgraph.drafts import Checked, Cleaner, Draft, clean, present
from clientgraph.errors import UserError, UserErrors
from clientgraph.fields.given import Asked, Given
from clientgraph.fields.models import RecordKind
from clientgraph.fields.service import check_values, store_values
from clientgraph.objections import ask_before_change, created, deleted, updated
from clientgraph.organisations.policies import EmailUniqueness
from clientgraph.single import check_single, take_over
from clientgraph.storage.rows import delete, having_any, insert, new_rows, rows, update
from clientgraph.versions import check_version

FLAGS = ("is_main", "is_invoice_recipient")
_PLACES = dict.fromkeys(FLAGS, (True, False))
# Fields whose column has another name.
COLUMNS: Final = {"source": "source_id"}
_NAMED_BY = ("first_name", "last_name", "email", "phone", "mobile")


def _cleaners(country: str, found: Choices, known: Contact | None) -> dict[str, Cleaner]:
    civility, source = held_by(known)

    def phone(value: str) -> str:
        return values.phone(value, country)

    return {
        "civility": lambda key: found.civility(key, civility),
        "source": lambda source_id: found.source(source_id, source),
        "first_name": values.text,
        "last_name": values.text,
        "email": values.email,
        "phone": phone,
        "mobile": phone,
        "switchboard_phone": phone,
        "position": values.text,
        "locale": values.locale,
        "is_main": bool,
        "is_invoice_recipient": bool,
    }


def check_contact(
    draft: Draft, country: str, found: Choices, known: Contact | None = None
) -> Checked:
    """The fields of one contact; national phone numbers are read with ``country``.

    ``found`` are the `choices` of this draft, or of several with it.
    """
    checked = clean(draft if known else present(draft), _cleaners(country, found, known))
    if "source" in checked.values:
        checked.values["source_id"] = checked.values.pop("source")
    if "email" in checked.values:
        email = checked.values["email"]
        checked.values["email_key"] = values.email_key(email) if email else None
    checked.keep(*FLAGS)
    named = {name: getattr(known, name) for name in _NAMED_BY} if known else {}
    named.update({name: checked.values[name] for name in _NAMED_BY if name in checked.values})
    if not checked.errors and not any(named.values()):
        checked.add(("last_name",), "CONTACT_WITHOUT_NAME")
    full = [named.get("first_name"), named.get("last_name")]
    checked.values["sort_name"] = values.folded(" ".join(filter(None, reversed(full))))
    return checked


def settle(made: Sequence[dict[str, Any]], checked: Checked) -> None:
    """Give a new client's contacts one main contact; two of a flag are a mistake."""
    for flag in FLAGS:
        check_single(made, flag, held=True, checked=checked)
    if made and not any(row.get("is_main") for row in made):
        made[0]["is_main"] = True


def new_contacts(context: Context, made: Iterable[tuple[UUID, Mapping[str, Any]]]) -> list[Contact]:
    """New contacts, each of a client, that are still to be stored."""
    many = [dict(row, client_id=client_id) for client_id, row in made]
    return new_rows(context.session, Contact, many)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a contact is: its client, whose lock the caller holds, and what is asked there.

    ``emails`` is the policy that holds for the client, ``wanted`` are the paths that it must have
    filled; ``in_use`` says whether required custom fields must be.
    """

    client_id: UUID
    country: str
    emails: EmailUniqueness
    wanted: Sequence[str]
    in_use: bool


async def create_contact(context: Context, place: Place, draft: Draft) -> Contact:
    """One more contact; the first one is the main contact."""
    checked = check_contact(draft, place.country, await choices(context, [draft]))
    made, client_id = checked.values, place.client_id
    has_main = await rows(context.session, Contact).filter(client_id=client_id, is_main=True)
    if not has_main:
        made["is_main"] = True
    custom = await _check_rest(context, place, draft, checked, None)
    await ask_before_change(context, *created("Contact", [made], client_id))
    await take_over(context, Contact, client_id, _PLACES, made, None)
    contact = await insert(context.session, Contact, **made, client_id=client_id)
    await store_values(context, RecordKind.CONTACT, [(contact.id, custom)])
    context.changed("CREATED", "Contact", contact, client_id=client_id)
    return contact


async def update_contact(
    context: Context, place: Place, contact: Contact, draft: Draft, expected: int | None
) -> Contact:
    """Change a contact."""
    check_version(contact, expected)
    if not draft:
        return contact
    checked = check_contact(draft, place.country, await choices(context, [draft]), contact)
    if contact.is_main and checked.values.get("is_main") is False:
        checked.add(("is_main",), "MAIN_CONTACT")
    custom = await _check_rest(context, place, draft, checked, contact)
    client_id = contact.client_id
    await ask_before_change(context, updated("Contact", contact, client_id, checked.values))
    await take_over(context, Contact, client_id, _PLACES, checked.values, contact.id)
    await update(context.session, contact, checked.values)
    await store_values(context, RecordKind.CONTACT, [(contact.id, custom)])
    context.changed("UPDATED", "Contact", contact, client_id=client_id)
    return contact


async def _check_rest(
    context: Context, place: Place, draft: Draft, checked: Checked, known: Contact | None
) -> Given:
    """What is required, custom fields, and whose the address is; raises all mistakes."""
    _check_filled(checked, known, place.wanted)
    record_id = known.id if known else None
    asked = Asked(draft=draft, country=place.country, known=record_id, required=place.in_use)
    custom = await check_values(context, RecordKind.CONTACT, asked)
    custom.tell(checked)
    held = (known.email_key, known.id) if known else (None, None)
    claimant = Claimant(place.client_id, place.emails, checked, context.warnings)
    claim = Claim(("email",), checked.values, claimant, CONTACT, *held)
    await check_emails(context, [claim])
    checked.raise_errors()
    return custom


def _check_filled(checked: Checked, known: Contact | None, wanted: Sequence[str]) -> None:
    """New contacts and new main ones need what is required; no contact can lose it."""
    was_main = known is not None and known.is_main
    becomes = bool(checked.values.get("is_main")) and not was_main
    starts = ["contacts."]
    if becomes or was_main:
        starts.append("main_contact.")
    for start, path in product(starts, wanted):
        if not path.startswith(start):
            continue
        name = path.removeprefix(start)
        column = COLUMNS.get(name, name)
        touched = known is None or column in checked.values or (becomes and start != "contacts.")
        empty = checked.values.get(column, getattr(known, column, None)) is None
        if touched and empty and not checked.complains_about(name):
            checked.add((name,), "REQUIRED")


async def delete_contact(
    context: Context, contact: Contact, expected: int | None, *, main_is_required: bool
) -> None:
    """Remove a contact. The main one goes last, and not at all where the workspace needs one."""
    check_version(contact, expected)
    if contact.is_main:
        others = rows(context.session, Contact).filter(client_id=contact.client_id)
        if main_is_required or await others.exclude(id=contact.id).exists():
            raise UserErrors([UserError(("id",), "MAIN_CONTACT")], contact)
    await ask_before_change(context, deleted("Contact", contact, contact.client_id))
    await delete(context.session, Contact, [contact.id])
    context.changed("DELETED", "Contact", contact, client_id=contact.client_id)


async def flagged_contacts(
    context: Context, client_ids: Sequence[UUID]
) -> dict[UUID, dict[str, Contact]]:
    """The main contact and the invoice recipient of each client, by the flag's name."""
    grouped: dict[UUID, dict[str, Contact]] = {client_id: {} for client_id in client_ids}
    query = rows(context.session, Contact).filter(client_id__in=list(client_ids))
    for row in await having_any(query, dict.fromkeys(FLAGS, True)):
        for flag in FLAGS:
            if getattr(row, flag):
                grouped[row.client_id][flag] = row
    return grouped


async def all_contacts(context: Context, client_ids: Sequence[UUID]) -> dict[UUID, list[Contact]]:
    """All contacts of each client in the order they were added."""
    query = rows(context.session, Contact).filter(client_id__in=list(client_ids)).order_by("id")
    grouped: dict[UUID, list[Contact]] = {client_id: [] for client_id in client_ids}
    for row in await query:
        grouped[row.client_id].append(row)
    return grouped


async def contact_by_id(context: Context, ids: Sequence[UUID]) -> dict[UUID, Contact]:
    """Contacts by id."""
    return {row.id: row for row in await rows(context.session, Contact).filter(id__in=list(ids))}


def full_name(contact: Contact) -> str:
    """First and last name with a blank between (D41); the e-mail where there is neither."""
    named = " ".join(filter(None, [contact.first_name, contact.last_name]))
    return named or contact.email or contact.phone or contact.mobile or ""
