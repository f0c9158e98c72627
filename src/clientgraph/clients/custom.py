"""The custom fields of a client and of its parts, checked and stored along with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

from clientgraph.context import Context
from clientgraph.drafts import Checked, Draft
from clientgraph.fields import given
from clientgraph.fields import service as fields
from clientgraph.fields.given import FIELD, Given
from clientgraph.fields.models import CustomValue, RecordKind
from clientgraph.storage.models import Record
from clientgraph.turns import in_turns

_PARTS = {"contacts": RecordKind.CONTACT, "addresses": RecordKind.ADDRESS}


@dataclass(frozen=True)
class Asked:
    """The draft of a client; ``client_id`` is None for a new one, whose parts are checked too.

    Mistakes go to ``checked``, what is required and was not given to ``missing``. ``required``
    says whether required fields must be filled, ``position`` is the draft's place in the call.
    """

    client_id: UUID | None
    draft: Draft
    country: str
    checked: Checked
    missing: Checked
    required: bool
    position: int

    def own(self) -> given.Asked:
        """The client's own fields."""
        return given.Asked(
            draft=self.draft,
            country=self.country,
            known=self.client_id,
            required=self.required,
            position=self.position,
        )

    def parts(self, name: str) -> list[given.Asked]:
        """Those of the new contacts or addresses."""
        return [
            given.Asked(draft=part, country=self.country, index=index, position=self.position)
            for index, part in enumerate(() if self.client_id else self.draft.get(name) or ())
        ]


@dataclass(frozen=True)
class Values:
    """What a client and its new parts are to hold."""

    own: Given
    parts: dict[str, list[Given]]

    def tell(self, asked: Asked) -> None:
        """Note the mistakes at their places in the draft."""
        asked.checked.include(self.own.checked)
        asked.missing.include(self.own.missing)
        for name, part in self.parts.items():
            for index, each in enumerate(part):
                asked.checked.include(each.checked, name, str(index))
                asked.missing.include(each.missing, name, str(index))


async def check(context: Context, asked: Sequence[Asked]) -> list[Values]:
    """The custom fields in drafts of clients; mistakes are noted with each."""
    own = [each.own() for each in asked]
    parts = {name: [each.parts(name) for each in asked] for name in _PARTS}
    every = {kind: list(chain.from_iterable(parts[name])) for name, kind in _PARTS.items()}
    found = await fields.check_all(context, {RecordKind.CLIENT: own, **every})
    made = []
    left = {name: iter(found[kind]) for name, kind in _PARTS.items()}
    async for place, each in in_turns(enumerate(asked)):
        taken = {name: [next(left[name]) for _ in parts[name][place]] for name in _PARTS}
        values = Values(found[RecordKind.CLIENT][place], taken)
        values.tell(each)
        made.append(values)
    return made


async def remove_former(context: Context, changed: Sequence[tuple[UUID, Values]]) -> None:
    """Remove the values of clients in whose place others were given."""
    own = [(client_id, values.own) for client_id, values in changed]
    await fields.remove_former(context, RecordKind.CLIENT, own)


def new_rows(
    context: Context,
    made: Sequence[tuple[UUID, Values]],
    contacts: Sequence[Record],
    addresses: Sequence[Record],
) -> list[tuple[type[CustomValue], list[CustomValue]]]:
    """The values that are still to be stored, by their model.

    The new contacts and addresses are in the order of clients and drafts.
    """
    own = [(client_id, values.own) for client_id, values in made]
    found = [fields.new_values(context, RecordKind.CLIENT, own)]
    for name, rows in (("contacts", contacts), ("addresses", addresses)):
        each = [given for _, values in made for given in values.parts[name]]
        pairs = zip((row.id for row in rows), each, strict=True)
        found.append(fields.new_values(context, _PARTS[name], pairs))
    return found


async def check_complete(
    context: Context, client_id: UUID, checked: Checked, **rows: Sequence[UUID]
) -> None:
    """Note every required custom field that the client, a contact or an address lacks."""
    own = await fields.lacking(context, RecordKind.CLIENT, [client_id])
    for key in own.get(client_id, ()):
        checked.add((FIELD, key), "REQUIRED")
    for name, kind in _PARTS.items():
        found = await fields.lacking(context, kind, rows[name])
        for index, row_id in enumerate(rows[name]):
            for key in found.get(row_id, ()):
                checked.add((name, str(index), FIELD, key), "REQUIRED")
