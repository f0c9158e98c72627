"""What the tests of the plugin share."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from clientgraph import IdentifierError, IdentifierKind
from clientgraph_stdnum import identifier_kinds


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Asyncio, one loop for the run."""
    return "asyncio"


@pytest.fixture(scope="session")
def kinds() -> Mapping[str, IdentifierKind]:
    """Key → kind, as the service would see them."""
    return {kind.key: kind for kind in identifier_kinds()}


@pytest.fixture(scope="session")
def refusal(kinds: Mapping[str, IdentifierKind]) -> Callable[[str, str], str]:
    """Code with which a kind refuses a text, "" where it accepts it."""

    def code(key: str, text: str) -> str:
        try:
            kinds[key].parse(text)
        except IdentifierError as error:
            return error.code
        return ""

    return code
