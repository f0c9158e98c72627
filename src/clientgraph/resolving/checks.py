"""What a plugin's resolver may answer: nothing that takes time, or runs its code, afterwards."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterable, Mapping
from functools import partial
from itertools import islice
from typing import Any, Final

from graphql import get_nullable_type, is_leaf_type, is_list_type

from clientgraph.dispatch.caller import Check

MOST_LISTED: Final = 1_000
LONGEST_TEXT: Final = 1_048_576


def check_of(kind: Any) -> Check:
    """What an answer must be, so that completing it takes no time and runs nothing of a plugin."""
    found: Any = get_nullable_type(kind)
    if is_list_type(found):
        return partial(_listed, check_of(found.of_type))
    return _leaf if is_leaf_type(found) else _ready


def _ready(answer: Any) -> Any:
    # No broader: rows of the service's own can be awaited, too.
    if inspect.iscoroutine(answer) or asyncio.isfuture(answer):
        raise TypeError(f"{type(answer).__name__} within an answer: await it in the resolver")
    return answer


def _leaf(answer: Any) -> Any:
    if isinstance(answer, str | bytes) and len(answer) > LONGEST_TEXT:
        raise ValueError(f"a text of {len(answer)} characters: at most {LONGEST_TEXT} are answered")
    return _ready(answer)


def _listed(check: Check, answer: Any) -> Any:
    if answer is None:
        return None
    if not isinstance(answer, Iterable) or isinstance(answer, str | bytes | Mapping):
        raise TypeError(f"{type(answer).__name__} is not a list")
    found = list(islice(answer, MOST_LISTED + 1))
    if len(found) > MOST_LISTED:
        raise ValueError(f"more than {MOST_LISTED} in a list: answer a Connection instead")
    return [check(each) for each in found]
