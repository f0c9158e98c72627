"""The plugin alone."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

import clientgraph_fields_extra


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Asyncio, one loop for the run."""
    return "asyncio"


@pytest.fixture(scope="session")
def clientgraph_plugins() -> Mapping[str, object]:
    """Nobody else brings types."""
    return {"fields-extra": clientgraph_fields_extra}
