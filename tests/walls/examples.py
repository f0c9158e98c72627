"""Example arguments for any field, built from the schema's own input types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLScalarType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
    is_required_argument,
    is_required_input_field,
)

from tests.walls.example_ids import IDS

Path = tuple[str, ...]

# Fields of inputs of which exactly one is given, where the schema cannot say so.
EXACTLY_ONE: Final[Mapping[str, list[str]]] = {
    "AttachmentCreateInput": ["clientId", "contactId", "eventId"],
}
# By place, by type, or for texts and numbers by the name of the field.
VALUES: Final[Mapping[str, Any]] = {
    # The record is a new client, which nobody has seen.
    "ClientUpsertRecordInput.expectedVersion": None,
    "BankAccountCreateInput.isDefault": False,
    "BankAccountUpdateInput.isArchived": False,
    "BankAccountUpdateInput.isDefault": False,
    "CategoryCreateInput.position": 3,
    "CategoryUpdateInput.position": 3,
    "CivilityCreateInput.position": 3,
    "CivilityUpdateInput.position": 3,
    "ClientTypeCreateInput.position": 3,
    "ClientTypeUpdateInput.position": 3,
    "ContactSourceCreateInput.position": 3,
    "ContactSourceUpdateInput.position": 3,
    "Boolean": True,
    "SavedViewCreateInput.filter": {},
    "SavedViewCreateInput.sort": "CREATED_AT_ASC",
    "SavedViewUpdateInput.filter": {},
    "SavedViewUpdateInput.sort": "CREATED_AT_ASC",
    "CountryCode": "FR",
    "CurrencyCode": "EUR",
    "Date": "2020-01-01",
    "DateTime": "2020-01-01T00:00:00Z",
    "EmailAddress": "example@example.org",
    "InvoiceCancelInput.expectedVersion": 2,
    "ClientInvitationRevokeInput.expectedVersion": 2,
    "IBAN": "FR1420041010050500013M02606",
    "Locale": "fr-FR",
    "PhoneNumber": "+33142685300",
    "mandateWording": "I mandate you.",
    "message": "Welcome",
    "ExportCreateInput.columns": "name",
    "ImportColumnInput.field": "name",
    "ImportColumnInput.index": 0,
    "ImportDecisionInput.position": 0,
    "ImportPreviewInput.preset": "banqup",
    "ImportPreviewInput.sheet": "Sheet1",
    "ImportTemplateCreateInput.preset": "banqup",
    "method": "transfer",
    "number": "EXAMPLE-2",
    "total": "12.50",
    "Role": "VIEWER",
    "URL": "https://example.org",
    "accountingCode": "411000",
    "activityCode": "62.01Z",
    "ClientTemplateUpdateInput.isArchived": False,
    "CustomFieldDefinitionCreateInput.key": "example",
    "CustomFieldDefinitionCreateInput.position": 1,
    "CustomFieldDefinitionCreateInput.type": "TEXT",
    "CustomFieldDefinitionCreateInput.unique": False,
    "CustomFieldDefinitionUpdateInput.position": 1,
    "CustomFieldDefinitionUpdateInput.type": "TEXT",
    "CustomFieldDefinitionUpdateInput.unique": False,
    "CustomFieldFilter.key": "remark",
    "CustomFieldInput.key": "remark",
    "CustomFieldSort.key": "remark",
    "EventCreateInput.kind": "TASK",
    "EventVisibility": "ORGANISATION",
    "EventUpdateInput.kind": "TASK",
    "amount": "12.50",
    "bank": "Example bank",
    "bic": "AGRIFRPP",
    "body": "A few words",
    "box": "4",
    "city": "Paris",
    "PluginConfigureInput.name": "stdnum",
    "PluginConfigureInput.settings": {},
    "columns": "version",
    "civility": "MADAME",
    "contains": "a",
    "days": 30,
    "defaultValue": "a",
    "description": "Example",
    "eq": "a",
    "expectedVersion": 1,
    "expiresInDays": 30,
    "evidence": "Form 12",
    "evidenceReference": "Binder 7",
    "externalReference": "EXT-EXAMPLE",
    "first": 2,
    "firstName": "Ada",
    "format": "application/pdf",
    "holder": "Example",
    "idempotencyKey": "an example",
    "identifierKind": "FR_VAT",
    "integration": "WELCOME_LETTER",
    "integrations": "WELCOME_LETTER",
    "key": "EXAMPLE",
    "jobs.kind": "EXAMPLE",
    "kind": "FR_SIREN",
    "kinds": "NOTE",
    "language": "fr",
    "languages": "fr",
    "label": "Office",
    "lastName": "Example",
    "line1": "10 rue de la Paix",
    "line2": "2e étage",
    "name": "Example",
    "options": {},
    "path": "website",
    "position": "Director",
    "query": "Example",
    "postalCode": "75002",
    "reason": "Example",
    "reference": "R-EXAMPLE",
    "region": "Île-de-France",
    "requirements": "lenient",
    "search": "a",
    "signatoryName": "Ada Example",
    "signatoryPosition": "Director",
    "section": "Example",
    "startsWith": "a",
    "streetNumber": "10",
    "template": "CLIENT_SHEET",
    "text": "a",
    "title": "Example",
    "tradingName": "Example",
    "value": "552100554",
    "verifier": "VIES",
    "wording": "Version 3",
}
# The other end of a page, which cannot be given along with `first`; cursors have their own tests.
LEFT_OUT: Final = frozenset({"last", "before", "after"})


class NoExample(AssertionError):
    """A field that is new to these tests."""


@dataclass(frozen=True)
class Arguments:
    """Builds the arguments of a field.

    ``ids`` are what ID places get; at ``special`` the id is ``stranger`` instead. ``full`` gives
    every optional field too, and not only what is required or on the way to ``special``.
    """

    ids: Mapping[str, str]
    special: Path = ()
    stranger: str = ""
    full: bool = False

    def of(self, name: str, field: GraphQLField) -> dict[str, Any]:
        """Variables for all arguments of a field."""
        return {
            key: self._value(argument.type, f"{name}.{key}", (key,), frozenset())
            for key, argument in field.args.items()
            if is_required_argument(argument) or self._wanted(key, (key,), seen=False)
        }

    def _wanted(self, name: str, path: Path, *, seen: bool) -> bool:
        on_the_way = bool(self.special) and self.special[: len(path)] == path
        return on_the_way or (self.full and name not in LEFT_OUT and not seen)

    def _value(self, kind: Any, place: str, path: Path, seen: frozenset[str]) -> Any:
        kind = get_nullable_type(kind)
        if is_list_type(kind):
            return [self._value(kind.of_type, place, path, seen)]
        if isinstance(kind, GraphQLInputObjectType):
            return self._object(kind, path, seen)
        if kind.name == "ID":
            return self.stranger if path == self.special else self.ids[_id_kind(place)]
        return _plain(kind, place)

    def _object(
        self, kind: GraphQLInputObjectType, path: Path, seen: frozenset[str]
    ) -> dict[str, Any]:
        among, chosen = self._choice(kind, path)
        made = {}
        for name in kind.fields:
            if name in among and name != chosen:
                continue
            field, inner = kind.fields[name], (*path, name)
            below = seen | {kind.name}
            again = get_named_type(field.type).name in below
            needed = name == chosen or is_required_input_field(field)
            if needed or self._wanted(name, inner, seen=again):
                made[name] = self._value(field.type, f"{kind.name}.{name}", inner, below)
        return made

    def _choice(self, kind: GraphQLInputObjectType, path: Path) -> tuple[list[str], str]:
        """Fields of which exactly one is given, and which; ([], '') where there are none such."""
        among = list(kind.fields) if kind.is_one_of else EXACTLY_ONE.get(kind.name, [])
        leads = len(self.special) > len(path) and self.special[: len(path)] == path
        if leads and self.special[len(path)] in among:
            return among, self.special[len(path)]
        return among, "id" if "id" in among else next(iter(among), "")


def _id_kind(place: str) -> str:
    if place not in IDS:
        raise NoExample(f"Say in IDS of {__name__} what the id at '{place}' refers to.")
    return IDS[place]


def _plain(kind: GraphQLScalarType | GraphQLEnumType, place: str) -> Any:
    for known in (place, kind.name):
        if known in VALUES:
            return VALUES[known]
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    name = place.rpartition(".")[2]
    if name not in VALUES:
        raise NoExample(f"Give '{name}' (for '{place}', a {kind.name}) a value in VALUES.")
    return VALUES[name]


def id_places(name: str, field: GraphQLField) -> Iterator[tuple[Path, str]]:
    """The path to each ID in a field's arguments, at any depth, and what it refers to.

    An input type that holds itself is entered twice.
    """
    for key, argument in field.args.items():
        yield from _ids_in(argument.type, f"{name}.{key}", (key,), ())


def _ids_in(kind: Any, place: str, path: Path, seen: Path) -> Iterator[tuple[Path, str]]:
    named = get_named_type(kind)
    if named.name == "ID":
        yield path, _id_kind(place)
    elif isinstance(named, GraphQLInputObjectType) and seen.count(named.name) < 2:
        for key, field in named.fields.items():
            inner = (*seen, named.name)
            yield from _ids_in(field.type, f"{named.name}.{key}", (*path, key), inner)


def selection(kind: Any, depth: int) -> str:
    """Everything of a type down to ``depth`` objects, in braces; '' for leaves."""
    named = get_named_type(kind)
    if is_leaf_type(named):
        return ""
    if not is_object_type(named):
        return "{ __typename id }" if "id" in named.fields else "{ __typename }"
    parts = [selected(name, field, depth) for name, field in named.fields.items()]
    return "{ " + " ".join(part for part in parts if part) + " }"


def selected(name: str, field: GraphQLField, depth: int) -> str:
    """One field with its arguments and what is below it; '' where that would be too deep."""
    named = get_named_type(field.type)
    if not is_leaf_type(named) and depth == 0:
        return ""
    given = {
        key: VALUES["first"]
        if key == "first"
        else _plain(get_nullable_type(a.type), f"{name}.{key}")
        for key, a in field.args.items()
        if key == "first" or is_required_argument(a)
    }
    written = ", ".join(
        f"{key}: {_literal(value, field.args[key].type)}" for key, value in given.items()
    )
    # Edges and nodes of a connection are not a step down.
    wrapper = named.name.endswith(("Connection", "Edge"))
    below = selection(field.type, depth if wrapper else depth - 1)
    return f"{name}{f'({written})' if written else ''} {below}".strip()


def _literal(value: Any, kind: Any) -> str:
    if isinstance(get_named_type(kind), GraphQLEnumType):
        return str(value)
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


def operation(root: str, name: str, field: GraphQLField, variables: Mapping[str, Any]) -> str:
    """The text that asks for one root field with these variables."""
    declared = ", ".join(f"${key}: {field.args[key].type}" for key in variables)
    given = ", ".join(f"{key}: ${key}" for key in variables)
    head = f"{root.lower()}{f'({declared})' if declared else ''}"
    return f"{head} {{ {name}{f'({given})' if given else ''} {selection(field.type, 1)} }}"
