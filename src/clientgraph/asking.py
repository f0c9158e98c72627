"""Asks company registries: in time, apart from all others, and believing nothing they answer."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any, Final, TypeVar
from uuid import UUID

from clientgraph import values
from clientgraph.contract.companies import (
    Company,
    CompanyAddress,
    CompanyCandidate,
    CompanyRegistry,
    FieldOrigin,
    NotFound,
    Protected,
)
from clientgraph.contract.outbound import Unavailable
from clientgraph.contract.records import PluginContext
from clientgraph.dispatch.caller import Caller, PluginFailed, workspace_of
from clientgraph.outbound.patience import patience

log = logging.getLogger(__name__)

ASK_SECONDS: Final = 4.0
_HALF: Final = re.compile("[\ud800-\udfff]")

T = TypeVar("T")


def contained(registry: CompanyRegistry, caller: Caller) -> CompanyRegistry:
    """The registry with async functions that keep its contract whatever the plugin's own do.

    They answer what is promised or raise `NotFound`, `Protected` or `Unavailable`, in
    `ASK_SECONDS`.
    """

    hook = f"company_registries {registry.key}"

    async def ask(function: Any, check: Callable[[Any], T], *arguments: Any) -> T:
        try:
            with patience(ASK_SECONDS):
                found: T = await caller.call(
                    hook,
                    function,
                    *arguments,
                    seconds=ASK_SECONDS,
                    check=check,
                    honest=(NotFound, Protected, Unavailable),
                )
        except Unavailable as error:
            _tell(caller, hook, error, workspace_of(arguments))
            raise
        except PluginFailed as error:
            raise Unavailable from error
        return found

    async def search(context: PluginContext, *asked: Any) -> Sequence[CompanyCandidate]:
        *_, limit = asked
        return (await ask(registry.search, _candidates, context, *asked))[:limit]

    async def lookup(context: PluginContext, *asked: Any) -> Company:
        return await ask(registry.lookup, _company, context, *asked)

    return replace(
        registry,
        search=search if registry.search else None,
        lookup=lookup if registry.lookup else None,
    )


def _tell(caller: Caller, hook: str, error: Unavailable, organisation_id: UUID | None) -> None:
    """Why a registry is not available, in the log and among the plugin's failures."""
    failure = caller.remember(hook, error, organisation_id)
    particulars = {"plugin": caller.plugin, "hook": hook, "reason": failure.message}
    log.warning("a registry is not available", extra=particulars)


def _candidates(answer: Any) -> Sequence[CompanyCandidate]:
    """What a search answered; raises where it is not what it promises."""
    if not isinstance(answer, list | tuple):
        raise TypeError(f"{type(answer).__name__} is not a list of CompanyCandidate")
    for each in answer:
        _check(each, CompanyCandidate)
    return answer


def _company(answer: Any) -> Company:
    """What a look-up answered; raises where it is not what it promises."""
    _check(answer, Company)
    values.country(answer.country)
    if not isinstance(answer.addresses, list | tuple):
        raise TypeError("Company.addresses must be a list or a tuple")
    for each in answer.addresses:
        _check(each, CompanyAddress)
    found: Company = answer
    return found


def _check(answer: Any, expected: type[Any]) -> None:
    if not isinstance(answer, expected):
        raise TypeError(f"{type(answer).__name__} is not a {expected.__name__}")
    for item in fields(expected):
        value = getattr(answer, item.name)
        if not _fits(item.name, value):
            raise TypeError(f"{expected.__name__}.{item.name} cannot be a {type(value).__name__}")
    if expected is not CompanyAddress and values.text(answer.name) is None:
        raise ValueError(f"{expected.__name__}.name is empty")


def _fits(name: str, value: Any) -> bool:
    match name:
        case "identifiers":
            return isinstance(value, Mapping) and all(
                _is_text(part) for pair in value.items() for part in pair
            )
        case "is_active":
            return isinstance(value, bool)
        case "addresses":
            return True
        case "origins":
            return isinstance(value, Mapping) and all(map(_is_origin, value.values()))
        case _:
            return _is_text(value) or (value is None and name != "name")


def _is_origin(value: Any) -> bool:
    return (
        isinstance(value, FieldOrigin)
        and _is_text(value.source)
        and (value.date is None or type(value.date) is date)
    )


def _is_text(value: Any) -> bool:
    """Whether it can be told: JSON may hold halves of characters, which nobody can write down."""
    return isinstance(value, str) and not _HALF.search(value)
