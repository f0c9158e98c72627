"""Makes the demo workspace as a user would: through the mutations of the API."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from graphql import DocumentNode, OperationType, parse

from clientgraph.context import Actor, Context
from clientgraph.demo.companies import Company, companies
from clientgraph.demo.furnishing import CATEGORIES, FIELDS, furnished, history
from clientgraph.operations.executor import Executor
from clientgraph.organisations.access import make_token
from clientgraph.organisations.models import Organisation
from clientgraph.organisations.opening import open_workspace, operator
from clientgraph.organisations.recognition import Recognition
from clientgraph.organisations.service import find_organisation, members
from clientgraph.permissions import Role
from clientgraph.schema import Schema
from clientgraph.storage.ids import uuid7
from clientgraph.storage.scope import Scope

SLUG: Final = "demo"
_FIRM: Final = {
    "slug": SLUG,
    "name": "Demo",
    "country": "FR",
    "locale": "fr-FR",
    "currency": "EUR",
    # An example may be played again, which makes another client with the same addresses.
    "email_uniqueness": "WARN",
}
_OWNER: Final = {"name": "Camille Demo", "email": "camille@example.com"}
_DAYS: Final = 365
_CREATE: Final = parse(
    "mutation ($input: ClientCreateInput!) { clientCreate(input: $input)"
    " { client { id } userErrors { path code message } } }"
)
_EVENT: Final = parse(
    "mutation ($input: EventCreateInput!) { eventCreate(input: $input)"
    " { userErrors { path code message } } }"
)
_FURNISHED: Final = parse(
    "{ categories { id key } customFieldDefinitions(on: CLIENT, includeArchived: true) { key } }"
)
_CATEGORY: Final = parse(
    "mutation ($input: CategoryCreateInput!) { categoryCreate(input: $input)"
    " { category { id } userErrors { path code message } } }"
)
_FIELD: Final = parse(
    "mutation ($input: CustomFieldDefinitionCreateInput!)"
    " { customFieldDefinitionCreate(input: $input) { userErrors { path code message } } }"
)
_PARENT: Final = parse(
    'query ($lei: String!) { client(by: {identifier: {kind: "LEI", value: $lei}}) { id } }'
)
NewContext = Callable[[Actor], Context]


class Demo(NamedTuple):
    """A token that opens the demo, and how many companies were added now."""

    token: str
    added: int


async def prepare(new_context: NewContext, schema: Schema, token_file: Path) -> Demo:
    """Make what is missing of the demo; what is there stays as it was left.

    The token is kept in ``token_file``, and replaced when it no longer works.
    """
    context = new_context(operator(uuid7()))
    async with context.database.read(Scope(operator=True)) as session:
        organisation = await find_organisation(session, SLUG)
    if organisation is None:
        async with context.writing() as session:
            organisation, _ = await open_workspace(context, _FIRM, _OWNER)
    token = await _working_token(new_context, organisation, token_file)
    actor = await Recognition(context.database, context.signer).recognise(token)
    if actor is None:
        raise RuntimeError("the token that was made now does not work")
    # Each company takes one reference in its own transaction, so this many are there already.
    begun = organisation.next_reference - 1
    left = list(enumerate(companies()))[begun:]
    if left:
        categories = await _furnish(new_context(actor), schema)
        for place, company in left:
            await _add(new_context(actor), schema, place, company, categories)
    return Demo(token, len(left))


async def _working_token(
    new_context: NewContext, organisation: Organisation, token_file: Path
) -> str:
    """The kept token where it still opens this workspace, or a new one."""
    context = new_context(operator(organisation.id))
    kept = _kept(token_file)
    actor = await Recognition(context.database, context.signer).recognise(kept)
    if kept and actor is not None and actor.organisation_id == organisation.id:
        return kept
    async with context.writing() as session:
        draft = {"name": "Demo", "role": Role.OWNER.value, "expires_in_days": _DAYS}
        for member in await members(context):
            if member.email == _OWNER["email"] and member.is_active:
                draft["member_id"] = str(member.id)
        _, text = await make_token(session, context.signer, draft, highest=Role.OWNER)
    _keep(token_file, text)
    return text


def _kept(token_file: Path) -> str | None:
    return token_file.read_text("utf-8").strip() if token_file.exists() else None


def _keep(token_file: Path, text: str) -> None:
    """Write the token, for its owner alone."""
    token_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    token_file.unlink(missing_ok=True)
    descriptor = os.open(token_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text + "\n")


async def _furnish(context: Context, schema: Schema) -> list[str]:
    """Make what is missing of the demo's categories and custom fields; the categories' ids."""
    async with context.reading():
        found = await _executed(context, schema, _FURNISHED, {})
    known = {each["key"]: each["id"] for each in found["categories"]}
    for category in CATEGORIES:
        if category["key"] not in known:
            made = await _made(context, schema, _CATEGORY, category)
            known[category["key"]] = made["category"]["id"]
    defined = {each["key"] for each in found["customFieldDefinitions"]}
    for definition in FIELDS:
        if definition["key"] not in defined:
            await _made(context, schema, _FIELD, definition)
    return [known[category["key"]] for category in CATEGORIES]


async def _add(
    context: Context, schema: Schema, place: int, company: Company, categories: Sequence[str]
) -> None:
    given = furnished(place, company.given, categories)
    if company.parent_lei is not None:
        async with context.reading():
            found = await _executed(context, schema, _PARENT, {"lei": company.parent_lei})
        given["parent"] = (found["client"] or {}).get("id")
    made = await _made(context, schema, _CREATE, given)
    for event in history(place, made["client"]["id"]):
        await _made(context, schema, _EVENT, event)


async def _made(
    context: Context, schema: Schema, document: DocumentNode, given: dict[str, Any]
) -> dict[str, Any]:
    """The payload of a mutation; mistakes are ours, so they are raised."""
    (payload,) = (await _executed(context, schema, document, {"input": given})).values()
    if payload["userErrors"]:
        raise ValueError(f"{given}: {payload['userErrors']}")
    found: dict[str, Any] = payload
    return found


async def _executed(
    context: Context, schema: Schema, document: DocumentNode, variables: dict[str, Any]
) -> Any:
    """The data of one operation; errors are ours, so they are raised."""
    executor: Any = Executor.build(
        schema.core, document, context_value=context, raw_variable_values=variables
    )
    if isinstance(executor, list):
        raise executor[0]
    result = executor.execute_operation(executor.operation.operation is OperationType.MUTATION)
    result = await result if executor.is_awaitable(result) else result
    if result.errors:
        raise result.errors[0]
    return result.data
