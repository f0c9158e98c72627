"""Clients on their way from drafts to rows: many of them checked at once.

Each is checked against what there was before, and against all others of the same call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final
from uuid import UUID

from clientgraph import global_ids
from clientgraph.addresses import service as addresses
from clientgraph.clients import categories, custom
from clientgraph.clients.assignees import ASSIGNEES
from clientgraph.clients.fields import ALWAYS_FILLED, ClientStatus, check_fields, derived_columns
from clientgraph.clients.hierarchy import Move, check_parents
from clientgraph.clients.models import Client
from clientgraph.clients.references import free_references, names
from clientgraph.clients.stored import filled_clients
from clientgraph.clients.wanted import COLUMNS, Filled, check_required
from clientgraph.contacts import service as contacts
from clientgraph.contacts.choices import Choices, choices
from clientgraph.contacts.emails import CLIENT, Claim, Claimant, check_emails
from clientgraph.context import Context
from clientgraph.contract.records import RecordDraft
from clientgraph.drafts import Checked, Draft, present
from clientgraph.errors import UserError
from clientgraph.identifiers import service as identifiers
from clientgraph.integrations import service as integrations
from clientgraph.objections import created, updated
from clientgraph.organisations import assignees
from clientgraph.organisations.models import Organisation
from clientgraph.organisations.policies import FIELD, DraftPolicy, EmailUniqueness
from clientgraph.organisations.service import check_language
from clientgraph.policies.service import Case, Settings, wanted_by_case
from clientgraph.requirements import Channel
from clientgraph.storage.conditions import any_of
from clientgraph.storage.models import values_of
from clientgraph.storage.reading import select_rows
from clientgraph.turns import in_turns
from clientgraph.values import email_key

MOST_PARTS: Final = 100
_REFERENCES: Final = ("reference", "external_reference")


@dataclass(kw_only=True)
class Saving:
    """One client to be made from a draft, or changed by it; ``position`` is its place in the call.

    ``client`` is the client as it stands, None for a new one; ``expected`` the version that the
    caller saw of it. ``columns`` are those that it gets;
    of ``categories``, ``assignees``, ``integrations`` and ``identifiers`` None means that they
    stay. ``linked_by`` is the template that its integrations come from.
    """

    draft: Draft
    client: Client | None = None
    expected: int | None = None
    position: int = 0
    checked: Checked = field(default_factory=Checked)
    missing: Checked = field(default_factory=Checked)
    warnings: list[UserError] = field(default_factory=list)
    columns: dict[str, Any] = field(default_factory=dict)
    status: ClientStatus = ClientStatus.DRAFT
    contacts: list[dict[str, Any]] = field(default_factory=list)
    addresses: list[dict[str, Any]] = field(default_factory=list)
    identifiers: list[dict[str, Any]] | None = None
    categories: frozenset[UUID] | None = None
    assignees: frozenset[UUID] | None = None
    integrations: frozenset[str] | None = None
    linked_by: UUID | None = None
    custom: custom.Values | None = None
    mandate: dict[str, Any] | None = None

    @property
    def client_id(self) -> UUID | None:
        """The client's id; None for a new one."""
        return self.client.id if self.client else None

    @property
    def in_use(self) -> bool:
        """Whether it is a client that must keep what is required."""
        return self.client is not None and self.client.status == ClientStatus.ACTIVE.value

    def country(self, organisation: Organisation) -> str:
        """The country that it has after this."""
        known = self.client.country if self.client else organisation.country
        return self.checked.values.get("country") or known

    def case(self, organisation: Organisation) -> Case:
        """What tells what it must have filled: its country and the preset that holds for it."""
        preset = self.own("requirements") or organisation.requirements
        return self.country(organisation), preset

    def own(self, policy: str) -> str | None:
        """A policy that it has of its own after this; None where the workspace's holds."""
        held: str | None = getattr(self.client, policy, None)
        return self.checked.values.get(policy, held)

    def email(self) -> dict[str, Any]:
        """The columns with what the e-mail address is compared by."""
        email = self.checked.values.get("email")
        return {**self.checked.values, "email_key": email_key(email) if email else None}

    def record_drafts(self) -> list[RecordDraft]:
        """What plugins are shown of it."""
        if self.client is not None:
            return [updated("Client", self.client, self.client.id, self.columns)]
        return [
            *created("Client", [self.columns]),
            *created("Contact", self.contacts),
            *created("Address", self.addresses),
        ]


