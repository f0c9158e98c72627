"""Lists of clients: which, found how, in what order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any
from uuid import UUID

import orjson

from clientgraph import values
from clientgraph.clients.models import Client
from clientgraph.consents.lists import WantedConsent, by_client
from clientgraph.fields import lists as custom_fields
from clientgraph.lists import Search, by_relevance, ordered
from clientgraph.mandates.lists import has_mandate
from clientgraph.onboarding import OnboardingStatus, has_come
from clientgraph.storage.conditions import (
    EVERYTHING,
    NOTHING,
    Condition,
    all_of,
    any_of,
    between,
    compare,
    contains,
    in_range,
    negated,
    one_of,
    starts_with,
)
from clientgraph.storage.listings import BY_ID, Listing, Order, by_time
from clientgraph.storage.pages import count
from clientgraph.storage.search import with_words
from clientgraph.storage.session import Dialect, Session
from clientgraph.words import SHORTEST_INSIDE

DEEPEST_FILTER = 6
Filter = Mapping[str, Any]


class ClientSort(Enum):
    """How lists of clients can be ordered."""

    RELEVANCE = "RELEVANCE"
    NAME_ASC = "NAME_ASC"
    NAME_DESC = "NAME_DESC"
    CREATED_AT_ASC = "CREATED_AT_ASC"
    CREATED_AT_DESC = "CREATED_AT_DESC"
    UPDATED_AT_ASC = "UPDATED_AT_ASC"
    UPDATED_AT_DESC = "UPDATED_AT_DESC"


_ORDERS = {
    ClientSort.NAME_ASC: Order("sort_name"),
    ClientSort.NAME_DESC: Order("sort_name", descending=True),
    ClientSort.CREATED_AT_ASC: by_time("created_at"),
    ClientSort.CREATED_AT_DESC: by_time("created_at", descending=True),
    ClientSort.UPDATED_AT_ASC: by_time("updated_at"),
    ClientSort.UPDATED_AT_DESC: by_time("updated_at", descending=True),
}
_NO_FILTER: Filter = {}
_IN_USE = compare("status", "<>", "INACTIVE")


def listing(
    dialect: Dialect,
    wanted: Filter,
    *,
    within: Filter = _NO_FILTER,
    search: Search | None = None,
    sort: Sequence[ClientSort] = (),
    before: Order | None = None,
    include_inactive: bool = False,
) -> Listing[Client]:
    """Clients that match, of those that ``within`` is about.

    Inactive ones only when asked for, here or by a status filter. ``before`` is an order that
    comes before ``sort``.
    """
    orders = ordered(
        _ORDERS, sort, ClientSort.NAME_ASC, relevance=by_relevance(search), before=before
    )
    hide = not (include_inactive or _names_status(wanted) or _names_status(within))
    found = search.found.where if search else EVERYTHING
    matching = [condition(dialect, within), condition(dialect, wanted), found]
    where = all_of([*matching, *([_IN_USE] if hide else [])])
    text = search and search.text
    chosen = [within, wanted, text, hide, *(before.key() if before else ())]
    key = orjson.dumps(chosen, default=str, option=orjson.OPT_SORT_KEYS)
    return Listing(Client, "clients", orders, where, key)


def subsidiaries(*, include_inactive: bool) -> Listing[Client]:
    """Clients below each of several parents, by name."""
    where = EVERYTHING if include_inactive else _IN_USE
    key = b"all" if include_inactive else b"in use"
    return Listing(Client, "client.subsidiaries", [Order("sort_name"), BY_ID], where, key)


async def matches(session: Session, client_id: UUID, where: Condition) -> bool:
    """Whether a client is one of those that a condition is about."""
    if where == EVERYTHING:
        return True
    only = all_of([compare("id", "=", client_id), where])
    return bool(await count(session, Listing(Client, "clientsChanged", [], only)))


def condition(dialect: Dialect, wanted: Filter) -> Condition:
    """A filter as SQL; everything given together must hold."""
    parts = [
        _FIELDS[name](dialect, value)
        for name, value in wanted.items()
        if name in _FIELDS and value is not None
    ]
    if wanted.get("and") is not None:
        parts += [condition(dialect, each) for each in wanted["and"]]
    if wanted.get("or") is not None:
        parts.append(one_of(condition(dialect, each) for each in wanted["or"]))
    if wanted.get("not") is not None:
        parts.append(negated(condition(dialect, wanted["not"])))
    return all_of(parts)


def _names_status(wanted: Filter) -> bool:
    nested = [*(wanted.get("and") or ()), *(wanted.get("or") or ()), wanted.get("not") or {}]
    return wanted.get("status") is not None or any(_names_status(each) for each in nested if each)


def _has_type(_dialect: Dialect, wanted: bool) -> Condition:
    return Condition("type_id IS NOT NULL" if wanted else "type_id IS NULL")


def _parent(dialect: Dialect, wanted: Mapping[str, Any]) -> Condition:
    known = Condition("parent_id IS NOT NULL")
    return _refers(wanted, known, lambda ids: any_of(dialect, "parent_id", ids))


def _categories(dialect: Dialect, wanted: Mapping[str, Any]) -> Condition:
    def has(ids: list[UUID]) -> Condition:
        return _has_part("client_category", any_of(dialect, "p.category_id", ids))

    return _refers(wanted, _has_part("client_category", EVERYTHING), has)


def _sources(dialect: Dialect, wanted: Mapping[str, Any]) -> Condition:
    def has(ids: list[UUID]) -> Condition:
        return _has_part("contact", any_of(dialect, "p.source_id", ids))

    return _refers(wanted, _has_part("contact", Condition("p.source_id IS NOT NULL")), has)


def _assignee(_dialect: Dialect, wanted: tuple[UUID, UUID]) -> Condition:
    """``wanted``: the workspace and a member of it; read from the index of members alone."""
    return Condition(
        "client.id IN (SELECT p.client_id FROM client_assignee p"
        " WHERE p.organisation_id = ? AND p.member_id = ?)",
        wanted,
    )


def _integration(_dialect: Dialect, wanted: tuple[UUID, str]) -> Condition:
    """``wanted``: the workspace and a key; read from the index of integrations alone."""
    return Condition(
        "client.id IN (SELECT p.client_id FROM client_integration p"
        " WHERE p.organisation_id = ? AND p.integration = ?)",
        wanted,
    )


def _refers(
    wanted: Mapping[str, Any], known: Condition, has: Callable[[list[UUID]], Condition]
) -> Condition:
    """A filter of ids; ``known``: there is any reference, ``has``: there is one to one of these."""
    parts = []
    if wanted.get("any_of") is not None:
        parts.append(has(wanted["any_of"]))
    if wanted.get("all_of") is not None:
        parts += [has([each]) for each in wanted["all_of"]]
    if wanted.get("none_of") is not None:
        parts.append(negated(has(wanted["none_of"])))
    if wanted.get("is_set") is not None:
        parts.append(known if wanted["is_set"] else negated(known))
    return all_of(parts)


def _name(dialect: Dialect, wanted: Mapping[str, Any]) -> Condition:
    """With ``organisation_id``, the workspace: its index of grams leads to what holds a text.

    Names that begin with a text lie together in the index; LIKE alone would not tell that.
    """
    tests = [_text("sort_name", wanted, values.folded)]
    begins = values.folded(wanted.get("starts_with") or "")
    if begins:
        tests.append(between("sort_name", begins))
    words = values.folded(wanted.get("contains") or "").split()
    inside = [word for word in words if len(word) >= SHORTEST_INSIDE]
    if inside:
        tests.append(with_words(dialect, "client", wanted["organisation_id"], inside))
    return all_of(tests)


def _text(column: str, wanted: Mapping[str, Any], form: Callable[[str], str]) -> Condition:
    """The column against texts, which are first brought into the form that it is stored in.

    What has no letter or digit is compared as it is; a blank text is found nowhere.
    """
    tests = {
        "eq": lambda text: compare(column, "=", text),
        "contains": lambda text: contains(column, text),
        "starts_with": lambda text: starts_with(column, text),
    }
    return all_of(
        tests[name](form(value) or value.strip()) if value.strip() else NOTHING
        for name, value in wanted.items()
        if name in tests and value is not None
    )


def _time(column: str) -> Any:
    return lambda _dialect, wanted: in_range(column, wanted)


def _of_part(table: str, inner: Condition) -> Condition:
    """A part that the inner condition is about, if that is about anything."""
    return EVERYTHING if inner == EVERYTHING else _has_part(table, inner)


def _has_part(table: str, inner: Condition) -> Condition:
    return Condition(
        f"EXISTS (SELECT 1 FROM {table} p WHERE p.organisation_id = client.organisation_id"  # noqa: S608
        f" AND p.client_id = client.id AND {inner.sql})",
        inner.values,
    )


def _identifier(dialect: Dialect, wanted: Mapping[str, Any]) -> Condition:
    """``value`` is a list: the stored forms that what was typed may have."""
    parts = []
    if wanted.get("kind") is not None:
        parts.append(compare("p.kind", "=", wanted["kind"]))
    if wanted.get("value") is not None:
        parts.append(any_of(dialect, "p.value", wanted["value"]))
    return _of_part("identifier", all_of(parts))


def _email(_dialect: Dialect, wanted: Mapping[str, Any]) -> Condition:
    """One address that meets all tests: the client's own, or of a contact of it."""
    inner = _text("p.email_key", wanted, lambda typed: values.email_key(typed.strip()))
    if inner == EVERYTHING:
        return EVERYTHING
    # Two tables behind an OR would be read whole; each of these is found by its index.
    return Condition(
        f"id IN (SELECT p.id FROM client p WHERE {inner.sql}"  # noqa: S608
        f" UNION ALL SELECT p.client_id FROM contact p WHERE {inner.sql})",
        inner.values * 2,
    )


