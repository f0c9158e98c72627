"""What the tests of the plugin share."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

import clientgraph_gleif
import clientgraph_stdnum


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Asyncio, one loop for the run."""
    return "asyncio"


@pytest.fixture(scope="session")
def clientgraph_plugins() -> Mapping[str, object]:
    """The plugin, and that of the identifiers."""
    return {"stdnum": clientgraph_stdnum, "gleif": clientgraph_gleif}
