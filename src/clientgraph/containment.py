"""Types of custom fields at work: whatever a plugin's functions do, they answer or fail as told.

What raises, or answers something else than the contract says, becomes a `FieldProblem`
(``FIELD_TYPE_FAILED``), which is a user error; what is only shown falls back to the stored form.
How long they take is up to whoever asks them in the plugin's threads.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

import orjson

from clientgraph.contract.fields import FieldProblem, FieldType
from clientgraph.contract.records import PluginContext
from clientgraph.dispatch.caller import Caller, PluginFailed
from clientgraph.values import ValueProblem

LOOK_UP_SECONDS: Final = 5.0
LONGEST_STORED: Final = 20_000
MOST_PARTS: Final = 200
MOST_RANKS: Final = 1_000
_CODE: Final = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
# What a mistake has besides its parameters: where it is, and the record that stands in the way.
_OURS: Final = frozenset({"self", "path", "code", "record"})

Check = Callable[[Any], Any]


def contained(kind: FieldType, caller: Caller) -> FieldType:
    """The type, with functions that keep their contract; ``caller`` is told when one does not.

    They work in the plugin's threads (see `clientgraph.fields.reading.asked`), but for core's own:
    those answer at once, as its tests show.
    """
    guard = _Guard(kind.key, caller)

    def display(stored: Any, locale: str, options: Mapping[str, Any]) -> str:
        try:
            return str(guard.ask(text_of, kind.display, stored, locale, options))
        except FieldProblem:
            return plain(stored)

    def ranks(options: Mapping[str, Any]) -> Sequence[str]:
        return list(guard.ask(_ranks, kind.ranks, options))

    def asked(function: Callable[..., Any], check: Check) -> Callable[..., Any]:
        return lambda *arguments: guard.ask(check, function, *arguments)

    return replace(
        kind,
        parse=asked(kind.parse, _parts if kind.is_list else _stored),
        sort_key=asked(kind.sort_key, text_of),
        display=display,
        check_options=asked(kind.check_options, _options),
        check_limits=asked(kind.check_limits, _nothing) if kind.check_limits else None,
        search_form=asked(kind.search_form, text_of),
        comparable=asked(kind.comparable, text_of),
        ranks=ranks if kind.ranks else None,
        unknown=_looking_up(kind, caller, guard) if kind.unknown else None,
    )


def check_apart() -> None:
    """Raises `RuntimeError` where an event loop runs: what hangs would hold up everybody there."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise RuntimeError("functions of a plugin are called in its own threads alone")


def plain(stored: Any) -> str:
    """A value without its type: as it is stored."""
    return stored if isinstance(stored, str) else orjson.dumps(stored).decode()


class _Guard:
    """Asks the functions of one type."""

    def __init__(self, key: str, caller: Caller) -> None:
        self._key = key
        self._failed = partial(caller.note, f"field_types {key}")
        self._trusted = caller.trusted

    def ask(self, check: Check, function: Any, *arguments: Any) -> Any:
        """What the function answers, checked; raises `FieldProblem` and nothing else."""
        if not self._trusted:
            check_apart()
        try:
            return check(function(*arguments))
        except (FieldProblem, ValueProblem) as problem:
            raise self.refusal(problem) from problem
        except BaseException as error:
            self._failed(error)
            raise self.problem() from error

    def refusal(self, problem: FieldProblem | ValueProblem) -> FieldProblem:
        """The refusal as it may be shown to the caller."""
        if not isinstance(problem.code, str) or not _CODE.fullmatch(problem.code):
            self._failed(problem)
            return self.problem()
        made = FieldProblem(problem.code)
        made.params = {name: each for name, each in problem.params.items() if name not in _OURS}
        return made

    def problem(self) -> FieldProblem:
        """The refusal where the type itself fails."""
        return FieldProblem("FIELD_TYPE_FAILED", type=self._key)


def _looking_up(kind: FieldType, caller: Caller, guard: _Guard) -> Callable[..., Any]:
    async def unknown(context: PluginContext, stored: Sequence[Any]) -> Sequence[Any]:
        look_up: Any = kind.unknown
        hook = f"field_types {kind.key}"
        try:
            found: list[Any] = await caller.call(
                hook, look_up, context, stored, seconds=LOOK_UP_SECONDS, check=list
            )
        except PluginFailed as error:
            raise guard.problem() from error
        return found

    return unknown


def text_of(answer: Any) -> str:
    """A text that every database stores."""
    if not isinstance(answer, str):
        raise TypeError(f"{type(answer).__name__} is not a text")
    if "\0" in answer or len(answer.encode()) > LONGEST_STORED:
        raise ValueError("the text holds NUL or is too long")
    return str(answer)


def _stored(answer: Any) -> Any:
    """JSON that comes back from the database as it went in."""
    packed = orjson.dumps(answer)
    if answer is None or orjson.loads(packed) != answer:
        raise ValueError("the stored form is not JSON")
    if len(packed) > LONGEST_STORED:
        raise ValueError("the stored form is too long")
    return answer


def _parts(answer: Any) -> list[Any]:
    if not isinstance(answer, list) or len(answer) > MOST_PARTS:
        raise TypeError(f"the stored form is not a list of up to {MOST_PARTS} values")
    return [_stored(part) for part in answer]


def _options(answer: Any) -> dict[str, Any]:
    if not isinstance(answer, Mapping):
        raise TypeError("options are not a mapping")
    found: dict[str, Any] = _stored(dict(answer))
    return found


def _nothing(answer: Any) -> None:
    if answer is not None:
        raise TypeError("check_limits refuses by FieldProblem, and answers None")


def _ranks(answer: Any) -> list[str]:
    found = [text_of(key) for key in answer]
    if len(found) > MOST_RANKS:
        raise ValueError(f"more than {MOST_RANKS} keys are ranked")
    return found
