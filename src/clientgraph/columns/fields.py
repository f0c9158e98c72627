"""The fields that a sheet of a workspace's clients can have, from the same rules as the API's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

from clientgraph.columns import custom, declared, readers, written
from clientgraph.columns.names import Names
from clientgraph.columns.readers import Reader
from clientgraph.columns.written import Writer
from clientgraph.context import Context
from clientgraph.contract.fields import FieldProblem
from clientgraph.contract.identifiers import IdentifierKind
from clientgraph.fields.definitions import definitions_by_kind
from clientgraph.fields.models import CustomFieldDefinition, RecordKind
from clientgraph.fields.reading import asked
from clientgraph.hookspecs import LANGUAGES
from clientgraph.nomenclature.lists import (
    CATEGORIES,
    CIVILITIES,
    CLIENT_TYPES,
    CONTACT_SOURCES,
    ManagedList,
)
from clientgraph.nomenclature.service import translations
from clientgraph.organisations.service import current_organisation, members
from clientgraph.policies.paths import spelled
from clientgraph.policies.service import wanted_paths
from clientgraph.requirements import Channel
from clientgraph.spelling import camel_case
from clientgraph.templates.service import templates

PARTS: Final = ("contacts", "addresses")
IDENTIFIERS: Final = "identifiers"
CUSTOM: Final = "customFields"
# Fields whose cells become several or other fields.
FULL_NAME: Final = "contacts.fullName"
VAT: Final = "identifiers.VAT"
COMPANY: Final = "identifiers.COMPANY"
VIRTUAL: Final = frozenset({FULL_NAME, VAT, COMPANY})
# The preset of required fields whose product takes codes of countries alone.
_STRICT: Final = "banqup"
_KINDS: Final = {
    RecordKind.CLIENT: "",
    RecordKind.CONTACT: "contacts.",
    RecordKind.ADDRESS: "addresses.",
}
_SPECIAL: Final = {"parent": "parent_id"}
# How people write the civilities that ship with the service.
_SHORT: Final = {
    "MADAME": ("Mme", "Mrs", "Miss", "Mlle", "Mevr", "Mevr.", "Mw", "Mw.", "Fr."),
    "MONSIEUR": ("M.", "M", "Mister", "Dhr", "Dhr.", "Hr.", "Heer"),
    "PROFESSEUR": ("Pr", "Prof", "Prof."),
    "MAITRE": ("Me", "Mtr."),
    "DOCTEUR": ("Dr", "Dr."),
}


@dataclass(frozen=True)
class SheetField:
    """One field: ``key`` never changes; ``path`` is the way into the draft of a client.

    Of paths, ``contacts`` and ``addresses`` are those of each contact and address. ``options`` are
    the labels of what can be chosen, by language. ``read`` and ``write`` turn cells into values as
    callers of the API give them, and back; ``write`` takes the language, too. With ``is_text``
    digits are no amount, with ``is_list`` a cell may hold several values. What ``names_clients`` is
    read and written by the clients that `columns.clients` looked for.
    """

    key: str
    path: tuple[str, ...]
    labels: Mapping[str, str]
    read: Reader
    write: Writer
    is_required: bool = False
    options: Mapping[str, Sequence[str]] | None = None
    example: str = ""
    synonyms: Sequence[str] = ()
    is_text: bool = True
    is_list: bool = False
    names_clients: bool = False

    def label(self, language: str) -> str:
        """What the column is called in a language, or else in English, or else in any."""
        return (
            self.labels.get(language) or self.labels.get("en") or next(iter(self.labels.values()))
        )

    @cached_property
    def part(self) -> str | None:
        """``contacts``, ``addresses``, or None for what is the client's own."""
        return self.path[0] if self.path[0] in PARTS else None

    @property
    def is_virtual(self) -> bool:
        """Whether it is read alone: what it gives is written by other fields."""
        return self.key in VIRTUAL