async def check(
    context: Context, settings: Settings, savings: Sequence[Saving], channel: Channel
) -> None:
    """Note every mistake with its saving, and settle the columns of those that have none."""
    organisation = settings.organisation
    async for each in in_turns(savings):
        _begin(each, organisation)
    await _check_parts(context, organisation, savings)
    await _check_identifiers(context, savings)
    await _check_lists(context, savings)
    for each in savings:
        check_language(organisation, each.checked)
    await _check_custom(context, organisation, savings)
    await _check_references(context, savings)
    await check_parents(context, [Move(each.client, each.checked) for each in savings])
    await _check_filled(context, settings, savings, channel)
    await check_emails(context, [c for each in savings for c in _claims(each, organisation)])
    good = [each for each in savings if not each.checked.errors]
    await _settle_columns(context, organisation, good)


def _begin(saving: Saving, organisation: Organisation) -> None:
    """The client's own fields. A new client has nothing to be cleared."""
    if saving.client is None:
        saving.draft = present(saving.draft)
    known = saving.client.country if saving.client else organisation.country
    own = check_fields(saving.draft, known)
    saving.checked.values = own.values
    saving.checked.include(own)
    saving.checked.keep(*(ALWAYS_FILLED if saving.client else ALWAYS_FILLED[1:]))


async def _check_parts(
    context: Context, organisation: Organisation, savings: Sequence[Saving]
) -> None:
    """The rows of new clients' contacts and addresses."""
    new = [each for each in savings if each.client is None]
    people = [
        contact for each in new for contact in (each.draft.get("contacts") or ())[: MOST_PARTS + 1]
    ]
    found = await choices(context, people)
    async for each in in_turns(new):
        _take_parts(each, each.country(organisation), found)


def _take_parts(saving: Saving, country: str, found: Choices) -> None:
    checked = saving.checked
    for name, check_part, settle in (
        ("contacts", partial(contacts.check_contact, found=found), contacts.settle),
        ("addresses", addresses.check_address, addresses.settle),
    ):
        parts = checked.parts(saving.draft, name, MOST_PARTS)
        each = [check_part(part, country) for part in parts]
        for index, part in enumerate(each):
            checked.include(part, name, str(index))
        made = [part.values for part in each]
        together = Checked()
        settle(made, together)
        checked.include(together, name)
        setattr(saving, name, made)


async def _check_identifiers(context: Context, savings: Sequence[Saving]) -> None:
    naming = [each for each in savings if each.client is None or "identifiers" in each.draft]
    asked = [
        identifiers.Asked(each.client_id, each.draft, each.checked, each.position)
        for each in naming
    ]
    made = await identifiers.check_identifiers(context, asked, names)
    for each, found in zip(naming, made, strict=True):
        each.identifiers = found


async def _check_lists(context: Context, savings: Sequence[Saving]) -> None:
    chosen = await categories.check_lists(
        context, [categories.Asked(each.client, each.draft, each.checked) for each in savings]
    )
    members = await assignees.check_assignees(
        context,
        ASSIGNEES,
        [assignees.Asked(each.client_id, each.draft, each.checked) for each in savings],
    )
    linked = await integrations.check_integrations(
        context, [integrations.Asked(each.client_id, each.draft, each.checked) for each in savings]
    )
    for each, ids, people, keys in zip(savings, chosen, members, linked, strict=True):
        each.categories, each.assignees, each.integrations = ids, people, keys


async def _check_custom(
    context: Context, organisation: Organisation, savings: Sequence[Saving]
) -> None:
    """What a client in use lacks of custom fields is a mistake; a new one may become a draft."""
    asked = [
        custom.Asked(
            client_id=each.client_id,
            draft=each.draft,
            country=each.client.country if each.client else each.country(organisation),
            checked=each.checked,
            missing=each.missing if each.client is None else each.checked,
            required=each.client is None or each.in_use,
            position=each.position,
        )
        for each in savings
    ]
    for each, values in zip(savings, await custom.check(context, asked), strict=True):
        each.custom = values


async def _check_references(context: Context, savings: Sequence[Saving]) -> None:
    """References are nobody else's, in the workspace or in the same call."""
    for name in _REFERENCES:
        first: dict[str, Saving] = {}
        for each in savings:
            value = each.checked.values.get(name)
            other = first.setdefault(value, each) if value is not None else each
            if other is not each:
                each.checked.add((name,), "DUPLICATE_IN_CALL", other=other.position)
        if not first:
            continue
        where = any_of(context.session.dialect, name, list(first))
        for row in await select_rows(context.session, Client, where, "id", ["id", name]):
            saving = first[getattr(row, name)]
            if row.id != saving.client_id:
                record = global_ids.encode("Client", row.id)
                saving.checked.add((name,), "TAKEN", record=record, value=getattr(row, name))


