"""What can be done with managed lists: one way for all of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final
from uuid import UUID

import orjson

from clientgraph import global_ids, values
from clientgraph.context import Context
from clientgraph.drafts import Checked, Cleaner, Draft, clean
from clientgraph.errors import UserError, UserErrors
from clientgraph.nomenclature.lists import LISTS, E, ManagedList
from clientgraph.nomenclature.models import Entry
from clientgraph.storage.rows import delete, insert, insert_many, lock, rows, update
from clientgraph.storage.session import Session
from clientgraph.versions import check_version

LONGEST_NAME: Final = 100
HIGHEST_POSITION: Final = 9_999
_KEY: Final = re.compile(r"[A-Z][A-Z0-9_]{0,39}")


def _name(value: str) -> str | None:
    return values.text(value, LONGEST_NAME)


def _key(value: str) -> str:
    if not _KEY.fullmatch(value):
        raise values.ValueProblem("INVALID_KEY")
    return value


def _position(value: int) -> int:
    if not 0 <= value <= HIGHEST_POSITION:
        raise values.ValueProblem("OUT_OF_RANGE", lowest=0, highest=HIGHEST_POSITION)
    return value


_CLEANERS: Final[Mapping[str, Cleaner]] = {
    "name": _name,
    "key": _key,
    "position": _position,
    "is_archived": bool,
}


def label(entry: Entry, language: str) -> str:
    """The entry's name in a language, or else its plain name."""
    return translations(entry).get(language, entry.name)


def translations(entry: Entry) -> dict[str, str]:
    """The entry's name by language."""
    found: dict[str, str] = orjson.loads(entry.translations)
    return found


async def create_entry(context: Context, of: ManagedList[E], draft: Draft) -> E:
    """A new entry, behind the others unless told where; its key is made from its name."""
    checked = _check(draft)
    checked.require("name")
    await _check_free(context, of, checked, None)
    checked.raise_errors()
    made = checked.values
    if made.get("key") is None:
        made["key"] = await _free_key(context, of, made["name"])
    if made.get("position") is None:
        made["position"] = await _next_position(context, of)
    entry = await insert(context.session, of.model, **{"translations": "{}", **made})
    context.changed("CREATED", of.type_name, entry)
    return entry


async def update_entry(
    context: Context, of: ManagedList[E], entry_id: UUID, draft: Draft, expected: int | None
) -> E:
    """Change an entry. A new name without translations does away with those of the former."""
    entry = await _lock(context, of, entry_id)
    check_version(entry, expected)
    if not draft:
        return entry
    checked = _check(draft)
    checked.keep("name", "position", "is_archived")
    made = checked.values
    archived = made.pop("is_archived", None)
    if archived is not None and archived is (entry.archived_at is None):
        made["archived_at"] = datetime.now(UTC) if archived else None
    await _check_free(context, of, checked, entry)
    checked.raise_errors()
    if made.get("name", entry.name) != entry.name:
        made.setdefault("translations", "{}")
    await update(context.session, entry, made)
    context.changed("UPDATED", of.type_name, entry)
    return entry


async def remove_entry(
    context: Context, of: ManagedList[E], entry_id: UUID, expected: int | None
) -> E | None:
    """Remove an entry: None when it is gone, or the archived entry where clients have it."""
    entry = await _lock(context, of, entry_id)
    check_version(entry, expected)
    if (await of.client_counts(context, [entry]))[entry]:
        if entry.archived_at is None:
            await update(context.session, entry, {"archived_at": datetime.now(UTC)})
            context.changed("UPDATED", of.type_name, entry)
        return entry
    await delete(context.session, of.model, [entry.id])
    context.changed("DELETED", of.type_name, entry)
    return None


async def seed(session: Session, locale: str) -> None:
    """Give a new workspace the shipped values, named in the language of ``locale``."""
    language = locale.partition("-")[0]
    for of in LISTS:
        made = [
            {
                "key": key,
                "name": names.get(language, names["en"]),
                "sort_name": values.folded(names.get(language, names["en"])),
                "translations": orjson.dumps(names).decode(),
                "position": place,
            }
            for place, (key, names) in enumerate(of.shipped)
        ]
        await insert_many(session, of.model, made)