@dataclass(frozen=True)
class SheetFields:
    """All fields by key, in the order of a template, and what their cells are read with.

    ``clients`` are none until they are looked for: see `columns.clients`.
    """

    by_key: Mapping[str, SheetField]
    country: str
    is_strict: bool = False
    civilities: Names = field(default_factory=Names)
    clients: Names = field(default_factory=Names)
    kinds: Mapping[str, IdentifierKind] = field(default_factory=dict)

    def __iter__(self) -> Iterator[SheetField]:
        return iter(self.by_key.values())

    def __contains__(self, key: str) -> bool:
        return parse_key(key)[0] in self.by_key

    def __getitem__(self, key: str) -> SheetField:
        return self.by_key[parse_key(key)[0]]

    def get(self, key: str) -> SheetField | None:
        """The field of a key, with or without an ordinal; None where there is none."""
        return self.by_key.get(parse_key(key)[0])


def parse_key(key: str) -> tuple[str, int]:
    """A key with an ordinal → without, and which one: ``contacts.2.email`` is the second's."""
    head, _, rest = key.partition(".")
    number, dot, name = rest.partition(".")
    if dot and head in PARTS and number.isdecimal():
        return f"{head}.{name}", int(number)
    return key, 1


def numbered(key: str, ordinal: int) -> str:
    """The key of the same field of another contact or address."""
    head, _, rest = key.partition(".")
    return key if ordinal == 1 else f"{head}.{ordinal}.{rest}"


async def sheet_fields(context: Context) -> SheetFields:
    """The fields of the caller's workspace, with the names that cells may hold.

    Names of archived entries are known, too; saving says which can no longer be chosen.
    """
    organisation = await current_organisation(context.session)
    wanted = await wanted_paths(context, organisation, organisation.country, Channel.IMPORT, None)
    required = {_in_sheets(spelled(path)) for path in wanted}
    names = await _names(context)
    found = [
        *(_declared(key, data, names) for key, data in declared.fields().items()),
        *_of_identifiers(context.plugins.kinds),
        *await _of_custom_fields(context, names["client"]),
    ]
    by_key = {each.key: _starred(each) if each.key in required else each for each in found}
    return SheetFields(
        by_key,
        organisation.country,
        organisation.requirements == _STRICT,
        names["civility"],
        names["client"],
        context.plugins.kinds,
    )


def _in_sheets(path: str) -> str:
    """Where sheets have a required field of the main contact or address."""
    return path.replace("mainContact.", "contacts.").replace("mainAddress.", "addresses.")


def _starred(known: SheetField) -> SheetField:
    return replace(known, is_required=True)


async def _names(context: Context) -> dict[str, Names]:
    """What cells may name, by how they are read."""
    found: dict[str, Names] = {}
    lists: dict[str, ManagedList[Any]] = {
        "type": CLIENT_TYPES,
        "categories": CATEGORIES,
        "source": CONTACT_SOURCES,
        "civility": CIVILITIES,
    }
    for reads, of in lists.items():
        found[reads] = Names()
        entries = await of.entries(context, include_archived=True)
        for entry in sorted(entries, key=lambda each: each.archived_at is not None):
            value = entry.key if of.by_key else entry.id
            others = (*translations(entry).values(), entry.key, *_SHORT.get(entry.key, ()))
            found[reads].add(value, entry.name, others, is_open=entry.archived_at is None)
    found["template"] = Names()
    for template in await templates(context):
        found["template"].add(template.id, template.name)
    found["assignees"] = Names()
    for member in await members(context):
        found["assignees"].add(member.id, member.email, (member.name,))
    found["integrations"] = Names()
    for integration, (_, made) in context.plugins.integrations.items():
        found["integrations"].add(integration, integration, made.label.values())
    found["client"] = Names(unknown="UNKNOWN_CLIENT")
    return found


