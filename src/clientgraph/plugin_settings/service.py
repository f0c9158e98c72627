"""What a workspace can say of plugins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import orjson

from clientgraph.announced import CORE
from clientgraph.context import Context
from clientgraph.drafts import Draft
from clientgraph.errors import UserError, UserErrors, Verbatim
from clientgraph.plugin_settings.models import PluginState
from clientgraph.plugin_states import CHANGE_TYPE
from clientgraph.plugin_states import PluginState as State
from clientgraph.plugins import PluginInfo
from clientgraph.setting_schemas import SettingProblem, longest_texts, problems, secret_keys
from clientgraph.storage.models import values_of
from clientgraph.storage.rows import delete_where, insert, one_at_a_time, rows, update
from clientgraph.storage.session import Session

LONGEST: Final = 50_000
"""Bytes, as JSON, that a workspace can set for a plugin, besides texts with a ``maxLength``."""


async def states_by_plugin(context: Context, names: Sequence[str]) -> dict[str, State]:
    """What the workspace says of each plugin, as the session sees it."""
    found = await rows(context.session, PluginState).filter(plugin__in=list(names))
    states = {row.plugin: _opened(context, row) for row in found}
    return {name: states.get(name, State()) for name in names}


async def configure_plugin(context: Context, name: str, draft: Draft) -> PluginInfo:
    """Switch a plugin on or off, or change its settings; raises `UserErrors`.

    ``settings`` names those to change: null does away with one, absent ones stay.
    """
    info = context.plugins.infos.get(name)
    if info is None or name == CORE:
        raise UserErrors([UserError(("name",), "NOT_FOUND")])
    await one_at_a_time(context.session, "plugin_state")
    row = await rows(context.session, PluginState).filter(plugin=name).first()
    before = State() if row is None else _opened(context, row)
    after = {
        "is_active": before.is_active if draft.get("is_active") is None else draft["is_active"],
        "settings": row.settings if row else "{}",
        "secrets": row.secrets if row else "",
        # Who switches a plugin on again goes by its data again.
        "is_given_up": before.is_given_up and not draft.get("is_active"),
    }
    if draft.get("settings") is not None:
        after |= _changed(context, name, before, draft["settings"])
    if row is None:
        row = await insert(context.session, PluginState, plugin=name, **after)
        context.changed("CREATED", CHANGE_TYPE, row)
    elif any(getattr(row, key) != value for key, value in after.items()):
        await update(context.session, row, after)
        context.changed("UPDATED", CHANGE_TYPE, row)
    return info


async def has_state(session: Session, name: str) -> bool:
    """Whether the session's workspace says anything of a plugin."""
    return await rows(session, PluginState).filter(plugin=name).exists()


async def switch_off(session: Session, name: str) -> None:
    """Switch a plugin off in the session's workspace, forget its settings and give up its data."""
    nothing: dict[str, Any] = {
        "is_active": False,
        "settings": "{}",
        "secrets": "",
        "is_given_up": True,
    }
    row = await rows(session, PluginState).filter(plugin=name).first()
    if row is None:
        await insert(session, PluginState, plugin=name, **nothing)
    else:
        await update(session, row, nothing)


async def forget_settings(session: Session, name: str) -> None:
    """Do away with all that the session's workspace says of a plugin."""
    await delete_where(rows(session, PluginState).filter(plugin=name))


def _changed(context: Context, name: str, before: State, given: Any) -> dict[str, str]:
    """The settings with those given, as they are stored; raises `UserErrors`."""
    schema = context.plugins.workspace_schema(name)
    if schema is None:
        raise UserErrors([UserError(("settings",), "PLUGIN_NOT_LOADED", {"plugin": name})])
    if not isinstance(given, Mapping):
        expected = 'type: "object"'
        raise UserErrors([UserError(("settings",), "INVALID_SETTING", {"expected": expected})])
    merged = {**before.settings, **before.secrets, **given}
    whole = {key: value for key, value in merged.items() if value is not None}
    length, longest = len(orjson.dumps(whole)), LONGEST + longest_texts(schema)
    if length > longest:
        limits = {"length": length, "longest": longest}
        raise UserErrors([UserError(("settings",), "TOO_LONG", limits)])
    wrong = mistakes(problems(schema, whole))
    if wrong:
        raise UserErrors(wrong)
    hidden = secret_keys(schema)
    secrets = {key: value for key, value in whole.items() if key in hidden}
    shown = {key: value for key, value in whole.items() if key not in hidden}
    kept: dict[str, str] = {"settings": orjson.dumps(shown).decode()}
    if secrets != before.secrets or not before.is_readable:
        kept["secrets"] = context.runtime.states.sealed(context.organisation_id, name, secrets)
    return kept


def mistakes(found: Iterable[SettingProblem]) -> list[UserError]:
    """What is wrong with settings, at its place in the input of `pluginConfigure`."""
    return [
        UserError(("settings", *map(Verbatim, each.path)), each.code, each.params) for each in found
    ]


def _opened(context: Context, row: PluginState) -> State:
    return context.runtime.states.opened(context.organisation_id, values_of(row))
