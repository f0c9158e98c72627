"""What can be done with rules about required fields, and what they come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from typing import Any, Final
from uuid import UUID

from clientgraph import global_ids, values
from clientgraph.context import Context
from clientgraph.drafts import Checked, Cleaner, Draft, clean
from clientgraph.errors import UserError, UserErrors
from clientgraph.fields.definitions import definitions_by_kind
from clientgraph.fields.models import CustomFieldDefinition, RecordKind
from clientgraph.organisations.models import Organisation
from clientgraph.policies.models import RequirementRule
from clientgraph.policies.paths import IDENTIFIERS, known_paths, spelled
from clientgraph.requirements import ALWAYS, Channel, required
from clientgraph.storage.conditions import EVERYTHING
from clientgraph.storage.reading import select_rows
from clientgraph.storage.rows import delete, insert, lock, rows, update
from clientgraph.storage.together import Wanted, select_together
from clientgraph.versions import check_version

_NEAREST: Final = 5
_LONGEST: Final = 60
# The records that a form for a client is about.
_OF_CLIENTS: Final = (RecordKind.CLIENT, RecordKind.CONTACT, RecordKind.ADDRESS)
_UNIQUE: Final = ("path", "countries", "channels")


async def rules(context: Context) -> list[RequirementRule]:
    """The workspace's rules, the oldest first."""
    return await select_rows(context.session, RequirementRule, EVERYTHING, "id")


@dataclass(frozen=True)
class Settings:
    """What holds for new and changed clients: the workspace's row, and its rules."""

    organisation: Organisation
    rules: Sequence[RequirementRule]


async def current_settings(context: Context, *others: Wanted) -> tuple[Settings, list[list[Any]]]:
    """The settings of the caller's workspace, and other rows that are read along with them."""
    (organisation,), own, *found = await select_together(
        context.session, Wanted(Organisation, key="id"), Wanted(RequirementRule), *others
    )
    return Settings(organisation, sorted(own, key=lambda rule: rule.id)), found


async def rules_by_id(context: Context, ids: Sequence[UUID]) -> dict[UUID, RequirementRule]:
    """Rules by id."""
    found = await rows(context.session, RequirementRule).filter(id__in=list(ids))
    return {rule.id: rule for rule in found}


async def wanted_paths(
    context: Context, organisation: Organisation, country: str, channel: Channel, preset: str | None
) -> list[str]:
    """The paths that a client of this country must have filled, when it comes by this channel.

    ``preset`` is that of its own policies, None where the workspace's holds.
    An identifier of a kind that no plugin brings could not be given, so that it is not asked for.
    """
    settings = Settings(organisation, await rules(context))
    asked = (country, preset or organisation.requirements)
    return wanted_by_case(context, settings, [asked], channel)[asked]


# A country, and a preset.
Case = tuple[str, str]


def wanted_by_case(
    context: Context, settings: Settings, cases: Iterable[Case], channel: Channel
) -> dict[Case, list[str]]:
    """The same for clients of several countries and presets."""
    made = [rule.requirement() for rule in settings.rules]
    known = {f"{IDENTIFIERS}{kind}" for kind in context.plugins.kinds}
    return {
        (country, preset): [
            path
            for path in required(preset, made, country, channel)
            if not path.startswith(IDENTIFIERS) or path in known
        ]
        for country, preset in set(cases)
    }


async def required_custom_fields(
    context: Context,
) -> list[tuple[RecordKind, CustomFieldDefinition]]:
    """Custom fields of clients and their parts that must be filled, with what they are on."""
    found = await definitions_by_kind(context, _OF_CLIENTS)
    return [
        (kind, definition)
        for kind, definitions in found.items()
        for definition in definitions
        if definition.is_required and definition.archived_at is None
    ]


async def create_rule(context: Context, draft: Draft) -> RequirementRule:
    """A new rule; raises `UserErrors`."""
    checked = _check(context, draft)
    checked.require("path")
    row = {"countries": "", "channels": "", "is_required": True, **checked.values}
    await _check_rule(context, row, checked, None)
    checked.raise_errors()
    rule = await insert(context.session, RequirementRule, **row)
    context.changed("CREATED", "RequirementRule", rule)
    return rule


async def update_rule(
    context: Context, rule_id: UUID, draft: Draft, expected: int | None
) -> RequirementRule:
    """Change a rule; raises `UserErrors`."""
    rule = await _locked(context, rule_id)
    check_version(rule, expected)
    if not draft:
        return rule
    checked = _check(context, draft)
    checked.keep("path", "is_required")
    known = {name: getattr(rule, name) for name in (*_UNIQUE, "is_required")}
    await _check_rule(context, known | checked.values, checked, rule)
    checked.raise_errors()
    await update(context.session, rule, checked.values)
    context.changed("UPDATED", "RequirementRule", rule)
    return rule


async def delete_rule(context: Context, rule_id: UUID, expected: int | None) -> None:
    """Remove a rule; what it said no longer holds."""
    rule = await _locked(context, rule_id)
    check_version(rule, expected)
    await delete(context.session, RequirementRule, [rule.id])
    context.changed("DELETED", "RequirementRule", rule)


def _check(context: Context, draft: Draft) -> Checked:
    """Countries and channels as texts of sorted codes; none, empty or null: all of them."""
    cleaners: Mapping[str, Cleaner] = {
        "path": partial(_path, known_paths(context.plugins.kinds)),
        "is_required": bool,
    }
    checked = clean(draft, cleaners)
    for name, cleaner in (("countries", values.country), ("channels", _channel)):
        if name in draft:
            checked.values[name] = _codes(draft[name] or (), name, cleaner, checked)
    return checked


def _path(known: Mapping[str, str], value: str) -> str:
    if value not in known:
        close = get_close_matches(value[:_LONGEST], known, _NEAREST, cutoff=0)
        raise values.ValueProblem("UNKNOWN_PATH", known=", ".join(close))
    return known[value]


def _channel(name: str) -> str:
    if Channel(name).ruled_as is not Channel(name):
        raise values.ValueProblem("CHANNEL_WITHOUT_RULES", other=Channel(name).ruled_as.value)
    return name


def _codes(given: Sequence[str], name: str, cleaner: Cleaner, checked: Checked) -> str:
    found: set[str] = set()
    for place, code in enumerate(given):
        try:
            found.add(cleaner(code))
        except values.ValueProblem as problem:
            checked.add((name, str(place)), problem.code, **problem.params)
    return " ".join(sorted(found))


async def _check_rule(
    context: Context, row: Mapping[str, Any], checked: Checked, own: RequirementRule | None
) -> None:
    """Only one rule says something about a path in the same case, and the name stays required."""
    if row.get("path") is None or checked.errors:
        return
    if row["path"] == ALWAYS and not row["is_required"]:
        checked.add(("is_required",), "ALWAYS_REQUIRED")
    same = rows(context.session, RequirementRule).filter(**{name: row[name] for name in _UNIQUE})
    other = await same.first()
    if other is not None and (own is None or other.id != own.id):
        record = global_ids.encode("RequirementRule", other.id)
        checked.add(("path",), "TAKEN", record=record, value=spelled(row["path"]))


async def _locked(context: Context, rule_id: UUID) -> RequirementRule:
    rule = await lock(context.session, RequirementRule, rule_id)
    if rule is None:
        raise UserErrors([UserError(("id",), "NOT_FOUND")])
    return rule
