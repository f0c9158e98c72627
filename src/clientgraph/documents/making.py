"""Asks templates and renderers: in time, apart from all others, believing nothing they answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from clientgraph.context import Context
from clientgraph.contract.documents import (
    Composed,
    DocumentRefused,
    DocumentRequest,
    DocumentTemplate,
)
from clientgraph.dispatch.caller import Check, PluginFailed
from clientgraph.errors import UserError, UserErrors

COMPOSE_SECONDS: Final = 5.0
LONGEST_SECONDS: Final = 30.0
LARGEST_CONTENT: Final = 2_000_000
LARGEST_ASSETS: Final = 5_000_000
LARGEST_FILE: Final = 20_000_000
LONGEST_NAME: Final = 80
# How files of these types begin: what begins otherwise is none, whatever its renderer says.
BEGINNINGS: Final[Mapping[str, bytes]] = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
}
_UNSAFE: Final = re.compile(
    r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\u200b-\u200f\u2028-\u202e\u2066-\u2069]+'
)


class Failed(Exception):
    """A plugin did not make what it should have."""


@dataclass(frozen=True, kw_only=True)
class MadeDocument:
    """A file, and what it is called."""

    template: str
    filename: str
    media_type: str
    content: bytes


async def make(
    context: Context,
    owned: tuple[str, DocumentTemplate],
    request: DocumentRequest,
    media_type: str,
) -> MadeDocument:
    """The file; raises `UserErrors` where the template refuses, or where anything fails."""
    owner, template = owned
    hook = f"document_templates {template.key}"
    composed = await _ask(
        context, owner, template.compose, request, hook, COMPOSE_SECONDS, _composed
    )
    found = next(
        (
            (name, each)
            for name, each in context.plugins.renderers
            if each.source == composed.media_type
            and each.target == media_type
            and context.is_active(name)
        ),
        None,
    )
    if found is None:
        missing = Failed(f"nothing makes {media_type} of {composed.media_type}")
        context.plugins.infos[owner].caller.note(hook, missing, context.organisation_id)
        raise _failure()
    maker, renderer = found
    hook, seconds = f"document_renderers {renderer.key}", min(renderer.seconds, LONGEST_SECONDS)
    content = await _ask(
        context, maker, renderer.render, composed, hook, seconds, partial(_file, media_type)
    )
    return MadeDocument(
        template=template.key,
        filename=file_name(composed.filename, template.key, renderer.ending),
        media_type=media_type,
        content=content,
    )


def file_name(wished: str, otherwise: str, ending: str) -> str:
    """A name that is a name on any system, and nothing but a name."""
    plain = " ".join(_UNSAFE.sub(" ", wished).split()).strip(" .")[:LONGEST_NAME].strip(" .")
    return (plain or otherwise.lower()) + ending


def _failure() -> UserErrors:
    return UserErrors([UserError(("template",), "DOCUMENT_FAILED")])


async def _ask(
    context: Context,
    owner: str,
    function: Any,
    argument: Any,
    hook: str,
    seconds: float,
    check: Check,
) -> Any:
    try:
        return await context.plugins.call(
            owner,
            function,
            context.for_plugin(owner),
            argument,
            hook=hook,
            seconds=seconds,
            check=check,
            honest=(DocumentRefused,),
        )
    except DocumentRefused as refused:
        mistake = UserError(("template",), refused.code, dict(refused.params))
        raise UserErrors([mistake]) from refused
    except PluginFailed as error:
        raise _failure() from error


def _composed(answer: Any) -> Composed:
    """What a template composed; raises where it is not what it promises."""
    if not isinstance(answer, Composed):
        raise Failed(f"{type(answer).__name__} is not a Composed")
    texts = (
        answer.media_type,
        answer.content,
        answer.title,
        answer.filename,
        answer.author,
        answer.locale,
    )
    if not all(isinstance(each, str) for each in texts):
        raise Failed("a text of a Composed is none")
    if len(answer.content) > LARGEST_CONTENT:
        raise Failed("the content is too long")
    if not all(isinstance(each, bytes) for each in answer.assets.values()):
        raise Failed("an asset is not bytes")
    if sum(map(len, answer.assets.values())) > LARGEST_ASSETS:
        raise Failed("the assets are too large")
    return answer


def _file(media_type: str, answer: Any) -> bytes:
    """What a renderer made; raises where it cannot be that."""
    if not isinstance(answer, bytes):
        raise Failed(f"{type(answer).__name__} is not bytes")
    if not 0 < len(answer) <= LARGEST_FILE:
        raise Failed(f"a file of {len(answer)} bytes")
    if not answer.startswith(BEGINNINGS.get(media_type, b"")):
        raise Failed(f"the file is no {media_type}")
    return answer