@dataclass(frozen=True)
class Choice:
    """An entry that a draft names at ``path``; what the record has ``held`` it may keep."""

    path: tuple[str, ...]
    entry_id: UUID
    held: Collection[UUID | None]
    checked: Checked


async def check_chosen(context: Context, of: ManagedList[Any], choices: Sequence[Choice]) -> None:
    """Note a mistake where an entry does not exist, or is archived and not held."""
    ids = {each.entry_id for each in choices}
    found = await of.entries_by_id(context, list(ids)) if ids else {}
    for each in choices:
        entry = found.get(each.entry_id)
        if entry is None:
            each.checked.add(each.path, "NOT_FOUND")
        elif entry.archived_at is not None and each.entry_id not in each.held:
            each.checked.add(each.path, "ARCHIVED", name=label(entry, context.language))


def _check(draft: Draft) -> Checked:
    checked = clean(draft, _CLEANERS)
    name = checked.values.get("name")
    if name is not None:
        checked.values["sort_name"] = values.folded(name) or name
    if "translations" in draft:
        given = _translations(draft["translations"] or (), checked)
        checked.values["translations"] = orjson.dumps(given).decode()
    return checked


def _translations(given: Sequence[Mapping[str, str]], checked: Checked) -> dict[str, str]:
    """The names by language; mistakes are noted with their place in the list."""
    found: dict[str, str] = {}
    places: dict[str, int] = {}
    for place, each in enumerate(given):
        one = clean(each, {"language": values.language, "name": _name})
        one.require("language", "name")
        code = one.values.get("language")
        if code in places:
            one.add(("language",), "DUPLICATE", other=places[code])
        checked.include(one, "translations", str(place))
        if not one.errors:
            found[one.values["language"]] = one.values["name"]
            places[one.values["language"]] = place
    return found


async def _lock(context: Context, of: ManagedList[E], entry_id: UUID) -> E:
    entry = await lock(context.session, of.model, entry_id)
    if entry is None:
        raise UserErrors([UserError(("id",), "NOT_FOUND")])
    return entry


async def _check_free(
    context: Context, of: ManagedList[E], checked: Checked, own: E | None
) -> None:
    """Two entries in use have different names, any two different keys."""
    made = checked.values
    if made.get("key") is not None:
        await _check_taken(context, of, checked, own, "key", key=made["key"])
    archived = made.get("archived_at", own.archived_at if own else None)
    sort_name = made.get("sort_name", own.sort_name if own else None)
    if archived is None and sort_name is not None and not checked.complains_about("name"):
        found = {"sort_name": sort_name, "archived_at": None}
        await _check_taken(context, of, checked, own, "name", **found)


async def _check_taken(
    context: Context, of: ManagedList[E], checked: Checked, own: E | None, name: str, **found: Any
) -> None:
    other = await rows(context.session, of.model).filter(**found).first()
    if other is not None and (own is None or other.id != own.id):
        record = global_ids.encode(of.type_name, other.id)
        checked.add((name,), "TAKEN", record=record, value=getattr(other, name))


async def _free_key(context: Context, of: ManagedList[Any], name: str) -> str:
    """A key that says what the name says, in capital letters without accents."""
    plain = unicodedata.normalize("NFKD", values.folded(name)).encode("ascii", "ignore").decode()
    words = "_".join(plain.upper().split())[:32].strip("_")
    start = words if _KEY.fullmatch(words) else f"ENTRY_{words}".rstrip("_")
    for number in count(1):
        key = start if number == 1 else f"{start}_{number}"
        if not await rows(context.session, of.model).filter(key=key).exists():
            return key
    raise AssertionError("numbers do not end")


async def _next_position(context: Context, of: ManagedList[Any]) -> int:
    last = await rows(context.session, of.model).order_by("-position").first()
    return 0 if last is None else min(last.position + 1, HIGHEST_POSITION)
