"""One application for the whole run, a fresh workspace for every test: by `clientgraph.testing`.

``CLIENTGRAPH_TEST_DATABASE`` chooses the database: ``sqlite`` (the default) or ``postgres``. For
PostgreSQL, ``CLIENTGRAPH_TEST_POSTGRES`` names a server on which databases and roles can be made.
"""

from __future__ import annotations

import pytest

from clientgraph.config import Settings
from clientgraph.testing import dialect_of_tests


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Asyncio, one loop for the run."""
    return "asyncio"


@pytest.fixture(scope="session")
def dialect() -> str:
    """The database of this run: sqlite or postgres."""
    return dialect_of_tests()


@pytest.fixture(scope="session")
def settings(clientgraph_settings: Settings) -> Settings:
    """Settings of a migrated, empty database."""
    return clientgraph_settings