async def _check_filled(
    context: Context, settings: Settings, savings: Sequence[Saving], channel: Channel
) -> None:
    """What the workspace requires of new clients, and of those in use."""
    organisation = settings.organisation
    asked = [each for each in savings if each.client is None or each.in_use]
    if not asked:
        return
    cases = {each.case(organisation) for each in asked}
    wanted = wanted_by_case(context, settings, cases, channel)
    held = [each.client for each in asked if each.client is not None]
    every = {path for paths in wanted.values() for path in paths}
    stored = await filled_clients(context, held, every)
    async for each in in_turns(asked):
        paths = wanted[each.case(organisation)]
        if each.client is not None:
            _check_still_filled(each, stored[each.client.id], paths)
            continue
        made = {**each.checked.values, "categories": each.categories}
        filled = Filled(made, each.contacts, each.addresses, each.identifiers or ())
        check_required(paths, filled, each.checked, each.missing)
        _settle_status(each, organisation)


def _settle_status(saving: Saving, organisation: Organisation) -> None:
    """Whether a new client is a draft, by what is asked for, what is missing and the policy.

    Where it is none, what is missing is a mistake.
    """
    own = (saving.draft.get(FIELD) or {}).get("draft_policy")
    policy = DraftPolicy(own or organisation.draft_policy)
    asked = bool(saving.draft.get("is_draft"))
    saving.checked.require("name")
    if asked and policy is not DraftPolicy.NEVER:
        return
    if saving.missing.errors and policy is DraftPolicy.AUTOMATIC:
        lacking = [replace(error, code="DRAFT_LACKS") for error in saving.missing.errors]
        saving.warnings += lacking
        return
    if asked:
        saving.checked.add(("is_draft",), "DRAFTS_NOT_ALLOWED")
    saving.checked.include(saving.missing)
    saving.status = ClientStatus.ACTIVE


def _check_still_filled(saving: Saving, stored: Filled, wanted: Sequence[str]) -> None:
    """What was touched must not leave an active client without what the workspace requires."""
    checked, draft = saving.checked, saving.draft
    # Another country asks for other things, whether or not they were given now.
    country = checked.values.get("country")
    moves = country is not None and country != stored.values["country"]
    values = {**stored.values, **checked.values}
    if saving.categories is not None:
        values["categories"] = saving.categories
    numbers = stored.identifiers if saving.identifiers is None else saving.identifiers
    missing = Checked()
    filled = Filled(values, stored.contacts, stored.addresses, numbers)
    check_required(wanted, filled, Checked(), missing)
    for error in missing.errors:
        name = error.path[0]
        touched = moves or {name, COLUMNS.get(name)} & draft.keys()
        if touched and not checked.complains_about(name):
            checked.add(error.path, error.code, **error.params)


def _claims(saving: Saving, organisation: Organisation) -> list[Claim]:
    """The e-mail addresses of a client and its new contacts."""
    policy = EmailUniqueness(saving.own("email_uniqueness") or organisation.email_uniqueness)
    claimant = Claimant(saving.client_id, policy, saving.checked, saving.warnings, saving.position)
    held = (saving.client.email_key, saving.client.id) if saving.client else (None, None)
    return [
        Claim(("email",), saving.email(), claimant, CLIENT, *held),
        *(
            Claim(("contacts", str(place), "email"), person, claimant)
            for place, person in enumerate(saving.contacts)
        ),
    ]


async def _settle_columns(
    context: Context, organisation: Organisation, savings: Sequence[Saving]
) -> None:
    new = [each for each in savings if each.client is None]
    unnamed = [each for each in new if not each.checked.values.get("reference")]
    free = iter(await free_references(context.session, len(unnamed)))
    async for each in in_turns(savings):
        made = dict(each.checked.values)
        if each.client is not None:
            if made.get("country"):
                made["is_country_default"] = False
            each.columns = made | derived_columns(values_of(each.client) | made)
            continue
        filled = {
            "kind": "COMPANY",
            "vat_regime": "TAXABLE",
            **made,
            "status": each.status.value,
            "country": each.country(organisation),
            "is_country_default": made.get("country") is None,
            "reference": made.get("reference") or next(free),
        }
        each.columns = filled | derived_columns(filled)