def _postal_code(_dialect: Dialect, wanted: Mapping[str, Any]) -> Condition:
    return _of_part("address", _text("p.postal_code", wanted, str.upper))


def _city(_dialect: Dialect, wanted: Mapping[str, Any]) -> Condition:
    return _of_part("address", _text("p.sort_city", wanted, values.folded))


def _consent(_dialect: Dialect, wanted: WantedConsent) -> Condition:
    return by_client(wanted)


def _onboarding(_dialect: Dialect, wanted: Sequence[str]) -> Condition:
    return has_come(OnboardingStatus(each) for each in wanted)


def _has_mandate(_dialect: Dialect, wanted: bool) -> Condition:
    return has_mandate(wanted=wanted)


def _address_fields(dialect: Dialect, wanted: Sequence[custom_fields.Wanted]) -> Condition:
    return _of_part("address", custom_fields.condition(dialect, wanted, "p"))


def _choice(column: str) -> Any:
    return lambda dialect, wanted: any_of(dialect, column, list(wanted))


_FIELDS: Mapping[str, Any] = {
    "status": _choice("status"),
    "kind": _choice("kind"),
    "country": _choice("country"),
    "type": _choice("type_id"),
    "has_type": _has_type,
    "categories": _categories,
    "sources": _sources,
    "parent": _parent,
    "assignee": _assignee,
    "integration": _integration,
    "name": _name,
    "identifier": _identifier,
    "email": _email,
    "postal_code": _postal_code,
    "city": _city,
    "created_at": _time("created_at"),
    "updated_at": _time("updated_at"),
    "custom_fields": custom_fields.condition,
    "consent": _consent,
    "onboarding": _onboarding,
    "has_mandate": _has_mandate,
    "address_custom_fields": _address_fields,
}