def _declared(key: str, data: Mapping[str, Any], names: Mapping[str, Names]) -> SheetField:
    path = tuple(_SPECIAL.get(part) or _snake(part) for part in key.split("."))
    reads = data["reads"]
    read, write, options = _ways(reads, data.get("options"), names)
    return SheetField(
        key=key,
        path=path,
        labels=data["labels"],
        read=read,
        write=write,
        options=options,
        example=data.get("example", ""),
        synonyms=data["synonyms"],
        is_text=reads not in ("whole", "yes_no"),
        is_list=reads in ("categories", "assignees", "integrations"),
        names_clients=reads == "client",
    )


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _ways(
    reads: str, options: Mapping[str, Any] | None, names: Mapping[str, Names]
) -> tuple[Reader, Writer, Mapping[str, Sequence[str]] | None]:
    """How cells are read, how they are written, and what can be chosen."""
    if options is not None:
        chosen = Names()
        for key, labels in options.items():
            plain = (label for language, label in labels.items() if language != "more")
            chosen.add(key, labels["en"], (key, *plain, *labels["more"]))
        by_language = {each: [of[each] for of in options.values()] for each in LANGUAGES}
        return readers.named(chosen), written.labelled(options, chosen), by_language
    if reads in ("yes_no", "mandate"):
        shown = {each: [written.YES[each], written.NO[each]] for each in LANGUAGES}
        return readers.PLAIN[reads], written.yes_no, shown
    if reads in readers.PLAIN:
        return readers.PLAIN[reads], written.as_it_is, None
    if reads == "full_name":
        return readers.text, written.as_it_is, None
    of = names[reads]
    listed = {language: list(of.shown.values()) for language in LANGUAGES}
    if reads in ("categories", "assignees"):
        return readers.several(of), written.several(of), listed
    if reads == "integrations":
        return readers.keys(of), written.keys, listed
    if reads == "client":
        return readers.client(of), written.client(of), None
    return readers.named(of), written.named(of), listed


def _of_identifiers(kinds: Mapping[str, IdentifierKind]) -> Iterator[SheetField]:
    known = declared.identifiers()
    for key in ("VAT", "COMPANY", *sorted(kinds)):
        data = known.get(key, {})
        kind = kinds.get(key)
        yield SheetField(
            key=f"{IDENTIFIERS}.{key}",
            path=(IDENTIFIERS, key),
            labels=kind.label if kind else data["labels"],
            read=readers.digits,
            write=written.as_it_is,
            example=kind.example if kind else data["example"],
            synonyms=data.get("synonyms", ()),
        )


async def _of_custom_fields(context: Context, clients: Names) -> list[SheetField]:
    by_kind = await definitions_by_kind(context, list(_KINDS))
    return [
        await _of_custom_field(context, _KINDS[kind], each, clients)
        for kind, definitions in by_kind.items()
        for each in definitions
        if each.archived_at is None and each.type in context.plugins.field_types
    ]


async def _of_custom_field(
    context: Context, above: str, definition: CustomFieldDefinition, clients: Names
) -> SheetField:
    field_type = context.plugins.field_types[definition.type]
    options = definition.option_values()
    try:
        schema = await asked(context, field_type, field_type.form.json_schema, options)
    except FieldProblem:
        # Its plugin does not answer now; saving says so of every value.
        schema = {}
    choices = {each["key"]: each.get("labels", {}) for each in options.get("choices", ())}
    shape = custom.shape_of(definition.type, schema, choices, clients)
    return SheetField(
        key=f"{above}{CUSTOM}.{definition.key}",
        path=tuple(filter(None, (above.rstrip("."), "custom_fields", definition.key))),
        labels={each: definition.label(each) for each in LANGUAGES},
        read=shape.read,
        write=shape.write,
        is_required=definition.is_required,
        options=shape.options,
        example=shape.example,
        is_text=schema.get("type") not in ("number", "integer"),
        is_list=field_type.is_list,
        names_clients=definition.type == custom.REFERENCE,
    )


def key_of(path: Sequence[str]) -> str:
    """The key of the field at a path of a draft, without positions: ``contacts.email``."""
    names = [part for part in path if not part.isdecimal()]
    return ".".join(camel_case(part) for part in names).replace("parentId", "parent")
