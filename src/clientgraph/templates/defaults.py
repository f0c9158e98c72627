"""What a template sets in advance: checked as the fields of a client are, kept as one JSON text.

Kept are cleaned values by the name of the field; a type and categories by their ids; custom fields
by the id of their definition, each with its values and the type that these were read with.
"""

from __future__ import annotations

from asyncio import gather
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import orjson

from clientgraph.clients.fields import check_fields
from clientgraph.context import Context
from clientgraph.drafts import Checked, Draft
from clientgraph.fields.definitions import definitions_by_kind
from clientgraph.fields.given import FIELD, Asked
from clientgraph.fields.models import ClientCustomValue, RecordKind
from clientgraph.fields.service import Stored, check_values, shown
from clientgraph.nomenclature.lists import CATEGORIES, CLIENT_TYPES
from clientgraph.nomenclature.models import Category
from clientgraph.nomenclature.service import Choice, check_chosen
from clientgraph.organisations.policies import FIELD as POLICIES
from clientgraph.organisations.policies import OF_TEMPLATES, take_policies
from clientgraph.organisations.service import check_language, current_organisation
from clientgraph.templates.models import ClientTemplate

Kept = Mapping[str, Any]

_PLAIN: Final[Sequence[str]] = (
    "kind",
    "country",
    "locale",
    "currency",
    "vat_regime",
    "accounting_code",
)
# Custom fields of a record that is there get no defaults of their own; nothing has this id.
_NO_RECORD: Final = UUID(int=0)


def kept_defaults(template: ClientTemplate) -> Kept:
    """What the template sets, in the form in which it is kept."""
    found: Kept = orjson.loads(template.defaults)
    return found


async def check_defaults(context: Context, draft: Draft, kept: Kept) -> tuple[str, Checked]:
    """What a template comes to when a draft of defaults is laid over the kept ones; mistakes.

    A field that is null is set no longer. Archived entries that are kept already may stay.
    """
    organisation = await current_organisation(context.session)
    checked = check_fields(draft, organisation.country)
    check_language(organisation, checked)
    made: dict[str, Any] = {name: checked.values[name] for name in _PLAIN if name in checked.values}
    if "payment_terms" in draft:
        made["payment_terms"] = draft["payment_terms"] and {
            "days": checked.values.get("payment_days"),
            "end_of_month": checked.values.get("payment_end_of_month"),
        }
    made |= _check_policies(draft, kept, checked)
    made |= await _check_entries(context, draft, kept, checked)
    after = {**kept, **made}
    country = after.get("country") or organisation.country
    custom = {**kept.get(FIELD, {}), **await _check_custom(context, draft, country, checked)}
    after[FIELD] = {name: value for name, value in custom.items() if value["values"]}
    lasting = {name: value for name, value in after.items() if value not in (None, [], {})}
    return orjson.dumps(lasting).decode(), checked


def _check_policies(draft: Draft, kept: Kept, checked: Checked) -> dict[str, Any]:
    """The policies of a draft, laid over the kept ones."""
    if POLICIES not in draft:
        return {}
    after = {**kept.get(POLICIES, {}), **take_policies(draft, OF_TEMPLATES, checked)}
    return {POLICIES: {name: value for name, value in after.items() if value is not None}}


async def _check_entries(
    context: Context, draft: Draft, kept: Kept, checked: Checked
) -> dict[str, Any]:
    """The type and categories of a draft."""
    made: dict[str, Any] = {}
    held = {UUID(each) for each in (*kept.get("categories", ()), kept.get("type")) if each}
    if "type" in draft:
        chosen = [Choice(("type",), draft["type"], held, checked)] if draft["type"] else []
        await check_chosen(context, CLIENT_TYPES, chosen)
        made["type"] = draft["type"]
    if "categories" in draft:
        given = draft["categories"] or ()
        places = [
            Choice(("categories", str(place)), each, held, checked)
            for place, each in enumerate(given)
        ]
        await check_chosen(context, CATEGORIES, places)
        made["categories"] = list(dict.fromkeys(given))
    return made


async def _check_custom(
    context: Context, draft: Draft, country: str, checked: Checked
) -> dict[str, Any]:
    """The custom fields of a draft; a value that no two clients may share is a mistake."""
    if not draft.get(FIELD):
        return {}
    asked = Asked(draft=draft, country=country, known=_NO_RECORD, required=False)
    given = await check_values(context, RecordKind.CLIENT, asked)
    # Who else has a unique value does not matter: no template may set one.
    checked.include(Checked(errors=[each for each in given.checked.errors if each.code != "TAKEN"]))
    for definition in (await definitions_by_kind(context, [RecordKind.CLIENT]))[RecordKind.CLIENT]:
        if definition.is_unique and given.rows.get(definition.id):
            place = given.places[definition.id]
            checked.add((FIELD, place, "value"), "DEFAULT_OF_UNIQUE")
    return {
        str(definition_id): {
            "type": next((part["type"] for part in parts), None),
            "values": [part["value"] for part in parts],
        }
        for definition_id, parts in given.rows.items()
    }


async def type_of(context: Context, kept: Kept) -> Any:
    """The type that is set, archived or not; None where it is gone."""
    if "type" not in kept:
        return None
    return await context.load(CLIENT_TYPES.entries_by_id, UUID(kept["type"]))


async def categories_of(context: Context, kept: Kept) -> list[Category]:
    """The categories that are set, in the list's order, archived ones too."""
    ids = [UUID(each) for each in kept.get("categories", ())]
    found = await gather(*(context.load(CATEGORIES.entries_by_id, each) for each in ids))
    there: list[Category] = [each for each in found if each is not None]
    return sorted(there, key=lambda row: (row.position, row.sort_name, row.id))


async def custom_defaults(context: Context, kept: Kept) -> list[Stored]:
    """The custom fields that are set, in the order of the fields; archived ones too."""
    parts = [
        ClientCustomValue(definition_id=UUID(definition_id), type=field["type"], value=value)
        for definition_id, field in kept.get(FIELD, {}).items()
        for value in field["values"]
    ]
    if not parts:
        return []
    definitions = await context.load(definitions_by_kind, RecordKind.CLIENT)
    return shown(context.plugins.field_types, definitions, {FIELD: parts})[FIELD]


async def usable_defaults(context: Context, template: ClientTemplate) -> dict[str, Any]:
    """What the template sets as the draft of a new client, without what no longer does.

    That is entries, custom fields, choices and languages that the workspace has taken out of use
    since.
    """
    kept = kept_defaults(template)
    draft: dict[str, Any] = {name: value for name, value in kept.items() if name != FIELD}
    if "type" in kept:
        draft["type"] = UUID(kept["type"])
    if "categories" in kept:
        draft["categories"] = [UUID(each) for each in kept["categories"]]
    stored = await custom_defaults(context, kept)
    draft[FIELD] = [{"key": each.definition.key, "value": each.value} for each in stored]
    _, checked = await check_defaults(context, draft, {})
    return without_mistakes(draft, checked)


def without_mistakes(draft: Draft, checked: Checked) -> dict[str, Any]:
    """The fields of a draft that nothing is wrong with; of lists, the entries."""
    left = {}
    for name, given in draft.items():
        if isinstance(given, list):
            each = enumerate(given)
            left[name] = [one for at, one in each if not checked.complains_about(name, str(at))]
        elif not checked.complains_about(name):
            left[name] = given
    return left
